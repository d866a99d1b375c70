"""What is known of some cases, gathered for one packet: the same things known, the same dossier. Part of `desk.py`."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from datetime import datetime
from typing import Any

import scamhunt
from scamhunt import desk_campaigns, desk_drafts, desk_exhibits, reference
from scamhunt.campaigns import holding, kinds, own, read
from scamhunt.campaigns.sign import Campaign, Clustering, Sign
from scamhunt.desk_exhibits import Chosen, Operators
from scamhunt.material import Material
from scamhunt.model import Kind, Role
from scamhunt.observed import Liveness
from scamhunt.referral.agencies import Agency
from scamhunt.referral.bands import suppressed
from scamhunt.referral.dossier import (
    Brand,
    CaseFacts,
    Count,
    Dossier,
    Handled,
    HoldFact,
    Identifier,
    LinkFact,
    Marking,
    Moment,
    NameFacts,
    NumberFacts,
    Redaction,
    ReportFact,
    Sender,
    Subject,
)
from scamhunt.referral.screen import WITHHELD, Screen
from scamhunt.settings import Settings
from scamhunt.store import CandidateView, LookView, ReportView, Store
from scamhunt.takedown import steps
from scamhunt.takedown.case import Case

TOOL = f"scamhunt {scamhunt.__version__}"
MOST_SIGNS_LOOKS = 20
ROLES: Mapping[str, str] = {
    "number": "shown to victims to call",
    "email": "shown on the page",
    "chat": "offered on the page",
    "tracker": "counts the page's visitors",
    "wallet": "takes money",
    "certificate": "certifies the site",
    "form": "receives what victims type",
    "registrant": "named as the holder",
    "registration": "how it was registered",
    "nameserver": "answers for the name",
    "address": "hosts the site",
    "network": "the network that hosts the site",
    "favicon": "sign of the page",
    "kit": "how the page is made",
    "likeness": "skeleton and text of the page",
}
_REPORTED = (
    "complaints that name the number, as the source counts them: not all lost money, one person may stand behind two"
)


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
    chosen = desk_exhibits.choose(store, cases, operators)
    custody = desk_exhibits.handled(store, chosen, cases, operators)
    clustering = desk_campaigns.joined(store, packs, material.protected, [one.id for one in cases])
    signs = _signs(store, cases, chosen, material)
    members = store.members()
    reports = list(_reports(store, cases))
    holds = list(_holds(store, cases))
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
        subjects=_subjects(store, clustering, signs, facts, chosen),
        cases=facts,
        identifiers=list(_identifiers(facts, signs, chosen)),
        timeline=sorted(_timeline(facts, chosen, reports, holds), key=lambda one: (one.at, one.case, one.what)),
        reports=reports,
        holds=holds,
        counts=[*_counts(store, cases), *typed.losses],
        exhibits=chosen.exhibits,
        custody=custody,
        log_head=_head(custody),
        marking=typed.marking,
        offences=typed.offences,
        settings=list(_process(chosen)),
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
    return "an agent of the brand" if said == {"agent"} else "a third party; the brand is told of it separately"


# --- what joins them --------------------------------------------------------------------------------------------------


def _signs(store: Store, cases: Sequence[CandidateView], chosen: Chosen, material: Material) -> list[Sign]:
    """Return what the exhibits prove of each case, read anew from the findings; what is a brand's own is left out."""
    mine = own.Own(own.own_signs(material.brands.by_id.values(), desk_campaigns.official(store, material.brands)))
    found: list[Sign] = []
    for case in cases:
        for look in chosen.looks[case.id][-MOST_SIGNS_LOOKS:]:
            told = store.findings(look.id)
            found += read.signs_of(case.id, case.indicator, case.kind, told, look.id, role=case.role or Role.UNKNOWN)
    return [
        one
        for one in found
        if (one.kind, one.value) not in mine and not desk_campaigns.is_protected(material.protected, one)
    ]


