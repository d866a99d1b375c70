"""Import a table that the team downloaded: built beside the old one, and moved into its place in one step.

Nothing is fetched: some publishers refuse programs, and which file is used is the team's choice. A row that cannot be
used is counted, and up to 1,000 of them are kept beside the index; an import that fails or is killed leaves the old
table as it was.
"""

import csv
import fcntl
import hashlib
import io
import os
import secrets
import sqlite3
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from scamhunt import files
from scamhunt.errors import FeedFailed, LeaseHeld, StoreError, UserError
from scamhunt.gather.unpack import contents
from scamhunt.investigate.refdata_build import Draft, Tally
from scamhunt.investigate.refdata_formats import PUBLISHED
from scamhunt.investigate.refdata_index import FOLDER, datasets, path_of
from scamhunt.investigate.refdata_rows import rows
from scamhunt.investigate.refdata_table import read_table
from scamhunt.model import Rejected
from scamhunt.settings import Settings

_PART = ".part"
_LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    kind: str
    title: str
    file: str
    as_of: str
    """YYYY-MM-DD."""
    as_of_from: str
    """`file`, `--as-of`, `newest row` or `file's own time`."""
    read: int
    """Rows that claim to be data: stored, duplicate or rejected."""
    stored: int
    duplicate: int
    """Rows for what another row had been there for."""
    rejected: int
    reasons: dict[str, int]
    """How often each reason stands among the rejected rows that were kept."""
    rejected_file: str
    """Where these are; empty when there is none."""
    sha256: str


def import_file(  # noqa: PLR0913  # what the command asks for
    settings: Settings,
    file: Path,
    *,
    kind: str = "",
    as_of: date | None = None,
    who: str = "",
    smaller: bool = False,
    progress: Callable[[str, int], None] | None = None,
) -> Imported:
    """Import one file; its header says which kind it is, and with `kind` it has to be that one.

    Raises `UserError` for a file that is none of these tables, has a column missing, no usable row, or (unless
    `smaller`) less than half the rows of the last one; `FeedFailed` for a damaged one; `LeaseHeld` while another
    import runs; `StoreError` when the disk refuses.
    """
    now, folder = settings.now(), settings.home / FOLDER
    if kind and kind not in PUBLISHED:
        raise UserError(f"no kind {kind[:40]!a}; there are: {', '.join(PUBLISHED)}")
    if as_of and as_of > now.date():
        raise UserError(f"--as-of {as_of} is in the future; write the day of the file")
    with _opened(file) as source, _disk(folder), _alone(folder), _draft(folder) as draft:
        sha256 = hashlib.file_digest(source, "sha256").hexdigest()
        with closing(Draft(draft)) as index:
            table = read_table(str(file), rows(_content(file, source, settings)))
            tally = index.fill(table, now.date(), partial(progress or _silent, file.name))
            stored = index.stored()
            _refuse(file, tally, kind, stored)
            if not smaller:
                _refuse_half(file, tally.kind, stored, settings.home)
            day, day_from = _day(tally, as_of, source)
            done = _imported(file, tally, stored, sha256, folder, day, day_from)
            index.finish(_facts(done) | {"imported_at": now.isoformat(), "imported_by": who})
        _put(draft, folder, done, tally.kept)
    return done


def _silent(what: str, count: int) -> None:
    """Take the news and tell nobody."""


# --- the file ---------------------------------------------------------------------------------------------------------


@contextmanager
def _opened(file: Path) -> Iterator[io.BufferedReader]:
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise UserError(f"{file}: no file; name the file that you downloaded")
        source = file.open("rb")
    except (OSError, ValueError) as error:
        why = error.strerror.lower() if isinstance(error, OSError) and error.strerror else "not a path"
        raise UserError(f"{file}: {why}; name a file that can be read") from None
    with source:
        yield source


def _content(file: Path, source: io.BufferedReader, settings: Settings) -> Iterator[bytes]:
    try:
        yield from contents(source, settings)
    except FeedFailed as error:
        raise FeedFailed(f"{file}: {error}") from None


