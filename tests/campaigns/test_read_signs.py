"""Which findings are signs of an actor, and which are a stranger's, a service's or a veil."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scamhunt.campaigns.kinds import KINDS
from scamhunt.campaigns.read import LIKE_A_PAGE, MOST, is_veiled, normalised, pattern, signs_of
from scamhunt.campaigns.sign import Sign
from scamhunt.campaigns.values import LONGEST
from scamhunt.model import Kind, Role
from scamhunt.observed import Finding, Outcome

AT = datetime(2026, 11, 22, 6, tzinfo=UTC)
TARGET = "brand-refund-17.test"
URL = f"https://{TARGET}/login"
SHA = "ab" * 32
INKED = "0f0f0f0f0f0f0f0f"


def found(kind: str, source: str = URL, **data: object) -> Finding:
    """Return a finding; of pages, as one vantage saw it."""
    return Finding(kind, source, AT, Outcome.FOUND, "", data, SHA, "desktop" if kind.startswith("page.") else "")


PAGE = found("page.shown", words=200, structure="5a" * 16, simhash="1b" * 8)


def keys(*findings: Finding, target: str = TARGET, **more: Any) -> dict[str, str]:  # noqa: ANN401  # as `signs_of` takes it
    """Return kind and value of the signs of a look."""
    return {one.kind: one.value for one in signs_of(7, target, Kind.DOMAIN, findings, 3, **more)}


def recognised(role: str, name: str = "Company", vantage: str = "") -> Finding:
    """Return that a company was recognised."""
    return replace(found("host.recognised", role=role, name=name, by="its name server"), vantage=vantage)


SIGNS = {
    "number": (found("page.number", e164="+18055550142", role="callback"), "+18055550142"),
    "wallet": (found("page.wallet", value="0xAbCd12", currency="ethereum"), "0xabcd12"),
    "chat": (found("page.chat", vendor="tawk.to", key="5c15ba7eb73ee628/default"), "tawk.to 5c15ba7eb73ee628"),
    "tracker": (found("page.tracker", vendor="Google Analytics", id="UA-12345-3"), "Google Analytics UA-12345"),
    "email": (found("page.email", value="Desk@Refund.Example"), "desk@refund.example"),
    "form": (found("page.form", action_host="Collect.example.", foreign=True, asks=["card"]), "collect.example"),
    "certificate": (found("tls.certificate", fingerprint="CD" * 32, names=[f"*.{TARGET}"]), "cd" * 32),
    "registrant": (found("rdap.domain", registrant="Jo  Doe Ltd", registrar="Registrar"), "jo doe ltd"),
    "favicon": (found("page.favicon", "https://cdn.test/i.ico", sha256="ef" * 32, dhash=INKED), f"{INKED}-{'ef' * 32}"),
    "kit": (found("page.kit", structure="5a" * 16, resources="6b" * 16, forms=""), f"{'5a' * 16}-{'6b' * 16}"),
    "likeness": (PAGE, f"{'5a' * 16}-{'1b' * 8}"),
    "nameserver": (found("dns.ns", values=["NS1.desk.example.", "ns2.desk.example"]), "desk.example"),
    "address": (found("dns.a", values=["192.0.2.7"]), "192.0.2.7"),
    "network": (found("dns.aaaa", values=["2001:db8:0:1::7"]), "2001:db8::/48"),
    "registration": (
        found("whois.domain", registered="2026-11-20T06:00:00Z", nameservers=["ns2.x.example", "ns1.x.example"]),
        "B-refund-0 on 2026-11-20 with ns1.x.example ns2.x.example",
    ),
}


def test_every_kind_is_read_from_somewhere() -> None:
    """A kind that is added has an example here, and no example is of a kind that is gone."""
    assert SIGNS.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", SIGNS)
def test_what_is_found_is_a_sign(kind: str) -> None:
    """Each kind is read in its normal form, with the time and the proof of its finding."""
    finding, value = SIGNS[kind]
    signs = signs_of(7, TARGET, Kind.DOMAIN, [PAGE, finding], 3, brand_words=["Brand"])
    assert Sign(7, kind, value, AT, AT, SHA, 3) in signs


@pytest.mark.parametrize("kind", SIGNS)
@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.FOUND])
def test_only_what_was_found_counts(kind: str, outcome: Outcome) -> None:
    """What a source could not say, or has not, is no sign."""
    finding = replace(SIGNS[kind][0], outcome=outcome)
    assert kind not in keys(*([] if kind == "likeness" else [PAGE]), finding)


@pytest.mark.parametrize("role", ["caller_id", "sms_sender", "unknown", ""])
def test_a_number_that_nobody_is_told_to_call_is_no_sign(role: str) -> None:
    """A caller id is mostly forged: it belongs to somebody innocent."""
    assert "number" not in keys(PAGE, found("page.number", e164="+18055550142", role=role))


@pytest.mark.parametrize("role", list(Role))
def test_a_number_is_a_sign_of_itself_where_victims_call_it(role: Role) -> None:
    """A case that is a number has that sign alone, and only as one to call back."""
    findings = [found("number.carrier"), PAGE, SIGNS["number"][0]]
    signs = signs_of(7, "+18055550199", Kind.PHONE, findings, 3, role=role)
    assert signs == ([Sign(7, "number", "+18055550199", AT, AT, "", 3)] if role is Role.CALLBACK else [])


@pytest.mark.parametrize(
    ("names", "counts"),
    [
        ([TARGET], True),
        ([f"www.{TARGET}"], True),
        ([TARGET, *(f"n{at}.example" for at in range(9))], True),
        ([TARGET, *(f"n{at}.example" for at in range(10))], False),
        (["localhost"], False),
        ([f"x{TARGET}"], False),
        ([], False),
    ],
)
def test_certificates_of_platforms_are_none(names: list[str], *, counts: bool) -> None:
    """A certificate is made out to the target and to few others."""
    assert ("certificate" in keys(found("tls.certificate", fingerprint=SHA, names=names))) == counts


@pytest.mark.parametrize(
    ("role", "lost"),
    [
        ("cdn", {"certificate", "address", "network", "nameserver"}),
        ("hosting", {"address", "network", "nameserver"}),
        ("dns", {"nameserver"}),
        ("registrar", set()),
        ("mail", set()),
        ("site builder", {"certificate", "address", "network", "nameserver", *LIKE_A_PAGE}),
        ("parking", set(KINDS)),
        ("for sale", set(KINDS)),
        ("suspended", set(KINDS)),
        ("default page", set(KINDS)),
        ("sinkhole", set(KINDS)),
    ],
)
def test_what_companies_have_in_common_with_all_customers(role: str, lost: set[str]) -> None:
    """Of a company that serves many, what it brings is left out; of a page in place of a site, all that is on it."""
    findings = [PAGE, *(one for one, _ in SIGNS.values()), recognised(role)]
    left = {"registrant"} if lost == set(KINDS) else set(KINDS) - lost
    assert keys(*findings).keys() == left


def test_whole_machines_are_rented_by_one() -> None:
    """An address at a company that rents out machines counts, its network does not; neither does by a shared host."""
    machine = recognised("hosting", "DigitalOcean")
    assert keys(SIGNS["address"][0], machine) == {"address": "192.0.2.7"}
    assert keys(SIGNS["address"][0], machine, recognised("hosting", "Other")) == {}


def test_a_notice_that_one_visitor_saw_says_nothing_of_what_another_saw() -> None:
    """A suspended page for one vantage leaves the signs of the others."""
    other = [replace(one, vantage="mobile") for one in (PAGE, SIGNS["number"][0])]
    assert "number" in keys(*other, recognised("suspended", vantage="desktop"))
    assert "number" not in keys(*other, recognised("suspended", vantage="mobile"))


def test_a_page_that_a_redirect_led_to_is_not_the_targets() -> None:
    """Cloaked sites send visitors to honest pages: what these show is theirs."""
    page = [replace(one, source="https://news.example/") for one, _ in SIGNS.values() if one.kind.startswith("page.")]
    assert keys(*page) == {}
    assert keys(*page, replace(PAGE, vantage="mobile")).keys() == {"likeness"}
    assert keys(*page, PAGE).keys() == {"likeness", "favicon"}


def test_tenants_share_what_is_the_platforms() -> None:
    """Of a tenant only what is on its page and whom it lets victims reach is its own."""
    findings = [PAGE, *(one for one, _ in SIGNS.values())]
    assert keys(*findings, tenant=True).keys() == {"number", "wallet", "chat", "email"}
    moved = [replace(one, source="https://scam.github.io/") for one in findings]
    assert keys(*moved, target="scam.github.io").keys() == {"number", "wallet", "chat", "email"}


@pytest.mark.parametrize(
    "finding",
    [
        found("page.form", action_host="formspree.io", foreign=True, asks=["card"]),
        found("page.form", action_host="us1.list-manage.com", foreign=True, asks=["email"]),
        found("page.form", action_host="collect.example", foreign=False, asks=["card"]),
        found("page.form", action_host="search.example", foreign=True, asks=[]),
        found("page.favicon", sha256=SHA, dhash="0" * 16),
        found("page.favicon", sha256=SHA, dhash=""),
        found("page.shown", words=12, structure="5a" * 16, simhash="1b" * 8),
        found("page.kit", structure="5a" * 16, resources="", forms=""),
        found("page.tracker", vendor="Matomo", id="1"),
        found("page.chat", vendor="Telegram", key="joinchat"),
        found("page.email", value="name@example.com"),
        found("page.wallet", value="0xdAC17F958D2ee523a2206206994597C13D831ec7", currency="ethereum"),
        found("dns.a", values=["127.0.0.1", "0.0.0.0", "10.1.2.3"]),  # noqa: S104  # nobody's address
        found("rdap.ip", address="192.0.2.8", holder="Host"),
        found("dns.ns", values=["localhost"]),
        found("rdap.domain", registered="2026-11-20T06:00:00Z", nameservers=[]),
        found("rdap.domain", registered="", nameservers=["ns1.x.example"]),
        found("rdap.domain", registrant="Registrar, LLC", registrar="registrar,  llc"),
    ],
    ids=lambda one: f"{one.kind} {str(dict(one.data))[:40]}",
)
def test_what_is_everybodys_is_no_sign(finding: Finding) -> None:
    """Services that take anybody's forms, plain pictures, short pages, templates and numbers that count from one."""
    assert keys(replace(PAGE, data={"words": 5}), finding) == {}


