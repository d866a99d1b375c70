"""Run each feed by its own cron expression, in one process or in several beside each other.

APScheduler only says when. It keeps nothing: schedules stand in code, what ran stands in our tables. A turn is taken
under the feed's lease and left alone when a run began since it was due, so processes on one database do nothing twice.
"""

import logging
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from types import FrameType

from apscheduler.events import EVENT_JOB_MAX_INSTANCES  # type: ignore[import-untyped]  # untyped
from apscheduler.executors.pool import ThreadPoolExecutor  # type: ignore[import-untyped]  # untyped
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]  # untyped
from apscheduler.triggers.base import BaseTrigger  # type: ignore[import-untyped]  # untyped

from scamhunt import bundle, desk_heads, outbox, pipeline, track
from scamhunt.errors import LeaseHeld, ScamhuntError, StoreError, UserError, did_you_mean, worst
from scamhunt.feed_run import FeedResult
from scamhunt.gather.sources import places, title
from scamhunt.gather.timetable import cron, last_turn
from scamhunt.look_plan import Night
from scamhunt.settings import Depth, Settings
from scamhunt.track import Tracked

GRACE_SECONDS = 20.0
"""So long a stop waits for the batches that are being stored."""
AGAIN_SECONDS = 120.0
"""After so long a turn that another process has taken is looked at again: that process may have been killed."""
SETTLE_SECONDS = 60.0
"""So long what was missed waits where the schedule runs beside the web page: people come first."""
SIGNAL_SECONDS = 0.2
"""How often is looked for a signal: waiting in a lock, a thread of a library could swallow it."""
LEFT_OUT = "left out: its turn before is not done yet"
LOOKS, LOOKS_SCHEDULE = "looks", "*/10 * * * *"
"""What is due to be looked at, and how often that is asked: the first day's checks lie close together."""
OUTBOX, OUTBOX_SCHEDULE = "outbox", "* * * * *"
"""What is approved and due to be sent. It and what is out have a worker of their own: neither waits for a feed."""
TRACK, TRACK_SCHEDULE = "track", "*/5 * * * *"
"""Answers, disputes, closures, and what waits too long: a dispute is followed by withdrawals within minutes."""
HEADS, HEADS_SCHEDULE = "heads", "*/10 * * * *"
"""The head of the log, noted outside where it has grown."""
AT_ONCE = 4
"""Feeds that are read at one time on PostgreSQL. SQLite has one writer: there it is one."""
STOPPED_AT_ONCE = 3
"""The exit code after a second signal."""

Tell = Callable[[str], None]
"""Takes a line for the log."""
Trigger = Callable[[str], BaseTrigger]
"""Makes of a schedule what says when."""


class Stopped(BaseException):  # no error: somebody ended the schedule, and nothing on the way may take it for one
    """Raised between two batches when the schedule is to end."""


@dataclass(frozen=True, slots=True)
class Job:
    """What the clock starts, and when."""

    name: str
    when: BaseTrigger
    work: Callable[
        [datetime, pipeline.Progress], "Sequence[FeedResult | Night | outbox.Turn | Tracked | desk_heads.Noted]"
    ]
    """Takes since when it is due, and whom to tell after each batch. Does nothing when that turn was taken already."""
    several: bool = False
    """Whether it reads several places: its lines then name them."""


def jobs(settings: Settings, trigger: Trigger = cron) -> list[Job]:
    """Return what the clock starts: the feeds that are on, looks and the outbox where they are switched on.

    Raises `UserError` for a feed that does not exist and for a schedule that cannot be read.
    """
    looks = [] if settings.investigate is Depth.OFF else [Job(LOOKS, trigger(LOOKS_SCHEDULE), _looks(settings))]
    mails = [Job(OUTBOX, trigger(OUTBOX_SCHEDULE), _outbox(settings))] if settings.sending else []
    fixed = [*mails, Job(TRACK, trigger(TRACK_SCHEDULE), _track(settings))]
    heads = [Job(HEADS, trigger(HEADS_SCHEDULE), _heads(settings))] if desk_heads.is_set(settings) else []
    return [*_feeds(settings, trigger), *looks, *fixed, *heads]


def _heads(settings: Settings) -> Callable[[datetime, pipeline.Progress], Sequence[desk_heads.Noted]]:
    def work(_due: datetime, _progress: pipeline.Progress) -> Sequence[desk_heads.Noted]:
        done = desk_heads.by_schedule(settings)
        return [done] if done else []

    return work


