"""The joined names as they look: folded, without hyphens and dots, and where each letter comes from."""

from collections.abc import Sequence

import numpy as np

from scamhunt.indicators import lookalike
from scamhunt.score.hashes import Mask, Positions
from scamhunt.score.joined import LAST_ASCII, Joined, codes_of, runs_of

_DROPPED = np.array([ord("-"), ord("."), ord(lookalike.PAD)], dtype=np.uint32)


class Bare:
    """What is left of the names when all that can hide a word is taken away."""

    def __init__(self, joined: Joined, heads: Sequence[str]) -> None:
        """Take the names, joined and one by one."""
        self._joined, self._heads = joined, heads
        self._aligned = lookalike.fold_aligned(joined.text, runs_of(joined.codes > LAST_ASCII).tolist())
        self._codes = codes_of(self._aligned)
        self._starts = joined.starts
        if not joined.text.isascii():  # other scripts may fold to more letters or to fewer
            self._starts = np.concatenate([[0], np.flatnonzero(self._codes == ord("\n"))[:-1] + 1])
        hyphen, dot, pad = _DROPPED
        kept = (self._codes != hyphen) & (self._codes != dot) & (self._codes != pad)
        self._origins = np.flatnonzero(kept)
        self.text = self._codes[self._origins].tobytes().decode("utf-32-le", "surrogatepass")

    def places(self, firsts: Positions, lasts: Positions) -> tuple[Positions, Positions]:
        """Return start and end in the joined names of spans of this text."""
        starts, ends = self._origins[firsts], self._origins[lasts - 1] + 1
        ends += self._codes[ends] == ord(lookalike.PAD)
        if self._starts is self._joined.starts:
            return starts, ends
        rows = np.searchsorted(self._starts, starts, "right") - 1
        for at in np.flatnonzero(self._joined.wide[rows]):
            starts[at], ends[at] = self._unfolded(int(rows[at]), int(starts[at]), int(ends[at]))
        narrow = ~self._joined.wide[rows]
        shift = (self._joined.starts - self._starts)[rows]
        return starts + shift * narrow, ends + shift * narrow

    def _unfolded(self, row: int, start: int, end: int) -> tuple[int, int]:
        line = int(self._starts[row])
        before = self._aligned[line:start].replace(lookalike.PAD, "")
        inside = self._aligned[start:end].replace(lookalike.PAD, "")
        first, last = lookalike.unfold_span(self._heads[row], len(before), len(before) + len(inside))
        return int(self._joined.starts[row]) + first, int(self._joined.starts[row]) + last


def holds(joined: Joined, character: str, starts: Positions, ends: Positions) -> Mask:
    """Return whether a character stands inside each span."""
    places = joined.at(character)
    return np.searchsorted(places, starts) < np.searchsorted(places, ends)
