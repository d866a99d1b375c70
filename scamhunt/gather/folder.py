"""The team's drop folder as a place that a crawler may ask: what lies in it, and one file after the other.

`folder:` is answered by a JSON object: `files` (`name`, `size` and `modified` of each, the oldest first) and `more`
(how many are left out); `folder:/NAME` by the bytes of that file, its name %-encoded. Nothing is written, moved or
deleted.
"""

import heapq
import io
import json
import os
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from operator import attrgetter
from typing import BinaryIO
from urllib.parse import unquote

from scamhunt.errors import FeedFailed, UserError

FOLDER = "folder:"
"""The place that stands for `SCAMHUNT_DROP_FOLDER`."""
FILES = 1_000
"""Files of a listing; the newest where there are more."""
SETTLED = 2.0
"""Seconds for which a file must not have changed: somebody may still be writing it."""
UNFINISHED = (".part", ".tmp", ".crdownload")
"""How names end of what is still on its way."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One file of the folder."""

    name: str
    size: int
    modified: int
    """Nanoseconds since 1970, as the file system says."""


def opened(location: str, path: str) -> BinaryIO:
    """Open what a location stands for in the folder at `path`.

    Raises `UserError` while there is no folder to read, `FeedFailed` for a name that is no regular file in it.
    """
    if not path:
        raise UserError("no folder is set; set SCAMHUNT_DROP_FOLDER to a folder")
    try:
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        why = (getattr(error, "strerror", None) or "not a path").lower()
        raise UserError(f"SCAMHUNT_DROP_FOLDER: {path}: {why}; name a folder that can be read") from None
    try:
        if location == FOLDER:
            return io.BytesIO(_listing(folder))
        return _file(folder, unquote(location.removeprefix(f"{FOLDER}/"), errors="surrogateescape"))
    finally:
        os.close(folder)


def _listing(folder: int) -> bytes:
    files = list(_files(folder, time.time_ns()))
    newest = heapq.nlargest(FILES, files, key=attrgetter("modified", "name"))
    told = {"files": [asdict(one) for one in reversed(newest)], "more": len(files) - len(newest)}
    return json.dumps(told).encode()


def _files(folder: int, now: int) -> Iterator[Listed]:
    """Yield what may be read: regular files, no links, nothing hidden, nothing that is still being written."""
    with os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):  # it is gone, or not for us
                status = entry.stat(follow_symlinks=False)
                is_settled = abs(now - status.st_mtime_ns) >= SETTLED * 1e9
                is_named = not entry.name.startswith(".") and not entry.name.lower().endswith(UNFINISHED)
                if stat.S_ISREG(status.st_mode) and is_settled and is_named:
                    yield Listed(entry.name, status.st_size, status.st_mtime_ns)


def _file(folder: int, name: str) -> BinaryIO:
    """Open a file of the folder. A name is no path: it leads nowhere else, nor does a link."""
    if name in {"", ".", ".."} or "/" in name or "\0" in name:
        raise FeedFailed("the crawler asks for something outside of the folder: refused; mend the crawler")
    try:
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError as error:
        raise FeedFailed(f"{(error.strerror or 'cannot be read').lower()}; look at the file") from None
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise FeedFailed("no regular file: refused; take it out of the folder")
    return os.fdopen(file, "rb")
