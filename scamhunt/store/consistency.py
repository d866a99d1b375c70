"""Compare the tables with the log: what stands in them was told by an event, and what was told stands in them."""

from collections.abc import Callable, Iterable, Mapping

import sqlalchemy as sa

from scamhunt import triage
from scamhunt.model import State
from scamhunt.store import database, log, look_log, row_log
from scamhunt.store.evidence import ACQUIRED
from scamhunt.store.tables import (
    APPROVAL,
    CANDIDATE,
    EVENT,
    EVIDENCE,
    FINDING,
    HOLD,
    LOOK,
    OUTCOME,
    QUARANTINED,
    READING,
    REPLY,
    REPORT,
    RULING,
    thing,
)

MOST = 20
"""Problems that are told of one kind."""
REMEDY = "restore a backup: nothing that scamhunt does explains this"

Text = sa.ColumnElement[str]


def problems(connection: sa.Connection) -> list[str]:
    """Return what the log does not explain, in words; a few queries, however many rows there are."""
    unreadable = connection.execute(
        sa.select(EVENT.c.seq).where(sa.not_(database.of(connection).is_json(EVENT.c.detail))).order_by(EVENT.c.seq)
    ).first()
    if unreadable:
        return [f"row {unreadable.seq} of the log holds a detail that is no JSON; {REMEDY}"]
    try:
        found = [problem for compare in _COMPARISONS for problem in compare(connection)]
    except (sa.exc.DataError, sa.exc.OperationalError) as error:  # what PostgreSQL or Python refuses to read
        if isinstance(error, sa.exc.OperationalError) and log.DECODE not in str(error.orig):
            raise
        return [f"the log or a table holds what scamhunt never writes; {REMEDY}"]
    return [*(f"{problem}; {REMEDY}" for problem in found), *_backwards(connection)]


def _candidates(connection: sa.Connection) -> Iterable[str]:
    """Tell of candidates that nothing found, or that stand elsewhere than their decisions say."""
    c, told = CANDIDATE.c, _told(["candidate.found"], triage.LOGGED)
    begun, last = EVENT.alias(), EVENT.alias()
    detail = database.of(connection).json_of(begun.c.detail)
    state, logged = sa.type_coerce(c.state, sa.String), _state(last, triage.LOGGED, State.NEW)
    same = sa.and_(detail["target"].as_string() == c.target, detail["kind"].as_string() == _text(c.kind))
    why: Text = sa.case(
        (sa.func.coalesce(told.c.begun, 0) != 1, "was not found once by a sweep, says the log"),
        (sa.not_(sa.func.coalesce(same, sa.false())), "has another name than the one that was found, says the log"),
        (c.revision != told.c.decided, "has another number of decisions than the log"),
        (state != logged, _say("is ", state, ", but the log says ", logged)),
    )
    tables = (
        CANDIDATE.outerjoin(told, told.c.thing == thing(CANDIDATE))
        .outerjoin(begun, begun.c.seq == told.c.first)
        .outerjoin(last, last.c.seq == told.c.last)
    )
    return _each(connection, CANDIDATE, why, tables)


def _targets(connection: sa.Connection) -> Iterable[str]:
    """Tell of decisions that name another target than the candidate has."""
    target = database.of(connection).json_of(EVENT.c.detail)["target"].as_string()
    query = (
        sa.select(EVENT.c.seq, CANDIDATE.c.id)
        .join(CANDIDATE, EVENT.c.thing == thing(CANDIDATE))
        .where(EVENT.c.act.in_(triage.LOGGED), target != CANDIDATE.c.target)
        .order_by(EVENT.c.seq)
    )
    for row in connection.execute(query.limit(MOST)):
        yield f"candidate {row.id} has another name than row {row.seq} of the log decided on"


def _rows(connection: sa.Connection) -> Iterable[str]:
    """Tell of reports, people, desks, holds and the like that are not as the last event on them says."""
    for of in row_log.BY_PREFIX.values():
        yield from row_log.changed(connection, of, MOST)


def _readings(connection: sa.Connection) -> Iterable[str]:
    """Tell of readings whose counts are not those of their batches, or whose quarantine is not all there."""
    detail, counts = database.of(connection).json_of(EVENT.c.detail), ("accepted", "duplicate", "quarantined")
    sums = [sa.func.sum(detail[name].as_integer()).label(name) for name in counts]
    known = {"of": detail["reading"].as_integer(), "thing": EVENT.c.thing}
    known |= {name: detail[name].as_string() for name in ("sha256", "since")}
    names = [value.label(name) for name, value in known.items()]
    told = sa.select(*names, *sums).where(EVENT.c.act == "feed.read").group_by(*known.values()).subquery()
    rows = sa.func.count().label("rows")
    kept = sa.select(QUARANTINED.c.reading_id, rows).group_by(QUARANTINED.c.reading_id).subquery()
    r = READING.c
    same = sa.and_(told.c.of == r.id, told.c.sha256 == r.sha256, told.c.since == r.since)
    why: Text = sa.case(
        (sa.or_(*(r[name] != sa.func.coalesce(told.c[name], 0) for name in counts)), "has other counts than the log"),
        (r.quarantined != sa.func.coalesce(kept.c.rows, 0), "has not all of its rows in the quarantine"),
    )
    tables = READING.outerjoin(told, sa.and_(same, told.c.thing == sa.literal("feed:").concat(r.feed)))
    return _each(connection, READING, why, tables.outerjoin(kept, kept.c.reading_id == r.id))


