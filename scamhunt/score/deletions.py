"""Words within one or two edits of a token, for a whole batch at once.

Two strings within k edits (insertions, deletions, replacements, swaps of neighbours) have a common remainder after at
most k deletions on each side (Garbe, SymSpell, 2012). So the remainders of all words go into one table and those of the
tokens are looked up there. Most remainders of a token need not be made: deletions in one half leave the other as it is,
and where no remainder of a word has such a half, none of them can be equal. What is found is only a candidate: the
caller measures the true distance.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from scamhunt.score.hashes import LEFT, Codes, Hashes, HashFilter, HashTable, Keys, Positions, rest_of, spread

LONGEST = 24
"""Tokens beyond this length are not looked up: the pairs of deletions grow with its square."""
_AT_ONCE = 400_000
"""Remainders that are made at once."""
_SALT = np.arange(LONGEST + 1, dtype=np.uint64) * np.uint64(0xD6E8FEB86659FD93)  # parts halves by the whole's length
_SECOND, _FIRST = (side.astype(np.int64) for side in np.tril_indices(LONGEST, -1))
"""Pairs of places, first < second, by the second: the first n (n - 1) / 2 pairs are those of n places."""

Cuts = tuple[Positions, Positions, Positions]
"""Columns: the word, and the two places that are left out of it; a place at its end is none."""
Remainders = tuple[Keys, Positions]
"""Hashes, a column a token, and which tokens those are."""


class Deletions:
    """The remainders of all words after up to `edits` deletions, for look-up by the remainders of tokens."""

    def __init__(self, words: Sequence[str], edits: int) -> None:
        """Take words, of which those of at most `LONGEST` characters count; `edits` is 1 or 2."""
        self.words = [word for word in words if edits < len(word) <= LONGEST]
        self._edits = edits
        sizes = np.array([len(word) for word in self.words], dtype=np.int64)
        ends = np.cumsum(sizes)
        starts = ends - sizes
        text = Hashes(_codes("".join(self.words)))
        owner, first, second = _all_cuts(starts, ends, edits)
        remainders = text.without(starts[owner], ends[owner], first, second)
        length = sizes[owner] - (first < ends[owner]) - (second < ends[owner])
        middle = starts[owner] + length // 2
        middle += (first < middle).astype(np.int64) + (second <= middle)
        fronts = text.without(starts[owner], middle, np.minimum(first, middle), np.minimum(second, middle))
        self._table = HashTable(remainders, owner)
        self._fronts = HashFilter(fronts + _SALT[length])
        self._backs = HashFilter(rest_of(remainders, fronts, length // 2) + _SALT[length])
        self._least = max(int(sizes.min(initial=LONGEST)) - edits, edits + 1)
        self._most = min(int(sizes.max(initial=0)) + edits, LONGEST)

    def near(self, text: Hashes, starts: Positions, ends: Positions) -> tuple[Positions, Positions]:
        """Return (token, word) index pairs that could lie within the edits, each once; all that do are among them.

        Tokens are spans of the text; those of no more letters than `edits` are near nothing.
        """
        likely = [(np.empty(0, np.uint64), starts[:0])]
        for length in range(self._least, self._most + 1):
            tokens = np.flatnonzero(ends - starts == length)
            for keys, of in self._remainders(text.fronts(starts[tokens], length)):
                at = self._table.likely(keys.ravel())
                likely.append((keys.ravel()[at], tokens[of[at % len(of)]]))
        at, word = self._table.find(np.concatenate([keys for keys, _ in likely]))
        token = np.concatenate([tokens for _, tokens in likely])[at]
        pairs = np.unique(token * max(len(self.words), 1) + word)
        return np.divmod(pairs, max(len(self.words), 1))

    def _remainders(self, fronts: Keys) -> Iterator[Remainders]:
        """Yield what is left of tokens of one length, where it could be what is left of a word."""
        everything = np.arange(fronts.shape[1])
        if len(everything):
            yield fronts[-1:], everything
            gaps = fronts[:-1] - fronts[1:] * LEFT  # with one of these added, what follows moves to the left
            yield from self._without_one(fronts, gaps)
            if self._edits > 1:
                yield from self._without_two(fronts, gaps)

    def _without_one(self, fronts: Keys, gaps: Keys) -> Iterator[Remainders]:
        length = len(gaps) - 1
        middle = length // 2
        kept = self._with_front(fronts[middle], length)
        yield gaps[middle:, kept] + fronts[-1, kept] * LEFT, kept
        kept = self._with_back(rest_of(fronts[-1], fronts[middle + 1], middle + 1), length)
        yield gaps[:middle, kept] + fronts[-1, kept] * LEFT, kept

    def _without_two(self, fronts: Keys, gaps: Keys) -> Iterator[Remainders]:
        """Both places in the back, both in the front, or one in each."""
        length = len(gaps) - 2
        middle = length // 2
        kept = self._with_front(fronts[middle], length)
        yield from _pairs(fronts[-1], gaps[middle:], kept)
        kept = self._with_back(rest_of(fronts[-1], fronts[middle + 2], middle + 2), length)
        yield from _pairs(fronts[-1], gaps[: middle + 2], kept)
        without = gaps[:middle] + fronts[middle + 1] * LEFT
        first, token = np.divmod(np.flatnonzero(self._fronts.maybe(without + _SALT[length])), fronts.shape[1])
        for part in _portions(len(token), len(gaps) - middle - 2):
            of = token[part]
            yield gaps[first[part], of] + _moved(fronts[-1, of], gaps[middle + 2 :, of]), of

    def _with_front(self, fronts: Keys, length: int) -> Positions:
        return np.flatnonzero(self._fronts.maybe(fronts + _SALT[length]))

    def _with_back(self, backs: Keys, length: int) -> Positions:
        return np.flatnonzero(self._backs.maybe(backs + _SALT[length]))


def _pairs(whole: Keys, gaps: Keys, tokens: Positions) -> Iterator[Remainders]:
    """Yield the tokens without any two of the places that the gaps are of."""
    count = len(gaps) * (len(gaps) - 1) // 2
    for part in _portions(len(tokens), count):
        of = tokens[part]
        yield gaps[:, of][_FIRST[:count]] + _moved(whole[of], gaps[:, of])[_SECOND[:count]], of


def _moved(whole: Keys, gaps: Keys) -> Keys:
    """Return what the second place adds: all that follows has moved by the first place already."""
    return (gaps + whole * LEFT) * LEFT


def _portions(count: int, each: int) -> Iterator[slice]:
    """Cut so many columns into parts of about `_AT_ONCE` numbers."""
    size = max(_AT_ONCE // max(each, 1), 1)
    yield from (slice(start, start + size) for start in range(0, count, size))


def _all_cuts(starts: Positions, ends: Positions, edits: int) -> Cuts:
    """Return every choice of up to `edits` places of each word."""
    words = np.arange(len(starts))
    owner, step = spread(ends - starts)
    choices = [(words, ends, ends), (owner, starts[owner] + step, ends[owner])]
    if edits > 1:
        size = ends - starts
        owner, step = spread(size * (size - 1) // 2)
        choices.append((owner, starts[owner] + _FIRST[step], starts[owner] + _SECOND[step]))
    token, first, second = (np.concatenate(side) for side in zip(*choices, strict=True))
    return token, first, second


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
