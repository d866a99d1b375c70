import pytest

from scamhunt.takedown.private import ADDRESS, CARD, PHONE, SECURITY, found

NUMBERS = ("+18885550142", "+1 888 280 4331", "+44 20 7946 0123", "no number")
ADDRESSES = ("abuse@carrier.example", "Reports@Trust.example", "")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("write to maria.lopez@mail.example", [ADDRESS]),
        ("write to maria@mail[.]example", [ADDRESS]),
        ("\uff4d\uff41\uff52\uff49\uff41\uff20mail\u3002example", [ADDRESS]),
        ("ma\u200bria@mail.example", [ADDRESS]),
        ("abuse@carrier.example.evil.example", [ADDRESS]),
        ("x abuse@carrier.example and maria@mail.example", [ADDRESS]),
        ("card 4111 1111 1111 1111", [CARD]),
        ("card 4111-1111-1111-1111.", [CARD]),
        ("card 4111\n> 1111 1111 1111", [CARD]),
        ("card 5555555555554444", [CARD]),
        ("card 3782 822463 10005", [CARD]),
        ("card \uff14111111111111111", [CARD]),
        ("SSN 219-09-9999", [SECURITY]),
        ("SSN 219 09 9999", [SECURITY]),
        ("219\n09 9999", [SECURITY]),
        ("she was called at +1 415 555 0123", [PHONE]),
        ("at 415-555-0123", [PHONE]),
        ("at (415) 555-0123", [PHONE]),
        ("at (415)555.0123", [PHONE]),
        ("at 415.555.0123.", [PHONE]),
        ("at 1-415-555-0123", [PHONE]),
        ("at 4155550123", [PHONE]),
        ("at 415\u2013555\u20130123", [PHONE]),
        ("> at 415 555\n> 0123", [PHONE]),
        ("at 4\u200b15-555-0123", [PHONE]),
        ("at \U0001d7d2\U0001d7cf\U0001d7d3-555-0123", [PHONE]),
        ("tel[:]+14155550123", [PHONE]),
        ("wa[.]me/14155550123", [PHONE]),
        ("at 07700 900123", [PHONE]),
        ("at 020 7946 0999", [PHONE]),
        ("at +44 7700 900123", [PHONE]),
        ("at 0044 7700 900123", [PHONE]),
        ("at +49 30 23125 123", [PHONE]),
        ("+18885550142 called +14155550123", [PHONE]),
        ("+1888555014214155550123", []),
        ("maria@mail.example, 4111 1111 1111 1111, 219-09-9999, 415-555-0123", [ADDRESS, CARD, SECURITY, PHONE]),
    ],
)
def test_what_a_victim_may_have_told_is_found_by_its_shape(text: str, kinds: list[str]) -> None:
    """Addresses, cards, social security and phone numbers, however they are written or folded."""
    assert found([text], numbers=NUMBERS, addresses=ADDRESSES) == kinds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "To abuse@carrier.example from reports@trust.example.",
        "+18885550142, +1 888 555 0142, 1-888-555-0142, (888) 555-0142, 888.555.0142, 8885550142, 001 888 555 0142",
        "011 1 888 555 0142",
        "+1 (888) 555\u20130142 at 2026-11-21 14:05",
        "shown +18885550142 2026-11-21 14:05:09 +0100",
        "+44 (0)20 7946 0123, 020 7946 0123, +442079460123, 0044 20 7946 0123",
        "call +1 888\n> 555 0142",
        "2026-11-21 14:05 UTC, 2026-11-21T14:05:09.123456+11:00, 14:05 +1000, 21.11.2026, 21/11/2026, 05/11/2026",
        "192.168.100.200 and 10.20.30.40:8080",
        "order 112-4567890-1234567, 4155550100200300, 3 of 12, 45 days, OCN 123A, 888-555-0xxx",
        "order 4111 1111 1111 1112",
        "order 114155550123999",
        "0012345678",
        "000-12-3456 and 123-00-4567 and 123-45-0000 and 912-34-5678",
        "lat 40.7127837, lon -74.0059413",
        "version 3.14.15.926",
        "a @ b, me@localhost",
    ],
)
def test_what_belongs_into_a_report_is_left_alone(text: str) -> None:
    """The reported number and official ones in any spelling, our addresses, dates, amounts and identifiers."""
    assert found([text], numbers=NUMBERS, addresses=ADDRESSES) == []


def test_each_kind_is_told_once_and_never_by_its_value() -> None:
    """Of several texts with the same kind one is told."""
    kinds = found(["a@b.example", "c@d.example", "415-555-0123"])
    assert kinds == [ADDRESS, PHONE]
    assert not any(character.isdigit() for kind in kinds for character in kind)


@pytest.mark.parametrize("times", [20, 50_000])
@pytest.mark.parametrize(
    ("start", "again", "kinds"),
    [
        ("+", "1 ", [PHONE]),
        ("", "1 ", []),
        ("", "a.", []),
        ("", "4 ", []),
        ("", "(0", []),
        ("", "x@", []),
        ("", "+1 ", []),
        ("", "4111 ", []),
        ("", "20 ", []),
        ("", "a@b.", [ADDRESS]),
    ],
)
def test_a_hostile_text_hides_nothing_however_long_it_is(start: str, again: str, kinds: list[str], times: int) -> None:
    """A hundred thousand characters that almost fit are judged as forty are; what stands behind them is found."""
    text = start + again * times
    assert found([text], numbers=NUMBERS) == kinds
    assert found([f"{text}; she is maria@mail.example, 415-555-0123"], numbers=NUMBERS) == [ADDRESS, PHONE]
