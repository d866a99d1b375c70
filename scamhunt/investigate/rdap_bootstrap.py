"""Which server is asked about a name or an address: IANA's bootstrap files (RFC 9224), and our table of WHOIS servers.

A snapshot ships. A file that the team imported takes its place, and a folder that a setting names that of both.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from scamhunt import bundle
from scamhunt.addresses import Address, Network
from scamhunt.errors import UserError
from scamhunt.indicators import strictjson
from scamhunt.investigate.refdata_index import FOLDER
from scamhunt.settings import Settings

KINDS = ("dns", "ipv4", "ipv6")
LARGEST = 4 * 1024 * 1024
"""Bytes of one file; IANA's largest has 80 kB."""
WHOIS_PORT = 43

_SHIPPED = "registries"
_MOST_KEYS = 20_000
_LONGEST_URL = 300
_PARTS = 2
"""Of a service: its keys and its servers. Of `object-tags.json` it has three."""


@dataclass(frozen=True, slots=True)
class Table:
    """One bootstrap file."""

    kind: str
    publication: str
    """YYYY-MM-DD."""
    servers: Mapping[str, str]
    """A base URL, with a slash at its end, by name (A-labels) or network: of several the first that is encrypted."""
    left_out: int = 0
    """Keys without a server that can be asked."""


@dataclass(frozen=True, slots=True)
class WhoisServer:
    """A server of WHOIS, and how it wants to be asked."""

    host: str
    port: int = WHOIS_PORT
    query: str = "{name}"

    @property
    def place(self) -> str:
        """Return `host:port`."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """Who is asked about what."""

    tables: Mapping[str, Table]
    whois: Mapping[str, WhoisServer] = field(default_factory=dict)
    """By top-level domain; those of registrars, to whom a registry may refer, stand under their own names."""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Read what is to be used. Raises `UserError` for a file that cannot be read or is not what it should be."""
        return cls({kind: _table(settings, kind) for kind in KINDS}, whois_table(_read_whois()))

    def for_name(self, name: str) -> str:
        """Return the base URL for a name (lower case, A-labels) by its longest known end; empty where there is none."""
        servers = self.tables["dns"].servers
        labels = name.split(".")
        return next((found for at in range(len(labels)) if (found := servers.get(".".join(labels[at:])))), "")

    def for_address(self, address: Address) -> str:
        """Return the base URL for an address by the smallest network that is known; empty where there is none."""
        servers = self.tables[f"ipv{address.version}"].servers
        sizes = sorted({int(key.rpartition("/")[2]) for key in servers}, reverse=True)
        return next((found for size in sizes if (found := servers.get(str(_around(address, size))))), "")

    def whois_for(self, name: str) -> WhoisServer | None:
        """Return the WHOIS server of a name's top-level domain, None where there is none."""
        return self.whois.get(name.rpartition(".")[2])

    def whois_at(self, host: str) -> WhoisServer | None:
        """Return a server of the table by its own name."""
        return next((one for one in self.whois.values() if one.host == host), None)


def _around(address: Address, size: int) -> Network:
    return ip_network(f"{address}/{size}", strict=False)


# --- where the files are ----------------------------------------------------------------------------------------------


def imported(home: Path, kind: str) -> Path:
    """Return where an imported file of a kind lies."""
    return home / FOLDER / f"rdap_{kind}.json"


def shipped(kind: str) -> Path:
    """Return where the snapshot of a kind lies."""
    return bundle.data(f"{_SHIPPED}/{kind}.json")


def _table(settings: Settings, kind: str) -> Table:
    if settings.rdap_bootstrap:
        path = settings.rdap_bootstrap / f"{kind}.json"
        return load(path, kind) if path.exists() or kind == "dns" else Table(kind, "", {})
    path = imported(settings.home, kind)
    return load(path if path.exists() else shipped(kind), kind)


def load(path: Path, kind: str = "") -> Table:
    """Read one file. Raises `UserError` for one that cannot be read, is none of IANA's, or is not of the kind."""
    try:
        with path.open("rb") as file:
            body = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        why = error.strerror.lower() if isinstance(error, OSError) and error.strerror else "not a path"
        raise UserError(f"{path}: {why}; put IANA's file there: https://data.iana.org/rdap/") from None
    table = read(body, str(path))
    if kind and table.kind != kind:
        raise UserError(f"{path}: this is a table of {table.kind}, not of {kind}; put IANA's {kind}.json there")
    return table


