"""Every command asks for the right to do it: who has it not changes nothing, and reads nothing."""

import io
import itertools
import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer.main

from scamhunt import desk, desk_people, desk_sending, reference
from scamhunt.access import MAY, Permission
from scamhunt.cli import app, entry
from scamhunt.errors import NotPermitted
from scamhunt.model import Actor, PersonRole
from scamhunt.settings import Settings
from scamhunt.store import Head, ReportDraft, Store
from scamhunt.store.refusing import WITHIN

NAME, PACK = "amazon-refund-desk.com", '[[brand]]\nid = "amazon"\nname = "Amazon"\ndomains = ["amazon.com"]\n'
EVE = Actor("eve", "os_user")
OPEN = None
"""What needs no person: the list of brands, a list of one's own, the state of the program, what the clock starts."""

COMMANDS: dict[str, tuple[Permission | None, str]] = {
    "audit export": (Permission.VERIFY, "--out audit.jsonl"),
    "audit note": (Permission.VERIFY, ""),
    "audit verify": (Permission.VERIFY, ""),
    "brands check": (OPEN, ""),
    "brands list": (OPEN, ""),
    "brands shadow": (OPEN, "pack.toml"),
    "brands show": (OPEN, "amazon"),
    "campaigns add": (Permission.LINK, f"{NAME} {NAME} --reason same"),
    "campaigns cut": (Permission.LINK, "number=+18005550142 --reason shared"),
    "campaigns links": (Permission.LOOK, ""),
    "campaigns list": (Permission.LOOK, ""),
    "campaigns restore": (Permission.LINK, "1 --reason wrong"),
    "campaigns show": (Permission.LOOK, "c-1"),
    "candidates claim": (Permission.TRIAGE, NAME),
    "candidates confirm": (Permission.TRIAGE, f"{NAME} --reason seen"),
    "candidates dismiss": (Permission.TRIAGE, f"{NAME} --reason seen"),
    "candidates list": (Permission.LOOK, ""),
    "candidates note": (Permission.TRIAGE, f"{NAME} seen"),
    "candidates release": (Permission.TRIAGE, NAME),
    "candidates reopen": (Permission.TRIAGE, f"{NAME} --reason seen"),
    "candidates show": (Permission.LOOK, NAME),
    "candidates undo": (Permission.TRIAGE, NAME),
    "candidates watch": (Permission.TRIAGE, f"{NAME} --reason seen"),
    "db check": (OPEN, ""),
    "db upgrade": (OPEN, ""),
    "doctor": (OPEN, ""),
    "evidence export": (Permission.VERIFY, f"{NAME} --out copies --reason asked"),
    "evidence list": (Permission.LOOK, ""),
    "evidence show": (Permission.LOOK, "1"),
    "evidence verify": (Permission.VERIFY, ""),
    "feeds check": (OPEN, "nrd_list"),
    "feeds import": (Permission.IMPORT, "list.txt --feed nrd_list --yes"),
    "feeds list": (Permission.LOOK, ""),
    "feeds replay": (OPEN, ""),
    "holds add": (Permission.HOLD, f"{NAME} --reason asked"),
    "holds answer": (Permission.HOLD, "1 --reason answered"),
    "holds end": (Permission.HOLD, "1 --found right --reason looked"),
    "holds list": (Permission.LOOK, ""),
    "holds renew": (Permission.HOLD, "1 --reason asked"),
    "inbox accept": (Permission.SEND, "1"),
    "inbox dismiss": (Permission.SEND, "1 --reason spam"),
    "inbox erase": (Permission.OPEN_MAIL, "1 --reason they-asked-for-their-data-to-go"),
    "inbox list": (Permission.LOOK, ""),
    "inbox match": (Permission.SEND, "1 --report 1 --reason phoned"),
    "inbox open": (Permission.OPEN_MAIL, "1 --purpose dispute --reason the-owner-says-that-it-is-wrong"),
    "inbox read": (OPEN, ""),
    "inbox show": (Permission.LOOK, "1"),
    "investigate": (Permission.INVESTIGATE, "--lookups no..name"),
    "numbers carrier": (Permission.INVESTIGATE, "9201 0012345678 --reason seen"),
    "numbers extract": (OPEN, "list.txt"),
    "numbers show": (Permission.LOOK, "+18885550142"),
    "people add": (Permission.PEOPLE, "bob --role approver"),
    "people list": (Permission.TEAM, ""),
    "people remove": (Permission.PEOPLE, "viewer --reason left"),
    "quarantine list": (Permission.LOOK, ""),
    "quarantine show": (Permission.LOOK, "1"),
    "recipients check": (OPEN, ""),
    "recipients confirm": (Permission.CONFIRM_DESK, "{desk}"),
    "recipients list": (OPEN, ""),
    "recipients show": (OPEN, "{desk}"),
    "referral agencies": (OPEN, ""),
    "referral approve": (Permission.RELEASE, "p-1"),
    "referral build": (Permission.REFER, f"--case {NAME} --agency generic --out packets --purpose complaint"),
    "referral done": (Permission.REFER, "1 --reason sent"),
    "referral list": (Permission.LOOK, ""),
    "referral outcome": (Permission.REFER, "p-1 feedback --note good"),
    "referral overlap answer": (
        Permission.REFER,
        f"o-1 --offer list.txt --key list.txt --purpose complaint --case {NAME} --out packets",
    ),
    "referral overlap begin": (
        Permission.REFER,
        f"--partner Other --purpose complaint --case {NAME} --out packets",
    ),
    "referral overlap compare": (Permission.REFER, "o-1 --offer list.txt"),
    "referral overlap end": (Permission.REFER, "o-1 --reason done"),
    "referral overlap give": (Permission.REFER, "o-1 --out packets"),
    "referral overlap list": (Permission.LOOK, ""),
    "referral show": (Permission.LOOK, "p-1"),
    "referral stamp": (Permission.REFER, "p-1 --reply list.txt"),
    "referral verify": (OPEN, "packet.zip"),
    "refdata import": (Permission.IMPORT, "list.txt"),
    "refdata list": (OPEN, ""),
    "reports approve": (Permission.APPROVE, "1"),
    "reports dispute": (Permission.HOLD, "1 --reason because"),
    "reports dispute-form": (OPEN, ""),
    "reports draft": (Permission.DRAFT, NAME),
    "reports due": (Permission.LOOK, ""),
    "reports edit": (Permission.DRAFT, "1 --set note=more"),
    "reports escalate": (Permission.DRAFT, "1"),
    "reports list": (Permission.LOOK, ""),
    "reports override": (Permission.OVERRIDE, "amazon.com --reason because"),
    "reports record": (Permission.SEND, "1 --ticket T1"),
    "reports review": (Permission.DRAFT, "1"),
    "reports send": (Permission.SEND, "1"),
    "reports show": (Permission.LOOK, "1"),
    "reports withdraw": (Permission.DRAFT, "1 --reason because"),
    "retrohunt": (OPEN, "--brands pack.toml"),
    "schedule": (OPEN, "--once"),
    "score": (OPEN, "list.txt"),
    "serve": (OPEN, "--host 192.0.2.1"),
    "signals": (OPEN, ""),
    "stats": (Permission.LOOK, ""),
    "sweep": (OPEN, "--feed list.txt"),
}
"""Each command, the permission that it needs, and arguments with which it would do something."""
MORE = {
    "recipients list --case": (Permission.LOOK, NAME),
    "reports draft --preview": (Permission.LOOK, NAME),
    "reports send --cancel": (Permission.SEND, "1"),
}
"""Options that make a command another act."""
ASKING = {name: asks for name, asks in (COMMANDS | MORE).items() if asks[0] is not OPEN}
READING = {name for name, (permission, _) in ASKING.items() if permission in {Permission.LOOK, Permission.TEAM}}
START, TURNS = datetime.now(UTC), itertools.count(1)
NONE_YET = {"campaigns show", "evidence show", "inbox show", "referral show"}
"""What would show something of which there is none there."""
SHOWN = ("list.txt", "  ", "if this is wrong")
"""What a command tells of the file that it was given, or of a report, before it acts."""


