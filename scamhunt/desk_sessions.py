"""How a person signs in on the web page and a script with a token, and how long each counts. Part of `desk.py`.

A session is a random number that only the browser has; we keep its sha256. It ends half an hour after its last use and
twelve hours after its first, with its person, and with another password.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scamhunt import access, desk_people, second_factor
from scamhunt.access import TOKENS_MAY, Permission, Person
from scamhunt.errors import NotAllowedNow, NotFound, NotPermitted, StoreError, UserError
from scamhunt.model import STRANGER, Actor, Event
from scamhunt.settings import Settings
from scamhunt.store import Store, sessions
from scamhunt.store.sessions import SecondFactorView, SessionView, TokenView

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
FRESH = timedelta(minutes=5)
"""So long a password that was given lets somebody send, approve and release without giving it again."""
TOUCHED_EVERY = timedelta(minutes=1)
MOST_TOKENS = 20
MOST_DAYS = 366
ISSUER = "scamhunt"
WRONG = "the name, the password or the code is wrong"
_MARK = "sh"
_NAME_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in."""

    who: Actor
    person: Person
    session: SessionView
    has_second_factor: bool

    def is_fresh(self, now: datetime) -> bool:
        """Say whether the password was given a short while ago."""
        return now - self.session.proved_at < FRESH


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A new secret, to be put into an authenticator."""

    secret: str
    address: str
    """What the picture says: `otpauth://totp/...`."""


# --- people -----------------------------------------------------------------------------------------------------------


def sign_in(  # noqa: PLR0913  # what a person types, and from where
    store: Store, settings: Settings, name: str, password: str, *, code: str = "", source: str = ""
) -> str:
    """Return what the browser of a person keeps. Raises `NotPermitted`, which never says what of it was wrong.

    Also while too many wrong ones for a name are young, and for a team that has not begun.
    """
    desk_people.require_alone(store, settings)
    if not store.people():
        raise NotPermitted(
            "nobody can sign in yet; in the shell, add the first person: scamhunt people add NAME --role admin"
        )
    known = _plain(store, name)
    if not desk_people.knows(store, STRANGER, known, password, source=source):
        raise NotPermitted(WRONG)
    who = Actor(known, "password")
    _require_code(store, settings, who, code)
    own = secrets.token_urlsafe(32)
    with store.acting(who) as desk:
        desk.require(Permission.TEAM)
        sessions.begin(desk, _digest(own), source)
    return own


def visitor(store: Store, settings: Settings, own: str) -> Visitor | None:
    """Return who is signed in with what a browser keeps, None where that counts no more."""
    found = store.visit(_digest(own)) if own else None
    if found is None:
        return None
    session, person, has_second_factor = found
    now = settings.now()
    if not _lasts(session, now) or person is None or not person.active:
        return None
    if now - session.seen_at > TOUCHED_EVERY:
        store.touch_session(session.id)
    return Visitor(Actor(person.name, "password"), person, session, has_second_factor)


def _lasts(session: SessionView, now: datetime) -> bool:
    return now - session.seen_at <= IDLE and now - session.begun_at <= LONGEST


def prove(store: Store, settings: Settings, visitor: Visitor, password: str, code: str = "") -> Visitor:
    """Note that whoever sits there gave the password anew. Raises as `sign_in` does."""
    if not desk_people.knows(store, visitor.who, visitor.who.name, password):
        raise NotPermitted("the password or the code is wrong: nothing was done")
    _require_code(store, settings, visitor.who, code)
    store.touch_session(visitor.session.id, proved=True)
    return replace(visitor, session=replace(visitor.session, proved_at=settings.now()))


def sign_out(store: Store, visitor: Visitor, *, everywhere: bool = False) -> int:
    """End a session, or all sessions of its person; return how many."""
    with store.acting(visitor.who) as desk:
        only = "" if everywhere else visitor.session.id
        return sessions.end(desk, visitor.who.name, "signed out", session=only)


def sessions_of(store: Store, settings: Settings, visitor: Visitor) -> list[SessionView]:
    """Return where a person is signed in now, the newest first."""
    return [one for one in store.sessions_of(visitor.who.name) if _lasts(one, settings.now())]


def last_visit(store: Store, visitor: Visitor) -> datetime | None:
    """Return when a person was here last, before this session; None at the first visit."""
    return store.seen_before(visitor.session)


def change_password(store: Store, visitor: Visitor, password: str) -> None:
    """Give oneself another password; all other sessions end. Raises `UserError` for a weak one."""
    desk_people.change_own_password(store, visitor.who, password)
    with store.acting(visitor.who) as desk:
        sessions.end(desk, visitor.who.name, "another password", besides=visitor.session.id)


# --- second factors ---------------------------------------------------------------------------------------------------


def has_second_factor(store: Store, name: str) -> bool:
    """Say whether the log tells of a second factor of a person."""
    return store.second_factor(name)[1]


def offer_second_factor(store: Store, visitor: Visitor) -> Enrolment:
    """Make a secret for a person who has no second factor yet; it counts once a code of it was typed."""
    secret = second_factor.new_secret()
    sealed = second_factor.seal(store.home, visitor.who.name, secret)
    with store.acting(visitor.who) as desk:
        if sessions.has_second_factor(desk.connection, visitor.who.name):
            raise NotAllowedNow("there is a second factor already; take it away first")
        sessions.offer_second_factor(desk, visitor.who.name, sealed)
    return Enrolment(secret, second_factor.address(secret, visitor.who.name, ISSUER))


def confirm_second_factor(store: Store, settings: Settings, visitor: Visitor, code: str) -> None:
    """Switch the offered second factor on with its first code. Raises `UserError` for a wrong one, `NotAllowedNow`."""
    offered, there = store.second_factor(visitor.who.name)
    if offered is None or there:
        raise NotAllowedNow("there is no new secret to confirm; begin again")
    secret = second_factor.unseal(store.home, visitor.who.name, offered.sealed)
    step = second_factor.step_of(secret, code, settings.now(), offered.step)
    if step is None:
        raise UserError("that code is not right; the clock of the authenticator has to be right too")
    with store.acting(visitor.who) as desk:
        sessions.confirm_second_factor(desk, visitor.who.name, step)


def drop_second_factor(store: Store, who: Actor, name: str, reason: str) -> None:
    """Take a second factor away: one's own, or as an admin that of somebody who lost it. Raises `NotPermitted`."""
    if not reason.strip():
        raise UserError("say why in a few words; the log keeps it")
    with store.acting(who) as desk:
        desk.require(Permission.TEAM if name == who.name else Permission.PEOPLE)
        if not sessions.has_second_factor(desk.connection, name):
            raise NotFound(f"{name} has no second factor")
        sessions.drop_second_factor(desk, name, reason.strip())


