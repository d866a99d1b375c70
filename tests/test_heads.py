"""The head of the log, noted outside and signed: what it finds, where it may lie, and who hears of a broken log."""

import os
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.lab_smtp import Fault, Smtp
from bench.soak_audit import make
from scamhunt import desk_audit, desk_heads, log_heads, schedule
from scamhunt.errors import NotPermitted, OutsideError, Refused, UserError
from scamhunt.model import Actor, Event
from scamhunt.referral import seal
from scamhunt.settings import Settings
from scamhunt.store import Head, Store
from tests.office import MALLORY
from tests.office import at_work as office_at_work

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
ANNA = Actor("anna", "os_user")
AUDITOR = "auditor@northwind.example"


@dataclass
class Log:
    """A state folder whose log has forty rows, a file outside of it, and a mail server."""

    folder: Path
    smtp: Smtp
    now: datetime = NOW
    more: dict[str, object] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        """Return the state folder."""
        return self.folder / "home"

    @property
    def file(self) -> Path:
        """Return where the heads are noted."""
        return self.folder / "outside" / "heads.txt"

    @property
    def settings(self) -> Settings:
        """Return the settings as they are now."""
        given = {"home": self.home, "clock": self.now, "audit_file": self.file, "smtp_url": self.smtp.url}
        own = {"reporter_email": "desk@northwind.example", "fetch_allow_nets": "127.0.0.0/8"}
        return Settings.model_validate(given | own | self.more)

    def note(self) -> desk_heads.Noted:
        """Note the head by hand."""
        with Store.open(self.home, now=lambda: self.now) as store:
            return desk_heads.note(store, self.settings, ANNA)

    def grow(self, rows: int = 3) -> None:
        """Let something happen."""
        with Store.open(self.home, now=lambda: self.now) as store, store.acting(ANNA) as desk:
            desk.log(*(Event("candidate.note", "candidate:1", f"{self.now} {at}") for at in range(rows)))

    def tampered(self, *statements: str) -> None:
        """Change the database as who owns the file can."""
        with closing(sqlite3.connect(self.home / "scamhunt.db")) as connection, connection:
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            for one in statements:
                connection.execute(one)

    def verified(self, key: str = "") -> desk_audit.Audited:
        """Verify the log against what was noted outside."""
        kept = desk_audit.read_heads(self.file, key)
        with Store.open(self.home, now=lambda: self.now) as store:
            return desk_audit.verify(store, ANNA, kept.heads, log_only=True)

    def lines(self) -> list[str]:
        """Return what was noted."""
        return self.file.read_text().splitlines() if self.file.exists() else []

    def mails(self) -> list[str]:
        """Return the subjects of what the auditor got."""
        return [str(message_from_bytes(one, policy=policy.default)["Subject"]) for one in self.smtp.accepted]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    """Give a log of forty rows."""
    make(tmp_path / "home", 40)
    (tmp_path / "outside").mkdir()
    with Smtp() as smtp:
        yield Log(tmp_path, smtp)


def test_a_noted_head_is_signed_and_holds(log: Log) -> None:
    """The line ends with the bare head, the key that seals packets signed it, and the log holds against it."""
    done = log.note()
    assert log.lines() == [done.line]
    key = seal.key(log.home)
    assert done.line.split()[-1] == f"{done.head.seq}:{done.head.hash}"
    kept = desk_audit.read_heads(log.file, key.fingerprint)
    assert (kept.signed, kept.keys, list(kept.heads)) == (1, [key.fingerprint], [done.head])
    assert desk_audit.read_heads(log.file, key.line).signed == 1
    log.grow()
    assert log.verified(key.fingerprint).holds


