"""Stored holds: targets that are left alone for a while."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from scamhunt.errors import NotAllowedNow, NotFound
from scamhunt.store.tables import HOLD
from scamhunt.store.tracked_values import HoldKind, HoldView
from scamhunt.store.values import storable, storable_id


def begin(connection: sa.Connection, row: Mapping[str, Any], now: datetime) -> HoldView:
    """Store a hold that begins now."""
    nothing = {"answered_at": None, "ended_at": None, "ended_by": "", "ended_why": "", "finding": ""}
    values = {**row, **nothing, "reason": storable(str(row["reason"])), "begun_at": now}
    return get(connection, connection.execute(sa.insert(HOLD).values(values).returning(HOLD.c.id)).scalar_one())


def change(connection: sa.Connection, hold: HoldView, changes: Mapping[str, Any]) -> HoldView:
    """Change a hold that has not ended. Raises `NotAllowedNow` for one that has."""
    open_yet = sa.and_(HOLD.c.id == hold.id, HOLD.c.ended_at.is_(None), HOLD.c.until == hold.until)
    if connection.execute(sa.update(HOLD).where(open_yet).values(**changes)).rowcount != 1:
        raise NotAllowedNow(f"hold {hold.id} has ended, or somebody changed it meanwhile; see: scamhunt holds list")
    return get(connection, hold.id)


def get(connection: sa.Connection, hold_id: int) -> HoldView:
    """Return one hold. Raises `NotFound`."""
    row = connection.execute(sa.select(HOLD).where(HOLD.c.id == storable_id(hold_id))).mappings().first()
    if row is None:
        raise NotFound("no hold of that number; see: scamhunt holds list")
    return _view(row)


def page(connection: sa.Connection, *, open_only: bool, limit: int) -> list[HoldView]:
    """Return holds, those that end first at the top; what has ended comes last."""
    query = sa.select(HOLD).order_by(HOLD.c.ended_at.is_not(None), HOLD.c.until, HOLD.c.id).limit(limit)
    if open_only:
        query = query.where(HOLD.c.ended_at.is_(None))
    return [_view(row) for row in connection.execute(query).mappings()]


def of_candidate(connection: sa.Connection, candidate_id: int) -> list[HoldView]:
    """Return the holds on a target that have not ended, the oldest first; time may be up for some."""
    here = sa.and_(HOLD.c.candidate_id == candidate_id, HOLD.c.ended_at.is_(None))
    return [_view(row) for row in connection.execute(sa.select(HOLD).where(here).order_by(HOLD.c.id)).mappings()]


def of_hold(connection: sa.Connection, hold_id: int) -> list[HoldView]:
    """Return the holds on linked targets that a dispute brought and that have not ended."""
    here = sa.and_(HOLD.c.of_hold == hold_id, HOLD.c.ended_at.is_(None))
    return [_view(row) for row in connection.execute(sa.select(HOLD).where(here).order_by(HOLD.c.id)).mappings()]


def _view(row: sa.RowMapping) -> HoldView:
    return HoldView(**{**row, "kind": HoldKind(row["kind"])})