def _looks(settings: Settings) -> Callable[[datetime, pipeline.Progress], Sequence[Night]]:
    def work(_due: datetime, progress: pipeline.Progress) -> Sequence[Night]:
        return [pipeline.look(settings, progress)]

    return work


def _outbox(settings: Settings) -> Callable[[datetime, pipeline.Progress], Sequence[outbox.Turn]]:
    def work(_due: datetime, progress: pipeline.Progress) -> Sequence[outbox.Turn]:
        done = outbox.turn(settings, progress)
        return [done] if done.outcomes else []  # a line a minute that nothing was due is of no use

    return work


def _track(settings: Settings) -> Callable[[datetime, pipeline.Progress], Sequence[Tracked]]:
    def work(_due: datetime, progress: pipeline.Progress) -> Sequence[Tracked]:
        done = track.by_schedule(settings, progress)
        return [done] if done and done.did_anything else []

    return work


def _feeds(settings: Settings, trigger: Trigger) -> list[Job]:
    crawlers = bundle.crawlers(settings.overlay)
    found = []
    for name in dict.fromkeys(settings.feeds):
        if name not in crawlers:
            raise UserError(
                f"SCAMHUNT_FEEDS: no feed {name[:60]!r}{did_you_mean(name, crawlers)}; feeds are {', '.join(crawlers)}"
            )
        try:
            when = trigger(crawlers[name].feed.schedule)
        except UserError as error:
            raise UserError(f"{crawlers[name].path}: FEED.schedule: {error}") from None
        found.append(Job(name, when, _sweep(settings, name), several=len(places(settings, name)) > 1))
    return found


def _sweep(settings: Settings, name: str) -> Callable[[datetime, pipeline.Progress], Sequence[FeedResult]]:
    def work(due: datetime, progress: pipeline.Progress) -> Sequence[FeedResult]:
        return pipeline.sweep(settings, feeds=[name], due=due, progress=progress).feeds

    return work


@dataclass(slots=True)
class Turns:
    """Takes turns, tells what came of each, and lives on whatever happens in one."""

    now: Callable[[], datetime]
    tell: Tell
    again: float = AGAIN_SECONDS
    stop: threading.Event = field(default_factory=threading.Event)
    waiting: set[str] = field(default_factory=set)
    """Jobs that another process is at: told once."""

    def take(self, job: Job) -> int:
        """Do a job if its last turn was not taken yet; return the exit code of that."""
        if self.stop.is_set():
            return 0
        try:
            results = job.work(last_turn(job.when, self.now()), self._progress)
        except Stopped:
            self.line(job.name, "stopped: the next run goes on where it was")
            return 0
        except ScamhuntError as error:
            self.line(job.name, f"failed: {error}")
            return error.exit_code
        except Exception as error:  # noqa: BLE001  # a bug in one job must not end the others
            self.line(job.name, f"a bug: {type(error).__name__}; please report it with the lines below")
            self.tell("".join(traceback.format_exception(error)).rstrip())
            return 1
        for result in results:
            self._told(result, job)
        code = worst(result.exit_code for result in results)
        if code != LeaseHeld.exit_code:
            self.waiting.discard(job.name)
        return code

    def line(self, name: str, text: str) -> None:
        """Tell one line about a job; text from outside cannot make a second one."""
        self.tell(f"{self.now():%Y-%m-%dT%H:%M:%SZ} {name} {'; '.join(text.splitlines())}")

    def _told(self, result: FeedResult | Night | outbox.Turn | Tracked | desk_heads.Noted, job: Job) -> None:
        if isinstance(result, Night | outbox.Turn | Tracked | desk_heads.Noted):
            self.line(job.name, result.told())
            return
        if result.exit_code == LeaseHeld.exit_code:
            if job.name in self.waiting:
                return
            self.waiting.add(job.name)
        counts = (
            f"{result.read:,} rows, {result.accepted:,} accepted, {result.duplicate:,} seen before, "
            f"{result.quarantined:,} quarantined"
        )
        problem = [result.problem] if result.problem else []
        name = title(result.name, result.location, several=job.several)
        self.line(name, f"{result.status}: {'; '.join([counts, *result.notices, *problem])}")

    def _progress(self, _feed: str, _rows: int) -> None:
        if self.stop.is_set():
            raise Stopped


