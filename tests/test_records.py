"""What people record of reports that are out: by phone, portal and mail; the first word of a kind keeps its moment."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest

from bench.lab_outbox import ANN, BOB
from bench.lab_smtp import Smtp
from scamhunt import desk, desk_approval, desk_follow, desk_people, desk_track
from scamhunt.errors import NotAllowedNow, Refused, UserError
from scamhunt.model import Actor, PersonRole, ReportState
from scamhunt.store import ReportView
from scamhunt.takedown.steps import Step
from tests.tracked_lab import DAY, HOUR, NAME, NOW, REGISTRAR, WAYS, Lab, at_work

S = ReportState
ASKED = {S.SENT, S.ACKNOWLEDGED, S.FORWARDED, S.NO_ANSWER}
ANSWERED = ASKED | {S.ACTIONED, S.DECLINED}
POSSIBLE = {
    "sent": {S.UNKNOWN},
    "failed": {S.UNKNOWN, S.SENT},
    "acknowledged": ASKED | {S.DECLINED},
    "forwarded": ANSWERED,
    "actioned": ANSWERED,
    "declined": ANSWERED,
    "no_answer": {S.SENT},
    "": ANSWERED | {S.UNKNOWN, S.VERIFIED_DOWN, S.RELAPSED, S.HELD},
}
"""By the word that is recorded, the states in which a report takes it; the empty word is a note."""


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """Return a team with a confirmed case."""
    with at_work(tmp_path) as made:
        made.confirm()
        yield made


def record(lab: Lab, state: str, **more: object) -> ReportView:
    """Record a word of the first report, and return the report."""
    desk_track.record(lab.store, lab.settings, ANN, 1, state=state, **more)  # type: ignore[arg-type]  # as the caller says
    return lab.store.report(1)


# --- every word in every state ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Return a team with a report for each word that counts in a state, and one in each state for those that do not."""
    with at_work(tmp_path_factory.mktemp("crowd")) as made:
        every = {target(state, word): state for word in POSSIBLE for state in S}
        made.confirm(*every)
        rows = [(state, made.row(name)) for name, state in every.items()]
        with made.store.acting(BOB) as acting:
            for state, row in rows:
                made.walked(acting, acting.save_report(row), *WAYS[state])
        yield made


def target(state: ReportState, word: str) -> str:
    """Return the name whose report is in a state and gets a word."""
    what = (word or "note") if state in POSSIBLE[word] else "never"
    return f"amazon-{state}-{what}.com".replace("_", "-")


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("word", POSSIBLE)
def test_a_word_counts_where_it_can_be_true_and_nowhere_else(crowd: Lab, word: str, state: ReportState) -> None:
    """Nobody takes back or claims by typing what did not come; a note changes no state."""
    (before,) = crowd.store.reports(candidate_id=crowd.store.candidate(target(state, word)).id)
    possible = state in POSSIBLE[word]
    with nullcontext() if possible else pytest.raises(NotAllowedNow):
        desk_track.record(crowd.store, crowd.settings, ANN, before.id, state=word, note="they phoned")
    after = crowd.store.report(before.id)
    assert after.state.value == (word if word and possible else state.value)
    assert (after == before) is not possible


# --- moments ----------------------------------------------------------------------------------------------------------


def test_each_moment_is_kept_as_it_came_first(lab: Lab) -> None:
    """An acknowledgement that is repeated, or followed by passing it on, came when it came first."""
    lab.bring(lab.plain(), S.SENT)
    for hours, word in ((1, "acknowledged"), (2, "acknowledged"), (3, "forwarded"), (4, "actioned"), (5, "actioned")):
        lab.now = NOW + hours * HOUR
        view = record(lab, word)
    assert (view.sent_at, view.acknowledged_at, view.claimed_at) == (NOW, NOW + HOUR, NOW + 4 * HOUR)
    assert (view.blocked_at, view.verified_at) == (None, None)


@pytest.mark.parametrize("word", ["declined", "forwarded"])
def test_who_takes_back_that_he_acted_did_not_act(lab: Lab, word: str) -> None:
    """The moment of the claim goes with it, and a later claim has its own."""
    lab.bring(lab.plain(), S.SENT)
    record(lab, "actioned")
    assert record(lab, word).claimed_at is None
    lab.now += HOUR
    assert record(lab, "actioned").claimed_at == NOW + HOUR


@pytest.mark.parametrize(("kind", "blocked"), [("blocklist", NOW + HOUR), ("registrar", None), ("host", None)])
def test_a_blocklist_that_acted_warns(lab: Lab, kind: str, blocked: object) -> None:
    """Nobody else's word says that visitors are warned; the first one counts."""
    lab.bring(lab.plain(kind=kind), S.SENT)
    lab.now += HOUR
    record(lab, "actioned")
    lab.now += HOUR
    assert record(lab, "actioned").blocked_at == blocked


def test_the_moment_that_is_said_may_be_the_very_first_and_the_very_last(lab: Lab) -> None:
    """Between when it went out and now, both included."""
    lab.bring(lab.plain(), S.SENT)
    lab.now += DAY
    second = timedelta(seconds=1)
    for at in (NOW - second, lab.now + second):
        with pytest.raises(UserError):
            record(lab, "acknowledged", at=at)
    assert record(lab, "acknowledged", at=NOW).acknowledged_at == NOW
    assert record(lab, "actioned", at=lab.now).claimed_at == lab.now


def test_a_note_and_a_ticket_stay_until_another_ticket_comes(lab: Lab) -> None:
    """A word without a ticket takes none away."""
    lab.bring(lab.plain(), S.SENT)
    assert record(lab, "", ticket=" ABC-1 ").ticket == "ABC-1"
    assert record(lab, "acknowledged", note="by phone").ticket == "ABC-1"
    assert record(lab, "", ticket="ABC-2").ticket == "ABC-2"
    assert [event.reason for event in lab.store.history("report:1")][-2:] == ["by phone", ""]


