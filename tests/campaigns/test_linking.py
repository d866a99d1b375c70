"""Who is joined with whom, by what, and who is not."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.bench_campaigns import PRECISION, RECALL, Quality, quality
from bench.lab_actors import World
from scamhunt.campaigns import linking
from scamhunt.campaigns.kinds import KINDS
from scamhunt.campaigns.linking import campaign_id, cluster, weight
from scamhunt.campaigns.own import own_signs
from scamhunt.campaigns.sign import Clustering, Link, Ruling, Sign

T0 = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)
NUMBER = ("number", "+18055550142")
ADDRESS, KIT, FAVICON = ("address", "192.0.2.7"), ("kit", "aa-bb"), ("favicon", "cc-dd")


def sign(case: int, key: tuple[str, str], begin: float = 0, end: float | None = None) -> Sign:
    """Return a sign that a case showed from one day to another."""
    return Sign(case, *key, T0 + begin * DAY, T0 + (begin if end is None else end) * DAY, "ab" * 32, case)


def members(found: Clustering) -> list[tuple[int, ...]]:
    """Return who is together."""
    return [tuple(one.members) for one in found.campaigns]


def links(found: Clustering) -> list[Link]:
    """Return the links of all campaigns."""
    return [link for one in found.campaigns for link in one.links]


def test_one_strong_sign_joins() -> None:
    """Two sites that show the same number are one campaign, and the link says why."""
    found = cluster([sign(7, NUMBER), sign(3, NUMBER), sign(5, ("number", "+18055550143"))])
    (one,) = found.campaigns
    assert one.id == campaign_id(3)
    assert one.members == (3, 7)
    assert one.links == (Link(3, 7, (NUMBER,), 1.0, strong=True),)
    assert found.frequency == {NUMBER: 2}
    assert found.hubs == []


def test_a_neighbour_on_the_same_host_stays_out() -> None:
    """The same address, network and name servers, even since the same day, are one reason: the host, and not enough."""
    signs = [sign(case, key) for case in (1, 2, 3) for key in (ADDRESS, ("network", "192.0.2.0/24"))]
    signs += [sign(case, ("nameserver", "host.example")) for case in (1, 2, 3)]
    signs += [sign(case, ("registration", "B-help-0 on 2026-11-01 with ns1.host.example")) for case in (1, 2, 3)]
    assert members(cluster([*signs, sign(1, NUMBER), sign(2, NUMBER)])) == [(1, 2)]


def test_two_weak_signs_of_different_families_join() -> None:
    """The same address and the same kit together are enough; two signs of the page alone are one reason."""
    both = [sign(case, key) for case in (1, 2) for key in (ADDRESS, KIT)]
    (link,) = links(cluster(both))
    assert link == Link(1, 2, (KIT, ADDRESS), 0.9, strong=False)
    assert members(cluster([sign(case, key) for case in (1, 2) for key in (FAVICON, KIT)])) == []
    assert members(cluster([sign(case, ADDRESS) for case in (1, 2)])) == []


def test_weak_signs_of_many_are_not_enough() -> None:
    """What twenty share weighs little, however many such things there are."""
    signs = [sign(case, key) for case in range(20) for key in (ADDRESS, KIT)]
    assert weight(KIT, 20) + weight(ADDRESS, 20) < linking.ENOUGH < weight(KIT, 2) + weight(ADDRESS, 2)
    assert members(cluster(signs)) == []
    assert members(cluster(signs, least=0.3)) == [tuple(range(20))]


def test_of_a_family_only_the_weightiest_counts() -> None:
    """A kit brings its favicon along: both together weigh no more than one of them."""
    signs = [sign(case, key) for case in range(8) for key in (ADDRESS, KIT, FAVICON)]
    assert (
        weight(KIT, 8) + weight(ADDRESS, 8) < linking.ENOUGH < weight(KIT, 8) + weight(FAVICON, 8) + weight(ADDRESS, 8)
    )
    assert members(cluster(signs)) == []


def test_a_sign_weighs_its_strength_where_two_share_it() -> None:
    """The rarer, the weightier: the table of kinds is what two cases weigh."""
    assert weight(NUMBER, 2) == KINDS["number"].strength
    assert [weight(NUMBER, one) > weight(NUMBER, other) for one, other in pairwise((2, 3, 10, 100))] == [True] * 3


@pytest.mark.parametrize(("gap", "together"), [(0, True), (30, True), (30.001, False), (200, False)])
def test_the_window(gap: float, *, together: bool) -> None:
    """A number that comes up again after more than 30 days may be somebody else's."""
    strong = [sign(1, NUMBER, -5, 0), sign(2, NUMBER, gap, gap + 5)]
    weak = [sign(case, key, *days) for case, days in ((1, (-5, 0)), (2, (gap, gap + 5))) for key in (ADDRESS, KIT)]
    for signs in (strong, weak, list(reversed(strong))):
        assert members(cluster(signs)) == ([(1, 2)] if together else [])


