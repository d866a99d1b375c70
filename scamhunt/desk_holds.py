"""Targets that are left alone for a while: disputes, and what an agency asks for. Part of `desk.py`.

A dispute holds at once whatever concerns the target, and what is linked with it, and asks for nothing first: somebody
innocent may be losing a business. A person decides it. A hold has an owner and an end.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from scamhunt import desk_cases, desk_drafts, reference, triage
from scamhunt.access import Permission
from scamhunt.desk_follow import WITHDRAWAL, is_handed_out, withdraw_drafts
from scamhunt.errors import NotAllowedNow, NotFound, Refused, UserError
from scamhunt.material import Material
from scamhunt.model import SYSTEM, Actor, Event, ReportState, State
from scamhunt.settings import Settings
from scamhunt.store import Acting, CandidateView, DisputeFinding, HoldKind, HoldView, ReportView, Store, logs_refusals
from scamhunt.takedown import steps
from scamhunt.takedown.roles import AFTERWARDS
from scamhunt.takedown.steps import Step
from scamhunt.triage import REASON_LIMIT

LONGEST = timedelta(days=30)
"""A hold lasts no longer without a person who renews it: victims keep losing meanwhile."""
_HELD_BY_ANY = steps.UNSENT
_HELD_BY_DISPUTE = tuple(steps.TABLE[Step.HOLD])


@dataclass(frozen=True, slots=True)
class Disputed:
    """What a dispute held."""

    hold: HoldView
    held: tuple[ReportView, ...]
    related: tuple[HoldView, ...]
    """Of targets that are linked with it."""
    handed: tuple[ReportView, ...] = ()
    """Reports that somebody has as a file: what became of them has to be said."""


# --- begin ------------------------------------------------------------------------------------------------------------


@logs_refusals(Permission.HOLD, "report:{report_id}")
def dispute(store: Store, settings: Settings, who: Actor, report_id: int, reason: str) -> Disputed:
    """Hold all reports on a target, and what is not out yet on those linked with it, in one transaction.

    Withdrawals to whoever was asked follow from it (`track.follow_up`). Raises `NotFound`, `UserError`.
    """
    view = store.report(report_id)
    store.require(who, Permission.HOLD)
    reason = _reason(reason)
    protected = Material.of(settings, reference.brands(settings)).protected
    with store.acting(who) as desk:
        desk.require(Permission.HOLD)
        candidate = desk.candidate(str(view.candidate_id))
        until = desk.now + LONGEST
        hold = desk.begin_hold(candidate.id, HoldKind.DISPUTE, reason, until, report_id=view.id)
        held = _hold_reports(desk, candidate.id, _HELD_BY_DISPUTE, reason)
        linked = desk_cases.related_of(desk, candidate, protected)
        related = [_hold_related(desk, each, hold) for each in _candidates(desk, (name for name, _ in linked))]
        handed = [one for one in desk.reports_of(candidate.id, steps.UNSENT) if is_handed_out(one)]
        return Disputed(hold, tuple(held), tuple(related), tuple(handed))


def _candidates(desk: Acting, names: Iterable[str]) -> list[CandidateView]:
    found = []
    for name in names:
        try:
            found.append(desk.candidate(name))
        except NotFound:  # it was named by a finding, and is no candidate of ours
            continue
    return found


def _hold_related(desk: Acting, candidate: CandidateView, of: HoldView) -> HoldView:
    reason = f"linked with a target that is disputed (hold {of.id})"
    hold = desk.begin_hold(candidate.id, HoldKind.DISPUTE, reason, of.until, of_hold=of.id)
    _hold_reports(desk, candidate.id, _HELD_BY_ANY, reason)
    return hold


def hold(  # noqa: PLR0913  # what makes a hold
    store: Store, who: Actor, key: str, kind: HoldKind, *, until: datetime, reason: str
) -> HoldView:
    """Leave a target alone until then: nothing is drafted, approved or sent on it. Raises `NotFound`, `UserError`."""
    if kind is HoldKind.DISPUTE:
        raise UserError("a dispute is about a report: scamhunt reports dispute ID --reason TEXT")
    store.require(who, Permission.HOLD)
    reason = _reason(reason)
    with store.acting(who) as desk:
        desk.require(Permission.HOLD)
        candidate = desk.candidate(key)
        _refuse_until(desk.now, until)
        return hold_unsent(desk, candidate.id, kind, until, reason)


def hold_unsent(desk: Acting, candidate_id: int, kind: HoldKind, until: datetime, reason: str) -> HoldView:
    """Hold a target within a transaction, with what is not out yet on it."""
    begun = desk.begin_hold(candidate_id, kind, reason, until)
    _hold_reports(desk, candidate_id, _HELD_BY_ANY, f"hold {begun.id}: {reason}")
    return begun


def _hold_reports(desk: Acting, candidate_id: int, states: tuple[ReportState, ...], reason: str) -> list[ReportView]:
    """Hold the reports on a target; what takes a report back or closes it goes on."""
    held = []
    for one in desk.reports_of(candidate_id, states):
        if one.purpose not in AFTERWARDS and not is_handed_out(one):  # of a file a person says what became of it
            if one.state in steps.UNSENT:
                desk.void_approvals(one.id, f"held: {reason}")
            held.append(desk.step(one, Step.HOLD, reason=reason, changes={"held_from": one.state.value}))
    return held


def hold_if_disputed(desk: Acting, report: ReportView) -> ReportView:
    """Hold a report that was on its way while its target was disputed; else return it as it is."""
    disputes = [one for one in desk.holds_on(report.candidate_id) if one.kind is HoldKind.DISPUTE and not one.of_hold]
    if not disputes or report.purpose in AFTERWARDS or report.state not in steps.TABLE[Step.HOLD]:
        return report
    return desk.step(report, Step.HOLD, reason=disputes[0].reason, changes={"held_from": report.state.value})


def hold_late(store: Store) -> int:
    """Hold what came to be out after its target was disputed: its process died on the way. Return how many reports."""
    done = 0
    for hold in [one for one in store.holds(open_only=True, limit=None) if one.kind is HoldKind.DISPUTE]:
        for late in store.reports_of(hold.candidate_id, (ReportState.UNKNOWN,)) if hold.of_hold is None else ():
            with suppress(NotAllowedNow), store.acting(SYSTEM) as desk:
                done += hold_if_disputed(desk, desk.report(late.id)).state is ReportState.HELD
    return done


# --- while it lasts ---------------------------------------------------------------------------------------------------


def refuse_held(store: Store | Acting, candidate_id: int) -> None:
    """Raise `Refused` for a target that is held, with whose hold it is and how it ends.

    A dispute that nobody decided holds on after its end.
    """
    for one in store.holds_on(candidate_id):
        if isinstance(store, Acting) and (why := store.differs("hold", one.id)):
            raise Refused(f"hold {one.id} {why}: somebody changed the database: scamhunt db check")
        if _lasts(one, store):
            raise Refused(
                f"held ({one.kind}) by {one.owner} until {one.until:%Y-%m-%d %H:%M} UTC: refused; see: "
                f"scamhunt holds list; it ends with: scamhunt holds end {one.id} --reason TEXT"
            )


def renew(store: Store, who: Actor, hold_id: int, until: datetime, reason: str) -> HoldView:
    """Let a hold last longer, 30 days from now at most. Raises `NotFound`, `NotAllowedNow`, `UserError`."""
    store.require(who, Permission.HOLD)
    reason, before = _reason(reason), store.hold(hold_id)
    with store.acting(who) as desk:
        desk.require(Permission.HOLD)
        _refuse_until(desk.now, until)
        return desk.change_hold(before, "renew", reason=reason, changes={"until": until, "owner": who.name})


def answer(store: Store, who: Actor, hold_id: int, reason: str) -> HoldView:
    """Note that whoever disputes a report got an answer, and how. Raises `NotFound`, `NotAllowedNow`, `UserError`."""
    store.require(who, Permission.HOLD)
    reason, before = _reason(reason), store.hold(hold_id)
    if before.kind is not HoldKind.DISPUTE or before.of_hold is not None:
        raise NotAllowedNow(f"hold {before.id} is no dispute: there is nobody to answer")
    with store.acting(who) as desk:
        desk.require(Permission.HOLD)
        return desk.change_hold(before, "answer", reason=reason, changes={"answered_at": desk.now})


# --- end --------------------------------------------------------------------------------------------------------------


@logs_refusals(Permission.HOLD, "hold:{hold_id}")
def end(  # noqa: PLR0913  # what a decision is
    store: Store, who: Actor, hold_id: int, reason: str, finding: str = "", *, alone: bool = False
) -> HoldView:
    """End a hold. Of a dispute a person says what he found: `wrong`, the reports are taken back; `right`, they go on.

    Where the report was wrong its case is dismissed. Nobody but a team of one (`alone`) finds an own report right. What
    an agency asked for is ended by its owner or an investigator. Raises `NotFound`, `NotAllowedNow`, `UserError`,
    `Refused`.
    """
    store.require(who, Permission.HOLD)
    reason, before = _reason(reason), store.hold(hold_id)
    found = _finding(before, finding)
    with store.acting(who) as desk:
        desk.require(Permission.HOLD)
        if before.kind is HoldKind.LAW_ENFORCEMENT and before.owner != who.name:
            desk.require(Permission.END_HOLD)
        if found == DisputeFinding.RIGHT and not alone:
            _refuse_own(desk, before)
        return _ended(desk, store, before, reason, found)


def _refuse_own(desk: Acting, hold: HoldView) -> None:
    """Raise `Refused` for who would say that his own report is right."""
    authors = {name for one in desk.reports_of(hold.candidate_id, (ReportState.HELD,)) for name in one.authors}
    if desk.actor.name in authors:
        raise Refused(f"{desk.actor.name} wrote a report that is disputed: somebody else finds that it is right")


def _finding(hold: HoldView, finding: str) -> str:
    if hold.kind is not HoldKind.DISPUTE or hold.of_hold is not None:
        if finding:
            raise UserError(f"hold {hold.id} is no dispute of a report: end it without --found")
        return ""
    if finding not in set(DisputeFinding):
        raise UserError(
            f"say what you found: --found {'|'.join(DisputeFinding)}, whether the report was wrong or right"
        )
    return finding


def _ended(desk: Acting, store: Store, hold: HoldView, reason: str, finding: str) -> HoldView:
    by = {"ended_at": desk.now, "ended_by": desk.actor.name, "ended_why": reason, "finding": finding}
    ended = desk.change_hold(hold, "end", reason=reason, changes=by)
    for one in desk.holds_of(hold.id):
        desk.change_hold(one, "end", reason=f"hold {hold.id} ended", changes=by)
        _let_go(desk, store, one.candidate_id, reason, finding="")
    _let_go(desk, store, hold.candidate_id, reason, finding)
    return ended


def _let_go(desk: Acting, store: Store, candidate_id: int, reason: str, finding: str) -> None:
    """Take back, or let go on, what was held. What was wrong is taken back at once; else another hold holds on."""
    if finding == DisputeFinding.WRONG:
        for one in desk.reports_of(candidate_id, (ReportState.HELD,)):
            desk.step(one, Step.RETRACT, reason=reason)
        _dismiss(desk, store, candidate_id, reason)
    elif not any(_lasts(one, desk) for one in desk.holds_on(candidate_id)):
        confirmed = desk.candidate(str(candidate_id)).state is State.CONFIRMED
        for one in desk.reports_of(candidate_id, (ReportState.HELD,)):
            _release(desk, store, one, reason, confirmed=confirmed)


def _release(desk: Acting, store: Store, report: ReportView, reason: str, *, confirmed: bool) -> None:
    """Let a report go on where it was; but one that was withdrawn at its recipient meanwhile is taken back."""
    was_out = report.held_from in steps.OUT
    told = [one for one in desk.following(report.id) if one.purpose == WITHDRAWAL]
    unsent = [one for one in told if one.state in steps.UNSENT and not is_handed_out(one)]
    withdrawn = any(one.state is not ReportState.WITHDRAWN for one in told if one not in unsent)
    if withdrawn or not (was_out or confirmed):
        desk.step(report, Step.RETRACT, reason=reason)
        return
    desk.step(report, Step.RELEASE, reason=reason, changes={"held_from": ""})
    for one in unsent:
        desk.void_approvals(one.id, "the report goes on")
        desk.step(one, Step.WITHDRAW, reason="the report goes on")
        desk_drafts.remove(store.home, one)


def _dismiss(desk: Acting, store: Store, candidate_id: int, reason: str) -> None:
    """Dismiss the case of a report that was wrong: nobody drafts the next one by mistake."""
    before = desk.candidate(str(candidate_id))
    if before.state is State.CONFIRMED:
        after = triage.decide(before.state, triage.Act.DISMISS, reason)
        desk.set_state(before, after)
        change = {"target": before.indicator, "before": before.state.value, "after": after.value}
        desk.log(Event(f"candidate.{triage.Act.DISMISS}", f"candidate:{before.id}", reason, change))
        withdraw_drafts(store, desk, before.id)


def let_lapsed_go(store: Store) -> int:
    """Let go on what was held by holds whose time is up, as the clock does; return how many reports.

    Such a hold has no end in the log: a clock that went wrong and is set back finds it as it was. A dispute waits for a
    person all the same.
    """
    done = 0
    for candidate_id in {one.candidate_id for one in store.holds(open_only=True, limit=None) if not _lasts(one, store)}:
        with store.acting(SYSTEM) as desk:
            held = desk.reports_of(candidate_id, (ReportState.HELD,))
            _let_go(desk, store, candidate_id, "the time of the hold is up", "")
            done += len(held) - len(desk.reports_of(candidate_id, (ReportState.HELD,)))
    return done


def _lasts(hold: HoldView, store: Store | Acting) -> bool:
    """Say whether a hold stops reports now. A dispute that nobody decided does: time alone makes no report right."""
    now = store.now if isinstance(store, Acting) else store.now()
    undecided = hold.kind is HoldKind.DISPUTE and hold.of_hold is None and hold.ended_at is None
    return undecided or hold.holds(now)


# --- look -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold as a list shows it."""

    id: int
    indicator: str
    kind: HoldKind
    owner: str
    begun_at: datetime
    until: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    finding: str
    reason: str
    report: int | None
    of_hold: int | None


