"""Runs of what may be the digits of one number, found in flattened text whatever they are written with. Pure.

A run is made of pieces (digits, letters that stand for digits, words for digits) with at most six separators between.
Whether it is a phone number is not said here.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import cast

from scamhunt.indicators.digitfold import INVISIBLE
from scamhunt.indicators.phonetalk import digit_words, separator_words

_LETTERS = {"O": "0", "o": "0", "l": "1", "I": "1", "S": "5", "B": "8", "Z": "2"}
LETTERS = str.maketrans(_LETTERS | {INVISIBLE: "", "|": "1"})
"""What a letter or a bar stands for among digits."""
_MIXED = f"{''.join(_LETTERS)}{INVISIBLE}"
_GROUP = rf"(?<![0-9{''.join(_LETTERS)}])(?=[{_MIXED}]{{0,12}}+[0-9])[0-9{''.join(_LETTERS)}][0-9{_MIXED}]*+"
_LONE_ONE = r"(?<![A-Za-z0-9])[lI|](?=[-. ()]{1,3}8[0-8O]{2})"
_OHS = r"(?<![A-Za-z])(?:O{1,4}|oo)(?![A-Za-z])"
_SEPARATORS = rf"[ \-.*/_•~=,()\[\]{{}}+|\\^'{INVISIBLE}]{{0,6}}+"
_TIMES = {"double": 2, "triple": 3}
_HUNDRED = "hundred"
_STRONG = re.compile(r" {2,}|, |; | [/|•-] ")
_BREAKS = (re.compile(r" {2,}|[,;] | [/|•] "), re.compile(r" (?=[(\[+])|(?=\+)"), re.compile(" "))
"""Where a list of numbers may be cut, the best first: at the last ones a number may be torn."""
_OPENER = re.compile(rf"(?P<bracket>[(\[]?)(?P<sign>(?:\+[ {INVISIBLE}]{{0,2}}[(\[]?)?)[ {INVISIBLE}]?$")


_SHORTEST = 7
"""Characters of the shortest run that may be a number."""
_WINDOW = 10_000
"""Characters of a list of numbers without a word between that are looked at together."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A group of digits as it is written."""

    digits: str
    start: int
    end: int
    spelled: bool
    """By a word."""


@dataclass(frozen=True, slots=True)
class Run:
    """Pieces that stand close to each other, with what stands between them."""

    text: str
    """The whole flattened text that the places refer to."""
    pieces: tuple[Piece, ...]
    plus: bool = False
    """A plus sign stands before it."""

    @property
    def start(self) -> int:
        """Where it begins, with its plus sign and its opening bracket."""
        first = self.pieces[0].start
        if _said_plus(self.text, self.pieces[0]):
            return first - len("plus ")
        opened = _opener(self.text, first)
        closes = any(")" in gap or "]" in gap for gap in self.gaps)
        if not (opened["sign"] or (opened["bracket"] and closes)):
            return first
        return opened.start() if closes else opened.end("bracket")

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.pieces[-1].end

    @property
    def digits(self) -> str:
        """All its digits."""
        return "".join(piece.digits for piece in self.pieces)

    @property
    def gaps(self) -> list[str]:
        """What stands between its pieces."""
        return [self.text[before.end : after.start] for before, after in pairwise(self.pieces)]

    @property
    def groups(self) -> list[str]:
        """The digits as they are grouped for the eye; single digits with the same sign between are one group."""
        groups: list[str] = []
        joined = ""
        for piece, gap in zip(self.pieces, ["", *self.gaps], strict=True):
            single = len(piece.digits) == 1 or piece.spelled
            if groups and (not gap or (single and joined and gap == joined)):
                groups[-1] += piece.digits
            elif groups and single and len(groups[-1]) == 1:
                groups[-1] += piece.digits
                joined = gap
            else:
                groups.append(piece.digits)
                joined = ""
        return groups

    def part(self, first: int, last: int) -> "Run":
        """Return some of its pieces as a run of their own."""
        gap = self.text[self.pieces[first - 1].end : self.pieces[first].start] if first else ""
        return Run(self.text, self.pieces[first:last], "+" in gap if first else self.plus)

    def split(self) -> "list[Run]":
        """Return the parts between what separates numbers, not digits: two blanks, a comma, a plus, a bracket."""
        cuts = [0]
        for at, gap in enumerate(self.gaps, 1):
            if _STRONG.search(gap) or "+" in gap or gap.endswith(" ("):
                cuts.append(at)
        return [self.part(*cut) for cut in pairwise([*cuts, len(self.pieces)])]

    def slashed(self) -> "list[Run]":
        """Return the parts between slashes."""
        cuts = [0, *(at for at, gap in enumerate(self.gaps, 1) if gap.strip() == "/"), len(self.pieces)]
        return [self.part(*cut) for cut in pairwise(cuts)]

    def chunks(self) -> list[tuple[int, int]]:
        """Return which of its pieces stand together without a blank."""
        cuts = [0, *(at for at, gap in enumerate(self.gaps, 1) if " " in gap), len(self.pieces)]
        return list(pairwise(cuts))


