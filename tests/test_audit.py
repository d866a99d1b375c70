"""`scamhunt audit`: the log verified from outside, by the program and without it."""

import json
import os
import random
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bench import soak_audit
from bench.soak_audit import ROWS, TAMPERS, Tamper, attacked, expected, make
from scamhunt import desk_audit
from scamhunt.access import Person
from scamhunt.cli.app import app
from scamhunt.errors import NotPermitted, OutsideError, StoreError, UserError
from scamhunt.model import Actor, PersonRole
from scamhunt.store import Head, Store

NOW, ANNA = soak_audit.NOW, Actor("anna", "os_user")
PAGE = Path(__file__).resolve().parents[1] / "docs" / "audit.md"
TRIES = 13
"""Of each way to tamper; `bench/soak_audit.py` has 125."""
SHORT = 12
FIELDS = ("act", "actor", "at", "detail", "hash", "prev_hash", "proof", "reason", "seq", "thing")


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Head]:
    """Return a database whose log has 200 rows, and its head."""
    folder = tmp_path_factory.mktemp("audit") / "base"
    return folder, make(folder, ROWS)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a state folder whose log has twelve rows."""
    for name in [name for name in os.environ if name.startswith("SCAMHUNT_")]:
        monkeypatch.delenv(name)
    for name, value in {"HOME": str(tmp_path / "home"), "CLOCK": "2026-11-23T07:00", "TRUST_NAMES": "on"}.items():
        monkeypatch.setenv(f"SCAMHUNT_{name}", value)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    make(tmp_path / "home", SHORT)
    return tmp_path / "home"


def run(*arguments: str | Path) -> Result:
    """Run a command of the program."""
    return CliRunner().invoke(app, ["audit", *map(str, arguments)])


def head_of(home: Path) -> Head:
    """Return the end of the log."""
    with Store.open(home, now=lambda: NOW) as store:
        return store.log_head()


def changed(home: Path, tamper: Tamper) -> int:
    """Tamper with the log of a state folder and return the row at which it shows."""
    found = attacked(home, home.parent / "changed", tamper, random.Random(7), head_of(home))
    (home.parent / "changed" / "scamhunt.db").replace(home / "scamhunt.db")
    return found.expected


# --- tampering --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tamper", TAMPERS, ids=[tamper.__name__ for tamper in TAMPERS])
def test_whatever_is_done_to_the_log_is_found(base: tuple[Path, Head], tmp_path: Path, tamper: Tamper) -> None:
    """A flipped bit, a deleted, added, exchanged or renumbered row is named; a cut or a new chain with a noted head."""
    folder, head = base
    seeds = range(1000, 1000 + TRIES)
    found = [attacked(folder, tmp_path / str(seed), tamper, random.Random(seed), head) for seed in seeds]
    assert found == [expected(tamper, one) for one in found]


def test_nothing_is_found_where_nothing_was_done(base: tuple[Path, Head], tmp_path: Path) -> None:
    """The log as it was written holds, with and without its head."""
    folder, head = base
    found = attacked(folder, tmp_path / "same", lambda _connection, _chance: 0, random.Random(1), head)
    assert (found.alone, found.noted) == (0, 0)


# --- verify -----------------------------------------------------------------------------------------------------------


def test_a_log_that_holds_is_told_with_the_head_to_note(home: Path) -> None:
    """Rows and head go to stdout, what to do with the head to stderr; nothing is logged by looking."""
    head = head_of(home)
    done = run("verify", "--log-only")
    assert (done.exit_code, done.stdout) == (0, f"rows  {SHORT}\nhead  {SHORT}:{head.hash}\n")
    assert "note the head elsewhere" in done.stderr
    noted = run("verify", "--log-only", "--head", f"{SHORT}:{head.hash}")
    assert "1 noted head too" in noted.stderr
    assert head_of(home) == head


def test_the_result_can_be_read_by_a_script(home: Path) -> None:
    """JSON says how many rows hold, the head, how many heads were compared, and whether all is well."""
    head = head_of(home)
    done = json.loads(run("verify", "--log-only", "--format", "json", "--head", f"{SHORT}:{head.hash}").stdout)
    assert done == {"rows": SHORT, "first": 1, "head": f"{SHORT}:{head.hash}", "noted": 1, "signed": 0, "broken": None,
                    "problems": None, "holds": True}  # fmt: skip


@pytest.mark.parametrize("tamper", [soak_audit.flip, soak_audit.delete, soak_audit.swap])
def test_a_row_that_does_not_hold_is_named(home: Path, tamper: Tamper) -> None:
    """Exit code 3, the number of the row and why; there is no head to note."""
    seq = changed(home, tamper)
    done = run("verify")
    assert done.exit_code == 3
    assert f"row {seq}: it " in done.stdout
    assert "head" not in done.stdout
    assert "the log does not hold" in done.stderr
    told = json.loads(run("verify", "--format", "json").stdout)
    assert (told["broken"]["row"], told["head"], told["holds"], told["rows"]) == (seq, "", False, seq - 1)


@pytest.mark.parametrize(
    ("tamper", "why"), [(soak_audit.cut, "the log once had 12 rows"), (soak_audit.rebuild, "anew")]
)
def test_a_cut_or_rebuilt_log_is_found_by_any_head_of_a_file(
    home: Path, tmp_path: Path, tamper: Tamper, why: str
) -> None:
    """Each line of the file ends with a head; all of them are compared, and only they find it."""
    head = head_of(home)
    noted = tmp_path / "noted.txt"
    noted.write_text(f"2026-11-23 {SHORT}:{head.hash}\n\n0:{'0' * 64}\n")
    assert run("verify", "--log-only", "--head-file", noted).exit_code == 0
    seq = changed(home, tamper)
    assert run("verify", "--log-only").exit_code == 0
    done = run("verify", "--log-only", "--head-file", noted)
    assert done.exit_code == 3
    assert f"row {seq}: " in done.stdout
    assert why in done.stdout


def test_a_log_that_begins_with_another_row_than_the_noted_none_is_found(home: Path) -> None:
    """Row 0 stands before every log, so what is noted of it has to be its 64 zeros."""
    assert run("verify", "--log-only", "--head", f"0:{'1' * 64}").exit_code == 3
    assert head_of(home).seq == SHORT


def test_tables_are_compared_with_the_log(home: Path) -> None:
    """The log here tells of candidates that no table has: it holds by itself, and the tables are not what it says."""
    done = run("verify")
    assert done.exit_code == 3
    assert "what row 1 of the log (candidate.confirm) tells of is gone" in done.stdout
    assert "the log holds, and the tables are not what it says" in done.stderr
    assert head_of(home).seq == SHORT


@pytest.mark.parametrize("text", ["12", "12:abc", "x", f"12:{'G' * 64}", f"-1:{'0' * 64}", "\x1b[2J"])
def test_a_head_that_cannot_be_read_is_the_users_mistake(home: Path, tmp_path: Path, text: str) -> None:
    """Neither as an option nor in a file; it is shown escaped, with the form that is understood."""
    noted = tmp_path / "noted.txt"
    noted.write_text(f"monday {text}\n")
    for arguments in (["--head", text], ["--head-file", str(noted)]):
        error = run("verify", *arguments).exception
        assert isinstance(error, UserError)
        assert "is no head of the log: it is SEQ:HASH" in str(error)
        assert "\x1b" not in str(error)
    assert home.exists()


def test_a_file_of_heads_has_one_and_an_end(tmp_path: Path) -> None:
    """A file that is not there, is empty or is something else entirely is told."""
    (tmp_path / "empty").write_text("\n \n")
    with (tmp_path / "large").open("w") as sparse:
        sparse.truncate(desk_audit.MOST_NOTED + 1)
    for name, why in (("none", "No such file"), ("empty", "has no head in it"), ("large", "is too large")):
        with pytest.raises(UserError, match=why):
            desk_audit.read_heads(tmp_path / name)


def test_without_a_database_there_is_no_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Verifying makes no database."""
    monkeypatch.setenv("SCAMHUNT_HOME", str(tmp_path / "none"))
    error = run("verify").exception
    assert isinstance(error, UserError)
    assert "so there is no log" in str(error)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(("role", "may"), [(PersonRole.AUDITOR, True), (PersonRole.ANALYST, False)])
