"""What a person may do with abuse reports: draft, look, edit, take back, record. Part of `desk.py`."""

import email
import email.policy
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from scamhunt import desk_cases, desk_drafts, desk_holds, reference
from scamhunt.access import Permission
from scamhunt.desk_drafts import Rendered
from scamhunt.desk_follow import refuse_handed_out, refuse_out, with_author
from scamhunt.errors import Changed, NotAllowedNow, NotFound, Refused, UserError
from scamhunt.indicators import phone
from scamhunt.material import Material
from scamhunt.model import Actor, Brand, Channel, Kind, ReportState, State
from scamhunt.score.brands import Brands
from scamhunt.settings import Settings
from scamhunt.store import ApprovalView, CandidateView, ReplyView, ReportDraft, ReportView, Store, logs_refusals
from scamhunt.takedown import choice, recipients, typed
from scamhunt.takedown.case import Case, Draft, Missing, Recipient, Said
from scamhunt.takedown.course import Milestone
from scamhunt.takedown.roles import AFTERWARDS, DO_NOT_ORIGINATE, refuse_case, role_of
from scamhunt.takedown.steps import TABLE, Step

_STANDS_IN = {
    Milestone.REPORTED: "sent_at",
    Milestone.ACKNOWLEDGED: "acknowledged_at",
    Milestone.BLOCKED: "blocked_at",
    Milestone.CLAIMED: "claimed_at",
    Milestone.CONTENT_DOWN: "content_down_at",
    Milestone.DNS_HOLD: "dns_hold_at",
    Milestone.VERIFIED_DOWN: "verified_at",
    Milestone.RECOVERED: "recovered_at",
}
"""Where a report has its milestones; the first two are the candidate's."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it reads now: what is stored of it, and its draft as it is rendered today, or its frozen bytes."""

    id: int | None
    """None for a preview, which is stored nowhere."""
    candidate_id: int
    indicator: str
    state: ReportState
    kind: str
    type: str
    """What kind of abuse it reports: `phishing`."""
    channel: Channel
    recipient: str
    """A mail address, or for another channel the desk's name."""
    address: str
    """Where it goes: the mail address, or the URL of form, API or portal."""
    yours: str
    source: str
    verified_on: str
    how: str
    missing: tuple[Missing, ...]
    warnings: tuple[str, ...]
    ticks: tuple[Missing, ...]
    """What the approver accepts one by one."""
    ready: bool
    note: str
    authors: tuple[str, ...]
    approvals: tuple[ApprovalView, ...]
    blast: tuple[str, ...]
    """What a wrong takedown would hit."""
    sha256: str
    message_id: str
    due_at: datetime | None
    sent_at: datetime | None
    answer: str
    ticket: str
    round: int
    """Counts the reports to this recipient on this target: what came back is reported anew."""
    parent: int | None
    """The report that it reminds of, escalates, withdraws or closes."""
    step: str
    """Of an escalation: the step of the ladder."""
    held_until: datetime | None
    """A hold on the target lasts until then."""
    times: Mapping[str, datetime | None]
    """The milestones of its course, each with its own time."""
    replies: tuple[ReplyView, ...]
    """What came back by mail: it suggests, and changes nothing."""
    subject: str
    text: str
    file: str
    """Where its draft, or what is approved, lies; empty for a preview and for what can no longer be rendered."""


# --- draft ------------------------------------------------------------------------------------------------------------


