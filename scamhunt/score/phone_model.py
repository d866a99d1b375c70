"""From what is known of a number to a score: a sum of log-odds and its logistic, as for names."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from scamhunt.errors import UserError
from scamhunt.score.model import LIMIT
from scamhunt.score.phone_signals import PHONE_SIGNALS

LARGEST = 9.0
"""Of a weight."""


@dataclass(frozen=True, slots=True)
class PhoneModel:
    """Weights by signal, and the two thresholds: worth a look, worth it now."""

    bias: float
    review: float
    urgent: float
    calibrated: bool
    """Whether the weights were fitted to decisions; else they are set by hand."""
    decisions: int
    """How many they were fitted to."""
    fitted_on: str
    """The day of the fit, YYYY-MM-DD; empty for weights set by hand."""
    weights: Mapping[str, float]

    def score(self, weights: Iterable[float]) -> float:
        """Return the score, 0 to 1 with nine decimals: the logistic of bias plus weights, a sum within +-15."""
        total = math.fsum([self.bias, *weights])
        return round(1 / (1 + math.exp(-max(-LIMIT, min(LIMIT, total)))), 9)

    @property
    def bands(self) -> dict[str, float]:
        """The bands of a score by where they begin, the strongest first."""
        return {"urgent": self.urgent, "review": self.review}

    @property
    def standing(self) -> str:
        """Return what the scores are worth, in a sentence for a person."""
        if self.calibrated:
            return f"scores of numbers are fitted to {self.decisions:,} decisions of your own, on {self.fitted_on}"
        return "scores of numbers are uncalibrated: the weights are set by hand and only sort (docs/phone-scoring.md)"


def parse_phone_model(text: str, name: str = "data/scoring/phone_model.json") -> PhoneModel:
    """Read a model of numbers. Raises `UserError` when it does not fit the signals of this version."""
    try:
        data = json.loads(text)
        model = PhoneModel(
            bias=float(data["bias"]),
            review=float(data["review"]),
            urgent=float(data["urgent"]),
            calibrated=bool(data["calibrated"]),
            decisions=int(data["decisions"]),
            fitted_on=str(data["fitted_on"])[:10],
            weights={str(signal): float(weight) for signal, weight in data["weights"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise UserError(
            f"{name}: no model of numbers; restore the file, or remove it if `make train` wrote it"
        ) from None
    _require_fit(model, name)
    return model


def _require_fit(model: PhoneModel, name: str) -> None:
    signals = {signal.name: signal for signal in PHONE_SIGNALS}
    if odd := sorted(signals.keys() ^ model.weights.keys()):
        raise UserError(
            f"{name}: does not fit this version; in one only: {', '.join(odd)[:300]!a}; restore the file, or run "
            "`make train` again"
        )
    wrong = [one for one, weight in model.weights.items() if not _fits(weight, note=signals[one].note)]
    if wrong:
        raise UserError(
            f"{name}: weights of the wrong size: {', '.join(wrong)}; 0 to {LARGEST}, and 0 for what only tells"
        )
    if not (math.isfinite(model.bias) and 0 < model.review < model.urgent < 1):
        raise UserError(f"{name}: needs a bias and 0 < review < urgent < 1; mend the file")


def _fits(weight: float, *, note: bool) -> bool:
    return weight == 0 if note else 0 <= weight <= LARGEST


def to_json(model: PhoneModel) -> str:
    """Return the text that `parse_phone_model` reads."""
    return json.dumps(asdict(model), indent=2) + "\n"
