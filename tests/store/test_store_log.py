import hashlib
import json
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from scamhunt.model import Actor, Event
from scamhunt.store import Head, Store

ANNA = Actor("anna", "os_user")
ROWS = 30
COLUMNS = "at, actor, proof, act, thing, reason, detail, prev_hash, hash"
AGAIN = f"INSERT INTO event SELECT 31, {COLUMNS} FROM event WHERE seq = 30"  # fixed text
FIELDS = COLUMNS.split(", ")


@pytest.fixture
def written(store: Store) -> Store:
    """Return a store whose log has thirty rows."""
    for number in range(ROWS // 3):
        with store.acting(ANNA) as desk:
            events = [
                Event("case.note", f"candidate:{number}", f"note {at}", {"n": number, "at": at}) for at in range(3)
            ]
            desk.log(*events)
    return store


def tamper(store: Store, *statements: str) -> None:
    """Change the log behind the program's back, as somebody with the file could; its triggers are put back."""
    with closing(sqlite3.connect(store.file)) as connection, connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, text in triggers:
            connection.execute(text)


def test_the_log_tells_who_did_what_to_what_and_why(store: Store, now: Callable[[], datetime]) -> None:
    """History gives back what was logged, oldest first, of one thing."""
    with store.acting(ANNA) as desk:
        desk.log(Event("candidate.watch", "candidate:1", "looks \udcff odd", {"b": [1, 2.5, None], "a": "é"}))
        desk.log(Event("candidate.watch", "candidate:2"), Event("candidate.dismiss", "candidate:1"))
    first, second = store.history("candidate:1")
    assert (first.seq, first.at, first.actor, first.proof) == (1, now(), "anna", "os_user")
    assert (first.act, first.reason, first.detail) == (
        "candidate.watch",
        "looks \\udcff odd",
        {"b": [1, 2.5, None], "a": "é"},
    )
    assert (second.seq, second.act) == (3, "candidate.dismiss")


def test_anybody_can_compute_the_hashes(written: Store) -> None:
    """A hash is the SHA-256 of the row's other fields as JSON, keys sorted, no blanks: no code of ours is needed."""
    with closing(sqlite3.connect(written.file)) as connection:
        connection.row_factory = sqlite3.Row
        rows = [dict(row) for row in connection.execute("SELECT * FROM event ORDER BY seq")]
    previous = "0" * 64
    for row in rows:
        assert row["prev_hash"] == previous
        previous = row.pop("hash")
        row["at"] = row["at"].replace(" ", "T") + "Z"
        text = json.dumps(row, sort_keys=True, separators=(",", ":"))
        assert hashlib.sha256(text.encode()).hexdigest() == previous
    assert len(rows) == ROWS
    assert written.log_head() == Head(ROWS, previous)


@pytest.mark.parametrize(
    "statement", ["UPDATE event SET reason = 'x' WHERE seq = 3", "DELETE FROM event WHERE seq = 3"]
)
def test_the_database_refuses_to_change_the_log(written: Store, statement: str) -> None:
    """Rows of the log are not changed or deleted by anything that goes through the tables."""
    with closing(sqlite3.connect(written.file)) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
        connection.rollback()
    assert written.verify_log() is None
    assert written.check() == []


@pytest.mark.parametrize("field", FIELDS)
def test_an_edited_field_is_found(written: Store, field: str) -> None:
    """Whatever field of a row is edited, the row is named."""
    value = "2020-01-01 00:00:00.000000" if field == "at" else "edited"
    tamper(written, f"UPDATE event SET {field} = '{value}' WHERE seq = 11")  # a name of the list above
    broken = written.verify_log()
    assert broken is not None
    assert broken.seq == 11
    assert written.check() == [
        f"the log does not hold at row 11: {broken.why}; restore a backup: nothing that scamhunt does explains this"
    ]


@pytest.mark.parametrize(
    ("statements", "seq", "why"),
    [
        (["DELETE FROM event WHERE seq = 12"], 12, "it is missing: row 13 follows row 11"),
        (["DELETE FROM event WHERE seq < 4"], 1, "it is missing: row 4 follows row 0"),
        ([AGAIN], 31, "it does not follow"),
        (["UPDATE event SET seq = -1 WHERE seq = 8", "UPDATE event SET seq = 8 WHERE seq = 9",
          "UPDATE event SET seq = 9 WHERE seq = -1"], 8, "it does not follow"),
        (["UPDATE event SET seq = 40 WHERE seq = 30"], 30, "it is missing"),
        (["UPDATE event SET at = 'soon' WHERE seq = 5"], 5, "never writes"),
        (["UPDATE event SET at = 5 WHERE seq = 5"], 5, "never writes"),
        (["UPDATE event SET at = at || '+05:00' WHERE seq = 5"], 5, "never writes"),
        (["UPDATE event SET at = at || '+00:00' WHERE seq = 5"], 5, "never writes"),
        (["UPDATE event SET at = at || 'Z' WHERE seq = 5"], 5, "never writes"),
        (["UPDATE event SET at = replace(at, ' ', 'T') WHERE seq = 5"], 5, "never writes"),
        (["UPDATE event SET at = substr(at, 1, 19) WHERE seq = 5"], 5, "never writes"),
        (["UPDATE event SET actor = x'00ff' WHERE seq = 5"], 5, "never writes"),
        (["UPDATE event SET detail = '{\"n\":9,\"at\":1,\"n\":1}' WHERE seq = 5"], 5, "it was edited"),
    ],
    ids=["delete", "delete the first", "insert", "swap", "renumber", "no time", "a number", "another zone", "a zone",
         "Z", "T", "no fraction", "bytes", "double key"],
)  # fmt: skip
def test_tampering_is_found_at_the_row(written: Store, statements: list[str], seq: int, why: str) -> None:
    """A row that is deleted, added, exchanged or damaged is named, with what is wrong."""
    tamper(written, *statements)
    broken = written.verify_log()
    assert broken is not None
    assert broken.seq == seq
    assert why in broken.why


def test_a_cut_and_a_rebuilt_log_are_found_by_a_noted_head(written: Store, home: Path) -> None:
    """A log that lost its last rows holds by itself; a head noted before says what is missing or exchanged."""
    noted, between = written.log_head(), Head(29, "not the hash of row 29")
    assert written.verify_log(noted) is None
    rebuilt = written.verify_log(between)
    assert rebuilt is not None
    assert (rebuilt.seq, "anew" in rebuilt.why) == (29, True)
    tamper(written, "DELETE FROM event WHERE seq > 27")
    assert written.verify_log() is None
    cut = written.verify_log(noted)
    assert cut is not None
    assert (cut.seq, cut.why) == (28, "it is missing: the log once had 30 rows")
    assert (home / "scamhunt.db").exists()


def test_random_edits_are_all_found(written: Store) -> None:
    """One changed character anywhere in the log is found."""
    chance = random.Random(20_261_122)
    with closing(sqlite3.connect(written.file)) as connection:
        connection.execute("DROP TRIGGER event_no_update")
    for _ in range(40):
        field, seq = chance.choice(FIELDS), chance.randint(1, ROWS)
        with closing(sqlite3.connect(written.file)) as connection:
            (before,) = connection.execute(f"SELECT {field} FROM event WHERE seq = ?", (seq,)).fetchone()
            at = chance.randrange(len(before)) if before else 0
            after = before[:at] + ("0" if before[at : at + 1] != "0" else "1") + before[at + 1 :]
            update = f"UPDATE event SET {field} = ? WHERE seq = ?"  # a name of the list above
            connection.execute(update, (after, seq))
            connection.commit()
            broken = written.verify_log()
            assert broken is not None, (field, seq, before, after)
            assert broken.seq == seq
            connection.execute(update, (before, seq))
            connection.commit()
    assert written.verify_log() is None
