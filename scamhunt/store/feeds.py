"""What is known of feeds from night to night: their runs, marks, validators, and when a host may be asked again."""

from dataclasses import fields
from datetime import datetime, timedelta

import sqlalchemy as sa

from scamhunt.errors import StoreError
from scamhunt.store import database, readings
from scamhunt.store.tables import HOST, MARK, RUN, VALIDATOR
from scamhunt.store.values import Run, Said, Validator, storable

BELIEVED_AHEAD = timedelta(hours=25)
"""No host shuts us out for longer than a day."""

_TEXTS = ("location", "problem", "shape")


def begin_run(connection: sa.Connection, feed: str, location: str, now: datetime) -> Run:
    """Note that a run over a source begins."""
    run = Run(0, feed, storable(location), now)
    row = connection.execute(sa.insert(RUN).values(_row(run)).returning(RUN.c.id)).scalar_one()
    return _run(connection.execute(sa.select(RUN).where(RUN.c.id == row)).mappings().one())


def end_run(connection: sa.Connection, run: Run) -> None:
    """Note what became of a run."""
    connection.execute(sa.update(RUN).where(RUN.c.id == run.id).values(_row(run)))


def runs(connection: sa.Connection, feed: str, location: str | None, limit: int) -> list[Run]:
    """Return the runs of a feed, or of one source of it, the newest first."""
    query = sa.select(RUN).where(RUN.c.feed == feed).order_by(RUN.c.id.desc()).limit(limit)
    if location is not None:
        query = query.where(RUN.c.location == storable(location))
    return [_run(row) for row in connection.execute(query).mappings()]


def last_runs(connection: sa.Connection) -> list[Run]:
    """Return the last run of each source of each feed, by feed and location."""
    last = sa.select(sa.func.max(RUN.c.id)).group_by(RUN.c.feed, RUN.c.location)
    query = sa.select(RUN).where(RUN.c.id.in_(last)).order_by(RUN.c.feed, RUN.c.location)
    return [_run(row) for row in connection.execute(query).mappings()]


def same_since(connection: sa.Connection, feed: str, location: str, sha256: str) -> datetime | None:
    """Return when the first of the last runs began that these bytes; those that brought none are passed by."""
    here = sa.and_(RUN.c.feed == feed, RUN.c.location == storable(location), RUN.c.sha256 != "")
    other = sa.select(sa.func.coalesce(sa.func.max(RUN.c.id), 0)).where(here, RUN.c.sha256 != sha256).scalar_subquery()
    first = sa.func.min(RUN.c.started_at, type_=RUN.c.started_at.type)
    return connection.execute(sa.select(first).where(here, RUN.c.id > other)).scalar()


def last_believed(connection: sa.Connection) -> dict[str, datetime]:
    """Return when the last run that was believed began, by feed."""
    began = sa.func.max(RUN.c.started_at, type_=RUN.c.started_at.type)
    query = sa.select(RUN.c.feed, began.label("began")).where(RUN.c.status == "ok").group_by(RUN.c.feed)
    return {row.feed: row.began for row in connection.execute(query)}


def mark(connection: sa.Connection, feed: str) -> str:
    """Return where a feed goes on; empty at the first time."""
    return connection.execute(sa.select(MARK.c.mark).where(MARK.c.feed == feed)).scalar() or ""


def move_mark(connection: sa.Connection, feed: str, before: str, after: str, now: datetime) -> None:
    """Move a mark from where the caller believes it to be. Raises `StoreError` when another run moved it."""
    values = {"mark": storable(after), "moved_at": now}
    if not before:
        insert = database.insert_into(connection, MARK).values(feed=feed, **values).on_conflict_do_nothing()
        moved = connection.execute(insert, execution_options={"preserve_rowcount": True}).rowcount
    else:
        moved = 0
    if not moved:
        here = sa.and_(MARK.c.feed == feed, MARK.c.mark == storable(before))
        moved = connection.execute(sa.update(MARK).where(here).values(values)).rowcount
    if moved != 1:
        raise StoreError(f"{feed} was read further by another run; run again")


def validator(connection: sa.Connection, feed: str, url: str) -> Validator | None:
    """Return what a server said of an address, with the reading that it stands for."""
    same = sa.and_(VALIDATOR.c.feed == feed, VALIDATOR.c.url == storable(url))
    row = connection.execute(sa.select(VALIDATOR).where(same)).first()
    if row is None:
        return None
    return Validator(Said(row.etag, row.last_modified), readings.get(connection, row.reading_id))


def set_validator(connection: sa.Connection, feed: str, url: str, said: Said, reading_id: int) -> None:
    """Note what a server said of an address."""
    changes = {
        "etag": storable(said.etag),
        "last_modified": storable(said.last_modified),
        "reading_id": reading_id,
    }
    insert = database.insert_into(connection, VALIDATOR).values(feed=feed, url=storable(url), **changes)
    connection.execute(insert.on_conflict_do_update(index_elements=["feed", "url"], set_=changes))


def free_at(connection: sa.Connection, host: str) -> datetime | None:
    """Return when a host may be asked again; None when it was never asked."""
    return connection.execute(sa.select(HOST.c.free_at).where(HOST.c.name == storable(host))).scalar()


def set_free_at(connection: sa.Connection, host: str, at: datetime) -> None:
    """Note when a host may be asked again. A later moment stays, unless a clock that was wrong wrote it."""
    insert = database.insert_into(connection, HOST).values(name=storable(host), free_at=at)
    stays = sa.and_(HOST.c.free_at > at, HOST.c.free_at <= at + BELIEVED_AHEAD)
    later = {"free_at": sa.case((stays, HOST.c.free_at), else_=at)}
    connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_=later))


def give_back(connection: sa.Connection, host: str, noted: datetime, at: datetime) -> None:
    """Note an earlier moment where the one that is noted is still ours."""
    ours = sa.and_(HOST.c.name == storable(host), HOST.c.free_at == noted)
    connection.execute(sa.update(HOST).where(ours).values(free_at=at))


def slower(connection: sa.Connection, host: str) -> int:
    """Return how often the rate for a host was halved."""
    return connection.execute(sa.select(HOST.c.slower).where(HOST.c.name == storable(host))).scalar() or 0


def set_slower(connection: sa.Connection, host: str, halvings: int, now: datetime) -> None:
    """Note how often the rate for a host is halved; one that was never asked is free now."""
    insert = database.insert_into(connection, HOST).values(name=storable(host), free_at=now, slower=halvings)
    connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_={"slower": halvings}))


def _row(run: Run) -> dict[str, object]:
    row = {field.name: getattr(run, field.name) for field in fields(run) if field.name != "id"}
    return row | {name: storable(row[name]) for name in _TEXTS} | {"suffixes": dict(run.suffixes)}


def _run(row: sa.RowMapping) -> Run:
    return Run(**row)
