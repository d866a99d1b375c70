import email
import email.policy
import hashlib
import json
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage, Message
from uuid import UUID

import pytest

from scamhunt import __version__
from scamhunt.errors import UserError
from scamhunt.model import Channel
from scamhunt.takedown.case import Case, Draft, Missing, Recipient, Reporter, Said
from scamhunt.takedown.draft import render
from scamhunt.takedown.message import Identity, as_eml, new_identity
from scamhunt.takedown.site import Machine, Proof
from scamhunt.takedown.template import Template

TO = "abuse@registrar.example"
TOKEN = "0123456789abcdef" * 2
UNSENT = ["Subject", "From", "To", "Date", "X-Unsent", "MIME-Version", "Content-Type"]
FINAL = ["Subject", "From", "To", "Date", "Message-ID", "MIME-Version", "Content-Type"]


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
    """Return what the third part says."""
    found = json.loads(parts(mail)[2].get_content())
    assert isinstance(found, dict)
    return found


@pytest.fixture
def draft(  # noqa: PLR0913, PLR0917  # fixtures
    case: Case, template: Template, reporter: Reporter, desk: Recipient, said: Said, now: datetime
) -> Draft:
    """Return a draft to an invented registrar that lacks nothing."""
    return replace(render(case, template, reporter=reporter, to=desk, said=said, now=now), missing=())


@pytest.fixture
def lacking(draft: Draft) -> Draft:
    """Return a draft that lacks something."""
    return replace(draft, missing=(Missing("observed", "say it"),))


@pytest.fixture
def identity(reporter: Reporter) -> Identity:
    """Return what the report is called by."""
    return new_identity(TOKEN, reporter.email)


def test_the_mail_opens_as_a_draft(draft: Draft, case: Case, reporter: Reporter, now: datetime) -> None:
    """Headers, parts and their order are those of RFC 6522 and RFC 5965, without a defect."""
    mail = read(as_eml(draft, case, reporter=reporter, now=now))
    assert mail.keys() == UNSENT
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


def test_what_goes_out_has_its_name(  # noqa: PLR0913, PLR0917  # fixtures
    draft: Draft, case: Case, desk: Recipient, reporter: Reporter, identity: Identity, now: datetime
) -> None:
    """A final mail has the Message-ID that was kept before, and no longer opens as a draft."""
    mail = read(as_eml(draft, case, to=desk, reporter=reporter, identity=identity, final=True, now=now))
    assert mail.keys() == FINAL
    assert mail["Message-ID"] == identity.message_id
    assert record(mail)["report_id"] == str(identity.report_id)


def test_an_identity_says_nothing(identity: Identity, reporter: Reporter) -> None:
    """The Message-ID lies in the reporter's domain, and neither the token nor the case can be told from it."""
    local, _, domain = identity.message_id.strip("<>").partition("@")
    assert domain == "trust.example"
    assert len(local) == 32
    assert local not in TOKEN
    assert identity.report_id == UUID("01234567-89ab-4def-8123-456789abcdef")
    assert new_identity(TOKEN, reporter.email) == identity
    assert new_identity("f" * 32, reporter.email).message_id != identity.message_id


@pytest.mark.parametrize("token", ["", "0" * 31, "0" * 33, "G" * 32, "A" * 32, "0" * 32 + "\n"])
def test_a_token_is_32_digits(token: str) -> None:
    """Anything else is no token; a mailbox that is none names its setting."""
    with pytest.raises(UserError, match="no token of 32 hexadecimal digits"):
        new_identity(token, "a@b.example")
    with pytest.raises(UserError, match=r"^SCAMHUNT_REPORTER_EMAIL: "):
        new_identity(TOKEN, "nobody")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"missing": (Missing("observed", "say it"),)}, "not ready: it lacks observed"),
        ({"text": ""}, "not ready: it lacks its text"),
        ({"recipient": ""}, "has a recipient and a reporter"),
    ],
)
def test_nothing_unfinished_goes_out(  # noqa: PLR0913, PLR0917  # fixtures
    changes: dict[str, object], words: str, draft: Draft, case: Case, identity: Identity, now: datetime
) -> None:
    """A report that lacks something is no final mail, whoever asks for it."""
    unfinished = replace(draft, **changes)  # type: ignore[arg-type]  # by name
    with pytest.raises(UserError, match=words):
        as_eml(unfinished, case, reporter=Reporter("Org", "a@b.example"), identity=identity, final=True, now=now)


def test_what_goes_out_needs_an_identity_and_a_sender(
    draft: Draft, case: Case, identity: Identity, reporter: Reporter, now: datetime
) -> None:
    """Without an id a mail could go out twice; without a sender nobody could answer."""
    with pytest.raises(UserError, match="has an id"):
        as_eml(draft, case, reporter=reporter, final=True, now=now)
    with pytest.raises(UserError, match="a recipient and a reporter"):
        as_eml(draft, case, reporter=Reporter(), identity=identity, final=True, now=now)


