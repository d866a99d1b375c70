"""From signals to a score: a sum of log-odds and its logistic."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scamhunt.errors import UserError
from scamhunt.model import Reason
from scamhunt.score.sight import Sight
from scamhunt.score.signals import SIGNALS, Signal

LIMIT = 15.0
"""The sum stays within +-15, so that nine decimals still tell strong scores apart."""


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by signal name, and the two thresholds: worth a look, worth it now."""

    bias: float
    weights: Mapping[str, float]
    review: float
    urgent: float

    def reasons(self, sight: Sight) -> tuple[Reason, ...]:
        """Return what the signals say, the heaviest first."""
        said = ((signal, signal.says(sight)) for signal in SIGNALS)
        reasons = [Reason(signal.name, self._weight(signal, sight), text) for signal, text in said if text]
        return tuple(sorted(reasons, key=lambda reason: (-abs(reason.weight), reason.signal)))

    def _weight(self, signal: Signal, sight: Sight) -> float:
        return self.weights[signal.name] * (signal.strength(sight) if signal.strength else 1.0)

    def score(self, reasons: Sequence[Reason]) -> float:
        """Return the score, 0 to 1 with nine decimals: the logistic of bias plus weights."""
        total = math.fsum([self.bias, *(reason.weight for reason in reasons)])
        return round(1 / (1 + math.exp(-max(-LIMIT, min(LIMIT, total)))), 9)


def parse_model(text: str) -> Model:
    """Read `data/scoring/model.json`. Raises `UserError` when it does not fit the signals of this version."""
    try:
        data = json.loads(text)
        model = Model(float(data["bias"]), dict(data["weights"]), float(data["review"]), float(data["urgent"]))
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"the scoring model cannot be read ({error!r}); restore data/scoring/model.json") from None
    names = {signal.name for signal in SIGNALS}
    if names != model.weights.keys():
        raise UserError(
            f"the scoring model does not fit this version; in one only: {sorted(names ^ model.weights.keys())}; "
            "restore data/scoring/model.json"
        )
    return model
