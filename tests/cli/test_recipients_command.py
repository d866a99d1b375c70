"""`scamhunt recipients`: desks listed, shown, checked and confirmed from the shell."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from scamhunt.access import Person
from scamhunt.cli.app import app
from scamhunt.errors import NotFound, NotPermitted, UserError
from scamhunt.model import Actor, Kind, Match, PersonRole
from scamhunt.store import Store
from scamhunt.store.values import Body, Found, Gathered

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
BAD = '[[desk]]\nname = "mine"\n'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the state folder of a fresh machine."""
    for name in [name for name in os.environ if name.startswith("SCAMHUNT_")]:
        monkeypatch.delenv(name)
    settings = {"HOME": str(tmp_path / "home"), "CLOCK": "2026-11-22T06:00", "TRUST_NAMES": "on"}
    settings["OVERLAY"] = str(tmp_path / "overlay")
    for name, value in settings.items():
        monkeypatch.setenv(f"SCAMHUNT_{name}", value)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "home"


@pytest.fixture
def store(home: Path) -> Path:
    """Return a state folder with a database and one candidate, 1."""
    with Store.open(home, now=lambda: NOW) as opened:
        match = Match(0, "amazon-refund-desk.com", "amazon-refund-desk.com", "amazon", 0.9, ())
        reading = opened.begin_reading(Body("nrd_list", "list.txt", "ab", 1, "archive/ab"))
        opened.save_batch(reading, Gathered("1", 1, 0, found=(Found(match, Kind.DOMAIN, 1),)))
    return home


def run(*arguments: str) -> Result:
    """Run a command of the program."""
    return CliRunner().invoke(app, ["recipients", *arguments])


def rows(*arguments: str) -> list[dict[str, object]]:
    """Return what a list prints for scripts."""
    return list(json.loads(run(*arguments, "--format", "json").stdout))


@pytest.mark.usefixtures("home")
def test_a_fresh_machine_lists_the_desks() -> None:
    """No database is needed; nothing is confirmed yet, and a kind narrows the list."""
    listed = rows("list")
    assert len(listed) >= 40
    assert {"name", "kind", "channel", "address", "source", "verified_on", "how", "confirmed"} <= listed[0].keys()
    assert {one["confirmed"] for one in listed} == {""}
    assert {one["kind"] for one in rows("list", "--kind", "host")} == {"host"}
    assert isinstance(run("list", "--kind", "hots").exception, UserError)


@pytest.mark.usefixtures("store")
def test_confirming_a_desk_shows_wherever_it_is_listed() -> None:
    """Who, when and the note stand with it; the check no longer asks for it."""
    assert "namecheap" in {one["name"] for one in rows("check")}
    said = json.loads(run("confirm", "namecheap", "--note", "read it", "--as", "anna", "--format", "json").stdout)
    assert (said["desk"], said["actor"], said["note"]) == ("namecheap", "anna", "read it")
    listed = {one["name"]: one["confirmed"] for one in rows("list")}
    assert (listed["namecheap"], listed["godaddy"]) == ("2026-11-22", "")
    assert "namecheap" not in {one["name"] for one in rows("check")}
    shown = json.loads(run("show", "namecheap", "--format", "json").stdout)
    assert (shown["confirmed_by"], shown["note"], shown["lacks"]) == ("anna", "read it", "")


def test_a_confirmation_is_logged_with_the_content(store: Path) -> None:
    """The log tells which words were confirmed."""
    run("confirm", "namecheap", "--as", "anna")
    with Store.open(store, now=lambda: NOW) as opened:
        (event,) = opened.history("recipient:namecheap")
    assert (event.actor, event.act) == ("anna", "recipient.confirm")
    assert event.detail["address"] == "abuse@namecheap.com"
    assert len(str(event.detail["content"])) == 64


def test_a_change_of_the_list_asks_again(store: Path) -> None:
    """What the team enters anew has to be confirmed anew."""
    run("confirm", "namecheap", "--as", "anna")
    overlay = store.parent / "overlay" / "data"
    overlay.mkdir(parents=True, mode=0o700)
    source = 'source = "https://registrar.example/abuse"\nverified_on = "2026-11-01"\nhow = "documented"\n'
    desk = '[[desk]]\nname = "namecheap"\nkind = "registrar"\nchannel = "email"\naddress = "abuse@registrar.example"\n'
    (overlay / "recipients.toml").write_text(desk + source, "utf-8")
    assert {one["name"]: one["confirmed"] for one in rows("list")}["namecheap"] == ""
    assert "was changed in the list" in json.loads(run("show", "namecheap", "--format", "json").stdout)["lacks"]


def test_a_list_with_faults_is_the_users_mistake(home: Path) -> None:
    """Each fault comes with file and line; nothing is listed from half a file."""
    overlay = home.parent / "overlay" / "data"
    overlay.mkdir(parents=True, mode=0o700)
    (overlay / "recipients.toml").write_text(BAD, "utf-8")
    for command in ("list", "check"):
        error = run(command).exception
        assert isinstance(error, UserError)
        assert f"{overlay / 'recipients.toml'}:1: no kind; add kind = ..." in str(error)


@pytest.mark.usefixtures("store")
def test_who_can_act_on_a_candidate_is_listed_in_order() -> None:
    """Gaps show without an address; what registries publish is no part of the list of desks."""
    found = rows("list", "--case", "amazon-refund-desk.com")
    assert [one["kind"] for one in found[:2]] == ["registrar", "registry"]
    assert [one["order"] for one in found] == list(range(1, len(found) + 1))
    assert found[0]["address"] == ""
    assert {one["kind"] for one in rows("list", "--case", "1", "--kind", "blocklist")} == {"blocklist"}


@pytest.mark.usefixtures("store")
def test_a_desk_that_there_is_not_is_named_with_the_nearest() -> None:
    """A slip of the fingers costs one line."""
    for command in ("show", "confirm"):
        error = run(command, "namecheep").exception
        assert isinstance(error, NotFound)
        assert "did you mean 'namecheap'?" in str(error)
    assert isinstance(run("confirm", "namecheap", "--note", "x" * 501).exception, UserError)


def test_only_who_may_confirms(store: Path) -> None:
    """Once there are people, a viewer's word does not make a desk a recipient."""
    with Store.open(store, now=lambda: NOW) as opened, opened.acting(Actor("anna", "os_user")) as desk:
        desk.add_person(
            Person("bert", frozenset({PersonRole.VIEWER}), has_password=False, added_by="anna", added_at=NOW), ""
        )
    assert isinstance(run("confirm", "namecheap", "--as", "bert").exception, NotPermitted)


@pytest.mark.usefixtures("store")
def test_a_source_that_is_old_or_has_no_day_is_told() -> None:
    """A check asks to read the page again."""
    why = [one["why"] for one in rows("check") if one["name"] == "bitly"]
    assert any(str(text).startswith("its source is of 1970-01-01: read https://") for text in why)


@pytest.mark.usefixtures("home")
def test_a_table_is_for_people() -> None:
    """Every command prints without options too, on a machine without a database."""
    assert "abuse@namecheap.com" in run("list").stdout
    assert "abuse@namecheap.com" in run("show", "namecheap").stdout
    assert "nobody of the team" in run("check").stdout
