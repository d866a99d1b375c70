import contextlib
import itertools
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import trustme

from scamhunt.settings import Settings


class _Handler(BaseHTTPRequestHandler):
    routes: dict[str, Any]

    def do_GET(self) -> None:
        route = self.routes.get(self.path.partition("?")[0], (404, {}, b"not here"))
        if callable(route):
            route(self)
            return
        status, headers, body = (200, {}, route) if isinstance(route, bytes) else route
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the library's
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: that a client has enough is what several tests are about."""


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Return a certificate authority of this run."""
    return trustme.CA()


@pytest.fixture
def serve(authority: trustme.CA) -> Iterator[Callable[..., str]]:
    """Give a function that starts a loopback server for routes (bytes, (status, headers, body) or a handler)."""
    servers: list[ThreadingHTTPServer] = []

    def start(routes: dict[str, Any], *, tls: bool = False) -> str:
        server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"routes": routes}))
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert("127.0.0.1").configure_cert(context)
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, args=(0.005,), daemon=True).start()
        servers.append(server)
        return f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@dataclass
class Scripted:
    """A server that says what a script says: `answer(connection, request)`, both from 1; nothing hangs up."""

    answer: Callable[[int, int], bytes]
    cut: int = 0
    """So many connections are hung up after their first answer."""
    url: str = ""
    requests: list[bytes] = field(default_factory=list)
    """As they came, on all connections."""
    connections: int = 0

    def listen(self, server: socket.socket) -> None:
        """Serve until the socket is closed."""
        with contextlib.suppress(OSError):
            while True:
                connection = server.accept()[0]
                self.connections += 1
                threading.Thread(target=self._talk, args=(connection, self.connections), daemon=True).start()

    def _talk(self, connection: socket.socket, number: int) -> None:
        with connection, contextlib.suppress(OSError), connection.makefile("rb") as stream:
            for turn in itertools.count(1):
                request = b"".join(iter(lambda: stream.readline().lstrip(b"\r\n"), b""))
                if not request:
                    return
                length = re.search(rb"(?i)content-length: (\d+)", request)
                self.requests.append(request + (b"\r\n" + stream.read(int(length[1])) if length else b""))
                said = self.answer(number, turn)
                if not said:
                    return
                connection.sendall(said)
                if number <= self.cut:
                    return


@pytest.fixture
def script() -> Iterator[Callable[..., Scripted]]:
    """Give a function that starts a loopback server which keeps its connections and says what a script says."""
    open_sockets: list[socket.socket] = []

    def start(answer: Callable[[int, int], bytes], cut: int = 0) -> Scripted:
        server = socket.create_server(("127.0.0.1", 0))
        open_sockets.append(server)
        scripted = Scripted(answer, cut, f"http://127.0.0.1:{server.getsockname()[1]}")
        threading.Thread(target=scripted.listen, args=(server,), daemon=True).start()
        return scripted

    yield start
    for server in open_sockets:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


@pytest.fixture
def closed_port() -> int:
    """Give a port of this machine on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


@pytest.fixture
def lab(tmp_path: Path) -> Settings:
    """Give settings of a lab: a state folder of its own, and this machine may be fetched from."""
    return Settings(home=tmp_path / "home", fetch_allow_nets=(ip_network("127.0.0.0/8"),))
