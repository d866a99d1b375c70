"""An answer of the DNS read into values: what the server says, and what it does not say.

The records are walked by us and only those that count are taken apart: a message of a thousand records with names of
a hundred labels costs the library's own reader seconds.

Source: RFC 1035, RFC 2308 (negative answers), RFC 8020 (NXDOMAIN), RFC 8914 (extended errors).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import dns.exception
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.MX
import dns.rdtypes.ANY.SOA
import dns.rdtypes.ANY.TXT
import dns.rdtypes.nsbase
import dns.wire

from scamhunt.investigate.dns_question import HEADER, IN, KINDS
from scamhunt.observed import Outcome

MOST_VALUES = 50
"""Records of one answer that are kept."""
MOST_RECORDS = 1_000
"""Records of a message that are walked."""
MOST_ALIASES = 8
"""CNAMEs that are followed within a message."""
VALUE_LIMIT = 4_096
"""Characters of one value."""

_OPT, _EXTENDED_ERROR = 41, 15
_NOERROR, _NXDOMAIN = 0, 3
_LONGEST_TTL = 0x7FFFFFFF
_PLAIN = range(0x20, 0x7F)
_HELD_BACK = {4: "forged", 15: "blocked", 16: "censored", 17: "filtered", 18: "prohibited"}
_WHY = {
    6: "DNSSEC: bogus",
    7: "DNSSEC: the signature has expired",
    8: "DNSSEC: the signature is not valid yet",
    9: "DNSSEC: a key is missing",
    10: "DNSSEC: a signature is missing",
    22: "no name server of the name can be reached",
    23: "network error",
}

Labels = tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one question."""

    name: str
    """As it was asked: A-labels, lower case, no dot at the end."""
    kind: str
    outcome: Outcome
    values: tuple[str, ...] = ()
    """As in a zone file; names in lower case without their last dot; a TXT joined, what cannot be printed as \\DDD."""
    ttl: int = 0
    """Seconds; of a negative answer those of RFC 2308."""
    rcode: str = ""
    """`NOERROR`, `NXDOMAIN`, `SERVFAIL`...; empty where no answer could be read."""
    aliases: tuple[str, ...] = ()
    """The names that CNAMEs led to, in order."""
    server: str = ""
    """`address:port` of the one that was asked."""
    at: datetime = field(kw_only=True)
    """When the answer came, or was given up."""
    wire: bytes = field(default=b"", repr=False)
    """The answer as it came (RFC 8484: application/dns-message)."""
    note: str = ""
    """What else has to be known: why it failed, what was cut. Never holds anything from outside."""


@dataclass(frozen=True, slots=True)
class _Record:
    owner: Labels
    kind: int
    ttl: int
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class _Message:
    wire: bytes
    rcode: int
    answer: Sequence[_Record]
    authority: Sequence[_Record]
    error: int | None
    """The code of an extended error."""

    def rdata(self, record: _Record) -> dns.rdata.Rdata:
        kind = dns.rdatatype.RdataType.make(record.kind)
        return dns.rdata.from_wire(dns.rdataclass.IN, kind, self.wire, record.start, record.size)


def read(wire: bytes, name: str, kind: str, at: datetime) -> Answer:
    """Read a message that answers the question for a plain name and a kind. Raises nothing, whatever the bytes are."""
    bare = Answer(name, kind, Outcome.FAILED, at=at, wire=wire)
    try:
        message = _walked(wire)
        if message is None:
            return replace(bare, note=f"the answer has more than {MOST_RECORDS:,} records")
        return _said(message, bare)
    except (dns.exception.DNSException, ValueError):
        return replace(bare, note="the answer cannot be read")


def _walked(wire: bytes) -> _Message | None:
    """Return the records of a message, none of them taken apart; None where there are too many."""
    parser = dns.wire.Parser(wire)
    _, flags, questions, *counts = parser.get_struct(HEADER.format)
    if questions + sum(counts) > MOST_RECORDS:
        return None
    for _ in range(questions):
        parser.get_name(decompress=True)
        parser.get_struct("!HH")
    answer, authority, additional = ([_record(parser) for _ in range(count)] for count in counts)
    option = next((one for one in additional if one and one.kind == _OPT), None)
    return _Message(
        wire,
        flags & 0xF | (option.ttl >> 20 & 0xFF0 if option else 0),
        [one for one in answer if one],
        [one for one in authority if one],
        _extended_error(wire, option) if option else None,
    )


def _record(parser: dns.wire.Parser) -> _Record | None:
    """Step over one record; None for one of another class than the Internet's."""
    owner = _lower(parser.get_name(decompress=True))
    kind, net, ttl, size = parser.get_struct("!HHIH")
    start = parser.current
    parser.get_bytes(size)
    return _Record(owner, kind, ttl, start, size) if net == IN or kind == _OPT else None


def _lower(name: dns.name.Name) -> Labels:
    return tuple(label.lower() for label in name.labels)


