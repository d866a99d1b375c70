"""A small internet on loopback: names, registries and sites of the invented kits, and the settings that lead there.

    with World(folder) as world:
        subprocess.run(["scamhunt", "investigate", world.url("login")], env=world.environment)

Everything listens on 127.0.0.1 at ports of its own; nothing else may be reached, not even 127.0.0.2.

    world.take_out("login"); world.put_back("login")

What registry and name server say is read when they are asked: names come and go while the lab runs.
"""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bench.lab_dns import Server
from bench.lab_kits import KITS, OFFICIAL, Kit
from bench.lab_site import Answer, Request, answer
from bench.lab_sites import HOME, Sites
from scamhunt.settings import Settings

PACK = "".join(
    f'[[brand]]\nid = "{name.lower()}"\nname = "{name}"\ndomains = ["{name.lower()}.test"]\nphones = []\n\n'
    for name in ("Amazon", "PayPal", "Microsoft", "Fjordpost", "Kupferwallet")
)
REGISTRAR = "Example Registrar Ltd"
ABUSE, NETWORK_ABUSE = "abuse@registrar.example", "abuse@host.example"
MISSING = 404
ON_HOLD = ("client hold",)
"""What the registry says of a name that its registrar took out of the DNS (RFC 8056)."""


class World:
    """The lab; `with` ends it."""

    def __init__(self, folder: Path, kits: Iterable[Kit] = KITS, now: datetime | None = None) -> None:
        """Start every server and write what has to lie in a folder: brand pack and bootstrap."""
        self.folder, self.now = folder, now or datetime.now(UTC)
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        """What the registries' own clocks show: what passes in a simulation passes there too."""
        made = (*OFFICIAL, *kits)
        self.kits = {kit.name: kit for kit in made}
        self._by_domain = {kit.domain: kit for kit in made}
        self._statuses = {kit.domain: kit.statuses for kit in made}
        self._held = ExitStack()
        self._registries = {zone: registry_of(zone) for zone in sorted({kit.domain.rpartition(".")[2] for kit in made})}
        handlers = {kit.domain: kit.handler for kit in made} | dict.fromkeys(self._registries.values(), self._registry)
        self.sites = self._held.enter_context(Sites({**handlers, HOME: self._registry}))
        registries = {host: {"A": [HOME]} for host in self._registries.values()}
        self.dns = self._held.enter_context(Server({**{kit.domain: records(kit) for kit in made}, **registries}))
        (folder / "pack.toml").write_text(PACK, "utf-8")
        self._write_bootstrap(folder / "bootstrap")

    def __enter__(self) -> Self:
        """Return the lab, which runs already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End every server."""
        self._held.close()

    def url(self, name: str, scheme: str = "http") -> str:
        """Return where a kit is opened."""
        kit, port = self.kits[name], self.sites.port if scheme == "http" else self.sites.secure_port
        return f"{scheme}://{kit.domain}:{port}{kit.path}"

    def feed(self, *names: str) -> Path:
        """Write a list of the addresses of these kits, as one that reports phishing would be, and return it."""
        path = self.folder / "seen_in_phishing.txt"
        path.write_text("".join(f"{self.url(name)}\n" for name in names), "utf-8")
        return path

    @property
    def chosen(self) -> Mapping[str, str]:
        """The settings that lead into the lab, by name."""
        return {
            "home": str(self.folder / "home"),
            "overlay": str(self.folder / "overlay"),
            "brands": str(self.folder / "pack.toml"),
            "dns": self.dns.address,
            "rdap_bootstrap": str(self.folder / "bootstrap"),
            "rdap_rate": "1000",
            "whois": "off",
            "screenshots": "off",
            "fetch_allow_nets": f"{HOME}/32",
        }

    def settings(self, **more: object) -> Settings:
        """Return the settings for a run in this process."""
        return Settings.model_validate({**self.chosen, **more})

    @property
    def environment(self) -> dict[str, str]:
        """The environment for a run of the program."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SCAMHUNT_")}
        chosen = {f"SCAMHUNT_{name.upper()}": value for name, value in self.chosen.items()}
        return {**kept, **chosen, "XDG_CONFIG_HOME": str(self.folder / "config")}

    # --- what happens while it runs -----------------------------------------------------------------------------------

    def take_out(self, name: str) -> None:
        """Let the registrar put a kit's name on hold: the registry says so, and the name server knows no such name."""
        self._set(self.kits[name], ON_HOLD, {})

    def put_back(self, name: str) -> None:
        """Let the name be as it was: whoever runs the kit got it back."""
        self._set(self.kits[name], self.kits[name].statuses, {self.kits[name].domain: records(self.kits[name])})

    def _set(self, kit: Kit, statuses: tuple[str, ...], zone: Mapping[str, Mapping[str, list[str]]]) -> None:
        self._statuses[kit.domain] = statuses
        others = {domain: held for domain, held in self.dns.zones.items() if domain != kit.domain}
        self.dns.zones = {**others, **zone}  # at once: the server may be reading the old ones

    # --- the registries -----------------------------------------------------------------------------------------------

    def _write_bootstrap(self, folder: Path) -> None:
        folder.mkdir()
        names = [[[zone], [self._registry_url(host)]] for zone, host in self._registries.items()]
        for file, services in (
            ("dns", names),
            ("ipv4", [[["127.0.0.0/8"], [self._registry_url(HOME)]]]),
            ("ipv6", [[["::1/128"], [self._registry_url(HOME)]]]),
        ):
            told = {"version": "1.0", "publication": "2026-11-01T00:00:00Z", "services": services}
            (folder / f"{file}.json").write_text(json.dumps(told), "utf-8")

    def _registry_url(self, host: str) -> str:
        return f"http://{host}:{self.sites.port}/"

    def _registry(self, request: Request) -> Answer:
        """Answer as the registry of names and the one of addresses do (RFC 9082, RFC 9083)."""
        what, _, name = request.path.strip("/").partition("/")
        kit = self._by_domain.get(name)
        found = network() if what == "ip" else self._registered(kit) if what == "domain" and kit else None
        date = f"Date: {format_datetime(self.clock(), usegmt=True)}"
        told = found or {"errorCode": MISSING, "title": "Not found"}
        return answer(json.dumps(told), 200 if found else MISSING, "application/rdap+json", (date,))

    def _registered(self, kit: Kit) -> dict[str, Any]:
        return registration(kit, self.now) | {"status": list(self._statuses[kit.domain])}


