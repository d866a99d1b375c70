"""How fast the dashboard and the metrics are made: a table in Markdown; nothing is asserted.

    python -m bench.bench_dashboard [--runs 5] [--where sqlite postgres] [--keep FOLDER]

The rows are made up and written at once, their log without a chain: a year of 100,000 candidates, 10,000 cases with six
reports each, a million events. `--keep` leaves the state folder there and uses it again.
"""

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random

import sqlalchemy as sa
from pydantic import SecretStr

from bench.bench_track import BRANDS, NOW, PACK, STATES, YEAR, Row, approval_row, databases, report_row, took
from scamhunt import __version__, desk_dashboard, desk_figures, desk_metrics
from scamhunt.desk_dashboard_parts import parts
from scamhunt.model import SYSTEM, ReportState
from scamhunt.settings import Settings
from scamhunt.store import Store
from scamhunt.store.tables import (
    APPROVAL,
    CANDIDATE,
    EVENT,
    HOLD,
    MATCH,
    PERSON,
    QUARANTINED,
    READING,
    REPORT,
    RUN,
    WATCH,
)

CANDIDATES, CASES, REPORTS, EVENTS = 100_000, 10_000, 60_000, 1_000_000
DISPUTES, RUNS, BAD_ROWS, PEOPLE = 20, 3_000, 20_000, 12
PART = 5_000
"""Rows of one INSERT."""
OTHERS = ("new", "new", "new", "watched", "dismissed", "dismissed")
"""Where a candidate that is no case stands."""
ACTS = {
    "candidate.found": 10,
    "candidate.update": 10,
    "candidate.look": 20,
    "evidence.acquire": 20,
    "candidate.confirm": 1,
    "candidate.dismiss": 3,
    "candidate.close": 1,
    "feed.read": 5,
    "report.draft": 6,
    "report.review": 6,
    "report.approve": 6,
    "report.sent": 6,
    "report.see_down": 5,
    "candidate.due": 1,
}
"""Of the log, in a hundred."""
LENGTH = {"report": 1_500, "candidate": 250, "evidence": 600, "feed": 200}
"""Characters of the detail of an event, by what it is about; as the program writes them."""


def rows(draw: Random) -> Iterator[tuple[sa.Table, Iterator[Row]]]:
    """Yield what is written into each table."""
    yield PERSON, (_person(at) for at in range(PEOPLE))
    yield CANDIDATE, (_candidate(number, draw) for number in range(1, CANDIDATES + 1))
    yield MATCH, (_match(number) for number in range(1, CANDIDATES + 1))
    yield WATCH, (_watch(number) for number in range(1, CASES + 1))
    yield REPORT, (_report(number, draw) for number in range(1, REPORTS + 1))
    yield APPROVAL, (_approval(number) for number in range(1, REPORTS + 1))
    yield HOLD, (_dispute(number) for number in range(1, DISPUTES + 1))
    yield RUN, (_run(number) for number in range(1, RUNS + 1))
    yield READING, iter([_reading()])
    yield QUARANTINED, (_bad_row(number) for number in range(1, BAD_ROWS + 1))
    yield EVENT, (_event(seq, draw) for seq in range(1, EVENTS + 1))


