import json

import pytest

from scamhunt import reference
from scamhunt.errors import UserError
from scamhunt.score.seen.family import SEEN_SIGNALS
from scamhunt.score.seen_model import logit, parse_seen_model

MODEL = reference.seen_model()


def model_text(**more: object) -> str:
    """Return the shipped model with other values; a value of None takes a key away."""
    data = {"prior": MODEL.prior, "review": MODEL.review, "calibrated": False} | more
    weights = {name: {"weight": weight, "why": MODEL.why[name]} for name, weight in MODEL.weights.items()}
    data["weights"] = weights | dict(more.get("weights", {}))  # type: ignore[call-overload]  # a table
    return json.dumps({key: value for key, value in data.items() if value is not None})


def test_the_shipped_weights_fit_and_are_called_uncalibrated() -> None:
    """Each weight has a sentence, in the order of the code; nothing says that it was fitted."""
    assert list(MODEL.weights) == [signal.name for signal in SEEN_SIGNALS]
    assert not MODEL.calibrated
    assert parse_seen_model(model_text()) == MODEL


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"prior": None}, "no model of what is seen"),
        ({"prior": float("inf")}, "needs a prior"),
        ({"review": 1.0}, "needs a prior"),
        ({"weights": {"own_idea": {"weight": 1, "why": "So."}}}, "in one only: 'own_idea'"),
        ({"weights": {"official": {"weight": 1, "why": "So."}}}, "wrong sign or size: official"),
        ({"weights": {"empty": {"weight": 1, "why": "So."}}}, "wrong sign or size: empty"),
        ({"weights": {"popup": {"weight": 0, "why": "So."}}}, "wrong sign or size: popup"),
        ({"weights": {"popup": {"weight": 16, "why": "So."}}}, "wrong sign or size: popup"),
        ({"weights": {"popup": {"weight": 1, "why": ""}}}, "no sentence that says why: popup"),
        ({"weights": {"popup": 1}}, "no model of what is seen"),
    ],
)
def test_a_seen_model_that_does_not_fit_is_refused_by_name(more: dict[str, object], words: str) -> None:
    """A weight of the wrong sign would turn the brand's own site into a scam, so it is named and not used."""
    with pytest.raises(UserError, match=words):
        parse_seen_model(model_text(**more))


def test_log_odds_stay_within_fifteen() -> None:
    """A score of 0 or 1 does not outweigh everything that was seen."""
    assert (logit(0.0), logit(1.0), logit(0.5)) == (-15.0, 15.0, 0.0)
    assert logit(1 - 1e-9) == 15.0
    assert MODEL.score([20.0]) == MODEL.score([15.0]) == 0.999999694
