import json
import math
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scamhunt import bundle, reference
from scamhunt.errors import UserError
from scamhunt.indicators.domain import parse_many
from scamhunt.score.brands import Brands
from scamhunt.score.model import Model, parse_model
from scamhunt.score.sight import Sight
from scamhunt.score.signals import SIGNALS
from scamhunt.testing import sample_brands

TEXT = bundle.data("scoring/model.json").read_text("utf-8")
MODEL = parse_model(TEXT)
CLASSIFIER = reference.classifier(Brands.of(sample_brands()))
NAMES = """amazon-refund-desk.com amaz0n-prime.net xn--mazon-3ve.com amzaon.shop pineapple-login-help.com windows.com
    chase-miller.com hp-login.com paypal.com.account-check.top epos-card.edu micosoft-river.com apple-bank-login.com
    paypal-login.web.app https://garden.top/paypal.com/ dhl-garden.com paypal-8841.com xymicrosoftqwt.com""".split()


def sights(values: Sequence[str] = NAMES) -> list[Sight]:
    """Return all that is seen in some names."""
    return [sight for _, sight in CLASSIFIER.sights(parse_many(values)[0], urls=True)]


def test_the_score_is_the_logistic_of_the_sum() -> None:
    """Bias and weights add up as log-odds, bounded at 15, rounded to nine decimals."""
    assert MODEL.score([1.0, -MODEL.bias - 1.0]) == 0.5
    assert MODEL.score([]) == round(1 / (1 + math.exp(-MODEL.bias)), 9)
    assert MODEL.score([99.0]) == MODEL.score([999.0]) == 0.999999694
    assert MODEL.score([-99.0]) == MODEL.score([-999.0]) == 0.000000306


@given(st.lists(st.floats(-9, 9), max_size=30), st.randoms(use_true_random=False))
def test_the_order_of_reasons_changes_no_score(weights: list[float], rng: random.Random) -> None:
    """Sums are exact, so that a score is the same whichever signal speaks first."""
    shuffled = weights[:]
    rng.shuffle(shuffled)
    assert MODEL.score(shuffled) == MODEL.score(weights)


@given(st.lists(st.floats(-9, 9), max_size=30), st.floats(0, 9))
def test_one_more_reason_never_lowers_a_score(weights: list[float], more: float) -> None:
    """What speaks for a match raises its score or leaves it; what speaks against it lowers it or leaves it."""
    score = MODEL.score(weights)
    assert MODEL.score([*weights, more]) >= score >= MODEL.score([*weights, -more])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "cannot be read"),
        ("[]", "cannot be read"),
        (json.dumps({"bias": 0, "review": 0.5, "urgent": 0.9, "weights": []}), "cannot be read"),
        (json.dumps({"bias": 0, "review": 0.5, "urgent": 0.9, "weights": {"popular": "much"}}), "cannot be read"),
        (json.dumps({"bias": "low", "review": 0.5, "urgent": 0.9, "weights": {}}), "cannot be read"),
        (json.dumps({"bias": 0, "review": 0.5, "urgent": 0.9}), "'weights'"),
        (json.dumps({"bias": 0, "review": 0.5, "urgent": 0.9, "weights": {"no_such": 1}}), "no_such"),
        (TEXT.replace('"own_name"', '"own_nam"'), r"in one only: \['own_nam', 'own_name'\]"),
    ],
)
def test_a_model_of_another_version_is_refused(text: str, says: str) -> None:
    """A model that lacks a signal's weight, or has one too many, is refused with the names."""
    with pytest.raises(UserError, match=says):
        parse_model(text)


@pytest.mark.parametrize(
    ("signal", "weight", "fits"),
    [
        ("own_name", 0.0, True),
        ("own_name", -0.01, False),
        ("own_name", math.inf, False),
        ("own_name", math.nan, False),
        ("popular", -0.01, True),
        ("popular", 0.0, False),
        ("popular", 1.0, False),
        ("popular", -math.inf, False),
    ],
)
def test_a_weight_of_the_wrong_sign_is_refused(signal: str, weight: float, *, fits: bool) -> None:
    """What speaks against weighs less than nothing, all else nothing or more; a number that is none is named too."""
    data = json.loads(TEXT)
    data["weights"][signal] = weight
    if fits:
        assert parse_model(json.dumps(data)).weights[signal] == weight
    else:
        with pytest.raises(UserError, match=rf"wrong sign or size: \['{signal}'\]"):
            parse_model(json.dumps(data))


