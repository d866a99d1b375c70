"""The three plots of docs/scoring.md and docs/benchmarks.md, as SVG: the same file for the same figures."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from numpy.typing import NDArray

from bench.recall import CURVE

TOP = Path(__file__).resolve().parent.parent
PLOTS = TOP / "docs" / "plots"
PEERS = TOP / "var" / "bench" / "peers.json"
"""What `bench_peers` saved."""
HEIGHT = 4.2
LEAST, MOST = -12, 20
"""Log-odds that the histogram shows."""
LOOK: dict[str, Any] = {
    "svg.hashsalt": "scamhunt",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 11,
    "axes.grid": True,
    "grid.alpha": 0.3,
}
TITLES = {"all": "all hosts", "registrable": "brand in the registrable label"}

Numbers = NDArray[np.float64]


def draw(
    bins: Iterable[tuple[float, float, float]],
    sums: Mapping[str, tuple[Numbers, Numbers]],
    ours: Mapping[str, Sequence[float]],
) -> None:
    """Write recall.svg, reliability.svg and scores.svg.

    `bins`: what was said, what was, share. `sums`: kind -> log-odds and weights. `ours`: selection -> recall by budget.
    """
    mpl.use("svg")
    mpl.rcParams.update(LOOK)
    PLOTS.mkdir(exist_ok=True)
    _recall(ours)
    _reliability(list(bins))
    _histogram(sums)


def _recall(ours: Mapping[str, Sequence[float]]) -> None:
    peers = json.loads(PEERS.read_text("utf-8"))["curve"] if PEERS.exists() else {selection: {} for selection in TITLES}
    figure, axes = plt.subplots(1, 2, figsize=(10.5, HEIGHT), sharey=True, layout="constrained")
    for axis, (selection, title) in zip(axes, TITLES.items(), strict=True):
        axis.plot(CURVE, ours[selection], linewidth=2.5, label="scamhunt")
        for name, values in peers[selection].items():
            if name != "scamhunt":
                axis.plot(CURVE, values, label=name)
        axis.set(xscale="log", xlabel="one alert in so many new names", title=title, ylim=(0, 1))
    axes[0].set_ylabel("recall")
    axes[1].legend(fontsize=9)
    _save(figure, "recall")


def _reliability(bins: Sequence[tuple[float, float, float]]) -> None:
    figure, axis = plt.subplots(figsize=(4.6, HEIGHT), layout="constrained")
    axis.plot([0, 1], [0, 1], color="grey", linestyle=":", label="what it should be")
    axis.plot([said for said, _, _ in bins], [was for _, was, _ in bins], marker="o", label="measured")
    axis.set(xlabel="said", ylabel="were imitations", xlim=(0, 1), ylim=(0, 1))
    axis.legend()
    _save(figure, "reliability")


def _histogram(sums: Mapping[str, tuple[Numbers, Numbers]]) -> None:
    figure, axis = plt.subplots(figsize=(6.0, HEIGHT), layout="constrained")
    for label, (values, weights) in sums.items():
        axis.hist(values.clip(LEAST, MOST), bins=64, range=(LEAST, MOST), weights=weights, alpha=0.6, label=label)
    axis.set(xlabel="log-odds", ylabel="weight", yscale="log")
    axis.legend()
    _save(figure, "scores")


def _save(figure: Any, name: str) -> None:  # noqa: ANN401  # matplotlib has no types
    figure.savefig(PLOTS / f"{name}.svg", metadata={"Date": None})
