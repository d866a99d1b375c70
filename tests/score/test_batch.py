from scamhunt import reference
from scamhunt.score.batch import score_rows
from scamhunt.score.brands import Brands
from scamhunt.settings import Settings
from scamhunt.testing import sample_brands

BAD = ("a" * 300 + ".com", "xn--99999999999.com", "-bad-.com", "127.0.0.1", "a..b.com", "http://user@x/")
GOOD = ("amazon-login-help.com", "*.amazon-login.com", "https://paypal-login.com/x", "garden-flowers.net")


def test_matches_come_in_order_and_unreadable_lines_by_number() -> None:
    """Good lines are scored as they were given, bad ones are named by their line, and neither disturbs the other."""
    body = "\n".join(value for pair in zip(GOOD, BAD, strict=False) for value in pair) + "\n" + "\n".join(BAD[4:])
    classifier = reference.classifier(Settings(), Brands.of(sample_brands()))
    (scored,) = score_rows([body.encode()], classifier)
    assert [match.indicator for match in scored.matches] == list(GOOD[:3])
    assert [row.line for row in scored.unreadable] == [2, 4, 6, 8, 9, 10]
    assert scored.unreadable[0].raw == BAD[0].encode()


def test_a_long_list_comes_in_batches() -> None:
    """More rows than a batch holds come in several, with the lines counted on."""
    body = b"weather-in-oslo.com\n" * 50_000 + b"amazon-login.com\n-bad-.com\n"
    first, second = score_rows([body], reference.classifier(Settings(), Brands.of(sample_brands())))
    assert first.matches == []
    assert [match.indicator for match in second.matches] == ["amazon-login.com"]
    assert [row.line for row in second.unreadable] == [50_002]
