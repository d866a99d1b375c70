"""One request and its answer over one connection, recorded byte by byte, under limits."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime

import httpcore

from scamhunt.errors import OutsideError
from scamhunt.net.dial import Deadline
from scamhunt.net.exchange import Exchange, Handshake, Limits
from scamhunt.net.place import Place
from scamhunt.net.tolerant import Head, NoHead, head_of

MOVED = frozenset({301, 302, 303, 307, 308})
MOST_PIECES = 20_000
"""Of one body: a server that sends each byte in a piece of its own costs us a hundred times as much as it."""
AT_ONCE = 64
"""Pieces after which other visits have their turn."""
REDIRECT_SECONDS = 2.0
"""For the body of a redirect: browsers do not wait for it."""
PIECE = 64 * 1024
MOST_READ = 2_000
"""Times that a head is tried anew because more of it came."""

BROKEN = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError)
_Header = tuple[str, str]


class Unanswered(OutsideError):
    """An answer came that is none."""


class Broken(Exception):
    """No answer, and what came nevertheless: `came` is None where that is nothing."""

    def __init__(self, why: Exception, came: Exchange | None) -> None:
        """Take the error itself: `Unanswered` or one of `BROKEN`."""
        super().__init__(str(why))
        self.why, self.came = why, came


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
        """Stay open: what does not understand an answer hangs up, and the rest of it is wanted nevertheless."""


class _Mended(httpcore.AsyncNetworkStream):
    """A connection that begins with some bytes, and on which nothing more is sent."""

    def __init__(self, first: bytes, wire: _Wire) -> None:
        self._first, self._wire = first, wire

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  # the library's
        if self._first:
            piece, self._first = self._first[:max_bytes], self._first[max_bytes:]
            return piece
        return await self._wire.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109  # the library's
        """Send nothing: it was sent."""

    async def aclose(self) -> None:
        """Leave that to who opened it."""


class _Connection(httpcore.AsyncHTTP11Connection):
    MAX_INCOMPLETE_EVENT_SIZE = 1024 * 1024
    """Bytes of a head; the limits of a visit are narrower."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: tuple[_Header, ...]
    said: httpcore.Response
    """Its body is still to come."""


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

    Raises `Broken` for an answer that is none, and for a connection that breaks before an answer.
    """
    wire = _Wire(connected.stream, deadline, min(limits.header_bytes, limits.wire))
    async with AsyncExitStack() as held:
        held.push_async_callback(connected.stream.aclose)
        try:
            answer = await _answered(wire, place, headers, limits)
        except (Unanswered, *BROKEN) as error:
            unread = _kept(wire, connected, place, now(), cut="its head cannot be read") if wire.came else None
            raise Broken(error, unread) from None
        location = next(iter(values(answer.headers, "location")), "")
        leads = answer.status in MOVED and bool(location)
        wire.limit = min(limits.wire, len(wire.came) + limits.redirect_body) if leads else limits.wire
        with deadline.sooner(REDIRECT_SECONDS if leads else limits.seconds):
            body, cut = await _body(answer.said, wire)
    kept = _kept(wire, connected, place, now(), cut=cut)
    return replace(kept, status=answer.status, headers=answer.headers, body=body, location=location if leads else "")


def _kept(wire: _Wire, connected: Connected, place: Place, ended: datetime, *, cut: str) -> Exchange:
    """Return what passed, not read."""
    return Exchange(
        url=place.url,
        address=connected.address,
        port=place.port,
        begun=connected.begun,
        ended=ended,
        request=bytes(wire.sent),
        response=bytes(wire.came),
        status=0,
        headers=(),
        body=b"",
        cut=cut,
        handshake=connected.handshake,
    )


async def _answered(wire: _Wire, place: Place, headers: Sequence[_Header], limits: Limits) -> _Answer:
    """Ask, and read the head of the answer: as the standard says, else as browsers do."""
    try:
        said = await _asked(wire, place, headers)
        status, raw = said.status, tuple(said.headers)
    except httpcore.LocalProtocolError:
        raise Unanswered("the headers that are set for it cannot be sent; look at the settings") from None
    except httpcore.RemoteProtocolError:
        head = await _mended(wire)
        said = await _asked(_Mended(head.framing + bytes(wire.came[head.end :]), wire), place, headers)
        status, raw = head.status, head.headers
    except _Full:
        raise Unanswered(f"answered with more than {wire.limit:,} bytes of headers") from None
    if len(raw) > limits.headers:
        raise Unanswered(f"answered with more than {limits.headers:,} headers")
    return _Answer(status, tuple((name.decode("ascii", "replace"), _text(value)) for name, value in raw), said)


async def _asked(stream: httpcore.AsyncNetworkStream, place: Place, headers: Sequence[_Header]) -> httpcore.Response:
    target = httpcore.URL(scheme=place.scheme, host=place.host, port=place.port, target=place.path)
    given = [(b"Host", place.authority.encode()), *((_raw(name), _raw(value)) for name, value in headers)]
    request = httpcore.Request(b"GET", target, headers=given)
    return await _Connection(target.origin, stream).handle_async_request(request)


async def _mended(wire: _Wire) -> Head:
    """Read on to the end of a head that breaks the standard."""
    try:
        for _ in range(MOST_READ):
            head = head_of(bytes(wire.came))
            if head:
                return head
            if not await wire.read(PIECE):
                break
    except NoHead:
        pass
    except _Full:
        raise Unanswered(f"answered with more than {wire.limit:,} bytes of headers") from None
    raise Unanswered("no answer that can be read")


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
