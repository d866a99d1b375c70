import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scamhunt.investigate.refdata_rows import rows
from scamhunt.model import Rejected

CELLS = st.text(st.sampled_from('abÉ ",.0-'), max_size=6)


def read(content: bytes, size: int = 7) -> list[object]:
    """Return all rows of a content that comes in pieces."""
    return list(rows(content[at : at + size] for at in range(0, len(content), size)))


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\r\nc,d\r\n",
        b"a\tb\nc\td",
        b"a;b\rc;d\r",
        b"\xef\xbb\xbfa,b\n\nc,d\n",
        "a,b\nc,d\n".encode("utf-16"),
        b'"a","b"\n"c","d"\n',
    ],
)
def test_one_table_in_many_dresses_has_the_same_cells(content: bytes) -> None:
    """Separator, line end, encoding and quotes are found; the line number is that of the file."""
    last = 3 if b"\n\n" in content else 2
    assert read(content) == [(1, ["a", "b"]), (last, ["c", "d"])]


def test_what_is_no_utf8_is_read_as_windows_1252() -> None:
    """A name in an old encoding keeps its letters, beside lines in UTF-8."""
    content = b"n,c\nT\xe9l\xe9,1\n" + "Télé,2\n".encode() + b"end\xe9"
    assert read(content) == [(1, ["n", "c"]), (2, ["Télé", "1"]), (3, ["Télé", "2"]), (4, ["endé"])]


def test_a_record_may_go_over_lines() -> None:
    """An address with a line end inside of its quotes is one cell, and counting goes on after it."""
    content = b'a,b,c\n1,"x\ny ""z""\nw",2\n3,4,5\n'
    assert read(content) == [(1, ["a", "b", "c"]), (2, ["1", 'x\ny "z"\nw', "2"]), (5, ["3", "4", "5"])]


def test_an_open_quote_costs_its_own_line_only() -> None:
    """The rows below a quote that is never closed are read as they are, quoted ones too."""
    below = [(number, [str(number), "ok"]) for number in range(3, 40)]
    content = 'a,b\n1,"open\n' + "".join(f"{number},ok\n" for number in range(3, 40)) + '40,"q"\n'
    found = read(content.encode())
    assert found == [
        (1, ["a", "b"]),
        Rejected(2, b'1,"open', "a quote that is never closed"),
        *below,
        (40, ["40", "q"]),
    ]


def test_two_open_quotes_do_not_swallow_what_is_between_them() -> None:
    """Two strays that would close each other make a record that is too wide: each line stands for itself."""
    content = b'a,b\n1,"open\n2,ok\n3,"open,too\n4,ok\n'
    assert [row[0] if isinstance(row, tuple) else -row.line for row in read(content)] == [1, -2, 3, -4, 5]  # type: ignore[attr-defined]  # a row has a line


def test_an_open_quote_at_the_end_is_told() -> None:
    """The end of the file closes nothing."""
    assert read(b'a,b\n1,"x') == [(1, ["a", "b"]), Rejected(2, b'1,"x', "a quote that is never closed")]


def test_a_line_that_is_too_long_ends_an_open_record() -> None:
    """A rejected line is told, and is no part of a record."""
    found = read(b'a,b\n1,"x\n' + b"y" * 20_000 + b"\n2,ok\n", 1_000)
    assert [type(row).__name__ for row in found] == ["tuple", "Rejected", "Rejected", "tuple"]


@pytest.mark.parametrize(("line", "cells"), [('5" pipe,x', ['5" pipe', "x"]), ('"a"b,x', ["ab", "x"])])
def test_careless_quotes_are_read_as_spreadsheets_do(line: str, cells: list[str]) -> None:
    """A quote inside of a name is a character, and text after a closed one is kept."""
    assert read(f"h,h\n{line}\n".encode())[1] == (2, cells)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=8), st.integers(1, 40))
def test_whatever_is_written_as_csv_is_read_back(table: list[list[str]], size: int) -> None:
    """Pieces of any size and quotes of any kind give the cells that were written."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([["h", "h"], *table])
    assert [row[1] for row in read(out.getvalue().encode(), size)[1:]] == table  # type: ignore[index]  # no row is rejected
