"""The site as one ASGI application: its doors, its headers, and how an error reads."""

import secrets
import sys
import traceback
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

import scamhunt
from scamhunt.desk import OpenStore
from scamhunt.errors import (
    LeaseHeld,
    NotAllowedNow,
    NotFound,
    OutsideError,
    Refused,
    ScamhuntError,
    UserError,
)
from scamhunt.settings import Settings
from scamhunt.web import pages
from scamhunt.web.guard import Door, FactorWanted, NoToken, NotSignedIn, PasswordWanted, need_of
from scamhunt.web.house import STATIC, House
from scamhunt.web.limits import TooMany
from scamhunt.web.outer import Outer
from scamhunt.web.page import again_with_password, enrol_first, login_first, problem
from scamhunt.web.pages.api_answers import API, refusal

STATUS: tuple[tuple[type[ScamhuntError], int], ...] = (
    (NotSignedIn, 401),
    (TooMany, 429),
    (NotFound, 404),
    (NotAllowedNow, 409),
    (LeaseHeld, 409),
    (Refused, 403),
    (UserError, 400),
    (OutsideError, 503),
)
"""The status of an error, that of the first class that fits."""


def application(settings: Settings, store: OpenStore, port: int) -> FastAPI:
    """Return the site. Raises `TypeError` for a door that does not say what it needs."""
    app = FastAPI(
        title="scamhunt",
        version=scamhunt.__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.state.house = House(settings, store, port)
    for router in routers():
        app.router.routes.extend(router.routes)  # not wrapped: each of them is looked at below
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    require_declared(app)
    app.add_exception_handler(Exception, _answered)
    for kind in (ScamhuntError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, _answered)
    app.add_middleware(Outer, house=app.state.house)
    return app


def routers() -> Iterator[APIRouter]:
    """Yield the doors of each noun: one module of `pages/` each."""
    yield from (module.router for module in pages.NOUNS)


def require_declared(app: FastAPI) -> None:
    """Raise `TypeError` for a route that is no door, or a door that does not say what it needs."""
    for route in app.routes:
        if isinstance(route, Mount) and route.name == "static":
            continue
        if not isinstance(route, Door):
            raise TypeError(f"{getattr(route, 'path', route)}: is no Door, so nobody is asked who comes in")
        need_of(route.endpoint)


def _answered(request: Request, error: Exception) -> Response:
    """Return what somebody reads of an error: a page, a part of one, or JSON for a script."""
    status, told = _told(error)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        number = secrets.token_hex(4)
        told = f"a bug, number {number}: please tell whoever runs this site"
        sys.stderr.write(f"bug {number} at {request.method} {request.url.path}\n")
        traceback.print_exception(error)
    if request.url.path.startswith(f"{API}/"):
        return refusal(request, error, status, told)
    if isinstance(error, NotSignedIn):
        return login_first(request)
    if isinstance(error, FactorWanted) and request.method == "GET":
        return enrol_first(request, told)
    if isinstance(error, PasswordWanted):
        return again_with_password(request, told)
    return problem(request, status, told)


def _told(error: Exception) -> tuple[int, str]:
    if isinstance(error, HTTPException):
        missing = error.status_code == HTTPStatus.NOT_FOUND and error.detail == HTTPStatus.NOT_FOUND.phrase
        return error.status_code, "there is no such page" if missing else error.detail
    if isinstance(error, RequestValidationError):
        return 400, "; ".join(map(_fault, error.errors()[:5]))
    if isinstance(error, NoToken):
        return 403, str(error)
    status = next((status for kind, status in STATUS if isinstance(error, kind)), 500)
    return status, str(error)


def _fault(one: Mapping[str, Any]) -> str:
    """Return what is wrong with a field, named as shortly as ours are: what is no field of ours may have any name."""
    if one["type"] == "json_invalid":
        return "the body is no JSON"
    return f"{'.'.join(str(name)[:40] for name in one['loc'][1:]) or 'the body'}: {one['msg']}"


__all__ = ["application", "require_declared", "routers"]
