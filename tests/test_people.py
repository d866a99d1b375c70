"""The people of a team: added, changed, removed, and known by their passwords."""

import os
import pwd
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from scamhunt import access, desk, desk_people, passwords
from scamhunt.access import Person
from scamhunt.errors import NotAllowedNow, NotFound, NotPermitted, Refused, UserError
from scamhunt.model import Actor, Event, PersonRole
from scamhunt.settings import Settings
from scamhunt.store import EventView, Store

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
EVE, ANN = Actor("eve", "os_user"), Actor("ann", "asserted")
ME = access.identify(pwd.getpwuid(os.geteuid()).pw_name)
ADMIN, ANALYST, APPROVER = PersonRole.ADMIN, PersonRole.ANALYST, PersonRole.APPROVER
WORDS, OTHER = "correct horse battery", "a different set of words"

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Outdated parameters: what is kept with them is quickly found to be wrong, and renewed when it is right."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings with a state folder of their own."""
    return Settings(home=tmp_path / "home", clock=NOW)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """Return a store in which nobody was added yet."""
    with desk.open_store(settings) as opened:
        yield opened


@pytest.fixture
def team(store: Store, settings: Settings) -> Store:
    """Return a store of a team of two: eve, an admin, and ann, an analyst."""
    desk_people.add(store, settings, EVE, "eve", [ADMIN])
    desk_people.add(store, settings, EVE, "ann", [ANALYST])
    return store


def give_cheap(store: Store, name: str) -> None:
    """Give a person a password whose hash costs next to nothing."""
    with store.acting(EVE) as acting:
        acting.add_person(store.people()[name], CHEAP.hash(WORDS), "", {})


def told(store: Store, name: str) -> list[EventView]:
    """Return what the log says of a person."""
    return desk.history(store, f"person:{name}")


def refused_alike(store: Store, what: Callable[[], object], error: type[Exception], match: str) -> None:
    """Check that an act is refused, that it changes nothing, and that only a refusal is in the log."""
    before, head = store.people(), store.log_head().seq
    with pytest.raises(error, match=match):
        what()
    logged = store.log_head().seq - head
    assert (store.people(), logged) == (before, 1 if issubclass(error, Refused) else 0)


# --- add, change, remove ----------------------------------------------------------------------------------------------


def test_a_person_is_added_and_the_log_says_by_whom(team: Store) -> None:
    """Name, roles, who did it and with what proof stand in the log; and nobody has a password yet."""
    assert sorted(person.name for person in desk_people.people(team, ANN)) == ["ann", "eve"]
    ann = team.people()["ann"]
    assert ann == Person("ann", frozenset({ANALYST}), has_password=False, added_by="eve", added_at=NOW)
    (event,) = told(team, "ann")
    assert (event.actor, event.proof, event.act, event.detail["roles"]) == ("eve", "os_user", "person.add", ["analyst"])
    assert team.check() == []


def test_names_are_kept_in_small_letters(team: Store, settings: Settings) -> None:
    """Ann and ann are one person: roles of the one are those of the other."""
    changed = desk_people.add(team, settings, EVE, "ANN", [APPROVER])
    assert (changed.name, changed.roles, len(team.people())) == ("ann", frozenset({APPROVER}), 2)


def test_a_person_who_is_there_is_changed(team: Store, settings: Settings) -> None:
    """The roles are exactly those given now, a password stays until another is given; the log has before and after."""
    desk_people.add(team, settings, EVE, "ann", [ANALYST, APPROVER], password=WORDS)
    kept = team.password_of("ann")
    changed = desk_people.add(team, settings, EVE, "ann", [APPROVER])
    assert (changed.roles, changed.has_password, changed.added_at) == (frozenset({APPROVER}), True, NOW)
    assert team.password_of("ann") == kept
    _, first, second = told(team, "ann")
    assert (first.act, first.reason, first.detail["roles"]) == (
        "person.change",
        "another password",
        ["analyst", "approver"],
    )
    assert first.detail["before"] == {"roles": ["analyst"], "password": False}
    assert (second.reason, second.detail["roles"]) == ("", ["approver"])
    assert second.detail["before"] == {"roles": ["analyst", "approver"], "password": True}
    assert team.check() == []


def test_neither_password_nor_hash_is_in_the_log(team: Store, settings: Settings) -> None:
    """The log is handed to others: not even what a password is kept as stands in it."""
    give_cheap(team, "ann")
    desk_people.knows(team, EVE, "ann", OTHER)
    desk_people.add(team, settings, EVE, "ann", [APPROVER])
    text = repr(told(team, "ann"))
    assert WORDS not in text
    assert OTHER not in text
    assert "argon2" not in text


