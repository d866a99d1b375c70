"""From bytes in pieces to numbered lines: the encoding and the line ends are found from the content. Pure.

Known: UTF-8 with or without a byte order mark, UTF-16 with one or by its pattern of NULs; line ends LF, CRLF, CR, NEL.
"""

import codecs
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scamhunt.model import Rejected

LINE_LIMIT = 4_096
"""Characters of a line."""
RAW_LIMIT = 512
"""Bytes that are kept of a line that cannot be used."""

HEAD = 256
"""Bytes that `encoding` looks at."""

_WIDEST = 4  # bytes of a character of UTF-8
_NEL = b"\xc2\x85"


@dataclass(frozen=True, slots=True)
class Lines:
    """Consecutive lines without their ends. A line that cannot be used is empty here and stands in `rejected`."""

    first: int
    """The number of the first line, from 1."""
    texts: list[str]
    rejected: list[Rejected]


def peek(chunks: Iterable[bytes], size: int) -> tuple[bytes, Iterator[bytes]]:
    """Return the first `size` bytes, fewer where there are no more, and the whole again."""
    pieces, head = iter(chunks), b""
    while len(head) < size and (piece := next(pieces, None)) is not None:
        head += piece
    return head[:size], itertools.chain([head], pieces)


def encoding(head: bytes) -> str:
    """Return `utf-8`, `utf-16-le` or `utf-16-be` for the first bytes of a content."""
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    even, odd = head[0:HEAD:2], head[1:HEAD:2]
    if _mostly_nul(odd) and not even.count(0):
        return "utf-16-le"
    if _mostly_nul(even) and not odd.count(0):
        return "utf-16-be"
    return "utf-8"


def _mostly_nul(half: bytes) -> bool:
    return len(half) > 1 and half.count(0) * 4 >= 3 * len(half)


def as_utf8(chunks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """Yield the content in UTF-8 without its byte order mark; what cannot be decoded stays undecodable."""
    pieces = chunks if name == "utf-8" else _recoded(chunks, name)
    start = b""
    for piece in pieces:
        start += piece
        if len(start) >= len(codecs.BOM_UTF8):
            break
    yield start.removeprefix(codecs.BOM_UTF8)
    yield from pieces


def _recoded(chunks: Iterable[bytes], name: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(name)("surrogatepass")
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8", "surrogatepass")
    if decoder.getstate()[0]:
        yield b"\xff"  # half a character at the end: its line is not readable


def numbered(chunks: Iterable[bytes], limit: int = LINE_LIMIT) -> Iterator[Lines]:
    """Yield the lines of a UTF-8 content, many at a time; of a line without end only its beginning is held.

    A line of more than `limit` characters is rejected.
    """
    number = 1
    for block in _blocks(chunks, _WIDEST * limit):
        lines = _lines(block, number, limit)
        number += len(lines.texts)
        yield lines


def _blocks(chunks: Iterable[bytes], most: int) -> Iterator[bytes]:
    """Yield pieces that hold whole lines; the last line of a piece has lost its end."""
    rest = b""
    for chunk in chunks:
        piece = rest + chunk
        cut = max(piece.rfind(b"\n") + 1, piece.rfind(b"\r", 0, -1) + 1)  # a CR at the end may be half a line end
        cut = max(cut, piece.rfind(_NEL) + len(_NEL)) if _NEL in piece else cut
        if cut:
            yield _without_end(piece[:cut])
        rest = _shortened(piece[cut:], most)
    if rest:
        yield _without_end(rest)


def _without_end(block: bytes) -> bytes:
    for end in (b"\r\n", b"\n", b"\r", _NEL):
        if block.endswith(end):
            return block[: -len(end)]
    return block


def _shortened(rest: bytes, most: int) -> bytes:
    """Keep of a line only so much that it is known as too long, and its last byte, which may begin a line end."""
    if len(rest) <= most + 2:
        return rest
    return rest[: most + 1] + (rest[-1:] if rest[-1:] in {b"\r", _NEL[:1]} else b"")


def _lines(block: bytes, first: int, limit: int) -> Lines:
    try:
        text = block.decode()
    except UnicodeDecodeError:
        return _doubtful_lines(block, first, limit)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    texts = (text.replace("\x85", "\n") if "\x85" in text else text).split("\n")
    if max(map(len, texts)) <= limit:
        return Lines(first, texts, [])
    long = [at for at, line in enumerate(texts) if len(line) > limit]
    rejected = [Rejected(first + at, texts[at][:RAW_LIMIT].encode()[:RAW_LIMIT], _too_long(limit)) for at in long]
    for at in long:
        texts[at] = ""
    return Lines(first, texts, rejected)


def _doubtful_lines(block: bytes, first: int, limit: int) -> Lines:
    block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(_NEL, b"\n")
    texts, rejected = [], []
    for number, line in enumerate(block.split(b"\n"), first):
        text, reason = _decoded(line, limit)
        texts.append(text)
        if reason:
            rejected.append(Rejected(number, line[:RAW_LIMIT], reason))
    return Lines(first, texts, rejected)


def _decoded(line: bytes, limit: int) -> tuple[str, str]:
    if len(line) > _WIDEST * limit:
        return "", _too_long(limit)
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return "", "not UTF-8"
    return ("", _too_long(limit)) if len(text) > limit else (text, "")


def _too_long(limit: int) -> str:
    return f"longer than {limit:,} characters"
