"""How the API answers: JSON in plain ASCII, and an error as a word for a program with a sentence for a person."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from scamhunt.errors import (
    Changed,
    Claimed,
    LeaseHeld,
    NotAllowedNow,
    NotFound,
    NotPermitted,
    OutsideError,
    Refused,
    UserError,
)
from scamhunt.web.guard import Door, NoToken, NotSignedIn
from scamhunt.web.limits import A_MINUTE, Kind, TooMany
from scamhunt.web.pages.api_shapes import Differs, Problem

API = "/api"
WORDS: tuple[tuple[type[Exception], str], ...] = (
    (RequestValidationError, "wrong_shape"),
    (NotSignedIn, "no_token"),
    (NoToken, "other_site"),
    (TooMany, "too_many"),
    (NotPermitted, "not_permitted"),
    (NotFound, "not_found"),
    (Changed, "changed"),
    (Claimed, "claimed"),
    (NotAllowedNow, "not_allowed_now"),
    (LeaseHeld, "busy"),
    (Refused, "refused"),
    (UserError, "not_understood"),
    (OutsideError, "outside"),
)
"""The word of an error, that of the first class that fits."""
BY_STATUS: Mapping[int, str] = {400: "not_understood", 404: "not_found", 405: "wrong_method", 500: "bug"}
"""The word of what is none of ours."""
WRONG_SHAPE = 422
_HEADERS: Mapping[int, Mapping[str, str]] = {401: {"www-authenticate": "Bearer"}, 429: {"retry-after": "60"}}
_WHEN: Mapping[int, str] = {
    400: "A word, cursor or text that cannot be used",
    401: "No token, or one that counts no more",
    403: "The token has not this scope, its person not this right, or another site asks",
    404: "There is no such thing",
    409: "Its state does not allow it, somebody changed it meanwhile, or somebody else is at work on it",
    422: "A field that is missing, of another type, or not one of its fields",
    429: f"More than {A_MINUTE[Kind.SCRIPT]:,} requests of one person's scripts within a minute",
    503: "The database cannot be used now",
}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Differs if status == 409 else Problem, "description": when}  # noqa: PLR2004  # a conflict
    for status, when in _WHEN.items()
}
"""What each door may answer besides what was asked for."""


class Answer(JSONResponse):
    r"""JSON in plain ASCII: what came from outside is shown by a terminal as `\u202e` and does nothing there."""

    def render(self, content: Any) -> bytes:  # noqa: ANN401  # any JSON
        """Return the bytes."""
        return json.dumps(content, allow_nan=False, separators=(",", ":")).encode()


def router() -> APIRouter:
    """Return where doors of the API are put."""
    return APIRouter(
        prefix=API,
        route_class=Door,
        default_response_class=Answer,
        responses=PROBLEMS,
        generate_unique_id_function=lambda door: door.name,
    )


def refusal(request: Request, error: Exception, status: int, told: str) -> Answer:
    """Return an error as scripts read it."""
    status = WRONG_SHAPE if isinstance(error, RequestValidationError) else status
    word = next((word for kind, word in WORDS if isinstance(error, kind)), None) or BY_STATUS.get(status, "bug")
    now = getattr(request.state, "now", None) if isinstance(error, Changed) else None
    found = Problem(error=word, told=told) if now is None else Differs(error=word, told=told, now=now)
    headers = getattr(error, "headers", None) if isinstance(error, HTTPException) else None
    return Answer(found.model_dump(mode="json"), status, headers=dict(headers or _HEADERS.get(status, {})))
