"""A packet as a MISP event, for programs: our organisation only, until somebody decides otherwise. Pure.

Each case is an object, and so is what it shows where MISP has a template for it (misp-objects; their ids and versions
stand in `TEMPLATES`); what it has none for is an attribute. Objects refer to each other, with the reason as a comment.
Sensors get the names of confirmed cases and nothing else: an address or an account serves others too.
"""

import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from scamhunt.model import State
from scamhunt.referral import markings, observables
from scamhunt.referral.dossier import CaseFacts, Dossier, Identifier, NameFacts
from scamhunt.referral.stix import FORGED, forged
from scamhunt.takedown.words import clean

OWN_ORGANISATION, MEDIUM, COMPLETED, INHERIT = "0", "2", "2", "5"
"""MISP's numbers: distribution, threat level, analysis, distribution as of the event."""
LONGEST, LONGEST_TOLD = 300, observables.URL_LIMIT
TEMPLATES: Mapping[str, tuple[str, str, str, str]] = {
    "domain-ip": (
        *("43b3b146-77eb-4931-b4cc-b66c60f28734", "11", "network"),
        "A domain/hostname and IP address seen as a tuple in a specific time frame.",
    ),
    "phone-number": (
        *("c4b5a67c-63d2-11ec-90d6-0242ac120003", "1", "mobile"),
        "Phone number based on the E.164 international public telecommunication numbering plan",
    ),
    "tracking-id": (
        *("3681c62a-2c75-48d8-99f2-6a3444ce2393", "3", "network"),
        "Analytics and tracking ID such as used in Google Analytics or other analytic platform.",
    ),
    "url": (
        *("60efb77b-40b5-4c46-871b-ed1ed999fce5", "10", "network"),
        (
            "url object describes an url along with its normalized field (like extracted using faup parsing library) "
            "and its metadata."
        ),
    ),
    "x509": (
        *("d1ab756a-26b5-4349-9f43-765630f0911c", "14", "network"),
        "x509 object describing a X.509 certificate",
    ),
    "organization": (
        *("f750e12b-127a-432c-b022-b3f9153c4e2a", "9", "misc"),
        "An object which describes an organization.",
    ),
}
"""Id, version, meta-category and description of each template, as MISP publishes them."""
CATEGORIES: Mapping[str, str] = {
    "domain": "Network activity",
    "hostname": "Network activity",
    "ip-dst": "Network activity",
    "url": "Network activity",
    "x509-fingerprint-sha256": "Network activity",
    "email": "Social network",
    "phone-number": "Person",
}
"""Of the types that are used; all others are `Other`. As MISP has them by default."""
VALUED: Mapping[str, tuple[str, str, Callable[[str], str]]] = {
    "number": ("phone-number", "phone-number", observables.number),
    "certificate": ("x509", "x509-fingerprint-sha256", observables.fingerprint),
    "url": ("url", "url", observables.url),
}
"""Our kinds that are objects of one value: template, relation and type in one, and what reads it."""
FLAT: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "domain": ("domain", observables.host),
    "form": ("hostname", observables.host),
    "nameserver": ("hostname", observables.host),
    "address": ("ip-dst", observables.address),
    "network": ("ip-dst", observables.address),
    "email": ("email", observables.mail),
}
"""Our kinds that are attributes: type, and what reads it. Any other is a text."""

Thing = dict[str, Any]
Row = tuple[str, str, str]
"""Relation in the template, type, value."""


def event(dossier: Dossier) -> bytes:
    """Return the event as JSON; its ids follow from the packet's content."""
    made = _Event(dossier)
    made.fill()
    brands = ", ".join(one.name for one in dossier.brands) or "brands"
    told = {
        "uuid": made.number("event"),
        "info": _text(f"Referral {dossier.packet}: alleged impersonation of {brands}"),
        "date": dossier.day,
        "timestamp": made.at,
        "published": False,
        "distribution": OWN_ORGANISATION,
        "threat_level_id": MEDIUM,
        "analysis": COMPLETED,
        "Orgc": {"name": _text(dossier.sender.org) or "not known", "uuid": _ours(f"org {dossier.sender.org}")},
        "Tag": [{"name": one} for one in markings.tags(dossier.marking)],
        "Attribute": list(made.attributes.values()),
        "Object": list(made.objects.values()),
    }
    return (json.dumps({"Event": told}, sort_keys=True, ensure_ascii=True, indent=1) + "\n").encode()


