"""Download from the web under limits. The one module that imports httpx.

A connection goes only to an address that was checked: each A and AAAA record of the name, at each redirect. What is not
public is refused, unless it lies in `settings.fetch_allow_nets`.
"""

import contextlib
import functools
import hashlib
import re
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, BinaryIO

import httpcore
import httpx
import stamina
import stamina.instrumentation

from scamhunt import __version__
from scamhunt.addresses import resolve_checked
from scamhunt.errors import AddressRefused, FeedFailed, UserError
from scamhunt.settings import Settings

REDIRECTS = 5
ATTEMPTS = 3
WAIT = 0.25
"""Seconds before the second attempt; twice as many before the third."""
LONGEST_WAIT = 30.0
"""Seconds that a server may ask us to wait (Retry-After); more ends the download."""
CONNECT_SECONDS = 10.0
SILENT_SECONDS = 30.0
SLOW_SECONDS, SLOW_BYTES = 20.0, 1_000
"""After so many seconds a download has to bring so many bytes a second on average: a trickle would hold a night up."""
URL_LIMIT = 2_048

_HEADERS = {"User-Agent": f"scamhunt/{__version__}", "Accept": "*/*", "Accept-Encoding": "identity"}
_HOST = re.compile(rb"[A-Za-z0-9._:-]+")
_CODINGS = {"", "identity", "gzip", "x-gzip"}  # gzip is often said of a file that is gzip itself: unpack.py finds out
_TOO_MANY, _OK, _NOT_MODIFIED, _SERVER_ERROR = 429, 200, 304, 500

_UNREADABLE = "a redirect to an address that cannot be read was refused"

stamina.instrumentation.set_on_retry_hooks(())  # its own messages would land between ours


@dataclass(frozen=True, slots=True)
class Downloaded:
    """What came. `url` is the last address, `sha256` and `size` those of the bytes as they came."""

    url: str
    status: int
    headers: Mapping[str, str]
    sha256: str
    size: int


