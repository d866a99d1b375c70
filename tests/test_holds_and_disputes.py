"""When it was wrong: disputes, holds, withdrawals, closures; and what is recorded of reports that are out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from scamhunt import (
    desk,
    desk_approval,
    desk_due,
    desk_follow,
    desk_holds,
    desk_people,
    desk_reports,
    desk_seen,
    desk_sending,
    desk_track,
    track,
)
from scamhunt.errors import NotAllowedNow, Refused, UserError
from scamhunt.model import SYSTEM, Actor, Event, PersonRole, ReportState, State
from scamhunt.observed import Liveness
from scamhunt.score.liveness import Standing
from scamhunt.store import HoldKind, ReportView
from scamhunt.takedown import steps
from scamhunt.takedown.tracked import Work
from tests.office import ANN, BOB, DESK, EVE, NAME, NOW, PACK, SEEN, Office, at_work

S = ReportState
DAN, DAY = Actor("dan", "password"), timedelta(days=1)
HOST = "abuse@host.example"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Return an office with an investigator besides, in which tables and log agree at the end."""
    with at_work(tmp_path) as made:
        with made.store() as store:
            desk_people.add(store, made.settings, EVE, DAN.name, [PersonRole.INVESTIGATOR])
        yield made
        with made.store() as store:
            assert store.check() == []


def sent(office: Office) -> None:
    """Have the registrar's report out."""
    office.draft()
    office.approve()
    assert office.send() is S.SENT


def host(office: Office) -> int:
    """Draft a second report, to the host."""
    with office.store() as store:
        made = desk_reports.draft_report(store, office.settings, ANN, NAME, kind="host", to=HOST, observed=SEEN)
    assert made.id is not None
    return made.id


def disputed(office: Office) -> desk_holds.Disputed:
    """Dispute the first report, and let the clock have its turn."""
    with office.store() as store:
        done = desk_holds.dispute(store, office.settings, ANN, 1, "the owner wrote")
        track.follow(store, office.settings)
        return done


def all_of(office: Office) -> list[ReportView]:
    """Return all reports, the oldest first."""
    with office.store() as store:
        return list(reversed(store.reports()))


def states(office: Office) -> list[tuple[str, str]]:
    """Return purpose and state of each report."""
    return [(one.purpose, one.state.value) for one in all_of(office)]


def works(office: Office) -> list[Work]:
    """Return what is due."""
    with office.store() as store:
        return desk_due.works(store, office.settings)


def end(office: Office, found: str, who: Actor = BOB, hold: int = 1) -> None:
    """End a hold, and let the clock have its turn."""
    with office.store() as store:
        desk_holds.end(store, who, hold, "looked into it", found)
        track.follow(store, office.settings)


def gone(office: Office) -> None:
    """Have looks agree that the target is gone, as they do it."""
    with office.store() as store, store.acting(SYSTEM) as acting:
        candidate = acting.candidate(NAME)
        acting.set_state(candidate, State.CLOSED)
        change = {"target": NAME, "before": "confirmed", "after": "closed"}
        acting.log(Event("candidate.close", f"candidate:{candidate.id}", "gone", change))
        desk_follow.withdraw_drafts(store, acting, candidate.id)
        since = office.now - 7 * timedelta(hours=1)
        looks = [(since, Liveness.SUSPENDED), (office.now, Liveness.SUSPENDED)]
        standing = Standing(Liveness.SUSPENDED, since, down=True, why="three looks agree")
        desk_seen.see_gone(acting, candidate.id, standing, looks)


# --- disputes ---------------------------------------------------------------------------------------------------------


def test_a_dispute_holds_all_and_asks_for_nothing(office: Office) -> None:
    """What is out and what is not, in one act; a withdrawal to whoever was asked; no mail leaves by it."""
    sent(office)
    host(office)
    before = len(office.smtp.accepted)
    done = disputed(office)
    assert [one.id for one in done.held] == [1, 2]
    assert states(office) == [("impersonation", "held"), ("impersonation", "held"), ("withdrawal", "draft")]
    (withdrawal,) = [one for one in all_of(office) if one.purpose == "withdrawal"]
    assert (withdrawal.recipient, withdrawal.parent_id) == (DESK, 1)
    assert len(office.smtp.accepted) == before
    assert [(work.what, work.due_at - NOW) for work in works(office)] == [
        ("answer the dispute", timedelta()),
        ("approve the withdrawal", timedelta()),
    ]
    office.now += DAY
    assert "decide the dispute" in {work.what for work in works(office)}


