"""Forms that agencies and courts ask for, filled with what the packet knows; a person completes and signs them. Pure.

Nothing here says that somebody certified anything: what only a person knows is `[fill in: ...]`, and every form says on
top that nobody has signed it. A form that the agency has no use for is empty, and is not written.
"""

import hashlib
from collections.abc import Callable, Mapping

from scamhunt.referral.dossier import Dossier
from scamhunt.referral.exhibits import evidence_index
from scamhunt.referral.ic3 import paste
from scamhunt.referral.words import count, ist, official, prose, stamp, utc

Form = Callable[[Dossier], bytes]
DRAFT = "A DRAFT THAT NOBODY HAS SIGNED. It certifies nothing until a person has checked, completed and signed it."
BLANK = "[fill in]"
INDEX = "12_evidence_index.csv"
SETTINGS, LONGEST = 40, 300
"""Lines of the process that a form takes over, and their length."""
SOURCES = ("Computer / storage media", "DVR", "Mobile", "Flash drive", "CD/DVD", "Server", "Cloud", "Other: [fill in]")
RELATIONS = ("Owned", "Maintained", "Managed", "Operated")
USED, TICK, BOX = "SHA256", "x", " "
ALGORITHMS = ("SHA1", USED, "MD5", "Other: [fill in: a legally acceptable standard]")


def fre902(dossier: Dossier) -> bytes:
    """Return the certificate of US Federal Rules of Evidence 902(13) and (14), for a qualified person to complete."""
    return _paper(
        dossier,
        "# Certificate under Federal Rules of Evidence 902(13) and 902(14)",
        DRAFT,
        "Counsel decides whether it fits the case, and has the last word on every sentence.",
        "## 1. Who certifies",
        _list(
            "Name: [fill in]",
            f"Employer: {_org(dossier)}",
            "Position: [fill in]",
            "Address: [fill in]",
            "What makes this person qualified: [fill in: training, experience, role in running the system]",
            "How this person knows what follows: [fill in: own work, or records that were read]",
        ),
        "## 2. The process, Rule 902(13)",
        _list(*_described(dossier)),
        "## 3. The copies, Rule 902(14)",
        _list(*_hashes(dossier)),
        "A hash stands for the exact bytes of a file: a copy with the same hash is the same file. This part says that "
        "of the copies. Whether the content is true, is hearsay or matters to the case is not decided by it.",
        "## 4. Notice",
        "Given to: [fill in: the adverse party]. On: [fill in: date]. How they can inspect the record and this "
        "certificate: [fill in: where, when, whom to ask].",
        "## 5. Declaration, 28 U.S.C. 1746: for the person above to sign, or to leave",
        "Signed within the United States, its territories, possessions or commonwealths: "
        '"I declare under penalty of perjury that the foregoing is true and correct."',
        'Signed elsewhere: "I declare under penalty of perjury under the laws of the United States of America that the '
        'foregoing is true and correct."',
        "Strike out the one that does not apply.",
        _list("Executed on: [fill in: date]", "Signature: [fill in: by hand; not signed yet]"),
    )


def _described(dossier: Dossier) -> list[str]:
    return [
        f"System: {prose(dossier.tool)}, run by {_org(dossier)} on [fill in: machine, operating system, place]",
        (
            "What it does: a program opens an address, and asks the name servers and registries about it. It stores "
            "every answer and every picture of the page as a file, with the time, the address and the program that "
            "took it. It computes the hashes of each file as it stores it. It writes each step to a log, and every row "
            "of the log holds the hash of the row before."
        ),
        f"What it took: {_taken(dossier)}",
        *_process(dossier),
        "Why its result is accurate: [fill in: tests, checks of the clock, comparison with what was seen by hand]",
        "Known faults or outages in that time: [fill in: none, or which]",
    ]


def bsa63_a(dossier: Dossier) -> bytes:
    """Return Part A of the certificate of section 63(4)(c) of India's BSA 2023, for the party to complete."""
    return _bsa63(
        dossier,
        "PART A (to be filled by the party)",
        "## 3. Control and working order",
        _list(
            "[ ] While the record was made, the device or source was under lawful control, for regularly creating, "
            "storing or processing information in the course of regular activities",
            "[ ] It was working properly in that time, and the information was regularly fed into it in the ordinary "
            "course of business",
            "[ ] If it was out of order at any time, this affected neither the record nor its accuracy. When and what: "
            "[fill in: none, or which]",
            f"The device or source is, by the party: {'   '.join(f'[ ] {one}' for one in RELATIONS)}",
        ),
    )


