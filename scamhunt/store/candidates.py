"""Look at candidates: lists, one by number or name, counts."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from scamhunt.errors import BadIndicator, NotFound
from scamhunt.indicators import phone
from scamhunt.indicators.series import series_of
from scamhunt.model import Kind, Reason, Role, State
from scamhunt.store import database
from scamhunt.store.tables import CANDIDATE, MATCH, NUMBER_SIGHTING, READING, SIGHTING
from scamhunt.store.values import LARGEST_ID, CandidateView, Counts, MatchView, storable

BELOW = "below"
"""The band under the lowest one."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which candidates; None leaves a field out."""

    brand: str | None = None
    """Any of its brands, not only the strongest."""
    states: Collection[State] | None = None
    kind: Kind | None = None
    min_score: float | None = None
    since: datetime | None = None
    """Sighted at or after."""
    feed: str | None = None
    before: datetime | None = None
    """Changed last before."""


def page(connection: sa.Connection, which: Filter, limit: int) -> list[CandidateView]:
    """Return candidates, the strongest first."""
    query = sa.select(CANDIDATE).where(*_conditions(which)).order_by(CANDIDATE.c.score.desc(), CANDIDATE.c.id)
    return views(connection, connection.execute(query.limit(limit)).all())


def find(connection: sa.Connection, key: str) -> CandidateView:
    """Return the candidate with this number, target or sighted name. Raises `NotFound` that says where to look."""
    given = storable(key.strip())
    key = storable(_normal(given))
    rows = _by_id(connection, key) or _by_name(connection, key, given)
    if not rows:
        raise NotFound("no such candidate; give its id or its name as shown by: scamhunt candidates list")
    if len(rows) > 1:
        raise NotFound(
            f"several candidates have that name; give one of the ids {', '.join(str(row.id) for row in rows)}"
        )
    return views(connection, rows)[0]


def add_own(connection: sa.Connection, number: str, brand: str, role: Role, now: datetime) -> CandidateView:
    """Store a brand's own number as a case, so that a request about it has its place; the caller logs both acts."""
    row = {
        "kind": Kind.PHONE,
        "target": number,
        "state": State.CONFIRMED,
        "state_since": now,
        "revision": 1,
        "brand": brand,
        "score": 0.0,
        "flags": [],
        "role": role,
        "fold": series_of(Kind.PHONE, number),
    }
    times = dict.fromkeys(("first_seen", "last_seen", "created_at", "updated_at"), now)
    insert = sa.insert(CANDIDATE).values(row | times).returning(CANDIDATE.c.id)
    made = connection.execute(insert).scalar_one()
    match = {"candidate_id": made, "brand": brand, "indicator": number, "score": 0.0, "reasons": []}
    connection.execute(sa.insert(MATCH).values(match))
    return find(connection, str(made))


def sighted(connection: sa.Connection, candidate_id: int, limit: int) -> list[str]:
    """Return as what a candidate was sighted, names and URLs, the newest first."""
    last = sa.func.max(SIGHTING.c.seen_at)
    query = sa.select(SIGHTING.c.value).where(SIGHTING.c.candidate_id == candidate_id).group_by(SIGHTING.c.value)
    return list(connection.execute(query.order_by(last.desc(), SIGHTING.c.value).limit(limit)).scalars())


def _normal(key: str) -> str:
    """Return a name as it is stored, a number in E.164."""
    if key.startswith(("+", "tel:")):
        with suppress(BadIndicator):
            return phone.parse(key).e164
    return key.lower().replace("[.]", ".")


def counts(connection: sa.Connection, bands: Mapping[str, float], which: Filter) -> Counts:
    """Return how many candidates there are by state, brand and score."""
    conditions = _conditions(which)
    band = sa.case(*((CANDIDATE.c.score >= floor, name) for name, floor in bands.items()), else_=BELOW)
    by_state = _count_by(connection, CANDIDATE.c.state, conditions)
    by_band = _count_by(connection, band, conditions)
    return Counts(
        total=sum(by_state.values()),
        by_state={state.value: by_state[state] for state in State if state in by_state},
        by_brand=_count_by(connection, CANDIDATE.c.brand, conditions),
        by_band={name: by_band[name] for name in (*bands, BELOW) if name in by_band},
    )


