"""What a file would be read as, before anything of it is kept: its feed's crawler is tried on it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scamhunt.bundle import Crawler
from scamhunt.errors import BadIndicator, FeedFailed, UserError
from scamhunt.gather import unpack
from scamhunt.gather.drive import Answer, drive
from scamhunt.indicators import extract, masking
from scamhunt.indicators.contents import names_in
from scamhunt.indicators.report_columns import DROPPED, options_of
from scamhunt.indicators.reports import SNIFFED, Taken, columns
from scamhunt.model import CONFIGURED, Batch, Difference, Feed, Fetch, Kind, Notice, Reply, Snapshot, Statement
from scamhunt.settings import Settings

SHOWN = 3
"""Rows that are shown."""
REPORTS = "phone_reports"
READ = 20_000
"""Numbers that are tried: the whole is read when it is taken in."""
MISSING = {
    "seen_at": (
        "no column of dates: rows count as reported on the day they are read, undated; the same report again counts as "
        "one that is known"
    ),
    "role": "no column of roles: every number counts as caller ID",
}
"""What follows from a column of reports that is not there."""

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


def options(settings: Settings) -> dict[str, str]:
    """Return `Reply.options` as the team set them."""
    return options_of(settings.phone_columns, settings.region, settings.now().isoformat())


def preview(path: Path, crawler: Crawler, settings: Settings) -> Preview:
    """Read a file with a feed's crawler; nothing is kept.

    Raises `UserError` for a file that cannot be read, `FeedFailed` and `FeedHeld` for one that is not of this feed.
    """
    start, feed = head(path, settings), crawler.feed
    told = options(settings)
    table = columns(start, told) if feed.name == REPORTS and start.strip() else _of_table(start, feed)
    with _content(path, settings) as pieces:
        reply = Reply(CONFIGURED, 200, {}, "", pieces, options=told)
        steps = drive(crawler.crawl(""), _once(reply))
        return _summed(steps, table, feed, settings.region)


def _summed(steps: Iterator[Batch | Notice], table: Sequence[Taken], feed: Feed, region: str) -> Preview:
    schema, rows, tried, first = "", 0, 0, list[str]()
    notices = _missing(table) if feed.name == REPORTS else []
    rejected: Counter[str] = Counter()
    for step in steps:
        if isinstance(step, Notice):
            notices.append(step.text)
            continue
        schema, rows = schema or step.schema, rows + step.rows
        rejected.update(row.reason for row in step.rejected)
        if feed.kind is Kind.PHONE:
            rejected.update(_unread(step, READ - tried, region))
            tried += len(step.values)
        if len(first) < SHOWN:
            first += [_row(step, at, feed) for at in range(min(SHOWN - len(first), len(step.values)))]
    if tried > READ:
        notices.append(f"only the first {READ:,} numbers were tried")
    return Preview(schema, table, rows, first, rejected, notices)


def _missing(table: Sequence[Taken]) -> list[str]:
    taken = {one.taken_for for one in table}
    return [text for field, text in MISSING.items() if taken and field not in taken]


def _unread(batch: Batch, most: int, region: str) -> Iterator[str]:
    """Yield why numbers cannot be read, of the first ones of a batch."""
    for at, value in enumerate(batch.values[: max(0, most)]):
        country = batch.statements[at].region if batch.statements else ""
        if not batch.kinds or batch.kinds[at] is Kind.PHONE:
            try:
                extract.read(value, country or region)
            except BadIndicator as error:
                yield str(error)


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
    names = names_in(start[:SNIFFED]) if start.lstrip()[:1] not in {b"{", b"["} else []
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
