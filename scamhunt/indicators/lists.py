"""Rows of a list of names: the format is found from the content, whatever its file is called. Pure.

Known: one name a line; CSV, TSV, `;` and `|` with a header or without; a hosts file; adblock rules (`||name^`).
"""

import csv
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache, partial

from scamhunt.errors import FeedHeld
from scamhunt.indicators.lines import HEAD, RAW_LIMIT, Lines, as_utf8, encoding, numbered
from scamhunt.model import BATCH_ROWS, Batch, Rejected

__all__ = ["RAW_LIMIT", "read_rows"]

NAME_COLUMNS = ("domain", "domain_name", "domainname", "hostname", "host", "fqdn", "url", "indicator", "name")
"""Names of the column that holds the value, the best first."""
DATE_COLUMNS = ("listed_date", "first_seen", "seen_at", "created", "create_date", "creation_date", "date", "when")
"""Names of the column that says when the value appeared, the best first."""
HOSTS_NAMES = 50
"""Names in one line of a hosts file."""

_SNIFFED = 65_536
_SAMPLE = 200
_SLICE = BATCH_ROWS // HOSTS_NAMES  # lines that together never give more rows than a batch may have
_SPACE = " \t\u00a0"
_NAME = re.compile(r"(?:[a-z]+://)?[^\s/@:.]+(?:\.[^\s/@:.]+)*\.[^\W\d_](?:[^\s/@:.]*)(?:[:/].*)?", re.IGNORECASE)
_HOSTS = re.compile(r"(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*::[0-9a-f:]*)[ \t]+\S", re.IGNORECASE)
_JSON = re.compile(r'[\[{]\s*(?:$|["\[{\]}]|(?:null|true|false)\b)')
_RULE_END = re.compile(r"[\^/$*|]")


@dataclass(slots=True)
class _Rows:
    """Columns that grow up to one batch."""

    values: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    seen_at: list[datetime | None] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.values) + len(self.rejected)

    def add(self, other: "_Rows") -> None:
        self.values += other.values
        self.lines += other.lines
        self.seen_at += other.seen_at
        self.rejected += other.rejected

    def batch(self, last: int) -> Batch:
        rejected = tuple(sorted(self.rejected, key=lambda one: one.line))
        return Batch(f"line {last}", self.values, self.lines, self.seen_at, rejected)


_Reader = Callable[[Lines], _Rows]


def read_rows(chunks: Iterable[bytes], mark: str = "") -> Iterator[Batch]:
    """Yield the rows of a list after a mark (`line N`, "" from the start) in batches; a value is a trimmed cell.

    A row without a value, one that is not UTF-8 and one of more than 4,096 characters is rejected. Raises `FeedHeld`
    when the content is no list but an HTML page, XML, JSON or binary.
    """
    head, chunks = _peek(chunks, HEAD)
    head, chunks = _peek(as_utf8(chunks, encoding(head)), _SNIFFED)
    read = _reader(head)
    rows, last = _Rows(), 0
    for lines in _slices(numbered(chunks), _done(mark)):
        more = read(lines)
        more.rejected += lines.rejected
        if rows.count + more.count > BATCH_ROWS:
            yield rows.batch(last)
            rows = _Rows()
        rows.add(more)
        last = lines.first + len(lines.texts) - 1
    if rows.count:
        yield rows.batch(last)


def _peek(chunks: Iterable[bytes], size: int) -> tuple[bytes, Iterator[bytes]]:
    """Return at least `size` bytes of the beginning, if there are so many, and the whole again."""
    pieces, head = iter(chunks), b""
    while len(head) < size and (piece := next(pieces, None)) is not None:
        head += piece
    return head[:size], itertools.chain([head], pieces)


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


def _reader(head: bytes) -> _Reader:
    """Return how to read a content that begins so, in UTF-8."""
    _hold_what_is_no_list(head)
    lines = [line for lines in numbered([head]) for line in lines.texts]
    sample = [line for line in map(_trim, lines) if line and line[0] not in "#!" and not _is_title(line)][:_SAMPLE]
    if not sample:
        return _plain
    if _most(sample, lambda line: line.startswith(("||", "@@||"))):
        return _adblock
    if _most(sample, lambda line: bool(_HOSTS.match(line))):
        return _hosts
    return _with_header(sample[0]) or _without_header(sample) or _plain


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


def _trim(text: str) -> str:
    return text.strip(_SPACE)


def _is_title(line: str) -> bool:
    return line.startswith("[") and line.endswith("]")


def _most(lines: list[str], holds: Callable[[str], bool]) -> bool:
    return 2 * sum(map(holds, lines)) > len(lines)


