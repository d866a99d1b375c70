import socket
import ssl
import threading
from collections.abc import Callable, Iterator
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
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


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
