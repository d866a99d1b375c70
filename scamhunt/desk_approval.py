"""Two people on the same bytes: freezing, approving, and what has to hold when a report leaves. Part of `desk.py`."""

import email
import email.policy
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from scamhunt import access, desk_drafts, desk_holds, reference
from scamhunt.access import Permission
from scamhunt.desk_drafts import Rendered
from scamhunt.errors import NotAllowedNow, Refused, UserError
from scamhunt.indicators.fictional import is_fictional
from scamhunt.mail import sending
from scamhunt.material import Material
from scamhunt.model import Actor, Channel, Kind, ReportState
from scamhunt.settings import Settings
from scamhunt.store import Acting, ApprovalView, CandidateView, ReportView, Store, logs_refusals, outbox
from scamhunt.takedown.roles import AFTERWARDS
from scamhunt.takedown.steps import Step

ALONE_HOURS = 24
"""Hours between the first and the second look of a team of one."""
FROZEN = frozenset({ReportState.REVIEW, ReportState.APPROVED, ReportState.QUEUED, ReportState.FAILED})
_BEFORE_APPROVAL = frozenset({ReportState.DRAFT, ReportState.REVIEW})


@dataclass(frozen=True, slots=True)
class Approved:
    """What became of a yes."""

    report: ReportView
    approval: ApprovalView
    accepted: tuple[str, ...]


@logs_refusals(Permission.DRAFT, "report:{report_id}")
def review(store: Store, settings: Settings, who: Actor, report_id: int) -> ReportView:
    """Freeze the bytes of a draft for a second person and return it. Nothing of it changes from then on but by an edit.

    Raises `NotFound`, `NotAllowedNow` for what is no draft or lacks a field that blocks, `Refused`.
    """
    view = store.report(report_id)
    store.require(who, Permission.DRAFT)
    material = Material.of(settings, reference.brands(settings))
    return _frozen(store, settings, who, material, view)[0]


@logs_refusals(Permission.APPROVE, "report:{report_id}")
def freeze(store: Store, settings: Settings, who: Actor, report_id: int) -> ReportView:
    """Freeze the bytes of a draft for whoever is about to approve them; what is frozen stays. Raises as `approve`."""
    view = store.report(report_id)
    store.require(who, Permission.APPROVE)
    refuse_report_held(store, view)
    if view.state is not ReportState.DRAFT:
        return view
    _refuse_own(store, settings, who, view)
    material = Material.of(settings, reference.brands(settings))
    return _frozen(store, settings, who, material, view)[0]


@logs_refusals(Permission.APPROVE, "report:{report_id}")
def approve(  # noqa: PLR0913  # what a person says yes to
    store: Store,
    settings: Settings,
    who: Actor,
    report_id: int,
    *,
    sha256: str = "",
    accepted: Collection[str] | None = None,
) -> Approved:
    """Say yes to the exact bytes of a report, for its exact recipient; a draft is frozen first.

    `sha256` names the bytes that the person looked at; `accepted` are the warnings that he ticked, None being all. Of a
    team of one the first yes is a look, and the second counts a day later. Raises `Refused` for the own report and for
    what a rule stops, `NotAllowedNow` for what is not complete or not frozen as it was seen.
    """
    view = store.report(report_id)
    store.require(who, Permission.APPROVE)
    refuse_report_held(store, view)
    if view.state not in _BEFORE_APPROVAL and not _has_lapsed(store, view):
        raise NotAllowedNow(f"it is {view.state}: only a draft or what is in review is approved")
    _refuse_own(store, settings, who, view)
    if sha256 and sha256 != view.sha256:
        now = f"sha256 {view.sha256}" if view.sha256 else "a draft, whose bytes are not frozen yet"
        raise NotAllowedNow(f"the bytes are not those that you looked at ({now}); look again")
    material = Material.of(settings, reference.brands(settings))
    view, rendered = _frozen(store, settings, who, material, view)
    ticked = _ticked(rendered, accepted)
    with store.acting(who) as desk:
        desk.require(Permission.APPROVE)
        _refuse_now(desk, material, view)
        return _said_yes(desk, settings, view, ticked, alone=who.name in view.authors)


def refuse_report_held(store: Store, view: ReportView) -> None:
    """Raise `Refused` for a report that is held, with whose hold it is."""
    if view.state is ReportState.HELD:
        desk_holds.refuse_held(store, view.candidate_id)


def _has_lapsed(store: Store, view: ReportView) -> bool:
    """Say whether a report was approved, and no yes to it holds any more: the same bytes may be approved again."""
    given = [one for one in store.approvals(view.id) if one.counts and one.voided_at is None]
    return view.state is ReportState.APPROVED and all(one.until <= store.now() for one in given)