VEILS = "REDACTED FOR PRIVACY; Domains By Proxy, LLC; Withheld for Privacy ehf; Data Protected; Not Disclosed; -; "
VEILS += "Whois Privacy Corp.; Identity Protection Service; GDPR Masked; Statutory Masking Enabled; N/A; "


@pytest.mark.parametrize("name", VEILS.split("; "))
def test_a_veil_is_no_name(name: str) -> None:
    """Services that hide registrants stand for thousands."""
    assert is_veiled(name)
    assert not is_veiled("Jo Doe Trading")


def test_names_of_one_pattern() -> None:
    """Digits and the brand's words differ from name to name; a name that is little else has no pattern."""
    words = ("amazon", "paypal")
    assert pattern("amazon-refund-17.test", words) == pattern("paypal-refund-8.example", words) == "B-refund-0"
    assert pattern("amazon-refund-17.test") == "amazon-refund-0"
    assert pattern("amazon.test", words) == pattern("12-34.test", words) == pattern("", words) == ""
    assert pattern("amazon24.test", words) == "B0"


@pytest.mark.parametrize(
    ("kind", "value", "same"),
    [
        ("number", "+1 (805) 555-0142", "+18055550142"),
        ("number", "call me", ""),
        ("wallet", "BC1QXYZ", "bc1qxyz"),
        ("wallet", "T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb", "T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb"),
        ("chat", "WhatsApp 18055550142", "WhatsApp +18055550142"),
        ("chat", "Telegram Refund_Desk", "Telegram refund_desk"),
        ("chat", "Telegram +AbCdEf", "Telegram +AbCdEf"),
        ("chat", "Zoho SalesIQ AbC", "Zoho SalesIQ AbC"),
        ("tracker", "Google Tag Manager GTM-ABC", "Google Tag Manager GTM-ABC"),
        ("email", "no address", ""),
        ("address", "2001:DB8::0:7", "2001:db8::7"),
        ("address", "nowhere", ""),
        ("network", "192.0.2.9", "192.0.2.0/24"),
        ("network", "192.0.2.0/24", "192.0.2.0/24"),
        ("network", "nowhere", ""),
        ("registrant", "  JÖ  Doe ", "jo doe"),
        ("aura", "blue\u202e\x07 sky", "blue sky"),
    ],
)
def test_the_same_thing_has_the_same_text(kind: str, value: str, same: str) -> None:
    """However it is written, and without what cannot be seen; normalising twice changes nothing."""
    assert normalised(kind, value) == same
    assert normalised(kind, same) == same