@logs_refusals(Permission.DRAFT)
def draft_report(  # noqa: PLR0913  # each is an option of the command
    store: Store,
    settings: Settings,
    who: Actor,
    key: str,
    *,
    kind: str = "",
    purpose: str = "",
    to: str = "",
    observed: str = "",
    preview: bool = False,
) -> Report:
    """Draft a report on a confirmed candidate: store it, log it, write it to `drafts/`. Nothing is sent.

    Without a kind it is of the one that fits the target, for a number by its role; without a purpose of the one that
    fits what was observed; without an address for whom the findings and the list of desks name. An earlier draft for
    this recipient, or for none yet, is changed and keeps what is not said anew. A preview is rendered for any candidate
    and stored nowhere. Raises `ProtectedTarget` before all else, `Refused` for a tenant's host at a registrar, for a
    kind that a number's role rules out, for a number whose role has changed since and for what the lint refuses,
    `NotFound`, `NotAllowedNow` for a candidate that is not confirmed and for a report that is out already, and
    `UserError` for a kind or an address that cannot be used.
    """
    material = Material.of(settings, reference.brands(settings))
    desk_drafts.refuse_protected(store, material, key, kind)
    store.require(who, Permission.LOOK if preview else Permission.DRAFT)
    candidate = _candidate(store, material, who, key, "" if preview else kind)
    case, kind = _checked(store, material, candidate, kind, purpose)
    decision = desk_drafts.decision_on(store, candidate)
    if not preview:
        desk_drafts.refuse_undecided(candidate, case, decision)
        desk_holds.refuse_held(store, candidate.id)
    elif desk_drafts.new_role(decision, case):  # what was confirmed is another thing
        case = replace(case, state=State.NEW)
    purpose = purpose or choice.default_purpose(case, kind, observed=bool(observed))
    _refuse_afterwards(purpose)
    recipient = recipient_named(case, material, who, kind, to)
    with store.acting(who) as desk:
        before = desk.report_on(candidate.id, desk_drafts.stored_name(recipient), purpose)
    if before is not None and not preview:
        refuse_out(before)
        if not (before.recipient and desk_drafts.stored_name(recipient)):
            _refuse_other_kind(before, kind)
        if not desk_drafts.stored_name(recipient):  # whoever was named once stays
            recipient = desk_drafts.recipient_of(case, material.desks, before) or recipient
    said = _said(before, who, settings, observed)
    draft = material.rendered(case, kind, recipient, said, purpose)
    name = desk_drafts.stored_name(recipient)
    made = Rendered(case, recipient, said, desk_drafts.cautioned(store, material, candidate, draft, name))
    if preview:
        return _report(store, material, None, candidate, made, kind)
    content = desk_drafts.as_draft(made, settings)
    view = _stored(store, who, candidate, made, kind, purpose, before, content)
    return _report(store, material, view, candidate, made, kind)


def _refuse_afterwards(purpose: str) -> None:
    """Raise `UserError` for what is always about a report that is out."""
    if purpose in AFTERWARDS:
        raise UserError(
            f"a {purpose} is about a report that is out: scamhunt reports withdraw ID takes one back, and a closure is "
            "drafted by itself once looks agree that the content is gone"
        )


def _candidate(store: Store, material: Material, who: Actor, key: str, kind: str) -> CandidateView:
    """Return the candidate of a report; a brand's own number, which no sweep suspects, becomes a case of its own."""
    with suppress(NotFound):
        return store.candidate(key)
    brand = material.own_brand(key) if kind == DO_NOT_ORIGINATE else None
    if brand is None:
        return store.candidate(key)
    number = phone.parse(key).e164
    with store.acting(who) as desk:
        desk.require(Permission.DRAFT)
        role = role_of(desk.number_sightings(number))
        return desk.add_own_number(number, brand.id, role, "the brand's own number, asked to be listed")


def _stored(  # noqa: PLR0913, PLR0917  # what a row is made of
    store: Store,
    who: Actor,
    candidate: CandidateView,
    made: Rendered,
    kind: str,
    purpose: str,
    before: ReportView | None,
    content: bytes,
) -> ReportView:
    to, said = made.recipient, made.said
    fields = {**said.fields, "observed": said.observed, "observer": said.observer}
    fields |= {"observed_at": said.observed_at.isoformat()} if said.observed_at else {}
    vouched = to is not None and to.how == "vouched"
    row = ReportDraft(
        candidate.id,
        kind,
        desk_drafts.stored_name(to),
        purpose,
        made.draft.template,
        note=said.note,
        fields=fields,
        channel=to.channel if to else Channel.EMAIL,
        desk=to.desk.name if to and to.desk else "",
        vouched={"by": to.vouched_by, "at": to.verified_on} if to and vouched else {},
        authors=with_author(before.authors if before else (), who.name),
    )
    with store.acting(who) as desk:
        desk.require(Permission.DRAFT)
        now = desk.report_on(candidate.id, row.recipient, purpose)
        if now != before and (now is None or before is None or (now.id, now.revision) != (before.id, before.revision)):
            raise NotAllowedNow("somebody else drafted the same report meanwhile; look at it, then draft again")
        if now is not None:
            refuse_out(now)
            desk.void_approvals(now.id, "it was drafted anew")
        view = desk.save_report(row)
        desk_drafts.write(store.home / desk_drafts.file_of(view), content)
        return view


