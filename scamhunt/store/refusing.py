"""Refused acts are in the log too: one event each, in a transaction of its own, once the act was rolled back.

What counts is a refusal by permission or by a safety rule. A typing mistake, a state that does not allow an act, and an
address that is not fetched from are none: nobody tried what he may not do.
"""

import functools
import inspect
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ParamSpec, TypeVar

import sqlalchemy as sa

from scamhunt.access import Permission
from scamhunt.errors import AddressRefused, Refused
from scamhunt.model import Actor, Event
from scamhunt.store import log
from scamhunt.store.tables import EVENT

ACT, TEAM = "act.refused", "team"
AT_MOST, WITHIN = 20, timedelta(minutes=15)
"""So often the same refusal of the same actor is written in so long; then one row says that more follow."""
MORE = "the same again and again: for a while no more of it is written"
LONGEST = 300
"""Characters of a message that are kept: the log is for ever."""
_NAME = 200
_ADDRESS = re.compile(r"[^\s<>()\[\]{},;:'\"]{1,64}@[^\s<>()\[\]{},;:'\"]{1,255}")
_DIGITS = re.compile(r"\+?\d(?:[ ().\-/]{0,2}\d){6,}")

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(slots=True)
class Course:
    """How far an act came: what it asked for and what it was about."""

    permission: Permission | None = None
    thing: str = TEAM

    def about(self, thing: str) -> None:
        """Note what an act is about: what it loads first."""
        self.thing = thing if self.thing == TEAM else self.thing


def counts(error: Refused) -> bool:
    """Say whether a refusal belongs into the log, and is not there yet."""
    return not error.logged and not isinstance(error, AddressRefused)


def tell(connection: sa.Connection, actor: Actor, error: Refused, course: Course, now: datetime) -> None:
    """Append that an actor was refused, unless that was written often enough of late."""
    told: dict[str, object] = {"permission": course.permission.scope if course.permission else ""}
    told |= {"error": type(error).__name__}
    before = _lately(connection, actor, course.thing, now)
    same = [one for one in before if told.items() <= one.items()]
    if any(one.get("more") for one in same):
        return
    if len(same) < AT_MOST:
        log.append(connection, [Event(ACT, course.thing, plain(str(error)), told)], actor, now)
    else:
        log.append(connection, [Event(ACT, course.thing, MORE, told | {"more": True})], actor, now)


def plain(message: str) -> str:
    """Return a message as the log keeps it: on one line, short, without mail addresses and long numbers."""
    line = _DIGITS.sub("[number]", _ADDRESS.sub("[address]", " ".join(message.split())))
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def logs_refusals(permission: Permission, thing: str = TEAM) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let the log tell of every refusal that leaves an act, also of one before its transaction begins.

    The act takes a `store` and `who` acts, and needs a permission; `thing` names what it is about, with its arguments:
    `report:{report_id}`.
    """

    def wrap(act: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(act)

        @functools.wraps(act)
        def acted(*args: P.args, **kwargs: P.kwargs) -> R:
            given: dict[str, Any] = signature.bind(*args, **kwargs).arguments
            with given["store"].guarding(given["who"], Course(permission, thing.format_map(given)[:_NAME])):
                return act(*args, **kwargs)

        return acted

    return wrap


def _lately(connection: sa.Connection, actor: Actor, thing: str, now: datetime) -> list[dict[str, object]]:
    """Return the details of what was written of an actor's refusals on a thing within `WITHIN`."""
    c = EVENT.c
    same = sa.and_(c.thing == thing, c.act == ACT, c.actor == actor.name, c.at > now - WITHIN)
    query = sa.select(c.detail).where(same).order_by(c.seq.desc()).limit(len(Permission) * 4 * (AT_MOST + 1))
    return [json.loads(detail) for detail in connection.execute(query).scalars()]
