"""`scamhunt evidence`: listed, shown, verified and handed on from the shell."""

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from scamhunt.cli.app import app
from scamhunt.errors import NotFound, UserError
from scamhunt.model import Actor
from scamhunt.observed import Liveness
from scamhunt.store import Store
from tests.store.looks_made import JUDGEMENT, PAGE, look

NAME = hashlib.sha256(PAGE).hexdigest()
NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a state folder with one look in it."""
    for name in [name for name in os.environ if name.startswith("SCAMHUNT_")]:
        monkeypatch.delenv(name)
    settings = {"HOME": str(tmp_path / "home"), "CLOCK": "2026-11-22T06:00", "TRUST_NAMES": "on"}
    for name, value in settings.items():
        monkeypatch.setenv(f"SCAMHUNT_{name}", value)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    with Store.open(tmp_path / "home", now=lambda: NOW) as store:
        who = Actor("anna", "os_user")
        store.save_look(look(), JUDGEMENT, liveness=Liveness.LIVE, candidate_id=None, actor=who)
    return tmp_path / "home"


def run(*arguments: str) -> Result:
    """Run a command of the program."""
    return CliRunner().invoke(app, ["evidence", *arguments])


def flip(home: Path) -> None:
    """Change one bit of the page."""
    file = home / "evidence" / NAME[:2] / NAME
    file.chmod(0o600)
    file.write_bytes(PAGE[:-1] + b"!")


@pytest.mark.usefixtures("home")
def test_a_list_for_scripts_has_every_field() -> None:
    """Hash, type, time and the rest; the options narrow it."""
    rows = json.loads(run("list", "--format", "json").stdout)
    assert [row["media_type"] for row in rows] == [
        *("application/dns-message", "application/warc", "application/warc", "text/html", "application/json"),
    ]
    expected = {"id": 4, "sha256": NAME, "size": len(PAGE), "acquired_at": "2026-11-22T06:00:02.250000+00:00"}
    expected |= {"operator": "anna", "look_id": 1, "subject": "amazon-refund-desk.com", "candidate_id": None}
    assert expected.items() <= rows[3].items()
    narrowed = json.loads(run("list", "--media-type", "text/html", "--look", "1", "--format", "json").stdout)
    assert narrowed == [rows[3]]
    done = run("list", "--limit", "2", "--format", "csv")
    assert done.stdout.splitlines()[0] == "id,sha256,media_type,size,acquired_at,url,vantage"
    assert (len(done.stdout.splitlines()), "2 shown; more with --limit" in done.stderr) == (3, True)


@pytest.mark.usefixtures("home")
def test_a_list_for_people_has_whole_hashes() -> None:
    """What a person copies is never cut; an empty list says what to do."""
    assert NAME in run("list").stdout
    done = run("list", "--look", "9")
    assert (done.stdout, "no evidence fits; scamhunt investigate keeps" in done.stderr) == ("", True)
    assert isinstance(run("list", "--candidate", "unknown.test").exception, NotFound)


def test_an_item_is_shown_by_the_beginning_of_its_hash(home: Path) -> None:
    """With its file, whether it holds, and its custody; exit code 3 once it does not."""
    done = run("show", NAME[:12])
    for piece in (NAME, f"{NAME[:2]}/{NAME}", "holds", "yes", "anna: evidence.acquire"):
        assert piece in done.stdout, piece
    assert done.exit_code == 0
    flip(home)
    shown = run("show", "4", "--format", "json")
    held = json.loads(shown.stdout)
    assert (shown.exit_code, held["holds"].startswith("was changed: the file holds ")) == (3, True)
    assert (held["also"], held["custody"][0]["act"]) == ([], "evidence.acquire")
    assert isinstance(run("show", "99").exception, NotFound)


def test_verify_is_loud_about_a_change(home: Path) -> None:
    """Nothing but a count when all holds; else the hash, why, and exit code 3. It is logged each time."""
    done = run("verify", "--as", "ada")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "4 files of 1 look: all hold" in done.stderr
    flip(home)
    (home / "evidence" / "ab").mkdir(exist_ok=True)
    (home / "evidence" / "ab" / ("ab" * 32)).write_text("left by a run that was stopped")
    done = run("verify")
    assert (done.exit_code, NAME in done.stdout, "was changed: the file holds" in done.stdout) == (3, True, True)
    assert "4 files of 1 look: 1 item changed, open to others or gone" in done.stderr
    assert "1 file that nobody claims, from a run that was stopped" in done.stderr
    done = run("verify", "--format", "json")
    held = json.loads(done.stdout)
    assert (done.exit_code, held["holds"], held["faults"][0]["sha256"], held["unclaimed"]) == (3, False, NAME, 1)
    with Store.open(home, now=lambda: NOW) as store:
        told = [(one.actor == "ada", one.detail["faults"]) for one in store.history("evidence")]
    assert told == [(True, 0), (False, 1), (False, 1)]


def test_verify_tells_of_a_folder_that_others_may_write_to(home: Path) -> None:
    """No item is named, for each still holds; the exit code is 3 all the same."""
    (home / "evidence").chmod(0o777)
    done = run("verify")
    assert (done.exit_code, "the folder evidence can be written to by others" in done.stdout) == (3, True)
    assert "4 files of 1 look: not kept as it was; keep what is there" in done.stderr


def test_verify_tells_of_a_log_that_does_not_hold(home: Path) -> None:
    """Without its chain the log proves nothing: exit code 3 too."""
    with Store.open(home, now=lambda: NOW) as store, store.acting(Actor("eve", "os_user")) as desk:
        triggers = desk.connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
        for name, _ in triggers:
            desk.connection.exec_driver_sql(f"DROP TRIGGER {name}")
        desk.connection.exec_driver_sql("UPDATE event SET actor = 'eve'")
        for _, text in triggers:
            desk.connection.exec_driver_sql(text)
    done = run("verify")
    assert (done.exit_code, "the log does not hold at row 1: it was edited" in done.stderr) == (3, True)
    assert "all hold" not in done.stderr


@pytest.mark.usefixtures("home")
def test_a_look_is_exported(tmp_path: Path) -> None:
    """By its number or its target, with a reason, into a new folder."""
    out = tmp_path / "out"
    done = run("export", "--look", "1", "--out", str(out), "--reason", "for the registrar")
    assert (done.exit_code, done.stdout) == (0, f"look 1 at amazon-refund-desk.com: 4 files in {out / 'look-1'}\n")
    assert (out / "look-1" / "SHA256SUMS").is_file()
    again = run("export", "amazon-refund-desk.com", "--out", str(out), "--reason", "x")
    assert (type(again.exception), "is there already" in str(again.exception)) == (UserError, True)
    for wrong in ([], ["1", "--look", "1"]):
        neither = run("export", *wrong, "--out", str(tmp_path / "new"), "--reason", "x")
        assert (type(neither.exception), str(neither.exception)) == (
            UserError,
            "give a candidate, or one look with --look N; see: scamhunt evidence list",
        )


def test_the_check_of_the_database_knows_looks(home: Path) -> None:
    """After looks, verifications and exports all is explained."""
    del home
    assert run("verify").exit_code == 0
    assert CliRunner().invoke(app, ["db", "check"]).exit_code == 0
