"""The frozen values of what was observed: answers and findings, the bytes that prove them, a look, what it comes to.

A finding says what was seen, by whom it was said, when, and which bytes prove it: `Finding.sha256` is the hash of an
`Item` of the same look. What was not seen is said too: unknown is not absent.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from scamhunt.model import Reason


class Outcome(StrEnum):
    """What became of one question."""

    FOUND = "found"
    """The source answered and has it."""
    ABSENT = "absent"
    """The source says that there is none: NXDOMAIN, 404 of a registry."""
    EMPTY = "empty"
    """The source knows the name and has nothing of this kind."""
    FAILED = "failed"
    """The source could not say: SERVFAIL, a server's error, an answer that cannot be read."""
    TIMEOUT = "timeout"
    """No answer in time. It says nothing about what was asked for."""
    REFUSED = "refused"
    """Our own guard said no: an address that is not public, a scheme that is not fetched."""
    SKIPPED = "skipped"
    """Not asked: there is no source for it, or it may not be asked now."""


KNOWN = frozenset({Outcome.FOUND, Outcome.ABSENT, Outcome.EMPTY})
"""Outcomes that say something about what was asked for."""


class Verdict(StrEnum):
    """What the name and what was seen there come to. It never acts: a person decides."""

    IMPERSONATES = "impersonates"
    """It was seen to pretend to be the brand: it asks for secrets, shows its sign or copies its page."""
    SUSPICIOUS = "suspicious"
    """Something was seen that speaks against it, and not enough to say what it is."""
    PARKED = "parked"
    """Registered and not used: parked or for sale. Watched, because one name in six wakes after three months."""
    INCONCLUSIVE = "inconclusive"
    """Nothing was seen that could be judged: empty, blocked, out of reach, different for each visitor."""
    BENIGN = "benign"
    """There is a positive reason: it is the brand's own, or leads straight to the brand."""


class Liveness(StrEnum):
    """Whether something can still be seen there."""

    LIVE = "live"
    """A page came."""
    SUSPENDED = "suspended"
    """Taken out of the DNS by registrar or registry: clientHold, serverHold, or a sinkhole."""
    TAKEN_DOWN = "taken_down"
    """The host took it down: it says so, or answers that there is no such page."""
    PARKED = "parked"
    """A parking page, or an offer to sell the name."""
    UNREACHABLE = "unreachable"
    """No vantage got an answer; one that does not answer is not down."""
    UNKNOWN = "unknown"
    """It could not be told."""


@dataclass(frozen=True, slots=True)
class Item:
    """Bytes that prove something, as they came."""

    body: bytes = field(repr=False)
    media_type: str
    url: str
    """Where they came from: `https://...`, `dns:name?type=A` at a server, `whois://server/name`."""
    acquired_at: datetime
    tool: str
    """What took them, with its version: `scamhunt 0.1 httpcore 1.0.9`."""
    vantage: str = ""
    """The browser profile, where there was one."""
    note: str = ""
    """What else has to be known of them: `cut at 5,242,880 bytes`, `stamped copy of ...`."""

    @property
    def sha256(self) -> str:
        """The name of its file in `evidence/`, 64 hexadecimal digits."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def sha512(self) -> str:
        """A second hash, for whom one is not enough."""
        return hashlib.sha512(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact that was observed, or the fact that it could not be."""

    kind: str
    """Dotted: `dns.a`, `rdap.domain`, `tls.certificate`, `http.exchange`, `page.form`. docs/findings.md lists all."""
    source: str
    """Who says so: `dns 192.0.2.53:53`, `https://rdap.example/`, `https://host/path`."""
    observed_at: datetime
    outcome: Outcome
    text: str
    """A sentence for a person; what came from outside stands in it as it came."""
    data: Mapping[str, object] = field(default_factory=dict)
    """The same for a program: JSON values only."""
    sha256: str = ""
    """Of the raw answer, an `Item` of the look; empty where there was no answer."""
    vantage: str = ""


@dataclass(frozen=True, slots=True)
class Gained:
    """What one lookup brings: findings and the bytes that prove them."""

    findings: Sequence[Finding] = ()
    items: Sequence[Item] = ()

    def __add__(self, other: "Gained") -> "Gained":
        """Return both together."""
        return Gained((*self.findings, *other.findings), (*self.items, *other.items))


@dataclass(frozen=True, slots=True)
class Clock:
    """How far the clock of a look can be trusted."""

    offset: float | None
    """Seconds by which trusted servers' clocks are ahead of ours (their median); None: none of them told its time."""
    told_by: Sequence[str] = ()
    """The servers."""
    stepped: float = 0.0
    """Seconds that our clock jumped while we looked: wall clock against monotonic clock."""


@dataclass(frozen=True, slots=True)
class Look:
    """One investigation of one target."""

    subject: str
    """The target: registrable name, tenant, IP address or number."""
    url: str
    """What was opened, or would be."""
    depth: str
    """`lookups`, `pages` or `liveness`."""
    begun: datetime
    ended: datetime
    gained: Gained
    clock: Clock
    operator: str
    """Who looked."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a match and what was seen come to. The weights are set by hand: uncalibrated."""

    verdict: Verdict
    brand: str
    """The brand that it is about; empty where there is none."""
    score: float
    """0 to 1: the name's log-odds and those of what was seen, added up. No probability: see `reasons`."""
    reasons: tuple[Reason, ...]
    """The heaviest first; those of the name too."""
    calibrated: bool = False
