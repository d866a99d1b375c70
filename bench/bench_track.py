"""How fast a year of takedowns is looked through: what is due, the figures, a turn of the clock; a table in Markdown.

    python -m bench.bench_track [--runs 3] [--sizes 60000 240000] [--where sqlite postgres]

The rows are made up and written at once, without a log: 300 recipients, 50 brands, 5 in 100 held, drafted or
waiting for each. Of the worst year all reports are due. Nothing is asserted.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa
from pydantic import SecretStr

from bench.postgres import Server
from scamhunt import __version__, desk_due, desk_figures, track
from scamhunt.model import SYSTEM, ReportState
from scamhunt.settings import Settings
from scamhunt.store import Store
from scamhunt.store.tables import APPROVAL, CANDIDATE, HOLD, MATCH, REPLY, REPORT, WATCH
from scamhunt.takedown import steps

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
YEAR = 365 * 86_400
RECIPIENTS, BRANDS, HOLDS, ANSWERS = 300, 50, 100, 500
KINDS = ("registrar", "host", "cdn", "registry", "platform", "blocklist")
STATES = {
    "verified_down": 82,
    "withdrawn": 5,
    "declined": 2,
    "actioned": 2,
    "no_answer": 2,
    "acknowledged": 1,
    "forwarded": 1,
    "sent": 1,
    "draft": 2,
    "relapsed": 0.5,
    "held": 0.5,
    "failed": 0.5,
    "unknown": 0.5,
}
"""Of a usual year, in a hundred."""
DUE = {"no_answer": 60.0, "acknowledged": 40.0}
"""Of the worst: everybody waits, and every report is due."""
COMMANDS = (("reports", "due", "--format", "json"), ("stats", "--format", "json"))
PACK = "".join(f'[[brand]]\nid = "brand{at}"\nname = "Brand{at}"\ndomains = ["brand{at}.test"]\n' for at in range(50))
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rows:
    """What is written."""

    tables: dict[sa.Table, list[Row]]


def made(count: int, shares: dict[str, float], closures: int = 0, seed: int = 8) -> Rows:
    """Return the rows of so many takedowns; of so many of them a closure is still to be drafted."""
    draw = Random(seed)
    states = [ReportState(one) for one in draw.choices(list(shares), list(shares.values()), k=count)]
    told: dict[sa.Table, list[Row]] = {table: [] for table in (CANDIDATE, MATCH, WATCH, REPORT, APPROVAL, HOLD, REPLY)}
    for number, state in enumerate(states, 1):
        began = NOW - timedelta(seconds=draw.randrange(8 * 86_400, YEAR))
        down = state is ReportState.VERIFIED_DOWN
        told[CANDIDATE].append(_candidate(number, began, "closed" if down else "confirmed"))
        told[MATCH].append(_match(told[CANDIDATE][-1]))
        told[WATCH].append(_watch(number, began, down=down))
        told[REPORT].append(report_row(number, began, state, draw, told=not (down and number <= closures)))
        if state not in {ReportState.DRAFT, ReportState.WITHDRAWN}:
            told[APPROVAL].append(approval_row(number, began))
    held = [row["id"] for row in told[REPORT] if row["state"] is ReportState.HELD][:HOLDS]
    told[HOLD] = [_hold(at, number) for at, number in enumerate(held, 1)]
    told[REPLY] = [_reply(at, draw.randint(1, count)) for at in range(1, ANSWERS + 1)] if held else []
    return Rows(told)


def _candidate(number: int, began: datetime, state: str) -> Row:
    moments = dict.fromkeys(("state_since", "first_seen", "last_seen", "created_at", "updated_at"), began)
    target = f"brand{number % BRANDS}-refund-{number}.com"
    rest = {"kind": "domain", "state": state, "revision": 1, "score": 0.9, "flags": [], "role": None}
    return {"id": number, "target": target, "brand": f"brand{number % BRANDS}", **rest, **moments}


def _match(of: Row) -> Row:
    same = {"candidate_id": of["id"], "brand": of["brand"], "indicator": of["target"], "score": of["score"]}
    return {"id": of["id"], "reasons": [], **same}


def _watch(number: int, began: datetime, *, down: bool) -> Row:
    seen = began + timedelta(days=2)
    told = {"liveness": "taken_down", "standing": "down"} if down else {"liveness": "live", "standing": "live"}
    moments = {
        "since": seen,
        "due_at": NOW + timedelta(days=1),
        "looked_at": seen,
        "first_live": began,
        "last_live": began,
    }
    return {"candidate_id": number, "looks": 9, **told, **moments}


def report_row(number: int, began: datetime, state: ReportState, draw: Random, *, told: bool) -> Row:
    """Return a report in a state, from when its case began; `told`: its recipient said that it acted."""
    desk = draw.randrange(RECIPIENTS)
    sent = began + timedelta(minutes=30) if state not in {*steps.UNSENT, ReportState.WITHDRAWN} else None
    down = (
        sent + timedelta(seconds=draw.randrange(3_600, 6 * 86_400))
        if sent and state is ReportState.VERIFIED_DOWN
        else None
    )
    asked = {"acknowledged_at": sent + timedelta(hours=1)} if sent and draw.random() < 0.5 else {}  # noqa: PLR2004  # half
    claimed = {"claimed_at": down} if down and told else {}
    at = dict.fromkeys(
        ("acknowledged_at", "blocked_at", "claimed_at", "dns_hold_at", "recovered_at", "due_at", "tried_at")
    )
    at |= {"content_down_at": down, "verified_at": down, "handed_at": None, "frozen_at": sent, "sent_at": sent}
    texts = {"template": "phishing", "note": "", "desk": "", "holder": "", "answer": "250 ok", "ticket": "", "rung": ""}
    return {
        "id": number,
        "candidate_id": number,
        "state": state,
        "revision": 5,
        "kind": KINDS[desk % len(KINDS)],
        "channel": "email",
        "recipient": f"abuse@desk{desk}.example",
        "purpose": "phishing",
        "round": 1,
        "fields": {},
        "vouched": {"by": "ann", "at": began.isoformat()},
        "authors": ["ann"],
        "climbed": [],
        "token": f"{number:032x}",
        "sha256": f"{number:064x}",
        "message_id": f"<{number}@lab.example>",
        "parent_id": None,
        "held_from": "sent" if state is ReportState.HELD else "",
        "created_at": began,
        "updated_at": down or sent or began,
        "state_since": down or sent or began,
        **(texts | at | asked | claimed),
    }


def approval_row(number: int, began: datetime) -> Row:
    """Return the yes to a report."""
    told = {"recipient": "", "approver": "bob", "proof": "os_user", "accepted": [], "alone": False, "counts": True}
    until = {"at": began, "until": began + timedelta(days=1), "voided_at": None, "voided_why": ""}
    return {"id": number, "report_id": number, "sha256": f"{number:064x}", **told, **until}


def _hold(at: int, number: int) -> Row:
    moments = {"begun_at": NOW - timedelta(days=3), "until": NOW + timedelta(days=9), "answered_at": None}
    ended = {"ended_at": None, "ended_by": "", "ended_why": "", "finding": ""}
    told = {"kind": "dispute", "owner": "ann", "reason": "the owner says so", "of_hold": None}
    return {"id": at, "candidate_id": number, "report_id": number, **told, **moments, **ended}


def _reply(at: int, number: int) -> Row:
    texts = dict.fromkeys(("message_id", "decided_by"), "") | {"digest": f"{at:064x}", "text": "Thank you."}
    told = {"kind": "answer", "sender_domain": "desk.example", "authentication": "none", "matched_by": "message_id"}
    said = {"suggests": "acknowledged", "why": "it says so", "state": "open", "tickets": [], "doubts": []}
    moments = {"read_at": NOW - timedelta(hours=5), "sent_at": None, "decided_at": None}
    return {"id": at, "report_id": number, **texts, **told, **said, **moments}


# --- measure ----------------------------------------------------------------------------------------------------------


@contextmanager
def databases(where: str) -> Iterator[Callable[[], str]]:
    """Return what gives the URL of an empty database; of SQLite an empty URL."""
    if where == "sqlite":
        yield str
        return
    with Server() as server:
        yield lambda: server.url(server.create())


def filled(folder: Path, url: str, rows: Rows) -> Settings:
    """Write rows into a new database; return the settings that lead there."""
    folder.mkdir()
    (folder / "pack.toml").write_text(PACK, "utf-8")
    settings = Settings(
        home=folder / "home",
        overlay=folder / "overlay",
        brands=(folder / "pack.toml",),
        database_url=SecretStr(url),
        clock=NOW,
        reporter_org="Lab",
        reporter_email="reports@lab.example",
    )
    with Store.open(settings.home, now=settings.now, url=url) as store:
        with store.acting(SYSTEM) as acting:
            for table, told in rows.tables.items():
                for begin in range(0, len(told), 5_000):
                    acting.connection.execute(sa.insert(table), told[begin : begin + 5_000])
        with store.acting(SYSTEM) as acting:
            acting.connection.execute(sa.text("ANALYZE"))
    return settings


def took(act: Callable[[], object], runs: int) -> str:
    """Return the shortest time of some runs, and of that run the time of this processor."""
    seen = []
    for _ in range(runs):
        begun, busy = time.perf_counter(), time.process_time()
        act()
        seen.append((time.perf_counter() - begun, time.process_time() - busy))
    return "{:.3f} ({:.3f})".format(*min(seen))


def command(settings: Settings, *words: str) -> None:
    """Run the program as a person does."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SCAMHUNT_")}
    chosen = {
        "SCAMHUNT_HOME": str(settings.home),
        "SCAMHUNT_BRANDS": str(settings.brands[0]),
        "SCAMHUNT_OVERLAY": str(settings.overlay),
        "SCAMHUNT_DATABASE_URL": settings.database_url.get_secret_value(),
        "SCAMHUNT_CLOCK": NOW.isoformat(),
        "SCAMHUNT_TRUST_NAMES": "on",
        "XDG_CONFIG_HOME": str(settings.home.parent / "config"),
    }
    run = [sys.executable, "-m", "scamhunt", *words]
    subprocess.run(run, env={**kept, **chosen}, check=True, stdout=subprocess.DEVNULL)


