"""Readings: a body of a feed, how far it was read, and the rows that could not be used."""

import hashlib
from dataclasses import replace
from datetime import datetime
from itertools import chain

import sqlalchemy as sa

from scamhunt.errors import NotFound, StoreError
from scamhunt.model import SYSTEM, Event
from scamhunt.store import log, merging, numbers
from scamhunt.store.tables import QUARANTINED, READING
from scamhunt.store.values import Gathered, QuarantinedView, Reading, Saved, storable, storable_id


def begin(connection: sa.Connection, new: Reading) -> Reading:
    """Return the reading that is known for this feed, these bytes and this window, or store a new one."""
    same = sa.select(READING).where(*(READING.c[name] == getattr(new, name) for name in ("feed", "sha256", "since")))
    row = connection.execute(same).mappings().first()
    if row is None:
        connection.execute(
            sa.insert(READING).values(
                feed=new.feed,
                location=storable(new.location),
                sha256=new.sha256,
                size=new.size,
                archive=storable(new.archive),
                since=new.since,
                started_at=new.started_at,
                mark="",
                read=0,
                accepted=0,
                duplicate=0,
                quarantined=0,
            )
        )
        row = connection.execute(same).mappings().one()
    return Reading(**row)


def save_batch(connection: sa.Connection, reading: Reading, batch: Gathered, now: datetime) -> Saved:
    """Store a batch whole: candidates, quarantine, mark, counts, events."""
    _move_mark(connection, reading, batch)
    _keep_rejected(connection, reading, batch, now)
    numbers.save(connection, reading, batch.numbers)
    rated = batch.rate(numbers.Kept(connection)) if batch.rate else ()
    merged = merging.merge(connection, reading, [*batch.found, *rated], now)
    counts = {
        "reading": reading.id,
        "sha256": reading.sha256,
        "since": reading.since,
        "accepted": batch.accepted,
        "duplicate": batch.duplicate,
        "quarantined": len(batch.rejected),
        "new": len(merged.new),
        "updated": len(merged.updated),
        "reopened": len(merged.reopened),
    }
    read = Event("feed.read", f"feed:{reading.feed}", detail=counts)
    log.append(connection, chain(merged.events, [read]), SYSTEM, now)
    return Saved(get(connection, reading.id), merged.new, merged.updated, merged.reopened)


def save_rows(connection: sa.Connection, new: Reading, batch: Gathered, now: datetime) -> Saved:
    """Store rows that are a reading of their own; rows that were stored before are left as they are."""
    reading = begin(connection, new)
    if reading.finished_at:
        return Saved(reading, [], [], [], known=True)
    saved = save_batch(connection, reading, batch, now)
    return replace(saved, reading=finish(connection, saved.reading, now))


def finish(connection: sa.Connection, reading: Reading, now: datetime) -> Reading:
    """Note that nothing of these bytes is left to read."""
    connection.execute(
        sa.update(READING).where(READING.c.id == reading.id, READING.c.finished_at.is_(None)).values(finished_at=now)
    )
    return get(connection, reading.id)


def get(connection: sa.Connection, reading_id: int) -> Reading:
    """Return a reading by its number."""
    query = sa.select(READING).where(READING.c.id == reading_id)
    return Reading(**connection.execute(query).mappings().one())


def quarantine(connection: sa.Connection, feed: str | None, limit: int) -> list[QuarantinedView]:
    """Return rows that could not be used, the newest first."""
    query = sa.select(QUARANTINED).order_by(QUARANTINED.c.id.desc()).limit(limit)
    if feed is not None:
        query = query.where(QUARANTINED.c.feed == storable(feed))
    return [QuarantinedView(**row) for row in connection.execute(query).mappings()]


def quarantined(connection: sa.Connection, row_id: int) -> QuarantinedView:
    """Return one row of the quarantine. Raises `NotFound`."""
    row_id = storable_id(row_id)
    row = connection.execute(sa.select(QUARANTINED).where(QUARANTINED.c.id == row_id)).mappings().first()
    if row is None:
        raise NotFound(f"no row {row_id or 'of that number'} in the quarantine; see: scamhunt quarantine list")
    return QuarantinedView(**row)


def _move_mark(connection: sa.Connection, reading: Reading, batch: Gathered) -> None:
    """Move the mark only from where the caller believes it to be, so that no batch is stored twice."""
    rejected = len(batch.rejected)
    here = sa.and_(READING.c.id == reading.id, READING.c.mark == reading.mark, READING.c.read == reading.read)
    moved = connection.execute(
        sa.update(READING)
        .where(here, READING.c.finished_at.is_(None))
        .values(
            mark=batch.mark,
            read=READING.c.read + batch.accepted + batch.duplicate + rejected,
            accepted=READING.c.accepted + batch.accepted,
            duplicate=READING.c.duplicate + batch.duplicate,
            quarantined=READING.c.quarantined + rejected,
        )
    )
    if moved.rowcount != 1:
        raise StoreError(f"{reading.feed}: these bytes were read further by another run; run again")


def _keep_rejected(connection: sa.Connection, reading: Reading, batch: Gathered, now: datetime) -> None:
    rows = [
        {
            "reading_id": reading.id,
            "feed": reading.feed,
            "line": row.line,
            "reason": storable(row.reason),
            "raw": row.raw,
            "sha256": row.sha256 or hashlib.sha256(row.raw).hexdigest(),
            "at": now,
        }
        for row in batch.rejected
    ]
    if rows:
        connection.execute(sa.insert(QUARANTINED), rows)
