"""Loopback servers for a real browser: pages of ours that remember who asked, and a trap that counts who comes."""

import asyncio
import contextlib
import os
import socket
import ssl
import subprocess
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any

from scamhunt.addresses import Address
from scamhunt.investigate.screenshot import Photographer
from scamhunt.settings import Settings

HOME = "127.0.0.77"
"""Where the pages are: the one address that the guard is told to allow."""


NAME = "amazon-refund-desk.test"


@dataclass(slots=True)
class Pages:
    """What is served: path to (status, headers, body); and what was asked for."""

    pages: dict[str, tuple[int, Mapping[str, str], bytes]]
    port: int = 0
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    """Method, path, headers by their names in lower case."""

    def url(self, path: str = "/", host: str = NAME, scheme: str = "http") -> str:
        """Return the address of a page."""
        return f"{scheme}://{host}:{self.port}{path}"

    def put(self, path: str, html: str, **headers: str) -> None:
        """Serve a page of this text."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (200, {"Content-Type": "text/html; charset=utf-8", **named}, html.encode())


@contextlib.contextmanager
def serving(secure: ssl.SSLContext | None = None) -> Iterator[Pages]:
    """Serve pages on `HOME`, over TLS where a context is given."""
    shown = Pages({})

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            shown.asked.append((self.command, self.path, headers))
            status, told, body = shown.pages.get(self.path.partition("?")[0], (404, {}, b"none"))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **told}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
            pass

    for method in ("POST", "PUT", "HEAD", "OPTIONS", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.do_GET)

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass  # a browser hangs up whenever it likes

    with Server((HOME, 0), Handler) as server:
        if secure:
            server.socket = secure.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        shown.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield shown
        finally:
            server.shutdown()
            thread.join()


@dataclass(slots=True)
class Trap:
    """A port on which nobody may come, over TCP and UDP, on every address of this machine."""

    port: int = 0
    hits: list[str] = field(default_factory=list)


@contextlib.asynccontextmanager
async def trap(hosts: Sequence[str] = ("0.0.0.0",), port: int = 0) -> Any:  # noqa: ANN401, S104  # listens everywhere on purpose
    """Listen; each connection and each datagram is a hit."""
    caught = Trap(port)

    async def came(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        caught.hits.append(f"tcp {writer.get_extra_info('sockname')[0]}")
        writer.close()

    class Datagrams(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: object) -> None:
            del data, addr
            caught.hits.append("udp")

    async with contextlib.AsyncExitStack() as held:
        for host in hosts:
            server = await asyncio.start_server(came, host, caught.port)
            held.callback(server.close)
            caught.port = server.sockets[0].getsockname()[1]
            loop = asyncio.get_running_loop()
            transport, _ = await loop.create_datagram_endpoint(Datagrams, sock=_datagrams(host, caught.port))
            held.callback(transport.close)
        yield caught


def _datagrams(host: str, port: int) -> socket.socket:
    """Return a UDP socket; one of IPv6 leaves IPv4 to its neighbour."""
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    if ":" in host:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    made.bind((host, port))
    made.settimeout(0)
    return made


def at(*addresses: str, elsewhere: str = "169.254.169.254") -> Callable[[str], Awaitable[Sequence[Address]]]:
    """Return a resolver that gives these addresses for the pages' name, and one that is inside for every other."""

    async def resolve(host: str) -> Sequence[Address]:
        return [ip_address(one) for one in (addresses if host == NAME else (elsewhere,))]

    return resolve


def why_no_child() -> str:
    """Return why this machine lets no child have a network of its own or read the environment, "" where it does."""
    kind = ["--net"] if os.geteuid() == 0 else ["--user", "--net"]
    if subprocess.run(["unshare", *kind, "true"], capture_output=True, check=False).returncode:  # noqa: S607  # of the system
        return "no namespaces here"
    return Photographer(Settings.model_validate({"chromium": "/bin/sh"}), at(HOME)).why_not
