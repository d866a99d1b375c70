import codecs
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scamhunt.errors import FeedHeld
from scamhunt.indicators.lists import RAW_LIMIT, read_rows
from scamhunt.model import BATCH_ROWS, Batch

A, B = "amazon-billing-desk.com", "weather-in-oslo.net"
Row = tuple[int, str]


def _pieces(body: bytes, size: int) -> Iterator[bytes]:
    return (body[at : at + size] for at in range(0, len(body), size))


def _read(body: bytes, size: int = 65_536, mark: str = "") -> tuple[list[Row], list[Row]]:
    """Return (line, value) and (line, reason) of a content."""
    batches = list(read_rows(_pieces(body, size), mark))
    rows = [row for batch in batches for row in zip(batch.lines, batch.values, strict=True)]
    return rows, [(one.line, one.reason) for batch in batches for one in batch.rejected]


def _values(body: bytes) -> list[str]:
    rows, rejected = _read(body)
    assert rejected == []
    return [value for _, value in rows]


# --- encodings and line ends ------------------------------------------------------------------------------------------

TEXT = f"# listed today\n{A}\n\nmüller-\u0440aypal.example\n{B}"
ENCODED = {
    "UTF-8": TEXT.encode(),
    "UTF-8 with a mark": codecs.BOM_UTF8 + TEXT.encode(),
    "UTF-16, little end first": codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
    "UTF-16, big end first": codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    "UTF-16 without a mark, little end first": TEXT.encode("utf-16-le"),
    "UTF-16 without a mark, big end first": TEXT.encode("utf-16-be"),
}


@pytest.mark.parametrize("name", ENCODED)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 65_536])
def test_every_encoding_gives_the_same_rows(name: str, size: int) -> None:
    """The encoding is found from the content, however the content is cut into pieces."""
    assert _read(ENCODED[name], size) == ([(2, A), (4, "müller-\u0440aypal.example"), (5, B)], [])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85"])
@pytest.mark.parametrize("size", [1, 2, 3, 5, 65_536])
@pytest.mark.parametrize("last", [True, False])
def test_every_line_end_gives_the_same_lines(end: str, size: int, *, last: bool) -> None:
    """LF, CRLF, CR and NEL end a line, with or without one at the end, wherever the pieces are cut."""
    body = end.join([A, "", "! note", B, "c.com"]) + (end if last else "")
    assert _read(body.encode(), size) == ([(1, A), (4, B), (5, "c.com")], [])


def test_mixed_line_ends() -> None:
    """A file that was patched together keeps its line numbers."""
    body = b"a.com\rb.com\r\nc.com\n\rd.com\xc2\x85e.com\r\r"
    for size in (1, 2, 4, 100):
        assert _read(body, size)[0] == [(1, "a.com"), (2, "b.com"), (3, "c.com"), (5, "d.com"), (6, "e.com")]


@settings(max_examples=150)
@given(st.lists(st.sampled_from(["a.com", "é.com", "\n", "\r", "\x85", "#", ",", " ", "ü" * 5000])), st.integers(1, 9))
def test_pieces_make_no_difference(parts: list[str], size: int) -> None:
    """Rows and lines are the same for each way to cut a content into pieces."""
    body = "".join(parts).encode()
    whole = _read(body)
    assert _read(body, size * 7) == whole
    starts = body.decode().replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n").split("\n")
    assert all(value in starts[line - 1] for line, value in whole[0])


# --- formats ----------------------------------------------------------------------------------------------------------

