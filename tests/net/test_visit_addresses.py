from collections import Counter
from ipaddress import ip_address

import pytest

from bench.soak_addresses import ALLOWED, FORBIDDEN, WAYS, every, run, some, spellings, strings
from scamhunt.addresses import literal


def test_nothing_that_is_not_public_is_reached_in_any_way_of_writing_it() -> None:
    """A hundred tries to lead the visitor inside all end as refused, and no connection goes anywhere else."""
    tally = run(some(100, seed=6))
    assert tally.passed == []
    assert sum(sum(outcomes.values()) for outcomes in tally.outcomes.values()) == 100
    assert set(tally.outcomes) == set(WAYS)
    assert set(tally.connects) == {ALLOWED}
    assert tally.connects[ALLOWED] == sum(sum(tally.outcomes[way].values()) for way in ("redirect", "rebinding"))
    assert tally.touched == 0


def test_the_listener_would_have_noticed() -> None:
    """The count is one that can rise: where the address is allowed, each of the five ways leads to it."""
    tally = run([(FORBIDDEN, way) for way in WAYS], allowed="127.0.0.0/8")
    assert tally.touched == tally.connects[FORBIDDEN] == 5
    assert len(tally.passed) == 5


def test_there_are_fifteen_hundred_tries() -> None:
    """Three hundred different ways of writing, five ways to get there."""
    assert len(set(strings())) == 300
    assert len(set(every())) == 1_500


@pytest.mark.parametrize("host", [one.rpartition("@")[2] for one in spellings(ip_address("192.0.2.1"))[:15]])  # type: ignore[arg-type]  # it is an IPv4 address
def test_an_address_is_read_in_any_way_of_writing_it(host: str) -> None:
    """Whatever way a page writes an address in, it is that address and no name to look up."""
    assert literal(host) == ip_address("192.0.2.1")


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("localhost", "127.0.0.1"),
        ("LOCALHOST.", "127.0.0.1"),
        ("a.b.localhost", "127.0.0.1"),
        ("0", "0.0.0.0"),  # noqa: S104  # no server binds it
        ("127.1", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0x.0x.0", "0.0.0.0"),  # noqa: S104  # no server binds it
        ("[::1]", "::1"),
        ("::1", "::1"),
        ("[::ffff:7f00:1]", "127.0.0.1"),
        ("[fe80::1%25eth0]", "fe80::1"),
        ("%6cocalhost", "127.0.0.1"),
        (" 127.0.0.1 ", "127.0.0.1"),
        ("4294967295", "255.255.255.255"),
        ("1.16777215", "1.255.255.255"),
    ],
)
def test_short_forms_are_addresses_too(host: str, address: str) -> None:
    """Forms that browsers or the C library take are read as they read them."""
    assert literal(host) == ip_address(address)


@pytest.mark.parametrize(
    "host",
    [
        *("", ".", "example.com", "localhost.example.com", "notlocalhost", "1.2.3.4.5", "256.1.1.1", "1.1.65536"),
        *("4294967296", "0189", "09.1.1.1", "1.2.3.x", "[::1", "[:::1]", "::ffff:1.2.3.256", "0xg", "1..2", "-1"),
        *("1" * 257, "\U000e0001.example", "refund-desk.test"),
    ],
)
def test_a_name_is_no_address(host: str) -> None:
    """What is no address in any way of writing is left to the DNS or refused."""
    assert literal(host) is None or host == "[::1"


def test_a_seed_gives_the_same_tries() -> None:
    """The part that every run of the tests makes is the same each time, and touches each way."""
    assert some(100, seed=6) == some(100, seed=6)
    assert min(Counter(way for _, way in some(100, seed=6)).values()) >= 10
