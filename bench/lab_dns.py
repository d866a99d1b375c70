"""A DNS server on loopback with zones of our own and every bad habit that a real one can have; UDP and TCP, one port.

with Server({"shop.test": {"A": ["192.0.2.7"]}}, {"slow.test": "silent"}) as server:
    ... server.address, server.asked
"""

import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

Records = Mapping[str, Sequence[str] | Sequence[Sequence[str]]]
Zones = Mapping[str, Records]
"""Name (or `*.name`) -> kind -> values as in a zone file; where they are lists themselves, one list after the other."""

RCODES = {"servfail": "SERVFAIL", "refused": "REFUSED", "formerr": "FORMERR", "nxdomain": "NXDOMAIN"}
HABITS = frozenset(
    {
        *RCODES,
        "bare refused",  # a header and nothing else
        "silent",
        "silent once",
        "cut",  # TC over UDP; whole over TCP
        "cut, TCP closed",  # TC over UDP; over TCP it hangs up
        "cut, TCP silent",
        "cut, TCP garbage",  # another number and another question
        "wrong number",
        "wrong question",
        "wrong source",
        "wrong, then right",
        "question back",  # the question itself, no answer
        "garbage",
        "half",  # the question as asked, records that end in the middle
        "loop",  # a name that points at itself
        "late",  # after 0.3 s
    }
)
"""What a name can be answered with instead of its records; `ede N` is SERVFAIL with the extended error N."""
TTL = 60
MOST_LINKS = 20
LATE = 0.3


