"""Which database this is: `sqlite.py` and `postgres.py` have one shape, and nothing else knows which of them it is."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as postgresql_dialect
from sqlalchemy.dialects import sqlite as sqlite_dialect

from scamhunt.errors import StoreError
from scamhunt.store import folder, postgres, sqlite
from scamhunt.store.columns import Columns
from scamhunt.store.place import Place

WRITES = "scamhunt_writes"
"""The execution option of a connection whose transaction will write: it takes the lock at its start."""

Definitions = Mapping[tuple[str, str], object]
"""What defines each table, index, trigger and view, by kind and name."""

_ASK = 1_000
"""Values of one IN; below the limits of SQLite (32,766) and PostgreSQL (65,535)."""

T = TypeVar("T")


class Database(Protocol):
    """The shape of the two modules."""

    def connect(self, place: Place, busy_seconds: float | None, *, foreign_keys: bool) -> sa.Engine:
        """Return an engine. Nothing is opened before the first use."""
        ...

    def begin(self, connection: sa.Connection, *, writes: bool | None) -> None:
        """Begin a transaction: one that reads sees one state, one that writes is alone; None: neither is promised."""
        ...

    def in_words(self, place: Place) -> AbstractContextManager[None]:
        """Turn what the database or its disk refuses into a `StoreError` that says what to do."""
        ...

    def insert_many(self, connection: sa.Connection, table: sa.Table, columns: Columns) -> None:
        """Insert rows, in their order."""
        ...

    def merge_many(self, connection: sa.Connection, table: sa.Table, same: list[str], columns: Columns) -> None:
        """Insert rows, or change those that have the `same` values; none of them comes twice."""
        ...

    def update_many(self, connection: sa.Connection, table: sa.Table, columns: Columns) -> None:
        """Change the rows with these ids; none of them comes twice."""
        ...

    def definitions(self, connection: sa.Connection) -> Definitions:
        """Return what defines the database; statistics are left out."""
        ...

    def fresh(self, engine: sa.Engine, migrate: Callable[[sa.Connection], None]) -> Definitions:
        """Return what defines a new database, which is thrown away at once."""
        ...

    def last_numbers(self, connection: sa.Connection) -> dict[str, int]:
        """Return the last number that a row got, by table, where the database can prove it."""
        ...

    def json_of(self, text: sa.ColumnElement[str]) -> sa.ColumnElement[Any]:
        """Return JSON that is stored as text, so that a query can look into it."""
        ...

    def is_json(self, text: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        """Return whether a text is JSON, as a query asks it."""
        ...

    def time_text(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
        """Return a time as SQLite stores it: UTC, `2026-11-22 06:00:00.000000`."""
        ...

    def problems(self, connection: sa.Connection) -> list[str]:
        """Return what is damaged."""
        ...

    def warnings(self, engine: sa.Engine) -> list[str]:
        """Return what works but not as it should."""
        ...


_SQLITE: Database = sqlite
_POSTGRES: Database = postgres


def _at(place: Place) -> Database:
    return _POSTGRES if place.url else _SQLITE


def of(connection: sa.Connection | sa.Engine) -> Database:
    """Return the module of the database that a connection leads to."""
    return _POSTGRES if connection.dialect.name == "postgresql" else _SQLITE


def in_words(place: Place) -> AbstractContextManager[None]:
    """Turn what the database or its disk refuses into a `StoreError` that says what to do."""
    return _at(place).in_words(place)


def place(home: Path, url: str = "") -> Place:
    """Return where the database is. Raises `SettingsError` for a URL that cannot be read."""
    return Place(home, url, postgres.name(url), postgres.ELSEWHERE) if url else Place(home)


def prepare(place: Place) -> None:
    """Create the state folder (0700) and an empty database file (0600) where they are missing.

    Raises `StoreError`, and `Refused` for a folder that others may write to.
    """
    try:
        folder.make(place.home)
        if not place.url:
            sqlite.touch(place.file)
    except OSError as error:
        raise StoreError(
            f"{error.filename or place.home}: {error.strerror}; give this user the right to write there, or set "
            "SCAMHUNT_HOME"
        ) from None


def connect(place: Place, *, busy_seconds: float | None = None, foreign_keys: bool = True) -> sa.Engine:
    """Return an engine; without `busy_seconds` it waits for others as long as is usual there."""
    engine = _at(place).connect(place, busy_seconds, foreign_keys=foreign_keys)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        of(connection).begin(connection, writes=connection.get_execution_options().get(WRITES))

    return engine


@contextmanager
def transaction(engine: sa.Engine, place: Place, *, writes: bool) -> Iterator[sa.Connection]:
    """Open a connection with one transaction: stored at the end, rolled back at an error."""
    with in_words(place), engine.connect() as connection:
        connection.execution_options(**{WRITES: writes})
        with connection.begin():
            yield connection


def insert_into(connection: sa.Connection, table: sa.Table) -> Any:  # noqa: ANN401  # two dialects, one interface
    """Return an insert that knows `on_conflict_do_update` and `on_conflict_do_nothing`."""
    return (postgresql_dialect if of(connection) is _POSTGRES else sqlite_dialect).insert(table)


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """Cut values into lists that fit into one IN."""
    iterator = iter(values)
    while some := list(islice(iterator, _ASK)):
        yield some


def warnings(engine: sa.Engine, place: Place) -> list[str]:
    """Return what works but not as it should. Raises `StoreError`."""
    with in_words(place):
        found = of(engine).warnings(engine)
    home = place.home
    if home.is_dir() and home.stat().st_mode & 0o077:
        found.append(f"{home} is open to other users of this machine; run: chmod 700 {home}")
    return found
