"""Copy a database into a file, for a rehearsal that is thrown away."""

from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from scamhunt.store import database, schema, sqlite
from scamhunt.store.place import Place
from scamhunt.store.tables import LEASE, Base

_ROWS = 5_000


def copy(engine: sa.Engine, place: Place, home: Path) -> None:
    """Copy everything into the SQLite of another state folder while others may go on writing. Raises `StoreError`."""
    there = database.place(home)
    database.prepare(there)
    if not place.url:
        with database.in_words(place):
            sqlite.backup(engine, there.file)
        _free(there)
        return
    schema.upgrade(there)
    other = database.connect(there)
    try:
        with (
            database.transaction(engine, place, writes=False) as ours,
            database.transaction(other, there, writes=True) as theirs,
        ):
            for table in Base.metadata.sorted_tables:
                if table is not LEASE:  # nobody is at work on the copy
                    _copy_table(ours, theirs, table)
    finally:
        other.dispose()


def _free(there: Place) -> None:
    """Take the leases out of a copy: nobody is at work on it."""
    other = database.connect(there)
    try:
        with database.transaction(other, there, writes=True) as theirs:
            theirs.execute(sa.delete(LEASE))
    finally:
        other.dispose()


def _copy_table(ours: sa.Connection, theirs: sa.Connection, table: sa.Table) -> None:
    names = [column.name for column in table.columns]
    with closing(ours.execution_options(yield_per=_ROWS).execute(sa.select(table))) as rows:
        for some in rows.partitions():
            columns = dict(zip(names, zip(*some, strict=True), strict=True))
            database.of(theirs).insert_many(theirs, table, columns)
