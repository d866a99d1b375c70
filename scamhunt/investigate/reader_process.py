"""One child that reads: started with nothing, asked by frames, killed with all that it started."""

import asyncio
import contextlib
import json
import os
import signal
import struct
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Sequence
from typing import Any, NoReturn, Self

from scamhunt.errors import OutsideError
from scamhunt.investigate import sandbox

MODULE = "scamhunt.investigate.reader_child"
LAST_WORDS = 5.0
"""Seconds for what a child that was killed had said already."""
ANSWER = 4 * 1024 * 1024
"""Bytes of one answer."""
START = 30.0
"""Seconds that a child has to come up."""
CODE = 56
"""MiB of a child's memory that is code, shared with others: the limit of the kernel counts data alone."""
CPU_SECONDS = 900
"""For all that one child reads; a single page is ended by its parent, and by an alarm."""
HEADERS, NAME, VALUE = 200, 256, 8_192


def allowance_of(memory: int) -> sandbox.Allowance:
    """Return what a reader may still have, with so many bytes of data."""
    return sandbox.Allowance(cpu_seconds=CPU_SECONDS, memory=memory)


class StartError(OutsideError):
    """No child can be started that gives up enough."""


class EndedError(Exception):
    """A child ended, or said what cannot be."""


class Process:
    """A child that lives."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """Take a process that was started with pipes."""
        if process.stdin is None or process.stdout is None:
            raise StartError("the reader of pages has no pipes")
        self._process, self._in, self._out = process, process.stdin, process.stdout
        self.asked = 0

    @classmethod
    async def start(cls, megabytes: int, seconds: float, module: str = MODULE) -> Self:
        """Start a child and see what it gave up. Raises `StartError`, with what is missing.

        Its environment is empty, its folder the root, its session its own, and it inherits its three streams alone.
        """
        memory = (megabytes - CODE) * 1024 * 1024
        arguments = ("-I", "-m", module, str(memory), f"{seconds + 2:.1f}")
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable, *arguments, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}, cwd="/",
                start_new_session=True, close_fds=True,
            )  # fmt: skip
        except OSError as error:
            raise StartError(f"the reader of pages cannot be started: {error.strerror}") from None
        child = cls(process)
        try:
            async with asyncio.timeout(START):
                held = (await child._answer()).get("held")
        except (TimeoutError, EndedError):
            await child.end()
            raise StartError("the reader of pages did not come up: pages cannot be read safely here") from None
        except BaseException:
            await child.end()
            raise
        await child._refuse_unless(held, memory)
        return child

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    async def ask(self, sent: bytes) -> dict[str, Any]:
        """Send one frame and return its answer. Raises `EndedError`."""
        self.asked += 1
        try:
            self._in.write(sent)
            await self._in.drain()
        except (BrokenPipeError, ConnectionResetError):
            raise EndedError from None
        return await self._answer()

    async def end(self) -> None:
        """Kill the child and all of its session, and wait until nothing of it is left."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._in.close()
        with contextlib.suppress(TimeoutError, OSError, ValueError):  # what it still said would keep its end from us
            async with asyncio.timeout(LAST_WORDS):
                while await self._out.read(ANSWER):
                    pass
        await self._process.wait()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            await self._in.wait_closed()

    async def _answer(self) -> dict[str, Any]:
        """Read one frame: JSON, an object, of a size that is borne."""
        try:
            (size,) = struct.unpack(">I", await self._out.readexactly(4))
            if size > ANSWER:
                raise EndedError
            answer = json.loads(await self._out.readexactly(size), parse_constant=_refused)
        except (asyncio.IncompleteReadError, ConnectionResetError, ValueError, RecursionError):
            raise EndedError from None
        if not isinstance(answer, dict):
            raise EndedError
        return answer

    async def _refuse_unless(self, held: object, memory: int) -> None:
        lacks = sandbox.missing(held if isinstance(held, dict) else {}, allowance_of(memory))
        if lacks:
            await self.end()
            raise StartError(f"the reader of pages keeps what it has to give up: {', '.join(lacks)}")


def frame(kind: str, body: bytes, headers: Sequence[tuple[str, str]], url: str, region: str) -> bytes:
    """Return what a child is asked: four bytes of length, JSON, the body."""
    told = [(name[:NAME], value[:VALUE]) for name, value in headers if name.lower().startswith("content-")][:HEADERS]
    head = json.dumps({"kind": kind, "size": len(body), "headers": told, "url": url, "region": region}).encode()
    return struct.pack(">I", len(head)) + head + body


def _refused(word: str) -> NoReturn:
    raise ValueError(word)
