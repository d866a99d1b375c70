"""The thousands-block file at its real size and shape, made up: import, memory, lookup; and the names of companies.

    .venv/bin/python bench/bench_refdata.py [--rows 2000000]

A wrong answer ends it. Companies are invented.
"""

import argparse
import random
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from scamhunt.indicators.phone import parse
from scamhunt.investigate.bridge import Directory, candidates
from scamhunt.investigate.carrier import attribute
from scamhunt.investigate.refdata import import_file
from scamhunt.investigate.refdata_cells import Filing
from scamhunt.investigate.refdata_index import Refdata
from scamhunt.settings import Settings

HEADER = (
    "Region,State,NPA,NXX,X,STATUS,Code Holder,Contaminated (Y/N),Contaminated TNs,Rate Center,Block Effective Date,"
    "Block Available Date,Assigned To,OCN,Date Assigned"
)
WORDS = (
    "NORTH SOUTH LAKE RIVER STAR SUMMIT PRAIRIE HARBOR GRANITE CEDAR FALCON BEACON UNITED VALLEY ATLAS METRO".split()
)
TRADES = "TELECOM COMMUNICATIONS WIRELESS NETWORKS TELEPHONE VOICE CLEC BROADBAND".split()
FORMS = (", INC.", ", LLC", " CORP.", " CO.", ", L.P.")
STATES = "NY CA TX FL OH IL PA GA NC MI".split()
WITH_STATE = 0.4
"""Share of the names that bear a state."""
TAKEN = 0.7
"""Share of the blocks that are assigned."""
LOOKUPS = 20_000
COMPANIES = 20_000


def company(generator: random.Random) -> str:
    """Return the name of an invented company as NANPA writes them."""
    name = f"{generator.choice(WORDS)} {generator.choice(WORDS)} {generator.choice(TRADES)}{generator.choice(FORMS)}"
    return f'"{name} - {generator.choice(STATES)}"' if generator.random() < WITH_STATE else f'"{name}"'


def lines(count: int) -> Iterator[str]:
    """Yield the file: one block a line, area codes and exchanges in order, as they are published."""
    generator = random.Random(7)
    holders = [(company(generator), f"{number:04d}") for number in range(4_000)]
    yield HEADER
    for number in range(count):
        npa, rest = divmod(number, 8_000)
        prefix = f"{npa + 201:03d}{rest // 10 + 200:03d}{rest % 10}"
        name, ocn = generator.choice(holders)
        holder, _ = holders[number // 10 % len(holders)]
        taken = generator.random() < TAKEN
        yield (
            f"1,{STATES[npa % 10]},{prefix[:3]},{prefix[3:6]},{prefix[6]},{'AS' if taken else 'AV'},{holder},"
            f"{'Y' if number % 9 == 0 else 'N'},{number % 90},RATECENTR{number % 700},01/02/2024,12/01/2023,"
            f"{name if taken else ''},{ocn if taken else ''},{'11/30/2023' if taken else ''}"
        )


def write(file: Path, count: int) -> int:
    """Write the zip and return the bytes of its content."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("blocks.csv", "w") as out:
        return sum(out.write((line + "\r\n").encode()) for line in lines(count))


def memory() -> int:
    """Return the most memory that this process had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def lookups(home: Path, count: int) -> tuple[float, float]:
    """Return the median microseconds of a lookup and of a whole ladder; an answer that is not there ends it."""
    generator = random.Random(3)
    prefixes = [
        number // 8_000 * 10_000 + 2_012_000 + number % 8_000 for number in generator.sample(range(count), LOOKUPS)
    ]
    with Refdata(home) as refdata:
        spent = []
        for prefix in prefixes:
            started = time.perf_counter()
            found = refdata.entry("blocks", prefix)
            spent.append(time.perf_counter() - started)
            if found is None:
                sys.exit(f"block {prefix} is not found")
        number = parse("+12125550142")
        climbed = []
        for _ in range(2_000):
            started = time.perf_counter()
            attribute(number, refdata)
            climbed.append(time.perf_counter() - started)
    return median(spent) * 1e6, median(climbed) * 1e6


def names() -> float:
    """Return the milliseconds of a search among 20,000 companies with two names each."""
    generator = random.Random(5)
    made = [company(generator).strip('"') for _ in range(COMPANIES * 2)]
    filings = [
        Filing(f"{at:010d}", made[at], ((made[at + COMPANIES], "dba"),), "", "", "", "", "2026-02-01")
        for at in range(COMPANIES)
    ]
    directory = Directory.of(filings)
    spent = []
    for at in range(20):
        started = time.perf_counter()
        found = candidates(made[at].replace(", INC.", " INCORPORATED"), directory)
        spent.append(time.perf_counter() - started)
        if found[0].score < 99:  # noqa: PLR2004  # it is there as it stands
            sys.exit(f"{made[at]} is not found")
    return median(spent) * 1e3


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    count = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "blocks.zip"
        size = write(file, count)
        before = memory()
        started = time.perf_counter()
        done = import_file(Settings(home=Path(folder) / "home", clock=datetime(2026, 9, 1, tzinfo=UTC)), file)
        seconds = time.perf_counter() - started
        if (done.stored, done.rejected) != (count, 0):
            sys.exit(f"{done.stored} stored, {done.rejected} rejected of {count}")
        index = (Path(folder) / "home" / "refdata" / "blocks.db").stat().st_size
        lookup, ladder = lookups(Path(folder) / "home", count)
    print("| what | figure |\n|---|---|")
    print(f"| rows, MB of text | {count:,}, {size / 1e6:.0f} |")
    print(f"| import | {seconds:.1f} s, {count / seconds:,.0f} rows a second |")
    print(f"| memory that the import added | {memory() - before} MB |")
    print(f"| index on disk | {index / 1e6:.0f} MB |")
    print(f"| lookup of a block, median | {lookup:.1f} us |")
    print(f"| whole ladder, median | {ladder:.1f} us |")
    print(f"| a name among {COMPANIES:,} companies, median | {names():.1f} ms |")


if __name__ == "__main__":
    main()
