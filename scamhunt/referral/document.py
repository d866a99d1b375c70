"""What the document says that a person reads first: sections of texts, lists, tables and pictures. Pure.

How it looks stands in `data/referral/packet.typ`; every word goes there as a string, so none of it can be markup.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scamhunt.referral import sheets, words
from scamhunt.referral.bands import suppressed
from scamhunt.referral.blocks import (
    TEXT,
    Block,
    breakable,
    bullets,
    capital,
    note,
    par,
    plain,
    rest,
    section,
    strong,
    table,
    target,
    time,
    words_of,
)
from scamhunt.referral.dossier import AT_PARTNER, CaseFacts, Dossier, Exhibit, Subject
from scamhunt.takedown.words import clean, defang

MOST_ROWS, MOST_EXHIBITS, MOST_LINKS = 600, 400, 60
"""Rows of a table; of more the reader is sent to the sheets."""


def source(dossier: Dossier, pictures: Sequence[str]) -> bytes:
    """Return all that the document says, as JSON; `pictures` are the files of the graphs, by their paths."""
    told = {
        "title": f"Referral {dossier.packet} to {plain(dossier.agency.name)}",
        "author": plain(dossier.sender.org) or "not set",
        "packet": dossier.packet,
        "marking": words.marks(dossier.marking),
        "footer": f"{plain(dossier.sender.org) or 'sender not set'}, for {plain(dossier.agency.name)}",
        "sections": [one for one in _sections(dossier, pictures) if one["blocks"]],
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")


def _sections(dossier: Dossier, pictures: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    yield section(f"Referral to {plain(dossier.agency.name)}", _letter(dossier))
    yield section("Summary", _summary(dossier), newpage=True)
    yield section("Subjects", _subjects(dossier, pictures), newpage=True)
    yield section("Cases and what they show of their makers", _identifiers(dossier), newpage=True)
    yield section("Timeline", _timeline(dossier), newpage=True)
    yield section("Losses and victims, as counts", _counts(dossier))
    yield section("What was taken down, and what is on hold", _takedowns(dossier))
    yield section("Evidence", _evidence(dossier), newpage=True)
    yield section("How to check this packet", _checking(dossier))
    yield section("What this packet does not say", [bullets(LIMITS)])


LEAVE = (
    "to tell us if a site or number should be left as it is, and until when: else our reports to hosts and registrars "
    "go on, for people lose money meanwhile"
)
CHECKING = (
    "The first asks whether the list of lists is the one that was sealed, the second whether the lists are, the third "
    "finds each file that was changed or is missing. Ask the sender on another way for the fingerprint of the key."
)
COMMANDS = (
    (
        "ssh-keygen -Y verify -f allowed_signers -I scamhunt -n scamhunt-packet -s SIGNATURE.sshsig "
        "< tagmanifest-sha256.txt"
    ),
    "sha256sum -c tagmanifest-sha256.txt",
    "sha256sum --quiet -c manifest-sha256.txt",
)
HOSTILE = (
    "Each file lies below evidence/ in the packet. Suspected criminals made the pages: open none by a double click."
)
LIMITS = (
    "Who is behind it. Nobody is named as a suspect here unless a source names them, and then it is named too.",
    "That anybody was convicted, or that a court found any of it: what stands here was observed, or is alleged.",
    "Who the victims are. They are counted, never named; what is needed of them is asked for on its own way.",
    "That a number or an address belonged to the same people before or after the times given.",
    "What was not looked at. Nothing follows from its absence.",
)


# --- the letter -------------------------------------------------------------------------------------------------------


def _letter(dossier: Dossier) -> list[Block]:
    sender = dossier.sender
    facts = [
        ("To", dossier.agency.name),
        ("From", ", ".join(filter(None, (sender.org, sender.email))) or words.UNKNOWN),
        ("Speaks for the brands as", sender.authority or "[fill in: why you may speak for them]"),
        ("Date", dossier.day),
        ("Packet", dossier.packet),
        ("Purpose", dossier.purpose),
        ("Whom to ask, who testifies", sender.contact or "[fill in]"),
        *(
            [("Joint referral", f"{dossier.joint.a} and {dossier.joint.b}, {dossier.joint.id}")]
            if dossier.joint
            else []
        ),
    ]
    return [
        {"kind": "facts", "rows": [[name, words_of(value, dossier)] for name, value in facts]},
        *map(note, words.explained(dossier.marking)),
        strong("What is alleged"),
        par(words_of(dossier.offences, dossier) or "[fill in: in plain words, what you allege]"),
        par("These are allegations. What we saw is in this packet; whether it is an offence is not ours to say."),
        strong("What we ask"),
        bullets(
            (
                "to look at it, and to tell us the number under which you keep it",
                LEAVE,
                "to tell us what else you need, and in which form",
            )
        ),
        note(
            "Suspected names are written with [.] for each dot, so that nothing opens them: shop[.]example is "
            "shop.example. In the tables of the packet (.csv, .json) they stand as they are. This letter has no force "
            "until somebody has signed it."
        ),
    ]


def _summary(dossier: Dossier) -> list[Block]:
    first = min((one.first_seen for one in dossier.cases), default=None)
    last = max((one.last_seen for one in dossier.cases), default=None)
    brands = ", ".join(plain(one.name) for one in dossier.brands)
    down = sum(one.down_at is not None for one in dossier.reports)
    facts = [
        (
            "What",
            f"{words.sizes(dossier)} that claim to be {brands}, or to act for them",
        ),
        ("Who", f"not known; by what they share they fall into {words.count(len(dossier.subjects), 'group')}"),
        ("When", f"first seen {time(first)} UTC, last seen {time(last)} UTC"),
        ("How sure", "a person looked at each case and confirmed it; how each is known stands beside it"),
        (
            "Reported",
            f"{words.count(len(dossier.reports), 'report')} to those who can act; {down} of their targets seen down",
        ),
        ("On hold", words.count(len(dossier.holds), "case")),
        (
            "Evidence",
            f"{words.count(sum(not one.withheld for one in dossier.exhibits), 'exhibit')}, each with its hash",
        ),
    ]
    rows = [[name, words_of(value, dossier)] for name, value in facts]
    targets = [
        f"{target(one)}: {words_of(one.reasons[0], dossier) if one.reasons else ''}" for one in dossier.cases[:20]
    ]
    more = len(dossier.cases) - 20
    return [
        {"kind": "facts", "rows": rows},
        bullets([breakable(one.rstrip(": ")) for one in targets]),
        *([note(f"and {more} more, in the tables that follow")] if more > 0 else []),
    ]


# --- who and what -----------------------------------------------------------------------------------------------------


def _subjects(dossier: Dossier, pictures: Sequence[str]) -> list[Block]:
    found: list[Block] = []
    for one in dossier.subjects:
        found.append(strong(f"{one.id}   {one.campaign or 'a case that nothing links to another'}"))
        found.append(
            par(
                f"{words.count(len(one.cases), 'case')}: {', '.join(map(str, one.cases[:80]))}. Of whom is not known. "
                f"{capital(sheets.confidence(one))}."
            )
        )
        found += _links(dossier, one)
        if len(one.cases) > 1:
            found += [
                {"kind": "picture", "file": file, "text": f"What joins {one.id}"}
                for file in pictures
                if file.endswith(f"_{one.id}.svg")
            ]
    return found


def _links(dossier: Dossier, one: Subject) -> Iterator[Block]:
    rows = [
        [
            str(link.one),
            str(link.other),
            words_of("; ".join(link.reasons), dossier),
            f"{link.weight:.2f}",
            ", ".join(link.exhibits),
        ]
        for link in one.links[:MOST_LINKS]
    ]
    if rows:
        yield table(("Case", "Case", "Why they belong together", "Weight", "Exhibits"), (1, 1, 8, 1, 2), rows)
    if len(one.links) > MOST_LINKS:
        yield note(f"and {len(one.links) - MOST_LINKS} more links, in 08_campaign.json")
    if one.holds_by:
        yield par("It holds together by single links, without each of which it falls apart:")
        yield bullets([words_of(held, dossier) for held in one.holds_by[:20]])


def _identifiers(dossier: Dossier) -> list[Block]:
    cases = [
        [
            str(one.id),
            breakable(target(one)),
            _known(one),
            time(one.first_seen),
            time(one.last_seen),
        ]
        for one in dossier.cases[:MOST_ROWS]
    ]
    shown = [
        [str(one.case), one.kind, words_of(one.value, dossier), words_of(one.role, dossier), one.exhibit]
        for one in dossier.identifiers
        if one.role != "target"
    ]
    return [
        table(
            ("Case", "Name or number", "What is known of it", "First seen (UTC)", "Last seen (UTC)"),
            (1, 5, 8, 3, 3),
            cases,
        ),
        *rest(len(dossier.cases), MOST_ROWS, "06_domains.csv and 05_numbers.csv"),
        strong("What they show"),
        table(("Case", "Kind", "Value", "What it is", "Exhibit"), (1, 2, 8, 5, 2), shown[:MOST_ROWS]),
        *rest(len(shown), MOST_ROWS, "04_identifiers.csv"),
        note("That several cases show the same thing says who made them, and nothing of who that is."),
    ]


def _known(one: CaseFacts) -> str:
    if one.number:
        facts = one.number
        holder = facts.holder or words.UNKNOWN
        told = [
            facts.role.replace("_", " "),
            facts.type.replace("_", " "),
            f"holder of its block: {holder}",
            f"{facts.banded or suppressed(facts.reports)} reports",
        ]
    elif one.name:
        facts_ = one.name
        told = [
            f"registrar {facts_.registrar or words.UNKNOWN}",
            f"registered {facts_.registered:%Y-%m-%d}" if facts_.registered else "",
            f"at {', '.join(facts_.addresses[:2])}" if facts_.addresses else "",
            f"asks for {', '.join(facts_.asks[:5])}" if facts_.asks else "",
            f"titled “{facts_.title}”" if facts_.title else "",
        ]
    else:
        told = []
    return breakable(defang(clean("; ".join(filter(None, told)), TEXT)))


# --- what happened ----------------------------------------------------------------------------------------------------


def _timeline(dossier: Dossier) -> list[Block]:
    rows = []
    for one in dossier.timeline[:MOST_ROWS]:
        there, offset = words.local(one.at, dossier.agency)
        rows.append([time(one.at), f"{there} {offset}", str(one.case), words_of(one.what, dossier), one.exhibit])
    columns = ("UTC", f"In {dossier.agency.zone}", "Case", "What", "Exhibit")
    return [
        table(columns, (3, 4, 1, 6, 2), rows),
        *rest(len(dossier.timeline), MOST_ROWS, "09_timeline.csv"),
    ]


def _counts(dossier: Dossier) -> list[Block]:
    rows = [
        [
            words_of(one.what, dossier),
            words_of(one.where, dossier),
            words.counted(one),
            words_of(one.method, dossier),
        ]
        for one in dossier.counts[:MOST_ROWS]
    ]
    if not rows:
        return [par("Nothing was counted: that is no statement that nobody lost anything.")]
    return [
        table(("What", "Where, or by whom", "Count", "How it was counted"), (4, 3, 2, 6), rows),
        note("Fewer than five people are not counted out."),
    ]


def _takedowns(dossier: Dossier) -> list[Block]:
    rows = [
        [
            str(one.case),
            words_of(one.recipient, dossier),
            one.purpose.replace("_", " "),
            time(one.sent_at),
            one.state.replace("_", " "),
        ]
        for one in dossier.reports[:MOST_ROWS]
    ]
    held = [
        f"case {one.case}: {one.kind.replace('_', ' ')}, since {time(one.begun_at)} UTC, until {time(one.until)} UTC"
        for one in dossier.holds
    ]
    found: list[Block] = (
        [table(("Case", "To", "About", "Sent (UTC)", "Came to"), (1, 5, 3, 3, 3), rows)] if rows else []
    )
    if not rows:
        found.append(par("Nothing was reported to a host, registrar or carrier yet."))
    found.append(par("On hold:") if held else par("Nothing was on hold when this packet was made."))
    return [*found, *([bullets(held)] if held else [])]


# --- evidence ---------------------------------------------------------------------------------------------------------


def _evidence(dossier: Dossier) -> list[Block]:
    rows = [_exhibit(one) for one in dossier.exhibits[:MOST_EXHIBITS]]
    theirs = sum(one.withheld == AT_PARTNER for one in dossier.exhibits)
    withheld = sum(bool(one.withheld) for one in dossier.exhibits) - theirs
    columns = ("Exhibit", "Case", "What it is", "Taken (UTC)", "Bytes", "SHA-256")
    return [
        par(HOSTILE),
        table(columns, (2.1, 1.1, 3.6, 3.2, 1.6, 8.6), rows, mono=(5,)),
        *rest(len(dossier.exhibits), MOST_EXHIBITS, "12_evidence_index.csv"),
        *(
            [
                note(
                    f"{words.count(withheld, 'exhibit')} stay with the sender, for a victim's data may stand in them; "
                    "they can be asked for."
                )
            ]
            if withheld
            else []
        ),
        *(
            [note(f"{words.count(theirs, 'exhibit')} of the other side stand here by their hashes: it has the files.")]
            if theirs
            else []
        ),
        note(
            "Who did what with the exhibits stands in 13_custody.csv, row by row of our log, each with the hash of "
            f"the row before; the last one here is row {dossier.log_head[0]}."
        ),
    ]


def _exhibit(one: Exhibit) -> list[str]:
    what = clean(one.what, 60) + (" (hash alone)" if one.withheld else "")
    return [one.number, str(one.case), what, time(one.acquired_at), str(one.size), one.sha256]


def _checking(dossier: Dossier) -> list[Block]:
    return [
        par("00_README.txt has the commands, for Linux, macOS and Windows. In short, in the folder of the packet:"),
        bullets(COMMANDS),
        par(CHECKING),
        note(f"Written by {dossier.tool}; what is told is what was known at {time(dossier.as_of)} UTC."),
    ]
