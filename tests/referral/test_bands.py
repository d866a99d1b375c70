import pytest

from scamhunt.referral.bands import FEW, NOT_TOLD, band, banded, is_band, suppressed


@pytest.mark.parametrize(
    ("count", "told"),
    [
        *((0, FEW), (4, FEW), (5, "5-9"), (9, "5-9"), (10, "10-49"), (49, "10-49"), (50, "50-99"), (99, "50-99")),
        *((100, "100-499"), (999, "500-999"), (1_000, "1000-4999"), (10**8, "100000000-499999999")),
        (5 * 10**8, "500000000 or more"),
    ],
)
def test_a_count_falls_into_its_band(count: int, told: str) -> None:
    """The edges are the ones that the facts name, and no count is without a band."""
    assert band(count) == told
    assert is_band(told)


def test_fewer_than_five_are_not_told() -> None:
    """Four and none look the same; five is told."""
    assert suppressed(4) == suppressed(0) == "fewer than 5"
    assert suppressed(5) == "5"
    assert suppressed(9, 10) == "fewer than 10"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        *(("23", "10-49"), ("1,234", "1000-4999"), ("12500.50", "10000-49999"), ("fewer than 5", FEW)),
        *(("12-17", "10-49"), ("7-60", "5-99"), ("1-3", FEW), ("3-60", NOT_TOLD), ("17-12", "10-49")),
        *(("60-12", NOT_TOLD), ("about 12", NOT_TOLD), ("", NOT_TOLD), ("-5", NOT_TOLD), ("9" * 40, NOT_TOLD)),
        *(("not told: fewer than 5 people there", NOT_TOLD), ("\u0663", NOT_TOLD)),
    ],
)
def test_what_a_packet_tells_becomes_a_band(told: str, expected: str) -> None:
    """Digits and finer bands are widened; words, which may say anything, are not passed on."""
    assert banded(told) == expected
    assert is_band(banded(told))
