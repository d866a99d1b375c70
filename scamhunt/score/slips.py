"""Which slip, or which trick, turned a brand's word into the letters of a name.

Four slips make most misspellings: a letter left out, added, replaced, or two swapped (Damerau, CACM 7(3), 1964). Which
letters go wrong is not chance: neighbours on the keyboard, doubled letters and vowels go wrong by themselves, and those
who register misspellings take them first (Moore & Edelman, Financial Cryptography 2010; Agten et al., Seven Months'
Worth of Mistakes, NDSS 2015; the kinds are also those of dnstwist and ail-typo-squatting). The first letter is seldom
wrong by accident, and another first letter is mostly another word (Kukich, ACM Computing Surveys 24(4), 1992).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise

from rapidfuzz.distance import OSA, Levenshtein

from scamhunt.indicators import lookalike
from scamhunt.score import sounds


class Kind(StrEnum):
    """What was done to the letters."""

    LOOKALIKE = "lookalike"
    """A character stands in place of one that it looks like: `0` for `o`."""
    REPETITION = "repetition"
    """A letter was doubled, or of a double letter one was left out."""
    TRANSPOSITION = "transposition"
    """Two neighbouring letters were swapped."""
    HOMOPHONE = "homophone"
    """Letters that sound alike: `f` for `ph`, `k` for `c`, `2` for `two`."""
    PLURAL = "plural"
    """An `s` or `es` was added at the end."""
    ADJACENT_KEY = "adjacent_key"
    """A neighbour on the keyboard was hit instead of the letter, or along with it."""
    VOWEL_SWAP = "vowel_swap"
    """A vowel stands in place of another."""
    OMISSION = "omission"
    """A letter is missing."""
    INSERTION = "insertion"
    """A letter or a hyphen was added."""
    DIGIT = "digit"
    """A digit was added, or stands in place of a letter that it does not look like, or the other way round."""
    BIT_FLIP = "bit_flip"
    """One bit of the character is wrong, as faulty memory makes it."""
    REPLACEMENT = "replacement"
    """Another letter, for no reason that is known: mostly another word."""


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip: `there` stands in the name, at `at`, where the word has `meant`; one of the two may be empty."""

    kind: Kind
    there: str
    meant: str
    at: int


MOST_EDITS = 2
WEIGHTS: Mapping[Kind, float] = {
    Kind.LOOKALIKE: 0.2,
    Kind.REPETITION: 0.25,
    Kind.TRANSPOSITION: 0.3,
    Kind.HOMOPHONE: 0.3,
    Kind.PLURAL: 0.3,
    Kind.ADJACENT_KEY: 0.4,
    Kind.VOWEL_SWAP: 0.4,
    Kind.DIGIT: 0.45,
    Kind.OMISSION: 0.5,
    Kind.INSERTION: 0.6,
    Kind.BIT_FLIP: 0.8,
    Kind.REPLACEMENT: 1.0,
}
"""How much of the word a slip of this kind costs. The order follows the sources above; the figures are ours."""
LETTERS_A_SLIP = 4
"""With one arbitrary letter in so many, or more, nothing is left of the word."""
FIRST_LETTER = 2.0
"""How many times dearer a slip is that changes the first letter."""
_KEEPS_FIRST = frozenset({Kind.LOOKALIKE, Kind.REPETITION, Kind.HOMOPHONE})

_VOWELS = frozenset("aeiou")
_HOST_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_KEYBOARDS = (
    ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    ("azertyuiop", "qsdfghjklm", "wxcvbn"),
    ("qwertzuiop", "asdfghjkl", "yxcvbnm"),
)
_SAID = {
    Kind.TRANSPOSITION: "swapped",
    Kind.HOMOPHONE: "sounds alike",
    Kind.LOOKALIKE: "looks alike",
    Kind.ADJACENT_KEY: "next key",
    Kind.BIT_FLIP: "one bit",
    Kind.PLURAL: "plural",
}

Edit = tuple[str, int, int]
"""What was done, where in the piece, where in the word."""


