"""Take a feed out of its wrapping under limits: gzip, zip with one file, or none. Found from the content.

A feed from outside is first unpacked to the end and counted (`verify`), then a second time for its rows (`contents`): a
cut or damaged file is refused before the first row is parsed.
"""

import itertools
import os
import re
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from io import BufferedIOBase
from typing import BinaryIO

from scamhunt.errors import FeedFailed
from scamhunt.settings import Settings

PIECE = 262_144
"""Bytes of one chunk at most."""
RATIO_FREE = 2**24
"""Bytes of content from which on the ratio of content to file is limited: a short text may be very regular."""

_OTHERS = {
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!\x1a\x07": "RAR",
    b"\x1f\x9d": "compress",
}
MAGIC = max(map(len, _OTHERS))
"""So many first bytes tell how a file is wrapped."""
_END_OF_ZIP = b"PK\x05\x06"
_ZIP64_LOCATOR = b"PK\x06\x07"
_ZIP_TAIL = 65_557  # the end record of 22 bytes and its comment
_ZIP_FILES = 16  # a directory of more entries is not read at all
_ENCRYPTED = 0x1
_GZIP_WINDOW = 31


def wrapping(head: bytes) -> str:
    """Return `gzip`, `zip` or `plain` for the first bytes of a file; raises `FeedFailed` for packers we do not read."""
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith((b"PK\x03\x04", _END_OF_ZIP)):
        return "zip"
    for magic, name in _OTHERS.items():
        if head.startswith(magic):
            raise FeedFailed(f"the file is packed with {name}, which is not read; unpack it or use gzip or zip")
    return "plain"


def verify(file: BinaryIO, settings: Settings) -> int:
    """Unpack a whole file without keeping anything and return the bytes of its content.

    Raises `FeedFailed` when it is cut, damaged, too large, or no zip that we read.
    """
    return sum(map(len, contents(file, settings)))


def contents(file: BinaryIO, settings: Settings) -> Iterator[bytes]:
    """Yield the content of a file on disk in pieces; several readers of one file do not disturb each other."""
    how = wrapping(os.pread(file.fileno(), PIECE, 0))
    if how == "zip":
        return _unzip(file, settings)
    pieces = _file_pieces(file)
    return _gunzip(pieces, settings) if how == "gzip" else _plain(pieces, settings)


def decoded(file: BinaryIO, coding: str, settings: Settings) -> Iterator[bytes]:
    """Yield a body in pieces, unpacked only where its content coding says gzip (RFC 9110 8.4.1.3).

    Bytes that are no list may begin as a packed file does, by chance. The file may be one in memory.
    """
    pieces = _pieces_of(file)
    return _gunzip(pieces, settings) if coding.strip().lower() in {"gzip", "x-gzip"} else _plain(pieces, settings)


def open_stream(file: BufferedIOBase, settings: Settings) -> Iterator[bytes]:
    """Yield the content of a file or pipe while it is read: nothing is verified before the end.

    Raises `FeedFailed` as `verify` does, after what came before the fault. A zip is spooled, its directory stands last.
    """
    pieces = iter(lambda: file.read1(PIECE), b"")  # what is there now: a slow pipe flows on, a signal is seen
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= MAGIC:
            break
    how = wrapping(head)
    pieces = itertools.chain([head] if head else [], pieces)
    if how == "zip":
        yield from _spooled_zip(pieces, settings)
    else:
        yield from _gunzip(pieces, settings) if how == "gzip" else _plain(pieces, settings)


def _file_pieces(file: BinaryIO) -> Iterator[bytes]:
    at = 0
    while piece := os.pread(file.fileno(), PIECE, at):
        yield piece
        at += len(piece)


def _pieces_of(file: BinaryIO) -> Iterator[bytes]:
    at = 0
    while True:
        file.seek(at)
        piece = file.read(PIECE)
        if not piece:
            return
        yield piece
        at += len(piece)


def _limit(size: int, packed: int, settings: Settings) -> None:
    if size > settings.max_content:
        raise FeedFailed(f"the content is larger than {settings.max_content:,} bytes; raise max_content if it may be")
    if size > RATIO_FREE and size > packed * settings.max_ratio:
        raise FeedFailed(f"the file grows to more than {settings.max_ratio} times its size: refused as a bomb")


