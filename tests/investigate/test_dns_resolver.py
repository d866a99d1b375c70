import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import TypeVar

import pytest

from bench.lab_dns import Server, Zones
from scamhunt.errors import AddressRefused, FeedFailed
from scamhunt.investigate.dns import FALSE_ANSWER, NO_SERVER, Resolver, some_label
from scamhunt.investigate.dns_answer import Answer
from scamhunt.net.visit import NoAddress
from scamhunt.observed import Outcome

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
Result = TypeVar("Result")

SHOP: Zones = {"shop.test": {"A": ["192.0.2.7"]}}


def resolver(server: str, seconds: float = 3) -> Resolver:
    """Return a resolver for a server of ours, with little patience."""
    return Resolver(server, LOOPBACK, seconds=seconds, now=lambda: NOW)


def asking(
    do: Callable[[Resolver, Server], Awaitable[Result]],
    zones: Zones,
    habits: Mapping[str, str] | None = None,
    ttl: int = 60,
    seconds: float = 3,
) -> Result:
    """Return what comes of something that asks a server of ours."""

    async def run(server: Server) -> Result:
        async with resolver(server.address, seconds) as asks:
            return await do(asks, server)

    with Server(zones, habits, ttl=ttl) as server:
        return asyncio.run(run(server))


def answer_of(name: str, kind: str, zones: Zones, habits: Mapping[str, str] | None = None, sec: float = 3) -> Answer:
    """Return the answer to one question."""
    return asking(lambda asks, _: asks.ask(name, kind), zones, habits, seconds=sec)


FULL: Zones = {
    "shop.test": {
        "A": ["192.0.2.7", "192.0.2.8"],
        "AAAA": ["2001:db8::7"],
        "NS": ["NS1.Host.Test.", "ns2.host.test."],
        "MX": ["10 Mail.Shop.test.", "20 backup.shop.test."],
        "TXT": ['"v=spf1 " "-all"', r'"a\027[31m\\b\"\255"'],
        "SOA": ["Ns1.Host.Test. hostmaster.shop.test. 7 7200 3600 1209600 30"],
    },
    "www.shop.test": {"CNAME": ["Edge.CDN.test."]},
    "edge.cdn.test": {"A": ["198.51.100.9"]},
}


@pytest.mark.parametrize(
    ("name", "kind", "values", "aliases"),
    [
        ("shop.test", "A", ("192.0.2.7", "192.0.2.8"), ()),
        ("SHOP.Test.", "AAAA", ("2001:db8::7",), ()),
        ("shop.test", "NS", ("ns1.host.test", "ns2.host.test"), ()),
        ("shop.test", "MX", ("10 mail.shop.test", "20 backup.shop.test"), ()),
        ("shop.test", "TXT", ("v=spf1 -all", 'a\\027[31m\\\\b"\\255'), ()),
        ("shop.test", "SOA", ("ns1.host.test hostmaster.shop.test 7 7200 3600 1209600 30",), ()),
        ("www.shop.test", "CNAME", ("edge.cdn.test",), ()),
        ("www.shop.test", "A", ("198.51.100.9",), ("edge.cdn.test",)),
    ],
)
def test_each_kind_of_record_is_read(name: str, kind: str, values: tuple[str, ...], aliases: tuple[str, ...]) -> None:
    """Values come as text that is safe to keep, names in lower case without their last dot."""
    answer = answer_of(name, kind, FULL)
    found = (answer.outcome, answer.values, answer.aliases, answer.rcode, answer.ttl, answer.note, answer.at)
    assert found == (Outcome.FOUND, values, aliases, "NOERROR", 60, "", NOW)
    assert answer.name == name.lower().removesuffix(".")
    assert len(answer.wire) > 12


LINKS: Zones = {f"l{n}.test": {"CNAME": [f"l{n + 1}.test."]} for n in range(9)} | {"l9.test": {"A": ["192.0.2.9"]}}
NO_ANSWER = "no answer in 0.3 s"
ELSE = "the DNS server answered something else"
UNREADABLE = "the answer cannot be read"
AWAY = "the DNS server cannot be reached"


