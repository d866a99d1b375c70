"""The files of the evidence: each has the sha256 of its content as its name, is written once and never again."""

import contextlib
import hashlib
import io
import os
import secrets
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from scamhunt.errors import EvidenceChanged, StoreError
from scamhunt.store import folder

FOLDER = "evidence"
FILE_MODE = 0o400
_DRAFT = ".part"
_PIECE = 1 << 20
_HEX = frozenset("0123456789abcdef")
_SHA256 = 64
_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH
_REMEDY = "keep it for whoever looks into it, and put a backup in its place"


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds, without holding it."""

    sha256: str
    sha512: str
    size: int
    open_to: str = ""
    """Why others could change it, in words; empty when only its owner could."""


class Unsound(Exception):  # not an error yet: whoever asks decides
    """The file cannot be what was kept; the text says why."""


def is_name(name: str) -> bool:
    """Tell whether a name is that of a file of the evidence."""
    return len(name) == _SHA256 and _HEX.issuperset(name)


def path(home: Path, sha256: str) -> Path:
    """Return where the file with this content lies or would lie."""
    return home / FOLDER / sha256[:2] / sha256


def keep(home: Path, sha256: str, body: bytes) -> None:
    """Write the file of this content, or compare the one that is there.

    Raises `StoreError` when the disk refuses, and when a file of that name holds something else: it stays as it is.
    """
    target = path(home, sha256)
    try:
        for one in (home / FOLDER, target.parent):
            _make(one)
        if not os.path.lexists(target):
            _write(target, body)
    except OSError as error:
        raise StoreError(f"{target.parent}: {error.strerror or error}; make room or make it writable") from None
    _compare(target, sha256)


def examine(target: Path) -> Content:
    """Read a file piece by piece. Raises `Unsound` for one that is missing, no plain file, or cannot be read."""
    return copy(target, None)


def read(target: Path, sha256: str) -> bytes:
    """Return what a file holds. Raises `Unsound` also for what has another hash."""
    held = io.BytesIO()
    if copy(target, held).sha256 != sha256:
        raise Unsound("was changed")
    return held.getvalue()


def copy(target: Path, out: BinaryIO | None) -> Content:
    """Copy a file piece by piece into another, where one is given; return what it holds. Raises as `examine` does."""
    try:
        descriptor = os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise Unsound("is missing") from None
    except OSError as error:
        why = "is a link" if target.is_symlink() else f"cannot be read: {error.strerror}"
        raise Unsound(why) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Unsound("is no file")
    open_to = _open_to(descriptor, target)
    with open(descriptor, "rb") as held:  # noqa: PTH123  # a descriptor, not a path
        first, second, size = hashlib.sha256(), hashlib.sha512(), 0
        try:
            while piece := held.read(_PIECE):
                first.update(piece)
                second.update(piece)
                size += len(piece)
                if out:
                    out.write(piece)
        except OSError as error:
            raise Unsound(f"cannot be read: {error.strerror}") from None
    return Content(first.hexdigest(), second.hexdigest(), size, open_to)


def open_folders(home: Path) -> Iterator[tuple[str, str]]:
    """Yield each folder of the evidence that others could exchange or write to (`evidence/ab`), and why."""
    top = home / FOLDER
    inside = sorted(top.iterdir()) if top.is_dir() else []
    for one in (top, *inside):
        with contextlib.suppress(FileNotFoundError):
            mode = one.lstat().st_mode
            if stat.S_ISLNK(mode):
                yield one.relative_to(home).as_posix(), "is a link"
            elif stat.S_ISDIR(mode) and mode & _BY_OTHERS:
                yield one.relative_to(home).as_posix(), "can be written to by others"


def _open_to(descriptor: int, target: Path) -> str:
    if os.fstat(descriptor).st_mode & _BY_OTHERS:
        return "can be written by others"
    return "" if _has_one_name(descriptor, target) else "has another name too, by which it can be changed"


def _has_one_name(descriptor: int, target: Path) -> bool:
    """Tell whether a file has only this name, and that of a draft which a run just gave up or was stopped with.

    A draft that goes while we look is one that a second look does not count.
    """
    for _ in range(3):
        held = os.fstat(descriptor)
        if held.st_nlink <= 1 or held.st_nlink <= 1 + _drafts(target, held):
            return True
    return False


def _drafts(target: Path, held: os.stat_result) -> int:
    found = 0
    for draft in target.parent.glob(f".*{_DRAFT}"):
        with contextlib.suppress(FileNotFoundError):
            found += os.path.samestat(draft.lstat(), held)
    return found


def names(home: Path) -> Iterator[str]:
    """Yield the name of every file in the evidence, whoever put it there, in no order."""
    for at, _folders, files in os.walk(home / FOLDER):
        inside = Path(at).relative_to(home / FOLDER)
        yield from (name if inside == Path(name[:2]) else (inside / name).as_posix() for name in files)


def _compare(target: Path, sha256: str) -> None:
    """Read back what lies there: what the disk holds is what counts. Raises `EvidenceChanged`."""
    try:
        found = examine(target)
    except Unsound as why:
        raise EvidenceChanged(f"evidence {sha256} {why}; {_REMEDY}") from None
    if found.sha256 != sha256:
        raise EvidenceChanged(f"evidence {sha256} was changed: its file holds {found.sha256}; {_REMEDY}")


def _make(one: Path) -> None:
    with contextlib.suppress(FileExistsError):
        one.mkdir(folder.MODE)
        one.chmod(folder.MODE)  # whatever the umask
        _sync(one.parent)


def _write(target: Path, body: bytes) -> None:
    """Write a new file (0400) that takes its name once all of it is on the disk. Raises `OSError`."""
    draft = target.parent / f".{secrets.token_hex(8)}{_DRAFT}"
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE_MODE)
        with open(descriptor, "wb") as out:  # noqa: PTH123  # a descriptor, not a path
            out.write(body)
            out.flush()
            os.fchmod(descriptor, FILE_MODE)
            os.fsync(descriptor)
        with contextlib.suppress(FileExistsError):  # another run was quicker with the same bytes
            os.link(draft, target)
    finally:
        draft.unlink(missing_ok=True)
    _sync(target.parent)


def _sync(one: Path) -> None:
    descriptor = os.open(one, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
