"""How letters follow each other in names that people made up, to tell words from random strings."""

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

_EDGE = 26
_SIZE = 27
_SHADES = "".join(chr(code) for code in range(ord("!"), ord("!") + 80))
"""One character for each quarter of a bit, from 0 to 20 bits."""
_QUARTERS = 4
_STROKES = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "\u0131": "i"})
LONGEST = 63
"""Letters of a run that are looked at: a label has no more."""
KEPT = 100_000
"""So many runs are remembered with their bits."""
LEAST = 5
"""Runs of fewer letters are abbreviations as often as chance."""
RANDOM = 5.0
"""Bits a letter from which a run is called random: 2 in 100 runs of honest names reach it."""


@dataclass(frozen=True)
class Letters:
    """The cost in bits of each letter after two others, one string of 27 shades for each pair."""

    rows: tuple[str, ...]
    _known: dict[str, float] = field(init=False, default_factory=dict, repr=False, compare=False)

    def bits(self, run: str) -> float:
        """Return how many bits a letter of the run costs on average, a to z only."""
        run = run[:LONGEST]
        if run not in self._known:
            if len(self._known) >= KEPT:  # outside text chooses the keys: do not let it choose the memory
                self._known.clear()
            letters = [letter for letter in _latin(run) if "a" <= letter <= "z"]
            self._known[run] = sum(self._costs(letters)) / len(letters) if letters else 0.0
        return self._known[run]

    def random(self, run: str) -> bool:
        """Return whether a run of letters looks like chance and not like a word of any language."""
        return len(run) >= LEAST and self.bits(run) >= RANDOM

    def _costs(self, run: Iterable[str]) -> Iterable[float]:
        first = second = _EDGE
        for letter in run:
            third = ord(letter) - ord("a")
            yield (ord(self.rows[first * _SIZE + second][third]) - ord("!")) / _QUARTERS
            first, second = second, third


def _latin(run: str) -> str:
    """Return the run without accents: `kraków` is as common as `krakow`."""
    if run.isascii():
        return run
    return unicodedata.normalize("NFD", run.translate(_STROKES))


def parse_letters(text: str) -> Letters:
    """Read `data/scoring/letters.txt`. Raises `ValueError` when it has another shape."""
    rows = tuple(line for line in text.splitlines() if line and not line.startswith("# "))
    if len(rows) != _SIZE * _SIZE or any(len(row) != _SIZE or set(row) - set(_SHADES) for row in rows):
        raise ValueError("letters.txt needs 729 rows of 27 shades; run `make train`")
    return Letters(rows)


def learn_letters(runs: Iterable[str]) -> str:
    """Return the table in the shape that `parse_letters` reads, from runs of letters a to z.

    Trigrams with the edges of a run as letters of their own, interpolated with bigrams and single letters
    (Jelinek and Mercer 1980).
    """
    ones, twos, threes = [1.0] * _SIZE, [[0.0] * _SIZE for _ in range(_SIZE)], [[0.0] * _SIZE for _ in range(_SIZE**2)]
    for run in runs:
        first = second = _EDGE
        for letter in [*run, None]:
            third = ord(letter) - ord("a") if letter else _EDGE
            ones[third] += 1
            twos[second][third] += 1
            threes[first * _SIZE + second][third] += 1
            first, second = second, third
    rows = []
    for pair, counts in enumerate(threes):
        two = twos[pair % _SIZE]
        row = ""
        for third in range(_SIZE):
            chance = 0.7 * counts[third] / max(sum(counts), 8.0) + 0.2 * two[third] / max(sum(two), 8.0)
            chance += 0.1 * ones[third] / sum(ones)
            row += _SHADES[min(len(_SHADES) - 1, round(-math.log2(chance) * _QUARTERS))]
        rows.append(row)
    return "\n".join(rows) + "\n"
