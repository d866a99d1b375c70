"""A draft as an e-mail that mail programs open as a draft: RFC 6522 multipart/report with an RFC 5965 part."""

import hashlib
import json
import re
from dataclasses import asdict
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import urlsplit

from scamhunt import __version__
from scamhunt.model import Kind
from scamhunt.takedown.draft import SUBJECT_LIMIT, Case, Draft, Reporter, reporter_address, reporter_name
from scamhunt.takedown.recipients import check_recipient
from scamhunt.takedown.words import header

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9_.-]{0,251}[a-z0-9])?", re.IGNORECASE | re.ASCII)
_LONGEST_LINE = 900
_PRINTABLE = re.compile(r"[!-~]{1,900}")


def as_eml(draft: Draft, case: Case, *, reporter: Reporter, now: datetime) -> bytes:
    """Return the draft as an .eml: the text (defanged), a feedback report and `report.json` (both exact).

    The same values give the same bytes. `To` stands only where the recipient is known, `From` only where the reporter
    is; the mail program adds the Message-ID. Raises `UserError` for an address that cannot stand in a header.
    """
    mail = EmailMessage(policy=SMTP)
    _set_headers(mail, draft, case, reporter, now)
    parts = [_text(draft), _feedback(case), _record(draft, case)]
    # A boundary from the content, not from chance: what two people approve can be made again.
    digest = hashlib.sha256(b"".join(part.as_bytes() for part in parts)).hexdigest()
    mail["MIME-Version"] = "1.0"
    mail["Content-Type"] = f'multipart/report; report-type="feedback-report"; boundary="=_{digest[:40]}"'
    for part in parts:
        mail.attach(part)
    return mail.as_bytes()


def _set_headers(mail: EmailMessage, draft: Draft, case: Case, reporter: Reporter, now: datetime) -> None:
    mail["Subject"] = header(draft.subject, 2 * SUBJECT_LIMIT)
    if reporter.email:
        name = header(reporter_name(reporter, case), 200)
        mail["From"] = Address(display_name=name, addr_spec=reporter_address(reporter))
    if draft.recipient:
        mail["To"] = check_recipient(draft.recipient)
    mail["Date"] = now.astimezone(UTC)
    mail["X-Unsent"] = "1"


def _text(draft: Draft) -> EmailMessage:
    part = EmailMessage(policy=SMTP)
    # RFC 5321, 4.5.3.1.6: a line has at most 998 octets; a word that cannot be folded may be longer.
    plain = draft.text.isascii() and all(len(line) <= _LONGEST_LINE for line in draft.text.splitlines())
    part.set_content(draft.text, charset="utf-8", cte="7bit" if plain else "quoted-printable")
    return part


def _feedback(case: Case) -> EmailMessage:
    """RFC 5965 section 3: fields as in a header; a value that cannot stand there is left to `report.json`."""
    fields = [("Feedback-Type", "fraud"), ("User-Agent", f"scamhunt/{__version__}"), ("Version", "1")]
    host = urlsplit(case.indicator).hostname if case.kind == "url" else case.indicator
    if case.kind != "phone" and host and _HOST.fullmatch(host):
        fields.append(("Reported-Domain", host))
    if case.kind == "url" and _PRINTABLE.fullmatch(case.indicator):
        fields.append(("Reported-URI", case.indicator))
    fields.append(("Arrival-Date", format_datetime(case.first_seen.astimezone(UTC))))
    part = EmailMessage(policy=SMTP)
    part["Content-Type"] = "message/feedback-report"
    part["Content-Transfer-Encoding"] = "7bit"
    part.set_payload("".join(f"{name}: {value}\r\n" for name, value in fields))
    return part


def _number(case: Case) -> dict[str, object]:
    if case.kind != Kind.PHONE:
        return {}
    holder = asdict(case.number.attribution) if case.number.attribution else None
    return {
        "number": case.indicator,
        "role": str(case.number.role),
        "number_type": str(case.number.type),
        "flags": list(case.number.flags),
        "block_assigned_to": holder,
        "first_seen": _iso(case.number.first),
        "last_seen": None if case.number.undated else _iso(case.number.last),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def _record(draft: Draft, case: Case) -> EmailMessage:
    record: dict[str, object] = {
        "indicator": case.indicator,
        "kind": str(case.kind),
        "brand": {"id": case.brand.id, "name": case.brand.name, "domains": list(case.brand.domains)},
        "reasons": [{"signal": reason.signal, "text": reason.text} for reason in case.reasons],
        "first_seen": case.first_seen.astimezone(UTC).isoformat(),
        "last_seen": case.last_seen.astimezone(UTC).isoformat(),
        "feeds": list(case.feeds),
        "missing": [missing.field for missing in draft.missing],
    }
    record |= _number(case)
    part = EmailMessage(policy=SMTP)
    content = json.dumps(record, indent=1).encode("ascii")
    part.set_content(content, "application", "json", disposition="attachment", filename="report.json")
    return part
