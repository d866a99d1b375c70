"""An answer to a report: what kind of mail it is, what it is about, and what it suggests. Pure.

A mail only suggests. Whoever knows a Message-ID can write one, so nothing here changes a state: a person decides what a
mail is worth, and only a look of ours finds that something is gone. No attachment is opened and nothing is fetched.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from scamhunt.indicators import mime
from scamhunt.indicators.mime import Part
from scamhunt.model import ReportState
from scamhunt.takedown import reply_bounce, reply_doubts, reply_marks, reply_text, reply_words
from scamhunt.takedown.reply_body import Body, body_of
from scamhunt.takedown.reply_bounce import Bounce, Fate
from scamhunt.takedown.reply_sender import Sender, authentication, registrable, sender
from scamhunt.takedown.steps import UNSENT

READ_LIMIT = 2_000_000
"""Bytes of a mail that are looked at: an answer stands at its beginning."""
_BY_MACHINES = frozenset({"bulk", "junk", "auto_reply", "auto-reply"})
_ANSWERED = frozenset(
    {
        ReportState.ACKNOWLEDGED,
        ReportState.FORWARDED,
        ReportState.ACTIONED,
        ReportState.DECLINED,
        ReportState.VERIFIED_DOWN,
    }
)


class ReplyKind(StrEnum):
    """What kind of mail an answer is."""

    ANSWER = "answer"
    """Somebody wrote it."""
    AUTOMATIC = "automatic"
    """A machine sent it: an acknowledgement, a ticket, an absence. Nobody answers it."""
    BOUNCE = "bounce"
    """A mail server could not deliver the report."""
    DELAYED = "delayed"
    """A mail server still tries to deliver it (4.x.x)."""
    DISPUTE = "dispute"
    """Somebody says that the report is wrong."""
    OPAQUE = "opaque"
    """Encrypted with S/MIME or PGP."""
    UNREADABLE = "unreadable"
    """No mail, or one without any text."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is taken from one mail."""

    kind: ReplyKind
    message_id: str
    """Its own, with angle brackets; empty where it has none, or several."""
    sent_at: datetime | None
    """As it says itself; aware, UTC."""
    sender_domain: str
    """Registrable domain of From, A-labels; empty where it names nobody, or several."""
    about: tuple[str, ...]
    """Message-IDs that it answers, the nearest first; of a bounce that of the mail given back."""
    references: tuple[str, ...]
    """What reads as a token or XARF id of ours: 32 hexadecimal digits, small letters."""
    tickets: tuple[str, ...]
    """As the desk writes them, without brackets and `#`."""
    suggests: ReportState | None
    why: str
    """A sentence of ours."""
    text: str
    """What the sender wrote himself, masked and defanged; 4,000 characters at most."""
    authentication: str
    """`aligned`, `unaligned` or `none`, see `reply_sender.authentication`."""
    doubts: tuple[str, ...]
    """What is odd about it: sentences of ours."""
    digest: str
    """SHA-256 of the bytes, hexadecimal."""


@dataclass(frozen=True, slots=True)
class Known:
    """A report of ours, as answers are tied to it."""

    report_id: int
    message_id: str
    token: str
    """32 hexadecimal digits, see `message.new_identity`."""
    ticket: str
    recipient_domain: str
    """Registrable domain of its address; empty where it is not known."""
    state: ReportState
    parent_id: int | None = None
    """The report that it reminds of, escalates, withdraws or closes."""


@dataclass(frozen=True, slots=True)
class Matched:
    """The report that an answer belongs to."""

    report_id: int | None
    by: str
    """`message_id`, `reference`, `ticket`, or empty."""
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Judged:
    kind: ReplyKind
    suggests: ReportState | None
    why: str
    doubts: tuple[str, ...] = ()