def _plain(pieces: Iterable[bytes], settings: Settings) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        _limit(size, size, settings)
        yield piece


# --- gzip (RFC 1952) --------------------------------------------------------------------------------------------------


def _gunzip(pieces: Iterable[bytes], settings: Settings) -> Iterator[bytes]:
    """Unpack gzip of one or many members; zeros after a member are padding."""
    member, members, size, packed = None, 0, 0, 0
    for piece in pieces:
        packed += len(piece)
        data = piece if member else _next_member(piece, members)
        while data:
            member = member or zlib.decompressobj(_GZIP_WINDOW)
            chunk = _inflate(member, data)
            size += len(chunk)
            _limit(size, packed, settings)
            yield chunk
            if member.eof:
                members += 1
                data, member = _next_member(member.unused_data, members), None
            else:
                data = member.unconsumed_tail
    if member:
        raise FeedFailed("the gzip file is cut off; fetch it again")


def _next_member(data: bytes, members: int) -> bytes:
    return data.lstrip(b"\0") if members else data


def _inflate(member: "zlib._Decompress", data: bytes) -> bytes:
    try:
        return member.decompress(data, PIECE)
    except zlib.error:
        raise FeedFailed("the gzip file is damaged; fetch it again") from None


# --- zip --------------------------------------------------------------------------------------------------------------


def _spooled_zip(pieces: Iterable[bytes], settings: Settings) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as spool:
        size = 0
        for piece in pieces:
            size += len(piece)
            if size > settings.max_download:
                raise FeedFailed(f"the file is larger than {settings.max_download:,} bytes")
            spool.write(piece)
        spool.flush()
        yield from _unzip(spool, settings)


def _unzip(file: BinaryIO, settings: Settings) -> Iterator[bytes]:
    packed = os.fstat(file.fileno()).st_size
    _check_directory(file, packed)
    try:
        with zipfile.ZipFile(file) as archive:
            only = _only_file(archive.infolist())
            _limit(only.file_size, packed, settings)
            size = 0
            with archive.open(only) as content:
                while chunk := content.read(PIECE):
                    size += len(chunk)
                    _limit(size, packed, settings)
                    yield chunk
    except FeedFailed:
        raise
    except Exception:  # noqa: BLE001  # zipfile raises nearly anything for a forged directory
        raise FeedFailed("the zip file is cut off or damaged; fetch it again") from None


def _check_directory(file: BinaryIO, size: int) -> None:
    """Refuse a directory of many entries before zipfile reads it into memory (APPNOTE.TXT 4.3.16)."""
    tail = os.pread(file.fileno(), _ZIP_TAIL, max(0, size - _ZIP_TAIL))
    at = tail.rfind(_END_OF_ZIP)
    if at < 0 or len(tail) - at < struct.calcsize("<4s4H2LH"):
        raise FeedFailed("the zip file is cut off or damaged; fetch it again")
    entries, length = struct.unpack_from("<HL", tail, at + 10)
    if _ZIP64_LOCATOR in tail[:at] or entries > _ZIP_FILES or length > PIECE:
        raise FeedFailed("the zip has more than one file; it must hold exactly one list")


def _only_file(entries: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    for entry in entries:
        if re.match(r"(?:[/\\]|[A-Za-z]:)", entry.orig_filename) or ".." in re.split(r"[/\\]", entry.orig_filename):
            raise FeedFailed("the zip names a path outside of its folder: refused")
    files = [entry for entry in entries if not entry.is_dir()]
    if len(files) != 1:
        raise FeedFailed(f"the zip has {len(files)} files; it must hold exactly one list")
    only = files[0]
    if stat.S_ISLNK(only.external_attr >> 16):
        raise FeedFailed("the zip holds a symbolic link in place of a list: refused")
    if only.flag_bits & _ENCRYPTED:
        raise FeedFailed("the zip is encrypted; unpack it and give the list")
    if only.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise FeedFailed("the zip is packed in a way that is not read; pack it with deflate")
    return only
