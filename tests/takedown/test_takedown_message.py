import email
import email.policy
import json
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage, Message

import pytest

from scamhunt import __version__
from scamhunt.errors import UserError
from scamhunt.model import Reason
from scamhunt.takedown.draft import Case, Draft, Reporter, render
from scamhunt.takedown.message import as_eml
from scamhunt.takedown.template import Template

TO = "abuse@registrar.example"
HEADERS = ["Subject", "From", "To", "Date", "X-Unsent", "MIME-Version", "Content-Type"]


def read(content: bytes) -> EmailMessage:
    """Parse as a mail program would."""
    return email.message_from_bytes(content, _class=EmailMessage, policy=email.policy.default)


def parts(mail: EmailMessage) -> list[EmailMessage]:
    """Return the three parts of a report."""
    return [part for part in mail.iter_parts() if isinstance(part, EmailMessage)]


def fields(mail: EmailMessage) -> list[tuple[str, str]]:
    """Return the fields of the feedback report."""
    report = parts(mail)[1].get_payload(0)
    assert isinstance(report, Message)
    return report.items()


def record(mail: EmailMessage) -> dict[str, object]:
    """Return what report.json says."""
    found = json.loads(parts(mail)[2].get_content())
    assert isinstance(found, dict)
    return found


@pytest.fixture
def draft(case: Case, template: Template, reporter: Reporter, now: datetime) -> Draft:
    """Return a draft to an invented registrar."""
    return render(case, template, reporter=reporter, recipient=TO, observed="a login form", now=now)


def test_the_mail_opens_as_a_draft(draft: Draft, case: Case, reporter: Reporter, now: datetime) -> None:
    """Headers, parts and their order are those of RFC 6522 and RFC 5965, without a defect."""
    mail = read(as_eml(draft, case, reporter=reporter, now=now))
    assert mail.keys() == HEADERS
    assert mail["Subject"].strip() == draft.subject
    assert mail["From"] == "Example Trust and Safety <abuse-reports@trust.example>"
    assert mail["To"] == TO
    assert mail["Date"].datetime == now
    assert mail["X-Unsent"] == "1"
    assert mail.get_content_type() == "multipart/report"
    assert mail["Content-Type"].params["report-type"] == "feedback-report"
    kinds = [part.get_content_type() for part in parts(mail)]
    assert kinds == ["text/plain", "message/feedback-report", "application/json"]
    assert not any(part.defects for part in mail.walk())


def test_the_text_is_the_draft(draft: Draft, case: Case, reporter: Reporter, now: datetime) -> None:
    """What a person reads is what was shown, with the name defanged."""
    body = read(as_eml(draft, case, reporter=reporter, now=now)).get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == draft.text
    assert case.indicator not in body.get_content()


def test_the_machine_part_is_exact(draft: Draft, case: Case, reporter: Reporter, now: datetime) -> None:
    """A desk's program finds the exact name, the kind of report and our version."""
    assert fields(read(as_eml(draft, case, reporter=reporter, now=now))) == [
        ("Feedback-Type", "fraud"),
        ("User-Agent", f"scamhunt/{__version__}"),
        ("Version", "1"),
        ("Reported-Domain", "amazon-refund-desk.com"),
        ("Arrival-Date", "Fri, 20 Nov 2026 06:00:00 +0000"),
    ]


def test_the_record_is_exact(draft: Draft, case: Case, reporter: Reporter, now: datetime) -> None:
    """report.json holds the name, the brand, the reasons, the times and what is missing."""
    mail = read(as_eml(draft, case, reporter=reporter, now=now))
    assert parts(mail)[2].get_filename() == "report.json"
    assert record(mail) == {
        "indicator": "amazon-refund-desk.com",
        "kind": "domain",
        "brand": {"id": "amazon", "name": "Amazon", "domains": ["amazon.com", "amazon.de"]},
        "reasons": [{"signal": reason.signal, "text": reason.text} for reason in case.reasons],
        "first_seen": "2026-11-20T06:00:00+00:00",
        "last_seen": "2026-11-21T06:00:00+00:00",
        "feeds": ["nrd_list"],
        "missing": ["registrar", "screenshot"],
    }


@pytest.mark.parametrize(
    ("kind", "indicator", "reported"),
    [
        ("url", "https://a-b.top/x?y=1", {"Reported-Domain": "a-b.top", "Reported-URI": "https://a-b.top/x?y=1"}),
        ("url", "https://a-b.top/x\r\nSource-IP: 192.0.2.1", {"Reported-Domain": "a-b.top"}),
        ("url", "https:///nothing", {"Reported-URI": "https:///nothing"}),
        ("domain", "a.top\r\nSource-IP: 192.0.2.1", {}),
        ("domain", "\u0430mazon.com", {}),
        ("domain", "\u212aindle.top", {}),
        ("domain", "xn--mazon-3ve.com", {"Reported-Domain": "xn--mazon-3ve.com"}),
        ("phone", "+18005550199", {}),
        ("phone", "18005550199", {}),
    ],
)
def test_what_is_reported(  # noqa: PLR0913, PLR0917  # fixtures
    kind: str, indicator: str, reported: dict[str, str], draft: Draft, case: Case, reporter: Reporter, now: datetime
) -> None:
    """A URL is reported as URL and host; what cannot stand in a field is left to report.json, which is exact."""
    mail = read(as_eml(draft, replace(case, kind=kind, indicator=indicator), reporter=reporter, now=now))
    common = {"Feedback-Type", "User-Agent", "Version", "Arrival-Date"}
    assert {name: value for name, value in fields(mail) if name not in common} == reported
    assert record(mail)["indicator"] == indicator


