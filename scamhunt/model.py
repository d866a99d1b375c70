"""The frozen values that travel between the stages.

Where millions of rows pass, a value is a batch of columns (`Batch`, `indicators.domain.Names`); a Python object exists
only for the few that match.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

BATCH_ROWS = 50_000
"""A batch has at most so many rows: memory stays flat, a kill loses little."""

CONFIGURED = "configured:"
"""As the URL of a `Fetch`: the path or URL that the team set for this feed, or that was given with `--feed`, else
`Feed.address`. A path may follow: `configured:/downloads/links` is that path at the same host."""

LOGIN = "login:"
"""The same for `Feed.login`, where a source logs its readers in at another host."""


class Kind(StrEnum):
    """What an indicator is."""

    DOMAIN = "domain"
    URL = "url"
    PHONE = "phone"


class Role(StrEnum):
    """What a number was to whoever reported it. It decides what may be done: see `takedown/roles.py`."""

    CALLBACK = "callback"
    """Shown to victims: "call us". Whoever shows it holds it."""
    CALLER_ID = "caller_id"
    """Shown on the victim's phone. Mostly forged: it belongs to somebody innocent."""
    SMS_SENDER = "sms_sender"
    """The sender of a text message."""
    UNKNOWN = "unknown"
    """Nobody said. Treated as `CALLER_ID` wherever something follows from it."""


class State(StrEnum):
    """Where a candidate stands. `triage.py` has the transitions."""

    NEW = "new"
    """Found by a sweep; nobody has judged it yet."""
    WATCHED = "watched"
    """Looks like the brand but does no harm yet: looked at again."""
    CONFIRMED = "confirmed"
    """A person says that it impersonates the brand: a case."""
    DISMISSED = "dismissed"
    """A person says that it does not: it no longer waits for anybody."""
    CLOSED = "closed"
    """It was a case and it is over. A return reopens it."""


WERE_CASES = (State.CONFIRMED, State.CLOSED)
"""What a person confirmed: nothing else is named in a report on something else, or handed to an agency."""


class ReportState(StrEnum):
    """Where an abuse report stands. `takedown/steps.py` has the transitions."""

    DRAFT = "draft"
    """Rendered from what is known now; nobody was asked to approve it."""
    REVIEW = "review"
    """Its bytes are frozen and wait for a second person."""
    APPROVED = "approved"
    """A second person approved exactly these bytes for exactly this recipient."""
    QUEUED = "queued"
    """It goes out once the time to take it back is over."""
    SENDING = "sending"
    """A connection is open, or was when the machine stopped."""
    SENT = "sent"
    """The mail server, or whoever handed it in, said that it was taken."""
    FAILED = "failed"
    """It surely was not taken."""
    UNKNOWN = "unknown"
    """It may have been taken or not: a person finds out. It is never sent again by itself."""
    ACKNOWLEDGED = "acknowledged"
    """The recipient said that it has it."""
    FORWARDED = "forwarded"
    """The recipient passed it on."""
    ACTIONED = "actioned"
    """The recipient says that it acted."""
    DECLINED = "declined"
    """The recipient says that it will not act."""
    NO_ANSWER = "no_answer"
    """Nobody answered for too long."""
    VERIFIED_DOWN = "verified_down"
    """We observed that it is gone."""
    RELAPSED = "relapsed"
    """It was gone, and we observed that it is back."""
    HELD = "held"
    """Somebody asked to leave it alone for a while."""
    WITHDRAWN = "withdrawn"
    """It is not sent, or was taken back. A new draft takes its place."""


class Channel(StrEnum):
    """The way on which a recipient takes reports."""

    EMAIL = "email"
    FORM = "form"
    """A page with fields that a person fills in."""
    API = "api"
    """A JSON request that a person sends with a key of the team's."""
    PORTAL = "portal"
    """A page behind a log-in."""


