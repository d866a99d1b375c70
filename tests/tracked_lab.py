"""A team whose reports are out: a real store with a clock that is set, reports in every state, and looks at targets."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from bench.lab_outbox import ANN, BOB, candidates, lab_settings
from bench.lab_smtp import Smtp
from scamhunt import desk_approval, desk_due, desk_looks, desk_reports, desk_sending, look_kept, reference, track
from scamhunt.model import SYSTEM, ReportState
from scamhunt.observed import Clock, Finding, Gained, Item, Look, Outcome
from scamhunt.settings import Settings
from scamhunt.store import Acting, ReportDraft, ReportView, Store
from scamhunt.takedown.steps import Step
from scamhunt.takedown.tracked import Work

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NAME, OTHER = "amazon-refund-desk.com", "amazon-parcel-desk.com"
REGISTRAR, HOST = "abuse@registrar.example", "abuse@host.example"
SEEN = "The page asks for the password of an Amazon account."
_S = ReportState
_OUT = (Step.REVIEW, Step.APPROVE, Step.QUEUE, Step.CLAIM, Step.SENT)
WAYS: Mapping[ReportState, tuple[Step, ...]] = {
    _S.DRAFT: (),
    _S.REVIEW: _OUT[:1],
    _S.APPROVED: _OUT[:2],
    _S.QUEUED: _OUT[:3],
    _S.SENDING: _OUT[:4],
    _S.SENT: _OUT,
    _S.FAILED: (*_OUT[:4], Step.FAIL),
    _S.UNKNOWN: (*_OUT[:4], Step.LOSE),
    _S.ACKNOWLEDGED: (*_OUT, Step.ACKNOWLEDGE),
    _S.FORWARDED: (*_OUT, Step.FORWARD),
    _S.ACTIONED: (*_OUT, Step.CLAIM_ACTION),
    _S.DECLINED: (*_OUT, Step.DECLINE),
    _S.NO_ANSWER: (*_OUT, Step.SILENCE),
    _S.VERIFIED_DOWN: (*_OUT, Step.SEE_DOWN),
    _S.RELAPSED: (*_OUT, Step.SEE_DOWN, Step.SEE_BACK),
    _S.HELD: (*_OUT, Step.HOLD),
    _S.WITHDRAWN: (Step.WITHDRAW,),
}
"""How a draft comes to each state."""
BODY = b"From: reports@lab.example\r\n\r\n.\r\n"


class Killed(BaseException):  # no error: the process ends there
    """The process was ended in the middle of a turn."""


@dataclass
class Lab:
    """The team: its state folder, its clock, and its store while `with at_work(...)` lasts."""

    folder: Path
    url: str = ""
    now: datetime = NOW
    more: dict[str, object] = field(default_factory=dict)
    left: int | None = None
    """So often the store may still ask for the time before the process ends; None: it does not end."""

    def __post_init__(self) -> None:
        """Write the brand pack, and open the store."""
        self.base = lab_settings(self.folder, "smtp://127.0.0.1:1", self.url, trust_names=True)
        self.store = Store.open(self.settings.home, now=self.clock, url=self.url)

    def clock(self) -> datetime:
        """Return what time it is for the store."""
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Killed
        return self.now

    @property
    def settings(self) -> Settings:
        """The settings as they are now."""
        return self.base.model_copy(update={"clock": self.now, **self.more})

    def sends_by(self, smtp: Smtp) -> None:
        """Have a mail server."""
        self.more = {"smtp_url": SecretStr(smtp.url)}

    # --- reports ------------------------------------------------------------------------------------------------------

    def confirm(self, *targets: str) -> None:
        """Have candidates that the analyst confirmed."""
        candidates(self.store, targets or (NAME,))

    def draft(self, kind: str = "registrar", to: str = REGISTRAR, target: str = NAME, *, purpose: str = "") -> int:
        """Draft a report as a person does, to a contact that he vouches for; return its number."""
        made = desk_reports.draft_report(
            self.store, self.settings, ANN, target, kind=kind, to=to, purpose=purpose, observed=SEEN
        )
        assert made.id is not None
        return made.id

    def plain(self, target: str = NAME, kind: str = "registrar", to: str = REGISTRAR, **more: str) -> int:
        """Store a report without rendering it; return its number."""
        with self.store.acting(ANN) as acting:
            return acting.save_report(self.row(target, kind, to, **more)).id

    def row(self, target: str = NAME, kind: str = "registrar", to: str = REGISTRAR, **more: str) -> ReportDraft:
        """Return a report as it is stored."""
        purpose = more.pop("purpose", "phishing")
        vouched = {"by": ANN.name, "at": self.now.isoformat()}
        number = self.store.candidate(target).id
        return ReportDraft(number, kind, to, purpose, purpose, vouched=vouched, authors=(ANN.name,), **more)  # type: ignore[arg-type]  # words

    def bring(self, report_id: int, state: ReportState) -> ReportView:
        """Bring a draft to a state, as people, clock and looks would, without a mail."""
        return self.walk(report_id, *WAYS[state])

    def walk(self, report_id: int, *steps: Step) -> ReportView:
        """Take steps with a report; what is set beside the state is what the program sets."""
        with self.store.acting(BOB) as acting:
            return self.walked(acting, acting.report(report_id), *steps)

    def walked(self, acting: Acting, view: ReportView, *steps: Step) -> ReportView:
        """Do the same in somebody's transaction."""
        for step in steps:
            detail: dict[str, object] = {}
            changes = self._changes(view, step)
            if step is Step.APPROVE:
                given = acting.approve(view, accepted=(), alone=False, counts=True, hours=24)
                detail = {"sha256": view.sha256, "recipient": view.recipient, "accepted": []}
                detail |= {"approval": given.id, "until": given.until.isoformat()}
            view = acting.step(view, step, detail=detail, changes=changes)
        return view

    def _changes(self, view: ReportView, step: Step) -> dict[str, object]:
        if step is Step.REVIEW:
            sha256 = self.store.keep_outbox(BODY)
            return {"sha256": sha256, "message_id": f"<{view.token}@lab.example>", "frozen_at": self.now}
        by_step: dict[Step, dict[str, object]] = {
            Step.QUEUE: {"due_at": self.now},
            Step.CLAIM: {"holder": "elsewhere|1|2|3", "tried_at": self.now},
            Step.SENT: {"sent_at": self.now, "answer": "250 kept"},
            Step.HOLD: {"held_from": view.state.value},
        }
        return by_step.get(step, {})

    def approve(self, report_id: int) -> None:
        """Say yes as a second person."""
        desk_approval.approve(self.store, self.settings, BOB, report_id)

    def send(self, report_id: int) -> ReportState:
        """Send what is approved, at once."""
        return desk_sending.send(self.store, self.settings, ANN, report_id, now=True).state

    def turn(self) -> track.Tracked:
        """Let the clock have its turn."""
        return track.follow(self.store, self.settings)

    # --- what is seen -------------------------------------------------------------------------------------------------

    def look(self, told: str, target: str = NAME) -> look_kept.Kept:
        """Keep a look that told `live`, `gone` or `held`, as the program keeps one."""
        keeping = desk_looks.keeping_of(self.settings, self.store, reference.brands(self.settings), SYSTEM)
        return look_kept.keep(keeping, looked(target, self.now, told), self.store.candidate(target))

    def go_down(self, target: str = NAME) -> None:
        """Have three looks over eight hours agree that it is gone; the clock goes on with them."""
        for wait in (HOUR, 4 * HOUR, 4 * HOUR):
            self.now += wait
            kept = self.look("gone", target)
        assert kept.closed

    # --- what stands there --------------------------------------------------------------------------------------------

    def all(self) -> list[ReportView]:
        """Return all reports, the oldest first."""
        return list(reversed(self.store.reports(limit=None)))

    def states(self) -> list[str]:
        """Return the state of each report, the oldest first."""
        return [one.state.value for one in self.all()]

    def told(self, purpose: str) -> list[tuple[str, int | None]]:
        """Return recipient and parent of each withdrawal, or closure, that there is."""
        return [(one.recipient, one.parent_id) for one in self.all() if one.purpose == purpose]

    def due(self) -> list[Work]:
        """Return what is due."""
        return desk_due.works(self.store, self.settings)


