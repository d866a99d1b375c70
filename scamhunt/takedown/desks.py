"""Desks that take reports, as a list of them has it: read with clear faults, and asked whether the team confirmed one.

A list is TOML: `[[desk]]` with the keys of `takedown.case.Desk`. Pure.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from functools import lru_cache

from scamhunt.errors import UserError, did_you_mean
from scamhunt.model import Channel
from scamhunt.takedown.case import Desk
from scamhunt.takedown.contacts import check_form, check_recipient, is_junk
from scamhunt.takedown.kinds import RecipientKind
from scamhunt.takedown.words import clean

FILE_LIMIT = 2**20
"""Bytes of one list."""
MOST = 2_000
"""Desks of one list."""
VALUES = 100
"""Values of one key."""
LONGEST = 500
"""Characters of one value."""
FAULTS_TOLD = 20
HOLDS = timedelta(days=180)
"""So long a confirmation holds."""
HOW = "documented"

_LISTS = frozenset({"requires", "refuses", "registrar_ids", "names", "domains"})
_KEYS = tuple(each.name for each in fields(Desk))
_NEEDED = ("name", "kind", "channel", "address", "source", "verified_on", "how")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_HEADER = re.compile(r"\s*\[\[\s*desk\s*\]\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_HOST = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*")


def parse_desks(name: str, content: str | bytes) -> list[Desk]:
    """Read a list of desks. Raises `UserError` with a line `file:line: what; fix` for each fault."""
    return list(_parsed(name, content))


@lru_cache(8)  # the same lists are read again for each act
def _parsed(name: str, content: str | bytes) -> tuple[Desk, ...]:
    text = _text(name, content)
    tables = _tables(name, text)
    places = [*_places(text), *[_Place(name, 1, {})] * len(tables)]
    found, faults = [], list[str]()
    for place, table in zip(places, tables, strict=False):
        here = _Place(name, place.header, place.keys)
        wrong = [here.fault(key, what, fix) for key, what, fix in _faults(table)]
        faults += wrong
        if not wrong:
            found.append((here, _desk(table)))
    faults += _twice(found)
    if faults:
        more = [f"... and {len(faults) - FAULTS_TOLD} more"] if len(faults) > FAULTS_TOLD else []
        raise UserError("\n".join([*faults[:FAULTS_TOLD], *more]))
    return tuple(desk for _, desk in found)


def content_of(desk: Desk) -> str:
    """Return the sha256 of all that the list says of a desk: a confirmation is of this content."""
    return hashlib.sha256(json.dumps(asdict(desk), sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def why_unconfirmed(desk: Desk, confirmed_at: datetime | None, content: str, now: datetime) -> str:
    """Say why a desk may not be sent to yet; empty when what it says now was confirmed within the last 180 days."""
    command = f"read {desk.source} and run: scamhunt recipients confirm {desk.name}"
    if confirmed_at is None:
        return f"nobody of the team confirmed the desk {desk.name} yet; {command}"
    if content != content_of(desk):
        return f"the desk {desk.name} was changed in the list since it was confirmed; {command}"
    if now - confirmed_at > HOLDS:
        ago = (now - confirmed_at).days
        return f"the desk {desk.name} was confirmed {ago} days ago, longer than {HOLDS.days} days; {command}"
    if confirmed_at > now:
        return f"the desk {desk.name} was confirmed in the future: look at the clock of this machine, then {command}"
    return ""


# --- the text ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a desk stands: the line of its header, and of each of its keys."""

    file: str
    header: int
    keys: Mapping[str, int]

    def fault(self, key: str, what: str, fix: str) -> str:
        return f"{self.file}:{self.keys.get(key, self.header)}: {what}; {fix}"


def _text(name: str, content: str | bytes) -> str:
    if len(content) > FILE_LIMIT:
        raise UserError(f"{name}:1: larger than {FILE_LIMIT // 2**20} MiB; take desks out that you never write to")
    try:
        return content.decode("utf-8-sig") if isinstance(content, bytes) else content
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise UserError(f"{name}:{line}: not UTF-8; save the file as UTF-8") from None


