"""What a person may do, one function an act: check who acts, load, decide, save and log in one transaction."""

import os
import pwd
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from shutil import disk_usage

from scamhunt import access, desk_follow, desk_people, triage
from scamhunt.access import Permission
from scamhunt.desk_numbers import present
from scamhunt.errors import Changed, NotPermitted, StoreError
from scamhunt.model import SYSTEM, Actor, Event, Kind, State
from scamhunt.observed import Liveness
from scamhunt.settings import Settings
from scamhunt.store import (
    Acting,
    CandidateView,
    Course,
    EventView,
    LookView,
    QuarantinedView,
    Store,
    WatchView,
    logs_refusals,
)
from scamhunt.takedown.roles import role_of
from scamhunt.triage import Act

OpenStore = Store
"""What `open_store` gives, for annotations of those who may not import the store."""


def has_store(settings: Settings) -> bool:
    """Return whether there is a database yet."""
    return Store.exists(settings.home, settings.database_url.get_secret_value())


def open_store(settings: Settings) -> Store:
    """Open the database that the settings name; close it with `with`. Raises `StoreError`."""
    return Store.open(settings.home, now=settings.now, url=settings.database_url.get_secret_value())


def where(settings: Settings) -> str:
    """Return where the database is or is to be; no password is shown."""
    return Store.where(settings.home, settings.database_url.get_secret_value())


def upgrade(settings: Settings) -> bool:
    """Bring the database up to date; return whether there was anything to do. Raises `StoreError`."""
    return Store.upgrade(settings.home, settings.database_url.get_secret_value())


def check(store: Store) -> list[str]:
    """Read the whole database and compare it with its log; return what is wrong, nothing when all is well."""
    return store.check()


def warnings(store: Store) -> list[str]:
    """Return what works but not as it should."""
    return store.warnings()


LEAST_FREE = 64 * 1024 * 1024
"""Bytes that have to be free on the disk of the state folder."""


def readiness(store: Store, settings: Settings) -> dict[str, str]:
    """Return whether what an act needs is there: `ok`, or in words without names what is wrong."""
    found = {"database": "ok", "disk": "ok"}
    try:
        with store.acting(SYSTEM) as desk:  # takes the lock of a writer and lets it go
            desk.log_head()
    except StoreError:
        found["database"] = "refuses to be written to"
    if disk_usage(settings.home).free < LEAST_FREE:
        found["disk"] = "is nearly full"
    return found


# --- who --------------------------------------------------------------------------------------------------------------


def actor(
    store: Store | None, settings: Settings, acting_as: str = "", password: Callable[[str], str] | None = None
) -> Actor:
    """Return who acts: `acting_as`, else the setting, else the operating system's user.

    `password` is asked for the password of a name, and only where one is needed; empty: nobody gave one. Without a
    store nobody has a password. Raises `UserError` for a name that cannot be one, `NotPermitted` for the name of
    somebody else and for who is not on the team, and `Refused` for a team of several that is set to be one of one.
    """

    def knows(name: str) -> bool:
        if store is None or password is None:
            return False
        return desk_people.knows(store, access.identify(_os_user()), name, password(name))

    wanted = acting_as or settings.acting_as
    with _guarded(store, wanted):
        who = access.identify(_os_user(), wanted, trust_names=settings.trust_names, knows=knows)
        if store is not None:
            desk_people.require_alone(store, settings)
            store.require(who, Permission.TEAM)
    return who


def _guarded(store: Store | None, wanted: str) -> AbstractContextManager[None]:
    """Let the log tell of who was refused to act as somebody; without a store there is no log."""
    if store is None:
        return nullcontext()
    thing = f"person:{wanted.lower()[:64]}" if wanted else "team"
    return store.guarding(access.identify(_os_user()), Course(Permission.TEAM, thing))


def reader(
    store: Store, settings: Settings, acting_as: str = "", password: Callable[[str], str] | None = None
) -> Actor:
    """Return who looks at what is stored, as `actor` does. Raises `NotPermitted` for who may not."""
    who = actor(store, settings, acting_as, password)
    store.require(who, Permission.LOOK)
    return who


def require(store: Store, who: Actor, permission: Permission) -> None:
    """Raise `NotPermitted` for somebody who may not do that now: a door asks before, an act asks again."""
    store.require(who, permission)


def standing(store: Store | None, settings: Settings, who: Actor, *, acts: bool = True) -> list[str]:
    """Return what has to be said of how few people stand behind an act, or a look; nothing of a team of several."""
    return desk_people.standing(store, settings, who, acts=acts)


def team(store: Store, settings: Settings) -> tuple[str, str]:
    """Return in words how many are on the team, and what to do about it if it is not well; no names."""
    return desk_people.team(store, settings)


# --- decide -----------------------------------------------------------------------------------------------------------


