"""Who takes referrals: the profiles of `data/agencies.toml`, overlaid by the team's own. Pure.

The file is TOML: `[[agency]]` tables with the keys of `Agency`.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import date
from zoneinfo import ZoneInfo

from scamhunt.errors import UserError, did_you_mean
from scamhunt.takedown.contacts import check_recipient
from scamhunt.takedown.desks import why_no_url
from scamhunt.takedown.words import clean

FILE_LIMIT = 2**18
"""Characters of one file."""
MOST = 500
"""Agencies of one file."""
LONGEST = 800
"""Characters of one value."""
LONGEST_HOLD = 30
"""Days: a hold ends by then, or a person renews it."""
FAULTS_TOLD = 20
HOW = "documented"
CHANNELS = ("form", "mail", "desk")
FORMS = ("ic3_paste", "fre902", "bsa63", "traceback")
"""What `Agency.forms` may name."""


@dataclass(frozen=True, slots=True)
class Agency:
    """One profile."""

    id: str
    """A-Z in file names: `ic3`, `cbi`, `generic`."""
    name: str
    country: str
    """ISO 3166, empty for one that stands for any."""
    zone: str
    """IANA's name of its time zone: the timeline has it beside UTC."""
    date_format: str
    """Of dates in its zone, as strftime takes it: `%d/%m/%Y`."""
    channel: str
    """How it takes referrals: `form`, `mail`, `desk`."""
    takes: str
    """What its own words or a source say that it takes, a sentence of ours."""
    attachments: bool
    """Whether it takes files; if not, the paste-ready text is what it gets."""
    forms: tuple[str, ...]
    """Which forms the packet has: `ic3_paste`, `fre902`, `bsa63`, `traceback`."""
    hold_days: int
    """How long a release holds the cases for it by default; 0: not at all."""
    source: str
    verified_on: str
    """The date of the source, YYYY-MM-DD; 1970-01-01 where it bears none."""
    how: str
    """`documented`: nobody wrote to it yet."""
    address: str = ""
    """Where it takes them, a page or a mailbox; empty: the team knows its contact."""
    age_key: str = ""
    """Its age recipient (`age1...`), where it gave one: packets are encrypted to it."""
    note: str = ""


