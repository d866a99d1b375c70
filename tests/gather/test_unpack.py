import gzip
import io
import os
import random
import stat
import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from scamhunt.errors import FeedFailed
from scamhunt.gather.unpack import PIECE, contents, decoded, open_stream, verify, wrapping
from scamhunt.settings import Settings

NAMES = "".join(f"amazon-billing-{n}.com\n" for n in range(50_000)).encode()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give the limits as they are by default."""
    return Settings(home=tmp_path)


def _on_disk(body: bytes, folder: Path) -> BinaryIO:
    path = folder / "feed"
    path.write_bytes(body)
    return path.open("rb")


def _zip(*names: str, body: bytes = NAMES, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name in names:
            archive.writestr(name, body)
    return file.getvalue()


def _link() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        info = zipfile.ZipInfo("list.txt")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return file.getvalue()


def _encrypted() -> bytes:
    body = bytearray(_zip("list.txt"))
    body[6] |= 1
    body[body.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(body)


def _many_entries() -> bytes:
    return _zip(*(f"{n}.txt" for n in range(17)), body=b"x")


def _zip64() -> bytes:
    body = _zip("list.txt")
    at = body.rindex(b"PK\x05\x06")
    return body[:at] + struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1) + body[at:]


def _directory_of(length: int) -> bytes:
    body = bytearray(_zip("list.txt"))
    struct.pack_into("<L", body, body.rindex(b"PK\x05\x06") + 12, length)
    return bytes(body)


def _damaged_zip() -> bytes:
    body = bytearray(_zip("list.txt"))
    body[len(body) // 2] ^= 0xFF
    return bytes(body)


WHOLE = {
    "plain": NAMES,
    "gzip": gzip.compress(NAMES),
    "gzip of three members": gzip.compress(NAMES[:9]) + gzip.compress(b"") + gzip.compress(NAMES[9:]),
    "gzip padded with zeros": gzip.compress(NAMES) + bytes(70_000),
    "gzip of members with zeros between": gzip.compress(NAMES[:99]) + bytes(512) + gzip.compress(NAMES[99:]),
    "zip": _zip("domain-names.txt"),
    "zip, stored": _zip("domain-names.txt", method=zipfile.ZIP_STORED),
    "zip with a file in a folder": _zip("today/domain-names.txt"),
}
BROKEN = {
    "a cut gzip": (gzip.compress(NAMES)[:-6], "the gzip file is cut off"),
    "a gzip cut in its header": (b"\x1f\x8b\x08", "the gzip file is cut off"),
    "a second member cut": (gzip.compress(NAMES) + gzip.compress(NAMES)[:50], "the gzip file is cut off"),
    "a wrong check sum": (gzip.compress(NAMES)[:-8] + bytes(8), "the gzip file is damaged"),
    "a flipped bit": (gzip.compress(NAMES)[:500] + b"\x00\xff\x00\xff" + gzip.compress(NAMES)[504:], "gzip file is"),
    "rubbish after the gzip": (gzip.compress(NAMES) + b"rubbish", "the gzip file is damaged"),
    "a cut zip": (_zip("list.txt")[:-30], "the zip file is cut off or damaged"),
    "a zip cut to its first bytes": (_zip("list.txt")[:100], "the zip file is cut off or damaged"),
    "a damaged zip": (_damaged_zip(), "the zip file is cut off or damaged"),
    "a zip whose directory lies": (_directory_of(200_000), "the zip file is cut off or damaged"),
    "a zip with a large directory": (_directory_of(PIECE + 1), "more than one file"),
    "an empty zip": (_zip(), "the zip has 0 files"),
    "two files in a zip": (_zip("a.txt", "b.txt"), "the zip has 2 files"),
    "many files in a zip": (_many_entries(), "more than one file"),
    "a zip64": (_zip64(), "more than one file"),
    "a path upwards": (_zip("../../evil.txt"), "a path outside of its folder"),
    "a path upwards with backslashes": (_zip("a\\..\\..\\evil.txt"), "a path outside of its folder"),
    "an absolute path": (_zip("/etc/evil.txt"), "a path outside of its folder"),
    "a drive": (_zip("C:evil.txt"), "a path outside of its folder"),
    "a symbolic link": (_link(), "a symbolic link"),
    "an encrypted zip": (_encrypted(), "the zip is encrypted"),
    "a zip with bzip2": (_zip("list.txt", method=zipfile.ZIP_BZIP2), "in a way that is not read"),
    "bzip2": (b"BZh91AY", "packed with bzip2"),
    "xz": (b"\xfd7zXZ\x00", "packed with xz"),
    "zstd": (b"\x28\xb5\x2f\xfd", "packed with zstd"),
    "7-Zip": (b"7z\xbc\xaf\x27\x1c", "packed with 7-Zip"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_each_wrapping_gives_the_list(name: str, tmp_path: Path, settings: Settings) -> None:
    """A list comes out of its wrapping unchanged, from disk and from a stream, in pieces of 256 KiB at most."""
    body = WHOLE[name]
    with _on_disk(body, tmp_path) as file:
        assert verify(file, settings) == len(NAMES)
        pieces = list(contents(file, settings))
        assert list(contents(file, settings)) == pieces
    assert b"".join(pieces) == NAMES
    assert max(map(len, pieces)) <= PIECE
    assert b"".join(open_stream(io.BytesIO(body), settings)) == NAMES


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_refused_in_words(name: str, tmp_path: Path, settings: Settings) -> None:
    """Verifying says what is wrong with a file; a stream says the same at the latest at its end."""
    body, words = BROKEN[name]
    with _on_disk(body, tmp_path) as file, pytest.raises(FeedFailed, match=words):
        verify(file, settings)
    with pytest.raises(FeedFailed, match=words):
        b"".join(open_stream(io.BytesIO(body), settings))


def test_a_stream_gives_what_came_before_the_fault(settings: Settings) -> None:
    """A pipe cannot be read twice: its rows come at once, the fault at the end."""
    stream = open_stream(io.BytesIO(gzip.compress(NAMES)[:-6]), settings)
    assert next(stream) == NAMES[:PIECE]
    with pytest.raises(FeedFailed, match="cut off"):
        list(stream)


def test_nothing_is_nothing(tmp_path: Path, settings: Settings) -> None:
    """An empty file has no content and is no fault."""
    with _on_disk(b"", tmp_path) as file:
        assert verify(file, settings) == 0
    assert list(open_stream(io.BytesIO(b""), settings)) == []


def _bomb(megabytes: int) -> bytes:
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(pack.compress(bytes([48]) * 2**20) for _ in range(megabytes)) + pack.flush()


def test_a_bomb_of_four_gib(tmp_path: Path, settings: Settings) -> None:
    """A gzip of 64 members that grows to 4 GiB is refused within a second, after 16 MiB, with flat memory."""
    body = _bomb(64) * 64
    tracemalloc.start()
    start = time.monotonic()
    try:
        with _on_disk(body, tmp_path) as file, pytest.raises(FeedFailed, match="200 times its size: refused as a bomb"):
            verify(file, settings)
        assert tracemalloc.get_traced_memory()[1] < 8 * PIECE
    finally:
        tracemalloc.stop()
    assert time.monotonic() - start < 2
    with pytest.raises(FeedFailed, match="refused as a bomb"):
        list(open_stream(io.BytesIO(body), settings))


def test_a_bomb_in_a_zip(settings: Settings) -> None:
    """A zip is refused by the size that it declares, and a lying one when it grows."""
    body = _zip("list.txt", body=b"0" * 2**25)
    with pytest.raises(FeedFailed, match="refused as a bomb"):
        list(open_stream(io.BytesIO(body), settings))
    lying = bytearray(body)
    for at in (22, body.rindex(b"PK\x01\x02") + 24):
        struct.pack_into("<L", lying, at, 100)
    with pytest.raises(FeedFailed, match="cut off or damaged"):
        list(open_stream(io.BytesIO(bytes(lying)), settings))


def test_a_regular_list_is_no_bomb(settings: Settings) -> None:
    """A content of up to 16 MiB may be as regular as it likes."""
    assert sum(map(len, open_stream(io.BytesIO(_bomb(16)), settings))) == 2**24


@pytest.mark.parametrize("body", [b"x" * 1001, gzip.compress(os.urandom(1001)), _zip("a", body=b"x" * 1001)])
def test_the_limit_of_content(body: bytes, tmp_path: Path, settings: Settings) -> None:
    """Content beyond max_content is refused and the setting named, in each wrapping."""
    small = settings.model_copy(update={"max_content": 1000})
    with _on_disk(body, tmp_path) as file, pytest.raises(FeedFailed, match=r"larger than 1,000 bytes.*max_content"):
        verify(file, small)
    assert sum(map(len, open_stream(io.BytesIO(body), settings))) == 1001


def test_a_zip_from_a_pipe_has_a_limit(settings: Settings) -> None:
    """A zip that has to be spooled is cut at max_download."""
    small = settings.model_copy(update={"max_download": 1000})
    with pytest.raises(FeedFailed, match="larger than 1,000 bytes"):
        list(open_stream(io.BytesIO(_zip("a.txt")), small))


def test_damage_anywhere_is_seen(tmp_path: Path, settings: Settings) -> None:
    """A gzip or zip cut at any of fifty places is refused, whichever place it is."""

    def cuts(body: bytes) -> Iterator[bytes]:
        return (body[: len(body) * part // 50] for part in range(1, 50))

    small = "".join(f"amazon-billing-{n}.com\n" for n in range(500)).encode()
    for body in (*cuts(gzip.compress(small)), *cuts(_zip("a.txt", body=small))):
        with _on_disk(body, tmp_path) as file, pytest.raises(FeedFailed):
            verify(file, settings)


@pytest.mark.parametrize(("head", "name"), [(b"\x1f\x8b\x08", "gzip"), (b"PK\x03\x04", "zip"), (b"a.com", "plain")])
def test_the_wrapping_is_found_from_the_content(head: bytes, name: str) -> None:
    """The first bytes say how a file is wrapped; its name plays no part."""
    assert wrapping(head) == name


def test_forged_files_are_refused_and_nothing_else_happens(tmp_path: Path, settings: Settings) -> None:
    """Four hundred gzip and zip files with bytes changed, cut out and put in give their content or are refused."""
    draw, refused = random.Random(3), 0
    small = "".join(f"amazon-billing-{n}.com\n" for n in range(100)).encode()
    seeds = [gzip.compress(small), _zip("a.txt", body=small)]
    for _ in range(400):
        body = bytearray(draw.choice(seeds))
        for _ in range(draw.randrange(1, 5)):
            at = draw.choice([draw.randrange(len(body)), draw.randrange(50), len(body) - 1 - draw.randrange(80)])
            body[at : at + draw.choice([0, 1, 1, 1, 9])] = draw.randbytes(draw.choice([0, 1, 1, 4]))
        try:
            with _on_disk(bytes(body), tmp_path) as file:
                verify(file, settings)
        except FeedFailed:
            refused += 1
    assert 200 < refused < 400


def test_an_entry_without_a_name(settings: Settings) -> None:
    """A zip entry whose name is empty is a damaged zip."""
    body = bytearray(_zip("a"))
    for at in (26, body.rindex(b"PK\x01\x02") + 28):
        struct.pack_into("<H", body, at, 0)
    with pytest.raises(FeedFailed, match="cut off or damaged"):
        list(open_stream(io.BytesIO(bytes(body)), settings))


@pytest.mark.parametrize(
    ("coding", "content"), [("", GZIP := gzip.compress(NAMES)), ("identity", GZIP), ("gzip", NAMES)]
)
def test_a_content_coding_alone_decides(coding: str, content: bytes, settings: Settings) -> None:
    """A body in memory is unpacked where its coding says so, twice the same, and within max_content."""
    body = io.BytesIO(GZIP)
    assert b"".join(decoded(body, coding, settings)) == b"".join(decoded(body, coding, settings)) == content
    with pytest.raises(FeedFailed, match="max_content"):
        list(decoded(body, coding, settings.model_copy(update={"max_content": len(content) - 1})))
