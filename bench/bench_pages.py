"""Pages fetched and read a second at 100 at once, and memory: a table in Markdown.

The lab's servers run beside what is measured and take their part of the same cores. A target is what a sweep looks at:
its questions to DNS and registries, its page and favicon as two browsers, all read in children. No screenshots. Exits
with 1 where a figure of the issue is missed.
"""

import argparse
import asyncio
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import lab_kit_pages as pages
from bench import lab_site as site
from bench.lab_kits import OPEN, Kit
from bench.lab_world import World
from scamhunt import __version__, desk, desk_looks, reference, settings
from scamhunt.investigate import target
from scamhunt.investigate.look import Looker, Means
from scamhunt.settings import Depth

AT_ONCE = 100
PAGES_A_SECOND, MOST_MIB = 40, 500
"""What the issue asks for."""
CORES = 2
ZONES = 20
"""The names are under so many registries, each with a server of its own."""
PAGE_BYTES = 20_000
EVERY = 0.05
"""Seconds between two looks at the memory."""


@dataclass(frozen=True)
class Measured:
    """One run: pages that were read, and the most memory of it and all its children together."""

    pages: int
    wall: float
    cpu: float
    """Seconds of it and its children; what the lab's servers took is not among them."""
    mib: float
    children: int


def ordinary(number: int) -> str:
    """Return a page of an ordinary size."""
    item = (
        f"<article class='item'><a href='/item/{number}'><img src='/i/{number}.jpg' alt=''></a><h2>Item</h2><p>Sent "
        "the next day, with thirty days to think it over.</p><button data-id='1' onclick='add()'>Add</button></article>"
    )
    head = "<link rel='icon' href='/favicon.png'><script>function add(){}</script>"
    return pages.page(f"Desk {number}", item * (PAGE_BYTES // len(item)), head)


def kits(count: int) -> list[Kit]:
    """Return so many sites with names that resemble a brand."""
    return [
        Kit(name, f"{name}.zone{number % ZONES}", site.shows(ordinary(number), pages.SIGN), OPEN)
        for number, name in ((number, f"amazon-desk-{number:05}") for number in range(count))
    ]


# --- what is measured, in a process of its own ------------------------------------------------------------------------


def look(urls: Sequence[str]) -> tuple[int, float]:
    """Look at all of these at once, keeping nothing; return how many pages were read, and the seconds."""
    knobs = settings.load()
    with desk.open_store(knobs) as store:
        return asyncio.run(_looked(knobs, desk_looks.means_of(knobs, store, reference.brands(knobs)), urls))


async def _looked(knobs: settings.Settings, means: Means, urls: Sequence[str]) -> tuple[int, float]:
    room, read = asyncio.Semaphore(AT_ONCE), 0
    async with Looker(knobs, means, Depth.PAGES) as looker:

        async def one(url: str) -> int:
            async with room:
                seen = await looker.look(target.read(url), "bench")
            return sum(found.kind == "page.shown" for found in seen.gained.findings)

        await one(urls[0])  # what is loaded once
        began = time.monotonic()
        read = sum(await asyncio.gather(*(one(url) for url in urls[1:])))
        return read, time.monotonic() - began


# --- measuring --------------------------------------------------------------------------------------------------------


def run(world: World, *command: str, **more: str) -> tuple[Mapping[str, object], float, float, int]:
    """Run a command in the world; return what it printed, its CPU seconds, its peak in MiB, and its children."""
    environment = {**world.environment, **more}
    pinned = ["taskset", "-c", ",".join(map(str, range(CORES)))]
    before = _spent()
    with subprocess.Popen([*pinned, *command], env=environment, stdout=subprocess.PIPE, text=True) as process:
        peaks: list[tuple[float, int]] = []
        watch = threading.Thread(target=lambda: peaks.append(_peak(process)))
        watch.start()
        printed, _ = process.communicate()
        watch.join()
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed with {process.returncode}")
    return json.loads(printed), _spent() - before, *peaks[0]


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _peak(process: "subprocess.Popen[str]") -> tuple[float, int]:
    """Return the most MiB and children that a process had until its end."""
    most, children = 0.0, 0
    while process.poll() is None:
        tree = list(_tree(process.pid))
        most, children = max(most, sum(map(_mib, tree))), max(children, len(tree) - 1)
        time.sleep(EVERY)
    return most, children


def _tree(pid: int) -> Iterator[int]:
    yield pid
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _tree(int(child))
    except OSError:  # it ended meanwhile
        return


def _mib(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except (OSError, IndexError):
        return 0.0


def measure(count: int) -> dict[str, Measured]:
    """Measure looks alone, and a whole sweep that keeps what it saw."""
    with tempfile.TemporaryDirectory() as folder, World(Path(folder), kits(count)) as world:
        names = [name for name in world.kits if name.startswith("amazon-desk")]
        feed = world.feed(*names)
        told, cpu, mib, children = run(world, sys.executable, "-m", "bench.bench_pages", "--look", str(feed))
        alone = Measured(int(str(told["pages"])), float(str(told["seconds"])), cpu, mib, children)
        began = time.monotonic()
        program = str(Path(sys.executable).with_name("scamhunt"))
        told, cpu, mib, children = run(
            world,
            *(program, "sweep", "--feed", str(feed), "--format", "json"),
            SCAMHUNT_INVESTIGATE="pages",
            SCAMHUNT_INVESTIGATE_AT_ONCE=str(AT_ONCE),
        )
        swept = Measured(2 * int(str(told["investigated"])), time.monotonic() - began, cpu, mib, children)
    return {"looked at, nothing kept": alone, "a whole sweep, evidence and verdicts kept": swept}


def main() -> int:
    """Print the table; return 1 where a figure is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=400)
    parser.add_argument("--look", type=Path, help="only look at these addresses, and print the figures as JSON")
    given = parser.parse_args()
    if given.look:
        read, seconds = look(given.look.read_text("utf-8").split())
        print(json.dumps({"pages": read, "seconds": seconds}))
        return 0
    print(f"scamhunt {__version__}, Python {platform.python_version()}, {given.names} names, {AT_ONCE} at once\n")
    columns = ("what", "pages", "seconds", "pages/s", "CPU seconds", "MiB, all processes", "children")
    print(f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|")
    missed = False
    for what, one in measure(given.names).items():
        rate = one.pages / one.wall
        missed |= one.mib > MOST_MIB or (rate < PAGES_A_SECOND and "nothing kept" in what)
        print(
            f"| {what} | {one.pages} | {one.wall:.1f} | {rate:.0f} | {one.cpu:.1f} | {one.mib:.0f} | {one.children} |"
        )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
