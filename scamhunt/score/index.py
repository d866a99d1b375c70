"""Find which brand words could stand in which names, at a cost that hardly grows with the number of brands.

Three looks at thousands of names at once, in compiled code and in columns:

- every brand word as it stands, anywhere in the name (Aho-Corasick, one pass over the joined names);
- the same after look-alike folding and with hyphens and dots taken out, which finds `amaz0n`, `rnicrosoft`, `pay-pal`;
- tokens within one or two edits (`deletions`), what is left of a token without a lure word included: `amazomhelp`.

What a brand's words find in a name depends on the name and on that brand alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from operator import ne
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from scamhunt.indicators import lookalike
from scamhunt.score.bare import Bare, holds
from scamhunt.score.brandwords import BrandWord
from scamhunt.score.cuts import Cuts
from scamhunt.score.deletions import LONGEST, Deletions
from scamhunt.score.hashes import Mask, Positions
from scamhunt.score.joined import Joined
from scamhunt.score.tokens import Tokenizer, Tokens
from scamhunt.score.wordlist import Patterns, Texts, WordList, looks_of, parted_at_joints

SLICE = 150_000
"""Characters that are looked through at once."""
MOST_HITS = 4
"""Places in one name that are looked at closely for one brand."""
STRAY = 3
"""Letters added to a word that are too few to be a word of their own."""
DIGITS_FROM = 6
"""Letters of a word of which half may be look-alikes where digits are among them: `4m4z0n`."""
DOTTED_FROM = 6
"""Letters of a word that may be read across a dot."""


class How(StrEnum):
    """How a word was found in a name."""

    EXACT = "exact"
    """Letter by letter."""
    LOOKALIKE = "lookalike"
    """After folding what looks alike, or with hyphens or dots taken out."""
    SLIP = "slip"
    """Within the edits that the word bears."""
    SOUND = "sound"
    """A spelling that sounds alike: `fotobank` for `photobank`, `2` for `two`."""
    SCRIPT = "script"
    """Written in another script."""


_WAYS = tuple(How)


class Hit(NamedTuple):
    """A brand word that could stand in a name: `heads[row][start:end]` may mean `word`."""

    row: int
    word: BrandWord
    start: int
    end: int
    edits: int = 0
    """How many edits lie between the two; 0 where they are equal or look alike."""
    how: How = How.EXACT


@dataclass(frozen=True, slots=True)
class Found:
    """Places in the joined names, as columns of one length."""

    word: Positions
    """Number in the list of words."""
    start: Positions
    end: Positions
    edits: Positions
    how: Positions
    """Number in `How`."""

    @staticmethod
    def all(word: Positions, start: Positions, end: Positions, how: How) -> "Found":
        """Return places that were all found in the same way, without edits."""
        return Found(word, start, end, np.zeros_like(word), np.full_like(word, _WAYS.index(how)))

    def only(self, kept: Mask | Positions) -> "Found":
        """Return the places that are kept, in the order that they are named in."""
        return Found(self.word[kept], self.start[kept], self.end[kept], self.edits[kept], self.how[kept])


class BrandIndex:
    """The words of all brands, ready to be looked for in batches of names."""

    def __init__(self, words: Iterable[BrandWord], beside: Iterable[str]) -> None:
        """Take the brand words and those that explain letters beside one; some 30 microseconds a word."""
        beside = frozenset(beside)
        self._list = WordList(words)
        numbered = list(enumerate(self._list.words))
        self._exact = Patterns((word.text, at) for at, word in numbered)
        self._looks = Patterns((look, at) for at, word in numbered if word.bears_disguise for look in looks_of(word))
        self._slips = [Slips(numbered, edits) for edits in (1, 2)]
        self._tokenizer = Tokenizer(beside)
        self._cuts = Cuts(beside)

    def hits(self, heads: Sequence[str], *, exact: bool = False) -> Iterator[Hit]:
        """Yield the places where a brand word could stand, by row. `heads` are names without their public suffix.

        With `exact` only those where it stands letter by letter. Of one brand at most `MOST_HITS` in a name: the
        longest words first, then the fewest edits, then those nearest to the name's end.
        """
        for first, last in _slices(heads):
            yield from self._hits(heads[first:last], first, exact=exact)

    def _hits(self, heads: Sequence[str], first: int, *, exact: bool) -> Iterator[Hit]:
        joined = Joined(heads)
        found = self._as_it_stands(joined)
        if not exact:
            found = _joined([found, self._disguised(joined, heads), *self._misspelt(joined)])
        found = found.only(self._explained(joined, found))
        found = found.only(self._readable(joined, found))
        found, rows = self._most_promising(joined, found)
        at = joined.starts[rows]
        columns = (rows + first, found.word, found.start - at, found.end - at, found.edits, found.how)
        for row, word, start, end, edits, how in zip(*(column.tolist() for column in columns), strict=True):
            yield Hit(row, self._list.words[word], start, end, edits, _WAYS[how])

    def _as_it_stands(self, joined: Joined) -> Found:
        word, start, end = self._exact.find(joined.text)
        found = Found.all(word, start, end, How.EXACT)
        return found.only(self._list.loose[word] | self._list.three[word] | joined.alone(start, end))

    def _disguised(self, joined: Joined, heads: Sequence[str]) -> Found:
        bare = Bare(joined, heads)
        word, first, last = self._looks.find(bare.text)
        start, end = bare.places(first, last)
        found = Found.all(word, start, end, How.LOOKALIKE)
        found = found.only(joined.hashes.spans(start, end) != self._list.keys[word])  # equal: the exact look has it
        return found.only(self._whole(joined, found))

    def _whole(self, joined: Joined, found: Found) -> Mask:
        """Return whether a piece has no hyphen or dot inside, or stands alone, or has hyphens at its joints only."""
        hyphens = holds(joined, "-", found.start, found.end)
        dots = holds(joined, ".", found.start, found.end)
        alone = joined.alone(found.start, found.end)
        whole = (~dots | (alone & (self._list.sizes[found.word] >= DOTTED_FROM))) & (~hyphens | alone)
        for at in np.flatnonzero(hyphens & ~dots & ~alone & self._list.jointed[found.word]):
            piece = joined.text[found.start[at] : found.end[at]]
            whole[at] = parted_at_joints(piece, self._list.words[found.word[at]])
        return whole

    def _misspelt(self, joined: Joined) -> Iterator[Found]:
        tokens = self._tokenizer.tokens(joined)
        for slips in self._slips:
            yield slips.find(joined, tokens)

    def _explained(self, joined: Joined, found: Found) -> Mask:
        """Return whether the letters around a weak word are words that explain it; other words need none.

        A word that stands letter by letter needs none either where it begins the run of letters, or where only a few
        stray letters are added.
        """
        explained = ~self._list.weak[found.word]
        weak = np.flatnonzero(~explained)
        left, right = joined.sides(found.start[weak], found.end[weak])
        few = (found.start[weak] - left) + (right - found.end[weak]) <= STRAY
        plain = (found.how[weak] == _WAYS.index(How.EXACT)) & self._list.loose[found.word[weak]]
        fit = plain & ((left == found.start[weak]) | few)
        explained[weak[fit]] = True
        weak, left, right = weak[~fit], left[~fit], right[~fit]
        even = self._cuts.even(joined.hashes, left, found.start[weak])
        weak, right = weak[even], right[even]
        explained[weak] = self._cuts.even(joined.hashes, found.end[weak], right)
        return explained

    def _readable(self, joined: Joined, found: Found) -> Mask:
        """Return whether a person still reads the word in a piece that looks like it."""
        readable = np.ones(len(found.word), dtype=np.bool_)
        known: dict[tuple[str, str], bool] = {}
        for at in np.flatnonzero(found.how == _WAYS.index(How.LOOKALIKE)):
            piece, word = joined.text[found.start[at] : found.end[at]], self._list.words[found.word[at]].text
            if (piece, word) not in known:
                known[piece, word] = _reads(piece, word)
            readable[at] = known[piece, word]
        return readable

    def _most_promising(self, joined: Joined, found: Found) -> tuple[Found, Positions]:
        """Return the places to look at closely, by row and brand, the best first, and their rows."""
        rows, brands = joined.rows(found.start), self._list.brands[found.word]
        size = self._list.sizes[found.word]
        order = np.lexsort((found.word, found.start, found.how, -found.end, found.edits, -size, brands, rows))
        found, rows, brands = found.only(order), rows[order], brands[order]
        places = (rows, brands, found.word, found.start, found.end, found.how)
        new = _changes(places)  # two looks may find the same
        found, rows, brands = found.only(new), rows[new], brands[new]
        begins = np.flatnonzero(_changes((rows, brands)))
        rank = np.arange(len(rows)) - np.repeat(begins, np.diff([*begins, len(rows)]))
        return found.only(rank < MOST_HITS), rows[rank < MOST_HITS]


class Slips:
    """Words that bear so many edits, to be found in tokens."""

    def __init__(self, words: Iterable[tuple[int, BrandWord]], edits: int) -> None:
        """Take the words with their numbers; those count that bear just so many edits."""
        self._edits = edits
        bearing = ((at, word) for at, word in words if word.edits == edits and len(word.text) <= LONGEST)
        self._texts = Texts((word.text, at) for at, word in bearing if word.text.isascii())
        self._table = Deletions(self._texts.texts, edits)

    def find(self, joined: Joined, tokens: Tokens) -> Found:
        """Return the words that lie within the edits of a token, but are not it."""
        token, text = self._table.near(tokens.text, tokens.starts, tokens.ends)
        start, end = tokens.places(token)
        pieces = [joined.text[a:b].replace("-", "") for a, b in zip(start, end, strict=True)]
        edits = _distances(pieces, [self._table.words[at] for at in text], self._edits)
        near = (edits > 0) & (edits <= self._edits)
        owner, word = self._texts.numbers(text[near])
        start, end, edits = start[near][owner], end[near][owner], edits[near][owner]
        return Found(word, start, end, edits, np.full_like(word, _WAYS.index(How.SLIP)))


def _distances(pieces: Sequence[str], words: Sequence[str], most: int) -> Positions:
    if not pieces:
        return np.empty(0, np.int64)
    return cpdist(pieces, words, scorer=OSA.distance, score_cutoff=most, dtype=np.int64)


def _reads(piece: str, word: str) -> bool:
    """Return whether few enough letters are swapped: a third of ASCII; half of a longer word with digits."""
    if not piece.isascii():
        return True
    bare = piece.replace("-", "").replace(".", "")
    digits = len(word) >= DIGITS_FROM and any(map(str.isdigit, piece))
    most = max(1, len(word) // (2 if digits else 3))
    if len(bare) == len(word) == len(lookalike.fold(bare)) == len(lookalike.fold(word)):  # letter for letter
        return int(sum(map(ne, bare, word))) <= most
    swaps = lookalike.explain(bare, word)
    return swaps is not None and len(swaps) <= most


def _joined(parts: Sequence[Found]) -> Found:
    columns = zip(*((part.word, part.start, part.end, part.edits, part.how) for part in parts), strict=True)
    return Found(*(np.concatenate(column) for column in columns))


def _changes(columns: Sequence[NDArray[np.int64]]) -> Mask:
    """Return for each row whether any column differs from the row before."""
    changed = np.ones(len(columns[0]), dtype=np.bool_)
    changed[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return changed


def _slices(heads: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Cut rows where their characters add up to `SLICE`: names of any length take the same memory."""
    ends = np.cumsum(np.fromiter(map(len, heads), np.int64, len(heads)))
    firsts = np.flatnonzero(np.diff(ends // SLICE)) + 1
    yield from pairwise(dict.fromkeys([0, *(int(first) for first in firsts), len(heads)]))
