"""Registries of the lab: an RDAP server that answers as it is told, and a WHOIS server, both on loopback."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from bench.lab_site import FOUND, Answer, Request, answer
from bench.lab_sites import HOME, Sites

DRIP = 0.05
"""Seconds between the pieces of an answer that comes in pieces."""
MEDIA_TYPE = "application/rdap+json"


class Registry:
    """RDAP servers by host name on one port. `answers` has what each path gives; whatever is not in it is a 404."""

    def __init__(self, *hosts: str) -> None:
        """Start to listen under 127.0.0.1 and these names."""
        self.answers: dict[str, Answer] = {}
        self._sites = Sites(dict.fromkeys((HOME, *hosts), self._answer))

    def __enter__(self) -> Self:
        """Return the server, which listens already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        self._sites.__exit__(kind, error, trace)

    def base(self, host: str = HOME) -> str:
        """Return the base URL under one of its names."""
        return f"http://{host}:{self._sites.port}/"

    @property
    def asked(self) -> list[tuple[str, str]]:
        """Return host and path of all requests, in order."""
        return [(one.host, one.path) for one in self._sites.seen]

    @property
    def headers(self) -> list[dict[str, str]]:
        """Return the headers of all requests."""
        return [dict(one.headers) for one in self._sites.seen]

    def says(self, path: str, told: object, status: int = FOUND, *more: str, media_type: str = MEDIA_TYPE) -> None:
        """Give an answer to a path, JSON of whatever is no bytes; `host path` for one name of the server alone."""
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.answers[path] = answer(body, status, media_type, more)

    def _answer(self, request: Request) -> Answer:
        given = self.answers.get(f"{request.host} {request.path}", self.answers.get(request.path))
        return answer(b'{"errorCode": 404, "title": "Not found"}', 404, MEDIA_TYPE) if given is None else given


Said = bytes | Iterable[bytes]


class WhoisServer:
    """A server on TCP that answers each line with what `says` gives for it: bytes, or pieces with pauses."""

    def __init__(self, says: Callable[[str], Said]) -> None:
        """Start to listen."""
        self.asked: list[str] = []
        self.port = 0
        self._says = says
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait()

    @property
    def address(self) -> str:
        """Return `host:port`."""
        return f"{HOME}:{self.port}"

    def __enter__(self) -> Self:
        """Return the server, which listens already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it and every answer that is under way."""
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()

    def _run(self, ready: threading.Event) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve(ready))

    async def _serve(self, ready: threading.Event) -> None:
        self._ended = asyncio.Event()
        server = await asyncio.start_server(self._answer, HOME, 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._ended.wait()
        server.close()
        running = asyncio.all_tasks() - {asyncio.current_task()}
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, EOFError, asyncio.CancelledError):
            line = (await reader.readuntil(b"\r\n")).decode("latin-1").removesuffix("\r\n")
            self.asked.append(line)
            told = self._says(line)
            for piece in [told] if isinstance(told, bytes) else told:
                writer.write(piece)
                await writer.drain()
                if not isinstance(told, bytes):
                    await asyncio.sleep(DRIP if len(piece) < 1024 else 0)  # noqa: PLR2004  # a flood has no pauses
        with suppress(ConnectionError, asyncio.CancelledError):
            writer.close()
            await writer.wait_closed()


# --- what registries say ----------------------------------------------------------------------------------------------


def entity(role: str, name: str, *rows: list[Any], inside: Iterable[dict[str, Any]] = ()) -> dict[str, Any]:
    """Return somebody with a jCard of these rows beside the name."""
    card = ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", name], *rows]]
    return {"objectClassName": "entity", "roles": [role], "vcardArray": card, "entities": list(inside)}


def email(address: str) -> list[Any]:
    """Return a row with a mailbox."""
    return ["email", {}, "text", address]


def registration(name: str, **changed: object) -> dict[str, Any]:
    """Return what a registry says of a name; `changed` takes the place of single members."""
    desk = entity("abuse", "Abuse Desk", email("abuse@registrar.example"), ["tel", {}, "uri", "tel:+1.8055550199"])
    registrar = entity("registrar", "Example Registrar LLC", inside=[desk])
    registrar |= {"publicIds": [{"type": "IANA Registrar ID", "identifier": "9999"}]}
    told: dict[str, Any] = {
        "objectClassName": "domain",
        "ldhName": name.upper(),
        "status": ["client transfer prohibited", "server hold"],
        "events": [
            {"eventAction": "registration", "eventDate": "2026-11-19T10:00:00Z"},
            {"eventAction": "expiration", "eventDate": "2027-11-19T10:00:00Z"},
            {"eventAction": "last changed", "eventDate": "2026-11-20T12:00:00+02:00"},
        ],
        "entities": [registrar, entity("registrant", "REDACTED FOR PRIVACY")],
        "nameservers": [{"objectClassName": "nameserver", "ldhName": "NS1.HOST.EXAMPLE."}],
        "links": [],
        "rdapConformance": ["rdap_level_0"],
    }
    return told | changed


def network(first: str, last: str, **changed: object) -> dict[str, Any]:
    """Return what a registry says of addresses from `first` to `last`."""
    told: dict[str, Any] = {
        "objectClassName": "ip network",
        "handle": "NET-EXAMPLE-1",
        "name": "EXAMPLE-NET",
        "startAddress": first,
        "endAddress": last,
        "country": "se",
        "entities": [
            entity(
                "registrant", "Example Hosting AB", inside=[entity("abuse", "Abuse", email("abuse@hosting.example"))]
            )
        ],
    }
    return told | changed
