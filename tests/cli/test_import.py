"""`scamhunt feeds import` as a person and a script use it: what is shown, what is asked, what is taken in."""

import gzip
import json
import os
import re
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
        "  Caller          number: named in SCAMHUNT_PHONE_COLUMNS",
        "  Customer name   dropped: may be about who was called or who reports: personal data",
        "  Customer phone  dropped: may be about who was called or who reports: personal data",
        "  Seen as         role: by its name",
        "  Notes           text: by its name",
    ]
    assert told[7] == "  line 2:  +0 000 000 0000  callback  30 characters of words"
    assert told[9] == "  1 x a spreadsheet's formula in place of a number"
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
            (3, "may stand in phone or telephone; say which: SCAMHUNT_PHONE_COLUMNS=number=phone"),
        ),
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


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 0)])
def test_a_person_is_asked(
    on_terminal: Callable[..., str], tmp_path: Path, table: Path, answer: str, code: int
) -> None:
    """On a terminal the question comes after the preview; a no leaves everything as it was."""
    (tmp_path / "pack.toml").write_text(PACK)
    program = (
        "import os, subprocess, sys\n"
        f"command = [sys.executable, '-m', 'scamhunt', 'feeds', 'import', {str(table)!r}, *{MAP!r}]\n"
        "read, write = os.openpty()\n"
        f"os.write(read, b'{answer}\\n')\n"
        f"raise SystemExit(subprocess.run(command, stdin=write, check=False).returncode - {code})\n"
    )
    home = tmp_path / "home"
    names = {"SCAMHUNT_HOME": home, "SCAMHUNT_BRANDS": tmp_path / "pack.toml", "SCAMHUNT_OVERLAY": tmp_path / "overlay"}
    drawn = on_terminal(program, **{name: str(path) for name, path in names.items()})
    assert "Take it in as phone_reports?" in drawn
    assert ("nothing was taken in" in drawn) == (answer == "n")
    assert (home / "scamhunt.db").exists() == (answer == "y")


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


def test_a_file_that_its_feed_would_ask_more_for_is_refused(run: Run, tmp_path: Path) -> None:
    """A feed that is more than one file cannot be handed in."""
    path = tmp_path / "index.html"
    path.write_text('<html><a href="DNC_Complaint_Numbers_2026-11-20.csv">day</a></html>')
    done = run("feeds", "import", path, "--feed", "ftc_dnc")
    assert done.returncode in {2, 3}
    assert "asks for more than this file" in done.stderr
