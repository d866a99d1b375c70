"""Brands of three letters, and words that stand everywhere."""

from functools import cache

import pytest

from scamhunt import reference
from scamhunt.indicators.domain import parse_many
from scamhunt.model import Brand, Match
from scamhunt.score.brands import Brands
from scamhunt.score.classifier import Classifier
from scamhunt.testing import sample_brands

SHORT = [
    Brand("ups", "UPS", ("ups.com",)),
    Brand("ing", "ING", ("ing.com",)),
    Brand("zqv", "ZQV", ("zqv.example",)),
    Brand("webmail", "Webmail", ("webmail.example",), ambiguous=()),
    Brand("zorvel", "Zorvel", ("zorvel.example",)),
]


@cache
def classifier() -> Classifier:
    """Return the classifier over the sample brands and some with short names."""
    return reference.classifier(Brands.of([*sample_brands(), *SHORT]))


def score(name: str) -> list[Match]:
    """Return all matches of a name, the weak ones included."""
    names, unreadable = parse_many([name])
    assert not unreadable
    return classifier().score(names, 0.0)


@pytest.mark.parametrize(
    ("name", "brand", "run"),
    [
        ("dhldelivery.com", "dhl", "dhldelivery"),
        ("verifydhl.xyz", "dhl", "verifydhl"),
        ("zqvlogin.com", "zqv", "zqvlogin"),
        ("loginzqv.com", "zqv", "loginzqv"),
        ("upslogin.com", "ups", "upslogin"),  # nothing stands before it
        ("loginzqvhelp.com", "zqv", "loginzqvhelp"),
    ],
)
def test_three_letters_glued_to_a_lure_are_a_brand(name: str, brand: str, run: str) -> None:
    """Who writes a short name and a lure in one word means the brand."""
    (match,) = score(name)
    told = {reason.signal: reason.text for reason in match.reasons}
    assert match.brand == brand
    assert f"'{run}'" in told["brand_with_words"]
    assert "lure_word" in told


@pytest.mark.parametrize(
    "name",
    """signups.com loginups.com pickups.com updateing.com verifying.com verifyingparcel.com dhlgarden.com gardenzqv.com
    zqvshop.com xzqvx.com xlogindhl.com""".split(),
)
def test_three_letters_are_no_brand_where_words_end_so_or_no_lure_stands(name: str) -> None:
    """`signups` has an ending, `verifying` too; what touches three letters and is no lure makes them an accident."""
    assert score(name) == []


@pytest.mark.parametrize(
    ("name", "signal"),
    [
        ("dhl.garden.com", "ordinary_in_subdomain"),  # short, and nothing supports it
        ("login.dhl.garden.com", "brand_in_subdomain"),
        ("apple.garden.com", "ordinary_in_subdomain"),  # an ordinary word
        ("login.apple.garden.com", "ordinary_in_subdomain"),
        ("webmail.garden.com", "ordinary_in_subdomain"),  # a service of any firm, whatever the pack says
        ("zorvel.garden.com", "brand_in_subdomain"),
    ],
)
def test_an_everyday_word_in_front_of_a_name_weighs_less(name: str, signal: str) -> None:
    """Machines are called like that everywhere: only a distinctive name, or a short one beside a lure, stands there."""
    (match,) = score(name)
    told = {reason.signal for reason in match.reasons}
    assert told & {"ordinary_in_subdomain", "brand_in_subdomain"} == {signal}
