"""What a picture comes to: its finding, and the bytes that prove it. Pure."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from scamhunt import __version__
from scamhunt.investigate.screenshot_frames import Shot
from scamhunt.investigate.vantages import Vantage
from scamhunt.net.proxy import Asked
from scamhunt.observed import Finding, Gained, Item, Outcome

KIND = "screenshot"
MOST_BLOCKED = 50
TOOL = f"scamhunt {__version__}"


def found(shot: Shot, url: str, vantage: Vantage, begun: datetime, asked: Sequence[Asked]) -> Gained:
    """Return a picture's finding and its items: the picture, its stamped copy, the DOM after scripts."""
    at, tool = begun + timedelta(seconds=shot.seconds), f"{TOOL} Chromium {shot.browser}".strip()
    where = shot.final_url or url
    notes = "; ".join(shot.notes)
    png = Item(shot.png, "image/png", where, at, tool, vantage.name, notes)
    stamped = Item(shot.stamped, "image/png", where, at, tool, vantage.name, f"stamped copy of {png.sha256}")
    items = [png, stamped]
    data: dict[str, object] = {"png": png.sha256, "stamped": stamped.sha256, "final_url": where, "title": shot.title}
    data |= {"dhash": shot.dhash, "blocked": blocked(shot.blocked, asked), "dialogs": list(shot.dialogs)}
    data |= {"sockets": list(shot.sockets), "notes": list(shot.notes)}
    if shot.dom:
        cut = "the DOM after scripts"
        items.append(Item(shot.dom, "text/html", where, at, tool, vantage.name, cut))
    text = f"a picture of the page as {vantage.name}{f': {notes}' if notes else ''}"
    return Gained([Finding(KIND, where, at, Outcome.FOUND, text, data, png.sha256, vantage.name)], items)


def none(  # noqa: PLR0913, PLR0917  # what there is to say
    url: str, vantage: Vantage, at: datetime, outcome: Outcome, why: str, asked: Sequence[Asked] = ()
) -> Gained:
    """Return the finding that there is no picture, and why; what our own guard said of the page itself comes first."""
    first = asked[0] if asked else None
    if first and first.outcome is not Outcome.FOUND:
        outcome, why = first.outcome, first.why
    data = {"blocked": blocked((), asked)} if asked else {}
    return Gained([Finding(KIND, url, at, outcome, f"no screenshot: {why}", data, vantage=vantage.name)])


def blocked(by_browser: Sequence[str], asked: Sequence[Asked]) -> list[str]:
    """Return what the page did not get or may not do, each once, with how often the proxy was asked."""
    refused = Counter(f"{one.place}: {one.why}" for one in asked if one.outcome is Outcome.REFUSED)
    times = [text if count == 1 else f"{text} ({count} times)" for text, count in refused.items()]
    return [*by_browser, *times][:MOST_BLOCKED]