def _subjects(
    store: Store, clustering: Clustering, signs: Sequence[Sign], facts: Sequence[CaseFacts], chosen: Chosen
) -> list[Subject]:
    """Return the campaigns in the packet, then the cases that belong to none; links to what is not in it stay out."""
    here = {one.id for one in facts}
    of_campaign: dict[str, list[int]] = {}
    for one in facts:
        of_campaign.setdefault(one.campaign or f"case {one.id}", []).append(one.id)
    proofs = _proofs(signs, chosen)
    made = []
    ordered = sorted(of_campaign.items(), key=lambda one: (one[0].startswith("case "), one[1]))
    for at, (campaign, members) in enumerate(ordered, 1):
        lone = campaign.startswith("case ")
        joined = _joined(clustering, members)
        links = [one for one in joined.links if {one.one, one.other} <= here and {one.one, one.other} <= set(members)]
        told = [
            LinkFact(
                one.one,
                one.other,
                [_said(store, kind, value) for kind, value in one.signs],
                one.weight,
                sorted(
                    {proofs[case, key] for case in (one.one, one.other) for key in one.signs if (case, key) in proofs}
                ),
            )
            for one in links
        ]
        made.append(
            Subject(
                f"S-{at}",
                "" if lone else campaign,
                members,
                told,
                _holds_by(store, joined, clustering, signs) if len(members) > 1 else (),
                sum(kind == kinds.ANALYST for one in links for kind, _ in one.signs),
            )
        )
    return made


def _joined(clustering: Clustering, members: Sequence[int]) -> Campaign:
    found = next((one for one in clustering.campaigns if set(one.members) & set(members)), None)
    if found is None:
        return Campaign("", members, ())
    links = [one for one in found.links if {one.one, one.other} <= set(members)]
    return Campaign(found.id, members, links)


def _said(store: Store, kind: str, value: str) -> str:
    del store
    return "an analyst says that they belong together" if kind == kinds.ANALYST else kinds.KINDS[kind].told(value)


def _holds_by(store: Store, joined: Campaign, clustering: Clustering, signs: Sequence[Sign]) -> list[str]:
    own_signs = [one for one in signs if one.case in set(joined.members)]
    with store.signs(desk_campaigns.TAKE_PART, joined.members) as more:
        own_signs += [one for one in more if one.case in set(joined.members)]
    holds = holding.holds(joined, clustering, own_signs, rulings=store.rulings())
    return [
        f"{'a link that an analyst added' if one.kind == kinds.ANALYST else f'{one.kind} {one.value}'}: without it "
        + " part from ".join(", ".join(map(str, part)) for part in one.parts)
        for one in holds
    ]


def _proofs(signs: Iterable[Sign], chosen: Chosen) -> dict[tuple[int, tuple[str, str]], str]:
    by_hash = {(one.case, one.sha256): one.number for one in reversed(chosen.exhibits)}
    found = {}
    for one in signs:
        if number := by_hash.get((one.case, one.evidence)):
            found[one.case, (one.kind, one.value)] = number
    return found


def _identifiers(facts: Sequence[CaseFacts], signs: Sequence[Sign], chosen: Chosen) -> Iterator[Identifier]:
    """Yield the targets, then what they show of their makers, each once."""
    for one in facts:
        kind = "number" if one.kind == Kind.PHONE else "domain"
        first = next((each.number for each in chosen.exhibits if each.case == one.id), "")
        source = "reports" if kind == "number" else "feeds"
        nobody = "who holds it is not known"
        yield Identifier(one.id, kind, one.indicator, "target", one.first_seen, one.last_seen, source, first, nobody)
    proofs, merged = _proofs(signs, chosen), dict[tuple[int, str, str], Sign]()
    for sign in signs:
        key = (sign.case, sign.kind, sign.value)
        before = merged.get(key, sign)
        merged[key] = replace(
            sign, first_at=min(before.first_at, sign.first_at), last_at=max(before.last_at, sign.last_at)
        )
    for (case, kind, value), sign in sorted(merged.items()):
        role, source = ROLES.get(kind, kind), kinds.KINDS[kind].source
        proof = proofs.get((case, (kind, value)), "")
        yield Identifier(case, kind, value, role, sign.first_at, sign.last_at, source, proof)


