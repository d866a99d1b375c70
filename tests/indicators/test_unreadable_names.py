import pytest

from scamhunt.errors import BadIndicator
from scamhunt.indicators.domain import parse, parse_many

CHARACTER = "a character that host names do not have"
REFUSED = "a label that browsers refuse"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "empty"),
        (" \t", "empty"),
        ("http://", "empty"),
        (".", "empty"),
        ("localhost", "a single label"),
        ("com", "a single label"),
        ("*.com", "a single label"),
        ("http://user@x/", "a single label"),
        ("co.uk", "a public suffix itself"),
        ("example.ck", "a public suffix itself"),
        ("公司.cn", "a public suffix itself"),
        ("user@example.com", "user information before the host"),
        ("mailto:user@example.com", "user information before the host"),
        ("127.0.0.1", "an IP address"),
        ("127.0.0.1:80", "an IP address"),
        ("10.0.0.0/8", "an IP address"),
        ("http://0x7f.1/", "an IP address"),
        ("2130706433", "an IP address"),
        ("１２７.0.0.1", "an IP address"),
        ("::1", "an IP address"),
        ("fe80::1%eth0", "an IP address"),
        ("[2001:db8::1]", "an IP address"),
        ("https://[2001:db8::1]:443/x", "an IP address"),
        ("example.123", "a suffix of digits only"),
        ("example..com", "an empty label"),
        ("..example.com", "an empty label"),
        ("example.com..", "an empty label"),
        ("-example.com", "a label starts or ends with a hyphen"),
        ("example-.com", "a label starts or ends with a hyphen"),
        ("www.-example-.com", "a label starts or ends with a hyphen"),
        ("example.-com", "a label starts or ends with a hyphen"),
        ("-bad-.nosuchtld.com-", "a label starts or ends with a hyphen"),
        ("_dmarc.example.com", "an underscore"),
        ("my_shop.com", "an underscore"),
        ("my_shop.github.io", "an underscore"),
        ("www._tcp.example.com", "an underscore"),
        ("example.c_m", "an underscore"),
        ("exa mple.com", CHARACTER),
        ("example.com,2026-01-01", CHARACTER),
        ("*.*.example.com", CHARACTER),
        ("exa*mple.com", CHARACTER),
        ("exam%70le.com", CHARACTER),
        ("javascript:alert(1)", CHARACTER),
        ("example.com:8o", CHARACTER),
        ("example.com:٨", CHARACTER),
        ("xn--\ufffd\ufffd.com", CHARACTER),
        ("a\ud800b.com", CHARACTER),
        ("example.com/\udfff", CHARACTER),
        ('=hyperlink("http://x.example","y")', CHARACTER),
        ("example.com:65536", "a port that does not exist"),
        ("exa\x00mple.com", "a control character"),
        ("\x1b[31mexample.com", "a control character"),
        ("example.com/\x1b[31m", "a control character"),
        ("exa\x85mple.com", "a control character"),
        ("\u202eexample.com", "a control character"),
        ("example\u2066.com", "a control character"),
        ("example.com\u2028/x", "a control character"),
        ("xn--99999999.com", "punycode that does not decode"),
        ("xn--0.com", "punycode that does not decode"),
        ("xn--a-a.xn--.com", "a label starts or ends with a hyphen"),
        ("xn--zzzzzzzzzzzz--.com", "a label starts or ends with a hyphen"),
        ("xn--a.com", REFUSED),
        ("xn----eha.com", REFUSED),
        ("xn---ca.com", "punycode that does not decode"),
        ("-ü.com", REFUSED),
        ("ü-.com", REFUSED),
        ("xn----dha.com", REFUSED),
        ("xn--ü.com", REFUSED),
        ("a\u200db.com", REFUSED),
        ("\u0301a.com", REFUSED),
        ("אa.com", REFUSED),
        ("xn--a-ecp.ru", REFUSED),
        ("\u0661.com", REFUSED),
        ("a\ue000.com", CHARACTER),
    ],
)
def test_what_is_no_name_says_why(value: str, reason: str) -> None:
    """What is no host name is refused with a plain, stable reason that does not repeat the value."""
    with pytest.raises(BadIndicator) as refused:
        parse(value)
    assert str(refused.value) == reason


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (("a" * 63 + ".") * 3 + "b" * 57 + ".com", None),
        (("a" * 63 + ".") * 3 + "b" * 57 + ".com.", None),
        ("http://" + ("a" * 63 + ".") * 3 + "b" * 57 + ".com/" + "p" * 1_000, None),
        (("a" * 63 + ".") * 3 + "b" * 58 + ".com", "longer than 253 characters"),
        ("a" * 63 + ".com", None),
        ("a" * 64 + ".com", "a label longer than 63 characters"),
        ("example." + "a" * 63, None),
        ("example." + "a" * 64, "a label longer than 63 characters"),
        ("www." + "a" * 64 + ".com", "a label longer than 63 characters"),
        ("ü" * 56 + ".com", None),
        ("ü" * 60 + ".com", "a label longer than 63 characters"),
        (("ü" * 43 + ".") * 5 + "com", None),
        (("ü" * 44 + ".") * 5 + "com", "longer than 253 characters"),
        ("\ufdfa" * 15, "longer than 253 characters"),
        ("a" * 300 + ".com", "longer than 253 characters"),
        ("http://example.com/".ljust(2_048, "a"), None),
        ("http://example.com/".ljust(2_049, "a"), "longer than 2,048 characters"),
        ("\u0660" * 16_000, "longer than 253 characters"),
    ],
)
def test_limits_are_exact(value: str, reason: str | None) -> None:
    """A host has 253 characters at most, a label 63, a URL 2,048; the limit itself is fine."""
    _, bad = parse_many([value])
    assert bad == ([(0, reason)] if reason else [])


@pytest.mark.parametrize(
    "value",
    [
        "\u0660" * 16_000,
        "a." * 8_000,
        "xn--" + "9" * 59 + ".com",
        "\ufdfa" * 253,
        ":" * 2_048,
        "[" + "a:" * 1_000,
        "1:" * 1_000 + "x",
        "http://" + "@" * 2_000,
        "[.]" * 600,
        "a" * 2_000 + "://",
        "0" * 2_040,
        "x.com:" + "9" * 2_000,
    ],
)
def test_hostile_length_costs_nothing(value: str) -> None:
    """Values made to be slow end at the limits: 500 of them are answered, each with one reason."""
    names, bad = parse_many([value] * 500)
    assert len(names.rows) + len(bad) == 500
    assert len({reason for _, reason in bad}) <= 1
