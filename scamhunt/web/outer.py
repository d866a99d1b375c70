"""What holds for every request and answer: whose host it is, how large and slow it may be, what browsers may do.

Plain ASGI: a body is counted while it comes, and nobody waits for one without end.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http import HTTPStatus
from typing import Any

from starlette.responses import PlainTextResponse

from scamhunt.web.house import House

LARGEST = 1_048_576
"""Bytes of a request's body."""
LONGEST_NUMBER = 19
"""Digits of an announced length that is one."""
SECONDS = 15.0
"""So long a body may take to come."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    (b"x-robots-tag", b"noindex, nofollow"),
)
_KEEP_NOTHING = (b"cache-control", b"no-store")
_KEEP = (b"cache-control", b"private, max-age=31536000, immutable")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]


class _TooLargeError(Exception):
    """More came than a request may have."""


class Outer:
    """The outermost layer of the site."""

    def __init__(self, app: App, house: House) -> None:
        """Wrap the application of a house."""
        self._app, self._house = app, house

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent = _Headed(send, scope["path"])
        headers = dict(scope["headers"])
        if not self._house.is_own_host(headers.get(b"host", b"").decode("latin-1")):
            await PlainTextResponse("this is not the name of this site\n", 421)(scope, receive, sent)
            return
        body = _Bounded(receive, headers.get(b"content-length", b""))
        try:
            await self._app(scope, body, sent)
        except _TooLargeError:
            if not sent.begun:
                await PlainTextResponse(f"at most {LARGEST:,} bytes\n", 413)(scope, receive, sent)
        except TimeoutError:
            if not sent.begun:
                await PlainTextResponse("the request took too long to come\n", 408)(scope, receive, sent)


class _Bounded:
    """Counts and times what comes of a body."""

    def __init__(self, receive: Receive, announced: bytes) -> None:
        self._receive, self._left, self._whole = receive, LARGEST, False
        self._until = asyncio.get_running_loop().time() + SECONDS
        if announced.isdigit() and len(announced) <= LONGEST_NUMBER and int(announced) > LARGEST:
            self._left = -1

    async def __call__(self) -> Message:
        if self._left < 0:
            raise _TooLargeError
        if self._whole:  # what follows says only that the other end is gone
            return await self._receive()
        async with asyncio.timeout_at(self._until):
            message = await self._receive()
        self._left -= len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._left < 0:
            raise _TooLargeError
        return message


class _Headed:
    """Puts our headers on every answer."""

    def __init__(self, send: Send, path: str) -> None:
        self._send, self._path, self.begun = send, path, False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            message["headers"] = [*message["headers"], *self._ours(message)]
        await self._send(message)

    def _ours(self, message: Message) -> Iterable[tuple[bytes, bytes]]:
        given = {name.lower() for name, _ in message["headers"]}
        kept = self._path.startswith("/static/") and message["status"] == HTTPStatus.OK
        own = (*HEADERS, _KEEP if kept else _KEEP_NOTHING)
        return [(name, value) for name, value in own if name not in given]
