"""A connection to a mail server, under the rules that all of ours have: a checked address, an end in time and size."""

import contextlib
import imaplib
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from imap_tools.errors import ImapToolsError
from pydantic import SecretStr

from scamhunt.addresses import Address, Network, resolve_checked
from scamhunt.errors import AddressRefused, FeedFailed, Refused, UserError
from scamhunt.settings import Settings

COMMAND_SECONDS, SILENT_SECONDS, CONNECT_SECONDS, PARTING_SECONDS = 60.0, 30.0, 10.0, 2.0
"""Seconds that a command, one wait for bytes, a connection and the goodbye may take."""
COMMAND_BYTES, COMMAND_LINES = 2**22, 20_000
"""What the answer to a command may have; that to a message so many bytes besides the message."""

IMAP_URL, INBOX_URL = "SCAMHUNT_IMAP_URL", "SCAMHUNT_INBOX_URL"
"""The settings that name a mailbox: of forwarded mails, and of the answers to reports."""

_PORTS = {"imaps": 993, "imap": 143}
_PIECE = 65_536
_FORM = "write imaps://user:password@host/INBOX, with %40 for @, %3A for :, %2F for / and %23 for # in a password"
_UNREADABLE = (imaplib.IMAP4.error, ValueError, LookupError, TypeError, AttributeError)
"""What imaplib raises of answers that are none."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mailbox is, and as whom it is opened."""

    host: str
    port: int
    folder: str
    tls: bool
    user: str = field(repr=False)
    password: str = field(repr=False)
    setting: str = IMAP_URL
    """What names it, for messages."""

    @property
    def shown(self) -> str:
        """The place for messages and books: neither user nor password."""
        scheme = "imaps" if self.tls else "imap"
        port = "" if self.port == _PORTS[scheme] else f":{self.port}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}{port}/{self.folder}"[:200]


def read_place(url: SecretStr, setting: str = IMAP_URL) -> Place:
    """Return what the address of a mailbox, given by a setting, says. Raises `UserError`, which does not repeat it."""
    try:
        parts = urlsplit(url.get_secret_value())
        port = parts.port
    except ValueError:
        raise UserError(f"{setting}: no address that can be read; {_FORM}") from None
    texts = [parts.hostname or "", *(unquote(text) for text in (parts.username or "", parts.password or ""))]
    folder = unquote(parts.path.strip("/")) or "INBOX"
    if parts.scheme not in _PORTS or not all(texts) or parts.query or parts.fragment or port == 0:
        raise UserError(f"{setting}: no address with user, password and host; {_FORM}")
    if not all(text.isprintable() for text in (*texts, folder)):
        raise UserError(f"{setting}: holds characters that cannot be sent; {_FORM}")
    tls = parts.scheme == "imaps"
    return Place(texts[0], port or _PORTS[parts.scheme], folder, tls, texts[1], texts[2], setting)


def connected(place: Place, settings: Settings) -> "Client":
    """Connect to a place. Raises `AddressRefused`, `Refused` for a password in the clear, and `FeedFailed`."""
    try:
        addresses = resolve_checked(place.host, place.port, settings.fetch_allow_nets)
        if not place.tls:
            _refuse_in_the_clear(addresses, settings.fetch_allow_nets)
    except AddressRefused as refused:
        raise AddressRefused(f"{place.shown}: {refused}") from None
    except Refused as refused:
        raise Refused(f"{place.shown}: {refused}") from None
    with told(place, "does not answer as a mail server does; look at the address"):
        return Client(place, addresses, time.monotonic() + settings.feed_seconds)


def _refuse_in_the_clear(addresses: Sequence[Address], allowed: Sequence[Network]) -> None:
    if not all(any(address in net for net in allowed) for address in addresses):
        raise Refused("its password would go out in the clear: refused; write imaps://")


@contextlib.contextmanager
def told(place: Place, what: str) -> Iterator[None]:
    """Raise what goes wrong as `FeedFailed`: no text of the server's."""
    try:
        yield
    except TimeoutError:
        raise FeedFailed(f"{place.shown}: no answer in time; try again later") from None
    except ssl.SSLCertVerificationError:
        raise FeedFailed(f"{place.shown}: does not have a valid certificate; look at the address") from None
    except (OSError, imaplib.IMAP4.abort):
        raise FeedFailed(
            f"{place.shown}: no connection, or it broke; look at the address, or try again later"
        ) from None
    except (ImapToolsError, *_UNREADABLE):
        raise FeedFailed(f"{place.shown}: {what}") from None


class Client(imaplib.IMAP4):
    """A connection to a checked address. Each command has its end and its size, however slowly the bytes drip in."""

    def __init__(self, place: Place, addresses: Sequence[Address], end: float) -> None:
        """Connect; `end` is the moment, of the monotonic clock, at which all is over."""
        self._place, self._addresses, self._end = place, addresses, end
        self._buffer = bytearray()
        self.begin(COMMAND_SECONDS, COMMAND_BYTES)
        super().__init__(place.host, place.port)

    def begin(self, seconds: float, size: int) -> None:
        """Give a command so many seconds from now, and its answer so many bytes. Raises `TimeoutError`."""
        self._until, self._left, self._lines = min(time.monotonic() + seconds, self._end), size, COMMAND_LINES
        self._seconds(seconds)

    def part(self) -> None:
        """Say goodbye and close; what goes wrong then is of no interest."""
        with contextlib.suppress(OSError, *_UNREADABLE):
            self.begin(PARTING_SECONDS, COMMAND_BYTES)
            self.logout()
        self.shutdown()

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        """Connect; what the library gives is what it was given."""
        del host, port, timeout
        failed: OSError = ConnectionError()
        for address in self._addresses:
            try:
                plain = socket.create_connection((str(address), self._place.port), self._seconds(CONNECT_SECONDS))
            except OSError as error:
                failed = error
                continue
            self.sock = self._secured(plain) if self._place.tls else plain
            return
        raise failed

    def read(self, size: int) -> bytes:
        """Return exactly so many bytes."""
        while len(self._buffer) < size:
            self._more(size)
        return self._taken(size)

    def readline(self) -> bytes:
        """Return a line with its end."""
        looked = 0
        self._lines -= 1
        if self._lines < 0:
            raise self.abort("too many lines")
        while (at := self._buffer.find(b"\n", looked)) < 0:
            looked = len(self._buffer)
            self._more()
        return self._taken(at + 1)

    def send(self, data: bytes) -> None:  # type: ignore[override]  # the library's stubs say Buffer
        """Send all bytes."""
        self.sock.settimeout(self._seconds(SILENT_SECONDS))
        self.sock.sendall(data)

    def shutdown(self) -> None:
        """Close the connection."""
        if hasattr(self, "sock"):
            self.sock.close()

    def _secured(self, plain: socket.socket) -> ssl.SSLSocket:
        try:
            return ssl.create_default_context().wrap_socket(plain, server_hostname=self._place.host)
        except BaseException:
            plain.close()
            raise

    def _more(self, wanted: int = 0) -> None:
        """Take what comes next. Raises imaplib's `abort` when it is too much or the end, `TimeoutError`."""
        if wanted > self._left + len(self._buffer):
            raise self.abort("too much")
        self.sock.settimeout(self._seconds(SILENT_SECONDS))
        piece = self.sock.recv(_PIECE)
        self._left -= len(piece)
        if not piece or self._left < 0:
            raise self.abort("the end, or too much")
        self._buffer += piece

    def _taken(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _seconds(self, most: float) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(most, left)
