import csv
import gzip
import re
from pathlib import Path

from scamhunt import bundle, reference
from scamhunt.indicators.domain import parse_many
from scamhunt.score.brands import Brands
from scamhunt.settings import Settings
from scamhunt.testing import sample_brands

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "scoring.md").read_text("utf-8")


def test_the_table_of_signals_is_that_of_the_code() -> None:
    """Each signal stands on the page once, in the order of the code, with its weight and its meaning."""
    shown = re.findall(r"^\| `(\w+)` \| ([+-]\d+\.\d+) \| (.+) \|$", PAGE, re.MULTILINE)
    assert shown == [
        (signal["signal"], f"{signal['weight']:+.1f}", signal["meaning"]) for signal in reference.signals()
    ]


def test_bias_and_thresholds_are_those_of_the_model() -> None:
    """The page names the numbers that turn a sum into a band."""
    model = reference.model()
    assert f"with the bias of {model.bias:.1f} " in PAGE
    assert f"From {model.review} a match is worth a look (review), from {model.urgent} " in PAGE


def test_the_example_adds_up() -> None:
    """The worked example has the reasons, the weights and the score that the program gives."""
    model = reference.model()
    classifier = reference.classifier(Brands.of(sample_brands()))
    (match,) = classifier.score(parse_many(["amaz0n-refund.com"])[0])
    named = [reason.signal for reason in match.reasons]
    assert f"`{'`, `'.join(named[:-1])}` and `{named[-1]}` speak" in PAGE
    assert " + ".join(f"{reason.weight:.1f}" for reason in match.reasons) in PAGE
    total = model.bias + sum(reason.weight for reason in match.reasons)
    assert f"make {total:.1f}, which is a score of {match.score:.3f}." in PAGE


def test_a_day_of_new_names_brings_little_work() -> None:
    """Of the bundled sample fewer than 1 in 200 reach review and about 1 in 1,000 reach urgent, with all brands."""
    with gzip.open(bundle.data("feeds/nrd_sample.csv.gz"), "rt", encoding="utf-8") as file:
        values = [row["domain"] for row in csv.DictReader(file)]
    names, _ = parse_many(values)
    best: dict[int, float] = {}
    for match in reference.classifier(reference.brands(Settings())).score(names):
        best[match.row] = max(match.score, best.get(match.row, 0.0))
    urgent = sum(score >= reference.model().urgent for score in best.values())
    assert f"of the {len(values):,} names" in PAGE
    assert len(values) / 1000 < len(best) < len(values) / 200
    assert len(values) / 2000 < urgent < len(values) / 700
