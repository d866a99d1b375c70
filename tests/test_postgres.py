"""The whole program on a PostgreSQL: the same commands, the same words, the same exit codes."""

import gzip
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bench.postgres import Server
from scamhunt.cli import entry
from scamhunt.settings import Settings
from scamhunt.store import Store

PACK = '[[brand]]\nid = "amazon"\nname = "Amazon"\ndomains = ["amazon.com"]\n'
LINES = 120_000
EVERY = 400
HIDDEN = "hunter2"

Start = Callable[..., "subprocess.Popen[str]"]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def own_server() -> Iterator[Server]:
    """Return a server that a test may stop."""
    with Server() as server:
        yield server


@pytest.fixture
def environment(tmp_path: Path) -> Callable[[str], dict[str, str]]:
    """Give a function that returns the variables of a team on a database."""
    (tmp_path / "pack.toml").write_text(PACK)
    return lambda url: {
        "SCAMHUNT_HOME": str(tmp_path / "home"),
        "SCAMHUNT_BRANDS": str(tmp_path / "pack.toml"),
        "SCAMHUNT_DATABASE_URL": url,
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }


@pytest.fixture
def start(environment: Callable[[str], dict[str, str]]) -> Start:
    """Give a function that starts the program in a process of its own."""

    def _start(url: str, *arguments: str) -> "subprocess.Popen[str]":
        ours = {name: value for name, value in os.environ.items() if not name.startswith("SCAMHUNT_")}
        pipe = subprocess.PIPE
        command = [sys.executable, "-m", "scamhunt", *arguments]
        return subprocess.Popen(command, env=ours | environment(url), stdout=pipe, stderr=pipe, text=True)

    return _start


@pytest.fixture
def run(
    environment: Callable[[str], dict[str, str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Give a function that runs a command in this process."""

    def _run(url: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        for name, value in environment(url).items():
            monkeypatch.setenv(name, value)
        code = entry.run(list(arguments))
        told = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, code, told.out, told.err)

    return _run


@pytest.fixture
def url(postgres: Server) -> Iterator[str]:
    """Return the URL of an empty database."""
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


def feed(folder: Path, lines: int, every: int = 10) -> Path:
    """Write a list in which one name in so many imitates the brand."""
    path = folder / f"list-{lines}.txt.gz"
    names = (f"{'amazon-login' if at % every == 0 else 'plain-name'}-{at}.com\n" for at in range(lines))
    path.write_bytes(gzip.compress("".join(names).encode(), 1))
    return path


def counts(done: "subprocess.CompletedProcess[str]") -> tuple[int, Any]:
    """Return the exit code and what a sweep says of its candidates."""
    return done.returncode, json.loads(done.stdout)["candidates"]


def test_a_night_and_a_day_on_postgresql(run: Run, url: str, tmp_path: Path) -> None:
    """Sweep, look, decide, draft, check: everything is in the database, and drafts and archive in the state folder."""
    sweep = ("sweep", "--feed", str(feed(tmp_path, 50)), "--format", "json")
    assert counts(run(url, *sweep)) == (0, {"new": 5, "updated": 0, "open": 5})
    assert counts(run(url, *sweep, "--dry-run")) == (0, {"new": 0, "updated": 0, "open": 5})
    listed = json.loads(run(url, "candidates", "list", "--format", "json").stdout)
    assert len(listed) == 5
    first = str(listed[0]["id"])
    assert run(url, "candidates", "confirm", first, "--reason", "a login form").returncode == 0
    drafted = json.loads(run(url, "reports", "draft", first, "--format", "json").stdout)
    assert Path(drafted["file"]).parent == tmp_path / "home" / "drafts"
    assert Path(drafted["file"]).is_file()
    checked = run(url, "db", "check")
    assert (checked.returncode, checked.stdout) == (0, "the database and its log hold\n")
    assert not (tmp_path / "home" / "scamhunt.db").exists()
    assert {"archive", "drafts"} <= {path.name for path in (tmp_path / "home").iterdir()}


def test_the_doctor_tells_of_the_database_and_not_of_its_password(run: Run, url: str) -> None:
    """It is well, or out of reach in words; the setting is named and what it says is not."""
    with_secret = url.replace("postgres@", f"postgres:{HIDDEN}@")
    assert run(with_secret, "db", "upgrade").returncode == 0
    well = run(with_secret, "doctor")
    assert (well.returncode, "its tables and the chain of the log hold" in well.stdout) == (0, True)
    nowhere = f"postgresql://anna:{HIDDEN}@127.0.0.1:1/cases"
    ill = run(nowhere, "doctor")
    assert ill.returncode == 3
    assert "no server answers there; start it and run again, or mend SCAMHUNT_DATABASE_URL" in " ".join(
        ill.stdout.split()
    )
    for told in (well, ill, run(nowhere, "sweep"), run(f"postgresql://anna:{HIDDEN}/@x/y", "sweep")):
        assert HIDDEN not in told.stdout + told.stderr
        assert "Traceback" not in told.stdout + told.stderr


@pytest.mark.parametrize(("url_of", "code"), [("postgresql://anna@127.0.0.1:1/cases", 3), ("mysql://x/y", 2)])
def test_a_database_that_cannot_be_used_is_told_by_every_command(run: Run, url_of: str, code: int) -> None:
    """One line that says what to do, and the exit code of whose mistake it is."""
    for command in (["db", "check"], ["candidates", "list"]):
        done = run(url_of, *command)
        assert (done.returncode, done.stdout) == (code, ""), command
        assert done.stderr.startswith("error: "), command
        assert "Traceback" not in done.stderr


def test_a_server_that_stops_in_the_middle_loses_and_doubles_nothing(
    start: Start, run: Run, own_server: Server, tmp_path: Path
) -> None:
    """As at a power cut: the run ends with exit 3 in words, and the next one completes it."""
    name = own_server.create()
    url, path = own_server.url(name), feed(tmp_path, LINES, EVERY)
    first = start(url, "sweep", "--feed", str(path), "--format", "json")
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with suppress(Exception):  # the tables may not be there yet
            if own_server.execute("SELECT 1 FROM reading WHERE read > 0", database=name):
                break
        time.sleep(0.01)
    own_server.stop("immediate")
    _, told = first.communicate(timeout=60)
    assert first.returncode == 3
    assert "run again" in told
    assert "Traceback" not in told
    own_server.start()
    assert run(url, "sweep", "--feed", str(path), "--format", "json").returncode == 0
    with Store.open(tmp_path / "home", now=Settings().now, url=url) as store:
        found = sorted(candidate.indicator for candidate in store.candidates(limit=None))
        assert store.check() == []
    assert found == sorted(f"amazon-login-{at}.com" for at in range(0, LINES, EVERY))
    assert own_server.execute("SELECT read, accepted FROM reading", database=name) == [(LINES, LINES)]
