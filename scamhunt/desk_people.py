"""What a person may do with the people of the team: add, change, remove, see them; and whose password is right.

Part of `desk.py`. Wrong passwords are counted from the log: who tries another name leaves a trace that he cannot erase.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from scamhunt import access, passwords
from scamhunt.access import Permission, Person
from scamhunt.errors import NotAllowedNow, NotFound, NotPermitted, Refused, UserError
from scamhunt.model import Actor, Event, PersonRole
from scamhunt.settings import Settings
from scamhunt.store import Acting, Store, sessions

WRONG_AT_MOST = 5
"""Wrong passwords for one name within `WRONG_FOR`; then none is looked at until the oldest of them is older."""
WRONG_FOR = timedelta(minutes=15)
COMPARED_FOR = timedelta(minutes=1)
"""So long a comparison may take; one that takes longer died with its process."""
REFUSED = "person.refused"
REASON_LIMIT = 2_000


def people(store: Store, who: Actor) -> list[Person]:
    """Return all who were ever added, the first at the beginning. Raises `NotPermitted` for who is none of them."""
    store.require(who, Permission.TEAM)
    return list(store.people().values())


def add(  # noqa: PLR0913  # who, and what about whom
    store: Store, settings: Settings, who: Actor, name: str, roles: Collection[PersonRole], *, password: str = ""
) -> Person:
    """Add a person, or give one who is there exactly these roles, and another password where one is given.

    The first of all has to be an admin whom somebody can act as. Raises `UserError` for that, for a name that cannot
    be one, for no role and for a weak password, `NotAllowedNow` for the last admin, `NotPermitted`.
    """
    name = access.plain_name(name)
    if not roles:
        raise UserError(f"{name} needs a role: --role {'|'.join(PersonRole)}")
    if password:
        passwords.require_strong(name, password)
    kept = passwords.hashed(password) if password else ""  # slow on purpose, so not while the database is locked
    with store.acting(who) as desk:
        desk.require(Permission.PEOPLE)
        team = desk.people()
        before = team.get(name)
        after = Person(name, frozenset(roles), bool(kept), who.name, desk.now)
        if not team:
            _require_first(settings, who, after)
        if before is None or not before.active:
            desk.add_person(after, kept)
            return after
        _require_other_admin(team, name, after.roles)
        told = {"roles": sorted(before.roles), "password": before.has_password}
        after = replace(before, roles=after.roles, has_password=before.has_password or bool(kept))
        desk.add_person(after, kept, "another password" if kept else "", told)
        if kept:
            sessions.end(desk, name, "another password")
        return after


def remove(store: Store, settings: Settings, who: Actor, name: str, reason: str) -> Person:
    """Lock a person out, at once; he is kept, for the log names him, and may be added again.

    Raises `UserError` without a reason, `NotFound`, `NotAllowedNow` for the last admin, `NotPermitted`.
    """
    del settings  # every act has the same shape
    name = access.plain_name(name)
    if not reason.strip() or len(reason) > REASON_LIMIT:
        raise UserError(f"a removal needs a reason of at most {REASON_LIMIT:,} characters; the log keeps it")
    with store.acting(who) as desk:
        desk.require(Permission.PEOPLE)
        team = desk.people()
        if name not in team or not team[name].active:
            raise NotFound(f"no {name} on this team; see: scamhunt people list")
        _require_other_admin(team, name, frozenset())
        desk.remove_person(name, reason.strip())
        sessions.end(desk, name, "no longer on the team")
        sessions.end_tokens(desk, name, "no longer on the team")
        return desk.people()[name]


def _require_first(settings: Settings, who: Actor, first: Person) -> None:
    """Raise `UserError` where the first person would lock everybody out."""
    if PersonRole.ADMIN not in first.roles:
        raise UserError(
            "the first person has to be an admin, else nobody could add others: scamhunt people add NAME --role admin"
        )
    if first.name != who.name and not first.has_password and not settings.trust_names:
        raise UserError(
            f"nobody could act as {first.name} without a password, and from now on only people of the team act: add "
            f"--password-stdin, or begin with yourself: scamhunt people add {who.name} --role admin"
        )


def _require_other_admin(team: dict[str, Person], name: str, roles: Collection[PersonRole]) -> None:
    """Raise `NotAllowedNow` where nobody would be left who may add people."""
    admins = {one.name for one in team.values() if one.active and PersonRole.ADMIN in one.roles}
    if admins == {name} and PersonRole.ADMIN not in roles:
        raise NotAllowedNow(f"{name} is the last admin: make somebody else one first, else nobody could add people")


# --- passwords --------------------------------------------------------------------------------------------------------


def knows(store: Store, asking: Actor, name: str, password: str, *, source: str = "") -> bool:
    """Say whether a password is that of a person on the team; a wrong one is logged, without the password.

    The same work for unknown names. Raises `NotPermitted` after `WRONG_AT_MOST` wrong ones; one that is being compared
    counts as wrong until it is known, so that many at once try no more than one after the other.
    """
    if not password:
        return False
    with store.acting(asking) as desk:
        _require_calm(store, desk, name)
        number = sessions.begin_attempt(desk, name)
    found = passwords.verified(password, store.password_of(name))  # slow on purpose, so not in a transaction
    with store.acting(asking) as desk:
        sessions.end_attempt(desk, number)
        if not found.right:
            told = {"as": name} | ({"from": source} if source else {})
            desk.log(Event(REFUSED, f"person:{name}", "wrong password", told))
        elif found.renewed:
            person = desk.people()[name]
            before = {"roles": sorted(person.roles), "password": True}
            desk.add_person(person, found.renewed, "its password is kept with the parameters of today", before)
        return found.right


def change_own_password(store: Store, who: Actor, password: str) -> None:
    """Give oneself another password. Raises `UserError` for a weak one, `NotPermitted`."""
    passwords.require_strong(who.name, password)
    kept = passwords.hashed(password)
    with store.acting(who) as desk:
        desk.require(Permission.TEAM)
        person = desk.people()[who.name]
        told = {"roles": sorted(person.roles), "password": person.has_password}
        desk.add_person(replace(person, has_password=True), kept, "another password", told)


def _require_calm(store: Store, desk: Acting, name: str) -> None:
    """Raise `NotPermitted` while too many wrong passwords for a name are young."""
    since = desk.now - WRONG_FOR
    wrong = [one.at for one in store.history(f"person:{name}") if one.act == REFUSED and one.at > since]
    wrong += [desk.now] * sessions.attempts(desk, name, COMPARED_FOR)
    if len(wrong) >= WRONG_AT_MOST:
        until = wrong[-WRONG_AT_MOST] + WRONG_FOR
        raise NotPermitted(
            f"{len(wrong)} wrong passwords for {name} in {WRONG_FOR.seconds // 60} minutes: none is looked at until "
            f"{until:%H:%M:%S} UTC"
        )


def team(store: Store, settings: Settings) -> tuple[str, str]:
    """Return in words how many are on the team, and what to do about it if it is not well; no names."""
    here = [one for one in store.people().values() if one.active]
    mend = "unset SCAMHUNT_SINGLE_OPERATOR: a second person approves" if settings.single_operator and here[1:] else ""
    if not here:
        return "nobody was added: whoever may write the state folder acts with every role", mend
    known = sum(one.has_password for one in here)
    return f"{len(here)} on the team, {known} of them with a password", mend


# --- a team of one ----------------------------------------------------------------------------------------------------


def require_alone(store: Store, settings: Settings) -> None:
    """Raise `Refused` where the setting says that one person is the whole team, and there are more."""
    team = [one.name for one in store.people().values() if one.active] if settings.single_operator else []
    if len(team) > 1:
        raise Refused(
            f"SCAMHUNT_SINGLE_OPERATOR=on is refused: this team has {len(team)} people, so a second one approves; "
            "unset it"
        )


def standing(store: Store | None, settings: Settings, who: Actor, *, acts: bool = True) -> list[str]:
    """Return what has to be said of how few people stand behind an act, or a look; nothing of a team of several."""
    said = [f"single operator: {who.name} is the whole team, nobody else looks at it"] * settings.single_operator
    if acts and (store is None or not store.people()):
        said.append(f"{who.name} acts with every role: no people were added")
    return said
