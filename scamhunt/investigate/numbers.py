"""Who can act on a number, as findings: the ladder of `carrier.py`. Nothing is asked outside; no number is called."""

from pathlib import Path

from scamhunt.indicators.phone import Number
from scamhunt.investigate.ladder import Rung
from scamhunt.material import look_up as ladder_of
from scamhunt.observed import Finding, Gained, Outcome
from scamhunt.settings import Settings


def look_up(number: Number, settings: Settings) -> Gained:
    """Return what the tables at hand say of a number, a finding a rung, and which table would say more."""
    ladder, trouble = ladder_of(Path(settings.home), number)
    now = settings.now()
    found = [_finding(rung, settings) for rung in ladder.rungs]
    if ladder.missing:
        text = f"no table of {', '.join(ladder.missing)} is at hand; see: scamhunt refdata list"
        found.append(Finding("carrier.missing", "reference tables", now, Outcome.SKIPPED, text))
    if trouble:
        found.append(Finding("carrier.trouble", "reference tables", now, Outcome.FAILED, trouble))
    return Gained(found)


def _finding(rung: Rung, settings: Settings) -> Finding:
    data = {
        "step": str(rung.step),
        "holder": rung.holder,
        "confidence": str(rung.confidence),
        "as_of": str(rung.as_of or ""),
    }
    text = f"{rung.step}: {rung.says} ({rung.confidence})"
    return Finding("carrier.rung", rung.source, settings.now(), Outcome.FOUND, text, data)
