"""The tables. `migrations/` builds them; a test holds the two together.

Times are aware and in UTC, enums are stored by their value.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Enum,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    cast,
    literal,
)
from sqlalchemy import text as sa_text
from sqlmodel import Field, SQLModel

from scamhunt.model import Channel, Kind, ReportState, Role, State
from scamhunt.observed import Liveness, Outcome, Verdict

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""A name for each constraint, so that a migration can change it on every database."""

NEVER_REUSED = {"sqlite_autoincrement": True}
"""For what the log names by its number: the number of a deleted row is not given again."""


LARGE = BigInteger().with_variant(Integer, "sqlite")
"""For the index of an entry of a certificate log. SQLite's INTEGER is large enough."""


def by_value(members: type[StrEnum]) -> Enum:
    """Return a text column type that stores the value of a member and not its Python name."""
    return Enum(members, native_enum=False, length=16, values_callable=lambda kinds: [kind.value for kind in kinds])


class Base(SQLModel):
    """What all tables share."""

    metadata = MetaData(naming_convention=NAMES)


class CandidateRow(Base, table=True):
    """One target, with the strongest of its matches copied here so that a list needs no join."""

    __tablename__ = "candidate"
    __table_args__ = (
        UniqueConstraint("kind", "target"),
        Index(None, "state", "score"),
        Index(None, "brand", "score"),
        Index(None, "fold", "state", "score"),
        Index(None, "state", "kind", "brand"),
        Index(None, "created_at", "state"),
        Index(None, "last_seen", "state"),
        NEVER_REUSED,
    )

    id: int | None = Field(None, primary_key=True)
    kind: Kind = Field(sa_type=by_value(Kind))
    target: str
    state: State = Field(sa_type=by_value(State))
    state_since: datetime
    revision: int
    """Counts the decisions: whoever decides on what somebody else changed meanwhile is told so."""
    brand: str
    score: float = Field(index=True)
    flags: list[str] = Field(sa_type=JSON)
    first_seen: datetime
    last_seen: datetime
    created_at: datetime
    updated_at: datetime
    role: Role | None = Field(None, sa_type=by_value(Role))
    """Of a number: what it was to those who reported it."""
    fold: str = Field("", sa_column_kwargs={"server_default": ""})
    """Its campaign, else its series: what has the same is one row of the queue."""


class ClaimRow(Base, table=True):
    """Who is at work on a candidate, and until when."""

    __tablename__ = "claim"
    __table_args__ = (Index(None, "person", "until"),)

    candidate_id: int = Field(primary_key=True, foreign_key="candidate.id", sa_column_kwargs={"autoincrement": False})
    person: str
    by: str
    """Who said so: the person, or somebody who asks a colleague to."""
    at: datetime
    until: datetime


class MatchRow(Base, table=True):
    """The strongest match of a candidate with one brand."""

    __tablename__ = "match"
    __table_args__ = (UniqueConstraint("candidate_id", "brand"), Index(None, "brand", "candidate_id"))

    id: int | None = Field(None, primary_key=True)
    candidate_id: int = Field(foreign_key="candidate.id")
    brand: str
    indicator: str
    score: float
    reasons: list[dict[str, Any]] = Field(sa_type=JSON)


class ReadingRow(Base, table=True):
    """One body of one feed: which bytes, how far they were read, and what became of the rows."""

    __tablename__ = "reading"
    __table_args__ = (
        UniqueConstraint("feed", "sha256", "since"),
        CheckConstraint("read = accepted + duplicate + quarantined", name="adds_up"),
    )

    id: int | None = Field(None, primary_key=True)
    feed: str
    location: str
    sha256: str
    size: int = Field(sa_type=BigInteger)
    archive: str
    since: str
    """Rows that the feed dates earlier were left out (ISO 8601); empty: none were."""
    started_at: datetime
    finished_at: datetime | None
    mark: str
    read: int
    accepted: int
    duplicate: int
    quarantined: int


class SightingRow(Base, table=True):
    """A row of a feed that matched."""

    __tablename__ = "sighting"
    __table_args__ = (
        UniqueConstraint("reading_id", "line", "value"),
        Index(None, "candidate_id", "value"),
        Index(None, "value"),
    )

    id: int | None = Field(None, primary_key=True)
    candidate_id: int = Field(foreign_key="candidate.id")
    reading_id: int = Field(foreign_key="reading.id")
    line: int = Field(sa_type=LARGE)
    value: str
    seen_at: datetime


