"""Counts of people and sums as they are told to others: bands, and nothing of fewer than five. Pure."""

import re

LEAST = 5
"""Of fewer people nothing is told but that: whoever knows the place knows them."""
FEW = f"fewer than {LEAST}"
NOT_TOLD = "not told"
_EDGES = (LEAST, *(step * 10**power for power in range(1, 9) for step in (1, 5)))
_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,2})?", re.ASCII)
_BAND = re.compile(r"(\d{1,15})-(\d{1,15})", re.ASCII)
_OPEN = f"{_EDGES[-1]} or more"


def suppressed(count: int, least: int = LEAST) -> str:
    """Return a count as digits, or that it is fewer than `least`."""
    return str(count) if count >= least else f"fewer than {least}"


def band(count: int) -> str:
    """Return the band that a count is in: `10-49`."""
    if count < LEAST:
        return FEW
    edges = [one for one in _EDGES if one <= count]
    return f"{edges[-1]}-{_EDGES[len(edges)] - 1}" if len(edges) < len(_EDGES) else _OPEN


def banded(told: str) -> str:
    """Return what a packet tells of a count (digits, a band, `fewer than 5`) as a band; `not told` for other words.

    A band that is finer than ours is widened: `12-17` would be nearly a number.
    """
    plain = told.strip().replace(",", "")
    if _NUMBER.fullmatch(plain):
        return band(int(float(plain)))
    if found := _BAND.fullmatch(plain):
        low, high = band(int(found[1])), band(int(found[2]))
        if low == high or int(found[1]) > int(found[2]):
            return low if low == high else NOT_TOLD
        return NOT_TOLD if _OPEN in {low, high} or low == FEW else f"{low.split('-')[0]}-{high.split('-')[1]}"
    return plain if plain in {FEW, _OPEN} else NOT_TOLD


def is_band(text: str) -> bool:
    """Say whether a text is what `banded` returns."""
    return banded(text) == text
