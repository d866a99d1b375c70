"""Campaigns: what belongs to the same makers, and by what; the links that people cut and add."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from scamhunt import desk_campaign_rows, desk_campaigns, desk_views
from scamhunt.access import Permission
from scamhunt.web.guard import Door, needs, visit_of
from scamhunt.web.page import go, page
from scamhunt.web.pages.candidate import PICTURE_POLICY

router = APIRouter(route_class=Door)

SHOWN = 200


@router.get("/campaigns")
@needs(Permission.LOOK)
def campaigns(request: Request, gone: str = "") -> Response:
    """List campaigns, the largest first, and what people said of links."""
    visit = visit_of(request)
    store, settings = visit.house.store, visit.house.settings
    found = desk_campaigns.listed(store, settings, gone=gone == "yes", limit=SHOWN + 1)
    rows = [desk_campaign_rows.row(store, one) for one in found[:SHOWN]]
    rulings = [desk_campaign_rows.ruling_row(store, one) for one in desk_campaigns.rulings(store)[:SHOWN]]
    return page(visit, "campaigns.html", rows=rows, rulings=rulings, more=len(found) > SHOWN, gone=gone == "yes")


@router.get("/campaigns/{name}")
@needs(Permission.LOOK)
def campaign(request: Request, name: str) -> Response:
    """Show a campaign: its members, its links, and the single signs without which it falls apart."""
    visit = visit_of(request)
    found = desk_campaigns.show(visit.house.store, visit.house.settings, name)
    desk_views.viewed(visit.house.store, visit.who, f"campaign:{found.campaign.id}")
    rulings = [desk_campaign_rows.ruling_row(visit.house.store, one) for one in found.rulings]
    names = {one.id: one.indicator for one in found.members}
    return page(visit, "campaign.html", found=found, one=found.campaign, rulings=rulings, names=names)


@router.get("/campaigns/{name}/picture")
@needs(Permission.LOOK)
def picture(request: Request, name: str) -> Response:
    """Show the graph of a campaign."""
    visit = visit_of(request)
    found = desk_campaigns.show(visit.house.store, visit.house.settings, name)
    desk_views.viewed(visit.house.store, visit.who, f"campaign:{found.campaign.id}")
    headers = {"content-security-policy": f"{PICTURE_POLICY}; style-src 'unsafe-inline'"}
    return Response(desk_campaign_rows.drawn(found), media_type="image/svg+xml", headers=headers)


@router.post("/links/cut")
@needs(Permission.LINK)
def cut(request: Request) -> Response:
    """Say that a sign links nobody, or not one candidate."""
    visit = visit_of(request)
    form = visit.fields("sign", "case", "reason")
    store, settings = visit.house.store, visit.house.settings
    desk_campaigns.cut(store, settings, visit.who, form["sign"], key=form["case"], reason=form["reason"])
    return go(visit, "/campaigns", "cut: what it held together is joined anew")


@router.post("/links/add")
@needs(Permission.LINK)
def add(request: Request) -> Response:
    """Say that two candidates belong together."""
    visit = visit_of(request)
    form = visit.fields("one", "other", "reason")
    store, settings = visit.house.store, visit.house.settings
    desk_campaigns.add(store, settings, visit.who, form["one"], form["other"], reason=form["reason"])
    return go(visit, "/campaigns", "added")


@router.post("/links/{number}/restore")
@needs(Permission.LINK)
def restore(request: Request, number: int) -> Response:
    """Take back what somebody said of a link."""
    visit = visit_of(request)
    form = visit.fields("reason")
    desk_campaigns.take_back(visit.house.store, visit.house.settings, visit.who, number, reason=form["reason"])
    return go(visit, "/campaigns", "taken back")
