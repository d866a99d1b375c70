"""Fetch one file of a source, from the web, the disk, a pipe or the bundle, and verify it before a row is read."""

import base64
import contextlib
import hashlib
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, BinaryIO, Self, cast
from urllib.parse import unquote, urlsplit

from scamhunt import bundle
from scamhunt.errors import FeedFailed, StoreError, UserError
from scamhunt.gather import folder, unpack
from scamhunt.gather.mailbox import MAILBOX, Letters
from scamhunt.indicators.report_columns import options_of
from scamhunt.model import CONFIGURED, LOGIN, Feed, Fetch, Kind, Reply
from scamhunt.net import KEY_PLACE, Downloaded, Manners, Wanted, Web
from scamhunt.settings import Settings

STDIN = "-"
BUNDLE = "bundle:"
SAMPLE = f"{BUNDLE}nrd_sample.csv.gz"
"""The list that ships."""
IN_MEMORY = 2**20
"""Bytes of a body that is no list up to which it needs no file."""
NOT_MODIFIED = 304

_DAY = re.compile(r"\{(date|whoisds)-([0-9]{1,3})\}")


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

    def __init__(self, settings: Settings, pace: Manners, stdin: BinaryIO | None = None) -> None:
        """Open nothing yet. `stdin` stands in for the process's own."""
        self._settings, self._stdin, self._web = settings, stdin, Web(settings, pace)
        self._letters = Letters(settings)

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close all connections."""
        self._letters.close()
        self._web.__exit__()

    @contextlib.contextmanager
    def fetch(self, asked: Fetch, location: str, feed: Feed) -> Iterator[Fetched]:
        """Fetch what a crawler asks for, at a location that `locate` gave.

        That is an http or https address, a path, file://, `-` (stdin), `bundle:`, `bundle:NAME`, or below `mailbox:` or
        `folder:`. Raises `UserError` for a location or key that the user must mend, `Refused` for an address that is
        not public, `FeedFailed` for what came cut, damaged, too large or not at all, `StoreError` when no room is left.
        """
        limits = _limits(self._settings, feed)
        with _spool(limits.home / "tmp", small=asked.raw) as file:
            came = self._bring(asked, location, feed, file, limits)
            coding = came.headers.get("content-encoding", "") if asked.raw else None
            wrapping = unpack.wrapping(_head(file)) if coding is None else "plain"
            _verify(file, coding, limits)
            chunks = () if came.status == NOT_MODIFIED else _contents(file, coding, limits)
            options = _options(limits) if feed.kind is Kind.PHONE else {}
            reply = Reply(came.url, came.status, came.headers, came.sha256, chunks, options=options)
            yield Fetched(reply, file, wrapping, came.size)

    def _bring(self, asked: Fetch, location: str, feed: Feed, file: BinaryIO, limits: Settings) -> Downloaded:
        """Copy what stands at a location into our file."""
        scheme = location.partition("://")[0].lower() if "://" in location else ""
        try:
            if scheme in {"http", "https"}:
                came = self._web.download(_wanted(asked, location, feed, limits), file)
            elif location.startswith(MAILBOX):
                came = self._letters.bring(location, file)
            elif scheme in {"imap", "imaps"}:
                raise UserError("the address of a mailbox holds its password: set it as SCAMHUNT_IMAP_URL")
            elif location.startswith(folder.FOLDER):
                with folder.opened(location, limits.drop_folder) as source:
                    came = _copy(source, location, file, limits)
            elif location == STDIN:
                came = _copy(self._stdin or sys.stdin.buffer, location, file, limits)
            else:
                with _opened(_path(location, scheme), location) as source:
                    came = _copy(source, location, file, limits)
            file.flush()
        except OSError as error:
            raise _no_room(limits.home / "tmp", error) from None
        return came


def _limits(settings: Settings, feed: Feed) -> Settings:
    """Return the settings with the limits of a feed that may be larger."""
    return settings.model_copy(
        update={
            "max_download": max(settings.max_download, feed.max_download),
            "max_content": max(settings.max_content, feed.max_content),
            "fetch_seconds": max(settings.fetch_seconds, feed.max_seconds),
        }
    )


def _options(settings: Settings) -> dict[str, str]:
    """Return what the team set for tables of numbers of its own."""
    return options_of(settings.phone_columns, settings.region, settings.now().isoformat())


def _wanted(asked: Fetch, location: str, feed: Feed, limits: Settings) -> Wanted:
    """Return what to download. A crawler may use the keys of its feed; the team's own addresses may use any.

    What a source says may end up in an address that its crawler asks for: it must not name another feed's key.
    """
    texts = (asked.url, *asked.headers.values(), *(asked.json or {}).values())
    for name in (place[1] for text in texts for place in KEY_PLACE.finditer(text)):
        if name not in feed.keys:
            raise FeedFailed("the crawler asks for a key that its feed does not declare: refused; mend the crawler")
    return Wanted(
        location,
        limits.max_download,
        feed.rate * limits.fetch_rate,
        asked.headers,
        asked.json,
        gzip=asked.raw,
        keys=limits.keys,
        seconds=limits.fetch_seconds,
    )


def _verify(file: BinaryIO, coding: str | None, limits: Settings) -> None:
    for _ in _contents(file, coding, limits):
        pass


def _contents(file: BinaryIO, coding: str | None, limits: Settings) -> Iterator[bytes]:
    return unpack.contents(file, limits) if coding is None else unpack.decoded(file, coding, limits)


def locate(asked: Fetch, feed: Feed, given: str, settings: Settings) -> str:
    """Return where a `Fetch` leads: `given`, what the team set for the feed, or what the feed declares.

    `{date-N}` in it stands for the day N days ago, `{whoisds-N}` for what whoisds.com calls the list of that day.
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
            return _dated(place.rstrip("/") + path if path else place, settings.now())
    return asked.url


def _dated(address: str, now: datetime) -> str:
    def day(found: re.Match[str]) -> str:
        date = f"{now - timedelta(days=int(found[2])):%Y-%m-%d}"
        return date if found[1] == "date" else base64.b64encode(f"{date}.zip".encode()).decode()

    return _DAY.sub(day, address)


@contextlib.contextmanager
def _spool(folder: Path, *, small: bool) -> Iterator[BinaryIO]:
    """Open a file without a name in a folder: a killed run leaves nothing behind. A small one stays in memory."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = _nameless(str(folder), small=small)
    except OSError as error:
        raise _no_room(folder, error) from None
    with contextlib.closing(made) as file:
        yield cast("BinaryIO", file)  # a spooled one has all that we use


def _nameless(folder: str, *, small: bool) -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(IN_MEMORY, dir=folder) if small else tempfile.TemporaryFile(dir=folder)


def _no_room(folder: Path, error: OSError) -> StoreError:
    return StoreError(f"{folder}: {(error.strerror or 'cannot be written').lower()}; make room or set SCAMHUNT_HOME")


def _head(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read(unpack.PIECE)


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
