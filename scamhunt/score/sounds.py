"""Spellings that sound alike and numeral words: `fotobank` for `photobank`, `2morrow` for `tomorrow`.

The pairs are those of the "homophones" and "numeral swap" of the public typo generators (dnstwist, ail-typo-squatting),
with the letters that English spelling gives one sound. They are tried in both directions, one place at a time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from rapidfuzz.distance import OSA

ONE_EDIT_FROM, TWO_EDITS_FROM = 5, 9
"""How long a word is that still means the same after one edit, and after two."""


MOST = 12
"""Variants of one word."""
SHORTEST = 4
"""Letters and digits of a variant: below, it means anything."""
_SHORTEST_SPOKEN = 5
"""The same where a word is named by one character: `u` for `you`."""

NUMERALS = (
    ("one", "1"),
    ("two", "2"),
    ("to", "2"),
    ("three", "3"),
    ("four", "4"),
    ("for", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
)
SOUNDS = (
    ("ph", "f"),
    ("qu", "kw"),
    ("x", "ks"),
    ("x", "cks"),
    ("tion", "shun"),
    ("oo", "u"),
    ("ight", "ite"),
    ("ck", "k"),
    ("c", "k"),
    ("ck", "c"),
    ("ee", "ea"),
    ("z", "s"),
    ("y", "i"),
    ("sh", "sch"),
    ("c", "s"),
    ("q", "k"),
    ("g", "j"),
    ("v", "w"),
    ("f", "v"),
)
SPOKEN = (("you", "u"), ("and", "n"), ("are", "r"), ("too", "2"), ("ate", "8"))
"""Only in this direction: an `n` in a brand's word is no "and"."""
_PAIRS = (*(both for pair in (*NUMERALS, *SOUNDS) for both in (pair, pair[::-1])), *SPOKEN)


@dataclass(frozen=True, slots=True)
class Respelling:
    """A word with one piece put for another: `meant` of the word became `there`, at `at` in both."""

    text: str
    there: str
    meant: str
    at: int


def variants(word: str) -> dict[str, str]:
    """Return other spellings of a brand word that sound alike, each with what was changed: `'f' for 'ph'`.

    For the index: only those that lie beyond the edits that the word bears (`BrandWord.edits`), so that nothing is
    found twice. A word below 5 letters gives only numerals. Numerals come first, then sounds, then
    words named by one character; at most `MOST`, none below `SHORTEST` characters. `word`: lower-case letters, digits.
    """
    short = len(word) < ONE_EDIT_FROM
    edits = (len(word) >= ONE_EDIT_FROM) + (len(word) >= TWO_EDITS_FROM)
    found = {
        each.text: f"'{each.there}' for '{each.meant}'"
        for each in respellings(word)
        if _long_enough(each)
        and (not short or each.there.isdecimal() or each.meant.isdecimal())
        and OSA.distance(each.text, word, score_cutoff=edits) > edits
    }
    return dict(islice(found.items(), MOST))


@lru_cache(maxsize=4096)
def respellings(word: str) -> tuple[Respelling, ...]:
    """Return every spelling of `word` with one piece put for one that sounds alike; the likeliest first."""
    return tuple(each for meant, there in _PAIRS if meant in word for each in _replaced(word, meant, there))


def _replaced(word: str, meant: str, there: str) -> Iterator[Respelling]:
    """Yield `word` with each `meant` in turn made `there`."""
    at = word.find(meant)
    while at >= 0:
        if not _is_part(word, at, meant, there):
            yield Respelling(word[:at] + there + word[at + len(meant) :], there, meant, at)
        at = word.find(meant, at + 1)


def _is_part(word: str, at: int, meant: str, there: str) -> bool:
    """Say whether the piece belongs to more: the `k` of a `ck` is none to be made `ck`, the `2` of `24` is no two."""
    if meant.isdecimal():
        return word[max(at - 1, 0) : at].isdecimal() or word[at + 1 : at + 2].isdecimal()
    inside = there.find(meant)
    return inside >= 0 and inside <= at and word.startswith(there, at - inside)


def _long_enough(each: Respelling) -> bool:
    return len(each.text) >= (_SHORTEST_SPOKEN if (each.meant, each.there) in SPOKEN else SHORTEST)
