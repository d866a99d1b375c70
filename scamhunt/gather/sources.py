"""Which feeds are read, and from where: what the team set, or what was named."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scamhunt import bundle
from scamhunt.errors import UserError, did_you_mean
from scamhunt.gather.fetch import SAMPLE, STDIN
from scamhunt.model import Feed
from scamhunt.settings import Settings

LIST = "nrd_list"
DOMAINS = "domain_list"


@dataclass(frozen=True, slots=True)
class Source:
    """One place that one feed is read from."""

    crawler: bundle.Crawler
    location: str
    """Empty: where the crawler itself says."""
    named: bool
    """Whether the feed was named, by the team or by its settings: then it is judged by its schedule and history."""


def sources(settings: Settings, feeds: Sequence[str]) -> list[Source]:
    """Return which crawler reads which location. What is no feed's name is a list of domains at that path or URL.

    Raises `UserError` for one that was named here and is neither; of those of the setting `unknown` tells, and the
    others are read.
    """
    crawlers = bundle.crawlers(settings.overlay)
    found = []
    for feed in feeds or settings.feeds:
        if feed in crawlers:
            found += [Source(crawlers[feed], *place) for place in places(settings, feed)]
        elif _is_place(feed):
            found.append(Source(crawlers[LIST], feed, named=False))
        elif feeds:
            raise UserError(f"{feed}: no such file and no feed of that name; feeds are {', '.join(sorted(crawlers))}")
    return found


def _is_place(feed: str) -> bool:
    return "://" in feed or feed in {STDIN, SAMPLE} or Path(feed).exists()


def unknown(settings: Settings) -> dict[str, str]:
    """Return the names of SCAMHUNT_FEEDS that are no feed and no list, each with what is wrong with it."""
    crawlers = bundle.crawlers(settings.overlay)
    return {
        feed: f"SCAMHUNT_FEEDS: no feed {feed[:60]!r}{did_you_mean(feed, crawlers)}; feeds are {', '.join(crawlers)}"
        for feed in settings.feeds
        if feed not in crawlers and not _is_place(feed)
    }


def mistaken(settings: Settings) -> list[str]:
    """Return what other settings name that no feed has: feeds whose terms are accepted, addresses, keys."""
    feeds = [crawler.feed for crawler in bundle.crawlers(settings.overlay).values()]
    names = [feed.name for feed in feeds]
    logins = [f"{feed.name}.login" for feed in feeds if feed.login]
    keys = sorted({key for feed in feeds for key in feed.keys})
    checks = (
        ("SCAMHUNT_ACCEPT_TERMS", "feed", settings.accept_terms, names),
        ("SCAMHUNT_ADDRESSES", "feed", settings.addresses, [*names, *logins]),
        ("SCAMHUNT_KEYS", "feed's key", settings.keys, keys),
    )
    return [
        f"{setting}: {name[:60]!r} is no {what}{did_you_mean(name, known)}"
        for setting, what, given, known in checks
        for name in given
        if name not in known
    ]


def title(feed: str, location: str, *, several: bool) -> str:
    """Return what a feed is called: of one that is read from several places the place is part of it."""
    return f"{feed} ({location})" if several and location else feed


def places(settings: Settings, feed: str) -> list[tuple[str, bool]]:
    """Return where a named feed is read from, and whether it is judged: the sample that ships never changes."""
    lists = {LIST: settings.nrd_list, DOMAINS: settings.domain_list}.get(feed, ())
    if feed.startswith("ct_") and settings.ct_log_list:
        lists = (settings.ct_log_list,)
    if feed == LIST and not lists:
        return [(SAMPLE, False)]
    return [(place, True) for place in lists or ("",)]


def why_off(feed: Feed, settings: Settings, location: str = "") -> str:
    """Return why a feed cannot be read as things are set, and how to switch it on; nothing when it can."""
    if not feed.commercial and feed.name not in settings.accept_terms:
        return (
            f"its terms do not allow commercial use, or not clearly ({feed.homepage}); read them, and if the team may "
            f"use it, set SCAMHUNT_ACCEPT_TERMS={','.join([*settings.accept_terms, feed.name])}"
        )
    lacking = [key for key in feed.keys if key not in settings.keys]
    if lacking:
        return f"it needs a key; set SCAMHUNT_KEYS={','.join(f'{key}=...' for key in lacking)}"
    if feed.name == DOMAINS and not location:
        return "it has no address; set SCAMHUNT_DOMAIN_LIST to paths or URLs"
    return ""
