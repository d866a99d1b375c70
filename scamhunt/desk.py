"""What a person may do, one function an act: check who acts, load, decide, save and log in one transaction."""

import hashlib
import os
import pwd
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from scamhunt import access, bundle, files, reference, triage
from scamhunt.desk_numbers import present
from scamhunt.errors import (
    NotAllowedNow,
    NotPermitted,
    Refused,
    UserError,
)
from scamhunt.gather import timetable
from scamhunt.gather.fetch import SAMPLE
from scamhunt.gather.sources import places, why_off
from scamhunt.material import Material
from scamhunt.model import Actor, Event, Feed, Kind, ReportState, State
from scamhunt.score.brands import Brands
from scamhunt.settings import Settings
from scamhunt.store import Acting, CandidateView, EventView, QuarantinedView, ReportDraft, ReportView, Run, Store
from scamhunt.takedown.draft import Case, Draft, Missing
from scamhunt.takedown.message import as_eml
from scamhunt.takedown.roles import REGISTRAR, default_kind, refuse_role
from scamhunt.triage import Act

CONFIRM = f"candidate.{Act.CONFIRM}"


def has_store(settings: Settings) -> bool:
    """Return whether there is a database yet."""
    return Store.exists(settings.home, settings.database_url.get_secret_value())


def open_store(settings: Settings) -> Store:
    """Open the database that the settings name; close it with `with`. Raises `StoreError`."""
    return Store.open(settings.home, now=settings.now, url=settings.database_url.get_secret_value())


def where(settings: Settings) -> str:
    """Return where the database is or is to be; no password is shown."""
    return Store.where(settings.home, settings.database_url.get_secret_value())


def upgrade(settings: Settings) -> bool:
    """Bring the database up to date; return whether there was anything to do. Raises `StoreError`."""
    return Store.upgrade(settings.home, settings.database_url.get_secret_value())


def check(store: Store) -> list[str]:
    """Read the whole database and compare it with its log; return what is wrong, nothing when all is well."""
    return store.check()


def warnings(store: Store) -> list[str]:
    """Return what works but not as it should."""
    return store.warnings()


def actor(settings: Settings, acting_as: str = "") -> Actor:
    """Return who acts: `acting_as`, else the setting, else the operating system's user.

    Raises `UserError` for a name that cannot be one, `NotPermitted` for the name of somebody else.
    """
    return access.identify(_os_user(), acting_as or settings.acting_as, trust_names=settings.trust_names)


# --- decide -----------------------------------------------------------------------------------------------------------


def decide(store: Store, who: Actor, key: str, act: Act | str, reason: str) -> CandidateView:
    """Decide on a candidate and return it as it is now; drafts on what is no longer confirmed are withdrawn.

    Raises `NotFound`, `NotAllowedNow`, `NotPermitted` for what no person decides, and `UserError` for the reason.
    """
    act = Act(act)
    if act not in triage.BY_PEOPLE:
        raise NotPermitted(f"{act} is observed and never typed; a person can {' or '.join(sorted(triage.BY_PEOPLE))}")
    with store.acting(who) as desk:
        before = desk.candidate(key)
        after = triage.decide(before.state, act, reason)
        desk.set_state(before, after)
        change = {"target": before.indicator, "before": before.state.value, "after": after.value}
        desk.log(Event(f"candidate.{act}", f"candidate:{before.id}", reason.strip(), change))
        if before.state is State.CONFIRMED:
            _withdraw_drafts(store, desk, before.id)
        return desk.candidate(str(before.id))


def _withdraw_drafts(store: Store, desk: Acting, candidate_id: int) -> None:
    """Take the drafts on what is no longer a case away, so that nobody sends one by mistake."""
    for draft in desk.withdraw_reports(candidate_id):
        desk.log(Event("report.withdraw", f"report:{draft.id}", "its candidate is no longer confirmed"))
        _remove(store.home / _file(draft))