def tree(command: object, path: str = "") -> Iterator[str]:
    """Yield every command of the program, written as it is typed."""
    below = getattr(command, "commands", None)
    if below is None:
        yield path.strip()
        return
    for name, child in below.items():
        yield from tree(child, f"{path} {name}")


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a team, a candidate, a row in quarantine and a draft; what is refused leaves it as it is."""
    folder = tmp_path_factory.mktemp("team")
    (folder / "pack.toml").write_text(PACK)
    (folder / "list.txt").write_text(f"{NAME}\n127.0.0.1\n")
    with pytest.MonkeyPatch.context() as environment:
        surroundings(environment, folder)
        assert entry.run(["sweep", "--feed", str(folder / "list.txt"), "--format", "json"]) == 0
    settings = Settings(home=folder / "home", brands=(folder / "pack.toml",), trust_names=True)
    with desk.open_store(settings) as store:
        desk_people.add(store, settings, EVE, "eve", [PersonRole.ADMIN])
        for role in PersonRole:
            desk_people.add(store, settings, EVE, role.value, [role])
        desk_people.add(store, settings, EVE, "gone", list(PersonRole))
        desk_people.remove(store, settings, EVE, "gone", "left")
        desk.decide(store, Actor("analyst", "asserted"), NAME, "confirm", "seen the form")
        with store.acting(Actor("analyst", "asserted")) as acting:
            acting.save_report(ReportDraft(1, "registrar", "", "impersonation", "impersonation", authors=("analyst",)))
    return folder


def surroundings(environment: pytest.MonkeyPatch, folder: Path) -> None:
    """Set what a command finds around it: the state folder and a lab that believes names."""
    for name in [name for name in os.environ if name.startswith("SCAMHUNT_")]:
        environment.delenv(name)
    environment.setenv("SCAMHUNT_HOME", str(folder / "home"))
    environment.setenv("SCAMHUNT_BRANDS", str(folder / "pack.toml"))
    environment.setenv("SCAMHUNT_OVERLAY", str(folder / "overlay"))
    environment.setenv("SCAMHUNT_TRUST_NAMES", "on")
    environment.setenv("XDG_CONFIG_HOME", str(folder))
    environment.setenv("XDG_CACHE_HOME", str(folder))
    environment.chdir(folder)


@pytest.fixture
def folder(stored: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return that folder, in which commands run: none of them is to change anything.

    Each test is later than the one before: the same refusal is written only so often in so long.
    """
    surroundings(monkeypatch, stored)
    monkeypatch.setenv("SCAMHUNT_CLOCK", (START + next(TURNS) * 2 * WITHIN).isoformat())
    return stored