@pytest.mark.parametrize("act", ["draft", "approve", "send", "escalate"])
def test_nothing_leaves_while_it_is_disputed(office: Office, act: str) -> None:
    """Refused, with whose hold it is; the withdrawal alone goes out."""
    sent(office)
    disputed(office)
    with pytest.raises(Refused, match=r"held \(dispute\) by ann"):
        _try(office, act)
    assert len(office.smtp.accepted) == 1


def _try(office: Office, act: str) -> None:
    if act == "draft":
        host(office)
    elif act == "approve":
        office.approve()
    elif act == "send":
        office.send()
    else:
        with office.store() as store:
            desk_track.escalate(store, office.settings, ANN, 1)


def test_a_withdrawal_leaves_while_all_is_held(office: Office) -> None:
    """It answers the report that it takes back, as plain text that no machine makes a case of."""
    sent(office)
    disputed(office)
    out(office, 2)
    first, second = office.smtp.accepted
    assert b"In-Reply-To" in second
    assert b"feedback-report" in first
    assert b"feedback-report" not in second


def out(office: Office, report_id: int) -> None:
    """Approve and send a report."""
    with office.store() as store:
        desk_approval.approve(store, office.settings, BOB, report_id)
        assert desk_sending.send(store, office.settings, ANN, report_id, now=True).state is S.SENT


def test_a_report_that_was_wrong_is_taken_back(office: Office) -> None:
    """Its case is dismissed, the withdrawal waits, and what was never out is gone."""
    sent(office)
    host(office)
    disputed(office)
    end(office, "wrong")
    assert states(office) == [("impersonation", "withdrawn"), ("impersonation", "withdrawn"), ("withdrawal", "draft")]
    with office.store() as store:
        assert store.candidate(NAME).state is State.DISMISSED
    out(office, 3)


def test_a_report_that_was_right_goes_on(office: Office) -> None:
    """Where it was; its withdrawal is taken away, and what was not out is a draft without a yes."""
    sent(office)
    host(office)
    disputed(office)
    end(office, "right")
    assert states(office) == [("impersonation", "sent"), ("impersonation", "draft"), ("withdrawal", "withdrawn")]


def test_nobody_finds_his_own_report_right(office: Office) -> None:
    """Its author may say that it was wrong, and no more."""
    sent(office)
    disputed(office)
    with pytest.raises(Refused, match="somebody else finds that it is right"):
        end(office, "right", ANN)
    end(office, "wrong", ANN)
    assert all_of(office)[0].state is S.WITHDRAWN


def test_what_was_withdrawn_at_the_desk_does_not_go_on(office: Office) -> None:
    """The desk has the withdrawal: a report that was right all the same is drafted anew."""
    sent(office)
    disputed(office)
    out(office, 2)
    end(office, "right")
    assert states(office) == [("impersonation", "withdrawn"), ("withdrawal", "sent")]
    with office.store() as store:
        anew = desk_reports.draft_report(store, office.settings, ANN, NAME, to=DESK, observed=SEEN)
    assert (anew.id, anew.round, anew.state) == (3, 2, S.DRAFT)


@pytest.mark.parametrize("first", ["wrong", "right"])
def test_of_two_holds_the_finding_counts_at_once(office: Office, first: str) -> None:
    """Wrong stays wrong, whatever ends later; right waits until nothing else holds."""
    sent(office)
    disputed(office)
    with office.store() as store:
        desk_holds.hold(store, DAN, NAME, HoldKind.LAW_ENFORCEMENT, until=NOW + 9 * DAY, reason="asked")
    end(office, first)
    assert office.state() is (S.WITHDRAWN if first == "wrong" else S.HELD)
    end(office, "", DAN, hold=2)
    assert office.state() is (S.WITHDRAWN if first == "wrong" else S.SENT)
    assert states(office)[1] == ("withdrawal", "draft" if first == "wrong" else "withdrawn")


