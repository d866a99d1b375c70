"""What a file would be read as, before anything of it is kept: its feed's crawler is tried on it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scamhunt.bundle import Crawler
from scamhunt.errors import FeedFailed, UserError
from scamhunt.gather import unpack
from scamhunt.gather.drive import Answer, drive
from scamhunt.gather.recognise import header
from scamhunt.indicators import masking
from scamhunt.indicators.report_columns import DROPPED
from scamhunt.indicators.reports import SNIFFED, Taken, columns
from scamhunt.model import CONFIGURED, Batch, Difference, Feed, Fetch, Kind, Notice, Reply, Snapshot, Statement
from scamhunt.settings import Settings

SHOWN = 3
"""Rows that are shown."""
REPORTS = "phone_reports"

_PERSONAL = re.compile(r"(?:^|_)(?:city|state|zip|location|address|name|email)(?:_|$)")


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would be read as."""

    schema: str
    """Its format, as the crawler found it."""
    columns: Sequence[Taken]
    """Of a table."""
    rows: int
    first: Sequence[str]
    """The first rows: numbers by their shape only."""
    rejected: Counter[str]
    """Why rows cannot be used, and how many."""
    notices: Sequence[str]


def head(path: Path, settings: Settings) -> bytes:
    """Return the beginning of a file's content, unwrapped. Raises `UserError`, and `FeedFailed` for a bad wrapping."""
    with _content(path, settings) as pieces:
        start = b""
        while len(start) < SNIFFED and (piece := next(pieces, None)) is not None:
            start += piece
        return start[:SNIFFED]


def preview(path: Path, crawler: Crawler, settings: Settings) -> Preview:
    """Read a file with a feed's crawler; nothing is kept.

    Raises `UserError` for a file that cannot be read, `FeedFailed` and `FeedHeld` for one that is not of this feed.
    """
    start, feed = head(path, settings), crawler.feed
    options = {**settings.phone_columns, "region": settings.region}
    table = columns(start, options) if feed.name == REPORTS and start.strip() else _of_table(start, feed)
    with _content(path, settings) as pieces:
        reply = Reply(CONFIGURED, 200, {}, "", pieces, options=options)
        steps = drive(crawler.crawl(""), _once(reply))
        return _summed(steps, table, feed)


def _summed(steps: Iterator[Batch | Notice], table: Sequence[Taken], feed: Feed) -> Preview:
    schema, rows, first, notices = "", 0, list[str](), list[str]()
    rejected: Counter[str] = Counter()
    for step in steps:
        if isinstance(step, Notice):
            notices.append(step.text)
            continue
        schema, rows = schema or step.schema, rows + step.rows
        rejected.update(row.reason for row in step.rejected)
        if len(first) < SHOWN:
            first += [_row(step, at, feed) for at in range(min(SHOWN - len(first), len(step.values)))]
    return Preview(schema, table, rows, first, rejected, notices)


def _row(batch: Batch, at: int, feed: Feed) -> str:
    """Return a row for a person: a name as it is, a number by its shape."""
    value, seen_at = batch.values[at], batch.seen_at[at]
    told = [f"line {batch.lines[at]}:"]
    if feed.kind is Kind.PHONE:
        stated = batch.statements[at] if batch.statements else Statement()
        told += [masking.masked(value.encode("utf-8", "replace")).decode(), str(stated.role)]
        told += [f"{len(stated.text):,} characters of words"] if stated.text else []
    else:
        told.append(value)
    return "  ".join([*told, *([f"{seen_at:%Y-%m-%d %H:%M}"] if seen_at else [])])


def _of_table(start: bytes, feed: Feed) -> tuple[Taken, ...]:
    """Say which columns of a table of a publisher are read."""
    read = {column.lower() for column in feed.columns}
    names = header(start) if start.lstrip()[:1] not in {b"{", b"["} else []
    if not read or read.isdisjoint(name.lower() for name in names):
        return ()
    return tuple(_of_column(name, read) for name in names)


def _of_column(name: str, read: set[str]) -> Taken:
    if _PERSONAL.search(name.lower()):
        return Taken(name, DROPPED, "personal data")
    is_read = name.lower() in read
    return Taken(name, "read" if is_read else DROPPED, "the feed's own column" if is_read else "not needed")


def _once(reply: Reply) -> Answer:
    """Return what answers the first question of a crawler with the file, and no other."""
    replies = [reply]

    def answer(_: Fetch | Snapshot) -> Reply | Difference:
        if not replies:
            raise FeedFailed("the crawler asks for more than this file")
        return replies.pop()

    return answer


@contextmanager
def _content(path: Path, settings: Settings) -> Iterator[Iterator[bytes]]:
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise UserError(f"{path}: no regular file; name a file")
    try:
        with path.open("rb") as file:
            yield iter(unpack.contents(file, settings))
    except IsADirectoryError:
        raise UserError(f"{path}: a folder; name a file in it, or set SCAMHUNT_DROP_FOLDER") from None
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; look at the path") from None
    except PermissionError:
        raise UserError(f"{path}: permission denied; name a file that can be read") from None
