"""A packet as a STIX 2.1 bundle, for programs. Pure.

All ids follow from the packet's content: those of observables from their values as STIX 2.1 section 2.9 says, others
from the packet's id. Victims are a class of people at most, never persons; what is withheld is not told here either.
"""

import ipaddress
import json
import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from scamhunt.errors import BadIndicator
from scamhunt.indicators import domain
from scamhunt.referral import markings
from scamhunt.referral.dossier import CaseFacts, Dossier, Identifier, Subject
from scamhunt.takedown.words import clean

OBSERVABLES = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
"""STIX 2.1, section 2.9: the namespace of the ids of observables."""
OURS = uuid.UUID("6a1f2a3e-5a0f-5d0c-9d6e-3c0b7a9f1e42")
PHONE = f"extension-definition--{uuid.uuid5(OURS, 'phone-number')}"
"""Says what `phone-number` is: STIX has no observable for it."""
LONGEST = 300
_HASH = re.compile(r"[0-9a-f]{64}")
_MAIL = re.compile(r"[^\s@<>\"]{1,64}@[A-Za-z0-9.-]{1,253}", re.ASCII)

Thing = dict[str, Any]


def bundle(dossier: Dossier) -> bytes:
    """Return the bundle as JSON, its objects in the order of their ids."""
    made = _Bundle(dossier)
    made.fill()
    objects = [*markings.definitions(dossier.marking), *(made.things[one] for one in sorted(made.things))]
    whole = {"type": "bundle", "id": f"bundle--{uuid.uuid5(OURS, dossier.packet)}", "objects": objects}
    return (json.dumps(whole, sort_keys=True, ensure_ascii=True, indent=1) + "\n").encode()


