"""What a page does while its picture is taken: what it asks for, says in dialogs, opens, and tries to send."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, CDPSession, Dialog, Error, Page, Request, Route, WebSocket

MOST_DIALOGS = 10
"""After so many its scripts are ended: who says alert() for ever is not listened to for ever."""
MOST = 50
LONGEST = 300
"""Entries of a list, and characters of one."""
ONLINE = {"offline": False, "latency": 0, "downloadThroughput": 1e8, "uploadThroughput": 1e8, "connectionType": "wifi"}
"""Its own network has no way out but the proxy, and the page is not to see that: `navigator.onLine` is true."""
_SEEN = frozenset({"GET", "HEAD"})


class Watch:
    """Watches one page, lets it do nothing but look, and remembers what it tried."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.arrived = False
        self._moved = time.monotonic()
        self._dialogs: list[str] = []
        self._said = 0
        self._blocked: dict[str, None] = {}
        self._sockets: dict[str, None] = {}
        self._notes: dict[str, None] = {}
        self._session: CDPSession | None = None
        self._ending: asyncio.Task[None] | None = None

    async def over(self, context: BrowserContext, page: Page, identity: dict[str, Any]) -> None:
        """Begin, before the page goes anywhere. `identity`: what Chromium is told to say that it is."""
        self._session = await context.new_cdp_session(page)
        await self._session.send("Emulation.setUserAgentOverride", identity)
        await self._session.send("Network.enable")
        await self._session.send("Network.emulateNetworkConditions", ONLINE)
        await context.route("**/*", self._route)
        page.on("dialog", self._dialog)
        page.on("websocket", self._socket)
        page.on("request", self._heard)
        page.on("requestfinished", self._heard)
        page.on("requestfailed", self._heard)
        page.on("framenavigated", lambda frame: self._arrive(frame.url) if frame == page.main_frame else None)
        context.on("page", self._second)

    def quiet(self) -> float:
        """Return for how many seconds nothing was asked for."""
        return time.monotonic() - self._moved

    def note(self, text: str) -> None:
        """Remember something that has to be known of the picture."""
        self._notes[text] = None

    def told(self) -> dict[str, Sequence[str]]:
        """Return what was seen, in words."""
        dialogs = self._dialogs[:MOST_DIALOGS]
        if self._said > len(dialogs):
            self.note(f"it opened {self._said} dialogs")
        return {
            "dialogs": dialogs,
            "blocked": list(self._blocked)[:MOST],
            "sockets": list(self._sockets)[:MOST],
            "notes": list(self._notes)[:MOST],
        }

    async def end_scripts(self) -> None:
        """End the script that runs, and let no other begin."""
        if self._session:
            with suppress(Error):
                await self._session.send("Runtime.terminateExecution")
                await self._session.send("Emulation.setScriptExecutionDisabled", {"value": True})

    # --- what the page does -----------------------------------------------------------------------------------------

    def _heard(self, request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")):
            self._moved = time.monotonic()

    def _arrive(self, url: str) -> None:
        self.arrived = self.arrived or url.startswith(("http:", "https:"))

    async def _route(self, route: Route, request: Request) -> None:
        with suppress(Error):  # the page may be gone
            if request.method in _SEEN:
                await route.continue_()
            else:
                self._block(f"{request.method} to {_host(request.url)}: nothing is sent")
                await route.abort("blockedbyclient")

    async def _dialog(self, dialog: Dialog) -> None:
        self._said += 1
        if len(self._dialogs) < MOST_DIALOGS:
            self._dialogs.append(f"{dialog.type}: {dialog.message[:LONGEST]}")
        with suppress(Error):
            if self._said == MOST_DIALOGS + 1:  # it takes effect when the dialog is gone
                self._ending = asyncio.create_task(self.end_scripts())
            await dialog.dismiss()

    def _socket(self, socket: WebSocket) -> None:
        self._moved = time.monotonic()
        self._sockets[socket.url[:LONGEST]] = None

    async def _second(self, page: Page) -> None:
        self._block("a second window")
        with suppress(Error):
            await page.close()

    def _block(self, what: str) -> None:
        if len(self._blocked) <= MOST:
            self._blocked[what] = None


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "")[:LONGEST]
    except ValueError:
        return ""
