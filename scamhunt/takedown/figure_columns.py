"""The reports that figures are made from as columns, and what is measured on them. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

import numpy as np
from numpy.typing import NDArray

from scamhunt.model import ReportState
from scamhunt.takedown.course import Courses, Milestone
from scamhunt.takedown.figure_values import Pair

NEVER = np.iinfo(np.int64).min
"""NaT as an integer."""
_SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
GONE = (Milestone.CONTENT_DOWN, Milestone.DNS_HOLD, Milestone.VERIFIED_DOWN)
_ASIDE = (ReportState.HELD, ReportState.WITHDRAWN)

Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Groups:
    """To which group each report belongs."""

    names: Sequence[str]
    codes: NDArray[np.unsignedinteger]

    def count(self, flags: Flags) -> Numbers:
        """Count by group the reports of which something holds."""
        return np.bincount(self.codes[flags], minlength=len(self.names))

    def among(self, names: Collection[str]) -> Flags:
        """Say of each report whether its group is one of these."""
        wanted = np.fromiter((name in names for name in self.names), np.bool_, len(self.names))
        return cast("Flags", wanted[self.codes])


@dataclass(frozen=True, slots=True)
class Rows:
    """The reports that count, as columns. Times are microseconds since 1970, `NEVER` where it did not come to that."""

    report: Numbers
    recipient: Sequence[str]
    brand: Sequence[str]
    kind: Sequence[str]
    state: Groups
    times: Mapping[Milestone, Numbers]

    def are(self, states: Sequence[ReportState]) -> Flags:
        """Say of each report whether it is in one of the states."""
        return self.state.among(states)

    def came_to(self, milestone: Milestone) -> Flags:
        """Say of each report whether it came to a milestone at all."""
        return cast("Flags", self.times[milestone] != NEVER)


@dataclass(frozen=True, slots=True)
class Lasted:
    """How long something took."""

    microseconds: Numbers
    order: NDArray[np.intp]
    """The reports in which it can be measured, the shortest first."""
    fits: Flags
    base: Flags
    """The reports that began, and were not too early at the end: what a share is of."""
    early: Flags


def counted(courses: Courses) -> tuple[Rows, int]:
    """Return the reports that count, and how many do not."""
    times = {one: np.asarray(courses.times[one]).astype("datetime64[us]").view(np.int64) for one in Milestone}
    everything = Rows(
        np.asarray(courses.report, np.int64),
        courses.recipient,
        courses.brand,
        courses.kind,
        grouped(courses.state),
        times,
    )
    aside = everything.are(_ASIDE)
    left = int(aside.sum())
    if not left:
        return everything, 0
    kept = np.flatnonzero(~aside).tolist()
    named = {name: [column[at] for at in kept] for name, column in columns(everything).items()}
    state = Groups(everything.state.names, everything.state.codes[kept])
    cut = {one: column[kept] for one, column in times.items()}
    return Rows(everything.report[kept], state=state, times=cut, **named), left


def columns(rows: Rows) -> dict[str, Sequence[str]]:
    """Return the columns by which reports are grouped."""
    return {"recipient": rows.recipient, "brand": rows.brand, "kind": rows.kind}


def grouped(column: Sequence[str]) -> Groups:
    """Group the reports by the values of a column."""
    names = sorted(set(column))
    known = {name: at for at, name in enumerate(names)}
    # Small integers: numpy sorts those of 16 bits by radix, several times as fast.
    codes = np.fromiter(map(known.__getitem__, column), np.min_scalar_type(len(names)), len(column))
    return Groups(names, codes)


# --- how long ---------------------------------------------------------------------------------------------------------


def measured(rows: Rows, pair: Pair) -> Lasted:
    """Measure a pair of milestones; what was gone before the report went out is nobody's doing."""
    found = lasted(rows.times[pair.from_], rows.times[pair.to], np.ones(len(rows.report), np.bool_))
    if pair.to not in GONE or pair.from_ is Milestone.REPORTED:
        return found
    early = found.early | (found.fits & ~since_report(rows, pair.to))
    kept = found.order[~early[found.order]]
    return Lasted(found.microseconds, kept, found.fits & ~early, found.base & ~early, early)


def since_report(rows: Rows, milestone: Milestone) -> Flags:
    """Say of each report whether it came to a milestone, and not before it went out."""
    reported = rows.times[Milestone.REPORTED]
    return rows.came_to(milestone) & rows.came_to(Milestone.REPORTED) & (reported <= rows.times[milestone])


def lasted(start: Numbers, end: Numbers, among: Flags) -> Lasted:
    """Measure from one column to another."""
    began = among & (start != NEVER)
    both = began & (end != NEVER)
    early = both & (end < start)
    fits = both & ~early
    took = end - start
    rows = np.flatnonzero(fits)
    return Lasted(took, rows[np.argsort(took[rows])], fits, began & ~early, early)


def ranks(took: Lasted, groups: Groups) -> tuple[list[float | None], list[float | None]]:
    """Return median and 90th percentile by group in seconds, None for a group without any."""
    codes = groups.codes[took.order]
    counts = np.bincount(codes, minlength=len(groups.names))
    if not len(codes):
        return [None] * len(counts), [None] * len(counts)
    ordered = took.microseconds[took.order[np.argsort(codes, kind="stable")]]
    first = np.cumsum(counts) - counts
    some = counts > 0

    def at(rank: Numbers) -> Numbers:
        return ordered[np.where(some, first + rank - 1, 0)]

    medians = (at((counts + 1) // 2) + at(counts // 2 + 1)) / 2
    nineties = at((9 * counts + 9) // 10)
    return _seconds(medians, some), _seconds(nineties, some)


def _seconds(took: NDArray[np.float64] | Numbers, some: Flags) -> list[float | None]:
    values = (took / _SECOND).tolist()
    return [value if there else None for value, there in zip(values, some.tolist(), strict=True)]


def shares(parts: Numbers, wholes: Numbers) -> list[float | None]:
    """Return by group which part of the whole it is, None where there is no whole."""
    return [part / whole if whole else None for part, whole in zip(parts.tolist(), wholes.tolist(), strict=True)]


def microseconds(when: datetime) -> int:
    """Return an aware time as the columns have it."""
    return (when - _EPOCH) // timedelta(microseconds=1)


def moment(at: int) -> datetime:
    """Return a time of the columns, aware, UTC."""
    return _EPOCH + timedelta(microseconds=at)
