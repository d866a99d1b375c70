import base64
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import xarf

from scamhunt.errors import UserError
from scamhunt.model import Reason
from scamhunt.observed import Liveness
from scamhunt.takedown import xarf_report
from scamhunt.takedown.case import Case, Draft, Reporter, Said
from scamhunt.takedown.exact import host_of, strip, url_of
from scamhunt.takedown.site import Company, Machine, Proof, Published, Site
from scamhunt.takedown.xarf_report import xarf_of

ID = UUID("01234567-89ab-4def-8123-456789abcdef")
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
US = Reporter("Example Trust and Safety", "abuse-reports@trust.example")
NOTHING = Said()
SUSPICIOUS = "suspicious_registration"
CONTACT = Published("abuse@registrar.example", "R", "registrar", "abuse", "https://rdap.example/", "0" * 64, NOW)
SITE = Site(
    looked_at=datetime(2026, 11, 21, 8, 0, tzinfo=UTC),
    url="https://www.amazon-refund-desk.com/login?step=1&email=jo%40mail.example#top",
    registrar="Example Registrar",
    registered=datetime(2026, 11, 19, 22, 0, tzinfo=UTC),
    nameservers=("NS1.HOST.EXAMPLE.", "not a host"),
    contacts=(replace(CONTACT, role="general", email="info@registrar.example"), CONTACT),
    machines=(Machine("192.0.2.7", "192.0.2.0/24", "Holder", "us"), Machine("2001:db8::7"), Machine("nowhere")),
    companies=(Company("hosting", "Example Host", "address"),),
    mail_servers=("mx.host.example",),
    asks=("password", "card"),
    kits=("zeta",),
    redirects=("https://short.example/a?token=abc", "javascript:void"),
    certificate="ab" * 32,
    brands=("amazon",),
)


def draft(purpose: str) -> Draft:
    """Return a draft that lacks nothing."""
    return Draft(purpose, "abuse@registrar.example", "subject", "It was observed.\n", (), (), abuse_type=purpose)


def made(
    case: Case, purpose: str, *, said: Said = NOTHING, proofs: list[tuple[Proof, bytes]] | None = None
) -> dict[str, object]:
    """Return a report as XARF, as a parser of its own reads it back without a complaint."""
    report = xarf_of(draft(purpose), case, reporter=US, report_id=ID, said=said, proofs=proofs or (), now=NOW)
    assert report is not None
    again = xarf.parse(json.dumps(report))
    assert (again.errors, again.warnings) == ([], [])
    assert again.report is not None
    return report


def proof(body: bytes, at: int = 1, media_type: str = "image/png") -> tuple[Proof, bytes]:
    """Return an item of the evidence with its bytes."""
    return Proof(at, hashlib.sha256(body).hexdigest(), media_type, "screenshot", "", NOW, len(body)), body


@pytest.fixture
def seen(case: Case) -> Case:
    """Return a case that was looked at."""
    return replace(case, site=SITE)


def test_phishing(seen: Case) -> None:
    """All that is known stands in the fields of its schema, exact, and nothing else does."""
    us = {"org": "Example Trust and Safety", "contact": "abuse-reports@trust.example", "domain": "trust.example"}
    assert made(seen, "phishing") == {
        "xarf_version": "4.2.0",
        "report_id": str(ID),
        "timestamp": "2026-11-21T08:00:00Z",
        "reporter": us,
        "sender": us,
        "source_identifier": "amazon-refund-desk.com",
        "category": "content",
        "type": "phishing",
        "url": "https://www.amazon-refund-desk.com/login?step=1",
        "domain": "amazon-refund-desk.com",
        "evidence_source": "crawler",
        "verification_method": "automated_crawler",
        "verified_at": "2026-11-21T08:00:00Z",
        "target_brand": "Amazon",
        "registrar": "Example Registrar",
        "nameservers": ["ns1.host.example"],
        "whois": {"created_date": "2026-11-19T22:00:00Z", "registrar_abuse_contact": "abuse@registrar.example"},
        "dns_records": {"a": ["192.0.2.7"], "aaaa": ["2001:db8::7"], "mx": ["mx.host.example"]},
        "hosting_provider": "Example Host",
        "country_code": "US",
        "ssl_certificate": {"fingerprint": f"sha256:{'ab' * 32}"},
        "credential_fields": ["password", "card"],
        "phishing_kit": "zeta",
        "redirect_chain": ["https://short.example/a"],
        "description": "Observed 2026-11-21 08:00 UTC: the name and its registration, and no abuse yet.",
    }