def _opener(text: str, at: int) -> "re.Match[str]":
    """Return the plus sign and the brackets that stand before a place, perhaps none."""
    return cast("re.Match[str]", _OPENER.search(text, max(0, at - 6), at))  # it matches nothing too


def runs(text: str) -> Iterator[Run]:
    """Yield the runs of a flattened text, in order. Digits without end and without a break are no number: left out."""
    for start, end in _stretches(text):
        pieces = tuple(_pieces(text, start, end))
        while len(pieces) > 1 and _stray_word(pieces[0], pieces[1]):
            pieces = pieces[1:]
        while len(pieces) > 1 and _stray_word(pieces[-1], pieces[-2]):
            pieces = pieces[:-1]
        if pieces:
            sign = bool(_opener(text, pieces[0].start)["sign"])
            yield Run(text, pieces, plus=sign or _said_plus(text, pieces[0]))


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Yield where runs begin and end."""
    for found in _patterns().run.finditer(text):
        yield from ((start, end) for start, end in _windows(text, *found.span()) if end - start >= _SHORTEST)


def _windows(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a run that is longer than any number into lists that are short enough to be held, between two numbers."""
    while end - start > _WINDOW:
        found = _last_break(text, start + 1, start + _WINDOW)
        if found:
            yield start, found.start()
        else:
            found = _BREAKS[-1].search(text, start + _WINDOW, end)
        start = found.end() if found else end
    yield start, end


def _last_break(text: str, start: int, end: int) -> re.Match[str] | None:
    for breaks in _BREAKS:
        found = deque(breaks.finditer(text, start, end), maxlen=1)
        if found:
            return found[0]
    return None


def _said_plus(text: str, first: Piece) -> bool:
    return first.spelled and text[max(0, first.start - 5) : first.start].lower() in {"plus ", "plus-"}


def _stray_word(piece: Piece, neighbour: Piece) -> bool:
    """Return whether a word for a digit stands at the edge, apart from what is written with digits."""
    apart = max(piece.start, neighbour.start) - min(piece.end, neighbour.end)
    return piece.spelled and not neighbour.spelled and apart > 0 and len(neighbour.digits) > 1


def _pieces(text: str, start: int, end: int) -> Iterator[Piece]:
    patterns = _patterns()
    last = ""
    for found in patterns.piece.finditer(text, start, end):
        kind = found.lastgroup
        digits = _spoken(found[0].lower(), last) if kind == "word" else found[0].translate(LETTERS)
        last = digits
        if digits:
            stop = found.start() + len(found[0].rstrip(INVISIBLE))
            yield Piece(digits, found.start(), stop, kind == "word")


def _spoken(words: str, before: str) -> str:
    """Return the digits that words say; `hundred` says two zeros behind a single digit, else nothing."""
    times = next((count for word, count in _TIMES.items() if words.startswith(word)), 1)
    digits = "".join(
        "00" if found[0] == _HUNDRED else digit_words()[found[0]] for found in _patterns().word.finditer(words)
    )
    return digits[:1] * times + digits[1:] if digits != "00" or len(before) == 1 else ""


@dataclass(frozen=True, slots=True)
class _Patterns:
    run: re.Pattern[str]
    piece: re.Pattern[str]
    word: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    known = sorted([*digit_words(), _HUNDRED], key=len, reverse=True)
    words = "|".join(known)
    dashes = "|".join(sorted(separator_words(), key=len, reverse=True))
    starts = "".join(sorted({word[0] for word in [*known, *_TIMES]}))
    spoken = rf"(?i:(?=[{starts}])(?<![a-z])(?:(?:double|triple)[ -]?)?(?:{words})+(?![a-z]))"
    gap = rf"(?:[ (\[-]{{0,2}}(?i:(?:{dashes}))[ )\]-]{{1,2}}|{_SEPARATORS})"
    piece = rf"(?P<group>{_GROUP})|(?P<one>{_LONE_ONE})|(?P<ohs>{_OHS})|(?P<word>{spoken})"
    plain = f"(?:{_GROUP}|{_LONE_ONE}|{_OHS}|{spoken})"
    return _Patterns(re.compile(f"{plain}(?:{gap}{plain})*+"), re.compile(piece), re.compile(words))
