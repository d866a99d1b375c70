"""What speaks for an honest site or an unused name, and what only has to be known."""

# ruff: noqa: D401  # a signal's docstring states what it sees

from datetime import timedelta

from scamhunt.observed import Outcome
from scamhunt.score.seen.around import NEW, REGISTRIES, registered
from scamhunt.score.seen.read import folded, moment, number, target_of, text, texts
from scamhunt.score.seen.scene import PAGES, UNUSED, Scene, View, recognised
from scamhunt.score.seen.signal import Part, Told, signal

OLD = timedelta(days=2 * 365)
SETTLED = timedelta(days=90)
"""One malicious name in six is used only after so many days; the others are known by then."""
OWN_WORDS = 100
"""Visible words from which on a page is content of somebody's own."""
BOTH = 2


# --- own: what `benign` needs -----------------------------------------------------------------------------------------


@signal(
    Part.OWN,
    source="brand packs: official registrable domains",
    seen_in='{"kind": "http.exchange", "chain": [{"url": "https://www.amazon.com/"}], "final_url": "https://www.amazon.com/"}',
    not_in='{"kind": "http.exchange"}',
)
def official(scene: Scene) -> Told | None:
    """It is an official domain of the brand."""
    if scene.brand is None or not scene.is_own(scene.target):
        return None
    return 1.0, f"{scene.target} is an official domain of {scene.brand.name}"


@signal(
    Part.OWN,
    source="registries: whoever names another's name servers gives the name into that one's hands",
    seen_in='{"kind": "dns.ns", "values": ["ns1.amazon.com", "ns2.amazon.com"]}',
    not_in='{"kind": "dns.ns", "values": ["ns1.amazon.com.host.example", "ns2.amazon.com"]}',
)
def brands_registration(scene: Scene) -> Told | None:
    """All name servers are the brand's own, or the registry names the registrant of the official domain."""
    if scene.brand is None or scene.is_own(scene.target):
        return None
    servers = [value.rstrip(".").lower() for one in scene.of("dns.ns") for value in texts(one, "values")]
    if servers and all(scene.is_own(target_of(one)) for one in servers) and not _rented(scene):
        return 1.0, f"its name servers belong to {scene.brand.name}: {servers[0]}"
    holders = {folded(one.registrant) for one in scene.officials} - {""}
    named = next((name for one in scene.of(*REGISTRIES) if folded(name := text(one, "registrant")) in holders), "")
    if named and not is_hidden(named) and led_to_brand(scene):
        return 1.0, f"the registry names {named} as its registrant, as of {scene.brand.name}'s own domain"
    return None


def _rented(scene: Scene) -> bool:
    """Return whether the name servers are those of a service: some brands sell theirs to everybody."""
    found = [one for role in recognised(scene.findings).values() for one in role]
    return any("name server" in text(one, "by") for one in found)


@signal(
    Part.OWN,
    source="own judgement: kits send whom they do not want to the brand, so it takes two vantages and a settled name",
    seen_in="""{"kind": "http.exchange", "vantage": "desktop", "source": "https://www.amazon.com/"}
               {"kind": "http.exchange", "vantage": "mobile", "source": "https://www.amazon.com/"}
               {"kind": "rdap.domain", "registered": "2019-01-01T00:00:00Z"}""",
    not_in="""{"kind": "http.exchange", "vantage": "desktop", "source": "https://www.amazon.com/"}
              {"kind": "http.exchange", "vantage": "mobile", "source": "https://www.amazon.com/"}
              {"kind": "rdap.domain", "registered": "2026-11-19T00:00:00Z"}""",
)
def leads_to_brand(scene: Scene) -> Told | None:
    """All vantages, two at least, are led straight to the brand, the name takes no mail and is 90 days old."""
    at = registered(scene)
    if not led_to_brand(scene) or at is None or scene.now - at < SETTLED or _takes_mail(scene) or scene.brand is None:
        return None
    return 1.0, f"every visitor is led straight to {scene.brand.name}: {scene.views[0].hosts[-1]}"


