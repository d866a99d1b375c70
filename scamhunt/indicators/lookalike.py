"""What reads alike folds to the same text: Unicode's confusables (UTS 39) and the tricks that they leave out.

    0 o   1 i | -> l   2 z   3 e   4 a   5 s   6 8 b   7 t   9 g   vv w   rn m   cl d

Folding loses much ("ci" and "cl" both become "d"). Fold the brand's word and the name alike, use the result to find
candidates, and `explain` to tell a person what stands for what. Dots, hyphens, spaces and line ends are never made or
removed.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate

PAD = "\0"
"""Stands in an aligned fold where a letter fell away; no name has it."""
_KEPT = frozenset(" .-")
_CLASSES = str.maketrans("01i|23456789", "olllzeasbtbg")
_PAIRS = {"vv": "w", "rn": "m", "cl": "d"}
_BYTES = bytes(range(128)).decode().lower().translate(_CLASSES).encode() + bytes(range(128, 256))
_PAIR_BYTES = tuple((pair.encode(), one.encode()) for pair, one in _PAIRS.items())
_PAIR = re.compile("|".join(_PAIRS)).finditer
_ROUNDS = 3
"""A character can look like one that is mapped itself; after two rounds nothing in the table changes any more."""
_STRIPPED = frozenset({"Mn", "Me", "Cf"})
_TOGETHER = (
    frozenset({"Latin", "Han", "Hiragana", "Katakana"}),
    frozenset({"Latin", "Han", "Bopomofo"}),
    frozenset({"Latin", "Han", "Hangul"}),
)
"""Scripts that are written together every day (UTS 39, restriction level "highly restrictive")."""

Unit = tuple[int, int, str]
"""A piece of a text: its start, its end, and what it folds to."""


def fold(text: str) -> str:
    """Return what `text` looks like: equal for two texts that a hurried reader takes for each other.

    After UTS 39, with compatibility forms, case, marks and look-alike digits folded besides. Idempotent.
    """
    return _fold_ascii(text if text.isascii() else text.translate(_looks()))


def fold_aligned(text: str, wide: Iterable[tuple[int, int]]) -> str:
    """Fold many lines joined by newlines, with `PAD` behind each letter that two were folded to.

    So a line of ASCII keeps its length and its places. Without the pads it is what `fold` gives of each line. `wide`
    are the spans of what is not ASCII, in order.
    """
    parts, at = [], 0
    for start, end in wide:
        parts += [text[at:start], text[start:end].translate(_looks())]
        at = end
    return _fold_ascii("".join([*parts, text[at:]]), PAD.encode())


def explain(piece: str, word: str) -> list[tuple[str, str]] | None:
    """Return what in `piece` stands for what in `word`, in order; [] when they are equal but for case.

    `explain("amaz0n", "amazon") == [("0", "o")]`. None when the two do not read alike.
    """
    left, right = _units(piece), _units(word)
    if "".join(unit[2] for unit in left) != "".join(unit[2] for unit in right):
        return None
    pairs = ((piece[a:b], word[c:d]) for (a, b), (c, d) in _aligned(left, right))
    return [(given, meant) for given, meant in pairs if given.casefold() != meant.casefold()]


def unfold_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span of `text` that gave `fold(text)[start:end]`, characters that gave a part of it included."""
    units, starts, ends = _laid_out(text)
    first = bisect_right(ends, start)
    if first == len(units):
        return len(text), len(text)
    last = bisect_left(starts, end) - 1
    return units[first][0], units[last][1] if last >= first else units[first][0]


@cache
def script_of(char: str) -> str:
    """Return the script of one character (UAX 24), "" for what belongs to every script."""
    firsts, spans = _scripts()
    at = bisect_right(firsts, ord(char)) - 1
    return spans[at][1] if at >= 0 and ord(char) <= spans[at][0] else ""


def scripts(label: str) -> frozenset[str]:
    """Return the names of the scripts that the letters of `label` belong to."""
    return frozenset(map(script_of, label)) - {""}


def mixed(label: str) -> bool:
    """Say whether `label` mixes scripts that are not written together every day (UTS 39)."""
    found = scripts(label)
    return len(found) > 1 and not any(found <= together for together in _TOGETHER)


