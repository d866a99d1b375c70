"""What a signal of numbers is, and the examples that they share. Pure."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from scamhunt.score.phone_voices import Reports

IN_TEXT = "brand_in_text"
"""Counts what `score/texts.py` says of the words of reports, whose signals have names of their own."""
EXAMPLES_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
"""The time of the examples."""
EXAMPLES_OFFICIAL = "+1 844 555 0167"
"""The official number of a brand in the examples."""

TEXT_EXAMPLES = MappingProxyType(
    {
        "named_in_text": "this is amazon prime, your refund is ready",
        "misspelt_in_text": "this is amzon prime refund dept",
        "disguised_in_text": "Micro soft windows defender alert, virus found",
        "ordinary_in_text": "a caller from Chase bank asked for the code",
        "named_in_address": "go to amazon-refund-desk.com to get it back",
    }
)
"""Words in which each signal of `score/texts.py` speaks."""
NO_BRAND = "dentist reminder"

Told = tuple[float, str]
"""Strength, mostly 0 to 1, and the sentence for a person."""
Says = Callable[[Reports], Told | None]


@dataclass(frozen=True, slots=True)
class PhoneSignal:
    """A named reason, with reports of a number in which it speaks and in which it does not."""

    name: str
    meaning: str
    source: str
    seen_in: tuple[str, ...]
    """Input lines of `scamhunt score --kind phone`, all about one number."""
    not_in: tuple[str, ...]
    says: Says | None = None
    """None where it speaks of a brand: `misdials.py` and `texts.py` say these."""
    note: bool = False
    """Whether it only tells something: its weight is 0."""


def signal(*, source: str, seen_in: str, not_in: str, note: bool = False) -> Callable[[Says], PhoneSignal]:
    """Make a signal of a function; the examples are lines."""

    def make(says: Says) -> PhoneSignal:
        meaning = (says.__doc__ or "").strip().partition("\n")[0]
        return PhoneSignal(says.__name__, meaning, source, lines(seen_in), lines(not_in), says, note)

    return make


def worded(text: str) -> str:
    """Return a line of a report with these words."""
    return json.dumps({"number": "+18885550142", "text": text})


def lines(text: str) -> tuple[str, ...]:
    """Return the lines of a text, trimmed, without empty ones."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())