def _conditions(which: Filter) -> list[sa.ColumnElement[bool]]:
    c = CANDIDATE.c
    seen = SIGHTING.join(READING, READING.c.id == SIGHTING.c.reading_id)
    in_feed = sa.select(SIGHTING.c.id).select_from(seen).where(SIGHTING.c.candidate_id == c.id)
    reported = sa.select(NUMBER_SIGHTING.c.id).where(NUMBER_SIGHTING.c.number == c.target)
    of_brand = sa.select(MATCH.c.id).where(MATCH.c.candidate_id == c.id)
    filters: list[tuple[object, Callable[[Any], sa.ColumnElement[bool]]]] = [
        (which.brand, lambda brand: sa.exists(of_brand.where(MATCH.c.brand == storable(brand)))),
        (which.states, c.state.in_),
        (which.kind, lambda kind: c.kind == kind),
        (which.min_score, lambda score: c.score >= score),
        (which.since, lambda since: c.last_seen >= since),
        (which.before, lambda before: c.updated_at < before),
        (
            which.feed,
            lambda feed: sa.or_(
                sa.exists(in_feed.where(READING.c.feed == storable(feed))),
                sa.exists(reported.where(NUMBER_SIGHTING.c.feed == storable(feed))),
            ),
        ),
    ]
    return [condition(value) for value, condition in filters if value is not None]


def _by_id(connection: sa.Connection, key: str) -> list[Any]:
    if not (key.isascii() and key.isdecimal()) or len(key) > len(str(LARGEST_ID)) or int(key) > LARGEST_ID:
        return []
    return list(connection.execute(sa.select(CANDIDATE).where(CANDIDATE.c.id == int(key))))


def _by_name(connection: sa.Connection, name: str, given: str) -> list[Any]:
    rows = list(connection.execute(sa.select(CANDIDATE).where(CANDIDATE.c.target == name).order_by(CANDIDATE.c.id)))
    if rows:
        return rows
    ids = sa.select(SIGHTING.c.candidate_id).where(SIGHTING.c.value.in_({name, given}))
    return list(connection.execute(sa.select(CANDIDATE).where(CANDIDATE.c.id.in_(ids)).order_by(CANDIDATE.c.id)))


def views(connection: sa.Connection, rows: Sequence[Any]) -> list[CandidateView]:
    """Return rows of the table as candidates, with their matches and feeds; in their order."""
    found = []
    for some in database.chunks(rows):
        ids = [row.id for row in some]
        matches, feeds = _matches(connection, ids), _feeds(connection, some)
        found += [_view(row, matches[row.id], tuple(feeds.get(row.id, ()))) for row in some]
    return found


def _view(row: Any, matches: list[MatchView], feeds: tuple[str, ...]) -> CandidateView:  # noqa: ANN401  # a row
    return CandidateView(
        id=row.id,
        indicator=row.target,
        kind=row.kind,
        brand=row.brand,
        score=row.score,
        reasons=matches[0].reasons,
        state=row.state,
        state_since=row.state_since,
        revision=row.revision,
        matches=tuple(matches),
        flags=tuple(row.flags),
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        feeds=feeds,
        role=row.role,
        created_at=row.created_at,
    )


def _matches(connection: sa.Connection, ids: list[int]) -> dict[int, list[MatchView]]:
    found: dict[int, list[MatchView]] = {}
    query = sa.select(MATCH).where(MATCH.c.candidate_id.in_(ids)).order_by(MATCH.c.score.desc(), MATCH.c.brand)
    for row in connection.execute(query):
        reasons = tuple(Reason(**reason) for reason in row.reasons)
        found.setdefault(row.candidate_id, []).append(MatchView(row.brand, row.indicator, row.score, reasons))
    return found


def _feeds(connection: sa.Connection, rows: Sequence[Any]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    ids, numbers = [row.id for row in rows], [row.id for row in rows if row.kind == Kind.PHONE]
    query = (
        sa.select(SIGHTING.c.candidate_id, READING.c.feed)
        .join(READING, READING.c.id == SIGHTING.c.reading_id)
        .where(SIGHTING.c.candidate_id.in_(ids))
        .distinct()
        .order_by(READING.c.feed)
    )
    for candidate_id, feed in connection.execute(query):
        found.setdefault(candidate_id, []).append(feed)
    reports = (
        sa.select(CANDIDATE.c.id, NUMBER_SIGHTING.c.feed)
        .join(NUMBER_SIGHTING, NUMBER_SIGHTING.c.number == CANDIDATE.c.target)
        .where(CANDIDATE.c.id.in_(numbers))
        .distinct()
    )
    for candidate_id, feed in connection.execute(reports) if numbers else ():
        found[candidate_id] = sorted({*found.get(candidate_id, ()), feed})
    return found


def _count_by(
    connection: sa.Connection, column: sa.ColumnElement[Any], conditions: Sequence[sa.ColumnElement[bool]]
) -> dict[Any, int]:
    named = sa.select(column.label("name")).where(*conditions).subquery()
    count = sa.func.count().label("candidates")
    query = sa.select(named.c.name, count).group_by(named.c.name).order_by(count.desc(), named.c.name)
    return {row.name: row.candidates for row in connection.execute(query)}