class NumberSightingRow(Base, table=True):
    """One report of a phone number. All are kept: they corroborate each other later."""

    __tablename__ = "number_sighting"
    __table_args__ = (UniqueConstraint("feed", "key"), Index(None, "number", "seen_at"))

    id: int | None = Field(None, primary_key=True)
    reading_id: int = Field(foreign_key="reading.id")
    number: str
    feed: str
    key: str
    line: int = Field(sa_type=LARGE)
    seen_at: datetime
    role: Role = Field(sa_type=by_value(Role))
    role_from: str
    subject: str
    robocall: bool | None
    source: str
    place: str
    reports: int
    pool: str
    corroborates: bool
    evidence: list[dict[str, Any]] = Field(sa_type=JSON)
    dated: bool


class CarrierRow(Base, table=True):
    """The company that a person took for the holder of blocks of numbers."""

    __tablename__ = "carrier"

    holder: str = Field(primary_key=True)
    frn: str
    name: str
    reason: str
    actor: str
    chosen_at: datetime


class QuarantinedRow(Base, table=True):
    """A row of a feed that could not be used, as it came."""

    __tablename__ = "quarantined"
    __table_args__ = (Index(None, "reading_id", "line"), Index(None, "feed"))

    id: int | None = Field(None, primary_key=True)
    reading_id: int = Field(foreign_key="reading.id")
    feed: str
    line: int = Field(sa_type=LARGE)
    reason: str
    raw: bytes = Field(sa_type=LargeBinary)
    sha256: str
    at: datetime


class RunRow(Base, table=True):
    """One run over one source of a feed: what it brought, and what its health was judged by."""

    __tablename__ = "run"
    __table_args__ = (Index(None, "feed", "location", "id"),)

    id: int | None = Field(None, primary_key=True)
    feed: str
    location: str
    started_at: datetime
    finished_at: datetime | None
    status: str
    """`running`, `ok`, `held`, `failed` or `skipped`; one that is still `running` without a lease was killed."""
    problem: str
    read: int
    accepted: int
    duplicate: int
    quarantined: int
    size: int = Field(sa_type=BigInteger)
    newest: datetime | None
    suffixes: dict[str, int] = Field(sa_type=JSON)
    sha256: str
    shape: str
    behind: int = Field(sa_type=BigInteger)


class MarkRow(Base, table=True):
    """Where a feed that keeps rows goes on the next night."""

    __tablename__ = "feed_mark"

    feed: str = Field(primary_key=True)
    mark: str
    moved_at: datetime


class ValidatorRow(Base, table=True):
    """What a server said to ask with next time, and what was read of the body that it said it of."""

    __tablename__ = "validator"

    feed: str = Field(primary_key=True)
    url: str = Field(primary_key=True)
    etag: str
    last_modified: str
    reading_id: int = Field(foreign_key="reading.id")


class HostRow(Base, table=True):
    """When a host may be asked again: our own rate, or what it asked for."""

    __tablename__ = "host"

    name: str = Field(primary_key=True)
    free_at: datetime
    slower: int = Field(0, sa_column_kwargs={"server_default": sa_text("0")})
    """How often its rate was halved because it said that we ask too much."""


class LookRow(Base, table=True):
    """One look at one target, and what it came to."""

    __tablename__ = "look"
    __table_args__ = (Index(None, "candidate_id", "id"), Index(None, "subject"), NEVER_REUSED)

    id: int | None = Field(None, primary_key=True)
    candidate_id: int | None = Field(None, foreign_key="candidate.id")
    subject: str
    url: str
    depth: str
    begun: datetime
    ended: datetime
    operator: str
    verdict: Verdict = Field(sa_type=by_value(Verdict))
    brand: str
    score: float
    reasons: list[dict[str, Any]] = Field(sa_type=JSON)
    calibrated: bool
    liveness: Liveness = Field(sa_type=by_value(Liveness))
    manifest: str
    """The sha256 of the file that lists all that the look brought."""
    clock: dict[str, Any] = Field(sa_type=JSON)


