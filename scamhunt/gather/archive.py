"""Keep a feed's bytes as they were read: `<home>/archive/<feed>/<sha256>` with the suffix of how they are wrapped.

`.gz` and `.zip` are the file as it came. `.raw.gz` is what came without a wrapping, compressed here. The name's hash is
that of the bytes as they came, in each case.
"""

import gzip
import re
import shutil
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from scamhunt import files
from scamhunt.errors import UserError

PIECE = 262_144
_SUFFIX = {"gzip": ".gz", "zip": ".zip", "plain": ".raw.gz"}


def keep(home: Path, feed: str, file: BinaryIO, *, sha256: str, wrapping: str) -> str:
    """Keep a file and return its name below `archive/`. The same bytes a second time are one file.

    Raises `StoreError` when the disk refuses; nothing half-written stays.
    """
    if not re.fullmatch(r"[a-z0-9_-]{1,64}", feed):
        raise UserError("a feed's name has 1 to 64 of a-z, 0-9, _ and -; rename the crawler")
    name = f"{feed}/{sha256}{_SUFFIX[wrapping]}"
    target = home / "archive" / name
    try:
        _folders(target.parent, home)
        known = target.exists()
    except OSError as error:
        raise files.refused(target.parent, error) from None
    if not known:
        files.write_whole(target, partial(_copy, file, compress=wrapping == "plain"))
    return name


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