class PersonRole(StrEnum):
    """What a person is there for. `access.py` says what each may do; none contains another."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    APPROVER = "approver"
    INVESTIGATOR = "investigator"
    AUDITOR = "auditor"
    ADMIN = "admin"


# --- gather -----------------------------------------------------------------------------------------------------------


class Keeps(StrEnum):
    """What the archive keeps of a feed."""

    BODY = "body"
    """The bytes as they came. Bytes that were read before are duplicates."""
    ROWS = "rows"
    """The rows that the crawler made of them: for what is too large to keep, or may not be kept. Such a feed has a
    place from night to night, its mark."""


@dataclass(frozen=True, slots=True)
class Feed:
    """The facts about a source; stands on top of its crawler as `FEED`."""

    name: str
    publisher: str
    homepage: str
    terms: str
    """What the publisher allows, in a few words."""
    kind: Kind
    schedule: str
    """When a new body can be expected: a cron expression, UTC."""
    needs_key: bool
    rows_a_day: tuple[int, int]
    """The fewest and the most rows that a day brings when all is well."""
    verified_on: str
    """The date of the source that was read, YYYY-MM-DD."""
    how: str
    """`documented` or `tried`."""
    address: str = ""
    """Where `CONFIGURED` leads while the team sets nothing; empty: the team has to name it."""
    login: str = ""
    """Where `LOGIN` leads while the team sets nothing."""
    keys: tuple[str, ...] = ()
    """Names of the team's keys that it needs, as set in `SCAMHUNT_KEYS`; a crawler writes `{key:NAME}` for one."""
    commercial: bool = True
    """Whether the terms allow commercial use. If not, the feed is off until the team accepts its terms by name."""
    keeps: Keeps = Keeps.BODY
    rate: float = 1.0
    """Requests a second to one host, on average."""
    corroborates: bool = False
    """Whether its rows name no brand: they lift what other evidence ties to a brand, and never make a candidate."""
    pool: str = ""
    """Feeds of one pool hear of the same calls: of them the one that heard most counts, never their sum."""
    columns: tuple[str, ...] = ()
    """The columns of a table, or the keys of a JSON object, by which a file of this feed is known from others."""
    max_age_days: int = 7
    """From so many days without anything new on, the source is taken for dead."""
    max_download: int = 0
    """Bytes of one body as it comes, where it may be more than the setting of that name allows."""
    max_content: int = 0
    """Bytes of one body unwrapped, likewise."""
    max_seconds: float = 0
    """Seconds of one download, likewise."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """What a crawler asks the framework to fetch.

    `{key:NAME}` in the address, a header or a value of `json` is replaced by the team's key: a crawler never sees one.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, str] | None = None
    """Sent as a JSON object with POST."""
    keep: bool = True
    """False for what is no list: a log-in, an index page. Not archived, and no reading of its own."""
    raw: bool = False
    """Bytes that are no list: unpacked only where Content-Encoding says so."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the framework brings: complete, verified and unwrapped."""

    url: str
    status: int
    headers: Mapping[str, str]
    sha256: str
    """Of the bytes as they came, wrapping included."""
    chunks: Iterable[bytes]
    """The content without gzip or zip, in pieces of at most a few hundred KB. Can be read once."""
    mark: str = ""
    """The mark of the last batch of these bytes that was stored, when a run was stopped in the middle of them."""
    options: Mapping[str, str] = field(default_factory=dict)
    """What the team set for tables of its own: `region`, and by `number`, `role`, `text`, `seen_at`, `source` the name
    of the column that holds it."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A whole list that a crawler wants to be compared with the one of the last time; it is sent the `Difference`."""

    name: str
    """Which list of the feed: 1 to 64 of a-z, 0-9 and -."""
    before: str
    """`Difference.id` of the last time; empty at the first."""
    values: Iterable[Sequence[bytes]]
    """The list in pieces of any size and in any order, duplicates included; a value has no line end and no NUL."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a list has that it had not the last time."""

    id: str
    """Goes into the mark of the last batch, and comes back as `Snapshot.before`."""
    size: int
    """Distinct values of the list."""
    before: int
    """Distinct values of the last time; 0 at the first."""
    new: Iterable[Sequence[bytes]]
    """The new values, sorted, in pieces of at most `BATCH_ROWS`. Can be read once. At the first time: all."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a crawler has to tell of its source, besides rows."""

    text: str
    """A sentence for a person: what, where, and what to do."""
    held: bool = False
    """Whether the feed is not to be believed as a whole: it is reported as held, while its other parts go on."""
    behind: int = 0
    """Rows that are known to wait at the source and were not read this time."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be used: it goes to the quarantine."""

    line: int
    raw: bytes
    """As it came, cut at `lists.RAW_LIMIT` bytes; of a feed of numbers masked (`indicators.masking`)."""
    reason: str
    sha256: str = ""
    """Of the row as it came, where `raw` is masked."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a row of a feed states about its number, besides the number. No words of it are ever stored."""

    role: Role = Role.UNKNOWN
    role_from: str = ""
    """How the role is known, in a few words of ours: `column role`, `what the phone showed`."""
    text: str = ""
    """Free words, in which a brand is looked for; then forgotten."""
    brand: str = ""
    """The brand, where the report has a place of its own for it; looked up like the words, then forgotten."""
    subject: str = ""
    """One of the feed's own fixed subjects, never free words."""
    robocall: bool | None = None
    source: str = ""
    """Who speaks, where a feed has several voices; kept as a salted hash only."""
    place: str = ""
    """Where it was reported from: an area code, nothing nearer."""
    reports: int = 1
    """How many reports the row stands for, as it says itself."""
    region: str = ""
    """Country of a number that is written without one (ISO 3166)."""
    ref: str = ""
    """What tells this report from one that is else the same: an id, a time. Only ever part of a hash."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one feed as columns, all of one length, with the mark that is right once they are stored."""

    mark: str
    values: Sequence[str]
    lines: Sequence[int]
    """Line numbers in the content, from 1."""
    seen_at: Sequence[datetime | None]
    """When the feed says that the value appeared, aware, UTC; None where it does not say."""
    rejected: tuple[Rejected, ...] = ()
    schema: str = ""
    """The format that was found, so that a change shows: `plain`, `hosts`, `csv domain,when`."""
    location: str = ""
    """Of a feed that keeps rows: where they came from."""
    kinds: Sequence[Kind] = ()
    """What each value is; empty where all are of the feed's kind."""
    statements: Sequence[Statement] = ()
    """Of numbers: what else each row states; empty where none does."""

    @property
    def rows(self) -> int:
        """How many rows claimed to be data."""
        return len(self.values) + len(self.rejected)


