import pytest

from scamhunt.errors import Refused
from scamhunt.net.place import LONGEST, read

BASE = read("https://refund-desk.test:8443/a/b?x=/y")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://Refund-Desk.TEST", "http://refund-desk.test/"),
        ("HTTP://refund-desk.test:80/a", "http://refund-desk.test/a"),
        ("https://user:password@refund-desk.test/#part", "https://refund-desk.test/"),
        ("http:\\\\refund-desk.test\\a\\b?c\\d", "http://refund-desk.test/a/b?c\\d"),
        ("http:refund-desk.test", "http://refund-desk.test/"),
        ("http:////refund-desk.test//a", "http://refund-desk.test//a"),
        (" \x00ht\ntp://refund\t-desk.test/a b\r\n", "http://refund-desk.test/a%20b"),
        ("http://refund-desk.test/é?ü\u2028", "http://refund-desk.test/%C3%A9?%C3%BC%E2%80%A8"),
        ("http://refund-desk.test?q", "http://refund-desk.test/?q"),
        ("http://refund-desk.test/a/./b/../c/%2e%2e/d/..", "http://refund-desk.test/a/"),
        ("http://refund-desk.test/../..", "http://refund-desk.test/"),
        ("http://bücher.test/", "http://xn--bcher-kva.test/"),
        ("http://☃.test/", "http://xn--n3h.test/"),
        ("http://my_shop.refund-desk.test./", "http://my_shop.refund-desk.test./"),
        ("http://2130706433:8080/", "http://127.0.0.1:8080/"),
        ("http://[::FFFF:127.0.0.1]/", "http://127.0.0.1/"),
        ("http://[2001:DB8:0::1]:81/", "http://[2001:db8::1]:81/"),
        ("http://localhost:8080/", "http://localhost:8080/"),
        ("http://%6cocalhost/", "http://localhost/"),
    ],
)
def test_an_address_is_read_as_browsers_read_it(text: str, url: str) -> None:
    """What a browser would open is what is opened, and nothing of it is a password or unprintable."""
    assert read(text).url == url


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("", "https://refund-desk.test:8443/a/b?x=/y"),
        ("#part", "https://refund-desk.test:8443/a/b?x=/y"),
        ("?z", "https://refund-desk.test:8443/a/b?z"),
        ("c", "https://refund-desk.test:8443/a/c"),
        ("../c?d", "https://refund-desk.test:8443/c?d"),
        ("/c", "https://refund-desk.test:8443/c"),
        ("\\c", "https://refund-desk.test:8443/c"),
        ("https:c", "https://refund-desk.test:8443/a/c"),
        ("//other.test/c", "https://other.test/c"),
        ("\\/other.test", "https://other.test/"),
        ("///other.test", "https://other.test/"),
        ("http:/other.test", "http://other.test/"),
        ("http://other.test", "http://other.test/"),
    ],
)
def test_a_redirect_leads_where_browsers_go(location: str, url: str) -> None:
    """A redirect is read from where it was sent."""
    assert read(location, BASE).url == url


@pytest.mark.parametrize(
    ("text", "why"),
    [
        *((f"{scheme}:x", "to something else than http and https") for scheme in ("file", "data", "javascript")),
        ("gopher://refund-desk.test/", "to something else than http and https"),
        ("ftp://refund-desk.test/", "to something else than http and https"),
        ("http://refund-desk.test:25/", "to a port that is not for the web"),
        ("http://refund-desk.test:22/", "to a port that is not for the web"),
        (f"http://refund-desk.test/{'a' * LONGEST}", f"to an address of more than {LONGEST:,} characters"),
        *(
            (text, "to an address that cannot be read")
            for text in (
                *("", "refund-desk.test", "/path", "http://", "http:///", "http://refund-desk.test:0/", "http://a..b/"),
                *("http://refund-desk.test:65536/", "http://refund-desk.test:x/", "http://::1/", "http://[::1/"),
                *("http://1.2.3.4.5/", "http://999.1.1.1/", "http://0189.1/", "http://a.0x/", "http://[::x]/"),
                *("http://refund desk.test/", "http://a%00b/", "http://a%2fb/", f"http://{'a' * 64}.test/"),
                *("http://\ufffd.test/", f"http://{'a.' * 130}test/", "http://a\udc80b/"),
            )
        ),
    ],
)
def test_what_is_no_web_address_is_refused(text: str, why: str) -> None:
    """Other schemes, ports of other services and hosts that nobody can read are refused with the reason."""
    with pytest.raises(Refused) as refused:
        read(text)
    assert str(refused.value) == why
