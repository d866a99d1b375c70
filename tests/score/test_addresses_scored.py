"""Addresses: what stands in the path and query of a URL."""

from functools import cache

import pytest

from scamhunt import reference
from scamhunt.indicators.domain import parse_many
from scamhunt.model import Match
from scamhunt.score.brands import Brands
from scamhunt.score.classifier import Classifier, path_of
from scamhunt.testing import sample_brands


@cache
def classifier() -> Classifier:
    """Return the classifier over the sample brands."""
    return reference.classifier(Brands.of(sample_brands()))


def score(urls: list[str], minimum: float | None = None) -> list[Match]:
    """Score addresses that can all be read."""
    parsed, unreadable = parse_many(urls)
    assert not unreadable
    return classifier().score(parsed, minimum, urls=True)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://garden.top/PayPal/Login?a=1", "/paypal/login?a=1"),
        ("https://garden.top/%70aypal", "/paypal"),
        ("https://garden.top/%2570aypal", "/%70aypal"),  # decoded once, as a server does
        ("https://garden.top/pay%00pal%0d%0a", "/pay pal  "),
        ("https://garden.top/%ff%fe", "/��"),
        ("https://garden.top/a#paypal", "/a"),
        ("https://garden.top", ""),
        ("garden.top/paypal", "/paypal"),
    ],
)
def test_a_path_is_read_as_people_see_it(url: str, path: str) -> None:
    """Percent signs are decoded, control characters are blanks, the fragment is left out."""
    assert path_of(url) == path


@pytest.mark.parametrize(
    ("url", "brand"),
    [
        ("https://garden.top/paypal/login", "paypal"),
        ("https://garden.top/%70ay%70al/", "paypal"),
        ("http://garden.top:8080/a/amazon.com/index.html?x=1", "amazon"),
        ("https://garden.top/?next=microsoft-office", "microsoft"),
        ("https://garden.web.app/PAYPAL", "paypal"),
        ("garden.top/paypal", "paypal"),
    ],
)
def test_a_brand_in_a_path_is_seen(url: str, brand: str) -> None:
    """The brand stands as a word of its own in path or query of somebody else's address."""
    (match,) = score([url], 0.0)
    start, end = match.span
    assert (match.brand, match.text[start:end], match.word) == (brand, brand, brand)
    assert "brand_in_path" in {reason.signal for reason in match.reasons}
    assert classifier().score(parse_many([url])[0], 0.0) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://garden.top/apple/",  # an ordinary word
        "https://garden.top/dhl/",  # a short one
        "https://garden.top/epos/",  # a part of a name
        "https://garden.top/outluk/",  # another spelling
        "https://garden.top/paypa1/",  # a look-alike
        "https://garden.top/papyal/",  # a slip
        "https://garden.top/pay%00pal/",
        "https://garden.top/#paypal",
        "https://www.amazon.de/paypal/paypal.com/",  # an official host
        "https://amazon.com/amazon",
    ],
)
def test_a_path_proves_less_than_a_name(url: str) -> None:
    """Only distinctive words count there, letter by letter, and never on an official host of any brand."""
    assert score([url], 0.0) == []


def test_a_word_inside_a_longer_one_is_no_brand_in_the_path() -> None:
    """It may be seen, but says nothing that a person would look at."""
    found = score(["https://garden.top/xpaypalqwtzk/"], 0.0)
    assert "brand_in_path" not in {reason.signal for match in found for reason in match.reasons}
    assert score(["https://garden.top/xpaypalqwtzk/"]) == []


def test_the_host_of_an_address_counts_like_a_name() -> None:
    """The strongest place decides: the host, where the brand stands in both."""
    (host,) = score(["paypal-login.top"])
    (address,) = score(["https://paypal-login.top/paypal/"])
    assert (address.score, address.reasons, address.span) == (host.score, host.reasons, host.span)
    assert address.text == "paypal-login.top"


def test_rows_of_addresses_are_their_own() -> None:
    """Names and addresses in one batch keep their rows."""
    values = ["garden.com", "https://garden.top/paypal.com/x", "paypal-login.com", "https://river.top/amazon/"]
    assert [(match.row, match.brand) for match in score(values, 0.0)] == [
        (1, "paypal"),
        (2, "paypal"),
        (3, "amazon"),
    ]
