"""What was kept is read again with other brands: what they find becomes candidates, and nothing is counted twice."""

import gzip
import hashlib
import os
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scamhunt import feed_replay, pipeline
from scamhunt.errors import BrandPackError, LeaseHeld
from scamhunt.gather import archive
from scamhunt.model import Actor, Batch, Event, State
from scamhunt.pipeline import Summary
from scamhunt.settings import Settings
from scamhunt.store import CandidateView, Store

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
READ = datetime(2026, 11, 2, 6, tzinfo=UTC)
EVER = datetime(2026, 1, 1, tzinfo=UTC)
AMAZON = '[[brand]]\nid = "amazon"\nname = "Amazon"\ndomains = ["amazon.com"]\n'
QWERTIX = '[[brand]]\nid = "qwertix"\nname = "Qwertix"\ndomains = ["qwertix.com"]\n'
LIST = b"domain,when\namazon-refund-desk.com,\nqwertix-login-desk.com,\nqwertix-old-desk.net,2026-10-30\nno name,\n"
CRAWLER = """
from scamhunt.model import CONFIGURED, Batch, Example, Feed, Fetch, Keeps, Kind
from scamhunt.indicators.lists import read_rows

FEED = Feed(
    name="own", publisher="us", homepage="https://own.example/", terms="ours", kind=Kind.{kind}, schedule="0 6 * * *",
    needs_key=False, rows_a_day=(0, 9), verified_on="2026-11-22", how="tried", keeps=Keeps.{keeps},
)
EXAMPLES = (Example(b"", ()),)

def crawl(mark):
    reply = yield Fetch(CONFIGURED)
    yield from read_rows(reply.chunks, reply.mark)
{more}
"""


def settings_of(folder: Path, clock: datetime) -> Settings:
    """Return the settings of a lab with one brand."""
    (folder / "pack.toml").write_text(AMAZON)
    return Settings(home=folder / "home", overlay=folder / "overlay", brands=(folder / "pack.toml",), clock=clock)


