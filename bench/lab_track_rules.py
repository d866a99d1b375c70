"""What has to hold while reports are tracked, looked up in the database, its log and the mail server: for lab_track."""

import email
import email.policy
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bench.lab_smtp import Smtp
from scamhunt.model import ReportState, State
from scamhunt.store import EventView, ReportView, Store
from scamhunt.takedown import steps
from scamhunt.takedown.roles import AFTERWARDS
from scamhunt.takedown.steps import Step

DAY = timedelta(days=1)
OPEN = (*steps.WAITING, ReportState.UNKNOWN, ReportState.VERIFIED_DOWN)
"""The recipient has it, and nobody took it back."""


class Life(Protocol):
    """A target, as the rules see it."""

    gone: datetime
    back: datetime | None
    gone_again: datetime | None


@dataclass(slots=True)
class Rules:
    """The rules; `faults` are what did not hold."""

    store: Store
    smtp: Smtp
    families: Mapping[int, str]
    faults: list[str] = field(default_factory=list)
    by_hand: set[int] = field(default_factory=set)
    """Reports that a person says to have sent."""
    disputed: dict[int, int] = field(default_factory=dict)
    """Targets that are disputed now, with their holds."""
    checked: int = 0
    """Closures that were asked for and were there."""
    withdrawals: int = 0
    """The same of withdrawals."""
    _mails: list[str] = field(default_factory=list)

    # --- who was asked ------------------------------------------------------------------------------------------------

    def taken(self) -> set[str]:
        """Return the Message-IDs that the mail server took."""
        self._mails += [_message_id(body) for body in self.smtp.accepted[len(self._mails) :]]
        return set(self._mails)

    def was_taken(self, report_id: int) -> bool:
        """Say whether the mail server took a report."""
        return self.store.report(report_id).message_id in self.taken()

    def contacted(self, candidate_id: int) -> set[str]:
        """Return whoever was ever asked about a target, by mail server and people."""
        taken = self.taken()
        return {
            one.recipient
            for one in self.store.reports(candidate_id=candidate_id, limit=None)
            if one.purpose not in AFTERWARDS and (one.message_id in taken or one.id in self.by_hand)
        }

    # --- when it is gone ----------------------------------------------------------------------------------------------

    def after_a_turn(self, now: datetime, lives: Mapping[int, Life]) -> None:
        """Look that no report is open a day after its content went, but where its recipient was told or acted."""
        by_target = defaultdict(list)
        for one in self.store.reports(limit=None):
            by_target[one.candidate_id].append(one)
        for number, found in by_target.items():
            gone = _gone_since(lives[number], now)
            told = {one.recipient for one in found if one.purpose == "closure" and one.state != ReportState.WITHDRAWN}
            if gone is None:
                continue
            for one in found:
                if one.purpose in AFTERWARDS or one.state not in OPEN:
                    continue
                since = max(gone, one.state_since if one.state is not ReportState.VERIFIED_DOWN else gone)
                if now - since > DAY and one.recipient not in told and one.claimed_at is None:
                    self._fault(
                        now, f"report {one.id} ({one.state}) is open, and {one.recipient} was not told: gone {gone}"
                    )
                self.checked += one.recipient in told
        self._none_twice(by_target, now)

    def _none_twice(self, by_target: Mapping[int, list[ReportView]], now: datetime) -> None:
        for number, found in by_target.items():
            for purpose in AFTERWARDS:
                said = Counter(
                    (one.recipient, one.round)
                    for one in found
                    if one.purpose == purpose and one.state != ReportState.WITHDRAWN
                )
                for (whom, _), count in said.items():
                    if count > 1:
                        self._fault(now, f"{whom} gets {count} {purpose}s on target {number}")

    # --- disputes -----------------------------------------------------------------------------------------------------

    def after_the_outbox(self) -> None:
        """Nothing but what takes back or closes went out on what is disputed."""
        before = len(self._mails)
        self.taken()
        fresh = set(self._mails[before:])
        for one in self.store.reports(limit=None) if fresh and self.disputed else ():
            if one.message_id in fresh and one.purpose not in AFTERWARDS and self._is_stopped(one):
                self.faults.append(f"report {one.id} went out while its target was disputed")

    def _is_stopped(self, one: ReportView) -> bool:
        return any(target == one.candidate_id or one.candidate_id in self._linked(target) for target in self.disputed)

    def _linked(self, candidate_id: int) -> set[int]:
        """Return the other targets of the family that have a hold because of the dispute."""
        hold = self.disputed[candidate_id]
        return {one.candidate_id for one in self.store.holds(open_only=True, limit=None) if one.of_hold == hold}

    def after_a_dispute(self, candidate_id: int, hold_id: int) -> None:
        """At once all reports on the target are held, and what is unsent on every case of its family."""
        self.disputed[candidate_id] = hold_id
        for one in self.store.reports(candidate_id=candidate_id, limit=None):
            if one.purpose not in AFTERWARDS and not _settled(one):
                self.faults.append(f"report {one.id} is {one.state} while its target is disputed")
        for number, family in self.families.items():
            case = self.store.candidate(str(number)).state in {State.CONFIRMED, State.CLOSED}
            if number == candidate_id or family != self.families[candidate_id] or not case:
                continue
            if number not in self._linked(candidate_id):
                self.faults.append(f"target {number} is linked with {candidate_id}, which is disputed, and not held")
            for one in self.store.reports(candidate_id=number, limit=None):
                if one.purpose not in AFTERWARDS and one.state in steps.UNSENT and not _settled(one):
                    self.faults.append(f"report {one.id} is {one.state} while its target is linked with a disputed one")

    def stopped(self, candidate_id: int) -> list[ReportView]:
        """Return what must not go out because of a dispute."""
        targets = {candidate_id, *self._linked(candidate_id)}
        found = [one for number in sorted(targets) for one in self.store.reports(candidate_id=number, limit=None)]
        return [one for one in found if one.purpose not in AFTERWARDS]

    def withdrawn(self, candidate_id: int, hold_id: int) -> None:
        """Everybody who was ever asked about a disputed target gets a withdrawal, drafted once."""
        found = self.store.reports(candidate_id=candidate_id, limit=None)
        drafted = Counter(
            one.recipient for one in found if one.purpose == "withdrawal" and one.state != ReportState.WITHDRAWN
        )
        rounds = Counter(one.recipient for one in found if one.purpose not in AFTERWARDS)
        for whom in self.contacted(candidate_id):
            if not 1 <= drafted[whom] <= rounds[whom]:
                self.faults.append(f"hold {hold_id}: {whom} was asked and has {drafted[whom]} withdrawals")
            self.withdrawals += drafted[whom]

    def held_by(self, hold_id: int) -> list[ReportView]:
        """Return the reports that are held on the target of a dispute."""
        target = self.store.hold(hold_id).candidate_id
        self.disputed.pop(target, None)
        return self.store.reports_of(target, (ReportState.HELD,))

    def after_a_decision(self, before: list[ReportView], finding: str) -> None:
        """`wrong` takes back what was held, `right` lets it go on where it was and drops unsent withdrawals."""
        for one in before:
            after = self.store.report(one.id)
            others = self.store.holds_on(one.candidate_id)
            was_out = one.held_from in {state.value for state in steps.OUT}
            confirmed = self.store.candidate(str(one.candidate_id)).state is State.CONFIRMED
            told = [each for each in self.store.following(one.id) if each.purpose == "withdrawal"]
            taken = any(each.sent_at or each.handed_at for each in told)
            right = "withdrawn" if taken else one.held_from if was_out else "draft" if confirmed else "withdrawn"
            wanted = "withdrawn" if finding == "wrong" else "held" if others else right
            if after.state != wanted:
                self.faults.append(f"report {one.id} is {after.state} after it was found {finding}, not {wanted}")
        targets = {one.candidate_id for one in before}
        left = [each for target in targets for each in self.store.reports_of(target, steps.UNSENT)]
        if finding == "right":
            self.faults += [
                f"withdrawal {one.id} still waits after the report was found right"
                for one in left
                if one.purpose == "withdrawal" and one.handed_at is None and not self.store.holds_on(one.candidate_id)
            ]

    # --- at the end ---------------------------------------------------------------------------------------------------

    def at_the_end(self) -> None:
        """Look whether states follow the table, nothing went out by itself, and the database is what its log says."""
        for one in self.store.reports(limit=None):
            self.faults += [
                f"report {one.id}: {fault}" for fault in _against_table(self.store.history(f"report:{one.id}"))
            ]
        twice = [name for name, count in Counter(self._mails).items() if count > 1]
        self.faults += [f"{name} went out twice" for name in twice]
        self.faults += self.store.check()

    def _fault(self, now: datetime, what: str) -> None:
        if what not in {each.partition(" UTC: ")[2] for each in self.faults[-200:]}:
            self.faults.append(f"{now:%Y-%m-%d %H:%M} UTC: {what}")


