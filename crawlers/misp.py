"""Numbers from a MISP instance of the team or its partners: attributes of the type phone-number.

Asked through `POST /attributes/restSearch`, or read from an event that was exported as JSON. Where the event's words
name a brand, the number is tied to it; the words are not kept.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from scamhunt.errors import FeedFailed
from scamhunt.indicators.answers import json_of
from scamhunt.indicators.complaints import Complaints
from scamhunt.indicators.forms import moment
from scamhunt.indicators.misp_events import Found, attributes, is_search, part_of, parts_of
from scamhunt.model import CONFIGURED, Crawl, Example, Feed, Fetch, Keeps, Kind, Notice, Reply, Role, Statement

FEED = Feed(
    name="misp",
    publisher="whoever shares with the team: the team names the instance",
    homepage="https://www.misp-project.org/openapi/",
    terms="those of the sharing community: look at the TLP of its events",
    kind=Kind.PHONE,
    schedule="35 1,7,13,19 * * *",
    needs_key=True,
    rows_a_day=(0, 100_000),
    verified_on="2026-11-22",
    how="documented",
    keys=("misp",),
    keeps=Keeps.ROWS,
    columns=("Event", "Attribute"),
    max_age_days=365,
)

PAGE = 5_000
"""Attributes of one answer."""
PAGES = 20
"""Answers of one run."""
AGAIN = timedelta(days=30)
"""What changed so long before the newest is asked for again: a partner's events arrive with older times. What is known
is a duplicate."""
LONGEST = 64
"""Characters of a value."""
TEXT_LIMIT = 2_000
"""Characters of a comment or of an event's title that are looked through."""

_TYPE = "phone-number"
_CALLED = frozenset({"to", "smsc", "called", "destination"})
_PEOPLE = frozenset({"person", "victim", "employee"})
_ROLES = (
    (Role.CALLER_ID, re.compile(r"\bcaller[ -]?id\b|\bspoof|\bincoming call|\bdisplayed number", re.IGNORECASE)),
    (
        Role.SMS_SENDER,
        re.compile(r"\bsms sender\b|\bsender of (?:the |an? )?(?:sms|text)|\bsmishing sender", re.IGNORECASE),
    ),
    (Role.CALLBACK, re.compile(r"\bcall[ -]?back\b|\bcall us\b|\bnumber to call\b", re.IGNORECASE)),
)
_UUID = re.compile(r"[0-9a-fA-F-]{36}", re.ASCII)
_REGION = re.compile(r"[A-Za-z]{2}", re.ASCII)

_OURS = ("http://", "https://", CONFIGURED)
_HEADERS = {"Authorization": "{key:misp}", "Accept": "application/json"}


def _shown(place: int, value: str, **more: object) -> dict[str, object]:
    uuid = f"5f6f1c1e-0000-4000-8000-{place:012}"
    stamp = str(1_794_900_000 + place)
    return {"type": _TYPE, "value": value, "uuid": uuid, "timestamp": stamp, "to_ids": True, "deleted": False, **more}


_EVENT = {"info": "Refund pages in the name of Amazon", "orgc_id": "7"}
_ANSWER = {
    "response": {
        "Attribute": [
            _shown(1, "+1 888 555 0142", comment="callback number on the page", Event=_EVENT),
            _shown(2, "+12125550111", comment="", Event=_EVENT),
            _shown(3, "+12125550112", to_ids=False, Event=_EVENT),
            _shown(4, "", Event=_EVENT),
        ]
    }
}
_EXPORT = {
    "Event": {
        "info": "Parcel texts in the name of DHL",
        "Orgc": {"uuid": "5f6f1c1e-0000-4000-8000-0000000000aa"},
        "Attribute": [_shown(1, "+442079460123", comment="spoofed caller id"), _shown(2, "7", type="other")],
        "Object": [
            {
                "name": "short-message-service",
                "Attribute": [
                    _shown(3, "+447700900123", object_relation="from"),
                    _shown(4, "+447700900124", object_relation="to"),
                ],
            },
            {
                "name": "phone-number",
                "Attribute": [
                    _shown(5, "020 7946 0124", object_relation=_TYPE),
                    {"type": "text", "value": "GB", "object_relation": "country-code"},
                ],
            },
        ],
    }
}

EXAMPLES = (
    Example(
        json.dumps(_ANSWER).encode(),
        ("+1 888 555 0142", "+12125550111"),
        ((4, "no value"),),
        notices=("to_ids",),
        roles=(Role.CALLBACK, Role.UNKNOWN),
    ),
    Example(
        json.dumps(_EXPORT).encode(),
        ("+442079460123", "+447700900123", "020 7946 0124"),
        notices=("of people",),
        roles=(Role.CALLER_ID, Role.SMS_SENDER, Role.UNKNOWN),
    ),
    Example(b'{"response": {"Attribute": []}}', (), mark="1794900004"),
)


@dataclass(slots=True)
class _Run:
    """What one run has come upon."""

    newest: int
    """The latest change, seconds since 1970."""
    unmarked: int = 0
    people: int = 0


