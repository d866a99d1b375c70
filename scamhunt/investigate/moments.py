"""Dates as registries write them, read so that none is made up: the ambiguous and the untrue are unknown. Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

FIRST_YEAR, LAST_YEAR = 1985, 2199
"""The first name was registered in March 1985; 1970, 0001 and 9999 are how programs write that they do not know."""
EXPIRES = "expires"
"""The one date that may lie ahead."""
NO_ZONE = "a date without a time zone was taken for UTC"
AMBIGUOUS = "a date may be day or month first and is left out"
NOT_BELIEVED = "a date cannot be true and is left out"
UNREADABLE = "a date cannot be read and is left out"

_LONGEST = 60
_MONTH = 12
"""No month is more, each later day is one."""
_MONTHS = {name: at for at, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_ZONES = {"z": 0, "utc": 0, "gmt": 0, "jst": 540, "kst": 540, "cst": 480, "msk": 180, "cet": 60, "cest": 120}
_ZONES |= {"eet": 120, "eest": 180, "bst": 60, "ist": 330, "clst": -180}
_TIME = (
    r"(?:[t ,]*(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?)?"
    r"[ (]*(?P<zone>z|[a-z]{3,4}|(?:utc|gmt)?[+-]\d{1,2}(?::?\d\d)?)?[ )]*(?P<late>\d{4})?"
)
_SHAPES = tuple(
    re.compile(shape + _TIME, re.ASCII)
    for shape in (
        r"(?P<year>\d{4})[-/. ]{1,2}(?P<month>\d{1,2})[-/. ]{1,2}(?P<day>\d{1,2})\.?",
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)",
        r"(?P<year>\d{4})[- ](?P<word>[a-z]{3,9})[- ](?P<day>\d{1,2})",
        r"(?:[a-z]{3,9},? )?(?P<day>\d{1,2})[-. /](?P<word>[a-z]{3,9})[-. /](?P<year>\d{4})",
        r"(?:[a-z]{3} )?(?P<word>[a-z]{3,9}) (?P<day>\d{1,2}),? (?P<year>\d{4})",
        r"(?:[a-z]{3} )(?P<word>[a-z]{3,9}) (?P<day>\d{1,2})(?=[ ]\d\d:)",
        r"(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})\. ?(?P<year>\d{4})",
        r"(?P<one>\d{1,2})[/-](?P<other>\d{1,2})[/-](?P<year>\d{4})",
    )
)


def moment(text: str) -> tuple[str, str]:
    """Return a date as ISO 8601 in UTC, and what has to be said of it; the first is empty where it is not known."""
    plain = " ".join(text.lower().split())
    if not plain:
        return "", ""
    shapes = _SHAPES if len(plain) <= _LONGEST else ()
    shape = next((found for one in shapes if (found := one.fullmatch(plain))), None)
    if shape is None:
        return "", UNREADABLE
    parts = shape.groupdict()
    day = _day(parts)
    if isinstance(day, str):
        return "", day
    offset = _offset(parts["zone"] or "")
    try:
        hour, minute, second = (int(parts[one] or 0) for one in ("hour", "minute", "second"))
        at = datetime(*day, hour, minute, second, tzinfo=UTC) - (offset or timedelta())
    except (ValueError, OverflowError):
        return "", UNREADABLE
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        return "", NOT_BELIEVED
    return f"{at:%Y-%m-%dT%H:%M:%SZ}", NO_ZONE if offset is None else ""


def dates(told: Mapping[str, str], now: datetime) -> tuple[dict[str, str], list[str]]:
    """Return dates by key as `moment` does, and notes; what is said to have happened tomorrow or later is left out."""
    found: dict[str, str] = {}
    said: list[str] = []
    for key, text in told.items():
        at, note = moment(text)
        if at and key != EXPIRES and datetime.fromisoformat(at) > now + timedelta(days=1):
            at, note = "", NOT_BELIEVED
        found[key] = at
        said += [f"{key}: {note}"] if note else []
    return found, said


def _day(parts: dict[str, str | None]) -> tuple[int, int, int] | str:
    """Return year, month and day, or why they are not known."""
    year = int(parts.get("year") or parts["late"] or 0)
    if parts.get("word"):
        month = _MONTHS.get((parts["word"] or "")[:3], 0)
        return (year, month, int(parts["day"] or 0)) if month and year else UNREADABLE
    if parts.get("one"):
        one, other = int(parts["one"] or 0), int(parts["other"] or 0)
        if max(one, other) <= _MONTH and one != other:
            return AMBIGUOUS
        return (year, min(one, other), max(one, other)) if min(one, other) <= _MONTH else UNREADABLE
    return year, int(parts["month"] or 0), int(parts["day"] or 0)


def _offset(zone: str) -> timedelta | None:
    """Return how far a zone is ahead of UTC; None where it does not say."""
    if zone in _ZONES:
        return timedelta(minutes=_ZONES[zone])
    found = re.fullmatch(r"(?:utc|gmt)?([+-])(\d{1,2}):?(\d\d)?", zone)
    if not found:
        return None
    away = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return -away if found[1] == "-" else away
