"""Tamper with the log in 1,000 seeded ways and look whether each is found; then verify a million rows, timed.

    python -m bench.soak_audit

The triggers are dropped first: whoever owns the file can do that. A tail that was cut off and a chain that was computed
anew hold by themselves, so they are found by the head that was noted elsewhere, and the run asserts both.
"""

import hashlib
import json
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scamhunt.model import Actor, Event
from scamhunt.store import Head, Store

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
ROWS, TRIES, MILLION = 200, 1_000, 1_000_000
TEXTS = ("at", "actor", "proof", "act", "thing", "reason", "detail", "prev_hash", "hash")
FIELDS = ("at", "actor", "proof", "act", "thing", "reason", "detail")
Tamper = Callable[[sqlite3.Connection, random.Random], int]
"""Changes the log of a database, and returns the row at which it has to be found."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a verification says of a log that somebody changed."""

    expected: int
    alone: int
    """The row that was named without a noted head; 0: it holds by itself."""
    noted: int
    """The row that was named with the head that was noted before."""


def make(folder: Path, rows: int) -> Head:
    """Fill the log of a new database and return its head."""
    with Store.open(folder, now=lambda: NOW) as store:
        for begin in range(0, rows, 10_000):
            events = [event(number) for number in range(begin, min(begin + 10_000, rows))]
            with store.acting(Actor("anna", "os_user")) as desk:
                desk.log(*events)
        return store.log_head()


def event(number: int) -> Event:
    """Return a made-up event; no two are the same."""
    detail = {"target": f"amazon-refund-{number}.test", "before": "new", "after": "confirmed", "n": number}
    return Event("candidate.confirm", f"candidate:{number}", f"asks for a password, look {number}", detail)


def attacked(base: Path, folder: Path, tamper: Tamper, chance: random.Random, head: Head) -> Found:
    """Copy a database, change its log behind the program's back, and verify it."""
    folder.mkdir(0o700)
    shutil.copyfile(base / "scamhunt.db", folder / "scamhunt.db")
    with closing(sqlite3.connect(folder / "scamhunt.db")) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        expected = tamper(connection, chance)
    with Store.open(folder, now=lambda: NOW) as store:
        alone, noted = store.verify_log(), store.verify_log(head)
    return Found(expected, alone.seq if alone else 0, noted.seq if noted else 0)


# --- what is done -----------------------------------------------------------------------------------------------------


def flip(connection: sqlite3.Connection, chance: random.Random) -> int:
    """Flip one bit of one byte in any column of any row."""
    seq, column = chance.randint(1, _last(connection)), chance.choice(TEXTS)
    (held,) = connection.execute(f"SELECT CAST({column} AS BLOB) FROM event WHERE seq = ?", (seq,)).fetchone()  # noqa: S608  # a name of ours
    body = bytearray(held or b" ")
    body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
    connection.execute(f"UPDATE event SET {column} = CAST(? AS TEXT) WHERE seq = ?", (bytes(body), seq))  # noqa: S608  # a name of ours
    return seq


def number(connection: sqlite3.Connection, chance: random.Random) -> int:
    """Give a row another number that is free."""
    seq = chance.randint(1, _last(connection))
    other = chance.choice([0, -seq, _last(connection) + chance.randint(2, 99)])
    connection.execute("UPDATE event SET seq = ? WHERE seq = ?", (other, seq))
    return 1 if other < 1 else seq


def delete(connection: sqlite3.Connection, chance: random.Random) -> int:
    """Delete a row that is not the last."""
    seq = chance.randint(1, _last(connection) - 1)
    connection.execute("DELETE FROM event WHERE seq = ?", (seq,))
    return seq


def insert(connection: sqlite3.Connection, chance: random.Random) -> int:
    """Put a copy of a row in somewhere, and number those behind it anew."""
    of, seq = chance.randint(1, _last(connection)), chance.randint(1, _last(connection) + 1)
    columns = ", ".join(TEXTS)
    (row,) = connection.execute(f"SELECT {columns} FROM event WHERE seq = ?", (of,)).fetchall()  # noqa: S608  # names of ours
    connection.execute("UPDATE event SET seq = -seq WHERE seq >= ?", (seq,))
    connection.execute("UPDATE event SET seq = 1 - seq WHERE seq < 0")
    marks = ", ".join("?" * (len(TEXTS) + 1))
    connection.execute(f"INSERT INTO event (seq, {columns}) VALUES ({marks})", (seq, *row))  # noqa: S608  # names of ours
    return seq if of != seq else seq + 1


