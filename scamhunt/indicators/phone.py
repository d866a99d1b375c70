"""Phone numbers: one value read into its normal form, E.164, with what kind of number it is. Pure.

The numbering plans are those of libphonenumber (`phonenumbers`). `extract.py` finds numbers in free text.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import phonenumbers

from scamhunt.errors import BadIndicator
from scamhunt.indicators.fictional import is_fictional

LONGEST = 64
"""Characters of a value that may be a number."""
_VALUE = re.compile(
    r"(?:tel:)?[+(]?[\d(][\d\s()./\-]{2,}(?:\s*(?:;ext=|ext\.?|extension|x|#)\s*\d{1,7})?", re.IGNORECASE
)
_ROUNDED = re.compile(r"\d[.,]?\d*e\+?\d+", re.IGNORECASE)
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))
_NANP = 1
_NANP_NATIONAL = re.compile(r"[2-9]\d\d[2-9]\d{6}")
_SHORT = 7
"""A national number of fewer digits is a short code, which has no owner abroad."""


class NumberType(StrEnum):
    """What a number is, as far as its numbering plan says. Nothing says which numbers are VoIP by their operator."""

    TOLL_FREE = "toll_free"
    FIXED = "fixed"
    MOBILE = "mobile"
    FIXED_OR_MOBILE = "fixed_or_mobile"
    """The plan does not tell the two apart, as in North America."""
    PREMIUM = "premium"
    SHARED_COST = "shared_cost"
    VOIP = "voip"
    PERSONAL = "personal"
    PAGER = "pager"
    UAN = "uan"
    """A firm's number that leads to several places."""
    VOICEMAIL = "voicemail"
    UNKNOWN = "unknown"


_TYPES = (
    NumberType.FIXED,
    NumberType.MOBILE,
    NumberType.FIXED_OR_MOBILE,
    NumberType.TOLL_FREE,
    NumberType.PREMIUM,
    NumberType.SHARED_COST,
    NumberType.VOIP,
    NumberType.PERSONAL,
    NumberType.PAGER,
    NumberType.UAN,
    NumberType.VOICEMAIL,
)
"""By libphonenumber's own number for it."""


@dataclass(frozen=True, slots=True)
class Number:
    """One phone number."""

    e164: str
    """`+18885550142`: the same number is always the same text."""
    region: str
    """ISO 3166; `001` for numbers of no country, empty where the plan does not say."""
    type: NumberType
    flags: tuple[str, ...] = ()
    """`extension` (it had one, left out), `fictional`, `unassigned` (right in form, but nobody was given it)."""

    @property
    def national(self) -> str:
        """The digits without the country code."""
        return self.e164[1 + len(str(country_code(self.e164))) :]


def parse(value: str, region: str = "") -> Number:
    """Read one value as a phone number; without `+` it is a number of `region`.

    Letters are no digits here: disguises and vanity numbers are read by `extract`. Raises `BadIndicator` for what is no
    number, cannot exist, is too short for one, or has no country.
    """
    text = _readable(value)
    try:
        read = phonenumbers.parse(text, None if text.startswith("+") else region.upper() or None)
    except phonenumbers.NumberParseException as error:
        if error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
            raise BadIndicator(_no_country(text, region)) from None
        raise BadIndicator("no phone number; write it as +1 888 555 0142") from None
    return _checked(read)


def country_code(e164: str) -> int:
    """Return the country code that a number in E.164 begins with."""
    return _country_code(e164[1:4])


def shown(e164: str) -> str:
    """Return a number as people write it: `+1 888-555-0142`."""
    return phonenumbers.format_number(phonenumbers.parse(e164), phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _readable(value: str) -> str:
    """Return the value with plain digits and dashes. Raises `BadIndicator`."""
    if len(value) > LONGEST:
        raise BadIndicator(f"longer than {LONGEST} characters: no phone number")
    text = unicodedata.normalize("NFKC", value).translate(_DASHES).strip()
    if not text or text.lower() in {"none", "null", "n/a", "na", "unknown"}:
        raise BadIndicator("no number")
    if _ROUNDED.fullmatch(text):
        raise BadIndicator("a number that a spreadsheet rounded: its last digits are lost; export the column as text")
    if not _VALUE.fullmatch(text):
        raise BadIndicator("no phone number; write it as +1 888 555 0142")
    return text.lower().removeprefix("tel:")


def _no_country(text: str, region: str) -> str:
    if text.startswith("+"):
        return "no country has this code; write it as +1 888 555 0142"
    if region:
        return f"no country {region[:10]!a}; write two letters, as in US"
    return "no country: write it as +1 888 555 0142, or set SCAMHUNT_REGION to the country of such numbers"


def _checked(read: phonenumbers.PhoneNumber) -> Number:
    national, country = phonenumbers.national_significant_number(read), read.country_code or 0
    e164 = f"+{country}{national}"
    if len(national) < _SHORT and not phonenumbers.is_valid_number(read):
        raise BadIndicator("a short code, no number that anybody abroad could call")
    if len(set(national)) == 1 or (country == _NANP and not _NANP_NATIONAL.fullmatch(national)):
        raise BadIndicator("no such number can exist; look at the source")
    fictional = is_fictional(e164)
    if not (fictional or phonenumbers.is_possible_number(read)):
        raise BadIndicator("no number of that country has so many digits; look at the source")
    kind = phonenumbers.number_type(read)
    valid = kind != phonenumbers.PhoneNumberType.UNKNOWN  # what is_valid_number asks, once
    flags = [
        *(["extension"] if read.extension else []),
        *(["fictional"] if fictional else []),
        *([] if valid or fictional else ["unassigned"]),
    ]
    region = phonenumbers.region_code_for_number(read) or phonenumbers.region_code_for_country_code(country)
    return Number(e164, "" if region == "ZZ" else region, _type(kind), tuple(flags))


def _type(kind: int) -> NumberType:
    return _TYPES[kind] if 0 <= kind < len(_TYPES) else NumberType.UNKNOWN


@cache
def _country_code(start: str) -> int:
    codes = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    return next(int(start[:size]) for size in (1, 2, 3) if int(start[:size]) in codes)
