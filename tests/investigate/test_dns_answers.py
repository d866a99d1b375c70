import random
import struct
import time
from datetime import UTC, datetime

import dns.edns
import dns.message
import dns.rcode
import dns.rrset
import pytest

from scamhunt.investigate import dns_answer, dns_question
from scamhunt.investigate.dns_answer import Answer
from scamhunt.observed import Outcome

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NAME = "shop.test"


def reply(*records: str, kind: str = "A", rcode: str = "NOERROR", soa: str = "", ede: int | None = None) -> bytes:
    """Return a message; a record is `owner ttl kind value`."""
    message = dns.message.make_response(dns.message.make_query(f"{NAME}.", kind, id=1))
    for record in records:
        owner, ttl, of_kind, value = record.split(" ", 3)
        message.answer.append(dns.rrset.from_text(owner, int(ttl), "IN", of_kind, value))
    if soa:
        ttl, least = soa.split()
        message.authority.append(dns.rrset.from_text("test.", int(ttl), "IN", "SOA", f"a. b. 1 2 3 4 {least}"))
    if ede is not None:
        options = [
            dns.edns.GenericOption(dns.edns.OptionType.COOKIE, b"12345678"),
            dns.edns.EDEOption(dns.edns.EDECode(ede), "x"),
        ]
        message.use_edns(0, payload=1232, options=options)
    message.set_rcode(dns.rcode.from_text(rcode))
    return message.to_wire()


def read(wire: bytes, kind: str = "A") -> Answer:
    """Return what a message says of the name."""
    return dns_answer.read(wire, NAME, kind, NOW)


@pytest.mark.parametrize(
    ("records", "soa", "ttl"),
    [
        (["shop.test. 300 A 192.0.2.1"], "", 300),
        (["shop.test. 20 CNAME b.test.", "b.test. 300 A 192.0.2.1"], "", 20),
        (["shop.test. 300 CNAME b.test.", "b.test. 40 A 192.0.2.1"], "", 40),
        ([], "60 30", 30),
        ([], "20 30", 20),
        (["shop.test. 10 CNAME b.test."], "20 30", 10),
        ([], "", 0),
        (["shop.test. 4294967295 A 192.0.2.1"], "", 0),
    ],
)
def test_an_answer_holds_as_long_as_its_shortest_part(records: list[str], soa: str, ttl: int) -> None:
    """Aliases, records and the zone's word on what is not there each have their say."""
    assert read(reply(*records, soa=soa)).ttl == ttl


def test_records_of_another_name_or_class_do_not_count() -> None:
    """What a server adds about other names is no answer, and neither is a record of another class."""
    stray = read(reply("other.test. 60 A 192.0.2.66"))
    assert (stray.outcome, stray.values) == (Outcome.EMPTY, ())
    chaos = reply("shop.test. 60 A 192.0.2.66").replace(struct.pack("!HHI", 1, 1, 60), struct.pack("!HHI", 1, 3, 60))
    assert (read(chaos).outcome, read(chaos).values) == (Outcome.EMPTY, ())


def test_names_are_compared_without_regard_to_case() -> None:
    """A server may write the name as it likes."""
    assert read(reply("SHOP.Test. 60 CNAME B.Test.", "b.TEST. 60 A 192.0.2.1")).values == ("192.0.2.1",)


def test_no_such_name_with_a_record_of_it_is_a_failure() -> None:
    """An answer that contradicts itself says nothing."""
    answer = read(reply("shop.test. 60 A 192.0.2.1", rcode="NXDOMAIN"))
    assert (answer.outcome, answer.values) == (Outcome.FAILED, ())
    assert answer.note == "the answer contradicts itself: no such name, and a record of it"


@pytest.mark.parametrize("code", [4, 15, 16, 17, 18])
@pytest.mark.parametrize("rcode", ["NOERROR", "NXDOMAIN", "SERVFAIL"])
def test_a_name_that_the_server_holds_back_is_not_absent(code: int, rcode: str) -> None:
    """A resolver that filters says so (RFC 8914), and nothing is concluded from its answer."""
    answer = read(
        reply("shop.test. 60 A 0.0.0.0" if rcode == "NOERROR" else "a.test. 1 A 0.0.0.0", rcode=rcode, ede=code)
    )
    assert (answer.outcome, answer.values, answer.rcode) == (Outcome.FAILED, (), rcode)
    assert answer.note.startswith("the DNS server holds this name back (")


