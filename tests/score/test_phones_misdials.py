import pytest

from scamhunt.indicators.phone import Number, parse
from scamhunt.model import Brand
from scamhunt.score.brands import Brands
from scamhunt.score.misdials import NEIGHBOUR, ONE_DIGIT, OTHER_CODE, SWAPPED, Misdials

BRANDS = Brands.of(
    [
        Brand("zyrkon", "Zyrkon", ("zyrkon.example",), phones=("+1 844 555 0167",)),
        Brand("quartzo", "Quartzo", ("quartzo.example",), phones=("+44 20 7946 0123", "+44 808 157 0142")),
        Brand("vexel", "Vexel", ("vexel.example",), phones=("+1 844 555 0176", "+1 000", "+1 212 555 0136")),
    ]
)
MISDIALS = Misdials(BRANDS)
PHONES = ("+1 212 555 0136", "+1 844 555 0137", "+1 844 555 0130")
NEIGHBOURS = "it may also be a line of the same house or of a neighbour"
OFFICIAL = "Zyrkon's official number +1 844-555-0167"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("+18555550167", [("zyrkon", OTHER_CODE, 1.0)]),
        ("+18005550176", [("vexel", OTHER_CODE, 1.0)]),
        ("+18445550168", [("zyrkon", ONE_DIGIT, 1.0)]),
        ("+18445550177", [("vexel", ONE_DIGIT, 1.0), ("zyrkon", ONE_DIGIT, 1.0)]),
        ("+18445550167", []),  # official
        ("+18445550176", []),  # official of another brand, though it is a swap of the first
        ("+18445550189", []),
        ("+18555550168", []),  # another code and another digit
        ("+12125550167", []),  # the same seven digits, but no toll-free code
        ("+442079460124", [("quartzo", ONE_DIGIT, NEIGHBOUR)]),
        ("+442079460132", [("quartzo", SWAPPED, NEIGHBOUR)]),
        ("+448081570124", [("quartzo", SWAPPED, 1.0)]),
        ("+12125550163", [("vexel", SWAPPED, NEIGHBOUR)]),
        ("+12125550137", [("vexel", ONE_DIGIT, NEIGHBOUR)]),
        ("+432079460123", []),  # one digit off in the country
        ("+44207946012", []),  # shorter
    ],
)
def test_numbers_close_to_an_official_one(value: str, expected: list[tuple[str, str, float]]) -> None:
    """The same seven digits under another toll-free code, one digit off, two neighbours swapped; nothing else."""
    assert [(near.brand, near.how, near.strength) for near in MISDIALS.near(_number(value))] == expected


def test_of_a_brand_the_surest_counts() -> None:
    """A number close to two official ones of a brand is told once, by the surer one."""
    both = Brand(
        "zyrkon", "Zyrkon", ("zyrkon.example",), phones=("+1 212 555 0136", "+1 844 555 0137", "+1 844 555 0130")
    )
    (near,) = Misdials(Brands.of([both])).near(_number("+18445550136"))
    assert (near.how, near.strength) == (ONE_DIGIT, 1.0)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (
            "+18555550167",
            f"the same seven digits as {OFFICIAL}, under another toll-free code",
        ),
        ("+18445550168", f"one digit off {OFFICIAL}"),
        (
            "+442079460132",
            "two neighbouring digits swapped in Quartzo's official number +44 20 7946 0123; " + NEIGHBOURS,
        ),
    ],
)
def test_a_person_is_told_which_number_is_meant(value: str, text: str) -> None:
    """The sentence names brand, official number and slip."""
    (near,) = MISDIALS.near(_number(value))
    assert MISDIALS.told(near) == text


def test_every_brand_that_a_number_is_close_to_is_told() -> None:
    """Of fifty brands with numbers beside each other those one digit away, by name; without brands none."""
    many = [
        Brand(f"b{at}", f"B{at}", (f"b{at}.example",), phones=(f"+1 212 555 {at:04}",)) for at in range(100, 200, 2)
    ]
    found = Misdials(Brands.of(many)).near(_number("+12125550151"))
    assert [near.brand for near in found] == ["b150", "b152", "b154", "b156", "b158"]
    assert Misdials(Brands.of([])).near(_number("+12125550151")) == []


def _number(value: str) -> Number:
    return parse(value)
