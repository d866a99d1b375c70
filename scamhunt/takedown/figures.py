"""Figures of how takedowns went: how long, how often, with whom. Pure.

Reports are counted, not targets: one target that was reported to three recipients is three rows, and when it goes, all
three came to it. What each figure means is said once, in `PAIRS` and `MEANINGS`; docs and pages show these sentences.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from scamhunt.model import ReportState
from scamhunt.takedown.course import Courses, Milestone
from scamhunt.takedown.figure_columns import (
    GONE,
    NEVER,
    Flags,
    Groups,
    Lasted,
    Numbers,
    Rows,
    columns,
    counted,
    grouped,
    lasted,
    measured,
    microseconds,
    moment,
    ranks,
    shares,
    since_report,
)
from scamhunt.takedown.figure_values import (
    MIN_REPORTS,
    MOST_WEEKS,
    PAIRS,
    WITHIN,
    Figures,
    Group,
    OldestOpen,
    Pair,
    Rank,
    Span,
    Unranked,
    Week,
    goal_of,
)
from scamhunt.takedown.steps import WAITING

GOALS = (Milestone.CONTENT_DOWN, Milestone.BLOCKED, Milestone.CLAIMED)
_DAY = 86_400_000_000
_DOWN = (ReportState.VERIFIED_DOWN, ReportState.RELAPSED)


def of(courses: Courses, *, now: datetime) -> Figures:
    """Return the figures of some reports; with none of them zeros, and None for what has no base.

    Held and withdrawn reports are in no figure: nobody is to be judged by what we took back.
    """
    rows, aside = counted(courses)
    by = {name: grouped(column) for name, column in columns(rows).items()}
    whole = Groups(("",), np.zeros(len(rows.report), np.uint8))
    spans = [measured(rows, pair) for pair in PAIRS]
    groups = {name: _groups_of(rows, groups, spans, now) for name, groups in by.items()}
    (total,) = _groups_of(rows, whole, spans, now)
    league, unranked = _league(rows, now)
    return Figures(
        reports=total.reports,
        open=total.open,
        set_aside=aside,
        spans=total.spans,
        actioned_share=total.actioned_share,
        claimed_share=total.claimed_share,
        declined_share=total.declined_share,
        silent_share=total.silent_share,
        relapse_rate=total.relapse_rate,
        oldest_open=_oldest_open(rows),
        by_recipient=groups["recipient"],
        by_brand=groups["brand"],
        by_kind=groups["kind"],
        league=league,
        unranked=unranked,
        by_week=_weeks(rows, now),
    )


def _spans(pair: Pair, took: Lasted, groups: Groups, sizes: Numbers) -> list[Span]:
    """Return the span of a pair in each group."""
    counts = groups.count(took.fits)
    rows = zip(
        counts.tolist(),
        (sizes - counts).tolist(),
        groups.count(took.early).tolist(),
        shares(counts, groups.count(took.base)),
        *ranks(took, groups),
        strict=True,
    )
    return [Span(pair.from_, pair.to, *row) for row in rows]


# --- how often --------------------------------------------------------------------------------------------------------


def _groups_of(rows: Rows, groups: Groups, lengths: Sequence[Lasted], now: datetime) -> list[Group]:
    """Return what holds of each group, the one with the most reports first."""
    sizes = groups.count(np.ones(len(rows.report), np.bool_))
    spans = [_spans(pair, one, groups, sizes) for pair, one in zip(PAIRS, lengths, strict=True)]
    down = rows.came_to(Milestone.VERIFIED_DOWN) | rows.are(_DOWN)
    back = down & (rows.came_to(Milestone.RECOVERED) | rows.are([ReportState.RELAPSED]))
    fates = [shares(groups.count(flags), sizes) for flags in _fates(rows, now)]
    rows_of_groups = zip(
        groups.names,
        sizes.tolist(),
        groups.count(rows.are(WAITING)).tolist(),
        map(tuple, zip(*spans, strict=True)),
        *fates,
        shares(groups.count(back), groups.count(down)),
        _oldest(rows, groups),
        strict=True,
    )
    return sorted((Group(*row) for row in rows_of_groups), key=lambda group: (-group.reports, group.name))


def _fates(rows: Rows, now: datetime) -> tuple[Flags, ...]:
    """Say of each report whether it was actioned, claimed to be, declined, met with silence."""
    silent = rows.are([ReportState.NO_ANSWER]) | (rows.are([ReportState.SENT]) & _old(rows, now))
    return (
        np.logical_or.reduce([since_report(rows, one) for one in GONE]),
        rows.came_to(Milestone.CLAIMED),
        rows.are([ReportState.DECLINED]),
        silent,
    )


def _old(rows: Rows, now: datetime) -> Flags:
    """Say of each report whether it is out for as long as a recipient is given."""
    reported = rows.times[Milestone.REPORTED]
    return rows.came_to(Milestone.REPORTED) & (reported <= microseconds(now - WITHIN))


def _oldest(rows: Rows, groups: Groups) -> list[datetime | None]:
    """Return by group since when the oldest open report is out."""
    reported = rows.times[Milestone.REPORTED]
    waiting = rows.are(WAITING) & (reported != NEVER)
    late = np.iinfo(np.int64).max
    oldest = np.full(len(groups.names), late)
    np.minimum.at(oldest, groups.codes[waiting], reported[waiting])
    return [None if at == late else moment(at) for at in oldest.tolist()]


def _oldest_open(rows: Rows) -> OldestOpen | None:
    reported = rows.times[Milestone.REPORTED]
    waiting = np.flatnonzero(rows.are(WAITING) & (reported != NEVER))
    if not len(waiting):
        return None
    at = int(waiting[np.lexsort((rows.report[waiting], reported[waiting]))[0]])
    return OldestOpen(int(rows.report[at]), moment(int(reported[at])), rows.recipient[at])


# --- who is quick -----------------------------------------------------------------------------------------------------


def _league(rows: Rows, now: datetime) -> tuple[list[Rank], list[Unranked]]:
    """Rank the recipients, those with one goal apart from the others.

    First by the share that came to the goal within `WITHIN`, then by the median: a median alone is one of those that
    came down, and would set whoever answers one report in ten, but quickly, above whoever answers all.
    """
    goals = grouped([goal_of(kind) for kind in rows.kind])
    groups = grouped(
        [f"{goals.names[code]}\n{name}" for code, name in zip(goals.codes.tolist(), rows.recipient, strict=True)]
    )
    ends = np.full(len(rows.report), NEVER)
    for goal in GOALS:
        same = goals.among([goal])
        ends[same] = rows.times[goal][same]
    took = lasted(rows.times[Milestone.REPORTED], ends, _old(rows, now))
    soon = took.fits & (took.microseconds <= WITHIN // timedelta(microseconds=1))
    base = groups.count(took.base)
    told = (shares(groups.count(soon), base), shares(groups.count(took.fits), base), ranks(took, groups)[0])
    found = [
        Rank(0, name, Milestone(goal), size, within or 0.0, reached or 0.0, median)
        for (goal, name), size, within, reached, median in zip(
            (key.split("\n", 1) for key in groups.names), base.tolist(), *told, strict=True
        )
    ]
    few = [Unranked(one.recipient, one.goal, one.reports, _why(one)) for one in found if one.reports < MIN_REPORTS]
    return _placed([one for one in found if one.reports >= MIN_REPORTS]), few


def _placed(ranked: list[Rank]) -> list[Rank]:
    """Return the ranks in order, each goal from 1; who does equally well shares a place."""
    ordered = sorted(ranked, key=lambda one: (GOALS.index(one.goal), *_merit(one), one.recipient))
    merits = [(one.goal, _merit(one)) for one in ordered]
    goals = [one.goal for one in ordered]
    return [replace(one, place=merits.index((one.goal, _merit(one))) - goals.index(one.goal) + 1) for one in ordered]


def _merit(one: Rank) -> tuple[float, float]:
    return -one.share_within, math.inf if one.median_seconds is None else one.median_seconds


def _why(one: Rank) -> str:
    reports = "1 report is" if one.reports == 1 else f"{one.reports or 'no'} reports are"
    return f"{reports} at least {WITHIN.days} days old; a place takes {MIN_REPORTS}"


# --- week by week -----------------------------------------------------------------------------------------------------


def _weeks(rows: Rows, now: datetime) -> list[Week]:
    this = int(_week(np.array([microseconds(now)]))[0])
    first = this - MOST_WEEKS + 1
    counted = [
        _by_week(rows.times[one], first) for one in (Milestone.REPORTED, Milestone.VERIFIED_DOWN, Milestone.RECOVERED)
    ]
    started = np.flatnonzero(np.logical_or.reduce([column > 0 for column in counted]))
    if not len(started):
        return []
    begin = int(started[0])
    return [Week(*_named(first + at), *(int(column[at]) for column in counted)) for at in range(begin, MOST_WEEKS)]


def _by_week(times: Numbers, first: int) -> Numbers:
    """Count by week, from `first` on; what lies before or in the future is in none."""
    weeks = _week(times[times != NEVER]) - first
    return np.bincount(weeks[(weeks >= 0) & (weeks < MOST_WEEKS)], minlength=MOST_WEEKS)


def _week(times: Numbers) -> Numbers:
    """Return weeks since the Monday before 1970, which began on a Thursday."""
    return (times // _DAY + 3) // 7


def _named(week: int) -> tuple[str, datetime]:
    start = moment((week * 7 - 3) * _DAY)
    year, number, _ = start.isocalendar()
    return f"{year}-W{number:02}", start
