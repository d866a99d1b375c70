"""How the work stands: what comes in and goes out by day, what waits longest, how quick others are. Part of `desk.py`.

What is counted again and again is asked of indexes. What needs more (the ladders of all reports, a quarter of courses)
takes half a second of a year's work; `Recent` keeps it for a minute, and the page says of when it is.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from threading import RLock
from typing import cast

from scamhunt import desk_due, desk_feeds, desk_figures, reference
from scamhunt.desk_feeds import FeedState
from scamhunt.errors import UserError
from scamhunt.settings import Settings
from scamhunt.store import SaidYes, Standing, Store, Tally, Waiting
from scamhunt.takedown.figure_values import Figures
from scamhunt.takedown.tracked import Work

DAYS, MOST_DAYS = 30, 366
FIGURES_OVER = timedelta(days=90)
"""The figures are of the reports of a quarter at least: of those of a few days most had no time to be answered."""
KEPT_SECONDS = 60.0
MOST_KEPT = 4
"""Dashboards over different days that one process keeps."""
SOON, LATE = timedelta(hours=20), timedelta(hours=24)
"""From when on what waits is marked: a person looks at it within a day."""
OFTEN, MUCH = 20, 0.5
"""So many approvals of one pair, and so large a share of all, are to be looked at by somebody else."""
FUNNEL: Mapping[str, Sequence[str]] = {
    "new": ("candidate.found",),
    "looked_at": ("candidate.look",),
    "confirmed": ("candidate.confirm",),
    "dismissed": ("candidate.dismiss",),
    "drafted": ("report.draft",),
    "sent": ("report.sent", "report.found_sent"),
    "gone": ("candidate.close",),
}
"""What is counted by day, and the events that say so."""
_OVERRIDES = {"asked": ("override.ask",), "granted": ("override.grant",)}


class Lateness(StrEnum):
    """How long something waits, as it is marked on the page."""

    NONE = "none"
    """Nothing waits."""
    WELL = "well"
    SOON = "soon"
    """Since `SOON`: the day is nearly over."""
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on a day (UTC), each candidate or report once."""

    day: date
    new: int
    looked_at: int
    confirmed: int
    dismissed: int
    drafted: int
    """Reports drafted, or drafted anew."""
    sent: int
    gone: int
    """Cases that were seen to be gone."""


@dataclass(frozen=True, slots=True)
class Oldest:
    """What waits longest of its kind."""

    what: str
    """`dispute`, `unknown`, `due` or `new`."""
    thing: str
    """As the log names it (`hold:3`), of due work its id; empty where nothing waits."""
    since: datetime | None
    age: timedelta
    lateness: Lateness


@dataclass(frozen=True, slots=True)
class Pair:
    """How often somebody approved what another one wrote."""

    approver: str
    author: str
    count: int
    share: float
    """Of all approvals."""
    often: bool
    """Whether it is so much of all that a third person should look at some."""


@dataclass(frozen=True, slots=True)
class Alone:
    """What one person did alone, or two let through, in the days of the dashboard."""

    single_operator: bool
    """Whether one person is set to be the whole team."""
    approvals: int
    """Reports that were approved by who wrote them."""
    overrides_asked: int
    overrides_granted: int


@dataclass(frozen=True, slots=True)
class Slow:
    """What takes long to work out."""

    feeds: Sequence[FeedState]
    due: int
    """How much work is due."""
    oldest_due: Work | None


@dataclass(frozen=True, slots=True)
class Dashboard:
    """How the work stood at a moment."""

    made_at: datetime
    days: int
    funnel: Sequence[Day]
    """Every day, the oldest first; the last one is not over."""
    standing: Standing
    oldest: Sequence[Oldest]
    due: int
    feeds: Sequence[FeedState]
    figures: Figures
    figures_since: datetime
    """The figures are of the reports that went out from then on."""
    alone: Alone
    pairs: Sequence[Pair]
    """The most frequent first."""
    tally: Tally


def dashboard(
    store: Store, settings: Settings, *, days: int = DAYS, last: Dashboard | None = None, slow: Slow | None = None
) -> Dashboard:
    """Return how the work stands, with the last so many days.

    With the `last` one only what happened since is counted in the log; what is `slow` may be handed in. Raises
    `UserError` for a number of days that is not served.
    """
    if not 1 <= days <= MOST_DAYS:
        raise UserError(f"{days} days: ask for 1 to {MOST_DAYS}")
    now = settings.now()
    first = now.date() - timedelta(days=days - 1)
    since = now - timedelta(days=days)
    tally = store.tally({**FUNNEL, **_OVERRIDES}, first, last.tally if last else None)
    figures_since = min(since, now - FIGURES_OVER)
    standing, said = store.standing(reference.bands()), store.said_yes(since)
    slow = slow or slowly(store, settings)
    return Dashboard(
        made_at=now,
        days=days,
        funnel=_funnel(tally, first, days),
        standing=standing,
        oldest=oldest(standing, slow.oldest_due, now),
        due=slow.due,
        feeds=slow.feeds,
        figures=desk_figures.figures(store, settings, since=figures_since),
        figures_since=figures_since,
        alone=_alone(tally, said, single_operator=settings.single_operator),
        pairs=_pairs(said),
        tally=tally,
    )


