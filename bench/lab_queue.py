"""A desk with 100,000 candidates, 10,000 of them cases, and a team that signs in, on a port of loopback."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path
from random import Random

import httpx
import psycopg
import sqlalchemy as sa
import uvicorn
from pydantic import SecretStr

from bench.bench_track import NOW, YEAR, Row
from scamhunt import desk, desk_people
from scamhunt.indicators.series import series_of
from scamhunt.model import SYSTEM, Actor, Kind, PersonRole
from scamhunt.settings import Settings
from scamhunt.store import Store
from scamhunt.store.tables import CANDIDATE, MATCH, READING, SIGHTING
from scamhunt.web.app import application
from scamhunt.web.server import configured, listening_on

CANDIDATES, CASES, BRANDS, FEEDS = 100_000, 10_000, 40, ("nrd_list", "ct_static", "openphish", "urlhaus")
PASSWORD = "nine amber lanterns hum"  # noqa: S105  # of nobody
PACK = "".join(
    f'[[brand]]\nid = "brand{at}"\nname = "Brand{at}"\ndomains = ["brand{at}.example"]\n\n' for at in range(BRANDS)
)
WORDS = ("refund", "login", "support", "account", "secure", "billing", "verify", "help", "order", "card")
PART = 5_000
_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


def rows(draw: Random) -> Iterator[tuple[sa.Table, Iterator[Row]]]:
    """Yield what is written into each table."""
    yield READING, (_reading(at) for at in range(len(FEEDS)))
    yield CANDIDATE, (_candidate(number, draw) for number in range(1, CANDIDATES + 1))
    yield MATCH, (_match(number) for number in range(1, CANDIDATES + 1))
    yield SIGHTING, (_sighting(number) for number in range(1, CANDIDATES + 1))


def _target(number: int) -> tuple[Kind, str]:
    """Return a target: three in ten are in a series of thirty, one in ten is a phone number."""
    brand, word = f"brand{number % BRANDS}", WORDS[number % len(WORDS)]
    if number % 10 == 1:
        return Kind.PHONE, f"+1888234{number // 10:04}"
    if number % 10 in {2, 3, 4}:
        series = number // 100
        return (
            Kind.DOMAIN,
            f"brand{series % BRANDS}-{WORDS[series % 10]}-{'abcdefgh'[series % 8]}{series}q-{number}.com",
        )
    return Kind.DOMAIN, f"{word}-{brand}-{'abcdefghijklmnop'[number % 16]}x{number}y.net"


def _candidate(number: int, draw: Random) -> Row:
    began = NOW - timedelta(seconds=YEAR * (CANDIDATES - number) // CANDIDATES)
    kind, target = _target(number)
    state = "confirmed" if number % (CANDIDATES // CASES) == 0 else draw.choice(("new", "new", "watched", "dismissed"))
    moments = dict.fromkeys(("state_since", "first_seen", "last_seen", "created_at", "updated_at"), began)
    rest = {"state": state, "revision": 0, "score": round(draw.betavariate(2, 3), 6), "flags": [], "role": None}
    told = {"kind": kind, "target": target, "brand": f"brand{number % BRANDS}", "fold": series_of(kind, target)}
    return {"id": number, **told, **rest, **moments}


def _match(number: int) -> Row:
    reasons = [
        {"signal": "whole_word", "weight": 3.98, "text": "'brand' stands for the whole of 'brand'"},
        {"signal": "lure_word", "weight": 1.52, "text": "beside it 'refund', a word that scammers put beside brands"},
    ]
    told = {"brand": f"brand{number % BRANDS}", "indicator": _target(number)[1], "score": 0.5, "reasons": reasons}
    return {"id": number, "candidate_id": number, **told}


def _sighting(number: int) -> Row:
    at = NOW - timedelta(seconds=YEAR * (CANDIDATES - number) // CANDIDATES)
    told = {"value": _target(number)[1], "line": number, "seen_at": at}
    return {"id": number, "candidate_id": number, "reading_id": 1 + number % len(FEEDS), **told}


def _reading(at: int) -> Row:
    told = {"feed": FEEDS[at], "location": "https://feed.example/list", "sha256": f"{at:064x}", "size": 9_000}
    counts = {"read": 9, "accepted": 9, "duplicate": 0, "quarantined": 0}
    rest = {"archive": "", "since": "", "started_at": NOW, "finished_at": NOW, "mark": ""}
    return {"id": at + 1, **told, **counts, **rest}


def settled(folder: Path, url: str, analysts: int = 1) -> Settings:
    """Write the world and its team; return the settings that lead there."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pack.toml").write_text(PACK, "utf-8")
    settings = Settings(
        home=folder / "home",
        overlay=folder / "overlay",
        brands=(folder / "pack.toml",),
        database_url=SecretStr(url),
        clock=NOW,
        trust_names=True,
    )
    with Store.open(settings.home, now=settings.now, url=url) as store:
        for table, told in rows(Random(10)):
            with store.acting(SYSTEM) as acting:
                while some := list(islice(told, PART)):
                    acting.connection.execute(sa.insert(table), some)
        with store.acting(SYSTEM) as acting:
            acting.connection.execute(sa.text("ANALYZE"))
    if url:  # else it would be vacuumed while we measure
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
    with Store.open(settings.home, now=settings.now, url=url) as store:
        eve = Actor("eve", "password")
        desk_people.add(store, settings, eve, "eve", [PersonRole.ADMIN])
        for at in range(analysts):
            desk_people.add(store, settings, eve, f"ann{at}", [PersonRole.ANALYST], password=PASSWORD)
    return settings


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """Serve the desk as `scamhunt serve` does; give its address."""
    with listening_on("127.0.0.1", 0) as listening, desk.open_store(settings) as store:
        port = listening.getsockname()[1]
        server = uvicorn.Server(configured(settings, application(settings, store, port)))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(30)


class Analyst:
    """Somebody who is signed in."""

    def __init__(self, url: str, name: str, source: str = "127.0.0.1") -> None:
        """Sign in, from an address of this machine: so many may from one within a minute."""
        way = httpx.HTTPTransport(local_address=source)
        self.client = httpx.Client(base_url=url, trust_env=False, timeout=60, transport=way)
        door = _TOKEN.findall(self.client.get("/login").text)[0]
        given = {"csrf": door, "name": name, "password": PASSWORD, "code": "", "next": ""}
        answer = self.client.post("/login", data=given)
        if answer.status_code != 303:  # noqa: PLR2004  # let in
            raise SystemExit(f"{name} was not let in: {answer.status_code}")
        self.csrf = _TOKEN.findall(self.client.get("/account").text)[0]

    def get(self, path: str) -> httpx.Response:
        """Open a page."""
        return self.client.get(path)

    def post(self, path: str, **fields: str) -> httpx.Response:
        """Send a form as the keys of the queue do."""
        return self.client.post(path, data={"csrf": self.csrf, **fields}, headers={"hx-request": "true"})
