"""Stored abuse reports."""

from datetime import datetime

import sqlalchemy as sa

from scamhunt.errors import NotFound
from scamhunt.model import ReportState
from scamhunt.store.tables import REPORT
from scamhunt.store.values import ReportDraft, ReportView, storable, storable_id


def on(connection: sa.Connection, candidate_id: int, recipient: str, purpose: str) -> ReportView | None:
    """Return the report that a draft for this recipient belongs to.

    That is the one for this recipient; else a draft that has none yet; for no recipient the only one that there is.
    """
    same = sa.and_(REPORT.c.candidate_id == candidate_id, REPORT.c.purpose == purpose)
    found = {
        row["recipient"]: ReportView(**row) for row in connection.execute(sa.select(REPORT).where(same)).mappings()
    }
    if recipient in found or (recipient and "" in found):
        return found.get(recipient) or found[""]
    return next(iter(found.values())) if not recipient and len(found) == 1 else None


def save(connection: sa.Connection, draft: ReportDraft, now: datetime) -> ReportView:
    """Store a draft, or change the report that it belongs to; a withdrawn one is a draft again."""
    row = {
        "candidate_id": draft.candidate_id,
        "state": ReportState.DRAFT,
        "kind": draft.kind,
        "recipient": draft.recipient,
        "purpose": draft.purpose,
        "template": draft.template,
        "note": storable(draft.note),
        "fields": dict(draft.fields),
        "updated_at": now,
    }
    known = on(connection, draft.candidate_id, draft.recipient, draft.purpose)
    if known is None:
        insert = sa.insert(REPORT).values(row | {"created_at": now}).returning(REPORT.c.id)
        return get(connection, connection.execute(insert).scalar_one())
    connection.execute(sa.update(REPORT).where(REPORT.c.id == known.id).values(row))
    return get(connection, known.id)


def withdraw(connection: sa.Connection, candidate_id: int, now: datetime) -> list[ReportView]:
    """Withdraw the drafts on a candidate and return them."""
    drafts = sa.and_(REPORT.c.candidate_id == candidate_id, REPORT.c.state == ReportState.DRAFT)
    ids = connection.execute(sa.select(REPORT.c.id).where(drafts).order_by(REPORT.c.id)).scalars().all()
    change = {"state": ReportState.WITHDRAWN, "updated_at": now}
    connection.execute(sa.update(REPORT).where(REPORT.c.id.in_(ids)).values(change))
    return [get(connection, report_id) for report_id in ids]


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


def get(connection: sa.Connection, report_id: int) -> ReportView:
    """Return one report. Raises `NotFound`."""
    report_id = storable_id(report_id)
    row = connection.execute(sa.select(REPORT).where(REPORT.c.id == report_id)).mappings().first()
    if row is None:
        raise NotFound(f"no report {report_id or 'of that number'}; see: scamhunt reports list")
    return ReportView(**row)
