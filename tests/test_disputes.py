"""What a dispute holds, whom it tells, and what of it comes to those that are linked; what goes out all the same."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.lab_outbox import ANN, BOB, PACK
from bench.lab_smtp import Fault, Smtp
from scamhunt import desk, desk_due, desk_follow, desk_holds, desk_reports, desk_track, outbox
from scamhunt.errors import NotAllowedNow, NotFound, Refused, UserError
from scamhunt.mail.sending import Limits
from scamhunt.model import Actor, ReportState
from scamhunt.store import HoldKind, Store
from scamhunt.takedown.steps import Step
from tests.tracked_lab import DAY, HOST, HOUR, NAME, NOW, OTHER, REGISTRAR, Lab, at_work

S = ReportState
DAN = Actor("dan", "os_user")
UNHELD = {S.SENDING, S.WITHDRAWN, S.HELD}
UNSENT = (S.DRAFT, S.REVIEW, S.APPROVED, S.QUEUED, S.FAILED)
OUTSIDE = [state for state in S if state not in {*UNSENT, *UNHELD}]
SHORT = Limits(total=0.5, connect=0.5, parting=0.1)


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """Return a team with two confirmed cases of the same actors."""
    with at_work(tmp_path) as made:
        made.confirm(NAME, OTHER)
        yield made


def dispute(lab: Lab, report: int = 1) -> desk_holds.Disputed:
    """Dispute a report."""
    return desk_holds.dispute(lab.store, lab.settings, ANN, report, "the owner wrote")


def end(lab: Lab, found: str, hold: int = 1) -> None:
    """Decide a dispute, and let the clock have its turn."""
    desk_holds.end(lab.store, BOB, hold, "looked into it", found)
    lab.turn()


def mailbox(state: ReportState) -> str:
    """Return the address of a desk whose report is in a state."""
    return f"abuse@{state.replace('_', '-')}.example"


# --- everything on the target -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Return a team whose target had a report in each state when it was disputed."""
    with at_work(tmp_path_factory.mktemp("full")) as made:
        made.confirm()
        for state in S:
            if state is not S.HELD:
                made.bring(made.plain(to=mailbox(state)), state)
        dispute(made)
        made.turn()
        yield made


@pytest.mark.parametrize("state", [state for state in S if state not in UNHELD])
def test_a_dispute_holds_a_report_in_whatever_state(full: Lab, state: ReportState) -> None:
    """It remembers where it was, and no yes to what was not out stands any more."""
    (view,) = [one for one in full.all() if one.recipient == mailbox(state) and one.parent_id is None]
    assert (view.state, view.held_from) == (S.HELD, state)
    standing = [one for one in full.store.approvals(view.id) if one.voided_at is None]
    assert standing == [] or state not in UNSENT


@pytest.mark.parametrize("state", [S.SENDING, S.WITHDRAWN])
def test_what_is_on_its_way_or_went_nowhere_stays(full: Lab, state: ReportState) -> None:
    """Nobody can stop a mail in the middle; what was never sent needs no hold."""
    (view,) = [one for one in full.all() if one.recipient == mailbox(state)]
    assert (view.state, view.held_from) == (state, "")


def test_whoever_was_asked_is_told_once(full: Lab) -> None:
    """Also who declined, was silent, or may have got it; nobody who was never asked, and nobody twice."""
    assert sorted(to for to, _ in full.told("withdrawal")) == sorted(mailbox(state) for state in OUTSIDE)
    assert full.turn().drafted == {}


def test_a_dispute_is_one_act(full: Lab) -> None:
    """The log has the hold and what it held without anything in between, by who did it."""
    (begun,) = [one for one in full.store.history("hold:1") if one.act == "hold.begin"]
    holds = [
        event for one in full.all() for event in full.store.history(f"report:{one.id}") if event.act == "report.hold"
    ]
    voids = sum(1 for one in full.all() for each in full.store.approvals(one.id) if each.voided_at)
    span = max(event.seq for event in holds) - begun.seq
    assert len(holds) <= span <= len(holds) + 2 * voids
    assert {event.actor for event in (begun, *holds)} == {ANN.name}


# --- who is told ------------------------------------------------------------------------------------------------------


