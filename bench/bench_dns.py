"""Questions a second on one core, and names a second for all questions about a name. The server has its own process.

The figures are of `Resolver.ask` and `look_up`: sending, matching, reading, remembering and making the findings.
"""

import asyncio
import multiprocessing
import resource
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from ipaddress import ip_network
from multiprocessing.connection import Connection

from bench.lab_dns import Server, Zones
from scamhunt.investigate.dns import IN_FLIGHT, Resolver, look_up

NAMES = 2_000
ROUNDS = 3
AT_ONCE = 100
LOOPBACK = (ip_network("127.0.0.1/32"),)


def zones() -> Zones:
    """Return names with what an ordinary one has."""
    found: dict[str, dict[str, list[str]]] = {}
    for number in range(NAMES):
        name = f"shop-{number}.test"
        found[name] = {
            "A": ["192.0.2.7", "192.0.2.8"],
            "NS": ["ns1.host.test.", "ns2.host.test."],
            "SOA": ["ns1.host.test. hostmaster.host.test. 7 7200 3600 1209600 30"],
            "MX": ["10 mx1.host.test.", "20 mx2.host.test."],
            "TXT": ['"v=spf1 include:spf.host.test -all"'],
        }
        found[f"_dmarc.{name}"] = {"TXT": ['"v=DMARC1; p=reject"']}
    return found


def serve(pipe: Connection) -> None:
    """Run the server until the other end of the pipe closes."""
    with Server(zones(), steady=True) as server:
        pipe.send(server.address)
        pipe.poll(None)


async def measured(address: str, do: Callable[[Resolver, str], Awaitable[object]]) -> tuple[float, float]:
    """Return seconds of wall clock and of processor for something that is done with every name."""
    waiting = iter([f"shop-{number}.test" for number in range(NAMES)])

    async def work(resolver: Resolver) -> None:
        for name in waiting:
            await do(resolver, name)

    async with Resolver(address, LOOPBACK) as resolver:
        wall, processor = time.perf_counter(), time.process_time()
        await asyncio.gather(*(work(resolver) for _ in range(AT_ONCE)))
        return time.perf_counter() - wall, time.process_time() - processor


async def one(resolver: Resolver, name: str) -> None:
    """Ask one question that has an answer."""
    if not (await resolver.ask(name, "A")).values:
        raise RuntimeError(f"{name}: no answer")


async def everything(resolver: Resolver, name: str) -> None:
    """Ask all questions about a name."""
    gained = await look_up(resolver, name, target=name)
    if len(gained.items) != QUESTIONS:
        raise RuntimeError(f"{name}: {len(gained.items)} answers")


QUESTIONS = 9


def main() -> int:
    """Print the table."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,))
    server.start()
    address = ours.recv()
    print(f"{NAMES:,} names, {AT_ONCE} names and {IN_FLIGHT} questions at once, median of {ROUNDS}\n")
    print("| what | wall clock /s | processor /s | questions / s of processor |")
    print("|---|--:|--:|--:|")
    for what, do, questions in (("one question (A)", one, 1), ("all questions of a name", everything, QUESTIONS)):
        asyncio.run(measured(address, do))  # the server's answers are ready from here on
        runs = [asyncio.run(measured(address, do)) for _ in range(ROUNDS)]
        wall, processor = (statistics.median(times) for times in zip(*runs, strict=True))
        print(f"| {what} | {NAMES / wall:,.0f} | {NAMES / processor:,.0f} | {NAMES * questions / processor:,.0f} |")
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    ours.close()
    server.terminate()
    server.join()
    return 0


if __name__ == "__main__":
    sys.exit(main())
