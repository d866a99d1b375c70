"""Reports of phone numbers, and who stands behind the holders of blocks of numbers."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, fields

import sqlalchemy as sa

from scamhunt.model import Evidence, Kind, NumberSighting
from scamhunt.store import database
from scamhunt.store.columns import Columns
from scamhunt.store.tables import CANDIDATE, CARRIER, NUMBER_SIGHTING
from scamhunt.store.values import CarrierView, Reading, storable

PER_VOICE = 50
"""The newest reports of one voice in one role that a history has: nobody pushes others out by repeating himself."""

_FIELDS = tuple(one.name for one in fields(NumberSighting))


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of numbers, within a transaction (a `Book`)."""

    connection: sa.Connection

    def candidates(self, numbers: Collection[str]) -> set[str]:
        """Return those numbers that are candidates."""
        return candidates(self.connection, numbers)

    def histories(self, numbers: Collection[str]) -> dict[str, list[NumberSighting]]:
        """Return the reports of some numbers, as `histories` does."""
        return histories(self.connection, numbers)


def known_keys(connection: sa.Connection, feeds: Collection[str], keys: Collection[str]) -> set[str]:
    """Return those reports that are kept already from one of some feeds."""
    c, known = NUMBER_SIGHTING.c, set[str]()
    for some in database.chunks(keys):
        known.update(connection.execute(sa.select(c.key).where(c.feed.in_(feeds), c.key.in_(some))).scalars())
    return known


def save(connection: sa.Connection, reading: Reading, sightings: Sequence[NumberSighting]) -> None:
    """Keep reports; none of them may be known."""
    columns: dict[str, Iterable[object]] = {
        name: [getattr(one, name) for one in sightings] for name in _FIELDS if name != "evidence"
    }
    for name in ("role_from", "subject", "source", "place"):
        columns[name] = [storable(str(text)) for text in columns[name]]
    columns["evidence"] = ([asdict(each) for each in one.evidence] for one in sightings)
    given: Columns = {"reading_id": [reading.id] * len(sightings), **columns}
    database.of(connection).insert_many(connection, NUMBER_SIGHTING, given)


def histories(connection: sa.Connection, wanted: Collection[str]) -> dict[str, list[NumberSighting]]:
    """Return what is known of some numbers (E.164), the newest report first.

    Of one voice in one role the newest ones; who names neither source nor place is another voice each day.
    """
    c = NUMBER_SIGHTING.c
    found: dict[str, list[NumberSighting]] = {number: [] for number in wanted}
    day = sa.func.substr(database.of(connection).time_text(c.seen_at), 1, len("2026-11-22"))
    voice = (c.feed, c.source, c.place, sa.case((sa.and_(c.source == "", c.place == ""), day), else_=""))
    turn = sa.func.row_number().over(partition_by=(c.number, c.role, *voice), order_by=(c.seen_at.desc(), c.id.desc()))
    for some in database.chunks(found):
        ranked = sa.select(NUMBER_SIGHTING, turn.label("turn")).where(c.number.in_(some)).subquery()
        query = sa.select(*(ranked.c[name] for name in _FIELDS)).where(ranked.c.turn <= PER_VOICE)
        for row in connection.execute(query.order_by(ranked.c.seen_at.desc(), ranked.c.id.desc())).mappings():
            evidence = tuple(Evidence(**each) for each in row["evidence"])
            found[row["number"]].append(NumberSighting(**{**row, "evidence": evidence}))
    return found


def candidates(connection: sa.Connection, numbers: Collection[str]) -> set[str]:
    """Return those numbers that are candidates."""
    found = set[str]()
    for some in database.chunks(numbers):
        same = sa.and_(CANDIDATE.c.kind == Kind.PHONE, CANDIDATE.c.target.in_(some))
        found.update(connection.execute(sa.select(CANDIDATE.c.target).where(same)).scalars())
    return found


def days(connection: sa.Connection, number: str) -> dict[str, int]:
    """Return how many reports of a number there are by day (UTC, `2026-11-22`)."""
    c = NUMBER_SIGHTING.c
    day = sa.func.substr(database.of(connection).time_text(c.seen_at), 1, len("2026-11-22")).label("day")
    found = sa.select(day).where(c.number == number).subquery()
    query = sa.select(found.c.day, sa.func.count()).group_by(found.c.day)
    return {str(row[0]): int(row[1]) for row in connection.execute(query)}


def count(connection: sa.Connection, number: str) -> int:
    """Return how many reports of a number are kept."""
    same = NUMBER_SIGHTING.c.number == number
    return connection.execute(sa.select(sa.func.count()).select_from(NUMBER_SIGHTING).where(same)).scalar_one()


def carrier(connection: sa.Connection, holder: str) -> CarrierView | None:
    """Return the company that a person took for a holder, None when nobody chose."""
    row = connection.execute(sa.select(CARRIER).where(CARRIER.c.holder == holder)).mappings().first()
    return None if row is None else CarrierView(**row)


def choose_carrier(connection: sa.Connection, choice: CarrierView) -> None:
    """Remember the company for a holder; an earlier choice is replaced."""
    row = {**asdict(choice), "reason": storable(choice.reason), "name": storable(choice.name)}
    insert = database.insert_into(connection, CARRIER).values(row)
    connection.execute(insert.on_conflict_do_update(index_elements=["holder"], set_=row))