# --- what happened ----------------------------------------------------------------------------------------------------


def _reports(store: Store, cases: Sequence[CandidateView]) -> Iterator[ReportFact]:
    for case in cases:
        for one in store.reports_of(case.id, tuple(steps.OUT)):
            yield _report(one, case.id)


def _report(one: ReportView, case: int) -> ReportFact:
    recipient = one.desk or one.recipient.rpartition("@")[2]
    return ReportFact(
        id=one.id,
        case=case,
        recipient=recipient,
        kind=one.kind,
        purpose=one.purpose,
        state=one.state.value,
        sent_at=one.sent_at,
        acknowledged_at=one.acknowledged_at,
        down_at=one.verified_at,
        ticket=one.ticket,
    )


def _holds(store: Store, cases: Sequence[CandidateView]) -> Iterator[HoldFact]:
    for case in cases:
        for one in store.holds_on(case.id):
            if one.holds(store.now()):
                yield HoldFact(case.id, one.kind.value, one.begun_at, one.until)


def _timeline(
    facts: Sequence[CaseFacts], chosen: Chosen, reports: Sequence[ReportFact], holds: Sequence[HoldFact]
) -> Iterator[Moment]:
    for one in facts:
        yield Moment(one.first_seen, one.id, "first seen by a source", "feeds")
        if one.name and one.name.registered:
            yield Moment(one.name.registered, one.id, "registered", "registry")
        if one.confirmed_at:
            yield Moment(one.confirmed_at, one.id, "confirmed by a person", "log")
        for look in chosen.looks[one.id]:
            yield Moment(look.ended, one.id, _seen(look), "look", _of_look(chosen, look))
    for report in reports:
        for at, what in (
            (report.sent_at, f"reported to {report.recipient}"),
            (report.acknowledged_at, f"acknowledged by {report.recipient}"),
            (report.down_at, "verified down"),
        ):
            if at:
                yield Moment(at, report.case, what, f"report {report.id}")
    for hold in holds:
        yield Moment(hold.begun_at, hold.case, f"held ({hold.kind}) until {hold.until:%Y-%m-%d}", "log")


def _seen(look: LookView) -> str:
    return "page seen live" if look.liveness is Liveness.LIVE else f"looked at: {look.liveness.value.replace('_', ' ')}"


def _of_look(chosen: Chosen, look: LookView) -> str:
    return next((one.number for one in chosen.exhibits if one.look == look.id), "")


def _counts(store: Store, cases: Sequence[CandidateView]) -> Iterator[Count]:
    """Yield how often each number was reported, by source; a count of fewer than five is not told."""
    for case in cases:
        by_feed: dict[str, int] = {}
        for one in store.number_sightings(case.indicator) if case.kind is Kind.PHONE else ():
            by_feed[one.feed] = by_feed.get(one.feed, 0) + one.reports
        for feed, count in sorted(by_feed.items()):
            told = suppressed(count)
            yield Count(f"reports of {case.indicator}", feed, told, "reports", _REPORTED, f"case {case.id}")


def _process(chosen: Chosen) -> Iterator[tuple[str, str]]:
    """Yield what a certificate says of how the evidence came to be."""
    tools = sorted({one.tool for one in chosen.exhibits if one.tool})
    clocks = sorted({one.clock for one in chosen.exhibits if one.clock})
    vantages = sorted({one.vantage for one in chosen.exhibits if one.vantage})
    yield from (("tool", one) for one in tools)
    yield from (("browser profile", one) for one in vantages)
    yield from (("clock", one) for one in clocks[:5])
    yield "hashes", "SHA-256 and SHA-512 of each file, computed when it was taken, compared again when it was packed"
    yield "further looks kept by the sender", str(chosen.left)