FORMATS = {
    "one a line": f"# head\n{A}\n\n! note\n; note\n  {B}\t\n",
    "one a line with a comment behind": f"{A} # seen\n{B}\t# seen\n",
    "a header of one word": f"domain\n{A}\n{B}\n",
    "csv": f"id,domain,when\n1,{A},2026-01-01\n2,{B},2026-01-01\n",
    "csv with quotes": f'"Domain Name","Who"\n"{A}","Doe, J."\n"{B}","x"\n',
    "csv with notes and blank lines": f"domain,id\n# note\n{A},1\n\n   \n{B},2\n",
    "csv of two files": f"domain,id\n{A},1\ndomain,id\n{B},2\n",
    "the better of two columns": f"name,domain\nJane,{A}\nJohn,{B}\n",
    "tsv": f"rank\tHOST\n1\t{A}\n2\t{B}\n",
    "semicolons": f"fqdn;x\n{A};1\n{B};2\n",
    "bars": f"x|hostname\n1|{A}\n2|{B}\n",
    "urls": f"url,first_seen\n{A},2026-01-01\n{B},2026-01-02\n",
    "rank and domain": f"1,{A}\n2,{B}\n",
    "domain and date": f"{A};2026-01-01\n{B};2026-01-02\n",
    "rank, domain, quotes": f'"1","{A}"\n"2","{B}"\n',
    "hosts": f"# hosts\n0.0.0.0 {A}\n127.0.0.1\t{B} # seen\n",
    "hosts with several names": f"0.0.0.0 {A} {B}\n",
    "hosts of IPv6": f":: {A}\n::1 {B}\n",
    "adblock": f"[Adblock Plus]\n! note\n||{A}^\n||{B}^$third-party\n",
    "adblock with a path": f"||{A}/pay*\n||{B}|\n",
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_names(name: str) -> None:
    """The format is found from the content; comments, blank lines and headers are no rows."""
    assert _values(FORMATS[name].encode()) == [A, B]


@pytest.mark.parametrize(
    ("body", "rows", "rejected"),
    [
        (
            "domain,id\n,1\na.com,2\n \t,3\n",
            [(3, "a.com")],
            [(2, "no value in the domain"), (4, "no value in the domain")],
        ),
        ("id,domain\n1\n2,a.com\n", [(3, "a.com")], [(2, "no value in the domain column")]),
        ('id,domain\n1,"a.com\n2,b.com\n', [(3, "b.com")], [(2, "a quote that is never closed")]),
        (
            "0.0.0.0 a.com\n0.0.0.0\n0.0.0.0 #\n::1 b.com\n",
            [(1, "a.com"), (4, "b.com")],
            [(2, "no name"), (3, "no name")],
        ),
        (f"0.0.0.0 {'a.com ' * 51}\n0.0.0.0 b.com\n", [(2, "b.com")], [(1, "more than 50 names in one line")]),
        (
            "||a.com^\n@@||b.com^\n/banner/*\n||c.com^\n",
            [(1, "a.com"), (4, "c.com")],
            [(2, "not a rule"), (3, "not a rule")],
        ),
        ("||a.com^\n||^\n", [(1, "a.com")], [(2, "not a rule of the form")]),
    ],
)
def test_rows_without_a_value(body: str, rows: list[Row], rejected: list[Row]) -> None:
    """A row that claims to be data and has no value is rejected with its line and reason."""
    got, refused = _read(body.encode())
    assert got == rows
    assert [line for line, _ in refused] == [line for line, _ in rejected]
    assert all(words in reason for (_, reason), (_, words) in zip(refused, rejected, strict=True))


def test_a_formula_among_names_is_a_row() -> None:
    """One line with a comma does not turn a plain list into a table."""
    body = f'{A}\n=HYPERLINK("http://x.example","y")\n@SUM(1+1)\n'
    assert _values(body.encode()) == [A, '=HYPERLINK("http://x.example","y")', "@SUM(1+1)"]


HOSTILE = [
    "a" * 250 + ".com",
    "b" * 64 + ".com",
    "evil\x00.com",
    "\x1b[31mevil.com",
    "\u202emoc.live",
    "xn--zzzzzzzzzzzz--.com",
    "am\u0430zon.com",
    "amazon\u3002com",
    "http://user@x/",
    "a.com:8443",
    "127.0.0.1",
    "_dmarc.a.com",
    "-bad-.com",
    "a..com",
    "--help",
    "'; drop table candidate; --",
    "<script>alert(1)</script>",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_arrives_as_it_is(value: str) -> None:
    """What a name may look like is judged later: here it is a row with its line, unchanged."""
    assert _read(f"a.com\n{value}\nb.com\n".encode()) == ([(1, "a.com"), (2, value), (3, "b.com")], [])


# --- dates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-02", datetime(2026, 1, 2, tzinfo=UTC)),
        ("2026/01/02", datetime(2026, 1, 2, tzinfo=UTC)),
        ("20260102", datetime(2026, 1, 2, tzinfo=UTC)),
        ("2026-01-02T03:04:05Z", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02 03:04:05 UTC", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02T03:04:05+02:00", datetime(2026, 1, 2, 1, 4, 5, tzinfo=UTC)),
        ('"2026-01-02"', datetime(2026, 1, 2, tzinfo=UTC)),
        ("1767323045", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("1767323045000", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("30/2/2026", None),
        ("2026-02-30", None),
        ("yesterday", None),
        ("", None),
        ("0001-01-01T00:00:00+23:00", None),
        ("9" * 400, None),
    ],
)
@pytest.mark.parametrize("column", ["listed_date", "date", "created", "create_date", "first_seen", "seen_at", "when"])
def test_when_a_name_appeared(column: str, text: str, moment: datetime | None) -> None:
    """A date column gives aware times in UTC; a date that cannot be read is unknown, and the row stays."""
    (batch,) = read_rows([f"domain,{column}\na.com,{text}\n".encode()])
    assert (list(batch.values), list(batch.seen_at)) == (["a.com"], [moment])


def test_no_date_is_no_date() -> None:
    """Where a list says nothing, or a row is short, nothing is said; a table without header has its dates found."""
    (batch,) = read_rows([b"a.com\nb.com\n"])
    assert list(batch.seen_at) == [None, None]
    (batch,) = read_rows([b"domain,when\na.com\nb.com,2026-01-01\n"])
    assert list(batch.seen_at) == [None, datetime(2026, 1, 1, tzinfo=UTC)]
    (batch,) = read_rows([b"1,a.com,2026-01-01\n2,b.com,2026-01-01\n"])
    assert list(batch.seen_at) == [datetime(2026, 1, 1, tzinfo=UTC)] * 2


# --- limits -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"xn--\xff\xfe.com", "not UTF-8"),
        ("müller.de".encode("latin-1"), "not UTF-8"),
        (b"\xed\xa0\x80.com", "not UTF-8"),
        (b"a" * 4097, "longer than 4,096 characters"),
        ("ü".encode() * 4097, "longer than 4,096 characters"),
        ("\U0001f600".encode() * 4097, "longer than 4,096 characters"),
        ("\u0660".encode() * 16_000, "longer than 4,096 characters"),
        (b"\xff" * 4097, "not UTF-8"),
        (b"\xff" * 20_000, "longer than 4,096 characters"),
    ],
)
@pytest.mark.parametrize("size", [100, 4096, 65_536])
def test_a_line_that_cannot_be_read(line: bytes, reason: str, size: int) -> None:
    """It is rejected alone, with its line and the first 512 bytes as they came."""
    body = b"a.com\n" + line + b"\r\nb.com"
    batches = list(read_rows(_pieces(body, size)))
    assert [value for batch in batches for value in batch.values] == ["a.com", "b.com"]
    (one,) = [one for batch in batches for one in batch.rejected]
    assert (one.line, one.raw, one.reason) == (2, line[:RAW_LIMIT], reason)


