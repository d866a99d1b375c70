"""What the clock does about reports that are out: read the answers, close what is gone, note who is silent.

Nothing here sends or decides: drafts wait for two people, answers for one, and what is down was seen by a look. Each
turn may be killed and taken again: what it does follows from how things stand.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

from scamhunt import desk_campaigns, desk_due, desk_follow, desk_holds, desk_seen, inbox, reference
from scamhunt.errors import LeaseHeld, NotAllowedNow, ScamhuntError, StoreError, UserError, worst
from scamhunt.material import Material
from scamhunt.model import SYSTEM, ReportState, State
from scamhunt.settings import Settings
from scamhunt.store import ReportView, Store
from scamhunt.takedown.steps import TABLE, Step

MARK = "track"
"""Where the summary of a sweep goes on: a row of the log."""
_PURPOSES = (desk_follow.WITHDRAWAL, desk_follow.CLOSURE)
TOLD: Mapping[str, str] = {
    "report.sent": "sent",
    "report.acknowledge": "acknowledged",
    "report.forward": "forwarded",
    "report.claim_action": "said to be acted on",
    "report.decline": "declined",
    "report.silence": "without an answer",
    "report.see_action": "held by the registry",
    "report.see_down": "verified down",
    "report.see_back": "relapsed",
    "report.escalate": "escalated",
    "report.hold": "held",
    "report.release": "let go on",
    "report.retract": "taken back",
    "hold.begin": "holds begun",
    "hold.end": "holds ended",
    "reply.read": "answers read",
}
"""What a summary tells of what changed, by the events of the log."""

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Tracked:
    """What one turn did."""

    answers: inbox.Turn = field(default_factory=inbox.Turn)
    ended: int = 0
    """Reports that holds let go, whose time was up."""
    caught_up: int = 0
    """Reports that went out while their target was gone."""
    silent: int = 0
    """Reports that nobody answered for too long."""
    drafted: Mapping[str, int] = field(default_factory=dict)
    """Withdrawals and closures."""
    campaigns: int = 0
    """Campaigns that formed, grew, merged, split or fell apart."""
    problems: tuple[str, ...] = ()
    code: int = 0
    due: int = 0
    """What a person has to do now."""
    changed: Mapping[str, int] = field(default_factory=dict)
    """What became of reports since the sweep before, in words; of a sweep only."""

    @property
    def exit_code(self) -> int:
        """The gravest of all."""
        return worst([self.code, self.answers.exit_code])

    @property
    def did_anything(self) -> bool:
        """Whether there is anything to tell."""
        answered = self.answers.read or self.answers.problem
        acted = self.ended or self.caught_up or self.silent or self.drafted or self.campaigns
        return bool(answered or acted or self.problems)

    def told(self) -> str:
        """Return one line for a log."""
        counts = {"let go by holds": self.ended, "down already": self.caught_up, "without an answer": self.silent}
        counts |= {f"{purpose} drafted": number for purpose, number in self.drafted.items()}
        counts["campaigns changed"] = self.campaigns
        parts = [f"{number:,} {what}" for what, number in counts.items() if number]
        answers = [f"answers: {self.answers.told()}"] if self.answers.read or self.answers.problem else []
        return "; ".join([*answers, *parts, *self.problems[:3], f"{self.due:,} due"])


@dataclass(slots=True)
class _Turn:
    """One turn at work."""

    store: Store
    settings: Settings
    problems: list[str] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)

    def drafted(self, purpose: str) -> int:
        """Draft a withdrawal, or a closure, for whoever is still to get one; return how many."""
        numbers = self.store.untold(purpose)
        material = _Material(self.settings)
        done = 0
        for number in numbers:
            view = self.store.report(number)
            try:
                desk_follow.follow_up(
                    self.store, material.it, SYSTEM, view, purpose=purpose, reason=_why(view, purpose)
                )
                done += 1
            except StoreError:
                raise
            except ScamhuntError as problem:  # the others are not to wait for it
                self.problems.append(f"report {number}: no {purpose} could be drafted: {problem}")
                self.codes.append(problem.exit_code)
        return done

    def caught_up(self) -> int:
        """Take reports to `verified_down` that went out, or were let go, while their target was gone already."""
        done = 0
        for number in self.store.out_though_gone(tuple(TABLE[Step.SEE_DOWN])):
            with suppress(NotAllowedNow), self.store.acting(SYSTEM) as desk:
                watch = desk.watch(number)
                if watch and desk.candidate(str(number)).state is State.CLOSED:
                    done += desk_seen.catch_up(desk, number, watch)
        return done

    def due(self) -> int:
        """Return how much a person has to do now; 0 where the ladders cannot be read, which `silent` told."""
        with suppress(UserError):
            return len(desk_due.works(self.store, self.settings))
        return 0

    def silent(self) -> int:
        """Note of which reports nobody said a word for as long as the ladders wait."""
        try:
            done, wait = 0, reference.ladders(self.settings).silence
        except UserError as error:  # a file of ladders with faults holds up nothing else
            self.problems.append(str(error))
            self.codes.append(error.exit_code)
            return 0
        for number in self.store.sent_before(self.store.now() - wait):
            with suppress(NotAllowedNow), self.store.acting(SYSTEM) as desk:
                why = f"no word for {wait.days} days"
                desk.step(desk.report(number), Step.SILENCE, reason=why)
                done += 1
        return done

    def joined(self) -> int:
        """Join candidates into campaigns anew; return how many campaigns changed."""
        try:
            found = desk_campaigns.refresh(self.store, self.settings)
        except LeaseHeld:  # whoever is at it does the same
            return 0
        except UserError as error:  # a brand pack with faults holds up nothing else
            self.problems.append(str(error))
            self.codes.append(error.exit_code)
            return 0
        return len(found.all) if found else 0


def _why(view: ReportView, purpose: str) -> str:
    """Return what the recipient is told as the reason."""
    if purpose == desk_follow.CLOSURE:
        return "looks of ours agree that the content is gone"
    disputed = view.state is ReportState.HELD
    return (
        "the report is disputed, and we look into it anew" if disputed else "we looked again, and take our report back"
    )


class _Material:
    """What drafts are made from, read once and only where something is drafted: it takes its time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def it(self) -> Material:
        return Material.of(self._settings, reference.brands(self._settings))


