"""What a case shows of whoever made it, and the campaigns that come of it: the values. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Family(StrEnum):
    """Where a sign comes from. Two signs of one family are no two reasons: one decision of the maker brings both."""

    CONTACT = "contact"
    """How victims reach them: a number, a mail address, a chat."""
    ACCOUNT = "account"
    """An account of theirs with a service that counts visitors or places advertisements."""
    MONEY = "money"
    """Where the money goes."""
    CERTIFICATE = "certificate"
    CONTENT = "content"
    """What the page is made of: a kit, a picture, a text."""
    REGISTRATION = "registration"
    """Who registered it, when and how."""
    HOSTING = "hosting"
    """Where it lies."""
    PERSON = "person"
    """An analyst says so."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that one case shows. The same sign on two cases is a link between them."""

    case: int
    """The number of the candidate."""
    kind: str
    """One of `kinds.KINDS`: `number`, `tracker`, `certificate`, `address`, ..."""
    value: str
    """Normalised, so that equal signs have equal texts."""
    first_at: datetime
    """When it was first seen there; aware, UTC."""
    last_at: datetime
    evidence: str = ""
    """The sha256 of the item that proves it; empty where there is none (a number that is the target itself)."""
    look: int | None = None
    """The look that saw it last."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What an analyst said of links: a sign that links nobody, or not this case; two cases that belong together."""

    id: int
    act: str
    """`cut` or `add`."""
    kind: str = ""
    value: str = ""
    """Of a cut: the sign."""
    case: int | None = None
    """Of a cut: the only case for which the sign does not count; None: for all. Of an added link: one end."""
    other: int | None = None
    """Of an added link: the other end."""
    reason: str = ""
    actor: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Why two cases belong together: one strong sign, two or more weak ones, or an analyst's word."""

    one: int
    other: int
    """The two cases, `one` < `other`."""
    signs: Sequence[tuple[str, str]]
    """(kind, value), the weightiest first; of an analyst's word `("analyst", id of the ruling)`."""
    weight: float
    """The sum of the signs' weights; see `linking`."""
    strong: bool


@dataclass(frozen=True, slots=True)
class Hub:
    """A sign that links nobody, and why."""

    kind: str
    value: str
    cases: int
    why: str


@dataclass(frozen=True, slots=True)
class Campaign:
    """Cases that belong to the same actors."""

    id: str
    """`c-` and twelve hexadecimal digits of a hash of its smallest member."""
    members: Sequence[int]
    """Sorted."""
    links: Sequence[Link]
    """What joined them, as a spanning set and all that is beside it within the limits of `linking`."""


@dataclass(frozen=True, slots=True)
class Clustering:
    """What came of all signs."""

    campaigns: Sequence[Campaign]
    """Of two members or more; the largest first, then by id."""
    hubs: Sequence[Hub]
    frequency: Mapping[tuple[str, str], int]
    """How many cases show a sign, of the signs that are in a link."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A sign without which a campaign falls apart."""

    kind: str
    value: str
    parts: Sequence[Sequence[int]]
    """The parts into which it would fall, the largest first; each sorted."""
