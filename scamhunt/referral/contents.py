"""Which files a packet has, by their paths below `data/`, and what its bag says of itself. Pure but for the PDF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scamhunt.referral import document, forms, graph, misp, papers, pdf, sheets, stix
from scamhunt.referral.dossier import Dossier

LETTER = "01_packet.pdf"
GRAPH = "08_campaign"


@dataclass(frozen=True, slots=True)
class Contents:
    """The files that are written for a packet."""

    files: Mapping[str, bytes]
    """By path below `data/`."""
    notes: Sequence[str]
    """What a person should know: a font that is missing, a PDF that could not be made."""


def files(dossier: Dossier, template: str) -> Contents:
    """Return everything but the evidence; `template` is the look of the PDF."""
    pictures = {f"{GRAPH}_{one.id}.svg": graph.of_subject(dossier, one).encode() for one in dossier.subjects}
    made = {path: write(dossier) for path, write in {**papers.PAPERS, **sheets.SHEETS, **forms.FORMS}.items()}
    wanted = {path: body for path, body in made.items() if body}
    wanted |= pictures | {"stix/bundle.json": stix.bundle(dossier), "misp/event.json": misp.event(dossier)}
    printed = pdf.render(template, document.source(dossier, sorted(pictures)), pictures, at=dossier.as_of)
    if printed.body:
        wanted[LETTER] = printed.body
    return Contents(dict(sorted(wanted.items())), printed.notes)


def info(dossier: Dossier) -> list[tuple[str, str]]:
    """Return what `bag-info.txt` says (RFC 8493, section 2.2.2)."""
    rows = [
        ("Source-Organization", dossier.sender.org or "not set"),
        ("Contact-Email", dossier.sender.email or "not set"),
        ("External-Description", f"Referral to {dossier.agency.name}: {dossier.purpose}"),
        ("External-Identifier", dossier.packet),
        ("Internal-Sender-Identifier", " ".join(one.campaign or one.id for one in dossier.subjects)),
        ("Bagging-Date", dossier.day),
        ("X-TLP", f"TLP:{dossier.marking.tlp}"),
        ("X-PAP", f"PAP:{dossier.marking.pap}"),
        ("X-Tool-Version", dossier.tool),
        ("X-Log-Row", f"{dossier.log_head[0]} {dossier.log_head[1]}"),
    ]
    return rows + ([("Bag-Group-Identifier", dossier.joint.id)] if dossier.joint else [])