def explain(piece: str, word: str) -> tuple[Slip, ...]:
    """Return the slips that turn `word` into `piece`, from left to right; () when they are equal.

    Of several explanations the cheapest (`cost`). One spelling that sounds alike is one slip, however many letters it
    changes. Beyond two edits (optimal string alignment) there is nothing to explain: the whole is one replacement, the
    cost of which is 1. Any texts, lower-case; never raises.
    """
    if piece == word:
        return ()
    whole = [(Slip(each.kind, each.there, each.meant, each.at),) for each in _whole(piece, word)]
    found = whole or _by_letters(piece, word) or [(Slip(Kind.REPLACEMENT, piece, word, 0),)]
    return min(found, key=lambda slips: cost(slips, word))


def cost(slips: Sequence[Slip], word: str) -> float:
    """Return how much of `word` the slips leave unsaid: 0 (nothing changed) to 1 (another word), relative to length."""
    paid = sum(WEIGHTS[slip.kind] * max(1, _letters(slip)) * _place(slip) for slip in slips)
    return min(1.0, paid * LETTERS_A_SLIP / max(1, len(word)))


def told(slip: Slip) -> str:
    """Return a slip for a person: `'zm' for 'mz' (swapped)`, `'o' missing`, `'x' added`."""
    why = f" ({_SAID[slip.kind]})" if slip.kind in _SAID else ""
    if slip.there and slip.meant:
        return f"'{slip.there}' for '{slip.meant}'{why}"
    return f"'{slip.there}' added{why}" if slip.there else f"'{slip.meant}' missing"


def _letters(slip: Slip) -> int:
    """Return how many letters an arbitrary replacement changes; any other kind is one act."""
    return max(len(slip.there), len(slip.meant)) if slip.kind is Kind.REPLACEMENT else 1


def _place(slip: Slip) -> float:
    return 1.0 if slip.at or slip.kind in _KEEPS_FIRST else FIRST_LETTER


# --- alignment --------------------------------------------------------------------------------------------------------


def _whole(piece: str, word: str) -> Iterator[Slip]:
    """Yield the slips that alone explain everything and are more than one letter each."""
    if piece == word + "es":
        yield Slip(Kind.PLURAL, "es", "", len(word))
    for each in sounds.respellings(word):
        if each.text == piece:
            yield Slip(Kind.HOMOPHONE, each.there, each.meant, each.at)


def _by_letters(piece: str, word: str) -> list[tuple[Slip, ...]]:
    """Return the explanations letter by letter, each with as few edits as there can be; none beyond two edits."""
    least = OSA.distance(piece, word, score_cutoff=MOST_EDITS)
    if least > MOST_EDITS:
        return []
    mended = [(swaps, _swapped(piece, swaps)) for swaps in _swaps(piece, word, least)]
    return [
        _slips(piece, text, word, swaps, edits)
        for swaps, text in mended
        if Levenshtein.distance(text, word) == least - len(swaps)
        for edits in _alignments(text, word)
    ]


def _alignments(text: str, word: str) -> list[list[Edit]]:
    """Return the edits that make `word` the text, aligned from the left and from the right."""
    left = [(edit.tag, edit.dest_pos, edit.src_pos) for edit in Levenshtein.editops(word, text)]
    ends = {"replace": (1, 1), "insert": (1, 0), "delete": (0, 1)}
    right = [
        (edit.tag, len(text) - edit.dest_pos - ends[edit.tag][0], len(word) - edit.src_pos - ends[edit.tag][1])
        for edit in Levenshtein.editops(word[::-1], text[::-1])
    ]
    return [left] if right[::-1] == left else [left, right]


def _swaps(piece: str, word: str, least: int) -> Iterator[tuple[int, ...]]:
    """Yield where neighbours of `piece` may have been swapped: nowhere, at one place, at two."""
    yield ()
    first = [at for at in range(len(piece) - 1) if OSA.distance(_swapped(piece, (at,)), word) < least]
    yield from ((at,) for at in first)
    if least == MOST_EDITS:
        yield from ((at, other) for at in first for other in first if other > at + 1)


