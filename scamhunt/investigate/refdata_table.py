"""From the rows of a file to which table it is and what its rows say. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter

from scamhunt.errors import UserError, did_you_mean
from scamhunt.indicators.lines import RAW_LIMIT
from scamhunt.investigate.refdata_cells import Cells, Reading, american, said_day
from scamhunt.investigate.refdata_formats import FORMATS, Format
from scamhunt.investigate.refdata_rows import Row
from scamhunt.model import Rejected

CELL_LIMIT = 800
"""Characters of a cell that is read."""

Said = tuple[int, Reading] | Rejected | date
"""A row's line number and what it says, a row that cannot be used, or the date that a row gives the file."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose header was read."""

    form: Format
    day: date | None
    """The date that the file gives itself."""
    readings: Iterator[Said]


def read_table(name: str, rows: Iterable[Row | Rejected]) -> Table:
    """Find out which table this is and return what reads its rows.

    Raises `UserError` with file, line and fix for a table that is none of ours, or is one with a column missing.
    """
    source = iter(rows)
    header, day = None, None
    for row in source:
        if isinstance(row, Rejected):
            break
        header, day = row, day or said_day(row[1])
        if _folded(row[1])[0] != "file date":
            break
    if header is None:
        raise UserError(f"{name}: line 1: no table; download the file again")
    line, cells = header
    form = _form(name, line, _folded(cells))
    return Table(form, day, _readings(form, _folded(cells), source))


def _folded(cells: Cells) -> list[str]:
    return [" ".join(cell.split()).lower() for cell in cells]


def _lacking(form: Format, header: Sequence[str]) -> list[str]:
    return [name for name, accepted in form.columns.items() if not any(one in header for one in accepted)]


def _form(name: str, line: int, header: Sequence[str]) -> Format:
    """Return the format whose columns are all there. Raises `UserError`."""
    if header[0].startswith(("<!doctype", "<html", "<?xml")):
        raise UserError(
            f"{name}: line {line}: a web page and no table; open the address in a browser and save the file"
        )
    lacking = {form.kind: _lacking(form, header) for form in FORMATS}
    for form in FORMATS:
        if not lacking[form.kind]:
            _refuse_twice(name, line, form, header)
            return form
    near = min(FORMATS, key=lambda form: len(lacking[form.kind]) / len(form.columns))
    missing = lacking[near.kind]
    if 2 * len(missing) > len(near.columns):
        raise UserError(f"{name}: line {line}: no table that is known here; scamhunt refdata list shows which are")
    known = {one for columns in (near.columns, near.optional) for accepted in columns.values() for one in accepted}
    guess = did_you_mean(missing[0], [cell for cell in header if cell not in known])
    raise UserError(
        f"{name}: line {line}: no column {missing[0]!r}{guess}, which the file of {near.title} has; "
        f"download it again from {near.address}; if it has changed there, rename the column in the file"
    )


def _refuse_twice(name: str, line: int, form: Format, header: Sequence[str]) -> None:
    for accepted in form.columns.values():
        if sum(header.count(one) for one in accepted) > 1:
            raise UserError(f"{name}: line {line}: column {accepted[0]!r} stands there twice; remove the wrong one")


def _readings(form: Format, header: Sequence[str], rows: Iterable[Row | Rejected]) -> Iterator[Said]:
    """Yield what the rows say. A row that bears nothing but a date tells of when the file is."""
    needed = [next(header.index(one) for one in accepted if one in header) for accepted in form.columns.values()]
    more = [
        next((header.index(one) for one in names if one in header), len(header)) for names in form.optional.values()
    ]
    pick, most, least = itemgetter(*needed, *more), len(header), max(needed) + 1
    spare = None
    for row in rows:
        if isinstance(row, Rejected):
            yield row
            continue
        line, cells = row
        if spare is None:
            spare = len(cells) - most
        if not any(map(str.strip, cells[:least])):
            yield from _dates(cells)
            continue
        try:
            _refuse_shifted(cells, least, most, spare)
            cells += [""] * (most + 1 - len(cells))
            yield line, form.read(_usable(pick(cells)))
        except ValueError as error:
            yield Rejected(line, "\t".join(cells).encode("utf-8", "replace")[:RAW_LIMIT], str(error))


def _dates(cells: Cells) -> Iterator[date]:
    day = said_day(cells) or next(filter(None, (american(cell.strip()) for cell in cells)), None)
    if day:
        yield day


def _refuse_shifted(cells: Cells, least: int, most: int, spare: int) -> None:
    """Raise `ValueError` for a row with fewer cells than are read, or with more than the header has.

    Where all rows end in `spare` separators more than the header, they say nothing; elsewhere one more is a shift.
    """
    if len(cells) < least:
        raise ValueError(f"{len(cells)} columns, the header has {most}")
    if len(cells) > most and (len(cells) != most + spare or any(map(str.strip, cells[most:]))):
        raise ValueError(f"{len(cells)} columns, the header has {most}: a separator too many")


def _usable(cells: Cells) -> list[str]:
    """Return cells without blanks around them. Raises `ValueError` for what no name or status holds."""
    stripped = [cell.strip() for cell in cells]
    if not "".join(stripped).isprintable():
        stripped = [_on_one_line(cell) for cell in stripped]
    if max(map(len, stripped)) > CELL_LIMIT:
        raise ValueError(f"a cell of more than {CELL_LIMIT} characters")
    return stripped


def _on_one_line(cell: str) -> str:
    text = "; ".join(filter(None, map(str.strip, cell.split("\n"))))
    if not text.isprintable():
        raise ValueError("control characters in a cell")
    return text
