import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scamhunt.score.align import LONGEST, align

DIFFERENT = [
    ("amazon", "amazon", []),
    ("amaz0n", "amazon", [("0", "o")]),
    ("rnicrosoft", "microsoft", [("rn", "m")]),
    ("dear", "clear", [("d", "cl")]),
    ("vvinclovvs", "windows", [("vv", "w"), ("cl", "d"), ("vv", "w")]),
    ("аmazon", "amazon", [("а", "a")]),
    ("amzon", "amazon", [("", "a")]),
    ("amazzon", "amazon", [("z", "")]),
    ("amazom", "amazon", [("m", "n")]),
    ("amzaon", "amazon", [("za", "az")]),
    ("micorsfot", "microsoft", [("or", "ro"), ("fo", "of")]),
    ("rnicosoft", "microsoft", [("rn", "m"), ("", "r")]),
    ("pay-pa1", "paypal", [("-", ""), ("1", "l")]),
    ("r-nint", "mint", [("r-n", "m")]),
    ("-pay.pal-", "paypal", [("-", ""), (".", ""), ("-", "")]),
    ("fotobank", "photobank", [("", "p"), ("f", "h")]),
    ("楽夫", "楽天", [("夫", "天")]),
    ("", "x", [("", "x")]),
    ("x-", "", [("x", ""), ("-", "")]),
    ("", "", []),
]


@pytest.mark.parametrize(("piece", "word", "different"), DIFFERENT)
def test_the_letters_that_differ_are_paired_as_they_read(
    piece: str, word: str, different: list[tuple[str, str]]
) -> None:
    """A person sees which letters stand for which, and nothing else is marked."""
    assert [pair for pair in align(piece, word) if pair[0] != pair[1]] == different


@settings(max_examples=150, deadline=None)
@given(st.text("amzonrvcl01-.а楽\u0301", max_size=12), st.text("amzonrvcldw楽", max_size=12))
def test_nothing_is_lost(piece: str, word: str) -> None:
    """Joined, the pairs give the name's part and the word again, and equal letters stand alone."""
    pairs = align(piece, word)
    assert "".join(given for given, _ in pairs) == piece
    assert "".join(meant for _, meant in pairs) == word
    assert ("", "") not in pairs
    assert all(len(given) == 1 for given, meant in pairs if given == meant)


def test_what_is_longer_than_any_label_is_one_pair() -> None:
    """A hostile pack or URL costs no time."""
    assert align("a" * LONGEST, "a" * LONGEST) == [("a", "a")] * LONGEST
    assert align("a" * (LONGEST + 1), "b") == [("a" * (LONGEST + 1), "b")]
    assert align("b", "a" * 5_000) == [("b", "a" * 5_000)]
