"""Addresses on a page: what it leads to, what it loads, whose they are. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Comment, Tag

from scamhunt.errors import BadIndicator
from scamhunt.indicators import domain
from scamhunt.investigate.page_shown import URL, Image, Places

LINKS, HOSTS, FRAMES, ICONS, IMAGES = 200, 100, 50, 10, 30
ALT = 120
_TALK = ("tel:", "mailto:", "sms:")
_WEB = ("http", "https")
_LOADED = (("script", "src"), ("img", "src"), ("source", "src"), ("video", "src"), ("audio", "src"), ("embed", "src"))


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags of a page in their order, sorted by name once: each walk through a page costs as much as this one."""

    every: Sequence[Tag]
    by_name: Mapping[str, Sequence[Tag]]
    comments: int

    def named(self, *names: str, having: str = "") -> list[Tag]:
        """Return the tags of these names in the order of the page; only those with an attribute, if one is named."""
        if len(names) == 1:
            found = self.by_name.get(names[0], ())
        else:
            found = [tag for tag in self.every if tag.name in names] if self.has(*names) else ()
        return [tag for tag in found if not having or tag.get(having) is not None]

    def has(self, *names: str) -> bool:
        """Say whether there is a tag of one of these names."""
        return not self.by_name.keys().isdisjoint(names)


def tags_of(soup: BeautifulSoup) -> Tags:
    """Return the tags of a page, and how many comments it has."""
    every, comments = [], 0
    by_name: defaultdict[str, list[Tag]] = defaultdict(list)
    for one in soup.descendants:
        if isinstance(one, Tag):
            every.append(one)
            by_name[one.name].append(one)
        else:
            comments += isinstance(one, Comment)
    return Tags(every, dict(by_name), comments)


def base_of(tags: Tags, url: str) -> str:
    """Return what relative addresses hang on: the first `base` of the page, else the page itself."""
    first = next(iter(tags.named("base", having="href")), None)
    return joined(url, value(first, "href")) or url if first else url


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


def links(tags: Tags, base: str) -> tuple[Places, int]:
    """Return where the page's links lead, and how many are no web addresses. Links within the page are none."""
    given = [value(tag, "href").strip() for tag in tags.named("a", "area", having="href")]
    given = [one for one in given if one and not one.startswith("#")]
    full = _full(base, given)
    odd = sum(not one and not at.lower().startswith(_TALK) for one, at in zip(full, given, strict=True))
    return _places(one for one in full if one), odd


def resources(tags: Tags, base: str) -> Places:
    """Return what the page loads: scripts, pictures, style sheets, sound."""
    return _places(one for one in _full(base, list(_loaded(tags))) if one)


def frames(tags: Tags, base: str) -> tuple[str, ...]:
    """Return the pages that are shown within the page."""
    found = [joined(base, value(tag, "src")) for tag in tags.named("iframe", "frame", having="src")]
    found += [joined(base, value(tag, "data")) for tag in tags.named("object", having="data")]
    return tuple(dict.fromkeys(one for one in found if one))[:FRAMES]


def favicons(tags: Tags, base: str) -> tuple[str, ...]:
    """Return the signs that the page names for itself, in their order."""
    named = [tag for tag in tags.named("link", having="href") if "icon" in value(tag, "rel").lower()]
    found = [joined(base, value(tag, "href")) for tag in named]
    return tuple(dict.fromkeys(one for one in found if one))[:ICONS]


def images(tags: Tags, base: str) -> tuple[Image, ...]:
    """Return the first pictures, each address once."""
    found: dict[str, str] = {}
    named = tags.named("img", having="src")
    for tag, address in zip(named, _full(base, [value(tag, "src") for tag in named]), strict=True):
        if address and len(found) < IMAGES:
            found.setdefault(address, " ".join(value(tag, "alt").split())[:ALT])
    return tuple(Image(address, alt) for address, alt in found.items())


def refresh(tags: Tags, base: str) -> str:
    """Return where the page leads on by itself (`meta http-equiv=refresh`), empty where it stays."""
    for tag in tags.named("meta", having="content"):
        _, mark, target = value(tag, "content").partition(";")
        name, _, address = target.strip().partition("=")
        if value(tag, "http-equiv").strip().lower() == "refresh" and mark and name.strip().lower() == "url":
            return joined(base, address.strip().strip("'\""))
    return ""


def _full(base: str, given: Sequence[str]) -> list[str]:
    """Return the full web address of each, as `joined` does; pages repeat them, so each is worked out once."""
    full = {one: joined(base, one) for one in set(given)}
    return [full[one] for one in given]


def _loaded(tags: Tags) -> Iterator[str]:
    for name, attribute in _LOADED:
        yield from (value(tag, attribute) for tag in tags.named(name, having=attribute))
    yield from (value(tag, "href") for tag in tags.named("link", having="href") if _is_loaded(value(tag, "rel")))


def _is_loaded(rel: str) -> bool:
    return not {"stylesheet", "icon", "preload", "modulepreload"}.isdisjoint(rel.lower().split())


def _places(urls: Iterable[str]) -> Places:
    each = Counter(urls)
    hosts: Counter[str] = Counter()
    for url, count in each.items():
        hosts[host(url)] += count
    return Places(dict(hosts.most_common(HOSTS)), tuple(each)[:LINKS])
