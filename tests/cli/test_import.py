"""`scamhunt feeds import` as a person and a script use it: what is shown, what is asked, what is taken in."""

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from scamhunt.cli import entry

PACK = '[[brand]]\nid = "amazon"\nname = "Amazon"\ndomains = ["amazon.com"]\n'
TABLE = (
    "Caller,Customer name,Customer phone,Seen as,Notes\n"
    "+1 888 555 0142,Quilla Canary,+1 415 555 0177,pop-up,Amazon Prime refund department\n"
    "+1 888 555 0143,Quilla Canary,+1 415 555 0177,called me,Amazon order\n"
    "=HYPERLINK(1),Quilla Canary,,pop-up,Amazon\n"
)
MAP = ("--column", "number=Caller")


@dataclass(frozen=True)
class Done:
    """What a command printed and its exit code."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a command with a state folder of its own, and nobody at the keyboard."""
    for name in [name for name in os.environ if name.startswith("SCAMHUNT_")]:
        monkeypatch.delenv(name)
    (tmp_path / "pack.toml").write_text(PACK)
    ours = {"HOME": tmp_path / "home", "OVERLAY": tmp_path / "overlay", "BRANDS": tmp_path / "pack.toml"}
    for name, value in ours.items():
        monkeypatch.setenv(f"SCAMHUNT_{name}", str(value))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    def one(*arguments: object) -> Done:
        code = entry.run([str(argument) for argument in arguments])
        return Done(code, *capsys.readouterr())

    return one


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Write a help desk's table."""
    path = tmp_path / "desk.csv"
    path.write_text(TABLE)
    return path


def kept(home: Path) -> bytes:
    """Return all bytes of a state folder."""
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_a_script_that_did_not_say_yes_is_shown_and_refused(run: Run, table: Path, tmp_path: Path) -> None:
    """Each column and what it is taken for, the first rows by their shape, the reasons; then exit 2."""
    done = run("feeds", "import", table, *MAP)
    assert (done.returncode, done.stdout) == (2, "")
    told = done.stderr.splitlines()
    assert told[0] == "taken for a file of phone_reports, by its content; --feed says otherwise"
    assert told[1] == f"{table}: csv number,role,text, 3 rows, 1 that cannot be used"
    assert told[2:7] == [
        "  Caller          number: named by --column",
        "  Customer name   dropped: may be about who was called or who reports: personal data",
        "  Customer phone  dropped: may be about who was called or who reports: personal data",
        "  Seen as         role: by its name",
        "  Notes           text: by its name",
    ]
    assert told[7] == "  line 2:  +0 000 000 0000  callback  30 characters of words"
    assert told[9] == "  1 x a spreadsheet's formula in place of a number"
    assert told[10].startswith("  no column of dates: ")
    assert told[10].endswith("the same report again counts as one that is known")
    assert told[-1] == f"error: {table}: look at what is said above and add --yes; nothing was taken in"
    assert not any(word in done.stderr for word in ("Quilla", "0177", "555 0142"))
    assert not (tmp_path / "home" / "scamhunt.db").exists()


def test_what_is_taken_in_is_scored_and_the_victim_is_not_there(run: Run, table: Path, tmp_path: Path) -> None:
    """With --yes the summary is that of a sweep; neither the database nor the archive has the customer."""
    done = run("feeds", "import", table, *MAP, "--yes", "--format", "json")
    assert done.returncode == 0, done.stderr
    (feed,) = json.loads(done.stdout)["feeds"]
    assert [feed[key] for key in ("name", "status", "read", "accepted", "duplicate", "quarantined")] == [
        *("phone_reports", "ok"),
        *(3, 2, 0, 1),
    ]
    listed = json.loads(run("candidates", "list", "--kind", "phone", "--format", "json").stdout)
    assert {one["indicator"]: one["role"] for one in listed} == {
        "+18885550142": "callback",
        "+18885550143": "caller_id",
    }
    home = kept(tmp_path / "home")
    archived = b"".join(gzip.decompress(path.read_bytes()) for path in (tmp_path / "home").rglob("*.gz"))
    assert [word for word in (b"Quilla", b"4155550177", b"555 0177", b"refund dep") if word in home + archived] == []


def test_the_same_file_again_is_all_duplicate(run: Run, table: Path) -> None:
    """Nothing is counted twice, and it is no fault."""
    run("feeds", "import", table, *MAP, "--yes")
    done = run("feeds", "import", table, *MAP, "--yes", "--format", "json")
    (feed,) = json.loads(done.stdout)["feeds"]
    assert (done.returncode, feed["accepted"], feed["read"]) == (0, 0, 3)


