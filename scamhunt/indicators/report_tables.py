"""Tables with a header as rows of cells. Pure.

A cell in quotes may have line ends. A quote that is never closed costs its line, not what follows.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from scamhunt.errors import FeedHeld
from scamhunt.indicators.forms import cells_of
from scamhunt.indicators.lines import numbered
from scamhunt.indicators.report_columns import known

ROW_LIMIT = 65_536
"""Characters of a row."""
ROW_LINES = 50
"""Lines of a row."""

_DELIMITERS = ",\t;|"
_SEPARATOR = re.compile(r"sep=(.)", re.IGNORECASE)
_Line = tuple[int, str, str]
"""Its number, its text, and why it cannot be read."""


@dataclass(frozen=True, slots=True)
class Header:
    """The line that names the columns."""

    line: int
    text: str
    names: list[str]
    delimiter: str


def hold_what_is_no_table(head: bytes) -> None:
    """Raise `FeedHeld` for a page, XML or binary data in the place of a table."""
    start = head[:512].lstrip(b" \t\r\n").lower()
    if start.startswith(b"<?xml") or re.match(rb"<[a-z!/]", start):
        raise FeedHeld("a page or XML came in place of a table; export it as CSV or JSON")
    if head.count(0) * 10 > len(head):
        raise FeedHeld("binary data came in place of a table; export it as CSV or JSON")


def header(head: bytes, options: Mapping[str, str]) -> Header:
    """Find the first line with words, and the separator by which it names the most columns that are known.

    Excel's `sep=;` may stand before it. Raises `FeedHeld` where its quotes are not closed.
    """
    lines = [one for one in _lines([head]) if one[1].strip()]
    delimiters = _DELIMITERS
    if len(lines) > 1 and (separator := _SEPARATOR.fullmatch(lines[0][1])):
        delimiters, lines = separator[1], lines[1:]
    number, text, reason = lines[0] if lines else (1, "", "")
    if reason:
        raise FeedHeld(f"the header is {reason}; save the table as CSV in UTF-8")
    read = [(names, delimiter) for delimiter in delimiters if (names := cells_of(text, delimiter)) is not None]
    if not read:
        raise FeedHeld("the quotes of the header are not closed; the first line has to name the columns")
    names, delimiter = max(read, key=lambda one: (known(one[0], options), len(one[0])))
    return Header(number, text, names, delimiter)


def records(chunks: Iterable[bytes], top: Header) -> Iterator[tuple[int, str, list[str] | str]]:
    """Yield (line, the row as it came, its cells or why they cannot be read) of all rows behind the header."""
    lines = (one for one in _lines(chunks) if one[0] > top.line)
    ahead: deque[_Line] = deque()
    while (one := ahead.popleft() if ahead else next(lines, None)) is not None:
        number, text, reason = one
        if reason:
            yield number, text, reason
        elif text and not text.isspace() and text != top.text:
            cells = cells_of(text, top.delimiter) or _over_lines(text, ahead, lines, top)
            yield number, text, "a quote that is never closed" if cells is None else _trimmed(cells, len(top.names))


def _over_lines(text: str, ahead: deque[_Line], lines: Iterator[_Line], top: Header) -> list[str] | None:
    """Read a row whose quote is open together with the lines behind it, and take these; None where that is no row.

    Then they stay: each is a row of its own.
    """
    open_quote = text.count('"') % 2 == 1
    for used in range(1, ROW_LINES):
        if not open_quote or len(text) > ROW_LIMIT or not _look(ahead, lines, used):
            return None
        more = ahead[used - 1][1]
        text, open_quote = f"{text}\n{more}", open_quote ^ (more.count('"') % 2 == 1)
        if not open_quote:
            cells = cells_of(text, top.delimiter)
            if cells is None or len(cells) > len(top.names):
                return None
            for _ in range(used):
                ahead.popleft()
            return cells
    return None


def _look(ahead: deque[_Line], lines: Iterator[_Line], count: int) -> bool:
    """Have so many lines ahead; False where there are fewer."""
    while len(ahead) < count and (one := next(lines, None)) is not None:
        ahead.append(one)
    return len(ahead) >= count


def _trimmed(cells: list[str], most: int) -> list[str]:
    """Return the cells without empty ones behind the last column."""
    while len(cells) > most and not cells[-1].strip():
        cells.pop()
    return cells


def _lines(chunks: Iterable[bytes]) -> Iterator[_Line]:
    for lines in numbered(chunks, ROW_LIMIT):
        bad = {row.line: row for row in lines.rejected}
        for number, text in enumerate(lines.texts, lines.first):
            if number in bad:
                yield number, bad[number].raw.decode("utf-8", "surrogateescape"), bad[number].reason
            else:
                yield number, text, ""
