"""Candidates for scripts: what waits, one with all that is known of it, decisions and notes. docs/api.md tells how.

A script comes in with a token and nothing else; each door names the scope that it needs.
"""

from typing import Annotated

from fastapi import Path, Query, Request

from scamhunt import desk, desk_page, desk_queue, desk_views
from scamhunt.access import Permission
from scamhunt.errors import Changed, UserError
from scamhunt.web.guard import needs, visit_of
from scamhunt.web.pages import api_answers, api_given
from scamhunt.web.pages import api_shapes as shapes

Number = Annotated[int, Path(description="Its `id`.")]

router = api_answers.router()


@router.get("/candidates")
@needs(Permission.LOOK, token=True)
def candidates(request: Request, asked: Annotated[api_given.Filtered, Query()]) -> shapes.Candidates:
    """List the candidates that fit, the strongest first."""
    visit = visit_of(request)
    once(request)
    wanted = desk_queue.read_filter(asked.words)
    desk_views.viewed(visit.house.store, visit.who, "list:candidates")
    found = desk_queue.unfolded(
        visit.house.store, visit.house.settings, visit.who, wanted, cursor=asked.after, limit=asked.limit
    )
    items = [shapes.Candidate.of(one.candidate, one) for one in found.entries]
    return shapes.Candidates(items=items, next=found.cursor or None)


@router.get("/candidates/{number}")
@needs(Permission.LOOK, token=True)
def candidate(request: Request, number: Number) -> shapes.Whole:
    """Show a candidate with what is known of it."""
    visit = visit_of(request)
    entry = desk_queue.one(visit.house.store, visit.house.settings, visit.who, number)
    desk_views.viewed(visit.house.store, visit.who, f"candidate:{number}")
    found = desk_page.page(visit.house.store, visit.house.settings, visit.who, str(number))
    look = found.look
    return shapes.Whole.of(
        found.candidate,
        entry,
        found,
        look=shapes.Look.of(look.look) if look else None,
        findings=[one.finding for part in look.sections for one in part.findings] if look else [],
        related=[shapes.Related(indicator=indicator, why=why) for indicator, why in found.related],
        reports=[shapes.Line.of(one, indicator=entry.candidate.indicator, type=one.purpose) for one in found.reports],
    )


@router.post("/candidates/{number}/note")
@needs(Permission.TRIAGE, token=True)
def note(request: Request, number: Number, given: api_given.Note) -> shapes.Standing:
    """Write something down on a candidate."""
    visit = visit_of(request)
    return shapes.Standing.of(desk_queue.note(visit.house.store, visit.who, str(number), given.text))


@router.post("/candidates/{number}/{act}")
@needs(Permission.TRIAGE, token=True)
def decide(request: Request, number: Number, act: api_given.Deciding, given: api_given.Decision) -> shapes.Standing:
    """Decide on a candidate as it was read: a decision of somebody else in between is an error that tells it."""
    visit = visit_of(request)
    store, who = visit.house.store, visit.who
    try:
        return shapes.Standing.of(desk.decide(store, who, str(number), act, given.reason, revision=given.revision))
    except Changed:
        request.state.now = shapes.Standing.of(desk.candidate(store, str(number)))
        raise


def once(request: Request) -> None:
    """Raise `UserError` for an address in which a word comes twice: which of them counts would be a guess."""
    words = [name for name, _ in request.query_params.multi_items()]
    twice = next((name for name in words if words.count(name) > 1), None)
    if twice is not None:
        raise UserError(f"{twice[:40]!a} came twice; several states stand in one, with commas between")
