import math
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
# whose score hangs on it: a signal that speaks for a match brings the name over the review threshold, one that speaks
# against it keeps the name below.
ABOVE, BELOW = "above", "below"
DEPENDS = [
    ("own_name", "microsoft.edu", ABOVE, BELOW),
    ("brand_token", "apple-shop.top", ABOVE, BELOW),
    ("brand_in_front", "appleqwtzk.top", ABOVE, BELOW),
    ("stray_letters", "xpaypal.top", ABOVE, BELOW),
    ("brand_in_subdomain", "bmazon.garden.com", ABOVE, BELOW),
    ("brand_in_path", "https://garden.com/microsoft-8841", ABOVE, BELOW),
    ("official_in_front", "windows.live.com.garden.edu", ABOVE, BELOW),
    ("suffix_behind", "apple-jp.garden.edu", ABOVE, BELOW),
    ("free_tenant", "epos-24.web.app", ABOVE, BELOW),
    ("two_brands", "amazon-paypal-garden.edu", ABOVE, BELOW),
    ("whole_word", "apple-id.com", ABOVE, BELOW),
    ("mixed_scripts", "xn--xmazon-3nf.top", ABOVE, BELOW),
    ("split_brand", "win-dows-shop.edu", ABOVE, BELOW),
    ("other_script", "xn---24-5cda6b7aki.edu", ABOVE, BELOW),
    ("one_edit", "windwos-garden.com", ABOVE, BELOW),
    ("usual_slip", "aplebank-garden.edu", ABOVE, BELOW),
    ("lure_word", "amazon-order-garden.edu", ABOVE, BELOW),
    ("several_lures", "chasse-login-help.com", ABOVE, BELOW),
    ("plain_word", "amaz0n-bank.edu", ABOVE, BELOW),
    ("series", "amazon8841.edu", ABOVE, BELOW),
    ("random_rest", "amazom-xqzvk-garden.edu", ABOVE, BELOW),
    ("rare_letters", "microsft-repair.edu", ABOVE, BELOW),
    ("ordinary_brand", "my-apple.com", BELOW, ABOVE),
    ("two_letters", "hp-shop.top", BELOW, ABOVE),
    ("part_of_name", "epos-shop.com", BELOW, ABOVE),
    ("part_of_another", "apple-bank-garden.top", BELOW, ABOVE),
    ("ordinary_word", "pineapple-xqzvk.com", BELOW, ABOVE),
    ("ordinary_words", "windowshop-login.com", BELOW, ABOVE),
    ("person", "ch4se-miller-shop.com", BELOW, ABOVE),
    ("honest_accent", "xn--chse-shop-11a.top", BELOW, ABOVE),
    ("unexplained", "icloudia.top", BELOW, ABOVE),
    ("alike_in_words", "micros0ftgarden.com", BELOW, ABOVE),
    ("other_subject", "microsoftrz-garden.edu", BELOW, ABOVE),
    ("short_slip", "aple.top", BELOW, ABOVE),
    ("restricted_zone", "amazon-garden.edu", BELOW, ABOVE),
    ("popular", "microsoftstore.com", BELOW, ABOVE),
]
# Those that are too light to bring most names to the other side, each with a name that it makes a difference to.
LIGHT = [
    ("brand_with_words", "mypaypalhelp.com"),
    ("ordinary_in_subdomain", "apple.garden.com"),
    ("confusable", "amaz0n-garden.com"),
    ("homograph", "xn--amzon-yqa.com"),
    ("sounds_alike", "outluk-garden.com"),
    ("own_lure", "amazon-refund.com"),
    ("cheap_zone", "paypal-garden.top"),
    ("long_word", "microsoft-garden.com"),
    ("ordinary_in_words", "myapplehelp.com"),
    ("short_brand", "dhl-garden.com"),
    ("slip_in_words", "amazomrefund.com"),
    ("odd_slip", "bmazon.net"),
]
HAIR = 0.02
"""Log-odds that a score stands off the threshold at least."""


