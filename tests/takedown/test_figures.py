import math
import random
import statistics
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from scamhunt.model import ReportState
from scamhunt.takedown import figures, steps
from scamhunt.takedown.course import Courses, Milestone
from scamhunt.takedown.figure_values import (
    MIN_REPORTS,
    MOST_WEEKS,
    PAIRS,
    Figures,
    Group,
    OldestOpen,
    Span,
    duration,
    goal_of,
)
from scamhunt.takedown.kinds import RecipientKind

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=30)
HOUR = 3_600
M = Milestone


def row(state: str = "sent", recipient: str = "One", kind: str = "registrar", /, **hours: float) -> dict[str, object]:
    """Return a report as its state, recipient, kind and the hours of its milestones; it was reported at hour 0."""
    return {"state": state, "recipient": recipient, "kind": kind, "times": {"reported": 0.0, **hours}}


def courses(*rows: dict[str, object]) -> Courses:
    """Return the columns of some reports."""
    times = {}
    for milestone in Milestone:
        hours = [one["times"].get(milestone.value) for one in rows]  # type: ignore[attr-defined]  # a dict, see `row`
        moments = [None if hour is None else LONG_AGO + timedelta(hours=hour) for hour in hours]
        plain = [None if moment is None else moment.replace(tzinfo=None) for moment in moments]
        times[milestone] = np.array(plain, "datetime64[us]")
    columns = {name: [str(one[name]) for one in rows] for name in ("recipient", "kind", "state")}
    return Courses(report=[*range(1, len(rows) + 1)], brand=["amazon"] * len(rows), times=times, **columns)


def of(*rows: dict[str, object]) -> Figures:
    """Return the figures of some reports."""
    return figures.of(courses(*rows), now=NOW)


def span(group: Figures | Group, to: Milestone, from_: Milestone = M.REPORTED) -> Span:
    """Return the span of a pair."""
    (found,) = [one for one in group.spans if (one.from_, one.to) == (from_, to)]
    return found


def test_without_reports_all_is_zero_and_nothing_fails() -> None:
    """A new team sees zeros, empty lists, and no share of nothing."""
    found = of()
    assert (found.reports, found.open, found.set_aside, found.oldest_open) == (0, 0, 0, None)
    assert (found.actioned_share, found.relapse_rate, found.silent_share) == (None, None, None)
    assert [found.by_recipient, found.by_brand, found.by_kind, found.league, found.unranked, found.by_week] == [[]] * 6
    assert [(one.count, one.left_out, one.median_seconds) for one in found.spans] == [(0, 0, None)] * len(PAIRS)


@pytest.mark.parametrize(
    ("hours", "median", "ninety"),
    [
        ([5], 5, 5),
        ([1, 2], 1.5, 2),
        ([3, 1, 2], 2, 3),
        ([*range(1, 11)], 5.5, 9),
        ([*range(1, 12)], 6, 10),
        ([0, 0, 7], 0, 7),
    ],
)
def test_median_and_nearest_rank(hours: list[float], median: float, ninety: float) -> None:
    """The median is the middle, or the middle of two; the 90th percentile is a value that occurred."""
    found = span(of(*(row(acknowledged=hour) for hour in hours)), M.ACKNOWLEDGED)
    assert (found.median_seconds, found.p90_seconds) == (median * HOUR, ninety * HOUR)
    assert (found.count, found.share) == (len(hours), 1.0)


def test_who_never_answers_shows_beside_the_median() -> None:
    """One quick answer of four is a quick median with a share of a quarter."""
    found = span(of(row(acknowledged=1), row(), row(), row()), M.ACKNOWLEDGED)
    assert (found.median_seconds, found.share, found.left_out) == (HOUR, 0.25, 3)


