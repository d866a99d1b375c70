"""Run the site, with the schedule beside it, until somebody ends it."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from ipaddress import ip_address

import uvicorn

from scamhunt import desk, schedule
from scamhunt.errors import OutsideError, Refused, UserError
from scamhunt.settings import Settings
from scamhunt.web.app import application

GRACE = 5
"""Seconds that a stop waits for answers on their way."""
HEADERS_LIMIT = 32_768
"""Bytes of a request's headers."""
AT_ONCE = 512
"""Connections; what is more is told to come again."""

Tell = Callable[[str], None]


def run(settings: Settings, tell: Tell, *, host: str, port: int, schedule: bool) -> None:
    """Serve until SIGTERM or SIGINT. Raises `Refused`, `UserError`, `OutsideError`, `StoreError`."""
    _refuse_open(settings, host)
    with desk.open_store(settings) as store, listening_on(host, port) as listening:
        app = application(settings, store, port)
        _tell_start(settings, tell, host, port)
        for line in desk.team(store, settings):
            if line:
                tell(line)
        with _clock(settings, tell) if schedule else nullcontext():
            _Server(configured(settings, app)).run(sockets=[listening])


class _Server(uvicorn.Server):
    """Ends in order at the first signal and at once at the second; the process then exits with 0."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals for as long as it serves."""
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def configured(settings: Settings, app: object) -> uvicorn.Config:
    """Return how an application is served: what it may be sent, and what is told of it."""
    return uvicorn.Config(
        app,  # type: ignore[arg-type]  # an ASGI application
        log_level="warning",
        access_log=False,  # who looked at what stands in the log of scamhunt
        proxy_headers=bool(settings.web_url),
        forwarded_allow_ips="127.0.0.1",
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=15,
        h11_max_incomplete_event_size=HEADERS_LIMIT,
        limit_concurrency=AT_ONCE,
        http="h11",
        ws="none",
        lifespan="off",
    )


@contextmanager
def _clock(settings: Settings, tell: Tell) -> Iterator[None]:
    with schedule.beside(settings, tell):
        yield


@contextmanager
def listening_on(host: str, port: int) -> Iterator[socket.socket]:
    """Give a socket that listens. Raises `UserError` for an address that is none, `OutsideError` for one in use."""
    try:
        family = socket.AF_INET6 if ip_address(host).version == 6 else socket.AF_INET  # noqa: PLR2004  # IPv6
    except ValueError:
        raise UserError(f"{host[:80]!a} is no address; give one such as 127.0.0.1") from None
    try:
        listening = socket.create_server((host, port), family=family, backlog=256)
    except OSError as error:
        raise OutsideError(f"{host} port {port}: {error.strerror or error}; choose another one: --port") from None
    with listening:
        # asyncio leaves sockets of this maker alone, and head and body of an answer would wait 40 ms for each other.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield listening


def _refuse_open(settings: Settings, host: str) -> None:
    """Raise `Refused` where passwords would cross a network in the clear."""
    try:
        own = ip_address(host).is_loopback
    except ValueError:
        own = True  # what is no address is told as that
    if not own and not settings.web_url:
        raise Refused(
            f"{host}: refused: others could read passwords on the way; put a proxy with TLS before it and set "
            "SCAMHUNT_WEB_URL=https://..., or leave --host out"
        )


def _tell_start(settings: Settings, tell: Tell, host: str, port: int) -> None:
    own = f"[{host}]" if ":" in host else host
    tell(f"the desk is open at {settings.web_url or f'http://{own}:{port}'}/ (Ctrl-C ends it)")
