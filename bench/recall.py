"""Recall at an alert budget: how much is found when so many new registrations may be shown to an analyst."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from bench.quality_data import Labelled
from scamhunt.score.brands import Brands

BUDGETS = (200, 1_000, 10_000)
CURVE = tuple(round(100 * 10 ** (step / 10)) for step in range(21))
"""Budgets of the plot, 1 in 100 to 1 in 10,000."""
SELECTIONS: Mapping[str, Callable[[Labelled], bool]] = {
    "all": lambda _: True,
    "registrable": lambda one: one.in_label,
    "misspelt": lambda one: one.misspelt,
}
Scores = Mapping[str, float]
"""Host -> grade, of one method."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What is found among what."""

    labelled: Sequence[Labelled]
    week: Sequence[str]
    brands: Brands

    @property
    def hosts(self) -> list[str]:
        """Every name once, in order."""
        return sorted({one.host for one in self.labelled} | set(self.week))


def threshold(scores: Scores, week: Sequence[str], budget: int) -> float:
    """Return the score of rank `len(week) / budget`: at most so many names are above it, names equal to it are not."""
    return sorted((scores[name] for name in week), reverse=True)[len(week) // budget]


def recall(scores: Scores, labelled: Iterable[Labelled], least: float) -> float:
    """Return the share of hosts above a threshold."""
    return fmean([scores[one.host] > least for one in labelled] or [0.0])


def figures(scores: Scores, given: Sample, budget: int) -> dict[str, float]:
    """Return recall of each selection, and the mean over brands."""
    least = threshold(scores, given.week, budget)
    told = {name: recall(scores, filter(chosen, given.labelled), least) for name, chosen in SELECTIONS.items()}
    by_brand: dict[str, list[Labelled]] = defaultdict(list)
    for one in given.labelled:
        by_brand[one.brand].append(one)
    return {**told, "mean of brands": fmean(recall(scores, hosts, least) for hosts in by_brand.values())}


def curves(scored: Mapping[str, Scores], given: Sample) -> dict[str, dict[str, list[float]]]:
    """Return, for all hosts and where the brand stands in the registrable label, recall of each method by budget."""
    told: dict[str, dict[str, list[float]]] = {"all": {}, "registrable": {}}
    for name, scores in scored.items():
        points = [figures(scores, given, budget) for budget in CURVE]
        for selection, lines in told.items():
            lines[name] = [point[selection] for point in points]
    return told
