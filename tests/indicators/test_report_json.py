"""JSON of reports in its usual forms, and in unusual ones (hazards 13 and 14)."""

import json

import pytest

from scamhunt.errors import BadIndicator, FeedHeld
from scamhunt.indicators import phone
from scamhunt.indicators.reports import columns, is_reports, read_reports
from scamhunt.model import Batch, Role

ONE = '{"number": "+18885550142", "role": "callback", "text": "Amazon"}'
TWO = '{"number": "+18885550143", "note": [1, {"deep": "]}"}]}'


def read(content: str, piece: int = 65_536, **options: str) -> tuple[list[tuple[str, int]], list[tuple[int, str]]]:
    """Return (number, line) of what is taken and (line, reason) of what is not."""
    body = content.encode()
    chunks = (body[at : at + piece] for at in range(0, len(body), piece))
    found = [step for step in read_reports(chunks, options) if isinstance(step, Batch)]
    taken = [row for batch in found for row in zip(batch.values, batch.lines, strict=True)]
    return taken, [(row.line, row.reason) for batch in found for row in batch.rejected]


@pytest.mark.parametrize("piece", [1, 7, 65_536])
@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (f"[{ONE}, {TWO}]", [1, 2]),
        (f"[\n {ONE},\n\n {TWO}\n]\n", [1, 2]),
        (f"{ONE}\n{TWO}\n", [1, 2]),
        (f"\n{ONE}\n\n{TWO}", [2, 4]),
        (f"{ONE}{TWO}", [1, 1]),
        (f"{ONE} {TWO}\n", [1, 1]),
        (json.dumps(json.loads(ONE), indent=1) + "\n" + json.dumps(json.loads(TWO), indent=1), [1, 2]),
        (f'{{"count": 2, "title": "a \\"[{{", "reports": [{ONE}, {TWO}], "more": [{{"number": 1}}]}}', [1, 2]),
        (f'{{"data": {{"items": [{ONE},{TWO}]}}}}', [1, 2]),
    ],
    ids=["array", "printed", "lines", "blank lines", "one line", "spaced", "concatenated", "object", "deeper"],
)
def test_every_usual_form_gives_the_same_reports(content: str, lines: list[int], piece: int) -> None:
    """13: an array, an object around one, an object a line and objects one after another, however they are cut."""
    assert read(content, piece) == (list(zip(["+18885550142", "+18885550143"], lines, strict=True)), [])


@pytest.mark.parametrize("content", ["[]", '{"reports": []}', '{"meta": {"page": 1}, "data": {"items": [ ]}}'])
def test_no_reports_are_no_fault(content: str) -> None:
    """An export of a quiet day has no rows."""
    assert read(content) == ([], [])


@pytest.mark.parametrize(
    "content", ['["+18885550142"]', "[[[[", '{"a": ' * 50_000, "[" * 100_000, '[{"number": 1}', "{"]
)
def test_json_of_something_else_is_held(content: str) -> None:
    """13: without objects, without an end, or deeper than anything: a message, no crash, and nothing quoted."""
    with pytest.raises(FeedHeld, match=r"no JSON objects|ends before its last bracket|no header") as problem:
        read(content)
    assert "5550142" not in str(problem.value)


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ('{"number": "+18885550143", "number": "+18885550144"}', "a key stands twice in it"),
        ('{"number": "+18885550143", "Number": "+18885550144"}', "a key stands twice in it"),
        ('{"number": "+18885550143",}', "no JSON that can be read"),
        ("null", "no JSON object"),
        ("5", "no JSON object"),
        ('{"role": "callback"}', "no number"),
        ('{"number": null}', "no number"),
        ('{"number": ["+18885550143"]}', "no number"),
        ('{"number": "=HYPERLINK(1)"}', "a spreadsheet's formula in place of a number"),
        ('{"number": "1", "text": "' + "x" * 70_000 + '"}', "longer than 65,536 characters"),
        ('{"number": "1", "x": ' + "[" * 30_000 + "]" * 30_000 + "}", "JSON that is nested too deeply"),
    ],
)
@pytest.mark.parametrize("form", ["array", "lines"])
def test_a_bad_object_costs_itself(form: str, bad: str, why: str) -> None:
    """14: it is refused with its number and a reason, and the objects around it are read."""
    content = f"[{ONE},{bad},{TWO}]" if form == "array" else f"{ONE}\n{bad}\n{TWO}\n"
    assert read(content) == ([("+18885550142", 1), ("+18885550143", 3)], [(2, why)])


@pytest.mark.parametrize(
    ("number", "came"),
    [
        ("18885550142", "no country"),
        ("1e308", "a spreadsheet rounded"),
        ("1e999", "a spreadsheet rounded"),
        ("9" * 5_000, "longer than 64 characters"),
        ("NaN", "no phone number"),
        ("-1", "formula"),
    ],
)
def test_a_number_without_quotes_is_the_text_that_stands_there(number: str, came: str) -> None:
    """14: no digit is lost, nothing overflows; what is no phone number is refused when it is read."""
    taken, bad = read(f'[{{"number": {number}}}]')
    told = [reason for _, reason in bad]
    for value, _ in taken:
        with pytest.raises(BadIndicator) as problem:
            phone.parse(value)
        told.append(str(problem.value))
    assert [came in one for one in told] == [True]


def test_what_a_report_says_is_read() -> None:
    """Keys are known as columns are, by their names or by the team's mapping; the others are dropped."""
    content = (
        '[{"Caller": "+18885550142", "Medium": "pop-up", "Notes": "Amazon", '
        '"email": "x@example.com", "when": 1795161600}]'
    )
    (batch,) = read_reports([content.encode()], {"number": "Caller"})
    assert isinstance(batch, Batch)
    (one,) = batch.statements
    assert (one.role, one.role_from, one.text, batch.schema) == (
        Role.CALLBACK,
        "column medium",
        "Amazon",
        "json number,role,text,seen_at",
    )
    assert [moment and moment.isoformat() for moment in batch.seen_at] == ["2026-11-20T08:00:00+00:00"]
    assert "x@example.com" not in repr(batch)


def test_keys_of_later_objects_are_columns_too() -> None:
    """Objects need not have the same keys; one that lacks the number is refused."""
    content = '{"text": "Amazon"}\n{"number": "+18885550142", "text": "Amazon"}\n'
    assert {one.column: one.taken_for for one in columns(content.encode(), {})} == {"number": "number", "text": "text"}
    assert read(content) == ([("+18885550142", 2)], [(1, "no number")])


def test_the_beginning_is_enough_for_the_columns() -> None:
    """A large array is known by its first objects, though its end is not there yet."""
    head = ("[" + ",".join([ONE] * 2_000))[:65_536].encode()
    assert is_reports(head, {})
    assert [one.taken_for for one in columns(head, {})] == ["number", "role", "text"]


def test_an_array_that_is_cut_is_told_after_what_came() -> None:
    """A half download is no quiet day: what came is read, then the feed is held."""
    steps = read_reports([("[" + f"{ONE}," * 6_000).encode()], {})
    assert isinstance(next(steps), Batch)
    with pytest.raises(FeedHeld, match="ends before its last bracket"):
        list(steps)
