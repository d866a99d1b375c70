"""Train the scoring model: `data/scoring/letters.txt`, `model.json` and `hits.json` from `../shared/data`.

    python -m bench.train            write them (`make train`)
    python -m bench.train --check    write nothing; exit 1 when a shipped file differs

Honest names: a day of new registrations and the popular names of 2026. Imitations: the labelled hosts. Both are filled
up with made-up names (`bench.invented`) where labels are too few, at a small part of the weight. The week of new
registrations sets the thresholds and is never trained on.

A logistic regression on the signals: those of `against` may only lower a score, the others only raise it, and large
weights cost (L2). Of the places where a brand could be meant in a name the strongest counts, so fitting and choosing
take turns. Weights are rounded to two digits: the same on every machine.
"""

import argparse
import hashlib
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bench import invented, quality_data
from scamhunt import reference, trial
from scamhunt.errors import ScamhuntError
from scamhunt.indicators.domain import parse_many
from scamhunt.score.brands import Brands
from scamhunt.score.brandwords import SHORT, BrandWord
from scamhunt.score.classifier import Classifier, words_of_brands
from scamhunt.score.letters import learn_letters
from scamhunt.score.model import Model
from scamhunt.score.shadow import count_signals
from scamhunt.score.sight import Sight
from scamhunt.score.signals import SIGNALS, Signal
from scamhunt.score.vocabulary import Vocabulary
from scamhunt.settings import Settings

TOP = Path(__file__).resolve().parent.parent
SCORING = TOP / "data" / "scoring"
NAMES = [signal.name for signal in SIGNALS]
COUNTER = np.array([signal.against for signal in SIGNALS])
SET_BY_HAND: Mapping[str, float] = {"popular": -7.0, "brand_in_path": 2.0, "part_of_another": -0.5}
"""What no label can teach: a list that is knowledge itself; paths, for which there are no honest addresses; which of
two brands is meant."""
PENALTY = 0.02
"""What the square of a weight costs."""
LEAST, LARGEST = 0.1, 9.0
"""A signal that says something counts at least a little, whatever the few labels with it taught."""
IMITATIONS, INVENTED, INVENTED_HONEST = 0.5, 0.025, 0.2
"""Weight of labelled hosts, of made-up imitations and of made-up honest names, beside that of the honest ones, 1."""
WORDS, HOSTS = 500, 500
"""Rounds of made-up honest names of each kind."""
ROUNDS = 8
"""Turns of fitting and choosing; after four or five nothing changes any more."""
BRANDS, REVIEW, URGENT = 300, 500, 1_000
"""Of the week's names at most 1 in so many reaches the threshold, with so many brands."""
STRICT_YEAR = 2026
"""Popular names of older lists may have changed hands."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Seen:
    """Every place in a list of names where a brand could be meant, as rows of signals."""

    names: NDArray[np.str_]
    brands: NDArray[np.str_]
    signals: Matrix

    def strongest(self, weights: Matrix, among: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """Return for each name the row with the highest sum of weights."""
        rows = np.arange(len(self.names)) if among is None else np.flatnonzero(among)
        sums = self.signals[rows] @ weights
        rows = rows[np.lexsort((self.brands[rows], -sums, self.names[rows]))]
        first = np.ones(len(rows), dtype=bool)
        first[1:] = self.names[rows][1:] != self.names[rows][:-1]
        return rows[first]

    def imitating(self, brands: Mapping[str, Collection[str]]) -> NDArray[np.bool_]:
        """Return which rows name a brand that the name imitates; `brands`: name -> ids."""
        pairs = zip(self.names, self.brands, strict=True)
        return np.array([brand in brands.get(name, ()) for name, brand in pairs], dtype=bool)


def see(classifier: Classifier, names: Iterable[str]) -> Seen:
    """Look at names."""
    parsed, _ = parse_many(list(names))
    found = [
        (parsed.given[row], sight.word.brand, [strength(signal, sight) for signal in SIGNALS])
        for row, sight in classifier.sights(parsed)
    ]
    texts, brands, rows = zip(*found, strict=True)
    return Seen(np.array(texts), np.array(brands), np.array(rows, dtype=np.float64))


def strength(signal: Signal, sight: Sight) -> float:
    """Return how many times the weight of a signal counts."""
    if signal.says(sight) is None:
        return 0.0
    return signal.strength(sight) if signal.strength else 1.0


@dataclass(frozen=True, slots=True)
class Lessons:
    """What is learned from."""

    imitations: Seen
    of: Mapping[str, Collection[str]]
    """Labelled host -> the brands that it imitates."""
    honest: Seen
    invented_imitations: Seen
    invented_of: Mapping[str, Collection[str]]
    invented_honest: Seen


def lessons(classifier: Classifier, brands: Brands) -> Lessons:
    """Gather what is learned from."""
    vocabulary = reference.vocabulary()
    labelled = quality_data.labelled()
    made = list(invented.imitations(_distinctive(brands)))
    honest = [one for one in quality_data.benign() if one.year >= STRICT_YEAR and not (one.owner or one.brand_word)]
    bad = set(quality_data.later_bad())
    everyday = sorted({word.text for word in words_of_brands(brands, vocabulary) if _ordinary(word)})
    words = invented.honest(_near_words(classifier, vocabulary), everyday, vocabulary, WORDS)
    hosts = invented.honest_hosts(everyday, quality_data.day(), HOSTS)
    return Lessons(
        imitations=see(classifier, dict.fromkeys(one.host for one in labelled)),
        of=_by_name((one.host, one.brand) for one in labelled),
        honest=see(
            classifier,
            dict.fromkeys(name for name in [*quality_data.day(), *(one.name for one in honest)] if name not in bad),
        ),
        invented_imitations=see(classifier, dict.fromkeys(name for name, _ in made)),
        invented_of=_by_name(made),
        invented_honest=see(classifier, dict.fromkeys(name for name, _ in [*words, *hosts])),
    )


def _ordinary(word: BrandWord) -> bool:
    """Return whether a brand's word is an ordinary word that is not very short."""
    return word.ambiguous and word.text.isascii() and len(word.text) > SHORT


