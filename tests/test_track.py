"""What the clock does about reports that are out: gone, held, back, silent; whatever time zone, and however often."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bench.lab_outbox import ANN, BOB
from scamhunt import desk, desk_follow, desk_holds, desk_track, pipeline, track
from scamhunt.errors import NotAllowedNow
from scamhunt.model import ReportState, State
from scamhunt.takedown.steps import Step
from tests.tracked_lab import DAY, HOUR, NAME, NOW, Killed, Lab, at_work

S = ReportState
SECOND = timedelta(seconds=1)
REGISTRY = "abuse@registry.example"


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """Return a team with a confirmed case that was seen live."""
    with at_work(tmp_path) as made:
        made.confirm()
        made.look("live")
        yield made


def ask(lab: Lab, *kinds: str) -> None:
    """Have reports out, to a desk of each kind."""
    for kind in kinds:
        lab.bring(lab.plain(kind=kind, to=f"abuse@{kind}.example"), S.SENT)


# --- gone -------------------------------------------------------------------------------------------------------------


def test_three_looks_that_agree_take_every_report_down(lab: Lab) -> None:
    """With when the first of them saw it gone; two of them do nothing."""
    states = [S.SENT, S.ACKNOWLEDGED, S.FORWARDED, S.NO_ANSWER, S.ACTIONED, S.DECLINED, S.UNKNOWN]
    for at, state in enumerate(states):
        lab.bring(lab.plain(to=f"abuse@desk-{at}.example"), state)
    for wait in (HOUR, 4 * HOUR):
        lab.now += wait
        lab.look("gone")
    assert lab.states() == states
    lab.now += 4 * HOUR
    assert lab.look("gone").closed
    assert lab.states() == ["verified_down"] * len(states)
    moments = {(one.content_down_at, one.dns_hold_at, one.verified_at, one.recovered_at) for one in lab.all()}
    assert moments == {(NOW + HOUR, None, NOW + 9 * HOUR, None)}
    assert lab.due() == []


def test_what_was_not_out_is_taken_away_when_it_is_gone(lab: Lab) -> None:
    """Nobody is asked about what is not there."""
    for at, state in enumerate((S.DRAFT, S.REVIEW, S.APPROVED, S.QUEUED, S.FAILED, S.SENT)):
        lab.bring(lab.plain(to=f"abuse@desk-{at}.example"), state)
    lab.go_down()
    assert lab.states() == ["withdrawn"] * 5 + ["verified_down"]
    assert lab.turn().drafted == {"closure": 1}


def test_each_desk_that_was_asked_gets_one_closure(lab: Lab) -> None:
    """Not for a reminder, and not who said that he acted; twice a turn is once."""
    ask(lab, "registrar", "host", "cdn")
    desk_track.escalate(lab.store, lab.settings, ANN, 1, step="registrar-remind")
    lab.bring(4, S.SENT)
    desk_track.record(lab.store, lab.settings, ANN, 2, state="actioned")
    lab.go_down()
    assert [lab.turn().drafted for _ in range(2)] == [{"closure": 2}, {}]
    assert lab.told("closure") == [("abuse@registrar.example", 1), ("abuse@cdn.example", 3)]
    assert [work.what for work in lab.due()] == ["approve the closure"] * 2


def test_a_turn_that_is_killed_anywhere_is_taken_again(lab: Lab) -> None:
    """Killed at each of many moments, in and between two drafts: in the end each desk has one closure."""
    ask(lab, "registrar", "host", "cdn", "registry")
    lab.go_down()
    killed, most = 0, 0
    for left in range(200):
        lab.left = left
        try:
            lab.turn()
        except Killed:
            killed += 1
        else:
            break
        finally:
            lab.left = None
        most = max(most, len(lab.told("closure")))
    assert (killed > 2, 0 < most <= 4) == (True, True)
    lab.turn()
    assert [parent for _, parent in lab.told("closure")] == [1, 2, 3, 4]
    assert len(list((lab.store.home / "drafts").iterdir())) == 4


def test_a_mail_that_was_on_its_way_is_caught_up(lab: Lab) -> None:
    """It went out while the target was gone already: down like the others, with the same moment, and closed."""
    lab.bring(lab.plain(), S.SENDING)
    lab.go_down()
    assert lab.states() == ["sending"]
    assert lab.turn().caught_up == 0
    lab.walk(1, Step.SENT)
    turn = lab.turn()
    assert (turn.caught_up, turn.drafted) == (1, {"closure": 1})
    view = lab.store.report(1)
    assert (view.state, view.content_down_at, view.verified_at) == (S.VERIFIED_DOWN, NOW + HOUR, lab.now)


def test_a_dispute_that_ends_when_it_is_gone_is_caught_up(lab: Lab) -> None:
    """The report was right, and what it asked for came meanwhile."""
    lab.bring(lab.plain(), S.SENT)
    desk_holds.dispute(lab.store, lab.settings, ANN, 1, "the owner wrote")
    lab.go_down()
    assert lab.states() == ["held"]
    desk_holds.end(lab.store, BOB, 1, "it is phishing", "right")
    assert (lab.turn().caught_up, lab.states()[0]) == (1, "verified_down")


# --- held by the registry ---------------------------------------------------------------------------------------------


def test_the_registrys_own_word_counts_for_who_can_have_the_name_held(lab: Lab) -> None:
    """The registrar and the registry acted; the host did not, and nothing is verified by one look."""
    ask(lab, "registrar", "registry", "host", "blocklist")
    lab.now += DAY
    lab.look("held")
    assert lab.states() == ["actioned", "actioned", "sent", "sent"]
    assert [one.dns_hold_at for one in lab.all()] == [lab.now, lab.now, None, None]
    assert {(one.claimed_at, one.verified_at) for one in lab.all()} == {(None, None)}
    first = lab.now
    lab.now += 8 * HOUR
    assert lab.look("held").closed
    assert [(one.state, one.dns_hold_at) for one in lab.all()] == [(S.VERIFIED_DOWN, first)] * 4


def test_a_page_that_is_gone_is_nobodys_hold(lab: Lab) -> None:
    """A host's 404 says nothing of the registrar."""
    ask(lab, "registrar", "host")
    lab.now += HOUR
    lab.look("gone")
    assert (lab.states(), lab.store.report(1).dns_hold_at) == (["sent", "sent"], None)


