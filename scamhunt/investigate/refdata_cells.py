"""From the cells of a row to what it says: blocks of numbers and who holds them, companies and their names. Pure."""

import re
from collections.abc import Sequence
from datetime import date
from enum import IntFlag
from typing import NamedTuple


class Flag(IntFlag):
    """What a table says of a block of numbers."""

    ASSIGNED = 1
    """Somebody holds it, or, of an area code, it is in service."""
    POOLED = 2
    """Its thousands blocks belong to several companies."""
    CONTAMINATED = 4
    """Some of its numbers were in use with another company before."""
    TWICE = 8
    """The table lists it twice, and not with the same content."""


class Block(NamedTuple):
    """Numbers that begin alike, as a table lists them."""

    prefix: int
    """The first digits of the national number."""
    holder: str
    ocn: str
    """Operating company number: four letters and digits; empty where the table has none."""
    status: str
    place: str
    flags: int
    day: date | None = None
    """When it was given out, as far as the table says."""


class Filing(NamedTuple):
    """A company in the Robocall Mitigation Database. People who are named there are left out."""

    frn: str
    """FCC registration number, ten digits."""
    name: str
    others: tuple[tuple[str, str], ...]
    """Other names, each with where it stood: `dba` or `previous`."""
    url: str
    country: str
    implementation: str
    roles: str
    recertified: str
    """YYYY-MM-DD."""
    day: date | None = None


Reading = Block | Filing
Cells = Sequence[str]


# --- dates ------------------------------------------------------------------------------------------------------------

_MONTH_FIRST = re.compile(r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})(?:\s.*)?", re.ASCII | re.DOTALL)
_DAY_FIRST = re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})(?:\s.*)?", re.ASCII | re.DOTALL)
_YEAR_FIRST = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T\s].*)?", re.ASCII | re.DOTALL)
_UPDATED = re.compile(r"(?:file )?(?:updated|date|as of)\D{0,20}(\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d\d-\d\d)", re.IGNORECASE)


def day_of(text: str, form: re.Pattern[str]) -> date | None:
    """Return the date in a cell, None for an empty or impossible one."""
    found = form.fullmatch(text)
    try:
        return date(int(found["y"]), int(found["m"]), int(found["d"])) if found else None
    except ValueError:
        return None


def american(text: str) -> date | None:
    """Return a date as US files write it, month first, or as ISO 8601 has it."""
    return day_of(text, _MONTH_FIRST) or day_of(text, _YEAR_FIRST)


def british(text: str) -> date | None:
    """Return a date as Ofcom writes it, day first, or as ISO 8601 has it."""
    return day_of(text, _DAY_FIRST) or day_of(text, _YEAR_FIRST)


def said_day(cells: Cells) -> date | None:
    """Return the date that a line gives the file itself: `File Date,09/25/2026`, `File Updated 09/21/2026`."""
    found = _UPDATED.search(" ".join(cells)[:2_000])
    return american(found[1]) if found else None


# --- rows -------------------------------------------------------------------------------------------------------------

_AREA = re.compile(r"[2-9]\d\d", re.ASCII)
_CODE = re.compile(r"[2-9]\d\d[2-9]\d\d", re.ASCII)
_THOUSAND = re.compile(r"[2-9]\d\d[2-9]\d\d\d", re.ASCII)
_BRITISH = re.compile(r"0?([1-9]\d{1,9})", re.ASCII)
_OCN = re.compile(r"[0-9A-Z]{4}", re.ASCII)
_FRN = re.compile(r"\d{1,10}", re.ASCII)
_NO_HOLDER = frozenset({"", "N/A", "NA", "NONE", "NULL", "UNASSIGNED", "MULTIPLE OCN LISTING"})
_ASSIGNED = frozenset({"AS", "IS", "ASSIGNED", "IN SERVICE"})
_YES = frozenset({"Y", "YES", "TRUE"})


def area_code(cells: Cells) -> Block:
    """Read a row of NANPA's list of area codes."""
    npa, location, country, serving, given = cells
    if not _AREA.fullmatch(npa):
        raise ValueError("no area code: three digits, the first one 2 to 9")
    place = ", ".join(dict.fromkeys(part for part in (location, country) if part))
    flags = Flag.ASSIGNED if serving.upper() in _YES else Flag(0)
    return Block(int(npa), "", "", "in service" if flags else "not in service", place, flags, american(given))


