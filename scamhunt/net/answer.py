"""What comes back: its status, its body under limits, and the check sums that the server promised."""

import hashlib
import re
import time
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import BinaryIO

import httpcore
import httpx

from scamhunt.errors import FeedFailed
from scamhunt.net.request import Request

SLOW_SECONDS, SLOW_BYTES = 20.0, 1_000
"""After so many seconds a download has to bring so many bytes a second on average: a trickle would hold a night up."""

_PLAIN, _GZIP = {"", "identity"}, {"gzip", "x-gzip"}  # gzip is often said of a file that is gzip itself
_SUM = re.compile(r"(?:^|,)\s*(sha-256|sha-512|md5)=:?([A-Za-z0-9+/]+={0,2}):?\s*(?=$|[,;])", re.IGNORECASE)
_TOO_MANY, _OK, _NOT_MODIFIED, _SERVER_ERROR, _BUSY = 429, 200, 304, 500, 503


@dataclass(frozen=True, slots=True)
class Downloaded:
    """What came. `url` is the last address, `sha256` and `size` those of the bytes as they came."""

    url: str
    status: int
    headers: Mapping[str, str]
    """Their names in lower case."""
    sha256: str
    size: int


class Trouble(FeedFailed):
    """A failure of the host's. It counts against the host, and where it may pass it is worth another try."""

    def __init__(self, message: str, *, again: bool = True, after: float | None = None) -> None:
        """Take whether to try again, and after how many seconds where the server says so."""
        super().__init__(message)
        self.again = again
        self.after = after


def check_status(status: int, headers: httpx.Headers, request: Request) -> None:
    """Raise `Trouble` for a server that cannot now, `FeedFailed` for any other answer than the one that was wanted."""
    if status == _OK or (status == _NOT_MODIFIED and request.conditional):
        return
    if status != _TOO_MANY and status < _SERVER_ERROR:
        raise FeedFailed(f"{request.where}: answered {status}; look at the address")
    after = retry_after(headers.get("retry-after", ""))
    again = request.body is None or status in {_TOO_MANY, _BUSY}
    raise Trouble(f"{request.where}: answered {status}; try again later", again=again, after=after)


def retry_after(value: str) -> float | None:
    """Return the seconds of a Retry-After header (RFC 9110 10.2.3): a number or a date; None where it is neither."""
    if value.isdecimal():
        return float(value[:12])
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def take(answer: httpcore.Response, request: Request, into: BinaryIO, limit: int) -> Downloaded:
    """Write the body of an answer into a file. Raises `FeedFailed` when it is too large, `Trouble` when it is damaged.

    httpcore's errors of a connection that breaks are raised as they are.
    """
    headers = httpx.Headers(answer.headers)
    coding = headers.get("content-encoding", "").strip().lower()
    if coding not in _PLAIN | _GZIP:
        raise FeedFailed(f"{request.where}: sends an encoding that was not asked for")
    sums = {} if coding in _GZIP else promised(headers)
    digests = {name: hashlib.new(name, usedforsecurity=False) for name in {"sha256", *sums}}
    size = 0
    for piece in _pieces(answer, headers, request, limit):
        size += len(piece)
        for digest in digests.values():
            digest.update(piece)
        into.write(piece)
    if answer.status == _OK and any(digests[name].digest() != expected for name, expected in sums.items()):
        raise Trouble(f"{request.where}: the body is not the one whose check sum the server sent; try again later")
    told = {name: request.hide(value) for name, value in headers.items()}
    return Downloaded(request.address, answer.status, told, digests["sha256"].hexdigest(), size)


def promised(headers: httpx.Headers) -> dict[str, bytes]:
    """Return the check sums that a server sends of its body, by hashlib's name; what cannot be read is none.

    Content-Digest and Repr-Digest are of RFC 9530, Digest of RFC 3230, Content-MD5 of RFC 1864. All are of the bytes as
    they come; a packed body has its own check sum, and servers that pack as they send are known to give a wrong one.
    """
    given = [headers.get(name, "") for name in ("digest", "repr-digest", "content-digest")]
    given.append(f"md5={headers.get('content-md5', '').strip()}")
    found = {}
    for name, value in _SUM.findall(",".join(given)):
        algorithm = name.lower().replace("-", "")
        if len(value) % 4 == 0 and len(b64decode(value)) == hashlib.new(algorithm, usedforsecurity=False).digest_size:
            found[algorithm] = b64decode(value)
    return found


def too_slow(seconds: float, size: int) -> bool:
    """Return whether a download that brought `size` bytes in so many seconds is a trickle."""
    return seconds > SLOW_SECONDS and size < SLOW_BYTES * seconds


def _pieces(answer: httpcore.Response, headers: httpx.Headers, request: Request, limit: int) -> Iterator[bytes]:
    too_large = FeedFailed(f"{request.where}: larger than {limit:,} bytes; raise max_download if it may be")
    declared = headers.get("content-length", "0")[:20]
    if declared.isdecimal() and int(declared) > limit:
        raise too_large
    begun, size = time.monotonic(), 0
    for piece in answer.iter_stream():
        size += len(piece)
        if size > limit:
            raise too_large
        if too_slow(time.monotonic() - begun, size):
            raise Trouble(
                f"{request.where}: brings fewer than {SLOW_BYTES:,} bytes a second; try again later", again=False
            )
        yield piece
