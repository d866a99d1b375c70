"""Keep a feed's bytes as they were read: `<home>/archive/<feed>/<sha256>` with the suffix of how they are wrapped.

`.gz` and `.zip` are the file as it came. `.raw.gz` is what came without a wrapping, compressed here. The name's hash is
that of the bytes as they came, in each case. `.rows.gz` is CSV made here of the rows of a feed that keeps no bodies,
named by the hash of the CSV.
"""

import csv
import gzip
import hashlib
import io
import itertools
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from scamhunt import files
from scamhunt.errors import UserError
from scamhunt.model import BATCH_ROWS, Batch, Kind

PIECE = 262_144
ROWS = ("value", "line", "seen_at")
NUMBER_ROWS = (*ROWS, "kind", "role", "subject", "robocall", "source", "place", "reports", "key")
"""Of a feed that has numbers: what may be kept of its rows, see `feed_numbers`."""
ROWS_SUFFIX = ".rows.gz"
RAW_SUFFIX = ".raw.gz"
_SUFFIX = {"gzip": ".gz", "zip": ".zip", "plain": RAW_SUFFIX}


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows that were kept: name below `archive/`, hash and bytes of the CSV."""

    name: str
    sha256: str
    size: int


def keep(home: Path, feed: str, file: BinaryIO, *, sha256: str, wrapping: str) -> str:
    """Keep a file and return its name below `archive/`. The same bytes a second time are one file.

    Raises `StoreError` when the disk refuses; nothing half-written stays.
    """
    return _keep(home, feed, f"{sha256}{_SUFFIX[wrapping]}", partial(_copy, file, compress=wrapping == "plain"))


def _keep(home: Path, feed: str, name: str, fill: Callable[[BinaryIO], None]) -> str:
    if not re.fullmatch(r"[a-z0-9_-]{1,64}", feed):
        raise UserError("a feed's name has 1 to 64 of a-z, 0-9, _ and -; rename the crawler")
    target = home / "archive" / feed / name
    try:
        _folders(target.parent, home)
        known = target.exists() and target.stat().st_size > 0  # a full disk or a crash may leave an empty file
    except OSError as error:
        raise files.refused(target.parent, error) from None
    if not known:
        files.write_whole(target, fill)
    return f"{feed}/{name}"


def keep_rows(home: Path, feed: str, batch: Batch) -> Kept:
    """Keep the rows of a batch as CSV `value,line,seen_at`, with more columns for numbers. Raises as `keep` does."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(NUMBER_ROWS if batch.kinds else ROWS)
    times = ("" if moment is None else moment.isoformat() for moment in batch.seen_at)
    rows = zip(map(_one_line, batch.values), batch.lines, times, strict=True)
    if batch.kinds:
        table.writerows((*row, *more) for row, more in zip(rows, _stated(batch), strict=True))
    else:
        table.writerows(rows)
    content = text.getvalue().encode("utf-8", "backslashreplace")
    sha256 = hashlib.sha256(content).hexdigest()
    name = _keep(home, feed, f"{sha256}{ROWS_SUFFIX}", partial(_copy, io.BytesIO(content), compress=True))
    return Kept(name, sha256, len(content))


def _stated(batch: Batch) -> Iterator[tuple[object, ...]]:
    for kind, one in zip(batch.kinds, batch.statements, strict=True):
        robocall = "" if one.robocall is None else int(one.robocall)
        yield kind.value, one.role.value, _one_line(one.subject), robocall, one.source, one.place, one.reports, one.ref


def is_packed_here(name: str) -> bool:
    """Return whether a file's name is the hash of what it holds, and not of the file itself."""
    return name.endswith((RAW_SUFFIX, ROWS_SUFFIX))


def rows(chunks: Iterable[bytes]) -> Iterator[tuple[list[str], list[int], list[datetime | None]]]:
    """Yield what `keep_rows` kept, at most `BATCH_ROWS` rows at a time: values, line numbers, times.

    Numbers are left out: what tied them to a brand was never kept, so nothing new could come of them.
    """
    lines = io.TextIOWrapper(io.BufferedReader(_Pieces(chunks)), encoding="utf-8", newline="")
    table = csv.reader(lines)
    width = len(next(table, ROWS))
    names = table if width == len(ROWS) else (row[: len(ROWS)] for row in table if row[len(ROWS)] != Kind.PHONE)
    while some := list(itertools.islice(names, BATCH_ROWS)):
        times = [datetime.fromisoformat(at) if at else None for _, _, at in some]
        yield [value for value, _, _ in some], [int(line) for _, line, _ in some], times


class _Pieces(io.RawIOBase):
    """Chunks as a file."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401  # the base's signature
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


def _one_line(value: str) -> str:
    """Return a value without line ends: with one it is no name, before and after."""
    return value if value.isprintable() else "".join(char if char.isprintable() else "\ufffd" for char in value)


def kept(home: Path, since: datetime) -> list[tuple[str, Path]]:
    """Return (feed, file) of what was kept from then on, the oldest first; nothing without an archive."""
    found = [(path.stat().st_mtime, path) for path in (home / "archive").glob("*/[!.]*") if path.is_file()]
    return [(path.parent.name, path) for at, path in sorted(found) if at >= since.timestamp()]


def _folders(folder: Path, home: Path) -> None:
    for path in reversed([folder, *(one for one in folder.parents if one.is_relative_to(home))]):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)


def _copy(file: BinaryIO, out: BinaryIO, *, compress: bool) -> None:
    file.seek(0)
    if not compress:
        shutil.copyfileobj(file, out, PIECE)
        return
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0, compresslevel=6) as packed:
        shutil.copyfileobj(file, packed, PIECE)