def _refuse_other_kind(view: ReportView, kind: str) -> None:
    """Raise `NotAllowedNow` where a report to another kind of recipient would be drafted over."""
    if view.kind != kind and view.state is not ReportState.WITHDRAWN:
        whom = view.recipient or "nobody yet"
        raise NotAllowedNow(
            f"report {view.id} to a {view.kind} goes to {whom}: name another recipient with --to, or take that report "
            f"back: scamhunt reports withdraw {view.id} --reason TEXT"
        )


def _checked(store: Store, material: Material, candidate: CandidateView, kind: str, purpose: str) -> tuple[Case, str]:
    """Return the case and the kind of its report. Raises `ProtectedTarget`, and `Refused` for a kind that must not be.

    What a number was to those who reported it is worked out from its sightings, and read from no column.
    """
    if kind:  # a kind that nobody has is the user's mistake, whatever the target
        choice.check_kind(kind)
    case = desk_drafts.case_of(store, material, candidate)
    kind = kind or material.default_kind(case)
    desk_drafts.refuse_protected(store, material, candidate.indicator, kind)
    refuse_case(case, kind, purpose or choice.default_purpose(case, kind, observed=False))
    return case, kind


def recipient_named(case: Case, material: Material, who: Actor, kind: str, to: str) -> Recipient | None:
    """Return whom a report goes to: the one named, a desk of the list or a contact to vouch for, else who is first.

    Raises `UserError` for what cannot be used, `Refused` for a contact outside of the list in a team of one.
    """
    if not to:
        return desk_drafts.chosen(case, material.desks, kind)
    able = [one for one in recipients.find(case, material.desks) if one.kind == kind]
    named = next((one for one in able if to.casefold() in {one.name.casefold(), one.address.casefold()}), None)
    if named is not None:
        return named
    if any(one.name.casefold() == to.casefold() for one in material.desks):
        whose = ", ".join(one.name for one in able) or "nobody"
        raise UserError(f"{to[:60]!a} is not known to be a {kind} of this target; known are: {whose}; give its address")
    if material.settings.single_operator:
        raise Refused("a team of one writes to desks of the list only: --to is refused; add the desk to the overlay")
    return recipients.vouched(to, kind, who.name, material.settings.now())


def _said(before: ReportView | None, who: Actor, settings: Settings, observed: str) -> Said:
    """Return what people said: what was said once stays until something else is said."""
    said = desk_drafts.said_in(before) if before else Said()
    if not observed:
        return said
    return replace(said, observed=observed, observer=who.name, observed_at=settings.now())


def preview(
    settings: Settings, brands: Brands, candidates: Iterable[CandidateView]
) -> tuple[CandidateView, Draft] | None:
    """Return the first candidate that may be reported to a registrar, with what the report would say; stored nowhere.

    Raises `UserError` when nothing at all can be drafted: a reporter's address or a template that cannot be used.
    """
    material = Material.of(settings, brands)
    for candidate in candidates:
        if candidate.brand in material.brands.by_id and candidate.kind is not Kind.PHONE:
            with suppress(Refused):
                case = desk_drafts.case_of_name(material, candidate)
                kind = material.default_kind(case)
                material.refuse_protected(candidate.indicator, kind)
                purpose = choice.default_purpose(case, kind, observed=False)
                return candidate, material.rendered(case, kind, None, Said(), purpose)
    return None


# --- edit -------------------------------------------------------------------------------------------------------------


@logs_refusals(Permission.DRAFT, "report:{report_id}")
def edit(  # noqa: PLR0913  # what is changed, and what was seen when it was
    store: Store,
    settings: Settings,
    who: Actor,
    report_id: int,
    changes: Mapping[str, str],
    *,
    revision: int | None = None,
) -> Report:
    """Change fields of a report that is not out yet; what was frozen or approved of it is void.

    `revision` is that of the report as it was seen: `Changed` says what somebody else made of it since. Raises
    `NotFound`, `NotAllowedNow`, `UserError` for a field that this kind of report does not have, and `Refused` for what
    the lint finds: then nothing is changed.
    """
    view = store.report(report_id)
    store.require(who, Permission.DRAFT)
    if revision is not None and revision != view.revision:
        raise Changed(_other(view, changes))
    refuse_handed_out(view)
    if view.state not in TABLE[Step.EDIT]:
        raise NotAllowedNow(f"report {view.id} is {view.state}: it is out, and what is out is not edited")
    edited = _edited(view, who, settings, changes)
    material = Material.of(settings, reference.brands(settings))
    made = desk_drafts.rendered(store, material, edited)
    row = {"note": edited.note, "fields": dict(edited.fields), "authors": list(edited.authors)}
    content = desk_drafts.as_draft(made, settings)
    with store.acting(who) as desk:
        desk.require(Permission.DRAFT)
        desk.void_approvals(view.id, f"edited by {who.name}")
        after = desk.step(view, Step.EDIT, detail={"fields": sorted(changes)}, changes=row)
        desk_drafts.write(store.home / desk_drafts.file_of(after), content)
    return _report(store, material, after, store.candidate(str(after.candidate_id)), made, after.kind)


