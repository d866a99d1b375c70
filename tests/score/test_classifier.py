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
from scamhunt.score.index import MOST_HITS
from scamhunt.score.model import LIMIT, Model
from scamhunt.score.signals import SIGNALS
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


def score(
    names: Sequence[str], minimum: float | None = None, scorer: Classifier | None = None, *, urls: bool = False
) -> list[Match]:
    """Score names that can all be read."""
    parsed, unreadable = parse_many(names)
    assert not unreadable
    return (scorer or classifier()).score(parsed, minimum, urls=urls)


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
    (match,) = score(["paypal.com.login-refund-help-8841.web.app"])
    assert match.score == model.score(reason.weight for reason in match.reasons) == round(1 / (1 + math.exp(-LIMIT)), 9)
    assert match.score < 1


def test_neither_order_nor_batch_matters() -> None:
    """A name has the same score alone, in any batch and in any order."""
    whole = told(score(ALL, 0.0))
    shuffled = ALL[:]
    random.Random(7).shuffle(shuffled)
    assert told(score(shuffled, 0.0)) == whole
    assert told([match for name in ALL for match in score([name], 0.0)]) == whole


@cache
def with_unrelated() -> Classifier:
    """Return the classifier over the sample brands and one that no name of these tests resembles."""
    return reference.classifier(Brands.of([*sample_brands(), Brand("zyxwv", "Zyxwvut", ("zyxwvut.com",))]))


def test_an_unrelated_brand_changes_no_score() -> None:
    """Adding a brand that no name resembles leaves every score as it was."""
    assert told(score(ALL, 0.0, with_unrelated())) == told(score(ALL, 0.0))


def test_a_popular_name_is_excused_unless_told_otherwise() -> None:
    """A long-known name is no candidate; without the table it is judged by its letters alone."""
    strict = reference.classifier(Brands.of(sample_brands()), popular=False)
    assert score(["microsoftstore.com"]) == []
    (match,) = score(["microsoftstore.com"], None, strict)
    assert match.brand == "microsoft"
    assert "popular" not in {reason.signal for reason in match.reasons}


def test_what_only_speaks_against_a_match_makes_none() -> None:
    """Whatever the minimum and the bias, a match has a reason that speaks for it."""
    weights = reference.model().weights
    against = {name: min(weight, 0.0) for name, weight in weights.items()}
    for bias in (-5.0, 5.0):
        silent = Classifier(Brands.of(sample_brands()), Model(bias, against, 0.5, 0.9), reference.vocabulary())
        assert score(ALL, 0.0, silent) == []


def test_each_match_has_a_reason_that_speaks_for_it() -> None:
    """Weak matches too say why the brand could be meant."""
    found = score(ALL, 0.0)
    assert len(found) > len(ALL) // 2
    assert all(max(reason.weight for reason in match.reasons) > 0 for match in found)


SLIPS = """turbotax/turbomax amazon/bmazon amazon/amzn paypal/gaypal apple/bpple windows/mindows microsoft/bicrosoft
    microsoft/wicroxoft outlook/uutlook""".split()
PLACES = """{}.rest {}-usa.com {}-garden.com my-{}.net {}-login-help.top 8841-{}.com {}.web.app {}-river-valley.com
    {}.garden.top login.{}.top {}login.com {}.ac.uk""".split()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_that_nobody_makes_never_outranks_the_brand(slip: str, place: str) -> None:
    """In the same surroundings the exact brand scores at least as high as another word that is near it."""
    exact, misspelt = slip.split("/")
    scores = [
        max((match.score for match in score([place.format(word)], 0.0, with_turbotax())), default=0.0)
        for word in (exact, misspelt)
    ]
    assert scores[0] >= scores[1]


def test_a_longer_alias_is_no_neighbour_of_other_words() -> None:
    """`amazonas` is two letters away from Amazon Pay, and means neither it nor a misspelt one."""
    amazon = reference.classifier(Brands.of([Brand("amazon", "Amazon", ("amazon.com",), aliases=("Amazon Pay",))]))
    names, _ = parse_many(["amazonas.com", "amazonpay-login.com"])
    assert [(row, sight.word.text, sight.edits) for row, sight in amazon.sights(names)] == [
        (0, "amazon", 0),
        (1, "amazonpay", 0),
        (1, "amazon", 0),
    ]
    assert score(["amazonas.com"], None, amazon) == []