def test_what_was_seen_twice_is_one_sign() -> None:
    """Two vantages that saw a number are one sign, from the first time to the last, with the newest proof of them."""
    first = SIGNS["number"][0]
    later = replace(first, observed_at=AT + timedelta(minutes=3), sha256="cd" * 32)
    bare = replace(first, observed_at=AT + timedelta(minutes=4), sha256="")
    signs = signs_of(7, TARGET, Kind.DOMAIN, [PAGE, bare, later, first], 3)
    assert signs[-1] == Sign(7, "number", "+18055550142", AT, bare.observed_at, "cd" * 32, 3)


def test_a_page_of_a_thousand_addresses_is_cut() -> None:
    """So many values of one kind are kept, and each is short."""
    many = [found("page.email", value=f"desk{at}@refund.example") for at in range(200)]
    long = found("page.chat", vendor="Crisp", key="x" * 100_000)
    signs = signs_of(7, TARGET, Kind.DOMAIN, [PAGE, *many, long], 3)
    assert sum(one.kind == "email" for one in signs) == MOST
    assert max(len(one.value) for one in signs) == LONGEST


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_NAMES = "e164 role value vendor key id action_host foreign asks sha256 dhash words structure simhash resources".split()
_NAMES += "forms fingerprint names registrant registrar registered nameservers address values name by".split()
_FOUND = st.builds(
    found,
    st.sampled_from(sorted({one.kind for one, _ in SIGNS.values()} | {"rdap.ip", "host.recognised", "odd"})),
    st.sampled_from([URL, "", "http://[", "dns 192.0.2.53:53"]),
)
_DATA = st.dictionaries(st.sampled_from(_NAMES), _JSON, max_size=6)


@settings(max_examples=60)
@given(
    st.lists(st.builds(lambda one, data: replace(one, data=data), _FOUND, _DATA), max_size=6),
    st.sampled_from([TARGET, "192.0.2.7", "", "\x00", "a" * 300, "xn--p1ai"]),
)
def test_damaged_findings_break_nothing(findings: list[Finding], target: str) -> None:
    """Values of any other type are as if they were not there, and each sign that comes of it is one."""
    for one in signs_of(7, target, Kind.DOMAIN, [PAGE, *findings], 3):
        assert one.kind in KINDS
        assert one.value.isprintable()
        assert 0 < len(one.value) <= LONGEST
