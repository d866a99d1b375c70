"""Keys of a state folder: one small file each (0600), made when it is first needed, and never a second one.

What is sealed with such a key is unreadable without it: a backup without the key holds nothing of it.
"""

import contextlib
import os
import secrets
from pathlib import Path

from scamhunt import files
from scamhunt.errors import StoreError

BYTES = 32


def read(home: Path, name: str, *, lost: str = "") -> bytes:
    """Return the key of a state folder; the first time it is made, unless `lost` says what it would be missed for.

    Raises `StoreError` for one that is gone, is none, or may be read by others.
    """
    file = home / name
    try:
        if not file.exists():
            if lost:
                raise StoreError(f"{file}: is gone, and without it {lost}")
            _make(home, file)
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW)
        with open(descriptor, "rb") as held:  # noqa: PTH123  # a descriptor, not a path
            shared = bool(os.fstat(descriptor).st_mode & 0o077)
            key = held.read(BYTES + 1)
    except OSError as error:
        raise files.refused(file, error) from None
    if shared:
        raise StoreError(f"{file}: others may read it; run: chmod 600 '{file}'")
    if len(key) != BYTES:
        raise StoreError(f"{file}: is not the key that was made; put it back from a backup")
    return key


def sync(folder: Path) -> None:
    """Bring what changed in a folder to the disk. Raises `OSError`."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make(home: Path, file: Path) -> None:
    """Make the key, whole or not at all, and never a second one beside another process."""
    draft = home / f".{secrets.token_hex(8)}.key"
    files.write_whole(draft, lambda out: out.write(secrets.token_bytes(BYTES)))
    try:
        with contextlib.suppress(FileExistsError):  # another process made one meanwhile: that one counts
            os.link(draft, file)
    finally:
        draft.unlink(missing_ok=True)
    sync(home)