def test_impersonation(seen: Case) -> None:
    """It names the brand's first official site; a brand without one cannot be reported so."""
    report = made(seen, "impersonation")
    assert (report["type"], report["infringement_type"]) == ("brand_infringement", "brand_impersonation")
    assert report["legitimate_site"] == "https://amazon.com/"
    assert report["infringing_elements"] == ["brand_name"]
    unseen = made(replace(seen, site=replace(SITE, brands=())), "impersonation")
    assert "infringing_elements" not in unseen
    nameless = replace(seen, brand=replace(seen.brand, domains=()))
    with pytest.raises(UserError, match=r"^legitimate_site: "):
        xarf_of(draft("impersonation"), nameless, reporter=US, report_id=ID, said=NOTHING, now=NOW)


def test_tech_support_fraud(seen: Case) -> None:
    """It is a fraud of its own kind, in the name of somebody."""
    report = made(seen, "tech_support_fraud")
    assert (report["type"], report["fraud_type"], report["claimed_entity"]) == ("fraud", "tech_support", "Amazon")


def test_suspicious_registration(case: Case) -> None:
    """It says when the name was registered and what is odd about it; a day that is not known is no day."""
    site = Site(registered=datetime(2026, 11, 19, 22, 0, tzinfo=UTC), liveness=Liveness.PARKED)
    related = (("amazon-refund-help.com", "same certificate"), ("+12125550142", "shown there"))
    report = made(replace(case, site=site, related=related), "suspicious_registration")
    assert report["registration_date"] == "2026-11-19T22:00:00Z"
    assert report["days_since_registration"] == 2
    assert report["suspicious_indicators"] == ["brand_keyword", "parked_page"]
    assert report["related_domains"] == [{"domain": "amazon-refund-help.com"}]
    assert report["url"] == "http://amazon-refund-desk.com/"
    assert report["evidence_source"] == "automated_discovery"
    assert "verified_at" not in report
    plain = made(replace(case, site=replace(site, liveness=None), reasons=(Reason("lure_word", 1.0, "x"),)), SUSPICIOUS)
    assert plain["suspicious_indicators"] == ["other"]
    with pytest.raises(UserError, match=r"^registration_date is not known"):
        xarf_of(draft("suspicious_registration"), case, reporter=US, report_id=ID, said=NOTHING, now=NOW)


def test_a_text_message(case: Case) -> None:
    """A number that sent texts is the source of spam by SMS; nothing is said of a mail."""
    number = replace(case, kind="phone", indicator="+12125550142")
    report = made(number, "sms")
    assert (report["category"], report["type"], report["protocol"]) == ("messaging", "spam", "sms")
    assert report["source_identifier"] == "+12125550142"
    assert report["evidence_source"] == "user_complaint"
    assert not {"url", "domain", "smtp_from"} & report.keys()
    with pytest.raises(UserError, match=r"^source_identifier: "):
        xarf_of(draft("sms"), replace(number, indicator="2125550142"), reporter=US, report_id=ID, said=NOTHING, now=NOW)


@pytest.mark.parametrize(
    ("kind", "purpose"),
    [
        ("phone", "callback"),
        ("phone", "caller_id"),
        ("phone", "trace_forward"),
        ("phone", "do_not_originate"),
        ("phone", "phishing"),
        ("domain", "sms"),
        ("domain", "withdrawal"),
        ("domain", "closure"),
    ],
)
def test_xarf_has_no_type_for_it(kind: str, purpose: str, case: Case) -> None:
    """Calls, and taking a report back, are no XARF."""
    number = replace(case, kind=kind, indicator="+12125550142" if kind == "phone" else case.indicator)
    assert xarf_of(draft(purpose), number, reporter=US, report_id=ID, said=NOTHING, now=NOW) is None


@pytest.mark.parametrize("name", ["xn--mazon-3ve.com", "a--b.com", "amazon.xn--p1ai"])
def test_a_name_that_the_pattern_refuses(name: str, case: Case) -> None:
    """`domain` is left out where the schema refuses A-labels; address and source have the exact name."""
    report = made(replace(case, indicator=name, site=replace(SITE, url="")), "phishing")
    assert "domain" not in report
    assert report["source_identifier"] == name
    assert report["url"] == f"http://{name}/"


def test_a_person_saw_it(seen: Case) -> None:
    """What a person signs is manual, has his time and his words, with links broken."""
    at = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
    report = made(seen, "phishing", said=Said("a form at https://amazon-refund-desk.com/login", "ann", at))
    assert report["timestamp"] == report["verified_at"] == "2026-11-22T07:00:00Z"
    assert (report["verification_method"], report["evidence_source"]) == ("manual", "researcher_analysis")
    assert report["description"] == "Observed 2026-11-22 07:00 UTC: a form at hxxps://amazon-refund-desk[.]com/login."
    unsigned = made(seen, "phishing", said=Said("a form", "", at))
    assert unsigned["timestamp"] == "2026-11-21T08:00:00Z"


