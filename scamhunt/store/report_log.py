"""What the log, and not the table, tells of who said yes to a report."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from scamhunt.store import log
from scamhunt.store.row_log import APPROVALS, REPORTS, told_row
from scamhunt.store.tables import APPROVAL
from scamhunt.store.values import ApprovalTold, EventView, ReportView
from scamhunt.takedown.steps import Step

GIVE, VOID = APPROVALS.acts
ANEW = tuple(f"report.{step}" for step in (Step.DRAFT, Step.EDIT, Step.VOID, Step.WITHDRAW))
"""After these no earlier yes holds."""
_SAME = ("report_id", "sha256", "recipient")


def approved_by_log(connection: sa.Connection, report: ReportView) -> list[ApprovalTold]:
    """Return each yes to these bytes of a report for this recipient that the log tells of, the oldest first.

    What was said before the last draft, edit or withdrawal is left out, and what was voided. Who said it is the actor
    of the event; a yes that names somebody else is left out too.
    """
    anew = log.last(connection, f"{REPORTS.prefix}:{report.id}", ANEW)
    wanted = dict(zip(_SAME, (report.id, report.sha256, report.recipient), strict=True))
    told = []
    for given, last in _by_approval(connection, report.id):
        row = told_row(given.detail)
        since = anew is None or given.seq > anew.seq
        if since and last.act == GIVE and {name: row.get(name) for name in _SAME} == wanted and _own(given, row):
            told.append(_told(given, row))
    return told


def _by_approval(connection: sa.Connection, report_id: int) -> list[tuple[EventView, EventView]]:
    """Return of each approval of a report, as the table numbers them, its first and its last event."""
    numbers = connection.execute(
        sa.select(APPROVAL.c.id).where(APPROVAL.c.report_id == report_id).order_by(APPROVAL.c.id)
    ).scalars()
    histories = [log.history(connection, f"{APPROVALS.prefix}:{number}") for number in numbers]
    acted = [[one for one in events if one.act in APPROVALS.acts] for events in histories]
    return [(events[0], events[-1]) for events in acted if events and events[0].act == GIVE]


def _own(given: EventView, row: Mapping[str, object]) -> bool:
    return (row.get("approver"), row.get("proof")) == (given.actor, given.proof)


def _told(given: EventView, row: Mapping[str, object]) -> ApprovalTold:
    return ApprovalTold(
        approver=given.actor,
        proof=given.proof,
        sha256=str(row["sha256"]),
        recipient=str(row["recipient"]),
        counts=row.get("counts") == 1,
        alone=row.get("alone") == 1,
        at=given.at,
        until=datetime.fromisoformat(str(row["until"])),
    )
