"""What somebody meant whose filter names nothing that there is."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from scamhunt.cli import output
from scamhunt.errors import NotFound, ScamhuntError, did_you_mean

if TYPE_CHECKING:
    from scamhunt.settings import Settings

NAME_SHOWN = 60


def brand(knobs: "Settings", name: str) -> str:
    """Return what to add when nothing was found of a brand: nothing when it is in the packs in force."""
    from scamhunt import reference  # slow, and seldom needed

    try:
        brands = reference.brands(knobs).by_id
    except ScamhuntError:  # the packs have faults: that is not what was asked
        return ""
    if not name or name in brands:
        return ""
    return f"; no brand {output.shorten(name, NAME_SHOWN)!r}{did_you_mean(name, brands)}"


def feed(knobs: "Settings", name: str) -> str:
    """Return what to add when nothing was found of a feed: nothing when there is one of that name."""
    from scamhunt import bundle  # slow, and seldom needed

    try:
        feeds = bundle.crawlers(knobs.overlay)
    except ScamhuntError:  # a crawler has faults: that is not what was asked
        return ""
    if not name or name in feeds:
        return ""
    return f"; {_no_feed(name, feeds)}"


def require_feeds(knobs: "Settings", names: Iterable[str]) -> None:
    """Raise `NotFound` for the name of a feed that there is not."""
    from scamhunt import bundle  # slow, and seldom needed

    feeds = bundle.crawlers(knobs.overlay)
    for name in names:
        if name not in feeds:
            raise NotFound(_no_feed(name, feeds))


def _no_feed(name: str, feeds: Iterable[str]) -> str:
    meant = did_you_mean(name, feeds) or f"; there are: {', '.join(feeds)}"
    return f"no feed {output.shorten(name, NAME_SHOWN)!r}{meant}"