class FindingRow(Base, table=True):
    """One fact that a look observed, or that it could not be observed."""

    __tablename__ = "finding"
    __table_args__ = (Index(None, "look_id"), Index(None, "kind", "look_id"))

    id: int | None = Field(None, primary_key=True)
    look_id: int = Field(foreign_key="look.id")
    kind: str
    source: str
    observed_at: datetime
    outcome: Outcome = Field(sa_type=by_value(Outcome))
    text: str
    data: dict[str, Any] = Field(sa_type=JSON)
    sha256: str
    vantage: str


class EvidenceRow(Base, table=True):
    """Bytes that a look brought; they lie in a file that has their sha256 as its name."""

    __tablename__ = "evidence"
    __table_args__ = (Index(None, "look_id"), Index(None, "sha256", "id"), NEVER_REUSED)

    id: int | None = Field(None, primary_key=True)
    look_id: int = Field(foreign_key="look.id")
    sha256: str
    sha512: str
    size: int = Field(sa_type=BigInteger)
    media_type: str
    url: str
    acquired_at: datetime
    tool: str
    vantage: str
    operator: str
    note: str


class WatchRow(Base, table=True):
    """Whether a target is still there by all looks at it, and when it is looked at again."""

    __tablename__ = "watch"
    __table_args__ = (Index(None, "due_at"),)

    candidate_id: int = Field(primary_key=True, foreign_key="candidate.id", sa_column_kwargs={"autoincrement": False})
    liveness: Liveness = Field(sa_type=by_value(Liveness))
    standing: str
    since: datetime
    due_at: datetime | None
    looked_at: datetime | None
    looks: int
    first_live: datetime | None
    last_live: datetime | None


class EventRow(Base, table=True):
    """One row of the one log. Triggers refuse to change or delete it; `log.py` writes and verifies it."""

    __tablename__ = "event"

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime
    actor: str
    proof: str
    act: str
    thing: str = Field(index=True)
    reason: str
    detail: str = Field(sa_type=Text)
    """Canonical JSON, kept as the text that was hashed."""
    prev_hash: str
    hash: str