def test_evidence_goes_with_it(seen: Case) -> None:
    """Pictures come first, each with its hash over the raw bytes; what has no media type is just bytes."""
    picture, page = b"\x89PNG picture", b"<html>"
    report = made(seen, "phishing", proofs=[proof(b"x", 3, "odd type"), proof(page, 2, "text/html"), proof(picture, 1)])
    items = report["evidence"]
    assert isinstance(items, list)
    assert [item["content_type"] for item in items] == ["image/png", "text/html", "application/octet-stream"]
    assert items[0] == {
        "content_type": "image/png",
        "description": "evidence 1: screenshot, 2026-11-22 09:30 UTC",
        "payload": base64.b64encode(picture).decode(),
        "hash": f"sha256:{hashlib.sha256(picture).hexdigest()}",
        "size": len(picture),
    }


def test_evidence_that_does_not_fit_is_named(seen: Case) -> None:
    """5 MB an item, 15 MB in all and 50 items go; the rest is named by its hash."""
    exactly, more = proof(b"a" * 5_000_000), proof(b"b" * 5_000_001, 2)
    report = made(seen, "phishing", proofs=[exactly, more])
    assert isinstance(report["evidence"], list)
    assert [item["size"] for item in report["evidence"]] == [5_000_000]
    assert f"Evidence kept and not attached: sha256:{more[0].sha256}." in str(report["description"])
    full = [proof(bytes([at]) * 5_000_000, at) for at in range(3)]
    assert xarf_report.evidence([*full, proof(b"c", 9)])[1] == [f"sha256:{hashlib.sha256(b'c').hexdigest()}"]
    items, left_out = xarf_report.evidence([proof(bytes([at]), at) for at in range(52)])
    assert (len(items), len(left_out)) == (50, 2)


def test_changed_evidence_proves_nothing(seen: Case) -> None:
    """Bytes that are not those of their hash never go out."""
    one, _ = proof(b"a")
    with pytest.raises(UserError, match="evidence 1 is not what it was"):
        made(seen, "phishing", proofs=[(one, b"b")])


@pytest.mark.parametrize(
    ("reporter", "words"),
    [
        (Reporter("", "a@b.example"), "SCAMHUNT_REPORTER_ORG is not set"),
        (Reporter("Org", ""), "SCAMHUNT_REPORTER_EMAIL: "),
        (Reporter("Org", "a@b.example, c@d.example"), "SCAMHUNT_REPORTER_EMAIL: "),
    ],
)
def test_somebody_reports(reporter: Reporter, words: str, seen: Case) -> None:
    """A report without a reporter names the setting that is missing."""
    with pytest.raises(UserError, match=words):
        xarf_of(draft("phishing"), seen, reporter=reporter, report_id=ID, said=NOTHING, now=NOW)


def test_a_long_reporter_is_cut(seen: Case) -> None:
    """The schema takes 200 characters of an organisation."""
    report = xarf_of(
        draft("phishing"), seen, reporter=Reporter("O" * 300, US.email), report_id=ID, said=NOTHING, now=NOW
    )
    assert report is not None
    assert isinstance(report["reporter"], dict)
    assert len(report["reporter"]["org"]) == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [("report_id", "7"), ("confidence", 2), ("nameservers", "x"), ("_other", 1), ("tags", ["No Tag"])],
)
def test_what_does_not_validate_names_its_field(field: str, value: object, seen: Case) -> None:
    """A report that the schemas refuse, or a field that they do not know, never goes out."""
    report = made(seen, "phishing") | {field: value}
    with pytest.raises(UserError, match=f"XARF: {field}"):
        xarf_report.checked(report)


def test_odd_facts_are_left_out(seen: Case) -> None:
    """A country that is none, a contact that is no mailbox and a holder that nobody knows are no facts."""
    site = replace(
        SITE,
        contacts=(replace(CONTACT, email="a@b.example\r\nBcc: c@d.example"),),
        machines=(Machine("192.0.2.7", country="Nowhere"),),
        companies=(),
        registered=None,
        kits=(),
    )
    report = made(replace(seen, site=site), "phishing")
    assert not {"country_code", "whois", "hosting_provider", "phishing_kit"} & report.keys()


def test_the_day_of_a_registration_ahead_is_today(seen: Case) -> None:
    """A registry whose clock is ahead makes no negative age."""
    ahead = replace(seen, site=replace(SITE, registered=NOW + timedelta(hours=2)))
    assert made(ahead, "suspicious_registration")["days_since_registration"] == 0


