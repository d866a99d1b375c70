import math
import random
from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scamhunt import reference
from scamhunt.indicators.domain import parse_many
from scamhunt.model import Brand, Match
from scamhunt.score.brands import Brands
from scamhunt.score.classifier import Classifier
from scamhunt.score.model import LIMIT
from scamhunt.testing import sample_brands

FAMILIES = {
    "amazon": """amazon-refund-desk.com amaz0n-prime.net arnazon.support xn--mazon-3ve.com amazonn.shop amazom.net
        amzaon.shop
        myamazonprimehelp.com ama-zon-prime.shop amazon.com.order-check.top amazon.workers.dev amazon.rest""",
    "paypal": """secure-paypa1.com paypal.com.account-check.top paypaal.co pay-pal-login.com paypal.com-secure.login.top
        paypal-login.web.app 77123-paypal.com paypal-resolution-center.net""",
    "microsoft": """micros0ft-helpdesk.org rnicrosoft.com micorsoft.org mircosoft-support.com login-microsoft-secure.top
        vvindows-help.com micro-soft-help.com xn--micrsoft-qbh.com microsoft.click""",
    "dhl": "dhl-paket-zoll.info dhl-zollgebuehr.info",
    "apple": "appleid-verify.cc appple-id.net app1e-id.cc www.apple.com.id.verify-now.cc 8841-apple.com",
}
HONEST = """pineapple.org garden-flowers.net amazonas-tours.com.br nextcloud-treffen.de grapple.io dahlia.shop
    grappler.io
    applesauce-recipes.com snapple-fans.com amazonia-viva.org.br amazonite-jewellery.com windows-and-doors.co.uk
    window-cleaning-leeds.co.uk officefurniture-outlet.de outlookhotel.com liveconcerts.net dahlia-garden.nl
    applewood-school.edu crabapple.studio metalloprokat-office.ru""".split()
OFFICIAL = "amazon.com www.amazon.de login.live.com paypal.com smile.amazon.com dhl.de".split()
ALL = [name for names in FAMILIES.values() for name in names.split()] + HONEST


@cache
def classifier() -> Classifier:
    """Return the classifier over the sample brands."""
    return reference.classifier(Brands.of(sample_brands()))


@cache
def with_turbotax() -> Classifier:
    """Return the classifier over the sample brands and one more that long honest names resemble."""
    turbotax = Brand("turbotax", "TurboTax", ("turbotax.com",))
    return reference.classifier(Brands.of([*sample_brands(), turbotax]))


def score(names: Sequence[str], minimum: float | None = None, scorer: Classifier | None = None) -> list[Match]:
    """Score names that can all be read."""
    parsed, unreadable = parse_many(names)
    assert not unreadable
    return (scorer or classifier()).score(parsed, minimum)


def told(matches: Sequence[Match]) -> list[tuple[str, str, float]]:
    """Return what a match says, without its row."""
    return sorted((match.indicator, match.brand, match.score) for match in matches)


@pytest.mark.parametrize(
    ("brand", "name"), [(brand, name) for brand, names in FAMILIES.items() for name in names.split()]
)
def test_an_imitation_reaches_review_under_its_brand(brand: str, name: str) -> None:
    """Each way to imitate is found, the right brand comes first, and the reasons are in words."""
    found = score([name])
    assert [match.brand for match in found[:1]] == [brand]
    assert all(reason.text for reason in found[0].reasons)


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_neighbour_stays_below_review(name: str) -> None:
    """Words that contain or resemble a brand by accident are no candidates."""
    assert score([name]) == []


@pytest.mark.parametrize("name", OFFICIAL)
def test_official_names_never_match(name: str) -> None:
    """Whatever the threshold, a brand's own domain and what lies under it is no imitation, of no brand."""
    assert score([name], 0.0) == []


def test_scores_have_nine_decimals_and_bounds() -> None:
    """Scores are between 0 and 1, rounded to nine decimals, the strongest match of a name first."""
    matches = score(ALL, 0.0)
    assert all(0 < match.score < 1 and match.score == round(match.score, 9) for match in matches)
    ranks = [(match.row, -match.score) for match in matches]
    assert ranks == sorted(ranks)


def test_the_sum_of_weights_is_bounded() -> None:
    """Strong names do not all tie at one: the sum stays within +-15."""
    model = reference.model()
    top = sum(weight for weight in model.weights.values() if weight > 0)
    assert top + model.bias > LIMIT
    (match,) = score(["paypal.com.login-refund-help-8841.web.app"])
    assert match.score == model.score(match.reasons) < 1
    assert 1 / (1 + math.exp(-LIMIT)) < 1


