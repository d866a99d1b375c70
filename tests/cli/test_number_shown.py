"""`scamhunt numbers show` and `numbers carrier`: from a report that was handed in to the company behind a number."""

import json
import os
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from scamhunt.cli.app import app
from scamhunt.errors import NotFound, UserError
from tests.investigate.tables import BLOCKS, save

SHOWN, CALLED, UNDATED = "+12125550111", "+12125550142", "+12125550166"
HOLDER = "FALCON NETWORKS CLEC, LLC - NY"
REPORTS = f"""number,role,text,seen_at,source
{SHOWN},caller_id,Amazon refund department called,2026-11-01T10:00:00Z,a
{SHOWN},caller_id,Amazon again,2026-11-20T10:00:00Z,b
{SHOWN},caller_id,,2026-11-21T10:00:00Z,b
{CALLED},callback,call Amazon support,2026-09-01T10:00:00Z,a
"""


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a state folder in which two numbers were reported; tests take copies of it."""
    folder = tmp_path_factory.mktemp("reported")
    (folder / "reports.csv").write_text(REPORTS)
    with pytest.MonkeyPatch.context() as environment:
        settle(folder, environment)
        assert run("feeds", "import", str(folder / "reports.csv"), "--yes").exit_code == 0
    return folder


@pytest.fixture
def home(reported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a state folder in which two numbers were reported."""
    shutil.copytree(reported, tmp_path, dirs_exist_ok=True)
    settle(tmp_path, monkeypatch)
    return tmp_path / "home"


def settle(folder: Path, environment: pytest.MonkeyPatch) -> None:
    """Set what the program reads, and nothing else."""
    for name in [name for name in os.environ if name.startswith("SCAMHUNT_")]:
        environment.delenv(name)
    settings = {"HOME": str(folder / "home"), "REGION": "US", "CLOCK": "2026-11-22T06:00", "TRUST_NAMES": "on"}
    for name, value in settings.items():
        environment.setenv(f"SCAMHUNT_{name}", value)
    environment.setenv("XDG_CONFIG_HOME", str(folder / "config"))


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


@pytest.mark.parametrize("given", ["FALCON NETWORKS CLEC, LLC - NY", "9201", f"{HOLDER} (OCN 9201)", HOLDER.lower()])
def test_a_holder_is_named_as_a_table_has_it(home: Path, tmp_path: Path, given: str) -> None:
    """By name, by OCN or by both: the choice is kept for just this company."""
    del home
    for kind in ("blocks", "rmd"):
        assert run("refdata", "import", str(save(tmp_path, kind)), "--as-of", "2026-09-01").exit_code == 0
    chosen = run("numbers", "carrier", given, "0000009201", "--reason", "same address", "--format", "json")
    assert json.loads(chosen.stdout)["holder"] == f"{HOLDER} (OCN 9201)"


@pytest.mark.parametrize(
    "given", ["FALCON NETWORKS", "9999", f"{HOLDER} (OCN 9202)", "", "area 212", "X\u202e (OCN 1)"]
)
def test_a_holder_that_no_table_has_is_refused(home: Path, tmp_path: Path, given: str) -> None:
    """A name that is only alike chooses nothing."""
    del home
    for kind in ("blocks", "rmd", "area_codes"):
        assert run("refdata", "import", str(save(tmp_path, kind)), "--as-of", "2026-09-01").exit_code == 0
    done = run("numbers", "carrier", given, "0000009201", "--reason", "same address")
    assert (type(done.exception), "no table that was imported has a holder" in str(done.exception)) == (NotFound, True)
    assert "\u202e" not in str(done.exception)


def test_companies_of_like_names_are_not_one(home: Path, tmp_path: Path) -> None:
    """Two blocks, two companies whose names fold to one: a choice for the first says nothing of the second."""
    del home
    twins = BLOCKS.replace("CEDAR WIRELESS L.P.,9202,11/20/2015", "FALCON NETWORKS CLEC INC - DC,9777,11/20/2015")
    same = twins.replace("BEACON BROADBAND,9203", '"FALCON NETWORKS CLEC, LLC - NY",9778')
    (tmp_path / "twins.csv").write_text(same)
    for file in (tmp_path / "twins.csv", save(tmp_path, "rmd")):
        assert run("refdata", "import", str(file), "--as-of", "2026-09-01").exit_code == 0
    several = run("numbers", "carrier", HOLDER, "0000009201", "--reason", "same address")
    assert (type(several.exception), str(several.exception)) == (
        UserError,
        f"2 holders are called like this; give the OCN: {HOLDER} (OCN 9201); {HOLDER} (OCN 9778)",
    )
    assert run("numbers", "carrier", "9201", "0000009201", "--reason", "same address").exit_code == 0
    assert shown(SHOWN)["carrier"]["frn"] == "0000009201"  # type: ignore[index]  # JSON
    other = shown("+12125551100")
    assert other["ladder"]["rungs"][-1]["ocn"] == "9777"  # type: ignore[index]  # JSON
    assert other["carrier"] is None
    assert other["companies"] != []


