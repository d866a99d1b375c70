"""What a person has to do today about reports, disputes, holds, answers and agencies. Part of `desk.py`."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from scamhunt import desk_outcomes, reference
from scamhunt.settings import Settings
from scamhunt.store import HoldKind, HoldView, ReplyState, ReplyView, Store
from scamhunt.takedown import due
from scamhunt.takedown.replies import ReplyKind
from scamhunt.takedown.tracked import Work

DECIDED_IN = timedelta(hours=24)
"""A dispute is decided within a day: our own promise."""
ENDS_SOON = timedelta(days=3)
"""So long before its end its owner is asked about a hold."""
MOST_ANSWERS = 10_000
APART = 10
"""More open answers to one report are one work."""


def works(store: Store, settings: Settings) -> list[Work]:
    """Return what is due now, what waits longest first."""
    ladders, now = reference.ladders(settings), settings.now()
    found = due.due(store.tracked(), ladders, now)
    holds = store.holds(open_only=True, limit=None)
    named = store.targets({hold.candidate_id for hold in holds})
    found += [work for hold in holds for work in _of_hold(hold, named[hold.candidate_id])]
    found += desk_outcomes.works(store)
    found += _of_answers(store, store.replies(state=ReplyState.OPEN, limit=MOST_ANSWERS))
    return sorted((work for work in found if work.due_at <= now), key=lambda work: (work.due_at, work.id))


def _of_hold(hold: HoldView, indicator: str) -> list[Work]:
    def work(key: str, what: str, at: datetime, why: str, do: str) -> Work:
        return Work(f"hold:{hold.id}:{key}", what, at, why, do, hold.report_id, indicator)

    held = f"held since {hold.begun_at:%Y-%m-%d %H:%M} UTC by {hold.owner}"
    if hold.of_hold is not None:  # it goes with the dispute of the other target
        return []
    if hold.kind is not HoldKind.DISPUTE:
        why = f"{held} ({hold.kind}); it ends {hold.until:%Y-%m-%d %H:%M} UTC by itself: renew it, or let it end"
        do = f"scamhunt holds renew {hold.id} --until 30d --reason TEXT"
        return [work("ends", "look at the hold", hold.until - ENDS_SOON, why, do)]
    why, end = f"disputed: {held}; we promise a decision in a day", f"scamhunt holds end {hold.id} --reason TEXT"
    found = [work("decide", "decide the dispute", hold.begun_at + DECIDED_IN, why, f"{end} --found wrong|right")]
    if hold.answered_at is None:
        why, do = "whoever disputes it waits for word that it is held", f"scamhunt holds answer {hold.id} --reason TEXT"
        found.append(work("answer", "answer the dispute", hold.begun_at, why, do))
    return found


def _of_answers(store: Store, replies: Iterable[ReplyView]) -> Iterator[Work]:
    """Yield the answers that nobody decided on; many on one report are one work: whoever floods hides nothing else."""
    by_report: dict[int | None, list[ReplyView]] = {}
    for one in replies:
        by_report.setdefault(one.report_id, []).append(one)
    named = store.targets_of([number for number in by_report if number is not None])
    for number, some in by_report.items():
        shown = some if len(some) <= APART else [one for one in some if one.kind == ReplyKind.DISPUTE][-APART:]
        yield from (_of_answer(one, named.get(number or 0, "")) for one in shown)
        if len(some) > APART:
            told = f"report {number}" if number else "no report of ours that fits"
            key, first = f"replies:{number or 'none'}", min(one.read_at for one in some)
            why = f"{len(some):,} mails name {told}: read those of its own desk first"
            yield Work(key, "read the answers", first, why, "scamhunt inbox list", number)


def _of_answer(reply: ReplyView, indicator: str) -> Work:
    if reply.report_id is None:
        why = f"a mail of {reply.read_at:%Y-%m-%d %H:%M} UTC names no report of ours that fits"
        do = f"scamhunt inbox match {reply.id} --report ID, or scamhunt inbox dismiss {reply.id}"
        key = f"reply:{reply.id}:match"
        return Work(key, "match the answer", reply.read_at, why, do, recipient=reply.sender_domain)
    what = f"accept or dismiss: {reply.suggests.replace('_', ' ')}" if reply.suggests else "read the answer"
    do = f"scamhunt inbox show {reply.id}, then scamhunt inbox accept {reply.id} or dismiss {reply.id}"
    key = f"reply:{reply.id}:decide"
    return Work(key, what, reply.read_at, reply.why, do, reply.report_id, indicator, reply.sender_domain)
