"""How far a report went, who approved it, who may act, which desks are confirmed, and what two people let through."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0005"
down_revision = "0004"

CHANNELS = ("email", "form", "api", "portal")


def upgrade() -> None:
    """Create what takedowns need."""
    op.drop_index("ix_report_state", "report")
    for column in _of_reports():
        op.add_column("report", column)
    _index("report", "state", "due_at")
    _index("report", "recipient", "tried_at")
    _approval()
    _person()
    _confirmation()
    _override()


def downgrade() -> None:
    """Drop it again; what was sent is then known to nobody but the log."""
    for table in ("override", "confirmation", "person", "approval"):
        op.drop_table(table)
    for index in ("recipient_tried_at", "state_due_at"):
        op.drop_index(f"ix_report_{index}", "report")
    for column in reversed(_of_reports()):
        op.drop_column("report", column.name)
    _index("report", "state")


def _of_reports() -> list[sa.Column[object]]:
    channel = sa.Enum(*CHANNELS, native_enum=False, length=16)
    return [
        sa.Column("revision", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("channel", channel, server_default="email", nullable=False),
        *(_text(name, "") for name in ("desk", "token", "sha256", "message_id", "holder", "answer", "ticket")),
        sa.Column("vouched", sa.JSON(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("authors", sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
        *(_time(name, nullable=True) for name in ("frozen_at", "due_at", "tried_at", "sent_at", "handed_at")),
    ]


def _approval() -> None:
    op.create_table(
        "approval",
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("id", "report_id")),
        *map(_text, ("sha256", "recipient", "approver", "proof")),
        sa.Column("accepted", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("alone", "counts")),
        *map(_time, ("at", "until")),
        _time("voided_at", nullable=True),
        _text("voided_why"),
        sa.PrimaryKeyConstraint("id", name="pk_approval"),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_approval_report_id_report"),
        sqlite_autoincrement=True,
    )
    _index("approval", "report_id", "id")


def _person() -> None:
    op.create_table(
        "person",
        _text("name"),
        sa.Column("roles", sa.JSON(), nullable=False),
        *map(_text, ("password", "added_by")),
        _time("added_at"),
        _time("removed_at", nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_person"),
    )


def _confirmation() -> None:
    op.create_table(
        "confirmation",
        *map(_text, ("desk", "actor", "note", "content")),
        _time("at"),
        sa.PrimaryKeyConstraint("desk", name="pk_confirmation"),
    )


def _override() -> None:
    op.create_table(
        "override",
        *map(_text, ("target", "reason", "asked_by")),
        _time("asked_at"),
        *map(_text, ("granted_by", "granted_proof")),
        *(_time(name, nullable=True) for name in ("granted_at", "until")),
        sa.PrimaryKeyConstraint("target", name="pk_override"),
    )


def _text(name: str, default: str | None = None) -> sa.Column[object]:
    text = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    return sa.Column(name, text, server_default=default, nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, UTCDateTime(), nullable=nullable)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))
