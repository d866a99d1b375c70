"""How campaigns go on: each id that was ever told leads to what came of it."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from scamhunt.campaigns.changes import Change, What, changes
from scamhunt.campaigns.linking import campaign_id
from scamhunt.campaigns.sign import Campaign

ONE, TWO, THREE, FIVE = map(campaign_id, (1, 2, 3, 5))


def now(*groups: tuple[int, ...]) -> list[Campaign]:
    """Return campaigns of these members."""
    return [Campaign(campaign_id(group[0]), group, ()) for group in groups]


def before(*groups: tuple[int, ...]) -> Mapping[int, str]:
    """Return to which campaign each case belonged."""
    return changes({}, now(*groups)).after


def test_nothing_changes() -> None:
    """Campaigns as they were are no news."""
    same = changes(before((1, 2), (3, 4)), now((3, 4), (1, 2)))
    assert (same.all, same.gone) == ([], {})
    assert same.after == before((1, 2), (3, 4))


def test_formed_and_dissolved() -> None:
    """What is new and what is gone for good has no other side."""
    told = changes(before((1, 2)), now((5, 6)))
    assert told.all == [Change(What.FORMED, (), (FIVE,), (5, 6)), Change(What.DISSOLVED, (ONE,), (), (1, 2))]
    assert told.gone == {ONE: ()}


def test_grown_and_shrunk() -> None:
    """Who joined and who left is named; the id stays with the smallest member."""
    told = changes(before((1, 2, 3)), now((1, 2, 8, 9)))
    assert told.all == [Change(What.GROWN, (ONE,), (ONE,), (8, 9)), Change(What.SHRUNK, (ONE,), (ONE,), (3,))]
    assert told.gone == {}


def test_merged() -> None:
    """Of two that turn out to be one, the id of the older case stays, and the other leads there."""
    told = changes(before((1, 4), (3, 5)), now((1, 3, 4, 5)))
    assert told.all == [Change(What.MERGED, tuple(sorted([ONE, THREE])), (ONE,), (1, 3, 4, 5))]
    assert told.gone == {THREE: (ONE,)}


def test_split() -> None:
    """What an analyst cut in two: the part with the smallest member keeps the id, the other one gets its own."""
    told = changes(before((1, 2, 3, 4)), now((1, 2), (3, 4)))
    assert told.all == [Change(What.SPLIT, (ONE,), tuple(sorted([ONE, THREE])), (1, 2, 3, 4))]
    assert told.gone == {}


def test_renamed() -> None:
    """Where the smallest member leaves or a smaller one comes, the id changes, and the old one leads to the new one."""
    left = changes(before((1, 2, 3)), now((2, 3)))
    assert [one.what for one in left.all] == [What.SHRUNK, What.RENAMED]
    assert left.of(What.RENAMED) == [Change(What.RENAMED, (ONE,), (TWO,), (2, 3))]
    assert left.gone == {ONE: (TWO,)}
    assert changes(before((2, 3)), now((1, 2, 3))).gone == {TWO: (ONE,)}


def test_split_and_merged_at_once() -> None:
    """A part that goes over to another campaign is a split of the one and a merger in the other."""
    told = changes(before((1, 2, 3, 4), (5, 6)), now((1, 2), (3, 4, 5, 6)))
    assert [(one.what, one.before, one.after) for one in told.all] == [
        (What.MERGED, tuple(sorted([ONE, FIVE])), (THREE,)),
        (What.SPLIT, (ONE,), tuple(sorted([ONE, THREE]))),
    ]
    assert told.gone == {FIVE: (THREE,)}


_GROUPS = st.lists(st.integers(0, 4), min_size=12, max_size=12)


def _campaigns(places: list[int]) -> list[Campaign]:
    groups = [tuple(case for case, at in enumerate(places) if at == place) for place in range(1, 5)]
    return now(*(group for group in groups if len(group) > 1))


@given(st.lists(_GROUPS, min_size=2, max_size=6))
def test_history_can_always_be_followed(times: list[list[int]]) -> None:
    """Whatever happens, an id that is gone leads to campaigns that have its members, and what is told adds up."""
    known: Mapping[int, str] = {}
    for places in times:
        told = changes(known, _campaigns(places))
        alive = set(told.after.values())
        assert set(told.gone) == set(known.values()) - alive
        for one, into in told.gone.items():
            assert set(into) == {told.after[case] for case in known if known[case] == one and case in told.after}
        joined = {case for one in told.of(What.FORMED) + told.of(What.GROWN) for case in one.members}
        left = {case for one in told.of(What.DISSOLVED) + told.of(What.SHRUNK) for case in one.members}
        assert joined == told.after.keys() - known.keys()
        assert left == known.keys() - told.after.keys()
        known = told.after
