"""What holds a campaign together: each sign without which it falls apart, so that an analyst knows where to look. Pure.

Every sign is left out once in thought. To do that for thousands of signs, lines between cases are drawn along a binary
tree of the signs, each where it stays although a sign is left out, and taken back on the way up.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from scamhunt.campaigns.kinds import ANALYST, KINDS
from scamhunt.campaigns.linking import WINDOW, Key, Pair, Sets, added, chain, enough, shown_by, weak_pairs
from scamhunt.campaigns.sign import Campaign, Clustering, Hold, Ruling, Sign

MOST = 50
"""Signs that are told, those first that take the largest part away."""


@dataclass(frozen=True, slots=True)
class _Line:
    """Two cases that are joined, and the signs without which they are not: any one of them."""

    pair: Pair
    needs: frozenset[Key]


def holds(  # noqa: PLR0913  # what clusters are made from
    campaign: Campaign,
    clustering: Clustering,
    signs: Iterable[Sign],
    *,
    rulings: Sequence[Ruling] = (),
    window: timedelta = WINDOW,
    most: int = MOST,
) -> list[Hold]:
    """Return the signs without each of which a campaign falls apart, those that cut off the most first.

    `clustering` is what the campaign came from: of it the frequencies count, which are those of all cases. `signs` are
    those of the members at least. A link that an analyst added is one such sign: `("analyst", id of the ruling)`.
    The answer is exact: as if each sign had been cut for all and everything been joined anew.
    """
    lines = _lines(campaign, clustering.frequency, signs, rulings, window)
    members = {case: at for at, case in enumerate(campaign.members)}
    needed = sorted({key for one in lines for key in one.needs})
    largest = _Tried(len(members), needed).largest(
        [(members[a], members[b], one.needs) for one in lines for a, b in [one.pair]]
    )
    found = sorted((size, key) for key, size in largest.items() if size < len(members))
    return [_hold(key, campaign, lines) for _, key in found[:most]]


def _lines(
    campaign: Campaign,
    frequency: Mapping[Key, int],
    signs: Iterable[Sign],
    rulings: Sequence[Ruling],
    window: timedelta,
) -> list[_Line]:
    """Return all that joins members: the chains of strong signs, every pair of weak ones, what analysts added."""
    members = frozenset(campaign.members)
    own = (one for one in signs if one.case in members and (one.kind, one.value) in frequency)
    shown = shown_by(own, rulings)
    lines = [
        _Line(pair, frozenset({key}))
        for key in sorted(shown)
        if KINDS[key[0]].strong
        for pair in chain(shown[key], window)
    ]
    for pair, keys in weak_pairs(shown, frequency, window, {}):
        needs = frozenset(key for key in keys if not enough([one for one in keys if one != key], frequency))
        lines.append(_Line(pair, needs))
    for one in added(rulings):
        if one.case in members and one.other in members:
            needs = frozenset({(ANALYST, str(one.id))})
            lines.append(_Line((one.case, one.other), needs))
    return lines


def _hold(key: Key, campaign: Campaign, lines: Iterable[_Line]) -> Hold:
    sets = Sets()
    for line in lines:
        if key not in line.needs:
            sets.unite(*line.pair)
    parts: defaultdict[int, list[int]] = defaultdict(list)
    for case in campaign.members:
        parts[sets.root(case)].append(case)
    return Hold(*key, tuple(sorted(map(tuple, parts.values()), key=lambda part: (-len(part), part))))


class _Tried:
    """Cases as points and the lines between them, while one sign after the other is left out."""

    def __init__(self, points: int, signs: Sequence[Key]) -> None:
        self._above = list(range(points))
        self._sizes = [1] * points
        self._largest = 1 if points else 0
        self._undo: list[tuple[int, int, int]] = []
        self._signs = signs
        self._place = {key: at for at, key in enumerate(signs)}

    def largest(self, lines: Iterable[tuple[int, int, frozenset[Key]]]) -> dict[Key, int]:
        """Return how many points the largest part has without each sign."""
        drawn: defaultdict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        whole = (0, len(self._signs))
        for one, other, needs in lines:
            for stretch in _without(whole, sorted(self._place[key] for key in needs)):
                drawn[stretch].append((one, other))
        return dict(self._walk(whole, drawn)) if self._signs else {}

    def _walk(
        self, stretch: tuple[int, int], drawn: Mapping[tuple[int, int], Sequence[tuple[int, int]]]
    ) -> Iterator[tuple[Key, int]]:
        """Yield the size for each sign of a stretch, with all lines drawn that stay whichever of them is left out."""
        mark, before = len(self._undo), self._largest
        for pair in drawn.get(stretch, ()):
            self._unite(*pair)
        begin, end = stretch
        if end - begin == 1:
            yield self._signs[begin], self._largest
        else:
            yield from self._walk((begin, (begin + end) // 2), drawn)
            yield from self._walk(((begin + end) // 2, end), drawn)
        while len(self._undo) > mark:
            low, high, size = self._undo.pop()
            self._above[low], self._sizes[high] = low, size
        self._largest = before

    def _unite(self, one: int, other: int) -> None:
        low, high = sorted((self._root(one), self._root(other)), key=lambda root: self._sizes[root])
        if low != high:
            self._undo.append((low, high, self._sizes[high]))
            self._above[low] = high
            self._sizes[high] += self._sizes[low]
            self._largest = max(self._largest, self._sizes[high])

    def _root(self, one: int) -> int:
        """Return the point that stands for a part; the way there stays as it is, so that it can be taken back."""
        while self._above[one] != one:
            one = self._above[one]
        return one


def _without(stretch: tuple[int, int], places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the fewest stretches of the tree that together hold all places but these; `places` is sorted."""
    begin, end = stretch
    inside = [one for one in places if begin <= one < end]
    if not inside:
        yield stretch
    elif end - begin > 1:
        yield from _without((begin, (begin + end) // 2), inside)
        yield from _without(((begin + end) // 2, end), inside)
