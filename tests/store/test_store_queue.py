"""The queue in both databases: what leads a fold, pages while others decide, what fits a filter, who is at work."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from scamhunt.errors import NotFound
from scamhunt.model import Actor, Event, Kind, Match, Reason, State
from scamhunt.store import Body, Found, Gathered, Store
from scamhunt.store.queue import RARE, Place, Wanted

ANN = Actor("ann", "password")
REASONS = (Reason("exact", 3.5, "has the word northwind"),)


def found(at: int, name: str, score: float, brand: str = "northwind") -> Found:
    """Return what a feed has on a line."""
    kind = Kind.PHONE if name.startswith("+") else Kind.DOMAIN
    return Found(Match(at, name, name, brand, score, REASONS), kind, at)


def gather(store: Store, rows: list[tuple[str, float]], feed: str = "nrd_list", brand: str = "northwind") -> None:
    """Find candidates in a feed."""
    reading = store.begin_reading(Body(feed, f"/feeds/{feed}", f"{len(rows):064x}", 1, "archive"))
    listed = [found(at, name, score, brand) for at, (name, score) in enumerate(rows, 1)]
    store.save_batch(reading, Gathered("end", len(rows), 0, (), listed))


@pytest.fixture
def full(store: Store) -> Store:
    """Return a store with a series of four, six that stand alone, and three of another brand and feed."""
    series = [(f"northwind-login-{at}.com", 0.9 - at / 100) for at in range(4)]
    alone = [(f"{letter * 3}-northwind.com", 0.8 - at / 100) for at, letter in enumerate("abcdef")]
    gather(store, series + alone)
    gather(store, [(f"velomart-{word}.com", 0.5) for word in ("refund", "order", "card")], "openphish", "velomart")
    return store


def names(rows: list[object]) -> list[str]:
    """Return the targets of a page."""
    return [row.candidate.indicator for row in rows]  # type: ignore[attr-defined]  # rows of the queue


def pages(store: Store, wanted: Wanted, limit: int) -> Iterator[list[str]]:
    """Yield page after page."""
    after: Place | None = None
    while True:
        rows, after = store.queue(wanted, after, limit)
        yield names(list(rows))
        if after is None:
            return


def test_the_strongest_leads_its_series(full: Store) -> None:
    """One row stands for a series and tells how many; its members are found by it."""
    rows, after = full.queue(Wanted(), None, 50)
    assert after is None
    assert (rows[0].candidate.indicator, rows[0].size) == ("northwind-login-0.com", 4)
    assert len(rows) == 1 + 6 + 3
    members = full.queue_members(Wanted(fold=rows[0].fold), 10)
    assert [one.indicator for one in members] == [f"northwind-login-{at}.com" for at in range(4)]


def test_each_is_shown_once_while_others_decide(full: Store) -> None:
    """A walk page by page passes each row once, though what was shown is decided in between."""
    seen: list[str] = []
    for page in pages(full, Wanted(), 2):
        seen += page
        with full.acting(ANN) as desk:
            desk.set_state(desk.candidate(page[0]), State.DISMISSED)
    assert len(seen) == len(set(seen)) == 10


def test_what_fits_a_filter(full: Store, now: Callable[[], datetime], elapsed: list[float]) -> None:
    """Brand, score, state, kind, feed, time, text and whose: each leaves exactly what it says, also together."""

    def shown(**wanted: object) -> int:
        return len(full.queue_members(replace(Wanted(), **wanted), 100))  # type: ignore[arg-type]  # fields of it

    assert shown() == 13
    assert (shown(brand="velomart"), shown(brand="nobody")) == (3, 0)
    assert (shown(least=0.8), shown(below=0.8), shown(least=0.5, below=0.6)) == (5, 8, 3)
    assert (shown(states=[State.DISMISSED]), shown(kind=Kind.PHONE), shown(kind=Kind.DOMAIN)) == (0, 0, 13)
    assert (shown(feed="openphish"), shown(feed="none")) == (3, 0)
    assert (shown(text="login"), shown(text="LOGIN"), shown(text="%"), shown(text="_")) == (4, 4, 0, 0)
    assert shown(brand="velomart", feed="openphish", text="order") == 1
    began = now()
    elapsed[0] += 3_600
    assert (shown(since=began), shown(since=now()), shown(new_since=began - timedelta(1))) == (13, 0, 13)
    one = full.queue_members(Wanted(text="aaa"), 1)[0]
    with full.acting(ANN) as desk:
        held = {"person": "ann", "by": "ann", "at": desk.now, "until": desk.now + timedelta(minutes=30)}
        from scamhunt.store import queue  # noqa: PLC0415  # what the desk calls

        queue.hold(desk.connection, [one.id], held)
        desk.log(Event("candidate.claim", f"candidate:{one.id}"))
    assert (shown(assignee="ann"), shown(assignee="bob"), shown(unclaimed=True)) == (1, 0, 12)
    elapsed[0] += 1_900
    assert (shown(assignee="ann"), shown(unclaimed=True)) == (0, 13)


def test_a_common_text_and_a_rare_one_find_the_same(store: Store) -> None:
    """Whether few or many have a text, exactly those that have it are found, by target or as sighted."""
    gather(store, [(f"northwind-x{at}y.com", 0.5 + at / 100_000) for at in range(RARE + 50)])
    common = store.queue_members(Wanted(text="northwind"), RARE * 2)
    assert len(common) == RARE + 50
    assert [one.indicator for one in store.queue_members(Wanted(text="x17y"), 10)] == ["northwind-x17y.com"]
    assert store.queue_counts([Wanted(text="northwind"), Wanted(text="x17y"), Wanted(brand="northwind")]) == [
        RARE + 50,
        1,
        RARE + 50,
    ]


def test_counts_are_what_there_is(full: Store) -> None:
    """By state, kind and brand, and for several filters at once."""
    with full.acting(ANN) as desk:
        desk.set_state(desk.candidate("aaa-northwind.com"), State.DISMISSED)
    assert sorted(full.queue_tally()) == [
        (State.DISMISSED, Kind.DOMAIN, "northwind", 1),
        (State.NEW, Kind.DOMAIN, "northwind", 9),
        (State.NEW, Kind.DOMAIN, "velomart", 3),
    ]
    assert full.queue_counts([Wanted(), Wanted(brand="velomart"), Wanted(least=0.85)]) == [12, 3, 4]
    assert full.queue_counts([]) == []


def test_what_is_not_there(full: Store) -> None:
    """A number that no candidate has is told."""
    with pytest.raises(NotFound, match="987654"):
        full.candidates_by([987_654])


def test_a_snapshot_is_of_one_moment(full: Store) -> None:
    """What is read within is of one moment, also where the same thread writes meanwhile; afterwards it is seen."""
    with full.snapshot():
        before = full.queue_counts([Wanted()])
        with full.acting(ANN) as desk:
            desk.set_state(desk.candidate("aaa-northwind.com"), State.DISMISSED)
        with full.snapshot():
            assert full.queue_counts([Wanted()]) == before
    assert full.queue_counts([Wanted()]) == [before[0] - 1]