def _said_yes(desk: Acting, settings: Settings, view: ReportView, ticked: tuple[str, ...], *, alone: bool) -> Approved:
    counts = not alone or _looked_before(desk, view)
    hours = settings.approval_hours
    given = desk.approve(view, accepted=ticked, alone=alone, counts=counts, hours=hours)
    detail: dict[str, object] = {"sha256": view.sha256, "recipient": view.recipient, "accepted": list(ticked)}
    detail |= {"approval": given.id, "until": given.until.isoformat()} | ({"single_operator": True} if alone else {})
    after = desk.step(view, Step.APPROVE if counts else Step.LOOK, detail=detail)
    return Approved(after, given, ticked)


def _looked_before(desk: Acting, view: ReportView) -> bool:
    """Say whether this person looked at these bytes a day ago or longer."""
    long_ago = desk.now - timedelta(hours=ALONE_HOURS)
    return any(
        one.alone and one.approver == desk.actor.name and one.at <= long_ago
        for one in desk.approvals_in_log(view)
        if not one.counts
    )


def _refuse_own(store: Store, settings: Settings, who: Actor, view: ReportView) -> None:
    """Raise `Refused` for a yes to one's own report, but where one person is the whole team."""
    if who.name not in view.authors:
        return
    if not settings.single_operator:
        raise Refused(
            f"{who.name} wrote report {view.id}: nobody approves an own report; a second person does, or a team of one "
            "with SCAMHUNT_SINGLE_OPERATOR=on"
        )
    team = [person for person in store.people().values() if person.removed_at is None]
    if len(team) > 1:
        raise Refused(f"a team of {len(team)} has a second person: nobody approves an own report")
    if not view.desk:
        raise Refused("a team of one may write to desks of the list only; this recipient is not in it")


def _ticked(rendered: Rendered, accepted: Collection[str] | None) -> tuple[str, ...]:
    """Return the warnings that a person accepted. Raises `NotAllowedNow` for one that is left."""
    asked = [tick.field for tick in rendered.draft.ticks]
    if accepted is None:
        return tuple(asked)
    if unknown := sorted(set(accepted) - set(asked)):
        raise UserError(f"there is no warning {unknown[0][:40]!a} to accept; there are: {', '.join(asked) or 'none'}")
    if left := [name for name in asked if name not in accepted]:
        raise NotAllowedNow(f"not accepted: {', '.join(left)}; accept each warning or let the draft be completed")
    return tuple(asked)


# --- freeze -----------------------------------------------------------------------------------------------------------


def _frozen(
    store: Store, settings: Settings, who: Actor, material: Material, view: ReportView
) -> tuple[ReportView, Rendered]:
    """Return a report whose bytes are kept, and how it reads."""
    rendered = desk_drafts.rendered(store, material, view)
    if view.state in FROZEN:
        store.outbox(view.sha256)
        return view, rendered
    if rendered.draft.missing:
        lacking = ", ".join(missing.field for missing in rendered.draft.missing)
        raise NotAllowedNow(
            f"report {view.id} is not ready, it lacks: {lacking}; see scamhunt reports show {view.id}, and fill it in: "
            f"scamhunt reports edit {view.id} --set FIELD=VALUE"
        )
    if view.state is not ReportState.DRAFT:
        raise NotAllowedNow(f"it is {view.state}: only a draft is frozen")
    frozen = desk_drafts.final(store, settings, rendered, view)
    sha256 = store.keep_outbox(frozen.body)
    with store.acting(who) as desk:
        changes = {"sha256": sha256, "message_id": frozen.message_id, "frozen_at": desk.now}
        detail = {"sha256": sha256, "message_id": frozen.message_id, "recipient": view.recipient}
        return desk.step(view, Step.REVIEW, detail=detail, changes=changes), rendered


# --- what has to hold -------------------------------------------------------------------------------------------------


def gate(desk: Acting, material: Material, report: ReportView) -> bytes:
    """Return the bytes that may leave now, exactly as two people saw them.

    Asked in the transaction that lets the report go; `material` is read before it, for that takes its time. Raises
    `Refused` where an approval does not stand or a rule says no, `EvidenceChanged` for bytes that are not what was
    kept.
    """
    settings = material.settings
    _refuse_forged(desk, report)
    approval = _standing(desk, settings, report)
    _refuse_now(desk, material, report)
    candidate = desk.candidate(str(report.candidate_id))
    _refuse_fictional(candidate, settings)
    _refuse_asserted_override(desk, material, candidate.indicator)
    body = outbox.read(settings.home, report.sha256)
    if report.channel is Channel.EMAIL:
        _refuse_other_recipient(body, report)
        if approval.proof == "asserted" and sending.leads_off_this_machine(settings):
            raise Refused(
                f"{approval.approver}'s approval is only asserted (SCAMHUNT_TRUST_NAMES): refused, it never sends off "
                "this machine"
            )
    return body


