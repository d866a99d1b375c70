"""Signing in and out."""

import secrets

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from scamhunt import desk_sessions
from scamhunt.access import Permission
from scamhunt.desk_sessions import LONGEST
from scamhunt.errors import NotPermitted
from scamhunt.web.guard import OPEN, Door, Visit, csrf_of, needs, visit_of
from scamhunt.web.limits import Kind
from scamhunt.web.page import go, is_own_path, page

router = APIRouter(route_class=Door)
START = "/candidates"


@router.get("/")
@needs(OPEN)
def root(request: Request) -> Response:
    """Lead to the queue, or to the login."""
    return RedirectResponse(START if visit_of(request).visitor else "/login", 303)


@router.get("/login")
@needs(OPEN)
def login(request: Request, next: str = "") -> Response:  # noqa: A002  # as the address has it
    """Show the form of the login."""
    visit = visit_of(request)
    if visit.visitor:
        return go(visit, _after(next))
    return _form(visit, next, "")


@router.post("/login")
@needs(OPEN)
def sign_in(request: Request) -> Response:
    """Sign in with a name, a password and, where there is a second factor, a code."""
    visit = visit_of(request)
    source = request.client.host if request.client else ""
    visit.house.doors.require(Kind.SIGNING_IN, source)
    wanted = visit.fields("name", "next")
    password, code = (str(visit.form.get(one) or "") for one in ("password", "code"))
    try:
        own = desk_sessions.sign_in(
            visit.house.store, visit.house.settings, wanted["name"], password, code=code, source=source
        )
    except NotPermitted as error:
        return _form(visit, wanted["next"], str(error), status=403)
    answer = RedirectResponse(_after(wanted["next"]), 303)
    _keep(visit, answer, visit.house.cookie, own, int(LONGEST.total_seconds()))
    answer.delete_cookie(visit.house.door_cookie, secure=visit.house.by_tls, httponly=True, samesite="lax")
    return answer


@router.post("/logout")
@needs(Permission.TEAM, bare=True)
def sign_out(request: Request) -> Response:
    """End the session, or all of them; the browser forgets what it kept."""
    visit = visit_of(request)
    everywhere = visit.fields("everywhere")["everywhere"] == "yes"
    desk_sessions.sign_out(visit.house.store, visit.person, everywhere=everywhere)
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(visit.house.cookie, secure=visit.house.by_tls, httponly=True, samesite="lax")
    answer.headers["clear-site-data"] = '"cache", "storage"'
    return answer


def _form(visit: Visit, wanted: str, told: str, status: int = 200) -> Response:
    """Return the form, tied to this browser by a cookie of its own."""
    own = visit.request.cookies.get(visit.house.door_cookie, "") or secrets.token_urlsafe(32)
    answer = page(
        visit, "login.html", status, told=told, wanted=wanted if is_own_path(wanted) else "", door=csrf_of(own)
    )
    _keep(visit, answer, visit.house.door_cookie, own, 3_600)
    return answer


def _keep(visit: Visit, answer: Response, name: str, value: str, seconds: int) -> None:
    answer.set_cookie(name, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=visit.house.by_tls)


def _after(wanted: str) -> str:
    return wanted if is_own_path(wanted) else START
