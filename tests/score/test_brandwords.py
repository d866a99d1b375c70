from dataclasses import replace

import pytest

from scamhunt.model import Brand
from scamhunt.score.brandwords import GENERIC, BrandWord, squeeze, words_of
from scamhunt.score.letters import learn_letters, parse_letters
from scamhunt.score.vocabulary import Vocabulary

COMMON = frozenset(("target", "windows", "group"))
WORDS = Vocabulary(
    lures=frozenset(("prime", "login")),
    plain=frozenset(("card",)),
    ordinary=COMMON | {"redcards", "meadow", "fotos", "sun"},
    common=COMMON,
    people=frozenset(("miller", "jon")),
    letters=parse_letters(learn_letters([])),
)


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
    assert {text for text, word in found.items() if not word.meant} == {"amazon", "amazonprime", "aws", "primevideo"}


def test_a_lure_word_is_no_word_of_a_brand_unless_it_is_its_name() -> None:
    """`prime` alone means no brand; a brand that is called Prime keeps its name."""
    assert "prime" not in words(Brand("a", "Amazon", ("amazon.com",), aliases=("Prime",)))
    assert "prime" in words(Brand("p", "Prime", ("prime.example",)))


def test_the_label_of_a_domain_that_everybody_uses_is_no_word_of_the_brand() -> None:
    """Nobody knows a brand by the `group` of its `group.example`, unless its name says so."""
    assert "group" not in words(Brand("d", "Dexel", ("group.example",)), "group")
    assert "group" in words(Brand("d", "Dexel", ("group.example",), aliases=("Dexel Group",)), "group")
    assert "meadow" in words(Brand("d", "Dexel", ("meadow.example",)), "meadow")


def test_a_label_that_says_the_name_and_more_adds_nothing() -> None:
    """What imitates `lemarbank` imitates Lemar; around a short name or an ordinary one the label tells more."""
    assert set(words(Brand("l", "Lemar", ("lemarbank.example",)), "lemarbank")) == {"lemar"}
    assert set(words(Brand("l", "Lema", ("lemabank.example",)), "lemabank")) == {"lema", "lemabank"}
    assert {"target", "targetshop"} <= words(Brand("t", "Target", ("targetshop.example",)), "targetshop").keys()
    assert set(words(Brand("l", "Lemar", ("lemar.example",)), "lemar")) == {"lemar"}


def test_a_name_in_brackets_is_a_name_of_its_own() -> None:
    """Of `Sulaxo (Habbix)` people know both halves and the whole."""
    found = words(Brand("h", "Sulaxo (Habbix)", ("habbix.example",)))
    assert {"sulaxo", "habbix", "sulaxohabbix"} <= found.keys()


# --- a part of a name -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("Zentor Card", "zentor"),
        ("Bank of Zentor", "zentor"),
        ("Zentor-Login", "zentor"),
        ("Zen Card", "zen"),
        ("National Zentor Trust", "zentor"),
    ],
)
def test_the_telling_word_of_a_name_stands_for_it(name: str, part: str) -> None:
    """The one word that no other brand has is a weaker word of the brand."""
    vocabulary = replace(WORDS, plain=WORDS.plain | {"bank"})
    found = {word.text: word for word in words_of(Brand("z", name, ("z.example",)), vocabulary, [])}
    assert found[part].partial
    assert found[part].ambiguous is (len(part) <= 3)
    assert found[part].edits == 0
    assert [word.text for word in found.values() if word.partial] == [part]


@pytest.mark.parametrize(
    "name",
    [
        "Zentor",  # the whole name
        "Zentor Lemarex",
        "Zentor Lemarex Card",  # two words that tell are a name
        "National Trust Card",  # none
        "Meadow Card",  # an ordinary word
        "Miller Card",  # a person
        "Z Card",  # a letter
        "Ze Card",  # two
        "4711 Card",  # a number
    ],
)
def test_other_names_have_no_telling_word(name: str) -> None:
    """Words of the language, names of people and short pieces tell nothing by themselves."""
    assert [word.text for word in words(Brand("z", name, ("z.example",))).values() if word.partial] == []


@pytest.mark.parametrize("word", ["sun", "jon"])
def test_three_letters_tell_even_when_they_are_a_word(word: str) -> None:
    """They count as a token of their own only, so that a word or a person of three letters does no harm."""
    found = words(Brand("s", f"{word} Card", ("s.example",)))
    assert (found[word].partial, found[word].ambiguous) == (True, True)


@pytest.mark.parametrize(
    ("name", "telling", "joints"),
    [
        ("Wells Fargo Bank", "wellsfargo", {5}),
        ("Zentor Lemarex Card", "zentorlemarex", {6}),
        ("The Zentor Lemarex Quor Trust", "zentorlemarexquor", {6, 13}),
    ],
)
def test_two_telling_words_are_a_name_without_the_generic_one(name: str, telling: str, joints: set[int]) -> None:
    """People leave `Bank` out of a name: the two words that are left mean the brand as its full name does."""
    vocabulary = replace(WORDS, plain=WORDS.plain | {"bank"})
    found = {word.text: word for word in words_of(Brand("z", name, ("z.example",)), vocabulary, [])}
    word = found[telling]
    assert (word.partial, word.ambiguous, word.joints, word.edits) == (False, False, frozenset(joints), 2)
    assert not any(each.partial for each in found.values())


