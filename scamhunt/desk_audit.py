"""What an auditor does: verify the log, compare the tables with it, hand the log on. Part of `desk.py`."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from scamhunt import desk_views, files, log_heads
from scamhunt.access import Permission
from scamhunt.errors import OutsideError, UserError
from scamhunt.model import Actor, Event
from scamhunt.store import Broken, EventView, Head, Store, log

WHOLE = "log"
"""As the log names itself."""
PAGE = 100
LONGEST = 4_000_000
"""Characters of one row of an export at most; what the program logs has a few thousand."""
MOST_NOTED = 100_000_000
"""Characters of a file of noted heads at most: five years of a signed one every ten minutes."""
_HEAD = re.compile(r"([0-9]{1,15}):([0-9a-f]{64})")
_TEXTS = frozenset({"at", "actor", "proof", "act", "thing", "reason", "detail", "prev_hash", "hash"})
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode

Write = Callable[[str], object]
Noted = Sequence[Head]
"""Heads that were noted elsewhere."""


@dataclass(frozen=True, slots=True)
class Audited:
    """What a verification found."""

    first: int
    """The first row that was looked at."""
    head: Head
    """The last row that holds."""
    broken: Broken | None
    noted: int
    """Heads, noted earlier, that it was compared with."""
    problems: Sequence[str] | None
    """What the tables say and the log does not; None where they were not compared."""

    @property
    def holds(self) -> bool:
        """Return whether all is as it was logged."""
        return self.broken is None and not self.problems

    @property
    def rows(self) -> int:
        """Return how many rows hold."""
        return self.head.seq - self.first + 1


@dataclass(frozen=True, slots=True)
class Kept:
    """The heads of a file that was kept elsewhere."""

    heads: Sequence[Head]
    signed: int = 0
    """How many of them have a signature; each of these holds."""
    keys: Sequence[str] = ()
    """The fingerprints of the keys that signed."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was handed on."""

    rows: int
    head: Head


def head(store: Store) -> str:
    """Return the end of the log as it is noted elsewhere: `SEQ:HASH`."""
    return written(store.log_head())


def written(one: Head) -> str:
    """Return a head as it is noted: `SEQ:HASH`."""
    return f"{one.seq}:{one.hash}"


def read_head(text: str) -> Head:
    """Read a head that was noted. Raises `UserError`."""
    found = _HEAD.fullmatch(text.strip())
    if found is None:
        raise UserError(
            f"{text[:80]!a} is no head of the log: it is SEQ:HASH, the number of a row and its hash in 64 hexadecimal "
            "digits, as scamhunt audit verify prints it"
        )
    return Head(int(found[1]), found[2])


def read_heads(file: Path, key: str = "") -> Kept:
    """Read the heads that were noted in a file, the last word of each line, and verify the signatures that are there.

    `key` is who has to have signed, as a fingerprint or a line of OpenSSH. Raises `UserError` for a file that cannot be
    read, `OutsideError` with the line whose signature does not hold.
    """
    wanted = log_heads.fingerprint_of(key) if key else ""
    heads, keys, signed = list[Head](), set[str](), 0
    for number, text in enumerate(_noted_in(file), 1):
        if not text.strip():
            continue
        try:
            head = read_head(text.split()[-1])
        except UserError as error:
            raise UserError(f"{file}: line {number}: {error}; take the line out if a full disk cut it") from None
        heads.append(head)
        line = log_heads.read(text, head.seq, head.hash)
        if line is None:
            continue
        if not log_heads.holds(line, wanted):
            whose = f", or it is not by the key {wanted}" if wanted else ""
            raise OutsideError(f"{file}: line {number}: its signature does not hold: the line was changed{whose}")
        keys.add(line.fingerprint)
        signed += 1
    if not heads:
        raise UserError(f"{file}: has no head in it; each line ends with one, SEQ:HASH")
    return Kept(heads, signed, sorted(keys))


def _noted_in(file: Path) -> list[str]:
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            text = lines.read(MOST_NOTED + 1)
    except OSError as error:
        raise UserError(f"{file}: {error.strerror or error}") from None
    if len(text) > MOST_NOTED:
        raise UserError(f"{file}: is too large for a file of noted heads ({MOST_NOTED:,} characters)")
    return text.splitlines()


# --- verify -----------------------------------------------------------------------------------------------------------


def verify(store: Store, who: Actor, noted: Sequence[Head] = (), *, log_only: bool = False) -> Audited:
    """Walk the whole log, against heads that were noted elsewhere, and compare the tables with it; nothing is logged.

    Raises `NotPermitted`, `StoreError`.
    """
    store.require(who, Permission.VERIFY)
    walked = store.walk_log(noted)
    compare = walked.broken is None and not log_only
    return Audited(1, walked.head, walked.broken, len(noted), store.check() if compare else None)


