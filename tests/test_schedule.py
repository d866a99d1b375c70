"""The schedule: when a feed's turn is, that it is taken once, and that it ends in order."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from itertools import accumulate
from pathlib import Path

import pytest
from apscheduler.triggers.cron import CronTrigger  # type: ignore[import-untyped]  # untyped
from apscheduler.triggers.date import DateTrigger  # type: ignore[import-untyped]  # untyped
from pydantic import SecretStr

from scamhunt import pipeline, schedule
from scamhunt.cli import entry
from scamhunt.errors import LeaseHeld, StoreError, UserError
from scamhunt.feed_run import FeedResult
from scamhunt.gather import timetable
from scamhunt.schedule import Job, Turns
from scamhunt.settings import Settings
from scamhunt.store import Run, Store

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)  # a Sunday
CRAWLER = """
from scamhunt.errors import FeedFailed
from scamhunt.model import CONFIGURED, Batch, Example, Feed, Fetch, Kind
from scamhunt.indicators.lists import read_rows

FEED = Feed(
    name="{name}", publisher="us", homepage="https://own.example/", terms="ours", kind=Kind.DOMAIN,
    schedule="{when}", needs_key=False, rows_a_day=(0, 10**9), verified_on="2026-11-22", how="tried", rate=1000.0,
)
EXAMPLES = (Example(b"", ()),)

def crawl(mark):
    reply = yield Fetch(CONFIGURED)
{crawl}
"""
LIST = "    yield from read_rows(reply.chunks, reply.mark)\n"
ENDLESS = '    for at in range(10**6):\n        yield Batch(f"{at}", [f"rain-{at}.com"], [at], [None])\n'
PROGRAM = """
import sys
from datetime import UTC
from apscheduler.triggers.cron import CronTrigger
from scamhunt import schedule, settings

def tell(line):
    print(line, file=sys.stderr, flush=True)

knobs = settings.load()
schedule.run(knobs, tell, trigger=lambda _: CronTrigger(second="*", timezone=UTC), grace=float(sys.argv[1]))
"""


class Site:
    """A loopback server that counts what it is asked, and may be slow."""

    def __init__(self) -> None:
        """Serve one list."""
        self.asked: list[float] = []
        self.slow: Callable[[], object] = lambda: None
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(time.time())
                site.slow()
                body = f"amazon-login-desk-{len(site.asked)}.com\n".encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, *_: object) -> None:
                """Say nothing: clients are killed here."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def site() -> Iterator[Site]:
    """Give a server."""
    one = Site()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture
def lab(tmp_path: Path, site: Site) -> Settings:
    """Give settings of a lab with one brand and one feed, `own`, that the server has."""
    (tmp_path / "pack.toml").write_text('[[brand]]\nid = "amazon"\nname = "Amazon"\ndomains = ["amazon.com"]\n')
    settings = Settings(
        home=tmp_path / "home",
        overlay=tmp_path / "overlay",
        brands=(tmp_path / "pack.toml",),
        fetch_allow_nets=(ip_network("127.0.0.0/8"),),
        feeds=("own",),
        addresses={"own": site.url, "other": site.url},
    )
    own(settings)
    return settings


def own(lab: Settings, name: str = "own", when: str = "0 6 * * *", crawl: str = LIST) -> None:
    """Put a feed of the team's own into the overlay."""
    folder = lab.overlay / "crawlers"
    folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    (folder / f"{name}.py").write_text(CRAWLER.format(name=name, when=when, crawl=crawl))
    (folder / f"{name}.py").chmod(0o600)


