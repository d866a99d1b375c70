"""Visits: fetch an address as a browser would, over connections to checked addresses only.

One connection for each request, HTTP/1.1, GET alone. Each redirect is checked as the first address was. Whatever a
server does, a visit ends in time and says what became of it.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import httpcore
from pydantic import SecretStr

from scamhunt.addresses import Network
from scamhunt.errors import AddressRefused, OutsideError, Refused
from scamhunt.net.cookies import Cookies
from scamhunt.net.dial import Deadline
from scamhunt.net.exchange import Exchange, Handshake, Limits, NoAddress, Resolve, Visit
from scamhunt.net.open import Dialer, NotSecured, ProxyFailed
from scamhunt.net.place import Place, read
from scamhunt.net.wire import BROKEN, Broken, Unanswered, exchange, values
from scamhunt.observed import Outcome

Header = tuple[str, str]
Before = Callable[[str], Awaitable[None]]

_NEVER = frozenset(
    {"host", "cookie", "authorization", "proxy-authorization", "proxy-connection", "content-length"}
    | {"transfer-encoding", "upgrade", "expect", "te", "trailer"}
)
_PLAIN_CODINGS = ("gzip", "deflate", "identity")
_ASKS_FOR_ANYTHING = (("Accept", "*/*"),)


class _NotNow(OutsideError):
    """The host may not be asked now."""


class Visitor:
    """Visits addresses; many visits may be under way at once."""

    def __init__(  # noqa: PLR0913  # each is one decision of the caller's
        self,
        resolve: Resolve,
        allowed: Sequence[Network],
        *,
        proxy: SecretStr | None = None,
        limits: Limits | None = None,
        before: Before | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Take what finds the addresses of a name, and the networks that may be visited although they are not public.

        `before` is awaited with `host:port` before each request and may raise `OutsideError` where it may not be sent
        now. Raises `UserError` for a proxy that is no http or https address.
        """
        self._limits = limits or Limits()
        self._dialer = Dialer(resolve, allowed, self._limits, proxy)
        self._before, self._now = before, now

    async def visit(self, url: str, headers: Sequence[Header] = (), *, seconds: float | None = None) -> Visit:
        """Fetch an address and follow its redirects; raises nothing for what is outside.

        `seconds` are what it may take where that is less than the limits say.

        REFUSED: the guard said no. SKIPPED: `before` said no. ABSENT and EMPTY are the DNS's words. A body that broke
        off is FOUND, and `Exchange.cut` says why.
        """
        deadline = Deadline()
        deadline.begin(self._limits.seconds if seconds is None else min(seconds, self._limits.seconds))
        trip = _Trip(headers)
        try:
            trip.go(url)
            for _ in range(self._limits.hops + 1):
                trip.add(await self._one(trip.place, trip.headers(), deadline), self._now())
                if not trip.done[-1].location:
                    return trip.end(Outcome.FOUND, "")
                trip.go(trip.done[-1].location)
        except Broken as broken:
            trip.unread = broken.came
            return trip.end(*_trouble(broken.why, trip.where, again=bool(trip.done)))
        except (Refused, OutsideError, *BROKEN) as error:
            return trip.end(*_trouble(error, trip.where, again=bool(trip.done)))
        return trip.end(Outcome.FAILED, f"more than {self._limits.hops} redirects")

    async def _one(self, place: Place, headers: Sequence[Header], deadline: Deadline) -> Exchange:
        addresses = await self._dialer.addresses(place.name, deadline)
        await self._wait(place, deadline)
        connected = await self._dialer.open(place, addresses, deadline, self._now)
        return await exchange(connected, place, headers, limits=self._limits, deadline=deadline, now=self._now)

    async def _wait(self, place: Place, deadline: Deadline) -> None:
        if self._before is None:
            return
        begun = time.monotonic()
        try:
            await self._before(f"{place.name}:{place.port}")
        except OutsideError as error:
            raise _NotNow(str(error)) from None
        deadline.put_off(time.monotonic() - begun)


class _Trip:
    """How far one visit has come."""

    def __init__(self, headers: Sequence[Header]) -> None:
        self._given = [one for one in headers or _ASKS_FOR_ANYTHING if one[0].lower() not in _NEVER]
        self._cookies = Cookies()
        self._place: Place | None = None
        self.done: list[Exchange] = []
        self.unread: Exchange | None = None

    @property
    def place(self) -> Place:
        """Where it is."""
        if self._place is None:
            raise Refused("to nowhere")
        return self._place

    @property
    def where(self) -> str:
        """The host, for a message."""
        return self._place.name if self._place else ""

    def go(self, text: str) -> None:
        """Go where a text leads from here; raises `Refused` where that is no place to go."""
        self._place = read(text, self._place)
        if self.done:
            self.done[-1] = replace(self.done[-1], location=self._place.url)

    def headers(self) -> Sequence[Header]:
        """Return what is sent there: on http without what browsers tell over https only."""
        cookies = self._cookies.header(self.place)
        given = self._given if self.place.scheme == "https" else _on_http(self._given)
        return [*given, ("Cookie", cookies)] if cookies else given

    def add(self, answered: Exchange, now: datetime) -> None:
        """Take an answer."""
        self._cookies.take(self.place, values(answered.headers, "set-cookie"), now)
        self.done.append(answered)

    def end(self, outcome: Outcome, problem: str) -> Visit:
        """Return the whole visit."""
        return Visit(tuple(self.done), outcome, problem, self._place.url if self._place else "", self.unread)


def _on_http(headers: Sequence[Header]) -> list[Header]:
    kept = [one for one in headers if not one[0].lower().startswith("sec-")]
    return [(name, _codings(value)) if name.lower() == "accept-encoding" else (name, value) for name, value in kept]


def _codings(value: str) -> str:
    return ", ".join(one for one in map(str.strip, value.split(",")) if one.startswith(_PLAIN_CODINGS))


def _trouble(error: Exception, where: str, *, again: bool) -> tuple[Outcome, str]:
    """Return what an error says of a visit."""
    what = "a redirect" if again else "a request"
    match error:
        case AddressRefused():
            said = Outcome.REFUSED, f"{what} was refused: {error}"
        case Refused():
            said = Outcome.REFUSED, f"{what} {error} was refused"
        case _NotNow():
            said = Outcome.SKIPPED, str(error)
        case NoAddress():
            said = error.outcome, str(error)
        case Unanswered() | ProxyFailed():
            said = Outcome.FAILED, f"{where}: {error}"
        case httpcore.TimeoutException():
            said = Outcome.TIMEOUT, f"{where}: no answer in time"
        case NotSecured():
            said = Outcome.FAILED, f"{where}: no encryption could be agreed on"
        case httpcore.ConnectError():
            said = Outcome.FAILED, f"{where}: no connection"
        case OutsideError():
            said = Outcome.FAILED, str(error)
        case _:
            said = Outcome.FAILED, f"{where}: no answer that can be read"
    return said


__all__ = ["Exchange", "Handshake", "Limits", "NoAddress", "Resolve", "Visit", "Visitor"]