class _Bundle:
    """A bundle in the making."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        self.things: dict[str, Thing] = {}
        self.at = moment(dossier.as_of)
        self.marks = markings.references(dossier.marking)

    def fill(self) -> None:
        """Add everything."""
        sender = self.say(
            "identity", "sender", name=_text(self.dossier.sender.org or "not set"), identity_class="organization"
        )
        self.sender = sender
        brands = {
            one.id: self.say("identity", f"brand {one.id}", name=_text(one.name), identity_class="organization")
            for one in self.dossier.brands
        }
        self.say("extension-definition", "phone-number", number=PHONE, **_PHONE_SAYS, created_by_ref=sender)
        targets = {one.id: self.case(one, brands.get(one.brand, "")) for one in self.dossier.cases}
        for one in self.dossier.identifiers:
            self.identifier(one, targets)
        for subject in self.dossier.subjects:
            self.subject(subject, targets, brands)
        if self.dossier.counts:
            self.say("identity", "victims", name="victims, as counted in the packet", identity_class="group")
        refs = sorted(one for one in self.things if not one.startswith("extension-definition--"))
        self.say(
            "report",
            "packet",
            name=f"Referral {self.dossier.packet}",
            description=_text(f"{self.dossier.purpose}. {self.dossier.offences}".strip()),
            report_types=["campaign"],
            published=self.at,
            object_refs=refs,
            created_by_ref=sender,
        )

    def say(self, kind: str, key: str, *, number: str = "", **fields: Any) -> str:  # noqa: ANN401  # fields of STIX
        """Add a domain object; return its id."""
        number = number or f"{kind}--{uuid.uuid5(OURS, f'{self.dossier.packet} {kind} {key}')}"
        head = {"type": kind, "spec_version": "2.1", "id": number, "created": self.at, "modified": self.at}
        self.things[number] = head | {name: value for name, value in fields.items() if value not in ("", [], None)}
        self.things[number]["object_marking_refs"] = self.marks
        return number

    def see(self, kind: str, wanted: Mapping[str, Any], **more: Any) -> str:  # noqa: ANN401  # fields of STIX
        """Add an observable; return its id, which follows from its value."""
        named = json.dumps(wanted, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        number = f"{kind}--{uuid.uuid5(OBSERVABLES, named)}"
        self.things[number] = {"type": kind, "spec_version": "2.1", "id": number, **wanted, **more}
        self.things[number]["object_marking_refs"] = self.marks
        return number

    def relate(self, one: str, how: str, other: str, why: str = "") -> None:
        """Add a relationship; one that there is already is left as it is."""
        if one and other and one != other:
            self.say(
                "relationship",
                f"{one} {how} {other}",
                relationship_type=how,
                source_ref=one,
                target_ref=other,
                description=_text(why),
            )

    def case(self, one: CaseFacts, brand: str) -> str:
        """Add a target with what says how to find it; return the id of the infrastructure that stands for it."""
        seen = self.observable("number" if one.kind == "phone" else "domain", one.indicator)
        pattern = _pattern(self.things[seen]) if seen else ""
        place = self.say(
            "infrastructure",
            f"case {one.id}",
            name=_text(f"case {one.id}: {one.indicator}"),
            infrastructure_types=["unknown"] if one.kind == "phone" else ["phishing"],
            first_seen=moment(one.first_seen),
            last_seen=moment(max(one.last_seen, one.first_seen)),
            created_by_ref=self.sender,
        )
        self.relate(place, "consists-of", seen)
        if pattern:
            sign = self.say(
                "indicator",
                f"case {one.id}",
                name=_text(one.indicator),
                description=_text("; ".join(one.reasons[:5])),
                pattern=pattern,
                pattern_type="stix",
                indicator_types=["malicious-activity"],
                valid_from=moment(one.first_seen),
                created_by_ref=self.sender,
            )
            self.relate(sign, "indicates", place)
        if brand:
            self.relate(place, "related-to", brand, "claims to be this brand, or to act for it")
        return place

    def identifier(self, one: Identifier, targets: Mapping[int, str]) -> None:
        """Add what a case shows, where STIX has a word for it."""
        seen = self.observable(one.kind, one.value)
        if seen and one.case in targets:
            self.relate(targets[one.case], "consists-of", seen, one.role)

    def observable(self, kind: str, value: str) -> str:
        """Add an observable of one of our kinds; return its id, empty where it is none of STIX."""
        if kind == "number":
            extension = {PHONE: {"extension_type": "new-sco"}}
            return self.see("phone-number", {"value": _text(value)}, extensions=extension)
        if kind in {"domain", "form", "nameserver"}:
            name = _domain(value)
            return self.see("domain-name", {"value": name}) if name else ""
        if kind == "address":
            return self.address(value)
        if kind == "email" and _MAIL.fullmatch(value):
            return self.see("email-addr", {"value": value})
        if kind == "certificate" and _HASH.fullmatch(value):
            return self.see("x509-certificate", {"hashes": {"SHA-256": value}})
        return ""

    def address(self, value: str) -> str:
        """Add an address; return its id, empty for what is none."""
        try:
            read = ipaddress.ip_address(value)
        except ValueError:
            return ""
        return self.see(f"ipv{read.version}-addr", {"value": str(read)})

    def subject(self, one: Subject, targets: Mapping[int, str], brands: Mapping[str, str]) -> None:
        """Add a campaign, what it uses and why its cases belong together."""
        cases = [case for case in self.dossier.cases if case.id in set(one.cases)]
        if not cases:
            return
        number = self.say(
            "campaign",
            one.id,
            name=_text(f"{one.id} {one.campaign}".strip()),
            description="Cases that belong to the same unknown makers by what they share." if len(cases) > 1 else "",
            first_seen=moment(min(case.first_seen for case in cases)),
            last_seen=moment(max(max(case.last_seen, case.first_seen) for case in cases)),
            created_by_ref=self.sender,
        )
        for case in cases:
            self.relate(number, "uses", targets[case.id])
        for brand in sorted({case.brand for case in cases} & brands.keys()):
            self.relate(number, "targets", brands[brand])
        for link in one.links:
            if link.one in targets and link.other in targets:
                self.relate(targets[link.one], "related-to", targets[link.other], "; ".join(link.reasons))


_PHONE_SAYS: Mapping[str, Any] = {
    "name": "phone-number",
    "description": "A phone number that was used in fraud, in E.164.",
    "schema": "value: string, E.164 (ITU-T), with its plus",
    "version": "1.0",
    "extension_types": ["new-sco"],
}


def moment(at: datetime) -> str:
    """Return a moment as STIX writes it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def _pattern(seen: Thing) -> str:
    value = str(seen["value"]).replace("\\", "\\\\").replace("'", "\\'")
    return f"[{seen['type']}:value = '{value}']"


def _domain(value: str) -> str:
    try:
        return domain.parse(value).host
    except BadIndicator:
        return ""


def _text(text: str) -> str:
    return clean(text, LONGEST)
