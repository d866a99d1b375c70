"""The outbox: what goes out, what waits, what a rule stops, and that nothing goes out twice."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bench.lab_outbox import DESK, lab_settings, mail_of, queued
from bench.lab_smtp import AFTER, MANNERS, STEPS, Fault, Smtp
from scamhunt import desk_approval, outbox, reference, schedule
from scamhunt.errors import EvidenceChanged, NotAllowedNow, Refused
from scamhunt.gather import timetable
from scamhunt.mail.sending import LIMITS, Limits
from scamhunt.material import Material
from scamhunt.model import SYSTEM, Kind, ReportState
from scamhunt.schedule import Turns
from scamhunt.settings import Settings
from scamhunt.store import ReportView, Store
from scamhunt.takedown.steps import Step

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
BREAKS = int(os.environ.get("BREAKS", "60"))
"""`make soak` has 600."""
SHORT = Limits(total=0.5, connect=0.5, parting=0.1)
WAITS = ("hang", "garbage", "drip", "accept and hang")
"""Manners that last until our own end."""
PROGRAM = """
from scamhunt import desk_approval, outbox, reference, settings
knobs = settings.load()
outbox.turn(knobs)
"""


@pytest.fixture(autouse=True)
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C end a delivery also where the tests were started in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def server() -> Iterator[Smtp]:
    """Return a mail server that works."""
    with Smtp() as one:
        yield one


@pytest.fixture
def lab(tmp_path: Path, server: Smtp) -> Settings:
    """Return the settings of a team that sends by it."""
    return lab_settings(tmp_path, server.url, clock=NOW, trust_names=True)


@pytest.fixture
def store(lab: Settings) -> Iterator[Store]:
    """Return its database."""
    with Store.open(lab.home, now=lambda: NOW) as opened:
        yield opened


@pytest.fixture
def report(store: Store) -> ReportView:
    """Return a report that is due."""
    return queued(store, ["amazon-desk-0.com"])[0]


def acts(store: Store, number: int) -> list[str]:
    """Return what the log tells of a report."""
    return [event.act for event in store.history(f"report:{number}")]


def test_a_due_report_is_sent_once_and_the_proof_is_kept(
    store: Store, lab: Settings, server: Smtp, report: ReportView
) -> None:
    """State, time and the server's answer stand in the row; the log has claim and proof, in the name of the system."""
    (outcome,) = outbox.send_due(store, lab)
    after = store.report(report.id)
    assert (outcome.state, outcome.exit_code) == (ReportState.SENT, 0)
    assert (after.state, after.answer, after.sent_at) == (ReportState.SENT, "250 kept as lab-1", NOW)
    assert server.accepted == [mail_of(report.candidate_id)]
    claim, sent = store.history(f"report:{report.id}")[-2:]
    same = {"message_id": report.message_id, "sha256": report.sha256, "recipient": DESK}
    assert (claim.act, claim.actor) == ("report.claim", "system")
    assert claim.detail.items() >= (same | {"state": "sending"}).items()
    assert sent.detail.items() >= (same | {"answer": "250 kept as lab-1", "step": "dot", "state": "sent"}).items()
    assert outbox.send_due(store, lab) == []
    with pytest.raises(NotAllowedNow, match="is sent"):
        outbox.send_one(store, lab, report.id)
    assert server.connections == 1


def test_that_it_is_being_sent_is_stored_before_the_connection(lab: Settings, tmp_path: Path) -> None:
    """Whoever looks while the server is silent sees the claim and the Message-ID: a crash then is no second mail."""
    del tmp_path
    with Smtp(Fault("greeting", "hang")) as slow, Store.open(lab.home, now=lambda: NOW) as store:
        (report,) = queued(store, ["amazon-desk-1.com"])
        knobs = lab.model_copy(update={"smtp_url": SecretStr(slow.url)})
        thread = threading.Thread(target=outbox.send_one, args=(store, knobs, report.id), kwargs={"limits": SHORT})
        thread.start()
        while not slow.connections:
            time.sleep(0.005)
        with Store.open(lab.home, now=lambda: NOW) as other:
            seen = other.report(report.id)
            assert outbox.recover(other) == []
        thread.join()
        assert (seen.state, seen.message_id, seen.tried_at) == (ReportState.SENDING, report.message_id, NOW)
        assert store.report(report.id).state is ReportState.FAILED


