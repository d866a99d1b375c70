"""Who is asked next when nothing happens, after how long and with what: ladders, as `data/escalation.toml` has them.

A ladder is data. Its times are ours alone: elapsed hours and days since a report went out, never a date that somebody
else has to keep. Pure.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta

from scamhunt.errors import UserError, did_you_mean
from scamhunt.takedown.kinds import ABOUT_NAMES, RecipientKind
from scamhunt.takedown.rungs import (
    ATTACH,
    BUILT_IN,
    DNS_ABUSE,
    DO,
    ESCALATE,
    LONGEST_WAIT,
    MARK_ONLY,
    ONLY,
    POINT,
    REMIND,
    SAME,
    SILENCE,
    Ladders,
    Rung,
    in_order,
)
from scamhunt.takedown.words import clean

__all__ = ["Ladders", "Rung", "parse_ladders"]

FILE_LIMIT = 2**18
"""Bytes of one file."""
MOST = 200
"""Steps of one file."""
LONGEST = 600
"""Characters of one value."""
FAULTS_TOLD = 20
TOGETHER_NEVER = ({"gtld", "cctld"}, {"new_gtld", "cctld"}, {"observed_abuse", "mark_only"}, {"name", "number"})
"""Conditions that exclude each other."""
_NAMED = frozenset(kind.value for kind in ABOUT_NAMES)
_ABOUT_NAMES = frozenset({"gtld", "new_gtld", "cctld", "name", "observed_abuse", "mark_only"})
_KINDS = tuple(kind.value for kind in RecipientKind)
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_WAIT = re.compile(r"([1-9][0-9]{0,3})([hd])")
_HEADER = re.compile(r"\s*\[\[\s*step\s*\]\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_AMOUNT = r"(?:\d+|one|two|three|four|five|seven|ten|fifteen|twenty[- ]four|forty[- ]eight)"
_UNIT = r"(?:hour|day|week)s?"
_CLAIMS = re.compile(
    r"\b(?:must|shall|has to|have to|required|requires?|obliged|obligations?|duty|liable|deadlines?|no later than"
    rf"|at the latest|with?in (?:the next )?{_AMOUNT} (?:working |business |calendar )?{_UNIT}"
    rf"|{_AMOUNT} (?:working|business) {_UNIT}|{_AMOUNT}-{_UNIT})\b",
    re.IGNORECASE,
)


def parse_ladders(name: str, content: str | bytes, *, silence: timedelta = SILENCE) -> Ladders:
    """Read a file of ladders: `silence`, and `[[step]]` tables with the keys of `Rung`.

    `silence` is the one that holds where the file has none. Raises `UserError` with a line `file:line: what; fix` for
    each fault: no TOML, an unknown key, kind or condition, a wait that is no elapsed time, a name that is there twice,
    a step that nothing can reach, words that claim a deadline or a duty.
    """
    text = _text(name, content)
    whole = _whole(name, text)
    faults, found = list[str](), list[tuple[_Place, Rung]]()
    if (said := whole.get("silence")) is not None and (why := _why_no_wait(said)):
        faults.append(f"{name}:{_line_of('silence', text)}: silence {why}")
    tables = _steps(name, whole)
    for place, table in zip([*_places(name, text), *[_Place(name, 1)] * len(tables)], tables, strict=False):
        wrong = [place.fault(*each) for each in _faults(table)]
        faults += wrong
        if not wrong:
            found.append((place, _rung(table)))
    faults += _twice(found)
    if faults:
        more = [f"... and {len(faults) - FAULTS_TOLD} more"] if len(faults) > FAULTS_TOLD else []
        raise UserError("\n".join([*faults[:FAULTS_TOLD], *more]))
    return Ladders(in_order(rung for _, rung in found), silence if said is None else _wait(str(said)))


# --- the text ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a step stands: the line of its header, and of each of its keys."""

    file: str
    header: int
    keys: dict[str, int] = field(default_factory=dict)

    def fault(self, key: str, what: str, fix: str) -> str:
        return f"{self.file}:{self.keys.get(key, self.header)}: {what}; {fix}"


