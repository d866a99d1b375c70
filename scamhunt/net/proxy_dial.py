"""Connections of the browser's proxy: to addresses that were checked, straight or through the team's proxy."""

import asyncio
import ssl
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from scamhunt.addresses import Address, Network, check
from scamhunt.errors import AddressRefused
from scamhunt.net.exchange import NoAddress, Resolve
from scamhunt.net.place import Place, read
from scamhunt.observed import Outcome

CONNECT_SECONDS = 8.0
MOST_ADDRESSES = 4
"""Addresses of one host that are tried."""
HEAD = 64 * 1024


@dataclass(frozen=True, slots=True)
class Stream:
    """Both directions of one connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def head(self, seconds: float) -> bytes:
        """Return everything up to the first empty line.

        Raises `EOFError`, `TimeoutError`, `OSError` and asyncio's `LimitOverrunError`.
        """
        return (await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), seconds)).removesuffix(b"\r\n\r\n")

    async def send(self, piece: bytes) -> None:
        """Send, and wait until it is taken. Raises `OSError`."""
        self.writer.write(piece)
        await self.writer.drain()

    def finish(self) -> None:
        """Say that no more is sent."""
        if self.writer.can_write_eof() and not self.writer.is_closing():
            self.writer.write_eof()


def end(stream: Stream) -> None:
    """Close a connection at once: what was not sent yet is dropped."""
    stream.writer.transport.abort()


class Dialer:
    """Opens connections to checked addresses only."""

    def __init__(self, resolve: Resolve, allowed: Sequence[Network], upstream: SecretStr | None) -> None:
        """Take our own resolver, networks that may be reached though they are not public, and the team's proxy."""
        self._resolve, self._allowed, self._upstream = resolve, allowed, upstream

    async def open(self, place: Place) -> tuple[Stream, Address]:
        """Return a connection and the address that it leads to.

        Raises `AddressRefused` when one of the host's addresses is not public, `NoAddress`, `OSError`, `TimeoutError`.
        """
        failed: Exception = OSError()
        for address in (await self._checked(place))[:MOST_ADDRESSES]:
            try:
                return await self._reach(address, place.port), address
            except (OSError, TimeoutError, EOFError) as error:
                failed = error
        raise failed

    async def _checked(self, place: Place) -> list[Address]:
        found = [place.address] if place.address else list(await self._resolve(place.name))
        if not found:
            raise NoAddress(Outcome.EMPTY, "the name has no address")
        return check(found, self._allowed)

    async def _reach(self, address: Address, port: int) -> Stream:
        if self._upstream:
            return await self._through(self._upstream.get_secret_value(), address, port)
        return await _connect(address, port)

    async def _through(self, proxy: str, address: Address, port: int) -> Stream:
        """Have the team's proxy connect to the address, not to the name: the check would be void else."""
        at = read(proxy)
        secure = ssl.create_default_context() if at.scheme == "https" else None
        stream = await _connect((await self._checked(at))[0], at.port, secure, at.name)
        to = f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"  # noqa: PLR2004  # IPv6
        try:
            await stream.send(f"CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n{_credentials(proxy)}\r\n".encode())
            answer = await stream.head(CONNECT_SECONDS)
            _agreed(answer)
        except BaseException:
            end(stream)
            raise
        return stream


async def _connect(
    address: Address, port: int, secure: ssl.SSLContext | None = None, name: str | None = None
) -> Stream:
    dialled = asyncio.open_connection(
        str(address), port, limit=HEAD, ssl=secure, server_hostname=name if secure else None
    )
    stream = Stream(*await asyncio.wait_for(dialled, CONNECT_SECONDS))
    peer = stream.writer.get_extra_info("peername")
    if not peer or ip_address(peer[0].partition("%")[0]) != address:
        end(stream)
        raise AddressRefused("the connection leads to another address than the one that was checked: refused")
    return stream


def _agreed(answer: bytes) -> None:
    if answer.split(b" ", 2)[1:2] != [b"200"]:
        raise OSError("the proxy says no")


def _credentials(proxy: str) -> str:
    parts = urlsplit(proxy)
    if not parts.username:
        return ""
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return f"Proxy-Authorization: Basic {b64encode(pair.encode()).decode()}\r\n"
