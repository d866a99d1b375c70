"""What cases show of their makers, campaigns, packets for agencies, and what came of these."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0007"
down_revision = "0006"

TABLES = ("sign", "campaign", "member", "ruling", "packet", "outcome", "overlap")


def upgrade() -> None:
    """Create what campaigns and referrals need."""
    op.create_table(
        "sign",
        *(_number(name) for name in ("id", "candidate_id")),
        *map(_text, ("kind", "value")),
        *map(_time, ("first_at", "last_at")),
        _text("evidence"),
        _number("look_id", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sign"),
        sa.UniqueConstraint("candidate_id", "kind", "value", name="uq_sign_candidate_id_kind_value"),
        _refers("sign", "candidate_id", "candidate"),
        _refers("sign", "look_id", "look"),
    )
    _index("sign", "kind", "value")
    op.create_table(
        "campaign",
        _text("id"),
        _time("formed_at"),
        _time("gone_at", nullable=True),
        _list("successors"),
        sa.PrimaryKeyConstraint("id", name="pk_campaign"),
    )
    op.create_table(
        "member",
        sa.Column("candidate_id", sa.Integer(), autoincrement=False, nullable=False),
        _text("campaign_id"),
        _time("since"),
        sa.PrimaryKeyConstraint("candidate_id", name="pk_member"),
        _refers("member", "candidate_id", "candidate"),
        _refers("member", "campaign_id", "campaign"),
    )
    _index("member", "campaign_id")
    _ruling()
    _packet()
    _outcome()
    _overlap()


def downgrade() -> None:
    """Drop it again. What was handed over is then known to nobody but the log."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _ruling() -> None:
    op.create_table(
        "ruling",
        _number("id"),
        *map(_text, ("act", "kind", "value")),
        *(_number(name, nullable=True) for name in ("case_id", "other_id")),
        *map(_text, ("reason", "actor")),
        _time("at"),
        _time("ended_at", nullable=True),
        _text("ended_by"),
        sa.PrimaryKeyConstraint("id", name="pk_ruling"),
        _refers("ruling", "case_id", "candidate"),
        _refers("ruling", "other_id", "candidate"),
        sqlite_autoincrement=True,
    )
    _index("ruling", "ended_at")


def _packet() -> None:
    op.create_table(
        "packet",
        *map(_text, ("id", "state", "agency", "purpose")),
        *map(_list, ("cases", "campaigns")),
        _list("outs"),
        *map(_text, ("name", "sha256")),
        sa.Column("size", sa.BigInteger(), nullable=False),
        _number("hold_days"),
        _text("locked_to"),
        _list("builders"),
        _time("built_at"),
        *map(_text, ("released_by", "released_proof")),
        _time("released_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_packet"),
    )
    _index("packet", "built_at")


def _outcome() -> None:
    op.create_table(
        "outcome",
        _number("id"),
        *map(_text, ("packet_id", "kind", "ref", "note")),
        _time("at"),
        _text("actor"),
        *(_time(name, nullable=True) for name in ("due_at", "done_at")),
        _text("done_by"),
        sa.PrimaryKeyConstraint("id", name="pk_outcome"),
        _refers("outcome", "packet_id", "packet"),
        sqlite_autoincrement=True,
    )
    _index("outcome", "packet_id")
    _index("outcome", "done_at", "due_at")


def _overlap() -> None:
    op.create_table(
        "overlap",
        *map(_text, ("id", "partner", "purpose", "side")),
        _list("cases"),
        _text("begun_by"),
        _time("begun_at"),
        *map(_number, ("compared", "common")),
        _text("ended_by"),
        _time("ended_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_overlap"),
    )


def _number(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _text(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False)


def _list(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.JSON(), nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, UTCDateTime(), nullable=nullable)


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))
