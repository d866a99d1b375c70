"""What was imported, read: block of numbers by prefix, companies, and how old each table is.

An index is one SQLite file a kind in `<home>/refdata/`, never changed once it has its name: `refdata.py` builds a new
one beside it and moves that into its place. Whoever has the old one open goes on reading it.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from scamhunt.errors import StoreError
from scamhunt.investigate.bridge import Directory
from scamhunt.investigate.refdata_cells import Filing, Flag
from scamhunt.investigate.refdata_formats import PUBLISHED

FOLDER = "refdata"
VERSION = "1"
"""Of the tables in an index."""

_LOOKUP = """
    SELECT block.prefix, holder.name, holder.ocn, block.status, block.place, block.flags
    FROM block JOIN holder ON holder.id = block.holder WHERE block.prefix = ?
"""
_NAMED = "SELECT name, ocn FROM holder WHERE ocn = ? OR name = ? COLLATE NOCASE"
_LONGEST = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """A block of numbers as a table lists it."""

    prefix: int
    """The first digits of the national number."""
    holder: str
    ocn: str
    status: str
    place: str
    flags: Flag


@dataclass(frozen=True, slots=True)
class Dataset:
    """What is there of one kind."""

    kind: str
    title: str
    address: str
    state: str
    """`ready`, `missing`, or `damaged`: import it again."""
    as_of: str = ""
    """YYYY-MM-DD."""
    as_of_from: str = ""
    """Where that date comes from: `file`, `--as-of`, `newest row` or `file's own time`."""
    rows: int = 0
    rejected: int = 0
    duplicate: int = 0
    file: str = ""
    sha256: str = ""
    imported_at: str = ""
    imported_by: str = ""


def path_of(home: Path, kind: str) -> Path:
    """Return where the index of a kind is."""
    return home / FOLDER / f"{kind}.db"


def datasets(home: Path) -> list[Dataset]:
    """Return every kind that can be imported, with what is there of it."""
    return [_dataset(home, kind) for kind in PUBLISHED]


def _dataset(home: Path, kind: str) -> Dataset:
    title, address = PUBLISHED[kind]
    try:
        with closing(_Index(path_of(home, kind))) as index:
            return Dataset(kind, title, address, "ready", **index.facts)
    except FileNotFoundError:
        return Dataset(kind, title, address, "missing")
    except StoreError:
        return Dataset(kind, title, address, "damaged")


class _Index:
    """One file, open for reading."""

    def __init__(self, path: Path) -> None:
        """Open it. Raises `FileNotFoundError`, and `StoreError` for what is no index of ours."""
        path.stat()
        self._path = path
        self._file = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False, isolation_level=None
        )
        try:
            self.facts = self._facts()
        except BaseException:
            self.close()
            raise

    def _facts(self) -> dict[str, Any]:
        facts = dict(self.rows("SELECT name, value FROM fact"))
        if facts.pop("version", "") != VERSION:
            raise StoreError(f"{self._path}: made by another version of scamhunt; import the file again")
        return {name: json.loads(value) for name, value in facts.items()}

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return what a query finds. Raises `StoreError`."""
        try:
            return self._file.execute(query, values).fetchall()
        except sqlite3.Error:
            raise StoreError(f"{self._path}: damaged; import the file again: scamhunt refdata import FILE") from None

    def close(self) -> None:
        """Close it."""
        self._file.close()


class Refdata:
    """The tables that were imported; each is opened when it is first asked for. Close with `with`."""

    def __init__(self, home: Path) -> None:
        """Take the state folder."""
        self._home = home
        self._open: dict[str, _Index | None] = {}

    def __enter__(self) -> Self:
        """Open nothing yet."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close what was opened."""
        for index in self._open.values():
            if index:
                index.close()
        self._open.clear()

    def has(self, kind: str) -> bool:
        """Return whether a table was imported. Raises `StoreError` for a damaged one, as all of these do."""
        return self._index(kind) is not None

    def as_of(self, kind: str) -> str:
        """Return the day of a table, YYYY-MM-DD; empty where it is missing."""
        index = self._index(kind)
        return str(index.facts["as_of"]) if index else ""

    def entry(self, kind: str, prefix: int) -> Entry | None:
        """Return what a table says of exactly this block."""
        index = self._index(kind)
        for number, holder, ocn, status, place, flags in index.rows(_LOOKUP, prefix) if index else ():
            return Entry(number, holder, ocn, status, place, Flag(flags))
        return None

    def longest(self, kind: str, digits: str) -> Entry | None:
        """Return what a table says of the smallest block that a national number lies in."""
        sizes = range(min(len(digits), _LONGEST), 0, -1)
        return next(filter(None, (self.entry(kind, int(digits[:size])) for size in sizes)), None)

    def covers(self, kind: str, first: int, last: int) -> bool:
        """Return whether a table lists any block from `first` to `last`."""
        index = self._index(kind)
        query = "SELECT 1 FROM block WHERE prefix BETWEEN ? AND ? LIMIT 1"
        return bool(index and index.rows(query, first, last))

    def named(self, wanted: str) -> list[tuple[str, str]]:
        """Return names and OCNs of who holds blocks under a name or an OCN, in any case, each once."""
        plain, kinds = " ".join(wanted.split()), [kind for kind in PUBLISHED if kind not in {"area_codes", "rmd"}]
        found = [
            (str(name), str(ocn))
            for index in filter(None, map(self._index, kinds))
            for name, ocn in index.rows(_NAMED, plain.upper(), plain)
        ]
        return sorted({one for one in found if one[0]})

    def holders(self, ocn: str) -> list[str]:
        """Return the names under which a company of this number holds blocks, each once."""
        found = [
            name
            for kind in ("blocks", "co_codes", "cnac_blocks", "cnac_codes")
            for name in self._names(kind, ocn.upper())
        ]
        return list(dict.fromkeys(found))

    def _names(self, kind: str, ocn: str) -> Iterator[str]:
        index = self._index(kind)
        yield from (row[0] for row in index.rows("SELECT name FROM holder WHERE ocn = ?", ocn)) if index else ()

    def companies(self) -> Directory:
        """Return all companies of the Robocall Mitigation Database; none where it was not imported."""
        index = self._index("rmd")
        query = "SELECT frn, name, others, url, country, implementation, roles, recertified FROM company ORDER BY frn"
        rows = index.rows(query) if index else []
        return Directory.of(
            Filing(frn, name, tuple((other, what) for other, what in json.loads(others)), *more)
            for frn, name, others, *more in rows
        )

    def _index(self, kind: str) -> _Index | None:
        if kind not in self._open:
            try:
                self._open[kind] = _Index(path_of(self._home, kind))
            except FileNotFoundError:
                self._open[kind] = None
        return self._open[kind]
