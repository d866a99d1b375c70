"""Losses and victims as somebody counted them: a small table that is typed for a packet. Pure."""

import csv
import io
import re
from collections.abc import Iterator, Mapping

from scamhunt.errors import UserError
from scamhunt.referral.bands import suppressed
from scamhunt.referral.dossier import Count

COLUMNS = ("what", "where", "count", "unit", "method")
PEOPLE = frozenset({"people", "persons", "victims", "households"})
MOST, LONGEST = 1_000, 300
LEAST = 5
"""Of fewer people nothing is told but that: whoever knows the place knows them."""
_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,2})?", re.ASCII)


def parse(file: str, content: bytes) -> list[Count]:
    """Read a table with the columns `what,where,count,unit,method`.

    Where fewer than five people are counted in a place, neither their number nor what they lost there is told. Raises
    `UserError` with file, line and fix.
    """
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise UserError(f"{file}: no CSV in UTF-8; save it as that") from None
    if not rows or [one.strip().lower() for one in rows[0]] != list(COLUMNS):
        raise UserError(f"{file}: line 1: the columns are {','.join(COLUMNS)}, in this order")
    found = list(_rows(file, rows[1:]))
    few = {one["where"] for one in found if one["unit"].lower() in PEOPLE and float(one["count"]) < LEAST}
    return [_count(one, few) for one in found]


def _rows(file: str, rows: list[list[str]]) -> Iterator[Mapping[str, str]]:
    for line, row in enumerate(rows, 2):
        if not any(one.strip() for one in row):
            continue
        where = f"{file}: line {line}"
        if len(row) != len(COLUMNS):
            raise UserError(f"{where}: has {len(row)} cells, and needs {len(COLUMNS)}: {','.join(COLUMNS)}")
        if line > MOST:
            raise UserError(f"{where}: has more than {MOST} lines; add up what belongs together")
        cells = dict(zip(COLUMNS, (one.strip() for one in row), strict=True))
        if not _NUMBER.fullmatch(cells["count"]):
            raise UserError(f"{where}: {cells['count'][:40]!a} is no count; write digits, with a point for cents")
        for name in ("what", "unit", "method"):
            if not 0 < len(cells[name]) <= LONGEST:
                raise UserError(f"{where}: needs {name}, of at most {LONGEST} characters; say how it was counted")
        yield cells


def _count(one: Mapping[str, str], few: set[str]) -> Count:
    people = one["unit"].lower() in PEOPLE
    if people:
        told = suppressed(int(float(one["count"])))
    else:
        told = f"not told: fewer than {LEAST} people there" if one["where"] in few else one["count"]
    return Count(one["what"], one["where"], told, one["unit"], one["method"])
