"""The queue of candidates as analysts work through it: filtered, folded, the strongest first, a page at a time.

A fold is a campaign, else a series (`candidate.fold`): of those candidates that fit a filter it is one row, led by the
strongest. Pages follow each other by score and number (keyset), never by counting rows.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from scamhunt.errors import NotFound
from scamhunt.model import Kind, State
from scamhunt.store import candidates, database
from scamhunt.store.tables import CANDIDATE, CLAIM, EVENT, MATCH, MEMBER, NUMBER_SIGHTING, READING, SIGHTING
from scamhunt.store.values import CandidateView, storable, storable_id

OWN_CLAIM = timedelta(minutes=30)
GIVEN_CLAIM = timedelta(days=7)
VIEW = "view"
"""The act of whoever looks at something, as the log has it."""
MOST_FOLDED = 500
"""Members of one fold that are told by number."""
RARE = 2_000
"""Candidates that have a text are few below this number."""
_STEPS = (150, 600, 2_400, 10_000)
"""So many rows are walked at a time until a page is full: of large folds most rows lead none."""
_c = CANDIDATE.c


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which candidates; None or empty leaves a field out."""

    brand: str = ""
    least: float | None = None
    """The lowest score."""
    below: float | None = None
    """Only scores below this one."""
    states: Collection[State] = (State.NEW, State.WATCHED)
    kind: Kind | None = None
    feed: str = ""
    since: datetime | None = None
    """Sighted at or after."""
    new_since: datetime | None = None
    """Known to us only since then."""
    assignee: str = ""
    """Claimed by this person."""
    unclaimed: bool = False
    text: str = ""
    """Part of the target, or of a name as sighted."""
    fold: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: behind this score and number."""

    score: float
    id: int


@dataclass(frozen=True, slots=True)
class ClaimView:
    """Who is at work on a candidate, and until when."""

    candidate_id: int
    person: str
    by: str
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the queue: the strongest of a fold, and how many more there are."""

    candidate: CandidateView
    fold: str
    size: int
    """Candidates of the fold that fit; 1: it stands alone."""


def page(
    connection: sa.Connection, wanted: Wanted, now: datetime, after: Place | None, limit: int
) -> tuple[list[Row], Place | None]:
    """Return a page of rows, the strongest first, and where the next one begins; None: there is none."""
    fits, found = _fits(connection, wanted, now), list[tuple[Any, int]]()
    steps = iter(_STEPS)
    step = limit + 1
    while len(found) <= limit:
        step = max(next(steps, _STEPS[-1]), step)
        rows = _walk(connection, fits, after, step)
        led = _leaders(connection, fits, rows)
        found += [(row, led[row.fold][1]) for row in rows if led[row.fold][0] == row.id]
        if len(rows) < step:
            break
        after = Place(rows[-1].score, rows[-1].id)
    views = _views(connection, [row.id for row, _ in found[:limit]])
    listed = [Row(views[row.id], row.fold, size) for row, size in found[:limit]]
    last = found[limit - 1][0] if len(found) > limit else None
    return listed, Place(last.score, last.id) if last is not None else None


def members(
    connection: sa.Connection, wanted: Wanted, now: datetime, limit: int, after: Place | None = None
) -> list[CandidateView]:
    """Return the candidates that fit, the strongest first, none of them folded; behind a place if one is given."""
    query = (
        sa.select(_c.id)
        .where(*_fits(connection, wanted, now), *_behind(after))
        .order_by(_c.score.desc(), _c.id)
        .limit(limit)
    )
    ids = list(connection.execute(query).scalars())
    views = _views(connection, ids)
    return [views[one] for one in ids]


def by_ids(connection: sa.Connection, ids: Sequence[int]) -> list[CandidateView]:
    """Return some candidates in this order. Raises `NotFound` where one is none."""
    views = _views(connection, ids)
    if missing := [one for one in ids if one not in views]:
        raise NotFound(f"no candidate has the number {missing[0]}")
    return [views[one] for one in ids]


