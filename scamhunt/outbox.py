"""The outbox: it sends what is approved and due, each report once.

The row says `sending`, with the Message-ID, before a connection is opened: whatever breaks afterwards, nobody takes it
for unsent. What is not known is `unknown` and waits for a person; nothing here sends such a report again.
"""

import email
import email.policy
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from scamhunt import desk_approval, desk_holds, reference
from scamhunt.errors import EvidenceChanged, NotAllowedNow, OutsideError, Refused, ScamhuntError, StoreError, worst
from scamhunt.mail import sending
from scamhunt.mail.sending import LIMITS, Delivered, Interrupted, Limits
from scamhunt.material import Material
from scamhunt.model import SYSTEM, Channel, ReportState
from scamhunt.settings import Settings
from scamhunt.store import Acting, ReportView, Store, leases, reports
from scamhunt.takedown.steps import Step

AT_ONCE = 500
"""Reports that one turn looks at; the next turn goes on."""
LOST_AFTER = timedelta(seconds=60)
"""So long after its delivery should have ended a report counts as lost, whoever holds it."""
STORE_SECONDS, AGAIN_SECONDS = 20.0, 0.2
"""So long, and so often, is tried to store what became of a mail that is out."""

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_STEP = {sending.SENT: Step.SENT, sending.FAILED: Step.FAIL, sending.UNKNOWN: Step.LOSE}