def tried(store: Store, settings: Settings, who: Actor, report_id: int, changes: Mapping[str, str]) -> Report:
    """Return how a report would read with other fields; nothing is stored. Raises as `edit` does."""
    view = store.report(report_id)
    store.require(who, Permission.DRAFT)
    edited = _edited(view, who, settings, changes)
    material = Material.of(settings, reference.brands(settings))
    made = desk_drafts.rendered(store, material, edited)
    draft = replace(edited, state=ReportState.DRAFT)
    return _report(store, material, draft, store.candidate(str(view.candidate_id)), made, view.kind)


def fields_of(view: ReportView) -> dict[str, tuple[str, str]]:
    """Return what may be typed for a report, each with what it holds and what it is now."""
    known = typed.EDITABLE.get(view.kind, typed.OF_NAMES)
    return {
        name: (holds, view.note if name == "note" else str(view.fields.get(name, ""))) for name, holds in known.items()
    }


def _other(view: ReportView, changes: Mapping[str, str]) -> str:
    """Return in words how a report differs from what somebody wanted to make of it."""
    now = {name: held for name, (_, held) in fields_of(view).items()}
    differs = [f"{name} is now {now[name][:200]!r}" for name, text in changes.items() if now.get(name, "") != text]
    told = "; ".join(differs) or f"it is {view.state}"
    return f"report {view.id} was changed since you looked at it ({told}); nothing was stored: look at it again"


def _edited(view: ReportView, who: Actor, settings: Settings, changes: Mapping[str, str]) -> ReportView:
    now = settings.now()
    checked = {name: typed.check(view.kind, name, text, now) for name, text in changes.items()}
    fields = {**view.fields, **{name: text for name, text in checked.items() if name != "note"}}
    if "observed" in changes:
        fields |= {"observer": who.name, "observed_at": now.isoformat()}
    note = checked.get("note", view.note)
    return replace(view, note=note, fields=fields, authors=with_author(view.authors, who.name))


# --- look -------------------------------------------------------------------------------------------------------------


def reports(store: Store, settings: Settings, *, limit: int | None = 50) -> list[Report]:
    """Return the reports, the newest first: drafts as they read now, what is frozen as it is stored.

    A draft that cannot be rendered says why in its warnings.
    """
    material = Material.of(settings, reference.brands(settings))
    return [_listed(store, material, view) for view in store.reports(limit=limit)]


def _listed(store: Store, material: Material, view: ReportView) -> Report:
    """Return a report for a list: what is frozen lacks nothing and changes no more, so it is not rendered."""
    if view.state is ReportState.DRAFT:
        return _current(store, material, view)
    candidate = store.candidate(str(view.candidate_id))
    brand = material.brands.by_id.get(candidate.brand) or Brand(candidate.brand, candidate.brand, ())
    draft = Draft(view.template, view.recipient, "", "", (), ())
    case = desk_drafts.case_of_name(material, candidate, brand)
    return _report(store, material, view, candidate, Rendered(case, None, desk_drafts.said_in(view), draft), view.kind)


def report(store: Store, settings: Settings, report_id: int) -> Report:
    """Return one report as it reads now. Raises `NotFound`."""
    return _current(store, Material.of(settings, reference.brands(settings)), store.report(report_id))


def _current(store: Store, material: Material, view: ReportView) -> Report:
    candidate = store.candidate(str(view.candidate_id))
    try:
        made = desk_drafts.rendered(store, material, view)
        decision = desk_drafts.decision_on(store, candidate)
        if candidate.kind is Kind.PHONE and desk_drafts.new_role(decision, made.case):
            desk_drafts.refuse_undecided(candidate, made.case, decision)
    except (UserError, Refused) as error:
        made = _unrendered(material, view, candidate, error)
    return _report(store, material, view, candidate, made, view.kind)


