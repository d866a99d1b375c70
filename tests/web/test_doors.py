"""Who may come through which door: the table, the routes of the program, and what really happens."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI, Request
from pyotp import TOTP
from starlette.responses import Response
from starlette.routing import Mount

from scamhunt.access import MAY, Permission
from scamhunt.desk_sessions import FRESH as FRESH_FOR
from scamhunt.web import app as site_app
from scamhunt.web.guard import OPEN, Door, Need, need_of, needs
from tests.site_lab import PASSWORD, TEAM, Browser, Site, open_site

P = Permission
ANY = "open"

DOORS: dict[str, str] = {
    "GET /": ANY,
    "GET /login": ANY,
    "POST /login": ANY,
    "POST /logout": P.TEAM,
    "GET /healthz": ANY,
    "GET /readyz": ANY,
    "GET /metrics": ANY,
    "GET /account": P.TEAM,
    "POST /account/password": P.TEAM,
    "POST /account/second-factor": P.TEAM,
    "POST /account/second-factor/confirm": P.TEAM,
    "POST /account/second-factor/drop": P.TEAM,
    "POST /account/tokens": P.TEAM,
    "POST /account/tokens/{number}/end": P.TEAM,
    "GET /people": P.TEAM,
    "POST /people": P.PEOPLE,
    "POST /people/{name}/remove": P.PEOPLE,
    "POST /people/{name}/drop-second-factor": P.PEOPLE,
    "GET /dashboard": P.LOOK,
    "GET /candidates": P.LOOK,
    "GET /candidates/counts": P.LOOK,
    "GET /candidates/members": P.LOOK,
    "GET /candidates/{number}": P.LOOK,
    "GET /evidence/{number}/picture": P.LOOK,
    "POST /candidates/{number}/act/undo": P.TRIAGE,
    "POST /candidates/{number}/act/note": P.TRIAGE,
    "POST /candidates/{number}/act/claim": P.TRIAGE,
    "POST /candidates/{number}/act/release": P.TRIAGE,
    "POST /candidates/many/preview": P.TRIAGE,
    "POST /candidates/many/decide": P.TRIAGE,
    "POST /candidates/{number}/{act}": P.TRIAGE,
    "POST /candidates/{number}/draft": P.DRAFT,
    "POST /candidates/{number}/hold": P.HOLD,
    "GET /today": P.LOOK,
    "GET /inbox": P.LOOK,
    "GET /inbox/{number}": P.LOOK,
    "POST /inbox/{number}/accept": P.SEND,
    "POST /inbox/{number}/match": P.SEND,
    "POST /inbox/{number}/dismiss": P.SEND,
    "POST /inbox/{number}/open": P.OPEN_MAIL,
    "GET /holds": P.LOOK,
    "POST /holds/{number}/renew": P.HOLD,
    "POST /holds/{number}/answer": P.HOLD,
    "POST /holds/{number}/end": P.HOLD,
    "POST /overrides/ask": P.OVERRIDE,
    "POST /overrides/grant": P.GRANT,
    "GET /reports": P.LOOK,
    "GET /reports/{number}": P.LOOK,
    "GET /reports/{number}/bytes": P.LOOK,
    "POST /reports/{number}/try": P.DRAFT,
    "POST /reports/{number}/edit": P.DRAFT,
    "POST /reports/{number}/review": P.DRAFT,
    "POST /reports/{number}/freeze": P.APPROVE,
    "POST /reports/{number}/approve": P.APPROVE,
    "POST /reports/{number}/send": P.SEND,
    "POST /reports/{number}/cancel": P.SEND,
    "POST /reports/{number}/record": P.SEND,
    "POST /reports/{number}/escalate": P.DRAFT,
    "POST /reports/{number}/withdraw": P.DRAFT,
    "POST /reports/{number}/dispute": P.HOLD,
    "GET /campaigns": P.LOOK,
    "GET /campaigns/{name}": P.LOOK,
    "GET /campaigns/{name}/picture": P.LOOK,
    "POST /links/cut": P.LINK,
    "POST /links/add": P.LINK,
    "POST /links/{number}/restore": P.LINK,
    "GET /packets": P.LOOK,
    "GET /packets/{name}": P.LOOK,
    "POST /packets": P.REFER,
    "POST /packets/{name}/release": P.RELEASE,
    "POST /packets/{name}/copy": P.RELEASE,
    "POST /packets/{name}/outcome": P.REFER,
    "POST /outcomes/{number}/done": P.REFER,
    "GET /audit": P.VERIFY,
    "POST /audit/verify": P.VERIFY,
    "POST /audit/export": P.VERIFY,
}
"""What each door of the pages needs: whoever adds one writes it here too. Those of scripts: test_api.py."""

FRESH = {
    "POST /account/password",
    "POST /account/second-factor",
    "POST /account/second-factor/drop",
    "POST /account/tokens",
    "POST /people",
    "POST /people/{name}/remove",
    "POST /people/{name}/drop-second-factor",
    "POST /inbox/{number}/open",
    "POST /overrides/grant",
    "POST /reports/{number}/approve",
    "POST /reports/{number}/send",
    "POST /packets",
    "POST /packets/{name}/release",
    "POST /packets/{name}/copy",
    "POST /audit/export",
}
"""Those that want the password again after a few minutes."""
BARE = {
    "POST /logout",
    "GET /account",
    "POST /account/second-factor",
    "POST /account/second-factor/confirm",
}
"""Those that open to who has no second factor yet where everybody needs one."""


def routes() -> Iterator[tuple[str, Need]]:
    """Yield the doors of pages that the program has, each with what it needs."""
    for router in site_app.routers():
        for route in router.routes:
            assert isinstance(route, Door)
            need = need_of(route.endpoint)
            if not need.token:
                yield from ((f"{method} {route.path}", need) for method in sorted((route.methods or set()) - {"HEAD"}))


def concrete(door: str) -> tuple[str, str]:
    """Return method and path of a door, with names of what is not there."""
    method, path = door.split(" ", 1)
    path = re.sub(r"\{number\}", "987654", path).replace("{act}", "confirm").replace("{name}", "nobody")
    return method, path


def knock(browser: Browser, door: str) -> tuple[int, str]:
    """Come to a door with an empty form; return the status and what was told."""
    method, path = concrete(door)
    answer = browser.get(path) if method == "GET" else browser.post(path)
    return answer.status_code, answer.text


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give one site to the tests that change nothing of it."""
    with open_site(tmp_path_factory.mktemp("doors")) as site:
        yield site


