import itertools

import pytest

from scamhunt.errors import NotAllowedNow
from scamhunt.model import ReportState
from scamhunt.takedown import steps
from scamhunt.takedown.steps import OBSERVED, OUT, RECORDED, TABLE, UNSENT, Step

SENDABLE = {ReportState.APPROVED, ReportState.FAILED, ReportState.QUEUED}


@pytest.mark.parametrize(("state", "step"), list(itertools.product(ReportState, Step)))
def test_every_pair_is_in_the_table_or_refused(state: ReportState, step: Step) -> None:
    """What the table does not have does not happen, and the message names from where it would."""
    if state in TABLE[step]:
        assert steps.after(state, step) is TABLE[step][state]
        return
    with pytest.raises(NotAllowedNow, match=f"it is {state}") as refused:
        steps.after(state, step)
    assert all(known in str(refused.value) for known in TABLE[step])


def test_only_an_approved_report_is_queued_and_only_a_queued_one_claimed() -> None:
    """No other way leads to a mail server."""
    assert set(TABLE[Step.QUEUE]) == SENDABLE
    assert TABLE[Step.CLAIM] == {ReportState.QUEUED: ReportState.SENDING}
    assert TABLE[Step.APPROVE] == dict.fromkeys((ReportState.REVIEW, ReportState.APPROVED), ReportState.APPROVED)
    to_approved = {step for step, moves in TABLE.items() if ReportState.APPROVED in moves.values()}
    assert to_approved == {Step.APPROVE, Step.UNQUEUE, Step.HAND_OUT, Step.FOUND_UNSENT}


def test_what_is_unknown_is_left_by_a_person_or_a_look() -> None:
    """No step of the outbox leads out of it, and none of it back to the queue."""
    leaving = {
        step for step, moves in TABLE.items() if moves.get(ReportState.UNKNOWN, ReportState.UNKNOWN) != "unknown"
    }
    assert leaving == {Step.FOUND_SENT, Step.FOUND_UNSENT, Step.SEE_ACTION, Step.SEE_DOWN, Step.HOLD}


def test_what_is_observed_is_never_recorded() -> None:
    """No word of anybody takes a report to `verified_down` or `relapsed`: only what a look saw does."""
    seen = {ReportState.VERIFIED_DOWN, ReportState.RELAPSED}
    leading = {step for step, moves in TABLE.items() for after in moves.values() if after in seen and step != Step.NOTE}
    assert leading - {Step.ESCALATE} == {Step.SEE_DOWN, Step.SEE_BACK}
    assert not seen & set(RECORDED)
    assert not OBSERVED & set(RECORDED.values())
    assert {moves for step in RECORDED.values() for moves in TABLE[step].values()} >= set(RECORDED) - {"failed"}


def test_a_recorded_word_leads_where_it_says() -> None:
    """From each state that the step knows; what was handed out and was not sent stays approved."""
    for state, step in RECORDED.items():
        after = set(TABLE[step].values())
        assert after == ({state, ReportState.APPROVED} if step is Step.FOUND_UNSENT else {state})


def test_what_lies_with_somebody_is_never_a_draft_again() -> None:
    """So that what was sent, and when, is never written over; it is held, and goes back to where it was."""
    back = {
        step for step, moves in TABLE.items() for before, after in moves.items() if before in OUT and after == "draft"
    }
    assert back == set()
    assert set(TABLE[Step.HOLD]) == {*UNSENT, *OUT}


def test_an_edit_always_ends_in_a_draft() -> None:
    """So that no approval outlives it."""
    assert set(TABLE[Step.EDIT].values()) == {ReportState.DRAFT}
    assert set(TABLE[Step.DRAFT].values()) == {ReportState.DRAFT}
    assert not {ReportState.SENT, ReportState.SENDING, ReportState.UNKNOWN} & {*TABLE[Step.EDIT], *TABLE[Step.DRAFT]}


def test_every_state_can_be_reached() -> None:
    """From a draft, by the steps of the table."""
    reached = {ReportState.DRAFT}
    for _ in TABLE:
        reached |= {after for moves in TABLE.values() for before, after in moves.items() if before in reached}
    assert reached == set(ReportState)
