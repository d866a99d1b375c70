"""When a feed's turn is, by its cron expression: for the schedule that takes turns, and for whoever misses one.

APScheduler reads the expression; it is imported late, for most commands ask for no time.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from scamhunt.errors import UserError

if TYPE_CHECKING:
    from apscheduler.triggers.base import BaseTrigger  # type: ignore[import-untyped]  # untyped

NIGHT = timedelta(hours=26)
"""From one nightly sweep to the end of the next."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_LOOK_BACK = tuple(timedelta(days=days) for days in (1 / 24, 1, 8, 32, 367, 4 * 367))
_FIELDS = 5
_DAY = "mon|tue|wed|thu|fri|sat|sun"
_DAYS = re.compile(rf"(?:\*|(?:{_DAY})(?:-(?:{_DAY}))?)(?:,(?:\*|(?:{_DAY})(?:-(?:{_DAY}))?))*")


def cron(schedule: str) -> "BaseTrigger":
    """Return the trigger of a cron expression in UTC. Raises `UserError` for one that cannot be read.

    The days of the week go by name: to APScheduler 0 is Monday, to cron Sunday.
    """
    from apscheduler.triggers.cron import (  # type: ignore[import-untyped]  # untyped  # noqa: PLC0415  # late
        CronTrigger,
    )

    fields = schedule.split()
    try:
        if len(fields) == _FIELDS and _DAYS.fullmatch(fields[-1]):
            return CronTrigger.from_crontab(schedule, timezone=UTC)
    except (ValueError, KeyError, TypeError):
        pass
    raise UserError(
        f"{schedule[:60]!r} is no schedule; write minute, hour, day, month and day of the week, that one by its "
        "name, as in '0 6 * * mon-fri'"
    )


def last_turn(when: "BaseTrigger", now: datetime) -> datetime:
    """Return the last moment, up to now, at which a trigger fired or would have; 1970 for one that never does."""
    for back in _LOOK_BACK:
        last: datetime | None = None
        at: datetime | None = when.get_next_fire_time(None, now - back)
        if at is None:  # and so for any moment before: nothing but February 30 is like that
            return NEVER
        while at is not None and at <= now:
            last, at = at, when.get_next_fire_time(at, at)
        if last:
            return last.astimezone(UTC)
    return NEVER


def is_late(schedule: str, read_at: datetime, now: datetime) -> bool:
    """Return whether the second turn after a read has passed, and a day too: many teams sweep once a night.

    Raises as `cron` does.
    """
    if now - read_at <= NIGHT:
        return False
    when = cron(schedule)
    first: datetime | None = when.get_next_fire_time(None, read_at + timedelta(microseconds=1))
    second: datetime | None = first and when.get_next_fire_time(first, first)
    return second is not None and second < now