class ReportRow(Base, table=True):
    """One abuse report: what people said about it, and how far it went. Its text is rendered until it is frozen."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("candidate_id", "recipient", "purpose", "round"),
        Index(None, "state", "due_at"),
        Index(None, "recipient", "tried_at"),
        Index(None, "parent_id"),
        Index(None, "message_id"),
        Index(None, "token"),
        Index(None, "ticket"),
        NEVER_REUSED,
    )

    id: int | None = Field(None, primary_key=True)
    candidate_id: int = Field(foreign_key="candidate.id")
    state: ReportState = Field(sa_type=by_value(ReportState))
    revision: int = Field(0, sa_column_kwargs={"server_default": sa_text("0")})
    """Counts the changes: whoever changes what somebody else changed meanwhile is told so."""
    kind: str
    channel: Channel = Field(Channel.EMAIL, sa_type=by_value(Channel), sa_column_kwargs={"server_default": "email"})
    recipient: str
    """One mail address; for another channel the name of the desk; empty while it is not known."""
    desk: str = Field("", sa_column_kwargs={"server_default": ""})
    """The desk of the list that it goes to; empty for a contact that is in no list."""
    purpose: str
    template: str
    note: str
    fields: dict[str, Any] = Field(sa_type=JSON)
    vouched: dict[str, Any] = Field(sa_type=JSON, sa_column_kwargs={"server_default": sa_text("'{}'")})
    """Who vouches for a contact that is in no list, and since when: `by`, `at`."""
    authors: list[str] = Field(sa_type=JSON, sa_column_kwargs={"server_default": sa_text("'[]'")})
    """Who drafted it or changed it: none of them approves it."""
    token: str = Field("", sa_column_kwargs={"server_default": ""})
    """A random UUID (32 hexadecimal digits), by which recipients name it; it says nothing about the case."""
    sha256: str = Field("", sa_column_kwargs={"server_default": ""})
    """Of the frozen bytes, which lie in `outbox/`; empty while they are not frozen."""
    message_id: str = Field("", sa_column_kwargs={"server_default": ""})
    frozen_at: datetime | None
    due_at: datetime | None
    """When a queued report may go out."""
    holder: str = Field("", sa_column_kwargs={"server_default": ""})
    """The process that sends it, or sent it last."""
    tried_at: datetime | None
    answer: str = Field("", sa_column_kwargs={"server_default": ""})
    """What the mail server said last, or why nothing was sent."""
    ticket: str = Field("", sa_column_kwargs={"server_default": ""})
    sent_at: datetime | None
    handed_at: datetime | None
    """When its bytes were handed out as a file, for a person to send."""
    created_at: datetime
    updated_at: datetime
    round: int = Field(1, sa_column_kwargs={"server_default": sa_text("1")})
    """Counts the reports on a target to one recipient for one purpose: what came back is reported anew."""
    parent_id: int | None = Field(None, foreign_key="report.id")
    """The report that this one reminds of, escalates, withdraws or closes."""
    rung: str = Field("", sa_column_kwargs={"server_default": ""})
    """Of an escalation: the step of the ladder."""
    climbed: list[str] = Field(sa_type=JSON, sa_column_kwargs={"server_default": sa_text("'[]'")})
    """The steps of its ladder for which a report was drafted."""
    held_from: str = Field("", sa_column_kwargs={"server_default": ""})
    """Of a held one: the state that it had."""
    state_since: datetime
    acknowledged_at: datetime | None
    blocked_at: datetime | None
    claimed_at: datetime | None
    content_down_at: datetime | None
    dns_hold_at: datetime | None
    verified_at: datetime | None
    recovered_at: datetime | None


class ApprovalRow(Base, table=True):
    """One person's yes to exact bytes for one recipient. An edit voids it, and so does time."""

    __tablename__ = "approval"
    __table_args__ = (Index(None, "report_id", "id"), NEVER_REUSED)

    id: int | None = Field(None, primary_key=True)
    report_id: int = Field(foreign_key="report.id")
    sha256: str
    recipient: str
    approver: str
    proof: str
    accepted: list[str] = Field(sa_type=JSON)
    """The warnings that the person ticked."""
    alone: bool
    """Given by the author: only where one person is the whole team."""
    counts: bool
    """Whether it lets the report go; the first look of a team of one does not."""
    at: datetime
    until: datetime
    voided_at: datetime | None
    voided_why: str


class PersonRow(Base, table=True):
    """Somebody who may act. Who leaves is locked and kept, for the log names him."""

    __tablename__ = "person"

    name: str = Field(primary_key=True)
    roles: list[str] = Field(sa_type=JSON)
    password: str
    """Its hash (Argon2id); empty for who has none."""
    added_by: str
    added_at: datetime
    removed_at: datetime | None


class SessionRow(Base, table=True):
    """Somebody who signed in on the web page. It counts only where the log tells of it."""

    __tablename__ = "session"
    __table_args__ = (Index(None, "person", "seen_at"),)

    id: str = Field(primary_key=True)
    """The sha256 of what the browser holds: whoever reads this table cannot sign in with it."""
    person: str
    begun_at: datetime
    seen_at: datetime
    """When it was used last, to the minute."""
    proved_at: datetime
    """When its person gave the password last."""
    ended_at: datetime | None


class AttemptRow(Base, table=True):
    """A password that is being compared at this moment."""

    __tablename__ = "attempt"
    __table_args__ = (Index(None, "name"),)

    id: str = Field(primary_key=True)
    name: str
    at: datetime


class SecondFactorRow(Base, table=True):
    """The secret that a person's authenticator makes codes of (TOTP, RFC 6238)."""

    __tablename__ = "second_factor"

    person: str = Field(primary_key=True)
    sealed: bytes = Field(sa_type=LargeBinary)
    """The secret, encrypted with `people.key` of the state folder."""
    made_at: datetime
    confirmed: bool
    """Whether a right code was typed once; until then it is not asked for."""
    step: int = Field(sa_type=BigInteger)
    """The last step of time whose code was used: no code opens twice."""


class TokenRow(Base, table=True):
    """A key of a person's own with which a script uses the API."""

    __tablename__ = "token"
    __table_args__ = (Index(None, "person"), NEVER_REUSED)

    id: int | None = Field(None, primary_key=True)
    person: str
    name: str
    sha256: str
    """Of the secret part."""
    scopes: list[str] = Field(sa_type=JSON)
    made_at: datetime
    until: datetime
    ended_at: datetime | None


