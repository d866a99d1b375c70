"""A page as one vantage sees it: opened, read, its pictures hashed, everything that was exchanged kept."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

from scamhunt.investigate.http import http_finding, may_be_page, refresh_of, told_to_readers, web_address
from scamhunt.investigate.page_findings import findings_of
from scamhunt.investigate.page_shown import Shown, Unreadable
from scamhunt.investigate.reader import Readers
from scamhunt.investigate.screenshot import Photographer
from scamhunt.investigate.tls import tls_findings
from scamhunt.investigate.vantages import Vantage
from scamhunt.investigate.warc import TOOL, warc
from scamhunt.net.visit import Exchange, Visit, Visitor
from scamhunt.observed import KNOWN, Finding, Gained, Item, Outcome

SECONDS = 45.0
"""For all that one vantage opens: a server that drips holds nobody longer."""
READING = 0.1
"""The part of them in which nothing more is fetched, so that what came can be read."""
MOST_REFRESHES = 2
MOST_PICTURES = 4
NAMING = 2_000
"""Characters of the visible text in which brands are looked for: what a page pretends to be stands on top."""
RENDERED = "page.rendered"
_GONE = frozenset({404, 410})
_OVER = frozenset({Outcome.REFUSED, Outcome.ABSENT})

Names = Callable[[Sequence[str]], list[list[str]]]


@dataclass(frozen=True, slots=True)
class Opened:
    """What one vantage saw."""

    vantage: str
    url: str
    """What was opened; empty when nothing answered."""
    gained: Gained
    shown: Shown | None = None
    unread: str = ""
    """Hash of what came where nothing of it could be read: a browser may show it nevertheless."""

    @property
    def sight(self) -> tuple[str, str] | None:
        """What tells it from what other vantages saw; None where there is nothing that a picture could show."""
        if self.shown is None:
            return ("", self.unread) if self.unread else None
        drawn = not self.shown.empty or self.shown.scripts
        return (self.shown.structure, self.shown.title) if drawn else None


@dataclass(slots=True)
class _Seen:
    """How far one opening has come."""

    until: float
    """When nothing more is fetched."""
    visit: Visit
    url: str = ""
    """What answered."""
    shown: Shown | None = None
    why: str = ""
    """Why the page cannot be told."""
    late: str = ""
    brands: Sequence[str] = ()
    pictures: dict[int, Finding] = field(default_factory=dict)
    fetched: dict[int, Sequence[Exchange]] = field(default_factory=dict)
    unread: list[Exchange] = field(default_factory=list)

    @property
    def last(self) -> Exchange | None:
        return self.visit.exchanges[-1] if self.visit.exchanges else None

    @property
    def leads(self) -> str:
        """Where the page leads on by itself."""
        said = refresh_of(self.last.headers) if self.last else ""
        return web_address(self.visit.url, said or (self.shown.refresh if self.shown else ""))

    @property
    def exchanges(self) -> list[Exchange]:
        fetched = [one for at in sorted(self.fetched) for one in self.fetched[at]]
        return [*self.visit.exchanges, *fetched, *self.unread]

    @property
    def not_read(self) -> str:
        """Hash of a body, or of an answer, of which nothing was read."""
        if self.shown is None and self.last and self.last.body and self.visit.outcome is Outcome.FOUND:
            return sha256(self.last.body).hexdigest()
        return sha256(self.unread[-1].response).hexdigest() if self.shown is None and self.unread else ""


class Opener:
    """Opens pages as one vantage."""

    def __init__(  # noqa: PLR0913, PLR0917  # what opening needs
        self,
        vantage: Vantage,
        visitor: Visitor,
        readers: Readers,
        photographer: Photographer,
        names: Names,
        now: Callable[[], datetime],
        seconds: float = SECONDS,
    ) -> None:
        """Take what opening needs; `seconds` for all that is opened at once."""
        self.vantage, self._visitor, self._readers = vantage, visitor, readers
        self._photographer, self._names, self._now, self._seconds = photographer, names, now, seconds

    async def open(self, urls: Sequence[str]) -> Opened:
        """Open the first of these that answers, and keep all that was exchanged: in time or as far as it came."""
        until = time.monotonic() + self._seconds * (1 - READING)
        seen = _Seen(until, Visit((), Outcome.SKIPPED, "there is nothing to open", ""))
        try:
            async with asyncio.timeout(self._seconds):
                await self._see(urls, seen)
        except TimeoutError:
            seen.late = f"its {self._seconds:g} seconds were up: what came until then is kept"
            if not seen.visit.exchanges:
                seen.visit = Visit((), Outcome.TIMEOUT, "no answer in time", urls[0])
        return self._opened(seen)

    async def photograph(self, opened: Opened) -> Gained:
        """Take a picture of what was opened, and read the page as its scripts left it."""
        taken = await self._photographer.take(opened.url, self.vantage)
        dom = next((one for one in taken.items if one.media_type == "text/html"), None)
        if dom is None:
            return taken
        shown = await self._readers.page(dom.body, (("content-type", "text/html; charset=utf-8"),), dom.url)
        if isinstance(shown, Unreadable):
            return taken
        rendered = self._page(shown, self._brands(shown), dom.url, dom.acquired_at, dom.sha256)
        before = {(one.kind, repr(one.data)) for one in opened.gained.findings}
        new = [one for one in rendered if one.kind == RENDERED or (one.kind, repr(one.data)) not in before]
        return taken + Gained(new)

    # --- what is asked for ------------------------------------------------------------------------------------------

    async def _see(self, urls: Sequence[str], seen: _Seen) -> None:
        await self._first(urls, seen)
        await self._read(seen)
        for _ in range(MOST_REFRESHES):
            if not seen.leads:
                break
            following = await self._visit(seen.leads, self.vantage.headers, seen)
            seen.visit = replace(following, exchanges=(*seen.visit.exchanges, *following.exchanges))
            if not following.exchanges:
                break
            await self._read(seen)
        await self._pictures(seen)

    async def _first(self, urls: Sequence[str], seen: _Seen) -> None:
        """Visit one after the other: one page that is gone is not the whole site."""
        for url in urls:
            visit = await self._visit(url, self.vantage.headers, seen)
            if visit.exchanges:
                seen.url, seen.visit = url, replace(visit, exchanges=(*seen.visit.exchanges, *visit.exchanges))
                if visit.exchanges[-1].status not in _GONE:
                    return
            elif not seen.visit.exchanges:
                seen.visit, seen.url = visit, url if visit.unread else seen.url
            if visit.outcome in _OVER:
                return

    async def _visit(self, url: str, headers: Sequence[tuple[str, str]], seen: _Seen) -> Visit:
        """Fetch something in the time that is left; raises `TimeoutError` where none is."""
        left = seen.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        visit = await self._visitor.visit(url, headers, seconds=left)
        seen.unread += [visit.unread] if visit.unread else []
        return visit

    async def _read(self, seen: _Seen) -> None:
        """Find out what the last page shows, or why it cannot be told."""
        seen.shown, seen.why, seen.brands = None, "", ()
        if seen.last is None or not seen.last.body or not may_be_page(seen.last):
            return
        read = await self._readers.page(seen.last.body, told_to_readers(seen.last.headers), seen.visit.url)
        if isinstance(read, Unreadable):
            seen.why = read.why
        else:
            seen.shown, seen.brands = read, self._brands(read)

    async def _pictures(self, seen: _Seen) -> None:
        """Fetch the page's sign and, where it asks for something, its first pictures."""
        shown = seen.shown
        if shown is None or shown.empty:
            return
        signs = [*shown.favicons[:1]] or ["/favicon.ico"]
        asks = bool(shown.forms or shown.numbers or shown.wallets or seen.brands)
        wanted = [("page.favicon", one, "") for one in signs]
        wanted += [("page.image", one.src, one.alt) for one in shown.images[:MOST_PICTURES] if asks]
        await asyncio.gather(*(self._picture(at, *one, seen) for at, one in enumerate(wanted)))

    async def _picture(self, at: int, kind: str, written: str, alt: str, seen: _Seen) -> None:
        """Fetch and hash one picture; its finding has no proof yet."""
        url = web_address(seen.visit.url, written)
        if not url:
            return
        visit = await self._visit(url, self._as_picture(url), seen)
        seen.fetched[at] = visit.exchanges
        last = visit.exchanges[-1] if visit.exchanges else None
        if last is None or last.status != 200 or not last.body:  # noqa: PLR2004  # OK
            return
        picture = await self._readers.image(last.body)
        if isinstance(picture, Unreadable):
            return
        data = {"url": url, "sha256": picture.sha256, "mmh3": picture.mmh3, "dhash": picture.dhash, "alt": alt}
        what = "its sign" if kind == "page.favicon" else "a picture"
        text = f"{what}: {picture.format}, {picture.width} x {picture.height}"
        seen.pictures[at] = Finding(kind, url, last.ended, Outcome.FOUND, text, data, vantage=self.vantage.name)

    def _as_picture(self, url: str) -> list[tuple[str, str]]:
        changed = {"Accept": "image/avif,image/webp,image/*,*/*;q=0.8", "Sec-Fetch-Mode": "no-cors"}
        changed |= {"Sec-Fetch-Dest": "image", "Referer": f"{urlsplit(url).scheme}://{urlsplit(url).netloc}/"}
        kept = [(name, changed.get(name, value)) for name, value in self.vantage.headers]
        return [one for one in kept if one[0] not in {"Upgrade-Insecure-Requests", "Sec-Fetch-User"}]

    # --- what comes of it -------------------------------------------------------------------------------------------

    def _opened(self, seen: _Seen) -> Opened:
        name, exchanges, visit = self.vantage.name, seen.exchanges, seen.visit
        items: list[Item] = []
        if exchanges:
            body = warc(exchanges, software=TOOL)
            url = seen.url or exchanges[0].url
            items.append(Item(body, "application/warc", url, exchanges[0].begun, TOOL, name, _cuts(exchanges)))
        proof, at = (items[0].sha256 if items else ""), (exchanges[0].begun if exchanges else self._now())
        where = visit.url or seen.url
        findings = [http_finding(visit, source=where, observed_at=at, sha256=proof, vantage=name)]
        first = next((one for one in (*visit.exchanges, *seen.unread) if one.handshake), None)
        secure = tls_findings(first, vantage=name) if first else Gained()
        if seen.shown:
            findings += self._page(seen.shown, seen.brands, where, at, proof, kind="page.shown")
        for why, outcome in ((seen.why, Outcome.FAILED), (seen.late, Outcome.TIMEOUT)):
            if why:
                findings.append(Finding("page.unreadable", where, at, outcome, why, {"why": why}, proof, name))
        findings += [replace(seen.pictures[one], sha256=proof) for one in sorted(seen.pictures)]
        return Opened(name, seen.url, Gained(findings, items) + secure, seen.shown, seen.not_read)

    def _page(  # noqa: PLR0913, PLR0917  # what a page is told with
        self, shown: Shown, brands: Sequence[str], url: str, at: datetime, proof: str, kind: str = RENDERED
    ) -> list[Finding]:
        """Return what a page shows, with the brands that its words name."""
        found = findings_of(shown, source=url, observed_at=at, sha256=proof, vantage=self.vantage.name)
        return [
            replace(one, kind=kind, data={**one.data, "brands": list(brands)}) if one.kind == "page.shown" else one
            for one in found
        ]

    def _brands(self, shown: Shown) -> list[str]:
        """Return the brands that title and first words name."""
        return self._names([f"{shown.title}\n{shown.text[:NAMING]}"])[0]


def _cuts(exchanges: Sequence[Exchange]) -> str:
    return "; ".join(dict.fromkeys(one.cut for one in exchanges if one.cut))


__all__ = ["KNOWN", "Opened", "Opener"]
