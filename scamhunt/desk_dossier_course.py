"""What happened to the cases of a packet: reports, holds, looks, counts. Part of `desk.py`."""

from collections.abc import Iterator, Sequence

from scamhunt.desk_dossier_joined import best
from scamhunt.desk_exhibits import Chosen
from scamhunt.look_kept import PAGES
from scamhunt.model import Kind
from scamhunt.observed import Liveness
from scamhunt.referral.bands import suppressed
from scamhunt.referral.dossier import CaseFacts, Count, HoldFact, Moment, ReportFact
from scamhunt.store import CandidateView, LookView, ReportView, Store
from scamhunt.takedown import steps

_SHOWN = "pages of suspected sites that show the number, as our own looks saw them: nobody complained by that"
_REPORTED = (
    "complaints that name the number, as the source counts them: not all lost money, one person may stand behind two"
)


def reports(store: Store, cases: Sequence[CandidateView]) -> Iterator[ReportFact]:
    """Yield the reports on some cases that somebody outside has, or had."""
    for case in cases:
        for one in store.reports_of(case.id, tuple(steps.OUT)):
            yield _report(one, case.id)


def _report(one: ReportView, case: int) -> ReportFact:
    recipient = one.desk or one.recipient.rpartition("@")[2]
    return ReportFact(
        id=one.id,
        case=case,
        recipient=recipient,
        kind=one.kind,
        purpose=one.purpose,
        state=one.state.value,
        sent_at=one.sent_at,
        acknowledged_at=one.acknowledged_at,
        down_at=one.verified_at,
        ticket=one.ticket,
    )


def holds(store: Store, cases: Sequence[CandidateView]) -> Iterator[HoldFact]:
    """Yield the holds on some cases that last."""
    for case in cases:
        for one in store.holds_on(case.id):
            if one.holds(store.now()):
                yield HoldFact(case.id, one.kind.value, one.begun_at, one.until)


def timeline(
    facts: Sequence[CaseFacts], chosen: Chosen, reports: Sequence[ReportFact], holds: Sequence[HoldFact]
) -> Iterator[Moment]:
    """Yield what happened to each case, in no order."""
    for one in facts:
        yield Moment(one.first_seen, one.id, "first seen by a source", "feeds")
        if one.name and one.name.registered:
            yield Moment(one.name.registered, one.id, "registered", "registry")
        if one.confirmed_at:
            yield Moment(one.confirmed_at, one.id, "confirmed by a person", "log")
        for look in chosen.looks[one.id]:
            yield Moment(look.ended, one.id, _seen(look), "look", _of_look(chosen, look))
    for report in reports:
        for at, what in (
            (report.sent_at, f"reported to {report.recipient}"),
            (report.acknowledged_at, f"acknowledged by {report.recipient}"),
            (report.down_at, "verified down"),
        ):
            if at:
                yield Moment(at, report.case, what, f"report {report.id}")
    for hold in holds:
        yield Moment(hold.begun_at, hold.case, f"held ({hold.kind}) until {hold.until:%Y-%m-%d}", "log")


def _seen(look: LookView) -> str:
    return "page seen live" if look.liveness is Liveness.LIVE else f"looked at: {look.liveness.value.replace('_', ' ')}"


def _of_look(chosen: Chosen, look: LookView) -> str:
    return best(one for one in chosen.exhibits if one.look == look.id)


def counts(store: Store, cases: Sequence[CandidateView]) -> Iterator[Count]:
    """Yield how often each number was reported, by source; a count of fewer than five is not told."""
    for case in cases:
        by_feed: dict[str, int] = {}
        for one in store.number_sightings(case.indicator) if case.kind is Kind.PHONE else ():
            by_feed[one.feed] = by_feed.get(one.feed, 0) + one.reports
        for feed, count in sorted(by_feed.items()):
            how = _SHOWN if feed == PAGES else _REPORTED
            yield Count(f"reports of {case.indicator}", feed, suppressed(count), "reports", how, f"case {case.id}")


def process(chosen: Chosen) -> Iterator[tuple[str, str]]:
    """Yield what a certificate says of how the evidence came to be."""
    tools = sorted({one.tool for one in chosen.exhibits if one.tool})
    clocks = sorted({one.clock for one in chosen.exhibits if one.clock})
    vantages = sorted({one.vantage for one in chosen.exhibits if one.vantage})
    yield from (("tool", one) for one in tools)
    yield from (("browser profile", one) for one in vantages)
    yield from (("clock", one) for one in clocks[:5])
    yield "hashes", "SHA-256 and SHA-512 of each file, computed when it was taken, compared again when it was packed"
    yield "further looks kept by the sender", str(chosen.left)
