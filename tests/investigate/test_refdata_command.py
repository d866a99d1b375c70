import csv
import io
import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from scamhunt.cli.refdata import app
from scamhunt.errors import UserError
from scamhunt.investigate.refdata_formats import PUBLISHED
from scamhunt.investigate.refdata_registries import REGISTRIES
from tests.investigate.tables import TEXTS, save


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a state folder of the test's own."""
    for name in [name for name in os.environ if name.startswith("SCAMHUNT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SCAMHUNT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "home"


def run(*arguments: str) -> Result:
    """Run a command."""
    return CliRunner().invoke(app, list(arguments))


def test_an_import_tells_what_it_took(home: Path, tmp_path: Path) -> None:
    """As JSON all of it; the list then has its day, its rows and who imported it."""
    done = run("import", str(save(tmp_path, "blocks")), "--as-of", "2026-09-01", "--format", "json")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert {
        name: told[name] for name in ("kind", "as_of", "as_of_from", "read", "stored", "duplicate", "rejected")
    } == {
        "kind": "blocks",
        "as_of": "2026-09-01",
        "as_of_from": "--as-of",
        "read": 6,
        "stored": 5,
        "duplicate": 1,
        "rejected": 0,
    }
    rows = {row["kind"]: row for row in json.loads(run("list", "--format", "json").stdout)}
    assert list(rows) == [*PUBLISHED, *REGISTRIES]
    assert (rows["blocks"]["id"], rows["blocks"]["state"], rows["blocks"]["rows"]) == ("blocks", "ready", 5)
    assert rows["blocks"]["imported_by"]
    assert {row["state"] for kind, row in rows.items() if kind in PUBLISHED.keys() - {"blocks"}} == {"missing"}
    assert (home / "refdata" / "blocks.db").is_file()


def test_a_person_reads_what_was_taken_and_what_was_not(home: Path, tmp_path: Path) -> None:
    """Rows, day and how it is known; of rejected rows the reasons, and where they are."""
    file = tmp_path / "s7.csv"
    file.write_text(TEXTS["ofcom_s7"] + "77x,Allocated,A,10,\n")
    done = run("import", str(file), "--kind", "ofcom_s7", "--smaller")
    assert "UK mobile, personal and pager numbers, 07 (Ofcom): 2 rows" in done.stdout
    assert "1995-11-06 (newest row)" in done.stdout
    assert "1 row\n" in done.stdout
    assert "no block of British numbers: 2 to 10 digits: 1" in done.stdout
    assert str(home / "refdata" / "ofcom_s7.") in done.stdout
    again = run("import", str(save(tmp_path, "blocks")))
    assert "duplicate  1 row\n" in again.stdout


def test_the_list_says_where_the_missing_tables_are(home: Path) -> None:
    """Each with its address, on stderr beside the table; as CSV the addresses are a column. Nothing is made."""
    shown = run("list")
    for kind, (_, address) in PUBLISHED.items():
        assert f"{kind} is missing: download it from {address}" in shown.stderr
    cells = list(csv.DictReader(io.StringIO(run("list", "--format", "csv").stdout)))
    published = PUBLISHED | REGISTRIES
    assert {row["kind"]: row["address"] for row in cells} == {kind: address for kind, (_, address) in published.items()}
    assert not home.exists()


def test_a_day_that_is_none_is_the_users_mistake(home: Path, tmp_path: Path) -> None:
    """`--as-of` takes 2026-01-31 and says so."""
    done = run("import", str(save(tmp_path, "blocks")), "--as-of", "31/1/2026")
    assert done.exit_code == 2
    assert "is no day; write 2026-01-31" in done.stderr
    assert not home.exists()


def test_what_is_no_table_is_the_users_mistake(home: Path, tmp_path: Path) -> None:
    """The error goes up to where it is told; the state folder is not touched by a file that is not there."""
    done = run("import", str(tmp_path / "none.csv"))
    assert isinstance(done.exception, UserError)
    assert not home.exists()
