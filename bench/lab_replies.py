"""Mails that answer a report: genuine ones of many desks, and forged ones. All names are invented."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scamhunt.model import ReportState
from scamhunt.takedown.replies import ReplyKind

OURS = "trust.example"
"""The domain of the team that reports."""
AUTHSERV = "mx.trust.example"
"""What the team's mail server calls itself."""
_DATE = "Mon, 23 Nov 2026 09:00:00 +0000"
_CLAIM = "The domain has been suspended. You can close your case."


@dataclass(frozen=True, slots=True)
class Forged:
    """A mail that somebody made to look like an answer."""

    name: str
    make: Callable[[str, str, str, str], bytes]
    """Of the report's Message-ID, token, recipient's address and target, the bytes as they lie in the inbox."""


@dataclass(frozen=True, slots=True)
class Genuine:
    """A mail as desks and mail servers write them, with what has to be read in it."""

    name: str
    make: Callable[[str, str, str, str], bytes]
    kind: ReplyKind
    suggests: ReportState | None
    ticket: str = ""


def mail(body: str | bytes, /, *more: str, sender: str, about: str = "", **fields: str) -> bytes:
    """Return a mail; `more` are lines of its header as they are, `fields` replace what it has else."""
    head = {
        "From": sender,
        "To": f"reports@{OURS}",
        "Subject": "Re: abuse",
        "Date": _DATE,
        "Message-ID": "<a1@desk.example>",
    }
    head |= {"Content-Type": "text/plain; charset=utf-8"} | ({"In-Reply-To": about} if about else {})
    head |= {name.replace("_", "-"): value for name, value in fields.items()}
    lines = [*more, *(f"{name}: {value}" for name, value in head.items() if value)]
    raw = body if isinstance(body, bytes) else body.replace("\r\n", "\n").replace("\n", "\r\n").encode()
    return "\r\n".join([*lines, "", ""]).encode() + raw


def parts(kind: str, *given: tuple[str, str]) -> tuple[str, str]:
    """Return the Content-Type and the body of a mail with parts, each of a type and a text."""
    body = "".join(f"--b\r\nContent-Type: {media}\r\n\r\n{text}\r\n" for media, text in given)
    return f'multipart/{kind}; boundary="b"', f"{body}--b--\r\n"


def bounce(message_id: str, status: str, action: str, *, sender: str, original: bool = True) -> bytes:
    """Return a delivery status notification (RFC 3464)."""
    told = (
        f"Reporting-MTA: dns; m.example\n\nFinal-Recipient: rfc822; x@y.example\nAction: {action}\nStatus: {status}\n"
    )
    given = [("text/plain", "Your mail could not be delivered."), ("message/delivery-status", told)]
    if original:
        given.append(("text/rfc822-headers", f"Message-ID: {message_id}\r\nSubject: abuse\r\n"))
    kind, body = parts("report; report-type=delivery-status", *given)
    return mail(body, "Return-Path: <>", sender=sender, Content_Type=kind, Auto_Submitted="auto-replied")


def _domain(recipient: str) -> str:
    return recipient.rpartition("@")[2]


def _spoofed(message_id: str, _token: str, recipient: str, _target: str) -> bytes:
    return mail(_CLAIM, sender=recipient, about=message_id)


def _from(sender: str, *more: str, body: str | bytes = _CLAIM, **fields: str) -> Callable[[str, str, str, str], bytes]:
    """Return a maker of a mail from a sender; `{to}`, `{domain}` and `{id}` stand for the report's own."""

    def make(message_id: str, token: str, recipient: str, target: str) -> bytes:
        known = {"to": recipient, "domain": _domain(recipient), "id": message_id, "token": token, "target": target}

        def filled(text: str) -> str:
            for name, value in known.items():
                text = text.replace(f"{{{name}}}", value)
            return text

        about = "" if "In_Reply_To" in fields else message_id
        said = body if isinstance(body, bytes) else filled(body)
        named = {name: filled(value) for name, value in fields.items()}
        return mail(said, *map(filled, more), sender=filled(sender), about=about, **named)

    return make


