"""How long the pages of the desk and a decision take with 100,000 candidates: a table in Markdown; nothing is asserted.

    python -m bench.bench_queue [--runs 7] [--where sqlite postgres] [--paint]

Each page is asked of the real server on loopback by somebody who is signed in. `--paint` opens the queue in Chromium
besides and says when its first contents were there.
"""

import argparse
import os
import platform
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from urllib.parse import quote

from playwright.sync_api import sync_playwright

from bench.bench_track import databases
from bench.lab_queue import CANDIDATES, CASES, PASSWORD, Analyst, served, settled
from scamhunt import __version__
from scamhunt.investigate.screenshot import BROWSERS
from scamhunt.settings import Settings

PAGES = {
    "queue": "/candidates",
    "queue, all states": "/candidates?state=all",
    "queue, a brand": "/candidates?brand=brand7",
    "queue, a band": "/candidates?band=review",
    "queue, confirmed": "/candidates?state=confirmed",
    "queue, numbers": "/candidates?kind=phone",
    "queue, a feed": "/candidates?feed=openphish",
    "queue, since 7 days": "/candidates?since=2026-11-15",
    "queue, since yesterday": "/candidates?since=2026-11-21",
    "queue, nobody's": "/candidates?assignee=nobody",
    "queue, mine": "/candidates?assignee=me",
    "queue, new since my last visit": "/candidates?new=yes",
    "queue, a text of many": "/candidates?q=refund",
    "queue, a text of one": "/candidates?q=x99999y",
    "queue, a text of none": "/candidates?q=zebra",
    "queue, all at once": "/candidates?brand=brand7&state=new&kind=domain&feed=openphish&since=2026-02-01&q=refund",
    "its counts": "/candidates/counts",
    "a candidate": "/candidates/4242",
    "the day's work": "/today",
    "reports": "/reports",
    "the log": "/audit",
}
NEXT = re.compile(r'hx-get="(/candidates\?[^"]*after=[^"]+)"')
DEEP = 20
"""Pages further down."""


def timed(act: Callable[[], object], runs: int) -> str:
    """Return the median and the longest of some runs, in ms."""
    seen = []
    for _ in range(runs):
        begun = time.perf_counter()
        act()
        seen.append((time.perf_counter() - begun) * 1_000)
    return f"{median(seen):.0f} | {max(seen):.0f}"


def measured(url: str, runs: int) -> Iterator[tuple[str, str, int]]:
    """Yield what was measured, how long it took, and how large it was."""
    ann = Analyst(url, "ann0")
    for what, path in PAGES.items():
        first = ann.get(path)
        if first.status_code not in {200, 403}:
            raise SystemExit(f"{path}: {first.status_code}: {first.text[-300:]}")
        if first.status_code == 200:  # noqa: PLR2004  # she may see it
            yield what, timed(partial(ann.get, path), runs), len(first.content)
    path = "/candidates"
    for _ in range(DEEP):
        path = NEXT.findall(ann.get(path).text)[0].replace("&amp;", "&")
    headers = {"hx-request": "true"}
    size = len(ann.client.get(path, headers=headers).content)
    yield f"rows of the queue, {DEEP} pages down", timed(lambda: ann.client.get(path, headers=headers), runs), size
    ids = iter(re.findall(r'data-id="(\d+)"', ann.get("/candidates?kind=domain&q=" + quote("y.net")).text))
    decided: list[str] = []

    def decide() -> None:
        decided.append(next(ids))
        answer = ann.post(f"/candidates/{decided[-1]}/dismiss", reason="has nothing to do with it", revision="0")
        if answer.is_error:
            raise SystemExit(answer.text)

    yield "a decision", timed(decide, 15), 0
    yield "an undo", timed(lambda: ann.post(f"/candidates/{decided.pop()}/act/undo", revision="1"), 15), 0
    yield "a claim", timed(lambda: ann.post(f"/candidates/{next(ids)}/act/claim"), 15), 0


def painted(url: str) -> float:
    """Return after how many ms the queue showed its first contents in Chromium, of three the median."""
    seen = []
    with sync_playwright() as playwright:
        program = next(filter(None, map(shutil.which, BROWSERS)))
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(f"{url}/login")
        page.fill("#name", "ann0")
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector(".entry")
        for _ in range(3):
            page.goto(f"{url}/candidates")
            page.wait_for_selector(".entry")
            seen.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
        browser.close()
    return float(median(seen))


def main() -> None:
    """Measure, and print a table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=7)
    options.add_argument("--where", nargs="+", default=["sqlite", "postgres"])
    options.add_argument("--paint", action="store_true")
    given = options.parse_args()
    print(f"scamhunt {__version__}, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}")
    print(f"{CANDIDATES:,} candidates, {CASES:,} cases\n")
    print("| database | what | ms, median | longest | kB |\n|---|---|---|---|---|")
    for where in given.where:
        with tempfile.TemporaryDirectory() as folder, databases(where) as fresh:
            _printed(where, settled(Path(folder) / "lab", fresh()), given.runs, paint=given.paint)


def _printed(where: str, settings: Settings, runs: int, *, paint: bool) -> None:
    with served(settings) as url:
        for what, took, size in measured(url, runs):
            print(f"| {where} | {what} | {took} | {size / 1_000:.0f} |", flush=True)
        if paint:
            print(f"| {where} | first paint in Chromium | {painted(url):.0f} | | |", flush=True)


if __name__ == "__main__":
    main()
