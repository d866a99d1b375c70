"""The rest below /api/: the description of all doors there, and what stands where there is no door."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

import scamhunt
from scamhunt.web.guard import OPEN, Door, need_of, needs
from scamhunt.web.pages import api_answers
from scamhunt.web.pages.api_answers import API

router = api_answers.router()
SCHEME = "token"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"]
ABOUT = (
    "What the triage desk knows, and decisions on candidates, for scripts. A token acts for the person who made it, "
    "within its scopes and within what that person may do. What is read and done by it stands in the log."
)


@router.get("/openapi.json")
@needs(OPEN, token=True)
def described(request: Request) -> dict[str, Any]:
    """Describe this API (OpenAPI 3.1); any token may read it."""
    app: FastAPI = request.app
    if app.openapi_schema is None:  # making it takes longer than answering with it
        app.openapi_schema = schema(doors(app))
    return app.openapi_schema


@router.api_route("/{path:path}", methods=METHODS, include_in_schema=False)
@needs(OPEN, token=True)
def nothing(request: Request, path: str) -> Response:
    """Refuse what no door answers; without a token nobody learns whether there is one."""
    app: FastAPI = request.app
    ways = {way for door in doors(app) if door.matches(request.scope)[0] is Match.PARTIAL for way in door.methods or ()}
    if ways:
        raise HTTPException(405, f"{request.method} cannot be asked there", {"allow": ", ".join(sorted(ways))})
    raise HTTPException(404, f"there is no /api/{path[:80]}")


def doors(app: FastAPI) -> list[Door]:
    """Return the doors of the API that are told of."""
    own = (one for one in app.routes if isinstance(one, Door) and one.path.startswith(f"{API}/"))
    return [one for one in own if one.include_in_schema]


def schema(told: list[Door]) -> dict[str, Any]:
    """Return the description of some doors: each names the scope that its guard asks for."""
    found = get_openapi(title="scamhunt", version=scamhunt.__version__, description=ABOUT, routes=told)
    found["components"]["securitySchemes"] = {
        SCHEME: {"type": "http", "scheme": "bearer", "description": "A token of yours: `Authorization: Bearer sh_...`"}
    }
    for door in told:
        need = need_of(door.endpoint)
        for way in door.methods or ():
            scopes = [] if need.permission == OPEN else [need.permission.scope]
            found["paths"][door.path_format][way.lower()]["security"] = [{SCHEME: scopes}]
    return found
