"""Two people on the same bytes: every combination of state and actor that might send without them."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from bench.lab_smtp import Smtp
from scamhunt import (
    desk,
    desk_approval,
    desk_drafts,
    desk_follow,
    desk_people,
    desk_recipients,
    desk_reports,
    desk_sending,
    desk_track,
    pipeline,
    reference,
)
from scamhunt.errors import NotAllowedNow, ProtectedTarget, Refused, ScamhuntError
from scamhunt.material import Material
from scamhunt.model import Actor, PersonRole, ReportState
from tests.office import ANN, BOB, CYD, DESK, EVE, MALLORY, NAME, PACK, SEEN, Office, at_work


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Return an office with a team, whose analyst confirmed a candidate."""
    with at_work(tmp_path) as made:
        yield made


def test_two_people_send_it_once(office: Office) -> None:
    """Drafted by one, approved by another, sent: one mail with its Message-ID, and the log has who and how."""
    office.draft()
    office.approve()
    assert office.send() is ReportState.SENT
    assert len(office.smtp.accepted) == 1
    with pytest.raises(NotAllowedNow, match="is sent"):
        office.send()
    office.turn()
    assert len(office.smtp.accepted) == 1
    with office.store() as store:
        events = store.history("report:1")
        assert [event.act for event in events] == [
            f"report.{step}" for step in ("draft", "review", "approve", "queue", "claim", "sent")
        ]
        assert [(event.actor, event.proof) for event in events[2:4]] == [("bob", "password"), ("ann", "password")]
        assert {event.actor for event in events[4:]} == {"system"}
        assert store.check() == []


WHO = {"the author": ANN, "a second person": BOB, "a third person": CYD, "an admin": EVE, "a stranger": MALLORY}
ATTEMPTS = ("approve", "send", "send later", "edit")


@pytest.fixture(scope="module")
def brought(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Office]:
    """Give the office as its report came into a state: brought there once, for tests to take copies."""

    @cache
    def bring(before: str) -> Office:
        with at_work(tmp_path_factory.mktemp(before)) as made:
            made.draft()
            _bring(made, before)
        return made

    return bring


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("attempt", ATTEMPTS)
@pytest.mark.parametrize("before", ["draft", "review", "approved", "edited", "expired", "sent", "withdrawn"])
def test_nothing_leaves_without_two_people_on_these_bytes(
    brought: Callable[[str], Office], tmp_path: Path, before: str, attempt: str, who: str
) -> None:
    """Whoever tries what in whatever state: a mail goes out only where a second person had approved these bytes."""
    made = brought(before)
    shutil.copytree(made.folder, tmp_path, dirs_exist_ok=True)
    with Smtp() as smtp:
        _leaves(Office(tmp_path, smtp, made.now), before, attempt, who)


def _leaves(office: Office, before: str, attempt: str, who: str) -> None:
    """Try, let the outbox have its turn, and see whether a mail went out that may not."""
    sent = len(office.smtp.accepted)
    with suppress(Refused, NotAllowedNow):
        _try(office, attempt, WHO[who])
    office.now += timedelta(minutes=30)
    office.turn()
    may = before == "approved" and attempt.startswith("send") and WHO[who] is ANN
    assert len(office.smtp.accepted) - sent == may


def _try(office: Office, attempt: str, who: Actor) -> None:
    """Do what is tried."""
    if attempt == "approve":
        office.approve(who)
    elif attempt == "edit":
        office.edit(who)
    else:
        office.send(who, now=attempt == "send")


def _bring(office: Office, before: str) -> None:
    """Bring the drafted report into a state."""
    if before == "review":
        with office.store() as store:
            desk_approval.review(store, office.settings, ANN, 1)
    if before in {"approved", "edited", "expired", "sent"}:
        office.approve()
    if before == "edited":
        office.edit()
    if before == "expired":
        office.now += timedelta(hours=office.settings.approval_hours)
    if before == "sent":
        office.send()
    if before == "withdrawn":
        with office.store() as store:
            desk_follow.withdraw(store, office.settings, ANN, 1, "a mistake")


def test_an_approver_who_edits_is_an_author(office: Office) -> None:
    """Whoever has both roles and changed the text needs somebody else's yes, also after another's edit."""
    with office.store() as store:
        desk_people.add(store, office.settings, EVE, "cyd", [PersonRole.APPROVER, PersonRole.ANALYST])
    office.draft()
    office.edit(CYD)
    with pytest.raises(Refused, match="nobody approves an own report"):
        office.approve(CYD)
    office.edit(ANN)
    with pytest.raises(Refused, match="nobody approves an own report"):
        office.approve(CYD)
    office.approve(BOB)


