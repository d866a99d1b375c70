"""Lists that pages show: reports without rendering them, and a whole report with what stands around it."""

from collections.abc import Sequence
from dataclasses import dataclass

from scamhunt import desk_drafts, desk_reports
from scamhunt.access import Permission
from scamhunt.desk_reports import Report
from scamhunt.errors import NotAllowedNow
from scamhunt.model import Actor, ReportState
from scamhunt.settings import Settings
from scamhunt.store import EventView, HoldView, ReportView, Store
from scamhunt.takedown import steps
from scamhunt.takedown.steps import Step

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One report of a list."""

    report: ReportView
    target: str


@dataclass(frozen=True, slots=True)
class Whole:
    """One report with what stands around it."""

    report: Report
    view: ReportView
    fields: dict[str, tuple[str, str]]
    """What may be typed, each with what it holds and what it is now."""
    following: tuple[ReportView, ...]
    history: tuple[EventView, ...]
    is_mine: bool
    """Whether this person wrote or changed it: he does not approve it."""
    recordable: tuple[ReportState, ...]
    """The states that a person may record now."""
    can: frozenset[Step]
    """The steps that the state allows; who may take them is asked apart."""
    holds: tuple[HoldView, ...]
    sending: bool
    """Whether this program sends by itself, or writes a file for a person."""
    alone: bool
    """Whether one person is the whole team, and approves what he wrote."""


def reports(  # noqa: PLR0913  # each is a filter, or a part of the list
    store: Store,
    who: Actor,
    states: Sequence[ReportState] = (),
    *,
    text: str = "",
    before: int = 0,
    limit: int = PAGE,
) -> tuple[list[Line], int]:
    """Return a page of reports, the newest first, and where the next begins; 0: there is none."""
    store.require(who, Permission.LOOK)
    found = store.listed_reports(states, text=text, before=before, limit=limit + 1)
    lines = [Line(view, target) for view, target in found[:limit]]
    return lines, lines[-1].report.id if len(found) > limit else 0


def whole(store: Store, settings: Settings, who: Actor, report_id: int) -> Whole:
    """Return all that a page shows of a report. Raises `NotFound`, `NotPermitted`."""
    store.require(who, Permission.LOOK)
    view = store.report(report_id)
    return Whole(
        desk_reports.report(store, settings, report_id),
        view,
        desk_reports.fields_of(view),
        tuple(store.following(report_id)),
        tuple(store.history(f"report:{report_id}")),
        who.name in view.authors,
        tuple(state for state, step in steps.RECORDED.items() if view.state in steps.TABLE[step]),
        frozenset(step for step, states in steps.TABLE.items() if view.state in states),
        tuple(store.holds_on(view.candidate_id)),
        settings.sending,
        settings.single_operator,
    )


def fields(store: Store, who: Actor, report_id: int) -> dict[str, tuple[str, str]]:
    """Return what may be typed for a report, each with what it holds and what it is now. Raises `NotFound`."""
    store.require(who, Permission.DRAFT)
    return desk_reports.fields_of(store.report(report_id))


def sent_bytes(store: Store, who: Actor, report_id: int) -> bytes:
    """Return the exact bytes that were frozen. Raises `NotFound`, `NotAllowedNow` where nothing is frozen yet."""
    store.require(who, Permission.LOOK)
    view = store.report(report_id)
    if not desk_drafts.is_frozen(view):
        raise NotAllowedNow(f"report {view.id} is {view.state}: its bytes are not fixed yet")
    return store.outbox(view.sha256)
