"""Who is on the team, and with which roles."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from scamhunt import desk_people, desk_sessions
from scamhunt.access import MAY, Permission
from scamhunt.errors import UserError
from scamhunt.model import PersonRole
from scamhunt.web.guard import Door, needs, visit_of
from scamhunt.web.page import go, page

router = APIRouter(route_class=Door)


@router.get("/people")
@needs(Permission.TEAM)
def people(request: Request) -> Response:
    """Show the team, and what each role may do."""
    visit = visit_of(request)
    found = desk_people.people(visit.house.store, visit.who)
    return page(visit, "people.html", people=found, roles=list(PersonRole), table=MAY)


@router.post("/people")
@needs(Permission.PEOPLE, fresh=True)
def add(request: Request) -> Response:
    """Add a person, or give one who is there exactly these roles."""
    visit = visit_of(request)
    roles, form = visit.several("role", "name", "new")
    unknown = set(roles) - set(PersonRole)
    if unknown:
        raise UserError(f"there is no role {min(unknown)[:40]!a}: {', '.join(PersonRole)}")
    wanted = [PersonRole(one) for one in roles]
    store, settings = visit.house.store, visit.house.settings
    made = desk_people.add(store, settings, visit.who, form["name"], wanted, password=form["new"])
    return go(visit, "/people", f"{made.name} has {', '.join(sorted(made.roles))}")


@router.post("/people/{name}/remove")
@needs(Permission.PEOPLE, fresh=True)
def remove(request: Request, name: str) -> Response:
    """Lock a person out, at once."""
    visit = visit_of(request)
    form = visit.fields("reason")
    desk_people.remove(visit.house.store, visit.house.settings, visit.who, name, form["reason"])
    return go(visit, "/people", f"{name} is locked out")


@router.post("/people/{name}/drop-second-factor")
@needs(Permission.PEOPLE, fresh=True)
def drop(request: Request, name: str) -> Response:
    """Take the authenticator of somebody who lost it away."""
    visit = visit_of(request)
    form = visit.fields("reason")
    desk_sessions.drop_second_factor(visit.house.store, visit.who, name, form["reason"])
    return go(visit, "/people", f"no code is asked of {name} any more")
