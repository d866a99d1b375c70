"""What the log tells of looks and of watches, and which of their rows say something else.

What is told of a row is what it is compared in: both stand here. Rows are read as text, so that a forged value is
told of and not stumbled over.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby, islice
from typing import Any

import sqlalchemy as sa

from scamhunt.investigate import manifest
from scamhunt.model import Event
from scamhunt.store import database
from scamhunt.store.evidence import ACQUIRED, Filed
from scamhunt.store.tables import CANDIDATE, EVENT, LOOK, WATCH, thing
from scamhunt.store.values import LookView, WatchView

LOOKED, DUE_SET = "candidate.look", "candidate.due"
"""The events of a candidate that may set its watch: a look, and a person without a look."""
ONCE = "was not taken once, says the log"
_PAGE = 1_000
_TEXTS = ("subject", "url", "depth", "operator", "verdict", "brand", "liveness", "manifest")
_TIMES, _HASHED = ("begun", "ended"), ("reasons", "clock")
"""Of reasons and clock the log has the sha256 of their canonical JSON."""
_WATCH_TEXTS = ("liveness", "standing")
_WATCH_TIMES = ("since", "due_at", "looked_at", "first_live", "last_live")
_NAMES = {"calibrated": "mark of calibration", "begun": "start", "ended": "end", "due_at": "time of the next look"}


@dataclass(frozen=True, slots=True)
class Changed:
    """A look that is not what the log says."""

    look_id: int
    manifest: str
    """The hash that the log has; of a look that it does not know the row's."""
    why: str


def look_events(view: LookView, filed: Filed, watch: WatchView | None) -> list[Event]:
    """Return what the log tells of a look: all that its row says, and how much it brought."""
    counts = {
        "items": len(filed.items),
        "bytes": sum(one.size for one in filed.items),
        "findings": len(filed.look.gained.findings),
    }
    events = [Event(ACQUIRED, f"look:{view.id}", detail=_look_told(view) | counts)]
    if view.candidate_id is not None:
        told = {"look": view.id, "brand": view.brand, "score": view.score}
        told |= {"verdict": view.verdict.value, "liveness": view.liveness.value}
        told |= {"watch": _watch_told(watch)} if watch else {}
        events.append(Event(LOOKED, f"candidate:{view.candidate_id}", detail=told))
    return events


def watch_event(view: WatchView) -> Event:
    """Return what the log tells of a watch that was set without a look."""
    return Event(DUE_SET, f"candidate:{view.candidate_id}", detail={"watch": _watch_told(view)})


def _look_told(view: LookView) -> dict[str, object]:
    told: dict[str, object] = {name: str(getattr(view, name)) for name in _TEXTS}
    told |= {name: _stamp(getattr(view, name)) for name in _TIMES}
    reasons = manifest.hashed([asdict(reason) for reason in view.reasons])
    hashes = {"reasons": reasons, "clock": manifest.hashed(asdict(view.clock))}
    return told | hashes | {"candidate": view.candidate_id, "score": view.score, "calibrated": view.calibrated}


def _watch_told(view: WatchView) -> dict[str, object]:
    told: dict[str, object] = {name: str(getattr(view, name)) for name in _WATCH_TEXTS}
    return told | {name: _stamp(getattr(view, name)) for name in _WATCH_TIMES} | {"looks": view.looks}


def _stamp(moment: datetime | None) -> str | None:
    return manifest.stamp(moment) if moment else None


# --- compared ---------------------------------------------------------------------------------------------------------


def changed_looks(connection: sa.Connection, limit: int) -> list[Changed]:
    """Return looks whose rows are not what the log says, the oldest first; one query."""
    c, now = LOOK.c, database.of(connection)
    columns: list[sa.ColumnElement[Any]] = [sa.type_coerce(c[name], sa.String).label(name) for name in _TEXTS]
    columns += [now.time_text(c[name]).label(name) for name in _TIMES]
    columns += [sa.cast(c[name], sa.Text).label(name) for name in _HASHED]
    columns += [c.candidate_id.label("candidate"), sa.type_coerce(c.calibrated, sa.Integer).label("calibrated")]
    tables = LOOK.outerjoin(EVENT, sa.and_(EVENT.c.thing == thing(LOOK), EVENT.c.act == ACQUIRED))
    query = sa.select(c.id, c.score, *columns, EVENT.c.detail).select_from(tables).order_by(c.id, EVENT.c.seq)
    with closing(connection.execute(query.execution_options(yield_per=_PAGE))) as rows:
        return list(islice(_changed(rows.mappings()), limit))


