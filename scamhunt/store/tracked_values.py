"""The frozen values of holds and of answers that the store takes and gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class HoldKind(StrEnum):
    """Why a target is left alone."""

    DISPUTE = "dispute"
    """Somebody says that a report on it is wrong."""
    LAW_ENFORCEMENT = "law_enforcement"
    """An agency asked not to take it down for now."""
    OTHER = "other"


class DisputeFinding(StrEnum):
    """What came of a dispute."""

    WRONG = "wrong"
    """The report was wrong: it is taken back."""
    RIGHT = "right"
    """The report was right: it goes on."""


@dataclass(frozen=True, slots=True)
class HoldView:
    """A target that is left alone for a while."""

    id: int
    candidate_id: int
    report_id: int | None
    of_hold: int | None
    kind: HoldKind
    owner: str
    reason: str
    begun_at: datetime
    until: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    ended_by: str
    ended_why: str
    finding: str

    def holds(self, now: datetime) -> bool:
        """Say whether it stops reports at this moment."""
        return self.ended_at is None and now < self.until


class ReplyState(StrEnum):
    """What a person made of a mail."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class ReplyDraft:
    """What is stored of a mail before it has a number."""

    report_id: int | None
    digest: str
    message_id: str
    kind: str
    sender_domain: str
    authentication: str
    matched_by: str
    suggests: str
    why: str
    tickets: Sequence[str]
    doubts: Sequence[str]
    text: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReplyView:
    """A mail that answers a report. It suggests; what changes is what a person accepts and what is observed."""

    id: int
    report_id: int | None
    digest: str
    message_id: str
    kind: str
    sender_domain: str
    authentication: str
    matched_by: str
    suggests: str
    why: str
    state: ReplyState
    decided_by: str
    tickets: Sequence[str]
    doubts: Sequence[str]
    text: str
    read_at: datetime
    sent_at: datetime | None
    decided_at: datetime | None
