"""A picture of a page through Chromium: in a child without rights, in Chromium's sandbox, through our own proxy only.

A fresh child, browser and profile for each picture. Where it cannot be taken, the finding says why.
"""

import asyncio
import contextlib
import importlib.util
import os
import shutil
import signal
import stat
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from scamhunt.investigate.sandbox import NOBODY
from scamhunt.investigate.screenshot_findings import found, none
from scamhunt.investigate.screenshot_frames import BadFrame, NoShot, Shot, pack, receive
from scamhunt.investigate.vantages import Vantage
from scamhunt.net.exchange import Resolve
from scamhunt.net.proxy import USER, Proxy
from scamhunt.observed import Gained, Outcome
from scamhunt.settings import Settings

SECONDS = 30.0
"""For one picture, from the child's start to its answer."""
QUIET_SECONDS = 1.5
"""The picture is taken when the page asked for nothing for so long."""
END_SECONDS = 6.0
"""For the child to end all processes that it started."""
AT_ONCE = 2
"""Browsers at a time: each takes a core for two seconds and more."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


class Photographer:
    """Takes pictures, a few at a time. To be closed, as `async with` does."""

    def __init__(
        self,
        settings: Settings,
        resolve: Resolve,
        *,
        at_once: int = AT_ONCE,
        seconds: float = SECONDS,
        quiet: float = QUIET_SECONDS,
    ) -> None:
        """Start nothing; take the resolver that each name goes through."""
        self._settings, self._resolve, self._seconds, self._quiet = settings, resolve, seconds, quiet
        self._turn = asyncio.Semaphore(at_once)
        self._chromium = settings.chromium or next(filter(None, map(shutil.which, BROWSERS)), "")
        self.why_not = _off(settings) or _missing(self._chromium)
        """Why no picture can be taken here; empty while nothing speaks against it."""

    async def __aenter__(self) -> Self:
        """Start nothing: each picture has its own browser."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close nothing: what a picture started has ended with it."""

    async def take(self, url: str, vantage: Vantage) -> Gained:
        """Return the picture, its stamped copy and the DOM after scripts, or a finding that says why there is none."""
        async with self._turn:
            begun = self._settings.now()
            if self.why_not:
                return none(url, vantage, begun, Outcome.SKIPPED, self.why_not)
            return await self._take(url, vantage, begun)

    async def _take(self, url: str, vantage: Vantage, begun: datetime) -> Gained:
        async with Proxy(self._resolve, self._settings.fetch_allow_nets, upstream=vantage.proxy) as proxy:
            try:
                answer = await self._shoot(url, vantage, begun, proxy)
            except TimeoutError:
                why = f"no picture within {self._seconds:g} s"
                return none(url, vantage, begun, Outcome.TIMEOUT, why, proxy.asked)
            except (BadFrame, EOFError, OSError):
                why = "the browser's child ended without an answer"
                return none(url, vantage, begun, Outcome.FAILED, why, proxy.asked)
        if isinstance(answer, Shot):
            return found(answer, url, vantage, begun, proxy.asked)
        if answer.cannot:
            self.why_not = answer.why
            return none(url, vantage, begun, Outcome.SKIPPED, answer.why)
        return none(url, vantage, begun, Outcome.FAILED, answer.why, proxy.asked)

    async def _shoot(self, url: str, vantage: Vantage, begun: datetime, proxy: Proxy) -> Shot | NoShot:
        with _folder() as folder:
            job = {
                "url": url,
                "chromium": self._chromium,
                "proxy": {"server": proxy.url, "username": USER, "password": proxy.password},
                "vantage": _told(vantage),
                "begun": begun.isoformat(),
                "folder": folder,
                "seconds": self._seconds,
                "quiet": self._quiet,
            }
            async with _child(pack(job)) as answers:
                return await asyncio.wait_for(receive(answers), self._seconds)


def _told(vantage: Vantage) -> dict[str, Any]:
    """Return what the browser has to know: not the team's proxy."""
    names = ("name", "user_agent", "platform", "language", "time_zone", "width", "height", "mobile", "referrer")
    return {name: getattr(vantage, name) for name in names}


@contextlib.asynccontextmanager
async def _child(job: bytes) -> AsyncIterator[asyncio.StreamReader]:
    """Start a child that has the job and nothing else of ours; it and all that it started is gone afterwards."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-m", "scamhunt.investigate.screenshot_child"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"LANG": "C.UTF-8"},
        cwd="/",
        start_new_session=True,
    )
    assert child.stdin  # noqa: S101  # a pipe was asked for
    assert child.stdout  # noqa: S101
    try:
        child.stdin.write(job)
        yield child.stdout
    finally:
        await asyncio.shield(_end(child))


async def _end(child: asyncio.subprocess.Process) -> None:
    """Close the child's input, which tells it to end all; end it ourselves where it does not."""
    if child.stdin:
        child.stdin.close()
    try:
        await asyncio.wait_for(child.wait(), END_SECONDS)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        await child.wait()


@contextlib.contextmanager
def _folder() -> Iterator[str]:
    """Give a folder for the browser's profile, gone afterwards; root gives it to the user whom the child becomes."""
    folder = tempfile.mkdtemp(prefix="scamhunt-shot-")
    try:
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# --- whether it can work ---------------------------------------------------------------------------------------------


def _off(settings: Settings) -> str:
    if not settings.screenshots:
        return "screenshots are switched off: SCAMHUNT_SCREENSHOTS"
    return "" if sys.platform == "linux" else "screenshots are taken on Linux only"


def _missing(chromium: str) -> str:
    """Say what is missing, and how to get it."""
    driver = _driver()
    if driver is None:
        return "playwright is not installed; run: pip install 'scamhunt[capture]'"
    if not chromium or not os.access(chromium, os.X_OK):
        return "there is no Chromium; run as root: make system, or set SCAMHUNT_CHROMIUM"
    closed = next(filter(is_closed, (driver, Path(chromium), Path(tempfile.gettempdir()))), None)
    if os.geteuid() == 0 and closed:
        return f"{closed} cannot be read by the user nobody, who takes the pictures; move it, or do not run as root"
    return ""


def _driver() -> Path | None:
    spec = importlib.util.find_spec("playwright")
    return Path(spec.origin).parent / "driver" / "node" if spec and spec.origin else None


def is_closed(path: Path) -> bool:
    """Say whether a file or a folder on its way is closed to those who are neither its owner nor of its group."""
    try:
        whole = path.resolve(strict=True)
        return not all(one.stat().st_mode & stat.S_IXOTH for one in (whole, *whole.parents))
    except OSError:
        return True
