"""The queue: what waits, the strongest first, decided with one key."""

from datetime import datetime

from fastapi import APIRouter, Request
from starlette.responses import Response

from scamhunt import desk, desk_queue, desk_sessions
from scamhunt.access import Permission
from scamhunt.desk_queue import Filter, Tally
from scamhunt.errors import UserError
from scamhunt.model import Kind, State
from scamhunt.triage import Act
from scamhunt.web.guard import Door, Visit, needs, visit_of
from scamhunt.web.page import go, page, part

router = APIRouter(route_class=Door)
CURSOR, FOLD = "after", "fold"
FRESH_SECONDS, OLD_SECONDS = 2.0, 60.0
"""So old the counts may be that a page asks for again and again, and those on a page that is opened: it asks soon."""
REASONS = {
    Act.CONFIRM: (
        "asks for a password in the brand's name",
        "asks for a payment in the brand's name",
        "tells to call a number in the brand's name",
        "sells in the brand's name",
    ),
    Act.DISMISS: (
        "has nothing to do with the brand",
        "belongs to the brand or its partner",
        "uses the name as it may: news, review, criticism",
        "is parked and for sale",
    ),
    Act.WATCH: ("resembles the brand and does no harm yet", "is not reachable now"),
    Act.REOPEN: ("there is something new to judge",),
}
"""Reasons at hand; any other can be typed."""


@router.get("/candidates")
@needs(Permission.LOOK)
def queue(request: Request) -> Response:
    """Show a page of the queue; for htmx only the rows that follow."""
    visit = visit_of(request)
    wanted, cursor = _asked(visit)
    before = desk_sessions.last_visit(visit.house.store, visit.person)
    found = desk_queue.page(visit.house.store, visit.house.settings, visit.who, wanted, before=before, cursor=cursor)
    values = {"found": found, "wanted": wanted, "written": desk_queue.written, "acts": REASONS}
    if visit.by_htmx and cursor:
        return part(visit, "queue_rows.html", **values)
    counts = _counted(visit, before, OLD_SECONDS)
    return page(visit, "queue.html", counts=counts, before=before, states=list(State), kinds=list(Kind), **values)


@router.get("/candidates/counts")
@needs(Permission.LOOK)
def counts(request: Request) -> Response:
    """Show how many wait now."""
    visit = visit_of(request)
    before = desk_sessions.last_visit(visit.house.store, visit.person)
    return part(visit, "queue_counts.html", counts=_counted(visit, before, FRESH_SECONDS))


@router.get("/candidates/members")
@needs(Permission.LOOK)
def members(request: Request) -> Response:
    """Show the members of one row."""
    visit = visit_of(request)
    wanted, _ = _asked(visit)
    before = desk_sessions.last_visit(visit.house.store, visit.person)
    fold = request.query_params.get(FOLD, "")
    if not fold:
        raise UserError("say which row is to be opened")
    found = desk_queue.folded(visit.house.store, visit.house.settings, visit.who, wanted, fold, before=before)
    values = {"entries": found, "wanted": wanted, "fold": fold, "written": desk_queue.written}
    return part(visit, "queue_members.html", **values) if visit.by_htmx else page(visit, "queue_fold.html", **values)


# --- acts -------------------------------------------------------------------------------------------------------------


@router.post("/candidates/{number}/act/undo")
@needs(Permission.TRIAGE)
def undo(request: Request, number: int) -> Response:
    """Take one's own last decision back."""
    visit = visit_of(request)
    given = visit.fields("revision", "back")
    revision = _revision(given["revision"])
    found = desk_queue.undo(visit.house.store, visit.who, str(number), -1 if revision is None else revision)
    return _done(visit, number, given["back"], f"{found.indicator} is {found.state} again")


@router.post("/candidates/{number}/act/note")
@needs(Permission.TRIAGE)
def note(request: Request, number: int) -> Response:
    """Write something down on a candidate."""
    visit = visit_of(request)
    given = visit.fields("text", "back")
    desk_queue.note(visit.house.store, visit.who, str(number), given["text"])
    return _done(visit, number, given["back"], "noted")


