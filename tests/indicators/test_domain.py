import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scamhunt.errors import BadIndicator
from scamhunt.indicators.domain import Domain, Names, parse, parse_many
from scamhunt.indicators.reading import FLAGS


@pytest.mark.parametrize(
    ("value", "host", "target", "label", "subdomain", "suffix", "flags"),
    [
        ("example.com", "example.com", "example.com", "example", "", "com", ()),
        (" WWW.Example.CO.UK\t", "www.example.co.uk", "example.co.uk", "example", "www", "co.uk", ()),
        ("a.b.example.de", "a.b.example.de", "example.de", "example", "a.b", "de", ()),
        ("www.ck", "www.ck", "www.ck", "www", "", "ck", ()),
        ("a.example.ck", "a.example.ck", "a.example.ck", "a", "", "example.ck", ()),
        ("amazon.workers.dev", "amazon.workers.dev", "amazon.workers.dev", "amazon", "", "workers.dev", ("tenant",)),
        ("a.amazon.github.io", "a.amazon.github.io", "amazon.github.io", "amazon", "a", "github.io", ("tenant",)),
        ("github.io", "github.io", "github.io", "github", "", "io", ("platform",)),
        ("s3.amazonaws.com", "s3.amazonaws.com", "s3.amazonaws.com", "amazonaws", "s3", "com", ("platform",)),
        (
            "amazon.my.canva.site",
            "amazon.my.canva.site",
            "amazon.my.canva.site",
            "amazon",
            "",
            "my.canva.site",
            ("tenant",),
        ),
        ("a_b.www.example.de", "a_b.www.example.de", "example.de", "example", "a_b.www", "de", ("underscore",)),
        ("_.a.example.de", "_.a.example.de", "example.de", "example", "_.a", "de", ("underscore",)),
        ("shop.nosuchtld", "shop.nosuchtld", "shop.nosuchtld", "shop", "", "nosuchtld", ("unlisted_suffix",)),
        ("r3---sn.example.com", "r3---sn.example.com", "example.com", "example", "r3---sn", "com", ()),
        ("fooxn--bar.com", "fooxn--bar.com", "fooxn--bar.com", "fooxn--bar", "", "com", ()),
    ],
)
def test_host_is_split_at_its_public_suffix(  # noqa: PLR0913, PLR0917  # a row of the table
    value: str, host: str, target: str, label: str, subdomain: str, suffix: str, flags: tuple[str, ...]
) -> None:
    """What would be reported is the registrable name, the tenant of a platform, or the platform's apex."""
    found = parse(value)
    assert found == Domain(value.strip().lower(), host, host, target, suffix, label, subdomain, flags)


@pytest.mark.parametrize(
    ("value", "flags"),
    [
        ("https://example.com", ("url",)),
        ("//example.com", ("url",)),
        ("http:example.com", ("url",)),
        ("ftp://example.com/", ("url", "path")),
        ("http:\\\\example.com\\a", ("url", "path")),
        ("example.com/login?x", ("path",)),
        ("example.com?x", ("path",)),
        ("example.com#x", ("path",)),
        ("example.com:8080", ("port",)),
        ("example.com:65535", ("port",)),
        ("example.com:", ("port",)),
        ("http://user:pass@example.com:80/a", ("url", "userinfo", "port", "path")),
        ("http://a@b@example.com", ("url", "userinfo")),
        ("*.example.com", ("wildcard",)),
        (".example.com", ("wildcard",)),
        ("example.com.", ("trailing_dot",)),
        ("*.example.com.", ("wildcard", "trailing_dot")),
        ("example[.]com", ("defanged",)),
        ("example(.)com", ("defanged",)),
        ("example[dot]com", ("defanged",)),
        ("hxxp://example.com", ("defanged", "url")),
        ("hxxp:example.com", ("defanged", "url")),
        ("hxxps[:]//example[.]com/a[.]b", ("defanged", "url", "path")),
        ("example\u3002com", ("mapped",)),
        ("example\uff0ecom", ("mapped",)),
        ("example\uff61com\u3002", ("mapped", "trailing_dot")),
        ("ｅｘａｍｐｌｅ.com", ("mapped",)),
        ("exam\u00adple.com", ("mapped",)),
    ],
)
def test_is_reduced_to_its_host_and_says_so(value: str, flags: tuple[str, ...]) -> None:
    """A URL, port, path, wildcard or disguised dot is accepted as the host in it, with a flag for what was done."""
    found = parse(value)
    assert (found.host, found.flags) == ("example.com", flags)
    assert set(flags) <= FLAGS.keys()


