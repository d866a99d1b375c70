"""How much one visitor may ask for within a short time."""

from dataclasses import dataclass, field
from enum import StrEnum

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from scamhunt.errors import NotPermitted


class TooMany(NotPermitted):
    """Too much was asked within a short time."""


class Kind(StrEnum):
    """Who asks."""

    PERSON = "person"
    SCRIPT = "script"
    STRANGER = "stranger"
    SIGNING_IN = "signing in"


A_MINUTE = {Kind.PERSON: 1_200, Kind.SCRIPT: 1_200, Kind.STRANGER: 240, Kind.SIGNING_IN: 20}
"""Requests. An analyst who decides with one key and opens each page does a few a second; a team may sit behind one
address while it signs in."""


@dataclass(frozen=True, slots=True)
class Doors:
    """Counts requests in this process, by who asks."""

    _limiter: MovingWindowRateLimiter = field(default_factory=lambda: MovingWindowRateLimiter(MemoryStorage()))

    def require(self, kind: Kind, who: str) -> None:
        """Count one more request. Raises `TooMany`."""
        if not self._limiter.hit(_item(kind), who):
            raise TooMany("too many requests within a minute; wait a little")


def _item(kind: Kind) -> RateLimitItem:
    return RateLimitItemPerMinute(A_MINUTE[kind], namespace=kind.value)