def _text(name: str, content: str | bytes) -> str:
    if len(content) > FILE_LIMIT:
        raise UserError(f"{name}:1: larger than {FILE_LIMIT // 1024} KiB; take out what is not used")
    try:
        return content.decode("utf-8-sig") if isinstance(content, bytes) else content
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise UserError(f"{name}:{line}: not UTF-8; save the file as UTF-8") from None


def _whole(name: str, text: str) -> dict[str, object]:
    try:
        whole = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        at = _AT_LINE.search(str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        problem = clean(str(error).partition(" (at ")[0], 200)
        raise UserError(f"{name}:{line}: not TOML: {problem}; mend the text here or just before") from None
    for key in whole:
        if key not in {"silence", "step"}:
            near = did_you_mean(key, ["silence", "step"])
            line = _line_of(key, text)
            raise UserError(f"{name}:{line}: unknown key {_shown(key)}{near}; there is silence, and tables [[step]]")
    return whole


def _line_of(key: str, text: str) -> int:
    """Return the line of a key or table on top, 1 where it is not found."""
    lines = enumerate(text.splitlines(), 1)
    return next((at for at, line in lines if line.strip().strip("[]\"' ").startswith(key)), 1)


def _steps(name: str, whole: Mapping[str, object]) -> list[dict[str, object]]:
    tables = whole.get("step", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise UserError(f"{name}:1: 'step' is not a list of tables; write [[step]] with two brackets")
    if len(tables) > MOST:
        raise UserError(f"{name}:1: more than {MOST} steps; take out what is not used")
    return tables


def _places(name: str, text: str) -> list[_Place]:
    found: list[_Place] = []
    for at, line in enumerate(text.splitlines(), 1):
        if _HEADER.match(line):
            found.append(_Place(name, at))
        elif found and (key := _KEY.match(line)):
            found[-1].keys.setdefault(key[1], at)
    return found


# --- the steps --------------------------------------------------------------------------------------------------------

_LISTS = frozenset(each.name for each in fields(Rung) if str(each.type).startswith("tuple"))
_KEYS = tuple(each.name for each in fields(Rung))
_NEEDED = ("name", "when", "after", "do")
_KNOWN: Mapping[str, tuple[str, ...]] = {"when": _KINDS, "attach": ATTACH, "only": ONLY}

_Fault = tuple[str, str, str]
"""The key, what is wrong, and how to mend it."""


def _rung(table: Mapping[str, object]) -> Rung:
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    return replace(Rung(""), **(values | {"after": _wait(str(values["after"]))}))  # type: ignore[arg-type]  # checked before


def _faults(table: Mapping[str, object]) -> Iterator[_Fault]:
    """Yield the faults of one step; what needs sound values only where each value is sound."""
    wrong = [*_shapes(table), *((key, f"no {key}", f"add {key} = ...") for key in _NEEDED if not table.get(key))]
    wrong = wrong or list(_contents(table))
    yield from wrong or _unreachable(_rung(table))


def _shapes(table: Mapping[str, object]) -> Iterator[_Fault]:
    for key, value in table.items():
        if key not in _KEYS:
            yield key, f"unknown key {_shown(key)}{did_you_mean(key, _KEYS)}", f"a step has {', '.join(_KEYS)}"
        elif key == "declined":
            if not isinstance(value, bool):
                yield key, "declined is neither true nor false", "write declined = true"
        elif key in _LISTS:
            if not isinstance(value, list) or not all(map(_is_text, value)):
                yield key, f"{key} is no list of plain texts", f'write {key} = ["..."]'
        elif not _is_text(value):
            yield key, f"{key} is no plain text on one line", f'write {key} = "..."'


def _is_text(value: object) -> bool:
    return isinstance(value, str) and clean(value, LONGEST) == value


def _contents(table: Mapping[str, object]) -> Iterator[_Fault]:
    name, do, to = str(table["name"]), str(table["do"]), str(table.get("to", SAME))
    if not _SLUG.fullmatch(name):
        yield "name", f"{_shown(name)} is no name", "use 1 to 40 of a-z, 0-9, hyphen and low line"
    if name in BUILT_IN:
        yield "name", f"{name} is the name of a step that every ladder has", "take another name"
    if why := _why_no_wait(table["after"]):
        what, _, fix = why.partition("; ")
        yield "after", f"after {what}", fix
    yield from _unknown("do", do, DO)
    for key, known in _KNOWN.items():
        for value in _listed(table, key):
            yield from _unknown(key, value, known)
    yield from _aimed(do, to)
    for key in ("note", "to", "source"):
        if claim := _CLAIMS.search(str(table.get(key, ""))):
            what = f"{_shown(claim.group())} claims a deadline or a duty that is not ours to claim"
            yield key, what, "say what we do, and when"


def _aimed(do: str, to: str) -> Iterator[_Fault]:
    """Yield what is wrong with whom a step leads to."""
    if do == REMIND and to != SAME:
        what = f"a reminder goes to the same recipient, not to {_shown(to)}"
        yield "to", what, 'take "to" out, or write do = "escalate"'
    if do == ESCALATE:
        yield from _unknown("to", to, _KINDS)
    if do == POINT and to == SAME:
        yield "do", "a pointer says what it points to", 'add to = "UDRP"'


def _unreachable(rung: Rung) -> Iterator[_Fault]:
    """Yield why no report can ever come to a step."""
    only = set(rung.only)
    for pair in TOGETHER_NEVER:
        if pair <= only:
            yield "only", f"nothing is {' and '.join(sorted(pair))} at once: nothing reaches this step", "keep one"
    names, numbers = set(rung.when) & _NAMED, set(rung.when) - _NAMED
    if (only & _ABOUT_NAMES and not names) or ("number" in only and not numbers):
        yield "only", "no such recipient is asked about that: nothing reaches this step", "mend when or only"
    if rung.do == ESCALATE and ((rung.to in _NAMED and not names) or (rung.to not in _NAMED and not numbers)):
        yield "to", f"a {rung.to} is never asked about what these have: nothing reaches this step", "mend when or to"
    kept = [one for one in rung.purposes if not _excluded(one, only)]
    if rung.purposes and not kept:
        yield "purposes", "only excludes all of these purposes: nothing reaches this step", "mend purposes or only"


def _excluded(purpose: str, only: set[str]) -> bool:
    abuse = "observed_abuse" in only and purpose not in DNS_ABUSE
    return abuse or ("mark_only" in only and purpose not in MARK_ONLY)


def _twice(found: Iterable[tuple[_Place, Rung]]) -> Iterator[str]:
    first: dict[str, int] = {}
    for place, rung in found:
        line = place.keys.get("name", place.header)
        if first.setdefault(rung.name, line) != line:
            yield place.fault("name", f"{rung.name} is there in line {first[rung.name]} already", "keep one, or rename")


def _unknown(key: str, given: str, known: Iterable[str]) -> Iterator[_Fault]:
    if given not in known:
        near = did_you_mean(given, known)
        yield key, f"{_shown(given)} is not known in {key}{near}", f"{key} takes {', '.join(known)}"


def _why_no_wait(value: object) -> str:
    if isinstance(value, str) and _WAIT.fullmatch(value) and _wait(value) <= LONGEST_WAIT:
        return ""
    shown = _shown(str(value))
    return f'is no time that passes: {shown}; write elapsed hours or days, up to a year, as in "24h" or "3d"'


def _wait(text: str) -> timedelta:
    at = _WAIT.fullmatch(text)
    number = int(at[1]) if at else 0
    return timedelta(hours=number) if text.endswith("h") else timedelta(days=number)


def _listed(table: Mapping[str, object], key: str) -> list[str]:
    value = table.get(key, [])
    return [str(one) for one in value] if isinstance(value, list) else []


def _shown(value: str) -> str:
    return f"'{clean(value, 60)}'"