@pytest.fixture(scope="module")
def store(stored: Path) -> Iterator[Store]:
    """Return its store."""
    with desk.open_store(Settings(home=stored / "home")) as opened:
        yield opened


def arguments(command: str) -> list[str]:
    """Return a command with its arguments as a shell would hand them over."""
    name = reference.desks(Settings())[0].name
    return [*command.split(), *(name if word == "{desk}" else word for word in ASKING[command][1].split())]


def test_every_command_says_what_it_needs() -> None:
    """A new command has to stand in the table, with its permission or as open to everybody."""
    assert sorted(tree(typer.main.get_command(app))) == sorted(COMMANDS)


def test_every_permission_has_a_command() -> None:
    """One that nothing asks for would protect nothing; some are asked besides another one."""
    second = {Permission.GRANT, Permission.END_HOLD}
    assert {permission for permission, _ in ASKING.values()} == set(Permission) - second


@pytest.mark.parametrize("command", sorted(ASKING))
def test_who_may_not_changes_and_reads_nothing(
    command: str, folder: Path, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 5 and one line for a wrong role, or where all roles will do for a stranger: no data, no file."""
    permission = ASKING[command][0]
    assert permission is not None
    before, head = files(folder), store.log_head()
    lacking = sorted(set(PersonRole) - MAY[permission])
    code = entry.run([*arguments(command), "--as", lacking[0] if lacking else "mallory"])
    done = capsys.readouterr()
    assert (code, done.out, acts_since(store, head)) == (5, "", ["act.refused"]), done.err
    (line,) = [line for line in done.err.splitlines() if not line.startswith(SHOWN)]
    assert re.match(
        f"error: {lacking[0]} may not .*needs the role" if lacking else "error: mallory is not one of", line
    )
    assert files(folder) == before


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", ["mallory", "gone"])
@pytest.mark.parametrize("command", ["candidates confirm", "people list", "reports approve", "quarantine list"])
def test_who_is_not_on_the_team_gets_nowhere(
    command: str, name: str, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    """A stranger, and somebody who left with every role, are refused before anything is shown."""
    head = store.log_head()
    assert entry.run([*arguments(command), "--as", name]) == 5
    done = capsys.readouterr()
    assert (done.out, acts_since(store, head)) == ("", ["act.refused"])
    assert re.fullmatch(f"error: {name} is (not|no longer) one of the people of this team; .*\n", done.err)


@pytest.mark.parametrize("command", sorted(READING))
def test_who_may_look_is_not_stopped(
    command: str, folder: Path, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    """A viewer sees what there is and leaves no event; nobody is told any more that no people were added."""
    assert folder.is_dir()
    head = store.log_head()
    assert entry.run([*arguments(command), "--as", "viewer"]) == (2 if command in NONE_YET else 0)
    assert "people" not in capsys.readouterr().err
    assert store.log_head() == head


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("command", [*sorted(READING), "candidates confirm", "people add", "feeds import"])
def test_a_name_alone_proves_nothing(
    command: str, store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without trust and without a password SCAMHUNT_AS is refused, also where one only reads."""
    permission = ASKING[command][0]
    assert permission is not None
    head = store.log_head()
    monkeypatch.delenv("SCAMHUNT_TRUST_NAMES")
    monkeypatch.delenv("SCAMHUNT_CLOCK")
    able = sorted(MAY[permission])  # another one each time: the same refusal of one person is written only so often
    monkeypatch.setenv("SCAMHUNT_AS", able[len(command) % len(able)])
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))
    assert entry.run(arguments(command)) == 5
    done = capsys.readouterr()
    assert "without that person's password" in done.err
    assert (done.out, acts_since(store, head)) == ("", ["act.refused"])


