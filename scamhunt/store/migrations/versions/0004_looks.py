"""Looks, what they found, the bytes that prove it, and when to look again; how far a host slowed us down."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0004"
down_revision = "0003"

VERDICTS = ("impersonates", "suspicious", "parked", "inconclusive", "benign")
LIVENESS = ("live", "suspended", "taken_down", "parked", "unreachable", "unknown")
OUTCOMES = ("found", "absent", "empty", "failed", "timeout", "refused", "skipped")


def upgrade() -> None:
    """Create what investigations need."""
    op.add_column("host", sa.Column("slower", sa.Integer(), server_default=sa.text("0"), nullable=False))
    _look()
    _finding()
    _evidence()
    _watch()


def downgrade() -> None:
    """Drop it again; the files of the evidence stay."""
    for table in ("watch", "evidence", "finding", "look"):
        op.drop_table(table)
    op.drop_column("host", "slower")


def _look() -> None:
    op.create_table(
        "look",
        _count("id"),
        sa.Column("candidate_id", sa.Integer(), nullable=True),
        *map(_text, ("subject", "url", "depth")),
        *map(_time, ("begun", "ended")),
        _text("operator"),
        _one_of("verdict", VERDICTS),
        _text("brand"),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("calibrated", sa.Boolean(), nullable=False),
        _one_of("liveness", LIVENESS),
        _text("manifest"),
        sa.Column("clock", sa.JSON(), nullable=False),
        _key("look", "id"),
        _belongs_to("look", "candidate"),
        sqlite_autoincrement=True,
    )
    _index("look", "candidate_id", "id")
    _index("look", "subject")


def _finding() -> None:
    op.create_table(
        "finding",
        *map(_count, ("id", "look_id")),
        *map(_text, ("kind", "source")),
        _time("observed_at"),
        _one_of("outcome", OUTCOMES),
        _text("text"),
        sa.Column("data", sa.JSON(), nullable=False),
        *map(_text, ("sha256", "vantage")),
        _key("finding", "id"),
        _belongs_to("finding", "look"),
    )
    _index("finding", "look_id")
    _index("finding", "kind", "look_id")


def _evidence() -> None:
    op.create_table(
        "evidence",
        *map(_count, ("id", "look_id")),
        *map(_text, ("sha256", "sha512")),
        sa.Column("size", sa.BigInteger(), nullable=False),
        *map(_text, ("media_type", "url")),
        _time("acquired_at"),
        *map(_text, ("tool", "vantage", "operator", "note")),
        _key("evidence", "id"),
        _belongs_to("evidence", "look"),
        sqlite_autoincrement=True,
    )
    _index("evidence", "look_id")
    _index("evidence", "sha256", "id")


def _watch() -> None:
    op.create_table(
        "watch",
        sa.Column("candidate_id", sa.Integer(), autoincrement=False, nullable=False),
        _one_of("liveness", LIVENESS),
        _text("standing"),
        _time("since"),
        *(sa.Column(name, UTCDateTime(), nullable=True) for name in ("due_at", "looked_at")),
        _count("looks"),
        *(sa.Column(name, UTCDateTime(), nullable=True) for name in ("first_live", "last_live")),
        _key("watch", "candidate_id"),
        _belongs_to("watch", "candidate"),
    )
    _index("watch", "due_at")


def _text(name: str) -> sa.Column[str]:
    text = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    return sa.Column(name, text, nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, UTCDateTime(), nullable=False)


def _one_of(name: str, values: tuple[str, ...]) -> sa.Column[str]:
    return sa.Column(name, sa.Enum(*values, native_enum=False, length=16), nullable=False)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _belongs_to(table: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=f"fk_{table}_{other}_id_{other}")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))
