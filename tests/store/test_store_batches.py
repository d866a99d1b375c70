import gc
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from scamhunt.errors import NotFound, StoreError
from scamhunt.model import Actor, Event, Kind, Reason, Rejected, State
from scamhunt.store import Body, Found, Gathered, Reading, Store

Row = Callable[..., Found]
Begin = Callable[..., Reading]
ANNA = Actor("anna", "os_user")


def set_state(store: Store, key: str, *states: State) -> None:
    """Give a candidate one state after another, whatever triage allows."""
    for state in states:
        with store.acting(ANNA) as desk:
            desk.set_state(desk.candidate(key), state)


def test_a_batch_is_stored_whole(store: Store, begin: Begin, row: Row) -> None:
    """Counts, mark, candidates, quarantine and events of a batch are there after it was saved."""
    rejected = [Rejected(2, b"\xff bad", "no UTF-8"), Rejected(2, b"\xff bad", "no UTF-8")]
    batch = Gathered("line 5", 2, 1, rejected, [row(1, "amazon-billing-desk.com", score=0.9, flags=("new suffix",))])
    saved = store.save_batch(begin(), batch)
    assert (saved.new, saved.updated, saved.reopened) == ([1], [], [])
    assert (saved.reading.mark, saved.reading.read, saved.reading.accepted) == ("line 5", 5, 2)
    assert (saved.reading.duplicate, saved.reading.quarantined, saved.reading.finished_at) == (1, 2, None)
    candidate = store.candidate("1")
    assert candidate.indicator == "amazon-billing-desk.com"
    assert (candidate.kind, candidate.state, candidate.brand) == (Kind.DOMAIN, State.NEW, "amazon")
    assert (candidate.score, candidate.flags, candidate.feeds) == (0.9, ("new suffix",), ("nrd_list",))
    assert candidate.reasons[0] == Reason("exact", 3.5, "has the word amazon")
    assert [one.raw for one in store.quarantine()] == [b"\xff bad"] * 2
    assert [event.act for event in store.history("candidate:1")] == ["candidate.found"]
    (read,) = store.history("feed:nrd_list")
    assert read.actor == "system"
    assert read.detail == {
        "reading": 1,
        "sha256": saved.reading.sha256,
        "since": "",
        "accepted": 2,
        "duplicate": 1,
        "quarantined": 2,
        "new": 1,
        "updated": 0,
        "reopened": 0,
    }
    (found,) = store.history("candidate:1")
    assert found.detail == {
        "target": "amazon-billing-desk.com",
        "kind": "domain",
        "brand": "amazon",
        "score": 0.9,
        "seen": "amazon-billing-desk.com",
        "reading": 1,
    }


def test_a_reading_goes_on_where_it_was(store: Store, begin: Begin) -> None:
    """The same bytes of the same feed are one reading; another feed or other bytes are another."""
    reading = store.save_batch(begin(), Gathered("line 3", 3, 0)).reading
    again = begin()
    assert again == reading
    assert begin(feed="openphish").id != reading.id
    assert begin(body="tuesday").id != reading.id
    assert store.finish_reading(again).finished_at is not None
    assert begin().finished_at == datetime(2026, 11, 22, 6, tzinfo=UTC)


def test_another_window_is_another_reading(store: Store, row: Row) -> None:
    """Rows that were left out because they were too old are read when the window is wider; a moment has one name."""

    def begin_since(since: datetime | None) -> Reading:
        return store.begin_reading(
            Body("nrd_list", "list.txt", "ab", 1, "archive/ab", since.astimezone(UTC).isoformat() if since else "")
        )

    tenth = datetime(2026, 11, 10, 12, tzinfo=UTC)
    first = store.save_batch(begin_since(tenth), Gathered("line 9", 9, 0)).reading
    assert (first.since, first.read) == ("2026-11-10T12:00:00+00:00", 9)
    assert begin_since(tenth) == first
    assert begin_since(tenth.astimezone(timezone(timedelta(hours=5)))) == first
    wider, whole = begin_since(tenth - timedelta(days=1)), begin_since(None)
    assert len({first.id, wider.id, whole.id}) == 3
    assert [(one.since, one.mark, one.read) for one in (wider, whole)] == [
        ("2026-11-09T12:00:00+00:00", "", 0),
        ("", "", 0),
    ]
    store.save_batch(wider, Gathered("line 9", 9, 0, (), [row(9, "amazon-a.com")]))
    assert [event.detail["since"] for event in store.history("feed:nrd_list")] == [first.since, wider.since]
    assert store.candidate("1").feeds == ("nrd_list",)
    assert store.check() == []