def test_neither_order_nor_batch_matters() -> None:
    """A name has the same score alone, in any batch and in any order."""
    whole = told(score(ALL, 0.0))
    shuffled = ALL[:]
    random.Random(7).shuffle(shuffled)
    assert told(score(shuffled, 0.0)) == whole
    assert told([match for name in ALL for match in score([name], 0.0)]) == whole


def test_an_unrelated_brand_changes_no_score() -> None:
    """Adding a brand that no name resembles leaves every score as it was."""
    more = Brands.of([*sample_brands(), Brand("zyxwv", "Zyxwvut", ("zyxwvut.com",))])
    assert told(score(ALL, 0.0, reference.classifier(more))) == told(score(ALL, 0.0))


def test_a_popular_name_is_excused_unless_told_otherwise() -> None:
    """A long-known name is no candidate; without the table it is judged by its letters alone."""
    strict = reference.classifier(Brands.of(sample_brands()), popular=False)
    assert score(["microsoftstore.com"]) == []
    (match,) = score(["microsoftstore.com"], None, strict)
    assert match.brand == "microsoft"
    assert "popular" not in {reason.signal for reason in match.reasons}


@pytest.mark.parametrize("name", ["xamazony.foo.com", "xamazony-qwt.foo.com"])
def test_what_only_speaks_against_a_match_makes_none(name: str) -> None:
    """Whatever the minimum, a match has a reason that speaks for it."""
    assert score([name], 0.0) == []


def test_each_match_has_a_reason_that_speaks_for_it() -> None:
    """Weak matches too say why the brand could be meant."""
    found = score(ALL, 0.0)
    assert len(found) > len(ALL) // 2
    assert all(max(reason.weight for reason in match.reasons) > 0 for match in found)


SLIPS = """turbotax/turbomax turbotax/turbotx turbotax/tubrotax amazon/amazom amazon/amzaon paypal/paypaal
    paypal/payppal apple/appple apple/aple windows/windwos windows/windowss microsoft/micorsoft microsoft/mcirosotf
    outlook/outlok""".split()
PLACES = """{}.rest {}-usa.com {}-garden.com my-{}.net {}-login-help.top 8841-{}.com {}.web.app {}-river-valley.com
    {}.garden.top login.{}.top {}login.com {}.ac.uk""".split()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_never_outranks_the_brand_itself(slip: str, place: str) -> None:
    """In the same surroundings the exact brand scores at least as high as its misspelling."""
    exact, misspelt = slip.split("/")
    scores = [
        max((match.score for match in score([place.format(word)], 0.0, with_turbotax())), default=0.0)
        for word in (exact, misspelt)
    ]
    assert scores[0] >= scores[1]


def test_the_threshold_may_be_given() -> None:
    """A lower minimum shows the weak matches too, a higher one hides more."""
    weak = score(["amazonas-tours.com.br"], 0.0)
    assert [match.brand for match in weak] == ["amazon"]
    assert score(["amazon-refund-desk.com"], 0.9999999) == []


@settings(max_examples=150)
@given(st.lists(st.text(max_size=80), max_size=12))
def test_any_text_in_no_exception_out(values: list[str]) -> None:
    """Whatever a feed holds, scoring does not break."""
    names, _ = parse_many(values)
    classifier().score(names, 0.0)


@settings(max_examples=80)
@given(
    st.lists(st.text(alphabet="amzonpyl01-.rnvw", min_size=1, max_size=30), min_size=1, max_size=20), st.integers(0, 20)
)
def test_a_batch_may_be_cut_anywhere(values: list[str], at: int) -> None:
    """Cutting a batch in two changes no match."""
    values = [f"{value}.com" for value in values]
    whole = classifier().score(parse_many(values)[0], 0.0)
    halves = [classifier().score(parse_many(part)[0], 0.0) for part in (values[:at], values[at:])]
    assert told(whole) == told([match for half in halves for match in half])


def test_a_name_packed_with_brand_words_hides_nothing() -> None:
    """Among hundreds of brand words in one name the one that is meant is found."""
    packed = ".".join(["appledhl" * 7, "paypal" * 10, "amazon-dhl-" * 5 + "x", "microsoft-login"]) + ".com"
    found = score([packed])
    assert "microsoft" in {match.brand for match in found}


@pytest.mark.parametrize("name", ["微信-支付.com", "微信.com", "微信登录.com", "微信登录-login.cn"])
def test_a_brand_in_han_characters_is_found(name: str) -> None:
    """Names in a script without spaces are read without them."""
    brands = Brands.of([Brand("wechat", "WeChat", ("wechat.com",), aliases=("微信",))])
    (match,) = score([name], scorer=reference.classifier(brands))
    assert match.brand == "wechat"