def verify_export(file: Path, noted: Sequence[Head] = ()) -> Audited:
    """Verify an export by itself; it needs no database. Raises `UserError` for a file that is none.

    Of an export that begins later than the log the rows before are not known: only a head noted for the row before its
    first, or for one in it, says that it is the end of the same log.
    """
    try:
        with file.open("rb") as lines:
            return _chained(_read_rows(file, lines), noted)
    except OSError as error:
        raise UserError(f"{file}: {error.strerror or error}") from None


def _chained(rows: Iterator[dict[str, Any]], noted: Sequence[Head] = (), since: int | None = None) -> Audited:
    """Walk rows that begin anywhere in the log; what their first says of the row before is believed."""
    first = next(rows, None)
    if first is None:
        start = Head(since or 0, log.START)
        noted = [one for one in noted if one.seq > start.seq]
    else:
        begins = first["seq"] if since is None else since + 1
        start = Head(begins - 1, first["prev_hash"] if begins > 1 else log.START)
        noted = [one for one in noted if one.seq >= start.seq]
        rows = chain([first], rows)
    walked = log.chained(rows, noted, start)
    return Audited(start.seq + 1, walked.head, walked.broken, len(noted), None)


def _read_rows(file: Path, lines: BinaryIO) -> Iterator[dict[str, Any]]:
    """Yield the rows of an export, their times as they are stored. Raises `UserError` for a line that is no row."""
    number = 0
    while line := lines.readline(LONGEST + 1):
        number += 1
        row = _read_row(line)
        if row is None:
            raise UserError(f"{file}: line {number}: is no row of the log, as scamhunt audit export writes it")
        yield row


def _read_row(line: bytes) -> dict[str, Any] | None:
    if len(line) > LONGEST:
        return None
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict) or set(row) != _TEXTS | {"seq"} or type(row["seq"]) is not int or row["seq"] < 1:
        return None
    if not all(isinstance(row[name], str) for name in _TEXTS) or _canonical(row).encode() != line.rstrip(b"\n"):
        return None
    return row | {"at": _stored(row["at"])}


# --- read -------------------------------------------------------------------------------------------------------------


def page(  # noqa: PLR0913  # the words that one may search by
    store: Store, who: Actor, *, actor: str = "", act: str = "", thing: str = "", before: int = 0
) -> tuple[list[EventView], int]:
    """Return rows of the log, the newest first, and where the next page begins; 0: there is none.

    Of each word given only what equals it is shown, or what begins so where it ends with `*`. That somebody reads the
    log is in the log. Raises `NotPermitted`, `StoreError`.
    """
    store.require(who, Permission.VERIFY)
    desk_views.viewed(store, who, WHOLE)
    given = {"actor": actor.strip(), "act": act.strip(), "thing": thing.strip()}
    same = {name: value for name, value in given.items() if value}
    found = store.log_page(same, before, PAGE + 1)
    return found[:PAGE], found[PAGE - 1].seq if len(found) > PAGE else 0


# --- export -----------------------------------------------------------------------------------------------------------


def export(store: Store, who: Actor, write: Write, *, since: int = 0) -> Exported:
    """Write every row after `since` as it was hashed, one JSON object a line; the log tells who took it, up to where.

    Raises `NotPermitted`, `UserError` for a row that is not there yet, and `OutsideError` where what was written does
    not hold.
    """
    with store.acting(who) as desk:
        desk.require(Permission.VERIFY)
        end = desk.log_head()
        if since > end.seq:
            raise UserError(f"there is no row {since} yet: the log ends at row {end.seq}")
        desk.log(Event("audit.export", WHOLE, detail={"since": since, "head": written(end)}))
    with store.log_rows(since, end.seq) as rows:
        broken = _chained(_written(rows, write), since=since).broken
    if broken:
        raise OutsideError(f"the log does not hold at row {broken.seq}: {broken.why}; the export does not either")
    return Exported(end.seq - since, end)


def _written(rows: Iterable[dict[str, Any]], write: Write) -> Iterator[dict[str, Any]]:
    """Write rows as they pass."""
    for row in rows:
        write(_canonical(row) + "\n")
        yield row | {"at": _stored(row["at"])}


def _stored(at: str) -> str:
    """Return a time of an export as the database has it; what is no time of ours as it is."""
    return f"{at[:10]} {at[11:-1]}" if _AT.fullmatch(at) else at


def export_to(store: Store, who: Actor, out: Path, *, since: int = 0) -> Exported:
    """Write the same to a new file, whole or not at all. Raises as `export` does; `UserError` for one that exists."""
    if out.exists() or out.is_symlink():
        raise UserError(f"{out}: is there already; name a new file")
    done: list[Exported] = []

    def fill(file: BinaryIO) -> None:
        done.append(export(store, who, lambda text: file.write(text.encode()), since=since))

    files.write_whole(out, fill)
    return done[0]
