"""How values read on a page: times, names, numbers. What comes from outside shows its control characters."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup

from scamhunt.takedown.words import defang, defang_name, is_hidden

_KEPT = frozenset("\n\t")
MINUTE, HOUR, DAY = 60, 3_600, 86_400


def plain(value: object) -> str:
    r"""Return a text in which characters that cannot be seen, or turn others round, stand as `\u{202e}`."""
    text = "" if value is None else str(value)
    if text.isascii() and text.isprintable():
        return text
    return "".join(one if one in _KEPT or not is_hidden(one) else f"\\u{{{ord(one):x}}}" for one in text)


def finalized(value: object) -> object:
    """Return what a template writes of a value: nothing of None, and of every text only what can be seen.

    It holds for each `{{ }}` there is, so that no template has to remember it. Escaping comes afterwards.
    """
    return value if isinstance(value, Markup) else plain(value)


def short(value: object, limit: int = 120) -> str:
    """Return the beginning of a text."""
    text = plain(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def day(value: datetime | None) -> str:
    """Return a day, UTC."""
    return f"{value:%Y-%m-%d}" if value else ""


def moment(value: datetime | None) -> str:
    """Return a moment to the minute, UTC."""
    return f"{value:%Y-%m-%d %H:%M}" if value else ""


def ago(value: datetime | None, now: datetime) -> str:
    """Return how long something is ago, or ahead, in one unit."""
    if value is None:
        return ""
    seconds = (now - value).total_seconds()
    told = span(abs(seconds))
    return f"{told} ago" if seconds >= 0 else f"in {told}"


def span(seconds: float | timedelta | None) -> str:
    """Return a time that passed in one unit: `3 h`."""
    if seconds is None:
        return ""
    whole = int(seconds.total_seconds() if isinstance(seconds, timedelta) else seconds)
    for unit, name in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if whole >= 2 * unit or (whole >= unit and unit == MINUTE):
            return f"{whole // unit} {name}"
    return f"{whole} s"


def number(value: float) -> str:
    """Return a number with its thousands apart."""
    return f"{value:,}"


def score(value: float) -> str:
    """Return a score as people compare it."""
    return f"{value:.3f}"


def name(value: str) -> str:
    """Return a name, URL or number so that nobody opens it by mistake."""
    return plain(defang_name(value))


def told(value: object) -> str:
    """Return a sentence in which no name or address is one that a program makes a link of."""
    return plain(defang("" if value is None else str(value)))


def words(value: object) -> str:
    """Return an enum's value, or a key, as words."""
    return plain(getattr(value, "value", value)).replace("_", " ")


FILTERS: Mapping[str, Callable[..., Any]] = {
    "short": short,
    "day": day,
    "moment": moment,
    "ago": ago,
    "span": span,
    "number": number,
    "score": score,
    "fanged": name,
    "told": told,
    "words": words,
}