def test_every_round_and_every_step_of_the_ladder_is_told(lab: Lab) -> None:
    """The first round and the second, whoever was escalated to; a reminder belongs to the ticket of its report."""
    lab.bring(lab.plain(), S.RELAPSED)
    second = lab.bring(lab.plain(parent_id=1, rung="relapsed"), S.SENT)  # type: ignore[arg-type]  # a number
    desk_track.escalate(lab.store, lab.settings, ANN, second.id, step="registrar-remind")
    lab.bring(3, S.SENT)
    desk_track.escalate(lab.store, lab.settings, ANN, second.id, step="registry", to="abuse@registry.example")
    lab.bring(4, S.SENT)
    dispute(lab, 4)
    assert lab.turn().drafted == {"withdrawal": 3}
    assert lab.told("withdrawal") == [(REGISTRAR, 1), (REGISTRAR, 2), ("abuse@registry.example", 4)]


@pytest.mark.parametrize("what", ["the brand left", "the desk left", "another registrar", "it was reopened"])
def test_what_changed_since_keeps_no_withdrawal_back(lab: Lab, what: str) -> None:
    """The report lies where it lies."""
    with lab.store.acting(ANN) as acting:
        row = lab.row(desk="left-the-list") if what == "the desk left" else lab.row()
        acting.save_report(row)
    lab.bring(1, S.SENT)
    if what == "the brand left":
        (lab.folder / "pack.toml").write_text(PACK.replace("amazon", "kauf").replace("Amazon", "Kauf"))
    elif what == "another registrar":
        lab.look("held")
    elif what == "it was reopened":
        desk.decide(lab.store, ANN, NAME, "reopen", "looked again")
    dispute(lab)
    turn = lab.turn()
    assert (turn.drafted, turn.problems, lab.told("withdrawal")) == ({"withdrawal": 1}, (), [(REGISTRAR, 1)])


def test_a_dispute_sends_nothing(lab: Lab) -> None:
    """Not what was queued, not the withdrawal: two people are asked first."""
    with Smtp() as smtp:
        lab.sends_by(smtp)
        lab.bring(lab.plain(), S.SENT)
        lab.bring(lab.plain(kind="host", to=HOST), S.QUEUED)
        dispute(lab)
        lab.turn()
        assert outbox.send_due(lab.store, lab.settings) == []
        assert smtp.connections == 0
    assert lab.states() == ["held", "held", "draft"]


# --- on its way at that moment ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["accept and hang", "hang"])
def test_a_mail_that_is_on_its_way_is_held_once_that_is_over(lab: Lab, fault: str) -> None:
    """Nobody stops it; it is held with what became of it, and its recipient is told."""
    with Smtp(Fault("dot", fault)) as slow:
        lab.sends_by(slow)
        lab.approve(lab.draft())
        lab.more |= {"cancel_minutes": 0}
        with lab.store.acting(ANN) as acting:
            acting.step(acting.report(1), Step.QUEUE, changes={"due_at": NOW})
        settings = lab.settings
        thread = threading.Thread(target=outbox.send_one, args=(lab.store, settings, 1), kwargs={"limits": SHORT})
        thread.start()
        while not slow.seen:
            time.sleep(0.005)
        with Store.open(lab.store.home, now=lambda: NOW) as second:
            assert desk_holds.dispute(second, settings, ANN, 1, "the owner wrote").held == ()
        thread.join()
    view = lab.store.report(1)
    assert (view.state, view.held_from) == (S.HELD, "unknown")
    lab.turn()
    assert lab.told("withdrawal") == [(view.recipient, 1)]


def test_a_mail_whose_process_died_while_it_was_disputed_is_withdrawn(lab: Lab) -> None:
    """It may have been taken: it is held like any other, and its recipient is told."""
    lab.bring(lab.plain(), S.SENDING)
    dispute(lab)
    assert lab.states() == ["sending"]
    lab.now += HOUR
    assert outbox.recover(lab.store) == [1]
    lab.turn()
    assert lab.states() == ["held", "draft"]
    assert (lab.store.report(1).held_from, lab.told("withdrawal")) == ("unknown", [(REGISTRAR, 1)])


@pytest.mark.parametrize(("word", "told"), [("sent", [(REGISTRAR, 1)]), ("failed", [])])
def test_a_file_that_was_handed_out_is_held_once_that_is_said(lab: Lab, word: str, told: list[object]) -> None:
    """Only a person knows where it is; of what was sent the recipient is told."""
    lab.more = {"sending": False}
    lab.approve(lab.draft())
    lab.send(1)
    done = dispute(lab)
    assert ([one.id for one in done.handed], done.held) == ([1], ())
    desk_track.record(lab.store, lab.settings, ANN, 1, state=word)
    lab.turn()
    assert (lab.states()[0], lab.told("withdrawal")) == ("held", told)


# --- linked targets ---------------------------------------------------------------------------------------------------


