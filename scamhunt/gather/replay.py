"""Read again what the archive kept: bodies with the present crawler of their feed, rows as they were kept."""

import csv
import hashlib
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path

from scamhunt.bundle import Crawler
from scamhunt.errors import FeedFailed
from scamhunt.gather import archive, unpack
from scamhunt.gather.drive import drive
from scamhunt.model import CONFIGURED, Batch, Difference, Fetch, Reply, Snapshot
from scamhunt.settings import Settings


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of the archive."""

    feed: str
    path: Path
    at: datetime
    """When it was kept, which is when it was read first."""

    @property
    def name(self) -> str:
        """Its name below `archive/`."""
        return f"{self.feed}/{self.path.name}"

    @property
    def sha256(self) -> str:
        """Of the bytes that it stands for, see `archive`."""
        return self.path.name.partition(".")[0]


def kept(home: Path, since: datetime, feeds: Collection[str] = ()) -> list[Kept]:
    """Return what was kept from then on, of all feeds or of some, the oldest first."""
    return [
        Kept(feed, path, datetime.fromtimestamp(path.stat().st_mtime, UTC))
        for feed, path in archive.kept(home, since)
        if not feeds or feed in feeds
    ]


def batches(crawler: Crawler | None, one: Kept, settings: Settings, mark: str = "") -> Iterator[Batch]:
    """Yield the rows of a file after a mark that an earlier batch of it had.

    Nothing is yielded of a file that is cut, damaged or not what its name's hash says. Raises `FeedFailed` for one that
    cannot be read, without a crawler too, and after its rows when the crawler asks for more than this file; `OSError`,
    and what a crawler raises.
    """
    if crawler is None:
        raise FeedFailed("no crawler of this feed's name reads it any more; put one of that name into the overlay")
    limits = _limits(settings, crawler)
    with one.path.open("rb") as file:
        _verify(file, one, limits)
        chunks = unpack.contents(file, limits)
        if one.path.name.endswith(archive.ROWS_SUFFIX):
            yield from _rows(chunks, mark)
            return
        body = _Body(Reply(CONFIGURED, 200, {}, one.sha256, chunks, mark))
        yield from (step for step in drive(crawler.crawl(""), body.answer) if isinstance(step, Batch))
    if body.refused:
        raise FeedFailed(body.refused)


def _verify(file: BufferedReader, one: Kept, limits: Settings) -> None:
    """Read a file to its end. Raises `FeedFailed` when it is cut, damaged or not the bytes that its name stands for."""
    digest = hashlib.sha256()
    for chunk in unpack.contents(file, limits):
        digest.update(chunk)
    if not archive.is_packed_here(one.path.name):  # the name is the hash of the file as it came
        digest = hashlib.file_digest(file, "sha256")
    if not os.fstat(file.fileno()).st_size:
        raise FeedFailed("the file is empty, though something was kept; bring it back from a backup, or remove it")
    if digest.hexdigest() != one.sha256:
        raise FeedFailed(
            "the file is damaged: its bytes are not those of its name; bring it back from a backup, or remove it"
        )


def _limits(settings: Settings, crawler: Crawler) -> Settings:
    """Return the settings with as much content as the feed may have."""
    return settings.model_copy(update={"max_content": max(settings.max_content, crawler.feed.max_content)})


def _rows(chunks: Iterator[bytes], mark: str) -> Iterator[Batch]:
    """Yield rows that were kept; the mark is how many of them are through."""
    done, through = int(mark or 0), 0
    try:
        for values, lines, seen_at in archive.rows(chunks):
            through += len(values)
            if through > done:
                yield Batch(str(through), values, lines, seen_at)
    except (ValueError, csv.Error):
        raise FeedFailed("it does not hold rows as the archive keeps them; remove the file") from None


@dataclass(slots=True)
class _Body:
    """Answers a crawler's first question for a list with the body that was kept, and refuses any other."""

    reply: Reply
    given: bool = False
    refused: str = field(default="", init=False)

    def answer(self, asked: Fetch | Snapshot) -> Reply | Difference:
        """Give the body once. A crawler may catch the refusal and end in order, so it is noted."""
        if isinstance(asked, Fetch) and asked.keep and not self.given:
            self.given = True
            return replace(self.reply, url=asked.url)
        self.refused = "the crawler asked for another body besides; that one was not read again"
        raise FeedFailed(self.refused)
