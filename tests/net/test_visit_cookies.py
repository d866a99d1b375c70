from datetime import UTC, datetime

import pytest

from scamhunt.net.cookies import MOST, Cookies
from scamhunt.net.place import read

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HOME = "https://a.refund-desk.test/shop/login?x"


def sent(to: str, *values: str, by: str = HOME) -> str:
    """Return the Cookie header for a place after one answer."""
    jar = Cookies()
    jar.take(read(by), values, NOW)
    return jar.header(read(to))


@pytest.mark.parametrize(
    ("value", "to", "header"),
    [
        ("a=1", "https://a.refund-desk.test/shop/", "a=1"),
        ("a=1", "https://a.refund-desk.test/shop", "a=1"),
        ("a=1", "https://a.refund-desk.test/shopping", ""),
        ("a=1", "https://a.refund-desk.test/", ""),
        ("a=1; path=/", "https://a.refund-desk.test/", "a=1"),
        ("a=1; Path=/", "https://b.refund-desk.test/", ""),
        ("a=1; Path=/; Domain=.refund-desk.test", "https://b.refund-desk.test/", "a=1"),
        ("a=1; Path=/; Domain=refund-desk.test", "https://refund-desk.test/", "a=1"),
        ("a=1; Path=/; Domain=refund-desk.test", "https://xrefund-desk.test/", ""),
        ("a=1; Path=/; Domain=test", "https://a.refund-desk.test/", ""),
        ("a=1; Path=/; Domain=other.test", "https://a.refund-desk.test/", ""),
        ("a=1; Path=/; Secure", "http://a.refund-desk.test/", ""),
        ("a=1; Path=/; Secure", "https://a.refund-desk.test/", "a=1"),
        ("a=1; Path=/; Max-Age=0", "https://a.refund-desk.test/", ""),
        ("a=1; Path=/; Max-Age=-5", "https://a.refund-desk.test/", ""),
        ("a=1; Path=/; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "https://a.refund-desk.test/", "a=1"),
        ("a=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "https://a.refund-desk.test/", ""),
        ("a=1; Path=/; Expires=Fri, 01 Jan 2100 00:00:00 GMT", "https://a.refund-desk.test/", "a=1"),
        ("a=1; Path=/; Expires=soon", "https://a.refund-desk.test/", "a=1"),
        ("odd; Path=/", "https://a.refund-desk.test/", "odd"),
        ("a=é; Path=/", "https://a.refund-desk.test/", ""),
        (f"a={'x' * 5_000}; Path=/", "https://a.refund-desk.test/", ""),
    ],
)
def test_a_cookie_goes_where_a_browser_would_send_it(value: str, to: str, header: str) -> None:
    """Host, path, encryption and age decide, as in a browser."""
    assert sent(to, value) == header


def test_the_longer_path_comes_first_and_the_later_value_counts() -> None:
    """The order is that of browsers; a second cookie of the same name replaces the first, an old one removes it."""
    assert sent(HOME, "a=1; Path=/", "b=2", "a=3; Path=/") == "b=2; a=3"
    assert sent(HOME, "a=1", "a=; Max-Age=0") == ""


def test_a_visit_keeps_no_endless_number_of_cookies() -> None:
    """A server that sets cookies without end fills no memory; those it has may still change."""
    header = sent(HOME, *(f"c{at}=1" for at in range(200)), "c0=2")
    assert header.count("=") == MOST
    assert header.startswith("c0=2; ")
