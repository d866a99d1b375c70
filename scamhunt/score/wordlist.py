"""The words of all brands as columns, and texts to look for that stand for them."""

from collections.abc import Iterable
from itertools import accumulate, chain, groupby, pairwise
from operator import attrgetter

import ahocorasick_rs
import numpy as np

from scamhunt.indicators import lookalike
from scamhunt.score.brandwords import SHORT, BrandWord, is_short
from scamhunt.score.hashes import Hashes, Positions, spread
from scamhunt.score.joined import codes_of

WEAK = 4
"""Words of up to so many ASCII letters count only beside what explains the letters that touch them."""
_QUICK_FROM, _QUICK_TO = 1, 4_000
"""Texts for which the quickest automaton takes little memory and little time to build."""


class WordList:
    """Words in a fixed order and what decides whether a place of theirs counts, as columns."""

    def __init__(self, words: Iterable[BrandWord]) -> None:
        """Take the words; repetitions do not matter, and order only among words of one brand that are spelt alike."""
        self.words = sorted(dict.fromkeys(words), key=attrgetter("text", "brand"))
        texts = [word.text for word in self.words]
        self.sizes = np.array([len(text) for text in texts], dtype=np.int64)
        ends = np.cumsum(self.sizes)
        self.keys = Hashes(codes_of("".join(texts))).spans(ends - self.sizes, ends)
        self.loose = np.array([not (is_short(text) or text.isdecimal()) for text in texts], dtype=np.bool_)
        self.three = np.array(
            [len(text) == SHORT and is_short(text) and not text.isdecimal() for text in texts], dtype=np.bool_
        )
        self.weak = np.array([_weak(word) for word in self.words], dtype=np.bool_)
        self.jointed = np.array([bool(word.joints) for word in self.words], dtype=np.bool_)
        brands = {brand: at for at, brand in enumerate(sorted({word.brand for word in self.words}))}
        self.brands = np.array([brands[word.brand] for word in self.words], dtype=np.int64)


class Texts:
    """Distinct texts; each stands for one or more things with a number."""

    def __init__(self, pairs: Iterable[tuple[str, int]]) -> None:
        """Take (text, number) pairs."""
        groups = [
            (text, [number for _, number in group]) for text, group in groupby(sorted(pairs), lambda pair: pair[0])
        ]
        self.texts = [text for text, _ in groups]
        self._counts = np.array([len(numbers) for _, numbers in groups], dtype=np.int64)
        self._firsts = np.cumsum(self._counts) - self._counts
        self._numbers = np.array([number for _, numbers in groups for number in numbers], dtype=np.int64)

    def numbers(self, texts: Positions) -> tuple[Positions, Positions]:
        """Return (index into `texts`, number) for all that each text stands for."""
        owner, step = spread(self._counts[texts])
        return owner, self._numbers[self._firsts[texts[owner]] + step]


class Patterns(Texts):
    """Texts to be found anywhere, in one pass over what is looked through (Aho-Corasick)."""

    def __init__(self, pairs: Iterable[tuple[str, int]]) -> None:
        """Build the automaton."""
        super().__init__(pairs)
        quick = _QUICK_FROM <= len(self.texts) <= _QUICK_TO
        kind = ahocorasick_rs.Implementation.DFA if quick else ahocorasick_rs.Implementation.ContiguousNFA
        self._automaton = ahocorasick_rs.AhoCorasick(self.texts, implementation=kind)

    def find(self, text: str) -> tuple[Positions, Positions, Positions]:
        """Return (number, start, end) for each place of each text, overlapping ones too."""
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        flat = np.fromiter(chain.from_iterable(found), dtype=np.int64, count=3 * len(found))
        owner, number = self.numbers(flat[::3])
        return number, flat[1::3][owner], flat[2::3][owner]


def looks_of(word: BrandWord) -> set[str]:
    """Return what a word folds to, in one piece and with a hyphen at each joint."""
    if not word.joints:
        return {word.folded}
    edges = [0, *sorted(word.joints), len(word.text)]
    parts = [word.text[start:end] for start, end in pairwise(edges)]
    return {word.folded, "".join(map(lookalike.fold, parts))}


def joints_of(word: BrandWord) -> set[str]:
    """Return what may stand, folded, before a hyphen that is no disguise."""
    return {lookalike.fold(word.text[:at]) for at in word.joints}


def parted_at_joints(piece: str, word: BrandWord) -> bool:
    """Return whether every hyphen of a piece stands where a word of the brand's name begins."""
    joints = joints_of(word)
    fronts = list(accumulate(piece.split("-")))[:-1]
    return all(lookalike.fold(front) in joints for front in fronts)


def _weak(word: BrandWord) -> bool:
    return word.text.isascii() and (len(word.text) <= WEAK or word.ambiguous)
