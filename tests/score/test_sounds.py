import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from scamhunt.score.brandwords import BrandWord
from scamhunt.score.sounds import MOST, SHORTEST, Respelling, respellings, variants

WHOLE = [
    ("photobox", {"pho2box": "'2' for 'to'", "fotobox": "'f' for 'ph'", "photoboks": "'ks' for 'x'"}),
    ("facebook", {"phacebook": "'ph' for 'f'", "facebuk": "'u' for 'oo'"}),
    ("tomorrow", {"2morrow": "'2' for 'to'"}),
    ("forbes", {"4bes": "'4' for 'for'", "phorbes": "'ph' for 'f'"}),
    ("bank1", {"bankone": "'one' for '1'"}),
    ("24option", {"24opshun": "'shun' for 'tion'"}),
    ("square", {"skware": "'kw' for 'qu'", "sqooare": "'oo' for 'u'"}),
    ("knight", {"knite": "'ite' for 'ight'"}),
    ("youbank", {"yooobank": "'oo' for 'u'", "ubank": "'u' for 'you'"}),
]


@pytest.mark.parametrize(("word", "some"), WHOLE)
def test_a_word_gives_its_other_spellings(word: str, some: dict[str, str]) -> None:
    """Each variant says what stands for what."""
    found = variants(word)
    assert {text: found.get(text) for text in some} == some


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("amazon", []),
        ("paypal", []),
        ("google", ["gugle"]),
        ("fedex", ["phedex", "fedeks", "fedecks"]),
        ("netflix", ["netphlix", "netfliks", "netflicks"]),
        ("youtube", ["yoootube", "youtoobe", "utube"]),
        ("brandon", ["brnon"]),
        ("quickbooks", []),
        ("", []),
    ],
)
def test_nothing_but_these_in_this_order(word: str, expected: list[str]) -> None:
    """The variants of a word and their order are fixed; what the edits find anyway is left out."""
    assert list(variants(word)) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("o2", ["otwo"]),
        ("b2b", ["btwob", "btob"]),
        ("n26", []),
        ("six", []),
        ("four", []),
        ("foto", []),
        ("phi", []),
        ("max", []),
        ("1und", ["oneund"]),
    ],
)
def test_short_words_give_numerals_only(word: str, expected: list[str]) -> None:
    """A word below five letters sounds like anything: only a numeral counts, and four characters must be left."""
    assert list(variants(word)) == expected


@pytest.mark.parametrize(
    ("word", "never"),
    [
        ("blockbank", "blocckbank"),
        ("bank24", "bank2four"),
        ("bank24", "banktwo4"),
        ("netflix", "andetflix"),
        ("yeet", "yeeat"),
    ],
)
def test_a_piece_that_belongs_to_more_is_left_alone(word: str, never: str) -> None:
    """The k of a ck is no k, the 2 of 24 is no two, and an n is no "and"."""
    assert never not in {each.text for each in respellings(word)}


def test_little_words_leave_five_characters() -> None:
    """One letter for a word is sure only in a longer name: the variant has five characters at least."""
    assert "seno" in {each.text for each in respellings("seando")}
    assert list(variants("seando")) == []
    assert list(variants("seandom")) == ["senom"]


def test_every_place_gets_its_variant_one_at_a_time() -> None:
    """Two places make two variants, never one with both changed."""
    assert [each.text for each in respellings("phoph")] == ["foph", "phof"]
    assert respellings("fa")[0] == Respelling("pha", "ph", "f", 0)


def test_variants_are_few() -> None:
    """However many places a word has, the index gets a dozen."""
    assert len(variants("x" * 8)) == MOST
    assert len(respellings("x" * 8)) > MOST


@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789", max_size=14))
def test_variants_keep_the_rules(word: str) -> None:
    """Any word: at most a dozen, none too short, none within the edits that the index finds, the same every time."""
    found = variants(word)
    edits = BrandWord(word, word, "brand", ambiguous=False).edits
    assert len(found) <= MOST
    assert all(len(text) >= SHORTEST and OSA.distance(text, word) > edits for text in found)
    assert list(found.items()) == list(variants(word).items())


@given(st.text(max_size=40))
def test_any_text_is_taken(word: str) -> None:
    """Other scripts and signs give no error."""
    assert word not in variants(word)
