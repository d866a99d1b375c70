"""The fields of a report that a person types in, by kind of recipient: what each holds, and whether a text is it. Pure.

`scamhunt reports edit ID --set FIELD=VALUE` takes them. Nothing here is looked up: each is shown as we were told.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scamhunt.errors import BadIndicator, UserError, did_you_mean
from scamhunt.indicators import phone
from scamhunt.takedown import passport
from scamhunt.takedown.roles import CARRIER, DO_NOT_ORIGINATE, RESPORG, TRACEBACK
from scamhunt.takedown.words import clean

LIMIT = 500
"""Characters of a value."""
_OF_ALL = {
    "note": "a remark of ours to the desk",
    "observed": "what was seen or heard, in words, with nothing about a victim",
}
OF_NAMES: Mapping[str, str] = MappingProxyType({**_OF_ALL, "url": "the exact address that was seen, below the name"})
"""What may be typed for a report on a name, each with what it holds."""
_SHOWN = {
    "script": "what people are told, or what the text said, in two lines",
    "shown_at": "when it was seen there: 2026-11-20 14:05 America/New_York",
    "holder": "who serves the number, how you learnt it, and when; where no table says whom its block was assigned to",
    "other_numbers": "other numbers of the same campaign at the same carrier: in E.164, with commas between them",
}
_OF_A_NUMBER: Mapping[str, Mapping[str, str]] = {
    CARRIER: _SHOWN,
    RESPORG: {
        **_SHOWN,
        "resporg": "the RespOrg's id or name",
        "resporg_source": "how you learnt who the RespOrg is: the registry's help desk, your own carrier, ...",
        "resporg_date": "the day on which you learnt it, as 2026-11-20",
        "vanity": "what the number spells, or which number it is a misdial of",
    },
    TRACEBACK: {
        **{name: _SHOWN[name] for name in ("script", "shown_at", "holder")},
        "called_number": "the number that was called: a line of the team's own or a test line, never a victim's",
        "consent": "'own line: ' or 'test line: ', then who agreed that it is named",
        "call_time": "when the call began: 2026-11-20 14:05 America/New_York",
        "duration": "how long it lasted: 3 min 20 s",
        "called_carrier": "the carrier of the called number",
        "recording": "recording, voicemail or none, and on what consent it rests",
        "campaign": "a label of the campaign that the call belongs to",
        "volume": "how many such calls there are, and how that was counted",
        "attestation": "A, B or C, as the called carrier saw it",
        "verstat": "the result of the check of the caller ID, as the called carrier gives it",
        "sip_call_id": "the Call-ID of the SIP call",
        "identity": "the whole SIP Identity header (STIR/SHAKEN); it is decoded, not trusted",
    },
    DO_NOT_ORIGINATE: {
        "subscription": "what proves that the brand holds the number: a bill, a letter of its carrier, and the date",
        "served_by": "the carrier or RespOrg of the number",
    },
}
EDITABLE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {kind: MappingProxyType({**_OF_ALL, **fields}) for kind, fields in _OF_A_NUMBER.items()}
)
"""By kind of recipient, what may be typed for a report on a number, each with what it holds."""

_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d))? ?(\S{1,50})", re.ASCII)
_ZONE = re.compile(r"UTC|[A-Z][A-Za-z_]{1,20}(?:/[A-Za-z0-9_+-]{1,30}){1,2}")
_CONSENT = re.compile(r"(?:own|test) line\b.{0,3}\w", re.IGNORECASE)
_EARLIEST = 2000
_OWN_CHECKS = frozenset({"called_number", "other_numbers", "identity", "url"})
_WRITE = "write it as 2026-11-20 14:05 America/New_York"


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was, where it was."""

    local: datetime
    zone: str
    """As IANA names it: `America/New_York`."""

    def __str__(self) -> str:
        """Say it in local time and in UTC."""
        here = f"{_plain(self.local)} {self.zone}"
        return here if self.zone == "UTC" else f"{here} ({_plain(self.local.astimezone(UTC))} UTC)"


def editable(kind: str) -> Mapping[str, str]:
    """Return the fields that a person may type for a report of this kind, each with what it holds."""
    return EDITABLE.get(kind, OF_NAMES)


