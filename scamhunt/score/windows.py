"""Neighbouring words of a text that, read as one, could be a misspelt word of a brand: `pay pall`. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from scamhunt.score.brandwords import BrandWord
from scamhunt.score.index import BrandIndex, Hit, How

WIDEST = 4
"""Words that are read as one at most."""
FRONT, BACK = 3, 2
"""Letters of the shortest beginning and of the shortest end of a word that a word of the text can be."""
SHORTEST, LONGEST = 5, 31
"""Letters of what is read as one."""
_NONE: frozenset[str] = frozenset()


class Windows:
    """Knows how the words of brands begin and end, where somebody could set them apart.

    One of the words has to be spelt right and the other to have the right first letter: that leaves few windows.
    """

    def __init__(self, words: Iterable[BrandWord]) -> None:
        """Take the brand words."""
        bearing = [word for word in words if word.edits and word.text.isascii()]
        fronts = [(word.text, at) for word in bearing for at in range(FRONT, len(word.text) - 1)]
        several = [(word.text, min(word.joints)) for word in bearing if len(word.joints) > 1]
        self._several = frozenset(text[:at] for text, at in several)
        first = [(word.text, at) for word in bearing for at in word.joints if at < FRONT]
        self._fronts = _letters((text[:at], text[at]) for text, at in (*fronts, *several, *first))
        self._backs = _letters(
            (word.text[at:], word.text[0]) for word in bearing for at in range(2, len(word.text) - BACK + 1)
        )

    def hits(self, index: BrandIndex, heads: Sequence[str]) -> Iterator[Hit]:
        """Yield the places where words read as one are within the edits of a brand's word, each once a text."""
        places: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for row, head in enumerate(heads):
            for start, end in self._spans(head):
                found = places[head[start:end].replace("-", "")]
                if not found or found[-1][0] != row:
                    found.append((row, start, end))
        joined = list(places)
        for hit in index.hits(joined):
            if hit.how is How.SLIP and (hit.start, hit.end) == (0, len(joined[hit.row])):
                for row, start, end in places[joined[hit.row]]:
                    yield hit._replace(row=row, start=start, end=end)

    def _spans(self, head: str) -> Iterator[tuple[int, int]]:
        at = 0
        for phrase in head.split("."):
            words = phrase.split("-")
            starts = [at]
            for word in words:
                starts.append(starts[-1] + len(word) + 1)
            for first in range(len(words) - 1):
                for last in self._lasts(words, first):
                    start, end = starts[first], starts[last + 1] - 1
                    if SHORTEST <= end - start - (last - first) <= LONGEST:
                        yield start, end
            at += len(phrase) + 1

    def _lasts(self, words: Sequence[str], first: int) -> Iterator[int]:
        """Yield the last word of each window that begins with a word."""
        word, after = words[first], words[first + 1]
        if after[:1] in self._fronts.get(word, _NONE):
            yield first + 1
            if word in self._several:
                yield from range(first + 2, min(first + WIDEST, len(words)))
        elif len(word) > 1 and word[0] in self._backs.get(after, _NONE):
            yield first + 1


def _letters(pairs: Iterable[tuple[str, str]]) -> Mapping[str, frozenset[str]]:
    """Return for each piece of words the letters that go with it."""
    found: dict[str, set[str]] = defaultdict(set)
    for piece, letter in pairs:
        found[piece].add(letter)
    return {piece: frozenset(letters) for piece, letters in found.items()}
