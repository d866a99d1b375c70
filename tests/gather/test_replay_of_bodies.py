import gzip
import hashlib
import io
import os
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scamhunt.bundle import Crawler
from scamhunt.errors import FeedFailed, UserError
from scamhunt.gather import archive, replay
from scamhunt.gather.replay import Kept
from scamhunt.indicators.lists import read_rows
from scamhunt.model import BATCH_ROWS, CONFIGURED, Batch, Crawl, Example, Feed, Fetch, Kind, Notice, Reply, Snapshot
from scamhunt.settings import Settings

NAMES = ["amazon-refund-desk.com", "weather-in-oslo.com"]
LIST = "\n".join(NAMES).encode()
THEN = datetime(2026, 11, 1, 6, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings with a state folder of their own."""
    return Settings(home=tmp_path / "home")


def crawler(crawl: Callable[[str], Crawl], *, max_content: int = 0) -> Crawler:
    """Return a crawler of a feed `own`."""
    feed = Feed(
        "own", "us", "https://own.example/", "ours", Kind.DOMAIN, "0 6 * * *", needs_key=False, rows_a_day=(1, 9),
        verified_on="2026-11-22", how="tried", max_content=max_content,
    )  # fmt: skip
    return Crawler(feed, (Example(b"", ()),), crawl, Path("own.py"), None)


def plain(mark: str) -> Crawl:
    """Read one list."""
    del mark
    reply: Reply = yield Fetch(CONFIGURED + "/list")
    assert (reply.url, reply.status, reply.sha256) == (CONFIGURED + "/list", 200, hashlib.sha256(LIST).hexdigest())
    yield from read_rows(reply.chunks, reply.mark)


def keep(home: Path, body: bytes, feed: str = "own", wrapping: str = "plain", at: datetime = THEN) -> Path:
    """Keep a body as a sweep does, at a time."""
    sha = hashlib.sha256(body).hexdigest()
    path = home / "archive" / archive.keep(home, feed, io.BytesIO(body), sha256=sha, wrapping=wrapping)
    os.utime(path, (at.timestamp(),) * 2)
    return path


def values(batches: Iterator[Batch]) -> list[str]:
    """Return all values of batches."""
    return [value for batch in batches for value in batch.values]


def test_what_was_kept_comes_the_oldest_first_with_its_time(settings: Settings) -> None:
    """A file has its feed, its name, the hash of its bytes and when it was kept; older ones and others are left out."""
    keep(settings.home, b"too.old", at=THEN - timedelta(days=1))
    keep(settings.home, b"new.er", "other", at=THEN + timedelta(hours=1))
    keep(settings.home, LIST)
    found = replay.kept(settings.home, THEN)
    sha = hashlib.sha256(LIST).hexdigest()
    assert [(one.feed, one.at) for one in found] == [("own", THEN), ("other", THEN + timedelta(hours=1))]
    assert (found[0].sha256, found[0].name) == (sha, f"own/{sha}.raw.gz")
    assert replay.kept(settings.home, THEN, ["other"]) == found[1:]
    assert replay.kept(settings.home / "none", THEN) == []


@pytest.mark.parametrize("wrapping", ["plain", "gzip"])
def test_a_body_is_read_by_the_present_crawler(settings: Settings, wrapping: str) -> None:
    """The crawler is answered as by a server; a mark leaves out what is through."""
    body = gzip.compress(LIST) if wrapping == "gzip" else LIST
    one = Kept("own", keep(settings.home, body, wrapping=wrapping), THEN)

    def crawl(mark: str) -> Crawl:
        assert mark == ""
        reply: Reply = yield Fetch(CONFIGURED)
        assert (reply.status, reply.sha256) == (200, hashlib.sha256(body).hexdigest())
        yield from read_rows(reply.chunks, reply.mark)

    assert values(replay.batches(crawler(crawl), one, settings)) == NAMES
    assert values(replay.batches(crawler(crawl), one, settings, "line 1")) == NAMES[1:]
    if wrapping == "plain":
        assert values(replay.batches(crawler(plain), one, settings)) == NAMES


def test_rows_that_were_kept_need_no_reading(settings: Settings) -> None:
    """Rows come back with their lines and times; the mark says how many are through."""

    def crawl(mark: str) -> Crawl:
        raise AssertionError(mark)
        yield

    batch = Batch("page 9", NAMES, [7, 8], [THEN, None])
    one = Kept("own", settings.home / "archive" / archive.keep_rows(settings.home, "own", batch).name, THEN)
    (found,) = replay.batches(crawler(crawl), one, settings)
    assert (found.values, found.lines, found.seen_at, found.mark) == (NAMES, [7, 8], [THEN, None], "2")
    assert list(replay.batches(crawler(crawl), one, settings, found.mark)) == []


def asks_again(mark: str) -> Crawl:
    """Read a list, then ask for another."""
    del mark
    reply: Reply = yield Fetch(CONFIGURED)
    yield from read_rows(reply.chunks, reply.mark)
    yield Fetch(CONFIGURED + "/2")


def asks_again_and_goes_on(mark: str) -> Crawl:
    """Read a list, ask for another, and end in order without it."""
    try:
        yield from asks_again(mark)
    except FeedFailed:
        yield Notice("the second part failed")


def compares(mark: str) -> Crawl:
    """Read a list and have it compared."""
    reply: Reply = yield Fetch(CONFIGURED)
    yield from read_rows(reply.chunks)
    yield Snapshot("all", mark, [])


def logs_in(mark: str) -> Crawl:
    """Ask for something that is no list first."""
    yield Fetch(CONFIGURED, keep=False)
    yield from asks_again(mark)


@pytest.mark.parametrize(
    ("crawl", "found"), [(asks_again, NAMES), (asks_again_and_goes_on, NAMES), (compares, NAMES), (logs_in, [])]
)
def test_a_crawler_that_asks_for_more_is_a_problem(
    settings: Settings, crawl: Callable[[str], Crawl], found: list[str]
) -> None:
    """What it made of the body counts, and that it wanted more is told, also where it bears that."""
    one = Kept("own", keep(settings.home, LIST), THEN)
    came: list[Batch] = []
    with pytest.raises(FeedFailed, match="asked for another body besides"):
        came.extend(replay.batches(crawler(crawl), one, settings))
    assert values(iter(came)) == found


def digest(content: bytes) -> str:
    """Return the hash that a file's name has."""
    return hashlib.sha256(content).hexdigest()


def kept_rows(table: bytes) -> tuple[str, bytes]:
    """Return the name and the bytes of a file of rows."""
    return f"{digest(table)}.rows.gz", gzip.compress(table)


WHOLE, OTHER = gzip.compress(LIST * 100), gzip.compress(b"another.com")
DAMAGED = {
    "a cut body": (f"{digest(WHOLE)}.gz", WHOLE[:-9], "cut off"),
    "a changed body": (f"{digest(LIST * 100)}.raw.gz", WHOLE[:-8] + b"\0" * 8, "damaged"),
    "an empty file": (f"{digest(WHOLE)}.gz", b"", "is empty"),
    "an empty file of a body": (f"{digest(LIST)}.raw.gz", b"", "is empty"),
    "an empty file of rows": (f"{digest(LIST)}.rows.gz", b"", "is empty"),
    "an empty file with the name of nothing": (f"{digest(b'')}.raw.gz", b"", "is empty"),
    "another file": (f"{digest(WHOLE)}.gz", OTHER, "not those of its name"),
    "another body": (f"{digest(LIST)}.raw.gz", OTHER, "not those of its name"),
    "a body under the hash of its file": (f"{digest(OTHER)}.raw.gz", OTHER, "not those of its name"),
    "a file under the hash of its body": (f"{digest(LIST * 100)}.gz", WHOLE, "not those of its name"),
    "fewer rows": (
        kept_rows(b"value,line,seen_at\na.com,1,\n")[0],
        gzip.compress(b"value,line,seen_at\n"),
        "not those",
    ),
    "rows with too few cells": (*kept_rows(b"value,line,seen_at\na.com,1\n"), "does not hold rows"),
    "rows without a line number": (*kept_rows(b"value,line,seen_at\na.com,z,\n"), "does not hold rows"),
    "rows that are no text": (*kept_rows(b"value,line,seen_at\n\xff,1,\n"), "does not hold rows"),
    "rows with a huge cell": (*kept_rows(b"v\n" + b"a" * 200_000), "does not hold rows"),
}


@pytest.mark.parametrize(("name", "content", "why"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_yields_nothing(settings: Settings, tmp_path: Path, name: str, content: bytes, why: str) -> None:
    """A file that is empty, cut, changed, another one or no rows is a failure in words, before its first row."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FeedFailed, match=why):
        next(replay.batches(crawler(plain), Kept("own", tmp_path / name, THEN), settings))


def test_a_list_of_nothing_is_no_damage(settings: Settings) -> None:
    """An empty list that was kept is a file with something in it, and is read as an empty list."""
    one = Kept("own", keep(settings.home, b""), THEN)
    assert one.path.stat().st_size > 0

    def crawl(mark: str) -> Crawl:
        del mark
        reply: Reply = yield Fetch(CONFIGURED)
        yield from read_rows(reply.chunks)

    assert values(replay.batches(crawler(crawl), one, settings)) == []


def test_what_a_crawler_raises_comes_through(settings: Settings) -> None:
    """A crawler that is broken is told by its place; without one the file is told."""

    def broken(mark: str) -> Crawl:
        raise UserError(f"mend me{mark}")
        yield

    one = Kept("own", keep(settings.home, LIST), THEN)
    with pytest.raises(UserError, match="mend me"):
        list(replay.batches(crawler(broken), one, settings))
    with pytest.raises(FeedFailed, match="no crawler of this feed's name"):
        list(replay.batches(None, one, settings))


def test_a_feed_may_have_more_content_than_the_setting_allows(settings: Settings) -> None:
    """The limit of the feed counts as when it was fetched, else the one of the settings."""
    one = Kept("own", keep(settings.home, LIST), THEN)
    tight = settings.model_copy(update={"max_content": 10})
    with pytest.raises(FeedFailed, match="larger than 10 bytes"):
        list(replay.batches(crawler(plain), one, tight))
    assert values(replay.batches(crawler(plain, max_content=1000), one, tight)) == NAMES


def test_memory_does_not_grow_with_a_file(settings: Settings) -> None:
    """Four batches of a body are read in the memory of two."""
    line = b"name-of-no-brand-%d.com\n"
    one = Kept("own", keep(settings.home, b"".join(line % at for at in range(4 * BATCH_ROWS))), THEN)

    def crawl(mark: str) -> Crawl:
        del mark
        reply: Reply = yield Fetch(CONFIGURED)
        yield from read_rows(reply.chunks)

    tracemalloc.start()
    try:
        sizes = [batch.rows for batch in replay.batches(crawler(crawl), one, settings)]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sum(sizes) == 4 * BATCH_ROWS
    assert peak < 21_000_000
