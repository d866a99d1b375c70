"""The browser's only way out: an HTTP proxy of our own, which connects to nothing but addresses that were checked.

It lives as long as one screenshot, listens in the browser's network and wants a password that is made for it. It cannot
see into encrypted connections; where it can, it lets only GET and HEAD pass, and what cannot be had gets no answer.

Source: RFC 9110, sections 9.3.6 (CONNECT) and 11.7 (proxies and passwords); RFC 9112, section 3.2.2 (absolute form).
"""

import asyncio
import contextlib
import hmac
import secrets
import socket
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from pydantic import SecretStr

from scamhunt.addresses import Network
from scamhunt.errors import Refused
from scamhunt.net.exchange import NoAddress, Resolve
from scamhunt.net.place import Place, read
from scamhunt.net.proxy_dial import Dialer, Stream, end
from scamhunt.observed import Outcome

USER = "shot"
PIECE = 64 * 1024
FLUSH_SECONDS = 5.0
"""A client that does not read its answer within so long loses it."""
MOST_KEPT = 2_000
"""Requests that are remembered."""
_SEEN = frozenset({"GET", "HEAD"})
_HOP = frozenset({"connection", "proxy-connection", "proxy-authorization", "keep-alive", "te", "upgrade"})
_BROKEN = (OSError, EOFError, TimeoutError, asyncio.LimitOverrunError)


@dataclass(frozen=True, slots=True)
class ProxyLimits:
    """What one browser may cost."""

    wire: int = 40 * 1024 * 1024
    """Bytes of all connections together, both ways."""
    connections: int = 1_000
    at_once: int = 64
    seconds: float = 40.0
    """Of one connection."""
    silent: float = 20.0
    """Seconds without a byte."""
    head: int = 64 * 1024
    """Bytes of a request's line and headers."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that the browser wanted, and what became of it."""

    method: str
    place: str
    """`host:port`; empty where it could not be read."""
    outcome: Outcome
    why: str = ""
    """Why it did not get it."""
    address: str = ""
    """The address that was connected to."""