@pytest.mark.parametrize(
    "statements",
    [
        ["UPDATE event SET reason = 'nobody was asked' WHERE seq = 17"],
        ["DELETE FROM event WHERE seq = 17"],
        ["DELETE FROM event WHERE seq > 30"],
        ["DELETE FROM event"],
        ["UPDATE event SET seq = 1000 WHERE seq = 40"],
        [
            "CREATE TEMP TABLE copied AS SELECT * FROM event WHERE seq = 9",
            "UPDATE copied SET seq = 41",
            "INSERT INTO event SELECT * FROM copied",
        ],
        [
            "CREATE TEMP TABLE copied AS SELECT * FROM event WHERE seq = 9",
            "UPDATE event SET seq = seq + 1000 WHERE seq > 9",
            "UPDATE event SET seq = seq - 999 WHERE seq > 1000",
            "UPDATE copied SET seq = 10",
            "INSERT INTO event SELECT * FROM copied",
        ],
    ],
)
def test_what_was_done_to_the_log_is_found(log: Log, statements: list[str]) -> None:
    """An edit, a deletion, a cut tail, an emptied log, another number, a row put in at the end and in the middle."""
    log.note()
    log.tampered(*statements)
    assert not log.verified().holds


def test_a_log_that_was_written_anew_is_found(log: Log) -> None:
    """Another chain holds by itself, and not against a head that lies elsewhere."""
    log.note()
    log.home.rename(log.folder / "before")
    make(log.home, 60)
    with closing(sqlite3.connect(log.home / "scamhunt.db")) as connection:
        assert connection.execute("SELECT count(*) FROM event").fetchone() == (60,)
    with Store.open(log.home, now=lambda: NOW) as store, store.acting(ANNA) as desk:
        desk.log(Event("candidate.note", "candidate:1"))
    make_other(log.home)
    with Store.open(log.home, now=lambda: NOW) as store:
        assert desk_audit.verify(store, ANNA, log_only=True).holds
    assert not log.verified().holds


def make_other(home: Path) -> None:
    """Put another log in the place of one, which holds by itself."""
    other = home.parent / "other"
    with Store.open(other, now=lambda: NOW) as store, store.acting(ANNA) as desk:
        desk.log(*(Event("candidate.note", f"candidate:{at}", "invented") for at in range(70)))
    for name in ("scamhunt.db", "scamhunt.db-wal", "scamhunt.db-shm"):
        (home / name).unlink(missing_ok=True)
    (other / "scamhunt.db").rename(home / "scamhunt.db")


def test_a_changed_line_or_another_key_is_told(log: Log) -> None:
    """A changed hash, number, time or signature, and a line that somebody else signed: told with the line."""
    log.note()
    line = log.lines()[0]
    time, signed, head = line.split()
    seq, _, row_hash = head.partition(":")
    changed = (
        f"{time} {signed} {seq}:{'0' * 64}",
        f"{time} {signed} 39:{row_hash}",
        f"2020-01-01T00:00:00Z {signed} {head}",
        f"{time} {signed[:-8]}AAAAAAAA {head}",
    )
    for one in changed:
        log.file.write_text(f"{line}\n{one}\n")
        with pytest.raises(OutsideError, match="line 2: its signature does not hold"):
            desk_audit.read_heads(log.file)
    stranger = seal.Key(Ed25519PrivateKey.generate())
    log.file.write_text(log_heads.written(stranger, NOW, int(seq), row_hash) + "\n")
    assert desk_audit.read_heads(log.file).keys == [stranger.fingerprint]
    with pytest.raises(OutsideError, match="line 1: its signature does not hold"):
        desk_audit.read_heads(log.file, seal.key(log.home).fingerprint)
    with pytest.raises(UserError, match="fingerprint"):
        desk_audit.read_heads(log.file, "ssh-rsa AAAA")


def test_bare_heads_are_read_as_before(log: Log) -> None:
    """A file whose lines end with a bare head has no signature, and counts; an empty one is an error."""
    done = log.note()
    log.file.write_text(f"Mon {done.head.seq}:{done.head.hash}\n\n")
    kept = desk_audit.read_heads(log.file)
    assert (kept.signed, len(kept.heads)) == (0, 1)
    log.file.write_text("\n")
    with pytest.raises(UserError, match="no head in it"):
        desk_audit.read_heads(log.file)


