"""Pages fetched and read a second at 100 at once, and memory: a table in Markdown.

Three rows, each of the same pages of 20 KB on sites of their own, 100 at once, read by two children, on two cores:

- fetch and parse alone: the name's addresses by our resolver, one visit as one browser, the page read in a child. No
  favicon, no registries, no evidence, no pause between visits, nothing kept. The issue's figure is about this row, and
  it alone decides the exit code: 1 below 40 pages a second or above 500 MiB, the children included.
- looked at, nothing kept: whole looks. Besides, all questions to DNS and registries, page and favicon as two browsers,
  brands and hosting recognised. Each look reads two pages.
- a whole sweep: the command with its start, the sweep of the feed, looks as above, scores, evidence and verdicts kept.

No screenshots in any row. The lab's servers run beside what is measured and take their part of the same cores, so each
rate is lower than on cores of its own. What is loaded once is loaded before the clock starts, but not in the sweep.
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
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import lab_kit_pages as pages
from bench import lab_site as site
from bench.lab_kits import OPEN, Kit
from bench.lab_world import World
from scamhunt import __version__, desk, desk_looks, reference, settings
from scamhunt.investigate import target
from scamhunt.investigate.dns import Resolver
from scamhunt.investigate.look import Looker, Means
from scamhunt.investigate.reader import Readers, Shown
from scamhunt.investigate.vantages import vantages
from scamhunt.net.visit import Visitor
from scamhunt.settings import Depth

AT_ONCE = 100
PAGES_A_SECOND, MOST_MIB = 40, 500
"""What the issue asks for, of fetching and parsing alone."""
ALONE = "fetch and parse alone"
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


def fetch(urls: Sequence[str]) -> tuple[int, float]:
    """Fetch and read all of these at once; return how many pages were read, and the seconds."""
    return asyncio.run(_fetched(settings.load(), urls))


async def _fetched(knobs: settings.Settings, urls: Sequence[str]) -> tuple[int, float]:
    room, browser = asyncio.Semaphore(AT_ONCE), vantages(knobs)[0]
    async with Resolver(knobs.dns, knobs.fetch_allow_nets, now=knobs.now) as resolver, Readers() as readers:
        visitor = Visitor(resolver.addresses, knobs.fetch_allow_nets, now=knobs.now)

        async def one(url: str) -> bool:
            async with room:
                visit = await visitor.visit(url, browser.headers)
                last = visit.exchanges[-1] if visit.exchanges else None
                return bool(last and isinstance(await readers.page(last.body, last.headers, last.url), Shown))

        await asyncio.gather(*(one(url) for url in urls[:2]))  # both children start
        began = time.monotonic()
        return sum(await asyncio.gather(*(one(url) for url in urls[2:]))), time.monotonic() - began


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


RUNS: Mapping[str, Callable[[Sequence[str]], tuple[int, float]]] = {"fetch": fetch, "look": look}


def measure(count: int) -> dict[str, Measured]:
    """Measure fetching and parsing alone, looks alone, and a whole sweep that keeps what it saw."""
    with tempfile.TemporaryDirectory() as folder, World(Path(folder), kits(count)) as world:
        feed = world.feed(*(name for name in world.kits if name.startswith("amazon-desk")))
        return {
            ALONE: _told(world, feed, "fetch"),
            "looked at, nothing kept": _told(world, feed, "look"),
            "a whole sweep, evidence and verdicts kept": _swept(world, feed),
        }


def _told(world: World, feed: Path, what: str) -> Measured:
    told, cpu, mib, children = run(world, sys.executable, "-m", "bench.bench_pages", "--run", what, "--feed", str(feed))
    return Measured(int(str(told["pages"])), float(str(told["seconds"])), cpu, mib, children)


def _swept(world: World, feed: Path) -> Measured:
    began = time.monotonic()
    program = str(Path(sys.executable).with_name("scamhunt"))
    told, cpu, mib, children = run(
        world,
        *(program, "sweep", "--feed", str(feed), "--format", "json"),
        SCAMHUNT_INVESTIGATE="pages",
        SCAMHUNT_INVESTIGATE_AT_ONCE=str(AT_ONCE),
    )
    return Measured(2 * int(str(told["investigated"])), time.monotonic() - began, cpu, mib, children)


def main() -> int:
    """Print the table; return 1 where the figure of the first row is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--names", type=int, default=400)
    parser.add_argument("--run", choices=RUNS, help="only this, of the addresses of a feed; print the figures as JSON")
    parser.add_argument("--feed", type=Path)
    given = parser.parse_args()
    if given.run:
        read, seconds = RUNS[given.run](given.feed.read_text("utf-8").split())
        print(json.dumps({"pages": read, "seconds": seconds}))
        return 0
    load = f"load {os.getloadavg()[0]:.1f} at the start"
    print(
        f"scamhunt {__version__}, Python {platform.python_version()}, {given.names} names, {AT_ONCE} at once, {load}\n"
    )
    columns = ("what", "pages", "seconds", "pages/s", "CPU seconds", "MiB, all processes", "children")
    print(f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|")
    found = measure(given.names)
    for what, one in found.items():
        figures = (one.pages, f"{one.wall:.1f}", f"{one.pages / one.wall:.0f}", f"{one.cpu:.1f}", f"{one.mib:.0f}")
        print(f"| {' | '.join(map(str, (what, *figures, one.children)))} |")
    alone = found[ALONE]
    return int(alone.mib > MOST_MIB or alone.pages < PAGES_A_SECOND * alone.wall)


if __name__ == "__main__":
    sys.exit(main())