def test_wrong_before_the_clock_came_brings_the_withdrawal_too(office: Office) -> None:
    """Whoever decides faster than the turn of the clock loses no withdrawal."""
    sent(office)
    with office.store() as store:
        desk_holds.dispute(store, office.settings, ANN, 1, "the owner wrote")
    end(office, "wrong")
    assert states(office) == [("impersonation", "withdrawn"), ("withdrawal", "draft")]


def test_an_undecided_dispute_outlives_its_end(office: Office) -> None:
    """Time alone makes no report right."""
    sent(office)
    disputed(office)
    office.now += 40 * DAY
    with office.store() as store:
        track.follow(store, office.settings)
    assert office.state() is S.HELD
    assert "decide the dispute" in {work.what for work in works(office)}


def test_a_withdrawal_goes_to_who_was_asked_whatever_changed(office: Office) -> None:
    """The brand left the packs and the name became official: the desk is told all the same, and once."""
    sent(office)
    (office.folder / "pack.toml").write_text(PACK.replace("amazon", "kauf").replace("Amazon", "Kauf").format(more=""))
    disputed(office)
    with office.store() as store:
        again = track.follow(store, office.settings)
    assert (states(office)[1], again.drafted, again.problems) == (("withdrawal", "draft"), {}, ())
    (office.folder / "pack.toml").write_text(PACK.format(more=f', "{NAME}"'))
    out(office, 2)


def test_a_dismissed_case_brings_withdrawals(office: Office) -> None:
    """The confirmation was wrong, and a desk still has the report."""
    sent(office)
    with office.store() as store:
        desk.decide(store, ANN, NAME, "dismiss", "a licensed shop")
        assert track.follow(store, office.settings).drafted == {"withdrawal": 1}
        assert track.follow(store, office.settings).drafted == {}


def test_a_file_in_somebodys_hands_is_named(office: Office) -> None:
    """It may be out: the dispute tells of it, and word that it was sent brings hold and withdrawal."""
    office.more = {"sending": False}
    office.draft()
    office.approve()
    office.send()
    done = disputed(office)
    assert [one.id for one in done.handed] == [1]
    with office.store() as store:
        assert desk_track.record(store, office.settings, ANN, 1, state="sent").state is S.HELD
        track.follow(store, office.settings)
    assert states(office) == [("impersonation", "held"), ("withdrawal", "draft")]


def test_what_was_held_unsent_is_withdrawn_at_nobody(office: Office) -> None:
    """A desk that never got the report gets no withdrawal of it."""
    office.draft()
    disputed(office)
    with office.store() as store:
        taken = desk_follow.withdraw(store, office.settings, ANN, 1, "not worth it")
    assert (taken.state, len(all_of(office))) == (S.WITHDRAWN, 1)


# --- holds ------------------------------------------------------------------------------------------------------------


def test_a_hold_of_an_agency_stops_all_until_its_end(office: Office) -> None:
    """What was queued is a draft again afterwards, at the moment of its end and not before; what is out stays out."""
    sent(office)
    host(office)
    until = NOW + 10 * DAY
    with office.store() as store:
        desk_holds.hold(store, DAN, NAME, HoldKind.LAW_ENFORCEMENT, until=until, reason="asked by the agency")
    assert [state for _, state in states(office)] == ["sent", "held"]
    assert "escalate" not in str(works(office))
    for moment, state in ((until - timedelta(seconds=1), "held"), (until, "draft")):
        office.now = moment
        with office.store() as store:
            track.follow(store, office.settings)
        assert states(office)[1][1] == state
    assert "escalate" in str(works(office))


def test_a_clock_that_was_wrong_for_once_ends_no_hold(office: Office) -> None:
    """Set right again, the hold stands as it did."""
    office.draft()
    with office.store() as store:
        desk_holds.hold(store, DAN, NAME, HoldKind.LAW_ENFORCEMENT, until=NOW + 10 * DAY, reason="asked")
    office.now += 31 * DAY
    with office.store() as store:
        track.follow(store, office.settings)
    office.now = NOW
    with pytest.raises(Refused, match="held"):
        office.approve()


