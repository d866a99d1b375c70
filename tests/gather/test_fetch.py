import gzip
import hashlib
import io
import os
import stat
import subprocess
import sys
import threading
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scamhunt.errors import AddressRefused, FeedFailed, FeedHeld, NotFound, ScamhuntError, StoreError, UserError
from scamhunt.gather import archive, fetch
from scamhunt.indicators.lists import read_rows
from scamhunt.settings import Settings

Serve = Callable[..., str]
NAMES = b"amazon-billing-help.com\npaypal-secure-login.net\nweather-in-oslo.com\n"
GZIP = gzip.compress(NAMES)


def _zip(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as one:
        one.writestr(name, NAMES)
    return file.getvalue()


def _bomb() -> bytes:
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    return (b"".join(pack.compress(bytes([48]) * 2**20) for _ in range(32)) + pack.flush()) * 4


def _names(location: str, settings: Settings, stdin: io.BytesIO | None = None) -> list[str]:
    with fetch.fetch(location, settings, stdin=stdin) as fetched:
        return [value for batch in read_rows(fetched.reply.chunks) for value in batch.values]


def _error(location: str, settings: Settings) -> ScamhuntError:
    with pytest.raises(ScamhuntError) as caught:
        _names(location, settings)
    return caught.value


ROUTES: dict[str, Any] = {
    "/plain.txt": NAMES,
    "/list.gz": GZIP,
    "/list.zip": _zip("domain-names.txt"),
    "/list.csv": b"id,domain,when\n" + b"".join(b"1,%s,2026-01-01\n" % name for name in NAMES.split()),
    "/utf16.txt": NAMES.decode().encode("utf-16"),
    "/moved": (301, {"Location": "/list.gz"}, b""),
    "/cut.gz": GZIP[:-6],
    "/evil.zip": _zip("../../evil.txt"),
    "/bomb.gz": _bomb(),
    "/page": (200, {"Content-Type": "text/html"}, b"<html><body>Sorry, maintenance</body></html>"),
    "/gone": (503, {"Retry-After": "0"}, b"later"),
    "/inside": (302, {"Location": "http://10.0.0.1/"}, b""),
}


@pytest.mark.parametrize("path", ["/plain.txt", "/list.gz", "/list.zip", "/list.csv", "/utf16.txt", "/moved"])
def test_a_list_in_every_wrapping(serve: Serve, lab: Settings, path: str) -> None:
    """The same three names come from a list however it is wrapped and encoded."""
    assert _names(serve(ROUTES) + path, lab) == NAMES.decode().split()


@pytest.mark.parametrize(
    ("path", "kind", "words"),
    [
        ("/cut.gz", FeedFailed, "the gzip file is cut off"),
        ("/evil.zip", FeedFailed, "a path outside of its folder: refused"),
        ("/bomb.gz", FeedFailed, "refused as a bomb"),
        ("/page", FeedHeld, "an HTML page came in place of a list"),
        ("/gone", FeedFailed, "answered 503"),
        ("/inside", FeedFailed, "a redirect was refused"),
    ],
)
def test_a_broken_feed_is_refused_in_words(
    serve: Serve, lab: Settings, path: str, kind: type[ScamhuntError], words: str
) -> None:
    """What is no list fails (3) before a row of it is read, and leaves nothing in the state folder."""
    error = _error(serve(ROUTES) + path, lab)
    assert isinstance(error, kind)
    assert error.exit_code == 3
    assert words in str(error)
    assert [one for one in lab.home.rglob("*") if one.is_file()] == []


@pytest.mark.parametrize("path", ["/cut.gz", "/evil.zip", "/bomb.gz"])
def test_nothing_is_handed_over_before_all_is_verified(serve: Serve, lab: Settings, path: str) -> None:
    """The fault at the end of a file is known before its first row can be asked for."""
    handed: list[bool] = []
    with pytest.raises(FeedFailed), fetch.fetch(serve(ROUTES) + path, lab):
        handed.append(True)
    assert handed == []


def test_what_is_known_before_a_row_is_read(tmp_path: Path, lab: Settings) -> None:
    """The hash, the wrapping and the sizes are known at once; the bytes as they came go to the archive."""
    path = tmp_path / "list"
    path.write_bytes(GZIP)
    with fetch.fetch(str(path), lab) as fetched:
        sha = hashlib.sha256(GZIP).hexdigest()
        assert (fetched.reply.sha256, fetched.wrapping, fetched.size) == (sha, "gzip", len(GZIP))
        path.unlink()
        name = archive.keep(lab.home, "nrd_list", fetched.file, sha256=sha, wrapping=fetched.wrapping)
        assert b"".join(fetched.reply.chunks) == NAMES
    assert (lab.home / "archive" / name).read_bytes() == GZIP
    assert fetched.file.closed


def test_reading_and_keeping_do_not_disturb_each_other(tmp_path: Path, lab: Settings) -> None:
    """The archive may be written while the rows are read."""
    body = os.urandom(600_000).hex().encode()
    path = tmp_path / "list"
    path.write_bytes(body)
    with fetch.fetch(str(path), lab) as fetched:
        pieces = iter(fetched.reply.chunks)
        first = next(pieces)
        archive.keep(lab.home, "nrd_list", fetched.file, sha256="0" * 64, wrapping="plain")
        assert first + b"".join(pieces) == body


def test_the_places_a_feed_may_be(tmp_path: Path, lab: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path, file://, stdin and a named pipe give the same list."""
    path = tmp_path / "a list.txt"
    path.write_bytes(NAMES)
    monkeypatch.chdir(tmp_path)
    expected = NAMES.decode().split()
    assert _names("a list.txt", lab) == expected
    assert _names(path.as_uri(), lab) == expected
    assert _names(path.as_uri().replace("file://", "file://localhost"), lab) == expected
    assert _names("-", lab, io.BytesIO(GZIP)) == expected
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    threading.Thread(target=pipe.write_bytes, args=(GZIP,), daemon=True).start()
    assert _names(str(pipe), lab) == expected


def test_the_shipped_sample(lab: Settings) -> None:
    """The bundled list is real, large and under either of its names."""
    names = _names("bundle:", lab)
    assert len(names) >= 40_000
    assert _names(fetch.SAMPLE, lab) == names


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("no-such-file.txt", "no-such-file.txt: no such file"),
        (".", ".: a folder"),
        ("a\0b", "not a path"),
        ("x" * 300, "file name too long"),
        ("", ": a folder"),
        ("ftp://a.example/list", "ftp:// is not read"),
        ("file://elsewhere/list", "from this machine only"),
        ("bundle:no-such-feed.txt", "no-such-feed.txt: not there"),
    ],
)
def test_a_location_that_the_user_must_mend(
    tmp_path: Path, lab: Settings, monkeypatch: pytest.MonkeyPatch, location: str, words: str
) -> None:
    """A wrong path or scheme is the user's mistake (2) and is named."""
    monkeypatch.chdir(tmp_path)
    error = _error(location, lab)
    assert isinstance(error, UserError | NotFound)
    assert error.exit_code == 2
    assert words in str(error)