def test_no_batch_is_stored_twice(store: Store, begin: Begin, row: Row) -> None:
    """A batch that is saved again with the reading of before is refused and changes nothing."""
    reading = begin()
    batch = Gathered("line 1", 1, 0, (), [row(1, "amazon-a.com")])
    after = store.save_batch(reading, batch).reading
    with pytest.raises(StoreError, match="read further by another run"):
        store.save_batch(reading, batch)
    assert begin() == after
    store.finish_reading(after)
    with pytest.raises(StoreError, match="run again"):
        store.save_batch(after, Gathered("line 2", 1, 0))


def test_a_batch_that_fails_leaves_nothing(store: Store, begin: Begin, row: Row) -> None:
    """When the last thing of a batch cannot be stored, the first is not stored either."""
    broken = row(1, "amazon-a.com", score=float("nan"))
    with pytest.raises((sa.exc.IntegrityError, ValueError)):
        store.save_batch(begin(), Gathered("line 1", 1, 0, [Rejected(2, b"x", "bad")], [broken]))
    assert store.candidates() == []
    assert store.quarantine() == []
    assert begin().read == 0


def test_one_target_is_one_candidate_with_its_strongest_matches(store: Store, begin: Begin, row: Row) -> None:
    """Hosts of one target in one batch become one candidate, with one match a brand and a sighting a line."""
    found = [
        row(1, "refund-desk.com", "amazon", 0.6, seen="amazon.refund-desk.com"),
        row(1, "refund-desk.com", "paypal", 0.7, seen="amazon.refund-desk.com"),
        row(2, "refund-desk.com", "amazon", 0.8, seen="amaz0n.refund-desk.com"),
        row(3, "refund-desk.com", "amazon", 0.5, seen="a.refund-desk.com"),
        row(4, "refund-desk.com", "apple", 0.8, seen="apple.refund-desk.com"),
    ]
    saved = store.save_batch(begin(), Gathered("line 4", 4, 0, (), found))
    (candidate,) = store.candidates()
    assert saved.new == [candidate.id]
    assert [(match.brand, match.score) for match in candidate.matches] == [
        ("amazon", 0.8),
        ("apple", 0.8),
        ("paypal", 0.7),
    ]
    assert candidate.matches[0].indicator == "amaz0n.refund-desk.com"
    assert (candidate.brand, candidate.score) == ("amazon", 0.8)
    assert store.candidate("apple.refund-desk.com") == candidate


def test_names_of_one_line_are_told_apart(store: Store, begin: Begin, row: Row) -> None:
    """A line of a hosts file may hold several names: each is a candidate that was sighted."""
    store.save_batch(begin(), Gathered("line 1", 2, 0, (), [row(1, "amazon-a.com"), row(1, "amazon-b.com")]))
    assert [one.feeds for one in store.candidates()] == [("nrd_list",), ("nrd_list",)]