def _require_code(store: Store, settings: Settings, who: Actor, code: str) -> None:
    """Raise `NotPermitted` for who has a second factor and gave no right code of it. Wrong ones count as passwords."""
    kept, there = store.second_factor(who.name)
    if not there:
        return
    if kept is None or not kept.confirmed:
        raise StoreError(f"the second factor of {who.name} is gone, and the log says that there is one: db check")
    if not _is_right(store, settings, who, kept, code):
        with store.acting(who) as desk:
            desk.log(Event(desk_people.REFUSED, f"person:{who.name}", "wrong code", {"as": who.name}))
        raise NotPermitted(WRONG)


def _is_right(store: Store, settings: Settings, who: Actor, kept: SecondFactorView, code: str) -> bool:
    secret = second_factor.unseal(store.home, who.name, kept.sealed)
    step = second_factor.step_of(secret, code, settings.now(), kept.step)
    if step is None:
        return False
    with store.acting(who) as desk:
        return sessions.use_step(desk, who.name, step)


# --- tokens -----------------------------------------------------------------------------------------------------------


def make_token(store: Store, who: Actor, name: str, scopes: Collection[str], days: int) -> tuple[TokenView, str]:
    """Make a token for a script of one's own; return it with its text, which is shown once.

    Raises `UserError` for a scope that no token has and for a time that is none, `NotPermitted`, `NotAllowedNow`.
    """
    wanted = {one: next((each for each in TOKENS_MAY if each.scope == one), None) for one in scopes}
    wrong = sorted(one for one, each in wanted.items() if each is None)
    if wrong or not wanted:
        listed = ", ".join(sorted(one.scope for one in TOKENS_MAY))
        raise UserError(f"no token has the scope {', '.join(wrong)[:60]!a}; scopes are {listed}")
    if not name.strip() or len(name) > _NAME_LIMIT or not name.isprintable():
        raise UserError(f"name the token in at most {_NAME_LIMIT} characters, for what it is")
    if not 1 <= days <= MOST_DAYS:
        raise UserError(f"a token lasts 1 to {MOST_DAYS} days")
    secret = secrets.token_urlsafe(32)
    with store.acting(who) as desk:
        for one in wanted.values():
            desk.require(one or Permission.PEOPLE)
        if len(store.tokens_of(who.name)) >= MOST_TOKENS:
            raise NotAllowedNow(f"{who.name} has {MOST_TOKENS} tokens: end one that is not used")
        until = desk.now + timedelta(days=days)
        made = sessions.make_token(desk, name.strip(), _digest(secret), sorted(wanted), until)
    return made, f"{_MARK}_{made.id}_{secret}"


def tokens(store: Store, who: Actor) -> list[TokenView]:
    """Return one's own tokens that have not ended, the newest first."""
    return store.tokens_of(who.name)


def end_token(store: Store, who: Actor, number: int, reason: str) -> TokenView:
    """End a token of one's own, or as an admin anybody's. Raises `NotFound`."""
    with store.acting(who) as desk:
        found = sessions.token(desk.connection, number)
        if found.person != who.name:
            desk.require(Permission.PEOPLE)
        if found.ended_at is not None:
            raise NotFound("that token has ended")
        return sessions.end_token(desk, number, reason.strip() or "ended by its person")


def bearer(store: Store, text: str) -> Actor | None:
    """Return who acts with a token, within its scopes; None for a text that opens nothing."""
    mark, _, rest = text.partition("_")
    number, _, secret = rest.partition("_")
    if mark != _MARK or not (number.isascii() and number.isdecimal()) or len(number) > len("2147483647"):
        return None
    found = store.token(int(number))
    if found is None or not secrets.compare_digest(found.sha256, _digest(secret)):
        return None
    person = store.people().get(found.person)
    if person is None or not person.active:
        return None
    return Actor(person.name, "token", frozenset(found.scopes))


def _digest(own: str) -> str:
    return hashlib.sha256(own.encode("utf-8", "backslashreplace")).hexdigest()


def _plain(store: Store, name: str) -> str:
    """Return a name as it is kept; of what is nobody's name no letter goes on: it may be a password."""
    try:
        known = access.plain_name(name.strip())
    except UserError:
        known = ""
    return known if known in store.people() else f"unknown-{_digest(name)[:8]}"