def test_a_list_of_names_is_imported_too(run: Run, tmp_path: Path) -> None:
    """Names are shown as they are; gzip is no trouble."""
    path = tmp_path / "names.gz"
    path.write_bytes(gzip.compress(b"amazon-refund-desk.com\nweather-in-oslo.net\n"))
    done = run("feeds", "import", path, "--feed", "domain_list", "--yes", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert f"{path}: plain, 2 rows, 0 that cannot be used\n  line 1:  amazon-refund-desk.com\n" in done.stderr
    assert json.loads(done.stdout)["candidates"]["new"] == 1


def test_a_publishers_table_says_what_is_dropped(run: Run, tmp_path: Path) -> None:
    """Of the agency's columns those with personal data are named as dropped."""
    path = tmp_path / "day.csv"
    path.write_text(
        "Company_Phone_Number,Created_Date,Violation_Date,Consumer_City,Consumer_State,Consumer_Area_Code,Subject,"
        "Recorded_Message_Or_Robocall\n8885550142,2026-11-20 00:00:01,2026-11-19 10:00:00,Reno,Nevada,775,Other,N\n"
    )
    done = run("feeds", "import", path)
    assert done.returncode == 2
    assert done.stderr.startswith("taken for a file of ftc_dnc")
    found = dict(re.findall(r"^  (\w+) +(read|dropped): ", done.stderr, re.MULTILINE))
    assert [name for name, what in found.items() if what == "dropped"] == ["Consumer_City", "Consumer_State"]
    assert "Reno" not in done.stderr


@pytest.mark.parametrize(
    ("body", "arguments", "told"),
    [
        ("words\n", (), (2, "nothing in it tells which feed it belongs to; name one: --feed phone_reports")),
        (None, (), (2, "no such file; look at the path")),
        ("number\n", ("--feed", "phone_report"), (2, "no feed 'phone_report' (did you mean 'phone_reports'?)")),
        ("number\n", ("--column", "Caller"), (2, "'Caller' is not FIELD=COLUMN; fields are number, role")),
        ("number\n", ("--column", "nmber=Caller"), (2, "(did you mean 'number'?)")),
        ("number\n", ("--region", "USA"), (2, "write two letters, as in US")),
        (
            "phone,telephone\n",
            (),
            (2, "2 columns\n  phone\n  telephone\n"),
        ),
        ("phone,telephone\n", ("--yes",), (2, "may stand in phone or telephone; say which: --column number=phone\n")),
        ("Anruferin,date\n", ("--feed", "phone_reports"), (2, "  Anruferin\n  date\n")),
        (
            "Anruferin,date\n",
            ("--feed", "phone_reports"),
            (2, "no column of phone numbers among date and 1 other; say which it is: --column number=COLUMN\n"),
        ),
        ("number,phone,Number\n", ("--yes",), (2, "the column 'number' stands twice in the header; rename one")),
        ("Anruferin,date\n", ("--column", "number=Anrufrein"), (2, "(did you mean 'Anruferin'?); name one of those")),
        ("number,date\n", ("--column", "region=Land"), (2, "no column 'Land'; name one of those above")),
        ("words\n", ("--feed", "drop_folder", "--yes"), (2, "drop_folder is not read from a file; feeds that are:")),
        ("number\n", ("--region", "ZZ"), (2, "'ZZ' is no country; write two letters, as in US")),
        ("number\n", ("--as", "somebody-else"), (5, "somebody-else")),
    ],
)
def test_what_cannot_be_imported_says_what_to_do(
    run: Run,
    tmp_path: Path,
    body: str | None,
    arguments: tuple[str, ...],
    told: tuple[int, str],
) -> None:
    """One message, with the way out; nothing was taken in."""
    path = tmp_path / "a.csv"
    if body is not None:
        path.write_text(body)
    done = run("feeds", "import", path, *arguments)
    assert (done.returncode, done.stdout) == (told[0], "")
    assert told[1] in done.stderr


def test_with_yes_a_file_that_is_held_gets_a_summary(run: Run, tmp_path: Path) -> None:
    """A script always gets the object that a sweep prints."""
    path = tmp_path / "a.csv"
    path.write_text("+18885550142,callback\n")
    done = run("feeds", "import", path, "--feed", "phone_reports", "--yes", "--format", "json")
    assert done.returncode == 3
    (feed,) = json.loads(done.stdout)["feeds"]
    assert (feed["status"], feed["problem"][:9]) == ("held", "no header")
    assert "no preview: no header" in done.stderr


@pytest.mark.parametrize("answer", ["y", "n"])
@pytest.mark.usefixtures("run")
def test_a_person_is_asked(table: Path, tmp_path: Path, answer: str) -> None:
    """At a keyboard the question comes after the preview; a no leaves everything as it was."""
    keyboard, terminal = os.openpty()
    with os.fdopen(keyboard, "wb", buffering=0) as typed, os.fdopen(terminal) as read:
        typed.write(f"{answer}\n".encode())
        command = [sys.executable, "-m", "scamhunt", "feeds", "import", str(table), *MAP]
        done = subprocess.run(command, check=True, stdin=read, capture_output=True, text=True)
    assert "  Notes           text: by its name" in done.stderr.split("Take it in as phone_reports?")[0]
    assert ("nothing was taken in" in done.stderr) == (answer == "n")
    assert (tmp_path / "home" / "scamhunt.db").exists() == (answer == "y")


@pytest.mark.parametrize(
    ("make", "why"),
    [(Path.mkdir, "a folder; name a file in it, or set SCAMHUNT_DROP_FOLDER"), (os.mkfifo, "no regular file")],
)
def test_only_a_file_is_imported(run: Run, tmp_path: Path, make: Callable[[Path], None], why: str) -> None:
    """A folder has a feed of its own, and a pipe could not be read twice."""
    make(tmp_path / "it")
    done = run("feeds", "import", tmp_path / "it", "--yes")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{tmp_path / 'it'}: {why}" in done.stderr


def test_what_is_to_be_told_of_a_table_is_told_before_it_is_taken_in(run: Run, tmp_path: Path) -> None:
    """Dates without a zone, and when the first rows are from."""
    path = tmp_path / "a.json"
    path.write_text('[{"number": "+18885550142", "date": "2026-11-20 08:00"}]')
    told = run("feeds", "import", path).stderr
    assert "  line 1:  +00000000000  unknown  2026-11-20 08:00\n" in told
    assert "  1 date is without a zone, read as UTC" in told
    assert "no column of dates" not in told


def test_a_file_that_its_feed_would_ask_more_for_is_refused(run: Run, tmp_path: Path) -> None:
    """A feed that is more than one file cannot be handed in."""
    path = tmp_path / "index.html"
    path.write_text('<html><a href="DNC_Complaint_Numbers_2026-11-20.csv">day</a></html>')
    done = run("feeds", "import", path, "--feed", "ftc_dnc")
    assert done.returncode in {2, 3}
    assert "asks for more than this file" in done.stderr


def test_numbers_that_cannot_be_read_are_told_before_they_are_taken_in(run: Run, tmp_path: Path) -> None:
    """The preview counts what the import quarantines: rounded numbers, and those without a country."""
    path = tmp_path / "a.csv"
    path.write_text("phone,notes\n+18885550142,Amazon\n8885550143,Amazon\n1.8886E+10,Amazon\n8885550144,Amazon\n")
    told = run("feeds", "import", path).stderr
    assert "4 rows, 3 that cannot be used\n" in told
    assert "  2 x no country: write it as +1 888 555 0142, or add --region CC, the country of such numbers\n" in told
    assert "  1 x a number that a spreadsheet rounded" in told
    done = run("feeds", "import", path, "--region", "us", "--yes", "--format", "json")
    (feed,) = json.loads(done.stdout)["feeds"]
    assert "4 rows, 1 that cannot be used\n" in done.stderr
    assert (feed["accepted"], feed["quarantined"]) == (3, 1)


@pytest.mark.parametrize(
    ("header", "lacks"),
    [("number,notes", ["dates", "roles"]), ("number,role", ["dates"]), ("number,date", ["roles"])],
)
def test_what_follows_from_a_missing_column_is_said(run: Run, tmp_path: Path, header: str, lacks: list[str]) -> None:
    """No date and no role are plain words of the preview, not something to find out afterwards."""
    path = tmp_path / "a.csv"
    path.write_text(f"{header}\n+18885550142,\n")
    told = run("feeds", "import", path).stderr
    assert re.findall(r"^  no column of (\w+): ", told, re.MULTILINE) == lacks
    texts = ("rows count as reported on the day they are read, undated", "every number counts as caller ID")
    assert [text in told for text in texts] == ["dates" in lacks, "roles" in lacks]


def test_a_column_of_countries_is_named_by_option(run: Run, tmp_path: Path) -> None:
    """A number is one of the country that its own row names."""
    path = tmp_path / "a.csv"
    path.write_text("Telefon,Staat\n020 7946 0123,GB\n")
    done = run("feeds", "import", path, "--column", "region=Staat", "--region", "US", "--yes")
    assert "  Staat    region: named by --column\n" in done.stderr
    assert "1 row, 0 that cannot be used" in done.stderr


def test_of_a_long_table_the_first_numbers_are_tried(run: Run, tmp_path: Path) -> None:
    """The preview of a large file is quick, and says what it has not looked at."""
    path = tmp_path / "a.csv"
    path.write_text("number\n" + "1.8886E+10\n" * 20_001)
    told = run("feeds", "import", path).stderr
    assert "20,001 rows, 20,000 that cannot be used\n" in told
    assert "  only the first 20,000 numbers were tried\n" in told


def test_of_a_wide_table_the_first_columns_are_told(run: Run, tmp_path: Path) -> None:
    """A header without measure does not fill the screen."""
    path = tmp_path / "a.csv"
    path.write_text("phone,telephone," + ",".join(f"c{at}" for at in range(60)) + "\n")
    told = run("feeds", "import", path).stderr
    assert f"{path}: 62 columns\n  phone\n" in told
    assert "  c47\n  and 12 more\n" in told
