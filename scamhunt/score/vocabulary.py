"""Ordinary words and lure words: what explains the letters around a brand."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

SMALL = frozenset("e i my the get go for of to in on at by us uk eu com net org co app web online info site".split())
"""Fillers that explain nothing by themselves and cost nothing beside a brand."""


CUTS_KEPT = 100_000
"""So many runs of letters are remembered with how they were cut."""


@dataclass(frozen=True)
class Vocabulary:
    """What is known of words.

    `lures`: scammers put them beside a brand. `ordinary`: people write them without meaning a brand. `common`: those of
    the ordinary words that everybody uses, so that a brand of that name needs support.
    """

    lures: frozenset[str]
    ordinary: frozenset[str]
    common: frozenset[str]
    _cuts: dict[str, tuple[str, ...] | None] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def longest(self) -> int:
        """How many letters the longest word has that a run can be cut into."""
        return max(map(len, self.lures | SMALL))

    def cut(self, letters: str) -> tuple[str, ...] | None:
        """Cut a run of letters into lure words and fillers; None when that does not come out even, () for nothing.

        `helpdesk` gives (`help`, `desk`) or (`helpdesk`,): the fewest words win.
        """
        if letters not in self._cuts:
            if len(self._cuts) >= CUTS_KEPT:  # outside text chooses the keys: do not let it choose the memory
                self._cuts.clear()
            self._cuts[letters] = self._cut(letters)
        return self._cuts[letters]

    def _cut(self, letters: str) -> tuple[str, ...] | None:
        best: list[tuple[str, ...] | None] = [(), *[None] * len(letters)]
        for end in range(1, len(letters) + 1):
            for start in range(max(0, end - self.longest), end):
                head, word = best[start], letters[start:end]
                if head is None or not (word in self.lures or word in SMALL):
                    continue
                now = best[end]
                if now is None or len(head) + 1 < len(now):
                    best[end] = (*head, word)
        return best[-1]


def parse_words(lines: Iterable[str]) -> frozenset[str]:
    """Read a word list: words parted by white space, `#` starts a comment."""
    return frozenset(word for line in lines for word in line.partition("#")[0].split())