@pytest.mark.parametrize(
    ("until", "words"), [(NOW - DAY, "ends after now"), (NOW, "ends after now"), (NOW + 31 * DAY, "within 30 days")]
)
def test_a_hold_has_an_end_within_thirty_days(office: Office, until: datetime, words: str) -> None:
    """Victims keep losing meanwhile."""
    with office.store() as store, pytest.raises(UserError, match=words):
        desk_holds.hold(store, ANN, NAME, HoldKind.OTHER, until=until, reason="wait")


def test_what_an_agency_asked_is_ended_by_its_owner_or_an_investigator(office: Office) -> None:
    """An analyst may begin such a hold, and may not end somebody else's; who renews it owns it."""
    with office.store() as store:
        made = desk_holds.hold(store, DAN, NAME, HoldKind.LAW_ENFORCEMENT, until=NOW + 5 * DAY, reason="asked")
        with pytest.raises(Refused, match="may not end what an agency asked"):
            desk_holds.end(store, ANN, made.id, "enough")
        renewed = desk_holds.renew(store, ANN, made.id, NOW + 30 * DAY, "asked again")
        assert (renewed.owner, renewed.until) == ("ann", NOW + 30 * DAY)
        assert desk_holds.end(store, ANN, made.id, "enough").ended_by == "ann"
        with pytest.raises(NotAllowedNow, match="has ended"):
            desk_holds.renew(store, ANN, made.id, NOW + 9 * DAY, "again")


def test_its_owner_is_asked_three_days_before_the_end(office: Office) -> None:
    """Renew it, or let it end."""
    with office.store() as store:
        desk_holds.hold(store, DAN, NAME, HoldKind.LAW_ENFORCEMENT, until=NOW + 10 * DAY, reason="asked")
    office.now = NOW + 7 * DAY - timedelta(seconds=1)
    assert works(office) == []
    office.now = NOW + 7 * DAY
    assert [work.what for work in works(office)] == ["look at the hold"]


# --- gone, and back ---------------------------------------------------------------------------------------------------


def test_content_that_is_gone_closes_what_is_open(office: Office) -> None:
    """Each report is `verified_down` with its moments, and each desk gets one closure, whenever the clock comes."""
    sent(office)
    office.now += DAY
    gone(office)
    (first, *_) = all_of(office)
    assert (first.state, first.content_down_at, first.dns_hold_at, first.verified_at) == (
        S.VERIFIED_DOWN,
        office.now - timedelta(hours=7),
        office.now - timedelta(hours=7),
        office.now,
    )
    with office.store() as store:
        assert track.follow(store, office.settings).drafted == {"closure": 1}
        assert track.follow(store, office.settings).drafted == {}
    closure = all_of(office)[1]
    assert (closure.purpose, closure.recipient, closure.parent_id) == ("closure", DESK, 1)


def test_who_said_that_he_acted_is_not_asked_to_close(office: Office) -> None:
    """He is done; who took that back is asked."""
    sent(office)
    with office.store() as store:
        desk_track.record(store, office.settings, ANN, 1, state="actioned")
    gone(office)
    with office.store() as store:
        assert track.follow(store, office.settings).drafted == {}


def test_who_took_back_that_he_acted_is_asked_to_close(office: Office) -> None:
    """First "done", then "not ours": the ticket may lie open."""
    sent(office)
    with office.store() as store:
        desk_track.record(store, office.settings, ANN, 1, state="actioned")
        desk_track.record(store, office.settings, ANN, 1, state="declined")
    gone(office)
    with office.store() as store:
        assert track.follow(store, office.settings).drafted == {"closure": 1}


