"""What a whole list has that it had not the last time: sorted runs on disk, in bounded memory.

A snapshot is `<folder>/<name>.<id>.gz`: the names sorted, each once, one a line, so that `zcat` shows it. Its id is
`<how many>-<hash>` of exactly that text: the same list has the same id, and a file tells whether it is whole.

A list is read into runs that fit into memory, each sorted and written to a scratch file without a name. Then the blocks
of all runs are read back in the order of their first names: what is below the first name of the next block is complete.
"""

import gzip
import hashlib
import os
import re
import tempfile
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, compress, islice, zip_longest
from operator import ne
from pathlib import Path
from typing import BinaryIO

from scamhunt import files
from scamhunt.errors import FeedFailed, FeedHeld
from scamhunt.model import BATCH_ROWS, Difference, Snapshot

MEMORY = 2**23
"""Bytes of names that are sorted at once; as Python objects they take about four times as much."""
VALUE_LIMIT = 4_096
"""Bytes of a value."""

_BLOCKS = 64  # of a run; 16 bytes a name make blocks of 8,000, few enough for a cache
_PIECE = 2**17
_PART = ".part"
_SORTED = f".sorted{_PART}"
_ID = re.compile(r"(\d{1,15})-[0-9a-f]{32}")
_FILE = re.compile(r"[a-z0-9-]{1,64}\.(\d{1,15}-[0-9a-f]{32})\.gz")


def compare(snapshot: Snapshot, folder: Path, *, memory: int = MEMORY) -> Difference:
    """Sort a list on disk below `folder` and compare it with the one of the last time.

    Raises `FeedHeld` before anything of the list is read when the one of the last time is missing or damaged,
    `FeedFailed` for values that no list may have, `StoreError` when the disk refuses, and whatever the list raises.
    What a killed run left is removed. The list of the last time stays until `prune`.
    """
    if not re.fullmatch(r"[a-z0-9-]{1,64}", snapshot.name):
        raise FeedFailed("a snapshot's name has 1 to 64 of a-z, 0-9 and -; mend the crawler")
    try:
        _make(folder)
        before = _Before.of(folder, snapshot) if snapshot.before else None
        with tempfile.TemporaryFile(dir=folder) as scratch:
            runs = _Runs(scratch, memory)
            for piece in snapshot.values:
                runs.add(piece)
            now = _write(folder, snapshot.name, runs.merged())
    except OSError as error:
        raise files.refused(folder, error) from None
    names = _blocks(now.file)
    new = names if before is None else _fresh(names, before)
    return Difference(now.id, now.size, before.size if before else 0, _cut(new, BATCH_ROWS))


def prune(folder: Path, mark: str) -> None:
    """Remove the snapshots whose id does not stand in the mark. Raises `StoreError` when the disk refuses."""
    try:
        for file in folder.glob("*.gz"):
            found = _FILE.fullmatch(file.name)
            if found and found[1] not in mark:
                file.unlink(missing_ok=True)
    except OSError as error:
        raise files.refused(folder, error) from None


