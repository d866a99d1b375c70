"""Brands in other scripts and spellings, and several brands in one name."""

from functools import cache

import pytest

from scamhunt import reference
from scamhunt.indicators.domain import parse_many
from scamhunt.model import Brand, Match
from scamhunt.score.brands import Brands
from scamhunt.score.classifier import Classifier
from scamhunt.testing import sample_brands

SCRIPTS = [
    Brand("sber", "Сбербанк", ("sber.example",)),
    Brand("pochta", "Почта Плюс", ("post.example",)),
    Brand("amazon", "Amazon", ("amazon.com",)),
    Brand("wechat", "WeChat", ("wechat.com",), aliases=("微信",)),
    Brand("phondal", "Phondal", ("phondal.example",)),
]


@cache
def classifier() -> Classifier:
    """Return the classifier over the sample brands."""
    return reference.classifier(Brands.of(sample_brands()))


@cache
def with_scripts() -> Classifier:
    """Return the classifier over brands in several scripts."""
    return reference.classifier(Brands.of(SCRIPTS))


def score(name: str, scorer: Classifier, minimum: float | None = 0.0) -> list[Match]:
    """Score a name that can be read."""
    parsed, unreadable = parse_many([name])
    assert not unreadable
    return scorer.score(parsed, minimum)


def idn(label: str) -> str:
    """Return a label as the network writes it."""
    return "xn--" + label.encode("punycode").decode()


@pytest.mark.parametrize(
    ("name", "brand", "signal"),
    [
        (f"{idn('амазон')}.com", "amazon", "other_script"),
        (f"{idn('амазон-вход')}.com", "amazon", "other_script"),
        ("амазон.com", "amazon", "other_script"),
        (f"login.{idn('амазон')}.top", "amazon", "other_script"),
        ("sberbank-login.com", "sber", "other_script"),
        ("pochtaplyus.com", "pochta", "other_script"),
        (f"{idn('сбербанк')}.com", "sber", "own_name"),
        (f"{idn('сбербанк-вход')}.com", "sber", "brand_token"),
        ("fondal-login.com", "phondal", "sounds_alike"),
    ],
)
def test_a_brand_in_another_script_or_spelling_is_found(name: str, brand: str, signal: str) -> None:
    """Names are read as they sound: in Latin letters, in other scripts, in other spellings."""
    (match,) = score(name, with_scripts())
    assert match.brand == brand
    assert signal in {reason.signal for reason in match.reasons}


@pytest.mark.parametrize("label", ["амазония", "самазон", "8амазон", "амаз"])
def test_a_reading_inside_a_longer_word_is_none(label: str) -> None:
    """What only contains the sounds of a brand is another word."""
    assert score(f"{idn(label)}.com", with_scripts()) == []


def test_letters_that_are_read_are_shown_as_written() -> None:
    """A match shows the letters of the name that were read as the brand, in their own script."""
    (match,) = score(f"{idn('вход-амазон')}.com", with_scripts())
    assert match.text[slice(*match.span)] == "амазон"
    assert match.word == "amazon"


def test_two_brands_in_a_name_are_both_told() -> None:
    """Each brand has its match, and each reason names the other; ordinary and short words are no second brand."""
    found = score("paypal-amazon-help.com", classifier())
    texts = {match.brand: [r.text for r in match.reasons if r.signal == "two_brands"] for match in found}
    assert texts == {
        "amazon": ["the name of 'paypal' stands there too"],
        "paypal": ["the name of 'amazon' stands there too"],
    }
    for name in ("paypal-apple-help.com", "paypal-dhl-help.com", "paypal-epos-help.com", "paypal-amaz0n-help.com"):
        assert "two_brands" not in {reason.signal for match in score(name, classifier()) for reason in match.reasons}


def test_a_part_of_another_brand_ranks_behind_it() -> None:
    """Of `apple-bank` the bank is meant before the maker of phones; with a letter wrong nobody is said to be meant."""
    assert [match.brand for match in score("apple-bank-login.com", classifier())] == ["applebank", "apple"]
    for name in ("apple-bank-login.com", "applebank.com.garden.top", "myapplebanklogin.com"):
        (part,) = [match for match in score(name, classifier()) if match.brand == "apple"]
        assert "part_of_another" in {reason.signal for reason in part.reasons}
    (slipped,) = [match for match in score("apple-bamk-login.com", classifier()) if match.brand == "apple"]
    assert "part_of_another" not in {reason.signal for reason in slipped.reasons}


@pytest.mark.parametrize("name", ["微信-支付.com", "微信.com", "微信登录.com", "微信登录-login.cn"])
def test_a_brand_in_han_characters_is_found(name: str) -> None:
    """Names in a script without spaces are read without them."""
    (match,) = score(name, with_scripts(), None)
    assert match.brand == "wechat"
