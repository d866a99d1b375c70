"""Leases: one run at a time on one thing.

A process of this machine holds a lease as long as it lives, another machine's as long as it renews it. The clocks of
the machines have to agree within half a minute.
"""

import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from scamhunt.errors import LeaseHeld, StoreError
from scamhunt.store import database
from scamhunt.store.tables import LEASE

LIFE = timedelta(seconds=60)
BEAT_SECONDS = 20.0

_PROC = Path("/proc")
_STATE, _START_TIME = 0, 19
"""The places of `state` and `starttime` among the fields of /proc/PID/stat after the program's name (proc(5))."""
_DEAD = ("Z", "X", "x")
"""As a state: it ended, and only its parent has not asked how yet."""


def new_holder() -> str:
    """Return a name for this process that no other has: machine, process, its start, and a random part."""
    return f"{machine()}|{os.getpid()}|{started(os.getpid())}|{secrets.token_hex(4)}"


def machine() -> str:
    """Return what tells this machine, its present boot and its container from others, as far as the system says."""
    boot = _PROC / "sys/kernel/random/boot_id"
    space = _PROC / "self/ns/pid"
    try:
        return f"{socket.gethostname()}/{boot.read_text().strip()}/{space.readlink()}"
    except OSError:
        return socket.gethostname()


def started(pid: int) -> str:
    """Return when a process started, in the system's own unit; empty where the system does not say."""
    fields = _stat(pid)
    return fields[_START_TIME] if fields else ""


def _stat(pid: int) -> list[str]:
    try:
        return (_PROC / str(pid) / "stat").read_bytes().rpartition(b")")[2].decode().split()
    except OSError:
        return []


def lives(holder: str) -> bool | None:
    """Tell whether the holder, a process of this machine, lives; None for another machine's and in doubt."""
    where, _, rest = holder.partition("|")
    pid, start, _ = rest.split("|")
    if where != machine():
        return None
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it lives, as another user
    fields = _stat(int(pid))
    if not fields or not start:
        return None
    return fields[_START_TIME] == start and fields[_STATE] not in _DEAD


def acquire(connection: sa.Connection, name: str, holder: str, now: datetime) -> None:
    """Take a lease that is free or whose holder is gone, or, where nobody can know, has ended. Raises `LeaseHeld`."""
    other = holder_of(connection, name, now)
    if other:
        pid = other.split("|")[1]
        raise LeaseHeld(f"another run is at work on {name} (process {pid}); wait for it, or stop it and run again")
    insert = database.insert_into(connection, LEASE).values(name=name, holder=holder, expires_at=now + LIFE)
    changes = {"holder": holder, "expires_at": now + LIFE}
    connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_=changes))


def holder_of(connection: sa.Connection, name: str, now: datetime) -> str:
    """Return who holds a lease; nothing when it is free, or its holder is gone or, where nobody can know, has ended."""
    row = connection.execute(sa.select(LEASE).where(LEASE.c.name == name)).first()
    if row is None:
        return ""
    living = lives(row.holder)
    return str(row.holder) if living or (living is None and row.expires_at > now) else ""


def renew(connection: sa.Connection, name: str, holder: str, now: datetime) -> None:
    """Prolong a lease. Raises `LeaseHeld` when somebody else took it because it had ended."""
    mine = sa.and_(LEASE.c.name == name, LEASE.c.holder == holder)
    if connection.execute(sa.update(LEASE).where(mine).values(expires_at=now + LIFE)).rowcount != 1:
        raise LeaseHeld(
            f"this run took too long over {name} and another took its place; nothing was lost, run it again"
        )


def release(connection: sa.Connection, name: str, holder: str) -> None:
    """Give a lease back."""
    connection.execute(sa.delete(LEASE).where(LEASE.c.name == name, LEASE.c.holder == holder))


@contextmanager
def beating(renew: Callable[[], None], seconds: float) -> Iterator[None]:
    """Renew again and again in a thread of its own: a download may take longer than a lease.

    That it could not be renewed is no matter here: the next batch is refused when the lease is lost.
    """
    over = threading.Event()

    def beat() -> None:
        while not over.wait(seconds):
            with suppress(StoreError, LeaseHeld):
                renew()

    thread = threading.Thread(target=beat, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