def test_time_is_bridged_by_those_between() -> None:
    """Sites that follow one another are one campaign, though the first and the last lie far apart."""
    row = [sign(case, NUMBER, 25 * case) for case in range(1, 9)]
    found = cluster(row)
    assert members(found) == [tuple(range(1, 9))]
    assert [(one.one, one.other) for one in links(found)] == [*pairwise(range(1, 9))]
    assert sorted(members(cluster(row[:3] + row[5:]))) == [(1, 2, 3), (6, 7, 8)]


def test_one_that_lasted_bridges_what_came_and_went() -> None:
    """A site that showed the number all the time joins those that came months after one another."""
    found = cluster([sign(1, NUMBER, 0, 300), sign(2, NUMBER, 10), sign(3, NUMBER, 250)])
    assert members(found) == [(1, 2, 3)]
    assert {(one.one, one.other) for one in links(found)} == {(1, 2), (1, 3)}


def test_looks_at_one_case_are_one_span() -> None:
    """Several looks at a case are one sign, from the first to the last; a case is never joined with itself."""
    found = cluster([sign(1, NUMBER), sign(1, NUMBER, 40), sign(2, NUMBER, 65)])
    assert members(found) == [(1, 2)]
    assert found.frequency[NUMBER] == 2
    assert members(cluster([sign(1, NUMBER), sign(1, NUMBER, 1)])) == []


@pytest.mark.parametrize("key", [NUMBER, ADDRESS, ("certificate", "ab" * 32)])
def test_a_hub_joins_nobody(key: tuple[str, str]) -> None:
    """What too many share is a service's or everybody's; it is told with the number of its cases."""
    cap = KINDS[key[0]].cap
    signs = [sign(case, each) for case in range(cap + 1) for each in (key, (f"{KIT[0]}", f"{case // 2}"))]
    found = cluster(signs)
    assert members(found) == []
    (hub,) = found.hubs
    assert (hub.kind, hub.value, hub.cases) == (*key, cap + 1)
    assert f"{cap + 1:,} cases" in hub.why
    assert key not in found.frequency
    if KINDS[key[0]].strong:
        assert members(cluster([one for one in signs if one.case])) == [tuple(range(1, cap + 1))]


def test_what_brands_own_is_left_out_first() -> None:
    """A copied page brings the brand's number along: it neither joins nor is a hub."""
    signs = [sign(case, NUMBER) for case in range(KINDS["number"].cap + 5)]
    found = cluster(signs, own=frozenset({NUMBER}))
    assert (found.campaigns, found.hubs, found.frequency) == ([], [], {})


def test_an_unknown_kind_is_passed_over() -> None:
    """Signs of a kind that this version does not know join nobody and break nothing."""
    assert members(cluster([sign(1, ("aura", "blue")), sign(2, ("aura", "blue"))])) == []
    assert members(cluster([])) == []


def test_a_sign_can_be_cut() -> None:
    """An analyst may say that a sign links nobody, also as people type it; or that it does not count for one case."""
    signs = [sign(case, NUMBER) for case in (1, 2, 3)]
    assert members(cluster(signs, rulings=[Ruling(1, "cut", *NUMBER)])) == []
    assert members(cluster(signs, rulings=[Ruling(1, "cut", "number", "+1 (805) 555-0142")])) == []
    found = cluster(signs, rulings=[Ruling(1, "cut", *NUMBER, case=1)])
    assert members(found) == [(2, 3)]
    assert found.frequency[NUMBER] == 2
    assert members(cluster(signs, rulings=[Ruling(1, "cut", "number", "+18055550199")])) == [(1, 2, 3)]


def test_a_link_can_be_added() -> None:
    """Two cases of which an analyst says so belong together, whatever they show; the link names the ruling."""
    rulings = [Ruling(12, "add", case=9, other=2), Ruling(13, "add", case=4, other=4), Ruling(14, "add", case=4)]
    found = cluster([sign(1, NUMBER), sign(2, NUMBER), sign(9, ("kit", "x"))], rulings=rulings)
    assert members(found) == [(1, 2, 9)]
    assert Link(2, 9, (("analyst", "12"),), 1.0, strong=True) in links(found)


def test_a_link_tells_all_that_two_cases_share_in_time() -> None:
    """The weightiest comes first; what they showed at other times, and hubs, are not told."""
    late = ("tracker", "Google Analytics G-1")
    shared = [sign(case, key) for case in (1, 2) for key in (ADDRESS, KIT, NUMBER)]
    (link,) = links(cluster([*shared, sign(1, late), sign(2, late, 90)]))
    assert link.signs == (NUMBER, KIT, ADDRESS)
    assert link.weight == pytest.approx(1.9)
    assert link.strong


