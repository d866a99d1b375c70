"""What brands own is no sign of those who copy it."""

from datetime import UTC, datetime

import pytest

from scamhunt.campaigns.own import Own, own_signs
from scamhunt.campaigns.read import signs_of
from scamhunt.model import Brand, Kind
from scamhunt.observed import Finding, Outcome

AT = datetime(2026, 11, 22, 6, tzinfo=UTC)
FJORD = Brand(
    "fjordpost", "Fjordpost", ("fjordpost.test",), phones=("+1 (805) 555-0100",), inbound_only=("+18055550101",)
)
HOME = "https://www.fjordpost.test/"
LOOK, NEAR, FAR = "0f0f0f0f0f0f0f0f", "0f0f0f0f0f0f0f00", "f0f0f0f0f0f0f0f0"


def found(kind: str, source: str = HOME, outcome: Outcome = Outcome.FOUND, **data: object) -> Finding:
    """Return a finding of a look at the brand's own page."""
    return Finding(kind, source, AT, outcome, "", data, "ab" * 32, "desktop")


SEEN = [
    found("http.exchange", final_url=HOME),
    found("page.shown", words=300, structure="5a" * 16, simhash="1b" * 8),
    found("page.number", e164="+18055550102", role="unknown"),
    found("page.tracker", vendor="Google Analytics", id="UA-12345-1"),
    found("page.chat", vendor="Intercom", key="abc123"),
    found("page.email", value="Press@agency.example"),
    found("page.favicon", "https://cdn.test/icon.ico", sha256="ef" * 32, dhash=LOOK),
    found("tls.certificate", fingerprint="cd" * 32, names=["fjordpost.test"]),
    found("rdap.domain", registrant="Fjordpost AS"),
    found("dns.a", values=["192.0.2.9"]),
    found("page.tracker", "https://elsewhere.example/", vendor="Hotjar", id="99999"),
    found("page.tracker", outcome=Outcome.FAILED, vendor="Hotjar", id="88888"),
]
OWN = Own(own_signs([FJORD], [("fjordpost", SEEN)]))


@pytest.mark.parametrize(
    "key",
    [
        ("number", "+18055550100"),
        ("number", "+18055550101"),
        ("number", "+18055550102"),
        ("chat", "WhatsApp +18055550100"),
        ("chat", "Intercom abc123"),
        ("tracker", "Google Analytics UA-12345"),
        ("email", "press@agency.example"),
        ("email", "service@help.fjordpost.test"),
        ("form", "login.fjordpost.test"),
        ("nameserver", "fjordpost.test"),
        ("certificate", "cd" * 32),
        ("registrant", "fjordpost as"),
        ("address", "192.0.2.9"),
        ("favicon", f"{LOOK}-{'ef' * 32}"),
        ("favicon", f"{NEAR}-{'00' * 32}"),
        ("favicon", f"{FAR}-{'ef' * 32}"),
        ("kit", f"{'5a' * 16}-{'77' * 16}"),
        ("likeness", f"{'5a' * 16}-{'77' * 8}"),
        ("likeness", f"{'77' * 16}-{'1b' * 8}"),
    ],
)
def test_it_is_the_brands(key: tuple[str, str]) -> None:
    """Numbers and hosts of the pack, accounts on its pages, and pictures and pages that are as good as its own."""
    assert key in OWN


@pytest.mark.parametrize(
    "key",
    [
        ("number", "+18055550142"),
        ("tracker", "Hotjar 99999"),
        ("tracker", "Hotjar 88888"),
        ("email", "desk@fjordpost.test.example"),
        ("form", "fjordpost-refund.test"),
        ("favicon", f"{FAR}-{'00' * 32}"),
        ("favicon", "damaged"),
        ("kit", f"{'77' * 16}-{'78' * 16}"),
    ],
)
def test_it_is_not_the_brands(key: tuple[str, str]) -> None:
    """What merely reads like it, stood on somebody else's page, or could not be found out."""
    assert key not in OWN


def test_looks_at_other_brands_pages_are_passed_over() -> None:
    """A look of a brand that no pack has, or damaged findings, add nothing."""
    assert own_signs([FJORD], [("gone", SEEN)]) == own_signs([FJORD], [])
    damaged = [
        found("page.number", e164=7),
        found("dns.a", values="x"),
        found("page.favicon", dhash="zz", sha256=["a"]),
    ]
    assert own_signs([FJORD], [("fjordpost", damaged)]) == own_signs([FJORD], [])


def test_a_plain_copy_has_no_sign_but_its_makers_number() -> None:
    """A page copied as it is, with one number put in: that number alone is left."""
    target = "fjordpost-parcel.example"
    copied = [
        Finding(one.kind, f"https://{target}/", AT, one.outcome, "", one.data, one.sha256, one.vantage)
        for one in SEEN
        if one.kind.startswith("page.") and "elsewhere" not in one.source
    ]
    put_in = found("page.number", f"https://{target}/", e164="+18055550142", role="callback")
    signs = signs_of(7, target, Kind.DOMAIN, [*copied, put_in], 3)
    assert len(signs) > 5
    assert [one.value for one in signs if (one.kind, one.value) not in OWN] == ["+18055550142"]
