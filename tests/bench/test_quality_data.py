import csv
import gzip
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bench import quality_data
from bench.quality_data import Labelled
from bench.recall import Sample, curves, figures, threshold
from scamhunt.errors import UserError
from scamhunt.model import Brand
from scamhunt.score.brands import Brands

TOP = Path(__file__).resolve().parents[2]
SOURCE_BRANDS = [
    {
        "id": "zyrkon.co.uk",
        "name": "Zyrkonpay",
        "aliases": ["Zyrkonpay", "Zyrk"],
        "official_domains": ["pay.zyrkon.co.uk"],
    },
    {"id": "quartzo", "name": "Quartzo", "official_domains": ["quartzo.com", "www.quartzo.com", "gov.uk"]},
    {"id": "second", "name": "Second", "official_domains": ["quartzo.com"]},
    {"id": "unlabelled", "name": "Unlabelled", "official_domains": ["unlabelled.net"]},
]
LABELLED = [
    ("quartzo-refund.example", "quartzo", "domain_exact"),
    ("quartz0.example", "quartzo", "domain_homoglyph"),
    ("quarzo.example", "quartzo", "domain_edit1"),
    ("quartzo.quiet.example", "quartzo", "subdomain_exact"),
    ("quartzo-refund.example", "quartzo", "domain_exact"),  # a second time
    ("nothing.example", "quartzo", ""),  # the brand cannot be seen
    ("login.quartzo.com", "quartzo", "domain_exact"),  # official
    ("second.example", "second", "domain_exact"),  # a brand without a domain of its own
    ("strange.example", "strange", "domain_exact"),  # a brand that is not known
    *((f"zyrkonpay{at}.example", "zyrkon.co.uk", "domain_exact") for at in range(160)),
]
WEEK = [f"harmless{at}.example" for at in range(398)] + ["zyrkonpay-shop.example", "quartzo.example"]


def table(path: Path, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write a compressed table."""
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a folder with made-up data of the same shape."""
    (tmp_path / "brands.json").write_text(json.dumps(SOURCE_BRANDS))
    table(tmp_path / "brand_labelled.csv.gz", ["host", "brand_id", "lexical_hint"], LABELLED)
    table(tmp_path / "nrd_week.csv.gz", ["domain", "listed_date"], [(name, "2026-01-19") for name in WEEK])
    head = ["domain", "source", "tier", "list_year", "official_domain_of", "contains_brand_token"]
    table(tmp_path / "benign.csv.gz", head, [("honest.example", "a list", "10k", "2026", "", "quartzo")])
    (tmp_path / "nrd_day.txt.gz").write_bytes(gzip.compress(b"one.example\n\ntwo.example\n"))
    lines = "domain,relation\nlater.example,phish_after_registration\nother.example,phish_before_registration\n"
    (tmp_path / "nrd_known_bad.csv").write_text(lines)
    return tmp_path


def test_packs_hold_the_labelled_brands_and_some_others(data: Path) -> None:
    """Names, aliases and domains become a pack: registrable, no shared suffix, none twice."""
    brands = quality_data.packs(data)
    assert [brand.id for brand in brands] == ["quartzo", "unlabelled", "zyrkon-co-uk"]
    assert brands.by_id["zyrkon-co-uk"].domains == ("zyrkon.co.uk",)
    assert brands.by_id["zyrkon-co-uk"].aliases == ("Zyrk",)
    assert brands.by_id["quartzo"].domains == ("quartzo.com",)
    assert [brand.id for brand in quality_data.packs(data, others=0)] == ["quartzo", "zyrkon-co-uk"]


def test_labelled_hosts_are_visible_capped_and_not_official(data: Path) -> None:
    """Each host once, 150 of a brand, in an order that never changes; without the cap all of them."""
    found = quality_data.labelled(data)
    quartzo = sorted(one.host for one in found if one.brand == "quartzo")
    assert quartzo == ["quartz0.example", "quartzo-refund.example", "quartzo.quiet.example", "quarzo.example"]
    assert sum(one.brand == "zyrkon-co-uk" for one in found) == 150
    assert len(found) == 154
    assert found == quality_data.labelled(data)
    assert len(quality_data.labelled(data, per_brand=None)) == 164


@pytest.mark.parametrize(
    ("hint", "in_label", "misspelt"),
    [
        ("domain_exact", True, False),
        ("domain_homoglyph", True, True),
        ("subdomain_edit1", False, True),
        ("subdomain_exact", False, False),
    ],
)
def test_hints_select(hint: str, in_label: bool, misspelt: bool) -> None:
    """A hint says where the brand stands and how it is written."""
    one = Labelled("a.example", "a", hint)
    assert (one.in_label, one.misspelt) == (in_label, misspelt)


def test_lists_are_read_as_they_are(data: Path) -> None:
    """Week, day, honest names and those that turned bad come in the order of their lists."""
    assert quality_data.week(data) == WEEK
    assert quality_data.day(data) == ["one.example", "two.example"]
    assert quality_data.benign(data) == [quality_data.Benign("honest.example", "10k", 2026, "", "quartzo")]
    assert quality_data.later_bad(data) == ["later.example"]


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("a.b.example", "b.example"),
        ("a.b.co.uk", "b.co.uk"),
        ("a.b.govt.nz", "b.govt.nz"),
        ("a.brand.de", "brand.de"),
        ("one.de", "one.de"),
    ],
)
def test_registrable_is_a_rule_of_thumb(host: str, name: str) -> None:
    """Three labels where the country's second level is short, else two."""
    assert quality_data.registrable(host) == name


