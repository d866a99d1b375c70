import pytest

from scamhunt.cli.aligned import below
from scamhunt.model import Match


def match(indicator: str, text: str, piece: str, word: str) -> Match:
    """Return the match of a name in which a piece was read as a word."""
    start = text.index(piece)
    return Match(0, indicator, text, "brand", 0.9, (), text, (start, start + len(piece)), word)


PLAIN = [
    ("amazon-refund.com", "amazon", "amazon", ["  amazon"]),
    ("amaz0n-refund.com", "amaz0n", "amazon", ["  amazon", "      ^"]),
    ("my-rnint.com", "rnint", "mint", ["     m·int", "     ^^"]),
    ("pay-pal-login.com", "pay-pal", "paypal", ["  pay·pal", "     ^"]),
    ("my-amzon.com", "amzon", "amazon", ["  my-am·zon.com", "     amazon", "       ^"]),
    ("楽夫-login.com", "楽夫", "楽天", ["  楽天", "    ^^"]),
    ("楽天-amazom.com", "amazom", "amazon", ["       amazon", "            ^"]),
    ("a\u200bmazon.com", "a\u200bmazon", "amazon", ["  a········mazon", "  ^^^^^^^^^"]),
]


@pytest.mark.parametrize(("name", "piece", "word", "lines"), PLAIN)
def test_the_brand_stands_under_the_name(name: str, piece: str, word: str, lines: list[str]) -> None:
    """The brand's letters stand under those that are read as them; a mark tells which differ."""
    assert below(match(name, name, piece, word), 2, 100) == lines


def test_a_name_is_shown_as_it_reads_where_it_is_given_as_punycode() -> None:
    """Who sees `xn--` sees below it what a victim sees."""
    lines = below(match("xn--mazon-3ve.com", "аmazon.com", "аmazon", "amazon"), 2, 100)
    assert lines == ["  аmazon.com", "  amazon", "  ^"]


def test_of_a_url_the_brand_stands_under_its_host() -> None:
    """Scheme, port and path move nothing."""
    lines = below(match("https://login.amazom.com:8080/a", "login.amazom.com", "amazom", "amazon"), 7, 100)
    assert lines == [" " * 21 + "amazon", " " * 26 + "^"]


def test_a_name_that_is_cut_is_shown_around_the_brand() -> None:
    """Where the terminal ends before the brand, its part of the name is shown once more, cut on both sides."""
    name = f"{'a' * 50}-amazom-{'b' * 50}.com"
    lines = below(match(name, name, "amazom", "amazon"), 2, 40)
    assert lines == [f"  …{'a' * 14}-amazom-{'b' * 14}…", " " * 18 + "amazon", " " * 23 + "^"]
    assert len(lines[0]) == 40


def test_a_name_that_ends_with_the_brand_leaves_its_room_to_what_stands_before() -> None:
    """Room is shared only where both sides need it."""
    name = f"{'a' * 50}-amazom.com"
    assert below(match(name, name, "amazom", "amazon"), 2, 40)[0] == f"  …{'a' * 26}-amazom.com"


@pytest.mark.parametrize(("piece", "width"), [("amazom", 21), ("", 100)])
def test_where_nothing_can_be_shown_nothing_is(piece: str, width: int) -> None:
    """A tiny terminal and a match without a place get no lines."""
    assert below(match("amazom.com", "amazom.com", piece, "amazon" if piece else ""), 2, width) == []


def test_nothing_invisible_reaches_the_terminal() -> None:
    """A name that would move the cursor or draw over its neighbours is shown escaped."""
    name = "amazom\u202e" + "e" + "\u0301" * 9 + "\x1b[2J.com"
    lines = below(match("xn--x.com", name, "amazom", "amazon"), 2, 200)
    assert all(line.isprintable() for line in lines)
    assert "\\u{202e}" in lines[0]
    assert lines[0].count("\u0301") == 3
