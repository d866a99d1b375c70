"""What a report says of what looks found at a name: seen, how to see it again, what proves it. Pure."""

import re
from collections.abc import Iterator

from scamhunt.observed import Liveness
from scamhunt.takedown import choice
from scamhunt.takedown.case import Case
from scamhunt.takedown.shown import NAME_LIMIT, Shown, when
from scamhunt.takedown.site import Proof, Reproduced, Site
from scamhunt.takedown.words import clean, defang_name

PROOFS_SHOWN = 8
VISITS_SHOWN = 6
RELATED_SHOWN = 20
PICTURES = frozenset({"image/png", "image/jpeg", "image/webp"})
PAGES = frozenset({"text/html", "application/warc", *PICTURES})
"""Media types of what shows a page as a visitor got it."""
GONE = frozenset({Liveness.SUSPENDED, Liveness.TAKEN_DOWN})
"""What a look says of content that is gone; an address that does not answer is not gone."""
_UA_LIMIT = 250
_RECORD = re.compile(r"^dns://.*\?type=([A-Z0-9]{1,10})$")  # RFC 4501


def registrar(site: Site, shown: Shown) -> str:
    """Return the registrar with its IANA number, empty where it is not known."""
    number = f" (IANA {site.registrar_id})" if site.registrar_id.isdigit() else ""
    return f"{shown.name(site.registrar)}{number}" if site.registrar else ""


def seen(case: Case, shown: Shown) -> tuple[str, ...]:
    """Return what looks found, a line each; none where they found nothing."""
    return tuple(_seen(case.site, shown))


def _seen(site: Site, shown: Shown) -> Iterator[str]:
    if site.url:
        led = f", which led to {shown.url(site.final_url)}" if site.final_url not in {"", site.url} else ""
        yield f"opened: {shown.url(site.url)}{led}"
    if site.title:
        yield f"title of the page: {shown.seen(site.title, NAME_LIMIT)}"
    if site.asks:
        yield f"its forms ask for: {', '.join(shown.names(site.asks, 12))}"
    if site.posts_to:
        yield f"what is typed in goes to: {', '.join(map(shown.seen, site.posts_to[:5]))}"
    if site.popups:
        yield f"it shows: {', '.join(shown.names(site.popups, 8))}"
    if site.numbers:
        yield f"numbers that it shows: {', '.join(site.numbers[:8])}"
    if site.kits:
        yield f"files of a known kit: {', '.join(shown.names(site.kits, 5))}"
    if site.registered:
        yield f"the name was registered on {site.registered:%Y-%m-%d}"
    if site.machines:
        yield f"it leads to: {', '.join(_machine(one.address, one.network, shown) for one in site.machines[:6])}"


def _machine(address: str, network: str, shown: Shown) -> str:
    return shown.words(f"{address} in {network}" if network else address, NAME_LIMIT)


def visits(case: Case, shown: Shown, typed: str = "") -> tuple[str, ...]:
    """Return how each vantage got what it saw, a line each, so that a desk can do the same.

    `typed` is the exact address that a person saw.
    """
    made = [_visit(one, shown) for one in case.site.visits[:VISITS_SHOWN]]
    return (*([f"seen at {shown.url(typed)}"] if typed else []), *made)


def _visit(one: Reproduced, shown: Shown) -> str:
    told = [
        f"{shown.name(one.vantage)}, {when(one.at)}: {shown.url(one.url)}",
        # A browser's name has dots of its own: it is copied as it stands, and nothing in it can be opened.
        f"user agent: {_agent(one.user_agent, shown)}" if one.user_agent else "",
        f"language: {shown.name(one.language)}" if one.language else "",
        f"referrer: {shown.url(one.referrer) if one.referrer else 'none'}",
        f"answer: {one.status}" if one.status else "",
        f"saw: {shown.seen(one.saw)}" if one.saw else "",
    ]
    return "; ".join(part for part in told if part)


def _agent(agent: str, shown: Shown) -> str:
    plain = clean(agent, _UA_LIMIT)
    linked = "://" in plain or "www." in plain or "@" in plain
    return shown.seen(plain, _UA_LIMIT) if linked else plain.replace(shown.case.indicator, "")


def proofs(case: Case, shown: Shown) -> tuple[str, ...]:
    """Return the items of the evidence that say the most, a line each with its hash, and how many more there are."""
    kept = case.site.proofs
    more = [f"and {len(kept) - PROOFS_SHOWN} more, on request"] if len(kept) > PROOFS_SHOWN else []
    return (*(_proof(one, shown) for one in kept[:PROOFS_SHOWN]), *more)


def _proof(one: Proof, shown: Shown) -> str:
    """Return an item with what tells it from its like: the type of a DNS record, the profile of a visit."""
    record = _RECORD.search(one.url)
    what = f"{shown.name(one.what)} ({record[1]})" if record else shown.name(one.what)
    profile = f", seen as {shown.name(one.vantage)}" if one.vantage else ""
    return f"evidence {one.id}: {what}{profile}, {when(one.acquired_at)}, sha256 {one.sha256}"


def screenshot(case: Case, shown: Shown) -> str:
    """Return the picture of the page, empty where none was kept."""
    return next((_proof(one, shown) for one in case.site.proofs if one.media_type in PICTURES), "")


def related(case: Case, shown: Shown) -> tuple[str, ...]:
    """Return other names and numbers of the same actors, each with the reason for the link."""
    kept = [f"{shown.seen(defang_name(name))}: {shown.seen(why)}" for name, why in case.related[:RELATED_SHOWN]]
    more = [f"and {len(case.related) - RELATED_SHOWN} more"] if len(case.related) > RELATED_SHOWN else []
    return (*kept, *more)


def gone(site: Site) -> str:
    """Return since when content is gone, and how, by the newest look; empty while it is not."""
    if site.liveness not in GONE or site.liveness_at is None:
        return ""
    how = "the name is suspended" if site.liveness is Liveness.SUSPENDED else "the page is taken down"
    return f"since {when(site.liveness_at)} or before: {how}"


def summary(site: Site) -> str:
    """Return what a look observed, with the evidence that proves it; empty where it is no abuse."""
    proof = next((one for one in site.proofs if one.media_type in PAGES), None)
    if proof is None or site.looked_at is None:
        return ""
    what = _abuse(site)
    return f"{what} (evidence {proof.id})" if what else ""


def _abuse(site: Site) -> str:
    told = site.verdict is None or site.verdict in choice.BAD
    if site.verdict == "benign" or not (told or choice.SECRETS & set(site.asks) or site.popups):
        return ""  # a page that was judged to be none is no abuse, whatever it asks for
    if site.asks:
        return f"a form that asks for {', '.join(clean(one, 40) for one in site.asks[:6])}"
    if site.popups:
        return f"a page that shows {', '.join(clean(one, 40) for one in site.popups[:4])}"
    if site.verdict == "impersonates":
        return "a page that shows the brand's name or signs as its own"
    return "files of a known kit" if site.kits else ""
