import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from bench.bench_brand_texts import NAMED_IN, Text, counts, labelled, ours, share, short_texts, wilson
from scamhunt import reference
from scamhunt.errors import UserError
from scamhunt.settings import Settings


def test_the_interval_is_wilsons() -> None:
    """The interval is the known one of 95 of 100, and stays within 0 and 1."""
    assert wilson(95, 100) == pytest.approx((0.8882, 0.9785), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(3, 3)[1] == 1.0
    assert share(0, 0) == "-"


def test_a_brand_said_of_a_text_without_one_counts_against() -> None:
    """Precision is of what was said, recall of what names a brand; either of two brands is right."""
    texts = [Text("", ("a",)), Text("", ("a", "b")), Text("", ()), Text("", ()), Text("", ("c",))]
    found = counts(texts, ["a", "b", "x", "", ""])
    assert (found.right, found.said, found.named) == (2, 3, 3)


def test_the_labelled_reports_are_read_with_brands_of_the_packs(tmp_path: Path) -> None:
    """A brand is found by its name or alias; one that the packs do not know counts as none; no words, no row."""
    path = tmp_path / "phones.csv.gz"
    rows = "brand_impersonated,message_text\nAMAZON PRIME,one\nSomebody Else,two\nAmazon,\n"
    path.write_bytes(gzip.compress(rows.encode()))
    found = labelled(reference.brands(Settings()), path)
    assert [(one.text, one.brands) for one in found] == [("one", ("amazon",)), ("two", ())]
    with pytest.raises(UserError, match="not there"):
        labelled(reference.brands(Settings()), tmp_path / "no.csv.gz")


def test_our_texts_are_read_with_their_languages(tmp_path: Path) -> None:
    """Several brands of a text stand with a space between them."""
    path = tmp_path / "texts.csv"
    path.write_text('id,language,brand,text\n1,en,a b,"x, y"\n2,de,,z\n', encoding="utf-8")
    assert ours(path) == [Text("x, y", ("a", "b"), "en"), Text("z", (), "de")]


def test_the_texts_of_the_speed_differ_and_most_name_no_brand() -> None:
    """A cache would not help, and the names stand where they are said to."""
    made = short_texts(reference.brands(Settings()), 200)
    assert len(set(made)) == 200
    assert sum(text.startswith("from ") for text in made[::NAMED_IN]) == 10


def test_the_benchmark_runs() -> None:
    """The program prints its tables for the texts of the repository."""
    command = [sys.executable, "-m", "bench.bench_brand_texts", "--only", "dev", "--texts", "100"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.count("| dev") == 5
    assert "a second" in done.stdout
