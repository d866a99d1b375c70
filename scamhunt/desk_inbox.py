"""What a person does about answers: take what one suggests, tie it to a report, put it aside. Part of `desk.py`."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scamhunt import desk_holds, desk_track, files, sealed
from scamhunt.access import Permission
from scamhunt.errors import EvidenceChanged, NotAllowedNow, UserError, did_you_mean
from scamhunt.model import Actor, Event, ReportState
from scamhunt.settings import Settings
from scamhunt.store import ReplyState, ReplyView, ReportView, Store
from scamhunt.takedown import steps
from scamhunt.triage import REASON_LIMIT

PURPOSES = ("verify a reply", "law enforcement", "dispute", "erasure")
"""For what a sealed mail is opened."""
ERASURE = "erasure"
LEAST = 20
"""Characters of a reason to open a sealed mail."""
BY_PERSON = "person"
"""Instead of what a mail was matched by."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it is shown: masked, and never as it came."""

    id: int
    report: int | None
    sender: str
    """The domain that it says it comes from."""
    authentication: str
    """Whether our own mail server vouches for that domain: `aligned`, `unaligned`, `none`."""
    kind: str
    suggests: str
    why: str
    doubts: Sequence[str]
    state: ReplyState
    decided_by: str
    matched_by: str
    tickets: Sequence[str]
    read_at: datetime
    sent_at: datetime | None
    """As it says itself."""
    text: str
    sealed: bool
    """Whether its bytes are kept."""


# --- look -------------------------------------------------------------------------------------------------------------


def listed(
    store: Store, *, state: str = "", report: int | None = None, everything: bool = False, limit: int | None = 50
) -> list[Answer]:
    """Return answers, the newest first; those that wait for a person, unless others are asked for.

    Raises `UserError` for a state that there is not.
    """
    if state and state not in set(ReplyState):
        raise UserError(
            f"an answer is never {state[:40]!a}{did_you_mean(state, ReplyState)}; it is open, accepted or dismissed"
        )
    wanted = ReplyState(state) if state else None if everything or report is not None else ReplyState.OPEN
    of = None if report is None else [report]
    return [shown(store, one) for one in store.replies(state=wanted, reports=of, limit=limit)]


def answer(store: Store, reply_id: int) -> Answer:
    """Return one answer. Raises `NotFound`."""
    return shown(store, store.reply(reply_id))


def shown(store: Store, one: ReplyView) -> Answer:
    """Return an answer as it is shown."""
    return Answer(
        id=one.id,
        report=one.report_id,
        sender=one.sender_domain,
        authentication=one.authentication,
        kind=one.kind,
        suggests=one.suggests,
        why=one.why,
        doubts=one.doubts,
        state=one.state,
        decided_by=one.decided_by,
        matched_by=one.matched_by,
        tickets=one.tickets,
        read_at=one.read_at,
        sent_at=one.sent_at,
        text=one.text,
        sealed=_is_sealed(store, one),
    )


def _is_sealed(store: Store, one: ReplyView) -> bool:
    with suppress(EvidenceChanged):
        return sealed.path(store.home, one.digest).is_file()
    return False


# --- decide -----------------------------------------------------------------------------------------------------------


def accept(store: Store, settings: Settings, who: Actor, reply_id: int, *, state: str = "") -> ReplyView:
    """Record for its report what an answer suggests, or another state, as `reports record` does; a dispute holds.

    Its ticket is noted where it names exactly one and the report has none. Raises `NotFound`, `UserError` where there
    is no report or no state, `NotAllowedNow` for a step that the table does not have and an answer decided on already.
    """
    store.require(who, Permission.SEND)
    reply = store.reply(reply_id)
    _refuse_decided(reply)
    if reply.report_id is None:
        raise UserError(
            f"answer {reply.id} belongs to no report yet: scamhunt inbox match {reply.id} --report ID --reason TEXT"
        )
    wanted = state or reply.suggests
    if not wanted:
        known = ", ".join(steps.RECORDED)
        raise UserError(f"answer {reply.id} suggests nothing: name a state ({known}) with --state, or dismiss it")
    note = f"answer {reply.id} ({reply.kind}) from {reply.sender_domain or 'nobody known'}: {reply.why}"
    _record(store, settings, who, store.report(reply.report_id), reply, wanted=wanted, note=note)
    return _decided(store, who, reply, "accept", ReplyState.ACCEPTED, note)


def _record(  # noqa: PLR0913  # what is recorded, of what, and how one knows
    store: Store, settings: Settings, who: Actor, report: ReportView, reply: ReplyView, *, wanted: str, note: str
) -> None:
    ticket = reply.tickets[0] if len(reply.tickets) == 1 and not report.ticket else ""
    if wanted == ReportState.HELD:
        if report.state is not ReportState.HELD:
            desk_holds.dispute(store, settings, who, report.id, note)
        return
    # A second answer that says the same, or a process that ended between the two transactions: a note is enough.
    same = report.state == wanted and wanted in steps.RECORDED
    at = reply.read_at if report.sent_at and report.sent_at <= reply.read_at <= settings.now() else None
    desk_track.record(store, settings, who, report.id, state="" if same else wanted, note=note, ticket=ticket, at=at)


