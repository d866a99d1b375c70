"""The frozen values that the store takes and gives."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite
from typing import Protocol

from scamhunt.model import Channel, Kind, Match, NumberSighting, Reason, Rejected, ReportState, Role, State
from scamhunt.observed import Clock, Liveness, Verdict

LARGEST_ID = 2**31 - 1


def storable(text: str) -> str:
    """Return text that every database takes: no lone surrogates (of a file name that is no UTF-8) and no NUL."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def storable_json(value: object) -> object:
    """Return a JSON value whose texts every database takes; a number that JSON lacks becomes null."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, Mapping):
        return {storable(str(name)): storable_json(one) for name, one in value.items()}
    return [storable_json(one) for one in value] if isinstance(value, list | tuple) else value


def storable_id(number: int) -> int:
    """Return a row's number that every database takes; what is none becomes 0, which no row has."""
    return number if 0 < number <= LARGEST_ID else 0


class Book(Protocol):
    """What is known of numbers, within a transaction."""

    def candidates(self, numbers: Collection[str]) -> set[str]:
        """Return those numbers that are candidates."""
        ...

    def histories(self, numbers: Collection[str]) -> dict[str, list[NumberSighting]]:
        """Return the reports of some numbers (E.164), the newest first; of one voice in one role the newest."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """A match and the row that it was found in."""

    match: Match
    kind: Kind
    line: int
    seen_at: datetime | None = None
    """When the feed says that it appeared; None: when it was read."""
    flags: tuple[str, ...] = ()
    role: Role | None = None
    """Of a number, by all that is known of it."""
    first_at: datetime | None = None
    """When it was seen first, where that was before this row."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What became of one batch: rows = accepted + duplicate + rejected."""

    mark: str
    """Where the next batch begins, once this one is stored."""
    accepted: int
    duplicate: int
    rejected: Sequence[Rejected] = ()
    found: Sequence[Found] = ()
    """In the order of the lines; a line may match several brands."""
    numbers: Sequence[NumberSighting] = ()
    """Reports of numbers that were not known yet."""
    rate: "Callable[[Book], Sequence[Found]] | None" = None
    """Scores the numbers by all that is known once these reports are kept: nobody else's report falls between."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One body of one feed: which bytes, how far they were read, what became of the rows."""

    id: int
    feed: str
    location: str
    sha256: str
    size: int
    archive: str
    since: str
    """Rows that the feed dates earlier are left out (ISO 8601); empty: none are."""
    started_at: datetime
    finished_at: datetime | None
    mark: str
    read: int
    accepted: int
    duplicate: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class Body:
    """What a reading is of: a body as it came, or rows that were made of several."""

    feed: str
    location: str
    sha256: str
    size: int
    archive: str
    window: str = ""
    """What tells another reading of the same bytes from the first: from when on, with which brands, at which mark."""
    at: datetime | None = None
    """When the bytes came, where that is not now."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run over one source of a feed."""

    id: int
    feed: str
    location: str
    started_at: datetime
    finished_at: datetime | None = None
    status: str = "running"
    problem: str = ""
    read: int = 0
    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0
    size: int = 0
    """Bytes as they came."""
    newest: datetime | None = None
    """The latest date that a row of the feed had."""
    suffixes: Mapping[str, int] = field(default_factory=dict)
    """The most frequent public suffixes of the names read, and how many names had them."""
    sha256: str = ""
    """Of the last body."""
    shape: str = ""
    """The format that was found: `plain`, `csv domain,when`."""
    behind: int = 0
    """Rows that are known to wait at the source."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a server said of a body, to ask with next time: the headers of RFC 9110 8.8; empty where it said nothing."""

    etag: str
    last_modified: str


@dataclass(frozen=True, slots=True)
class Validator:
    """What a server said, and the reading of the body that it said it of."""

    said: Said
    reading: "Reading"


@dataclass(frozen=True, slots=True)
class Saved:
    """What a batch changed. `reading` is where the reading stands now: the next batch is saved with it."""

    reading: Reading
    new: list[int]
    updated: list[int]
    """Candidates with a stronger match, another brand or another host than before."""
    reopened: list[int]
    """Closed candidates that came back."""
    known: bool = False
    """Whether these rows had been stored before: nothing of them was stored again."""


@dataclass(frozen=True, slots=True)
class MatchView:
    """A candidate's strongest match with one brand."""

    brand: str
    indicator: str
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class CandidateView:
    """A candidate as people and scripts see it. `brand`, `score` and `reasons` are those of its strongest match."""

    id: int
    indicator: str
    """The target: registrable name, tenant or number."""
    kind: Kind
    brand: str
    score: float
    reasons: tuple[Reason, ...]
    state: State
    state_since: datetime
    revision: int
    """Counts the decisions. Hand it back with a decision, and a decision of somebody else in between is noticed."""
    matches: tuple[MatchView, ...]
    """The strongest first."""
    flags: tuple[str, ...]
    first_seen: datetime
    last_seen: datetime
    feeds: tuple[str, ...]
    role: Role | None = None
    """Of a number: what it was to those who reported it. What may be done is decided by its sightings, not by this."""
    created_at: datetime | None = None
    """When we knew of it first."""


