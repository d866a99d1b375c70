"""Tables of reported phone numbers: CSV, TSV, `;` or `|` with a header, or JSON; found from the content. Pure.

Only the number and what is said of it comes out (`report_columns.FIELDS`); all other columns are dropped here. A row
that cannot be used comes out masked, and no reason or error says what stands in a row.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scamhunt.errors import FeedHeld
from scamhunt.indicators import masking, report_json
from scamhunt.indicators.lines import HEAD, as_utf8, encoding, peek
from scamhunt.indicators.report_columns import Plan, Taken, fold, names_a_number, plan
from scamhunt.indicators.report_rows import Said, fields, said
from scamhunt.indicators.report_tables import Header, header, hold_what_is_no_table, records
from scamhunt.model import Batch, Kind, Notice, Rejected

__all__ = ["SNIFFED", "Taken", "columns", "is_reports", "read_reports"]

SNIFFED = 65_536
"""Bytes that tell the form and the columns."""
BATCH = 5_000
"""Rows of a batch: their words are held in memory until they have been looked through."""
ROWS = 500_000
"""Rows of one table: a file of broken lines has an end too."""
AHEAD = timedelta(days=1)
"""A time may lie so far beyond now, for the sake of zones."""
OBJECTS = 100
"""Objects of a JSON content whose keys are its columns."""

_WRITE = "write dates as 2026-11-20T08:00-05:00"
_NOT_DIGITS = re.compile(r"\D+")
_NUMBER = 7
"""Digits that make a number."""
_SAME = 9
"""Digits at the end by which two ways to write a number are the same one."""


def columns(head: bytes, options: Mapping[str, str]) -> tuple[Taken, ...]:
    """Say for each column of a table, or key of JSON, what it is taken for. `head` is its beginning.

    `options` is `Reply.options`. Raises `FeedHeld` for what is no table of reports.
    """
    return plan(names(head, options), options).taken


def names(head: bytes, options: Mapping[str, str]) -> list[str]:
    """Return the names of the columns of a table, or the keys of JSON, as they stand there. `head` is its beginning.

    Raises `FeedHeld` for what is no table.
    """
    return _names(_readable(head), options)


def is_reports(head: bytes, options: Mapping[str, str]) -> bool:
    """Return whether a content begins as a table of reported numbers, be it one that `columns` would ask about."""
    try:
        return names_a_number(names(head, options), options)
    except FeedHeld:
        return False


def read_reports(
    chunks: Iterable[bytes], options: Mapping[str, str], mark: str = "", most: int = ROWS
) -> Iterator[Batch | Notice]:
    """Yield the rows of a table of reports, each batch with this mark, and in the end what is to be told of them.

    A value is a number as it stands there: whoever takes the batch reads it. `options` has the team's mapping of
    columns (`Reply.options`). Raises `FeedHeld` for what is no table of reports, and one of more than `most` rows.
    """
    first, chunks = peek(chunks, HEAD)
    head, chunks = peek(as_utf8(chunks, encoding(first)), SNIFFED)
    if not head.strip():
        return
    hold_what_is_no_table(head)
    rows = 0
    for step in (
        _read_json(head, chunks, options, mark)
        if report_json.is_json(head)
        else _read_table(header(head, options), chunks, options, mark)
    ):
        rows += step.rows if isinstance(step, Batch) else 0
        if rows > most:
            raise FeedHeld(f"more than {most:,} rows: the rest was not read; cut the file into several")
        yield step


def _readable(head: bytes) -> bytes:
    return b"".join(as_utf8(iter([head]), encoding(head)))


def _names(head: bytes, options: Mapping[str, str]) -> list[str]:
    """Return the names of the columns, or the keys of the first objects. Raises `FeedHeld` for no list."""
    hold_what_is_no_table(head)
    if not report_json.is_json(head):
        return header(head, options).names
    names: dict[str, str] = {}
    with suppress(FeedHeld):  # the head ends in the middle
        for one in itertools.islice(report_json.elements([head], _json_form(head)), OBJECTS):
            names = {fold(key): key for key in one.values or ()} | names
    return list(names.values())


def _json_form(head: bytes) -> report_json.Form:
    return report_json.form(head.decode("utf-8", "replace"))


def _read_table(
    top: Header, chunks: Iterable[bytes], options: Mapping[str, str], mark: str
) -> Iterator[Batch | Notice]:
    rows = _Rows(plan(top.names, options), mark, "csv", _latest(options))
    for number, text, cells in records(chunks, top):
        yield from rows.add(number, text, cells)
    yield from rows.rest()


def _read_json(head: bytes, chunks: Iterable[bytes], options: Mapping[str, str], mark: str) -> Iterator[Batch | Notice]:
    found = report_json.elements(chunks, _json_form(head))
    keys = _names(head, options)
    if not keys:
        if next(found, None) is not None:
            raise FeedHeld('no JSON objects: a report is an object as in {"number": ..., "role": ...}')
        return
    rows = _Rows(plan(keys, options), mark, "json", _latest(options))
    for one in found:
        yield from rows.add(one.number, one.text, one.reason or _cells(one.values or {}, rows.plan.names))
    yield from rows.rest()


def _latest(options: Mapping[str, str]) -> datetime | None:
    return datetime.fromisoformat(options["now"]) + AHEAD if options.get("now") else None


def _cells(values: Mapping[str, object], names: Sequence[str]) -> list[str] | str:
    """Return the values of an object in the order of the columns, or why it cannot be read."""
    by_name = {fold(key): value for key, value in values.items()}
    if len(by_name) != len(values):
        return "a key stands twice in it"
    return [value if isinstance(value := by_name.get(name), str) else "" for name in names]


@dataclass(slots=True)
class _Rows:
    """The rows of one table, a batch of them at a time."""

    plan: Plan
    mark: str
    form: str
    latest: datetime | None
    said: list[Said] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    without_zone: int = 0
    undated: Counter[str] = field(default_factory=Counter)

    def add(self, line: int, text: str, cells: list[str] | str) -> Iterator[Batch]:
        """Take a row, or why it cannot be read; yield a batch when it is full."""
        one = cells if isinstance(cells, str) else self._said(cells)
        if isinstance(one, str):
            self.rejected.append(masking.rejected(line, text, one))
        else:
            self.said.append(one)
            self.lines.append(line)
            self.without_zone += not (one.zoned or one.undated)
            self.undated.update([one.undated] if one.undated else [])
        if len(self.said) + len(self.rejected) >= BATCH:
            yield self._batch()

    def rest(self) -> Iterator[Batch | Notice]:
        """Yield the last batch, and what is to be told of all rows."""
        if self.said or self.rejected:
            yield self._batch()
        if self.without_zone:
            are = "1 date is" if self.without_zone == 1 else f"{self.without_zone:,} dates are"
            yield Notice(f"{are} without a zone, read as UTC; {_WRITE}")
        if self.undated:
            count = self.undated.total()
            have = "1 row has" if count == 1 else f"{count:,} rows have"
            why = ", ".join(f"{some:,} {what}" for what, some in self.undated.most_common())
            yield Notice(f"{have} no date that counts ({why}): undated, as if reported when read; {_WRITE}")

    def _said(self, cells: list[str]) -> Said | str:
        if len(cells) > len(self.plan.names):
            return (
                f"{len(cells)} cells, but the header names {len(self.plan.names)} columns; put quotes around its words"
            )
        one = said(fields(cells, self.plan), self.plan.column, self.latest)
        if isinstance(one, Said) and _digits(one.number) in {
            _digits(cells[at]) for at in self.plan.own if at < len(cells)
        }:
            return "its number stands in a column of who reports or was called too: whose is it?"
        return one

    def _batch(self) -> Batch:
        some, self.said = self.said, []
        lines, self.lines = self.lines, []
        rejected, self.rejected = tuple(self.rejected), []
        return Batch(
            self.mark,
            [one.number for one in some],
            lines,
            [one.seen_at for one in some],
            rejected,
            f"{self.form} {self.plan.schema}",
            kinds=[Kind.PHONE] * len(some),
            statements=[one.statement for one in some],
        )


def _digits(text: str) -> str:
    """Return the last digits of a number, by which it is the same with and without its country."""
    return _NOT_DIGITS.sub("", text)[-_SAME:]
