"""The `Store`: open it, save batches, look, and decide. Each call is one transaction, whole or not at all."""

import gc
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from scamhunt.errors import StoreError
from scamhunt.model import Actor, Kind, NumberSighting, State
from scamhunt.store import (
    candidates,
    copying,
    database,
    feeds,
    leases,
    merging,
    numbers,
    readings,
    schema,
)
from scamhunt.store.acting import Acting
from scamhunt.store.audited import Audited
from scamhunt.store.opened import bound
from scamhunt.store.place import Place
from scamhunt.store.refusing import Course
from scamhunt.store.values import (
    Body,
    Book,
    CandidateView,
    CarrierView,
    Counts,
    Found,
    Gathered,
    QuarantinedView,
    Reading,
    Run,
    Said,
    Saved,
    Validator,
)


class Store(Audited):
    """The database of one state folder, or of several that share a PostgreSQL."""

    @classmethod
    def open(
        cls, home: Path, *, now: Callable[[], datetime], url: str = "", busy_seconds: float | None = None
    ) -> "Store":
        """Open the database of a state folder, or the PostgreSQL at `url`, and create what is missing.

        Raises `StoreError`: no database, another program's, older or newer tables, no right to write, full, in use, out
        of reach; `SettingsError` for a URL that cannot be read; `Refused` for a folder that others may write to.
        """
        place = database.place(home, url)
        database.prepare(place)
        engine = database.connect(place, busy_seconds=busy_seconds)
        try:
            found = _revision(engine, place)
            if found is None:
                schema.upgrade(place)
                found = _revision(engine, place)
            schema.require_head(found, place)
        except BaseException:
            engine.dispose()
            raise
        return cls(place, engine, now)

    @staticmethod
    def exists(home: Path, url: str = "") -> bool:
        """Return whether there is a database, or one that cannot be looked at: opening it then says why."""
        place = database.place(home, url)
        if not url:
            return place.file.exists()
        engine = database.connect(place)
        try:
            return _revision(engine, place) is not None
        except StoreError:
            return True
        finally:
            engine.dispose()

    @staticmethod
    def where(home: Path, url: str = "") -> str:
        """Return where the database is or would be, without a password. Raises as `open` does for a bad URL."""
        return str(database.place(home, url))

    @classmethod
    def upgrade(cls, home: Path, url: str = "") -> bool:
        """Bring the tables up to date; return whether there was anything to do. Raises as `open` does."""
        place = database.place(home, url)
        database.prepare(place)
        return schema.upgrade(place)

    @property
    def file(self) -> Path:
        """Return the file of the database, where it is one."""
        return self.place.file

    def copy_to(self, home: Path) -> None:
        """Copy the database into a file in another state folder. Raises `StoreError`."""
        copying.copy(self._engine, self.place, home)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- gather -----------------------------------------------------------------------------------------------------

    def begin_reading(self, body: Body) -> Reading:
        """Return a new reading, or the one that is known for this feed and these bytes in this window.

        A known one may be finished (`finished_at`); otherwise it goes on at its `mark`.
        """
        with self._writing() as connection:
            return readings.begin(connection, self._unread(body))

    def save_batch(self, reading: Reading, batch: Gathered) -> Saved:
        """Store a batch in one transaction: candidates, quarantine, mark, counts, events; prolong the leases held.

        The next batch is saved with `Saved.reading`. Raises `LeaseHeld` when another run took the place of this one and
        `StoreError` when the database refuses or `reading` is not where these bytes were read to.
        """
        with _without_collection(), self._writing() as connection:
            now = self._renewed(connection)
            return readings.save_batch(connection, reading, batch, now)

    def finish_reading(self, reading: Reading) -> Reading:
        """Note that nothing of these bytes is left to read."""
        with self._writing() as connection:
            return readings.finish(connection, reading, self._now())

    def save_rows(self, body: Body, before: str | None, batch: Gathered) -> Saved:
        """Store rows of a feed that has a place from night to night, and move its mark, in one transaction.

        The mark moves from `before` to `batch.mark`; None leaves it, as for a file that a person hands in. Raises as
        `save_batch` does.
        """
        with _without_collection(), self._writing() as connection:
            now = self._renewed(connection)
            if before is not None:
                feeds.move_mark(connection, body.feed, before, batch.mark, now)
            return readings.save_rows(connection, self._unread(body), batch, now)

    def _unread(self, body: Body) -> Reading:
        known = (body.feed, body.location, body.sha256, body.size, body.archive, body.window)
        return Reading(0, *known, body.at or self._now(), None, "", 0, 0, 0, 0)

    def mark(self, feed: str) -> str:
        """Return where a feed goes on; empty at the first time."""
        with self._reading() as connection:
            return feeds.mark(connection, feed)

    def move_mark(self, feed: str, before: str, after: str) -> None:
        """Move a feed's mark where there were no rows. Raises as `save_batch` does."""
        with self._writing() as connection:
            now = self._renewed(connection)
            feeds.move_mark(connection, feed, before, after, now)

    def begin_run(self, feed: str, location: str) -> Run:
        """Note that a run over a source of a feed begins."""
        with self._writing() as connection:
            return feeds.begin_run(connection, feed, location, self._now())

    def end_run(self, run: Run) -> Run:
        """Note what became of a run, and that it ended now."""
        ended = replace(run, finished_at=self._now())
        with self._writing() as connection:
            feeds.end_run(connection, ended)
        return ended

    def runs(self, feed: str, location: str | None = None, *, limit: int = 30) -> list[Run]:
        """Return the runs of a feed, or of one source of it, the newest first."""
        with self._reading() as connection:
            return feeds.runs(connection, feed, location, limit)

    def last_runs(self) -> list[Run]:
        """Return the last run of each source of each feed."""
        with self._reading() as connection:
            return feeds.last_runs(connection)

    def last_believed(self) -> dict[str, datetime]:
        """Return when a run of each feed was believed last."""
        with self._reading() as connection:
            return feeds.last_believed(connection)

    def validator(self, feed: str, url: str) -> Validator | None:
        """Return what a server said to ask with next time, None when it said nothing."""
        with self._reading() as connection:
            return feeds.validator(connection, feed, url)

    def set_validator(self, feed: str, url: str, said: Said, reading: Reading) -> None:
        """Note what a server said of an address and of the body that this reading is of."""
        with self._writing() as connection:
            feeds.set_validator(connection, feed, url, said, reading.id)

    def free_at(self, host: str) -> datetime | None:
        """Return when a host may be asked again, None when it never was."""
        with self._reading() as connection:
            return feeds.free_at(connection, host)

    def set_free_at(self, host: str, at: datetime) -> None:
        """Note when a host may be asked again; a later moment that is noted already stays."""
        with self._writing() as connection:
            feeds.set_free_at(connection, host, at)

    def give_back(self, host: str, noted: datetime, at: datetime) -> None:
        """Let a host be asked from an earlier moment on, where nobody noted another one than `noted` meanwhile."""
        with self._writing() as connection:
            feeds.give_back(connection, host, noted, at)

    def same_since(self, feed: str, location: str, sha256: str) -> datetime | None:
        """Return since when the runs over a source have brought these bytes and no others; None for no run."""
        with self._reading() as connection:
            return feeds.same_since(connection, feed, location, sha256)

    @contextmanager
    def lease(self, name: str, *, beat_seconds: float = leases.BEAT_SECONDS) -> Iterator[None]:
        """Hold a lease: 60 s, prolonged every 20 s and by each batch. Raises `LeaseHeld`.

        The lease of a process of this machine that is gone is free at once, any other when it ends.
        """
        holder = leases.new_holder()
        with self._writing() as connection:
            leases.acquire(connection, name, holder, self._now())
        self._held[name] = holder
        try:
            with leases.beating(partial(self._prolong, name, holder), beat_seconds):
                yield
        finally:
            del self._held[name]
            with suppress(StoreError), self._writing() as connection:  # it ends by itself
                leases.release(connection, name, holder)

    def is_held(self, name: str) -> bool:
        """Return whether a run, this one or another, is at work on a thing."""
        with self._reading() as connection:
            return bool(leases.holder_of(connection, name, self._now()))

    def _prolong(self, name: str, holder: str) -> None:
        with self._writing() as connection:
            leases.renew(connection, name, holder, self._now())

    # --- numbers ----------------------------------------------------------------------------------------------------

    def known_keys(self, feeds: Collection[str], keys: Collection[str]) -> set[str]:
        """Return those reports, by their keys, that are kept already from one of some feeds."""
        with self._reading() as connection:
            return numbers.known_keys(connection, feeds, keys)

    def histories(self, wanted: Collection[str]) -> dict[str, list[NumberSighting]]:
        """Return the reports of some numbers (E.164), the newest first; of one voice the newest `PER_VOICE`."""
        with self._reading() as connection:
            return numbers.histories(connection, wanted)

    def number_sightings(self, number: str) -> list[NumberSighting]:
        """Return the reports of one number (E.164), as `histories` does."""
        return self.histories([number])[number]

    def days_of_number(self, number: str) -> dict[str, int]:
        """Return how many reports of a number are kept, by day (UTC, `2026-11-22`)."""
        with self._reading() as connection:
            return numbers.days(connection, number)

    def count_sightings(self, number: str) -> int:
        """Return how many reports of a number are kept."""
        with self._reading() as connection:
            return numbers.count(connection, number)

    def rescore(
        self,
        rate: Callable[[Sequence[CandidateView], Book], Sequence[Found]],
        *,
        states: Collection[State],
        before: datetime,
        most: int,
    ) -> int:
        """Score some numbers anew that were changed last before a moment; return how many there were.

        What `rate` returns is stored for candidates of these states; no sighting and no event comes of it.
        """
        with self._writing() as connection:
            now = self._renewed(connection)
            some = candidates.page(connection, candidates.Filter(states=states, kind=Kind.PHONE, before=before), most)
            if some:
                merging.rescore(connection, rate(some, numbers.Kept(connection)), now)
                merging.touch(connection, [one.id for one in some], now)
            return len(some)

    def carrier(self, holder: str) -> CarrierView | None:
        """Return the company that a person took for a holder of numbers, None when nobody chose."""
        with self._reading() as connection:
            return numbers.carrier(connection, holder)

    # --- look -------------------------------------------------------------------------------------------------------

    def candidates(  # noqa: PLR0913  # each is a filter
        self,
        *,
        brand: str | None = None,
        states: Collection[State] | None = None,
        kind: Kind | None = None,
        min_score: float | None = None,
        since: datetime | None = None,
        feed: str | None = None,
        limit: int | None = 50,
    ) -> list[CandidateView]:
        """Return candidates, the strongest first.

        `brand` is any of their brands, `states` where they may stand, `since` (aware) leaves out what was last sighted
        before. Without a limit all are returned.
        """
        which = candidates.Filter(brand, states, kind, min_score, since, feed)
        with self._reading() as connection:
            return candidates.page(connection, which, bound(limit))

    def candidate(self, key: str) -> CandidateView:
        """Return a candidate by number, target or sighted name. Raises `NotFound`."""
        with self._reading() as connection:
            return candidates.find(connection, key)

    def sighted(self, candidate_id: int, *, limit: int = 20) -> list[str]:
        """Return as what a candidate was sighted, names and URLs, the newest first."""
        with self._reading() as connection:
            return candidates.sighted(connection, candidate_id, limit)

    def counts(
        self, bands: Mapping[str, float], *, states: Collection[State] | None = None, kind: Kind | None = None
    ) -> Counts:
        """Return how many candidates there are by state, brand and score; of some states and one kind, or of all.

        `bands` are names and lower ends of scores, the strongest first; what is lower than all is counted as `below`.
        """
        with self._reading() as connection:
            return candidates.counts(connection, bands, candidates.Filter(states=states, kind=kind))

    def quarantine(self, *, feed: str | None = None, limit: int | None = 50) -> list[QuarantinedView]:
        """Return rows that could not be used, the newest first."""
        with self._reading() as connection:
            return readings.quarantine(connection, feed, bound(limit))

    def quarantined(self, row_id: int) -> QuarantinedView:
        """Return one row that could not be used. Raises `NotFound`."""
        with self._reading() as connection:
            return readings.quarantined(connection, row_id)

    # --- act --------------------------------------------------------------------------------------------------------

    @contextmanager
    def acting(self, actor: Actor) -> Iterator[Acting]:
        """Open a transaction in which one actor loads, changes and logs. An error stores nothing of it.

        A refusal that leaves it is logged by itself.
        """
        course = Course()
        with self.guarding(actor, course), self._writing() as connection:
            yield Acting(connection, actor, self._now(), course)

    # --- look after it ----------------------------------------------------------------------------------------------

    def warnings(self) -> list[str]:
        """Return what works but not as it should: an old SQLite, an open connection, a folder that others may read."""
        return database.warnings(self._engine, self.place)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Pause the search for reference cycles: a batch makes many objects and no cycle, and is a fifth faster without."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _revision(engine: sa.Engine, place: Place) -> str | None:
    with database.transaction(engine, place, writes=False) as connection:
        return schema.revision(connection, place)
