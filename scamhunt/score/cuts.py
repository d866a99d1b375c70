"""Which runs of letters come out even as words that explain them: `Vocabulary.cut` for a whole batch at once."""

from collections.abc import Iterable

import numpy as np

from scamhunt.score.hashes import Hashes, HashTable, Mask, Positions
from scamhunt.score.joined import codes_of

LABEL = 63
"""Characters that a label holds at most (RFC 1035, 2.3.4)."""


class Cuts:
    """Words that explain letters beside a brand."""

    def __init__(self, words: Iterable[str]) -> None:
        """Take the words."""
        known = sorted({word for word in words if 0 < len(word) <= LABEL})
        sizes = np.array([len(word) for word in known], dtype=np.int64)
        ends = np.cumsum(sizes)
        self._words = HashTable(Hashes(codes_of("".join(known))).spans(ends - sizes, ends), np.arange(len(known)))
        self._sizes = np.unique(sizes)

    def even(self, text: Hashes, starts: Positions, ends: Positions) -> Mask:
        """Return whether each span is nothing, or words one after the other; longer than a label is neither."""
        even: Mask = starts == ends
        span = np.flatnonzero(~even & (ends - starts <= LABEL))
        at = ends[span]
        while len(span):  # each round takes one word off every end that is still open
            span, at = self._shorter(text, starts, span, at)
            even[span[at == starts[span]]] = True
            still = ~even[span]
            opened = np.unique(span[still] * (LABEL + 1) + at[still] - starts[span[still]])
            span, left = np.divmod(opened, LABEL + 1)
            at = starts[span] + left
        return even

    def _shorter(self, text: Hashes, starts: Positions, span: Positions, at: Positions) -> tuple[Positions, Positions]:
        """Return the spans without each word that ends them: which, and where what is left ends."""
        owner, size = np.nonzero(at[:, None] - self._sizes >= starts[span][:, None])
        ends = at[owner]
        left = ends - self._sizes[size]
        words = self._words.has(text.spans(left, ends))
        return span[owner[words]], left[words]
