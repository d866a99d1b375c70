"""From the bytes of a table to its rows of cells, each with its line number. Pure.

UTF-8 with or without a byte order mark, UTF-16, and Windows-1252 for what is no UTF-8: the numbering plans' files come
in all of them. Cells are parted by commas, tabs or semicolons and quoted as RFC 4180 has it. A record may go over
several lines; a quote that is never closed costs its own line and not those below it.
"""

import codecs
import csv
import itertools
from collections import deque
from collections.abc import Iterable, Iterator

from scamhunt.indicators import lines
from scamhunt.indicators.lines import RAW_LIMIT
from scamhunt.model import Rejected

Row = tuple[int, list[str]]
"""The line number of a record, from 1, and its cells."""

SPAN = 20
"""A record has at most so many further lines."""
HEADER_ROWS = 2
"""The widest of so many first rows is the header's width."""
_WESTERN = "scamhunt-western"


def _western(error: UnicodeError) -> tuple[str, int]:
    """Read what is no UTF-8 as Windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_WESTERN, _western)


def rows(chunks: Iterable[bytes]) -> Iterator[Row | Rejected]:
    """Yield the records of a table, blank lines left out, and lines that cannot be used as `Rejected`."""
    source = _numbered(chunks)
    ahead: deque[tuple[int, str] | Rejected] = deque()
    delimiter, width, seen = "", 0, 0
    while item := ahead.popleft() if ahead else next(source, None):
        if isinstance(item, Rejected):
            yield item
            continue
        line, text = item
        delimiter = delimiter or _delimiter(text)
        if '"' in text:
            held, cells = _record(text, delimiter, itertools.chain(_emptied(ahead), source), width)
            ahead.extendleft(reversed(held))
        else:
            cells = text.split(delimiter)
        if cells is None:
            yield Rejected(line, text.encode()[:RAW_LIMIT], "a quote that is never closed")
            continue
        if seen < HEADER_ROWS:
            width, seen = max(width, len(cells)), seen + 1
        yield line, cells


def _emptied(ahead: deque[tuple[int, str] | Rejected]) -> Iterator[tuple[int, str] | Rejected]:
    while ahead:
        yield ahead.popleft()


def _record(
    text: str, delimiter: str, following: Iterator[tuple[int, str] | Rejected], width: int
) -> tuple[list[tuple[int, str] | Rejected], list[str] | None]:
    """Return the cells of a record, None where a quote stays open, and the lines that were taken and are not of it."""
    held: list[tuple[int, str] | Rejected] = []
    cells = _cells(text, delimiter)
    while cells is None and len(held) < SPAN:
        item = next(following, None)
        if item is None or isinstance(item, Rejected):
            held += [item] if item else []
            break
        held.append(item)
        text += "\n" + item[1]
        if '"' in item[1]:
            cells = _cells(text, delimiter)
    if held and (cells is None or len(cells) > width):
        return held, None
    return [], cells


def _cells(text: str, delimiter: str) -> list[str] | None:
    """Return the cells of a record; None while a quote is open."""
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            return None
    try:
        return next(csv.reader([text], delimiter=delimiter))
    except csv.Error:  # a line end outside of quotes
        return text.split(delimiter)


def _delimiter(header: str) -> str:
    return max(",\t;", key=header.count)


def _numbered(chunks: Iterable[bytes]) -> Iterator[tuple[int, str] | Rejected]:
    for block in lines.numbered(_as_utf8(chunks)):
        yield from block.rejected
        yield from ((line, text) for line, text in enumerate(block.texts, block.first) if text.strip())


def _as_utf8(chunks: Iterable[bytes]) -> Iterator[bytes]:
    pieces = iter(chunks)
    head = next(pieces, b"")
    encoding = lines.encoding(head[: lines.HEAD])
    whole = lines.as_utf8(itertools.chain([head], pieces), encoding)
    return whole if encoding != "utf-8" else _recoded(whole)


def _recoded(pieces: Iterable[bytes]) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder("utf-8")(_WESTERN)
    for piece in pieces:
        yield decoder.decode(piece).encode()
    yield decoder.decode(b"", final=True).encode()
