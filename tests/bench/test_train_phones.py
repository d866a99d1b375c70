"""Weights of numbers, fitted to decisions that are made up in a real database."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from bench import train_phones
from bench.train_phones import FITTED, LEAST, Lessons, fit, fitted
from scamhunt import reference
from scamhunt.model import Actor, Evidence, Kind, Match, NumberSighting, Reason, Role, State
from scamhunt.score.phone_model import LARGEST, parse_phone_model, to_json
from scamhunt.settings import Settings
from scamhunt.store import Body, Found, Gathered, Store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TOP = Path(__file__).resolve().parents[2]
EVIDENCE = (Evidence("amazon", "named_in_text", 2.0, "the words name 'amazon'"),)


def decide(home: Path, count: int) -> None:
    """Make a state folder with decisions: callbacks were confirmed, displays dismissed, whatever else was said."""
    numbers = [f"+1{201 + at // 100}55501{at % 100:02}" for at in range(count)]
    reports, found = [], []
    for at, number in enumerate(numbers):
        role = Role.CALLBACK if at % 2 else Role.CALLER_ID
        made = NumberSighting(number, "phone_reports", f"k{at}", 1, NOW - DAY, role, source="a", evidence=EVIDENCE)
        later = replace(made, key=f"l{at}", seen_at=NOW + DAY, role=Role.UNKNOWN, source="b")  # after the decision
        reports += [made, later]
        match = Match(0, number, number, "amazon", 0.9, (Reason("named_in_text", 2.0, "says 'amazon'"),))
        found.append(Found(match, Kind.PHONE, 1, NOW - DAY, (), role))
    with Store.open(home, now=lambda: NOW) as store:
        body = Body("phone_reports", "reports.csv", "ab" * 32, 10, "phone_reports/ab.rows.gz")
        store.save_rows(body, "", Gathered("m", len(reports), 0, found=found, numbers=reports))
        with store.acting(Actor("ada", "os_user")) as desk:
            for at, number in enumerate(numbers):
                desk.set_state(desk.candidate(number), State.CONFIRMED if at % 2 else State.DISMISSED)


Train = Callable[..., str]


@pytest.fixture
def train(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Train:
    """Return a function that trains on a state folder and returns what it printed."""
    for name in [name for name in os.environ if name.startswith("SCAMHUNT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def run(home: Path, *arguments: str) -> str:
        monkeypatch.setenv("SCAMHUNT_HOME", str(home))
        assert train_phones.main(arguments) == 0
        told = capsys.readouterr()
        assert told.err == ""
        return told.out

    return run


def test_three_hundred_decisions_make_a_model_of_ones_own(tmp_path: Path, train: Train) -> None:
    """What the team's decisions say moves the weights; reports after a decision taught nothing; scoring uses it."""
    decide(tmp_path, LEAST)
    assert f"fitted to {LEAST} decisions, {LEAST // 2} of them confirmed" in train(tmp_path, "--check")
    own = tmp_path / reference.PHONE_MODEL
    assert not own.exists()
    assert train(tmp_path).endswith(f"written: {own}\n")
    assert own.stat().st_mode & 0o777 == 0o600
    model, before = reference.phone_model(Settings(home=tmp_path)), reference.shipped_phone_model()
    assert (model.calibrated, model.decisions) == (True, LEAST)
    assert model.fitted_on >= "2026"
    assert model.weights["callback"] > before.weights["callback"] + 1
    assert model.weights["shown_as_caller"] == 0
    assert model.weights["independent_reports"] == before.weights["independent_reports"]
    assert (model.review, model.urgent) == (before.review, before.urgent)


def test_too_few_decisions_leave_the_weights(tmp_path: Path, train: Train) -> None:
    """It says how many there are and how many it takes; it runs as a script, as `make train` runs it."""
    decide(tmp_path, 20)
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SCAMHUNT_")}
    env = {**ours, "SCAMHUNT_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    command = [sys.executable, "-m", "bench.train_phones", "--check"]
    done = subprocess.run(command, env=env, cwd=TOP, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "20 decisions on numbers; 300 are needed to fit their weights: those in use stay\n"
    assert train(tmp_path) == done.stdout
    assert not (tmp_path / reference.PHONE_MODEL).exists()


def test_without_a_database_nothing_is_made(tmp_path: Path, train: Train) -> None:
    """A fresh machine can run `make train`."""
    assert train(tmp_path / "none").startswith("no decisions on numbers")
    assert not (tmp_path / "none").exists()


def lessons(confirmed: int, dismissed: int, *told: str) -> Lessons:
    """Return decisions in which words name the brand; of those confirmed the signals `told` speak too."""
    plain = [1.0, *(float(name == "brand_in_text") * 2 for name in FITTED)]
    more = [1.0, *(float(name == "brand_in_text") * 2 or float(name in told) for name in FITTED)]
    rows = [more] * confirmed + [plain] * dismissed
    return Lessons(np.array(rows), np.array([1.0] * confirmed + [0.0] * dismissed))


@pytest.mark.parametrize(
    ("taught", "told"),
    [
        (lessons(LEAST - 1, 0), "299 decisions"),
        (lessons(LEAST, 29), "300 confirmed and 29 dismissed; at least 30 of each"),
        (lessons(29, LEAST), "29 confirmed and 300 dismissed; at least 30 of each"),
    ],
)
def test_decisions_of_one_sort_teach_nothing(taught: Lessons, told: str) -> None:
    """Who only confirms has shown nothing to tell apart."""
    model, text = fitted(taught, reference.shipped_phone_model(), NOW)
    assert model is None
    assert told in text


def test_weights_are_kept_where_they_tell_the_decisions_already() -> None:
    """A fit that is not better on decisions it has not seen is not written."""
    start = replace(
        reference.shipped_phone_model(), bias=-2.0
    )  # half of what only words name was confirmed, and so it says
    taught = lessons(200, 200)
    assert fitted(taught, start, NOW)[0] is None
    assert "not better" in fitted(taught, start, NOW)[1]


def test_no_weight_falls_below_nothing_or_rises_above_the_largest() -> None:
    """What only the dismissed have weighs nothing at least; the model can always be read again."""
    start = np.array([0.0, *[LARGEST] * len(FITTED)])
    against = lessons(400, 400, "callback")
    turned = Lessons(against.strengths, 1 - against.outcomes)
    assert fit(turned, start).tolist()[1 + FITTED.index("callback")] >= 0
    assert max(fit(against, start).tolist()[1:]) <= LARGEST
    model, _ = fitted(against, reference.shipped_phone_model(), NOW)
    assert model is not None
    assert parse_phone_model(to_json(model)) == model
