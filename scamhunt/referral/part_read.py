"""A partner's part of a joint referral, read strictly: it may be anything that calls itself one. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from scamhunt.errors import UserError
from scamhunt.indicators.strictjson import UnreadableError, decode
from scamhunt.model import Kind
from scamhunt.referral.dossier import (
    AT_PARTNER,
    Brand,
    CaseFacts,
    Count,
    Exhibit,
    Identifier,
    NameFacts,
    NumberFacts,
    Redaction,
    Subject,
)
from scamhunt.referral.matrix import Rule, crossing
from scamhunt.referral.overlap import Terms, checked_terms, normalised
from scamhunt.referral.part import FORMAT, SIDES
from scamhunt.referral.part_fields import FIELDS, LISTED, MOST, check_value
from scamhunt.takedown.proofs import what_it_is
from scamhunt.takedown.words import clean

FILE_LIMIT = 64_000_000
"""Bytes."""
MOST_REDACTIONS, LONGEST = 1_000, 80
METHOD = "as the partner counted them, told in bands"
_TERMS = ("created", "org", "purpose", "referral")
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Part:
    """What a partner gave: cases bear the numbers of the part, 1, 2, 3; what did not cross is empty."""

    side: str
    """`A` or `B`: the partner's."""
    terms: Terms
    brands: Sequence[Brand]
    cases: Sequence[CaseFacts]
    subjects: Sequence[Subject]
    identifiers: Sequence[Identifier]
    exhibits: Sequence[Exhibit]
    counts: Sequence[Count]
    redactions: Sequence[Redaction]


class _Wrong(Exception):
    """What is wrong, and where."""


def read_part(content: bytes) -> Part:
    """Read a partner's file. Raises `UserError` with the place of the first fault, and what to do."""
    if len(content) > FILE_LIMIT:
        raise _refused(f"it is larger than {FILE_LIMIT // 1_000_000} MB")
    try:
        return _part(decode(content.decode("utf-8")))
    except UnicodeDecodeError:
        raise _refused("it is no text in UTF-8") from None
    except UnreadableError as error:
        raise _refused(f"it is {error}") from None
    except _Wrong as error:
        raise _refused(str(error)) from None


def _refused(why: str) -> UserError:
    return UserError(f"the partner's part cannot be used: {why}; ask the partner to make it anew")


def _part(told: Mapping[str, Any]) -> Part:
    _keys("it", told, ["format", "side", "redactions", *_TERMS, *MOST])
    if told["format"] != FORMAT or told["side"] not in SIDES:
        raise _Wrong(f"it is no {FORMAT} of side A or B")
    if not all(isinstance(told[name], str) for name in _TERMS):
        raise _Wrong("its terms are no texts")
    part = Part(
        str(told["side"]),
        checked_terms({name: told[name] for name in _TERMS}),
        _rows(told, "brands", "Brand", _brand),
        _rows(told, "cases", "CaseFacts", _case),
        _rows(told, "subjects", "Subject", _subject),
        _rows(told, "identifiers", "Identifier", _identifier),
        _rows(told, "exhibits", "Exhibit", _exhibit),
        _rows(told, "counts", "Count", _count),
        _redactions(told["redactions"]),
    )
    _check(part)
    return part