# --- folding ----------------------------------------------------------------------------------------------------------


def _fold_ascii(text: str, pad: bytes = b"") -> str:
    """Fold the ASCII in `text`. Bytes, because no part of a longer UTF-8 sequence is ASCII and bytes are quick."""
    folded = text.encode("utf-8", "surrogatepass").translate(_BYTES)
    for pair, one in _PAIR_BYTES:
        folded = folded.replace(pair, one + pad)
    return folded.decode("utf-8", "surrogatepass")


class _Looks(dict[int, str]):
    """What one character beyond ASCII looks like; found when it is first asked for."""

    def __init__(self, confusables: dict[str, str]) -> None:
        super().__init__((code, chr(code)) for code in range(128))
        self._confusables = confusables

    def __missing__(self, code: int) -> str:
        """Map as often as it takes. What would make or move a boundary stays as it is."""
        text = chr(code)
        for _ in range(_ROUNDS):
            text = "".join(self._confusables.get(char, char) for char in _plain(text))
        self[code] = chr(code) if _KEPT.intersection(text) else _plain(text)
        return self[code]


def _plain(text: str) -> str:
    """Take compatibility forms, marks and case away."""
    return unicodedata.normalize("NFC", _bare(_bare(text).casefold()))


def _bare(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if unicodedata.category(part) not in _STRIPPED)


@cache
def _looks() -> _Looks:
    rows = (line.split("\t") for line in _table("confusables.tsv"))
    shown = {chr(int(code, 16)): "".join(chr(int(each, 16)) for each in target.split()) for code, target in rows}
    return _Looks(shown)


def _units(text: str) -> list[Unit]:
    """Cut `text` into the pieces that fold by themselves; what folds to nothing goes with its neighbour."""
    looks = _looks()
    singles: list[Unit] = []
    for at, char in enumerate(text):
        folded = char.translate(looks).lower().translate(_CLASSES)
        if singles and not (folded and singles[-1][2]):
            singles[-1] = (singles[-1][0], at + 1, singles[-1][2] + folded)
        else:
            singles.append((at, at + 1, folded))
    return _paired(singles or [(0, 0, "")])


@lru_cache(maxsize=64)
def _laid_out(text: str) -> tuple[list[Unit], list[int], list[int]]:
    """Return the units of a text and where each begins and ends in its fold, for many questions about one text."""
    units = _units(text)
    ends = list(accumulate(len(folded) for _, _, folded in units))
    return units, [0, *ends[:-1]], ends


def _paired(singles: list[Unit]) -> list[Unit]:
    """Join the units whose characters fold together once more: "r" and "n"."""
    owners = [index for index, unit in enumerate(singles) for _ in unit[2]]
    pairs = _PAIR("".join(unit[2] for unit in singles))
    glued = {owners[pair.end() - 1] for pair in pairs if owners[pair.start()] != owners[pair.end() - 1]}
    units: list[Unit] = []
    for index, (start, end, folded) in enumerate(singles):
        units.append((units[-1][0], end, units.pop()[2] + folded) if index in glued else (start, end, folded))
    return [(start, end, _fold_ascii(folded)) for start, end, folded in units]


def _aligned(left: list[Unit], right: list[Unit]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield the smallest spans of two texts that fold to the same."""
    ends = dict(_ends(right))
    before = (0, 0)
    for at, end in _ends(left):
        if at in ends:
            yield (before[0], end), (before[1], ends[at])
            before = (end, ends[at])


def _ends(units: list[Unit]) -> Iterator[tuple[int, int]]:
    """Yield for each unit where it ends in the folded text and in the text."""
    at = 0
    for _, end, folded in units:
        at += len(folded)
        yield at, end


# --- tables -----------------------------------------------------------------------------------------------------------


def _table(name: str) -> list[str]:
    lines = files("scamhunt.indicators").joinpath(name).read_text("utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


@cache
def _scripts() -> tuple[list[int], list[tuple[int, str]]]:
    rows = [line.split("\t") for line in _table("scripts.tsv")]
    return [int(row[0], 16) for row in rows], [(int(row[1], 16), row[2]) for row in rows]