def test_a_mail_goes_to_whom_it_was_written_for(
    draft: Draft, case: Case, desk: Recipient, reporter: Reporter, now: datetime
) -> None:
    """Another recipient than the draft's is refused, and so is a desk that takes no mail."""
    other = replace(desk, address="abuse@other.example")
    with pytest.raises(UserError, match=r"written for abuse@registrar\.example, not for abuse@other\.example"):
        as_eml(draft, case, to=other, reporter=reporter, now=now)
    form = replace(desk, name="Desk", channel=Channel.FORM, address="https://registrar.example/abuse")
    with pytest.raises(UserError, match="Desk takes reports at its form, not by mail"):
        as_eml(draft, case, to=form, reporter=reporter, now=now)


@pytest.mark.parametrize("purpose", ["withdrawal", "closure"])
def test_what_follows_a_report_is_plain_text(  # noqa: PLR0913, PLR0917  # fixtures
    purpose: str, draft: Draft, case: Case, reporter: Reporter, identity: Identity, now: datetime
) -> None:
    """It refers to the first mail, and has nothing from which a desk's program would open a new case."""
    about = f"<{'a' * 100}@{'b' * 60}.{'c' * 60}.example>"
    withdrawal = replace(draft, abuse_type=purpose)
    content = as_eml(withdrawal, case, reporter=reporter, identity=identity, final=True, about=about, now=now)
    assert f"\r\nIn-Reply-To: {about}\r\nReferences: {about}\r\n".encode() in content
    mail = read(content)
    ours = ["Subject", "From", "To", "Date", "In-Reply-To", "References", "Message-ID"]
    assert sorted(mail.keys()) == sorted([*ours, "MIME-Version", "Content-Type", "Content-Transfer-Encoding"])
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().replace("\r\n", "\n") == draft.text
    assert case.indicator.encode() not in content


@pytest.mark.parametrize(
    "about", ["a@b.example", "<a>", "<a@b.example>\r\nBcc: c@d.example", "<a b@c.example>", "<a@b\n>"]
)
def test_only_an_id_is_referred_to(about: str, draft: Draft, case: Case, reporter: Reporter, now: datetime) -> None:
    """What is no Message-ID never reaches a header."""
    with pytest.raises(UserError, match="is no Message-ID"):
        as_eml(draft, case, reporter=reporter, about=about, now=now)


def test_the_text_is_the_draft(draft: Draft, case: Case, reporter: Reporter, now: datetime) -> None:
    """What a person reads is what was shown, with the name defanged."""
    body = read(as_eml(draft, case, reporter=reporter, now=now)).get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == draft.text
    assert case.indicator not in body.get_content()


def test_the_machine_part_is_exact(draft: Draft, case: Case, reporter: Reporter, now: datetime) -> None:
    """A desk's program finds the exact name and address, the machine, the kind of report and our version."""
    site = replace(
        case.site,
        url="https://www.amazon-refund-desk.com/a?x=1#y",
        machines=(Machine("192.0.2.7"), Machine("192.0.2.8")),
    )
    assert fields(read(as_eml(draft, replace(case, site=site), reporter=reporter, now=now))) == [
        ("Feedback-Type", "xarf"),
        ("User-Agent", f"scamhunt/{__version__}"),
        ("Version", "1"),
        ("Reported-Domain", "amazon-refund-desk.com"),
        ("Reported-URI", "https://www.amazon-refund-desk.com/a?x=1"),
        ("Source-IP", "192.0.2.7"),
        ("Arrival-Date", "Fri, 20 Nov 2026 06:00:00 +0000"),
    ]


def test_xarf_goes_with_it(  # noqa: PLR0913, PLR0917  # fixtures
    draft: Draft, case: Case, reporter: Reporter, identity: Identity, said: Said, now: datetime
) -> None:
    """The third part is XARF as base64, with the evidence in it."""
    body = b"\x89PNG"
    proof = Proof(7, hashlib.sha256(body).hexdigest(), "image/png", "screenshot", "", now, len(body))
    content = as_eml(
        draft, case, reporter=reporter, said=said, identity=identity, proofs=[(proof, body)], final=True, now=now
    )
    part = parts(read(content))[2]
    assert part.get_filename() == "xarf.json"
    assert part["Content-Type"].params["name"] == "xarf.json"
    assert part["Content-Transfer-Encoding"] == "base64"
    found = record(read(content))
    assert (found["category"], found["type"]) == ("content", "brand_infringement")
    assert isinstance(found["evidence"], list)
    assert found["evidence"][0]["payload"] == "iVBORw=="


