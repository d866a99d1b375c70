"""Fifty analysts at once, and two processes of the shell beside them: what went wrong, and how long it took.

    python -m bench.bench_analysts [--people 50] [--seconds 60] [--where sqlite postgres]

Each lists, opens, claims, decides and takes back, as a person does who reads what is there: one act in four seconds.
A 409 says that somebody else was there first, which is how it has to be: it is told apart. All else is an error.
"""

import argparse
import os
import platform
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import quantiles

from bench.bench_track import NOW, databases
from bench.lab_queue import Analyst, served, settled
from scamhunt import __version__
from scamhunt.settings import Settings

FILTERS = ("", "?brand=brand7", "?band=review", "?kind=phone", "?q=refund", "?feed=openphish", "?assignee=nobody")
PAUSE = 4.0
CONFLICT, BAD = 409, 400
_IDS = re.compile(r'data-id="(\d+)" data-revision="(\d+)"')


class Seen:
    """What happened, of all threads."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.lock = threading.Lock()
        self.took: dict[str, list[float]] = {}
        self.wrong: Counter[str] = Counter()
        self.first = 0
        """Answers that say that somebody else was first."""

    def note(self, what: str, began: float, status: int, text: str) -> None:
        """Count one answer."""
        with self.lock:
            self.took.setdefault(what, []).append((time.perf_counter() - began) * 1_000)
            self.first += status == CONFLICT
            if status >= BAD and status != CONFLICT:
                told = re.findall(r'class="note bad">(.*?)</p>', text)
                self.wrong[f"{what}: {status} {' '.join(told)[:120]}"] += 1


def work(analyst: Analyst, seen: Seen, until: float, draw: random.Random) -> None:
    """Be an analyst."""

    def ask(what: str, path: str, **fields: str) -> str:
        began = time.perf_counter()
        answer = analyst.post(path, **fields) if fields else analyst.get(path)
        seen.note(what, began, answer.status_code, answer.text)
        time.sleep(PAUSE * draw.random() * 2)
        return answer.text

    time.sleep(PAUSE * draw.random() * 2)  # nobody opens the queue at the same moment as all others
    while time.perf_counter() < until:
        rows = _IDS.findall(ask("queue", f"/candidates{draw.choice(FILTERS)}"))
        for number, revision in draw.sample(rows, min(3, len(rows))):
            ask("candidate", f"/candidates/{number}")
            ask("claim", f"/candidates/{number}/act/claim", back="")
            act = draw.choice(("dismiss", "watch"))
            ask("decision", f"/candidates/{number}/{act}", reason="has nothing to do with it", revision=revision)
            if draw.random() < 0.3:  # noqa: PLR2004  # people err
                ask("undo", f"/candidates/{number}/act/undo", revision=str(int(revision) + 1))


def shell(settings: Settings, at: int, until: float, seen: Seen) -> None:
    """Decide in the shell, one process after the other."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SCAMHUNT_")}
    chosen = {
        "SCAMHUNT_HOME": str(settings.home),
        "SCAMHUNT_BRANDS": str(settings.brands[0]),
        "SCAMHUNT_OVERLAY": str(settings.overlay),
        "SCAMHUNT_DATABASE_URL": settings.database_url.get_secret_value(),
        "SCAMHUNT_CLOCK": NOW.isoformat(),
        "SCAMHUNT_TRUST_NAMES": "on",
        "SCAMHUNT_AS": "ann0",
    }
    number = 15 + at
    while time.perf_counter() < until:
        number += 20
        run = [sys.executable, "-m", "scamhunt", "candidates", "note", str(number), "seen in the shell"]
        began = time.perf_counter()
        done = subprocess.run(run, env=kept | chosen, capture_output=True, text=True, check=False)
        seen.note("shell", began, 500 if done.returncode else 200, f'<p class="note bad">{done.stderr[-200:]}</p>')


def measured(settings: Settings, people: int, seconds: int) -> Seen:
    """Let all work for a while and return what happened."""
    seen = Seen()
    with served(settings) as url, ThreadPoolExecutor(people + 2) as pool:
        analysts = [Analyst(url, f"ann{at}", f"127.0.0.{1 + at // 15}") for at in range(people)]
        until = time.perf_counter() + seconds
        done = [pool.submit(work, one, seen, until, random.Random(at)) for at, one in enumerate(analysts)]
        done += [pool.submit(shell, settings, at, until, seen) for at in range(2)]
        for one in done:
            one.result()
    return seen


def main() -> None:
    """Measure, and print a table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=50)
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--where", nargs="+", default=["sqlite", "postgres"])
    given = options.parse_args()
    print(f"scamhunt {__version__}, Python {platform.python_version()}, {given.people} people, {given.seconds} s\n")
    print("| database | what | times | ms, median | 95 in 100 | longest |\n|---|---|---|---|---|---|")
    for where in given.where:
        with tempfile.TemporaryDirectory() as folder, databases(where) as fresh:
            seen = measured(settled(Path(folder) / "lab", fresh(), given.people), given.people, given.seconds)
        for what, took in sorted(seen.took.items()):
            middle, high = quantiles(took, n=100)[49], quantiles(took, n=100)[94]
            print(f"| {where} | {what} | {len(took):,} | {middle:.0f} | {high:.0f} | {max(took):.0f} |")
        wrong = "; ".join(f"{count} x {what}" for what, count in seen.wrong.items()) or "none"
        print(f"| {where} | errors | {seen.wrong.total()} | | | {wrong} |")
        print(f"| {where} | somebody else was first | {seen.first} | | | |", flush=True)


if __name__ == "__main__":
    main()
