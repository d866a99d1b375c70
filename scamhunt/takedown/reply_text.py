"""What the sender of an answer wrote himself: without what he quotes, without his signature, masked. Pure.

Of an answer only this is judged and shown: the report quoted below it holds all the words that an answer could hold.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from scamhunt.indicators.visible import visible
from scamhunt.takedown.reply_words import listed, source
from scamhunt.takedown.words import defang, is_hidden

OWN_LIMIT = 20_000
"""Characters of what the sender wrote that are judged."""
SHOWN_LIMIT = 4_000
"""Characters of it that are kept."""
_MASKED_LIMIT = 2 * SHOWN_LIMIT
_LINES = 5_000
_BLOCK = 8
_INTRO = 400

_QUOTE_TAG = re.compile(r"<(/?)blockquote(?=[\s/>])[^<>]{0,4000}>", re.IGNORECASE)
_FEWEST = 3
_NAME = r"[^\W\d_][\w.'\u2019-]{0,30}"
_PERSON = re.compile(rf"\s*{_NAME}(?:,? {_NAME}){{0,4}}\s*")
_HONOURED = re.compile(r"\s*[^\s、。様]{1,12}(?: [^\s、。様]{1,12})?様\s*")

_MOMENT = r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,6})?)?(?: ?(?:UTC|GMT|Z|[+-]\d\d:?\d\d))?(?![\w-])"
_MACHINE = r"\d{1,3}(?:\[?\.\]?\d{1,3}){3}(?![\w.-])"
_NUMBER = r"\+?\(?\d(?:[ ().,|_*\-\u2010-\u2015/\u00a0]{0,3}\d){6,}"
_ADDRESS = re.compile(r"(?<![\w.+%'-])(?:mailto:)?[\w.+%'-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63}){1,8})", re.IGNORECASE)
_ANY_AT = re.compile(r"[\w.+'-]{0,64}(?:@|%40|\s?[(\[]at[)\]]\s?)(?=[\w\[])", re.IGNORECASE)
_ACCOUNT = re.compile(r"(?<!\w)(?i:[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?)(?!\w)")


def of_page(source: str) -> str:
    """Return what a reader sees of a page, without its quotations (`blockquote`); nothing is fetched."""
    kept, depth, at = [], 0, 0
    for tag in _QUOTE_TAG.finditer(source):
        if depth == 0:
            kept.append(source[at : tag.start()])
        depth = max(0, depth - 1) if tag[1] else depth + 1
        at = tag.end()
    if depth == 0:
        kept.append(source[at:])
    return visible("\n".join(kept)).text


def seen(text: str) -> str:
    """Return a text without characters that nobody sees, with plain ends of lines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(one for one in lines if one == "\n" or not is_hidden(one))


def own(text: str) -> str:
    """Return what the sender wrote himself: no quoted line, nothing below the head of a quoted mail, no signature."""
    lines = [line.rstrip()[:OWN_LIMIT] for line in text.split("\n", _LINES)[:_LINES]]
    return "\n".join(_own(lines)).strip()[:OWN_LIMIT]


