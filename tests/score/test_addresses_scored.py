"""Addresses: what stands in the path and query of a URL."""

from functools import cache

import pytest

from scamhunt import reference
from scamhunt.indicators.domain import parse_many
from scamhunt.model import Match
from scamhunt.score.brands import Brands
from scamhunt.score.classifier import PATH_SHOWN, Classifier, path_of
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
        ("garden.top?paypal=1", "?paypal=1"),
        (r"https:\\garden.top\PayPal", r"\paypal"),
        ("https://PayPal.com@garden.top/login", "paypal.com@/login"),
        ("https://paypal.com:x@garden.top", "paypal.com:x@"),
        ("https://garden.top/ｐａｙｐａｌ/", "/paypal/"),  # full width
        (f"https://garden.top/{'a' * PATH_SHOWN}paypal", f"/{'a' * (PATH_SHOWN - 1)}"),
    ],
    ids=lambda text: text[:40],
)
def test_a_path_is_read_as_people_see_it(url: str, path: str) -> None:
    """Percent signs are decoded, wide letters made narrow, control characters blanks; 512 characters, no fragment."""
    assert path_of(url) == path


def test_one_character_that_stands_for_many_makes_no_path_longer() -> None:
    """A ligature of Arabic stands for 18 letters: the limit holds for what is looked at, not only for what is given."""
    ligatures = "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 300
    assert len(path_of(f"https://garden.top/{ligatures}")) == PATH_SHOWN


@pytest.mark.parametrize(
    ("url", "brand"),
    [
        ("https://garden.top/paypal/login", "paypal"),
        ("https://garden.top/%70ay%70al/", "paypal"),
        ("http://garden.top:8080/a/amazon.com/index.html?x=1", "amazon"),
        ("https://garden.top/?next=microsoft-office", "microsoft"),
        ("https://garden.web.app/PAYPAL", "paypal"),
        ("garden.top/paypal", "paypal"),
        ("https://garden.top?paypal", "paypal"),
        ("garden.top?x=paypal&y=1", "paypal"),
        (r"https://garden.top\paypal\login", "paypal"),
        (r"https:\\garden.top\paypal", "paypal"),
        ("https://paypal:secret@garden.top", "paypal"),
        ("https:paypal@garden.top", "paypal"),  # as browsers read it
        ("https://garden.top/ｐａｙｐａｌ/", "paypal"),
        (f"https://garden.top/{'a' * (PATH_SHOWN - 8)}/paypal", "paypal"),
    ],
    ids=lambda text: text[:40],
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
        f"https://garden.top/{'a' * (PATH_SHOWN - 7)}/paypal",  # its last letter is beyond what is looked at
    ],
    ids=lambda url: url[:40],
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


@pytest.mark.parametrize(
    ("url", "spelt"),
    [
        ("https://paypal.com@garden.top/login", True),
        ("https://PayPal.com:443@garden.top/login", True),
        ("https://paypal@garden.top/login", False),
        ("https://garden.top/paypal.com/login", False),  # honest pages link to the brand
        ("https://garden.top/?next=https://paypal.com@x/", False),
    ],
)
def test_an_official_domain_before_the_at_sign_is_a_trick(url: str, *, spelt: bool) -> None:
    """A reader takes `paypal.com@` for the host; in a path the domain is a mere mention."""
    (match,) = score([url], 0.0)
    told = {reason.signal for reason in match.reasons}
    assert {"brand_in_path", "official_in_front"} & told == {"brand_in_path"} | (
        {"official_in_front"} if spelt else set()
    )


def test_user_information_brings_a_host_to_review() -> None:
    """The oldest trick of all is worth a look, whatever the host is called."""
    (match,) = score(["https://paypal.com@garden.top/login"])
    assert (match.brand, match.target) == ("paypal", "garden.top")


def test_user_information_of_an_official_host_is_nothing() -> None:
    """What stands before the `@` of a brand's own host tricks nobody."""
    assert score(["https://microsoft.com@paypal.com/login"], 0.0) == []


@pytest.mark.parametrize("url", ["https://garden.top/paypal/xqzvkwq/", "https://garden.top/?paypal&key=qzxkvjw"])
def test_keys_in_an_address_are_no_letters_of_chance(url: str) -> None:
    """Paths and queries of honest sites are full of them; in a name they count."""
    assert "random_rest" not in {reason.signal for match in score([url], 0.0) for reason in match.reasons}
    assert "random_rest" in {reason.signal for match in score(["paypal-xqzvkwq.top"]) for reason in match.reasons}
