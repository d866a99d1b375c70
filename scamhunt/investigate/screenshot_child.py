"""The child that takes one screenshot, and its warder: nothing that the browser starts outlives the picture.

The warder reads the job and forks the worker. It stays behind as the one to whom the kernel gives every orphan, kills
all that descends from it when the worker is done, the time is up or the parent is gone, and ends last. The worker
imports, gives up its rights, and only then starts the browser. Frames: see `screenshot_frames`.
"""

import asyncio
import ctypes
import importlib
import json
import os
import select
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from scamhunt.investigate import own_network
from scamhunt.investigate.sandbox import Allowance, give_up, missing
from scamhunt.investigate.screenshot_frames import pack

ALLOWANCE = Allowance(
    files=8_192, file_bytes=512 * 1024 * 1024, processes=None, network=True, calls=True, memory=None, cpu_seconds=None
)
"""A browser needs files, threads and address space without end; what it may reach is the proxy's matter."""
SUBREAPER = 36
KILL_SECONDS = 5.0
LATE = (
    *("encodings.idna", "stringprep", "asyncio.subprocess", "asyncio.unix_events", "concurrent.futures.thread"),
    *("PIL.PngImagePlugin", "PIL.ImageFont", "PIL.ImageDraw", "traceback", "linecache", "inspect", "tempfile"),
)
"""What is imported late by those that we use: its files may lie where nobody cannot read."""


def main() -> int:
    """Read the job from standard input, see it done, and leave no process behind."""
    size = int.from_bytes(_exactly(4), "big")
    job = json.loads(_exactly(size))
    _system("prctl", SUBREAPER, 1)
    try:
        listening = own_network.enter()
    except OSError as error:
        os.write(1, pack({"cannot": f"the browser cannot have a network of its own here: {_in_words(error)}"}))
        return 1
    job["proxy"]["server"] = f"http://127.0.0.1:{listening.getsockname()[1]}"
    own_network.hand_over(0, listening)
    worker = os.fork()
    if worker == 0:
        _work(job)
    _watch(worker, float(job["seconds"]))
    shutil.rmtree(job["folder"], ignore_errors=True)  # a parent that was killed does not
    return 0


def _exactly(size: int) -> bytes:
    found = b""
    while piece := os.read(0, size - len(found)):
        found += piece
        if len(found) == size:
            break
    return found


def _system(name: str, *arguments: int) -> int:
    return int(getattr(ctypes.CDLL(None), name)(*map(ctypes.c_ulong, arguments)))


# --- the warder ------------------------------------------------------------------------------------------------------


def _watch(worker: int, seconds: float) -> None:
    """Wait for the worker's end, the parent's, or the last second; then end all."""
    poll = select.poll()
    watched = os.pidfd_open(worker)
    poll.register(watched, select.POLLIN)
    poll.register(0, select.POLLIN | select.POLLHUP)
    poll.poll(seconds * 1000)
    until = time.monotonic() + KILL_SECONDS
    while time.monotonic() < until and (left := list(descendants(os.getpid()))):
        for process in left:
            _kill(process)
        _reap()
        time.sleep(0.005)


def _kill(process: int) -> None:
    with suppress(ProcessLookupError):  # it was faster
        os.kill(process, signal.SIGKILL)


def _reap() -> None:
    with suppress(ChildProcessError):  # there is none left
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def descendants(root: int) -> Iterator[int]:
    """Yield each process below one, from what /proc says now."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):  # noqa: PTH208  # names alone
        parent = _parent(entry) if entry.isdecimal() else None
        if parent is not None:
            children.setdefault(parent, []).append(int(entry))
    found = [*children.get(root, ())]
    while found:
        process = found.pop()
        yield process
        found += children.get(process, ())


def _parent(process: str) -> int | None:
    try:
        with Path(f"/proc/{process}/stat").open("rb") as file:
            return int(file.read().rpartition(b")")[2].split()[1])
    except OSError:
        return None  # it ended


# --- the worker ------------------------------------------------------------------------------------------------------


def _work(job: dict[str, Any]) -> None:
    """Take the picture, write the answer, and end without any more ado."""
    try:
        os.setsid()
        out = os.dup(1)
        _lock_streams()
        answer = pack(*_answer(job))
        while answer:
            answer = answer[os.write(out, answer) :]
    finally:
        os._exit(0)


def _lock_streams() -> None:
    """Give the browser no stream of ours: what it writes goes nowhere."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(null, stream)
    os.close(null)


def _answer(job: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    try:
        camera = _ready(job)
    except Exception as error:  # noqa: BLE001  # whatever is missing: no picture, and the reason
        return {"cannot": f"the browser's driver cannot be loaded: {_in_words(error)}"}, []
    lacking = missing(give_up(ALLOWANCE), ALLOWANCE)
    if lacking:
        return {"cannot": f"the child could not give up its rights: {', '.join(lacking)}"}, []
    try:
        taken: tuple[dict[str, Any], list[bytes]] = asyncio.run(camera.shoot(job))
    except camera.CannotStart as error:
        return {"cannot": str(error)}, []
    except Exception as error:  # noqa: BLE001  # a page that breaks the browser is an answer
        return {"failed": f"the browser failed: {_in_words(error)}"}, []
    return taken


def _ready(job: dict[str, Any]) -> Any:  # noqa: ANN401  # a module
    """Import what will be needed, and leave only an environment that holds nothing."""
    camera = importlib.import_module("scamhunt.investigate.camera")
    for name in LATE:
        importlib.import_module(name)
    camera.warm_up()
    os.environ.clear()
    os.environ.update(HOME=job["folder"], TMPDIR=job["folder"], PATH="/usr/bin:/bin", LANG="C.UTF-8")
    return camera


def _in_words(error: Exception) -> str:
    first = str(error).strip().split("\n", 1)[0]
    return f"{type(error).__name__}: {first[:200]}"


if __name__ == "__main__":
    sys.exit(main())