class _Later(FeedFailed):
    """A failure that may pass: tried again, after so many seconds where the server says so."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


def download(url: str, into: BinaryIO, settings: Settings, headers: Mapping[str, str] | None = None) -> Downloaded:
    """Write the body of an http or https address into a file.

    Status 200, or 304 when `headers` ask on a condition. Raises `UserError` for an address that cannot be read,
    `AddressRefused` when it is not public, `FeedFailed` for everything else: what the server did, and redirects.
    """
    target = _readable(url)
    deadline = time.monotonic() + settings.fetch_seconds
    again = functools.partial(_again, deadline=deadline)
    for attempt in stamina.retry_context(again, ATTEMPTS, timeout=None, wait_initial=WAIT, wait_jitter=WAIT):
        with attempt:
            into.seek(0)
            into.truncate()
            return _download_once(target, into, settings, {**_HEADERS, **(headers or {})}, deadline)
    raise AssertionError  # pragma: no cover  # the last attempt returns or raises


def _again(error: Exception, *, deadline: float) -> bool | float:
    if not isinstance(error, _Later) or time.monotonic() + (error.after or WAIT) > deadline:
        return False
    return True if error.after is None else error.after


def _readable(url: str) -> httpx.URL:
    try:
        target = httpx.URL(url) if len(url) <= URL_LIMIT else None
    except (httpx.InvalidURL, UnicodeError):
        target = None
    if target is None or target.scheme not in {"http", "https"} or not _HOST.fullmatch(target.raw_host):
        raise UserError("this is no http or https address that can be read; write https://host/path")
    return target


def _shown(url: httpx.URL) -> str:
    """Return an address without its password and query, which may hold a key."""
    return str(url.copy_with(userinfo=b"", query=None, fragment=None))[:200]


def _download_once(
    url: httpx.URL, into: BinaryIO, settings: Settings, headers: Mapping[str, str], deadline: float
) -> Downloaded:
    transport = _Transport(settings, deadline)
    seconds = httpx.Timeout(SILENT_SECONDS, connect=CONNECT_SECONDS)
    with httpx.Client(transport=transport, trust_env=False, timeout=seconds) as client:
        request = client.build_request("GET", url, headers=headers)
        for hop in range(REDIRECTS + 1):
            with contextlib.closing(_answer(client, request, hop, deadline)) as response:
                if response.next_request is None:
                    return _take(response, into, settings, deadline)
                request = _redirected(request, response.next_request)
    raise FeedFailed(f"{_shown(url)}: more than {REDIRECTS} redirects; name the last address")


def _answer(client: httpx.Client, request: httpx.Request, hop: int, deadline: float) -> httpx.Response:
    where = _shown(request.url)
    try:
        return client.send(request, stream=True)
    except AddressRefused as refused:
        if not hop:
            raise AddressRefused(f"{where}: {refused}") from None
        raise FeedFailed(f"a redirect was refused: {refused}") from None
    except (httpx.InvalidURL, httpx.HTTPError, UnicodeError):
        raise FeedFailed(f"{where}: {_UNREADABLE}") from None
    except httpcore.ConnectError as error:
        if isinstance(error.__context__, ssl.SSLError):
            what = "a valid certificate" if isinstance(error.__context__, ssl.CertificateError) else "https"
            raise FeedFailed(f"{where}: does not have {what}; look at the address") from None
        raise _Later(f"{where}: no connection; look at the address and the network") from None
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
        _out_of_time(where, deadline)
        what = "in time" if isinstance(error, httpcore.TimeoutException) else "that can be read"
        raise _Later(f"{where}: no answer {what}; try again later") from None


def _out_of_time(where: str, deadline: float) -> None:
    if time.monotonic() >= deadline:
        raise FeedFailed(f"{where}: took too long; raise fetch_seconds or try again later") from None


def _redirected(request: httpx.Request, following: httpx.Request) -> httpx.Request:
    where = _shown(request.url)
    if following.url.scheme not in {"http", "https"}:
        raise FeedFailed(f"{where}: a redirect to something else than http was refused")
    if not _HOST.fullmatch(following.url.raw_host):
        raise FeedFailed(f"{where}: {_UNREADABLE}")
    if request.url.scheme == "https" and following.url.scheme == "http":
        raise FeedFailed(f"{where}: a redirect from https to http was refused; name the http address if it is meant")
    return following


def _take(response: httpx.Response, into: BinaryIO, settings: Settings, deadline: float) -> Downloaded:
    where = _shown(response.url)
    _check_status(response, where)
    if response.headers.get("content-encoding", "").strip().lower() not in _CODINGS:
        raise FeedFailed(f"{where}: sends an encoding that was not asked for")
    too_large = FeedFailed(f"{where}: larger than {settings.max_download:,} bytes; raise max_download if it may be")
    declared = response.headers.get("content-length", "0")[:20]
    if declared.isdecimal() and int(declared) > settings.max_download:
        raise too_large
    digest, size = hashlib.sha256(), 0
    for piece in _body(response, where, deadline):
        size += len(piece)
        if size > settings.max_download:
            raise too_large
        digest.update(piece)
        into.write(piece)
    return Downloaded(str(response.url), response.status_code, dict(response.headers), digest.hexdigest(), size)


def _body(response: httpx.Response, where: str, deadline: float) -> Iterator[bytes]:
    begun, size = time.monotonic(), 0
    try:
        for piece in response.iter_raw():
            size += len(piece)
            if too_slow(time.monotonic() - begun, size):
                raise FeedFailed(f"{where}: brings fewer than {SLOW_BYTES:,} bytes a second; try again later")
            yield piece
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
        _out_of_time(where, deadline)
        raise FeedFailed(f"{where}: the download was cut off; try again later") from None


def too_slow(seconds: float, size: int) -> bool:
    """Return whether a download that brought `size` bytes in so many seconds is a trickle."""
    return seconds > SLOW_SECONDS and size < SLOW_BYTES * seconds


def _check_status(response: httpx.Response, where: str) -> None:
    status = response.status_code
    conditional = any(name in response.request.headers for name in ("if-none-match", "if-modified-since"))
    if status == _OK or (status == _NOT_MODIFIED and conditional):
        return
    if status != _TOO_MANY and status < _SERVER_ERROR:
        raise FeedFailed(f"{where}: answered {status}; look at the address")
    after = _retry_after(response.headers.get("retry-after", ""))
    if after is not None and after > LONGEST_WAIT:
        raise FeedFailed(f"{where}: answered {status} and asks to wait {after:,.0f} seconds; run again then")
    raise _Later(f"{where}: answered {status}, {ATTEMPTS} times; try again later", after)


def _retry_after(value: str) -> float | None:
    """Return the seconds of a Retry-After header (RFC 9110 10.2.3): a number or a date; None where it is neither."""
    if value.isdecimal():
        return float(value[:12])
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


# --- the guarded dialer -----------------------------------------------------------------------------------------------


class _Transport(httpx.BaseTransport):
    """Sends httpx's requests through a pool that dials only checked addresses."""

    def __init__(self, settings: Settings, deadline: float) -> None:
        self._pool = httpcore.ConnectionPool(ssl_context=_tls(), network_backend=_Dialer(settings, deadline))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        asked = httpcore.Request("GET", target, headers=request.headers.raw, extensions=request.extensions)
        answer = self._pool.handle_request(asked)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Stream(answer))

    def close(self) -> None:
        self._pool.close()


class _Stream(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


@functools.cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()


class _Dialer(httpcore.NetworkBackend):
    def __init__(self, settings: Settings, deadline: float) -> None:
        self._allowed = settings.fetch_allow_nets
        self._deadline = deadline

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
            try:
                stream = httpcore.SyncBackend().connect_tcp(
                    str(address), port, _left(self._deadline, timeout), local_address, socket_options
                )
                return _Timed(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed


class _Timed(httpcore.NetworkStream):
    """A connection that ends at a moment, however slowly the bytes drip in."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline, timeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secure = self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline, timeout))
        return _Timed(secure, self._deadline)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401  # the library's signature
        return self._stream.get_extra_info(info)


def _left(deadline: float, timeout: float | None) -> float:
    """Return the seconds that an operation may take; raises httpcore's `ReadTimeout` when none are left."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left if timeout is None else min(left, timeout)