def _day(tally: Tally, as_of: date | None, source: io.BufferedReader) -> tuple[date, str]:
    """Return the day of a table, and how it is known. The clocks of publishers may be a day ahead of ours."""
    if tally.said and tally.said <= tally.today + timedelta(days=1):
        return tally.said, "file"
    if as_of:
        return as_of, "--as-of"
    if tally.newest:
        return tally.newest, "newest row"
    changed = datetime.fromtimestamp(os.fstat(source.fileno()).st_mtime, UTC).date()
    return min(changed, tally.today), "file's own time"


# --- what is not believed ---------------------------------------------------------------------------------------------


def _refuse(file: Path, tally: Tally, kind: str, stored: int) -> None:
    if not stored:
        told = "; ".join(f"line {row.line}: {row.reason}" for row in tally.kept[:3]) or "it has none"
        raise UserError(f"{file}: no row that can be used ({told}); download the file again")
    if kind and kind != tally.kind:
        raise UserError(f"{file}: this is {tally.kind}, not {kind}: {PUBLISHED[tally.kind][0]}; leave --kind out")


def _refuse_half(file: Path, kind: str, stored: int, home: Path) -> None:
    before = next(one.rows for one in datasets(home) if one.kind == kind)
    if 2 * stored < before:
        raise UserError(
            f"{file}: {stored:,} rows where the last one had {before:,}: it may be cut off; the old one stays; "
            "download it again, or add --smaller"
        )


# --- the folder -------------------------------------------------------------------------------------------------------


@contextmanager
def _disk(folder: Path) -> Iterator[None]:
    """Say what the disk refused, in words."""
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        yield
    except OSError as error:
        raise files.refused(folder, error) from None
    except sqlite3.Error as error:
        raise StoreError(f"{folder}: {error}; make room or make it writable") from None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; it ends with the process, however that ends."""
    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise LeaseHeld(f"{folder}: another import is at work; wait until it has ended") from None
    finally:
        os.close(descriptor)


@contextmanager
def _draft(folder: Path) -> Iterator[Path]:
    """Give a name for a new index; what is left under such names, by a killed import too, is removed."""
    for left in folder.glob(f".*{_PART}"):
        left.unlink(missing_ok=True)
    draft = folder / f".{secrets.token_hex(8)}{_PART}"
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _put(draft: Path, folder: Path, done: Imported, kept: list[Rejected]) -> None:
    """Move the index into its place; the rows beside it bear its hash, so that each index has its own."""
    if kept:
        files.write_whole(Path(done.rejected_file), lambda out: out.write(_as_csv(kept)))
    _move(draft, path_of(folder.parent, done.kind))
    for old in folder.glob(f"{done.kind}.*.rejected.csv"):
        if str(old) != done.rejected_file:
            old.unlink(missing_ok=True)


def _move(draft: Path, target: Path) -> None:
    """Give a file its name once all of it is on the disk, and bring the name there too."""
    _sync(draft)
    draft.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _as_csv(kept: list[Rejected]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([("line", "reason", "row"), *((row.line, row.reason, _shown(row.raw)) for row in kept)])
    return text.getvalue().encode()


def _shown(raw: bytes) -> str:
    """Return a row so that neither a terminal nor a spreadsheet takes it for anything but text."""
    text = "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in raw.decode("utf-8", "replace"))
    return f"'{text}" if text[:1] in set("=+-@") else text


# --- what is told -----------------------------------------------------------------------------------------------------


def _imported(  # noqa: PLR0913, PLR0917  # what there is to tell
    file: Path, tally: Tally, stored: int, sha256: str, folder: Path, day: date, day_from: str
) -> Imported:
    beside = folder / f"{tally.kind}.{sha256[:12]}.rejected.csv"
    return Imported(
        kind=tally.kind,
        title=PUBLISHED[tally.kind][0],
        file=file.name,
        as_of=day.isoformat(),
        as_of_from=day_from,
        read=tally.used + tally.rejected,
        stored=stored,
        duplicate=tally.used - stored,
        rejected=tally.rejected,
        reasons=dict(Counter(row.reason for row in tally.kept)),
        rejected_file=str(beside) if tally.kept else "",
        sha256=sha256,
    )


def _facts(done: Imported) -> dict[str, object]:
    return {
        "as_of": done.as_of,
        "as_of_from": done.as_of_from,
        "rows": done.stored,
        "rejected": done.rejected,
        "duplicate": done.duplicate,
        "file": done.file,
        "sha256": done.sha256,
    }
