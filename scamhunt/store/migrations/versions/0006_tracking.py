"""What became of a report that is out, holds on targets, and answers that came by mail."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0006"
down_revision = "0005"

ONE_OF_A_KIND = ("candidate_id", "recipient", "purpose")
INDEXED = ("parent_id", "message_id", "token", "ticket")
"""What reports are looked up by."""
MOMENTS = (
    "acknowledged_at",
    "blocked_at",
    "claimed_at",
    "content_down_at",
    "dns_hold_at",
    "verified_at",
    "recovered_at",
)


def upgrade() -> None:
    """Create what tracking needs. A target that came back is reported to the same recipient again: in another round."""
    for column in _of_reports():
        op.add_column("report", column)
    op.execute("UPDATE report SET state_since = updated_at")
    with op.batch_alter_table("report", table_kwargs={"sqlite_autoincrement": True}) as report:
        report.alter_column("state_since", existing_type=UTCDateTime(), nullable=False)
        report.drop_constraint(f"uq_report_{'_'.join(ONE_OF_A_KIND)}", type_="unique")
        named = f"uq_report_{'_'.join((*ONE_OF_A_KIND, 'round'))}"
        report.create_unique_constraint(named, [*ONE_OF_A_KIND, "round"])
        report.create_foreign_key("fk_report_parent_id_report", "report", ["parent_id"], ["id"])
    for name in INDEXED:
        _index("report", name)
    _hold()
    _reply()


def downgrade() -> None:
    """Drop it again; of several rounds the last one stays. What was answered is then known to nobody but the log."""
    for table in ("reply", "hold"):
        op.drop_table(table)
    for name in INDEXED:
        op.drop_index(f"ix_report_{name}", "report")
    same = " AND ".join(f"later.{name} = report.{name}" for name in ONE_OF_A_KIND)
    later = f"SELECT 1 FROM report AS later WHERE {same} AND later.round > report.round"  # noqa: S608  # names of ours
    op.execute("UPDATE report SET parent_id = NULL")
    op.execute(f"DELETE FROM approval WHERE report_id IN (SELECT id FROM report WHERE EXISTS ({later}))")  # noqa: S608  # of ours
    op.execute(f"DELETE FROM report WHERE EXISTS ({later})")  # noqa: S608  # names of ours
    with op.batch_alter_table("report", table_kwargs={"sqlite_autoincrement": True}) as report:
        report.drop_constraint("fk_report_parent_id_report", type_="foreignkey")
        report.drop_constraint(f"uq_report_{'_'.join((*ONE_OF_A_KIND, 'round'))}", type_="unique")
        report.create_unique_constraint(f"uq_report_{'_'.join(ONE_OF_A_KIND)}", list(ONE_OF_A_KIND))
        for column in reversed(_of_reports()):
            report.drop_column(column.name)


def _of_reports() -> list[sa.Column[object]]:
    return [
        sa.Column("round", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        _text("rung", ""),
        sa.Column("climbed", sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
        _text("held_from", ""),
        _time("state_since", nullable=True),
        *(_time(name, nullable=True) for name in MOMENTS),
    ]


def _hold() -> None:
    op.create_table(
        "hold",
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("id", "candidate_id")),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("report_id", "of_hold")),
        *map(_text, ("kind", "owner", "reason")),
        *map(_time, ("begun_at", "until")),
        _time("answered_at", nullable=True),
        _time("ended_at", nullable=True),
        *map(_text, ("ended_by", "ended_why", "finding")),
        sa.PrimaryKeyConstraint("id", name="pk_hold"),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidate.id"], name="fk_hold_candidate_id_candidate"),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_hold_report_id_report"),
        sa.ForeignKeyConstraint(["of_hold"], ["hold.id"], name="fk_hold_of_hold_hold"),
        sqlite_autoincrement=True,
    )
    _index("hold", "candidate_id", "ended_at")
    _index("hold", "ended_at", "until")


def _reply() -> None:
    op.create_table(
        "reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        *map(_text, ("digest", "message_id", "kind", "sender_domain", "authentication", "matched_by")),
        *map(_text, ("suggests", "why", "state", "decided_by")),
        sa.Column("tickets", sa.JSON(), nullable=False),
        sa.Column("doubts", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _time("read_at"),
        *(_time(name, nullable=True) for name in ("sent_at", "decided_at")),
        sa.PrimaryKeyConstraint("id", name="pk_reply"),
        sa.UniqueConstraint("digest", name="uq_reply_digest"),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_reply_report_id_report"),
        sqlite_autoincrement=True,
    )
    _index("reply", "report_id", "id")
    _index("reply", "state", "read_at")


def _text(name: str, default: str | None = None) -> sa.Column[object]:
    text = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    return sa.Column(name, text, server_default=default, nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, UTCDateTime(), nullable=nullable)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))
