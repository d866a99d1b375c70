"""The values that a report is made from, and the draft that comes of them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from scamhunt.model import Brand, Channel, Kind, Reason, Role
from scamhunt.takedown.numbers import NOTHING, NumberFacts
from scamhunt.takedown.site import NOTHING_SEEN, Site


@dataclass(frozen=True, slots=True)
class Earlier:
    """A report on the same target that went out before, as an escalation tells of it."""

    kind: str
    recipient: str
    """The desk's name, else the mail address."""
    sent_at: datetime
    proof: str
    """How we know that it was taken: its Message-ID, what the mail server answered, the ticket."""
    became: str
    """What came of it: `no answer`, `acknowledged on ...`."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of a candidate when a report on it is drafted. Times are aware."""

    indicator: str
    kind: str
    brand: Brand
    score: float
    reasons: tuple[Reason, ...]
    first_seen: datetime
    last_seen: datetime
    feeds: tuple[str, ...]
    state: str
    number: NumberFacts = NOTHING
    site: Site = NOTHING_SEEN
    related: tuple[tuple[str, str], ...] = ()
    """Other names or numbers of the same actors, each with the reason for the link."""
    earlier: tuple[Earlier, ...] = ()
    """Of an escalation: what was reported before, the oldest first."""

    @property
    def role(self) -> Role | None:
        """What a number was to those who reported it; None for a name."""
        return self.number.role if self.kind == Kind.PHONE else None


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reports: an organisation and its role mailbox; empty texts while they are not set."""

    org: str = ""
    email: str = ""
    dispute: str = ""
    """Where outsiders dispute a report, a mailbox or an https page; empty: at the role mailbox."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk of `data/recipients.toml`: what its own page or a source says of it."""

    name: str
    kind: str
    """What it is: a kind of recipient (`takedown/kinds.py`)."""
    channel: Channel
    address: str
    """A mail address, or the URL of its form, API or portal."""
    source: str
    """Where that is said."""
    verified_on: str
    """The date of the source, YYYY-MM-DD."""
    how: str
    """`documented`: nobody wrote to it yet."""
    requires: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()
    policy: str = ""
    """The title of the policy that it applies, as it names it itself."""
    policy_url: str = ""
    registrar_ids: tuple[str, ...] = ()
    """IANA numbers of the registrar that it answers for."""
    names: tuple[str, ...] = ()
    """As recognised companies, network holders, carriers or platforms are called that it answers for."""
    domains: tuple[str, ...] = ()
    """Apexes, shorteners, zones of name servers, top-level domains or mailboxes' domains that it answers for."""
    payload: str = ""
    """Of an API: which of our payloads it takes; of a form: which sheet."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A party that can act on a case."""

    kind: str
    name: str
    """For a person: the desk, or the company as the source names it."""
    channel: Channel
    address: str
    """One mail address, or the URL of a form, API or portal; empty while it is not known."""
    yours: str
    """The fact that makes it theirs, as a sentence for the desk: `You are the registrar of record (IANA 9999)...`."""
    source: str
    """Who says that this is the contact."""
    verified_on: str
    """The day of that, YYYY-MM-DD."""
    how: str
    """`documented` (the list), `published` (RDAP or WHOIS), `vouched` (a person gave it with --to)."""
    desk: Desk | None = None
    vouched_by: str = ""
    order: int = 0
    """Who is asked first: 1."""


@dataclass(frozen=True, slots=True)
class Said:
    """What people said for a report."""

    observed: str = ""
    observer: str = ""
    """Who signs it; empty where nothing was observed by a person."""
    observed_at: datetime | None = None
    note: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    """What else was typed in, by its field: `script`, `call_time`, ..."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A field that nobody knows yet."""

    field: str
    text: str
    """What is missing and how to get it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One report for one recipient, defanged, as it would be read."""

    template: str
    recipient: str
    """One plain address, or for another channel the name of the desk; empty while it is not known."""
    subject: str
    text: str
    missing: tuple[Missing, ...]
    """What blocks: it is not approved while one is missing."""
    warnings: tuple[str, ...]
    ticks: tuple[Missing, ...] = ()
    """What the approver has to accept one by one: `capture`, `rdap`, `unlisted`, `override`."""
    sender: str = ""
    """The reporter's address as the text has it; empty where it has none."""
    abuse_type: str = ""
    """The template's purpose: `phishing`."""
    proofs: tuple[int, ...] = ()
    """The items of the evidence that it names."""
    dispute: str = ""
    """Where it can be disputed, as the text has it."""

    @property
    def ready(self) -> bool:
        """Say whether nothing is missing."""
        return bool(self.text) and not self.missing
