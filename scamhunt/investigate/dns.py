"""Questions to the DNS, many at once: what a name has, and four ways of having no answer that are not the same.

NXDOMAIN, an answer without records, a server that cannot say and silence are told apart, for only the first two say
something about the name.
"""

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import IPv4Address, ip_address
from pathlib import Path
from types import TracebackType
from typing import Self

import dns.resolver

from scamhunt.addresses import Address, Network, resolve_checked
from scamhunt.errors import BadIndicator
from scamhunt.investigate import dns_answer, dns_findings, dns_question
from scamhunt.investigate.dns_answer import Answer
from scamhunt.investigate.dns_channel import Channel, NoAnswer
from scamhunt.net.visit import NoAddress
from scamhunt.observed import Gained, Outcome

SYSTEM = Path("/etc/resolv.conf")
PORT = 53
TRIES = 2
MOST_SERVERS = 3
IN_FLIGHT = 100
LONGEST_KEPT = 300.0
"""Seconds for which an answer is used again, whatever its TTL."""
FAILURE_KEPT = 5.0
"""The same for a failure or silence (RFC 9520 section 3.2: at least 1, at most 300)."""
MOST_KEPT = 4_096
NO_SERVER = "this machine names no DNS server; set SCAMHUNT_DNS to host:port"
FALSE_ANSWER = "the DNS server gives an address of its own for names that do not exist"

_THIS_MACHINE = IPv4Address("127.0.0.1")
_GRAVE = (Outcome.ABSENT, Outcome.TIMEOUT, Outcome.FAILED, Outcome.SKIPPED, Outcome.EMPTY)
_CONSONANTS, _VOWELS = "bcdfglmnprstv", "aeiou"


