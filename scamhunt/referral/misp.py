"""A packet as a MISP event, for programs: our organisation only, until somebody decides otherwise. Pure."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

from scamhunt.referral import markings
from scamhunt.referral.dossier import CaseFacts, Dossier, Identifier
from scamhunt.referral.stix import OURS
from scamhunt.takedown.words import clean

OWN_ORGANISATION, HIGH, COMPLETE, INHERIT = "0", "2", "2", "5"
"""MISP's numbers: distribution, threat level medium, analysis completed, distribution as of the event."""
LONGEST = 300
TYPES = {
    "domain": ("domain", "Network activity"),
    "form": ("domain", "Network activity"),
    "nameserver": ("hostname", "Network activity"),
    "address": ("ip-dst", "Network activity"),
    "email": ("email-src", "Payload delivery"),
    "number": ("phone-number", "Person"),
    "certificate": ("x509-fingerprint-sha256", "Network activity"),
}
"""Our kinds as attributes of MISP; any other is a text."""


def event(dossier: Dossier) -> bytes:
    """Return the event as JSON; its ids follow from the packet's content."""
    brands = ", ".join(one.name for one in dossier.brands)
    told = {
        "uuid": _number(dossier, "event"),
        "info": _text(f"Referral {dossier.packet}: impersonation of {brands}"),
        "date": dossier.day,
        "timestamp": str(int(dossier.as_of.timestamp())),
        "published": False,
        "distribution": OWN_ORGANISATION,
        "threat_level_id": HIGH,
        "analysis": COMPLETE,
        "Orgc": _organisation(dossier),
        "Tag": [{"name": one} for one in markings.tags(dossier.marking)],
        "Attribute": list(_attributes(dossier)),
    }
    return (json.dumps({"Event": told}, sort_keys=True, ensure_ascii=True, indent=1) + "\n").encode()


def _attributes(dossier: Dossier) -> Iterator[dict[str, Any]]:
    """Yield the cases, then what they show, each value once."""
    seen: set[tuple[str, str]] = set()
    for one in dossier.cases:
        kind = "number" if one.kind == "phone" else "domain"
        seen.add((kind, one.indicator))
        yield _attribute(dossier, kind, one.indicator, _of_case(dossier, one), to_ids=kind == "domain")
    for each in dossier.identifiers:
        if (each.kind, each.value) not in seen and each.value.strip():
            seen.add((each.kind, each.value))
            yield _attribute(dossier, each.kind, each.value, _of_identifier(each), to_ids=False)


def _of_case(dossier: Dossier, one: CaseFacts) -> str:
    subject = next((each for each in dossier.subjects if one.id in each.cases), None)
    reasons = [
        reason
        for link in (subject.links if subject else ())
        if one.id in {link.one, link.other}
        for reason in link.reasons
    ]
    told = [f"case {one.id}", subject.id if subject else "", *dict.fromkeys(reasons[:3])]
    return "; ".join(filter(None, told))


def _of_identifier(one: Identifier) -> str:
    return f"case {one.case}: {one.role}; {one.kind}"


def _attribute(dossier: Dossier, kind: str, value: str, comment: str, *, to_ids: bool) -> dict[str, Any]:
    type_, category = TYPES.get(kind, ("text", "Other"))
    return {
        "uuid": _number(dossier, f"{kind} {value}"),
        "type": type_,
        "category": category,
        "value": _text(value),
        "comment": _text(comment),
        "to_ids": to_ids,
        "distribution": INHERIT,
        "timestamp": str(int(dossier.as_of.timestamp())),
    }


def _organisation(dossier: Dossier) -> dict[str, str]:
    org = dossier.sender.org
    return {"name": _text(org or "not set"), "uuid": _number(dossier, f"sender {org}")}


def _number(dossier: Dossier, what: str) -> str:
    plain = what.encode("utf-8", "backslashreplace").decode()  # what came from outside may be no text at all
    return str(uuid.uuid5(OURS, f"{dossier.packet} misp {plain}"))


def _text(text: str) -> str:
    return clean(text, LONGEST)
