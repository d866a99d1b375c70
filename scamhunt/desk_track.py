"""What a person does about reports that are out: record what came back, ask the next one. Part of `desk.py`."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from scamhunt import desk_drafts, desk_holds, desk_reports, reference
from scamhunt.access import Permission
from scamhunt.desk_follow import is_handed_out, refuse_out, with_author
from scamhunt.desk_reports import Report
from scamhunt.errors import NotAllowedNow, UserError, did_you_mean
from scamhunt.material import Material
from scamhunt.model import Actor, Channel, ReportState
from scamhunt.settings import Settings
from scamhunt.store import ReportDraft, ReportView, Store, logs_refusals
from scamhunt.takedown import due, steps
from scamhunt.takedown.case import Case, Recipient
from scamhunt.takedown.kinds import RecipientKind
from scamhunt.takedown.roles import AFTERWARDS
from scamhunt.takedown.rungs import ESCALATE, POINT, RELAPSED, SAME, STILL_THERE, Ladders, Rung, holds
from scamhunt.takedown.steps import Step
from scamhunt.takedown.tracked import Tracked

NOTE_LIMIT = 2_000
_WHY_NOT = {
    ReportState.VERIFIED_DOWN: "is observed: looks of ours say it; run scamhunt investigate",
    ReportState.RELAPSED: "is observed: looks of ours say it; run scamhunt investigate",
    ReportState.HELD: "follows from a dispute: scamhunt reports dispute",
    ReportState.WITHDRAWN: "follows from scamhunt reports withdraw",
}


# --- what came by phone, portal or mail -------------------------------------------------------------------------------


@logs_refusals(Permission.SEND, "report:{report_id}")
def record(  # noqa: PLR0913  # each is an option of the command
    store: Store,
    settings: Settings,
    who: Actor,
    report_id: int,
    *,
    state: str = "",
    note: str = "",
    ticket: str = "",
    at: datetime | None = None,
) -> Report:
    """Record what a person learned of a report: whether it was taken, what the recipient said, the ticket.

    `at` says when that came, where it was not now. What is observed is never typed: `actioned` is the recipient's word,
    and nothing is down by it. Raises `NotFound`, `NotAllowedNow` for a step that the table does not have, `UserError`.
    """
    view = store.report(report_id)
    store.require(who, Permission.SEND)
    step = _step(state, ticket, note)
    if step in {Step.FOUND_SENT, Step.FOUND_UNSENT} and view.state is ReportState.APPROVED and not is_handed_out(view):
        raise NotAllowedNow(f"report {view.id} was not handed out yet; run: scamhunt reports send {view.id}")
    when = _when(view, step, settings.now(), at)
    with store.acting(who) as desk:
        desk.require(Permission.SEND)
        moment = when or desk.now
        changes: dict[str, object] = {"ticket": ticket.strip()} if ticket.strip() else {}
        changes |= _moments(view, step, moment)
        detail = {"ticket": ticket.strip(), "at": moment.isoformat()}
        after = desk.step(view, step, reason=note.strip(), detail=detail, changes=changes)
        desk_holds.hold_if_disputed(desk, after)
    return desk_reports.report(store, settings, report_id)


def _step(state: str, ticket: str, note: str) -> Step:
    """Return the step that a person's word stands for. Raises `UserError`."""
    if len(note) > NOTE_LIMIT or len(ticket) > NOTE_LIMIT:
        raise UserError(f"note and ticket have {NOTE_LIMIT} characters at most; shorten them")
    if not state:
        if not (ticket.strip() or note.strip()):
            raise UserError(f"say what you learned: --state {'|'.join(steps.RECORDED)}, --ticket or --note")
        return Step.NOTE
    known = {one.value: one for one in ReportState}
    if state in steps.RECORDED:
        return steps.RECORDED[ReportState(state)]
    near = did_you_mean(state, steps.RECORDED)
    why = _WHY_NOT.get(known[state], "is no word of a recipient's") if state in known else f"is no state{near}"
    raise UserError(f"{state[:40]!a} {why}; a person records {', '.join(steps.RECORDED)}")


