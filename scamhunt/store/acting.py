"""One act: load, change and log in one transaction."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from scamhunt import triage
from scamhunt.errors import NotAllowedNow
from scamhunt.model import Actor, Event, NumberSighting, State
from scamhunt.store import candidates, log, look_log, looks, numbers, reports
from scamhunt.store.tables import CANDIDATE
from scamhunt.store.values import CandidateView, CarrierView, EventView, ReportDraft, ReportView, Watch, WatchView


@dataclass(frozen=True, slots=True)
class Acting:
    """A transaction of one actor. Leaving it without an error stores everything, an error stores nothing."""

    connection: sa.Connection
    actor: Actor
    now: datetime

    def candidate(self, key: str) -> CandidateView:
        """Return a candidate by number or name. Raises `NotFound`."""
        return candidates.find(self.connection, key)

    def number_sightings(self, number: str) -> list[NumberSighting]:
        """Return the reports of a number (E.164), as the store does."""
        return numbers.histories(self.connection, [number])[number]

    def decision_on(self, candidate_id: int) -> EventView | None:
        """Return the last decision that the log tells of, None when nobody decided yet."""
        return log.last(self.connection, f"candidate:{candidate_id}", triage.LOGGED)

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

    def report_on(self, candidate_id: int, recipient: str, purpose: str) -> ReportView | None:
        """Return the report that a draft for this recipient would change, None when it would be a new one."""
        return reports.on(self.connection, candidate_id, recipient, purpose)

    def save_report(self, draft: ReportDraft) -> ReportView:
        """Store a draft: a new report, or a change of the one that `report_on` returns."""
        return reports.save(self.connection, draft, self.now)

    def withdraw_reports(self, candidate_id: int) -> list[ReportView]:
        """Withdraw the drafts on a candidate and return them."""
        return reports.withdraw(self.connection, candidate_id, self.now)

    def choose_carrier(self, holder: str, frn: str, name: str, reason: str) -> CarrierView:
        """Remember which company a holder of numbers is."""
        choice = CarrierView(holder, frn, name, reason, self.actor.name, self.now)
        numbers.choose_carrier(self.connection, choice)
        return choice

    def watch(self, candidate_id: int) -> WatchView | None:
        """Return how a candidate is watched, None when it is not."""
        return looks.watch(self.connection, candidate_id)

    def set_watch(self, candidate_id: int, watch: Watch) -> WatchView:
        """Note when to look at a candidate again, without a look; the log tells of it."""
        view = looks.set_watch(self.connection, candidate_id, watch)
        self.log(look_log.watch_event(view))
        return view

    def log(self, *events: Event) -> None:
        """Append events of this actor to the log."""
        log.append(self.connection, events, self.actor, self.now)
