"""The milestones of a takedown, each with a time of its own, and the columns that figures are made from. Pure.

"Takedown time" has several definitions that cannot be compared, so every moment is kept apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Milestone(StrEnum):
    """A moment in the course of a takedown, in the order in which they mostly come."""

    FIRST_SEEN = "first_seen"
    """A source says that the target was there."""
    DETECTED = "detected"
    """We knew of it."""
    REPORTED = "reported"
    """The report was taken by the recipient's mail server, or handed in."""
    ACKNOWLEDGED = "acknowledged"
    """The recipient said that it has it."""
    BLOCKED = "blocked"
    """The recipient of a report, a blocklist, said that it warns visitors now."""
    CLAIMED = "claimed"
    """The recipient said that it acted."""
    CONTENT_DOWN = "content_down"
    """The first of the looks that agree that it is gone."""
    DNS_HOLD = "dns_hold"
    """The first of them that saw the name taken out of the DNS, or held by registrar or registry."""
    VERIFIED_DOWN = "verified_down"
    """Enough looks agreed that it is gone."""
    RECOVERED = "recovered"
    """A look saw it live again after that."""


@dataclass(frozen=True, slots=True)
class Courses:
    """Reports that are out or were, as columns of one length; what figures are made from."""

    report: Sequence[int]
    recipient: Sequence[str]
    """The desk's name, else the mail address."""
    brand: Sequence[str]
    kind: Sequence[str]
    """Of recipient."""
    state: Sequence[str]
    times: "Mapping[Milestone, NDArray[np.datetime64]]"
    """UTC, microseconds (`datetime64[us]`); NaT where it did not come to that."""


@dataclass(frozen=True, slots=True)
class Course:
    """The same of one report. Times are aware, None where it did not come to that."""

    times: Mapping[Milestone, datetime | None]
