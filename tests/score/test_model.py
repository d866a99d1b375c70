import json

import pytest

from scamhunt import bundle
from scamhunt.errors import UserError
from scamhunt.model import Reason
from scamhunt.score.model import parse_model

TEXT = bundle.data("scoring/model.json").read_text("utf-8")
MODEL = parse_model(TEXT)


def test_bands_follow_the_thresholds() -> None:
    """A score at a threshold belongs to the band above it."""
    assert [MODEL.band(x) for x in (MODEL.urgent, MODEL.urgent - 1e-9, MODEL.review, MODEL.review - 1e-9)] == [
        "urgent",
        "review",
        "review",
        "low",
    ]


def test_the_score_is_the_logistic_of_the_sum() -> None:
    """Bias and weights add up as log-odds, bounded at 15, rounded to nine decimals."""
    reasons = [Reason("a", 1.0, "x"), Reason("b", -MODEL.bias - 1.0, "y")]
    assert MODEL.score(reasons) == 0.5
    assert MODEL.score([Reason("a", 99.0, "x")]) == 0.999999694
    assert MODEL.score([Reason("a", -99.0, "x")]) == 0.000000306


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "cannot be read"),
        ("[]", "cannot be read"),
        (json.dumps({"bias": 0, "review": 0.5, "urgent": 0.9}), "'weights'"),
        (json.dumps({"bias": 0, "review": 0.5, "urgent": 0.9, "weights": {"no_such": 1}}), "no_such"),
    ],
)
def test_a_model_of_another_version_is_refused(text: str, says: str) -> None:
    """A model that lacks a signal's weight, or has one too many, is refused with the names."""
    with pytest.raises(UserError, match=says):
        parse_model(text)
