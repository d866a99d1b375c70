"""Numbers beside a brand: bulk series, years and the digits of a brand's own."""

from functools import cache

import pytest

from scamhunt import reference
from scamhunt.indicators.domain import parse_many
from scamhunt.model import Brand, Reason
from scamhunt.score.brands import Brands
from scamhunt.score.classifier import Classifier
from scamhunt.testing import sample_brands

MADE_UP = [
    Brand("office", "Office 365", ("office365.example",)),
    Brand("box", "Box", ("box.example",)),
    Brand("river", "River", ("river.example",), ambiguous=("river",)),
]


@cache
def classifier(*, sample: bool) -> Classifier:
    """Return a classifier over the sample brands or the made-up ones."""
    return reference.classifier(Brands.of(sample_brands() if sample else MADE_UP))


def reasons(name: str, *, sample: bool = True) -> dict[str, Reason]:
    """Return the reasons of the strongest match of a name by signal."""
    names, unreadable = parse_many([name])
    assert not unreadable
    found = classifier(sample=sample).score(names, 0.0)
    return {reason.signal: reason for match in found[:1] for reason in match.reasons}


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("8841-paypal.com", "8841"),
        ("paypal-884.com", "884"),
        ("login-8841-paypal.com", "8841"),
        ("paypal-login-8841.com", "8841"),
        ("8841.login-paypal.com", "8841"),
        ("paypal8841.com", "8841"),
        ("8841paypal-login.com", "8841"),
        ("paypal-8841help.com", "8841"),
        ("help8841-paypal.com", "8841"),
        ("paypal-2040.com", "2040"),
        ("paypal-1989.com", "1989"),
        ("paypal-20251.com", "20251"),
        ("paypal-2025-8841.com", "8841"),
        ("8841-box.com", "8841"),
        ("box-884.com", "884"),
        ("8841.paypal.foo.com", "8841"),
        ("paypal.8841.foo.com", "8841"),
        ("paypal-8841help-desk.web-paypal-x.com", "8841"),
        ("paypal.foo-8841.com", "8841"),
    ],
)
def test_a_serial_number_is_seen(name: str, number: str) -> None:
    """Three or more digits that stand alone or are joined to the brand look like a bulk registration."""
    found = reasons(name, sample="box" not in name)
    assert found["series"].text == f"a serial number beside it ({number})"
    assert not {"ordinary_brand", "short_brand"} & found.keys()


@pytest.mark.parametrize(
    "name",
    [
        "paypal-88.com",
        "paypal-1990.com",
        "paypal-2039.com",
        "paypal2025.com",
        "paypal-help8841.com",
        "paypal-help-8841desk.com",
        "paypaal-8841.com",
    ],
)
def test_other_numbers_are_no_series(name: str) -> None:
    """Two digits, a year, digits of another word and a slip make no series."""
    assert "series" not in reasons(name)


def test_a_number_glued_to_an_ordinary_word_supports_nothing() -> None:
    """Neither the signal nor the excuse of an ambiguous word takes `box388` for a series."""
    for name, excuse in (("box3881.net", "short_brand"), ("river388.net", "ordinary_brand")):
        found = reasons(name, sample=False)
        assert "series" not in found
        assert excuse in found


def test_the_digits_of_a_brand_are_no_series() -> None:
    """`office365` brings its own number."""
    assert "series" not in reasons("office365-garden.com", sample=False)
    assert "series" in reasons("office365-8841.com", sample=False)
