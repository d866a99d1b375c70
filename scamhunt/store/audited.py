"""The part of the `Store` that is asked from outside: does the log hold, and do the tables say what it says."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from scamhunt.store import consistency, database, log, schema
from scamhunt.store.counted import Counted
from scamhunt.store.opened import bound
from scamhunt.store.values import EventView


class Audited(Counted):
    """The log of an open database, and its tables beside it."""

    def check(self) -> list[str]:
        """Read the whole database and its log and compare the two; return what is wrong, nothing when all is well."""
        with self._reading() as connection:
            at = database.of(connection)
            damaged = at.problems(connection)
            if damaged:
                return damaged
            foreign = schema.differences(schema.expected(self._engine, self.place), at.definitions(connection))
            told = [f"{kind} {name} {why}; {consistency.REMEDY}" for (kind, name), why in foreign.items()]
            if any(kind == "table" for kind, _ in foreign):
                return told  # what follows reads the tables
            broken = log.walk(connection).broken
            if broken:
                return [*told, f"the log does not hold at row {broken.seq}: {broken.why}; {consistency.REMEDY}"]
            return told + consistency.problems(connection)

    def log_head(self) -> log.Head:
        """Return the end of the log, to be noted somewhere else."""
        with self._reading() as connection:
            return log.head(connection)

    def verify_log(self, noted: log.Head | None = None) -> log.Broken | None:
        """Walk the log; return the first row that does not hold, None when all do."""
        return self.walk_log([noted] if noted else []).broken

    def walk_log(self, noted: Iterable[log.Head] = (), *, first: int = 1) -> log.Walked:
        """Walk the log, or from a row on, and return how far it holds, against heads that were noted elsewhere."""
        with self._reading() as connection:
            return log.walk(connection, noted, first)

    def log_page(self, same: Mapping[str, str], before: int, limit: int) -> list[EventView]:
        """Return rows of the log, the newest first; see `log.page`."""
        with self._reading() as connection:
            return log.page(connection, same, before, bound(limit))

    def log_hashes(self, rows: Sequence[int]) -> dict[int, tuple[str, str]]:
        """Return of some rows the hash of the row before and their own, by their numbers."""
        with self._reading() as connection:
            return log.hashes(connection, rows)

    @contextmanager
    def log_rows(self, since: int, to: int) -> Iterator[Iterator[dict[str, Any]]]:
        """Open the rows after `since` up to `to`, as they were hashed, each with its hash."""
        with self._reading() as connection:
            yield log.rows(connection, since, to)