def test_the_bytes_that_were_looked_at_are_the_bytes_that_are_approved(office: Office) -> None:
    """A yes to another hash is none, and freezes nothing."""
    office.draft()
    with pytest.raises(NotAllowedNow, match="not those that you looked at"):
        office.approve(sha256="0" * 64)
    assert office.state() is ReportState.DRAFT
    assert office.approve(sha256=_sha256(office)).report.state is ReportState.APPROVED


def _sha256(office: Office) -> str:
    with office.store() as store:
        return store.report(1).sha256


def test_each_warning_is_accepted_by_name(office: Office) -> None:
    """What the approver leaves unticked stops it."""
    office.draft()
    with office.store() as store, pytest.raises(NotAllowedNow, match="not accepted: "):
        desk_approval.approve(store, office.settings, BOB, 1, accepted=["capture"])
    done = office.approve()
    assert set(done.accepted) == {"capture", "rdap", "unlisted"}


def test_bytes_that_were_changed_on_the_disk_do_not_leave(office: Office) -> None:
    """The file of the approved bytes is compared with its hash before a connection is opened."""
    office.draft()
    office.approve()
    file = office.folder / "home" / "outbox" / _sha256(office)
    file.write_bytes(file.read_bytes().replace(b"registrar.example", b"somewhere.example"))
    with pytest.raises(ScamhuntError, match="was changed"):
        office.send()
    assert office.smtp.accepted == []


FORGED = {
    "a yes that nobody gave": "INSERT INTO approval SELECT 99, id, sha256, recipient, 'bob', 'password', '[]', 0, 1,"
    " '2026-11-22 05:00:00.000000', '2027-01-01 00:00:00.000000', NULL, '' FROM report",
    "a later end": "UPDATE approval SET until = '2027-01-01 00:00:00.000000'",
    "another recipient": "UPDATE report SET recipient = 'abuse@victim.example'",
    "another author": "UPDATE report SET authors = '[\"mallory\"]'",
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_row_lets_nothing_go(office: Office, forged: str) -> None:
    """What the log does not tell of is not believed, and the check of the database tells of it."""
    office.draft()
    if forged == "a yes that nobody gave":
        with office.store() as store:
            desk_approval.review(store, office.settings, ANN, 1)
        office.sql("UPDATE report SET state = 'approved'")
    else:
        office.approve()
    office.now += timedelta(hours=25) if forged == "a later end" else timedelta()
    office.sql(FORGED[forged])
    with pytest.raises(ScamhuntError):
        office.send()
    assert office.smtp.accepted == []
    with office.store() as store:
        assert store.check() != []


def test_an_approver_who_left_approved_nothing(office: Office) -> None:
    """A removal counts at once, also for what was approved before."""
    office.draft()
    office.approve()
    with office.store() as store:
        desk_people.remove(store, office.settings, EVE, "bob", "left the team")
    with pytest.raises(Refused, match="bob is no longer one of the people"):
        office.send()


def test_what_is_no_longer_a_case_does_not_leave(office: Office) -> None:
    """A candidate that is reopened takes its reports back, approved ones too."""
    office.draft()
    office.approve()
    with office.store() as store:
        desk.decide(store, ANN, NAME, "reopen", "looked again: it is a partner")
    with pytest.raises(ScamhuntError):
        office.send()
    assert (office.state(), office.smtp.accepted) == (ReportState.WITHDRAWN, [])


def test_a_queued_report_can_be_taken_back(office: Office) -> None:
    """Within its time nothing leaves, and its approval stands; afterwards the outbox sends it."""
    office.draft()
    office.approve()
    assert office.send(now=False) is ReportState.QUEUED
    office.turn()
    assert office.smtp.accepted == []
    with office.store() as store:
        assert desk_sending.unqueue(store, ANN, 1).state is ReportState.APPROVED
    office.send(now=False)
    office.now += timedelta(minutes=11)
    office.turn()
    assert (office.state(), len(office.smtp.accepted)) == (ReportState.SENT, 1)


def test_a_name_that_became_official_stops_at_send(office: Office) -> None:
    """Protection is asked again when it leaves: at once, and from the queue."""
    office.draft()
    office.approve()
    (office.folder / "pack.toml").write_text(PACK.format(more=f', "{NAME}"'))
    with pytest.raises(ProtectedTarget, match="protected"):
        office.send()
    (office.folder / "pack.toml").write_text(PACK.format(more=""))
    office.send(now=False)
    (office.folder / "pack.toml").write_text(PACK.format(more=f', "{NAME}"'))
    office.now += timedelta(minutes=11)
    office.turn()
    assert office.smtp.accepted == []


def test_two_people_let_a_protected_target_through(office: Office) -> None:
    """One asks, another grants; the approver is told; it ends by itself; nobody grants what he asked."""
    (office.folder / "pack.toml").write_text(PACK.format(more=f', "{NAME}"'))
    with pytest.raises(ProtectedTarget):
        office.draft()
    with office.store() as store:
        for who in (ANN, ANN):
            asked = desk_sending.let_through(store, office.settings, who, NAME, "the brand's shop was broken into")
            assert asked.granted_at is None
    with pytest.raises(ProtectedTarget):
        office.draft()
    with office.store() as store:
        desk_sending.let_through(store, office.settings, BOB, NAME, "confirmed by the brand")
    office.draft()
    assert "override" in office.approve(CYD).accepted
    office.now += timedelta(days=30)
    with pytest.raises(ScamhuntError, match=r"protected|approval"):
        office.send()


# --- a team of one ----------------------------------------------------------------------------------------------------


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Office]:
    """Return an office of one person, nobody added, who confirmed a candidate."""
    (tmp_path / "pack.toml").write_text(PACK.format(more=""))
    (tmp_path / "list.txt").write_text(f"{NAME}\n")
    with Smtp() as smtp:
        made = Office(tmp_path, smtp, more={"single_operator": True})
        pipeline.sweep(made.settings, feeds=[str(tmp_path / "list.txt")])
        with made.store() as store:
            desk.decide(store, ANN, NAME, "confirm", "seen the login form")
        yield made


