"""A report as an e-mail: RFC 6522 multipart/report with an RFC 5965 part, and XARF or `report.json`.

One report a mail, to one recipient. The human part is broken (defanged), the two parts for programs are exact. What
takes a report back or closes it is plain text and has no parts.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.headerregistry import Address, HeaderRegistry, MessageIDHeader
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from ipaddress import ip_address
from uuid import UUID

from scamhunt import __version__
from scamhunt.errors import UserError
from scamhunt.model import Channel, Kind
from scamhunt.takedown import exact, xarf_report
from scamhunt.takedown.case import Case, Draft, Recipient, Reporter, Said
from scamhunt.takedown.draft import SUBJECT_LIMIT, reporter_address, reporter_name
from scamhunt.takedown.recipients import check_recipient
from scamhunt.takedown.roles import AFTERWARDS
from scamhunt.takedown.site import Proof
from scamhunt.takedown.words import clean, header

_LONGEST_LINE = 900
_TOKEN = re.compile(r"[0-9a-f]{32}")
# Ours, so narrower than RFC 5322: nothing that could be read as an encoded word.
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9._+-]{1,200}@[A-Za-z0-9.-]{1,253}>")
_NOTHING_SAID = Said()


def _headers() -> HeaderRegistry:
    """Return how headers are written: ids of messages are never folded, which would make other ids of them."""
    known = HeaderRegistry()
    for name in ("message-id", "in-reply-to", "references"):
        known.map_to_type(name, MessageIDHeader)  # type: ignore[arg-type]  # the stub asks for more than the code does
    return known


_POLICY = SMTP.clone(header_factory=_headers(), max_line_length=500)
"""RFC 5322 2.1.1 allows 998 octets; folded after 78 a subject would begin on the second line."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What one report is called by, the same however often its bytes are made."""

    report_id: UUID
    """In XARF."""
    message_id: str
    """With its angle brackets."""


def new_identity(token: str, reporter_email: str) -> Identity:
    """Return the identity of a report from its token (32 hexadecimal digits), which comes from chance.

    The Message-ID holds nothing of the case, and the token cannot be told from it. Raises `UserError` for another
    token, and for a mailbox of the reporter's that is none.
    """
    if not _TOKEN.fullmatch(token):
        raise UserError("the report has no token of 32 hexadecimal digits; draft it anew")
    domain = reporter_address(Reporter("", reporter_email)).rpartition("@")[2].lower()
    local = hashlib.sha256(f"message:{token}".encode("ascii")).hexdigest()[:32]
    return Identity(UUID(hex=token, version=4), f"<{local}@{domain}>")


@dataclass(frozen=True, slots=True)
class _Mail:
    """All that one mail is made from."""

    draft: Draft
    case: Case
    to: Recipient | None
    reporter: Reporter
    said: Said
    identity: Identity | None
    proofs: Sequence[tuple[Proof, bytes]]
    final: bool
    about: str
    now: datetime


def as_eml(  # noqa: PLR0913  # what a mail is made of, each by its name
    draft: Draft,
    case: Case,
    *,
    to: Recipient | None = None,
    reporter: Reporter,
    said: Said = _NOTHING_SAID,
    identity: Identity | None = None,
    proofs: Sequence[tuple[Proof, bytes]] = (),
    final: bool = False,
    about: str = "",
    now: datetime,
) -> bytes:
    """Return a report as the bytes of a mail: all ASCII, every line at most 998 octets and ended by CR LF.

    The same values give the same bytes. `final`: as it goes out, with its Message-ID; else an .eml that mail programs
    open as a draft, where `To` stands only if the recipient is known and `From` only if the reporter is. XARF goes with
    a draft that lacks nothing. `about`: the Message-ID of the report that a withdrawal or closure is about; these two
    are plain text, since a desk's program would open a new case for a feedback report.
    Raises `UserError` for an address or id that cannot stand in a header, and for a final mail that lacks something.
    """
    made = _Mail(draft, case, to, reporter, said, identity, proofs, final, about, now)
    if final:
        _refuse_unfinished(made)
    mail = EmailMessage(policy=_POLICY)
    _set_headers(mail, made)
    if draft.abuse_type in AFTERWARDS:
        return _with_text(mail, draft).as_bytes()
    xarf = _xarf(made) if draft.ready else None
    parts = [
        _with_text(EmailMessage(policy=SMTP), draft),
        _feedback(made, xarf),
        _attached(xarf, "xarf.json") if xarf else _record(draft, case),
    ]
    # A boundary from the content, not from chance: what two people approve can be made again.
    digest = hashlib.sha256(b"".join(part.as_bytes() for part in parts)).hexdigest()
    mail["MIME-Version"] = "1.0"
    mail["Content-Type"] = f'multipart/report; report-type="feedback-report"; boundary="=_{digest[:40]}"'
    for part in parts:
        mail.attach(part)
    return mail.as_bytes()


