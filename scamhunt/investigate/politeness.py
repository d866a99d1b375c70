"""How often a server may be asked while many targets are looked at at once: one after the other, each at its pace.

The moments are kept from run to run (`gather/pace.py`). A server that answers 429 is asked half as often from then on,
and that is kept too; many answers without one give a step back.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from scamhunt.gather import pace
from scamhunt.gather.pace import Pace
from scamhunt.net.answer import retry_after
from scamhunt.net.visit import Visit

MOST_HALVINGS = 6
"""A server is asked at least once a minute, where its rate is one a second."""
GIVE_BACK = 200
"""Answers without a 429 after which one halving is taken back."""
WRITE_SECONDS = 2.0
BREATH = 60.0
"""Seconds that a server is left alone after a 429 that names no time."""
TOO_MANY, BUSY = 429, 503


class Kept(pace.Kept, Protocol):
    """Where the moments and the halvings are kept."""

    def slower(self, host: str) -> int:
        """Return how many times the rate of a host was halved."""

    def set_slower(self, host: str, halvings: int) -> None:
        """Note how many times the rate of a host is halved."""


class Written(Kept, Protocol):
    """Where they are written for the next run, many at once."""

    def set_free_at_all(self, moments: Mapping[str, datetime]) -> None:
        """Note when some hosts may be asked again; later moments that are noted already stay."""


class Noted:
    """Keeps moments in memory and writes those that changed every `WRITE_SECONDS`, together.

    A night asks thousands of hosts: a write for each request would cost more than the request. A run that is killed
    loses what is younger, and may ask a host some seconds too early once.
    """

    def __init__(self, kept: Written) -> None:
        """Write nothing yet."""
        self._kept = kept
        self._at: dict[str, datetime] = {}
        self._changed: set[str] = set()
        self._written = time.monotonic()

    def free_at(self, host: str) -> datetime | None:
        """Return when a host may be asked again, None when it never was."""
        return self._at.get(host) or self._kept.free_at(host)

    def set_free_at(self, host: str, at: datetime) -> None:
        """Note when a host may be asked again; a later moment that is noted already stays."""
        self._at[host] = max(at, self._at.get(host, at))
        self._changed.add(host)
        if time.monotonic() - self._written > WRITE_SECONDS:
            self.write()

    def give_back(self, host: str, noted: datetime, at: datetime) -> None:
        """Note an earlier moment where `noted` is still the one."""
        if self._at.get(host) == noted:
            self._at[host] = at
            self._changed.add(host)

    def slower(self, host: str) -> int:
        """Return how many times the rate of a host was halved."""
        return self._kept.slower(host)

    def set_slower(self, host: str, halvings: int) -> None:
        """Note how many times the rate of a host is halved."""
        self._kept.set_slower(host, halvings)

    def write(self) -> None:
        """Write what changed, in one transaction."""
        changed = {host: self._at[host] for host in self._changed}
        self._changed.clear()
        self._written = time.monotonic()
        if changed:
            self._kept.set_free_at_all(changed)


class Politeness:
    """Gives leave for each request of one run. `rate` is requests a second to one server while it does not complain."""

    def __init__(self, kept: Kept, rate: float, now: Callable[[], datetime]) -> None:
        """Ask nobody yet."""
        self._kept, self._rate = kept, rate
        self._pace = Pace(kept, now)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._halvings: dict[str, int] = {}
        self._good: defaultdict[str, int] = defaultdict(int)

    async def wait(self, host: str) -> None:
        """Wait until a server (`name:port`) may be asked. Raises `FeedFailed` when that is too long for this run."""
        async with self._turns[host]:
            await asyncio.sleep(self._pace.leave(host, self.rate_of(host)))

    def rate_of(self, host: str) -> float:
        """Return how many requests a second a server gets now."""
        return self._rate / float(2 ** self._known(host))

    def heard(self, host: str, visit: Visit) -> None:
        """Take what a server answered: 429 halves its rate, and it is left alone for as long as it asks."""
        statuses = [one.status for one in visit.exchanges]
        if TOO_MANY in statuses:
            self._slow_down(host)
        if {TOO_MANY, BUSY} & set(statuses):
            asked = asked_for(visit)
            if asked or TOO_MANY in statuses:
                self._pace.back_off(host, asked or BREATH)
        elif statuses:
            self._speed_up(host)

    def settle(self) -> None:
        """Give back leave that was noted and not used."""
        self._pace.settle()

    def _known(self, host: str) -> int:
        if host not in self._halvings:
            self._halvings[host] = min(self._kept.slower(host), MOST_HALVINGS)
        return self._halvings[host]

    def _slow_down(self, host: str) -> None:
        self._set(host, min(self._known(host) + 1, MOST_HALVINGS))

    def _speed_up(self, host: str) -> None:
        self._good[host] += 1
        if self._known(host) and self._good[host] >= GIVE_BACK:
            self._set(host, self._known(host) - 1)

    def _set(self, host: str, halvings: int) -> None:
        self._good[host] = 0
        if halvings != self._halvings[host]:
            self._halvings[host] = halvings
            self._kept.set_slower(host, halvings)


def asked_for(visit: Visit) -> float:
    """Return the seconds for which the last answer asks us to stay away (RFC 9110 10.2.3); 0 where it does not."""
    last = visit.exchanges[-1].headers if visit.exchanges else ()
    said = next((value for name, value in last if name.lower() == "retry-after"), "")
    return retry_after(said) or 0.0
