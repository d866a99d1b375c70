"""The work of a day: what is due, what came back, what is held."""

import re

from fastapi import APIRouter, Request
from starlette.responses import Response

from scamhunt import desk_due, desk_holds, desk_inbox, desk_sending, desk_views, track
from scamhunt.access import Permission
from scamhunt.takedown.steps import RECORDED
from scamhunt.takedown.tracked import Work
from scamhunt.web import given
from scamhunt.web.guard import Door, needs, visit_of
from scamhunt.web.page import go, page

router = APIRouter(route_class=Door)

SHOWN = 200
_THING = re.compile(r"(reply|hold|outcome):([0-9]{1,12})")
_PAGES = {"reply": "/inbox/{}", "hold": "/holds#hold-{}", "outcome": "/packets#outcome-{}"}


@router.get("/today")
@needs(Permission.LOOK)
def today(request: Request) -> Response:
    """List what has to be done now, what waits longest first."""
    visit = visit_of(request)
    works = desk_due.works(visit.house.store, visit.house.settings)
    listed = [(one, place_of(one)) for one in works[:SHOWN]]
    return page(visit, "today.html", works=listed, more=max(0, len(works) - SHOWN))


def place_of(work: Work) -> str:
    """Return the page on which a work is done, empty where there is none."""
    if found := _THING.match(work.id):
        return _PAGES[found[1]].format(found[2])
    return f"/reports/{work.report}" if work.report else ""


# --- what came back ---------------------------------------------------------------------------------------------------


@router.get("/inbox")
@needs(Permission.LOOK)
def inbox(request: Request, state: str = "open") -> Response:
    """List answers, the newest first; those that wait for a person, unless others are asked for."""
    visit = visit_of(request)
    everything = state == "all"
    found = desk_inbox.listed(
        visit.house.store, state="" if everything else state, everything=everything, limit=SHOWN + 1
    )
    return page(visit, "inbox.html", answers=found[:SHOWN], more=len(found) > SHOWN, state=state)


@router.get("/inbox/{number}")
@needs(Permission.LOOK)
def answer(request: Request, number: int) -> Response:
    """Show one answer, masked."""
    visit = visit_of(request)
    found = desk_inbox.answer(visit.house.store, number)
    desk_views.viewed(visit.house.store, visit.who, f"reply:{number}")
    return page(visit, "answer.html", one=found, states=list(RECORDED), purposes=desk_inbox.PURPOSES)


@router.post("/inbox/{number}/accept")
@needs(Permission.SEND)
def accept(request: Request, number: int) -> Response:
    """Record what an answer says."""
    visit = visit_of(request)
    form = visit.fields("state")
    desk_inbox.accept(visit.house.store, visit.house.settings, visit.who, number, state=form["state"])
    return go(visit, f"/inbox/{number}", "recorded")


@router.post("/inbox/{number}/match")
@needs(Permission.SEND)
def match(request: Request, number: int) -> Response:
    """Tie an answer to a report."""
    visit = visit_of(request)
    form = visit.fields("report", "reason")
    report = given.number(form["report"], "the report")
    desk_inbox.match(visit.house.store, visit.who, number, report, form["reason"])
    return go(visit, f"/inbox/{number}", f"it belongs to report {report}")


@router.post("/inbox/{number}/dismiss")
@needs(Permission.SEND)
def dismiss(request: Request, number: int) -> Response:
    """Put an answer aside."""
    visit = visit_of(request)
    form = visit.fields("reason")
    desk_inbox.dismiss(visit.house.store, visit.who, number, form["reason"])
    return go(visit, "/inbox", "put aside")


@router.post("/inbox/{number}/open")
@needs(Permission.OPEN_MAIL, fresh=True)
def opened(request: Request, number: int) -> Response:
    """Give a mail as it came, as a file: that it was opened, and why, is in the log first."""
    visit = visit_of(request)
    form = visit.fields("purpose", "reason")
    body = desk_inbox.opened(visit.house.store, visit.who, number, purpose=form["purpose"], reason=form["reason"])
    name = f'attachment; filename="answer-{number}.eml"'
    return Response(body, media_type="application/octet-stream", headers={"content-disposition": name})


# --- what is held -----------------------------------------------------------------------------------------------------


@router.get("/holds")
@needs(Permission.LOOK)
def holds(request: Request, everything: str = "") -> Response:
    """List what is held, by whom, and until when."""
    visit = visit_of(request)
    found = desk_holds.listed(visit.house.store, everything=everything == "yes", limit=SHOWN + 1)
    return page(visit, "holds.html", holds=found[:SHOWN], more=len(found) > SHOWN, everything=everything == "yes")


@router.post("/candidates/{number}/hold")
@needs(Permission.HOLD)
def hold(request: Request, number: int) -> Response:
    """Leave a target alone for a while."""
    visit = visit_of(request)
    form = visit.fields("kind", "days", "reason")
    until = given.in_days(form["days"], "the hold", visit.house.settings.now())
    kind = desk_holds.kind_of(form["kind"])
    made = desk_holds.hold(visit.house.store, visit.who, str(number), kind, until=until, reason=form["reason"])
    return go(visit, f"/candidates/{number}", f"held until {made.until:%Y-%m-%d %H:%M} UTC")


@router.post("/holds/{number}/renew")
@needs(Permission.HOLD)
def renew(request: Request, number: int) -> Response:
    """Let a hold last longer; who does is its owner then."""
    visit = visit_of(request)
    form = visit.fields("days", "reason")
    until = given.in_days(form["days"], "the hold", visit.house.settings.now())
    made = desk_holds.renew(visit.house.store, visit.who, number, until, form["reason"])
    return go(visit, "/holds", f"held until {made.until:%Y-%m-%d %H:%M} UTC")


@router.post("/holds/{number}/answer")
@needs(Permission.HOLD)
def answered(request: Request, number: int) -> Response:
    """Note that whoever disputes a report got an answer."""
    visit = visit_of(request)
    form = visit.fields("reason")
    desk_holds.answer(visit.house.store, visit.who, number, form["reason"])
    return go(visit, "/holds", "noted: they were answered")


@router.post("/holds/{number}/end")
@needs(Permission.HOLD)
def end(request: Request, number: int) -> Response:
    """End a hold; of a dispute it is said what was found."""
    visit = visit_of(request)
    form = visit.fields("finding", "reason")
    store, settings = visit.house.store, visit.house.settings
    ended = desk_holds.end(store, visit.who, number, form["reason"], form["finding"], alone=settings.single_operator)
    track.follow(store, settings)
    return go(visit, "/holds", "; ".join(["ended", *desk_holds.left_to_do(store, ended)]))


@router.post("/overrides/ask")
@needs(Permission.OVERRIDE)
def ask_override(request: Request) -> Response:
    """Ask to let reports on a protected target through."""
    return _let_through(request)


@router.post("/overrides/grant")
@needs(Permission.GRANT, fresh=True)
def grant_override(request: Request) -> Response:
    """Grant as a second person what somebody asked."""
    return _let_through(request)


def _let_through(request: Request) -> Response:
    visit = visit_of(request)
    form = visit.fields("target", "reason", "back")
    made = desk_sending.let_through(visit.house.store, visit.house.settings, visit.who, form["target"], form["reason"])
    said = f"let through until {made.until:%Y-%m-%d}" if made.until else "asked; an approver grants it"
    return go(visit, form["back"] or "/candidates", said)