class Server:
    """Answers for its zones; `with` ends it. `asked` holds (name, kind, `udp` or `tcp`) of each question."""

    def __init__(
        self,
        zones: Zones,
        habits: Mapping[str, str] | None = None,
        *,
        host: str = "127.0.0.1",
        ttl: int = TTL,
        steady: bool = False,
    ) -> None:
        """Take the zones; `steady` remembers its answers, which a benchmark needs."""
        unknown = {one for one in (habits or {}).values() if one not in HABITS and not one.startswith("ede ")}
        if unknown:
            raise ValueError(f"unknown habits: {sorted(unknown)}")
        self.zones, self.habits, self.ttl = zones, dict(habits or {}), ttl
        self.asked: list[tuple[str, str, str]] = []
        self._host, self._turns = host, dict[tuple[str, str], int]()
        self._ready: dict[bytes, bytes] | None = {} if steady else None
        self._threads: list[threading.Thread] = []
        self._open: set[socket.socket] = set()

    def __enter__(self) -> Self:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        self._tcp = socket.create_server((self._host, 0), family=family)
        self.port: int = self._tcp.getsockname()[1]
        self._udp = socket.socket(family, socket.SOCK_DGRAM)
        self._udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._udp.bind((self._host, self.port))
        for one in (self._udp, self._tcp):
            one.settimeout(None)  # whatever a library has set for all sockets of the process
        for work in (self._serve_udp, self._serve_tcp):
            self._start(work)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one in (self._udp, self._tcp, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for one in (self._udp, self._tcp, *self._open):
            one.close()

    @property
    def address(self) -> str:
        """Return `host:port`, as the setting takes it."""
        return f"[{self._host}]:{self.port}" if ":" in self._host else f"{self._host}:{self.port}"

    def count(self, name: str, kind: str = "") -> int:
        """Return how often a name was asked for."""
        return sum(one == name and kind in {"", asked} for one, asked, _ in self.asked)

    def _start(self, work: object, *given: object) -> None:
        thread = threading.Thread(target=work, args=given, daemon=True)  # type: ignore[arg-type]  # as each server takes them
        self._threads.append(thread)
        thread.start()

    def _serve_udp(self) -> None:
        while True:
            wire, client = self._udp.recvfrom(65_535)
            if not client or not wire:
                return
            if self._ready is not None and (ready := self._ready.get(wire[2:])):
                self.asked.append(("", "", "udp"))
                self._udp.sendto(wire[:2] + ready, client)
                continue
            with suppress(dns.exception.DNSException):
                self._answer_udp(wire, client)

    def _answer_udp(self, wire: bytes, client: tuple[str, int]) -> None:
        query, habit = self._taken(wire, "udp")
        if habit == "late":
            self._start(self._send_late, self._plain(query).to_wire(want_shuffle=False), client)
            return
        for answer in self._oddly(query, habit, wire):
            if habit == "wrong source":
                with socket.socket(self._udp.family, socket.SOCK_DGRAM) as other:
                    other.bind((self._host, 0))
                    other.sendto(answer, client)
            else:
                self._udp.sendto(answer, client)
        if self._ready is not None and not habit and len(self._ready) < 100_000:  # noqa: PLR2004  # names of a benchmark
            self._ready[wire[2:]] = answer[2:]

    def _send_late(self, answer: bytes, client: tuple[str, int]) -> None:
        time.sleep(LATE)
        with suppress(OSError):
            self._udp.sendto(answer, client)

    def _serve_tcp(self) -> None:
        while True:
            try:
                connection, _ = self._tcp.accept()
            except OSError:
                return
            connection.settimeout(None)
            self._open.add(connection)
            self._start(self._answer_tcp, connection)

    def _answer_tcp(self, connection: socket.socket) -> None:
        with suppress(OSError, dns.exception.DNSException, struct.error):
            file = connection.makefile("rb")
            with file:
                wire = file.read(struct.unpack("!H", file.read(2))[0])
                query, habit = self._taken(wire, "tcp")
                if habit == "cut, TCP silent":
                    file.read(1)
                elif habit == "cut, TCP closed":
                    connection.shutdown(socket.SHUT_RDWR)
                else:
                    answer = (
                        _other(0)
                        if habit == "cut, TCP garbage"
                        else self._plain(query).to_wire(max_size=65_535, want_shuffle=False)
                    )
                    connection.sendall(struct.pack("!H", len(answer)) + answer)
                    file.read(1)

    def _taken(self, wire: bytes, way: str) -> tuple[dns.message.Message, str]:
        """Return a question and the habit for its name; a habit that happens once is then over."""
        query = dns.message.from_wire(wire)
        name = _plain_name(query)
        self.asked.append((name, dns.rdatatype.to_text(query.question[0].rdtype), way))
        habit = self.habits.get(name) or self.habits.get(f"*.{name.partition('.')[2]}", "")
        if habit == "silent once":
            del self.habits[name]
        return query, habit

    def _oddly(self, query: dns.message.Message, habit: str, wire: bytes) -> Sequence[bytes]:
        if habit in RCODES or habit.startswith("ede "):
            return [_refusal(query, habit)]
        plain = _fitting(self._plain(query), query)
        return ODD[habit](wire, plain) if habit in ODD else [plain]

    def _plain(self, query: dns.message.Message) -> dns.message.Message:
        """Return what the zones hold: records, CNAMEs followed; NXDOMAIN; or nothing."""
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        name, kind = _plain_name(query), dns.rdatatype.to_text(query.question[0].rdtype)
        for _ in range(MOST_LINKS):
            records = self._records(name)
            if records is None:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            values = self._values(name, kind, records or {})
            link = [] if values else self._values(name, "CNAME", records or {})
            if values or link:
                shown = kind if values else "CNAME"
                rrset = dns.rrset.from_text(f"{name}.", self.ttl, "IN", shown, *(values or link))
                answer.answer.append(rrset)
            if not link:
                break
            name = str(link[0]).rstrip(".").lower()
        if not answer.answer:
            soa = "ns.test. hostmaster.test. 1 7200 3600 1209600 30"
            answer.authority.append(dns.rrset.from_text(f"{name.rpartition('.')[2]}.", self.ttl, "IN", "SOA", soa))
        return answer

    def _records(self, name: str) -> Records | None:
        """Return what a name has; None where there is no such name."""
        if name in self.zones:
            return self.zones[name]
        above = name.partition(".")[2]
        while above:
            if f"*.{above}" in self.zones:
                return self.zones[f"*.{above}"]
            above = above.partition(".")[2]
        return {} if any(one.endswith(f".{name}") for one in self.zones) else None

    def _values(self, name: str, kind: str, records: Records) -> list[str]:
        values = records.get(kind, ())
        if not values or isinstance(values[0], str):
            return [str(one) for one in values]
        turn = self._turns.get((name, kind), 0)
        self._turns[name, kind] = turn + 1
        return list(values[min(turn, len(values) - 1)])


def _plain_name(query: dns.message.Message) -> str:
    return query.question[0].name.to_text(omit_final_dot=True).lower()


def _other(number: int) -> bytes:
    return dns.message.make_response(dns.message.make_query("other.test.", "A", id=number)).to_wire()


def _misnumbered(wire: bytes, plain: bytes) -> bytes:
    return bytes([wire[0] ^ 1]) + plain[1:]


def _elsewhere(wire: bytes) -> bytes:
    return _other(int.from_bytes(wire[:2]))


def _records(wire: bytes, count: int, records: bytes) -> bytes:
    """Return the question of a message, and records that the caller wrote by hand."""
    return wire[:2] + b"\x81\x80" + struct.pack("!HHHH", 1, count, 0, 0) + wire[12:-EDNS] + records


EDNS = 11
"""Bytes of the last record of each question, which is EDNS."""
ODD: Mapping[str, Callable[[bytes, bytes], Sequence[bytes]]] = {
    "silent": lambda _wire, _plain: [],
    "silent once": lambda _wire, _plain: [],
    "wrong number": lambda wire, plain: [_misnumbered(wire, plain)],
    "wrong question": lambda wire, _plain: [_elsewhere(wire)],
    "wrong, then right": lambda wire, plain: [_misnumbered(wire, plain), _elsewhere(wire), b"\0", plain],
    "question back": lambda wire, _plain: [wire],
    "garbage": lambda wire, _plain: [wire[:2] + b"\xff" * 40],
    "half": lambda wire, _plain: [_records(wire, 3, b"\xc0\x0c\0\1\0\1")],
    "loop": lambda wire, _plain: [_records(wire, 1, struct.pack("!H", 0xC000 | len(wire) - EDNS))],
    "bare refused": lambda wire, _plain: [wire[:2] + b"\x81\x85" + bytes(8)],
    "cut": lambda wire, _plain: [_cut(dns.message.from_wire(wire))],
    "cut, TCP closed": lambda wire, _plain: [_cut(dns.message.from_wire(wire))],
    "cut, TCP silent": lambda wire, _plain: [_cut(dns.message.from_wire(wire))],
    "cut, TCP garbage": lambda wire, _plain: [_cut(dns.message.from_wire(wire))],
}
"""Habit -> the datagrams that are sent for a question and the answer that would be right."""


def _cut(query: dns.message.Message) -> bytes:
    cut = dns.message.make_response(query)
    cut.flags |= dns.flags.TC
    return cut.to_wire()


def _fitting(answer: dns.message.Message, query: dns.message.Message) -> bytes:
    """Return an answer as it goes over UDP: cut where it is larger than the client takes."""
    try:
        return answer.to_wire(max_size=max(query.payload, 512), want_shuffle=False)
    except dns.exception.TooBig:
        return _cut(query)


def _refusal(query: dns.message.Message, habit: str) -> bytes:
    refusal = dns.message.make_response(query)
    if habit.startswith("ede "):
        code = int(habit.partition(" ")[2])
        refusal.set_rcode(dns.rcode.SERVFAIL)
        refusal.use_edns(0, payload=1232, options=[dns.edns.EDEOption(dns.edns.EDECode(code), "\x1b[31m")])
    else:
        refusal.set_rcode(dns.rcode.from_text(RCODES[habit]))
    return refusal.to_wire()
