"""Merge what a batch found into the candidates: one candidate a target, one match a brand, the strongest stays."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from scamhunt import triage
from scamhunt.indicators.series import series_of
from scamhunt.model import Event, Kind, Match, Reason, State
from scamhunt.store import database
from scamhunt.store.columns import Columns
from scamhunt.store.tables import CANDIDATE, MATCH, SIGHTING
from scamhunt.store.values import Found, Reading

RETURNED = "sighted again after it was closed"

_NEEDED = [
    CANDIDATE.c[name]
    for name in ("id", "kind", "target", "state", "state_since", "revision", "flags", "first_seen", "last_seen")
]

Key = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database says about a target."""

    row: Any
    scores: dict[str, float] = field(default_factory=dict)
    """Of the matches stored, by brand."""
    values: set[str] = field(default_factory=set)
    """As sighted."""


@dataclass(slots=True)
class _Target:
    """What a batch and the database say about one target. There may be 50,000 of them, so a new one is small."""

    found: list[Found]
    known: _Known | None = None
    id: int = 0

    def better(self) -> list[Match]:
        """Return the matches that are stronger than the known ones of their brands."""
        if self.known is None and len(self.found) == 1:
            return [self.found[0].match]
        if self.found[0].kind is Kind.PHONE:  # scored anew by all that is known of it, and that fades
            return list({item.match.brand: item.match for item in self.found}.values())
        scores = dict(self.known.scores) if self.known else {}
        best = {}
        for match in (item.match for item in self.found):
            if match.score > scores.get(match.brand, -1):
                scores[match.brand], best[match.brand] = match.score, match
        return list(best.values())

    def strongest(self) -> tuple[str, float]:
        """Return brand and score of the strongest match, known or found; of equals the first by name."""
        pairs = [(item.match.brand, item.match.score) for item in self.found]
        if self.known:
            now = {brand for brand, _ in pairs} if self.found[0].kind is Kind.PHONE else set()
            pairs += [(brand, score) for brand, score in self.known.scores.items() if brand not in now]
        return min(pairs, key=lambda pair: (-pair[1], pair[0])) if len(pairs) > 1 else pairs[0]

    def flags(self) -> list[str]:
        """Return all flags that it ever had."""
        flags = {flag for item in self.found for flag in item.flags}
        return sorted(flags.union(self.known.row.flags) if self.known else flags)

    def times(self, now: datetime) -> list[datetime]:
        """Return when it was seen first and last, and in between."""
        times = [moment or now for item in self.found for moment in (item.seen_at, item.first_at or item.seen_at)]
        return [*times, self.known.row.first_seen, self.known.row.last_seen] if self.known else times


@dataclass(frozen=True, slots=True)
class Merged:
    """Which candidates are new, changed and back, and the events that tell of it."""

    new: list[int]
    updated: list[int]
    reopened: list[int]
    events: Iterable[Event]


def merge(connection: sa.Connection, reading: Reading, found: Sequence[Found], now: datetime) -> Merged:
    """Store candidates, matches and sightings of a batch."""
    targets = _by_target(found)
    _load(connection, targets)
    new = {key: target for key, target in targets.items() if target.known is None}
    back, changed = _sorted_out(targets.values(), reading)
    _insert(connection, new, now)
    _see_again(connection, [target for target in targets.values() if target.known], now)
    _change(connection, changed + back, now)
    _bring_back(connection, back, now)
    _save_matches(connection, [*new.values(), *changed, *back])
    _save_sightings(connection, targets, reading, found, now)
    return Merged(_ids(new.values()), _ids(changed), _ids(back), _events(new.values(), changed, back, reading))


def rescore(connection: sa.Connection, found: Sequence[Found], now: datetime) -> None:
    """Store the present scores of numbers; those that are no candidates are left out. No sighting, no event."""
    targets = _by_target(found)
    _load(connection, targets)
    known = [target for target in targets.values() if target.known]
    _change(connection, known, now)
    roles: Columns = {"id": _ids(known), "role": [target.found[-1].role for target in known]}
    database.of(connection).update_many(connection, CANDIDATE, roles)
    _save_matches(connection, known)


def touch(connection: sa.Connection, ids: Sequence[int], now: datetime) -> None:
    """Note that these candidates were looked at."""
    columns: Columns = {"id": ids, "updated_at": [now] * len(ids)}
    database.of(connection).update_many(connection, CANDIDATE, columns)


def _by_target(found: Iterable[Found]) -> dict[Key, _Target]:
    targets: dict[Key, _Target] = {}
    for item in found:
        key = (item.kind, item.match.target)
        if key in targets:
            targets[key].found.append(item)
        else:
            targets[key] = _Target([item])
    return targets


def _load(connection: sa.Connection, targets: dict[Key, _Target]) -> None:
    known: dict[int, _Known] = {}
    for row in _rows(connection, targets):
        target = targets[row.kind, row.target]
        target.id, target.known = row.id, _Known(row)
        known[row.id] = target.known
    for ids in database.chunks(known):
        scores = sa.select(MATCH.c.candidate_id, MATCH.c.brand, MATCH.c.score).where(MATCH.c.candidate_id.in_(ids))
        for at, brand, score in connection.execute(scores):
            known[at].scores[brand] = score
        values = sa.select(SIGHTING.c.candidate_id, SIGHTING.c.value).where(SIGHTING.c.candidate_id.in_(ids)).distinct()
        for at, value in connection.execute(values):
            known[at].values.add(value)


