"""Sending what was approved, taking it back in time, and letting a protected target through. Part of `desk.py`."""

from datetime import timedelta
from pathlib import Path

from scamhunt import desk_drafts, outbox, reference
from scamhunt.access import Permission
from scamhunt.desk_approval import gate, refuse_report_held
from scamhunt.desk_follow import is_handed_out
from scamhunt.errors import NotAllowedNow, Refused, UserError
from scamhunt.material import Material
from scamhunt.model import Actor, Channel, ReportState
from scamhunt.settings import Settings
from scamhunt.store import OverrideView, ReportView, Store, logs_refusals
from scamhunt.takedown.steps import TABLE, Step

LET_THROUGH_DAYS = 30
"""Days for which two people let a protected target through."""
_BEFORE_APPROVAL = frozenset({ReportState.DRAFT, ReportState.REVIEW})


@logs_refusals(Permission.SEND, "report:{report_id}")
def send(store: Store, settings: Settings, who: Actor, report_id: int, *, now: bool = False) -> ReportView:
    """Queue approved bytes; they go out once the time to take them back is over, or with `now` at once.

    Where sending is off, and for what a person hands in, the bytes are written to a file instead. Raises `NotFound`,
    `Refused` for what is not approved or may not leave today, `NotAllowedNow` for what is out already.
    """
    view = store.report(report_id)
    store.require(who, Permission.SEND)
    refuse_report_held(store, view)
    by_hand = view.channel is not Channel.EMAIL or not settings.sending
    _refuse_unsendable(view, by_hand=by_hand)
    if by_hand:
        return _handed_out(store, settings, who, view)
    if not settings.smtp_url.get_secret_value():
        raise UserError("no mail server is set: set SCAMHUNT_SMTP_URL, or SCAMHUNT_SENDING=off to get it as a file")
    material = Material.of(settings, reference.brands(settings))
    with store.acting(who) as desk:
        desk.require(Permission.SEND)
        gate(desk, material, view)
        due = desk.now if now else desk.now + timedelta(minutes=settings.cancel_minutes)
        queued = desk.step(view, Step.QUEUE, detail={"due_at": due.isoformat()}, changes={"due_at": due})
    return outbox.send_one(store, settings, report_id) if now else queued


def _refuse_unsendable(view: ReportView, *, by_hand: bool) -> None:
    if view.state in _BEFORE_APPROVAL:
        raise Refused(f"report {view.id} is {view.state}: it is not approved, so it is not sent")
    if view.state is ReportState.UNKNOWN:
        raise Refused(
            f"nobody knows whether report {view.id} was taken ({view.answer or 'no answer'}): find out, and record it: "
            f"scamhunt reports record {view.id} --state sent, or --state failed"
        )
    if is_handed_out(view):
        raise Refused(
            f"report {view.id} was handed out as a file: record what became of it before it is sent again: scamhunt "
            f"reports record {view.id} --state sent, or --state failed"
        )
    if view.state is ReportState.QUEUED and by_hand:
        raise NotAllowedNow(f"report {view.id} is queued: take it back first: scamhunt reports send {view.id} --cancel")
    if view.state not in TABLE[Step.QUEUE]:
        raise NotAllowedNow(f"report {view.id} is {view.state}: it is not sent again")


def _handed_out(store: Store, settings: Settings, who: Actor, view: ReportView) -> ReportView:
    """Write the approved bytes to a file for a person; the report waits for word of what became of it."""
    material = Material.of(settings, reference.brands(settings))
    with store.acting(who) as desk:
        desk.require(Permission.SEND)
        body = gate(desk, material, view)
        handed = desk.step(view, Step.HAND_OUT, detail={"sha256": view.sha256}, changes={"handed_at": desk.now})
    desk_drafts.write(handed_file(store, handed), body)
    return handed


def handed_file(store: Store, view: ReportView) -> Path:
    """Return the file in which a person finds the bytes of a report."""
    return store.home / "outbox" / Path(desk_drafts.file_of(view)).name


def unqueue(store: Store, who: Actor, report_id: int) -> ReportView:
    """Take a queued report back within its time; its approval stands. Raises `NotAllowedNow`."""
    view = store.report(report_id)
    with store.acting(who) as desk:
        desk.require(Permission.SEND)
        return desk.step(view, Step.UNQUEUE, changes={"due_at": None})


# --- let through ------------------------------------------------------------------------------------------------------


@logs_refusals(Permission.OVERRIDE)
def let_through(store: Store, settings: Settings, who: Actor, value: str, reason: str) -> OverrideView:
    """Ask to let reports on a protected target through, or as a second person grant what somebody asked.

    It holds for `LET_THROUGH_DAYS`. Raises `UserError` for what is not protected and for a missing reason, `Refused`
    for one's own question and for a team of one.
    """
    material = Material.of(settings, reference.brands(settings))
    target = desk_drafts.target_of(value)
    if material.protects(target) is None:
        raise UserError(f"{target[:80]!a} is not protected: nothing has to be let through")
    if settings.single_operator:
        raise Refused("a team of one lets no protected target through")
    if not reason.strip():
        raise UserError("say why with --reason: the log and whoever decides get it")
    with store.acting(who) as desk:
        asked = desk.override_of(target)
        waits = asked is not None and asked.granted_at is None and asked.asked_by != who.name
        if not waits:
            desk.require(Permission.OVERRIDE)
            return desk.ask_override(target, reason.strip())
        desk.require(Permission.GRANT)
        return desk.grant_override(target, LET_THROUGH_DAYS, reason.strip())