def _refuse_forged(desk: Acting, report: ReportView) -> None:
    """Raise `Refused` where the rows that let a report go are not what the log said last."""
    candidate = desk.candidate(str(report.candidate_id))
    rows: list[tuple[str, object]] = [("report", report.id), ("override", desk_drafts.target_of(candidate.indicator))]
    rows += [("desk", report.desk)] if report.desk else []
    for one in desk.approvals(report.id):
        rows += [("approval", one.id), ("person", one.approver)]
    for kind, key in rows:
        if why := desk.differs(kind, key):
            raise Refused(
                f"report {report.id} is not sent: the {kind} {why}: somebody changed the database: scamhunt db check"
            )


def _standing(desk: Acting, settings: Settings, report: ReportView) -> ApprovalView:
    """Return the approval that stands. Raises `Refused` with what is wrong with the last one."""
    if report.state not in FROZEN or report.state is ReportState.REVIEW or not report.sha256:
        raise Refused(f"report {report.id} is {report.state}: it is not approved, so it is not sent")
    given = [one for one in desk.approvals(report.id) if one.counts]
    if not given:
        raise Refused(
            f"report {report.id} is not approved, so it is not sent; run: scamhunt reports approve {report.id}"
        )
    whys = [_why_not(desk, settings, report, one) for one in given]
    for one, why in zip(given, whys, strict=True):
        if not why:
            return one
    raise Refused(f"report {report.id} is not sent: {whys[-1]}; it needs a new approval")


def _why_not(desk: Acting, settings: Settings, report: ReportView, one: ApprovalView) -> str:
    """Return why an approval does not let the report go, nothing when it does."""
    own = one.approver in report.authors and not (one.alone and settings.single_operator and report.desk)
    checks = (
        (one.voided_at is not None, f"its approval is void: {one.voided_why}"),
        ((one.sha256, one.recipient) != (report.sha256, report.recipient), "its approval is for other bytes"),
        (one.until <= desk.now, f"its approval was good until {one.until:%Y-%m-%d %H:%M} UTC"),
        (own, f"{one.approver} wrote it, and nobody approves an own report"),
        (not _is_in_log(desk, report, one), "the log does not tell of its approval: somebody changed the database"),
    )
    return next((why for holds, why in checks if holds), _lost(desk, one))


def _lost(desk: Acting, one: ApprovalView) -> str:
    """Return why an approver may no longer approve, nothing when he still may."""
    try:
        access.require(desk.people(), Actor(one.approver, one.proof), Permission.APPROVE)
    except Refused as refused:
        return str(refused)
    return ""


def _is_in_log(desk: Acting, report: ReportView, one: ApprovalView) -> bool:
    said = (one.approver, one.proof, one.sha256, one.recipient, one.until)
    told = [each for each in desk.approvals_in_log(report) if each.counts]
    return any((each.approver, each.proof, each.sha256, each.recipient, each.until) == said for each in told)


def _refuse_now(desk: Acting, material: Material, report: ReportView) -> None:
    """Raise `Refused` where a rule stops a report today, whatever was said before."""
    if report.purpose in AFTERWARDS:  # what takes a report back is never stopped by what has changed since
        return
    candidate = desk.candidate(str(report.candidate_id))
    desk_drafts.refuse_protected(desk, material, candidate.indicator, report.kind)
    desk_drafts.refuse_unconfirmed(desk, material, candidate, report)
    desk_holds.refuse_held(desk, candidate.id)
    if report.desk:
        desk_drafts.refuse_unconfirmed_desk(desk, material, report.desk)


def _refuse_asserted_override(desk: Acting, material: Material, target: str) -> None:
    """Raise `Refused` where a protected target was let through by names that were only asserted."""
    granted = desk.override_of(desk_drafts.target_of(target)) if material.protects(target) else None
    if granted and granted.granted_proof == "asserted" and sending.leads_off_this_machine(material.settings):
        raise Refused(f"{granted.granted_by}'s grant is only asserted: refused, it never sends off this machine")


def _refuse_fictional(candidate: CandidateView, settings: Settings) -> None:
    """Raise `Refused` for a number that is kept for films and tests, but where the mail stays on this machine."""
    if candidate.kind is not Kind.PHONE or not is_fictional(candidate.indicator):
        return
    if not settings.smtp_url.get_secret_value() or sending.leads_off_this_machine(settings):
        raise Refused(f"{candidate.indicator} is a fictional number: refused, it is reported to nobody outside")


def _refuse_other_recipient(body: bytes, report: ReportView) -> None:
    """Raise `Refused` where the mail names somebody else than the report does."""
    mail = email.message_from_bytes(body, policy=email.policy.default)
    named = [one.addr_spec for field in mail.get_all("To", []) for one in field.addresses]
    if named != [report.recipient] or mail["Cc"] or mail["Bcc"] or mail["Message-ID"] != report.message_id:
        raise Refused(f"report {report.id}: its bytes are for somebody else than its row says; refused")
