"""The tables of a packet, for people with a spreadsheet and for programs: by their paths below `data/`. Pure.

A sheet that an agency or a packet has no use for is empty, and is not written.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields

from scamhunt.campaigns.kinds import KINDS
from scamhunt.model import Role
from scamhunt.referral.bands import LEAST, suppressed
from scamhunt.referral.dossier import CaseFacts, Dossier, Identifier, NameFacts, Subject
from scamhunt.referral.exhibits import custody, custody_lines, evidence_index
from scamhunt.referral.tracebacks import traceback_requests
from scamhunt.referral.words import UNKNOWN, canonical, counted, local, marks, table

Row = Sequence[object]
Sheet = Callable[[Dossier], bytes]
TRACEBACKS, OVERLAP = "forms/traceback_requests.csv", "sharing/overlap_table.csv"
MOST_REASONS = 10
"""Different links that the basis of a subject names."""


def subjects(dossier: Dossier) -> bytes:
    """Return who is behind it, as far as anybody knows: groups of cases that belong to the same unknown actors."""
    columns = (
        *("subject_id", "kind", "names", "basis", "confidence", "cases", "targets", "campaign", "brands"),
        *("first_seen_utc", "last_seen_utc", "links", "held_together_by", "links_ruled_by_a_person"),
    )
    known = {one.id: one for one in dossier.cases}
    return table(columns, (_subject(one, known) for one in dossier.subjects), dossier)


def _subject(one: Subject, known: Mapping[int, CaseFacts]) -> Row:
    cases = [known[case] for case in one.cases if case in known]
    reasons = list(dict.fromkeys(reason for link in one.links for reason in link.reasons))[:MOST_REASONS]
    return (
        one.id,
        "unknown",
        UNKNOWN,
        reasons or ["one confirmed case; nothing links it to another in this packet"],
        confidence(one),
        one.cases,
        [case.indicator for case in cases],
        one.campaign,
        sorted({case.brand for case in cases}),
        min((case.first_seen for case in cases), default=None),
        max((case.last_seen for case in cases), default=None),
        len(one.links),
        one.holds_by,
        one.rulings,
    )


def confidence(one: Subject) -> str:
    """Return in words how well it stands that the cases of a subject belong together."""
    if len(one.cases) < 2:  # noqa: PLR2004  # two cases are the least that can belong together
        return "one case, which a person confirmed"
    if one.holds_by:
        return "each case was confirmed by a person; that they belong together rests in part on single links, see there"
    return "each case was confirmed by a person; no single link alone holds them together"


def identifiers(dossier: Dossier) -> bytes:
    """Return all that the cases show of their makers, written plainly: programs and searches read it."""
    columns = (
        *("subject_id", "case", "kind", "value", "role", "first_seen_utc", "last_seen_utc", "source", "exhibit"),
        *("attribution", "as_of_utc"),
    )
    subject = of_case(dossier)
    rows = (
        (
            *(subject.get(one.case, ""), one.case, one.kind, one.value, one.role, one.first_at, one.last_at),
            *(one.source, one.exhibit, one.attribution, dossier.as_of),
        )
        for one in dossier.identifiers
    )
    return table(columns, rows, dossier)


def numbers(dossier: Dossier) -> bytes:
    """Return every phone number with who holds its block, which is not always who serves it."""
    columns = (
        *("number", "case", "role", "type", "block_holder", "block_holder_code", "resporg", "found_by", "as_of"),
        *("reports", "independent_sources", "flags", "shown_by_cases", "first_seen_utc"),
        *("last_seen_utc", "state"),
    )
    return table(columns, _numbers(dossier), dossier)


def _numbers(dossier: Dossier) -> Iterator[Row]:
    shown: dict[str, list[Identifier]] = {}
    for one in dossier.identifiers:
        if one.kind == "number" and one.role != "target":
            shown.setdefault(one.value, []).append(one)
    for case in dossier.cases:
        if case.number is not None:
            by = sorted({one.case for one in shown.pop(case.indicator, [])})
            facts = case.number
            yield (
                *(case.indicator, case.id, facts.role, facts.type, facts.holder, facts.holder_code, facts.resporg),
                *(facts.step, facts.as_of, facts.banded or suppressed(facts.reports), facts.sources, facts.flags, by),
                *(case.first_seen, case.last_seen, case.state),
            )
    for value, seen in sorted(shown.items()):
        first, last = min(one.first_at for one in seen), max(one.last_at for one in seen)
        by = sorted({one.case for one in seen})
        yield (value, "", Role.CALLBACK.value, *[""] * 9, by, first, last, "shown by a case; no case of its own")


def domains(dossier: Dossier) -> bytes:
    """Return every name with what the registry, the name servers and the page told."""
    columns = (
        *("case", "domain", "brand", "registrar", "registrar_iana_id", "registered_utc", "registry_status"),
        *("name_servers", "addresses", "networks", "certificate_sha256", "url", "page_title", "page_asks_for"),
        *("verdict", "liveness", "looked_at_utc", "score", "reasons", "state", "first_seen_utc", "last_seen_utc"),
        "confirmed_utc",
    )
    rows = (_domain(one, one.name or NameFacts()) for one in dossier.cases if one.number is None)
    return table(columns, rows, dossier)


def _domain(one: CaseFacts, facts: NameFacts) -> Row:
    return (
        *(one.id, one.indicator, one.brand, facts.registrar, facts.registrar_id, facts.registered, facts.statuses),
        *(facts.name_servers, facts.addresses, facts.networks, facts.certificate, facts.url, facts.title, facts.asks),
        *(
            facts.verdict,
            facts.liveness,
            facts.seen_at,
            "" if one.partner else one.score,
            one.reasons,
            one.state,
            one.first_seen,
        ),
        *(one.last_seen, one.confirmed_at),
    )


def campaign(dossier: Dossier) -> bytes:
    """Return what is joined to what, and why, as JSON: a graph a subject."""
    known = {one.id: one for one in dossier.cases}
    graphs = [
        {
            "id": one.id,
            "campaign": one.campaign,
            "nodes": [
                {"case": at, "indicator": known[at].indicator, "kind": known[at].kind}
                for at in one.cases
                if at in known
            ],
            "edges": [
                {
                    "one": link.one,
                    "other": link.other,
                    "reasons": list(link.reasons),
                    "weight": link.weight,
                    "exhibits": list(link.exhibits),
                }
                for link in one.links
            ],
            "held_together_by": list(one.holds_by),
            "links_ruled_by_a_person": one.rulings,
        }
        for one in dossier.subjects
    ]
    whole = {
        "packet": dossier.packet,
        "marking": marks(dossier.marking),
        "rule_version": rule_version(),
        "tool": dossier.tool,
        "subjects": graphs,
    }
    return f"{canonical(whole)}\n".encode()


def rule_version() -> str:
    """Return what stands for the rules by which cases were joined: another one for other kinds, weights or limits."""
    told = [[str(getattr(kind, each.name)) for each in fields(kind)] for _, kind in sorted(KINDS.items())]
    return f"links-{hashlib.sha256(canonical(told).encode()).hexdigest()[:12]}"


def timeline(dossier: Dossier) -> bytes:
    """Return what happened when: in UTC, and as the agency's clocks and calendars show it.

    The offset stands behind the time, so that no spreadsheet takes a day for a month.
    """
    zone = dossier.agency.zone
    columns = ("utc", "local", "local_zone", "case", "target", "event", "source", "exhibit")
    targets = {one.id: one.indicator for one in dossier.cases}
    rows = (
        (
            *(one.at, " ".join(local(one.at, dossier.agency)), zone, one.case, targets.get(one.case, "")),
            *(one.what, one.source, one.exhibit),
        )
        for one in dossier.timeline
    )
    return table(columns, rows, dossier)


def losses(dossier: Dossier) -> bytes:
    """Return how many people and how much money, with how each was counted; fewer than five people are not told."""
    columns = ("what", "where", "count", "unit", "method", "subject", "suppression")
    rule = f"a number of people below {LEAST} is not told"
    rows = ((one.what, one.where, counted(one), one.unit, one.method, one.subject, rule) for one in dossier.counts)
    return table(columns, rows, dossier)


def takedowns(dossier: Dossier) -> bytes:
    """Return what was reported to whom, what came of it, and which cases are left alone until when."""
    columns = (
        *("what", "id", "case", "target", "recipient", "kind", "purpose", "state", "ticket", "sent_or_begun_utc"),
        *("acknowledged_utc", "seen_down_utc", "held_until_utc"),
    )
    targets = {one.id: one.indicator for one in dossier.cases}
    reports = [
        (
            *("report", one.id, one.case, targets.get(one.case, ""), one.recipient, one.kind, one.purpose, one.state),
            *(one.ticket, one.sent_at, one.acknowledged_at, one.down_at, ""),
        )
        for one in dossier.reports
    ]
    holds = [
        ("hold", "", one.case, targets.get(one.case, ""), "", one.kind, *[""] * 3, one.begun_at, "", "", one.until)
        for one in dossier.holds
    ]
    return table(columns, [*reports, *holds], dossier)


def overlap(dossier: Dossier) -> bytes:
    """Return what the two sides of a joint referral have in common and what only one has."""
    if dossier.joint is None:
        return b""
    columns = (
        *("subject_id", "kind", "value", "side", "first_seen_a_utc", "first_seen_b_utc", "evidence_a", "evidence_b"),
        "agreed_narrative",
    )
    subject, by_value = of_case(dossier), dict[tuple[str, str], set[str]]()
    for one in dossier.identifiers:
        by_value.setdefault((one.kind, one.value), set()).add(subject.get(one.case, ""))
    rows = (
        (
            *(sorted(by_value.get((one.kind, one.value), set()) - {""}), one.kind, one.value, one.side, one.first_a),
            *(one.first_b, one.evidence_a, one.evidence_b, "[fill in: agreed by both sides]"),
        )
        for one in dossier.joint.overlap
    )
    return table(columns, rows, dossier)


def of_case(dossier: Dossier) -> dict[int, str]:
    """Return the subject that each case belongs to."""
    return {case: one.id for one in dossier.subjects for case in one.cases}


SHEETS: Mapping[str, Sheet] = {
    "03_subjects.csv": subjects,
    "04_identifiers.csv": identifiers,
    "05_numbers.csv": numbers,
    "06_domains.csv": domains,
    "08_campaign.json": campaign,
    "09_timeline.csv": timeline,
    "10_losses.csv": losses,
    "11_takedowns.csv": takedowns,
    "12_evidence_index.csv": evidence_index,
    "13_custody.csv": custody,
    "13_custody.jsonl": custody_lines,
    TRACEBACKS: traceback_requests,
    OVERLAP: overlap,
}
"""What writes each file."""