@pytest.mark.parametrize(
    ("from_", "to", "hours"),
    [
        (M.REPORTED, M.CONTENT_DOWN, {"content_down": -1.0}),
        (M.REPORTED, M.VERIFIED_DOWN, {"verified_down": -1.0}),
        (M.FIRST_SEEN, M.CONTENT_DOWN, {"first_seen": -9.0, "content_down": -1.0}),
        (M.DETECTED, M.REPORTED, {"detected": 2.0}),
        (M.VERIFIED_DOWN, M.RECOVERED, {"verified_down": 5.0, "recovered": 4.0}),
    ],
)
def test_what_was_gone_before_flatters_nobody(from_: Milestone, to: Milestone, hours: dict[str, float]) -> None:
    """A time that lies before its beginning, or before the report, is left out, counted and in no share."""
    found = span(of(row(**hours)), to, from_)
    assert (found.count, found.left_out, found.early, found.share, found.median_seconds) == (0, 1, 1, None, None)


def test_gone_before_is_not_actioned() -> None:
    """Only what went after the report counts as the recipient's doing."""
    found = of(row("verified_down", content_down=-1), row("verified_down", content_down=1), row(), row())
    assert found.actioned_share == 0.25


def test_how_long_it_stood_counts_from_its_first_trace() -> None:
    """Of a site that went after the report the whole time counts, what came before the report included."""
    assert span(of(row(first_seen=-5, content_down=3)), M.CONTENT_DOWN, M.FIRST_SEEN).median_seconds == 8 * HOUR


def test_a_report_of_unknown_time_measures_nothing_but_counts() -> None:
    """A report that nobody can date is counted, and its end is nobody's doing."""
    unknown = row("unknown", content_down=4, first_seen=1)
    unknown["times"] = {"content_down": 4.0, "first_seen": 1.0}
    found = of(unknown)
    assert (found.reports, found.actioned_share, found.league, found.oldest_open) == (1, 0.0, [], None)
    assert span(found, M.CONTENT_DOWN, M.FIRST_SEEN).early == 1
    assert found.unranked[0].reports == 0


@pytest.mark.parametrize("milestone", ["content_down", "dns_hold", "verified_down"])
def test_actioned_is_what_we_saw(milestone: str) -> None:
    """Each thing that a look sees makes it actioned; the recipient's word does not."""
    found = of(row(**{milestone: 1.0}), row("actioned", claimed=1))
    assert (found.actioned_share, found.claimed_share) == (0.5, 0.5)


@pytest.mark.parametrize(
    ("state", "reported", "silent"),
    [
        ("sent", -1.0, 1.0),
        ("sent", 30 * 24 - 7 * 24 + 1.0, 0.0),
        ("no_answer", 30 * 24 - 1.0, 1.0),
        ("acknowledged", -1.0, 0.0),
    ],
)
def test_silence_takes_a_week(state: str, reported: float, silent: float) -> None:
    """Nobody is called silent within a week, unless a person gave up waiting."""
    assert of(row(state, reported=reported)).silent_share == silent


@pytest.mark.parametrize("state", list(ReportState))
def test_open_is_what_waits(state: ReportState) -> None:
    """Exactly the states in which a recipient has it and it is not gone are open; a declined one counts as declined."""
    found = of(row(state))
    assert found.open == (state in steps.WAITING)
    assert (found.declined_share == 1.0) == (state is ReportState.DECLINED)


@pytest.mark.parametrize("state", ["held", "withdrawn"])
def test_what_we_took_back_judges_nobody(state: str) -> None:
    """A held or withdrawn report is counted apart and in no figure."""
    found = of(row(state, acknowledged=1), row("acknowledged", "Two", acknowledged=2))
    assert (found.reports, found.set_aside, [one.name for one in found.by_recipient]) == (1, 1, ["Two"])
    assert span(found, M.ACKNOWLEDGED).median_seconds == 2 * HOUR


def test_relapses_are_of_what_was_down() -> None:
    """Of those ever verified down, whatever their state is now; what was never down cannot come back."""
    down = [row("verified_down", verified_down=1) for _ in range(3)]
    found = of(*down, row("relapsed", verified_down=1, recovered=2), row(recovered=3))
    assert found.relapse_rate == 0.25
    assert of(row("relapsed")).relapse_rate == 1.0