def _make(folder: Path) -> None:
    """Make the folder and remove what a killed run left there."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    for left in folder.glob(f".*{_PART}"):
        left.unlink(missing_ok=True)


# --- sorting ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class _Block:
    """Names that lie sorted in the scratch file."""

    first: bytes
    at: int
    length: int


class _Runs:
    """A list as sorted runs in a scratch file."""

    def __init__(self, scratch: BinaryIO, memory: int) -> None:
        self._scratch, self._memory = scratch, memory
        self._names: list[bytes] = []
        self._size = 0
        self._end = 0
        self._all: list[_Block] = []

    def add(self, names: Sequence[bytes]) -> None:
        """Take more of the list."""
        lengths = list(map(len, names))
        if max(lengths, default=0) > VALUE_LIMIT:
            raise FeedFailed(f"a value of {max(lengths):,} bytes, {VALUE_LIMIT:,} at most; look at the source")
        self._names += names
        self._size += sum(lengths) + len(names)
        if self._size >= self._memory:
            self._write_run()

    def _write_run(self) -> None:
        names = self._names
        names.sort()
        step = max(1, len(names) * self._memory // _BLOCKS // max(1, self._size))
        for at in range(0, len(names), step):
            text = _text(names[at : at + step])
            if b"\0" in text or text.count(b"\n") != len(names[at : at + step]):
                raise FeedFailed("a value with a line end or NUL; mend the crawler")
            self._scratch.write(text)
            self._all.append(_Block(names[at], self._end, len(text)))
            self._end += len(text)
        self._names, self._size = [], 0

    def merged(self) -> Iterator[list[bytes]]:
        """Yield all names sorted, each once, in pieces."""
        self._write_run()
        self._scratch.flush()
        blocks = sorted(self._all)
        held: list[bytes] = []
        size, limit = 0, self._memory
        for block, following in zip_longest(blocks, blocks[1:]):
            held += os.pread(self._scratch.fileno(), block.length, block.at)[:-1].split(b"\n")
            size += block.length
            if following is None or size >= limit:
                held.sort()
                cut = len(held) if following is None else bisect_left(held, following.first)
                yield _each_once(held[:cut])
                held = held[cut:]
                size = sum(map(len, held)) + len(held)
                limit = size + self._memory


def _text(names: Sequence[bytes]) -> bytes:
    return b"\n".join([*names, b""])


def _each_once(names: list[bytes]) -> list[bytes]:
    """Leave out of sorted names those that are equal to the one before."""
    return list(compress(names, chain([True], map(ne, names, islice(names, 1, None)))))


# --- the file ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Written:
    """A snapshot that is being written."""

    names: Iterable[list[bytes]]
    size: int = 0
    id: str = ""
    file: Path = Path()

    def fill(self, out: BinaryIO) -> None:
        digest = hashlib.sha256()
        packed = zlib.compressobj(1, zlib.DEFLATED, 31)
        for names in self.names:
            text = _text(names)
            self.size += len(names)
            digest.update(text)
            out.write(packed.compress(text))
        out.write(packed.flush())
        self.id = _id(self.size, digest)


def _id(size: int, digest: "hashlib._Hash") -> str:
    return f"{size}-{digest.hexdigest()[:32]}"


def _write(folder: Path, name: str, names: Iterable[list[bytes]]) -> _Written:
    written = _Written(names)
    files.write_whole(folder / _SORTED, written.fill)
    written.file = folder / f"{name}.{written.id}.gz"
    (folder / _SORTED).replace(written.file)
    _sync(folder)
    return written


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True)
class _Before:
    """The snapshot of the last time, known to be whole."""

    file: Path
    size: int

    @classmethod
    def of(cls, folder: Path, snapshot: Snapshot) -> "_Before":
        """Find it and see that its text has the hash of its name."""
        found = _ID.fullmatch(snapshot.before)
        if not found:
            raise FeedHeld(f"what is known of the last list {snapshot.name!r} is no id of a snapshot; mend the crawler")
        file = folder / f"{snapshot.name}.{snapshot.before}.gz"
        digest, size = hashlib.sha256(), int(found[1])
        for text in _texts(file):
            digest.update(text)
        if _id(size, digest) != snapshot.before:
            raise _damaged(file)
        return cls(file, size)


def _damaged(file: Path) -> FeedHeld:
    return FeedHeld(
        f"{file}: damaged, so what is new cannot be told; put it back from a backup, or remove it and begin anew"
    )


def _texts(file: Path) -> Iterator[bytes]:
    """Yield the text of a snapshot in pieces. Raises `FeedHeld`."""
    try:
        with gzip.open(file) as packed:
            while text := packed.read(_PIECE):
                yield text
    except FileNotFoundError:
        raise FeedHeld(
            f"{file}: the list of the last time is not there, so what is new cannot be told; put it back from a "
            "backup, or begin anew"
        ) from None
    except (EOFError, OSError, zlib.error):
        raise _damaged(file) from None


def _blocks(file: Path) -> Iterator[list[bytes]]:
    rest = b""
    for text in _texts(file):
        *names, rest = (rest + text).split(b"\n")
        if names:
            yield names


# --- the difference ---------------------------------------------------------------------------------------------------


def _fresh(now: Iterable[list[bytes]], before: _Before) -> Iterator[list[bytes]]:
    """Yield the names of now that were not before; both are sorted."""
    blocks = _blocks(before.file)
    old = next(blocks, [])
    for names in now:
        fresh = set(names)
        while old:
            cut = bisect_right(old, names[-1])
            fresh.difference_update(old[:cut])
            old = old[cut:]
            if old:
                break
            old = next(blocks, [])
        yield sorted(fresh)


def _cut(pieces: Iterable[list[bytes]], size: int) -> Iterator[list[bytes]]:
    """Yield the same in pieces of exactly so many, the last one less."""
    held: list[bytes] = []
    for piece in pieces:
        held += piece
        at = 0
        while len(held) - at >= size:
            yield held[at : at + size]
            at += size
        held = held[at:]
    if held:
        yield held
