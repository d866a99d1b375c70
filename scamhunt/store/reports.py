"""Stored abuse reports."""

from datetime import datetime

import sqlalchemy as sa

from scamhunt.errors import NotFound
from scamhunt.model import ReportState
from scamhunt.store import database
from scamhunt.store.tables import REPORT
from scamhunt.store.values import ReportDraft, ReportView, storable


def save(connection: sa.Connection, draft: ReportDraft, now: datetime) -> ReportView:
    """Store a draft, or change the one that is there for this candidate, recipient and purpose."""
    row = {
        "candidate_id": draft.candidate_id,
        "state": ReportState.DRAFT,
        "kind": draft.kind,
        "recipient": draft.recipient,
        "purpose": draft.purpose,
        "template": draft.template,
        "note": storable(draft.note),
        "fields": dict(draft.fields),
        "created_at": now,
        "updated_at": now,
    }
    insert = database.insert_into(connection, REPORT).values(row)
    changes = {name: row[name] for name in ("kind", "template", "note", "fields", "updated_at")}
    same = ["candidate_id", "recipient", "purpose"]
    connection.execute(
        insert.on_conflict_do_update(index_elements=same, set_=changes, where=REPORT.c.state == ReportState.DRAFT)
    )
    found = (
        connection.execute(sa.select(REPORT).where(*(REPORT.c[name] == row[name] for name in same))).mappings().one()
    )
    return ReportView(**found)


def page(
    connection: sa.Connection, state: ReportState | None, candidate_id: int | None, limit: int, offset: int
) -> list[ReportView]:
    """Return reports, the newest first."""
    query = sa.select(REPORT).order_by(REPORT.c.id.desc()).limit(limit).offset(offset)
    if state is not None:
        query = query.where(REPORT.c.state == state)
    if candidate_id is not None:
        query = query.where(REPORT.c.candidate_id == candidate_id)
    return [ReportView(**row) for row in connection.execute(query).mappings()]


def get(connection: sa.Connection, report_id: int) -> ReportView:
    """Return one report. Raises `NotFound`."""
    row = connection.execute(sa.select(REPORT).where(REPORT.c.id == report_id)).mappings().first()
    if row is None:
        raise NotFound(f"no report {report_id}; see: scamhunt reports list")
    return ReportView(**row)