@pytest.mark.parametrize(
    "changed",
    [
        {"bias": math.nan},
        {"bias": -math.inf},
        {"review": 0.0},
        {"urgent": 1.0},
        {"review": 0.8, "urgent": 0.8},
        {"review": math.nan},
    ],
    ids=str,
)
def test_thresholds_in_the_wrong_order_are_refused(changed: dict[str, float]) -> None:
    """Review comes before urgent, both lie between nothing and certainty, and the bias is a number."""
    with pytest.raises(UserError, match="0 < review < urgent < 1"):
        parse_model(json.dumps(json.loads(TEXT) | changed))


def test_the_shipped_model_has_a_weight_for_each_signal() -> None:
    """Weights stand in the order of the code, and the thresholds in theirs."""
    assert list(MODEL.weights) == [signal.name for signal in SIGNALS]
    assert 0 < MODEL.review < MODEL.urgent < 1


def test_reasons_come_with_the_heaviest_first() -> None:
    """Whoever reads only the first reason reads what weighs most, for or against; equal ones come by name."""
    weights = dict.fromkeys(MODEL.weights, 0.5) | {"ordinary_word": -4.0, "several_lures": 3.0, "whole_word": 2.0}
    (sight,) = [one for one in sights(["pineapple-login-help.com"]) if one.word.text == "apple"]
    judged = Model(0.0, weights, 0.5, 0.9).judge(sight)
    assert judged is not None
    told = [reason.signal for reason in judged[1]]
    assert told[:3] == ["ordinary_word", "several_lures", "whole_word"]
    equal = [reason.signal for reason in judged[1] if abs(reason.weight) == 0.5]
    assert len(equal) > 1
    assert equal == sorted(equal)
    for match in CLASSIFIER.score(parse_many(NAMES)[0], 0.0, urls=True):
        heavy = [(-abs(reason.weight), reason.signal) for reason in match.reasons]
        assert heavy == sorted(heavy)


def test_strength_multiplies_a_weight() -> None:
    """A reason carries what it adds to the sum: for a word of many bits several times the weight."""
    (match,) = CLASSIFIER.score(parse_many(["microsoft-garden.com"])[0], 0.0)
    weights = {reason.signal: reason.weight for reason in match.reasons}
    assert weights["rare_letters"] == pytest.approx(4.5 * MODEL.weights["rare_letters"])
    assert match.score == MODEL.score(weights.values())


@pytest.mark.parametrize("sight", sights(), ids=lambda sight: f"{sight.host.target}-{sight.piece}-{sight.how}")
def test_an_early_end_changes_nothing(sight: Sight) -> None:
    """With a least score the same is judged, but for what does not reach it."""
    whole = MODEL.judge(sight)
    assert whole is not None
    score, reasons = whole
    assert score == MODEL.score(reason.weight for reason in reasons)
    for least in (0.0, 1e-6, 0.2, MODEL.review, MODEL.urgent, score - 1e-9, score, score + 1e-9, 1.0):
        assert MODEL.judge(sight, least) == (whole if score >= least else None)


def test_without_weights_nothing_is_judged_differently() -> None:
    """A model that has no opinion gives each sight the score of its bias, with the same sentences."""
    blank = Model(0.0, dict.fromkeys(MODEL.weights, 0.0), 0.5, 0.9)
    for sight in sights():
        told, plain = MODEL.judge(sight), blank.judge(sight)
        assert told is not None
        assert plain is not None
        assert plain[0] == 0.5
        assert {reason.text for reason in plain[1]} == {reason.text for reason in told[1]}


def test_classifier_and_model_agree() -> None:
    """The score of a match is that of its reasons, whatever the minimum."""
    names = parse_many(NAMES)[0]
    every = CLASSIFIER.score(names, 0.0)
    assert all(match.score == MODEL.score(reason.weight for reason in match.reasons) for match in every)
    assert [match for match in every if match.score >= MODEL.review] == CLASSIFIER.score(names)
