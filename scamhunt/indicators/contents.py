"""What a file that somebody hands in holds, by its content; its name does not matter. Pure."""

import re
from collections.abc import Mapping
from enum import StrEnum

from scamhunt.errors import FeedHeld
from scamhunt.indicators.forms import cells_of
from scamhunt.indicators.lines import as_utf8, encoding
from scamhunt.indicators.lists import read_rows
from scamhunt.indicators.reports import is_reports

SAMPLE = 200
"""Rows of a list that tell whether they are names."""
PUBLISHED = {
    "ftc_dnc": frozenset({"company_phone_number", "created_date", "violation_date", "consumer_area_code"}),
    "fcc_calls": frozenset({"caller_id_number", "advertiser_business_phone_number", "type_of_call_or_messge"}),
    "misp": frozenset({"event", "attribute"}),
}
"""Feeds whose files have these columns, or keys: they are no reports of the team's own."""

_DELIMITERS = ",\t;|"
_KEY = re.compile(r'"([^"\\]{1,80})"\s*:')
_FIELD = re.compile(rb"[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]")
_MAIL = frozenset(
    b"received return-path delivered-to from to subject date message-id mime-version content-type".split()
)
_NAME = re.compile(r"(?:[a-z]+://)?[^\s/@]+\.[^\W\d][^\s/@]*(?:[/:]\S*)?", re.IGNORECASE)


class Content(StrEnum):
    """What it is."""

    REPORTS = "reports"
    """A table of reported numbers."""
    MAIL = "mail"
    """One mail (RFC 5322)."""
    MAILS = "mails"
    """Several mails in one file, mbox (RFC 4155)."""
    NAMES = "names"
    """A list of names or addresses of sites."""
    UNKNOWN = "unknown"


def content_of(head: bytes, options: Mapping[str, str]) -> Content:
    """Return what a content is by its beginning; `options` is `Reply.options`."""
    text = b"".join(as_utf8(iter([head]), encoding(head)))
    start = text.lstrip(b"\r\n")
    if start.startswith(b"From ") and _is_mail(start.partition(b"\n")[2]):
        return Content.MAILS
    if _is_mail(start):
        return Content.MAIL
    if is_reports(head, options):
        return Content.REPORTS
    return Content.NAMES if _holds_names(text) else Content.UNKNOWN


def published(head: bytes) -> str:
    """Return the feed whose file begins so; nothing for one of nobody that we know."""
    names = set(map(folded, names_in(head)))
    return next((feed for feed, wanted in PUBLISHED.items() if wanted <= names), "")


def names_in(head: bytes) -> list[str]:
    """Return the columns of a table as they stand there, by the separator that gives the most, or the keys of JSON."""
    text = b"".join(as_utf8(iter([head]), encoding(head))).decode("utf-8", "replace")
    if text.lstrip()[:1] in {"{", "["}:
        return _KEY.findall(text)
    line = next((line for line in text.splitlines() if line.strip()), "")
    return max((cells_of(line, delimiter) or [] for delimiter in _DELIMITERS), key=len)


def folded(name: str) -> str:
    """Return the name of a publisher's column for comparing."""
    return name.strip(" \t\"'#").lower().replace(" ", "_")


def _is_mail(start: bytes) -> bool:
    """Tell header fields: most of the first lines, one of which only mails have."""
    lines = [line for line in start[:4096].splitlines()[:6] if line and line[:1] not in b" \t"]
    fields = {line.partition(b":")[0].lower() for line in lines if _FIELD.match(line)}
    return 2 * len(fields) > len(lines) and not _MAIL.isdisjoint(fields)


def _holds_names(text: bytes) -> bool:
    try:
        batch = next(read_rows([text]), None)
    except FeedHeld:
        return False
    values = batch.values[:SAMPLE] if batch else ()
    return bool(values) and 2 * sum(_NAME.fullmatch(value) is not None for value in values) > len(values)