_KEYS = tuple(one.name for one in fields(Agency))
_NEEDED = tuple(one.name for one in fields(Agency) if one.default is MISSING)
_MAY_BE_EMPTY = frozenset({"country", "address", "age_key", "note"})
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_COUNTRY = re.compile(r"(?:[A-Z]{2})?")
_ZONE = re.compile(r"[A-Za-z0-9_+/-]{1,64}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_AGE = re.compile(r"age1[02-9ac-hj-np-z]{58}")

Fault = tuple[str, str]
"""What is wrong, and how to mend it."""


def parse(texts: Sequence[tuple[str, str]]) -> dict[str, Agency]:
    """Read profiles by id from (name of the file, its text); of two with the same id the later file's counts.

    Raises `UserError` with a line `file: agency: what; fix` for each fault.
    """
    found: dict[str, Agency] = {}
    for name, text in texts:
        found |= _parsed(name, text)
    return found


def pick(agencies: Mapping[str, Agency], wanted: str) -> Agency:
    """Return a profile by its id. Raises `UserError` that lists those that there are."""
    if known := agencies.get(wanted):
        return known
    listed = ", ".join(sorted(agencies)) or "none"
    raise UserError(
        f"no agency {_shown(wanted)}{did_you_mean(wanted, agencies)}; there are {listed}; add yours as an [[agency]] "
        "to data/agencies.toml of the overlay"
    )


def _parsed(name: str, text: str) -> dict[str, Agency]:
    found: dict[str, Agency] = {}
    faults: list[str] = []
    for at, table in enumerate(_tables(name, text), 1):
        entry = f"{name}: agency {at} {_shown(str(table.get('id', 'without id')))}"
        wrong = [f"{entry}: {what}; {fix}" for what, fix in _faults(table)]
        if not wrong and table["id"] in found:
            wrong = [f"{entry}: is there twice; keep one, or rename it"]
        if not wrong:
            made = _agency(table)
            found[made.id] = made
        faults += wrong
    if faults:
        more = [f"... and {len(faults) - FAULTS_TOLD} more"] if len(faults) > FAULTS_TOLD else []
        raise UserError("\n".join([*faults[:FAULTS_TOLD], *more]))
    return found


def _tables(name: str, text: str) -> list[dict[str, object]]:
    if len(text) > FILE_LIMIT:
        raise UserError(f"{name}: larger than {FILE_LIMIT // 1024} KiB; take out who never gets a packet")
    try:
        whole = tomllib.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise UserError(f"{name}: not TOML: {clean(str(error), 200)}; mend the text there or just before") from None
    for key in sorted(whole.keys() - {"agency"}):
        raise UserError(f"{name}: unknown table {_shown(key)}{did_you_mean(key, ['agency'])}; write [[agency]]")
    tables = whole.get("agency", [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise UserError(f"{name}: 'agency' is no list of tables; write [[agency]] with two brackets")
    if len(tables) > MOST:
        raise UserError(f"{name}: more than {MOST} agencies; take out who never gets a packet")
    return tables


def _agency(table: Mapping[str, object]) -> Agency:
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    return Agency(**values)  # type: ignore[arg-type]  # each value was checked before


def _faults(table: Mapping[str, object]) -> Iterator[Fault]:
    """Yield what is wrong with one profile; what needs sound values only where each value is sound."""
    wrong = [*_shapes(table), *((f"no {key}", f"add {key} = ...") for key in _NEEDED if key not in table)]
    wrong += [
        (f"{key} is empty", f"write {key} = ...")
        for key, value in table.items()
        if value == "" and key in _KEYS and key not in _MAY_BE_EMPTY
    ]
    yield from wrong or _contents(table, {key: value for key, value in table.items() if isinstance(value, str)})


def _shapes(table: Mapping[str, object]) -> Iterator[Fault]:
    for key, value in table.items():
        if key not in _KEYS:
            yield f"unknown key {_shown(key)}{did_you_mean(key, _KEYS)}", f"an agency has {', '.join(_KEYS)}"
        elif key == "attachments":
            if not isinstance(value, bool):
                yield "attachments is not true or false", "write attachments = true or attachments = false"
        elif key == "hold_days":
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LONGEST_HOLD:
                yield f"hold_days is no number of days from 0 to {LONGEST_HOLD}", "write hold_days = 14"
        elif key == "forms":
            if not isinstance(value, list) or len(set(map(str, value))) != len(value):
                yield "forms is no list of different texts", 'write forms = ["fre902"], or forms = []'
        elif not isinstance(value, str) or clean(value, LONGEST) != value:
            yield f"{key} is no plain text on one line of at most {LONGEST} characters", f'write {key} = "..."'


def _contents(table: Mapping[str, object], text: Mapping[str, str]) -> Iterator[Fault]:
    if not _ID.fullmatch(text["id"]):
        yield f"{_shown(text['id'])} is no id", "use 1 to 32 of a-z, 0-9, hyphen and low line"
    if not _COUNTRY.fullmatch(text["country"]):
        yield f"{_shown(text['country'])} is no country", 'write two letters of ISO 3166: country = "IN"; or ""'
    if not _is_zone(text["zone"]):
        yield f"{_shown(text['zone'])} is no time zone", 'write its name at IANA: zone = "Asia/Kolkata"'
    if not _is_date_format(text["date_format"]):
        yield (
            f"{_shown(text['date_format'])} is no form of a date",
            'write %d, %m and %Y once each, as in date_format = "%d/%m/%Y"',
        )
    yield from _one_of("channel", text["channel"], CHANNELS)
    yield from _one_of("how", text["how"], (HOW,))
    forms = table["forms"]
    for one in forms if isinstance(forms, list) else ():
        yield from _one_of("form", str(one), FORMS)
    if not _is_day(text["verified_on"]):
        yield f"{_shown(text['verified_on'])} is no day", 'write the day of the source: verified_on = "2026-01-31"'
    yield from _reachable(text)


def _reachable(text: Mapping[str, str]) -> Iterator[Fault]:
    if text["source"].startswith("http") and (why := why_no_url(text["source"])):
        yield f"source {why}", "give the page as https://..., or say in words where it stands"
    if address := text.get("address", ""):
        page = "@" not in address
        if (page and why_no_url(address)) or (not page and _why_no_mailbox(address)):
            yield f"{_shown(address)} is no address", "give a page as https://..., or a mailbox; or leave it out"
    if (key := text.get("age_key", "")) and not _is_age_key(key):
        yield f"{_shown(key)} is no age recipient", "copy it whole from what the agency gave: age1 and 58 characters"


def _is_zone(name: str) -> bool:
    try:
        return bool(_ZONE.fullmatch(name)) and bool(ZoneInfo(name).key)
    except (ValueError, KeyError, OSError):  # no name, none of this name, a folder of them
        return False


def _is_date_format(text: str) -> bool:
    return sorted(re.findall(r"%.", text)) == ["%Y", "%d", "%m"] and not set(re.sub(r"%.", "", text)) - set("-/. ")


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _why_no_mailbox(address: str) -> str:
    try:
        check_recipient(address)
    except UserError as error:
        return str(error)
    return ""


def _is_age_key(text: str) -> bool:
    """Say whether this is the recipient that somebody meant: its last characters are a checksum."""
    if not _AGE.fullmatch(text):
        return False
    from pyrage import RecipientError, x25519  # noqa: PLC0415  # seldom needed

    try:
        return bool(x25519.Recipient.from_str(text))
    except RecipientError:
        return False


def _one_of(key: str, given: str, known: Sequence[str]) -> Iterator[Fault]:
    if given not in known:
        yield f"{_shown(given)} is no {key}{did_you_mean(given, known)}", f"a {key} is one of {', '.join(known)}"


def _shown(value: str) -> str:
    return f"'{clean(value, 60)}'"
