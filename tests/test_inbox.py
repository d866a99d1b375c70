"""The inbox: answers are read, matched and shown; none of them changes a report."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from pydantic import SecretStr

from bench.lab_outbox import ANN, DESK, lab_settings, queued
from bench.lab_replies import AUTHSERV, FORGED, GENUINE, mail
from scamhunt import inbox, sealed
from scamhunt.cli import entry
from scamhunt.mail import LARGEST
from scamhunt.model import SYSTEM, ReportState
from scamhunt.settings import Settings
from scamhunt.store import ReplyState, ReplyView, ReportView, Store
from scamhunt.takedown.replies import Reply
from scamhunt.takedown.steps import Step
from tests.imap_server import Mailserver, done, mailserver, scripted

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ACKNOWLEDGED = "Thank you for contacting us. Your request has been received."
CANARIES = (
    "Jolanda Kanarini",
    "jolanda.kanarini",
    "kanari-77",
    "Canary Wharf",
    "555-0191",
    "5550191",
    "GB33BUKB20201555555555",
    "4000 0012 3456 7899",
)


@pytest.fixture(scope="module")
def server() -> Iterator[Mailserver]:
    """Give a mail server for all tests; each has a folder of its own."""
    with mailserver() as one:
        yield one


@dataclass(frozen=True)
class Lab:
    """A team with an inbox and two reports that are out."""

    store: Store
    settings: Settings
    server: Mailserver
    folder: str

    def put(self, *mails: bytes) -> list[int]:
        """Let mails come."""
        return self.server.put(*mails, folder=self.folder)

    def read(self) -> inbox.Turn:
        """Read what came."""
        return inbox.read(self.store, self.settings)

    def reports(self) -> list[ReportView]:
        """Return all reports, the oldest first."""
        return sorted(self.store.reports(), key=lambda one: one.id)

    def answers(self) -> list[ReplyView]:
        """Return all answers, the oldest first."""
        return sorted(self.store.replies(limit=None), key=lambda one: one.id)

    def mark(self) -> str:
        """Return where the next reading goes on, without the mailbox's name."""
        with self.store.acting(SYSTEM) as desk:
            return desk.mark("inbox").partition(":")[2]


