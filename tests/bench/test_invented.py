from collections.abc import Iterable, Sequence
from itertools import islice

import pytest

from bench import invented
from scamhunt.indicators import lookalike
from scamhunt.indicators.domain import parse_many
from scamhunt.score import sounds
from scamhunt.score.brandwords import BrandWord
from scamhunt.score.letters import learn_letters, parse_letters
from scamhunt.score.vocabulary import Vocabulary

WORDS = [
    BrandWord(text, lookalike.fold(text), text, ambiguous=False)
    for text in ("zyrkonpay", "quartzo", "phondal", "cabaso", "wickwick", "vexolium", "bbbbbb")
]
VOCABULARY = Vocabulary(
    lures=frozenset(("login",)),
    plain=frozenset(),
    ordinary=frozenset(("river", "garden", "phondalia")),
    common=frozenset(("river", "garden", "login")),
    people=frozenset(("miller", "jonas")),
    letters=parse_letters(learn_letters([])),
)


def labels(names: Iterable[str]) -> list[str]:
    """Return the registrable labels of names that can all be read, as people read them."""
    read, unreadable = parse_many(list(names))
    assert not unreadable
    spans = zip(read.texts, read.label_at, read.suffix_at, strict=True)
    return [text[start : end - 1] for text, start, end in spans]


def made() -> dict[str, list[str]]:
    """Return the labels of the imitations of each made-up brand."""
    found: dict[str, list[str]] = {}
    for name, brand in invented.imitations(WORDS):
        found.setdefault(brand, []).extend(labels([name]))
    return found


def honest(count: int) -> list[str]:
    """Return made-up honest names."""
    return [name for name, _ in invented.honest(["phondalia", "riverside"], ["river"], VOCABULARY, count)]


def test_names_are_the_same_each_time() -> None:
    """Training on another machine learns from the same names."""
    assert list(invented.imitations(WORDS)) == list(invented.imitations(WORDS))
    assert honest(20) == honest(20)
    hosts = [list(invented.honest_hosts(["river"], ["one.example"], 20)) for _ in range(2)]
    assert hosts[0] == hosts[1]


def test_more_names_begin_with_the_same_ones() -> None:
    """A longer list changes nothing in a shorter one."""
    assert honest(20)[:12] == honest(2)


def test_every_name_can_be_read() -> None:
    """Names in other alphabets are written as the network writes them, and come back as the disguise."""
    names = [name for name, _ in invented.imitations(WORDS)]
    assert all(name.isascii() for name in names)
    assert len(labels(names)) == len(names)
    assert any(not label.isascii() for label in labels(names))


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.text)
def test_each_brand_has_each_disguise_that_its_word_bears(word: BrandWord) -> None:
    """Look-alikes, accents, letters of other alphabets, breaks, other spellings and scripts, and a second brand."""
    ways = {
        "ascii": bool(set(word.text) & invented.ASCII_LOOKS.keys()),
        "accent": bool(set(word.text) & invented.ACCENTS.keys()),
        "foreign": bool(set(word.text) & invented.LETTERS_ALIKE.keys()),
        "break": True,
        "sound": bool(sounds.variants(word.text)),
        "script": set(word.text) <= invented.CYRILLIC.keys(),
    }
    found = made()[word.text]
    assert sum(ways.values()) <= len(found) <= sum(ways.values()) + 1
    whole = [label for label in found if word.text in label]
    assert len(whole) == len(found) - sum(ways.values())  # only beside a second brand the word stands as it is


def test_disguises_are_those_of_the_sources() -> None:
    """A digit for a letter, an accent, a Cyrillic letter, a break, another spelling, another alphabet."""
    found = made()
    assert any("бббббб" in label for label in found["bbbbbb"])
    assert any("-" in label and "bbbbbb" in label.replace("-", "") for label in found["bbbbbb"])
    assert any(variant in label for variant in sounds.variants("phondal") for label in found["phondal"])
    plain = [label for label in found["cabaso"] if lookalike.fold("cabaso") in lookalike.fold(label).replace("-", "")]
    assert {tuple(sorted(lookalike.scripts(label))) for label in plain} >= {("Latin",), ("Cyrillic", "Latin")}
    assert any(set(label) & set("".join(invented.ACCENTS.values())) for label in plain)


def test_two_brands_are_two() -> None:
    """A second brand is another one."""
    for brand, found in made().items():
        for label in (each for each in found if brand in each):
            others = [word.text for word in WORDS if word.text in label and word.text != brand]
            assert len(others) == 1
    alone = [name for name, _ in invented.imitations(WORDS[:1])]
    assert not any("zyrkonpay" in label for label in labels(alone))


def test_honest_names_are_of_words_and_people() -> None:
    """Six kinds a round: a near word alone, with a word, a brand's with one, with `and`, a person, accented."""
    names = honest(30)
    assert len(names) == 180
    for at, near in enumerate([True, True, False, False, True]):
        kind = labels(names[at::6])
        assert all(("phondalia" in label or "riverside" in label) is near for label in kind)
    assert {"phondalia", "riverside"} == set(labels(names[0::6]))
    assert all(label.startswith(("river-and-", "river-and")) for label in labels(names[3::6]))
    assert any("miller" in label or "jonas" in label for label in labels(names[4::6]))
    assert all(not label.isascii() for label in labels(names[5::6]))
    assert not any("login" in name for name in names)  # a word that scammers use is no honest company


def test_honest_hosts_have_the_word_in_front() -> None:
    """The word stands in the subdomain of a given name, alone or with what services are called."""
    hosts = [name for name, _ in invented.honest_hosts(["river"], ["one.example", "two.example"], 60)]
    assert {
        host.partition(".")[2].removeprefix("river.").removeprefix("dev.").removeprefix("api.") for host in hosts
    } >= {
        "one.example",
        "two.example",
    }
    fronts = {host.removesuffix(".one.example").removesuffix(".two.example") for host in hosts}
    assert fronts == {"river", "www.river", "river-app", "myriver", "river.dev", "river.api"}


@pytest.mark.parametrize(
    "kind", [invented.honest_hosts(["a"], ["b.example"], 5), invented.honest(["ab"], ["cd"], VOCABULARY, 5)]
)
def test_honest_names_imitate_nobody(kind: Iterable[tuple[str, str]]) -> None:
    """They name no brand."""
    assert {brand for _, brand in kind} == {""}


def test_suffixes_are_all_used() -> None:
    """Names lie in many zones, so that no zone is learned by accident."""
    names: Sequence[str] = list(islice((name for name, _ in invented.honest(["ab"], ["cd"], VOCABULARY, 40)), 240))
    assert {suffix for suffix in invented.SUFFIXES if any(name.endswith(f".{suffix}") for name in names)} == set(
        invented.SUFFIXES
    )
