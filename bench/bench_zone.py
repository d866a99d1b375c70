"""The difference of two nights of one zone: time and memory, a table in Markdown; wrong counts end it.

Names are made here: heads of six letters, each with the same tails, so that any number of them comes sorted without
being held. The second night lacks some and has others. Reading zone text is measured apart, on fewer names.
"""

import argparse
import math
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from itertools import islice, product
from pathlib import Path

from scamhunt.gather.snapshots import compare
from scamhunt.indicators.zones import Zone
from scamhunt.model import Difference, Snapshot

NAMES = 10_000_000
TAILS = 5_000
"""Names of one head."""
LETTERS = "abcdefghijklmnopqrst"
TEXT_NAMES = 1_000_000
PIECE = 262_144
PART = 200
"""One name in so many goes, and one comes, from night to night."""


def tails(seed: int, count: int) -> list[bytes]:
    """Return sorted endings of 4 to 12 letters."""
    generator = random.Random(seed)
    made: set[bytes] = set()
    while len(made) < count:
        made.add(
            "".join(generator.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=generator.randint(4, 12))).encode()
        )
    return sorted(made)


def night(heads: int, endings: list[bytes], *, shuffled: bool = False) -> Iterator[list[bytes]]:
    """Yield the names of so many heads, a head at a time."""
    chosen: Iterable[tuple[int, ...]] = islice(product(LETTERS.encode(), repeat=6), heads)
    if shuffled:
        chosen = random.Random(1).sample(list(chosen), heads)
    for letters in chosen:
        head = bytes(letters)
        names = [head + ending for ending in endings]
        if shuffled:
            random.Random(head).shuffle(names)
        yield names


def zone_text(pieces: Iterable[list[bytes]]) -> Iterator[bytes]:
    """Yield a zone file in the form of CZDS: two name servers a name, a key here and there."""
    yield b"example.\t900\tin\tsoa\tns1.example. admin.example. 1 1800 900 604800 86400\n"
    for names in pieces:
        lines = [
            b"%b.example.\t172800\tin\tns\tns1.%b.net.\n%b.example.\t172800\tin\tns\tns2.%b.net.\n"
            % (name, name[:5], name, name[:5])
            for name in names
        ]
        lines += [b"%b.example.\t86400\tin\tds\t12345 13 2 AABBCCDDEEFF0011223344\n" % name for name in names[::25]]
        text = b"".join(lines)
        yield from (text[at : at + PIECE] for at in range(0, len(text), PIECE))


def peak() -> float:
    """Return the most memory that this process had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def row(what: str, seconds: float, names: int) -> None:
    """Print one row."""
    print(f"| {what} | {names:,} | {seconds:.1f} | {names / seconds:,.0f} | {peak():.0f} |", flush=True)


def made(pieces: Iterable[list[bytes]]) -> float:
    """Return the seconds that making the names takes: they are no part of the work."""
    start = time.perf_counter()
    for _ in pieces:
        pass
    return time.perf_counter() - start


def check(told: object, right: object) -> None:
    """End when a figure is wrong."""
    if told != right:
        sys.exit(f"wrong: {told}, not {right}")


def timed(what: str, snapshot: Snapshot, folder: Path, free: float) -> Difference:
    """Compare, print the row without the seconds of making names, and return the difference."""
    start = time.perf_counter()
    difference = compare(snapshot, folder)
    row(f"{what}: sorted, written, id", time.perf_counter() - start - free, difference.size)
    return difference


def two_nights(count: int, folder: Path, *, shuffled: bool) -> None:
    """Compare a list with that of the night before and check every count."""
    order = "in no order" if shuffled else "in the order of a zone file"
    both = tails(1, TAILS)
    lost, came = both[:: 2 * PART], both[PART :: 2 * PART]
    first = [tail for tail in both if tail not in set(came)]
    second = [tail for tail in both if tail not in set(lost)]
    heads = math.ceil(count / len(first))
    size, new = heads * len(first), heads * len(came)
    free = made(night(heads, first, shuffled=shuffled))
    before = timed(
        f"first night, {order}", Snapshot("example", "", night(heads, first, shuffled=shuffled)), folder, free
    )
    check(before.size, size)
    size = heads * len(second)
    pieces = night(heads, second, shuffled=shuffled)
    now = timed(f"second night, {order}", Snapshot("example", before.id, pieces), folder, free)
    check((now.size, now.before), (size, before.size))
    start = time.perf_counter()
    check(sum(map(len, now.new)), new)
    row("second night: the new names", time.perf_counter() - start, size)


def text() -> None:
    """Read zone text."""
    names = night(TEXT_NAMES // TAILS, tails(1, TAILS))
    chunks = list(zone_text(names))
    zone = Zone("example")
    start = time.perf_counter()
    found = sum(map(len, zone.labels(chunks)))
    row(f"zone text of {sum(map(len, chunks)) / 1e6:.0f} MB", time.perf_counter() - start, TEXT_NAMES)
    check((found >= TEXT_NAMES, zone.rejected), (True, []))


def run(count: int, *, orders: tuple[bool, ...]) -> None:
    """Print the table for a zone of so many names."""
    print("| what | names | s | names/s | MiB at the peak |\n|---|---|---|---|---|")
    for shuffled in orders:
        with tempfile.TemporaryDirectory() as folder:
            two_nights(count, Path(folder) / "czds", shuffled=shuffled)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=NAMES, help="names of the zone")
    run(parser.parse_args().names, orders=(False, True))
    text()


if __name__ == "__main__":
    main()
