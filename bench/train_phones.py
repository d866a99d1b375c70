"""Fit the weights of numbers to the team's own decisions: `phone_model.json` in the state folder.

    python -m bench.train_phones            write it (`make train`)
    python -m bench.train_phones --check    write nothing

Each candidate number that a person confirmed or dismissed is looked at again, with the reports that were there when it
was decided. The weights start from those that ship, and few decisions move them little (a normal prior around them);
none falls below 0. They are written only where they tell decisions that they have not seen better than those that ship.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from scamhunt import reference, settings
from scamhunt.errors import BadIndicator, ScamhuntError
from scamhunt.files import write_whole
from scamhunt.indicators import phone
from scamhunt.model import Kind, State
from scamhunt.score.phone_model import LARGEST, PhoneModel, to_json
from scamhunt.score.phone_signals import PHONE_SIGNALS
from scamhunt.score.phones import PhoneScorer, Said
from scamhunt.store import Store

LEAST = 300
"""Decisions that it takes."""
LEAST_EACH = 30
"""Of these at least so many confirmed, and so many dismissed."""
WIDTH, BIAS_WIDTH = 0.5, 3.0
"""How far a weight, and the bias, is expected to lie from those that ship: standard deviations of the prior."""
FOLDS = 5
STEPS = 4_000
BETTER = 0.995
"""The loss on unseen decisions has to fall below so much of the loss with the weights that ship."""
OUTCOMES = {State.CONFIRMED: 1.0, State.CLOSED: 1.0, State.DISMISSED: 0.0}
FITTED = [signal.name for signal in PHONE_SIGNALS if not signal.note]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lessons:
    """What was decided: a row a number."""

    strengths: Array
    """By the signals of `FITTED`, behind a 1 for the bias."""
    outcomes: Array
    """1 confirmed, 0 dismissed."""


def lessons(store: Store, scorer: PhoneScorer) -> Lessons:
    """Look at each decided number as it was when it was decided."""
    decided = store.candidates(kind=Kind.PHONE, states=list(OUTCOMES), limit=None)
    rows, outcomes = [], []
    for one in decided:
        row = _look(store, scorer, one.indicator, one.state_since)
        if row is not None:
            rows.append(row)
            outcomes.append(OUTCOMES[one.state])
    return Lessons(np.array(rows).reshape(len(rows), 1 + len(FITTED)), np.array(outcomes))


def _look(store: Store, scorer: PhoneScorer, value: str, when: datetime) -> list[float] | None:
    """Return the strengths for the brand that a number was most surely tied to, None where nothing tied it to one."""
    try:
        number = phone.parse(value)
    except BadIndicator:
        return None
    history = [one for one in store.number_sightings(value) if one.seen_at <= when]
    found = scorer.said(number, history, when)
    return _strengths(max(found.values(), key=lambda said: _sum(said, scorer.model))) if found else None


def _sum(said: Sequence[Said], model: PhoneModel) -> float:
    return sum(model.weights[one.key] * one.strength for one in said)


def _strengths(said: Sequence[Said]) -> list[float]:
    return [1.0, *(sum(one.strength for one in said if one.key == name) for name in FITTED)]


def fit(taught: Lessons, start: Array) -> Array:
    """Return bias and weights: the most probable ones given the decisions and the prior, by projected gradient."""
    width = np.array([BIAS_WIDTH, *[WIDTH] * len(FITTED)])
    least = np.array([-np.inf, *[0.0] * len(FITTED)])
    most = np.array([np.inf, *[LARGEST] * len(FITTED)])
    matrix, values = taught.strengths, start.copy()
    step = 1 / (np.linalg.norm(matrix, 2) ** 2 / 4 + 1 / WIDTH**2)
    for _ in range(STEPS):
        wrong = 1 / (1 + np.exp(-matrix @ values)) - taught.outcomes
        slope = matrix.T @ wrong + (values - start) / width**2
        values = np.clip(values - step * slope, least, most)
    return values


def loss(taught: Lessons, values: Array) -> float:
    """Return the mean log loss."""
    sums = taught.strengths @ values
    return float(np.mean(np.logaddexp(0, sums) - taught.outcomes * sums))


def unseen(taught: Lessons, start: Array) -> float:
    """Return the mean log loss on decisions that the weights were not fitted to."""
    fold = np.random.default_rng(1).permutation(len(taught.outcomes)) % FOLDS
    whole = 0.0
    for turn in range(FOLDS):
        left, kept = fold == turn, fold != turn
        values = fit(Lessons(taught.strengths[kept], taught.outcomes[kept]), start)
        whole += loss(Lessons(taught.strengths[left], taught.outcomes[left]), values) * int(left.sum())
    return whole / len(taught.outcomes)


def fitted(taught: Lessons, shipped: PhoneModel, now: datetime) -> tuple[PhoneModel | None, str]:
    """Return the fitted model, None where there is none, and a sentence for a person."""
    count, confirmed = len(taught.outcomes), int(taught.outcomes.sum())
    if count < LEAST:
        return None, f"{count} decisions on numbers; {LEAST} are needed to fit their weights: those in use stay"
    if min(confirmed, count - confirmed) < LEAST_EACH:
        each = f"{confirmed} confirmed and {count - confirmed} dismissed"
        return None, f"{each}; at least {LEAST_EACH} of each are needed to fit the weights: those in use stay"
    start = np.array([shipped.bias, *(shipped.weights[name] for name in FITTED)])
    before, after = loss(taught, start), unseen(taught, start)
    losses = f"log loss on unseen decisions {after:.3f}, with the weights that ship {before:.3f}"
    if after > BETTER * before:
        return None, f"{losses}: not better, those in use stay"
    bias, *weights = [round(float(value), 2) for value in fit(taught, start)]
    told = {**shipped.weights, **dict(zip(FITTED, weights, strict=True))}
    model = replace(
        shipped, bias=bias, weights=told, calibrated=True, decisions=count, fitted_on=now.date().isoformat()
    )
    return model, f"{losses}; fitted to {count} decisions, {confirmed} of them confirmed"


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, write and tell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args(arguments)
    knobs = settings.load()
    url = knobs.database_url.get_secret_value()
    if not Store.exists(knobs.home, url):
        print(f"no decisions on numbers: there is no database in {knobs.home}")
        return 0
    packs = reference.brands(knobs)
    shipped = reference.shipped_phone_model()
    scorer = PhoneScorer(packs, None, reference.protected(knobs, packs), shipped)
    with Store.open(knobs.home, now=knobs.now, url=url) as store:
        model, told = fitted(lessons(store, scorer), shipped, knobs.now())
    print(told)
    if model and not options.check:
        target = knobs.home / reference.PHONE_MODEL
        write_whole(target, lambda file: file.write(to_json(model).encode()))
        print(f"written: {target}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ScamhuntError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
