"""What a case shows, in the words of STIX 2.1: one value, one form, one id. Pure.

A value that is not what its kind says is none: a bundle with one bad name is refused as a whole. What STIX has no word
for (a favicon, a kit) has no observable; the tables of the packet tell it.
"""

import ipaddress
import json
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from scamhunt.errors import BadIndicator
from scamhunt.indicators import domain
from scamhunt.referral import markings
from scamhunt.takedown.words import clean

SPACE = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
"""STIX 2.1, section 2.9: the namespace of the ids of observables."""
OURS = uuid.UUID("6a1f2a3e-5a0f-5d0c-9d6e-3c0b7a9f1e42")
"""The namespace of all other ids that this program makes."""
PHONE = f"extension-definition--{uuid.uuid5(OURS, 'phone-number')}"
"""Says what `phone-number` is: STIX has no observable for it."""
PROGRAM = f"identity--{uuid.uuid5(OURS, 'scamhunt')}"
"""Who says so."""
_MADE_AT = "2026-01-01T00:00:00.000Z"
"""The same in every packet: one id has one content."""
LONGEST = 300
URL_LIMIT = 2_048
_HASH = re.compile(r"[0-9a-f]{64}").fullmatch
_NUMBER = re.compile(r"\+[1-9][0-9]{5,14}").fullmatch
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}").fullmatch
_NO_NAME = frozenset("/:?#@[]()\\ \t\r\n")
_PATH = "/%:@!$&'()*+,;=~-._"
"""What may stand in the path of a URL as it is (RFC 3986)."""

Thing = dict[str, Any]


def observable(kind: str, value: str) -> Thing | None:
    """Return one of our kinds as an observable, None where it is none of STIX or the value is not of that kind."""
    made = _MADE[kind](value) if kind in _MADE else None
    if made is None:
        return None
    type_, fields = made
    more = {"extensions": {PHONE: {"extension_type": "new-sco"}}} if type_ == "phone-number" else {}
    return {"type": type_, "spec_version": "2.1", "id": identity(type_, fields), **fields, **more}


def definitions() -> list[Thing]:
    """Return what says what `phone-number` is, and who says so: they tell of no case, and anybody may see them."""
    head: Thing = {"spec_version": "2.1", "created": _MADE_AT, "modified": _MADE_AT}
    head |= {"object_marking_refs": markings.references(markings.PUBLIC)}
    program = {"type": "identity", "id": PROGRAM, "name": "scamhunt", "identity_class": "system"}
    phone = {
        "type": "extension-definition",
        "id": PHONE,
        "created_by_ref": PROGRAM,
        "name": "phone-number",
        "description": "A phone number. Its `value` alone makes its id.",
        "schema": "value (string, required): ITU-T E.164 with its plus, ^\\+[1-9][0-9]{5,14}$",
        "version": "1.0.0",
        "extension_types": ["new-sco"],
    }
    return [head | program, head | phone]


def identity(kind: str, fields: Mapping[str, Any]) -> str:
    """Return the id that follows from the values (STIX 2.1, section 2.9; JSON as of RFC 8785)."""
    named = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"{kind}--{uuid.uuid5(SPACE, named)}"


def pattern(seen: Mapping[str, Any]) -> str:
    """Return the pattern that finds what has a value."""
    value = str(seen["value"]).replace("\\", "\\\\").replace("'", "\\'")
    return f"[{seen['type']}:value = '{value}']"


# --- values, as programs want them; empty for what is none ------------------------------------------------------------


def host(value: str) -> str:
    """Return a name in A-labels, without a dot at its end. A URL is no name, though it has a host."""
    if _NO_NAME.intersection(value):
        return ""
    try:
        return domain.parse(value).host
    except BadIndicator:
        return ""


def address(value: str) -> str:
    """Return an address, or a network with its prefix."""
    if "%" in value:  # the zone of an address is one machine's own
        return ""
    try:
        return str(ipaddress.ip_network(value) if "/" in value else ipaddress.ip_address(value))
    except ValueError:
        return ""


def number(value: str) -> str:
    """Return a phone number in E.164."""
    return value if _NUMBER(value) else ""


def mail(value: str) -> str:
    """Return a mail address in ASCII."""
    mailbox, _, at = value.rpartition("@")
    return f"{mailbox}@{named}" if _MAILBOX(mailbox) and (named := host(at)) else ""


def fingerprint(value: str) -> str:
    """Return a sha256 in hexadecimal."""
    return value if _HASH(value) else ""


def url(value: str) -> str:
    """Return a URL without user, query and fragment, in which a victim may be named."""
    try:
        parts = urlsplit(value.strip())
        at, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    place = f"[{address(at)}]" if ":" in address(at) else address(at) or host(at)
    if parts.scheme not in {"http", "https"} or not place or "/" in place:
        return ""
    path = quote(parts.path[:URL_LIMIT], safe=_PATH, errors="replace")
    whole = f"{parts.scheme}://{place}{f':{port}' if port else ''}{path}"
    return whole if len(whole) <= URL_LIMIT else ""


def account(value: str) -> tuple[str, str]:
    """Return the service and the account of what is written `service account`; both empty where it is not."""
    service, _, name = clean(value, LONGEST).rpartition(" ")
    return (service, name) if service and name else ("", "")


# --- kinds ------------------------------------------------------------------------------------------------------------

Made = tuple[str, Thing] | None


def _valued(type_: str, read: Callable[[str], str]) -> Callable[[str], Made]:
    def make(value: str) -> Made:
        plain = read(value)
        return (type_, {"value": plain}) if plain else None

    return make


def _address(value: str) -> Made:
    plain = address(value)
    return (f"ipv{6 if ':' in plain else 4}-addr", {"value": plain}) if plain else None


def _certificate(value: str) -> Made:
    return ("x509-certificate", {"hashes": {"SHA-256": value}}) if fingerprint(value) else None


def _account(value: str) -> Made:
    service, name = account(value)
    return ("user-account", {"account_type": service.lower().replace(" ", "-"), "user_id": name}) if name else None


def _wallet(value: str) -> Made:
    plain = clean(value, LONGEST)
    return ("user-account", {"account_type": "wallet", "user_id": plain}) if plain else None


_MADE: Mapping[str, Callable[[str], Made]] = {
    "domain": _valued("domain-name", host),
    "form": _valued("domain-name", host),
    "nameserver": _valued("domain-name", host),
    "url": _valued("url", url),
    "number": _valued("phone-number", number),
    "email": _valued("email-addr", mail),
    "address": _address,
    "network": _address,
    "certificate": _certificate,
    "tracker": _account,
    "chat": _account,
    "wallet": _wallet,
}
