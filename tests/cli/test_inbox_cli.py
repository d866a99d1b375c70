"""`scamhunt inbox`: from the mailbox to a decision, as a person types it."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.lab_outbox import DESK, lab_settings, queued
from bench.lab_replies import mail
from scamhunt.cli import entry
from scamhunt.model import SYSTEM
from scamhunt.store import Store
from scamhunt.takedown.steps import Step
from tests.imap_server import Mailserver, mailserver

REASON = "the registrar asks us to verify what it wrote"
BODY = "Your request has been received.\nTicket ID: 471100\n\x1b[31mred\u202eder\n"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def server() -> Iterator[Mailserver]:
    """Give a mail server."""
    with mailserver() as one:
        yield one


@pytest.fixture
def run(tmp_path: Path, server: Mailserver, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return what runs a command for a team to which an answer to its one report came, and a stranger's mail."""
    settings = lab_settings(tmp_path, "smtp://127.0.0.1:1")
    now = datetime.now(UTC)
    with Store.open(settings.home, now=lambda: now) as store:
        (report,) = queued(store, ["amazon-desk-0.com"])
        with store.acting(SYSTEM) as desk:
            desk.step(desk.step(report, Step.CLAIM), Step.SENT, changes={"sent_at": now - timedelta(hours=1)})
    server.add_folder("Answers")
    first = mail(BODY, sender=DESK, about=report.message_id)
    server.put(first, mail("The domain has been suspended.", sender="x@elsewhere.example"), folder="Answers")
    variables = {"HOME": str(settings.home), "BRANDS": str(tmp_path / "pack.toml"), "OVERLAY": str(tmp_path / "none")}
    variables |= {"INBOX_URL": server.url("Answers"), "FETCH_ALLOW_NETS": "127.0.0.0/8"}
    for name, value in variables.items():
        monkeypatch.setenv(f"SCAMHUNT_{name}", value)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    def ran(command: str, *more: str) -> tuple[int, str, str]:
        code = entry.run(["inbox", *command.split(), *more])
        told = capsys.readouterr()
        return code, told.out, told.err

    return ran


def read(run: Run) -> Any:  # noqa: ANN401  # what JSON holds
    """Read the mailbox and return what was told of it."""
    code, told, _ = run("read --format json")
    assert code == 0
    return json.loads(told)


def test_from_the_mailbox_to_a_decision(run: Run) -> None:
    """Read, list, show, accept: the report has the state and the ticket then, and a second reading brings nothing."""
    done = read(run)
    assert (done["read"], done["matched"], done["unmatched"]) == (2, 1, 1)
    assert done["suggested"] == {"acknowledged": 1, "actioned": 1}
    listed = json.loads(run("list --format json")[1])
    assert [(one["id"], one["report"], one["suggests"], one["state"]) for one in listed] == [
        (2, None, "actioned", "open"),
        (1, 1, "acknowledged", "open"),
    ]
    shown = json.loads(run("show 1 --format json")[1])
    assert (shown["sender"], shown["tickets"], shown["sealed"]) == ("registrar.example", ["471100"], True)
    assert json.loads(run("accept 1 --format json")[1])["state"] == "accepted"
    assert run("dismiss 2 --reason forged")[0] == 0
    assert run("list")[1:] == ("", "no answer waits\n")
    assert len(json.loads(run("list --all --format json")[1])) == 2
    assert read(run)["read"] == 0


def test_a_stranger_is_tied_by_hand(run: Run) -> None:
    """`match`, then `accept` with another state than it suggests."""
    read(run)
    assert run("accept 2")[0] == 2
    assert json.loads(run("match 2 --report 1 --reason phoned --format json")[1])["matched_by"] == "person"
    assert run("accept 2 --state declined")[0] == 0
    assert json.loads(run("list --report 1 --state accepted --format json")[1])[0]["id"] == 2


def test_a_mail_is_shown_encoded_and_written_as_it_came(run: Run, tmp_path: Path) -> None:
    """A terminal is not told what to do by a mail; a file has its very bytes, and is never written over."""
    read(run)
    open_ = ("open 1 --out mail.eml --purpose dispute --reason", REASON)
    code, shown, _ = run("open 1 --reason", REASON, "--purpose", "verify a reply")
    assert (code, "\\u{1b}[31mred\\u{202e}der" in shown, "\x1b" in shown) == (0, True, False)
    code, shown, told = run(*open_)
    assert (code, shown, told.startswith("mail.eml: the mail as it came")) == (0, "", True)
    assert (tmp_path / "mail.eml").read_bytes().endswith(BODY.replace("\n", "\r\n").encode())
    assert run(*open_)[0] == 2
    assert run("open 1 --purpose dispute --reason short")[0] == 2


def test_an_erased_mail_is_told_of(run: Run) -> None:
    """Once, and that it was gone the second time; then nobody opens it."""
    read(run)
    assert run("erase 1 --reason", REASON)[2].endswith("answer 1: its bytes are gone\n")
    assert run("erase 1 --reason", REASON)[2].endswith("answer 1: its bytes were gone already\n")
    code, _, told = run("open 1 --purpose dispute --reason", REASON)
    assert (code, "is gone" in told) == (3, True)
    assert json.loads(run("show 1 --format json")[1])["sealed"] is False


def test_what_cannot_be_read_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """No mailbox is no fault; one that does not answer is, with its exit code."""
    monkeypatch.setenv("SCAMHUNT_INBOX_URL", "imap://user:word@127.0.0.1:1/INBOX")
    code, _, told = run("read")
    assert (code, "error: inbox: imap://127.0.0.1:1/INBOX: no connection" in told) == (3, True)
    monkeypatch.delenv("SCAMHUNT_INBOX_URL")
    code, _, told = run("read")
    assert (code, told.startswith("no mailbox is set; set SCAMHUNT_INBOX_URL=")) == (0, True)
