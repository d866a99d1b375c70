"""All that a packet tells, as frozen values: what is written from them is pure, and the same for the same values.

Times are aware and in UTC. No text of a person of the team stands in it but the purpose and what was typed for this
packet: reasons, notes and mails may hold personal data of victims.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from scamhunt.referral.agencies import Agency


@dataclass(frozen=True, slots=True)
class Sender:
    """Who hands over."""

    org: str
    email: str
    authority: str = ""
    """Why it may speak for the brands, a sentence."""
    contact: str = ""
    """Who testifies, or may be asked: as it was typed for this packet."""


@dataclass(frozen=True, slots=True)
class Marking:
    """Who may see it (TLP 2.0), and what may be done with it (PAP): `AMBER+STRICT` and `AMBER` by default."""

    tlp: str = "AMBER+STRICT"
    pap: str = "AMBER"


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand that is impersonated."""

    id: str
    name: str
    domains: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class NameFacts:
    """What is known of a domain name."""

    registrar: str = ""
    registrar_id: str = ""
    registered: datetime | None = None
    statuses: Sequence[str] = ()
    name_servers: Sequence[str] = ()
    addresses: Sequence[str] = ()
    networks: Sequence[str] = ()
    """`192.0.2.0/24 Example Hosting (SE)`."""
    certificate: str = ""
    """SHA-256 of the leaf, hexadecimal."""
    url: str = ""
    """What was opened, without query and fragment."""
    title: str = ""
    asks: Sequence[str] = ()
    """What its forms ask for."""
    verdict: str = ""
    liveness: str = ""
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NumberFacts:
    """What is known of a phone number."""

    role: str = ""
    type: str = ""
    holder: str = ""
    """Of its block, as the table at hand says."""
    holder_code: str = ""
    """Its OCN or the like."""
    resporg: str = ""
    step: str = ""
    """The step of the ladder on which the holder was found."""
    as_of: str = ""
    """The date of the table."""
    reports: int = 0
    """How many people reported it, as far as the sources say."""
    sources: int = 0
    """Independent sources."""
    flags: Sequence[str] = ()
    banded: str = ""
    """Of a partner's number in a joint referral: `reports` as the band that he told, and then that is 0."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """One case: a name or number that a person confirmed."""

    id: int
    indicator: str
    kind: str
    """`domain`, `url` or `phone`."""
    brand: str
    """The id of a `Brand`."""
    state: str
    score: float
    reasons: Sequence[str]
    """In words, the heaviest first."""
    first_seen: datetime
    last_seen: datetime
    confirmed_at: datetime | None
    campaign: str = ""
    """The id of its campaign, empty for a lone case."""
    name: NameFacts | None = None
    number: NumberFacts | None = None
    partner: str = ""
    """Of a partner's case in a joint referral: his own number for it, `B-3`; its score is not told, and is 0."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """One thing that a case shows of its makers, or the case itself."""

    case: int
    kind: str
    """`domain`, `number`, `tracker`, `certificate`, `address`, ...: as of `campaigns.kinds`."""
    value: str
    role: str
    """What it is to the case: `target`, `callback`, `shown on the page`, `hosts it`, ..."""
    first_at: datetime
    last_at: datetime
    source: str
    """Who says so: `page`, `dns`, `rdap`, `tls`, `reports`."""
    exhibit: str = ""
    """The exhibit that proves it: `EX-0003`."""
    attribution: str = "used by whoever made the page; nothing is said of who that is"


@dataclass(frozen=True, slots=True)
class LinkFact:
    """Why two cases belong together."""

    one: int
    other: int
    reasons: Sequence[str]
    """`both show the number +18055550142`."""
    weight: float
    exhibits: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """A group of cases that belong to the same unknown actors: a campaign, or a lone case."""

    id: str
    """`S-1`, in the order of the packet."""
    campaign: str
    """Its id, empty for a lone case."""
    cases: Sequence[int]
    links: Sequence[LinkFact] = ()
    holds_by: Sequence[str] = ()
    """Single links without which it falls apart, in words."""
    rulings: int = 0
    """How many links an analyst cut or added."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of the timeline."""

    at: datetime
    case: int
    what: str
    """In words: `first seen by a source`, `reported to registrar Example Registrar`, `seen down`."""
    source: str
    exhibit: str = ""


