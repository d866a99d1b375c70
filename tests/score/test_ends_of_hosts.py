"""What looks like the end of a host name, right behind a brand or as a whole official domain."""

from functools import cache

import pytest

from scamhunt import reference
from scamhunt.indicators.domain import parse_many
from scamhunt.model import Brand
from scamhunt.score.brands import Brands
from scamhunt.score.classifier import Classifier


@cache
def classifier() -> Classifier:
    """Return the classifier over one brand with three official domains."""
    return reference.classifier(Brands.of([Brand("zorvel", "Zorvel", ("zorvel.com", "zorvel.de", "zorvel.co.uk"))]))


def signals(name: str) -> set[str]:
    """Return the reasons of the one match of a name."""
    names, unreadable = parse_many([name])
    assert not unreadable
    (match,) = classifier().score(names, 0.0)
    return {reason.signal for reason in match.reasons}


@pytest.mark.parametrize(
    "name",
    """zorvel-de-gomez.com zorvel-us-garden.com zorvel-co-garden.com zorvel-uk-garden.top zorvel-net-garden.com
    zorvel-dental.com zorvel-company.com zorvel.deals.top zorvel-24-de-gomez.com zorvelde.com
    zorvel-garden.com""".split(),
)
def test_a_little_word_in_the_middle_of_a_name_is_no_end(name: str) -> None:
    """`de`, `us` and `co` are words of people's names and of languages too: a hyphen before them ends no host."""
    assert not signals(name) & {"suffix_behind", "official_in_front"}


@pytest.mark.parametrize(
    "name",
    """zorvel-de.com zorvel-us.garden.top zorvel-co.com zorvel.fr.evil.top zorvel-co-jp.com zorvel-com-br-garden.top
    zorvel-24-de.com zorvel.net-garden.top zorvel-com-garden.top zorvel-ne-jp.evil.top zorvel.us.evil.top""".split(),
)
def test_an_end_right_behind_the_brand_is_seen(name: str) -> None:
    """With a dot, at the end of a label, or where nobody writes it as a word, it reads like the end of a host name."""
    assert "suffix_behind" in signals(name)


@pytest.mark.parametrize(
    ("name", "spelt"),
    [
        ("zorvel.com.evil.top", True),
        ("www.zorvel.de.evil.top", True),
        ("zorvel.co.uk.evil.top", True),
        ("zorvel-com.evil.top", True),
        ("login-zorvel-com-garden.top", True),
        ("zorvel-de.evil.top", True),
        ("zorvel-de.com", True),
        ("zorvel-co-uk.top", True),
        ("zorvel-de-gomez.com", False),
        ("zorvel-co-uk-garden.com", False),
        ("zorvel-comfort.com", False),
        ("xzorvel-com.top", False),
        ("zorvel.community.top", False),
        ("zorvel.fr.evil.top", False),  # not an official one
    ],
)
def test_an_official_domain_in_front_is_spelt_out(name: str, *, spelt: bool) -> None:
    """With its dots, or with hyphens where no word can be meant; `.com` is never a word."""
    assert ("official_in_front" in signals(name)) is spelt
