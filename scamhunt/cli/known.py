"""What somebody meant whose filter names nothing that there is."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING

from scamhunt.cli import output
from scamhunt.errors import ScamhuntError

if TYPE_CHECKING:
    from scamhunt.settings import Settings

NAME_SHOWN = 60


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a question with the known name that is nearest, in brackets; nothing when none is near."""
    near = get_close_matches(name[:NAME_SHOWN], list(known), 1)
    return f" (did you mean {near[0]}?)" if near else ""


def brand(knobs: "Settings", name: str) -> str:
    """Return what to add when nothing was found of a brand: nothing when it is in the packs in force."""
    from scamhunt import reference  # noqa: PLC0415  # slow, and seldom needed

    try:
        brands = reference.brands(knobs).by_id
    except ScamhuntError:  # the packs have faults: that is not what was asked
        return ""
    if not name or name in brands:
        return ""
    return f"; no brand {output.shorten(name, NAME_SHOWN)!r}{nearest(name, brands)}"


def feed(knobs: "Settings", name: str) -> str:
    """Return what to add when nothing was found of a feed: nothing when there is one of that name."""
    from scamhunt import bundle  # noqa: PLC0415  # slow, and seldom needed

    try:
        feeds = bundle.crawlers(knobs.overlay)
    except ScamhuntError:  # a crawler has faults: that is not what was asked
        return ""
    if not name or name in feeds:
        return ""
    meant = nearest(name, feeds) or f"; there are: {', '.join(feeds)}"
    return f"; no feed {output.shorten(name, NAME_SHOWN)!r}{meant}"