@dataclass(frozen=True, slots=True)
class ReportFact:
    """One abuse report that was sent on a case."""

    id: int
    case: int
    recipient: str
    """The desk's name, or its mailbox's domain."""
    kind: str
    purpose: str
    state: str
    sent_at: datetime | None
    acknowledged_at: datetime | None = None
    down_at: datetime | None = None
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class HoldFact:
    """A case that is left alone for law enforcement."""

    case: int
    kind: str
    begun_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people or an amount, by place or source, with how it was counted."""

    what: str
    """`reports of the number`, `victims`, `loss`."""
    where: str
    """Jurisdiction, or the source that counts; empty: all."""
    count: str
    """Digits, a band (`10-49`), or `fewer than 5`."""
    unit: str
    """`reports`, `people`, `USD`."""
    method: str
    """How it was counted, and what it is not."""
    subject: str = ""


AT_PARTNER = "held by the partner: its hash alone is told"
"""Why the bytes of a partner's exhibit are not in the packet."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One file of evidence, or one that is withheld."""

    number: str
    """`EX-0001`, in the order of the packet."""
    root: str
    """The exhibit that it was made from (a stamped copy of a screenshot); its own number otherwise."""
    case: int
    evidence: int
    """The number of the item in our store."""
    look: int
    path: str
    """Below `data/`, `/` between folders; empty where it is withheld."""
    what: str
    """In words: `screenshot`, `page as it came`."""
    media_type: str
    size: int
    sha256: str
    sha512: str
    acquired_at: datetime
    tool: str
    operator: str
    """A stable pseudonym of who took it: `operator 1`, `system`. Names are given on process."""
    url: str
    """Where it came from, without query and fragment."""
    vantage: str = ""
    note: str = ""
    withheld: str = ""
    """Why its bytes are not in the packet; empty: they are."""
    clock: str = ""
    """How far the clock of the look could be trusted, in words."""


@dataclass(frozen=True, slots=True)
class Handled:
    """One row of the log that has to do with an exhibit or its case."""

    seq: int
    at: datetime
    actor: str
    """A pseudonym, as of `Exhibit.operator`."""
    proof: str
    act: str
    thing: str
    exhibits: Sequence[str]
    purpose: str
    """In words, what that act is: `taken`, `verified`, `copied out`, `handed over`."""
    prev_hash: str
    hash: str
    """Of the whole row, which also holds what a person wrote: that stays with the sender."""


@dataclass(frozen=True, slots=True)
class Shared:
    """One identifier in the overlap of a joint referral."""

    kind: str
    value: str
    side: str
    """`A`, `B` or `both`."""
    first_a: datetime | None = None
    first_b: datetime | None = None
    evidence_a: Sequence[str] = ()
    """Hashes or exhibit numbers."""
    evidence_b: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Redaction:
    """What was left out, by which rule, how often."""

    field: str
    rule: str
    count: int


@dataclass(frozen=True, slots=True)
class Joint:
    """The other side of a joint referral."""

    id: str
    a: str
    """The organisations."""
    b: str
    overlap: Sequence[Shared] = ()
    legal_basis: str = ""
    retention: str = ""


@dataclass(frozen=True, slots=True)
class Dossier:
    """All of it. Lists are sorted as they are to be printed."""

    packet: str
    """The packet's id, which stands on every page: `p-3f9a12cd04e1`."""
    day: str
    """The day of the packet, YYYY-MM-DD: the Bagging-Date, the date of the letter."""
    as_of: datetime
    """The newest moment that anything in it tells of."""
    agency: Agency
    purpose: str
    sender: Sender
    tool: str
    """`scamhunt 0.9.0`."""
    brands: Sequence[Brand]
    subjects: Sequence[Subject]
    cases: Sequence[CaseFacts]
    identifiers: Sequence[Identifier]
    timeline: Sequence[Moment]
    reports: Sequence[ReportFact]
    holds: Sequence[HoldFact]
    counts: Sequence[Count]
    exhibits: Sequence[Exhibit]
    custody: Sequence[Handled]
    log_head: tuple[int, str]
    """Number and hash of the last row of the log that the custody rests on."""
    marking: Marking = Marking()
    offences: str = ""
    """What is alleged, in plain words, as typed for this packet."""
    redactions: Sequence[Redaction] = ()
    joint: Joint | None = None
    settings: Sequence[tuple[str, str]] = field(default_factory=tuple)
    """What the certificate says of the process: time source, browser profiles, versions; name and value."""

    def case(self, number: int) -> CaseFacts:
        """Return a case by its number."""
        return next(one for one in self.cases if one.id == number)

    def exhibit(self, sha256: str) -> str:
        """Return the number of the first exhibit with this hash, empty where there is none."""
        return next((one.number for one in self.exhibits if one.sha256 == sha256), "")
