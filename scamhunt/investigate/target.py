"""What is to be looked at: a name, a URL, an address or a number, as somebody gave it or as it was sighted."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from scamhunt import addresses
from scamhunt.errors import BadIndicator
from scamhunt.indicators import domain, phone
from scamhunt.indicators.domain import Domain
from scamhunt.indicators.phone import Number
from scamhunt.model import Kind

URL_LIMIT = 2_048
MOST_URLS = 3
"""Places that are opened at one target."""
LEAST_DIGITS = 8
"""An IPv4 address that is written as one number has more: fewer are somebody's id of a candidate."""
SCHEMES = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True)
class Target:
    """What is looked at, and where it is opened."""

    given: str
    subject: str
    """The registrable name, the tenant, the address or the number (E.164): what a report would be about."""
    kind: Kind | None
    """None for an address, which no candidate is."""
    host: str = ""
    """A-labels, or the address."""
    urls: tuple[str, ...] = ()
    """What is opened, the first that answers; empty for a number."""
    number: Number | None = None


def read(value: str, region: str = "") -> Target:
    """Read what a person gave: `name`, `http(s)://host/path`, an address, `+1 888 555 0142`.

    Raises `BadIndicator` with the reason, which does not repeat the value.
    """
    given = value.strip()
    if given.startswith(("+", "tel:")):
        number = phone.parse(given, region)
        return Target(given, number.e164, Kind.PHONE, number=number)
    if given.isdecimal() and len(given) < LEAST_DIGITS:
        raise BadIndicator("a number of a few digits is no address; of a candidate give its name")
    if len(given) > URL_LIMIT or not given.isprintable() or " " in given:
        raise BadIndicator("no name, URL, address or number that can be read")
    whole = given.replace("[.]", ".").replace("hxxp", "http", 1) if given.startswith("hxxp") else given
    if "://" not in whole:
        return _bare(whole.replace("[.]", "."))
    return _url(whole)


def of_sighted(given: str, sighted: Iterable[str]) -> Target:
    """Return what to look at for a candidate's name: opened where it was sighted, URLs before names, else in front.

    Raises `BadIndicator` as `read` does.
    """
    found, places = read(given), []
    for value in sighted:
        with suppress(BadIndicator):
            places.append(read(value))
    places.sort(key=lambda one: "://" not in one.given)
    urls = tuple(dict.fromkeys(url for one in places for url in one.urls))[:MOST_URLS]
    return replace(found, host=places[0].host, urls=tuple(dict.fromkeys([*urls, *found.urls]))) if urls else found


def _bare(given: str) -> Target:
    """Read a name or address without a scheme: opened with https, then with http, as browsers do."""
    name, host, rest = _parts(f"//{given}")
    return _target(given, name, host, tuple(f"{scheme}://{rest}" for scheme in ("https", "http")))


def _url(given: str) -> Target:
    scheme = given.partition("://")[0].lower()
    if scheme not in SCHEMES:
        raise BadIndicator("a scheme other than http and https was refused")
    name, host, rest = _parts(given)
    return _target(given, name, host, (f"{scheme}://{rest}",))


def _parts(given: str) -> tuple[Domain | None, str, str]:
    """Return the name, the host, and the URL behind its scheme: no user, no fragment, A-labels."""
    try:
        parts = urlsplit(given)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadIndicator("an address that cannot be read was refused; write https://host/path") from None
    name = _name(host)
    shown = name.host if name else f"[{host}]" if ":" in host else host
    query = f"?{parts.query}" if parts.query else ""
    return name, host, f"{shown}{f':{port}' if port else ''}{parts.path or '/'}{query}"


def _target(given: str, name: Domain | None, host: str, urls: tuple[str, ...]) -> Target:
    if name:
        return Target(given, name.target, Kind.DOMAIN, name.host, urls)
    address = addresses.literal(host)
    if address is None:
        raise BadIndicator("a host that cannot be read was refused; write a name, a URL or an address")
    return Target(given, str(address), None, str(address), urls)


def _name(host: str) -> Domain | None:
    """Return a host as a name; None where it is an address or no name at all."""
    if addresses.literal(host) is not None:
        return None
    try:
        return domain.parse(host)
    except BadIndicator:
        return None
