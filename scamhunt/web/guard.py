"""Who may come through which door: every route says what it needs, and a route that does not cannot be made.

The permission is that of `access.py`, which the shell asks too; the desk asks again where the act is done. A form needs
its token, a door that sends or releases needs the password anew, and a script comes in with a token and nothing else.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from scamhunt import access, desk, desk_sessions
from scamhunt.access import Permission
from scamhunt.desk_sessions import Visitor
from scamhunt.errors import NotPermitted, UserError
from scamhunt.model import STRANGER, Actor
from scamhunt.web.house import House
from scamhunt.web.limits import Kind

Open = Literal["open"]
OPEN: Open = "open"
"""What needs nobody: the login, its style sheet, whether the program is well."""
CSRF, CSRF_HEADER = "csrf", "x-csrf-token"
READS = frozenset({"GET", "HEAD"})
LIMIT_OF_FIELD = 20_000
"""Characters of one field of a form; a report's text is the longest."""
_NEED = "__scamhunt_need__"

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Need:
    """What a door asks of whoever comes."""

    permission: Permission | Open
    fresh: bool = False
    """Whether it wants the password again, if that was given more than a few minutes ago."""
    token: bool = False
    """Whether scripts come here, with a token; people do not."""
    bare: bool = False
    """Whether it is open to who has no second factor yet where everybody needs one: there it is set up."""


class NotSignedIn(NotPermitted):
    """Nobody is signed in, or not any more."""


class PasswordWanted(NotPermitted):
    """The person is known, and has to give the password again for this."""


class FactorWanted(NotPermitted):
    """Everybody needs a second factor here, and this person has none yet."""


class NoToken(NotPermitted):
    """A form came without its token, or from another site."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: the house, who came, and what was sent."""

    request: Request
    house: House
    visitor: Visitor | None
    who: Actor
    form: FormData

    @property
    def person(self) -> Visitor:
        """Return who is signed in; only behind a door that needs somebody."""
        if self.visitor is None:
            raise NotSignedIn("sign in first")
        return self.visitor

    @property
    def may(self) -> frozenset[Permission]:
        """Return what who is signed in may do, by his roles as this request read them."""
        return (
            access.permissions({self.visitor.person.name: self.visitor.person}, self.who)
            if self.visitor
            else frozenset()
        )

    @property
    def csrf(self) -> str:
        """Return what the forms of this visitor carry."""
        return csrf_of(self.request.cookies.get(self.house.cookie, "")) if self.visitor else ""

    @property
    def by_htmx(self) -> bool:
        """Say whether a part of a page was asked for."""
        return self.request.headers.get("hx-request") == "true"

    def fields(self, *known: str) -> dict[str, str]:
        """Return the fields of a form by name, empty where one is missing.

        Raises `UserError` for a field that this form does not have, for one that comes twice and for one without end.
        """
        given: dict[str, str] = dict.fromkeys(known, "")
        for name, value in self.form.multi_items():
            if name in {CSRF, "password", "code"}:
                continue
            if name not in given or not isinstance(value, str):
                raise UserError(f"this form has no field {name[:40]!a}")
            if given[name]:
                raise UserError(f"the field {name} came twice")
            if len(value) > LIMIT_OF_FIELD:
                raise UserError(f"{name} is too long: at most {LIMIT_OF_FIELD:,} characters")
            given[name] = value.replace("\r\n", "\n")
        return given

    def several(self, name: str, *besides: str) -> tuple[list[str], dict[str, str]]:
        """Return all values of one field, and the others as `fields` does."""
        values = [value for value in self.form.getlist(name) if isinstance(value, str)]
        rest = FormData([(key, value) for key, value in self.form.multi_items() if key != name])
        return values, replace(self, form=rest).fields(*besides)


def needs(
    permission: Permission | Open, *, fresh: bool = False, token: bool = False, bare: bool = False
) -> Callable[[F], F]:
    """Declare what a door needs; see `Need`. Without it the door cannot be made."""

    def declare(endpoint: F) -> F:
        setattr(endpoint, _NEED, Need(permission, fresh, token, bare))
        return endpoint

    return declare


def need_of(endpoint: Callable[..., Any]) -> Need:
    """Return what a door needs. Raises `TypeError` for one that does not say: the program then does not start."""
    need = getattr(endpoint, _NEED, None)
    if not isinstance(need, Need):
        raise TypeError(f"{endpoint.__module__}.{endpoint.__name__} declares no permission: put @needs(...) on it")
    return need