def check(kind: str, name: str, value: str, now: datetime) -> str:
    """Return a value as it may be kept for a field of a report of this kind; an empty one takes the field away.

    Raises `UserError` for a field that the kind has not, a value that is too long, and one that is not what it holds.
    """
    fields = editable(kind)
    if name not in fields:
        known = ", ".join(fields)
        raise UserError(f"a {kind[:40]} report has no field {name[:40]!a}{did_you_mean(name, fields)}; it has {known}")
    limit = passport.HEADER_LIMIT if name == "identity" else LIMIT
    if len(value) > limit:
        raise UserError(f"{name} is longer than {limit:,} characters; shorten it")
    kept = " ".join(value.split())
    if kept and (problem := problem_of(name, kept, now)):
        raise UserError(f"{name}: {problem}")
    return passport.reduced(kept) if kept and name == "identity" else kept


def words(fields: Mapping[str, str]) -> list[str]:
    """Return the values that no number or address of anybody may stand in; those that may have their own checks."""
    return [value for name, value in fields.items() if name not in _OWN_CHECKS]


def problem_of(name: str, value: str, now: datetime) -> str:
    """Return why a value is not what a field holds, empty when it is."""
    if name not in _READ:
        return ""
    try:
        _READ[name](value, now)
    except UserError as error:
        return str(error)
    return ""


def moment(value: str, now: datetime) -> Moment:
    """Read `2026-11-20 14:05 America/New_York`.

    Raises `UserError` for a time without a zone that IANA names, one that the clocks there left out or showed twice,
    and one that lies ahead.
    """
    read = _MOMENT.fullmatch(value.strip())
    if not read:
        raise UserError(f"no date with time and time zone; {_WRITE}")
    zone = _zone(read[7])
    try:
        local = datetime(*(int(part or 0) for part in read.groups()[:6]))  # type: ignore[arg-type]  # noqa: DTZ001  # placed below
    except ValueError:
        raise UserError(f"there is no such day or time; {_WRITE}") from None
    if local.year < _EARLIEST:
        raise UserError(f"that is too long ago; {_WRITE}")
    return Moment(_placed(local, zone, now), read[7])


def day(value: str, now: datetime) -> date:
    """Read `2026-11-20`. Raises `UserError` for what is no day, or one that lies ahead."""
    try:
        read = date.fromisoformat(value)
    except ValueError:
        raise UserError("no day; write it as 2026-11-20") from None
    if read.year < _EARLIEST or read > now.date():
        raise UserError("that day lies ahead, or too long ago; write the one on which it was")
    return read


def numbers(value: str, _now: datetime) -> tuple[str, ...]:
    """Read numbers with commas between them, each with its country. Raises `UserError`."""
    try:
        return tuple(dict.fromkeys(phone.parse(one).e164 for one in value.split(",") if one.strip()))
    except BadIndicator as error:
        raise UserError(f"not a number: {error}") from None


def _consent(value: str, _now: datetime) -> str:
    if not _CONSENT.match(value):
        raise UserError(
            "begin with 'own line: ' or 'test line: ', then say who agreed that it is named; the number of a person "
            "who was called has no place in a report"
        )
    return value


def _called(value: str, _now: datetime) -> str:
    try:
        return phone.parse(value).e164
    except BadIndicator as error:
        raise UserError(f"not a number: {error}") from None


def _attested(value: str, _now: datetime) -> str:
    if value not in passport.ATTEST:
        raise UserError("write A, B or C, as the called carrier saw it")
    return value


def _identity(value: str, _now: datetime) -> passport.Passport:
    return passport.decode(value)


def _digits(value: str, _now: datetime) -> str:
    if not any(character.isdigit() for character in value):
        raise UserError("write how long it lasted, as in 3 min 20 s")
    return value


_READ: Mapping[str, Callable[[str, datetime], object]] = {
    "attestation": _attested,
    "call_time": moment,
    "called_number": _called,
    "consent": _consent,
    "duration": _digits,
    "identity": _identity,
    "other_numbers": numbers,
    "resporg_date": day,
    "shown_at": moment,
}
"""What reads the fields that are more than words."""


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name if _ZONE.fullmatch(name) else "None/None")
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of zones, America/Argentina
        raise UserError(f"no time zone {clean(name, 40)!a}; write its name, as in America/New_York or UTC") from None


def _placed(local: datetime, zone: ZoneInfo, now: datetime) -> datetime:
    """Return a local time in its zone. Raises `UserError` where that is no one moment of the past."""
    first, second = local.replace(tzinfo=zone), local.replace(tzinfo=zone, fold=1)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        raise UserError("the clocks were put forward: there was no such time there; look again, or write it in UTC")
    if first.utcoffset() != second.utcoffset():
        raise UserError("the clocks were put back: that time came twice there; write it in UTC")
    if first > now:
        raise UserError("that lies ahead; write when it was")
    return first


def _plain(moment_: datetime) -> str:
    shape = "seconds" if moment_.second else "minutes"
    return moment_.replace(tzinfo=None).isoformat(" ", shape)
