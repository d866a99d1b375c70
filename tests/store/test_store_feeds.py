"""What is known of feeds from night to night: runs, marks, validators, hosts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scamhunt.errors import LeaseHeld, StoreError
from scamhunt.model import Rejected
from scamhunt.store import Body, Found, Gathered, Reading, Run, Said, Store

Row = Callable[..., Found]
START = datetime(2026, 11, 22, 6, tzinfo=UTC)
SOME = Body("czds", "https://zones.example/com", "ab" * 32, 10, "archive/czds/ab")


def test_a_run_is_kept_with_everything_that_it_brought(store: Store, elapsed: list[float]) -> None:
    """It begins as running and ends with its counts, its health and the moment; large numbers fit."""
    run = store.begin_run("czds", "https://zones.example/\udcff\0")
    assert run == Run(1, "czds", "https://zones.example/\\udcff\\x00", START)
    assert (run.status, store.runs("czds")) == ("running", [run])
    elapsed[0] = 90
    told = replace(
        run,
        status="held",
        problem="a \udcff problem",
        read=2_000_000_000,
        accepted=1_999_999_990,
        duplicate=7,
        quarantined=3,
        size=2**45,
        newest=START - timedelta(days=1),
        suffixes={"com": 9, "xn--p1ai": 1},
        sha256="ab" * 32,
        shape="csv domain,when",
        behind=2**50,
    )
    ended = store.end_run(told)
    assert ended == replace(told, finished_at=START + timedelta(seconds=90))
    assert store.runs("czds") == [replace(ended, problem="a \\udcff problem")]


def test_runs_are_listed_the_newest_first(store: Store) -> None:
    """Of a feed or of one of its sources, and not more than are asked for."""
    for location in ("a", "b", "a"):
        store.begin_run("nrd_list", location)
    store.begin_run("openphish", "")
    assert [run.id for run in store.runs("nrd_list")] == [3, 2, 1]
    assert [run.id for run in store.runs("nrd_list", "a")] == [3, 1]
    assert [run.id for run in store.runs("nrd_list", "a", limit=1)] == [3]
    assert store.runs("nrd_list", "") == []
    assert store.runs("urlhaus") == []
    assert [(run.feed, run.location, run.id) for run in store.last_runs()] == [
        ("nrd_list", "a", 3),
        ("nrd_list", "b", 2),
        ("openphish", "", 4),
    ]


def test_a_feed_was_believed_when_a_run_of_it_ended_well(store: Store, elapsed: list[float]) -> None:
    """The last run that was believed counts, of whichever source; one that failed or goes on does not."""
    for seconds, feed, status in ((0, "czds", "ok"), (60, "czds", "ok"), (120, "czds", "held"), (180, "openphish", "")):
        elapsed[0] = seconds
        run = store.begin_run(feed, f"at {seconds}")
        if status:
            store.end_run(replace(run, status=status))
    believed = store.last_believed()
    assert set(believed) == {"czds"}
    assert believed["czds"] == START + timedelta(seconds=60)


def test_a_mark_moves_only_from_where_it_is(store: Store, elapsed: list[float]) -> None:
    """Who believes it elsewhere is refused and moves nothing; other feeds have marks of their own."""
    assert store.mark("czds") == ""
    store.move_mark("czds", "", "serial 1")
    store.move_mark("ct_static", "", "7")
    elapsed[0] = 5
    store.move_mark("czds", "serial 1", "serial \udcff")
    assert (store.mark("czds"), store.mark("ct_static")) == ("serial \\udcff", "7")
    store.move_mark("czds", "serial \udcff", "")
    store.move_mark("czds", "", "again")
    for wrong in ("", "serial 1", "nothing"):
        with pytest.raises(StoreError, match="czds was read further by another run; run again"):
            store.move_mark("czds", wrong, "serial 3")
    with pytest.raises(StoreError, match="urlhaus was read further"):
        store.move_mark("urlhaus", "somewhere", "x")
    assert (store.mark("czds"), store.mark("urlhaus")) == ("again", "")


def test_rows_are_stored_with_the_mark_or_not_at_all(store: Store, row: Row) -> None:
    """Rows, their reading, which is finished at once, and the mark are one step."""
    batch = Gathered("serial 1", 2, 1, [Rejected(2**40, b"x", "bad")], [row(2**40 + 1, "amazon-a.com")])
    saved = store.save_rows(SOME, "", batch)
    assert (saved.new, saved.known, saved.reading.read, saved.reading.finished_at) == ([1], False, 4, START)
    assert store.mark("czds") == "serial 1"
    assert store.quarantine()[0].line == 2**40
    with pytest.raises(StoreError, match="read further by another run"):
        store.save_rows(replace(SOME, sha256="cd" * 32), "", Gathered("serial 2", 1, 0, (), [row(1, "amazon-b.com")]))
    assert [one.indicator for one in store.candidates()] == ["amazon-a.com"]
    assert (store.mark("czds"), len(store.history("feed:czds")), store.check()) == ("serial 1", 1, [])


def test_rows_that_were_stored_before_only_move_the_mark(store: Store, row: Row) -> None:
    """The same rows a second time, as after a mark was set back, are told as known and stored once."""
    batch = Gathered("serial 1", 1, 0, (), [row(1, "amazon-a.com")])
    first = store.save_rows(SOME, "", batch)
    again = store.save_rows(SOME, "serial 1", replace(batch, mark="serial 2"))
    assert (again.known, again.new, again.updated, again.reading) == (True, [], [], first.reading)
    assert (store.mark("czds"), len(store.history("feed:czds"))) == ("serial 2", 1)


def test_a_mark_moves_only_with_the_lease(store: Store, execute: Callable[..., object]) -> None:
    """After another run took the place of this one, nothing moves any more."""
    with store.lease("feed:czds"):
        execute("UPDATE lease SET holder = 'elsewhere|1|2|abc'")
        for move in (lambda: store.move_mark("czds", "", "x"), lambda: store.save_rows(SOME, "", Gathered("x", 1, 0))):
            with pytest.raises(LeaseHeld):
                move()
    assert store.mark("czds") == ""


def test_what_a_server_said_is_kept_with_the_reading(store: Store, begin: Callable[..., Reading]) -> None:
    """The last that was said of an address counts, and the reading is as it stands now."""
    assert store.validator("nrd_list", "https://feeds.example/a") is None
    monday, tuesday = begin(), begin(body="tuesday")
    store.set_validator("nrd_list", "https://feeds.example/a", Said('"1"', "Sun, 22 Nov 2026 06:00:00 GMT"), monday)
    store.set_validator("nrd_list", "https://feeds.example/\udcff", Said("\0", ""), monday)
    store.set_validator("nrd_list", "https://feeds.example/a", Said('W/"2"', ""), tuesday)
    tuesday = store.finish_reading(store.save_batch(tuesday, Gathered("m", 1, 0)).reading)
    known = store.validator("nrd_list", "https://feeds.example/a")
    assert known is not None
    assert (known.said, known.reading) == (Said('W/"2"', ""), tuesday)
    other = store.validator("nrd_list", "https://feeds.example/\udcff")
    assert other is not None
    assert (other.said, other.reading) == (Said("\\x00", ""), monday)
    assert store.validator("openphish", "https://feeds.example/a") is None


def test_a_host_is_asked_again_when_it_may(store: Store) -> None:
    """The latest moment counts, to the microsecond, for all who share the database; who noted it may give it back."""
    assert store.free_at("feeds.example") is None
    for moment in (START, START - timedelta(microseconds=1)):
        store.set_free_at("feeds.example", moment)
    assert store.free_at("feeds.example") == START
    store.give_back("feeds.example", START + timedelta(seconds=1), START - timedelta(hours=1))
    assert store.free_at("feeds.example") == START
    store.give_back("feeds.example", START, START - timedelta(microseconds=1))
    store.set_free_at("wrong.example", START + timedelta(days=9))
    store.set_free_at("wrong.example", START)
    assert store.free_at("wrong.example") == START  # no host shuts us out for so long: a clock was wrong
    store.set_free_at("other.example\0", START)
    assert store.free_at("feeds.example") == START - timedelta(microseconds=1)
    assert store.free_at("other.example\0") == START
