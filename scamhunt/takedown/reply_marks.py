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
_TELEPHONE = re.compile(r"1?[2-9][0-9]{2}[2-9][0-9]{6}")
"""Of the North American plan; longer ones are taken for tickets, of which many look the same."""
_CARD = re.compile(
    r"4[0-9]{12}(?:[0-9]{3}){0,2}|5[1-5][0-9]{14}|2[2-7][0-9]{14}|3[47][0-9]{13}|3[068][0-9]{12}|6[0-9]{15,18}"
)
"""Of the issuers of payment cards."""
_IBAN = re.compile(r"[a-z]{2}[0-9]{2}[a-z0-9]{11,30}")
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
        if _SHORTEST <= len(ticket) <= _LONGEST and not _is_somebodys(ticket):
            yield ticket


def _is_somebodys(ticket: str) -> bool:
    """Say whether a number reads as a telephone, a card or an account: such a "ticket" would be shown and kept."""
    plain = re.sub(r"[^0-9a-z]", "", ticket.lower())
    if _TELEPHONE.fullmatch(plain):
        return True
    if plain.isdigit():
        return _CARD.fullmatch(plain) is not None and _is_luhn(plain)
    return _IBAN.fullmatch(plain) is not None and _is_iban(plain)


def _is_luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    doubled = (int(one) * (1 + at % 2) for at, one in enumerate(reversed(digits)))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def _is_iban(account: str) -> bool:
    """ISO 13616: the number that its letters and digits make leaves 1 when divided by 97."""
    return int("".join(str(int(one, 36)) for one in account[4:] + account[:4])) % 97 == 1


def same_reference(token: str) -> str:
    """Return a token as its XARF id has it, in which six bits are fixed (RFC 9562 5.4); empty for what is none."""
    if not _TOKEN.fullmatch(token):
        return ""
    return f"{token[:12]}4{token[13:16]}{'89ab'[int(token[16], 16) % 4]}{token[17:]}"


def same_ticket(ticket: str) -> str:
    """Return a ticket as it is compared."""
    return ticket.strip(" []#").casefold()