def _when(view: ReportView, step: Step, now: datetime, at: datetime | None) -> datetime | None:
    """Return when it came. Raises `UserError` for a time that cannot be."""
    if at is None:
        return None
    if at > now:
        raise UserError(f"{at:%Y-%m-%d %H:%M} UTC has not come yet; it is {now:%Y-%m-%d %H:%M} UTC")
    begun = view.handed_at or view.created_at if step is Step.FOUND_SENT else view.sent_at or view.created_at
    if at < begun:
        raise UserError(f"{at:%Y-%m-%d %H:%M} UTC is before the report went out ({begun:%Y-%m-%d %H:%M} UTC)")
    return at


def _moments(view: ReportView, step: Step, at: datetime) -> dict[str, object]:
    """Return the milestones that a word sets; each is kept as it came first."""
    if step is Step.FOUND_SENT:
        return {"sent_at": at}
    if step is Step.FOUND_UNSENT:
        return {"sent_at": None, "handed_at": None}
    if step in {Step.ACKNOWLEDGE, Step.FORWARD}:  # who passes it on is not done with it
        return {"acknowledged_at": view.acknowledged_at or at, "claimed_at": None}
    if step is Step.DECLINE:
        return {"claimed_at": None}
    if step is Step.CLAIM_ACTION:
        blocked = {"blocked_at": view.blocked_at or at} if view.kind == RecipientKind.BLOCKLIST else {}
        return {"claimed_at": view.claimed_at or at, **blocked}
    return {}


# --- ask the next one -------------------------------------------------------------------------------------------------


@logs_refusals(Permission.DRAFT, "report:{report_id}")
def escalate(  # noqa: PLR0913  # each is an option of the command
    store: Store, settings: Settings, who: Actor, report_id: int, *, step: str = "", to: str = ""
) -> Report:
    """Draft what the ladder of a report has next, or the step that is named: a reminder, or a report to the next one.

    `to` is a contact that the drafter vouches for, or a desk of the list, where another one is asked.

    It tells of the reports before it with their proof, and is approved and sent as any report. Nothing is due for it to
    be drafted: a person may be earlier. Raises `NotFound`, `NotAllowedNow`, `UserError` for a step that there is not,
    and what a draft raises.
    """
    parent = store.report(report_id)
    store.require(who, Permission.DRAFT)
    desk_holds.refuse_held(store, parent.candidate_id)
    if parent.state not in steps.TABLE[Step.ESCALATE] or parent.purpose in AFTERWARDS:
        raise NotAllowedNow(f"report {parent.id}, {parent.purpose}, is {parent.state}: nobody else is asked about it")
    ladders, now = reference.ladders(settings), settings.now()
    works = due.due(store.tracked(parent.candidate_id), ladders, now)
    asked = {work.id.rpartition(":")[2] for work in works if work.report == parent.id}
    rung = _rung(as_tracked(store, parent), ladders, asked, step)
    if rung.do == POINT:
        return _pointed(store, settings, who, parent, rung)
    material = Material.of(settings, reference.brands(settings))
    candidate = store.candidate(str(parent.candidate_id))
    desk_drafts.refuse_protected(store, material, candidate.indicator, _kind(parent, rung))
    case = desk_drafts.case_of(store, material, candidate)
    desk_drafts.refuse_undecided(candidate, case, desk_drafts.decision_on(store, candidate))
    planned = _planned(parent, rung, case, material, _named(case, material, who, _kind(parent, rung), rung, to))
    made = desk_drafts.rendered(store, material, planned)
    draft = _draft(planned, made.draft.template, who)
    content = desk_drafts.as_draft(made, settings)
    with store.acting(who) as desk:
        desk.require(Permission.DRAFT)
        before = desk.draft_of(draft)
        if before is not None:
            refuse_out(before)
            desk.void_approvals(before.id, "it was drafted anew")
            draft = replace(draft, authors=with_author(before.authors, who.name), note=before.note)
        view = desk.save_report(draft)
        if rung.name not in parent.climbed:
            climbed = [*parent.climbed, rung.name]
            detail = {"step": rung.name, "report": view.id}
            desk.step(parent, Step.ESCALATE, detail=detail, changes={"climbed": climbed})
        desk_drafts.write(store.home / desk_drafts.file_of(view), content)
    return desk_reports.report(store, settings, view.id)


def _pointed(store: Store, settings: Settings, who: Actor, parent: ReportView, rung: Rung) -> Report:
    """Note that a way that is not ours to go was looked at; nothing is drafted."""
    with store.acting(who) as desk:
        desk.require(Permission.DRAFT)
        climbed = list(dict.fromkeys([*parent.climbed, rung.name]))
        desk.step(parent, Step.ESCALATE, reason=rung.note, detail={"step": rung.name}, changes={"climbed": climbed})
    return desk_reports.report(store, settings, parent.id)