@pytest.mark.parametrize(
    ("habit", "outcome", "rcode", "note"),
    [
        ("nxdomain", Outcome.ABSENT, "NXDOMAIN", ""),
        ("servfail", Outcome.FAILED, "SERVFAIL", ""),
        ("refused", Outcome.FAILED, "REFUSED", ""),
        ("bare refused", Outcome.FAILED, "REFUSED", ""),
        ("formerr", Outcome.FAILED, "FORMERR", ""),
        ("silent", Outcome.TIMEOUT, "", NO_ANSWER),
        ("silent once", Outcome.FOUND, "NOERROR", ""),
        ("wrong number", Outcome.TIMEOUT, "", NO_ANSWER),
        ("wrong source", Outcome.TIMEOUT, "", NO_ANSWER),
        ("wrong question", Outcome.FAILED, "", ELSE),
        ("question back", Outcome.FAILED, "", ELSE),
        ("garbage", Outcome.FAILED, "", ELSE),
        ("half", Outcome.FAILED, "", UNREADABLE),
        ("loop", Outcome.FAILED, "", UNREADABLE),
        ("wrong, then right", Outcome.FOUND, "NOERROR", ""),
        ("cut", Outcome.FOUND, "NOERROR", ""),
        ("cut, TCP closed", Outcome.FAILED, "", AWAY),
        ("cut, TCP silent", Outcome.TIMEOUT, "", NO_ANSWER),
        ("cut, TCP garbage", Outcome.FAILED, "", ELSE),
        ("ede 6", Outcome.FAILED, "SERVFAIL", "DNSSEC: bogus"),
        ("ede 8", Outcome.FAILED, "SERVFAIL", "DNSSEC: the signature is not valid yet"),
        ("ede 99", Outcome.FAILED, "SERVFAIL", ""),
        ("ede 15", Outcome.FAILED, "SERVFAIL", "the DNS server holds this name back (blocked)"),
    ],
)
def test_each_habit_of_a_server_has_its_outcome(habit: str, outcome: Outcome, rcode: str, note: str) -> None:
    """Absent, failed and silent are told apart, whatever a server does, and a stray answer never counts."""
    hasty = outcome is Outcome.TIMEOUT or habit in {"silent once", "wrong question", "question back", "garbage"}
    answer = answer_of("shop.test", "A", SHOP, {"shop.test": habit}, sec=0.15 if hasty else 3)
    assert (answer.outcome, answer.rcode, answer.note) == (outcome, rcode, note)
    assert answer.values == (("192.0.2.7",) if outcome is Outcome.FOUND else ())
    assert answer.server.startswith("127.0.0.1:")


def test_an_answer_that_comes_late_is_still_taken() -> None:
    """A server that needs its time is waited for."""
    assert answer_of("shop.test", "A", SHOP, {"shop.test": "late"}, sec=3).values == ("192.0.2.7",)


def test_nothing_of_a_kind_is_not_no_such_name() -> None:
    """NOERROR without records is EMPTY and holds for as long as the zone says."""
    answer = answer_of("shop.test", "MX", SHOP)
    assert (answer.outcome, answer.rcode, answer.ttl) == (Outcome.EMPTY, "NOERROR", 30)


def test_an_alias_that_leads_nowhere() -> None:
    """An alias of a name that is not there is ABSENT, and of one without records EMPTY; the alias is told."""
    zones: Zones = {"a.test": {"CNAME": ["gone.else."]}, "b.test": {"CNAME": ["c.test."]}, "c.test": {}}
    gone, empty = answer_of("a.test", "A", zones), answer_of("b.test", "A", zones)
    assert (gone.outcome, gone.aliases, gone.rcode) == (Outcome.ABSENT, ("gone.else",), "NXDOMAIN")
    assert (empty.outcome, empty.aliases) == (Outcome.EMPTY, ("c.test",))


def test_eight_aliases_are_followed_and_no_ninth() -> None:
    """A long chain ends, and so does a ring."""
    eight, nine = answer_of("l1.test", "A", LINKS), answer_of("l0.test", "A", LINKS)
    ring = answer_of("x.test", "A", {"x.test": {"CNAME": ["y.test."]}, "y.test": {"CNAME": ["x.test."]}})
    assert (eight.outcome, len(eight.aliases)) == (Outcome.FOUND, 8)
    for one in (nine, ring):
        assert (one.outcome, len(one.aliases)) == (Outcome.FAILED, 8)
        assert one.note == "it is an alias of an alias, more than 8 times over"