def test_what_lacks_something_has_a_record(lacking: Draft, case: Case, reporter: Reporter, now: datetime) -> None:
    """report.json holds the name, the brand, the reasons, the times and what is missing."""
    mail = read(as_eml(lacking, case, reporter=reporter, now=now))
    assert fields(mail)[0] == ("Feedback-Type", "fraud")
    assert parts(mail)[2].get_filename() == "report.json"
    assert record(mail) == {
        "indicator": "amazon-refund-desk.com",
        "kind": "domain",
        "brand": {"id": "amazon", "name": "Amazon", "domains": ["amazon.com", "amazon.de"]},
        "reasons": [{"signal": reason.signal, "text": reason.text} for reason in case.reasons],
        "first_seen": "2026-11-20T06:00:00+00:00",
        "last_seen": "2026-11-21T06:00:00+00:00",
        "feeds": ["nrd_list"],
        "missing": ["observed"],
    }


@pytest.mark.parametrize(
    ("kind", "indicator", "reported"),
    [
        ("url", "https://a-b.top/x?y=1", {"Reported-Domain": "a-b.top", "Reported-URI": "https://a-b.top/x?y=1"}),
        ("url", "https://a-b.top/x\r\nSource-IP: 192.0.2.1", {}),
        ("url", "https:///nothing", {}),
        ("domain", "a.top\r\nSource-IP: 192.0.2.1", {}),
        ("domain", "\u0430mazon.com", {"Reported-Domain": "xn--mazon-3ve.com"}),
        ("domain", "xn--mazon-3ve.com", {"Reported-Domain": "xn--mazon-3ve.com"}),
        ("phone", "+18005550199", {}),
        ("phone", "18005550199", {}),
    ],
)
def test_what_is_reported(  # noqa: PLR0913, PLR0917  # fixtures
    kind: str, indicator: str, reported: dict[str, str], lacking: Draft, case: Case, reporter: Reporter, now: datetime
) -> None:
    """A URL is reported as URL and host; what cannot stand in a field is left to report.json, which is exact."""
    mail = read(as_eml(lacking, replace(case, kind=kind, indicator=indicator), reporter=reporter, now=now))
    common = {"Feedback-Type", "User-Agent", "Version", "Arrival-Date"}
    assert {name: value for name, value in fields(mail) if name not in common} == reported
    assert record(mail)["indicator"] == indicator


def test_a_machine_without_an_address_is_left_out(
    lacking: Draft, case: Case, reporter: Reporter, now: datetime
) -> None:
    """A field of the feedback report holds an address or nothing."""
    odd = replace(case, site=replace(case.site, machines=(Machine("192.0.2.7\r\nX: y"),)))
    assert "Source-IP" not in dict(fields(read(as_eml(lacking, odd, reporter=reporter, now=now))))


def test_nobody_is_invented(lacking: Draft, case: Case, desk: Recipient, now: datetime) -> None:
    """Without a known contact there is no To, without a reporter no From."""
    nobody = replace(lacking, recipient="")
    for to in (None, replace(desk, address="")):
        mail = read(as_eml(nobody, case, to=to, reporter=Reporter(), now=now))
        assert mail.keys() == ["Subject", "Date", "X-Unsent", "MIME-Version", "Content-Type"]


def test_the_same_draft_gives_the_same_bytes(draft: Draft, case: Case, reporter: Reporter, now: datetime) -> None:
    """Two people look at one sha256; another text gives other bytes, another boundary included."""
    first = as_eml(draft, case, reporter=reporter, now=now)
    assert as_eml(draft, case, reporter=reporter, now=now) == first
    other = as_eml(replace(draft, text=draft.text + "more\n"), case, reporter=reporter, now=now)
    assert read(other).get_boundary() != read(first).get_boundary()


@pytest.mark.parametrize("end", ["Nestl\u00e9", "plain"])
def test_lines_end_as_the_mail_standard_says(
    end: str, draft: Draft, case: Case, desk: Recipient, now: datetime
) -> None:
    """Every line ends with CR LF and none is longer than 998 octets, whatever was observed; all is ASCII."""
    address = f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 50}.example"
    long = replace(draft, text="x" * 2_000 + f"\n.\n{end}\n", subject="Nestl\u00e9 " * 20, recipient=address)
    sender = Reporter("\u00c4rzte " * 30, address)
    identity = new_identity(TOKEN, address)
    content = as_eml(
        long, case, to=replace(desk, address=address), reporter=sender, identity=identity, final=True, now=now
    )
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert content.isascii()
    mail = read(content)
    assert mail.keys() == FINAL
    assert (mail["To"], mail["Message-ID"]) == (address, identity.message_id)
    assert f"Message-ID: {identity.message_id}\r\n".encode() in content
    body = mail.get_body(("plain",))
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


@pytest.mark.parametrize("bad", ["a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example", "A <a@b.example>", "a"])
def test_no_recipient_brings_another(bad: str, draft: Draft, case: Case, now: datetime) -> None:
    """A hostile recipient or reporter address is refused before a mail exists."""
    with pytest.raises(UserError, match="not one plain e-mail address"):
        as_eml(replace(draft, recipient=bad), case, reporter=Reporter("Org", "a@b.example"), now=now)
    with pytest.raises(UserError, match=r"^SCAMHUNT_REPORTER_EMAIL: "):
        as_eml(draft, case, reporter=Reporter("Org", bad), now=now)