def test_a_longer_alias_bears_no_slip() -> None:
    """`amazonas` is a river, not Amazon Pay with a letter wrong; a slip in the name itself is still seen."""
    found = words(Brand("a", "Amazon", ("amazon.com",), aliases=("Amazon Pay", "Zentorium")))
    assert {text: word.extended for text, word in found.items()} == {
        "amazon": False,
        "amazonpay": True,
        "zentorium": False,
    }
    assert {text: word.edits for text, word in found.items()} == {"amazon": 1, "amazonpay": 0, "zentorium": 2}


@pytest.mark.parametrize("name", ["Wexa Pay", "Target Pay"])
def test_more_than_a_short_or_ordinary_name_bears_slips(name: str) -> None:
    """Around four letters or an ordinary word the longer name is what tells."""
    brand = Brand("w", name.partition(" ")[0], ("w.example",), aliases=(name, f"{name} Lemarex"))
    word = words(brand)[squeeze(name)]
    assert (word.extended, word.edits > 0) == (False, True)


def test_a_name_with_accents_is_spelt_with_and_without() -> None:
    """The brand's own accents are a spelling of its own, exact and without disguise; the plain one bears disguises."""
    found = words(Brand("i", "Lómindel", ("lomindel.example",)), "lomindel")
    assert {text: (word.bears_disguise, word.meant) for text, word in found.items()} == {
        "lomindel": (True, ""),
        "lómindel": (False, ""),
    }


@pytest.mark.parametrize("name", ["हिन्दीका", "কালিমা", "தமிழா"])
def test_where_marks_are_vowels_they_stay(name: str) -> None:
    """A name keeps its vowel signs and stands for itself only: without them it would be another word."""
    word = words(Brand("h", "Zorvel", ("zorvel.example",), aliases=(name,)))[name]
    assert (word.text, word.bears_disguise, word.joints) == (name, False, frozenset())


def test_generic_words_are_spelt_as_they_are_compared() -> None:
    """A capital or a blank in the list would never match."""
    assert {squeeze(word) for word in GENERIC} == GENERIC


def test_a_name_is_no_part_of_itself() -> None:
    """An alias that is the telling word is a name, and a full one."""
    assert not words(Brand("z", "Zentor Card", ("z.example",), aliases=("Zentor",)))["zentor"].partial


# --- other spellings --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ambiguous", [(), ("elephant",)])
def test_a_spelling_that_sounds_the_same_is_a_word_too(ambiguous: tuple[str, ...]) -> None:
    """It knows what it means and what was changed, bears no slip and no look-alike, and is ambiguous like the word."""
    found = words(Brand("e", "Elephant", ("e.example",), ambiguous=ambiguous))
    assert found.keys() == {"elephant", "elefant"}
    variant = found["elefant"]
    assert (variant.meant, variant.respelt) == ("elephant", "'f' for 'ph'")
    assert (variant.ambiguous, variant.edits, variant.bears_disguise) == (bool(ambiguous), 0, False)


@pytest.mark.parametrize("explained", ["fotos"])
def test_an_ordinary_word_is_no_other_spelling(explained: str) -> None:
    """What people write for other reasons never stands for the brand."""
    brand = Brand("p", "Photos", ("photos.example",))
    assert explained not in words(brand)
    assert explained in {word.text for word in words_of(brand, replace(WORDS, ordinary=COMMON), [])}


def test_another_name_of_the_brand_is_no_other_spelling() -> None:
    """A name that sounds like another of the same brand is found as itself."""
    found = words(Brand("p", "Photos", ("photos.example",), aliases=("Phothos", "Fotosy")))
    assert all(found[text].meant == "" for text in ("photos", "phothos", "fotosy"))


@pytest.mark.parametrize(
    ("name", "reading"),
    [("Сбербанк", "sberbank"), ("Почта", "pochta"), ("네이버", "neibeo")],
)
def test_a_name_in_another_script_has_its_latin_reading(name: str, reading: str) -> None:
    """Romanised it means the brand, distinctive and without slips; nothing was respelt."""
    word = words(Brand("s", name, ("s.example",)))[reading]
    assert (word.meant, word.respelt, word.ambiguous, word.edits) == (squeeze(name), "", False, 0)
    assert word.bears_disguise


@pytest.mark.parametrize("name", ["楽天", "楽天カード", "アマゾン", "Мир"])
def test_some_names_have_no_latin_reading(name: str) -> None:
    """Han characters and kana read like many others, and a short reading means anything."""
    assert [word.text for word in words(Brand("s", name, ("s.example",))).values() if word.meant] == []


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
        ("हिन्दी", (), "hindi", "हिन्दी", set()),
        ("Zentor हिन्दी", (), "hindi", "zentorहिन्दी", {6}),
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
