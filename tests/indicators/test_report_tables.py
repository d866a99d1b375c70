"""Tables of reported numbers: the eighteen ways in which they go wrong. 13 and 14: test_report_json, 17: _dates."""

import itertools
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import pytest

from scamhunt.errors import BadIndicator, FeedHeld
from scamhunt.indicators import phone
from scamhunt.indicators.reports import BATCH, ROWS, read_reports
from scamhunt.model import Batch, Notice, Role, Statement

HEADER = "number,role,text,seen_at,source\n"
PIECE = 4_099
ONE = "+18885550142,callback,Amazon,2026-11-20T08:00:00Z,desk"


def steps(content: str | bytes, options: Mapping[str, str] | None = None) -> list[Batch | Notice]:
    """Return all that is read of a content."""
    body = content.encode() if isinstance(content, str) else content
    return list(read_reports((body[at : at + PIECE] for at in range(0, len(body), PIECE)), options or {}))


def batches(content: str | bytes, options: Mapping[str, str] | None = None) -> list[Batch]:
    """Return the batches of a content."""
    return [step for step in steps(content, options) if isinstance(step, Batch)]


def values(content: str | bytes, options: Mapping[str, str] | None = None) -> list[str]:
    """Return the numbers as they stand in a content."""
    return [value for batch in batches(content, options) for value in batch.values]


def rejected(content: str | bytes) -> list[tuple[int, str]]:
    """Return line and reason of each row that was not taken."""
    return [(row.line, row.reason) for batch in batches(content) for row in batch.rejected]


def statement(content: str | bytes) -> Statement:
    """Return what the only row of a content states."""
    (batch,) = batches(content)
    (one,) = batch.statements
    return one


def read(content: str, region: str = "") -> list[str]:
    """Return the numbers as the framework reads them, or why not."""

    def one(value: str, stated: Statement) -> str:
        try:
            return phone.parse(value, stated.region or region).e164
        except BadIndicator as error:
            return str(error)

    return [one(*row) for batch in batches(content) for row in zip(batch.values, batch.statements, strict=True)]


# --- the eighteen -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "came"),
    [
        pytest.param("8885550142", "no country", id="01 no country"),
        pytest.param("+1 (415) 555-0100 ext 9", "+14155550100", id="02 extension"),
        pytest.param("+١٨٨٨٥٥٥٠١٤٢", "+18885550142", id="03 Arabic-Indic digits"),
        pytest.param("＋１８８８５５５０１４２", "+18885550142", id="03 full-width digits"),
        pytest.param("8" * 300, "longer than 64 characters", id="04 300 digits"),
        pytest.param("911", "no country", id="07 emergency"),
        pytest.param("1.8885550142E+10", "a spreadsheet rounded", id="09 rounded"),
        pytest.param("1.415E+10", "a spreadsheet rounded", id="09 rounded short"),
    ],
)
def test_a_number_is_read_or_refused_with_its_reason(cell: str, came: str) -> None:
    """What stands in the number column comes out as it is; the reading of it says what is wrong."""
    (found,) = read(f"{HEADER}{cell},callback,,,\n")
    assert came in found


def test_a_short_code_is_no_number_of_anybody() -> None:
    """07: an emergency number of the country that was set is refused."""
    assert "short code" in read(f"{HEADER}911,callback,,,\n", "US")[0]


def test_a_field_of_a_megabyte_is_refused_and_the_next_row_read() -> None:
    """04: a line without measure costs itself, in the number and in the words."""
    content = f"{HEADER}{'8' * 1_000_000},callback,,,\n+18885550142,,{'x' * 1_000_000},,\n{ONE}\n"
    assert values(content) == ["+18885550142"]
    assert rejected(content) == [(2, "longer than 65,536 characters"), (3, "longer than 65,536 characters")]


@pytest.mark.parametrize(
    "cell", ["=HYPERLINK(1)", "+cmd|' /C calc'!A0", "@SUM(1)", "-2+3", "\t=1+1", '" =1+1"', "'=1+1"]
)
def test_a_formula_is_no_number(cell: str) -> None:
    """05: what a spreadsheet would execute is refused in the number column."""
    assert rejected(f"{HEADER}{cell},callback,,,\n") == [(2, "a spreadsheet's formula in place of a number")]


def test_a_formula_in_the_words_is_only_words() -> None:
    """05: elsewhere a formula is looked through like any words; what prints it guards it."""
    assert statement(f"{HEADER}+18885550142,callback,=HYPERLINK(1),,\n").text == "=HYPERLINK(1)"


@pytest.mark.parametrize("cell", ["'+18885550142", '"=""+18885550142"""', "tel:+18885550142", " +18885550142\u00a0"])
def test_a_number_that_was_kept_as_text_is_read(cell: str) -> None:
    """06: the ways in which spreadsheets and our own exports save the plus sign come in again."""
    assert read(f"{HEADER}{cell},callback,,,\n") == ["+18885550142"]


