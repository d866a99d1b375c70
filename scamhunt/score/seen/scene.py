"""What a look saw, put together: one view for each vantage, and the scene, seen with one brand in mind. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from scamhunt.indicators.lookalike import fold
from scamhunt.model import Brand
from scamhunt.observed import Finding, Outcome
from scamhunt.score.brands import Brands
from scamhunt.score.officials import Official, looks_alike
from scamhunt.score.seen.read import host_of, number, tables, target_of, text, texts

PAGES = frozenset({"page.shown", "page.rendered"})
SECRETS = frozenset(
    {"password", "card", "cvv", "pin", "otp", "seed phrase", "identity number", "bank account", "date of birth"}
)
"""What a form of a stranger may not ask for in the name of a brand."""
WALLS = frozenset({401, 403, 406, 407, 418, 429, 451, 503})
"""Answers of a server that does not want this visitor."""
GONE = frozenset({404, 410})
UNUSED = frozenset({"parking", "for sale"})
ANSWERS = range(200, 300)
RESEMBLES = 0.5
"""From this score of the name on it resembles the brand."""


@dataclass(frozen=True)
class View:
    """What one vantage saw."""

    vantage: str
    findings: Sequence[Finding]

    def of(self, *kinds: str) -> Iterator[Finding]:
        """Yield what was found of some kinds."""
        return (one for one in self.findings if one.kind in kinds and one.outcome is Outcome.FOUND)

    @property
    def exchange(self) -> Finding | None:
        """The exchange that brought the page; None where nothing answered."""
        return next(self.of("http.exchange"), None)

    @property
    def status(self) -> int:
        """The status of the last answer, 0 where there was none."""
        return (number(self.exchange, "status") or 0) if self.exchange else 0

    @property
    def hosts(self) -> list[str]:
        """The hosts that answered or are led to, in order, the rendered page's too."""
        one = self.exchange
        urls = [str(hop.get("url", "")) for hop in tables(one, "chain")] if one else []
        urls += [text(one, "final_url")] if one else []
        urls += [page.source for page in self.of("page.rendered")]
        return [host for url in urls if (host := host_of(url))]

    @property
    def target(self) -> str:
        """What the last host belongs to."""
        return target_of(self.hosts[-1]) if self.hosts else ""

    @property
    def pages(self) -> list[Finding]:
        """The pages that show something."""
        return [one for one in self.of(*PAGES) if one.data.get("empty") is not True]

    @property
    def asks(self) -> frozenset[str]:
        """Everything that its forms ask for."""
        return frozenset(chain.from_iterable(texts(one, "asks") for one in self.of("page.form")))

    @property
    def walled(self) -> bool:
        """Whether a wall stands in front of the page."""
        return self.status in WALLS or any(True for _ in self.of("page.block"))

    @property
    def shows(self) -> bool:
        """Whether something was seen that can be judged."""
        return bool(self.pages) and not self.walled and (self.status in ANSWERS or bool(self.asks & SECRETS))

    @property
    def as_fetched(self) -> "View":
        """The same without what scripts drew: not every vantage draws."""
        drawn = {one.sha256 for one in self.of("page.rendered")} - {""}
        kept = [one for one in self.findings if one.kind != "page.rendered" and one.sha256 not in drawn]
        return View(self.vantage, kept)


