"""What was observed of a name, as reports need it. Pure: reads findings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from scamhunt.observed import Liveness, Verdict


@dataclass(frozen=True, slots=True)
class Proof:
    """Bytes that prove something: an item of the evidence."""

    id: int
    sha256: str
    media_type: str
    what: str
    """In words: `screenshot`, `page as it came`, `WARC of the visit`, `answer of the registry`."""
    url: str
    acquired_at: datetime
    size: int
    vantage: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """A contact as a registry, a registrar or a network publishes it."""

    email: str
    name: str
    scope: str
    """`registrar`, `reseller`, `network`, `registry` or `registrant`."""
    role: str
    """`abuse` or `general`."""
    source: str
    """Who says so: `https://rdap.example/`."""
    sha256: str
    """Of the answer that says it."""
    at: datetime
    phone: str = ""
    form: str = ""
    """Address of a form; mostly empty."""


@dataclass(frozen=True, slots=True)
class Machine:
    """An address that the name leads to, and whose network it is in."""

    address: str
    network: str = ""
    holder: str = ""
    country: str = ""
    contacts: tuple[Published, ...] = ()


@dataclass(frozen=True, slots=True)
class Company:
    """A company that was recognised behind a name: as CDN, host, platform, DNS operator, mail provider, shortener."""

    role: str
    """As `host.recognised` has it: `cdn`, `hosting`, `site builder`, `url shortener`, `dns`, `mail` and the like."""
    name: str
    by: str
    """By what: `address 192.0.2.7 in 192.0.2.0/24`."""


@dataclass(frozen=True, slots=True)
class Reproduced:
    """How a visit was made, so that a desk can make it again."""

    vantage: str
    url: str
    at: datetime
    user_agent: str = ""
    language: str = ""
    referrer: str = ""
    status: int = 0
    saw: str = ""
    """In words: `a form that asks for password and card`."""


@dataclass(frozen=True, slots=True)
class Browser:
    """What a vantage says of itself."""

    user_agent: str = ""
    language: str = ""
    referrer: str = ""


@dataclass(frozen=True, slots=True)
class Visited:
    """What is known of a look besides its findings."""

    look: int | None = None
    looked_at: datetime | None = None
    url: str = ""
    verdict: Verdict | None = None
    liveness: Liveness | None = None
    liveness_at: datetime | None = None
    browsers: Mapping[str, Browser] = field(default_factory=dict)
    """By the name of the vantage."""


@dataclass(frozen=True, slots=True)
class Site:
    """What looks at a target found. Empty texts and None: it is not known."""

    look: int | None = None
    looked_at: datetime | None = None
    url: str = ""
    """What was opened."""
    final_url: str = ""
    """Where it led."""
    verdict: Verdict | None = None
    liveness: Liveness | None = None
    """As the newest look saw it that tried, which may be a later one than `look`."""
    liveness_at: datetime | None = None
    registrar: str = ""
    registrar_id: str = ""
    """IANA's number of the registrar."""
    registry: str = ""
    """The registry's RDAP or WHOIS server."""
    registered: datetime | None = None
    statuses: tuple[str, ...] = ()
    nameservers: tuple[str, ...] = ()
    contacts: tuple[Published, ...] = ()
    """Of the name; those of its addresses stand with the machines."""
    machines: tuple[Machine, ...] = ()
    companies: tuple[Company, ...] = ()
    mail_servers: tuple[str, ...] = ()
    has_spf: bool = False
    title: str = ""
    language: str = ""
    asks: tuple[str, ...] = ()
    """What its forms ask for: `password`, `card`, ..."""
    posts_to: tuple[str, ...] = ()
    """Other hosts that its forms send to."""
    numbers: tuple[str, ...] = ()
    """E.164 numbers that the page shows."""
    brands: tuple[str, ...] = ()
    """Ids of the brands that its pages name."""
    popups: tuple[str, ...] = ()
    """Signs of tech-support fraud: `fullscreen`, `fake scan`, ..."""
    kits: tuple[str, ...] = ()
    redirects: tuple[str, ...] = ()
    """The addresses on the way, in order."""
    certificate: str = ""
    """SHA-256 of the leaf, hexadecimal."""
    visits: tuple[Reproduced, ...] = ()
    proofs: tuple[Proof, ...] = ()


NOTHING_SEEN = Site()
"""What is known of a name that nobody looked at."""