LISTED = f"""
[[desk]]
name = "example-registrar"
kind = "registrar"
channel = "email"
address = "{DESK}"
source = "https://registrar.example/abuse"
verified_on = "2026-11-01"
how = "documented"

"""


def test_a_team_of_one_uses_no_contact_of_its_own(alone: Office) -> None:
    """Only desks of the list: --to is refused, and nothing is drafted."""
    with pytest.raises(Refused, match="--to is refused"):
        alone.draft()


def test_without_the_setting_nobody_approves_an_own_report(alone: Office) -> None:
    """Also while nobody was added and one person holds every role."""
    alone.more = {}
    alone.draft()
    with pytest.raises(Refused, match="nobody approves an own report"):
        alone.approve(ANN)


def test_a_team_of_one_lets_nothing_protected_through(alone: Office) -> None:
    """There is no second person to grant it."""
    with alone.store() as store, pytest.raises(Refused, match="team of one"):
        desk_sending.let_through(store, alone.settings, ANN, "amazon.com", "because")


def test_nobody_is_asked_for_what_is_not_protected(office: Office) -> None:
    """An override of nothing is a mistake."""
    with office.store() as store, pytest.raises(ScamhuntError, match="not protected"):
        desk_sending.let_through(store, office.settings, ANN, NAME, "because")


OWN = "+18882804331"


def test_a_brands_own_number_can_be_listed_as_one_that_never_calls(office: Office) -> None:
    """A do-not-originate request accuses nobody: it is drafted without a candidate, and no other report is."""
    pack = PACK.format(more="") + f'inbound_only = ["{OWN}"]\nphones = ["{OWN}"]\nauthority = "in-house"\n'
    (office.folder / "pack.toml").write_text(pack)
    with office.store() as store:
        with pytest.raises(ProtectedTarget):
            desk_reports.draft_report(store, office.settings, ANN, OWN, kind="carrier")
        made = desk_reports.draft_report(store, office.settings, ANN, OWN, kind="do_not_originate")
        assert (made.kind, made.type) == ("do_not_originate", "do_not_originate")
        assert {one.field for one in made.missing} >= {"subscription", "served_by"}
        again = desk_reports.draft_report(store, office.settings, ANN, OWN, kind="do_not_originate")
        assert (again.id, again.candidate_id) == (made.id, made.candidate_id)
        assert store.check() == []