def _near_words(classifier: Classifier, vocabulary: Vocabulary) -> list[str]:
    """Return the ordinary words and people's names that contain or resemble a brand's word but are none."""
    words = sorted((vocabulary.ordinary | vocabulary.people) - vocabulary.beside)
    parsed, _ = parse_many([f"{word}.com" for word in words])
    near = {row for row, sight in classifier.sights(parsed) if sight.piece != sight.meant or sight.glued}
    return [words[row] for row in sorted(near)]


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return the brands of each name."""
    told: dict[str, set[str]] = {}
    for name, brand in pairs:
        told.setdefault(name, set()).add(brand)
    return told


def _distinctive(brands: Brands) -> list[BrandWord]:
    """Return one distinctive word of each brand that has one."""
    first: dict[str, BrandWord] = {}
    for word in words_of_brands(brands, reference.vocabulary()):
        plain = word.bears_disguise and word.edits and not word.ambiguous and word.text.isalpha()
        if plain and word.text.isascii():
            first.setdefault(word.brand, word)
    return list(first.values())


def fit(given: Lessons, among: Collection[str] | None = None) -> tuple[float, Matrix]:
    """Return bias and weights; of the labelled hosts only those `among` are used."""
    of = given.of if among is None else {name: brands for name, brands in given.of.items() if name in among}
    right, made = given.imitations.imitating(of), given.invented_imitations.imitating(given.invented_of)
    bias, weights = -4.0, np.where(COUNTER, -1.0, 1.0)  # where one starts matters little
    for _ in range(ROUNDS):
        chosen = given.imitations.strongest(weights, right)
        ids = given.imitations.brands[chosen]
        counts = Counter(ids)
        parts = [
            (
                given.imitations.signals[chosen],
                1.0,
                [counts[brand] ** -0.5 for brand in ids],
            ),
            (given.honest.signals[given.honest.strongest(weights)], 0.0, None),
            (given.invented_imitations.signals[given.invented_imitations.strongest(weights, made)], 1.0, None),
            (given.invented_honest.signals[given.invented_honest.strongest(weights)], 0.0, None),
        ]
        bias, weights = _fitted(parts, bias, weights)
    return bias, weights


def _fitted(
    parts: Sequence[tuple[Matrix, float, Sequence[float] | None]], bias: float, start: Matrix
) -> tuple[float, Matrix]:
    """Minimise the logistic loss; `parts`: signals, what they are (1 imitations), weights of the rows."""
    honest = float(len(parts[1][0]))
    shares = [IMITATIONS * honest, honest, INVENTED * honest, INVENTED_HONEST * honest]
    matrix = np.vstack([signals for signals, _, _ in parts])
    truth = np.concatenate([np.full(len(signals), label) for signals, label, _ in parts])
    each = [np.ones(len(signals)) if weights is None else np.array(weights) for signals, _, weights in parts]
    weight = np.concatenate([one * share / one.sum() for one, share in zip(each, shares, strict=True)])

    def loss(values: Matrix) -> tuple[float, Matrix]:
        sums = matrix @ values[1:] + values[0]
        wrong = weight * (1 / (1 + np.exp(-sums)) - truth)
        cost = weight @ (np.logaddexp(0, sums) - truth * sums) + PENALTY / 2 * values[1:] @ values[1:]
        return float(cost), np.concatenate([[wrong.sum()], matrix.T @ wrong + PENALTY * values[1:]])

    found = minimize(
        loss,
        np.concatenate([[bias], start]),
        jac=True,
        method="L-BFGS-B",
        bounds=[(None, None), *map(_bounds, NAMES, COUNTER)],
        options={"ftol": 1e-12, "maxiter": 5_000},
    )
    return float(found.x[0]), found.x[1:]


def _bounds(name: str, counter: bool) -> tuple[float, float]:  # noqa: FBT001  # a column of truth values is mapped
    if name in SET_BY_HAND:
        return SET_BY_HAND[name], SET_BY_HAND[name]
    return (-LARGEST, -LEAST) if counter else (LEAST, LARGEST)


def brands_for_training(others: int = quality_data.OTHERS) -> Brands:
    """Return the brands of the labels and some others, with the sector where the shipped packs know it."""
    shipped = reference.brands(Settings()).by_id
    given = quality_data.packs(others=others)
    return Brands.of(
        [replace(brand, sector=shipped[brand.id].sector) if brand.id in shipped else brand for brand in given]
    )


def blank(brands: Brands) -> Classifier:
    """Return a classifier that looks, but has no opinion."""
    return Classifier(brands, Model(0.0, {}, 0.0, 0.0), reference.vocabulary())


def thresholds(weights: Matrix) -> tuple[float, float]:
    """Return the bias at which 1 in 500 new names reaches 0.5, and what 1 in 1,000 reaches then, with 300 brands."""
    labelled = len(brands_for_training(0))
    week = quality_data.week()
    seen = see(blank(brands_for_training(BRANDS - labelled)), week)
    sums = np.sort(seen.signals[seen.strongest(weights)] @ weights)[::-1]
    review, urgent = sums[len(week) // REVIEW], sums[len(week) // URGENT]
    shifted = math.floor(-review * 100) / 100
    return shifted, math.ceil(1000 / (1 + math.exp(-(urgent + shifted)))) / 1000


def letters() -> str:
    """Return the table of letters, from the runs of letters in the honest names."""
    names = [*quality_data.day(), *(one.name for one in quality_data.benign())]
    plain = (name.rpartition(".")[0] for name in names if "xn--" not in name)
    head = "# Made by `make train`: bits of a letter after two others, as scamhunt/score/letters.py says.\n"
    return head + learn_letters(run for name in plain for run in re.findall("[a-z]+", name))


def model() -> str:
    """Return the model, trained on everything that may be learned from."""
    brands = brands_for_training()
    _, weights = fit(lessons(blank(brands), brands))
    rounded = np.round(weights, 2)
    bias, urgent = thresholds(rounded)
    told = {name: float(weight) for name, weight in zip(NAMES, rounded, strict=True)}
    return json.dumps({"bias": bias, "review": 0.5, "urgent": urgent, "weights": told}, indent=2) + "\n"


def hits(model: bytes) -> str:
    """Return how many names of the bundled sample each signal has a say in, at review, with the bundled brands."""
    counted = count_signals(trial.sampled(reference.brands(Settings())))
    names = sum(len(part.rows) for part in reference.sample())
    told = {"model_sha256": hashlib.sha256(model).hexdigest(), "names": names, "hits": dict(sorted(counted.items()))}
    return json.dumps(told, indent=2) + "\n"


def main() -> int:
    """Write the files, or say which differ."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a shipped file differs")
    options = parser.parse_args()
    makers = {"letters.txt": letters, "model.json": model, "hits.json": _hits_of_the_shipped}
    differ = 0
    for name, make in makers.items():  # each is made with the one before it
        path, made = SCORING / name, make()
        same = path.exists() and path.read_text("utf-8") == made
        differ += not same
        print(f"{'same' if same else 'differs'}: data/scoring/{name}")
        if not options.check:
            path.write_text(made, "utf-8")
            reference.vocabulary.cache_clear()
            reference.model.cache_clear()
    return int(options.check and differ > 0)


def _hits_of_the_shipped() -> str:
    return hits((SCORING / "model.json").read_bytes())


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ScamhuntError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
