"""What a person may do, one function an act: check who acts, load, decide, save and log in one transaction."""

import hashlib
import os
import pwd
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scamhunt import access, bundle, reference, triage
from scamhunt.errors import (
    BadIndicator,
    NotAllowedNow,
    NotPermitted,
    ProtectedTarget,
    Refused,
    StoreError,
    UserError,
)
from scamhunt.model import Actor, Event, Kind, ReportState, State
from scamhunt.settings import Settings
from scamhunt.store import CandidateView, EventView, QuarantinedView, ReportDraft, ReportView, Store
from scamhunt.takedown.draft import Case, Draft, Missing, Reporter, render
from scamhunt.takedown.lint import lint
from scamhunt.takedown.message import as_eml
from scamhunt.takedown.template import Template, parse_template
from scamhunt.triage import Act


def open_store(settings: Settings) -> Store:
    """Open the database of the state folder; close it with `with`. Raises `StoreError`."""
    return Store.open(settings.home, now=settings.now)


def upgrade(settings: Settings) -> bool:
    """Bring the database up to date; return whether there was anything to do. Raises `StoreError`."""
    return Store.upgrade(settings.home)


def actor(settings: Settings, acting_as: str = "") -> Actor:
    """Return who acts: `acting_as`, else the setting, else the operating system's user.

    Raises `UserError` for a name that cannot be one, `NotPermitted` for the name of somebody else.
    """
    return access.identify(_os_user(), acting_as or settings.acting_as, trust_names=settings.trust_names)


# --- decide -----------------------------------------------------------------------------------------------------------


def decide(  # noqa: PLR0913  # who, on what, what, why, and what was seen
    store: Store, who: Actor, key: str, act: Act | str, reason: str, *, seen: int | None = None
) -> CandidateView:
    """Decide on a candidate and return it as it is now.

    `seen` is the `revision` that the person looked at: a decision of somebody else since then is not overridden. Raises
    `NotFound`, `NotAllowedNow`, `NotPermitted` for what no person decides, and `UserError` for the reason.
    """
    act = Act(act)
    if act not in triage.BY_PEOPLE:
        raise NotPermitted(f"{act} is observed and never typed; a person can {' or '.join(sorted(triage.BY_PEOPLE))}")
    with store.acting(who) as desk:
        before = desk.candidate(key)
        after = triage.decide(before.state, act, reason)
        if seen not in (None, before.revision):
            raise NotAllowedNow(f"somebody else decided meanwhile: it is {before.state} now; look at it again")
        desk.set_state(before, after)
        change = {"before": before.state.value, "after": after.value}
        desk.log(Event(f"candidate.{act}", f"candidate:{before.id}", reason.strip(), change))
        return desk.candidate(str(before.id))


def confirm(store: Store, who: Actor, key: str, reason: str) -> CandidateView:
    """Say that a candidate impersonates the brand: it becomes a case."""
    return decide(store, who, key, Act.CONFIRM, reason)


def dismiss(store: Store, who: Actor, key: str, reason: str) -> CandidateView:
    """Say that a candidate does not impersonate the brand."""
    return decide(store, who, key, Act.DISMISS, reason)


def watch(store: Store, who: Actor, key: str, reason: str) -> CandidateView:
    """Look at a candidate again later."""
    return decide(store, who, key, Act.WATCH, reason)


def reopen(store: Store, who: Actor, key: str, reason: str) -> CandidateView:
    """Take a decision back."""
    return decide(store, who, key, Act.REOPEN, reason)


# --- look -------------------------------------------------------------------------------------------------------------


def candidates(  # noqa: PLR0913  # each is a filter
    store: Store,
    *,
    brand: str | None = None,
    state: State | None = None,
    kind: Kind | None = None,
    min_score: float | None = None,
    since: datetime | None = None,
    feed: str | None = None,
    limit: int | None = 50,
    offset: int = 0,
) -> list[CandidateView]:
    """Return candidates, the strongest first."""
    return store.candidates(
        brand=brand,
        state=state,
        kind=kind,
        min_score=min_score,
        since=since,
        feed=feed,
        limit=limit,
        offset=offset,
    )


def candidate(store: Store, key: str) -> CandidateView:
    """Return a candidate by number or name. Raises `NotFound`."""
    return store.candidate(key)


def history(store: Store, thing: str) -> list[EventView]:
    """Return what was done to a thing (`candidate:12`), the oldest first."""
    return store.history(thing)


def quarantine(store: Store, *, feed: str | None = None, limit: int | None = 50) -> list[QuarantinedView]:
    """Return rows of feeds that could not be used, the newest first."""
    return store.quarantine(feed=feed, limit=limit)


def quarantined(store: Store, row: int) -> QuarantinedView:
    """Return one row that could not be used. Raises `NotFound`."""
    return store.quarantined(row)


# --- take down --------------------------------------------------------------------------------------------------------


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
    """The .eml below the state folder; empty for a preview."""


