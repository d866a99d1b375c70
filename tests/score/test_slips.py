import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from scamhunt.score.slips import WEIGHTS, Kind, Slip, cost, explain, told

ONE = [
    ("amazn", "amazon", Slip(Kind.OMISSION, "", "o", 4)),
    ("mazon", "amazon", Slip(Kind.OMISSION, "", "a", 0)),
    ("amaxzon", "amazon", Slip(Kind.ADJACENT_KEY, "x", "", 3)),
    ("amapzon", "amazon", Slip(Kind.INSERTION, "p", "", 3)),
    ("pay-pal", "paypal", Slip(Kind.INSERTION, "-", "", 3)),
    ("amazzon", "amazon", Slip(Kind.REPETITION, "zz", "z", 3)),
    ("aamazon", "amazon", Slip(Kind.REPETITION, "aa", "a", 0)),
    ("amazonn", "amazon", Slip(Kind.REPETITION, "nn", "n", 5)),
    ("gogle", "google", Slip(Kind.REPETITION, "o", "oo", 1)),
    ("googgle", "google", Slip(Kind.REPETITION, "gg", "g", 3)),
    ("amzaon", "amazon", Slip(Kind.TRANSPOSITION, "za", "az", 2)),
    ("maazon", "amazon", Slip(Kind.TRANSPOSITION, "ma", "am", 0)),
    ("anazon", "amazon", Slip(Kind.ADJACENT_KEY, "n", "m", 1)),
    ("amqzon", "amazon", Slip(Kind.ADJACENT_KEY, "q", "a", 2)),
    ("amaeon", "amazon", Slip(Kind.ADJACENT_KEY, "e", "z", 3)),
    ("amapon", "amazon", Slip(Kind.REPLACEMENT, "p", "z", 3)),
    ("ama{on", "amazon", Slip(Kind.REPLACEMENT, "{", "z", 3)),
    ("wicrosoft", "microsoft", Slip(Kind.REPLACEMENT, "w", "m", 0)),
    ("amazonZ", "amazonz", Slip(Kind.LOOKALIKE, "Z", "z", 6)),
    ("etzy", "etsy", Slip(Kind.HOMOPHONE, "z", "s", 2)),
    ("ettsz", "ettsy", Slip(Kind.REPLACEMENT, "z", "y", 4)),
    ("amezon", "amazon", Slip(Kind.VOWEL_SWAP, "e", "a", 2)),
    ("amazin", "amazon", Slip(Kind.VOWEL_SWAP, "i", "o", 4)),
    ("microsofd", "microsoft", Slip(Kind.BIT_FLIP, "d", "t", 8)),
    ("raypal", "paypal", Slip(Kind.BIT_FLIP, "r", "p", 0)),
    ("amazons", "amazon", Slip(Kind.PLURAL, "s", "", 6)),
    ("amazones", "amazon", Slip(Kind.PLURAL, "es", "", 6)),
    ("sboss", "boss", Slip(Kind.INSERTION, "s", "", 0)),
    ("mikrosoft", "microsoft", Slip(Kind.HOMOPHONE, "k", "c", 2)),
    ("fotobank", "photobank", Slip(Kind.HOMOPHONE, "f", "ph", 0)),
    ("netfliks", "netflix", Slip(Kind.HOMOPHONE, "ks", "x", 6)),
    ("utube", "youtube", Slip(Kind.HOMOPHONE, "u", "you", 0)),
    ("2morrow", "tomorrow", Slip(Kind.HOMOPHONE, "2", "to", 0)),
    ("24opshun", "24option", Slip(Kind.HOMOPHONE, "shun", "tion", 4)),
    ("amaz0n", "amazon", Slip(Kind.LOOKALIKE, "0", "o", 4)),
    ("amaz7n", "amazon", Slip(Kind.DIGIT, "7", "o", 4)),
    ("amazon4", "amazon", Slip(Kind.DIGIT, "4", "", 6)),
    ("l4x", "lpx", Slip(Kind.DIGIT, "4", "p", 1)),
    ("lpx", "l7x", Slip(Kind.DIGIT, "p", "7", 1)),
]