class ConfirmationRow(Base, table=True):
    """A person of the team looked at a desk of the list and says that it is right."""

    __tablename__ = "confirmation"

    desk: str = Field(primary_key=True)
    actor: str
    note: str
    content: str
    """The sha256 of what the list said of the desk then: a change asks again."""
    at: datetime


class OverrideRow(Base, table=True):
    """Two people let reports on a protected target through, for a while."""

    __tablename__ = "override"

    target: str = Field(primary_key=True)
    reason: str
    asked_by: str
    asked_at: datetime
    granted_by: str
    granted_proof: str
    granted_at: datetime | None
    until: datetime | None


class HoldRow(Base, table=True):
    """A target that is left alone for a while: who wants that, why, and until when at most."""

    __tablename__ = "hold"
    __table_args__ = (Index(None, "candidate_id", "ended_at"), Index(None, "ended_at", "until"), NEVER_REUSED)

    id: int | None = Field(None, primary_key=True)
    candidate_id: int = Field(foreign_key="candidate.id")
    report_id: int | None = Field(None, foreign_key="report.id")
    """The report that is disputed."""
    of_hold: int | None = Field(None, foreign_key="hold.id")
    """The dispute of a related target, because of which this one is held too."""
    kind: str
    owner: str
    reason: str
    begun_at: datetime
    until: datetime
    answered_at: datetime | None
    """When whoever disputes it got an answer."""
    ended_at: datetime | None
    ended_by: str
    ended_why: str
    finding: str
    """Of a dispute: whether the report was `wrong` or `right`; empty while nobody decided."""


class ReplyRow(Base, table=True):
    """A mail that answers a report: what it suggests, and what a person made of that. It changes nothing by itself."""

    __tablename__ = "reply"
    __table_args__ = (
        UniqueConstraint("digest"),
        Index(None, "report_id", "id"),
        Index(None, "state", "read_at"),
        NEVER_REUSED,
    )

    id: int | None = Field(None, primary_key=True)
    report_id: int | None = Field(None, foreign_key="report.id")
    digest: str
    """The sha256 of the mail as it came; the sealed bytes lie under it in `inbox/`."""
    message_id: str
    kind: str
    sender_domain: str
    authentication: str
    matched_by: str
    suggests: str
    why: str
    state: str
    """`open`, `accepted` or `dismissed`."""
    decided_by: str
    tickets: list[str] = Field(sa_type=JSON)
    doubts: list[str] = Field(sa_type=JSON)
    text: str = Field(sa_type=Text)
    """What the sender wrote, with personal data masked."""
    read_at: datetime
    sent_at: datetime | None
    decided_at: datetime | None


class SignRow(Base, table=True):
    """What a candidate shows of its makers, as the findings of the looks say; made anew from them at any time."""

    __tablename__ = "sign"
    __table_args__ = (UniqueConstraint("candidate_id", "kind", "value"), Index(None, "kind", "value"))

    id: int | None = Field(None, primary_key=True)
    candidate_id: int = Field(foreign_key="candidate.id")
    kind: str
    value: str
    first_at: datetime
    last_at: datetime
    evidence: str
    """The sha256 of the item that proves it."""
    look_id: int | None = Field(None, foreign_key="look.id")
    """The look that saw it last."""


class CampaignRow(Base, table=True):
    """Cases and candidates that belong to the same makers. Its members and its course stand in the log too."""

    __tablename__ = "campaign"

    id: str = Field(primary_key=True)
    formed_at: datetime
    gone_at: datetime | None
    successors: list[str] = Field(sa_type=JSON)
    """Of one that is gone: the campaigns that took its place."""


class MemberRow(Base, table=True):
    """Which campaign a candidate belongs to."""

    __tablename__ = "member"
    __table_args__ = (Index(None, "campaign_id"),)

    candidate_id: int = Field(primary_key=True, foreign_key="candidate.id", sa_column_kwargs={"autoincrement": False})
    campaign_id: str = Field(foreign_key="campaign.id")
    since: datetime


