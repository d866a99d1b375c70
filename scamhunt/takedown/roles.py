"""What may follow from what a number was to those who reported it. Pure.

A number that a page tells victims to call is held by whoever put it there: its carrier can act, and so can the
responsible organisation (RespOrg) of a toll-free number. A number that a victim's display showed is mostly forged and
belongs to somebody innocent: a carrier is never asked to cut it, and only a traceback of the call can help. The table
stands here in code, so that no template, option or overlay widens it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from scamhunt.errors import BadIndicator, Refused
from scamhunt.indicators import phone
from scamhunt.indicators.phone import NumberType
from scamhunt.model import Brand, Kind, NumberSighting, Role
from scamhunt.score.phone_voices import STALE_AFTER, current

if TYPE_CHECKING:
    from scamhunt.takedown.case import Case

CARRIER = "carrier"
RESPORG = "resporg"
TRACEBACK = "traceback"
DO_NOT_ORIGINATE = "do_not_originate"
REGISTRAR = "registrar"

CALLBACK = "callback"
SMS = "sms"
CALLER_ID = "caller_id"
TRACE_FORWARD = "trace_forward"
AFTERWARDS = frozenset({"withdrawal", "closure"})
"""What may follow any report, whatever the number is by now: it takes something back, or says that it is done."""


@dataclass(frozen=True, slots=True)
class Use:
    """Which numbers a report may be about."""

    roles: frozenset[Role]
    types: frozenset[NumberType] = frozenset()
    """Types of numbers; none named: any."""
    inbound_only: bool = False
    """Only an official number of the brand that never places calls, as its pack says."""


_SHOWN = frozenset({Role.CALLER_ID, Role.UNKNOWN})
_HELD = frozenset({Role.CALLBACK, Role.SMS_SENDER})

TABLE: Mapping[tuple[str, str], Use] = {
    (CARRIER, CALLBACK): Use(frozenset({Role.CALLBACK})),
    (CARRIER, SMS): Use(frozenset({Role.SMS_SENDER})),
    (RESPORG, CALLBACK): Use(frozenset({Role.CALLBACK}), frozenset({NumberType.TOLL_FREE})),
    (TRACEBACK, CALLER_ID): Use(_SHOWN),
    (TRACEBACK, TRACE_FORWARD): Use(frozenset({Role.CALLBACK})),
    (DO_NOT_ORIGINATE, DO_NOT_ORIGINATE): Use(frozenset(Role), inbound_only=True),
}
"""By kind of recipient and purpose, the numbers that a report may be about. What is not here may not go out."""

MAY: Mapping[str, frozenset[Role]] = {
    kind: frozenset(role for (each, _), use in TABLE.items() if each == kind for role in use.roles)
    for kind in dict.fromkeys(kind for kind, _ in TABLE)
}
"""The kinds of report on a number, and the roles that each may go out for, whatever its purpose."""

CUTS = frozenset({(CARRIER, CALLBACK), (CARRIER, SMS), (RESPORG, CALLBACK)})
"""The kinds and purposes in which a desk may be asked to act on a number itself."""

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


def default_kind(target: str, role: Role | None, number_type: str = "") -> str:
    """Return the kind of report that fits a target (a `Kind`): for a number by its role, no role being caller ID.

    A toll-free number that people are told to call goes to its RespOrg: it decides where the number leads and can take
    it out of service, while no table of blocks names a carrier for it.
    """
    if target != Kind.PHONE:
        return REGISTRAR
    if role == Role.CALLBACK and number_type == NumberType.TOLL_FREE:
        return RESPORG
    return CARRIER if role in _HELD else TRACEBACK


def default_purpose(kind: str, role: Role | None) -> str:
    """Return what a report of this kind on a number is about, by its role; empty for a kind that is none of numbers."""
    fit = [purpose for (each, purpose), use in TABLE.items() if each == kind and (role or Role.UNKNOWN) in use.roles]
    return fit[0] if fit else next((purpose for each, purpose in TABLE if each == kind), "")


def refuse_case(case: "Case", kind: str, purpose: str) -> None:
    """Raise `Refused`, in words, for a report of this kind and purpose that must not go out for a case."""
    inbound = is_inbound_only(case.indicator, case.brand.inbound_only) if case.kind == Kind.PHONE else None
    refuse_role(kind, case.kind, case.role, purpose=purpose, number_type=case.number.type, inbound=inbound)


def refuse_role(  # noqa: PLR0913  # what the table asks, each by its name
    kind: str,
    target: str,
    role: Role | None,
    *,
    purpose: str = "",
    number_type: str | None = None,
    inbound: bool | None = None,
) -> None:
    """Raise `Refused`, in words, for a kind of report that must not go out for a target (a `Kind`) in this role.

    Without a purpose any of the kind will do; what is None is not asked yet: `refuse_case` asks for all.
    """
    fit = default_kind(target, role, number_type or "")
    if target != Kind.PHONE:
        if kind in MAY:
            raise Refused(f"a {_worded(kind)} report is about a number, and this is a name: what fits is --kind {fit}")
        return
    if kind not in MAY:
        raise Refused(f"there is no {kind[:40]!a} report on a number: what fits here is --kind {fit}")
    if purpose in AFTERWARDS:
        return
    uses = [use for (each, about), use in TABLE.items() if each == kind and purpose in {"", about}]
    if not uses:
        known = ", ".join(about for each, about in TABLE if each == kind)
        raise Refused(f"there is no {purpose[:40]!a} report of the kind {kind} on a number; there is {known}")
    uses = [use for use in uses if (role or Role.UNKNOWN) in use.roles]
    if not uses:
        same = f", as a report about {default_purpose(kind, role)}" if kind == fit else ""
        raise Refused(f"{_why_not(kind, purpose, role)} --kind {fit}{same}")
    _refuse_number(kind, uses, number_type, inbound=inbound, fit=fit)


def _refuse_number(kind: str, uses: Iterable[Use], number_type: str | None, *, inbound: bool | None, fit: str) -> None:
    """Raise `Refused` where a number is of a type, or not of those official ones, that the report is for."""
    for use in uses:
        if use.inbound_only and inbound is False:
            raise Refused(
                "a do-not-originate request is for a number that the brand's pack lists as inbound_only, and this is "
                f"none: what fits here is --kind {fit}"
            )
        if use.types and number_type is not None and number_type not in use.types:
            raise Refused(f"only a toll-free number has a RespOrg ({kind}): what fits here is --kind {fit}")


def is_inbound_only(number: str, inbound_only: Iterable[str]) -> bool:
    """Return whether a number in E.164 is one of those that its owner says never place calls."""
    return number in set(_e164(inbound_only))


def own_brand(number: str, brands: Iterable[Brand]) -> Brand | None:
    """Return the brand whose pack says that this number in E.164 is its own and never places calls."""
    return next((brand for brand in brands if is_inbound_only(number, brand.inbound_only)), None)


def _e164(numbers: Iterable[str]) -> Iterable[str]:
    for number in numbers:
        try:
            yield phone.parse(number).e164
        except BadIndicator:  # one that the pack spells so that nobody can read it
            continue


def in_role(sightings: Sequence[NumberSighting]) -> list[NumberSighting]:
    """Return the reports that state the role which the number has, since their last long silence, the newest first.

    A display that shows a number says nothing of who answers it: it keeps no callback number fresh. Of a number that
    has no role whatever is said counts, an agency's word that it was to be called included.
    """
    said, role = current(sightings), role_of(sightings)
    if role in _HELD:
        said = [one for one in said if one.role == role and not one.corroborates]
    elif role == Role.CALLER_ID:
        said = [one for one in said if one.role in _SHOWN]
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


def _why_not(kind: str, purpose: str, role: Role | None) -> str:
    if kind in {CARRIER, RESPORG}:
        return _not_held(kind, role)
    if purpose == TRACE_FORWARD and role not in _HELD:
        return "nobody was told to call the number, so there is nothing to trace forward; what fits here is"
    was = "one that people were told to call" if role == Role.CALLBACK else "the sender of messages"
    return f"the number was {was}, not a caller ID: there is no call to trace; what fits here is"


def _not_held(kind: str, role: Role | None) -> str:
    if role in _HELD:
        was = "one that people were told to call" if role == Role.CALLBACK else "the sender of messages"
        return f"the number was {was}, and this {kind} report is about something else; what fits here is"
    seen = "was seen as caller ID" if role == Role.CALLER_ID else "has no known role, which counts as caller ID"
    return (
        f"the number {seen}: what a display shows is mostly forged and belongs to somebody innocent, so no carrier is "
        "asked to cut it; a request to trace the call may help:"
    )


def _worded(kind: str) -> str:
    return kind.replace("_", "-")
