"""People, confirmed desks, what two people let through, and the steps of a report: as the store keeps and logs them."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from scamhunt.access import Permission, Person
from scamhunt.errors import NotAllowedNow, NotFound, NotPermitted
from scamhunt.model import Actor, PersonRole, ReportState
from scamhunt.store import Found, Gathered, Reading, ReportDraft, Store
from scamhunt.takedown.steps import Step

ANNA, BEN = Actor("anna", "os_user"), Actor("ben", "password")
DRAFT = ReportDraft(1, "registrar", "abuse@registrar.example", "phishing", "phishing")
SHA = "a" * 64


def add(store: Store, name: str, *roles: PersonRole, password: str = "") -> None:
    """Add a person, as the desk does."""
    with store.acting(ANNA) as desk:
        person = Person(name, frozenset(roles), has_password=bool(password), added_by="anna", added_at=desk.now)
        desk.add_person(person, password)


@pytest.fixture
def filled(store: Store, begin: Callable[..., Reading], row: Callable[..., Found]) -> Store:
    """Return a store with a candidate and a draft on it."""
    store.save_batch(begin(), Gathered("end", 1, 0, (), [row(1, "amazon-a.test")]))
    with store.acting(ANNA) as desk:
        desk.save_report(DRAFT)
    return store


def test_a_person_is_kept_with_roles_and_without_a_password_in_sight(store: Store) -> None:
    """What is read back says whether there is a password; only the hash that was given is kept."""
    add(store, "ben", PersonRole.APPROVER, PersonRole.VIEWER, password="$argon2id$x")  # noqa: S106  # invented
    ben = store.people()["ben"]
    assert (sorted(ben.roles), ben.has_password, ben.added_by) == (["approver", "viewer"], True, "anna")
    assert (store.password_of("ben"), store.password_of("carl")) == ("$argon2id$x", "")
    assert "argon2" not in str(store.history("person:ben"))


def test_a_person_who_is_added_again_keeps_the_password_that_is_not_given_anew(store: Store) -> None:
    """Other roles are stored; both acts stand in the log."""
    add(store, "ben", PersonRole.APPROVER, password="$argon2id$x")  # noqa: S106  # invented
    add(store, "ben", PersonRole.ANALYST)
    assert (sorted(store.people()["ben"].roles), store.password_of("ben")) == (["analyst"], "$argon2id$x")
    assert [event.detail["roles"] for event in store.history("person:ben")] == [["approver"], ["analyst"]]
    assert store.check() == []


def test_who_leaves_is_locked_out_and_kept(store: Store) -> None:
    """The password is forgotten, the name stays, and nobody is removed twice."""
    add(store, "ben", PersonRole.APPROVER, password="$argon2id$x")  # noqa: S106  # invented
    with store.acting(ANNA) as desk:
        desk.remove_person("ben", "left the team")
        with pytest.raises(NotFound, match="no person 'ben' in this team"):
            desk.remove_person("ben")
    assert (store.people()["ben"].removed_at, store.password_of("ben")) == (store.now(), "")
    last = store.history("person:ben")[-1]
    assert (last.act, last.reason) == ("person.remove", "left the team")
    with pytest.raises(NotPermitted, match="no longer one of"):
        store.require(Actor("ben", "password"), Permission.APPROVE)
    assert store.check() == []


def test_a_desk_is_confirmed_anew_by_whoever_confirmed_it_last(store: Store, elapsed: list[float]) -> None:
    """The last confirmation counts, and the log has both."""
    with store.acting(ANNA) as desk:
        desk.confirm_desk("Example", "c" * 64, "read its page")
    elapsed[0] = 60
    with store.acting(BEN) as desk:
        view = desk.confirm_desk("Example", "d" * 64, "read it again")
        assert desk.confirmations() == {"Example": view}
    assert (view.actor, view.content, view.at) == ("ben", "d" * 64, store.now())
    assert [event.reason for event in store.history("desk:Example")] == ["read its page", "read it again"]
    assert store.check() == []


def test_what_two_people_let_through_holds_for_its_days(store: Store) -> None:
    """Asking alone lets nothing through; a grant does from now until its end; asking again ends it."""
    with store.acting(ANNA) as desk:
        assert not desk.ask_override("shared.example", "two reports of it").holds(desk.now)
    with store.acting(BEN) as desk:
        granted = desk.grant_override("shared.example", 30)
        with pytest.raises(NotFound, match="nobody asked"):
            desk.grant_override("other.example", 30)
    assert (granted.asked_by, granted.granted_by, granted.granted_proof) == ("anna", "ben", "password")
    days = [granted.holds(store.now() + timedelta(days=days)) for days in (-1, 0, 29, 30)]
    assert days == [False, True, True, False]
    with store.acting(ANNA) as desk:
        assert not desk.ask_override("shared.example", "again").holds(desk.now)
    assert store.check() == []


def test_a_step_changes_a_report_and_tells_of_it(filled: Store) -> None:
    """State, changes, reason and what the caller says stand in one event, with the row."""
    with filled.acting(BEN) as desk:
        view = desk.step(desk.report(1), Step.REVIEW, reason="looks right", detail={"n": 1}, changes={"sha256": SHA})
    assert (view.state, view.sha256, view.revision) == (ReportState.REVIEW, SHA, 1)
    last = filled.history("report:1")[-1]
    assert (last.act, last.actor, last.reason) == ("report.review", "ben", "looks right")
    assert (last.detail["n"], last.detail["state"]) == (1, "review")
    row = last.detail["row"]
    assert isinstance(row, dict)
    assert (row["state"], row["sha256"], row["revision"], row["candidate_id"]) == ("review", SHA, 1, 1)


def test_a_step_that_the_table_does_not_have_is_not_taken(filled: Store) -> None:
    """Nothing is stored and nothing is logged; the same for a report that somebody changed meanwhile."""
    with filled.acting(ANNA) as desk:
        old = desk.report(1)
        with pytest.raises(NotAllowedNow, match="it is draft: queue is possible for"):
            desk.step(old, Step.QUEUE)
        desk.step(old, Step.REVIEW)
        with pytest.raises(NotAllowedNow, match="somebody else changed report 1 meanwhile"):
            desk.step(old, Step.REVIEW)
    assert [event.act for event in filled.history("report:1")] == ["report.draft", "report.review"]


def test_what_is_out_is_not_drafted_over(filled: Store) -> None:
    """A report that was sent keeps its row, whoever drafts the same again."""
    with filled.acting(ANNA) as desk:
        view = desk.report(1)
        for step in (Step.REVIEW, Step.APPROVE, Step.QUEUE, Step.CLAIM, Step.SENT):
            view = desk.step(view, step)
        with pytest.raises(NotAllowedNow, match="it is sent: draft is possible for"):
            desk.save_report(DRAFT)
    assert filled.report(1).state is ReportState.SENT


def test_a_yes_is_for_the_bytes_and_the_recipient_of_the_report(filled: Store) -> None:
    """An approval holds for its hours and says who gave it and how we know him; voiding tells why, once."""
    with filled.acting(BEN) as desk:
        view = desk.step(desk.report(1), Step.REVIEW, changes={"sha256": SHA})
        given = desk.approve(view, accepted=["capture"], alone=False, counts=True, hours=2)
    assert (given.sha256, given.recipient) == (SHA, "abuse@registrar.example")
    assert (given.approver, given.proof, given.accepted, given.counts) == ("ben", "password", ["capture"], True)
    assert given.until - given.at == timedelta(hours=2)
    with filled.acting(ANNA) as desk:
        assert desk.void_approvals(1, "edited by anna") == 1
    (void,) = filled.approvals(1)
    assert (void.voided_at, void.voided_why) == (filled.now(), "edited by anna")
    assert [(one.act, one.actor, one.reason) for one in filled.history("approval:1")] == [
        ("approval.give", "ben", ""),
        ("approval.void", "anna", "edited by anna"),
    ]
    assert filled.check() == []
