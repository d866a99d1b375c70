"""Which cases belong to the same actors: cases as points, what they share as lines, campaigns as what hangs together.

A strong sign joins two cases alone, weak ones only by twos: of different families, and weighty enough together. A sign
joins what it was seen on within one window of time, for numbers and machines change hands. Pure.
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from scamhunt.campaigns.kinds import ANALYST, KINDS
from scamhunt.campaigns.own import Own
from scamhunt.campaigns.sign import Campaign, Clustering, Family, Hub, Link, Ruling, Sign
from scamhunt.campaigns.values import normalised

WINDOW = timedelta(days=30)
"""So far apart two cases may show a sign that joins them: from the end of the one time to the begin of the other."""
ENOUGH = 0.5
"""What weak signs weigh together at least to join two cases, of each family the weightiest; see the benchmark."""
FAMILIES = 2
"""Families that weak signs have to come from."""

Key = tuple[str, str]
"""Kind and value of a sign."""
Span = tuple[datetime, datetime]
Shown = Mapping[Key, Mapping[int, Span]]
"""When each case showed a sign first and last."""
Pair = tuple[int, int]
"""Two cases, the smaller number first."""


def cluster(
    signs: Iterable[Sign],
    *,
    own: frozenset[Key] = frozenset(),
    rulings: Sequence[Ruling] = (),
    window: timedelta = WINDOW,
    least: float = ENOUGH,
) -> Clustering:
    """Return the campaigns that come of signs, whatever their order.

    What brands own (`own`) and what an analyst cut is left out first. A sign of one case alone links nobody, one of
    more cases than its kind's cap is a hub. Weak signs join two cases when they weigh `least` together. Two cases whose
    analyst says so are joined whatever else there is.

    A campaign's links are, of each strong sign, one between each case and one before it in time, the pairs of weak
    signs that joined what was apart until then, and the analysts' own: at most as many as there are signs. Each link
    tells everything that its two cases share in time.
    """
    shown, brands = shown_by(signs, rulings), Own(own)
    shared = {key: shown[key] for key in sorted(shown) if len(shown[key]) > 1 and key not in brands}
    hubs = [_hub(key, len(cases)) for key, cases in shared.items() if len(cases) > KINDS[key[0]].cap]
    linking = {key: cases for key, cases in shared.items() if len(cases) <= KINDS[key[0]].cap}
    frequency = {key: len(cases) for key, cases in linking.items()}
    sets, pairs = Sets(), dict[Pair, list[str]]()
    for ruling in added(rulings):
        pair = _pair(ruling)
        sets.unite(*pair)
        pairs.setdefault(pair, []).append(str(ruling.id))
    for key, cases in linking.items():
        for pair in chain(cases, window) if KINDS[key[0]].strong else ():
            sets.unite(*pair)
            pairs.setdefault(pair, [])
    for pair, _ in weak_pairs(linking, frequency, window, sets.roots(), least):
        if sets.unite(*pair):
            pairs.setdefault(pair, [])
    campaigns = _campaigns(sets, _links(pairs, linking, frequency, window))
    return Clustering(campaigns, sorted(hubs, key=lambda one: (-one.cases, one.kind, one.value)), frequency)


def campaign_id(smallest: int) -> str:
    """Return the id of a campaign by the smallest number among its members: it stays while others come and go."""
    return f"c-{hashlib.sha256(str(smallest).encode()).hexdigest()[:12]}"


def weight(key: Key, cases: int) -> float:
    """Return what a sign weighs that so many cases share: less, the more they are.

    It is the kind's strength over log2(1 + cases), times log2(3): a sign of two cases weighs just its strength, so that
    the table of kinds reads as it counts.
    """
    return KINDS[key[0]].strength * math.log2(3) / math.log2(1 + max(cases, 2))


def enough(keys: Iterable[Key], frequency: Mapping[Key, int], least: float = ENOUGH) -> bool:
    """Say whether weak signs together join two cases."""
    best: dict[Family, float] = {}
    for key in keys:
        family = KINDS[key[0]].family
        best[family] = max(best.get(family, 0.0), weight(key, frequency[key]))
    return len(best) >= FAMILIES and math.fsum(best.values()) >= least


def shown_by(signs: Iterable[Sign], rulings: Sequence[Ruling]) -> dict[Key, dict[int, Span]]:
    """Return when each case showed each sign that counts: of a known kind, not cut."""
    cut = _cut(rulings)
    shown: dict[Key, dict[int, Span]] = {}
    for one in signs:
        key = (one.kind, one.value)
        if one.kind not in KINDS or (cut and {(key, None), (key, one.case)} & cut):
            continue
        cases = shown.setdefault(key, {})
        first, last = one.first_at, max(one.first_at, one.last_at)
        before = cases.get(one.case)
        cases[one.case] = (min(before[0], first), max(before[1], last)) if before else (first, last)
    return shown


def chain(cases: Mapping[int, Span], window: timedelta) -> list[Pair]:
    """Return pairs that join all cases that a strong sign joins, one fewer than there are in a row.

    Along time: each case with the one before it where that is within the window, else with the one that showed the sign
    longest.
    """
    if not cases:
        return []
    (*_, before), *later = sorted((first, last, case) for case, (first, last) in cases.items())
    longest, pairs = before, []
    for first, last, case in later:
        near = before if first - cases[before][1] <= window else longest
        if first - cases[near][1] <= window:
            pairs.append((min(near, case), max(near, case)))
        longest, before = case if last > cases[longest][1] else longest, case
    return pairs


def weak_pairs(
    linking: Shown,
    frequency: Mapping[Key, int],
    window: timedelta,
    roots: Mapping[int, int],
    least: float = ENOUGH,
) -> Iterator[tuple[Pair, Sequence[Key]]]:
    """Yield the pairs that weak signs join, with these signs; those that have one root already are left out.

    One case after the other, so that what is counted at a time is small: it grows with the caps, not with the cases.
    """
    rows = {key: sorted((case, *span) for case, span in linking[key].items()) for key in linking if _is_weak(key)}
    of_case: defaultdict[int, list[tuple[Key, int]]] = defaultdict(list)
    for key in sorted(rows):
        for at, (case, _, _) in enumerate(rows[key]):
            of_case[case].append((key, at))
    for case in sorted(of_case):
        near: dict[int, list[Key]] = {}
        root = roots.get(case, case)
        for key, at in of_case.pop(case):
            _, first, last = rows[key][at]
            for other, begin, end in rows[key][at + 1 :]:
                if roots.get(other, other) != root and begin - last <= window and first - end <= window:
                    near.setdefault(other, []).append(key)
        for other in sorted(near):
            if len(near[other]) > 1 and enough(near[other], frequency, least):
                yield (case, other), near[other]


def added(rulings: Iterable[Ruling]) -> list[Ruling]:
    """Return the links that analysts added, those of two cases."""
    found = (one for one in rulings if one.act == "add" and None not in {one.case, one.other})
    return sorted((one for one in found if one.case != one.other), key=lambda one: one.id)


class Sets:
    """Sets of numbers, each alone until it is united with another."""

    def __init__(self) -> None:
        """Know of none."""
        self._above: dict[int, int] = {}

    def root(self, one: int) -> int:
        """Return the number that stands for the set of another."""
        above = self._above
        while (upper := above.setdefault(one, one)) != one:
            above[one] = one = above[upper]
        return one

    def unite(self, one: int, other: int) -> bool:
        """Make one set of two; say whether they were apart."""
        low, high = sorted((self.root(one), self.root(other)))
        self._above[high] = low
        return low != high

    def roots(self) -> dict[int, int]:
        """Return which number stands for the set of each: the smallest of it."""
        return {one: self.root(one) for one in self._above}


# --- parts ------------------------------------------------------------------------------------------------------------


def _is_weak(key: Key) -> bool:
    return not KINDS[key[0]].strong


def _cut(rulings: Iterable[Ruling]) -> frozenset[tuple[Key, int | None]]:
    """Return the signs that count for nobody (None) or not for a case, as they were typed and as signs have them."""
    given = [one for one in rulings if one.act == "cut"]
    values = [((one.kind, value), one.case) for one in given for value in (one.value, normalised(one.kind, one.value))]
    return frozenset(values)


def _pair(ruling: Ruling) -> Pair:
    one, other = ruling.case or 0, ruling.other or 0
    return min(one, other), max(one, other)


def _hub(key: Key, cases: int) -> Hub:
    cap = KINDS[key[0]].cap
    return Hub(*key, cases, f"{cases:,} cases show it; of more than {cap:,} it is a service's, or everybody's")


def _links(
    pairs: Mapping[Pair, Sequence[str]], linking: Shown, frequency: Mapping[Key, int], window: timedelta
) -> Iterator[Link]:
    """Yield each link with all that its two cases share in time."""
    linked = {case for pair in pairs for case in pair}
    of_case: defaultdict[int, set[Key]] = defaultdict(set)
    for key, cases in linking.items():
        for case in cases.keys() & linked:
            of_case[case].add(key)
    for one, other in sorted(pairs):
        shared = [key for key in of_case[one] & of_case[other] if _near(linking[key], one, other, window)]
        weights = {key: weight(key, frequency[key]) for key in sorted(shared)}
        said = [(ANALYST, ruling) for ruling in pairs[one, other]]
        signs = (*said, *sorted(weights, key=lambda key: (-weights[key], key)))
        strong = bool(said) or not all(_is_weak(key) for key in shared)
        yield Link(one, other, signs, round(math.fsum([*weights.values(), *(1.0 for _ in said)]), 6), strong)


def _near(cases: Mapping[int, Span], one: int, other: int, window: timedelta) -> bool:
    (first, last), (begin, end) = cases[one], cases[other]
    return begin - last <= window and first - end <= window


def _campaigns(sets: Sets, links: Iterable[Link]) -> list[Campaign]:
    roots = sets.roots()
    members: defaultdict[int, list[int]] = defaultdict(list)
    for case in sorted(roots):
        members[roots[case]].append(case)
    of_root: defaultdict[int, list[Link]] = defaultdict(list)
    for link in links:
        of_root[roots[link.one]].append(link)
    made = [
        Campaign(campaign_id(cases[0]), tuple(cases), tuple(of_root[root]))
        for root, cases in members.items()
        if len(cases) > 1
    ]
    return sorted(made, key=lambda one: (-len(one.members), one.id))
