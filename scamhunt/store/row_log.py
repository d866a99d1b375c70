"""What the log tells of rows that people change by hand or by deed, and which rows say something else now.

Each event of such a row has all columns of it, as they stood after the act, below `row`. They are written and compared
as one query reads them: as text, so that a forged value is told of and not stumbled over.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlmodel.sql.sqltypes import UTCDateTime

from scamhunt.investigate import manifest
from scamhunt.model import Event, ReportState
from scamhunt.store import database, log
from scamhunt.store.tables import (
    APPROVAL,
    CONFIRMATION,
    EVENT,
    HOLD,
    OUTCOME,
    OVERLAP,
    OVERRIDE,
    PACKET,
    PERSON,
    REPLY,
    REPORT,
    RULING,
    TOKEN,
)
from scamhunt.takedown.steps import Step

ROW = "row"
"""Where the columns stand in the detail of an event."""
SECRET = frozenset({"password", "fields", "note", "text", "tickets"})
"""Columns of which the log has the sha256 of their canonical JSON: it is kept for ever, and they need not be."""
_PAGE = 1_000
UNREADABLE = "unreadable"
"""What is held by a column in which somebody put what is no value of its kind."""
_BEFORE_ROWS = {"report.draft": ReportState.DRAFT, "report.withdraw": ReportState.WITHDRAWN}
"""What the events of reports said before they had a row: the state, and of a draft the candidate."""


@dataclass(frozen=True, slots=True)
class Logged:
    """A table each of whose rows the log tells of."""

    table: sa.Table
    key: str
    """The column that the log names a row by."""
    prefix: str
    """What stands before it: `report` in `report:12`."""
    acts: tuple[str, ...]
    never: str
    """What is said of a row that the log does not tell of."""

    @property
    def column(self) -> sa.ColumnElement[str]:
        """Return the key as text."""
        return sa.cast(self.table.c[self.key], sa.String)

    @property
    def thing(self) -> sa.ColumnElement[str]:
        """Return how the log names a row."""
        return sa.literal(f"{self.prefix}:").concat(self.column)


REPORTS = Logged(REPORT, "id", "report", tuple(f"report.{step}" for step in Step), "was never drafted, says the log")
APPROVALS = Logged(APPROVAL, "id", "approval", ("approval.give", "approval.void"), "was never given, says the log")
PEOPLE = Logged(
    PERSON, "name", "person", ("person.add", "person.change", "person.remove"), "was never added, says the log"
)
DESKS = Logged(CONFIRMATION, "desk", "desk", ("desk.confirm",), "was never confirmed, says the log")
OVERRIDES = Logged(OVERRIDE, "target", "override", ("override.ask", "override.grant"), "was never asked, says the log")
HOLDS = Logged(
    HOLD, "id", "hold", ("hold.begin", "hold.renew", "hold.answer", "hold.end"), "was never begun, says the log"
)
REPLIES = Logged(
    REPLY,
    "id",
    "reply",
    ("reply.read", "reply.match", "reply.accept", "reply.dismiss"),
    "was never read, says the log",
)
RULINGS = Logged(RULING, "id", "ruling", ("ruling.cut", "ruling.add", "ruling.end"), "was never made, says the log")
PACKETS = Logged(
    PACKET, "id", "packet", ("packet.build", "packet.stamp", "packet.release"), "was never built, says the log"
)
OUTCOMES = Logged(OUTCOME, "id", "outcome", ("outcome.record", "outcome.done"), "was never recorded, says the log")
OVERLAPS = Logged(
    OVERLAP, "id", "overlap", ("overlap.begin", "overlap.compare", "overlap.end"), "was never begun, says the log"
)
TOKENS = Logged(TOKEN, "id", "token", ("token.make", "token.end"), "was never made, says the log")
BY_PREFIX = {
    one.prefix: one
    for one in (
        *(REPORTS, APPROVALS, PEOPLE, DESKS, OVERRIDES, HOLDS, REPLIES),
        *(RULINGS, PACKETS, OUTCOMES, OVERLAPS, TOKENS),
    )
}


def event(  # noqa: PLR0913, PLR0917  # what is told of an act
    connection: sa.Connection, of: Logged, key: object, act: str, reason: str, detail: Mapping[str, object]
) -> Event:
    """Return what the log tells of an act on a row: what its caller says, and the row as it stands now."""
    query = sa.select(*_columns(connection, of)).where(of.table.c[of.key] == key)
    row = connection.execute(query).mappings().one()
    return Event(act, f"{of.prefix}:{key}", reason, {**detail, ROW: _held(of, row)})


def changed(connection: sa.Connection, of: Logged, limit: int) -> list[str]:
    """Return in words which rows of a table are not what the log said last, in the order of their keys; one query."""
    query = _compared(connection, of, EVENT.c.act.in_(of.acts)).order_by(of.table.c[of.key])
    with closing(connection.execute(query.execution_options(yield_per=_PAGE))) as rows:
        whys = ((row["thing"], _differs(of, row)) for row in rows.mappings())
        return list(islice((f"{thing.replace(':', ' ', 1):.100} {why}" for thing, why in whys if why), limit))


def differs(connection: sa.Connection, of: Logged, key: object) -> str:
    """Return in what one row is not what the log said last; nothing when it is the same, or when there is no row."""
    own = sa.and_(EVENT.c.act.in_(of.acts), EVENT.c.thing == f"{of.prefix}:{key}")
    query = _compared(connection, of, own).where(of.table.c[of.key] == key)
    try:
        row = connection.execute(query).mappings().first()
    except sa.exc.OperationalError as error:
        if log.DECODE not in str(error.orig):
            raise
        return "holds what scamhunt never writes"
    return _differs(of, row) if row else ""


def gone(of: Logged) -> sa.ColumnElement[bool]:
    """Return what holds of an event whose row is no longer there."""
    return sa.and_(EVENT.c.act.in_(of.acts), EVENT.c.thing.not_in(sa.select(of.thing)))


def told_row(detail: Mapping[str, object], act: str = "") -> Mapping[str, object]:
    """Return the row that an event tells of; of an event from before it had one what it said of it."""
    row = detail.get(ROW)
    if isinstance(row, Mapping):
        return row
    state = _BEFORE_ROWS.get(act)
    if state is None:
        return {}
    return {"state": state.value} | ({"candidate_id": detail["candidate"]} if "candidate" in detail else {})


# --- read -------------------------------------------------------------------------------------------------------------


def _compared(connection: sa.Connection, of: Logged, which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Return the query for the rows of a table, each with the last event that tells of it."""
    e = EVENT.c
    last = sa.select(e.thing, sa.func.max(e.seq).label("seq")).where(which).group_by(e.thing).subquery()
    tables = of.table.outerjoin(last, last.c.thing == of.thing).outerjoin(EVENT, e.seq == last.c.seq)
    told = (e.detail.label("_detail"), e.act.label("_act"), of.thing.label("thing"))
    return sa.select(*_columns(connection, of), *told).select_from(tables)


