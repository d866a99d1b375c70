"""What a person may do with abuse reports, as drafts. Part of `desk.py`."""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from scamhunt import files, reference
from scamhunt.errors import NotAllowedNow, Refused, UserError
from scamhunt.material import Material
from scamhunt.model import Actor, Event, Kind, ReportState, State
from scamhunt.score.brands import Brands
from scamhunt.settings import Settings
from scamhunt.store import Acting, CandidateView, EventView, ReportDraft, ReportView, Store
from scamhunt.takedown.draft import Case, Draft, Missing
from scamhunt.takedown.message import as_eml
from scamhunt.takedown.roles import MAY, REGISTRAR, default_kind, refuse_role
from scamhunt.triage import LOGGED, Act

CONFIRM = f"candidate.{Act.CONFIRM}"


def withdraw_drafts(store: Store, desk: Acting, candidate_id: int) -> None:
    """Take the drafts on what is no longer a case away, so that nobody sends one by mistake."""
    for draft in desk.withdraw_reports(candidate_id):
        desk.log(Event("report.withdraw", f"report:{draft.id}", "its candidate is no longer confirmed"))
        _remove(store.home / _file(draft))


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it reads now: what is stored of it, and the draft rendered from what is known."""

    id: int | None
    """None for a preview, which is stored nowhere."""
    candidate_id: int
    state: ReportState
    kind: str
    recipient: str
    missing: tuple[Missing, ...]
    warnings: tuple[str, ...]
    note: str
    subject: str
    text: str
    file: str
    """Path of the .eml; empty for a preview, for what was withdrawn and for what can no longer be rendered."""


def draft_report(  # noqa: PLR0913  # each is an option of the command
    store: Store,
    settings: Settings,
    who: Actor,
    key: str,
    *,
    kind: str = "",
    to: str = "",
    observed: str = "",
    preview: bool = False,
) -> Report:
    """Draft a report on a confirmed candidate: store it, log it, write its .eml to `drafts/`. Nothing is sent.

    Without a kind it is of the one that fits the target, for a number by its role. An earlier draft for this recipient,
    or for none yet, is changed and keeps what is not said anew. A preview is rendered for any candidate and stored
    nowhere. Raises `ProtectedTarget` before all else, `Refused` for a tenant's host at a registrar, for a kind that a
    number's role rules out, for a number whose role has changed since and for what the lint refuses, `NotFound`,
    `NotAllowedNow` for a candidate that is not confirmed, and `UserError` for a kind or an address that cannot be used.
    """
    material = Material.of(settings, reference.brands(settings))
    material.refuse_protected(key, kind or REGISTRAR)
    if preview:
        candidate = store.candidate(key)
        case, kind = _checked(store, material, candidate, kind)
        if _new_role(_decision(store, candidate), case):  # what was confirmed is another thing
            case = replace(case, state=State.NEW)
        draft = material.rendered(case, kind, to, observed)
        return _report(settings, None, candidate.id, kind, draft)
    with store.acting(who) as desk:
        candidate = desk.candidate(key)
        case, kind = _checked(desk, material, candidate, kind)
        template = material.template(kind)
        _refuse_unconfirmed(candidate, case, desk.decision_on(candidate.id))
        before = desk.report_on(candidate.id, to, template.purpose)
        if before:  # what was said once stays until something else is said
            to, observed = to or before.recipient, observed or str(before.fields["observed"])
        draft = material.rendered(case, kind, to, observed)
        fields = {"observed": observed}
        view = desk.save_report(ReportDraft(candidate.id, kind, to, template.purpose, template.name, fields=fields))
        mail = as_eml(draft, case, reporter=material.reporter, now=settings.now())
        written = {"sha256": hashlib.sha256(mail).hexdigest(), "candidate": candidate.id}
        desk.log(Event("report.draft", f"report:{view.id}", detail=written))
        _write(settings.home / _file(view), mail)
        return _report(settings, view, candidate.id, kind, draft)


def _checked(store: Store | Acting, material: Material, candidate: CandidateView, kind: str) -> tuple[Case, str]:
    """Return the case and the kind of its report. Raises `ProtectedTarget`, and `Refused` for a kind that must not be.

    What a number was to those who reported it is worked out from its sightings, and read from no column.
    """
    material.refuse_protected(candidate.indicator, kind or REGISTRAR)
    if kind and kind not in MAY:  # a kind that nobody has is the user's mistake, whatever the target
        material.template(kind)
    case = _case(store, material, candidate)
    kind = kind or default_kind(case.kind, case.role)
    refuse_role(kind, case.kind, case.role)
    return case, kind


def _refuse_unconfirmed(candidate: CandidateView, case: Case, decision: EventView | None) -> None:
    """Raise `NotAllowedNow` for what no person confirmed, `Refused` where the table says so and the log does not.

    Of a number also where its role is not the one that was confirmed.
    """
    if candidate.state is not State.CONFIRMED:
        raise NotAllowedNow(
            f"{candidate.indicator} is {candidate.state}: a person decides before a report is drafted; run: "
            f"scamhunt candidates confirm {candidate.id} --reason TEXT, or look with --preview"
        )
    if decision is None or (decision.act, decision.detail.get("target")) != (CONFIRM, candidate.indicator):
        raise Refused(
            f"the log does not say that a person confirmed {candidate.indicator}: somebody changed the database; "
            "run scamhunt db check and restore a backup"
        )
    _refuse_new_role(candidate, case, decision)


def _decision(store: Store, candidate: CandidateView) -> EventView | None:
    """Return the last decision that the log tells of, None when nobody decided yet."""
    events = store.history(f"candidate:{candidate.id}")
    return next((event for event in reversed(events) if event.act in LOGGED), None)


def _new_role(decision: EventView | None, case: Case) -> str:
    """Return the role that was confirmed where it is no longer the number's, else an empty text."""
    confirmed = str(decision.detail.get("role", "")) if decision and decision.act == CONFIRM and case.role else ""
    return "" if confirmed == case.role else confirmed


