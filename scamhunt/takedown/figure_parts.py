"""The figures of takedowns as charts, each with the table that says the same. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scamhunt.takedown import charts
from scamhunt.takedown.charts import Bar, Line
from scamhunt.takedown.course import Milestone
from scamhunt.takedown.figure_values import MEANINGS, PAIRS, Figures, Group, Span, Week, duration, percent
from scamhunt.takedown.words import clean

BARS, ROWS, WEEKS = 15, 100, 53
"""Bars of a chart, rows of a table, weeks of a chart."""
NAME_LIMIT = 120
BY_RECIPIENT = (Milestone.ACKNOWLEDGED, Milestone.BLOCKED, Milestone.CLAIMED, Milestone.CONTENT_DOWN)
"""The milestones, from the report on, that have a chart with a bar a recipient."""
SHARES = ("actioned", "claimed", "declined", "silent", "relapse rate")


@dataclass(frozen=True, slots=True)
class Part:
    """A chart, where there is one, and the table that says the same."""

    title: str
    about: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    svg: str = ""
    """Its texts are escaped: it may stand in a page as it is."""
    more: int = 0
    """Rows that are not shown."""


def parts(found: Figures) -> Iterator[Part]:
    """Yield all parts of the figures; nothing while no report is out."""
    if not found.reports:
        return
    yield overall(found)
    for milestone in BY_RECIPIENT:
        at = next(at for at, pair in enumerate(PAIRS) if (pair.from_, pair.to) == (Milestone.REPORTED, milestone))
        came = [group for group in found.by_recipient if group.spans[at].count]
        if came:
            yield _spans_of(came, at)
    yield _actioned(found.by_recipient)
    if found.by_week:
        yield _weeks(found.by_week)
    yield from league(found)
    for title, groups in (("recipient", found.by_recipient), ("brand", found.by_brand), ("kind", found.by_kind)):
        yield _groups(title, groups)


def overall(found: Figures) -> Part:
    """Return how long it takes to each milestone."""
    pairs = list(zip(PAIRS, found.spans, strict=True))
    rows = [
        (
            pair.title,
            percent(span.share),
            duration(span.median_seconds),
            duration(span.p90_seconds),
            f"{span.count:,}",
            f"{span.left_out:,}",
        )
        for pair, span in pairs
    ]
    drawn = [_bar(pair.title, span) for pair, span in pairs]
    head = ("from ... to", "came to it", "median", "90 %", "count", "left out")
    return _timed("overall", "Time to each milestone", head, rows, drawn)


def _spans_of(groups: Sequence[Group], at: int) -> Part:
    spans = [(clean(group.name, NAME_LIMIT), group.spans[at]) for group in groups]
    rows = [
        (name, percent(span.share), duration(span.median_seconds), duration(span.p90_seconds), f"{span.count:,}")
        for name, span in spans
    ]
    drawn = [_bar(name, span) for name, span in spans]
    title = f"By recipient: {PAIRS[at].title}"
    return _timed(
        f"to-{PAIRS[at].to.value}", title, ("recipient", "came to it", "median", "90 %", "count"), rows, drawn
    )


def _timed(ident: str, title: str, head: Sequence[str], rows: Sequence[Sequence[str]], drawn: Sequence[Bar]) -> Part:
    """Return a part with bars of durations: median, and a whisker to the 90th percentile."""
    known = [value for bar in drawn for value in (bar.value, bar.whisker) if value is not None]
    about = (
        "At the right the share that came to it, and the median. Of these alone the bar ends at the median, the "
        f"whisker at the 90th percentile. Each step of the axis is several times the one before.{_cut(drawn)}"
    )
    svg = charts.bars(ident, title, about, drawn[:BARS], charts.durations(known))
    return Part(title, about, head, rows[:ROWS], svg, len(rows) - ROWS)


def _actioned(groups: Sequence[Group]) -> Part:
    named = [(clean(group.name, NAME_LIMIT), group) for group in groups]
    drawn = [Bar(name, one.actioned_share, percent(one.actioned_share)) for name, one in named]
    rows = [(name, percent(one.actioned_share), f"{one.reports:,}", f"{one.spans[3].early:,}") for name, one in named]
    title, about = "Share actioned by recipient", f"{MEANINGS['actioned']}{_cut(drawn)}"
    svg = charts.bars("actioned", title, about, drawn[:BARS], charts.shares())
    head = ("recipient", "actioned", "reports", "gone before")
    return Part(title, about, head, rows[:ROWS], svg, len(rows) - ROWS)


def recipients(groups: Sequence[Group]) -> Part:
    """Return who acts: the share that is gone since the report, and how long answer and end took."""
    known = [(clean(group.name, NAME_LIMIT), group) for group in groups]
    drawn = [Bar(name, one.actioned_share, percent(one.actioned_share)) for name, one in known]
    rows = [
        (
            name,
            f"{one.reports:,}",
            duration(_span(one, Milestone.ACKNOWLEDGED).median_seconds),
            duration(_span(one, Milestone.CONTENT_DOWN).median_seconds),
            percent(one.actioned_share),
        )
        for name, one in known
    ]
    about = (
        f"{MEANINGS['actioned']} In the table the medians from the report to their answer, and until the content was "
        f"gone.{_cut(drawn)}"
    )
    svg = charts.bars("recipients", "Recipients", about, drawn[:BARS], charts.shares())
    head = ("recipient", "reports", "to answer", "to gone", "actioned")
    return Part("Recipients", about, head, rows[:ROWS], svg, len(rows) - ROWS)


def _span(group: Group, to: Milestone) -> Span:
    return next(span for span in group.spans if (span.from_, span.to) == (Milestone.REPORTED, to))


def _weeks(weeks: Sequence[Week]) -> Part:
    shown = weeks[-WEEKS:]
    series = [
        Line("reported", [week.reported for week in shown]),
        Line("verified down", [week.verified_down for week in shown]),
        Line("relapsed", [week.relapsed for week in shown]),
    ]
    rows = [(one.week, f"{one.reported:,}", f"{one.verified_down:,}", f"{one.relapsed:,}") for one in reversed(shown)]
    title, about = "By week", "Reports by the week of each event, Monday to Sunday, UTC. The last week is not over."
    svg = charts.lines("weeks", title, about, [week.week for week in shown], series)
    return Part(title, about, ("week", "reported", "verified down", "relapsed"), rows, svg)


def league(found: Figures) -> Iterator[Part]:
    """Yield the recipients by how quick they are: one part for each goal, and those without a place."""
    for goal in dict.fromkeys(one.goal for one in found.league):
        rows = [
            (
                clean(one.recipient, NAME_LIMIT),
                f"{one.place}",
                percent(one.share_within),
                percent(one.reached_share),
                duration(one.median_seconds),
                f"{one.reports:,}",
            )
            for one in found.league
            if one.goal is goal
        ]
        head = ("recipient", "place", "within 7 days", "came to it", "median", "reports")
        title = f"League: {goal.replace('_', ' ')}"
        yield Part(title, MEANINGS["within 7 days"], head, rows[:ROWS], more=len(rows) - ROWS)
    if found.unranked:
        few = [(clean(one.recipient, NAME_LIMIT), one.why) for one in found.unranked]
        about = "One lucky report would lead the table."
        yield Part("Not ranked", about, ("recipient", "why"), few[:ROWS], more=len(few) - ROWS)


def _groups(title: str, groups: Sequence[Group]) -> Part:
    rows = [
        (
            clean(one.name, NAME_LIMIT),
            f"{one.reports:,}",
            f"{one.open:,}",
            percent(one.actioned_share),
            percent(one.claimed_share),
            percent(one.declined_share),
            percent(one.silent_share),
            percent(one.relapse_rate),
            f"{one.oldest_open:%Y-%m-%d}" if one.oldest_open else "-",
        )
        for one in groups
    ]
    head = (title, "reports", "open", *SHARES, "oldest open")
    return Part(f"By {title}", "The one with the most reports first.", head, rows[:ROWS], more=len(rows) - ROWS)


def _bar(label: str, span: Span) -> Bar:
    if span.median_seconds is None:
        return Bar(label, None, "none yet")
    note = f"{percent(span.share)}, {duration(span.median_seconds)}"
    return Bar(label, span.median_seconds, note, span.p90_seconds)


def _cut(drawn: Sequence[Bar]) -> str:
    return f" The chart has the first {BARS} of {len(drawn)}." if len(drawn) > BARS else ""
