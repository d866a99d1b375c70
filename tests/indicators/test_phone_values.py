import phonenumbers
import pytest

from scamhunt.errors import BadIndicator
from scamhunt.indicators.fictional import is_fictional
from scamhunt.indicators.phone import NumberType, country_code, parse, shown


@pytest.mark.parametrize(
    ("value", "region", "e164", "kind", "flags"),
    [
        ("+1 888 555 0142", "", "+18885550142", NumberType.TOLL_FREE, ("fictional",)),
        ("tel:+1-888-555-0142", "", "+18885550142", NumberType.TOLL_FREE, ("fictional",)),
        ("(888) 555-0142 x9", "us", "+18885550142", NumberType.TOLL_FREE, ("extension", "fictional")),
        ("８８８-555-0142", "US", "+18885550142", NumberType.TOLL_FREE, ("fictional",)),
        ("888\u2013555\u20130142", "US", "+18885550142", NumberType.TOLL_FREE, ("fictional",)),
        ("415-555-0123", "US", "+14155550123", NumberType.FIXED_OR_MOBILE, ("fictional",)),
        ("+44 7700 900123", "", "+447700900123", NumberType.UNKNOWN, ("fictional",)),
        ("020 7946 0123", "GB", "+442079460123", NumberType.FIXED, ("fictional",)),
        ("+1 555 555 0142", "", "+15555550142", NumberType.UNKNOWN, ("fictional",)),
        ("+1 223 999 0142", "", "+12239990142", NumberType.FIXED_OR_MOBILE, ()),
        ("+1 222 555 9142", "", "+12225559142", NumberType.UNKNOWN, ("unassigned",)),
    ],
)
def test_reads_a_value(value: str, region: str, e164: str, kind: NumberType, flags: tuple[str, ...]) -> None:
    """A value becomes its normal form, with what kind of number it is."""
    number = parse(value, region)
    assert (number.e164, number.type, number.flags) == (e164, kind, flags)
    assert number.e164.endswith(number.national)


@pytest.mark.parametrize(
    ("value", "region", "reason"),
    [
        ("", "US", "no number"),
        (" None ", "US", "no number"),
        ("1.415E+10", "US", "spreadsheet rounded"),
        ("8" * 65, "US", "longer than 64"),
        ("=HYPERLINK(1)", "US", "no phone number"),
        ("8OO-555-0199", "US", "no phone number"),
        ("888-555-0142", "", "no country: write it"),
        ("888-555-0142", "XX", "no country 'XX'"),
        ("+999 888 555 0142", "", "no country has this code"),
        ("911", "US", "short code|no phone number"),
        ("2255", "GB", "short code"),
        ("0000000000", "US", "no such number can exist"),
        ("1234567890", "US", "no such number can exist"),
        ("5555555555", "US", "no such number can exist"),
        ("+44 20 7946 0123 4567", "", "so many digits"),
    ],
)
def test_says_why_a_value_is_none(value: str, region: str, reason: str) -> None:
    """What cannot be a number is refused with a reason that quotes nothing but a country."""
    with pytest.raises(BadIndicator, match=reason):
        parse(value, region)


def test_the_country_and_the_form_for_people() -> None:
    """A number is shown as people write it."""
    assert (country_code("+18885550142"), country_code("+447700900123"), country_code("+353209112345")) == (1, 44, 353)
    assert shown("+18885550142") == "+1 888-555-0142"


def test_a_type_means_that_the_number_is_valid() -> None:
    """Asking for the type alone is enough: libphonenumber's own check says the same."""
    for national in range(2_010_000_000, 9_990_000_000, 37_777_777):
        number = phonenumbers.PhoneNumber(country_code=1, national_number=national)
        typed = phonenumbers.number_type(number) != phonenumbers.PhoneNumberType.UNKNOWN
        assert typed is phonenumbers.is_valid_number(number)


@pytest.mark.parametrize(
    ("e164", "expected"),
    [
        ("+18885550142", True),
        ("+18885550200", False),
        ("+442079460123", True),
        ("+442896496001", True),
        ("+442890180123", False),
        ("+61491578148", True),
        ("+61491570007", False),
        ("+611800975707", True),
        ("+611300975712", False),
        ("+493023125001", True),
        ("+4915228817386", True),
        ("+491713920012", True),
        ("+4917604069012", True),
        ("+4917604069", False),
        ("+33639981234", True),
        ("+33261001234", False),
        ("+353209112345", True),
        ("+46701740605", True),
        ("+46701740604", False),
        ("+46846500499", True),
    ],
)
def test_ranges_kept_for_fiction(e164: str, expected: bool) -> None:
    """The ranges are those that the regulators publish, to the number."""
    assert is_fictional(e164) is expected