def us_code(cells: Cells) -> Block:
    """Read a row of NANPA's code file."""
    state, code, ocn, holder, center, use, pooled, given = cells
    flags = _flag(Flag.POOLED, pooled)
    return _american(_prefix(_CODE, code.replace("-", "")), holder, ocn, use, (center, state), flags, given)


def us_block(cells: Cells) -> Block:
    """Read a row of NANPA's block file."""
    state, npa, nxx, block, status, holder, ocn, contaminated, center, given = cells
    flags = _flag(Flag.CONTAMINATED, contaminated)
    return _american(_prefix(_THOUSAND, npa + nxx + block), holder, ocn, status, (center, state), flags, given)


def canadian_code(cells: Cells) -> Block:
    """Read a row of CNAC's code file."""
    npa, nxx, status, center, holder, ocn, province, pooled = cells
    flags = _flag(Flag.POOLED, pooled)
    return _american(_prefix(_CODE, npa + nxx), holder, ocn, status, (center, province), flags)


def canadian_block(cells: Cells) -> Block:
    """Read a row of CNAC's block file."""
    npa, nxx, block, status, holder, ocn, contaminated, center, province = cells
    flags = _flag(Flag.CONTAMINATED, contaminated)
    return _american(_prefix(_THOUSAND, npa + nxx + block), holder, ocn, status, (center, province), flags)


def _prefix(form: re.Pattern[str], digits: str) -> int:
    if not form.fullmatch(digits):
        raise ValueError("no such block of numbers in the North American plan")
    return int(digits)


def _flag(flag: Flag, cell: str) -> Flag:
    return flag if cell.upper() in _YES else Flag(0)


def _american(  # noqa: PLR0913, PLR0917  # the cells of a row
    prefix: int, holder: str, ocn: str, status: str, places: tuple[str, str], flags: Flag, given: str = ""
) -> Block:
    if not status:
        raise ValueError("no status: whether it is assigned is not known")
    ocn = ocn.upper()
    if ocn == "MULT" or holder.upper() in _NO_HOLDER:
        holder = ocn = ""
    elif ocn and not _OCN.fullmatch(ocn):
        raise ValueError("no operating company number: four letters or digits")
    if status.upper() in _ASSIGNED:
        flags |= Flag.ASSIGNED
    return Block(prefix, holder, ocn, status, ", ".join(filter(None, places)), flags, american(given))


def british_block(cells: Cells) -> Block:
    """Read a row of one of Ofcom's lists."""
    block, status, holder, _, given, notes = cells
    found = _BRITISH.fullmatch(re.sub(r"\s", "", block))
    if not found:
        raise ValueError("no block of British numbers: 2 to 10 digits")
    if not status:
        raise ValueError("no status: whether it is allocated is not known")
    flags = Flag.ASSIGNED if status.lower().startswith("allocated") else Flag(0)
    return Block(int(found[1]), holder, "", status, notes, flags, british(given))


def filing(cells: Cells) -> Filing:
    """Read a row of the Robocall Mitigation Database; who is named there as a contact is not read."""
    frn, name, dbas, previous, url, country, implementation, voice, gateway, middle, recertified, updated = cells
    if not _FRN.fullmatch(frn) or not int(frn):
        raise ValueError("no FRN: at most ten digits")
    if not name:
        raise ValueError("no business name")
    others = [(other, "dba") for other in _names(dbas)] + [(other, "previous") for other in _names(previous)]
    roles = {"voice service": voice, "gateway": gateway, "intermediate": middle}
    day = american(recertified)
    return Filing(
        frn.zfill(10),
        name,
        tuple(others),
        url if re.fullmatch(r"https://[!-~]{4,190}", url) else "",
        country,
        implementation,
        "; ".join(f"{role}: {choice}" for role, choice in roles.items() if choice),
        day.isoformat() if day else "",
        american(updated) or day,
    )


def _names(text: str) -> list[str]:
    """Return the names of a cell; a comma parts none, it belongs to `Example, Inc.`."""
    return [name.strip() for name in re.split(r"[;|]", text) if name.strip().upper() not in _NO_HOLDER]
