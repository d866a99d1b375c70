"""Reports: the list, one report with its lint, its approval and what came back, and the acts on it."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from scamhunt import (
    desk_approval,
    desk_follow,
    desk_holds,
    desk_lists,
    desk_reports,
    desk_sending,
    desk_track,
    desk_views,
    track,
)
from scamhunt.access import Permission
from scamhunt.errors import Refused, UserError
from scamhunt.model import ReportState
from scamhunt.takedown.steps import OUT, UNSENT, Step
from scamhunt.web import given
from scamhunt.web.guard import Door, Visit, needs, visit_of
from scamhunt.web.page import go, page, part

router = APIRouter(route_class=Door)

GROUPS: dict[str, tuple[ReportState, ...]] = {
    "to approve": (ReportState.REVIEW,),
    "drafts": (ReportState.DRAFT,),
    "to send": (ReportState.APPROVED, ReportState.QUEUED, ReportState.FAILED),
    "unknown": (ReportState.UNKNOWN, ReportState.SENDING),
    "out": tuple(one for one in OUT if one is not ReportState.VERIFIED_DOWN),
    "held": (ReportState.HELD,),
    "down": (ReportState.VERIFIED_DOWN,),
    "all": (),
}
"""The groups in which a team looks at its reports, with their states."""


@router.get("/reports")
@needs(Permission.LOOK)
def reports(request: Request, group: str = "all", q: str = "", before: str = "") -> Response:
    """List reports, the newest first."""
    visit = visit_of(request)
    if group not in GROUPS:
        raise UserError(f"there is no group {group[:40]!a}: {', '.join(GROUPS)}")
    start = given.number(before, "the place in the list") if before else 0
    lines, following = desk_lists.reports(visit.house.store, visit.who, GROUPS[group], text=q[:200], before=start)
    link = "/reports?" + urlencode({"group": group, "q": q[:200], "before": following})
    return page(visit, "reports.html", lines=lines, more=link if following else "", groups=GROUPS, group=group, q=q)


@router.get("/reports/{number}")
@needs(Permission.LOOK)
def report(request: Request, number: int) -> Response:
    """Show one report: as it reads now, or as it was frozen."""
    visit = visit_of(request)
    return _shown(visit, number)


@router.get("/reports/{number}/bytes")
@needs(Permission.LOOK)
def exact(request: Request, number: int) -> Response:
    """Give the bytes that were frozen, as a file; a browser shows nothing of it."""
    visit = visit_of(request)
    body = desk_lists.sent_bytes(visit.house.store, visit.who, number)
    desk_views.viewed(visit.house.store, visit.who, f"report:{number}")
    name = f'attachment; filename="report-{number}.bin"'
    return Response(body, media_type="application/octet-stream", headers={"content-disposition": name})


# --- draft and edit ---------------------------------------------------------------------------------------------------


@router.post("/candidates/{number}/draft")
@needs(Permission.DRAFT)
def draft(request: Request, number: int) -> Response:
    """Draft a report on a candidate and show it."""
    visit = visit_of(request)
    form = visit.fields("kind", "purpose", "to", "observed")
    made = desk_reports.draft_report(
        visit.house.store,
        visit.house.settings,
        visit.who,
        str(number),
        kind=form["kind"],
        purpose=form["purpose"],
        to=form["to"],
        observed=form["observed"],
    )
    return go(visit, f"/reports/{made.id}", "drafted; nothing is sent")


@router.post("/reports/{number}/try")
@needs(Permission.DRAFT)
def try_out(request: Request, number: int) -> Response:
    """Show how the report would read, with what the lint says; nothing is stored."""
    visit = visit_of(request)
    changes, _ = _changes(visit, number)
    try:
        found = desk_reports.tried(visit.house.store, visit.house.settings, visit.who, number, changes)
    except (Refused, UserError) as error:
        return part(visit, "report_tried.html", found=None, told=str(error))
    return part(visit, "report_tried.html", found=found, told="")


@router.post("/reports/{number}/edit")
@needs(Permission.DRAFT)
def edit(request: Request, number: int) -> Response:
    """Store what was typed; an approval is then void."""
    visit = visit_of(request)
    changes, revision = _changes(visit, number)
    desk_reports.edit(visit.house.store, visit.house.settings, visit.who, number, changes, revision=revision)
    return go(visit, f"/reports/{number}", "stored; what was frozen or approved of it is void")


@router.post("/reports/{number}/review")
@needs(Permission.DRAFT)
def review(request: Request, number: int) -> Response:
    """Freeze the bytes and ask for approval."""
    visit = visit_of(request)
    visit.fields()
    desk_approval.review(visit.house.store, visit.house.settings, visit.who, number)
    return go(visit, f"/reports/{number}", "frozen; a second person approves it")


# --- approve and send -------------------------------------------------------------------------------------------------


@router.post("/reports/{number}/freeze")
@needs(Permission.APPROVE)
def freeze(request: Request, number: int) -> Response:
    """Freeze the bytes of a draft for whoever approves them, so that what is shown is what is approved."""
    visit = visit_of(request)
    visit.fields()
    desk_approval.freeze(visit.house.store, visit.house.settings, visit.who, number)
    return go(visit, f"/reports/{number}", "frozen: read it, then approve exactly this")


@router.post("/reports/{number}/approve")
@needs(Permission.APPROVE, fresh=True)
def approve(request: Request, number: int) -> Response:
    """Say yes to exactly the bytes that were shown, with each warning that was ticked."""
    visit = visit_of(request)
    accepted, form = visit.several("accept", "sha256")
    if not form["sha256"]:
        raise UserError("the form does not say which bytes: look at the report and approve it there")
    done = desk_approval.approve(
        visit.house.store, visit.house.settings, visit.who, number, sha256=form["sha256"], accepted=accepted
    )
    said = "approved" if done.approval.counts else "this was your first look; approve it again after 24 hours"
    return go(visit, f"/reports/{number}", said)


@router.post("/reports/{number}/send")
@needs(Permission.SEND, fresh=True)
def send(request: Request, number: int) -> Response:
    """Queue what was approved; it goes out once the time to take it back is over."""
    visit = visit_of(request)
    visit.fields()
    done = desk_sending.send(visit.house.store, visit.house.settings, visit.who, number)
    if done.handed_at:
        file = desk_sending.handed_file(visit.house.store, done)
        said = f"written to {file}: hand it in, then record what became of it"
    else:
        said = f"queued: it goes out at {done.due_at:%H:%M} UTC" if done.due_at else f"it is {done.state.value}"
    return go(visit, f"/reports/{number}", said)


@router.post("/reports/{number}/cancel")
@needs(Permission.SEND)
def cancel(request: Request, number: int) -> Response:
    """Take a queued report back in time."""
    visit = visit_of(request)
    visit.fields()
    desk_sending.unqueue(visit.house.store, visit.who, number)
    return go(visit, f"/reports/{number}", "taken back; its approval stands")


# --- what follows -----------------------------------------------------------------------------------------------------


@router.post("/reports/{number}/record")
@needs(Permission.SEND)
def record(request: Request, number: int) -> Response:
    """Record what a person learned of it."""
    visit = visit_of(request)
    form = visit.fields("state", "note", "ticket", "at")
    desk_track.record(
        visit.house.store,
        visit.house.settings,
        visit.who,
        number,
        state=form["state"],
        note=form["note"],
        ticket=form["ticket"],
        at=given.moment_or_none(form["at"], "the time"),
    )
    return go(visit, f"/reports/{number}", "recorded")


@router.post("/reports/{number}/escalate")
@needs(Permission.DRAFT)
def escalate(request: Request, number: int) -> Response:
    """Draft the next step of its ladder."""
    visit = visit_of(request)
    form = visit.fields("to")
    made = desk_track.escalate(visit.house.store, visit.house.settings, visit.who, number, to=form["to"])
    return go(visit, f"/reports/{made.id}", "drafted; it is approved and sent as any report")


@router.post("/reports/{number}/withdraw")
@needs(Permission.DRAFT)
def withdraw(request: Request, number: int) -> Response:
    """Take it back; of one that is out a withdrawal is drafted."""
    visit = visit_of(request)
    form = visit.fields("reason")
    view = desk_follow.withdraw(visit.house.store, visit.house.settings, visit.who, number, form["reason"])
    said = "taken back: it goes nowhere" if view.id == number else "a withdrawal is drafted: approve and send it"
    return go(visit, f"/reports/{view.id}", said)


@router.post("/reports/{number}/dispute")
@needs(Permission.HOLD)
def dispute(request: Request, number: int) -> Response:
    """Hold everything on its target: somebody says that it is wrong."""
    visit = visit_of(request)
    form = visit.fields("reason")
    done = desk_holds.dispute(visit.house.store, visit.house.settings, visit.who, number, form["reason"])
    track.follow(visit.house.store, visit.house.settings)
    handed = f"; stop {', '.join(f'report {one.id}' for one in done.handed)}: a person has it" if done.handed else ""
    return go(visit, "/holds", f"{len(done.held)} reports are held, and {len(done.related)} linked targets{handed}")


# --- what is shared ---------------------------------------------------------------------------------------------------


def _shown(visit: Visit, number: int) -> Response:
    store, settings = visit.house.store, visit.house.settings
    found = desk_lists.whole(store, settings, visit.who, number)
    desk_views.viewed(store, visit.who, f"report:{number}")
    return page(visit, "report.html", found=found, one=found.report, view=found.view, Step=Step, unsent=UNSENT)


def _changes(visit: Visit, number: int) -> tuple[dict[str, str], int | None]:
    """Return what was typed into the fields that this report has, and the revision that was seen."""
    known = desk_lists.fields(visit.house.store, visit.who, number)
    form = visit.fields("revision", *known)
    revision = given.number_or_none(form.pop("revision"), "the revision")
    changes = {name: text for name, text in form.items() if name in visit.form and text != known[name][1]}
    return changes, revision
