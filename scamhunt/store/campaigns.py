"""Stored signs of candidates, the campaigns that come of them, and what people said of links."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from scamhunt.campaigns.sign import Ruling, Sign
from scamhunt.errors import NotAllowedNow, NotFound
from scamhunt.indicators.series import series_of
from scamhunt.model import WERE_CASES, Kind, Role, State
from scamhunt.store import database, row_log
from scamhunt.store.acting import Acting
from scamhunt.store.columns import Columns
from scamhunt.store.tables import CAMPAIGN, CANDIDATE, LOOK, MEMBER, RULING, SIGN
from scamhunt.store.values import storable, storable_id

_PAGE = 5_000


@dataclass(frozen=True, slots=True)
class CampaignView:
    """A campaign as it stands, or stood until it was gone."""

    id: str
    formed_at: datetime
    gone_at: datetime | None
    successors: Sequence[str]
    """Of one that is gone: the campaigns that took its place."""
    members: Sequence[int]
    """The numbers of its candidates, sorted."""
    cases: int
    """How many of them a person confirmed."""
    brands: Sequence[str]


# --- signs ------------------------------------------------------------------------------------------------------------


def keep(desk: Acting, signs: Iterable[Sign]) -> None:
    """Store what looks saw; of what was seen before the span of time grows and the newest proof counts."""
    found: dict[tuple[int, str, str], Sign] = {}
    for one in signs:
        key = (one.case, one.kind, storable(one.value))
        found[key] = _both(found[key], one) if key in found else one
    cases = {case for case, _, _ in found}
    for some in database.chunks(cases):
        query = sa.select(SIGN).where(SIGN.c.candidate_id.in_(some))
        for row in desk.connection.execute(query).mappings():
            key = (row["candidate_id"], row["kind"], row["value"])
            if key in found:
                found[key] = _both(_sign(row), found[key])
    names = ("candidate_id", "kind", "value", "first_at", "last_at", "evidence", "look_id")
    rows = [(*key, one.first_at, one.last_at, one.evidence, one.look) for key, one in found.items()]
    if rows:
        columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
        database.of(desk.connection).merge_many(desk.connection, SIGN, ["candidate_id", "kind", "value"], columns)


def signs(connection: sa.Connection, states: Sequence[State], near: Sequence[int] | None = None) -> Iterator[Sign]:
    """Yield the signs of the candidates in some states; a number that victims call is its own.

    With `near` only those signs that one of these candidates has, on whichever candidate: how many share each is right
    then too.
    """
    taking_part = CANDIDATE.c.state.in_(states)
    if near is None:
        yield from _signs(connection, taking_part, taking_part)
        return
    keys: set[tuple[str, str]] = set()
    for some in database.chunks(near):
        keys.update((row.kind, row.value) for row in connection.execute(_keys_of(some)))
        keys.update(("number", one) for one in connection.execute(_numbers_of(some)).scalars())
    for kind in sorted({one for one, _ in keys}):
        for values in database.chunks(sorted(value for one, value in keys if one == kind)):
            same = sa.and_(taking_part, SIGN.c.kind == kind, SIGN.c.value.in_(values))
            own = sa.and_(taking_part, CANDIDATE.c.target.in_(values)) if kind == "number" else sa.false()
            yield from _signs(connection, same, own)


def _keys_of(cases: Sequence[int]) -> sa.Select[Any]:
    return sa.select(SIGN.c.kind, SIGN.c.value).where(SIGN.c.candidate_id.in_(cases)).distinct()


def _numbers_of(cases: Sequence[int]) -> sa.Select[Any]:
    return sa.select(CANDIDATE.c.target).where(CANDIDATE.c.id.in_(cases), CANDIDATE.c.kind == Kind.PHONE)


def _signs(connection: sa.Connection, which: sa.ColumnElement[bool], whose: sa.ColumnElement[bool]) -> Iterator[Sign]:
    """Yield signs of looks, then those that candidates are themselves."""
    columns = [SIGN.c[name] for name in ("candidate_id", "kind", "value", "first_at", "last_at", "evidence", "look_id")]
    query = sa.select(*columns).join_from(SIGN, CANDIDATE, CANDIDATE.c.id == SIGN.c.candidate_id).where(which)
    ordered = query.order_by(SIGN.c.id).execution_options(yield_per=_PAGE)
    with closing(connection.execute(ordered)) as rows:
        for row in rows:
            yield Sign(*row)
    c = CANDIDATE.c
    to_call = sa.and_(c.kind == Kind.PHONE, c.role == Role.CALLBACK)  # any other is mostly forged: it is no sign
    own = sa.select(c.id, c.target, c.first_seen, c.last_seen).where(whose, to_call).order_by(c.id)
    with closing(connection.execute(own.execution_options(yield_per=_PAGE))) as rows:
        for row in rows:
            yield Sign(row[0], "number", row[1], row[2], row[3])


def _both(one: Sign, other: Sign) -> Sign:
    newest = max((one, other), key=lambda each: (each.last_at, each.look or 0))
    first = min(one.first_at, other.first_at)
    return Sign(newest.case, newest.kind, newest.value, first, newest.last_at, newest.evidence, newest.look)


def _sign(row: sa.RowMapping) -> Sign:
    names = ("candidate_id", "kind", "value", "first_at", "last_at", "evidence", "look_id")
    return Sign(*(row[name] for name in names))


def unread_looks(connection: sa.Connection, last: int, limit: int) -> list[tuple[int, int, str, Kind]]:
    """Return looks at candidates that follow one, the oldest first: their number, their candidate, target and kind."""
    query = (
        sa.select(LOOK.c.id, CANDIDATE.c.id, CANDIDATE.c.target, CANDIDATE.c.kind)
        .join_from(LOOK, CANDIDATE, CANDIDATE.c.id == LOOK.c.candidate_id)
        .where(LOOK.c.id > last)
        .order_by(LOOK.c.id)
        .limit(limit)
    )
    return [(row[0], row[1], row[2], Kind(row[3])) for row in connection.execute(query)]


# --- campaigns --------------------------------------------------------------------------------------------------------


def members(connection: sa.Connection) -> dict[int, str]:
    """Return which campaign each candidate belongs to, by its number."""
    rows = connection.execute(sa.select(MEMBER.c.candidate_id, MEMBER.c.campaign_id))
    return {row[0]: row[1] for row in rows}


def move(desk: Acting, after: Mapping[int, str], gone: Mapping[str, Sequence[str]]) -> None:
    """Store to which campaign each candidate belongs from now on, and what took the place of those that are gone."""
    before = members(desk.connection)
    known = set(desk.connection.execute(sa.select(CAMPAIGN.c.id)).scalars())
    fresh: dict[str, object] = {"formed_at": desk.now, "gone_at": None, "successors": []}
    wanted = set(after.values())
    if new := sorted(wanted - known):
        desk.connection.execute(sa.insert(CAMPAIGN), [{"id": one, **fresh} for one in new])
    if back := sorted(wanted & known):
        for some in database.chunks(back):
            alive = sa.update(CAMPAIGN).where(CAMPAIGN.c.id.in_(some), CAMPAIGN.c.gone_at.is_not(None))
            desk.connection.execute(alive.values(gone_at=None, successors=[]))
    left = [one for one in before if after.get(one) != before[one]]
    for cases in database.chunks(left):
        desk.connection.execute(sa.delete(MEMBER).where(MEMBER.c.candidate_id.in_(cases)))
    rows = [
        {"candidate_id": case, "campaign_id": campaign, "since": desk.now}
        for case, campaign in sorted(after.items())
        if before.get(case) != campaign
    ]
    if rows:
        desk.connection.execute(sa.insert(MEMBER), rows)
    _refold(
        desk.connection, {one: after.get(one, "") for one in {*before, *after} if before.get(one) != after.get(one)}
    )
    for one, into in gone.items():
        ended = {"gone_at": desk.now, "successors": list(into)}
        desk.connection.execute(sa.update(CAMPAIGN).where(CAMPAIGN.c.id == one).values(**ended))


def _refold(connection: sa.Connection, moved: Mapping[int, str]) -> None:
    """Let the queue fold what moved by its campaign, and what is in none any more by its series."""
    c = CANDIDATE.c
    for some in database.chunks(moved):
        rows = connection.execute(sa.select(c.id, c.kind, c.target).where(c.id.in_(some))).all()
        folds = [moved[row.id] or series_of(row.kind, row.target) for row in rows]
        columns: Columns = {"id": [row.id for row in rows], "fold": folds}
        database.of(connection).update_many(connection, CANDIDATE, columns)


def page(connection: sa.Connection, *, gone: bool, limit: int) -> list[CampaignView]:
    """Return campaigns, the largest first; those that are gone come last, where they are asked for."""
    size = sa.func.count(MEMBER.c.candidate_id)
    query = (
        sa.select(CAMPAIGN.c.id)
        .outerjoin(MEMBER, MEMBER.c.campaign_id == CAMPAIGN.c.id)
        .group_by(CAMPAIGN.c.id)
        .order_by(size.desc(), CAMPAIGN.c.id)
        .limit(limit)
    )
    if not gone:
        query = query.where(CAMPAIGN.c.gone_at.is_(None))
    return [get(connection, one) for one in connection.execute(query).scalars()]


def get(connection: sa.Connection, campaign_id: str) -> CampaignView:
    """Return one campaign. Raises `NotFound`."""
    row = connection.execute(sa.select(CAMPAIGN).where(CAMPAIGN.c.id == storable(campaign_id))).mappings().first()
    if row is None:
        raise NotFound("no campaign of that id; see: scamhunt campaigns list")
    c = CANDIDATE.c
    own = sa.select(c.id, c.state, c.brand).join_from(MEMBER, CANDIDATE, c.id == MEMBER.c.candidate_id)
    members = connection.execute(own.where(MEMBER.c.campaign_id == row["id"]).order_by(c.id)).all()
    cases = sum(one.state in WERE_CASES for one in members)
    brands = sorted({one.brand for one in members})
    return CampaignView(**row, members=[one.id for one in members], cases=cases, brands=brands)


# --- what people say of links -----------------------------------------------------------------------------------------


def rulings(connection: sa.Connection, *, ended: bool = False) -> list[Ruling]:
    """Return what people said of links, the oldest first; also what was taken back, where that is asked for."""
    query = sa.select(RULING).order_by(RULING.c.id)
    if not ended:
        query = query.where(RULING.c.ended_at.is_(None))
    return [_ruling(row) for row in connection.execute(query).mappings()]


def rule(desk: Acting, ruling: Ruling) -> Ruling:
    """Store what this actor says of a link; the log tells of it."""
    row: dict[str, Any] = {"act": ruling.act, "kind": storable(ruling.kind), "value": storable(ruling.value)}
    row |= {"case_id": ruling.case, "other_id": ruling.other, "reason": storable(ruling.reason)}
    row |= {"actor": desk.actor.name, "at": desk.now, "ended_at": None, "ended_by": ""}
    number = desk.connection.execute(sa.insert(RULING).values(row).returning(RULING.c.id)).scalar_one()
    desk.tell(row_log.RULINGS, number, f"ruling.{ruling.act}", ruling.reason, {})
    return _get_ruling(desk.connection, number)


def end_ruling(desk: Acting, ruling_id: int, reason: str) -> Ruling:
    """Take back what somebody said of a link; the log tells of it. Raises `NotFound`, `NotAllowedNow`."""
    found = _get_ruling(desk.connection, ruling_id)
    open_yet = sa.and_(RULING.c.id == found.id, RULING.c.ended_at.is_(None))
    ended = {"ended_at": desk.now, "ended_by": desk.actor.name}
    if desk.connection.execute(sa.update(RULING).where(open_yet).values(**ended)).rowcount != 1:
        raise NotAllowedNow(f"link {ruling_id} was taken back already; see: scamhunt campaigns links")
    desk.tell(row_log.RULINGS, found.id, "ruling.end", reason, {})
    return found


def _get_ruling(connection: sa.Connection, ruling_id: int) -> Ruling:
    row = connection.execute(sa.select(RULING).where(RULING.c.id == storable_id(ruling_id))).mappings().first()
    if row is None:
        raise NotFound("no cut or added link of that number; see: scamhunt campaigns links")
    return _ruling(row)


def _ruling(row: sa.RowMapping) -> Ruling:
    names = ("id", "act", "kind", "value", "case_id", "other_id", "reason", "actor", "at")
    return Ruling(*(row[name] for name in names))
