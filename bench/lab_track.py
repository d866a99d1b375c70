"""A made-up team that tracks its reports over weeks, and what has to hold whatever happens: for soak and tests.

    with Smtp() as smtp, Team(folder, smtp, seed=8, cases=200, disputes=50) as team:
        team.work()
    team.faults

Pages come, go and come back; desks answer, or do not; people draft, approve, send, escalate and record; the clock takes
its turns and is killed in some. All by the functions that the commands call, on a settable clock; mails go to a server.
"""

import heapq
import itertools
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.lab_outbox import ANN, BOB, candidates, lab_settings
from bench.lab_smtp import Fault, Smtp
from bench.lab_track_rules import Rules
from scamhunt import (
    desk,
    desk_approval,
    desk_due,
    desk_holds,
    desk_looks,
    desk_reports,
    desk_sending,
    desk_track,
    look_kept,
    outbox,
    reference,
    track,
)
from scamhunt.errors import NotAllowedNow, Refused
from scamhunt.model import ReportState, State
from scamhunt.observed import Clock, Finding, Gained, Item, Look, Outcome
from scamhunt.settings import Settings
from scamhunt.store import Store

START = datetime(2026, 11, 22, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
ASKS = (
    ("registrar", "phishing", "abuse@registrar{}.example"),
    ("host", "phishing", "abuse@host{}.example"),
    ("cdn", "phishing", "abuse@cdn{}.example"),
    ("registry", "phishing", "abuse@registry{}.example"),
)
WORDS = ("acknowledged", "forwarded", "actioned", "declined")
"""What a desk may say."""
UNCLEAR = (Fault("dot", "accept and hang up"), Fault("dot", "hang up"))
"""After these nobody knows whether the mail was taken."""
PAGE = b"<!doctype html><title>Amazon refund</title><form><input type=password></form>"


class Killed(BaseException):  # no error: the process ends there
    """The process was ended in the middle of a turn."""


@dataclass(slots=True)
class Moment:
    """The clock of the simulation; it can end the process that asks it."""

    now: datetime = START
    left: int | None = None
    """So often it is still asked before the process ends; None: it does not end."""

    def __call__(self) -> datetime:
        """Return what time it is."""
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Killed
        return self.now


@dataclass(slots=True)
class Life:
    """A target: who runs it, when it is gone and back, and who is asked about it."""

    target: str
    family: str
    """Those of a family have the same account for counting visitors."""
    asks: tuple[tuple[str, str, str], ...]
    gone: datetime
    back: datetime | None
    gone_again: datetime | None

    def is_up(self, at: datetime) -> bool:
        """Say whether its page is there."""
        if self.back and self.gone_again and self.back <= at:
            return at < self.gone_again
        return at < self.gone


@dataclass
class Team:
    """The team, its desks and its scammers; `with` closes its database. `faults` tells what did not hold."""

    folder: Path
    smtp: Smtp
    seed: int
    cases: int
    disputes: int
    days: float
    moment: Moment = field(default_factory=Moment)
    done: Counter[str] = field(default_factory=Counter)
    """How often what was done, so that a run that does nothing is seen."""

    def __post_init__(self) -> None:
        """Open the database, and plan what will happen."""
        self.chance = random.Random(self.seed)
        self.base = lab_settings(self.folder, self.smtp.url, trust_names=True, cancel_minutes=10)
        self.store = Store.open(self.base.home, now=self.moment)
        self.lives = {life.target: life for life in map(self._life, range(self.cases))}
        candidates(self.store, list(self.lives))
        self.numbers = {self.store.candidate(name).id: life for name, life in self.lives.items()}
        self.keeping = desk_looks.keeping_of(self.base, self.store, reference.brands(self.base), ANN)
        self.rules = Rules(self.store, self.smtp, {number: life.family for number, life in self.numbers.items()})
        self._order = itertools.count()
        self._planned: list[tuple[datetime, int, Callable[[], None]]] = []
        self._plan()

    def __enter__(self) -> Self:
        """Return the team."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close its database."""
        self.store.close()

    @property
    def faults(self) -> list[str]:
        """What did not hold, in words."""
        return self.rules.faults

    @property
    def settings(self) -> Settings:
        """The settings as they are now."""
        return self.base.model_copy(update={"clock": self.moment.now})

    def work(self) -> None:
        """Let the time pass, to its end; then look at everything once more."""
        end = START + timedelta(days=self.days)
        while self._planned and self._planned[0][0] <= end:
            self.moment.now, _, act = heapq.heappop(self._planned)
            act()
        self.rules.at_the_end()

    # --- what will happen ---------------------------------------------------------------------------------------------

    def _life(self, number: int) -> Life:
        draw = self.chance
        gone = START + timedelta(hours=draw.uniform(4, self.days * 24 * 0.45))
        back = gone + draw.uniform(16, 40) * HOUR if draw.random() < 0.25 else None  # noqa: PLR2004  # a quarter
        desks = [
            (kind, purpose, address.format(draw.randrange(40)))
            for kind, purpose, address in draw.sample(ASKS, draw.randint(1, 4))
        ]
        again = back + draw.uniform(16, self.days * 24 * 0.3) * HOUR if back else None
        return Life(f"amazon-refund-desk-{number}.com", f"UA-{number // 3}", tuple(desks), gone, back, again)

    def _at(self, hours: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._planned, (self.moment.now + hours * HOUR, next(self._order), act))

    def _plan(self) -> None:
        self._at(0.5, self._turn)
        self._at(1, self._people)
        for number, life in self.numbers.items():
            self._at(self.chance.uniform(0, 0.3), lambda number=number: self._look(number))  # type: ignore[misc]  # of the loop
            for ask in life.asks:
                early = self.chance.uniform(0.4, 12)
                near = (life.gone - START) / HOUR + self.chance.uniform(-1, 10)
                when = near if self.chance.random() < 0.2 else early  # noqa: PLR2004  # a fifth: as it goes down
                self._at(when, lambda number=number, ask=ask: self._report(number, ask))  # type: ignore[misc]  # of the loop
        for _ in range(self.disputes):
            self._at(self.chance.uniform(6, self.days * 24 * 0.7), self._dispute)

    # --- the clock ----------------------------------------------------------------------------------------------------

    def _turn(self) -> None:
        """Take a turn of the schedule, which may be killed anywhere in it; the next comes within an hour."""
        self._at(self.chance.uniform(0.3, 0.95), self._turn)
        self._outbox()
        if self.chance.random() < 0.1:  # noqa: PLR2004  # one in ten
            self.moment.left = self.chance.randrange(12)
        try:
            turn = track.follow(self.store, self.settings)
        except Killed:
            self.done["killed"] += 1
            return
        finally:
            self.moment.left = None
        self.rules.faults += [f"{self.moment.now}: {problem}" for problem in turn.problems]
        self.done.update({**turn.drafted, "silent": turn.silent, "caught up": turn.caught_up})
        self.rules.after_a_turn(self.moment.now, self.numbers)

    def _outbox(self) -> None:
        if self.chance.random() < 0.04:  # noqa: PLR2004  # one in twenty-five
            self.smtp.fault = self.chance.choice(UNCLEAR)
        outcomes = outbox.send_due(self.store, self.settings)
        self.smtp.fault = Fault()
        self.done.update(outcome.state.value for outcome in outcomes)
        self.rules.after_the_outbox()

    def _look(self, number: int) -> None:
        """Look at a target, and every few hours again."""
        self._at(self.chance.uniform(2.5, 4), lambda: self._look(number))
        life, candidate = self.numbers[number], self.store.candidate(str(number))
        kept = look_kept.keep(replace(self.keeping, settings=self.settings), look(life, self.moment.now), candidate)
        self.done.update({"closed": kept.closed, "back": kept.reopened})

    # --- the people ---------------------------------------------------------------------------------------------------

    def _report(self, number: int, ask: tuple[str, str, str]) -> None:
        """Draft a report, approve it and send it; some stay where they are for a while."""
        kind, purpose, to = ask
        with self._allowed("report"):
            made = desk_reports.draft_report(
                self.store,
                self.settings,
                ANN,
                str(number),
                kind=kind,
                purpose=purpose,
                to=to,
                observed="The page asks for the password of an Amazon account.",
            )
            if made.id and self.chance.random() < 0.85:  # noqa: PLR2004  # the others wait for a person
                self._send(made.id)

    def _send(self, report_id: int) -> None:
        """Approve a report and let it go: by the outbox, or as a file that a person sends."""
        if self.store.report(report_id).state in {ReportState.DRAFT, ReportState.REVIEW}:
            desk_approval.approve(self.store, self.settings, BOB, report_id)
        by_hand = self.chance.random() < 0.1  # noqa: PLR2004  # one in ten
        if self.chance.random() < 0.95:  # noqa: PLR2004  # the others stay approved
            desk_sending.send(
                self.store, self.settings.model_copy(update={"sending": not by_hand}), BOB, report_id, now=False
            )
        if by_hand:
            self._at(self.chance.uniform(0.1, 8), lambda: self._record(report_id, "sent"))
        if self.chance.random() < 0.7:  # noqa: PLR2004  # the others are silent
            self._at(self.chance.uniform(1, 60), lambda: self._record(report_id, self.chance.choice(WORDS)))

    def _record(self, report_id: int, state: str) -> None:
        with self._allowed(f"record {state}"):
            desk_track.record(self.store, self.settings, ANN, report_id, state=state, note="they phoned")
            if state == "sent":
                self.rules.by_hand.add(report_id)

    def _people(self) -> None:
        """Do some of what is due, and confirm again what is back."""
        self._at(self.chance.uniform(1, 5), self._people)
        for number in self.numbers:
            if self.store.candidate(str(number)).state is State.NEW and self.chance.random() < 0.7:  # noqa: PLR2004  # not all of them
                desk.decide(self.store, ANN, str(number), "confirm", "it is back")
        for work in desk_due.works(self.store, self.settings):
            if work.report and self.chance.random() < 0.6:  # noqa: PLR2004  # not all at once
                self._do(work.report, work.id)

    def _do(self, report_id: int, work: str) -> None:
        """Do one thing that is due."""
        what = work.split(":")[2]
        with self._allowed(what):
            if what == "find-out":
                taken = self.rules.was_taken(report_id)
                self._record(report_id, "sent" if taken else "failed")
            elif what in {"remind", "escalate", "relapsed"}:
                step = work.split(":")[3] if what != "relapsed" else what
                to = f"abuse@{step}.example" if what == "escalate" else ""
                made = desk_track.escalate(self.store, self.settings, ANN, report_id, step=step, to=to)
                if made.id and made.id != report_id:
                    self._send(made.id)
            elif what in {"approve", "approve-again", "finish", "send", "send-again"}:
                self._send(report_id)
            else:
                self.done[f"not {what}"] -= 1

    # --- disputes -----------------------------------------------------------------------------------------------------

    def _dispute(self) -> None:
        """Let somebody dispute a report at random, try all to get others out, and decide some hours later."""
        held = {one.candidate_id for one in self.store.holds(open_only=True, limit=None)}
        free = [one for one in self.store.reports(limit=None) if one.candidate_id not in held]
        able = [one for one in free if one.purpose not in ("closure", "withdrawal")]
        if not able:
            self._at(3, self._dispute)
            return
        view = self.chance.choice(able)
        begun = desk_holds.dispute(self.store, self.settings, ANN, view.id, "the owner says that it is his")
        self.done[f"disputed, {view.state}"] += 1
        self.rules.after_a_dispute(view.candidate_id, begun.hold.id)
        self._try_all(view.candidate_id)
        self._at(1.9, lambda: self.rules.withdrawn(view.candidate_id, begun.hold.id))
        finding = self.chance.choice(("wrong", "right"))
        self._at(self.chance.uniform(2, 60), lambda: self._decide(begun.hold.id, finding))

    def _try_all(self, candidate_id: int) -> None:
        """Try to let every report of the target, and what is unsent of those linked with it, out."""
        for one in self.rules.stopped(candidate_id):
            tries: list[Callable[[], object]] = [
                lambda one=one: desk_approval.approve(self.store, self.settings, BOB, one.id),  # type: ignore[misc]  # of the loop
                lambda one=one: desk_sending.send(self.store, self.settings, BOB, one.id, now=True),  # type: ignore[misc]  # of the loop
                lambda one=one: outbox.send_one(self.store, self.settings, one.id),  # type: ignore[misc]  # of the loop
            ]
            for again in tries:
                try:
                    again()
                except (Refused, NotAllowedNow):
                    self.done["stopped"] += 1
                else:
                    self.rules.faults.append(f"{self.moment.now}: report {one.id} could be let go while it is disputed")
        self._outbox()

    def _decide(self, hold_id: int, finding: str) -> None:
        before = self.rules.held_by(hold_id)
        desk_holds.end(self.store, BOB, hold_id, "looked at it again", finding)
        self.done[finding] += 1
        self.rules.after_a_decision(before, finding)

    def _allowed(self, what: str) -> "_Allowed":
        return _Allowed(self.done, what)


@dataclass(slots=True)
class _Allowed:
    """Counts what was done, and what a rule did not allow."""

    done: Counter[str]
    what: str

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        refused = isinstance(error, Refused | NotAllowedNow)
        self.done[f"{self.what}, refused" if refused else self.what] += 1
        return refused


def look(life: Life, now: datetime) -> Look:
    """Return what a look at a target finds at a moment, from two vantages."""
    url, up = f"https://{life.target}/", life.is_up(now)
    item = Item(PAGE if up else b"gone", "text/html", url, now, "lab", "desktop")
    findings = []
    for vantage in ("desktop", "mobile"):
        answer: dict[str, object] = {"status": 200 if up else 404, "chain": [], "final_url": url}
        findings.append(Finding("http.exchange", url, now, Outcome.FOUND, "an answer", answer, item.sha256, vantage))
        if up:
            shown: tuple[tuple[str, dict[str, object]], ...] = (
                ("page.shown", {"title": "Amazon refund", "text": "Amazon refund"}),
                ("page.form", {"asks": ["password"]}),
                ("page.tracker", {"id": life.family}),
            )
            findings += [
                Finding(kind, url, now, Outcome.FOUND, "a page", data, item.sha256, vantage) for kind, data in shown
            ]
    began = now - timedelta(seconds=9)
    return Look(life.target, url, "pages", began, now, Gained(findings, [item]), Clock(None), "ann")
