from dataclasses import replace
from functools import cache

import pytest

from scamhunt import reference
from scamhunt.indicators.domain import parse_many
from scamhunt.model import Match
from scamhunt.score.brands import Brands
from scamhunt.score.classifier import Classifier
from scamhunt.score.signals import SIGNALS, Signal
from scamhunt.testing import sample_brands

EXAMPLES_FOR = [pytest.param(signal, name, id=f"{signal.name}-{name}") for signal in SIGNALS for name in signal.seen_in]
EXAMPLES_AGAINST = [
    pytest.param(signal, name, id=f"{signal.name}-{name}") for signal in SIGNALS for name in signal.not_in
]


# Written a second time on purpose: whoever takes a signal out, or its weight, has to say so here too. Each with a name
# whose score hangs on it, the side of the review threshold that it is on, and the side without the signal.
ABOVE, BELOW = "above", "below"
DEPENDS = [
    ("own_name", "paypal.support", ABOVE, BELOW),
    ("brand_token", "paypal-invoice.net", ABOVE, BELOW),
    ("brand_with_words", "paypallogin.net", ABOVE, BELOW),
    ("brand_inside", "microsoftqwt-login-verify.com", ABOVE, BELOW),
    ("brand_buried", "xymicrosoftqwt-login-verify.com", ABOVE, BELOW),
    ("brand_in_subdomain", "paypal.garden-login.top", ABOVE, BELOW),
    ("official_in_front", "paypal-com.top", ABOVE, BELOW),
    ("free_tenant", "paypal-garden.web.app", ABOVE, BELOW),
    ("confusable", "paypa1-garden.com", ABOVE, BELOW),
    ("homograph", "xn--mazon-river-xij.com", ABOVE, BELOW),
    ("split_brand", "pay-pal-garden.com", ABOVE, BELOW),
    ("one_edit", "paypaal-garden.web.app", BELOW, ABOVE),
    ("two_edits", "mcirosotf.com", BELOW, ABOVE),
    ("lure_word", "paypal-invoice.net", ABOVE, BELOW),
    ("several_lures", "microsoftqwt-login-verify.com", ABOVE, BELOW),
    ("own_lure", "amazonqwt-refund-login.com", ABOVE, BELOW),
    ("series", "8841-paypal.com", ABOVE, BELOW),
    ("long_word", "microsoft-garden.com", ABOVE, BELOW),
    ("ordinary_brand", "windows.rest", BELOW, ABOVE),
    ("ordinary_in_words", "mywindowshelp.com", BELOW, ABOVE),
    ("ordinary_word", "pineapple-login-help.com", BELOW, ABOVE),
    ("unexplained", "microsoftqwt-login.com", BELOW, ABOVE),
    ("slip_in_words", "amazomrefund.com", BELOW, ABOVE),
    ("other_subject", "microsoft-river-valley.com", BELOW, ABOVE),
    ("short_slip", "paypaal-garden.web.app", BELOW, ABOVE),
    ("restricted_zone", "paypal.edu", BELOW, ABOVE),
    ("popular", "microsoftstore.com", BELOW, ABOVE),
]
CLEARLY = 0.04


@cache
def classifier() -> Classifier:
    """Return the classifier over the sample brands."""
    return reference.classifier(Brands.of(sample_brands()))


@cache
def without(signal: str) -> Classifier:
    """Return the classifier for which one signal weighs nothing."""
    model = reference.model()
    weights = {**model.weights, signal: 0.0}
    popular = frozenset(["microsoftstore.com"])
    return Classifier(
        Brands.of(sample_brands()), replace(model, weights=weights), reference.vocabulary(), popular=popular
    )


def best(name: str, scorer: Classifier) -> float:
    """Return the score of the strongest match of a name, 0 where there is none."""
    return max((match.score for match in scorer.score(parse_many([name])[0], 0.0)), default=0.0)


def matches(name: str) -> list[Match]:
    """Return all matches of one name, the weak ones included, the strongest first."""
    names, unreadable = parse_many([name])
    assert not unreadable
    return classifier().score(names, 0.0)


def signals(name: str) -> set[str]:
    """Return the signals of the strongest match of a name."""
    return {reason.signal for match in matches(name)[:1] for reason in match.reasons}


def test_all_signals_are_there() -> None:
    """No signal disappears by accident, none comes without a name that depends on it, and none comes twice."""
    assert sorted(signal.name for signal in SIGNALS) == sorted(name for name, *_ in DEPENDS)
    assert len({signal.name for signal in SIGNALS}) == len(SIGNALS)


@pytest.mark.parametrize(("signal", "name", "side", "side_without"), DEPENDS, ids=[row[0] for row in DEPENDS])
def test_a_score_hangs_on_each_signal(signal: str, name: str, side: str, side_without: str) -> None:
    """Each signal brings a name over the review threshold or keeps one below it, and by more than a hair."""
    review = reference.model().review
    scores = best(name, classifier()), best(name, without(signal))
    assert [ABOVE if score >= review else BELOW for score in scores] == [side, side_without]
    assert abs(scores[0] - scores[1]) > CLEARLY


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)
def test_a_signal_explains_itself(signal: Signal) -> None:
    """Each signal has a meaning in words, a source, names where it holds and names where it does not."""
    assert signal.meaning.endswith(".")
    assert signal.source
    assert signal.seen_in
    assert signal.not_in


@pytest.mark.parametrize(("signal", "name"), EXAMPLES_FOR)
def test_a_signal_sees_its_examples(signal: Signal, name: str) -> None:
    """Each signal is among the reasons for the names that it is made for."""
    assert signal.name in signals(name)


@pytest.mark.parametrize(("signal", "name"), EXAMPLES_AGAINST)
def test_a_signal_stays_silent_elsewhere(signal: Signal, name: str) -> None:
    """Each signal keeps out of the names that it must not see."""
    assert signal.name not in signals(name)


def test_reasons_are_sentences_with_the_letters_in_question() -> None:
    """A reason says in words what was seen: which letters stand for which."""
    (match,) = [match for match in matches("amaz0n-refund.com") if match.brand == "amazon"]
    texts = {reason.signal: reason.text for reason in match.reasons}
    assert texts["confusable"] == "'amaz0n' reads as 'amazon' (0 for o)"
    assert texts["lure_word"] == "beside it 'refund', a word that scammers put beside brands"