def test_who_is_removed_is_locked_out_and_kept(team: Store, settings: Settings) -> None:
    """From that moment on, with the reason in the log; the password is forgotten, and the name can come back."""
    give_cheap(team, "ann")
    gone = desk_people.remove(team, settings, EVE, "ann", " moved to another team ")
    assert (gone.removed_at, gone.active, team.password_of("ann")) == (NOW, False, "")
    event = told(team, "ann")[-1]
    assert (event.act, event.reason, event.actor) == ("person.remove", "moved to another team", "eve")
    with pytest.raises(NotPermitted, match="no longer one of the people"):
        desk_people.people(team, ANN)
    assert not desk_people.knows(team, EVE, "ann", WORDS)
    back = desk_people.add(team, settings, EVE, "ann", [APPROVER])
    assert (back.active, back.roles, back.has_password) == (True, frozenset({APPROVER}), False)
    assert [one.act for one in told(team, "ann")][-1] == "person.add"
    assert team.check() == []


def test_a_row_that_was_edited_by_hand_is_told(team: Store, settings: Settings) -> None:
    """Whoever gives himself a role in the database, behind the program, is found by `db check`."""
    with sqlite3.connect(settings.home / "scamhunt.db") as raw:
        raw.execute("update person set roles = '[\"admin\", \"analyst\"]' where name = 'ann'")
    raw.close()
    assert any("ann" in problem for problem in team.check())


FIRST = [
    ([ANALYST], "eve", "", UserError, "the first person has to be an admin"),
    ([ADMIN], "bob", "", UserError, "nobody could act as bob without a password.*begin with yourself: .* add eve"),
]


@pytest.mark.parametrize(("roles", "name", "password", "error", "match"), FIRST)
def test_the_first_person_must_be_able_to_add_others(  # noqa: PLR0913, PLR0917  # a case
    store: Store,
    settings: Settings,
    roles: list[PersonRole],
    name: str,
    password: str,
    error: type[Exception],
    match: str,
) -> None:
    """Else the first command of a new team would lock everybody out."""
    refused_alike(store, lambda: desk_people.add(store, settings, EVE, name, roles, password=password), error, match)


@pytest.mark.parametrize(("trust", "password"), [(True, ""), (False, WORDS)])
def test_the_first_may_be_somebody_else_who_can_act(
    store: Store, settings: Settings, trust: bool, password: str
) -> None:
    """With a password, or in a lab where names are believed."""
    lab = settings.model_copy(update={"trust_names": trust})
    assert desk_people.add(store, lab, EVE, "bob", [ADMIN], password=password).roles == {ADMIN}


def test_the_last_admin_stays_one(team: Store, settings: Settings) -> None:
    """Neither removed nor given other roles, by nobody; once there is a second one, both."""
    match = "eve is the last admin"
    refused_alike(team, lambda: desk_people.remove(team, settings, EVE, "eve", "leaves"), NotAllowedNow, match)
    refused_alike(team, lambda: desk_people.add(team, settings, EVE, "eve", [ANALYST]), NotAllowedNow, match)
    desk_people.add(team, settings, EVE, "eve", [ADMIN, ANALYST])
    desk_people.add(team, settings, EVE, "ann", [ADMIN])
    desk_people.remove(team, settings, ANN, "eve", "leaves")
    refused_alike(team, lambda: desk_people.remove(team, settings, ANN, "ann", "x"), NotAllowedNow, "ann is the last")


@pytest.mark.parametrize(
    ("act", "error", "match"),
    [
        (
            lambda store, knobs: desk_people.add(store, knobs, ANN, "bob", [APPROVER]),
            NotPermitted,
            "needs the role admin",
        ),
        (lambda store, knobs: desk_people.remove(store, knobs, ANN, "eve", "x"), NotPermitted, "needs the role admin"),
        (lambda store, _: desk_people.people(store, Actor("bob", "password")), NotPermitted, "bob is not one of"),
        (lambda store, knobs: desk_people.add(store, knobs, EVE, "bob", []), UserError, "bob needs a role"),
        (lambda store, knobs: desk_people.add(store, knobs, EVE, "b b", [ADMIN]), UserError, "is no name"),
        (lambda store, knobs: desk_people.add(store, knobs, EVE, "system", [ADMIN]), UserError, "timed jobs"),
        (lambda store, knobs: desk_people.remove(store, knobs, EVE, "bob", "x"), NotFound, "no bob on this team"),
        (lambda store, knobs: desk_people.remove(store, knobs, EVE, "ann", " "), UserError, "needs a reason"),
        (lambda store, knobs: desk_people.remove(store, knobs, EVE, "ann", "x" * 2001), UserError, "at most 2,000"),
    ],
)
def test_what_is_refused_changes_nothing(
    team: Store, settings: Settings, act: Callable[[Store, Settings], object], error: type[Exception], match: str
) -> None:
    """No row and no event of what was not allowed or cannot be."""
    refused_alike(team, lambda: act(team, settings), error, match)


