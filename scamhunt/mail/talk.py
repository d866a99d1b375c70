"""A conversation with a mail server, under the rules that all of ours have: an end in time, answers with a size."""

import contextlib
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from scamhunt.addresses import Address
from scamhunt.takedown.words import clean

SENT, FAILED, UNKNOWN = "sent", "failed", "unknown"
REPLY_BYTES, REPLY_LINES = 16_384, 64
"""What one answer may have; RFC 5321 4.5.3.1.5 gives a line 512 bytes."""
ANSWER = 300
"""Characters of an answer that are kept."""

_PIECE = 16_384
_REPLY = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*?))?\r?\n", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: for all of it, name look-up left out; for one connection; for the goodbye."""

    total: float = 45.0
    connect: float = 10.0
    parting: float = 2.0


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Server:
    """Where the mail server is, and as whom we log in there."""

    host: str
    port: int
    tls: bool
    user: str = field(repr=False)
    password: str = field(repr=False)
    addresses: Sequence[Address] = ()
    in_the_clear: bool = False
    """Whether it may do without TLS."""


class Said(smtplib.SMTPException):
    """The server said something that ends it, or we do; the text is clean."""


class Talk(smtplib.SMTP):
    """A conversation with one server. It has one end in time, and each answer a size, however slowly bytes drip in."""

    def __init__(self, server: Server, name: str, limits: Limits) -> None:
        """Connect nothing yet; `name` is what we call ourselves."""
        super().__init__(local_hostname=name)  # without a name the library would tell this machine's
        self.server = server
        self.step, self.fate, self.answer = "connect", FAILED, ""
        self._limits, self._until = limits, time.monotonic() + limits.total
        self._read = bytearray()

    def open(self) -> None:
        """Connect to the first address that answers, and hear the greeting."""
        plain = self._connected()
        self.sock = plain
        if self.server.tls:
            self._begin_tls(plain)
        self.step = "greeting"
        self._expect(*self.getreply(), "220")

    def say_hello(self, step: str) -> None:
        """Say who we are; learn what the server can."""
        self.step = step
        self._expect(*self.ehlo(), "250")

    def secure(self) -> None:
        """Begin TLS. A server that offers none is refused, but on this machine where that is allowed."""
        self.step = "starttls"
        if not self.has_extn("starttls"):
            if self.server.in_the_clear:
                return
            raise Said("the server offers no TLS (STARTTLS): nothing was told to it; look at SCAMHUNT_SMTP_URL")
        self.ask("starttls", "STARTTLS", "220")
        self._refuse_unasked()  # what came in the clear must not count as said under TLS (CVE-2011-0411)
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected
        self._begin_tls(self.sock)
        self.say_hello("ehlo again")

    def log_in(self) -> None:
        """Log in with the mechanism that both know."""
        self.step = "auth"
        self.login(self.server.user, self.server.password)

    def options(self, size: int) -> str:
        """Return what MAIL FROM says besides (RFC 1870, RFC 6152)."""
        said = [f" SIZE={size}"] if self.has_extn("size") else []
        return "".join([*said, *([" BODY=7BIT"] if self.has_extn("8bitmime") else [])])

    def ask(self, step: str, command: str, wanted: str) -> None:
        """Give a command whose answer has to begin with some digits."""
        self.step = step
        self._expect(*self.docmd(command), wanted)

    def give(self, stuffed: bytes) -> None:
        """Give the content, dots doubled, and hear the answer. From the first byte on its fate is unknown."""
        self.step = "content"
        self._refuse_unasked()
        self.fate = UNKNOWN
        self.send(stuffed)
        self.step = "dot"
        self._refuse_unasked()
        self.send(b".\r\n")
        code, text = self.getreply()
        if str(code)[0] in "45":
            self.fate = FAILED
        self._expect(code, text, "2")
        self.fate, self.answer = SENT, _shown(code, text)

    def part(self) -> None:
        """Say goodbye. What goes wrong then is of no interest."""
        self._until = min(self._until, time.monotonic() + self._limits.parting)
        with contextlib.suppress(OSError, ValueError):
            self.docmd("QUIT")

    # --- what the library calls

    def send(self, s: str | bytes) -> None:  # type: ignore[override]  # the library's stubs say ReadableBuffer
        """Send all of it before the end."""
        content = s.encode("ascii") if isinstance(s, str) else s
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected
        for at in range(0, len(content), _PIECE):
            self.sock.settimeout(self._left())
            self.sock.sendall(content[at : at + _PIECE])

    def putcmd(self, cmd: str, args: str = "") -> None:
        """Send a command; an answer that came before its question is none."""
        self._refuse_unasked()
        super().putcmd(cmd, args)

    def getreply(self) -> tuple[int, bytes]:
        """Return code and text of the next answer. Raises `SMTPException` for what is none or too much of it."""
        texts: list[bytes] = []
        codes: set[int] = set()
        size = 0
        while len(texts) < REPLY_LINES:
            line = self._line(REPLY_BYTES - size)
            size += len(line)
            found = _REPLY.fullmatch(line)
            if found is None:
                break
            codes.add(int(found[1]))
            texts.append((found[3] or b"").strip())
            if found[2] != b"-" and len(codes) == 1:
                return codes.pop(), b"\n".join(texts)
            if len(codes) > 1:
                break
        return self._unreadable()

    # --- parts

    def _line(self, most: int) -> bytes:
        while (at := self._read.find(b"\n")) < 0:
            if len(self._read) > most:
                self._unreadable()
            if self.sock is None:
                raise smtplib.SMTPServerDisconnected
            self.sock.settimeout(self._left())
            piece = self.sock.recv(_PIECE)
            if not piece:
                raise smtplib.SMTPServerDisconnected
            self._read += piece
        line = bytes(self._read[: at + 1])
        del self._read[: at + 1]
        return line if len(line) <= most else self._unreadable()

    def _expect(self, code: int, text: bytes, wanted: str) -> None:
        if not str(code).startswith(wanted):
            raise Said(_shown(code, text))

    def _refuse_unasked(self) -> None:
        if self._read:
            raise Said("the server answers before it was asked")

    def _unreadable(self) -> NoReturn:
        raise Said("what came is no answer of a mail server")

    def _connected(self) -> socket.socket:
        failed: OSError = ConnectionError()
        for address in self.server.addresses:
            try:
                return socket.create_connection(
                    (str(address), self.server.port), min(self._limits.connect, self._left())
                )
            except OSError as error:
                failed = error
        raise failed

    def _begin_tls(self, plain: socket.socket) -> None:
        self.step = "handshake"
        plain.getpeername()  # fails where it was reset meanwhile: Python's ssl would lose such a socket
        context = ssl.create_default_context()
        self.sock = secured = context.wrap_socket(
            plain, server_hostname=self.server.host, do_handshake_on_connect=False
        )
        secured.settimeout(self._left())
        secured.do_handshake()

    def _left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def _shown(code: int, text: bytes) -> str:
    return f"{code} {clean(text.decode('utf-8', 'replace'), ANSWER)}".rstrip()
