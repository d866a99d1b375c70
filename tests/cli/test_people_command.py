"""`scamhunt people` from outside: its lines of stdin, its prompts on a terminal, what it prints."""

import io
import json
import os
import pty
import pwd
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scamhunt import access
from scamhunt.cli import entry

WORDS, OTHER = "correct horse battery", "a different set of words"
ME = access.identify(pwd.getpwuid(os.geteuid()).pw_name).name


@dataclass(frozen=True)
class Done:
    """What a command printed and its exit code."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:  # noqa: ANN401  # JSON
        """What was printed as JSON."""
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a command with a state folder of its own and the lines of its stdin."""
    for name in [name for name in os.environ if name.startswith("SCAMHUNT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SCAMHUNT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    def command(*arguments: str, lines: bytes = b"") -> Done:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines)))
        code = entry.run(list(arguments))
        return Done(code, *capsys.readouterr())

    return command


def add(run: Run, name: str, role: str, *more: str, lines: bytes = b"") -> Done:
    """Add a person."""
    return run("people", "add", name, "--role", role, "--format", "json", *more, lines=lines)


def test_a_team_of_two_starts(run: Run) -> None:
    """The first adds herself as an admin, then others with a password each; the list shows who is there, and was."""
    assert (
        run("people", "list").err == "no people were added: whoever may write the state folder acts with every role\n"
    )
    first = add(run, ME, "admin")
    assert (first.code, first.err) == (0, "")
    said = [first.data[name] for name in ("id", "roles", "password", "added_by")]
    assert said == [ME, ["admin"], False, ME]
    both = add(run, "bob", "approver", "--role", "analyst", "--password-stdin", lines=f"{WORDS}\n".encode())
    assert (both.data["roles"], both.data["password"]) == (["analyst", "approver"], True)
    gone = run("people", "remove", "bob", "--reason", "left", "--format", "json")
    assert (gone.code, gone.data["removed_at"] is None) == (0, False)
    rows = {row["name"]: row for row in run("people", "list", "--format", "json").data}
    assert {name: row["removed_at"] is None for name, row in rows.items()} == {ME: True, "bob": False}
    assert run("people", "list", "--format", "csv").out.startswith("name,roles,password,added_by,added_at,removed_at\n")


def test_the_first_act_says_that_nobody_was_added_and_the_second_no_longer(run: Run) -> None:
    """Until somebody is added each act says who holds every role; a first person who is no admin is refused."""
    done = add(run, ME, "viewer")
    assert (done.code, done.out) == (2, "")
    assert "the first person has to be an admin" in done.err
    assert f"{ME} acts with every role: no people were added\n" in run("evidence", "verify").err
    add(run, ME, "admin", "--role", "auditor")
    assert "no people" not in run("evidence", "verify").err


def test_the_line_of_who_acts_comes_first(run: Run) -> None:
    """Where both passwords are needed: bob's, then that of the new one; with bob's alone the new one has none."""
    add(run, ME, "admin")
    add(run, "bob", "admin", "--password-stdin", lines=f"{WORDS}\r\n".encode())
    done = add(run, "cyd", "approver", "--as", "bob", "--password-stdin", lines=f"{WORDS}\n{OTHER}\n".encode())
    assert (done.code, done.data["added_by"], done.data["password"]) == (0, "bob", True)
    assert add(run, "dan", "viewer", "--as", "bob", "--password-stdin", lines=WORDS.encode()).data["password"] is False
    read = run("candidates", "list", "--as", "cyd", "--password-stdin", lines=f"{OTHER}\n".encode())
    assert (read.code, read.err) == (0, "no candidate fits\n")
    wrong = run("candidates", "list", "--as", "cyd", "--password-stdin", lines=f"{WORDS}\n".encode())
    assert (wrong.code, wrong.out) == (5, "")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (b"", "there was no line with a password for 'bob'"),
        (b"\n" + WORDS.encode(), "there was no line with a password for 'bob'"),
        (b"short\n", "the password for bob is too short"),
        (b"\xff" * 20 + b"\n", "the line is no UTF-8"),
        (b"x" * 5000, "the line has more than 4,096 bytes"),
    ],
)
def test_a_line_that_is_no_password_is_refused(run: Run, lines: bytes, told: str) -> None:
    """Exit code 2 with what is wrong; nobody is added, and what was typed is not shown."""
    add(run, ME, "admin")
    done = add(run, "bob", "viewer", "--password-stdin", lines=lines)
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert [row["name"] for row in run("people", "list", "--format", "json").data] == [ME]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("add", "b b", "--role", "viewer"), 2, "is no name"),
        (("add", "bob"), 2, "--role"),
        (("add", "bob", "--role", "king"), 2, "king"),
        (("remove", ME), 2, "--reason"),
        (("remove", ME, "--reason", "x"), 2, "is the last admin"),
        (("remove", "bob\x1b[31m", "--reason", "x"), 2, "is no name"),
    ],
)
def test_mistakes_are_told(run: Run, arguments: tuple[str, ...], code: int, told: str) -> None:
    """With the exit code of a mistake, and never an escape sequence."""
    add(run, ME, "admin")
    done = run("people", *arguments)
    assert (done.code, done.out) == (code, "")
    assert told in done.err
    assert "\x1b" not in done.err


