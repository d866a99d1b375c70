import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer

from scamhunt.cli import entry, numbers
from scamhunt.errors import UserError

TEXT = "Call 8OO-555-0199 now.\r\nOrder 888-555-0142.\r\nHe called from +44 20 7946 0123 ext 4\r\n"


@dataclass(frozen=True)
class Done:
    """What a run printed and its exit code."""

    code: int
    out: str
    err: str


Extract = Callable[..., Done]


@pytest.fixture
def extract(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Extract:
    """Return a function that looks for numbers in a text."""
    for name in [name for name in os.environ if name.startswith("SCAMHUNT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SCAMHUNT_HOME", str(tmp_path / "none"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    def run(text: str | bytes, *arguments: str) -> Done:
        file = tmp_path / "text"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        command = typer.main.get_command(numbers.app)
        try:
            with command.make_context("numbers", ["extract", str(file), *arguments]) as context:
                command.invoke(context)
            code = 0
        except Exception as error:  # noqa: BLE001  # as the program does it
            code = entry.explain(error)
        return Done(code, *capsys.readouterr())

    return run


def test_one_object_a_number(extract: Extract) -> None:
    """`raw` stands at `offset`, line ends of any kind included; role, kind and disguise are told."""
    done = extract(TEXT, "--region", "us", "--format", "jsonl")
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 0
    assert done.err == "2 numbers found\n"
    assert [(row["raw"], row["e164"], row["role"], row["flags"]) for row in rows] == [
        ("8OO-555-0199", "+18005550199", "callback", ["fictional"]),
        ("+44 20 7946 0123 ext 4", "+442079460123", "caller_id", ["extension", "fictional"]),
    ]
    assert all(TEXT[row["offset"] :].startswith(row["raw"]) for row in rows)
    assert rows[0]["type"] == "toll_free"
    assert rows[0]["region"] == "US"
    assert rows[0]["how"] == ["letter O for 0"]


def test_without_a_country_it_is_said_what_is_left_out(extract: Extract) -> None:
    """A number that does not say its country is no number of some country; how to name one is told."""
    done = extract("call 888-555-0142 or +1 888 555 0143")
    assert (done.code, done.err.count("\n")) == (0, 1)
    assert done.err.startswith("1 number found; numbers without a country were left out, add --region US")


def test_the_region_of_the_settings_applies(extract: Extract, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `--region` a number without a country is one of `SCAMHUNT_REGION`, and none where that is not set."""
    assert json.loads(extract("call 888-555-0142", "--format", "json").out) == []
    monkeypatch.setenv("SCAMHUNT_REGION", "US")
    assert [row["e164"] for row in json.loads(extract("call 888-555-0142", "--format", "json").out)] == ["+18885550142"]


@pytest.mark.parametrize("region", ["XX", "USA", "\x1b[31m"])
def test_a_region_that_is_none_is_an_error(extract: Extract, region: str) -> None:
    """The message says what to write, and nothing raw reaches the terminal."""
    done = extract("call 888-555-0142", "--region", region)
    assert done.code == 2
    assert "is no country; write two letters, as in US" in done.err
    assert "\x1b" not in done.err


def test_bytes_that_are_no_text_are_one_character_each(extract: Extract) -> None:
    """An offset counts characters as they come out of a UTF-8 decoder that replaces."""
    rows = json.loads(extract(b"\xff\xfe call 888-555-0142", "--region", "US", "--format", "json").out)
    assert [(row["offset"], row["raw"]) for row in rows] == [(8, "888-555-0142")]


def test_nothing_raw_reaches_table_or_sheet(extract: Extract) -> None:
    """Invisible characters are shown by their code, and a cell starts no formula."""
    text = "call 888\u200b-555-0142 \x1b[31m"
    assert "888\\u{200b}-555-0142" in extract(text, "--region", "US").out
    sheet = list(csv.DictReader(io.StringIO(extract("call +1 888-555-0142", "--format", "csv").out)))
    assert [(row["e164"], row["raw"]) for row in sheet] == [("tel:+18885550142", "'+1 888-555-0142")]


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A text that is too large, or no text at all, is the user's to mend."""
    (tmp_path / "large").touch()
    os.truncate(tmp_path / "large", numbers.LARGEST + 1)
    command = typer.main.get_command(numbers.app)
    for name, message in (("large", "more than 64 MB; cut it into pieces"), ("gone", "name a file that can be read")):
        context = command.make_context("numbers", ["extract", str(tmp_path / name)])
        with context, pytest.raises(UserError, match=message):
            command.invoke(context)


def test_reads_what_comes_in(tmp_path: Path) -> None:
    """`-` is stdin, in a process of its own."""
    program = "from scamhunt.cli import numbers; numbers.app()"
    home = {**os.environ, "SCAMHUNT_HOME": str(tmp_path / "none"), "XDG_CONFIG_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program, "extract", "-", "--region", "US", "--format", "jsonl"],
        input=b"<p>Call <b>888</b>-555-0142</p>\n",
        capture_output=True,
        check=True,
        env={name: value for name, value in home.items() if name != "SCAMHUNT_REGION"},
    )
    assert [json.loads(line)["raw"] for line in done.stdout.splitlines()] == ["888</b>-555-0142"]
