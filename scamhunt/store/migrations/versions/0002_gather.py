"""Runs of feeds, their marks, validators and hosts; line numbers as large as the index of a certificate log."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0002"
down_revision = "0001"

LINES = ("sighting", "quarantined")


def upgrade() -> None:
    """Create what feeds need from night to night."""
    _lines_of(sa.BigInteger())
    _run()
    op.create_table("feed_mark", _text("feed"), _text("mark"), _time("moved_at"), _key("feed_mark", "feed"))
    _validator()
    op.create_table("host", _text("name"), _time("free_at"), _key("host", "name"))


def downgrade() -> None:
    """Drop it again."""
    for table in ("host", "validator", "feed_mark", "run"):
        op.drop_table(table)
    _lines_of(sa.Integer())


def _lines_of(kind: sa.Integer) -> None:
    if op.get_bind().dialect.name != "sqlite":  # there an INTEGER has eight bytes
        for table in LINES:
            op.alter_column(table, "line", type_=kind)


def _run() -> None:
    op.create_table(
        "run",
        _number("id"),
        *map(_text, ("feed", "location")),
        _time("started_at"),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        *map(_text, ("status", "problem")),
        *map(_number, ("read", "accepted", "duplicate", "quarantined")),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("newest", UTCDateTime(), nullable=True),
        sa.Column("suffixes", sa.JSON(), nullable=False),
        *map(_text, ("sha256", "shape")),
        sa.Column("behind", sa.BigInteger(), nullable=False),
        _key("run", "id"),
    )
    op.create_index("ix_run_feed_location_id", "run", ["feed", "location", "id"])


def _validator() -> None:
    op.create_table(
        "validator",
        *map(_text, ("feed", "url", "etag", "last_modified")),
        _number("reading_id"),
        _key("validator", "feed", "url"),
        sa.ForeignKeyConstraint(["reading_id"], ["reading.id"], name="fk_validator_reading_id_reading"),
    )


def _text(name: str) -> sa.Column[str]:
    text = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    return sa.Column(name, text, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, UTCDateTime(), nullable=False)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")
