"""The dashboard as charts, each with the table that says the same. Part of `desk.py`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from scamhunt.desk_dashboard import SOON, Dashboard, Day, Lateness, Oldest
from scamhunt.desk_feeds import FeedState
from scamhunt.takedown import charts, figure_parts
from scamhunt.takedown.charts import Bar, Line
from scamhunt.takedown.figure_parts import BARS, NAME_LIMIT, ROWS, Part
from scamhunt.takedown.figure_values import duration, percent
from scamhunt.takedown.words import clean

WAITING: Mapping[str, str] = {
    "dispute": "undecided dispute",
    "unknown": "send of unknown outcome",
    "due": "work that is due",
    "new": "strong new candidate",
}
"""What waits, in words."""
MARKS: Mapping[Lateness, str] = {
    Lateness.NONE: "nothing waits",
    Lateness.WELL: "in time",
    Lateness.SOON: "the day is nearly over",
    Lateness.LATE: "late",
}
"""How it waits, in words: no mark is a colour alone."""
_IN_TITLES = (
    ("found", "Found and looked at", ("new", "looked_at")),
    ("decided", "Decided", ("confirmed", "dismissed")),
    ("reported", "Reported and gone", ("drafted", "sent", "gone")),
)
"""The charts of the funnel: id, title, and what each draws."""


def parts(found: Dashboard) -> Iterator[Part]:
    """Yield the parts of the page, what waits first. Every text from outside is cleaned, in a chart escaped too."""
    yield waiting(found.oldest)
    yield from funnel(found.funnel)
    if found.figures.reports:
        yield figure_parts.overall(found.figures)
        yield figure_parts.recipients(found.figures.by_recipient)
        yield from figure_parts.league(found.figures)
    yield feeds(found.feeds, found.made_at)
    yield candidates(found)
    yield reports(found)
    yield alone(found)
    if found.pairs:
        yield pairs(found)


def waiting(oldest: Sequence[Oldest]) -> Part:
    """Return what waits longest of each kind."""
    title = "What waits longest"
    about = f"A person looks at it within a day: from {SOON // timedelta(hours=1)} hours on it is marked."
    drawn = [Bar(WAITING[one.what], _seconds(one), f"{_age(one)}, {MARKS[one.lateness]}") for one in oldest]
    rows = [(WAITING[one.what], one.thing or "-", _moment(one.since), _age(one), MARKS[one.lateness]) for one in oldest]
    scale = charts.durations([bar.value for bar in drawn if bar.value is not None])
    head = ("what", "which", "since", "for", "mark")
    return Part(title, about, head, rows, charts.bars("waiting", title, about, drawn, scale))


def _seconds(one: Oldest) -> float | None:
    return one.age.total_seconds() if one.since else None


def _age(one: Oldest) -> str:
    return duration(_seconds(one))


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else "-"


def funnel(days: Sequence[Day]) -> Iterator[Part]:
    """Yield what came in and went out by day."""
    for ident, title, names in _IN_TITLES:
        labels = [name.replace("_", " ") for name in names]
        columns = [[int(getattr(day, name)) for day in days] for name in names]
        totals = ", ".join(f"{label} {sum(column):,}" for label, column in zip(labels, columns, strict=True))
        about = f"By day, UTC, each candidate or report once a day; the last day is not over. In all: {totals}."
        series = [Line(label, column) for label, column in zip(labels, columns, strict=True)]
        svg = charts.lines(ident, title, about, [f"{day.day:%Y-%m-%d}" for day in days], series)
        rows = [(f"{day.day:%Y-%m-%d}", *(f"{getattr(day, name):,}" for name in names)) for day in reversed(days)]
        yield Part(title, about, ("day", *labels), rows, svg)


def feeds(states: Sequence[FeedState], now: datetime) -> Part:
    """Return how the feeds are: for how long each was not believed, and what is wrong."""
    on = [one for one in states if one.on or one.problem]
    title, about = "Feeds", "For how long no run of a feed was believed; those that are off are left out."
    drawn = [Bar(one.facts.name, *_silence(one, now)) for one in on]
    scale = charts.durations([bar.value for bar in drawn if bar.value is not None])
    rows = [
        (
            one.facts.name,
            one.state,
            _moment(one.believed_at),
            f"{one.last.read:,}" if one.last else "-",
            f"{one.last.accepted:,}" if one.last else "-",
            clean(one.problem, NAME_LIMIT) or "-",
        )
        for one in on
    ]
    head = ("feed", "state", "believed", "read", "accepted", "problem")
    return Part(title, about, head, rows, charts.bars("feeds", title, about, drawn[:BARS], scale))


def _silence(one: FeedState, now: datetime) -> tuple[float | None, str]:
    """Return for how long a feed was not believed, and in words how it is."""
    if one.believed_at is None:
        return None, f"{one.state}, never"
    seconds = max((now - one.believed_at).total_seconds(), 0.0)
    return seconds, f"{one.state}, {duration(seconds)}"


def candidates(found: Dashboard) -> Part:
    """Return how many candidates there are by state and band."""
    counts = [
        (f"{state}, {band}", count) for state, told in found.standing.candidates.items() for band, count in told.items()
    ]
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in found.standing.kinds.items())
    about = f"By state and band of the score: {kinds}."
    return _counted("candidates", "Candidates", about, counts)


def reports(found: Dashboard) -> Part:
    """Return how many reports there are by state."""
    counts = [(state.replace("_", " "), count) for state, count in found.standing.reports.items()]
    return _counted("reports", "Reports", "By state, of all times.", counts)


def _counted(ident: str, title: str, about: str, counts: Iterable[tuple[str, int]]) -> Part:
    some = [(name, count) for name, count in counts if count]
    drawn = [Bar(name, count, f"{count:,}") for name, count in some]
    svg = charts.bars(ident, title, about, drawn, charts.counts(max((count for _, count in some), default=0)))
    return Part(title, about, (title.lower(), "count"), [(name, f"{count:,}") for name, count in some], svg)


def alone(found: Dashboard) -> Part:
    """Return what one person did alone, and what two let through."""
    told = found.alone
    about = f"In the last {found.days} days" + (
        ": SCAMHUNT_SINGLE_OPERATOR is on, one person is the whole team." if told.single_operator else "."
    )
    rows = [
        ("reports approved by who wrote them", f"{told.approvals:,}"),
        ("protected targets: asked to let through", f"{told.overrides_asked:,}"),
        ("protected targets: let through", f"{told.overrides_granted:,}"),
    ]
    return Part("Done by one person, and let through by two", about, ("what", "count"), rows)


def pairs(found: Dashboard) -> Part:
    """Return who approved whose reports."""
    title = "Who approves whose reports"
    about = (
        f"In the last {found.days} days, as a share of all approvals; a report of two authors counts for both. A pair "
        "that has most of them is marked: let a third person look at some."
    )
    drawn = [
        Bar(f"{one.approver} for {one.author}", one.share, f"{one.share:.0%}, {one.count:,}") for one in found.pairs
    ]
    rows = [
        (one.approver, one.author, f"{one.count:,}", percent(one.share), "look at some" if one.often else "-")
        for one in found.pairs
    ]
    svg = charts.bars("pairs", title, about, drawn[:BARS], charts.shares())
    head = ("approver", "author", "approvals", "share", "mark")
    return Part(title, about, head, rows[:ROWS], svg, len(rows) - ROWS)
