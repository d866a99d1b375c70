"""What a signal sees around a brand word, at the edges of each rule."""

from functools import cache

import pytest

from scamhunt import reference
from scamhunt.indicators.domain import parse_many
from scamhunt.model import Brand, Reason
from scamhunt.score.brands import Brands
from scamhunt.score.classifier import Classifier
from scamhunt.score.index import How
from scamhunt.score.sight import HAN_BITS, ORDINARY_BITS, PERSON_BITS, SLIP_BITS, Sight
from scamhunt.score.signals.against import RESTRICTED
from scamhunt.testing import sample_brands

MADE_UP = [
    Brand("five", "Vexol", ("vexol.example",)),
    Brand("six", "Zentor", ("zentor.example",)),
    Brand("seven", "Quorvex", ("quorvex.example",)),
    Brand("eight", "Vexolium", ("vexolium.example",), lures=("zorbel",), sector="courier"),
    Brand("office", "Office 365", ("office365.example",)),
    Brand("console", "Nintendo", ("nintendo.example",), aliases=("Nintendo Switch",)),
    Brand("phone", "Phonemaker", ("phonemaker.example",), aliases=("Find My iPhone",)),
    Brand("box", "Box", ("box.example",)),
    Brand("han", "微信", ("wechat.example",)),
    Brand("person", "Dallas", ("dallas.example",), ambiguous=()),
    Brand("bank", "Сбербанк", ("bank.example",)),
    Brand("river", "River", ("river.example",), ambiguous=("river",)),
]


@cache
def classifier(*, sample: bool) -> Classifier:
    """Return a classifier over the sample brands or the made-up ones."""
    return reference.classifier(Brands.of(sample_brands() if sample else MADE_UP))


def reasons(name: str, *, sample: bool = True) -> dict[str, Reason]:
    """Return the reasons of the strongest match of a name by signal."""
    names, unreadable = parse_many([name])
    assert not unreadable
    found = classifier(sample=sample).score(names, 0.0)
    return {reason.signal: reason for match in found[:1] for reason in match.reasons}


def sights(name: str, *, sample: bool = True) -> dict[str, Sight]:
    """Return what is seen in a name, by the letters that are read as a brand's word; of the same letters the first."""
    names, unreadable = parse_many([name])
    assert not unreadable
    found: dict[str, Sight] = {}
    for _, sight in classifier(sample=sample).sights(names, urls="/" in name):
        found.setdefault(sight.piece, sight)
    return found


def paypal(name: str) -> Sight:
    """Return the sight of `paypal` in a name."""
    return sights(name)["paypal"]


# --- the piece --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("pay-pal-garden.com", True),
        ("nin-tendo-garden.com", True),
        ("nintendo-sw-itch.com", True),
        ("nin-tendo-switch.com", True),
        ("nintendo-switch.com", False),
        ("nintendo--switch.com", False),
        ("nintend0-switch.com", False),
        ("find-my-iphone.com", False),
        ("findmy-iphone.com", False),
        ("find-myi-phone.com", True),
        ("paypal-garden.com", False),
    ],
)
def test_a_hyphen_between_the_words_of_a_name_hides_nothing(name: str, *, split: bool) -> None:
    """Only a hyphen inside one of the brand's own words is a disguise."""
    assert ("split_brand" in reasons(name, sample=name.startswith("pay"))) is split


@pytest.mark.parametrize(
    ("name", "short"),
    [("vexool.com", True), ("zentoor.com", False), ("quorvexx.com", False), ("vexol.com", False)],
)
def test_a_slip_is_a_short_one_below_six_letters(name: str, *, short: bool) -> None:
    """A word of five letters is short, one of six is not."""
    assert ("short_slip" in reasons(name, sample=False)) is short


@pytest.mark.parametrize(
    ("piece", "name", "slip_bits"),
    [
        ("zentor", "zentor.com", 0.0),
        ("z3ntor", "z3ntor.com", 0.0),  # a look-alike is no slip
        ("zen-tor", "zen-tor.com", 0.0),
        ("zentoor", "zentoor.com", 0.25),  # doubled
        ("zentro", "zentro.com", 0.3),  # swapped
        ("zentr", "zentr.com", 0.5),  # left out
        ("zenqor", "zenqor.com", 1.0),  # arbitrary
    ],
)
def test_a_slip_takes_bits_away(piece: str, name: str, slip_bits: float) -> None:
    """The less likely the slip, the less is left of the word: an arbitrary one takes 8 bits."""
    whole = sights("zentor.com", sample=False)["zentor"].rarity
    assert sights(name, sample=False)[piece].rarity == pytest.approx(whole - slip_bits * SLIP_BITS)


@pytest.mark.parametrize(
    ("piece", "bits"),
    [("river", ORDINARY_BITS), ("dallas", PERSON_BITS), ("微信", 2 * HAN_BITS)],
)
def test_words_that_people_write_tell_little(piece: str, bits: float) -> None:
    """An ordinary word tells 14 bits, a person's name 16, a Han character 11, however the letters fall."""
    assert sights(f"{piece}.com", sample=False)[piece].rarity == bits


