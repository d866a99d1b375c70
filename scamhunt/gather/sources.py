"""Which feeds are read, and from where: what the team set, or what was named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scamhunt import bundle
from scamhunt.errors import OutsideError, UserError, did_you_mean
from scamhunt.gather.fetch import BUNDLE, SAMPLE, STDIN
from scamhunt.gather.recognise import recognised
from scamhunt.gather.unpack import open_stream
from scamhunt.indicators.report_columns import options_of
from scamhunt.model import Feed, Keeps, Kind
from scamhunt.settings import Settings

LIST = "nrd_list"
DOMAINS = "domain_list"
REPORTS = "phone_reports"
FOLDER = "drop_folder"
MAILBOX = "mailbox"


@dataclass(frozen=True, slots=True)
class Source:
    """One place that one feed is read from."""

    crawler: bundle.Crawler
    location: str
    """Empty: where the crawler itself says."""
    named: bool
    """Whether the feed was named, by the team or by its settings: then it is judged by its schedule and history."""
    handed_in: bool = False
    """Whether it is a file or address that the team names: where the feed stands from night to night is left alone."""


def sources(settings: Settings, feeds: Sequence[str]) -> list[Source]:
    """Return which crawler reads which location. What is no feed's name is a list of domains at that path or URL.

    Raises `UserError` for one that was named here and is neither; of those of the setting `unknown` tells, and the
    others are read.
    """
    crawlers = bundle.crawlers(settings.overlay)
    found = []
    for feed in feeds or settings.feeds:
        if feed in crawlers:
            lists = crawlers[feed].feed.kind is Kind.PHONE
            found += [Source(crawlers[feed], *at, handed_in=lists and bool(at[0])) for at in places(settings, feed)]
        elif feed.lower().startswith(("imap:", "imaps:")):
            raise UserError("a mailbox is set by SCAMHUNT_IMAP_URL, where its password is safe; then --feed mailbox")
        elif _is_place(feed):
            of = _feed_of(feed, settings, crawlers)
            found.append(Source(crawlers[of], feed, named=False, handed_in=crawlers[of].feed.kind is Kind.PHONE))
        elif feeds:
            raise UserError(f"{feed}: no such file and no feed of that name; feeds are {', '.join(sorted(crawlers))}")
    return found


def handed_in(settings: Settings, feed: str, location: str) -> Source:
    """Return a file that a person hands in for a feed. Raises `UserError` for no feed and one that has no files."""
    crawlers = bundle.crawlers(settings.overlay)
    if feed not in crawlers:
        raise UserError(f"no feed {feed[:60]!a}{did_you_mean(feed, crawlers)}; feeds are {', '.join(crawlers)}")
    facts = crawlers[feed].feed
    if feed in {FOLDER, MAILBOX} or (facts.keeps is Keeps.ROWS and facts.kind is not Kind.PHONE):
        fit = ", ".join(name for name, one in crawlers.items() if one.feed.keeps is Keeps.BODY)
        raise UserError(f"{feed} is not read from a file; feeds that are: {REPORTS}, ftc_dnc, fcc_calls, misp, {fit}")
    return Source(crawlers[feed], location, named=False, handed_in=True)


def _feed_of(place: str, settings: Settings, crawlers: Mapping[str, bundle.Crawler]) -> str:
    """Return the feed whose table a file holds, by its columns; a list of names where it is none that we know."""
    try:
        path = bundle.data(f"feeds/{place.removeprefix(BUNDLE)}") if place.startswith(BUNDLE) else Path(place)
        with path.open("rb") as file:
            head = next(open_stream(file, settings), b"")
    except (OSError, ValueError, OutsideError, UserError):  # said when it is read
        return LIST
    return recognised(head, crawlers, options_of(settings.phone_columns, settings.region, "")) or LIST


def _is_place(feed: str) -> bool:
    return "://" in feed or feed == STDIN or feed.startswith(BUNDLE) or Path(feed).exists()


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
    lists = {LIST: settings.nrd_list, DOMAINS: settings.domain_list, REPORTS: settings.phone_reports}.get(feed, ())
    if feed.startswith("ct_") and settings.ct_log_list:
        lists = (settings.ct_log_list,)
    if feed == LIST and not lists:
        return [(SAMPLE, False)]
    return [(place, True) for place in lists or ("",)]


def why_off(feed: Feed, settings: Settings, location: str = "", *, handed_in: bool = False) -> str:
    """Return why a feed cannot be read as things are set, and how to switch it on; nothing when it can.

    A file that is handed in needs no key; whose it is, and what its publisher allows, stays the same.
    """
    if not feed.commercial and feed.name not in settings.accept_terms:
        return (
            f"its terms do not allow commercial use, or not clearly ({feed.homepage}); read them, and if the team may "
            f"use it, set SCAMHUNT_ACCEPT_TERMS={','.join([*settings.accept_terms, feed.name])}"
        )
    lacking = [] if handed_in else [key for key in feed.keys if key not in settings.keys]
    if lacking:
        return f"it needs a key; set SCAMHUNT_KEYS={','.join(f'{key}=...' for key in lacking)}"
    unset = {
        DOMAINS: "SCAMHUNT_DOMAIN_LIST to paths or URLs",
        REPORTS: "SCAMHUNT_PHONE_REPORTS to paths or URLs",
        FOLDER: "" if settings.drop_folder else "SCAMHUNT_DROP_FOLDER to a folder",
        MAILBOX: "" if settings.imap_url.get_secret_value() else "SCAMHUNT_IMAP_URL to the mailbox",
    }.get(feed.name, "")
    return f"it has no address; set {unset}" if unset and not location else ""