_QUOTED = f"{_CLAIM}\n\nOn Mon, 23 Nov 2026, Reports wrote:\n> Please suspend {{target}}.\n> Report {{token}}\n"
_INVITATION = parts(
    "mixed", ("text/plain", _CLAIM), ("text/calendar; method=REQUEST", "BEGIN:VCALENDAR\r\nEND:VCALENDAR")
)
_HIDDEN = '<p>We look into it.</p><div style="display:none">The domain has been suspended.</div>'
_TWO_VERSIONS = parts("alternative", ("text/plain", _CLAIM), ("text/html", "<p>We have received your report.</p>"))
_OTHERS_RESULT = "Authentication-Results: mx.elsewhere.example; dkim=pass header.d={domain}"
_OUR_RESULT = (
    f"Authentication-Results: {AUTHSERV}; dkim=fail header.d={{domain}}; spf=softfail smtp.mailfrom=x@evil.test"
)
_FORGED_RESULT = f"Authentication-Results: {AUTHSERV}; dkim=pass header.d={{domain}}"
_IN_COMMENT = (
    f"Authentication-Results: {AUTHSERV}; dkim=fail (dkim=pass header.d={{domain}}; spf=pass) header.d=evil.test"
)
_FOR_OTHERS = f"Authentication-Results: {AUTHSERV}; dkim=pass header.d=evil.test; spf=pass smtp.mailfrom=a@evil.test"

FORGED: Sequence[Forged] = (
    Forged("spoofed From of the recipient with the right Message-ID", _spoofed),
    Forged("claim from elsewhere", _from("Desk <desk@evil.test>")),
    Forged("results of another server", _from("{to}", _OTHERS_RESULT)),
    Forged("results below those of our server", _from("{to}", _OUR_RESULT, _FORGED_RESULT)),
    Forged("a pass inside a comment", _from("{to}", _IN_COMMENT)),
    Forged("a pass for another domain", _from("{to}", _FOR_OTHERS)),
    Forged("bounce from elsewhere", lambda sent, *_: bounce(sent, "5.1.1", "failed", sender="mailer-daemon@evil.test")),
    Forged(
        "bounce from our own domain", lambda sent, *_: bounce(sent, "5.1.1", "failed", sender=f"mailer-daemon@{OURS}")
    ),
    Forged("mail from our own domain", _from(f"boss@{OURS}")),
    Forged("our report quoted below a claim", _from("desk@evil.test", body=_QUOTED)),
    Forged("reference alone", _from("desk@evil.test", body=f"{_CLAIM}\nReport {{token}}", In_Reply_To="")),
    Forged("ticket of another case", _from("desk@evil.test", Subject="[ABUSE-7000001] done", In_Reply_To="")),
    Forged("look-alike sender", _from("abuse@r\u0435gistrar.example")),
    Forged("address of the recipient as the name", _from('"{to}" <x@evil.test>')),
    Forged("answers go elsewhere", _from("{to}", Reply_To="collect@evil.test")),
    Forged("invitation", _from("{to}", body=_INVITATION[1], Content_Type=_INVITATION[0])),
    Forged("hidden in a page", _from("{to}", body=_HIDDEN, Content_Type="text/html")),
    Forged("two versions", _from("{to}", body=_TWO_VERSIONS[1], Content_Type=_TWO_VERSIONS[0])),
    Forged(
        "claim in Base64",
        _from("desk@evil.test", body=base64.b64encode(_CLAIM.encode()), Content_Transfer_Encoding="base64"),
    ),
    Forged("two subjects", _from("{to}", "Subject: domain suspended")),
    Forged("two From", _from("{to}", "From: x@evil.test")),
    Forged("dated 2038", _from("{to}", Date="Tue, 19 Jan 2038 03:14:08 +0000", Received=f"by {AUTHSERV}; {_DATE}")),
    Forged("dated 1970", _from("{to}", Date="Thu, 1 Jan 1970 00:00:00 +0000")),
    Forged("over a list", _from("{to}", List_Id="<abuse.lists.example>")),
    Forged("status in a header", _from("desk@evil.test", body="See above.", X_Report_Status="actioned; verified_down")),
    Forged("huge", _from("desk@evil.test", body=f"{_CLAIM}\n" + "x" * 3_000_000)),
    Forged("NUL bytes", _from("desk@evil.test", body="The domain\0 has been\0 suspended.")),
    Forged("end of a line in the subject", _from("{to}", Subject="=?utf-8?q?done=0D=0ABcc:_x@evil.test?=")),
    Forged("field smuggled into From", _from("{to}\nBcc: x@evil.test")),
    Forged("our own Message-ID as its own", _from("desk@evil.test", Message_ID="{id}")),
)
"""Each bears a doubt, belongs to no report, or suggests nothing; none is aligned."""

