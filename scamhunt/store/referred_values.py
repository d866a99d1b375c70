"""The frozen values of packets, their outcomes and of comparisons with other brands that the store takes and gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PacketState(StrEnum):
    """Where a packet stands."""

    BUILT = "built"
    """Sealed; it waits for a second person."""
    RELEASED = "released"
    """A second person let it go."""


class OutcomeKind(StrEnum):
    """What an agency said or asked."""

    CASE_NUMBER = "case_number"
    """It opened a case of its own."""
    REQUEST = "request"
    """It asks for something."""
    PRESERVATION = "preservation"
    """It asks that something is kept."""
    ARREST = "arrest"
    """It acted against people."""
    FEEDBACK = "feedback"
    """What it says of the packet."""
    DECLINED = "declined"
    """It does not take the matter up."""


@dataclass(frozen=True, slots=True)
class PacketView:
    """A sealed packet, and who let it go."""

    id: str
    state: PacketState
    agency: str
    purpose: str
    cases: Sequence[int]
    campaigns: Sequence[str]
    outs: Sequence[str]
    name: str
    sha256: str
    size: int
    hold_days: int
    locked_to: str
    builders: Sequence[str]
    built_at: datetime
    released_by: str
    released_proof: str
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """What an agency said or asked after a packet."""

    id: int
    packet_id: str
    kind: OutcomeKind
    ref: str
    note: str
    at: datetime
    actor: str
    due_at: datetime | None
    done_at: datetime | None
    done_by: str


@dataclass(frozen=True, slots=True)
class OverlapView:
    """A comparison with another brand, before anything is shared."""

    id: str
    partner: str
    purpose: str
    side: str
    """`A` for who began it, `B` for who answers."""
    cases: Sequence[int]
    begun_by: str
    begun_at: datetime
    compared: int
    common: int
    ended_by: str
    ended_at: datetime | None
