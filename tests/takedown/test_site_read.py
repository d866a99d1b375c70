"""What a report may say of a site: only what was found, with its source, its time and its proof."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scamhunt.observed import Finding, Liveness, Outcome, Verdict
from scamhunt.takedown.proofs import by_weight, what_it_is
from scamhunt.takedown.site import NOTHING_SEEN, Browser, Company, Machine, Proof, Published, Site, Visited
from scamhunt.takedown.site_read import LONGEST, MOST, merged, read

AT = datetime(2026, 11, 22, 6, tzinfo=UTC)
URL = "https://amazon-refund-desk.com/"
LOGIN = "https://amazon-refund-desk.com/login"
SHA = "ab" * 32
DESK = {"email": "abuse@registrar.example", "phone": "+1.2125550140", "name": "Desk", "scope": "registrar"}


def found(kind: str, vantage: str = "", source: str = "https://rdap.example/", **data: object) -> Finding:
    """Return a finding that was found."""
    return Finding(kind, source, AT, Outcome.FOUND, "", data, SHA, vantage)


def of(*findings: Finding) -> Site:
    """Read findings alone."""
    return read(findings, (), Visited())


DOMAIN = found(
    "rdap.domain",
    name="amazon-refund-desk.com",
    registrar="Registrar Example, Inc.",
    registrar_id="9999",
    abuse=[{**DESK, "role": "abuse", "form": ""}],
    statuses=["client hold"],
    registered="2026-11-20T06:00:00Z",
    nameservers=["ns1.dns.example"],
    server="rdap.example",
)
HOPS = [{"url": URL, "status": 302, "address": "192.0.2.7"}, {"url": LOGIN, "status": 200, "address": "192.0.2.7"}]
PAGE = [
    found("http.exchange", "desktop", URL, chain=[], final_url=URL, status=200),
    found("http.exchange", "mobile", URL, chain=HOPS, final_url=LOGIN, status=200),
    found("page.shown", "desktop", URL, title="Nothing here", language="fr", brands=[], empty=False),
    found("page.shown", "mobile", URL, title="Amazon sign-in", language="en", brands=["amazon"], empty=False),
    found("page.form", "mobile", LOGIN, asks=["password", "card"], foreign=True, action_host="collect.example"),
    found("page.form", "mobile", LOGIN, asks=["pin"], foreign=False, action_host="amazon-refund-desk.com"),
    found("page.number", "mobile", LOGIN, e164="+18055550142", role="callback"),
    found("page.popup", "mobile", LOGIN, signs=["fullscreen", "fake scan"]),
    found("page.kit", "mobile", LOGIN, known=["sixteen"]),
    found("tls.certificate", "mobile", "tls 192.0.2.7:443", fingerprint="cd" * 32, names=[]),
]
NETWORK = [
    found("dns.a", "", "dns 192.0.2.53:53", values=["192.0.2.7", "192.0.2.8"]),
    found("dns.aaaa", "", "dns 192.0.2.53:53", values=["2001:DB8::7"]),
    found("dns.mx", "", "dns 192.0.2.53:53", values=["10 MX.mail.example.", "0 ."]),
    found("dns.mail", "", "dns 192.0.2.53:53", spf="v=spf1 -all", null_mx=False),
    found(
        "rdap.ip",
        address="192.0.2.7",
        network="192.0.2.0/24",
        holder="Host Example",
        name="HOST-1",
        country="NL",
        abuse=[{"email": "abuse@host.example", "scope": "network"}],
    ),
    found("host.recognised", role="cdn", name="Edge Example", by="the address 192.0.2.7"),
    found("host.recognised", role="cdn", name="Edge Example", by="the header server"),
]


def test_a_registration_is_read_with_the_source_of_each_contact() -> None:
    """A desk is told who is the registrar of record, and each contact knows who said it, when, with which proof."""
    site = of(DOMAIN)
    assert (site.registrar, site.registrar_id, site.registry) == ("Registrar Example, Inc.", "9999", "rdap.example")
    assert (site.registered, site.statuses) == (AT - timedelta(days=2), ("client hold",))
    assert site.nameservers == ("ns1.dns.example",)
    assert site.contacts == (
        Published(
            "abuse@registrar.example",
            "Desk",
            "registrar",
            "abuse",
            "https://rdap.example/",
            SHA,
            AT,
            "+1.2125550140",
        ),
    )


def test_what_the_registry_says_comes_before_what_others_say() -> None:
    """RDAP comes before WHOIS, whichever was asked first; what one of them lacks the other tells."""
    whois = found("whois.domain", registrar="Other", registrar_id="8", server="whois.example", statuses=["active"])
    site = of(whois, replace(DOMAIN, data={**DOMAIN.data, "registrar_id": "not a number"}))
    assert (site.registrar, site.registrar_id, site.registry) == ("Registrar Example, Inc.", "8", "rdap.example")
    assert site.statuses == ("client hold", "active")


def test_contacts_stand_in_the_order_of_who_can_act_each_once() -> None:
    """The registrar's abuse desk first, a general mailbox later; the same mailbox twice is one."""
    rows = [
        {**DESK, "email": "info@registrar.example", "role": "general"},
        {**DESK, "email": "noc@registry.example", "scope": "registry"},
        {**DESK, "email": "Abuse@registrar.example"},
        DESK,
        {**DESK, "email": "", "form": "https://registrar.example/abuse"},
        {**DESK, "scope": "neighbour"},
        {"scope": "registrar"},
        {**DESK, "email": "x" * LONGEST + "@registrar.example", "phone": ""},
    ]
    site = of(replace(DOMAIN, data={"abuse": rows}))
    assert [(one.email or one.form, one.scope, one.role) for one in site.contacts] == [
        ("Abuse@registrar.example", "registrar", "abuse"),
        ("https://registrar.example/abuse", "registrar", "abuse"),
        ("info@registrar.example", "registrar", "general"),
        ("noc@registry.example", "registry", "abuse"),
    ]


