"""What a person may see of the feeds. Part of `desk.py`."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from scamhunt import bundle, desk
from scamhunt.errors import UserError
from scamhunt.gather import timetable
from scamhunt.gather.fetch import SAMPLE
from scamhunt.gather.sources import places, why_off
from scamhunt.model import Feed
from scamhunt.settings import Settings
from scamhunt.store import Run, Store


@dataclass(frozen=True, slots=True)
class FeedState:
    """A feed: its facts, whether it is read, and how its last run went."""

    facts: Feed
    on: bool
    """Whether a sweep reads it when none is named."""
    why: str
    """Why it is off, and how to switch it on; empty when it is on."""
    state: str
    """`off`, `new` (on, and not read yet), `ok`, `running`, `late`, `stopped`, or the status of a run that went wrong.
    """
    runs: tuple[Run, ...]
    """The last one of each of its sources, what went wrong first."""
    believed_at: datetime | None
    """When a run of it was believed last."""
    problem: str
    """What is wrong with it now; empty when all is well."""

    @property
    def last(self) -> Run | None:
        """Of its sources the run that went worst, None before the first."""
        return self.runs[0] if self.runs else None


@dataclass(frozen=True, slots=True)
class _Told:
    """The last run over one source, and what is to be said of it."""

    run: Run
    state: str
    problem: str = ""


def feeds(settings: Settings, reader: Callable[[Store], object] | None = None) -> list[FeedState]:
    """Return all feeds: those with a problem first, then those that are on, then the others.

    What was read is for people of the team: `reader` says who asks and raises `NotPermitted`, by default as
    `desk.reader` does.
    """
    if not desk.has_store(settings):
        return states(None, settings)
    with desk.open_store(settings) as store:
        (reader or partial(desk.reader, settings=settings))(store)
        return states(store, settings)


def states(store: Store | None, settings: Settings) -> list[FeedState]:
    """Return all feeds as `feeds` does, for somebody who may see them; without a store nothing was read yet."""
    runs: dict[str, list[_Told]] = {}
    crawlers = bundle.crawlers(settings.overlay)
    for run in store.last_runs() if store else ():
        if store and run.feed in crawlers:
            schedule = crawlers[run.feed].feed.schedule
            runs.setdefault(run.feed, []).append(_told(store, run, schedule, settings.now()))
    believed = store.last_believed() if store else {}
    found = [
        _feed(settings, crawler.feed, runs.get(name, []), believed.get(name)) for name, crawler in crawlers.items()
    ]
    return sorted(found, key=lambda state: (not state.problem, not state.on))


def _feed(settings: Settings, facts: Feed, told: Sequence[_Told], believed_at: datetime | None) -> FeedState:
    locations = [location for location, _ in places(settings, facts.name)]
    why = next(filter(None, (why_off(facts, settings, location) for location in locations)), "")
    wanted = facts.name in settings.feeds
    on = not why and wanted
    if not why and not on:
        why = f"not among the feeds of a sweep; set SCAMHUNT_FEEDS={','.join([*settings.feeds, facts.name])}"
    ours = sorted(
        (one for one in told if one.run.location in locations),
        key=lambda one: (one.run.status in {"ok", "running"}, not one.problem, one.run.id),
    )
    problems = [
        f"{one.run.location}: {one.problem}" if len(locations) > 1 and one.run.location else one.problem
        for one in ours
        if one.problem
    ]
    problem = (why or "; ".join(problems)) if wanted else ""
    state = "off" if not on else ours[0].state if ours else "new"
    return FeedState(facts, on, why, state, tuple(one.run for one in ours), believed_at, problem)


def _told(store: Store, run: Run, schedule: str, now: datetime) -> _Told:
    """Say what is wrong with a source: its run failed or was cut off, or the turn after the next one has passed."""
    if run.status not in {"ok", "running"}:
        return _Told(run, run.status, f"{run.status}: {run.problem}")
    if run.status == "running" and not store.is_held(f"feed:{run.feed}"):
        (run,) = store.runs(run.feed, run.location, limit=1)  # it may have ended just now
        if run.status == "running":
            return _Told(run, "stopped", f"stopped in the middle on {run.started_at:%Y-%m-%d}; run it again")
        return _told(store, run, schedule, now)
    with suppress(UserError):  # a schedule that cannot be read: `feeds check` says so
        if run.location != SAMPLE and timetable.is_late(schedule, run.started_at, now):
            why = f"not read since {run.started_at:%Y-%m-%d %H:%M}; see whether the schedule still runs"
            return _Told(run, "late", why)
    return _Told(run, run.status)