def test_an_auditor_verifies_and_exports_and_others_do_not(home: Path, *, role: PersonRole, may: bool) -> None:
    """Once there are people the role decides; of who may not the log tells that, and nothing is written out."""
    with Store.open(home, now=lambda: NOW) as store:
        with store.acting(ANNA) as desk:
            person = Person("anna", frozenset({role}), has_password=False, added_by="anna", added_at=NOW)
            desk.add_person(person, "")
        before, lines = store.log_head(), list[str]()
        if may:
            assert desk_audit.verify(store, ANNA, log_only=True).holds
            assert desk_audit.export(store, ANNA, lines.append).head == before
            return
        for act in (lambda: desk_audit.verify(store, ANNA), lambda: desk_audit.export(store, ANNA, lines.append)):
            with pytest.raises(NotPermitted, match="may not verify and export"):
                act()
        refused = [one.act for one in store.history("team")]
        assert (store.log_head().seq - before.seq, refused, lines) == (2, ["act.refused"] * 2, [])


# --- export -----------------------------------------------------------------------------------------------------------


def test_an_export_is_verified_without_us(home: Path, tmp_path: Path) -> None:
    """The ten lines of the documentation find the head of an export, and a row of it that was edited."""
    head, file = head_of(home), tmp_path / "log.jsonl"
    done = run("export", "--out", file)
    assert done.exit_code == 0
    assert f"12 rows; the head, to be noted elsewhere: {SHORT}:{head.hash}" in done.stderr
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    script = tmp_path / "verify.py"
    script.write_text(code)
    command = [sys.executable, "-W", "ignore", str(script), str(file)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == f"{SHORT}:{head.hash}\n"
    file.write_text(file.read_text().replace("look 4", "look 5"))
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (1, "row 5 does not hold\n")


def test_an_export_is_logged_with_its_head(home: Path) -> None:
    """Who took it, from where and up to which row; its own event is not in it."""
    head = head_of(home)
    done = run("export", "--since", "4", "--as", "ben")
    assert [json.loads(line)["seq"] for line in done.stdout.splitlines()] == list(range(5, SHORT + 1))
    with Store.open(home, now=lambda: NOW) as store:
        (event,) = store.history("log")
    assert (event.seq, event.act, event.actor) == (SHORT + 1, "audit.export", "ben")
    assert event.detail == {"since": 4, "head": f"{SHORT}:{head.hash}"}


def test_an_export_is_verified_by_the_program_without_a_database(home: Path, tmp_path: Path) -> None:
    """The file alone is enough; of a later part the head that was noted for the row before says where it belongs."""
    head, whole, part = head_of(home), tmp_path / "log.jsonl", tmp_path / "part.jsonl"
    run("export", "--out", whole)
    run("export", "--since", str(SHORT), "--out", part)
    (home / "scamhunt.db").unlink()
    for arguments, rows in (([whole], 12), ([part, "--head", f"{SHORT}:{head.hash}"], 1)):
        done = run("verify", "--export", *arguments)
        assert (done.exit_code, done.stdout.splitlines()[0]) == (0, f"rows  {rows}")
    assert "it begins at row 13: what came before is not in it" in done.stderr
    assert run("verify", "--export", part, "--head", f"{SHORT}:{'0' * 64}").exit_code == 3
    whole.write_text("".join(whole.read_text().splitlines(keepends=True)[:-1]))
    assert run("verify", "--export", whole).exit_code == 0
    assert run("verify", "--export", whole, "--head", f"{SHORT}:{head.hash}").exit_code == 3


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("look 4", "look 5"),
        lambda text: "".join(text.splitlines(keepends=True)[:4] + text.splitlines(keepends=True)[5:]),
        lambda text: text.replace('"seq":5,', '"seq":6,', 1),
        lambda text: text.replace("T06:00:00.000000Z", "T06:00:00Z"),
        lambda text: "".join(text.splitlines(keepends=True)[1:]).replace('"seq":2,', '"seq":1,', 1),
    ],
    ids=["edited", "deleted", "renumbered", "time", "begun later"],
)
def test_an_export_that_was_changed_does_not_hold(home: Path, tmp_path: Path, change: Callable[[str], str]) -> None:
    """An edited, deleted or renumbered line of the file is found offline."""
    file = tmp_path / "log.jsonl"
    run("export", "--out", file)
    file.write_text(change(file.read_text()))
    done = run("verify", "--export", file)
    assert done.exit_code == 3
    assert re.search(r"row (1|5): it ", done.stdout)
    assert home.exists()


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b"{}",
        b'{"seq": 1}',
        b"\xff",
        b"[" * 100_000,
        b"x" * 5_000_000,
        json.dumps(dict.fromkeys(FIELDS, "1")).encode(),
    ],
    ids=["cut", "list", "empty", "short", "bytes", "deep", "long", "no number"],
)  # fmt: skip
def test_a_file_that_is_no_export_is_told(tmp_path: Path, line: bytes) -> None:
    """What is no row is the user's mistake, with the number of the line, whatever is in it."""
    file = tmp_path / "log.jsonl"
    file.write_bytes(line + b"\n")
    with pytest.raises(UserError, match="line 1: is no row of the log"):
        desk_audit.verify_export(file)


