"""Whether digits, written like this in this country, are a phone number. Pure.

A number that libphonenumber calls valid, or one that is kept for fiction, and only if the digits are what people dial
for it there. Nothing here looks at the words round it.
"""

import re
from functools import lru_cache

from scamhunt.errors import BadIndicator
from scamhunt.indicators.digitruns import Run
from scamhunt.indicators.phone import Number, parse

FEWEST, MOST = 7, 17
"""Digits, a prefix for calls abroad included."""
_NANP_GROUPS = {(3, 3, 4), (1, 3, 3, 4)}
_TOLL_FREE = re.compile(r"18(?:00|88|77|66|55|44|33)[2-9]\d{6}")
_TOLL_FREE_GROUPS = (1, 3, 3, 4)
_SPELLED = 7
"""Who writes so many digits as words writes a phone number."""
_TAIL, _BODY = 2, 4
_OTHER_THINGS = re.compile(
    r"""
    (?:19|20)\d\d[-./ ](?:0?[1-9]|1[0-2])[-./ ](?:0?[1-9]|[12]\d|3[01])  # a date
    | (?:0?[1-9]|[12]\d|3[01])[-./ ](?:0?[1-9]|[12]\d|3[01])[-./ ](?:19|20)\d\d  # the other way round
    | (?:19|20)\d\d\ ?[-/]\ ?(?:19|20)\d\d  # years
    | (?:[01]?\d?\d|2[0-4]\d|25[0-5])(?:\.(?:[01]?\d?\d|2[0-4]\d|25[0-5])){3}(?:/\d\d?)?  # an IPv4 address
    | [+-]?\d{1,3}\.\d{4,}  # a coordinate
    | \d{1,3}(?:,\d{3})+(?:\.\d+)?  # a sum
    | 24[/x-]7.*  # a promise
    """,
    re.VERBOSE,
)
_TWO = re.compile(r"(\d+) ?- ?(\d+)")
_POSTCODE = (5, 4)
_BAR = re.compile(r"\d\|\d")
_BAR_AS_ONE = str.maketrans(dict.fromkeys(" -.()+", "") | {"|": "1"})
_THOUSANDS = re.compile(r"\d{1,3}(?:([. '])\d{3})(?:\1\d{3})+")


def is_other_thing(text: str) -> bool:
    """Return whether a flattened run has the form of a date, an address of the internet, a place or a sum."""
    return _OTHER_THINGS.fullmatch(text) is not None


def number(run: Run, region: str, extension: str = "") -> Number | None:
    """Return the number that a run is; None for none, or where two readings disagree."""
    found = _number(run.digits, run.plus, region, extension)
    if found is None and _BAR.search(run.text[run.start : run.end]):
        found = _number(run.text[run.start : run.end].translate(_BAR_AS_ONE), run.plus, region, extension)
    if run.plus or tuple(map(len, run.groups)) != _TOLL_FREE_GROUPS or not _TOLL_FREE.fullmatch(run.digits):
        return found
    outside = _number(run.digits, plus=True, region="", extension=extension)
    return outside if found is None or found == outside else None


def abroad(digits: str) -> Number | None:
    """Return the number that digits are which begin with the code of a country."""
    return _number(digits, plus=True, region="", extension="")


def is_regular(run: Run, found: Number, region: str) -> bool:
    """Return whether the digits are grouped as people group those of a phone number of that country."""
    groups = run.groups
    if sum(len(piece.digits) for piece in run.pieces if piece.spelled) >= _SPELLED:
        return True
    if any("," in gap for gap in run.gaps) or (len(groups) == 1 and not run.plus):
        return False
    if run.plus:
        return True
    written = run.text[run.start : run.end]
    if _THOUSANDS.fullmatch(written) or _is_range(written):
        return False
    if found.e164.startswith("+1"):
        return tuple(map(len, groups)) in _NANP_GROUPS
    return _is_grouped(" ".join(groups), region, found)


def _is_range(written: str) -> bool:
    """Return whether this may be a range of numbers of as many digits each, or an American postcode."""
    ends = _TWO.fullmatch(written)
    if ends is None:
        return False
    low, high = ends.groups()
    return (len(low) == len(high) and low < high) or (len(low), len(high)) == _POSTCODE


def is_doubtful(run: Run) -> bool:
    """Return whether one or two digits at the end may well belong to something else: `030 23125000 12`."""
    groups, gaps = run.groups, run.gaps
    return (
        not run.plus
        and len(groups) > _TAIL
        and len(groups[-1]) <= _TAIL
        and len(groups[-2]) >= _BODY
        and " " in gaps[-1]
    )


@lru_cache(65_536)
def _number(digits: str, plus: bool, region: str, extension: str) -> Number | None:  # noqa: FBT001  # cached by it
    if not FEWEST <= len(digits) <= MOST:
        return None
    here = _parsed(f"+{digits}" if plus else digits, region, extension)
    if here and not plus and not _is_dialled(digits, region, here):
        here = None
    if plus or not digits.startswith("00"):
        return here
    outside = _parsed(f"+{digits[2:]}", "", extension)
    return outside if here is None or here == outside else None


def _parsed(value: str, region: str, extension: str) -> Number | None:
    try:
        found = parse(value + (f" ext {extension}" if extension else ""), region)
    except BadIndicator:
        return None
    return None if "unassigned" in found.flags else found


def _is_dialled(digits: str, region: str, found: Number) -> bool:
    """Return whether these digits are what people of the region dial for the number, its trunk prefix included."""
    from phonenumbers import PhoneNumberMatcher  # noqa: PLC0415  # slow to load

    if digits in {found.e164[1:], found.national} and found.e164.startswith("+1"):
        return True
    if any(match.raw_string == digits for match in PhoneNumberMatcher(digits, region.upper() or None)):
        return True
    return "fictional" in found.flags and digits == f"0{found.national}"


@lru_cache(4_096)
def _is_grouped(written: str, region: str, found: Number) -> bool:
    from phonenumbers import Leniency, PhoneNumberMatcher  # noqa: PLC0415  # slow to load

    matches = PhoneNumberMatcher(written, region.upper() or None, Leniency.STRICT_GROUPING)
    if any(match.raw_string == written for match in matches):
        return True
    groups = written.split(" ")
    return "fictional" in found.flags and groups[0].startswith("0") and min(map(len, groups)) >= _TAIL
