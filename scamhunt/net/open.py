"""Connections to checked addresses only: all addresses of a name are checked, and one that is refused refuses all."""

import asyncio
import ssl
from base64 import b64encode
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from functools import partial
from ipaddress import ip_address

import httpcore
import httpx
from pydantic import SecretStr

from scamhunt.addresses import Address, Network, check, literal
from scamhunt.errors import AddressRefused
from scamhunt.net import secure
from scamhunt.net.dial import Deadline
from scamhunt.net.exchange import Handshake, Limits, NoAddress, Resolve
from scamhunt.net.place import PORTS, Place
from scamhunt.net.request import readable
from scamhunt.net.wire import Connected
from scamhunt.observed import Outcome

MOST_ADDRESSES = 4
"""Of one host that are tried: a name with a hundred addresses does not make us knock at a hundred doors."""
HEAD_START = 2.0
"""Seconds before the next address is tried beside the one that has not answered (RFC 8305)."""
LONGEST_HEAD = 8_192
"""Bytes of a proxy's answer."""

_Stream = httpcore.AsyncNetworkStream
_Reached = tuple[_Stream, Address]


class ProxyFailed(httpcore.ConnectError):
    """The proxy does not lead there."""


class NotSecured(httpcore.ConnectError):
    """The two ends do not agree on how to encrypt."""


class Dialer:
    """Opens connections, through a proxy where there is one."""

    def __init__(
        self, resolve: Resolve, allowed: Sequence[Network], limits: Limits, proxy: SecretStr | None = None
    ) -> None:
        """Open nothing yet. Raises `UserError` for a proxy that is no http or https address."""
        self._resolve, self._allowed, self._limits = resolve, allowed, limits
        self._proxy = readable(proxy.get_secret_value()) if proxy else None

    async def addresses(self, name: str, deadline: Deadline) -> list[Address]:
        """Return the addresses of a host, each of them checked. Raises `AddressRefused`, `NoAddress`."""
        known = literal(name)
        try:
            async with asyncio.timeout(deadline.left(None)):
                found = [known] if known else list(dict.fromkeys(await self._resolve(name)))
        except TimeoutError:
            raise NoAddress(Outcome.TIMEOUT, f"{name}: the DNS gave no answer in time") from None
        if not found:
            raise NoAddress(Outcome.EMPTY, f"{name}: has no address")
        return check(found, self._allowed)[:MOST_ADDRESSES]

    async def open(
        self, place: Place, addresses: Sequence[Address], deadline: Deadline, now: Callable[[], datetime]
    ) -> Connected:
        """Connect to one of some checked addresses, secured where the place is https.

        Raises `AddressRefused`, `NoAddress` for the proxy, and httpcore's errors.
        """
        begun = now()
        with deadline.sooner(self._limits.connect):
            stream, address = await self._reached(addresses, place.port, deadline)
            if place.scheme == "http":
                return Connected(stream, str(address), None, begun)
            stream, handshake = await self._secured(stream, place, deadline, now())
            return Connected(stream, str(address), handshake, begun)

    async def _secured(
        self, stream: _Stream, place: Place, deadline: Deadline, at: datetime
    ) -> tuple[_Stream, Handshake]:
        name = None if place.address else place.name
        stream = await _started(stream, secure.context(), name, deadline)
        return stream, secure.handshake_of(stream.get_extra_info("ssl_object"), place.address or place.name, at)

    async def _reached(self, addresses: Sequence[Address], port: int, deadline: Deadline) -> tuple[_Stream, Address]:
        if self._proxy is None:
            return await _race(addresses, partial(_connect, port=port, deadline=deadline))
        failed: Exception = httpcore.ConnectError()
        for address in addresses:
            stream = await self._at_proxy(self._proxy, deadline)
            try:
                await _tunnel(stream, address, port, self._proxy, deadline)
            except ProxyFailed as error:
                await stream.aclose()
                failed = error
            except BaseException:
                await stream.aclose()
                raise
            else:
                return stream, address
        raise failed

    async def _at_proxy(self, proxy: httpx.URL, deadline: Deadline) -> _Stream:
        host = proxy.raw_host.decode()
        port = proxy.port or PORTS[proxy.scheme]
        try:
            addresses = await self.addresses(host, deadline)
        except AddressRefused as refused:
            raise AddressRefused(f"the proxy: {refused}") from None
        except NoAddress as missing:
            raise NoAddress(missing.outcome, f"the proxy: {missing}") from None
        stream, _ = await _race(addresses, partial(_connect, port=port, deadline=deadline))
        if proxy.scheme == "https":
            stream = await _started(stream, secure.strict(), host, deadline)
        return stream


