from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest

pytest.importorskip("scipy")

from bench import train
from bench.train import COUNTER, LARGEST, LEAST, NAMES, SET_BY_HAND, Lessons, Seen
from scamhunt.indicators.domain import parse_many
from scamhunt.score.brands import Brands
from scamhunt.score.signals import SIGNALS
from scamhunt.testing import sample_brands

Row = tuple[str, str, str]
"""A name, the brand that it is read as, and the signals that speak, parted by spaces."""


def seen(rows: Sequence[Row]) -> Seen:
    """Return rows as they would have been seen."""
    names, brands, spoken = zip(*rows, strict=True)
    signals = [[float(name in told.split()) for name in NAMES] for told in spoken]
    return Seen(np.array(names), np.array(brands), np.array(signals))


IMITATIONS = [(f"bad{at}.example", "zyrkon", "whole_word brand_token lure_word") for at in range(30)] + [
    ("bad0.example", "quartzo", "whole_word own_name series"),  # stronger, but not the brand that it imitates
    *((f"two{at}.example", "quartzo", "whole_word own_name") for at in range(30)),
]
HONEST = [(f"good{at}.example", "zyrkon", "whole_word brand_token ordinary_brand") for at in range(300)] + [
    *((f"fine{at}.example", "quartzo", "one_edit short_slip") for at in range(300))
]


@cache
def lessons() -> Lessons:
    """Return a few lessons that are easily learned."""
    return Lessons(
        imitations=seen(IMITATIONS),
        of={name: {brand} for name, brand, _ in IMITATIONS if (name, brand) != ("bad0.example", "quartzo")},
        honest=seen(HONEST),
        invented_imitations=seen([("made.example", "zyrkon", "whole_word own_name homograph")]),
        invented_of={"made.example": {"zyrkon"}},
        invented_honest=seen([("word.example", "zyrkon", "whole_word own_name ordinary_word")]),
    )


def weights(given: Lessons, among: Sequence[str] | None = None) -> dict[str, float]:
    """Return what is learned, by signal."""
    return dict(zip(NAMES, train.fit(given, among)[1].tolist(), strict=True))


# --- which sight counts -----------------------------------------------------------------------------------------------


PLACES = seen(
    [
        ("b.example", "zyrkon", "own_name"),
        ("a.example", "zyrkon", "one_edit"),
        ("a.example", "quartzo", "own_name"),
        ("a.example", "third", "own_name popular"),
        ("c.example", "zyrkon", "own_name"),
        ("c.example", "quartzo", "own_name"),
    ]
)
WEIGHTS = np.array([{"own_name": 2.0, "one_edit": 1.0, "popular": -7.0}.get(name, 0.0) for name in NAMES])


def test_of_each_name_the_strongest_sight_counts() -> None:
    """The highest sum of weights wins, of equal ones the brand that comes first, by name."""
    chosen = PLACES.strongest(WEIGHTS)
    told = [(str(PLACES.names[at]), str(PLACES.brands[at])) for at in chosen]
    assert told == [("a.example", "quartzo"), ("b.example", "zyrkon"), ("c.example", "quartzo")]


def test_only_the_sights_asked_for_are_chosen_from() -> None:
    """A labelled host counts with its own brand, however strong another is."""
    among = PLACES.imitating({"a.example": {"zyrkon", "third"}, "c.example": {"zyrkon"}, "d.example": {"quartzo"}})
    assert among.tolist() == [False, True, False, True, True, False]
    assert PLACES.strongest(WEIGHTS, among).tolist() == [1, 4]
    assert PLACES.strongest(WEIGHTS, np.zeros(6, dtype=bool)).tolist() == []


