"""Which letters of a name stand for which letters of a brand's word: for a person who reads a match. Pure."""

import string
from collections.abc import Iterator

from scamhunt.indicators.lookalike import fold

Pair = tuple[str, str]
"""Letters of the name, and the letters of the word that they stand for; "" for what has nothing on the other side."""

LONGEST = 128
"""Characters of each side that are looked at: no host label and no brand word is longer."""
STEPS = ((1, 1), (2, 2), (2, 1), (1, 2), (1, 0), (0, 1))
"""How many letters of each side one pair may have; of pairs that cost the same the first one is taken."""
IMPOSSIBLE = float("inf")


def align(piece: str, word: str) -> list[Pair]:
    """Return a part of a name and a brand's word cut into pairs, in order; joined, the pairs give both texts again.

    The fewest edits decide; a look-alike (`rn` for `m`) is half an edit, two swapped letters are one. What parts words
    in a name, such as a hyphen, stands for nothing.
    """
    bare = "".join(char for char in piece if char not in string.punctuation)
    if max(len(bare), len(word)) > LONGEST:
        return [(piece, word)]
    return list(_with_marks(piece, _cheapest(bare, word)))


def _cheapest(piece: str, word: str) -> list[Pair]:
    """Walk back from the end over the cheapest pairs, found from the start on (dynamic programming)."""
    costs = {(0, 0): 0.0}
    steps: dict[tuple[int, int], tuple[int, int]] = {}
    for i in range(len(piece) + 1):
        for j in range(len(word) + 1):
            ways = [
                (costs[i - a, j - b] + _cost(piece[i - a : i], word[j - b : j]), at)
                for at, (a, b) in enumerate(STEPS)
                if a <= i and b <= j
            ]
            if ways:
                costs[i, j], best = min(ways)
                steps[i, j] = STEPS[best]
    pairs: list[Pair] = []
    i, j = len(piece), len(word)
    while i or j:
        a, b = steps[i, j]
        pairs.append((piece[i - a : i], word[j - b : j]))
        i, j = i - a, j - b
    return pairs[::-1]


def _cost(given: str, meant: str) -> float:
    if given == meant:
        return 0 if len(given) == 1 else IMPOSSIBLE
    if len(given) == len(meant) == 2:  # noqa: PLR2004  # two letters swapped
        return 1 if given == meant[::-1] else IMPOSSIBLE
    if given and meant and fold(given) == fold(meant):
        return 0.5
    return 1 if len(given) < 2 and len(meant) < 2 else IMPOSSIBLE  # noqa: PLR2004  # one letter is another, more or less


def _with_marks(piece: str, pairs: list[Pair]) -> Iterator[Pair]:
    """Put the punctuation back that the pairs lack; inside the letters of a pair it joins them."""
    at = 0
    for given, meant in pairs:
        begin = piece.index(given[0], at) if given else at
        if begin > at:
            yield piece[at:begin], ""
        at = begin
        for char in given:
            at = piece.index(char, at) + 1
        yield piece[begin:at], meant
    if at < len(piece):
        yield piece[at:], ""
