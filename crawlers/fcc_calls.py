"""Unwanted calls that people reported to the FCC: a dataset at Socrata, asked page by page for what is new.

Its two columns of numbers are two roles: what the phone showed, which is mostly forged, and the number of whoever
advertised, which the victim was to call. Nothing of where a person lives is asked for. No row names a brand.
"""

import json
import re
from collections.abc import Generator, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from scamhunt.errors import FeedFailed, FeedHeld
from scamhunt.indicators.answers import beginning, is_json, is_page, json_of
from scamhunt.indicators.complaints import Complaints, Line, moment, number, one_of, table
from scamhunt.model import (
    CONFIGURED,
    Crawl,
    Example,
    Feed,
    Fetch,
    Keeps,
    Kind,
    Notice,
    Rejected,
    Reply,
    Role,
    Statement,
)

COLUMNS = {
    "id": "number",
    "issue_date": "calendar_date",
    "issue_time": "text",
    "issue": "text",
    "caller_id_number": "text",
    "type_of_call_or_messge": "text",
    "advertiser_business_phone_number": "text",
}
"""What is asked for, with its type. The slip in a name is the FCC's."""

FEED = Feed(
    name="fcc_calls",
    publisher="Federal Communications Commission, United States",
    homepage="https://opendata.fcc.gov/Consumer/Consumer-Complaints-Data-Unwanted-Calls/vakf-fz8e",
    terms="work of the US government, public domain; the FCC has verified none of the complaints",
    kind=Kind.PHONE,
    schedule="40 10 * * *",
    needs_key=False,
    rows_a_day=(10, 100_000),
    verified_on="2026-11-22",
    how="documented",
    address="https://opendata.fcc.gov/api/views/vakf-fz8e",
    keeps=Keeps.ROWS,
    corroborates=True,
    pool="us-agencies",
    columns=tuple(COLUMNS),
)

FIRST = timedelta(days=30)
"""The first night reads so much: the whole are two million rows."""
PAGE = 20_000
"""Rows of a page; each may give two numbers."""
PAGES = 10
"""Pages of a night."""
SUBJECTS = ("Unwanted Calls", "Robocalls", "Telemarketing (including do not call and spoofing)", "Junk Faxes")
"""The issues that are known; of another one nothing is kept but that it is another."""

_ROLES = (
    ("caller_id_number", Role.CALLER_ID, "what the phone showed"),
    ("advertiser_business_phone_number", Role.CALLBACK, "the number of whoever advertised"),
)
_NAMED = " OR ".join(f"{column} not in('None','')" for column, _, _ in _ROLES)
_NO_NUMBER = frozenset({"", "none", "null", "n/a"})
_OWN = re.compile(r"\b(?:my|own)\b.*\bnumber\b", re.IGNORECASE)
_TIME = re.compile(r"(\d{1,2}):(\d\d)(?::\d\d)?\s*([ap])\.?m\.?", re.IGNORECASE | re.ASCII)
_VIEWS = "/api/views/"
_ID = re.compile(r"\d{1,15}", re.ASCII)


def _query(base: str, which: str) -> str:
    asked = {"$select": ",".join(COLUMNS), "$where": f"{which} AND ({_NAMED})", "$order": "id", "$limit": PAGE}
    return f"{base}?{urlencode(asked, quote_via=quote, safe='$,()')}"


_RESOURCE = "https://opendata.fcc.gov/resource/vakf-fz8e.json"
_VIEW = json.dumps(
    {
        "id": "vakf-fz8e",
        "rowsUpdatedAt": 1_795_000_000,
        "columns": [{"fieldName": name, "dataTypeName": kind} for name, kind in COLUMNS.items()],
    }
).encode()
_ROW = {
    "id": "9000001",
    "issue_date": "2026-11-17T00:00:00.000",
    "issue_time": "9:05 pm",
    "issue": "Unwanted Calls",
    "caller_id_number": "212-555-0111",
    "type_of_call_or_messge": "Prerecorded Voice",
    "advertiser_business_phone_number": "800-555-0123",
}
_ROWS = json.dumps([_ROW, {"id": "9000002", "issue_date": "2026-11-17T00:00:00.000", "caller_id_number": "555"}])
_BOTH = (Role.CALLER_ID, Role.CALLBACK)