Progress = Callable[[str, int], None]
"""Told after each report; what it raises ends the turn before the next."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a report in one turn."""

    report_id: int
    state: ReportState
    told: str
    """For a person."""
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn of the schedule did."""

    outcomes: tuple[Outcome, ...]
    problem: str = ""
    """Why nothing could be tried at all."""
    code: int = 0
    """The exit code of that."""

    @property
    def exit_code(self) -> int:
        """The gravest of all: 3 where a mail failed or is unknown, 5 where a rule stopped one."""
        return worst([self.code, *(one.exit_code for one in self.outcomes)])

    def counts(self) -> dict[str, int]:
        """Return how many were sent, failed and are unknown."""
        counts = Counter(one.state for one in self.outcomes)
        return {state.value: counts[state] for state in (ReportState.SENT, ReportState.FAILED, ReportState.UNKNOWN)}

    def told(self) -> str:
        """Return one line for a log."""
        counts = Counter(one.state for one in self.outcomes)
        numbers = ", ".join(f"{count:,} {state}" for state, count in sorted(counts.items()))
        return "; ".join([numbers, *(f"{one.report_id}: {one.told}" for one in self.outcomes if one.exit_code)][:6])


@dataclass(frozen=True, slots=True)
class Claimed:
    """A report that is ours to send: its row is `sending` and says so to everybody."""

    report: ReportView
    body: bytes = field(repr=False)
    sender: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """A report that a rule stopped: its approval is void, and it is a draft again."""

    error: ScamhuntError


def turn(settings: Settings, progress: Progress = lambda _what, _done: None) -> Turn:
    """Send what is due, once, as the schedule does. Raises as `send_due` does."""
    url = settings.database_url.get_secret_value()
    with Store.open(settings.home, now=settings.now, url=url) as store:
        return Turn(tuple(send_due(store, settings, progress=progress)))


def send_due(
    store: Store,
    settings: Settings,
    *,
    limit: int = AT_ONCE,
    progress: Progress = lambda _what, _done: None,
    limits: Limits = LIMITS,
) -> list[Outcome]:
    """Send what is due, one after the other, and return what became of each; first find what was lost.

    While sending is off nothing is sent. A report that a rule stops is a draft again; one whose recipient has had
    enough for now waits. Raises `UserError` and `Refused` for the mail server's setting, `StoreError`.
    """
    outcomes = [_outcome(store.report(number)) for number in recover(store)]
    if not settings.sending:
        return outcomes
    waiting: Counter[str] = Counter()
    due = store.due_reports(store.now(), limit=limit)
    material = _material(settings) if due else None
    for done, number in enumerate(due):
        progress("outbox", done)
        with suppress(NotAllowedNow):  # another process was faster, or somebody took it back
            outcomes += [_sent(store, material, number, waiting, limits)] if material else []
    return outcomes


def send_one(store: Store, settings: Settings, report_id: int, *, limits: Limits = LIMITS) -> ReportView:
    """Send a queued report that is due and return it as it is then: sent, failed, unknown, or queued for later.

    Raises `NotFound`; `NotAllowedNow` for what is not queued, not due, or was handed out, and while sending is off;
    what the gate raises where a rule stops it, which then is a draft again; what the mail server's setting lacks.
    """
    if not settings.sending:
        raise NotAllowedNow("sending is off: nothing is sent; turn it on with SCAMHUNT_SENDING=on")
    _refuse_not_due(store.report(report_id), store.now())  # before the brands are read, which takes its time
    found = _claimed(store, _material(settings), report_id, 0)
    if isinstance(found, Stopped):
        raise found.error
    return _delivered(store, settings, found, limits) if isinstance(found, Claimed) else found


def recover(store: Store) -> list[int]:
    """Make `unknown` what was being sent by a process that is gone, or for too long; return the numbers."""
    lost = []
    for report in store.sending_reports():
        if not _is_gone(report, store.now()):
            continue
        with suppress(NotAllowedNow), store.acting(SYSTEM) as desk:
            detail = _detail(report) | {"answer": "", "step": "its process ended"}
            why = "its process ended, or gave no word for too long: nobody knows whether it was taken"
            desk.step(report, Step.LOSE, reason=why, detail=detail, changes={"answer": why})
            lost.append(report.id)
    return lost


def _is_gone(report: ReportView, now: datetime) -> bool:
    """Say whether nobody is at work on it: its process is gone, or it takes longer than any delivery."""
    with suppress(ValueError):  # a holder that no program of ours wrote
        if leases.lives(report.holder) is False:
            return True
    return report.tried_at is None or now - report.tried_at > LOST_AFTER + timedelta(seconds=LIMITS.total)


# --- claim ------------------------------------------------------------------------------------------------------------


def _sent(store: Store, material: Material, number: int, waiting: Counter[str], limits: Limits) -> Outcome:
    """Send one of several. Raises `NotAllowedNow` for what is no longer due."""
    found = _claimed(store, material, number, waiting[store.report(number).recipient])
    if isinstance(found, Stopped):
        return Outcome(number, ReportState.DRAFT, f"not sent: {found.error}", found.error.exit_code)
    if isinstance(found, Claimed):
        return _outcome(_delivered(store, material.settings, found, limits))
    waiting[found.recipient] += 1
    return _outcome(found)


def _outcome(report: ReportView) -> Outcome:
    """Return what became of a report, for a person."""
    if report.state is ReportState.QUEUED and report.due_at:
        return Outcome(
            report.id, report.state, f"waits for {report.recipient} until {report.due_at:%Y-%m-%d %H:%M} UTC"
        )
    code = 0 if report.state is ReportState.SENT else OutsideError.exit_code
    return Outcome(report.id, report.state, f"{report.recipient}: {report.answer}", code)


def _material(settings: Settings) -> Material:
    """Read what the gate asks with, once for a turn: it takes longer than all the rest."""
    return Material.of(settings, reference.brands(settings))


def _claimed(store: Store, material: Material, number: int, behind: int) -> "Claimed | Stopped | ReportView":
    """Make a due report ours and commit that; or void what a rule stops; or return it where it has to wait.

    `behind` says how many already wait for the same recipient. Raises `NotAllowedNow` for what is not due.
    """
    settings = material.settings
    sending.find_server(settings)  # before the transaction: looking up a name takes its time
    with store.acting(SYSTEM) as desk:
        report = desk.report(number)
        _refuse_not_due(report, desk.now)
        try:
            body = desk_approval.gate(desk, material, report)
            sender = _sender(body)
        except (Refused, NotAllowedNow, EvidenceChanged) as error:
            why = str(error)
            desk.void_approvals(report.id, why)
            desk.step(report, Step.VOID, reason=why, detail=_detail(report), changes=dict(reports.FORGOTTEN))
            return Stopped(error)
        at = _free_at(desk, settings, report.recipient, behind)
        if at:
            why = f"{report.recipient} had as many mails as it gets in a minute or a day"
            return desk.step(report, Step.QUEUE, reason=why, detail={"due_at": at.isoformat()}, changes={"due_at": at})
        holder = leases.new_holder()
        changes = {"holder": holder, "tried_at": desk.now, "answer": ""}
        return Claimed(desk.step(report, Step.CLAIM, detail=_detail(report), changes=changes), body, sender)


def _refuse_not_due(report: ReportView, now: datetime) -> None:
    """Raise `NotAllowedNow` for what does not go out now."""
    if report.state is not ReportState.QUEUED or report.due_at is None:
        raise NotAllowedNow(f"report {report.id} is {report.state}: only a queued report is sent")
    if report.channel is not Channel.EMAIL:
        raise NotAllowedNow(f"report {report.id} goes by {report.channel}: a person hands it in")
    if report.handed_at is not None:
        raise NotAllowedNow(
            f"it was handed out as a file; record what became of it: scamhunt reports record {report.id}"
        )
    if report.due_at > now:
        raise NotAllowedNow(f"report {report.id} goes out at {report.due_at:%Y-%m-%d %H:%M:%S} UTC, not before")


def _sender(body: bytes) -> str:
    """Return the address that a mail comes from. Raises `Refused` for a mail without exactly one."""
    mail = email.message_from_bytes(body, policy=email.policy.default)
    named = [one.addr_spec for field in mail.get_all("From", []) for one in field.addresses]
    if len(named) != 1 or not named[0]:
        raise Refused("the mail does not say whom it comes from: set SCAMHUNT_REPORTER_EMAIL and draft it anew")
    return str(named[0])


def _free_at(desk: Acting, settings: Settings, recipient: str, behind: int) -> datetime | None:
    """Return when a recipient may get the next mail, None for now; those that wait are spread over the minutes."""
    tries = desk.tries(recipient, desk.now - _DAY)
    minute, day = settings.recipient_a_minute, settings.recipient_a_day
    if len(tries) >= day:
        return tries[-day] + _DAY + behind // minute * _MINUTE
    lately = [at for at in tries if at > desk.now - _MINUTE]
    return lately[-minute] + _MINUTE + behind // minute * _MINUTE if len(lately) >= minute else None


def _detail(report: ReportView) -> dict[str, object]:
    return {"message_id": report.message_id, "sha256": report.sha256, "recipient": report.recipient}


# --- deliver ----------------------------------------------------------------------------------------------------------


def _delivered(store: Store, settings: Settings, claimed: Claimed, limits: Limits) -> ReportView:
    """Send what is ours and store what became of it, whatever happens on the way."""
    to = claimed.report.recipient
    try:
        said = sending.deliver(settings, claimed.body, sender=claimed.sender, recipient=to, limits=limits)
    except ScamhuntError as error:  # raised before anything is connected
        said = Delivered(sending.FAILED, "connect", str(error))
    except Interrupted as stop:
        _stored(store, claimed.report, stop.delivered)
        raise stop.by from None
    return _stored(store, claimed.report, said)


def _stored(store: Store, report: ReportView, said: Delivered) -> ReportView:
    """Store what became of a mail; the database may be busy, and the mail is out."""
    until = time.monotonic() + STORE_SECONDS
    while True:
        try:
            return _noted(store, report, said)
        except StoreError:  # left `sending`, it becomes unknown by itself
            if time.monotonic() > until:
                raise
            time.sleep(AGAIN_SECONDS)


def _noted(store: Store, report: ReportView, said: Delivered) -> ReportView:
    with store.acting(SYSTEM) as desk:
        today = desk.report(report.id)
        detail = _detail(report) | {"answer": said.answer, "step": said.step}
        told = said.answer if said.outcome == sending.SENT else f"at step {said.step}: {said.answer}"
        changes: dict[str, Any] = {"answer": told}
        lost = {ReportState.UNKNOWN, ReportState.HELD}
        if today.state in lost and today.holder == report.holder:  # taken for lost, yet it goes on
            return desk.step(today, Step.NOTE, reason=f"late: {said.outcome}", detail=detail, changes=changes)
        if today.holder != report.holder:
            raise NotAllowedNow(f"report {report.id} changed while it was sent; look at it: scamhunt reports show")
        changes |= {"sent_at": desk.now} if said.outcome == sending.SENT else {}
        return desk_holds.hold_if_disputed(desk, desk.step(today, _STEP[said.outcome], detail=detail, changes=changes))