def test_addresses_networks_companies_and_mail_are_read() -> None:
    """Each address has its network and the network's desk; a null MX is no mail server; a company stands once."""
    site = of(*NETWORK)
    desk = Published("abuse@host.example", "", "network", "abuse", "https://rdap.example/", SHA, AT)
    assert site.machines == (
        Machine("192.0.2.7", "192.0.2.0/24", "Host Example", "NL", (desk,)),
        Machine("192.0.2.8"),
        Machine("2001:db8::7"),
    )
    assert site.companies == (Company("cdn", "Edge Example", "the address 192.0.2.7"),)
    assert (site.mail_servers, site.has_spf) == (("mx.mail.example",), True)
    assert site.contacts == ()


def test_what_a_page_shows_is_told_of_the_vantage_that_was_asked_for_something() -> None:
    """The page that only a telephone saw is the one that counts: its address, its way, its title."""
    site = of(*PAGE)
    assert (site.final_url, site.redirects, site.title, site.language) == (LOGIN, (URL, LOGIN), "Amazon sign-in", "en")
    assert (site.asks, site.posts_to) == (("password", "card", "pin"), ("collect.example",))
    assert (site.numbers, site.popups, site.kits) == (("+18055550142",), ("fullscreen", "fake scan"), ("sixteen",))
    assert (site.brands, site.certificate) == (("amazon",), "cd" * 32)


def test_visits_can_be_made_again() -> None:
    """One a vantage, with the browser that it said to be, its UTC time, and what it saw in words."""
    east = replace(PAGE[0], observed_at=AT.astimezone(timezone(timedelta(hours=5))))
    browsers = {"mobile": Browser("Mozilla/5.0 (Linux)", "en-US", "https://search.example/")}
    desktop, mobile = read([east, *PAGE], (), Visited(browsers=browsers)).visits
    assert (desktop.vantage, desktop.url, desktop.at, desktop.at.tzinfo) == ("desktop", URL, AT, UTC)
    assert (desktop.saw, desktop.user_agent) == ("a page titled \u201cNothing here\u201d", "")
    assert (mobile.user_agent, mobile.language) == ("Mozilla/5.0 (Linux)", "en-US")
    assert (mobile.referrer, mobile.status, mobile.url) == ("https://search.example/", 200, LOGIN)
    assert mobile.saw == (
        "a form that asks for password, card and pin; a page that plays a warning: fullscreen, fake scan; "
        "the number +18055550142"
    )


