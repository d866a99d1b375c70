"""Rows of a list of names: the format is found from the content, whatever its file is called. Pure.

Known: one name a line; CSV, TSV, `;` and `|` with a header or without; a hosts file; adblock rules (`||name^`).
"""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from scamhunt.errors import FeedHeld
from scamhunt.indicators import forms
from scamhunt.indicators.forms import HOSTS_NAMES, Form, Rows, cells_of, is_title, moment, trim
from scamhunt.indicators.lines import HEAD, RAW_LIMIT, Lines, as_utf8, encoding, numbered, peek
from scamhunt.model import BATCH_ROWS, Batch

__all__ = ["RAW_LIMIT", "Columns", "read_rows"]

NAME_COLUMNS = ("domain", "domain_name", "domainname", "hostname", "host", "fqdn", "url", "indicator", "name")
"""Names of the column that holds the value, the best first."""
DATE_COLUMNS = ("listed_date", "first_seen", "seen_at", "created", "create_date", "creation_date", "date", "when")
"""Names of the column that says when the value appeared, the best first."""
SCHEMA_LIMIT = 200
"""Characters of a header that are told."""

_SNIFFED = 65_536
_SAMPLE = 200
_SLICE = BATCH_ROWS // HOSTS_NAMES  # lines that together never give more rows than a batch may have
_DELIMITERS = ",\t;|"
_NAME = re.compile(r"(?:[a-z]+://)?[^\s/@:.]+(?:\.[^\s/@:.]+)*\.[^\W\d_](?:[^\s/@:.]*)(?:[:/].*)?", re.IGNORECASE)
_HOSTS = re.compile(r"(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*::[0-9a-f:]*)[ \t]+\S", re.IGNORECASE)
_JSON = re.compile(r'[\[{]\s*(?:$|["\[{\]}]|(?:null|true|false)\b)')
_COLUMN = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table that a crawler reads, as its header calls them: lower-case, `_` for a space."""

    value: str
    date: str = ""
    """When the value appeared; empty where the table does not say."""


def read_rows(chunks: Iterable[bytes], mark: str = "", columns: Columns | None = None) -> Iterator[Batch]:
    """Yield the rows of a list after a mark (`line N`, "" from the start) in batches; a value is a trimmed cell.

    With `columns` the list is a table whose header has them, be it in a comment. A row without a value, one that is
    not UTF-8 and one of more than 4,096 characters is rejected. Raises `FeedHeld` when the content is no list but an
    HTML page, XML, JSON or binary, or a table without the columns.
    """
    head, chunks = peek(chunks, HEAD)
    head, chunks = peek(as_utf8(chunks, encoding(head)), _SNIFFED)
    form = _form(head, columns)
    rows, last = Rows(), 0
    for lines in _slices(numbered(chunks), _done(mark)):
        more = form.read(lines)
        more.rejected += lines.rejected
        if rows.count + more.count > BATCH_ROWS:
            yield rows.batch(last, form.schema)
            rows = Rows()
        rows.add(more)
        last = lines.first + len(lines.texts) - 1
    if rows.count:
        yield rows.batch(last, form.schema)


def _done(mark: str) -> int:
    found = re.fullmatch(r"line (\d{1,15})", mark, re.ASCII)
    return int(found[1]) if found else 0


def _slices(many: Iterable[Lines], done: int) -> Iterator[Lines]:
    """Cut into at most `_SLICE` lines and leave out the first `done`."""
    for lines in many:
        for at in range(max(0, done + 1 - lines.first), len(lines.texts), _SLICE):
            texts, first = lines.texts[at : at + _SLICE], lines.first + at
            yield Lines(first, texts, [one for one in lines.rejected if first <= one.line < first + len(texts)])


# --- which format -----------------------------------------------------------------------------------------------------


def _form(head: bytes, columns: Columns | None) -> Form:
    """Return how to read a content that begins so, in UTF-8."""
    _hold_what_is_no_list(head)
    lines = [line for lines in numbered([head]) for line in map(trim, lines.texts) if line]
    if columns and lines:
        return _wanted_table(lines, columns)
    sample = [line for line in lines if line[0] not in "#!" and not is_title(line)][:_SAMPLE]
    if not sample:
        return Form("plain", forms.plain)
    if _most(sample, lambda line: line.startswith(("||", "@@||"))):
        return Form("adblock", forms.adblock)
    if _most(sample, lambda line: bool(_HOSTS.match(line))):
        return Form("hosts", forms.hosts)
    return _with_header(sample[0]) or _without_header(sample) or Form("plain", forms.plain)


def _hold_what_is_no_list(head: bytes) -> None:
    start = head[:_SNIFFED].lstrip(b" \t\r\n").decode("utf-8", "replace").lower()
    if start.startswith("<?xml"):
        raise FeedHeld("XML came in place of a list; look at the source's address")
    if re.match(r"<[a-z!/]", start):
        raise FeedHeld("an HTML page came in place of a list; look at the source's address")
    if _JSON.match(start):
        raise FeedHeld("JSON came in place of a list; look at the source's address")
    if _is_binary(head):
        raise FeedHeld("binary data came in place of a list; look at the source's address")


def _is_binary(head: bytes) -> bool:
    """Tell data from text with a few hostile lines: many NULs, or many control characters in what is not UTF-8."""
    if len(head) < HEAD:
        return False
    controls = sum(map(head.count, (code for code in range(32) if code not in b"\t\n\r")))
    undecodable = head.decode("utf-8", "replace").count("\ufffd")
    return head.count(0) * 10 > len(head) or (controls * 20 > len(head) and undecodable * 20 > len(head))


def _most(lines: list[str], holds: Callable[[str], bool]) -> bool:
    return 2 * sum(map(holds, lines)) > len(lines)


def _wanted_table(lines: list[str], columns: Columns) -> Form:
    """Find the header among the comments or in the first line that is none. Raises `FeedHeld` when it is not there."""
    first = next((at for at, line in enumerate(lines) if line[0] != "#"), len(lines))
    told: list[str] = []
    for line, delimiter in itertools.product(lines[: first + 1], _DELIMITERS):
        names = _names(line, delimiter)
        if columns.value in names and (not columns.date or columns.date in names):
            date = names.index(columns.date) if columns.date else None
            return _table(names, line, delimiter, names.index(columns.value), date)
        if len(names) > len(told) and all(map(_COLUMN.fullmatch, names)):
            told = names
    wanted = f"{columns.value} and {columns.date}" if columns.date else columns.value
    came = ", ".join(told)[:SCHEMA_LIMIT] or "no names of columns"
    raise FeedHeld(f"a table with {wanted} was expected, its header has {came}; see whether the source has changed")


def _with_header(header: str) -> Form | None:
    for delimiter in _DELIMITERS:
        names = _names(header, delimiter)
        value = next((names.index(name) for name in NAME_COLUMNS if name in names), None)
        if value is not None:
            date = next((names.index(name) for name in DATE_COLUMNS if name in names), None)
            return _table(names, header, delimiter, value, date)
    return None


def _names(header: str, delimiter: str) -> list[str]:
    return [cell.strip(forms.SPACE + "\"'#").lower().replace(" ", "_") for cell in header.split(delimiter)]


def _table(names: list[str], header: str, delimiter: str, value: int, date: int | None) -> Form:
    schema = "csv " + "".join(char if char.isprintable() else "?" for char in ",".join(names)[:SCHEMA_LIMIT])
    return Form(schema, partial(forms.table, delimiter=delimiter, column=value, date=date, header=header))


def _without_header(sample: list[str]) -> Form | None:
    for delimiter in _DELIMITERS:
        rows = [cells_of(line, delimiter) or [] for line in sample]
        if 2 * sum(len(row) > 1 for row in rows) <= len(rows):
            continue
        value = _fullest(rows, lambda cell: bool(_NAME.fullmatch(cell)))
        if value is not None:
            date = _fullest(rows, lambda cell: moment(cell) is not None)
            read = partial(forms.table, delimiter=delimiter, column=value, date=date, header=None)
            return Form("csv without header", read)
    return None


def _fullest(rows: list[list[str]], holds: Callable[[str], bool]) -> int | None:
    """Return the column where most cells hold, None where it is not at least every second."""
    counts = [sum(map(holds, map(trim, cells))) for cells in itertools.zip_longest(*rows, fillvalue="")]
    best = max(counts)
    return counts.index(best) if 2 * best > len(rows) else None
