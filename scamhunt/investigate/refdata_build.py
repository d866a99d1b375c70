"""An index of one table, while it is made: rows go in as they are read, and memory does not grow with them."""

import json
import os
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from scamhunt.errors import UserError
from scamhunt.indicators import masking
from scamhunt.investigate.refdata_cells import Block, Filing, Flag, Reading
from scamhunt.investigate.refdata_formats import RMD, Format, kind_of
from scamhunt.investigate.refdata_index import VERSION
from scamhunt.investigate.refdata_table import Table
from scamhunt.model import Rejected

REJECTED_KEPT = 1_000
"""So many rows that cannot be used are kept."""
HOLDERS = 100_000
"""A table names at most so many companies."""
PIECE = 5_000
"""Rows that are written at once."""

_SCHEMA = """
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA cache_size = -32000;
    CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
    CREATE TABLE holder (id INTEGER PRIMARY KEY, name TEXT, ocn TEXT);
    CREATE TABLE block (prefix INTEGER PRIMARY KEY, holder INTEGER, status TEXT, place TEXT, flags INTEGER);
    CREATE TABLE company (frn TEXT PRIMARY KEY, name TEXT, others TEXT, url TEXT, country TEXT, implementation TEXT,
        roles TEXT, recertified TEXT) WITHOUT ROWID;
    BEGIN;
"""
_ADD_BLOCK = f"""
    INSERT INTO block (prefix, holder, status, place, flags) VALUES (?, ?, ?, ?, ?) ON CONFLICT (prefix) DO UPDATE
    SET flags = CASE WHEN holder = excluded.holder AND status = excluded.status THEN flags
        ELSE flags | {int(Flag.TWICE)} END
"""  # noqa: S608  # the number is ours
_ADD_COMPANY = """
    INSERT INTO company VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (frn) DO UPDATE
    SET name = excluded.name, others = excluded.others, url = excluded.url, country = excluded.country,
        implementation = excluded.implementation, roles = excluded.roles, recertified = excluded.recertified
    WHERE excluded.recertified > company.recertified
"""


@dataclass(slots=True)
class Tally:
    """What was seen of a table."""

    form: Format
    today: date
    kind: str = ""
    """Empty until a row could be used."""
    said: date | None = None
    """The day that the file gives itself."""
    newest: date | None = None
    """The newest day of a row that is not in the future."""
    used: int = 0
    rejected: int = 0
    kept: list[Rejected] = field(default_factory=list)
    """The first of the rejected rows; those of companies masked, for they name people."""

    def reject(self, row: Rejected) -> None:
        """Count a row that cannot be used."""
        self.rejected += 1
        if len(self.kept) < REJECTED_KEPT:
            self.kept.append(masking.mask(row) if self.form is RMD else row)

    def use(self, line: int, reading: Reading) -> bool:
        """Count a row; return whether it belongs to this table."""
        kind = kind_of(self.form, reading)
        self.kind = self.kind or kind
        if not kind or kind != self.kind:
            self.reject(Rejected(line, b"", "numbers of another series, or codes that nobody abroad can call"))
            return False
        self.used += 1
        if reading.day and reading.day <= self.today and (self.newest is None or reading.day > self.newest):
            self.newest = reading.day
        return True


class Draft:
    """A new index. Close it before it gets its name."""

    def __init__(self, path: Path) -> None:
        """Make it (0600). Raises `OSError` and `sqlite3.Error`, as all of these do."""
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
        self._file = sqlite3.connect(path, isolation_level=None)
        self._file.executescript(_SCHEMA)
        self._holders: dict[tuple[str, str], int] = {}

    def fill(self, table: Table, today: date, progress: Callable[[int], None]) -> Tally:
        """Take all rows of a table; `progress` is told how many are through. Raises what its rows raise."""
        tally = Tally(table.form, today, said=table.day)
        values: list[tuple[object, ...]] = []
        add = _ADD_COMPANY if table.form is RMD else _ADD_BLOCK
        for said in table.readings:
            if isinstance(said, Rejected):
                tally.reject(said)
            elif isinstance(said, date):
                tally.said = said
            elif tally.use(*said):
                values.append(self._values(said[1]))
                if len(values) == PIECE:
                    self._file.executemany(add, values)
                    values.clear()
                    progress(tally.used)
        self._file.executemany(add, values)
        return tally

    def _values(self, reading: Reading) -> tuple[object, ...]:
        if isinstance(reading, Block):
            holder = self._holder(reading.holder, reading.ocn)
            return reading.prefix, holder, reading.status, reading.place, int(reading.flags)
        return _company(reading)

    def _holder(self, name: str, ocn: str) -> int:
        number = self._holders.get((name, ocn))
        if number is None:
            number = self._holders[name, ocn] = len(self._holders) + 1
            if number > HOLDERS:
                raise UserError(f"more than {HOLDERS:,} different holders: no such table; download the file again")
            self._file.execute("INSERT INTO holder VALUES (?, ?, ?)", (number, name, ocn))
        return number

    def stored(self) -> int:
        """Return how many blocks or companies it has."""
        count = "SELECT (SELECT count(*) FROM block) + (SELECT count(*) FROM company)"
        return int(self._file.execute(count).fetchone()[0])

    def finish(self, facts: Mapping[str, object]) -> None:
        """Write down what it is, and bring all of it to the disk."""
        said = {"version": VERSION} | {name: json.dumps(value) for name, value in facts.items()}
        self._file.executemany("INSERT INTO fact VALUES (?, ?)", said.items())
        self._file.execute("COMMIT")

    def close(self) -> None:
        """Close it."""
        self._file.close()


def _company(filing: Filing) -> tuple[object, ...]:
    return (*filing[:2], json.dumps(filing.others), *filing[3:8])
