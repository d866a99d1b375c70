import re
from datetime import timedelta
from pathlib import Path

from scamhunt import reference
from scamhunt.observed import Liveness, Verdict
from scamhunt.score.liveness import CADENCE, ENOUGH, SPAN
from scamhunt.score.seen.family import SEEN_SIGNALS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "judging.md").read_text("utf-8")
PROSE = " ".join(PAGE.split())
MODEL = reference.seen_model()


def test_the_table_of_seen_signals_is_that_of_the_code() -> None:
    """Each signal stands on the page once, in the order of the code, with part, weight, meaning and source."""
    shown = re.findall(r"^\| `(\w+)` \| (\w+) \| ([+-]\d+\.\d+) \| (.+) \| (.+) \|$", PAGE, re.MULTILINE)
    assert shown == [
        (one.name, one.part.value, f"{MODEL.weights[one.name]:+.2f}", one.meaning, one.source) for one in SEEN_SIGNALS
    ]


def test_the_table_of_the_cadence_is_that_of_the_code() -> None:
    """A person reads when a target is looked at again as it is done."""
    shown = re.findall(r"^\| `(\w+)` \| (under [^|]+|for good) \| ([^|]+) \|$", PAGE, re.MULTILINE)
    assert shown == [(row, age(younger), spoken(wait)) for row, lines in CADENCE.items() for younger, wait in lines]


def age(younger: timedelta) -> str:
    """Return up to what age a line of the cadence holds, in words."""
    return "for good" if younger == timedelta.max else f"under {spoken(younger)}"


def spoken(span: timedelta) -> str:
    """Return a time in hours or days."""
    hours = span.total_seconds() / 3600
    return f"{hours:g} hours" if hours < 24 else f"{hours / 24:g} day{'' if hours == 24 else 's'}"


def test_the_judging_page_names_every_verdict_and_liveness_and_the_numbers_of_the_code() -> None:
    """Nothing that a person may read in a judgement is missing on the page."""
    assert [one for one in (*Verdict, *Liveness) if f"| `{one}` |" not in PAGE] == []
    assert f"starts with {MODEL.prior:.1f} instead" in PROSE
    assert f"the score is at least {MODEL.review} " in PROSE
    assert f"when {ENOUGH} observations over {SPAN.total_seconds() / 3600:.0f} hours agree" in PROSE
    assert "**It is uncalibrated**" in PROSE
