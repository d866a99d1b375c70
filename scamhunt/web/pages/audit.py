"""The log: read it, verify it against heads that were kept elsewhere, take it away."""

import shutil
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from scamhunt import desk_audit
from scamhunt.access import Permission
from scamhunt.web import given
from scamhunt.web.guard import Door, needs, visit_of
from scamhunt.web.page import page

router = APIRouter(route_class=Door)


@router.get("/audit")
@needs(Permission.VERIFY)
def audit(request: Request, actor: str = "", act: str = "", thing: str = "", before: str = "") -> Response:
    """Show the log, the newest row first: what somebody did, or what was done to a thing."""
    visit = visit_of(request)
    start = given.number(before, "the place in the log") if before else 0
    wanted = {"actor": actor[:100], "act": act[:100], "thing": thing[:200]}
    events, following = desk_audit.page(visit.house.store, visit.who, **wanted, before=start)
    more = f"/audit?{urlencode(wanted | {'before': following})}" if following else ""
    head = desk_audit.head(visit.house.store)
    return page(visit, "audit.html", events=events, more=more, wanted=wanted, head=head)


@router.post("/audit/verify")
@needs(Permission.VERIFY)
def verify(request: Request) -> Response:
    """Walk the whole log, against the heads that somebody kept elsewhere."""
    visit = visit_of(request)
    form = visit.fields("heads")
    noted = [desk_audit.read_head(line.split()[-1]) for line in form["heads"].splitlines() if line.strip()]
    found = desk_audit.verify(visit.house.store, visit.who, noted)
    return page(visit, "audit_verified.html", found=found, head=desk_audit.written(found.head))


@router.post("/audit/export")
@needs(Permission.VERIFY, fresh=True)
def export(request: Request) -> Response:
    """Give the log as a file, one row a line; the log tells who took it."""
    visit = visit_of(request)
    form = visit.fields("since")
    since = given.number(form["since"], "the row") if form["since"] else 0
    folder = visit.house.passing()
    try:
        done = desk_audit.export_to(visit.house.store, visit.who, folder / "log.jsonl", since=since)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    name = f"scamhunt-log-{done.head.seq}.jsonl"
    after = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    return FileResponse(folder / "log.jsonl", media_type="application/jsonl", filename=name, background=after)
