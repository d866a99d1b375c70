import multiprocessing
import os
import re
import subprocess
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from scamhunt.errors import LeaseHeld
from scamhunt.model import Actor
from scamhunt.store import Gathered, Reading, Store, leases

Execute = Callable[..., list[tuple[Any, ...]]]
Clock = Callable[[], datetime]
ANNA = Actor("anna", "os_user")


def hold(home: Path, url: str, at: str, ready: Connection) -> None:
    """Take the lease in another process and wait to be killed."""
    with Store.open(home, now=lambda: datetime.fromisoformat(at), url=url) as store, store.lease("sweep"):
        ready.send(os.getpid())
        ready.recv()


@pytest.fixture
def give_to(execute: Execute) -> Callable[[str], None]:
    """Return what writes another holder into the lease, as another machine would."""

    def give(holder: str) -> None:
        execute(f"UPDATE lease SET holder = '{holder}'")

    return give


def test_one_run_at_a_time(store: Store, reopen: Callable[..., Store]) -> None:
    """A second run is refused with the process that is at work; when the first is done, the second may begin."""
    with reopen() as other:
        with store.lease("sweep"):
            with pytest.raises(LeaseHeld, match=rf"at work on sweep \(process {os.getpid()}\)"), other.lease("sweep"):
                pass
            with pytest.raises(LeaseHeld), store.lease("sweep"):
                pass
            with other.lease("inbox"):
                pass
        with other.lease("sweep"):
            pass


def test_another_machines_lease_ends_after_a_minute_unless_it_is_renewed(
    store: Store, now: Clock, elapsed: list[float]
) -> None:
    """A holder that goes on keeps it; one that stands still for 60 seconds loses it and is told at its next step."""
    here, there = "here|1|2|a", "there|1|2|b"
    with store.acting(ANNA) as desk:
        leases.acquire(desk.connection, "sweep", here, now())
        elapsed[0] = 59
        leases.renew(desk.connection, "sweep", here, now())
        elapsed[0] = 118
        with pytest.raises(LeaseHeld):
            leases.acquire(desk.connection, "sweep", there, now())
        elapsed[0] = 119
        leases.acquire(desk.connection, "sweep", there, now())
        with pytest.raises(LeaseHeld, match="another took its place"):
            leases.renew(desk.connection, "sweep", here, now())


def test_a_run_of_this_machine_keeps_its_lease_however_long_it_takes(
    store: Store, reopen: Callable[..., Store], elapsed: list[float]
) -> None:
    """A long download renews nothing; as long as the process lives nobody takes its place."""
    with reopen() as other, store.lease("sweep"):
        elapsed[0] = 3600
        with pytest.raises(LeaseHeld), other.lease("sweep"):
            pass


def test_a_batch_renews_the_lease_and_is_refused_without_it(
    store: Store, elapsed: list[float], begin: Callable[..., Reading], execute: Execute, give_to: Callable[[str], None]
) -> None:
    """Saving prolongs the lease; after another run took it, nothing more of this one is stored."""
    reading = begin()
    with store.lease("sweep"):
        elapsed[0] = 50
        reading = store.save_batch(reading, Gathered("line 1", 1, 0)).reading
        assert str(execute("SELECT expires_at FROM lease")[0][0]).startswith("2026-11-22 06:01:50")
        give_to("elsewhere|1|2|abc")
        with pytest.raises(LeaseHeld, match="run it again"):
            store.save_batch(reading, Gathered("line 2", 1, 0))
        assert begin() == reading