@pytest.fixture
def settings(server: Mailserver, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Return the settings of a team whose inbox is a new folder."""
    folder = request.node.name[:60].replace("[", "-").replace("]", "")
    server.add_folder(folder)
    url = SecretStr(server.url(folder))
    return lab_settings(tmp_path, "smtp://127.0.0.1:1", inbox_url=url, inbox_authserv=AUTHSERV, clock=NOW)


def out(store: Store, targets: list[str]) -> list[ReportView]:
    """Return reports that were sent an hour ago."""
    found = []
    for report in queued(store, targets):
        with store.acting(SYSTEM) as desk:
            claimed = desk.step(report, Step.CLAIM)
            found.append(desk.step(claimed, Step.SENT, changes={"sent_at": NOW - timedelta(hours=1)}))
    return found


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """Return the team's database, with two reports that are out."""
    with Store.open(settings.home, now=lambda: NOW) as opened:
        out(opened, ["amazon-desk-0.com", "amazon-desk-1.com"])
        yield opened


@pytest.fixture
def lab(store: Store, settings: Settings, server: Mailserver) -> Lab:
    """Return all of it."""
    folder = unquote(settings.inbox_url.get_secret_value().rpartition("/")[2])
    return Lab(store, settings, server, folder)


def answer(report: ReportView, body: str = ACKNOWLEDGED, number: int = 1) -> bytes:
    """Return an acknowledgement of a report."""
    return mail(body, sender=DESK, about=report.message_id, Message_ID=f"<a{number}@registrar.example>")


# --- what mails do ----------------------------------------------------------------------------------------------------


def test_forged_answers_change_no_report(lab: Lab) -> None:
    """Whatever a mail claims and however it was forged: each report is as it was, and the log tells of mails only."""
    before = lab.reports()
    report = before[0]
    lab.put(*(one.make(report.message_id, report.token, DESK, "amazon-desk-0.com") for one in FORGED))
    turn = lab.read()
    assert (turn.read, turn.duplicate, turn.behind, turn.problem) == (len(FORGED), 0, 0, "")
    assert len(FORGED) >= 25
    assert lab.reports() == before
    acts = [[event.act for event in lab.store.history(f"report:{one.id}")] for one in before]
    assert [told[-1] for told in acts] == ["report.sent", "report.sent"]
    assert {one.state for one in lab.answers()} == {ReplyState.OPEN}
    assert {one.authentication for one in lab.answers()} <= {"none", "unaligned"}
    assert lab.store.check() == []
    assert lab.store.verify_log() is None


def test_genuine_answers_belong_to_their_report_and_suggest(
    database_with_tables: Callable[[], str], settings: Settings, server: Mailserver
) -> None:
    """On both databases each mail of a desk stands beside its report, with what it suggests and its ticket."""
    folder = unquote(settings.inbox_url.get_secret_value().rpartition("/")[2])
    with Store.open(settings.home, now=lambda: NOW, url=database_with_tables()) as store:
        reports = out(store, ["amazon-desk-0.com", "amazon-desk-1.com"])
        of = [reports[at % 2] for at in range(len(GENUINE))]
        made = [one.make(to.message_id, to.token, DESK, "x.example") for one, to in zip(GENUINE, of, strict=True)]
        server.put(*made, folder=folder)
        turn = inbox.read(store, settings)
        found = sorted(store.replies(limit=None), key=lambda one: one.id)
        assert store.check() == []
    assert (turn.read, turn.matched, turn.unmatched) == (len(GENUINE), len(GENUINE), 0)
    for one, to, got in zip(GENUINE, of, found, strict=True):
        told = (got.report_id, got.matched_by, got.kind, got.suggests, list(got.tickets))
        wanted = (to.id, "message_id", one.kind, one.suggests or "", [one.ticket] if one.ticket else [])
        assert told == wanted, one.name
    assert sum(turn.suggested.values()) == sum(one.suggests is not None for one in GENUINE)


@pytest.mark.parametrize("by", ["reference", "ticket", "ticket from elsewhere", "nothing"])
def test_an_answer_without_our_message_id_is_found_by_what_it_names(by: str, lab: Lab) -> None:
    """By our reference from anywhere, by the desk's ticket from the desk's domain only; else it belongs to none."""
    second = lab.reports()[1]
    with lab.store.acting(ANN) as desk:
        desk.step(second, Step.NOTE, changes={"ticket": "[#ABC-123456]"})
    body = {"reference": f"About {second.token}", "nothing": "Hello"}.get(by, "Ticket ID: abc-123456")
    lab.put(mail(body, sender="x@elsewhere.example" if by == "ticket from elsewhere" else DESK))
    turn, (got,) = lab.read(), lab.answers()
    found = by in {"reference", "ticket"}
    assert (got.report_id, got.matched_by) == ((second.id, by) if found else (None, ""))
    assert (turn.matched, turn.unmatched) == ((1, 0) if found else (0, 1))
    assert any("went to another domain" in doubt for doubt in got.doubts) is (by == "ticket from elsewhere")


def test_personal_data_lies_nowhere_in_clear(
    lab: Lab, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Name, address, number, account and card of whoever wrote: neither in a file, nor in a log, nor on a screen."""
    name, box, word, street, number, _, account, card = CANARIES
    body = f"Dear {name},\nwrite to {box}@victim-mail.example, call +1 212 {number}, pay {account} or {card}.\n"
    body += f"Your request has been received. Ticket ID: 471100\n\nKind regards\n{name}\n17 {street} Lane\n"
    who = f"{name} <{box}@victim-mail.example>"
    about = lab.reports()[0].message_id
    raw = mail(body, sender=who, about=about, Message_ID=f"<{word}@pc.example>", Subject=f"Re: {name} {account}")
    lab.put(raw)
    with caplog.at_level(logging.DEBUG, logger="scamhunt"):
        turn = lab.read()
    (got,) = lab.answers()
    assert (turn.read, got.suggests, list(got.tickets)) == (1, "acknowledged", ["471100"])
    assert sealed.open_(lab.store.home, got.digest) == raw
    monkeypatch.setenv("SCAMHUNT_HOME", str(lab.store.home))
    for command in ("list --format json", f"show {got.id} --format json", f"show {got.id}", "list"):
        assert entry.run(["inbox", *command.split()]) == 0
    shown = capsys.readouterr()
    kept = [path.read_bytes() for path in lab.store.home.rglob("*") if path.is_file()]
    told = (caplog.text + turn.told() + shown.out + shown.err).encode()
    assert len(kept) > 3
    assert [word for word in CANARIES if any(word.lower().encode() in one.lower() for one in (*kept, told))] == []


# --- where it goes on -------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """As a signal ends a process: nothing takes it for an error."""


def test_a_reading_that_was_killed_goes_on_and_doubles_nothing(lab: Lab) -> None:
    """After each mail once: all are there in the end, each once, and nothing in the mailbox was touched."""
    report = lab.reports()[0]
    uids = lab.put(*(answer(report, number=number) for number in range(4)))

    def stops_before(last: int) -> inbox.Progress:
        def progress(_what: str, done: int) -> None:
            if done == last:
                raise Killed

        return progress

    for stop, there in ((0, 0), (1, 1), (1, 2)):
        with pytest.raises(Killed):
            inbox.read(lab.store, lab.settings, stops_before(stop))
        assert len(lab.answers()) == there
    assert lab.read().read == 2
    assert lab.read() == inbox.Turn()
    assert [one.report_id for one in lab.answers()] == [report.id] * 4
    assert int(lab.mark().rpartition(":")[2]) == uids[-1]
    assert lab.server.flags(lab.folder) == [set()] * 4
    assert lab.store.check() == []


def test_what_was_sealed_before_the_process_ended_is_no_second_mail(lab: Lab) -> None:
    """The bytes are kept first: a row never names bytes that are not there."""
    raw = answer(lab.reports()[0])
    digest = sealed.keep(lab.store.home, raw)
    lab.put(raw)
    assert lab.read().read == 1
    assert [one.digest for one in lab.answers()] == [digest]
    assert sealed.open_(lab.store.home, digest) == raw


def test_a_folder_that_was_made_anew_is_read_again_without_doubles(lab: Lab) -> None:
    """All UIDs are others then: what was read before is known by its bytes, and what was erased stays erased."""
    first, second = (answer(lab.reports()[0], number=number) for number in range(2))
    lab.put(first)
    assert lab.read().read == 1
    sealed.forget(lab.store.home, lab.answers()[0].digest)
    before = lab.mark()
    lab.server.add_folder(lab.folder)
    lab.put(first, second)
    turn = lab.read()
    assert (turn.read, turn.duplicate) == (1, 1)
    assert not sealed.path(lab.store.home, lab.answers()[0].digest).exists()
    assert len(lab.answers()) == 2
    assert lab.mark().partition(":")[0] != before.partition(":")[0]


def test_the_same_bytes_twice_are_one_answer(lab: Lab) -> None:
    """A second delivery is counted and not stored."""
    raw = answer(lab.reports()[0])
    lab.put(raw, raw)
    turn = lab.read()
    assert (turn.read, turn.duplicate, len(lab.answers())) == (1, 1, 1)


def test_another_mailbox_is_read_from_its_beginning(lab: Lab) -> None:
    """Its UIDs say nothing about where it was read to, even where its numbering is the same."""
    lab.put(answer(lab.reports()[0]))
    assert lab.read().read == 1
    other = f"{lab.folder}-2"
    lab.server.add_folder(other)
    lab.server.put(answer(lab.reports()[1], number=2), folder=other)
    moved = lab.settings.model_copy(update={"inbox_url": SecretStr(lab.server.url(other))})
    assert inbox.read(lab.store, moved).read == 1
    assert [one.report_id for one in lab.answers()] == [one.id for one in lab.reports()]


def test_a_mail_that_breaks_the_reader_is_kept_and_the_next_is_read(lab: Lab) -> None:
    """It waits for a person as unreadable, with its bytes sealed."""

    def reader(raw: bytes, authserv: str) -> Reply:
        if b"broken" in raw:
            raise RecursionError("a hostile mail")
        return inbox.read_plainly(raw, authserv)

    report = lab.reports()[0]
    lab.put(answer(report, "broken"), answer(report, number=2))
    turn = inbox.read(lab.store, lab.settings, reader=reader)
    bad, good = lab.answers()
    assert (turn.read, turn.matched, turn.unmatched) == (2, 1, 1)
    assert (bad.kind, bad.report_id, bad.suggests, good.kind) == ("unreadable", None, "", "answer")
    assert b"broken" in sealed.open_(lab.store.home, bad.digest)
    assert "a hostile mail" not in str(bad)


def test_a_mail_that_is_too_large_is_matched_by_its_header(lab: Lab) -> None:
    """Its beginning is kept, and whoever looks is told that the rest was not read."""
    lab.put(answer(lab.reports()[0]) + b"x" * LARGEST)
    assert lab.read().matched == 1
    (got,) = lab.answers()
    assert got.doubts[0] == "it is larger than 25 MiB: the rest was not read"
    assert len(sealed.open_(lab.store.home, got.digest)) == LARGEST + 1


def test_a_mail_that_somebody_took_away_is_passed_over(lab: Lab) -> None:
    """It was there when the list was made, and is gone when it is asked for."""
    with scripted({"UID SEARCH": lambda tag: done(tag, b"SEARCH 5 6")}) as gone:
        url = SecretStr(f"imap://user:word@127.0.0.1:{gone.port}/INBOX")
        knobs = lab.settings.model_copy(update={"inbox_url": url})
        assert inbox.read(lab.store, knobs) == inbox.Turn()
    assert (lab.mark(), lab.answers()) == ("7:6", [])


def test_a_mail_that_its_server_never_hands_out_does_not_hold_up_the_others(lab: Lab) -> None:
    """It is asked for three times; then it has a row that sends a person to the mailbox, and what follows is read."""
    with scripted({"UID SEARCH": lambda tag: done(tag, b"SEARCH 5 6")}) as server:
        mail = answer(lab.reports()[0])

        def fetched(tag: bytes) -> bytes:
            line = server.lines[-1]
            if b"BODY" not in line:
                return done(tag)
            if b" 5 " in line:
                return tag + b" NO cannot\r\n"
            return b"* 2 FETCH (UID 6 BODY[]<0> {%d}\r\n" % len(mail) + mail + b")\r\n%s OK done\r\n" % tag

        server.answers["UID FETCH"] = fetched
        url = SecretStr(f"imap://user:word@127.0.0.1:{server.port}/INBOX")
        knobs = lab.settings.model_copy(update={"inbox_url": url})
        tried = [inbox.read(lab.store, knobs).exit_code for _ in range(3)]
        assert (tried, lab.mark()) == ([3, 3, 3], "7:5")
        assert inbox.read(lab.store, knobs).matched == 1
    lost, got = lab.answers()
    assert (lost.kind, list(lost.doubts), got.kind) == ("unreadable", [inbox.NOT_HAD], "answer")
    assert lab.store.check() == []


# --- when it cannot be read -------------------------------------------------------------------------------------------


def test_without_a_mailbox_nothing_is_done(lab: Lab) -> None:
    """It is off until a team sets it."""
    lab.put(answer(lab.reports()[0]))
    off = lab.settings.model_copy(update={"inbox_url": SecretStr("")})
    assert inbox.read(lab.store, off) == inbox.Turn()
    assert not (lab.store.home / "inbox.key").exists()


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"inbox_url": SecretStr("imap://127.0.0.1/INBOX")}, 2, "SCAMHUNT_INBOX_URL: no address with user"),
        ({"inbox_url": SecretStr("imap://u:p@127.0.0.1:1/INBOX")}, 3, "no connection"),
        ({"fetch_allow_nets": ()}, 5, "127.0.0.1"),
    ],
)
def test_what_fails_is_told_and_stops_nothing_else(lab: Lab, change: dict[str, object], code: int, words: str) -> None:
    """The turn says why; what the clock does besides goes on."""
    turn = inbox.read(lab.store, lab.settings.model_copy(update=change))
    assert (turn.read, turn.exit_code) == (0, code)
    assert words in turn.problem
    assert turn.problem in turn.told()


def test_a_wrong_password_names_the_right_setting(lab: Lab) -> None:
    """Two settings name mailboxes: the message is about this one."""
    word = "hunter-22"
    wrong = lab.settings.model_copy(update={"inbox_url": SecretStr(lab.server.url(lab.folder, password=word))})
    turn = inbox.read(lab.store, wrong)
    assert "look at SCAMHUNT_INBOX_URL" in turn.problem
    assert word not in turn.problem


@pytest.mark.parametrize(("folder", "refused"), [("", True), ("{own}", True), ("{own}-other", False)])
def test_the_folder_of_the_feed_is_refused(lab: Lab, folder: str, refused: bool) -> None:
    """Where forwarded scams come in, answers would be taken for scams; another folder of the same mailbox is fine."""
    own = "inbox" if folder == "" else lab.folder
    knobs = {"imap_url": SecretStr(lab.server.url(folder.format(own=lab.folder)))}
    knobs |= {"inbox_url": SecretStr(lab.server.url(own))}
    turn = inbox.read(lab.store, lab.settings.model_copy(update=knobs))
    assert (turn.exit_code, "name the same folder" in turn.problem) == ((2, True) if refused else (0, False))


def test_a_feed_that_cannot_be_read_is_no_reason_to_stop(lab: Lab) -> None:
    """A broken address of the other mailbox is told where that one is read."""
    lab.put(answer(lab.reports()[0]))
    knobs = lab.settings.model_copy(update={"imap_url": SecretStr("imap://nobody")})
    assert inbox.read(lab.store, knobs).read == 1


def test_two_readings_at_once_are_one(lab: Lab) -> None:
    """The second is told so, with the exit code of a held lease; it reads nothing."""
    lab.put(answer(lab.reports()[0]))
    with Store.open(lab.settings.home, now=lambda: NOW) as other, other.lease("inbox"):
        turn = lab.read()
    assert (turn.read, turn.exit_code) == (0, 4)
    assert lab.read().read == 1


def test_what_the_disk_refuses_loses_no_mail(lab: Lab) -> None:
    """A lost key stops the reading before the first row; with the key it goes on where it was."""
    first, second = (answer(lab.reports()[0], number=number) for number in range(2))
    lab.put(first)
    lab.read()
    lab.put(second)
    key = lab.store.home / "inbox.key"
    key.rename(key.with_suffix(".away"))
    turn = lab.read()
    assert (turn.read, turn.exit_code) == (0, 3)
    assert "put it back" in turn.problem
    assert len(lab.answers()) == 1
    key.with_suffix(".away").rename(key)
    assert lab.read().read == 1


def test_a_turn_tells_what_it_brought() -> None:
    """One line for a log, which leaves out what there was none of."""
    turn = inbox.Turn(3, 2, 1, 4, {"actioned": 1, "acknowledged": 1}, 5, "inbox: no answer in time", 3)
    assert turn.told() == (
        "3 read, 1 without a report, 4 read before, 1 suggest acknowledged, 1 suggest actioned, 5 wait; "
        "inbox: no answer in time"
    )
    assert inbox.Turn().told() == "0 read"


def test_the_state_of_a_report_is_what_people_and_looks_say(lab: Lab) -> None:
    """Even an acknowledgement that nobody doubts waits for a person."""
    lab.put(answer(lab.reports()[0]))
    assert lab.read().suggested == {"acknowledged": 1}
    assert lab.reports()[0].state is ReportState.SENT
