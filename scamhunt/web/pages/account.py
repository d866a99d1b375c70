"""One's own account: password, authenticator, sessions, tokens for scripts."""

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from scamhunt import desk_sessions
from scamhunt.access import TOKENS_MAY, Permission
from scamhunt.errors import UserError
from scamhunt.web import given
from scamhunt.web.guard import Door, Visit, needs, visit_of
from scamhunt.web.page import go, page

router = APIRouter(route_class=Door)


@router.get("/account")
@needs(Permission.TEAM, bare=True)
def account(request: Request) -> Response:
    """Show what opens the door for oneself."""
    return _shown(visit_of(request))


@router.post("/account/password")
@needs(Permission.TEAM, fresh=True)
def password(request: Request) -> Response:
    """Give oneself another password; all other sessions end."""
    visit = visit_of(request)
    form = visit.fields("new", "again")
    if form["new"] != form["again"]:
        raise UserError("the two new passwords differ: nothing was changed")
    desk_sessions.change_password(visit.house.store, visit.person, form["new"])
    return go(visit, "/account", "your password is another now; all other sessions have ended")


@router.post("/account/second-factor")
@needs(Permission.TEAM, fresh=True, bare=True)
def offer(request: Request) -> Response:
    """Make a secret for an authenticator and show it, once."""
    visit = visit_of(request)
    visit.fields()
    found = desk_sessions.offer_second_factor(visit.house.store, visit.person)
    return page(visit, "second_factor.html", secret=found.secret, code=_code_of(found.address))


@router.post("/account/second-factor/confirm")
@needs(Permission.TEAM, bare=True)
def confirm(request: Request) -> Response:
    """Switch the authenticator on with its first code."""
    visit = visit_of(request)
    visit.fields()
    code = str(visit.form.get("code") or "")
    desk_sessions.confirm_second_factor(visit.house.store, visit.house.settings, visit.person, code)
    return go(visit, "/account", "from now on a code of your authenticator is asked for when you sign in")


@router.post("/account/second-factor/drop")
@needs(Permission.TEAM, fresh=True)
def drop(request: Request) -> Response:
    """Take one's own authenticator away."""
    visit = visit_of(request)
    form = visit.fields("reason")
    desk_sessions.drop_second_factor(visit.house.store, visit.who, visit.who.name, form["reason"])
    return go(visit, "/account", "no code is asked for any more")


@router.post("/account/tokens")
@needs(Permission.TEAM, fresh=True)
def make_token(request: Request) -> Response:
    """Make a token for a script and show its text, once."""
    visit = visit_of(request)
    scopes, form = visit.several("scope", "name", "days")
    days = given.number(form["days"], "the days")
    made, text = desk_sessions.make_token(visit.house.store, visit.who, form["name"], scopes, days)
    return page(visit, "token.html", made=made, text=text)


@router.post("/account/tokens/{number}/end")
@needs(Permission.TEAM)
def end_token(request: Request, number: int) -> Response:
    """End a token."""
    visit = visit_of(request)
    form = visit.fields("reason")
    ended = desk_sessions.end_token(visit.house.store, visit.who, number, form["reason"])
    return go(visit, "/account", f"the token {ended.name} opens nothing any more")


def _shown(visit: Visit) -> Response:
    store = visit.house.store
    scopes = sorted((one.scope, one.value) for one in TOKENS_MAY & visit.may)
    sessions = desk_sessions.sessions_of(store, visit.house.settings, visit.person)
    return page(
        visit,
        "account.html",
        sessions=sessions,
        must=visit.house.settings.totp,
        tokens=desk_sessions.tokens(store, visit.who),
        scopes=scopes,
    )


def _code_of(address: str) -> Markup:
    """Return an address as a QR code in SVG: black on white in both schemes, for cameras."""
    import segno  # noqa: PLC0415  # only where somebody sets one up

    drawn = segno.make(address, error="m").svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True)
    return Markup(drawn)  # noqa: S704  # paths and numbers only: the text is in the squares
