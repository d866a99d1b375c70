"""The tables of the evidence: each exhibit with its hashes, and who did what with it. Pure."""

from collections.abc import Sequence

from scamhunt.referral.dossier import Dossier, Handled
from scamhunt.referral.words import canonical, cell, ist, marks, table


def evidence_index(dossier: Dossier) -> bytes:
    """Return each exhibit with its hashes and how it came to be: the hash report of the certificates."""
    columns = (
        *("exhibit", "root_exhibit", "case", "evidence_id", "look", "path", "what", "media_type", "bytes", "sha256"),
        *("sha512", "acquired_at_utc", "acquired_at_ist", "tool", "operator", "source_url", "vantage", "clock"),
        *("note", "withheld"),
    )
    rows = (
        (
            *(one.number, one.root, one.case, one.evidence, one.look, f"data/{one.path}" if one.path else "", one.what),
            *(one.media_type, one.size, one.sha256, one.sha512, one.acquired_at),
            ist(one.acquired_at),
            *(one.tool, one.operator, one.url, one.vantage, one.clock, one.note, one.withheld),
        )
        for one in dossier.exhibits
    )
    return table(columns, rows, dossier)


def custody(dossier: Dossier) -> bytes:
    """Return who did what with the exhibits, for a spreadsheet."""
    columns = ("seq", "at_utc", "actor", "proof", "act", "thing", "exhibits", "purpose", "prev_hash", "hash")
    return table(columns, (_handled(one) for one in dossier.custody), dossier)


def _handled(one: Handled) -> Sequence[object]:
    return (
        *(one.seq, one.at, one.actor, one.proof, one.act, one.thing, one.exhibits, one.purpose),
        *(one.prev_hash, one.hash),
    )


def custody_lines(dossier: Dossier) -> bytes:
    """Return who did what with the exhibits, for programs: an object a line."""
    lines = (
        canonical(
            {
                "seq": one.seq,
                "at": cell(one.at),
                "actor": one.actor,
                "proof": one.proof,
                "act": one.act,
                "thing": one.thing,
                "exhibits": list(one.exhibits),
                "purpose": one.purpose,
                "prev_hash": one.prev_hash,
                "hash": one.hash,
                "marking": marks(dossier.marking),
                "packet": dossier.packet,
            }
        )
        for one in dossier.custody
    )
    return "".join(f"{line}\n" for line in lines).encode()