class RulingRow(Base, table=True):
    """A person cut or added a link between candidates."""

    __tablename__ = "ruling"
    __table_args__ = (Index(None, "ended_at"), NEVER_REUSED)

    id: int | None = Field(None, primary_key=True)
    act: str
    """`cut` or `add`."""
    kind: str
    value: str
    """Of a cut: the sign that links nobody."""
    case_id: int | None = Field(None, foreign_key="candidate.id")
    """Of a cut: the only candidate for which it does not count. Of an added link: one end."""
    other_id: int | None = Field(None, foreign_key="candidate.id")
    reason: str
    actor: str
    at: datetime
    ended_at: datetime | None
    ended_by: str


class PacketRow(Base, table=True):
    """A packet for an agency: what is in it, its seal, and who let it go. Its file lies in `packets/`."""

    __tablename__ = "packet"
    __table_args__ = (Index(None, "built_at"),)

    id: str = Field(primary_key=True)
    state: str
    """`built` or `released`."""
    agency: str
    purpose: str
    cases: list[int] = Field(sa_type=JSON)
    campaigns: list[str] = Field(sa_type=JSON)
    outs: list[str] = Field(sa_type=JSON)
    """The folders that a release writes to."""
    name: str
    """Of the file."""
    sha256: str
    size: int = Field(sa_type=BigInteger)
    hold_days: int
    locked_to: str
    """The age recipient that it is encrypted to; empty: to none."""
    builders: list[str] = Field(sa_type=JSON)
    """Who built it: none of them lets it go."""
    built_at: datetime
    released_by: str
    released_proof: str
    released_at: datetime | None


class OutcomeRow(Base, table=True):
    """What an agency said or asked after a packet, and what is due."""

    __tablename__ = "outcome"
    __table_args__ = (Index(None, "packet_id"), Index(None, "done_at", "due_at"), NEVER_REUSED)

    id: int | None = Field(None, primary_key=True)
    packet_id: str = Field(foreign_key="packet.id")
    kind: str
    ref: str
    """The agency's own number."""
    note: str
    at: datetime
    actor: str
    due_at: datetime | None
    done_at: datetime | None
    done_by: str


class OverlapRow(Base, table=True):
    """A comparison with another brand, before anything is shared. Its key is a file, and is destroyed at its end."""

    __tablename__ = "overlap"

    id: str = Field(primary_key=True)
    partner: str
    purpose: str
    side: str
    """`A` for who began it, `B` for who answers."""
    cases: list[int] = Field(sa_type=JSON)
    begun_by: str
    begun_at: datetime
    compared: int
    """How often it was compared."""
    common: int
    """What the last comparison found in common."""
    ended_by: str
    ended_at: datetime | None


class LeaseRow(Base, table=True):
    """Who is at work on what, and until when."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True)
    holder: str
    expires_at: datetime


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


CANDIDATE = _table("candidate")
CLAIM = _table("claim")
MATCH = _table("match")
READING = _table("reading")
SIGHTING = _table("sighting")
NUMBER_SIGHTING = _table("number_sighting")
CARRIER = _table("carrier")
QUARANTINED = _table("quarantined")
EVENT = _table("event")
REPORT = _table("report")
APPROVAL = _table("approval")
PERSON = _table("person")
SESSION = _table("session")
ATTEMPT = _table("attempt")
SECOND_FACTOR = _table("second_factor")
TOKEN = _table("token")
CONFIRMATION = _table("confirmation")
OVERRIDE = _table("override")
HOLD = _table("hold")
REPLY = _table("reply")
SIGN = _table("sign")
CAMPAIGN = _table("campaign")
MEMBER = _table("member")
RULING = _table("ruling")
PACKET = _table("packet")
OUTCOME = _table("outcome")
OVERLAP = _table("overlap")
LEASE = _table("lease")
RUN = _table("run")
MARK = _table("feed_mark")
VALIDATOR = _table("validator")
HOST = _table("host")
LOOK = _table("look")
FINDING = _table("finding")
EVIDENCE = _table("evidence")
WATCH = _table("watch")


def thing(table: Table) -> ColumnElement[str]:
    """Return how the log names a row of a table: `look:12`."""
    return literal(f"{table.name}:").concat(cast(table.c.id, String))
