import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scamhunt import reference
from scamhunt.indicators.phone import parse
from scamhunt.model import Evidence, NumberSighting, Role
from scamhunt.protected import Protected
from scamhunt.score.brands import Brands
from scamhunt.score.phones import PhoneScorer
from scamhunt.testing import sample_brands

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "phone-scoring.md").read_text("utf-8")
PROSE = " ".join(PAGE.split())
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MODEL = reference.shipped_phone_model()


def sighting(days: int = 1) -> NumberSighting:
    """Return the report of the page's example."""
    evidence = (Evidence("amazon", "named_in_text", 3.0, "the words name 'amazon'"),)
    seen = NOW - timedelta(days=days)
    return NumberSighting("+18885550142", "phone_reports", "", 1, seen, Role.CALLBACK, source="a", evidence=evidence)


def test_the_table_of_phone_signals_is_that_of_the_code() -> None:
    """Each signal of numbers stands on the page once, in the order of the code, with weight, meaning and source."""
    shown = re.findall(r"^\| `(\w+)` \| ([+-]\d+\.\d+) \| (.+) \| (.+) \|$", PAGE, re.MULTILINE)
    assert shown == [
        (signal["signal"], f"{signal['weight']:+.2f}", signal["meaning"], signal["source"])
        for signal in reference.signals()
        if signal["kind"] == "phone"
    ]


def test_bias_thresholds_and_factor_are_those_of_the_phone_model() -> None:
    """The page names the numbers that turn a sum into a band, and says that nothing is calibrated."""
    assert f"bias of {MODEL.bias:.2f} " in PROSE
    assert f"From {MODEL.review} a match is worth a look (review), from {MODEL.urgent} it is worth it now" in PROSE
    assert f"`brand_in_text`, {MODEL.weights['brand_in_text']:.2f} in the shipped model" in PROSE
    assert not MODEL.calibrated
    assert "**It is uncalibrated**" in PROSE


def test_the_phone_example_adds_up() -> None:
    """The worked example has the weights and the score that the program gives."""
    brands = Brands.of(sample_brands())
    scorer = PhoneScorer(brands, None, Protected.of(brands, []), MODEL)
    (match,) = scorer.score(parse("+18885550142"), [sighting()], NOW)
    weights = {reason.signal: reason.weight for reason in match.reasons}
    assert all(f"({weight:.2f})" in PROSE for weight in weights.values() if weight)
    assert f"a sum of {sum(weights.values()) + MODEL.bias:.2f}, which is a score of {match.score:.3f}." in PROSE
    old = scorer.score(parse("+18885550142"), [replace(sighting(44))], NOW, 0.0)[0]
    (recency,) = [reason.weight for reason in old.reasons if reason.signal == "recency"]
    assert f"one of 44 days ago {recency:.2f}." in PROSE
    assert f"A report of yesterday adds {weights['recency']:.2f}," in PROSE
