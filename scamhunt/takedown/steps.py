"""The states of a report and the steps between them, as one table. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from scamhunt.errors import NotAllowedNow
from scamhunt.model import ReportState

_S = ReportState


class Step(StrEnum):
    """What may happen to a report; each is an event `report.STEP` of the log."""

    DRAFT = "draft"
    """Somebody drafts it, or drafts it anew."""
    EDIT = "edit"
    """Somebody changes a field: what was frozen or approved is void."""
    REVIEW = "review"
    """Its bytes are frozen for a second person."""
    LOOK = "first_look"
    """A team of one looked at it the first time."""
    APPROVE = "approve"
    QUEUE = "queue"
    UNQUEUE = "unqueue"
    """It is taken back within the time for that."""
    HAND_OUT = "hand_out"
    """Its bytes were written to a file: sending is off, or a person hands it in."""
    CLAIM = "claim"
    """A process takes it and opens a connection."""
    SENT = "sent"
    FAIL = "fail"
    LOSE = "lose"
    """Nobody can say whether it was taken."""
    FOUND_SENT = "found_sent"
    """A person found out that it was taken."""
    FOUND_UNSENT = "found_unsent"
    """A person found out that it was not."""
    VOID = "void"
    """Its approval no longer holds: too old, or something it rests on changed."""
    WITHDRAW = "withdraw"
    NOTE = "note"
    """A ticket or a remark came in; nothing else changes."""


TABLE: Mapping[Step, Mapping[ReportState, ReportState]] = {
    Step.DRAFT: dict.fromkeys((_S.DRAFT, _S.REVIEW, _S.APPROVED, _S.QUEUED, _S.FAILED, _S.WITHDRAWN), _S.DRAFT),
    Step.EDIT: dict.fromkeys((_S.DRAFT, _S.REVIEW, _S.APPROVED, _S.QUEUED, _S.FAILED), _S.DRAFT),
    Step.REVIEW: dict.fromkeys((_S.DRAFT, _S.REVIEW), _S.REVIEW),
    Step.LOOK: {_S.REVIEW: _S.REVIEW},
    Step.APPROVE: {_S.REVIEW: _S.APPROVED},
    Step.QUEUE: dict.fromkeys((_S.APPROVED, _S.FAILED, _S.QUEUED), _S.QUEUED),
    Step.UNQUEUE: {_S.QUEUED: _S.APPROVED},
    Step.HAND_OUT: dict.fromkeys((_S.APPROVED, _S.FAILED), _S.APPROVED),
    Step.CLAIM: {_S.QUEUED: _S.SENDING},
    Step.SENT: dict.fromkeys((_S.SENDING,), _S.SENT),
    Step.FAIL: {_S.SENDING: _S.FAILED},
    Step.LOSE: {_S.SENDING: _S.UNKNOWN},
    Step.FOUND_SENT: dict.fromkeys((_S.UNKNOWN, _S.APPROVED), _S.SENT),
    Step.FOUND_UNSENT: {_S.UNKNOWN: _S.FAILED, _S.APPROVED: _S.APPROVED},
    Step.VOID: dict.fromkeys((_S.REVIEW, _S.APPROVED, _S.QUEUED, _S.FAILED), _S.DRAFT),
    Step.WITHDRAW: dict.fromkeys((_S.DRAFT, _S.REVIEW, _S.APPROVED, _S.QUEUED, _S.FAILED), _S.WITHDRAWN),
    Step.NOTE: {state: state for state in (_S.SENT, _S.UNKNOWN, _S.ACKNOWLEDGED, _S.FORWARDED)},
}
"""By step and state, the state that follows. What is not here does not happen."""


def after(state: ReportState, step: Step) -> ReportState:
    """Return the state that follows. Raises `NotAllowedNow` with the states from which the step is taken."""
    following = TABLE[step]
    if state not in following:
        known = ", ".join(following)
        raise NotAllowedNow(f"it is {state}: {step.replace('_', ' ')} is possible for a report that is {known}")
    return following[state]
