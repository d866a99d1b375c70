"""Who is signed in on the web page, second factors, and the tokens of scripts."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0008"
down_revision = "0007"

TABLES = ("session", "attempt", "second_factor", "token")


def upgrade() -> None:
    """Create what signing in needs."""
    op.create_table(
        "session",
        *map(_text, ("id", "person")),
        *map(_time, ("begun_at", "seen_at", "proved_at")),
        _time("ended_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
    )
    _index("session", "person", "seen_at")
    op.create_table(
        "attempt",
        *map(_text, ("id", "name")),
        _time("at"),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
    )
    _index("attempt", "name")
    op.create_table(
        "second_factor",
        _text("person"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _time("made_at"),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_second_factor"),
    )
    op.create_table(
        "token",
        sa.Column("id", sa.Integer(), nullable=False),
        *map(_text, ("person", "name", "sha256")),
        sa.Column("scopes", sa.JSON(), nullable=False),
        *map(_time, ("made_at", "until")),
        _time("ended_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_token"),
        sqlite_autoincrement=True,
    )
    _index("token", "person")


def downgrade() -> None:
    """Drop it again: everybody signs in anew, second factors and tokens are made anew."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _text(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, UTCDateTime(), nullable=nullable)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))