def _rows(connection: sa.Connection, keys: Iterable[Key]) -> Iterator[Any]:
    names: dict[Kind, list[str]] = {}
    for kind, name in keys:
        names.setdefault(kind, []).append(name)
    for kind, wanted in names.items():
        for some in database.chunks(wanted):
            same = sa.and_(CANDIDATE.c.kind == kind, CANDIDATE.c.target.in_(some))
            yield from connection.execute(sa.select(*_NEEDED).where(same))


def _sorted_out(targets: Iterable[_Target], reading: Reading) -> tuple[list[_Target], list[_Target]]:
    """Return the closed targets that are back, and of the others those that have something new to show."""
    back, changed = [], []
    for target in targets:
        known = target.known
        if known is None:
            continue
        if triage.Act.RETURN in triage.allowed(known.row.state) and reading.started_at > known.row.state_since:
            back.append(target)
        elif target.better() or any(item.match.indicator not in known.values for item in target.found):
            changed.append(target)
    return back, changed


def _insert(connection: sa.Connection, new: dict[Key, _Target], now: datetime) -> None:
    targets, each = list(new.values()), len(new)
    strongest = [target.strongest() for target in targets]
    before = connection.execute(sa.select(sa.func.coalesce(sa.func.max(CANDIDATE.c.id), 0))).scalar_one()
    columns: Columns = {
        "kind": [kind for kind, _ in new],
        "target": [name for _, name in new],
        "state": [State.NEW] * each,
        "state_since": [now] * each,
        "revision": [0] * each,
        "brand": [brand for brand, _ in strongest],
        "score": [score for _, score in strongest],
        "flags": (target.flags() for target in targets),
        "first_seen": [min(target.times(now)) for target in targets],
        "last_seen": [max(target.times(now)) for target in targets],
        "created_at": [now] * each,
        "updated_at": [now] * each,
        "role": [target.found[-1].role for target in targets],
        "fold": [series_of(kind, name) for kind, name in new],
    }
    database.of(connection).insert_many(connection, CANDIDATE, columns)
    c = CANDIDATE.c
    for at, kind, name in connection.execute(sa.select(c.id, c.kind, c.target).where(c.id > before)):
        new[kind, name].id = at


def _see_again(connection: sa.Connection, known: list[_Target], now: datetime) -> None:
    columns: Columns = {
        "id": _ids(known),
        "first_seen": [min(target.times(now)) for target in known],
        "last_seen": [max(target.times(now)) for target in known],
        "flags": (target.flags() for target in known),
        "role": [target.found[-1].role for target in known],
    }
    database.of(connection).update_many(connection, CANDIDATE, columns)


def _change(connection: sa.Connection, changed: list[_Target], now: datetime) -> None:
    strongest = [target.strongest() for target in changed]
    columns: Columns = {
        "id": _ids(changed),
        "brand": [brand for brand, _ in strongest],
        "score": [score for _, score in strongest],
        "updated_at": [now] * len(changed),
    }
    database.of(connection).update_many(connection, CANDIDATE, columns)


def _bring_back(connection: sa.Connection, back: list[_Target], now: datetime) -> None:
    rows = [target.known.row for target in back if target.known]
    columns: Columns = {
        "id": _ids(back),
        "state": [triage.decide(row.state, triage.Act.RETURN, RETURNED) for row in rows],
        "state_since": [now] * len(back),
        "revision": [row.revision + 1 for row in rows],
    }
    database.of(connection).update_many(connection, CANDIDATE, columns)


def _save_matches(connection: sa.Connection, targets: Sequence[_Target]) -> None:
    matches = [match for target in targets for match in target.better()]
    columns: Columns = {
        "candidate_id": [target.id for target in targets for _ in target.better()],
        "brand": [match.brand for match in matches],
        "indicator": [match.indicator for match in matches],
        "score": [match.score for match in matches],
        "reasons": (_plain(match.reasons) for match in matches),
    }
    database.of(connection).merge_many(connection, MATCH, ["candidate_id", "brand"], columns)


def _save_sightings(
    connection: sa.Connection, targets: dict[Key, _Target], reading: Reading, found: Sequence[Found], now: datetime
) -> None:
    # A name that matches several brands is one sighting; a line may have several names.
    items = list({(item.line, item.match.indicator): item for item in found}.values())
    columns: Columns = {
        "candidate_id": [targets[item.kind, item.match.target].id for item in items],
        "reading_id": [reading.id] * len(items),
        "line": [item.line for item in items],
        "value": [item.match.indicator for item in items],
        "seen_at": [item.seen_at or now for item in items],
    }
    database.of(connection).insert_many(connection, SIGHTING, columns)


def _events(
    new: Iterable[_Target], changed: Iterable[_Target], back: Iterable[_Target], reading: Reading
) -> Iterator[Event]:
    for act, reason, targets in (
        ("candidate.found", "", new),
        ("candidate.update", "", changed),
        ("candidate.return", RETURNED, back),
    ):
        for target in targets:
            brand, score = target.strongest()
            first = target.found[0]
            detail = {
                "target": first.match.target,
                "kind": first.kind.value,
                "brand": brand,
                "score": score,
                "seen": first.match.indicator,
                "reading": reading.id,
            }
            yield Event(act, f"candidate:{target.id}", reason, detail)


def _plain(reasons: Iterable[Reason]) -> list[dict[str, object]]:
    return [{"signal": why.signal, "weight": why.weight, "text": why.text} for why in reasons]


def _ids(targets: Iterable[_Target]) -> list[int]:
    return [target.id for target in targets]