def test_a_team_of_one_sends_after_a_day_and_a_second_look(alone: Office) -> None:
    """To a desk of the list that was confirmed: the first yes is a look, and so is an early second one."""
    folder = alone.folder / "overlay" / "data"
    folder.mkdir(parents=True, mode=0o700)
    (folder / "recipients.toml").write_text(LISTED.replace('"registrar"', '"registry"') + 'domains = ["com"]\n')
    (folder / "recipients.toml").chmod(0o600)
    with alone.store() as store:
        made = desk_reports.draft_report(store, alone.settings, ANN, NAME, kind="registry", observed=SEEN)
        assert (made.recipient, made.how) == (DESK, "documented")
        with pytest.raises(Refused, match="recipients confirm"):
            desk_approval.approve(store, alone.settings, ANN, 1)
        desk_recipients.confirm(store, alone.settings, ANN, "example-registrar", "read their page")
    assert not alone.approve(ANN).approval.counts
    alone.now += timedelta(hours=23)
    assert not alone.approve(ANN).approval.counts
    with pytest.raises(Refused):
        alone.send()
    alone.now += timedelta(hours=1)
    assert alone.approve(ANN).approval.alone
    assert alone.send() is ReportState.SENT
    with alone.store() as store:
        told = [event.detail for event in store.history("report:1") if event.act == "report.approve"]
        assert [one["single_operator"] for one in told] == [True]
    alone.now += timedelta(days=180)
    with alone.store() as store, pytest.raises(Refused, match="recipients confirm"):
        desk_drafts.refuse_unconfirmed_desk(store, _material(alone), "example-registrar")


def _material(office: Office) -> Material:
    return Material.of(office.settings, reference.brands(office.settings))


def test_a_wrong_report_can_be_taken_back_whatever_changed_since(office: Office) -> None:
    """Also when the case was given up and the name became official: the withdrawal goes to who got the report."""
    office.draft()
    office.approve()
    office.send()
    with office.store() as store:
        taken_back = desk_follow.withdraw(store, office.settings, ANN, 1, "it belongs to a partner")
        assert (taken_back.id, taken_back.recipient) == (2, DESK)
        assert desk_reports.report(store, office.settings, 2).missing == ()
        desk.decide(store, ANN, NAME, "reopen", "looked again")
        desk.decide(store, ANN, NAME, "dismiss", "a partner")
    (office.folder / "pack.toml").write_text(PACK.format(more=f', "{NAME}"'))
    with office.store() as store:
        desk_approval.approve(store, office.settings, BOB, 2)
        assert desk_sending.send(store, office.settings, ANN, 2, now=True).state is ReportState.SENT
    first, second = office.smtp.accepted
    assert b"In-Reply-To: " in second
    assert first.partition(b"Message-ID: ")[2][:20] in second


def test_what_was_handed_out_waits_for_word_of_it(office: Office) -> None:
    """Its bytes may be out: it is neither edited, drafted anew, withdrawn nor sent before somebody says what became."""
    office.more = {"sending": False}
    office.draft()
    office.approve()
    assert office.send() is ReportState.APPROVED
    office.more = {}
    for act in (office.edit, office.draft, office.send):
        with pytest.raises(ScamhuntError, match="handed out"):
            act()
    with office.store() as store:
        with pytest.raises(NotAllowedNow, match="handed out"):
            desk_follow.withdraw(store, office.settings, ANN, 1, "a mistake")
        desk_track.record(store, office.settings, ANN, 1, state="failed", note="never sent it")
    assert office.send() is ReportState.SENT
    assert len(office.smtp.accepted) == 1


def test_a_form_that_a_person_vouches_for_is_handed_out(office: Office) -> None:
    """An address of a page is a form: its sheet is approved and handed out, and what became of it recorded."""
    with office.store() as store:
        made = desk_reports.draft_report(
            store, office.settings, ANN, NAME, to="https://desk.example/abuse", observed=SEEN
        )
        assert (made.channel, made.recipient) == ("form", "https://desk.example/abuse")
    office.approve()
    assert office.send() is ReportState.APPROVED
    with office.store() as store:
        done = desk_track.record(store, office.settings, ANN, 1, state="sent", ticket="4711")
        assert (done.state, done.ticket) == (ReportState.SENT, "4711")
        assert store.check() == []
    assert office.smtp.accepted == []