def environment(lab: Settings) -> dict[str, str]:
    """Return the lab as variables, for another process."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SCAMHUNT_")}
    return ours | {
        "SCAMHUNT_HOME": str(lab.home),
        "SCAMHUNT_OVERLAY": str(lab.overlay),
        "SCAMHUNT_BRANDS": str(lab.brands[0]),
        "SCAMHUNT_FETCH_ALLOW_NETS": "127.0.0.0/8",
        "SCAMHUNT_FEEDS": "own",
        "SCAMHUNT_ADDRESSES": f"own={lab.addresses['own']}",
        "XDG_CONFIG_HOME": str(lab.home.parent / "config"),
    }


def runs(lab: Settings, url: str = "") -> list[Run]:
    """Return the runs of the feed, the oldest first."""
    with Store.open(lab.home, now=lab.now, url=url) as store:
        return store.runs("own")[::-1]


def leases(lab: Settings) -> int:
    """Return how many leases somebody holds."""
    with sqlite3.connect(lab.home / "scamhunt.db") as database:
        (held,) = database.execute("SELECT count(*) FROM lease").fetchone()
    database.close()
    return int(held)


def until(true: Callable[[], object], seconds: float = 20) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


# --- when -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "last"),
    [
        ("0 6 * * *", NOW.replace(minute=0)),
        ("30 6 * * *", NOW),
        ("31 6 * * *", NOW.replace(day=21, minute=31)),
        ("*/7 * * * *", NOW.replace(minute=28)),
        ("15 1,13 * * *", NOW.replace(hour=1, minute=15)),
        ("0 6 * * mon", NOW.replace(day=16, minute=0)),
        ("0 6 * * sun", NOW.replace(minute=0)),
        ("0 6 * * mon-fri", NOW.replace(day=20, minute=0)),
        ("0 0 1 1 *", datetime(2026, 1, 1, tzinfo=UTC)),
        ("0 0 29 2 *", datetime(2024, 2, 29, tzinfo=UTC)),
        ("0 0 30 2 *", datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_the_last_turn_of_a_schedule(when: str, last: datetime) -> None:
    """A missed turn is known from the schedule alone: the last moment up to now, in UTC, days of the week by name."""
    assert timetable.last_turn(timetable.cron(when), NOW) == last


@pytest.mark.parametrize(
    "when",
    ["", "daily", "0 6 * *", "0 6 * * * *", "61 6 * * *", "0 6 * * 0", "0 6 * * 1-5", "0 6 * * funday", "a b c d e"],
)
def test_a_schedule_that_cannot_be_read_is_told_with_its_crawler(lab: Settings, when: str) -> None:
    """A number for a day of the week is refused too: it means another day to cron than to us."""
    own(lab, when=when)
    with pytest.raises(
        UserError, match=r"own\.py: FEED\.schedule: .* is no schedule; write minute, .*'0 6 \* \* mon-fri'"
    ):
        schedule.jobs(lab)


def test_the_feeds_that_are_on_are_on_the_clock(lab: Settings) -> None:
    """Each once, by its own schedule; a name that is no feed is told with the nearest one."""
    own(lab, "other", when="5 * * * *")
    found = schedule.jobs(lab.model_copy(update={"feeds": ("own", "other", "own")}))
    assert [(job.name, timetable.last_turn(job.when, NOW)) for job in found] == [
        ("own", NOW.replace(minute=0)),
        ("other", NOW.replace(minute=5)),
        ("track", NOW.replace(minute=NOW.minute // 5 * 5)),
    ]
    with pytest.raises(UserError, match=r"SCAMHUNT_FEEDS: no feed 'owm' \(did you mean 'own'\?\); feeds are "):
        schedule.jobs(lab.model_copy(update={"feeds": ("owm",)}))


# --- a turn -----------------------------------------------------------------------------------------------------------


def job(*outcomes: FeedResult | Exception) -> Job:
    """Return a job that has these results, or raises."""

    def work(due: datetime, progress: pipeline.Progress) -> Sequence[FeedResult]:
        assert due == NOW.replace(minute=0)
        for outcome in outcomes:
            progress("own", 1)
            if isinstance(outcome, Exception):
                raise outcome
        return [outcome for outcome in outcomes if isinstance(outcome, FeedResult)]

    return Job("own", timetable.cron("0 6 * * *"), work)


GOOD = FeedResult("own", "", read=1200, accepted=1150, duplicate=40, quarantined=10, notices=("one part is late",))
TURNS = {
    "done": (job(GOOD), 0, "own ok: 1,200 rows, 1,150 accepted, 40 seen before, 10 quarantined; one part is late"),
    "failed": (
        job(FeedResult("own", "", "failed", problem="no answer", exit_code=3)),
        3,
        "own failed: 0 rows, 0 accepted, 0 seen before, 0 quarantined; no answer",
    ),
    "the database refuses": (job(StoreError("disk full")), 3, "own failed: disk full"),
    "the user's mistake": (job(UserError("mend the pack\nand this")), 2, "own failed: mend the pack; and this"),
}


@pytest.mark.parametrize(("one", "code", "line"), TURNS.values(), ids=TURNS)
def test_each_turn_is_a_line_with_time_feed_status_and_counts(one: Job, code: int, line: str) -> None:
    """Whatever comes of a turn is told in one line, and the schedule lives on."""
    told: list[str] = []
    assert Turns(lambda: NOW, told.append).take(one) == code
    assert told == [f"2026-11-22T06:30:00Z {line}"]


def test_a_bug_in_one_turn_is_told_with_its_lines(lab: Settings) -> None:
    """A bug does not end the schedule: it is reported with what is needed to mend it."""
    del lab
    told: list[str] = []
    turns = Turns(lambda: NOW, told.append)
    assert turns.take(job(ZeroDivisionError("x"))) == 1
    assert told[0] == "2026-11-22T06:30:00Z own a bug: ZeroDivisionError; please report it with the lines below"
    assert told[1].startswith("Traceback")
    assert turns.take(job(GOOD)) == 0


def test_of_several_places_the_line_names_each_and_the_gravest_code_counts() -> None:
    """Who has to mend a list has to know which; a missing key outweighs a source that is down."""
    told: list[str] = []
    results = (
        FeedResult("own", "a.txt", "skipped", problem="no key", exit_code=2),
        FeedResult("own", "b.txt", "failed", problem="no answer", exit_code=3),
    )
    one = job(*results)
    assert Turns(lambda: NOW, told.append).take(Job("own", one.when, one.work, several=True)) == 2
    assert [line.split(":")[2].partition(" ")[2] for line in told] == ["own (a.txt) skipped", "own (b.txt) failed"]


def test_a_turn_that_another_has_is_told_once() -> None:
    """Looking again every two minutes does not fill the log; when it was free in between it is told again."""
    told: list[str] = []
    turns = Turns(lambda: NOW, told.append)
    held = job(FeedResult("own", "", "skipped", problem="another run is at work", exit_code=LeaseHeld.exit_code))
    assert [turns.take(one) for one in (held, held, job(), held)] == [4, 4, 0, 4]
    assert [line.partition("; ")[2] for line in told] == ["another run is at work"] * 2


def test_after_a_stop_nothing_is_begun_and_a_batch_is_the_last() -> None:
    """A turn that runs ends after its present batch, one that waits is not taken."""
    told: list[str] = []
    turns = Turns(lambda: NOW, told.append)

    def work(_due: datetime, progress: pipeline.Progress) -> Sequence[FeedResult]:
        progress("own", 1)
        turns.stop.set()
        progress("own", 2)
        raise AssertionError

    one = Job("own", timetable.cron("0 6 * * *"), work)
    assert (turns.take(one), turns.take(one)) == (0, 0)
    assert told == ["2026-11-22T06:30:00Z own stopped: the next run goes on where it was"]


# --- once -------------------------------------------------------------------------------------------------------------


def test_once_does_what_is_due_and_nothing_twice(lab: Settings, site: Site) -> None:
    """For a crontab: a missed turn is taken, a taken one is left alone, the next one is taken again."""
    told: list[str] = []
    lines = []
    for now in (NOW, NOW + timedelta(hours=1), NOW + timedelta(days=1)):
        assert schedule.once(lab.model_copy(update={"clock": now}), told.append) == 0
        lines.append(len(told))
    assert (lines, len(site.asked)) == ([1, 1, 2], 2)
    assert told[0] == "2026-11-22T06:30:00Z own ok: 1 rows, 1 accepted, 0 seen before, 0 quarantined"


def test_a_turn_that_was_killed_is_taken_again(lab: Settings, site: Site) -> None:
    """A run that began since the turn and never ended does not count."""
    lab = lab.model_copy(update={"clock": NOW})
    with Store.open(lab.home, now=lab.now) as store:
        store.begin_run("own", "")
    assert schedule.once(lab, print) == 0
    assert len(site.asked) == 1


def test_the_command_once(
    lab: Settings, site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`scamhunt schedule --once` ends with the heaviest exit code, its lines on stderr."""
    for name, value in environment(lab).items():
        monkeypatch.setenv(name, value)
    assert entry.run(["schedule", "--once"]) == 0
    assert " own ok: 1 rows" in capsys.readouterr().err
    site.server.shutdown()
    site.server.server_close()
    monkeypatch.setenv("SCAMHUNT_FEEDS", "own,openphish")
    assert entry.run(["schedule", "--once"]) == 2
    assert " openphish skipped: " in capsys.readouterr().err