class _Event:
    """An event in the making: objects and attributes by kind and value, in the order in which they are met."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        self.at = str(int(dossier.as_of.timestamp()))
        self.objects: dict[tuple[str, str], Thing] = {}
        self.attributes: dict[tuple[str, str], Thing] = {}
        self.cases: dict[int, Thing] = {}
        """What stands for a case: an object, or an attribute where its target is neither name nor number."""
        self.references: dict[tuple[str, str], Thing] = {}

    def fill(self) -> None:
        """Add the cases, the brands that they name, what they show, and why they belong together."""
        of_subject = {case: one for one in self.dossier.subjects for case in one.cases}
        for case in self.dossier.cases:
            subject = of_subject.get(case.id)
            comment = f"case {case.id} {f'of {subject.id} {subject.campaign}' if subject else ''}"
            self.cases[case.id] = self.target(case, comment)
        named = {one.id: one.name for one in self.dossier.brands}
        for case in self.dossier.cases:
            if _text(name := named.get(case.brand, "")):
                brand = self.object("organization", case.brand, [("name", "text", name)], "the brand that is named")
                self.refer(case.id, brand, "impersonates", "alleged")
            if case.name:
                self.page(case, case.name)
        for shown in self.dossier.identifiers:
            if shown.case in self.cases and _text(shown.value):
                self.refer(shown.case, self.shown(shown), "related-to", _role(shown))
        for link in (one for subject in self.dossier.subjects for one in subject.links):
            if link.other in self.cases:
                self.refer(link.one, self.cases[link.other], "related-to", "; ".join(link.reasons))

    # --- the three shapes ---

    def number(self, what: str) -> str:
        """Return the id of something in this packet."""
        return _ours(f"{self.dossier.packet} misp {what}")

    def attribute(self, key: str, type_: str, value: str, *, comment: str = "", sensors: bool = False) -> Thing:
        """Return an attribute."""
        return {
            "uuid": self.number(f"attribute {key}"),
            "type": type_,
            "category": CATEGORIES.get(type_, "Other"),
            "value": value,
            "comment": _text(comment, LONGEST_TOLD),
            "to_ids": sensors,
            "disable_correlation": type_ in {"text", "datetime"},
            "distribution": INHERIT,
            "timestamp": self.at,
        }

    def object(self, name: str, key: str, rows: Iterable[Row], comment: str = "", *, sensors: bool = False) -> Thing:
        """Add an object, or find it again. `sensors`: its first value is for detection."""
        if made := self.objects.get((name, key)):
            return made
        template, version, category, description = TEMPLATES[name]
        cleaned = ((relation, type_, _text(value, LONGEST_TOLD)) for relation, type_, value in rows)
        told = dict.fromkeys(one for one in cleaned if one[2])
        made = self.objects[name, key] = {
            "uuid": self.number(f"{name} {key}"),
            "name": name,
            "meta-category": category,
            "description": description,
            "template_uuid": template,
            "template_version": version,
            "timestamp": self.at,
            "distribution": INHERIT,
            "comment": _text(comment, LONGEST_TOLD),
            "Attribute": [
                self.attribute(f"{name} {key} {relation} {value}", type_, value, sensors=sensors and not at)
                | {"object_relation": relation}
                for at, (relation, type_, value) in enumerate(told)
            ],
            "ObjectReference": [],
        }
        return made

    def alone(self, type_: str, value: str, comment: str) -> Thing:
        """Add an attribute of the event, or find it again."""
        plain = _text(value, LONGEST_TOLD) or "not known"
        if (type_, plain) not in self.attributes:
            self.attributes[type_, plain] = self.attribute(f"{type_} {plain}", type_, plain, comment=comment)
        return self.attributes[type_, plain]

    def refer(self, case: int, other: Thing, how: str, why: str) -> None:
        """Let the object of a case refer to something; several reasons for one thing are one reference."""
        mine = self.cases.get(case)
        if mine is None or "ObjectReference" not in mine or mine is other:
            return
        key = (mine["uuid"], other["uuid"])
        if before := self.references.get(key):
            if _text(why) not in before["comment"]:
                before["comment"] = _text(f"{before['comment']}; {_text(why)}", LONGEST_TOLD)
            return
        self.references[key] = {
            "uuid": self.number(f"reference {' '.join(key)}"),
            "object_uuid": key[0],
            "referenced_uuid": key[1],
            "relationship_type": how,
            "comment": _text(why),
            "timestamp": self.at,
        }
        mine["ObjectReference"].append(self.references[key])

    # --- what there is ---

    def target(self, one: CaseFacts, comment: str) -> Thing:
        """Add what a case is about."""
        seen = {"first-seen": one.first_seen, "last-seen": one.last_seen}
        times = [(relation, "datetime", _moment(at)) for relation, at in seen.items()]
        why = ("text", "text", "; ".join([FORGED] * forged(one) + list(one.reasons)))
        sensors = one.state == State.CONFIRMED or (one.state == State.CLOSED and one.confirmed_at is not None)
        if one.kind == "phone" and (plain := observables.number(one.indicator)):
            return self.object("phone-number", plain, [("phone-number", "phone-number", plain), why], comment)
        if one.kind == "url" and (plain := observables.url(one.indicator)):
            rows = [("url", "url", plain), *times, why]
            return self.object("url", plain, rows, comment, sensors=sensors)
        if one.kind == "domain" and (plain := observables.host(one.indicator)):
            known = one.name or NameFacts()
            rows = [("domain", "domain", plain), *times, why]
            rows += [("ip", "ip-dst", observables.address(each)) for each in known.addresses]
            rows += [("registration-date", "datetime", _moment(known.registered) if known.registered else "")]
            return self.object("domain-ip", plain, rows, comment, sensors=sensors)
        return self.alone("text", one.indicator, comment)

    def page(self, case: CaseFacts, known: NameFacts) -> None:
        """Add the page of a name and its certificate."""
        if page := self.known("url", known.url):
            self.refer(case.id, page, "related-to", "the page that was opened")
        if certificate := self.known("certificate", known.certificate):
            self.refer(case.id, certificate, "uses", "shown when the page was opened")

    def shown(self, one: Identifier) -> Thing:
        """Add what a case shows: an object where there is a template for it, an attribute else."""
        if made := self.known(one.kind, one.value):
            return made
        type_, read = FLAT.get(one.kind, ("text", _text))
        if plain := read(one.value):
            return self.alone(type_, plain, f"{one.kind}: {_role(one)}")
        return self.alone("text", one.value, f"{one.kind}: {_role(one)}")

    def known(self, kind: str, value: str) -> Thing | None:
        """Add what there is a template for, or find it again; None where there is none or the value is not one."""
        if kind == "domain":
            return self.objects.get(("domain-ip", observables.host(value)))
        if kind == "tracker":
            service, name = observables.account(value)
            rows = [("id", "text", name), ("tracker", "text", service)]
            return self.object("tracking-id", f"{service} {name}", rows) if name else None
        name, relation, read = VALUED.get(kind, ("", "", _text))
        plain = read(value)
        return self.object(name, plain, [(relation, relation, plain)]) if name and plain else None


def _role(one: Identifier) -> str:
    return f"{one.role} ({one.source}{f', {one.exhibit}' if one.exhibit else ''})"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _ours(what: str) -> str:
    plain = what.encode("utf-8", "backslashreplace").decode()  # what came from outside may be no text at all
    return str(uuid.uuid5(observables.OURS, plain))


def _text(text: str, limit: int = LONGEST) -> str:
    return clean(text, limit)
