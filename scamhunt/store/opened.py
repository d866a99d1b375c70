"""What all parts of the `Store` share: where it is, its clock, its transactions, and the leases that it holds."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from threading import Lock

import sqlalchemy as sa

from scamhunt.store import database, leases, log
from scamhunt.store.place import Place
from scamhunt.store.values import EventView

NO_LIMIT = 10**9


class Opened:
    """A database whose tables are right, with a clock."""

    def __init__(self, place: Place, engine: sa.Engine, now: Callable[[], datetime]) -> None:
        """Take an engine on a database whose tables are right; `Store.open` makes one."""
        self.place = place
        self._engine = engine
        self._now = now
        self._held: dict[str, str] = {}
        self._writers = Lock()

    @property
    def home(self) -> Path:
        """Return the state folder."""
        return self.place.home

    def now(self) -> datetime:
        """Return the time that it is."""
        return self._now()

    def history(self, thing: str) -> list[EventView]:
        """Return what was done to a thing (`candidate:12`, `feed:nrd_list`), the oldest first."""
        with self._reading() as connection:
            return log.history(connection, thing)

    def _renewed(self, connection: sa.Connection) -> datetime:
        """Prolong the leases held and return the time: after the lock was taken, so that the log's never runs back."""
        now = self._now()
        for name, holder in self._held.items():
            leases.renew(connection, name, holder, now)
        return now

    def _reading(self) -> AbstractContextManager[sa.Connection]:
        return database.transaction(self._engine, self.place, writes=False)

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """Open a transaction that writes; the threads of one process wait for each other here, in SQLite's stead.

        SQLite has one writer and lets the others ask again and again, whoever is lucky first: fifty threads would
        starve some. PostgreSQL has its own queue.
        """
        alone = nullcontext() if self.place.url else self._writers
        with alone, database.transaction(self._engine, self.place, writes=True) as connection:
            yield connection


def bound(limit: int | None) -> int:
    """Return a limit that every database takes; None is none."""
    return NO_LIMIT if limit is None else min(max(limit, 0), NO_LIMIT)
