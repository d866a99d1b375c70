"""A desk that scripts use: a team with tokens, 250 candidates, reports, and the site on a port of loopback.

with open_desk(folder) as desk:
desk.ask("GET", "/api/candidates", desk.token("look")).json()
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from bench.lab_outbox import ANN
from scamhunt import desk_people, desk_sessions
from scamhunt.model import Actor, Kind, Match, PersonRole, Reason, ReportState
from scamhunt.store import Body, EventView, Found, Gathered, Store
from scamhunt.web.app import application
from scamhunt.web.server import configured, listening_on
from tests.tracked_lab import NAME, Lab, at_work

CANDIDATES = 250
EVE, CYD, IDA = (Actor(name, "password") for name in ("eve", "cyd", "ida"))
PASSWORD = "seven green kettles sing"  # noqa: S105  # of nobody
ROLES = {
    "eve": [PersonRole.ADMIN],
    "ann": [PersonRole.ANALYST],
    "bob": [PersonRole.APPROVER],
    "cyd": [PersonRole.ANALYST],
    "ida": [PersonRole.ANALYST, PersonRole.AUDITOR],
}
JSON = dict[str, Any]


@dataclass
class Desk:
    """The site and its team."""

    lab: Lab
    app: FastAPI
    client: httpx.Client
    port: int
    _tokens: dict[tuple[str, ...], str] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        """The open store of the site."""
        return self.lab.store

    def made(self, *scopes: str, who: Actor = ANN, days: int = 30) -> tuple[int, str]:
        """Make a token; return its number and its text."""
        view, text = desk_sessions.make_token(self.store, who, "a script", scopes, days)
        return view.id, text

    def token(self, *scopes: str) -> str:
        """Return a token of the analyst; the same one each time."""
        if scopes not in self._tokens:
            self._tokens[scopes] = self.made(*scopes)[1]
        return self._tokens[scopes]

    def ask(self, method: str, path: str, token: str = "", **more: Any) -> httpx.Response:  # noqa: ANN401  # as httpx takes it
        """Send one request, with a token if one is given; `json` may hold what no client of ours would send."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        if "json" in more:
            headers["content-type"] = "application/json"
            more["content"] = json.dumps(more.pop("json")).encode()
        return self.client.request(method, path, headers=headers | more.pop("headers", {}), **more)

    def get(self, path: str, **params: str | int) -> JSON:
        """Read something with a token that may look."""
        answer = self.ask("GET", path, self.token("look"), params=params)
        assert answer.status_code == 200, answer.text
        found: JSON = answer.json()
        return found

    def decide(self, number: int, act: str, revision: int, reason: str = "sells in the brand's name") -> httpx.Response:
        """Decide with a token that may triage."""
        given = {"reason": reason, "revision": revision}
        return self.ask("POST", f"/api/candidates/{number}/{act}", self.token("triage"), json=given)

    def new(self) -> JSON:
        """Return a candidate on which nobody decided yet."""
        (found,) = self.get("/api/candidates", limit=1, state="new")["items"]
        return dict(found)

    def events(self, thing: str) -> list[EventView]:
        """Return what the log tells of a thing."""
        return self.store.history(thing)

    def walk(self, path: str, **params: str | int) -> Iterator[JSON]:
        """Yield the pages of a list."""
        after: str | None = ""
        while after is not None:
            page = self.get(path, after=after, **params)
            yield page
            after = page["next"]


@contextmanager
def open_desk(folder: Path, url: str = "") -> Iterator[Desk]:
    """Give the desk; at the end tables and log have to agree."""
    with at_work(folder, url) as lab:
        furnish(lab)
        with served(lab) as desk:
            yield desk


@contextmanager
def served(lab: Lab) -> Iterator[Desk]:
    """Serve the desk of a team as `scamhunt serve` does."""
    with listening_on("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        app = application(lab.settings, lab.store, port)
        server = uvicorn.Server(configured(lab.settings, app))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=10) as client:
                yield Desk(lab, app, client, port)
        finally:
            server.should_exit = True
            thread.join(10)


def furnish(lab: Lab) -> None:
    """Have a team, a case with five reports, work that is due, and many candidates, some of the same score."""
    lab.confirm(NAME)
    for name, roles in ROLES.items():
        password = PASSWORD if name == "ann" else ""
        desk_people.add(lab.store, lab.settings, EVE, name, roles, password=password)
    lab.draft()
    for at in range(3):
        lab.bring(lab.plain(kind="host", to=f"abuse@host{at}.example"), ReportState.UNKNOWN)
    lab.plain(kind="cdn", to="abuse@cdn.example")
    gather(lab, CANDIDATES)


def gather(lab: Lab, many: int) -> None:
    """Find candidates."""
    reading = lab.store.begin_reading(Body("nrd_list", "/feeds/northwind", "ab" * 30, 1, "archive"))
    lab.store.save_batch(reading, Gathered("end", many, 0, (), [_found(at) for at in range(1, many + 1)]))


def _found(at: int) -> Found:
    """Return a candidate: a third of a series that the queue folds, the others one by one, ten of each score."""
    name = f"northwind-refund-{at:03}.com" if at % 3 == 0 else f"{'abcdefghij'[at % 10] * 3}{at}-northwind.com"
    reasons = (Reason("exact", 3.5, "has the word northwind"),)
    return Found(Match(at, name, name, "northwind", 0.5 + (at // 10) / 100, reasons), Kind.DOMAIN, at)
