"""What of a packet a partner brand may see, field by field: one table, and what is not in it does not cross. Pure."""

from collections.abc import Mapping
from enum import StrEnum


class Rule(StrEnum):
    """What happens to a field, or to a whole row, on its way to a partner."""

    FULL = "told in full: infrastructure"
    NUMBERED = "told under numbers made for the part"
    BANDED = "told in bands"
    CODED = "told in words of a fixed list"
    PARTS = "told by its own fields"
    AGREED = "stands in the terms that both sides agreed on"
    JUDGED = "own side only: how cases are judged and joined"
    SHOWN = "own side only: what a page said or showed"
    WRITTEN = "own side only: what a person wrote, or who a person is"
    INTERNAL = "own side only: numbers, tickets and times of its own work"
    AGENCY = "own side and the agency only"
    PERSON = "own side only: may name a person, or tells how pages are recognised"
    FORGED = "own side only: a number that may be forged belongs to a stranger"
    SCREENED = "own side only: may hold what belongs to a victim; not even its hash is told"
    PRIVATE = "left out: looks like a person's data"
    UNFIT = "left out: not what the field is for"
    LONG = "left out: behind the first thousand of a list"

    @property
    def crosses(self) -> bool:
        """Say whether the partner sees anything of it."""
        return self in _CROSSING


_CROSSING = frozenset({Rule.FULL, Rule.NUMBERED, Rule.BANDED, Rule.CODED, Rule.PARTS})


def _rules(**names: str) -> Mapping[str, Rule]:
    return {field: Rule[rule.upper()] for rule, fields in names.items() for field in fields.split()}


MATRIX: Mapping[str, Mapping[str, Rule]] = {
    "Dossier": _rules(
        parts="brands subjects cases identifiers counts exhibits",
        agreed="purpose day",
        agency="agency timeline reports holds marking joint",
        internal="packet as_of tool custody log_head settings redactions",
        written="sender offences",
    ),
    "Brand": _rules(full="id name domains"),
    "CaseFacts": _rules(
        numbered="id",
        full="indicator kind brand state first_seen last_seen",
        parts="name number",
        judged="score reasons",
        internal="confirmed_at campaign partner",
    ),
    "NameFacts": _rules(
        full="registrar registrar_id registered statuses name_servers addresses networks certificate",
        shown="url title asks",
        judged="verdict liveness",
        internal="seen_at",
    ),
    "NumberFacts": _rules(
        full="role type holder holder_code resporg as_of",
        banded="reports",
        judged="step sources flags",
        internal="banded",
    ),
    "Identifier": _rules(
        numbered="case exhibit", full="kind value first_at last_at", internal="role source", written="attribution"
    ),
    "Subject": _rules(numbered="id cases", judged="links holds_by rulings", internal="campaign"),
    "Count": _rules(banded="count", coded="what where unit", written="method", internal="subject"),
    "Exhibit": _rules(
        numbered="number case",
        full="media_type size sha256 sha512 acquired_at",
        internal="root evidence look path what tool vantage clock",
        shown="url",
        written="operator note",
        screened="withheld",
    ),
    "LinkFact": _rules(judged="one other reasons weight exhibits"),
    "Sender": _rules(agreed="org", written="email authority contact"),
    "Marking": _rules(agency="tlp pap"),
    "Moment": _rules(agency="at case what source exhibit"),
    "ReportFact": _rules(agency="id case recipient kind purpose state sent_at acknowledged_at down_at ticket"),
    "HoldFact": _rules(agency="case kind begun_at until"),
    "Handled": _rules(internal="seq at actor proof act thing exhibits purpose prev_hash hash"),
    "Shared": _rules(agency="kind value side first_a first_b evidence_a evidence_b"),
    "Redaction": _rules(internal="field rule count"),
    "Joint": _rules(agency="id a b overlap legal_basis retention"),
    "Agency": _rules(
        agency="id name country zone date_format channel takes attachments forms hold_days source verified_on how "
        "address age_key note"
    ),
}
"""What the partner sees of each field of a dossier and of its parts, by the name of the class. The agency sees a side's
own packet whole; of victims it gets what is sealed for it alone, and nothing of that is in a dossier."""


def crossing(kind: str) -> list[str]:
    """Return the fields of a class that a part has."""
    return [name for name, rule in MATRIX[kind].items() if rule.crosses]