def _columns(connection: sa.Connection, of: Logged) -> list[sa.ColumnElement[Any]]:
    return [_read(connection, column).label(column.name) for column in of.table.c]


def _read(connection: sa.Connection, column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """Return a column as it lies there: times and JSON as text, truth as a number."""
    kind = _kind(column)
    if kind == "time":
        return database.of(connection).time_text(column)
    if kind == "json":
        return sa.cast(column, sa.Text)
    return sa.type_coerce(column, sa.Integer if kind == "number" else sa.String)


@cache
def _kind(column: sa.Column[Any]) -> str:
    if isinstance(column.type, sa.JSON):
        return "json"
    if isinstance(column.type, sa.Boolean | sa.Integer):
        return "number"
    return "time" if isinstance(column.type, UTCDateTime) else "text"


def _held(of: Logged, row: sa.RowMapping) -> dict[str, object]:
    return {column.name: _value(column, row[column.name]) for column in of.table.c}


def _value(column: sa.Column[Any], value: object) -> object:
    """Return what a column holds as the log has it."""
    kind = _kind(column)
    if isinstance(value, bytes):
        return UNREADABLE
    if kind == "time" and isinstance(value, str):
        value = f"{value[:10]}T{value[11:]}+00:00"
    try:
        value = json.loads(str(value)) if kind == "json" else value
        return manifest.hashed(value) if column.name in SECRET else value
    except (ValueError, RecursionError):
        return UNREADABLE


# --- compare ----------------------------------------------------------------------------------------------------------


def _differs(of: Logged, row: sa.RowMapping) -> str:
    told = told_row(_details(row["_detail"]), row["_act"] or "")
    if not told:
        return of.never
    held = _held(of, row)
    other = next((name for name in _ordered(held) if name in told and told[name] != held[name]), "")
    if other == "candidate_id":
        return "is on another candidate than the log says"
    if other == "state":
        return f"is {held[other]!s:.40}, but the log says {told[other]}"
    return f"has another {other} than the log says" if other else ""


def _ordered(names: Iterable[str]) -> Iterator[str]:
    """Yield names of columns, what tells most first."""
    first = ("candidate_id", "state", "sha256", "recipient")
    listed = list(names)
    yield from (name for name in first if name in listed)
    yield from (name for name in listed if name not in first)


def _details(detail: str | None) -> Mapping[str, object]:
    told = json.loads(detail) if detail else None
    return told if isinstance(told, dict) else {}