@pytest.mark.parametrize(
    ("again", "updated", "best"),
    [
        ({}, False, ("amazon", 0.8)),
        ({"score": 0.7}, False, ("amazon", 0.8)),
        ({"score": 0.9}, True, ("amazon", 0.9)),
        ({"brand": "paypal", "score": 0.5}, True, ("amazon", 0.8)),
        ({"brand": "paypal", "score": 0.95}, True, ("paypal", 0.95)),
        ({"seen": "login.amazon-a.com"}, True, ("amazon", 0.8)),
        ({"flags": ("platform",)}, False, ("amazon", 0.8)),
    ],
    ids=["the same", "weaker", "stronger", "another brand", "a stronger brand", "another host", "a flag"],
)
def test_a_candidate_is_updated_when_it_has_something_new(  # noqa: PLR0913, PLR0917  # fixtures and cases
    store: Store,
    begin: Begin,
    row: Row,
    again: dict[str, object],
    updated: bool,
    best: tuple[str, float],
) -> None:
    """A stronger match, another brand and another host are an update, one more sighting is not; the strongest stays."""
    store.save_batch(begin(), Gathered("line 1", 1, 0, (), [row(1, "amazon-a.com")]))
    saved = store.save_batch(begin(body="tuesday"), Gathered("line 1", 1, 0, (), [row(1, "amazon-a.com", **again)]))
    assert (saved.new, saved.updated) == ([], [1] if updated else [])
    candidate = store.candidate("1")
    assert (candidate.brand, candidate.score) == best
    assert [event.act for event in store.history("candidate:1")[1:]] == ["candidate.update"] * updated
    assert candidate.flags == again.get("flags", ())


def test_first_and_last_sighting_widen(store: Store, begin: Begin, row: Row, elapsed: list[float]) -> None:
    """What a feed says of the time counts, the time of reading where it says nothing."""
    early, late = (datetime(2026, 11, day, tzinfo=UTC) for day in (1, 20))
    first = [row(1, "amazon-a.com", seen_at=late), row(2, "amazon-a.com", seen_at=early)]
    reading = store.save_batch(begin(), Gathered("line 2", 2, 0, (), first)).reading
    candidate = store.candidate("1")
    assert (candidate.first_seen, candidate.last_seen) == (early, late)
    older = early - timedelta(days=9)
    reading = store.save_batch(reading, Gathered("line 3", 1, 0, (), [row(3, "amazon-a.com", seen_at=older)])).reading
    elapsed[0] = 60
    store.save_batch(reading, Gathered("line 4", 1, 0, (), [row(4, "amazon-a.com")]))
    candidate = store.candidate("1")
    assert (candidate.first_seen, candidate.last_seen) == (older, datetime(2026, 11, 22, 6, 1, tzinfo=UTC))


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("newer", [True, False])
def test_only_what_was_closed_comes_back(  # noqa: PLR0913, PLR0917  # fixtures and cases
    store: Store,
    begin: Begin,
    row: Row,
    elapsed: list[float],
    state: State,
    newer: bool,
) -> None:
    """A closed candidate in bytes fetched after it was closed is new again, in older bytes or another state not."""
    store.save_batch(begin(), Gathered("line 1", 1, 0, (), [row(1, "amazon-a.com")]))
    older = begin(body="tuesday")
    elapsed[0] = 10
    set_state(store, "1", state)
    elapsed[0] = 20
    reading = begin(body="wednesday") if newer else older
    saved = store.save_batch(reading, Gathered("line 1", 1, 0, (), [row(1, "amazon-a.com", score=0.99)]))
    back = newer and state is State.CLOSED
    assert (saved.reopened, saved.updated) == ([1] if back else [], [] if back else [1])
    candidate = store.candidate("1")
    assert candidate.state is (State.NEW if back else state)
    assert (candidate.revision, candidate.score) == (1 + back, 0.99)
    last = store.history("candidate:1")[-1]
    assert (last.act, last.reason) == (
        ("candidate.return", "sighted again after it was closed") if back else ("candidate.update", "")
    )


def test_a_name_is_another_candidate_as_another_kind(store: Store, begin: Begin, row: Row) -> None:
    """Kind and target together say which candidate it is; a name that two have is asked back."""
    found = [row(1, "amazon-a.com"), row(2, "amazon-a.com", kind=Kind.URL)]
    assert store.save_batch(begin(), Gathered("line 2", 2, 0, (), found)).new == [1, 2]
    with pytest.raises(NotFound, match="1, 2"):
        store.candidate("amazon-a.com")


