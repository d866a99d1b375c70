"""Dates and brands of reports: what counts as a date (hazard 17), and where a brand stands."""

import pytest

from scamhunt.indicators.reports import read_reports
from scamhunt.model import Batch, Notice

HEADER = "number,role,text,seen_at,source\n"
NOW = "2026-11-22T08:00:00+00:00"


def steps(content: str) -> list[Batch | Notice]:
    """Return all that is read of a content."""
    return list(read_reports([content.encode()], {"now": NOW}))


@pytest.mark.parametrize(
    ("cell", "when", "told"),
    [
        ("2026-11-20T08:00:00Z", "2026-11-20T08:00:00+00:00", ""),
        ("2026-11-20T08:00:00-05:00", "2026-11-20T13:00:00+00:00", ""),
        ("2026-11-20 08:00:00 UTC", "2026-11-20T08:00:00+00:00", ""),
        ("1795161600", "2026-11-20T08:00:00+00:00", ""),
        ("2026-11-20 08:00", "2026-11-20T08:00:00+00:00", "1 date is without a zone"),
        ("2026-11-20", "2026-11-20T00:00:00+00:00", "1 date is without a zone"),
        ("20.11.2026 08:00", "2026-11-20T08:00:00+00:00", "1 date is without a zone"),
        ("11/20/2026", None, "1 row has no date that counts (1 not readable): undated, as if reported when read; "),
        ("yesterday", None, "1 row has no date that counts (1 not readable)"),
        ("1970-01-01T00:00:00Z", None, "1 row has no date that counts (1 before 1990)"),
        ("0001-01-01T00:00:00+05:00", None, "1 row has no date that counts (1 not readable)"),
        ("2026-11-23T07:00:00Z", "2026-11-23T07:00:00+00:00", ""),
        ("2026-11-23T09:00:00Z", None, "1 row has no date that counts (1 in the future)"),
        ("2026-11-29", None, "1 row has no date that counts (1 in the future)"),
        ("", None, "1 row has no date that counts (1 missing)"),
    ],
)
def test_a_time_is_read_or_left_out(cell: str, when: str | None, told: str) -> None:
    """17: no zone is UTC and told; what is not there, not readable or not believed is no time, and told."""
    batch, *notices = steps(f"{HEADER}+18885550142,callback,,{cell},\n")
    assert isinstance(batch, Batch)
    assert [moment and moment.isoformat() for moment in batch.seen_at] == [when]
    assert [notice.text[: len(told)] for notice in notices if isinstance(notice, Notice)] == ([told] if told else [])


def test_rows_without_a_date_are_told_in_one_sentence() -> None:
    """17: how many in all, and why, the most frequent first; a table without dates has nothing to mend in a row."""
    cells = ["yesterday", "", "", "", "1970-01-01", "1971-01-01", "2026-11-20T08:00Z"]
    content = HEADER + "".join(f"+18885550142,,,{cell},\n" for cell in cells)
    (notice,) = (step.text for step in steps(content) if isinstance(step, Notice))
    why = "(3 missing, 2 before 1990, 1 not readable)"
    assert notice.startswith(
        f"6 rows have no date that counts {why}: undated, as if reported when read; write dates as "
    )
    assert not any(isinstance(step, Notice) for step in steps("number,text\n+18885550142,Amazon\n"))


def test_dates_without_a_zone_are_counted() -> None:
    """17: one sentence for all of them."""
    *_, notice = steps(HEADER + "+18885550142,,,2026-11-20,\n" * 1_200)
    assert isinstance(notice, Notice)
    assert notice.text.startswith("1,200 dates are without a zone, read as UTC")


@pytest.mark.parametrize(
    ("cell", "brand", "text"),
    [("  Amazon ", "Amazon", "hello"), ("A" * 80, "A" * 80, "hello"), ("A" * 81, "", "A" * 81 + "\nhello")],
)
def test_a_column_of_brands_names_the_brand(cell: str, brand: str, text: str) -> None:
    """It stands apart from the words; what is too long for a name are words."""
    (batch,) = steps(f"number,brand,text\n+18885550142,{cell},hello\n")
    assert isinstance(batch, Batch)
    (one,) = batch.statements
    assert (one.brand, one.text) == (brand, text)


def test_what_cannot_know_the_time_leaves_the_future_alone() -> None:
    """Without the time that it is, no date is said to lie ahead: the program that takes the rows knows better."""
    (batch,) = read_reports([f"{HEADER}+18885550142,,,2999-01-01T00:00Z,\n".encode()], {})
    assert isinstance(batch, Batch)
    assert [moment and moment.year for moment in batch.seen_at] == [2999]
