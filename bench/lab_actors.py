"""Made-up actors whose sites are known to be theirs, among strangers on the same machines: for benchmarks and tests.

    made = World(seed=9).made()
    signs = made.signs()
    made.truth[12]  # 'actor 7'; of a site that is nobody else's its own number

What makes it hard is all there: copied pages with the brand's own number and counters, hosting that actors share with
innocents, kits that are sold, numbers that come into other hands, hidden registrants, registrars and chat vendors that
everybody uses, forged caller ids, certificates of platforms. Each look is told in findings, as `investigate` tells it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from scamhunt.campaigns.read import signs_of
from scamhunt.campaigns.sign import Sign
from scamhunt.model import Brand, Kind
from scamhunt.observed import Finding, Outcome

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
BRANDS = tuple(
    Brand(f"brand{at}", f"Brand{at}", (f"brand{at}.test",), phones=(f"+1888555{100 + at:04}",)) for at in range(12)
)
LURES = ("refund", "support", "help", "secure", "billing", "parcel", "renewal", "verify")
REGISTRARS = ("Example Registrar Ltd", "Sample Names Inc.", "Test Domains LLC")
VEILED = ("REDACTED FOR PRIVACY", "Privacy Service Example", "Contact Privacy Inc. Customer 0", "")
HOSTS, KITS = 40, 60
"""Hosting companies whose machines many share, and kits that are sold."""
AGENCIES = 40
"""They put their own counter on the sites of clients who have else nothing in common."""
RECYCLED = 210 * DAY
"""After so long a number serves somebody else."""


@dataclass(frozen=True, slots=True)
class Site:
    """One site, and what looks at it found."""

    case: int
    target: str
    actor: str
    looks: Sequence[Sequence[Finding]]


@dataclass(frozen=True, slots=True)
class Made:
    """All sites, whose they are, and what belongs to the brands."""

    sites: Sequence[Site]
    brands: Sequence[Brand]
    official: Sequence[tuple[str, Sequence[Finding]]]

    @property
    def truth(self) -> Mapping[int, str]:
        """Whose each site is."""
        return {one.case: one.actor for one in self.sites}

    def signs(self) -> list[Sign]:
        """Return the signs that looks at all sites found."""
        words = [brand.id for brand in self.brands]
        return [
            sign
            for site in self.sites
            for at, look in enumerate(site.looks)
            for sign in signs_of(site.case, site.target, Kind.DOMAIN, look, 10 * site.case + at, brand_words=words)
        ]


@dataclass(frozen=True, slots=True)
class Actor:
    """What an actor has and uses again."""

    name: str
    begin: datetime
    days: int
    numbers: Sequence[str]
    """One after the other, each for a share of the time."""
    accounts: Sequence[tuple[str, dict[str, Any]]]
    """Findings that sites of theirs may hold, each with its data: counters, chats, wallets, mail addresses."""
    page: tuple[str, str]
    """Skeleton and paths of the kit."""
    icon: str
    hosts: Sequence[int]
    machine: str
    """Their own, empty where they have none."""
    servers: str
    collects: str
    """The host that forms send to, empty where that is the site."""


@dataclass(slots=True)
class World:
    """Draws actors and strangers; the same seed gives the same world."""

    seed: int = 9
    actors: int = 50
    strangers: int = 1_500
    draw: Random = field(init=False)
    drawn: int = field(init=False, default=0)
    spent: list[tuple[str, datetime]] = field(init=False, default_factory=list)
    """Numbers that were given up, and when."""
    machines: list[str] = field(init=False, default_factory=list)
    """Machines of actors."""

    def __post_init__(self) -> None:
        """Begin to draw."""
        self.draw = Random(self.seed)

    def made(self) -> Made:
        """Return the world."""
        planned: list[tuple[datetime, Actor | None]] = []
        begins = sorted(BEGIN + self.draw.uniform(0, 300) * DAY for _ in range(self.actors))
        for at, begin in enumerate(begins):
            actor = self._actor(f"actor {at}", begin)
            self.machines += [actor.machine] if actor.machine else []
            size = min(120, 2 + int(self.draw.lognormvariate(2.6, 0.9)))
            planned += [(actor.begin + self.draw.uniform(0, actor.days) * DAY, actor) for _ in range(size)]
        planned += [(BEGIN + self.draw.uniform(0, 400) * DAY, None) for _ in range(self.strangers)]
        planned.sort(key=lambda one: one[0])
        sites = [self._site(case, at, actor) for case, (at, actor) in enumerate(planned, 1)]
        return Made(sites, BRANDS, [(brand.id, list(self._official(brand))) for brand in BRANDS])

    # --- who ------------------------------------------------------------------------------------------------------

    def _fresh(self, length: int = 32) -> str:
        self.drawn += 1
        return f"{self.draw.getrandbits(4 * length):0{length}x}"

    def _number(self, at: datetime) -> str:
        """Return a number; one in five was somebody else's long ago."""
        old = [one for one in self.spent if at - one[1] > RECYCLED]
        if old and self.draw.random() < 0.2:  # noqa: PLR2004  # one in five
            self.spent.remove(old[0])
            return old[0][0]
        return f"+1805{self.draw.randrange(2_000_000, 9_999_999)}"

    def _actor(self, name: str, begin: datetime) -> Actor:
        draw, days = self.draw, self.draw.randint(30, 150)
        numbers = [self._number(begin) for _ in range(draw.randint(1, 4))]
        self.spent += [(one, begin + days * DAY) for one in numbers]
        accounts: list[tuple[str, dict[str, Any]]] = [
            ("page.tracker", {"vendor": "Google Analytics", "id": f"G-{self._fresh(10).upper()}"}),
            ("page.chat", {"vendor": "tawk.to", "key": f"{self._fresh(24)}/default"}),
            ("page.email", {"value": f"desk@{self._fresh(8)}.example"}),
            ("page.wallet", {"value": f"wallet{self._fresh(20)}", "currency": "bitcoin"}),
            ("page.chat", {"vendor": "Telegram", "key": f"desk_{self._fresh(6)}"}),
        ]
        return Actor(
            name,
            begin,
            days,
            numbers,
            draw.sample(accounts, draw.randint(1, 3)),
            self._kit(),
            self._fresh(16) if draw.random() < 0.3 else "",  # noqa: PLR2004  # most copy the brand's
            draw.sample(range(HOSTS), draw.randint(1, 3)),
            f"198.51.{draw.randrange(256)}.{draw.randrange(256)}" if draw.random() < 0.4 else "",  # noqa: PLR2004  # some
            f"{self._fresh(8)}.example" if draw.random() < 0.2 else "",  # noqa: PLR2004  # few
            f"{self._fresh(8)}.test" if draw.random() < 0.4 else "",  # noqa: PLR2004  # some
        )

    def _kit(self) -> tuple[str, str]:
        """Return a page's make: half of the actors bought theirs."""
        if self.draw.random() < 0.5:  # noqa: PLR2004  # half
            sold = self.draw.randrange(KITS)
            return f"{sold:032x}", f"{sold + KITS:032x}"
        return self._fresh(), self._fresh()

    # --- what is seen there ---------------------------------------------------------------------------------------

    def _site(self, case: int, at: datetime, actor: Actor | None) -> Site:
        """Return a site of an actor, or one that has to do with nobody, and what two looks at it found."""
        brand = self.draw.choice(BRANDS)
        lure, digits = self.draw.choice(LURES), self.draw.randrange(10, 1_000)
        target = f"{brand.id}-{lure}-{digits}-{case}.example"
        seen = list(self._page(brand, target, at, actor)) + list(self._names(target, at, actor))
        later = at + self.draw.uniform(1, 12) * DAY
        looks = [self._told(target, at, seen), self._told(target, later, seen)]
        return Site(case, target, actor.name if actor else f"alone {case}", looks)

    def _told(self, target: str, at: datetime, seen: Sequence[tuple[str, dict[str, Any]]]) -> list[Finding]:
        proof = f"{self.draw.getrandbits(256):064x}"
        return [
            Finding(kind, f"https://{target}/", at, Outcome.FOUND, "", data, proof, "desktop" if "page" in kind else "")
            for kind, data in seen
        ]

    def _page(
        self, brand: Brand, target: str, at: datetime, actor: Actor | None
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        draw = self.draw
        skeleton, paths = actor.page if actor else self._kit()
        simhash = f"{hash_of(skeleton, brand.id):016x}" if draw.random() < 0.6 else self._fresh(16)  # noqa: PLR2004  # most
        yield "page.shown", {"words": 200, "structure": skeleton, "simhash": simhash}
        yield "page.kit", {"structure": skeleton, "resources": paths, "forms": ""}
        icon = actor.icon if actor else ""
        look = icon or f"{hash_of('icon', brand.id):016x}"
        yield "page.favicon", {"sha256": look * 4, "dhash": look}
        if draw.random() < 0.5:  # noqa: PLR2004  # half of the copies bring the brand's own along
            yield from _official_accounts(brand)
        number = self._shown(at, actor)
        if number:
            yield "page.number", {"e164": number, "role": "callback"}
        yield "page.number", {"e164": f"+1805555{draw.randrange(100, 120):04}", "role": "caller_id"}
        for kind, data in actor.accounts if actor else ():
            if draw.random() < 0.7:  # noqa: PLR2004  # most
                yield kind, data
        if actor is None and draw.random() < 0.1:  # noqa: PLR2004  # few
            yield "page.tracker", {"vendor": "Google Tag Manager", "id": f"GTM-AGENCY{draw.randrange(AGENCIES)}"}
        host = actor.collects if actor and actor.collects else target
        host = "formspree.io" if draw.random() < 0.2 else host  # noqa: PLR2004  # anybody's
        yield "page.form", {"action_host": host, "foreign": host != target, "asks": ["card"]}

    def _shown(self, at: datetime, actor: Actor | None) -> str:
        if self.draw.random() < 0.3:  # noqa: PLR2004  # not every page shows one
            return ""
        if actor is None:
            return f"+1806{self.draw.randrange(2_000_000, 9_999_999)}"
        share = (at - actor.begin) / (actor.days * DAY)
        return actor.numbers[min(int(share * len(actor.numbers)), len(actor.numbers) - 1)]

    def _names(self, target: str, at: datetime, actor: Actor | None) -> Iterator[tuple[str, dict[str, Any]]]:
        draw = self.draw
        host = draw.choice(actor.hosts) if actor else draw.randrange(HOSTS)
        own = actor.machine if actor and draw.random() < 0.8 else ""  # noqa: PLR2004  # most
        if actor is None and self.machines and draw.random() < 0.1:  # noqa: PLR2004  # neighbours of actors
            own = draw.choice(self.machines)
        yield "dns.a", {"values": [own or f"203.0.{host}.{draw.randrange(1, 4)}"]}
        if host < HOSTS // 2 and not own:
            yield "host.recognised", {"role": "hosting", "name": f"Host {host}", "by": "the address"}
        elif draw.random() < 0.1:  # noqa: PLR2004  # some
            yield "host.recognised", {"role": "cdn", "name": "Edge", "by": "a header"}
        zone = actor.servers if actor and actor.servers else f"host{host}.example"
        servers = [f"ns1.{zone}", f"ns2.{zone}"]
        yield "dns.ns", {"values": servers}
        names = [target, *(f"other{one}.example" for one in range(draw.choice((0, 1, 60))))]
        print_ = f"{hash_of('platform', str(host)):064x}" if len(names) > 2 else self._fresh(64)  # noqa: PLR2004  # a platform's
        yield "tls.certificate", {"fingerprint": print_, "names": names}
        told = {"registrar": draw.choice(REGISTRARS), "registrant": draw.choice(VEILED), "nameservers": servers}
        day = at.replace(hour=0) if actor and draw.random() < 0.5 else at - draw.randint(0, 20) * DAY  # noqa: PLR2004  # half
        yield "rdap.domain", {**told, "registered": day.isoformat()}

    def _official(self, brand: Brand) -> Iterator[Finding]:
        """Yield what a look at a brand's own page found."""
        home = f"https://{brand.domains[0]}/"
        skeleton = f"{hash_of('page', brand.id):032x}"
        icon = f"{hash_of('icon', brand.id):016x}"
        seen: list[tuple[str, dict[str, Any]]] = [
            ("http.exchange", {"final_url": home}),
            ("page.shown", {"words": 300, "structure": skeleton, "simhash": self._fresh(16), "title": brand.name}),
            ("page.favicon", {"sha256": icon * 4, "dhash": icon}),
            *_official_accounts(brand),
        ]
        for kind, data in seen:
            yield Finding(kind, home, BEGIN, Outcome.FOUND, "", data, "ab" * 32, "desktop")


def _official_accounts(brand: Brand) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "page.number", {"e164": brand.phones[0], "role": "callback"}
    yield "page.tracker", {"vendor": "Google Tag Manager", "id": f"GTM-{brand.id.upper()}"}
    yield "page.chat", {"vendor": "Intercom", "key": f"key{brand.id}"}
    yield "page.email", {"value": f"service@{brand.domains[0]}"}


def hash_of(*words: str) -> int:
    """Return 64 bits of some words, the same in every process, about half of them set."""
    return Random(" ".join(words)).getrandbits(64)