def test_links_are_few() -> None:
    """A number of a thousand sites gives a link fewer than sites, not half a million."""
    found = cluster(
        [sign(case, key, case / 100) for case in range(1_000) for key in (NUMBER, ("email", "a@b.example"))]
    )
    assert len(links(found)) == 999


def test_campaigns_come_in_order_and_ids_hang_on_the_smallest_member() -> None:
    """The largest first; the id stays when others join."""
    other = ("number", "+18055550143")
    few = [sign(1, other), sign(8, other), sign(2, NUMBER), sign(3, NUMBER), sign(4, NUMBER)]
    found = cluster(few)
    assert [one.id for one in found.campaigns] == [campaign_id(2), campaign_id(1)]
    assert [one.id for one in cluster([*few, sign(9, other)]).campaigns] == sorted([campaign_id(2), campaign_id(1)])
    assert campaign_id(1) == "c-6b86b273ff34"


_SIGNS = st.lists(
    st.builds(
        sign,
        st.integers(1, 12),
        st.tuples(st.sampled_from(["number", "kit", "address", "favicon", "registrant"]), st.sampled_from("ab")),
        st.integers(0, 90),
    ),
    max_size=30,
)


@given(_SIGNS, st.integers())
def test_the_order_of_signs_does_not_matter(signs: list[Sign], seed: int) -> None:
    """The same signs in any order give the very same answer, links and all."""
    mixed = list(signs)
    random.Random(seed).shuffle(mixed)
    assert cluster(mixed) == cluster(signs)
    assert list(cluster(iter(mixed)).frequency) == list(cluster(signs).frequency)


def _near(one: Sign, other: Sign) -> bool:
    return max(one.first_at, other.first_at) - min(one.last_at, other.last_at) <= linking.WINDOW


def _plainly(signs: Iterable[Sign]) -> set[frozenset[int]]:
    """Join every two cases by the rule as it is written, one pair after the other."""
    spans: dict[tuple[str, str], dict[int, Sign]] = {}
    for one in signs:
        cases = spans.setdefault((one.kind, one.value), {})
        known = cases.get(one.case, one)
        first, last = min(known.first_at, one.first_at), max(known.last_at, one.last_at)
        cases[one.case] = replace(one, first_at=first, last_at=last)
    groups = [{case} for case in {case for cases in spans.values() for case in cases}]
    every = [case for group in groups for case in group]
    for low, high in ((a, b) for a in every for b in every if a < b):
        shared = [
            key for key, cases in spans.items() if low in cases and high in cases and _near(cases[low], cases[high])
        ]
        weak = [key for key in shared if not KINDS[key[0]].strong]
        if len(weak) < len(shared) or linking.enough(weak, {key: len(cases) for key, cases in spans.items()}):
            left, right = (next(group for group in groups if case in group) for case in (low, high))
            if left is not right:
                groups.remove(right)
                left |= right
    return {frozenset(group) for group in groups if len(group) > 1}


@given(_SIGNS)
def test_it_is_the_rule_pair_by_pair(signs: list[Sign]) -> None:
    """Going along time and counting near ones gives what asking for every two cases gives."""
    assert {frozenset(one) for one in members(cluster(signs))} == _plainly(signs)


def test_made_up_actors_are_told_apart() -> None:
    """A small world with every trap of the lab stays above what is asked for, and each trap is really in it."""
    made = World(seed=9, actors=12, strangers=300).made()
    own = own_signs(made.brands, made.official)
    signs = made.signs()
    told = quality(cluster(signs, own=own), made.truth)
    assert told.precision >= PRECISION
    assert told.recall >= RECALL
    assert quality(cluster(signs), made.truth).precision < 0.5
    assert quality(cluster(signs, own=own, window=timedelta(days=400)), made.truth).recall >= told.recall


def test_the_measure_itself() -> None:
    """Nothing joined is precise and finds nothing; the truth is both."""
    truth = {1: "a", 2: "a", 3: "b", 4: "b", 5: "c"}
    nothing = quality(cluster([]), truth)
    assert [nothing.recall, nothing.b_precision, nothing.b_recall] == pytest.approx([0, 1, 0.6])
    right = [sign(case, ("number", of)) for case, of in truth.items()]
    assert quality(cluster(right), truth) == Quality(1, 1, 1, 1)
    wrong = quality(cluster([sign(case, NUMBER) for case in truth]), truth)
    assert [wrong.precision, wrong.recall, wrong.b_precision] == pytest.approx([0.2, 1, 0.36])
