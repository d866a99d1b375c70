"""Keccak-256 as Ethereum and Monero use it: with the padding from before SHA-3 became a standard. Pure.

Source: Bertoni et al., The Keccak reference, version 3.0 (2011); some hundred microseconds a block.
"""

_RATE, _SIZE = 136, 32
_MASK = (1 << 64) - 1
_ROUNDS = 24


def _constants() -> tuple[list[int], dict[tuple[int, int], int]]:
    """Return the constants of the rounds and the turns of the lanes, made as the reference defines them."""
    constants, register = [], 1
    for _ in range(_ROUNDS):
        constant = 0
        for power in range(7):
            constant |= (register & 1) << ((1 << power) - 1)
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    turns, x, y = {(0, 0): 0}, 1, 0
    for step in range(_ROUNDS):
        turns[x, y] = (step + 1) * (step + 2) // 2 % 64
        x, y = y, (2 * x + 3 * y) % 5
    return constants, turns


_CONSTANTS, _TURNS = _constants()


def keccak256(message: bytes) -> bytes:
    """Return the 32 bytes of a message's hash."""
    padded = bytearray(message + b"\x01" + bytes(-(len(message) + 1) % _RATE))
    padded[-1] |= 0x80
    lanes = {(x, y): 0 for x in range(5) for y in range(5)}
    for start in range(0, len(padded), _RATE):
        for at in range(_RATE // 8):
            lanes[at % 5, at // 5] ^= int.from_bytes(padded[start + 8 * at : start + 8 * at + 8], "little")
        for constant in _CONSTANTS:
            lanes = _round(lanes, constant)
    return b"".join(lanes[at % 5, at // 5].to_bytes(8, "little") for at in range(_SIZE // 8))


def _round(lanes: dict[tuple[int, int], int], constant: int) -> dict[tuple[int, int], int]:
    columns = [lanes[x, 0] ^ lanes[x, 1] ^ lanes[x, 2] ^ lanes[x, 3] ^ lanes[x, 4] for x in range(5)]
    mixed = [columns[x - 1] ^ _turned(columns[(x + 1) % 5], 1) for x in range(5)]
    moved = {(y, (2 * x + 3 * y) % 5): _turned(lane ^ mixed[x], _TURNS[x, y]) for (x, y), lane in lanes.items()}
    out = {(x, y): moved[x, y] ^ (~moved[(x + 1) % 5, y] & moved[(x + 2) % 5, y] & _MASK) for x, y in moved}
    out[0, 0] ^= constant
    return out


def _turned(lane: int, by: int) -> int:
    return ((lane << by) | (lane >> (64 - by))) & _MASK
