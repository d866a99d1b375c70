"""One act: load, change and log in one transaction."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from scamhunt.errors import NotAllowedNow
from scamhunt.model import Actor, Event, State
from scamhunt.store import candidates, log, reports
from scamhunt.store.tables import CANDIDATE
from scamhunt.store.values import CandidateView, ReportDraft, ReportView


@dataclass(frozen=True, slots=True)
class Acting:
    """A transaction of one actor. Leaving it without an error stores everything, an error stores nothing."""

    connection: sa.Connection
    actor: Actor
    now: datetime

    def candidate(self, key: str) -> CandidateView:
        """Return a candidate by number or name. Raises `NotFound`."""
        return candidates.find(self.connection, key)

    def set_state(self, candidate: CandidateView, state: State) -> None:
        """Give a candidate its next state. Raises `NotAllowedNow` when it was decided on since it was loaded."""
        same = sa.and_(CANDIDATE.c.id == candidate.id, CANDIDATE.c.revision == candidate.revision)
        changes = {
            "state": state,
            "state_since": self.now,
            "revision": candidate.revision + 1,
            "updated_at": self.now,
        }
        if self.connection.execute(sa.update(CANDIDATE).where(same).values(changes)).rowcount != 1:
            raise NotAllowedNow(
                f"somebody else decided on {candidate.id} meanwhile; look at it again: scamhunt candidates show "
                f"{candidate.id}"
            )

    def report(self, report_id: int) -> ReportView:
        """Return a report. Raises `NotFound`."""
        return reports.get(self.connection, report_id)

    def save_report(self, draft: ReportDraft) -> ReportView:
        """Store a draft; one that is there for the same candidate, recipient and purpose is changed."""
        return reports.save(self.connection, draft, self.now)

    def log(self, *events: Event) -> None:
        """Append events of this actor to the log."""
        log.append(self.connection, events, self.actor, self.now)
