"""The head of an answer as browsers read it: what the standard forbids and what a page is shown with nevertheless.

A page that no reader of the standard can read is a page that hides. Pure.

Source: RFC 9112, sections 2.2, 4, 5 and 6; what Chromium makes of what breaks it (`net/http`: its status line, its
headers, its lengths).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SLOP = 4
"""Bytes that may stand before the status line."""
_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"http(?:/([0-9])\.([0-9]))?[^\r\n ]*(?: +([0-9]*))?[^\r\n]*", re.IGNORECASE)
_DIGITS = re.compile(rb"[0-9]{1,18}")
_LAST, _ASSUMED = 999, 200
_INTERIM = range(100, 200)
_SWITCHED = 101

Raw = tuple[bytes, bytes]


class NoHead(ValueError):
    """What came is no head of an answer, or one that can be read in two ways."""


@dataclass(frozen=True, slots=True)
class Head:
    """A status line and headers."""

    status: int
    headers: tuple[Raw, ...]
    end: int
    """Where in what came the body begins."""
    framing: bytes
    """A head of the same meaning, as the standard wants it: it says only how the body ends."""


def head_of(came: bytes) -> Head | None:
    """Return the final head of an answer; None where it has not come whole. Raises `NoHead`."""
    begin = 0
    while True:
        found = _END.search(came, begin + SLOP)
        if found is None:
            return None
        status, modern, headers = _read(came[begin : found.start()])
        if status not in _INTERIM or status == _SWITCHED:
            return Head(status, headers, found.end(), _framing(status, headers, modern=modern))
        begin = found.end()


def _read(head: bytes) -> tuple[int, bool, tuple[Raw, ...]]:
    """Return the status, whether it is HTTP/1.1 or later, and the headers."""
    begin = head[: SLOP + 4].lower().find(b"http")
    line = _STATUS.match(head, begin) if begin >= 0 else None
    if line is None or b"\0" in head:
        raise NoHead
    status = int(line[3][:4]) if line[3] else _ASSUMED
    if not min(_INTERIM) <= status <= _LAST or status == _SWITCHED:
        raise NoHead
    modern = (line[1] or b"0", line[2] or b"0") >= (b"1", b"1")
    return status, modern, tuple(_headers(head[line.end() :]))


def _headers(lines: bytes) -> Iterator[Raw]:
    """Yield what has a name and a colon; a line that begins with a space goes on with the one before it."""
    whole: list[list[bytes]] = []
    for line in lines.replace(b"\r\n", b"\n").split(b"\n"):
        if b"\r" in line:
            raise NoHead
        if line[:1] in {b" ", b"\t"} and whole:
            whole[-1].append(line.strip())
        else:
            whole.append([line])
    for pieces in whole:
        name, colon, value = b" ".join(pieces).partition(b":")
        if colon and name.strip() and name[:1] not in {b" ", b"\t"}:
            yield name.strip(), value.strip()


def _framing(status: int, headers: Sequence[Raw], *, modern: bool) -> bytes:
    """Return a head that ends the body where a browser ends it. Raises `NoHead` for two lengths."""
    line = b"HTTP/1.1 %d \r\n" % status
    if modern and b"chunked" in map(bytes.lower, _parts(headers, b"transfer-encoding")):
        return line + b"Transfer-Encoding: chunked\r\n\r\n"
    lengths = list(dict.fromkeys(_parts(headers, b"content-length")))
    if len(lengths) > 1:
        raise NoHead
    length = b"Content-Length: %d\r\n" % int(lengths[0]) if lengths and _DIGITS.fullmatch(lengths[0]) else b""
    return line + length + b"\r\n"


def _parts(headers: Sequence[Raw], name: bytes) -> list[bytes]:
    """Return the parts of a header between commas."""
    values = (value for one, value in headers if one.lower() == name)
    return [part.strip() for value in values for part in value.split(b",") if part.strip()]
