"""What a page can make a real Chromium do: 300 inner addresses asked for in a dozen ways, and pages that will not end.

As root it runs in a network of its own, where every packet to any address comes back to this machine: a trap on one
port, and one for questions to the DNS, catch whatever goes past our proxy. It has a card: WebRTC keeps still without
one. Elsewhere the trap is on this machine's own addresses. It begins with a proof that the trap works: with the guard
opened, somebody comes.
"""

import asyncio
import ctypes
import os
import subprocess
import time

from bench.lab_attacks import NASTY, page_of
from bench.lab_browser import HOME, Pages, Trap, at, serving, trap
from bench.soak_addresses import strings
from scamhunt.investigate.screenshot import Photographer
from scamhunt.investigate.vantages import DESKTOP
from scamhunt.observed import Gained, Outcome
from scamhunt.settings import Settings

A_PAGE = 10
FEWEST = 30
"""Different places that were asked for, or the pages asked for too little."""
NEW_NETWORK = 0x40000000
ALL_HERE = ("route add local default dev lo", "-6 route add local default dev lo")
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  # the trap listens on purpose


def main() -> None:
    """Run all of it; one packet that goes past, or one page that breaks it, is a failure."""
    own = own_network()
    print("in a network of its own: every packet is caught" if own else "on this machine's own addresses")
    caught, seen = asyncio.run(addresses(53 if own else 0))
    print(f"300 strings, {len(seen)} different places asked for and refused; {len(caught)} reached {caught[:5]}")
    broken = nasty()
    if caught or broken or len(seen) < FEWEST:
        raise SystemExit("not as it has to be")


def own_network() -> bool:
    """Move into a network in which every address is this machine; False where that is not allowed."""
    if os.geteuid() or ctypes.CDLL(None).unshare(NEW_NETWORK):
        return False
    card = ("link add card type veth peer name wall", "address add 10.99.0.2/24 dev card", "link set card up")
    for command in (*card, "link set wall up", "link set lo up", *ALL_HERE):
        subprocess.run(["ip", *command.split()], check=True)  # noqa: S607  # the system's
    return True


async def addresses(dns: int) -> tuple[list[str], set[str]]:
    """Open pages that ask for inner addresses; return what came to the traps, and which hosts were refused."""
    with serving() as pages:
        async with trap(EVERYWHERE) as caught, trap(EVERYWHERE, dns) as questions:
            await prove(pages, caught)
            hosts, seen = strings(), set[str]()
            for start in range(0, len(hosts), A_PAGE):
                page_of(pages, hosts[start : start + A_PAGE], caught.port)
                gained = await take(pages.url())
                blocked = gained.findings[0].data.get("blocked", ())
                seen |= {one.partition(": ")[0] for one in blocked if "refused" in one}  # type: ignore[attr-defined]  # texts
                print(f"  {start:3} {gained.findings[0].text[:100]}")
            return caught.hits + questions.hits, seen


async def prove(pages: Pages, caught: Trap) -> None:
    """See that the trap catches a browser that is let through."""
    page_of(pages, ["127.0.0.2"], caught.port)
    await take(pages.url(), "127.0.0.0/8")
    if not caught.hits:
        raise SystemExit("nobody came to the open trap: this measures nothing")
    caught.hits.clear()


async def take(url: str, allowed: str = f"{HOME}/32") -> Gained:
    """Take one picture behind a guard that allows one network."""
    settings = Settings.model_validate({"fetch_allow_nets": allowed})
    async with Photographer(settings, at(HOME)) as photographer:
        if photographer.why_not:
            raise SystemExit(photographer.why_not)
        return await photographer.take(url, DESKTOP)


def nasty() -> int:
    """Open each page that will not end; return how many gave no picture."""
    broken = 0
    with serving() as pages:
        for name, html in NASTY.items():
            pages.put("/", f"<title>n</title><h1>n</h1>{html}")
            begun = time.monotonic()
            found = asyncio.run(take(pages.url())).findings[0]
            broken += found.outcome is not Outcome.FOUND
            print(f"{name:14} {time.monotonic() - begun:5.1f} s  {found.outcome}  {found.text}")
    return broken


if __name__ == "__main__":
    main()
