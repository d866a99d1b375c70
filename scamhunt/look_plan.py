"""Which targets are to be looked at, and what became of the looks of one sweep. Part of `pipeline.py`."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from scamhunt.errors import OutsideError
from scamhunt.model import Kind, State
from scamhunt.store import CandidateView, Store

MOST = 100_000
"""Targets that one night plans."""
FRESH = (State.NEW, State.WATCHED, State.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Planned:
    """One target that is to be looked at."""

    candidate: CandidateView
    again: bool
    """Whether it was looked at before: only whether it is still there is asked."""


@dataclass(slots=True)
class Night:
    """What became of the looks of one sweep."""

    planned: int = 0
    """Targets that were never looked at, or are due again."""
    first: int = 0
    """Of these, those that were never looked at."""
    investigated: int = 0
    rechecked: int = 0
    closed: set[int] = field(default_factory=set)
    reopened: set[int] = field(default_factory=set)
    verdicts: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    problems: list[str] = field(default_factory=list)
    numbers: int = 0
    """Numbers that pages show as their own, told to the phone score."""
    lanes: Mapping[str, int] = field(default_factory=dict)
    """Targets by the registry's server that they ask, the most first."""
    stopped: bool = False
    """Whether the time ran out before all were looked at."""
    seconds: float = 0.0
    code: int = 0
    """The exit code of what kept all looks from being taken: another run, a setting."""

    def told(self) -> str:
        """Return one line for a log."""
        verdicts = ", ".join(f"{count:,} {verdict}" for verdict, count in sorted(self.verdicts.items()))
        counts = f"{self.investigated:,} looked at for the first time, {self.rechecked:,} again"
        left = [f"{self.planned - self.done:,} left"] if self.stopped else []
        return "; ".join([counts, *([verdicts] if verdicts else []), *left, *self.problems[:3]])

    @property
    def exit_code(self) -> int:
        """3 where a look could not be kept; that the time ran out is no fault: the next night goes on."""
        return self.code or (OutsideError.exit_code if self.problems else 0)

    @property
    def done(self) -> int:
        """How many were looked at."""
        return self.investigated + self.rechecked


def planned(store: Store, now: datetime) -> list[Planned]:
    """Return what is to be looked at now: cases first, then the strongest; names only."""
    due = [Planned(one, again=True) for one in store.due(now, MOST)]
    fresh = [Planned(one, again=False) for one in store.never_looked(FRESH, (Kind.DOMAIN,), MOST)]
    return sorted([*due, *fresh], key=lambda one: (one.candidate.state is not State.CONFIRMED, -one.candidate.score))


def count(store: Store, now: datetime) -> Night:
    """Return how many looks are due, without one."""
    first = store.count_never_looked(FRESH, (Kind.DOMAIN,))
    return Night(planned=first + store.count_due(now), first=first)
