import csv
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scamhunt.cli import listing, output
from scamhunt.cli.output import Format, ThingFormat
from scamhunt.model import Kind, Reason

OnTerminal = Callable[..., str]

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
INVISIBLE = (
    "\u00ad\u034f\u115f\u1160\u17b4\u180e\u200b\u200c\u200d\u2028\u2029\u2060"
    "\u2061\u206a\u2800\u3164\ufe0f\ufeff\uffa0\ufff9\U000e0001\U000e0100"
)
SEQUENCES = [
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x1bP+q544e\x1b\\",
    "\x9b31m",
    "a\rb",
    "line\nline 2: forged",
    "tab\tseparated",
    "\ud800lone",
    "\udfff",
    "caf\udce9",
    "o\u0302\u0302\u0302\u0302\u0302\u0302",
]
HOSTILE = [*(f"a{chr(code)}b" for code in (*range(32), *range(0x7F, 0xA0))), *BIDI, *INVISIBLE, *SEQUENCES]
FORMULAS = [
    *(
        "=1+1",
        "+1",
        "-1+1",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        " =1",
        '"=1',
        "'=1",
        ' "\t=1',
        "\uff1d1",
        "\uff0b1",
        "\uff20A1",
        "\u22121",
    ),
    *("a;=1", "a,=1", "a|@x", 'a;"=1', "a; -1"),
]
RAW = re.compile(f"[\x00-\x09\x0b-\x1f\x7f-\x9f{BIDI}{INVISIBLE}\ud800-\udfff]")


def as_rows(form: Format) -> Callable[[str], None]:
    """Return a sink that prints a list."""
    return lambda text: listing.print_rows(
        [{"value": text, "list": [text], "deep": {"text": text}}], ["value", "list", "deep"], form
    )


def as_thing(form: ThingFormat) -> Callable[[str], None]:
    """Return a sink that prints one thing."""
    return lambda text: output.print_thing({"value": text, "list": [text, text]}, form)


SINKS: dict[str, Callable[[str], None]] = {
    **{f"rows as {form}": as_rows(form) for form in Format},
    **{f"thing as {form}": as_thing(form) for form in ThingFormat},
    "bytes": lambda text: output.print_thing({"raw": text.encode("utf-8", "surrogatepass")}, ThingFormat.TABLE),
    "message": output.tell,
    "cell": lambda text: output.write(output.cell(text)),
    "short": lambda text: output.write(output.shorten(text, 20)),
    "clean": lambda text: output.write(output.clean(text)),
}


def test_the_table_of_hostile_texts_is_long_enough() -> None:
    """Fewer than 120 hostile strings would leave a class of characters out."""
    assert len(set(HOSTILE)) >= 110
    assert len(set(HOSTILE + FORMULAS)) >= 120


