"""WHOIS (RFC 3912), for names whose top-level domain has no RDAP: one line out, text back, over TCP.

Only servers of our own table are asked, at addresses that were checked. A referral is followed to such a server alone.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from scamhunt import __version__
from scamhunt.addresses import Address, check
from scamhunt.errors import AddressRefused, OutsideError
from scamhunt.investigate import whois_answer
from scamhunt.investigate.abuse_contacts import Junk
from scamhunt.investigate.rdap_bootstrap import Bootstrap, WhoisServer
from scamhunt.investigate.whois_answer import LARGEST, Said
from scamhunt.net.visit import NoAddress, Resolve
from scamhunt.observed import Finding, Gained, Item, Outcome
from scamhunt.settings import Settings

KIND = "whois.domain"
MEDIA_TYPE = "text/plain"
TOOL = f"scamhunt {__version__}"
SECONDS = 10.0
"""For one question, its connection included."""
HOPS = 2
"""Referrals that are followed."""
OFF = "off"
_MOST_ADDRESSES = 2


@dataclass(frozen=True, slots=True)
class Heard:
    """What a server sent, or why nothing came of it."""

    body: bytes = b""
    outcome: Outcome = Outcome.FOUND
    why: str = ""


class Whois:
    """Asks WHOIS servers. `before` is awaited with `host:port` ahead of each question: politeness."""

    def __init__(  # noqa: PLR0913  # what asking needs
        self,
        settings: Settings,
        bootstrap: Bootstrap,
        resolve: Resolve,
        junk: Junk,
        *,
        before: Callable[[str], Awaitable[None]] | None = None,
        seconds: float = SECONDS,
    ) -> None:
        """Take what asking needs."""
        self._settings, self._bootstrap, self._resolve, self._junk = settings, bootstrap, resolve, junk
        self._before, self._seconds = before, seconds

    def server_for(self, name: str) -> WhoisServer | None:
        """Return whom a name is asked of; None where there is nobody, or nobody may be asked."""
        given = self._settings.whois
        if given == OFF:
            return None
        if given:
            host, _, port = given.rpartition(":")
            return WhoisServer(host.strip("[]"), int(port))
        return self._bootstrap.whois_for(name)

    async def domain(self, name: str) -> Gained:
        """Ask about a name (lower case, A-labels). Raises nothing for what is outside: findings say it."""
        server = self.server_for(name)
        if server is None:
            return Gained([self._skipped(name)])
        gained, asked = Gained(), set[str]()
        for _ in range(1 + HOPS):
            asked.add(server.host)
            one, referral = await self._one(server, name)
            gained += one
            following, note = self._following(referral, asked)
            gained = _noted(gained, note)
            if following is None:
                break
            server = following
        return gained

    def _skipped(self, name: str) -> Finding:
        why = "WHOIS is off" if self._settings.whois == OFF else "no WHOIS server is known for its top-level domain"
        text = f"no RDAP server is known for {name}, and {why}: nobody was asked who registered it"
        return Finding(KIND, "WHOIS", self._settings.now(), Outcome.SKIPPED, text, {"name": name})

    # --- one server -------------------------------------------------------------------------------------------------

    async def _one(self, server: WhoisServer, name: str) -> tuple[Gained, str]:
        """Return what one server says, and to whom it refers."""
        heard = await self._heard(server, server.query.format(name=name))
        source, at = f"whois {server.place}", self._settings.now()
        items = []
        if heard.body:
            url = f"whois://{server.place}/{name}"
            items.append(Item(heard.body, MEDIA_TYPE, url, at, TOOL, note=heard.why and f"not whole: {heard.why}"))
        proof = items[0].sha256 if items else ""
        if heard.outcome is not Outcome.FOUND:
            text = f"{server.host} was asked about {name}: {heard.why}"
            return Gained([Finding(KIND, source, at, heard.outcome, text, {"name": name}, proof)], items), ""
        said = whois_answer.read(heard.body, name, at, self._junk)
        finding = Finding(KIND, source, at, said.outcome, _text(said, server, name), _data(said, server, name), proof)
        referral = said.registration.elsewhere if said.registration else ()
        return Gained([finding], items), "".join(referral[:1])

    async def _heard(self, server: WhoisServer, question: str) -> Heard:
        try:
            if self._before:
                await self._before(server.place)
            got = bytearray()
            async with asyncio.timeout(self._seconds):
                whole = await self._exchanged(await self._addresses(server.host), server.port, question, got)
        except AddressRefused as error:
            return Heard(outcome=Outcome.REFUSED, why=str(error))
        except NoAddress as error:
            refused = error.outcome in {Outcome.REFUSED, Outcome.TIMEOUT}
            return Heard(outcome=error.outcome if refused else Outcome.FAILED, why=str(error))
        except TimeoutError:
            return Heard(bytes(got), Outcome.TIMEOUT, f"no whole answer in {self._seconds:g} s")
        except OutsideError as error:
            return Heard(outcome=Outcome.FAILED, why=str(error))
        except OSError:
            return Heard(bytes(got), Outcome.FAILED, "the connection failed")
        return Heard(bytes(got)) if whole else Heard(bytes(got), Outcome.FAILED, f"more than {LARGEST:,} bytes came")

    async def _addresses(self, host: str) -> list[Address]:
        return check(list(await self._resolve(host)), self._settings.fetch_allow_nets)

    async def _exchanged(self, addresses: list[Address], port: int, question: str, got: bytearray) -> bool:
        """Ask the first address that can be reached, take what comes into `got`; return whether that was all of it."""
        reader, writer = await _connected(addresses[:_MOST_ADDRESSES], port)
        try:
            writer.write(f"{question}\r\n".encode("ascii"))
            while piece := await reader.read(LARGEST):
                got += piece
                if len(got) > LARGEST:
                    del got[LARGEST:]
                    return False
        finally:
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()
        return True

    # --- referrals --------------------------------------------------------------------------------------------------

    def _following(self, referral: str, asked: set[str]) -> tuple[WhoisServer | None, str]:
        """Return the server that is asked next, or a note on why none is."""
        host, _, port = referral.partition(":")
        if not host or host in asked or self._settings.whois:
            return None, ""
        server = self._bootstrap.whois_at(host)
        if server is None or (port and port != str(server.port)):
            return None, "it refers to a WHOIS server that is not in our list: refused"
        return server, ""


async def _connected(addresses: list[Address], port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    for address in addresses[:-1]:
        with suppress(OSError):
            return await asyncio.open_connection(str(address), port, limit=LARGEST)
    return await asyncio.open_connection(str(addresses[-1]), port, limit=LARGEST)


def _text(said: Said, server: WhoisServer, name: str) -> str:
    if said.registration is None:
        return f"{server.host} was asked about {name}: {said.why}"
    return said.registration.told


def _data(said: Said, server: WhoisServer, name: str) -> dict[str, object]:
    if said.registration:
        return said.registration.data(server.host)
    left_alone: dict[str, object] = {"retry_after": None} if said.too_often else {}
    return {"name": name, "server": server.host} | left_alone


def _noted(gained: Gained, note: str) -> Gained:
    """Return findings with a note in the data of the last one."""
    if not note:
        return gained
    *before, last = gained.findings
    kept = last.data.get("notes")
    notes = [*(kept if isinstance(kept, list) else []), note]
    return Gained([*before, replace(last, data={**last.data, "notes": notes})], gained.items)
