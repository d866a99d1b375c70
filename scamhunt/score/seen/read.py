"""Values of findings, read with their types: what is not of the type is as if it were not there."""

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import urlsplit

from scamhunt.errors import BadIndicator
from scamhunt.indicators import domain
from scamhunt.observed import Finding


def text(finding: Finding, key: str) -> str:
    """Return a text of a finding, empty where there is none."""
    value = finding.data.get(key)
    return value if isinstance(value, str) else ""


def texts(finding: Finding, key: str) -> tuple[str, ...]:
    """Return the texts of a list, or the keys of an object."""
    value = finding.data.get(key)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list | tuple | Mapping) else ()


def tables(finding: Finding, key: str) -> tuple[Mapping[str, object], ...]:
    """Return the objects of a list."""
    value = finding.data.get(key)
    return tuple(one for one in value if isinstance(one, Mapping)) if isinstance(value, list | tuple) else ()


def pairs(finding: Finding, key: str) -> Iterator[tuple[str, str]]:
    """Yield name and value of an object of texts; a value may be a list of texts."""
    value = finding.data.get(key)
    for name, one in value.items() if isinstance(value, Mapping) else ():
        for each in one if isinstance(one, list | tuple) else (one,):
            if isinstance(name, str) and isinstance(each, str):
                yield name, each


def number(finding: Finding, key: str) -> int | None:
    """Return a whole number of a finding; a truth value is none."""
    value = finding.data.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def holds(finding: Finding, key: str) -> bool:
    """Return whether a finding says that something is so."""
    return finding.data.get(key) is True


def moment(finding: Finding, key: str) -> datetime | None:
    """Return a time (ISO 8601) of a finding, aware; None where it has none that can be read."""
    try:
        value = datetime.fromisoformat(text(finding, key))
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def host_of(url: str) -> str:
    """Return the host of a URL, lower-case; empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


@lru_cache(maxsize=4_096)
def target_of(host: str) -> str:
    """Return what a host belongs to: its registrable name or tenant; an address is its own."""
    try:
        return domain.parse(host).target if host else ""
    except BadIndicator:
        return host


def folded(words: str) -> str:
    """Return words as they are compared: no case, no accents, single blanks."""
    plain = unicodedata.normalize("NFKD", words.casefold())
    return " ".join("".join(one for one in plain if not unicodedata.combining(one)).split())
