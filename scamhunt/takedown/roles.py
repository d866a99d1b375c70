"""What may follow from what a number was to those who reported it. Pure.

A number that a page tells victims to call is held by whoever put it there: its carrier can act. A number that a
victim's display showed is mostly forged and belongs to somebody innocent: a carrier is never asked to cut it, and only
a traceback of the call can help. The table stands here in code, so that no template, option or overlay widens it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from scamhunt.errors import Refused
from scamhunt.model import Kind, NumberSighting, Role
from scamhunt.score.phone_voices import STALE_AFTER, current

CARRIER = "carrier"
TRACEBACK = "traceback"
REGISTRAR = "registrar"

MAY: Mapping[str, frozenset[Role]] = {
    CARRIER: frozenset({Role.CALLBACK, Role.SMS_SENDER}),
    TRACEBACK: frozenset({Role.CALLER_ID, Role.UNKNOWN}),
}
"""The kinds of report on a number, and the roles that each may go out for. What is not here may not."""

IN_WORDS: Mapping[Role, str] = {
    Role.CALLBACK: "people were told to call it",
    Role.SMS_SENDER: "people were texted from it",
    Role.CALLER_ID: "caller ID: people's phones showed it",
    Role.UNKNOWN: "not stated, so treated as caller ID",
}
"""What a number was to those who reported it, for a person."""


def role_of(sightings: Sequence[NumberSighting]) -> Role:
    """Return a number's role by its reports since the last long silence: those before may be about another holder.

    Who only corroborates names no brand, so he makes no number a callback number. Where some say that victims were told
    to call it and others that their display showed it, it is both, and what is shown to victims can be cut.
    """
    said = current(sightings)
    first_hand = {one.role for one in said if not one.corroborates}
    for role in (Role.CALLBACK, Role.SMS_SENDER):
        if role in first_hand:
            return role
    return Role.CALLER_ID if any(one.role == Role.CALLER_ID for one in said) else Role.UNKNOWN


def default_kind(target: str, role: Role | None) -> str:
    """Return the kind of report that fits a target (a `Kind`): for a number by its role, no role being caller ID."""
    if target != Kind.PHONE:
        return REGISTRAR
    return CARRIER if role in MAY[CARRIER] else TRACEBACK


def refuse_role(kind: str, target: str, role: Role | None) -> None:
    """Raise `Refused`, in words, for a kind of report that must not go out for a target (a `Kind`) in this role."""
    fit = default_kind(target, role)
    if target != Kind.PHONE:
        if kind in MAY:
            raise Refused(f"a {kind} report is about a number, and this is a name: what fits here is --kind {fit}")
    elif kind not in MAY:
        raise Refused(f"there is no {kind[:40]!a} report on a number: what fits here is --kind {fit}")
    elif kind != fit:
        raise Refused(_why_not(kind, role))


def in_role(sightings: Sequence[NumberSighting]) -> list[NumberSighting]:
    """Return the reports that state the role which the number has, since their last long silence, the newest first.

    A display that shows a number says nothing of who answers it: it keeps no callback number fresh. Of a number that
    has no role whatever is said counts, an agency's word that it was to be called included.
    """
    said, role = current(sightings), role_of(sightings)
    if role in MAY[CARRIER]:
        said = [one for one in said if one.role == role and not one.corroborates]
    elif role == Role.CALLER_ID:
        said = [one for one in said if one.role in MAY[TRACEBACK]]
    return current(said)


def stated_last(sightings: Sequence[NumberSighting]) -> datetime | None:
    """Return when the number was last reported in the role that it has, None where nobody reported it.

    A report without a date counts as of when it was read.
    """
    return next((one.seen_at for one in in_role(sightings)), None)


def is_recent(moment: datetime | None, now: datetime) -> bool:
    """Return whether a moment is so near that the number has hardly changed hands since."""
    return moment is not None and now - moment <= STALE_AFTER


def is_stale(sightings: Sequence[NumberSighting], now: datetime) -> bool:
    """Return whether a number was not reported in its role for so long that somebody else may hold it."""
    return not is_recent(stated_last(sightings), now)


def also_caller_id(sightings: Sequence[NumberSighting]) -> int:
    """Return how many reports since the last long silence say that a display showed the number.

    Of a pool of feeds the one with most counts.
    """
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in current(sightings):
        if one.role == Role.CALLER_ID:
            counts[one.pool or f"feed {one.feed}"][one.feed] += 1
    return sum(max(feeds.values()) for feeds in counts.values())


def _why_not(kind: str, role: Role | None) -> str:
    if kind == CARRIER:
        seen = "was seen as caller ID" if role == Role.CALLER_ID else "has no known role, which counts as caller ID"
        return (
            f"the number {seen}: what a display shows is mostly forged and belongs to somebody innocent, so no carrier "
            f"is asked to cut it; a request to trace the call may help: --kind {TRACEBACK}"
        )
    was = "one that people were told to call" if role == Role.CALLBACK else "the sender of messages"
    return f"the number was {was}, not a caller ID: there is no call to trace; its carrier can act: --kind {CARRIER}"