def test_of_many_records_fifty_are_kept() -> None:
    """500 records come over TCP, and the answer says what was left out."""
    many = [f"198.18.{n // 250}.{n % 250}" for n in range(500)]

    async def ask(asks: Resolver, server: Server) -> tuple[Answer, list[str]]:
        return await asks.ask("shop.test", "A"), [way for *_, way in server.asked[:2]]

    answer, ways = asking(ask, {"shop.test": {"A": many}})
    assert (answer.values, answer.note) == (tuple(many[:50]), "only 50 of 500 records were kept")
    assert ways == ["udp", "tcp"]


def test_too_many_records_are_not_read() -> None:
    """A message of more than a thousand records fails before they are walked."""
    many = [f"198.18.{n // 250}.{n % 250}" for n in range(1_100)]
    assert answer_of("shop.test", "A", {"shop.test": {"A": many}}).note == "the answer has more than 1,000 records"


def test_a_long_text_is_cut() -> None:
    """A TXT of many strings is joined and cut."""
    parts = " ".join(f'"{"x" * 250}"' for _ in range(40))
    answer = answer_of("shop.test", "TXT", {"shop.test": {"TXT": [parts]}})
    assert (answer.values, answer.note) == (("x" * 4_096,), "a value was cut at 4,096 characters")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "no name that the DNS can be asked for"),
        ("a..test", "no name that the DNS can be asked for"),
        ("a b.test", "no name that the DNS can be asked for"),
        ("a\0b.test", "no name that the DNS can be asked for"),
        ("münchen.test", "no name that the DNS can be asked for"),
        ("\u212a.test", "no name that the DNS can be asked for"),
        (f"{'a' * 64}.test", "no name that the DNS can be asked for"),
        (".".join(["a" * 60] * 4 + ["bcdefghijk"]), "no name that the DNS can be asked for"),
        ("127.1", "no name that the DNS can be asked for"),
        ("shop.0x7f", "no name that the DNS can be asked for"),
        ("printer.local", "a name that is not looked for in the DNS"),
        ("abc.onion", "a name that is not looked for in the DNS"),
    ],
)
def test_what_is_no_name_is_never_asked_for(name: str, why: str) -> None:
    """Nothing goes out for it, and the answer says so without repeating it."""

    async def ask(asks: Resolver, server: Server) -> tuple[Answer, NoAddress, int]:
        answer = await asks.ask(name, "A")
        with pytest.raises(NoAddress) as caught:
            await asks.addresses(name)
        return answer, caught.value, len(server.asked)

    answer, error, asked = asking(ask, SHOP)
    assert (answer.outcome, answer.note, asked) == (Outcome.SKIPPED, why, 0)
    assert (error.outcome, str(error)) == (Outcome.FAILED, f"not asked: {why}")


def test_underscores_and_the_longest_name_are_asked_for() -> None:
    """`_dmarc` and 253 characters are names."""
    longest = ".".join(["a" * 60] * 4 + ["bcdefghij"])
    assert len(longest) == 253
    for name in ("_dmarc.shop.test", longest):
        assert answer_of(name, "A", {name: {"A": ["192.0.2.1"]}}).values == ("192.0.2.1",)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("shop.test", ["192.0.2.7", "192.0.2.8", "2001:db8::7"]),
        ("www.shop.test", ["198.51.100.9"]),
        ("192.0.2.55", ["192.0.2.55"]),
        ("2001:db8::5", ["2001:db8::5"]),
        ("localhost", ["127.0.0.1"]),
        ("shop.Localhost.", ["127.0.0.1"]),
    ],
)
def test_all_addresses_of_a_host_are_given(host: str, expected: list[str]) -> None:
    """A and AAAA together, through an alias; an address is itself, and localhost is this machine without asking."""
    assert asking(lambda asks, _: asks.addresses(host), FULL) == [ip_address(one) for one in expected]


@pytest.mark.parametrize(
    ("habit", "outcome", "text"),
    [
        ("nxdomain", Outcome.ABSENT, "the name server says there is no such name (NXDOMAIN)"),
        ("", Outcome.EMPTY, "the name is there and has no A record"),
        ("servfail", Outcome.FAILED, "the name server could not say: SERVFAIL"),
        ("silent", Outcome.TIMEOUT, "no answer in 0.3 s: it says nothing"),
    ],
)
def test_no_address_says_why(habit: str, outcome: Outcome, text: str) -> None:
    """The four ways of having no address stay four."""

    async def ask(asks: Resolver, _: Server) -> NoAddress:
        with pytest.raises(NoAddress) as caught:
            await asks.addresses("mail.test")
        return caught.value

    habits = {"mail.test": habit} if habit else {}
    error = asking(ask, {"mail.test": {"MX": ["10 mx.test."]}}, habits, seconds=0.15 if habit == "silent" else 3)
    assert (error.outcome, str(error)) == (outcome, text)