def test_the_oldest_open_report_is_named() -> None:
    """The one that waits longest, of equals the first; what is gone waits no more."""
    found = of(row("verified_down", reported=-9), row("sent", "Two", reported=-5), row("sent", "One", reported=-5))
    assert found.oldest_open == OldestOpen(2, LONG_AGO - timedelta(hours=5), "Two")
    since = {one.name: one.oldest_open for one in found.by_recipient}
    assert since == dict.fromkeys(("One", "Two"), LONG_AGO - timedelta(hours=5))
    assert of(row("verified_down")).by_kind[0].oldest_open is None


def league(found: Figures) -> list[tuple[int, str, float]]:
    """Return the league in short."""
    return [(one.place, one.recipient, round(one.share_within, 2)) for one in found.league]


def test_the_league_asks_first_who_gets_things_down() -> None:
    """Who takes all down in two days stands above who takes one of five down within the hour."""
    steady = [row("verified_down", "Steady", content_down=48) for _ in range(5)]
    seldom = [row("verified_down", "Seldom", content_down=1), *(row("sent", "Seldom") for _ in range(4))]
    quick = [row("verified_down", "Quick", content_down=2) for _ in range(5)]
    never = [row("sent", "Never") for _ in range(5)]
    found = of(*seldom, *never, *steady, *quick)
    assert league(found) == [(1, "Quick", 1.0), (2, "Steady", 1.0), (3, "Seldom", 0.2), (4, "Never", 0.0)]
    assert [one.median_seconds for one in found.league] == [2 * HOUR, 48 * HOUR, HOUR, None]


def test_equals_share_a_place() -> None:
    """Who does as well as another has the same place, and the next one is counted on."""
    rows = [row("verified_down", name, content_down=2) for name in ("A", "B") for _ in range(5)]
    assert league(of(*rows, *(row("sent", "C") for _ in range(5)))) == [(1, "A", 1.0), (1, "B", 1.0), (3, "C", 0.0)]


def test_the_week_is_counted_to_the_end() -> None:
    """Seven days to the second are within; one second more is not, but still counts as reached."""
    week = 7 * 24
    late = [row("verified_down", content_down=week + 1 / HOUR) for _ in range(4)]
    (found,) = of(row("verified_down", content_down=week), *late).league
    assert (found.share_within, found.reached_share, found.reports) == (0.2, 1.0, 5)


def test_young_reports_and_those_gone_before_are_in_no_place() -> None:
    """A report of yesterday counts neither for nor against anybody, and neither does a site that was gone already."""
    young = [row("verified_down", reported=29.9 * 24, content_down=29.95 * 24) for _ in range(5)]
    gone = [row("verified_down", content_down=-1) for _ in range(5)]
    found = of(*young, *gone, *(row() for _ in range(MIN_REPORTS - 1)))
    assert found.league == []
    assert [(one.recipient, one.reports) for one in found.unranked] == [("One", 4)]
    assert found.unranked[0].why == "4 reports are at least 7 days old; a place takes 5"


def test_each_kind_is_ranked_by_what_it_can_do() -> None:
    """A blocklist by blocking, a carrier by its word, the others by what we see: three tables, each from 1."""
    rows = [
        *(row("actioned", "List", "blocklist", blocked=1, content_down=900) for _ in range(5)),
        *(row("actioned", "Carrier", "carrier", claimed=3) for _ in range(5)),
        *(row("actioned", "Host", "host", claimed=1) for _ in range(5)),
    ]
    found = [(one.place, one.recipient, one.goal, one.share_within) for one in of(*rows).league]
    assert found == [
        (1, "Host", M.CONTENT_DOWN, 0.0),
        (1, "List", M.BLOCKED, 1.0),
        (1, "Carrier", M.CLAIMED, 1.0),
    ]


def test_every_kind_has_a_goal() -> None:
    """No number is judged by a look that nobody takes, and no blocklist by what a host does."""
    goals = {kind.value: goal_of(kind) for kind in RecipientKind}
    assert {name for name, goal in goals.items() if goal is M.BLOCKED} == {"blocklist"}
    unseen = {"carrier", "resporg", "traceback", "do_not_originate", "compliance"}
    assert {name for name, goal in goals.items() if goal is M.CLAIMED} == unseen


