import pytest

from scamhunt.indicators.series import EXAMPLES, series_of
from scamhunt.model import Kind


@pytest.mark.parametrize(("kind", "targets"), EXAMPLES)
def test_what_differs_in_a_count_is_one_series(kind: Kind, targets: tuple[str, ...]) -> None:
    """Each example is one series, and another one than those beside it."""
    assert len({series_of(kind, one) for one in targets}) == 1
    others = {series_of(one, each) for one, some in EXAMPLES if some != targets for each in some}
    assert not others & {series_of(kind, targets[0])}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("amazon-refund.com", "amazon-rewards.com"),
        ("paypa1-login.com", "paypal-login.com"),
        ("amaz0n.com", "amazon.com"),
        ("123.top", "amazon.top"),
    ],
)
def test_what_differs_in_more_is_none(one: str, other: str) -> None:
    """Other words, and digits that stand for letters, are other names."""
    assert series_of(Kind.DOMAIN, one) != series_of(Kind.DOMAIN, other)
