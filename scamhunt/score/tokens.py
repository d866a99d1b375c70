"""The pieces of names that could be a misspelt brand word."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from scamhunt.score.brandwords import SHORT
from scamhunt.score.deletions import LONGEST
from scamhunt.score.hashes import Hashes, HashFilter, HashTable, Mask, Positions, spread
from scamhunt.score.joined import Joined, codes_of, runs_of

MOST_HYPHENS = 2
"""Hyphens that a label may have to be read without them: with more it is words, not one word in pieces."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Columns: pieces of a text, the joined names and behind them labels without their hyphens."""

    text: Hashes
    starts: Positions
    ends: Positions
    origins: Positions
    """Where each character behind the joined names stands in them."""
    joined: int
    """How long the joined names are."""

    def places(self, which: Positions) -> tuple[Positions, Positions]:
        """Return start and end in the joined names."""
        starts, ends = self.starts[which], self.ends[which]
        behind = np.flatnonzero(starts >= self.joined)
        starts[behind] = self.origins[starts[behind] - self.joined]
        ends[behind] = self.origins[ends[behind] - 1 - self.joined] + 1
        return starts, ends


class Tokenizer:
    """Knows the lure words that may stand before or behind a token."""

    def __init__(self, lures: Iterable[str]) -> None:
        """Take the words; those of up to `SHORT` letters are part of too much."""
        known = sorted({lure for lure in lures if SHORT < len(lure) < LONGEST})
        sizes = np.array([len(lure) for lure in known], dtype=np.int64)
        ends = np.cumsum(sizes)
        text = Hashes(codes_of("".join(known)))
        self._sizes = np.unique(sizes)
        self._lures = HashTable(text.spans(ends - sizes, ends), np.arange(len(known)))
        self._heads = HashFilter(text.spans(ends - sizes, ends - sizes + SHORT + 1))
        self._tails = HashFilter(text.spans(ends - SHORT - 1, ends))

    def tokens(self, joined: Joined) -> Tokens:
        """Return runs of letters, of letters and digits, what a lure at an end leaves, and labels without hyphens."""
        runs = joined.runs[joined.runs[:, 1] - joined.runs[:, 0] > SHORT]
        labels, origins = _without_hyphens(joined)
        text = Hashes(np.concatenate([joined.codes, joined.codes[origins]]))
        spans = np.concatenate([runs, _mixed(joined), *self._without_lure(text, runs), labels])
        sizes = spans[:, 1] - spans[:, 0]
        spans = spans[(sizes > SHORT) & (sizes <= LONGEST)]
        return Tokens(text, spans[:, 0], spans[:, 1], origins, len(joined.codes))

    def _without_lure(self, text: Hashes, runs: Positions) -> Iterator[Positions]:
        led = runs[self._heads.maybe(text.spans(runs[:, 0], runs[:, 0] + SHORT + 1))]
        owner, size = np.nonzero(led[:, :1] + self._sizes + SHORT < led[:, 1:])
        middle = led[owner, 0] + self._sizes[size]
        lures = self._lures.has(text.spans(led[owner, 0], middle))
        yield np.stack([middle, led[owner, 1]], axis=1)[lures]
        trailed = runs[self._tails.maybe(text.spans(runs[:, 1] - SHORT - 1, runs[:, 1]))]
        owner, size = np.nonzero(trailed[:, 1:] - self._sizes - SHORT > trailed[:, :1])
        middle = trailed[owner, 1] - self._sizes[size]
        lures = self._lures.has(text.spans(middle, trailed[owner, 1]))
        yield np.stack([trailed[owner, 0], middle], axis=1)[lures]


def _mixed(joined: Joined) -> Positions:
    """Return the runs of letters and digits that have both."""
    runs = runs_of(joined.letters | joined.digits)
    digits = np.concatenate([[0], np.cumsum(joined.digits, dtype=np.int32)])
    count = digits[runs[:, 1]] - digits[runs[:, 0]]
    both: Mask = (count > 0) & (count < runs[:, 1] - runs[:, 0])
    return runs[both]


def _hyphened(joined: Joined) -> Positions:
    """Return the labels with one hyphen or two."""
    ends = np.flatnonzero((joined.codes == ord("\n")) | (joined.codes == ord(".")))
    label, count = np.unique(np.searchsorted(ends, joined.at("-")), return_counts=True)
    starts = np.concatenate([[0], ends + 1])
    length = ends[label] - starts[label] - count
    label = label[(count <= MOST_HYPHENS) & (length > SHORT) & (length <= LONGEST)]
    return np.stack([starts[label], ends[label]], axis=1)


def _without_hyphens(joined: Joined) -> tuple[Positions, Positions]:
    """Return the labels as spans behind the joined names, and where their characters come from."""
    labels = _hyphened(joined)
    owner, step = spread(labels[:, 1] - labels[:, 0])
    places = labels[owner, 0] + step
    origins = places[joined.codes[places] != ord("-")]
    return np.searchsorted(origins, labels) + len(joined.codes), origins
