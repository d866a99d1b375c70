"""Stored answers: mails that came to reports, as they are shown. Their bytes lie sealed in `inbox/`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from scamhunt.errors import NotAllowedNow, NotFound
from scamhunt.store.tables import REPLY
from scamhunt.store.tracked_values import ReplyDraft, ReplyState, ReplyView
from scamhunt.store.values import storable, storable_id


def add(connection: sa.Connection, draft: ReplyDraft, now: datetime) -> ReplyView | None:
    """Store a mail; None for one that was read before."""
    if connection.execute(sa.select(REPLY.c.id).where(REPLY.c.digest == draft.digest)).first():
        return None
    words = {name: storable(value) if isinstance(value, str) else value for name, value in asdict(draft).items()}
    lists = {"tickets": list(draft.tickets), "doubts": list(draft.doubts)}
    fresh = {"state": ReplyState.OPEN.value, "decided_by": "", "decided_at": None, "read_at": now}
    insert = sa.insert(REPLY).values(words | lists | fresh).returning(REPLY.c.id)
    return get(connection, connection.execute(insert).scalar_one())


def change(connection: sa.Connection, reply: ReplyView, changes: Mapping[str, Any]) -> ReplyView:
    """Change a mail on which nobody decided yet. Raises `NotAllowedNow`."""
    open_yet = sa.and_(REPLY.c.id == reply.id, REPLY.c.state == ReplyState.OPEN.value)
    if connection.execute(sa.update(REPLY).where(open_yet).values(**changes)).rowcount != 1:
        raise NotAllowedNow(f"somebody decided on answer {reply.id} already; see: scamhunt inbox show {reply.id}")
    return get(connection, reply.id)


def get(connection: sa.Connection, reply_id: int) -> ReplyView:
    """Return one mail. Raises `NotFound`."""
    row = connection.execute(sa.select(REPLY).where(REPLY.c.id == storable_id(reply_id))).mappings().first()
    if row is None:
        raise NotFound("no answer of that number; see: scamhunt inbox list")
    return _view(row)


def page(
    connection: sa.Connection, *, state: ReplyState | None, reports: Sequence[int] | None, limit: int
) -> list[ReplyView]:
    """Return mails: disputes first, then those that nothing speaks against, of each the newest first.

    So nobody hides a desk's word below a thousand mails of his own. Of some reports only, where these are named.
    """
    plain = sa.cast(REPLY.c.doubts, sa.Text) == "[]"
    order = (REPLY.c.kind != "dispute", sa.not_(plain), REPLY.c.id.desc())
    query = sa.select(REPLY).order_by(*order).limit(limit)
    if state is not None:
        query = query.where(REPLY.c.state == state.value)
    if reports is not None:
        query = query.where(REPLY.c.report_id.in_(list(reports)))
    return [_view(row) for row in connection.execute(query).mappings()]


def _view(row: sa.RowMapping) -> ReplyView:
    return ReplyView(**{**row, "state": ReplyState(row["state"])})