def test_a_second_person_ends_the_team_of_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting is refused from then on, with what to do."""
    add(run, ME, "admin", "--role", "viewer")
    monkeypatch.setenv("SCAMHUNT_SINGLE_OPERATOR", "on")
    assert run("candidates", "list").err.startswith(f"single operator: {ME} is the whole team")
    add(run, "bob", "approver")
    done = run("candidates", "list")
    assert (done.code, "unset it" in done.err) == (5, True)


def test_names_are_believed_only_while_no_mail_leaves_this_machine(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a mail server elsewhere every command refuses the setting; a loopback one is a lab."""
    monkeypatch.setenv("SCAMHUNT_TRUST_NAMES", "on")
    for server, code in {
        "smtp://127.0.0.1:2525": 0,
        "smtp://[::1]:2525": 0,
        "smtp://localhost": 0,
        "smtps://user:secret-words@mail.example": 5,
        "smtp://127.0.0.1.mail.example": 5,
        "smtp://localhost.example": 5,
        "smtp://192.0.2.1": 5,
        "smtp://[::1": 5,
        "mail.example:25": 5,
    }.items():
        monkeypatch.setenv("SCAMHUNT_SMTP_URL", server)
        done = run("people", "list")
        assert (done.code, "secret-words" in done.err) == (code, False), server
        assert ("SCAMHUNT_TRUST_NAMES=on is for a lab" in done.err) is (code == 5)


# --- on a terminal ----------------------------------------------------------------------------------------------------

TYPED = """
import os, sys
os.open(os.ttyname(0), os.O_RDWR)  # the terminal becomes that of this session: prompts are read from it
from scamhunt.cli import entry
sys.exit(entry.run({arguments}))
"""


def typed(folder: Path, arguments: list[str], answers: list[tuple[bytes, str]]) -> tuple[int, str]:
    """Run a command on a terminal, answer each prompt, and return its exit code and all that was drawn."""
    ours, theirs = pty.openpty()
    env = {name: value for name, value in os.environ.items() if not name.startswith("SCAMHUNT_")}
    env |= {"SCAMHUNT_HOME": str(folder / "home"), "XDG_CONFIG_HOME": str(folder), "TERM": "dumb"}
    command = [sys.executable, "-c", TYPED.format(arguments=arguments)]
    drawn = b""
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True
    ) as process:
        os.close(theirs)
        for prompt, answer in answers:
            while prompt not in drawn.rpartition(b"\0")[2]:
                drawn += _piece(ours)
            drawn += b"\0"
            time.sleep(0.05)  # the prompt is drawn before the terminal stops to show what is typed
            os.write(ours, f"{answer}\n".encode())
        drawn += b"".join(iter(lambda: _piece(ours), b""))
        code = process.wait()
    os.close(ours)
    return code, drawn.decode()


def _piece(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other side is closed
        return b""


def test_on_a_terminal_passwords_are_typed_and_not_shown(run: Run, tmp_path: Path) -> None:
    """Whoever acts as somebody else is asked once, a new password twice."""
    add(run, ME, "admin")
    add(run, "bob", "admin", "--password-stdin", lines=f"{WORDS}\n".encode())
    asked = [(b"Password of bob", WORDS), (b"Password for cyd", OTHER), (b"again", OTHER)]
    code, drawn = typed(tmp_path, ["people", "add", "cyd", "--role", "viewer", "--as", "bob"], asked)
    assert (code, WORDS in drawn, OTHER in drawn) == (0, False, False)
    rows = {row["name"]: row for row in run("people", "list", "--format", "json").data}
    assert (rows["cyd"]["password"], rows["cyd"]["added_by"]) == (True, "bob")
