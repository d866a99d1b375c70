"""Fetch one file of a source, from the web, the disk, a pipe or the bundle, and verify it before a row is read."""

import contextlib
import hashlib
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self
from urllib.parse import unquote, urlsplit

from scamhunt import bundle
from scamhunt.errors import FeedFailed, StoreError, UserError
from scamhunt.gather import unpack
from scamhunt.gather.pace import Pace
from scamhunt.model import CONFIGURED, LOGIN, Feed, Fetch, Reply
from scamhunt.net import Downloaded, download
from scamhunt.settings import Settings

STDIN = "-"
BUNDLE = "bundle:"
SAMPLE = f"{BUNDLE}nrd_sample.csv.gz"
"""The list that ships."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One file at hand: verified, open, in no folder; it is gone when its `fetch` ends or the process is killed."""

    reply: Reply
    file: BinaryIO
    """The bytes as they came, for the archive."""
    wrapping: str
    """`gzip`, `zip` or `plain`."""
    size: int
    """Bytes as they came."""


class Fetcher:
    """Fetches for one run of a feed: connections are kept for the next request, hosts are asked at their pace."""

    def __init__(self, settings: Settings, pace: Pace) -> None:
        """Open nothing yet."""
        self._settings, self._pace = settings, pace

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close all connections."""

    def fetch(self, asked: Fetch, location: str, feed: Feed) -> contextlib.AbstractContextManager[Fetched]:
        """Fetch what a crawler asks for at a location that `locate` gave. Raises as the function `fetch` does."""
        del feed
        return fetch(location, self._settings, asked.headers)


def locate(asked: Fetch, feed: Feed, given: str, settings: Settings) -> str:
    """Return where a `Fetch` leads: `given`, what the team set for the feed, or what the feed declares.

    Raises `UserError` for a feed without an address.
    """
    places = {
        CONFIGURED: given or settings.addresses.get(feed.name) or feed.address,
        LOGIN: settings.addresses.get(f"{feed.name}.login") or feed.login,
    }
    for prefix, place in places.items():
        if asked.url.startswith(prefix):
            if not place:
                raise UserError(f"feed {feed.name} has no address; set SCAMHUNT_ADDRESSES={feed.name}=https://...")
            path = asked.url.removeprefix(prefix)
            return place.rstrip("/") + path if path else place
    return asked.url


@contextlib.contextmanager
def fetch(
    location: str, settings: Settings, headers: Mapping[str, str] | None = None, stdin: BinaryIO | None = None
) -> Iterator[Fetched]:
    """Fetch a location: an http or https address, a path, file://, `-` (stdin), `bundle:` or `bundle:NAME`.

    Raises `UserError` for a location that the user must mend, `AddressRefused` for an address that is not public,
    `FeedFailed` for what came cut, damaged, too large or not at all, `StoreError` when it cannot be put on our disk.
    """
    with _spool(settings.home / "tmp") as file:
        came = _bring(location, file, settings, headers, stdin)
        wrapping = unpack.wrapping(_head(file))
        unpack.verify(file, settings)
        chunks = unpack.contents(file, settings)
        reply = Reply(came.url, came.status, came.headers, came.sha256, chunks)
        yield Fetched(reply, file, wrapping, came.size)


@contextlib.contextmanager
def _spool(folder: Path) -> Iterator[BinaryIO]:
    """Open a file without a name in a folder: a killed run leaves nothing behind."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  # closed below, after the opening is known as good
    except OSError as error:
        raise _no_room(folder, error) from None
    with contextlib.closing(file):
        yield file


def _no_room(folder: Path, error: OSError) -> StoreError:
    return StoreError(f"{folder}: {(error.strerror or 'cannot be written').lower()}; make room or set SCAMHUNT_HOME")


def _head(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read(unpack.PIECE)


def _bring(
    location: str, file: BinaryIO, settings: Settings, headers: Mapping[str, str] | None, stdin: BinaryIO | None
) -> Downloaded:
    """Copy what stands at a location into our file."""
    scheme = location.partition("://")[0].lower() if "://" in location else ""
    try:
        if scheme in {"http", "https"}:
            came = download(location, file, settings, headers)
        elif location == STDIN:
            came = _copy(stdin or sys.stdin.buffer, location, file, settings)
        else:
            with _opened(_path(location, scheme), location) as source:
                came = _copy(source, location, file, settings)
        file.flush()
    except OSError as error:
        raise _no_room(settings.home / "tmp", error) from None
    return came


def _path(location: str, scheme: str) -> Path:
    if location.startswith(BUNDLE):
        name = (location if location != BUNDLE else SAMPLE).removeprefix(BUNDLE)
        if Path(name).name != name or name == "..":
            raise UserError(f"{location}: a bundled list has a plain name, as in {SAMPLE}")
        return bundle.data(f"feeds/{name}")
    if scheme == "file":
        parts = urlsplit(location)
        if parts.netloc not in {"", "localhost"}:
            raise UserError(f"{location}: file:// reads from this machine only; write file:///path")
        return Path(unquote(parts.path))
    if scheme:
        raise UserError(f"{location}: {scheme}:// is not read; give http, https, file or a path")
    return Path(location)


def _opened(path: Path, location: str) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise UserError(f"{location}: no such file; look at the path") from None
    except IsADirectoryError:
        raise UserError(f"{location}: a folder; name the file in it") from None
    except (OSError, ValueError) as error:
        why = (getattr(error, "strerror", None) or "not a path").lower()
        raise UserError(f"{location}: {why}; name a file that can be read") from None


def _copy(source: BinaryIO, location: str, file: BinaryIO, settings: Settings) -> Downloaded:
    digest, size = hashlib.sha256(), 0
    for piece in _pieces(source, location):
        size += len(piece)
        if size > settings.max_download:
            raise FeedFailed(
                f"{location}: larger than {settings.max_download:,} bytes; raise max_download if it may be"
            )
        digest.update(piece)
        file.write(piece)
    return Downloaded(location, 200, {}, digest.hexdigest(), size)


def _pieces(source: BinaryIO, location: str) -> Iterator[bytes]:
    while True:
        try:
            piece = source.read(unpack.PIECE)
        except OSError as error:
            raise FeedFailed(f"{location}: {(error.strerror or 'cannot be read').lower()}; try again") from None
        if not piece:
            return
        yield piece
