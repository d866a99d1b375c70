"""Registries of names and addresses, asked by RDAP (RFC 9082, RFC 9083); by WHOIS where a top-level domain has none.

What a registry does not answer says nothing about the name: "not found" is told from "asked too often" and "no answer",
and none of them is "free".
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_network
from urllib.parse import quote, urlsplit

from scamhunt import __version__, bundle
from scamhunt.addresses import Address
from scamhunt.investigate import rdap_answer
from scamhunt.investigate.abuse_contacts import Junk
from scamhunt.investigate.rdap_answer import MEDIA_TYPE, Asked
from scamhunt.investigate.rdap_bootstrap import Bootstrap
from scamhunt.investigate.rdap_json import LARGEST, UnusableError
from scamhunt.investigate.registration import Registration
from scamhunt.investigate.whois import Whois
from scamhunt.net.visit import Exchange, Resolve, Visit
from scamhunt.observed import Finding, Gained, Item, Outcome
from scamhunt.settings import Settings

DOMAIN, IP = "rdap.domain", "rdap.ip"
TOOL = f"scamhunt {__version__}"
LONGEST_LEFT_ALONE = 86_400
"""Seconds; a server that asks for more is believed so far."""
ANOTHER_REGISTRAR = "names another registrar than the registry does: ask again before you write"
OK, MISSING, TOO_MANY, BUSY = 200, 404, 429, 503

_MOST_NETWORKS = 4_096
_NEAR = {4: 24, 6: 48}
"""Bits that addresses share for which one answer may serve."""
_SAYS_SOMETHING = frozenset({Outcome.FOUND, Outcome.REFUSED, Outcome.TIMEOUT})

Fetch = Callable[[str], Awaitable[Visit]]


class Registries:
    """Asks the registries about names and addresses.

    `fetch` gets a URL under the limits and at the pace of whoever made it, and raises nothing for what is outside.
    `resolve` gives the addresses of a WHOIS server; `before` is awaited with `host:port` ahead of a question to one.
    """

    def __init__(  # noqa: PLR0913  # what asking needs
        self,
        settings: Settings,
        fetch: Fetch,
        bootstrap: Bootstrap,
        resolve: Resolve,
        *,
        before: Callable[[str], Awaitable[None]] | None = None,
        junk: Junk | None = None,
    ) -> None:
        """Ask nobody yet."""
        self._settings, self._fetch, self._bootstrap = settings, fetch, bootstrap
        self._junk = junk or Junk.of(bundle.data("registries/junk.txt").read_text("utf-8"))
        self._whois = Whois(settings, bootstrap, resolve, self._junk, before=before)
        self._networks: dict[str, asyncio.Future[Gained]] = {}

    def server_of(self, name: str) -> str:
        """Return the host that is asked about a name, by RDAP or WHOIS; empty where there is none."""
        base = self._bootstrap.for_name(name)
        if base:
            return urlsplit(base).hostname or ""
        server = self._whois.server_for(name)
        return server.host if server else ""

    # --- names --------------------------------------------------------------------------------------------------------

    async def domain(self, target: str) -> Gained:
        """Ask about a registrable name (lower case, A-labels), and its registrar where the registry refers to it.

        Returns a finding `rdap.domain` of each of the two, or one `whois.domain`. Raises nothing for what is outside.
        """
        base = self._bootstrap.for_name(target)
        if not base:
            return await self._whois.domain(target)
        gained, registration = await self._asked(f"{base}domain/{quote(target, safe='')}", target, of_registrar=False)
        link = _referral(registration, base) if registration else ""
        if not registration or not link:
            return gained
        more, theirs = await self._asked(link, target, of_registrar=True)
        if theirs and _differ(registration.registrar_id, theirs.registrar_id):
            noted = replace(theirs, notes=[*theirs.notes, ANOTHER_REGISTRAR])
            more = Gained([replace(more.findings[0], data=noted.data(_host(link)))], more.items)
        return gained + more

    async def _asked(self, url: str, target: str, *, of_registrar: bool) -> tuple[Gained, Registration | None]:
        visit = await self._fetch(url)
        answer, server = self._read(visit, url, target), _host(url)
        if isinstance(answer, Finding):
            if of_registrar and answer.outcome is Outcome.ABSENT:
                text = f"the registrar's server {server} does not know {target}, the registry does"
                answer = replace(answer, outcome=Outcome.FAILED, text=text)
            return Gained([answer], _items(visit)), None
        asked = Asked(target, server, self._settings.now(), self._junk, of_registrar)
        try:
            found = rdap_answer.domain(answer.body, asked)
        except UnusableError as error:
            return self._unusable(visit, url, target, error), None
        item = _item(answer, visit.url or url)
        finding = Finding(DOMAIN, visit.url, answer.ended, Outcome.FOUND, found.told, found.data(server), item.sha256)
        return Gained([finding], [item]), found

    # --- addresses ----------------------------------------------------------------------------------------------------

    async def address(self, ip: Address) -> Gained:
        """Ask whose network an address is in; addresses close to one that was asked for share its answer."""
        base = self._bootstrap.for_address(ip)
        if not base:
            text = f"no registry is known for {ip}: nobody was asked whose network it is"
            data = {"address": str(ip)}
            return Gained([Finding(IP, "RDAP", self._settings.now(), Outcome.SKIPPED, text, data)])
        near = str(ip_network(f"{ip}/{_NEAR[ip.version]}", strict=False))
        kept = self._networks.get(near)
        if kept:
            gained = await asyncio.shield(kept)
            if _holds(gained, ip):
                return _again(gained, ip)
            return await self._asked_for(ip, base)
        return await self._first(near, ip, base)

    async def _first(self, near: str, ip: Address, base: str) -> Gained:
        """Ask, and let those who come meanwhile wait for the answer."""
        if len(self._networks) >= _MOST_NETWORKS:
            self._networks.clear()
        promise = self._networks[near] = asyncio.get_running_loop().create_future()
        gained = Gained()
        try:
            gained = await self._asked_for(ip, base)
        finally:
            promise.set_result(gained)
            if not any(one.outcome is Outcome.FOUND for one in gained.findings):
                self._networks.pop(near, None)
        return gained

    async def _asked_for(self, ip: Address, base: str) -> Gained:
        url = f"{base}ip/{quote(str(ip), safe=':')}"
        visit = await self._fetch(url)
        answer = self._read(visit, url, str(ip))
        if isinstance(answer, Finding):
            return Gained([replace(answer, kind=IP, data=_renamed(answer))], _items(visit))
        try:
            held = rdap_answer.network(answer.body, ip, self._junk)
        except UnusableError as error:
            gained = self._unusable(visit, url, str(ip), error)
            return Gained([replace(one, kind=IP, data=_renamed(one)) for one in gained.findings], gained.items)
        item, server = _item(answer, visit.url), _host(visit.url or url)
        data = asdict(held) | {
            "abuse": [asdict(one) for one in held.abuse],
            "notes": list(held.notes),
            "server": server,
        }
        desk = next((one.email for one in held.abuse if one.email), "nobody named")
        text = f"{ip}: network {held.network} of {held.holder or held.name or 'nobody named'}; abuse to {desk}"
        return Gained([Finding(IP, visit.url, answer.ended, Outcome.FOUND, text, data, item.sha256)], [item])

    # --- what came back -----------------------------------------------------------------------------------------------

    def _read(self, visit: Visit, url: str, asked: str) -> Exchange | Finding:
        """Return an answer that can be read, else the finding that says what came instead."""
        if visit.outcome is not Outcome.FOUND or not visit.exchanges:
            # That the server's own name does not exist says nothing about the name that was asked for.
            outcome = visit.outcome if visit.outcome in _SAYS_SOMETHING and visit.problem else Outcome.FAILED
            why = visit.problem or "no answer"
            return self._finding(visit, url, outcome if outcome is not Outcome.FOUND else Outcome.FAILED, asked, why)
        last = visit.exchanges[-1]
        why = _why_unreadable(last, url, visit.url)
        if last.status == MISSING and not why:
            return self._finding(visit, url, Outcome.ABSENT, asked, "there is none, says the registry")
        return self._finding(visit, url, Outcome.FAILED, asked, why) if why else last

    def _finding(self, visit: Visit, url: str, outcome: Outcome, asked: str, why: str) -> Finding:
        last = visit.exchanges[-1] if visit.exchanges else None
        data: dict[str, object] = {"name": asked, "server": _host(url)}
        if last:
            data["status"] = last.status
        if last and last.status in {TOO_MANY, BUSY}:
            data["retry_after"] = _retry_after(last)
        items = _items(visit)
        at = last.ended if last else self._settings.now()
        proof = items[0].sha256 if items else ""
        text = f"{_host(url)} was asked about {asked}: {why}"
        return Finding(DOMAIN, visit.url or url, at, outcome, text, data, proof)

    def _unusable(self, visit: Visit, url: str, asked: str, error: UnusableError) -> Gained:
        why = f"its answer is not believed: {error}"
        return Gained([self._finding(visit, url, Outcome.FAILED, asked, why)], _items(visit))


def _why_unreadable(last: Exchange, url: str, final: str) -> str:
    """Return why an answer is not read; empty where it is, and where it says that there is none."""
    headers = {name.lower(): value.strip().lower() for name, value in last.headers}
    if last.status == TOO_MANY or (last.status == BUSY and "retry-after" in headers):
        return "it asks to be left alone for a while"
    if url.startswith("https:") and final.startswith("http:"):
        return "it led to an address that is not encrypted"
    if last.status != OK:
        return "" if last.status == MISSING else f"it answered with status {last.status}"
    return _why_no_body(last, headers)


def _why_no_body(last: Exchange, headers: Mapping[str, str]) -> str:
    if last.cut:
        return f"its answer is not whole: {last.cut}"
    if len(last.body) > LARGEST:
        return f"it sent more than {LARGEST:,} bytes"
    if headers.get("content-encoding", "identity") not in {"", "identity"}:
        return "its answer is compressed, which nobody asked for"
    return "it answered with a page of HTML" if headers.get("content-type", "").startswith("text/html") else ""


def _retry_after(last: Exchange) -> int | None:
    """Return the seconds that a server asks for (RFC 9110 10.2.3); None where it does not say."""
    said = next((value.strip() for name, value in last.headers if name.lower() == "retry-after"), "")
    if said.isascii() and said.isdecimal():
        return min(int(said[:9]), LONGEST_LEFT_ALONE)
    with suppress(ValueError, TypeError, OverflowError):
        until: datetime = parsedate_to_datetime(said)
        return max(0, min(round((until - last.ended).total_seconds()), LONGEST_LEFT_ALONE))
    return None


def _items(visit: Visit) -> list[Item]:
    """Return the last answer, where it is small enough to be one of a registry; without a body, all that came."""
    last = visit.exchanges[-1] if visit.exchanges else None
    return [_item(last, visit.url)] if last and last.response and len(last.body) <= LARGEST and not last.cut else []


def _item(last: Exchange, url: str) -> Item:
    if not last.body:
        return Item(last.response, "message/http", url, last.ended, TOOL)
    kind = MEDIA_TYPE if last.body.lstrip()[:1] == b"{" else "text/plain"
    return Item(last.body, kind, url, last.ended, TOOL)


def _referral(registration: Registration, base: str) -> str:
    """Return the registrar's own answer's address: at another server, and not less encrypted than the registry's."""
    secure, server = base.startswith("https:"), urlsplit(base).netloc
    good = (one for one in registration.elsewhere if one.startswith("https:") or not secure)
    return next((one for one in good if urlsplit(one).netloc != server), "")


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _renamed(one: Finding) -> dict[str, object]:
    return {("address" if key == "name" else key): value for key, value in one.data.items()}


def _holds(gained: Gained, ip: Address) -> bool:
    networks = [str(one.data.get("network", "")) for one in gained.findings if one.outcome is Outcome.FOUND]
    return any(ip in ip_network(one) for one in networks)


def _again(gained: Gained, ip: Address) -> Gained:
    """Return an answer for another address of its network; the same bytes prove it."""
    return Gained([replace(one, data={**one.data, "address": str(ip)}) for one in gained.findings], gained.items)
