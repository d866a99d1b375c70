import pytest
from hypothesis import given
from hypothesis import strategies as st

from scamhunt import reference
from scamhunt.score.letters import learn_letters, parse_letters
from scamhunt.score.vocabulary import CUTS_KEPT, SMALL, Vocabulary, parse_words

LETTERS = parse_letters(learn_letters(["help", "refund"]))


def made(lures: str = "", plain: str = "", ordinary: str = "", people: str = "") -> Vocabulary:
    """Return a vocabulary of words parted by spaces."""
    return Vocabulary(
        lures=frozenset(lures.split()),
        plain=frozenset(plain.split()),
        ordinary=frozenset(ordinary.split()),
        common=frozenset(),
        people=frozenset(people.split()),
        letters=LETTERS,
    )


WORDS = made("help desk helpdesk refund", "shop", "pineapple pine apple river valley oak", "miller")


@pytest.mark.parametrize(
    ("letters", "cut"),
    [
        ("", ()),
        ("refund", ("refund",)),
        ("helpdesk", ("helpdesk",)),
        ("refunddesk", ("refund", "desk")),
        ("myrefund", ("my", "refund")),
        ("shophelp", ("shop", "help")),
        ("refundz", None),
        ("qrefund", None),
        ("pineapple", None),
        ("miller", None),
        ("refundhelp" * 5, ("refund", "help") * 5),
    ],
)
def test_letters_are_cut_into_the_fewest_known_words(letters: str, cut: tuple[str, ...] | None) -> None:
    """A run of letters comes out even in lure words, plain words and fillers, or not at all."""
    assert WORDS.cut(letters) == cut


@pytest.mark.parametrize(
    ("letters", "cut"),
    [
        ("", ()),
        ("pineapple", ("pineapple",)),
        ("rivervalley", ("river", "valley")),
        ("helpriver", ("help", "river")),
        ("shop", ("shop",)),
        ("oak", None),  # three letters fit anywhere
        ("oakoak", None),
        ("oakpine", ("oak", "pine")),
        ("theriver", ("the", "river")),
        ("myriver", None),  # two letters are none
        ("theoak", None),
        ("rivers", None),
        ("miller", None),
        ("rivér", None),
        ("楽天", None),
    ],
)
def test_letters_are_cut_into_any_words(letters: str, cut: tuple[str, ...] | None) -> None:
    """Ordinary words count too, as long as they have three and a half letters on average."""
    assert WORDS.words(letters) == cut


@pytest.mark.parametrize(
    ("text", "explained"),
    [("pineapple", True), ("miller", True), ("help", True), ("shop", True), ("my", True), ("helpdesks", False)],
)
def test_a_word_of_any_kind_explains_letters(text: str, *, explained: bool) -> None:
    """Ordinary words, names of people, lures, plain words and fillers are written for other reasons."""
    assert WORDS.explains(text) is explained


def test_kinds_of_words() -> None:
    """What may stand beside a brand, and what is known at all."""
    assert WORDS.beside == {"help", "desk", "helpdesk", "refund", "shop"} | SMALL
    assert WORDS.known - WORDS.beside == {"pineapple", "pine", "apple", "river", "valley", "oak"}
    assert WORDS.longest == len("pineapple")


def test_every_lure_word_that_ships_can_be_cut() -> None:
    """The longest word of the lists explains the letters around a brand like the shortest."""
    words = reference.vocabulary()
    assert [word for word in words.beside if words.cut(word) != (word,)] == []
    assert words.longest == max(map(len, words.known))


def test_the_lists_that_ship_share_nothing_that_would_count_twice() -> None:
    """A word is a lure or a plain word, what everybody uses is an ordinary word, and each sector has words."""
    words = reference.vocabulary()
    assert not words.lures & words.plain
    assert words.common <= words.ordinary
    assert {"bank", "courier", "retail", "payments", "tech"} <= words.sectors.keys()
    assert all(words.sectors.values())


def test_a_country_is_one_word() -> None:
    """`usa` is not `us` and a letter; a lone `a` explains nothing."""
    words = reference.vocabulary()
    assert words.cut("usa") == ("usa",)
    assert words.cut("helpa") is None


def test_without_lures_the_fillers_remain() -> None:
    """An empty list of lure words still cuts fillers."""
    assert made().cut("theapp") == ("the", "app")


@given(st.text(alphabet="helpdskrfunz", max_size=30))
def test_a_cut_is_made_of_the_letters(letters: str) -> None:
    """Joined, the words are the letters again, and each of them is known."""
    cut = WORDS.cut(letters)
    assert cut is None or ("".join(cut) == letters and WORDS.beside.issuperset(cut))


@pytest.mark.parametrize("kept", ["_cuts", "_words"])
def test_a_hostile_run_of_letters_costs_nothing(kept: str) -> None:
    """A label has 63 letters at most: what is longer is neither cut nor remembered."""
    small = made("help", ordinary="get")
    cut = small.cut if kept == "_cuts" else small.words
    assert cut("help" * 15 + "get") == ("help",) * 15 + ("get",)
    before = dict(getattr(small, kept))
    assert [cut("help" * times) for times in (16, 1000)] == [None, None]
    assert getattr(small, kept) == before


@pytest.mark.parametrize("kept", ["_cuts", "_words"])
def test_what_was_cut_is_forgotten_at_some_point(kept: str) -> None:
    """The memory for cut words does not grow with a feed, and an answer is the same before and after."""
    small = made("help")
    cut = small.cut if kept == "_cuts" else small.words
    assert cut("help") == ("help",)
    for number in range(CUTS_KEPT + 50):
        cut(str(number))
    assert len(getattr(small, kept)) <= CUTS_KEPT
    assert cut("help") == ("help",)


def test_word_lists_have_comments_and_any_spacing() -> None:
    """A list has words parted by white space; what follows a # is for people."""
    assert parse_words(["# all", "login  signin # doors", "", "pay"]) == {"login", "signin", "pay"}
