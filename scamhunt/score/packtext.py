"""The text of a brand pack: TOML with the line of each brand and key, which tomllib does not tell. Pure."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scamhunt.errors import did_you_mean

FILE_LIMIT = 16 * 2**20
"""Bytes of one pack."""
LINE_LIMIT = 100_000
"""Characters of one line: the time that tomllib takes for a dotted key grows with the square of its length."""

_HEADER = re.compile(r"\s*\[\[\s*(brand|\"brand\"|'brand')\s*\]\]")
_KEY = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*=""")
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a brand pack; `str(fault)` is the message for a person."""

    file: str
    line: int
    problem: str
    fix: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.problem}; {self.fix}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One `[[brand]]` with what is needed to say where a fault stands."""

    file: str
    lines: Sequence[str]
    header: int
    keys: Mapping[str, int]
    table: Mapping[str, object]

    @property
    def label(self) -> str:
        """How a message names the brand."""
        return f"brand {shown(self.table.get('id', 'without id'))}"

    def names(self, name: str) -> bool:
        """Return whether the brand lists this very domain, not only a host below it."""
        listed = self.table.get("domains")
        return isinstance(listed, list) and any(isinstance(one, str) and one.strip().lower() == name for one in listed)

    def fault(self, key: str, problem: str, fix: str, item: object = None) -> Fault:
        """Return a fault at the key, or at an item of its list."""
        return Fault(self.file, self.line(key, item), problem, fix)

    def line(self, key: str, item: object = None) -> int:
        """Return the line of the key or of an item in its list; when in doubt the header's."""
        start = self.keys.get(key, self.header)
        if isinstance(item, str) and key in self.keys:
            end = min([at for at in self.keys.values() if at > start], default=len(self.lines) + 1)
            quoted = (f'"{item}"', f"'{item}'")
            return next((at for at in range(start, end) if any(q in self.lines[at - 1] for q in quoted)), start)
        return start


def entries(file: str, text: str | bytes, faults: list[Fault]) -> list[Entry]:
    """Read the TOML. What is no list of brands becomes a fault."""
    if len(text) > FILE_LIMIT:
        faults.append(Fault(file, 1, f"larger than {FILE_LIMIT // 2**20} MiB", "split it into several files"))
        return []
    try:
        whole = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        long = next((at for at, line in enumerate(whole.split("\n"), 1) if len(line) > LINE_LIMIT), 0)
        if long:
            faults.append(Fault(file, long, f"longer than {LINE_LIMIT:,} characters", "break the line"))
            return []
        tables = tomllib.loads(whole)
    except (ValueError, RecursionError) as error:
        faults.append(_syntax(file, text, error))
        return []
    found = _placed(file, whole.split("\n"), tables.get("brand", []), faults)
    for key in tables.keys() - {"brand"}:
        line = next((at for at, row in enumerate(whole.split("\n"), 1) if key in row), 1)
        faults.append(Fault(file, line, f"unknown table {shown(key)}{did_you_mean(key, ['brand'])}", "write [[brand]]"))
    if not found and not faults:
        faults.append(Fault(file, 1, "no brand in this pack", "write at least one [[brand]], or remove the file"))
    return found


def _syntax(file: str, text: str | bytes, error: Exception) -> Fault:
    if isinstance(error, UnicodeDecodeError):
        return Fault(file, error.object.count(b"\n", 0, error.start) + 1, "not UTF-8", "save the file as UTF-8")
    if isinstance(error, RecursionError):
        return Fault(file, 1, "nested too deeply", "a brand pack needs one level: [[brand]] and its keys")
    at = _AT_LINE.search(str(error))
    newlines = text.count(b"\n") if isinstance(text, bytes) else text.count("\n")
    problem = str(error).partition(" (at ")[0][:200]
    return Fault(file, int(at[1]) if at else newlines + 1, f"not TOML: {problem}", "mend the text here or just before")


def _placed(file: str, lines: Sequence[str], tables: object, faults: list[Fault]) -> list[Entry]:
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        line = next((at for at, row in enumerate(lines, 1) if "brand" in row), 1)
        faults.append(Fault(file, line, "'brand' is not a list of tables", "write [[brand]] with two brackets"))
        return []
    places = _places(lines)
    places += [(1, {})] * (len(tables) - len(places))
    return [Entry(file, lines, header, keys, table) for (header, keys), table in zip(places, tables, strict=False)]


def _places(lines: Sequence[str]) -> list[tuple[int, dict[str, int]]]:
    """Return line of the header and of each key, for each `[[brand]]`; what multi-line texts hold is passed over."""
    places: list[tuple[int, dict[str, int]]] = []
    inside = ""
    for number, line in enumerate(lines, 1):
        if inside:
            inside = "" if inside in line else inside
            continue
        if _HEADER.match(line):
            places.append((number, {}))
        elif places and (key := _KEY.match(line)):
            places[-1][1].setdefault(key[1] or key[2] or key[3], number)
        inside = next((mark for mark in ('"""', "'''") if line.count(mark) % 2), "")
    return places


def shown(value: object) -> str:
    """Return a value for a message: escaped and short, whatever it holds."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."  # noqa: PLR2004  # fits a line of a terminal
