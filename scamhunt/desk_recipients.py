"""What a person may do with desks that take reports: look at them, ask who can act on a case, confirm one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from scamhunt import desk_drafts, reference
from scamhunt.access import Permission
from scamhunt.errors import NotFound, UserError, did_you_mean
from scamhunt.material import Material
from scamhunt.model import Actor, Channel, Event
from scamhunt.settings import Settings
from scamhunt.store import ConfirmationView, Store
from scamhunt.takedown import recipients
from scamhunt.takedown.case import Desk
from scamhunt.takedown.desks import content_of, why_unconfirmed
from scamhunt.takedown.kinds import RecipientKind

SOURCE_OLD = timedelta(days=730)
"""A source older than this is to be read again."""
NOTE_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Listed:
    """A desk of the list, or a party that can act on a case."""

    name: str
    kind: str
    channel: str
    address: str
    """Empty while nobody knows it."""
    source: str
    verified_on: str
    how: str
    confirmed: str
    """The day on which somebody of the team confirmed what the list says now; empty while nobody did."""
    order: int = 0
    """For a case: who is asked first."""
    yours: str = ""
    """For a case: why it is theirs."""


def shown(store: Store | None, settings: Settings, *, kind: str = "") -> list[Listed]:
    """Return the desks of the list, of one kind where that is named. Raises `UserError` for a list with faults."""
    _check_kind(kind)
    confirmed = _confirmations(store)
    listed = [one for one in reference.desks(settings) if kind in {"", one.kind}]
    return [_listed(one, _day(one, confirmed, settings.now())) for one in listed]


def of_case(store: Store, settings: Settings, key: str, *, kind: str = "") -> tuple[list[Listed], list[str]]:
    """Return who can act on a candidate, who is asked first at the beginning, and what was left out, as sentences.

    Raises `NotFound`, and `UserError` for a list with faults.
    """
    _check_kind(kind)
    material = Material.of(settings, reference.brands(settings))
    case = desk_drafts.case_of(store, material, store.candidate(key))
    confirmed = _confirmations(store)
    found = [one for one in recipients.find(case, reference.desks(settings)) if kind in {"", one.kind}]
    rows = [
        Listed(
            name=one.name,
            kind=one.kind,
            channel=one.channel.value if one.address else "",
            address=one.address,
            source=one.source,
            verified_on=one.verified_on,
            how=one.how,
            confirmed=_day(one.desk, confirmed, settings.now()) if one.desk else "",
            order=one.order,
            yours=one.yours,
        )
        for one in found
    ]
    return rows, recipients.left_out(case)


def desk_of(settings: Settings, name: str) -> Desk:
    """Return a desk by its name. Raises `NotFound` with the nearest name."""
    desks = {one.name: one for one in reference.desks(settings)}
    if name not in desks:
        raise NotFound(f"no desk {name[:64]!a}{did_you_mean(name, desks)}; look at: scamhunt recipients list")
    return desks[name]


def confirmation(store: Store | None, name: str) -> ConfirmationView | None:
    """Return the last confirmation of a desk, whatever it said then; None when there is none."""
    return _confirmations(store).get(name)


def confirm(store: Store, settings: Settings, who: Actor, name: str, note: str = "") -> ConfirmationView:
    """Store and log that somebody read a desk's source and finds that the list is right.

    Raises `NotPermitted`, `NotFound`, and `UserError` for a note that is too long.
    """
    if len(note) > NOTE_LIMIT:
        raise UserError(f"the note has {len(note):,} characters; {NOTE_LIMIT} is the most")
    listed = desk_of(settings, name)
    with store.acting(who) as desk:
        desk.require(Permission.CONFIRM_DESK)
        view = desk.confirm_desk(listed.name, content_of(listed), note)
        said = {"content": view.content, "channel": listed.channel.value, "address": listed.address}
        desk.log(Event("recipient.confirm", f"recipient:{listed.name}", note, said))
        return view


def check(store: Store | None, settings: Settings) -> list[dict[str, str]]:
    """Return what somebody has to look at: `name` and `why`, one row a desk and trouble."""
    confirmed, now = _confirmations(store), settings.now()
    desks = reference.desks(settings)
    rows = [
        {"name": one.name, "why": why} for one in desks for why in (unconfirmed(one, confirmed, now), _old(one, now))
    ]
    known = {one.name for one in desks}
    rows += [
        {"name": name, "why": "it was confirmed and is no longer in the list; put it back, or leave it"}
        for name in sorted(confirmed.keys() - known)
    ]
    return [row for row in rows if row["why"]]


def unconfirmed(desk: Desk, confirmed: Mapping[str, ConfirmationView], now: datetime) -> str:
    """Say why a desk may not be sent to yet; empty when it may."""
    view = confirmed.get(desk.name)
    return why_unconfirmed(desk, view.at if view else None, view.content if view else "", now)


def _confirmations(store: Store | None) -> Mapping[str, ConfirmationView]:
    return store.confirmations() if store else {}


def _day(desk: Desk, confirmed: Mapping[str, ConfirmationView], now: datetime) -> str:
    return "" if unconfirmed(desk, confirmed, now) else confirmed[desk.name].at.date().isoformat()


def _old(desk: Desk, now: datetime) -> str:
    read = date.fromisoformat(desk.verified_on)
    if now.date() - read <= SOURCE_OLD:
        return ""
    return f"its source is of {desk.verified_on}: read {desk.source} again and enter the day in data/recipients.toml"


def _check_kind(kind: str) -> None:
    known: Sequence[str] = [one.value for one in RecipientKind]
    if kind and kind not in known:
        text = f"{kind[:40]!a} is no kind of recipient{did_you_mean(kind, known)}; kinds are {', '.join(known)}"
        raise UserError(text)


def _listed(desk: Desk, confirmed: str) -> Listed:
    channel = Channel(desk.channel).value
    said = (desk.source, desk.verified_on, desk.how)
    return Listed(desk.name, desk.kind, channel, desk.address, *said, confirmed)