@pytest.mark.parametrize("theirs", ["+1 (888) 555-0142", "888-555-0142", "18885550142"])
def test_the_reporters_own_number_is_not_accused(theirs: str) -> None:
    """08: a number that stands in a column of the victim too is held back, however it is written there."""
    content = f"number,victim phone,text\n+18885550142,{theirs},Amazon\n+18885550143,{theirs},Amazon\n"
    assert values(content) == ["+18885550143"]
    assert rejected(content) == [(2, "its number stands in a column of who reports or was called too: whose is it?")]


@pytest.mark.parametrize("open_row", ['+18885550143,callback,"Amazon,,', '"+18885550143,callback,Amazon,,'])
@pytest.mark.parametrize("after", [f"{ONE}\n", f'{ONE}\n+18885550144,sms,"he said ""hi""",,\n'])
def test_a_quote_that_is_never_closed_costs_its_line(open_row: str, after: str) -> None:
    """10: the rows behind it are read."""
    content = f"{HEADER}{open_row}\n{after}"
    assert rejected(content) == [(2, "a quote that is never closed")]
    assert values(content) == ["+18885550142", "+18885550144"][: after.count("\n")]


def test_an_open_quote_looks_only_some_lines_ahead() -> None:
    """10: a quote that is closed sixty lines later was not closed."""
    content = f'{HEADER}+18885550143,,"open,,\n' + f"{ONE}\n" * 60 + '+18885550144,,closed",,\n'
    assert len(values(content)) == 61
    assert rejected(content)[0] == (2, "a quote that is never closed")


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("number,text,Number", "'number' stands twice"),
        ("+18885550142,callback,Amazon", "no header"),
        ("18885550142;sms;Jane", "no header"),
        ("Jane,Oslo", "no header"),
        ('"number,text', "quotes of the header"),
    ],
)
def test_a_header_that_is_missing_or_doubled_is_held(header: str, why: str) -> None:
    """11: nobody guesses; the message says what to do and quotes nothing of a first row."""
    with pytest.raises(FeedHeld, match=why) as problem:
        steps(f"{header}\n{ONE}\n")
    assert not any(private in str(problem.value) for private in ("5550142", "Jane", "Oslo"))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("first", ["", "sep=X\n"])
def test_any_usual_separator_is_found(separator: str, first: str) -> None:
    """12: comma, semicolon, tab and bar, and what Excel writes before the header."""
    content = first.replace("X", separator) + (HEADER + ONE + "\n").replace(",", separator)
    (batch,) = batches(content)
    assert (list(batch.values), batch.schema) == (["+18885550142"], "csv number,role,text,seen_at,source")
    assert batch.lines == [2 + bool(first)]


def test_a_card_or_an_id_in_the_words_leaves_only_its_shape() -> None:
    """15: a row that is refused keeps no digit and no letter of what stood in it."""
    (batch,) = batches(f"{HEADER}=1,callback,card 4111 1111 1111 1111 of Jane,,\n")
    (row,) = batch.rejected
    assert row.raw == b"=0,xxxxxxxx,xxxx 0000 0000 0000 0000 xx xxxx,,"
    assert len(row.sha256) == 64


def test_the_same_report_a_thousand_times_is_the_same_row() -> None:
    """16: nothing tells the rows apart but their lines, so they are known as one report."""
    (batch,) = batches(HEADER + f"{ONE}\n" * 1_000)
    assert len(batch.values) == 1_000
    assert set(zip(batch.values, batch.statements, batch.seen_at, strict=True)) == {
        (
            "+18885550142",
            Statement(Role.CALLBACK, "column role", "Amazon", source="desk"),
            datetime(2026, 11, 20, 8, tzinfo=UTC),
        )
    }


def test_a_page_in_the_words_is_literal() -> None:
    """18: tags are words."""
    assert statement(f"{HEADER}+18885550142,,<script>alert(1)</script>,,\n").text == "<script>alert(1)</script>"


# --- rows -------------------------------------------------------------------------------------------------------------


def test_a_cell_in_quotes_may_have_lines() -> None:
    """Notes with line ends are one row, at the line where it begins; a repeated header and blank lines are none."""
    content = f'{HEADER}+18885550142,,"first\nsecond, ""third""\n",,\n\n{HEADER}{ONE}\n'
    (batch,) = batches(content)
    assert [one.text for one in batch.statements] == ['first\nsecond, "third"\n', "Amazon"]
    assert (batch.lines, batch.rejected) == ([2, 7], ())


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",callback,Amazon,,", "no number"),
        ("+18885550142,callback,Amazon,,desk,more", "6 cells, but the header names 5 columns"),
        ("+18885550142,call\udce9", "not UTF-8"),
    ],
)
def test_a_row_that_cannot_be_used_says_why(row: str, why: str) -> None:
    """A row without a number, with a comma too many or in another encoding is refused; the next one is read."""
    content = f"{HEADER}{row}\n{ONE}\n".encode("utf-8", "surrogateescape")
    ((line, reason),) = rejected(content)
    assert (line, reason.startswith(why), values(content)) == (2, True, ["+18885550142"])


