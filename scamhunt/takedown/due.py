"""What a person has to do today, and why: from reports as they stand, their ladders and the time. Pure.

Every duration is time that passes between two moments in UTC, so that no change of clocks makes it longer or shorter.
What is due is worked out anew from the reports each time: a clock that jumps can neither lose nor double it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache

from scamhunt.model import ReportState
from scamhunt.takedown.contacts import in_words
from scamhunt.takedown.roles import AFTERWARDS
from scamhunt.takedown.rungs import (
    ESCALATE,
    POINT,
    RELAPSED,
    REMIND,
    STILL_THERE,
    Ladders,
    Rung,
    holds,
)
from scamhunt.takedown.steps import ASKED
from scamhunt.takedown.tracked import Tracked, Work
from scamhunt.takedown.words import clean

__all__ = ["due", "fell_silent", "holds", "of"]

A_DAY = timedelta(days=1)
"""So long a draft waits to be finished, and what was handed out for word of it."""
DECIDED_AFTER = timedelta(hours=24)
"""So long a dispute may wait for us: our own promise."""
WITHDRAWAL = "withdrawal"
_LONGEST_NAME = 80
_LIES_THERE = frozenset({*ASKED, ReportState.ACTIONED, ReportState.DECLINED, ReportState.UNKNOWN})
_LAST = datetime.max.replace(tzinfo=UTC)
_S = ReportState

_Found = Iterator[Work]
_RungsOf = Callable[[str, str, str], tuple[Rung, ...]]


def due(reports: Iterable[Tracked], ladders: Ladders, now: datetime) -> list[Work]:
    """Return what has to be done by `now` (aware), what waits longest first.

    Work is due from its moment on, that moment included, until the report's state or its climbed steps say that it was
    done. Its id does not depend on `now`.
    """
    moment, rungs_of, listed = _utc(now), cache(ladders.rungs_for), list(reports)
    # Whoever has a report on the target already is not asked by way of another one.
    asked = {(one.candidate_id, one.kind) for one in listed if one.state in _LIES_THERE and not one.rung}
    found = [
        work
        for report in listed
        for work in _of(report, ladders, rungs_of, moment)
        if (report.candidate_id, _asks(work, ladders)) not in asked
    ]
    return sorted(found, key=lambda work: (work.due_at, work.id))


def of(report: Tracked, ladders: Ladders, now: datetime) -> list[Work]:
    """Return what has to be done about one report by `now`; see `due`."""
    return due([report], ladders, now)


def fell_silent(report: Tracked, ladders: Ladders, now: datetime) -> bool:
    """Say whether a sent report waited for a word for as long as the ladders say: then it is `no_answer`."""
    if report.state is not _S.SENT or report.sent_at is None or report.purpose in AFTERWARDS:
        return False
    return _plus(report.sent_at, ladders.silence) <= _utc(now)


def _asks(work: Work, ladders: Ladders) -> str:
    """Return the kind of recipient that an escalation asks; empty for other work."""
    _, _, step = work.id.partition(f":{ESCALATE}:")
    rung = ladders.rung(step) if step else None
    return rung.to if rung else ""


def _of(report: Tracked, ladders: Ladders, rungs_of: _RungsOf, now: datetime) -> _Found:
    # Nobody is asked for anything while it is held; what is taken back goes out all the same.
    held = report.held_until is not None and report.held_until > now
    if held and report.purpose != WITHDRAWAL and report.state is not _S.HELD:
        return
    if (at_desk := _AT_DESK.get(report.state)) is not None:
        yield from at_desk(report, now)
    elif report.state in _ON_LADDER and report.purpose not in AFTERWARDS:
        yield from _ladder(report, ladders, rungs_of, now)


# --- before it is out, and what a person settles ----------------------------------------------------------------------


def _draft(report: Tracked, now: datetime) -> _Found:
    since, number = report.state_since, report.id
    if report.purpose in AFTERWARDS:
        why = f"drafted {_when(since)}: {_to(report)} still has our report"
        do = f"scamhunt reports approve {number}"
        yield from _work(report, now, "approve", _approve(report), since, why=why, do=do)
    elif report.approved_until is not None:
        why = f"its approval fell {_when(since)}: something that it rests on changed, or it grew too old"
        do = f"scamhunt reports approve {number}"
        yield from _work(report, now, "approve-again", "approve again", since, why=why, do=do)
    else:
        why = f"a draft since {_when(since)}, for {_to(report)}"
        at, do = _plus(since, A_DAY), f"scamhunt reports show {number}"
        yield from _work(report, now, "finish", "finish", at, why=why, do=do)


def _review(report: Tracked, now: datetime) -> _Found:
    why = f"its bytes are frozen since {_when(report.state_since)} and wait for a second person"
    do = f"scamhunt reports approve {report.id}"
    yield from _work(report, now, "approve", _approve(report), report.state_since, why=why, do=do)


def _approved(report: Tracked, now: datetime) -> _Found:
    until = report.approved_until
    if report.handed_at is not None:
        why = f"written to a file {_when(report.handed_at)} for {_to(report)}; nobody said what became of it"
        at, do = _plus(report.handed_at, A_DAY), f"scamhunt reports record {report.id} --state sent"
        yield from _work(report, now, "record", "record what became of it", at, why=why, do=do)
    elif until is not None and until <= now:
        why = f"its approval held until {_when(until)}"
        do = f"scamhunt reports approve {report.id}"
        yield from _work(report, now, "approve-again", "approve again", until, why=why, do=do)
    else:
        why = f"approved since {_when(report.state_since)}, for {_to(report)}"
        do = f"scamhunt reports send {report.id}"
        yield from _work(report, now, "send", "send", report.state_since, why=why, do=do)


def _failed(report: Tracked, now: datetime) -> _Found:
    why = f"it was not taken by {_to(report)}, {_when(report.state_since)}"
    do = f"scamhunt reports send {report.id}, or scamhunt reports withdraw {report.id}"
    yield from _work(report, now, "send-again", "send again or withdraw", report.state_since, why=why, do=do)


def _unknown(report: Tracked, now: datetime) -> _Found:
    why = f"the connection to {_to(report)} broke {_when(report.state_since)}: it may have been taken or not"
    do = f"scamhunt reports record {report.id} --state sent (or failed)"
    yield from _work(report, now, "find-out", "find out whether it was taken", report.state_since, why=why, do=do)


def _held(report: Tracked, now: datetime) -> _Found:
    why = f"disputed and held since {_when(report.state_since)}; we promise to decide in a day"
    at = _plus(report.state_since, DECIDED_AFTER)
    do = "scamhunt holds list, then scamhunt holds end ID --found wrong (or right) --reason TEXT"
    yield from _work(report, now, "decide", "decide the dispute", at, why=why, do=do)


def _relapsed(report: Tracked, now: datetime) -> _Found:
    if report.purpose in AFTERWARDS or RELAPSED.name in report.climbed:
        return
    why = f"it was gone and was seen live again {_when(report.state_since)}; {_to(report)} was asked before"
    do = f"scamhunt reports escalate {report.id} --step {RELAPSED.name}"
    yield from _work(report, now, "relapsed", "report again", report.state_since, why=why, do=do)


_AT_DESK: Mapping[ReportState, Callable[[Tracked, datetime], _Found]] = {
    _S.DRAFT: _draft,
    _S.REVIEW: _review,
    _S.APPROVED: _approved,
    _S.FAILED: _failed,
    _S.UNKNOWN: _unknown,
    _S.HELD: _held,
    _S.RELAPSED: _relapsed,
}


# --- once it is out ---------------------------------------------------------------------------------------------------

_ON_LADDER = frozenset({*ASKED, _S.ACTIONED, _S.DECLINED})


def _ladder(report: Tracked, ladders: Ladders, rungs_of: _RungsOf, now: datetime) -> _Found:
    """Yield the steps whose moment has come: every escalation and pointer, and the last reminder before the next step.

    A reminder has no ladder of its own: that of the report that it reminds of goes on.
    """
    own = ladders.rung(report.rung) if report.rung else None
    if report.sent_at is None or (own is not None and own.do == REMIND):
        return
    if report.state is _S.ACTIONED:
        if not _claimed_and_live(report):
            return
        yield from _still_there(report, now)
    started = _started(report)
    ladder = rungs_of(report.kind, report.desk, report.purpose)
    come = [(at, rung) for rung in ladder if (at := _moment(report, rung, started)) <= now and holds(report, rung)]
    # Whoever is asked now, a reminder from before is too late; one that was not climbed is told of.
    latest = max((rung.after for _, rung in come if rung.do != POINT), default=timedelta())
    may_remind = _may_remind(report, ladders)
    late = any(rung.do == REMIND and rung.after < latest and rung.name not in report.climbed for _, rung in come)
    for at, rung in come:
        if rung.name in report.climbed or (rung.do == REMIND and (rung.after < latest or not may_remind)):
            continue
        yield _step(report, rung, at, started, passed_over=late and may_remind)


def _started(report: Tracked) -> datetime:
    """Return when the clock of a report began: when it was sent; anew when it was passed on, or said to be done."""
    if report.state in {_S.FORWARDED, _S.ACTIONED}:
        return _utc(report.state_since)
    return _utc(report.sent_at or report.state_since)


def _moment(report: Tracked, rung: Rung, started: datetime) -> datetime:
    """Return when a step is due."""
    after = max(rung.after, STILL_THERE.after) if report.state is _S.ACTIONED else rung.after
    at = _plus(started, after)
    return min(at, _utc(report.state_since)) if report.state is _S.DECLINED and rung.declined else at


def _may_remind(report: Tracked, ladders: Ladders) -> bool:
    """Say whether the same recipient is asked again: not who said no or that it is done, and of an escalation once."""
    if report.state in {_S.ACTIONED, _S.DECLINED}:
        return False
    if report.rung in {"", RELAPSED.name}:
        return True
    return not any((rung := ladders.rung(name)) and rung.do == REMIND for name in report.climbed)


def _claimed_and_live(report: Tracked) -> bool:
    return report.last_live is not None and report.last_live > report.state_since


def _still_there(report: Tracked, now: datetime) -> _Found:
    if STILL_THERE.name in report.climbed:
        return
    why = f"{_to(report)} said {_when(report.state_since)} that it acted; a look saw it live after that"
    do = f"scamhunt reports escalate {report.id} --step {STILL_THERE.name}"
    at = _plus(report.state_since, STILL_THERE.after)
    yield from _work(report, now, "remind:still-there", "tell them that it is still there", at, why=why, do=do)


def _step(report: Tracked, rung: Rung, at: datetime, started: datetime, *, passed_over: bool = False) -> Work:
    told = [f"{_to(report)} {_STANDS[report.state]} {_when(started)}, step {rung.name}"]
    told += ["a reminder was passed over, as this is due by now"] if passed_over else []
    told += [rung.note] if rung.note else []
    return Work(
        id=f"report:{report.id}:{rung.do}:{rung.name}",
        what=_what(report, rung),
        due_at=at,
        why="; ".join(told),
        do=f"scamhunt reports escalate {report.id} --step {rung.name}",
        report=report.id,
        indicator=report.indicator,
        recipient=report.recipient,
    )


_STANDS: Mapping[ReportState, str] = {
    _S.SENT: "has had the report since",
    _S.ACKNOWLEDGED: "only acknowledged the report of",
    _S.NO_ANSWER: "did not answer the report of",
    _S.FORWARDED: "passed the report on",
    _S.DECLINED: "will not act on the report of",
    _S.ACTIONED: "said that it acted, yet it was seen live after",
}


def _what(report: Tracked, rung: Rung) -> str:
    if rung.do == ESCALATE:
        return f"escalate to the {in_words(rung.to)}"
    return f"point to {rung.to}" if rung.do == POINT else f"remind the {in_words(report.kind)}"


# --- in words ---------------------------------------------------------------------------------------------------------


def _work(  # noqa: PLR0913  # what a piece of work is made of
    report: Tracked, now: datetime, key: str, what: str, at: datetime, *, why: str, do: str
) -> _Found:
    if (moment := _utc(at)) <= now:
        yield Work(f"report:{report.id}:{key}", what, moment, why, do, report.id, report.indicator, report.recipient)


def _approve(report: Tracked) -> str:
    return f"approve the {report.purpose}" if report.purpose in AFTERWARDS else "approve"


def _to(report: Tracked) -> str:
    return _shown(report.desk or report.recipient) or f"the {in_words(report.kind)}"


@lru_cache(4096)  # many reports go to few desks
def _shown(name: str) -> str:
    return clean(name, _LONGEST_NAME)


def _when(moment: datetime) -> str:
    return f"{_utc(moment).isoformat(' ')[:16]} UTC"


def _utc(moment: datetime) -> datetime:
    """Return the moment in UTC. Raises `ValueError` for one that has no zone: nobody could say when that is."""
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(UTC)


def _plus(moment: datetime, wait: timedelta) -> datetime:
    try:
        return _utc(moment) + wait
    except OverflowError:
        return _LAST
