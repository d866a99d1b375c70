import pytest

from scamhunt.indicators.gtlds import OLDER, is_cctld, is_gtld, is_new_gtld
from scamhunt.indicators.suffixes import public_suffix_list

NEW = ["travel", "shop", "top", "xyz", "online", "app", "bank", "xn--ses554g"]
COUNTRIES = ["de", "io", "co", "uk", "eu", "su", "xn--p1ai"]
NEITHER = ["gov", "mil", "edu", "int", "arpa", "test", "example", "invalid", "onion", "zzzz"]


@pytest.mark.parametrize("top", sorted(OLDER))
def test_the_older_generic_ones_are_generic_and_not_new(top: str) -> None:
    """ICANN has a contract for each, and rapid suspension is not promised there."""
    name = f"amazon-refund-desk.{top}"
    assert (is_gtld(name), is_new_gtld(name), is_cctld(name)) == (True, False, False)


@pytest.mark.parametrize("top", NEW)
def test_the_newer_generic_ones_are_both(top: str) -> None:
    """ICANN has a contract, and rapid suspension is there."""
    name = f"amazon-refund-desk.{top}"
    assert (is_gtld(name), is_new_gtld(name), is_cctld(name)) == (True, True, False)


@pytest.mark.parametrize("top", COUNTRIES)
def test_a_country_is_never_generic(top: str) -> None:
    """Its names are out of ICANN's scope, also where everybody uses them as if they were not."""
    name = f"amazon-refund-desk.{top}"
    assert (is_gtld(name), is_new_gtld(name), is_cctld(name)) == (False, False, True)


@pytest.mark.parametrize("top", NEITHER)
def test_what_has_other_rules_or_is_unknown_is_neither(top: str) -> None:
    """Who is not surely under a contract is never complained about."""
    name = f"amazon-refund-desk.{top}"
    assert (is_gtld(name), is_new_gtld(name), is_cctld(name)) == (False, False, False)


@pytest.mark.parametrize(
    ("name", "generic"),
    [
        ("shop.uk.com", False),
        ("amazon-login.web.app", False),
        ("web.app", False),
        ("amazon.airport.aero", True),
        ("https://www.amazon-refund-desk.com:8443/login?a=b", True),
        ("https://user@amazon-refund-desk.de/com", False),
        ("amazon-refund-desk.com/login.de", True),
        ("AMAZON-REFUND-DESK.COM.", True),
        ("192.0.2.1", False),
        ("https://[2001:db8::1]/", False),
        ("https://[broken", False),
        ("+12125550142", False),
        ("", False),
        ("com", True),
        ("häuser.рф", False),
    ],
)
def test_what_counts_is_where_the_name_was_registered(name: str, generic: bool) -> None:
    """A tenant of a platform or of a reseller's zone has no registrar of its own; what is no name has none at all."""
    assert is_gtld(name) is generic


def test_a_name_in_letters_is_as_good_as_its_a_label() -> None:
    """The list has top-level domains in their own scripts, cases have A-labels."""
    assert is_cctld("пример.рф")
    assert is_new_gtld("例子.网址") == is_new_gtld("xn--fsqu00a.xn--ses554g") is True


def test_the_bundled_list_has_its_section() -> None:
    """Were the section named otherwise one day, no name would be generic: that has to show here."""
    assert public_suffix_list().count("// newGTLDs") == 1
    assert sum(is_new_gtld(f"a.{top}") for top in ("shop", "club", "vip", "live", "site")) == 5