def _refuse_new_role(candidate: CandidateView, case: Case, decision: EventView | None) -> None:
    """Raise `Refused` for a number whose role is not the one that was confirmed."""
    if before := _new_role(decision, case):
        raise Refused(
            f"its role changed since it was confirmed ({before}, now {case.role}): look again and confirm it again: "
            f"scamhunt candidates reopen {candidate.id} --reason TEXT, scamhunt candidates confirm {candidate.id} "
            "--reason TEXT"
        )


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
                return candidate, material.rendered(_case_of_name(material, candidate), REGISTRAR, "", "")
    return None


def reports(store: Store, settings: Settings, *, limit: int | None = 50) -> list[Report]:
    """Return the reports as they read now, the newest first; one that cannot be rendered says why in its warnings."""
    material = Material.of(settings, reference.brands(settings))
    return [_current(store, material, view) for view in store.reports(limit=limit)]


def report(store: Store, settings: Settings, report_id: int) -> Report:
    """Return one report as it reads now. Raises `NotFound`."""
    return _current(store, Material.of(settings, reference.brands(settings)), store.report(report_id))


def _case(store: Store | Acting, material: Material, candidate: CandidateView) -> Case:
    case = _case_of_name(material, candidate)
    if candidate.kind is not Kind.PHONE:
        return case
    return material.about_number(case, store.number_sightings(candidate.indicator))


def _case_of_name(material: Material, candidate: CandidateView) -> Case:
    return Case(
        indicator=candidate.indicator,
        kind=candidate.kind,
        brand=material.brand(candidate.brand),
        score=candidate.score,
        reasons=candidate.reasons,
        first_seen=candidate.first_seen,
        last_seen=candidate.last_seen,
        feeds=candidate.feeds,
        state=candidate.state,
    )


def _current(store: Store, material: Material, view: ReportView) -> Report:
    candidate = store.candidate(str(view.candidate_id))
    try:
        observed, case = str(view.fields["observed"]), _case(store, material, candidate)
        draft = material.rendered(case, view.kind, view.recipient, observed)
        if candidate.kind is Kind.PHONE:
            _refuse_new_role(candidate, case, _decision(store, candidate))
    except (UserError, Refused) as error:
        draft = Draft(view.template, view.recipient, "", "", (), (f"cannot be rendered: {error}",))
        if isinstance(error, Refused) and view.state is ReportState.DRAFT:
            draft = replace(draft, warnings=(*draft.warnings, f"{_file(view)} is of an earlier day: do not send it"))
    return _report(material.settings, view, candidate.id, view.kind, draft)


def _report(settings: Settings, view: ReportView | None, candidate_id: int, kind: str, draft: Draft) -> Report:
    written = view is not None and view.state is ReportState.DRAFT and bool(draft.text)
    return Report(
        id=view.id if view else None,
        candidate_id=candidate_id,
        state=view.state if view else ReportState.DRAFT,
        kind=kind,
        recipient=draft.recipient,
        missing=draft.missing,
        warnings=draft.warnings,
        note=view.note if view else "",
        subject=draft.subject,
        text=draft.text,
        file=str(settings.home / _file(view)) if view and written else "",
    )


def _file(view: ReportView) -> str:
    return f"drafts/report-{view.id}.eml"


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise files.refused(path.parent, error) from None
    files.write_whole(path, lambda out: out.write(content))


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise files.refused(path.parent, error) from None