def test_the_lease_of_a_killed_run_is_free_at_once(home: Path, url: str, store: Store, now: Clock) -> None:
    """While the holder lives the lease is held; once it was killed, the next run need not wait."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["scamhunt.store"])
    ours, theirs = context.Pipe()
    process = context.Process(target=hold, args=(home, url, now().isoformat(), theirs))
    process.start()
    assert ours.recv() == process.pid
    with pytest.raises(LeaseHeld), store.lease("sweep"):
        pass
    process.kill()
    process.join()
    with store.lease("sweep"):
        pass


def test_a_holder_on_another_machine_is_waited_for(
    store: Store, elapsed: list[float], give_to: Callable[[str], None]
) -> None:
    """Of a process elsewhere nothing is known: its lease is free when it ends, 60 seconds after it was renewed."""
    with store.lease("sweep"):
        give_to("elsewhere|1|2|abc")
    for elapsed[0] in (0, 59.9):
        with pytest.raises(LeaseHeld), store.lease("sweep"):
            pass
    elapsed[0] = 60
    with store.lease("sweep"):
        pass


@pytest.mark.parametrize(
    ("pid", "start", "alive"),
    [("us", "us", True), ("us", "another", False), ("nobody", "us", False), ("us", "", None)],
)
def test_a_number_that_was_given_again_is_not_the_holder(pid: str, start: str, alive: object) -> None:
    """A holder is known by its number and its start together; without its start nobody can tell."""
    numbers = {"us": os.getpid(), "nobody": 2**22 + 1}
    started = {"us": leases.started(os.getpid()), "another": "1", "": ""}[start]
    assert leases.lives(f"{leases.machine()}|{numbers[pid]}|{started}|abc") is alive


def test_a_process_that_ended_does_not_hold_though_nobody_asked_how_it_ended(
    store: Store, give_to: Callable[[str], None]
) -> None:
    """A zombie is known by its state: what it held is free at once."""
    with subprocess.Popen(["/bin/sh", "-c", "read line"], stdin=subprocess.PIPE) as process:
        holder = f"{leases.machine()}|{process.pid}|{leases.started(process.pid)}|abc"
        assert leases.lives(holder) is True
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # wait for its end and leave it a zombie
        assert leases.started(process.pid) != ""
        assert leases.lives(holder) is False
        with store.lease("sweep"):
            give_to(holder)
        with store.lease("sweep"):
            pass


def test_holders_are_told_apart() -> None:
    """Two runs in one process have two names; each names machine, process and start."""
    first, second = leases.new_holder(), leases.new_holder()
    assert first != second
    assert re.fullmatch(rf".+\|{os.getpid()}\|\d*\|[0-9a-f]{{8}}", first)
    assert leases.started(2**22 + 1) == ""


def test_a_lease_beats_while_nothing_else_is_stored(
    store: Store, elapsed: list[float], execute: Execute, give_to: Callable[[str], None]
) -> None:
    """It is prolonged by itself; what was taken by another meanwhile is not taken back, and the thread ends with it."""

    def expires(minute: str) -> bool:
        until = time.monotonic() + 5
        while time.monotonic() < until:
            if f"06:{minute}:00" in str(execute("SELECT expires_at FROM lease WHERE name = 'sweep'")[0][0]):
                return True
            time.sleep(0.01)
        return False

    threads = threading.active_count()
    with store.lease("sweep", beat_seconds=0.02), store.lease("feed:czds", beat_seconds=60):
        assert threading.active_count() == threads + 2
        elapsed[0] = 60
        assert expires("02")
        give_to("elsewhere|1|2|abc")
        elapsed[0] = 120
        time.sleep(0.1)
        assert not any("06:03" in str(row[0]) for row in execute("SELECT expires_at FROM lease"))
    assert threading.active_count() == threads


def test_a_beat_that_fails_does_not_end_the_run(  # noqa: PLR0913, PLR0917  # two stores on one database and a clock
    store: Store, url: str, home: Path, now: Clock, elapsed: list[float], execute: Execute
) -> None:
    """While another program writes, a beat waits in vain; the run goes on, and so does the next beat."""
    del store
    with (
        Store.open(home, now=now, url=url, busy_seconds=0.01) as waiting,
        Store.open(home, now=now, url=url) as other,
        waiting.lease("sweep", beat_seconds=0.01),
    ):
        with other.acting(ANNA):
            time.sleep(0.1)
        elapsed[0] = 30
        until = time.monotonic() + 10
        while str(execute("SELECT expires_at FROM lease")[0][0])[:19] != "2026-11-22 06:01:30":
            assert time.monotonic() < until
            time.sleep(0.01)


def test_two_leases_are_held_and_renewed_at_once(
    store: Store, elapsed: list[float], begin: Callable[..., Reading], execute: Execute
) -> None:
    """A sweep holds its own and that of the feed that it reads; a batch prolongs both, and losing one stops it."""
    reading = begin()
    with store.lease("sweep"), store.lease("feed:nrd_list"):
        elapsed[0] = 50
        reading = store.save_batch(reading, Gathered("line 1", 1, 0)).reading
        ends = [str(row[0])[:19] for row in execute("SELECT expires_at FROM lease ORDER BY name")]
        assert ends == ["2026-11-22 06:01:50"] * 2
        execute("UPDATE lease SET holder = 'elsewhere|1|2|abc' WHERE name = 'feed:nrd_list'")
        with pytest.raises(LeaseHeld, match="over feed:nrd_list and another took its place"):
            store.save_batch(reading, Gathered("line 2", 1, 0))
        with pytest.raises(LeaseHeld):
            store.move_mark("nrd_list", "", "x")


def test_whether_somebody_is_at_work_is_seen_without_taking_the_lease(tmp_path: Path) -> None:
    """While a run holds it, and not before or after."""
    with Store.open(tmp_path, now=lambda: datetime.now(UTC)) as store:
        assert not store.is_held("feed:own")
        with store.lease("feed:own"):
            assert store.is_held("feed:own")
            assert not store.is_held("feed:other")
        assert not store.is_held("feed:own")