def test_an_address_inside_is_refused(tmp_path: Path, closed_port: int) -> None:
    """An address of this machine is refused (5) where no lab allows it."""
    error = _error(f"http://127.0.0.1:{closed_port}/", Settings(home=tmp_path))
    assert isinstance(error, AddressRefused)
    assert error.exit_code == 5
    assert "refused" in str(error)


def test_a_file_beyond_the_limit(tmp_path: Path, lab: Settings) -> None:
    """A local file has the same limit as a download."""
    (tmp_path / "list").write_bytes(NAMES)
    error = _error(str(tmp_path / "list"), lab.model_copy(update={"max_download": len(NAMES) - 1}))
    assert isinstance(error, FeedFailed)
    assert "raise max_download" in str(error)


def test_a_source_that_breaks_while_read(lab: Settings) -> None:
    """A disk that fails in the middle of a file fails the feed; it is not mistaken for our own disk."""
    error = _error("/proc/self/mem", lab)
    assert isinstance(error, FeedFailed)
    assert "/proc/self/mem: input/output error" in str(error)


def test_a_state_folder_that_cannot_be_used(tmp_path: Path) -> None:
    """A file where the state folder should be is told with the way out."""
    (tmp_path / "home").write_text("in the way")
    error = _error("-", Settings(home=tmp_path / "home"))
    assert isinstance(error, StoreError)
    assert "home/tmp: not a directory; make room or set SCAMHUNT_HOME" in str(error)


_FULL = """
import pathlib, resource, sys
from scamhunt.gather.fetch import fetch
from scamhunt.settings import Settings
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
with fetch("/dev/zero", Settings(home=pathlib.Path(sys.argv[1]))):
    pass
"""


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    """When the disk takes no more, the message names the folder and nothing stays behind."""
    child = [sys.executable, "-c", _FULL, str(tmp_path)]
    top = Path(archive.__file__).parents[2]
    done = subprocess.run(child, cwd=top, capture_output=True, text=True, check=False)
    assert f"StoreError: {tmp_path / 'tmp'}: file too large; make room or set SCAMHUNT_HOME" in done.stderr
    assert [one.name for one in tmp_path.rglob("*")] == ["tmp"]
    assert stat.S_IMODE((tmp_path / "tmp").stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["../../../etc/passwd", "/etc/passwd", "a/b", ".."])
def test_a_bundled_list_lies_in_the_bundle(lab: Settings, name: str) -> None:
    """The name of a bundled list is no way out of its folder."""
    with pytest.raises(UserError, match="a bundled list has a plain name"), fetch.fetch(f"bundle:{name}", lab):
        pass
