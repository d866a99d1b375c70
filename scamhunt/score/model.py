"""From signals to a score: a sum of log-odds and its logistic."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from scamhunt.errors import UserError
from scamhunt.model import Reason
from scamhunt.score.sight import Sight
from scamhunt.score.signals import SIGNALS, Signal
from scamhunt.score.signals.signal import SignalFunction, Strength

Asked = tuple[str, SignalFunction, Strength | None, float]
"""What is asked of a sight again and again: name, signal, strength, weight."""
LIMIT = 15.0
"""The sum stays within +-15, so that nine decimals still tell strong scores apart."""


@dataclass(frozen=True)
class Model:
    """Weights by signal name, and the two thresholds: worth a look, worth it now."""

    bias: float
    weights: Mapping[str, float]
    review: float
    urgent: float

    def judge(self, sight: Sight, least: float = 0.0) -> tuple[float, tuple[Reason, ...]] | None:
        """Return the score and what the signals say, the heaviest first; None when the score is below `least`.

        What speaks against is asked last: when the rest does not reach `least`, it cannot either.
        """
        said: list[tuple[str, float, str]] = []
        score = 0.0
        for asked in (self._for, self._against):
            for name, says, strength, weight in asked:
                text = says(sight)
                if text is not None:
                    said.append((name, round(weight * strength(sight), 3) if strength else weight, text))
            score = self.score([weight for _, weight, _ in said])
            if score < least:
                return None
        return score, tuple(sorted((Reason(*each) for each in said), key=_heaviest))

    def score(self, weights: Iterable[float]) -> float:
        """Return the score, 0 to 1 with nine decimals: the logistic of bias plus weights."""
        total = math.fsum([self.bias, *weights])
        return round(1 / (1 + math.exp(-max(-LIMIT, min(LIMIT, total)))), 9)

    @cached_property
    def _for(self) -> tuple[Asked, ...]:
        return tuple(self._asked(signal) for signal in SIGNALS if not signal.against)

    @cached_property
    def _against(self) -> tuple[Asked, ...]:
        return tuple(self._asked(signal) for signal in SIGNALS if signal.against)

    def _asked(self, signal: Signal) -> Asked:
        return signal.name, signal.says, signal.strength, self.weights[signal.name]


def _heaviest(reason: Reason) -> tuple[float, str]:
    return -abs(reason.weight), reason.signal


def parse_model(text: str) -> Model:
    """Read `data/scoring/model.json`. Raises `UserError` when it does not fit the signals of this version."""
    try:
        data = json.loads(text)
        weights = {str(name): float(weight) for name, weight in data["weights"].items()}
        model = Model(float(data["bias"]), weights, float(data["review"]), float(data["urgent"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"the scoring model cannot be read ({error!r}); restore data/scoring/model.json") from None
    names = {signal.name for signal in SIGNALS}
    if names != model.weights.keys():
        raise UserError(
            f"the scoring model does not fit this version; in one only: {sorted(names ^ model.weights.keys())}; "
            "restore data/scoring/model.json, or give a new signal its weight there"
        )
    if wrong := [signal.name for signal in SIGNALS if not _fits(model.weights[signal.name], against=signal.against)]:
        raise UserError(
            f"the scoring model has weights of the wrong sign or size: {wrong}; what speaks against weighs less than "
            "0, all else 0 or more; mend data/scoring/model.json"
        )
    if not (math.isfinite(model.bias) and 0 < model.review < model.urgent < 1):
        raise UserError("the scoring model needs a bias and 0 < review < urgent < 1; mend data/scoring/model.json")
    return model


def _fits(weight: float, *, against: bool) -> bool:
    return math.isfinite(weight) and (weight < 0 if against else weight >= 0)
