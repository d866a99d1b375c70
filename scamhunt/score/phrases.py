"""Names of several words, word by word, each cut short or misspelt: `social securty admin`, `navy fed`. Pure."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from scamhunt.score.brands import Brands
from scamhunt.score.brandwords import BrandWord, squeeze
from scamhunt.score.heard import sound
from scamhunt.score.index import Hit, How

FRONT = 3
"""Letters that the first word keeps, and that are left of a word cut short."""
SHORTEST = 8
"""Letters of a name, without small words."""
_INFLECTED = 2
"""Letters that a case adds to a word: `deutschen`."""
_ONE_EDIT_FROM, _TWO_EDITS_FROM = 5, 8
SMALL = frozenset("a and d da das de del der des di do du e et für für l la las le les los of the und y".split())
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class _Name:
    """A name of several words; `needed` of them have to be there."""

    words: tuple[str, ...]
    needed: int
    whole: BrandWord


class Phrases:
    """Knows the names of brands that are several words."""

    def __init__(self, brands: Brands, words: Iterable[BrandWord], ordinary: Callable[[str], bool]) -> None:
        """Take the brands, their words, and what tells whether a word is another one that people write."""
        self._ordinary = ordinary
        known = {(word.brand, word.text): word for word in words}
        self._names: dict[str, list[_Name]] = defaultdict(list)
        for brand in brands:
            for name in (brand.name, *brand.aliases):
                parts = tuple(part for part in map(squeeze, name.split()) if part and part not in SMALL)
                whole = known.get((brand.id, squeeze(name)))
                if whole and len(parts) > 1 and sum(map(len, parts)) >= SHORTEST and "".join(parts).isascii():
                    self._names[parts[0][:FRONT]].append(_Name(parts, len(parts), whole))

    def hits(self, heads: Sequence[str]) -> Iterator[Hit]:
        """Yield the places where each word of a name stands or something near it, and at least one is not as it is."""
        lines = [head.replace(".", "-").split("-") for head in heads]
        first = {word for word in set().union(*lines) if word[:FRONT] in self._names}
        for row, words in enumerate(lines):
            if not first.isdisjoint(words):
                yield from self._of_row(row, heads[row])

    def _of_row(self, row: int, head: str) -> Iterator[Hit]:
        found = [each for each in _WORD.finditer(head) if each.group() not in SMALL]
        for at, each in enumerate(found):
            for name in self._names.get(each.group()[:FRONT], ()):
                last = self._last(name, found[at : at + len(name.words)])
                if last and "." not in head[each.start() : last.start()]:
                    yield Hit(row, name.whole, each.start(), last.end(), 1, How.SOUND)

    def _last(self, name: _Name, found: Sequence[re.Match[str]]) -> re.Match[str] | None:
        """Return the last word of the name in the text, None where it is another name."""
        if len(found) < name.needed:
            return None
        pairs = [(each.group(), word) for each, word in zip(found, name.words, strict=True)]
        same = sum(there == word for there, word in pairs)
        if same == len(pairs) or not all(self._near(there, word) for there, word in pairs):
            return None
        return found[-1]

    def _near(self, there: str, word: str) -> bool:
        """Return whether a word of the text stands for one of the name: cut short, inflected, heard or misspelt."""
        if there == word:
            return True
        if len(there) >= FRONT and (word.startswith(there) or (len(word) > FRONT and there.startswith(word))):
            return len(there) <= len(word) + _INFLECTED
        if len(word) > FRONT and sound(there) == sound(word):
            return True
        edits = (len(word) >= _ONE_EDIT_FROM) + (len(word) >= _TWO_EDITS_FROM)
        return not self._ordinary(there) and OSA.distance(there, word) <= edits
