import itertools

import pytest

from scamhunt.errors import NotAllowedNow
from scamhunt.model import ReportState
from scamhunt.takedown import steps
from scamhunt.takedown.steps import TABLE, Step

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
    assert TABLE[Step.APPROVE] == {ReportState.REVIEW: ReportState.APPROVED}
    to_approved = {step for step, moves in TABLE.items() if ReportState.APPROVED in moves.values()}
    assert to_approved == {Step.APPROVE, Step.UNQUEUE, Step.HAND_OUT, Step.FOUND_UNSENT}


def test_what_is_unknown_is_left_by_a_person_only() -> None:
    """No step of the outbox leads out of it, and none of it back to the queue."""
    leaving = {
        step for step, moves in TABLE.items() if moves.get(ReportState.UNKNOWN, ReportState.UNKNOWN) != "unknown"
    }
    assert leaving == {Step.FOUND_SENT, Step.FOUND_UNSENT}


def test_an_edit_always_ends_in_a_draft() -> None:
    """So that no approval outlives it."""
    assert set(TABLE[Step.EDIT].values()) == {ReportState.DRAFT}
    assert set(TABLE[Step.DRAFT].values()) == {ReportState.DRAFT}
    assert not {ReportState.SENT, ReportState.SENDING, ReportState.UNKNOWN} & {*TABLE[Step.EDIT], *TABLE[Step.DRAFT]}


def test_every_state_of_this_table_can_be_reached() -> None:
    """From a draft, by the steps of the table."""
    reached = {ReportState.DRAFT}
    for _ in TABLE:
        reached |= {after for moves in TABLE.values() for before, after in moves.items() if before in reached}
    later = {"acknowledged", "forwarded", "actioned", "declined", "no_answer", "verified_down", "relapsed", "held"}
    assert {state.value for state in reached} == {state.value for state in ReportState} - later
