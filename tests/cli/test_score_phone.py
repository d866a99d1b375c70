import csv
import gzip
import io
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from scamhunt import reference
from scamhunt.cli import entry
from scamhunt.score.phone_model import to_json
from scamhunt.settings import Settings

PACK = """
[[brand]]
id = "amazon"
name = "Amazon"
aliases = ["Amazon Prime"]
domains = ["amazon.com", "amazon.de"]
phones = ["+1 888 280 4331"]

[[brand]]
id = "microsoft"
name = "Microsoft"
aliases = ["Windows"]
domains = ["microsoft.com"]

[[brand]]
id = "zyrkon"
name = "Zyrkon"
domains = ["zyrkon.example"]
phones = ["+1 844 555 0167"]
"""
LINES = [
    {"number": "+18885550142", "role": "callback", "text": "this is amzon prime refund dept call back", "reports": 7},
    {"number": "+18005550177", "role": "callback", "text": "Micro soft windows defender alert, virus found"},
    {"number": "+1 844 555 0168", "role": "callback", "text": ""},
    {"number": "+18882804331", "role": "caller_id", "text": "amazon said my account"},
    {"number": "911", "role": "callback", "text": "amazon"},
    {"number": "banana"},
    {"number": "+14155550123", "role": "caller_id", "text": "dentist reminder"},
]
UNCALIBRATED = "scores of numbers are uncalibrated: the weights are set by hand and only sort (docs/phone-scoring.md)"


@dataclass(frozen=True)
class Done:
    """What a run printed and its exit code."""

    code: int
    out: str
    err: str

    @property
    def found(self) -> list[dict[str, object]]:
        """The objects of a jsonl output."""
        return [json.loads(line) for line in self.out.splitlines()]


Score = Callable[..., Done]


@pytest.fixture
def score(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Score:
    """Return a function that scores lines from a file as numbers."""
    for name in [name for name in os.environ if name.startswith("SCAMHUNT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SCAMHUNT_HOME", str(tmp_path / "none"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "pack.toml").write_text(PACK, "utf-8")

    def run(*arguments: str, lines: bytes | list[dict[str, object]] | None = None, **settings: str) -> Done:
        for name, value in settings.items():
            monkeypatch.setenv(f"SCAMHUNT_{name.upper()}", value)
        given = LINES if lines is None else lines
        body = given if isinstance(given, bytes) else "\n".join(map(json.dumps, given)).encode()
        (tmp_path / "lines").write_bytes(body)
        known = ["score", str(tmp_path / "lines"), "--kind", "phone", "--brands", str(tmp_path / "pack.toml")]
        return Done(entry.run([*known, *arguments]), *capsys.readouterr())

    return run


def test_numbers_are_scored_with_brand_role_and_type(tmp_path: Path, score: Score) -> None:
    """Misspelt, split and near numbers find their brand; official, emergency and brandless ones never match."""
    done = score("--min-score", "0", "--format", "jsonl")
    assert done.code == 0
    assert [(one["indicator"], one["brand"], one["role"]) for one in done.found] == [
        ("+18885550142", "amazon", "callback"),
        ("+18005550177", "microsoft", "callback"),
        ("+1 844 555 0168", "zyrkon", "callback"),
    ]
    first = done.found[0]
    assert list(first)[:5] == ["indicator", "kind", "brand", "score", "reasons"]
    assert {name: first[name] for name in ("kind", "type", "flags", "e164", "calibrated")} == {
        "kind": "phone",
        "type": "toll_free",
        "flags": ["fictional"],
        "e164": "+18885550142",
        "calibrated": False,
    }
    assert done.found[2]["e164"] == "+18445550168"
    assert not (tmp_path / "none").exists()


def test_what_cannot_be_read_is_named_masked_and_counted(score: Score) -> None:
    """Each line with its number and reason; no word of a report stands on the screen; uncalibrated is said once."""
    told = score("--min-score", "0", "--format", "jsonl").err.splitlines()
    assert [line.partition(":")[0] for line in told[:2]] == ["line 5", "line 6"]
    assert told[2:] == [UNCALIBRATED, "7 lines read: 3 matches; 2 lines could not be read"]
    assert "banana" not in "".join(told)
    assert '"xxxxxx"' in told[1]


def test_the_review_threshold_is_the_default(score: Score) -> None:
    """Without `--min-score` a weak report is nobody's work; `--top` takes the strongest of those that are left."""
    weak = {"number": "+14155550199", "seen_at": "2026-01-01", "text": "something about microsoft"}
    every = score("--min-score", "0", "--format", "jsonl", lines=[*LINES, weak]).found
    review = score("--format", "jsonl", lines=[*LINES, weak]).found
    assert len(every) == 4
    assert [one["indicator"] for one in review] == [one["indicator"] for one in every[:3]]
    (best,) = score("--top", "1", "--format", "jsonl").found
    assert best["score"] == max(float(str(one["score"])) for one in every)


def test_csv_and_table_show_what_a_number_is(score: Score) -> None:
    """A spreadsheet has role, type and flags in columns of their own; no cell starts a formula."""
    head, *rows = csv.reader(io.StringIO(score("--format", "csv").out))
    assert head == ["indicator", "kind", "brand", "score", "reasons", "role", "type", "flags", "calibrated"]
    assert rows[0][0] == "tel:+18885550142"
    assert rows[0][5:] == ["callback", "toll_free", "fictional", "no"]
    table = score().out.splitlines()
    assert [line.split()[1] for line in table] == ["+18885550142", "+18005550177", "+1"]
    assert "'amzon'" in table[0]
    assert "; victims were told to call it" in table[0]


def test_a_compressed_list_of_bare_numbers_is_read(score: Score) -> None:
    """A number a line, as it comes; numbers without a country are those of the region that is set."""
    body = gzip.compress(b"844 555 0168\n(844) 555-0176\n")
    done = score("--min-score", "0", "--format", "jsonl", lines=body)
    assert (done.found, "2 lines could not be read" in done.err) == ([], True)
    done = score("--min-score", "0", "--format", "jsonl", lines=body, region="US")
    assert [(one["indicator"], one["role"]) for one in done.found] == [
        ("844 555 0168", "unknown"),
        ("(844) 555-0176", "unknown"),
    ]


def test_what_is_no_list_is_told(tmp_path: Path, score: Score) -> None:
    """An array is exit 3 with the file's name and what to do."""
    done = score(lines=b"[]")
    assert done.code == 3
    assert done.err.startswith(f"error: {tmp_path / 'lines'}: a JSON array came")


def test_a_fitted_model_of_the_team_scores(tmp_path: Path, score: Score) -> None:
    """Once `make train` has fitted weights, they count and the scores say so."""
    home = tmp_path / "none"
    home.mkdir()
    own = home / reference.PHONE_MODEL
    model = reference.phone_model(Settings(home=tmp_path))
    own.write_text(to_json(replace(model, bias=-9.0, calibrated=True, decisions=300, fitted_on="2026-11-22")), "utf-8")
    own.chmod(0o600)
    done = score("--min-score", "0", "--format", "jsonl")
    assert [one["calibrated"] for one in done.found] == [True] * 3
    assert all(float(str(one["score"])) < 0.2 for one in done.found)
    assert "scores of numbers are fitted to 300 decisions of your own, on 2026-11-22\n" in done.err