@pytest.mark.parametrize(
    ("why", "change"),
    {
        "not before": {"due_at": NOW + timedelta(minutes=1)},
        "only a queued report": {"due_at": None},
        "handed out": {"handed_at": NOW},
        "a person hands it in": {"channel": "form"},
    }.items(),
    ids=["not due", "never due", "handed out", "form"],
)
def test_what_does_not_go_out_now_is_left_alone(  # noqa: PLR0913, PLR0917  # the world and one row of the table
    store: Store, lab: Settings, server: Smtp, report: ReportView, change: dict[str, object], why: str
) -> None:
    """Not due, handed out as a file, or for a form: nothing is connected and nothing changes."""
    with store.acting(SYSTEM) as desk:
        changed = desk.step(report, Step.QUEUE, changes=change)
    with pytest.raises(NotAllowedNow, match=why):
        outbox.send_one(store, lab, report.id)
    assert outbox.send_due(store, lab) == []
    assert (store.report(report.id), server.connections) == (changed, 0)


def test_while_sending_is_off_nothing_is_sent(store: Store, lab: Settings, server: Smtp, report: ReportView) -> None:
    """The default: neither a turn nor a person's command opens a connection."""
    off = lab.model_copy(update={"sending": False})
    with pytest.raises(NotAllowedNow, match="sending is off"):
        outbox.send_one(store, off, report.id)
    assert outbox.send_due(store, off) == []
    assert (store.report(report.id), server.connections) == (report, 0)


@pytest.mark.parametrize("by", ["one", "due"])
def test_what_a_rule_stops_is_a_draft_again(
    store: Store, lab: Settings, server: Smtp, report: ReportView, by: str
) -> None:
    """Bytes that are not what was approved never leave, the approval is void, and it does not wait for ever."""
    (store.home / "outbox" / report.sha256).write_bytes(b"other bytes")
    if by == "one":
        with pytest.raises(EvidenceChanged, match="was changed"):
            outbox.send_one(store, lab, report.id)
    else:
        (outcome,) = outbox.send_due(store, lab)
        assert (outcome.state, outcome.exit_code) == (ReportState.DRAFT, 3)
    after = store.report(report.id)
    assert (after.state, after.sha256, after.due_at) == (ReportState.DRAFT, "", None)
    assert [one.voided_at for one in store.approvals(report.id)] == [NOW]
    assert acts(store, report.id)[-1] == "report.void"
    assert server.connections == 0


@pytest.mark.parametrize("number", ["+12025550143"])
def test_a_fictional_number_leaves_to_loopback_only(store: Store, lab: Settings, server: Smtp, number: str) -> None:
    """A made-up number is for films and tests: no desk outside is bothered with it."""
    (report,) = queued(store, [number], Kind.PHONE)
    outside = lab.model_copy(update={"smtp_url": SecretStr("smtp://198.41.0.4")})
    with store.acting(SYSTEM) as desk, pytest.raises(Refused, match="fictional number"):
        desk_approval.gate(desk, Material.of(outside, reference.brands(outside)), report)
    with store.acting(SYSTEM) as desk:
        assert desk_approval.gate(desk, Material.of(lab, reference.brands(lab)), report)
    assert server.connections == 0


# --- limits -----------------------------------------------------------------------------------------------------------