@pytest.mark.parametrize(
    ("findings", "saw"),
    [
        ([found("page.shown", "desktop", title="", empty=True)], "an empty page"),
        ([found("page.shown", "desktop", title="", empty=False)], "a page without a title"),
        (
            [found("page.shown", "desktop", empty=True), found("page.rendered", "desktop", title="Drawn", empty=False)],
            "a page titled \u201cDrawn\u201d",
        ),
        ([found("page.block", "desktop", by="a CDN", what="captcha")], "a wall in front of the page: captcha"),
        ([found("page.form", "desktop", asks=["pin"])], "a form that asks for pin"),
        ([], ""),
    ],
)
def test_what_a_visit_saw_is_said_in_words(findings: list[Finding], saw: str) -> None:
    """Nothing is said of a page that nobody could read."""
    (visit,) = of(PAGE[0], *findings).visits
    assert visit.saw == saw


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.FOUND])
def test_only_what_was_found_is_there(outcome: Outcome) -> None:
    """An answer that did not come, or says that there is none, adds nothing whatever its data holds."""
    findings = [replace(one, outcome=outcome) for one in (DOMAIN, *PAGE, *NETWORK)]
    assert of(*findings) == NOTHING_SEEN


def test_the_look_itself_is_told() -> None:
    """Its number, its time, what it opened, what it came to, and when it was last seen alive."""
    visited = Visited(7, AT, URL, Verdict.IMPERSONATES, Liveness.TAKEN_DOWN, AT + timedelta(hours=1))
    site = read((), (), visited)
    assert (site.look, site.looked_at, site.url, site.verdict) == (7, AT, URL, Verdict.IMPERSONATES)
    assert (site.liveness, site.liveness_at) == (Liveness.TAKEN_DOWN, AT + timedelta(hours=1))


@pytest.mark.parametrize(
    ("media_type", "url", "note", "words"),
    [
        ("image/png", URL, "stamped copy of abc", "screenshot with address and time on it"),
        ("image/png", URL, "", "screenshot"),
        ("application/warc", URL, "", "WARC of the visit"),
        ("text/html", URL, "the DOM after scripts", "page as it was drawn"),
        ("text/html", URL, "", "page as it came"),
        ("application/dns-message", "dns://192.0.2.53/a.test?type=A", "", "DNS answer"),
        ("application/rdap+json", "https://rdap.example/domain/a.test", "", "answer of the registry"),
        ("application/rdap+json", "https://rdap.example/ip/192.0.2.7", "", "answer of the address registry"),
        ("text/plain", "whois://whois.example/a.test", "", "WHOIS answer"),
        ("application/pkix-cert", URL, "", "certificate"),
        ("application/pem-certificate-chain", URL, "", "certificate chain"),
        ("application/json", "manifest:a.test", "", "manifest of the look"),
        ("application/x-odd", URL, "", "other bytes"),
    ],
)
def test_evidence_is_named_in_words(media_type: str, url: str, note: str, words: str) -> None:
    """A desk reads what an item is, not its media type."""
    assert what_it_is(media_type, url=url, note=note) == words


def test_proofs_that_a_person_sees_at_once_come_first_and_stay_when_there_are_many() -> None:
    """Of a hundred DNS answers and one screenshot the screenshot is told."""
    answers = [Proof(at, SHA, "application/dns-message", "DNS answer", "", AT, 1) for at in range(100)]
    warc, shot = (
        replace(answers[0], id=at, what=what) for at, what in ((200, "WARC of the visit"), (201, "screenshot"))
    )
    proofs = read((), [*answers, warc, shot], Visited()).proofs
    assert (len(proofs), [one.id for one in proofs[:3]]) == (MOST, [201, 200, 0])
    assert by_weight([warc, shot]) == (shot, warc)


def test_texts_from_outside_stay_as_they_came_within_bounds() -> None:
    """A page with a thousand forms and a title of a megabyte makes a short report."""
    long = "\u202e" + "x" * 1_000_000
    forms = [found("page.form", "mobile", asks=[f"{at}"], foreign=True, action_host=f"{at}.test") for at in range(1000)]
    site = of(*forms, found("page.shown", "mobile", title=long), replace(DOMAIN, data={"registrar": long}))
    assert (len(site.asks), len(site.posts_to), len(site.title)) == (MOST, MOST, LONGEST)
    assert (site.title, site.registrar) == (long[:LONGEST], long[:LONGEST])