EXAMPLES = (
    Example(
        _VIEW,
        ("+12125550111", "+18005550123"),
        ((2, "no number"),),
        replies={_query(_RESOURCE, "issue_date >= '2026-10-19'"): _ROWS.encode(), CONFIGURED: _VIEW},
        roles=_BOTH,
    ),
    Example(_VIEW, (), replies={_query(_RESOURCE, "id > 9000002"): b"[]", CONFIGURED: _VIEW}, mark="9000002"),
    Example(f"{','.join(_ROW)}\n{','.join(_ROW.values())}\n".encode(), ("+12125550111", "+18005550123"), roles=_BOTH),
)


def crawl(mark: str) -> Crawl:
    """Ask whether the dataset is as we know it, then for its rows after the last one; or read the file that came."""
    reply: Reply = yield Fetch(CONFIGURED, keep=False)
    head, chunks = beginning(reply.chunks)
    if is_page(head):
        raise FeedHeld("an HTML page came in place of the dataset; look at the source's address")
    if not is_json(head):
        yield from _file(_of_table(head, chunks), mark, reply.url)
        return
    came = json_of(chunks)
    if isinstance(came, list):
        yield from _file(enumerate(came, 1), mark, reply.url)
        return
    yield from _pages(_checked(came), mark, _resource(reply.url))


# --- the dataset ------------------------------------------------------------------------------------------------------


def _checked(came: object) -> int:
    """Return when the rows of the dataset were made, seconds since 1970. Raises `FeedHeld` when its columns changed."""
    if not isinstance(came, Mapping) or not isinstance(came.get("columns"), list):
        raise FeedHeld("an answer that is no description of a dataset came; look at the source's address")
    there = {one.get("fieldName"): one.get("dataTypeName") for one in came["columns"] if isinstance(one, Mapping)}
    for name, kind in COLUMNS.items():
        if name not in there:
            raise FeedHeld(f"the dataset has no column {name} any more: not read; see what the FCC has changed")
        if there[name] != kind:
            raise FeedHeld(f"the dataset's column {name} is no {kind} any more: not read; see what the FCC has changed")
    updated = came.get("rowsUpdatedAt")
    if not isinstance(updated, int) or not 0 < updated < 10**11:
        raise FeedHeld("the dataset does not say when its rows were made: not read; see what the FCC has changed")
    return updated


def _resource(url: str) -> str:
    """Return where the rows are, at the same host as the description."""
    base, views, name = (url if url.startswith("http") else FEED.address).partition(_VIEWS)
    name = name.partition("?")[0].removesuffix(".json")
    if not views or not re.fullmatch(r"[a-z0-9]{4}-[a-z0-9]{4}", name):
        raise FeedFailed(f"the address leads to no dataset of Socrata; write one that ends in {_VIEWS}vakf-fz8e")
    return f"{base}/resource/{name}.json"


def _pages(updated: int, mark: str, resource: str) -> Crawl:
    """Yield page after page; nothing of one that came while the dataset was made anew."""
    last = _last(mark)
    since = datetime.fromtimestamp(updated, UTC) - FIRST
    for _ in range(PAGES):
        url = _query(resource, f"id > {last}" if last else f"issue_date >= '{since:%Y-%m-%d}'")
        rows = json_of((yield Fetch(url)).chunks)
        if (yield from _made_anew(updated)):
            yield Notice("the dataset was made anew while it was read: the rest comes with the next run", held=True)
            return
        page = _page(rows, last)
        if page:
            last = int(page[-1]["id"])
            yield from _batches(enumerate(page, 1), mark, str(last), url)
            mark = str(last)
        if len(page) < PAGE:
            return
    yield Notice(f"{PAGES} pages were read, and there are more: the rest comes with the next run", behind=1)


def _last(mark: str) -> int:
    if mark and not _ID.fullmatch(mark):
        raise FeedFailed("what is known of the last row cannot be read; restore the database")
    return int(mark or 0)


def _made_anew(updated: int) -> Generator[Fetch, Any, bool]:
    reply: Reply = yield Fetch(CONFIGURED, keep=False)
    return _checked(json_of(reply.chunks)) != updated