def test_the_longest_line() -> None:
    """4,096 characters are read, whatever they weigh."""
    for letter in ("a", "ü", "\U0001f600"):
        assert _values(f"{letter * 4096}\nb.com\n".encode()) == [letter * 4096, "b.com"]


def test_half_a_character_at_the_end_of_utf_16() -> None:
    """UTF-16 that ends in the middle of a character loses that line only."""
    rows, rejected = _read("a.com\nb.com".encode("utf-16") + b"\x00")
    assert (rows, rejected) == ([(1, "a.com")], [(2, "not UTF-8")])
    rows, rejected = _read("a.com\n".encode("utf-16") + b"\x00\xd8b\x00\n\x00c\x00")
    assert (rows, rejected) == ([(1, "a.com"), (3, "c")], [(2, "not UTF-8")])


@pytest.mark.parametrize("end", [b"\r\n", b"\xc2\x85"])
def test_a_line_of_ten_megabytes_is_not_held(end: bytes) -> None:
    """Of an endless line only its beginning is kept in memory, and the next line is read."""

    def endless() -> Iterator[bytes]:
        yield b"a.com\n"
        for _ in range(160):
            yield b"x" * 65_536
        yield b"x" * 65_536 + end[:1]
        yield end[1:] + b"b.com"

    tracemalloc.start()
    try:
        (batch,) = read_rows(endless())
        assert tracemalloc.get_traced_memory()[1] < 1_500_000
    finally:
        tracemalloc.stop()
    assert list(batch.lines) == [1, 3]
    assert [(one.line, len(one.raw)) for one in batch.rejected] == [(2, RAW_LIMIT)]


