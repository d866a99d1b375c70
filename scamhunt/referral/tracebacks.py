"""Numbers of which a provider of telephony can be asked where a call came from, or who holds them. Pure.

A number that victims are told to call is held by whoever shows it: its provider is asked who that is. One that stood
on a victim's telephone is mostly forged, and belongs to somebody innocent: only a traceback of a call finds the caller.
The number that was called is a victim's, and is never in a packet.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scamhunt.model import Role
from scamhunt.referral.bands import suppressed
from scamhunt.referral.dossier import CaseFacts, Dossier, NumberFacts
from scamhunt.referral.words import table

FORWARD, BACK = "trace-forward", "traceback"
REQUEST = {Role.CALLBACK: FORWARD, Role.CALLER_ID: BACK, Role.UNKNOWN: BACK}
"""By role; the sender of a text message made no call. A role that nobody told is taken for a caller's."""
ASKED = {
    FORWARD: "who holds this number, and which other numbers they hold",
    BACK: "which provider each call with this number came from, back to the first",
}
MISSING = {
    FORWARD: "",
    BACK: "of at least one call: the number that was called, its start with the time zone, its length and the provider "
    "of who was called; only a person who was called can give it",
}
COLUMNS = (
    *("request", "number", "role", "subject_id", "case", "brand", "first_seen_utc", "last_seen_utc"),
    *("days_since_last_seen", "reports", "type", "block_holder", "block_holder_code", "resporg"),
    *("block_table_as_of", "shown_by_cases", "exhibits", "what_is_asked", "what_is_missing", "called_number"),
    *("call_start", "call_zone", "call_length", "provider_of_called", "authority_of_who_asks"),
)
BLANKS = ("withheld", *["[fill in from a person who was called, with consent]"] * 4, "[fill in]")


@dataclass(frozen=True, slots=True)
class _Number:
    """A number, and where it was seen."""

    value: str
    role: Role
    case: int
    facts: NumberFacts
    shown_by: Sequence[int]
    exhibits: Sequence[str]


def traceback_requests(dossier: Dossier) -> bytes:
    """Return one row a number that can be traced; nothing where there is none, or the agency has no use for it."""
    cases = {one.id: one for one in dossier.cases}
    rows = [_row(dossier, one, cases[one.case]) for one in _numbers(dossier) if one.case in cases]
    return table(COLUMNS, rows, dossier) if rows and "traceback" in dossier.agency.forms else b""


def _numbers(dossier: Dossier) -> Iterator[_Number]:
    """Yield the numbers that are cases, then those that a page shows: what is shown is there to be called."""
    shown: dict[str, list[tuple[int, str]]] = {}
    for one in dossier.identifiers:
        if one.kind == "number" and one.role != "target":
            shown.setdefault(one.value, []).append((one.case, one.exhibit))
    for case in dossier.cases:
        if case.number is not None:
            seen = shown.pop(case.indicator, [])
            role = case.number.role
            known = Role(role) if role in set(Role) else Role.UNKNOWN
            if known in REQUEST:
                yield _Number(case.indicator, known, case.id, case.number, *_where(seen))
    for value, seen in sorted(shown.items()):
        yield _Number(value, Role.CALLBACK, seen[0][0], NumberFacts(), *_where(seen))


def _where(seen: Sequence[tuple[int, str]]) -> tuple[list[int], list[str]]:
    return sorted({case for case, _ in seen}), sorted({exhibit for _, exhibit in seen if exhibit})


def _row(dossier: Dossier, one: _Number, case: CaseFacts) -> Sequence[object]:
    request, facts = REQUEST[one.role], one.facts
    subject = next((each.id for each in dossier.subjects if one.case in each.cases), "")
    asked = (ASKED[request], MISSING[request])
    return (
        *(request, one.value, one.role.value, subject, one.case, case.brand, case.first_seen, case.last_seen),
        *(
            (dossier.as_of - case.last_seen).days,
            (facts.banded or suppressed(facts.reports)) if facts.role else "",
            facts.type,
        ),
        *(facts.holder, facts.holder_code, facts.resporg, facts.as_of, one.shown_by, one.exhibits, *asked),
        *(BLANKS if request == BACK else ("", "", "", "", "", BLANKS[-1])),
    )
