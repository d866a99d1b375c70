import random
import subprocess
import sys
from importlib.resources import files

import pytest
import tldextract

from scamhunt.indicators.suffixes import Rule, Suffixes, public_suffix_list, suffixes

SMALL = Suffixes(
    """// a comment
// ===BEGIN ICANN DOMAINS===
com
*.ck
!www.ck
er
*.er
jp
*.kobe.jp
!city.kobe.jp
рф
// ===BEGIN PRIVATE DOMAINS===
github.io   trailing words do not count
*.platform.com
!own.platform.com
"""
)

QUIRKS = {
    "ex.futurecms.at",
    "in.futurecms.at",
    "oci.customer-oci.com",
    "ocp.customer-oci.com",
    "ocs.customer-oci.com",
    "sub.wc.psl.hrsn.dev",
    "privatelink.snowflake.app",
    "svc.firenet.ch",
}
"""A rule `*.a` beside a longer one `*.b.a`: `b.a` is a suffix by the list's algorithm, tldextract forgets it."""


@pytest.mark.parametrize(
    ("host", "suffix", "rule"),
    [
        ("example.com", "com", Rule.ICANN),
        ("a.b.example.com", "com", Rule.ICANN),
        ("com", "com", Rule.ICANN),
        ("example.ck", "example.ck", Rule.ICANN),
        ("shop.example.ck", "example.ck", Rule.ICANN),
        ("www.ck", "ck", Rule.ICANN),
        ("a.www.ck", "ck", Rule.ICANN),
        ("kobe.jp", "jp", Rule.ICANN),
        ("a.city.kobe.jp", "kobe.jp", Rule.ICANN),
        ("a.b.kobe.jp", "b.kobe.jp", Rule.ICANN),
        ("xn--e1afmkfd.xn--p1ai", "xn--p1ai", Rule.ICANN),
        ("a.github.io", "github.io", Rule.PRIVATE),
        ("a.b.platform.com", "b.platform.com", Rule.PRIVATE),
        ("own.platform.com", "platform.com", Rule.PRIVATE),
        ("platform.com", "com", Rule.ICANN),
        ("example.nosuchsuffix", "nosuchsuffix", Rule.UNLISTED),
        ("github.nosuchsuffix", "nosuchsuffix", Rule.UNLISTED),
    ],
)
def test_longest_rule_wins(host: str, suffix: str, rule: Rule) -> None:
    """Plain rules, stars, exceptions, the private section and the default rule decide as the list says."""
    at, found = SMALL.split(host)
    assert (host[at:], found) == (suffix, rule)


@pytest.mark.parametrize(
    ("host", "suffix"),
    [("a.github.io", "io"), ("a.b.platform.com", "com"), ("a.own.platform.com", "com"), ("a.b.ck", "b.ck")],
)
def test_private_section_can_be_left_out(host: str, suffix: str) -> None:
    """Without the private section the registry's suffix decides."""
    at, rule = SMALL.split(host, private=False)
    assert host[at:] == suffix
    assert rule is not Rule.PRIVATE


def test_plain_top_level_domains_have_no_star() -> None:
    """The fast path may only trust top-level domains that have no rule of another kind."""
    assert SMALL.plain == {"com", "jp", "xn--p1ai"}
    assert "er" in SMALL.rules
    assert "ck" not in suffixes().plain
    assert {"com", "de", "xn--p1ai", "shop"} <= suffixes().plain


@pytest.mark.parametrize("private", [True, False])
def test_agrees_with_tldextract(*, private: bool) -> None:
    """Each rule of the bundled list, alone and below it, is read as tldextract reads it, but for its known fault."""
    other = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=private)
    public = Suffixes(public_suffix_list())
    rules = sorted(public.rules) + [f"example.{tld}" for tld in sorted(public.plain)] + sorted(QUIRKS)
    sample = random.Random(1).sample(rules, 1_500)  # a sample
    chosen = [*sample, "www.ck", "x.ck", "city.kobe.jp", "a.bd", "bd", *QUIRKS]
    hosts = [prefix + rule for rule in chosen for prefix in ("", "a.", "b.a.", "www.x.")]
    differ = set()
    for host in hosts:
        at, rule = public.split(host, private=private)
        if (host[at:] if rule else "") != other.extract_str(host).suffix:
            differ.add(host)
    assert differ == (QUIRKS if private else set())


def test_bundled_list_is_read_once_and_whole() -> None:
    """The snapshot that tldextract carries is found, has both sections, and is kept."""
    assert suffixes() is suffixes()
    assert len(suffixes().rules) > 9_000
    assert suffixes().rules["co.uk"] is Rule.ICANN
    assert suffixes().rules["github.io"] is Rule.PRIVATE


def test_platforms_that_the_list_lacks_are_known_too() -> None:
    """Each line of our own list is a private suffix that the public list does not have, sorted and once."""
    text = files("scamhunt.indicators").joinpath("platforms.txt").read_text("utf-8")
    own = [line for line in text.splitlines() if not line.startswith("#")]
    assert own == sorted(set(own))
    assert len(own) > 100
    assert {suffixes().rules[name] for name in own} == {Rule.PRIVATE}
    assert not set(own) & Suffixes(public_suffix_list()).rules.keys()
    assert suffixes().split("paypal-login.000webhostapp.com") == (13, Rule.PRIVATE)


def test_import_is_light() -> None:
    """Reading a name loads neither tldextract nor what it brings along."""
    code = "import sys; from scamhunt.indicators.domain import parse; parse('a.co.uk'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"tldextract", "requests", "httpx", "pydantic"} & set(done.stdout.split())
