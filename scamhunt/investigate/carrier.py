"""Who holds the block that a number lies in: a ladder of what the tables say, each rung as sure as it is.

The holder of a block is not the company that serves the number today: numbers are ported and resold. So a rung says
"number block assigned to", never "customer of". What the tables at hand cannot say is said to be unknown, with the
table that would say it. Which company a call came from, only a traceback shows.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import phonenumbers
from phonenumbers import carrier

from scamhunt.indicators.phone import Number, NumberType, country_code
from scamhunt.investigate.ladder import Confidence, Ladder, Rung, Step
from scamhunt.investigate.refdata_cells import Flag
from scamhunt.investigate.refdata_formats import PUBLISHED
from scamhunt.investigate.refdata_index import Entry, Refdata

PLAN = f"libphonenumber {phonenumbers.__version__}"
HELP_DESK = "Somos help desk, +1 844 439 7666"
"""Who tells the RespOrg of a toll-free number; no public table does."""
PORTED = "a number of it may have been ported or resold since"

_NANP = 1
_BRITAIN = 44
_SERIES = {"1": "s1", "2": "s1", "3": "s3", "5": "s5", "7": "s7", "8": "s8", "9": "s9"}


def attribute(number: Number, refdata: Refdata) -> Ladder:
    """Climb the ladder for a number. Raises `StoreError` for a table that is damaged."""
    rungs = [_structure(number, refdata), *_above(number, refdata)]
    missing = dict.fromkeys(kind for kind in _kinds(number) if not refdata.has(kind))
    return Ladder(number.e164, tuple(rungs), tuple(missing))


def _above(number: Number, refdata: Refdata) -> Iterator[Rung]:
    """Yield the rungs above the structure."""
    if "unassigned" in number.flags:
        return
    country = country_code(number.e164)
    if country == _NANP and number.type is NumberType.TOLL_FREE:
        yield _toll_free()
        return
    found: list[Rung] = []
    if country == _NANP:
        found = list(_north_american(number, refdata))
    elif country == _BRITAIN:
        found = [_british(number, refdata)]
    yield from found
    if not any(rung.holder or rung.confidence is Confidence.CERTAIN for rung in found):
        yield from _original(number)


def _kinds(number: Number) -> list[str]:
    """Return the tables that may know a number."""
    country = country_code(number.e164)
    if country == _BRITAIN:
        return [] if "unassigned" in number.flags else [_ofcom(number)]
    if country != _NANP or number.type is NumberType.TOLL_FREE:
        return []
    if "unassigned" in number.flags:
        return ["area_codes"]
    exact = {"US": ["co_codes", "blocks"], "CA": ["cnac_codes", "cnac_blocks"]}
    return ["area_codes", *exact.get(number.region, [])]


# --- structure --------------------------------------------------------------------------------------------------------


def _structure(number: Number, refdata: Refdata) -> Rung:
    national = number.national
    if "fictional" in number.flags:
        says = "kept for films and tests: nobody is called by it"
        return Rung(Step.STRUCTURE, says, Confidence.REGION, PLAN)
    if "unassigned" in number.flags:
        return _unassigned(number, refdata)
    if country_code(number.e164) == _NANP and national[4:6] == "11" and number.type is not NumberType.TOLL_FREE:
        says = f"no exchange is called {national[3:6]}: {_forged()}"
        return Rung(Step.STRUCTURE, says, Confidence.CERTAIN, PLAN)
    kind = number.type.replace("_", " ")
    where = f" in {number.region}" if number.region.isalpha() else ""
    return Rung(Step.STRUCTURE, f"a possible number{where}: {kind}", Confidence.REGION, PLAN)


def _unassigned(number: Number, refdata: Refdata) -> Rung:
    """Return what follows from a number that the plan does not have: a table may be newer than the plan."""
    area = int(number.national[:3])
    entry = refdata.entry("area_codes", area) if country_code(number.e164) == _NANP else None
    if entry and entry.flags & Flag.ASSIGNED:
        says = f"not in the plan as {PLAN} has it, but area code {area} is in service: it may be new"
        return Rung(Step.STRUCTURE, says, Confidence.UNKNOWN, PUBLISHED["area_codes"][0], refdata.as_of("area_codes"))
    says = f"the numbering plan has no such number: {_forged()}"
    return Rung(Step.STRUCTURE, says, Confidence.CERTAIN, PLAN)


def _forged() -> str:
    return "as caller ID it is forged, as a number to call it was misread"


# --- North America ----------------------------------------------------------------------------------------------------


def _toll_free() -> Rung:
    says = f"no public table says whose RespOrg a toll-free number is; ask the {HELP_DESK}"
    return Rung(Step.TOLL_FREE, says, Confidence.UNKNOWN, HELP_DESK)


def _north_american(number: Number, refdata: Refdata) -> Iterator[Rung]:
    """Yield what the tables say, from the area code to the thousands block; nothing beyond what nobody has."""
    digits = number.national
    kinds = _kinds(number)
    climb: list[Callable[[], Rung | None]] = [lambda: _area_code(digits, refdata)]
    if len(kinds) > 1:
        _, codes, blocks = kinds
        climb += [lambda: _code(codes, digits, refdata), lambda: _block(blocks, codes, digits, refdata)]
    for rung in (look() for look in climb):
        if rung:
            yield rung
            if rung.confidence is Confidence.CERTAIN:
                return


def _area_code(digits: str, refdata: Refdata) -> Rung:
    kind, area = "area_codes", digits[:3]
    if not refdata.has(kind):
        return _not_imported(Step.AREA_CODE, kind)
    entry = refdata.entry(kind, int(area))
    if entry is None or not entry.flags & Flag.ASSIGNED:
        return _rung(
            Step.AREA_CODE, f"area code {area} is not in service: {_forged()}", Confidence.CERTAIN, kind, refdata
        )
    return _rung(
        Step.AREA_CODE, f"area code {area}: {entry.place or 'no place given'}", Confidence.REGION, kind, refdata
    )


def _code(kind: str, digits: str, refdata: Refdata) -> Rung:
    """Return what the table of central office codes says: of a pooled code its holder has only some blocks."""
    shown, prefix = f"{digits[:3]}-{digits[3:6]}", int(digits[:6])
    if not refdata.has(kind):
        return _not_imported(Step.CO_CODE, kind)
    entry = refdata.entry(kind, prefix)
    if entry is None:
        first = int(digits[:3]) * 1_000
        if not refdata.covers(kind, first, first + 999):
            return _rung(Step.CO_CODE, f"no code of area {digits[:3]} is listed", Confidence.UNKNOWN, kind, refdata)
        says = f"code {shown} is not listed, others of its area are: assigned since, or to nobody"
        return _rung(Step.CO_CODE, says, Confidence.UNKNOWN, kind, refdata)
    if not entry.flags & Flag.ASSIGNED and not entry.flags & Flag.TWICE:
        says = f"code {shown} is assigned to nobody (status {entry.status}): {_forged()}"
        return _rung(Step.CO_CODE, says, Confidence.CERTAIN, kind, refdata)
    doubt = "its blocks belong to several companies" if entry.flags & Flag.POOLED else ""
    return _held(Step.CO_CODE, shown, entry, doubt, kind, refdata)


def _block(kind: str, codes: str, digits: str, refdata: Refdata) -> Rung | None:
    """Return what the table of thousands blocks says; None where the code above is one company's as a whole."""
    shown, prefix = f"{digits[:3]}-{digits[3:6]}-{digits[6]}xxx", int(digits[:7])
    whole = refdata.entry(codes, int(digits[:6]))
    undivided = bool(whole and whole.flags & Flag.ASSIGNED and not whole.flags & Flag.POOLED)
    if not refdata.has(kind):
        return None if undivided else _not_imported(Step.BLOCK, kind)
    entry = refdata.entry(kind, prefix)
    if entry is None:
        says = f"block {shown} is not listed"
        return None if undivided else _rung(Step.BLOCK, says, Confidence.UNKNOWN, kind, refdata)
    if not entry.flags & (Flag.ASSIGNED | Flag.TWICE):
        return _not_passed_on(shown, entry, whole, kind, refdata)
    doubt = "some of its numbers were another company's before" if entry.flags & Flag.CONTAMINATED else ""
    return _held(Step.BLOCK, shown, entry, doubt, kind, refdata)