def test_nobody_is_invented(draft: Draft, case: Case, now: datetime) -> None:
    """Without a known contact there is no To, without a reporter no From."""
    mail = read(as_eml(replace(draft, recipient=""), case, reporter=Reporter(), now=now))
    assert mail.keys() == ["Subject", "Date", "X-Unsent", "MIME-Version", "Content-Type"]


def test_the_same_draft_gives_the_same_bytes(draft: Draft, case: Case, reporter: Reporter, now: datetime) -> None:
    """Two people look at one sha256; another text gives other bytes, another boundary included."""
    first = as_eml(draft, case, reporter=reporter, now=now)
    assert as_eml(draft, case, reporter=reporter, now=now) == first
    other = as_eml(replace(draft, text=draft.text + "more\n"), case, reporter=reporter, now=now)
    assert read(other).get_boundary() != read(first).get_boundary()


@pytest.mark.parametrize("end", ["Nestl\u00e9", "plain"])
def test_lines_end_as_the_mail_standard_says(end: str, draft: Draft, case: Case, now: datetime) -> None:
    """Every line ends with CR LF and none is longer than 998 octets, whatever was observed; all is ASCII."""
    long = replace(draft, text="x" * 2_000 + f"\n{end}\n", subject="Nestl\u00e9 " * 20)
    content = as_eml(long, case, reporter=Reporter("\u00c4rzte " * 30, "a@b.example"), now=now)
    assert content.count(b"\n") == content.count(b"\r\n")
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert content.isascii()
    body = read(content).get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == long.text


@pytest.mark.parametrize(
    ("org", "shown"),
    [
        ("Zorbix https://zorbix-login.com/a", "Zorbix hxxps://zorbix-login[.]com/a"),
        ("zorbix-login\u3002com", "zorbix-login[.]com"),
        ("Amazon amazon.com", "Amazon amazon.com"),
        ("  - Org", "Org"),
    ],
)
def test_the_sender_brings_no_link(org: str, shown: str, draft: Draft, case: Case, now: datetime) -> None:
    """A link in the reporter's name is broken in From as it is in the text; the brand's own names stay."""
    mail = read(as_eml(draft, case, reporter=Reporter(org, "a@b.example"), now=now))
    assert [address.display_name for address in mail["From"].addresses] == [shown]


HEADER_PAYLOADS = [
    "x\r\nBcc: evil@x.example",
    "x\nBcc: evil@x.example",
    "x\rBcc: evil@x.example",
    "x\r\n\r\nbody",
    "x\r\n\tBcc: evil@x.example",
    "x\r\n Bcc: evil@x.example",
    "x\x0bBcc: evil@x.example",
    "x\x0cBcc: evil@x.example",
    "x\x1c\x1d\x1eBcc: evil@x.example",
    "x\x85Bcc: evil@x.example",
    "x\u2028Bcc: evil@x.example",
    "x\u2029Bcc: evil@x.example",
    "x\x00\r\nTo: evil@x.example",
    "x%0d%0aBcc: evil@x.example",
    "=?utf-8?q?x=0D=0ABcc:_evil@x.example?=",
    "=?utf-8?b?eA0KQmNjOiBldmlsQHguZXhhbXBsZQ==?=",
    'x" <evil@x.example>, "y',
    "x, evil@x.example",
    "x\u560d\u560aBcc: evil@x.example",
    "\u202ex\r\n.\r\nMAIL FROM:<evil@x.example>\r\n--=_boundary--",
]


@pytest.mark.parametrize("payload", HEADER_PAYLOADS)
@pytest.mark.parametrize("field", ["brand", "indicator", "observed", "org", "feed", "reason"])
def test_nothing_from_outside_becomes_a_header(
    payload: str, field: str, case: Case, template: Template, now: datetime
) -> None:
    """However hostile a value is, the mail has exactly our headers, one recipient, one sender and three parts."""
    brand = replace(case.brand, name=payload) if field == "brand" else case.brand
    hostile = replace(
        case,
        brand=brand,
        indicator=payload if field == "indicator" else case.indicator,
        feeds=(payload,) if field == "feed" else case.feeds,
        reasons=(Reason("s", 1.0, payload),) if field == "reason" else case.reasons,
    )
    reporter = Reporter(payload if field == "org" else "Org", "reports@trust.example")
    observed = payload if field == "observed" else "a form"
    draft = render(hostile, template, reporter=reporter, recipient=TO, observed=observed, now=now)
    mail = read(as_eml(draft, hostile, reporter=reporter, now=now))
    assert mail.keys() == HEADERS
    assert [address.addr_spec for address in mail["To"].addresses] == [TO]
    assert [address.addr_spec for address in mail["From"].addresses] == ["reports@trust.example"]
    assert len(parts(mail)) == 3
    common = ["Feedback-Type", "User-Agent", "Version", "Arrival-Date"]
    assert [name for name, _ in fields(mail) if name != "Reported-Domain"] == common
    assert "\r" not in draft.text
    assert "\nBcc:" not in draft.text


@pytest.mark.parametrize("payload", HEADER_PAYLOADS)
@pytest.mark.parametrize("form", ["{0}", "abuse@registrar.example{0}", "{0}@registrar.example", "a@{0}.example"])
def test_no_recipient_brings_another(payload: str, form: str, draft: Draft, case: Case, now: datetime) -> None:
    """A hostile recipient or reporter address is refused before a mail exists."""
    bad = form.format(payload)
    with pytest.raises(UserError, match="not one plain e-mail address"):
        as_eml(replace(draft, recipient=bad), case, reporter=Reporter("Org", "a@b.example"), now=now)
    with pytest.raises(UserError, match=r"^SCAMHUNT_REPORTER_EMAIL: "):
        as_eml(draft, case, reporter=Reporter("Org", bad), now=now)