@pytest.mark.parametrize("row", ["+18885550142", "+18885550142,,,,,,,", "+18885550142,,"])
def test_empty_cells_at_the_end_may_be_there_or_not(row: str) -> None:
    """A spreadsheet that cuts or fills up a row does no harm."""
    assert values(f"{HEADER}{row}\n") == ["+18885550142"]


@pytest.mark.parametrize(
    ("word", "role"),
    [
        *[(word, Role.CALLBACK) for word in ("callback", "Call back", "pop-up", "Website", "Rückruf", "sitio web")],
        *[
            (word, Role.CALLER_ID)
            for word in ("caller_id", "Caller ID", "spoofed", "shown on phone", "Anruf", "llamada")
        ],
        *[(word, Role.SMS_SENDER) for word in ("sms", "Text message", "SMS sender")],
        *[(word, Role.UNKNOWN) for word in ("", "scammer", "yes", "callback or caller id", "call the bank back")],
    ],
)
def test_a_role_is_what_the_table_says_and_never_a_guess(word: str, role: Role) -> None:
    """Words that we know become a role; anything else is unknown and says so."""
    one = statement(f"{HEADER}+18885550142,{word},,,\n")
    assert one.role is role
    expected = "column role" if role is not Role.UNKNOWN else "nobody said" if not word else "column role has no word"
    assert one.role_from.startswith(expected)


@pytest.mark.parametrize("options", [{"role": "callback"}, {"region": "US", "role": "text"}])
def test_no_option_sets_a_role(options: dict[str, str]) -> None:
    """The team maps columns; it cannot declare all its numbers callbacks."""
    (batch,) = batches("number,text\n+18885550142,Amazon\n", options)
    assert {one.role for one in batch.statements} == {Role.UNKNOWN}


@pytest.mark.parametrize(
    ("number", "country", "came"),
    [
        ("8885550142", "us", "+18885550142"),
        ("020 7946 0123", "GB", "+442079460123"),
        ("8885550142", "", "no country"),
        ("+18885550142", "United States", "+18885550142"),
    ],
)
def test_a_country_of_the_row_counts(number: str, country: str, came: str) -> None:
    """Two letters are the country of a number without one; it does not matter for a number that has one."""
    assert came in read(f"number,country\n{number},{country}\n")[0]


def test_a_country_in_words_is_not_guessed() -> None:
    """A number of an unknown country would be read as somebody else's."""
    assert rejected("number,country\n020 7946 0123,England\n") == [
        (2, "its country is not written as two letters, as in US")
    ]


# --- size -------------------------------------------------------------------------------------------------------------


def test_a_table_is_read_as_it_comes() -> None:
    """A batch is out before more than its own rows were asked for: memory does not depend on the size of a table."""
    asked = 0

    def pieces() -> Iterator[bytes]:
        nonlocal asked
        yield HEADER.encode()
        for _ in range(4 * BATCH // 100):
            asked += 100
            yield f"{ONE}\n".encode() * 100

    for number, step in enumerate(read_reports(pieces(), {}), 1):
        assert isinstance(step, Batch)
        assert step.rows == BATCH
        assert asked <= number * BATCH + 1_300  # what tells the form was asked for before


def test_each_batch_has_the_mark_that_was_given() -> None:
    """A table is read whole each time, so the place of its feed does not move with its batches."""
    body = HEADER + f"{ONE}\n" * (BATCH + 1)
    found = [step for step in read_reports([body.encode()], {}, "a mark") if isinstance(step, Batch)]
    assert [(one.mark, one.rows) for one in found] == [("a mark", BATCH), ("a mark", 1)]


def test_nothing_is_no_fault() -> None:
    """An empty file and one of blank lines have no rows and no fault."""
    assert steps(b"\xef\xbb\xbf\r\n \n") == steps("") == []


@pytest.mark.parametrize("row", [",\n", '"\n', f"{ONE}\n"])
def test_a_table_without_an_end_is_left(row: str) -> None:
    """A file of nothing but broken lines, or of one report over and over, ends; what came before is told."""
    pieces = itertools.chain([HEADER.encode()], itertools.repeat(row.encode() * 1_000))
    found = read_reports(pieces, {}, most=4 * BATCH)
    assert [step.rows for step in itertools.islice(found, 4) if isinstance(step, Batch)] == [BATCH] * 4
    with pytest.raises(FeedHeld, match="more than 20,000 rows: the rest was not read; cut the file into several"):
        next(found)
    assert ROWS == 500_000
