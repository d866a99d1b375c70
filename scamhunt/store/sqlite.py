"""SQLite: its file, its pragmas, its errors. What each function does is said in `database.Database`."""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from scamhunt.errors import StoreError
from scamhunt.store.columns import Columns, converted
from scamhunt.store.place import Place

FILE_MODE = 0o600
BUSY_SECONDS = 20.0
"""So long one process waits for another: a desk at which fifty people decide is seldom idle for long."""

_PRAGMAS = ("synchronous=FULL", "trusted_schema=OFF", "secure_delete=ON")

_ADVICE = {
    "SQLITE_NOTADB": "is no database; move it away and run again, or set SCAMHUNT_HOME to another folder",
    "SQLITE_CORRUPT": "is damaged; keep a copy of it and put a backup in its place",
    "SQLITE_FULL": "could not grow, its disk is full; nothing of this step was stored: make room and run again",
    "SQLITE_IOERR": "could not be read or written; nothing of this step was stored: check the disk and run again",
    "SQLITE_READONLY": "may not be written; give this user the right to write it and its folder, or set SCAMHUNT_HOME",
    "SQLITE_CANTOPEN": "cannot be opened; check that this user may read and write it and its folder",
    "SQLITE_PERM": "may not be opened; check that this user may read and write it and its folder",
    "SQLITE_BUSY": "is in use by another program; wait until that is done and run again",
    "SQLITE_LOCKED": "is in use by another program; wait until that is done and run again",
}
"""What a person can do, by SQLite's primary result code (https://sqlite.org/rescode.html)."""


def touch(file: Path) -> None:
    """Create an empty database file (0600), or narrow the mode of the one that is there. Raises `OSError`."""
    os.close(os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, FILE_MODE))
    if file.stat().st_mode & 0o777 != FILE_MODE:
        file.chmod(FILE_MODE)


def connect(place: Place, busy_seconds: float | None, *, foreign_keys: bool) -> sa.Engine:
    """Return an engine on an existing file."""
    return _engine(str(place.file), BUSY_SECONDS if busy_seconds is None else busy_seconds, foreign_keys=foreign_keys)


