"""The one append-only log. Each row carries the hash of the row before, so that a change shows."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from scamhunt.model import Actor, Event
from scamhunt.store import database
from scamhunt.store.tables import EVENT
from scamhunt.store.values import EventView, storable

START = "0" * 64
"""The hash before the first row."""

_FIELDS = ("seq", "at", "actor", "proof", "act", "thing", "reason", "detail", "prev_hash")
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode
_quoted = json.encoder.encode_basestring_ascii


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the log. Noted somewhere else, it shows later that rows were cut off."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row of the log that does not hold, and why."""

    seq: int
    why: str


def head(connection: sa.Connection) -> Head:
    """Return the end of the log; of an empty log it is row 0."""
    row = connection.execute(sa.select(EVENT.c.seq, EVENT.c.hash).order_by(EVENT.c.seq.desc()).limit(1)).first()
    return Head(row.seq, row.hash) if row else Head(0, START)


def append(connection: sa.Connection, events: Iterable[Event], actor: Actor, at: datetime) -> None:
    """Append events in the transaction of the act that they tell of. The time of the log never runs back."""
    last = head(connection)
    latest = connection.execute(sa.select(EVENT.c.at).where(EVENT.c.seq == last.seq)).scalar()
    at = max(at, latest) if latest else at
    seq, prev_hash, stamp = last.seq, last.hash, _stamp(at.astimezone(UTC))
    names = ("seq", "act", "thing", "reason", "detail", "prev_hash", "hash")
    rows = []
    for event in events:
        seq += 1
        reason, detail = storable(event.reason), _detail(event.detail)
        here = _hash(seq, stamp, actor.name, actor.proof, event.act, event.thing, reason, detail, prev_hash)
        rows.append((seq, event.act, event.thing, reason, detail, prev_hash, here))
        prev_hash = here
    if rows:
        columns = dict(zip(names, zip(*rows, strict=True), strict=True))
        same = {"at": at, "actor": actor.name, "proof": actor.proof}
        columns |= {name: (value,) * len(rows) for name, value in same.items()}
        database.of(connection).insert_many(connection, EVENT, columns)


def verify(connection: sa.Connection, noted: Head | None = None) -> Broken | None:
    """Walk the whole log and return the first row that was edited, is missing or does not belong; None when all hold.

    With a head that was noted earlier, a log that was cut off or rebuilt since is found too.
    """
    # Read as text: a row that somebody damaged must be told, not stumbled over.
    columns = [sa.type_coerce(EVENT.c[name], sa.String).label(name) for name in (*_FIELDS[2:], "hash")]
    columns.append(database.of(connection).time_text(EVENT.c.at).label("at"))
    query = sa.select(EVENT.c.seq, *columns).order_by(EVENT.c.seq)
    last = Head(0, START)
    with closing(connection.execution_options(yield_per=5000).execute(query)) as rows:
        for row in rows.mappings():
            why = _fault(row, last)
            if why:
                return Broken(last.seq + 1, why)
            last = Head(row["seq"], row["hash"])
            if noted and noted.seq == last.seq and noted.hash != last.hash:
                return Broken(last.seq, "it is not the row that was noted: the log was written anew")
    if noted and noted.seq > last.seq:
        return Broken(last.seq + 1, f"it is missing: the log once had {noted.seq} rows")
    return None


def history(connection: sa.Connection, thing: str) -> list[EventView]:
    """Return what was done to a thing, the oldest first."""
    rows = connection.execute(sa.select(EVENT).where(EVENT.c.thing == storable(thing)).order_by(EVENT.c.seq))
    return [_view(row) for row in rows]


def last(connection: sa.Connection, thing: str, acts: Collection[str]) -> EventView | None:
    """Return the last event of one of these acts on a thing."""
    same = sa.and_(EVENT.c.thing == thing, EVENT.c.act.in_(acts))
    row = connection.execute(sa.select(EVENT).where(same).order_by(EVENT.c.seq.desc()).limit(1)).first()
    return _view(row) if row else None


def _view(row: Any) -> EventView:  # noqa: ANN401  # a row
    return EventView(row.seq, row.at, row.actor, row.proof, row.act, row.thing, row.reason, json.loads(row.detail))


def _fault(row: sa.RowMapping, last: Head) -> str | None:
    if row["seq"] != last.seq + 1:
        return f"it is missing: row {row['seq']} follows row {last.seq}"
    if row["prev_hash"] != last.hash:
        return "it does not follow from the row before: one of the two was exchanged"
    try:
        same = _hash(row["seq"], _stamp(_moment(row["at"])), *(row[name] for name in _FIELDS[2:])) == row["hash"]
    except (TypeError, ValueError):
        return "it was edited: a field holds what the log never writes"
    return None if same else "it was edited"


def _moment(at: str) -> datetime:
    """Read a time as it is stored. Raises `ValueError` for any other way to write it, a zone above all."""
    moment = datetime.fromisoformat(at)
    if moment.tzinfo or at != moment.isoformat(" ", "microseconds"):
        raise ValueError(at)
    return moment


def _detail(detail: Mapping[str, object]) -> str:
    """Return the detail as the text that is hashed; what no database could look into is written out."""
    text = _canonical(detail)
    return _canonical(_storable(detail)) if "\\u0000" in text or "\\ud" in text else text


def _storable(value: object) -> object:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return {storable(str(name)): _storable(one) for name, one in value.items()}
    return [_storable(one) for one in value] if isinstance(value, list | tuple) else value


def _stamp(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _hash(  # noqa: PLR0913, PLR0917  # the fields of a row, in their order
    seq: int, at: str, actor: str, proof: str, act: str, thing: str, reason: str, detail: str, prev_hash: str
) -> str:
    """Return the SHA-256 of the row as JSON: keys sorted, no blanks, ASCII. Written out because it is run often."""
    text = (
        f'{{"act":{_quoted(act)},"actor":{_quoted(actor)},"at":{_quoted(at)},"detail":{_quoted(detail)},'
        f'"prev_hash":{_quoted(prev_hash)},"proof":{_quoted(proof)},"reason":{_quoted(reason)},"seq":{seq},'
        f'"thing":{_quoted(thing)}}}'
    )
    return hashlib.sha256(text.encode()).hexdigest()
