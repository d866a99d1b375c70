"""The guarded dialer: connections to checked addresses only, which end at a moment however slowly the bytes drip in."""

import contextlib
import functools
import ssl
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import httpcore
import httpx

from scamhunt.addresses import Network, resolve_checked
from scamhunt.errors import Refused

KEPT_SECONDS = 60.0
"""An idle connection is closed after so long."""


class Deadline:
    """The moment at which the download ends that is under way. All connections of a pool look at the same one."""

    def __init__(self) -> None:
        """Begin with a moment that is over."""
        self._at = 0.0

    def begin(self, seconds: float) -> None:
        """Give a download so many seconds from now."""
        self._at = time.monotonic() + seconds

    def put_off(self, seconds: float) -> None:
        """Give so many seconds more: those that we waited out of politeness."""
        self._at += seconds

    @contextlib.contextmanager
    def sooner(self, seconds: float) -> Iterator[None]:
        """End what is done here after so many seconds."""
        before = self._at
        self._at = min(before, time.monotonic() + seconds)
        try:
            yield
        finally:
            self._at = before

    def leaves(self, seconds: float) -> bool:
        """Return whether more than so many seconds are left."""
        return time.monotonic() + seconds < self._at

    def left(self, timeout: float | None) -> float:
        """Return the seconds that an operation may take; raises httpcore's `ReadTimeout` when none are left."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if timeout is None else min(left, timeout)


def open_pool(allowed: Sequence[Network], deadline: Deadline, *, inside: bool = False) -> httpcore.ConnectionPool:
    """Return a pool that dials only public addresses and allowed networks; with `inside` only the latter."""
    return httpcore.ConnectionPool(
        ssl_context=_tls(), keepalive_expiry=KEPT_SECONDS, network_backend=_Dialer(allowed, deadline, inside=inside)
    )


@functools.cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()


class _Dialer(httpcore.NetworkBackend):
    def __init__(self, allowed: Sequence[Network], deadline: Deadline, *, inside: bool) -> None:
        self._allowed = allowed
        self._deadline = deadline
        self._inside = inside

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failed: Exception = httpcore.ConnectError()
        for address in resolve_checked(host, port, self._allowed):
            if self._inside and not any(address in net for net in self._allowed):
                raise Refused("a key goes over https only: refused; give the https address")
            try:
                stream = httpcore.SyncBackend().connect_tcp(
                    str(address), port, self._deadline.left(timeout), local_address, socket_options
                )
                return _Timed(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed


class _Timed(httpcore.NetworkStream):
    """A connection whose operations end with the download that is under way."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secure = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return _Timed(secure, self._deadline)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401  # the library's signature
        return self._stream.get_extra_info(info)
