"""What is known of some cases, gathered for one packet: the same things known, the same dossier. Part of `desk.py`."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from datetime import datetime
from typing import Any

import scamhunt
from scamhunt import desk_campaigns, desk_drafts, desk_exhibits, reference
from scamhunt.desk_dossier_course import counts, holds, process, reports, timeline
from scamhunt.desk_dossier_joined import identifiers, looks_of_links, signs_of, subjects
from scamhunt.desk_exhibits import Chosen, Operators
from scamhunt.material import Material
from scamhunt.model import Kind, Role
from scamhunt.referral.agencies import Agency
from scamhunt.referral.dossier import (
    Brand,
    CaseFacts,
    Count,
    Dossier,
    Handled,
    Marking,
    NameFacts,
    NumberFacts,
    Redaction,
    Sender,
)
from scamhunt.referral.screen import WITHHELD, Screen
from scamhunt.settings import Settings
from scamhunt.store import CandidateView, Store
from scamhunt.takedown.case import Case

TOOL = f"scamhunt {scamhunt.__version__}"


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed for this packet."""

    purpose: str
    offences: str = ""
    contact: str = ""
    authority: str = ""
    losses: Sequence[Count] = ()
    marking: Marking = field(default_factory=Marking)


@dataclass(frozen=True, slots=True)
class Gathered:
    """A dossier, and where the bytes of its exhibits lie."""

    dossier: Dossier
    chosen: Chosen
    campaigns: Sequence[str]


def gather(store: Store, settings: Settings, cases: Sequence[CandidateView], agency: Agency, typed: Typed) -> Gathered:
    """Gather all that a packet tells. Raises `StoreError` where evidence cannot be read, `UserError` as drafts do."""
    packs = reference.brands(settings)
    material, operators = Material.of(settings, packs), Operators()
    cases = sorted(cases, key=lambda one: one.id)
    numbers = [one.id for one in cases]
    clustering = desk_campaigns.joined(store, packs, material.protected, numbers)
    chosen = desk_exhibits.choose(store, cases, operators, looks_of_links(store, clustering, numbers))
    custody = desk_exhibits.handled(store, chosen, cases, operators)
    signs = signs_of(store, cases, chosen, material)
    members = store.members()
    out, held = list(reports(store, cases)), list(holds(store, cases))
    facts = [_facts(store, material, one, members.get(one.id, "")) for one in cases]
    dossier = Dossier(
        packet="",
        day=settings.now().date().isoformat(),
        as_of=settings.now(),
        agency=agency,
        purpose=typed.purpose,
        sender=Sender(
            settings.reporter_org,
            settings.reporter_email,
            typed.authority or _authority(material, facts),
            typed.contact,
        ),
        tool=TOOL,
        brands=[_brand(material, one) for one in sorted({one.brand for one in cases})],
        subjects=subjects(store, clustering, signs, facts, chosen),
        cases=facts,
        identifiers=list(identifiers(facts, signs, chosen)),
        timeline=sorted(timeline(facts, chosen, out, held), key=lambda one: (one.at, one.case, one.what)),
        reports=out,
        holds=held,
        counts=[*counts(store, cases), *typed.losses],
        exhibits=chosen.exhibits,
        custody=custody,
        log_head=_head(custody),
        marking=typed.marking,
        offences=typed.offences,
        settings=list(process(chosen)),
    )
    dossier = withheld(replace(dossier, as_of=_as_of(dossier)), chosen.screen)
    campaigns = sorted({one.campaign for one in facts if one.campaign})
    return Gathered(replace(dossier, packet=packet_id(dossier)), chosen, campaigns)


def packet_id(dossier: Dossier) -> str:
    """Return the id of a packet: it stands for all that the packet tells, so that the same content has the same id."""
    told = json.dumps(asdict(replace(dossier, packet="")), sort_keys=True, default=str)
    return f"p-{hashlib.sha256(told.encode()).hexdigest()[:12]}"


