"""Who is signed in on the web page, attempts at passwords, second factors, and the tokens of scripts.

What lets somebody act counts only where the log tells of it: a row that was put into a table opens nothing.
"""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from scamhunt.errors import NotFound
from scamhunt.model import Event
from scamhunt.store import log, row_log
from scamhunt.store.acting import Acting
from scamhunt.store.tables import ATTEMPT, SECOND_FACTOR, SESSION, TOKEN
from scamhunt.store.values import storable_id

BEGIN, END = "session.begin", "session.end"
SET, TAKEN = "person.second_factor", "person.no_second_factor"


@dataclass(frozen=True, slots=True)
class SessionView:
    """A person who signed in."""

    id: str
    person: str
    begun_at: datetime
    seen_at: datetime
    proved_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class SecondFactorView:
    """The secret of a person's authenticator, sealed."""

    person: str
    sealed: bytes
    made_at: datetime
    confirmed: bool
    step: int


@dataclass(frozen=True, slots=True)
class TokenView:
    """A key of a person's own for a script."""

    id: int
    person: str
    name: str
    sha256: str
    scopes: tuple[str, ...]
    made_at: datetime
    until: datetime
    ended_at: datetime | None


# --- sessions ---------------------------------------------------------------------------------------------------------


def begin(desk: Acting, session: str, source: str) -> SessionView:
    """Store that this actor signed in; the log tells of it."""
    view = SessionView(session, desk.actor.name, desk.now, desk.now, desk.now, None)
    desk.connection.execute(sa.insert(SESSION).values(asdict(view)))
    desk.log(Event(BEGIN, f"session:{session}", "", {"person": desk.actor.name, "from": source}))
    return view


def find(connection: sa.Connection, session: str) -> SessionView | None:
    """Return a session that has not ended and that the log tells of."""
    query = sa.select(SESSION).where(SESSION.c.id == session, SESSION.c.ended_at.is_(None))
    row = connection.execute(query).mappings().first()
    told = log.last(connection, f"session:{session}", (BEGIN, END)) if row else None
    if row is None or told is None or told.act != BEGIN or told.detail.get("person") != row["person"]:
        return None
    return SessionView(**row)


def touch(connection: sa.Connection, session: str, now: datetime, *, proved: bool = False) -> None:
    """Note that a session was used, or that its person gave the password anew."""
    values = {"seen_at": now} | ({"proved_at": now} if proved else {})
    connection.execute(sa.update(SESSION).where(SESSION.c.id == session).values(values))


def end(desk: Acting, person: str, why: str, *, session: str = "", besides: str = "") -> int:
    """End a session, or all of a person's but one; the log tells of each. Return how many there were."""
    which = [SESSION.c.person == person, SESSION.c.ended_at.is_(None), SESSION.c.id != besides]
    which += [SESSION.c.id == session] if session else []
    ended = list(desk.connection.execute(sa.select(SESSION.c.id).where(*which)).scalars())
    if ended:
        desk.connection.execute(sa.update(SESSION).where(*which).values({"ended_at": desk.now}))
        desk.log(*(Event(END, f"session:{one}", why, {"person": person}) for one in ended))
    return len(ended)


def open_of(connection: sa.Connection, person: str) -> list[SessionView]:
    """Return the sessions of a person that have not ended, the newest first."""
    query = sa.select(SESSION).where(SESSION.c.person == person, SESSION.c.ended_at.is_(None))
    rows = connection.execute(query.order_by(SESSION.c.begun_at.desc())).mappings()
    return [SessionView(**row) for row in rows]


def seen_before(connection: sa.Connection, session: SessionView) -> datetime | None:
    """Return when a person's sessions before this one were used last, None at the first visit."""
    c = SESSION.c
    query = sa.select(sa.func.max(c.seen_at)).where(c.person == session.person, c.begun_at < session.begun_at)
    found: datetime | None = connection.execute(query).scalar()
    return found


# --- passwords --------------------------------------------------------------------------------------------------------


def begin_attempt(desk: Acting, name: str) -> str:
    """Note that a password for a name is being compared; return the number of the attempt."""
    number = secrets.token_hex(16)
    desk.connection.execute(sa.insert(ATTEMPT).values({"id": number, "name": name, "at": desk.now}))
    return number


def attempts(desk: Acting, name: str, lasts: timedelta) -> int:
    """Return how many passwords for a name are being compared; those of processes that died are forgotten."""
    desk.connection.execute(sa.delete(ATTEMPT).where(ATTEMPT.c.at < desk.now - lasts))
    query = sa.select(sa.func.count()).select_from(ATTEMPT).where(ATTEMPT.c.name == name)
    return int(desk.connection.execute(query).scalar_one())


