import re
from collections.abc import Callable

import pytest

OnTerminal = Callable[..., str]

SHORT = [
    {
        "id": 1,
        "indicator": "amazon-refund-desk.com",
        "kind": "domain",
        "score": 0.97,
        "why": "because " * 30,
        "raw": "b",
    },
    {
        "id": 12,
        "indicator": "login-amazon.net",
        "kind": "domain",
        "score": 0.5,
        "why": "\u4f8b" * 60,
        "raw": "\x1b[31m",
    },
]
LONG = "amazon-" + "x" * 56 + ".com"
TABLE = """
from scamhunt.cli.listing import *
layout = Layout(whole=("id", "indicator", "kind", "score"), few=("id", "indicator", "score"), spare=("kind",))
print_rows({rows!r}, ("id", "indicator", "kind", "score", "why"{more}), Format.TABLE, layout)
"""


def lines(drawn: str) -> list[str]:
    """Return what a terminal shows, line by line."""
    return re.sub(r"\x1b\[[0-9;]*m|\r", "", drawn).splitlines()


def test_what_is_copied_is_never_cut_and_a_row_is_a_line(on_terminal: OnTerminal) -> None:
    """The names stand whole on 80 columns; the text is cut where the line ends, wide letters counted as drawn."""
    head, first, second = lines(on_terminal(TABLE.format(rows=SHORT, more=""), COLUMNS="80"))
    assert head == "id  indicator               score  why"
    assert first == "1   amazon-refund-desk.com  0.970  because because because because because be\u2026"
    assert second == "12  login-amazon.net        0.500  " + "\u4f8b" * 21 + "\u2026"


def test_a_narrow_terminal_gets_what_matters(on_terminal: OnTerminal) -> None:
    """Below 60 columns there is no room for texts; from 60 on there is."""
    drawn = lines(on_terminal(TABLE.format(rows=SHORT, more=""), COLUMNS="59"))
    assert drawn == [
        "id  indicator               score",
        "1   amazon-refund-desk.com  0.970",
        "12  login-amazon.net        0.500",
    ]
    assert "because" in on_terminal(TABLE.format(rows=SHORT, more=""), COLUMNS="60")


def test_one_long_name_leaves_the_others_their_reasons(on_terminal: OnTerminal) -> None:
    """It stands whole, what does not fit behind it goes on below, and the other rows keep a text."""
    rows = [*SHORT, SHORT[0] | {"id": 3, "indicator": LONG * 2}, SHORT[0] | {"id": 4, "indicator": LONG}]
    drawn = lines(on_terminal(TABLE.format(rows=rows, more=""), COLUMNS="80"))
    assert [line.split()[0] for line in drawn] == ["id", "1", "12", "3", LONG * 2, "0.970", "4"]
    assert drawn[1].endswith("0.970  because because b\u2026")
    assert drawn[5].startswith("  0.970  because")
    assert drawn[6] == f"4   {LONG}  0.970"
    assert max(len(line) for line in drawn if LONG not in line) <= 80


def test_texts_share_the_room(on_terminal: OnTerminal) -> None:
    """A short text leaves its room to a long one; what would get next to nothing is left out."""
    wide = lines(on_terminal(TABLE.format(rows=SHORT, more=", 'raw'"), COLUMNS="100"))
    assert wide[0].split() == ["id", "indicator", "score", "why", "raw"]
    assert wide[2].endswith("\\u{1b}[31m")
    assert {len(line) <= 100 for line in wide} == {True}
    rows = [row | {"id": 10_000, "raw": "b" * 40} for row in SHORT]
    narrow = lines(on_terminal(TABLE.format(rows=rows, more=", 'raw'"), COLUMNS="61"))
    assert narrow[0].split() == ["id", "indicator", "score", "why"]


def test_rows_of_several_kinds_keep_the_column(on_terminal: OnTerminal, capsys: pytest.CaptureFixture[str]) -> None:
    """A column that is the same in all rows tells nothing; one that is not does."""
    rows = [SHORT[0], SHORT[1] | {"kind": "url"}]
    assert lines(on_terminal(TABLE.format(rows=rows, more=""), COLUMNS="80"))[0].split()[2] == "kind"
    exec(TABLE.format(rows=rows, more=""), {})  # noqa: S102  # the same program, without a terminal
    assert capsys.readouterr().out.split()[2] == "kind"


def test_without_a_terminal_nothing_is_cut_that_is_copied(capsys: pytest.CaptureFixture[str]) -> None:
    """`scamhunt ... | grep` sees whole names and whole reasons."""
    exec(TABLE.format(rows=[SHORT[0] | {"indicator": LONG}], more=""), {})  # noqa: S102  # the same program
    assert capsys.readouterr().out.splitlines()[1] == f"1   {LONG}  0.970  {'because ' * 30}".rstrip()