@pytest.mark.parametrize(
    ("value", "host", "text", "flags"),
    [
        ("müller.de", "xn--mller-kva.de", "müller.de", ("idn",)),
        ("MÜLLER.de", "xn--mller-kva.de", "müller.de", ("idn",)),
        ("mu\u0308ller.de", "xn--mller-kva.de", "müller.de", ("mapped", "idn")),
        ("xn--mller-kva.de", "xn--mller-kva.de", "müller.de", ("idn",)),
        ("XN--MLLER-KVA.DE", "xn--mller-kva.de", "müller.de", ("idn",)),
        ("faß.de", "xn--fa-hia.de", "faß.de", ("idn",)),
        ("xn--mazon-3ve.com", "xn--mazon-3ve.com", "аmazon.com", ("idn", "mixed_script")),
        ("xn--80ak6aa92e.com", "xn--80ak6aa92e.com", "аррӏе.com", ("idn",)),
        ("ıstanbul.com", "xn--stanbul-qfb.com", "ıstanbul.com", ("idn",)),
        ("xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai", "пример.рф", ("idn",)),
        ("日本語カナ.jp", "xn--lck2c295sncbk91h.jp", "日本語カナ.jp", ("idn",)),
        ("नमस्ते.com", "xn--h2bhs4b8d8a.com", "नमस्ते.com", ("idn",)),
        ("שלום.com", "xn--9dbne9b.com", "שלום.com", ("idn",)),
        ("xn--i-7iq.ws", "xn--i-7iq.ws", "i❤.ws", ("symbols", "idn")),
        ("💩.la", "xn--ls8h.la", "💩.la", ("symbols", "idn")),
        ("l·l.cat", "xn--ll-0ea.cat", "l·l.cat", ("idn",)),
        ("ça--b.com", "xn--a--b-zoa.com", "ça--b.com", ("idn",)),
    ],
)
def test_is_read_as_browsers_read_it(value: str, host: str, text: str, flags: tuple[str, ...]) -> None:
    """Names beyond ASCII get A-labels and are decoded; those that only browsers take are accepted with a flag."""
    found = parse(value)
    assert (found.host, found.text, found.flags) == (host, text, flags)


@pytest.mark.parametrize(
    ("value", "suffix", "label", "subdomain", "target"),
    [
        ("shop.müller.co.jp", "co.jp", "müller", "shop", "xn--mller-kva.co.jp"),
        ("é.é.пример.рф", "xn--p1ai", "пример", "é.é", "xn--e1afmkfd.xn--p1ai"),
        ("é.müller.workers.dev", "workers.dev", "müller", "é", "xn--mller-kva.workers.dev"),
        ("é.shop.個人.hk", "xn--gmqw5a.hk", "shop", "é", "shop.xn--gmqw5a.hk"),
        ("a.食狮.公司.cn", "xn--55qx5d.cn", "食狮", "a", "xn--85x722f.xn--55qx5d.cn"),
    ],
)
def test_decoded_names_are_split_in_the_right_place(
    value: str, suffix: str, label: str, subdomain: str, target: str
) -> None:
    """Label and subdomain are what a person reads, suffix and target what a registry knows."""
    found = parse(value)
    assert (found.suffix, found.label, found.subdomain, found.target) == (suffix, label, subdomain, target)


def test_many_keep_their_rows() -> None:
    """Columns have one length, say which row they came from, and leave out what cannot be read."""
    names, bad = parse_many(["Good.com", "", "www.müller.de", "127.0.0.1", "a.workers.dev"])
    assert bad == [(1, "empty"), (3, "an IP address")]
    assert names == Names(
        rows=[0, 2, 4],
        given=["good.com", "www.müller.de", "a.workers.dev"],
        hosts=["good.com", "www.xn--mller-kva.de", "a.workers.dev"],
        texts=["good.com", "www.müller.de", "a.workers.dev"],
        label_at=[0, 4, 0],
        suffix_at=[5, 11, 2],
        targets=["good.com", "xn--mller-kva.de", "a.workers.dev"],
        flags=[(), ("idn",), ("tenant",)],
    )
    assert names.texts[0] is names.hosts[0]
    assert names.texts[2] is names.hosts[2]


def test_nothing_in_nothing_out() -> None:
    """An empty batch is fine, and so is one in which nothing can be read."""
    assert parse_many([]) == (Names([], [], [], [], [], [], [], []), [])
    names, bad = parse_many(["", "-"])
    assert names.rows == []
    assert len(bad) == 2


ASCII_PIECES = (
    "xn--",
    "com",
    "co.uk",
    ".",
    "-",
    "_",
    "*.",
    "@",
    ":",
    "//",
    "http:",
    "[",
    "]",
    "?",
    "%41",
    "a.io",
    "ck",
)
PIECES = st.sampled_from((*ASCII_PIECES, *"üаא١❤\u3002\u200d\u0301\ud800\x00\u202e \\", "workers.dev", "i-7iq"))
VALUES = st.lists(PIECES | st.text(max_size=8) | st.from_regex(r"[a-z0-9-]{1,12}", fullmatch=True), max_size=12)


@settings(max_examples=300)
@given(VALUES.map("".join))
def test_any_text_is_read_or_refused(value: str) -> None:
    """Whatever comes, there is no exception; a host is plain ASCII, split in the right place, and reads as itself."""
    names, bad = parse_many([value, "good.com", value])
    if bad:
        assert names.rows == [1]
        assert [row for row, _ in bad] == [0, 2]
        with pytest.raises(BadIndicator) as refused:
            parse(value)
        assert str(refused.value) == bad[0][1] == bad[1][1]
        return
    found = parse(value)
    assert found.given == names.given[0] == value.strip().lower()
    assert found.host == names.hosts[0]
    assert found.host.isascii()
    assert set(found.host) <= set("abcdefghijklmnopqrstuvwxyz0123456789-._")
    assert len(found.host) <= 253
    again = parse(found.host)
    assert (again.host, again.text, again.target) == (found.host, found.text, found.target)
    assert parse(found.text).host == found.host
    text = names.texts[0]
    assert text[names.label_at[0] : names.suffix_at[0] - 1] == found.label
    assert found.label
    assert "." not in found.label
    assert found.host.endswith(found.target)
    assert text.count(".") == found.host.count(".")
