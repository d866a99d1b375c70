"""Whether our clock can be trusted: what registries' servers say of the time, and whether it jumped while we looked.

A court asks when something was seen, and by which clock. We ask no time server: the registries that are asked anyway
date each answer (RFC 9110 6.6.1), to the second. A suspected site's own date is never believed.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from statistics import median

from scamhunt.net.visit import Visit
from scamhunt.observed import Clock

WRONG = timedelta(seconds=60)
"""A clock that is off by more is said to be wrong."""
MOST_SERVERS = 20


class Clocks:
    """What the servers of one run said of the time, the last word of each."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._offsets: dict[str, float] = {}

    def heard(self, server: str, visit: Visit) -> None:
        """Take the date of an answer; one that cannot be read says nothing."""
        last = visit.exchanges[-1] if visit.exchanges else None
        if last is None or (server not in self._offsets and len(self._offsets) >= MOST_SERVERS):
            return
        headers: Mapping[str, str] = {name.lower(): value for name, value in last.headers}
        said = _date(headers.get("date", ""))
        if said:  # a date has whole seconds: the middle of that second is the best guess
            between = last.begun + (last.ended - last.begun) / 2
            self._offsets[server] = (said - between).total_seconds() + 0.5

    def read(self, stepped: float) -> Clock:
        """Return how far the clock can be trusted now."""
        offset = round(median(self._offsets.values()), 1) if self._offsets else None
        return Clock(offset, tuple(sorted(self._offsets)), round(stepped, 3))


def _date(value: str) -> datetime | None:
    try:
        said = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return said if said.tzinfo else said.replace(tzinfo=UTC)


def is_wrong(clock: Clock) -> bool:
    """Return whether the clock is known to be off by more than `WRONG`, or jumped by more."""
    off = abs(clock.offset) if clock.offset is not None else 0.0
    return max(off, abs(clock.stepped)) > WRONG.total_seconds()
