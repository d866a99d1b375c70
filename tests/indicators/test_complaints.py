import pytest

from scamhunt.errors import FeedFailed, FeedHeld
from scamhunt.indicators import answers, complaints


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("8005550123", "+18005550123"),
        ("800-555-0123", "+18005550123"),
        (" (800) 555-0123 ", "+18005550123"),
        ("+18005550123", "+18005550123"),
        ("1 800.555.0123", "+18005550123"),
        ("0000000000", ""),
        ("1005550123", ""),
        ("8001550123", ""),
        ("80055501234", ""),
        ("800555012", ""),
        ("８００５５５０１２３", ""),
        ("800-555-0123 x4", ""),
        ("None", ""),
        ("", ""),
    ],
)
def test_numbers_as_the_agencies_write_them(text: str, number: str) -> None:
    """Ten digits that North America can have are a number; whatever else is none."""
    assert complaints.number(text) == number


def test_a_machine_without_time_zones_is_told_what_to_do() -> None:
    """Where the table of time zones is missing, the feed fails with the name of the package."""
    with pytest.raises(FeedFailed, match="No/Such; install the package tzdata"):
        complaints.moment("2026-11-17 09:00:00", "No/Such")


@pytest.mark.parametrize("piece", [1, 700, 5_000])
def test_the_beginning_is_seen_and_nothing_is_lost(piece: int) -> None:
    """However a content is cut, and whatever space stands before it, it is known by its first bytes and read whole."""
    body = b"\xef\xbb\xbf" + b" \r\n" * 600 + b"<html>" + b"x" * 1_000
    head, chunks = answers.beginning(body[at : at + piece] for at in range(0, len(body), piece))
    assert (answers.is_page(head), answers.is_json(head), b"".join(chunks)) == (True, False, body)


def test_json_has_a_limit() -> None:
    """One byte more than the limit is refused, the limit itself is read."""
    assert answers.json_of([b"[1", b"]"], 3) == [1]
    with pytest.raises(FeedHeld, match="more than 2 bytes"):
        answers.json_of([b"[1", b"]"], 2)


def test_a_line_that_is_too_long_keeps_its_place() -> None:
    """Lines come in their order, a bad one among them, masked."""
    body = b"a,b\n" + b"secret " * 1_000 + b"\nc,d\n"
    first, bad, last = complaints.table(body[:9], [body])
    assert isinstance(first, complaints.Line)
    assert isinstance(last, complaints.Line)
    assert not isinstance(bad, complaints.Line)
    assert (first.number, bad.line, last.number) == (1, 2, 3)
    assert bad.raw.startswith(b"xxxxxx xxxxxx")
