"""A visit as a WARC file: each request and answer byte for byte, as the connection carried them (WARC 1.1, ISO 28500).

The same exchanges give the same bytes: the numbers of the records come from their content, and nothing tells who or
which machine wrote the file.
"""

import hashlib
import io
import re
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

import scamhunt
from scamhunt.net.exchange import Exchange

TOOL = f"scamhunt {scamhunt.__version__}"
FORMAT = "WARC/1.1"
_CONFORMS = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
_NUMBERS = uuid.uuid5(uuid.NAMESPACE_URL, _CONFORMS)
_HEAD = re.compile(rb"HTTP/1\.[01] [0-9]{3}[^\r\n]*\r\n(?:[!-9;-~]+:[^\r\n]*\r\n)*\r\n")
_REASONS = (("bytes", "length"), ("pieces", "length"), ("in time", "time"), ("broke", "disconnect"))
"""What a word in the reason of a cut stands for in WARC-Truncated."""
Headers = list[tuple[str, str]]


def warc(exchanges: Sequence[Exchange], *, software: str) -> bytes:
    """Return the `.warc.gz` of one visit: a member for each record, the oldest exchange first.

    Digests are SHA-256. A payload digest stands only where the head of an answer is what RFC 9112 says, so that every
    reader cuts it off at the same place. Raises `ValueError` for a visit without an exchange.
    """
    if not exchanges:
        raise ValueError("a visit without an exchange leaves nothing to keep")
    out = io.BytesIO()
    writer = _AsGiven(out, gzip=True, warc_version="1.1")
    for record in _records(exchanges, software):
        writer.write_record(record)
    return out.getvalue()


class _AsGiven(WARCWriter):  # type: ignore[misc]  # warcio is not typed
    """Writes the digests that a record has and no others: warcio's own would take a whole block for the payload."""

    def ensure_digest(self, *_record: object, **_which: object) -> None:
        """Add nothing."""


def _records(exchanges: Sequence[Exchange], software: str) -> Iterator[ArcWarcRecord]:
    about = f"software: {software}\r\nformat: WARC File Format 1.1\r\nconformsTo: {_CONFORMS}\r\n".encode()
    info: Headers = [("Content-Type", "application/warc-fields"), *_hashed(about)]
    first, info = _numbered("warcinfo", exchanges[0].begun, info, 0)
    yield _record("warcinfo", info, about)
    for place, one in enumerate(exchanges):
        about_it: Headers = [("WARC-Target-URI", _ascii(one.url)), ("WARC-Warcinfo-ID", first)]
        about_it += [("WARC-IP-Address", one.address)] * bool(one.address)
        response, headers = _numbered("response", one.begun, [*about_it, *_of_answer(one)], place)
        if one.response:
            yield _record("response", headers, one.response)
            about_it.append(("WARC-Concurrent-To", response))
        asked: Headers = [("Content-Type", "application/http; msgtype=request"), *_hashed(one.request)]
        if one.request:
            yield _record("request", _numbered("request", one.begun, [*about_it, *asked], place)[1], one.request)


def _of_answer(one: Exchange) -> Headers:
    headers: Headers = [("Content-Type", "application/http; msgtype=response"), *_hashed(one.response)]
    head = _HEAD.match(one.response)
    if head:
        headers.append(("WARC-Payload-Digest", _digest(one.response[head.end() :])))
    if one.cut:
        reason = next((reason for word, reason in _REASONS if word in one.cut), "unspecified")
        headers.append(("WARC-Truncated", reason))
    return headers


def _numbered(kind: str, at: datetime, headers: Headers, place: int) -> tuple[str, Headers]:
    """Return the number of a record, made from its headers (the digest of its block among them) and place, and all."""
    date = at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
    number = uuid.uuid5(_NUMBERS, repr((kind, date, place, headers)))
    name = f"<urn:uuid:{number}>"
    return name, [("WARC-Type", kind), ("WARC-Record-ID", name), ("WARC-Date", date), *headers]


def _record(kind: str, headers: Headers, block: bytes) -> ArcWarcRecord:
    """Return a record whose block is written as it is: it has no HTTP headers that warcio would write anew."""
    held = StatusAndHeaders("", headers, FORMAT)
    return ArcWarcRecord(FORMAT, kind, held, io.BytesIO(block), None, None, len(block))


def _hashed(block: bytes) -> Headers:
    return [("WARC-Block-Digest", _digest(block))]


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _ascii(url: str) -> str:
    """Return an address that cannot end a header line."""
    return quote(url, safe="!#$%&'()*+,/:;=?@[]~", errors="backslashreplace")
