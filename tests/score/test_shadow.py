from collections import Counter
from collections.abc import Sequence
from hashlib import sha256

import pytest

from scamhunt.model import Brand, Match, Reason
from scamhunt.score.brands import Brands
from scamhunt.score.shadow import (
    BRAND_FLOOR,
    FLOOR,
    PROTECTED_MOST,
    Counts,
    NameList,
    Shadow,
    count_signals,
    grown,
    parse_hits,
)

NOTHING = Counts(0, 0, 0, 0, 0, 0)
LEDGER = Brand("ledger", "Ledger", ("ledger.example",))
ACME = Brand("acme", "Acme", ("acme.example",))


def match(row: int, brand: str = "ledger", score: float = 0.6, word: str = "") -> Match:
    """Return a match of the name of that row."""
    return Match(row, f"name-{row:03}.com", f"name-{row:03}.com", brand, score, (), word=word or brand)


def tried(now: Sequence[Match], then: Sequence[Match], which: NameList = NameList.SAMPLE, *, shown: int = 20) -> Shadow:
    """Return the shadow of one list of 100 names."""
    shadow = Shadow(shown, urgent=0.9)
    shadow.add(which, 100, now, then)
    return shadow


def test_names_are_counted_once_and_matches_by_brand() -> None:
    """A name that is flagged for two brands is one name, and one match of each brand."""
    both = [match(1, score=0.95), match(1, "acme")]
    shadow = tried([match(0), match(2, score=0.9)], [match(0), *both])
    assert shadow.counts(NameList.SAMPLE) == Counts(2, 1, 2, 1, 1, 1)
    assert shadow.counts(NameList.SAMPLE, "ledger") == Counts(2, 1, 2, 1, 1, 1)
    assert shadow.counts(NameList.SAMPLE, "acme") == Counts(0, 0, 1, 0, 1, 0)
    assert shadow.counts(NameList.PROTECTED) == NOTHING


def test_batches_of_a_list_add_up() -> None:
    """Lists come in pieces, whose rows are counted anew."""
    shadow = tried([], [match(0)])
    shadow.add(NameList.SAMPLE, 50, [], [match(0)])
    assert shadow.names == Counter({NameList.SAMPLE: 150})
    assert shadow.counts(NameList.SAMPLE).new == 2


def test_protected_names_are_shown_first_then_the_strongest() -> None:
    """Of many newly flagged names a person sees those that matter most, whichever list came first."""
    shadow = tried([], [match(1, score=0.9), match(2, score=0.99), match(3, score=0.9)], shown=3)
    shadow.add(NameList.PROTECTED, 1, [], [match(4)])
    shown = shadow.changes(Brands.of([]), Brands.of([LEDGER]))[0].new
    assert [(flag.list, flag.indicator, flag.word) for flag in shown] == [
        (NameList.PROTECTED, "name-004.com", "ledger"),
        (NameList.SAMPLE, "name-002.com", "ledger"),
        (NameList.SAMPLE, "name-001.com", "ledger"),
    ]


def test_brands_that_change_are_listed_with_those_whose_matches_do() -> None:
    """A changed brand is told even where nothing differs; another brand where its matches do; the others are not."""
    changed = Brand("ledger", "Ledger", ("ledger.example",), aliases=("Ledger Wallet",))
    other = Brand("zeta", "Zeta", ("zeta.example",))
    new = Brand("new", "New", ("new.example",))
    shadow = tried([match(0, "acme")], [])
    changes = shadow.changes(Brands.of([ACME, LEDGER, other]), Brands.of([ACME, changed, other, new]))
    assert [(change.brand, change.added, len(change.gone)) for change in changes] == [
        ("acme", False, 1),
        ("ledger", False, 0),
        ("new", True, 0),
    ]
    assert changes[0].counts == {NameList.SAMPLE: Counts(1, 0, 0, 0, 0, 1)}


@pytest.mark.parametrize(("number", "refused"), [(PROTECTED_MOST, False), (PROTECTED_MOST + 1, True)])
def test_a_pack_may_flag_a_few_protected_names(number: int, refused: bool) -> None:
    """More than 25 of them are too many; what was flagged before does not count."""
    now = [match(row) for row in range(50, 90)]
    then = [*now, *(match(row) for row in range(number))]
    assert bool(tried(now, then, NameList.PROTECTED).refusals()) is refused


