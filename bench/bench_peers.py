"""The open tools of the field beside scamhunt, on the same names and brands: tables in Markdown, nothing is asserted.

Recall at an alert budget: of the labelled phishing hosts, how many score above the threshold that lets 1 in 200 (1,000,
10,000) new registrations pass. CPU: each method as a process of its own, in turns, user and system, start included.
Reads `../shared/data` beside the project's root, which is not part of the repository; without it the exit code is 2.
"""

import argparse
import importlib.util
import json
import math
import platform
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from bench import quality_data
from bench.bench_speed import MEASURE, sample
from bench.peer_speed import ETH_IN_JAVASCRIPT, PEERS_LIBRARY
from bench.peer_words import words_of
from bench.peers import PEERS
from bench.recall import BUDGETS, CURVE, SELECTIONS, Sample, Scores, curves, figures
from scamhunt import __version__, bundle, reference
from scamhunt.errors import OutsideError, ScamhuntError
from scamhunt.indicators.domain import parse_many
from scamhunt.model import Brand
from scamhunt.score.brands import Brands
from scamhunt.settings import Settings

OURS = "scamhunt"
OUT = Path(__file__).resolve().parent.parent / "var" / "bench" / "peers.json"
"""Where `bench.plots` looks for the curves."""
PART = 10
"""One in so many names is what openSquat's method gets unless all of it is asked for."""
TWIST = 3
"""So many times the names are what dnstwist's hits are looked for in: its cost is in generating."""
ERROR_SHOWN = 500
"""Characters of the end of a message of a process that failed."""
KERNEL, OUR_KERNEL, SAME_WORK = (
    Path(__file__).with_name(name) for name in ("peer_speed.py", "peer_ours.py", "same_work.py")
)


# --- recall -----------------------------------------------------------------------------------------------------------


def our_scores(hosts: Sequence[str], brands: Brands) -> list[float]:
    """Return the best score of each host, 0 without a match; no name is excused for being well known."""
    names, _ = parse_many(hosts)
    best: dict[int, float] = defaultdict(float)
    for match in reference.classifier(brands, popular=False).score(names, 0.0):
        best[match.row] = max(best[match.row], match.score)
    return [best[row] for row in range(len(hosts))]


def quality(given: Sample, without: Sequence[str]) -> dict[str, Scores]:
    """Return the scores of every method that is not left out."""
    methods = {OURS: our_scores, **{peer.name: peer.score for peer in PEERS}}
    hosts = given.hosts
    chosen = {name: score for name, score in methods.items() if name not in without}
    return {name: dict(zip(hosts, score(hosts, given.brands), strict=True)) for name, score in chosen.items()}


def generated_names(scored: Mapping[str, Scores]) -> tuple[list[str], list[str]]:
    """Return the names that dnstwist generates, and those of them that scamhunt does not find at all."""
    hits = sorted(name for name, hit in scored["dnstwist"].items() if hit)
    return hits, [name for name in hits if not scored[OURS][name]]


# --- speed ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Work:
    """A method on so many names."""

    name: str
    command: Sequence[str]
    names: int
    times: int = 1
    """How many such parts stand for all names."""
    start: Sequence[str] = ()
    """The same on no names: what a part takes besides its names and all of them would take once."""
    same: Sequence[str] = ()
    """Just this work with our libraries, on all names."""


def known_brands(count: int) -> list[Brand]:
    """Return the bundled brands with the most official domains: the largest ones, and the most work for us."""
    return sorted(reference.brands(Settings()), key=lambda brand: (-len(brand.domains), brand.id))[:count]


@dataclass(frozen=True, slots=True)
class Size:
    """How much is compared, and where its files lie."""

    folder: Path
    names: int
    brands: int
    part: int
    """One in so many names is what openSquat's method gets."""

    def path(self, name: str | int) -> str:
        """Return where an input lies: `words`, `domains`, `lures`, `pack.toml`, or a number of names."""
        return str(self.folder / str(name))


