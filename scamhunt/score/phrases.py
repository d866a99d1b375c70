"""Names of several words, word by word, each cut short or misspelt: `social securty admin`, `navy fed`. Pure."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import OSA

from scamhunt.score.brands import Brands
from scamhunt.score.brandwords import GENERIC, BrandWord, squeeze
from scamhunt.score.heard import sound
from scamhunt.score.index import Hit, How

FRONT = 3
"""Letters that the first word keeps, and that are left of a word cut short."""
SHORTEST = 8
"""Letters of a name, without small words."""
_ENDINGS = frozenset("e en er es m n r s".split())
"""What a case or number adds to a word: `deutschen`."""
_CUT_SHORT = GENERIC | {"administration", "capital", "department", "taxation"}
"""Words that people cut short to other words: `admin`, `fed`, `tax`."""
_ONE_EDIT_FROM, _TWO_EDITS_FROM = 5, 8
SMALL = frozenset("a and d da das de del der des di do du e et für für l la las le les los of the und y".split())
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class _Name:
    """A name of several words."""

    words: tuple[str, ...]
    whole: BrandWord


class Phrases:
    """Knows the names of brands that are several words."""

    def __init__(self, brands: Brands, words: Sequence[BrandWord], ordinary: Callable[[str], bool]) -> None:
        """Take the brands, their words, and what tells whether a word is another one that people write."""
        self._ordinary = ordinary
        known = {(word.brand, word.text): word for word in words}
        self._texts = {word.text for word in words}
        self._names: dict[str, list[_Name]] = defaultdict(list)
        for brand in brands:
            for name in (brand.name, *brand.aliases):
                parts = tuple(part for part in map(squeeze, name.split()) if part and part not in SMALL)
                whole = known.get((brand.id, squeeze(name)))
                if whole and len(parts) > 1 and sum(map(len, parts)) >= SHORTEST and "".join(parts).isascii():
                    self._names[parts[0][:FRONT]].append(_Name(parts, whole))

    def hits(self, heads: Sequence[str]) -> Iterator[Hit]:
        """Yield the places where each word of a name stands or something near it, and at least one is not as it is."""
        lines = [head.replace(".", "-").split("-") for head in heads]
        told = ((word, self._seconds(word)) for word in set().union(*lines) if word[:FRONT] in self._names)
        seconds = {word: letters for word, letters in told if letters}
        for row, words in enumerate(lines):
            if not seconds.keys().isdisjoint(words):
                pairs = pairwise([word for word in words if word not in SMALL])
                if any(second[:1] in seconds.get(first, "") for first, second in pairs if second):
                    yield from self._of_row(row, heads[row])

    def _seconds(self, first: str) -> str:
        """Return the letters that the second word of a name begins with whose first word this one stands for."""
        return "".join(name.words[1][0] for name in self._names[first[:FRONT]] if self._near(first, name.words[0]))

    def _of_row(self, row: int, head: str) -> Iterator[Hit]:
        found = [each for each in _WORD.finditer(head) if each.group() not in SMALL]
        for at, each in enumerate(found):
            for name in self._names.get(each.group()[:FRONT], ()):
                last = self._last(name, found[at : at + len(name.words)])
                if last and "." not in head[each.start() : last.start()]:
                    yield Hit(row, name.whole, each.start(), last.end(), 1, How.SOUND)

    def _last(self, name: _Name, found: Sequence[re.Match[str]]) -> re.Match[str] | None:
        """Return the last word of the name in the text, None where it is another name or the name as it is."""
        if len(found) < len(name.words) or found[1].group()[0] != name.words[1][0]:
            return None
        pairs = [(each.group(), word) for each, word in zip(found, name.words, strict=True)]
        if all(there == word for there, word in pairs) or not all(self._near(there, word) for there, word in pairs):
            return None
        return found[-1]

    def _near(self, there: str, word: str) -> bool:
        """Return whether a word of the text stands for one of the name: cut short, inflected, heard or misspelt."""
        if there == word:
            return True
        if len(there) < FRONT or len(word) <= FRONT:
            return False
        if there.startswith(word) and there[len(word) :] in _ENDINGS:
            return True
        ordinary = self._ordinary(there) or there in self._texts
        if word.startswith(there) and (not ordinary or word in _CUT_SHORT):
            return True
        if sound(there) == sound(word):
            return True
        edits = (len(word) >= _ONE_EDIT_FROM) + (len(word) >= _TWO_EDITS_FROM)
        return not ordinary and OSA.distance(there, word, score_cutoff=edits) <= edits