@pytest.mark.parametrize("more", [{"note": "x" * 2_001}, {"ticket": "x" * 2_001}, {"note": " ", "ticket": " "}])
def test_what_is_too_long_or_nothing_is_not_recorded(lab: Lab, more: dict[str, object]) -> None:
    """Two thousand characters at most, and something has to be said."""
    lab.bring(lab.plain(), S.SENT)
    with pytest.raises(UserError):
        record(lab, "", **more)


def test_who_may_not_send_records_nothing(lab: Lab) -> None:
    """An approver reads and approves; the analyst keeps the books."""
    lab.bring(lab.plain(), S.SENT)
    eve = Actor("eve", "os_user")
    desk_people.add(lab.store, lab.settings, eve, "eve", [PersonRole.ADMIN])
    desk_people.add(lab.store, lab.settings, eve, "bob", [PersonRole.APPROVER])
    with pytest.raises(Refused):
        desk_track.record(lab.store, lab.settings, BOB, 1, state="acknowledged")
    assert lab.states() == ["sent"]


# --- bounced, handed out, too old -------------------------------------------------------------------------------------


def test_what_bounced_is_sent_again(lab: Lab) -> None:
    """While its approval holds, at once; the second mail has the moment of the report."""
    with Smtp() as smtp:
        lab.sends_by(smtp)
        lab.approve(lab.draft())
        lab.send(1)
        lab.now += HOUR
        bounced = record(lab, "failed", note="user unknown")
        assert (bounced.state, bounced.sent_at) == (S.FAILED, None)
        assert lab.send(1) is S.SENT
        assert (len(smtp.accepted), lab.store.report(1).sent_at) == (2, NOW + HOUR)


def test_what_bounced_late_needs_a_new_yes(lab: Lab) -> None:
    """Its approval was for a day: it is drafted and approved again, and leaves once more."""
    with Smtp() as smtp:
        lab.sends_by(smtp)
        lab.approve(lab.draft())
        lab.send(1)
        lab.now += 2 * DAY
        record(lab, "failed")
        with pytest.raises(Refused, match="good until"):
            lab.send(1)
        lab.draft()
        lab.approve(1)
        assert lab.send(1) is S.SENT
        assert (len(smtp.accepted), lab.store.report(1).sent_at) == (2, lab.now)


@pytest.fixture
def handed(lab: Lab) -> Lab:
    """Return the team with a report that went out as a file, and of which that was said."""
    lab.more = {"sending": False}
    lab.look("live")
    lab.approve(lab.draft())
    lab.send(1)
    lab.now += HOUR
    assert record(lab, "sent").sent_at == lab.now
    return lab


def test_a_report_that_was_handed_in_is_escalated(handed: Lab) -> None:
    """It is out like any other, with its proof."""
    desk_track.escalate(handed.store, handed.settings, ANN, 1, step="registry", to="abuse@registry.example")
    assert [(one.parent_id, one.kind) for one in handed.all()] == [(None, "registrar"), (1, "registry")]


def test_a_report_that_was_handed_in_is_withdrawn(handed: Lab) -> None:
    """Its recipient hears of it."""
    desk_follow.withdraw(handed.store, handed.settings, ANN, 1, "a mistake")
    assert handed.told("withdrawal") == [(REGISTRAR, 1)]


def test_a_report_that_was_handed_in_is_made_anew_when_it_is_back(handed: Lab) -> None:
    """Another row, its second round: what was handed out then stands in nobody's way."""
    handed.go_down()
    handed.now += DAY
    assert handed.look("live").reopened
    desk.decide(handed.store, ANN, NAME, "confirm", "it is back")
    assert (handed.draft(), handed.store.report(2).round, handed.states()) == (2, 2, ["relapsed", "draft"])


@pytest.mark.parametrize(("word", "state"), [("sent", S.SENT), ("failed", S.APPROVED)])
def test_of_a_file_it_is_said_once_what_became_of_it(lab: Lab, word: str, state: ReportState) -> None:
    """It was sent, or it was not; before it was handed out nobody can say either."""
    lab.more = {"sending": False}
    lab.approve(lab.draft())
    with pytest.raises(NotAllowedNow, match="was not handed out yet"):
        record(lab, word)
    lab.send(1)
    assert record(lab, word).state is state
    with pytest.raises(NotAllowedNow):
        record(lab, "sent")


def test_an_author_does_not_renew_an_approval(lab: Lab) -> None:
    """Neither the one who drafted it nor, while it still holds, anybody else."""
    lab.approve(lab.draft())
    with pytest.raises(NotAllowedNow, match="it is approved"):
        lab.approve(1)
    lab.now += DAY
    with pytest.raises(Refused, match="nobody approves an own report"):
        desk_approval.approve(lab.store, lab.settings, ANN, 1)
    before = lab.store.report(1)
    lab.approve(1)
    after = lab.store.report(1)
    assert (after.state, after.sha256, after.message_id) == (S.APPROVED, before.sha256, before.message_id)
    assert [one.until for one in lab.store.approvals(1)] == [NOW + DAY, NOW + 2 * DAY]


def test_of_a_held_report_only_a_note_is_taken(lab: Lab) -> None:
    """What the desk says meanwhile is kept as a remark; the dispute decides first."""
    lab.bring(lab.plain(), S.SENT)
    lab.walk(1, Step.HOLD)
    with pytest.raises(NotAllowedNow, match="it is held"):
        record(lab, "actioned")
    view = record(lab, "", note="they say that it is suspended", ticket="T-1")
    assert (view.state, view.held_from, view.ticket) == (S.HELD, "sent", "T-1")
