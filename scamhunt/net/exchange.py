"""The frozen values of a visit: what was sent, what came back, how it was secured, and under what limits."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from scamhunt.addresses import Address
from scamhunt.errors import OutsideError
from scamhunt.observed import Outcome


class NoAddress(OutsideError):
    """A name that has no address, or whose address could not be found out. `outcome` says which of the two."""

    def __init__(self, outcome: Outcome, text: str) -> None:
        """Take ABSENT (NXDOMAIN), EMPTY, FAILED, TIMEOUT or REFUSED, and a sentence for a person."""
        super().__init__(text)
        self.outcome = outcome


Resolve = Callable[[str], Awaitable[Sequence[Address]]]
"""Gives all addresses of a host (lower case, A-labels); raises `NoAddress`."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one visit may cost."""

    wire: int = 5 * 1024 * 1024
    """Bytes of one answer, as they come."""
    hops: int = 10
    """Redirects that are followed."""
    seconds: float = 20.0
    """For all hops together; the time that `before` waits does not count."""
    connect: float = 10.0
    """Seconds for one connection, its encryption included."""
    header_bytes: int = 256 * 1024
    """Of one answer's status line and headers, those of interim answers included; browsers take as many."""
    headers: int = 1_000
    """Headers of one answer."""
    redirect_body: int = 64 * 1024
    """Bytes of a redirect's body; nobody sees it."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """How a connection was secured."""

    version: str
    """`TLSv1.3`."""
    cipher: str
    chain: tuple[bytes, ...] = field(repr=False)
    """The certificates that the server sent, DER, its own first."""
    trusted: bool
    """Whether they lead to an authority that browsers trust, hold now and are made out to the host."""
    why_not: str = ""
    """Why they are not trusted."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer."""

    url: str
    address: str
    """The IP address that was connected to, or that the proxy was told to connect to."""
    port: int
    begun: datetime
    ended: datetime
    request: bytes = field(repr=False)
    """Exactly as sent, before encryption."""
    response: bytes = field(repr=False)
    """Exactly as received, after decryption: from the status line on, cut at the limit."""
    status: int
    headers: tuple[tuple[str, str], ...]
    """In the order in which they came, names as they were written."""
    body: bytes = field(repr=False)
    """The transfer coding is taken off, the content coding is still on."""
    cut: str
    """Empty, or why the body is not whole."""
    handshake: Handshake | None
    """None for `http`."""
    location: str = ""
    """Where a redirect leads, as a full address."""


@dataclass(frozen=True, slots=True)
class Visit:
    """All exchanges from an address to what it leads to."""

    exchanges: tuple[Exchange, ...]
    outcome: Outcome
    """FOUND: the last exchange is an answer, whatever its status. ABSENT: the name does not exist."""
    problem: str
    """Empty when all went well; else a sentence for a person."""
    url: str
    """The last address."""
    unread: Exchange | None = None
    """What came instead of an answer at the end: its bytes are kept, its status is 0, and nothing of it is read."""
