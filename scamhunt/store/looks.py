"""Looks, what they found, and the list of what is watched: when to look again."""

from collections.abc import Collection
from dataclasses import asdict, fields
from datetime import datetime

import sqlalchemy as sa

from scamhunt.errors import NotFound
from scamhunt.model import Kind, Reason, State
from scamhunt.observed import Clock, Finding, Judgement, Liveness, Look
from scamhunt.store import candidates, database
from scamhunt.store.tables import CANDIDATE, FINDING, LOOK, WATCH
from scamhunt.store.values import CandidateView, LookView, Watch, WatchView, storable, storable_id, storable_json

_AGAIN = tuple(state for state in State if state is not State.DISMISSED)
"""What somebody let go is not looked at again by itself; what was closed is: one in six wakes up."""


def save(  # noqa: PLR0913  # the columns of a look
    connection: sa.Connection,
    look: Look,
    judged: Judgement,
    *,
    liveness: Liveness,
    candidate_id: int | None,
    manifest: str,
) -> int:
    """Store a look and its findings; return its number."""
    row = {
        "candidate_id": candidate_id,
        **{name: getattr(look, name) for name in ("subject", "url", "depth", "begun", "ended", "operator")},
        "verdict": judged.verdict,
        "brand": storable(judged.brand),
        "score": judged.score,
        "reasons": storable_json([asdict(reason) for reason in judged.reasons]),
        "calibrated": judged.calibrated,
        "liveness": liveness,
        "manifest": manifest,
        "clock": storable_json(asdict(look.clock)),
    }
    number: int = connection.execute(sa.insert(LOOK).values(row).returning(LOOK.c.id)).scalar_one()
    rows = [_row(finding) | {"look_id": number} for finding in look.gained.findings]
    if rows:
        connection.execute(sa.insert(FINDING), rows)
    return number


def get(connection: sa.Connection, look_id: int) -> LookView:
    """Return one look. Raises `NotFound`."""
    found = _views(connection, sa.select(LOOK).where(LOOK.c.id == storable_id(look_id)))
    if not found:
        raise NotFound(f"no look {storable_id(look_id) or 'of that number'}; see: scamhunt evidence list")
    return found[0]


def page(connection: sa.Connection, candidate_id: int | None, subject: str | None, limit: int) -> list[LookView]:
    """Return looks, the newest first."""
    query = sa.select(LOOK).order_by(LOOK.c.id.desc()).limit(limit)
    if candidate_id is not None:
        query = query.where(LOOK.c.candidate_id == storable_id(candidate_id))
    if subject is not None:
        query = query.where(LOOK.c.subject == storable(subject))
    return _views(connection, query)


def subjects(connection: sa.Connection) -> list[str]:
    """Return the targets of looks that are no candidates: a brand's own domains, what somebody asked about."""
    query = sa.select(LOOK.c.subject).where(LOOK.c.candidate_id.is_(None)).distinct().order_by(LOOK.c.subject)
    return list(connection.execute(query).scalars())


def after(connection: sa.Connection, last: int, limit: int) -> list[LookView]:
    """Return the looks that follow the one with this number, the oldest first."""
    return _views(connection, sa.select(LOOK).where(LOOK.c.id > last).order_by(LOOK.c.id).limit(limit))


def latest(
    connection: sa.Connection, candidate_ids: Collection[int], liveness: Collection[Liveness] | None = None
) -> dict[int, LookView]:
    """Return the last look at each of some candidates, by the candidate's number; of those that saw it like this."""
    found: dict[int, LookView] = {}
    for some in database.chunks(map(storable_id, candidate_ids)):
        last = sa.select(sa.func.max(LOOK.c.id)).where(LOOK.c.candidate_id.in_(some)).group_by(LOOK.c.candidate_id)
        if liveness is not None:
            last = last.where(LOOK.c.liveness.in_(liveness))
        views = _views(connection, sa.select(LOOK).where(LOOK.c.id.in_(last)))
        found |= {view.candidate_id: view for view in views if view.candidate_id is not None}
    return found


def findings(connection: sa.Connection, look_id: int) -> list[Finding]:
    """Return what a look found, in its order."""
    query = sa.select(FINDING).where(FINDING.c.look_id == storable_id(look_id)).order_by(FINDING.c.id)
    names = [field.name for field in fields(Finding)]
    return [Finding(**{name: row[name] for name in names}) for row in connection.execute(query).mappings()]


