"""Refused acts: one event each, in a transaction of its own, so many and no more."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from scamhunt.access import Permission, Person
from scamhunt.errors import AddressRefused, NotAllowedNow, NotPermitted, ProtectedTarget, Refused, UserError
from scamhunt.model import Actor, Event, PersonRole
from scamhunt.store import Course, EventView, Store, logs_refusals
from scamhunt.store.refusing import AT_MOST, LONGEST, WITHIN, plain

ANN, BOB = Actor("ann", "os_user"), Actor("bob", "password")


@pytest.fixture
def team(store: Store) -> Iterator[Store]:
    """Return a store with a team of one analyst."""
    with store.acting(ANN) as desk:
        desk.add_person(Person("ann", frozenset({PersonRole.ANALYST}), False, "ann", desk.now), "")  # noqa: FBT003  # no password
    yield store
    assert store.verify_log() is None


def refusals(store: Store, thing: str = "team") -> list[EventView]:
    """Return the refusals that the log tells of, on a thing."""
    return [one for one in store.history(thing) if one.act == "act.refused"]


def refused(store: Store, who: Actor, permission: Permission = Permission.APPROVE) -> None:
    """Let somebody ask for what he may not do."""
    with pytest.raises(NotPermitted):
        store.require(who, permission)


def test_who_may_not_is_in_the_log_with_what_was_asked_for(team: Store) -> None:
    """At the door, and within an act, whose own changes and events are gone."""
    refused(team, BOB)
    with pytest.raises(NotPermitted), team.acting(ANN) as desk:  # noqa: PT012  # an act is a block
        desk.log(Event("candidate.watch", "candidate:1"))
        desk.require(Permission.RELEASE)
    first, second = refusals(team)
    assert (first.actor, first.proof, first.detail) == (
        "bob",
        "password",
        {"permission": "approve", "error": "NotPermitted"},
    )
    assert first.reason == "bob is not one of the people of this team; an admin adds people: scamhunt people add"
    assert (second.actor, second.detail["permission"]) == ("ann", "release")
    assert team.history("candidate:1") == []


@pytest.mark.parametrize("kind", [Refused, ProtectedTarget, NotPermitted])
def test_a_safety_rule_is_in_the_log_once_however_many_look(team: Store, kind: type[Refused]) -> None:
    """One that passes several guards is told of by the innermost, which knows most."""

    @logs_refusals(Permission.SEND, "report:{report_id}")
    def send(store: Store, who: Actor, report_id: int) -> None:
        with store.acting(who) as desk:
            desk.course.about(f"candidate:{report_id}")
            raise kind("a rule says no")

    with pytest.raises(kind, match=r"^a rule says no$"):
        send(team, ANN, report_id=7)
    (event,) = refusals(team, "candidate:7")
    assert event.detail == {"permission": "", "error": kind.__name__}
    assert refusals(team, "report:7") == []


def test_an_act_that_is_refused_before_its_transaction_is_in_the_log(team: Store) -> None:
    """The permission that it needs and what it is about come from the act itself."""

    @logs_refusals(Permission.SEND, "report:{report_id}")
    def send(store: Store, who: Actor, report_id: int) -> None:
        raise Refused(f"report {report_id} is not approved, so {who.name} sends nothing of {store.home.name}")

    with pytest.raises(Refused):
        send(team, ANN, 7)
    (event,) = refusals(team, "report:7")
    assert event.detail == {"permission": "send", "error": "Refused"}


@pytest.mark.parametrize("error", [UserError, NotAllowedNow, AddressRefused, RuntimeError])
def test_a_mistake_is_not_in_the_log(team: Store, error: type[Exception]) -> None:
    """Nor is a state that does not allow it, an address that is not fetched from, or a bug."""
    before = team.log_head()
    with pytest.raises(error), team.acting(ANN):
        raise error("no")
    assert team.log_head() == before


def test_the_same_again_and_again_is_written_so_often(team: Store, elapsed: list[float]) -> None:
    """Twenty in a quarter of an hour, then one row that says so; other people and other acts are not hidden by it."""
    for _ in range(AT_MOST + 30):
        refused(team, BOB)
    told = refusals(team)
    assert len(told) == AT_MOST + 1
    assert (told[-1].detail["more"], told[-1].reason.startswith("the same again")) == (True, True)
    refused(team, ANN)
    refused(team, BOB, Permission.SEND)
    assert len(refusals(team)) == AT_MOST + 3
    elapsed[0] += WITHIN.total_seconds() - 1
    refused(team, BOB)
    assert len(refusals(team)) == AT_MOST + 3
    elapsed[0] += 1
    refused(team, BOB)
    assert len(refusals(team)) == AT_MOST + 4


def test_what_a_refusal_says_is_short_and_names_nobody_outside() -> None:
    """Mail addresses and long numbers are left out, lines become one, and a long text is cut."""
    said = "no: jane.roe@mail.example\ncalled +1 (800) 555-0142 and 8005550143, row 12 of 2"
    assert plain(said) == "no: [address] called [number] and [number], row 12 of 2"
    assert len(plain("x" * 999)) == LONGEST


def test_a_refusal_that_cannot_be_logged_stands_and_says_so(
    team: Store, reopen: Callable[..., Store], execute: Callable[..., object], where: str
) -> None:
    """Whoever is refused hears of both; nothing of the act is stored."""
    if where == "postgres":
        execute("ALTER TABLE event ADD CONSTRAINT full_disk CHECK (act <> 'act.refused') NOT VALID")
    else:
        execute(
            "CREATE TRIGGER full_disk BEFORE INSERT ON event WHEN NEW.act = 'act.refused' "
            "BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    before = team.log_head()
    with reopen() as other:
        with pytest.raises(NotPermitted, match=r"^bob is not one of .*; and the log could not be told of it: "):
            other.require(BOB, Permission.SEND)
        with pytest.raises(Refused, match="no; and the log"), other.acting(ANN):
            raise Refused("no")
    assert team.log_head() == before


def test_guarding_names_what_an_act_was_about(team: Store) -> None:
    """The first thing that an act loads is what it was about."""
    course = Course(Permission.TRIAGE)
    course.about("candidate:3")
    course.about("candidate:4")
    with suppress(Refused), team.guarding(ANN, course):
        raise Refused("no")
    (event,) = refusals(team, "candidate:3")
    assert event.detail["permission"] == "triage"