def test_who_left_cannot_be_removed_again(team: Store, settings: Settings) -> None:
    """It says so, and the log keeps the first time."""
    desk_people.remove(team, settings, EVE, "ann", "leaves")
    refused_alike(team, lambda: desk_people.remove(team, settings, EVE, "ann", "x"), NotFound, "no ann on this team")


# --- passwords --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "password", "match"),
    [
        ("ann", "x" * 11, "too short: at least 12 characters"),
        ("ann", "é" * 11, "too short"),
        ("ann", "x" * 1025, "too long: at most 1,024 bytes"),
        ("ann", "é" * 513, "too long"),
        ("ann.of.the.desk", " Ann.of.the.Desk ", "is the name itself"),
    ],
)
def test_a_weak_password_is_refused_and_not_shown(
    team: Store, settings: Settings, name: str, password: str, match: str
) -> None:
    """The message says what is wrong and never repeats it."""
    act = lambda: desk_people.add(team, settings, EVE, name, [ANALYST], password=password)  # noqa: E731  # for both
    refused_alike(team, act, UserError, match)
    with pytest.raises(UserError) as refused:
        passwords.require_strong(name, password)
    assert password not in str(refused.value)


@pytest.mark.parametrize("password", ["x" * 12, "é" * 12, "x" * 1024])
def test_passwords_up_to_the_limits_are_taken(password: str) -> None:
    """The limits themselves are allowed."""
    passwords.require_strong("ann", password)


def test_a_password_is_kept_as_argon2id_with_a_salt_of_its_own() -> None:
    """Twice the same password is kept differently; another one is not right."""
    first, second = passwords.hashed(WORDS), passwords.hashed(WORDS)
    assert first.startswith("$argon2id$")
    assert first != second
    assert passwords.verified(OTHER, CHEAP.hash(WORDS)) == passwords.Verified(right=False)


def test_the_same_letters_are_the_same_password_on_every_keyboard() -> None:
    """An accent that is typed as a sign of its own counts as the letter with it."""
    assert passwords.verified("cafe\u0301 au lait noir", CHEAP.hash("caf\u00e9 au lait noir")).right


def test_who_has_no_password_is_known_by_none() -> None:
    """Not by the one that the work is done with, nor by what no hash is."""
    assert passwords.verified("of nobody", "") == passwords.Verified(right=False)
    assert passwords.verified(WORDS, "not a hash") == passwords.Verified(right=False)
    with pytest.raises(UserError, match="too long"):
        passwords.verified("x" * 1025, "")


def test_an_outdated_hash_is_renewed_at_its_next_use(team: Store) -> None:
    """Only when the password is right; the log tells of it, and it is the same password."""
    give_cheap(team, "ann")
    old = team.password_of("ann")
    assert not desk_people.knows(team, EVE, "ann", OTHER)
    assert team.password_of("ann") == old
    assert desk_people.knows(team, EVE, "ann", WORDS)
    assert team.password_of("ann") not in {"", old}
    event = told(team, "ann")[-1]
    assert (event.act, event.detail["before"]) == ("person.change", {"roles": ["analyst"], "password": True})
    assert desk_people.knows(team, EVE, "ann", WORDS)
    assert told(team, "ann")[-1] == event
    assert team.check() == []


def test_a_wrong_password_leaves_a_trace_and_five_are_enough(team: Store, settings: Settings) -> None:
    """Who tried as whom is logged; after five within 15 minutes not even the right one is looked at, until they age."""
    give_cheap(team, "ann")
    for _ in range(5):
        assert not desk_people.knows(team, ME, "ann", OTHER)
    event, head = told(team, "ann")[-1], team.log_head()
    assert (event.act, event.actor, event.proof, event.detail) == (
        "person.refused",
        ME.name,
        "os_user",
        {"as": "ann"},
    )
    with pytest.raises(NotPermitted, match=r"5 wrong passwords for ann in 15 minutes.*until 06:15:00 UTC"):
        desk_people.knows(team, ME, "ann", WORDS)
    assert [one.act for one in desk.history(team, "team") if one.seq > head.seq] == ["act.refused"]
    for minutes, open_again in ((14, False), (15, True)):
        with desk.open_store(settings.model_copy(update={"clock": NOW + minutes * MINUTE})) as later:
            if open_again:
                assert desk_people.knows(later, ME, "ann", WORDS)
            else:
                with pytest.raises(NotPermitted):
                    desk_people.knows(later, ME, "ann", WORDS)