def registry_of(zone: str) -> str:
    """Return the host of the registry of a zone; that of `test` has no name."""
    return HOME if zone == "test" else f"rdap.{zone}"


def registration(kit: Kit, now: datetime) -> dict[str, Any]:
    """Return what the registry says of a name."""
    registered = now - timedelta(days=kit.age)
    moments = (("registration", registered), ("expiration", now + timedelta(days=362)), ("last changed", registered))
    desk = _entity("abuse", "Abuse Desk", ["email", {}, "text", ABUSE], ["tel", {}, "uri", "tel:+1.8055550199"])
    registrar = _entity("registrar", REGISTRAR) | {
        "publicIds": [{"type": "IANA Registrar ID", "identifier": "9999"}],
        "entities": [desk],
    }
    return {
        "objectClassName": "domain",
        "ldhName": kit.domain,
        "handle": f"LAB-{kit.age}",
        "status": list(kit.statuses),
        "events": [{"eventAction": act, "eventDate": f"{at:%Y-%m-%dT%H:%M:%SZ}"} for act, at in moments],
        "entities": [registrar],
        "nameservers": [{"objectClassName": "nameserver", "ldhName": name} for name in kit.name_servers],
        "rdapConformance": ["rdap_level_0"],
    }


def network() -> dict[str, Any]:
    """Return what the registry of addresses says."""
    return {
        "objectClassName": "ip network",
        "handle": "NET-LAB-1",
        "name": "LAB-NET",
        "startAddress": "127.0.0.0",
        "endAddress": "127.255.255.255",
        "ipVersion": "v4",
        "country": "SE",
        "entities": [_entity("abuse", "Example Hosting", ["email", {}, "text", NETWORK_ABUSE])],
        "rdapConformance": ["rdap_level_0"],
    }


def _entity(role: str, name: str, *rows: list[Any]) -> dict[str, Any]:
    card = ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", name], *rows]]
    return {"objectClassName": "entity", "roles": [role], "handle": f"{role}-1", "vcardArray": card}


# --- the names --------------------------------------------------------------------------------------------------------


def records(kit: Kit) -> dict[str, list[str]]:
    """Return what is in the zone of a kit."""
    first = kit.name_servers[0]
    return {
        "A": [HOME],
        "NS": [f"{name}." for name in kit.name_servers],
        "SOA": [f"{first}. hostmaster.{kit.domain}. 1 7200 900 1209600 300"],
        "TXT": ['"v=spf1 -all"'],
        "MX": ["0 ."],
    }
