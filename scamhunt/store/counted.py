"""What the dashboard and the metrics count. Each asks an index, or reads the log from a row on."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from scamhunt.model import Kind, ReportState, State
from scamhunt.store import database, log
from scamhunt.store.candidates import BELOW
from scamhunt.store.queued import Queued
from scamhunt.store.tables import APPROVAL, CANDIDATE, EVENT, HOLD, PERSON, QUARANTINED, REPORT, RUN
from scamhunt.store.tracked_values import HoldKind


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits longest of its kind."""

    thing: str
    """As the log names it: `candidate:12`."""
    since: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How much there is of everything, and what waits longest."""

    candidates: Mapping[State, Mapping[str, int]]
    """By state, then by band, the strongest first; `below` is what is weaker than all."""
    kinds: Mapping[Kind, int]
    """Candidates by what they are."""
    reports: Mapping[ReportState, int]
    roles: Mapping[str, int]
    """People who may act, by role; who has two counts twice."""
    people: int
    quarantined: int
    events: int
    """Rows of the log."""
    last_sweep: datetime | None
    """When the last run over a source of a feed ended."""
    dispute: Waiting | None
    """The oldest dispute that nobody decided."""
    unknown: Waiting | None
    """The report of which nobody knows for longest whether it was taken."""
    strongest: Waiting | None
    """The new candidate of the strongest band that waits longest."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How often something happened on each day, as far as the log was counted."""

    since: date
    resume: int
    """The row from which the log is counted again: where the last day that was counted begins."""
    seq: int
    """The last row that was counted."""
    days: Mapping[date, Mapping[str, int]]
    """By day (UTC) and name, each candidate or report once a day; days on which nothing happened are left out."""


@dataclass(frozen=True, slots=True)
class SaidYes:
    """Who said yes to whose reports."""

    approver: str
    authors: tuple[str, ...]
    alone: bool
    count: int


class Counted(Queued):
    """What is counted of an open database."""

    def standing(self, bands: Mapping[str, float]) -> Standing:
        """Return how much there is; `bands` are names and lower ends of scores, the strongest first."""
        with self._reading() as connection:
            return standing(connection, bands)

    def tally(self, named: Mapping[str, Collection[str]], since: date, last: Tally | None = None) -> Tally:
        """Return how often the acts of each name happened, by day from `since` on.

        From a `last` tally of the same names only what happened later is counted anew: past days do not change.
        """
        with self._reading() as connection:
            return tally(connection, named, since, last)

    def said_yes(self, since: datetime) -> list[SaidYes]:
        """Return who approved whose reports since a moment, the most first; a first look of one alone is no yes."""
        with self._reading() as connection:
            return said_yes(connection, since)


def standing(connection: sa.Connection, bands: Mapping[str, float]) -> Standing:
    """Return how much there is."""
    c = CANDIDATE.c
    by_band = _by_band(connection, bands)
    by_state = sa.select(REPORT.c.state, sa.func.count()).group_by(REPORT.c.state).order_by(REPORT.c.state)
    people = [roles for (roles,) in connection.execute(sa.select(PERSON.c.roles).where(PERSON.c.removed_at.is_(None)))]
    named = sorted({role for roles in people for role in roles})
    h, r = HOLD.c, REPORT.c
    disputed = sa.and_(h.kind == HoldKind.DISPUTE, h.ended_at.is_(None), h.of_hold.is_(None))
    strong = sa.and_(c.state == State.NEW, c.score >= next(iter(bands.values()), 0.0))
    return Standing(
        candidates=by_band,
        kinds=_by_kind(connection, sum(sum(told.values()) for told in by_band.values())),
        reports=dict(connection.execute(by_state).all()),
        roles={role: sum(role in roles for roles in people) for role in named},
        people=len(people),
        quarantined=connection.execute(sa.select(sa.func.count()).select_from(QUARANTINED)).scalar_one(),
        events=log.head(connection).seq,
        last_sweep=connection.execute(sa.select(_latest(RUN.c.finished_at))).scalar(),
        dispute=_oldest(connection, HOLD, h.begun_at, disputed),
        unknown=_oldest(connection, REPORT, r.state_since, r.state == ReportState.UNKNOWN),
        strongest=_oldest(connection, CANDIDATE, c.state_since, strong),
    )