def _not_passed_on(shown: str, entry: Entry, whole: Entry | None, kind: str, refdata: Refdata) -> Rung:
    """Return the rung of a block that waits for a company: what is in use of it stayed with the code's holder."""
    says = f"number block {shown} was not passed on to a company (status {entry.status})"
    if not entry.flags & Flag.CONTAMINATED:
        return _rung(Step.BLOCK, says, Confidence.UNKNOWN, kind, refdata)
    if whole is None or not whole.holder:
        says += "; what is in use of it belongs to the holder of the code, who is not known here"
        return _rung(Step.BLOCK, says, Confidence.UNKNOWN, kind, refdata)
    says += f"; what is in use of it stayed with the holder of the code, {whole.holder}"
    rung = _rung(Step.BLOCK, says, Confidence.LOW, kind, refdata)
    return replace(rung, holder=whole.holder, ocn=whole.ocn)


# --- elsewhere --------------------------------------------------------------------------------------------------------


def _ofcom(number: Number) -> str:
    return f"ofcom_{_SERIES.get(number.national[0], 's9')}"


def _british(number: Number, refdata: Refdata) -> Rung:
    kind = _ofcom(number)
    if not refdata.has(kind):
        return _not_imported(Step.RANGE, kind)
    entry = refdata.longest(kind, number.national)
    if entry is None:
        return _rung(Step.RANGE, "no block of it is listed", Confidence.UNKNOWN, kind, refdata)
    shown = f"+44 {entry.prefix}"
    if not entry.flags & (Flag.ASSIGNED | Flag.TWICE):
        says = f"block {shown} is allocated to nobody (status {entry.status}): {_forged()}"
        return _rung(Step.RANGE, says, Confidence.CERTAIN, kind, refdata)
    return _held(Step.RANGE, shown, entry, "", kind, refdata)


