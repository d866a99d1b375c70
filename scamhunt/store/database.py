"""The one module that knows which database this is: SQLite now, with its file, its pragmas and its errors."""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from scamhunt.errors import StoreError
from scamhunt.store import folder

FILE_MODE = 0o600
BUSY_SECONDS = 5.0

WRITES = "scamhunt_writes"
"""The execution option of a connection whose transaction will write: it takes the lock at its start."""

_ASK = 1_000
"""Values of one IN; below the limits of SQLite (32,766) and PostgreSQL (65,535)."""

T = TypeVar("T")

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


def insert_into(connection: sa.Connection, table: sa.Table) -> Any:  # noqa: ANN401  # two dialects, one interface
    """Return an insert that knows `on_conflict_do_update` and `on_conflict_do_nothing`."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def make_file(home: Path) -> Path:
    """Create the state folder (0700) and an empty database file (0600) where they are missing; return the file.

    Raises `StoreError`, and `Refused` for a folder that others may write to.
    """
    file = home / folder.DATABASE
    try:
        folder.make(home)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, FILE_MODE))
        if file.stat().st_mode & 0o777 != FILE_MODE:
            file.chmod(FILE_MODE)
    except OSError as error:
        raise StoreError(
            f"{error.filename or home}: {error.strerror}; give this user the right to write there, or set SCAMHUNT_HOME"
        ) from None
    return file


def connect(file: Path, *, busy_seconds: float = BUSY_SECONDS, foreign_keys: bool = True) -> sa.Engine:
    """Return an engine on an existing file. Nothing is opened before the first use."""
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(file)),
        connect_args={"timeout": busy_seconds},
        hide_parameters=True,  # a traceback shows nothing of what came from outside
    )

    @sa.event.listens_for(engine, "connect")
    def _set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        _use_wal(connection, busy_seconds)
        for pragma in (*_PRAGMAS, f"foreign_keys={int(foreign_keys)}"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get(WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

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


@contextmanager
def in_words(file: Path) -> Iterator[None]:
    """Turn what the database or its disk refuses into a `StoreError` that says what to do."""
    try:
        yield
    except (sa.exc.DBAPIError, sqlite3.Error) as error:
        cause = getattr(error, "orig", error)
        code = getattr(cause, "sqlite_errorname", "")
        advice = next((text for name, text in _ADVICE.items() if code.startswith(name)), None)
        if advice is None:
            raise
        raise StoreError(f"{file} {advice} ({cause})") from None


def write_many(connection: sa.Connection, statement: Any, columns: Mapping[str, Iterable[object]]) -> None:  # noqa: ANN401  # SQLAlchemy types them so
    """Run an insert or update once a row, with values given as columns of one length, named as its parameters.

    Several times as fast as a list of dicts: a type converts each distinct value once, and no object exists for a row.
    """
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(columns))
    names = compiled.positiontup or list(columns)
    cells = [_converted(connection, compiled.binds[name].type, columns[name]) for name in names]
    rows = list(zip(*cells, strict=True))
    if rows:
        connection.exec_driver_sql(
            str(compiled), rows if compiled.positional else [dict(zip(names, row, strict=True)) for row in rows]
        )


def _converted(connection: sa.Connection, kind: Any, values: Iterable[object]) -> Iterable[object]:  # noqa: ANN401  # SQLAlchemy types them so
    convert = kind.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    if convert is None:
        return values
    return map(convert if isinstance(kind, sa.JSON) else cache(convert), values)


@contextmanager
def transaction(engine: sa.Engine, file: Path, *, writes: bool) -> Iterator[sa.Connection]:
    """Open a connection with one transaction: stored at the end, rolled back at an error."""
    with in_words(file), engine.connect() as connection:
        connection.execution_options(**{WRITES: writes})
        with connection.begin():
            yield connection


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """Cut values into lists that fit into one IN."""
    iterator = iter(values)
    while some := list(islice(iterator, _ASK)):
        yield some


def copy(engine: sa.Engine, file: Path, home: Path) -> None:
    """Copy the whole database into another state folder while others may go on writing. Raises `StoreError`."""
    there = make_file(home)
    with in_words(file), closing(engine.raw_connection()) as ours, closing(sqlite3.connect(there)) as other:
        ours.driver_connection.backup(other)  # type: ignore[union-attr]  # it is open


def has_wal_race(version: tuple[int, ...]) -> bool:
    """Tell whether a SQLite can lose pages when two processes checkpoint at once.

    The WAL-reset race: 3.7.0 to 3.51.2, mended in 3.51.3 and in 3.44.6 and 3.50.7 of the older branches.
    """
    if version >= (3, 51, 3):
        return False
    return not any(version[:2] == mended[:2] and version >= mended for mended in ((3, 44, 6), (3, 50, 7)))


def warnings(home: Path) -> list[str]:
    """Return what works but not as it should: the version of SQLite, a folder that others may read."""
    found = []
    if has_wal_race(sqlite3.sqlite_version_info):
        found.append(
            f"SQLite {sqlite3.sqlite_version} can damage a database that two processes write at once; run one sweep or "
            "server at a time, and a Python that links SQLite 3.51.3 or newer when you can"
        )
    if home.is_dir() and home.stat().st_mode & 0o077:
        found.append(f"{home} is open to other users of this machine; run: chmod 700 {home}")
    return found


def definitions(connection: sa.Connection) -> dict[tuple[str, str], object]:
    """Return what defines each table, index, trigger and view, by kind and name; statistics are left out."""
    query = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'"
    rows = connection.exec_driver_sql(query)
    return {(kind, name): (table, " ".join((sql or "").split())) for kind, name, table, sql in rows}


def last_numbers(connection: sa.Connection) -> dict[str, int]:
    """Return the last number that was given to a row, by table, of the tables that never give one twice."""
    return {str(name): int(last) for name, last in connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")}


def json_of(text: sa.ColumnElement[str]) -> sa.ColumnElement[Any]:
    """Return JSON that is stored as text, so that a query can look into it."""
    return sa.type_coerce(text, sa.JSON)


def is_json(text: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Return whether a text is JSON, as a query asks it."""
    return sa.func.json_valid(text) == 1


def problems(connection: sa.Connection) -> list[str]:
    """Read the whole file; return what is damaged in it."""
    pages = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check(20)")]
    if pages != ["ok"]:
        return pages
    rows = connection.exec_driver_sql("PRAGMA foreign_key_check")
    return [f"{table} row {row} belongs to nothing" for table, row, *_ in rows]