@router.post("/candidates/{number}/act/claim")
@needs(Permission.TRIAGE)
def claim(request: Request, number: int) -> Response:
    """Say that one is at work on a candidate, or ask a colleague to be."""
    visit = visit_of(request)
    given = visit.fields("person", "take", "back")
    desk_queue.claim(visit.house.store, visit.who, [number], person=given["person"], take=given["take"] == "yes")
    return _done(visit, number, given["back"], f"{given['person']} has it" if given["person"] else "you have it")


@router.post("/candidates/{number}/act/release")
@needs(Permission.TRIAGE)
def release(request: Request, number: int) -> Response:
    """Let a candidate go."""
    visit = visit_of(request)
    given = visit.fields("back")
    desk_queue.release(visit.house.store, visit.who, [number])
    return _done(visit, number, given["back"], "let go")


@router.post("/candidates/many/preview")
@needs(Permission.TRIAGE)
def preview(request: Request) -> Response:
    """Show what a decision on many would do to each."""
    visit = visit_of(request)
    ids, given = visit.several("id", "act", "reason", "back")
    act = given["act"]
    if act == "claim":
        desk_queue.claim(visit.house.store, visit.who, _numbers(ids))
        return go(visit, given["back"] or "/candidates", f"you have {len(ids)}")
    seen = desk_queue.preview(visit.house.store, visit.house.settings, visit.who, _numbers(ids), act)
    typed_from = desk_queue.TYPED_FROM
    return page(visit, "queue_preview.html", seen=seen, given=given, reasons=REASONS[seen.act], typed_from=typed_from)


@router.post("/candidates/many/decide")
@needs(Permission.TRIAGE)
def decide_many(request: Request) -> Response:
    """Decide on many, as their preview said."""
    visit = visit_of(request)
    ids, given = visit.several("id", "act", "reason", "back", "digest", "typed")
    done = desk_queue.decide_many(
        visit.house.store,
        visit.house.settings,
        visit.who,
        _numbers(ids),
        given["act"],
        given["reason"],
        digest=given["digest"],
        typed=given["typed"],
    )
    return go(visit, given["back"] or "/candidates", f"{len(done)} are {done[0].state}")


@router.post("/candidates/{number}/{act}")
@needs(Permission.TRIAGE)
def decide(request: Request, number: int, act: Act) -> Response:
    """Decide on one candidate."""
    visit = visit_of(request)
    given = visit.fields("reason", "revision", "over_claim", "back")
    found = desk.decide(
        visit.house.store,
        visit.who,
        str(number),
        act,
        given["reason"],
        revision=_revision(given["revision"]),
        over_claim=given["over_claim"] == "yes",
    )
    return _done(visit, number, given["back"], f"{found.indicator} is {found.state}")


def _counted(visit: Visit, before: datetime | None, seconds: float) -> Tally:
    return desk_queue.tally(visit.house.store, visit.who, before, visit.house.counts, seconds=seconds)


def _asked(visit: Visit) -> tuple[Filter, str]:
    """Return the filter and the place that the address names. Raises `UserError`."""
    params = visit.request.query_params
    given = {name: ",".join(params.getlist(name)) for name in params}
    return desk_queue.read_filter(given, (CURSOR, FOLD)), params.get(CURSOR, "")


def _done(visit: Visit, number: int, back: str, said: str) -> Response:
    """Show the row anew where htmx asked, else lead back."""
    if not visit.by_htmx:
        return go(visit, back or f"/candidates/{number}", said)
    entry = desk_queue.one(visit.house.store, visit.house.settings, visit.who, number)
    return part(visit, "queue_row.html", entry=entry, wanted=Filter(), said=said, written=desk_queue.written)


def _revision(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10):  # noqa: PLR2004  # what a row can have
        raise UserError("the form is not one of ours: its revision is no number")
    return int(text)


def _numbers(ids: list[str]) -> list[int]:
    if not all(one.isascii() and one.isdecimal() and len(one) < 11 for one in ids):  # noqa: PLR2004  # as above
        raise UserError("the form is not one of ours: a candidate is named by no number")
    return [int(one) for one in ids]
