"""Kill -9 in the middle of a sweep over 100,000 names: nothing lost, nothing double, whatever the moment."""

import gzip
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scamhunt.store import Store

POINTS = int(os.environ.get("KILLS", "9"))
"""`make soak` asks for more."""
NAMES = 100_000
EVERY = 500
"""One name in so many impersonates a brand; one in so many is none, and one was there before."""
AT_ONE_HOME = 3
"""Kills before a sweep is left alone: the second and third hit a run that goes on where another was killed."""
NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
PACK = '[[brand]]\nid = "amazon"\nname = "Amazon"\ndomains = ["amazon.com"]\n'

# A process that has everything loaded and forks one for each sweep: `home url` comes in, the child's number goes out
# when it begins and its status when it ended.
WARM = """
import os, sys
from pathlib import Path
from scamhunt import pipeline
from scamhunt.settings import Settings

def sweep(home, url):
    knobs = Settings(home=Path(home), brands=(Path(sys.argv[1]),), overlay=Path(sys.argv[3]), database_url=url)
    pipeline.sweep(knobs, feeds=[sys.argv[2]])

sweep(sys.argv[4], "")
for line in sys.stdin:
    home, _, url = line.rstrip("\\n").partition(" ")
    child = os.fork()
    if not child:
        try:
            sweep(home, url)
            os._exit(0)
        except BaseException:
            import traceback
            traceback.print_exc()
            os._exit(1)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@dataclass(frozen=True)
class Warm:
    """The warm parent."""

    process: "subprocess.Popen[str]"

    def sweep(self, home: Path, url: str, kill_after: float | None = None) -> int:
        """Sweep in a child, kill it after so many seconds; return its exit code."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{home} {url}\n")
        self.process.stdin.flush()
        child = int(self.process.stdout.readline())
        if kill_after is not None:
            time.sleep(kill_after)
            with suppress(ProcessLookupError):  # it was done before
                os.kill(child, signal.SIGKILL)
        return int(self.process.stdout.readline())


def _name(number: int) -> str:
    if number % EVERY == 1:
        return f"amazon-refund-{number}.com"
    if number % EVERY == 2:
        return "two words"
    return f"weather-in-town-{number - (number % EVERY == 4)}.net"


@pytest.fixture(scope="module")
def feed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a list of 100,000 invented names."""
    path = tmp_path_factory.mktemp("feed") / "names.txt.gz"
    path.write_bytes(gzip.compress("".join(f"{_name(at)}\n" for at in range(NAMES)).encode(), 1))
    return path


@contextmanager
def warm(folder: Path, feed: Path) -> Iterator[Warm]:
    """Start the warm parent."""
    (folder / "pack.toml").write_text(PACK)
    paths = [str(folder / "pack.toml"), str(feed), str(folder / "overlay"), str(folder / "scratch")]
    command = [sys.executable, "-c", WARM, *paths]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Warm(process)
        assert process.stdin
        process.stdin.close()


def found(home: Path, url: str) -> tuple[object, ...]:
    """Return what the store holds, without numbers and times of the run; its check must find nothing."""
    with Store.open(home, now=lambda: NOW, url=url) as store:
        assert store.check() == []
        rows = store.history("feed:nrd_list")
        counts = [sum(int(str(row.detail[name])) for row in rows) for name in ("accepted", "duplicate", "quarantined")]
        names = sorted((one.indicator, one.score, one.state.value) for one in store.candidates(limit=None))
        lines = [row.line for row in store.quarantine(limit=None)]
    assert len(names) == len(set(names))
    assert len(lines) == len(set(lines)) == counts[2]
    return names, counts, sorted(lines)


def test_killed_at_any_moment_a_second_sweep_completes_it(
    tmp_path: Path, feed: Path, database_with_tables: Callable[[], str]
) -> None:
    """Whatever the moment, the next sweep ends with exactly what one sweep alone would have found."""
    chance = random.Random(20_261_122)
    with warm(tmp_path, feed) as parent:
        whole, url = tmp_path / "whole", database_with_tables()
        assert parent.sweep(whole, url) == 0
        began = time.monotonic()
        assert parent.sweep(tmp_path / "again", database_with_tables()) == 0
        took = time.monotonic() - began
        want = found(whole, url)
        killed = 0
        while killed < POINTS:
            home, url = tmp_path / f"after-{killed}", database_with_tables()
            for _ in range(AT_ONE_HOME):
                killed += parent.sweep(home, url, chance.uniform(0, took)) == -signal.SIGKILL
            assert parent.sweep(home, url) == 0
            assert found(home, url) == want, killed
    assert want[1] == [NAMES - 2 * NAMES // EVERY, NAMES // EVERY, NAMES // EVERY]
