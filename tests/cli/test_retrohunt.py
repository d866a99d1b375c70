"""`scamhunt retrohunt` and `scamhunt feeds replay` as they are typed."""

import csv
import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scamhunt.cli import entry
from scamhunt.gather import archive
from scamhunt.model import Batch
from scamhunt.store import Store

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
READ = NOW - timedelta(days=3)
PACK = '[[brand]]\nid = "qwertix"\nname = "Qwertix"\ndomains = ["qwertix.com"]\n'
CRAWLER = """
from scamhunt.model import CONFIGURED, Example, Feed, Fetch, Keeps, Kind
from scamhunt.indicators.lists import read_rows

FEED = Feed(
    name="{name}", publisher="us", homepage="https://own.example/", terms="ours", kind=Kind.{kind},
    schedule="0 6 * * *", needs_key=False, rows_a_day=(0, 9), verified_on="2026-11-22", how="tried",
)
EXAMPLES = (Example(b"", ()),)

def crawl(mark):
    reply = yield Fetch(CONFIGURED)
    yield from read_rows(reply.chunks, reply.mark)
"""


@dataclass(frozen=True)
class Done:
    """What a run printed and its exit code."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, object]]:
        """The objects of a jsonl output."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Done]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return the state folder."""
    return tmp_path / "home"


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a command in a lab with a pack of one brand and two feeds of its own."""
    for name in [name for name in os.environ if name.startswith("SCAMHUNT_")]:
        monkeypatch.delenv(name)
    (tmp_path / "pack.toml").write_text(PACK, "utf-8")
    monkeypatch.setenv("SCAMHUNT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SCAMHUNT_CLOCK", NOW.isoformat())
    monkeypatch.setenv("SCAMHUNT_TRUST_NAMES", "on")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "scamhunt" / "overlay" / "crawlers"
    folder.mkdir(parents=True, mode=0o700)
    for name, kind in (("names", "DOMAIN"), ("pages", "URL")):
        (folder / f"{name}.py").write_text(CRAWLER.format(name=name, kind=kind))
        (folder / f"{name}.py").chmod(0o600)

    def typed(*arguments: str) -> Done:
        code = entry.run(list(arguments))
        return Done(code, *capsys.readouterr())

    return typed


@pytest.fixture
def hunt(tmp_path: Path, run: Run) -> Run:
    """Return a function that hunts for the one brand."""
    return lambda *arguments: run("retrohunt", "--brands", str(tmp_path / "pack.toml"), *arguments)


def keep(home: Path, body: bytes, *, feed: str = "names", at: datetime = READ) -> Path:
    """Put a file into the archive."""
    path = home / "archive" / feed / f"{hashlib.sha256(body).hexdigest()}.raw.gz"
    path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    path.write_bytes(gzip.compress(body))
    os.utime(path, (at.timestamp(),) * 2)
    return path


LIST = b"domain,when\nqwertix-login-desk.com,2026-11-05\nsnow-in-oslo.com,\nSecure-Qwertix.com,\n127.0.0.1,\n"


def test_each_old_name_comes_once_with_where_and_when_it_was_seen(home: Path, hunt: Run) -> None:
    """The objects of `score` with the feed, and the feed's date or when it was kept; nothing is written."""
    keep(home, LIST)
    keep(home, b"qwertix-login-desk.com\nqwertix-other-desk.com\nqwertix-other-desk.com\n", at=NOW)
    before = sorted(home.rglob("*"))
    done = hunt("--format", "jsonl")
    assert done.code == 0
    assert [(row["indicator"], row["feed"], row["seen_at"]) for row in done.rows] == [
        ("qwertix-login-desk.com", "names", "2026-11-05T00:00:00+00:00"),
        ("secure-qwertix.com", "names", READ.isoformat()),
        ("qwertix-other-desk.com", "names", NOW.isoformat()),
    ]
    for row in done.rows:
        assert [*row][:5] == ["indicator", "kind", "brand", "score", "reasons"]
        assert (row["kind"], row["brand"], row["word"]) == ("domain", "qwertix", "qwertix")
    assert done.err == "2 files of the archive, 6 names: 3 matches; 0 files could not be read\n"
    assert sorted(home.rglob("*")) == before