# --- back -------------------------------------------------------------------------------------------------------------


def test_what_is_back_begins_anew(lab: Lab) -> None:
    """Relapsed, its unsent closure away, the sent one kept; confirmed again it is another report with its own token."""
    ask(lab, "registrar", "host")
    lab.go_down()
    lab.turn()
    lab.bring(3, S.SENT)
    lab.now += 2 * DAY
    assert lab.look("live").reopened
    assert lab.states() == ["relapsed", "relapsed", "sent", "withdrawn"]
    assert [one.recovered_at for one in lab.all()[:2]] == [lab.now] * 2
    assert lab.store.candidate(NAME).state is State.NEW
    with pytest.raises(NotAllowedNow, match="a person decides"):
        lab.draft(to="abuse@registrar.example", purpose="phishing")
    desk.decide(lab.store, ANN, NAME, "confirm", "it is back")
    again = lab.store.report(lab.draft(to="abuse@registrar.example", purpose="phishing"))
    assert (again.id, again.round, again.sent_at, again.content_down_at) == (5, 2, None, None)
    assert len({one.token for one in lab.all()}) == 5
    assert [work.report for work in lab.due() if work.what == "report again"] == [2]


def test_a_second_fall_has_its_own_moments(lab: Lab) -> None:
    """The first round stays as it was; each round has one closure."""
    ask(lab, "registrar")
    lab.go_down()
    lab.turn()
    first = lab.store.report(1)
    lab.now += 2 * DAY
    lab.look("live")
    desk.decide(lab.store, ANN, NAME, "confirm", "it is back")
    lab.bring(lab.plain(to="abuse@registrar.example"), S.SENT)
    begun = lab.now
    lab.go_down()
    assert lab.turn().drafted == {"closure": 1}
    old, new = lab.store.report(1), lab.store.report(3)
    assert (old.state, old.content_down_at, old.verified_at) == (S.RELAPSED, NOW + HOUR, first.verified_at)
    assert (new.state, new.round, new.content_down_at) == (S.VERIFIED_DOWN, 2, begun + HOUR)


