from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from scamhunt.errors import NotAllowedNow, NotFound
from scamhunt.model import Actor, Kind, ReportState, State
from scamhunt.store import Found, Gathered, Reading, ReportDraft, Store

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
        ({"state": State.CONFIRMED}, [3]),
        ({"states": [State.NEW, State.WATCHED]}, [4, 2, 1]),
        ({"states": []}, []),
        ({"kind": Kind.URL}, [4]),
        ({"min_score": 0.6}, [3, 4, 2]),
        ({"min_score": 0.0}, [3, 4, 2, 1]),
        ({"since": datetime(2026, 11, 22, 6, tzinfo=UTC)}, [3, 4, 2]),
        ({"feed": "openphish"}, [3, 4]),
        ({"feed": "nrd_list", "min_score": 0.5, "kind": Kind.DOMAIN}, [3, 2]),
        ({"limit": 2}, [3, 4]),
        ({"limit": 2, "offset": 3}, [1]),
        ({"limit": None, "offset": 1}, [4, 2, 1]),
        ({"limit": 0}, []),
        ({"limit": -5}, []),
        ({"limit": 10**30, "offset": -1}, [3, 4, 2, 1]),
        ({"offset": 10**30}, []),
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
    ],
)
def test_a_candidate_is_found_by_number_or_name(filled: Store, key: str, found: int) -> None:
    """Number and name lead to it, also defanged; what is neither is told with the next step."""
    if found:
        assert filled.candidate(key).id == found
    else:
        with pytest.raises(NotFound, match="scamhunt candidates list"):
            filled.candidate(key)


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


def test_a_report_is_unique_for_candidate_recipient_and_purpose(filled: Store, elapsed: list[float]) -> None:
    """Drafting again changes the draft that is there; another recipient is another report."""
    draft = ReportDraft(3, "registrar", "abuse@registrar.example", "impersonation", "registrar_impersonation")
    with filled.acting(ANNA) as desk:
        first = desk.save_report(draft)
    elapsed[0] = 5
    with filled.acting(ANNA) as desk:
        changed = ReportDraft(3, "host", draft.recipient, draft.purpose, "host", "a note", {"observed": "a login form"})
        again = desk.save_report(changed)
        assert desk.report(again.id) == again
        other = desk.save_report(ReportDraft(3, "host", "", "impersonation", "host"))
    assert (again.id, again.kind, again.note, again.fields) == (
        first.id,
        "host",
        "a note",
        {"observed": "a login form"},
    )
    assert (again.state, again.created_at) == (ReportState.DRAFT, first.created_at)
    assert (again.updated_at - first.updated_at).total_seconds() == 5
    assert filled.reports() == [other, again]
    assert filled.reports(state=ReportState.DRAFT, limit=1) == [other]
    assert filled.reports(candidate_id=1) == []
    assert filled.report(again.id) == again
    with pytest.raises(NotFound, match="scamhunt reports list"):
        filled.report(99)
