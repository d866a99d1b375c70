"""Links and numbers of a scam mail that somebody forwarded. Pure.

What stands in the original counts: an attached mail, else the forwarded part of the text. Of a mail that is no forward
only links count: its numbers are those of whoever wrote it. Of an original only numbers count that it tells to call, or
that texts come from; others may be the victim's. Nothing else of a mail leaves `read_mail`: no address, no name, none
of its files.
"""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from itertools import accumulate, islice

from scamhunt.indicators import forwarded, links, mime
from scamhunt.indicators.extract import Found, extract
from scamhunt.indicators.mime import Part
from scamhunt.indicators.phonetalk import BEFORE
from scamhunt.indicators.visible import visible
from scamhunt.model import Kind, Role, Statement

VALUES = 200
"""Links and numbers of one mail."""
ROWS = 50_000
"""Lines of text that are looked at."""
LINKS = 2_000
"""Links of one mail that are looked at."""
_TOLD = frozenset({Role.CALLBACK, Role.SMS_SENDER})
TEXT = 4_096
"""Characters of a mail in which a brand is looked for."""

_ENCRYPTED = frozenset(
    {"multipart/encrypted", "application/pgp-encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}
)
_ARMOUR = "-----BEGIN PGP MESSAGE-----"
_REPLIED = re.compile(r"auto-(?:replied|notified)", re.IGNORECASE)
_LINK = re.compile(r"(?:h(?:tt|xx)ps?:|//)", re.IGNORECASE)
_CHAT = re.compile(r"https?://(?:wa\.me|api\.whatsapp\.com|web\.whatsapp\.com)/", re.IGNORECASE)
_NO_TAGS = str.maketrans("<>", "  ")
_CALL = re.compile(r"(?:tel|callto):", re.IGNORECASE)


class Fate(StrEnum):
    """What a mail is."""

    READ = "read"
    """Its original was read."""
    OPAQUE = "opaque"
    """Encrypted, S/MIME or PGP, or its original is a file of Outlook's: nothing of it can be read."""
    AUTOMATIC = "automatic"
    """An automatic reply or a bounce: nobody forwarded it."""
    NO_MAIL = "no_mail"
    """No mail at all."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What is taken from one mail."""

    fate: Fate
    message_id: str = ""
    """Its own Message-ID; empty where it has none."""
    sent_at: datetime | None = None
    """Aware, UTC; None where it does not say."""
    values: tuple[tuple[Kind, str, Statement], ...] = ()
    """Each link and each number once, numbers in E.164."""
    cut: bool = False
    """Whether a limit left something out."""
    passed: int = 0
    """Numbers that were left alone, for nobody says that they are to be called or that texts come from them."""
    unforwarded: bool = False
    """Whether numbers were left alone because no original was found around them."""


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    targets: tuple[tuple[str, str], ...] = ()
    """Where its links lead, and what stands before each on the line."""


@dataclass(slots=True)
class _Words:
    """What the originals of one mail say."""

    subjects: list[str] = field(default_factory=list)
    lines: list[_Line] = field(default_factory=list)
    """Those of which numbers count too."""
    others: list[_Line] = field(default_factory=list)
    """Those of which only links count."""
    left: int = mime.TEXT_LIMIT
    rows: int = ROWS
    cut: bool = False
    opaque: bool = False


def read_mail(raw: bytes, region: str = "") -> Mail:
    """Read a mail as it came (RFC 5322); a number without `+` is one of `region`. Never raises."""
    part, cut = mime.parse(raw)
    if not part.headers:
        return Mail(Fate.NO_MAIL)
    message_id = part.headers.get("message-id", "")[:500]
    mail = Mail(Fate.READ, message_id, _moment(part.headers.get("date", "")), cut=cut)
    if _is_automatic(part):
        return replace(mail, fate=Fate.AUTOMATIC)
    words = _Words()
    _read(part, words, outermost=True)
    numbers = _numbers(words.lines, region)
    told = {number: role for number, role in numbers.items() if role in _TOLD}
    links_of = dict.fromkeys(islice(_addresses([*words.lines, *words.others]), LINKS))
    found: dict[str, Role | None] = {**links_of, **told}
    unforwarded = any(number not in numbers for number in _numbers(words.others, region))
    if not found and not unforwarded and words.opaque:
        return replace(mail, fate=Fate.OPAQUE)
    ref = message_id or _identity(part)
    text = "\n".join([*words.subjects, *(line.text for line in words.lines)])[:TEXT]
    values = tuple(_row(value, role, ref, text) for value, role in found.items())
    mail = replace(mail, passed=len(numbers) - len(told), unforwarded=unforwarded)
    return replace(mail, values=values[:VALUES], cut=cut or words.cut or len(values) > VALUES)


def _row(value: str, role: Role | None, ref: str, text: str) -> tuple[Kind, str, Statement]:
    if role is None:
        return Kind.URL, value, Statement(ref=ref)
    return Kind.PHONE, value, Statement(role, "what the mail says", text, ref=ref)


def _moment(date: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(date[:100])
    except (ValueError, TypeError, OverflowError, LookupError):
        return None
    try:
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _identity(part: Part) -> str:
    """Return what tells a mail without a Message-ID from others."""
    told = (part.headers.get(name, "") for name in ("date", "subject"))
    return hashlib.sha256("\n".join(told).encode("utf-8", "replace")).hexdigest()


def _is_automatic(part: Part) -> bool:
    """Tell what no person sent (RFC 3834, RFC 3464). A report about abuse (RFC 5965) is none of it."""
    if part.kind == "multipart/report":
        return part.parameters.get("report-type", "").lower() != "feedback-report"
    told = part.headers.get("auto-submitted", "no").strip().lower()
    if told.startswith("auto-generated"):  # buttons that report a mail attach it
        return not any(leaf.kind == "message/rfc822" for leaf in part.leaves())
    return not told.startswith("no") or "x-autoreply" in part.headers


# --- where the original is --------------------------------------------------------------------------------------------


def _read(part: Part, words: _Words, *, outermost: bool = False) -> None:
    """Add what the original in a mail says. What was attached to a mail that is no forward is part of that mail."""
    subject = mime.words(part.headers.get("subject", ""))
    leaves = list(part.leaves())
    attached = [leaf for leaf in leaves if leaf.kind in {"message/rfc822", mime.CLOSED}]
    words.opaque |= part.kind in _ENCRYPTED or any(leaf.kind in {mime.CLOSED, *_ENCRYPTED} for leaf in leaves)
    for one in (one for leaf in attached for one in leaf.parts):
        _read(one, words)
    is_wrapper = outermost or forwarded.is_forward(subject)
    if attached and is_wrapper:
        return
    words.subjects.append(subject)
    bodies = [_lines(leaf, words) for leaf in leaves if leaf.kind in {"text/plain", "text/html"}]
    if not is_wrapper:  # an original may quote what never was: a scammer's own thread is no wrapper
        words.lines += (line for body in bodies for line in body)
        return
    found = [(body, forwarded.original([line.text for line in body], subject)) for body in bodies]
    for body, original in found:
        if original:
            (words.lines if original.sure else words.others).extend(body[at] for at in original.rows)
    if not any(original for _, original in found):
        words.others += (line for body in bodies for line in body)


def _lines(leaf: Part, words: _Words) -> list[_Line]:
    """Return the lines of a text that is shown; a file that is attached is none of it."""
    if leaf.is_attached or words.left <= 0:
        return []
    text = mime.texts(leaf, words.left)
    words.left -= len(text)
    words.opaque |= _ARMOUR in text
    lines = _of_page(text) if leaf.kind == "text/html" else [_Line(line.rstrip()) for line in text.splitlines()]
    words.cut |= words.left <= 0 or len(lines) > words.rows
    lines = lines[: words.rows]
    words.rows -= len(lines)
    return lines


def _of_page(source: str) -> list[_Line]:
    """Return the lines that a reader of a page sees, each with the links that begin on it; none that is empty."""
    page = visible(source)
    texts = page.text.split("\n")
    starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
    targets: dict[int, list[tuple[str, str]]] = {}
    for link in page.links:
        at = bisect_right(starts, link.text_start) - 1
        targets.setdefault(at, []).append((link.target, page.text[starts[at] : link.text_start][-BEFORE:]))
    lines = (_Line(" ".join(text.split()), tuple(targets.get(at, ()))) for at, text in enumerate(texts))
    return [line for line in lines if line.text or line.targets]


# --- what it says -----------------------------------------------------------------------------------------------------


def _addresses(lines: Sequence[_Line]) -> Iterator[str]:
    for line in lines:
        for link in (*(target for target, _ in line.targets if _LINK.match(target)), *links.find(line.text)):
            if not _CHAT.match(link) and (found := links.clean(link)):
                yield found


def _numbers(lines: Sequence[_Line], region: str) -> dict[str, Role]:
    """Return the numbers with their roles; one that is called somewhere is one to be called.

    Programs make links of numbers by themselves, so a link says nothing of a number that is shown.
    """
    text = "\n".join(forwarded.unquoted(line.text) for line in lines).translate(_NO_TAGS)
    roles = _roles(extract(text, region))
    targets = (one for line in lines for one in line.targets if _CALL.match(one[0]) or _CHAT.match(one[0]))
    followed = [one for target, before in islice(targets, LINKS) for one in extract(f"{before} {target}", region)]
    return _roles(followed) | roles


def _roles(found: Sequence[Found]) -> dict[str, Role]:
    roles: dict[str, Role] = {}
    for one in found:
        if roles.get(one.number.e164, Role.UNKNOWN) is Role.UNKNOWN or one.role is Role.CALLBACK:
            roles[one.number.e164] = one.role
    return roles
