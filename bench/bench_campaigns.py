"""How well made-up actors are told apart, and how fast a year of cases is joined: tables in Markdown.

    python -m bench.bench_campaigns [--seeds 30 31 32] [--cases 60000] [--enough 0.3 0.7]

Quality is that of ten worlds of `bench.lab_actors`, none of which the weights were chosen by (these were seeds 9 to
29): pairwise, and B-cubed over all sites. The lab decides how many sites of an actor show anything of theirs, and so
what recall can be; precision is what its traps are for. Speed is measured in a process of its own, from plain lists.
Nothing is asserted but with --check: pairwise precision of at least 0.98 in each world, at a mean recall of 0.9.
"""

import argparse
import platform
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from math import comb
from random import Random
from statistics import fmean

from bench.lab_actors import World
from scamhunt import __version__
from scamhunt.campaigns import linking
from scamhunt.campaigns.holding import holds
from scamhunt.campaigns.own import own_signs
from scamhunt.campaigns.sign import Clustering, Sign

PRECISION, RECALL = 0.98, 0.9
"""What is asked for."""
NOW = datetime(2026, 11, 22, tzinfo=UTC)
DAY = timedelta(days=1)
OF_ACTORS = {"number": 2, "tracker": 3, "email": 5, "certificate": 20}
"""Kinds of which each actor has their own, and how many."""
OF_ALL = {"favicon": 25, "kit": 25, "likeness": 16, "registration": 5, "address": 25, "network": 33}
"""Kinds that strangers share, and how many cases share one."""
OF_ONE = 20
"""Cases of one actor on average."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How near what was joined is to what belongs together."""

    precision: float
    recall: float
    b_precision: float
    b_recall: float


def quality(clustering: Clustering, truth: Mapping[int, str]) -> Quality:
    """Compare campaigns with the truth: by pairs of cases, and by B-cubed (Bagga and Baldwin, 1998)."""
    told = {case: f"alone {case}" for case in truth}
    told |= {case: one.id for one in clustering.campaigns for case in one.members}
    both = Counter((told[case], truth[case]) for case in truth)
    joined, real = Counter(told.values()), Counter(truth.values())
    right = sum(comb(count, 2) for count in both.values())
    shares = [(both[told[case], truth[case]], joined[told[case]], real[truth[case]]) for case in truth]
    return Quality(
        right / max(1, sum(comb(count, 2) for count in joined.values())),
        right / max(1, sum(comb(count, 2) for count in real.values())),
        sum(same / in_told for same, in_told, _ in shares) / len(shares),
        sum(same / in_truth for same, _, in_truth in shares) / len(shares),
    )


def judged(seed: int, thresholds: Sequence[float]) -> dict[float, Quality]:
    """Return how well the actors of one world are told apart, by what weak signs have to weigh together."""
    made = World(seed).made()
    own, signs = own_signs(made.brands, made.official), made.signs()
    return {least: quality(linking.cluster(signs, own=own, least=least), made.truth) for least in thresholds}


def many(cases: int, seed: int = 9) -> list[Sign]:
    """Return the signs of so many cases over a year, ten of each; what actors share by accident joins few of them."""
    draw, signs = Random(seed), list[Sign]()
    for case in range(1, cases + 1):
        actor = draw.randrange(cases // OF_ONE + 1)
        values = {kind: f"{kind}-{actor}-{draw.randrange(own)}" for kind, own in OF_ACTORS.items()}
        values |= {kind: f"{kind}-{draw.randrange(cases // share + 1)}" for kind, share in OF_ALL.items()}
        first = NOW - draw.random() * 365 * DAY
        last = first + draw.random() * 10 * DAY
        signs += [Sign(case, kind, value, first, last, f"{case:064x}", case) for kind, value in values.items()]
    return signs


def speed(cases: int) -> Iterator[tuple[str, str]]:
    """Yield what was measured, in this process."""
    signs = many(cases)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    begun = time.perf_counter()
    found = linking.cluster(signs)
    took = time.perf_counter() - begun
    yield "cases, signs", f"{cases:,}, {len(signs):,}"
    yield (
        "campaigns, links, hubs",
        ", ".join(
            f"{len(one):,}"
            for one in (found.campaigns, [link for one in found.campaigns for link in one.links], found.hubs)
        ),
    )
    yield "seconds", f"{took:.1f}"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    yield "peak of the process, MiB (with the signs alone)", f"{peak:.0f} ({before:.0f})"
    if found.campaigns:
        begun = time.perf_counter()
        held = holds(found.campaigns[0], found, signs)
        size = len(found.campaigns[0].members)
        yield (
            f"what holds the largest, of {size:,}, together: {len(held)}, seconds",
            f"{time.perf_counter() - begun:.1f}",
        )


def tables(seeds: Sequence[int], enough: Sequence[float]) -> bool:
    """Print the quality of each threshold; return whether the one in use is what is asked for.

    That is: precision in every world, recall in the mean of them; the lowest recall is printed beside it.
    """
    thresholds = sorted({*enough, linking.ENOUGH})
    told = [judged(seed, thresholds) for seed in seeds]
    print("| threshold | | precision | recall | B-cubed precision | B-cubed recall |\n|---|---|---|---|---|---|")
    for least in thresholds:
        columns = list(zip(*(astuple(one[least]) for one in told), strict=True))
        for what, of in (("mean", fmean), ("lowest", min)):
            print(f"| {least:g} | {what} | {' | '.join(f'{of(each):.3f}' for each in columns)} |", flush=True)
    used = [one[linking.ENOUGH] for one in told]
    return min(one.precision for one in used) >= PRECISION and fmean(one.recall for one in used) >= RECALL


def main() -> None:
    """Measure, and print tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", type=int, nargs="+", default=list(range(30, 40)))
    options.add_argument("--enough", type=float, nargs="+", default=[0.3, 0.5, 0.7])
    options.add_argument("--cases", type=int, default=60_000)
    options.add_argument("--check", action="store_true")
    options.add_argument("--speed", action="store_true", help="only that, in this process")
    given = options.parse_args()
    if given.speed:
        print("\n".join(f"| {what} | {told} |" for what, told in speed(given.cases)))
        return
    print(f"scamhunt {__version__}, Python {platform.python_version()}\n")
    good = tables(given.seeds, given.enough)
    print("\n| what | |\n|---|---|", flush=True)
    subprocess.run([sys.executable, "-m", __spec__.name, "--speed", "--cases", str(given.cases)], check=True)
    if given.check and not good:
        raise SystemExit(f"below a pairwise precision of {PRECISION} at a recall of {RECALL}")


if __name__ == "__main__":
    main()
