import contextlib
import gzip
import hashlib
import io
import os
import stat
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scamhunt.errors import AddressRefused, FeedFailed, FeedHeld, NotFound, ScamhuntError, StoreError, UserError
from scamhunt.gather import archive, fetch
from scamhunt.gather.pace import Pace
from scamhunt.indicators.lists import read_rows
from scamhunt.model import CONFIGURED, LOGIN, Feed, Fetch, Kind
from scamhunt.settings import Settings
from scamhunt.testing import Hosts

Serve = Callable[..., str]
FEED = Feed("nrd_list", "", "", "", Kind.DOMAIN, "0 6 * * *", False, (1, 9), "2026-11-22", "tried", rate=1e6)  # noqa: FBT003  # a field
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


@contextlib.contextmanager
def _fetch(  # noqa: PLR0913  # what a fetch can be told
    location: str,
    settings: Settings,
    stdin: io.BytesIO | None = None,
    feed: Feed = FEED,
    headers: Mapping[str, str] | None = None,
    *,
    raw: bool = False,
) -> Iterator[fetch.Fetched]:
    kept: dict[str, datetime] = {}
    asked = Fetch(CONFIGURED, headers or {}, raw=raw)
    with (
        fetch.Fetcher(settings, Pace(Hosts(kept)), stdin) as fetcher,
        fetcher.fetch(asked, location, feed) as fetched,
    ):
        yield fetched


def _names(location: str, settings: Settings, stdin: io.BytesIO | None = None) -> list[str]:
    with _fetch(location, settings, stdin) as fetched:
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
    with pytest.raises(FeedFailed), _fetch(serve(ROUTES) + path, lab):
        handed.append(True)
    assert handed == []


def test_what_is_known_before_a_row_is_read(tmp_path: Path, lab: Settings) -> None:
    """The hash, the wrapping and the sizes are known at once; the bytes as they came go to the archive."""
    path = tmp_path / "list"
    path.write_bytes(GZIP)
    with _fetch(str(path), lab) as fetched:
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
    with _fetch(str(path), lab) as fetched:
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
from scamhunt.gather.fetch import Fetcher
from scamhunt.gather.pace import Pace
from scamhunt.model import Feed, Fetch, Kind
from scamhunt.settings import Settings
from scamhunt.testing import Hosts
resource.setrlimit(resource.RLIMIT_FSIZE, (1_200_000, 1_200_000))
feed = Feed("x", "", "", "", Kind.DOMAIN, "", False, (1, 9), "", "")
asked = Fetch("/dev/zero", raw=sys.argv[2] == "raw")
with Fetcher(Settings(home=pathlib.Path(sys.argv[1])), Pace(Hosts())) as fetcher:
    with fetcher.fetch(asked, asked.url, feed):
        pass