async def _connect(address: Address, port: int, deadline: Deadline) -> tuple[_Stream, Address]:
    """Connect to exactly this address; raises `AddressRefused` where the other end is another one."""
    stream = await httpcore.AnyIOBackend().connect_tcp(str(address), port, deadline.left(None))
    reached = stream.get_extra_info("server_addr")
    if ip_address(reached[0]) != address:
        await stream.aclose()
        raise AddressRefused(f"{address} is refused: the connection led elsewhere")
    return stream, address


async def _started(stream: _Stream, context: ssl.SSLContext, name: str | None, deadline: Deadline) -> _Stream:
    """Return the connection with encryption; it is closed where that fails."""
    try:
        return await stream.start_tls(context, name, deadline.left(None))
    except httpcore.ConnectError:
        raise NotSecured from None
    except BaseException:
        await stream.aclose()
        raise


async def _race(
    addresses: Sequence[Address], connect: Callable[[Address], Coroutine[None, None, _Reached]]
) -> _Reached:
    """Return the first connection: the next address is tried when one fails or takes long."""
    waiting, running = list(addresses), list[asyncio.Task[_Reached]]()
    failed: BaseException = httpcore.ConnectError()
    try:
        while waiting or running:
            if waiting:
                running.append(asyncio.create_task(connect(waiting.pop(0))))
            await asyncio.wait(running, timeout=HEAD_START if waiting else None, return_when=asyncio.FIRST_COMPLETED)
            for task in [one for one in running if one.done()]:
                if task.exception() is None:
                    running.remove(task)
                    return task.result()
                failed = task.exception() or failed
                running.remove(task)
        raise failed
    finally:
        await _give_up(running)


async def _give_up(running: Sequence[asyncio.Task[_Reached]]) -> None:
    """Close the connections that came too late."""
    for task in running:
        task.cancel()
    for result in await asyncio.gather(*running, return_exceptions=True):
        if not isinstance(result, BaseException):
            await result[0].aclose()


async def _tunnel(stream: _Stream, address: Address, port: int, proxy: httpx.URL, deadline: Deadline) -> None:
    """Have a proxy connect to a checked address, never to a name: the proxy would look the name up again.

    Source: RFC 9110, 9.3.6.
    """
    to = f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"  # noqa: PLR2004  # IPv6
    login = b64encode(f"{proxy.username}:{proxy.password}".encode()).decode()
    known = f"Proxy-Authorization: Basic {login}\r\n" if proxy.userinfo else ""
    await stream.write(f"CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n{known}\r\n".encode(), deadline.left(None))
    head = b""
    while b"\r\n\r\n" not in head:
        came = await stream.read(LONGEST_HEAD, deadline.left(None))
        head += came
        if not came or len(head) > LONGEST_HEAD:
            raise ProxyFailed("the proxy gave no answer that can be read")
    words = head.split(maxsplit=2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/1.") or not words[1].isdigit():  # noqa: PLR2004  # a status line
        raise ProxyFailed("the proxy gave no answer that can be read")
    if not words[1].startswith(b"2") or not head.endswith(b"\r\n\r\n"):
        raise ProxyFailed(f"the proxy answered {words[1][:3].decode()}")