def _page(rows: object, last: int) -> list[dict[str, Any]]:
    """Return the rows of a page. Raises `FeedHeld` for what is not what was asked for."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise FeedHeld("an answer that is no list of rows came; look at the source")
    if len(rows) > PAGE:
        raise FeedHeld(f"{len(rows):,} rows came, where {PAGE:,} were asked for; look at the source")
    for row in rows:
        if not _ID.fullmatch(str(row.get("id"))) or int(row["id"]) <= last:
            raise FeedHeld("rows came that were not asked for, or not in their order; look at the source")
        last = int(row["id"])
    return rows


# --- rows -------------------------------------------------------------------------------------------------------------


def _of_table(head: bytes, chunks: Iterable[bytes]) -> Iterable[tuple[int, object]]:
    """Yield the rows of an export by name of column, with line numbers. Raises `FeedHeld` for another table."""
    lines = table(head, chunks)
    header = next(lines, None)
    names = [name.strip().lower() for name in (header.cells if isinstance(header, Line) else None) or ()]
    if lacking := [name for name in COLUMNS if name not in names]:
        raise FeedHeld(
            f"a table with the names of the FCC's interface was expected, it has no column {lacking[0]}; export "
            "it from /resource/vakf-fz8e.csv"
        )
    for line in lines:
        if isinstance(line, Rejected):
            yield line.line, line
        elif line.cells is None or len(line.cells) != len(names):
            yield line.number, line.text
        else:
            yield line.number, dict(zip(names, line.cells, strict=True))


def _file(rows: Iterable[tuple[int, object]], mark: str, location: str) -> Crawl:
    """Yield the rows of a file that the team gave; the place where the dataset is read on does not move."""
    yield from _batches(rows, mark, mark, location)


def _batches(numbered: Iterable[tuple[int, object]], mark: str, mark_after: str, location: str) -> Crawl:
    rows, left_out = Complaints(), 0
    for line, row in numbered:
        if rows.full:
            yield rows.batch(mark, "socrata", location)
            rows = Complaints()
        if isinstance(row, Rejected):
            rows.rejected.append(row)
        elif not isinstance(row, Mapping):
            rows.reject(line, row if isinstance(row, str) else json.dumps(row), "no row of this table")
        else:
            left_out += _read(line, row, rows)
    yield rows.batch(mark_after, "socrata", location)
    if left_out:
        yield Notice(f"{left_out:,} of its rows name no number, or the number of who complained: left out")


def _read(line: int, row: Mapping[str, Any], rows: Complaints) -> bool:
    """Take the numbers of a row. Return whether it is left out: it has none, or the one of who complained."""
    text = {name: str(row.get(name) or "").strip() for name in COLUMNS}
    given = [(text[column], role, how) for column, role, how in _ROLES if text[column].lower() not in _NO_NUMBER]
    if not given or _OWN.search(text["issue"][:200]):
        return True
    seen_at = _moment(text["issue_date"], text["issue_time"])
    for shown, role, how in given:
        value = number(shown)
        if not value or seen_at is None:
            rows.reject(line, ",".join(text.values()), "no date that can be read" if value else "no number of the US")
            continue
        statement = Statement(
            role,
            how,
            subject=one_of(text["issue"], SUBJECTS),
            robocall=_is_recorded(text["type_of_call_or_messge"].lower()),
            ref=text["id"][:32],
        )
        rows.add(line, value, seen_at, statement)
    return False


def _is_recorded(call: str) -> bool | None:
    if call.startswith(("prerecorded", "autodialed")):
        return True
    return False if call.startswith("live") else None


def _moment(day: str, time: str) -> datetime | None:
    """Return when the call was, Washington's time; of a day without a readable time its beginning."""
    found = _TIME.fullmatch(time)
    if found and 1 <= int(found[1]) <= 12:  # noqa: PLR2004  # hours of a clock with a.m. and p.m.
        hour = int(found[1]) % 12 + (12 if found[3].lower() == "p" else 0)
        return moment(f"{day[:10]} {hour:02}:{found[2]}:00") or moment(day)
    return moment(day)