def test_a_row_that_somebody_wrote_takes_nothing_down(office: Office) -> None:
    """Only looks close a case, and the log has them."""
    sent(office)
    office.sql(
        "INSERT INTO watch (candidate_id, liveness, standing, since, looks) "
        "VALUES (1, 'suspended', 'down', '2026-11-22 06:00:00.000000', 3)"
    )
    office.sql("UPDATE candidate SET state = 'closed'")
    with office.store() as store:
        track.follow(store, office.settings)
    assert office.state() is S.SENT
    office.sql("DELETE FROM watch")
    office.sql("UPDATE candidate SET state = 'confirmed'")


def test_what_is_back_is_reported_in_another_round(office: Office) -> None:
    """The closure that was not sent goes away; confirmed again, the next report is another row with its own token."""
    sent(office)
    gone(office)
    with office.store() as store:
        track.follow(store, office.settings)
        with store.acting(SYSTEM) as acting:
            candidate = acting.candidate(NAME)
            acting.set_state(candidate, State.NEW)
            change = {"target": NAME, "before": "closed", "after": "new"}
            acting.log(Event("candidate.return", f"candidate:{candidate.id}", "live again", change))
            desk_seen.see_back(store, acting, candidate.id, office.now, "live again")
    assert states(office) == [("impersonation", "relapsed"), ("closure", "withdrawn")]
    assert [work.what for work in works(office)] == ["report again"]
    with office.store() as store, pytest.raises(NotAllowedNow, match="a person decides"):
        desk_reports.draft_report(store, office.settings, ANN, NAME, to=DESK, observed=SEEN)
    with office.store() as store:
        desk.decide(store, ANN, NAME, "confirm", "it is back")
        again = desk_track.escalate(store, office.settings, ANN, 1)
        same = desk_reports.draft_report(store, office.settings, ANN, NAME, to=DESK, observed=SEEN)
    assert (again.id, again.round, again.step, again.parent) == (3, 2, "relapsed", 1)
    assert (same.id, same.parent) == (3, 1)
    assert "What was reported before" in same.text or "What was reported before" in again.text
    tokens = {one.token for one in all_of(office)}
    assert len(tokens) == 3
    assert [work for work in works(office) if work.what == "report again"] == []


# --- record, escalate -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["verified_down", "relapsed", "held", "withdrawn", "draft", "queued", "nonsense", ""])
def test_what_nobody_says_is_not_recorded(office: Office, state: str) -> None:
    """What is observed, what follows from other commands, what is no state, and nothing at all."""
    sent(office)
    with office.store() as store, pytest.raises(UserError):
        desk_track.record(store, office.settings, ANN, 1, state=state)
    assert office.state() is S.SENT


@pytest.mark.parametrize("state", [one.value for one in steps.RECORDED if one != S.SENT])
def test_what_a_desk_says_is_recorded_with_its_moment(office: Office, state: str) -> None:
    """`--at` is when it came; the first word of a kind is kept."""
    sent(office)
    office.now += 2 * DAY
    at = office.now - DAY
    with office.store() as store:
        desk_track.record(store, office.settings, ANN, 1, state=state, ticket="4711", note="by phone", at=at)
        (view,) = store.reports()
    assert (view.state.value, view.ticket) == (state, "4711")
    moments = {"acknowledged": view.acknowledged_at, "forwarded": view.acknowledged_at, "actioned": view.claimed_at}
    assert moments.get(state, at) == at


@pytest.mark.parametrize("late", [timedelta(seconds=1), -2 * DAY])
def test_a_word_comes_after_the_report_and_not_from_the_future(office: Office, late: timedelta) -> None:
    """A typing error would else stand in every figure."""
    sent(office)
    at = office.now + late
    with office.store() as store, pytest.raises(UserError, match="UTC"):
        desk_track.record(store, office.settings, ANN, 1, state="acknowledged", at=at)


def test_silence_is_noted_at_its_moment_and_answers_still_count(office: Office) -> None:
    """Seven days to the second, once; then an answer comes after all."""
    sent(office)
    for wait, silent in ((7 * DAY - timedelta(seconds=1), 0), (7 * DAY, 1), (8 * DAY, 0)):
        office.now = NOW + wait
        with office.store() as store:
            assert track.follow(store, office.settings).silent == silent
    with office.store() as store:
        desk_track.record(store, office.settings, ANN, 1, state="acknowledged")
    assert office.state() is S.ACKNOWLEDGED


