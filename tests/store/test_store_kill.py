"""A run that is killed at any moment leaves each batch whole or not at all."""

import multiprocessing
import os
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from scamhunt.model import SYSTEM, Kind, Match, Reason, Rejected
from scamhunt.store import Body, Found, Gathered, Reading, Store

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
MATCHED = 30
REJECTED = 5
DUPLICATE = 3
ROWS = MATCHED + REJECTED + DUPLICATE
KILLS = int(os.environ.get("KILLS", "10"))
"""`make soak` asks for more."""
BATCHES = max(32, 2 * KILLS + 2)
"""A run is killed after its second batch at the latest."""


def batch(number: int) -> Gathered:
    """Return a batch: every third target was in the batch before too, now with a stronger match."""
    first = number * ROWS + 1
    reasons = (Reason("exact", 3.5, "has the word amazon"),)
    found = []
    for at in range(MATCHED):
        target = f"amazon-{number - (at % 3 == 0)}-{at}.com"
        match = Match(at, target, target, "amazon", 0.5 + number / 100, reasons)
        found.append(Found(match, Kind.DOMAIN, first + at))
    rejected = [Rejected(first + MATCHED + at, b"\xff", "no UTF-8") for at in range(REJECTED)]
    return Gathered(f"batch {number + 1}", MATCHED, DUPLICATE, rejected, found)


def begin(store: Store) -> Reading:
    """Begin or go on with the one reading."""
    return store.begin_reading(Body("nrd_list", "list.txt", "ab" * 32, 1, "archive/list"))


def read_all(home: Path, url: str, ready: Connection | None = None) -> None:
    """Save all batches from the mark on, as a sweep does; with a connection tell of each and stop after the second."""
    with Store.open(home, now=lambda: NOW, url=url) as store, store.lease("sweep"):
        reading = begin(store)
        first = int(reading.mark.removeprefix("batch ") or 0)
        for number in range(first, BATCHES):
            reading = store.save_batch(reading, batch(number)).reading
            if ready:
                ready.send(number + 1)
                _ = ready.recv() if number > first else None
        store.finish_reading(reading)


def contents(store: Store) -> list[tuple[object, ...]]:
    """Return what was found, without numbers and times of the run."""
    return sorted((one.indicator, one.score, one.state.value) for one in store.candidates(limit=None))


def check_invariants(home: Path, url: str) -> int:
    """Check what must hold after any kill; return how many batches are there."""
    with Store.open(home, now=lambda: NOW, url=url) as store:
        reading = begin(store)
        assert store.check() == []
        done = int(reading.mark.removeprefix("batch ") or 0)
        assert reading.read == done * ROWS == reading.accepted + reading.duplicate + reading.quarantined
        assert len(store.history("feed:nrd_list")) == done
        with store.acting(SYSTEM) as desk:
            rows = {
                name: desk.connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()
                for name in ("sighting", "quarantined", "candidate", "match", "event WHERE act = 'candidate.found'")
            }
            names = desk.connection.exec_driver_sql("SELECT count(DISTINCT target) FROM candidate").scalar_one()
        assert list(rows.values()) == [done * MATCHED, done * REJECTED, names, names, names]
    return done


def test_killed_at_any_moment_the_store_holds(tmp_path: Path, fresh_database: Callable[[], str]) -> None:
    """After each kill what was reported as stored is there, counts add up, no candidate is twice, the log holds."""
    chance = random.Random(20_261_122)
    home, url, whole_url = tmp_path / "killed", fresh_database(), fresh_database()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["scamhunt.store", "psycopg"])
    done = 0
    for _ in range(KILLS):
        ours, theirs = context.Pipe()
        process = context.Process(target=read_all, args=(home, url, theirs))
        process.start()
        theirs.close()
        done = ours.recv()
        time.sleep(chance.uniform(0, 0.01))
        process.kill()
        process.join()
        stored = check_invariants(home, url)
        assert done <= stored
    read_all(home, url)
    read_all(tmp_path / "whole", whole_url)
    assert check_invariants(home, url) == BATCHES
    with (
        Store.open(home, now=lambda: NOW, url=url) as killed,
        Store.open(tmp_path / "whole", now=lambda: NOW, url=whole_url) as whole,
    ):
        assert contents(killed) == contents(whole)
        assert begin(killed).finished_at == NOW
