"""A mail server on loopback that speaks SMTP (RFC 5321) and breaks where it is told to. Threads, no library.

It keeps every message that it accepted and counts what it saw. At each of twelve steps it can break in several ways.
"""

import base64
import contextlib
import re
import socket
import ssl
import struct
import threading
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

STEPS = (
    *("connect", "greeting", "ehlo", "starttls", "handshake", "ehlo again", "auth", "mail", "rcpt", "data"),
    *("content", "dot"),
)
MANNERS = ("hang up", "reset", "hang", "garbage", "4xx", "5xx", "drip")
AFTER = ("accept and hang up", "accept and hang", "answer and hang up")
"""Manners of the last step besides: the message counts as accepted."""
USER, PASSWORD = "reports@lab.example", "pa ss/w:ord%41"

_GARBAGE = b"\x00\xffHTTP/1.1 200 OK\n\n\x1b[2J250\r\n"
_ID = re.compile(rb"^Message-ID:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Fault:
    """Where it breaks, and how; no step: nowhere."""

    step: str = ""
    manner: str = ""


class _End(Exception):  # no error: this conversation is over
    """The conversation is over."""


@dataclass
class Smtp:
    """A running server; `with` ends it. `tls` is `""`, `starttls` or `tls`; the last two need a context."""

    fault: Fault = field(default_factory=Fault)
    tls: str = ""
    context: ssl.SSLContext | None = None
    log_in: bool = False
    hold: float = 30.0
    """Seconds after which a server that hangs lets go."""
    accepted: list[bytes] = field(default_factory=list)
    """What it took, dots undone."""
    seen: list[str] = field(default_factory=list)
    """The Message-ID of each content of which it saw the first bytes."""
    commands: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    """The commands as they came."""
    greeting: bytes = b""
    """Said instead of its own greeting; then it hangs."""
    slip: str = ""
    """A step whose answer has another one behind it, before it was asked: `starttls` or `data`."""
    connections: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        """Listen."""
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=100)
        self._socket.settimeout(None)  # whatever another library made the default of this process
        self.port = self._socket.getsockname()[1]
        self._threads: list[threading.Thread] = []
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all conversations and stop listening."""
        self.over.set()
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        self._listener.join(5)
        self._socket.close()
        for thread in self._threads:
            thread.join(5)

    @property
    def url(self) -> str:
        """Its address, as a team sets it."""
        who = "reports%40lab.example:pa%20ss%2Fw%3Aord%2541@" if self.log_in else ""
        return f"{'smtps' if self.tls == 'tls' else 'smtp'}://{who}127.0.0.1:{self.port}"

    def _listen(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            if self.over.is_set():
                connection.close()
                return
            self.connections += 1
            thread = threading.Thread(target=_Conversation(self, connection).run, daemon=True)
            self._threads.append(thread)
            thread.start()


class _Conversation:
    """One connection."""

    def __init__(self, server: Smtp, connection: socket.socket) -> None:
        self.server, self.socket = server, connection
        self.socket.settimeout(server.hold)
        self.read = b""
        self.secure = False
        self.hellos = 0

    def run(self) -> None:
        """Speak until the end."""
        with contextlib.suppress(OSError, ValueError, _End):
            self._speak()
        self.socket.close()

    def _speak(self) -> None:
        self._break("connect")
        if self.server.tls == "tls":
            self._begin_tls()
        if self.server.greeting:
            self.socket.sendall(self.server.greeting)
            self._hang()
            raise _End
        self._answer("greeting", "220 lab")
        while True:
            line = self._line()
            self.server.lines.append(line.decode("latin-1").strip())
            verb = line.partition(b" ")[0].strip().upper().decode("latin-1")
            self.server.commands.append(verb)
            self._obey(verb, line)

    def _obey(self, verb: str, line: bytes) -> None:
        if verb == "EHLO":
            self._hello()
        elif verb == "STARTTLS":
            self._answer("starttls", "220 go on")
            self._begin_tls()
        elif verb == "AUTH":
            self._log_in(line)
        elif verb in {"MAIL", "RCPT"}:
            self._answer(verb.lower(), "250 ok")
        elif verb == "DATA":
            self._answer("data", "354 go on")
            self._content()
        elif verb == "QUIT":
            self._say("221 bye")
            raise _End
        else:
            self._say("500 what?")

    def _hello(self) -> None:
        self.hellos += 1
        lines = ["lab", "SIZE 50000000", "8BITMIME"]
        lines += ["STARTTLS"] * (self.server.tls == "starttls" and not self.secure)
        lines += ["AUTH PLAIN LOGIN"] * self.server.log_in
        text = "\r\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"])
        self._answer("ehlo" if self.hellos == 1 else "ehlo again", text)

    def _log_in(self, line: bytes) -> None:
        self._break("auth")
        said = base64.b64decode(line.split()[-1])
        right = said == f"\0{USER}\0{PASSWORD}".encode()
        self._say("235 welcome" if right else f"535 no, {line.decode('latin-1').strip()}")

    def _begin_tls(self) -> None:
        self._break("handshake")
        if self.server.context is None:
            raise _End
        self.socket = self.server.context.wrap_socket(self.socket, server_side=True)
        self.secure = True

    def _content(self) -> None:
        body = self._more(1)
        found = _ID.search(body)  # our heads are short: they come in one piece
        self.server.seen.append(found[1].decode("latin-1") if found else "")
        self._break("content")
        while b"\r\n.\r\n" not in b"\r\n" + body:
            body += self._more(1)
        content = (b"\r\n" + body).partition(b"\r\n.\r\n")[0] + b"\r\n"
        self._finish(content.replace(b"\r\n.", b"\r\n")[2:])

    def _finish(self, mail: bytes) -> None:
        fault = self.server.fault
        if fault.step == "dot" and fault.manner in AFTER:
            self.server.accepted.append(mail)
            if fault.manner == "accept and hang":
                self._hang()
            if fault.manner == "answer and hang up":
                self._say("250 kept")
            raise _End
        self._break("dot")
        self.server.accepted.append(mail)
        self._say(f"250 kept as lab-{len(self.server.accepted)}")

    # --- break

    def _answer(self, step: str, text: str) -> None:
        self._break(step)
        self._say(text + "\r\n250 slipped in" if self.server.slip == step else text)

    def _break(self, step: str) -> None:
        """Break if this is the step."""
        if self.server.fault.step != step:
            return
        manner = self.server.fault.manner
        if step == "handshake":  # it has begun: Python's ssl loses a socket that is reset while it is being wrapped
            self._receive()
        if manner == "reset":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif manner == "hang":
            self._hang()
        elif manner == "garbage":
            self.socket.sendall(_GARBAGE)
            self._hang()
        elif manner in {"4xx", "5xx"}:
            self._say(f"{manner[0]}51 not \x1b[31mnow\x07")
        elif manner == "drip":
            self._drip()
        raise _End

    def _hang(self) -> None:
        """Say nothing until the other side has gone or it is over."""
        self.socket.settimeout(0.05)
        until = time.monotonic() + self.server.hold
        while not self.server.over.is_set() and time.monotonic() < until:
            with contextlib.suppress(TimeoutError):
                if not self.socket.recv(65_536):
                    raise _End

    def _drip(self) -> None:
        """Say an answer that goes on and on, a byte at a time."""
        until = time.monotonic() + self.server.hold
        while not self.server.over.is_set() and time.monotonic() < until:
            for byte in b"250-" + b"a" * 60 + b"\r\n":
                self.socket.sendall(bytes([byte]))
                time.sleep(0.01)

    # --- bytes

    def _say(self, text: str) -> None:
        self.socket.sendall(text.encode("latin-1") + b"\r\n")

    def _line(self) -> bytes:
        while b"\n" not in self.read:
            self.read += self._receive()
        line, _, self.read = self.read.partition(b"\n")
        return line

    def _more(self, least: int) -> bytes:
        while len(self.read) < least:
            self.read += self._receive()
        found, self.read = self.read, b""
        return found

    def _receive(self) -> bytes:
        piece = self.socket.recv(65_536)
        if not piece:
            raise _End
        return piece
