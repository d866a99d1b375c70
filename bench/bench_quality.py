"""How good the scores are on names that training never saw, and whether they mean what they say: tables and plots.

Recall at an alert budget, twice: with the hosts split by registrable domain, and with whole brands left out; each half
is scored with weights that were trained on the other. Calibration: of the names that get a score, how many are
imitations. Reads `../shared/data` beside the project's root and, for the plot, what `bench_peers` left in
`var/bench/peers.json`.
"""

import argparse
import hashlib
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from bench import plots, quality_data, train
from bench.quality_data import Labelled
from bench.recall import BUDGETS, Sample, Scores, curves, figures
from scamhunt.errors import ScamhuntError
from scamhunt.score.signals import SIGNALS

BINS = 10
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a set of weights says of every name."""

    sums: Mapping[str, float]
    """Name -> the sum of its strongest sight, bias included."""
    brands: Mapping[str, str]

    @property
    def scores(self) -> Scores:
        """The same as grades for `bench.recall`: a name in which nothing was seen gets the lowest."""
        return defaultdict(lambda: -math.inf, self.sums)


def judged(seen: Sequence[train.Seen], bias: float, weights: train.Matrix) -> Judged:
    """Return what weights say of the names that were looked at."""
    sums: dict[str, float] = {}
    brands: dict[str, str] = {}
    for part in seen:
        rows = part.strongest(weights)
        sums.update(zip(part.names[rows].tolist(), (part.signals[rows] @ weights + bias).tolist(), strict=True))
        brands.update(zip(part.names[rows].tolist(), part.brands[rows].tolist(), strict=True))
    return Judged(sums, brands)


def halves(key: Callable[[Labelled], str], labelled: Sequence[Labelled]) -> Iterator[tuple[set[str], list[Labelled]]]:
    """Yield (hosts to train on, hosts to measure with), twice, parted by a hash of the key."""
    side = [hashlib.sha256(key(one).encode()).digest()[0] % 2 for one in labelled]
    for held_out in (0, 1):
        yield (
            {one.host for one, at in zip(labelled, side, strict=True) if at != held_out},
            [one for one, at in zip(labelled, side, strict=True) if at == held_out],
        )


def right_first(told: Judged, labelled: Sequence[Labelled], week: Sequence[str]) -> float:
    """Return the share of hits at 1 in 200 whose strongest brand is the labelled one."""
    least = sorted((told.scores[name] for name in week), reverse=True)[len(week) // 200]
    return fmean(told.brands[one.host] == one.brand for one in labelled if told.scores[one.host] > least)


def row(name: str, told: Sequence[tuple[Mapping[str, float], int]]) -> str:
    """Return a line of a table: the mean of the halves, weighted by their hosts."""
    hosts = sum(count for _, count in told)
    means = [sum(figures[key] * count for figures, count in told) / hosts for key in told[0][0]]
    return f"| {name} | {' | '.join(f'{value:.3f}' for value in means)} |"


# --- what the signals bring ------------------------------------------------------------------------------------------


def left_out(given: train.Lessons, seen: train.Seen, names: Collection[str]) -> tuple[train.Lessons, train.Seen]:
    """Return what is learned from and looked at as if these signals did not exist."""
    kept = np.array([name not in names for name in train.NAMES], dtype=float)

    def without(part: train.Seen) -> train.Seen:
        return replace(part, signals=part.signals * kept)

    lessons = replace(
        given,
        imitations=without(given.imitations),
        honest=without(given.honest),
        invented_imitations=without(given.invented_imitations),
        invented_honest=without(given.invented_honest),
    )
    return lessons, without(seen)


def groups() -> dict[str, list[str]]:
    """Return the signals by their file, and those that weigh how rare a word is."""
    told: dict[str, list[str]] = {"rarity": ["rare_letters", "long_word"]}
    for signal in SIGNALS:
        told.setdefault(signal.says.__module__.rpartition(".")[2], []).append(signal.name)
    return told


def print_groups(given: train.Lessons, week: train.Seen, sample: Sample) -> None:
    """Print recall on unseen domains without each group of signals."""
    print("\n| without, at 1 in 1,000 | all | registrable | misspelt | mean of brands |\n|---|---|---|---|---|")
    plans: dict[str, list[str]] = {"(nothing left out)": [], **groups()}
    for name, signals in plans.items():
        lessons, looked = left_out(given, week, signals)
        told = []
        for known, rest in halves(lambda one: quality_data.registrable(one.host), sample.labelled):
            said = judged([lessons.imitations, looked], *train.fit(lessons, known))
            told.append((figures(said.scores, Sample(rest, sample.week, sample.brands), 1_000), len(rest)))
        print(row(name, told))


# --- calibration ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mixture:
    """Imitations that training never saw and the week's names, weighted as training weighs them."""

    chances: Numbers
    truth: Numbers
    weights: Numbers

    @property
    def brier(self) -> float:
        """The mean squared distance between what was said and what was (Brier 1950): 0 is best."""
        return float(np.average((self.chances - self.truth) ** 2, weights=self.weights))

    def bins(self) -> Iterator[tuple[float, float, float]]:
        """Yield for each tenth of the scale: mean of what was said, share of imitations, share of all names."""
        for at in range(BINS):
            chosen = (self.chances * BINS).astype(int).clip(0, BINS - 1) == at
            weights = self.weights[chosen]
            if weights.sum():
                said = np.average(self.chances[chosen], weights=weights)
                was = np.average(self.truth[chosen], weights=weights)
                yield float(said), float(was), float(weights.sum() / self.weights.sum())

    def sums_by_truth(self) -> dict[str, tuple[Numbers, Numbers]]:
        """Return the log-odds and weights of honest names and of imitations."""
        sums = np.log(self.chances / (1 - self.chances).clip(1e-12))
        kinds = {"new names with a brand's word": 0.0, "imitations": 1.0}
        return {name: (sums[self.truth == kind], self.weights[self.truth == kind]) for name, kind in kinds.items()}