def test_other_forms_hold_the_same(home: Path, hunt: Run) -> None:
    """A spreadsheet has the feed and the time too, a table names the feed, an array is one."""
    keep(home, LIST)
    head, *rows = csv.reader(io.StringIO(hunt("--format", "csv").out))
    assert head == ["indicator", "kind", "brand", "score", "reasons", "feed", "seen_at"]
    assert [(row[0], *row[5:]) for row in rows] == [
        ("qwertix-login-desk.com", "names", "2026-11-05T00:00:00+00:00"),
        ("secure-qwertix.com", "names", READ.isoformat()),
    ]
    assert len(json.loads(hunt("--format", "json").out)) == 2
    lines = [line.split()[:4] for line in hunt().out.splitlines() if not line.startswith(" ")]
    assert [line[1:] for line in lines] == [
        ["qwertix-login-desk.com", "qwertix", "names"],
        ["secure-qwertix.com", "qwertix", "names"],
    ]


def test_addresses_are_hunted_with_their_paths(home: Path, hunt: Run) -> None:
    """Of a feed of addresses each address counts, as it was given; what is no address is no name."""
    keep(home, b"https://garden-sale.top/qwertix/Login/verify\nhttps://garden-sale.top/x\n127.0.0.1\n", feed="pages")
    done = hunt("--format", "jsonl")
    assert [(row["indicator"], row["kind"], row["feed"]) for row in done.rows] == [
        ("https://garden-sale.top/qwertix/Login/verify", "url", "pages")
    ]
    assert "2 names: 1 match;" in done.err


def test_rows_that_were_kept_are_hunted_too(home: Path, hunt: Run) -> None:
    """A feed that keeps rows in place of bodies has its names in the archive as well."""
    kept = archive.keep_rows(home, "names", Batch("1", ["qwertix-rows-desk.com"], [1], [None]))
    os.utime(home / "archive" / kept.name, (READ.timestamp(),) * 2)
    assert [row["seen_at"] for row in hunt("--format", "jsonl").rows] == [READ.isoformat()]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ((), ["qwertix-login-desk.com", "my-qwertix.net"]),
        (("--feed", "pages"), []),
        (("--feed", "pages", "--feed", "names"), ["qwertix-login-desk.com", "my-qwertix.net"]),
        (("--since", "1d"), []),
        (("--since", "2026-11-19"), ["qwertix-login-desk.com", "my-qwertix.net"]),
        (("--since", "3650d"), ["ancient-qwertix.com", "qwertix-login-desk.com", "my-qwertix.net"]),
        (("--top", "1"), ["qwertix-login-desk.com"]),
        (("--min-score", "1"), []),
    ],
)
def test_what_is_looked_at_and_shown(home: Path, hunt: Run, arguments: tuple[str, ...], found: list[str]) -> None:
    """By feed, by when it was read (30 days without `--since`), by score, and only the strongest."""
    keep(home, b"qwertix-login-desk.com\nmy-qwertix.net\n")
    keep(home, b"ancient-qwertix.com\n", at=NOW - timedelta(days=40))
    done = hunt(*arguments, "--format", "jsonl")
    assert (done.code, [row["indicator"] for row in done.rows]) == (0, found)


@pytest.mark.parametrize("form", ["table", "json"])
def test_an_empty_archive_is_told(home: Path, hunt: Run, form: str) -> None:
    """Nothing was read yet: a sentence, exit 0, an empty list for a script, and no state folder is made."""
    done = hunt("--format", form)
    assert (done.code, done.out) == (0, "[]\n" if form == "json" else "")
    assert done.err == "nothing that was read since 2026-10-23 lies in the archive; a sweep keeps what it reads\n"
    assert not home.exists()


