import pytest

from scamhunt.model import Brand
from scamhunt.score.brandwords import BrandWord, squeeze, words_of
from scamhunt.score.vocabulary import Vocabulary

COMMON = frozenset(("target", "windows"))
WORDS = Vocabulary(frozenset(("prime", "login")), COMMON | {"redcards"}, COMMON)


def words(brand: Brand, *labels: str) -> dict[str, BrandWord]:
    """Return the words of a brand by their text."""
    return {word.text: word for word in words_of(brand, WORDS, labels)}


@pytest.mark.parametrize(
    ("name", "squeezed"),
    [
        ("Amazon Prime", "amazonprime"),
        ("Crédit Agricole", "creditagricole"),
        ("AT&T", "att"),
        ("media-amazon", "mediaamazon"),
        ("1&1", "11"),
        ("Straße", "strasse"),
        ("楽天", "楽天"),
        ("ガス", "ガス"),
        ("ＤＨＬ", "dhl"),
        ("!!!", ""),
    ],
)
def test_names_are_squeezed_to_what_a_host_name_can_hold(name: str, squeezed: str) -> None:
    """Letters and digits stay, Latin marks go, other scripts keep theirs."""
    assert squeeze(name) == squeezed


def test_a_brand_is_known_by_name_aliases_and_domains() -> None:
    """Each word comes once, whether it is the name, an alias or a label of an official domain."""
    brand = Brand("amazon", "Amazon", ("amazon.com", "primevideo.com"), aliases=("Amazon Prime", "AWS", "Amazon"))
    found = words(brand, "amazon", "primevideo")
    assert set(found) == {"amazon", "amazonprime", "aws", "primevideo"}


def test_a_lure_word_is_no_word_of_a_brand_unless_it_is_its_name() -> None:
    """`prime` alone means no brand; a brand that is called Prime keeps its name."""
    assert "prime" not in words(Brand("a", "Amazon", ("amazon.com",), aliases=("Prime",)))
    assert "prime" in words(Brand("p", "Prime", ("prime.example",)))


def test_single_letters_and_two_letter_domains_mean_nothing() -> None:
    """A name of one letter, and the two-letter label of a domain, are noise; a two-letter name counts."""
    assert set(words(Brand("x", "X", ("x.com",), aliases=("HP",)), "me")) == {"hp"}


@pytest.mark.parametrize(("text", "edits"), [("visa", 0), ("chase", 1), ("facebook", 1), ("microsoft", 2)])
def test_edits_are_relative_to_length(text: str, edits: int) -> None:
    """A slip in a short word makes another word; a long word bears two."""
    assert words(Brand("b", text, ("b.example",)))[text].edits == edits


def test_ordinary_and_short_words_need_support() -> None:
    """Where the pack is silent, word lists and length say what is ambiguous; the pack has the last word."""
    silent = words(Brand("t", "Target", ("target.com",), aliases=("Redcard", "DHL")))
    assert {text for text, word in silent.items() if word.ambiguous} == {"target", "dhl"}
    assert [words(Brand("n", name, ("n.example",)))[name].ambiguous for name in ("2020", "2020x")] == [True, False]
    spoken = words(Brand("t", "Target", ("target.com",), aliases=("Redcard",), ambiguous=("redcard",)))
    assert {text for text, word in spoken.items() if word.ambiguous} == {"redcard"}


@pytest.mark.parametrize(
    ("name", "aliases", "label", "text", "joints"),
    [
        ("DHL", ("DHL Paket",), "dhl", "dhlpaket", {3}),
        ("Apple", ("Find My iPhone",), "apple", "findmyiphone", {4, 6}),
        ("PayPal", (), "paypal", "paypal", set()),
        ("PayPal", ("Pay Pal",), "paypal", "paypal", {3}),
        ("Coca-Cola", (), "cocacola", "cocacola", {4}),
        ("X", (), "media-amazon", "mediaamazon", {5}),
        ("Crédit Agricole", (), "ca", "creditagricole", {6}),
        ("हिन्दी", (), "hindi", "हनद", set()),
    ],
)
def test_a_word_knows_where_its_own_words_meet(
    name: str, aliases: tuple[str, ...], label: str, text: str, joints: set[int]
) -> None:
    """The joints of a name of several words are kept, whichever spelling shows them; a mark is no joint."""
    assert words(Brand("b", name, ("b.example",), aliases=aliases), label)[text].joints == joints


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("Johnson & Johnson", "johnsonandjohnson"),
        ("Johnson & Johnson", "johnsonjohnson"),
        ("Münchener Rück", "muenchenerrueck"),
        ("Münchener Rück", "munchenerruck"),
        ("Ørsted", "oersted"),
    ],
)
def test_a_name_is_known_in_the_spellings_that_host_names_allow(name: str, spelling: str) -> None:
    """Where a host name has no `&` and no umlaut, people write the word out, leave it out, or write two letters."""
    assert spelling in words(Brand("b", name, ("b.example",)))


def test_two_characters_of_han_are_no_short_word() -> None:
    """Two letters could be anything; two Han characters are a name."""
    found = words(Brand("w", "微信", ("wechat.com",), aliases=("HP",)))
    assert (found["微信"].ambiguous, found["hp"].ambiguous) == (False, True)
