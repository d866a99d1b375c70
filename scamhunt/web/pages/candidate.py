"""One candidate or case on one screen, and the pictures that were taken of it."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from scamhunt import desk_page, desk_pictures, desk_views
from scamhunt.access import Permission
from scamhunt.web.guard import Door, needs, visit_of
from scamhunt.web.page import page
from scamhunt.web.pages.queue import REASONS

router = APIRouter(route_class=Door)
PICTURE_POLICY = "default-src 'none'; sandbox"


@router.get("/candidates/{number}")
@needs(Permission.LOOK)
def candidate(request: Request, number: int) -> Response:
    """Show a candidate with all that is known of it; that somebody looked is in the log first."""
    visit = visit_of(request)
    found = desk_page.page(visit.house.store, visit.house.settings, visit.who, str(number))
    desk_views.viewed(visit.house.store, visit.who, f"candidate:{number}")
    return page(visit, "candidate.html", found=found, one=found.candidate, reasons=REASONS)


@router.get("/evidence/{number}/picture")
@needs(Permission.LOOK)
def picture(request: Request, number: int) -> Response:
    """Show a picture out of the store, once its bytes are known to be those that were kept."""
    visit = visit_of(request)
    content = desk_pictures.picture(visit.house.store, visit.who, number)
    desk_views.viewed(visit.house.store, visit.who, f"evidence:{number}")
    headers = {"content-security-policy": PICTURE_POLICY, "content-disposition": f'inline; filename="{number}.png"'}
    return Response(content, media_type="image/png", headers=headers)
