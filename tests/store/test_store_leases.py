import multiprocessing
import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from scamhunt.errors import LeaseHeld
from scamhunt.store import Gathered, Reading, Store, leases

Clock = Callable[[], datetime]


def hold(home: Path, at: str, ready: Connection) -> None:
    """Take the lease in another process and wait to be killed."""
    with Store.open(home, now=lambda: datetime.fromisoformat(at)) as store, store.lease("sweep"):
        ready.send(os.getpid())
        ready.recv()


def give_to(store: Store, holder: str) -> None:
    """Write another holder into the lease, as another machine would."""
    with closing(sqlite3.connect(store.file)) as connection, connection:
        connection.execute("UPDATE lease SET holder = ?", (holder,))


def test_one_run_at_a_time(store: Store, home: Path, now: Clock) -> None:
    """A second run is refused with the process that is at work; when the first is done, the second may begin."""
    with Store.open(home, now=now) as other:
        with store.lease("sweep"):
            with pytest.raises(LeaseHeld, match=rf"at work on sweep \(process {os.getpid()}\)"), other.lease("sweep"):
                pass
            with pytest.raises(LeaseHeld), store.lease("sweep"):
                pass
            with other.lease("inbox"):
                pass
        with other.lease("sweep"):
            pass


def test_a_lease_ends_after_a_minute_unless_it_is_renewed(
    store: Store, home: Path, now: Clock, elapsed: list[float]
) -> None:
    """A holder that goes on keeps it; one that stands still for 60 seconds loses it and is told at its next step."""
    with Store.open(home, now=now) as other, store.lease("sweep") as lease:
        elapsed[0] = 59
        lease.renew()
        elapsed[0] = 118
        with pytest.raises(LeaseHeld), other.lease("sweep"):
            pass
        elapsed[0] = 119
        with other.lease("sweep"), pytest.raises(LeaseHeld, match="another took its place"):
            lease.renew()


def test_a_batch_renews_the_lease_and_is_refused_without_it(
    store: Store, home: Path, now: Clock, elapsed: list[float], begin: Callable[..., Reading]
) -> None:
    """Saving goes on as long as the lease is ours; after another run took it, nothing more of this one is stored."""
    reading = begin()
    with Store.open(home, now=now) as other, store.lease("sweep"):
        elapsed[0] = 50
        reading = store.save_batch(reading, Gathered("line 1", 1, 0)).reading
        elapsed[0] = 100
        with pytest.raises(LeaseHeld), other.lease("sweep"):
            pass
        elapsed[0] = 110
        with other.lease("sweep"), pytest.raises(LeaseHeld, match="run it again"):
            store.save_batch(reading, Gathered("line 2", 1, 0))
        assert begin() == reading


def test_the_lease_of_a_killed_run_is_free_at_once(home: Path, store: Store, now: Clock) -> None:
    """While the holder lives the lease is held; once it was killed, the next run need not wait."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["scamhunt.store"])
    ours, theirs = context.Pipe()
    process = context.Process(target=hold, args=(home, now().isoformat(), theirs))
    process.start()
    assert ours.recv() == process.pid
    with pytest.raises(LeaseHeld), store.lease("sweep"):
        pass
    process.kill()
    process.join()
    with store.lease("sweep"):
        pass


def test_a_holder_on_another_machine_is_waited_for(store: Store, elapsed: list[float]) -> None:
    """Of a process elsewhere nothing is known: its lease is free when it ends, 60 seconds after it was renewed."""
    with store.lease("sweep"):
        give_to(store, "elsewhere|1|2|abc")
    for elapsed[0] in (0, 59.9):
        with pytest.raises(LeaseHeld), store.lease("sweep"):
            pass
    elapsed[0] = 60
    with store.lease("sweep"):
        pass


@pytest.mark.parametrize(
    ("pid", "start", "gone"),
    [("us", "us", False), ("us", "another", True), ("nobody", "us", True), ("first", "us", True)],
)
def test_a_number_that_was_given_again_is_not_the_holder(
    pid: str,
    start: str,
    gone: bool,  # noqa: FBT001
) -> None:
    """A holder is known by its number and its start together; a process of somebody else may live too."""
    numbers = {"us": os.getpid(), "nobody": 2**22 + 1, "first": 1}
    started = leases.started(os.getpid()) if start == "us" else "1"
    assert leases.is_gone(f"{leases.machine()}|{numbers[pid]}|{started}|abc") is gone


def test_holders_are_told_apart() -> None:
    """Two runs in one process have two names; each names machine, process and start."""
    first, second = leases.new_holder(), leases.new_holder()
    assert first != second
    assert re.fullmatch(rf".+\|{os.getpid()}\|\d*\|[0-9a-f]{{8}}", first)
    assert leases.started(2**22 + 1) == ""
