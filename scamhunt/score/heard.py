"""Names that sound like a brand's and lie beyond its slips, in one word or in two: `bodafone`, `guallapop`. Pure.

The folding is our own and coarse: it takes together what English, German, Spanish and French write for one sound (`b`
and `v`, silent `h`, `c`, `k` and `qu`, `e` and `i`, double letters). It finds places; other rules judge them.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from scamhunt.score.brandwords import SHORT, BrandWord
from scamhunt.score.index import Hit, How
from scamhunt.score.spelt import short_slips

SHORTEST = 5
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
_NONE: frozenset[str] = frozenset()
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

    def __init__(self, words: Iterable[BrandWord], ordinary: Callable[[str], bool], everyday: Container[str]) -> None:
        """Take the names of brands, what knows the words of a language, and the words of others."""
        self._ordinary = ordinary
        words = list(words)
        self._short: dict[str, list[BrandWord]] = defaultdict(list)
        for text, word in short_slips(words):
            if not (ordinary(text) or text in everyday):
                self._short[text].append(word)
        self._whole: dict[str, list[BrandWord]] = defaultdict(list)
        self._rests: dict[str, set[str]] = defaultdict(set)
        for word in words:
            key = sound(word.text)
            if (
                word.edits
                and word.text.isascii()
                and word.text.isalpha()
                and len(key) >= SHORTEST - (len(word.text) > SHORTEST)
            ):
                self._whole[key].append(word)
                for at in range(FRONT, len(key)):
                    self._rests[key[:at]] |= {key[at:], key[at - 1 :]}  # pay-ypal

    def hits(self, heads: Sequence[str]) -> Iterator[Hit]:
        """Yield the places where one word or two neighbours sound like a brand's, but are spelt in another way."""
        lines = [head.replace(".", "-.-").split("-") for head in heads]
        known = {word: sound(word) for word in set().union(*lines) if word.isascii() and word.isalpha()}
        whole = {word for word, key in known.items() if key in self._whole and not self._ordinary(word)}
        whole |= self._short.keys() & known.keys()
        sounds = set(known.values())
        likely = ((word, self._rests.get(key, _NONE) & sounds) for word, key in known.items() if len(word) >= FRONT)
        rests = {word: behind for word, behind in likely if behind}
        for row, words in enumerate(lines):
            if not whole.isdisjoint(words):
                yield from self._single(row, heads[row], known, whole)
            if rests.keys().isdisjoint(words):
                continue
            for first, second in pairwise(words):
                if first in rests and known.get(second) in rests[first] and len(second) >= FRONT:
                    yield from self._pair(row, heads[row], first, second)

    def _single(self, row: int, head: str, known: Mapping[str, str], whole: Container[str]) -> Iterator[Hit]:
        for found in _WORD.finditer(head):
            if found.group() in whole:
                yield from self._named(row, known[found.group()], found.start(), found.end(), head)
                for word in self._short.get(found.group(), ()):
                    yield Hit(row, word, found.start(), found.end(), 1, How.SOUND)

    def _pair(self, row: int, head: str, first: str, second: str) -> Iterator[Hit]:
        if self._ordinary(first) and self._ordinary(second) and min(len(first), len(second)) <= SHORT:
            return
        for found in re.finditer(rf"(?<![^\W_]){first}-{second}(?![^\W_])", head):
            for key in {sound(first) + sound(second), sound(first) + sound(second)[1:]}:
                yield from self._named(row, key, found.start(), found.end(), head)

    def _named(self, row: int, key: str, start: int, end: int, head: str) -> Iterator[Hit]:
        for word in self._whole.get(key, ()):
            if head[start:end].replace("-", "") != word.text:
                yield Hit(row, word, start, end, 1, How.SOUND)
