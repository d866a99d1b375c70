"""Reports and the day's work for scripts, to read only: who drafts, approves and sends is a person."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from itertools import islice
from typing import Annotated

from fastapi import Query, Request

from scamhunt import desk_due, desk_lists, desk_views
from scamhunt.access import Permission
from scamhunt.errors import UserError
from scamhunt.model import ReportState
from scamhunt.takedown.tracked import Work
from scamhunt.web.guard import needs, visit_of
from scamhunt.web.pages import api_answers, api_given
from scamhunt.web.pages import api_shapes as shapes
from scamhunt.web.pages.api import Number, once

router = api_answers.router()
LONGEST_ID = 10
"""Digits of a report's number."""


@router.get("/reports")
@needs(Permission.LOOK, token=True)
def reports(request: Request, asked: Annotated[api_given.OfReports, Query()]) -> shapes.Reports:
    """List the reports that fit, the newest first."""
    visit = visit_of(request)
    once(request)
    before = _number(asked.after)
    desk_views.viewed(visit.house.store, visit.who, "list:reports")
    found, after = desk_lists.reports(
        visit.house.store, visit.who, _states(asked.state), text=asked.q, before=before, limit=asked.limit
    )
    items = [shapes.Line.of(one.report, indicator=one.target, type=one.report.purpose) for one in found]
    return shapes.Reports(items=items, next=_coded(str(after)) if after else None)


@router.get("/reports/{number}")
@needs(Permission.LOOK, token=True)
def report(request: Request, number: Number) -> shapes.Report:
    """Show a report as it reads now, or as its bytes were frozen."""
    visit = visit_of(request)
    found = desk_lists.whole(visit.house.store, visit.house.settings, visit.who, number)
    desk_views.viewed(visit.house.store, visit.who, f"report:{number}")
    return shapes.Report.of(found.report, found.view)


@router.get("/today")
@needs(Permission.LOOK, token=True)
def today(request: Request, asked: Annotated[api_given.Paged, Query()]) -> shapes.Works:
    """List what is due, what waits longest first."""
    visit = visit_of(request)
    once(request)
    behind = _decoded(asked.after)
    desk_views.viewed(visit.house.store, visit.who, "list:today")
    works = (one for one in desk_due.works(visit.house.store, visit.house.settings) if _place(one) > behind)
    found = list(islice(works, asked.limit + 1))
    items, more = found[: asked.limit], len(found) > asked.limit
    return shapes.Works(items=[shapes.Work.of(one) for one in items], next=_coded(_place(items[-1])) if more else None)


def _place(work: Work) -> str:
    """Return what the works are sorted by."""
    return f"{work.due_at.isoformat(timespec='microseconds')} {work.id}"


def _states(text: str) -> list[ReportState]:
    try:
        return [ReportState(one) for one in text.split(",")] if text else []
    except ValueError:
        raise UserError(f"{text[:80]!a} is no state of a report; states are {', '.join(ReportState)}") from None


def _number(cursor: str) -> int:
    text = _decoded(cursor)
    if text and not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID):
        raise _unreadable()
    return int(text or 0)


def _coded(place: str) -> str:
    """Return where a page begins as the address has it."""
    return urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _decoded(cursor: str) -> str:
    try:
        return urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        raise _unreadable() from None


def _unreadable() -> UserError:
    return UserError("that place in the list cannot be read; begin at the top again")