# --- look -------------------------------------------------------------------------------------------------------------


def candidates(  # noqa: PLR0913  # each is a filter
    store: Store,
    *,
    brand: str | None = None,
    states: Collection[State] | None = None,
    kind: Kind | None = None,
    min_score: float | None = None,
    since: datetime | None = None,
    feed: str | None = None,
    limit: int | None = 50,
) -> list[CandidateView]:
    """Return candidates, the strongest first."""
    found = store.candidates(
        brand=brand,
        states=states,
        kind=kind,
        min_score=min_score,
        since=since,
        feed=feed,
        limit=limit,
    )
    return [present(one, store.now()) for one in found]


def candidate(store: Store, key: str) -> CandidateView:
    """Return a candidate by number or name. Raises `NotFound`."""
    return present(store.candidate(key), store.now())


def history(store: Store, thing: str) -> list[EventView]:
    """Return what was done to a thing (`candidate:12`), the oldest first."""
    return store.history(thing)


def quarantine(store: Store, *, feed: str | None = None, limit: int | None = 50) -> list[QuarantinedView]:
    """Return rows of feeds that could not be used, the newest first."""
    return store.quarantine(feed=feed, limit=limit)


def quarantined(store: Store, row: int) -> QuarantinedView:
    """Return one row that could not be used. Raises `NotFound`."""
    return store.quarantined(row)


@dataclass(frozen=True, slots=True)
class FeedState:
    """A feed: its facts, whether it is read, and how its last run went."""

    facts: Feed
    on: bool
    """Whether a sweep reads it when none is named."""
    why: str
    """Why it is off, and how to switch it on; empty when it is on."""
    state: str
    """`off`, `new` (on, and not read yet), `ok`, `running`, `late`, `stopped`, or the status of a run that went wrong.
    """
    runs: tuple[Run, ...]
    """The last one of each of its sources, what went wrong first."""
    believed_at: datetime | None
    """When a run of it was believed last."""
    problem: str
    """What is wrong with it now; empty when all is well."""

    @property
    def last(self) -> Run | None:
        """Of its sources the run that went worst, None before the first."""
        return self.runs[0] if self.runs else None


@dataclass(frozen=True, slots=True)
class _Told:
    """The last run over one source, and what is to be said of it."""

    run: Run
    state: str
    problem: str = ""


def feeds(settings: Settings) -> list[FeedState]:
    """Return all feeds: those with a problem first, then those that are on, then the others."""
    runs: dict[str, list[_Told]] = {}
    believed: dict[str, datetime] = {}
    crawlers = bundle.crawlers(settings.overlay)
    if has_store(settings):
        with open_store(settings) as store:
            for run in store.last_runs():
                if run.feed in crawlers:
                    schedule = crawlers[run.feed].feed.schedule
                    runs.setdefault(run.feed, []).append(_told(store, run, schedule, settings.now()))
            believed = store.last_believed()
    states = [
        _feed(settings, crawler.feed, runs.get(name, []), believed.get(name)) for name, crawler in crawlers.items()
    ]
    return sorted(states, key=lambda state: (not state.problem, not state.on))


def _feed(settings: Settings, facts: Feed, told: Sequence[_Told], believed_at: datetime | None) -> FeedState:
    locations = [location for location, _ in places(settings, facts.name)]
    why = next(filter(None, (why_off(facts, settings, location) for location in locations)), "")
    wanted = facts.name in settings.feeds
    on = not why and wanted
    if not why and not on:
        why = f"not among the feeds of a sweep; set SCAMHUNT_FEEDS={','.join([*settings.feeds, facts.name])}"
    ours = sorted(
        (one for one in told if one.run.location in locations),
        key=lambda one: (one.run.status in {"ok", "running"}, not one.problem, one.run.id),
    )
    problems = [
        f"{one.run.location}: {one.problem}" if len(locations) > 1 and one.run.location else one.problem
        for one in ours
        if one.problem
    ]
    problem = (why or "; ".join(problems)) if wanted else ""
    state = "off" if not on else ours[0].state if ours else "new"
    return FeedState(facts, on, why, state, tuple(one.run for one in ours), believed_at, problem)


