"""A packet as a STIX 2.1 bundle, for programs. Pure.

All ids follow from the packet's content: those of observables from their values, of definitions from this program,
of all else from the packet's id. Victims are a group at most, never persons; what people wrote on exhibits and what is
withheld is not told here either. What merely lies at the same place (an address, a name server) is related, not part.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from scamhunt.model import Role
from scamhunt.referral import markings
from scamhunt.referral.dossier import CaseFacts, Count, Dossier, Identifier, Subject
from scamhunt.referral.observables import OURS, PROGRAM, Thing, definitions, observable, pattern
from scamhunt.takedown.words import clean

LONGEST, LONGEST_TOLD = 300, 2_000
MOST_WITHHELD = 200
"""Exhibits that a note names; the index of the packet has all."""
PART = frozenset({"domain", "url", "number", "email", "chat", "tracker", "wallet"})
"""Kinds that are part of what the makers set up. The others serve many, and are only related to it."""
FORGED = (
    "not known to be called by victims: what their phones showed is mostly forged, and nothing is said of its holder"
)


def bundle(dossier: Dossier) -> bytes:
    """Return the bundle as JSON: definitions, then the objects in the order of their ids."""
    made = _Bundle(dossier)
    made.fill()
    whole = {
        "type": "bundle",
        "id": f"bundle--{uuid.uuid5(OURS, f'{dossier.packet} bundle')}",
        "objects": [*markings.definitions(dossier.marking), *(made.things[one] for one in sorted(made.things))],
    }
    return (json.dumps(whole, sort_keys=True, ensure_ascii=True, indent=1) + "\n").encode()


class _Bundle:
    """A bundle in the making."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        self.at = moment(dossier.as_of)
        self.marks = markings.references(dossier.marking)
        self.things: dict[str, Thing] = {one["id"]: one for one in definitions()}
        self.ties: dict[tuple[str, str, str], list[str]] = {}
        self.shown: dict[int, set[str]] = {one.id: set() for one in dossier.cases}
        sender = dossier.sender
        self.sender = self.say(
            "identity",
            "sender",
            name=_text(sender.org) or "not known",
            description=_text(sender.authority),
            contact_information=_text(sender.email),
            identity_class="organization",
        )
        self.brands = {one.id: self.brand(one.id, one.name, one.domains) for one in dossier.brands}
        self.targets: dict[int, str] = {}

    def fill(self) -> None:
        """Add everything."""
        for case in self.dossier.cases:
            self.case(case)
        for shown in self.dossier.identifiers:
            if shown.case in self.targets:
                self.show(shown.case, shown.kind, shown.value, _told(shown))
        for case in self.dossier.cases:
            self.seen(case)
        campaigns = {one.id: self.subject(one) for one in self.dossier.subjects}
        self.victims({name: number for name, number in campaigns.items() if number})
        self.withheld()
        for (one, how, other), why in sorted(self.ties.items()):
            self.relate(one, how, other, why)
        self.report()

    # --- the three shapes of objects ---

    def say(self, kind: str, key: str, **fields: Any) -> str:  # noqa: ANN401  # fields of STIX
        """Add a domain object; return its id."""
        number = f"{kind}--{uuid.uuid5(OURS, f'{self.dossier.packet} {kind} {_plain(key)}')}"
        head = {"type": kind, "spec_version": "2.1", "id": number, "created": self.at, "modified": self.at}
        told = {name: value for name, value in fields.items() if value not in ("", [], None)}
        by = {"created_by_ref": self.sender} if key != "sender" else {}
        self.things[number] = head | by | told | {"object_marking_refs": self.marks}
        return number

    def see(self, kind: str, value: str) -> str:
        """Add an observable; return its id, empty where it is none of STIX."""
        made = observable(kind, value)
        if made is None:
            return ""
        self.things.setdefault(made["id"], made | {"object_marking_refs": self.marks})
        return str(made["id"])

    def tie(self, one: str, how: str, other: str, why: str = "") -> None:
        """Note a relationship with a reason; several reasons are one relationship."""
        if one and other and one != other:
            reasons = self.ties.setdefault((one, how, other), [])
            if why and why not in reasons:
                reasons.append(why)

    def relate(self, one: str, how: str, other: str, why: Sequence[str]) -> None:
        """Add a relationship."""
        told = _text("; ".join(why), LONGEST_TOLD)
        key = f"{one} {how} {other}"
        self.say("relationship", key, relationship_type=how, source_ref=one, target_ref=other, description=told)

    # --- what there is ---

    def brand(self, key: str, name: str, domains: Sequence[str]) -> str:
        """Add a brand; return its id."""
        official = f"official: {', '.join(domains)}" if domains else ""
        return self.say(
            "identity",
            f"brand {key}",
            name=_text(name) or "not known",
            description=_text(official, LONGEST_TOLD),
            identity_class="organization",
        )

    def case(self, one: CaseFacts) -> None:
        """Add a target, and what says how to find it."""
        place = self.targets[one.id] = self.say(
            "infrastructure",
            f"case {one.id}",
            name=_text(f"case {one.id}: {one.indicator}"),
            description=FORGED if forged(one) else "",
            infrastructure_types=["phishing"] if one.name and one.name.asks else ["unknown"],
            first_seen=moment(one.first_seen),
            last_seen=moment(max(one.last_seen, one.first_seen)),
        )
        kind = {"phone": "number", "url": "url"}.get(one.kind, "domain")
        seen = self.show(one.id, kind, one.indicator, "target")
        if seen:
            sign = self.say(
                "indicator",
                f"case {one.id}",
                name=_text(one.indicator),
                description=_text("; ".join([FORGED] * forged(one) + list(one.reasons[:5])), LONGEST_TOLD),
                pattern=pattern(self.things[seen]),
                pattern_type="stix",
                indicator_types=["unknown"] if forged(one) else ["malicious-activity"],
                valid_from=moment(one.first_seen),
            )
            self.tie(sign, "indicates", place)
        if one.name:
            self.show(one.id, "url", one.name.url, "the page that was opened")
            self.show(one.id, "certificate", one.name.certificate, "shown when the page was opened")
            self.resolves(one, seen)
        self.tie(place, "related-to", self.brands.get(one.brand, ""), "alleged to pass for this brand")

    def resolves(self, one: CaseFacts, seen: str) -> None:
        """Say where a name led to when it was looked at."""
        found = [self.see("address", each) for each in (one.name.addresses if one.name else ())]
        if seen.startswith("domain-name--") and (places := sorted(set(filter(None, found)))):
            self.things[seen]["resolves_to_refs"] = places

    def show(self, case: int, kind: str, value: str, why: str) -> str:
        """Say that a case shows something; return its id, empty where STIX has no word for it."""
        seen = self.see(kind, value)
        if seen:
            self.shown[case].add(seen)
            self.tie(self.targets[case], "consists-of" if kind in PART else "related-to", seen, why)
        return seen

    def seen(self, one: CaseFacts) -> None:
        """Add when a case and what it shows were observed, and how often people reported it."""
        if not self.shown[one.id]:
            return
        first, last = one.first_seen, max(one.last_seen, one.first_seen)
        observed = self.say(
            "observed-data",
            f"case {one.id}",
            first_observed=moment(first),
            last_observed=moment(last),
            number_observed=1 if first == last else 2,  # at both times at least
            object_refs=sorted(self.shown[one.id]),
        )
        sign = f"indicator--{uuid.uuid5(OURS, f'{self.dossier.packet} indicator case {one.id}')}"
        if sign in self.things:
            self.say(
                "sighting",
                f"case {one.id}",
                sighting_of_ref=sign,
                first_seen=moment(first),
                last_seen=moment(last),
                count=one.number.reports or None if one.number else None,
                observed_data_refs=[observed],
                where_sighted_refs=[self.sender],
            )

    def subject(self, one: Subject) -> str:
        """Add a campaign, what it uses and why its cases belong together; return its id, empty where it has no case."""
        cases = [case for case in self.dossier.cases if case.id in set(one.cases)]
        if not cases:
            return ""
        holds = f"; held together by {'; '.join(one.holds_by)}" if one.holds_by else ""
        told = f"{len(cases)} cases of the same unknown makers, by what they share{holds}"
        number = self.say(
            "campaign",
            one.id,
            name=_text(f"{one.id} {one.campaign}".strip()),
            description=_text(told if len(cases) > 1 else "one case, of unknown makers", LONGEST_TOLD),
            first_seen=moment(min(case.first_seen for case in cases)),
            last_seen=moment(max(max(case.last_seen, case.first_seen) for case in cases)),
        )
        for case in cases:
            self.tie(number, "uses", self.targets[case.id])
            self.tie(number, "targets", self.brands.get(case.brand, ""))
        for link in one.links:
            one_end, other = self.targets.get(link.one, ""), self.targets.get(link.other, "")
            for reason in link.reasons:
                self.tie(one_end, "related-to", other, _text(reason))
        return number

    def victims(self, campaigns: Mapping[str, str]) -> None:
        """Add the people who were counted, as groups."""
        for at, one in enumerate(one for one in self.dossier.counts if one.unit == "people"):
            group = self.say(
                "identity",
                f"victims {at}",
                name=_text(_counted(one)),
                description=_text(f"counted: {one.method}" if one.method else ""),
                identity_class="group",
            )
            only = next(iter(campaigns.values())) if len(campaigns) == 1 and not one.subject else ""
            self.tie(campaigns.get(one.subject, only), "targets", group)

    def withheld(self) -> None:
        """Add a note of what the packet leaves out, so that nobody takes it for absent."""
        hidden = [one for one in self.dossier.exhibits if one.withheld and one.case in self.targets]
        lines = [f"{one.number}, case {one.case}: {_text(one.withheld)}" for one in hidden[:MOST_WITHHELD]]
        lines += [f"... and {len(hidden) - MOST_WITHHELD} more exhibits"] * (len(hidden) > MOST_WITHHELD)
        lines += [f"{one.count} x {_text(one.field)}: {_text(one.rule)}" for one in self.dossier.redactions]
        cases = sorted({self.targets[one.case] for one in hidden} or self.targets.values())
        if lines and cases:
            self.say("note", "withheld", abstract="withheld", content="\n".join(lines), object_refs=cases)

    def report(self) -> None:
        """Add what holds all together."""
        told = ". ".join(
            filter(None, (self.dossier.purpose, self.dossier.offences and f"Alleged: {self.dossier.offences}"))
        )
        self.say(
            "report",
            "packet",
            name=_text(f"Referral {self.dossier.packet}"),
            description=_text(told, LONGEST_TOLD),
            report_types=["campaign"],
            published=self.at,
            object_refs=sorted(one for one in self.things if one != PROGRAM and not one.startswith("extension-")),
        )


def forged(one: CaseFacts) -> bool:
    """Say whether a case is a number of which it is not known that victims call it."""
    return one.kind == "phone" and (one.number is None or one.number.role != Role.CALLBACK)


def moment(at: datetime) -> str:
    """Return a moment as STIX writes it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def _told(one: Identifier) -> str:
    proof = f", {one.exhibit}" if one.exhibit else ""
    return _text(f"{one.role} ({one.source}{proof})")


def _counted(one: Count) -> str:
    place = f", {one.where}" if one.where else ""
    return f"{one.what}{place}: {one.count} {one.unit}"


def _text(text: str, limit: int = LONGEST) -> str:
    return clean(text, limit)


def _plain(key: str) -> str:
    return key.encode("utf-8", "backslashreplace").decode()  # what came from outside may be no text at all
