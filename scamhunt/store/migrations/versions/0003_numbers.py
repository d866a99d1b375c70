"""Reports of phone numbers, the role of a candidate's number, and who is behind a holder of blocks of numbers."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0003"
down_revision = "0002"

ROLES = ("callback", "caller_id", "sms_sender", "unknown")


def upgrade() -> None:
    """Create what numbers need."""
    op.add_column("candidate", sa.Column("role", _role(), nullable=True))
    _number_sighting()
    op.create_table(
        "carrier",
        *map(_text, ("holder", "frn", "name", "reason", "actor")),
        sa.Column("chosen_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("holder", name="pk_carrier"),
    )


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("carrier")
    op.drop_table("number_sighting")
    op.drop_column("candidate", "role")


def _number_sighting() -> None:
    table = "number_sighting"
    op.create_table(
        table,
        _count("id"),
        _count("reading_id"),
        *map(_text, ("number", "feed", "key")),
        sa.Column("line", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.Column("role", _role(), nullable=False),
        *map(_text, ("role_from", "subject")),
        sa.Column("robocall", sa.Boolean(), nullable=True),
        *map(_text, ("source", "place")),
        _count("reports"),
        _text("pool"),
        sa.Column("corroborates", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("dated", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["reading_id"], ["reading.id"], name=f"fk_{table}_reading_id_reading"),
        sa.UniqueConstraint("feed", "key", name=f"uq_{table}_feed_key"),
    )
    op.create_index(f"ix_{table}_number_seen_at", table, ["number", "seen_at"])


def _role() -> sa.Enum:
    return sa.Enum(*ROLES, native_enum=False, length=16)


def _text(name: str) -> sa.Column[str]:
    text = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    return sa.Column(name, text, nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)
