"""Toll-free numbers with letters of the keypad in them: 1-800-FLOWERS. Pure.

Only the seven places that count are dialled; what follows in the same word is decoration. A word of prose behind a
three-digit number is none: `800 CUSTOMERS`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scamhunt.errors import BadIndicator
from scamhunt.indicators.phone import Number, parse

_HEAD = (
    r"(?<![A-Za-z0-9@/._=-])(?P<one>\(?\+?[1lI]\)?[ .\-]{0,2})?"
    r"\(?(?P<code>8(?:[0O]{2}|88|77|66|55|44|33))\)?(?P<gap>[ .\-]{1,2})"
)
_FOUND = re.compile(_HEAD + r"(?P<rest>[A-Za-z0-9]{1,14}(?:[ .\-][A-Za-z0-9]{1,7}){0,3})(?![A-Za-z0-9@])")
_PART = re.compile(r"[A-Za-z0-9]+")
_WORD = re.compile(r"[A-Za-z]{3}")
_DUAL = re.compile(r"[OoISBZl0-9]+")
_PLACES = 7
_LONGEST = 12
_KEYS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")


@dataclass(frozen=True, slots=True)
class Vanity:
    """Where one stands in the text, and its number."""

    start: int
    end: int
    number: Number


def vanities(text: str) -> Iterator[Vanity]:
    """Yield the numbers with letters in a flattened text."""
    for found in _FOUND.finditer(text):
        end = _word_end(found)
        if end:
            number = _number(found["code"], text[found.start("rest") : end])
            if number:
                yield Vanity(found.start(), end, number)


def _word_end(found: "re.Match[str]") -> int:
    """Return where the seven places end, with the rest of their word; 0 where this is no such number."""
    parts = list(_PART.finditer(found["rest"]))
    used = 1
    while used < len(parts) and sum(len(part[0]) for part in parts[:used]) < _PLACES:
        used += 1
    text = "".join(part[0] for part in parts[:used])
    letters = "".join(filter(str.isalpha, text))
    if len(text) < _PLACES or not _WORD.search(" ".join(part[0] for part in parts[:used])):
        return 0
    if len(text) > _PLACES and not (used == 1 and text.isalpha() and len(text) <= _LONGEST):
        return 0
    plain = " " not in found["gap"] and " " not in found["rest"][: parts[used - 1].end()]
    shouted = letters.isupper()
    if not ((plain and (shouted or found["one"])) or (shouted and found["one"])):
        return 0
    return found.start("rest") + parts[used - 1].end()


def _number(code: str, rest: str) -> Number | None:
    """Return the number; None where there is none, or where each letter may stand for a digit that it looks like."""
    places = "".join(_PART.findall(rest))[:_PLACES]
    if _DUAL.fullmatch(places):
        return None
    try:
        number = parse(f"+1{code.replace('O', '0')}{places.upper().translate(_KEYS)}")
    except BadIndicator:
        return None
    return None if "unassigned" in number.flags else number