def _looks(connection: sa.Connection) -> Iterable[str]:
    """Tell of looks that are not as the log says, or whose findings and items are not all there."""
    for one in look_log.changed_looks(connection, MOST):
        yield f"look {one.look_id} {one.why}"
    detail = database.of(connection).json_of(EVENT.c.detail)
    counts = [detail[name].as_integer().label(name) for name in ("items", "findings")]
    told = sa.select(EVENT.c.thing, *counts).where(EVENT.c.act == ACQUIRED).subquery()
    held = {table.name: _by_look(table) for table in (EVIDENCE, FINDING)}
    why: Text = sa.case(
        (sa.func.coalesce(held["evidence"].c.rows, 0) != told.c["items"], "has not the items that the log tells of"),
        (sa.func.coalesce(held["finding"].c.rows, 0) != told.c.findings, "has not the findings that the log tells of"),
    )
    tables = LOOK.outerjoin(told, told.c.thing == thing(LOOK))
    for rows in held.values():
        tables = tables.outerjoin(rows, rows.c.look_id == LOOK.c.id)
    yield from dict.fromkeys(_each(connection, LOOK, why, tables))


def _watches(connection: sa.Connection) -> Iterable[str]:
    """Tell of watches that are not as the last event set them: a target would never be looked at again."""
    return look_log.changed_watches(connection, MOST)


def _by_look(table: sa.Table) -> sa.Subquery:
    return sa.select(table.c.look_id, sa.func.count().label("rows")).group_by(table.c.look_id).subquery(table.name)


def _gone(connection: sa.Connection) -> Iterable[str]:
    """Tell of things that the log tells of and that are no longer there."""
    reading = database.of(connection).json_of(EVENT.c.detail)["reading"].as_integer()
    gone = [
        sa.and_(EVENT.c.act.in_(["candidate.found", *triage.LOGGED]), EVENT.c.thing.not_in(_things(CANDIDATE))),
        *map(row_log.gone, row_log.BY_PREFIX.values()),
        sa.and_(EVENT.c.act == "feed.read", reading.not_in(sa.select(READING.c.id))),
        sa.and_(EVENT.c.act == ACQUIRED, EVENT.c.thing.not_in(_things(LOOK))),
    ]
    for condition in gone:
        query = sa.select(EVENT.c.seq, EVENT.c.act).where(condition).order_by(EVENT.c.seq).limit(MOST)
        for row in connection.execute(query):
            yield f"what row {row.seq} of the log ({row.act}) tells of is gone"


def _numbers(connection: sa.Connection) -> Iterable[str]:
    """Tell of numbers that were given to rows which are no longer there: their events may have been cut off too."""
    given = database.of(connection).last_numbers(connection)
    for table in (CANDIDATE, REPORT, APPROVAL, HOLD, REPLY, RULING, OUTCOME, LOOK, EVIDENCE):
        largest = connection.execute(sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0))).scalar_one()
        if given.get(table.name, 0) > largest:
            yield f"{table.name} {given[table.name]} is gone, and the log does not tell of it"


_COMPARISONS: tuple[Callable[[sa.Connection], Iterable[str]], ...] = (
    _candidates,
    _targets,
    _rows,
    _readings,
    _looks,
    _watches,
    _gone,
    _numbers,
)


def _backwards(connection: sa.Connection) -> list[str]:
    before = EVENT.alias()
    query = (
        sa.select(EVENT.c.seq)
        .join(before, before.c.seq == EVENT.c.seq - 1)
        .where(EVENT.c.at < before.c.at)
        .order_by(EVENT.c.seq)
        .limit(MOST)
    )
    return [
        f"row {seq} of the log is dated before row {seq - 1}: one of the two was made up; compare the log with a backup"
        for seq in connection.execute(query).scalars()
    ]


def _told(first: Iterable[str], acts: Iterable[str]) -> sa.Subquery:
    """Return for each thing how often and where it began, how many acts followed, and the last of them."""
    e, firsts, following = EVENT.c, list(first), list(acts)
    begun, decided = sa.case((e.act.in_(firsts), e.seq)), sa.case((e.act.in_(following), e.seq))
    columns = {
        "begun": sa.func.count(begun),
        "first": sa.func.min(begun),
        "decided": sa.func.count(decided),
        "last": sa.func.max(decided),
    }
    query = sa.select(e.thing, *(column.label(name) for name, column in columns.items()))
    return query.where(e.act.in_({*firsts, *following})).group_by(e.thing).subquery()


def _state(last: sa.FromClause, states: Mapping[str, State], first: str) -> Text:
    """Return the state that the last event leads to; `first` where there is none."""
    return sa.case(*((last.c.act == act, str(state)) for act, state in states.items()), else_=str(first))


def _each(connection: sa.Connection, table: sa.Table, why: Text, tables: sa.FromClause) -> Iterable[str]:
    query = sa.select(table.c.id, why.label("why")).select_from(tables).where(why.is_not(None)).order_by(table.c.id)
    for row in connection.execute(query.limit(MOST)):
        yield f"{table.name} {row.id} {row.why}"


def _things(table: sa.Table) -> sa.Select[tuple[str]]:
    return sa.select(thing(table))


def _text(column: sa.ColumnElement[object]) -> Text:
    """Return an enum's column as the text that is stored."""
    return sa.type_coerce(column, sa.String)


def _say(*parts: str | Text) -> Text:
    words = [sa.literal(part) if isinstance(part, str) else part for part in parts]
    said = words[0]
    for word in words[1:]:
        said = said.concat(word)
    return said