def test_the_threshold_may_be_given() -> None:
    """A lower minimum shows the weak matches too, a higher one hides more."""
    weak = score(["amazonas-tours.com.br"], 0.0)
    assert [match.brand for match in weak] == ["amazon"]
    assert score(["amazon-refund-desk.com"], 0.9999999) == []


@settings(max_examples=100)
@given(st.lists(st.text(max_size=80), max_size=12), st.booleans())
def test_any_text_in_no_exception_out(values: list[str], urls: bool) -> None:
    """Whatever a feed holds, scoring does not break, and what it says lies inside the name."""
    names, _ = parse_many(values)
    for match in classifier().score(names, 0.0, urls=urls):
        start, end = match.span
        assert 0 <= start < end <= len(match.text)


PARTS = st.sampled_from(
    """amazon amaz0n amzaon paypal paypa1 pay-pal apple chase epos dhl hp windows outluk rnicrosoft login refund garden
    river shop 8841 xqzvk my a s - - . . com jp амазон""".split()
)
HOSTS = st.lists(PARTS, min_size=1, max_size=5).map(lambda parts: "".join(parts).strip(".-") + ".com")


@settings(max_examples=60)
@given(st.lists(HOSTS, min_size=1, max_size=12), st.integers(0, 12), st.randoms(use_true_random=False))
def test_neither_order_nor_batch_size_matters(values: list[str], at: int, rng: random.Random) -> None:
    """Cutting a batch in two or turning it around changes no match."""
    whole = classifier().score(parse_many(values)[0], 0.0)
    halves = [classifier().score(parse_many(part)[0], 0.0) for part in (values[:at], values[at:])]
    assert told(whole) == told([match for half in halves for match in half])
    rng.shuffle(values)
    assert told(classifier().score(parse_many(values)[0], 0.0)) == told(whole)


@settings(max_examples=60)
@given(st.lists(HOSTS, min_size=1, max_size=12))
def test_an_unrelated_brand_changes_nothing(values: list[str]) -> None:
    """What is said of a brand does not depend on brands that nothing in the name resembles."""
    names = parse_many(values)[0]
    assert with_unrelated().score(names, 0.0) == classifier().score(names, 0.0)


@settings(max_examples=60)
@given(st.lists(HOSTS, min_size=1, max_size=12), st.floats(0, 1))
def test_a_higher_minimum_only_takes_matches_away(values: list[str], minimum: float) -> None:
    """The early end of judging changes no score, no reason and no choice among sights that reach the minimum."""
    names = parse_many(values)[0]
    every = classifier().score(names, 0.0)
    assert classifier().score(names, minimum) == [match for match in every if match.score >= minimum]
    assert classifier().score(names) == [match for match in every if match.score >= reference.model().review]


@settings(max_examples=60)
@given(HOSTS)
def test_only_counter_signals_lower_a_score(name: str) -> None:
    """Each reason that lowers a score is one of those that speak for an honest name."""
    against = {signal.name for signal in SIGNALS if signal.against}
    for match in classifier().score(parse_many([name])[0], 0.0):
        assert {reason.signal for reason in match.reasons if reason.weight < 0} <= against


def test_a_name_packed_with_brand_words_hides_nothing() -> None:
    """Among hundreds of brand words in one name the one that is meant is found."""
    packed = ".".join(["appledhl" * 7, "paypal" * 10, "amazon-dhl-" * 5 + "x", "microsoft-login"]) + ".com"
    found = score([packed])
    assert "microsoft" in {match.brand for match in found}


def test_a_packed_name_costs_little() -> None:
    """However often a brand stands in the longest name or address, only so many places are looked at."""
    longest = ".".join(["paypal-" * 8 + "paypal"] * 3) + ".com"
    address = "https://garden.top/" + "paypal/" * 280
    names, unreadable = parse_many([longest, address])
    assert not unreadable
    seen = [row for row, _ in classifier().sights(names, urls=True)]
    assert [seen.count(0), seen.count(1)] == [MOST_HITS, MOST_HITS]
    assert [match.row for match in classifier().score(names, 0.0, urls=True)] == [0, 1]


def test_a_label_beyond_the_limit_of_names_is_no_name() -> None:
    """A label of 16,000 characters is unreadable and costs no look."""
    names, unreadable = parse_many(["paypal" * 2_700 + ".com"])
    assert len(unreadable) == 1
    assert list(classifier().sights(names)) == []
