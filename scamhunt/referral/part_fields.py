"""What may stand in each field of a part: checked where we write it, and where we read a partner's. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address

from scamhunt.indicators.phone import NumberType
from scamhunt.model import Kind, Role, State
from scamhunt.referral.bands import is_band
from scamhunt.referral.overlap import INFRASTRUCTURE
from scamhunt.takedown.words import clean

LONGEST = 200
"""Characters of a text."""
LISTED = 1_000
"""Values of a list."""
MOST: Mapping[str, int] = {
    "brands": 1_000,
    "cases": 10_000,
    "counts": 2_000,
    "exhibits": 100_000,
    "identifiers": 200_000,
    "subjects": 10_000,
}
"""Rows of a list."""
WHATS = ("reports", "people", "loss")
"""What is counted."""
NO_PLACE = "not told"
_YEARS = range(1980, 2101)


@dataclass(frozen=True, slots=True)
class Field:
    """What may stand in a field."""

    read: Callable[[str], object]
    """Takes the text of JSON. Raises `ValueError`."""
    many: bool = False
    free: bool = False
    """Free text, in which a person's data may stand."""


def _matching(pattern: str) -> Callable[[str], str]:
    whole = re.compile(pattern, re.ASCII)

    def read(text: str) -> str:
        if not whole.fullmatch(text):
            raise ValueError("is not of the right form")
        return text

    return read


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError("is no word that it may be")
        return text

    return read


def _text(text: str) -> str:
    if clean(text, LONGEST) != text:
        raise ValueError(f"is no plain text on one line of at most {LONGEST} characters")
    return text


def _moment(text: str) -> datetime | None:
    """Read `2026-11-02T08:30:00Z`; an empty text is no moment."""
    if not text:
        return None
    at = datetime.fromisoformat(text)
    if at.utcoffset() != UTC.utcoffset(None) or at.year not in _YEARS or not text.endswith("Z"):
        raise ValueError("is no moment in UTC")
    return at.astimezone(UTC)


def _certain(text: str) -> datetime | None:
    return _moment(text or "none")


def _address(text: str) -> str:
    return str(ip_address(text))


def _band(text: str) -> str:
    if not is_band(text):
        raise ValueError("is no band")
    return text


_NAME = r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.){1,30}[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NUMBER = r"\+[1-9][0-9]{5,14}"
_HOST = Field(_matching(_NAME))
_HASH = r"[0-9a-f]{64}"
_WORDS = Field(_text, free=True)
_CASE = r"[AB]-[1-9][0-9]{0,5}"
_EXHIBIT = r"[AB]-EX-[0-9]{4,6}"

FIELDS: Mapping[str, Field] = {
    "Brand.id": Field(_matching(r"[a-z0-9][a-z0-9._-]{0,63}")),
    "Brand.name": _WORDS,
    "Brand.domains": Field(_matching(_NAME), many=True),
    "CaseFacts.id": Field(_matching(_CASE)),
    "CaseFacts.indicator": Field(_matching(rf"{_NAME}|{_NUMBER}|[0-9a-f:.]{{3,45}}")),
    "CaseFacts.kind": Field(_one_of(*(one.value for one in Kind))),
    "CaseFacts.brand": Field(_matching(r"[a-z0-9][a-z0-9._-]{0,63}")),
    "CaseFacts.state": Field(_one_of(State.CONFIRMED.value, State.CLOSED.value)),
    "CaseFacts.first_seen": Field(_certain),
    "CaseFacts.last_seen": Field(_certain),
    "NameFacts.registrar": _WORDS,
    "NameFacts.registrar_id": Field(_matching(r"[0-9A-Za-z-]{0,20}")),
    "NameFacts.registered": Field(_moment),
    "NameFacts.statuses": Field(_matching(r"[A-Za-z][A-Za-z -]{0,60}"), many=True),
    "NameFacts.name_servers": Field(_matching(_NAME), many=True),
    "NameFacts.addresses": Field(_address, many=True),
    "NameFacts.networks": Field(_text, many=True, free=True),
    "NameFacts.certificate": Field(_matching(rf"(?:{_HASH})?")),
    "NumberFacts.role": Field(_one_of(Role.CALLBACK.value, Role.SMS_SENDER.value)),
    "NumberFacts.type": Field(_one_of("", *(one.value for one in NumberType))),
    "NumberFacts.holder": _WORDS,
    "NumberFacts.holder_code": Field(_matching(r"[0-9A-Za-z]{0,12}")),
    "NumberFacts.resporg": _WORDS,
    "NumberFacts.as_of": Field(_matching(r"(?:\d{4}-\d\d-\d\d)?")),
    "NumberFacts.reports": Field(_band),
    "Identifier.case": Field(_matching(_CASE)),
    "Identifier.exhibit": Field(_matching(rf"(?:{_EXHIBIT})?")),
    "Identifier.kind": Field(_one_of(*INFRASTRUCTURE)),
    "Identifier.value": Field(_text),
    "Identifier.first_at": Field(_certain),
    "Identifier.last_at": Field(_certain),
    "Subject.id": Field(_matching(r"[AB]-S-[1-9][0-9]{0,5}")),
    "Subject.cases": Field(_matching(_CASE), many=True),
    "Count.what": Field(_one_of(*WHATS)),
    "Count.where": Field(_matching(rf"(?:[A-Z]{{2}}(?:-[A-Z0-9]{{1,3}})?)?|{NO_PLACE}")),
    "Count.unit": Field(_matching(r"people|reports|[A-Z]{3}")),
    "Count.count": Field(_band),
    "Exhibit.number": Field(_matching(_EXHIBIT)),
    "Exhibit.case": Field(_matching(_CASE)),
    "Exhibit.media_type": Field(_matching(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}")),
    "Exhibit.size": Field(_matching(r"[0-9]{1,13}")),
    "Exhibit.sha256": Field(_matching(_HASH)),
    "Exhibit.sha512": Field(_matching(r"[0-9a-f]{128}")),
    "Exhibit.acquired_at": Field(_certain),
}
"""By class and field: every field that crosses has its line."""

_VALUES: Mapping[str, Callable[[str], object]] = {
    "domain": _matching(rf"{_NAME}|[0-9a-f:.]{{3,45}}"),
    "form": _matching(rf"{_NAME}|[0-9a-f:.]{{3,45}}"),
    "nameserver": _matching(_NAME),
    "number": _matching(_NUMBER),
    "address": _address,
    "network": _matching(r"[0-9a-f:.]{3,45}/[0-9]{1,3}"),
    "certificate": _matching(r"[0-9a-f:]{32,128}"),
    "wallet": _matching(r"[0-9A-Za-z:]{20,120}"),
    "tracker": _matching(r"[0-9A-Za-z ._:/-]{1,120}"),
    "chat": _matching(r"[0-9A-Za-z ._:/+-]{1,120}"),
}


def check_value(kind: str, value: str) -> None:
    """Check that an identifier is what its kind says, so that no mail address hides in it. Raises `ValueError`."""
    _VALUES[kind](value)