def mixture(told: Sequence[tuple[Judged, Sequence[Labelled]]], week: Sequence[str]) -> Mixture:
    """Put together what the two halves say of names that they did not see."""
    columns: list[tuple[float, float, float]] = []
    for said, labelled in told:
        counts = Counter(one.brand for one in labelled if one.host in said.sums)
        imitations = [(said.sums[one.host], counts[one.brand] ** -0.5) for one in labelled if one.host in said.sums]
        honest = [said.sums[name] for name in week if name in said.sums]
        scale = len(honest) / 2 / sum(weight for _, weight in imitations)
        columns += [(one, 1.0, weight * scale) for one, weight in imitations] + [(one, 0.0, 1.0) for one in honest]
    sums, truth, weights = (np.array(column) for column in zip(*columns, strict=True))
    return Mixture(1 / (1 + np.exp(-sums)), truth, weights)


# --- run --------------------------------------------------------------------------------------------------------------


def measure() -> tuple[Mixture, dict[str, list[float]]]:
    """Print the tables; return what the plots need."""
    labelled, week, brands = quality_data.labelled(), quality_data.week(), train.brands_for_training()
    looker = train.blank(brands)
    given = train.lessons(looker, brands)
    seen = [given.imitations, train.see(looker, week)]
    plans: dict[str, Callable[[Labelled], str]] = {
        "domains unseen": lambda one: quality_data.registrable(one.host),
        "brands unseen": lambda one: one.brand,
    }
    shipped = judged(seen, *train.fit(given))
    held: dict[str, list[tuple[Judged, list[Labelled]]]] = {
        name: [(judged(seen, *train.fit(given, known)), rest) for known, rest in halves(key, labelled)]
        for name, key in plans.items()
    }
    for budget in BUDGETS:
        print(f"\n| recall at 1 in {budget:,} | all | registrable | misspelt | mean of brands |\n|---|---|---|---|---|")
        print(
            row("as shipped, seen in training", [(figures(shipped.scores, Sample(labelled, week, brands), budget), 1)])
        )
        for name, parts in held.items():
            told = [(figures(said.scores, Sample(rest, week, brands), budget), len(rest)) for said, rest in parts]
            print(row(name, told))
    print(
        f"\nRight brand first, of the hits at 1 in 200: {right_first(shipped, labelled, week):.3f} as shipped, ", end=""
    )
    print(f"{fmean(right_first(said, rest, week) for said, rest in held['brands unseen']):.3f} with brands unseen.")
    mixed = mixture(held["domains unseen"], week)
    print(f"\nBrier score {mixed.brier:.3f}, with domains unseen.")
    print("\n| said | were imitations | share of names |\n|---|---|---|")
    for said, was, share in mixed.bins():
        print(f"| {said:.2f} | {was:.2f} | {share:.2f} |")
    print_groups(given, seen[1], Sample(labelled, week, brands))
    line = curves({"scamhunt": shipped.scores}, Sample(labelled, week, brands))
    return mixed, {selection: lines["scamhunt"] for selection, lines in line.items()}


def main() -> None:
    """Print the tables and write the plots; exit with 2 when the data is not there."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--no-plots", action="store_true", help="tables only")
    chosen = options.parse_args()
    try:
        mixed, ours = measure()
    except ScamhuntError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    if not chosen.no_plots:
        plots.draw(mixed.bins(), mixed.sums_by_truth(), ours)


if __name__ == "__main__":
    main()