@pytest.mark.parametrize(("kind", "words"), [("blocks", "the holder of the number's block"), ("rmd", "the companies")])
def test_a_damaged_table_hides_nothing_else(home: Path, tmp_path: Path, kind: str, words: str) -> None:
    """What cannot be looked up is a line with the file to import again; the reports are shown."""
    for each in ("blocks", "rmd"):
        assert run("refdata", "import", str(save(tmp_path, each)), "--as-of", "2026-09-01").exit_code == 0
    table = home / "refdata" / f"{kind}.db"
    table.chmod(0o600)
    table.write_bytes(b"no table at all" * 100)
    state = shown(SHOWN)
    assert (state["reports"], len(state["troubles"])) == (3, 1)  # type: ignore[arg-type]  # JSON
    assert str(state["troubles"][0]).startswith(f"{words} could not be looked up: ")  # type: ignore[index]  # JSON
    done = run("numbers", "show", SHOWN)
    assert (done.exit_code, "import the file again" in " ".join(done.stdout.split())) == (0, True)


def test_a_report_without_a_date_says_so(home: Path, tmp_path: Path) -> None:
    """When it was read is not when it was; a draft has no date of it either."""
    del home
    (tmp_path / "undated.csv").write_text(f"number,role,text,seen_at\n{UNDATED},callback,call Amazon support,\n")
    assert run("feeds", "import", str(tmp_path / "undated.csv"), "--yes").exit_code == 0
    text = run("numbers", "show", UNDATED).stdout
    assert "date not known, read 2026-11-22  phone_reports  callback" in text
    assert "2026-11-21 10:00  phone_reports" in run("numbers", "show", SHOWN).stdout
    assert shown(UNDATED)["stale"] is False
    draft = json.loads(run("reports", "draft", UNDATED, "--preview", "--format", "json").stdout)
    assert "First reported:  date not known" in draft["text"]
    assert any(
        one["field"] == "fresh" and "date not known of the newest report" in one["text"] for one in draft["missing"]
    )


def test_stale_is_told_alike_in_lists_and_of_one_number(home: Path, tmp_path: Path) -> None:
    """By its last report in its role: a display of yesterday keeps no number to call fresh."""
    del home
    (tmp_path / "more.csv").write_text(
        f"number,role,text,seen_at,source\n{CALLED},caller_id,Amazon,2026-10-10T10:00:00Z,b\n"
        f"{CALLED},caller_id,Amazon,2026-11-21T10:00:00Z,c\n"
    )
    assert run("feeds", "import", str(tmp_path / "more.csv"), "--yes").exit_code == 0
    assert shown(CALLED)["stale"] is True
    assert "none in its role for 45 days: stale" in run("numbers", "show", CALLED).stdout
    listed = json.loads(run("candidates", "list", "--format", "json").stdout)
    assert {one["indicator"]: "stale" in one["flags"] for one in listed} == {SHOWN: False, CALLED: True}
    one = json.loads(run("candidates", "show", CALLED, "--format", "json").stdout)
    assert "stale" in str(one)


@pytest.mark.parametrize(
    ("value", "region", "words"),
    [
        ("911", "US", "911 is an emergency number: it is never reported"),
        ("9-1-1", "US", "911 is an emergency number: it is never reported"),
        ("112", "", "112 is an emergency number: it is never reported"),
        ("999", "GB", "999 is an emergency number: it is never reported"),
        ("988", "US", "988 is a short number, which only one country or carrier has: it is never reported"),
        ("22395", "US", "22395 is a short number, which only one country or carrier has: it is never reported"),
        ("banana", "US", "no phone number; write it as +1 888 555 0142"),
        ("555-0142", "US", "no such number can exist; look at the source"),
    ],
)
def test_a_short_number_is_never_reported(
    home: Path, monkeypatch: pytest.MonkeyPatch, value: str, region: str, words: str
) -> None:
    """Whoever asks about 911 hears what it is; what is no number at all is told as before."""
    del home
    monkeypatch.setenv("SCAMHUNT_REGION", region)
    done = run("numbers", "show", value)
    assert (type(done.exception).__name__, str(done.exception)) == ("BadIndicator", words)


def test_what_is_no_number_is_the_users_mistake(home: Path) -> None:
    """With how to write it."""
    del home
    done = run("numbers", "show", "banana")
    assert (type(done.exception).__name__, "+1 888 555 0142" in str(done.exception)) == ("BadIndicator", True)