"""


@pytest.mark.parametrize("how", ["list", "raw"])
def test_a_disk_that_is_full(tmp_path: Path, how: str) -> None:
    """When the disk takes no more, the message names the folder and nothing stays behind."""
    child = [sys.executable, "-c", _FULL, str(tmp_path), how]
    top = Path(archive.__file__).parents[2]
    done = subprocess.run(child, cwd=top, capture_output=True, text=True, check=False)
    assert f"StoreError: {tmp_path / 'tmp'}: file too large; make room or set SCAMHUNT_HOME" in done.stderr
    assert [one.name for one in tmp_path.rglob("*")] == ["tmp"]
    assert stat.S_IMODE((tmp_path / "tmp").stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["../../../etc/passwd", "/etc/passwd", "a/b", ".."])
def test_a_bundled_list_lies_in_the_bundle(lab: Settings, name: str) -> None:
    """The name of a bundled list is no way out of its folder."""
    with pytest.raises(UserError, match="a bundled list has a plain name"), _fetch(f"bundle:{name}", lab):
        pass


GZIPPED = {"Content-Encoding": "gzip"}


@pytest.mark.parametrize("size", [20, fetch.IN_MEMORY + 10])
@pytest.mark.parametrize(("headers", "packed"), [({}, False), (GZIPPED, True), ({"Content-Encoding": "X-GZip "}, True)])
def test_raw_bytes_are_unpacked_only_where_the_server_says_so(
    serve: Serve, lab: Settings, headers: dict[str, str], *, packed: bool, size: int
) -> None:
    """What begins like a gzip file by chance stays as it is; what is said to be packed is unpacked."""
    content = b"\x1f\x8b" + os.urandom(size)
    body = gzip.compress(content) if packed else content
    with _fetch(serve({"/": (200, headers, body)}) + "/", lab, raw=True) as fetched:
        assert b"".join(fetched.reply.chunks) == content
        assert fetched.reply.sha256 == hashlib.sha256(body).hexdigest()
        assert (fetched.wrapping, fetched.size) == ("plain", len(body))
        fetched.file.seek(0)
        assert fetched.file.read() == body


@pytest.mark.parametrize(
    ("body", "words"),
    [(GZIP[:-6], "cut off"), (GZIP[:-8] + bytes(8), "damaged"), (NAMES, "damaged"), (_bomb(), "refused as a bomb")],
    ids=["cut", "wrong checksum", "not packed", "bomb"],  # gzip holds the time: two workers would name two tests
)
def test_raw_bytes_that_are_packed_are_verified(serve: Serve, lab: Settings, body: bytes, words: str) -> None:
    """A packed answer that is cut, damaged, not packed or a bomb is refused before a byte of it is handed over."""
    with pytest.raises(FeedFailed, match=words), _fetch(serve({"/": (200, GZIPPED, body)}) + "/", lab, raw=True):
        pytest.fail("handed over")


@pytest.mark.parametrize(("raw", "coding"), [(True, "gzip"), (False, "identity")])
def test_packing_on_the_way_is_asked_for_raw_bytes_only(
    script: Callable[..., Any], lab: Settings, *, raw: bool, coding: str
) -> None:
    """A list comes as the publisher made it, so that its hash is the publisher's."""
    server = script(lambda _connection, _turn: b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    with _fetch(server.url + "/", lab, raw=raw):
        assert f"\r\nAccept-Encoding: {coding}\r\n".encode() in server.requests[0]


def test_a_list_that_has_not_changed(serve: Serve, lab: Settings) -> None:
    """304 to a condition brings a reply without content; unasked it is a failure."""
    url = serve({"/": (304, {"ETag": '"a"'}, b"")}) + "/"
    with _fetch(url, lab, headers={"If-None-Match": '"a"'}) as fetched:
        assert (fetched.reply.status, fetched.reply.chunks, fetched.size) == (304, (), 0)
        assert fetched.reply.headers["etag"] == '"a"'
    with pytest.raises(FeedFailed, match="answered 304"), _fetch(url, lab):
        pass


LARGE = replace(FEED, max_download=len(GZIP), max_content=len(NAMES))


@pytest.mark.parametrize(
    ("small", "words"),
    [
        (replace(LARGE, max_download=9), f"larger than {len(GZIP) - 1} bytes; raise max_download"),
        (replace(LARGE, max_content=9), f"larger than {len(NAMES) - 1} bytes; raise max_content"),
    ],
)
def test_a_feed_may_raise_the_limits_for_itself(serve: Serve, lab: Settings, small: Feed, words: str) -> None:
    """A feed that declares more may bring more, one that declares less keeps the settings' limits."""
    url = serve({"/": GZIP}) + "/"
    limits = {"max_download": len(GZIP) - 1, "max_content": len(NAMES) - 1}
    with _fetch(url, lab.model_copy(update=limits), feed=LARGE) as fetched:
        assert b"".join(fetched.reply.chunks) == NAMES
    with pytest.raises(FeedFailed, match=words), _fetch(url, lab.model_copy(update=limits), feed=small):
        pass


def test_the_feeds_rate_is_kept(serve: Serve, lab: Settings) -> None:
    """Fifteen requests at twenty a second take half a second; the moment is kept for the next run."""
    kept: dict[str, datetime] = {}
    feed = replace(FEED, rate=20.0)
    url = serve({"/": NAMES}) + "/"
    began = time.monotonic()
    with fetch.Fetcher(lab, Pace(Hosts(kept))) as fetcher:
        for _ in range(15):
            with fetcher.fetch(Fetch(url), url, feed):
                pass
    assert 0.49 < time.monotonic() - began < 3
    assert [*kept] == [url.removeprefix("http://").rstrip("/")]


MIRROR = {"nrd_list": "https://mirror.example/list/", "nrd_list.login": "https://mirror.example/login"}


@pytest.mark.parametrize(
    ("url", "given", "mirrors", "where"),
    [
        (CONFIGURED, "https://given.example/a", MIRROR, "https://given.example/a"),
        (CONFIGURED, "", MIRROR, "https://mirror.example/list/"),
        (CONFIGURED, "", {}, "https://publisher.example/list"),
        (f"{CONFIGURED}/links", "", MIRROR, "https://mirror.example/list/links"),
        (LOGIN, "https://given.example/a", MIRROR, "https://mirror.example/login"),
        (LOGIN, "", {}, "https://login.example"),
        ("https://a.example/", "https://given.example/a", MIRROR, "https://a.example/"),
    ],
)
def test_where_a_crawlers_address_leads(
    lab: Settings, url: str, given: str, mirrors: dict[str, str], where: str
) -> None:
    """What was given comes first, then the team's mirror, then the publisher's own address."""
    feed = replace(FEED, address="https://publisher.example/list", login="https://login.example")
    assert fetch.locate(Fetch(url), feed, given, lab.model_copy(update={"addresses": mirrors})) == where


@pytest.mark.parametrize("url", [CONFIGURED, LOGIN])
def test_a_feed_without_an_address(lab: Settings, url: str) -> None:
    """A feed that leads nowhere is the user's to set (2), by the setting's name."""
    with pytest.raises(UserError, match=r"feed nrd_list has no address; set SCAMHUNT_ADDRESSES=nrd_list="):
        fetch.locate(Fetch(url), FEED, "", lab)


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("https://a.example/{date-0}.txt", "https://a.example/2026-03-01.txt"),
        ("https://a.example/{date-1}/{date-60}.txt", "https://a.example/2026-02-28/2025-12-31.txt"),
        ("https://whoisds.example/{whoisds-1}/nrd", "https://whoisds.example/MjAyNi0wMi0yOC56aXA=/nrd"),
        ("https://a.example/{date}/{key:abuse}", "https://a.example/{date}/{key:abuse}"),
    ],
)
def test_an_address_may_name_a_day(lab: Settings, address: str, where: str) -> None:
    """The day is that of the run, so many days back; what is no day stays as it is."""
    then = lab.model_copy(update={"clock": datetime(2026, 3, 1, 6, tzinfo=UTC)})
    assert fetch.locate(Fetch(CONFIGURED), FEED, address, then) == where
