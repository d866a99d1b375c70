"""A picture of a page through Chromium: in a child without rights, in Chromium's sandbox, through our own proxy only.

A fresh child, browser and profile for each picture. Where it cannot be taken, the finding says why.
"""

import asyncio
import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import stat
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from scamhunt.investigate.own_network import take_over
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
MOST_STARTS = 3
"""Starts of the browser that may be too slow in a row, before nothing more is tried in this run."""
AT_ONCE = 2
"""Browsers at a time: each takes a core for two seconds and more."""
SHORT = Path("/tmp")  # noqa: S108  # a folder with a name that nobody knows is made in it
LONGEST_FOLDER = 32
"""Characters of the folder for temporary files; below a longer one Chromium cannot name its sockets (unix(7))."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


class Photographer:
    """Takes pictures, a few at a time. To be closed, as `async with` does."""

    def __init__(  # noqa: PLR0913  # what may be set
        self,
        settings: Settings,
        resolve: Resolve,
        *,
        at_once: int = AT_ONCE,
        seconds: float = SECONDS,
        quiet: float = QUIET_SECONDS,
        under: Path | None = None,
    ) -> None:
        """Start nothing; take the resolver of each name. `under`: where profiles are, else with temporary files."""
        self._settings, self._resolve, self._under = settings, resolve, under
        self._seconds, self._quiet = seconds, quiet
        self._turn = asyncio.Semaphore(at_once)
        self._starts_failed = 0
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
        proxy = Proxy(self._resolve, self._settings.fetch_allow_nets, upstream=vantage.proxy)
        try:
            answer = await asyncio.wait_for(self._shoot(url, vantage, begun, proxy), self._seconds)
        except TimeoutError:
            why = f"no picture within {self._seconds:g} s"
            return none(url, vantage, begun, Outcome.TIMEOUT, why, proxy.asked)
        except (BadFrame, EOFError, OSError):
            why = "the browser's child ended without an answer"
            return none(url, vantage, begun, Outcome.FAILED, why, proxy.asked)
        if isinstance(answer, Shot):
            self._starts_failed = 0
            return found(answer, url, vantage, begun, proxy.asked)
        if answer.cannot:
            self._starts_failed += 1
            if "timeout" not in answer.why.lower() or self._starts_failed >= MOST_STARTS:
                self.why_not = answer.why  # a busy machine may be slow once; three times it is no accident
            return none(url, vantage, begun, Outcome.SKIPPED, answer.why)
        return none(url, vantage, begun, Outcome.FAILED, answer.why, proxy.asked)

    async def _shoot(self, url: str, vantage: Vantage, begun: datetime, proxy: Proxy) -> Shot | NoShot:
        with _folder(self._under) as folder:
            job = {
                "url": url,
                "chromium": self._chromium,
                "proxy": {"username": USER, "password": proxy.password},
                "vantage": _told(vantage),
                "begun": begun.isoformat(),
                "folder": folder,
                "seconds": self._seconds,
                "quiet": self._quiet,
            }
            async with _child(pack(job)) as (channel, answers):
                proxy.at = await take_over(channel)
                if proxy.at is None:
                    return await receive(answers)
                async with proxy:
                    return await receive(answers)


def _told(vantage: Vantage) -> dict[str, Any]:
    """Return what the browser has to know: not the team's proxy."""
    names = ("name", "user_agent", "platform", "language", "time_zone", "width", "height", "mobile", "referrer")
    return {name: getattr(vantage, name) for name in names}


@contextlib.asynccontextmanager
async def _child(job: bytes) -> AsyncIterator[tuple[socket.socket, asyncio.StreamReader]]:
    """Start a child that has the job and nothing else of ours; it and all that it started is gone afterwards."""
    ours, its = socket.socketpair()
    with ours:
        with its:
            child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-m", "scamhunt.investigate.screenshot_child"),
                stdin=its.fileno(),
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={"LANG": "C.UTF-8"},
                cwd="/",
                start_new_session=True,
            )
        assert child.stdout  # noqa: S101  # a pipe was asked for
        ours.setblocking(False)  # noqa: FBT003  # the standard library's
        try:
            ours.send(job)  # a job is far smaller than a socket's buffer
            yield ours, child.stdout
        finally:
            ours.close()
            await asyncio.shield(_end(child))


async def _end(child: asyncio.subprocess.Process) -> None:
    """Wait until the child has ended all: its channel is closed. End it ourselves where it does not."""
    try:
        await asyncio.wait_for(child.wait(), END_SECONDS)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        await child.wait()


@contextlib.contextmanager
def _folder(under: Path | None) -> Iterator[str]:
    """Give a folder for the browser's profile, gone afterwards; root gives it to the user whom the child becomes."""
    near = Path(tempfile.gettempdir())
    folder = tempfile.mkdtemp(
        prefix="scamhunt-shot-", dir=under or (near if len(str(near)) < LONGEST_FOLDER else SHORT)
    )
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