def measured(settings: Settings, runs: int) -> Iterator[tuple[str, str]]:
    """Yield what was measured on a database, and how long it took."""
    with Store.open(settings.home, now=settings.now, url=settings.database_url.get_secret_value()) as store:
        yield f"due: {len(desk_due.works(store, settings)):,}", took(lambda: desk_due.works(store, settings), runs)
        yield "figures", took(lambda: desk_figures.figures(store, settings), runs)
    for words in COMMANDS:
        yield f"`scamhunt {' '.join(words)}`", took(lambda words=words: command(settings, *words), runs)  # type: ignore[misc]  # of the loop


def turns(settings: Settings, runs: int) -> Iterator[tuple[str, str]]:
    """Yield how long a turn of the clock takes: one that drafts all closures, then one with nothing to do."""
    with Store.open(settings.home, now=settings.now, url=settings.database_url.get_secret_value()) as store:
        waiting = len(store.untold("closure"))
        yield f"a turn that drafts {waiting:,} closures", took(lambda: track.follow(store, settings), 1)
        yield "a turn with nothing to do", took(lambda: track.follow(store, settings), runs)


def main() -> None:
    """Measure, and print a table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--sizes", type=int, nargs="+", default=[60_000, 240_000])
    options.add_argument("--where", nargs="+", default=["sqlite", "postgres"])
    given = options.parse_args()
    print(f"scamhunt {__version__}, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}")
    print(f"{RECIPIENTS} recipients, {BRANDS} brands, {HOLDS} holds, {ANSWERS} open answers")
    print("\n| database | reports | what | s (CPU s of this process) |\n|---|---|---|---|")
    for where in given.where:
        with tempfile.TemporaryDirectory() as folder, databases(where) as fresh:
            for size in given.sizes:
                usual = filled(Path(folder) / f"usual{size}", fresh(), made(size, STATES))
                worst = filled(Path(folder) / f"worst{size}", fresh(), made(size, DUE))
                lines = [(f"{size:,}", *one) for one in measured(usual, given.runs)]
                lines += [(f"{size:,}, all due", *one) for one in measured(worst, given.runs)]
                for line in lines:
                    print(f"| {where} | {' | '.join(line)} |", flush=True)
            some = filled(Path(folder) / "turns", fresh(), made(given.sizes[0], STATES, closures=1_429))
            for what, seconds in turns(some, given.runs):
                print(f"| {where} | {given.sizes[0]:,} | {what} | {seconds} |", flush=True)


if __name__ == "__main__":
    main()