@pytest.mark.parametrize("command", sorted(ASKING))
def test_every_such_command_takes_a_name_and_a_password(command: str) -> None:
    """`--as` and `--password-stdin` stand in the help of whatever asks for a person."""
    words = [word for word in command.split() if not word.startswith("-")]
    found: Any = typer.main.get_command(app)
    for word in words:
        found = found.commands[word]
    names = {name for parameter in found.params for name in parameter.opts}
    assert {"--as", "--password-stdin"} <= names


def test_a_team_of_one_is_told_at_every_command(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line on stderr, reading or acting, so that nobody takes it for a team."""
    shutil.copy(stored / "pack.toml", tmp_path)
    shutil.copy(stored / "list.txt", tmp_path)
    surroundings(monkeypatch, tmp_path)
    entry.run(["sweep", "--feed", "list.txt"])
    monkeypatch.setenv("SCAMHUNT_SINGLE_OPERATOR", "on")
    capsys.readouterr()
    line = "single operator: eve is the whole team, nobody else looks at it"
    for command in ("candidates list", f"candidates watch {NAME} --reason x", "people list", "evidence verify"):
        assert entry.run([*command.split(), "--as", "eve"]) == 0
        assert capsys.readouterr().err.splitlines().count(line) == 1


def test_who_asks_cannot_grant(stored: Path, tmp_path: Path) -> None:
    """The second half of letting a protected target through is an approver's: another analyst is refused."""
    shutil.copytree(stored, tmp_path / "team")
    settings = Settings(home=tmp_path / "team" / "home", brands=(stored / "pack.toml",))
    with desk.open_store(settings) as store:
        desk_people.add(store, settings, EVE, "other", [PersonRole.ANALYST])
        desk_sending.let_through(store, settings, Actor("analyst", "asserted"), "amazon.com", "a court asks for it")
        head = store.log_head()
        with pytest.raises(NotPermitted, match="other may not let a protected target through"):
            desk_sending.let_through(store, settings, Actor("other", "asserted"), "amazon.com", "so do I")
        assert acts_since(store, head) == ["act.refused"]


def acts_since(store: Store, head: Head) -> list[str]:
    """Return what the log tells of since a head."""
    with store.log_rows(0, store.log_head().seq) as rows:
        return [row["act"] for row in rows if row["seq"] > head.seq]


def files(folder: Path) -> list[tuple[str, int]]:
    """Return what lies in a folder, without the database's own files, which reading writes too."""
    found = [path for path in sorted(folder.rglob("*")) if path.is_file() and "scamhunt.db" not in path.name]
    return [(str(path.relative_to(folder)), path.stat().st_size) for path in found]