# --- the process ------------------------------------------------------------------------------------------------------


def ended_by(number: int, wanted: Callable[[], object]) -> threading.Thread:
    """Send this process a signal as soon as something is so."""

    def send() -> None:
        try:
            until(wanted)
        finally:
            os.kill(os.getpid(), number)

    thread = threading.Thread(target=send)
    thread.start()
    return thread


def each_second(_schedule: str) -> CronTrigger:
    """Stand in for a schedule that a test can wait for."""
    return CronTrigger(second="*", timezone=UTC)


def never_again(_schedule: str) -> DateTrigger:
    """Stand in for a schedule whose next turn is far away."""
    return DateTrigger(datetime(2099, 1, 1, tzinfo=UTC))


def done(told: list[str]) -> list[str]:
    """Return the lines of turns that were taken."""
    return [line for line in told[1:] if "left out" not in line]


def test_it_runs_each_turn_until_a_signal_and_ends_in_order(lab: Settings, site: Site) -> None:
    """Missed turns at once, then each as it comes; afterwards no lease is held and the handlers are as before."""
    told: list[str] = []
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    thread = ended_by(signal.SIGINT, lambda: len(done(told)) >= 2)
    schedule.run(lab, told.append, trigger=each_second)
    thread.join()
    assert told[0] == "on the clock: own, track"
    assert all(" own ok: 1 rows" in line for line in done(told)[:2])  # a third may have been stopped
    assert (len(site.asked), leases(lab)) == (len(done(told)), 0)
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before