class Proxy:
    """Listens while it is open, as `async with` does. `asked` holds what was wanted, in order."""

    def __init__(
        self,
        resolve: Resolve,
        allowed: Sequence[Network] = (),
        *,
        upstream: SecretStr | None = None,
        limits: ProxyLimits | None = None,
    ) -> None:
        """Take our own resolver, networks that may be reached though they are not public, and the team's proxy."""
        self.limits = limits or ProxyLimits()
        self.password = secrets.token_urlsafe(24)
        self.at: socket.socket | None = None
        """A socket that listens already, perhaps in another network; without one it opens one on 127.0.0.1."""
        self.port = 0
        self.asked: list[Asked] = []
        self.passed = 0
        self._dialer = Dialer(resolve, allowed, upstream)
        self._expected = b"basic " + b64encode(f"{USER}:{self.password}".encode())
        self._tasks: set[asyncio.Task[None]] = set()
        self._opened = 0
        self._server: asyncio.Server | None = None

    @property
    def refused(self) -> list[Asked]:
        """What our own guard refused."""
        return [one for one in self.asked if one.outcome is Outcome.REFUSED]

    async def __aenter__(self) -> Self:
        """Listen."""
        place: dict[str, Any] = {"sock": self.at} if self.at else {"host": "127.0.0.1", "port": 0}
        self._server = await asyncio.start_server(self._serve, limit=self.limits.head, **place)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Listen no more and end every connection."""
        if self._server:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._server:
            await self._server.wait_closed()

    # --- one connection ---------------------------------------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = Stream(reader, writer)
        task = asyncio.current_task()
        if task:  # always, in a server's callback
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            with contextlib.suppress(*_BROKEN):
                async with asyncio.timeout(self.limits.seconds):
                    await self._answer(client)
                    writer.close()
                    await asyncio.wait_for(writer.wait_closed(), FLUSH_SECONDS)
        except asyncio.CancelledError:
            pass  # the proxy is being closed; a task of asyncio's streams may not end cancelled
        finally:
            end(client)

    async def _answer(self, client: Stream) -> None:
        if len(self._tasks) > self.limits.at_once:
            return  # without a word: see `_deny`
        request = _Request.of(await client.head(self.limits.silent))
        if request is None:
            await _say(client, "400 Bad Request")
        elif not hmac.compare_digest(request.password.encode("latin-1"), self._expected):
            await _say(client, "407 Proxy Authentication Required", 'Proxy-Authenticate: Basic realm="shot"')
        else:
            await self._fulfil(request, client)

    async def _fulfil(self, request: "_Request", client: Stream) -> None:
        """Connect where the request wants to go, and pass on; or say why not."""
        name = ""
        try:
            place = read(request.target)
            name = f"{place.host}:{place.port}"
            self._check(request)
            server, address = await self._dialer.open(place)
        except Refused as error:
            self._note(Asked(request.method, name, Outcome.REFUSED, str(error)))
            await _deny(client, request, "403 Forbidden")
            return
        except NoAddress as error:
            self._note(Asked(request.method, name, error.outcome, str(error)))
            await _deny(client, request, "502 Bad Gateway")
            return
        except _BROKEN as error:
            late = isinstance(error, TimeoutError)
            outcome = Outcome.TIMEOUT if late else Outcome.FAILED
            self._note(Asked(request.method, name, outcome, "no answer in time" if late else "cannot be connected to"))
            await _deny(client, request, "504 Gateway Timeout" if late else "502 Bad Gateway")
            return
        self._note(Asked(request.method, name, Outcome.FOUND, "", str(address)))
        try:
            await (self._tunnel(client, server) if request.tunnel else self._fetch(request, place, client, server))
        finally:
            end(server)

    def _check(self, request: "_Request") -> None:
        """Raise `Refused` for a request that would send something, and when the limits are spent."""
        self._opened += 1
        if not request.tunnel and (request.method not in _SEEN or request.has_body):
            raise Refused("refused: it sends something, and a visit only looks")
        if not request.tunnel and not request.target.lower().startswith("http://"):
            raise Refused("refused: not of http")
        if self._opened > self.limits.connections:
            raise Refused(f"refused: more than {self.limits.connections:,} requests of one page")
        if self.passed > self.limits.wire:
            raise Refused(f"refused: more than {self.limits.wire:,} bytes of one page")

    def _note(self, asked: Asked) -> None:
        if len(self.asked) < MOST_KEPT:
            self.asked.append(asked)

    # --- passing on -------------------------------------------------------------------------------------------------

    async def _tunnel(self, client: Stream, server: Stream) -> None:
        await client.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        upwards = asyncio.create_task(self._pass_on(client, server))
        try:
            await self._pass_on(server, client)
        finally:
            upwards.cancel()
            await asyncio.gather(upwards, return_exceptions=True)

    async def _fetch(self, request: "_Request", place: Place, client: Stream, server: Stream) -> None:
        """Send one request and pass on one answer. Whatever the client sends after it ends the connection."""
        await server.send(request.for_origin(place))
        more = asyncio.create_task(client.reader.read(1))
        down = asyncio.create_task(self._pass_on(server, client))
        try:
            await asyncio.wait({more, down}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            more.cancel()
            down.cancel()
            await asyncio.gather(more, down, return_exceptions=True)

    async def _pass_on(self, source: Stream, sink: Stream) -> None:
        while piece := await asyncio.wait_for(source.reader.read(PIECE), self.limits.silent):
            self.passed += len(piece)
            if self.passed > self.limits.wire:
                return
            await sink.send(piece)
        sink.finish()


async def _deny(client: Stream, request: "_Request", status: str) -> None:
    """Say why no tunnel is opened; where there is none, hang up.

    An answer of ours would be the site's own for a script in the page: it could tell a port that nobody listens on
    from a browser's view of it, and so our browser from others.
    """
    if request.tunnel:
        await _say(client, status)


async def _say(client: Stream, status: str, *headers: str) -> None:
    lines = (f"HTTP/1.1 {status}", *headers, "Content-Length: 0", "Connection: close")
    await client.send(("\r\n".join(lines) + "\r\n\r\n").encode())
    client.finish()


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    target: str
    """An address; of CONNECT too."""
    headers: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, head: bytes) -> Self | None:
        """Read a request's line and headers; None when they are none."""
        first, *lines = head.decode("latin-1").split("\r\n")
        words = first.split(" ")
        headers = [line.partition(":") for line in lines if line]
        if len(words) != 3 or not words[2].startswith("HTTP/1.") or not all(colon for _, colon, _ in headers):  # noqa: PLR2004  # RFC 9112
            return None
        target = f"https://{words[1]}/" if words[0] == "CONNECT" else words[1]
        return cls(words[0][:20], target, tuple((name, value.strip()) for name, _, value in headers))

    @property
    def tunnel(self) -> bool:
        return self.method == "CONNECT"

    @property
    def password(self) -> str:
        """What it says in Proxy-Authorization, its scheme in lower case."""
        said = next((value for name, value in self.headers if name.lower() == "proxy-authorization"), "")
        scheme, _, rest = said.partition(" ")
        return f"{scheme.lower()} {rest.strip()}"

    @property
    def has_body(self) -> bool:
        lengths = {value for name, value in self.headers if name.lower() == "content-length"}
        return bool(lengths - {"0"}) or any(name.lower() == "transfer-encoding" for name, _ in self.headers)

    def for_origin(self, place: Place) -> bytes:
        """Return the request as the server gets it: its path alone, none of what was meant for us, one Host."""
        kept = [one for one in self.headers if one[0].lower() not in _HOP | {"host"}]
        sent = [("Host", place.authority), *kept, ("Connection", "close")]
        lines = [f"{self.method} {place.path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent)]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