def test_a_recipient_gets_so_many_a_minute(store: Store, lab: Settings, server: Smtp) -> None:
    """What is too much waits, spread over the next minutes; another recipient does not wait."""
    targets = [f"amazon-desk-{at}.com" for at in range(6)]
    queued(store, targets)
    queued(store, ["amazon-other.com"], recipient="abuse@host.example")
    slow = lab.model_copy(update={"recipient_a_minute": 2})
    outcomes = outbox.send_due(store, slow)
    assert Counter(one.state for one in outcomes) == {ReportState.SENT: 3, ReportState.QUEUED: 4}
    waits = sorted(one.due_at for one in store.reports(state=ReportState.QUEUED) if one.due_at)
    assert waits == [NOW + timedelta(minutes=at) for at in (1, 1, 2, 2)]
    assert {one.exit_code for one in outcomes} == {0}
    assert outbox.send_due(store, slow) == []
    for minute in (1, 2):
        later = NOW + timedelta(minutes=minute)
        with Store.open(lab.home, now=lambda later=later: later) as again:  # type: ignore[misc]  # a clock
            outbox.send_due(again, slow)
    assert len(server.accepted) == len(set(server.seen)) == 7


def test_a_recipient_gets_so_many_a_day(store: Store, lab: Settings, server: Smtp) -> None:
    """The rest goes out when the first of today's is a day old, after a restart too."""
    queued(store, [f"amazon-desk-{at}.com" for at in range(3)])
    slow = lab.model_copy(update={"recipient_a_day": 2})
    outbox.send_due(store, slow)
    (left,) = store.reports(state=ReportState.QUEUED)
    assert (left.due_at, len(server.accepted)) == (NOW + timedelta(days=1), 2)
    told = store.history(f"report:{left.id}")[-1]
    assert (told.act, told.reason) == ("report.queue", f"{DESK} had as many mails as it gets in a minute or a day")


# --- where it breaks --------------------------------------------------------------------------------------------------


def runs(count: int, seed: int) -> list[Fault]:
    """Return so many faults: each step in turn, the manner by chance."""
    chance = random.Random(seed)
    steps = [STEPS[at % len(STEPS)] for at in range(count)]
    return [Fault(step, chance.choice(MANNERS + AFTER if step == "dot" else MANNERS)) for step in steps]


@pytest.mark.parametrize("seed", [7])
def test_a_server_that_breaks_never_gets_a_mail_twice(lab: Settings, seed: int) -> None:
    """Breaks at each of twelve steps: at most one content each, ever, and whatever is unclear waits for a person."""
    faults = runs(BREAKS, seed)
    with Store.open(lab.home, now=lambda: NOW) as store:
        reports = queued(store, [f"amazon-desk-{at}.com" for at in range(len(faults))])

    def tried(fault: Fault, report: ReportView) -> tuple[ReportState, Smtp]:
        kind = {"tls": "", "log_in": fault.step == "auth"}
        with Smtp(fault, **kind) as broken, Store.open(lab.home, now=lambda: NOW) as own:  # type: ignore[arg-type]  # of two types
            knobs = lab.model_copy(update={"smtp_url": SecretStr(broken.url)})
            outbox.send_one(own, knobs, report.id, limits=SHORT if fault.manner in WAITS else LIMITS)
            for _ in range(2):
                outbox.recover(own)
                with pytest.raises(NotAllowedNow):
                    outbox.send_one(own, knobs, report.id, limits=SHORT)
            return own.report(report.id).state, broken

    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(tried, faults, reports))
    for fault, (state, broken) in zip(faults, found, strict=True):
        assert max(Counter(broken.seen).values(), default=0) <= 1
        assert len(broken.accepted) <= (state in {ReportState.SENT, ReportState.UNKNOWN})
        if broken.seen and not broken.accepted:
            assert state is (ReportState.FAILED if fault.manner in {"4xx", "5xx"} else ReportState.UNKNOWN)
        if fault.manner == "answer and hang up":
            assert state is ReportState.SENT
    with Store.open(lab.home, now=lambda: NOW) as store:
        assert outbox.send_due(store, lab) == []


