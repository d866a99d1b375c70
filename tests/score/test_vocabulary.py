import pytest

from scamhunt import reference
from scamhunt.score.vocabulary import Vocabulary, parse_words

WORDS = Vocabulary(frozenset(("help", "desk", "helpdesk", "refund")), frozenset(("pineapple",)), frozenset())


@pytest.mark.parametrize(
    ("letters", "cut"),
    [
        ("", ()),
        ("refund", ("refund",)),
        ("helpdesk", ("helpdesk",)),
        ("refunddesk", ("refund", "desk")),
        ("myrefund", ("my", "refund")),
        ("refundz", None),
        ("qrefund", None),
        ("refundhelp" * 5, ("refund", "help") * 5),
    ],
)
def test_letters_are_cut_into_the_fewest_known_words(letters: str, cut: tuple[str, ...] | None) -> None:
    """A run of letters comes out even in lure words and fillers, or not at all."""
    assert WORDS.cut(letters) == cut


def test_every_lure_word_that_ships_can_be_cut() -> None:
    """The longest word of the list explains the letters around a brand like the shortest."""
    words = reference.vocabulary()
    assert words.longest == max(map(len, words.lures))
    assert [lure for lure in words.lures if words.cut(lure) != (lure,)] == []


def test_a_country_is_one_word() -> None:
    """`usa` is not `us` and a letter; a lone `a` explains nothing."""
    words = reference.vocabulary()
    assert words.cut("usa") == ("usa",)
    assert words.cut("helpa") is None


def test_without_lures_the_fillers_remain() -> None:
    """An empty list of lure words still cuts fillers."""
    assert Vocabulary(frozenset(), frozenset(), frozenset()).cut("theapp") == ("the", "app")


def test_a_hostile_run_of_letters_costs_little() -> None:
    """A label has 63 letters at most, but even 4,000 letters are cut in a moment, and memory has an end."""
    assert WORDS.cut("help" * 1000) == ("help",) * 1000


def test_what_was_cut_is_forgotten_at_some_point() -> None:
    """The memory for cut words does not grow with a feed."""
    small = Vocabulary(frozenset(), frozenset(), frozenset())
    for number in range(100_050):
        small.cut(str(number))
    assert len(small._cuts) < 100_010  # noqa: SLF001  # the bound is the promise


def test_word_lists_have_comments_and_any_spacing() -> None:
    """A list has words parted by white space; what follows a # is for people."""
    assert parse_words(["# all", "login  signin # doors", "", "pay"]) == {"login", "signin", "pay"}
