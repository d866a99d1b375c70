"""The web server of the lab: many sites on one loopback port and one with TLS, told apart by the Host header."""

import asyncio
import ssl
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Self

import trustme

from bench.lab_site import Handler, Request, gone

DRIP = 0.05
"""Seconds between the pieces of an answer that comes in small ones."""
SMALL = 16
"""Bytes of a piece that makes the server wait."""
HOME = "127.0.0.1"


class Sites:
    """A running server; `with` ends it. Every request is kept."""

    def __init__(self, sites: Mapping[str, Handler]) -> None:
        """Start to listen for these hosts."""
        self.sites = dict(sites)
        self.seen: list[Request] = []
        self.port = self.secure_port = 0
        self._visits: Counter[str] = Counter()
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait()

    def __enter__(self) -> Self:
        """Return the server, which listens already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it and every answer that is under way."""
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()

    def requests(self, host: str) -> list[Request]:
        """Return what was asked of one host."""
        return [one for one in self.seen if one.host == host]

    def _run(self, ready: threading.Event) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve(ready))

    async def _serve(self, ready: threading.Event) -> None:
        self._ended = asyncio.Event()
        plain = await asyncio.start_server(self._answer, HOME, 0, backlog=1024)
        secure = await asyncio.start_server(self._answer, HOME, 0, backlog=1024, ssl=_certified(self.sites))
        self.port, self.secure_port = (one.sockets[0].getsockname()[1] for one in (plain, secure))
        ready.set()
        await self._ended.wait()
        plain.close()
        secure.close()
        running = asyncio.all_tasks() - {asyncio.current_task()}
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, EOFError, ValueError, asyncio.CancelledError):
            request = self._read(await reader.readuntil(b"\r\n\r\n"))
            told = self.sites.get(request.host, gone)(request)
            for piece in [told] if isinstance(told, bytes) else told:
                writer.write(piece)
                await writer.drain()
                if len(piece) < SMALL:
                    await asyncio.sleep(DRIP)
        with suppress(ConnectionError, asyncio.CancelledError):
            writer.close()
            await writer.wait_closed()

    def _read(self, head: bytes) -> Request:
        first, *lines = head.decode("latin-1").strip().split("\r\n")
        pairs = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        host = headers.get("host", "").partition(":")[0].lower()
        method, path, _ = first.split(" ", 2)
        request = Request(method, host, self.port, path, headers, self._visits[host])
        self._visits[host] += 1
        self.seen.append(request)
        return request


def _certified(hosts: Iterable[str]) -> ssl.SSLContext:
    """Return a context with one certificate for all hosts, by an authority that nobody trusts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert(*hosts).configure_cert(context)
    return context
