"""Lists: as JSON, as CSV, and as a table that fits the terminal."""

import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scamhunt.cli import output
from scamhunt.cli.output import Format, Line, clean, encode, shorten, write

CELL_LIMIT = 60
"""A cell of a table has at most so many characters; the last one of a row has room where no terminal is."""
NARROW = 60
"""A terminal of fewer columns gets the few columns that matter most."""
LEAST = 10
"""A text is not cut to fewer characters than this: it is left out."""
GAP = "  "


@dataclass(frozen=True, slots=True)
class Layout:
    """How the table of a list uses its room."""

    whole: Collection[str]
    """Never folded, never cut: what a person copies. The other columns are cut to one line."""
    few: Sequence[str]
    """What a narrow terminal shows."""
    spare: Collection[str] = ()
    """Left out of a table where it is the same in all rows."""


def print_rows(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], form: Format, layout: Layout | None = None
) -> None:
    """Print a list: every field as JSON, the named columns as a table or CSV.

    Without a layout the cells of a table are folded on a terminal.
    """
    if form is Format.JSON:
        _print_array(rows)
    elif form is Format.JSONL:
        for row in rows:
            write(encode(row) + "\n")
    elif form is Format.CSV:
        write(output.csv_line(columns))
        for row in rows:
            write(output.csv_line([row.get(column) for column in columns]))
    else:
        _print_table(list(rows), columns, layout)


def print_page(  # noqa: PLR0913  # print_rows' and what a page is
    rows: list[dict[str, Any]], columns: Sequence[str], form: Format, layout: Layout, *, limit: int, empty: str
) -> None:
    """Print at most `limit` rows; tell on stderr when there are more, or what `empty` says when there is none."""
    if rows or form is not Format.TABLE:
        print_rows(rows[:limit], columns, form, layout)
    if not rows:
        output.tell(empty)
    elif len(rows) > limit:
        output.tell(f"{limit:,} shown; more with --limit")


def _print_array(rows: Iterable[Mapping[str, Any]]) -> None:
    """Print a JSON array, a row at a time: a list may be longer than memory."""
    before = "["
    for row in rows:
        write(f"{before}\n{encode(row)}")
        before = ","
    write("[]\n" if before == "[" else "\n]\n")


def _print_table(rows: list[Mapping[str, Any]], columns: Sequence[str], layout: Layout | None) -> None:
    if layout:
        columns = [
            name for name in columns if name not in layout.spare or len({str(row.get(name)) for row in rows}) > 1
        ]
    if not output.terminal():
        _print_plain(_cells(rows, columns), columns, layout.whole if layout else ())
    elif layout is None:
        _print_folded(_cells(rows, columns), columns)
    else:
        width = shutil.get_terminal_size().columns
        columns = layout.few if width < NARROW else columns
        output.paint(_fitted(_cells(rows, columns), columns, layout.whole, width))


def _cells(rows: list[Mapping[str, Any]], columns: Sequence[str]) -> list[list[str]]:
    return [[_brief(row.get(column)) for column in columns] for row in rows]


def _brief(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else output.words(value)


def _print_plain(rows: list[list[str]], columns: Sequence[str], whole: Collection[str]) -> None:
    uncut = {*whole, columns[-1]}
    cells = [
        [clean(text) if name in uncut else shorten(text, CELL_LIMIT) for name, text in zip(columns, row, strict=True)]
        for row in [list(columns), *rows]
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        write(GAP.join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() + "\n")


def _print_folded(rows: list[list[str]], columns: Sequence[str]) -> None:
    from rich.console import Console  # slow, and only for a terminal
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(Text(column, "bold"), overflow="fold")
    for row in rows:
        table.add_row(*[Text(shorten(text, CELL_LIMIT)) for text in row])
    screen = Console(force_terminal=True, markup=False, highlight=False, emoji=False)
    with screen.capture() as captured:
        screen.print(table)
    write(captured.get())


# --- a table in the room that there is --------------------------------------------------------------------------------


def _fitted(rows: list[list[str]], columns: Sequence[str], whole: Collection[str], width: int) -> list[Line]:
    """Return the lines of a table; only a row whose whole cells need more than a line gets a second one."""
    cells = [[clean(text) for text in row] for row in [list(columns), *rows]]
    wanted = [max(map(drawn, column)) for column in zip(*cells, strict=True)]
    uncut = sum(name in whole for name in columns)  # the layout's whole columns stand first
    widths = _padded(wanted[:uncut], width)
    room = width - sum(widths) - len(GAP) * uncut
    shares = _shared(wanted[uncut:], room)
    lines = []
    for number, row in enumerate(cells):
        placed = _placed(row[:uncut], widths, width)
        placed[-1] = _filled(placed[-1], row[uncut:], shares, width)
        lines += [(line.rstrip(), "" if number else "bold") for line in placed]
    return lines


def _padded(wanted: list[int], width: int) -> list[int]:
    """Return the widths of the whole columns; one long name must not push the texts of all rows out."""
    room = width - sum(wanted) - len(GAP) * len(wanted)
    widest = wanted.index(max(wanted))
    spared = min(max(2 * LEAST - room, 0), max(wanted[widest] - 3 * LEAST, 0))
    return [size - spared if at == widest else size for at, size in enumerate(wanted)]


def _shared(wanted: list[int], room: int) -> list[int]:
    """Share the room among the texts: who wants less leaves it to the others; who gets next to nothing is left out."""
    shares = [0] * len(wanted)
    for done, at in enumerate(sorted(range(len(wanted)), key=wanted.__getitem__)):
        shares[at] = min(wanted[at], max(room // (len(wanted) - done) - len(GAP), 0))
        room -= shares[at] + len(GAP)
    if any(share < min(LEAST, size) for share, size in zip(shares, wanted, strict=True)):
        return [*_shared(wanted[:-1], room + sum(shares) + len(GAP) * len(shares)), 0]
    return shares


def _placed(cells: list[str], widths: list[int], width: int) -> list[str]:
    """Put the whole cells beside each other; go on below where the next one does not fit."""
    lines = [""]
    for text, column in zip(cells, widths, strict=True):
        if lines[-1].strip() and drawn(lines[-1]) + drawn(text) > width:
            lines.append(GAP)
        lines[-1] += text + " " * (column - drawn(text)) + GAP
    return lines


def _filled(line: str, texts: list[str], shares: list[int], width: int) -> str:
    """Return the line with as much of the texts as fits."""
    for text, share in zip(texts, shares, strict=True):
        room = min(share, width - drawn(line))
        if room >= min(LEAST, drawn(text)) and share:
            shown = cut(text, room)
            line += shown + " " * (share - drawn(shown)) + GAP
    return line


def cut(text: str, room: int) -> str:
    """Return the text, cut to so many columns of a terminal."""
    from rich.cells import set_cell_size  # slow, and only for a terminal

    return text if drawn(text) <= room else set_cell_size(text, room - 1).rstrip() + "…"


def drawn(text: str) -> int:
    """Return how many columns a terminal needs for the text."""
    from rich.cells import cell_len  # slow, and only for a terminal

    return cell_len(text)