# --- when to look again -----------------------------------------------------------------------------------------------


def due(connection: sa.Connection, now: datetime, limit: int) -> list[CandidateView]:
    """Return the candidates that are to be looked at again by now, the longest due first."""
    query = (
        sa.select(CANDIDATE)
        .join(WATCH, WATCH.c.candidate_id == CANDIDATE.c.id)
        .where(WATCH.c.due_at <= now, CANDIDATE.c.state.in_(_AGAIN))
        .order_by(WATCH.c.due_at, CANDIDATE.c.id)
        .limit(limit)
    )
    return candidates.views(connection, connection.execute(query).all())


def never_looked(
    connection: sa.Connection, states: Collection[State], kinds: Collection[Kind], limit: int
) -> list[CandidateView]:
    """Return candidates of these states and kinds that nobody looked at yet, the strongest first."""
    looked = sa.exists().where(LOOK.c.candidate_id == CANDIDATE.c.id)
    query = (
        sa.select(CANDIDATE)
        .where(CANDIDATE.c.state.in_(states), CANDIDATE.c.kind.in_(kinds), sa.not_(looked))
        .order_by(CANDIDATE.c.score.desc(), CANDIDATE.c.id)
        .limit(limit)
    )
    return candidates.views(connection, connection.execute(query).all())


def count_due(connection: sa.Connection, now: datetime) -> int:
    """Return how many candidates are to be looked at again by now."""
    due_now = WATCH.join(CANDIDATE, WATCH.c.candidate_id == CANDIDATE.c.id)
    query = sa.select(sa.func.count()).select_from(due_now).where(WATCH.c.due_at <= now, CANDIDATE.c.state.in_(_AGAIN))
    return int(connection.execute(query).scalar_one())


def count_never_looked(connection: sa.Connection, states: Collection[State], kinds: Collection[Kind]) -> int:
    """Return how many candidates of these states and kinds nobody looked at yet."""
    looked = sa.exists().where(LOOK.c.candidate_id == CANDIDATE.c.id)
    fresh = sa.and_(CANDIDATE.c.state.in_(states), CANDIDATE.c.kind.in_(kinds), sa.not_(looked))
    return int(connection.execute(sa.select(sa.func.count()).select_from(CANDIDATE).where(fresh)).scalar_one())


def watch(connection: sa.Connection, candidate_id: int) -> WatchView | None:
    """Return how a candidate is watched, None when it is not."""
    same = WATCH.c.candidate_id == storable_id(candidate_id)
    row = connection.execute(sa.select(WATCH).where(same)).mappings().first()
    return None if row is None else WatchView(**row)


def set_watch(
    connection: sa.Connection, candidate_id: int, held: Watch, looked_at: datetime | None = None
) -> WatchView:
    """Note when to look again; with `looked_at` a look is counted."""
    values: dict[str, object] = asdict(held) | {"standing": storable(held.standing)}
    first = {"looked_at": looked_at, "looks": int(looked_at is not None)}
    more = {"looked_at": looked_at, "looks": WATCH.c.looks + 1} if looked_at else {}
    insert = database.insert_into(connection, WATCH).values(candidate_id=candidate_id, **values, **first)
    connection.execute(insert.on_conflict_do_update(index_elements=["candidate_id"], set_=values | more))
    row = connection.execute(sa.select(WATCH).where(WATCH.c.candidate_id == candidate_id)).mappings().one()
    return WatchView(**row)


def _row(finding: Finding) -> dict[str, object]:
    names = ("kind", "source", "observed_at", "outcome", "text", "sha256", "vantage")
    return {name: getattr(finding, name) for name in names} | {"data": dict(finding.data)}


def _views(connection: sa.Connection, query: sa.Select[tuple[object, ...]]) -> list[LookView]:
    return [_view(row) for row in connection.execute(query).mappings()]


def _view(row: sa.RowMapping) -> LookView:
    reasons = tuple(Reason(**reason) for reason in row["reasons"])
    clock = Clock(row["clock"]["offset"], tuple(row["clock"]["told_by"]), row["clock"]["stepped"])
    return LookView(**{**row, "reasons": reasons, "clock": clock})