def slowly(store: Store, settings: Settings) -> Slow:
    """Return what takes long: the state of the feeds, and what is due."""
    works = desk_due.works(store, settings)
    return Slow(desk_feeds.states(store, settings), len(works), works[0] if works else None)


def oldest(standing: Standing, due: Work | None, now: datetime) -> list[Oldest]:
    """Return what waits longest of each kind, with nothing where nothing waits."""
    work = Waiting(due.id, due.due_at) if due else None
    waiting = {"dispute": standing.dispute, "unknown": standing.unknown, "due": work, "new": standing.strongest}
    return [_oldest(what, one, now) for what, one in waiting.items()]


def _oldest(what: str, waiting: Waiting | None, now: datetime) -> Oldest:
    if waiting is None:
        return Oldest(what, "", None, timedelta(), Lateness.NONE)
    age = max(now - waiting.since, timedelta())
    lateness = Lateness.LATE if age >= LATE else Lateness.SOON if age >= SOON else Lateness.WELL
    return Oldest(what, waiting.thing, waiting.since, age, lateness)


def _funnel(tally: Tally, first: date, days: int) -> list[Day]:
    every = (first + timedelta(days=at) for at in range(days))
    return [Day(day, *(tally.days.get(day, {}).get(name, 0) for name in FUNNEL)) for day in every]


def _alone(tally: Tally, said: Sequence[SaidYes], *, single_operator: bool) -> Alone:
    asked, granted = (sum(day.get(name, 0) for day in tally.days.values()) for name in _OVERRIDES)
    return Alone(single_operator, sum(one.count for one in said if one.alone), asked, granted)


def _pairs(said: Sequence[SaidYes]) -> list[Pair]:
    """Return how often each approved what each wrote; a report of two authors counts for both."""
    counts: dict[tuple[str, str], int] = {}
    for one in said:
        for author in one.authors:
            counts[one.approver, author] = counts.get((one.approver, author), 0) + one.count
    total = sum(one.count for one in said)
    found = [
        Pair(approver, author, count, count / total, count >= OFTEN and count > MUCH * total)
        for (approver, author), count in counts.items()
    ]
    return sorted(found, key=lambda pair: (-pair.count, pair.approver, pair.author))


# --- kept for a minute ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Kept:
    """Something that was worked out, and when by the clock of this machine."""

    at: float
    value: object


@dataclass(slots=True)
class Recent:
    """What one process worked out lately of its database, made anew after a minute.

    One thread makes it; the others get what was there before, and wait only where there is nothing yet.
    """

    clock: Callable[[], float] = time.monotonic
    _kept: dict[object, _Kept] = field(default_factory=dict)
    _making: RLock = field(default_factory=RLock)

    def dashboard(self, store: Store, settings: Settings, *, days: int = DAYS) -> Dashboard:
        """Return how the work stood about a minute ago at most; `made_at` says when. Raises as `dashboard` does."""

        def make(last: object) -> Dashboard:
            before, slow = cast("Dashboard | None", last), self.slow(store, settings)
            return dashboard(store, settings, days=days, last=before, slow=slow)

        return cast("Dashboard", self._fresh(days, make))

    def slow(self, store: Store, settings: Settings) -> Slow:
        """Return what takes long to work out, as it was about a minute ago at most."""
        return cast("Slow", self._fresh("slow", lambda _last: slowly(store, settings)))

    def _fresh(self, key: object, make: Callable[[object], object]) -> object:
        kept = self._kept.get(key)
        if kept and self._holds(kept):
            return kept.value
        if not self._making.acquire(blocking=kept is None):
            return kept.value if kept else None  # never None: without something kept it waited
        try:
            kept = self._kept.get(key)  # made while this thread waited
            if kept is None or not self._holds(kept):
                kept = _Kept(self.clock(), make(kept.value if kept else None))
                self._keep(key, kept)
            return kept.value
        finally:
            self._making.release()

    def _holds(self, kept: _Kept) -> bool:
        return self.clock() - kept.at < KEPT_SECONDS

    def _keep(self, key: object, kept: _Kept) -> None:
        """Keep something as the newest of a few."""
        self._kept.pop(key, None)
        self._kept[key] = kept
        while len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
