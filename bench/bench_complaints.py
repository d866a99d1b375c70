"""A day of complaints from a file to stored sightings, on each database: a table in Markdown; nothing is asserted.

The whole `scamhunt sweep` process is measured, on one core, as in `bench_gather.py`. The rows are made up in the
exact shape of the FTC's, of numbers that are kept for fiction; a hundred of them are candidates by earlier reports.
"""

import json
import platform
import random
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.bench_gather import DURABLE, MEASURE
from bench.bench_phones import numbers
from bench.postgres import Server
from scamhunt import __version__

ROWS, KNOWN = 12_000, 100
HEADER = (
    "Company_Phone_Number,Created_Date,Violation_Date,Consumer_City,Consumer_State,Consumer_Area_Code,Subject,"
    "Recorded_Message_Or_Robocall"
)
SUBJECTS = ("Other", "Dropped call or no message", "Computer & technical support", "Warranties & protection plans")


def complaints(file: Path, called: list[str]) -> None:
    """Write a day of complaints about some numbers (ten digits each)."""
    chance, day = random.Random(5), datetime.now(UTC) - timedelta(days=1)
    rows = [HEADER]
    for number in called:
        at = (day + timedelta(seconds=chance.randrange(80_000))).strftime("%Y-%m-%d %H:%M:%S")
        row = [number, at, at, "Reno", "Nevada", str(chance.randrange(201, 990)), chance.choice(SUBJECTS)]
        rows.append(",".join([*row, chance.choice("YN")]))
    file.write_text("\n".join(rows) + "\n")


def reports(file: Path, called: list[str]) -> None:
    """Write first-hand reports that tie some numbers to a brand."""
    rows = [f"+1{number},callback,amzon prime refund dept,,desk" for number in called]
    file.write_text("\n".join(["number,role,text,seen_at,source", *rows]) + "\n")


def swept(file: Path, folder: Path, url: str) -> tuple[float, float, float, Any]:
    """Sweep over a file in a process of its own: seconds, CPU seconds, MiB at the peak, and what it printed."""
    environment = {"PATH": "/usr/bin:/bin", "SCAMHUNT_HOME": str(folder / "home"), "HOME": str(folder)}
    environment |= {"SCAMHUNT_DATABASE_URL": url} if url else {}
    program = str(Path(sys.executable).with_name("scamhunt"))
    command = [sys.executable, "-ISc", MEASURE, program, "sweep", "--feed", str(file), "--format", "json"]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    wall, cpu, kib = map(float, done.stderr.split()[-3:])
    return wall, cpu, kib / 1024, json.loads(done.stdout)


def main() -> None:
    """Print one row a database."""
    called = [number.removeprefix("+1") for number in map(_ten, numbers(ROWS, ROWS))]
    print(f"scamhunt {__version__}, Python {platform.python_version()}; {ROWS:,} rows, {KNOWN} of known candidates\n")
    print("| database | seconds | CPU s | MiB | accepted | lifted |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as top, ExitStack() as held:
        day, own = Path(top) / "DNC_Complaint_Numbers.csv", Path(top) / "reports.csv"
        complaints(day, called)
        reports(own, list(dict.fromkeys(called))[:KNOWN])
        server = held.enter_context(Server(**DURABLE))
        for name, url in (("SQLite", ""), ("PostgreSQL", server.url(server.create()))):
            folder = Path(top) / name
            folder.mkdir()
            swept(own, folder, url)
            wall, cpu, mib, told = swept(day, folder, url)
            feed, changed = told["feeds"][0], told["candidates"]["updated"]
            print(f"| {name} | {wall:.2f} | {cpu:.2f} | {mib:.0f} | {feed['accepted']:,} | {changed} |")


def _ten(number: str) -> str:
    return "".join(filter(str.isdigit, number))[-10:]


if __name__ == "__main__":
    main()
