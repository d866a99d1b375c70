"""People in RDAP: entities inside entities, each with a jCard (RFC 7095). A wrong shape says nothing. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from scamhunt.investigate.abuse_contacts import ABUSE, GENERAL, UNUSABLE, Contact, emails, phone
from scamhunt.investigate.rdap_json import objects, texts
from scamhunt.investigate.registration import words

MOST_ENTITIES = 200
DEEPEST = 6
MOST_ROWS = 100
MOST_VALUES = 8
_LONGEST_FORM = 500
_ROW = 4
"""A row has name, parameters, type and at least one value."""
_INSIDE = {"registrar": "registrar", "reseller": "reseller", "registrant": "registrant"}
"""Whose desk it is that stands inside an entity of a role."""


@dataclass(frozen=True, slots=True)
class Card:
    """What of a jCard is used."""

    name: str = ""
    organisation: str = ""
    emails: Sequence[str] = ()
    phones: Sequence[str] = ()
    form: str = ""
    spoilt: bool = False
    """Whether it had an address that cannot be one."""


@dataclass(frozen=True, slots=True)
class Person:
    """One entity."""

    roles: frozenset[str]
    """In lower case."""
    card: Card
    entity: dict[str, Any]
    inside: Sequence[str]
    """Roles of the entities around it, the outermost first."""

    @property
    def called(self) -> str:
        """Return its name, else its organisation's."""
        return self.card.name or self.card.organisation


def people(answer: dict[str, Any]) -> list[Person]:
    """Return the entities of an answer, those on top first."""
    found = list(islice(_people(answer, ()), MOST_ENTITIES))
    return sorted(found, key=lambda one: len(one.inside))


def _people(holder: dict[str, Any], inside: tuple[str, ...]) -> Iterator[Person]:
    if len(inside) >= DEEPEST:
        return
    for entity in objects(holder.get("entities"), MOST_ENTITIES):
        roles = frozenset(words(role).lower() for role in texts(entity.get("roles"), MOST_VALUES))
        yield Person(roles, card(entity.get("vcardArray")), entity, inside)
        yield from _people(entity, (*inside, " ".join(sorted(roles & _INSIDE.keys())) or "other"))


def card(value: object) -> Card:
    """Return what a `vcardArray` says."""
    rows = value[1] if isinstance(value, list) and value[:1] == ["vcard"] and len(value) > 1 else None
    found = [one for one in rows[:MOST_ROWS] if _is_row(one)] if isinstance(rows, list) else []
    addresses, spoilt = emails([_address(one) for row in found if row[0].lower() == "email" for one in _mails(row)])
    phones = [one for row in found if row[0].lower() == "tel" and not _is_fax(row) for one in map(phone, _values(row))]
    return Card(
        _first(found, "fn"), _first(found, "org"), tuple(addresses), tuple(filter(None, phones)), _form(found), spoilt
    )


def _is_row(row: object) -> bool:
    return isinstance(row, list) and len(row) >= _ROW and isinstance(row[0], str) and isinstance(row[1], dict)


def _values(row: list[Any]) -> list[str]:
    return texts(row[3:], MOST_VALUES)


def _mails(row: list[Any]) -> list[str]:
    """Return the values of a row, else what its parameters hold instead of them."""
    return [one for one in _values(row) if one.strip()] or [
        one for value in row[1].values() for one in texts(value, MOST_VALUES) if "@" in one
    ]


def _address(text: str) -> str:
    return text.partition("?")[0][len("mailto:") :] if text.lower().startswith("mailto:") else text


def _is_fax(row: list[Any]) -> bool:
    kinds = {one.lower() for one in texts(row[1].get("type"), MOST_VALUES)}
    return "fax" in kinds and "voice" not in kinds


def _first(rows: list[Any], name: str) -> str:
    values = (words(one) for row in rows if row[0].lower() == name for one in _values(row))
    return next(filter(None, values), "")


def _form(rows: list[Any]) -> str:
    """Return where a form stands that takes reports: a page, encrypted."""
    values = [one for row in rows if row[0].lower() in {"contact-uri", "url"} for one in _values(row)]
    good = (one for one in values if one.isascii() and one.isprintable() and " " not in one)
    return next((one for one in good if one.startswith("https://") and len(one) <= _LONGEST_FORM), "")


# --- whom to tell -----------------------------------------------------------------------------------------------------


def contacts(found: Sequence[Person], top: str) -> tuple[list[Contact], list[str]]:
    """Return the abuse contacts, not yet checked, and notes; `top` is the scope of a desk that stands inside nothing.

    Where there is none the registrar's own mailboxes come instead, as `general`.
    """
    desks = [one for one in found if "abuse" in one.roles]
    told = [contact for one in desks for contact in _contacts(one, scope(one, top), ABUSE)]
    if not any(one.email for one in told):
        holders = [one for one in found if "registrar" in one.roles and not one.inside and "abuse" not in one.roles]
        told += [contact for one in holders for contact in _contacts(one, "registrar", GENERAL) if contact.email]
    return told, [UNUSABLE] if any(one.card.spoilt for one in desks) else []


def scope(one: Person, top: str) -> str:
    """Return what an abuse desk can act on: whose entity it is, or stands in."""
    own = next((role for role in ("registrar", "reseller") if role in one.roles), "")
    around = next((role for role in reversed(one.inside) if role in _INSIDE), "")
    return own or (around if top != "network" else "") or top


def _contacts(one: Person, whose: str, role: str) -> list[Contact]:
    number = one.card.phones[0] if one.card.phones else ""
    form = one.card.form if role == ABUSE else ""
    return [Contact(email, number, one.called, whose, role, form) for email in one.card.emails or ("",)]