def _refuse_unfinished(made: _Mail) -> None:
    """Raise `UserError` for a mail that may not go out as it is."""
    lacks = ", ".join(missing.field for missing in made.draft.missing)
    if not made.draft.ready:
        raise UserError(f"the report is not ready: it lacks {lacks or 'its text'}")
    if made.identity is None:
        raise UserError("a report that goes out has an id; make one with new_identity")
    if not (_address_of(made) and made.reporter.email):
        raise UserError("a report that goes out has a recipient and a reporter; see scamhunt doctor")


def _address_of(made: _Mail) -> str:
    """Return the one address of a mail, empty where it is not known. Raises `UserError` for one that is no address."""
    named, to = made.draft.recipient, made.to
    if to is None:
        return check_recipient(named) if named else ""
    if to.channel is not Channel.EMAIL:
        raise UserError(f"{clean(to.name, 60)} takes reports at its {to.channel}, not by mail")
    address = check_recipient(to.address) if to.address else ""
    if named != address:
        raise UserError(f"the report was written for {clean(named, 60) or 'nobody'}, not for {address or 'nobody'}")
    return address


def _set_headers(mail: EmailMessage, made: _Mail) -> None:
    mail["Subject"] = header(made.draft.subject, 2 * SUBJECT_LIMIT)
    if made.reporter.email:
        name = header(reporter_name(made.reporter, made.case), 200)
        mail["From"] = Address(display_name=name, addr_spec=reporter_address(made.reporter))
    if address := _address_of(made):
        mail["To"] = address
    mail["Date"] = made.now.astimezone(UTC)
    if made.about:
        mail["In-Reply-To"] = _message_id(made.about)
        mail["References"] = _message_id(made.about)
    if made.final and made.identity:
        mail["Message-ID"] = _message_id(made.identity.message_id)
    else:
        mail["X-Unsent"] = "1"


def _message_id(text: str) -> str:
    if not _MESSAGE_ID.fullmatch(text):
        raise UserError(f"'{clean(text, 60)}' is no Message-ID; write it as in <name@mail.example>")
    return text


def _with_text(part: EmailMessage, draft: Draft) -> EmailMessage:
    # RFC 5321, 4.5.3.1.6: a line has at most 998 octets; a word that cannot be folded may be longer.
    plain = draft.text.isascii() and all(len(line) <= _LONGEST_LINE for line in draft.text.splitlines())
    part.set_content(draft.text, charset="utf-8", cte="7bit" if plain else "quoted-printable")
    return part


def _xarf(made: _Mail) -> dict[str, object] | None:
    name = f"{made.draft.subject}\n{made.draft.text}".encode()
    of_text = UUID(hex=hashlib.sha256(name).hexdigest()[:32], version=4)
    return xarf_report.xarf_of(
        made.draft,
        made.case,
        reporter=made.reporter,
        report_id=made.identity.report_id if made.identity else of_text,
        said=made.said,
        proofs=made.proofs,
        now=made.now,
    )


def _feedback(made: _Mail, xarf: dict[str, object] | None) -> EmailMessage:
    """RFC 5965 section 3: fields as in a header; a value that cannot stand there is left to the third part."""
    fields = [
        ("Feedback-Type", "xarf" if xarf else "fraud"),
        ("User-Agent", f"scamhunt/{__version__}"),
        ("Version", "1"),
        *_reported(made),
        ("Arrival-Date", format_datetime(made.case.first_seen.astimezone(UTC))),
    ]
    part = EmailMessage(policy=SMTP)
    part["Content-Type"] = "message/feedback-report"
    part["Content-Transfer-Encoding"] = "7bit"
    part.set_payload("".join(f"{name}: {value}\r\n" for name, value in fields))
    return part


def _reported(made: _Mail) -> list[tuple[str, str]]:
    """Return the name, the address and the machine that are reported, as far as they can stand in a field."""
    case, found = made.case, []
    if case.kind == Kind.PHONE:
        return []
    with suppress(UserError):  # no plain name: the third part has it as it came
        found.append(("Reported-Domain", exact.host_of(case)))
        if case.kind == Kind.URL or case.site.url or made.said.fields.get("url"):
            found.append(("Reported-URI", exact.url_of(case, made.said)))
    if case.site.machines:
        with suppress(ValueError):  # no address: no field
            found.append(("Source-IP", str(ip_address(case.site.machines[0].address))))
    return found


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
    return _attached(record | _number(case), "report.json")


def _attached(value: dict[str, object], name: str) -> EmailMessage:
    part = EmailMessage(policy=SMTP)
    content = json.dumps(value, indent=1).encode("ascii")
    part.set_content(content, "application", "json", disposition="attachment", filename=name)
    part.set_param("name", name)
    return part
