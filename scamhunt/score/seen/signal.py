"""What a signal of something seen is, and how its examples are written. Pure."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import ModuleType

from scamhunt.observed import Finding, Outcome
from scamhunt.score.seen.scene import Scene

Told = tuple[float, str]
"""Strength, mostly 0 to 1, and the sentence for a person."""
Says = Callable[[Scene], Told | None]
EXAMPLES_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
"""The time of the examples."""
EXAMPLE_PAGE = "https://amazon-refund-desk.test/"
"""Where the findings of an example were seen, unless they say something else."""


class Part(StrEnum):
    """What a signal may do to a verdict."""

    ACT = "act"
    """Pretending to be the brand, as observed: what `impersonates` needs."""
    SIGN = "sign"
    """Seen there and speaks against it: what `suspicious` needs."""
    CONTEXT = "context"
    """Speaks against it and is never enough for a verdict."""
    HONEST = "honest"
    """Speaks for it and is never enough for a verdict."""
    OWN = "own"
    """A positive reason: it is the brand's own, or leads straight to it. What `benign` needs."""
    NOTE = "note"
    """Only tells something."""


@dataclass(frozen=True, slots=True)
class SeenSignal:
    """A named reason, with findings in which it speaks and in which it does not."""

    name: str
    part: Part
    meaning: str
    source: str
    seen_in: tuple[str, ...]
    """Findings as JSON lines: kind; `outcome`, `source`, `vantage` where not the example's; the rest is data."""
    not_in: tuple[str, ...]
    says: Says


def signal(part: Part, *, source: str, seen_in: str, not_in: str) -> Callable[[Says], SeenSignal]:
    """Make a signal of a function; the examples are lines."""

    def make(says: Says) -> SeenSignal:
        meaning = (says.__doc__ or "").strip().partition("\n")[0]
        return SeenSignal(says.__name__, part, meaning, source, _lines(seen_in), _lines(not_in), says)

    return make


def signals_of(*modules: ModuleType) -> tuple[SeenSignal, ...]:
    """Return the signals of the modules in the order in which they stand there."""
    return tuple(value for module in modules for value in vars(module).values() if isinstance(value, SeenSignal))


def findings_of(lines: Sequence[str]) -> list[Finding]:
    """Return the findings that example lines write."""
    return [_finding(json.loads(line)) for line in lines]


def _finding(data: dict[str, object]) -> Finding:
    kind, outcome = str(data.pop("kind")), Outcome(str(data.pop("outcome", "found")))
    of_page = kind.startswith(("page.", "http."))
    source = str(data.pop("source", EXAMPLE_PAGE if of_page else "the example"))
    vantage = str(data.pop("vantage", "desktop" if of_page else ""))
    if kind == "http.exchange" and outcome is Outcome.FOUND:
        data = {"status": 200, "final_url": source, "chain": [{"url": EXAMPLE_PAGE}]} | data
    return Finding(kind, source, EXAMPLES_AT, outcome, "", data, vantage=vantage)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