def campaign_of(connection: sa.Connection, candidate_id: int) -> str:
    """Return the campaign that a candidate belongs to; empty where there is none."""
    query = sa.select(MEMBER.c.campaign_id).where(MEMBER.c.candidate_id == storable_id(candidate_id))
    return str(connection.execute(query).scalar() or "")


def last_view(connection: sa.Connection, thing: str, person: str) -> datetime | None:
    """Return when somebody looked at a thing last, by the log; None: never."""
    e = EVENT.c
    query = sa.select(sa.func.max(e.at)).where(e.thing == storable(thing), e.act == VIEW, e.actor == person)
    found: datetime | None = connection.execute(query).scalar()
    return found


def tally(connection: sa.Connection) -> list[tuple[State, Kind, str, int]]:
    """Return how many candidates there are by state, kind and strongest brand: one walk along one index."""
    keys = (_c.state, _c.kind, _c.brand)
    query = sa.select(*keys, sa.func.count()).group_by(*keys)
    return [(State(row[0]), Kind(row[1]), row[2], int(row[3])) for row in connection.execute(query)]


def counts(connection: sa.Connection, wanted: Sequence[Wanted], now: datetime) -> list[int]:
    """Return how many candidates fit each of some filters, asked at once."""
    if not wanted:
        return []
    each = [
        sa.select(sa.func.count()).select_from(CANDIDATE).where(*_fits(connection, one, now)).scalar_subquery()
        for one in wanted
    ]
    return [int(one) for one in connection.execute(sa.select(*each)).one()]


# --- which ------------------------------------------------------------------------------------------------------------


def _walk(
    connection: sa.Connection, fits: Sequence[sa.ColumnElement[bool]], after: Place | None, limit: int
) -> Sequence[Any]:
    query = sa.select(_c.id, _c.score, _c.fold).where(*fits, *_behind(after))
    return connection.execute(query.order_by(_c.score.desc(), _c.id).limit(limit)).all()


def _behind(after: Place | None) -> list[sa.ColumnElement[bool]]:
    if after is None:
        return []
    level = sa.and_(_c.score == after.score, _c.id > storable_id(after.id))
    return [_c.score <= after.score, sa.or_(_c.score < after.score, level)]


def _leaders(
    connection: sa.Connection, fits: Sequence[sa.ColumnElement[bool]], rows: Iterable[Any]
) -> dict[str, tuple[int, int]]:
    """Return of some folds who leads each, and how many fit."""
    found: dict[str, tuple[int, int]] = {}
    strongest_first = (_c.score.desc(), _c.id)
    at = sa.func.row_number().over(partition_by=_c.fold, order_by=strongest_first).label("at")
    size = sa.func.count().over(partition_by=_c.fold).label("size")
    for some in database.chunks(dict.fromkeys(row.fold for row in rows)):
        inner = sa.select(_c.fold, _c.id, at, size).where(_c.fold.in_(some), *fits).subquery()
        query = sa.select(inner.c.fold, inner.c.id, inner.c.size).where(inner.c.at == 1)
        found |= {fold: (number, many) for fold, number, many in connection.execute(query)}
    return found


def _views(connection: sa.Connection, ids: Sequence[int]) -> dict[int, CandidateView]:
    rows = connection.execute(sa.select(CANDIDATE).where(_c.id.in_([storable_id(one) for one in ids]))).all()
    return {view.id: view for view in candidates.views(connection, rows)}


def _fits(connection: sa.Connection, wanted: Wanted, now: datetime) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of a filter."""
    own = sa.select(CLAIM.c.candidate_id).where(CLAIM.c.until > now)
    filters: list[tuple[object, Callable[[Any], sa.ColumnElement[bool]]]] = [
        (wanted.states or None, lambda states: _c.state.in_(list(states))),
        (wanted.brand or None, lambda brand: _of_brand(connection, storable(brand))),
        (wanted.least, lambda least: _c.score >= least),
        (wanted.below, lambda below: _c.score < below),
        (wanted.kind, lambda kind: _c.kind == kind),
        (wanted.feed or None, lambda feed: _of_feed(storable(feed))),
        (wanted.since, lambda since: _few_or(connection, _c.last_seen >= since)),
        (wanted.new_since, lambda since: _few_or(connection, _c.created_at > since)),
        (wanted.assignee or None, lambda person: _c.id.in_(own.where(CLAIM.c.person == storable(person)))),
        (wanted.unclaimed or None, lambda _: _c.id.not_in(own)),
        (wanted.text or None, lambda text: _named(connection, storable(text.lower()))),
        (wanted.fold or None, lambda fold: _c.fold == storable(fold)),
    ]
    return [condition(value) for value, condition in filters if value is not None]


def _few_or(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Return a condition, as a list of candidates where few meet it: a walk from the strongest on passes nearly all."""
    few = connection.execute(sa.select(_c.id).where(condition).limit(RARE)).scalars().all()
    return _c.id.in_(few) if len(few) < RARE else condition


