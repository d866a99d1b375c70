"""Phone numbers in free text and in pages, also where they are disguised. Pure.

Never a wrong number rather than none: a run of digits counts as a whole or not at all, in a form that people write
phone numbers in, or with a word of calling close to it; two readings that disagree are none.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from scamhunt.errors import BadIndicator
from scamhunt.indicators.digitfold import flatten
from scamhunt.indicators.numberhits import Hit, hits, linked
from scamhunt.indicators.phone import LONGEST, Number, parse
from scamhunt.indicators.phonetalk import AFTER, BEFORE, talk
from scamhunt.indicators.visible import Link, Visible, is_markup, visible
from scamhunt.model import Role

_SCHEME = re.compile(
    r"(?:tel|callto|sms|smsto|facetime|facetime-audio):(?://)?(?P<number>[^;?,&]{3,60})", re.IGNORECASE
)
_PLAIN = re.compile(r"[+(0-9][0-9().\- +]{5,40}[0-9]")
_IN_TAGS = "markup between"


@dataclass(frozen=True, slots=True)
class Found:
    """A number, where it stands, and what is said of it."""

    raw: str
    """Exactly what stands there."""
    offset: int
    """In characters of the input."""
    number: Number
    role: Role
    how: tuple[str, ...]
    """Which disguises were taken off, in words: `letter O for 0`."""


def extract(text: str, region: str = "") -> list[Found]:
    """Return the numbers in a text, in order; text with tags is read as HTML.

    A number without a country is one of `region` (ISO 3166). Raises nothing.
    """
    if is_markup(text):
        return sorted(in_page(text, visible(text), region), key=lambda found: found.offset)
    return [Found(text[hit.start : hit.end], hit.start, hit.number, hit.role, hit.how) for hit in hits(text, region)]


def read(value: str, region: str = "") -> Number:
    """Read one value as `phone.parse` does, and besides as a disguised number, if it is nothing but one.

    Raises `BadIndicator` as `phone.parse` does.
    """
    try:
        return parse(value, region)
    except BadIndicator:
        disguised = len(value) <= LONGEST and (not value.isascii() or any(map(str.isalpha, value)))
        found = hits(value, region, sure=True) if disguised else []
        whole = (len(value) - len(value.lstrip()), len(value.rstrip()))
        if [(hit.start, hit.end) for hit in found] != [whole]:
            raise
        return found[0].number


# --- a page -----------------------------------------------------------------------------------------------------------


def in_page(source: str, page: Visible, region: str) -> Iterator[Found]:
    """Yield the numbers that a reader of the page sees or can follow; a link over its own number is told once."""
    shown = hits(page.text, region)
    followed: set[int] = set()
    for link in page.links:
        number = _target(link.target, region)
        if number:
            same = _same(shown, link, number)
            followed.update(same)
            if not same:
                yield _from_link(source, page, link, number)
    for at, hit in enumerate(shown):
        start, end = page.span(hit.start, hit.end)
        raw = source[start:end]
        how = (*hit.how, *((_IN_TAGS,) if "<" in raw else ()))
        yield Found(raw, start, hit.number, linked(hit.talk) if at in followed else hit.role, how)


def _target(target: str, region: str) -> Number | None:
    """Return the number that a link leads to."""
    decoded = unquote(target)
    scheme = _SCHEME.match(decoded)
    found = hits(scheme["number"] if scheme else decoded, region, sure=scheme is not None)
    if scheme:
        return found[0].number if len(found) == 1 else None
    return next((hit.number for hit in found if "link to a chat" in hit.how), None)


def _same(shown: list[Hit], link: Link, number: Number) -> list[int]:
    """Return which of the visible numbers a link is written over."""
    first = bisect_left(shown, link.text_start, key=lambda hit: hit.start)
    found = []
    while first < len(shown) and shown[first].end <= link.text_end:
        found += [first] if shown[first].number.e164 == number.e164 else []
        first += 1
    return found


def _from_link(source: str, page: Visible, link: Link, number: Number) -> Found:
    """Return what a link leads to, at the place in its target where the digits stand."""
    start, end = link.start, link.end
    plain = _PLAIN.search(source, start, end)
    if plain and "".join(filter(str.isdigit, plain[0])).endswith(number.national):
        start, end = plain.span()
    before = flatten(page.text[max(0, link.text_start - BEFORE) : link.text_start])
    said = talk(before, flatten(page.text[link.text_end : link.text_end + AFTER]))
    return Found(source[start:end], start, number, linked(said), ("link",))