@dataclass(frozen=True)
class Scene:
    """What a look saw, with one brand in mind, or with none."""

    findings: Sequence[Finding]
    views: Sequence[View]
    brands: Brands
    brand: Brand | None
    officials: Sequence[Official]
    """Those of the brand."""
    name_score: float
    """Of the name alone for this brand; 0 where it does not resemble it."""
    start: str
    """The host that was looked at."""
    now: datetime

    def of(self, *kinds: str) -> Iterator[Finding]:
        """Yield what was found of some kinds, by any vantage."""
        return (one for one in self.findings if one.kind in kinds and one.outcome is Outcome.FOUND)

    @property
    def target(self) -> str:
        """What the host that was looked at belongs to."""
        return target_of(self.start)

    @property
    def resembles(self) -> bool:
        """Whether the name alone resembles the brand."""
        return self.brand is not None and self.name_score >= RESEMBLES

    def is_own(self, target: str) -> bool:
        """Return whether a name is the brand's."""
        return self.brand is not None and target in self.brand.domains

    def foreign(self, *kinds: str) -> Iterator[Finding]:
        """Yield what was found on hosts that belong to no brand: what a brand's own page shows is its own."""
        for view in self.views:
            for one in view.of(*kinds):
                host = host_of(one.source) if one.kind not in {"page.favicon", "page.image"} else ""
                if (target_of(host) if host else view.target) not in self.brands.owners:
                    yield one

    @property
    def shows(self) -> list[View]:
        """The vantages that saw something which can be judged."""
        return [view for view in self.views if view.shows]

    @property
    def asks(self) -> frozenset[str]:
        """What forms on foreign hosts ask for."""
        return frozenset(chain.from_iterable(texts(one, "asks") for one in self.foreign("page.form")))

    @property
    def secrets(self) -> list[str]:
        """What of it is secret, in order."""
        return sorted(self.asks & SECRETS)

    @property
    def named(self) -> bool:
        """Whether a foreign page names the brand."""
        return self.brand is not None and any(self.brand.id in texts(one, "brands") for one in self.foreign(*PAGES))

    @property
    def title(self) -> str:
        """The first title of a foreign page that names the brand, empty where none does."""
        if self.brand is None:
            return ""
        names = [fold(one) for one in (self.brand.name, *self.brand.aliases) if len(one) > 1]
        said = re.compile("|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in names))
        titles = [text(one, "title") for one in self.foreign(*PAGES)]
        return next((one for one in titles if said.search(fold(one))), "") if self.named else ""

    @property
    def icon(self) -> Finding | None:
        """The sign (favicon) of a foreign page that is the brand's."""
        return next((one for one in self.foreign("page.favicon") if self._is_icon(one)), None)

    @property
    def image(self) -> Finding | None:
        """A picture of a foreign page that is one of the brand's site."""
        return next((one for one in self.foreign("page.image") if self._is_image(one)), None)

    @property
    def claimed(self) -> str:
        """By what the site says to be the brand, in words; empty where it does not."""
        if self.title:
            return "its title"
        if self.icon:
            return "its sign"
        if self.image:
            return "its pictures"
        return "its name and its words" if self.named and self.resembles else ""

    def _is_icon(self, one: Finding) -> bool:
        code, look = number(one, "mmh3"), text(one, "dhash")
        return any(
            text(one, "sha256") in known.icons or code in known.icon_codes or looks_alike(look, known.icon_looks)
            for known in self.officials
        )

    def _is_image(self, one: Finding) -> bool:
        look = text(one, "dhash")
        return any(
            text(one, "sha256") in known.images or looks_alike(look, known.image_looks) for known in self.officials
        )


def views_of(findings: Sequence[Finding]) -> list[View]:
    """Return a view for each vantage that tried to open something, in the order of the findings."""
    by: dict[str, list[Finding]] = {}
    for one in findings:
        if one.vantage:
            by.setdefault(one.vantage, []).append(one)
    return [View(name, seen) for name, seen in by.items() if any(_is_look(one) for one in seen)]


def _is_look(one: Finding) -> bool:
    return one.kind.startswith(("http.", "page."))


def start_of(findings: Sequence[Finding]) -> str:
    """Return the host that was looked at: where the first exchange began, else the name that the DNS was asked for."""
    for one in findings:
        if one.kind == "http.exchange":
            urls = [*(str(hop.get("url", "")) for hop in tables(one, "chain")), text(one, "final_url"), one.source]
            if host := next((host for url in urls if (host := host_of(url))), ""):
                return host
    named = (text(one, "name") for one in findings if one.kind in {"dns.a", "rdap.domain", "dns.ns", "whois.domain"})
    return next((name.lower().rstrip(".") for name in named if name), "")


def recognised(findings: Sequence[Finding]) -> Mapping[str, list[Finding]]:
    """Return what was recognised, by role."""
    found: dict[str, list[Finding]] = {}
    for one in findings:
        if one.kind == "host.recognised" and one.outcome is Outcome.FOUND:
            found.setdefault(text(one, "role"), []).append(one)
    return found