def _of_brand(connection: sa.Connection, brand: str) -> sa.ColumnElement[bool]:
    """Return what holds of what resembles a brand."""
    matched = sa.select(MATCH.c.candidate_id).where(MATCH.c.brand == brand)
    few = connection.execute(matched.limit(RARE)).scalars().all()
    return _c.id.in_(few if len(few) < RARE else matched)


def _of_feed(feed: str) -> sa.ColumnElement[bool]:
    """Return what holds of what was seen in a feed."""
    readings = sa.select(READING.c.id).where(READING.c.feed == feed)
    seen = sa.select(SIGHTING.c.id).where(SIGHTING.c.candidate_id == _c.id, SIGHTING.c.reading_id.in_(readings))
    heard = sa.select(NUMBER_SIGHTING.c.id).where(NUMBER_SIGHTING.c.number == _c.target, NUMBER_SIGHTING.c.feed == feed)
    return sa.or_(sa.exists(seen), sa.and_(_c.kind == Kind.PHONE, sa.exists(heard)))


def _named(connection: sa.Connection, text: str) -> sa.ColumnElement[bool]:
    """Return what holds of what has a text in its target, or in a name as it was sighted.

    Of a rare text the few that have it are found first, each along an index that has all texts: to ask one candidate
    after the other, the strongest first, would look at nearly all of them. Of a common one a page is full soon.
    """
    in_target = _c.target.contains(text, autoescape=True)
    in_sighting = SIGHTING.c.value.contains(text, autoescape=True)
    few = set(connection.execute(sa.select(_c.id).where(in_target).limit(RARE)).scalars())
    if len(few) < RARE:
        few |= set(connection.execute(sa.select(SIGHTING.c.candidate_id).where(in_sighting).limit(RARE)).scalars())
    if len(few) < RARE:
        return _c.id.in_(sorted(few))
    return sa.or_(in_target, sa.exists().where(SIGHTING.c.candidate_id == _c.id, in_sighting))


# --- claims -----------------------------------------------------------------------------------------------------------


def claims(connection: sa.Connection, ids: Collection[int], now: datetime) -> dict[int, ClaimView]:
    """Return who is at work on some candidates now, by their numbers."""
    found: dict[int, ClaimView] = {}
    for some in database.chunks(ids):
        query = sa.select(CLAIM).where(CLAIM.c.candidate_id.in_(some), CLAIM.c.until > now)
        found |= {row["candidate_id"]: ClaimView(**row) for row in connection.execute(query).mappings()}
    return found


def hold(connection: sa.Connection, ids: Sequence[int], same: Mapping[str, object]) -> None:
    """Store who is at work on some candidates from now on: `person`, `by`, `at`, `until`."""
    forget(connection, *ids)
    connection.execute(sa.insert(CLAIM), [{"candidate_id": one, **same} for one in ids])


def forget(connection: sa.Connection, *ids: int) -> None:
    """End the claims on some candidates."""
    for some in database.chunks(ids):
        connection.execute(sa.delete(CLAIM).where(CLAIM.c.candidate_id.in_(some)))


def told(one: ClaimView) -> str:
    """Return in words who is at work on a candidate."""
    return (
        f"{one.person} is at work on {one.candidate_id} until {one.until:%Y-%m-%d %H:%M} UTC; take it over if you have "
        "spoken to each other"
    )