def draft_report(  # noqa: PLR0913  # each is an option of the command
    store: Store,
    settings: Settings,
    who: Actor,
    key: str,
    *,
    kind: str = "registrar",
    to: str = "",
    observed: str = "",
    preview: bool = False,
) -> Report:
    """Draft a report on a confirmed candidate: store it, log it, write its .eml to `drafts/`. Nothing is sent.

    A preview is rendered for any candidate and stored nowhere. Raises `ProtectedTarget` before all else, `Refused` for
    a tenant's host at a registrar and for what the lint refuses, `NotFound`, `NotAllowedNow` for a candidate that is
    not confirmed, and `UserError` for a kind or an address that cannot be used.
    """
    refuse_protected(settings, key, kind)
    template = _template(settings, kind)
    if preview:
        candidate = store.candidate(key)
        refuse_protected(settings, candidate.indicator, kind)
        _, draft = _rendered(settings, candidate, template, to, observed)
        return _report(None, candidate.id, kind, draft)
    with store.acting(who) as desk:
        candidate = desk.candidate(key)
        refuse_protected(settings, candidate.indicator, kind)
        if candidate.state is not State.CONFIRMED:
            raise NotAllowedNow(
                f"{candidate.indicator} is {candidate.state}: a person decides before a report is drafted; run: "
                f"scamhunt candidates confirm {candidate.id} --reason TEXT, or look with --preview"
            )
        case, draft = _rendered(settings, candidate, template, to, observed)
        fields = {"observed": observed}
        view = desk.save_report(ReportDraft(candidate.id, kind, to, template.purpose, template.name, fields=fields))
        mail = as_eml(draft, case, reporter=_reporter(settings), now=settings.now())
        written = {"sha256": hashlib.sha256(mail).hexdigest(), "candidate": candidate.id}
        desk.log(Event("report.draft", f"report:{view.id}", detail=written))
        _write(settings.home / _file(view), mail)
        return _report(view, candidate.id, kind, draft)


def preview(settings: Settings, candidate: CandidateView) -> Draft:
    """Return what a registrar's report on a candidate would say; stored nowhere."""
    return _rendered(settings, candidate, _template(settings, "registrar"), "", "")[1]


def reports(store: Store, settings: Settings, *, limit: int | None = 50) -> list[Report]:
    """Return the reports as they read now, the newest first."""
    return [_current(store, settings, view) for view in store.reports(limit=limit)]


def report(store: Store, settings: Settings, report_id: int) -> Report:
    """Return one report as it reads now. Raises `NotFound`."""
    return _current(store, settings, store.report(report_id))


def refuse_protected(settings: Settings, target: str, kind: str) -> None:
    """Raise `ProtectedTarget` for a name that is never reported, `Refused` for a tenant's host at a registrar."""
    protected = reference.protected(settings)
    try:
        why, platform = protected.why(target), protected.tenant_of(target)
    except BadIndicator:  # the id of a candidate, or no name at all: the look-up says which
        return
    if why:
        raise ProtectedTarget(why.text)
    if platform and kind == "registrar":
        raise Refused(
            f"{platform} is a shared platform: what a tenant shows there is reported to the platform, by URL, never to "
            "the registrar of the whole"
        )


def _current(store: Store, settings: Settings, view: ReportView) -> Report:
    candidate = store.candidate(str(view.candidate_id))
    observed = str(view.fields.get("observed", ""))
    _, draft = _rendered(settings, candidate, _template(settings, view.kind), view.recipient, observed)
    return _report(view, candidate.id, view.kind, draft)


def _report(view: ReportView | None, candidate_id: int, kind: str, draft: Draft) -> Report:
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
        file=_file(view) if view else "",
    )


def _rendered(
    settings: Settings, candidate: CandidateView, template: Template, to: str, observed: str
) -> tuple[Case, Draft]:
    brand = reference.brands(settings).by_id.get(candidate.brand)
    if brand is None:
        raise UserError(f"brand {candidate.brand} is no longer in the packs; put it back to report for it")
    case = Case(
        indicator=candidate.indicator,
        kind=candidate.kind,
        brand=brand,
        score=candidate.score,
        reasons=candidate.reasons,
        first_seen=candidate.first_seen,
        last_seen=candidate.last_seen,
        feeds=candidate.feeds,
        state=candidate.state,
    )
    draft = render(case, template, reporter=_reporter(settings), recipient=to, observed=observed, now=settings.now())
    faults = lint(draft, case)
    if faults:
        raise Refused("the draft is refused: " + "; ".join(faults))
    return case, draft


def _reporter(settings: Settings) -> Reporter:
    return Reporter(settings.reporter_org, settings.reporter_email)


def _template(settings: Settings, kind: str) -> Template:
    paths = bundle.templates(settings.overlay).items()
    templates = [parse_template(name, path.read_text("utf-8")) for name, path in paths]
    fitting = [template for template in templates if template.kind == kind]
    if not fitting:
        kinds = ", ".join(sorted({template.kind for template in templates}))
        raise UserError(f"no template for a report to {kind[:40]!a}; there are templates for {kinds}")
    return fitting[0]


def _file(view: ReportView) -> str:
    return f"drafts/report-{view.id}.eml"


def _write(path: Path, content: bytes) -> None:
    """Write a whole file or none: 0600, in a folder of 0700."""
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with open(part, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise StoreError(f"{path.parent}: {error.strerror or error}; make room or make it writable") from None


def _os_user() -> str:
    """Return the user that runs this process, whatever its environment says."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # a container may run a number that has no name
        return f"uid-{os.geteuid()}"
