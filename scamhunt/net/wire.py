"""One request and its answer over one connection, recorded byte by byte, under limits."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime

import httpcore

from scamhunt.errors import OutsideError
from scamhunt.net.dial import Deadline
from scamhunt.net.exchange import Exchange, Handshake, Limits
from scamhunt.net.place import Place

MOVED = frozenset({301, 302, 303, 307, 308})
MOST_PIECES = 20_000
"""Of one body: a server that sends each byte in a piece of its own costs us a hundred times as much as it."""
AT_ONCE = 64
"""Pieces after which other visits have their turn."""
REDIRECT_SECONDS = 2.0
"""For the body of a redirect: browsers do not wait for it."""

BROKEN = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError)
_Header = tuple[str, str]


class Unanswered(OutsideError):
    """An answer came that is none."""


class _Full(Exception):
    """More came than may come."""


@dataclass(frozen=True, slots=True)
class Connected:
    """A connection to a checked address."""

    stream: httpcore.AsyncNetworkStream
    address: str
    handshake: Handshake | None
    begun: datetime


class _Wire(httpcore.AsyncNetworkStream):
    """A connection that keeps all that passes, ends at a moment and takes `limit` bytes at most."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, deadline: Deadline, limit: int) -> None:
        self._stream, self._deadline, self.limit = stream, deadline, limit
        self.sent, self.came = bytearray(), bytearray()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  # the library's
        room = self.limit - len(self.came)
        data = await self._stream.read(max(1, min(max_bytes, room)), self._deadline.left(timeout))
        if data and room <= 0:
            raise _Full
        self.came += data
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109  # the library's
        self.sent += buffer
        await self._stream.write(buffer, self._deadline.left(timeout))

    async def aclose(self) -> None:
        await self._stream.aclose()


async def exchange(  # noqa: PLR0913  # what one request needs
    connected: Connected,
    place: Place,
    headers: Sequence[_Header],
    *,
    limits: Limits,
    deadline: Deadline,
    now: Callable[[], datetime],
) -> Exchange:
    """Send one GET request and return it with its answer; `location` is as the server wrote it. Closes the connection.

    Raises `Unanswered` for an answer that is none, and httpcore's errors for a connection that breaks before an answer.
    """
    wire = _Wire(connected.stream, deadline, min(limits.header_bytes, limits.wire))
    async with AsyncExitStack() as held:
        held.push_async_callback(wire.aclose)
        answer = await _answer(wire, place, headers)
        came = _headers(answer, limits)
        location = next((value for name, value in came if name.lower() == "location"), "")
        leads = answer.status in MOVED and bool(location)
        wire.limit = min(limits.wire, len(wire.came) + limits.redirect_body) if leads else limits.wire
        with deadline.sooner(REDIRECT_SECONDS if leads else limits.seconds):
            body, cut = await _body(answer, wire)
    return Exchange(
        url=place.url,
        address=connected.address,
        port=place.port,
        begun=connected.begun,
        ended=now(),
        request=bytes(wire.sent),
        response=bytes(wire.came),
        status=answer.status,
        headers=came,
        body=body,
        cut=cut,
        handshake=connected.handshake,
        location=location if leads else "",
    )


async def _answer(wire: _Wire, place: Place, headers: Sequence[_Header]) -> httpcore.Response:
    target = httpcore.URL(scheme=place.scheme, host=place.host, port=place.port, target=place.path)
    given = [(b"Host", place.authority.encode()), *((_raw(name), _raw(value)) for name, value in headers)]
    connection = httpcore.AsyncHTTP11Connection(target.origin, wire)
    try:
        return await connection.handle_async_request(httpcore.Request(b"GET", target, headers=given))
    except httpcore.LocalProtocolError:
        raise Unanswered("the headers that are set for it cannot be sent; look at the settings") from None
    except _Full:
        raise Unanswered(f"answered with more than {wire.limit:,} bytes of headers") from None


def _headers(answer: httpcore.Response, limits: Limits) -> tuple[_Header, ...]:
    if len(answer.headers) > limits.headers:
        raise Unanswered(f"answered with more than {limits.headers:,} headers")
    return tuple((name.decode("ascii", "replace"), _text(value)) for name, value in answer.headers)


async def _body(answer: httpcore.Response, wire: _Wire) -> tuple[bytes, str]:
    """Return what came of a body, and why it is not whole."""
    body, pieces = bytearray(), 0
    try:
        async for piece in answer.aiter_stream():
            body += piece
            pieces += 1
            if pieces % AT_ONCE == 0:
                await asyncio.sleep(0)
            if pieces == MOST_PIECES:
                wire.limit = 0
    except _Full:
        return bytes(body), f"cut at {len(wire.came):,} bytes" + (f": {pieces:,} pieces" if not wire.limit else "")
    except httpcore.TimeoutException:
        return bytes(body), "cut: no more came in time"
    except BROKEN:
        return bytes(body), "cut: the connection broke, or what came cannot be read"
    return bytes(body), ""


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _text(value: bytes) -> str:
    """Return a header's value: UTF-8, else Latin-1, which every byte is."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def values(headers: Iterable[_Header], name: str) -> list[str]:
    """Return the values of a header, its name in lower case."""
    return [value for one, value in headers if one.lower() == name]
