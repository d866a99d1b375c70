"""What all parts of the `Store` share: where it is, its clock, its transactions, and the leases that it holds."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from threading import RLock, local

import sqlalchemy as sa

from scamhunt.errors import Refused, ScamhuntError
from scamhunt.model import Actor
from scamhunt.store import database, leases, log, refusing
from scamhunt.store.place import Place
from scamhunt.store.refusing import Course
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
        self._writers = RLock()  # a thread that waits for itself gets the database's error, and does not hang
        self._of_thread = local()

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

    @contextmanager
    def guarding(self, actor: Actor, course: Course) -> Iterator[None]:
        """Let the log tell of a refusal that leaves what is done within, in a transaction of its own.

        Where that row cannot be written the refusal stands, and says so too.
        """
        try:
            yield
        except Refused as error:
            if refusing.counts(error):
                self._tell_refused(actor, error, course)
            raise

    def _tell_refused(self, actor: Actor, error: Refused, course: Course) -> None:
        try:
            with self._writing() as connection:
                refusing.tell(connection, actor, error, course, self._now())
        except Exception as unwritten:  # noqa: BLE001  # whatever the database has: the refusal stands
            why = str(unwritten) if isinstance(unwritten, ScamhuntError) else type(unwritten).__name__
            error.args = (f"{error}; and the log could not be told of it: {why}",)
        error.logged = True

    def _renewed(self, connection: sa.Connection) -> datetime:
        """Prolong the leases held and return the time: after the lock was taken, so that the log's never runs back."""
        now = self._now()
        for name, holder in self._held.items():
            leases.renew(connection, name, holder, now)
        return now

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let all that this thread reads within be of one moment, in one transaction.

        A page that asks ten things then opens one transaction, not ten.
        What is written within by the same thread is not seen before the end, so nothing is decided in here.
        """
        if self._shared_reading():
            yield
            return
        with database.transaction(self._engine, self.place, writes=False) as connection:
            self._of_thread.connection = connection
            try:
                yield
            finally:
                self._of_thread.connection = None

    def _shared_reading(self) -> sa.Connection | None:
        return getattr(self._of_thread, "connection", None)

    def _reading(self) -> AbstractContextManager[sa.Connection]:
        shared = self._shared_reading()
        return nullcontext(shared) if shared else database.transaction(self._engine, self.place, writes=False)

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
