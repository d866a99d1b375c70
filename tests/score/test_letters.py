import random
from collections.abc import Callable
from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scamhunt import bundle
from scamhunt.score.letters import KEPT, LEAST, RANDOM, learn_letters, parse_letters

SHIPPED = parse_letters(bundle.data("scoring/letters.txt").read_text("utf-8"))
RUNS = ["garden", "river", "login", "banana"] * 20


@pytest.mark.parametrize("run", ["garden", "helpdesk", "paypal", "amazon", "onlineshop", "versicherung", "milano"])
def test_a_word_of_any_language_is_no_chance(run: str) -> None:
    """What people write has letters in their usual company."""
    assert SHIPPED.bits(run) < RANDOM
    assert not SHIPPED.random(run)


@pytest.mark.parametrize("run", ["xqzvk", "qwtzkv", "zxkqjw", "vbkjqxw"])
def test_letters_in_no_company_are_chance(run: str) -> None:
    """What a machine made up has not."""
    assert SHIPPED.bits(run) >= RANDOM
    assert SHIPPED.random(run)


def test_a_short_run_is_an_abbreviation() -> None:
    """Four strange letters prove nothing, five do."""
    assert SHIPPED.bits("xqzv") >= RANDOM
    assert not SHIPPED.random("xqzv")
    assert len("xqzvk") == LEAST


@pytest.mark.parametrize(("run", "same"), [("gar-den", "garden"), ("garden7", "garden"), ("gar楽den", "garden")])
def test_only_a_to_z_count(run: str, same: str) -> None:
    """Digits, hyphens and letters of other alphabets cost nothing."""
    assert SHIPPED.bits(run) == SHIPPED.bits(same)


@pytest.mark.parametrize(
    ("run", "plain"),
    [("kraków", "krakow"), ("łódź", "lodz"), ("gardén", "garden"), ("straße", "strasse"), ("é", "e")],
)
def test_an_accent_makes_no_letter_rarer(run: str, plain: str) -> None:
    """A name with accents looks as usual as without them, so that no honest town looks like chance."""
    assert SHIPPED.bits(run) == SHIPPED.bits(plain)
    assert not SHIPPED.random(run)


def test_a_long_run_costs_no_more_than_a_label() -> None:
    """What stands behind 63 letters is neither weighed nor remembered."""
    letters = parse_letters(learn_letters(RUNS))
    assert letters.bits("ab" * 31 + "z" + "q" * 4000) == letters.bits("ab" * 31 + "z")
    assert letters.bits("ab" * 31 + "z") != letters.bits("ab" * 31)
    assert max(map(len, letters._known)) == 63  # noqa: SLF001  # what is remembered is what costs memory


@pytest.mark.parametrize("run", ["", "77", "楽天"])
def test_what_has_no_letter_costs_nothing(run: str) -> None:
    """There is nothing to weigh, and nothing breaks."""
    assert SHIPPED.bits(run) == 0.0


@given(st.text(max_size=40))
def test_bits_of_any_text(run: str) -> None:
    """A letter costs between nothing and 20 bits."""
    assert 0.0 <= SHIPPED.bits(run) < 20.0


def test_what_was_learned_can_be_read() -> None:
    """The table comes back as it was written: 27 shades for each of 729 pairs of letters, the same each time."""
    text = learn_letters(RUNS)
    letters = parse_letters(f"# made of four words\n{text}\n")
    assert "\n".join(letters.rows) + "\n" == text == learn_letters(RUNS)
    assert (len(letters.rows), {len(row) for row in letters.rows}) == (729, {27})


def test_letters_that_were_seen_together_cost_less() -> None:
    """A word that was learned costs less than its letters in another order, and unseen ones cost most."""
    letters = parse_letters(learn_letters(RUNS))
    assert letters.bits("garden") < letters.bits("redang") < letters.bits("zzzzzz")
    assert letters.bits("banana") < 2


def test_the_order_of_runs_changes_nothing() -> None:
    """A table is the same on every machine."""
    shuffled = RUNS[:]
    random.Random(3).shuffle(shuffled)
    assert learn_letters(shuffled) == learn_letters(RUNS)


def test_without_runs_every_letter_costs_the_same() -> None:
    """Nothing is known, nothing is impossible."""
    letters = parse_letters(learn_letters([]))
    assert {letters.bits(letter) for letter in ascii_lowercase} == {letters.bits("xqzvk")}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: "",
        lambda text: text.partition("\n")[2],
        lambda text: text + text[:28],
        lambda text: text[1:],
        lambda text: "~" + text[1:],
        lambda text: " " + text[1:],
    ],
    ids=["nothing", "a row less", "a row more", "a short row", "no shade", "a blank"],
)
def test_another_shape_is_refused(spoil: Callable[[str], str]) -> None:
    """A table that was cut off or changed is not read as another."""
    with pytest.raises(ValueError, match="729 rows of 27 shades; run `make train`"):
        parse_letters(spoil(learn_letters(RUNS)))


def test_what_was_weighed_is_forgotten_at_some_point() -> None:
    """The memory for runs does not grow with a feed, and nothing changes when it is cleared."""
    letters = parse_letters(learn_letters(RUNS))
    before = letters.bits("garden")
    for number in range(KEPT + 50):
        letters.bits(str(number))
    assert len(letters._known) <= KEPT  # noqa: SLF001  # the bound is the promise
    assert letters.bits("garden") == before
