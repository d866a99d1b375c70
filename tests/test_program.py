"""The program from outside: what happens when it is stopped, or when the machine refuses."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from scamhunt.settings import Settings
from scamhunt.store import Store

PACK = '[[brand]]\nid = "amazon"\nname = "Amazon"\ndomains = ["amazon.com"]\n'
LINES = 160_000
EVERY = 10
"""One name in so many imitates the brand: a batch takes a second, so that a signal meets one in the middle."""

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Give a function that starts the program with a state folder and a pack of its own."""
    (tmp_path / "pack.toml").write_text(PACK)

    def run(*arguments: str, home: Path | None = None, **options: Any) -> "subprocess.Popen[str]":  # noqa: ANN401  # Popen's
        environment: Mapping[str, str] = {
            **{name: value for name, value in os.environ.items() if not name.startswith("SCAMHUNT_")},
            "SCAMHUNT_HOME": str(home or tmp_path / "home"),
            "SCAMHUNT_BRANDS": str(tmp_path / "pack.toml"),
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
        }
        command = [sys.executable, "-m", "scamhunt", *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True, **options)

    return run


@pytest.fixture
def long_list(tmp_path: Path) -> Path:
    """Return a list that takes a few seconds to read."""
    path = tmp_path / "long.txt"
    path.write_text("".join(f"{'amazon-login' if n % EVERY == 0 else 'plain-name'}-{n}.com\n" for n in range(LINES)))
    return path


def wait_for_a_batch(home: Path) -> None:
    """Return as soon as a batch of the reading is stored and the reading is not finished."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with sqlite3.connect(f"file:{home / 'scamhunt.db'}?mode=ro", uri=True) as connection:
                if connection.execute("SELECT count(*) FROM reading WHERE read > 0").fetchone() == (1,):
                    return
        except sqlite3.Error:
            pass
        time.sleep(0.01)
    pytest.fail("no batch was stored in a minute")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_sweep_stopped_in_the_middle_goes_on_where_it_was(
    start: Start, long_list: Path, tmp_path: Path, number: signal.Signals
) -> None:
    """Ctrl-C is exit 3 in words, a kill has no words; the next run finds the rest, nothing twice."""
    sweep = ("sweep", "--feed", str(long_list), "--format", "json")
    first = start(*sweep)
    wait_for_a_batch(tmp_path / "home")
    first.send_signal(number)
    _, told = first.communicate(timeout=60)
    assert first.returncode == (-9 if number is signal.SIGKILL else 3)
    assert "Traceback" not in told
    assert number is signal.SIGKILL or "run the same again" in told
    second = start(*sweep)
    second.communicate(timeout=120)
    assert second.returncode == 0
    with Store.open(tmp_path / "home", now=Settings().now) as store:
        found = sorted(candidate.indicator for candidate in store.candidates(limit=None))
        assert store.check() == []
    assert found == sorted(f"amazon-login-{n}.com" for n in range(0, LINES, EVERY))
    with sqlite3.connect(tmp_path / "home" / "scamhunt.db") as connection:
        ((rows, sums),) = connection.execute("SELECT read, accepted + duplicate + quarantined FROM reading").fetchall()
        assert rows == sums == LINES


def test_two_sweeps_at_once(start: Start, long_list: Path, tmp_path: Path) -> None:
    """While one sweep runs another ends with exit 4 and says so; the first is not disturbed."""
    first = start("sweep", "--feed", str(long_list))
    wait_for_a_batch(tmp_path / "home")
    second = start("sweep", "--feed", str(long_list))
    _, told = second.communicate(timeout=60)
    assert second.returncode == 4
    assert "another" in told
    first.communicate(timeout=120)
    assert first.returncode == 0


def test_a_full_disk_is_told_and_stores_nothing_half(start: Start, long_list: Path) -> None:
    """When the system refuses to write more, the sweep ends with exit 3 and the folder's name, not with a traceback."""
    limit = 200_000  # bytes of any one file: the system's own refusal, EFBIG
    few = start(
        "sweep",
        "--feed",
        str(long_list),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    _, told = few.communicate(timeout=60)
    assert few.returncode == 3
    assert told.startswith("error: ")
    assert "home" in told.splitlines()[0]
    assert "a bug" not in told


def test_a_folder_that_cannot_be_written_is_told(start: Start, long_list: Path) -> None:
    """A state folder where nobody may write is exit 3 with its name and what to do; /proc refuses even root."""
    refused = start("sweep", "--feed", str(long_list), home=Path("/proc/scamhunt"))
    _, told = refused.communicate(timeout=60)
    assert refused.returncode == 3
    assert "/proc/scamhunt" in told
    assert "SCAMHUNT_HOME" in told
    assert "Traceback" not in told


def test_a_broken_pack_stops_a_sweep_before_anything_is_read(start: Start, long_list: Path, tmp_path: Path) -> None:
    """A fault in a brand pack is exit 2 with file, line and fix."""
    (tmp_path / "pack.toml").write_text(PACK.replace("domains", "domians"))
    refused = start("sweep", "--feed", str(long_list))
    _, told = refused.communicate(timeout=60)
    assert refused.returncode == 2
    assert "pack.toml:4: unknown key 'domians' in brand 'amazon' (did you mean 'domains'?)" in told
