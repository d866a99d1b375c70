from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from scamhunt.errors import NotAllowedNow, NotFound
from scamhunt.model import Actor, Kind, State
from scamhunt.store import Found, Gathered, Reading, Store

Row = Callable[..., Found]
Begin = Callable[..., Reading]
ANNA = Actor("anna", "os_user")
BANDS = {"urgent": 0.9, "review": 0.6}
OLD = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def filled(store: Store, begin: Begin, row: Row) -> Store:
    """Return a store with four candidates of two feeds; the third is confirmed."""
    found = [
        row(1, "amazon-low.com", score=0.3, seen_at=OLD),
        row(2, "amazon-middle.com", score=0.6),
        row(3, "amazon-high.com", score=0.9),
    ]
    store.save_batch(begin(), Gathered("line 3", 3, 0, (), found))
    more = [row(1, "amazon-high.com", "paypal", 0.5), row(2, "paypal.example/login", "paypal", 0.7, kind=Kind.URL)]
    store.save_batch(begin(feed="openphish"), Gathered("line 2", 2, 0, (), more))
    with store.acting(ANNA) as desk:
        desk.set_state(desk.candidate("3"), State.CONFIRMED)
    return store


@pytest.mark.parametrize(
    ("which", "ids"),
    [
        ({}, [3, 4, 2, 1]),
        ({"brand": "paypal"}, [3, 4]),
        ({"brand": "apple"}, []),
        ({"states": [State.CONFIRMED]}, [3]),
        ({"states": [State.NEW, State.WATCHED]}, [4, 2, 1]),
        ({"states": []}, []),
        ({"kind": Kind.URL}, [4]),
        ({"min_score": 0.6}, [3, 4, 2]),
        ({"min_score": 0.0}, [3, 4, 2, 1]),
        ({"since": datetime(2026, 11, 22, 6, tzinfo=UTC)}, [3, 4, 2]),
        ({"feed": "openphish"}, [3, 4]),
        ({"feed": "nrd_list", "min_score": 0.5, "kind": Kind.DOMAIN}, [3, 2]),
        ({"limit": 2}, [3, 4]),
        ({"limit": None}, [3, 4, 2, 1]),
        ({"limit": 0}, []),
        ({"limit": -5}, []),
        ({"limit": 10**30}, [3, 4, 2, 1]),
    ],
)
def test_candidates_are_filtered_and_the_strongest_come_first(
    filled: Store, which: dict[str, object], ids: list[int]
) -> None:
    """Each filter narrows the list, together they narrow it further, and no number breaks it."""
    assert [one.id for one in filled.candidates(**which)] == ids  # type: ignore[arg-type]  # cases of all filters


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("3", 3),
        (" 3 ", 3),
        ("amazon-high.com", 3),
        ("  AMAZON-high[.]com ", 3),
        ("paypal.example/login", 4),
        *[(key, 0) for key in ("99", "9" * 30, "-1", "1.0", "²", "", "nothing.com", "%", "amazon-%.com", "\udcff\0")],
        *[(key, 0) for key in (str(2**63), str(2**63 - 1), "0" * 20 + "3", "0" * 19 + "31", "9" * 5_000)],
    ],
)
def test_a_candidate_is_found_by_number_or_name(filled: Store, key: str, found: int) -> None:
    """Number and name lead to it, also defanged; what is neither is told with the next step."""
    if found:
        assert filled.candidate(key).id == found
    else:
        with pytest.raises(NotFound, match="scamhunt candidates list"):
            filled.candidate(key)


@pytest.mark.parametrize("number", [10**30, 2**63, 2**63 - 1, 0, -1, -(10**30), 10**5_000], ids=range(7))
def test_numbers_that_no_row_has_are_not_found(filled: Store, number: int) -> None:
    """However large a number is, the answer is that there is no such thing, and where to look."""
    with pytest.raises(NotFound, match="scamhunt reports list"):
        filled.report(number)
    with pytest.raises(NotFound, match="scamhunt quarantine list"):
        filled.quarantined(number)
    assert filled.reports(candidate_id=number) == []
    with filled.acting(ANNA) as desk, pytest.raises(NotFound, match="scamhunt reports list"):
        desk.report(number)


@pytest.mark.parametrize("text", ["\udcff", "nrd_list\0", "\0", "\ud800\0", "%", "", "é" * 10_000])
def test_texts_that_no_row_has_find_nothing(filled: Store, text: str) -> None:
    """What is no readable text is no brand, no feed and no thing; it is not an error of the database."""
    assert filled.candidates(brand=text) == []
    assert filled.candidates(feed=text) == []
    assert filled.quarantine(feed=text) == []
    assert filled.history(text) == []


def test_feeds_and_matches_are_shown_with_a_candidate(filled: Store) -> None:
    """A candidate names every feed that has it and every brand that it resembles."""
    candidate = filled.candidate("3")
    assert candidate.feeds == ("nrd_list", "openphish")
    assert [match.brand for match in candidate.matches] == ["amazon", "paypal"]
    assert candidate.reasons == candidate.matches[0].reasons


def test_candidates_are_counted_three_ways(filled: Store) -> None:
    """By state, by brand and by band; each adds up to the total."""
    counts = filled.counts(BANDS)
    assert counts.total == 4
    assert counts.by_state == {"new": 3, "confirmed": 1}
    assert list(counts.by_brand.items()) == [("amazon", 3), ("paypal", 1)]
    assert list(counts.by_band.items()) == [("urgent", 1), ("review", 2), ("below", 1)]
    opened = filled.counts(BANDS, states=[State.NEW])
    assert (opened.total, opened.by_band) == (3, {"review": 2, "below": 1})


def test_an_empty_store_has_nothing(store: Store) -> None:
    """Looking at a new store is no error."""
    counts = store.counts(BANDS)
    assert (counts.total, counts.by_state, counts.by_brand, counts.by_band) == (0, {}, {}, {})
    assert (store.candidates(), store.quarantine(), store.reports(), store.history("feed:x")) == ([], [], [], [])


def test_two_cannot_decide_at_once(filled: Store) -> None:
    """Who decides on what was decided since it was loaded is refused, and the first decision stays."""
    seen = filled.candidate("1")
    with filled.acting(ANNA) as desk:
        desk.set_state(seen, State.DISMISSED)
    with pytest.raises(NotAllowedNow, match="scamhunt candidates show 1"), filled.acting(ANNA) as desk:
        desk.set_state(seen, State.CONFIRMED)
    assert (filled.candidate("1").state, filled.candidate("1").revision) == (State.DISMISSED, 1)
