"""One side's part of a joint referral: what a partner may see of a dossier, and nothing else. Pure.

`matrix.py` says which fields cross, `part_fields.py` what may stand in each. What does not fit is left out and counted.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime
from typing import Any

from scamhunt.campaigns.kinds import KINDS
from scamhunt.errors import Refused, UserError
from scamhunt.model import Kind, Role
from scamhunt.referral.bands import FEW, NOT_TOLD, band, banded
from scamhunt.referral.dossier import CaseFacts, Count, Dossier, Exhibit, Identifier, Redaction, Subject
from scamhunt.referral.matrix import MATRIX, Rule, crossing
from scamhunt.referral.overlap import INFRASTRUCTURE, Terms, normalised
from scamhunt.referral.part_fields import FIELDS, LISTED, MOST, NO_PLACE, check_value
from scamhunt.referral.screen import Screen
from scamhunt.referral.words import canonical, utc
from scamhunt.takedown import private

FORMAT = "scamhunt-joint-part-1"
SIDES = ("A", "B")
PEOPLE = frozenset({"people", "persons", "victims", "households"})
_HELD = frozenset({Role.CALLBACK.value, Role.SMS_SENDER.value})
_CURRENCY = 3
_STATE = 3
"""Letters of the country of a place, and its hyphen: `US-CA`."""


@dataclass(frozen=True, slots=True)
class Made:
    """A part, and what was left out of it."""

    content: bytes
    redactions: Sequence[Redaction]


class _Unfit(Exception):
    """A row without what it needs."""


def part(dossier: Dossier, terms: Terms, *, side: str, tokens: Iterable[str] = ()) -> Made:
    """Return the file for the partner: the same dossier gives the same bytes.

    `tokens` are what may belong to victims, as `screen.tokens_of_url` finds it: no text that holds one crosses. Raises
    `Refused` where one would cross all the same, `UserError` for a dossier that holds a partner's part already.
    """
    if side not in SIDES:
        raise ValueError(side)
    if dossier.joint is not None:
        raise UserError("a joint packet is no part of another one: what the partner gave is not ours to pass on")
    screen = Screen(tokens, _told(dossier))
    making = _Making(side, screen)
    told = making.row(_shared(dossier, making))
    for name, most in MOST.items():
        if len(told[name]) > most:
            raise UserError(f"{len(told[name]):,} {name} are too many for one part ({most:,}); take fewer cases")
    redactions = making.redactions()
    told |= {"format": FORMAT, "side": side, "redactions": [[one.field, one.rule, one.count] for one in redactions]}
    told |= {"referral": terms.referral, "org": terms.org, "purpose": terms.purpose, "created": terms.created}
    content = f"{canonical(told)}\n".encode()
    if screen.in_text(content):
        raise Refused("the part would hold what may be a victim's data: refused; leave that case out")
    return Made(content, redactions)


def _shared(dossier: Dossier, making: "_Making") -> Dossier:
    """Return a dossier of the rows that cross, and number them."""
    brands = {one.id for one in dossier.brands}
    cases = [one for one in dossier.cases if making.is_held(one) and making.is_sound(one) and one.brand in brands]
    making.cases = {one.id: f"{making.side}-{at}" for at, one in enumerate(cases, 1)}
    exhibits = [
        one for one in dossier.exhibits if one.case in making.cases and making.is_shown(one) and making.is_sound(one)
    ]
    making.exhibits = {one.number: f"{making.side}-EX-{at:04}" for at, one in enumerate(exhibits, 1)}
    subjects = [one for one in dossier.subjects if any(case in making.cases for case in one.cases)]
    grouped = {case for one in subjects for case in one.cases}
    subjects += [Subject("", "", [one.id]) for one in cases if one.id not in grouped]
    return replace(
        dossier,
        cases=cases,
        exhibits=exhibits,
        identifiers=[one for one in dossier.identifiers if one.case in making.cases and making.is_infrastructure(one)],
        subjects=[replace(one, id=f"{making.side}-S-{at}") for at, one in enumerate(subjects, 1)],
        counts=_counts(dossier.counts),
    )


def _told(dossier: Dossier) -> list[str]:
    shared = [one.value for one in dossier.identifiers if one.kind in INFRASTRUCTURE]
    return [
        *(one.indicator for one in dossier.cases),
        *shared,
        *(one for each in dossier.brands for one in each.domains),
    ]


def _counts(counts: Sequence[Count]) -> list[Count]:
    """Return counts in words of the fixed list; what fewer than five people lost in a place is not told."""
    few = {one.where for one in counts if one.unit.lower() in PEOPLE and banded(one.count) == FEW}
    return [_coded(one, few) for one in counts]


def _coded(one: Count, few: set[str]) -> Count:
    money = len(one.unit) == _CURRENCY and one.unit.isascii() and one.unit.isalpha() and one.unit.isupper()
    unit = one.unit if money else "people" if one.unit.lower() in PEOPLE else "reports"
    what = "loss" if money else unit
    country, _, state = one.where.partition("-")
    place = len(country) == len("US") and country.isalpha() and one.where.isascii() and one.where.isupper()
    where = one.where if not one.where or (place and len(state) <= _STATE) else NO_PLACE
    told = NOT_TOLD if money and one.where in few else banded(one.count)
    return replace(one, what=what, where=where, unit=unit, count=told)


@dataclass(slots=True)
class _Making:
    """A part on its way."""

    side: str
    screen: Screen
    cases: Mapping[int, str] = field(default_factory=dict)
    exhibits: Mapping[str, str] = field(default_factory=dict)
    left_out: Counter[tuple[str, Rule]] = field(default_factory=Counter)

    def redactions(self) -> list[Redaction]:
        """Return what was left out, sorted."""
        return [Redaction(where, rule.value, count) for (where, rule), count in sorted(self.left_out.items()) if count]

    # --- rows ---

    def is_held(self, one: CaseFacts) -> bool:
        """Say whether the maker of the page holds what a case is about: a forged number is a stranger's."""
        if (one.number is not None) is not (one.kind == Kind.PHONE):
            return self._kept("CaseFacts", Rule.UNFIT, kept=False)
        return self._kept("CaseFacts", Rule.FORGED, one.number is None or one.number.role in _HELD)

    def is_shown(self, one: Exhibit) -> bool:
        """Say whether the hash of an exhibit may be told: of a page that is known but for a name it tells the name."""
        return self._kept("Exhibit", Rule.SCREENED, not one.withheld)

    def is_sound(self, one: CaseFacts | Exhibit) -> bool:
        """Say whether each field of a row is what it should be: a row that is left out must not get a number."""
        kind = type(one).__name__
        plain = [each for each in crossing(kind) if MATRIX[kind][each] is Rule.FULL]
        sound = all(self._why_not(f"{kind}.{each}", _written(getattr(one, each))) is None for each in plain)
        return self._kept(kind, Rule.UNFIT, sound)

    def is_infrastructure(self, one: Identifier) -> bool:
        """Say whether an identifier names what an actor uses."""
        where = f"Identifier of kind {one.kind if one.kind in KINDS or one.kind in INFRASTRUCTURE else 'unknown'}"
        crosses = self._kept(where, Rule.PERSON, one.kind in INFRASTRUCTURE)
        return crosses and self._kept(where, Rule.UNFIT, _fits(one))

    def _kept(self, where: str, rule: Rule, kept: bool) -> bool:  # noqa: FBT001  # an answer, passed on
        if not kept:
            self.left_out[where, rule] += 1
        return kept

    def row(self, one: Any) -> dict[str, Any]:  # noqa: ANN401  # any class of the dossier
        """Return what crosses of a value. Raises `_Unfit`."""
        kind = type(one).__name__
        told: dict[str, Any] = {}
        for each in fields(one):
            rule, value = MATRIX[kind].get(each.name, Rule.INTERNAL), getattr(one, each.name)
            if rule.crosses:
                told[each.name] = self._told(f"{kind}.{each.name}", rule, value)
            elif rule is not Rule.AGREED and value not in (None, "", 0, (), []):
                self.left_out[f"{kind}.{each.name}", rule] += 1
        return told

    def _rows(self, values: Iterable[Any]) -> list[dict[str, Any]]:
        found = []
        for one in values:
            try:
                found.append(self.row(one))
            except _Unfit:
                self.left_out[type(one).__name__, Rule.UNFIT] += 1
        return found

    # --- fields ---

    def _told(self, name: str, rule: Rule, value: Any) -> Any:  # noqa: ANN401  # what JSON takes
        if rule is Rule.PARTS:
            return None if value is None else self.row(value) if is_dataclass(value) else self._rows(value)
        if rule is Rule.BANDED and isinstance(value, int):
            return band(value)
        if rule is Rule.NUMBERED:
            return self._numbered(name, value)
        if FIELDS[name].many:
            self.left_out[name, Rule.LONG] += max(0, len(value) - LISTED)
            return [one for each in value[:LISTED] if (one := self._text(name, each, needed=False))]
        return self._text(name, value, needed=True)

    def _numbered(self, name: str, value: Any) -> Any:  # noqa: ANN401  # a number, some, or none
        if name == "Subject.cases":
            return [self.cases[one] for one in value if one in self.cases]
        if name.startswith("Exhibit.number") or name == "Identifier.exhibit":
            return self.exhibits.get(value, "")
        return value if name == "Subject.id" else self.cases[value]

    def _text(self, name: str, value: Any, *, needed: bool) -> str:  # noqa: ANN401  # text, number or moment
        text = _written(value)
        why = self._why_not(name, text)
        if not why:
            return text
        self.left_out[name, why] += 1
        if needed and self._why_not(name, ""):
            raise _Unfit
        return ""

    def _why_not(self, name: str, text: str) -> Rule | None:
        try:
            FIELDS[name].read(text)
        except ValueError:
            return Rule.UNFIT
        if FIELDS[name].free and (private.found([text]) or self.screen.in_text(text.encode("utf-8", "replace"))):
            return Rule.PRIVATE
        return None


def _written(value: object) -> str:
    return utc(value) if isinstance(value, datetime) or value is None else str(value)


def _fits(one: Identifier) -> bool:
    try:
        check_value(one.kind, one.value)
    except ValueError:
        return False
    return normalised(one.kind, one.value) == one.value
