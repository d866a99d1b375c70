"""A page as one vantage sees it: opened, read, its pictures hashed, everything that was exchanged kept."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from scamhunt.investigate.http import http_finding
from scamhunt.investigate.page_findings import findings_of
from scamhunt.investigate.page_shown import Shown, Unreadable
from scamhunt.investigate.reader import Readers
from scamhunt.investigate.screenshot import Photographer
from scamhunt.investigate.tls import tls_findings
from scamhunt.investigate.vantages import Vantage
from scamhunt.investigate.warc import TOOL, warc
from scamhunt.net.visit import Exchange, Visit, Visitor
from scamhunt.observed import KNOWN, Finding, Gained, Item, Outcome

MOST_REFRESHES = 2
MOST_PICTURES = 4
NAMING = 2_000
"""Characters of the visible text in which brands are looked for: what a page pretends to be stands on top."""
RENDERED = "page.rendered"
_PAGE_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml")
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

    @property
    def worth_a_picture(self) -> bool:
        """Whether there is something to see, or scripts that may draw something."""
        return self.shown is not None and bool(not self.shown.empty or self.shown.scripts)


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
    ) -> None:
        """Take what opening needs."""
        self.vantage, self._visitor, self._readers = vantage, visitor, readers
        self._photographer, self._names, self._now = photographer, names, now

    async def open(self, urls: Sequence[str]) -> Opened:
        """Open the first of these that answers, and keep all that was exchanged."""
        url, visit = await self._first(urls)
        shown, why = await self._read(visit)
        for _ in range(MOST_REFRESHES):
            if not (shown and shown.refresh and _is_web(shown.refresh)):
                break
            following = await self._visitor.visit(urljoin(visit.url, shown.refresh), self.vantage.headers)
            visit = replace(following, exchanges=(*visit.exchanges, *following.exchanges))
            shown, why = await self._read(visit)
        brands = self._brands(shown) if shown else []
        pictures, fetched = await self._pictures(visit, shown, brands)
        return self._opened(url, visit, shown, why, brands, pictures, fetched)

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

    async def _first(self, urls: Sequence[str]) -> tuple[str, Visit]:
        visit = gone = Visit((), Outcome.SKIPPED, "there is nothing to open", "")
        opened = ""
        for url in urls:
            visit = await self._visitor.visit(url, self.vantage.headers)
            if visit.exchanges and visit.exchanges[-1].status not in _GONE:
                return url, replace(visit, exchanges=(*gone.exchanges, *visit.exchanges))
            if visit.exchanges:  # one page that is gone is not the whole site: look at the next place
                opened, gone = url, replace(visit, exchanges=(*gone.exchanges, *visit.exchanges))
            if visit.outcome in _OVER:
                break
        return (opened, gone) if opened else ("", visit)

    async def _read(self, visit: Visit) -> tuple[Shown | None, str]:
        """Return what the last page shows, or why it cannot be told."""
        last = visit.exchanges[-1] if visit.exchanges else None
        if last is None or not last.body or not _is_page(last):
            return None, ""
        shown = await self._readers.page(last.body, last.headers, visit.url)
        return (None, shown.why) if isinstance(shown, Unreadable) else (shown, "")

    async def _pictures(
        self, visit: Visit, shown: Shown | None, brands: Sequence[str]
    ) -> tuple[list[Finding], list[Exchange]]:
        """Fetch the page's sign and, where it asks for something, its first pictures; return them with no hash yet."""
        if shown is None or shown.empty:
            return [], []
        signs = [*shown.favicons[:1]] or ["/favicon.ico"]
        asks = bool(shown.forms or shown.numbers or shown.wallets or brands)
        wanted = [("page.favicon", one, "") for one in signs]
        wanted += [("page.image", one.src, one.alt) for one in shown.images[:MOST_PICTURES] if asks]
        came = await asyncio.gather(*(self._picture(kind, urljoin(visit.url, at), alt) for kind, at, alt in wanted))
        return [found for found, _ in came if found], [one for _, exchanges in came for one in exchanges]

    async def _picture(self, kind: str, url: str, alt: str) -> tuple[Finding | None, tuple[Exchange, ...]]:
        if not _is_web(url):
            return None, ()
        visit = await self._visitor.visit(url, self._as_picture(url))
        last = visit.exchanges[-1] if visit.exchanges else None
        if last is None or last.status != 200 or not last.body:  # noqa: PLR2004  # OK
            return None, visit.exchanges
        seen = await self._readers.image(last.body)
        if isinstance(seen, Unreadable):
            return None, visit.exchanges
        data = {"url": url, "sha256": seen.sha256, "mmh3": seen.mmh3, "dhash": seen.dhash, "alt": alt}
        what = "its sign" if kind == "page.favicon" else "a picture"
        text = f"{what}: {seen.format}, {seen.width} x {seen.height}"
        return Finding(kind, url, last.ended, Outcome.FOUND, text, data, vantage=self.vantage.name), visit.exchanges

    def _as_picture(self, url: str) -> list[tuple[str, str]]:
        changed = {"Accept": "image/avif,image/webp,image/*,*/*;q=0.8", "Sec-Fetch-Mode": "no-cors"}
        changed |= {"Sec-Fetch-Dest": "image", "Referer": f"{urlsplit(url).scheme}://{urlsplit(url).netloc}/"}
        kept = [(name, changed.get(name, value)) for name, value in self.vantage.headers]
        return [one for one in kept if one[0] not in {"Upgrade-Insecure-Requests", "Sec-Fetch-User"}]

    # --- what comes of it -------------------------------------------------------------------------------------------

    def _opened(  # noqa: PLR0913, PLR0917  # what was seen
        self,
        url: str,
        visit: Visit,
        shown: Shown | None,
        why: str,
        brands: Sequence[str],
        pictures: Sequence[Finding],
        fetched: Sequence[Exchange],
    ) -> Opened:
        name, exchanges = self.vantage.name, (*visit.exchanges, *fetched)
        items: list[Item] = []
        if exchanges:
            body = warc(exchanges, software=TOOL)
            items.append(Item(body, "application/warc", url, exchanges[0].begun, TOOL, name, _cuts(exchanges)))
        proof, seen_at = (items[0].sha256 if items else ""), (exchanges[0].begun if exchanges else self._now())
        where = visit.url or url
        findings = [http_finding(visit, source=where, observed_at=seen_at, sha256=proof, vantage=name)]
        first = next((one for one in visit.exchanges if one.handshake), None)
        secure = tls_findings(first, vantage=name) if first else Gained()
        if shown:
            findings += self._page(shown, brands, where, seen_at, proof, kind="page.shown")
        if why:
            findings.append(Finding("page.unreadable", where, seen_at, Outcome.FAILED, why, {"why": why}, proof, name))
        findings += [replace(one, sha256=proof) for one in pictures]
        return Opened(name, url, Gained(findings, items) + secure, shown)

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


def _is_page(exchange: Exchange) -> bool:
    """Return whether an answer claims to be a page; one that claims nothing may be one."""
    said = next((value for name, value in exchange.headers if name.lower() == "content-type"), "")
    return not said or said.lower().startswith(_PAGE_TYPES)


def _is_web(url: str) -> bool:
    return url.lower().startswith(("http://", "https://")) or "://" not in url.partition("/")[0]


__all__ = ["KNOWN", "Opened", "Opener"]