@pytest.fixture
def linked(lab: Lab) -> Lab:
    """Return the team with two targets that have the same account for counting visitors, and reports on both."""
    lab.look("live")
    lab.look("live", OTHER)
    lab.bring(lab.plain(), S.SENT)
    for at, state in enumerate((*UNSENT, S.SENT, S.ACKNOWLEDGED)):
        lab.bring(lab.plain(OTHER, to=f"abuse@desk-{at}.example"), state)
    return lab


def test_what_is_linked_does_not_go_out(linked: Lab) -> None:
    """Its unsent reports are held, what is out stays out, and nobody is told of anything."""
    done = dispute(linked)
    (hold,) = done.related
    assert ([one.id for one in done.held], hold.of_hold, hold.until) == ([1], 1, NOW + 30 * DAY)
    assert linked.turn().drafted == {"withdrawal": 1}
    assert linked.states() == ["held"] + ["held"] * 5 + ["sent", "acknowledged", "draft"]
    with pytest.raises(Refused, match=r"held \(dispute\)"):
        linked.draft(target=OTHER)
    assert [work.what for work in linked.due() if work.indicator == OTHER] == []


@pytest.mark.parametrize("found", ["wrong", "right"])
def test_what_is_linked_is_let_go_with_the_decision(linked: Lab, found: str) -> None:
    """Whatever was found: its own reports are not judged by it, and need a new yes."""
    dispute(linked)
    end(linked, found)
    assert linked.states()[1:8] == ["draft"] * 5 + ["sent", "acknowledged"]
    assert linked.store.candidate(OTHER).state == "confirmed"
    assert [one.of_hold for one in linked.store.holds(open_only=True, limit=None)] == []


def test_a_linked_hold_is_not_decided_and_not_answered(linked: Lab) -> None:
    """There is nobody who disputes that one; ended alone it lets go what it held."""
    dispute(linked)
    with pytest.raises(UserError, match="no dispute of a report"):
        desk_holds.end(linked.store, BOB, 2, "looked into it", "wrong")
    with pytest.raises(NotAllowedNow, match="nobody to answer"):
        desk_holds.answer(linked.store, BOB, 2, "wrote back")
    desk_holds.end(linked.store, BOB, 2, "not theirs")
    assert linked.states()[:2] == ["held", "draft"]


def test_time_ends_the_linked_hold_and_not_the_dispute(linked: Lab) -> None:
    """Thirty days to the second; what was disputed waits for a person."""
    dispute(linked)
    for wait, first in ((30 * DAY - HOUR / 3600, "held"), (30 * DAY, "draft")):
        linked.now = NOW + wait
        linked.turn()
        assert linked.states()[:2] == ["held", first]


# --- decided ----------------------------------------------------------------------------------------------------------


def test_each_report_goes_on_where_it_was(lab: Lab) -> None:
    """What was out stands where it stood; what was not is a draft; withdrawals that nobody sent go away."""
    for at, state in enumerate((*OUTSIDE, *UNSENT)):
        lab.bring(lab.plain(to=f"abuse@desk-{at}.example"), state)
    dispute(lab)
    lab.turn()
    end(lab, "right")
    kept = [one for one in lab.all() if one.purpose == "phishing"]
    assert [one.state for one in kept] == [*OUTSIDE, *[S.DRAFT] * len(UNSENT)]
    assert {one.held_from for one in kept} == {""}
    assert {one.state for one in lab.all() if one.purpose == "withdrawal"} == {S.WITHDRAWN}


def test_what_was_wrong_is_over(lab: Lab) -> None:
    """Decided once; nobody disputes or answers it any more, and nothing is due but the withdrawal."""
    lab.bring(lab.plain(), S.SENT)
    dispute(lab)
    lab.turn()
    end(lab, "wrong")
    for act in (desk_holds.answer, desk_holds.end):
        with pytest.raises((NotAllowedNow, UserError)):
            act(lab.store, BOB, 1, "again")
    with pytest.raises(NotAllowedNow, match="has ended"):
        desk_holds.end(lab.store, BOB, 1, "again", "wrong")
    assert [work.what for work in lab.due()] == ["approve the withdrawal"]
    assert [desk_holds.left_to_do(lab.store, lab.store.hold(1))] == [
        [f"withdrawal 2 to {REGISTRAR} waits: scamhunt reports approve 2"]
    ]