def _own(lines: Sequence[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        line = lines[at]
        intro = _attribution(lines, at)
        if intro and not _is_quoted(lines, at + intro):
            return
        if line in {"--", "\u2014", "\u2013\u2013"} or listed("device").fullmatch(line) or listed("legal").match(line):
            return
        if listed("quotes").fullmatch(line) or _is_block(lines, at):
            return
        if not intro and not line.lstrip().startswith((">", "|")):
            yield line
        at += intro or 1


def _attribution(lines: Sequence[str], at: int) -> int:
    """Return over how many lines somebody is said to have written what follows; 0 where nobody is."""
    joined = lines[at]
    if listed("wrote_line").fullmatch(joined.strip()):
        return 1
    for count in (1, 2, 3):
        if listed("wrote").fullmatch(joined.strip()):
            return count
        following = lines[at + count] if at + count < len(lines) else ""
        if not following or len(joined) > _INTRO:
            return 0
        joined = f"{joined} {following}"
    return 0


def _is_quoted(lines: Sequence[str], at: int) -> bool:
    """Tell quoted lines that follow: below them the sender may go on."""
    following = next((line for line in lines[at : at + 3] if line), "")
    return following.lstrip().startswith(">")


def _is_block(lines: Sequence[str], at: int) -> bool:
    """Tell the head of a mail that is quoted without marks, as Outlook does it."""
    first = _head().match(lines[at])
    if not first or not listed("from").fullmatch(first[1]):
        return False
    heads = (_head().match(line) for line in lines[at : at + _BLOCK])
    return len({head[1].lower() for head in heads if head}) >= _FEWEST


@cache
def _head() -> re.Pattern[str]:
    return re.compile(rf"[*_\s]{{0,4}}({source('from')}|{source('head')})[*_\s]{{0,4}}[:\uff1a]", re.IGNORECASE)


@cache
def _greeting() -> re.Pattern[str]:
    name = rf"(?P<name>{_NAME}(?: {_NAME}){{0,4}})\s*(?P<end>[,:!.]?)\s*"
    return re.compile(rf"\s*(?P<word>{source('greeting')})[\s,]+{name}", re.IGNORECASE)


@cache
def _closing() -> re.Pattern[str]:
    name = rf"(?:[\s,.!\u2013-]+(?P<name>{_NAME}(?: {_NAME}){{0,4}}))?[,.!]?\s*"
    return re.compile(rf"\s*(?P<word>{source('closing')}){name}", re.IGNORECASE)


def shown(text: str, tickets: Iterable[str] = ()) -> str:
    """Return what is kept of the sender's words: masked, no link that opens, `SHOWN_LIMIT` characters at most.

    Mail addresses become `[address at DOMAIN]`, numbers of seven digits and more `[number]`, accounts `[account]`, a
    plain greeting's or closing's name `[name]`. Tickets, days and addresses of machines stay.
    """
    begun = unicodedata.normalize("NFKC", text[:_MASKED_LIMIT])  # a wide @ is one too
    if len(text) > _MASKED_LIMIT:  # no half of an address or a number at the end
        begun = begun.rpartition("\n")[0] or begun.rpartition(" ")[0]
    named = "\n".join(_unnamed(begun.split("\n")))
    addressed = _ANY_AT.sub("[address] ", _ADDRESS.sub(r"[address at \1]", named))
    masked = _numbers(tickets).sub(_mask, addressed)
    result = defang(re.sub(r"\n{3,}", "\n\n", masked)).strip()
    return result if len(result) <= SHOWN_LIMIT else f"{result[: SHOWN_LIMIT - 3]}..."


def _numbers(tickets: Iterable[str]) -> re.Pattern[str]:
    kept = (re.escape(ticket) for ticket in sorted(tickets, key=len, reverse=True))
    stays = "|".join((*kept, _MOMENT, _MACHINE))
    begins = r"(?:(?<![\w+])|(?<=_)|(?i:(?<=tel)|(?<=fon)|(?<=phone)|(?<=mobile)|(?<=call)|(?<=fax)))"
    return re.compile(rf"{begins}(?:(?P<stays>(?:{stays})(?!\w))|(?P<account>{_ACCOUNT.pattern})|(?:{_NUMBER}))")


def _mask(found: re.Match[str]) -> str:
    if found["stays"]:
        return found["stays"]
    return "[account]" if found["account"] else "[number]"


def _unnamed(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines with the names of greetings and closings masked, without what follows below a closing's name."""
    named, skips = False, False
    for line in lines:
        skips = skips and bool(line.strip())
        if skips:
            continue
        if named and line.strip():
            named = False
            if _PERSON.fullmatch(line):
                skips = True
                yield "[name]"
                continue
        closing = _closing().fullmatch(line)
        named = named or bool(closing and not closing["name"])
        yield _masked_line(line, closing)


def _masked_line(line: str, closing: re.Match[str] | None) -> str:
    if closing:
        return f"{closing['word']}, [name]" if closing["name"] else line
    if _HONOURED.fullmatch(line):
        return "[name]様"
    greeting = _greeting().fullmatch(line)
    if greeting and not all(listed("nobody").fullmatch(word) for word in greeting["name"].split()):
        return f"{greeting['word']} [name]{greeting['end']}"
    return line
