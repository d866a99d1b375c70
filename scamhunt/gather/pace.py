"""Politeness: how often a host is asked, kept from run to run, and what a host itself asked for.

A token bucket, written as the moment at which the next request is due (the generic cell rate algorithm, ITU-T I.371).
What is kept is never earlier than that moment: a run that is killed loses a second of leave and gains none.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Protocol

from scamhunt.errors import FeedFailed
from scamhunt.net import LONGEST_WAIT

LONGEST_PAUSE = 86_400.0
"""Seconds that a host can shut us out for with one answer."""
FAILURES = 5
"""After so many failures in a row a host is left alone for the rest of the run."""
BURST = 4
"""So many requests may come before they are due, at most as many as are due in a second."""
AHEAD = timedelta(seconds=1)
"""So much leave is noted at once where several requests a second are due: not each one costs a write."""


@dataclass(slots=True)
class _Host:
    due: datetime
    """When the next request is due."""
    shut_until: datetime
    """No request before that, whatever is due."""
    noted: datetime
    """What is kept: leave is taken up to there."""
    failures: int = 0


def _utc() -> datetime:
    return datetime.now(UTC)


class Kept(Protocol):
    """Where the moments are kept from run to run, for all machines."""

    def free_at(self, host: str) -> datetime | None:
        """Return when a host may be asked again, None when it never was asked."""

    def set_free_at(self, host: str, at: datetime) -> None:
        """Note when a host may be asked again; a later moment that is noted already stays."""

    def give_back(self, host: str, noted: datetime, at: datetime) -> None:
        """Note an earlier moment where `noted` is still the one."""


class Pace:
    """Gives leave for each request to a host, in one run."""

    def __init__(
        self,
        kept: Kept,
        now: Callable[[], datetime] = _utc,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take where the moments are kept from run to run, and a clock."""
        self._kept, self._now, self._sleep = kept, now, sleep
        self._hosts: dict[str, _Host] = {}

    def wait(self, host: str, rate: float) -> None:
        """Wait until a host (`name:port`) may be asked, `rate` times a second on average. Raises as `leave` does."""
        if seconds := self.leave(host, rate):
            self._sleep(seconds)

    def leave(self, host: str, rate: float) -> float:
        """Take leave for one request, and return the seconds after which it may be made.

        Raises `FeedFailed` when that is too long, and for a host that fails again and again.
        """
        known = self._known(host)
        if known.failures >= FAILURES:
            raise FeedFailed(f"{host} failed {FAILURES} times in a row: not asked again in this run; run again later")
        gap = timedelta(microseconds=ceil(1e6 / rate))
        if known.due + gap > known.noted:
            self._look(host, known)
        now = self._now()
        free = max(known.shut_until, known.due - min(BURST, int(rate)) * gap, now)
        seconds = (free - now).total_seconds()
        if seconds > max(LONGEST_WAIT, 1 / rate):
            raise FeedFailed(f"{host} asked to be left alone until {free:%Y-%m-%d %H:%M} UTC; run again then")
        known.due = max(known.due, free) + gap
        if known.due > known.noted:
            self._note(host, known, known.due + (AHEAD if gap < AHEAD else timedelta()))
        return seconds

    def back_off(self, host: str, seconds: float) -> datetime:
        """Note that a host asked to be left alone for so long, a day at most, and return until when."""
        known = self._known(host)
        self._look(host, known)
        until = self._now() + timedelta(seconds=min(seconds, LONGEST_PAUSE))
        known.shut_until = max(known.shut_until, until)
        known.due = max(known.due, until)
        self._note(host, known, max(known.noted, known.due))
        return known.shut_until

    def failed(self, host: str) -> None:
        """Note that a request to a host failed."""
        self._known(host).failures += 1

    def answered(self, host: str) -> None:
        """Note that a host answered as it should."""
        self._known(host).failures = 0

    def settle(self) -> None:
        """Give back the leave that was noted ahead and not used, where nobody else noted more."""
        for host, known in self._hosts.items():
            used = max(known.due, known.shut_until)
            if used < known.noted:
                self._kept.give_back(host, known.noted, used)
                known.noted = used

    def _known(self, host: str) -> _Host:
        if host not in self._hosts:
            kept = self._moment(host)
            self._hosts[host] = _Host(kept, kept, kept)
        return self._hosts[host]

    def _look(self, host: str, known: _Host) -> None:
        """Take over what another run noted meanwhile."""
        kept = self._moment(host)
        if kept > known.noted:
            known.noted = known.shut_until = kept
            known.due = max(known.due, kept)

    def _moment(self, host: str) -> datetime:
        """Return what is kept; a moment beyond a day from now comes from a clock that was wrong."""
        now = self._now()
        kept = self._kept.free_at(host) or now
        return kept if kept <= now + timedelta(seconds=LONGEST_PAUSE + 1) + AHEAD else now

    def _note(self, host: str, known: _Host, until: datetime) -> None:
        known.noted = until
        self._kept.set_free_at(host, until)
