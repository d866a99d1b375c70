"""The part of the `Store` that keeps reports, their approvals, people, and what these confirmed or let through."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from scamhunt import access
from scamhunt.access import Permission, Person
from scamhunt.model import Actor, ReportState, State
from scamhunt.store import answered, holds, outbox, people, related, replies, reports, tracking
from scamhunt.store.looked import Looked
from scamhunt.store.opened import bound
from scamhunt.store.refusing import Course
from scamhunt.store.related import Same
from scamhunt.store.tracked_values import HoldView, ReplyState, ReplyView
from scamhunt.store.values import ApprovalView, ConfirmationView, OverrideView, ReportView
from scamhunt.takedown.course import Courses
from scamhunt.takedown.tracked import Tracked


class Reported(Looked):
    """Reports and people of an open database."""

    def reports(
        self, *, state: ReportState | None = None, candidate_id: int | None = None, limit: int | None = 50
    ) -> list[ReportView]:
        """Return reports, the newest first."""
        with self._reading() as connection:
            return reports.page(connection, state, candidate_id, bound(limit))

    def listed_reports(
        self, states: Sequence[ReportState], *, text: str = "", before: int = 0, limit: int = 50
    ) -> list[tuple[ReportView, str]]:
        """Return reports in some states, or all, with their targets, the newest first; see `reports.listed`."""
        with self._reading() as connection:
            return reports.listed(connection, states, text, before, bound(limit))

    def count_reports(self, states: Sequence[ReportState]) -> dict[ReportState, int]:
        """Return how many reports are in each of some states; a state that none is in is left out."""
        with self._reading() as connection:
            return reports.count(connection, states)

    def report(self, report_id: int) -> ReportView:
        """Return one report. Raises `NotFound`."""
        with self._reading() as connection:
            return reports.get(connection, report_id)

    def approvals(self, report_id: int) -> list[ApprovalView]:
        """Return what people said to a report, the oldest first."""
        with self._reading() as connection:
            return reports.approvals(connection, report_id)

    def due_reports(self, now: datetime, *, limit: int) -> list[int]:
        """Return the numbers of queued reports that may go out, those that wait longest first."""
        with self._reading() as connection:
            return reports.due(connection, now, bound(limit))

    def sending_reports(self) -> list[ReportView]:
        """Return the reports that are on their way, or were when their process ended."""
        with self._reading() as connection:
            return reports.sending(connection)

    def outbox(self, sha256: str) -> bytes:
        """Return the frozen bytes of a report. Raises `EvidenceChanged` for what is not what was kept, `StoreError`."""
        return outbox.read(self.home, sha256)

    def keep_outbox(self, body: bytes) -> str:
        """Keep the frozen bytes of a report and return their sha256. Raises `StoreError`."""
        return outbox.keep(self.home, body)

    def related(
        self,
        candidate_id: int,
        brand: str,
        shared: Mapping[tuple[str, str], Collection[str]],
        states: Collection[State],
    ) -> list[Same]:
        """Return what other candidates of a brand share with one, the newest first; see `store/related.py`."""
        with self._reading() as connection:
            return related.related(connection, candidate_id, brand, shared, states)

    def said_of(self, subjects: Sequence[str], kinds: Collection[str]) -> list[Same]:
        """Return what looks at names that are no candidates found, of some kinds."""
        with self._reading() as connection:
            return related.said_of(connection, subjects, kinds)

    # --- what follows -----------------------------------------------------------------------------------------------

    def following(self, report_id: int) -> list[ReportView]:
        """Return the reminders, escalations, withdrawals and closures of a report, the oldest first."""
        with self._reading() as connection:
            return reports.following(connection, report_id)

    def reports_of(self, candidate_id: int, states: Collection[ReportState]) -> list[ReportView]:
        """Return the reports on a candidate that are in one of some states, the oldest first."""
        with self._reading() as connection:
            return reports.of_candidate(connection, candidate_id, tuple(states))

    def tracked(self, candidate_id: int | None = None) -> list[Tracked]:
        """Return the reports about which something may be due, of one target where it is said."""
        with self._reading() as connection:
            return tracking.tracked(connection, candidate_id)

    def targets_of(self, report_ids: Collection[int]) -> dict[int, str]:
        """Return what some reports are about, by their numbers."""
        with self._reading() as connection:
            return tracking.targets_of(connection, report_ids)

    def targets(self, candidate_ids: Collection[int]) -> dict[int, str]:
        """Return what some candidates are called, by their numbers."""
        with self._reading() as connection:
            return tracking.targets(connection, candidate_ids)

    def sent_before(self, moment: datetime) -> list[int]:
        """Return the numbers of reports that went out before a moment and of which nobody said a word."""
        with self._reading() as connection:
            return tracking.sent_before(connection, moment)

    def out_though_gone(self, states: Collection[ReportState]) -> list[int]:
        """Return the candidates that are closed as down and have reports in these states."""
        with self._reading() as connection:
            return tracking.out_though_gone(connection, states)

    def untold(self, purpose: str) -> list[int]:
        """Return the numbers of reports whose recipient is still to get a `withdrawal`, or a `closure`."""
        with self._reading() as connection:
            return tracking.untold(connection, purpose)

    def acts_since(self, seq: int, acts: Collection[str]) -> dict[str, int]:
        """Return how often each of some acts stands in the log after a row."""
        with self._reading() as connection:
            return tracking.acts_since(connection, seq, acts)

    def courses(self, *, since: datetime | None = None, brand: str = "") -> Courses:
        """Return the milestones of what went out, of a brand and since a moment where these are said."""
        with self._reading() as connection:
            return tracking.courses(connection, since=since, brand=brand)

    def hold(self, hold_id: int) -> HoldView:
        """Return one hold. Raises `NotFound`."""
        with self._reading() as connection:
            return holds.get(connection, hold_id)

    def holds(self, *, open_only: bool = False, limit: int | None = 50) -> list[HoldView]:
        """Return holds, those that end first at the top; what has ended comes last."""
        with self._reading() as connection:
            return holds.page(connection, open_only=open_only, limit=bound(limit))

    def holds_on(self, candidate_id: int) -> list[HoldView]:
        """Return the holds on a target that have not ended, the oldest first; time may be up for some."""
        with self._reading() as connection:
            return holds.of_candidate(connection, candidate_id)

    def reply(self, reply_id: int) -> ReplyView:
        """Return one answer. Raises `NotFound`."""
        with self._reading() as connection:
            return replies.get(connection, reply_id)

    def replies(
        self, *, state: ReplyState | None = None, reports: Sequence[int] | None = None, limit: int | None = 50
    ) -> list[ReplyView]:
        """Return answers, disputes and plain ones first; to some reports only, where these are named."""
        with self._reading() as connection:
            return replies.page(connection, state=state, reports=reports, limit=bound(limit))

    def likely_answered(
        self, message_ids: Sequence[str], references: Sequence[str], tickets: Sequence[str]
    ) -> list[ReportView]:
        """Return the reports to which a mail with these marks may be an answer; see `store/answered.py`."""
        with self._reading() as connection:
            return answered.likely(connection, message_ids, references, tickets)

    def is_known_reply(self, digest: str) -> bool:
        """Say whether a mail with these bytes was read before."""
        with self._reading() as connection:
            return answered.is_known(connection, digest)

    # --- people -----------------------------------------------------------------------------------------------------

    def people(self) -> dict[str, Person]:
        """Return all who were ever added, by name; who left has `removed_at`."""
        with self._reading() as connection:
            return people.everybody(connection)

    def password_of(self, name: str) -> str:
        """Return the hash of a person's password; empty for who has none or is none."""
        with self._reading() as connection:
            return people.password_of(connection, name)

    def require(self, actor: Actor, permission: Permission) -> None:
        """Raise `NotPermitted` for somebody who may not do that now; that is logged."""
        with self.guarding(actor, Course(permission)):
            access.require(self.people(), actor, permission)

    def confirmations(self) -> dict[str, ConfirmationView]:
        """Return the last confirmation of each desk, by its name."""
        with self._reading() as connection:
            return people.confirmations(connection)

    def override_of(self, target: str) -> OverrideView | None:
        """Return what was asked or granted for a protected target, None when nobody asked."""
        with self._reading() as connection:
            return people.override_of(connection, target)
