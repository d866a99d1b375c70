"""Names that sound like a brand's and lie beyond its slips, in one word or in two: `bodafone`, `guallapop`. Pure.

The folding is our own and coarse: it takes together what English, German, Spanish and French write for one sound (`b`
and `v`, silent `h`, `c`, `k` and `qu`, `e` and `i`, double letters). It finds places; other rules judge them.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from scamhunt.score.brandwords import BrandWord
from scamhunt.score.index import Hit, How

SHORTEST = 4
"""Sounds of a name that is told by them."""
FRONT = 2
"""Sounds of the first of two words that are read as one."""
_RULES = (
    ("ph", "f"),
    ("sch|sh", "s"),
    ("gu(?=[aeio])|w", "v"),
    ("b", "v"),
    ("c(?=[eiy])|z|ss", "s"),
    ("qu|ck|q|c(?!h)", "k"),
    ("x", "ks"),
    ("h", ""),
    ("g(?=[eiy])", "j"),
    ("eau|au|ou|oo|u", "o"),
    ("ee|ea|ie|ei|ey|ai|ay|ae|y|e", "i"),
    (r"(.)\1+", r"\1"),
    ("(?<=.{3})i$", ""),
    ("m$", "n"),
    ("d$", "t"),
)
_COMPILED = tuple((re.compile(rule), there) for rule, there in _RULES)
_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=20_000)
def sound(word: str) -> str:
    """Return what a word sounds like, as letters that mean nothing else: `bodafone` and `vodafone` give the same."""
    for rule, there in _COMPILED:
        word = rule.sub(there, word)
    return word


class Heard:
    """Knows what the words of brands sound like."""

    def __init__(self, words: Iterable[BrandWord]) -> None:
        """Take the brand words; those count that bear slips."""
        self._whole: dict[str, list[BrandWord]] = defaultdict(list)
        for word in words:
            if word.edits and word.text.isascii() and word.text.isalpha() and len(sound(word.text)) >= SHORTEST:
                self._whole[sound(word.text)].append(word)
        self._fronts = frozenset(key[:at] for key in self._whole for at in range(FRONT, len(key)))

    def hits(self, heads: Sequence[str]) -> Iterator[Hit]:
        """Yield the places where one word or two neighbours sound like a brand's, but are spelt in another way."""
        lines = [head.replace(".", "-.-").split("-") for head in heads]
        known = {word: sound(word) for word in set().union(*lines) if word.isascii() and word.isalpha()}
        first = {word for word, key in known.items() if key in self._whole or key in self._fronts}
        for row, words in enumerate(lines):
            if not first.isdisjoint(words):
                yield from self._of_row(row, heads[row], known)

    def _of_row(self, row: int, head: str, known: dict[str, str]) -> Iterator[Hit]:
        before = None
        for found in _WORD.finditer(head):
            key = known.get(found.group())
            if key is None:
                before = None
                continue
            yield from self._named(row, key, found.start(), found.end(), head)
            if before and before[1] == found.start() - 1 and head[before[1]] == "-":
                yield from self._named(row, _joined(before[2], key), before[0], found.end(), head)
            before = (found.start(), found.end(), key)

    def _named(self, row: int, key: str, start: int, end: int, head: str) -> Iterator[Hit]:
        for word in self._whole.get(key, ()):
            if head[start:end].replace("-", "") != word.text:
                yield Hit(row, word, start, end, 1, How.SOUND)


def _joined(first: str, second: str) -> str:
    return first + second[1:] if first[-1:] == second[:1] else first + second