# --- rows -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Row:
    """An object of the file that has exactly the fields which cross."""

    kind: str
    where: str
    values: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Return a text as it stands there. Raises `_Wrong`."""
        self._read(name, self.values[name], self.where)
        return str(self.values[name])

    def moment(self, name: str) -> datetime | None:
        """Return a moment, None for an empty text. Raises `_Wrong`."""
        found = self._read(name, self.values[name], self.where)
        return found if isinstance(found, datetime) else None

    def certain(self, name: str) -> datetime:
        """Return a moment that has to be there. Raises `_Wrong`."""
        if (at := self.moment(name)) is None:
            raise _Wrong(f"{self.where}.{name} is no moment")
        return at

    def number(self, name: str) -> int:
        """Return the number behind the letter of the side: 3 of `B-3`. Raises `_Wrong`."""
        return int(self.text(name).rpartition("-")[2])

    def many(self, name: str, most: int = LISTED) -> list[str]:
        """Return a list of texts. Raises `_Wrong`."""
        values = self.values[name]
        if not isinstance(values, list) or len(values) > most:
            raise _Wrong(f"{self.where}.{name} is no list of at most {most:,}")
        for at, one in enumerate(values):
            self._read(name, one, f"{self.where}[{at}]")
        return values

    def nested(self, name: str, kind: str) -> "_Row | None":
        """Return what stands in a field as a row of its own. Raises `_Wrong`."""
        value = self.values[name]
        return None if value is None else _row(kind, f"{self.where}.{name}", value)

    def _read(self, name: str, value: object, where: str) -> object:
        if not isinstance(value, str):
            raise _Wrong(f"{where}.{name} is no text")
        try:
            return FIELDS[f"{self.kind}.{name}"].read(value)
        except ValueError:
            raise _Wrong(f"{where}.{name} cannot be one: '{clean(value, 60)}'") from None


def _row(kind: str, where: str, value: object) -> _Row:
    if not isinstance(value, dict):
        raise _Wrong(f"{where} is no object")
    _keys(where, value, crossing(kind))
    return _Row(kind, where, value)


def _rows(told: Mapping[str, Any], name: str, kind: str, made: Callable[[_Row], _Value]) -> list[_Value]:
    values = told[name]
    if not isinstance(values, list) or len(values) > MOST[name]:
        raise _Wrong(f"{name} is no list of at most {MOST[name]:,}")
    return [made(_row(kind, f"{name}[{at}]", one)) for at, one in enumerate(values)]


def _keys(where: str, row: Mapping[str, Any], known: Sequence[str]) -> None:
    if odd := sorted(row.keys() ^ set(known)):
        raise _Wrong(f"{where} {'has' if odd[0] in row else 'lacks'} '{clean(odd[0], 40)}'")


def _brand(row: _Row) -> Brand:
    return Brand(row.text("id"), row.text("name"), row.many("domains"))


def _case(row: _Row) -> CaseFacts:
    name, number = row.nested("name", "NameFacts"), row.nested("number", "NumberFacts")
    if (number is not None) is not (row.text("kind") == Kind.PHONE) or (name and number):
        raise _Wrong(f"{row.where} has not what is known of its kind of target")
    return CaseFacts(
        row.number("id"),
        row.text("indicator"),
        row.text("kind"),
        row.text("brand"),
        row.text("state"),
        0.0,
        (),
        row.certain("first_seen"),
        row.certain("last_seen"),
        None,
        name=_name(name) if name else None,
        number=_number(number) if number else None,
        partner=row.text("id"),
    )


def _name(row: _Row) -> NameFacts:
    return NameFacts(
        registrar=row.text("registrar"),
        registrar_id=row.text("registrar_id"),
        registered=row.moment("registered"),
        statuses=row.many("statuses"),
        name_servers=row.many("name_servers"),
        addresses=row.many("addresses"),
        networks=row.many("networks"),
        certificate=row.text("certificate"),
    )


def _number(row: _Row) -> NumberFacts:
    return NumberFacts(
        role=row.text("role"),
        type=row.text("type"),
        holder=row.text("holder"),
        holder_code=row.text("holder_code"),
        resporg=row.text("resporg"),
        as_of=row.text("as_of"),
        banded=row.text("reports"),
    )


def _subject(row: _Row) -> Subject:
    row.many("cases", MOST["cases"])
    return Subject(row.text("id"), "", [int(one.rpartition("-")[2]) for one in row.values["cases"]])


def _identifier(row: _Row) -> Identifier:
    kind, value = row.text("kind"), row.text("value")
    try:
        check_value(kind, value)
    except ValueError:
        raise _Wrong(f"{row.where}.value is no {kind}: '{clean(value, 60)}'") from None
    if normalised(kind, value) != value:
        raise _Wrong(f"{row.where}.value is not in its normal form: '{clean(value, 60)}'")
    first, last = row.certain("first_at"), row.certain("last_at")
    return Identifier(row.number("case"), kind, value, "", first, last, "", row.text("exhibit"))


def _exhibit(row: _Row) -> Exhibit:
    media_type, number = row.text("media_type"), row.text("number")
    return Exhibit(
        number=number,
        root=number,
        case=row.number("case"),
        evidence=0,
        look=0,
        path="",
        what=what_it_is(media_type),
        media_type=media_type,
        size=int(row.text("size")),
        sha256=row.text("sha256"),
        sha512=row.text("sha512"),
        acquired_at=row.certain("acquired_at"),
        tool="",
        operator="",
        url="",
        withheld=AT_PARTNER,
    )


def _count(row: _Row) -> Count:
    return Count(row.text("what"), row.text("where"), row.text("count"), row.text("unit"), METHOD)


def _redactions(value: object) -> list[Redaction]:
    rules = {one.value for one in Rule}
    if not isinstance(value, list) or len(value) > MOST_REDACTIONS:
        raise _Wrong(f"redactions is no list of at most {MOST_REDACTIONS:,}")
    found = []
    for at, one in enumerate(value):
        where, rule, count = one if isinstance(one, list) and len(one) == 3 else ("", "", "")  # noqa: PLR2004  # as said
        if not all(isinstance(each, str) for each in (where, rule, count)) or rule not in rules:
            raise _Wrong(f"redactions[{at}] is no field with a rule that there is, and a count")
        if not 0 < len(where) <= LONGEST or clean(where, LONGEST) != where or not count.isdecimal() or len(count) > 9:  # noqa: PLR2004  # digits
            raise _Wrong(f"redactions[{at}] is no field with a rule that there is, and a count")
        found.append(Redaction(where, rule, int(count)))
    return found


# --- all of it --------------------------------------------------------------------------------------------------------


def _check(part: Part) -> None:
    """Check that rows fit each other: numbers in order, each case in one subject, nothing of the other side."""
    if [one.partner for one in part.cases] != [f"{part.side}-{at}" for at in range(1, len(part.cases) + 1)]:
        raise _Wrong(f"its cases are not numbered {part.side}-1, {part.side}-2 and so on")
    exhibits = {f"{part.side}-EX-{at:04}": None for at in range(1, len(part.exhibits) + 1)}
    if [one.number for one in part.exhibits] != list(exhibits):
        raise _Wrong(f"its exhibits are not numbered {part.side}-EX-0001, {part.side}-EX-0002 and so on")
    known = {one.id for one in part.cases}
    grouped = Counter(case for one in part.subjects for case in one.cases)
    if grouped.keys() != known or max(grouped.values(), default=1) > 1:
        raise _Wrong("its cases do not stand in one subject each")
    brands = {one.id for one in part.brands}
    if any(one.brand not in brands for one in part.cases):
        raise _Wrong("a case is of a brand that is not listed")
    if not {one.case for one in part.identifiers} | {one.case for one in part.exhibits} <= known:
        raise _Wrong("an identifier or exhibit is of a case that is not listed")
    if any(one.exhibit and one.exhibit not in exhibits for one in part.identifiers):
        raise _Wrong("an identifier names an exhibit that is not listed")