def test_one_name_that_is_refused_locks_no_other(team: Store, settings: Settings) -> None:
    """Wrong ones for ann say nothing of bob; an unknown name is counted like one that is known."""
    desk_people.add(team, settings, EVE, "bob", [APPROVER])
    give_cheap(team, "bob")
    with team.acting(ME) as acting:
        acting.log(*[Event("person.refused", "person:nobody")] * 5)
    with pytest.raises(NotPermitted, match="5 wrong passwords for nobody"):
        desk_people.knows(team, ME, "nobody", WORDS)
    assert not desk_people.knows(team, ME, "bob", OTHER)


# --- who acts ---------------------------------------------------------------------------------------------------------


def test_a_password_lets_somebody_act_and_stands_in_the_log(team: Store, settings: Settings) -> None:
    """What bob does then is bob's deed, with the proof `password`."""
    desk_people.add(team, settings, EVE, "bob", [ADMIN])
    give_cheap(team, "bob")
    asked: list[str] = []

    def given(name: str) -> str:
        asked.append(name)
        return WORDS

    bob = desk.actor(team, settings, "bob", given)
    assert (bob, asked) == (Actor("bob", "password"), ["bob"])
    desk_people.add(team, settings, bob, "cyd", [APPROVER])
    event = told(team, "cyd")[-1]
    assert (event.actor, event.proof) == ("bob", "password")


@pytest.mark.parametrize(
    ("name", "password", "logged"),
    [("nobody", WORDS, 2), ("ann", "", 1), ("eve", None, 1)],
)
def test_without_the_right_password_nobody_acts_as_another(
    team: Store, settings: Settings, name: str, password: str | None, logged: int
) -> None:
    """An unknown name, no password given, nobody to ask: each is refused with what to do, and logged."""
    before = team.log_head().seq
    with pytest.raises(NotPermitted, match="without that person's password"):
        desk.actor(team, settings, name, None if password is None else lambda _name: password)
    assert team.log_head().seq - before == logged


def test_once_somebody_was_added_the_systems_user_is_one_of_the_team_or_nobody(
    store: Store, settings: Settings
) -> None:
    """Before, whoever owns the folder acts with every role; afterwards unknown names neither act nor read."""
    assert desk.actor(store, settings) == desk.reader(store, settings) == ME
    assert desk.standing(store, settings, ME) == [f"{ME.name} acts with every role: no people were added"]
    desk_people.add(store, settings, EVE, "eve", [ADMIN])
    for ask in (desk.actor, desk.reader):
        with pytest.raises(NotPermitted, match=f"{ME.name} is not one of the people of this team"):
            ask(store, settings)
    desk_people.add(store, settings, EVE, ME.name, [PersonRole.VIEWER])
    assert desk.actor(store, settings) == desk.reader(store, settings) == ME
    assert desk.standing(store, settings, ME) == []


def test_a_lab_believes_names_but_only_those_of_the_team(team: Store, settings: Settings) -> None:
    """Trust goes as far as the password that is not asked for; roles count all the same."""
    lab = settings.model_copy(update={"trust_names": True})
    assert desk.reader(team, lab, "ann") == ANN
    with pytest.raises(NotPermitted, match="mallory is not one of"):
        desk.actor(team, lab, "mallory")
    with pytest.raises(NotPermitted, match="eve may not look at candidates"):
        desk.reader(team, lab, "eve")


def test_a_team_of_one_says_so_and_a_team_of_two_is_none(store: Store, settings: Settings) -> None:
    """The setting stands on every screen; with a second person it is refused, whoever acts, with what to do."""
    alone = settings.model_copy(update={"single_operator": True, "trust_names": True})
    line = "single operator: eve is the whole team, nobody else looks at it"
    every = "eve acts with every role: no people were added"
    assert desk.standing(None, alone, EVE) == desk.standing(store, alone, EVE) == [line, every]
    assert desk.standing(store, alone, EVE, acts=False) == [line]
    desk_people.add(store, alone, EVE, "eve", [ADMIN, ANALYST, APPROVER])
    assert desk.actor(store, alone, "eve") == Actor("eve", "asserted" if ME.name != "eve" else "os_user")
    assert desk.standing(store, alone, EVE) == [line]
    desk_people.add(store, alone, EVE, "ann", [ANALYST])
    with pytest.raises(Refused, match=r"SCAMHUNT_SINGLE_OPERATOR=on is refused: this team has 2 people.*unset it"):
        desk.actor(store, alone, "eve")
    mend = "unset SCAMHUNT_SINGLE_OPERATOR: a second person approves"
    assert desk.team(store, alone) == ("2 on the team, 0 of them with a password", mend)
    assert desk.team(store, settings) == ("2 on the team, 0 of them with a password", "")
    desk_people.remove(store, alone, EVE, "ann", "leaves")
    assert desk.team(store, alone)[1] == ""
    assert desk.actor(store, alone, "eve").name == "eve"
