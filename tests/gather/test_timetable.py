"""When a feed's turn is, and when it was missed."""

from datetime import UTC, datetime, timedelta

import pytest

from scamhunt.errors import UserError
from scamhunt.gather import timetable

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)  # a Sunday
GOOD = (
    "0 6 * * *", "*/15 * * * *", "5,35 0-6/2 1,15 * mon-fri", "59 23 31 12 sun", "0 0 * 1-12/3 mon,wed,fri",
)  # fmt: skip
BAD = (
    "", "daily", "@daily", "0 6 * *", "0 6 * * * *", "60 6 * * *", "0 24 * * *", "0 6 0 * *", "0 6 * 13 *",
    "5-1 6 * * *", "*/0 6 * * *", "1,,2 6 * * *", "-1 6 * * *", "0 6 * * 0", "0 6 * * 1-5", "0 6 * * mon-",
    "0 6 * * monday", "0 6 * * */2", "a b c d e", "0 6 * * fri-mon",
)  # fmt: skip


@pytest.mark.parametrize("schedule", GOOD)
def test_a_schedule_that_every_scheduler_reads_alike(schedule: str) -> None:
    """Five fields of numbers, ranges, steps and lists; days of the week by name."""
    assert timetable.last_turn(timetable.cron(schedule), NOW) > NOW - timedelta(days=4 * 367)


@pytest.mark.parametrize("schedule", BAD)
def test_a_schedule_that_is_read_in_two_ways_or_not_at_all(schedule: str) -> None:
    """Another number of fields, a value out of range, and a day of the week as a number are told."""
    with pytest.raises(UserError, match=r"is no schedule; write minute, .*'0 6 \* \* mon-fri'"):
        timetable.cron(schedule)


@pytest.mark.parametrize(
    ("schedule", "read", "late_from"),
    [
        ("0 6 * * *", NOW, datetime(2026, 11, 24, 6, tzinfo=UTC)),
        ("0 6 * * *", NOW.replace(hour=5), NOW.replace(hour=5) + timedelta(hours=26)),
        ("0 6 * * *", NOW.replace(minute=0), datetime(2026, 11, 24, 6, tzinfo=UTC)),
        ("20 1,7,13,19 * * *", NOW, NOW + timedelta(hours=26)),
        ("0 6 * * mon", NOW, datetime(2026, 11, 30, 6, tzinfo=UTC)),
    ],
)
def test_late_is_the_second_turn_that_passed(schedule: str, read: datetime, late_from: datetime) -> None:
    """One turn may be under way; when the next one too has passed, and a night, nobody reads the feed any more."""
    assert not timetable.is_late(schedule, read, late_from)
    assert timetable.is_late(schedule, read, late_from + timedelta(seconds=1))


def test_what_never_has_a_turn_is_never_late() -> None:
    """There is no February 30."""
    assert not timetable.is_late("0 0 30 2 *", NOW, NOW + timedelta(days=9_999))
