"""Numbers in a text without tags: which runs of digits are numbers, and whose. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from scamhunt.indicators import numberforms
from scamhunt.indicators.digitfold import BULLET, INVISIBLE, UNREADABLE, flatten
from scamhunt.indicators.digitruns import Run, runs
from scamhunt.indicators.phone import Number
from scamhunt.indicators.phonetalk import AFTER, BEFORE, Talk, talk
from scamhunt.indicators.vanity import vanities
from scamhunt.model import Role

_CHAT = re.compile(
    r"(?:wa\.me/|(?:api\.whatsapp\.com|whatsapp:/)/?send/?\?(?:[^\s#]{0,80}?&)?phone=|viber://(?:chat|add|call)/?\?number=)"
    r"(?P<number>(?:\+|%2B|00)?[0-9]{7,15})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_SCHEME_BEFORE = re.compile(r"(?:tel|callto|sms|smsto):(?://)?$", re.IGNORECASE)
_EXTENSION = re.compile(
    r"\s{0,2}[,;]?\s?(?:ext(?:ension|n)?|x|poste|anexo|durchwahl)\.?\s?:?\s?([0-9]{1,6})(?![0-9A-Za-z])", re.IGNORECASE
)
_TOKEN = re.compile(r"[^\s<>\"',;()\[\]{}|]{1,100}$")
_ADDRESS = re.compile(r"://|@|^www\.|[a-z0-9-]\.[a-z]{2,}[/?#:]", re.IGNORECASE)
_GLUE = frozenset("_/\\=&$€£¥₹₽%")
_UNIT = re.compile(
    r"\s?(?:[%°$€£¥₹₽]|(?:usd|eur|gbp|inr|jpy|brl|try|btc|eth|kg|km|cm|mm|gb|mb|kb|tb|px|ms|hz|khz|mhz|kwh|mah|bytes|views"
    r"|followers)\b)",
    re.IGNORECASE,
)
_MONEY = re.compile(r"[$€£¥₹₽]\s?$")
_SUFFIX = re.compile(
    r"[.](?:pdf|jpe?g|png|gif|webp|svg|docx?|xlsx?|pptx?|txt|csv|zip|rar|7z|exe|msi|apk|html?|php|aspx?|js|css|mp[34]|wav"
    r"|eml|msg|com|net|org|info|biz|co|us|uk|de|fr|es|it|nl|in|ru|io|xyz|site|online|shop|top|live|app|dev)\b"
    r"|[-_/=\\][A-Za-z0-9]|@|[.][0-9]",
    re.IGNORECASE,
)
_CHUNKS = 6
"""A number is written in at most so many parts with a blank between."""
_NEAR = _CHUNKS**2
"""At each part begin at most so many readings as a number has parts: none farther off in their order overlaps."""
_LETTERS = {
    "O": "letter O for 0",
    "o": "letter o for 0",
    "l": "letter l for 1",
    "I": "letter I for 1",
    "|": "bar for 1",
}
_LETTERS |= {"S": "letter S for 5", "B": "letter B for 8", "Z": "letter Z for 2"}
_USUAL = frozenset("0123456789+-.() ")
_SURE = Talk(Role.UNKNOWN, about_phone=True, other_thing=False, negated=False)


@dataclass(frozen=True, slots=True)
class Hit:
    """A number and where it stands."""

    start: int
    end: int
    number: Number
    talk: Talk
    how: tuple[str, ...]
    role: Role


def hits(text: str, region: str, *, sure: bool = False) -> list[Hit]:
    """Return the numbers of a text, in order; `sure`: the text is known to be a phone number, if anything."""
    flat = flatten(text)
    found = sorted([*_chats(flat), *_vanities(flat)], key=lambda hit: hit.start)
    taken, at = [*found], 0
    for run in runs(flat):
        while at < len(taken) and taken[at].end <= run.start:
            at += 1
        if at == len(taken) or taken[at].start >= run.end:
            found += _in_run(run, text, region, sure=sure)
    return sorted(found, key=lambda hit: hit.start)


def _chats(flat: str) -> Iterator[Hit]:
    """Yield the numbers of links to a chat: they are always written with their country."""
    for found in _CHAT.finditer(flat):
        digits = found["number"].lower().removeprefix("%2b").removeprefix("+").removeprefix("00")
        number = numberforms.abroad(digits)
        if number:
            start, end = found.span("number")
            said = _said(flat, found.start(), end)
            yield Hit(start, end, number, said, ("link to a chat",), linked(said))


def _vanities(flat: str) -> Iterator[Hit]:
    for found in vanities(flat):
        said = _said(flat, found.start, found.end)
        if not said.other_thing:
            yield Hit(found.start, found.end, found.number, said, ("letters of the keypad",), said.role)


def linked(said: Talk) -> Role:
    """Return the role of a number in a link: whoever shows a link wants to be called, unless words say otherwise."""
    return Role.CALLBACK if said.role is Role.UNKNOWN and not said.negated else said.role


def _said(flat: str, start: int, end: int) -> Talk:
    return talk(flat[max(0, start - BEFORE) : start], flat[end : end + AFTER])


# --- a run of digits --------------------------------------------------------------------------------------------------


def _in_run(run: Run, text: str, region: str, *, sure: bool) -> list[Hit]:
    """Return the numbers of a run: the whole of it, else its parts, else what stands between blanks."""
    judge = _Judge(text, region, sure=sure)
    whole = judge.judge(run)
    if whole:
        return [whole]
    slashed = run.slashed()
    listed = [judge.judge(part, begins=at == 0, ends=at == len(slashed) - 1) for at, part in enumerate(slashed)]
    if all(listed):
        return [hit for hit in listed if hit]
    parts, found = run.split(), []
    for part in parts:
        hit = judge.judge(part) if len(parts) > 1 else None
        found += [hit] if hit else _between_blanks(part, judge)
    return found


def _between_blanks(run: Run, judge: "_Judge") -> list[Hit]:
    """Return the numbers among the parts of a run between its blanks; of two that overlap and disagree neither."""
    chunks = run.chunks()
    found = []
    for first, (start, _) in enumerate(chunks):
        for _, end in chunks[first : first + _CHUNKS]:
            hit = judge.judge(run.part(start, end), strict=True) if (start, end) != (0, len(run.pieces)) else None
            found += [hit] if hit else []
    return [hit for hit, near in _with_neighbours(_longest(found)) if not _contradicted(hit, near)]


def _longest(found: Sequence[Hit]) -> list[Hit]:
    """Return those that lie in no other one of the same number."""
    return [hit for hit, near in _with_neighbours(found) if not any(_covers(other, hit) for other in near)]


def _with_neighbours(found: Sequence[Hit]) -> Iterator[tuple[Hit, Iterator[Hit]]]:
    """Yield each hit with those that may overlap it: a long list is read in a time that grows with its length only."""
    for at, hit in enumerate(found):
        yield hit, chain(found[max(0, at - _NEAR) : at], found[at + 1 : at + 1 + _NEAR])


def _covers(other: Hit, hit: Hit) -> bool:
    return other.number.e164 == hit.number.e164 and other.start <= hit.start and hit.end <= other.end


def _contradicted(hit: Hit, near: Iterable[Hit]) -> bool:
    return any(
        other.number.e164 != hit.number.e164 and other.start < hit.end and hit.start < other.end for other in near
    )


class _Judge:
    """Says of the runs of one text which are numbers."""

    def __init__(self, text: str, region: str, *, sure: bool) -> None:
        """Take the text as it came."""
        self.text = text
        self.region = region
        self.sure = sure

    def judge(self, run: Run, *, strict: bool = False, begins: bool = True, ends: bool = True) -> Hit | None:
        """Return the number that a run is.

        `strict`: it is cut out of a longer one, so its form has to say so. What stands before and behind it counts only
        where the run `begins` and `ends`.
        """
        if not numberforms.FEWEST <= len(run.digits) <= numberforms.MOST or (strict and _is_loose(run)):
            return None
        start, end, flat = run.start, run.end, run.text
        if numberforms.is_other_thing(flat[start:end]) or (begins and _is_glued(flat, start, run.pieces[0].start)):
            return None
        extension = _EXTENSION.match(flat, end)
        if ends and not extension and _goes_on(flat, end):
            return None
        number = numberforms.number(run, self.region, extension[1] if extension else "")
        if number is None:
            return None
        said = _SURE if self.sure else _said(flat, start, extension.end() if extension else end)
        if not self._convinces(run, number, said, strict=strict, begins=begins):
            return None
        end = extension.end() if extension else end
        dialled = _SCHEME_BEFORE.search(flat, max(0, start - 10), start)
        return Hit(start, end, number, said, _disguises(self.text, run), linked(said) if dialled else said.role)

    def _convinces(self, run: Run, number: Number, said: Talk, *, strict: bool, begins: bool) -> bool:
        """Return whether a valid number is written as one, or spoken of as one."""
        if said.other_thing and not run.plus:
            return False
        if numberforms.is_doubtful(run):
            return False
        regular = numberforms.is_regular(run, number, self.region)
        if strict:
            return regular
        marked = begins and _MARKED.search(run.text, max(0, run.start - 3), run.start)
        return said.about_phone or (regular and not marked)


_MARKED = re.compile(r"(?:#\s?|[A-Za-z0-9][-.:])$|[^\W\d_]$")
"""A sign before a number that more often stands before the number of something else."""


def _is_loose(run: Run) -> bool:
    """Return whether nothing but blanks holds the digits together."""
    return not run.plus and not any(gap.strip(f" {INVISIBLE}") for gap in run.gaps)


def _is_glued(flat: str, start: int, first: int) -> bool:
    """Return whether a run is part of something longer: a word, a sum, the address of a page or of a person."""
    before = flat[start - 1] if start else " "
    if _SCHEME_BEFORE.search(flat, max(0, start - 10), start):
        return False
    if before.isalpha() and flat[start] == "+":
        return False
    if before.isalnum() or before == UNREADABLE or (before in _GLUE) or _MONEY.search(flat, max(0, start - 2), start):
        return True
    token = _TOKEN.search(flat, max(0, first - 100), first)
    return token is not None and _ADDRESS.search(token[0]) is not None


def _goes_on(flat: str, end: int) -> bool:
    """Return whether what begins with a run goes on behind it: a word, a unit, the name of a file or of a host."""
    after = flat[end : end + 1]
    if after.isalnum() or after == UNREADABLE:
        return True
    return _UNIT.match(flat, end) is not None or _SUFFIX.match(flat, end) is not None


def _disguises(text: str, run: Run) -> tuple[str, ...]:
    """Return in words what was taken off the digits."""
    start, end = run.pieces[0].start, run.end
    raw, flat = text[start:end], run.text[start:end]
    spelled = any(piece.spelled for piece in run.pieces)
    found = [] if spelled else [name for letter, name in _LETTERS.items() if letter in flat]
    pairs = list(zip(raw, flat, strict=True))
    if any(now.isdigit() and was != now for was, now in pairs):
        found.append("fancy digits")
    if INVISIBLE in flat:
        found.append("invisible characters")
    if spelled:
        found.append("words for digits")
    if BULLET in flat or any(not (char in _USUAL or char.isalnum() or char == INVISIBLE) for char in flat):
        found.append("unusual separators")
    if len(run.pieces) > len(run.groups) and not spelled:
        found.append("digits apart")
    return tuple(found)
