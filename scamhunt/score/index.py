"""Find which brand words could stand in which names, at a cost that hardly grows with the number of brands.

Three looks at a whole batch, each in compiled code:

- every brand word as it stands, anywhere in the name (Aho-Corasick, one pass over the joined names);
- the same after look-alike folding and with hyphens taken out, which finds `amaz0n`, `rnicrosoft` and `pay-pal`;
- tokens within one or two edits (`deletions`), what is left of a token without a lure word included: `amazomhelp`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

import ahocorasick_rs
import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from scamhunt.indicators import lookalike
from scamhunt.score.brandwords import SHORT, BrandWord, is_short
from scamhunt.score.deletions import LONGEST, Deletions

Positions = NDArray[np.int64]
LAST_ASCII = 0x7F


class How(StrEnum):
    """How a word was found in a name."""

    EXACT = "exact"
    """Letter by letter."""
    LOOKALIKE = "lookalike"
    """After folding what looks alike, or with hyphens taken out."""
    SLIP = "slip"
    """Within the edits that the word bears."""
    SOUND = "sound"
    """A spelling that sounds alike: `fotobank` for `photobank`, `2` for `two`."""
    SCRIPT = "script"
    """Written in another script."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A brand word that could stand in a name: `heads[row][start:end]` may mean `word`."""

    row: int
    word: BrandWord
    start: int
    end: int
    edits: int = 0
    """How many edits lie between the two; 0 where they are equal or look alike."""
    how: How = How.EXACT


class BrandIndex:
    """The words of all brands, ready to be looked for in batches of names."""

    def __init__(self, words: Sequence[BrandWord], lures: Iterable[str]) -> None:
        """Build the automata and the deletion tables; some 30 microseconds a word."""
        self._texts, self._by_text = _grouped(words, lambda word: word.text)
        self._folds, self._by_fold = _grouped([word for word in words if word.bears_disguise], lambda word: word.folded)
        self._text_automaton = ahocorasick_rs.AhoCorasick(self._texts)
        self._fold_automaton = ahocorasick_rs.AhoCorasick(self._folds)
        self._lure_automaton = ahocorasick_rs.AhoCorasick([lure for lure in lures if len(lure) > SHORT])
        self._deletions = [
            Deletions(sorted({word.text for word in words if word.edits == edits and word.text.isascii()}), edits)
            for edits in (1, 2)
        ]
        self._of_text = dict(zip(self._texts, self._by_text, strict=True))

    def hits(self, heads: Sequence[str]) -> Iterator[Hit]:
        """Yield every place where a brand word could stand. `heads` are names without their public suffix.

        The same place may come more than once, with other words or from another look.
        """
        joined = Joined("\n".join(heads))
        yield from self._exact(joined)
        yield from self._folded(joined, heads)
        yield from self._edited(joined)

    def _exact(self, joined: "Joined") -> Iterator[Hit]:
        for pattern, start, end in self._text_automaton.find_matches_as_indexes(joined.text, overlapping=True):
            text = self._texts[pattern]
            if not (is_short(text) or text.isdecimal()) or joined.stands_alone(start, end):
                yield from joined.place(self._by_text[pattern], start, end)

    def _folded(self, joined: "Joined", heads: Sequence[str]) -> Iterator[Hit]:
        folded = Joined(lookalike.fold_joined(joined.text))
        origin = np.flatnonzero(folded.codes != ord("-"))
        bare = folded.text.replace("-", "")
        for pattern, first, last in self._fold_automaton.find_matches_as_indexes(bare, overlapping=True):
            start, end = int(origin[first]), int(origin[last - 1]) + 1
            if end - start > last - first and not folded.stands_alone(start, end):
                continue  # hyphens inside it, but it begins or ends in the middle of a word
            row = folded.row(start)
            at = int(folded.starts[row])
            piece = _unfolded(heads[row], folded.length(row), start - at, end - at)
            there = heads[row][slice(*piece)]
            for word in self._by_fold[pattern]:
                if there != word.text and _readable(there, word.text):  # equal: the exact look has it
                    yield Hit(row, word, *piece, how=How.LOOKALIKE)

    def _edited(self, joined: "Joined") -> Iterator[Hit]:
        starts, ends = self._units(joined)
        lengths = ends - starts
        for table in self._deletions:
            for length in table.lengths:
                chosen = np.flatnonzero(lengths == length)
                codes = joined.codes[starts[chosen][:, None] + np.arange(length)].astype(np.uint64)
                for unit, word in table.near(codes):
                    start = int(starts[chosen[unit]])
                    yield from self._near(joined, start, start + length, table.words[word])

    def _near(self, joined: "Joined", start: int, end: int, text: str) -> Iterator[Hit]:
        allowed = self._of_text[text][0].edits
        distance = OSA.distance(joined.text[start:end], text, score_cutoff=allowed)
        if 0 < distance <= allowed:
            yield from joined.place(self._of_text[text], start, end, edits=distance)

    def _units(self, joined: "Joined") -> tuple[Positions, Positions]:
        """Return the spans to try edits on: runs of letters, of letters and digits, what a lure at an end leaves."""
        spans = np.concatenate(
            [_runs(joined.letters), _runs(joined.letters | joined.digits), self._without_lure(joined)]
        )
        spans = np.unique(spans[(spans[:, 1] - spans[:, 0] > SHORT) & (spans[:, 1] - spans[:, 0] <= LONGEST)], axis=0)
        return spans[:, 0], spans[:, 1]

    def _without_lure(self, joined: "Joined") -> Positions:
        runs = _runs(joined.letters)
        found = self._lure_automaton.find_matches_as_indexes(joined.text, overlapping=True)
        if not found or not len(runs):
            return np.empty((0, 2), np.int64)
        lures = np.array(found, dtype=np.int64)[:, 1:]
        of_run = runs[np.searchsorted(runs[:, 0], lures[:, 0], "right") - 1]
        leads, trails = lures[:, 0] == of_run[:, 0], lures[:, 1] == of_run[:, 1]
        after = np.stack([lures[leads, 1], of_run[leads, 1]], axis=1)
        before = np.stack([of_run[trails, 0], lures[trails, 0]], axis=1)
        return np.concatenate([after, before])