def read_reply(raw: bytes, *, authserv: str = "") -> Reply:
    """Read a mail as it came (RFC 5322). Never raises; of a mail of any size it looks at `READ_LIMIT` bytes.

    `authserv`: what our own mail server calls itself in Authentication-Results (RFC 8601). No other is believed.
    """
    part, cut = mime.parse(raw[:READ_LIMIT])
    body, who = body_of(part), _sender(part)
    told = authentication(part.headers.get("authentication-results", ""), authserv, who.domain)
    tickets = reply_marks.tickets(f"{body.subject}\n{body.own}")
    judged = _judge(part, body, who, tickets)
    cut |= body.cut or len(raw) > READ_LIMIT or len(body.own) >= reply_text.OWN_LIMIT
    limits = ("a limit left out a part of it",) if cut else ()
    odd = (*reply_doubts.of_header(part, raw), *reply_doubts.of_reply_to(part, who.domain))
    results = (*reply_doubts.of_files(body.others), *reply_doubts.of_results(part, told, authserv))
    return Reply(
        kind=judged.kind,
        message_id=reply_marks.own_id(part),
        sent_at=reply_doubts.moment(part),
        sender_domain=who.domain,
        about=reply_marks.about(part),
        references=reply_marks.references(f"{body.subject}\n{body.whole}"),
        tickets=tickets,
        suggests=judged.suggests,
        why=judged.why,
        text=reply_text.shown(body.own, tickets),
        authentication=told,
        doubts=tuple(dict.fromkeys((*limits, *judged.doubts, *who.doubts, *odd, *results))),
        digest=hashlib.sha256(raw).hexdigest(),
    )


def _sender(part: Part) -> Sender:
    return Sender("") if "from" in part.repeated else sender(part.headers.get("from", ""))


# --- what it suggests -------------------------------------------------------------------------------------------------


def _judge(part: Part, body: Body, who: Sender, tickets: Sequence[str]) -> _Judged:  # noqa: PLR0911  # a list
    """Return the kind of a mail and what it suggests; the first that fits."""
    if not part.headers:
        return _Judged(ReplyKind.UNREADABLE, None, "it is no mail")
    if body.opaque:
        return _Judged(ReplyKind.OPAQUE, None, "it is encrypted: open it in a mail program that holds the key")
    if reply_bounce.is_report(part):
        return _bounced(reply_bounce.of_report(part))
    if reply_bounce.is_likely(part, from_machine=who.is_machine):
        return _bounced(reply_bounce.of_text(body.subject, body.own))
    automatic = _is_automatic(part)
    if automatic and body.is_absence:
        return _Judged(ReplyKind.AUTOMATIC, None, "it says that nobody is there: nobody has read the report yet")
    if not (body.whole or automatic):
        return _Judged(ReplyKind.UNREADABLE, None, "it has no text that can be read")
    return _worded(body, tickets, ReplyKind.AUTOMATIC if automatic else ReplyKind.ANSWER)


def _worded(body: Body, tickets: Sequence[str], kind: ReplyKind) -> _Judged:
    """Judge a mail by what its sender wrote, in both versions of it."""
    versions = [reply_words.said(reply_text.own(text)) for text in (body.plain, body.page) if text]
    said = versions[0] if versions else reply_words.said("")
    if any(one.suggests is not said.suggests for one in versions):
        said = reply_words.Said(None, "its plain text and its page say different things", contradicts=True)
    doubts = (said.why,) if said.contradicts else ()
    if said.suggests is ReportState.HELD:
        return _Judged(ReplyKind.DISPUTE, said.suggests, said.why, doubts)
    if said.suggests is None and tickets and not said.contradicts:
        return _Judged(kind, ReportState.ACKNOWLEDGED, "the recipient gave the report a ticket")
    return _Judged(kind, said.suggests, said.why, doubts)


def _bounced(bounce: Bounce) -> _Judged:
    kind, suggests, why = {
        Fate.FAILED: (ReplyKind.BOUNCE, ReportState.FAILED, "a mail server says that the report was not delivered"),
        Fate.DELAYED: (ReplyKind.DELAYED, None, "a mail server still tries to deliver the report"),
        Fate.DELIVERED: (ReplyKind.AUTOMATIC, None, "a mail server says that the report was delivered"),
        Fate.UNCLEAR: (ReplyKind.BOUNCE, None, "a mail server could not deliver the report, or not yet: read it"),
    }[bounce.fate]
    return _Judged(kind, suggests, why, bounce.doubts)


def _is_automatic(part: Part) -> bool:
    """Tell what no person sent by hand (RFC 3834 5, and what was usual before it)."""
    headers = part.headers
    return (
        not headers.get("auto-submitted", "no").strip().lower().startswith("no")
        or headers.get("precedence", "").strip().lower() in _BY_MACHINES
        or bool({"x-autoreply", "x-autorespond", "x-auto-response-suppress"} & headers.keys())
    )


# --- which report it belongs to ---------------------------------------------------------------------------------------