@contextmanager
def at_work(folder: Path, url: str = "", now: datetime = NOW) -> Iterator[Lab]:
    """Give a team, and see at the end that tables and log agree."""
    lab = Lab(folder, url, now)
    with closing(lab.store):
        yield lab
        problems = lab.store.check()
        assert problems == [], problems


def looked(target: str, now: datetime, told: str) -> Look:
    """Return a look of two vantages, or of registry and name server where the registry holds the name."""
    url = f"https://{target}/"
    item = Item(told.encode(), "text/html", url, now, "lab", "desktop")
    findings: list[Finding] = []
    if told == "held":
        held = {"statuses": ["client hold"], "registrar": "Registrar Example"}
        findings = [
            Finding("dns.a", "dns 192.0.2.53", now, Outcome.ABSENT, "there is none", {}, item.sha256),
            Finding("rdap.domain", "https://rdap.example/", now, Outcome.FOUND, "held", held, item.sha256),
        ]
    for vantage in () if told == "held" else ("desktop", "mobile"):
        answer: dict[str, object] = {"status": 200 if told == "live" else 404, "chain": [], "final_url": url}
        findings.append(Finding("http.exchange", url, now, Outcome.FOUND, "an answer", answer, item.sha256, vantage))
        for kind, data in _PAGE if told == "live" else ():
            findings.append(Finding(kind, url, now, Outcome.FOUND, "a page", data, item.sha256, vantage))
    return Look(target, url, "pages", now - HOUR / 400, now, Gained(findings, [item]), Clock(None), "ann")


_PAGE: tuple[tuple[str, dict[str, object]], ...] = (
    ("page.shown", {"title": "Amazon refund", "text": "Amazon refund"}),
    ("page.form", {"asks": ["password"]}),
    ("page.tracker", {"id": "UA-99999-1"}),
)