Crawl = Generator[Fetch | Snapshot | Batch | Notice, Any, None]
"""What a crawler's `crawl(mark)` returns: a `Fetch` that it yields is answered by a `Reply`, a `Snapshot` by a
`Difference`; `Batch` and `Notice` have no answer. What fails outside is raised at the `yield`, as `OutsideError` or
`Refused`: a crawler of many parts may catch it and go on with the next."""


@dataclass(frozen=True, slots=True)
class Example:
    """A crawler's own example: what the source serves and what must come out. Stands in `EXAMPLES`."""

    body: bytes
    """What the first `Fetch` brings, where `replies` does not have its address."""
    values: tuple[str, ...]
    rejected: tuple[tuple[int, str], ...] = ()
    """Line number and a word that the reason contains."""
    replies: Mapping[str, bytes] = field(default_factory=dict)
    """Further bodies by address; an address that is in neither fails."""
    mark: str = ""
    """Where the crawler begins."""
    snapshots: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict)
    """`Snapshot.before` and the list that it stands for."""
    notices: tuple[str, ...] = ()
    """A word of each `Notice`."""
    roles: tuple[Role, ...] = ()
    """Of numbers: the role of each value, where the example is to show it."""


# --- score ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Brand:
    """Who is impersonated. One `[[brand]]` of a brand pack; the fields are those of the pack."""

    id: str
    name: str
    domains: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    sector: str = ""
    countries: tuple[str, ...] = ()
    lures: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] | None = None
    """Words of this brand that are also ordinary words and need support; None: derived from word frequency."""
    inbound_only: tuple[str, ...] = ()
    authority: str = ""
    authority_ref: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a match has its score: a signal, its weight (log-odds) and the sentence for a person."""

    signal: str
    weight: float
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """An indicator and the brand that it resembles."""

    row: int
    """The row in the batch that was scored."""
    indicator: str
    """As given: trimmed, a name lower-case; of a URL path and query keep their case."""
    target: str
    """What would be reported: the registrable name, or the tenant on a shared platform."""
    brand: str
    score: float
    """0 to 1, nine decimals."""
    reasons: tuple[Reason, ...]
    """The heaviest first."""
    text: str = ""
    """The name as it reads, U-labels; of a URL with path and query where the brand stands there."""
    span: tuple[int, int] = (0, 0)
    """The part of `text` that is read as the brand's word."""
    word: str = ""
    """The brand's word: lower-case letters and digits."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why the words of one report tie its number to a brand."""

    brand: str
    signal: str
    weight: float
    text: str
    """A sentence for a person. Of the reporter's words it quotes only what reads as the brand's name or a lure."""


@dataclass(frozen=True, slots=True)
class NumberSighting:
    """One report of a number as it is kept: what was stated, without the reporter's words."""

    number: str
    """E.164."""
    feed: str
    key: str
    """Tells reports apart: the same report read twice has one key."""
    line: int
    seen_at: datetime
    role: Role = Role.UNKNOWN
    role_from: str = ""
    subject: str = ""
    robocall: bool | None = None
    source: str = ""
    """A salted hash of who speaks; empty where the feed has one voice."""
    place: str = ""
    reports: int = 1
    pool: str = ""
    corroborates: bool = False
    """Of its feed, see `Feed`."""
    evidence: tuple[Evidence, ...] = ()
    dated: bool = True
    """Whether the report says when it was; else `seen_at` is when it was read."""


# --- people and the log -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and how we know: `proof` is password, token, os_user or asserted; timed jobs are `system`."""

    name: str
    proof: str
    scopes: frozenset[str] | None = None
    """Of a token: names of permissions, all else is not allowed with it; None: whatever the person may do."""


SYSTEM = Actor("system", "os_user")
STRANGER = Actor("stranger", "asserted")
"""Somebody on the web page of whom nothing is known yet."""


@dataclass(frozen=True, slots=True)
class Event:
    """One act, before the log gives it a number and a hash."""

    act: str
    """Dotted, past tense not needed: `candidate.confirm`, `feed.read`, `report.draft`."""
    thing: str
    """What it was done to: `candidate:12`, `feed:nrd_list`."""
    reason: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)
