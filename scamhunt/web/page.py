"""Pages and parts of pages: what a template gets besides its values, what was said before, where one may go next."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from fastapi import Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from scamhunt import desk
from scamhunt.access import Permission
from scamhunt.web import guard
from scamhunt.web.guard import CSRF, Visit
from scamhunt.web.house import House

SAID = "scamhunt_said"
SAID_LIMIT = 600
_OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation."""

    path: str
    title: str
    permission: Permission


NAVIGATION = (
    Place("/candidates", "Queue", Permission.LOOK),
    Place("/today", "Today", Permission.LOOK),
    Place("/reports", "Reports", Permission.LOOK),
    Place("/inbox", "Inbox", Permission.LOOK),
    Place("/campaigns", "Campaigns", Permission.LOOK),
    Place("/packets", "Packets", Permission.LOOK),
    Place("/dashboard", "Dashboard", Permission.LOOK),
    Place("/people", "People", Permission.TEAM),
    Place("/audit", "Log", Permission.VERIFY),
)


def page(visit: Visit, template: str, code: int = 200, /, **values: Any) -> Response:  # noqa: ANN401  # what a template shows
    """Return a whole page."""
    said = unquote(visit.request.cookies.get(SAID, ""))[:SAID_LIMIT]
    found = visit.house.templates.get_template(template).render(_shared(visit) | {"said": said} | values)
    answer = HTMLResponse(found, code)
    if said:
        answer.delete_cookie(SAID)
    return answer


def part(visit: Visit, template: str, code: int = 200, /, **values: Any) -> Response:  # noqa: ANN401  # as above
    """Return a part of a page, for htmx."""
    found = visit.house.templates.get_template(template).render(_shared(visit) | {"said": ""} | values)
    return HTMLResponse(found, code)


def go(visit: Visit, path: str, said: str = "") -> Response:
    """Send the browser to another page after an act, and tell there what was done."""
    where = path if is_own_path(path) else "/"
    if visit.by_htmx:
        answer = Response(status_code=204, headers={"hx-redirect": where})
    else:
        answer = RedirectResponse(where, 303)
    if said:
        answer.set_cookie(SAID, quote(said[:SAID_LIMIT]), max_age=60, httponly=True, samesite="lax")
    return answer


def is_own_path(path: str) -> bool:
    """Say whether a path stays on this site, however a browser reads it."""
    return bool(_OWN_PATH.fullmatch(path))


def problem(request: Request, status: int, told: str) -> Response:
    """Return an error as a page, or for htmx as a line in the page that is there."""
    visit = _visit(request)
    if visit.by_htmx:
        answer = part(visit, "problem_part.html", status, told=told)
        answer.headers["hx-retarget"], answer.headers["hx-reswap"] = "#problem", "innerHTML"
        return answer
    return page(visit, "problem.html", status, status=status, told=told)


def login_first(request: Request) -> Response:
    """Send somebody who is not signed in to the login, and afterwards to where he wanted to go."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = f"?next={quote(wanted)}" if request.method == "GET" and wanted != "/" and is_own_path(wanted) else ""
    if request.headers.get("hx-request") == "true":
        return Response(status_code=401, headers={"hx-redirect": "/login"})
    return RedirectResponse(f"/login{back}", 303) if request.method == "GET" else problem(request, 401, "sign in first")


def enrol_first(request: Request, told: str) -> Response:
    """Send somebody who needs a second factor to where it is set up."""
    return go(_visit(request), "/account", told)


def again_with_password(request: Request, told: str) -> Response:
    """Ask for the password with the same form once more; nothing was done yet."""
    visit = _visit(request)
    kept = [(name, value) for name, value in visit.form.multi_items() if name not in {CSRF, "password", "code"}]
    answer = page(visit, "password_again.html", 403, told=told, kept=kept, path=request.url.path)
    if visit.by_htmx:
        answer.headers["hx-retarget"], answer.headers["hx-reswap"] = "body", "innerHTML"
    return answer


def _visit(request: Request) -> Visit:
    """Return who is there when the guard let nobody in: the page still has its navigation."""
    house: House = request.app.state.house
    form = getattr(request, "_form", None) or FormData()
    return guard.looked_at(request, house, form)


def _shared(visit: Visit) -> dict[str, Any]:
    may = visit.may
    standing = desk.standing(visit.house.store, visit.house.settings, visit.who, acts=False) if visit.visitor else []
    return {
        "visit": visit,
        "me": visit.visitor,
        "csrf": visit.csrf,
        "may": {one.scope for one in may},
        "places": [one for one in NAVIGATION if one.permission in may],
        "here": visit.request.url.path,
        "standing": standing,
    }
