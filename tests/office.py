"""An office for tests: a team, its state folder, a case that is confirmed, and a mail server on loopback."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, text

from bench.lab_smtp import Smtp
from scamhunt import desk, desk_approval, desk_people, desk_reports, desk_sending, outbox, pipeline
from scamhunt.model import Actor, PersonRole, ReportState
from scamhunt.settings import Settings
from scamhunt.store import Store

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
EVE, ANN, BOB, CYD = (Actor(name, "password") for name in ("eve", "ann", "bob", "cyd"))
MALLORY = Actor("mallory", "password")
TEAM = {EVE: PersonRole.ADMIN, ANN: PersonRole.ANALYST, BOB: PersonRole.APPROVER, CYD: PersonRole.APPROVER}
PACK = '[[brand]]\nid = "amazon"\nname = "Amazon"\ndomains = ["amazon.com", "amazon.de"{more}]\n'
NAME, DESK = "amazon-refund-desk.com", "abuse@registrar.example"
SEEN = "a login form for Amazon accounts"


@dataclass
class Office:
    """A team, its state folder and its mail server."""

    folder: Path
    smtp: Smtp
    now: datetime = NOW
    more: dict[str, object] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """The settings as they are now."""
        return Settings.model_validate(
            {
                "home": self.folder / "home",
                "overlay": self.folder / "overlay",
                "brands": str(self.folder / "pack.toml"),
                "clock": self.now,
                "smtp_url": self.smtp.url,
                "sending": True,
                "reporter_org": "Example Trust",
                "reporter_email": "abuse@trust.example",
                "fetch_allow_nets": "127.0.0.0/8",
                "trust_names": True,
                **self.more,
            }
        )

    def store(self) -> Store:
        """Open the store with the clock of now."""
        return desk.open_store(self.settings)

    def state(self, report_id: int = 1) -> ReportState:
        """Return where a report stands."""
        with self.store() as store:
            return store.report(report_id).state

    def draft(self, who: Actor = ANN) -> int:
        """Draft the report of this office and return its number."""
        with self.store() as store:
            made = desk_reports.draft_report(store, self.settings, who, NAME, to=DESK, observed=SEEN)
        assert made.ready
        assert made.id is not None
        return made.id

    def approve(self, who: Actor = BOB, **more: str) -> desk_approval.Approved:
        """Say yes to the report."""
        with self.store() as store:
            return desk_approval.approve(store, self.settings, who, 1, **more)

    def send(self, who: Actor = ANN, *, now: bool = True) -> ReportState:
        """Send the report and return where it stands."""
        with self.store() as store:
            return desk_sending.send(store, self.settings, who, 1, now=now).state

    def edit(self, who: Actor = ANN) -> None:
        """Change a field."""
        with self.store() as store:
            desk_reports.edit(store, self.settings, who, 1, {"note": "one more line"})

    def turn(self) -> None:
        """Let the outbox have its turn."""
        with self.store() as store:
            outbox.send_due(store, self.settings)

    def sql(self, statement: str) -> None:
        """Change the database behind the program's back."""
        engine = create_engine(f"sqlite:///{self.folder / 'home' / 'scamhunt.db'}")
        with engine.begin() as connection:
            connection.execute(text(statement))
        engine.dispose()


@contextmanager
def at_work(folder: Path) -> Iterator[Office]:
    """Give an office with a team, whose analyst confirmed a candidate."""
    shutil.copytree(_furnished().name, folder, dirs_exist_ok=True)
    with Smtp() as smtp:
        yield Office(folder, smtp)


@cache
def _furnished() -> TemporaryDirectory[str]:
    """Return the folder that every office begins as: made once, for its sweep takes longer than most tests."""
    made = TemporaryDirectory(prefix="scamhunt-office-")
    folder = Path(made.name)
    (folder / "pack.toml").write_text(PACK.format(more=""))
    (folder / "list.txt").write_text(f"{NAME}\n")
    with Smtp() as smtp:
        office = Office(folder, smtp)
        pipeline.sweep(office.settings, feeds=[str(folder / "list.txt")])
        with office.store() as store:
            for who, role in TEAM.items():
                desk_people.add(store, office.settings, EVE, who.name, [role])
            desk.decide(store, ANN, NAME, "confirm", "seen the login form")
    return made
