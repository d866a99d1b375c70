"""The lab of one actor: its sites, numbers and the neighbour are swept, looked at, and confirmed by an analyst."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench import lab_actor
from bench.lab_world import World
from scamhunt import desk, desk_campaigns, desk_people, pipeline
from scamhunt.desk_dossier import Typed
from scamhunt.desk_referral import Built, Wanted, build
from scamhunt.desk_release import Released, approve
from scamhunt.model import Actor, PersonRole
from scamhunt.settings import Settings
from scamhunt.store import Store

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
EVE, ANN, BOB, DAN = (Actor(name, "password") for name in ("eve", "ann", "bob", "dan"))
TEAM = {EVE: PersonRole.ADMIN, ANN: PersonRole.INVESTIGATOR, BOB: PersonRole.APPROVER, DAN: PersonRole.ANALYST}
ALL = (*lab_actor.SITES, *lab_actor.NUMBERS)


@dataclass
class Lab:
    """A team at work on the actor."""

    world: World
    folder: Path
    """Where its state folder is, and where packets are released to."""
    now: datetime = NOW
    more: dict[str, object] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """The settings as they are now."""
        team = {"reporter_org": "Example Trust", "reporter_email": "abuse@trust.example", "clock": self.now}
        own = {"home": str(self.folder / "home"), "investigate": "pages"}
        return self.world.settings(**{**team, **own, **self.more})

    def store(self) -> Store:
        """Open the store with the clock of now."""
        return desk.open_store(self.settings)

    def sweep(self, *feeds: str) -> pipeline.Summary:
        """Sweep, and look at what was found."""
        return pipeline.sweep(self.settings, feeds=list(feeds))

    def campaign(self) -> str:
        """Return the id of the one campaign that there is."""
        with self.store() as store:
            (found,) = desk_campaigns.listed(store, self.settings)
            return found.id

    def build(self, wanted: Wanted | None = None, out: str = "out") -> Built:
        """Build the packet of the one campaign."""
        asked = wanted or Wanted(campaigns=(self.campaign(),), typed=Typed("criminal complaint"))
        with self.store() as store:
            return build(store, self.settings, ANN, asked, out=self.folder / out)

    def approve(self, packet: str, who: Actor = BOB) -> Released:
        """Release a packet."""
        with self.store() as store:
            return approve(store, self.settings, who, packet)

    def copied(self, folder: Path) -> "Lab":
        """Return the same team as it stands now, with a state folder of its own."""
        shutil.copytree(self.folder / "home", folder / "home")
        return Lab(self.world, folder, self.now, dict(self.more))


@contextmanager
def at_work(folder: Path, *, confirmed: bool = True) -> Iterator[Lab]:
    """Give the lab, swept and looked at; an analyst confirmed the actor's five, and left the neighbour alone."""
    kits = lab_actor.kits()
    with World(folder, kits, NOW) as world:
        lab = Lab(world, folder)
        lab.sweep(str(world.feed(*(kit.name for kit in kits))))
        lab.sweep(str(lab_actor.reports(folder)))
        with lab.store() as store:
            for who, role in TEAM.items():
                desk_people.add(store, lab.settings, EVE, who.name, [role])
            for name in ALL if confirmed else ():
                desk.decide(store, DAN, name, "confirm", "it takes money for refunds that do not exist")
        yield lab