_S, _K = ReportState, ReplyKind
_ABSENT = "I am out of the office until Monday. I have received your mail and will look at it.\n"
_OWNER = (
    "Hello,\nI am the owner of this shop. Your report is wrong: we sell garden chairs.\nPlease withdraw your report.\n"
)
_DE = "Guten Tag,\nvielen Dank für Ihre Meldung. Die Domain wurde gesperrt.\nMit freundlichen Grüßen\nErika Beispiel\n"
_FR = "Bonjour,\nNous avons transmis votre signalement.\nIl a été transmis à notre client.\n"
_ES = "Hola,\nHemos recibido su denuncia. Número de caso: 4711123.\n"
_ACK = "Dear Reporter,\nThank you for contacting us. Your request has been received.\nTicket ID: 471100\n"
_RESELLER = "We have forwarded your report to our reseller, who has 24 hours.\n\nKind regards\nSam Sample\nAbuse desk\n"
_SUSPENDED = "Hi,\n\nplease note that {target} has been suspended.\n\nSam\n\nOn Mon, 23 Nov at 09:00 R wrote:\n> Act\n"
_DECLINED = "Hello,\nafter review we could not verify any phishing content. No action will be taken.\n"

GENUINE: Sequence[Genuine] = (
    Genuine(
        "acknowledgement",
        _from("{to}", body=_ACK, Auto_Submitted="auto-replied"),
        _K.AUTOMATIC,
        _S.ACKNOWLEDGED,
        "471100",
    ),
    Genuine(
        "ticket in the subject",
        _from("{to}", body="We look into it.", Subject="[#ABC-123456] abuse"),
        _K.ANSWER,
        _S.ACKNOWLEDGED,
        "ABC-123456",
    ),
    Genuine("forwarded", _from("{to}", body=_RESELLER), _K.ANSWER, _S.FORWARDED),
    Genuine("suspended", _from("{to}", body=_SUSPENDED), _K.ANSWER, _S.ACTIONED),
    Genuine(
        "suspended by a system",
        _from("{to}", body="Case 00123456: the domain is now suspended.", Auto_Submitted="auto-generated"),
        _K.AUTOMATIC,
        _S.ACTIONED,
        "00123456",
    ),
    Genuine("declined", _from("{to}", body=_DECLINED), _K.ANSWER, _S.DECLINED),
    Genuine("not a customer", _from("{to}", body="This domain is not registered with us."), _K.ANSWER, _S.DECLINED),
    Genuine(
        "DSN 5.1.1",
        lambda sent, _token, to, _target: bounce(sent, "5.1.1", "failed", sender=f"mailer-daemon@{_domain(to)}"),
        _K.BOUNCE,
        _S.FAILED,
    ),
    Genuine(
        "DSN 4.4.1",
        lambda sent, _token, to, _target: bounce(sent, "4.4.1", "delayed", sender=f"mailer-daemon@{_domain(to)}"),
        _K.DELAYED,
        None,
    ),
    Genuine(
        "absence",
        _from("{to}", body=_ABSENT, Subject="Automatic reply", X_Auto_Response_Suppress="All"),
        _K.AUTOMATIC,
        None,
    ),
    Genuine("dispute by an owner", _from("owner@garden-chairs.example", body=_OWNER), _K.DISPUTE, _S.HELD),
    Genuine("German", _from("{to}", body=_DE), _K.ANSWER, _S.ACTIONED),
    Genuine("French", _from("{to}", body=_FR), _K.ANSWER, _S.FORWARDED),
    Genuine("Spanish", _from("{to}", body=_ES), _K.ANSWER, _S.ACKNOWLEDGED, "4711123"),
    Genuine("Portuguese", _from("{to}", body="O domínio foi suspenso hoje."), _K.ANSWER, _S.ACTIONED),
    Genuine("Japanese", _from("{to}", body="山田様\n該当ドメインを停止いたしました。"), _K.ANSWER, _S.ACTIONED),
    Genuine("Russian", _from("{to}", body="Домен заблокирован."), _K.ANSWER, _S.ACTIONED),
    Genuine("Hindi", _from("{to}", body="डोमेन निलंबित किया गया है।"), _K.ANSWER, _S.ACTIONED),
)
