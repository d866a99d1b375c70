"""Connections of one run, kept for the next request to the same host; hosts are asked at their pace."""

import contextlib
import ssl
import time
from datetime import datetime
from typing import BinaryIO, Protocol, Self

import httpcore
import httpx
import stamina
import stamina.instrumentation

from scamhunt.errors import AddressRefused, FeedFailed, Refused
from scamhunt.net.answer import Downloaded, Trouble, check_status, take
from scamhunt.net.dial import Deadline, open_pool
from scamhunt.net.request import Request, Wanted, prepare
from scamhunt.settings import Settings

REDIRECTS = 5
ATTEMPTS = 3
WAIT = 0.25
"""Seconds before the second attempt; twice as many before the third."""
LONGEST_WAIT = 30.0
"""Seconds that a server may ask us to wait (Retry-After); more ends the download."""
DRAIN_SECONDS, DRAIN_BYTES = 0.25, 65_536
"""So much of a body that is not wanted is read, rather than to open another connection."""
BROKEN = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)
"""What httpcore raises of a connection that breaks."""

_NOT_SENDABLE = "a header or key has characters that cannot be sent; look at SCAMHUNT_KEYS"

stamina.instrumentation.set_on_retry_hooks(())  # its own messages would land between ours


class Manners(Protocol):
    """Who says when a host may be asked. A host is written `name:port`."""

    def wait(self, host: str, rate: float) -> None:
        """Wait until a host may be asked; raises `FeedFailed` when it may not in this run."""

    def back_off(self, host: str, seconds: float) -> datetime:
        """Note that a host asked to be left alone for so long, and return until when."""

    def failed(self, host: str) -> None:
        """Note that a host failed."""

    def answered(self, host: str) -> None:
        """Note that a host is well."""

    def settle(self) -> None:
        """Take the end of the run."""


class Web:
    """Downloads, one after the other. To be closed, as `with` does."""

    def __init__(self, settings: Settings, manners: Manners) -> None:
        """Connect to nothing yet."""
        self._seconds, self._manners, self._deadline = settings.fetch_seconds, manners, Deadline()
        self._pool = open_pool(settings.fetch_allow_nets, self._deadline)
        self._inside = open_pool(settings.fetch_allow_nets, self._deadline, inside=True)

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close all connections."""
        self._pool.close()
        self._inside.close()
        self._manners.settle()

    def download(self, wanted: Wanted, into: BinaryIO) -> Downloaded:
        """Write the body of an http or https address into a file, whole or not at all.

        Status 200, or 304 when the headers ask on a condition. A download that is cut begins anew. Raises `UserError`
        for an address that cannot be read and a key that is not set, `AddressRefused` when it is not public, `Refused`
        for a key that would go out in the clear, `FeedFailed` for everything else: what the server did, and redirects.
        """
        request = prepare(wanted)
        self._deadline.begin(wanted.seconds or self._seconds)
        for attempt in stamina.retry_context(self._again, ATTEMPTS, timeout=None, wait_initial=WAIT, wait_jitter=WAIT):
            with attempt:
                into.seek(0)
                into.truncate()
                return self._follow(request, wanted, into)
        raise AssertionError  # pragma: no cover  # the last attempt returns or raises

    def _again(self, error: Exception) -> bool | float:
        if not isinstance(error, Trouble) or not error.again or not self._deadline.leaves(error.after or WAIT):
            return False
        return True if error.after is None else error.after

    def _follow(self, request: Request, wanted: Wanted, into: BinaryIO) -> Downloaded:
        for hop in range(REDIRECTS + 1):
            self._wait(request, wanted.rate)
            try:
                came = self._one(request, wanted, into, hop)
            except Trouble as trouble:
                self._manners.failed(request.host)
                self._leave_alone(request, trouble)
                raise
            self._manners.answered(request.host)
            if isinstance(came, Downloaded):
                return came
            request = came
        raise FeedFailed(f"{request.where}: more than {REDIRECTS} redirects; name the last address")

    def _wait(self, request: Request, rate: float) -> None:
        begun = time.monotonic()
        self._manners.wait(request.host, rate)
        self._deadline.put_off(time.monotonic() - begun)

    def _leave_alone(self, request: Request, trouble: Trouble) -> None:
        """Note for how long a host asked to be left alone; raises `Trouble` when that is too long to wait."""
        if trouble.after:
            until = self._manners.back_off(request.host, trouble.after)
            if trouble.after > LONGEST_WAIT:
                raise Trouble(
                    f"{request.where}: asks to be left alone until {until:%Y-%m-%d %H:%M} UTC; run again then",
                    again=False,
                ) from None

    def _one(self, request: Request, wanted: Wanted, into: BinaryIO, hop: int) -> Downloaded | Request:
        """Send one request; return what came, or where it leads."""
        with contextlib.closing(self._send(request, hop)) as answer:
            headers = httpx.Headers(answer.headers)
            try:
                following = request.redirected(answer.status, headers)
                if following is None:
                    check_status(answer.status, headers, request)
            except Trouble:
                self._drain(answer)
                raise
            except FeedFailed:
                self._drain(answer)
                self._manners.answered(request.host)
                raise
            if following is None:
                return self._take(answer, request, into, wanted.max_download)
            self._drain(answer)
            return following

    def _drain(self, answer: httpcore.Response) -> None:
        """Read what is left of a short body, so that the connection can be kept."""
        with contextlib.suppress(*BROKEN), self._deadline.sooner(DRAIN_SECONDS):
            size = 0
            for piece in answer.iter_stream():
                size += len(piece)
                if size > DRAIN_BYTES:
                    return

    def _take(self, answer: httpcore.Response, request: Request, into: BinaryIO, limit: int) -> Downloaded:
        try:
            return take(answer, request, into, limit)
        except BROKEN:
            self._out_of_time(request)
            again = request.body is None
            raise Trouble(f"{request.where}: the download was cut off; try again later", again=again) from None

    def _send(self, request: Request, hop: int) -> httpcore.Response:
        where = request.where
        pool = self._inside if request.secret and request.url.scheme == "http" else self._pool
        try:
            return pool.handle_request(request.to_core())
        except AddressRefused as refused:
            if not hop:
                raise AddressRefused(f"{where}: {refused}") from None
            raise FeedFailed(f"a redirect was refused: {refused}") from None
        except Refused as refused:
            raise Refused(f"{where}: {refused}") from None
        except httpcore.LocalProtocolError:
            raise FeedFailed(f"{where}: {_NOT_SENDABLE}") from None
        except httpcore.ConnectError as error:
            if isinstance(error.__context__, ssl.SSLError):
                what = "a valid certificate" if isinstance(error.__context__, ssl.CertificateError) else "https"
                raise FeedFailed(f"{where}: does not have {what}; look at the address") from None
            raise Trouble(f"{where}: no connection; look at the address and the network") from None
        except BROKEN as error:
            self._out_of_time(request)
            what = "in time" if isinstance(error, httpcore.TimeoutException) else "that can be read"
            again = request.body is None or isinstance(error, httpcore.ConnectTimeout)
            raise Trouble(f"{where}: no answer {what}; try again later", again=again) from None

    def _out_of_time(self, request: Request) -> None:
        if not self._deadline.leaves(0):
            raise Trouble(
                f"{request.where}: took too long; raise fetch_seconds or try again later", again=False
            ) from None
