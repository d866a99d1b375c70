"""`scamhunt numbers show` and `numbers carrier`: from a report that was handed in to the company behind a number."""

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from scamhunt.cli.app import app
from scamhunt.errors import NotFound, UserError
from tests.investigate.tables import save

SHOWN, CALLED = "+12125550111", "+12125550142"
HOLDER = "FALCON NETWORKS CLEC, LLC - NY"
REPORTS = f"""number,role,text,seen_at,source
{SHOWN},caller_id,Amazon refund department called,2026-11-01T10:00:00Z,a
{SHOWN},caller_id,Amazon again,2026-11-20T10:00:00Z,b
{SHOWN},caller_id,,2026-11-21T10:00:00Z,b
{CALLED},callback,call Amazon support,2026-09-01T10:00:00Z,a
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a state folder in which two numbers were reported."""
    for name in [name for name in os.environ if name.startswith("SCAMHUNT_")]:
        monkeypatch.delenv(name)
    settings = {"HOME": str(tmp_path / "home"), "REGION": "US", "CLOCK": "2026-11-22T06:00", "TRUST_NAMES": "on"}
    for name, value in settings.items():
        monkeypatch.setenv(f"SCAMHUNT_{name}", value)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "reports.csv").write_text(REPORTS)
    assert run("feeds", "import", str(tmp_path / "reports.csv"), "--yes").exit_code == 0
    return tmp_path / "home"


def run(*arguments: str) -> Result:
    """Run a command of the program."""
    return CliRunner().invoke(app, list(arguments))


def shown(number: str) -> dict[str, object]:
    """Return what is shown of a number, for a script."""
    done = run("numbers", "show", number, "--format", "json")
    assert done.exit_code == 0, done.output
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_a_number_is_shown_with_all_that_is_known(home: Path) -> None:
    """However it is written: role and what follows, reports by week, candidate; the official one is named."""
    del home
    known = shown("(212) 555-0111")
    names = ("number", "role", "follows", "stale", "reports", "flags", "protected")
    expected = [SHOWN, "caller_id", "traceback", False, 3, ["fictional"], ""]
    assert [known[name] for name in names] == expected
    assert [week["reports"] for week in known["timeline"]] == [1, 0, 2]  # type: ignore[attr-defined]  # JSON
    assert known["candidate"]["brand"] == "amazon"  # type: ignore[index]  # JSON
    old = shown(CALLED)
    assert [old[name] for name in ("role", "follows", "stale")] == ["callback", "carrier", True]
    official = shown("888-280-4331")
    assert [official["follows"], official["reports"], official["candidate"]] == ["", 0, None]
    assert "official number of Amazon" in str(official["protected"])


def test_a_person_sees_role_weeks_and_ladder(home: Path) -> None:
    """Bars for the weeks, voices by a short hash, the standing of the score, and which files would say more."""
    del home
    text = run("numbers", "show", SHOWN).stdout
    for piece in (
        "+1 212-555-0111  +12125550111",
        "fixed or mobile, US, fictional",
        "traceback (scamhunt reports draft, once confirmed)",
        "uncalibrated",
        "3 kept",
        "▄·█  from 2026-11-01, 2 in the fullest week",
        "phone_reports  caller_id by ",
        "blocks",
        "refdata list",
    ):
        assert piece in text, piece


def test_the_company_of_a_holder_is_chosen_and_remembered(home: Path, tmp_path: Path) -> None:
    """The files name two firms differently: who it may be is listed, a person chooses with a reason, the log has it."""
    for kind in ("blocks", "rmd"):
        assert run("refdata", "import", str(save(tmp_path, kind)), "--as-of", "2026-09-01").exit_code == 0
    state = shown(SHOWN)
    assert state["ladder"]["rungs"][-1]["holder"] == HOLDER  # type: ignore[index]  # JSON
    first = state["companies"][0]  # type: ignore[index]  # JSON
    assert (first["frn"], first["name"]) == ("0000009201", "Falcon Networks CLEC, LLC")
    assert "company?" in run("numbers", "show", SHOWN).stdout
    wrong = run("numbers", "carrier", HOLDER, "0000009201")
    assert (type(wrong.exception), "needs a reason" in str(wrong.exception)) == (UserError, True)
    assert isinstance(run("numbers", "carrier", HOLDER, "1", "--reason", "x").exception, NotFound)
    chosen = run("numbers", "carrier", HOLDER, "0000009201", "--reason", "same address", "--as", "ada")
    assert chosen.exit_code == 0
    after = shown(SHOWN)
    assert (after["carrier"]["name"], after["carrier"]["actor"]) == ("Falcon Networks CLEC, LLC", "ada")  # type: ignore[index]  # JSON
    assert after["companies"] == []
    assert "chosen by ada" in run("numbers", "show", SHOWN).stdout
    assert (home / "refdata").is_dir()
    assert run("db", "check").exit_code == 0


def test_what_is_no_number_is_the_users_mistake(home: Path) -> None:
    """With how to write it."""
    del home
    done = run("numbers", "show", "banana")
    assert (type(done.exception).__name__, "+1 888 555 0142" in str(done.exception)) == ("BadIndicator", True)
