"""One DNS server, asked many questions at once through one UDP socket; over TCP where an answer was cut.

An answer counts when the kernel took it from the server's own address (the socket is connected), its number is one of
ours and it repeats the question. What does not is left aside, and the wait goes on.
"""

import asyncio
import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass, field

from scamhunt.addresses import Address
from scamhunt.errors import OutsideError
from scamhunt.investigate import dns_question
from scamhunt.observed import Outcome

BUFFER = 1 << 20
LARGEST = 65_535


class NoAnswer(OutsideError):
    """No answer came that counts."""

    def __init__(self, outcome: Outcome, text: str) -> None:
        """Take `FAILED` or `TIMEOUT`, and why in words, or nothing where the time is over."""
        super().__init__(text)
        self.outcome = outcome


@dataclass(slots=True)
class _Asked:
    question: bytes
    answer: asyncio.Future[bytes]
    strays: int = field(default=0)


class Channel:
    """Asks one server. To be closed."""

    def __init__(self, address: Address, port: int) -> None:
        """Open nothing yet."""
        self._where = (str(address), port)
        self._family = socket.AF_INET6 if address.version == 6 else socket.AF_INET  # noqa: PLR2004  # IPv6
        self.name = f"[{address}]:{port}" if self._family == socket.AF_INET6 else f"{address}:{port}"
        self._socket: socket.socket | None = None
        self._asked: dict[int, _Asked] = {}

    async def ask(self, question: bytes, seconds: float) -> bytes:
        """Return the answer to a question, as it came; over UDP and, where that was cut, TCP, each `seconds` at most.

        Raises `NoAnswer`.
        """
        try:
            wire = await self._over_udp(question, seconds)
            return await self._over_tcp(question, seconds) if dns_question.is_cut(wire) else wire
        except TimeoutError:
            raise NoAnswer(Outcome.TIMEOUT, "") from None
        except (OSError, EOFError):
            raise NoAnswer(Outcome.FAILED, "the DNS server cannot be reached") from None

    def close(self) -> None:
        """Close the socket; whoever still waits is told so."""
        if self._socket:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None
        self._give_up(ConnectionAbortedError())

    async def _over_udp(self, question: bytes, seconds: float) -> bytes:
        asked = _Asked(question, asyncio.get_running_loop().create_future())
        number = self._free_number()
        self._asked[number] = asked
        try:
            with suppress(BlockingIOError):  # as good as lost on the way: the next try sends it again
                self._opened().send(dns_question.message(number, question))
            async with asyncio.timeout(seconds):
                return await asked.answer
        except TimeoutError:
            if asked.strays:
                raise NoAnswer(Outcome.FAILED, "the DNS server answered something else") from None
            raise
        finally:
            del self._asked[number]

    def _free_number(self) -> int:
        """Return a number that nobody can guess and no other question has."""
        while (number := secrets.randbits(16)) in self._asked:
            pass
        return number

    def _opened(self) -> socket.socket:
        if self._socket is None:
            opened = socket.socket(self._family, socket.SOCK_DGRAM)
            try:
                opened.settimeout(0)
                opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
                opened.connect(self._where)
            except OSError:
                opened.close()
                raise
            self._socket = opened
            asyncio.get_running_loop().add_reader(opened, self._receive, opened)
        return self._socket

    def _receive(self, opened: socket.socket) -> None:
        """Take every datagram that is there."""
        try:
            while True:
                self._take(opened.recv(LARGEST))
        except BlockingIOError:
            pass
        except OSError as error:
            self._give_up(error)

    def _take(self, wire: bytes) -> None:
        asked = self._asked.get(dns_question.number_of(wire))
        if asked is None or asked.answer.done():
            return
        if dns_question.answers(wire, asked.question):
            asked.answer.set_result(wire)
        else:
            asked.strays += 1

    def _give_up(self, error: OSError) -> None:
        """Tell everybody who waits that the server's machine turned us away."""
        for asked in self._asked.values():
            if not asked.answer.done():
                asked.answer.set_exception(error)

    async def _over_tcp(self, question: bytes, seconds: float) -> bytes:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(*self._where)
            try:
                number = secrets.randbits(16)
                sent = dns_question.message(number, question)
                writer.write(len(sent).to_bytes(2) + sent)
                wire = await reader.readexactly(int.from_bytes(await reader.readexactly(2)))
            finally:
                writer.transport.abort()
        if dns_question.number_of(wire) != number or not dns_question.answers(wire, question):
            raise NoAnswer(Outcome.FAILED, "the DNS server answered something else")
        return wire
