"""Lists that pages show: reports without rendering them, and a whole report with what stands around it."""

from collections.abc import Sequence
from dataclasses import dataclass

from scamhunt import desk_reports
from scamhunt.access import Permission
from scamhunt.desk_reports import Report
from scamhunt.model import Actor, ReportState
from scamhunt.settings import Settings
from scamhunt.store import EventView, ReportView, Store
from scamhunt.takedown import steps

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


def reports(
    store: Store, who: Actor, states: Sequence[ReportState] = (), *, text: str = "", before: int = 0
) -> tuple[list[Line], int]:
    """Return a page of reports, the newest first, and where the next begins; 0: there is none."""
    store.require(who, Permission.LOOK)
    found = store.listed_reports(states, text=text, before=before, limit=PAGE + 1)
    lines = [Line(view, target) for view, target in found[:PAGE]]
    return lines, lines[-1].report.id if len(found) > PAGE else 0


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
    )