def bsa63_b(dossier: Dossier) -> bytes:
    """Return Part B of the certificate of section 63(4)(c) of India's BSA 2023, for an expert to complete."""
    return _bsa63(
        dossier,
        "PART B (to be filled by the expert)",
        "## 3. What the expert did",
        _list(
            "Qualification: [fill in]",
            "What was examined: [fill in: the originals, the copies in this packet, or both]",
            "How the hashes were computed again: [fill in: program and version, date, result]",
        ),
    )


def _bsa63(dossier: Dossier, part: str, heading: str, middle: str) -> bytes:
    return _paper(
        dossier,
        "# Certificate, Bharatiya Sakshya Adhiniyam 2023, section 63(4)(c)",
        f"## {part}",
        DRAFT,
        "The entries follow the Schedule of the Act in our words. Counsel puts them into the form of the Schedule: its "
        "text counts.",
        "## 1. Person",
        _list(
            "Name: [fill in]",
            "Son, daughter or spouse of: [fill in]",
            f"Residing or employed at: [fill in: address]. Sender: {_org(dossier)}",
        ),
        "## 2. Device or source of the record (tick)",
        _list(
            "   ".join(f"[ ] {one}" for one in SOURCES),
            "Make and model: [fill in]",
            "Colour: [fill in]",
            "Serial number: [fill in]",
            "IMEI / UIN / UID / MAC / cloud ID: [fill in: as far as it applies]",
            f"Other information: program {prose(dossier.tool)}; the record was {_taken(dossier, indian=True)}",
            *_process(dossier),
        ),
        heading,
        middle,
        "## 4. Hash",
        _list(
            f"Algorithm: {'   '.join(f'[{TICK if one == USED else BOX}] {one}' for one in ALGORITHMS)}",
            "Hash values: in the hash report, which is to be enclosed",
            *_hashes(dossier),
        ),
        "## 5. Signature",
        _list(
            "Name and signature: [fill in: by hand; not signed yet]",
            "Date (dd/mm/yyyy): [fill in]",
            "Time (IST, 24 hours): [fill in]",
            "Place: [fill in]",
        ),
    )


# --- parts ------------------------------------------------------------------------------------------------------------


def _paper(dossier: Dossier, *parts: str) -> bytes:
    mark = f"*{prose(stamp(dossier))}*"
    return ("\n\n".join([mark, *parts, mark]) + "\n").encode()


def _list(*lines: str) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _org(dossier: Dossier) -> str:
    return prose(dossier.sender.org, official(dossier)) or BLANK


def _taken(dossier: Dossier, *, indian: bool = False) -> str:
    times = [one.acquired_at for one in dossier.exhibits]
    if not times:
        return "nothing that is in this packet"
    write = ist if indian else utc
    return f"taken from {write(min(times))} to {write(max(times))}, {count(len(times), 'file')}"


def _process(dossier: Dossier) -> list[str]:
    """Return what is known of clock, tools and browser; what is not known is asked for."""
    known = official(dossier)
    told = [
        f"{prose(what, known, LONGEST)}: {prose(value, known, LONGEST)}" for what, value in dossier.settings[:SETTINGS]
    ]
    if len(dossier.settings) > SETTINGS:
        told.append(f"and {len(dossier.settings) - SETTINGS} more, of each exhibit in {INDEX}")
    if not any(what == "clock" for what, _ in dossier.settings):
        told.append("clock: [fill in: how the clock of the machine was kept right]")
    return told


def _hashes(dossier: Dossier) -> list[str]:
    report = hashlib.sha256(evidence_index(dossier)).hexdigest()
    withheld = sum(bool(one.withheld) for one in dossier.exhibits)
    return [
        (
            f"Hash report: {INDEX} in this packet, {count(len(dossier.exhibits), 'file')}, for each its path, SHA-256 "
            "and SHA-512, the time and the program that took it, and a pseudonym of who ran it"
        ),
        f"SHA-256 of the hash report itself: `{report}`",
        "The hashes were computed when each file was taken; those in the packet are copies of these files",
        f"Files that are listed and withheld: {withheld}",
    ]


def _if(wanted: str, write: Form) -> Form:
    """Return what writes a form only for an agency that has a use for it."""

    def form(dossier: Dossier) -> bytes:
        return write(dossier) if wanted in dossier.agency.forms else b""

    return form


_ALL: Mapping[str, tuple[str, Form]] = {
    "forms/ic3_paste.txt": ("ic3_paste", paste),
    "forms/fre902_13_14_certificate.md": ("fre902", fre902),
    "forms/bsa63_part_a.md": ("bsa63", bsa63_a),
    "forms/bsa63_part_b.md": ("bsa63", bsa63_b),
}
FORMS: Mapping[str, Form] = {path: _if(*form) for path, form in _ALL.items()}
"""What writes each file."""
WANTED: Mapping[str, str] = {path: form for path, (form, _) in _ALL.items()}
"""As which of `Agency.forms` a profile asks for it."""