def test_rows_are_what_the_signals_say() -> None:
    """Each row holds how many times each weight counts in a sight of a real name."""
    classifier = train.blank(Brands.of(sample_brands()))
    names = ["microsoft-login.com", "garden.com", "amaz0n.com.co"]
    looked = train.see(classifier, names)
    assert set(looked.names) == {"microsoft-login.com", "amaz0n.com.co"}
    assert looked.signals.shape == (len(looked.names), len(SIGNALS))
    row = dict(zip(NAMES, looked.signals[list(looked.brands).index("microsoft")].tolist(), strict=True))
    assert {name: count for name, count in row.items() if count} == {
        "brand_token": 1.0,
        "whole_word": 1.0,
        "lure_word": 1.0,
        "own_lure": 1.0,
        "rare_letters": 4.5,
        "long_word": pytest.approx(row["long_word"]),
    }
    assert 0 < row["long_word"] <= 4


def test_a_strength_is_none_where_a_signal_is_silent() -> None:
    """A signal with a strength of its own counts nothing where it says nothing."""
    classifier = train.blank(Brands.of(sample_brands()))
    (sight,) = [sight for _, sight in classifier.sights(parse_many(["paypal.net"])[0])]
    told = {signal.name: train.strength(signal, sight) for signal in SIGNALS}
    assert (told["usual_slip"], told["own_name"], told["long_word"]) == (0.0, 1.0, 0.0)
    assert 0 < told["rare_letters"] <= 4.5


# --- fitting ----------------------------------------------------------------------------------------------------------


def test_each_weight_keeps_its_sign_and_size() -> None:
    """What speaks against only lowers a score, the rest only raises it; a signal nobody taught counts a little."""
    for name, weight in weights(lessons()).items():
        if name in SET_BY_HAND:
            assert weight == SET_BY_HAND[name]
        else:
            size = -weight if COUNTER[NAMES.index(name)] else weight
            assert LEAST <= size <= LARGEST
    learned = weights(lessons())
    assert learned["mixed_scripts"] == pytest.approx(LEAST, abs=1e-6)
    assert learned["person"] == pytest.approx(-LEAST, abs=1e-6)


def test_what_only_imitations_have_weighs_most() -> None:
    """Lure words and bare names come from imitations, ordinary words from honest names, and the scores part them."""
    bias, found = train.fit(lessons())
    learned = dict(zip(NAMES, found.tolist(), strict=True))
    assert learned["lure_word"] > 1 > learned["brand_token"]
    assert learned["own_name"] > 1
    assert learned["ordinary_brand"] < -1
    assert learned["ordinary_word"] < -1
    assert (lessons().imitations.signals @ found + bias).min() > 0
    assert (lessons().honest.signals @ found + bias).max() < 0


def test_a_host_teaches_with_the_brand_that_it_imitates() -> None:
    """The number beside another brand is nothing that an imitation was caught by."""
    assert weights(lessons())["series"] == pytest.approx(LEAST, abs=1e-6)


def test_only_the_chosen_hosts_teach() -> None:
    """A split for testing stays unseen: without the second brand its bare name is learned from made-up names only."""
    first = [name for name, brand, _ in IMITATIONS if brand == "zyrkon"]
    assert weights(lessons(), first)["own_name"] < weights(lessons())["own_name"]


def test_fitting_gives_the_same_each_time() -> None:
    """The model comes out the same again, and to two digits also when the rows come in another order."""
    bias, found = train.fit(lessons())
    again, same = train.fit(lessons())
    assert (bias, found.tolist()) == (again, same.tolist())
    given = lessons()
    turned = Lessons(
        seen(IMITATIONS[::-1]),
        given.of,
        seen(HONEST[::-1]),
        given.invented_imitations,
        given.invented_of,
        given.invented_honest,
    )
    assert np.abs(train.fit(turned)[1] - found).max() < 0.005


def test_what_is_set_by_hand_is_a_signal() -> None:
    """A mistyped name would be learned after all; and the columns are the signals in the order of the code."""
    assert set(SET_BY_HAND) < set(NAMES)
    assert [(signal.name, signal.against) for signal in SIGNALS] == list(zip(NAMES, COUNTER.tolist(), strict=True))
    assert all((weight < 0) == COUNTER[NAMES.index(name)] for name, weight in SET_BY_HAND.items())
