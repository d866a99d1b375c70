"""Words within one or two edits of a token, for a whole batch at once.

Two strings within k edits (insertions, deletions, replacements, swaps of neighbours) have a common remainder after at
most k deletions on each side (Garbe, SymSpell, 2012). So the remainders of all words go into one table, as 64-bit
polynomial hashes, and those of the tokens are looked up there. What is found is only a candidate: the caller measures
the true distance.
"""

from collections.abc import Iterator, Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint64]
"""Tokens of one length as code points: (tokens, length)."""

LONGEST = 24
"""Tokens beyond this length are not looked up: the pairs of deletions grow with its square."""
_BASE = 0x9E3779B97F4A7C15  # odd, so that its powers never vanish modulo 2**64
_POWERS = np.array([pow(_BASE, n, 2**64) for n in range(LONGEST + 3)], dtype=np.uint64)
_FILTER_BITS = 22


class Deletions:
    """The remainders of all words after up to `edits` deletions, for look-up by the remainders of tokens."""

    def __init__(self, words: Sequence[str], edits: int) -> None:
        """Take ASCII words of at most `LONGEST` letters; `edits` is 1 or 2."""
        self.words = [word for word in words if len(word) <= LONGEST]
        self._edits = edits
        lengths = np.array([len(word) for word in self.words], dtype=np.int64)
        keys, values = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
        for length in np.unique(lengths):
            members = np.flatnonzero(lengths == length)
            codes = np.array([[ord(c) for c in self.words[at]] for at in members], dtype=np.uint64)
            for remainder in remainders(codes, edits):
                keys.append(remainder)
                values.append(members)
        order = np.argsort(np.concatenate(keys), kind="stable")
        self._keys = np.concatenate(keys)[order]
        self._values = np.concatenate(values)[order]
        self._filter = np.zeros(2**_FILTER_BITS, dtype=bool)
        self._filter[_slot(self._keys)] = True
        self.lengths = range(
            int(lengths.min(initial=99)) - edits, min(int(lengths.max(initial=0)) + edits, LONGEST) + 1
        )

    def near(self, codes: Codes) -> set[tuple[int, int]]:
        """Return (token, word) index pairs that could lie within the edits; all that do are among them."""
        found: set[tuple[int, int]] = set()
        for remainder in remainders(codes, self._edits):
            rows = np.flatnonzero(self._filter[_slot(remainder)])
            first = np.searchsorted(self._keys, remainder[rows], "left")
            last = np.searchsorted(self._keys, remainder[rows], "right")
            for at in np.flatnonzero(last > first):
                row = int(rows[at])
                found.update((row, int(word)) for word in self._values[first[at] : last[at]])
        return found


def remainders(codes: Codes, edits: int) -> Iterator[NDArray[np.uint64]]:
    """Yield the hash of each token as it is, without each one letter and, for two edits, without each two letters."""
    count, length = codes.shape
    heads = np.zeros((length + 1, count), dtype=np.uint64)
    tails = np.zeros((length + 1, count), dtype=np.uint64)
    columns = np.ascontiguousarray(codes.T)
    with np.errstate(over="ignore"):
        for at in range(length):
            heads[at + 1] = heads[at] * _POWERS[1] + columns[at]
        for at in range(length - 1, -1, -1):
            tails[at] = tails[at + 1] + columns[at] * _POWERS[length - 1 - at]
        yield heads[length]
        for cut in range(length):
            yield heads[cut] * _POWERS[length - 1 - cut] + tails[cut + 1]
        for cut in range(length if edits > 1 else 0):
            for second in range(cut + 1, length):
                between = heads[second] - heads[cut + 1] * _POWERS[second - cut - 1]
                yield (
                    heads[cut] * _POWERS[length - 2 - cut] + between * _POWERS[length - 1 - second] + tails[second + 1]
                )


def _slot(keys: NDArray[np.uint64]) -> NDArray[np.intp]:
    return cast("NDArray[np.intp]", (keys >> np.uint64(64 - _FILTER_BITS)).astype(np.intp))
