"""What the figures are called, what each means, and the values that hold them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scamhunt.takedown.course import Milestone
from scamhunt.takedown.kinds import OF_NAMES, RecipientKind

_M = Milestone

WITHIN = timedelta(days=7)
"""By when a recipient's share is taken. A measure of ours; no contract sets it."""
MIN_REPORTS = 5
"""Who got fewer reports that are old enough is not ranked: one lucky report would lead the table."""
_ONE_UNIT = 10
"""From ten hours or days on a second unit says nothing more."""
MOST_WEEKS = 160
"""Three years and a little more."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two milestones between which time is measured."""

    from_: Milestone
    to: Milestone
    title: str
    meaning: str


PAIRS = (
    Pair(_M.REPORTED, _M.ACKNOWLEDGED, "reported to acknowledged", "Until the recipient said that it has the report."),
    Pair(_M.REPORTED, _M.BLOCKED, "reported to blocked", "Until a blocklist said that it warns visitors."),
    Pair(_M.REPORTED, _M.CLAIMED, "reported to claimed", "Until the recipient said that it acted. Its word alone."),
    Pair(
        _M.REPORTED,
        _M.CONTENT_DOWN,
        "reported to content down",
        "Until the first of the looks that agree that it is gone. What was gone before the report is left out.",
    ),
    Pair(
        _M.REPORTED,
        _M.DNS_HOLD,
        "reported to DNS hold",
        "Until a look saw the name out of the DNS, or held. What was held before the report is left out.",
    ),
    Pair(
        _M.REPORTED,
        _M.VERIFIED_DOWN,
        "reported to verified down",
        "Until enough looks agreed that it is gone. What was verified before the report is left out.",
    ),
    Pair(_M.FIRST_SEEN, _M.DETECTED, "first seen to detected", "From its first trace in a source until we knew of it."),
    Pair(_M.DETECTED, _M.REPORTED, "detected to reported", "What we took ourselves, from knowing to reporting."),
    Pair(
        _M.FIRST_SEEN,
        _M.CONTENT_DOWN,
        "first seen to content down",
        "How long it stood in all. What was gone before the report is left out.",
    ),
    Pair(_M.VERIFIED_DOWN, _M.RECOVERED, "verified down to recovered", "How long it stayed gone before it came back."),
)
"""What is measured, in the order in which it is shown."""

MEANINGS: Mapping[str, str] = {
    "reports": "Reports that a recipient has or may have; one target reported to three recipients counts three times.",
    "set aside": "Held or withdrawn reports. They are in no other figure.",
    "open": "Out, and not seen to be gone.",
    "oldest open": "Since when the oldest of the open reports is out.",
    "median": "Half took no longer; of an even number the middle between the two in the middle. Only of those that "
    "came to it.",
    "90 %": "Nine of ten took no longer: the nearest rank, a value that occurred. Only of those that came to it.",
    "came to it": "The share that came to the milestone, of the reports that could.",
    "left out": "Reports without one of the two times, or with the second before the first or before the report.",
    "actioned": "The share that our looks saw gone or held, not before the report. No recipient's word counts.",
    "claimed": "The share of which the recipient said that it acted.",
    "declined": "The share that the recipient declined and that is not gone.",
    "silent": "The share without any answer: given up, or out for 7 days and still only sent.",
    "relapse rate": "Of those ever verified down, the share that came back.",
    "within 7 days": "Of the reports that are at least 7 days old, the share that came to the recipient's goal within "
    "7 days.",
    "goal": "What a recipient is ranked by: content down; for a blocklist blocked; where no look of ours can see what "
    "it did (numbers, oversight) claimed.",
}
"""What each other figure means."""

_GOALS = {RecipientKind.BLOCKLIST.value: _M.BLOCKED} | {
    kind.value: _M.CLAIMED for kind in RecipientKind if kind not in OF_NAMES
}


def goal_of(kind: str) -> Milestone:
    """Return the milestone by which a kind of recipient is ranked.

    A blocklist takes nothing down, who oversees contracts acts on no name itself, and we never call a number to see
    whether it still answers.
    """
    return _GOALS.get(kind, _M.CONTENT_DOWN)


def duration(seconds: float | None) -> str:
    """Return a duration for a person, rounded down: `20 min`, `3 h`, `2 d 4 h`; a dash for none."""
    if seconds is None:
        return "-"
    minutes, hours, days = (int(seconds // unit) for unit in (60, 3_600, 86_400))
    if not minutes:
        return "< 1 min"
    if not hours:
        return f"{minutes} min"
    if not days:
        return _two(hours, "h", minutes - 60 * hours, "min")
    return _two(days, "d", hours - 24 * days, "h")


def percent(share: float | None) -> str:
    """Return a share for a person; a dash where it would be of nothing."""
    return "-" if share is None else f"{share:.0%}".replace("%", " %")


def _two(large: int, unit: str, small: int, smaller: str) -> str:
    """Return a duration in two units, or in one where the second is nothing or no longer matters."""
    return f"{large:,} {unit}" if large >= _ONE_UNIT or not small else f"{large} {unit} {small} {smaller}"


@dataclass(frozen=True, slots=True)
class Span:
    """How long it took from one milestone to another."""

    from_: Milestone
    to: Milestone
    count: int
    """Reports in which it could be measured."""
    left_out: int
    """All others of the group."""
    early: int
    """Of these the ones in which the end lies before the beginning, or it was gone before the report."""
    share: float | None
    """`count` of those that began and were not early; None where there is none."""
    median_seconds: float | None
    p90_seconds: float | None


@dataclass(frozen=True, slots=True)
class Group:
    """The reports of one recipient, brand or kind. Shares are 0 to 1."""

    name: str
    reports: int
    open: int
    spans: Sequence[Span]
    """In the order of `PAIRS`."""
    actioned_share: float | None
    claimed_share: float | None
    declined_share: float | None
    silent_share: float | None
    relapse_rate: float | None
    """None where nothing was ever verified down."""
    oldest_open: datetime | None


@dataclass(frozen=True, slots=True)
class OldestOpen:
    """The report that waits longest."""

    report: int
    since: datetime
    recipient: str


@dataclass(frozen=True, slots=True)
class Rank:
    """A recipient's place among those with the same goal."""

    place: int
    """From 1; the same for who does equally well."""
    recipient: str
    goal: Milestone
    reports: int
    """Those that are at least `WITHIN` old, and were not gone before."""
    share_within: float
    reached_share: float
    """The share that came to the goal until now."""
    median_seconds: float | None


@dataclass(frozen=True, slots=True)
class Unranked:
    """A recipient that has no place."""

    recipient: str
    goal: Milestone
    reports: int
    why: str


@dataclass(frozen=True, slots=True)
class Week:
    """What happened in a week of ISO 8601: Monday to Sunday, UTC."""

    week: str
    """`2026-W47`."""
    start: datetime
    reported: int
    verified_down: int
    relapsed: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of some reports. Times are aware, UTC; shares 0 to 1, None where they would be of nothing."""

    reports: int
    open: int
    set_aside: int
    spans: Sequence[Span]
    actioned_share: float | None
    claimed_share: float | None
    declined_share: float | None
    silent_share: float | None
    relapse_rate: float | None
    oldest_open: OldestOpen | None
    by_recipient: Sequence[Group]
    by_brand: Sequence[Group]
    by_kind: Sequence[Group]
    league: Sequence[Rank]
    unranked: Sequence[Unranked]
    by_week: Sequence[Week]
    """The last `MOST_WEEKS` at most, without a gap, from the first in which something happened to the present one."""