def test_missing_data_is_said(tmp_path: Path) -> None:
    """The message names the file and where the data belongs."""
    with pytest.raises(UserError, match=r"nrd_week\.csv\.gz: not there; .*\.\./shared/data"):
        quality_data.week(tmp_path)


def test_only_what_is_above_the_threshold_is_found() -> None:
    """A score equal to that of the rank of the budget does not pass: ties are no hits."""
    week = ["a", "b", "c", "d"]
    scores = {"a": 0.9, "b": 0.5, "c": 0.5, "d": 0.1, "x": 0.5, "y": 0.6, "z": 0.95}
    hosts = [
        Labelled("x", "p", "domain_exact"),
        Labelled("y", "p", "subdomain_edit1"),
        Labelled("z", "q", "domain_exact"),
    ]
    given = Sample(hosts, week, Brands.of([Brand("p", "P", ("p.example",))]))
    assert (threshold(scores, week, 2), threshold(scores, week, 4), threshold(scores, week, 5)) == (0.5, 0.5, 0.9)
    expected = {"all": 2 / 3, "registrable": 0.5, "misspelt": 1.0, "mean of brands": 0.75}
    assert figures(scores, given, 2) == pytest.approx(expected)
    assert given.hosts == ["a", "b", "c", "d", "x", "y", "z"]
    drawn = curves({"m": scores}, given)
    assert drawn["all"]["m"][0] == pytest.approx(1 / 3)
    assert (drawn["registrable"]["m"][-1], len(drawn["all"]["m"])) == (0.5, 21)


def bench(*options: str) -> subprocess.CompletedProcess[str]:
    """Run the benchmark as it is run from a shell."""
    script = str(TOP / "bench" / "bench_peers.py")
    return subprocess.run([sys.executable, script, *options], check=False, capture_output=True, text=True)


def test_the_benchmark_prints_a_table_a_budget(data: Path) -> None:
    """Every method that is not left out stands in every table, and the figures are saved with the curve."""
    out = data / "figures.json"
    done = bench("--data", str(data), "--without", "speed", "dnstwist", "--out", str(out))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("154 hosts, 3 brands, 400 new registrations\n")
    methods = ["scamhunt", "openSquat", "phishing_catcher", "eth-phishing-detect", "SeedBuster"]
    assert [done.stdout.count(f"\n| {method} |") for method in methods] == [3] * 5
    figures = json.loads(out.read_text())
    assert list(figures["recall"]) == methods
    assert set(figures["recall"]["scamhunt"]) == {"200", "1000", "10000"}
    assert list(figures["curve"]["registrable"]) == methods
    assert len(figures["curve"]["all"]["openSquat"]) == len(figures["curve"]["budgets"]) == 21


def test_the_benchmark_without_data_is_the_users_mistake(tmp_path: Path) -> None:
    """Exit code 2, and the message says where the data belongs."""
    done = bench("--data", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "../shared/data" in done.stderr