@pytest.mark.parametrize(("ttl", "asked"), [(60, 1), (0, 2)])
def test_an_answer_is_used_again_within_its_time(ttl: int, asked: int) -> None:
    """The second question goes out only when the first answer does not hold any more, or when a fresh one is wanted."""

    async def ask(asks: Resolver, server: Server) -> tuple[int, int]:
        first, second = await asks.ask("shop.test", "MX"), await asks.ask("shop.test", "MX")
        assert first.values == second.values
        before = server.count("shop.test", "MX")
        await asks.ask("shop.test", "MX", fresh=True)
        return before, server.count("shop.test", "MX")

    assert asking(ask, {"shop.test": {"MX": ["10 mx.shop.test."]}}, ttl=ttl) == (asked, asked + 1)


def test_silence_is_remembered_for_a_moment() -> None:
    """A dead server is not waited for again and again within one look."""

    async def ask(asks: Resolver, server: Server) -> tuple[Outcome, int]:
        await asks.ask("shop.test", "A")
        return (await asks.ask("shop.test", "A")).outcome, server.count("shop.test")

    assert asking(ask, SHOP, {"shop.test": "silent"}, seconds=0.1) == (Outcome.TIMEOUT, 2)


def test_what_is_remembered_is_bounded() -> None:
    """After 4,096 further names the first is asked for again."""

    async def ask(asks: Resolver, server: Server) -> int:
        names = ["shop.test", *(f"n{n}.wild.test" for n in range(4_096)), "shop.test"]
        for start in range(0, len(names), 80):
            await asyncio.gather(*(asks.ask(name, "MX") for name in names[start : start + 80]))
        return len(asks._kept) + server.count("shop.test")  # noqa: SLF001  # the bound is what is tested

    with Server({"*.wild.test": {"MX": ["1 a.test."]}, "shop.test": {"MX": ["1 a.test."]}}, steady=True) as server:

        async def run() -> int:
            async with resolver(server.address, 3) as asks:
                return await ask(asks, server)

        assert asyncio.run(run()) == 4_096 + 1


def test_another_answer_each_time_is_given_as_it_comes() -> None:
    """Of a name that changes its address the caller gets, and checks, the very list that it connects to."""
    zones: Zones = {"turn.test": {"A": [["192.0.2.1"], ["127.0.0.1"]]}}

    async def ask(asks: Resolver, _: Server) -> list[str]:
        return [str(one) for _ in range(2) for one in await asks.addresses("turn.test")]

    assert asking(ask, zones, ttl=0) == ["192.0.2.1", "127.0.0.1"]


LIAR: Zones = {
    "*.invalid": {"A": ["203.0.113.80"]},
    "*.test": {"A": ["203.0.113.80"]},
    "shop.test": {"A": ["192.0.2.7"]},
}


def test_an_address_that_the_server_makes_up_is_no_address() -> None:
    """Where a name that cannot exist has an address, that address means: no such name. It is asked once."""

    async def ask(asks: Resolver, server: Server) -> tuple[Answer, Answer, int]:
        made_up, true = await asks.ask("gone.test", "A"), await asks.ask("shop.test", "A")
        return made_up, true, sum(name.endswith(".invalid") for name, *_ in server.asked)

    made_up, true, asked = asking(ask, LIAR)
    assert (made_up.outcome, made_up.values, made_up.note) == (Outcome.ABSENT, (), FALSE_ANSWER)
    assert made_up.wire
    assert (true.outcome, true.values, asked) == (Outcome.FOUND, ("192.0.2.7",), 2)


def test_an_address_that_the_team_allowed_is_meant() -> None:
    """In a lab where every name leads to one machine, names have its address."""
    zones: Zones = {"*.invalid": {"A": ["127.0.0.1"]}, "*.test": {"A": ["127.0.0.1"]}}
    assert answer_of("shop.test", "A", zones).values == ("127.0.0.1",)


def test_a_server_that_is_not_public_is_refused() -> None:
    """A DNS server on a private address has to be allowed."""
    with pytest.raises(AddressRefused, match="refused: a private network"):
        Resolver("10.0.0.53:53")
    with pytest.raises(FeedFailed, match="has no address"):
        Resolver("no such host:53")


