"""What is wrong with a run of a feed, judged by its facts and its history."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scamhunt.gather.health import Brought, judge
from scamhunt.model import Feed, Keeps, Kind

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
DAY = timedelta(days=1)
FEED = Feed(
    name="a",
    publisher="us",
    homepage="https://a.example",
    terms="ours",
    kind=Kind.DOMAIN,
    schedule="0 6 * * *",
    needs_key=False,
    rows_a_day=(100, 9_000),
    verified_on="2026-01-01",
    how="tried",
)
STREAM = replace(FEED, keeps=Keeps.ROWS)
MIX = {"com": 600, "net": 200, "org": 200}


def nights(count: int, rows: int = 1_000, *, mix: dict[str, int] | None = None) -> list[Brought]:
    """Return earlier runs, the newest first."""
    return [Brought(NOW - DAY * at, rows, None, mix or MIX, "plain") for at in range(1, count + 1)]


TONIGHT = Brought(NOW, 1_000, NOW - DAY, MIX, "plain", NOW)


@pytest.mark.parametrize("earlier", [[], nights(2), nights(9)], ids=["first", "few", "many"])
def test_a_night_like_the_others_is_believed(earlier: Sequence[Brought]) -> None:
    """As many rows as declared and as usual, the same format, another body: nothing is wrong."""
    assert judge(TONIGHT, FEED, earlier) == []


@pytest.mark.parametrize(
    ("rows", "says"),
    [(0, "0 rows"), (99, "99 rows, where 100 to 9,000"), (9_001, "9,001 rows, where 100 to 9,000")],
)
def test_rows_beyond_what_the_feed_declares_are_told(rows: int, says: str) -> None:
    """Too few and too many rows are told at the first run already."""
    (problem,) = judge(replace(TONIGHT, rows=rows), FEED, [])
    assert says in problem


@pytest.mark.parametrize(("rows", "believed"), [(200, True), (199, False), (5_000, True), (5_001, False)])
def test_rows_far_from_the_usual_are_told(rows: int, believed: bool) -> None:
    """A fifth of the median and five times it are the ends; a list that shrank by nine tenths is not believed."""
    problems = judge(replace(TONIGHT, rows=rows), FEED, nights(3))
    assert [believed, *("where it usually has 1,000" in problem for problem in problems)] == (
        [True] if believed else [False, True]
    )


def test_two_runs_make_no_history() -> None:
    """What is usual is known from the third earlier run on."""
    assert judge(replace(TONIGHT, rows=150), FEED, nights(2)) == []
    assert judge(replace(TONIGHT, rows=150), FEED, nights(3)) != []


@pytest.mark.parametrize(("age", "believed"), [(DAY * 7, True), (DAY * 7 + timedelta(seconds=1), False)])
def test_a_stale_date_is_told(age: timedelta, believed: bool) -> None:
    """A feed whose newest row is older than it may be has stopped."""
    problems = judge(replace(TONIGHT, newest=NOW - age), FEED, [])
    assert problems == [] if believed else "its newest row is of 2026-11-15" in problems[0]


@pytest.mark.parametrize(("since", "believed"), [(DAY * 7, True), (DAY * 8, False)])
def test_the_same_bytes_for_too_long_are_told(since: timedelta, believed: bool) -> None:
    """The same file again the next day is nothing; for more than a week it is a source that stopped."""
    problems = judge(replace(TONIGHT, same_since=NOW - since), FEED, nights(3))
    assert problems == [] if believed else "the same bytes since 2026-11-14" in problems[0]


def test_a_changed_format_is_told() -> None:
    """Other columns than the last time: somebody looks whether they are still read rightly."""
    (problem,) = judge(replace(TONIGHT, shape="csv id,host"), FEED, nights(1))
    assert problem.startswith("its format changed from 'plain' to 'csv id,host'")


def test_another_mix_of_suffixes_is_told() -> None:
    """A list whose names end otherwise than they used to is another list."""
    (problem,) = judge(replace(TONIGHT, suffixes={"se": 900, "com": 100}), FEED, nights(3))
    assert problem == "90% of its names end in .se, where 0% do usually; look at it"
    assert judge(replace(TONIGHT, suffixes={"se": 499}), FEED, nights(3)) == []
    assert judge(replace(TONIGHT, suffixes={"se": 450, "com": 550}), FEED, nights(3)) == []


def test_what_is_new_may_come_in_pieces() -> None:
    """Of a feed that brings what is new since the last time the rows of a day count, however often it was read."""
    few, hour = replace(TONIGHT, rows=3), timedelta(hours=1)
    assert judge(few, STREAM, []) == []
    read_before = [replace(nights(1)[0], at=NOW - hour)]
    assert judge(few, STREAM, [*read_before, *nights(9)]) == []
    assert len(judge(few, STREAM, nights(9))) == 2
    assert len(judge(replace(few, rows=9_001), STREAM, [])) == 1


def test_a_feed_that_is_read_often_does_not_die_unseen() -> None:
    """Read every twelve hours, a feed that brings next to nothing is told after a day."""
    halves = [Brought(NOW - timedelta(hours=12 * at), 3 if at < 3 else 500, None, MIX) for at in range(9)]
    assert judge(halves[0], STREAM, halves[1:])[0].startswith("6 rows, where 100 to 9,000 a day are right")


def test_reading_again_by_hand_does_not_spoil_the_history() -> None:
    """Runs of a few rows in between are part of their day."""
    again = [Brought(NOW - DAY * at + timedelta(minutes=9), 5, None, MIX) for at in (1, 2, 3)]
    earlier = sorted([*nights(3), *again], key=lambda run: run.at, reverse=True)
    assert judge(TONIGHT, STREAM, earlier) == []
