"""The part of the `Store` that is the queue of the triage desk."""

from collections.abc import Collection, Sequence
from datetime import datetime

from scamhunt.model import Kind, State
from scamhunt.store import queue
from scamhunt.store.entered import Entered
from scamhunt.store.opened import bound
from scamhunt.store.queue import ClaimView, Place, Row, Wanted
from scamhunt.store.values import CandidateView


class Queued(Entered):
    """Pages, counts and claims of an open database."""

    def queue(self, wanted: Wanted, after: Place | None, limit: int) -> tuple[list[Row], Place | None]:
        """Return a page of the queue, the strongest first, and where the next one begins; None: there is none."""
        with self._reading() as connection:
            return queue.page(connection, wanted, self._now(), after, bound(limit))

    def queue_members(self, wanted: Wanted, limit: int, after: Place | None = None) -> list[CandidateView]:
        """Return the candidates that fit, the strongest first, none of them folded; behind a place if one is given."""
        with self._reading() as connection:
            return queue.members(connection, wanted, self._now(), bound(limit), after)

    def candidates_by(self, ids: Sequence[int]) -> list[CandidateView]:
        """Return some candidates in this order. Raises `NotFound` where one is none."""
        with self._reading() as connection:
            return queue.by_ids(connection, ids)

    def queue_tally(self) -> list[tuple[State, Kind, str, int]]:
        """Return how many candidates there are, by state, kind and strongest brand."""
        with self._reading() as connection:
            return queue.tally(connection)

    def queue_counts(self, wanted: Sequence[Wanted]) -> list[int]:
        """Return how many candidates fit each of some filters."""
        with self._reading() as connection:
            return queue.counts(connection, wanted, self._now())

    def campaign_of(self, candidate_id: int) -> str:
        """Return the campaign that a candidate belongs to; empty where there is none."""
        with self._reading() as connection:
            return queue.campaign_of(connection, candidate_id)

    def last_view(self, thing: str, person: str) -> datetime | None:
        """Return when somebody looked at a thing last, by the log; None: never."""
        with self._reading() as connection:
            return queue.last_view(connection, thing, person)

    def claims(self, ids: Collection[int]) -> dict[int, ClaimView]:
        """Return who is at work on some candidates now, by their numbers."""
        with self._reading() as connection:
            return queue.claims(connection, ids, self._now())
