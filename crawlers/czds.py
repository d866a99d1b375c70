"""Zone files of generic top-level domains, from ICANN's Centralized Zone Data Service: what is new since the last time.

A zone file is everything that is registered, tens of gigabytes for .com. It is sorted on disk and compared with the one
of the last time; only the new names come as rows. The mark says for each zone which list that was, and how long.
"""

import json
import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from inspect import GEN_CREATED, getgeneratorstate
from typing import Any
from urllib.parse import urlsplit

from scamhunt.errors import FeedFailed, FeedHeld, OutsideError, Refused
from scamhunt.indicators.zones import Zone
from scamhunt.model import (
    CONFIGURED,
    LOGIN,
    Batch,
    Crawl,
    Difference,
    Example,
    Feed,
    Fetch,
    Keeps,
    Kind,
    Notice,
    Rejected,
    Reply,
    Snapshot,
)

FEED = Feed(
    name="czds",
    publisher="ICANN, for the registries",
    homepage="https://czds.icann.org",
    terms="an approval for each zone, which ends: lawful use, no marketing, the file is not to be passed on",
    kind=Kind.DOMAIN,
    schedule="30 6 * * *",
    needs_key=True,
    rows_a_day=(0, 3_000_000),
    verified_on="2026-11-22",
    how="documented",
    address="https://czds-api.icann.org",
    login="https://account-api.icann.org",
    keys=("czds_user", "czds_password"),
    keeps=Keeps.ROWS,
    max_download=2**34,
    max_content=2**37,
    max_seconds=4 * 3_600,
)

LEAST = 0.9
"""A zone with a smaller share of the names of the last time is not believed."""
IN_A_ROW = 20
"""After so many zones in a row that failed, the others are not asked for."""
NAMED = 10
"""So many zones are named in a notice, the others counted."""

_LINKS = "/czds/downloads/links"
_ANSWER_LIMIT = 4_000_000  # bytes of an answer that is no zone
_ZONE = re.compile(r"/czds/downloads/([a-z0-9-]{1,63})\.zone")
_TOKEN = re.compile(r"[!-~]{1,16384}")
_AT_ICANN = "https://czds-download-api.icann.org/czds/downloads/example.zone"
_FILE = (
    b"example.\t900\tin\tsoa\tns1.example. admin.example. 1 1800 900 604800 86400\n"
    b"amazon-billing-desk.example.\t3600\tin\tns\tns1.weather.test.\n"
    b"amazon-billing-desk.example.\t3600\tin\tns\tns2.weather.test.\n"
    b"ns1.weather-in-oslo.example.\t3600\tin\ta\t192.0.2.1\n"
    b"weather-in-oslo.example.\t3600\tin\tns\tns1.weather-in-oslo.example.\n"
)
_REPLIES = {f"{CONFIGURED}{_LINKS}": json.dumps([_AT_ICANN]).encode(), _AT_ICANN: _FILE}
_LOGGED_IN = b'{"accessToken": "aaa.bbb.ccc", "message": "Authentication Successful"}'

EXAMPLES = (
    Example(_LOGGED_IN, (), replies=_REPLIES, notices=("for the first time",)),
    Example(
        _LOGGED_IN,
        ("amazon-billing-desk.example",),
        replies=_REPLIES,
        mark='{"example": {"id": "1-0", "size": 1}}',
        snapshots={"1-0": (b"weather-in-oslo",)},
    ),
)


@dataclass(slots=True)
class _Night:
    """What one run has found so far."""

    known: dict[str, dict[str, Any]]
    """By zone: the id and the size of the list of the last time."""
    headers: Mapping[str, str]
    first: list[str] = field(default_factory=list)
    failed: list[Notice] = field(default_factory=list)
    in_a_row: int = 0
    came: int = 0

    def mark(self, zone: str = "", difference: Difference | None = None) -> str:
        """Return the mark as it is, or as it will be once a zone is done."""
        done = {zone: {"id": difference.id, "size": difference.size}} if difference else {}
        return json.dumps({**self.known, **done}, sort_keys=True, separators=(",", ":"))


def crawl(mark: str) -> Crawl:
    """Log in, ask which zones may be read, and read each."""
    night = _Night(_known(mark), {"Authorization": f"Bearer {(yield from _log_in())}"})
    reply: Reply = yield Fetch(CONFIGURED + _LINKS, night.headers, keep=False)
    zones, refused = _zones(reply)
    if refused:
        yield Notice(f"{refused:,} of the links are no address of a zone file at the same owner: left out")
    if not zones:
        raise FeedHeld(f"the account may read no zone; ask for zones at {FEED.homepage}")
    for number, (zone, url) in enumerate(sorted(zones.items())):
        if night.in_a_row == IN_A_ROW:
            yield Notice(f"{IN_A_ROW} zones in a row failed: the other {len(zones) - number:,} were not asked for")
            break
        yield from _read(zone, url, night)
    yield from _told(night, sorted(night.known.keys() - zones.keys()))
    if not night.came:
        raise FeedFailed(f"none of its {len(zones):,} zones could be read; the first: {night.failed[0].text}")


