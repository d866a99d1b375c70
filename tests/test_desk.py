import os
import pwd
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scamhunt import desk
from scamhunt.errors import NotAllowedNow, NotFound, NotPermitted, UserError
from scamhunt.model import Actor, Kind, Match, Reason, Rejected, State
from scamhunt.settings import Settings
from scamhunt.store import Body, Found, Gathered, Store
from scamhunt.triage import Act

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
ANNA = Actor("anna", "os_user")
NAME = "amazon-billing-desk.com"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings with a state folder of their own."""
    return Settings(home=tmp_path / "home", clock=NOW)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """Return a store with one new candidate and one row in the quarantine."""
    match = Match(0, NAME, NAME, "amazon", 0.9, (Reason("exact", 3.5, "has the word amazon"),))
    with desk.open_store(settings) as opened:
        reading = opened.begin_reading(Body("nrd_list", "list.txt", "ab", 1, "archive/ab"))
        found = [Found(match, Kind.DOMAIN, 1)]
        opened.save_batch(reading, Gathered("line 2", 1, 0, [Rejected(2, b"\xff", "no UTF-8")], found))
        yield opened


@pytest.mark.parametrize(
    ("act", "after"),
    [(Act.CONFIRM, State.CONFIRMED), ("dismiss", State.DISMISSED), (Act.WATCH, State.WATCHED)],
)
def test_a_decision_is_stored_with_who_and_why(store: Store, act: Act | str, after: State) -> None:
    """The state changes and the log says who did it, what it was before, and why."""
    candidate = desk.decide(store, ANNA, NAME, act, "  asks for a password ")
    assert (candidate.state, candidate.revision) == (after, 1)
    assert store.candidate("1") == candidate
    event = desk.history(store, "candidate:1")[-1]
    assert (event.actor, event.proof, event.act) == ("anna", "os_user", f"candidate.{act}")
    assert event.reason == "asks for a password"
    assert (event.detail["before"], event.detail["after"]) == ("new", after.value)
    assert event.detail.get("target", NAME) == NAME
    assert store.check() == []


def test_a_decision_is_taken_back(store: Store) -> None:
    """Reopening makes it new again; both acts stay in the history."""
    desk.decide(store, ANNA, "1", "confirm", "looks bad")
    assert desk.decide(store, ANNA, "1", "reopen", "too early").state is State.NEW
    assert [event.act for event in desk.history(store, "candidate:1")] == [
        "candidate.found",
        "candidate.confirm",
        "candidate.reopen",
    ]


@pytest.mark.parametrize(
    ("key", "act", "reason", "error"),
    [
        ("1", "reopen", "seen", NotAllowedNow),
        ("1", "confirm", " ", UserError),
        ("1", "confirm", "x" * 2001, UserError),
        ("2", "confirm", "seen", NotFound),
        ("1", "close", "seen", NotPermitted),
        ("1", "return", "seen", NotPermitted),
    ],
)
def test_what_is_refused_changes_nothing(store: Store, key: str, act: str, reason: str, error: type[Exception]) -> None:
    """An act that is not allowed leaves no change; the log tells of what nobody may do, and of no mistake."""
    before, head = store.candidate("1"), store.log_head().seq
    with pytest.raises(error):
        desk.decide(store, ANNA, key, act, reason)
    assert (store.candidate("1"), store.log_head().seq - head) == (before, 1 if error is NotPermitted else 0)


def test_looking_goes_through_the_desk(store: Store) -> None:
    """Lists and single things are those of the store."""
    assert desk.candidates(store, brand="amazon", states=[State.NEW], kind=Kind.DOMAIN, feed="nrd_list", since=NOW) == [
        desk.candidate(store, NAME)
    ]
    assert desk.candidates(store, min_score=0.91) == []
    (row,) = desk.quarantine(store, feed="nrd_list", limit=5)
    assert desk.quarantined(store, row.id) == row


def test_the_systems_user_acts_whatever_the_environment_says(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who acts is asked of the system, not of variables that anybody sets."""
    monkeypatch.setenv("LOGNAME", "somebody")
    monkeypatch.setenv("USER", "somebody")
    me = pwd.getpwuid(os.geteuid()).pw_name.lower()
    assert desk.actor(None, settings) == Actor(me, "os_user")
    with pytest.raises(NotPermitted, match="may not act as somebody"):
        desk.actor(None, settings, "somebody")


def test_a_lab_believes_names(settings: Settings) -> None:
    """What is given with the command goes before the setting; both are only asserted."""
    lab = settings.model_copy(update={"trust_names": True, "acting_as": "bert"})
    assert desk.actor(None, lab) == Actor("bert", "asserted")
    assert desk.actor(None, lab, "carla") == Actor("carla", "asserted")


def test_an_upgrade_of_a_current_database_does_nothing(store: Store, settings: Settings) -> None:
    """It says so."""
    assert store.candidates() != []
    assert desk.upgrade(settings) is False