def _with_header(header: str) -> _Reader | None:
    for delimiter in ",\t;|":
        names = [cell.strip(_SPACE + "\"'#").lower().replace(" ", "_") for cell in header.split(delimiter)]
        value = next((names.index(name) for name in NAME_COLUMNS if name in names), None)
        if value is not None:
            date = next((names.index(name) for name in DATE_COLUMNS if name in names), None)
            return partial(_table, delimiter=delimiter, column=value, date=date, header=header)
    return None


def _without_header(sample: list[str]) -> _Reader | None:
    for delimiter in ",\t;|":
        rows = [_cells(line, delimiter) or [] for line in sample]
        if 2 * sum(len(row) > 1 for row in rows) <= len(rows):
            continue
        value = _fullest(rows, lambda cell: bool(_NAME.fullmatch(cell)))
        if value is not None:
            date = _fullest(rows, lambda cell: _moment(cell) is not None)
            return partial(_table, delimiter=delimiter, column=value, date=date, header=None)
    return None


def _fullest(rows: list[list[str]], holds: Callable[[str], bool]) -> int | None:
    """Return the column where most cells hold, None where it is not at least every second."""
    counts = [sum(map(holds, map(_trim, cells))) for cells in itertools.zip_longest(*rows, fillvalue="")]
    best = max(counts)
    return counts.index(best) if 2 * best > len(rows) else None


# --- the formats ------------------------------------------------------------------------------------------------------


def _plain(lines: Lines) -> _Rows:
    texts = [text.strip(_SPACE) for text in lines.texts]
    numbers = [number for number, text in enumerate(texts, lines.first) if text and text[0] not in "#!;"]
    if len(numbers) < len(texts):
        texts = [text for text in texts if text and text[0] not in "#!;"]
    values = [text if "#" not in text else _without_comment(text) for text in texts]
    return _Rows(values, numbers, [None] * len(values))


def _without_comment(text: str) -> str:
    return re.split(r"[ \t]#", text, maxsplit=1)[0].rstrip(_SPACE)


def _hosts(lines: Lines) -> _Rows:
    rows = _Rows()
    for number, text in enumerate(map(_trim, lines.texts), lines.first):
        if not text or text[0] in "#!":
            continue
        names = _without_comment(text).split()[1:]
        if not names:
            rows.rejected.append(_reject(number, text, "no name after the address"))
        elif len(names) > HOSTS_NAMES:
            rows.rejected.append(_reject(number, text, f"more than {HOSTS_NAMES} names in one line"))
        else:
            rows.add(_Rows(names, [number] * len(names), [None] * len(names)))
    return rows


def _adblock(lines: Lines) -> _Rows:
    rows = _Rows()
    for number, text in enumerate(map(_trim, lines.texts), lines.first):
        if not text or text[0] in "#!" or _is_title(text):
            continue
        name = _RULE_END.split(text[2:], maxsplit=1)[0] if text.startswith("||") else ""
        if name:
            rows.add(_Rows([name], [number], [None]))
        else:
            rows.rejected.append(_reject(number, text, "not a rule of the form ||name^"))
    return rows


def _table(lines: Lines, *, delimiter: str, column: int, date: int | None, header: str | None) -> _Rows:
    rows = _Rows()
    for number, text in enumerate(lines.texts, lines.first):
        if not text or text[0] == "#" or text.isspace() or text.strip(_SPACE) == header:
            continue
        cells = text.split(delimiter) if '"' not in text else _cells(text, delimiter)
        if cells is None:
            rows.rejected.append(_reject(number, text, "a quote that is never closed"))
        elif len(cells) <= column or not (value := cells[column].strip(_SPACE)):
            rows.rejected.append(_reject(number, text, "no value in the domain column"))
        else:
            rows.values.append(value)
            rows.lines.append(number)
            rows.seen_at.append(_moment(cells[date]) if date is not None and date < len(cells) else None)
    return rows


def _cells(text: str, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return None


def _reject(line: int, text: str, reason: str) -> Rejected:
    return Rejected(line, text[:RAW_LIMIT].encode()[:RAW_LIMIT], reason)


@lru_cache(maxsize=4096)
def _moment(text: str) -> datetime | None:
    """Read ISO 8601 or seconds or milliseconds since 1970; a time without a zone is UTC. None: not readable."""
    text = text.strip(_SPACE + '"').removesuffix(" UTC").replace("/", "-")
    try:
        if re.fullmatch(r"\d{10}(?:\d{3})?", text, re.ASCII):
            return datetime.fromtimestamp(int(text[:10]), UTC)
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