def _known(mark: str) -> dict[str, dict[str, Any]]:
    try:
        found = json.loads(mark or "{}")
        return {zone: {"id": str(one["id"]), "size": int(one["size"])} for zone, one in found.items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        raise FeedFailed("what is known of the last night cannot be read; restore the database") from None


# --- what ICANN answers -----------------------------------------------------------------------------------------------


def _log_in() -> Generator[Fetch, Any, str]:
    """Return a token, good for a day."""
    account = {"username": "{key:czds_user}", "password": "{key:czds_password}"}
    try:
        reply: Reply = yield Fetch(f"{LOGIN}/api/authenticate", json=account, keep=False)
    except OutsideError as problem:
        raise FeedFailed(f"the log-in failed: {problem}; look at the keys czds_user and czds_password") from None
    answer = _json(reply)
    token = answer.get("accessToken") if isinstance(answer, dict) else None
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise FeedFailed("the log-in brought no token; look at the keys czds_user and czds_password")
    return token


def _json(reply: Reply) -> object:
    content = b""
    for chunk in reply.chunks:
        content += chunk
        if len(content) > _ANSWER_LIMIT:
            raise FeedHeld(f"an answer of more than {_ANSWER_LIMIT:,} bytes came in place of JSON; look at the source")
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise FeedHeld("an answer that is no JSON came; look at the source") from None


def _zones(reply: Reply) -> tuple[dict[str, str], int]:
    """Return the address of each zone file that may be read, and how many links are none."""
    links = _json(reply)
    if not isinstance(links, list):
        raise FeedHeld("an answer that is no list of links came; look at the source")
    here = reply.url if reply.url.startswith("http") else FEED.address
    found = [(_zone(link, here), link) for link in links if isinstance(link, str)]
    good = {zone: link for zone, link in found if zone}
    return good, len(links) - sum(1 for zone, _ in found if zone)


def _zone(link: str, here: str) -> str:
    """Return the zone that a link leads to, nothing for one that our token must not follow."""
    try:
        parts, ours = urlsplit(link), urlsplit(here)
        same = (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc)
        there = (
            parts.scheme == "https" and parts.port in {None, 443} and _owner(parts.hostname) == _owner(ours.hostname)
        )
    except ValueError:
        return ""
    found = _ZONE.fullmatch(parts.path)
    if not found or not (same or there) or parts.username or parts.query or parts.fragment:
        return ""
    return found[1]


def _owner(host: str | None) -> str:
    return ".".join((host or "").split(".")[-2:])


# --- a zone -----------------------------------------------------------------------------------------------------------


def _read(zone: str, url: str, night: _Night) -> Crawl:
    """Read one zone; what goes wrong there is noted, and the others go on."""
    file = Zone(zone)
    last = night.known.get(zone, {"id": "", "size": 0})
    try:
        reply: Reply = yield Fetch(url, night.headers)
        labels = file.labels(reply.chunks)
        before, difference = yield from _compared(zone, last["id"], labels)
    except (OutsideError, Refused) as problem:
        night.failed.append(Notice(f"{zone}: {problem}", held=True))
        night.in_a_row += 1
        return
    night.in_a_row = 0
    night.came += 1
    if before and difference.size < LEAST * last["size"]:
        yield Notice(
            f"{zone}: {difference.size:,} names, where the last time had {last['size']:,}: not believed. If it is "
            f"right, remove snapshots/{FEED.name}/{zone}.{before}.gz: the next run begins anew",
            held=True,
        )
        return
    if before:
        yield from _batches(zone, url, night, difference, file.rejected)
    else:
        night.first.append(f"{zone} ({difference.size:,})")
        for bad in file.rejected[:1]:
            yield Notice(
                f"{zone}: lines that cannot be read: {len(file.rejected):,}; the first is line {bad.line}: {bad.reason}"
            )
        yield Batch(night.mark(zone, difference), [], [], [], location=url)
    night.known[zone] = {"id": difference.id, "size": difference.size}


def _compared(zone: str, before: str, labels: Iterator[list[bytes]]) -> Generator[Any, Any, tuple[str, Difference]]:
    """Compare with the last time; where that list is lost, begin anew and say so."""
    try:
        return before, (yield Snapshot(zone, before, labels))
    except FeedHeld:
        if not before or getgeneratorstate(labels) != GEN_CREATED:  # type: ignore[arg-type]  # it is a generator
            raise
    yield Notice(
        f"{zone}: the list of the last time is missing or damaged, so what is new since then is not known; the list of "
        "today is a new beginning",
        held=True,
    )
    return "", (yield Snapshot(zone, "", labels))


def _batches(zone: str, url: str, night: _Night, difference: Difference, rejected: list[Rejected]) -> Crawl:
    """Yield the new names; the mark moves with the last of them."""
    if rejected:
        yield Batch(night.mark(), [], [], [], tuple(rejected), location=url)
    ending, number = f".{zone}", 1
    waiting = Batch("", [], [], [], location=url)
    try:
        for labels in difference.new:
            if waiting.rows:
                yield waiting
            values = [label.decode() + ending for label in labels]
            lines = range(number, number + len(values))
            waiting = Batch(night.mark(), values, lines, [None] * len(values), schema="zone file", location=url)
            number += len(values)
    except FeedHeld:
        yield Notice(
            f"{zone}: the list of the last time turned out to be damaged: of what is new since then only "
            f"{number - 1:,} names are known; the list of today is a new beginning",
            held=True,
        )
    yield replace(waiting, mark=night.mark(zone, difference))


# --- what there is to tell --------------------------------------------------------------------------------------------


def _told(night: _Night, expired: list[str]) -> Iterator[Notice]:
    if night.first:
        yield Notice(f"read for the first time, new names come from the next run on: {_some(night.first)}")
    if expired:
        yield Notice(f"may no longer be read, renew the approval at {FEED.homepage}: {_some(expired)}")
    yield from night.failed[:NAMED]
    if others := night.failed[NAMED:]:
        yield Notice(f"{len(others):,} more zones failed", held=any(one.held for one in others))


def _some(zones: list[str]) -> str:
    more = f" and {len(zones) - NAMED:,} more" if len(zones) > NAMED else ""
    return ", ".join(zones[:NAMED]) + more
