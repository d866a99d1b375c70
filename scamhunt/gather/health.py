"""Judge a run of a feed by what the feed declares and by its own history: a source that dies must not die silently."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from scamhunt.model import Feed, Keeps, Kind

ENOUGH_RUNS = 3
"""So many earlier runs make a history."""
FACTOR = 5
"""More than so many times the usual rows, or fewer than one in so many, are not believed."""
OTHER_MIX = 0.5
"""When more than this share of the names has moved to other suffixes, a list is taken for another one."""
MOST_OF_A_DAY = timedelta(hours=20)
"""A day ends so long before a run: the run of the night before is not of today."""
MIXED_NAMES = 500
"""Of fewer names the mix of suffixes says nothing."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What one run brought."""

    at: datetime
    rows: int
    newest: datetime | None = None
    """The latest date that a row had."""
    suffixes: Mapping[str, int] | None = None
    shape: str = ""
    same_since: datetime | None = None
    """Since when its bytes are the same; only of the run that is judged."""


def judge(now: Brought, feed: Feed, earlier: Sequence[Brought]) -> list[str]:
    """Return what is wrong with a run, a sentence each; `earlier` are the runs that brought rows, the newest first."""
    rows, before = now.rows, [run.rows for run in earlier]
    if feed.keeps is Keeps.ROWS:
        rows, *before = _by_day(now, earlier)
    quiet = not rows and _may_be_quiet(now, feed, earlier)
    found = (
        "" if quiet else _range(rows, feed, first=feed.keeps is Keeps.ROWS and not before),
        "" if quiet else _usual(rows, before),
        _age(now, feed),
        _same(now, feed),
        _shape(now, earlier),
        _mix(now, earlier),
    )
    return [problem for problem in found if problem]


def _may_be_quiet(now: Brought, feed: Feed, earlier: Sequence[Brought]) -> bool:
    """Return whether nothing new is nothing odd: agencies rest at weekends, and a mailbox is often empty."""
    last = timedelta(days=feed.max_age_days)
    return feed.kind is Kind.PHONE and (not earlier or now.at - earlier[0].at <= last)


def _by_day(now: Brought, earlier: Sequence[Brought]) -> list[int]:
    """Return the rows of each day, today's first: a feed that brings what is new may be read many times a day."""
    days: dict[int, int] = {0: now.rows}
    for run in earlier:
        day = 0 if now.at - run.at < MOST_OF_A_DAY else 1 + (now.at - run.at - MOST_OF_A_DAY).days
        days[day] = days.get(day, 0) + run.rows
    return [days[day] for day in sorted(days)]


def _range(rows: int, feed: Feed, *, first: bool) -> str:
    """Judge by what the feed declares; on its first day a feed that brings what is new may have little."""
    fewest, most = feed.rows_a_day
    if (first or fewest <= rows) and rows <= most:
        return ""
    return f"{rows:,} rows, where {fewest:,} to {most:,} a day are right; look at the source"


def _usual(rows: int, before: Sequence[int]) -> str:
    if len(before) < ENOUGH_RUNS:
        return ""
    usual = median(before)
    if usual / FACTOR <= rows <= usual * FACTOR:
        return ""
    return f"{rows:,} rows, where it usually has {usual:,.0f}; look at the source"


def _age(now: Brought, feed: Feed) -> str:
    if now.newest is None or now.at - now.newest <= timedelta(days=feed.max_age_days):
        return ""
    return f"its newest row is of {now.newest:%Y-%m-%d}: the source has stopped or lags; look at it"


def _same(now: Brought, feed: Feed) -> str:
    since = now.same_since or now.at
    if now.at - since <= timedelta(days=feed.max_age_days):
        return ""
    return f"the same bytes since {since:%Y-%m-%d}: the source has stopped; look at it"


def _shape(now: Brought, earlier: Sequence[Brought]) -> str:
    before = next((run.shape for run in earlier if run.shape), "")
    if not now.shape or not before or now.shape == before:
        return ""
    return f"its format changed from {before[:80]!r} to {now.shape[:80]!r}; see whether it is still read rightly"


def _mix(now: Brought, earlier: Sequence[Brought]) -> str:
    """Compare the shares of suffixes with those of the history: total variation distance."""
    history = [run.suffixes for run in earlier if run.suffixes]
    ours = _shares(now.suffixes or {})
    if len(history) < ENOUGH_RUNS or sum((now.suffixes or {}).values()) < MIXED_NAMES:
        return ""
    usual: dict[str, float] = {}
    for one in history:
        for suffix, share in _shares(one).items():
            usual[suffix] = usual.get(suffix, 0) + share / len(history)
    excess = {suffix: share - usual.get(suffix, 0) for suffix, share in ours.items()}
    moved = sum(gain for gain in excess.values() if gain > 0)
    if moved <= OTHER_MIX:
        return ""
    most = max(excess, key=lambda suffix: (excess[suffix], suffix))
    return f"{ours[most]:.0%} of its names end in .{most[:20]}, where {usual.get(most, 0):.0%} do usually; look at it"


def _shares(counts: Mapping[str, int]) -> dict[str, float]:
    total = sum(counts.values())
    return {suffix: count / total for suffix, count in counts.items()}
