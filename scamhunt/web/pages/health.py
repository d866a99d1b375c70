"""Whether the site is alive and can work, for whoever watches over it."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from scamhunt import desk
from scamhunt.web.guard import OPEN, Door, needs, visit_of

router = APIRouter(route_class=Door)


@router.get("/healthz")
@needs(OPEN)
def alive(request: Request) -> Response:
    """Say that the process answers."""
    del request
    return PlainTextResponse("ok\n")


@router.get("/readyz")
@needs(OPEN)
def ready(request: Request) -> Response:
    """Say whether database, log and disk can take an act; what is wrong is told in words without names."""
    visit = visit_of(request)
    found = desk.readiness(visit.house.store, visit.house.settings)
    return JSONResponse(found, 200 if all(one == "ok" for one in found.values()) else 503)
