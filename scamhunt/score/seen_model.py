"""Weights of what is seen, set by hand: `data/scoring/seen_model.json`."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scamhunt.errors import UserError
from scamhunt.score.model import LIMIT
from scamhunt.score.seen.family import SEEN_SIGNALS
from scamhunt.score.seen.signal import Part

LARGEST = 15.0
"""Of a weight, either way."""
_FILE = "data/scoring/seen_model.json"


@dataclass(frozen=True, slots=True)
class SeenModel:
    """Weights by signal, what a brand starts with that the name does not resemble, and the threshold of a verdict."""

    prior: float
    """Log-odds."""
    review: float
    """From this score on a verdict may speak against a target."""
    calibrated: bool
    weights: Mapping[str, float]
    why: Mapping[str, str]
    """A sentence for each weight."""

    def score(self, weights: Iterable[float]) -> float:
        """Return the score, 0 to 1 with nine decimals: the logistic of a sum of log-odds within +-15."""
        return round(1 / (1 + math.exp(-max(-LIMIT, min(LIMIT, math.fsum(weights))))), 9)


def logit(score: float) -> float:
    """Return the log-odds of a score, within +-15."""
    if not 0 < score < 1:
        return -LIMIT if score <= 0 else LIMIT
    return max(-LIMIT, min(LIMIT, math.log(score / (1 - score))))


def parse_seen_model(content: str, name: str = _FILE) -> SeenModel:
    """Read the model. Raises `UserError` where it does not fit the signals of this version."""
    try:
        data = json.loads(content)
        table = {str(signal): dict(one) for signal, one in data["weights"].items()}
        weights = {signal: float(one["weight"]) for signal, one in table.items()}
        why = {signal: str(one["why"]) for signal, one in table.items()}
        model = SeenModel(float(data["prior"]), float(data["review"]), data["calibrated"] is True, weights, why)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise UserError(f"{name}: no model of what is seen; restore the file") from None
    _require_fit(model, name)
    return model


def _require_fit(model: SeenModel, name: str) -> None:
    parts = {signal.name: signal.part for signal in SEEN_SIGNALS}
    if odd := sorted(parts.keys() ^ model.weights.keys()):
        raise UserError(
            f"{name}: does not fit this version; in one only: {', '.join(odd)[:300]!a}; restore the file, or give a "
            "new signal its weight there"
        )
    if wrong := [one for one, part in parts.items() if not _fits(model.weights[one], part)]:
        raise UserError(
            f"{name}: weights of the wrong sign or size: {', '.join(wrong)}; what speaks for honesty weighs less than "
            f"0, a note 0, all else more than 0, at most {LARGEST:g}; mend the file"
        )
    if bare := [one for one, why in model.why.items() if not why.strip().endswith(".")]:
        raise UserError(f"{name}: no sentence that says why: {', '.join(bare)}; add it")
    if not (math.isfinite(model.prior) and 0 < model.review < 1):
        raise UserError(f"{name}: needs a prior and 0 < review < 1; mend the file")


def _fits(weight: float, part: Part) -> bool:
    if part is Part.NOTE:
        return weight == 0
    return -LARGEST <= weight < 0 if part in {Part.HONEST, Part.OWN} else 0 < weight <= LARGEST
