"""Write a file whole or not at all."""

import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from scamhunt.errors import StoreError


def write_whole(target: Path, fill: Callable[[BinaryIO], object]) -> None:
    """Let `fill` write a new file (0600) that takes the target's name once all of it is on the disk.

    Raises `StoreError` when the disk refuses; nothing half-written stays.
    """
    draft = target.parent / f".{secrets.token_hex(8)}.part"
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with open(descriptor, "wb") as out:  # noqa: PTH123  # a descriptor, not a path
            fill(out)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(target)
        _sync_folder(target.parent)
    except BaseException as error:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise refused(target.parent, error) from None
        raise


def refused(folder: Path, error: OSError) -> StoreError:
    """Return in words what the disk refused."""
    return StoreError(f"{folder}: {error.strerror or error}; make room or make it writable")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
