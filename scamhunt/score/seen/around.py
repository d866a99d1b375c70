"""What stands around a page: registration, DNS, walls, differences of visitors. Never enough for a verdict."""

# ruff: noqa: D401  # a signal's docstring states what it sees

from datetime import datetime, timedelta
from itertools import combinations

from scamhunt.score.officials import LEAST_WORDS, differ
from scamhunt.score.seen.read import folded, moment, number, text, texts
from scamhunt.score.seen.scene import ANSWERS, Scene, View
from scamhunt.score.seen.signal import Part, Told, signal

NEW, YOUNG = timedelta(days=7), timedelta(days=30)
SHORT = timedelta(days=370)
"""A registration for one year; dates of registries are a few days off."""
HOLDS = frozenset({"client hold", "server hold"})
OTHER_TEXT = 16
"""Simhashes (64 bit) that differ in more bits are of different texts; unrelated ones differ in 32."""
REGISTRIES = ("rdap.domain", "whois.domain")


def registered(scene: Scene) -> datetime | None:
    """Return when the name was registered, None where nobody says."""
    return next((at for one in scene.of(*REGISTRIES) if (at := moment(one, "registered"))), None)


@signal(
    Part.CONTEXT,
    source="Interisle, Phishing Landscape: 65 of 100 malicious registrations are used within five days",
    seen_in='{"kind": "rdap.domain", "registered": "2026-11-19T10:00:00Z"}',
    not_in='{"kind": "rdap.domain", "registered": "2026-09-19T10:00:00Z"}',
)
def new_name(scene: Scene) -> Told | None:
    """The name was registered less than 7 days ago; less than 30 counts half."""
    at = registered(scene)
    if at is None or scene.now - at >= YOUNG:
        return None
    days = max(0, (scene.now - at).days)
    strength = 1.0 if scene.now - at < NEW else 0.5
    return strength, f"registered {days} day{'' if days == 1 else 's'} ago, on {at:%Y-%m-%d}"


@signal(
    Part.CONTEXT,
    source="own judgement: most registrations are for a year, so only a new one tells a little",
    seen_in='{"kind": "rdap.domain", "registered": "2026-11-19T10:00:00Z", "expires": "2027-11-19T10:00:00Z"}',
    not_in='{"kind": "rdap.domain", "registered": "2026-11-19T10:00:00Z", "expires": "2031-11-19T10:00:00Z"}',
)
def short_registration(scene: Scene) -> Told | None:
    """The name is new and was registered for a year at most."""
    for one in scene.of(*REGISTRIES):
        begun, ends = moment(one, "registered"), moment(one, "expires")
        if begun and ends and scene.now - begun < YOUNG and timedelta() < ends - begun <= SHORT:
            return 1.0, f"registered for {(ends - begun).days} days only"
    return None


@signal(
    Part.CONTEXT,
    source="ICANN EPP status codes: a registrar or registry took it out of the DNS, for whatever reason",
    seen_in='{"kind": "rdap.domain", "statuses": ["client hold", "client transfer prohibited"]}',
    not_in='{"kind": "rdap.domain", "statuses": ["client transfer prohibited"]}',
)
def on_hold(scene: Scene) -> Told | None:
    """Registrar or registry holds the name."""
    held = sorted({status.lower() for one in scene.of(*REGISTRIES) for status in texts(one, "statuses")} & HOLDS)
    return (1.0, f"the registry says: {', '.join(held)}") if held else None


@signal(
    Part.CONTEXT,
    source="RFC 5321 and RFC 7505: a name with a mail server takes answers to forged mail",
    seen_in='{"kind": "dns.mx", "values": ["10 mx.mail.example"]}',
    not_in='{"kind": "dns.mx", "values": ["0 ."]}',
)
def takes_mail(scene: Scene) -> Told | None:
    """A name that resembles the brand takes mail."""
    values = [value for one in scene.of("dns.mx") for value in texts(one, "values")]
    servers = [host for value in values if (host := value.split()[-1].rstrip(".") if value.split() else "")]
    return (1.0, f"it takes mail, at {servers[0]}") if scene.resembles and servers else None


@signal(
    Part.CONTEXT,
    source="Zhang et al., CrawlPhish, 2021; own comparison of the vantages",
    seen_in="""{"kind": "http.exchange", "vantage": "desktop", "status": 404}
               {"kind": "http.exchange", "vantage": "mobile", "status": 200}""",
    not_in="""{"kind": "http.exchange", "vantage": "desktop", "outcome": "timeout"}
              {"kind": "http.exchange", "vantage": "mobile", "status": 200}""",
)
def differs(scene: Scene) -> Told | None:
    """Visitors see different things; other words alone count less than another host, status or form."""
    found: list[tuple[float, str]] = []
    for one, other in combinations(scene.views, 2):
        found += [(weight, f"{what} ({one.vantage}, {other.vantage})") for weight, what in differences(one, other)]
    for told in scene.of("page.difference"):
        found += [(0.5, f"{what} ({', '.join(texts(told, 'vantages'))})") for what in texts(told, "what")]
    if not found:
        return None
    words = list(dict.fromkeys(what for _, what in found))
    return max(found)[0], f"visitors see different things: {', '.join(words[:4])}"


def differences(one: View, other: View) -> list[tuple[float, str]]:
    """Return in what two vantages that got an answer differ, with how much each says."""
    if one.exchange is None or other.exchange is None:
        return []
    if not all(any(True for _ in view.of("page.rendered")) for view in (one, other)):
        one, other = one.as_fetched, other.as_fetched
    found: list[tuple[float, str]] = []
    if one.target != other.target:
        found.append((1.0, "another host"))
    if (one.status in ANSWERS) != (other.status in ANSWERS) or one.walled != other.walled:
        found.append((1.0, "another status"))
    if one.asks != other.asks:
        found.append((1.0, "other forms"))
    if bool(one.pages) != bool(other.pages):
        found.append((1.0, "empty for one"))
    return found + _wordings(one, other)


def _wordings(one: View, other: View) -> list[tuple[float, str]]:
    """Return how the words differ: clocks, weather and offers change them on honest pages too."""
    if not (one.pages and other.pages):
        return []
    first, second = one.pages[-1], other.pages[-1]
    found: list[tuple[float, str]] = []
    if folded(text(first, "title")) != folded(text(second, "title")):
        found.append((0.5, "another title"))
    long = min(number(first, "words") or 0, number(second, "words") or 0) >= LEAST_WORDS
    if long and differ(text(first, "simhash"), text(second, "simhash")) > OTHER_TEXT:
        found.append((0.5, "other words"))
    return found


@signal(
    Part.CONTEXT,
    source="Oest et al., PhishFarm, 2019: whoever looks like a crawler meets a wall",
    seen_in='{"kind": "http.exchange", "status": 403}',
    not_in='{"kind": "http.exchange", "status": 404}',
)
def walled(scene: Scene) -> Told | None:
    """A wall stands in front of the page, for one visitor at least: captcha, challenge, refusal."""
    for view in scene.views:
        if view.walled:
            block = next((text(one, "what") for one in view.of("page.block")), "")
            return 1.0, f"{view.vantage} meets a wall: {block or f'status {view.status}'}"
    return None