def match(reply: Reply, known: Sequence[Known]) -> Matched:
    """Return the report that an answer belongs to: by Message-ID, else by our reference, else by the desk's ticket.

    A ticket counts only where the answer comes from the domain that the report went to: numbers of tickets are easily
    guessed. Where several reports fit equally well it belongs to none of them, and a person decides.
    """
    ranks = {
        "message_id": _answered(reply, _distinct(_by_message_id(reply, known))),
        "reference": _distinct(_by_reference(reply, known)),
        "ticket": _distinct(_by_ticket(reply, known)),
    }
    elsewhere = [one for one in ranks["ticket"] if not _is_from(reply, one)]
    ranks["ticket"] = [one for one in ranks["ticket"] if _is_from(reply, one)]
    for by, fitting in ranks.items():
        if len(fitting) > 1:
            return Matched(None, "", (f"several reports fit it by {by.replace('_', ' ')}: {_named(fitting)}",))
        if fitting:
            named = [one for ones in (*ranks.values(), elsewhere) for one in ones]
            return Matched(fitting[0].report_id, by, tuple(_odd(reply, fitting[0], _distinct(named))))
    doubts = (f"it names the ticket of {_named(elsewhere)}, which went to another domain",) if elsewhere else ()
    return Matched(None, "", doubts)


def _answered(reply: Reply, fitting: list[Known]) -> list[Known]:
    """Return the one that a mail answers where it names the thread of that one too (RFC 5322 3.6.4); else all of them.

    A withdrawal names the report that it withdraws, and its answer names both.
    """
    if len(fitting) <= 1:
        return fitting
    nearest = min(fitting, key=lambda one: reply.about.index(one.message_id))
    others = {one.report_id for one in fitting} - {nearest.report_id}
    return [nearest] if others == {nearest.parent_id} else fitting


def _by_message_id(reply: Reply, known: Iterable[Known]) -> Iterator[Known]:
    about = frozenset(reply.about)
    return (one for one in known if one.message_id and one.message_id in about)


def _by_reference(reply: Reply, known: Iterable[Known]) -> Iterator[Known]:
    """Yield the reports whose token, XARF id or Message-ID a mail holds in its text."""
    given = frozenset(reply.references)
    if not given:
        return
    alike = frozenset(map(reply_marks.same_reference, given))
    for one in known:
        if one.message_id[1:33] in given or (one.token and reply_marks.same_reference(one.token) in alike):
            yield one


def _by_ticket(reply: Reply, known: Iterable[Known]) -> Iterator[Known]:
    given = frozenset(map(reply_marks.same_ticket, reply.tickets))
    return (one for one in known if one.ticket and reply_marks.same_ticket(one.ticket) in given)


def _distinct(known: Iterable[Known]) -> list[Known]:
    return list({one.report_id: one for one in known}.values())


def _is_from(reply: Reply, report: Known) -> bool:
    return bool(reply.sender_domain) and reply.sender_domain == report.recipient_domain


def _named(known: Sequence[Known]) -> str:
    some = ", ".join(f"report {one.report_id}" for one in known[:5])
    return some if len(known) <= 5 else f"{some} and {len(known) - 5} more"  # noqa: PLR2004  # enough to look at


def _odd(reply: Reply, report: Known, named: Sequence[Known]) -> Iterator[str]:
    """Yield what does not fit between an answer and its report."""
    yield from _odd_sender(reply, report)
    others = [one for one in named if one.report_id != report.report_id]
    if others:
        yield f"it also names {_named(others)}"
    if report.ticket and reply.tickets and not any(_by_ticket(reply, [report])):
        yield "its ticket is not the one that is noted for the report"
    if reply.message_id and reply.message_id == report.message_id:
        yield "it carries the Message-ID of our own report as its own"
    if report.state in UNSENT:
        yield "the report is not known to have been sent"
    if reply.suggests is ReportState.FAILED and report.state in _ANSWERED:
        yield "the recipient has answered the report already, so it did arrive"


def _odd_sender(reply: Reply, report: Known) -> Iterator[str]:
    """Yield whether it comes from elsewhere; a bounce may come from a mail server of ours."""
    ours = registrable(report.message_id.rpartition("@")[2].rstrip(">"))
    bounced = reply.kind in {ReplyKind.BOUNCE, ReplyKind.DELAYED}
    if not reply.sender_domain:
        yield "nobody can tell from which domain it comes"
    elif reply.sender_domain == ours and not bounced and ours != report.recipient_domain:
        yield "it says that it comes from our own domain"
    elif report.recipient_domain and reply.sender_domain not in {report.recipient_domain, ours if bounced else ""}:
        yield "it comes from another domain than the report went to"
