"""Stored abuse reports and their approvals."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from scamhunt.errors import NotAllowedNow, NotFound
from scamhunt.model import ReportState
from scamhunt.store.tables import APPROVAL, CANDIDATE, REPORT
from scamhunt.store.values import ApprovalView, ReportDraft, ReportView, storable, storable_id

AGAIN = "relapsed"
"""The step of a ladder that reports again what came back: a report of its own, in another round."""
FORGOTTEN = {"sha256": "", "message_id": "", "frozen_at": None, "due_at": None, "holder": "", "handed_at": None}
"""What a report that is a draft again no longer has."""


def on(connection: sa.Connection, candidate_id: int, recipient: str, purpose: str) -> ReportView | None:
    """Return the report that a draft for this recipient belongs to, the last one where there were several.

    That is the one for this recipient; else a draft that has none yet; for no recipient the only one that there is.
    What follows another report is none of it: see `following`.
    """
    own = sa.or_(REPORT.c.parent_id.is_(None), REPORT.c.rung == AGAIN)
    same = sa.and_(REPORT.c.candidate_id == candidate_id, REPORT.c.purpose == purpose, own)
    rows = connection.execute(sa.select(REPORT).where(same).order_by(REPORT.c.round)).mappings()
    found = {row["recipient"]: ReportView(**row) for row in rows}
    if recipient in found or (recipient and "" in found):
        return found.get(recipient) or found[""]
    return next(iter(found.values())) if not recipient and len(found) == 1 else None


def following(connection: sa.Connection, parent_id: int) -> list[ReportView]:
    """Return the reminders, escalations, withdrawals and closures of a report, the oldest first."""
    query = sa.select(REPORT).where(REPORT.c.parent_id == parent_id).order_by(REPORT.c.id)
    return [ReportView(**row) for row in connection.execute(query).mappings()]


def belongs_to(connection: sa.Connection, draft: ReportDraft) -> ReportView | None:
    """Return the report that a draft would change, None where it would be a new one."""
    if draft.parent_id is None or draft.rung == AGAIN:
        return on(connection, draft.candidate_id, draft.recipient, draft.purpose)
    same = (draft.purpose, draft.rung)
    return next(
        (one for one in following(connection, draft.parent_id) if (one.purpose, one.rung) == same and not is_over(one)),
        None,
    )


def is_over(report: ReportView) -> bool:
    """Say whether a report ran its course: a new draft is another report, and this one stays as it is."""
    if report.state is ReportState.WITHDRAWN:
        return report.sent_at is not None
    return report.state in {ReportState.VERIFIED_DOWN, ReportState.RELAPSED}


def save(connection: sa.Connection, draft: ReportDraft, now: datetime) -> ReportView:
    """Store a draft, or change the report that it belongs to; what was frozen of it is forgotten."""
    row = {
        "candidate_id": draft.candidate_id,
        "state": ReportState.DRAFT,
        "kind": draft.kind,
        "channel": draft.channel,
        "recipient": draft.recipient,
        "desk": draft.desk,
        "purpose": draft.purpose,
        "template": draft.template,
        "note": storable(draft.note),
        "fields": dict(draft.fields),
        "vouched": dict(draft.vouched),
        "authors": list(draft.authors),
        "parent_id": draft.parent_id,
        "rung": draft.rung,
        "updated_at": now,
    }
    known = belongs_to(connection, draft)
    if known is not None and not is_over(known) and draft.parent_id is None:  # what it follows stays known
        row |= {"parent_id": known.parent_id, "rung": known.rung}
    if known is None or is_over(known):
        fresh = {"created_at": now, "state_since": now, "revision": 0, "token": uuid.uuid4().hex, "climbed": []}
        number = _last_round(connection, draft) + 1
        insert = sa.insert(REPORT).values(row | fresh | {"round": number}).returning(REPORT.c.id)
        return get(connection, connection.execute(insert).scalar_one())
    # The same words again after a withdrawal are another message.
    if known.state is not ReportState.DRAFT or not known.token:
        row["token"] = uuid.uuid4().hex
    return change(connection, known, row | FORGOTTEN, now)


def _last_round(connection: sa.Connection, draft: ReportDraft) -> int:
    same = (REPORT.c.candidate_id == draft.candidate_id, REPORT.c.recipient == draft.recipient)
    query = sa.select(sa.func.max(REPORT.c.round)).where(*same, REPORT.c.purpose == draft.purpose)
    return connection.execute(query).scalar() or 0


def change(connection: sa.Connection, report: ReportView, changes: dict[str, Any], now: datetime) -> ReportView:
    """Change a report that is still as it was loaded. Raises `NotAllowedNow` when somebody changed it since."""
    same = sa.and_(REPORT.c.id == report.id, REPORT.c.revision == report.revision, REPORT.c.state == report.state)
    row = changes | {"revision": report.revision + 1, "updated_at": now}
    if changes.get("state", report.state) is not report.state:
        row["state_since"] = now
    if connection.execute(sa.update(REPORT).where(same).values(row)).rowcount != 1:
        raise NotAllowedNow(
            f"somebody else changed report {report.id} meanwhile; look at it again: scamhunt reports show {report.id}"
        )
    return get(connection, report.id)


def of_candidate(connection: sa.Connection, candidate_id: int, states: Sequence[ReportState]) -> list[ReportView]:
    """Return the reports on a candidate that are in one of some states, the oldest first."""
    which = sa.and_(REPORT.c.candidate_id == candidate_id, REPORT.c.state.in_(states))
    return [
        ReportView(**row) for row in connection.execute(sa.select(REPORT).where(which).order_by(REPORT.c.id)).mappings()
    ]


def due(connection: sa.Connection, now: datetime, limit: int) -> list[int]:
    """Return the numbers of queued reports that may go out, those that wait longest first."""
    ready = sa.and_(REPORT.c.state == ReportState.QUEUED, REPORT.c.due_at <= now)
    query = sa.select(REPORT.c.id).where(ready).order_by(REPORT.c.due_at, REPORT.c.id).limit(limit)
    return list(connection.execute(query).scalars())


def sending(connection: sa.Connection) -> list[ReportView]:
    """Return the reports that are on their way, or were when their process ended."""
    query = sa.select(REPORT).where(REPORT.c.state == ReportState.SENDING).order_by(REPORT.c.id)
    return [ReportView(**row) for row in connection.execute(query).mappings()]


def count(connection: sa.Connection, states: Sequence[ReportState]) -> dict[ReportState, int]:
    """Return how many reports are in each of some states; a state that none is in is left out."""
    query = sa.select(REPORT.c.state, sa.func.count()).where(REPORT.c.state.in_(states)).group_by(REPORT.c.state)
    return {ReportState(state): number for state, number in connection.execute(query)}


def tries(connection: sa.Connection, recipient: str, since: datetime) -> list[datetime]:
    """Return when a mail to a recipient was tried since a moment, the oldest first; of each report the last time."""
    which = sa.and_(REPORT.c.recipient == recipient, REPORT.c.tried_at > since)
    return list(connection.execute(sa.select(REPORT.c.tried_at).where(which).order_by(REPORT.c.tried_at)).scalars())


def page(
    connection: sa.Connection, state: ReportState | None, candidate_id: int | None, limit: int
) -> list[ReportView]:
    """Return reports, the newest first."""
    query = sa.select(REPORT).order_by(REPORT.c.id.desc()).limit(limit)
    if state is not None:
        query = query.where(REPORT.c.state == state)
    if candidate_id is not None:
        query = query.where(REPORT.c.candidate_id == storable_id(candidate_id))
    return [ReportView(**row) for row in connection.execute(query).mappings()]


def listed(
    connection: sa.Connection, states: Sequence[ReportState], text: str, before: int, limit: int
) -> list[tuple[ReportView, str]]:
    """Return reports with their targets, the newest first, from the one before a number on; 0: from the newest."""
    query = sa.select(REPORT, CANDIDATE.c.target).join_from(REPORT, CANDIDATE, CANDIDATE.c.id == REPORT.c.candidate_id)
    if states:
        query = query.where(REPORT.c.state.in_(list(states)))
    if text:
        named = CANDIDATE.c.target.contains(storable(text), autoescape=True)
        query = query.where(sa.or_(named, REPORT.c.recipient.contains(storable(text), autoescape=True)))
    if before:
        query = query.where(REPORT.c.id < before)
    rows = connection.execute(query.order_by(REPORT.c.id.desc()).limit(limit)).mappings()
    found = [dict(row) for row in rows]
    return [(ReportView(**{name: one[name] for name in one if name != "target"}), one["target"]) for one in found]


def get(connection: sa.Connection, report_id: int) -> ReportView:
    """Return one report. Raises `NotFound`."""
    report_id = storable_id(report_id)
    row = connection.execute(sa.select(REPORT).where(REPORT.c.id == report_id)).mappings().first()
    if row is None:
        raise NotFound(f"no report {report_id or 'of that number'}; see: scamhunt reports list")
    return ReportView(**row)


# --- approvals --------------------------------------------------------------------------------------------------------


def approvals(connection: sa.Connection, report_id: int) -> list[ApprovalView]:
    """Return what people said to a report, the oldest first."""
    query = sa.select(APPROVAL).where(APPROVAL.c.report_id == storable_id(report_id)).order_by(APPROVAL.c.id)
    return [ApprovalView(**row) for row in connection.execute(query).mappings()]


def approve(connection: sa.Connection, row: dict[str, Any], now: datetime, hours: float) -> ApprovalView:
    """Store one person's yes, which holds for so many hours."""
    values = row | {"at": now, "until": now + timedelta(hours=hours), "voided_at": None, "voided_why": ""}
    number = connection.execute(sa.insert(APPROVAL).values(values).returning(APPROVAL.c.id)).scalar_one()
    return next(one for one in approvals(connection, values["report_id"]) if one.id == number)


def void(connection: sa.Connection, report_id: int, why: str, now: datetime) -> int:
    """Void what people said to a report so far; return how many of these held."""
    standing = sa.and_(APPROVAL.c.report_id == report_id, APPROVAL.c.voided_at.is_(None))
    change_to = {"voided_at": now, "voided_why": storable(why)}
    return connection.execute(sa.update(APPROVAL).where(standing).values(change_to)).rowcount