def _by_band(connection: sa.Connection, bands: Mapping[str, float]) -> dict[State, dict[str, int]]:
    """Count by state and band: each is a stretch of one index, three times as fast as groups of both."""
    score, floors = CANDIDATE.c.score, [*bands.values(), None]
    selects = []
    for state in State:
        for name, floor, above in zip((*bands, BELOW), floors, [None, *floors], strict=False):
            which = [CANDIDATE.c.state == state]
            which += [] if floor is None else [score >= floor]
            which += [] if above is None else [score < above]
            told = sa.literal(state.value).label("state"), sa.literal(name).label("band")
            selects.append(sa.select(*told, sa.func.count()).select_from(CANDIDATE).where(*which))
    found: dict[State, dict[str, int]] = {}
    for of_state, name, count in connection.execute(sa.union_all(*selects)):
        found.setdefault(State(of_state), {})[name] = count
    return found


def _by_kind(connection: sa.Connection, total: int) -> dict[Kind, int]:
    """Count by kind. Most are names: counting the others takes a tenth of the time."""
    others = [kind for kind in Kind if kind is not Kind.DOMAIN]
    query = sa.select(CANDIDATE.c.kind, sa.func.count()).where(CANDIDATE.c.kind.in_(others)).group_by(CANDIDATE.c.kind)
    found: dict[Kind, int] = dict(connection.execute(query).all())
    return {Kind.DOMAIN: total - sum(found.values())} | {kind: found.get(kind, 0) for kind in others}


def _oldest(
    connection: sa.Connection, table: sa.Table, since: sa.ColumnElement[datetime], which: sa.ColumnElement[bool]
) -> Waiting | None:
    row = connection.execute(sa.select(table.c.id, since).where(which).order_by(since, table.c.id).limit(1)).first()
    return Waiting(f"{table.name}:{row[0]}", row[1]) if row else None


def _latest(column: sa.Column[datetime]) -> sa.ColumnElement[datetime]:
    return sa.func.max(column, type_=column.type)


# --- day by day -------------------------------------------------------------------------------------------------------


def tally(connection: sa.Connection, named: Mapping[str, Collection[str]], since: date, last: Tally | None) -> Tally:
    """Return how often the acts of each name happened, by day."""
    head = log.head(connection).seq
    if last is not None and (last.seq > head or last.since > since):  # another log, or more is asked for than is known
        last = None
    start = last.resume if last else _first_of(connection, since, head)
    e = EVENT.c
    day = sa.func.substr(database.of(connection).time_text(e.at), 1, 10)
    name = sa.case(*((e.act.in_(acts), key) for key, acts in named.items()))
    happened = (
        sa.select(day.label("day"), name.label("name"), e.thing, e.seq)
        .where(e.seq >= start, e.seq <= head, e.act.in_(sorted({act for acts in named.values() for act in acts})))
        .subquery()
    )
    f = happened.c
    counts = sa.select(f.day, f.name, sa.func.count(f.thing.distinct()), sa.func.min(f.seq)).group_by(f.day, f.name)
    rows = [(date.fromisoformat(on), key, count, seq) for on, key, count, seq in connection.execute(counts)]
    again = min((row[0] for row in rows), default=None)
    days = {on: dict(told) for on, told in last.days.items()} if last else {}
    days = {on: told for on, told in days.items() if on >= since and on != again}
    for on, key, count, _ in rows:
        days.setdefault(on, {})[key] = count
    latest = max((row[0] for row in rows), default=None)
    resume = min((row[3] for row in rows if row[0] == latest), default=start)
    return Tally(since, resume, head, days)


def _first_of(connection: sa.Connection, since: date, head: int) -> int:
    """Return the first row of the log on a day or after it; the time of the log never runs back."""
    at = database.of(connection).time_text(EVENT.c.at)
    query = sa.select(at).where(EVENT.c.seq >= sa.bindparam("seq")).order_by(EVENT.c.seq).limit(1)
    low, high = 1, head + 1
    while low < high:
        middle = (low + high) // 2
        told = connection.execute(query, {"seq": middle}).scalar()
        if told is None or told >= since.isoformat():
            high = middle
        else:
            low = middle + 1
    return low


# --- who with whom ----------------------------------------------------------------------------------------------------


def said_yes(connection: sa.Connection, since: datetime) -> list[SaidYes]:
    """Return who approved whose reports, the most first."""
    a, authors = APPROVAL.c, sa.cast(REPORT.c.authors, sa.Text)
    query = (
        sa.select(a.approver, authors, a.alone, sa.func.count())
        .join(REPORT, REPORT.c.id == a.report_id)
        .where(a.at >= since, a.counts)
        .group_by(a.approver, authors, a.alone)
    )
    return sorted(_said(connection.execute(query)), key=lambda one: (-one.count, one.approver, one.authors))


def _said(rows: Iterable[tuple[str, str, bool, int]]) -> Iterator[SaidYes]:
    for approver, authors, alone, count in rows:
        yield SaidYes(approver, tuple(json.loads(authors)), bool(alone), count)
