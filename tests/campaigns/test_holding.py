"""What holds a campaign together: the same as if each sign were cut once and all were joined anew."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scamhunt.campaigns.holding import MOST, holds
from scamhunt.campaigns.kinds import KINDS
from scamhunt.campaigns.linking import cluster
from scamhunt.campaigns.sign import Hold, Ruling, Sign

T0 = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)
NUMBER, MAIL = ("number", "+18055550142"), ("email", "desk@scam.example")
ADDRESS, KIT, REGISTRANT = ("address", "192.0.2.7"), ("kit", "aa-bb"), ("registrant", "somebody")


def sign(case: int, key: tuple[str, str], day: float = 0) -> Sign:
    """Return a sign that a case showed on one day."""
    return Sign(case, *key, T0 + day * DAY, T0 + day * DAY, "ab" * 32, case)


def held(signs: list[Sign], rulings: tuple[Ruling, ...] = ()) -> list[Hold]:
    """Return what holds the only campaign together."""
    found = cluster(signs, rulings=rulings)
    (one,) = found.campaigns
    return holds(one, found, signs, rulings=rulings)


def test_a_number_between_two_groups_holds_them_together() -> None:
    """Two groups that only one number joins fall apart without it; what joins within a group is told as well."""
    signs = [sign(case, MAIL) for case in (1, 2, 3)] + [sign(3, NUMBER), sign(4, NUMBER)]
    assert held(signs) == [Hold(*MAIL, ((3, 4), (1,), (2,))), Hold(*NUMBER, ((1, 2, 3), (4,)))]


def test_what_is_joined_twice_holds_by_no_single_sign() -> None:
    """Where a number and a mail address join the same cases, neither alone is what it hangs on."""
    assert held([sign(case, key) for case in (1, 2, 3) for key in (NUMBER, MAIL)]) == []


def test_a_ring_holds() -> None:
    """Four cases in a ring of four numbers stay one campaign without any of them."""
    ring = [(1, 2), (2, 3), (3, 4), (4, 1)]
    assert held([sign(case, ("number", f"+1805555014{at}")) for at, pair in enumerate(ring) for case in pair]) == []


def test_a_weak_sign_of_several_pairs() -> None:
    """An address that makes a pair with a kit here and with a registrant there holds both, each of these its own."""
    signs = [sign(case, ADDRESS) for case in (1, 2, 3)]
    signs += [sign(case, KIT) for case in (1, 2)] + [sign(case, REGISTRANT) for case in (2, 3)]
    assert held(signs) == [
        Hold(*ADDRESS, ((1,), (2,), (3,))),
        Hold(*KIT, ((2, 3), (1,))),
        Hold(*REGISTRANT, ((1, 2), (3,))),
    ]


def test_a_third_weak_sign_makes_the_others_less_needed() -> None:
    """Of three weak signs any two are enough: no single one holds."""
    assert held([sign(case, key) for case in (1, 2) for key in (ADDRESS, KIT, REGISTRANT)]) == []


def test_an_added_link_holds() -> None:
    """What only an analyst's word joins hangs on that word."""
    ruling = Ruling(12, "add", case=5, other=1)
    assert held([sign(1, NUMBER), sign(2, NUMBER)], (ruling,)) == [
        Hold("analyst", "12", ((1, 2), (5,))),
        Hold(*NUMBER, ((1, 5), (2,))),
    ]


def test_the_frequency_is_that_of_all_cases() -> None:
    """A weak sign that outsiders share weighs less: what it makes up for is judged as it was when all were joined."""
    pair = [sign(case, key) for case in (1, 2) for key in (("favicon", "x"), REGISTRANT, ADDRESS)]
    crowd = [sign(case, ADDRESS if case % 2 else ("favicon", "x")) for case in range(10, 80)]
    assert held(pair) == []
    found = cluster([*pair, *crowd])
    assert [one.value for one in holds(found.campaigns[0], found, pair)] == ["somebody"]


def test_a_hub_holds_nothing() -> None:
    """What everybody shows joined nobody, so it is no support beside what did."""
    cap = KINDS[NUMBER[0]].cap
    signs = [sign(case, MAIL) for case in (1, 2)] + [sign(case, NUMBER) for case in range(1, cap + 2)]
    assert held(signs) == [Hold(*MAIL, ((1,), (2,)))]


def test_only_the_gravest_are_told() -> None:
    """A chain of hundreds hangs on hundreds of numbers: those in its middle are told, at most so many."""
    pairs = list(pairwise(range(400)))
    signs = [sign(case, ("number", f"+1805{at:07}")) for at, pair in enumerate(pairs) for case in pair]
    found = held(signs)
    assert len(found) == MOST
    assert [len(part) for part in found[0].parts] == [200, 200]
    assert {len(one.parts[0]) for one in found} == set(range(200, 226))


_KEYS = st.tuples(
    st.sampled_from(["number", "email", "kit", "address", "favicon", "registrant"]), st.sampled_from("abc")
)
_SIGNS = st.lists(st.builds(sign, st.integers(1, 9), _KEYS, st.integers(0, 45)), min_size=12, max_size=45)
_RULINGS = st.lists(
    st.one_of(
        st.builds(Ruling, st.just(1), st.just("add"), case=st.integers(1, 9), other=st.integers(1, 9)),
        st.builds(Ruling, st.just(2), st.just("cut"), st.just("number"), st.just("a"), st.integers(1, 9)),
    ),
    max_size=2,
    unique_by=lambda one: one.id,
)


@given(_SIGNS, _RULINGS)
def test_it_is_exact(signs: list[Sign], rulings: list[Ruling]) -> None:
    """For each sign and each added link: cut it, join anew, and see whether the members are still one campaign."""
    found = cluster(signs, rulings=rulings)
    for one in found.campaigns:
        told = {(hold.kind, hold.value): hold.parts for hold in holds(one, found, signs, rulings=rulings)}
        tried = {}
        for key in found.frequency:
            anew = cluster(signs, rulings=[*rulings, Ruling(9, "cut", *key)])
            tried[key] = _parts(one.members, [each.members for each in anew.campaigns])
        for ruling in rulings:
            if ruling.act == "add":
                anew = cluster(signs, rulings=[each for each in rulings if each is not ruling])
                tried["analyst", str(ruling.id)] = _parts(one.members, [each.members for each in anew.campaigns])
        assert told == {key: parts for key, parts in tried.items() if len(parts) > 1}


def _parts(members: object, campaigns: object) -> tuple[tuple[int, ...], ...]:
    left = set(members)  # type: ignore[call-overload]  # numbers
    parts = [tuple(each) for each in campaigns if left.issuperset(each)]  # type: ignore[attr-defined]  # groups of numbers
    parts += [(case,) for case in left.difference(*parts)]
    return tuple(sorted(parts, key=lambda part: (-len(part), part)))
