"""Hashes of any part of a long text in two look-ups, and tables of such hashes: string work as array work.

The hash of a span is a polynomial in an odd number modulo 2**64. Sums over the whole text give it for every span, and
for every span without one or two of its characters.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64]
Keys = NDArray[np.uint64]
Codes = NDArray[np.uint32]
Mask = NDArray[np.bool_]

_UP = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2**64
_DOWN = pow(_UP, -1, 2**64)
LEFT = np.uint64(_DOWN)
"""What moves a hash one place to the left."""
_LEAST_BITS, _MOST_BITS = 10, 22
_ROOM = 16
"""Slots of a filter for each key: one look-up in sixteen passes by chance."""


class Hashes:
    """The hash of any span of one text."""

    def __init__(self, codes: Codes) -> None:
        """Take the text as code points."""
        self._sums = np.zeros(len(codes) + 1, dtype=np.uint64)
        np.cumsum(codes * _powers(_UP, len(codes)), out=self._sums[1:])
        self._back = _powers(_DOWN, len(codes) + 1)

    def spans(self, starts: Positions, ends: Positions) -> Keys:
        """Return the hash of each span; equal for equal texts."""
        keys: Keys = (self._sums[ends] - self._sums[starts]) * self._back[starts]
        return keys

    def fronts(self, starts: Positions, length: int) -> Keys:
        """Return the hashes of the first 0, 1, ... `length` characters of spans, a row each, a column a span."""
        sums = self._sums[np.arange(length + 1)[:, None] + starts]
        fronts: Keys = (sums - self._sums[starts]) * self._back[starts]
        return fronts

    def without(self, starts: Positions, ends: Positions, first: Positions, second: Positions) -> Keys:
        """Return the hash of each span without the characters at `first` and `second`; a place at its end is none."""
        sums = self._sums
        head = sums[first] - sums[starts]
        middle = sums[second] - sums[np.minimum(first + 1, second)]
        tail = sums[ends] - sums[np.minimum(second + 1, ends)]
        moved: Keys = np.multiply(middle + np.multiply(tail, LEFT, dtype=np.uint64), LEFT, dtype=np.uint64)
        keys: Keys = (head + moved) * self._back[starts]
        return keys


def rest_of(whole: Keys, front: Keys, length: Positions | int) -> Keys:
    """Return the hash of what follows a front of `length` characters, from the hashes of the whole and of the front."""
    rest: Keys = (whole - front) * _powers(_DOWN, int(np.max(length, initial=0)) + 1)[length]
    return rest


class HashFilter:
    """A set of hashes that may say yes by chance, in one look-up."""

    def __init__(self, keys: Keys) -> None:
        """Take the hashes."""
        bits = min(max((_ROOM * len(keys)).bit_length(), _LEAST_BITS), _MOST_BITS)
        self._shift = np.uint64(64 - bits)
        self._seen = np.zeros(2**bits, dtype=np.bool_)
        self._seen[self._slots(keys)] = True

    def maybe(self, keys: Keys) -> Mask:
        """Return for each hash whether it could be in the set; True for all that are."""
        return self._seen[self._slots(keys)]

    def _slots(self, keys: Keys) -> Positions:
        return (keys >> self._shift).view(np.int64)


class HashTable:
    """Hashes and what they stand for; one hash may stand for several values."""

    def __init__(self, keys: Keys, values: Positions) -> None:
        """Take columns of one length."""
        order = np.argsort(keys, kind="stable")
        self._keys, self._values = keys[order], values[order]
        self._filter = HashFilter(keys)
        self._other_bits = HashFilter(keys << np.uint64(_MOST_BITS))

    def find(self, keys: Keys) -> tuple[Positions, Positions]:
        """Return (index into `keys`, value) for each value of each hash."""
        likely = self.likely(keys)
        first = np.searchsorted(self._keys, keys[likely], "left")
        last = np.searchsorted(self._keys, keys[likely], "right")
        owner, step = spread(last - first)
        return likely[owner], self._values[first[owner] + step]

    def likely(self, keys: Keys) -> Positions:
        """Return the indices of the hashes that could be in the table: all that are, and few others."""
        likely = np.flatnonzero(self._filter.maybe(keys))
        return likely[self._other_bits.maybe(keys[likely] << np.uint64(_MOST_BITS))]

    def has(self, keys: Keys) -> Mask:
        """Return for each hash whether it is in the table."""
        found = self._filter.maybe(keys)
        likely = np.flatnonzero(found)
        at = np.searchsorted(self._keys, keys[likely])
        found[likely] = self._keys[np.minimum(at, len(self._keys) - 1)] == keys[likely]
        return found


def spread(counts: Positions) -> tuple[Positions, Positions]:
    """Return (owner, step): every owner as often as it counts, with steps 0, 1, 2, ... of its own."""
    owner = np.repeat(np.arange(len(counts)), counts)
    return owner, np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)


def _powers(base: int, count: int) -> Keys:
    return _many_powers(base, max(count, 1).bit_length())[:count]


@lru_cache(maxsize=6)
def _many_powers(base: int, bits: int) -> Keys:
    powers = np.full(2**bits, base, dtype=np.uint64)
    powers[0] = 1
    return np.multiply.accumulate(powers)
