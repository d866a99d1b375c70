"""Speed and memory of the main job, stage by stage: a table in Markdown; nothing is asserted.

Names come from the bundled sample; brands are the bundled ones and, beyond them, words made of syllables.
"""

import argparse
import csv
import gzip
import itertools
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from scamhunt import __version__, bundle, reference
from scamhunt.indicators.domain import parse_many
from scamhunt.indicators.lookalike import fold_joined
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
SYLLABLES = [a + b for a in "bcdfglmnprstvz" for b in "aeiou"]


def sample(count: int) -> list[str]:
    """Return names of the sample; beyond its end again, with a number at the label, so that none comes twice."""
    with gzip.open(SAMPLE, "rt", encoding="utf-8") as file:
        names = [row["domain"] for row in csv.DictReader(file)]
    rounds = (names if at == 0 else [name.replace(".", f"{at}.", 1) for name in names] for at in itertools.count())
    return list(itertools.islice(itertools.chain.from_iterable(rounds), count))


def brands(count: int) -> Brands:
    """Return that many brands: the bundled ones, then made-up ones of two to five syllables."""
    real = list(reference.brands(Settings()))[:count]
    generator = random.Random(count)
    made: dict[str, Brand] = {}
    while len(real) + len(made) < count:
        word = "".join(generator.choices(SYLLABLES, k=generator.randint(2, 5)))
        made[word] = Brand(word, word.title(), (f"{word}.example",))
    return Brands.of([*real, *(brand for brand in made.values() if brand.id not in {one.id for one in real})])


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
    joined = "\n".join(values)
    yield "read names", cpu(lambda: parse_many(values)), names
    yield "fold look-alikes", cpu(lambda: fold_joined(joined)), names
    for count in brand_counts:
        classifier = Classifier(brands(count), reference.model(), reference.vocabulary())
        yield f"score against {count:,} brands", cpu(partial(classifier.score, parsed)), names


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
    options.add_argument("--names", type=int, default=100_000)
    options.add_argument("--brands", type=int, nargs="*", default=[10, 100, 1_000, 10_000])
    chosen = options.parse_args()
    print(f"scamhunt {__version__}, Python {platform.python_version()}, {platform.machine()}\n")
    print("| what | CPU s | names/s |\n|---|---|---|")
    for what, seconds, names in scoring(chosen.names, tuple(chosen.brands)):
        print(f"| {what}, {names:,} names | {seconds:.2f} | {names / seconds:,.0f} |")
    print("\n| whole program | CPU s | MiB at the peak |\n|---|---|---|")
    seconds, peak = whole(["--help"], 0)
    print(f"| --help | {seconds:.2f} | {peak:.0f} |")
    for command in (["score", "FILE", "--format", "jsonl"], ["sweep", "--feed", "FILE", "--format", "json"]):
        for names in (chosen.names // 10, chosen.names, chosen.names * 3):
            seconds, peak = whole(command, names)
            print(f"| {' '.join(command[:2])}, {names:,} names, bundled brands | {seconds:.2f} | {peak:.0f} |")


if __name__ == "__main__":
    main()