@pytest.mark.parametrize("sink", SINKS)
def test_no_raw_control_byte_reaches_anybody(sink: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A terminal, a log and a spreadsheet never get a control, bidi or invisible character that came from a feed."""
    for text in HOSTILE:
        SINKS[sink](text)
        out, err = capsys.readouterr()
        assert out + err
        assert not RAW.search(out + err), (sink, text)


def test_what_is_plain_stays_as_it_is() -> None:
    """Names in any script are readable, and so is punctuation."""
    for text in ("amazon.com", "müller.de", "пример.рф", "例え.jp", "مثال.com", "a-b_c 'd' \"e\" \\f", "é", "e\u0301"):
        assert output.clean(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1bb", "a\\u{1b}b"),
        ("\u202e", "\\u{202e}"),
        ("\ud800", "\\u{d800}"),
        ("a\nb", "a\\u{a}b"),
        ("\u3164", "\\u{3164}"),
    ],
)
def test_a_hidden_character_is_shown_by_its_number(text: str, shown: str) -> None:
    """A person sees that something is there, and what."""
    assert output.clean(text) == shown


def test_a_pile_of_marks_is_cut_at_three() -> None:
    """Marks beyond the third on one letter are shown by number, so that they cannot draw over other lines."""
    assert output.clean("a" + "\u0302" * 5) == "a" + "\u0302" * 3 + "\\u{302}" * 2


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("separator", [",", ";", "|", "\t"])
def test_no_cell_starts_a_formula(text: str, separator: str) -> None:
    """A spreadsheet executes no cell, whichever separator it believes in."""
    line = output.csv_line(["x", text, [text], {"text": text}])
    for cell in next(csv.reader(io.StringIO(line), delimiter=separator)):
        assert not re.match('[\\s"]*[=+\\-@\uff1d\uff0b\uff0d\uff20\u2212]', cell), (line, cell)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (-5, "-5"),
        (0.25, "0.25"),
        (-0.5, "-0.5"),
        (True, "yes"),
        (False, "no"),
        (None, ""),
        ("-5", "'-5"),
        ("+49 1", "'+49 1"),
    ],
)
def test_numbers_stay_numbers(value: object, expected: str) -> None:
    """A negative weight can still be summed; only texts get the apostrophe."""
    assert output.cell(value) == expected


@pytest.mark.parametrize(("limit", "expected"), [(3, "abc"), (2, "a…"), (5, "abc")])
def test_shorten_says_that_it_cut(limit: int, expected: str) -> None:
    """A cut text ends with an ellipsis and is never longer than its limit."""
    assert output.shorten("abc", limit) == expected


def test_a_message_of_ten_megabytes_is_one_short_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A huge value on stderr costs one line of at most 1,000 characters."""
    output.tell("x" * 10_000_000)
    assert len(capsys.readouterr().err) == output.MESSAGE_LIMIT + 1


REASONS = (Reason("confusable", 3.1, "'amaz0n' reads as 'amazon'"), Reason("lure", 0.5, "beside 'refund'"))
ROWS = [
    {
        "id": 1,
        "name": "amazon-x.com",
        "reasons": REASONS,
        "at": datetime(2026, 1, 2, tzinfo=UTC),
        "kind": Kind.DOMAIN,
        "path": Path("a/b"),
    },
    {"id": 2, "name": "mü.de", "reasons": (), "at": None, "kind": Kind.URL, "path": Path("c")},
]


def test_a_list_as_json_is_one_array_with_every_field(capsys: pytest.CaptureFixture[str]) -> None:
    """Scripts get all fields, not only the columns of the table; times in ISO 8601."""
    listing.print_rows(ROWS, ["id"], Format.JSON)
    out = capsys.readouterr().out
    assert out.isascii()
    first, second = json.loads(out)
    assert first["reasons"][0] == {"signal": "confusable", "weight": 3.1, "text": "'amaz0n' reads as 'amazon'"}
    assert (first["at"], first["kind"], first["path"]) == ("2026-01-02T00:00:00+00:00", "domain", "a/b")
    assert second["name"] == "mü.de"


def test_an_empty_list_as_json_is_an_empty_array(capsys: pytest.CaptureFixture[str]) -> None:
    """A script need not tell nothing from an error."""
    listing.print_rows([], ["id"], Format.JSON)
    assert capsys.readouterr().out == "[]\n"


def test_a_list_as_jsonl_is_an_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Each line stands for itself."""
    listing.print_rows(ROWS, ["id"], Format.JSONL)
    assert [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()] == [1, 2]


def test_a_list_as_csv_has_its_columns_and_the_reasons_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    """A spreadsheet shows what a person would read."""
    listing.print_rows(ROWS, ["id", "name", "reasons", "missing"], Format.CSV)
    assert (
        capsys.readouterr().out
        == "id,name,reasons,missing\n1,amazon-x.com,'amaz0n' reads as 'amazon'; beside 'refund',\n2,mü.de,,\n"
    )


def test_a_list_as_a_table_is_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a terminal a table is plain text with two spaces between its columns."""
    listing.print_rows(ROWS, ["id", "name", "kind"], Format.TABLE)
    assert capsys.readouterr().out == "id  name          kind\n1   amazon-x.com  domain\n2   mü.de         url\n"


def test_a_thing_as_a_table_is_a_line_a_field_and_an_item(capsys: pytest.CaptureFixture[str]) -> None:
    """Several values of one field stand below each other."""
    thing = {"id": 1, "reasons": REASONS, "none": [], "map": {"a": 1}, "text": "Dear team,\n\nplease look"}
    output.print_thing(thing, ThingFormat.TABLE)
    expected = "id       1\nreasons  'amaz0n' reads as 'amazon'\n         beside 'refund'\nnone\nmap      {\"a\": 1}\n"
    expected += "text     Dear team,\n\n         please look\n"
    assert capsys.readouterr().out == expected


def test_a_value_without_a_form_is_a_bug() -> None:
    """Nothing is printed by its Python name in silence."""
    with pytest.raises(TypeError, match="no form for object"):
        output.encode(object())


def test_a_table_on_a_terminal_has_our_colours_and_nobody_elses(on_terminal: OnTerminal) -> None:
    """Bold heads are ours; an escape sequence or markup in a cell is shown as text."""
    drawn = on_terminal(
        "from scamhunt.cli.listing import *\n"
        "print_rows([{'id': 1, 'name': '\\x1b[31mred [bold]x[/bold] :smile:'}, {'id': 2, 'name': 'y' * 99}],"
        " ['id', 'name'], Format.TABLE)\n"
    )
    assert "\x1b[1m" in drawn
    plain = re.sub(r"\x1b\[[0-9;]*m|\r", "", drawn)
    assert not RAW.search(plain)
    assert "\\u{1b}[31mred [bold]x[/bold] :smile:" in plain
    assert "y" * 59 + "…" in plain
    assert "y" * 61 not in plain


def test_a_terminal_without_colours_gets_none(on_terminal: OnTerminal) -> None:
    """NO_COLOR is honoured."""
    drawn = on_terminal(
        "from scamhunt.cli.listing import *\nprint_rows([{'id': 1}], ['id'], Format.TABLE)\n", NO_COLOR="1"
    )
    assert "\x1b[3" not in drawn
    assert "id" in drawn
