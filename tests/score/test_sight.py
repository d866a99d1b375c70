"""What a signal sees around a brand word, at the edges of each rule."""

from functools import cache

import pytest

from scamhunt import reference
from scamhunt.indicators.domain import parse_many
from scamhunt.model import Brand, Reason
from scamhunt.score.brands import Brands
from scamhunt.score.classifier import Classifier
from scamhunt.score.signals.against import RESTRICTED
from scamhunt.testing import sample_brands

MADE_UP = [
    Brand("six", "Zentor", ("zentor.example",)),
    Brand("seven", "Quorvex", ("quorvex.example",)),
    Brand("eight", "Vexolium", ("vexolium.example",), lures=("zorbel",)),
    Brand("office", "Office 365", ("office365.example",)),
    Brand("console", "Nintendo", ("nintendo.example",), aliases=("Nintendo Switch",)),
    Brand("phone", "Phonemaker", ("phonemaker.example",), aliases=("Find My iPhone",)),
    Brand("box", "Box", ("box.example",)),
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


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("8841-paypal.com", "8841"),
        ("paypal-884.com", "884"),
        ("login-8841-paypal.com", "8841"),
        ("paypal-login-8841.com", "8841"),
        ("8841.login-paypal.com", "8841"),
        ("paypal8841.com", "8841"),
        ("8841paypal-login.com", "8841"),
        ("paypal-8841help.com", "8841"),
        ("help8841-paypal.com", "8841"),
        ("paypal-2040.com", "2040"),
        ("paypal-1989.com", "1989"),
        ("paypal-20251.com", "20251"),
        ("paypal-2025-8841.com", "8841"),
        ("8841-box.com", "8841"),
        ("box-884.com", "884"),
    ],
)
def test_a_serial_number_is_seen(name: str, number: str) -> None:
    """Three or more digits that stand alone or are joined to the brand look like a bulk registration."""
    found = reasons(name, sample="box" not in name)
    assert found["series"].text == f"a serial number beside it ({number})"
    assert "ordinary_brand" not in found


@pytest.mark.parametrize(
    "name",
    [
        "paypal-88.com",
        "paypal-1990.com",
        "paypal-2039.com",
        "paypal2025.com",
        "paypal-help8841.com",
        "paypal-8841help-desk.web-paypal-x.com",
        "8841.paypal.foo.com",
        "paypaal-8841.com",
    ],
)
def test_other_numbers_are_no_series(name: str) -> None:
    """Two digits, a year, digits of another word, a brand before the label and a slip make no series."""
    assert "series" not in reasons(name)


def test_a_number_glued_to_an_ordinary_word_supports_nothing() -> None:
    """Neither the signal nor the excuse of an ordinary word takes `box388` for a series."""
    found = reasons("box388.net", sample=False)
    assert "series" not in found
    assert "ordinary_brand" in found


def test_the_digits_of_a_brand_are_no_series() -> None:
    """`office365` brings its own number."""
    assert "series" not in reasons("office365-garden.com", sample=False)
    assert "series" in reasons("office365-8841.com", sample=False)


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
    [("zentoor.com", True), ("quorvexx.com", False), ("quorvxe.com", False), ("zentor.com", False)],
)
def test_a_slip_is_a_short_one_below_seven_letters(name: str, *, short: bool) -> None:
    """A word of six letters is short, one of seven is not."""
    assert ("short_slip" in reasons(name, sample=False)) is short


@pytest.mark.parametrize(("name", "long"), [("quorvex.com", False), ("vexolium.com", True)])
def test_a_word_is_long_from_eight_letters_on(name: str, *, long: bool) -> None:
    """A word of seven letters may be chance, one of eight is not."""
    assert ("long_word" in reasons(name, sample=False)) is long


@pytest.mark.parametrize(
    "name", ["windows.web.app", "windows-garden.web.app", "windows-login.com", "wind0ws.com", "win-dows.com"]
)
def test_support_makes_an_ordinary_word_a_brand(name: str) -> None:
    """A free tenant, a lure word or a look-alike points to the brand whose name is an ordinary word."""
    assert "ordinary_brand" not in reasons(name)


@pytest.mark.parametrize("name", ["windows.rest", "windows-garden.com", "windwos.rest"])
def test_without_support_an_ordinary_word_is_one(name: str) -> None:
    """Alone, beside ordinary words or misspelt it is a word like others."""
    assert "ordinary_brand" in reasons(name)


ZONES = ("gov", "mil", "edu", "int", "ac.uk", "gov.uk", "edu.au", "gov.au", "ac.jp", "go.jp")


def test_the_restricted_zones_are_these() -> None:
    """Written a second time on purpose."""
    assert set(ZONES) == RESTRICTED


@pytest.mark.parametrize("zone", ZONES)
def test_a_restricted_zone_speaks_for_the_name(zone: str) -> None:
    """Not everybody can register there."""
    assert reasons(f"paypal-research.{zone}")["restricted_zone"].weight < 0


@pytest.mark.parametrize("name", ["xamazony-login.foo.com", "amazonqwt-login.foo.com", "amazonlogin.foo.com"])
def test_what_stands_before_the_label_is_not_buried(name: str) -> None:
    """The signals of the registrable label leave subdomains alone."""
    assert not {"brand_buried", "brand_inside", "brand_with_words"} & reasons(name).keys()


def test_www_is_no_subject() -> None:
    """A host's `www.` changes no reason; glued to the brand as in `www-paypal.com` it is a lure."""
    for name in ("microsoft-river.com", "windows-garden.com", "windows.rest", "paypal-login.net"):
        assert reasons(f"www.{name}") == reasons(name)
    assert "other_subject" not in reasons("www.microsoft-river.com")
    assert "other_subject" in reasons("shop-river.microsoft-valley.com")
    assert "lure_word" in reasons("www-paypal.com")


def test_a_lure_of_the_pack_need_not_be_a_common_one() -> None:
    """A word that only the pack knows belongs to the brand."""
    found = reasons("vexolium-zorbel.com", sample=False)
    assert found["own_lure"].text == "'zorbel' belongs to this brand"
    assert "lure_word" not in found
    assert "own_lure" not in reasons("quorvex-zorbel.com", sample=False)