# --- two looks --------------------------------------------------------------------------------------------------------


def test_a_newer_registration_replaces_an_older_one() -> None:
    """RDAP of today counts, and WHOIS of last week does not stand beside it."""
    old = found("whois.domain", registrar="Old", statuses=["active"])
    assert of(*merged([old, *PAGE], [DOMAIN])).statuses == ("client hold",)
    assert of(*merged([old, *PAGE], [DOMAIN])).title == "Amazon sign-in"


def test_a_newer_registration_without_proof_does_not_replace_one_with_proof() -> None:
    """A check that saw the same kept no bytes: the contact keeps the answer that proves it."""
    later = replace(DOMAIN, sha256="", data={**DOMAIN.data, "registrar": "Same"})
    assert of(*merged([DOMAIN], [later])) == of(DOMAIN)


@pytest.mark.parametrize("outcome", [Outcome.TIMEOUT, Outcome.ABSENT, Outcome.FAILED, Outcome.EMPTY])
def test_a_later_look_that_found_nothing_takes_nothing_away(outcome: Outcome) -> None:
    """Unknown is not absent: who was the registrar, the host, the mail server stays told."""
    later = [replace(one, outcome=outcome) for one in (DOMAIN, *NETWORK)]
    assert of(*merged([DOMAIN, *NETWORK], later)) == of(DOMAIN, *NETWORK)


def test_a_name_that_moved_is_not_reported_to_the_host_that_it_left() -> None:
    """Networks of addresses that it left, and companies recognised there, are no longer told."""
    moved = [
        found("dns.a", values=["198.51.100.9", "192.0.2.8"]),
        found("host.recognised", role="hosting", name="New", by="x"),
    ]
    site = of(*merged(NETWORK, moved))
    assert [one.address for one in site.machines] == ["198.51.100.9", "192.0.2.8"]
    assert [one.name for one in site.companies] == ["New"]
    assert site.mail_servers == ("mx.mail.example",)


def test_a_name_that_stayed_keeps_what_headers_told() -> None:
    """A later look without a page knows less of who stands in front of the host; that is kept."""
    later = [NETWORK[0], NETWORK[1], found("host.recognised", role="dns", name="Zones", by="x")]
    site = of(*merged(NETWORK, later))
    assert [one.name for one in site.companies] == ["Edge Example", "Zones"]
    assert site.machines == of(*NETWORK).machines


# --- hostile ----------------------------------------------------------------------------------------------------------

KINDS = sorted({one.kind for one in (DOMAIN, *PAGE, *NETWORK)} | {"whois.domain", "page.rendered", "page.block"})
KEYS = sorted({key for one in (DOMAIN, *PAGE, *NETWORK) for key in one.data} | {"by", "what", "null_mx"})
TEXT = st.one_of(st.sampled_from(["", "+1", "192.0.2.1", "::", "0 .", "https://[", "9" * 40, "abuse"]), st.text())
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | st.text(), inner, max_size=6),
    max_leaves=12,
)
DAMAGED = st.builds(
    Finding,
    kind=st.sampled_from(KINDS),
    source=TEXT,
    observed_at=st.sampled_from(
        [AT, AT.replace(tzinfo=None), datetime.min.replace(tzinfo=timezone(timedelta(hours=9)))]
    ),
    outcome=st.just(Outcome.FOUND),
    text=st.just(""),
    data=st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=8) | VALUES,
    sha256=st.sampled_from(["", SHA]),
    vantage=st.sampled_from(["", "desktop", "mobile"]),
)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.lists(DAMAGED, max_size=8), st.lists(DAMAGED, max_size=4))
def test_damaged_findings_never_raise_and_hide_nothing_that_is_sound(seen: list[Finding], later: list[Finding]) -> None:
    """Whatever somebody wrote into a row: the rest is read, and all of it stays within its bounds."""
    site = of(*merged([*seen, *PAGE], later))
    assert {"password", "card", "pin"} <= set(site.asks) or len(site.asks) == MOST
    assert all(len(one.address) < LONGEST for one in site.machines)
    assert all(len(getattr(site, name)) <= MOST for name in ("asks", "contacts", "machines", "visits", "statuses"))
