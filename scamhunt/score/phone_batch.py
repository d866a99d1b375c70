"""Reported numbers, a line each, to matches: what `scamhunt score --kind phone` reads. Pure.

A line is a number or a JSON object with `number` and any of `role`, `text`, `source`, `region`, `seen_at`, `reports`,
`subject` and `robocall`. Each line is a history of its own. No message quotes what a line holds.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from scamhunt.errors import BadIndicator, FeedHeld
from scamhunt.indicators import lines, masking, phone, strictjson
from scamhunt.indicators.phone import Number
from scamhunt.indicators.report_rows import said
from scamhunt.model import Match, NumberSighting, Rejected, Role
from scamhunt.score.phones import PhoneScorer

ROWS = 2_000
"""Lines that are scored at once: their words are looked through together."""
_TEXTS = ("number", "role", "text", "source", "region", "seen_at", "subject")
_COUNT = re.compile(r"[1-9][0-9]{0,8}")
_COLUMNS = dict.fromkeys(_TEXTS, "")


@dataclass(frozen=True, slots=True)
class Row:
    """One line that could be read."""

    given: str
    """The number as it stood there, trimmed."""
    number: Number
    text: str
    sighting: NumberSighting


@dataclass(frozen=True, slots=True)
class PhoneMatch:
    """A match with what its number is; `match.indicator` is as given."""

    match: Match
    number: Number
    role: Role


@dataclass(frozen=True, slots=True)
class PhoneScored:
    """What came of a batch of lines."""

    matches: list[PhoneMatch]
    """By line, the strongest of a line first."""
    unreadable: list[Rejected]
    """By line, masked."""
    rows: int
    """How many lines claimed to hold a number, the unreadable ones included."""


def score_phones(
    chunks: Iterable[bytes], scorer: PhoneScorer, now: datetime, region: str = "", minimum: float | None = None
) -> Iterator[PhoneScored]:
    """Score a list of numbers in its order; memory does not grow with it.

    `region` is the country of numbers that are written without one. A line without a time is taken as reported now.
    Raises `FeedHeld` for what is no list.
    """
    head, chunks = lines.peek(chunks, lines.HEAD)
    head, chunks = lines.peek(lines.as_utf8(chunks, lines.encoding(head)), lines.HEAD)
    _hold_what_is_no_list(head)
    for block in lines.numbered(chunks):
        for at in range(0, len(block.texts), ROWS):
            texts, first = block.texts[at : at + ROWS], block.first + at
            spoilt = [one for one in block.rejected if first <= one.line < first + len(texts)]
            yield _scored(texts, first, spoilt, scorer, now, region, minimum)


def read_row(line: str, now: datetime, region: str = "") -> Row:
    """Read one line. Raises `BadIndicator` with what is wrong, never with what stands there."""
    given = line.strip()
    if not given.startswith("{"):
        number = phone.parse(given, region)
        return Row(given, number, "", NumberSighting(number.e164, "", "", 0, now))
    fields = _object(given)
    texts = {name: _text(fields, name) for name in _TEXTS}
    read = said(texts, _COLUMNS)
    if isinstance(read, str):
        raise BadIndicator(read)
    if texts["seen_at"].strip() and read.undated:
        raise BadIndicator("seen_at is no time that can be read; write it as 2026-01-31T08:00Z")
    stated = read.statement
    number = phone.parse(read.number, stated.region or region)
    sighting = NumberSighting(
        number.e164,
        feed="",
        key="",
        line=0,
        seen_at=read.seen_at or now,
        role=stated.role,
        source=stated.source,
        subject=texts["subject"],
        robocall=_flag(fields, "robocall"),
        reports=_count(fields),
    )
    return Row(texts["number"].strip(), number, stated.text, sighting)


def _scored(  # noqa: PLR0913, PLR0917  # lines, and what scores them
    texts: Sequence[str],
    first: int,
    spoilt: Sequence[Rejected],
    scorer: PhoneScorer,
    now: datetime,
    region: str,
    minimum: float | None,
) -> PhoneScored:
    rows, unreadable = [], list(map(masking.mask, spoilt))
    for line, text in enumerate(texts, first):
        if not text or text.isspace() or text[0] == "#":
            continue
        try:
            rows.append(read_row(text, now, region))
        except BadIndicator as error:
            unreadable.append(masking.rejected(line, text, str(error)))
    unreadable.sort(key=lambda row: row.line)
    return PhoneScored(list(_matches(rows, scorer, now, minimum)), unreadable, len(rows) + len(unreadable))


def _matches(rows: Sequence[Row], scorer: PhoneScorer, now: datetime, minimum: float | None) -> Iterator[PhoneMatch]:
    worded = [at for at, row in enumerate(rows) if row.text]
    named = dict(zip(worded, scorer.evidence([rows[at].text for at in worded]), strict=True))
    for at, row in enumerate(rows):
        evidence = named.get(at, ())
        sighting = replace(row.sighting, evidence=evidence) if evidence else row.sighting
        for match in scorer.score(row.number, [sighting], now, minimum):
            yield PhoneMatch(replace(match, row=at, indicator=row.given), row.number, sighting.role)


# --- a line -----------------------------------------------------------------------------------------------------------


def _object(line: str) -> dict[str, Any]:
    try:
        return strictjson.decode(line)
    except strictjson.UnreadableError as error:
        raise BadIndicator(f"{error}; write one object a line") from None


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadIndicator(f"{name} is no text")
    return value


def _flag(fields: dict[str, Any], name: str) -> bool | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, bool):
        raise BadIndicator(f"{name} is neither true nor false")
    return value


def _count(fields: dict[str, Any]) -> int:
    value = fields.get("reports")
    if value is None:
        return 1
    if not isinstance(value, str) or not _COUNT.fullmatch(value):
        raise BadIndicator("reports is no whole number from 1 to 999,999,999")
    return int(value)


# --- the whole --------------------------------------------------------------------------------------------------------


def _hold_what_is_no_list(head: bytes) -> None:
    start = head.lstrip(b" \t\r\n")[:1]
    if start == b"<":
        raise FeedHeld("an HTML page or XML came in place of a list; look at the source's address")
    if start == b"[":
        raise FeedHeld("a JSON array came in place of a list; give one object a line")