def test_a_long_word_tells_more_than_a_short_one() -> None:
    """The bits of a word grow with its letters; the signals count them up to 28 and to 44."""
    short, long = (sights(f"{word}.com", sample=False)[word].rarity for word in ("vexol", "vexolium"))
    assert 10 < short < 28 < long
    assert "long_word" not in reasons("vexol-garden.com", sample=False)
    assert reasons("vexolium-garden.com", sample=False)["long_word"].weight > 0
    weights = {
        name: reasons(f"{name}-garden.com", sample=False)["rare_letters"].weight for name in ("vexol", "vexolium")
    }
    assert weights["vexol"] < weights["vexolium"] == pytest.approx(4.5 * reference.model().weights["rare_letters"])


@pytest.mark.parametrize(
    ("name", "signal", "sample"),
    [
        ("appl-garden.com", "rare_letters", True),  # 10 bits are left
        ("vexoqium.com", "usual_slip", False),  # half of the word is left
    ],
)
def test_what_would_weigh_nothing_is_not_said(name: str, signal: str, *, sample: bool) -> None:
    """A graded signal is silent from where its strength would be nothing."""
    found = reasons(name, sample=sample)
    assert "one_edit" in found
    assert signal not in found


@pytest.mark.parametrize(
    ("name", "piece", "meant", "how", "disguised"),
    [
        ("paypal.com.co", "paypal", "paypal", How.EXACT, False),
        ("paypa1.net", "paypa1", "paypal", How.LOOKALIKE, True),
        ("pay-pal.net", "pay-pal", "paypal", How.LOOKALIKE, True),
        ("paypall.net", "paypall", "paypal", How.SLIP, False),
        ("outluk.net", "outluk", "outlook", How.SOUND, True),
        ("xn--80aavshf.com", "амазон", "amazon", How.SCRIPT, True),
    ],
)
def test_how_a_word_is_hidden(name: str, piece: str, meant: str, how: How, *, disguised: bool) -> None:
    """Look-alikes, breaks, other spellings and other scripts hide a word; a slip does not."""
    sight = sights(name)[piece]
    assert (sight.meant, sight.how, sight.disguised) == (meant, how, disguised)


def test_a_latin_reading_is_another_script() -> None:
    """Who writes Сбербанк in Latin letters means it."""
    sight = sights("sberbank-login.com", sample=False)["sberbank"]
    assert (sight.meant, sight.how, sight.edits) == ("сбербанк", How.SCRIPT, 0)


def test_what_only_looks_alike_is_no_slip() -> None:
    """`amaz0n` is seen once, as a look-alike, and not a second time as a replaced letter."""
    names, _ = parse_many(["amaz0n.net"])
    assert [(sight.how, sight.edits) for _, sight in classifier(sample=True).sights(names)] == [(How.LOOKALIKE, 0)]


@pytest.mark.parametrize(
    ("name", "swaps"),
    [
        ("paypa1.net", (("1", "l"),)),
        ("pay-pa1.net", (("1", "l"),)),
        ("pay-pal.net", ()),
        ("paypal.net", ()),
        ("paypall.net", ()),
    ],
)
def test_which_letters_stand_for_which(name: str, swaps: tuple[tuple[str, str], ...]) -> None:
    """A look-alike is named; a hyphen and a slip are none."""
    assert next(iter(sights(name).values())).swaps == swaps


# --- what touches the piece -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "left", "right", "run"),
    [
        ("paypal.net", "", "", "paypal"),
        ("mypaypalhelp.net", "my", "help", "mypaypalhelp"),
        ("x-paypal24help.net", "", "", "paypal"),
        ("shop.xpaypal-y.net", "x", "", "xpaypal"),
        ("www.paypal.net", "", "", "paypal"),
        ("wwwpaypal.net", "www", "", "wwwpaypal"),
        ("https://garden.top/xpaypal/y", "x", "", "xpaypal"),
    ],
)
def test_letters_that_touch_the_brand(name: str, left: str, right: str, run: str) -> None:
    """They end where letters end: at a hyphen, a dot, a slash or a digit."""
    sight = paypal(name)
    assert (sight.left, sight.right, sight.run, sight.glued) == (left, right, run, run != "paypal")


@pytest.mark.parametrize(
    ("name", "explained"),
    [
        ("paypal.net", True),
        ("mypaypalhelp.net", True),
        ("gardenpaypal.net", False),
        ("paypalgardenriver.net", False),
        ("helppaypalgarden.net", False),
        ("paypalqwtzk.net", False),
        ("qwpaypalhelp.net", False),
    ],
)
def test_words_explain_letters(name: str, *, explained: bool) -> None:
    """Lures and fillers explain what touches a brand; other words and chance do not."""
    assert paypal(name).explained is explained


def test_a_script_without_spaces_is_not_parted() -> None:
    """Whatever touches two Han characters is explained."""
    assert sights("请微信登录.com", sample=False)["微信"].explained