def once(settings: Settings, tell: Tell, *, trigger: Trigger = cron) -> int:
    """Do what is due now, one after the other, and return the heaviest exit code. Raises as `jobs` does."""
    turns = Turns(settings.now, tell)
    return worst([turns.take(job) for job in jobs(settings, trigger)])


def run(
    settings: Settings,
    tell: Tell,
    *,
    trigger: Trigger = cron,
    grace: float = GRACE_SECONDS,
    again: float = AGAIN_SECONDS,
) -> None:
    """Run until SIGTERM or SIGINT; what was missed while nobody ran is done at once. Raises as `jobs` does.

    A stop lets what runs store its present batch, for `grace` seconds at most; a second signal ends at once.
    """
    with _signals() as asked, _on_the_clock(settings, Turns(settings.now, tell, again), jobs(settings, trigger), grace):
        while not asked:
            time.sleep(SIGNAL_SECONDS)


@contextmanager
def beside(settings: Settings, tell: Tell, *, grace: float = GRACE_SECONDS) -> Iterator[None]:
    """Run beside something else in this process; what was missed waits a little, so that the other can begin.

    Raises as `jobs` does.
    """
    with _on_the_clock(settings, Turns(settings.now, tell), jobs(settings), grace, SETTLE_SECONDS):
        yield


@contextmanager
def _on_the_clock(
    settings: Settings, turns: Turns, wanted: Sequence[Job], grace: float, settle: float = 0
) -> Iterator[None]:
    scheduler = _scheduler(settings, turns, wanted, settle)
    scheduler.start()
    turns.tell(f"on the clock: {', '.join(job.name for job in wanted)}")
    try:
        yield
    finally:
        turns.stop.set()
        _shut_down(scheduler, turns.tell, grace)


def _scheduler(settings: Settings, turns: Turns, wanted: Sequence[Job], settle: float) -> BackgroundScheduler:
    """Return a scheduler with all jobs, each of them due at once: whether a turn was missed is found out by taking it.

    `coalesce`: of several turns that were missed one is enough. `max_instances`: a feed is not read twice at a time; a
    turn that falls into the one before is left out, and told. `misfire_grace_time` is None, however late: a turn waits
    for as long as other feeds are being read, and a machine that slept has a night to catch up with.
    """
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL + 1)  # what matters of it is told below
    workers = AT_ONCE if settings.database_url.get_secret_value() else 1
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(workers), OUTBOX: ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone=UTC,
    )
    scheduler.add_listener(lambda event: turns.line(event.job_id, LEFT_OUT), EVENT_JOB_MAX_INSTANCES)
    first = datetime.now(UTC) + timedelta(seconds=settle)
    for job in wanted:
        take = partial(_take, scheduler, turns, job)
        lane = OUTBOX if job.name in {OUTBOX, TRACK, HEADS} else "default"
        scheduler.add_job(take, job.when, id=job.name, name=job.name, executor=lane, next_run_time=first)
    return scheduler


def _take(scheduler: BackgroundScheduler, turns: Turns, job: Job) -> None:
    """Take a turn; when another process is at it or the database refuses, look again before the next one is due."""
    if turns.take(job) in {LeaseHeld.exit_code, StoreError.exit_code} and not turns.stop.is_set():
        again, known = datetime.now(UTC) + timedelta(seconds=turns.again), scheduler.get_job(job.name)
        if known:  # its trigger may have ended
            scheduler.modify_job(job.name, next_run_time=min(again, known.next_run_time))


@contextmanager
def _signals() -> Iterator[list[int]]:
    """Give a list that has the number of the signal that asked for an end; a second one ends the process."""
    asked: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        if asked:
            os._exit(STOPPED_AT_ONCE)
        asked.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _shut_down(scheduler: BackgroundScheduler, tell: Tell, grace: float) -> None:
    """Begin nothing more and wait for what runs. The pause comes first: else its thread hands work to a closed pool."""
    scheduler.pause()
    ended = threading.Thread(target=scheduler.shutdown, daemon=True)
    ended.start()
    ended.join(grace)
    if ended.is_alive():
        tell(f"still at work after {grace:.0f} s: ended there; nothing is lost, the next run goes on where it was")
        os._exit(0)