def _original(number: Number) -> Iterator[Rung]:
    """Yield who had a number first where numbers do not move between operators; what moves is not guessed at."""
    read = phonenumbers.parse(number.e164)
    name = carrier.safe_display_name(read, "en")
    if name:
        says = f"numbers that begin like this were first given to {name}; {PORTED}"
        yield Rung(Step.ORIGINAL, says, Confidence.LOW, PLAN, holder=name)
    elif carrier.name_for_number(read, "en"):
        says = f"in {number.region} numbers move between operators: who had it first says nothing"
        yield Rung(Step.ORIGINAL, says, Confidence.UNKNOWN, PLAN)
    elif country_code(number.e164) not in {_NANP, _BRITAIN}:
        says = "no table here has this country's numbers; its regulator would say"
        yield Rung(Step.ORIGINAL, says, Confidence.UNKNOWN, PLAN)


# --- rungs ------------------------------------------------------------------------------------------------------------


def _rung(step: Step, says: str, confidence: Confidence, kind: str, refdata: Refdata) -> Rung:
    return Rung(step, says, confidence, PUBLISHED[kind][0], refdata.as_of(kind))


def _held(step: Step, shown: str, entry: Entry, doubt: str, kind: str, refdata: Refdata) -> Rung:  # noqa: PLR0913, PLR0917  # what a rung is made of
    """Return the rung of a block that somebody holds; any doubt makes it a low one."""
    title, as_of = PUBLISHED[kind][0], refdata.as_of(kind)
    if entry.flags & Flag.TWICE:
        says = f"number block {shown} is listed twice, and not alike: who holds it is not known"
        return Rung(step, says, Confidence.UNKNOWN, title, as_of)
    if not entry.holder:
        says = f"number block {shown} is assigned, but the table names no single company"
        return Rung(step, says, Confidence.UNKNOWN, title, as_of)
    company = f"{entry.holder} (OCN {entry.ocn})" if entry.ocn else entry.holder
    says = f"number block {shown} assigned to {company}; {doubt or PORTED}"
    return Rung(step, says, Confidence.LOW if doubt else Confidence.MEDIUM, title, as_of, entry.holder, entry.ocn)


def _not_imported(step: Step, kind: str) -> Rung:
    title, address = PUBLISHED[kind]
    says = f"unknown: {title} would say it, and is not imported; it is at {address}"
    return Rung(step, says, Confidence.UNKNOWN, title)
