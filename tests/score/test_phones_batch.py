import json
import tracemalloc
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from scamhunt import reference
from scamhunt.errors import BadIndicator, FeedHeld
from scamhunt.model import Role
from scamhunt.protected import Protected
from scamhunt.score.brands import Brands
from scamhunt.score.phone_batch import ROWS, PhoneScored, read_row, score_phones
from scamhunt.score.phones import PhoneScorer
from scamhunt.score.texts import BrandTexts
from scamhunt.testing import sample_brands

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BRANDS = Brands.of(sample_brands())
SCORER = PhoneScorer(
    BRANDS, BrandTexts(BRANDS, reference.vocabulary()), Protected.of(BRANDS, []), reference.shipped_phone_model()
)
CLAIM = '{"number": "+18885550142", "text": "this is amzon prime refund dept"}'


def scored(body: bytes | str | Sequence[str], region: str = "", piece: int = 65_536) -> list[PhoneScored]:
    """Return what comes of a content that arrives in small pieces."""
    text = body if isinstance(body, bytes | str) else "\n".join(body) + "\n"
    raw = text.encode() if isinstance(text, str) else text
    chunks = (raw[at : at + piece] for at in range(0, len(raw), piece))
    return list(score_phones(chunks, SCORER, NOW, region, 0.0))


def reason(line: str, region: str = "") -> str:
    """Return why a line cannot be read."""
    with pytest.raises(BadIndicator) as error:
        read_row(line, NOW, region)
    return str(error.value)


def test_a_line_is_a_history_of_its_own() -> None:
    """Two reports of one number stay two matches: a list in a file has no voices to compare."""
    (batch,) = scored([CLAIM, CLAIM])
    assert [(one.match.row, one.match.brand, one.match.target) for one in batch.matches] == [
        (0, "amazon", "+18885550142"),
        (1, "amazon", "+18885550142"),
    ]
    assert batch.matches[0].match.reasons == batch.matches[1].match.reasons
    assert "independent_reports" not in {reason.signal for reason in batch.matches[0].match.reasons}


def test_the_number_is_told_as_it_was_given() -> None:
    """Who looks for the line finds it; the normal form is beside it."""
    line = '{"number": " +1 (888) 555-0142 ", "role": "Callback", "text": "amazon refund department"}'
    ((one,),) = [batch.matches for batch in scored(line)]
    assert (one.match.indicator, one.match.target, one.number.e164) == (
        "+1 (888) 555-0142",
        "+18885550142",
        "+18885550142",
    )
    assert one.role is Role.CALLBACK


def test_all_fields_of_an_object_are_read() -> None:
    """Role, text, source, region, seen_at, reports, subject and robocall; what else there is, is left alone."""
    fields = {
        "number": "888 555 0142",
        "role": "sms_sender",
        "text": "words",
        "source": "desk",
        "region": "us",
        "seen_at": "2026-11-20T08:00:00+02:00",
        "reports": 7,
        "subject": "Charities",
        "robocall": True,
        "called_number": "+12125550100",
        "note": None,
    }
    row = read_row(json.dumps(fields), NOW)
    seen = row.sighting
    assert (row.number.e164, row.text, seen.number) == ("+18885550142", "words", "+18885550142")
    assert (seen.role, seen.source, seen.reports, seen.subject) == (Role.SMS_SENDER, "desk", 7, "Charities")
    assert seen.seen_at == datetime(2026, 11, 20, 6, tzinfo=UTC)
    assert seen.robocall is True
    assert not seen.evidence
    assert "+12125550100" not in repr(row)


def test_what_is_not_said_has_a_plain_value() -> None:
    """A bare number, and an object with nothing else: nobody said a role, one report, of now."""
    bare, empty = read_row(" 888-555-0142\r", NOW, "US"), read_row('{"number": 8885550142}', NOW, "US")
    for row in (bare, empty):
        assert row.number.e164 == "+18885550142"
        assert (row.sighting.role, row.sighting.reports, row.sighting.seen_at) == (Role.UNKNOWN, 1, NOW)
    assert read_row('{"number": "+18885550142", "role": "neighbour"}', NOW).sighting.role is Role.UNKNOWN
    assert read_row('{"number": "+18885550142", "seen_at": "2026-11-20"}', NOW).sighting.seen_at.tzinfo is UTC


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("banana", "no phone number"),
        ("888 555 0142", "no country: write it as"),
        ("0000000000", "no country: write it as"),
        ("+1" + "5" * 300, "longer than 64 characters"),
        ("8.885550142E+9", "a spreadsheet rounded"),
        ("=HYPERLINK(1)", "no phone number"),
        ('{"role": "callback"}', "no number"),
        ('{"number": ""}', "no number"),
        ('{"number": "=HYPERLINK(1)"}', "formula"),
        ('{"number": 1e308}', "a spreadsheet rounded"),
        ('{"number": ' + "5" * 300 + "}", "longer than 64 characters"),
        ('{"number": true}', "number is no text"),
        ('{"number": ["+18885550142"]}', "number is no text"),
        ('{"number": "+18885550142", "number": "+18885550143"}', "a key stands twice"),
        ('{"number": "+18885550142", "text": {"a": 1}}', "text is no text"),
        ('{"number": "+18885550142", "role": false}', "role is no text"),
        ('{"number": "8885550142", "region": "Freedonia"}', "country"),
        ('{"number": "8885550142", "region": "XX"}', "no country"),
        ('{"number": "+18885550142", "reports": 0}', "whole number from 1"),
        ('{"number": "+18885550142", "reports": -1}', "whole number from 1"),
        ('{"number": "+18885550142", "reports": 1.5}', "whole number from 1"),
        ('{"number": "+18885550142", "reports": 1e308}', "whole number from 1"),
        ('{"number": "+18885550142", "reports": NaN}', "whole number from 1"),
        ('{"number": "+18885550142", "reports": true}', "whole number from 1"),
        ('{"number": "+18885550142", "reports": ' + "9" * 300 + "}", "whole number from 1"),
        ('{"number": "+18885550142", "robocall": "Y"}', "neither true nor false"),
        ('{"number": "+18885550142", "seen_at": "yesterday"}', "seen_at is no time"),
        ('{"number": "+18885550142", "seen_at": "1970-01-01"}', "seen_at is no time"),
        ('{"number": "+18885550142"', "no JSON that can be read"),
        ('{"number": "+18885550142"} {"number": "+18885550143"}', "no JSON that can be read"),
        ('{"number": ' + "[" * 4_000, "nested too deeply"),
    ],
)
def test_a_line_that_cannot_be_read_has_its_reason(line: str, told: str) -> None:
    """The reason says what to mend and quotes nothing of the line, which may hold somebody's data."""
    found = reason(line)
    assert told in found
    assert "+18885550142" not in found
    assert "yesterday" not in found