# --- what is in them --------------------------------------------------------------------------------------------------


def read(body: bytes, name: str) -> Table:
    """Return the table of a bootstrap file. `name` is what messages call it. Raises `UserError`."""
    cure = "download it again from https://data.iana.org/rdap/"
    if len(body) > LARGEST:
        raise UserError(f"{name}: more than {LARGEST:,} bytes; {cure}")
    try:
        told = strictjson.decode(body.decode("utf-8"))
    except ValueError as error:
        why = "no text" if isinstance(error, UnicodeDecodeError) else str(error)
        raise UserError(f"{name}: {why}; {cure}") from None
    if told.get("version") != "1.0":
        raise UserError(f"{name}: it has no version 1.0, as a bootstrap file of RFC 9224 has; {cure}")
    keys = [(key, urls) for keys, urls in _services(told.get("services")) for key in keys][: _MOST_KEYS + 1]
    if len(keys) > _MOST_KEYS:
        raise UserError(f"{name}: more than {_MOST_KEYS:,} keys; {cure}")
    kind = _kind([key for key, _ in keys])
    if not kind:
        raise UserError(f"{name}: neither dns.json nor ipv4.json nor ipv6.json of IANA; the others are not used")
    servers = {_key(key, kind): best(urls) for key, urls in keys}
    usable = {key: url for key, url in servers.items() if key and url}
    if not usable:
        raise UserError(f"{name}: it names no server that can be asked; {cure}")
    return Table(kind, _day(told.get("publication"), name), usable, len(keys) - len(usable))


def _services(value: object) -> list[tuple[list[str], list[str]]]:
    """Return keys and URLs of each service that has the shape of one."""
    found = value if isinstance(value, list) else []
    pairs = [one for one in found if isinstance(one, list) and len(one) == _PARTS]
    return [(_texts(keys), _texts(urls)) for keys, urls in pairs]


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _kind(keys: Sequence[str]) -> str:
    """Return what most of some keys are."""
    kinds = [_kind_of(key) for key in keys]
    return max(KINDS, key=kinds.count) if any(kinds) else ""


def _kind_of(key: str) -> str:
    if "/" not in key:
        return "dns" if _key(key, "dns") else ""
    return next((kind for kind in ("ipv4", "ipv6") if _key(key, kind)), "")


def _key(key: str, kind: str) -> str:
    """Return a key in the form in which it is looked up; empty for what is none of its kind."""
    if kind == "dns":
        plain = key.lower().strip(".")
        good = plain.replace("-", "").replace(".", "").isalnum() and plain.isascii()
        return plain if good and not plain.replace("-", "").isdecimal() else ""
    try:
        found = ip_network(key)
    except ValueError:
        return ""
    return str(found) if kind == f"ipv{found.version}" else ""


def best(urls: Sequence[str]) -> str:
    """Return the first base URL that can be asked, an encrypted one before others; empty where there is none."""
    good = [url if url.endswith("/") else f"{url}/" for url in urls if is_base(url)]
    return next((url for url in good if url.startswith("https:")), good[0] if good else "")


def is_base(url: str) -> bool:
    """Return whether a URL is a plain one of the web: a host, no user, no query, no blanks."""
    if len(url) > _LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or "@" in parts.netloc)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and port != 0 and plain


def _day(value: object, name: str) -> str:
    try:
        return datetime.fromisoformat(str(value)).date().isoformat()
    except ValueError:
        raise UserError(f"{name}: it has no publication date, as IANA's files have; download it again") from None


# --- WHOIS ------------------------------------------------------------------------------------------------------------


def _read_whois() -> str:
    return bundle.data(f"{_SHIPPED}/whois.toml").read_text("utf-8")


def whois_table(text: str) -> dict[str, WhoisServer]:
    """Read the table of WHOIS servers: under `[registries]` by top-level domain, under `[registrars]` the rest.

    A value is `host`, or `{host, query}` where `{name}` stands for the name that is asked for.
    """
    told = tomllib.loads(text)
    rows = {**told.get("registries", {}), **{host: host for host in told.get("registrars", {}).get("hosts", [])}}
    return {key: WhoisServer(**row) if isinstance(row, dict) else WhoisServer(row) for key, row in rows.items()}