def crawl(mark: str) -> Crawl:
    """Ask for the numbers that changed, answer after answer; or read the event that came."""
    newest = _stamp(mark)
    run = _Run(newest)
    if mark and not newest:
        raise FeedFailed("what is known of the last change cannot be read; restore the database")
    for page in range(1, PAGES + 1):
        reply: Reply = yield Fetch(CONFIGURED, _HEADERS, _asked(newest, page))
        came = json_of(reply.chunks)
        found, searched = attributes(came), reply.url.startswith(_OURS) and is_search(came)
        more = searched and len(found) >= PAGE
        yield from _batches(found, run, reply, mark, moves=searched and not more)
        if not more:
            break
    else:
        yield Notice(f"more than {PAGES * PAGE:,} numbers changed: the rest was not asked for", held=True, behind=1)
    yield from _told(run)


def _asked(newest: int, page: int) -> dict[str, str]:
    """Return the query; the first time without a date."""
    since = max(0, newest - int(AGAIN.total_seconds()))
    asked = {"returnFormat": "json", "type": _TYPE, "limit": str(PAGE), "page": str(page)}
    return {**asked, "timestamp": str(since)} if newest else asked


# --- numbers ----------------------------------------------------------------------------------------------------------


def _batches(found: list[Found], run: _Run, reply: Reply, mark: str, *, moves: bool) -> Crawl:
    """Yield the numbers of an answer; with the last of the last answer the mark moves."""
    rows = Complaints()
    for line, one in enumerate(found, 1):
        if rows.full:
            yield rows.batch(mark, "misp", reply.url)
            rows = Complaints()
        if one.attribute.get("type") == _TYPE and not _is(one.attribute, "deleted") and not _is(one.within, "deleted"):
            run.newest = max(run.newest, _not_after(_stamp(one.attribute.get("timestamp")), reply))
            _read(line, one, run, rows)
    yield rows.batch(str(run.newest) if moves and run.newest else mark, "misp", reply.url)


def _read(line: int, one: Found, run: _Run, rows: Complaints) -> None:
    attribute, relation = one.attribute, str(one.attribute.get("object_relation") or "")
    if not _is(attribute, "to_ids"):
        run.unmarked += 1
        return
    if relation in _CALLED or str(one.within.get("name")) in _PEOPLE:
        run.people += 1
        return
    value = attribute.get("value")
    value = value.strip() if isinstance(value, str) else ""
    if not value or len(value) > LONGEST or not value.isprintable():
        rows.reject(line, str(attribute.get("value")), "no phone number" if value else "no value")
        return
    rows.add(line, value, _seen(attribute), _statement(one, relation))


def _statement(one: Found, relation: str) -> Statement:
    comments = [_text(part.get("comment")) for part in (one.attribute, one.within)]
    role, how = _role(" ".join(comments), relation, one.within.get("name"))
    owner = part_of(one.event, "Orgc").get("uuid") or one.event.get("orgc_id")
    uuid = _text(one.attribute.get("uuid"))
    return Statement(
        role,
        how,
        text=" ".join(part for part in (*comments, _text(one.event.get("info"))) if part),
        source=_text(owner)[:64],
        region=_region(one.within),
        ref=uuid if _UUID.fullmatch(uuid) else "",
    )


def _role(comment: str, relation: str, within: object) -> tuple[Role, str]:
    """Return what the number was, as far as it is said; of two roles that are said the more careful one."""
    if relation == "from" and within == "short-message-service":
        return Role.SMS_SENDER, "sender in the object short-message-service"
    for role, words in _ROLES:
        if words.search(comment):
            return role, "words of the comment"
    return Role.UNKNOWN, ""


def _region(within: Mapping[str, Any]) -> str:
    """Return the country that an object of the kind phone-number names."""
    for one in parts_of(within, "Attribute"):
        value = _text(one.get("value"))
        if one.get("object_relation") == "country-code" and _REGION.fullmatch(value):
            return value.upper()
    return ""


def _seen(attribute: Mapping[str, Any]) -> datetime | None:
    said = (_text(attribute.get(name)) for name in ("last_seen", "first_seen", "timestamp"))
    return next((found for found in map(moment, said) if found), None)


def _text(said: object) -> str:
    return str(said or "")[:TEXT_LIMIT].encode("utf-8", "replace").decode().strip()


def _is(part: Mapping[str, Any], name: str) -> bool:
    return part.get(name) in (True, 1, "1", "true")


def _stamp(said: object) -> int:
    text = str(said)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else 0  # noqa: PLR2004  # up to 2286


def _not_after(stamp: int, reply: Reply) -> int:
    """Return a time, but none in the future of the answer: what is new after it would never be asked for."""
    try:
        return min(stamp, int(parsedate_to_datetime(reply.headers.get("date", "")).astimezone(UTC).timestamp()))
    except (ValueError, OverflowError):
        return stamp


def _told(run: _Run) -> Iterator[Notice]:
    if run.unmarked:
        yield Notice(
            f"{run.unmarked:,} of its numbers are not marked for detection (to_ids): left out; set the mark in MISP on "
            "those that scammers use"
        )
    if run.people:
        yield Notice(f"{run.people:,} of its numbers are of people or were called: left out")
