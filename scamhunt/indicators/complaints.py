"""Rows of complaints about calls, as the agencies of the United States publish them, and as MISP has them. Pure.

Of a row is taken what says something about the number; what says something about who complained is not.
"""

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, lru_cache
from html import unescape
from zoneinfo import ZoneInfo

from scamhunt.errors import FeedFailed
from scamhunt.indicators.forms import cells_of
from scamhunt.indicators.lines import as_utf8, encoding, numbered
from scamhunt.indicators.masking import mask, rejected
from scamhunt.model import BATCH_ROWS, Batch, Rejected, Statement

WASHINGTON = "America/New_York"
"""The zone of the agencies' dates, which name none."""
OTHER = "Other"
"""Stands for a subject that the agency does not list."""

_NUMBER = re.compile(r"(?:\+?1[-. ]?)?\(?([2-9]\d\d)\)?[-. ]?([2-9]\d\d)[-. ]?(\d{4})", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d:\d\d(?:\.\d{3})?)?", re.ASCII)
_AREA = re.compile(r"[2-9]\d\d", re.ASCII)
_COLUMN = re.compile(r"[A-Za-z][A-Za-z0-9_ ]{0,39}", re.ASCII)
_TOLD = 20
"""So many columns of a strange header are told."""


@dataclass(slots=True)
class Complaints:
    """Rows that grow up to one batch."""

    values: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    seen_at: list[datetime | None] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    @property
    def full(self) -> bool:
        """Whether a further row, which may give two values, could be too much for a batch."""
        return len(self.values) + len(self.rejected) > BATCH_ROWS - 2

    def add(self, line: int, value: str, seen_at: datetime | None, statement: Statement) -> None:
        """Take a number."""
        self.values.append(value)
        self.lines.append(line)
        self.seen_at.append(seen_at)
        self.statements.append(statement)

    def reject(self, line: int, row: str, reason: str) -> None:
        """Put a row apart, by its shape only."""
        self.rejected.append(rejected(line, row, reason))

    def batch(self, mark: str, schema: str, location: str) -> Batch:
        """Return the rows as a batch."""
        return Batch(
            mark,
            self.values,
            self.lines,
            self.seen_at,
            tuple(self.rejected),
            schema,
            location,
            statements=self.statements,
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table that is data."""

    number: int
    text: str
    cells: Sequence[str] | None
    """None where a quote is not closed."""


def table(head: bytes, chunks: Iterable[bytes]) -> Iterator[Line | Rejected]:
    """Yield the lines of a CSV, the header first; each line stands alone, so that an open quote costs one row.

    `head` are the first bytes. A line that is too long comes as `Rejected`. What is not UTF-8 becomes U+FFFD: it stands
    in columns that are not kept.
    """
    texts = codecs.iterdecode(as_utf8(iter(chunks), encoding(head)), "utf-8", "replace")
    for lines in numbered(text.encode("utf-8", "replace") for text in texts):
        bad = {one.line: mask(one) for one in lines.rejected}
        for at, text in enumerate(lines.texts, lines.first):
            if at in bad:
                yield bad[at]
            elif text and not text.isspace():
                yield Line(at, text, cells_of(text, ",") if '"' in text else text.split(","))


def told(header: Sequence[str] | None, wanted: Sequence[str]) -> str:
    """Return what is to be told of a header that is not the wanted one.

    Its names are told where half of the wanted ones are among them: else it may be a row, with somebody's data.
    """
    names = [name.strip() for name in header or ()]
    if 2 * len(set(names) & set(wanted)) < len(wanted):
        return "no header came"
    came = [name if _COLUMN.fullmatch(name) else "?" for name in names[:_TOLD]]
    return f"the header that came is {','.join(came)}{',...' if len(names) > _TOLD else ''}"


def number(text: str) -> str:
    """Return a number of North America as `+18885550142`, nothing for what cannot be one."""
    found = _NUMBER.fullmatch(text.strip())
    return f"+1{found[1]}{found[2]}{found[3]}" if found else ""


def area(text: str) -> str:
    """Return an area code, nothing for what is none or may be nearer than one."""
    text = text.strip()
    return text if _AREA.fullmatch(text) else ""


@lru_cache(maxsize=4096)
def moment(text: str, zone: str = WASHINGTON) -> datetime | None:
    """Return a date `YYYY-MM-DD`, with or without `HH:MM:SS`, of a zone as UTC; None for what cannot be read."""
    text = text.strip()
    if not _MOMENT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone_of(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@cache
def zone_of(name: str) -> ZoneInfo:
    """Return a time zone. Raises `FeedFailed` on a machine that has no table of them."""
    try:
        return ZoneInfo(name)
    except KeyError:
        raise FeedFailed(f"this machine does not know the time zone {name}; install the package tzdata") from None


def one_of(text: str, known: Sequence[str]) -> str:
    """Return which of an agency's subjects a text is; spaces, commas and `&amp;` vary. `Other` for what is none."""
    return _by_fold(tuple(known)).get(_fold(text), OTHER) if text.strip() else ""


@cache
def _by_fold(known: tuple[str, ...]) -> dict[str, str]:
    return {_fold(subject): subject for subject in known}


@lru_cache(maxsize=256)
def _fold(text: str) -> str:
    return " ".join(re.sub(r"[,\s]+", " ", unescape(text[:200])).lower().split())