def _unrendered(material: Material, view: ReportView, candidate: CandidateView, error: Exception) -> Rendered:
    """Return a report that cannot be rendered today, with the reason as its warning."""
    draft = Draft(view.template, view.recipient, "", "", (), (f"cannot be rendered: {error}",))
    if isinstance(error, Refused) and view.state is ReportState.DRAFT:
        stale = f"{desk_drafts.file_of(view)} is of an earlier day: do not send it"
        draft = replace(draft, warnings=(*draft.warnings, stale))
    brand = material.brands.by_id.get(candidate.brand) or next(iter(material.brands))
    case = replace(desk_drafts.case_of_name(material, replace(candidate, brand=brand.id)))
    return Rendered(case, None, desk_drafts.said_in(view), draft)


def _report(  # noqa: PLR0913, PLR0917  # what a report is made of
    store: Store, material: Material, view: ReportView | None, candidate: CandidateView, made: Rendered, kind: str
) -> Report:
    draft, to = made.draft, made.recipient
    hit = desk_cases.blast_of(store, material.protected, candidate, made.case, material.settings.now())
    subject, text = _frozen_text(store, view) or (draft.subject, draft.text)
    return Report(
        id=view.id if view else None,
        candidate_id=candidate.id,
        indicator=candidate.indicator,
        state=view.state if view else ReportState.DRAFT,
        kind=kind,
        type=view.purpose if view else draft.abuse_type,
        channel=to.channel if to else view.channel if view else Channel.EMAIL,
        recipient=view.recipient if view else desk_drafts.stored_name(to),
        address=to.address if to else "",
        yours=to.yours if to else "",
        source=to.source if to else "",
        verified_on=to.verified_on if to else "",
        how=to.how if to else "",
        missing=draft.missing,
        warnings=draft.warnings,
        ticks=draft.ticks,
        ready=draft.ready,
        note=view.note if view else "",
        authors=tuple(view.authors) if view else (),
        approvals=tuple(one for one in store.approvals(view.id) if one.voided_at is None) if view else (),
        blast=hit.lines,
        sha256=view.sha256 if view else "",
        message_id=view.message_id if view else "",
        due_at=view.due_at if view else None,
        sent_at=view.sent_at if view else None,
        answer=view.answer if view else "",
        ticket=view.ticket if view else "",
        round=view.round if view else 1,
        parent=view.parent_id if view else None,
        step=view.rung if view else "",
        held_until=max((one.until for one in store.holds_on(candidate.id)), default=None),
        times=times_of(view, candidate),
        replies=tuple(store.replies(reports=[view.id])) if view else (),
        subject=subject,
        text=text,
        file=_lies_at(store, view, draft),
    )


def times_of(view: ReportView | None, candidate: CandidateView) -> dict[str, datetime | None]:
    """Return the milestones of a report by their names; None where it did not come to that."""
    times: dict[str, datetime | None] = {
        Milestone.FIRST_SEEN.value: candidate.first_seen,
        Milestone.DETECTED.value: candidate.created_at,
    }
    at = {name: getattr(view, column) if view else None for name, column in _STANDS_IN.items()}
    return times | {name.value: at[name] for name in at}


def _lies_at(store: Store, view: ReportView | None, draft: Draft) -> str:
    if view is None or view.state is ReportState.WITHDRAWN or not draft.text:
        return ""
    frozen = f"outbox/{view.sha256}"
    return str(store.home / (frozen if desk_drafts.is_frozen(view) else desk_drafts.file_of(view)))


def _frozen_text(store: Store, view: ReportView | None) -> tuple[str, str] | None:
    """Return subject and text of frozen bytes; None for what is not frozen, or can no longer be read."""
    if view is None or not desk_drafts.is_frozen(view):
        return None
    with suppress(Refused, UserError, OSError):
        body = store.outbox(view.sha256)
        if view.channel is not Channel.EMAIL:
            return "", body.decode("utf-8", "replace")
        mail = email.message_from_bytes(body, policy=email.policy.default)
        plain = mail.get_body(("plain",))
        return str(mail["Subject"]).strip(), plain.get_content().replace("\r\n", "\n") if plain else ""
    return None
