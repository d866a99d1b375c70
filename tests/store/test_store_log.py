import hashlib
import json
import random
import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import Any

import psycopg
import pytest

from scamhunt.model import Actor, Event
from scamhunt.store import Head, Store
from scamhunt.store.values import storable

Execute = Callable[..., list[tuple[Any, ...]]]
Attack = Callable[..., None]
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


def test_anybody_can_compute_the_hashes(written: Store, logged: Callable[[], list[dict[str, Any]]]) -> None:
    """A hash is the SHA-256 of the row's other fields as JSON, keys sorted, no blanks: no code of ours is needed."""
    rows = logged()
    previous = "0" * 64
    for row in rows:
        assert row["prev_hash"] == previous
        previous = row.pop("hash")
        row["at"] = row["at"].replace(" ", "T") + "Z"
        text = json.dumps(row, sort_keys=True, separators=(",", ":"))
        assert hashlib.sha256(text.encode()).hexdigest() == previous
    assert len(rows) == ROWS
    assert written.log_head() == Head(ROWS, previous)


REFUSED = ["UPDATE event SET reason = 'x' WHERE seq = 3", "DELETE FROM event WHERE seq = 3"]
SAYS_REPLICA = "SET session_replication_role = replica"


@pytest.mark.parametrize(
    ("where", "statements"),
    [
        *[("sqlite", [one]) for one in REFUSED],
        *[("postgres", [*first, one]) for one in [*REFUSED, "TRUNCATE event"] for first in ([], [SAYS_REPLICA])],
    ],
    indirect=["where"],
    ids=str,
)
def test_the_database_refuses_to_change_the_log(written: Store, execute: Execute, statements: list[str]) -> None:
    """Rows of the log are not changed or deleted by anything that goes through the tables, whoever it says it is."""
    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError), match="append-only"):
        execute(*statements)
    assert written.log_head().seq == ROWS
    assert written.verify_log() is None
    assert written.check() == []


@pytest.mark.parametrize("field", FIELDS)
def test_an_edited_field_is_found(written: Store, attack: Attack, field: str) -> None:
    """Whatever field of a row is edited, the row is named."""
    value = "2020-01-01 00:00:00.000000" if field == "at" else "edited"
    attack(f"UPDATE event SET {field} = '{value}' WHERE seq = 11")  # a name of the list above
    broken = written.verify_log()
    assert broken is not None
    assert broken.seq == 11
    assert written.check() == [
        f"the log does not hold at row 11: {broken.why}; restore a backup: nothing that scamhunt does explains this"
    ]


def _found_at(written: Store, seq: int, why: str) -> None:
    broken = written.verify_log()
    assert broken is not None
    assert broken.seq == seq
    assert why in broken.why


@pytest.mark.parametrize(
    ("statements", "seq", "why"),
    [
        (["DELETE FROM event WHERE seq = 12"], 12, "it is missing: row 13 follows row 11"),
        (["DELETE FROM event WHERE seq < 4"], 1, "it is missing: row 4 follows row 0"),
        ([AGAIN], 31, "it does not follow"),
        (["UPDATE event SET seq = -1 WHERE seq = 8", "UPDATE event SET seq = 8 WHERE seq = 9",
          "UPDATE event SET seq = 9 WHERE seq = -1"], 8, "it does not follow"),
        (["UPDATE event SET seq = 40 WHERE seq = 30"], 30, "it is missing"),
        (["UPDATE event SET detail = '{\"n\":9,\"at\":1,\"n\":1}' WHERE seq = 5"], 5, "it was edited"),
    ],
    ids=["delete", "delete the first", "insert", "swap", "renumber", "double key"],
)  # fmt: skip
def test_tampering_is_found_at_the_row(  # fixtures and cases
    written: Store, attack: Attack, statements: list[str], seq: int, why: str
) -> None:
    """A row that is deleted, added, exchanged or damaged is named, with what is wrong."""
    attack(*statements)
    _found_at(written, seq, why)


@pytest.mark.parametrize(
    ("where", "change"),
    [
        *[("sqlite", change) for change in ("at = 'soon'", "at = 5", "at = at || '+05:00'", "at = at || '+00:00'",
          "at = at || 'Z'", "at = replace(at, ' ', 'T')", "at = substr(at, 1, 19)", "actor = x'00ff'")],
        *[("postgres", f"at = '{when}'") for when in ("infinity", "-infinity", "10000-01-01")],
    ],
    indirect=["where"],
)  # fmt: skip
def test_what_the_log_never_writes_is_told(written: Store, attack: Attack, change: str) -> None:
    """A time that is none, another way to write it, or bytes in place of text: the row is named."""
    attack(f"UPDATE event SET {change} WHERE seq = 5")
    _found_at(written, 5, "never writes")


def test_a_cut_and_a_rebuilt_log_are_found_by_a_noted_head(written: Store, attack: Attack) -> None:
    """A log that lost its last rows holds by itself; a head noted before says what is missing or exchanged."""
    noted, between = written.log_head(), Head(29, "not the hash of row 29")
    assert written.verify_log(noted) is None
    rebuilt = written.verify_log(between)
    assert rebuilt is not None
    assert (rebuilt.seq, "anew" in rebuilt.why) == (29, True)
    attack("DELETE FROM event WHERE seq > 27")
    assert written.verify_log() is None
    cut = written.verify_log(noted)
    assert cut is not None
    assert (cut.seq, cut.why) == (28, "it is missing: the log once had 30 rows")


def test_random_edits_are_all_found(
    written: Store, where: str, execute: Execute, logged: Callable[[], list[dict[str, Any]]]
) -> None:
    """One changed character anywhere in the log is found."""
    chance = random.Random(20_261_122)
    of_table = " ON event" if where == "postgres" else ""
    execute(f"DROP TRIGGER event_no_update{of_table}")
    fields = [field for field in FIELDS if where == "sqlite" or field != "at"]
    rows = {row["seq"]: row for row in logged()}
    for _ in range(40):
        field, seq = chance.choice(fields), chance.randint(1, ROWS)
        before = rows[seq][field]
        at = chance.randrange(len(before)) if before else 0
        after = before[:at] + ("0" if before[at : at + 1] != "0" else "1") + before[at + 1 :]
        execute(f"UPDATE event SET {field} = '{after}' WHERE seq = {seq}")
        broken = written.verify_log()
        assert broken is not None, (field, seq, before, after)
        assert broken.seq == seq
        execute(f"UPDATE event SET {field} = '{before}' WHERE seq = {seq}")
    assert written.verify_log() is None


@pytest.mark.parametrize("text", ["\0", "\ud800", "a\0b\udcff", "\\u0000"])
def test_a_detail_that_no_database_takes_is_logged_in_another_way(store: Store, text: str) -> None:
    """NUL and lone surrogates are written out, wherever they stand; what only looks like them is left alone."""
    with store.acting(ANNA) as desk:
        desk.log(Event("case.note", "candidate:1", detail={"a": [text, {text: text}], "n": 1}))
    (event,) = store.history("candidate:1")
    clean = storable(text)
    assert event.detail == {"a": [clean, {clean: clean}], "n": 1}
    assert store.check() == []