def swap(connection: sqlite3.Connection, chance: random.Random) -> int:
    """Exchange two rows."""
    one, other = sorted(chance.sample(range(1, _last(connection) + 1), 2))
    for before, after in ((one, 0), (other, one), (0, other)):
        connection.execute("UPDATE event SET seq = ? WHERE seq = ?", (after, before))
    return one


def hashed_alone(connection: sqlite3.Connection, chance: random.Random) -> int:
    """Edit a row that is not the last and compute its own hash anew: the row behind it tells."""
    seq = chance.randint(1, _last(connection) - 1)
    _edit(connection, seq, chance)
    _rehash(connection, seq, seq)
    return seq + 1


def cut(connection: sqlite3.Connection, chance: random.Random) -> int:
    """Cut the last rows off."""
    seq = chance.randint(1, _last(connection))
    connection.execute("DELETE FROM event WHERE seq >= ?", (seq,))
    return seq


def rebuild(connection: sqlite3.Connection, chance: random.Random) -> int:
    """Edit a row and compute the whole chain anew from there."""
    last = _last(connection)
    seq = chance.randint(1, last)
    _edit(connection, seq, chance)
    _rehash(connection, seq, last)
    return last


TAMPERS: tuple[Tamper, ...] = (flip, number, delete, insert, swap, hashed_alone, cut, rebuild)
ONLY_NOTED: tuple[Tamper, ...] = (cut, rebuild)
"""What holds by itself, and is found by a head that was noted."""


def expected(tamper: Tamper, found: Found) -> Found:
    """Return what a verification has to say of a log that was tampered with like that."""
    at = found.expected
    return Found(at, 0 if tamper in ONLY_NOTED else at, at)


def _last(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT max(seq) FROM event").fetchone()[0])


def _edit(connection: sqlite3.Connection, seq: int, chance: random.Random) -> None:
    column = chance.choice(FIELDS[1:])
    connection.execute(f"UPDATE event SET {column} = 'forged' WHERE seq = ?", (seq,))  # noqa: S608  # a name of ours


def _rehash(connection: sqlite3.Connection, first: int, last: int) -> None:
    """Compute hashes anew, as the documentation says how."""
    for seq in range(first, last + 1):
        (row,) = connection.execute(f"SELECT {', '.join(FIELDS)} FROM event WHERE seq = ?", (seq,)).fetchall()  # noqa: S608  # names of ours
        before = connection.execute("SELECT hash FROM event WHERE seq = ?", (seq - 1,)).fetchone()
        values = dict(zip(FIELDS, row, strict=True)) | {"seq": seq, "prev_hash": before[0] if before else "0" * 64}
        values["at"] = f"{values['at'].replace(' ', 'T')}Z"
        text = json.dumps(values, sort_keys=True, separators=(",", ":"))
        told = (values["prev_hash"], hashlib.sha256(text.encode()).hexdigest(), seq)
        connection.execute("UPDATE event SET prev_hash = ?, hash = ? WHERE seq = ?", told)


# --- the run ----------------------------------------------------------------------------------------------------------


def missed(folder: Path, tries: int) -> list[str]:
    """Tamper so often; return in words what was not found, or not where it is."""
    head, lost = make(folder / "base", ROWS), []
    done: Counter[str] = Counter()
    for at in range(tries):
        tamper = TAMPERS[at % len(TAMPERS)]
        found = attacked(folder / "base", folder / f"try{at}", tamper, random.Random(at), head)
        shutil.rmtree(folder / f"try{at}")
        done[tamper.__name__] += 1
        if found != expected(tamper, found):
            lost.append(f"try {at}, {tamper.__name__}: {found}")
    print(f"{tries:,} tries: {dict(done)}; not found: {len(lost)}")
    return lost


def timed(folder: Path, rows: int) -> None:
    """Say how many rows a second are verified."""
    make(folder, rows)
    with Store.open(folder, now=lambda: NOW) as store:
        begun = time.perf_counter()
        walked = store.walk_log()
        seconds = time.perf_counter() - begun
    print(f"{walked.head.seq:,} rows in {seconds:.1f} s: {walked.head.seq / seconds:,.0f} rows/s")


def main() -> int:
    """Run both; 1 when anything was not found."""
    with tempfile.TemporaryDirectory() as folder:
        lost = missed(Path(folder), TRIES)
        timed(Path(folder) / "million", MILLION)
    print("\n".join(lost))
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
