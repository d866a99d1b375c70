"""Answers of RDAP servers (RFC 9083), read with suspicion: who holds a name may have written much of one. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from ipaddress import ip_address, summarize_address_range
from typing import Any
from urllib.parse import urlsplit

import idna

from scamhunt.addresses import Address, Network
from scamhunt.investigate import jcard, moments
from scamhunt.investigate.abuse_contacts import Contact, Junk, usable
from scamhunt.investigate.jcard import Person
from scamhunt.investigate.rdap_json import UnusableError, decode, objects, texts
from scamhunt.investigate.registration import Registration, hosts, iana_number, notes, statuses, words

MEDIA_TYPE = "application/rdap+json"
NO_REGISTRAR = "names no registrar"
REGISTRAR_OF_DESK = "names the registrar only at its abuse desk"

_TOP = "top"
"""Of a desk that stands inside nobody's entity."""
_MOST = 100
_MOST_WITHHELD = 6
_LONGEST_LINK = 1_000
_EVENTS = {
    "registered": ("registration",),
    "expires": ("expiration", "registrar expiration"),
    "changed": ("last changed",),
}


@dataclass(frozen=True, slots=True)
class NetworkHeld:
    """What a registry of addresses says of one."""

    address: str
    network: str
    """The smallest network of the answer that holds the address."""
    name: str
    handle: str
    country: str
    holder: str
    abuse: Sequence[Contact]
    notes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, and of whom."""

    name: str
    """Lower case, A-labels."""
    server: str
    """The name of the server that answered."""
    now: datetime
    junk: Junk
    of_registrar: bool = False
    """Whether it is the registrar's server, to which the registry's referred."""


def domain(body: bytes, asked: Asked) -> Registration:
    """Return what an answer says of the name that was asked for. Raises `UnusableError`."""
    answer = _of_class(body, "domain")
    if _name(answer) != asked.name:
        raise UnusableError("it is about another name than the one that was asked for")
    found = jcard.people(answer)
    registrar, number, said = _registrar(found)
    abuse, abuse_notes = _abuse(found, asked)
    dates, date_notes = _dates(answer, asked.now)
    held = next((one for one in found if "registrant" in one.roles and not one.inside), None)
    return Registration(
        name=asked.name,
        registrar=registrar,
        registrar_id=number,
        abuse=abuse,
        statuses=statuses(texts(answer.get("status"), _MOST)),
        **dates,
        nameservers=hosts([one.get("ldhName") for one in objects(answer.get("nameservers"), _MOST)]),
        registrant=(held.card.organisation or held.card.name) if held else "",
        notes=notes([*said, *abuse_notes, *date_notes, *_withheld(answer)]),
        elsewhere=_related(answer, asked),
    )


def network(body: bytes, address: Address, junk: Junk) -> NetworkHeld:
    """Return what an answer says of the network of an address. Raises `UnusableError`."""
    answer = _of_class(body, "ip network")
    inside = _network(answer, address)
    found = jcard.people(answer)
    told, spoilt = jcard.contacts(found, "network")
    abuse, said = usable(told, "", junk)
    holders = [one for role in ("registrant", "customer", "administrative") for one in found if role in one.roles]
    country = words(answer.get("country"), 2).upper()
    return NetworkHeld(
        address=str(address),
        network=inside,
        name=words(answer.get("name")),
        handle=words(answer.get("handle")),
        country=country if country.isascii() and country.isalpha() else "",
        holder=next((one.called for one in holders if one.called and not one.inside), ""),
        abuse=abuse,
        notes=notes([*spoilt, *said]),
    )


def _of_class(body: bytes, wanted: str) -> dict[str, Any]:
    answer = decode(body)
    if answer.get("objectClassName") != wanted:
        raise UnusableError(f"it is no object of the class {wanted}")
    return answer


# --- names ------------------------------------------------------------------------------------------------------------


def _name(answer: dict[str, Any]) -> str:
    """Return the name of an answer in lower-case A-labels, however the server wrote it."""
    given = [one for one in (answer.get("ldhName"), answer.get("unicodeName")) if isinstance(one, str) and one]
    plain = "".join(given[:1]).removesuffix(".").lower()
    try:
        return plain if plain.isascii() else idna.encode(plain, uts46=True).decode()
    except idna.IDNAError:
        return ""


def _related(answer: dict[str, Any], asked: Asked) -> tuple[str, ...]:
    """Return where the registrar's own answer stands: an address of RDAP at another server, about the same name."""
    links = [one for one in objects(answer.get("links"), _MOST) if one.get("rel") == "related"]
    hrefs = [one.get("href") for one in links if one.get("type", MEDIA_TYPE) == MEDIA_TYPE]
    return tuple(dict.fromkeys(one for one in hrefs if isinstance(one, str) and _leads_on(one, asked)))


