import csv
import gzip
import re
from pathlib import Path

import pytest

from scamhunt import bundle, reference
from scamhunt.indicators.domain import parse_many
from scamhunt.score.brands import Brands
from scamhunt.settings import Settings
from scamhunt.testing import sample_brands

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "scoring.md").read_text("utf-8")
PROSE = " ".join(PAGE.split())


def test_the_table_of_signals_is_that_of_the_code() -> None:
    """Each signal stands on the page once, in the order of the code, with its weight and its meaning."""
    shown = re.findall(r"^\| `(\w+)` \| ([+-]\d+\.\d+) \| (.+) \|$", PAGE, re.MULTILINE)
    assert shown == [
        (signal["signal"], f"{signal['weight']:+.2f}", signal["meaning"])
        for signal in reference.signals()
        if signal["kind"] == "domain"
    ]


def test_bias_and_thresholds_are_those_of_the_model() -> None:
    """The page names the numbers that turn a sum into a band."""
    model = reference.model()
    assert f"bias of {model.bias:.2f} " in PROSE
    assert f"From {model.review} a match is worth a look (review), from {model.urgent} " in PROSE


def test_the_example_adds_up() -> None:
    """The worked example has the reasons, the weights and the score that the program gives."""
    model = reference.model()
    classifier = reference.classifier(Brands.of(sample_brands()))
    (match,) = classifier.score(parse_many(["amaz0n-refund.com"])[0])
    named = [reason.signal for reason in match.reasons]
    assert f"`{'`, `'.join(named[:-1])}` and `{named[-1]}` speak" in PROSE
    assert " + ".join(f"{reason.weight:.2f}" for reason in match.reasons) in PROSE
    total = model.bias + sum(reason.weight for reason in match.reasons)
    assert f"make {total:.2f}, which is a score of {match.score:.3f}." in PROSE
    assert sum(float(f"{reason.weight:.2f}") for reason in match.reasons) + model.bias == pytest.approx(total, abs=0.03)


def test_a_day_of_new_names_brings_little_work() -> None:
    """Of the bundled sample between 1 in 300 and 1 in 100 reach review, fewer than 1 in 250 urgent, with all brands."""
    with gzip.open(bundle.data("feeds/nrd_sample.csv.gz"), "rt", encoding="utf-8") as file:
        values = [row["domain"] for row in csv.DictReader(file)]
    names, _ = parse_many(values)
    best: dict[int, float] = {}
    for match in reference.classifier(reference.brands(Settings())).score(names):
        best[match.row] = max(match.score, best.get(match.row, 0.0))
    urgent = sum(score >= reference.model().urgent for score in best.values())
    assert f"of the {len(values):,} names" in PROSE
    assert len(values) / 300 < len(best) < len(values) / 100
    assert len(values) / 2500 < urgent < len(values) / 250
