"""Which addresses are public: the IANA registries of special-purpose addresses, and a resolver that checks.

`ipaddress.is_global` lets several of them through (NAT64, 6to4, IPv4-compatible, site-local, multicast), so the tables
are our own. IPv6 is the other way round: only 2000::/3 is handed out, and of it some parts are not.

Source: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, RFC 8190, RFC 9637).
"""

import re
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import unquote

import idna

from scamhunt.errors import AddressRefused, FeedFailed

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NOT_PUBLIC: Sequence[tuple[Network, str]] = [
    (ip_network(net), why)
    for net, why in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "a private network"),
        ("100.64.0.0/10", "a carrier's inner network"),
        ("127.0.0.0/8", "this machine"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "a private network"),
        ("192.0.0.0/24", "set aside for protocols"),
        ("192.0.2.0/24", "for documentation"),
        ("192.31.196.0/24", "a sink for reverse look-ups"),
        ("192.52.193.0/24", "a relay for multicast"),
        ("192.88.99.0/24", "a relay for 6to4"),
        ("192.168.0.0/16", "a private network"),
        ("192.175.48.0/24", "a sink for reverse look-ups"),
        ("198.18.0.0/15", "for benchmarks"),
        ("198.51.100.0/24", "for documentation"),
        ("203.0.113.0/24", "for documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
        ("::1/128", "this machine"),
        ("::ffff:0:0/96", "an IPv4 address inside an IPv6 address"),
        ("64:ff9b::/96", "an IPv4 address behind a translator"),
        ("64:ff9b:1::/48", "an IPv4 address behind a translator"),
        ("fc00::/7", "a private network"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "a private network"),
        ("ff00::/8", "multicast"),
        ("2001::/23", "set aside for protocols"),
        ("2001:db8::/32", "for documentation"),
        ("2002::/16", "a relay for 6to4"),
        ("2620:4f:8000::/48", "a sink for reverse look-ups"),
        ("3ffe::/16", "no longer in use"),
        ("3fff::/20", "for documentation"),
    )
]
_HANDED_OUT = IPv6Network("2000::/3")
_LONGEST_LITERAL = 256
_NUMBER = re.compile(r"0x[0-9a-f]*|0[0-7]*|[1-9][0-9]*")
_THIS_MACHINE = IPv4Address("127.0.0.1")


def why_not_public(address: Address) -> str:
    """Return in a few words why an address is not public, "" when it is."""
    for net, why in _NOT_PUBLIC:
        if address in net:
            return why
    return "reserved" if address.version == 6 and address not in _HANDED_OUT else ""  # noqa: PLR2004  # IPv6


def resolve_checked(host: str, port: int, allowed: Sequence[Network]) -> list[Address]:
    """Return all addresses of a host after each was found to be public or to lie in an allowed network.

    Raises `AddressRefused` when one of them is neither, `FeedFailed` when the name has none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise FeedFailed(f"{host}: has no address; look at the name and the network") from None
    return check(list(dict.fromkeys(ip_address(sockaddr[0]) for *_, sockaddr in found)), allowed)


def check(addresses: list[Address], allowed: Sequence[Network]) -> list[Address]:
    """Return the addresses of a host when each may be connected to; raises `AddressRefused` when one may not."""
    for address in addresses:
        why = why_not_public(address)
        if why and not any(address in net for net in allowed):
            raise AddressRefused(f"{address} is refused: {why}; allow it in fetch_allow_nets if it is meant")
    return addresses


def literal(host: str) -> Address | None:
    """Return the address that a host is, in any way of writing that a browser or the C library takes; None for a name.

    `2130706433`, `0x7f.1`, `0177.0.0.1`, full-width digits, `%31...`, `[::ffff:127.0.0.1]` (which is the IPv4 address
    inside), `localhost` and all names below it (RFC 6761). A zone (`%eth0`) is left out.
    Source: WHATWG URL, section 3.5; inet_aton(3).
    """
    text = folded(host)
    if len(text) > _LONGEST_LITERAL:
        return None
    if text == "localhost" or text.endswith(".localhost"):
        return _THIS_MACHINE
    return _ipv6(text.removeprefix("[").removesuffix("]")) if ":" in text else _ipv4(text)


def folded(host: str) -> str:
    """Return a host as browsers read it: %-codes and full-width letters undone, lower case, no dot at its end."""
    text = unquote(host.strip())
    if not text.isascii():
        try:
            text = idna.uts46_remap(text, std3_rules=False)
        except (idna.IDNAError, UnicodeError):
            return ""
    return text.strip().lower().rstrip(".")


def _ipv4(text: str) -> Address | None:
    parts = text.split(".")
    if len(parts) > 4 or not all(map(_NUMBER.fullmatch, parts)):  # noqa: PLR2004  # bytes of an IPv4 address
        return None
    *front, last = map(_number, parts)
    if any(part > 255 for part in front) or last >= 256 ** (4 - len(front)):  # noqa: PLR2004  # the most of one byte
        return None
    return IPv4Address(last + sum(part << 8 * (3 - at) for at, part in enumerate(front)))


def _number(part: str) -> int:
    if part.startswith("0x"):
        return int(part[2:] or "0", 16)
    return int(part, 8 if part.startswith("0") else 10)


def _ipv6(text: str) -> Address | None:
    try:
        address = IPv6Address(text.partition("%")[0])
    except ValueError:
        return None
    return address.ipv4_mapped or address
