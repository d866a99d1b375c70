"""One act: load, change and log in one transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from scamhunt import access, triage
from scamhunt.access import Permission, Person
from scamhunt.errors import Claimed, NotAllowedNow, Refused
from scamhunt.model import Actor, Event, Kind, NumberSighting, ReportState, Role, State
from scamhunt.observed import Finding
from scamhunt.store import (
    candidates,
    evidence,
    feeds,
    holds,
    log,
    look_log,
    looks,
    numbers,
    people,
    queue,
    related,
    replies,
    report_log,
    reports,
    row_log,
)
from scamhunt.store.opened import bound
from scamhunt.store.refusing import Course
from scamhunt.store.related import Same
from scamhunt.store.row_log import Logged
from scamhunt.store.tables import CANDIDATE
from scamhunt.store.tracked_values import HoldKind, HoldView, ReplyDraft, ReplyView
from scamhunt.store.values import (
    ApprovalTold,
    ApprovalView,
    CandidateView,
    CarrierView,
    ConfirmationView,
    EventView,
    EvidenceView,
    LookView,
    OverrideView,
    ReportDraft,
    ReportView,
    Watch,
    WatchView,
)
from scamhunt.takedown import steps
from scamhunt.takedown.steps import Step
from scamhunt.triage import Act


@dataclass(frozen=True, slots=True)
class Acting:
    """A transaction of one actor. Leaving it without an error stores everything, an error stores nothing."""

    connection: sa.Connection
    actor: Actor
    now: datetime
    course: Course = field(default_factory=Course)
    """What the log says of it where it is refused."""

    def candidate(self, key: str) -> CandidateView:
        """Return a candidate by number or name. Raises `NotFound`."""
        found = candidates.find(self.connection, key)
        self.course.about(f"candidate:{found.id}")
        return found

    def number_sightings(self, number: str) -> list[NumberSighting]:
        """Return the reports of a number (E.164), as the store does."""
        return numbers.histories(self.connection, [number])[number]

    def add_own_number(self, number: str, brand: str, role: Role, reason: str) -> CandidateView:
        """Make a case of a brand's own number that displays show; nobody is accused by it."""
        view = candidates.add_own(self.connection, number, brand, role, self.now)
        thing, target = f"candidate:{view.id}", {"target": number}
        found = {**target, "kind": Kind.PHONE.value, "brand": brand}
        decided = {**target, "before": State.NEW.value, "after": State.CONFIRMED.value, "role": role.value}
        self.log(
            Event("candidate.found", thing, detail=found), Event(f"candidate.{Act.CONFIRM}", thing, reason, decided)
        )
        return view

    def decision_on(self, candidate_id: int) -> EventView | None:
        """Return the last decision that the log tells of, None when nobody decided yet."""
        return log.last(self.connection, f"candidate:{candidate_id}", triage.LOGGED)

    def refuse_claimed(self, candidate_id: int) -> None:
        """Raise `Claimed` for a candidate that somebody else is at work on."""
        held = queue.claims(self.connection, [candidate_id], self.now).get(candidate_id)
        if held is not None and held.person != self.actor.name:
            raise Claimed(queue.told(held))

    def set_state(self, candidate: CandidateView, state: State) -> None:
        """Give a candidate its next state; a claim ends. Raises `NotAllowedNow` when it was decided on meanwhile."""
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
        queue.forget(self.connection, candidate.id)

    def report(self, report_id: int) -> ReportView:
        """Return a report. Raises `NotFound`."""
        found = reports.get(self.connection, report_id)
        self.course.about(f"{row_log.REPORTS.prefix}:{found.id}")
        return found

    def report_on(self, candidate_id: int, recipient: str, purpose: str) -> ReportView | None:
        """Return the report that a draft for this recipient would change, None when it would be a new one."""
        known = reports.on(self.connection, candidate_id, recipient, purpose)
        return None if known is None or reports.is_over(known) else known

    def following(self, report_id: int) -> list[ReportView]:
        """Return the reminders, escalations, withdrawals and closures of a report, the oldest first."""
        return reports.following(self.connection, report_id)

    def draft_of(self, draft: ReportDraft) -> ReportView | None:
        """Return the report that a draft would change, None where it would be a new one."""
        known = reports.belongs_to(self.connection, draft)
        return None if known is None or reports.is_over(known) else known

    def save_report(self, draft: ReportDraft) -> ReportView:
        """Store a draft: a new report, or a change of the one that `draft_of` returns; the log tells of it.

        Raises `NotAllowedNow` for a report that is out already.
        """
        known = self.draft_of(draft)
        if known is not None:
            if why := self.differs(row_log.REPORTS.prefix, known.id):
                raise Refused(f"report {known.id} {why}: somebody changed the database: scamhunt db check")
            steps.after(known.state, Step.DRAFT)
        view = reports.save(self.connection, draft, self.now)
        told = {"candidate": view.candidate_id, "kind": view.kind, "recipient": view.recipient}
        self.tell(row_log.REPORTS, view.id, f"report.{Step.DRAFT}", "", told | {"state": view.state.value})
        return view

    def step(  # what an act on a report says and changes
        self,
        report: ReportView,
        step: Step,
        *,
        reason: str = "",
        detail: Mapping[str, object] | None = None,
        changes: Mapping[str, Any] | None = None,
    ) -> ReportView:
        """Take one step with a report: its next state, its changes, and the event that tells of it.

        Raises `NotAllowedNow` where the table has no such step, and when somebody changed the report since it was
        loaded, `Refused` for a row that is not what the log said last.
        """
        if why := self.differs(row_log.REPORTS.prefix, report.id):  # else the log would tell of it as if it were right
            raise Refused(f"report {report.id} {why}: somebody changed the database: scamhunt db check")
        state = steps.after(report.state, step)
        if step is Step.RELEASE and report.held_from in steps.OUT:
            state = ReportState(report.held_from)
        forgotten = reports.FORGOTTEN if state is ReportState.DRAFT else {}
        view = reports.change(self.connection, report, {**forgotten, **(changes or {}), "state": state}, self.now)
        told = {**(detail or {}), "state": state.value}
        self.tell(row_log.REPORTS, view.id, f"report.{step}", reason, told)
        return view

    def reports_of(self, candidate_id: int, states: Collection[ReportState]) -> list[ReportView]:
        """Return the reports on a candidate that are in one of some states, the oldest first."""
        return reports.of_candidate(self.connection, candidate_id, tuple(states))

    def approvals(self, report_id: int) -> list[ApprovalView]:
        """Return what people said to a report, the oldest first."""
        return reports.approvals(self.connection, report_id)

    def approve(  # what makes a yes
        self,
        report: ReportView,
        *,
        accepted: Sequence[str],
        alone: bool,
        counts: bool,
        hours: float,
    ) -> ApprovalView:
        """Store this actor's yes to the frozen bytes of a report; the log tells of it."""
        row = {"report_id": report.id, "sha256": report.sha256, "recipient": report.recipient}
        row |= {"approver": self.actor.name, "proof": self.actor.proof, "accepted": list(accepted)}
        view = reports.approve(self.connection, row | {"alone": alone, "counts": counts}, self.now, hours)
        self.tell(row_log.APPROVALS, view.id, report_log.GIVE, "", {"report": report.id})
        return view

    def approvals_in_log(self, report: ReportView) -> list[ApprovalTold]:
        """Return each yes to these bytes for this recipient that the log, and not the table, tells of."""
        return report_log.approved_by_log(self.connection, report)

    def void_approvals(self, report_id: int, why: str) -> int:
        """Void what people said to a report so far, as the log tells; return how many of these held."""
        standing = [one.id for one in self.approvals(report_id) if one.voided_at is None]
        reports.void(self.connection, report_id, why, self.now)
        for number in standing:
            self.tell(row_log.APPROVALS, number, report_log.VOID, why, {"report": report_id})
        return len(standing)

    def tries(self, recipient: str, since: datetime) -> list[datetime]:
        """Return when mails to a recipient were tried since a moment, the oldest first."""
        return reports.tries(self.connection, recipient, since)

    # --- holds and answers ------------------------------------------------------------------------------------------

    def begin_hold(  # noqa: PLR0913  # what makes a hold
        self,
        candidate_id: int,
        kind: HoldKind,
        reason: str,
        until: datetime,
        *,
        report_id: int | None = None,
        of_hold: int | None = None,
    ) -> HoldView:
        """Store that this actor wants a target to be left alone until then; the log tells of it."""
        row: dict[str, object] = {"candidate_id": candidate_id, "kind": kind.value, "reason": reason, "until": until}
        row |= {"owner": self.actor.name, "report_id": report_id, "of_hold": of_hold}
        view = holds.begin(self.connection, row, self.now)
        self.tell(row_log.HOLDS, view.id, "hold.begin", reason, {"kind": kind.value, "until": until.isoformat()})
        return view

    def change_hold(
        self, hold: HoldView, act: str, *, reason: str = "", changes: Mapping[str, object] | None = None
    ) -> HoldView:
        """Change a hold that has not ended, by `renew`, `answer` or `end`; the log tells of it."""
        view = holds.change(self.connection, hold, changes or {})
        self.tell(row_log.HOLDS, view.id, f"hold.{act}", reason, {"candidate": view.candidate_id})
        return view

    def holds_on(self, candidate_id: int) -> list[HoldView]:
        """Return the holds on a target that have not ended, the oldest first; time may be up for some."""
        return holds.of_candidate(self.connection, candidate_id)

    def holds_of(self, hold_id: int) -> list[HoldView]:
        """Return the holds on linked targets that a dispute brought and that have not ended."""
        return holds.of_hold(self.connection, hold_id)

    def add_reply(self, draft: ReplyDraft) -> ReplyView | None:
        """Store an answer; None for one that was read before. The log tells of it."""
        view = replies.add(self.connection, draft, self.now)
        if view is not None:
            told = {"report": view.report_id, "kind": view.kind, "matched_by": view.matched_by}
            self.tell(row_log.REPLIES, view.id, "reply.read", "", told | {"suggests": view.suggests})
        return view

    def change_reply(self, reply: ReplyView, act: str, reason: str, changes: Mapping[str, object]) -> ReplyView:
        """Change an answer on which nobody decided yet, by `match`, `accept` or `dismiss`; the log tells of it."""
        view = replies.change(self.connection, reply, changes)
        self.tell(row_log.REPLIES, view.id, f"reply.{act}", reason, {"report": view.report_id})
        return view

    def mark(self, name: str) -> str:
        """Return where a reader goes on; empty at the first time."""
        return feeds.mark(self.connection, name)

    def move_mark(self, name: str, before: str, after: str) -> None:
        """Move where a reader goes on. Raises `StoreError` when another run moved it."""
        feeds.move_mark(self.connection, name, before, after, self.now)

    # --- what was seen ----------------------------------------------------------------------------------------------

    def looks(
        self, *, candidate_id: int | None = None, subject: str | None = None, limit: int | None = 50
    ) -> list[LookView]:
        """Return looks, the newest first."""
        return looks.page(self.connection, candidate_id, subject, bound(limit))

    def findings(self, look_id: int) -> list[Finding]:
        """Return what a look found, in its order."""
        return looks.findings(self.connection, look_id)

    def evidence(
        self,
        *,
        look_id: int | None = None,
        candidate_id: int | None = None,
        media_type: str | None = None,
        limit: int | None = 50,
    ) -> list[EvidenceView]:
        """Return items, those of the newest look first, as the store does."""
        return evidence.page(
            self.connection,
            look_id=look_id,
            candidate_id=candidate_id,
            sha256=None,
            media_type=media_type,
            limit=bound(limit),
        )

    def sighted(self, candidate_id: int, *, limit: int = 20) -> list[str]:
        """Return as what a candidate was sighted, names and URLs, the newest first."""
        return candidates.sighted(self.connection, candidate_id, limit)

    def related(
        self,
        candidate_id: int,
        brand: str,
        shared: Mapping[tuple[str, str], Collection[str]],
        states: Collection[State],
    ) -> list[Same]:
        """Return what other candidates of a brand share with one, the newest first; see `store/related.py`."""
        return related.related(self.connection, candidate_id, brand, shared, states)

    def said_of(self, subjects: Sequence[str], kinds: Collection[str]) -> list[Same]:
        """Return what looks at names that are no candidates found, of some kinds."""
        return related.said_of(self.connection, subjects, kinds)

    # --- people -----------------------------------------------------------------------------------------------------

    def require(self, permission: Permission) -> None:
        """Raise `NotPermitted` when this actor may not do that now."""
        self.course.permission = permission
        access.require(self.people(), self.actor, permission)

    def people(self) -> dict[str, Person]:
        """Return all who were ever added, by name; who left has `removed_at`."""
        return people.everybody(self.connection)

    def add_person(
        self, person: Person, password: str, reason: str = "", before: Mapping[str, object] | None = None
    ) -> None:
        """Store a person; `password` is a hash, empty to keep what there is. The log tells of it.

        `before` is what the log tells of somebody who is there already, and is changed.
        """
        people.add(self.connection, person, password)
        act = "person.add" if before is None else "person.change"
        told = {"roles": sorted(person.roles)} | ({"before": before} if before is not None else {})
        self.tell(row_log.PEOPLE, person.name, act, reason, told)

    def remove_person(self, name: str, reason: str = "") -> None:
        """Lock a person out; the log tells of it. Raises `NotFound`."""
        people.remove(self.connection, name, self.now)
        self.tell(row_log.PEOPLE, name, "person.remove", reason, {})

    def confirmations(self) -> dict[str, ConfirmationView]:
        """Return the last confirmation of each desk, by its name."""
        return people.confirmations(self.connection)

    def confirm_desk(self, desk: str, content: str, note: str) -> ConfirmationView:
        """Store that this actor says that a desk, as the list has it now, is right; the log tells of it."""
        view = ConfirmationView(desk, self.actor.name, note, content, self.now)
        people.confirm(self.connection, view)
        self.tell(row_log.DESKS, desk, "desk.confirm", note, {"content": content})
        return view

    def override_of(self, target: str) -> OverrideView | None:
        """Return what was asked or granted for a protected target, None when nobody asked."""
        return people.override_of(self.connection, target)

    def ask_override(self, target: str, reason: str) -> OverrideView:
        """Store that this actor asks to let a target through; the log tells of it."""
        asked = people.ask(self.connection, target, reason, self.actor.name, self.now)
        self.tell(row_log.OVERRIDES, asked.target, "override.ask", reason, {})
        return asked

    def grant_override(self, target: str, days: int, reason: str = "") -> OverrideView:
        """Store that this actor, a second person, lets a target through for so many days; the log tells of it."""
        granted = people.grant(self.connection, target, self.actor.name, self.actor.proof, self.now, days)
        self.tell(row_log.OVERRIDES, granted.target, "override.grant", reason, {"days": days})
        return granted

    # --- the log ----------------------------------------------------------------------------------------------------

    def log_head(self) -> log.Head:
        """Return the end of the log as it is now, this transaction's events included."""
        return log.head(self.connection)

    def differs(self, kind: str, key: object) -> str:
        """Return in what a row is not what the log said last; nothing when it is the same, or when there is none.

        Of kind `report`, `approval` (by number), `person`, `desk` (by name) or `override` (by target).
        """
        return row_log.differs(self.connection, row_log.BY_PREFIX[kind], key)

    def tell(self, of: Logged, key: object, act: str, reason: str, detail: Mapping[str, object]) -> None:
        """Append what the log says of an act on a row, and the row as it stands now."""
        self.log(row_log.event(self.connection, of, key, act, reason, detail))

    # --- what else --------------------------------------------------------------------------------------------------

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
