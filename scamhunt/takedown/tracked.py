"""A report as the clock sees it, and the work that follows from it. Pure."""

from dataclasses import dataclass
from datetime import datetime

from scamhunt.model import Channel, Kind, ReportState


@dataclass(frozen=True, slots=True)
class Tracked:
    """What tells what is due about a report. Times are aware, UTC."""

    id: int
    candidate_id: int
    indicator: str
    target: Kind
    """Whether it is a name or a number."""
    brand: str
    kind: str
    """Of recipient, see `kinds.RecipientKind`."""
    purpose: str
    recipient: str
    desk: str
    channel: Channel
    state: ReportState
    state_since: datetime
    created_at: datetime
    sent_at: datetime | None = None
    handed_at: datetime | None = None
    """It was written to a file for a person to hand in, and nobody said what became of it."""
    due_at: datetime | None = None
    """Of a queued one: when it goes out."""
    approved_until: datetime | None = None
    """Until when a second person's yes holds."""
    message_id: str = ""
    ticket: str = ""
    answer: str = ""
    """What the mail server said, or why nothing was sent."""
    parent_id: int | None = None
    """The report that this one reminds of, escalates, withdraws or closes."""
    rung: str = ""
    """Of an escalation: the step of the ladder."""
    climbed: tuple[str, ...] = ()
    """Steps of the ladder for which a report was drafted already."""
    last_live: datetime | None = None
    """When a look last saw the target live."""
    held_until: datetime | None = None
    """A hold on the target blocks it until then."""


@dataclass(frozen=True, slots=True)
class Work:
    """Something that a person has to do. `due` lists it."""

    id: str
    """`report:12:escalate:registry`: the same work has the same id, whenever it is asked for."""
    what: str
    """`approve`, `send`, `find out`, `record`, `remind`, `escalate to the registry`, ...: for a person."""
    due_at: datetime
    why: str
    """A sentence: since when, of whom, by which step of the ladder."""
    do: str
    """The command that does it."""
    report: int | None = None
    indicator: str = ""
    recipient: str = ""
