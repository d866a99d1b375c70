"""Which findings of other targets say the same as those of one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from scamhunt.model import State
from scamhunt.observed import Outcome
from scamhunt.store.tables import CANDIDATE, FINDING, LOOK
from scamhunt.store.values import storable

NEWEST = 50_000
"""Looks among which is searched: what lies further back tells little of who is at work now."""
MOST_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Same:
    """A finding of another target that has a value in common."""

    target: str
    kind: str
    data: Mapping[str, object]


def related(
    connection: sa.Connection,
    candidate_id: int,
    brand: str,
    shared: Mapping[tuple[str, str], Collection[str]],
    states: Collection[State],
) -> list[Same]:
    """Return what other candidates of a brand, in some states, share with one: the newest first.

    `shared` are values by kind of finding and key of its data: `{("page.number", "e164"): ["+18055550142"]}`.
    """
    if not any(shared.values()):
        return []
    newest = sa.select(sa.func.coalesce(sa.func.max(LOOK.c.id), 0)).scalar_subquery()
    query = (
        sa.select(CANDIDATE.c.target, FINDING.c.kind, FINDING.c.data)
        .join_from(FINDING, LOOK, LOOK.c.id == FINDING.c.look_id)
        .join(CANDIDATE, CANDIDATE.c.id == LOOK.c.candidate_id)
        .where(CANDIDATE.c.brand == storable(brand), CANDIDATE.c.id != candidate_id, CANDIDATE.c.state.in_(states))
        .where(FINDING.c.look_id > newest - NEWEST, FINDING.c.outcome == Outcome.FOUND, _any_of(shared))
        .order_by(FINDING.c.id.desc())
        .limit(MOST_ROWS)
    )
    return _same(connection, query)


def said_of(connection: sa.Connection, subjects: Sequence[str], kinds: Collection[str]) -> list[Same]:
    """Return what looks at some names that are no candidates found, the newest first: a brand's own pages."""
    own = sa.and_(LOOK.c.subject.in_([storable(one) for one in subjects]), LOOK.c.candidate_id.is_(None))
    query = (
        sa.select(LOOK.c.subject, FINDING.c.kind, FINDING.c.data)
        .join_from(FINDING, LOOK, LOOK.c.id == FINDING.c.look_id)
        .where(own, FINDING.c.kind.in_(kinds), FINDING.c.outcome == Outcome.FOUND)
        .order_by(FINDING.c.id.desc())
        .limit(MOST_ROWS)
    )
    return _same(connection, query) if subjects else []


def _any_of(shared: Mapping[tuple[str, str], Collection[str]]) -> sa.ColumnElement[bool]:
    parts: list[sa.ColumnElement[Any]] = [
        sa.and_(FINDING.c.kind == kind, FINDING.c.data[key].as_string().in_(list(map(storable, values))))
        for (kind, key), values in shared.items()
        if values
    ]
    return sa.or_(*parts)


def _same(connection: sa.Connection, query: sa.Select[tuple[Any, ...]]) -> list[Same]:
    rows = connection.execute(query).all()
    return [Same(str(row[0]), str(row[1]), row[2]) for row in rows if isinstance(row[2], Mapping)]