@pytest.mark.parametrize(
    ("name", "piece", "words"),
    [
        ("windowsillgarden.com", "windows", ("windowsill", "garden")),
        ("pineapple-garden.com", "apple", ("pineapple",)),
        ("windowsgarden.com", "windows", ()),  # the word itself is one of them
        ("paypal-garden.com", "paypal", ()),
        ("paypalqwtzk.com", "paypal", ()),
        ("xn--80aavshf.com", "амазон", ()),
    ],
)
def test_words_that_only_contain_the_brand(name: str, piece: str, words: tuple[str, ...]) -> None:
    """A run of words is told where the brand's word is none of them."""
    assert sights(name)[piece].other_words == words


# --- what stands elsewhere --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("paypal-refund-desk.com", (("refund", "desk"), (), ("refund",), (), ())),
        ("paypal-garden-shop.com", ((), ("shop",), (), ("garden",), ())),
        ("mypaypalrefundlogin.com", (("refund", "login"), (), ("refund",), (), ())),
        ("login.paypal.garden.com", (("login",), (), (), ("garden",), ())),
        ("paypal-payout.com", (("payout",), (), ("payout",), (), ())),
        ("paypal-xqzvk.com", ((), (), (), ("xqzvk",), ("xqzvk",))),
        ("paypalxqzvk.com", ((), (), (), (), ("xqzvk",))),
        ("www.paypal.com.co", ((), (), (), (), ())),
        ("login-login-paypal.com", (("login",), (), (), (), ())),
    ],
)
def test_words_beside_the_brand(name: str, words: tuple[tuple[str, ...], ...]) -> None:
    """Each run of letters is a lure, a plain word, a word of the trade, something else or chance; each word once."""
    sight = paypal(name)
    assert (sight.lures, sight.plain, sight.own_lures, sight.unknown, sight.random) == words


@pytest.mark.parametrize(
    "name",
    [
        "windows.web.app",
        "windows-garden.web.app",
        "windows-login.com",
        "wind0ws.com",
        "win-dows.com",
        "windows-8841.com",
        "windows-xqzvk.com",
    ],
)
def test_support_makes_an_ordinary_word_a_brand(name: str) -> None:
    """A free tenant, a lure word, a number, letters of chance or a look-alike point to the brand."""
    assert "ordinary_brand" not in reasons(name)


@pytest.mark.parametrize("name", ["windows.rest", "windows-garden.com", "windwos.rest"])
def test_without_support_an_ordinary_word_is_one(name: str) -> None:
    """Alone, beside ordinary words or misspelt it is a word like others."""
    assert "ordinary_brand" in reasons(name)


def test_a_short_word_is_not_called_an_ordinary_one() -> None:
    """Three letters have their own signal, so that nothing counts twice."""
    assert {"short_brand", "ordinary_brand"} & reasons("dhl-garden.com").keys() == {"short_brand"}
    assert {"short_brand", "ordinary_brand"} & reasons("apple-garden.com").keys() == {"ordinary_brand"}


ZONES = ("gov", "mil", "edu", "int", "ac.uk", "gov.uk", "edu.au", "gov.au", "ac.jp", "go.jp")


def test_the_restricted_zones_are_these() -> None:
    """Written a second time on purpose."""
    assert set(ZONES) == RESTRICTED


@pytest.mark.parametrize("zone", ZONES)
def test_a_restricted_zone_speaks_for_the_name(zone: str) -> None:
    """Not everybody can register there."""
    assert reasons(f"paypal-research.{zone}")["restricted_zone"].weight < 0


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("paypal.com.co", "own_name"),
        ("paypal-garden.com", "brand_token"),
        ("paypalhelp.com", "brand_with_words"),
        ("paypal.garden.com", "brand_in_subdomain"),
        ("https://garden.com/paypal", "brand_in_path"),
    ],
)
def test_where_the_brand_stands(name: str, where: str) -> None:
    """The label alone, beside words, with words, in front of the name, in the path: one of these."""
    places = {"own_name", "brand_token", "brand_with_words", "brand_in_path"}
    names, _ = parse_many([name])
    (match,) = classifier(sample=True).score(names, 0.0, urls=True)
    told = {reason.signal for reason in match.reasons}
    assert where in told
    assert told & places <= {where, "brand_token" if where == "brand_in_subdomain" else where}


def test_www_is_no_subject() -> None:
    """A host's `www.` changes no reason; joined to the brand as in `www-paypal.com` it is a word."""
    for name in ("microsoft-river.com", "windows-garden.com", "windows.rest", "paypal-login.net"):
        assert reasons(f"www.{name}") == reasons(name)
    assert reasons("www.microsoft-river.com")["other_subject"].text.endswith("(river)")
    assert "plain_word" in reasons("www-paypal.com")


def test_a_lure_of_the_pack_need_not_be_a_common_one() -> None:
    """A word that only the pack knows belongs to the brand, as the words of its trade do."""
    found = reasons("vexolium-zorbel.com", sample=False)
    assert found["own_lure"].text == "'zorbel' belongs to this brand or its trade"
    assert "lure_word" not in found
    assert "own_lure" not in reasons("quorvex-zorbel.com", sample=False)
    assert "own_lure" in reasons("vexolium-parcel.com", sample=False)
    assert "own_lure" not in reasons("quorvex-parcel.com", sample=False)