def _told(store: Store, run: Run, schedule: str, now: datetime) -> _Told:
    """Say what is wrong with a source: its run failed or was cut off, or the turn after the next one has passed."""
    if run.status not in {"ok", "running"}:
        return _Told(run, run.status, f"{run.status}: {run.problem}")
    if run.status == "running" and not store.is_held(f"feed:{run.feed}"):
        (run,) = store.runs(run.feed, run.location, limit=1)  # it may have ended just now
        if run.status == "running":
            return _Told(run, "stopped", f"stopped in the middle on {run.started_at:%Y-%m-%d}; run it again")
        return _told(store, run, schedule, now)
    with suppress(UserError):  # a schedule that cannot be read: `feeds check` says so
        if run.location != SAMPLE and timetable.is_late(schedule, run.started_at, now):
            why = f"not read since {run.started_at:%Y-%m-%d %H:%M}; see whether the schedule still runs"
            return _Told(run, "late", why)
    return _Told(run, run.status)


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
    number's role rules out and for what the lint refuses, `NotFound`, `NotAllowedNow` for a candidate that is not
    confirmed, and `UserError` for a kind or an address that cannot be used.
    """
    material = Material.of(settings, reference.brands(settings))
    material.refuse_protected(key, kind or REGISTRAR)
    if preview:
        candidate = store.candidate(key)
        case, kind = _checked(store, material, candidate, kind)
        draft = material.rendered(case, kind, to, observed)
        return _report(settings, None, candidate.id, kind, draft)
    with store.acting(who) as desk:
        candidate = desk.candidate(key)
        case, kind = _checked(store, material, candidate, kind)
        template = material.template(kind)
        _refuse_unconfirmed(desk, candidate)
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


def _checked(store: Store, material: Material, candidate: CandidateView, kind: str) -> tuple[Case, str]:
    """Return the case and the kind of its report. Raises `ProtectedTarget`, and `Refused` for a kind that must not be.

    What a number was to those who reported it is worked out from its sightings, and read from no column.
    """
    material.refuse_protected(candidate.indicator, kind or REGISTRAR)
    case = _case(store, material, candidate)
    kind = kind or default_kind(case.kind, case.role)
    refuse_role(kind, case.kind, case.role)
    return case, kind


def _refuse_unconfirmed(desk: Acting, candidate: CandidateView) -> None:
    """Raise `NotAllowedNow` for what no person confirmed, `Refused` where the table says so and the log does not."""
    if candidate.state is not State.CONFIRMED:
        raise NotAllowedNow(
            f"{candidate.indicator} is {candidate.state}: a person decides before a report is drafted; run: "
            f"scamhunt candidates confirm {candidate.id} --reason TEXT, or look with --preview"
        )
    decision = desk.decision_on(candidate.id)
    if decision is None or (decision.act, decision.detail.get("target")) != (CONFIRM, candidate.indicator):
        raise Refused(
            f"the log does not say that a person confirmed {candidate.indicator}: somebody changed the database; "
            "run scamhunt db check and restore a backup"
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


def _case(store: Store, material: Material, candidate: CandidateView) -> Case:
    case = _case_of_name(material, candidate)
    if candidate.kind is not Kind.PHONE:
        return case
    number = candidate.indicator
    return replace(case, number=material.number(number, store.number_sightings(number)))


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
        observed = str(view.fields["observed"])
        draft = material.rendered(_case(store, material, candidate), view.kind, view.recipient, observed)
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


def _os_user() -> str:
    """Return the user that runs this process, whatever its environment says."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # a container may run a number that has no name
        return f"uid-{os.geteuid()}"
