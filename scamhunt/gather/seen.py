"""Which values were seen already in this run of a feed: eight bytes a name."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class Seen:
    """Remember values as sorted runs of their hashes.

    Exact within a batch. Across batches two names of equal 64-bit hash are taken for one: for ten million names the
    chance that this happens at all is below one in 100,000.
    """

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self._runs: list[NDArray[np.int64]] = []

    def mark_new(self, values: Sequence[str]) -> list[bool]:
        """Return for each value whether this is the first time that it comes, and remember it."""
        first = dict(zip(reversed(values), range(len(values) - 1, -1, -1), strict=True))
        hashes = np.fromiter(map(hash, first), np.int64, len(first))
        order = np.argsort(hashes)
        hashes = hashes[order]  # sorted: each look-up begins where the one before ended, in the cache
        known = np.zeros(len(first), np.bool_)
        for run in self._runs:
            places = np.searchsorted(run, hashes)
            known |= run[np.minimum(places, len(run) - 1)] == hashes
        self._remember(hashes[~known])
        new = np.zeros(len(values), np.bool_)
        new[np.fromiter(first.values(), np.intp, len(first))[order]] = ~known
        answer: list[bool] = new.tolist()
        return answer

    def _remember(self, hashes: NDArray[np.int64]) -> None:
        """Add a sorted run; merge until each run is more than twice as long as the next: few runs, little copying."""
        if not len(hashes):
            return
        self._runs.append(hashes)
        while len(self._runs) > 1 and len(self._runs[-2]) <= 2 * len(self._runs[-1]):
            last, before = self._runs.pop(), self._runs.pop()
            merged = np.concatenate((before, last))
            merged.sort(kind="stable")
            self._runs.append(merged)

    @property
    def size(self) -> int:
        """How many values are remembered."""
        return sum(map(len, self._runs))
