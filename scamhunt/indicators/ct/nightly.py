"""One log in one night: what was read of it, where we stand in it, and what is to be told."""

import base64
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache

from scamhunt.errors import FeedHeld
from scamhunt.indicators.ct.certificate import NAMES_LIMIT
from scamhunt.indicators.ct.entries import Entry, Leaf
from scamhunt.indicators.ct.heads import TreeHead
from scamhunt.indicators.ct.loglist import Log
from scamhunt.indicators.ct.merkle import EMPTY
from scamhunt.indicators.ct.places import Place, Range, plan, read_to, write_mark
from scamhunt.indicators.lines import RAW_LIMIT
from scamhunt.model import BATCH_ROWS, Batch, Notice, Rejected


@dataclass(slots=True)
class _Rows:
    """Columns of one batch; a name stands in it once, as a precertificate and its certificate both have it."""

    values: dict[str, None] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)
    seen_at: list[datetime | None] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.lines) + len(self.rejected)

    def add(self, entry: Entry) -> None:
        values, found = self.values, entry.found
        for name in found.names:
            if name not in values:
                values[name] = None
                self.lines.append(entry.number)
                self.seen_at.append(moment(entry.timestamp))
        self.rejected += [Rejected(entry.number, raw[:RAW_LIMIT], reason) for raw, reason in found.bad]


@lru_cache(maxsize=4_096)
def moment(milliseconds: int) -> datetime | None:
    """Return the time of an entry, None for one beyond the calendar."""
    try:
        return datetime.fromtimestamp(milliseconds / 1_000, UTC) if milliseconds >= 0 else None
    except (ValueError, OverflowError, OSError):
        return None


SCHEMA = "certificates"
_NOWHERE, NO_HEAD = Place(0), TreeHead(0, EMPTY, 0)


@dataclass(slots=True)
class LogNight:
    """One log in one night."""

    log: Log
    places: dict[str, Place]
    """Of all logs: with this one's it becomes the mark of a batch."""
    before: Place | None
    """Where we stood; None in the first night."""
    place: Place = _NOWHERE
    head: TreeHead = NO_HEAD
    large: int = 0
    """Entries with more names than are read."""
    early: int = 0
    """Entries that are dated after the tree head that has them."""
    given_up: int = 0
    spent: int = 0
    """The requests of a night, when they did not suffice."""
    ended: FeedHeld | None = None
    """Why nothing more may be asked this night, of any log."""
    _rows: _Rows = field(default_factory=_Rows)
    _planned: bool = False
    _stop: int = 0
    """Up to here the log is to be read this night."""

    def begin(self, head: TreeHead) -> None:
        """Take a verified tree head. Raises `FeedHeld` when it contradicts the one that we know."""
        before = self.before
        if before and head.size < before.size:
            raise FeedHeld(f"log misbehaviour: its tree has shrunk from {before.size:,} entries to {head.size:,}")
        if before and head.size == before.size and as_text(head.root) != before.root:
            raise FeedHeld(f"log misbehaviour: another root for the same {head.size:,} entries")
        self.head, self.place = head, before or self.place

    def plan(self, stop: int, window: int, align: int = 1) -> list[Range]:
        """Return what is to be read below `stop`; to be called once the known tree was found to begin this one."""
        place, ranges, given_up = plan(self.before, stop, window, align)
        self.place = replace(place, size=self.head.size, root=as_text(self.head.root))
        self._stop, self._planned = stop, True
        self.given_up = given_up
        return ranges

    def take(self, entries: Iterable[Entry]) -> Iterator[Batch]:
        """Take the entries that follow in a range; yield a batch whenever one is full."""
        first = None
        number = 0
        for number, timestamp, found in entries:
            first = number if first is None else first
            if self._rows.count + len(found.names) + len(found.bad) > BATCH_ROWS:
                self.place, first = read_to(self.place, first, number), number
                yield self.batch()
            self._rows.add(Entry(number, timestamp, found))
            self.large += found.more
            self.early += timestamp > self.head.timestamp
        if first is not None:
            self.place = read_to(self.place, first, number + 1)

    def note_leaf(self, stop: int, leaves: Sequence[Leaf]) -> None:
        """Remember the last of these leaves, when it is the last one before the place where we stand."""
        if leaves and stop == self.place.next:
            self.place = replace(self.place, leaf=as_text(leaves[-1].hash))

    def batch(self) -> Batch:
        """Return the rows so far, with the mark that is right once they are stored."""
        rows, self._rows = self._rows, _Rows()
        self.places[self.log.id] = self.place
        mark, rejected = write_mark(self.places), tuple(rows.rejected)
        return Batch(mark, list(rows.values), rows.lines, rows.seen_at, rejected, SCHEMA, self.log.url)

    def finish(self) -> Iterator[Batch | Notice]:
        """Yield what is left of the rows, and what is to be told."""
        known = self._planned or not (self.spent or self.ended)
        if self._rows.count or (known and self.place != self.places.get(self.log.id)):
            yield self.batch()
        yield from self._told()

    def stopped(self, problem: Exception) -> Iterator[Batch | Notice]:
        """Yield the rows that came before a problem, and the problem."""
        if self._rows.count:
            yield self.batch()
        held = isinstance(problem, FeedHeld)
        yield Notice(f"{self._name}: {problem}", held=held, behind=self._behind() if self._stop else 0)

    @property
    def _name(self) -> str:
        return name_of(self.log.url)

    def _behind(self) -> int:
        return self.place.left_out + max(0, self._stop - self.place.next)

    def _told(self) -> Iterator[Notice]:
        behind = self._behind()
        if self.spent:
            text = f"its {self.spent:,} requests of a night are spent; {behind:,} entries wait at the log; look at it"
            yield Notice(f"{self._name}: {text}", behind=behind)
        elif behind:
            text = f"{behind:,} entries wait at the log; they are read on nights with less to do"
            yield Notice(f"{self._name}: {text}", behind=behind)
        if self.given_up:
            yield Notice(f"{self._name}: {self.given_up:,} entries waited for too long and are given up")
        if self.large:
            text = f"{self.large:,} entries have more than {NAMES_LIMIT:,} names; the others of these were left out"
            yield Notice(f"{self._name}: {text}")
        if self.early:
            yield Notice(f"{self._name}: {self.early:,} entries are dated after the tree head that has them")


def name_of(url: str) -> str:
    """Return the name of a log for people: its address without what all have."""
    return url.partition("://")[2].rstrip("/")


def as_text(digest: bytes) -> str:
    """Return a hash as base64."""
    return base64.b64encode(digest).decode()
