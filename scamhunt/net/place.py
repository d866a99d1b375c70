"""Where a request goes: an address as browsers read it, and nothing that is not http.

Source: WHATWG URL, sections 4.3 and 4.4; the ports that browsers never open: WHATWG Fetch, section 2.9.
"""

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote

from scamhunt.addresses import Address, folded, literal
from scamhunt.errors import Refused

PORTS = {"http": 80, "https": 443}
LONGEST = 8_192
"""Characters of an address."""

_UNREADABLE = "to an address that cannot be read"
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_AUTHORITY = re.compile(r"[/\\]*([^/\\?#]*)([^#]*)", re.DOTALL)
_HOST_AND_PORT = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(?::([0-9]{0,5}))?")
_NAME = re.compile(r"(?=.{1,253}\.?$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?")
_ENDS_IN_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?")
_KEPT = "%/?:@!$&'()*+,;=~-._[]|^`{}\\"
_AROUND = "".join(map(chr, range(33)))
_BREAKS = str.maketrans("", "", "\t\r\n")
_LAST_PORT = 65_535
_BAD_PORTS = frozenset(
    {1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110}
    | {111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531}
    | {532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060}
    | {5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080}
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the web. All of it is printable ASCII."""

    scheme: str
    host: str
    """Lower case, A-labels; an IPv6 address stands in brackets."""
    port: int
    path: str
    """With the query, as it is sent."""
    address: Address | None
    """Where the host is an address, or this machine."""

    @property
    def name(self) -> str:
        """The host as the DNS and certificates know it: no dot at the end."""
        return self.host.rstrip(".")

    @property
    def authority(self) -> str:
        """What the Host header says."""
        return self.host if self.port == PORTS[self.scheme] else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole address; it holds no user, no password and no fragment."""
        return f"{self.scheme}://{self.authority}{self.path}"

    def _at(self, path: str) -> Self:
        return type(self)(self.scheme, self.host, self.port, _path(path), self.address)

    def joined(self, rest: str) -> Self:
        """Return the place that a path, a query or nothing leads to from here."""
        rest = rest.partition("#")[0]
        path = self.path.partition("?")[0]
        if not rest:
            return self
        if rest.startswith("?"):
            return self._at(path + rest)
        return self._at(rest if rest[0] in "/\\" else path[: path.rindex("/") + 1] + rest)


def read(text: str, base: Place | None = None) -> Place:
    """Return the place that a text names, seen from `base`. Raises `Refused` with why as `to ...`."""
    if len(text) > LONGEST:
        raise Refused(f"to an address of more than {LONGEST:,} characters")
    text = text.strip(_AROUND).translate(_BREAKS)
    named = _SCHEME.match(text)
    scheme = named[1].lower() if named else base.scheme if base else ""
    if named and scheme not in PORTS:
        raise Refused("to something else than http and https")
    rest = text[named.end() :] if named else text
    slashes = len(rest) - len(rest.lstrip("/\\"))
    if base and slashes < 2 and scheme == base.scheme:  # noqa: PLR2004  # two slashes begin a host
        return base.joined(rest)
    if not named and not base:
        raise Refused(_UNREADABLE)
    return _absolute(scheme, rest)


def _absolute(scheme: str, rest: str) -> Place:
    authority, path = _AUTHORITY.match(rest).groups()  # type: ignore[union-attr]  # it matches everything
    found = _HOST_AND_PORT.fullmatch(authority.rpartition("@")[2])
    if not found:
        raise Refused(_UNREADABLE)
    port = int(found[2]) if found[2] else PORTS[scheme]
    if not 0 < port <= _LAST_PORT:
        raise Refused(_UNREADABLE)
    if port in _BAD_PORTS:
        raise Refused("to a port that is not for the web")
    host, address = _host(found[1])
    return Place(scheme, host, port, _path(path), address)


def _host(written: str) -> tuple[str, Address | None]:
    address = literal(written)
    name = _a_labels(folded(written)) + ("." if written.endswith(".") else "")
    if address is None:
        if not _NAME.fullmatch(name) or _ENDS_IN_NUMBER.fullmatch(name):
            raise Refused(_UNREADABLE)
        return name, None
    if name.rstrip(".").endswith("localhost") and _NAME.fullmatch(name):
        return name, address
    return (f"[{address}]" if address.version == 6 else str(address)), address  # noqa: PLR2004  # IPv6


def _a_labels(name: str) -> str:
    """Return a name in the alphabet of the DNS: as browsers do, which take more characters than IDNA 2008."""
    labels = (one if one.isascii() else f"xn--{one.encode('punycode').decode()}" for one in name.split("."))
    return ".".join(labels)


def _path(written: str) -> str:
    path, mark, query = written.partition("?")
    path = path.replace("\\", "/")
    whole = _without_dots(path if path.startswith("/") else f"/{path}") + mark + query
    return quote(whole, safe=_KEPT, errors="replace")


def _without_dots(path: str) -> str:
    """Return a path without `.` and `..` (RFC 3986, 5.2.4)."""
    kept: list[str] = []
    steps = path.split("/")[1:]
    for step in steps:
        plain = step.lower().replace("%2e", ".")
        if plain == "..":
            del kept[-1:]
        elif plain != ".":
            kept.append(step)
    ends = steps[-1].lower().replace("%2e", ".") in {".", ".."}
    return "/" + "/".join(kept) + ("/" if ends and kept else "")