def led_to_brand(scene: Scene) -> bool:
    """Return whether each vantage, two at least, got an answer that led straight to the brand and nowhere else."""
    return len(scene.views) >= BOTH and all(_led(scene, view) for view in scene.views)


def _led(scene: Scene, view: View) -> bool:
    """Return whether this visitor was led to the brand over hosts of the name and the brand alone."""
    passed = [target_of(host) for host in view.hosts]
    straight = all(one == scene.target or scene.is_own(one) for one in passed)
    return view.exchange is not None and scene.is_own(view.target) and straight


def _takes_mail(scene: Scene) -> bool:
    """Return whether the name takes mail, or may: nobody could say."""
    asked = [one for one in scene.findings if one.kind == "dns.mx"]
    return any(one.outcome not in {Outcome.EMPTY, Outcome.ABSENT} and texts(one, "values") != ("0 .",) for one in asked)


# --- honest: lowers, and is never enough ------------------------------------------------------------------------------


@signal(
    Part.HONEST,
    source="own judgement: registered and not used does no harm yet",
    seen_in="""{"kind": "http.exchange"}
               {"kind": "host.recognised", "role": "parking", "name": "Sedo"}""",
    not_in="""{"kind": "page.form", "asks": ["password"]}
              {"kind": "host.recognised", "role": "parking", "name": "Sedo"}""",
)
def unused(scene: Scene) -> Told | None:
    """The name is parked or for sale, and nothing asks for a secret."""
    found = [one for role in sorted(UNUSED) for one in recognised(scene.findings).get(role, ())]
    if not found or scene.secrets:
        return None
    return 1.0, f"{text(found[0], 'role')}: {text(found[0], 'name')}"


@signal(
    Part.HONEST,
    source="own judgement: such a site may still be hacked, so it is never benign by itself",
    seen_in="""{"kind": "rdap.domain", "registered": "2015-01-01T00:00:00Z"}
               {"kind": "http.exchange"}
               {"kind": "page.shown", "title": "Garden club", "words": 300, "brands": []}""",
    not_in="""{"kind": "rdap.domain", "registered": "2015-01-01T00:00:00Z"}
              {"kind": "http.exchange"}
               {"kind": "page.shown", "title": "Garden club", "words": 300, "brands": ["amazon"]}""",
)
def own_business(scene: Scene) -> Told | None:
    """An old name with content of its own, the same for all, which names no brand and asks for nothing secret."""
    at = registered(scene)
    if at is None or scene.now - at < OLD or scene.secrets or not scene.views:
        return None
    pages = list(scene.foreign(*PAGES))
    ours = [one for one in pages if (number(one, "words") or 0) >= OWN_WORDS and not texts(one, "brands")]
    suspect = any(True for _ in scene.foreign("page.popup", "page.wallet", "page.kit", "page.block"))
    if (
        len(ours) != len(pages)
        or len(scene.shows) != len(scene.views)
        or suspect
        or recognised(scene.findings).keys() & UNUSED
    ):
        return None
    return 1.0, f"registered in {at:%Y}, and its pages are about something else"


# --- notes: weigh nothing ---------------------------------------------------------------------------------------------


@signal(
    Part.NOTE,
    source="Let's Encrypt and others give everybody a certificate: nearly all pages have one, honest or not",
    seen_in='{"kind": "tls.certificate", "from": "2026-11-20T00:00:00Z", "issuer": "CN=R11,O=Example CA"}',
    not_in='{"kind": "tls.certificate", "from": "2026-01-20T00:00:00Z", "issuer": "CN=R11,O=Example CA"}',
)
def new_certificate(scene: Scene) -> Told | None:
    """The certificate is less than 7 days old, which says nothing: they are renewed by machines."""
    begun = next((at for one in scene.of("tls.certificate") if (at := moment(one, "from"))), None)
    return (0.0, f"its certificate is of {begun:%Y-%m-%d}") if begun and scene.now - begun < NEW else None


