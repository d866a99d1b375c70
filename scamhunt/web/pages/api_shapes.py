"""What the API gives, field by field: what is not written here does not go out."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """What goes out."""

    model_config = ConfigDict(from_attributes=True, frozen=True)

    @classmethod
    def of(cls, *parts: object, **more: Any) -> Self:  # noqa: ANN401  # values of its fields
        """Return it filled from the first part that has a field."""
        found = {
            name: getattr(part, name) for part in reversed(parts) for name in cls.model_fields if hasattr(part, name)
        }
        return cls.model_validate(found | more)


class Problem(Shape):
    """Why something was not done."""

    error: str = Field(description="One word for a program; docs/api.md lists them.")
    told: str = Field(description="What happened and what to do next, for a person.")


class Standing(Shape):
    """A candidate after an act."""

    id: int
    indicator: str
    state: str
    revision: int


class Differs(Problem):
    """A candidate was changed meanwhile, or somebody else is at work on it."""

    now: Standing | None = Field(None, description="How it stands now, where somebody decided meanwhile.")


class Why(Shape):
    """A reason of a score."""

    signal: str
    weight: float = Field(description="Log-odds.")
    text: str


class Claim(Shape):
    """Who is at work on it."""

    person: str
    until: datetime


class Candidate(Standing):
    """A candidate of the queue."""

    shown: str = Field(description="The name as a browser shows it.")
    kind: str
    role: str | None = Field(description="Of a number: what it was to those who reported it.")
    brand: str
    score: float
    band: str
    reasons: list[Why]
    state_since: datetime
    verdict: str = Field(description="What was seen there; empty: nobody looked yet.")
    liveness: str = Field(description="Whether it is still there; empty: nobody looked yet.")
    protected: str = Field(description="Why it is protected; empty when it is not.")
    claim: Claim | None
    flags: list[str]
    feeds: list[str]
    first_seen: datetime
    last_seen: datetime
    created_at: datetime | None


class Candidates(Shape):
    """A page of candidates, the strongest first."""

    items: list[Candidate]
    next: str | None = Field(description="Where the next page begins; null on the last.")


class Match(Shape):
    """A match with one brand."""

    brand: str
    indicator: str
    score: float
    reasons: list[Why]


class Look(Shape):
    """The look that counts."""

    id: int
    url: str
    begun: datetime
    ended: datetime
    verdict: str
    liveness: str
    score: float
    reasons: list[Why]


class Finding(Shape):
    """A fact that was observed, or that it could not be."""

    kind: str
    source: str
    vantage: str
    observed_at: datetime
    outcome: str
    text: str
    sha256: str


class Event(Shape):
    """What somebody did."""

    at: datetime
    actor: str
    act: str
    reason: str


class Hold(Shape):
    """The target is left alone for a while."""

    id: int
    kind: str
    owner: str
    reason: str
    until: datetime


class Related(Shape):
    """Another candidate, and what ties it to this one."""

    indicator: str
    why: str


class Line(Shape):
    """A report of a list."""

    id: int
    candidate_id: int
    indicator: str
    state: str
    revision: int
    kind: str
    type: str = Field(description="What kind of abuse it reports.")
    channel: str
    recipient: str
    due_at: datetime | None
    sent_at: datetime | None
    created_at: datetime
    updated_at: datetime


class Reports(Shape):
    """A page of reports, the newest first."""

    items: list[Line]
    next: str | None = Field(description="Where the next page begins; null on the last.")


class Whole(Candidate):
    """A candidate with what is known of it."""

    matches: list[Match]
    look: Look | None
    findings: list[Finding]
    history: list[Event]
    related: list[Related]
    campaign: str
    reports: list[Line]
    holds: list[Hold]
    acts: list[str] = Field(description="What can be decided now.")


class Lacks(Shape):
    """What a report lacks, or what its approver has to accept."""

    field: str
    text: str


class Approval(Shape):
    """One person's yes to the exact bytes."""

    approver: str
    at: datetime
    until: datetime
    counts: bool


class Reply(Shape):
    """A mail that came back: it suggests, and changes nothing."""

    id: int
    kind: str
    suggests: str
    state: str
    read_at: datetime


class Report(Line):
    """A report as it reads now, or as its bytes were frozen."""

    address: str
    missing: list[Lacks]
    warnings: list[str]
    ticks: list[Lacks]
    ready: bool
    note: str
    authors: list[str]
    approvals: list[Approval]
    blast: list[str] = Field(description="What a wrong takedown would hit.")
    sha256: str
    answer: str
    ticket: str
    round: int
    parent: int | None
    step: str
    held_until: datetime | None
    times: dict[str, datetime | None]
    replies: list[Reply]
    subject: str
    text: str


class Work(Shape):
    """Something that a person has to do."""

    id: str
    what: str
    due_at: datetime
    why: str
    do: str = Field(description="The command that does it.")
    report: int | None
    indicator: str
    recipient: str


class Works(Shape):
    """A page of the day's work, what waits longest first."""

    items: list[Work]
    next: str | None = Field(description="Where the next page begins; null on the last.")
