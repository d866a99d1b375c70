"""The desk of a team of invented people, served on a port of loopback, and browsers that are signed in there.

with open_site(folder) as site:
    ann = site.browser("ann")
    ann.post("/candidates/1/confirm", reason="seen")
"""

import re
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote

import httpx
import uvicorn
from fastapi import FastAPI
from sqlalchemy import create_engine, text

from scamhunt import desk, desk_people, pipeline
from scamhunt.desk import OpenStore
from scamhunt.model import Actor, PersonRole
from scamhunt.settings import Settings
from scamhunt.web.app import application
from scamhunt.web.house import House
from scamhunt.web.server import configured, listening_on

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
PASSWORD = "nine amber lanterns hum"  # noqa: S105  # of nobody
EVE = Actor("eve", "password")
TEAM: dict[str, PersonRole] = {
    "eve": PersonRole.ADMIN,
    "ann": PersonRole.ANALYST,
    "cyd": PersonRole.ANALYST,
    "bob": PersonRole.APPROVER,
    "ivy": PersonRole.INVESTIGATOR,
    "aud": PersonRole.AUDITOR,
    "vic": PersonRole.VIEWER,
}
DESK = "abuse@registrar.example"
SEEN = "a page that asks for the password of the bank"
PACK = """\
[[brand]]
id = "northwind"
name = "Northwind"
domains = ["northwind.example"]

[[brand]]
id = "velomart"
name = "Velomart"
domains = ["velomart.example"]
"""
NAMES = (
    *(f"northwind-login-{number}.com" for number in range(10, 30)),
    *(f"{word}-northwind.com" for word in ("secure", "refund", "support", "account", "verify")),
    *("velomart-refund.com", "ve1omart.net", "xn--vlomart-bya.com", "northwind.xyz"),
)
NUMBER = "+18005550142"
REPORTS = "number,role,text,seen_at,source\n" + "".join(
    f"{NUMBER},callback,Northwind refund: call us,2026-11-21T1{at}:00:00Z,caller {at}\n" for at in range(6)
)
_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


@dataclass
class Browser:
    """Somebody at the site: what a browser keeps, and the token of its forms."""

    client: httpx.Client
    csrf: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **more: str) -> httpx.Response:
        """Open a page."""
        return self.client.get(path, headers=self.headers | more)

    def post(self, path: str, several: Mapping[str, list[str]] | None = None, /, **fields: str) -> httpx.Response:
        """Send a form of the site; `several` has the fields that come more than once."""
        return self.client.post(path, data={"csrf": self.csrf, **fields, **(several or {})}, headers=self.headers)

    def said(self, answer: httpx.Response) -> str:
        """Return what the site says after an act."""
        return unquote((answer.cookies.get("scamhunt_said") or "").strip('"'))


@dataclass
class Site:
    """The running site."""

    folder: Path
    port: int
    app: FastAPI
    more: dict[str, object]
    stores: list[OpenStore] = field(default_factory=list)
    clients: list[httpx.Client] = field(default_factory=list)
    _known: dict[str, Browser] = field(default_factory=dict)

    @property
    def house(self) -> House:
        """Return what all pages share."""
        house: House = self.app.state.house
        return house

    @property
    def store(self) -> OpenStore:
        """Return the open store of the site."""
        return self.house.store

    @property
    def url(self) -> str:
        """Return where the site is."""
        return f"http://127.0.0.1:{self.port}"

    def later(self, span: timedelta) -> None:
        """Let time pass: the same site with another clock."""
        now = self.house.settings.now() + span
        self.change(clock=now)

    def change(self, **more: object) -> None:
        """Run the same site with other settings."""
        self.more |= more
        settings = made_for(self.folder, **self.more)
        self.stores.append(desk.open_store(settings))
        self.app.state.house = House(settings, self.stores[-1], self.port)

    def stranger(self) -> Browser:
        """Return a browser in which nobody is signed in, with the form of the login before it."""
        client = httpx.Client(base_url=self.url, trust_env=False, timeout=20)
        self.clients.append(client)
        return Browser(client, _TOKEN.findall(client.get("/login").text)[0])

    def browser(self, name: str, password: str = PASSWORD, code: str = "") -> Browser:
        """Return a browser in which somebody is signed in."""
        browser = self.stranger()
        answer = browser.post("/login", name=name, password=password, code=code, next="")
        assert answer.status_code == 303, answer.text
        browser.csrf = _TOKEN.findall(browser.get("/account").text)[0]
        return browser

    def known(self, name: str) -> Browser:
        """Return a browser in which somebody is signed in; the same one each time, for logins are counted."""
        if name not in self._known:
            self._known[name] = self.browser(name)
        return self._known[name]

    def number(self, name: str) -> int:
        """Return the number of a candidate."""
        return self.store.candidate(name).id

    def acts(self, thing: str) -> list[str]:
        """Return what the log tells of a thing."""
        return [f"{one.actor} {one.act}" for one in self.store.history(thing)]

    def sql(self, statement: str, **values: object) -> None:
        """Change the database behind the program's back."""
        engine = create_engine(f"sqlite:///{self.folder / 'home' / 'scamhunt.db'}")
        with engine.begin() as connection:
            connection.execute(text(statement), values)
        engine.dispose()


def made_for(folder: Path, **more: object) -> Settings:
    """Return the settings of a site."""
    return Settings.model_validate(
        {
            "home": folder / "home",
            "overlay": folder / "overlay",
            "brands": str(folder / "pack.toml"),
            "clock": NOW,
            "reporter_org": "Northwind Trust",
            "reporter_email": "abuse@northwind.example",
            "fetch_allow_nets": "127.0.0.0/8",
            **more,
        }
    )


@contextmanager
def open_site(folder: Path, **more: object) -> Iterator[Site]:
    """Give a site with a team and candidates, served as `scamhunt serve` does."""
    shutil.copytree(_furnished().name, folder, dirs_exist_ok=True)
    settings = made_for(folder, **more)
    with listening_on("127.0.0.1", 0) as listening, desk.open_store(settings) as store:
        port = listening.getsockname()[1]
        site = Site(folder, port, application(settings, store, port), dict(more))
        server = uvicorn.Server(configured(settings, site.app))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield site
        finally:
            for client in site.clients:
                client.close()
            server.should_exit = True
            thread.join(10)
            for one in site.stores:
                one.close()


@cache
def _furnished() -> TemporaryDirectory[str]:
    """Return the folder that every site begins as: made once, for passwords are slow on purpose."""
    made = TemporaryDirectory(prefix="scamhunt-site-")
    folder = Path(made.name)
    (folder / "pack.toml").write_text(PACK)
    (folder / "list.txt").write_text("\n".join(NAMES) + "\n")
    settings = made_for(folder)
    (folder / "reports.csv").write_text(REPORTS)
    for feed in ("list.txt", "reports.csv"):
        pipeline.sweep(settings, feeds=[str(folder / feed)])
    with desk.open_store(settings) as store:
        for name, role in TEAM.items():
            desk_people.add(store, settings, EVE, name, [role], password=PASSWORD)
    return made