def test_the_table_is_what_the_program_has() -> None:
    """No door is missing in the table, none is in it that there is not, and each needs what the table says."""
    assert {door: str(need.permission) for door, need in routes()} == {door: str(need) for door, need in DOORS.items()}
    assert {door for door, need in routes() if need.fresh} == FRESH
    assert {door for door, need in routes() if need.bare} == BARE


def test_nothing_is_reached_besides_doors(site: Site) -> None:
    """All that the site has is a door that says what it needs, or the folder of its own files."""
    others = [one for one in site.app.routes if not isinstance(one, Door)]
    assert [(one.path, type(one)) for one in others if isinstance(one, Mount)] == [("/static", Mount)]
    assert len(others) == 1


def test_a_door_that_says_nothing_does_not_start() -> None:
    """A route without a permission ends the start."""
    router = APIRouter(route_class=Door)

    def naked(request: Request) -> Response:
        return Response(str(request.url))

    with pytest.raises(TypeError, match="declares no permission"):
        router.get("/naked")(naked)
    plain = APIRouter()
    plain.get("/plain")(needs(OPEN)(naked))
    made = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    made.router.routes.extend(plain.routes)
    with pytest.raises(TypeError, match="/plain"):
        site_app.require_declared(made)


@pytest.mark.parametrize("name", [name for name in TEAM if name != "cyd"])
def test_each_role_gets_through_its_doors_and_no_other(site: Site, name: str) -> None:
    """What a role may do opens, whatever is then wrong with an empty form; everything else is refused as such."""
    browser = site.known(name)
    role = TEAM[name]
    for door, need in DOORS.items():
        if door in {"POST /logout", "POST /login"}:
            continue
        status, told = knock(browser, door)
        if need == ANY or role in MAY[Permission(need)]:
            assert status not in {401, 403, 500}, (door, status, told[-400:])
        else:
            assert status == 403, (door, status)
            assert "that needs the role" in told, door