def test_weeks_are_those_of_iso_8601() -> None:
    """The turn of a year falls into the right week, weeks without anything are there, and none of the future."""
    found = figures.of(
        courses(row("verified_down", reported=-10, verified_down=1), row(reported=24 * 400)),
        now=datetime(2026, 11, 8, tzinfo=UTC),
    )
    assert [one.week for one in found.by_week] == ["2026-W43", "2026-W44", "2026-W45"]
    assert [(one.reported, one.verified_down, one.relapsed) for one in found.by_week] == [
        (1, 1, 0),
        (0, 0, 0),
        (0, 0, 0),
    ]
    assert found.by_week[0].start == datetime(2026, 10, 19, tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "week"),
    [
        (datetime(2027, 1, 3, 23, 59, tzinfo=UTC), "2026-W53"),
        (datetime(2027, 1, 4, tzinfo=UTC), "2027-W01"),
        (datetime(2024, 12, 30, tzinfo=UTC), "2025-W01"),
        (datetime(2028, 2, 29, 12, tzinfo=UTC), "2028-W09"),
    ],
)
def test_the_week_of_a_moment(when: datetime, week: str) -> None:
    """Monday begins a week, and a week belongs to the year of its Thursday."""
    hours = (when - LONG_AGO) / timedelta(hours=1)
    found = figures.of(courses(row(reported=hours)), now=when)
    assert [one.week for one in found.by_week] == [week]


def test_weeks_have_an_end() -> None:
    """However old a time is, and wrong, there are so many weeks and no more."""
    ancient = courses(row(reported=-24 * 365 * 50), row())
    assert len(figures.of(ancient, now=NOW).by_week) < 10
    every = figures.of(courses(*(row(reported=-24.0 * 7 * at) for at in range(MOST_WEEKS + 9))), now=NOW).by_week
    assert len(every) == MOST_WEEKS


def test_the_figures_are_those_of_plain_counting() -> None:
    """Of 400 made-up reports every group has the figures that the standard library finds."""
    generator = random.Random(8)
    rows = []
    for _ in range(400):
        hours = {
            name: generator.uniform(-20, 400) for name in ("acknowledged", "content_down") if generator.random() < 0.6
        }
        rows.append(row("sent", generator.choice("ABCDEFG"), generator.choice(("host", "cdn")), **hours))
    found = of(*rows)
    for group in found.by_recipient:
        ours = [one["times"] for one in rows if one["recipient"] == group.name]
        took = sorted(one["content_down"] for one in ours if one.get("content_down", -1) >= 0)  # type: ignore[attr-defined, index]  # see `row`
        measured = span(group, M.CONTENT_DOWN)
        assert (group.reports, measured.count) == (len(ours), len(took))
        assert measured.median_seconds == pytest.approx(statistics.median(took) * HOUR)
        assert measured.p90_seconds == pytest.approx(took[math.ceil(0.9 * len(took)) - 1] * HOUR)
    assert sum(group.reports for group in found.by_kind) == 400
    assert [group.reports for group in found.by_recipient] == sorted(
        (group.reports for group in found.by_recipient), reverse=True
    )


def test_the_order_of_the_rows_changes_nothing() -> None:
    """Two databases may give the same reports in another order."""
    rows = [row("sent", name, acknowledged=at) for at, name in enumerate("ABCABCABC")]
    there, back = courses(*rows), courses(*reversed(rows))
    back = replace(back, report=[*reversed(there.report)])
    assert figures.of(there, now=NOW) == figures.of(back, now=NOW)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (None, "-"),
        (0, "< 1 min"),
        (59.9, "< 1 min"),
        (60, "1 min"),
        (3_599, "59 min"),
        (3_600, "1 h"),
        (5_400, "1 h 30 min"),
        (36_000 + 1_800, "10 h"),
        (86_399, "23 h"),
        (2 * 86_400 + 4 * 3_600, "2 d 4 h"),
        (52 * 86_400 + 4 * 3_600, "52 d"),
    ],
)
def test_durations_read_well(seconds: float | None, told: str) -> None:
    """A duration has two units at most, and is never rounded up to what did not pass."""
    assert duration(seconds) == told