def _extended_error(wire: bytes, option: _Record) -> int | None:
    parser = dns.wire.Parser(wire[option.start : option.start + option.size])
    while parser.remaining():
        code, size = parser.get_struct("!HH")
        value = parser.get_bytes(size)
        if code == _EXTENDED_ERROR:
            return int.from_bytes(value[:2])
    return None


def _said(message: _Message, bare: Answer) -> Answer:
    bare = replace(bare, rcode=dns.rcode.to_text(dns.rcode.Rcode.make(message.rcode)))
    if message.error in _HELD_BACK:
        return replace(bare, note=f"the DNS server holds this name back ({_HELD_BACK[message.error]})")
    if message.rcode not in {_NOERROR, _NXDOMAIN}:
        return replace(bare, note=_WHY.get(message.error or 0, ""))
    found, aliases, shortest = _followed(message, bare.name, bare.kind)
    bare = replace(bare, aliases=aliases[:MOST_ALIASES])
    if len(aliases) > MOST_ALIASES:
        return replace(bare, note=f"it is an alias of an alias, more than {MOST_ALIASES} times over")
    if not found:
        outcome = Outcome.ABSENT if message.rcode == _NXDOMAIN else Outcome.EMPTY
        return replace(bare, outcome=outcome, ttl=min(shortest, _negative_ttl(message)))
    if message.rcode == _NXDOMAIN:
        return replace(bare, note="the answer contradicts itself: no such name, and a record of it")
    texts = [_text(message.rdata(one)) for one in found[:MOST_VALUES]]
    values = tuple(text[:VALUE_LIMIT] for text in texts)
    ttl = min(shortest, *(_ttl(one) for one in found))
    return replace(bare, outcome=Outcome.FOUND, values=values, ttl=ttl, note=_cut(len(found), texts))


def _followed(message: _Message, name: str, kind: str) -> tuple[Sequence[_Record], tuple[str, ...], int]:
    """Return the records asked for, the aliases on the way to them, and the shortest time that an alias holds."""
    known: dict[tuple[Labels, int], list[_Record]] = defaultdict(list)
    for record in message.answer:
        known[record.owner, record.kind].append(record)
    owner: Labels = (*(label.encode("ascii") for label in name.split(".")), b"")
    aliases: list[str] = []
    shortest = _LONGEST_TTL
    while len(aliases) <= MOST_ALIASES:
        links = [] if kind == "CNAME" else known.get((owner, KINDS["CNAME"]), [])
        if (owner, KINDS[kind]) in known or not links:
            break
        target = _target(message.rdata(links[0]))
        owner = _lower(target)
        aliases.append(_name(target))
        shortest = min(shortest, _ttl(links[0]))
    return known.get((owner, KINDS[kind]), []), tuple(aliases), shortest


def _target(rdata: dns.rdata.Rdata) -> dns.name.Name:
    if not isinstance(rdata, dns.rdtypes.nsbase.NSBase):
        raise dns.exception.FormError
    return rdata.target


def _ttl(record: _Record) -> int:
    """Return for how long a record holds; one above the greatest is 0 (RFC 2181 section 8)."""
    return record.ttl if record.ttl <= _LONGEST_TTL else 0


def _negative_ttl(message: _Message) -> int:
    """Return for how long it holds that there is nothing: what the zone's SOA says, its last field."""
    for one in message.authority:
        if one.kind == KINDS["SOA"] and one.size > 4:  # noqa: PLR2004  # bytes of that field
            end = one.start + one.size
            return min(_ttl(one), int.from_bytes(message.wire[end - 4 : end]))
    return 0


def _text(rdata: dns.rdata.Rdata) -> str:
    match rdata:
        case dns.rdtypes.nsbase.NSBase():
            return _name(rdata.target)
        case dns.rdtypes.ANY.MX.MX():
            return f"{rdata.preference} {_name(rdata.exchange)}"
        case dns.rdtypes.ANY.TXT.TXT():
            return _printable(b"".join(rdata.strings))
        case dns.rdtypes.ANY.SOA.SOA():
            times = f"{rdata.serial} {rdata.refresh} {rdata.retry} {rdata.expire} {rdata.minimum}"
            return f"{_name(rdata.mname)} {_name(rdata.rname)} {times}"
    return rdata.to_text()


def _name(name: dns.name.Name) -> str:
    """Return a name as text, `.` for the root."""
    return name.to_text(omit_final_dot=True).lower()


def _printable(value: bytes) -> str:
    """Return bytes as text: a backslash twice, what is no printable ASCII as three digits behind one (RFC 1035 5.1)."""
    return "".join(chr(one) if one in _PLAIN and one != ord("\\") else _escaped(one) for one in value)


def _escaped(one: int) -> str:
    return "\\\\" if one == ord("\\") else f"\\{one:03d}"


def _cut(count: int, texts: Sequence[str]) -> str:
    notes = []
    if count > MOST_VALUES:
        notes.append(f"only {MOST_VALUES} of {count} records were kept")
    if any(len(text) > VALUE_LIMIT for text in texts):
        notes.append(f"a value was cut at {VALUE_LIMIT:,} characters")
    return "; ".join(notes)