def test_hostile_text_is_stored_and_found_again(store: Store, row: Row) -> None:
    """File names that are no UTF-8, NUL and raw bytes do no harm."""
    reading = store.begin_reading(Body("nrd_list", "/feeds/\udcff\0.txt", "ab", 1, "archive/\udcff"))
    assert (reading.location, reading.archive) == ("/feeds/\\udcff\\x00.txt", "archive/\\udcff")
    store.save_batch(reading, Gathered("m", 1, 0, [Rejected(1, bytes(range(256)), "a \udc80")], [row(2, "x'--.com")]))
    (kept,) = store.quarantine()
    assert (kept.raw, kept.reason) == (bytes(range(256)), "a \\udc80")
    assert store.quarantined(kept.id) == kept
    assert store.candidate("x'--.com").indicator == "x'--.com"
    assert store.candidates(brand="' OR 1=1 --") == []


def test_the_quarantine_is_listed(store: Store, begin: Begin) -> None:
    """The newest rows come first, of all feeds or of one."""
    rejected = [Rejected(line, b"x", "bad" if line > 1 else "worse") for line in (1, 2, 3)]
    store.save_batch(begin(), Gathered("line 3", 0, 0, rejected))
    store.save_batch(begin(feed="openphish"), Gathered("line 1", 0, 0, rejected[:1]))
    assert [row.line for row in store.quarantine(feed="nrd_list")] == [3, 2, 1]
    assert [row.feed for row in store.quarantine(limit=1)] == ["openphish"]
    assert len(store.quarantine(limit=None)) == 4
    with pytest.raises(NotFound, match="quarantine list"):
        store.quarantined(99)


def test_counts_of_a_reading_cannot_be_wrong(store: Store, begin: Begin) -> None:
    """The database itself holds read = accepted + duplicate + quarantined."""
    reading = begin()
    with store.acting(ANNA) as desk, pytest.raises(sa.exc.IntegrityError, match="adds_up"):
        desk.connection.execute(sa.text(f"UPDATE reading SET read = 5 WHERE id = {reading.id}"))


def test_many_rows_are_no_matter(store: Store, begin: Begin, row: Row) -> None:
    """More targets than one query may ask for are saved, found again and listed."""
    found = [row(line, f"amazon-{line}.com") for line in range(1, 1_101)]
    saved = store.save_batch(begin(), Gathered("a", 1_100, 0, (), found))
    assert len(saved.new) == 1_100
    stronger = [replace(one, match=replace(one.match, score=0.95)) for one in found]
    saved = store.save_batch(begin(body="tuesday"), Gathered("a", 1_100, 0, (), stronger))
    assert (saved.new, len(saved.updated)) == ([], 1_100)
    assert len(store.candidates(limit=None, min_score=0.95)) == 1_100
    assert store.verify_log() is None


@pytest.mark.parametrize("on", [True, False])
def test_a_batch_leaves_the_garbage_collector_as_it_was(store: Store, begin: Begin, on: bool) -> None:
    """It is paused while a batch is saved, and only then."""
    (gc.enable if on else gc.disable)()
    try:
        store.save_batch(begin(), Gathered("line 1", 1, 0))
        assert gc.isenabled() is on
    finally:
        gc.enable()


def test_an_act_that_fails_leaves_nothing(store: Store, begin: Begin, row: Row) -> None:
    """State and event of an act are stored together or not at all."""
    store.save_batch(begin(), Gathered("line 1", 1, 0, (), [row(1, "amazon-a.com")]))
    with pytest.raises(RuntimeError), store.acting(ANNA) as desk:  # noqa: PT012  # what an act does before it fails
        desk.set_state(desk.candidate("1"), State.WATCHED)
        desk.log(Event("candidate.watch", "candidate:1"))
        raise RuntimeError
    assert store.candidate("1").state is State.NEW
    assert len(store.history("candidate:1")) == 1