class Door(APIRoute):
    """A route that lets in whom its endpoint needs, and nobody else."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request: the guard first, then the endpoint."""
        need, inner = need_of(self.endpoint), super().get_route_handler()

        async def handler(request: Request) -> Response:
            formless = need.token or request.method in READS
            form = FormData() if formless else await request.form(max_files=0, max_fields=2_000)
            request.state.visit = await run_in_threadpool(enter, request, need, form)
            if need.token:  # here, where one that is too large or too slow is told as that
                await request.body()
            return await inner(request)

        return handler


def visit_of(request: Request) -> Visit:
    """Return the visit that the guard let in."""
    visit: Visit = request.state.visit
    return visit


def enter(request: Request, need: Need, form: FormData) -> Visit:
    """Return the visit of a request that may come in. Raises `NotPermitted` and what is below it."""
    house: House = request.app.state.house
    source = request.client.host if request.client else ""
    if need.token:
        return _by_token(request, house, need, source)
    if request.method not in READS:
        _refuse_other_sites(request, house)
    visit = looked_at(request, house, form)
    visitor = visit.visitor
    house.doors.require(Kind.PERSON if visitor else Kind.STRANGER, visitor.who.name if visitor else source)
    if need.permission != OPEN:
        desk.require(house.store, visit.person.who, need.permission)
        if house.settings.totp and not need.bare and not visit.person.has_second_factor:
            raise FactorWanted("everybody who signs in here needs an authenticator: set yours up on this page first")
    if request.method not in READS:
        _require_form_token(visit)
        if need.fresh:
            visit = _proved(visit)
    return visit


def looked_at(request: Request, house: House, form: FormData) -> Visit:
    """Return the visit of a browser, whoever that is; nothing is asked of it yet."""
    own = request.cookies.get(house.cookie, "")
    visitor = desk_sessions.visitor(house.store, house.settings, own) if own else None
    return Visit(request, house, visitor, visitor.who if visitor else STRANGER, form)


def csrf_of(own: str) -> str:
    """Return what the forms of a browser carry: made of what it keeps, which no other site can read."""
    return hmac.new(own.encode("utf-8", "backslashreplace"), b"scamhunt form", hashlib.sha256).hexdigest()


def _require_form_token(visit: Visit) -> None:
    given = visit.form.get(CSRF) or visit.request.headers.get(CSRF_HEADER, "")
    name = visit.house.cookie if visit.visitor else visit.house.door_cookie
    own = visit.request.cookies.get(name, "")
    if not own or not isinstance(given, str) or not secrets.compare_digest(given.encode(), csrf_of(own).encode()):
        raise NoToken("the form was too old, or came from elsewhere: nothing was done; load the page anew")


def _refuse_other_sites(request: Request, house: House) -> None:
    """Raise `NoToken` for a request that another site's page made a browser send."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() not in house.own_hosts(request.headers.get("host", "")):
        raise NoToken("this came from another site: nothing was done")
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise NoToken("this came from another site: nothing was done")


def _proved(visit: Visit) -> Visit:
    """Return the visit of somebody whose password is fresh, or was given with this form."""
    person = visit.person
    if person.is_fresh(visit.house.settings.now()):
        return visit
    password, code = (str(visit.form.get(name) or "") for name in ("password", "code"))
    if not password:
        raise PasswordWanted("give your password again: this cannot be undone")
    proved = desk_sessions.prove(visit.house.store, visit.house.settings, person, password, code)
    return replace(visit, visitor=proved)


def _by_token(request: Request, house: House, need: Need, source: str) -> Visit:
    """Let a script in with a token that is for this. Raises `NotSignedIn`, `NotPermitted`, `TooMany`.

    A page of another site is refused even with a token: whoever keeps one in a page has lost it.
    """
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    who = desk_sessions.bearer(house.store, text.strip()) if scheme.lower() == "bearer" else None
    house.doors.require(Kind.SCRIPT if who else Kind.STRANGER, who.name if who else source)
    if who is None:
        raise NotSignedIn("send a token: Authorization: Bearer sh_...; make one on the page of your account")
    _refuse_other_sites(request, house)
    if house.settings.totp and not desk_sessions.has_second_factor(house.store, who.name):
        raise FactorWanted("everybody needs an authenticator here: sign in and set yours up, then the token counts")
    if need.permission != OPEN:
        desk.require(house.store, who, need.permission)
    return Visit(request, house, None, who, FormData())