def test_a_door_that_cannot_be_undone_wants_the_password_again(tmp_path: Path) -> None:
    """Some minutes after the login each such door asks for the password and does nothing without it."""
    with open_site(tmp_path) as site:
        people = {name: site.browser(name) for name in TEAM}
        site.later(FRESH_FOR + timedelta(seconds=1))
        for door in FRESH:
            status, told = knock(people[one_who_may(DOORS[door])], door)
            assert (status, "Your password, once more" in told) == (403, True), door
        ann = people["ann"]
        assert ann.post("/account/tokens", name="x", scope="look", days="1", password=PASSWORD[1:]).status_code == 403
        assert "shown only now" in ann.post("/account/tokens", name="x", scope="look", days="1", password=PASSWORD).text
        assert "Your password, once more" not in knock(ann, "POST /account/second-factor")[1]


def test_where_everybody_needs_a_second_factor_nothing_else_opens(tmp_path: Path) -> None:
    """Who has none yet gets as far as setting one up."""
    with open_site(tmp_path) as site:
        made = site.browser("ann").post("/account/tokens", name="x", scope="look", days="1").text
        token = {"authorization": "Bearer " + re.findall(r'aria-label="The token">(\S+)<', made)[0]}
        assert site.stranger().get("/api/candidates", **token).status_code == 200
        site.change(totp=True)
        assert site.stranger().get("/api/candidates", **token).status_code == 403
        ann = site.browser("ann")
        for door, need in DOORS.items():
            if need == ANY or TEAM["ann"] not in MAY[Permission(need)] or door in BARE:
                continue
            status, told = knock(ann, door)
            if door.startswith("GET"):
                assert status == 303, door
            else:
                assert (status, "needs an authenticator" in told) == (403, True), door
        secret = re.findall(r"Secret <code>(\w+)", ann.post("/account/second-factor").text)[0]
        code = TOTP(secret).at(site.house.settings.now())
        assert ann.post("/account/second-factor/confirm", code=code).status_code == 303
        assert ann.get("/candidates").status_code == 200
        assert site.stranger().get("/api/candidates", **token).status_code == 200


def test_a_stranger_gets_through_no_door(site: Site) -> None:
    """Whoever is not signed in is sent to the login, or refused; a page tells nothing."""
    browser = site.stranger()
    for door, need in DOORS.items():
        status, told = knock(browser, door)
        if need == ANY:
            assert status in {200, 303, 403}, door
        elif door.startswith("GET"):
            assert status == 303, door
            assert "northwind" not in told
        else:
            assert status in {401, 403}, (door, status)


def one_who_may(need: str) -> str:
    """Return somebody who may come through a door."""
    return next(name for name, role in TEAM.items() if need != ANY and role in MAY[Permission(need)])


def test_every_form_needs_its_token(site: Site) -> None:
    """A form without the token of this browser is refused at every door, whoever sends it."""
    people = {name: replace(site.known(name), csrf="") for name in TEAM}
    strange = site.known("vic").csrf
    for door, need in DOORS.items():
        if door.startswith("POST") and need != ANY:
            status, told = knock(people[one_who_may(need)], door)
            assert (status, "the form was too old" in told) == (403, True), door
    for token in (strange, "f" * 64, "\x00", "ä"):
        people["ann"].csrf = token
        assert knock(people["ann"], "POST /candidates/{number}/act/claim")[0] == 403


def test_every_form_of_another_site_is_refused(site: Site) -> None:
    """What another site makes a browser send is refused at every door, with the right token too."""
    browser = replace(site.known("ann"), headers={"origin": "https://evil.example"})
    for door in DOORS:
        if door.startswith("POST"):
            status, told = knock(browser, door)
            assert (status, "from another site" in told) == (403, True), door
    for header in ({"origin": "null"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}):
        browser.headers = header
        assert knock(browser, "POST /candidates/{number}/act/claim")[0] == 403, header
    browser.headers = {"origin": site.url, "sec-fetch-site": "same-origin"}
    assert knock(browser, "POST /candidates/{number}/act/claim")[0] == 404
