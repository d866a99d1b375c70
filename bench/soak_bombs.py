"""60 bombs for the readers: ten shapes in six codings; each at most 25 s and 256 MiB a child, the parent alive.

    python -m bench.soak_bombs [COUNT]

Prints a line each, and leaves with 1 when a limit was passed.
"""

import asyncio
import gzip
import random
import sys
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import brotli  # type: ignore[import-untyped]  # untyped
import zstandard

from scamhunt.investigate.reader import Readers, Shown, Unreadable

MIB = 1024 * 1024
SECONDS, MEMORY = 25.0, 256 * MIB
SHAPES: dict[str, Callable[[], bytes]] = {
    "endless tag": lambda: b'<a b="' * 16_000,
    "marked sections": lambda: b"<![" * 1_000_000,
    "nested tags": lambda: b"<div>" * 1_000_000,
    "comments": lambda: b"<!---->" * 10_000_000,
    "zeros": lambda: bytes(240 * MIB),
    "entities": lambda: (
        b"<!DOCTYPE a [<!ENTITY a 'aaaa'>" + b"<!ENTITY b '&a;&a;'>" * 1_000 + b"]>" + b"&b;" * 1_000_000
    ),
    "digits": lambda: b"<p>" + b"1 " * 2_500_000,
    "labels and fields": lambda: b"<label>" * 30_000 + b"<input>" * 9_000,
    "numbers in links": lambda: b'<a href="tel:+18005550142">+1 800 555 0142</a>' * 100_000,
    "attributes": lambda: b"<a " + b" ".join(b"a%d=1" % number for number in range(400_000)) + b">",
}
CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "": lambda body: body[: 5 * MIB],
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda body: bytes(brotli.compress(body, quality=5)),
    "zstd": zstandard.compress,
    "gzip, br": lambda body: bytes(brotli.compress(gzip.compress(body), quality=5)),
}


@dataclass(frozen=True, slots=True)
class Survived:
    """How one bomb went."""

    name: str
    seconds: float
    memory: int
    """Bytes that a child had at most."""
    said: str

    @property
    def within(self) -> bool:
        """Whether the limits were kept."""
        return self.seconds <= SECONDS and self.memory <= MEMORY


async def read(readers: Readers, shape: str, coding: str) -> Survived:
    """Have one bomb read."""
    body = CODINGS[coding](SHAPES[shape]())[: 5 * MIB]
    headers = [("Content-Type", "text/html"), ("Content-Encoding", coding)]
    begun = time.monotonic()
    task = asyncio.create_task(readers.page(body, headers, "https://bomb.example/"))
    most = 0
    while not task.done():
        await asyncio.wait([task], timeout=0.05)
        most = max([most, *(peak(pid) for pid in readers.processes)])
    found: Shown | Unreadable = task.result()
    said = found.why if isinstance(found, Unreadable) else found.cut or "read"
    return Survived(f"{shape} ({coding or 'plain'})", time.monotonic() - begun, most, said)


def peak(pid: int) -> int:
    """Return the most memory that a process had (VmHWM), in bytes; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


async def run(count: int) -> list[Survived]:
    """Read so many of the bombs, chosen by a seed, and print a line each."""
    every = [(shape, coding) for shape in SHAPES for coding in CODINGS]
    survived = []
    async with Readers(1) as readers:
        for shape, coding in random.Random(6).sample(every, count):
            one = await read(readers, shape, coding)
            mark = "ok " if one.within else "BAD"
            print(f"{mark} {one.seconds:5.1f} s {one.memory / MIB:4.0f} MiB  {one.name}: {one.said}", flush=True)
            survived.append(one)
        alive = await readers.page(b"<title>alive</title><p>x", (), "https://after.example/")
        if not isinstance(alive, Shown):
            raise SystemExit("the readers do not read any more")
    return survived


if __name__ == "__main__":
    results = asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else len(SHAPES) * len(CODINGS)))
    bad = [one for one in results if not one.within]
    most = max(one.memory for one in results) / MIB
    print(f"{len(results) - len(bad)} of {len(results)} within 25 s and 256 MiB; at most {most:.0f} MiB")
    sys.exit(bool(bad))