def write_inputs(size: Size) -> None:
    """Write names, and brands in the forms that the methods take."""
    chosen = known_brands(size.brands)
    inputs = {
        "words": [words_of(brand)[0] for brand in chosen],
        "domains": [brand.domains[0] for brand in chosen],
        "lures": sorted(reference.vocabulary().lures),
        "pack.toml": [quality_data.entry(brand.id, brand.name, brand.aliases, brand.domains) for brand in chosen],
        **{str(count): sample(count) for count in (0, size.names // size.part, size.names, TWIST * size.names)},
    }
    for name, lines in inputs.items():
        Path(size.path(name)).write_text("\n".join(lines), "utf-8")


def works(size: Size) -> Iterator[Work]:
    """Yield what the peers do; eth's method with a compiled distance, and in JavaScript where there is a `node`."""
    look = "its" if importlib.util.find_spec(PEERS_LIBRARY) else "a quicker"
    part, start = (_kernel(size, "openSquat", str(count), "words") for count in (size.names // size.part, 0))
    yield Work(
        f"openSquat, {look} look-alike check", part, size.names, size.part, start, _same(size, "openSquat", "words")
    )
    same = _same(size, "eth", "domains")
    yield Work("eth, compiled distance", _kernel(size, "eth", str(size.names), "domains"), size.names, same=same)
    node = shutil.which("node")
    if node:
        command = [node, "-e", ETH_IN_JAVASCRIPT, size.path(size.names), size.path("domains")]
        yield Work("eth, JavaScript", command, size.names, same=same)
    many = TWIST * size.names
    yield Work("dnstwist and set", _kernel(size, "dnstwist", str(many), "domains", "lures"), many)


def ours(size: Size, names: int) -> tuple[list[str], list[str]]:
    """Return the commands of our scoring and of the whole program."""
    program = str(Path(sys.executable).with_name("scamhunt"))
    whole = [program, "score", size.path(names), "--brands", size.path("pack.toml"), "--format", "jsonl"]
    return [sys.executable, str(OUR_KERNEL), size.path("hits-ours"), *whole[2:3], *whole[4:5]], whole


def _same(size: Size, name: str, words: str) -> list[str]:
    inputs = (size.path(each) for each in (f"hits-same-{name}", size.names, words))
    return [sys.executable, str(SAME_WORK), name, *inputs]


def _kernel(size: Size, name: str, *inputs: str) -> list[str]:
    return [sys.executable, str(KERNEL), name, *(size.path(each) for each in (f"hits-{name}", *inputs))]


def cpu(command: Sequence[str]) -> float:
    """Run a command; return the CPU seconds, user and system, of the whole process. Raises `OutsideError`."""
    measured = [sys.executable, "-ISc", MEASURE, *command]
    with tempfile.TemporaryDirectory() as home:
        environment = {"PATH": "/usr/bin:/bin", "SCAMHUNT_HOME": home, "HOME": home}
        done = subprocess.run(measured, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        raise OutsideError(f"{Path(command[0]).name} ended with {done.returncode}: {done.stderr[-ERROR_SHOWN:]}")
    return float(done.stderr.split()[-2])


def whole_cpu(work: Work) -> float:
    """Return the CPU seconds for all names; those of a part are extrapolated, its start counts once."""
    return cpu(work.command) * work.times - (cpu(work.start) * (work.times - 1) if work.times > 1 else 0)


def speed(size: Size, rounds: int) -> list[dict[str, str | float]]:
    """Run each peer, our scoring and our program in turns; return the fewest CPU seconds of each."""
    told: list[dict[str, str | float]] = []
    for work in works(size):
        scoring, whole = ours(size, work.names)
        seconds = [
            (whole_cpu(work), cpu(scoring), cpu(whole), cpu(work.same) if work.same else math.nan)
            for _ in range(rounds)
        ]
        peer, scored, program, alike = (min(column) for column in zip(*seconds, strict=True))
        row: dict[str, str | float] = {"peer": work.name, "names": work.names, "brands": size.brands}
        measured = {"peer_cpu": peer, "scoring_cpu": scored, "program_cpu": program, "same_cpu": alike}
        told.append({**row, "times": work.times, **measured})
    return told


def generated_hits(size: Size) -> tuple[list[str], list[str]]:
    """Return the names of the sample that dnstwist hits, and those of them that scamhunt does not find at all."""
    brands = Brands.of(known_brands(size.brands))
    hits = sorted(set(Path(size.path("hits-dnstwist")).read_text("utf-8").split()) - brands.owners.keys())
    scores = our_scores(hits, brands)
    return hits, [name for name, score in zip(hits, scores, strict=True) if not score]


# --- tables -----------------------------------------------------------------------------------------------------------


def print_quality(scored: Mapping[str, Scores], given: Sample) -> dict[str, dict[str, dict[str, float]]]:
    """Print a table a budget; return its figures."""
    told: dict[str, dict[str, dict[str, float]]] = {}
    print(f"{len(given.labelled):,} hosts, {len(given.brands)} brands, {len(given.week):,} new registrations")
    for budget in BUDGETS:
        print(f"\n| recall at 1 in {budget:,} | {' | '.join([*SELECTIONS, 'mean of brands'])} |\n|---|---|---|---|---|")
        for name, scores in scored.items():
            row = told.setdefault(name, {})[str(budget)] = figures(scores, given, budget)
            print(f"| {name} | {' | '.join(f'{value:.3f}' for value in row.values())} |")
    return told


def print_speed(rows: Sequence[Mapping[str, str | float]]) -> None:
    """Print the table of CPU seconds."""
    print("\n| method | names x brands | CPU s | our scoring, CPU s | times | our program, CPU s | times", end="")
    print(" | the same hits with our libraries, CPU s | times |\n|---|---|---|---|---|---|---|---|---|")
    for row in rows:
        how = f" (a part of the names, times {row['times']})" if row["times"] != 1 else ""
        peer, *ours = (float(row[key]) for key in ("peer_cpu", "scoring_cpu", "program_cpu", "same_cpu"))
        sides = " | ".join("- | -" if math.isnan(one) else f"{one:.2f} | {peer / one:.1f}" for one in ours)
        print(f"| {row['peer']}{how} | {row['names']:,} x {row['brands']} | {peer:.2f} | {sides} |")


def print_hits(what: str, hits: int, missed: Sequence[str], file: str) -> dict[str, int]:
    """Print how many of dnstwist's hits scamhunt finds; the names of the others go to a file under `var/bench/`."""
    print(f"\ndnstwist hits {hits} {what}; scamhunt finds {hits - len(missed)} of them at a minimum score of 0.")
    path = (bundle.checkout() or Path()) / "var" / "bench" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{name}\n" for name in missed), "utf-8")
    if missed:
        print(f"Those that it misses are in var/bench/{file}.")
    return {"hits": hits, "missed": len(missed)}


def machine() -> dict[str, str]:
    """Return what the figures depend on."""
    libraries = {name: version(name) for name in ("numpy", "rapidfuzz", "ahocorasick-rs", "dnstwist")}
    return {"scamhunt": __version__, "python": platform.python_version(), "machine": platform.machine(), **libraries}


def run(options: argparse.Namespace) -> dict[str, object]:
    """Measure and print; return the figures."""
    told: dict[str, object] = {"machine": machine()}
    if "quality" not in options.without:
        given = Sample(
            quality_data.labelled(options.data), quality_data.week(options.data), quality_data.packs(options.data)
        )
        scored = quality(given, options.without)
        told["recall"] = print_quality(scored, given)
        told["curve"] = {"budgets": CURVE, **curves(scored, given)}
        if "dnstwist" in scored:
            hits, missed = generated_names(scored)
            told["dnstwist"] = print_hits("of these names", len(hits), missed, "dnstwist_hosts.txt")
    if "speed" not in options.without:
        with tempfile.TemporaryDirectory() as folder:
            size = Size(Path(folder), options.names, options.brands, 1 if options.full else PART)
            write_inputs(size)
            told["speed"] = rows = speed(size, options.rounds)
            found, lost = generated_hits(size)
        print_speed(rows)
        told["dnstwist_sample"] = print_hits("names of the bundled sample", len(found), lost, "dnstwist_sample.txt")
    return told


def main() -> None:
    """Print the tables; exit with 2 when the data is not there."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=quality_data.DATA, help="the folder of the labelled data")
    options.add_argument("--out", type=Path, default=OUT, help="where figures and curves are saved as JSON")
    options.add_argument("--names", type=int, default=100_000, help="of the comparison of speed")
    options.add_argument("--brands", type=int, default=100, help="of the comparison of speed")
    options.add_argument("--full", action="store_true", help="run openSquat's method on all names: minutes")
    options.add_argument("--rounds", type=int, default=1, help="of each process; the fewest CPU seconds count")
    left_out = [*(peer.name for peer in PEERS), "quality", "speed"]
    options.add_argument("--without", nargs="*", default=[], choices=left_out, help="what to leave out")
    chosen = options.parse_args()
    try:
        told = run(chosen)
    except ScamhuntError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    if "quality" not in chosen.without or chosen.out != OUT:
        chosen.out.parent.mkdir(parents=True, exist_ok=True)
        chosen.out.write_text(json.dumps(told, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