def withheld(dossier: Dossier, screen: Screen) -> Dossier:
    """Return a dossier without the texts that hold what may be a victim's; how many there were stands in it.

    An identifier of that kind is left out whole: a page that greets its victim by his mail address is no contact.
    """
    counts: dict[str, int] = {}

    def plain(value: Any, name: str) -> Any:  # noqa: ANN401  # whatever a dossier is made of
        if isinstance(value, str):
            if not screen.in_text(value.encode("utf-8", "replace")):
                return value
            counts[name] = counts.get(name, 0) + 1
            return WITHHELD
        if isinstance(value, list | tuple):
            return tuple(plain(one, name) for one in value)
        if is_dataclass(value) and not isinstance(value, type):
            changes = {
                each.name: plain(getattr(value, each.name), f"{type(value).__name__}.{each.name}")
                for each in fields(value)
            }
            return replace(value, **changes)
        return value

    made: Dossier = plain(dossier, "")
    kept = [one for one in made.identifiers if one.value != WITHHELD]
    told = [Redaction(name, "may be a victim's", count) for name, count in sorted(counts.items())]
    return replace(made, identifiers=kept, redactions=[*made.redactions, *told])


def _as_of(dossier: Dossier) -> datetime:
    moments = [one.at for one in dossier.timeline] + [one.acquired_at for one in dossier.exhibits]
    moments += [one.at for one in dossier.custody]
    return max(moments, default=dossier.as_of)


def _head(custody: Sequence[Handled]) -> tuple[int, str]:
    """Return the newest row of the log that the custody tells of: what came after it says nothing about the packet."""
    return (custody[-1].seq, custody[-1].hash) if custody else (0, "")


# --- cases ------------------------------------------------------------------------------------------------------------


def _facts(store: Store, material: Material, one: CandidateView, campaign: str) -> CaseFacts:
    case = desk_drafts.case_of(store, material, one)
    decided = [each for each in store.history(f"candidate:{one.id}") if each.act == "candidate.confirm"]
    named = one.kind is not Kind.PHONE
    return CaseFacts(
        id=one.id,
        indicator=one.indicator,
        kind=one.kind.value,
        brand=one.brand,
        state=one.state.value,
        score=one.score,
        reasons=[each.text for each in case.reasons],
        first_seen=one.first_seen,
        last_seen=one.last_seen,
        confirmed_at=decided[-1].at if decided else None,
        campaign=campaign,
        name=_name(case) if named else None,
        number=None if named else _number(store, one, case),
    )


def _name(case: Case) -> NameFacts:
    site = case.site
    return NameFacts(
        registrar=site.registrar,
        registrar_id=site.registrar_id,
        registered=site.registered,
        statuses=site.statuses,
        name_servers=site.nameservers,
        addresses=[one.address for one in site.machines],
        networks=[
            " ".join(filter(None, (one.network, one.holder, f"({one.country})" if one.country else "")))
            for one in site.machines
            if one.network or one.holder
        ],
        certificate=site.certificate,
        url=desk_exhibits.shown_url(site.final_url or site.url),
        title=site.title,
        asks=site.asks,
        verdict=site.verdict or "",
        liveness=site.liveness or "",
        seen_at=site.looked_at,
    )


def _number(store: Store, one: CandidateView, case: Case) -> NumberFacts:
    facts = case.number
    found = facts.attribution
    return NumberFacts(
        role=(facts.role or Role.UNKNOWN).value,
        type=facts.type,
        holder=found.holder if found else "",
        holder_code=found.ocn if found else "",
        step=found.step if found else facts.unknown,
        as_of=found.as_of if found else "",
        reports=store.count_sightings(one.indicator),
        sources=facts.voices,
        flags=facts.flags,
    )


def _brand(material: Material, brand: str) -> Brand:
    known = material.brand(brand)
    return Brand(known.id, known.name, known.domains)


def _authority(material: Material, facts: Sequence[CaseFacts]) -> str:
    """Return by what right the sender speaks for the brands, as their packs say."""
    said = {material.brand(one).authority for one in {each.brand for each in facts}}
    if said == {"in-house"}:
        return "the team of the brand itself"
    return "an agent of the brand" if said == {"agent"} else "a third party, which the brand did not ask for this"
