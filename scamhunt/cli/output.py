r"""The one encoder between us and a terminal, a file, a spreadsheet or a script.

Data goes to stdout, words for a person go to stderr. Nothing that came from outside reaches either of them raw: a
character that is not printable is shown as `\u{..}`, and a cell of CSV never starts a formula.
"""

import contextlib
import csv
import io
import json
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import PurePath
from typing import Any

from scamhunt.errors import OutsideError

MESSAGE_LIMIT = 1_000
"""A line on stderr has at most so many characters."""
CELL_LIMIT = 60
"""A cell of a table has at most so many characters; the last one of a row has room where no terminal is."""

# Printable for Python but drawn as nothing: fillers, joiners, variation selectors, the blank Braille cell. A flood of
# marks on one letter draws over its neighbours, so from the fourth on they are shown too.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
    "|(?<=[\u0300-\u036f\u0483-\u0489\u20d0-\u20ff]{3})[\u0300-\u036f\u0483-\u0489\u20d0-\u20ff]"
)
# Also behind a separator: where a spreadsheet splits at another one than ours, a cell starts there.
_FORMULA = re.compile("(^|[,;|])([\\s\"']*)(?=[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20\u2212])")


class Format(StrEnum):
    """How a list is printed."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


class ThingFormat(StrEnum):
    """How one thing is printed."""

    TABLE = "table"
    JSON = "json"


class ReaderGone(Exception):  # no error: who reads us has seen enough
    """Nobody reads our output any more, as with `| head`."""


def clean(text: str) -> str:
    r"""Return the text with each character that is not plainly visible as `\u{..}`, line ends included."""
    if not text.isascii() or not text.isprintable():
        text = "".join(char if char.isprintable() else _escape(char) for char in text)
        text = _INVISIBLE.sub(lambda found: _escape(found[0]), text)
    return text


def shorten(text: str, limit: int) -> str:
    """Return the text, cleaned and cut to at most `limit` characters."""
    text = clean(text[: limit + 1])
    return text if len(text) <= limit else text[: limit - 1] + "…"


def cell(value: object) -> str:
    """Return the text of a CSV cell: a number as it is, any other value so that no spreadsheet executes it."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    text = value.isoformat() if isinstance(value, datetime) else words(value)
    return clean(_FORMULA.sub(r"\1\2'", text))


def words(value: object) -> str:
    """Return a value as a person reads it in one cell; reasons by their texts."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    value = plain(value)
    if isinstance(value, dict):
        return str(value["text"]) if "text" in value else encode(value)
    return "; ".join(words(item) for item in value) if isinstance(value, list) else str(value)


def plain(value: Any) -> Any:  # noqa: ANN401  # whatever the verbs return
    """Return a value that JSON lacks as the nearest that it has; only the outermost layer.

    A dataclass becomes an object, a time ISO 8601, bytes escaped text. Raises TypeError for what has no such form.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    if isinstance(value, bytes):
        return clean(value.decode("utf-8", "backslashreplace"))
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, PurePath):
        return str(value)
    raise TypeError(f"no form for {type(value).__name__}")


def encode(value: object, indent: int | None = None) -> str:
    r"""Return JSON in plain ASCII without control characters; what is not ASCII stands as `\uXXXX`."""
    return json.dumps(value, ensure_ascii=True, indent=indent, default=plain).replace("\x7f", "\\u007f")


def print_rows(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], form: Format) -> None:
    """Print a list: every field as JSON, the named columns as a table or CSV."""
    if form is Format.JSON:
        _print_array(rows)
    elif form is Format.JSONL:
        for row in rows:
            write(encode(row) + "\n")
    elif form is Format.CSV:
        write(csv_line(columns))
        for row in rows:
            write(csv_line([row.get(column) for column in columns]))
    else:
        _print_table([[_brief(row.get(column)) for column in columns] for row in rows], columns)


def print_thing(thing: Mapping[str, Any], form: ThingFormat) -> None:
    """Print one thing: an object as JSON, or a line a field."""
    if form is ThingFormat.JSON:
        return write(encode(thing, indent=1) + "\n")
    width = max(map(len, thing), default=0)
    for name, value in thing.items():
        for at, item in enumerate(_lines(value)):
            write(f"{clean(name) if at == 0 else '':{width}}  {clean(words(item))}".rstrip() + "\n")
    return None


def csv_line(values: Iterable[object]) -> str:
    """Return one record of CSV with its line end."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([cell(value) for value in values])
    return line.getvalue()


def write(text: str) -> None:
    """Write data to stdout. Raises `ReaderGone`, or `OutsideError` when the other end cannot take it."""
    try:
        sys.stdout.write(text)
    except OSError as error:
        raise _unwritten(error) from None


def flush() -> None:
    """Bring everything to the other end; raises as `write` does."""
    try:
        sys.stdout.flush()
    except OSError as error:
        raise _unwritten(error) from None


def silence() -> None:
    """Drop what stdout could not take: Python would try it again at its end, and complain."""
    void = os.open(os.devnull, os.O_WRONLY)
    os.dup2(void, sys.stdout.fileno())
    os.close(void)


def tell(text: str) -> None:
    """Write a message for a person to stderr, each line cleaned and cut."""
    with contextlib.suppress(OSError):  # nowhere to complain to
        for line in text.split("\n"):
            sys.stderr.write(shorten(line, MESSAGE_LIMIT) + "\n")


def terminal(stream: Any = None) -> bool:  # noqa: ANN401  # a text stream
    """Say whether a person looks at the stream (stdout if none is given)."""
    return bool((stream or sys.stdout).isatty())


def _escape(char: str) -> str:
    return f"\\u{{{ord(char):x}}}"


def _unwritten(error: OSError) -> Exception:
    if isinstance(error, BrokenPipeError):
        return ReaderGone()
    return OutsideError(f"the output cannot be written: {error.strerror}; make room or write elsewhere, then run again")


def _brief(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else words(value)


def _lines(value: object) -> Sequence[object]:
    """Return what stands below each other: the lines of a text, the items of a list; at least one."""
    if isinstance(value, list | tuple):
        return value or [""]
    return value.split("\n") if isinstance(value, str) else [value]


def _print_array(rows: Iterable[Mapping[str, Any]]) -> None:
    """Print a JSON array, a row at a time: a list may be longer than memory."""
    before = "["
    for row in rows:
        write(f"{before}\n{encode(row)}")
        before = ","
    write("[]\n" if before == "[" else "\n]\n")


def _print_table(rows: list[list[str]], columns: Sequence[str]) -> None:
    if terminal():
        return _print_rich(rows, columns)
    cells = [[*(shorten(text, CELL_LIMIT) for text in row[:-1]), clean(row[-1])] for row in [list(columns), *rows]]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        write("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() + "\n")
    return None


def _print_rich(rows: list[list[str]], columns: Sequence[str]) -> None:
    from rich.console import Console  # noqa: PLC0415  # slow, and only for a terminal
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(Text(column, "bold"), overflow="fold")
    for row in rows:
        table.add_row(*[Text(shorten(text, CELL_LIMIT)) for text in row])
    screen = Console(force_terminal=True, markup=False, highlight=False, emoji=False)
    with screen.capture() as drawn:
        screen.print(table)
    write(drawn.get())