def match(store: Store, who: Actor, reply_id: int, report_id: int, reason: str) -> ReplyView:
    """Tie an answer to a report; what it suggests is then accepted or dismissed. Raises `NotFound`, `NotAllowedNow`."""
    store.require(who, Permission.SEND)
    reply, report, reason = store.reply(reply_id), store.report(report_id), _reason(reason)
    _refuse_decided(reply)
    with store.acting(who) as desk:
        desk.require(Permission.SEND)
        return desk.change_reply(reply, "match", reason, {"report_id": report.id, "matched_by": BY_PERSON})


def dismiss(store: Store, who: Actor, reply_id: int, reason: str) -> ReplyView:
    """Put an answer aside: nothing follows from it. Raises `NotFound`, `NotAllowedNow`, `UserError`."""
    store.require(who, Permission.SEND)
    reply, reason = store.reply(reply_id), _reason(reason)
    _refuse_decided(reply)
    return _decided(store, who, reply, "dismiss", ReplyState.DISMISSED, reason)


def _decided(store: Store, who: Actor, reply: ReplyView, act: str, state: ReplyState, reason: str) -> ReplyView:  # noqa: PLR0913, PLR0917  # what a decision is
    with store.acting(who) as desk:
        desk.require(Permission.SEND)
        changes = {"state": state.value, "decided_by": who.name, "decided_at": desk.now}
        return desk.change_reply(reply, act, reason, changes)


def _refuse_decided(reply: ReplyView) -> None:
    if reply.state is not ReplyState.OPEN:
        raise NotAllowedNow(f"{reply.decided_by} decided on answer {reply.id} already: it is {reply.state}")


def _reason(reason: str, least: int = 1) -> str:
    words = reason.strip()
    if len(words) < least:
        least_told = f" in {least} characters or more" if least > 1 else ""
        raise UserError(f"say why with --reason{least_told}: the log gets it; no names or addresses of people")
    if len(words) > REASON_LIMIT:
        raise UserError(f"the reason has {len(words)} characters, {REASON_LIMIT} is the most; shorten it")
    return words


# --- the sealed bytes -------------------------------------------------------------------------------------------------


def opened(store: Store, who: Actor, reply_id: int, *, purpose: str, reason: str) -> bytes:
    """Return a mail as it came. That somebody opens it, and why, is in the log first: no log, no look.

    Raises `NotFound`, `NotPermitted`, `UserError` for a purpose that is none or a reason that is too short,
    `EvidenceChanged` for bytes that are gone or not what was kept.
    """
    store.require(who, Permission.OPEN_MAIL)
    if purpose not in PURPOSES:
        known = ", ".join(f"'{one}'" for one in PURPOSES)
        raise UserError(f"no purpose {purpose[:40]!a}{did_you_mean(purpose, PURPOSES)}; a mail is opened for: {known}")
    reply = store.reply(reply_id)
    _log(store, who, "open", reply, purpose, _reason(reason, LEAST))
    return sealed.open_(store.home, reply.digest)


def open_into(  # noqa: PLR0913  # what is opened, for whom, why and where to
    store: Store, who: Actor, reply_id: int, out: Path, *, purpose: str, reason: str
) -> None:
    """Write a mail as it came to a new file (0600). Raises as `opened` does, and `UserError` for one that exists."""
    if out.exists() or out.is_symlink():
        raise UserError(f"{out}: is there already; name a new file")
    raw = opened(store, who, reply_id, purpose=purpose, reason=reason)
    files.write_whole(out, lambda file: file.write(raw))


def erase(store: Store, who: Actor, reply_id: int, *, reason: str) -> bool:
    """Remove the bytes of a mail for good; say whether there were any. What is shown of it stays, masked.

    Raises `NotFound`, `NotPermitted`, `UserError` for a reason that is too short, `StoreError`.
    """
    store.require(who, Permission.OPEN_MAIL)
    reply = store.reply(reply_id)
    _log(store, who, "erase", reply, ERASURE, _reason(reason, LEAST))
    return sealed.forget(store.home, reply.digest)


def _log(store: Store, who: Actor, act: str, reply: ReplyView, purpose: str, reason: str) -> None:  # noqa: PLR0913, PLR0917  # what an event tells
    with store.acting(who) as desk:
        desk.require(Permission.OPEN_MAIL)
        told = {"purpose": purpose, "sha256": reply.digest, "report": reply.report_id}
        desk.log(Event(f"reply.{act}", f"reply:{reply.id}", reason, told))