def turn(store: Store, settings: Settings, progress: Progress = lambda _what, _done: None) -> Tracked:
    """Do what the clock does about reports, once. Raises `StoreError`."""
    answers = inbox.read(store, settings, progress)
    return follow(store, settings, answers)


def follow(store: Store, settings: Settings, answers: inbox.Turn | None = None) -> Tracked:
    """Do the same without the mailbox: what follows from disputes, looks and time. Raises as `turn` does."""
    at = _Turn(store, settings)
    ended = desk_holds.let_lapsed_go(store)
    caught_up = at.caught_up()
    desk_holds.hold_late(store)
    drafted = {purpose: count for purpose in _PURPOSES if (count := at.drafted(purpose))}
    silent = at.silent()
    campaigns = at.joined()
    return Tracked(
        answers=answers or inbox.Turn(),
        ended=ended,
        caught_up=caught_up,
        silent=silent,
        drafted=drafted,
        campaigns=campaigns,
        problems=tuple(at.problems),
        code=worst(at.codes),
        due=at.due(),
    )


def changed(store: Store) -> dict[str, int]:
    """Return what became of reports since this was asked last, in words, and note where the log stands now."""
    with store.acting(SYSTEM) as desk:
        before, head = desk.mark(MARK), desk.log_head().seq
        counts = store.acts_since(int(before or 0), tuple(TOLD))
        desk.move_mark(MARK, before, str(head))
    return {TOLD[act]: counts[act] for act in TOLD if act in counts}


def by_schedule(settings: Settings, progress: Progress = lambda _what, _done: None) -> Tracked | None:
    """Take a turn as the schedule does; None while another process is at it."""
    url = settings.database_url.get_secret_value()
    with Store.open(settings.home, now=settings.now, url=url) as store:
        try:
            with store.lease("track"):
                return turn(store, settings, progress)
        except LeaseHeld:
            return None
