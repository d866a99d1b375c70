import gzip
import hashlib
import io
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scamhunt.errors import StoreError, UserError
from scamhunt.gather import archive

BODY = b"amazon-billing-desk.com\n" * 1000
SHA = hashlib.sha256(BODY).hexdigest()


def _keep(home: Path, body: bytes = BODY, wrapping: str = "plain", feed: str = "nrd_list") -> str:
    sha = hashlib.sha256(body).hexdigest()
    return archive.keep(home, feed, io.BytesIO(body), sha256=sha, wrapping=wrapping)


@pytest.mark.parametrize(
    ("wrapping", "suffix", "body"),
    [("plain", ".raw.gz", BODY), ("gzip", ".gz", gzip.compress(BODY)), ("zip", ".zip", b"PK\x03\x04 and more")],
)
def test_bytes_come_back_as_they_were_read(tmp_path: Path, wrapping: str, suffix: str, body: bytes) -> None:
    """What is kept gives the very bytes back, named by their hash, readable only for the owner, compressed once."""
    name = _keep(tmp_path, body, wrapping)
    kept = tmp_path / "archive" / name
    assert name == f"nrd_list/{hashlib.sha256(body).hexdigest()}{suffix}"
    assert (gzip.decompress(kept.read_bytes()) if wrapping == "plain" else kept.read_bytes()) == body
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (kept.parent, kept.parent.parent)} == {0o700}
    assert kept.stat().st_size <= len(body)


def test_the_same_bytes_are_one_file(tmp_path: Path) -> None:
    """A second run with the same bytes adds nothing and leaves the first file alone."""
    name = _keep(tmp_path)
    before = (tmp_path / "archive" / name).stat()
    assert _keep(tmp_path) == name
    assert [path.name for path in (tmp_path / "archive/nrd_list").iterdir()] == [f"{SHA}.raw.gz"]
    assert (tmp_path / "archive" / name).stat() == before


@pytest.mark.parametrize("feed", ["", "../up", "a/b", "A", "x" * 65, "a\n"])
def test_a_feed_name_is_no_path(tmp_path: Path, feed: str) -> None:
    """A feed's name that could lead elsewhere is refused and nothing is written."""
    with pytest.raises(UserError, match="rename the crawler"):
        _keep(tmp_path, feed=feed)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """A file where the archive should be is told with its path."""
    (tmp_path / "archive").write_text("in the way")
    with pytest.raises(StoreError, match=r"archive/nrd_list: .*; make room or make it writable"):
        _keep(tmp_path)


_FULL = """
import hashlib, io, os, pathlib, resource, sys
from scamhunt.gather import archive
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
body = os.urandom(500_000)
archive.keep(pathlib.Path(sys.argv[1]), "nrd_list", io.BytesIO(body), sha256="0" * 64, wrapping=sys.argv[2])
"""


@pytest.mark.parametrize("wrapping", ["plain", "gzip"])
def test_a_disk_that_is_full(tmp_path: Path, wrapping: str) -> None:
    """When the disk takes no more, the message names the folder and nothing half-written stays."""
    child = [sys.executable, "-c", _FULL, str(tmp_path), wrapping]
    done = subprocess.run(child, cwd=Path(archive.__file__).parents[2], capture_output=True, text=True, check=False)
    assert "StoreError" in done.stderr
    assert "archive/nrd_list: File too large; make room" in done.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_was_kept_since_a_moment_is_found_again(tmp_path: Path) -> None:
    """The files come with their feed, the oldest first; unfinished ones and what is older do not."""
    names = [_keep(tmp_path, body, feed=feed) for body, feed in ((b"old", "a"), (b"young", "a"), (b"new", "b"))]
    files = [tmp_path / "archive" / name for name in names]
    for at, file in enumerate(files):
        os.utime(file, (1_000 + at, 1_000 + at))
    (tmp_path / "archive" / "a" / ".1.part").write_bytes(b"half")
    moment = datetime.fromtimestamp(1_001, UTC)
    assert archive.kept(tmp_path, moment) == [("a", files[1]), ("b", files[2])]
    assert archive.kept(tmp_path / "none", moment) == []


def test_an_empty_file_is_kept_anew(tmp_path: Path) -> None:
    """What a crash left empty is no body: the next sweep that has the bytes puts them there."""
    path = tmp_path / "archive" / _keep(tmp_path, b"a.com")
    whole = path.read_bytes()
    path.write_bytes(b"")
    _keep(tmp_path, b"a.com")
    assert path.read_bytes() == whole
