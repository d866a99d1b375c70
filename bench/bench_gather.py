"""A night's list from a wrapped file to stored candidates, on each database: a table in Markdown; nothing is asserted.

The whole `scamhunt sweep` process is measured, on one core. The server of the second row runs beside it on the other.
Names come from the bundled sample; what else is done with a list is in `bench_speed.py`.
"""

import argparse
import gzip
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.bench_speed import sample
from bench.postgres import Server
from scamhunt import __version__

# A small parent of its own: the peak of a child counts what its parent had when it forked.
MEASURE = """
import os, subprocess, sys, time
began = time.monotonic()
child = subprocess.Popen(sys.argv[1:])
_, status, usage = os.wait4(child.pid, 0)
spent = usage.ru_utime + usage.ru_stime
print(time.monotonic() - began, spent, usage.ru_maxrss, file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))
"""
DURABLE = {"TimeZone": "UTC"}
"""PostgreSQL as it comes: what it says is stored has left for the disk."""


@dataclass(frozen=True)
class Measured:
    """One sweep."""

    wall: float
    cpu: float
    mib: float
    candidates: int


def sweep(names: Path, folder: Path, url: str) -> Measured:
    """Sweep over a list in a process of its own."""
    environment = {"PATH": "/usr/bin:/bin", "SCAMHUNT_HOME": str(folder / "home"), "HOME": str(folder)}
    environment |= {"SCAMHUNT_DATABASE_URL": url} if url else {}
    program = str(Path(sys.executable).with_name("scamhunt"))
    pinned = ["taskset", "1"] if shutil.which("taskset") else []
    command = [sys.executable, "-ISc", MEASURE, *pinned, program, "sweep", "--feed", str(names), "--format", "json"]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    wall, cpu, kib = map(float, done.stderr.split()[-3:])
    return Measured(wall, cpu, kib / 1024, json.loads(done.stdout)["candidates"]["new"])


def best(names: Path, server: Server | None, rounds: int) -> Measured:
    """Return the round with the least wall clock, each with a database of its own."""
    return min(_rounds(names, server, rounds), key=lambda one: one.wall)


def _rounds(names: Path, server: Server | None, rounds: int) -> Iterator[Measured]:
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            yield sweep(names, Path(folder), server.url(server.create()) if server else "")


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--names", type=int, default=300_000)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    print(f"scamhunt {__version__}, Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores\n")
    print(
        "| database | names | candidates | wall s | CPU s | names/s | MiB at the peak |\n|---|---|---|---|---|---|---|"
    )
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory()))
        path = folder / "names.txt.gz"
        path.write_bytes(gzip.compress("\n".join(sample(chosen.names)).encode(), 6))
        for name, server in (("SQLite", None), ("PostgreSQL", held.enter_context(Server(**DURABLE)))):
            one = best(path, server, chosen.rounds)
            print(
                f"| {name} | {chosen.names:,} | {one.candidates:,} | {one.wall:.2f} | {one.cpu:.2f} "
                f"| {chosen.names / one.wall:,.0f} | {one.mib:.0f} |"
            )


if __name__ == "__main__":
    main()