class Resolver:
    """Asks one server, or those of the system in their order. To be closed, as `async with` does.

    `server` is `host:port`, or several with commas between, empty for the system's; each has to be public or in an
    allowed network, while for the system's own the machine vouches. `seconds` is how long one try waits.
    Answers are used again within their TTL. Raises `AddressRefused` for a server that is neither, `FeedFailed` for one
    that has no address.
    """

    def __init__(
        self,
        server: str = "",
        allowed: Sequence[Network] = (),
        *,
        seconds: float = 3.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        system: Path = SYSTEM,
    ) -> None:
        """Find out whom to ask, and open nothing yet."""
        found = _given(server, allowed) if server else _of_system(system)
        self._channels = [Channel(address, port) for address, port in found[:MOST_SERVERS]]
        self._allowed, self._seconds, self._now = allowed, seconds, now
        self._first = 0
        self._room = asyncio.Semaphore(IN_FLIGHT)
        self._kept: dict[tuple[str, str], tuple[float, Answer]] = {}
        self._control: asyncio.Task[frozenset[str]] | None = None

    @property
    def servers(self) -> tuple[str, ...]:
        """Return whom it asks, each `address:port`."""
        return tuple(one.name for one in self._channels)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the sockets."""
        if self._control:
            self._control.cancel()
            with suppress(asyncio.CancelledError):
                await self._control
            self._control = None
        for channel in self._channels:
            channel.close()

    async def ask(self, name: str, kind: str, *, fresh: bool = False) -> Answer:
        """Ask for the records of a kind (A, AAAA, NS, MX, TXT, CNAME, SOA) of a name (A-labels).

        With `fresh` nothing is remembered. Raises nothing for what is outside: the outcome and its note say it.
        """
        try:
            name = dns_question.plain(name)
        except BadIndicator as error:
            return Answer(name, kind, Outcome.SKIPPED, at=self._now(), note=str(error))
        until, kept = self._kept.get((name, kind), (0.0, None))
        if kept and not fresh and time.monotonic() < until:
            return kept
        answer = await self._true(await self._asked(name, kind))
        if not fresh:
            self._keep(answer)
        return answer

    async def addresses(self, host: str) -> list[Address]:
        """Return all addresses of a host (A-labels, or an address), IPv4 first; none of them is checked here.

        Raises `NoAddress` with the outcome: ABSENT, EMPTY, FAILED, TIMEOUT.
        """
        with suppress(ValueError):
            return [ip_address(host)]
        if host.lower().removesuffix(".").rpartition(".")[2] == "localhost":  # RFC 6761: never asked for
            return [_THIS_MACHINE]
        answers = await asyncio.gather(self.ask(host, "A"), self.ask(host, "AAAA"))
        found: list[Address] = [ip_address(value) for one in answers for value in one.values]
        if not found:
            worst = min(answers, key=lambda one: _GRAVE.index(one.outcome))
            outcome = Outcome.FAILED if worst.outcome is Outcome.SKIPPED else worst.outcome
            raise NoAddress(outcome, dns_findings.sentence(worst))
        return found

    async def _asked(self, name: str, kind: str) -> Answer:
        """Ask the servers in turn until one knows; what one of them said weighs more than the silence of another."""
        found = Answer(name, kind, Outcome.FAILED, at=self._now(), note=NO_SERVER)
        count = len(self._channels)
        async with self._room:
            for step in range(max(TRIES, count) if count else 0):
                at = (self._first + step) % count
                answer = await self._try(self._channels[at], name, kind)
                if answer.outcome not in {Outcome.FAILED, Outcome.TIMEOUT}:
                    self._first = at
                    return answer
                if step == 0 or answer.outcome is Outcome.FAILED:
                    found = answer
                if count == 1 and answer.outcome is Outcome.FAILED:
                    break
        return found

    async def _try(self, channel: Channel, name: str, kind: str) -> Answer:
        try:
            wire = await channel.ask(dns_question.question(name, kind), self._seconds)
        except NoAnswer as error:
            silence = f"no answer in {self._seconds * max(TRIES, len(self._channels)):g} s"
            note = silence if error.outcome is Outcome.TIMEOUT else str(error)
            return Answer(name, kind, error.outcome, server=channel.name, at=self._now(), note=note)
        return replace(dns_answer.read(wire, name, kind, self._now()), server=channel.name)

    async def _true(self, answer: Answer) -> Answer:
        """Return an answer as ABSENT where its addresses are those that the server makes up for what does not exist."""
        if answer.kind not in {"A", "AAAA"} or not answer.values:
            return answer
        if self._control is None:
            self._control = asyncio.create_task(self._made_up())
        if not set(answer.values) <= await asyncio.shield(self._control):
            return answer
        return replace(answer, outcome=Outcome.ABSENT, values=(), ttl=0, aliases=(), note=FALSE_ANSWER)

    async def _made_up(self) -> frozenset[str]:
        """Ask once for a name that cannot exist (RFC 6761), and return the addresses that come all the same.

        An address that the team allowed is meant, as in a lab where every name leads to one machine.
        """
        name = f"{some_label()}.invalid"
        answers = await asyncio.gather(self._asked(name, "A"), self._asked(name, "AAAA"))
        found = {value for one in answers for value in one.values}
        return frozenset(one for one in found if not any(ip_address(one) in net for net in self._allowed))

    def _keep(self, answer: Answer) -> None:
        failed = answer.outcome in {Outcome.FAILED, Outcome.TIMEOUT}
        seconds = FAILURE_KEPT if failed else min(answer.ttl, LONGEST_KEPT)
        self._kept.pop((answer.name, answer.kind), None)
        if seconds:
            self._kept[answer.name, answer.kind] = (time.monotonic() + seconds, answer)
        if len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]


async def look_up(resolver: Resolver, host: str, *, target: str) -> Gained:
    """Ask everything about a host and the target that it belongs to, at once. Both are A-labels.

    Returns the findings `dns.*` with the answers that prove them. Raises nothing for what is outside.
    """
    asked = [(host, kind) for kind in ("A", "AAAA", "CNAME")]
    asked += [(target, kind) for kind in ("NS", "SOA", "MX", "TXT")]
    asked.append((f"_dmarc.{target}", "TXT"))
    probe = resolver.ask(f"{some_label()}.{target}", "A", fresh=True)
    wildcard, *answers = await asyncio.gather(probe, *(resolver.ask(name, kind) for name, kind in asked))
    *_, mx, txt, dmarc = answers
    return dns_findings.gained(answers, wildcard, (mx, txt, dmarc))


def some_label() -> str:
    """Return a label that nobody thought of and that looks like any other: it names neither us nor a case."""
    syllables = (secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(4 + secrets.randbelow(3)))
    return f"{''.join(syllables)}{secrets.randbelow(90) + 10}"


def _given(servers: str, allowed: Sequence[Network]) -> list[tuple[Address, int]]:
    parts = [one.strip().rpartition(":") for one in servers.split(",")]
    return [
        (address, int(port))
        for host, _, port in parts
        for address in resolve_checked(host.strip("[]"), int(port), allowed)
    ]


def _of_system(file: Path) -> list[tuple[Address, int]]:
    """Return the servers of resolv.conf; none where there is no such file, or nothing in it that can be used."""
    with suppress(dns.resolver.NoResolverConfiguration, OSError, ValueError):
        found = dns.resolver.Resolver(filename=str(file))
        return [(ip_address(str(one)), PORT) for one in found.nameservers]
    return []