def _spread(at: int, count: int) -> timedelta:
    """Return how long before now the `at`th of so many happened, the first a year ago."""
    return timedelta(seconds=YEAR * (count - at) // count)


def _person(at: int) -> Row:
    roles = ["viewer", "analyst", "approver", "auditor"][at % 4 : at % 4 + 1]
    times = {"added_at": NOW - timedelta(days=300), "removed_at": None}
    return {"name": f"person{at}", "roles": roles, "password": "", "added_by": "eve", **times}


def _candidate(number: int, draw: Random) -> Row:
    began = NOW - _spread(number, CANDIDATES)
    case = number % (CANDIDATES // CASES) == 0
    state = draw.choice(("confirmed", "closed", "closed")) if case else draw.choice(OTHERS)
    kind, brand = "phone" if number % 10 == 1 else "domain", f"brand{number % BRANDS}"
    target = f"+1805555{number:07}" if kind == "phone" else f"{brand}-refund-{number}.com"
    moments = dict.fromkeys(("state_since", "first_seen", "last_seen", "created_at", "updated_at"), began)
    rest = {"state": state, "revision": 1, "score": draw.betavariate(2, 3), "flags": ["new_name"], "role": None}
    return {"id": number, "kind": kind, "target": target, "brand": brand, **rest, **moments}


def _match(number: int) -> Row:
    told = {"brand": f"brand{number % BRANDS}", "indicator": f"refund-{number}.com", "score": 0.5, "reasons": []}
    return {"id": number, "candidate_id": number, **told}


def _watch(number: int) -> Row:
    seen = NOW - _spread(number, CASES)
    moments = {"since": seen, "due_at": None, "looked_at": seen, "first_live": seen, "last_live": seen}
    return {"candidate_id": number * 10, "liveness": "live", "standing": "live", "looks": 9, **moments}


def _report(number: int, draw: Random) -> Row:
    state = ReportState(draw.choices(list(STATES), list(STATES.values()))[0])
    began = NOW - _spread(number, REPORTS) - timedelta(hours=1)
    row = report_row(number, began, state, draw, told=True)
    case = 10 * (1 + (number - 1) * CASES // REPORTS)
    purpose = f"purpose {number % 6}"  # one for each of a case: they are unique
    return row | {"candidate_id": case, "purpose": purpose, "authors": [f"person{1 + 4 * (number % 3)}"]}


def _approval(number: int) -> Row:
    row = approval_row(number, NOW - _spread(number, REPORTS))
    return row | {"approver": f"person{2 + 4 * (number % 3)}", "alone": number % 5_000 == 0}


def _dispute(number: int) -> Row:
    moments = {"begun_at": NOW - timedelta(hours=number), "until": NOW + timedelta(days=9), "answered_at": None}
    ended = {"ended_at": None, "ended_by": "", "ended_why": "", "finding": ""}
    told = {"kind": "dispute", "owner": "person1", "reason": "the owner says so", "of_hold": None}
    return {"id": number, "candidate_id": 10 * number, "report_id": number, **told, **moments, **ended}


def _run(number: int) -> Row:
    began = NOW - _spread(number, RUNS)
    told = {"feed": ("openphish", "urlhaus", "nrd_list")[number % 3], "location": "https://feed.example/list"}
    counts = {"read": 100, "accepted": 90, "duplicate": 8, "quarantined": 2, "size": 9_000, "behind": 0}
    rest: Row = {"status": "ok", "problem": "", "newest": None, "suffixes": {}, "sha256": f"{number:064x}", "shape": ""}
    return {"id": number, "started_at": began, "finished_at": began + timedelta(minutes=1), **told, **counts, **rest}


def _reading() -> Row:
    told = {"feed": "openphish", "location": "https://feed.example/list", "sha256": "0" * 64, "size": 9_000}
    counts = {"read": BAD_ROWS, "accepted": 0, "duplicate": 0, "quarantined": BAD_ROWS}
    rest = {"archive": "", "since": "", "started_at": NOW, "finished_at": NOW, "mark": ""}
    return {"id": 1, **told, **counts, **rest}


def _bad_row(number: int) -> Row:
    told = {"feed": "openphish", "line": number, "reason": "no name", "raw": b"?" * 60, "sha256": f"{number:064x}"}
    return {"id": number, "reading_id": 1, "at": NOW, **told}


def _event(seq: int, draw: Random) -> Row:
    act = draw.choices(list(ACTS), list(ACTS.values()))[0]
    about = act.partition(".")[0]
    told = {"actor": "person1", "proof": "password", "act": act, "thing": f"{about}:{1 + seq % CANDIDATES}"}
    detail = json.dumps({"row": "x" * LENGTH[about]})
    chain = {"prev_hash": f"{seq - 1:064x}", "hash": f"{seq:064x}"}
    return {"seq": seq, "at": NOW - _spread(seq, EVENTS), "reason": "seen", "detail": detail, **told, **chain}


# --- measure ----------------------------------------------------------------------------------------------------------


def settled(folder: Path, url: str) -> Settings:
    """Return settings that lead to a database in a folder, written first where it is not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
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
    if not Store.exists(settings.home, url):
        _write(settings, url)
    return settings


def _write(settings: Settings, url: str) -> None:
    with Store.open(settings.home, now=settings.now, url=url) as store:
        for table, told in rows(Random(10)):
            with store.acting(SYSTEM) as acting:
                while some := list(islice(told, PART)):
                    acting.connection.execute(sa.insert(table), some)
        with store.acting(SYSTEM) as acting:
            acting.connection.execute(sa.text("ANALYZE"))


def measured(settings: Settings, runs: int) -> Iterator[tuple[str, str]]:
    """Yield what was measured, and how long it took."""
    with Store.open(settings.home, now=settings.now, url=settings.database_url.get_secret_value()) as store:
        recent, made = desk_dashboard.Recent(), partial(desk_dashboard.dashboard, store, settings)
        yield "dashboard, all anew", took(made, runs)
        last, slow = made(), desk_dashboard.slowly(store, settings)
        yield "dashboard after the last one, as once a minute", took(partial(made, last=last), runs)
        yield "of this: feeds and due work", took(partial(desk_dashboard.slowly, store, settings), runs)
        since = last.figures_since
        yield "of this: figures of 90 days", took(partial(desk_figures.figures, store, settings, since=since), runs)
        yield "dashboard, feeds and due work known", took(partial(made, last=last, slow=slow), runs)
        recent.dashboard(store, settings)
        yield "dashboard within the minute", took(partial(recent.dashboard, store, settings), runs)
        yield "its charts and tables", took(lambda: list(parts(last)), runs)
        yield "metrics, all anew", took(partial(desk_metrics.metrics, store, settings), runs)
        yield "metrics within the minute", took(partial(desk_metrics.metrics, store, settings, recent), runs)


def main() -> None:
    """Measure, and print a table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--where", nargs="+", default=["sqlite"])
    options.add_argument("--keep", type=Path)
    given = options.parse_args()
    print(f"scamhunt {__version__}, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}")
    print(f"{CANDIDATES:,} candidates, {CASES:,} cases, {REPORTS:,} reports, {EVENTS:,} events")
    print("\n| database | what | s (CPU s of this process) |\n|---|---|---|")
    for where in given.where:
        with tempfile.TemporaryDirectory() as folder, databases(where) as fresh:
            for what, seconds in measured(settled(given.keep or Path(folder) / "lab", fresh()), given.runs):
                print(f"| {where} | {what} | {seconds} |", flush=True)


if __name__ == "__main__":
    main()