@cache
def classifier(without: str = "") -> Classifier:
    """Return the classifier over the sample brands, or one for which one signal weighs nothing."""
    model = reference.model()
    weights = {name: 0.0 if name == without else weight for name, weight in model.weights.items()}
    popular = frozenset(["microsoftstore.com", "appleinsider.com"])
    return Classifier(Brands.of(sample_brands()), replace(model, weights=weights), reference.vocabulary(), popular)


def matches(name: str, scorer: Classifier) -> list[Match]:
    """Return all matches of one name or URL, the weak ones included, the strongest first."""
    names, unreadable = parse_many([name])
    assert not unreadable
    return scorer.score(names, 0.0, urls="/" in name)


def signals(name: str) -> set[str]:
    """Return the signals of all matches of a name."""
    return {reason.signal for match in matches(name, classifier()) for reason in match.reasons}


def log_odds(score: float) -> float:
    """Return the sum that a score was made of."""
    return math.log(score / (1 - score))


def sums(name: str, signal: str) -> tuple[float, float]:
    """Return the log-odds of the strongest match that a signal speaks of, with that signal and without it."""
    told = matches(name, classifier())
    brand = next(match.brand for match in told if signal in {reason.signal for reason in match.reasons})
    (score,) = [match.score for match in told if match.brand == brand]
    (silent,) = [match.score for match in matches(name, classifier(signal)) if match.brand == brand]
    return log_odds(score), log_odds(silent)


def test_all_signals_are_there() -> None:
    """No signal disappears by accident, and none comes twice or without a name that depends on it."""
    names = [signal.name for signal in SIGNALS]
    assert sorted(names) == sorted([name for name, *_ in DEPENDS] + [name for name, _ in LIGHT])
    assert len(set(names)) == len(names)
    assert [name for name, *_ in DEPENDS] == [name for name in names if name not in dict(LIGHT)]


@pytest.mark.parametrize(("signal", "name", "side", "side_without"), DEPENDS, ids=[row[0] for row in DEPENDS])
def test_a_score_hangs_on_each_signal(signal: str, name: str, side: str, side_without: str) -> None:
    """Each signal brings a name over the review threshold or keeps one below it, and by more than a hair."""
    review = log_odds(reference.model().review)
    both = sums(name, signal)
    assert [ABOVE if each >= review else BELOW for each in both] == [side, side_without]
    assert all(abs(each - review) > HAIR for each in both)


@pytest.mark.parametrize(("signal", "name"), LIGHT, ids=[row[0] for row in LIGHT])
def test_a_light_signal_counts_too(signal: str, name: str) -> None:
    """Each moves the score by its weight, up when it speaks for the match, down when it speaks against it."""
    told, silent = sums(name, signal)
    (match,) = [match for match in matches(name, classifier()) if log_odds(match.score) == told]
    (weight,) = [reason.weight for reason in match.reasons if reason.signal == signal]
    assert told - silent == pytest.approx(weight, abs=0.001)
    assert abs(weight) > HAIR


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)
def test_a_signal_explains_itself(signal: Signal) -> None:
    """Each signal has a meaning in words, a source, names where it holds and names where it does not."""
    assert signal.meaning.endswith(".")
    assert signal.source
    assert signal.seen_in
    assert signal.not_in


@pytest.mark.parametrize(("signal", "name"), EXAMPLES_FOR)
def test_a_signal_sees_its_examples(signal: Signal, name: str) -> None:
    """Each signal is among the reasons for the names that it is made for, and counts with its weight."""
    reasons = [reason for match in matches(name, classifier()) for reason in match.reasons]
    weights = [reason.weight for reason in reasons if reason.signal == signal.name]
    assert weights
    weight = reference.model().weights[signal.name]
    assert all(told * weight > 0 if signal.strength else told == weight for told in weights)


@pytest.mark.parametrize(("signal", "name"), EXAMPLES_AGAINST)
def test_a_signal_stays_silent_elsewhere(signal: Signal, name: str) -> None:
    """Each signal keeps out of all matches of the names that it must not see."""
    assert signal.name not in signals(name)


