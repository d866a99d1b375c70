"""What is odd about an answer, in sentences of ours that quote nothing of it. Pure."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from scamhunt.indicators import mime
from scamhunt.indicators.mime import Part
from scamhunt.takedown.reply_sender import sender

_FIRST_YEAR = 2020
_LATE = timedelta(days=3)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_ONCE = {
    "from": "it has several From fields",
    "subject": "it has several subjects",
    "message-id": "it has several Message-IDs",
    "date": "it has several dates",
    "reply-to": "it has several Reply-To fields",
    "in-reply-to": "it has several In-Reply-To fields",
    "content-type": "it has several Content-Type fields",
}


def moment(part: Part) -> datetime | None:
    """Return when a mail says that it was sent; aware, UTC."""
    return _moment(part.headers.get("date", ""))


def of_header(part: Part, raw: bytes) -> Iterator[str]:
    """Yield what is odd about the header of a mail."""
    yield from (text for name, text in _ONCE.items() if name in part.repeated)
    if "message-id" not in part.headers:
        yield "it has no Message-ID"
    if "bcc" in part.headers:
        yield "its header has a Bcc, which no mail that arrives has"
    if _is_mixed(raw):
        yield "the lines of its header end in different ways, as where a field was smuggled in"
    if re.search(r"[\r\n\x00]", mime.words(part.headers.get("subject", ""))):
        yield "its subject hides the end of a line"
    if "list-id" in part.headers or part.headers.get("precedence", "").strip().lower() == "list":
        yield "it came over a mailing list"
    yield from _of_time(part)


def of_reply_to(part: Part, from_domain: str) -> Iterator[str]:
    """Yield whether an answer to it would go elsewhere."""
    value = part.headers.get("reply-to", "")
    if value and sender(value).domain != from_domain:
        yield "an answer to it would go to another domain than it came from"


def of_files(others: frozenset[str]) -> Iterator[str]:
    """Yield what it holds besides its text."""
    if "text/calendar" in others:
        yield "it holds an invitation for a calendar, which was not read"
    if others - {"text/calendar"}:
        yield "it has files, which were not opened"


def of_results(part: Part, told: str, authserv: str) -> Iterator[str]:
    """Yield what our mail server does not vouch for."""
    if told == "unaligned":
        yield "our mail server does not vouch for its sender"
    elif told == "none" and (authserv or "authentication-results" in part.headers):
        yield "no result of our mail server says who sent it"


def _of_time(part: Part) -> Iterator[str]:
    sent, arrived = moment(part), _moment(part.headers.get("received", "").rpartition(";")[2])
    if sent is None:
        yield "it has no date that can be read"
    elif sent.year < _FIRST_YEAR or (arrived and abs(sent - arrived) > _LATE):
        yield "its date is not near the day on which it arrived"


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text.strip()[:100])
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, LookupError):
        return None


def _is_mixed(raw: bytes) -> bool:
    """Tell a header in which some lines end in CR LF and others do not."""
    begun = raw[: mime.HEADER_LIMIT]
    end = _HEAD_END.search(begun)
    head = begun[: end.start()] if end else begun
    return b"\r\n" in head and _BARE.search(head) is not None