def environment(lab: Settings, url: str) -> dict[str, str]:
    """Return the lab as variables, for another process."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SCAMHUNT_")}
    return ours | {
        "SCAMHUNT_HOME": str(lab.home),
        "SCAMHUNT_OVERLAY": str(lab.overlay),
        "SCAMHUNT_BRANDS": str(lab.brands[0]),
        "SCAMHUNT_FETCH_ALLOW_NETS": "127.0.0.0/8",
        "SCAMHUNT_SMTP_URL": url,
        "SCAMHUNT_SENDING": "on",
        "SCAMHUNT_CLOCK": NOW.isoformat(),
        "SCAMHUNT_TRUST_NAMES": "on",
        "XDG_CONFIG_HOME": str(lab.home.parent / "config"),
    }


def test_a_process_that_was_killed_after_the_content_leaves_it_unknown(
    store: Store, lab: Settings, report: ReportView
) -> None:
    """The server took the mail and nobody wrote it down: a person finds out, the next turn sends nothing."""
    with Smtp(Fault("dot", "accept and hang")) as holding:
        command = [sys.executable, "-c", PROGRAM]
        process = subprocess.Popen(command, env=environment(lab, holding.url), stderr=subprocess.DEVNULL)
        while not holding.accepted and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait(20)
        assert store.report(report.id).state is ReportState.SENDING
        knobs = lab.model_copy(update={"smtp_url": SecretStr(holding.url)})
        (outcome,) = outbox.send_due(store, knobs)
        assert (outcome.state, outcome.exit_code) == (ReportState.UNKNOWN, 3)
        assert outbox.send_due(store, knobs) == []
        assert (len(holding.accepted), holding.connections) == (1, 1)
    assert acts(store, report.id)[-2:] == ["report.claim", "report.lose"]


@pytest.mark.parametrize(
    ("holder", "seconds", "state"),
    [
        ("elsewhere|1|2|3", 100, ReportState.SENDING),
        ("elsewhere|1|2|3", 106, ReportState.UNKNOWN),
        ("no holder of ours", 100, ReportState.SENDING),
        ("no holder of ours", 106, ReportState.UNKNOWN),
    ],
)
def test_another_machine_s_report_is_lost_after_a_while(
    store: Store, report: ReportView, holder: str, seconds: int, state: ReportState
) -> None:
    """Nobody here can know whether that process lives; no delivery takes that long."""
    tried = NOW - timedelta(seconds=seconds)
    with store.acting(SYSTEM) as desk:
        desk.step(report, Step.CLAIM, changes={"holder": holder, "tried_at": tried})
    outbox.recover(store)
    assert store.report(report.id).state is state


def test_word_that_comes_late_is_noted_and_changes_nothing(store: Store, lab: Settings, report: ReportView) -> None:
    """A process that was taken for dead and goes on adds what it knows; the person still decides."""
    with Smtp(Fault("dot", "accept and hang")) as slow:
        knobs = lab.model_copy(update={"smtp_url": SecretStr(slow.url)})
        thread = threading.Thread(target=outbox.send_one, args=(store, knobs, report.id), kwargs={"limits": SHORT})
        thread.start()
        while not slow.accepted:
            time.sleep(0.005)
        late = NOW + timedelta(minutes=5)
        with Store.open(lab.home, now=lambda: late) as other:
            assert outbox.recover(other) == [report.id]
        thread.join()
    assert store.report(report.id).state is ReportState.UNKNOWN
    assert acts(store, report.id)[-2:] == ["report.lose", "report.note"]


@pytest.mark.parametrize(("step", "state"), [("rcpt", ReportState.FAILED), ("dot", ReportState.UNKNOWN)])
def test_what_is_known_when_somebody_ends_the_program_is_stored(
    store: Store, lab: Settings, report: ReportView, step: str, state: ReportState
) -> None:
    """Ctrl-C in the middle of a delivery: the row says what became of it before the program ends."""
    with Smtp(Fault(step, "hang")) as slow:

        def interrupt() -> None:
            while slow.commands[-1:] != [{"rcpt": "RCPT", "dot": "DATA"}[step]] or (step == "dot" and not slow.seen):
                time.sleep(0.005)
            os.kill(os.getpid(), signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        thread.start()
        with pytest.raises(KeyboardInterrupt):
            outbox.send_one(store, lab.model_copy(update={"smtp_url": SecretStr(slow.url)}), report.id)
        thread.join()
    assert (store.report(report.id).state, store.report(report.id).answer) == (
        state,
        f"at step {step}: the program was ended",
    )


def test_a_mail_that_cannot_be_sent_as_it_is_fails(store: Store, lab: Settings, server: Smtp) -> None:
    """Bytes or addresses that servers read differently are found before anything is connected."""
    (report,) = queued(store, ["amazon-desk-0.com"], recipient="abuse@registrar.example, other@desk.example")
    with pytest.raises(Refused, match="for somebody else than its row says"):
        outbox.send_one(store, lab, report.id)
    assert (store.report(report.id).state, server.connections) == (ReportState.DRAFT, 0)


def test_a_busy_database_does_not_lose_what_became_of_a_mail(
    store: Store, lab: Settings, server: Smtp, report: ReportView
) -> None:
    """Another program writes for longer than usual just when the mail is out: it is stored as soon as that is over."""
    server.fault = Fault()
    database = sqlite3.connect(lab.home / "scamhunt.db", isolation_level=None, check_same_thread=False)
    with Smtp(Fault("dot", "hang")) as slow:
        knobs = lab.model_copy(update={"smtp_url": SecretStr(slow.url)})
        thread = threading.Thread(target=outbox.send_one, args=(store, knobs, report.id), kwargs={"limits": SHORT})
        thread.start()
        while not slow.seen:
            time.sleep(0.005)
        database.execute("BEGIN IMMEDIATE")
        time.sleep(0.7)
        database.execute("ROLLBACK")
        thread.join()
    database.close()
    assert store.report(report.id).state is ReportState.UNKNOWN


def test_a_turn_ends_between_two_reports(store: Store, lab: Settings, server: Smtp) -> None:
    """What stops the program stops it before the next mail, and the rest stays queued."""
    queued(store, [f"amazon-desk-{at}.com" for at in range(3)])

    def stop(_what: str, done: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        outbox.send_due(store, lab, progress=stop)
    assert (len(server.accepted), len(store.reports(state=ReportState.QUEUED))) == (1, 2)


def test_a_turn_is_told_in_one_line(store: Store, lab: Settings, server: Smtp, report: ReportView) -> None:
    """The schedule's log says how many went out, and names each that did not."""
    done = outbox.turn(lab)
    assert (done.told(), done.exit_code) == ("1 sent", 0)
    assert outbox.turn(lab).outcomes == ()
    (other,) = queued(store, ["amazon-desk-9.com"])
    server.fault = Fault("rcpt", "5xx")
    done = outbox.turn(lab)
    assert done.told() == f"1 failed; {other.id}: {DESK}: at step rcpt: 551 not \\u{{1b}}[31mnow\\u{{7}}"
    assert done.exit_code == 3
    assert report.id == 1


def test_the_schedule_sends_every_minute_while_sending_is_on(store: Store, lab: Settings, report: ReportView) -> None:
    """What is due goes out by itself, with a line only where there was something; switched off there is no such job."""
    names = [job.name for job in schedule.jobs(lab.model_copy(update={"sending": False}))]
    (job,) = [job for job in schedule.jobs(lab) if job.name not in names]
    told: list[str] = []
    turns = Turns(lambda: NOW, told.append)
    assert (turns.take(job), turns.take(job)) == (0, 0)
    assert told == ["2026-11-22T06:00:00Z outbox 1 sent"]
    assert timetable.last_turn(job.when, NOW) == NOW
    assert store.report(report.id).state is ReportState.SENT
