"""Numbers close to an official one: whoever misdials or misreads it lands there. Pure.

A look-up costs the same however many brands there are: the official numbers lie in tables, once for each digit left
open and once for each pair of neighbours swapped.

Sources: FCC consumer guide "Careless Dialing Could Cost You Money"; AT&T Cyber Aware, "Toll-free hijack": one or two
digits changed, two swapped, another toll-free code.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from scamhunt.errors import BadIndicator
from scamhunt.indicators import phone
from scamhunt.indicators.phone import Number, NumberType
from scamhunt.score.brands import Brands

OTHER_CODE, ONE_DIGIT, SWAPPED = "other_toll_free_code", "one_digit_off", "digits_swapped"
NEIGHBOUR = 0.5
"""What a slip counts where the official number is not toll-free: the next number is often a line of the same house, or
of an innocent neighbour."""
_OPEN = "?"
_LINE = 7
"""Digits after a toll-free code of North America."""


@dataclass(frozen=True, slots=True)
class Near:
    """An official number and in which way the asked one is nearly it."""

    brand: str
    official: str
    """E.164."""
    how: str
    """`OTHER_CODE`, `ONE_DIGIT` or `SWAPPED`."""
    strength: float


class Misdials:
    """The official numbers of all brands, ready to be compared with."""

    def __init__(self, brands: Brands) -> None:
        """Take the brands; an official number that cannot be read is left out."""
        self._names = {brand.id: brand.name for brand in brands}
        self._official: set[str] = set()
        self._tables: dict[str, list[Near]] = {}
        for brand in brands:
            for number in _read(brand.phones):
                self._add(brand.id, number)

    def near(self, number: Number) -> list[Near]:
        """Return the official numbers that this one is nearly, of each brand the surest; none for an official one."""
        if number.e164 in self._official or not self._tables:
            return []
        best: dict[str, Near] = {}
        for key in _keys(number):
            for found in self._tables.get(key, ()):
                known = best.get(found.brand)
                if known is None or found.strength > known.strength:
                    best[found.brand] = found
        return sorted(best.values(), key=lambda found: (-found.strength, found.brand))

    def told(self, near: Near) -> str:
        """Return the sentence for a person."""
        official = f"{self._names[near.brand]}'s official number {phone.shown(near.official)}"
        if near.how == OTHER_CODE:
            return f"the same seven digits as {official}, under another toll-free code"
        slip = "one digit off" if near.how == ONE_DIGIT else "two neighbouring digits swapped in"
        other = "" if near.strength == 1 else "; it may also be a line of the same house or of a neighbour"
        return f"{slip} {official}{other}"

    def _add(self, brand: str, number: Number) -> None:
        self._official.add(number.e164)
        strength = 1.0 if _is_toll_free(number) else NEIGHBOUR
        for key in _open(number):
            self._put(key, Near(brand, number.e164, ONE_DIGIT, strength))
        for key in _swaps(number):
            self._put(key, Near(brand, number.e164, SWAPPED, strength))
        if key := _line(number):
            self._put(key, Near(brand, number.e164, OTHER_CODE, 1.0))

    def _put(self, key: str, near: Near) -> None:
        self._tables.setdefault(key, []).append(near)


def _read(values: tuple[str, ...]) -> Iterator[Number]:
    for value in values:
        try:
            yield phone.parse(value)
        except BadIndicator:  # `scamhunt brands check` tells of it
            continue


def _keys(number: Number) -> Iterator[str]:
    """Yield under which keys a number finds those that it is nearly: a swap is found under the number itself."""
    if key := _line(number):
        yield key
    yield number.e164
    yield from _open(number)


def _open(number: Number) -> list[str]:
    """Return the number with each digit after its country code left open."""
    text = number.e164
    return [f"{text[:at]}{_OPEN}{text[at + 1 :]}" for at in range(len(text) - len(number.national), len(text))]


def _swaps(number: Number) -> Iterator[str]:
    """Yield the number with each two neighbouring digits swapped, where they differ."""
    text = number.e164
    for at in range(len(text) - len(number.national), len(text) - 1):
        if text[at] != text[at + 1]:
            yield f"{text[:at]}{text[at + 1]}{text[at]}{text[at + 2 :]}"


def _line(number: Number) -> str:
    """Return a key of the seven digits behind a toll-free code of North America, else nothing."""
    return f"line {number.e164[-_LINE:]}" if number.e164.startswith("+1") and _is_toll_free(number) else ""


def _is_toll_free(number: Number) -> bool:
    return number.type is NumberType.TOLL_FREE