def test_the_servers_of_the_system_are_read_at_construction(tmp_path: Path) -> None:
    """They are taken as they are, at most three; a machine that names none is told so with each question."""
    file = tmp_path / "resolv.conf"
    file.write_text("".join(f"nameserver 10.0.0.{n}\n" for n in range(1, 6)) + "nameserver ::1\n")
    assert Resolver(system=file).servers == ("10.0.0.1:53", "10.0.0.2:53", "10.0.0.3:53")
    file.write_text("nameserver ::1\n")
    assert Resolver(system=file).servers == ("[::1]:53",)
    for none in (tmp_path / "missing", tmp_path):
        answer = asyncio.run(Resolver(system=none, now=lambda: NOW).ask("shop.test", "A"))
        assert (answer.outcome, answer.note) == (Outcome.FAILED, NO_SERVER)


def test_a_port_where_nobody_listens_is_told_at_once() -> None:
    """A server that is not there fails quickly, and is no silence."""
    with Server({}) as server:
        gone = server.address

    async def run() -> Answer:
        async with resolver(gone, 5) as asks:
            return await asks.ask("shop.test", "A")

    begun = time.monotonic()
    answer = asyncio.run(run())
    assert (answer.outcome, answer.note) == (Outcome.FAILED, AWAY)
    assert time.monotonic() - begun < 3


def test_an_ipv6_server_is_asked() -> None:
    """A server may have an IPv6 address, in brackets."""
    with Server(SHOP, host="::1") as server:

        async def run() -> Answer:
            async with resolver(server.address) as asks:
                return await asks.ask("shop.test", "A")

        answer = asyncio.run(run())
    assert (answer.values, answer.server) == (("192.0.2.7",), server.address)


def test_closing_tells_those_who_wait() -> None:
    """Who waits when a resolver is closed gets a failure at once; a second closing does no harm."""

    async def run(server: Server) -> Answer:
        asks = resolver(server.address, 5)
        waiting = asyncio.create_task(asks.ask("shop.test", "A"))
        while not server.asked:  # noqa: ASYNC110  # the server is a thread of its own
            await asyncio.sleep(0.01)
        await asks.aclose()
        await asks.aclose()
        return await waiting

    with Server(SHOP, {"shop.test": "silent"}) as server:
        assert asyncio.run(run(server)).outcome is Outcome.FAILED


def test_closing_ends_the_control_question() -> None:
    """A control question that gets no answer does not hold up the end."""

    async def run(server: Server) -> None:
        asks = resolver(server.address, 30)
        waiting = asyncio.create_task(asks.ask("shop.test", "A"))
        while not any(name.endswith(".invalid") for name, *_ in server.asked):  # noqa: ASYNC110  # as above
            await asyncio.sleep(0.01)
        await asks.aclose()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    with Server(SHOP, {"*.invalid": "silent"}) as server:
        asyncio.run(run(server))


def test_the_next_server_is_asked_where_one_is_silent_or_cannot_say() -> None:
    """The first that knows is believed, and asked first from then on; a failure weighs more than silence."""
    zones: Zones = {"shop.test": {"A": ["192.0.2.7"]}, "two.test": {"MX": ["1 a.test."]}}

    async def run(servers: Sequence[Server]) -> tuple[Answer, Answer, Answer]:
        async with resolver(",".join(one.address for one in servers), 0.3) as asks:
            found = [await asks.ask(name, "MX") for name in ("shop.test", "two.test", "both.test")]
            return found[0], found[1], found[2]

    habits = {"shop.test": "servfail", "both.test": "servfail"}
    with Server(zones, habits) as first, Server(zones, {"both.test": "silent"}) as second:
        empty, found, failed = asyncio.run(run((first, second)))
        assert (first.count("two.test"), second.count("two.test")) == (0, 1)
        assert (empty.outcome, empty.server) == (Outcome.EMPTY, second.address)
        assert (found.values, found.server) == (("1 a.test",), second.address)
        assert (failed.outcome, failed.rcode, failed.server) == (Outcome.FAILED, "SERVFAIL", first.address)


def test_no_label_is_used_twice_and_none_names_us() -> None:
    """What is asked for looks like any other name: letters and two digits."""
    labels = {some_label() for _ in range(500)}
    assert len(labels) == 500
    assert all(label.isalnum() and label.islower() and 10 <= len(label) <= 14 for label in labels)
    assert not any("scam" in label for label in labels)
