"""The table of kinds says what it has to, and all of it is used."""

import pytest

from scamhunt.campaigns.kinds import KINDS, LONGEST, PUBLIC_WALLETS, STRONG, SignKind
from scamhunt.campaigns.values import normalised
from scamhunt.investigate.page_wallets import currency_of


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_each_kind_can_be_told_and_weighed(kind: SignKind) -> None:
    """A kind has a sentence with its value, a strength in range, and a cap that leaves room for two."""
    assert "both" in kind.words
    assert kind.told("+18055550142").count("+18055550142") == 1
    assert 0.2 <= kind.strength <= 1
    assert kind.cap > 2
    assert kind.source in {"page", "certificate", "registry", "dns"}


def test_a_registrar_is_no_reason() -> None:
    """Half of all names have one of three registrars: it joins nobody, not even together with others."""
    assert not any("registrar" in word for word in KINDS)


def test_an_address_is_weaker_than_what_an_actor_holds() -> None:
    """Numbers, accounts and money join alone; hosting, pictures and pages do not."""
    strong = {name for name, kind in KINDS.items() if kind.strong}
    assert strong == {"number", "wallet", "chat", "tracker", "email", "form", "certificate"}
    assert min(KINDS.values(), key=lambda kind: kind.strength).name == "network"
    assert all(kind.strength >= STRONG for name, kind in KINDS.items() if name in strong)


def test_what_comes_with_a_machine_is_one_reason() -> None:
    """Who rents a machine gets its network and mostly its name servers, and those stand in a registration too."""
    assert len({KINDS[name].family for name in ("network", "address", "nameserver", "registration")}) == 1


def test_a_long_value_is_shortened_and_braces_are_only_letters() -> None:
    """A value comes from outside: it cannot make a sentence endless, nor ask it for something else."""
    told = KINDS["chat"].told("{value}{0}" + "x" * 500)
    assert "{value}{0}xx" in told
    assert len(told) < LONGEST + 40


def test_public_wallets_are_real_addresses_in_the_form_of_signs() -> None:
    """What is never a sign is written as signs are, else it would never be met."""
    assert [one for one in PUBLIC_WALLETS if not currency_of(one)] == []
    assert [one for one in PUBLIC_WALLETS if normalised("wallet", one)] == []