# --- silence and clocks -----------------------------------------------------------------------------------------------


def test_silence_has_its_second_and_comes_once(lab: Lab) -> None:
    """Seven days; not of withdrawals and closures; a clock that is set back takes nothing back."""
    ask(lab, "registrar")
    lab.bring(lab.plain(to="abuse@other.example", purpose="withdrawal"), S.SENT)
    lab.bring(lab.plain(to="abuse@third.example", purpose="closure"), S.SENT)
    found = []
    for at in (7 * DAY - SECOND, 7 * DAY, 6 * DAY, 30 * DAY):
        lab.now = NOW + at
        found.append((lab.turn().silent, lab.states()))
    before, after = ["sent"] * 3, ["no_answer", "sent", "sent"]
    assert found == [(0, before), (1, after), (0, after), (0, after)]


ZONES = ("UTC", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe")
BEGUN = (
    "2026-03-07T12:00:00",  # New York's clocks jump the night after
    "2026-10-31T12:00:00",  # and go back
    "2028-02-28T12:00:00",  # before a leap day
    "2026-12-31T23:59:59",
)


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Return what moves this machine to a time zone."""

    def move(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("begun", BEGUN)
def test_no_zone_and_no_leap_makes_a_wait_longer(tmp_path: Path, zone: Callable[[str], None], begun: str) -> None:
    """Wherever the machine stands, the same work is due at the same moment, which the clock may jump to and fro."""
    start = datetime.fromisoformat(f"{begun}+00:00")
    with at_work(tmp_path, now=start) as lab:
        lab.confirm()
        ask(lab, "registrar", "cdn")
        for name in (*ZONES, "UTC"):
            zone(name)
            for wait in (8 * DAY, DAY - SECOND, DAY, 3 * DAY):
                lab.now = start + wait
                assert {work.id.partition(":")[2]: work.due_at - start for work in lab.due()} == DUE[wait]
    assert os.environ["TZ"] == "UTC"


REMIND = {"1:remind:registrar-remind": DAY, "2:remind:cdn-remind": DAY}
LATER = {"1:escalate:registry": 3 * DAY, "2:escalate:cdn-host": 2 * DAY}
DUE: dict[timedelta, dict[str, timedelta]] = {
    DAY - SECOND: {},
    DAY: REMIND,
    3 * DAY: LATER,
    8 * DAY: {**LATER, "1:escalate:icann": 7 * DAY},
}
"""By what has passed, what is due and since when. The CDN's step to the registrar is left out: he has a report."""


# --- the sweep --------------------------------------------------------------------------------------------------------


def swept(lab: Lab, *, dry_run: bool = False) -> dict[str, object]:
    """Sweep nothing new, and return what the summary tells of reports."""
    empty = lab.folder / "list.txt"
    empty.write_text("weather-in-oslo.com\n")
    told = pipeline.sweep(lab.settings, feeds=[str(empty)], dry_run=dry_run).as_json()["reports"]
    assert isinstance(told, dict)
    return {name: told[name] for name in ("drafted", "due", "answers", "changed")}


def test_a_sweep_tells_what_changed_since_the_sweep_before(lab: Lab) -> None:
    """Once each; a rehearsal changes nothing, and takes nothing from the next summary."""
    ask(lab, "registrar", "host")
    assert swept(lab) == {"drafted": 0, "due": 0, "answers": 0, "changed": {"sent": 2}}
    desk_track.record(lab.store, lab.settings, ANN, 1, state="acknowledged")
    lab.go_down()
    before = (lab.all(), lab.store.log_head())
    assert swept(lab, dry_run=True) == {"drafted": 0, "due": 0, "answers": 0, "changed": {}}
    assert (lab.all(), lab.store.log_head()) == before
    changed = {"acknowledged": 1, "verified down": 2}
    assert swept(lab) == {"drafted": 2, "due": 2, "answers": 0, "changed": changed}
    assert swept(lab) == {"drafted": 0, "due": 2, "answers": 0, "changed": {}}


# --- what cannot be told of, and both databases -----------------------------------------------------------------------


def test_a_turn_is_told_in_one_line(lab: Lab) -> None:
    """Only where there was something."""
    assert (lab.turn().did_anything, lab.turn().told()) == (False, "0 due")
    ask(lab, "registrar", "host")
    lab.now += 7 * DAY
    lab.go_down()
    lab.bring(lab.plain(to="abuse@late.example"), S.SENT)
    turn = lab.turn()
    assert (turn.did_anything, turn.told(), turn.exit_code) == (
        True,
        "1 down already; 3 closure drafted; 3 due",
        0,
    )


def test_the_schedule_takes_one_turn_at_a_time(lab: Lab) -> None:
    """While another process is at it nothing is done, and nothing is said."""
    ask(lab, "registrar")
    lab.go_down()
    with lab.store.lease("track"):
        assert track.by_schedule(lab.settings) is None
    done = track.by_schedule(lab.settings)
    assert done is not None
    assert done.drafted == {"closure": 1}


def test_the_whole_course_on_both_databases(tmp_path: Path, database_with_tables: Callable[[], str]) -> None:
    """Out, escalated, disputed, right, gone, closed, back, again, wrong: the same words on SQLite and PostgreSQL."""
    with at_work(tmp_path, database_with_tables()) as lab:
        lab.confirm()
        lab.look("live")
        ask(lab, "registrar")
        lab.now += 3 * DAY
        assert [work.id for work in lab.due()] == ["report:1:escalate:registry"]
        lab.bring(desk_track.escalate(lab.store, lab.settings, ANN, 1, to=REGISTRY).id or 0, S.SENT)
        desk_holds.dispute(lab.store, lab.settings, ANN, 2, "the owner wrote")
        assert lab.turn().drafted == {"withdrawal": 2}
        desk_holds.end(lab.store, BOB, 1, "it is phishing", "right")
        assert lab.states() == ["sent", "sent", "withdrawn", "withdrawn"]
        lab.go_down()
        assert lab.turn().drafted == {"closure": 2}
        lab.now += DAY
        lab.look("live")
        desk.decide(lab.store, ANN, NAME, "confirm", "it is back")
        again = desk_track.escalate(lab.store, lab.settings, ANN, 1)
        lab.bring(again.id or 0, S.SENT)
        desk_follow.withdraw(lab.store, lab.settings, ANN, again.id or 0, "it is a partner")
        desk_holds.dispute(lab.store, lab.settings, ANN, again.id or 0, "the owner wrote again")
        desk_holds.end(lab.store, BOB, 2, "it is a partner", "wrong")
        lab.turn()
        told = [(one.purpose, one.round, one.state.value) for one in lab.all()]
        assert told == COURSE
        assert lab.turn().drafted == {}


COURSE = [
    ("phishing", 1, "withdrawn"),
    ("phishing", 1, "withdrawn"),
    ("withdrawal", 1, "draft"),
    ("withdrawal", 1, "draft"),
    ("closure", 1, "withdrawn"),
    ("closure", 1, "withdrawn"),
    ("phishing", 2, "withdrawn"),
    ("withdrawal", 2, "draft"),
]
"""The first round's withdrawals, that never went out, are drafts again; the closures were never sent."""
