"""Politeness: how often a host is asked, kept from run to run, and what a host itself asked for."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from scamhunt.errors import FeedFailed

LONGEST_WAIT = 30.0
"""Seconds that we wait for a host; what is longer ends the feed's run, and the next run asks first when it may."""


class Pace:
    """Asks for leave before each request to a host."""

    def __init__(self, free_at: Callable[[str], datetime | None], set_free_at: Callable[[str, datetime], None]) -> None:
        """Take where the moments are kept from run to run."""
        self._free_at, self._set_free_at = free_at, set_free_at

    def wait(self, host: str, rate: float) -> None:
        """Wait until a host may be asked again. Raises `FeedFailed` when that is too long."""
        now = datetime.now(UTC)
        free = max(self._free_at(host) or now, now)
        seconds = (free - now).total_seconds()
        if seconds > LONGEST_WAIT:
            raise FeedFailed(f"{host} asked to be left alone until {free:%Y-%m-%d %H:%M}; run again then")
        time.sleep(seconds)
        self._set_free_at(host, free + timedelta(seconds=1 / rate))

    def back_off(self, host: str, seconds: float) -> None:
        """Note that a host asked to be left alone for so long."""
        self._set_free_at(host, datetime.now(UTC) + timedelta(seconds=seconds))