def _changed(rows: sa.MappingResult) -> Iterator[Changed]:
    for look_id, same in groupby(rows, key=lambda row: int(row["id"])):
        row, *more = same
        told = _read(row["detail"])
        why = ONCE if more or not told else _differs(_look_held(row), told)
        if why:
            yield Changed(look_id, str(told.get("manifest", row["manifest"])), why)


def changed_watches(connection: sa.Connection, limit: int) -> list[str]:
    """Return in words which candidates' watches are not what the log said last; one query."""
    now, e = database.of(connection), EVENT.c
    sets = sa.and_(e.act.in_([LOOKED, DUE_SET]), now.json_of(e.detail)["watch"].as_string().is_not(None))
    last = sa.select(e.thing, sa.func.max(e.seq).label("seq")).where(sets).group_by(e.thing).subquery()
    columns: list[sa.ColumnElement[Any]] = [
        sa.type_coerce(WATCH.c[name], sa.String).label(name) for name in _WATCH_TEXTS
    ]
    columns += [now.time_text(WATCH.c[name]).label(name) for name in _WATCH_TIMES]
    tables = (
        CANDIDATE.outerjoin(last, last.c.thing == thing(CANDIDATE))
        .outerjoin(EVENT, e.seq == last.c.seq)
        .outerjoin(WATCH, WATCH.c.candidate_id == CANDIDATE.c.id)
    )
    query = (
        sa.select(CANDIDATE.c.id, WATCH.c.candidate_id, WATCH.c.looks, *columns, e.detail)
        .select_from(tables)
        .where(sa.or_(e.seq.is_not(None), WATCH.c.candidate_id.is_not(None)))
        .order_by(CANDIDATE.c.id)
    )
    with closing(connection.execute(query.execution_options(yield_per=_PAGE))) as rows:
        whys = ((row["id"], _watch_differs(row)) for row in rows.mappings())
        return list(islice((f"the watch of candidate {number} {why}" for number, why in whys if why), limit))


def _watch_differs(row: sa.RowMapping) -> str:
    told = _read(row["detail"]).get("watch")
    if row["candidate_id"] is None:
        return "is gone, and the log tells of it"
    if not isinstance(told, dict):
        return "was never set, says the log"
    held = {name: row[name] for name in (*_WATCH_TEXTS, "looks")}
    return _differs(held | {name: _as_stamp(row[name]) for name in _WATCH_TIMES}, told)


def _look_held(row: sa.RowMapping) -> dict[str, object]:
    held = {name: row[name] for name in ("candidate", *_TEXTS, "score", "calibrated")}
    held |= {name: _as_stamp(row[name]) for name in _TIMES}
    return held | {name: _hash(row[name]) for name in _HASHED}


def _differs(held: Mapping[str, object], told: Mapping[str, object]) -> str:
    """Return in what a row is not what was told of it, nothing when it is in nothing."""
    other = next((name for name, value in held.items() if name not in told or told[name] != value), "")
    if other == "candidate":
        return "is of another candidate than the log says"
    if other in {"reasons", "looks"}:
        return f"has other {other} than the log says"
    return f"has another {_NAMES.get(other, other)} than the log says" if other else ""


def _read(detail: str | None) -> dict[str, Any]:
    told = json.loads(detail) if detail else None
    return told if isinstance(told, dict) else {}


def _hash(text: object) -> str:
    """Return the hash of a JSON value as its row has it; of what is none it is empty."""
    try:
        return manifest.hashed(json.loads(str(text)))
    except (ValueError, RecursionError):
        return ""


def _as_stamp(moment: object) -> object:
    """Return a stored time as the log writes it."""
    return f"{moment[:10]}T{moment[11:]}+00:00" if isinstance(moment, str) else moment
