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
    """It goes nowhere."""
    NOTE = "note"
    """A ticket or a remark came in; nothing else changes."""

    # --- what follows once it is out
    ACKNOWLEDGE = "acknowledge"
    """The recipient says that it has it."""
    FORWARD = "forward"
    """The recipient passed it on: whoever has it now is asked next."""
    CLAIM_ACTION = "claim_action"
    """The recipient says that it acted. Nothing is down by that: we look."""
    DECLINE = "decline"
    """The recipient says that it will not act."""
    SILENCE = "silence"
    """Nobody answered for as long as the ladder waits."""
    SEE_ACTION = "see_action"
    """A look of ours saw what the recipient was asked for: the registry's hold on the name."""
    SEE_DOWN = "see_down"
    """Enough looks of ours agree that it is gone."""
    SEE_BACK = "see_back"
    """A look of ours saw it live again after it was gone."""
    ESCALATE = "escalate"
    """The next one of its ladder was asked, or the same one again."""
    HOLD = "hold"
    """Somebody disputes it: it is left alone."""
    RELEASE = "release"
    """The dispute was decided against whoever raised it: it goes on where it was."""
    RETRACT = "retract"
    """The dispute was right: it is taken back."""


UNSENT = (_S.DRAFT, _S.REVIEW, _S.APPROVED, _S.QUEUED, _S.FAILED)
"""It surely lies with nobody outside."""
ASKED = (_S.SENT, _S.ACKNOWLEDGED, _S.FORWARDED, _S.NO_ANSWER)
"""Somebody outside has it, and nothing came of it yet."""
OUT = (*ASKED, _S.UNKNOWN, _S.ACTIONED, _S.DECLINED, _S.VERIFIED_DOWN, _S.RELAPSED)
"""Somebody outside has it, or may have it."""
WAITING = (*ASKED, _S.ACTIONED, _S.DECLINED)
"""Somebody outside has it, and it was not seen to be gone."""
_NO_RETURN = (_S.ACTIONED, _S.DECLINED)

TABLE: Mapping[Step, Mapping[ReportState, ReportState]] = {
    Step.DRAFT: dict.fromkeys((*UNSENT, _S.WITHDRAWN), _S.DRAFT),
    Step.EDIT: dict.fromkeys(UNSENT, _S.DRAFT),
    Step.REVIEW: dict.fromkeys((_S.DRAFT, _S.REVIEW), _S.REVIEW),
    Step.LOOK: {_S.REVIEW: _S.REVIEW},
    Step.APPROVE: dict.fromkeys((_S.REVIEW, _S.APPROVED), _S.APPROVED),
    Step.QUEUE: dict.fromkeys((_S.APPROVED, _S.FAILED, _S.QUEUED), _S.QUEUED),
    Step.UNQUEUE: {_S.QUEUED: _S.APPROVED},
    Step.HAND_OUT: dict.fromkeys((_S.APPROVED, _S.FAILED), _S.APPROVED),
    Step.CLAIM: {_S.QUEUED: _S.SENDING},
    Step.SENT: dict.fromkeys((_S.SENDING,), _S.SENT),
    Step.FAIL: {_S.SENDING: _S.FAILED},
    Step.LOSE: {_S.SENDING: _S.UNKNOWN},
    Step.FOUND_SENT: dict.fromkeys((_S.UNKNOWN, _S.APPROVED), _S.SENT),
    Step.FOUND_UNSENT: {_S.UNKNOWN: _S.FAILED, _S.SENT: _S.FAILED, _S.APPROVED: _S.APPROVED},
    Step.VOID: dict.fromkeys((_S.REVIEW, _S.APPROVED, _S.QUEUED, _S.FAILED), _S.DRAFT),
    Step.WITHDRAW: dict.fromkeys(UNSENT, _S.WITHDRAWN),
    Step.NOTE: {state: state for state in (*OUT, _S.HELD)},
    Step.ACKNOWLEDGE: dict.fromkeys((*ASKED, _S.DECLINED), _S.ACKNOWLEDGED),
    Step.FORWARD: dict.fromkeys((*ASKED, *_NO_RETURN), _S.FORWARDED),
    Step.CLAIM_ACTION: dict.fromkeys((*ASKED, *_NO_RETURN), _S.ACTIONED),
    Step.DECLINE: dict.fromkeys((*ASKED, *_NO_RETURN), _S.DECLINED),
    Step.SILENCE: {_S.SENT: _S.NO_ANSWER},
    Step.SEE_ACTION: dict.fromkeys((*ASKED, *_NO_RETURN, _S.UNKNOWN), _S.ACTIONED),
    Step.SEE_DOWN: dict.fromkeys((*WAITING, _S.UNKNOWN), _S.VERIFIED_DOWN),
    Step.SEE_BACK: {_S.VERIFIED_DOWN: _S.RELAPSED},
    Step.ESCALATE: {state: state for state in (*WAITING, _S.RELAPSED)},
    Step.HOLD: dict.fromkeys((*UNSENT, *OUT), _S.HELD),
    Step.RELEASE: {_S.HELD: _S.DRAFT},
    Step.RETRACT: {_S.HELD: _S.WITHDRAWN},
}
"""By step and state, the state that follows. What is not here does not happen.

Of `RELEASE` the table has where a report goes that was not out yet; one that was out goes back to where it was held.
"""

RECORDED: Mapping[ReportState, Step] = {
    _S.SENT: Step.FOUND_SENT,
    _S.FAILED: Step.FOUND_UNSENT,
    _S.ACKNOWLEDGED: Step.ACKNOWLEDGE,
    _S.FORWARDED: Step.FORWARD,
    _S.ACTIONED: Step.CLAIM_ACTION,
    _S.DECLINED: Step.DECLINE,
    _S.NO_ANSWER: Step.SILENCE,
}
"""What a person may record as the word of the recipient, and the step of that. The other states follow from what is
observed, or from other commands."""
OBSERVED = frozenset({Step.SEE_ACTION, Step.SEE_DOWN, Step.SEE_BACK})
"""What only a look of ours says; nobody types it and no mail brings it."""


def after(state: ReportState, step: Step) -> ReportState:
    """Return the state that follows. Raises `NotAllowedNow` with the states from which the step is taken."""
    following = TABLE[step]
    if state not in following:
        known = ", ".join(following)
        raise NotAllowedNow(f"it is {state}: {step.replace('_', ' ')} is possible for a report that is {known}")
    return following[state]
