"""The one append-only log. Each row carries the hash of the row before, so that a change shows."""

import hashlib
import json
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from scamhunt.errors import StoreError
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


@dataclass(frozen=True, slots=True)
class Walked:
    """How far the log holds."""

    head: Head
    """The last row that holds."""
    broken: Broken | None = None


_FIRST = Head(0, START)
DECODE = "Could not decode to UTF-8"
_ANY = sa.true()


def head(connection: sa.Connection) -> Head:
    """Return the end of the log; of an empty log it is row 0."""
    row = connection.execute(sa.select(EVENT.c.seq, EVENT.c.hash).order_by(EVENT.c.seq.desc()).limit(1)).first()
    return Head(row.seq, row.hash) if row else _FIRST


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


def walk(connection: sa.Connection, noted: Iterable[Head] = (), first: int = 1) -> Walked:
    """Walk the log as far as it holds; with heads that were noted earlier a cut or rebuilt log is found too.

    From a later row than the first on, what stands before it is believed.
    """
    try:
        with closing(_texts(connection, EVENT.c.seq >= first if first > 1 else _ANY)) as found:
            return chained(found, noted, _before(connection, first))
    except sa.exc.OperationalError as error:  # SQLite keeps what is no UTF-8, Python does not read it
        if DECODE not in str(error.orig):
            raise
    with closing(_damaged(connection)) as found:
        return chained(found, noted)


def _before(connection: sa.Connection, first: int) -> Head:
    """Return the row before a row, as it lies there; its hash is empty where it is gone."""
    here = hashes(connection, [first - 1]) if first > 1 else {}
    return _FIRST if first <= 1 else Head(first - 1, here.get(first - 1, ("", ""))[1])


def chained(rows: Iterable[Mapping[str, Any]], noted: Iterable[Head] = (), start: Head = _FIRST) -> Walked:
    """Return how far rows hold that follow a head; each has the fields of the log as texts, its `at` as stored."""
    wanted: dict[int, set[str]] = {}
    for one in noted:
        wanted.setdefault(one.seq, set()).add(one.hash)
    last = start
    if wanted.get(last.seq, set()) - {last.hash}:
        return Walked(last, Broken(last.seq + 1, "it does not follow the row that was noted: the log was written anew"))
    for row in rows:
        why = _fault(row, last)
        if why:
            return Walked(last, Broken(last.seq + 1, why))
        last = Head(row["seq"], row["hash"])
        if wanted.get(last.seq, set()) - {last.hash}:
            return Walked(last, Broken(last.seq, "it is not the row that was noted: the log was written anew"))
    most = max(wanted, default=0)
    if most > last.seq:
        return Walked(last, Broken(last.seq + 1, f"it is missing: the log once had {most} rows"))
    return Walked(last)


def rows(connection: sa.Connection, since: int, to: int) -> Iterator[dict[str, Any]]:
    """Yield the rows after `since` up to `to`, as they were hashed, each with its hash.

    Raises `StoreError` at one that holds what is no text.
    """
    try:
        for row in _texts(connection, sa.and_(EVENT.c.seq > since, EVENT.c.seq <= to)):
            yield row | {"at": f"{row['at'][:10]}T{row['at'][11:]}Z"}
    except sa.exc.OperationalError as error:
        if DECODE not in str(error.orig):
            raise
        raise StoreError("a row of the log holds what is no text; see which: scamhunt audit verify") from None


def _texts(connection: sa.Connection, which: sa.ColumnElement[bool] = _ANY) -> Generator[dict[str, Any]]:
    # Read as text: a row that somebody damaged must be told, not stumbled over.
    columns = [sa.type_coerce(EVENT.c[name], sa.String).label(name) for name in (*_FIELDS[2:], "hash")]
    columns.append(database.of(connection).time_text(EVENT.c.at).label("at"))
    query = sa.select(EVENT.c.seq, *columns).where(which).order_by(EVENT.c.seq).execution_options(yield_per=5000)
    names = ["seq", *(column.name for column in columns)]
    with closing(connection.execute(query)) as found:
        for row in found:
            yield dict(zip(names, row, strict=True))


def _damaged(connection: sa.Connection) -> Generator[dict[str, Any]]:
    """Yield the rows with what is no UTF-8 in them as lone surrogates, which no row has."""
    names = [*_FIELDS[1:], "hash"]
    columns = [sa.cast(EVENT.c[name], sa.LargeBinary) for name in names]
    with closing(connection.execute(sa.select(EVENT.c.seq, *columns).order_by(EVENT.c.seq))) as found:
        for seq, *values in found:
            texts = [value and value.decode("utf-8", "surrogateescape") for value in values]
            yield {"seq": seq, **dict(zip(names, texts, strict=True))}


def history(connection: sa.Connection, thing: str) -> list[EventView]:
    """Return what was done to a thing, the oldest first."""
    rows = connection.execute(sa.select(EVENT).where(EVENT.c.thing == storable(thing)).order_by(EVENT.c.seq))
    return [_view(row) for row in rows]


def page(connection: sa.Connection, same: Mapping[str, str], before: int, limit: int) -> list[EventView]:
    """Return rows whose columns have these values, the newest first, from the one before a number on; 0: from the end.

    A value that ends with `*` is a beginning.
    """
    query = sa.select(EVENT).order_by(EVENT.c.seq.desc()).limit(limit)
    for name, value in same.items():
        column, text = EVENT.c[name], storable(value)
        if value.endswith("*"):
            query = query.where(column.startswith(text[:-1], autoescape=True))
        else:
            query = query.where(column == text)
    if before:
        query = query.where(EVENT.c.seq < before)
    return [_view(row) for row in connection.execute(query)]


def hashes(connection: sa.Connection, rows: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return of some rows the hash of the row before and their own, by their numbers."""
    found: dict[int, tuple[str, str]] = {}
    for some in database.chunks(rows):
        query = sa.select(EVENT.c.seq, EVENT.c.prev_hash, EVENT.c.hash).where(EVENT.c.seq.in_(some))
        found |= {row.seq: (row.prev_hash, row.hash) for row in connection.execute(query)}
    return found


def last(connection: sa.Connection, thing: str, acts: Collection[str]) -> EventView | None:
    """Return the last event of one of these acts on a thing."""
    same = sa.and_(EVENT.c.thing == thing, EVENT.c.act.in_(acts))
    row = connection.execute(sa.select(EVENT).where(same).order_by(EVENT.c.seq.desc()).limit(1)).first()
    return _view(row) if row else None


def _view(row: Any) -> EventView:  # noqa: ANN401  # a row
    return EventView(row.seq, row.at, row.actor, row.proof, row.act, row.thing, row.reason, json.loads(row.detail))


def _fault(row: Mapping[str, Any], last: Head) -> str | None:
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
