"""Addresses of cryptocurrencies in a page's source, each with the checksum that its currency has. Pure.

Sources: BIP 173 and 350 (bech32), EIP-55 (checksums by capital letters), Base58Check as in Bitcoin; XRP Ledger and
TRON documentation of their own; the CryptoNote address format. Solana's have no checksum and are left out.
"""

import re
from hashlib import sha256

from scamhunt.investigate.keccak import keccak256
from scamhunt.investigate.page_shown import Wallet

MOST, TRIED, READ = 30, 300, 1_000_000
"""Addresses returned, candidates looked at, characters read."""
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_CANDIDATE = re.compile(
    r"(?<![\w/+=-])(?:0x[0-9a-fA-F]{40}|(?:bc1|ltc1|BC1|LTC1)[0-9a-zA-Z]{20,80}|[48][1-9A-HJ-NP-Za-km-z]{94}|"
    r"[13TLMDr][1-9A-HJ-NP-Za-km-z]{24,34})(?![\w/+=-])"
)
_VERSIONS = {
    ("1", 0x00): "bitcoin",
    ("3", 0x05): "bitcoin",
    ("T", 0x41): "tron",
    ("D", 0x1E): "dogecoin",
    ("L", 0x30): "litecoin",
    ("M", 0x32): "litecoin",
}
_PARTS = {"bc": "bitcoin", "ltc": "litecoin"}
_STARTS = {0x12, 0x2A}
"""First byte of Monero's addresses on its main network: plain and subaddress."""
_BLOCK, _LAST = 11, 7
_SIZES = {11: 8, 7: 5}


def wallets(source: str) -> tuple[Wallet, ...]:
    """Return the addresses whose checksum is right, each once, in their order."""
    found: dict[Wallet, None] = {}
    seen = {one[0]: None for one in _CANDIDATE.finditer(source[:READ])}
    for value in list(seen)[:TRIED]:
        currency = currency_of(value)
        if currency:
            found[Wallet(value, currency)] = None
    return tuple(found)[:MOST]


def currency_of(value: str) -> str:
    """Return the currency of an address, empty where it is none."""
    if value.startswith("0x"):
        return "ethereum" if _is_ethereum(value[2:]) else ""
    if value.lower().startswith(("bc1", "ltc1")):
        return _bech32(value)
    if value[0] in "48":
        return "monero" if _is_monero(value) else ""
    body = _base58check(value, _RIPPLE if value[0] == "r" else _BASE58)
    if body is None:
        return ""
    return ("xrp" if body[0] == 0 else "") if value[0] == "r" else _VERSIONS.get((value[0], body[0]), "")


def _is_ethereum(digits: str) -> bool:
    """Say whether the capitals are right; an address in small or in capital letters alone has no checksum."""
    if digits in {digits.lower(), digits.upper()}:
        return len(set(digits)) > 2  # noqa: PLR2004  # 0x00..0 and the like are placeholders
    sign = keccak256(digits.lower().encode()).hex()
    return all(char.isdigit() or char.isupper() == (int(sign[at], 16) > 7) for at, char in enumerate(digits))  # noqa: PLR2004  # the half of 16


def _base58check(value: str, alphabet: str) -> bytes | None:
    """Return the 21 bytes of an address, None where the checksum is another."""
    number = 0
    for char in value:
        number = number * 58 + alphabet.find(char)
    raw = number.to_bytes(40)[-25:]
    if number >= 1 << 200 or any(char not in alphabet for char in value):
        return None
    return raw[:21] if sha256(sha256(raw[:21]).digest()).digest()[:4] == raw[21:] else None


def _bech32(value: str) -> str:
    if value not in {value.lower(), value.upper()}:
        return ""
    part, _, data = value.lower().rpartition("1")
    if part not in _PARTS or any(char not in _BECH32 for char in data):
        return ""
    values = [_BECH32.find(char) for char in data]
    expanded = [ord(char) >> 5 for char in part] + [0] + [ord(char) & 31 for char in part]
    wanted = 1 if values[0] == 0 else 0x2BC830A3
    return _PARTS[part] if _polymod(expanded + values) == wanted else ""


def _polymod(values: list[int]) -> int:
    """Return the checksum of BIP 173."""
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, term in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= term if top >> bit & 1 else 0
    return check


def _is_monero(value: str) -> bool:
    """Say whether the checksum of 95 letters is right: 8 bytes to 11 letters, 5 to the last 7."""
    raw = b""
    for at in range(0, len(value), _BLOCK):
        block, number = value[at : at + _BLOCK], 0
        for char in block:
            number = number * 58 + _BASE58.find(char)
        size = _SIZES[len(block)]
        if number >= 1 << (8 * size):
            return False
        raw += number.to_bytes(size)
    return raw[0] in _STARTS and keccak256(raw[:-4])[:4] == raw[-4:]