def _leads_on(href: str, asked: Asked) -> bool:
    if len(href) > _LONGEST_LINK or not href.isascii() or not href.isprintable() or " " in href:
        return False
    try:
        parts = urlsplit(href)
        host = parts.hostname
    except ValueError:
        return False
    same_name = parts.path.lower().endswith(f"/domain/{asked.name}")
    return parts.scheme in {"http", "https"} and bool(host) and "@" not in parts.netloc and same_name


# --- people -----------------------------------------------------------------------------------------------------------


def _registrar(found: Sequence[Person]) -> tuple[str, str, list[str]]:
    """Return the registrar's name, its number at IANA, and notes."""
    one = next((one for one in found if "registrar" in one.roles and not one.inside), None)
    if one is None:
        return "", "", [NO_REGISTRAR]
    if one.called:
        return one.called, _number(one), []
    desks = [each for each in found if "abuse" in each.roles and "registrar" in each.inside]
    desk = next((each.called for each in desks if each.called), "")
    name = desk or words(one.entity.get("handle"))
    return name, _number(one), [REGISTRAR_OF_DESK if desk else "" if name else NO_REGISTRAR]


def _number(one: Person) -> str:
    known = [each for each in objects(one.entity.get("publicIds"), _MOST) if each.get("type") == "IANA Registrar ID"]
    given = [str(each.get("identifier")) for each in known]
    return next(filter(None, map(iana_number, given)), "")


def _abuse(found: Sequence[Person], asked: Asked) -> tuple[tuple[Contact, ...], list[str]]:
    """Return whom to tell. A desk on top is the registrar's, unless its mailbox is at the registry's own server."""
    told, spoilt = jcard.contacts(found, _TOP)
    scoped = [replace(one, scope=_scope(one, asked)) if one.scope == _TOP else one for one in told]
    abuse, said = usable(scoped, asked.name, asked.junk)
    return abuse, [*spoilt, *said]


def _scope(one: Contact, asked: Asked) -> str:
    at = one.email.rpartition("@")[2]
    own = bool(at) and f".{asked.server}".endswith(f".{at}")
    return "registry" if own and not asked.of_registrar else "registrar"


def _withheld(answer: dict[str, Any]) -> list[str]:
    """Return a note on what the server says that it withholds (RFC 9537)."""
    rows = objects(answer.get("redacted"), _MOST)
    kinds = [one["name"] for one in rows if isinstance(one.get("name"), dict)]
    called = [words(one.get("description") or one.get("type"), 60) for one in kinds]
    some = [one for one in dict.fromkeys(called) if one][:_MOST_WITHHELD]
    return [f"withheld: {', '.join(some)}"] if some else []


# --- dates and networks -----------------------------------------------------------------------------------------------


def _dates(answer: dict[str, Any], now: datetime) -> tuple[dict[str, str], list[str]]:
    """Return the dates by their key, and what has to be said of them."""
    told: dict[str, str] = {}
    for event in objects(answer.get("events"), _MOST):
        action, date = event.get("eventAction"), event.get("eventDate")
        if isinstance(action, str) and isinstance(date, str):
            told.setdefault(action.lower(), date)
    picked = {key: next((told[one] for one in actions if one in told), "") for key, actions in _EVENTS.items()}
    return moments.dates(picked, now)


def _network(answer: dict[str, Any], address: Address) -> str:
    """Return the network of an answer that holds an address."""
    try:
        first, last = (ip_address(str(answer.get(key))) for key in ("startAddress", "endAddress"))
        parts: list[Network] = list(summarize_address_range(first, last))  # of two versions it raises
    except (ValueError, TypeError):
        raise UnusableError("it does not say which addresses it is about") from None
    inside = next((str(one) for one in parts if address in one), "")
    if not inside:
        raise UnusableError("it is about other addresses than the one that was asked for")
    return inside
