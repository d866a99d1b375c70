"""Brands in other scripts and spellings, and several brands in one name."""

from functools import cache

import pytest

from scamhunt import reference
from scamhunt.indicators.domain import parse_many
from scamhunt.model import Brand, Match
from scamhunt.score.brands import Brands
from scamhunt.score.classifier import Classifier
from scamhunt.score.index import How
from scamhunt.testing import sample_brands

SCRIPTS = [
    Brand("sber", "Сбербанк", ("sber.example",)),
    Brand("pochta", "Почта Плюс", ("post.example",)),
    Brand("amazon", "Amazon", ("amazon.com",)),
    Brand("wechat", "WeChat", ("wechat.com",), aliases=("微信",)),
    Brand("phondal", "Phondal", ("phondal.example",)),
]


@cache
def classifier() -> Classifier:
    """Return the classifier over the sample brands."""
    return reference.classifier(Brands.of(sample_brands()))


@cache
def with_scripts() -> Classifier:
    """Return the classifier over brands in several scripts."""
    return reference.classifier(Brands.of(SCRIPTS))


def score(name: str, scorer: Classifier, minimum: float | None = 0.0) -> list[Match]:
    """Score a name that can be read."""
    parsed, unreadable = parse_many([name])
    assert not unreadable
    return scorer.score(parsed, minimum)


def idn(label: str) -> str:
    """Return a label as the network writes it."""
    return "xn--" + label.encode("punycode").decode()


@pytest.mark.parametrize(
    ("name", "brand", "signal"),
    [
        (f"{idn('амазон')}.com", "amazon", "other_script"),
        (f"{idn('амазон-вход')}.com", "amazon", "other_script"),
        ("амазон.com", "amazon", "other_script"),
        (f"login.{idn('амазон')}.top", "amazon", "other_script"),
        ("sberbank-login.com", "sber", "other_script"),
        ("pochtaplyus.com", "pochta", "other_script"),
        (f"{idn('сбербанк')}.com", "sber", "own_name"),
        (f"{idn('сбербанк-вход')}.com", "sber", "brand_token"),
        ("fondal-login.com", "phondal", "sounds_alike"),
    ],
)
def test_a_brand_in_another_script_or_spelling_is_found(name: str, brand: str, signal: str) -> None:
    """Names are read as they sound: in Latin letters, in other scripts, in other spellings."""
    (match,) = score(name, with_scripts())
    assert match.brand == brand
    assert signal in {reason.signal for reason in match.reasons}


@pytest.mark.parametrize("label", ["амазония", "самазон", "8амазон", "амаз"])
def test_a_reading_inside_a_longer_word_is_none(label: str) -> None:
    """What only contains the sounds of a brand is another word."""
    assert score(f"{idn(label)}.com", with_scripts()) == []


def test_letters_that_are_read_are_shown_as_written() -> None:
    """A match shows the letters of the name that were read as the brand, in their own script."""
    (match,) = score(f"{idn('вход-амазон')}.com", with_scripts())
    assert match.text[slice(*match.span)] == "амазон"
    assert match.word == "amazon"


def test_two_brands_in_a_name_are_both_told() -> None:
    """Each brand has its match, and each reason names the other; ordinary and short words are no second brand."""
    found = score("paypal-amazon-help.com", classifier())
    texts = {match.brand: [r.text for r in match.reasons if r.signal == "two_brands"] for match in found}
    assert texts == {
        "amazon": ["the name of 'paypal' stands there too"],
        "paypal": ["the name of 'amazon' stands there too"],
    }
    for name in ("paypal-apple-help.com", "paypal-dhl-help.com", "paypal-epos-help.com", "paypal-amaz0n-help.com"):
        assert "two_brands" not in {reason.signal for match in score(name, classifier()) for reason in match.reasons}


def test_a_part_of_another_brand_ranks_behind_it() -> None:
    """Of `apple-bank` the bank is meant before the maker of phones; with a letter wrong nobody is said to be meant."""
    assert [match.brand for match in score("apple-bank-login.com", classifier())] == ["applebank", "apple"]
    for name in ("apple-bank-login.com", "applebank.com.garden.top", "myapplebanklogin.com"):
        (part,) = [match for match in score(name, classifier()) if match.brand == "apple"]
        assert "part_of_another" in {reason.signal for reason in part.reasons}
    (slipped,) = [match for match in score("apple-bamk-login.com", classifier()) if match.brand == "apple"]
    assert "part_of_another" not in {reason.signal for reason in slipped.reasons}


@pytest.mark.parametrize("name", ["微信-支付.com", "微信.com", "微信登录.com", "微信登录-login.cn"])
def test_a_brand_in_han_characters_is_found(name: str) -> None:
    """Names in a script without spaces are read without them."""
    (match,) = score(name, with_scripts(), None)
    assert match.brand == "wechat"


# --- marks and accents ------------------------------------------------------------------------------------------------

VOWELS = [
    Brand("zorvel", "Zorvel", ("zorvel.example",), aliases=("हिन्दीका",)),
    Brand("vexolium", "Vexolium", ("vexolium.example",), aliases=("কালিমা",)),
    Brand("quorvex", "Quorvex", ("quorvex.example",), aliases=("தமிழா",)),
]


@cache
def with_vowels() -> Classifier:
    """Return the classifier over brands with aliases in scripts where marks are vowels."""
    return reference.classifier(Brands.of(VOWELS))


