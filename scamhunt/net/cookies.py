"""The cookies of one visit, kept as a browser would: many pages set one and send the visitor round until it comes back.

Source: RFC 6265, sections 5.2 to 5.4.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from scamhunt.net.place import Place

MOST = 50
LONGEST = 4_096
"""Bytes of one cookie."""


@dataclass(frozen=True, slots=True)
class _Cookie:
    name: str
    value: str
    domain: str
    only_host: bool
    path: str
    secure: bool

    def goes_to(self, place: Place) -> bool:
        below = not self.only_host and place.address is None and place.name.endswith(f".{self.domain}")
        path = place.path.partition("?")[0]
        inside = path == self.path or path.startswith(self.path if self.path.endswith("/") else f"{self.path}/")
        return (place.name == self.domain or below) and inside and (place.scheme == "https" or not self.secure)


class Cookies:
    """What servers set in one visit."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: dict[tuple[str, str, str], _Cookie] = {}

    def take(self, place: Place, values: Iterable[str], now: datetime) -> None:
        """Keep what the Set-Cookie headers of an answer say."""
        for value in values:
            found = _read(place, value, now)
            if found is None:
                continue
            cookie, over = found
            key = (cookie.domain, cookie.path, cookie.name)
            if over:
                self._kept.pop(key, None)
            elif key in self._kept or len(self._kept) < MOST:
                self._kept[key] = cookie

    def header(self, place: Place) -> str:
        """Return the Cookie header for a place, empty where none goes there."""
        going = [one for one in self._kept.values() if one.goes_to(place)]
        going.sort(key=lambda one: -len(one.path))
        return "; ".join(f"{one.name}={one.value}" if one.name else one.value for one in going)


def _read(place: Place, line: str, now: datetime) -> tuple[_Cookie, bool] | None:
    """Return a cookie and whether it is over; None for one that a browser would not take."""
    if len(line) > LONGEST or not line.isprintable() or not line.isascii():
        return None
    pair, *rest = line.split(";")
    name, equals, value = pair.partition("=")
    if not equals:
        name, value = "", pair
    said = {key.strip().lower(): what.strip() for key, _, what in (one.partition("=") for one in rest)}
    domain = said.get("domain", "").lower().removeprefix(".")
    if domain and domain != place.name and not (place.name.endswith(f".{domain}") and "." in domain):
        return None
    path = said.get("path", "")
    path = path if path.startswith("/") else place.path.partition("?")[0].rpartition("/")[0] or "/"
    cookie = _Cookie(name.strip(), value.strip(), domain or place.name, not domain, path, "secure" in said)
    return cookie, _over(said, now)


def _over(said: dict[str, str], now: datetime) -> bool:
    age = said.get("max-age", "")
    if age.removeprefix("-").isdecimal():
        return age.startswith("-") or not age.strip("0")
    try:
        return parsedate_to_datetime(said["expires"]) < now
    except (KeyError, ValueError, TypeError, OverflowError):
        return False
