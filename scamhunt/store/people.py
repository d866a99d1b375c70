"""Stored people, confirmed desks, and what two people let through."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa

from scamhunt.access import Person
from scamhunt.errors import NotFound
from scamhunt.model import PersonRole
from scamhunt.store.tables import CONFIRMATION, OVERRIDE, PERSON
from scamhunt.store.values import ConfirmationView, OverrideView, storable


def everybody(connection: sa.Connection) -> dict[str, Person]:
    """Return all who were ever added, by name; who left has `removed_at`."""
    rows = connection.execute(sa.select(PERSON).order_by(PERSON.c.added_at, PERSON.c.name)).mappings()
    return {row["name"]: _person(row) for row in rows}


def password_of(connection: sa.Connection, name: str) -> str:
    """Return the hash of a person's password; empty for who has none or is none."""
    query = sa.select(PERSON.c.password).where(PERSON.c.name == name, PERSON.c.removed_at.is_(None))
    return str(connection.execute(query).scalar() or "")


def add(connection: sa.Connection, person: Person, password: str) -> None:
    """Store a person, or give one that is there other roles, and another password where one is given."""
    row = {"roles": sorted(person.roles), "added_by": person.added_by, "added_at": person.added_at, "removed_at": None}
    row |= {"password": password} if password else {}
    known = connection.execute(sa.update(PERSON).where(PERSON.c.name == person.name).values(row)).rowcount
    if not known:
        connection.execute(sa.insert(PERSON).values({"password": ""} | row | {"name": person.name}))


def remove(connection: sa.Connection, name: str, now: datetime) -> None:
    """Lock a person out; the password is forgotten. Raises `NotFound`."""
    here = sa.and_(PERSON.c.name == name, PERSON.c.removed_at.is_(None))
    gone = sa.update(PERSON).where(here).values({"removed_at": now, "password": ""})
    if not connection.execute(gone).rowcount:
        raise NotFound(f"no person {name[:64]!a} in this team; see: scamhunt people list")


def _person(row: sa.RowMapping) -> Person:
    known = frozenset(PersonRole)
    roles = frozenset(PersonRole(role) for role in row["roles"] if role in known)
    return Person(row["name"], roles, bool(row["password"]), row["added_by"], row["added_at"], row["removed_at"])


# --- desks ------------------------------------------------------------------------------------------------------------


def confirmations(connection: sa.Connection) -> dict[str, ConfirmationView]:
    """Return the last confirmation of each desk, by its name."""
    rows = connection.execute(sa.select(CONFIRMATION)).mappings()
    return {row["desk"]: ConfirmationView(**row) for row in rows}


def confirm(connection: sa.Connection, view: ConfirmationView) -> None:
    """Store that a desk is right, in place of what was said of it before."""
    connection.execute(sa.delete(CONFIRMATION).where(CONFIRMATION.c.desk == view.desk))
    row = {"desk": view.desk, "actor": view.actor, "note": storable(view.note), "content": view.content, "at": view.at}
    connection.execute(sa.insert(CONFIRMATION).values(row))


# --- let through ------------------------------------------------------------------------------------------------------


def override_of(connection: sa.Connection, target: str) -> OverrideView | None:
    """Return what was asked or granted for a protected target, None when nobody asked."""
    row = connection.execute(sa.select(OVERRIDE).where(OVERRIDE.c.target == storable(target))).mappings().first()
    return OverrideView(**row) if row else None


def ask(connection: sa.Connection, target: str, reason: str, actor: str, now: datetime) -> OverrideView:
    """Store that somebody asks to let a target through; what was granted before is over."""
    connection.execute(sa.delete(OVERRIDE).where(OVERRIDE.c.target == storable(target)))
    empty = {"granted_by": "", "granted_proof": "", "granted_at": None, "until": None}
    row = {"target": storable(target), "reason": storable(reason), "asked_by": actor, "asked_at": now}
    connection.execute(sa.insert(OVERRIDE).values(row | empty))
    return _override(connection, target)


def grant(  # noqa: PLR0913, PLR0917  # who, how we know, and for how long
    connection: sa.Connection, target: str, actor: str, proof: str, now: datetime, days: int
) -> OverrideView:
    """Store that a second person lets a target through for so many days."""
    row = {"granted_by": actor, "granted_proof": proof, "granted_at": now, "until": now + timedelta(days=days)}
    connection.execute(sa.update(OVERRIDE).where(OVERRIDE.c.target == storable(target)).values(row))
    return _override(connection, target)


def overrides(connection: sa.Connection, targets: Iterable[str]) -> list[OverrideView]:
    """Return what was asked or granted for some targets."""
    query = sa.select(OVERRIDE).where(OVERRIDE.c.target.in_([storable(one) for one in targets]))
    return [OverrideView(**row) for row in connection.execute(query).mappings()]


def _override(connection: sa.Connection, target: str) -> OverrideView:
    found = override_of(connection, target)
    if found is None:
        raise NotFound(f"nobody asked to let {target[:80]!a} through")
    return found
