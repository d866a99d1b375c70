"""The papers of a packet that a person reads: letter, summary, annex, by their paths below `data/`. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from scamhunt.referral.bands import LEAST
from scamhunt.referral.dossier import AT_PARTNER, CaseFacts, Dossier, Subject
from scamhunt.referral.readme import readme
from scamhunt.referral.sheets import confidence
from scamhunt.referral.words import (
    UNKNOWN,
    code,
    count,
    counted,
    explained,
    local,
    name,
    official,
    prose,
    sizes,
    some,
    stamp,
    table,
    utc,
)

Paper = Callable[[Dossier], bytes]
TARGETS, FEW = 8, 5
"""Lines that a page has for targets, and for anything else."""
READ = (
    "Suspected names are written with `[.]` for each dot, so that nothing opens them: `shop[.]example` is shop.example."
)
NOT_HELD = "Nothing was on hold when this packet was made. Its cases may be held for you once it is released: ask."
CLOCK = "How sure: the times are our machines'; 12_evidence_index.csv says of each exhibit how far its clock was off"
UNSIGNED = (
    "Name: [fill in]",
    "Position: [fill in]",
    "Date: [fill in]",
    "Signature: [fill in: by hand; nobody has signed this yet]",
)


def letter(dossier: Dossier) -> bytes:
    """Return the letter: who writes on whose behalf, what is alleged, what is in the packet, what is asked."""
    known, sender = official(dossier), dossier.sender
    lines = [
        f"# Referral to {prose(dossier.agency.name, known)}",
        *_bullets(
            f"From: {prose(sender.org, known) or UNKNOWN}, {prose(sender.email, known) or UNKNOWN}",
            f"Date: {dossier.day}",
            f"Packet: {dossier.packet}",
            f"Purpose: {prose(dossier.purpose, known)}",
            *(explained(dossier.marking)),
        ),
        (
            f"We write for {_brands(dossier)}. Who we are to them: "
            f"{prose(sender.authority, known) or '[fill in: why you may speak for them]'}"
        ),
        "## What is alleged",
        prose(dossier.offences, known) or "[fill in: in plain words, what you allege]",
        "These are allegations. What we saw is in this packet; whether it is an offence is not ours to say.",
        "## What is in this packet",
        *_bullets(*_holds_what(dossier)),
        "## What we ask",
        *_bullets(
            "to look at it, and to tell us the number under which you keep it: [fill in: number, once there is one]",
            "to tell us if a site or number should be left as it is, and until when: else our reports to hosts and "
            "registrars go on, for people lose money meanwhile",
            "to tell us what else you need, and in which form",
        ),
        "Requests to providers to keep data: [fill in: to whom and when, or none].",
        "## What is on hold",
        *(_bullets(*_held(dossier)) or [NOT_HELD]),
        "## Whom to ask",
        prose(sender.contact, known) or "[fill in: who answers questions, and who can testify]",
        "This letter has no force until somebody has signed it.",
        *_bullets(*UNSIGNED),
    ]
    return _paper(dossier, lines)


def summary(dossier: Dossier) -> bytes:
    """Return one page: what, who, when, how much, and how sure each is."""
    known = official(dossier)
    lines = [
        "# Summary",
        READ,
        "## What",
        prose(dossier.offences, known) or "What is alleged was not typed for this packet: see the letter.",
        (
            f"Observed: {sizes(dossier)} that claim to be {_brands(dossier)} or to act for "
            "them. How sure: a person looked at each and confirmed it."
        ),
        *_bullets(*some([_target(one) for one in dossier.cases], TARGETS, "06_domains.csv and 05_numbers.csv")),
        "## Who",
        "Who is behind it is not known. What belongs together, by what they share:",
        *_bullets(*some([_subject(one) for one in dossier.subjects], FEW, "03_subjects.csv")),
        "## When",
        *_bullets(*_when(dossier)),
        "## How much",
        *(
            _bullets(*some([_count(dossier, at) for at in range(len(dossier.counts))], FEW, "10_losses.csv"))
            or ["Nothing was counted: that is no statement that nobody lost anything."]
        ),
        f"Fewer than {LEAST} people are not counted out.",
        "## What was done",
        *_bullets(*_done(dossier)),
    ]
    return _paper(dossier, lines)


def annex(dossier: Dossier) -> bytes:
    """Return what the two sides of a joint referral state about the data; nothing for a referral of one side."""
    joint, known = dossier.joint, official(dossier)
    if joint is None:
        return b""
    lines = [
        f"# Data-sharing annex to packet {dossier.packet}",
        "A draft for both sides to complete and to sign. Nobody has signed it yet.",
        *_bullets(
            f"Referral: {code(joint.id)}",
            f"Controllers, each for its own part: A, {prose(joint.a, known)}; B, {prose(joint.b, known)}",
            f"Legal basis: {prose(joint.legal_basis, known) or '[fill in by counsel of each side]'}",
            f"Purpose: {prose(dossier.purpose, known)}. For nothing else.",
            f"Recipients: A, B and {prose(dossier.agency.name, known)}. Nobody else.",
            f"Kept until: {prose(joint.retention, known) or '[fill in: a date or an event, and what is done then]'}",
            f"Contact: {prose(dossier.sender.contact or dossier.sender.email, known) or '[fill in]'}",
            f"Date of the packet: {dossier.day}",
        ),
        "## What each side sees of the other",
        *_bullets(
            "infrastructure (names, callback numbers, addresses, certificates): all of it",
            "scores, texts and screenshots: its own; of the other side's only hashes",
            f"counts of people and money: its own; of the other side's only bands, and nothing below {LEAST}",
            "victims, internal notes, rules of detection, names of staff: its own alone, and never the other's",
        ),
        "What was left out is counted in redaction_log.csv. What both sides have is in overlap_table.csv.",
        (
            "Were keyed hashes compared before either side showed anything, with a key made for this referral alone: "
            "[fill in: yes or no, date]. The key was destroyed: [fill in: date, by whom, on each side]."
        ),
        *(part for side in (joint.a, joint.b) for part in (f"## For {prose(side, known)}", *_bullets(*UNSIGNED))),
    ]
    return _paper(dossier, lines)


def redaction_log(dossier: Dossier) -> bytes:
    """Return what was left out, by which rule, how often; nothing where nothing was."""
    withheld = Counter(one.withheld for one in dossier.exhibits if one.withheld)
    rows = [(one.field, one.rule, one.count) for one in dossier.redactions]
    rows += [("exhibits: their bytes", why, number) for why, number in sorted(withheld.items())]
    return table(("field", "rule", "count"), rows, dossier) if rows else b""


PAPERS: Mapping[str, Paper] = {
    "00_README.txt": readme,
    "01_cover_letter.md": letter,
    "02_summary.md": summary,
    "sharing/data_sharing_annex.md": annex,
    "sharing/redaction_log.csv": redaction_log,
}
"""What writes each file."""


# --- parts ------------------------------------------------------------------------------------------------------------


def _paper(dossier: Dossier, lines: Sequence[str]) -> bytes:
    """Return paragraphs of Markdown, with whose packet it is above and below."""
    mark = f"*{prose(stamp(dossier))}*"
    return ("\n\n".join(one for one in (mark, *lines, mark) if one) + "\n").encode()


def _bullets(*lines: str) -> list[str]:
    """Return a list as one paragraph; none for no lines."""
    return ["\n".join(f"- {line}" for line in lines)] if lines else []


def _brands(dossier: Dossier) -> str:
    return ", ".join(prose(one.name, official(dossier)) for one in dossier.brands) or UNKNOWN


def _holds_what(dossier: Dossier) -> list[str]:
    theirs = sum(one.withheld == AT_PARTNER for one in dossier.exhibits)
    withheld = sum(bool(one.withheld) for one in dossier.exhibits) - theirs
    kept = f", {withheld} of them withheld as victims' data may stand in them" if withheld else ""
    kept += f", {theirs} of them the other side's, by their hashes" if theirs else ""
    return [
        (
            f"{sizes(dossier)}, each confirmed by a person, in "
            f"{count(len(dossier.subjects), 'group')} by what they share"
        ),
        f"{count(len(dossier.identifiers), 'identifier')}, each with its source",
        f"{count(len(dossier.exhibits), 'exhibit')} with SHA-256 and SHA-512{kept}",
        f"{count(len(dossier.custody), 'row')} of our log: who handled what",
        "no data of any victim, and nobody named as an offender",
    ]


def _held(dossier: Dossier) -> list[str]:
    cases = {one.id: one for one in dossier.cases}
    told = [
        f"{_target(cases[one.case])}: left alone until {utc(one.until)}" for one in dossier.holds if one.case in cases
    ]
    return some(told, TARGETS, "11_takedowns.csv")


def _target(one: CaseFacts) -> str:
    return f"{'number' if one.number is not None else 'site'} {name(one.indicator)} (case {one.id})"


def _subject(one: Subject) -> str:
    by = f" Without one of these it falls apart: {prose('; '.join(one.holds_by[:2]))}." if one.holds_by else ""
    reasons = list(dict.fromkeys(reason for link in one.links for reason in link.reasons))
    shared = f": {prose('; '.join(reasons[:3]))}" if reasons else ""
    return f"{prose(one.id)}, {count(len(one.cases), 'case')}{shared}.{by} How sure: {confidence(one)}."


def _when(dossier: Dossier) -> list[str]:
    seen = [(one.first_seen, one.last_seen) for one in dossier.cases]
    if not seen:
        return ["No case, no time."]
    told = []
    for what, at in (("First seen", min(first for first, _ in seen)), ("Last seen", max(last for _, last in seen))):
        there = " ".join(local(at, dossier.agency))
        told.append(f"{what}: {utc(at)}, which is {there} ({dossier.agency.zone})")
    return [
        *told,
        f"Nothing in this packet is newer than {utc(dossier.as_of)}",
        CLOCK,
    ]


def _count(dossier: Dossier, at: int) -> str:
    one, known = dossier.counts[at], official(dossier)
    where = f" ({prose(one.where, known)})" if one.where else ""
    told = f"{prose(counted(one), known)} {prose(one.unit, known)}"
    return f"{prose(one.what, known)}{where}: {told}. How counted: {prose(one.method, known)}"


def _done(dossier: Dossier) -> list[str]:
    down = len({one.case for one in dossier.reports if one.down_at})
    return [
        (
            f"{count(len(dossier.reports), 'report')} to registrars, hosts and others; "
            f"{count(down, 'case')} seen down afterwards"
        ),
        f"{count(len(dossier.holds), 'hold')}; all of it is in 11_takedowns.csv",
    ]