@pytest.fixture(scope="module")
def three_weeks_ago(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a state folder in which a list was read three weeks ago."""
    folder = tmp_path_factory.mktemp("then")
    settings = settings_of(folder, READ)
    (folder / "list.csv").write_bytes(LIST)
    assert pipeline.sweep(settings, feeds=[str(folder / "list.csv")]).exit_code == 0
    age(settings, READ)
    return settings.home


@pytest.fixture
def lab(tmp_path: Path, three_weeks_ago: Path) -> Settings:
    """Give settings of a lab that goes on from there."""
    shutil.copytree(three_weeks_ago, tmp_path / "home")
    (tmp_path / "home").chmod(0o700)
    return settings_of(tmp_path, NOW)


def age(settings: Settings, at: datetime) -> None:
    """Make the archive as old as the lab's clock says: files have the machine's own time."""
    for path in (settings.home / "archive").glob("*/*"):
        os.utime(path, (at.timestamp(),) * 2)


def own(lab: Settings, kind: str = "DOMAIN", keeps: str = "BODY", more: str = "") -> None:
    """Put a feed of the team's own into the overlay."""
    folder = lab.overlay / "crawlers"
    folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    (folder / "own.py").write_text(CRAWLER.format(kind=kind, keeps=keeps, more=more))
    (folder / "own.py").chmod(0o600)


def kept(lab: Settings, content: bytes, feed: str = "own", at: datetime = READ, form: str = "raw") -> Path:
    """Put a file into the archive."""
    path = lab.home / "archive" / feed / f"{hashlib.sha256(content).hexdigest()}.{form}.gz"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_bytes(gzip.compress(content, 1))
    os.utime(path, (at.timestamp(),) * 2)
    return path


def new_brand(lab: Settings) -> None:
    """Bring a brand into force that was not there when the list was read."""
    lab.brands[0].write_text(AMAZON + QWERTIX)


def counts(summary: Summary) -> list[tuple[str, str, int, int, int, int]]:
    """Return what is counted of each feed."""
    assert all(feed.read == feed.accepted + feed.duplicate + feed.quarantined for feed in summary.feeds)
    return [
        (feed.name, feed.status, feed.read, feed.accepted, feed.duplicate, feed.exit_code) for feed in summary.feeds
    ]


def candidates(settings: Settings) -> dict[str, CandidateView]:
    """Return what is in the store, whose log and tables hold together."""
    with Store.open(settings.home, now=settings.now) as store:
        assert store.check() == []
        return {one.indicator: one for one in store.candidates(limit=None)}


def test_a_new_brand_finds_what_was_read_before_it(lab: Settings) -> None:
    """Old names become candidates under the day of the feed, or the day when they were read first: not today's."""
    new_brand(lab)
    summary = pipeline.replay(lab, since=EVER)
    assert counts(summary) == [("nrd_list", "ok", 4, 3, 1, 0)]
    assert (len(summary.new), len(summary.updated), summary.exit_code, summary.total_candidates) == (2, 0, 0, 3)
    found = candidates(lab)
    assert (found["qwertix-login-desk.com"].first_seen, found["qwertix-login-desk.com"].last_seen) == (READ, READ)
    assert found["qwertix-old-desk.net"].first_seen == datetime(2026, 10, 30, tzinfo=UTC)
    assert found["amazon-refund-desk.com"].last_seen == READ


def test_a_second_replay_is_all_duplicate_until_the_brands_change(lab: Settings) -> None:
    """A reading is known by feed, bytes and brands: again counts nothing, another pack counts all."""
    new_brand(lab)
    pipeline.replay(lab, since=EVER)
    before = candidates(lab)
    again = pipeline.replay(lab, since=EVER)
    assert counts(again) == [("nrd_list", "ok", 4, 0, 4, 0)]
    assert (again.unchanged, again.new, again.updated) == (True, set(), set())
    assert candidates(lab) == before
    lab.brands[0].write_text(AMAZON + QWERTIX.replace('"Qwertix"', '"Qwertix Bank"'))
    assert counts(pipeline.replay(lab, since=EVER)) == [("nrd_list", "ok", 4, 3, 1, 0)]
    assert candidates(lab).keys() == before.keys()


def test_what_cannot_be_used_is_in_the_quarantine_once(lab: Settings) -> None:
    """A replay adds no second row of what was quarantined when it was read first."""
    pipeline.replay(lab, since=EVER)
    with Store.open(lab.home, now=lab.now) as store:
        assert [row.raw for row in store.quarantine()] == [b"no name"]


def test_the_health_and_the_place_of_a_feed_are_left_alone(lab: Settings) -> None:
    """A replay is no run of the feed: its history, its next turn and its validators stay as they were."""
    with Store.open(lab.home, now=lab.now) as store:
        before = store.last_runs()
        pipeline.replay(lab, since=EVER)
        assert store.last_runs() == before
        assert store.mark("nrd_list") == ""
        assert store.validator("nrd_list", "the archive") is None


@pytest.mark.parametrize("state", [State.DISMISSED, State.CLOSED])
def test_decisions_stay(lab: Settings, state: State) -> None:
    """What was dismissed stays dismissed, and what was closed is not back because an old list was read again."""
    with (
        Store.open(lab.home, now=lambda: READ + timedelta(days=3)) as store,
        store.acting(Actor("ada", "os_user")) as desk,
    ):
        desk.set_state(desk.candidate("amazon-refund-desk.com"), state)
        desk.log(Event(f"candidate.{'dismiss' if state is State.DISMISSED else 'close'}", "candidate:1", "seen"))
    lab.brands[0].write_text(AMAZON + 'aliases = ["Refund Desk"]\n')
    summary = pipeline.replay(lab, since=EVER)
    assert (counts(summary), summary.reopened) == ([("nrd_list", "ok", 4, 3, 1, 0)], set())
    assert candidates(lab)["amazon-refund-desk.com"].state is state


def test_a_rehearsal_stores_nothing(lab: Settings) -> None:
    """A dry run counts what it would find and leaves the database as it was."""
    new_brand(lab)
    before = candidates(lab)
    summary = pipeline.replay(lab, since=EVER, dry_run=True)
    assert (summary.dry_run, len(summary.new), counts(summary)) == (True, 2, [("nrd_list", "ok", 4, 3, 1, 0)])
    assert candidates(lab) == before
    assert len(pipeline.replay(lab, since=EVER).new) == 2


def test_only_what_is_asked_for_is_read(lab: Settings) -> None:
    """`since` is about when it was kept, `feeds` about whose it is."""
    own(lab)
    kept(lab, b"amazon-own-desk.com\n", at=READ + timedelta(days=5))
    assert counts(pipeline.replay(lab, since=EVER, feeds=["own"])) == [("own", "ok", 1, 1, 0, 0)]
    assert [feed.name for feed in pipeline.replay(lab, since=READ + timedelta(days=1)).feeds] == ["own"]
    assert pipeline.replay(lab, since=NOW).feeds == []


def test_rows_that_a_feed_keeps_are_read_again(lab: Settings) -> None:
    """A feed without bodies is read again from its rows; its mark stays where it is."""
    own(lab, keeps="ROWS")
    batch = Batch("7", ["qwertix-rows-desk.com", "rain.example"], [4, 9], [None, READ - timedelta(days=9)])
    with Store.open(lab.home, now=lab.now) as store:
        store.move_mark("own", "", "7")
    archive.keep_rows(lab.home, "own", batch)
    age(lab, READ)
    new_brand(lab)
    assert counts(pipeline.replay(lab, since=EVER, feeds=["own"])) == [("own", "ok", 2, 2, 0, 0)]
    assert counts(pipeline.replay(lab, since=EVER, feeds=["own"])) == [("own", "ok", 2, 0, 2, 0)]
    assert candidates(lab)["qwertix-rows-desk.com"].first_seen == READ
    with Store.open(lab.home, now=lab.now) as store:
        assert store.mark("own") == "7"


def test_paths_of_addresses_count(lab: Settings) -> None:
    """A feed of addresses is scored with its paths, as in a sweep."""
    own(lab, kind="URL")
    kept(lab, b"https://garden-sale.top/amazon-refund-desk.com/login\n")
    assert len(pipeline.replay(lab, since=EVER, feeds=["own"]).new) == 1


def test_what_cannot_be_read_is_told_and_the_rest_counts(lab: Settings) -> None:
    """Damaged files and feeds without a crawler are exit 3 with their names; good files beside them are read."""
    own(lab)
    for at in range(5):
        path = kept(lab, b"amazon-a-desk.com\n" * (99 + at))
        path.write_bytes(path.read_bytes()[:-9])
        os.utime(path, (READ.timestamp() - 9,) * 2)
    kept(lab, b"amazon-good-desk.com\n")
    kept(lab, b"amazon-b-desk.com\n", feed="gone")
    summary = pipeline.replay(lab, since=EVER)
    told = {feed.name: feed.problem for feed in summary.feeds}
    assert summary.exit_code == 3
    assert sorted(counts(summary)) == [
        ("gone", "failed", 0, 0, 0, 3),
        ("nrd_list", "ok", 4, 3, 1, 0),
        ("own", "failed", 1, 1, 0, 3),
    ]
    assert re.match(r"own/[0-9a-f]{64}\.raw\.gz: the gzip file is cut off", told["own"])
    assert told["own"].endswith("; and 2 more")
    assert told["gone"].startswith("no crawler of this name any more (files in the archive: 1)")
    assert "amazon-good-desk.com" in candidates(lab)


def test_a_crawler_that_wants_more_is_told_after_its_rows(lab: Settings) -> None:
    """What it made of the body is stored; that it wanted another one is exit 3."""
    own(lab, more='    yield Fetch(CONFIGURED + "/2")\n')
    kept(lab, b"amazon-a-desk.com\n")
    summary = pipeline.replay(lab, since=EVER, feeds=["own"])
    assert (counts(summary), len(summary.new)) == ([("own", "failed", 1, 1, 0, 3)], 1)
    assert "asked for another body besides" in summary.feeds[0].problem


@pytest.mark.parametrize("broken", ["    raise KeyError(mark)\n", "    yield 7\n"])
def test_a_broken_crawler_is_told(lab: Settings, broken: str) -> None:
    """A crawler of today that breaks on an old body does not end the replay."""
    own(lab, more=broken)
    kept(lab, b"amazon-a-desk.com\n")
    assert [feed.status for feed in pipeline.replay(lab, since=EVER).feeds].count("failed") == 1


class Killed(BaseException):
    """Stands for a signal."""


@pytest.mark.parametrize("rows", [False, True], ids=["body", "rows"])
def test_a_replay_that_was_stopped_goes_on(lab: Settings, *, rows: bool) -> None:
    """What was read before the stop is not read twice, and nothing is left out."""
    own(lab, keeps="ROWS" if rows else "BODY")
    names = [f"{'amazon-desk' if at % 6_000 == 0 else 'rain'}-{at}.com" for at in range(60_000)]
    if rows:
        content = b"value,line,seen_at\n" + b"".join(b"%s,%d,\n" % (one.encode(), at) for at, one in enumerate(names))
        kept(lab, content, form="rows")
    else:
        kept(lab, "\n".join(names).encode())

    def stop(_feed: str, _rows: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        pipeline.replay(lab, since=EVER, feeds=["own"], progress=stop)
    summary = pipeline.replay(lab, since=EVER, feeds=["own"])
    ((_, status, read, accepted, duplicate, _),) = counts(summary)
    assert (status, read, accepted + duplicate, accepted) == ("ok", 60_000, 60_000, 60_000 - duplicate)
    assert duplicate >= 40_000
    assert summary.total_candidates == 11


def test_a_replay_waits_for_nobody(lab: Settings) -> None:
    """Exit 4 while a sweep runs; a feed that the schedule is reading is skipped with 4, the others are read."""
    own(lab)
    kept(lab, b"amazon-a-desk.com\n")
    with Store.open(lab.home, now=lab.now) as store:
        with store.lease("sweep"), pytest.raises(LeaseHeld):
            pipeline.replay(lab, since=EVER)
        with store.lease("feed:own"):
            summary = pipeline.replay(lab, since=EVER)
    assert (summary.exit_code, {feed.name: feed.status for feed in summary.feeds}) == (
        4,
        {"own": "skipped", "nrd_list": "ok"},
    )


def test_a_pack_with_faults_is_told_before_anything_is_read(lab: Settings) -> None:
    """As in a sweep."""
    lab.brands[0].write_text("[[brand]]\n")
    with pytest.raises(BrandPackError):
        pipeline.replay(lab, since=EVER)


CHANGES: dict[str, Callable[[Path], object]] = {
    "another brand": lambda pack: pack.write_text(AMAZON + QWERTIX),
    "a word more": lambda pack: pack.write_text(AMAZON + 'lures = ["desk"]\n'),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_window_names_the_brands(lab: Settings, change: Callable[[Path], object]) -> None:
    """Readings are told apart by what the packs say, not by what they are called."""
    first = feed_replay.window(lab)
    moved = lab.brands[0].rename(lab.brands[0].with_name("other.toml"))
    lab = lab.model_copy(update={"brands": (moved,)})
    assert feed_replay.window(lab) == first
    assert len(first) == len("replay ") + 16
    change(moved)
    assert feed_replay.window(lab) != first
    assert hashlib.sha256(first.encode()).hexdigest() != first
