"""What a name costs that somebody made to slow a night down."""

from functools import cache
from itertools import islice, product

import pytest

from scamhunt import reference
from scamhunt.indicators.domain import parse_many
from scamhunt.model import Brand
from scamhunt.score.brands import Brands
from scamhunt.score.classifier import MOST_SIGHTS, Classifier
from scamhunt.score.vocabulary import LONGEST_RUN

WORDS = ["".join(letters) for letters in islice(product("zqvxk", "uo", "zqvx", "uo", "kq"), 32)]
LONG = "zorvelquabix"


@cache
def many() -> Classifier:
    """Return the classifier over many brands of five letters and one of twelve."""
    return reference.classifier(Brands.of([Brand(text, text, (f"{text}.example",)) for text in (*WORDS, LONG)]))


@cache
def alike() -> Classifier:
    """Return the classifier over a thousand brands of one name."""
    return reference.classifier(Brands.of([Brand(f"b{n}", "Zorvel", (f"zorvel{n}.example",)) for n in range(1_000)]))


def looks(scorer: Classifier, value: str) -> list[str]:
    """Return the brands that are looked at closely in a name or address."""
    names, unreadable = parse_many([value])
    assert not unreadable
    return [sight.word.brand for _, sight in scorer.sights(names, urls="/" in value)]


PACKED = ".".join("-".join(WORDS[at : at + 8]) for at in range(0, len(WORDS), 8))


@pytest.mark.parametrize(
    "value", [f"{PACKED}.com", f"https://garden.top/{PACKED}", f"https://{PACKED.replace('.', ':')}@garden.top"]
)
def test_a_packed_name_is_looked_at_so_many_times(value: str) -> None:
    """However many brands stand in a name or a path, not more than so many places are judged."""
    assert len(looks(many(), value)) == MOST_SIGHTS < len(WORDS)


def test_a_packed_name_hides_no_long_word() -> None:
    """The longest words are looked at first, wherever they stand."""
    for label in (f"{LONG}.{PACKED}", f"{PACKED}.{LONG}"):
        assert LONG in looks(many(), f"{label}.com")
        assert LONG in looks(many(), f"https://garden.top/{label}")


def test_the_limit_is_that_of_a_name() -> None:
    """A packed name takes nothing from the next one in the batch."""
    names, _ = parse_many([f"{PACKED}.com", f"{LONG}.com", f"{PACKED}.net"])
    rows = [row for row, _ in many().sights(names)]
    assert [rows.count(row) for row in range(3)] == [MOST_SIGHTS, 1, MOST_SIGHTS]


@pytest.mark.parametrize("value", ["zorvel-login.com", "zorvel-zorvel-zorvel.com", "https://garden.top/zorvel/zorvel"])
def test_a_word_that_a_thousand_brands_share_is_bounded(value: str) -> None:
    """Packs that repeat a name cost no more than a packed name does."""
    assert len(looks(alike(), value)) == MOST_SIGHTS


def test_a_long_run_in_a_path_is_not_remembered() -> None:
    """A path may hold runs beyond any label: they are neither cut into words nor kept in memory."""
    vocabulary = reference.vocabulary()
    run = "garden" * 15
    names, _ = parse_many([f"https://garden.top/{LONG}-{run}?{LONG}{run}"])
    assert many().score(names, 0.0, urls=True)
    kept = [*vocabulary._cuts, *vocabulary._words]  # noqa: SLF001  # what is remembered is what costs memory
    assert all(len(letters) <= LONGEST_RUN for letters in kept)
    assert (vocabulary.cut(run), vocabulary.words(run)) == (None, None)