# --- the exact address ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "exact"),
    [
        ("https://a-b.top/x?y=1", "https://a-b.top/x?y=1"),
        ("https://a-b.top", "https://a-b.top/"),
        ("https://A-B.top/X/Y?Z=Q", "https://a-b.top/X/Y?Z=Q"),
        ("https://a-b.top/x#jo@mail.example", "https://a-b.top/x"),
        ("https://jo:secret@a-b.top:8443/x", "https://a-b.top:8443/x"),
        ("https://a-b.top/?email=x&step=2", "https://a-b.top/?step=2"),
        ("https://a-b.top/?SID=1&step=2", "https://a-b.top/?step=2"),
        ("https://a-b.top/?e=jo@mail.example&z=1", "https://a-b.top/?z=1"),
        ("https://a-b.top/?e=jo%40mail.example", "https://a-b.top/"),
        ("https://a-b.top/?e=jo%252540mail.example", "https://a-b.top/"),
        ("https://a-b.top/?e=am9AbWFpbC5leGFtcGxl", "https://a-b.top/"),
        ("https://a-b.top/?jo@mail.example", "https://a-b.top/"),
        ("https://a-b.top/?c=8f3a9c1d2b4e5f60aa", "https://a-b.top/"),
        ("https://a-b.top/?c=4111111111111111", "https://a-b.top/"),
        ("https://a-b.top/?tel2=%2B12125550142", "https://a-b.top/"),
        ("https://a-b.top/login/jo@mail.example/x?y=1", "https://a-b.top/login/?y=1"),
        ("https://a-b.top/login/am9AbWFpbC5leGFtcGxl", "https://a-b.top/login/"),
        ("https://a-b.top/c/8f3a9c1d2b4e5f60aa/index.php", "https://a-b.top/c/8f3a9c1d2b4e5f60aa/index.php"),
        ("https://\u0430mazon.com/\u00e4 b", "https://xn--mazon-3ve.com/%C3%A4%20b"),
        ("https://a-b.top/a%0d%0ab", "https://a-b.top/a%0d%0ab"),
    ],
)
def test_nothing_of_a_victim_stands_in_an_address(url: str, exact: str) -> None:
    """The address stays as observed, without what may be about whom it was sent to."""
    assert strip(url) == exact


def test_the_number_that_a_page_shows_may_stand_there() -> None:
    """An official or reported number is nobody's secret."""
    assert strip("https://a-b.top/?t=%2B12125550142", ("+12125550142",)) == "https://a-b.top/?t=%2B12125550142"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a-b.top",
        "ftp://a-b.top/",
        "javascript:alert(1)",
        "https:///x",
        "https://a-b.top:x/",
        "https://[::1",
        "https://a b.top/",
    ],
)
def test_what_is_no_address(url: str) -> None:
    """It is refused with what is wrong with it."""
    with pytest.raises(UserError, match=r"is no http or https address|is no host name"):
        strip(url)


def test_a_long_address_is_refused() -> None:
    """It has to stand in one line of a mail."""
    assert len(strip("https://a-b.top/" + "x" * 884)) == 900
    with pytest.raises(UserError, match="longer than 900 characters"):
        strip("https://a-b.top/" + "x" * 885)


def test_what_is_typed_comes_first(case: Case) -> None:
    """A person's exact address is taken before the look's, the look's before the front page."""
    looked = replace(case, site=Site(url="https://amazon-refund-desk.com/seen"))
    typed = Said(fields={"url": "https://pay.amazon-refund-desk.com/typed"})
    assert url_of(looked, typed) == "https://pay.amazon-refund-desk.com/typed"
    assert url_of(looked, NOTHING) == "https://amazon-refund-desk.com/seen"
    assert url_of(case, NOTHING) == "http://amazon-refund-desk.com/"
    reported = replace(looked, kind="url", indicator="https://amazon-refund-desk.com/reported")
    assert url_of(reported, NOTHING) == "https://amazon-refund-desk.com/reported"
    assert host_of(reported) == "amazon-refund-desk.com"


@pytest.mark.parametrize("url", ["https://amazon.com/", "https://xamazon-refund-desk.com/", "https://desk.com/"])
def test_nobody_else_is_reported(url: str, case: Case) -> None:
    """An address of another name never stands in a report."""
    with pytest.raises(UserError, match="is not below"):
        url_of(case, Said(fields={"url": url}))


@pytest.mark.parametrize("name", ["no name", "", "a\r\nb.com", "192.0.2.7", "=?utf-8?q?a?=.com"])
def test_what_is_no_name(name: str, case: Case) -> None:
    """Nothing can be reported to a program without a host."""
    with pytest.raises(UserError, match="is no host name"):
        host_of(replace(case, indicator=name))