def test_what_cannot_be_read_is_told_and_is_exit_3(home: Path, hunt: Run) -> None:
    """A damaged file and one of a feed that is gone are named; the others are hunted through."""
    damaged = keep(home, b"qwertix-b.com\n")
    damaged.write_bytes(damaged.read_bytes()[:-9])
    os.utime(damaged, (READ.timestamp(),) * 2)
    gone = keep(home, b"qwertix-c.com\n", feed="gone")
    keep(home, b"qwertix-login-desk.com\n")
    done = hunt("--format", "jsonl")
    assert (done.code, [row["indicator"] for row in done.rows]) == (3, ["qwertix-login-desk.com"])
    *told, last = done.err.splitlines()
    assert sorted(line.rpartition(": ")[0] for line in told) == sorted(f"not read: {path}" for path in (damaged, gone))
    assert last == "1 file of the archive, 1 name: 1 match; 2 files could not be read"


def test_mistakes_are_told_in_a_sentence(home: Path, run: Run, hunt: Run) -> None:
    """No brands, a feed that is not there, a time that cannot be read, a pack with faults: exit 2."""
    keep(home, LIST)
    assert run("retrohunt") == Done(2, "", "error: no brands to hunt for; name their pack: --brands PATH\n")
    wrong = hunt("--feed", "name")
    assert (wrong.code, wrong.err) == (2, "error: no feed 'name' (did you mean 'names'?)\n")
    assert hunt("--since", "soon").code == 2
    assert hunt("--since", "").err == "error: --since says how far back to look, as in 30d\n"
    assert run("retrohunt", "--brands", str(home / "none.toml")).code == 2


MEMORY = """
import resource, sys
from scamhunt.cli import entry
code = entry.run(["retrohunt", "--brands", sys.argv[1], "--format", "jsonl"])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""


def test_memory_does_not_grow_with_the_archive(tmp_path: Path, home: Path, run: Run) -> None:
    """Five large files need hardly more memory than one."""
    del run  # it made the lab
    peaks = []
    for files in (range(1), range(1, 5)):
        for file in files:
            keep(home, b"".join(b"rain-%d-%d.com\n" % (file, at) for at in range(50_000)))
        command = [sys.executable, "-c", MEMORY, str(tmp_path / "pack.toml")]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        peaks.append(int(done.stderr.split()[-1]))
    assert peaks[1] < peaks[0] + 15_000  # kilobytes


# --- scamhunt feeds replay --------------------------------------------------------------------------------------------


def candidates(home: Path) -> list[str]:
    """Return what is in the store."""
    with Store.open(home, now=lambda: NOW) as store:
        return sorted(one.indicator for one in store.candidates())


def test_a_replay_prints_the_summary_of_a_sweep(
    tmp_path: Path, home: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same object for a script, with what became a candidate; a second replay says that nothing changed."""
    monkeypatch.setenv("SCAMHUNT_BRANDS", str(tmp_path / "pack.toml"))
    keep(home, LIST)
    dry = run("feeds", "replay", "names", "--dry-run")
    assert (dry.code, "A dry run: nothing of this was stored." in dry.out) == (0, True)
    assert candidates(home) == []
    done = run("feeds", "replay", "--format", "json")
    told = json.loads(done.out)
    assert (done.code, done.err) == (0, "")
    assert (told["candidates"]["new"], told["dry_run"]) == (2, False)
    assert [(feed["name"], feed["read"], feed["accepted"]) for feed in told["feeds"]] == [("names", 4, 3)]
    assert candidates(home) == ["qwertix-login-desk.com", "secure-qwertix.com"]
    assert run("feeds", "replay").out.startswith("Nothing changed: all of it was read before.\n")


def test_a_replay_of_nothing_and_of_something_unreadable(home: Path, run: Run) -> None:
    """An empty archive is a sentence and 0, a damaged file its name and 3, a wrong name or time 2."""
    empty = run("feeds", "replay")
    assert (empty.code, empty.err.startswith("nothing that was read since 2026-10-23")) == (0, True)
    path = keep(home, LIST)
    path.write_bytes(b"\x1f\x8bno gzip")
    os.utime(path, (READ.timestamp(),) * 2)
    damaged = run("feeds", "replay", "names")
    assert (damaged.code, damaged.err) == (
        3,
        f"names: failed: names/{path.name}: the gzip file is damaged; fetch it again\n",
    )
    assert run("feeds", "replay", "name").err == "error: no feed 'name' (did you mean 'names'?)\n"
    assert run("feeds", "replay", "--since", "").code == 2