def _rung(parent: Tracked, ladders: Ladders, asked: Collection[str], step: str) -> Rung:
    """Return the step of a ladder that is named, else what is due of it, else the next. Raises `UserError`."""
    able = _able(parent, ladders)
    if step:
        named = next((one for one in able if one.name == step), None)
        if named is None:
            there = ", ".join(one.name for one in able) or "none"
            raise UserError(f"report {parent.id} has no step {step[:40]!a} that can be drafted now; it has: {there}")
        return named
    left = [one for one in able if one.name not in parent.climbed]
    if not left:
        raise NotAllowedNow(f"the ladder of report {parent.id} has no step left; see: scamhunt reports due")
    drafted = [one for one in left if one.do != POINT] or left
    return next((one for one in drafted if one.name in asked), drafted[0])


def _able(parent: Tracked, ladders: Ladders) -> list[Rung]:
    """Return the steps that something can be drafted for, as the report stands."""
    if parent.state is ReportState.RELAPSED:
        return [RELAPSED]
    told = [STILL_THERE] if parent.state is ReportState.ACTIONED else []
    listed = ladders.rungs_for(parent.kind, parent.desk, parent.purpose)
    return [*told, *(one for one in listed if holds(parent, one))]


def as_tracked(store: Store, view: ReportView) -> Tracked:
    """Return a report as the clock sees it."""
    candidate = store.candidate(str(view.candidate_id))
    watch = store.watch(candidate.id)
    shared = {name: getattr(view, name) for name in Tracked.__dataclass_fields__ if hasattr(view, name)}
    return Tracked(
        **{
            **shared,
            "climbed": tuple(view.climbed),
            "indicator": candidate.indicator,
            "target": candidate.kind,
            "brand": candidate.brand,
            "last_live": watch.last_live if watch else None,
        }
    )


def _kind(parent: ReportView, rung: Rung) -> str:
    return rung.to if rung.do == ESCALATE and rung.to != SAME else parent.kind


def _named(  # noqa: PLR0913, PLR0917  # what a recipient is found by
    case: Case, material: Material, who: Actor, kind: str, rung: Rung, to: str
) -> Recipient | None:
    """Return the recipient that a person names, None where nobody is named. Raises `UserError`, `Refused`."""
    if to and rung.do != ESCALATE:
        raise UserError("a reminder goes to whoever got the report: leave --to out")
    return desk_reports.recipient_named(case, material, who, kind, to) if to else None


def _planned(parent: ReportView, rung: Rung, case: Case, material: Material, named: Recipient | None) -> ReportView:
    """Return the report that a step asks for, as it would be stored."""
    kind = _kind(parent, rung)
    purpose = material.purpose_of_step(kind, parent.purpose)
    fresh = replace(
        parent,
        state=ReportState.DRAFT,
        sha256="",
        kind=kind,
        purpose=purpose,
        template=purpose,
        parent_id=parent.id,
        rung=rung.name,
    )
    if rung.do != ESCALATE:  # an answer to the first report keeps its ticket
        return replace(fresh, fields={**parent.fields, "about": parent.message_id})
    to = named or desk_drafts.chosen(case, material.desks, kind)
    desk = to.desk.name if to and to.desk else ""
    vouched = {"by": to.vouched_by, "at": to.verified_on} if to and to.how == "vouched" else {}
    channel = to.channel if to else Channel.EMAIL
    return replace(fresh, recipient=desk_drafts.stored_name(to), desk=desk, vouched=vouched, channel=channel)


def _draft(planned: ReportView, template: str, who: Actor) -> ReportDraft:
    return ReportDraft(
        planned.candidate_id,
        planned.kind,
        planned.recipient,
        planned.purpose,
        template,
        note=planned.note,
        fields=planned.fields,
        channel=planned.channel,
        desk=planned.desk,
        vouched=planned.vouched,
        authors=with_author(planned.authors, who.name),
        parent_id=planned.parent_id,
        rung=planned.rung,
    )


def open_reports(store: Store, candidate_id: int) -> Sequence[ReportView]:
    """Return the reports on a target that lie with somebody outside and were not seen to be gone."""
    return [one for one in store.reports_of(candidate_id, steps.WAITING) if one.purpose not in AFTERWARDS]
