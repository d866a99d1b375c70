"""Which tables a database has, and bringing them up to date. Alembic is loaded only when there is something to do."""

from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from scamhunt.errors import StoreError
from scamhunt.store import database
from scamhunt.store.place import Place

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009")
"""All migrations, the oldest first. Known without loading Alembic; a test compares it with `migrations/versions`."""

HEAD = REVISIONS[-1]
BASE = "base"
"""As the goal of an upgrade: no tables at all."""

_VERSION = "alembic_version"
_MIGRATIONS = Path(__file__).with_name("migrations")


def revision(connection: sa.Connection, place: Place) -> str | None:
    """Return the revision of the tables; None when there are none.

    Raises `StoreError` when the tables are another program's.
    """
    names = set(sa.inspect(connection).get_table_names())
    if not names - {_VERSION}:
        return None
    if _VERSION not in names:
        raise StoreError(f"{place} holds the tables of another program; {place.elsewhere}")
    return str(connection.execute(sa.select(sa.column("version_num")).select_from(sa.table(_VERSION))).scalar() or "")


def differences(ours: database.Definitions, found: database.Definitions) -> dict[tuple[str, str], str]:
    """Return tables, indexes, triggers and views that are not as the migrations make them, and how they differ.

    By kind and name. Triggers above all: one that is missing or foreign changes rows behind the program's back.
    """
    differ = {key: "was changed" for key in ours.keys() & found.keys() if ours[key] != found[key]}
    differ |= dict.fromkeys(ours.keys() - found.keys(), "is missing")
    differ |= {(kind, f"{name[:60]!a}"): "is not scamhunt's" for kind, name in found.keys() - ours.keys()}
    return dict(sorted(differ.items()))


def expected(engine: sa.Engine, place: Place) -> database.Definitions:
    """Return what defines a new database. Raises `StoreError`."""
    kind = (engine.dialect.name, engine.dialect.server_version_info)
    if kind not in _EXPECTED:
        with database.in_words(place):
            _EXPECTED[kind] = database.of(engine).fresh(engine, lambda connection: _run(connection, HEAD))
    return _EXPECTED[kind]


_EXPECTED: dict[tuple[str, object], database.Definitions] = {}


def require_head(found: str | None, place: Place, revisions: Sequence[str] = REVISIONS) -> None:
    """Raise `StoreError` when the tables are older or newer than this program."""
    if found == revisions[-1]:
        return
    if found in revisions:
        raise StoreError(f"{place} has tables of revision {found}, {revisions[-1]} is needed; run: scamhunt db upgrade")
    raise StoreError(f"{place} was written by a newer scamhunt; install that version or a later one")


def upgrade(place: Place, *, to: str = HEAD) -> bool:
    """Bring the tables to a revision, all in one transaction; return whether there was anything to do.

    Raises `StoreError` when they are newer than this program or another program's.
    """
    engine = database.connect(place, foreign_keys=False)  # a table that is rebuilt must not take its children along
    try:
        with database.transaction(engine, place, writes=True) as connection:
            return _migrate(connection, place, to)
    finally:
        engine.dispose()


def _migrate(connection: sa.Connection, place: Place, to: str) -> bool:
    found = revision(connection, place)
    if found == to:
        return False
    if found is not None and found not in REVISIONS:
        require_head(found, place)
    _run(connection, to)
    return True


def _run(connection: sa.Connection, to: str) -> None:
    from alembic import command  # noqa: PLC0415  # slow to load, and rarely needed
    from alembic.config import Config  # noqa: PLC0415  # slow, and only to migrate

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    (command.downgrade if to == BASE else command.upgrade)(config, to)
