"""Try to reach what is not public: 300 ways of writing an address x direct, redirect, rebinding, CNAME, favicon.

    python -m bench.soak_addresses

Nothing may pass: no connection to anything but the one server that may be visited, counted by Python's own audit of
sockets and by listeners on the addresses that may not. The tries through a browser are counted elsewhere.
"""

import asyncio
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, ip_address, ip_network
from urllib.parse import quote

from bench.lab_web import Asked, Lab, Listener, recorded_connects, redirect, whole
from scamhunt.addresses import Address, literal
from scamhunt.net.visit import Visit, Visitor
from scamhunt.observed import Outcome

ALLOWED, FORBIDDEN = "127.0.0.1", "127.0.0.2"
WAYS = ("direct", "redirect", "rebinding", "cname", "favicon")
INSIDE = (
    *(FORBIDDEN, "127.255.255.254", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
    "0.0.0.0",  # noqa: S104  # nothing listens there
    *("192.0.0.192", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "203.0.113.9"),
)
ODD = (
    *("[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[fe80::1]", "[FE80::1]", "[fe80::1%25eth0]", "[fc00::1]", "[fec0::1]"),
    *("[fd00:ec2::254]", "[ff02::1]", "[2001:db8::1]", "[2001::1]", "[64:ff9b:1::1]", "[3fff::1]", "[4000::1]"),
    *("[2620:4f:8000::1]", "[::ffff:0:127.0.0.2]", "0x7f.2", "0177.2", "0x7f.0.2", "0177.0x2", "0.00", "0x", "00.0x0"),
    *("127.0.0.2%00", "1.2.3.4.5", "999.1.1.1", "0189.0.0.2", "metadata.internal", "intranet"),
)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
PICTURE = (("Accept", "image/*"), ("Referer", "http://refund-desk.test/"))


def spellings(address: IPv4Address) -> list[str]:
    """Return 18 ways of writing an IPv4 address in a URL."""
    text, number, (a, b, c, d) = str(address), int(address), address.packed
    high, low = number >> 16, number & 0xFFFF
    return [
        text,
        f"{text}.",
        f"{number}",
        f"0x{number:x}",
        f"0{number:o}",
        f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}",
        f"0X{a:02X}.{b}.0{c:o}.{d}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        f"{a}.{number & 0xFFFFFF}",
        f"{a}.{b}.{low}",
        text.translate(FULL_WIDTH),
        text.translate(CIRCLED),
        "".join(f"%{ord(char):02x}" for char in text),
        text.replace(".", "。"),
        f"[::ffff:{text}]",
        f"[64:ff9b::{high:x}:{low:x}]",
        f"[2002:{high:x}:{low:x}::]",
        f"refund-desk.test@{text}",
    ]


def strings() -> list[str]:
    """Return 300 hosts that lead inside."""
    return [one for address in INSIDE for one in spellings(IPv4Address(address))] + list(ODD)


@dataclass
class Names:
    """A name server's answers, and they change: `rebind-N` is the allowed address once, then another one."""

    inside: dict[str, Address] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)

    async def resolve(self, name: str) -> Sequence[Address]:
        """Return the addresses of a name."""
        self.asked[name] += 1
        if name.startswith("rebind-") and self.asked[name] == 1:
            return [ip_address(ALLOWED)]
        return [self.inside.get(name, ip_address("169.254.169.254"))]

    def lead(self, name: str, host: str) -> str:
        """Have a name lead to what a string is, and return it."""
        self.inside[name] = literal(host.rpartition("@")[2]) or ip_address(FORBIDDEN)
        return name


@dataclass
class Tally:
    """What became of the tries."""

    outcomes: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    passed: list[str] = field(default_factory=list)
    """What was not refused."""
    connects: Counter[str] = field(default_factory=Counter)
    """How often each address was connected to."""
    touched: int = 0
    """Connections at the listener that may not be visited."""


def says(asked: Asked) -> Sequence[bytes | float]:
    """Answer as the server that may be visited: it sends visitors where its path says."""
    return redirect(f"http://{asked.path[4:]}/") if asked.path.startswith("/to/") else whole(b"a page")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the tries are made."""

    visitor: Visitor
    names: Names
    port: int

    async def attempt(self, at: int, host: str, way: str) -> Visit:
        """Try to reach a string in one way; `at` is the number of the try."""
        allowed, end = f"http://{ALLOWED}:{self.port}", f"{host}:{self.port}"
        if way == "redirect":
            return await self.visitor.visit(f"{allowed}/to/{quote(end, safe='[]:@%')}")
        if way == "rebinding":
            name = f"{self.names.lead(f'rebind-{at}.test', host)}:{self.port}"
            return await self.visitor.visit(f"http://{name}/to/{name}")
        if way == "cname":
            return await self.visitor.visit(f"http://{self.names.lead(f'alias-{at}.test', host)}:{self.port}/")
        if way == "favicon":
            return await self.visitor.visit(f"http://{end}/favicon.ico", PICTURE)
        return await self.visitor.visit(f"http://{end}/")


def run(tries: Sequence[tuple[str, str]], allowed: str = f"{ALLOWED}/32") -> Tally:
    """Make tries (host, way) against a server that may be visited and a listener that may not."""
    tally, names = Tally(), Names()
    with Lab(says, host=ALLOWED) as lab, Listener(FORBIDDEN, lab.port) as inside, recorded_connects() as seen:
        visitor = Visitor(names.resolve, [ip_network(allowed)])
        asyncio.run(_all(Place(visitor, names, lab.port), tries, tally))
        tally.connects.update(address for address, _ in seen)
        tally.touched = inside.connections
    return tally


async def _all(place: Place, tries: Sequence[tuple[str, str]], tally: Tally) -> None:
    for at, (host, way) in enumerate(tries):
        visit = await place.attempt(at, host, way)
        tally.outcomes[way][visit.outcome.value] += 1
        reached = len(visit.exchanges) - (way in {"redirect", "rebinding"})
        if visit.outcome is not Outcome.REFUSED or reached:
            tally.passed.append(f"{way} {host}: {visit.outcome.value}")


def every() -> list[tuple[str, str]]:
    """Return all 1,500 tries."""
    return [(host, way) for host in strings() for way in WAYS]


def some(count: int, seed: int) -> list[tuple[str, str]]:
    """Return a part of them."""
    return random.Random(seed).sample(every(), count)


def main() -> int:
    """Make all tries; return how many passed."""
    tally = run(every())
    for way, outcomes in tally.outcomes.items():
        print(f"{way:10} {dict(outcomes)}")
    elsewhere = sum(count for address, count in tally.connects.items() if address != ALLOWED)
    print(f"connections elsewhere {elsewhere}, at {FORBIDDEN} {tally.touched}, passed {len(tally.passed)}")
    print(*tally.passed[:20], sep="\n")
    return min(len(tally.passed) + elsewhere + tally.touched, 1)


if __name__ == "__main__":
    sys.exit(main())