def end_attempt(desk: Acting, number: str) -> None:
    """Note that an attempt is over."""
    desk.connection.execute(sa.delete(ATTEMPT).where(ATTEMPT.c.id == number))


# --- second factors ---------------------------------------------------------------------------------------------------


def second_factor(connection: sa.Connection, person: str) -> SecondFactorView | None:
    """Return the second factor of a person, confirmed or not yet."""
    row = connection.execute(sa.select(SECOND_FACTOR).where(SECOND_FACTOR.c.person == person)).mappings().first()
    return SecondFactorView(**row) if row else None


def has_second_factor(connection: sa.Connection, person: str) -> bool:
    """Say whether the log tells that a person has one, whatever the table says."""
    told = log.last(connection, f"person:{person}", (SET, TAKEN))
    return told is not None and told.act == SET


def offer_second_factor(desk: Acting, person: str, sealed: bytes) -> None:
    """Store a secret that counts once a code of it was typed."""
    row = {"sealed": sealed, "made_at": desk.now, "confirmed": False, "step": 0}
    desk.connection.execute(sa.delete(SECOND_FACTOR).where(SECOND_FACTOR.c.person == person))
    desk.connection.execute(sa.insert(SECOND_FACTOR).values(row | {"person": person}))


def confirm_second_factor(desk: Acting, person: str, step: int) -> None:
    """Store that a code was right: from now on one is asked for; the log tells of it."""
    mine = SECOND_FACTOR.c.person == person
    desk.connection.execute(sa.update(SECOND_FACTOR).where(mine).values({"confirmed": True, "step": step}))
    desk.log(Event(SET, f"person:{person}"))


def use_step(desk: Acting, person: str, step: int) -> bool:
    """Note that the code of a step was used; say whether nobody used it, or a later one, meanwhile."""
    mine = sa.and_(SECOND_FACTOR.c.person == person, SECOND_FACTOR.c.step < step)
    return desk.connection.execute(sa.update(SECOND_FACTOR).where(mine).values({"step": step})).rowcount == 1


def drop_second_factor(desk: Acting, person: str, reason: str) -> None:
    """Forget the second factor of a person; the log tells of it."""
    desk.connection.execute(sa.delete(SECOND_FACTOR).where(SECOND_FACTOR.c.person == person))
    desk.log(Event(TAKEN, f"person:{person}", reason))


# --- tokens -----------------------------------------------------------------------------------------------------------


def make_token(desk: Acting, name: str, sha256: str, scopes: list[str], until: datetime) -> TokenView:
    """Store a token of this actor's; the log tells of it."""
    row: dict[str, object] = {"person": desk.actor.name, "name": name, "sha256": sha256, "scopes": scopes}
    row |= {"made_at": desk.now, "until": until, "ended_at": None}
    made = desk.connection.execute(sa.insert(TOKEN).values(row).returning(TOKEN.c.id)).scalar_one()
    desk.tell(row_log.TOKENS, made, "token.make", "", {"person": desk.actor.name, "scopes": scopes})
    return token(desk.connection, made)


def token(connection: sa.Connection, number: int) -> TokenView:
    """Return a token, whether it counts or not. Raises `NotFound`."""
    row = connection.execute(sa.select(TOKEN).where(TOKEN.c.id == storable_id(number))).mappings().first()
    if row is None:
        raise NotFound("no such token")
    return _token(row)


def token_that_counts(connection: sa.Connection, number: int, now: datetime) -> TokenView | None:
    """Return a token that has not ended and is what the log says of it."""
    c = TOKEN.c
    query = sa.select(TOKEN).where(c.id == storable_id(number), c.ended_at.is_(None), c.until > now)
    row = connection.execute(query).mappings().first()
    return None if row is None or row_log.differs(connection, row_log.TOKENS, row["id"]) else _token(row)


def tokens_of(connection: sa.Connection, person: str) -> list[TokenView]:
    """Return the tokens of a person that have not ended, the newest first."""
    query = sa.select(TOKEN).where(TOKEN.c.person == person, TOKEN.c.ended_at.is_(None)).order_by(TOKEN.c.id.desc())
    return [_token(row) for row in connection.execute(query).mappings()]


def end_tokens(desk: Acting, person: str, reason: str) -> None:
    """End all tokens of a person."""
    for one in tokens_of(desk.connection, person):
        end_token(desk, one.id, reason)


def end_token(desk: Acting, number: int, reason: str) -> TokenView:
    """End a token; the log tells of it."""
    desk.connection.execute(sa.update(TOKEN).where(TOKEN.c.id == number).values({"ended_at": desk.now}))
    desk.tell(row_log.TOKENS, number, "token.end", reason, {})
    return token(desk.connection, number)


def _token(row: sa.RowMapping) -> TokenView:
    return TokenView(**{**row, "scopes": tuple(row["scopes"])})