def test_an_approval_that_is_too_old_is_given_again(office: Office) -> None:
    """For the same bytes, and not by who wrote them."""
    office.draft()
    office.approve()
    office.now += timedelta(hours=office.settings.approval_hours)
    with pytest.raises(Refused, match="good until"):
        office.send()
    before = all_of(office)[0].sha256
    office.approve()
    assert all_of(office)[0].sha256 == before
    assert office.send() is S.SENT


def test_a_handed_out_report_that_was_sent_is_out(office: Office) -> None:
    """It can be withdrawn like any other."""
    office.more = {"sending": False}
    office.draft()
    office.approve()
    office.send()
    with office.store() as store:
        desk_track.record(store, office.settings, ANN, 1, state="sent")
        made = desk_follow.withdraw(store, office.settings, ANN, 1, "a mistake")
    assert (made.purpose, made.state) == ("withdrawal", S.DRAFT)


def test_the_next_one_gets_the_proof_of_the_first(office: Office) -> None:
    """Drafted once a step, for a contact that is vouched for; the parent remembers the step."""
    sent(office)
    office.now += 4 * DAY
    with office.store() as store:
        made = desk_track.escalate(store, office.settings, ANN, 1, to="abuse@registry.example")
        again = desk_track.escalate(store, office.settings, ANN, 1, step="registry", to="abuse@registry.example")
        parent = store.report(1)
        assert (made.id, again.id, made.kind, made.recipient) == (2, 2, "registry", "abuse@registry.example")
        assert (made.parent, made.step, list(parent.climbed)) == (1, "registry", ["registry"])
        assert parent.message_id in made.text.replace("\n", "")
        with pytest.raises(UserError, match="has no step 'nonsense'"):
            desk_track.escalate(store, office.settings, ANN, 1, step="nonsense")


def test_a_reminder_answers_the_first_report(office: Office) -> None:
    """In its thread, so that it keeps its ticket there; to the same desk."""
    sent(office)
    office.now += DAY
    with office.store() as store:
        made = desk_track.escalate(store, office.settings, ANN, 1, step="registrar-remind")
    assert (made.recipient, made.round) == (DESK, 2)
    out(office, 2)
    assert b"In-Reply-To" in office.smtp.accepted[1]


def test_a_row_that_was_edited_takes_no_step(office: Office) -> None:
    """Else the log would tell of the edit as if it were right."""
    sent(office)
    office.sql("UPDATE report SET recipient = 'boss@evil.example'")
    with office.store() as store, pytest.raises(Refused, match="somebody changed the database"):
        desk_track.record(store, office.settings, ANN, 1, state="acknowledged")
    office.sql(f"UPDATE report SET recipient = '{DESK}'")


def test_a_hold_that_was_edited_lets_nothing_go(office: Office) -> None:
    """Its row says that it ended, and the log does not."""
    office.draft()
    with office.store() as store:
        desk_holds.hold(store, DAN, NAME, HoldKind.LAW_ENFORCEMENT, until=NOW + 9 * DAY, reason="asked")
    office.sql("UPDATE hold SET until = '2026-11-22 06:00:00.000000'")
    with office.store() as store, store.acting(ANN) as acting, pytest.raises(Refused, match="changed the database"):
        desk_holds.refuse_held(acting, 1)
    office.sql("UPDATE hold SET until = '2026-12-01 06:00:00.000000'")


def test_a_turn_tells_what_changed_since_the_last_sweep(office: Office) -> None:
    """In words, and only what is new."""
    with office.store() as store:
        track.changed(store)
    sent(office)
    with office.store() as store:
        assert track.changed(store) == {"sent": 1}
        assert track.changed(store) == {}


def test_work_has_the_same_id_whenever_it_is_asked_for(office: Office) -> None:
    """Whatever the clock does in between."""
    sent(office)
    office.now += 3 * DAY
    first = {work.id for work in works(office)}
    office.now -= DAY
    works(office)
    office.now += DAY
    assert first == {work.id for work in works(office)}
    assert first == {replace(work, why="").id for work in works(office)}