def test_unreadable_lines_are_counted_masked_and_never_stop_the_run() -> None:
    """Line numbers count all lines; a blank one and a comment are no rows."""
    (batch,) = scored(["# numbers", "banana 7", "", CLAIM, " ", '{"number": "911", "text": "Erika"}'])
    assert batch.rows == 3
    assert [one.match.brand for one in batch.matches] == ["amazon"]
    assert [(row.line, row.raw) for row in batch.unreadable] == [
        (2, b"xxxxxx 0"),
        (6, b'{"xxxxxx": "000", "xxxx": "xxxxx"}'),
    ]
    assert all(len(row.sha256) == 64 for row in batch.unreadable)


def test_what_is_not_text_is_masked_too() -> None:
    """Bytes that are not UTF-8 and lines without end are rows that cannot be used; those beside them are found."""
    body = b"caf\xe9\n" + b"7" * 5_000 + b"\n" + CLAIM.encode()
    batches = scored(body)
    unreadable = [row for batch in batches for row in batch.unreadable]
    assert [(row.line, row.reason) for row in unreadable] == [(1, "not UTF-8"), (2, "longer than 4,096 characters")]
    assert unreadable[0].raw == b"xxxx"
    assert set(unreadable[1].raw) == set(b"0")
    assert sum(len(batch.matches) for batch in batches) == 1
    assert sum(batch.rows for batch in batches) == 3


@pytest.mark.parametrize("name", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_encoding_is_found(name: str) -> None:
    """Lists come from spreadsheets and consoles of all kinds."""
    assert [one.match.brand for batch in scored(f"{CLAIM}\r\n".encode(name), piece=7) for one in batch.matches] == [
        "amazon"
    ]


@pytest.mark.parametrize(
    ("body", "told"),
    [("\n <html>", "an HTML page"), ('<?xml version="1.0"?>', "XML"), ('[{"number": "+18885550142"}]', "a JSON array")],
)
def test_what_is_no_list_is_held(body: str, told: str) -> None:
    """A page or an array is told as a whole, not line by line."""
    with pytest.raises(FeedHeld, match=told):
        scored(body)


def test_an_empty_list_is_no_trouble() -> None:
    """Nothing comes of nothing."""
    assert scored(b"") == []


def test_memory_does_not_grow_with_the_list() -> None:
    """Of a list of nine batches no more is held than of one of three."""

    def peak(batches: int) -> int:
        def chunks() -> Iterator[bytes]:
            for _ in range(batches):
                yield b"x\n" * ROWS

        tracemalloc.start()
        rows = sum(batch.rows for batch in score_phones(chunks(), SCORER, NOW))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert rows == batches * ROWS
        return most

    assert peak(9) < 1.2 * peak(3)


def test_words_are_looked_through_together_and_stay_with_their_line() -> None:
    """Rows without words in between do not shift the words of others."""
    lines = ["+18885550142", CLAIM, "+18885550143", '{"number": "+18885550144", "text": "micro soft defender alert"}']
    (batch,) = scored(lines)
    assert [(one.match.row, one.match.brand) for one in batch.matches] == [(1, "amazon"), (3, "microsoft")]


def test_a_report_of_yesterday_says_more_than_an_old_one() -> None:
    """`seen_at` counts as it does for stored reports."""
    days = [(NOW - timedelta(days=day)).isoformat() for day in (1, 40)]
    lines = [CLAIM.replace("{", f'{{"seen_at": "{day}", ') for day in days]
    (batch,) = scored(lines)
    first, second = (one.match.score for one in batch.matches)
    assert first > second
