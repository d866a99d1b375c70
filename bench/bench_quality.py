"""How good the scores are on names that training never saw, and whether they mean what they say: tables and plots.

Recall at an alert budget, twice: with the hosts split by registrable domain, and with whole brands left out; each half is
scored with weights that were trained on the other. Calibration: of the names that get a score, how many are imitations.
Reads `../shared/data` beside the project's root and, for the plot, what `bench_peers` left in `var/bench/peers.json`.
"""

import argparse
import hashlib
import json
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from bench import quality_data, train
from bench.quality_data import Labelled
from bench.recall import BUDGETS, CURVE, Sample, Scores, curves, figures
from scamhunt.errors import ScamhuntError

TOP = Path(__file__).resolve().parent.parent
PLOTS = TOP / "docs" / "plots"
PEERS = TOP / "var" / "bench" / "peers.json"
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
            if weight := self.weights[chosen].sum():
                means = [np.average(values[chosen], weights=self.weights[chosen]) for values in (self.chances, self.truth)]
                yield float(means[0]), float(means[1]), float(weight / self.weights.sum())


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


def measure(path: Path) -> tuple[Mixture, dict[str, list[float]]]:
    """Print the tables; return what the plots need."""
    labelled, week, brands = quality_data.labelled(path), quality_data.week(path), train.brands_for_training()
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
        print(row("as shipped, seen in training", [(figures(shipped.scores, Sample(labelled, week, brands), budget), 1)]))
        for name, parts in held.items():
            told = [(figures(said.scores, Sample(rest, week, brands), budget), len(rest)) for said, rest in parts]
            print(row(name, told))
    print(f"\nRight brand first, of the hits at 1 in 200: {right_first(shipped, labelled, week):.3f} as shipped, ", end="")
    print(f"{fmean(right_first(said, rest, week) for said, rest in held['brands unseen']):.3f} with brands unseen.")
    mixed = mixture(held["domains unseen"], week)
    print(f"\nBrier score {mixed.brier:.3f}, with domains unseen.\n\n| said | were imitations | share of names |\n|---|---|---|")
    for said, was, share in mixed.bins():
        print(f"| {said:.2f} | {was:.2f} | {share:.2f} |")
    line = curves({"scamhunt": shipped.scores}, Sample(labelled, week, brands))
    return mixed, {selection: lines["scamhunt"] for selection, lines in line.items()}


def plot(mixed: Mixture, ours: Mapping[str, Sequence[float]]) -> None:
    """Write the three plots."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "scamhunt", "svg.fonttype": "none", "font.size": 11, "axes.grid": True, "grid.alpha": 0.3})
    PLOTS.mkdir(exist_ok=True)
    _recall(ours)
    _reliability(mixed)
    _histogram(mixed)


def _figure(width: float = 6.0):
    from matplotlib import pyplot

    return pyplot.subplots(figsize=(width, 4.2), layout="constrained")


def _save(figure, name: str) -> None:
    figure.savefig(PLOTS / f"{name}.svg", metadata={"Date": None})


def _recall(ours: Mapping[str, Sequence[float]]) -> None:
    from matplotlib import pyplot

    peers = json.loads(PEERS.read_text("utf-8"))["curve"] if PEERS.exists() else {"all": {}, "registrable": {}}
    figure, axes = pyplot.subplots(1, 2, figsize=(10.5, 4.2), sharey=True, layout="constrained")
    for axis, selection in zip(axes, ("all", "registrable"), strict=True):
        axis.plot(CURVE, ours[selection], linewidth=2.5, label="scamhunt")
        for name, values in peers[selection].items():
            if name != "scamhunt":
                axis.plot(CURVE, values, label=name)
        axis.set(xscale="log", xlabel="one alert in so many new names", title={"all": "all hosts", "registrable": "brand in the registrable label"}[selection], ylim=(0, 1))
    axes[0].set_ylabel("recall")
    axes[1].legend(fontsize=9)
    _save(figure, "recall")


def _reliability(mixed: Mixture) -> None:
    figure, axis = _figure(4.6)
    said, was, share = zip(*mixed.bins(), strict=True)
    axis.plot([0, 1], [0, 1], color="grey", linestyle=":", label="what it should be")
    axis.plot(said, was, marker="o", label="measured")
    axis.set(xlabel="said", ylabel="were imitations", xlim=(0, 1), ylim=(0, 1))
    axis.legend()
    _save(figure, "reliability")


def _histogram(mixed: Mixture) -> None:
    figure, axis = _figure()
    sums = np.log(mixed.chances / (1 - mixed.chances).clip(1e-12))
    for truth, label in ((0.0, "new names that hold a brand's word"), (1.0, "imitations")):
        chosen = mixed.truth == truth
        axis.hist(sums[chosen].clip(-12, 20), bins=64, range=(-12, 20), weights=mixed.weights[chosen], alpha=0.6, label=label)
    axis.set(xlabel="log-odds", ylabel="weight", yscale="log")
    axis.legend()
    _save(figure, "scores")


def main() -> None:
    """Print the tables and write the plots; exit with 2 when the data is not there."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=quality_data.DATA, help="the folder of the labelled data")
    options.add_argument("--no-plots", action="store_true", help="tables only")
    chosen = options.parse_args()
    try:
        mixed, ours = measure(chosen.data)
    except ScamhuntError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    if not chosen.no_plots:
        plot(mixed, ours)


if __name__ == "__main__":
    main()
