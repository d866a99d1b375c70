"""The first tables: candidates with their matches, readings, quarantine, the log, reports, leases."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0001"
down_revision = None

KINDS = ("domain", "url", "phone")
STATES = ("new", "watched", "confirmed", "dismissed", "closed")
TABLES = ("lease", "report", "event", "quarantined", "sighting", "match", "reading", "candidate")


def upgrade() -> None:
    """Create everything."""
    _candidate()
    _match()
    _reading()
    _sighting()
    _quarantined()
    _event()
    _report()
    op.create_table("lease", _text("name"), _text("holder"), _time("expires_at"), _key("name", "lease"))


def downgrade() -> None:
    """Drop everything, the log too."""
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION event_is_append_only()")


def _candidate() -> None:
    op.create_table(
        "candidate",
        _number("id"),
        _one_of("kind", KINDS),
        _text("target"),
        _one_of("state", STATES),
        _time("state_since"),
        _number("revision"),
        _text("brand"),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        *map(_time, ("first_seen", "last_seen", "created_at", "updated_at")),
        _key("id", "candidate"),
        sa.UniqueConstraint("kind", "target", name="uq_candidate_kind_target"),
        sqlite_autoincrement=True,
    )
    for columns in (["brand", "score"], ["score"], ["state", "score"]):
        _index("candidate", *columns)


def _match() -> None:
    op.create_table(
        "match",
        _number("id"),
        _number("candidate_id"),
        _text("brand"),
        _text("indicator"),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        _key("id", "match"),
        _belongs_to("match", "candidate"),
        sa.UniqueConstraint("candidate_id", "brand", name="uq_match_candidate_id_brand"),
    )


def _reading() -> None:
    op.create_table(
        "reading",
        _number("id"),
        *map(_text, ("feed", "location", "sha256")),
        sa.Column("size", sa.BigInteger(), nullable=False),
        _text("archive"),
        _text("since"),
        _time("started_at"),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        _text("mark"),
        *map(_number, ("read", "accepted", "duplicate", "quarantined")),
        sa.CheckConstraint("read = accepted + duplicate + quarantined", name=op.f("ck_reading_adds_up")),
        _key("id", "reading"),
        sa.UniqueConstraint("feed", "sha256", "since", name="uq_reading_feed_sha256_since"),
    )


def _sighting() -> None:
    op.create_table(
        "sighting",
        *map(_number, ("id", "candidate_id", "reading_id", "line")),
        _text("value"),
        _time("seen_at"),
        _key("id", "sighting"),
        _belongs_to("sighting", "candidate"),
        _belongs_to("sighting", "reading"),
        sa.UniqueConstraint("reading_id", "line", "value", name="uq_sighting_reading_id_line_value"),
    )
    _index("sighting", "candidate_id", "value")
    _index("sighting", "value")


def _quarantined() -> None:
    op.create_table(
        "quarantined",
        *map(_number, ("id", "reading_id")),
        _text("feed"),
        _number("line"),
        _text("reason"),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        _text("sha256"),
        _time("at"),
        _key("id", "quarantined"),
        _belongs_to("quarantined", "reading"),
    )
    _index("quarantined", "feed")
    _index("quarantined", "reading_id", "line")


def _event() -> None:
    op.create_table(
        "event",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        _time("at"),
        *map(_text, ("actor", "proof", "act", "thing", "reason")),
        sa.Column("detail", sa.Text(), nullable=False),
        *map(_text, ("prev_hash", "hash")),
        _key("seq", "event"),
    )
    _index("event", "thing")
    (_guard_on_postgres if op.get_bind().dialect.name == "postgresql" else _guard)()


def _guard() -> None:
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER event_no_{act.lower()} BEFORE {act} ON event "
            "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
        )


def _guard_on_postgres() -> None:
    """Refuse there too; ALWAYS: also for who says that he is a replica."""
    schema = op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())"))
    op.execute(
        f"CREATE FUNCTION {schema}.event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for act in ("UPDATE", "DELETE", "TRUNCATE"):
        op.execute(
            f"CREATE TRIGGER event_no_{act.lower()} BEFORE {act} ON event "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {schema}.event_is_append_only()"
        )
        op.execute(f"ALTER TABLE event ENABLE ALWAYS TRIGGER event_no_{act.lower()}")


def _report() -> None:
    op.create_table(
        "report",
        *map(_number, ("id", "candidate_id")),
        _one_of("state", ("draft",)),
        *map(_text, ("kind", "recipient", "purpose", "template", "note")),
        sa.Column("fields", sa.JSON(), nullable=False),
        *map(_time, ("created_at", "updated_at")),
        _key("id", "report"),
        _belongs_to("report", "candidate"),
        sa.UniqueConstraint("candidate_id", "recipient", "purpose", name="uq_report_candidate_id_recipient_purpose"),
        sqlite_autoincrement=True,
    )
    _index("report", "state")


def _text(name: str) -> sa.Column[str]:
    # In the order of its bytes, as in SQLite: no update of the system's rules of sorting breaks an index.
    text = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    return sa.Column(name, text, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, UTCDateTime(), nullable=False)


def _one_of(name: str, values: tuple[str, ...]) -> sa.Column[str]:
    return sa.Column(name, sa.Enum(*values, native_enum=False, length=16), nullable=False)


def _key(column: str, table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(column, name=f"pk_{table}")


def _belongs_to(table: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=f"fk_{table}_{other}_id_{other}")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))
