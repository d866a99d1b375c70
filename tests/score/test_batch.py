import pytest

from scamhunt import reference
from scamhunt.model import Kind
from scamhunt.score.batch import score_rows
from scamhunt.score.brands import Brands
from scamhunt.testing import sample_brands

BAD = ("a" * 300 + ".com", "xn--99999999999.com", "-bad-.com", "127.0.0.1", "a..b.com", "http://user@x/")
GOOD = ("amazon-login-help.com", "*.amazon-login.com", "https://paypal-login.com/x", "garden-flowers.net")


def test_matches_come_in_order_and_unreadable_lines_by_number() -> None:
    """Good lines are scored as they were given, bad ones are named by their line, and neither disturbs the other."""
    body = "\n".join(value for pair in zip(GOOD, BAD, strict=False) for value in pair) + "\n" + "\n".join(BAD[4:])
    classifier = reference.classifier(Brands.of(sample_brands()))
    (scored,) = score_rows([body.encode()], classifier)
    assert [match.indicator for match in scored.matches] == list(GOOD[:3])
    assert [row.line for row in scored.unreadable] == [2, 4, 6, 8, 9, 10]
    assert scored.unreadable[0].raw == BAD[0].encode()
    assert scored.rows == 10


def test_a_long_list_comes_in_batches() -> None:
    """More rows than a batch holds come in several, with the lines counted on."""
    body = b"weather-in-oslo.com\n" * 50_000 + b"amazon-login.com\n-bad-.com\n"
    first, second = score_rows([body], reference.classifier(Brands.of(sample_brands())))
    assert first.matches == []
    assert [first.rows, second.rows] == [50_000, 2]
    assert [match.indicator for match in second.matches] == ["amazon-login.com"]
    assert [row.line for row in second.unreadable] == [50_002]


URLS = """https://paypal-login.com/x
javascript:alert(1)
ftp://amazon-login.com/pub
amazon-refund.com/path
http://127.0.0.1/
paypal-login.net
javascript://amazon-login.com/%0aalert(1)
"""
NO_HOST, NO_WEB, ADDRESS = (
    "a character that host names do not have",
    "a scheme other than http and https",
    "an IP address",
)


@pytest.mark.parametrize(
    ("kind", "matched", "refused"),
    [
        (Kind.DOMAIN, [0, 2, 3, 5, 6], {2: NO_HOST, 5: ADDRESS}),
        (Kind.URL, [0, 3, 5], {2: NO_HOST, 3: NO_WEB, 5: ADDRESS, 7: NO_WEB}),
    ],
)
def test_a_list_of_urls_holds_urls_of_the_web(kind: Kind, matched: list[int], refused: dict[int, str]) -> None:
    """Read as URLs, a value with another scheme is unreadable, with its line and reason; rows keep their numbers."""
    classifier = reference.classifier(Brands.of(sample_brands()))
    (scored,) = score_rows([URLS.encode()], classifier, kind=kind)
    assert [match.row for match in scored.matches] == matched
    assert {row.line: row.reason for row in scored.unreadable} == refused
    assert [row.raw.decode() for row in scored.unreadable] == [URLS.splitlines()[line - 1] for line in refused]
    assert scored.rows == 7


def test_rows_that_are_no_text_count_too() -> None:
    """A line that is not UTF-8 is a row like any other."""
    classifier = reference.classifier(Brands.of(sample_brands()))
    (scored,) = score_rows([b"paypal-login.com\nshop-\xff\xfe.com\noslo-weather.com\n"], classifier)
    assert (scored.rows, len(scored.matches), [row.line for row in scored.unreadable]) == (3, 1, [2])


@pytest.mark.parametrize(("kind", "matched"), [(Kind.DOMAIN, [1]), (Kind.URL, [0, 1])])
def test_the_path_of_an_address_is_read_in_a_list_of_addresses(kind: Kind, matched: list[int]) -> None:
    """In a list of names a path is only what stands behind a name; in a list of URLs the brand may stand there."""
    body = b"https://garden.top/microsoft.com/login-help\nhttps://paypal-login.com/garden\n"
    classifier = reference.classifier(Brands.of(sample_brands()))
    (scored,) = score_rows([body], classifier, kind=kind)
    assert [match.row for match in scored.matches] == matched
    assert scored.unreadable == []


def test_a_minimum_may_be_given() -> None:
    """Below the review threshold a weak match is shown where it is asked for, a higher one hides more."""
    classifier = reference.classifier(Brands.of(sample_brands()))
    body = b"amazonia-tours.com\namazon-login-help.com\n"
    counts = [len(scored.matches) for least in (0.0, None, 1.0) for scored in score_rows([body], classifier, least)]
    assert counts == [2, 1, 0]


@pytest.mark.parametrize(
    ("kind", "indicators"),
    [
        (Kind.DOMAIN, ["https://paypal-login.top/a?b=c", "paypal-login.com"]),
        (Kind.URL, ["https://PayPal-Login.top/A?B=c", "PayPal-Login.COM", "https://Garden.top/PayPal/Login-Help"]),
    ],
)
def test_an_address_keeps_its_case(kind: Kind, indicators: list[str]) -> None:
    """Paths have case: a match shows a URL as it was given, trimmed, and a name in small letters."""
    body = b"  https://PayPal-Login.top/A?B=c  \nPayPal-Login.COM\nhttps://Garden.top/PayPal/Login-Help\n"
    (scored,) = score_rows([body], reference.classifier(Brands.of(sample_brands())), 0.0, kind=kind)
    assert [match.indicator for match in scored.matches] == indicators
    assert all(match.text[slice(*match.span)] == "paypal" for match in scored.matches)
