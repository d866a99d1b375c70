"""What of a victim must never stand in a report on a number: found by its shape, and told by its kind only. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from scamhunt.errors import BadIndicator
from scamhunt.indicators import phone
from scamhunt.takedown.words import fold_dots, is_hidden

ADDRESS = "an e-mail address that is neither the recipient's nor the reporter's"
CARD = "what may be the number of a payment card"
SECURITY = "what may be a social security number"
PHONE = "what may be a phone number that is neither the reported one nor an official one of the brand"

_GAP = r"[ ().\-\u2010-\u2015\u2212/]{0,3}"
_FOLD = re.compile(r"\s*\n(?:[ >]|- )*")
_BROKEN = str.maketrans({"[": None, "]": None})
_ADDRESS = re.compile(r"[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_MOMENT = re.compile(
    r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,6})?(?: ?[+-]\d\d:?\d\d)?)?|\b\d\d:\d\d ?[+-]\d{4}\b"
)
# As cards show it: in one piece, by four digits, or by four, six and five. Order numbers are grouped otherwise.
_CARD = re.compile(
    r"(?<![\w-])(?=[2-6])(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5})(?![\w-])"
)
_SECURITY = re.compile(r"(?<![\w-])(?!000|666|9)\d{3}([ -])(?!00)\d\d\1(?!0000)\d{4}(?![\w-])")
_PHONE = re.compile(
    rf"""(?<![\w])(?<!\d[.-])(?:
    \+[1-9](?:{_GAP}\d){{6,14}}
    | 00[1-9](?:{_GAP}\d){{8,13}}
    | (?:1{_GAP})?\(?[2-9]\d\d\)?{_GAP}[2-9]\d\d{_GAP}\d{{4}}
    | \(?0[1-9]\d{{1,4}}\)?(?:[ /-]?\d){{5,9}}
    )(?![\w])""",
    re.VERBOSE,
)


def found(texts: Iterable[str], *, numbers: Iterable[str] = (), addresses: Iterable[str] = ()) -> list[str]:
    """Return which kinds of personal data some texts may hold; of what is theirs nothing is quoted.

    `numbers` and `addresses` may stand there: the reported number and official ones, in any spelling; the recipient's
    and the reporter's mailbox.
    """
    own = [*map(_spellings, _e164(numbers))]
    allowed = {address.lower() for address in addresses}
    return list(dict.fromkeys(kind for text in texts for kind in _kinds(_plain(text), own, allowed)))


def _kinds(text: str, own: list[re.Pattern[str]], allowed: set[str]) -> Iterator[str]:
    if any(address.strip("'.").lower() not in allowed for address in _ADDRESS.findall(text)):
        yield ADDRESS
    rest = _MOMENT.sub(" | ", text)
    for spelling in own:
        rest = spelling.sub(" | ", rest)
    if any(_has_check_digit(card.group()) for card in _CARD.finditer(rest)):
        yield CARD
    if _SECURITY.search(rest):
        yield SECURITY
    if _PHONE.search(rest):
        yield PHONE


def _plain(text: str) -> str:
    """Return a text as it is read: on one line, without defanging, styled digits as plain ones."""
    one_line = _FOLD.sub(" ", text)
    folded = fold_dots(unicodedata.normalize("NFKC", one_line)).translate(_BROKEN)
    return "".join(character for character in folded if not is_hidden(character))


def _e164(numbers: Iterable[str]) -> Iterator[str]:
    for number in numbers:
        try:
            yield phone.parse(number).e164
        except BadIndicator:  # an official number that cannot be read: then it may not stand there
            continue


def _spellings(e164: str) -> re.Pattern[str]:
    """Return what finds a number with or without its country, however it is grouped."""
    country = str(phone.country_code(e164))
    national = _GAP.join(e164[1 + len(country) :])
    before = rf"(?:(?:\+|00|011)?{_GAP}{_GAP.join(country)}{_GAP}(?:\(0\){_GAP})?)"
    return re.compile(rf"(?<!\w)\(?(?:{before}|0)?{national}(?!\d)")


def _has_check_digit(card: str) -> bool:
    """Return whether the digits pass the check of payment cards (ISO/IEC 7812-1, annex B)."""
    digits = [int(digit) for digit in reversed(card) if digit.isdigit()]
    return sum(sum(divmod(digit * (1 + at % 2), 10)) for at, digit in enumerate(digits)) % 10 == 0