@dataclass(frozen=True, slots=True)
class CarrierView:
    """The company that a person took for the holder of blocks of numbers."""

    holder: str
    frn: str
    name: str
    reason: str
    actor: str
    chosen_at: datetime


@dataclass(frozen=True, slots=True)
class EventView:
    """One row of the log."""

    seq: int
    at: datetime
    actor: str
    proof: str
    act: str
    thing: str
    reason: str
    detail: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class QuarantinedView:
    """A row that could not be used, as it came."""

    id: int
    reading_id: int
    feed: str
    line: int
    reason: str
    raw: bytes
    sha256: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """How many candidates there are, cut three ways; each cut adds up to `total`."""

    total: int
    by_state: Mapping[str, int]
    by_brand: Mapping[str, int]
    """By the strongest brand, the most frequent first."""
    by_band: Mapping[str, int]
    """By score, the strongest band first; only what there is."""


@dataclass(frozen=True, slots=True)
class ReportDraft:
    """What is stored of a report before it has a number."""

    candidate_id: int
    kind: str
    recipient: str
    purpose: str
    template: str
    note: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)
    channel: Channel = Channel.EMAIL
    desk: str = ""
    vouched: Mapping[str, object] = field(default_factory=dict)
    authors: Sequence[str] = ()
    parent_id: int | None = None
    """The report that it reminds of, escalates, withdraws or closes."""
    rung: str = ""
    """Of an escalation: the step of the ladder."""


@dataclass(frozen=True, slots=True)
class ReportView:
    """A stored report. Its text is rendered anew whenever it is shown, until its bytes are frozen."""

    id: int
    candidate_id: int
    state: ReportState
    revision: int
    kind: str
    channel: Channel
    recipient: str
    desk: str
    purpose: str
    template: str
    note: str
    fields: Mapping[str, object]
    vouched: Mapping[str, object]
    authors: Sequence[str]
    token: str
    sha256: str
    message_id: str
    frozen_at: datetime | None
    due_at: datetime | None
    holder: str
    tried_at: datetime | None
    answer: str
    ticket: str
    sent_at: datetime | None
    handed_at: datetime | None
    created_at: datetime
    updated_at: datetime
    round: int
    parent_id: int | None
    rung: str
    climbed: Sequence[str]
    held_from: str
    state_since: datetime
    acknowledged_at: datetime | None
    blocked_at: datetime | None
    claimed_at: datetime | None
    content_down_at: datetime | None
    dns_hold_at: datetime | None
    verified_at: datetime | None
    recovered_at: datetime | None


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """One person's yes to exact bytes for one recipient."""

    id: int
    report_id: int
    sha256: str
    recipient: str
    approver: str
    proof: str
    accepted: Sequence[str]
    alone: bool
    counts: bool
    at: datetime
    until: datetime
    voided_at: datetime | None
    voided_why: str


@dataclass(frozen=True, slots=True)
class ApprovalTold:
    """One person's yes to exact bytes for one recipient, as the log has it."""

    approver: str
    proof: str
    sha256: str
    recipient: str
    counts: bool
    alone: bool
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class ConfirmationView:
    """When somebody of the team last said that a desk of the list is right, and what it said then."""

    desk: str
    actor: str
    note: str
    content: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OverrideView:
    """What two people let through: it holds from `granted_at` until `until`."""

    target: str
    reason: str
    asked_by: str
    asked_at: datetime
    granted_by: str
    granted_proof: str
    granted_at: datetime | None
    until: datetime | None

    def holds(self, now: datetime) -> bool:
        """Say whether it lets reports through at this moment."""
        return self.granted_at is not None and self.until is not None and self.granted_at <= now < self.until


@dataclass(frozen=True, slots=True)
class LookView:
    """One look at one target, and what it came to."""

    id: int
    candidate_id: int | None
    """None: the target is no candidate."""
    subject: str
    url: str
    depth: str
    begun: datetime
    ended: datetime
    operator: str
    verdict: Verdict
    brand: str
    score: float
    reasons: tuple[Reason, ...]
    calibrated: bool
    liveness: Liveness
    manifest: str
    """The sha256 of the file that lists all that the look brought."""
    clock: Clock


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """Bytes that a look brought, and how they came; `store.evidence_file(sha256)` is where they lie."""

    id: int
    sha256: str
    sha512: str
    size: int
    media_type: str
    url: str
    acquired_at: datetime
    tool: str
    vantage: str
    operator: str
    note: str
    look_id: int
    subject: str
    candidate_id: int | None


@dataclass(frozen=True, slots=True)
class Watch:
    """Whether a target is still there by all looks at it, and when to look again: what a look hands to the store."""

    liveness: Liveness
    standing: str
    """What the looks agree on, as the caller names it."""
    since: datetime
    """From when on it stands like that."""
    due_at: datetime | None
    """When to look again; None: not by itself."""
    first_live: datetime | None = None
    last_live: datetime | None = None


@dataclass(frozen=True, slots=True)
class WatchView:
    """A `Watch` as it is kept, with how often the target was looked at."""

    candidate_id: int
    liveness: Liveness
    standing: str
    since: datetime
    due_at: datetime | None
    looked_at: datetime | None
    looks: int
    first_live: datetime | None
    last_live: datetime | None