def test_only_the_family_against_speaks_against() -> None:
    """What stands in against.py lowers a score and nothing else does: adding any other reason never lowers one."""
    weights = reference.model().weights
    assert {signal.name for signal in SIGNALS if signal.against} == {name for name in weights if weights[name] < 0}
    assert 0 not in weights.values()
    assert [signal.name for signal in SIGNALS if signal.strength] == ["usual_slip", "rare_letters", "long_word"]


TEXTS = [
    ("amaz0n-refund.com", "amazon", "whole_word", "'amaz0n' stands for the whole of 'amazon'"),
    ("amaz0n-refund.com", "amazon", "confusable", "'amaz0n' reads as 'amazon' (0 for o)"),
    ("amaz0n-refund.com", "amazon", "lure_word", "beside it 'refund', a word that scammers put beside brands"),
    ("amaz0n-refund.com", "amazon", "own_lure", "'refund' belongs to this brand or its trade"),
    (
        "xn--mazon-3ve.com",
        "amazon",
        "homograph",
        "'аmazon' reads as 'amazon' with look-alike characters (а for a)",
    ),
    ("xn--mazon-3ve.com", "amazon", "mixed_scripts", "'аmazon' mixes Cyrillic and Latin letters"),
    ("xn--80aavshf.com", "amazon", "other_script", "'амазон' is 'amazon' in another script"),
    ("outluk-login.com", "microsoft", "sounds_alike", "'outluk' sounds like 'outlook' ('u' for 'oo')"),
    ("amzaon.net", "amazon", "one_edit", "'amzaon' is one slip away from 'amazon' (transposition)"),
    ("amzaon.net", "amazon", "usual_slip", "a usual slip (transposition)"),
    ("paypalrz.com", "paypal", "stray_letters", "'paypalrz' is 'paypal' with 2 more letters"),
    ("paypal.verify-now.top", "paypal", "brand_in_subdomain", "stands in front of 'verify-now.top'"),
    ("https://garden.top/paypal/", "paypal", "brand_in_path", "'paypal' stands in the path, on 'garden.top'"),
    ("amazon-com.secure.top", "amazon", "official_in_front", "the official 'amazon.com' is spelt out"),
    ("amazon-jp.top", "amazon", "suffix_behind", "'amazon-jp' reads like the end of a host name"),
    ("paypal-amazon-help.com", "paypal", "two_brands", "the name of 'amazon' stands there too"),
    ("epos-garden.com", "eposcard", "part_of_name", "'epos' is only a part of the brand's name"),
    ("apple-bank-login.com", "apple", "part_of_another", "'apple' is a part of 'applebank', another brand"),
    ("windowsillgarden.com", "microsoft", "ordinary_words", "'windowsillgarden' reads as 'windowsill garden'"),
    ("chase-miller.com", "chase", "person", "'chase' and 'miller' make a person's name"),
    ("pineapple.org", "apple", "ordinary_word", "'pineapple' is an ordinary word"),
    ("hp-login.com", "hp", "two_letters", "'hp' has only two letters"),
    ("paypal-river-valley.com", "paypal", "other_subject", "about something else (river, valley)"),
    ("paypal-xqzvk.com", "paypal", "random_rest", "'xqzvk' looks made by chance"),
    ("paypal-garden.top", "paypal", "cheap_zone", "many names under .top are abused"),
    ("amazon-research.edu", "amazon", "restricted_zone", "names under .edu are not for everybody"),
]


@pytest.mark.parametrize(("name", "brand", "signal", "says"), TEXTS, ids=[f"{row[2]}-{row[0]}" for row in TEXTS])
def test_reasons_are_sentences_with_the_letters_in_question(name: str, brand: str, signal: str, says: str) -> None:
    """A reason says in words what was seen: which letters stand for which."""
    (match,) = [match for match in matches(name, classifier()) if match.brand == brand]
    assert says in {reason.signal: reason.text for reason in match.reasons}[signal]
