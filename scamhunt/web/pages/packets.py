"""Packets for agencies: built by one person, released by another; what agencies said afterwards."""

import secrets
import shutil

from fastapi import APIRouter, Request
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from scamhunt import desk_outcomes, desk_referral, desk_release, desk_views
from scamhunt.access import Permission
from scamhunt.errors import Changed, NotAllowedNow, UserError
from scamhunt.referral.markings import PAP, TLP, marking
from scamhunt.web import given
from scamhunt.web.guard import Door, needs, visit_of
from scamhunt.web.page import go, page

router = APIRouter(route_class=Door)

SHOWN = 200
TYPED = ("purpose", "offences", "contact", "authority")
OUT = "released"
"""The folder below the state folder to which packets that were built here are released."""


@router.get("/packets")
@needs(Permission.LOOK)
def packets(request: Request, case: str = "", campaign: str = "") -> Response:
    """List packets, the newest first, with the form that builds one."""
    visit = visit_of(request)
    found = desk_referral.listed(visit.house.store, limit=SHOWN + 1)
    asked = list(desk_outcomes.works(visit.house.store))
    return page(
        visit,
        "packets.html",
        packets=found[:SHOWN],
        more=len(found) > SHOWN,
        asked=asked,
        agencies=desk_referral.profiles(visit.house.settings),
        wanted={"case": case[:400], "campaign": campaign[:400]},
        tlp=TLP,
        pap=PAP,
    )


@router.get("/packets/{name}")
@needs(Permission.LOOK)
def packet(request: Request, name: str) -> Response:
    """Show a packet: what it is about, who released it, and what came of it."""
    visit = visit_of(request)
    found = desk_referral.show(visit.house.store, name)
    desk_views.viewed(visit.house.store, visit.who, f"packet:{found.packet.id}")
    return page(visit, "packet.html", found=found, one=found.packet, kinds=desk_outcomes.KINDS)


@router.post("/packets")
@needs(Permission.REFER, fresh=True)
def build(request: Request) -> Response:
    """Write and seal a packet; nothing leaves before a second person releases it."""
    visit = visit_of(request)
    form = visit.fields(*TYPED, "cases", "campaigns", "agency", "hold_days", "tlp", "pap", "encrypt_to")
    typed = desk_referral.typed(
        **{name: form[name] for name in TYPED}, losses=None, marking=marking(form["tlp"], form["pap"])
    )
    wanted = desk_referral.Wanted(
        tuple(form["cases"].split()),
        tuple(form["campaigns"].split()),
        form["agency"],
        typed,
        given.number_or_none(form["hold_days"], "the days of the hold"),
        form["encrypt_to"].strip(),
    )
    store, settings = visit.house.store, visit.house.settings
    built = desk_referral.build(store, settings, visit.who, wanted, out=settings.home / OUT)
    left = f"; left out, for nobody confirmed it: {', '.join(built.left_out)}" if built.left_out else ""
    kept = f"; {built.withheld} exhibits are withheld: a victim's data may stand in them" if built.withheld else ""
    return go(visit, f"/packets/{built.packet.id}", f"sealed by {built.fingerprint}{left}{kept}")


@router.post("/packets/{name}/release")
@needs(Permission.RELEASE, fresh=True)
def release(request: Request, name: str) -> Response:
    """Release a packet that somebody else built; its cases are held for law enforcement."""
    visit = visit_of(request)
    form = visit.fields("sha256", "reason")
    store = visit.house.store
    if form["sha256"] != desk_referral.show(store, name).packet.sha256:
        raise Changed("the packet is not the one that you looked at any more: look at it again")
    done = desk_release.approve(store, visit.house.settings, visit.who, name, reason=form["reason"])
    held = f"; held for law enforcement: {', '.join(done.held)}" if done.held else ""
    return go(visit, f"/packets/{name}", f"written to {', '.join(str(one) for one in done.files)}{held}")


@router.post("/packets/{name}/copy")
@needs(Permission.RELEASE, fresh=True)
def copy(request: Request, name: str) -> Response:
    """Give the sealed file of a packet that was released; the log tells who took it, and why."""
    visit = visit_of(request)
    form = visit.fields("reason")
    if not form["reason"].strip():
        raise UserError("say what the copy is for: the log gets it")
    if desk_referral.show(visit.house.store, name).packet.released_at is None:
        raise NotAllowedNow(f"packet {name[:40]!a} was not released yet: nobody takes a copy of it")
    settings = visit.house.settings
    out = settings.home / OUT / f"copy-{secrets.token_hex(8)}"
    done = desk_release.approve(visit.house.store, settings, visit.who, name, out=out, reason=form["reason"])
    file, after = done.files[0], BackgroundTask(shutil.rmtree, out, ignore_errors=True)
    return FileResponse(file, media_type="application/octet-stream", filename=file.name, background=after)


@router.post("/packets/{name}/outcome")
@needs(Permission.REFER)
def outcome(request: Request, name: str) -> Response:
    """Record what an agency said or asks for."""
    visit = visit_of(request)
    form = visit.fields("kind", "ref", "note", "at", "due")
    desk_outcomes.record(
        visit.house.store,
        visit.who,
        name,
        form["kind"],
        ref=form["ref"],
        note=form["note"],
        at=given.moment_or_none(form["at"], "the time"),
        due_at=given.moment_or_none(form["due"], "the day until which it is due"),
    )
    return go(visit, f"/packets/{name}", "recorded")


@router.post("/outcomes/{number}/done")
@needs(Permission.REFER)
def done(request: Request, number: int) -> Response:
    """Record that what an agency asked for is done."""
    visit = visit_of(request)
    form = visit.fields("reason")
    made = desk_outcomes.done(visit.house.store, visit.who, number, form["reason"])
    return go(visit, f"/packets/{made.packet_id}", "done")