GROWN = [(0, FLOOR, False), (0, FLOOR + 1, True), (1, 3, False), (20, 60, False), (20, 61, True), (8, 33, False)]


@pytest.mark.parametrize(("before", "after", "refused"), GROWN)
def test_packs_may_not_flag_three_times_as_much(before: int, after: int, refused: bool) -> None:
    """Few names may become many times as many, as long as they stay few; what a night brought is no measure."""
    assert grown(before, after, FLOOR) is refused
    now, then = ([match(row, f"b{row}") for row in range(number)] for number in (before, after))
    assert bool(tried(now, then).refusals()) is refused
    assert not tried(now, then, NameList.ARCHIVE).refusals()


@pytest.mark.parametrize(("before", "after"), [(0, BRAND_FLOOR), (10, 30)])
def test_a_brand_may_flag_a_few_names_more(before: int, after: int) -> None:
    """Up to 15 more, or three times as many; one more is too many."""
    others = [match(row, "acme") for row in range(100, 150)]
    now, then = ([*others, *(match(row) for row in range(number))] for number in (before, after))
    assert tried(now, then).refusals() == []
    (told,) = tried(now, [*then, match(99)]).refusals()
    assert told.startswith(f"brand ledger would flag {after + 1} names of the sample instead of {before}: ")


def test_one_brand_is_judged_by_itself() -> None:
    """A word that is too common does not hide behind what hundreds of other brands flag anyway."""
    others = [match(row, "acme") for row in range(40)]
    common = [match(row, word="coin") for row in range(40, 70)]
    assert tried(others, [*others, *common]).refusals() == [
        "brand ledger would flag 30 names of the sample instead of 0: the word 'coin' of ledger 30"
    ]


def test_a_refusal_names_the_words() -> None:
    """Who wrote the pack learns which words to change: those that flag the most, and how many there are besides."""
    words = ["bank"] * 12 + ["coin"] * 9 + ["pay"] * 3 + ["now"] * 2 + ["one"]
    then = [match(row, word=word) for row, word in enumerate(words)]
    told = "the word 'bank' of ledger 12, the word 'coin' of ledger 9, the word 'pay' of ledger 3 and 2 more words"
    assert tried([], then, NameList.PROTECTED).refusals() == [
        f"it would newly flag 27 protected names, more than 25: {told}"
    ]


def test_three_brands_are_told_at_most() -> None:
    """A pack with many bad brands does not fill the screen: the whole and the worst stand there."""
    then = [match(row, f"b{brand}") for brand in range(5) for row in range(brand * 40, brand * 40 + 30 + brand)]
    told = [line.partition(" names")[0] for line in tried([], then).refusals()]
    assert told == ["it would flag 160", "brand b4 would flag 34", "brand b3 would flag 33"]


def test_hits_of_a_signal_are_the_matches_in_which_it_speaks() -> None:
    """Each match counts once for each of its reasons."""
    reasons = (Reason("own_name", 1.0, ""), Reason("lure_word", 1.0, ""))
    matches = [Match(0, "", "", "x", 0.9, reasons), Match(1, "", "", "x", 0.9, reasons[:1])]
    assert count_signals(matches) == {"own_name": 2, "lure_word": 1}


MODEL = b'{"bias": -3.0}'
OTHER = [
    "",
    "[]",
    "{}",
    '{"model_sha256": "0"}',
    f'{{"model_sha256": "{sha256(MODEL).hexdigest()}"}}',
    f'{{"model_sha256": "{sha256(MODEL).hexdigest()}", "hits": []}}',
    f'{{"model_sha256": "{sha256(MODEL).hexdigest()}", "hits": {{"own_name": "many"}}}}',
    f'{{"model_sha256": "{sha256(MODEL + b" ").hexdigest()}", "hits": {{"own_name": 7}}}}',
]


def test_hits_that_ship_belong_to_their_model() -> None:
    """They are shown while the model is the one that they were counted with."""
    text = f'{{"model_sha256": "{sha256(MODEL).hexdigest()}", "names": 9, "hits": {{"own_name": 7}}}}'
    assert parse_hits(text, MODEL) == {"own_name": 7}


@pytest.mark.parametrize("text", OTHER)
def test_hits_of_another_model_are_left_out(text: str) -> None:
    """No number is better than a wrong one."""
    assert parse_hits(text, MODEL) is None