def _engine(file: str, busy_seconds: float, *, foreign_keys: bool) -> sa.Engine:
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=file),
        connect_args={"timeout": busy_seconds},
        hide_parameters=True,  # a traceback shows nothing of what came from outside
    )

    @sa.event.listens_for(engine, "connect")
    def _set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        _use_wal(connection, busy_seconds)
        for pragma in (*_PRAGMAS, f"foreign_keys={int(foreign_keys)}"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _use_wal(connection: sqlite3.Connection, seconds: float) -> None:
    """Switch to the write-ahead log. SQLite itself does not wait here while another process opens the same new file."""
    last = monotonic() + seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or monotonic() > last:
                raise
            sleep(0.01)
        else:
            return


def begin(connection: sa.Connection, *, writes: bool | None) -> None:
    """Begin; a writer takes the lock at once."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def in_words(place: Place) -> Iterator[None]:
    """Turn what SQLite refuses into a `StoreError` that says what to do."""
    try:
        yield
    except (sa.exc.DBAPIError, sqlite3.Error) as error:
        cause = getattr(error, "orig", error)
        code = getattr(cause, "sqlite_errorname", "")
        advice = next((text for name, text in _ADVICE.items() if code.startswith(name)), None)
        if advice is None:
            raise
        raise StoreError(f"{place} {advice} ({cause})") from None


def insert_many(connection: sa.Connection, table: sa.Table, columns: Columns) -> None:
    """Insert rows, in their order."""
    _run(connection, sa.insert(table), table, columns)


def merge_many(connection: sa.Connection, table: sa.Table, same: list[str], columns: Columns) -> None:
    """Insert rows, or change those that have the `same` values."""
    statement = insert(table)
    changes = {name: statement.excluded[name] for name in columns if name not in same}
    _run(connection, statement.on_conflict_do_update(index_elements=same, set_=changes), table, columns)


def update_many(connection: sa.Connection, table: sa.Table, columns: Columns) -> None:
    """Change the rows with these ids."""
    values = {name: sa.bindparam(name, type_=table.c[name].type) for name in columns if name != "id"}
    # A parameter may not have the name of a column that is no new value: the one of the id has another.
    at = sa.bindparam("at_id", type_=sa.Integer)
    _run(connection, sa.update(table).where(table.c.id == at).values(values), table, columns)


def _run(connection: sa.Connection, statement: Any, table: sa.Table, columns: Columns) -> None:  # noqa: ANN401  # SQLAlchemy types them so
    """Run a statement once a row; several times as fast as a list of dicts, for no object exists for a row."""
    names = ["at_id" if name == "id" else name for name in columns]
    compiled = statement.compile(dialect=connection.dialect, column_keys=names)
    cells = dict(zip(names, converted(connection, table, columns), strict=True))
    rows = list(zip(*(cells[name] for name in compiled.positiontup), strict=True))
    if rows:
        connection.exec_driver_sql(str(compiled), rows)


def definitions(connection: sa.Connection) -> Mapping[tuple[str, str], object]:
    """Return what defines each table, index, trigger and view."""
    query = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'"
    rows = connection.exec_driver_sql(query)
    return {(kind, name): (table, " ".join((sql or "").split())) for kind, name, table, sql in rows}


def fresh(engine: sa.Engine, migrate: Callable[[sa.Connection], None]) -> Mapping[tuple[str, str], object]:
    """Return what defines a new database: one in memory."""
    del engine  # memory serves
    memory = _engine(":memory:", 0, foreign_keys=False)
    try:
        with memory.begin() as connection:
            migrate(connection)
            return definitions(connection)
    finally:
        memory.dispose()


def last_numbers(connection: sa.Connection) -> dict[str, int]:
    """Return the last number that was given, of the tables that never give one twice."""
    return {str(name): int(last) for name, last in connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")}


def json_of(text: sa.ColumnElement[str]) -> sa.ColumnElement[Any]:
    """Return JSON that is stored as text, so that a query can look into it."""
    return sa.type_coerce(text, sa.JSON)


def is_json(text: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Return whether a text is JSON."""
    return sa.func.json_valid(text) == 1


def time_text(column: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """Return a time as it is stored."""
    return sa.type_coerce(column, sa.String)


def problems(connection: sa.Connection) -> list[str]:
    """Read the whole file; return what is damaged in it."""
    pages = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check(20)")]
    if pages != ["ok"]:
        return pages
    rows = connection.exec_driver_sql("PRAGMA foreign_key_check")
    return [f"{table} row {row} belongs to nothing" for table, row, *_ in rows]


def has_wal_race(version: tuple[int, ...]) -> bool:
    """Tell whether a SQLite can lose pages when two processes checkpoint at once.

    The WAL-reset race: 3.7.0 to 3.51.2, mended in 3.51.3 and in 3.44.6 and 3.50.7 of the older branches.
    """
    if version >= (3, 51, 3):
        return False
    return not any(version[:2] == mended[:2] and version >= mended for mended in ((3, 44, 6), (3, 50, 7)))


def warnings(engine: sa.Engine) -> list[str]:
    """Return what is known to be wrong with this version."""
    del engine
    if not has_wal_race(sqlite3.sqlite_version_info):
        return []
    told = (
        f"SQLite {sqlite3.sqlite_version} can damage a database that two processes write at once; run one sweep or "
        "server at a time, and a Python that links SQLite 3.51.3 or newer when you can"
    )
    return [told]


def backup(engine: sa.Engine, file: Path) -> None:
    """Copy the whole database into another file while others may go on writing."""
    with closing(engine.raw_connection()) as ours, closing(sqlite3.connect(file)) as other:
        ours.driver_connection.backup(other)  # type: ignore[union-attr]  # it is open