@pytest.mark.parametrize(("piece", "word", "slip"), ONE)
def test_each_kind_of_slip_is_told_apart(piece: str, word: str, slip: Slip) -> None:
    """One slip is named for what was done, with the letters and the place in the name."""
    assert explain(piece, word) == (slip,)


def test_every_kind_has_a_case() -> None:
    """No kind is in the list without a name that shows it."""
    assert {slip.kind for _, _, slip in ONE} == set(Kind) == set(WEIGHTS)


@pytest.mark.parametrize("there", ["x", "a", "q", "e", "h", "u"])
def test_the_usual_keyboards_count(there: str) -> None:
    """Around z lie x and a on qwerty, q and e on azerty, h and u on qwertz."""
    assert explain(f"ama{there}on", "amazon") == (Slip(Kind.ADJACENT_KEY, there, "z", 3),)


@pytest.mark.parametrize(("piece", "kind"), [("amazom", "m"), ("amazob", "b"), ("amazoj", "j")])
def test_keys_in_the_row_and_across_rows_are_neighbours(piece: str, kind: str) -> None:
    """Left and right, above and below."""
    assert explain(piece, "amazon") == (Slip(Kind.ADJACENT_KEY, kind, "n", 5),)


TWO = [
    ("micros0ftt", "microsoft", [(Kind.LOOKALIKE, "0", "o", 6), (Kind.REPETITION, "tt", "t", 8)]),
    ("amaz0nn", "amazon", [(Kind.LOOKALIKE, "0", "o", 4), (Kind.REPETITION, "nn", "n", 5)]),
    ("aamazn", "amazon", [(Kind.REPETITION, "aa", "a", 0), (Kind.OMISSION, "", "o", 5)]),
    ("amasoon", "amazon", [(Kind.HOMOPHONE, "s", "z", 3), (Kind.REPETITION, "oo", "o", 4)]),
    ("insatgrma", "instagram", [(Kind.TRANSPOSITION, "at", "ta", 3), (Kind.TRANSPOSITION, "ma", "am", 7)]),
    ("amzno", "amazon", [(Kind.OMISSION, "", "a", 2), (Kind.TRANSPOSITION, "no", "on", 3)]),
    ("mikrosofft", "microsoft", [(Kind.HOMOPHONE, "k", "c", 2), (Kind.REPETITION, "ff", "f", 7)]),
    ("kracenn", "kraken", [(Kind.HOMOPHONE, "c", "k", 3), (Kind.REPETITION, "nn", "n", 5)]),
    ("amazonsp", "amazon", [(Kind.INSERTION, "s", "", 6), (Kind.INSERTION, "p", "", 7)]),
    ("amzoan", "amazon", [(Kind.OMISSION, "", "a", 2), (Kind.INSERTION, "a", "", 4)]),
    ("fabrk", "faoobrk", [(Kind.OMISSION, "", "o", 2), (Kind.OMISSION, "", "o", 2)]),
    ("facbok", "facebook", [(Kind.OMISSION, "", "e", 3), (Kind.REPETITION, "o", "oo", 4)]),
]


@pytest.mark.parametrize(("piece", "word", "expected"), TWO)
def test_two_slips_are_told_from_left_to_right(
    piece: str, word: str, expected: list[tuple[Kind, str, str, int]]
) -> None:
    """Of two slips each is named, in the order of the letters, and the cheapest explanation is taken."""
    assert explain(piece, word) == tuple(Slip(*each) for each in expected)


def test_equal_texts_need_no_slip() -> None:
    """Nothing changed, nothing to tell, nothing to pay."""
    assert explain("amazon", "amazon") == ()
    assert cost((), "amazon") == 0
    assert explain("", "") == ()


@pytest.mark.parametrize(
    ("piece", "word"), [("zzz", "amazon"), ("", "amazon"), ("amazon", ""), ("amadeus", "amazon"), ("zz", "amazon" * 5)]
)
def test_what_is_too_far_is_one_replacement_of_all(piece: str, word: str) -> None:
    """Beyond two edits nothing is explained, and nothing of the word is left."""
    slips = explain(piece, word)
    assert slips == (Slip(Kind.REPLACEMENT, piece, word, 0),)
    assert cost(slips, word) == 1


