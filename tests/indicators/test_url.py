import pytest

from scamhunt.errors import BadIndicator
from scamhunt.indicators.url import Url, parse_url


def cut(url: Url) -> tuple[str, str, str, str]:
    """Return the parts that a test compares."""
    return url.scheme, url.host.host, url.path, url.query


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://example.com/Login?Next=/A#top", ("https", "example.com", "/Login", "Next=/A")),
        ("HTTP://EXAMPLE.com", ("http", "example.com", "", "")),
        ("  example.com/a  ", ("", "example.com", "/a", "")),
        ("example.com", ("", "example.com", "", "")),
        ("//example.com/a", ("", "example.com", "/a", "")),
        ("example[DOT]com/A", ("", "example.com", "/A", "")),
        ("http:example.com/a", ("http", "example.com", "/a", "")),
        ("http:\\\\example.com\\a", ("http", "example.com", "/a", "")),
        ("hxxps[:]//example[.]com/a[.]html", ("https", "example.com", "/a[.]html", "")),
        ("http://amazon.com@refund-desk.example:8080/?q", ("http", "refund-desk.example", "/", "q")),
        ("http://xn--mller-kva.de/#x?y", ("http", "xn--mller-kva.de", "/", "")),
        ("http://müller.de/ü", ("http", "xn--mller-kva.de", "/ü", "")),
    ],
)
def test_is_cut_where_browsers_cut(value: str, expected: tuple[str, str, str, str]) -> None:
    """Scheme, host, path and query are what a browser would use; case of path and query is kept."""
    url = parse_url(value)
    assert cut(url) == expected
    assert url.given == value.strip()


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("ftp://example.com/a", "a scheme other than http and https"),
        ("data:text/html,example.com", "a character that host names do not have"),
        ("javascript:alert(1)", "a character that host names do not have"),
        ("http://127.0.0.1/", "an IP address"),
        ("http://", "empty"),
        ("http://example.com/\x1b[31m", "a control character"),
        ("http://example.com/" + "a" * 2_030, "longer than 2,048 characters"),
        ("http://example/", "a single label"),
    ],
)
def test_what_is_no_url_says_why(value: str, reason: str) -> None:
    """What cannot be fetched over HTTP is refused with a plain reason."""
    with pytest.raises(BadIndicator) as refused:
        parse_url(value)
    assert str(refused.value) == reason


def test_longest_url_is_read() -> None:
    """2,048 characters are fine, one more is not."""
    assert parse_url("http://example.com/".ljust(2_048, "a")).host.host == "example.com"