def test_a_stop_in_the_middle_keeps_what_was_stored(lab: Settings) -> None:
    """A feed that never ends is left after a batch: its lease is free, its rows are stored, its run counts as cut."""
    own(lab, crawl=ENDLESS)
    told: list[str] = []
    thread = ended_by(signal.SIGTERM, lambda: read(lab) > 0)
    started = time.monotonic()
    schedule.run(lab, told.append, trigger=never_again)
    thread.join()
    assert told[1].endswith(" own stopped: the next run goes on where it was")
    assert time.monotonic() - started < 15
    assert (leases(lab), runs(lab)[0].finished_at) == (0, None)
    assert read(lab) > 0


def read(lab: Settings) -> int:
    """Return how many rows were stored as read."""
    if not Store.exists(lab.home):
        return 0
    database = sqlite3.connect(lab.home / "scamhunt.db")
    try:
        (rows,) = database.execute("SELECT coalesce(sum(read), 0) FROM reading").fetchone()
    except sqlite3.OperationalError:  # the tables are not there yet
        return 0
    finally:
        database.close()
    return int(rows)


def test_a_turn_that_another_process_has_is_looked_at_again(lab: Settings, site: Site) -> None:
    """The other one may have been killed: when its lease is free the turn is taken, long before the next is due."""
    told: list[str] = []
    with Store.open(lab.home, now=lab.now) as store:
        lease = store.lease("feed:own")
        lease.__enter__()

        def free_it_then_wait() -> bool:
            if len(told) == 2:
                told.append("freed")
                lease.__exit__(None, None, None)
            return len(told) >= 4

        thread = ended_by(signal.SIGTERM, free_it_then_wait)
        schedule.run(lab, told.append, trigger=lambda _: CronTrigger(year=2099, timezone=UTC), again=0.3)
        thread.join()
    assert " own skipped: " in told[1]
    assert " own ok: 1 rows" in told[3]
    assert len(site.asked) == 1


def test_a_turn_that_falls_into_the_one_before_is_left_out(lab: Settings, site: Site) -> None:
    """A feed that takes longer than its period is not read twice at a time, and the log says so."""
    told: list[str] = []
    site.slow = lambda: until(lambda: len(told) >= 2)
    thread = ended_by(signal.SIGTERM, lambda: done(told))
    schedule.run(lab, told.append, trigger=each_second)
    thread.join()
    assert told[1].endswith(" own left out: its turn before is not done yet")
    assert " own ok: 1 rows" in done(told)[0]


def test_a_mistake_is_told_before_the_clock_starts(lab: Settings) -> None:
    """A feed that does not exist ends it at once, with the message."""
    with pytest.raises(UserError, match="no feed"):
        schedule.run(lab.model_copy(update={"feeds": ("gone",)}), print)


