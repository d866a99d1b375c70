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


# Written a second time on purpose: whoever takes a signal out has to say so here too.
NAMES = """own_name brand_token brand_with_words brand_in_front stray_letters brand_in_subdomain ordinary_in_subdomain
    brand_in_path official_in_front suffix_behind free_tenant two_brands whole_word confusable homograph mixed_scripts
    split_brand sounds_alike other_script one_edit usual_slip lure_word several_lures plain_word own_lure series
    random_rest cheap_zone rare_letters long_word ordinary_brand ordinary_in_words short_brand two_letters part_of_name
    part_of_another ordinary_word ordinary_words person honest_accent unexplained slip_in_words alike_in_words
    other_subject short_slip odd_slip restricted_zone popular""".split()
HEAVY = 1.0
"""A weight from which on some name must hang on the signal; the trained weights of the others are mostly near 0.1."""
HAIR = 0.02
"""Log-odds that a score stands off the threshold at least."""
AROUND = """{}.com {}.top {}.edu {}.web.app {}-garden.com {}-garden.edu {}-shop.com {}-shop.top {}-shop.edu {}-id.edu
    {}-login.com {}-login-help.com {}-refund.com {}login.com my{}help.com x{}.top {}8841.edu 8841-{}.com {}-24.web.app
    {}-24.edu {}-xqzvk.com {}-xqzvk-garden.edu {}-miller-shop.com {}.garden.com {}-jp.garden.edu login.{}.top""".split()
MORE = """windows.live.com.garden.edu microsoftstore.com microsoft-bank.edu https://garden.com/microsoft-8841
    https://garden.top/microsoft/login https://garden.top/paypal/login-help""".split()


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


def surrounded() -> list[str]:
    """Return the examples of all signals, and each host of theirs in many surroundings."""
    examples = sorted({name for signal in SIGNALS for name in signal.seen_in + signal.not_in})
    read = parse_many([name for name in examples if "/" not in name])[0]
    heads = dict.fromkeys(text[: at - 1] for text, at in zip(read.texts, read.suffix_at, strict=True))
    return [*examples, *MORE, *(around.format(head) for head in heads for around in AROUND)]


@cache
def hanging() -> dict[str, list[tuple[str, str]]]:
    """Return for each signal the (name, brand) whose sum lies on the other side of the threshold without its weight."""
    model = reference.model()
    review = log_odds(model.review)
    found: dict[str, list[tuple[str, str]]] = {}
    for match in classifier().score(parse_many(surrounded())[0], 0.0, urls=True):
        whole = math.fsum([model.bias, *(reason.weight for reason in match.reasons)]) - review
        for reason in match.reasons:
            least, most = sorted((whole, whole - reason.weight))
            if least < -HAIR and most > HAIR:
                found.setdefault(reason.signal, []).append((match.indicator, match.brand))
    return found


def turns(name: str, brand: str, signal: str) -> bool:
    """Return whether a name that a signal speaks for reaches review with it only, or one it speaks against without."""
    both = [
        any(match.brand == brand and match.score >= reference.model().review for match in matches(name, scorer))
        for scorer in (classifier(), classifier(signal))
    ]
    return both == ([True, False] if reference.model().weights[signal] > 0 else [False, True])


def test_all_signals_are_there() -> None:
    """No signal disappears by accident, and none comes twice."""
    assert [signal.name for signal in SIGNALS] == NAMES
    assert len(set(NAMES)) == len(NAMES)


HEAVIES = [name for name, weight in reference.model().weights.items() if abs(weight) >= HEAVY]


@pytest.mark.parametrize("signal", HEAVIES)
def test_a_score_hangs_on_each_heavy_signal(signal: str) -> None:
    """Each brings some name over the review threshold or keeps one below it, and by more than a hair."""
    assert any(turns(name, brand, signal) for name, brand in hanging().get(signal, ()))


def test_most_signals_are_heavy() -> None:
    """A retraining that takes the weight from half of the signals wants a look."""
    assert len(HEAVIES) > len(NAMES) / 2


def moved(name: str, signal: str) -> bool:
    """Return whether the score of a match differs by what a signal adds to it from that without the signal's weight."""
    silent = {match.brand: log_odds(match.score) for match in matches(name, classifier(signal))}
    return any(
        reason.signal == signal
        and log_odds(match.score) - silent[match.brand] == pytest.approx(reason.weight, abs=0.01)
        for match in matches(name, classifier())
        if match.brand in silent
        for reason in match.reasons
    )


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)
def test_each_signal_moves_a_score_by_its_weight(signal: Signal) -> None:
    """Light ones too: of its examples and the names that hang on it, one at least loses just that without it."""
    names = dict.fromkeys([*signal.seen_in, *(name for name, _ in hanging().get(signal.name, ()))])
    assert any(moved(name, signal.name) for name in names)


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
    ("https://garden.top/paypal/", "paypal", "brand_in_path", "stands in an address on 'garden.top', not in its name"),
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
