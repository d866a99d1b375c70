from functools import cache

import pytest

from scamhunt import reference
from scamhunt.indicators.domain import parse_many
from scamhunt.model import Match
from scamhunt.score.brands import Brands
from scamhunt.score.classifier import Classifier
from scamhunt.score.signals import SIGNALS, Signal
from scamhunt.settings import Settings
from scamhunt.testing import sample_brands

EXAMPLES_FOR = [pytest.param(signal, name, id=f"{signal.name}-{name}") for signal in SIGNALS for name in signal.seen_in]
EXAMPLES_AGAINST = [
    pytest.param(signal, name, id=f"{signal.name}-{name}") for signal in SIGNALS for name in signal.not_in
]


@cache
def classifier() -> Classifier:
    """Return the classifier over the sample brands."""
    return reference.classifier(Settings(), Brands.of(sample_brands()))


def matches(name: str) -> list[Match]:
    """Return all matches of one name, the weak ones included, the strongest first."""
    names, unreadable = parse_many([name])
    assert not unreadable
    return classifier().score(names, 0.0)


def signals(name: str) -> set[str]:
    """Return the signals of the strongest match of a name."""
    return {reason.signal for match in matches(name)[:1] for reason in match.reasons}


def test_there_are_signals() -> None:
    """An empty family would pass every test of its members."""
    assert len(SIGNALS) >= 20
    assert len({signal.name for signal in SIGNALS}) == len(SIGNALS)


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
