"""The steps of a ladder: who is asked next when nothing happens, after how long and with what. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from scamhunt.indicators.gtlds import is_cctld, is_gtld, is_new_gtld
from scamhunt.model import Channel, Kind
from scamhunt.takedown.kinds import RecipientKind
from scamhunt.takedown.tracked import Tracked

LONGEST_WAIT = timedelta(days=365)
SILENCE = timedelta(days=7)
"""How long `sent` waits for a word where no file says it."""
SAME = "same"
REMIND = "remind"
ESCALATE = "escalate"
POINT = "point"
AGAIN = "again"
"""Of the step that follows a relapse alone: a new report with a ladder of its own."""
DO = (REMIND, ESCALATE, POINT)
ATTACH = ("look", "earlier", "answer")
DNS_ABUSE = frozenset({"phishing", "pharming", "malware", "botnet"})
"""Purposes that are DNS abuse as ICANN's contracts define it; spam is that only where it brings one of these (ICANN's
press release of 8 November 2024). A resemblance or the use of a mark is not."""
MARK_ONLY = frozenset({"impersonation", "suspicious_registration"})
"""Purposes that rest on a mark or a resemblance alone."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder."""

    name: str
    when: tuple[str, ...] = ()
    """The kinds of recipient whose report starts the clock."""
    after: timedelta = timedelta()
    """Elapsed since that report was sent."""
    do: str = REMIND
    """`remind` (the same recipient again), `escalate` (somebody else), `point` (a way that is not ours to go)."""
    to: str = SAME
    """A kind of recipient, or `same`; of a `point` what it points to, in a few words."""
    attach: tuple[str, ...] = ()
    """`look`: a new look is made first; `earlier`: the earlier reports with their proof; `answer`: what came back."""
    only: tuple[str, ...] = ()
    """Conditions that have to hold, all of them; see `ONLY`."""
    declined: bool = False
    """Due at once when the recipient said that it will not act."""
    desks: tuple[str, ...] = ()
    """The named desks that it is for. A desk that is named in a step has only the steps that name it."""
    purposes: tuple[str, ...] = ()
    """What the report has to be about; none named: anything."""
    note: str = ""
    """A sentence for the analyst."""
    source: str = ""
    """Where it is from: an https address, or words."""


STILL_THERE = Rung("still-there", after=timedelta(days=2), attach=("look", "earlier", "answer"))
"""Tell a recipient who says that it acted that it is still there. Of every ladder; no file has it."""
RELAPSED = Rung("relapsed", do=AGAIN, attach=("look", "earlier"))
"""Report again what was gone and is back. Of every ladder; no file has it."""
BUILT_IN = {rung.name: rung for rung in (STILL_THERE, RELAPSED)}


@dataclass(frozen=True, slots=True)
class Ladders:
    """All steps, the earliest first."""

    rungs: tuple[Rung, ...] = ()
    silence: timedelta = SILENCE
    """How long `sent` waits for a word until it is `no_answer`."""

    def rungs_for(self, kind: str, desk: str, purpose: str) -> tuple[Rung, ...]:
        """Return the steps that may follow a report to this kind of recipient, this desk, about this purpose."""
        fit = [rung for rung in self.rungs if kind in rung.when]
        own = [rung for rung in fit if desk and desk in rung.desks]
        chosen = own or [rung for rung in fit if not rung.desks]
        return tuple(rung for rung in chosen if not rung.purposes or purpose in rung.purposes)

    def rung(self, name: str) -> Rung | None:
        """Return a step by its name, also one that every ladder has; None where there is none."""
        return BUILT_IN.get(name) or next((rung for rung in self.rungs if rung.name == name), None)

    def overlaid(self, theirs: "Ladders") -> "Ladders":
        """Return these with the steps of others in the place of those of their names, and with their silence."""
        merged = {rung.name: rung for rung in (*self.rungs, *theirs.rungs)}
        return Ladders(in_order(merged.values()), theirs.silence)


def in_order(rungs: Iterable[Rung]) -> tuple[Rung, ...]:
    """Return steps as they come, the earliest first."""
    return tuple(sorted(rungs, key=lambda rung: rung.after))


def _is_name(report: Tracked) -> bool:
    return report.target is not Kind.PHONE


def _has_proof(report: Tracked) -> bool:
    """Say whether it can be shown that it was sent: by mail its Message-ID, else a ticket or an answer."""
    mailed = report.channel is Channel.EMAIL and report.message_id
    return report.sent_at is not None and bool(mailed or report.ticket or report.answer)


_HOLDS: Mapping[str, Callable[[Tracked], bool]] = {
    "gtld": lambda report: _is_name(report) and is_gtld(report.indicator),
    "new_gtld": lambda report: _is_name(report) and is_new_gtld(report.indicator),
    "cctld": lambda report: _is_name(report) and is_cctld(report.indicator),
    "proof": _has_proof,
    "observed_abuse": lambda report: report.purpose in DNS_ABUSE,
    "mark_only": lambda report: report.purpose in MARK_ONLY,
    "name": _is_name,
    "number": lambda report: not _is_name(report),
}
ONLY = tuple(_HOLDS)
"""The conditions of a step."""


_OF_COMPLIANCE = ("gtld", "proof", "observed_abuse")
"""What no file of ladders can leave out: complaints without these are closed unread, and ccTLDs are out of scope (ICANN
on the complaints of April and May 2024)."""


def holds(report: Tracked, rung: Rung) -> bool:
    """Say whether all conditions of a step hold for a report."""
    always = _OF_COMPLIANCE if rung.to == RecipientKind.COMPLIANCE else ()
    return all(_HOLDS[condition](report) for condition in (*rung.only, *always))