def _tables(name: str, text: str) -> list[dict[str, object]]:
    try:
        whole = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        at = _AT_LINE.search(str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        problem = clean(str(error).partition(" (at ")[0], 200)
        raise UserError(f"{name}:{line}: not TOML: {problem}; mend the text here or just before") from None
    for key in whole.keys() - {"desk"}:
        raise UserError(f"{name}:1: unknown table {_shown(key)}{did_you_mean(key, ['desk'])}; write [[desk]]")
    tables = whole.get("desk", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise UserError(f"{name}:1: 'desk' is not a list of tables; write [[desk]] with two brackets")
    if len(tables) > MOST:
        raise UserError(f"{name}:1: more than {MOST:,} desks; take those out that you never write to")
    return tables


def _places(text: str) -> list[_Place]:
    """Return the line of the header and of each key, for each `[[desk]]`."""
    places: list[_Place] = []
    keys: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if _HEADER.match(line):
            keys = {}
            places.append(_Place("", number, keys))
        elif key := _KEY.match(line):
            keys.setdefault(key[1], number)
    return places


# --- one desk ---------------------------------------------------------------------------------------------------------


def _desk(table: Mapping[str, object]) -> Desk:
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    return Desk(**(values | {"channel": Channel(str(values["channel"]))}))  # type: ignore[arg-type]  # checked before


def _faults(table: Mapping[str, object]) -> Iterator[tuple[str, str, str]]:
    """Yield (key, what is wrong, fix) for one desk; what needs sound values only where each value is sound."""
    wrong = [*_shapes(table), *((key, f"no {key}", f"add {key} = ...") for key in _NEEDED if not table.get(key))]
    yield from wrong or _contents({key: value for key, value in table.items() if isinstance(value, str)}, table)


def _shapes(table: Mapping[str, object]) -> Iterator[tuple[str, str, str]]:
    for key, value in table.items():
        if key not in _KEYS:
            yield key, f"unknown key {_shown(key)}{did_you_mean(key, _KEYS)}", f"a desk has {', '.join(_KEYS)}"
        elif key in _LISTS:
            if not isinstance(value, list) or len(value) > VALUES or not all(map(_is_text, value)):
                yield key, f"{key} is no list of at most {VALUES} plain texts", f'write {key} = ["..."]'
        elif not _is_text(value):
            yield key, f"{key} is no plain text on one line", f'write {key} = "..."'


def _is_text(value: object) -> bool:
    """Say whether a value is a text that shows whole on one line: no control, bidi or invisible character."""
    return isinstance(value, str) and len(value) <= LONGEST and clean(value, LONGEST) == value


def _contents(text: Mapping[str, str], table: Mapping[str, object]) -> Iterator[tuple[str, str, str]]:
    if not _NAME.fullmatch(text["name"]):
        yield "name", f"{_shown(text['name'])} is no name", "use 1 to 64 of a-z, 0-9 and hyphen"
    yield from _one_of("kind", text["kind"], [kind.value for kind in RecipientKind])
    channels = [channel.value for channel in Channel]
    yield from _one_of("channel", text["channel"], channels)
    if text["channel"] in channels:
        yield from _reachable(text["channel"], text["address"])
    yield from _one_of("how", text["how"], [HOW])
    for key in ("source", "policy_url"):
        if text.get(key) and (why := why_no_url(text[key])):
            yield key, f"{key} {why}", "give the address of the page that says it: https://..."
    if not _is_day(text["verified_on"]):
        yield "verified_on", f"{_shown(text['verified_on'])} is no day", "write the day of the source as 2026-01-31"
    if bool(text.get("policy")) != bool(text.get("policy_url")):
        yield "policy", "policy and policy_url come together", "give the policy's own title and where it stands"
    yield from _keys_of_matching(table)


def _keys_of_matching(table: Mapping[str, object]) -> Iterator[tuple[str, str, str]]:
    for number in _listed(table, "registrar_ids"):
        if not (number.isascii() and number.isdecimal()):
            yield "registrar_ids", f"{_shown(number)} is no number of IANA's", 'write it as in registrar_ids = ["9999"]'
    for domain in _listed(table, "domains"):
        if not _HOST.fullmatch(domain):
            yield (
                "domains",
                f"{_shown(domain)} is no domain",
                "lower case, A-labels, without dot in front or at the end",
            )


def _listed(table: Mapping[str, object], key: str) -> list[str]:
    value = table.get(key, [])
    return [str(one) for one in value] if isinstance(value, list) else []


def _one_of(key: str, given: str, known: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    if given not in known:
        yield key, f"{_shown(given)} is no {key}{did_you_mean(given, known)}", f"a {key} is one of {', '.join(known)}"


def _reachable(channel: str, address: str) -> Iterator[tuple[str, str, str]]:
    if channel != Channel.EMAIL:
        if why := why_no_url(address):
            yield "address", f"the address of the {channel} {why}", "give it as https://..."
        return
    try:
        check_recipient(address)
    except UserError as error:
        yield "address", str(error).partition(";")[0], "write it as in abuse@registrar.example"
        return
    if is_junk(address):
        yield "address", f"{address} is a mailbox that acts on no report", "take the desk out, or find its abuse desk"


def why_no_url(address: str) -> str:
    """Say why an address of a page cannot be used; empty when it can."""
    try:
        check_form(address)
    except UserError as error:
        return str(error).partition(";")[0].partition(" ")[2]
    return ""


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _twice(found: Iterable[tuple[_Place, Desk]]) -> Iterator[str]:
    first: dict[str, int] = {}
    for place, desk in found:
        line = place.keys.get("name", place.header)
        if first.setdefault(desk.name, line) != line:
            yield place.fault(
                "name", f"{desk.name} is listed in line {first[desk.name]} already", "keep one, or rename"
            )


def _shown(value: str) -> str:
    return f"'{clean(value, 60)}'"