def _settled(one: ReportView) -> bool:
    """Say whether a report is held, or lies where no hold reaches: taken back, or in a person's hands as a file."""
    handed = one.handed_at is not None and one.state in {ReportState.APPROVED, ReportState.FAILED}
    return handed or one.state in {ReportState.HELD, ReportState.WITHDRAWN}


def _gone_since(life: Life, now: datetime) -> datetime | None:
    if life.back and life.gone_again and life.back <= now:
        return life.gone_again if life.gone_again <= now else None
    return life.gone if life.gone <= now else None


def _against_table(events: list[EventView]) -> list[str]:
    """Return in words what the history of a report has that the table does not allow, or that nobody asked for."""
    faults, state, asked = [], None, False
    for one in events:
        step = one.act.removeprefix("report.")
        if step not in set(Step) or "state" not in one.detail:
            continue
        after = ReportState(str(one.detail["state"]))
        fits = state is None or steps.TABLE[Step(step)].get(state) is after or _released(step, state, after)
        faults += [] if fits else [f"{step} led from {state} to {after}"]
        faults += ["it was sent though nobody let it go"] if step == "claim" and not asked else []
        asked = one.actor != "system" if step == "queue" else asked and step != "void"
        state = after
    return faults


def _released(step: str, state: ReportState, after: ReportState) -> bool:
    return step == Step.RELEASE and state is ReportState.HELD and after in {*steps.OUT, ReportState.DRAFT}


def _message_id(body: bytes) -> str:
    return str(email.message_from_bytes(body, policy=email.policy.default)["Message-ID"]).strip()
