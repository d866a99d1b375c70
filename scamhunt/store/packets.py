"""Stored packets for agencies, what came of them, and comparisons with other brands."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from scamhunt.errors import NotAllowedNow, NotFound, Refused
from scamhunt.store import row_log
from scamhunt.store.acting import Acting
from scamhunt.store.referred_values import OutcomeKind, OutcomeView, OverlapView, PacketState, PacketView
from scamhunt.store.tables import OUTCOME, OVERLAP, PACKET
from scamhunt.store.values import storable, storable_id


def add(desk: Acting, row: Mapping[str, Any]) -> PacketView:
    """Store a packet that was built; one that is known takes another folder and a further builder.

    What was released stays so: a copy of it then goes to the new folder. The log tells of it. Raises `Refused` where
    the database is not what the log says.
    """
    known = find(desk.connection, row["id"])
    waits = {"state": PacketState.BUILT.value, "built_at": desk.now, "released_by": "", "released_proof": ""}
    waits |= {"released_at": None}
    values = {name: storable(value) if isinstance(value, str) else value for name, value in row.items()}
    if known is None:
        values |= waits | {"builders": [desk.actor.name]}
        desk.connection.execute(sa.insert(PACKET).values(values))
    else:
        if why := desk.differs(row_log.PACKETS.prefix, known.id):
            raise Refused(f"packet {known.id} {why}: somebody changed the database: scamhunt db check")
        changes = values | {"builders": list(dict.fromkeys([*known.builders, desk.actor.name]))}
        if known.state is PacketState.BUILT:  # it waits for both folders
            changes |= waits | {"outs": list(dict.fromkeys([*known.outs, *row["outs"]]))}
        else:  # its cases are held already, for as many days as were approved
            changes["hold_days"] = known.hold_days
        desk.connection.execute(sa.update(PACKET).where(PACKET.c.id == known.id).values(changes))
    desk.tell(row_log.PACKETS, row["id"], "packet.build", row["purpose"], {"agency": row["agency"]})
    return get(desk.connection, row["id"])


def release(desk: Acting, packet: PacketView, reason: str) -> PacketView:
    """Store that this actor, a second person, lets a packet go; the log tells of it. Raises `NotAllowedNow`."""
    waits = sa.and_(PACKET.c.id == packet.id, PACKET.c.state == PacketState.BUILT, PACKET.c.sha256 == packet.sha256)
    changes = {"state": PacketState.RELEASED.value, "released_by": desk.actor.name, "released_at": desk.now}
    changes |= {"released_proof": desk.actor.proof}
    if desk.connection.execute(sa.update(PACKET).where(waits).values(changes)).rowcount != 1:
        raise NotAllowedNow(f"packet {packet.id} was released already; see: scamhunt referral show {packet.id}")
    told = {"agency": packet.agency, "purpose": packet.purpose, "cases": list(packet.cases), "file": packet.name}
    desk.tell(row_log.PACKETS, packet.id, "packet.release", reason, told)
    return get(desk.connection, packet.id)


def stamped(desk: Acting, packet: PacketView, sha256: str, size: int, at: datetime) -> PacketView:
    """Store that a packet which waits has a stamp of the time now; the log tells of it. Raises `NotAllowedNow`."""
    waits = sa.and_(PACKET.c.id == packet.id, PACKET.c.state == PacketState.BUILT, PACKET.c.sha256 == packet.sha256)
    if desk.connection.execute(sa.update(PACKET).where(waits).values(sha256=sha256, size=size)).rowcount != 1:
        raise NotAllowedNow(f"packet {packet.id} was released: what is out is not stamped any more")
    desk.tell(row_log.PACKETS, packet.id, "packet.stamp", "", {"stamped_at": at.isoformat()})
    return get(desk.connection, packet.id)


def find(connection: sa.Connection, packet_id: str) -> PacketView | None:
    """Return one packet, None where there is none."""
    row = connection.execute(sa.select(PACKET).where(PACKET.c.id == storable(packet_id))).mappings().first()
    return None if row is None else PacketView(**{**row, "state": PacketState(row["state"])})


def get(connection: sa.Connection, packet_id: str) -> PacketView:
    """Return one packet. Raises `NotFound`."""
    found = find(connection, packet_id)
    if found is None:
        raise NotFound("no packet of that id; see: scamhunt referral list")
    return found


def page(connection: sa.Connection, limit: int) -> list[PacketView]:
    """Return packets, the newest first."""
    query = sa.select(PACKET).order_by(PACKET.c.built_at.desc(), PACKET.c.id).limit(limit)
    return [PacketView(**{**row, "state": PacketState(row["state"])}) for row in connection.execute(query).mappings()]


# --- what came of them ------------------------------------------------------------------------------------------------


def record(  # noqa: PLR0913  # what an agency said
    desk: Acting, packet: PacketView, kind: OutcomeKind, *, ref: str, note: str, at: datetime, due_at: datetime | None
) -> OutcomeView:
    """Store what an agency said or asked; the log tells of it."""
    row: dict[str, Any] = {"packet_id": packet.id, "kind": kind.value, "ref": storable(ref), "note": storable(note)}
    row |= {"at": at}
    row |= {"actor": desk.actor.name, "due_at": due_at, "done_at": None, "done_by": ""}
    number = desk.connection.execute(sa.insert(OUTCOME).values(row).returning(OUTCOME.c.id)).scalar_one()
    desk.tell(row_log.OUTCOMES, number, "outcome.record", "", {"packet": packet.id, "kind": kind.value})
    return outcome(desk.connection, number)


def done(desk: Acting, outcome_id: int, reason: str) -> OutcomeView:
    """Store that what was asked is done; the log tells of it. Raises `NotFound`, `NotAllowedNow`."""
    found = outcome(desk.connection, outcome_id)
    open_yet = sa.and_(OUTCOME.c.id == found.id, OUTCOME.c.done_at.is_(None))
    changes = {"done_at": desk.now, "done_by": desk.actor.name}
    if desk.connection.execute(sa.update(OUTCOME).where(open_yet).values(**changes)).rowcount != 1:
        raise NotAllowedNow(f"outcome {outcome_id} is done already")
    desk.tell(row_log.OUTCOMES, found.id, "outcome.done", reason, {"packet": found.packet_id})
    return outcome(desk.connection, outcome_id)


def outcome(connection: sa.Connection, outcome_id: int) -> OutcomeView:
    """Return one outcome. Raises `NotFound`."""
    row = connection.execute(sa.select(OUTCOME).where(OUTCOME.c.id == storable_id(outcome_id))).mappings().first()
    if row is None:
        raise NotFound("no outcome of that number; see: scamhunt referral show ID")
    return _outcome(row)


def outcomes(connection: sa.Connection, *, packet_id: str | None = None, due: bool = False) -> list[OutcomeView]:
    """Return outcomes, of one packet where it is said, the oldest first; `due`: only what waits to be done."""
    query = sa.select(OUTCOME).order_by(OUTCOME.c.id)
    if packet_id is not None:
        query = query.where(OUTCOME.c.packet_id == storable(packet_id))
    if due:
        query = query.where(OUTCOME.c.done_at.is_(None), OUTCOME.c.due_at.is_not(None))
    return [_outcome(row) for row in connection.execute(query).mappings()]


def _outcome(row: sa.RowMapping) -> OutcomeView:
    return OutcomeView(**{**row, "kind": OutcomeKind(row["kind"])})


# --- comparisons ------------------------------------------------------------------------------------------------------


def begin_overlap(desk: Acting, row: Mapping[str, Any]) -> OverlapView:
    """Store that a comparison begins; the log tells of it. Raises `NotAllowedNow` for one that has begun here."""
    if _has_begun(desk.connection, row["id"]):
        raise NotAllowedNow(f"comparison {row['id']} has begun here already; see: scamhunt referral overlap list")
    fresh = {"begun_by": desk.actor.name, "begun_at": desk.now, "compared": 0, "common": 0, "ended_by": ""}
    values = {name: storable(value) if isinstance(value, str) else value for name, value in row.items()}
    desk.connection.execute(sa.insert(OVERLAP).values({**values, **fresh, "ended_at": None}))
    desk.tell(row_log.OVERLAPS, row["id"], "overlap.begin", row["purpose"], {"partner": row["partner"]})
    return overlap(desk.connection, row["id"])


def compared(desk: Acting, found: OverlapView, common: int) -> OverlapView:
    """Store that it was compared, and how much was in common; the log tells of it."""
    changes = {"compared": found.compared + 1, "common": common}
    return _change(desk, found, "overlap.compare", "", changes, {"common": common})


def end_overlap(desk: Acting, found: OverlapView, reason: str) -> OverlapView:
    """Store that a comparison ended and its key was destroyed; the log tells of it."""
    changes = {"ended_by": desk.actor.name, "ended_at": desk.now}
    return _change(desk, found, "overlap.end", reason, changes, {"key": "destroyed"})


def _change(  # noqa: PLR0913, PLR0917  # what an act on a comparison says and changes
    desk: Acting, found: OverlapView, act: str, reason: str, changes: Mapping[str, Any], told: Mapping[str, object]
) -> OverlapView:
    open_yet = sa.and_(OVERLAP.c.id == found.id, OVERLAP.c.ended_at.is_(None))
    if desk.connection.execute(sa.update(OVERLAP).where(open_yet).values(**changes)).rowcount != 1:
        raise NotAllowedNow(f"comparison {found.id} has ended, and its key is gone; begin another one")
    desk.tell(row_log.OVERLAPS, found.id, act, reason, told)
    return overlap(desk.connection, found.id)


def _has_begun(connection: sa.Connection, overlap_id: str) -> bool:
    """Say whether a comparison has begun here."""
    return connection.execute(sa.select(OVERLAP.c.id).where(OVERLAP.c.id == storable(overlap_id))).first() is not None


def overlap(connection: sa.Connection, overlap_id: str) -> OverlapView:
    """Return one comparison. Raises `NotFound`."""
    row = connection.execute(sa.select(OVERLAP).where(OVERLAP.c.id == storable(overlap_id))).mappings().first()
    if row is None:
        raise NotFound(
            f"no comparison {storable(overlap_id)[:40]!a} has begun here; see: scamhunt referral overlap list"
        )
    return OverlapView(**row)


def overlaps(connection: sa.Connection, limit: int) -> list[OverlapView]:
    """Return comparisons, the newest first."""
    query = sa.select(OVERLAP).order_by(OVERLAP.c.begun_at.desc(), OVERLAP.c.id).limit(limit)
    return [OverlapView(**row) for row in connection.execute(query).mappings()]
