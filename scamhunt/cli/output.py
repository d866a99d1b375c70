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
import shlex
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from scamhunt.errors import OutsideError, UserError
from scamhunt.model import Actor

if TYPE_CHECKING:
    from scamhunt.desk import OpenStore
    from scamhunt.settings import Settings

NAME = "scamhunt"
MESSAGE_LIMIT = 1_000
"""A line on stderr has at most so many characters."""
SECRET_LIMIT = 4_096
"""Bytes of a line with a password."""
Line = tuple[str, str]
"""A text of one line, and its style on a terminal."""

# Printable for Python but drawn as nothing: fillers, joiners, variation selectors, the blank Braille cell. A flood of
# marks on one letter draws over its neighbours, so from the fourth on they are shown too.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
    "|(?<=[\u0300-\u036f\u0483-\u0489\u20d0-\u20ff]{3})[\u0300-\u036f\u0483-\u0489\u20d0-\u20ff]"
)
# Also behind a separator: where a spreadsheet splits at another one than ours, a cell starts there.
_FORMULA = re.compile("(^|[,;|])([\\s\"']*)(?=[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20\u2212])")
_E164 = re.compile(r"\+[0-9]{6,15}")


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
    if _E164.fullmatch(text):  # a spreadsheet would add it up, or lose its plus
        return f"tel:{text}"
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


def count(number: int, thing: str) -> str:
    """Return a number with its noun: `1 brand`, `1,200 brands`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def encode(value: object, indent: int | None = None) -> str:
    r"""Return JSON in plain ASCII without control characters; what is not ASCII stands as `\uXXXX`."""
    return json.dumps(value, ensure_ascii=True, indent=indent, default=plain).replace("\x7f", "\\u007f")


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


def tell_roles(store: "OpenStore | None", knobs: "Settings", actor: Actor, *, acts: bool = True) -> None:
    """Say when one person is the whole team, and at an act when nobody was added; without a store nobody was."""
    from scamhunt import desk

    for line in desk.standing(store, knobs, actor, acts=acts):
        tell(line)


def password(*, stdin: bool = False) -> Callable[[str], str]:
    """Return what gives the password of a name once it is needed: empty where nobody can be asked.

    With `stdin` it is the next line there; else it is asked for on a terminal and not shown.
    """
    import typer

    def given(name: str) -> str:
        if stdin:
            return secret_line()
        if not terminal(sys.stdin):
            return ""
        return str(typer.prompt(f"Password of {name}", default="", show_default=False, hide_input=True, err=True))

    return given


def secret_line() -> str:
    """Return the next line of stdin without its end. Raises `UserError`, which never shows it."""
    raw = sys.stdin.buffer.readline(SECRET_LIMIT + 1)
    if len(raw) > SECRET_LIMIT:
        raise UserError(f"--password-stdin: the line has more than {SECRET_LIMIT:,} bytes; a password is a short line")
    try:
        return raw.removesuffix(b"\n").removesuffix(b"\r").decode()
    except UnicodeDecodeError:
        raise UserError("--password-stdin: the line is no UTF-8; a password is text") from None


def paint(lines: Iterable[Line]) -> None:
    """Write lines to a terminal in their styles; none of them is folded."""
    from rich.console import Console  # slow, and only for a terminal
    from rich.text import Text

    screen = Console(force_terminal=True, markup=False, highlight=False, emoji=False, soft_wrap=True)
    with screen.capture() as drawn:
        for text, style in lines:
            screen.print(Text(text, style))
    write(drawn.get())


def program() -> str:
    """Return what a person types here to run this program: its name where the shell finds it, else its path."""
    started = Path(sys.argv[0])
    if started.name == "__main__.py" and started.parent.name == NAME:
        return f"{_typed(Path(sys.executable))} -m {NAME}"
    found = shutil.which(NAME)
    if started.name != NAME or (found and Path(found).resolve() == started.resolve()):
        return NAME
    return _typed(started)


def hint(command: str) -> str:
    """Return a command that we write as `scamhunt ...` as it is typed here."""
    return command.replace(NAME, program(), 1) if command.startswith(f"{NAME} ") else command


def terminal(stream: Any = None) -> bool:  # noqa: ANN401  # a text stream
    """Say whether a person looks at the stream (stdout if none is given)."""
    return bool((stream or sys.stdout).isatty())


def _escape(char: str) -> str:
    return f"\\u{{{ord(char):x}}}"


def _typed(path: Path) -> str:
    """Return the path of a program, from the working directory when that is shorter, ready for a shell."""
    whole = os.path.abspath(path)  # noqa: PTH100  # resolve() would leave the environment of a linked interpreter
    try:
        short = os.path.relpath(whole)
    except OSError:  # somebody removed the working directory
        return shlex.quote(whole)
    return shlex.quote(min(short if os.sep in short else f"./{short}", whole, key=len))


def _unwritten(error: OSError) -> Exception:
    if isinstance(error, BrokenPipeError):
        return ReaderGone()
    return OutsideError(f"the output cannot be written: {error.strerror}; make room or write elsewhere, then run again")


def _lines(value: object) -> Sequence[object]:
    """Return what stands below each other: the lines of a text, the items of a list; at least one."""
    if isinstance(value, list | tuple):
        return value or [""]
    return value.split("\n") if isinstance(value, str) else [value]
