"""What the tests of the store share: a clock that is moved by hand, a store on it, and rows of a feed.

Each test that takes a store runs on SQLite and on PostgreSQL.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bench.postgres import Server
from scamhunt.model import Kind, Match, Reason
from scamhunt.store import Body, Found, Reading, Store
from scamhunt.store.tables import Base

Execute = Callable[..., list[tuple[Any, ...]]]

EMPTY = "empty"
EMPTYING = [
    "SET session_replication_role = replica; ALTER TABLE event DISABLE TRIGGER event_no_delete; "
    + "".join(f"DELETE FROM {name}; " for name in Base.metadata.tables)
    + "ALTER TABLE event ENABLE ALWAYS TRIGGER event_no_delete; "
    "SELECT setval(seqrelid, 1, false) FROM pg_sequence",
]
"""What leaves the tables as they were made, in one transaction."""

START = datetime(2026, 11, 22, 6, tzinfo=UTC)


@pytest.fixture
def elapsed() -> list[float]:
    """Return the seconds that passed since the start; a test changes the first item."""
    return [0.0]


@pytest.fixture
def now(elapsed: list[float]) -> Callable[[], datetime]:
    """Return the clock."""
    return lambda: START + timedelta(seconds=elapsed[0])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a state folder that is not there yet."""
    return tmp_path / "home"


@dataclass(frozen=True)
class Databases:
    """Makes databases, and lets a test change one behind the program's back."""

    where: str
    server: Server | None
    made: list[str]
    clean: list[str]
    """Empty ones that an earlier test left, to be used again: making one takes most of the time of a test."""
    touched: list[bool]
    """Not empty when more than rows may have changed."""

    def template(self, folder: Path, fill: Callable[[Path, str], None], name: str = "") -> str:
        """Fill a database that others are copied from; return what names it."""
        if self.server is None:
            fill(folder, "")
            return str(folder / "scamhunt.db")
        name = self.server.create(name=name)
        fill(folder, self.server.url(name))
        return name

    def copied(self, template: str, home: Path) -> str:
        """Return the URL of a copy of a template for a state folder."""
        home.mkdir(0o700, exist_ok=True)
        if self.server and self.clean and not self.made and template == EMPTY:
            self.made.append(self.clean.pop())
            return self.server.url(self.made[0])
        if self.server is None:
            shutil.copyfile(template, home / "scamhunt.db")
            return ""
        self.made.append(self.server.create(template))
        self.touched.extend([True] * (template != EMPTY))
        return self.server.url(self.made[-1])

    def give_back(self) -> None:
        """Empty the database of the test for the next one, or remove what cannot be emptied."""
        if self.server is None:
            return
        for name in self.made:
            if self.touched or len(self.made) > 1:
                self.server.drop(name)
            else:
                self.server.execute(*EMPTYING, database=name)
                self.clean.append(name)

    def execute(self, file: Path, *statements: str) -> list[tuple[Any, ...]]:
        """Run SQL as another program would, which may do everything; return the rows of the last statement."""
        if self.server:
            self.touched.append(True)
            return self.server.execute(*statements, database=self.made[-1])
        rows: list[tuple[Any, ...]] = []
        with closing(sqlite3.connect(file)) as connection, connection:
            for statement in statements:
                rows = connection.execute(statement).fetchall()
        return rows

    def attack(self, file: Path, *statements: str) -> None:
        """Change the tables and the log; the triggers of the log are put back as they were."""
        if self.server:
            acts = ("update", "delete", "truncate")
            off = [f"ALTER TABLE event DISABLE TRIGGER event_no_{act}" for act in acts]
            on = [f"ALTER TABLE event ENABLE ALWAYS TRIGGER event_no_{act}" for act in acts]
            self.execute(file, "SET session_replication_role = replica", *off, *statements, *on)
            return
        triggers = self.execute(file, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        off = [f"DROP TRIGGER {name}" for name, _ in triggers]
        self.execute(file, *off, *statements, *(text for _, text in triggers))


@pytest.fixture(scope="session")
def clean() -> list[str]:
    """Return the empty databases that wait to be used again."""
    return []


@pytest.fixture
def databases(where: str, clean: list[str], request: pytest.FixtureRequest) -> Iterator[Databases]:
    """Return the databases of a test; they are gone after it."""
    server: Server | None = request.getfixturevalue("postgres") if where == "postgres" else None
    found = Databases(where, server, [], clean, [])
    yield found
    found.give_back()


@pytest.fixture(scope="session")
def templates() -> dict[tuple[str, str], str]:
    """Return the databases that others are copied from, by kind of database and content."""
    return {}


@pytest.fixture
def url(
    databases: Databases, templates: dict[tuple[str, str], str], tmp_path_factory: pytest.TempPathFactory, home: Path
) -> str:
    """Return the URL of a database with all tables and nothing in them; of SQLite an empty one."""
    kind = (databases.where, "empty")
    if kind not in templates:
        folder = tmp_path_factory.mktemp("empty")
        templates[kind] = databases.template(
            folder, lambda at, to: Store.open(at, now=lambda: START, url=to).close(), EMPTY
        )
    return databases.copied(templates[kind], home)


@pytest.fixture
def reopen(home: Path, url: str, now: Callable[[], datetime]) -> Callable[..., Store]:
    """Return what opens another store on the database of the test."""
    return partial(Store.open, home, now=now, url=url)


@pytest.fixture
def store(reopen: Callable[..., Store]) -> Iterator[Store]:
    """Return a store with nothing in it."""
    with reopen() as opened:
        yield opened


@pytest.fixture
def execute(databases: Databases, home: Path) -> Execute:
    """Return what runs SQL as another program would, which may do everything; it returns the rows of the last."""
    return partial(databases.execute, home / "scamhunt.db")


@pytest.fixture
def attack(databases: Databases, home: Path) -> Callable[..., None]:
    """Return what changes tables and log behind the program's back; the triggers of the log are put back."""
    return partial(databases.attack, home / "scamhunt.db")


@pytest.fixture
def logged(where: str, execute: Execute) -> Callable[[], list[dict[str, Any]]]:
    """Return what reads the log as it lies there, its times as text."""
    at = "to_char(at, 'YYYY-MM-DD HH24:MI:SS.US')" if where == "postgres" else "at"
    fields = "seq, actor, proof, act, thing, reason, detail, prev_hash, hash"

    def rows() -> list[dict[str, Any]]:
        found = execute(f"SELECT {at}, {fields} FROM event ORDER BY seq")
        return [dict(zip(["at", *fields.split(", ")], row, strict=True)) for row in found]

    return rows


@pytest.fixture
def begin(store: Store) -> Callable[..., Reading]:
    """Return what begins a reading of a feed; another body for each name of it."""

    def _begin(feed: str = "nrd_list", body: str = "monday") -> Reading:
        return store.begin_reading(Body(feed, f"/feeds/{body}.txt", body.encode().hex(), 100, f"archive/{body}"))

    return _begin


@pytest.fixture(scope="session")
def row() -> Callable[..., Found]:
    """Return what makes a matched row."""

    def _row(  # noqa: PLR0913  # what a row has
        line: int,
        target: str,
        brand: str = "amazon",
        score: float = 0.8,
        *,
        seen: str = "",
        seen_at: datetime | None = None,
        flags: tuple[str, ...] = (),
        kind: Kind = Kind.DOMAIN,
    ) -> Found:
        reasons = (Reason("exact", 3.5, f"has the word {brand}"), Reason("lure", 1.25, "has the word refund"))
        return Found(Match(line, seen or target, target, brand, score, reasons), kind, line, seen_at, flags)

    return _row
