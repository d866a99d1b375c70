"""How the work stands, for people and for Prometheus."""

from dataclasses import replace

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from scamhunt import desk_dashboard_parts, desk_metrics
from scamhunt.access import Permission
from scamhunt.errors import UserError
from scamhunt.web import given
from scamhunt.web.guard import OPEN, Door, needs, visit_of
from scamhunt.web.page import page

router = APIRouter(route_class=Door)

SPANS = (14, 30, 90, 365)
"""Days that the page offers."""


@router.get("/dashboard")
@needs(Permission.LOOK)
def dashboard(request: Request, days: str = "30") -> Response:
    """Show charts, each with the table that says the same."""
    visit = visit_of(request)
    span = given.number(days, "the days")
    if span not in SPANS:
        raise UserError(f"the dashboard shows {', '.join(map(str, SPANS))} days, not {span}")
    house = visit.house
    found = house.recent.dashboard(house.store, house.settings, days=span)
    parts = [
        replace(part, svg=Markup(part.svg))  # noqa: S704  # the charts escape their texts
        for part in desk_dashboard_parts.parts(found)
    ]
    return page(visit, "dashboard.html", found=found, parts=parts, spans=SPANS, days=span)


@router.get("/metrics")
@needs(OPEN)
def metrics(request: Request) -> Response:
    """Give counts and ages in the text format of Prometheus: no names of people, targets or recipients."""
    house = visit_of(request).house
    text = desk_metrics.metrics(house.store, house.settings, house.recent)
    return Response(text, media_type=desk_metrics.MEDIA_TYPE)
