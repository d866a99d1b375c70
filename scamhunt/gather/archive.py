"""Keep a feed's bytes as they were read: `<home>/archive/<feed>/<sha256>` with the suffix of how they are wrapped.

`.gz` and `.zip` are the file as it came. `.raw.gz` is what came without a wrapping, compressed here. The name's hash is
that of the bytes as they came, in each case.
"""

import contextlib
import gzip
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from scamhunt.errors import StoreError, UserError

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
        if not target.exists():
            _folders(target.parent, home)
            _write(target, file, compress=wrapping == "plain")
    except OSError as error:
        raise StoreError(f"{target.parent}: {error.strerror or error}; make room or make it writable") from None
    return name


def as_read(home: Path, name: str) -> Iterator[bytes]:
    """Yield the bytes of an archived file as they came, in pieces; raises `StoreError` when it cannot be read."""
    path = home / "archive" / name
    try:
        with gzip.open(path) if name.endswith(".raw.gz") else path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece
    except (OSError, EOFError) as error:
        why = getattr(error, "strerror", None) or "cut off or damaged"
        raise StoreError(f"{path}: {why}; restore the archive from a backup") from None


def _folders(folder: Path, home: Path) -> None:
    for path in reversed([folder, *(one for one in folder.parents if one.is_relative_to(home))]):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)


def _write(target: Path, file: BinaryIO, *, compress: bool) -> None:
    """Write beside the target, sync, rename: the name appears with all of its bytes or not at all."""
    draft = target.parent / f".{secrets.token_hex(8)}.part"
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with open(descriptor, "wb") as out:  # noqa: PTH123  # a descriptor, not a path
            _copy(file, out, compress=compress)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(target)
        _sync_folder(target.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise


def _copy(file: BinaryIO, out: BinaryIO, *, compress: bool) -> None:
    file.seek(0)
    if not compress:
        shutil.copyfileobj(file, out, PIECE)
        return
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0, compresslevel=6) as packed:
        shutil.copyfileobj(file, packed, PIECE)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
