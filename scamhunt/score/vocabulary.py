"""The words that are known, and how a run of letters is cut into them: what explains the letters around a brand."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from scamhunt.score.letters import Letters

SMALL = frozenset(
    """e i my the get go for of to in on at by us uk eu com net org co app web online info site jp cojp nejp couk combr
    de fr br cn nl pl ca ch mx tr""".split()
)
"""Fillers that explain nothing by themselves and cost nothing beside a brand."""
LONGEST_RUN = 63
"""Letters of the longest run that is cut: a label has no more, and paths shall cost no more."""
CUTS_KEPT = 100_000
"""So many runs of letters are remembered with how they were cut."""
WORD = 3.5
"""Letters that the words of a run have on average when the run is taken for words: short ones fit anywhere."""

_COMMENT = re.compile("#[^\n]*")
Cut = tuple[str, ...] | None


@dataclass(frozen=True)
class Vocabulary:
    """What is known of words."""

    lures: frozenset[str]
    """Scammers put them beside a brand: what they ask for, promise or threaten."""
    plain: frozenset[str]
    """Scammers and honest firms alike put them beside a brand."""
    ordinary: frozenset[str]
    """People write them without meaning a brand."""
    common: frozenset[str]
    """Those of the ordinary words that everybody uses: a brand of that name needs support."""
    people: frozenset[str]
    """First names and family names."""
    letters: Letters
    sectors: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Sector of a brand pack to the words of its trade."""
    _cuts: dict[str, Cut] = field(init=False, default_factory=dict, repr=False, compare=False)
    _words: dict[str, Cut] = field(init=False, default_factory=dict, repr=False, compare=False)

    @cached_property
    def beside(self) -> frozenset[str]:
        """The words that explain letters beside a brand."""
        return self.lures | self.plain | SMALL

    @cached_property
    def known(self) -> frozenset[str]:
        """All words of three letters and more, but names."""
        return frozenset(word for word in self.beside | self.ordinary if len(word) > 2)  # noqa: PLR2004  # as said

    @cached_property
    def longest(self) -> int:
        """How many letters the longest word has that a run can be cut into."""
        return max(map(len, self.known))

    def explains(self, text: str) -> bool:
        """Return whether people write it for other reasons: a word of any kind or a person's name."""
        return text in self.ordinary or text in self.people or text in self.beside

    def cut(self, letters: str) -> Cut:
        """Cut a run of letters into lures, plain words and fillers; None when it does not come out even.

        `helpdesk` gives (`help`, `desk`) or (`helpdesk`,): the fewest words win. () for nothing.
        """
        if len(letters) > LONGEST_RUN:
            return None
        return _remembered(self._cuts, letters, lambda: self._cut(letters, self.beside))

    def words(self, letters: str) -> Cut:
        """Cut a run of letters into any known words; None when it does not come out even or takes many short ones."""
        if len(letters) > LONGEST_RUN:
            return None
        return _remembered(self._words, letters, lambda: self._long_enough(letters))

    def _long_enough(self, letters: str) -> Cut:
        cut = self._cut(letters, self.known) if letters.isascii() else None
        return cut if cut is not None and len(letters) >= WORD * len(cut) else None

    def _cut(self, letters: str, words: frozenset[str]) -> Cut:
        best: list[Cut] = [(), *[None] * len(letters)]
        for start in range(len(letters)):
            head = best[start]
            if head is None:
                continue
            for end in range(start + 1, min(start + self.longest, len(letters)) + 1):
                if letters[start:end] in words:
                    now = best[end]
                    if now is None or len(head) + 1 < len(now):
                        best[end] = (*head, letters[start:end])
        return best[-1]


def _remembered(cuts: dict[str, Cut], letters: str, cut: Callable[[], Cut]) -> Cut:
    if letters not in cuts:
        if len(cuts) >= CUTS_KEPT:  # outside text chooses the keys: do not let it choose the memory
            cuts.clear()
        cuts[letters] = cut()
    return cuts[letters]


def parse_words(lines: Iterable[str]) -> frozenset[str]:
    """Read a word list: words parted by white space, `#` starts a comment."""
    return frozenset(_COMMENT.sub("", "\n".join(lines)).split())