def test_a_large_list_comes_in_small_batches() -> None:
    """300,000 names come at most 50,000 a batch, each row once and in order."""
    body = "".join(f"name-{n}.example\n" for n in range(300_000)).encode()
    batches = list(read_rows(_pieces(body, 262_144)))
    assert all(0 < batch.rows <= BATCH_ROWS for batch in batches)
    assert [line for batch in batches for line in batch.lines] == list(range(1, 300_001))


def test_a_hosts_file_with_many_names_a_line_keeps_to_the_batch() -> None:
    """Fifty names a line are still at most 50,000 rows a batch."""
    body = ("127.0.0.1" + " a.com" * 50 + "\n").encode() * 2500
    batches = list(read_rows([body]))
    assert [batch.rows for batch in batches] == [50_000, 50_000, 25_000]
    assert [batch.mark for batch in batches] == ["line 1000", "line 2000", "line 2500"]


# --- marks ------------------------------------------------------------------------------------------------------------


def _mixed() -> bytes:
    lines = [f"name-{n}.example" if n % 7 else ("# note" if n % 2 else "bad-\udcff.com") for n in range(120_000)]
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def _rows(batches: list[Batch]) -> list[Row]:
    rows = [row for batch in batches for row in zip(batch.lines, batch.values, strict=True)]
    return sorted(rows + [(one.line, one.reason) for batch in batches for one in batch.rejected])


def test_a_run_goes_on_from_any_mark() -> None:
    """After each batch's mark come exactly the rows that were not yet given."""
    body = _mixed()
    batches = list(read_rows(_pieces(body, 65_536)))
    assert len(batches) > 2
    for at, batch in enumerate(batches, 1):
        assert _rows(list(read_rows(_pieces(body, 100_000), batch.mark))) == _rows(batches[at:])


@pytest.mark.parametrize(("mark", "left"), [("line 0", 3), ("line 1", 2), ("line 3", 0), ("line 99", 0), ("odd", 3)])
def test_a_mark_says_the_last_line_read(mark: str, left: int) -> None:
    """A mark at or after the end leaves nothing; one that is no mark begins at the start."""
    assert len(_read(b"a.com\nb.com\nc.com", mark=mark)[0]) == left


def test_a_header_is_known_behind_a_mark() -> None:
    """Which column holds the name is found from the beginning, where the run did not go on."""
    assert _read(b"id,domain\n1,a.com\n2,b.com\n", mark="line 2")[0] == [(3, "b.com")]


# --- what is no list --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [b"", b"\n\n", b"# only notes\n", b" \t\n", codecs.BOM_UTF8, codecs.BOM_UTF16_LE])
def test_nothing_gives_nothing(body: bytes) -> None:
    """An empty content, and one of notes only, has no batch."""
    assert list(read_rows([body] if body else [])) == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html><body>Sorry, maintenance</body></html>", "an HTML page came in place of a list"),
        (b"\xef\xbb\xbf\r\n  <!DOCTYPE html>\n<p>x", "an HTML page came in place of a list"),
        ("<html>".encode("utf-16"), "an HTML page came in place of a list"),
        (b"<!-- x --><html>", "an HTML page came in place of a list"),
        (b'<?xml version="1.0"?><Error/>', "XML came in place of a list"),
        (b'{"error": "quota"}', "JSON came in place of a list"),
        (b'[{"domain": "a.com"}]', "JSON came in place of a list"),
        (b'[\n  "a.com"\n]', "JSON came in place of a list"),
        (b"{}", "JSON came in place of a list"),
        (bytes(1000), "binary data came in place of a list"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "binary data came in place of a list"),
    ],
)
def test_what_is_no_list_is_held(body: bytes, words: str) -> None:
    """An error page, XML, JSON or an image under a list's address is told by its kind, and nothing is read."""
    with pytest.raises(FeedHeld, match=words):
        next(read_rows([body]))


def test_a_list_with_some_hostile_lines_is_a_list() -> None:
    """A few control characters, or a list in an old encoding, are rows to reject and no reason to hold the feed."""
    body = b"a.com\n" * 50 + b"\x00\x1b[31mevil.com\n" * 5
    assert len(_values(body)) == 55
    assert len(_read("müller.de\n".encode("latin-1") * 100)[1]) == 100
    assert _values(b"\x00\x00\x00\x1b[31mevil.com\n") == ["\x00\x00\x00\x1b[31mevil.com"]
    assert _read(b"\x01\x02\xff\xfe.com\na.com") == ([(2, "a.com")], [(1, "not UTF-8")])
