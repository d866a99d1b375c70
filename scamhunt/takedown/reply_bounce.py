"""What a mail server says of a report that it could not deliver. Pure. Source: RFC 3464, RFC 3463, RFC 6522."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from scamhunt.indicators import mime
from scamhunt.indicators.mime import Part

_ORIGINALS = frozenset({"text/rfc822-headers", "message/rfc822-headers", "message/global-headers"})
_REPORT_LIMIT = 65_536
_ACTION = re.compile(r"^action[ \t]*:[ \t]*(failed|delayed|delivered|relayed|expanded)\b", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"^status[ \t]*:[ \t]*([245])\.\d{1,3}\.\d{1,3}\b", re.IGNORECASE | re.MULTILINE)
_CODE = re.compile(r"(?<![\w.])([45])(?:\.\d{1,3}\.\d{1,3}|\d\d(?=[ -]))(?![\w.])")
_SUBJECT = re.compile(
    r"undeliver|delivery (?:status notification|failure|has failed)|mail delivery (?:failed|system)|returned mail|"
    r"failure notice|message (?:could )?not (?:be )?delivered|unzustellbar|delayed mail|delivery delayed|"
    r"warning: message .{0,60}delayed",
    re.IGNORECASE,
)
_LATE = re.compile(r"delay", re.IGNORECASE)


class Fate(StrEnum):
    """What became of a report on its way."""

    FAILED = "failed"
    """Given up for good."""
    DELAYED = "delayed"
    """Tried again later by the mail server."""
    DELIVERED = "delivered"
    UNCLEAR = "unclear"
    """It did not arrive or is late: the mail does not say which, or says both."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a mail server says."""

    fate: Fate
    doubts: tuple[str, ...] = ()


def is_report(part: Part) -> bool:
    """Tell a delivery status notification (RFC 3464)."""
    return part.kind == "multipart/report" and part.parameters.get("report-type", "").lower() == "delivery-status"


def of_report(part: Part) -> Bounce:
    """Return what a delivery status notification says of all its recipients; a report has but one."""
    leaf = next(
        (one for one in part.leaves() if one.kind in {"message/delivery-status", "message/global-delivery-status"}),
        None,
    )
    text = mime.texts(leaf, _REPORT_LIMIT) if leaf else ""
    actions = {found.lower() for found in _ACTION.findall(text)}
    classes = set(_STATUS.findall(text))
    if not actions:
        return Bounce(_by_class(classes), ("it is a bounce without its part for programs",) if not classes else ())
    if len(actions) > 1 or (actions == {"delayed"} and "5" in classes) or (actions == {"failed"} and "2" in classes):
        return Bounce(Fate.UNCLEAR, ("the bounce contradicts itself",))
    action = next(iter(actions))
    return Bounce({"failed": Fate.FAILED, "delayed": Fate.DELAYED}.get(action, Fate.DELIVERED))


def is_likely(part: Part, *, from_machine: bool) -> bool:
    """Tell a bounce of another form: from a mail server's own mailbox or no mailbox at all, and called one."""
    nobody = part.headers.get("return-path", "").strip() == "<>" or "auto-submitted" in part.headers
    return (from_machine or nobody) and _SUBJECT.search(mime.words(part.headers.get("subject", ""))) is not None


def of_text(subject: str, text: str) -> Bounce:
    """Return what a bounce in plain words says, by the first status code in it."""
    if _LATE.search(subject):
        return Bounce(Fate.DELAYED)
    code = _CODE.search(text)
    return Bounce(_by_class({code[1]} if code else set()), ("it is a bounce without its part for programs",))


def originals(part: Part) -> Iterator[str]:
    """Yield the Message-ID field of each mail, or head of one, that a bounce gives back."""
    for leaf in part.leaves():
        if leaf.kind == "message/rfc822":
            yield from (one.headers.get("message-id", "") for one in leaf.parts)
        elif leaf.kind in _ORIGINALS:
            head, _ = mime.parse(mime.texts(leaf, _REPORT_LIMIT).encode("utf-8", "replace"))
            yield head.headers.get("message-id", "")


def _by_class(classes: set[str]) -> Fate:
    known = {"5": Fate.FAILED, "4": Fate.DELAYED, "2": Fate.DELIVERED}
    return known[next(iter(classes))] if len(classes) == 1 else Fate.UNCLEAR
