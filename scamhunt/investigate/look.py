"""One look at one target: every lookup, the page from each vantage, its screenshot. Gives a `Look` and stores nothing.

What one lookup could not find out never stops the others: it is a finding of its own.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import combinations
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from scamhunt.addresses import Address
from scamhunt.investigate import dns, numbers
from scamhunt.investigate.clock import Clocks
from scamhunt.investigate.hosting import Hosting
from scamhunt.investigate.opened import Opened, Opener
from scamhunt.investigate.politeness import Noted, Politeness, Written
from scamhunt.investigate.rdap import Registries
from scamhunt.investigate.rdap_bootstrap import Bootstrap
from scamhunt.investigate.reader import Readers
from scamhunt.investigate.screenshot import Photographer
from scamhunt.investigate.target import Target
from scamhunt.investigate.vantages import vantages
from scamhunt.model import Kind
from scamhunt.net.visit import NoAddress, Visit, Visitor
from scamhunt.observed import Finding, Gained, Look, Outcome
from scamhunt.score.seen.around import differences
from scamhunt.score.seen.scene import views_of
from scamhunt.settings import Depth, Settings

MOST_ADDRESSES = 3
"""Addresses whose network is asked for."""
PAGE_RATE = 4.0
"""Requests a second to one web server: a browser's own loads come closer together."""
AGAIN = "liveness"
"""The depth of a look that only asks whether it is still there."""

Names = Callable[[Sequence[str]], list[list[str]]]
"""Tells for each text the brands that it names, by their ids, the surest first."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a look needs from outside: where moments are kept, which brands words name, tables."""

    kept: Written
    names: Names
    hosting: Hosting
    bootstrap: Bootstrap


class Looker:
    """Looks at targets, many at once. To be closed, as `async with` does."""

    def __init__(self, settings: Settings, means: Means, depth: Depth) -> None:
        """Open nothing yet."""
        self._settings, self._means, self._depth = settings, means, depth
        self._held = AsyncExitStack()
        self._polite = Politeness(means.kept, settings.rdap_rate, settings.now)
        self._noted = Noted(means.kept)
        self._gentle = Politeness(self._noted, PAGE_RATE, settings.now)
        self._resolver = dns.Resolver(settings.dns, settings.fetch_allow_nets, now=settings.now)
        asking = Visitor(
            self._resolver.addresses, settings.fetch_allow_nets, before=self._polite.wait, now=settings.now
        )
        self.registries = Registries(
            settings, partial(self._ask, asking), means.bootstrap, self._resolver.addresses, before=self._polite.wait
        )
        self._openers: list[Opener] = []
        self._clocks = Clocks()

    async def __aenter__(self) -> Self:
        """Start what reads pages and takes pictures, where pages are opened."""
        await self._held.__aenter__()
        await self._held.enter_async_context(self._resolver)
        if self._depth is Depth.PAGES:
            readers = await self._held.enter_async_context(Readers(region=self._settings.region))
            photographer = await self._held.enter_async_context(Photographer(self._settings, self._resolver.addresses))
            for one in vantages(self._settings):
                visitor = Visitor(
                    self._resolver.addresses,
                    self._settings.fetch_allow_nets,
                    proxy=one.proxy,
                    before=self._gentle.wait,
                    now=self._settings.now,
                )
                opener = Opener(one, visitor, readers, photographer, self._means.names, self._settings.now)
                self._openers.append(opener)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close everything."""
        self._polite.settle()
        self._gentle.settle()
        self._noted.write()
        await self._held.__aexit__(kind, error, trace)

    async def look(self, target: Target, operator: str, *, again: bool = False) -> Look:
        """Look at one target; `again`: only whether it is still there, without pictures.

        Raises nothing for what is outside: what could not be seen is a finding.
        """
        begun, started = self._settings.now(), time.monotonic()
        gained, opened = await self._seen(target)
        if not again:
            gained += await self._photographed(opened)
        gained += Gained(self._means.hosting.recognise(gained.findings))
        ended = self._settings.now()
        gained += Gained(_differences(gained.findings, ended))
        stepped = 0.0 if self._settings.clock else (ended - begun).total_seconds() - (time.monotonic() - started)
        return Look(
            subject=target.subject,
            url=next((one.url for one in opened if one.url), target.urls[0] if target.urls else ""),
            depth=AGAIN if again else self._depth.value,
            begun=begun,
            ended=ended,
            gained=gained,
            clock=self._clocks.read(stepped),
            operator=operator,
        )

    async def _seen(self, target: Target) -> tuple[Gained, Sequence[Opened]]:
        if target.number:
            return numbers.look_up(target.number, self._settings), ()
        opening = asyncio.gather(*(opener.open(target.urls) for opener in self._openers))
        known, opened = await asyncio.gather(self._looked_up(target), opening)
        return sum((one.gained for one in opened), known), opened

    async def _looked_up(self, target: Target) -> Gained:
        """Ask the DNS, then the registries of the name and of its addresses."""
        named = target.kind is Kind.DOMAIN
        gained = await dns.look_up(self._resolver, target.host, target=target.subject) if named else Gained()
        asked = [self.registries.address(one) for one in await self._addresses(target)]
        if named:
            asked.append(self.registries.domain(target.subject))
        return sum(await asyncio.gather(*asked), gained)

    async def _photographed(self, opened: Sequence[Opened]) -> Gained:
        """Take a picture from the first vantage that saw something, and from others that saw something else."""
        chosen: dict[object, int] = {}
        for at, one in enumerate(opened):
            if one.sight:
                chosen.setdefault(one.sight, at)
        taken = await asyncio.gather(*(self._openers[at].photograph(opened[at]) for at in chosen.values()))
        return sum(taken, Gained())

    async def _addresses(self, target: Target) -> list[Address]:
        try:
            return (await self._resolver.addresses(target.host))[:MOST_ADDRESSES]
        except NoAddress:
            return []

    async def _ask(self, visitor: Visitor, url: str) -> Visit:
        """Ask a registry, and take what it says of our pace."""
        agent = self._settings.user_agent
        headers = (("Accept", "application/rdap+json, application/json"), *((("User-Agent", agent),) if agent else ()))
        visit = await visitor.visit(url, headers)
        server = _server(visit.url or url)
        self._polite.heard(server, visit)
        self._clocks.heard(server, visit)
        return visit


def _differences(findings: Sequence[Finding], at: datetime) -> list[Finding]:
    """Return in what any two vantages that got an answer were shown different things."""
    found = []
    for one, other in combinations(views_of(findings), 2):
        what = [word for _, word in differences(one, other)]
        names = [one.vantage, other.vantage]
        if what:
            text = f"{names[0]} and {names[1]} see different things: {', '.join(what)}"
            told = {"vantages": names, "what": what}
            found.append(Finding("page.difference", "our own comparison", at, Outcome.FOUND, text, told))
    return found


def _server(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"
