"""Addresses on a page: what it leads to, what it loads, whose they are. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from scamhunt.errors import BadIndicator
from scamhunt.indicators import domain
from scamhunt.investigate.page_shown import URL, Image, Places

LINKS, HOSTS, FRAMES, ICONS, IMAGES = 200, 100, 50, 10, 30
ALT = 120
_TALK = ("tel:", "mailto:", "sms:")
_WEB = ("http", "https")
_LOADED = (("script", "src"), ("img", "src"), ("source", "src"), ("video", "src"), ("audio", "src"), ("embed", "src"))


def base_of(soup: BeautifulSoup, url: str) -> str:
    """Return what relative addresses hang on: the first `base` of the page, else the page itself."""
    first = soup.find("base", href=True)
    return joined(url, value(first, "href")) or url if isinstance(first, Tag) else url


def joined(base: str, address: str) -> str:
    """Return the full web address of what stands in an attribute; empty for other schemes and what none can read."""
    try:
        full = urljoin(base, "".join(address.split("\n")).strip())
        parts = urlsplit(full)
        fits = parts.scheme in _WEB and parts.hostname and len(full) <= URL
    except ValueError:
        return ""
    return full if fits else ""


def host(url: str) -> str:
    """Return the host of an address in small letters, empty where it has none."""
    try:
        return (urlsplit(url).hostname or "")[:253]
    except ValueError:
        return ""


def owner(url: str) -> str:
    """Return what a report about an address would be about: its registrable name, else its host as it stands."""
    name = host(url)
    try:
        return domain.parse(name).target if name else ""
    except BadIndicator:
        return name


def value(tag: Tag, name: str) -> str:
    """Return an attribute as one text, empty where there is none."""
    found = tag.get(name)
    return "" if found is None else found if isinstance(found, str) else " ".join(found)


def links(soup: BeautifulSoup, base: str) -> tuple[Places, int]:
    """Return where the page's links lead, and how many are no web addresses. Links within the page are none."""
    given = [value(tag, "href").strip() for tag in soup.find_all(["a", "area"], href=True)]
    given = [one for one in given if one and not one.startswith("#")]
    full = [joined(base, one) for one in given]
    odd = sum(not one and not at.lower().startswith(_TALK) for one, at in zip(full, given, strict=True))
    return _places(one for one in full if one), odd


def resources(soup: BeautifulSoup, base: str) -> Places:
    """Return what the page loads: scripts, pictures, style sheets, sound."""
    return _places(one for one in (joined(base, given) for given in _loaded(soup)) if one)


def frames(soup: BeautifulSoup, base: str) -> tuple[str, ...]:
    """Return the pages that are shown within the page."""
    found = [joined(base, value(tag, "src")) for tag in soup.find_all(["iframe", "frame"], src=True)]
    found += [joined(base, value(tag, "data")) for tag in soup.find_all("object", data=True)]
    return tuple(dict.fromkeys(one for one in found if one))[:FRAMES]


def favicons(soup: BeautifulSoup, base: str) -> tuple[str, ...]:
    """Return the signs that the page names for itself, in their order."""
    named = [tag for tag in soup.find_all("link", href=True) if "icon" in value(tag, "rel").lower()]
    found = [joined(base, value(tag, "href")) for tag in named]
    return tuple(dict.fromkeys(one for one in found if one))[:ICONS]


def images(soup: BeautifulSoup, base: str) -> tuple[Image, ...]:
    """Return the first pictures, each address once."""
    found: dict[str, str] = {}
    for tag in soup.find_all("img", src=True):
        address = joined(base, value(tag, "src"))
        if address and len(found) < IMAGES:
            found.setdefault(address, " ".join(value(tag, "alt").split())[:ALT])
    return tuple(Image(address, alt) for address, alt in found.items())


def refresh(soup: BeautifulSoup, base: str) -> str:
    """Return where the page leads on by itself (`meta http-equiv=refresh`), empty where it stays."""
    for tag in soup.find_all("meta", content=True):
        _, mark, target = value(tag, "content").partition(";")
        name, _, address = target.strip().partition("=")
        if value(tag, "http-equiv").strip().lower() == "refresh" and mark and name.strip().lower() == "url":
            return joined(base, address.strip().strip("'\""))
    return ""


def _loaded(soup: BeautifulSoup) -> Iterator[str]:
    for name, attribute in _LOADED:
        yield from (value(tag, attribute) for tag in soup.find_all(name, {attribute: True}))
    yield from (value(tag, "href") for tag in soup.find_all("link", href=True) if _is_loaded(value(tag, "rel")))


def _is_loaded(rel: str) -> bool:
    return not {"stylesheet", "icon", "preload", "modulepreload"}.isdisjoint(rel.lower().split())


def _places(urls: Iterable[str]) -> Places:
    each = Counter(urls)
    hosts: Counter[str] = Counter()
    for url, count in each.items():
        hosts[host(url)] += count
    return Places(dict(hosts.most_common(HOSTS)), tuple(each)[:LINKS])