@signal(
    Part.NOTE,
    source="ICANN Temporary Specification, 2018: most registries hide every registrant, so it tells nothing",
    seen_in='{"kind": "rdap.domain", "registrant": "REDACTED FOR PRIVACY"}',
    not_in='{"kind": "rdap.domain", "registrant": "Example Ltd"}',
)
def hidden_registrant(scene: Scene) -> Told | None:
    """The registrant is hidden, as most are."""
    names = [text(one, "registrant") for one in scene.of(*REGISTRIES)]
    return (0.0, "its registrant is hidden, as most are") if any(is_hidden(name) for name in names) else None


def is_hidden(registrant: str) -> bool:
    """Return whether the name of a registrant is a veil."""
    words = folded(registrant)
    return any(one in words for one in ("redacted", "privacy", "proxy", "withheld", "not disclosed", "whoisguard"))


@signal(
    Part.NOTE,
    source="RFC 7505: a null MX says that no mail is taken",
    seen_in='{"kind": "dns.mx", "outcome": "empty"}',
    not_in='{"kind": "dns.mx", "outcome": "timeout"}',
)
def no_mail(scene: Scene) -> Told | None:
    """The name takes no mail."""
    asked = [one for one in scene.findings if one.kind == "dns.mx"]
    return (0.0, "it takes no mail") if asked and not _takes_mail(scene) else None


@signal(
    Part.NOTE,
    source="web servers' own first pages: data/hosting/parking.toml",
    seen_in='{"kind": "host.recognised", "role": "default page", "name": "nginx"}',
    not_in='{"kind": "host.recognised", "role": "cdn", "name": "Cloudflare"}',
)
def default_page(scene: Scene) -> Told | None:
    """Only the default page of a web server is there."""
    one = next(iter(recognised(scene.findings).get("default page", ())), None)
    return (0.0, f"only the default page of {text(one, 'name')} is there") if one else None


@signal(
    Part.NOTE,
    source="hosts' and registrars' own words: data/hosting/parking.toml",
    seen_in='{"kind": "host.recognised", "role": "suspended", "name": "a suspended account"}',
    not_in='{"kind": "host.recognised", "role": "hosting", "name": "Example"}',
)
def suspended(scene: Scene) -> Told | None:
    """The host, the registrar or a court says that it was taken down."""
    found = [one for role in ("suspended", "sinkhole") for one in recognised(scene.findings).get(role, ())]
    return (0.0, f"taken down: {text(found[0], 'name')}") if found else None


@signal(
    Part.NOTE,
    source="facts/web.md e: an empty page is no proof of harmlessness",
    seen_in="""{"kind": "http.exchange"}
               {"kind": "page.shown", "empty": true}""",
    not_in="""{"kind": "http.exchange"}
              {"kind": "page.shown", "empty": false, "words": 40}""",
)
def empty(scene: Scene) -> Told | None:
    """A page came and shows nothing."""
    answered = [view for view in scene.views if view.exchange and not view.walled]
    bare = [view for view in answered if not view.pages and any(True for _ in view.of(*PAGES))]
    return (0.0, f"{bare[0].vantage} gets an empty page: unknown is not harmless") if bare else None


@signal(
    Part.NOTE,
    source="own rule: unknown is not absent",
    seen_in='{"kind": "http.exchange", "outcome": "timeout"}',
    not_in='{"kind": "http.exchange"}',
)
def out_of_reach(scene: Scene) -> Told | None:
    """A vantage got no answer, which says nothing."""
    silent = [view.vantage for view in scene.views if view.exchange is None]
    return (0.0, f"no answer for {', '.join(silent)}: it says nothing") if silent else None


@signal(
    Part.NOTE,
    source="services that only lead on: data/hosting/builders.toml",
    seen_in='{"kind": "host.recognised", "role": "url shortener", "name": "Bitly"}',
    not_in='{"kind": "host.recognised", "role": "site builder", "name": "Wix"}',
)
def shortener(scene: Scene) -> Told | None:
    """It belongs to a service that shortens addresses: what counts is where it leads."""
    one = next(iter(recognised(scene.findings).get("url shortener", ())), None)
    return (0.0, f"an address of {text(one, 'name')}, which only leads on") if one else None
