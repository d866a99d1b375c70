import json

import pytest

from scamhunt import bundle, reference
from scamhunt.errors import UserError
from scamhunt.indicators.domain import parse_many
from scamhunt.model import Reason
from scamhunt.score.brands import Brands
from scamhunt.score.model import parse_model
from scamhunt.testing import sample_brands

TEXT = bundle.data("scoring/model.json").read_text("utf-8")
MODEL = parse_model(TEXT)


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


def test_reasons_come_with_the_heaviest_first() -> None:
    """Whoever reads only the first reason reads what weighs most, for or against."""
    classifier = reference.classifier(Brands.of(sample_brands()))
    (match,) = classifier.score(parse_many(["pineapple-login-help.com"])[0], 0.0)
    assert [reason.signal for reason in match.reasons] == [
        "ordinary_word",
        "lure_word",
        "brand_with_words",
        "ordinary_in_words",
        "several_lures",
    ]
    assert [reason.weight for reason in match.reasons] == [MODEL.weights[reason.signal] for reason in match.reasons]


SPEAK_AGAINST = {
    "one_edit",
    "two_edits",
    "ordinary_brand",
    "ordinary_in_words",
    "ordinary_word",
    "unexplained",
    "slip_in_words",
    "other_subject",
    "short_slip",
    "restricted_zone",
    "popular",
}


def test_each_weight_has_its_sign() -> None:
    """What speaks against a match lowers its score, everything else raises it, and nothing is without weight."""
    assert {name for name, weight in MODEL.weights.items() if weight < 0} == SPEAK_AGAINST
    assert 0 not in MODEL.weights.values()