def test_the_clock_notes_what_grew(log: Log) -> None:
    """Each turn adds a line where the log has grown; the auditor gets one mail a day."""
    log.more = {"audit_mail": AUDITOR}
    for _ in range(2):
        desk_heads.by_schedule(log.settings)
    assert (len(log.lines()), len(log.mails())) == (1, 1)
    log.now += timedelta(minutes=10)
    log.grow()
    desk_heads.by_schedule(log.settings)
    assert (len(log.lines()), len(log.mails())) == (2, 1)
    log.now += timedelta(days=1)
    log.grow()
    desk_heads.by_schedule(log.settings)
    assert (len(log.lines()), len(log.mails())) == (3, 2)
    assert log.mails()[0] == "[scamhunt] head of the log: 40"
    assert log.lines()[0].split()[-1] in log.smtp.accepted[0].decode()
    assert "heads" in {one.name for one in schedule.jobs(log.settings)}
    assert "heads" not in {one.name for one in schedule.jobs(Settings(home=log.home))}


def test_a_log_that_does_not_hold_is_never_noted(log: Log) -> None:
    """Nothing is written; the auditor is told once a day, and the exit code says so."""
    log.more = {"audit_mail": AUDITOR}
    log.note()
    log.tampered("UPDATE event SET reason = 'x' WHERE seq = 12")
    for _ in range(2):
        assert log.note().exit_code == 3
    assert len(log.lines()) == 1
    assert log.mails()[1:] == ["[scamhunt] THE LOG DOES NOT HOLD"]


def test_a_file_beside_the_database_proves_nothing(log: Log) -> None:
    """In the state folder, also through a link, it is refused; a link, a folder and a pipe are no file."""
    log.more = {"audit_file": log.home / "heads.txt"}
    with pytest.raises(Refused, match="lies in the state folder"):
        log.note()
    link = log.folder / "link"
    link.symlink_to(log.home)
    log.more = {"audit_file": link / "heads.txt"}
    with pytest.raises(Refused, match="lies in the state folder"):
        log.note()
    (log.folder / "elsewhere").write_text("")
    pointing = log.folder / "outside" / "pointing"
    pointing.symlink_to(log.folder / "elsewhere")
    os.mkfifo(log.folder / "outside" / "pipe")
    for name in ("pointing", "pipe", "."):
        log.more = {"audit_file": log.folder / "outside" / name}
        done = log.note()
        assert (done.exit_code, len(done.problems)) == (3, 1), name
    assert not (log.folder / "elsewhere").read_text()


def test_a_place_that_fails_is_told_and_tried_again(log: Log) -> None:
    """A mail server that is gone keeps the file from nothing; the mail goes out at the next turn."""
    log.more = {"audit_mail": AUDITOR}
    log.smtp.fault = Fault("data", "reject")
    done = log.note()
    assert done.exit_code == 3
    assert "not noted in a mail" in done.told()
    assert len(log.lines()) == 1
    log.smtp.fault = Fault()
    desk_heads.by_schedule(log.settings)
    assert log.mails() == ["[scamhunt] head of the log: 40"]


def test_a_line_that_a_full_disk_cut_stands_alone(log: Log) -> None:
    """The half line is told and spoils none that comes after it."""
    room, hard = 1 << 26, resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    log.file.write_bytes(b"")
    os.truncate(log.file, room)  # more than the database has, so that only this file is full
    # It ends with no end of line: the note begins with one.
    resource.setrlimit(resource.RLIMIT_FSIZE, (room + 41, hard))
    try:
        done = log.note()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert done.exit_code == 3
    assert "took only a part of the line: make room on its disk" in done.told()
    again = log.note()
    *_, half, line = log.file.read_bytes().splitlines()
    assert (half.strip(b"\0").decode(), line.decode()) == (done.line[:40], again.line)
    log.file.write_text(f"{half.strip(bytes(1)).decode()}\n{again.line}\n")
    with pytest.raises(UserError, match=r"line 1: .* is no head .* a full disk cut it"):
        desk_audit.read_heads(log.file)


def test_only_who_may_verify_notes(tmp_path: Path) -> None:
    """Others are refused, and that is in the log."""
    with office_at_work(tmp_path) as office, office.store() as store:
        with pytest.raises(NotPermitted):
            desk_heads.note(store, office.settings, MALLORY)
        head: Head = store.log_head()
        assert head.seq
        assert [one.act for one in store.history("team") if one.actor == "mallory"] == ["act.refused"]
