"""Reports as the clock sees them: what may be due, and the columns that figures are made from."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from scamhunt.model import ReportState, State
from scamhunt.store import database
from scamhunt.store.tables import APPROVAL, CANDIDATE, EVENT, HOLD, REPORT, WATCH
from scamhunt.takedown.course import Courses, Milestone
from scamhunt.takedown.roles import AFTERWARDS
from scamhunt.takedown.steps import OUT, WAITING
from scamhunt.takedown.tracked import Tracked

if TYPE_CHECKING:
    from numpy.typing import NDArray

_QUIET = (ReportState.HELD, ReportState.SENDING, ReportState.QUEUED, ReportState.VERIFIED_DOWN, ReportState.WITHDRAWN)
"""Nobody has anything to do about these."""
_OPEN = (*WAITING, ReportState.UNKNOWN)
"""Somebody outside has it, and it was not seen to be gone."""
_OVER = (State.CLOSED, State.DISMISSED)
_LADDER = (*WAITING, ReportState.RELAPSED)
_HANDED = (ReportState.APPROVED, ReportState.FAILED)
"""Here a person may have the bytes as a file."""
_SAME = ("candidate_id", "recipient", "purpose")
COLUMNS = {
    Milestone.FIRST_SEEN: CANDIDATE.c.first_seen,
    Milestone.DETECTED: CANDIDATE.c.created_at,
    Milestone.REPORTED: REPORT.c.sent_at,
    Milestone.ACKNOWLEDGED: REPORT.c.acknowledged_at,
    Milestone.BLOCKED: REPORT.c.blocked_at,
    Milestone.CLAIMED: REPORT.c.claimed_at,
    Milestone.CONTENT_DOWN: REPORT.c.content_down_at,
    Milestone.DNS_HOLD: REPORT.c.dns_hold_at,
    Milestone.VERIFIED_DOWN: REPORT.c.verified_at,
    Milestone.RECOVERED: REPORT.c.recovered_at,
}
"""Where each milestone stands."""


def tracked(connection: sa.Connection, candidate_id: int | None = None) -> list[Tracked]:
    """Return the reports about which something may be due, of one target where it is said."""
    r, c = REPORT.c, CANDIDATE.c
    yes = sa.select(sa.func.max(APPROVAL.c.until, type_=APPROVAL.c.until.type)).where(
        APPROVAL.c.report_id == r.id, APPROVAL.c.voided_at.is_(None), APPROVAL.c.counts
    )
    held = sa.select(sa.func.max(HOLD.c.until, type_=HOLD.c.until.type)).where(
        HOLD.c.candidate_id == r.candidate_id, HOLD.c.ended_at.is_(None)
    )
    later = REPORT.alias()
    anew = sa.and_(later.c.created_at >= r.state_since, later.c.state != ReportState.WITHDRAWN)
    same = (*(later.c[name] == r[name] for name in _SAME), later.c.id > r.id)
    again = sa.exists().where(*same, sa.or_(anew, later.c.state == ReportState.RELAPSED))
    past = sa.or_(sa.and_(r.state == ReportState.RELAPSED, again), sa.and_(r.state.in_(_LADDER), c.state.in_(_OVER)))
    names = [name for name in Tracked.__dataclass_fields__ if name in r]
    query = (
        sa.select(
            *(r[name] for name in names),
            c.target.label("indicator"),
            c.kind.label("target"),
            c.brand,
            yes.scalar_subquery().label("approved_until"),
            WATCH.c.last_live,
            held.scalar_subquery().label("held_until"),
        )
        .join(CANDIDATE, c.id == r.candidate_id)
        .outerjoin(WATCH, WATCH.c.candidate_id == r.candidate_id)
        .where(r.state.not_in(_QUIET), sa.not_(past))
    )
    query = query if candidate_id is None else query.where(r.candidate_id == candidate_id)
    found = connection.execute(query)
    columns = tuple(found.keys())
    return [_tracked(columns, row) for row in found]


def _tracked(columns: Sequence[str], row: Sequence[Any]) -> Tracked:
    values = dict(zip(columns, row, strict=True))  # the mapping of a row takes three times as long
    values["climbed"] = tuple(values["climbed"])
    if values["state"] not in _HANDED:
        values["handed_at"] = None
    return Tracked(**values)


def targets_of(connection: sa.Connection, report_ids: Collection[int]) -> dict[int, str]:
    """Return what some reports are about, by their numbers; those that there are not are left out."""
    query = sa.select(REPORT.c.id, CANDIDATE.c.target).join(CANDIDATE, CANDIDATE.c.id == REPORT.c.candidate_id)
    return _named(connection, query, REPORT.c.id, report_ids)


def targets(connection: sa.Connection, candidate_ids: Collection[int]) -> dict[int, str]:
    """Return what some candidates are called, by their numbers; those that there are not are left out."""
    return _named(connection, sa.select(CANDIDATE.c.id, CANDIDATE.c.target), CANDIDATE.c.id, candidate_ids)


def _named(
    connection: sa.Connection, query: sa.Select[Any], column: sa.ColumnElement[int], ids: Collection[int]
) -> dict[int, str]:
    some = (connection.execute(query.where(column.in_(part))) for part in database.chunks(ids))
    return {number: target for rows in some for number, target in rows}


def sent_before(connection: sa.Connection, moment: datetime) -> list[int]:
    """Return the numbers of reports that went out before a moment and of which nobody said a word; no follow-ups."""
    silent = sa.and_(
        REPORT.c.state == ReportState.SENT, REPORT.c.sent_at <= moment, REPORT.c.purpose.not_in(AFTERWARDS)
    )
    return list(connection.execute(sa.select(REPORT.c.id).where(silent).order_by(REPORT.c.id)).scalars())


def out_though_gone(connection: sa.Connection, states: Collection[ReportState]) -> list[int]:
    """Return the candidates that are closed, for looks agree that they are down, and have reports in these states."""
    query = (
        sa.select(CANDIDATE.c.id)
        .join(WATCH, WATCH.c.candidate_id == CANDIDATE.c.id)
        .join(REPORT, REPORT.c.candidate_id == CANDIDATE.c.id)
        .where(REPORT.c.state.in_(states), REPORT.c.purpose.not_in(AFTERWARDS))
        .where(CANDIDATE.c.state == State.CLOSED, WATCH.c.standing == "down")
    )
    return list(connection.execute(query.distinct().order_by(CANDIDATE.c.id)).scalars())


def untold(connection: sa.Connection, purpose: str) -> list[int]:
    """Return the numbers of reports whose recipient is still to get a withdrawal, or a closure.

    A withdrawal: what somebody outside has, where it is disputed, was wrong, or the case was dismissed. A closure: what
    was seen to be gone, where the recipient did not say himself that he is done. What reminds the same recipient needs
    none of its own.
    """
    r, parent, told = REPORT.c, REPORT.alias(), REPORT.alias()
    taken_back = (ReportState.HELD, ReportState.WITHDRAWN)
    disputed = sa.and_(r.state.in_(taken_back), r.held_from.in_([one.value for one in OUT]))
    dismissed = sa.and_(r.state.in_(_OPEN), CANDIDATE.c.state == State.DISMISSED)
    which = {
        "withdrawal": sa.or_(disputed, dismissed),
        "closure": sa.and_(r.state == ReportState.VERIFIED_DOWN, r.claimed_at.is_(None)),
    }[purpose]
    was_out = sa.or_(parent.c.sent_at.is_not(None), parent.c.state == ReportState.UNKNOWN)
    reminds = sa.exists().where(
        parent.c.id == r.parent_id, parent.c.recipient == r.recipient, was_out, r.rung != "relapsed"
    )
    has = sa.exists().where(
        told.c.parent_id == r.id, told.c.purpose == purpose, told.c.state != ReportState.WITHDRAWN.value
    )
    query = sa.select(r.id).join(CANDIDATE, CANDIDATE.c.id == r.candidate_id)
    query = query.where(which, r.purpose.not_in(AFTERWARDS), r.recipient != "", sa.not_(reminds), sa.not_(has))
    return list(connection.execute(query.order_by(r.id)).scalars())


def acts_since(connection: sa.Connection, seq: int, acts: Collection[str]) -> dict[str, int]:
    """Return how often each of some acts stands in the log after a row."""
    e = EVENT.c
    query = sa.select(e.act, sa.func.count()).where(e.seq > seq, e.act.in_(acts)).group_by(e.act).order_by(e.act)
    return {str(act): count for act, count in connection.execute(query)}


def courses(connection: sa.Connection, *, since: datetime | None, brand: str) -> Courses:
    """Return the reports that went out, of a brand and since a moment where these are said; the oldest first.

    What reminds of another report, withdraws it or closes it is none of its own: it belongs to that report's course.
    """
    import numpy as np  # noqa: PLC0415  # slow, and only where figures are asked for

    r, c, moments = REPORT.c, CANDIDATE.c, database.of(connection)
    columns = [moments.time_text(column).label(name) for name, column in COLUMNS.items()]
    name = sa.case((r.desk != "", r.desk), else_=r.recipient)
    query = (
        sa.select(r.id, name, c.brand, r.kind, sa.type_coerce(r.state, sa.String), *columns)
        .join(CANDIDATE, c.id == r.candidate_id)
        .where(r.sent_at.is_not(None), sa.or_(r.parent_id.is_(None), r.rung != ""))
        .order_by(r.id)
    )
    query = query.where(r.sent_at >= since) if since else query
    query = query.where(c.brand == brand) if brand else query
    rows = connection.execute(query).all()
    by_column: list[Sequence[object]] = [*zip(*rows, strict=True)] or [()] * (5 + len(COLUMNS))
    texts: dict[Milestone, NDArray[np.datetime64]] = {
        milestone: np.array([one or "NaT" for one in by_column[5 + at]], dtype="datetime64[us]")
        for at, milestone in enumerate(COLUMNS)
    }
    ids, recipients, brands, kinds, states = by_column[:5]
    return Courses(ids, recipients, brands, kinds, states, texts)  # type: ignore[arg-type]  # columns of those types
