"""What joins the cases of a packet, and what they show of their makers. Part of `desk.py`."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from scamhunt import desk_campaigns
from scamhunt.campaigns import holding, kinds, own, read
from scamhunt.campaigns.sign import Campaign, Clustering, Link, Sign
from scamhunt.desk_exhibits import Chosen
from scamhunt.material import Material
from scamhunt.model import Kind, Role
from scamhunt.referral.dossier import (
    CaseFacts,
    Exhibit,
    Identifier,
    LinkFact,
    Subject,
)
from scamhunt.store import CandidateView, Store

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
HELD = frozenset({Role.CALLBACK.value, Role.SMS_SENDER.value})
FORGED = "it stood on victims' displays: mostly forged, and then somebody innocent holds it"
_MOST_TELLING = (
    *("screenshot with address and time on it", "screenshot", "WARC of the visit", "page as it was drawn"),
    "page as it came",
)
_TELLING = {what: at for at, what in enumerate(_MOST_TELLING)}
"""What shows a person the most, first."""


def signs_of(store: Store, cases: Sequence[CandidateView], chosen: Chosen, material: Material) -> list[Sign]:
    """Return what the exhibits prove of each case, read anew from the findings; what is a brand's own is left out."""
    mine = own.Own(own.own_signs(material.brands.by_id.values(), desk_campaigns.official(store, material.brands)))
    found: list[Sign] = []
    for case in cases:
        for look in chosen.looks[case.id]:
            told = store.findings(look.id)
            found += read.signs_of(case.id, case.indicator, case.kind, told, look.id, role=case.role or Role.UNKNOWN)
    return [
        one
        for one in found
        if (one.kind, one.value) not in mine and not desk_campaigns.is_protected(material.protected, one)
    ]


def subjects(
    store: Store, clustering: Clustering, signs: Sequence[Sign], facts: Sequence[CaseFacts], chosen: Chosen
) -> list[Subject]:
    """Return the campaigns in the packet, then the cases that belong to none; links to what is not in it stay out."""
    of_campaign: dict[str, list[int]] = {}
    for one in facts:
        of_campaign.setdefault(one.campaign or f"case {one.id}", []).append(one.id)
    proofs, proven = _proofs(signs, chosen), _proven(signs, facts)
    made = []
    ordered = sorted(of_campaign.items(), key=lambda one: (one[0].startswith("case "), one[1]))
    for at, (campaign, members) in enumerate(ordered, 1):
        joined = _joined(clustering, members, proven)
        links = [_told(one, proofs) for one in joined.links]
        held = _holds_by(store, joined, clustering, signs) if len(members) > 1 else ()
        ruled = sum(kind == kinds.ANALYST for one in joined.links for kind, _ in one.signs)
        lone = campaign.startswith("case ")
        made.append(Subject(f"S-{at}", "" if lone else campaign, members, links, held, ruled))
    return made


def looks_of_links(store: Store, clustering: Clustering, cases: Sequence[int]) -> dict[int, set[int]]:
    """Return the looks that saw what joins some cases, by case: their evidence goes into the packet."""
    here, found = set(cases), dict[int, set[int]]()
    used = {key for one in clustering.campaigns for link in one.links for key in link.signs}
    with store.signs(desk_campaigns.TAKE_PART, cases) as signs:
        for one in signs:
            if one.look is not None and one.case in here and (one.kind, one.value) in used:
                found.setdefault(one.case, set()).add(one.look)
    return found


def _proven(signs: Iterable[Sign], facts: Iterable[CaseFacts]) -> set[tuple[int, tuple[str, str]]]:
    """Return what each case shows by the findings in the packet; a number that victims call is a sign of its own."""
    called = {one.id: one.indicator for one in facts if one.number and one.number.role == Role.CALLBACK}
    return {(one.case, (one.kind, one.value)) for one in signs} | {
        (case, ("number", number)) for case, number in called.items()
    }


def _told(link: Link, proofs: Mapping[tuple[int, tuple[str, str]], str]) -> LinkFact:
    exhibits = {proofs[case, key] for case in (link.one, link.other) for key in link.signs if (case, key) in proofs}
    return LinkFact(link.one, link.other, [_said(*key) for key in link.signs], link.weight, sorted(exhibits))


def _joined(clustering: Clustering, members: Sequence[int], proven: Container[tuple[int, tuple[str, str]]]) -> Campaign:
    """Return what joins some members, by what is proven on both sides or a person says; stored signs prove nothing."""
    found = next((one for one in clustering.campaigns if set(one.members) & set(members)), None)
    if found is None:
        return Campaign("", members, ())
    links = []
    for one in found.links:
        ends = (one.one, one.other)
        if set(ends) <= set(members):
            signs = [key for key in one.signs if key[0] == kinds.ANALYST or all((end, key) in proven for end in ends)]
            links += [replace(one, signs=signs)] if signs else []
    return Campaign(found.id, members, links)


def _said(kind: str, value: str) -> str:
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


def identifiers(facts: Sequence[CaseFacts], signs: Sequence[Sign], chosen: Chosen) -> Iterator[Identifier]:
    """Yield the targets, then what they show of their makers, each once."""
    for one in facts:
        kind = "number" if one.kind == Kind.PHONE else "domain"
        first = best(each for each in chosen.exhibits if each.case == one.id)
        source = "reports" if kind == "number" else "feeds"
        shown = one.number is not None and one.number.role not in HELD
        whose = FORGED if shown else "who holds it is not known"
        yield Identifier(one.id, kind, one.indicator, "target", one.first_seen, one.last_seen, source, first, whose)
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


def best(exhibits: Iterable[Exhibit]) -> str:
    """Return the exhibit that shows a person the most, empty where there is none."""
    ranked = sorted(exhibits, key=lambda one: (bool(one.withheld), _TELLING.get(one.what, len(_TELLING)), one.number))
    return ranked[0].number if ranked else ""