class Process:
    """The schedule in a process of its own, with a turn each second; without grace the command as it is typed."""

    def __init__(self, lab: Settings, grace: float = 20, url: str = "") -> None:
        """Start it."""
        env = environment(lab) | ({"SCAMHUNT_DATABASE_URL": url} if url else {})
        command = (
            [sys.executable, "-c", PROGRAM, str(grace)] if grace else [sys.executable, "-m", "scamhunt", "schedule"]
        )
        self.log = lab.home.parent / f"log-{time.monotonic_ns()}"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, env=env, stderr=log)

    def lines(self) -> list[str]:
        """Return what it told."""
        return self.log.read_text().splitlines()

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal; return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=40)


def test_the_command_ends_with_0(lab: Settings) -> None:
    """`scamhunt schedule` runs until SIGTERM; its lines are on stderr, and that it was stopped is no failure."""
    process = Process(lab, grace=0)
    until(lambda: len(process.lines()) >= 2)
    assert process.end() == 0
    first, second = process.lines()
    assert (first, second.partition("Z ")[2]) == (
        "on the clock: own, track",
        "own ok: 1 rows, 1 accepted, 0 seen before, 0 quarantined",
    )


def test_feeds_are_read_side_by_side_only_on_postgresql(
    lab: Settings, site: Site, where: str, fresh_database: Callable[[], str]
) -> None:
    """SQLite has one writer: there a slow feed holds up the others, on PostgreSQL it does not."""
    own(lab, "other")
    told: list[str] = []
    counted: list[int] = []

    def slow() -> None:
        counted.append(1)
        if where == "postgres":
            until(lambda: len(site.asked) == 2)
        else:
            time.sleep(0.2)
        counted.append(-1)

    site.slow = slow
    both = lab.model_copy(update={"feeds": ("own", "other"), "database_url": SecretStr(fresh_database())})
    thread = ended_by(signal.SIGTERM, lambda: len(told) == 3)
    schedule.run(both, told.append, trigger=never_again)
    thread.join()
    assert sorted(line.split()[1:3] for line in told[1:]) == [["other", "ok:"], ["own", "ok:"]]
    assert max(accumulate(counted)) == (2 if where == "postgres" else 1)


@pytest.mark.parametrize("where", ["postgres", *(["sqlite"] if "KILLS" in os.environ else [])], indirect=True)
def test_two_processes_take_each_turn_once_and_one_outlives_the_other(
    lab: Settings, site: Site, where: str, fresh_database: Callable[[], str]
) -> None:
    """Both may run all the time, on PostgreSQL with a state folder each; one is killed, the other goes on."""
    url = fresh_database()
    there = lab.model_copy(update={"home": lab.home.with_name("there")}) if where == "postgres" else lab
    first, second = Process(there, url=url), Process(lab, url=url)
    until(lambda: len(site.asked) >= 2 and first.lines() and second.lines())
    assert first.end(signal.SIGKILL) == -signal.SIGKILL
    asked = len(site.asked)
    until(lambda: len(site.asked) > asked)
    assert second.end() == 0
    ended = [run for run in runs(lab, url) if run.finished_at]
    assert {run.status for run in ended} == {"ok"}
    assert max(Counter(run.started_at.replace(microsecond=0) for run in ended).values()) == 1
    assert 0 <= len(runs(lab, url)) - len(site.asked) <= 1  # a killed run may have begun and not asked
    with Store.open(lab.home, now=lab.now, url=url) as store, store.lease("feed:own"):
        pass  # nobody holds it
    assert not [line for line in second.lines() if "a bug" in line]


@pytest.mark.parametrize(("signals", "code", "told"), [(1, 0, "still at work after 0 s"), (2, 3, "")])
def test_a_feed_that_hangs_does_not_hold_up_the_end(
    lab: Settings, site: Site, signals: int, code: int, told: str
) -> None:
    """After the grace it ends all the same, with 0; a second signal ends it at once, with 3."""
    released = threading.Event()
    site.slow = released.wait
    process = Process(lab, grace=0.2 if signals == 1 else 60)
    until(lambda: site.asked)
    started = time.monotonic()
    for _ in range(signals - 1):
        process.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
    assert process.end() == code
    assert time.monotonic() - started < 15
    assert told in process.lines()[-1]
    released.set()
