from ipaddress import ip_address, ip_network

import pytest

from scamhunt.addresses import check, resolve_checked, why_not_public
from scamhunt.errors import AddressRefused, FeedFailed

REFUSED = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 127.0.0.1 127.255.255.254 169.254.0.1
169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.9 192.0.0.170 192.0.2.1 192.31.196.1 192.52.193.1
192.88.99.1 192.168.0.1 192.168.255.255 192.175.48.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1
239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:0:8.8.8.8 64:ff9b::7f00:1 64:ff9b::808:808
64:ff9b:1::1 100::1 100:0:0:1::1 2001::1 2001:0:7f00:1:: 2001:10::1 2001:20::1 2001:2::1 2001:db8::1 2002:7f00:1::
2002:808:808:: 2620:4f:8000::1 3ffe::1 3fff::1 3fff:fff::1 4000::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 fe80::1%1
febf::1 fec0::1 ff02::1 ff0e::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
""".split()
PUBLIC = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.255.255.255 128.0.0.1 169.253.0.1 172.15.0.1
172.32.0.1 191.255.255.255 192.0.1.1 192.167.0.1 192.169.0.1 198.17.0.1 198.20.0.1 223.255.255.255
2000::1 2001:200::1 2001:4860:4860::8888 2003::1 2606:4700:4700::1111 2a00::1 3ffd::1 3fef::1
""".split()


@pytest.mark.parametrize("address", REFUSED)
def test_not_public(address: str) -> None:
    """What IANA set aside, and IPv4 hidden in IPv6 in any way, is refused unless its network is allowed."""
    assert why_not_public(ip_address(address))
    with pytest.raises(AddressRefused, match=r"is refused: .*fetch_allow_nets"):
        resolve_checked(address, 80, [])


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    """The neighbours of what was set aside are public."""
    assert why_not_public(ip_address(address)) == ""
    assert resolve_checked(address, 80, []) == [ip_address(address)]


def test_allowed_on_purpose() -> None:
    """A network that the team allows is allowed, and nothing beside it."""
    lab = [ip_network("127.0.0.0/8"), ip_network("fd00::/64")]
    assert resolve_checked("127.0.0.1", 80, lab) == [ip_address("127.0.0.1")]
    assert resolve_checked("fd00::1", 80, lab) == [ip_address("fd00::1")]
    for beside in ("10.0.0.1", "fd00:0:0:1::1", "::ffff:127.0.0.1"):
        with pytest.raises(AddressRefused):
            resolve_checked(beside, 80, lab)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 64 + ".example", "\udcff"])
def test_a_host_without_address(host: str) -> None:
    """A name that does not resolve, or never could, is a failure outside."""
    with pytest.raises(FeedFailed, match="has no address"):
        resolve_checked(host, 80, [])


@pytest.mark.parametrize(
    "answers", ["8.8.8.8 10.0.0.1", "10.0.0.1 8.8.8.8", "8.8.8.8 127.0.0.1 ::1", "::1 2606:4700::1"]
)
def test_a_name_with_public_and_inner_addresses(answers: str) -> None:
    """A name of which a single address lies inside is refused as a whole, whatever its order."""
    addresses = [ip_address(one) for one in answers.split()]
    with pytest.raises(AddressRefused):
        check(addresses, [ip_network("127.0.0.0/8")])
    assert check(addresses, [ip_network("10.0.0.0/8"), ip_network("127.0.0.0/8"), ip_network("::1/128")]) == addresses


def test_this_machine_has_to_be_allowed_by_each_of_its_addresses() -> None:
    """The machine's own name is resolved by its own resolver and refused unless all that comes is allowed."""
    with pytest.raises(AddressRefused, match="this machine"):
        resolve_checked("localhost", 80, [ip_network("127.0.0.2/32")])
    both = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
    assert ip_address("127.0.0.1") in resolve_checked("localhost", 80, both)