def _swapped(piece: str, swaps: tuple[int, ...]) -> str:
    for at in swaps:
        piece = piece[:at] + piece[at + 1 : at + 2] + piece[at] + piece[at + 2 :]
    return piece


def _slips(piece: str, mended: str, word: str, swaps: tuple[int, ...], edits: list[Edit]) -> tuple[Slip, ...]:
    swapped = [Slip(Kind.TRANSPOSITION, piece[at : at + 2], mended[at : at + 2], at) for at in swaps]
    others = [_SLIPS[tag](mended, word, at, meant) for tag, at, meant in edits]
    return tuple(sorted([*swapped, *others], key=lambda slip: slip.at))


def _missing(piece: str, word: str, at: int, meant: int) -> Slip:
    """Return the slip that `word[meant]` is missing before `piece[at]`."""
    letter = word[meant]
    if letter == word[max(meant - 1, 0) : meant] == piece[max(at - 1, 0) : at]:
        return Slip(Kind.REPETITION, letter, letter * 2, at - 1)
    if letter == word[meant + 1 : meant + 2] == piece[at : at + 1]:
        return Slip(Kind.REPETITION, letter, letter * 2, at)
    return Slip(Kind.OMISSION, "", letter, at)


def _added(piece: str, word: str, at: int, meant: int) -> Slip:
    """Return the slip that `piece[at]` was added before `word[meant]`."""
    letter, ahead, behind = piece[at], piece[max(at - 1, 0) : at], piece[at + 1 : at + 2]
    if letter == ahead == word[max(meant - 1, 0) : meant]:
        return Slip(Kind.REPETITION, letter * 2, letter, at - 1)
    if letter == behind == word[meant : meant + 1]:
        return Slip(Kind.REPETITION, letter * 2, letter, at)
    if letter == "s" and not behind:
        return Slip(Kind.PLURAL, letter, "", at)
    if letter.isdecimal():
        return Slip(Kind.DIGIT, letter, "", at)
    beside = _beside().get(letter, frozenset())
    return Slip(Kind.ADJACENT_KEY if {ahead, behind} & beside else Kind.INSERTION, letter, "", at)


def _other(piece: str, word: str, at: int, meant: int) -> Slip:
    """Return the slip that `piece[at]` stands for `word[meant]`."""
    return Slip(_exchange(piece[at], word[meant]), piece[at], word[meant], at)


_SLIPS = {"delete": _missing, "insert": _added, "replace": _other}


def _exchange(there: str, meant: str) -> Kind:
    """Return how one character came to stand for another: the likeliest kind that fits."""
    if lookalike.fold(there) == lookalike.fold(meant):
        return Kind.LOOKALIKE
    if there.isdecimal() or meant.isdecimal():
        return Kind.DIGIT
    if (there, meant) in sounds.SOUNDS or (meant, there) in sounds.SOUNDS:
        return Kind.HOMOPHONE
    if {there, meant} <= _VOWELS:
        return Kind.VOWEL_SWAP
    if there in _beside().get(meant, frozenset()):
        return Kind.ADJACENT_KEY
    one_bit = (ord(there) ^ ord(meant)).bit_count() == 1
    return Kind.BIT_FLIP if one_bit and {there, meant} <= _HOST_CHARACTERS else Kind.REPLACEMENT


@cache
def _beside() -> Mapping[str, frozenset[str]]:
    """Return the letters around each letter on the usual keyboards; a row lies half a key to the right of the upper."""
    pairs = {pair for rows in _KEYBOARDS for row in rows for pair in pairwise(row)}
    for rows in _KEYBOARDS:
        for upper, lower in pairwise(rows):
            pairs |= {*zip(upper, lower, strict=False), *zip(upper[1:], lower, strict=False)}
    pairs |= {pair[::-1] for pair in pairs}
    return {letter: frozenset(other for one, other in pairs if one == letter) for letter, _ in pairs}
