"""What ties an answer to a report: Message-IDs, our references, the desk's tickets. Pure."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice

from scamhunt.indicators.mime import Part
from scamhunt.takedown import reply_bounce
from scamhunt.takedown.reply_words import source

ABOUT, REFERENCES, TICKETS = 50, 20, 10
"""The most that are taken from one mail."""
_LONGEST, _SHORTEST = 40, 3
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_TOKEN = re.compile(r"[0-9a-f]{32}")
_REFERENCE = re.compile(
    r"(?<![0-9a-f-])(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9a-f-])", re.IGNORECASE
)
_CODE = r"(?:[a-z]{1,12}-?)?\d[\d-]{2,26}|[a-z]{2,8}(?:-[a-z0-9]{2,12}){0,2}-\d{3,12}"
_BY_FORM = (
    r"((?:INC|RITM|REQ|CAS|TKT|SCTASK)\d{5,12}|(?:ABUSE|CASE|TICKET|INC)-\d{4,12}|ref:[!_]?\w{4,20}\.[!_]?\w{4,20}:ref)"
)


@cache
def _ticket() -> re.Pattern[str]:
    """Return what finds tickets as desks write them: behind a word for one, in square brackets, by their form."""
    word, number = source("ticket"), source("number")
    bracketed = rf"\[(?:(?:{word})(?: ?(?:{number}))?[ :]{{0,2}})?#?({_CODE})\]"
    told = rf"(?:{word})[ -]?(?:{number})? ?(?:is|[:\uff1a#]){{0,2}} ?[\[(]?#?({_CODE})"
    return re.compile(rf"(?<!\w)(?:{bracketed}|{told}|{_BY_FORM})(?![\w-])", re.IGNORECASE)


def own_id(part: Part) -> str:
    """Return the Message-ID of a mail; empty where it has none, several or a broken one."""
    found = _MESSAGE_ID.fullmatch(part.headers.get("message-id", "").strip())
    return found[0] if found and "message-id" not in part.repeated else ""


def about(part: Part) -> tuple[str, ...]:
    """Return the Message-IDs that a mail answers: In-Reply-To, then References, the nearest first.

    Of a bounce that of the mail which it gives back, first of all.
    """
    bounced = reply_bounce.originals(part) if reply_bounce.is_report(part) else ()
    thread = _MESSAGE_ID.findall(part.headers.get("references", ""))
    direct = [*bounced, part.headers.get("in-reply-to", "")]
    found = [one for value in direct for one in _MESSAGE_ID.findall(value)]
    return tuple(islice(dict.fromkeys((*found, *reversed(thread))), ABOUT))


def references(text: str) -> tuple[str, ...]:
    """Return what reads as a token or a XARF id of ours: 32 hexadecimal digits, small letters."""
    found = (one[0].replace("-", "").lower() for one in _REFERENCE.finditer(text))
    return tuple(islice(dict.fromkeys(found), REFERENCES))


def tickets(text: str) -> tuple[str, ...]:
    """Return the numbers of tickets, as the desk writes them, without brackets and `#`."""
    return tuple(islice(dict.fromkeys(_tickets(text)), TICKETS))


def _tickets(text: str) -> Iterator[str]:
    for found in _ticket().finditer(text):
        ticket = next(filter(None, found.groups()))
        if _SHORTEST <= len(ticket) <= _LONGEST:
            yield ticket


def same_reference(token: str) -> str:
    """Return a token as its XARF id has it, in which six bits are fixed (RFC 9562 5.4); empty for what is none."""
    if not _TOKEN.fullmatch(token):
        return ""
    return f"{token[:12]}4{token[13:16]}{'89ab'[int(token[16], 16) % 4]}{token[17:]}"


def same_ticket(ticket: str) -> str:
    """Return a ticket as it is compared."""
    return ticket.strip(" []#").casefold()