def of(piece: str, word: str) -> float:
    """Return the cost of what happened to the word."""
    return cost(explain(piece, word), word)


ORDER = ["amaz0n", "amazzon", "amzaon", "anazon", "amaz7n", "amazn", "amapzon", "amapon"]


def test_what_people_and_scammers_do_is_cheap() -> None:
    """The order: looks alike, doubled, swapped, next key, a digit, left out, added, any other letter."""
    costs = [of(piece, "amazon") for piece in ORDER]
    assert costs == sorted(set(costs))
    assert costs[0] == pytest.approx(0.2 * 4 / 6)
    assert costs[-1] == pytest.approx(4 / 6)


def test_the_first_letter_is_dear() -> None:
    """Another first letter is mostly another word, unless it looks or sounds alike or is doubled."""
    assert of("qmazon", "amazon") == pytest.approx(2 * of("amqzon", "amazon"))
    assert of("mazon", "amazon") == pytest.approx(2 * of("amazn", "amazon"))
    assert of("aamazon", "amazon") == of("amazzon", "amazon")
    assert of("fotobank", "photobank") == pytest.approx(0.3 * 4 / 9)
    assert of("4mazon", "amazon") == of("am4zon", "amazon")


def test_a_slip_weighs_less_in_a_long_word() -> None:
    """The same slip leaves more of a long word than of a short one."""
    assert of("microsofpt", "microsoft") < of("amapzon", "amazon") < of("cihti", "citi")
    assert of("cqqi", "citi") == 1


def test_two_slips_cost_both() -> None:
    """Costs add up."""
    assert of("micros0ftt", "microsoft") == pytest.approx(of("micros0ft", "microsoft") + of("microsoftt", "microsoft"))


@pytest.mark.parametrize(
    ("slip", "text"),
    [
        (Slip(Kind.TRANSPOSITION, "za", "az", 2), "'za' for 'az' (swapped)"),
        (Slip(Kind.OMISSION, "", "o", 4), "'o' missing"),
        (Slip(Kind.INSERTION, "x", "", 1), "'x' added"),
        (Slip(Kind.PLURAL, "es", "", 6), "'es' added (plural)"),
        (Slip(Kind.REPETITION, "o", "oo", 1), "'o' for 'oo'"),
        (Slip(Kind.BIT_FLIP, "d", "t", 8), "'d' for 't' (one bit)"),
    ],
)
def test_a_slip_is_told_in_plain_words(slip: Slip, text: str) -> None:
    """A person reads what stands there, what was meant and why."""
    assert told(slip) == text


LETTERS = st.text("abcno0-é楽", max_size=9)


@given(LETTERS, LETTERS)
def test_any_two_texts_have_an_explanation(piece: str, word: str) -> None:
    """Nothing raises; equal means none, else one to two slips, or one for all; the cost lies within 0 to 1."""
    slips = explain(piece, word)
    assert len(slips) <= 2
    assert (slips == ()) == (piece == word)
    assert 0 <= cost(slips, word) <= 1
    assert (cost(slips, word) == 0) == (piece == word)
    if Kind.TRANSPOSITION not in {slip.kind for slip in slips}:
        assert all(piece[slip.at :].startswith(slip.there) for slip in slips)


@given(st.text("abcno", max_size=6), st.text("abcno", max_size=2), st.text("abcno", max_size=2))
def test_as_many_slips_as_edits(head: str, there: str, meant: str) -> None:
    """Within two edits each edit has one slip, unless one sound or plural explains both."""
    piece, word = f"{head}{there}bonc", f"{head}{meant}bonc"
    slips = explain(piece, word)
    assert len(slips) == OSA.distance(piece, word) or len(slips) == 1
    assert Slip(Kind.REPLACEMENT, piece, word, 0) not in slips


def test_long_texts_are_told_at_once() -> None:
    """A text that is far longer than any name costs a look, not a search."""
    assert explain("a" * 2_000, "b" * 2_000) == (Slip(Kind.REPLACEMENT, "a" * 2_000, "b" * 2_000, 0),)
