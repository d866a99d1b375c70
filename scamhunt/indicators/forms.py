"""The forms of a list and how their lines are read: one name a line, hosts files, adblock rules, tables. Pure."""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

from scamhunt.indicators.lines import RAW_LIMIT, Lines
from scamhunt.model import Batch, Rejected

HOSTS_NAMES = 50
"""Names in one line of a hosts file."""
SPACE = " \t\u00a0"
"""What may stand around a cell."""

_RULE_END = re.compile(r"[\^/$*|]")


@dataclass(slots=True)
class Rows:
    """Columns that grow up to one batch."""

    values: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    seen_at: list[datetime | None] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Rows that claimed to be data."""
        return len(self.values) + len(self.rejected)

    def add(self, other: "Rows") -> None:
        """Take further rows."""
        self.values += other.values
        self.lines += other.lines
        self.seen_at += other.seen_at
        self.rejected += other.rejected

    def batch(self, last: int, schema: str) -> Batch:
        """Return the rows as a batch that ends with this line."""
        rejected = tuple(sorted(self.rejected, key=lambda one: one.line))
        return Batch(f"line {last}", self.values, self.lines, self.seen_at, rejected, schema)


@dataclass(frozen=True, slots=True)
class Form:
    """How the lines of one list are read."""

    schema: str
    """`plain`, `hosts`, `adblock`, `csv domain,when` (the names in its header), `csv without header`."""
    read: Callable[[Lines], Rows]


def trim(text: str) -> str:
    """Return a line or cell without the space around it."""
    return text.strip(SPACE)


def is_title(line: str) -> bool:
    """Tell `[Adblock Plus]` from a rule."""
    return line.startswith("[") and line.endswith("]")


def plain(lines: Lines) -> Rows:
    """Read one name a line; what follows ` #` is a comment."""
    texts = [text.strip(SPACE) for text in lines.texts]
    numbers = [number for number, text in enumerate(texts, lines.first) if text and text[0] not in "#!;"]
    if len(numbers) < len(texts):
        texts = [text for text in texts if text and text[0] not in "#!;"]
    values = [text if "#" not in text else _without_comment(text) for text in texts]
    return Rows(values, numbers, [None] * len(values))


def _without_comment(text: str) -> str:
    return re.split(r"[ \t]#", text, maxsplit=1)[0].rstrip(SPACE)


def hosts(lines: Lines) -> Rows:
    """Read lines of an address and names."""
    rows = Rows()
    for number, text in enumerate(map(trim, lines.texts), lines.first):
        if not text or text[0] in "#!":
            continue
        names = _without_comment(text).split()[1:]
        if not names:
            rows.rejected.append(_reject(number, text, "no name after the address"))
        elif len(names) > HOSTS_NAMES:
            rows.rejected.append(_reject(number, text, f"more than {HOSTS_NAMES} names in one line"))
        else:
            rows.add(Rows(names, [number] * len(names), [None] * len(names)))
    return rows


def adblock(lines: Lines) -> Rows:
    """Read rules of the form `||name^`; of another rule nothing is known."""
    rows = Rows()
    for number, text in enumerate(map(trim, lines.texts), lines.first):
        if not text or text[0] in "#!" or is_title(text):
            continue
        name = _RULE_END.split(text[2:], maxsplit=1)[0] if text.startswith("||") else ""
        if name:
            rows.add(Rows([name], [number], [None]))
        else:
            rows.rejected.append(_reject(number, text, "not a rule of the form ||name^"))
    return rows


def table(lines: Lines, *, delimiter: str, column: int, date: int | None, header: str | None) -> Rows:
    """Read the column of the value, and the column of its date where there is one; a header in between is no row."""
    rows = Rows()
    for number, text in enumerate(lines.texts, lines.first):
        if not text or text[0] == "#" or text.isspace() or text.strip(SPACE) == header:
            continue
        cells = text.split(delimiter) if '"' not in text else cells_of(text, delimiter)
        if cells is None:
            rows.rejected.append(_reject(number, text, "a quote that is never closed"))
        elif len(cells) <= column or not (value := cells[column].strip(SPACE)):
            rows.rejected.append(_reject(number, text, "no value in the domain column"))
        else:
            rows.values.append(value)
            rows.lines.append(number)
            rows.seen_at.append(moment(cells[date]) if date is not None and date < len(cells) else None)
    return rows


def cells_of(text: str, delimiter: str) -> list[str] | None:
    """Return the cells of a line (RFC 4180), None where a quote is not closed."""
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return None


def _reject(line: int, text: str, reason: str) -> Rejected:
    return Rejected(line, text[:RAW_LIMIT].encode()[:RAW_LIMIT], reason)


@lru_cache(maxsize=4096)
def moment(text: str) -> datetime | None:
    """Read ISO 8601 or seconds or milliseconds since 1970; a time without a zone is UTC. None: not readable."""
    text = text.strip(SPACE + '"').removesuffix(" UTC").replace("/", "-")
    try:
        if re.fullmatch(r"\d{10}(?:\d{3})?", text, re.ASCII):
            return datetime.fromtimestamp(int(text[:10]), UTC)
        read = datetime.fromisoformat(text)
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
