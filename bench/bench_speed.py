"""Speed and memory of the main job, stage by stage: a table in Markdown; nothing is asserted.

Names come from the bundled sample; brands are the bundled ones and, beyond them, words made of syllables.
"""

import argparse
import csv
import gzip
import itertools
import math
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from scamhunt import __version__, bundle, reference
from scamhunt.indicators.domain import parse_many
from scamhunt.model import Brand
from scamhunt.score.brands import Brands
from scamhunt.score.classifier import Classifier
from scamhunt.settings import Settings

SAMPLE = bundle.data("feeds/nrd_sample.csv.gz")
# A small parent of its own: the peak of a child counts what its parent had when it forked.
MEASURE = """
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(child.pid, 0)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss, file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))
"""
PART = 10
"""So many times fewer, or more, names show how cost and memory grow."""
SHORTEST_LABEL = 4
SYLLABLES = [a + b for a in "bcdfglmnprstvz" for b in "aeiou"]


def sample(count: int) -> list[str]:
    """Return names of the sample; beyond its end again, with a number at the label, so that none comes twice."""
    with gzip.open(SAMPLE, "rt", encoding="utf-8") as file:
        names = [row["domain"] for row in csv.DictReader(file)]
    rounds = (names if at == 0 else [name.replace(".", f"{at}.", 1) for name in names] for at in itertools.count())
    return list(itertools.islice(itertools.chain.from_iterable(rounds), count))


def brands(count: int) -> Brands:
    """Return that many brands: the bundled ones, then labels of well-known names, then words of some syllables."""
    real = list(reference.brands(Settings()))[:count]
    generator = random.Random(count)
    words = itertools.chain(
        popular_labels(), ("".join(generator.choices(SYLLABLES, k=generator.randint(2, 5))) for _ in itertools.count())
    )
    made: dict[str, Brand] = {}
    taken = {one.id for one in real}
    while len(real) + len(made) < count:
        word = next(words)
        if word not in taken:
            made[word] = Brand(word, word.title(), (f"{word}.example",))
    return Brands.of([*real, *made.values()])


def popular_labels() -> Iterator[str]:
    """Yield the first labels of well-known names, of four letters or more, the best known first."""
    for line in bundle.data("protected/popular.txt").read_text("utf-8").splitlines():
        label = line.partition(".")[0]
        if len(label) >= SHORTEST_LABEL and label.isalpha():
            yield label


def cpu(work: Callable[[], object], rounds: int = 3) -> float:
    """Return the fewest CPU seconds of some rounds."""
    seconds = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)


def scoring(names: int, brand_counts: tuple[int, ...]) -> Iterator[tuple[str, float, int]]:
    """Yield (what, CPU seconds, how many names) for each stage and number of brands."""
    values = sample(names)
    parsed, _ = parse_many(values)
    few, _ = parse_many(values[: names // PART])
    yield "read names", cpu(lambda: parse_many(values)), names
    for count in brand_counts:
        classifier = Classifier(brands(count), reference.model(), reference.vocabulary())
        yield f"score against {count:,} brands", cpu(partial(classifier.score, parsed)), names
        yield f"score against {count:,} brands", cpu(partial(classifier.score, few)), names // PART


def exponents(told: Sequence[tuple[str, float, int]]) -> Iterator[str]:
    """Yield how CPU seconds grow: 1 is in proportion."""
    scored = [row for row in told if row[0].startswith("score")]
    for (what, many, names), (_, few, part) in zip(scored[::2], scored[1::2], strict=True):
        yield f"in names, {what}: {math.log(many / few) / math.log(names / part):.2f}"
    counts = [int(what.split()[2].replace(",", "")) for what, _, _ in scored[::2]]
    seconds = [spent for _, spent, _ in scored[::2]]
    if len(counts) > 1:
        growth = math.log(seconds[-1] / seconds[0]) / math.log(counts[-1] / counts[0])
        yield f"in brands, {counts[0]:,} to {counts[-1]:,}: {growth:.2f}"


def whole(command: list[str], names: int) -> tuple[float, float]:
    """Run the program on a file of that many names; return CPU seconds and MiB at its peak."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "names.txt"
        path.write_text("\n".join(sample(names)))
        environment = {"PATH": "/usr/bin:/bin", "SCAMHUNT_HOME": folder, "HOME": folder}
        program = str(Path(sys.executable).with_name("scamhunt"))
        child = [sys.executable, "-ISc", MEASURE, program, *(part.replace("FILE", str(path)) for part in command)]
        done = subprocess.run(child, env=environment, check=True, capture_output=True, text=True)
    seconds, kib = done.stderr.split()[-2:]
    return float(seconds), float(kib) / 1024


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--names", type=int, default=300_000)
    options.add_argument("--brands", type=int, nargs="*", default=[10, 100, 1_000, 10_000])
    chosen = options.parse_args()
    print(f"scamhunt {__version__}, Python {platform.python_version()}, {platform.machine()}\n")
    print("| what | CPU s | names/s |\n|---|---|---|")
    told = list(scoring(chosen.names, tuple(chosen.brands)))
    for what, seconds, names in told:
        print(f"| {what}, {names:,} names | {seconds:.2f} | {names / seconds:,.0f} |")
    print("\nGrowth (exponent):", "; ".join(exponents(told)))
    print("\n| whole program | CPU s | MiB at the peak |\n|---|---|---|")
    seconds, peak = whole(["--help"], 0)
    print(f"| --help | {seconds:.2f} | {peak:.0f} |")
    for command in (["score", "FILE", "--format", "jsonl"], ["sweep", "--feed", "FILE", "--format", "json"]):
        for names in (chosen.names // PART, chosen.names, chosen.names * PART):
            seconds, peak = whole(command, names)
            print(f"| {' '.join(command[:2])}, {names:,} names, bundled brands | {seconds:.2f} | {peak:.0f} |")


if __name__ == "__main__":
    main()
