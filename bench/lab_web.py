"""A web server on loopback that says exactly what it is told to, byte by byte, and counts who came.

    with Lab({"/": whole(b"<h1>hello</h1>")}) as lab:
        ...  # lab.url, lab.connections, lab.requests

An answer is a list of bytes to send and of seconds to wait in between; then the server hangs up.
"""

import contextlib
import re
import socket
import ssl
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import trustme

Answer = Sequence[bytes | float]
"""Bytes are sent, numbers are seconds to wait."""
MISSING: Answer = (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",)
LONGEST_REQUEST = 256 * 1024


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    path: str
    raw: bytes
    sni: str = ""
    """The name in the TLS greeting, empty where there was none."""

    def header(self, name: str) -> str:
        """Return the value of a header, empty where it was not sent."""
        found = re.search(rf"(?im)^{re.escape(name)}:[ \t]*([^\r\n]*)".encode(), self.raw)
        return found[1].decode() if found else ""


Says = Mapping[str, Answer] | Callable[[Asked], Answer]


def whole(body: bytes, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> Answer:
    """Return a plain answer with its length."""
    given = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return (f"HTTP/1.1 {status} So\r\n{given}Content-Length: {len(body)}\r\n\r\n".encode() + body,)


def redirect(location: str, status: int = 302, headers: Iterable[tuple[str, str]] = ()) -> Answer:
    """Return an answer that sends the visitor elsewhere."""
    return whole(b"moved", status, [("Location", location), *headers])


def drip(data: bytes, seconds: float) -> Answer:
    """Return an answer that comes one byte at a time, with a pause after each."""
    return tuple(part for at in range(len(data)) for part in (data[at : at + 1], seconds))


class Listener:
    """Accepts connections on loopback, each in a thread of its own, and counts them."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen at once; port 0 is any that is free."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, port), family=family, backlog=256)
        self.host, self.port = host, int(self._socket.getsockname()[1])
        self.connections = 0
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        """Accept from now on."""
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up on everybody."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        with self._lock:
            for one in self._open:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection = self._socket.accept()[0]
                with self._lock:
                    self.connections += 1
                    self._open.add(connection)
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        try:
            with contextlib.suppress(OSError):
                self.talk(connection)
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()

    def talk(self, connection: socket.socket) -> None:
        """Say nothing; it is closed afterwards."""


class Lab(Listener):
    """A web server; with `context` it speaks TLS. `says` gives the answer for each path."""

    def __init__(
        self, says: Says, *, host: str = "127.0.0.1", port: int = 0, context: ssl.SSLContext | None = None
    ) -> None:
        """Listen at once."""
        super().__init__(host, port)
        self.says, self._context = says, context
        self.requests: list[Asked] = []

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http{'s' if self._context else ''}://{host}:{self.port}"

    def talk(self, connection: socket.socket) -> None:
        """Answer one request, then hang up."""
        connection.settimeout(30)
        if self._context is None:
            self._serve(connection, "")
            return
        with self._context.wrap_socket(connection, server_side=True) as secured:
            self._serve(secured, getattr(secured, "asked_name", "") or "")

    def _serve(self, connection: socket.socket, sni: str) -> None:
        raw = head_of(connection)
        if not raw:
            return
        path = [*raw.split(b" ", 2), b"", b""][1].decode("latin-1")
        asked = Asked(path, raw, sni)
        self.requests.append(asked)
        said = self.says(asked) if callable(self.says) else self.says.get(path.partition("?")[0], MISSING)
        for part in said:
            if isinstance(part, bytes):
                connection.sendall(part)
            else:
                time.sleep(part)


class LabProxy(Listener):
    """A proxy that knows CONNECT to addresses and notes where it was told to connect to."""

    def __init__(self, login: str = "", *, refuses: str = "", context: ssl.SSLContext | None = None) -> None:
        """Take `user:password` that it wants, and what it answers to everybody where it does not connect."""
        super().__init__()
        self._login, self._refuses, self._context = login, refuses, context
        self.asked: list[str] = []

    def talk(self, connection: socket.socket) -> None:
        """Connect one visitor through."""
        if self._context is None:
            self._tunnel(connection)
            return
        with self._context.wrap_socket(connection, server_side=True) as secured:
            self._tunnel(secured)

    def _tunnel(self, connection: socket.socket) -> None:
        asked = Asked("", head_of(connection))
        to = asked.raw.split(b" ", 2)[1].decode()
        self.asked.append(asked.raw.decode())
        if self._refuses or (self._login and asked.header("Proxy-Authorization") != f"Basic {_basic(self._login)}"):
            connection.sendall((self._refuses or "HTTP/1.1 407 Who are you\r\n\r\n").encode())
            return
        host, _, port = to.rpartition(":")
        with socket.create_connection((host.strip("[]"), int(port)), timeout=10) as behind:
            connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            threading.Thread(target=pump, args=(behind, connection), daemon=True).start()
            pump(connection, behind)


def head_of(connection: socket.socket) -> bytes:
    """Return what came up to the empty line."""
    raw = b""
    while b"\r\n\r\n" not in raw and len(raw) < LONGEST_REQUEST:
        came = connection.recv(65_536)
        if not came:
            break
        raw += came
    return raw


def pump(source: socket.socket, to: socket.socket) -> None:
    """Pass on what comes until one end closes."""
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            to.sendall(data)
    with contextlib.suppress(OSError):
        to.shutdown(socket.SHUT_WR)


def secured(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    """Return the TLS of a server with a certificate for these names; it notes the name that it is greeted with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    context.sni_callback = _note
    return context


def _note(connection: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
    connection.asked_name = name or ""  # type: ignore[attr-defined]  # a note for `Lab`


def _basic(login: str) -> str:
    return b64encode(login.encode()).decode()


class _Connects:
    """The addresses that this process connects to, told by Python's own audit of sockets."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int]] | None = None
        self._hooked = False

    def hook(self) -> None:
        if not self._hooked:
            sys.addaudithook(self._note)
            self._hooked = True

    def _note(self, event: str, given: tuple[object, ...]) -> None:
        if event == "socket.connect" and self.seen is not None and isinstance(given[1], tuple):
            self.seen.append((str(given[1][0]), int(given[1][1])))


_CONNECTS = _Connects()


@contextlib.contextmanager
def recorded_connects() -> Iterator[list[tuple[str, int]]]:
    """Give a list that gets address and port of each connection that this process begins."""
    _CONNECTS.hook()
    _CONNECTS.seen = []
    try:
        yield _CONNECTS.seen
    finally:
        _CONNECTS.seen = None