def test_an_export_with_nothing_in_it_holds_and_does_not_reach_a_noted_head(tmp_path: Path) -> None:
    """An empty file says nothing; a head says that rows are missing. A file that is not there is told."""
    file = tmp_path / "log.jsonl"
    file.write_bytes(b"")
    assert desk_audit.verify_export(file).holds
    assert not desk_audit.verify_export(file, [Head(3, "0" * 64)]).holds
    with pytest.raises(UserError, match="No such file"):
        desk_audit.verify_export(tmp_path / "none")


def test_an_export_never_takes_a_files_place(home: Path, tmp_path: Path) -> None:
    """A file that is there stays as it is, and nothing is logged; so it is for a row that is not there yet."""
    file, before = tmp_path / "log.jsonl", head_of(home)
    file.write_text("mine")
    for arguments, why in ((["--out", file], "is there already"), (["--since", "13"], "there is no row 13 yet")):
        error = run("export", *arguments).exception
        assert isinstance(error, UserError)
        assert why in str(error)
    assert (file.read_text(), head_of(home)) == ("mine", before)


@pytest.mark.parametrize("tamper", [soak_audit.delete, soak_audit.swap])
def test_an_export_of_a_broken_log_says_so(home: Path, tamper: Tamper) -> None:
    """The rows are written, and the row that does not hold is named."""
    seq = changed(home, tamper)
    with Store.open(home, now=lambda: NOW) as store, pytest.raises(OutsideError, match=f"at row {seq}:"):
        desk_audit.export(store, ANNA, lambda _text: None)


def test_an_export_of_what_is_no_text_is_refused_in_words(home: Path) -> None:
    """A row that cannot be read as text ends the export, and verifying says which it is."""

    def spoil(connection: sqlite3.Connection, _chance: random.Random) -> int:
        connection.execute("UPDATE event SET reason = CAST(x'ff' AS TEXT) WHERE seq = 3")
        return 3

    assert changed(home, spoil) == 3
    with Store.open(home, now=lambda: NOW) as store:
        with pytest.raises(StoreError, match="holds what is no text"):
            desk_audit.export(store, ANNA, lambda _text: None)
        broken = store.verify_log()
    assert broken is not None
    assert (broken.seq, broken.why) == (3, "it was edited")


def test_the_head_can_be_had_for_a_note(home: Path) -> None:
    """One line that a script writes elsewhere, and that reads back as the same head."""
    with Store.open(home, now=lambda: NOW) as store:
        assert desk_audit.read_head(desk_audit.head(store)) == store.log_head()