def listed(store: Store, *, everything: bool = False, limit: int | None = 50) -> list[Hold]:
    """Return holds, those that end first at the top; what has ended only on request, and last."""
    found = store.holds(open_only=not everything, limit=None)
    return [shown(store, one) for one in found if everything or _lasts(one, store)][:limit]


def shown(store: Store, one: HoldView) -> Hold:
    """Return a hold with the name of its target."""
    return Hold(
        id=one.id,
        indicator=store.candidate(str(one.candidate_id)).indicator,
        kind=one.kind,
        owner=one.owner,
        begun_at=one.begun_at,
        until=one.until,
        answered_at=one.answered_at,
        ended_at=one.ended_at,
        finding=one.finding,
        reason=one.reason,
        report=one.report_id,
        of_hold=one.of_hold,
    )


def left_to_do(store: Store, ended: HoldView) -> list[str]:
    """Return in words what a person still has to do after a dispute was decided."""
    if ended.finding != DisputeFinding.WRONG:
        return []
    waiting = [one for one in store.reports_of(ended.candidate_id, steps.UNSENT) if one.purpose == WITHDRAWAL]
    return [f"withdrawal {one.id} to {one.recipient} waits: scamhunt reports approve {one.id}" for one in waiting]


# --- what is typed ----------------------------------------------------------------------------------------------------


def kind_of(kind: str) -> HoldKind:
    """Return a kind of hold that a person may begin. Raises `UserError`."""
    if kind not in set(HoldKind):
        raise UserError(f"there is no hold of the kind {kind[:40]!a}; there is: law_enforcement, other")
    return HoldKind(kind)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise UserError("say why with --reason: the log gets it; no names or addresses of people")
    if len(reason) > REASON_LIMIT:
        raise UserError(f"the reason has {len(reason)} characters, {REASON_LIMIT} is the most; shorten it")
    return reason.strip()


def _refuse_until(now: datetime, until: datetime) -> None:
    if not now < until <= now + LONGEST:
        last = now + LONGEST
        raise UserError(
            f"a hold ends after now and within {LONGEST.days} days, {last:%Y-%m-%d %H:%M} UTC at the latest; renew it "
            "then: scamhunt holds renew"
        )