@pytest.mark.parametrize("found", ["", "perhaps", "WRONG"])
def test_a_dispute_is_decided_by_a_word_of_two(lab: Lab, found: str) -> None:
    """Wrong or right."""
    lab.bring(lab.plain(), S.SENT)
    dispute(lab)
    with pytest.raises(UserError, match=r"--found wrong\|right"):
        desk_holds.end(lab.store, BOB, 1, "looked into it", found)
    assert lab.states() == ["held"]


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2_001])
def test_a_dispute_has_a_reason(lab: Lab, reason: str) -> None:
    """Without one, or with a novel, nothing is held."""
    lab.bring(lab.plain(), S.SENT)
    with pytest.raises(UserError):
        desk_holds.dispute(lab.store, lab.settings, ANN, 1, reason)
    with pytest.raises(NotFound):
        desk_holds.dispute(lab.store, lab.settings, ANN, 99, "the owner wrote")
    assert (lab.states(), lab.store.holds(open_only=False, limit=None)) == (["sent"], [])


def test_whoever_wrote_is_answered_at_once_and_the_case_decided_in_a_day(lab: Lab) -> None:
    """Each is due at its moment and to the second, and gone once it is done."""
    lab.bring(lab.plain(), S.SENT)
    dispute(lab)
    assert [(work.id, work.due_at) for work in lab.due()] == [("hold:1:answer", NOW)]
    desk_holds.answer(lab.store, ANN, 1, "wrote that it is held")
    assert lab.due() == []
    lab.now = NOW + DAY - HOUR / 3600
    assert lab.due() == []
    lab.now = NOW + DAY
    assert [(work.id, work.due_at) for work in lab.due()] == [("hold:1:decide", NOW + DAY)]


# --- what an agency asks for ------------------------------------------------------------------------------------------


def test_a_closure_and_a_withdrawal_leave_while_an_agency_holds(lab: Lab) -> None:
    """Both ask to leave something alone, and that is what the hold asks for."""
    with Smtp() as smtp:
        lab.sends_by(smtp)
        lab.look("live")
        lab.approve(lab.draft())
        lab.send(1)
        desk_holds.hold(lab.store, DAN, NAME, HoldKind.LAW_ENFORCEMENT, until=NOW + 9 * DAY, reason="asked")
        lab.go_down()
        assert lab.turn().drafted == {"closure": 1}
        desk_follow.withdraw(lab.store, lab.settings, ANN, 1, "a mistake")
        assert [(one.purpose, one.state) for one in lab.all()[1:]] == [("closure", S.DRAFT), ("withdrawal", S.DRAFT)]
        for number in (2, 3):
            lab.approve(number)
            assert lab.send(number) is S.SENT
        assert len(smtp.accepted) == 3


@pytest.mark.parametrize("state", [*UNSENT, S.SENT, S.ACTIONED])
def test_a_hold_takes_what_is_not_out_and_gives_it_back_as_a_draft(lab: Lab, state: ReportState) -> None:
    """To the second of its end, that second included; what is out stays where it is."""
    before = lab.bring(lab.plain(), state).state
    desk_holds.hold(lab.store, DAN, NAME, HoldKind.LAW_ENFORCEMENT, until=NOW + DAY, reason="asked")
    unsent = before in UNSENT
    for wait, now in ((DAY - HOUR / 3600, "held"), (DAY, "draft")):
        lab.now = NOW + wait
        lab.turn()
        assert lab.states() == [now if unsent else before]
    desk_holds.refuse_held(lab.store, 1)


def test_a_renewed_hold_belongs_to_who_renewed_it(lab: Lab) -> None:
    """Thirty days from then at most; whoever reads the list sees whom to ask."""
    desk_holds.hold(lab.store, DAN, NAME, HoldKind.LAW_ENFORCEMENT, until=NOW + 30 * DAY, reason="asked")
    lab.now += 20 * DAY
    for until in (lab.now, lab.now + 30 * DAY + HOUR / 3600):
        with pytest.raises(UserError, match="within 30 days"):
            desk_holds.renew(lab.store, ANN, 1, until, "again")
    desk_holds.renew(lab.store, ANN, 1, lab.now + 30 * DAY, "asked again")
    (shown,) = desk_holds.listed(lab.store)
    assert (shown.owner, shown.begun_at, shown.until, shown.indicator) == (ANN.name, NOW, NOW + 50 * DAY, NAME)
    assert desk_due.works(lab.store, lab.settings) == []
    with pytest.raises(Refused, match=r"held \(law_enforcement\) by ann until 2027-01-11 06:00 UTC"):
        desk_reports.draft_report(lab.store, lab.settings, ANN, NAME, to=REGISTRAR)