def test_an_extended_error_beside_a_good_answer_changes_nothing() -> None:
    """An old answer from the server's memory (3) is an answer."""
    assert read(reply("shop.test. 60 A 192.0.2.1", ede=3)).values == ("192.0.2.1",)


def test_an_extended_code_is_read_whole() -> None:
    """Codes beyond 15 stand in two places (RFC 6891)."""
    answer = read(reply(rcode="BADVERS", ede=0))
    assert (answer.outcome, answer.rcode) == (Outcome.FAILED, "BADVERS")


def test_null_mx_and_hostile_names_stay_readable() -> None:
    """The root is a dot; bytes in a label that cannot be printed are escaped."""
    assert read(reply("shop.test. 60 MX 0 .", kind="MX"), "MX").values == ("0 .",)
    assert read(reply(r"shop.test. 60 NS a\027\.b.test.", kind="NS"), "NS").values == (r"a\027\.b.test",)


def test_a_record_that_cannot_be_read_fails_the_answer() -> None:
    """An address of three bytes is none."""
    wire = reply("shop.test. 60 A 192.0.2.1")
    answer = read(wire[:30])
    assert (answer.outcome, answer.note) == (Outcome.FAILED, "the answer cannot be read")
    short = struct.pack("!HHHHHH", 1, 0x8180, 1, 1, 0, 0) + dns_question.question(NAME, "A")
    short += b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 60, 3) + b"\x01\x02\x03"
    assert (read(short).outcome, read(short).note) == (Outcome.FAILED, "the answer cannot be read")


@pytest.mark.parametrize("code", [2, 1, 5])
def test_a_thousand_records_with_long_names_cost_little(code: int) -> None:
    """A message made to keep the reader busy is done with in well under a second."""
    kind = {2: "NS", 1: "A", 5: "CNAME"}[code]
    wire = struct.pack("!HHHHHH", 1, 0x8180, 1, 990, 0, 0) + b"\1a" * 120 + b"\0" + struct.pack("!HH", code, 1)
    for n in range(990):
        data = bytes([1, 2, n // 256, n % 256]) if kind == "A" else bytes([1, 97 + n % 26]) + b"\xc0\x0e"
        wire += b"\xc0\x0c" + struct.pack("!HHIH", code, 1, 1, len(data)) + data
    begun = time.process_time()
    answer = dns_answer.read(wire, ".".join("a" * 120), kind, NOW)
    assert (answer.outcome, len(answer.values)) == (Outcome.FOUND, 50)
    assert time.process_time() - begun < 1


def test_no_bytes_make_the_reader_fail() -> None:
    """Bytes changed, cut and added at random give an answer or a failure, never an error."""
    chance = random.Random(6)
    whole = [
        reply("shop.test. 60 CNAME b.test.", "b.test. 60 A 192.0.2.1", ede=6),
        reply("shop.test. 60 MX 10 mail.shop.test.", kind="MX"),
        reply('shop.test. 60 TXT "v=spf1 -all"', kind="TXT"),
        reply("shop.test. 60 SOA a.shop.test. b.shop.test. 1 2 3 4 5", kind="SOA"),
        reply(soa="60 30", rcode="NXDOMAIN"),
    ]
    outcomes = set()
    for _ in range(4_000):
        wire = bytearray(chance.choice(whole))
        for _ in range(chance.randrange(1, 5)):
            wire[chance.randrange(len(wire))] = chance.randrange(256)
        cut = bytes(wire[: chance.randrange(len(wire) + 1)]) if chance.random() < 0.3 else bytes(wire)
        outcomes.add(read(cut, chance.choice(list(dns_question.KINDS))).outcome)
        if len(cut) >= dns_question.HEADER.size:
            dns_question.answers(cut, dns_question.question(NAME, "A"))
    assert outcomes == {Outcome.FOUND, Outcome.EMPTY, Outcome.ABSENT, Outcome.FAILED}


def test_a_question_is_what_a_stub_asks() -> None:
    """Recursion is wanted, answers may have 1,232 bytes, and nothing else is in it."""
    message = dns.message.from_wire(dns_question.message(77, dns_question.question("a-b.shop.test", "AAAA")))
    assert (message.id, message.question[0].to_text()) == (77, "a-b.shop.test. IN AAAA")
    assert (dns.flags.to_text(message.flags), message.payload, message.options) == ("RD", 1232, ())