@pytest.mark.parametrize(("alias", "brand"), [("हिन्दीका", "zorvel"), ("কালিমা", "vexolium"), ("தமிழா", "quorvex")])
@pytest.mark.parametrize("label", ["{}", "{}-login"])
def test_a_name_with_vowel_signs_is_found_as_itself(alias: str, brand: str, label: str) -> None:
    """The whole name is seen, marks and all, letter by letter and as a word of its own."""
    (match,) = score(f"{idn(label.format(alias))}.com", with_vowels())
    assert (match.brand, match.word, match.text[slice(*match.span)]) == (brand, alias, alias)
    told = {reason.signal for reason in match.reasons}
    assert "own_name" in told if label == "{}" else "brand_token" in told
    assert not told & {"homograph", "unexplained", "stray_letters"}


@pytest.mark.parametrize(
    "label", ["हन्दका", "हनदक", "हिन्दीक", "हुन्दोका", "কলম", "কালম", "কুলিমা", "কোলিমু", "தமழ", "தமிழு", "தமழா"]
)
def test_the_same_consonants_with_other_vowels_are_another_word(label: str) -> None:
    """A mark is a vowel there: to fold it away would accuse half of the language."""
    assert score(f"{idn(label)}.com", with_vowels()) == []


def test_a_run_of_letters_does_not_end_at_a_mark() -> None:
    """Letters around a name touch it across their vowel signs, and all of them stand in its run."""
    names, _ = parse_many([f"{idn('कीहिन्दीकाली')}.com"])
    (sight,) = [sight for _, sight in with_vowels().sights(names)]
    assert (sight.left, sight.piece, sight.right) == ("की", "हिन्दीका", "ली")
    assert (sight.host.runs, sight.glued) == (((0, len(sight.host.head)),), True)


@cache
def with_accents() -> Classifier:
    """Return the classifier over brands with accents in their names and a long Latin one."""
    return reference.classifier(
        Brands.of([Brand("itau", "Itaú", ("itau.com.br",)), Brand("ms", "Microsoft", ("microsoft.com",))])
    )


@pytest.mark.parametrize("label", ["микрософт", "микрософт-вход"])
def test_letters_that_sound_alike_spell_a_brand_in_another_script(label: str) -> None:
    """Russian writes `к` for the c of Microsoft; the name is read by its sound, without a slip."""
    (match,) = score(f"{idn(label)}.com", with_accents(), None)
    assert (match.brand, match.text[slice(*match.span)]) == ("ms", "микрософт")
    told = {reason.signal for reason in match.reasons}
    assert "other_script" in told
    assert not told & {"one_edit", "usual_slip", "homograph"}


@pytest.mark.parametrize("label", ["миврософт", "микрософа", "микософт", "микрософтия"])
def test_letters_that_sound_otherwise_spell_another_word(label: str) -> None:
    """Only sounds that one letter stands for are forgiven in a reading, and no letter is left out."""
    assert score(f"{idn(label)}.com", with_accents()) == []


@pytest.mark.parametrize(
    ("label", "disguises"),
    [
        ("itaú", set()),
        ("itaú-login", set()),
        ("itaü", {"homograph"}),
        ("itаú", {"homograph", "mixed_scripts"}),
    ],
)
def test_a_brand_in_its_own_accents_is_no_homograph(label: str, disguises: set[str]) -> None:
    """Who spells the name as the brand does disguises nothing; other accents and other scripts do."""
    (match,) = score(f"{idn(label)}.com", with_accents(), None)
    assert match.brand == "itau"
    assert {reason.signal for reason in match.reasons} & {"homograph", "mixed_scripts", "honest_accent"} == disguises


def test_a_brand_in_its_own_accents_is_seen_once() -> None:
    """The same letters are not judged a second time as an imitation of the plain spelling."""
    names, _ = parse_many([f"{idn('itaú-login')}.com"])
    assert [(sight.word.text, sight.how) for _, sight in with_accents().sights(names)] == [("itaú", How.EXACT)]


@pytest.mark.parametrize(("label", "excused"), [("chasé-garden", True), ("chasé-shop", True), ("chasé-login", False)])
def test_an_accent_beside_a_lure_is_no_honest_one(label: str, *, excused: bool) -> None:
    """An ordinary word may be written with accents, but nobody does so to ask for a login."""
    (match,) = score(f"{idn(label)}.top", classifier())
    told = {reason.signal for reason in match.reasons}
    assert "homograph" in told
    assert ("honest_accent" in told) is excused


def test_accents_do_not_make_a_neighbour_look_like_chance() -> None:
    """A Polish town beside a brand is read as without its accents; letters of chance are still chance."""
    for name, chance in (
        (f"{idn('paypal-kraków')}.com", False),
        ("paypal-krakow.com", False),
        ("paypal-kqrzw.com", True),
    ):
        told = {reason.signal for match in score(name, classifier()) for reason in match.reasons}
        assert ("random_rest" in told) is chance


# --- several brands ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "two"),
    [
        ("paypal-vexolium.com", True),
        ("paypal-riverbank.com", False),
        ("riverbank-meadowgarden.com", False),
        ("vexolium-meadowgarden.com", False),
    ],
)
def test_a_brand_named_by_ordinary_words_is_no_second_brand(name: str, *, two: bool) -> None:
    """Whoever writes about a meadow garden means a garden, even where a pack says that the name is no ordinary word."""
    brands = [
        Brand(text, text.title(), (f"{text}.example",), ambiguous=())
        for text in ("paypal", "vexolium", "riverbank", "meadowgarden")
    ]
    found = score(name, reference.classifier(Brands.of(brands)))
    assert len(found) == 2
    assert ("two_brands" in {reason.signal for match in found for reason in match.reasons}) is two