class Joined:
    """Many lines as one text, with arrays that answer for any position in it."""

    def __init__(self, text: str) -> None:
        """Take lines joined by newlines."""
        self.text = text
        self.codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        self.starts: Positions = np.concatenate([[0], np.flatnonzero(self.codes == ord("\n")) + 1])
        self.digits = (self.codes >= ord("0")) & (self.codes <= ord("9"))
        self.letters = ((self.codes >= ord("a")) & (self.codes <= ord("z"))) | (self.codes > LAST_ASCII)

    def row(self, position: int) -> int:
        """Return the line, from 0, that a position lies in."""
        return int(np.searchsorted(self.starts, position, "right")) - 1

    def length(self, row: int) -> int:
        """Return how long a line is."""
        after = self.starts[row + 1] - 1 if row + 1 < len(self.starts) else len(self.codes)
        return int(after - self.starts[row])

    def stands_alone(self, start: int, end: int) -> bool:
        """Return whether no letter touches the span, and no digit where it has a digit at that end."""
        return not self._touched(start, start - 1) and not self._touched(end - 1, end)

    def _touched(self, edge: int, beyond: int) -> bool:
        if not 0 <= beyond < len(self.codes):
            return False
        return bool(self.letters[beyond] or (self.digits[edge] and self.digits[beyond]))

    def place(self, words: Sequence[BrandWord], start: int, end: int, edits: int = 0) -> Iterator[Hit]:
        """Yield a hit for each word, with the span counted from the start of its line."""
        row = self.row(start)
        at = int(self.starts[row])
        for word in words:
            yield Hit(row, word, start - at, end - at, edits, How.SLIP if edits else How.EXACT)


def _readable(piece: str, word: str) -> bool:
    """Return whether a person still reads the word.

    Of ASCII a third of the letters may be swapped; other scripts imitate every letter.
    """
    if not piece.isascii():
        return True
    swaps = lookalike.explain(piece.replace("-", ""), word)
    return swaps is not None and len(swaps) <= max(1, len(word) // 3)


def _unfolded(head: str, folded_length: int, start: int, end: int) -> tuple[int, int]:
    """Return the span of `head` that folded to this span; ASCII that kept its length kept its places."""
    if head.isascii() and len(head) == folded_length:
        return start, end
    return lookalike.unfold_span(head, start, end)


def _grouped(words: Sequence[BrandWord], key: Callable[[BrandWord], str]) -> tuple[list[str], list[list[BrandWord]]]:
    groups = [(text, list(members)) for text, members in groupby(sorted(words, key=key), key)]
    return [text for text, _ in groups], [members for _, members in groups]


def _runs(mask: NDArray[np.bool_]) -> Positions:
    """Return the (start, end) of each run of True, as rows."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return edges.reshape(-1, 2)