@logs_refusals(Permission.TRIAGE)
def decide(  # noqa: PLR0913  # what is decided, and what was seen when it was
    store: Store,
    who: Actor,
    key: str,
    act: Act | str,
    reason: str,
    *,
    revision: int | None = None,
    over_claim: bool = False,
) -> CandidateView:
    """Decide on a candidate and return it as it is now; drafts on what is no longer confirmed are withdrawn.

    `revision` is that of the candidate as it was seen: where somebody decided since, `Changed` says who; the same
    decision of the same person once more, as a double click sends it, changes nothing. Raises `NotFound`,
    `NotAllowedNow`, `Claimed` for what somebody else is at work on, `NotPermitted` for what no person decides, and
    `UserError` for the reason.
    """
    act = Act(act)
    if act not in triage.BY_PEOPLE:
        raise NotPermitted(f"{act} is observed and never typed; a person can {' or '.join(sorted(triage.BY_PEOPLE))}")
    with store.acting(who) as desk:
        desk.require(Permission.TRIAGE)
        return decided(store, desk, key, act, reason, revision=revision, over_claim=over_claim)


def decided(  # noqa: PLR0913  # as `decide`
    store: Store,
    desk: Acting,
    key: str,
    act: Act,
    reason: str,
    *,
    revision: int | None = None,
    over_claim: bool = False,
) -> CandidateView:
    """Decide within a transaction, for `decide` and for a decision on many; raises as `decide` does."""
    before = desk.candidate(key)
    if revision is not None and before.revision != revision:
        return _decided_before(desk, before, act, revision)
    if not over_claim:
        desk.refuse_claimed(before.id)
    after = triage.decide(before.state, act, reason)
    desk.set_state(before, after)
    change = {"target": before.indicator, "before": before.state.value, "after": after.value}
    if before.kind is Kind.PHONE and act is Act.CONFIRM:  # what may follow hangs on it
        change["role"] = role_of(desk.number_sightings(before.indicator)).value
    desk.log(Event(f"candidate.{act}", f"candidate:{before.id}", reason.strip(), change))
    if before.state is State.CONFIRMED:
        desk_follow.withdraw_drafts(store, desk, before.id)
    return replace(before, state=after, state_since=desk.now, revision=before.revision + 1)


def _decided_before(desk: Acting, now: CandidateView, act: Act, revision: int) -> CandidateView:
    """Return a candidate on which this person took the same decision already; else raise `Changed`."""
    last = desk.decision_on(now.id)
    if last and (last.actor, last.act) == (desk.actor.name, f"candidate.{act}") and now.revision == revision + 1:
        return now
    told = f"{last.actor}: {last.act.removeprefix('candidate.')}, {last.reason}" if last else "it was seen again"
    raise Changed(f"{now.indicator} is {now.state} since you looked at it ({told}); nothing was done: look at it again")


# --- look -------------------------------------------------------------------------------------------------------------


def candidates(  # noqa: PLR0913  # each is a filter
    store: Store,
    *,
    brand: str | None = None,
    states: Collection[State] | None = None,
    kind: Kind | None = None,
    min_score: float | None = None,
    since: datetime | None = None,
    feed: str | None = None,
    limit: int | None = 50,
) -> list[CandidateView]:
    """Return candidates, the strongest first."""
    found = store.candidates(
        brand=brand,
        states=states,
        kind=kind,
        min_score=min_score,
        since=since,
        feed=feed,
        limit=limit,
    )
    return present(store, found)


def candidate(store: Store, key: str) -> CandidateView:
    """Return a candidate by number or name. Raises `NotFound`."""
    return present(store, [store.candidate(key)])[0]


def looks(store: Store, candidate_ids: Collection[int]) -> dict[int, LookView]:
    """Return the last look at each of some candidates that saw a page, else the last; by their numbers.

    What could not be opened today says nothing about what was seen there before.
    """
    return store.latest_looks(candidate_ids) | store.latest_looks(candidate_ids, (Liveness.LIVE, Liveness.PARKED))


def liveness(store: Store, candidate_ids: Collection[int]) -> dict[int, Liveness]:
    """Return what the last look at each of some candidates said of whether it is still there."""
    return {number: look.liveness for number, look in store.latest_looks(candidate_ids).items()}


def watch(store: Store, candidate_id: int) -> WatchView | None:
    """Return whether a candidate is still there by all looks at it, and when it is due again; None: no look yet."""
    return store.watch(candidate_id)


def history(store: Store, thing: str) -> list[EventView]:
    """Return what was done to a thing (`candidate:12`), the oldest first."""
    return store.history(thing)


def quarantine(store: Store, *, feed: str | None = None, limit: int | None = 50) -> list[QuarantinedView]:
    """Return rows of feeds that could not be used, the newest first."""
    return store.quarantine(feed=feed, limit=limit)


def quarantined(store: Store, row: int) -> QuarantinedView:
    """Return one row that could not be used. Raises `NotFound`."""
    return store.quarantined(row)


def _os_user() -> str:
    """Return the user that runs this process, whatever its environment says."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # a container may run a number that has no name
        return f"uid-{os.geteuid()}"
