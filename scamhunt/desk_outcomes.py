"""What agencies say and ask for after a packet, and what of it is due. Part of `desk.py`."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from scamhunt.access import Permission
from scamhunt.errors import NotAllowedNow, UserError, did_you_mean
from scamhunt.model import Actor
from scamhunt.store import OutcomeKind, OutcomeView, PacketState, Store
from scamhunt.store import packets as kept
from scamhunt.takedown.tracked import Work
from scamhunt.triage import REASON_LIMIT

LONGEST_REF = 80
ASKS = frozenset({OutcomeKind.REQUEST, OutcomeKind.PRESERVATION})
"""What has to be done something about."""
SOON = timedelta(days=3)
"""So long before it is due a person is told."""
KINDS = tuple(OutcomeKind)
"""What an agency may say or ask."""


def record(  # noqa: PLR0913  # what an agency said
    store: Store,
    who: Actor,
    packet_id: str,
    kind: str,
    *,
    ref: str,
    note: str,
    at: datetime | None,
    due_at: datetime | None,
) -> OutcomeView:
    """Record what an agency said or asks for. Raises `NotFound`, `UserError`, `NotAllowedNow`, `NotPermitted`."""
    found = _kind(kind)
    if len(ref) > LONGEST_REF or len(note) > REASON_LIMIT:
        raise UserError(f"a number has at most {LONGEST_REF} characters, a note {REASON_LIMIT}")
    if not ref.strip() and not note.strip():
        raise UserError("say what the agency said: its number with --ref, or its words with --note")
    if found in ASKS and due_at is None:
        raise UserError(f"a {found} has a day until which it is due: give it with --due")
    with store.acting(who) as desk:
        desk.require(Permission.REFER)
        packet = kept.get(desk.connection, packet_id)
        if packet.state is not PacketState.RELEASED:
            raise NotAllowedNow(f"packet {packet.id} was not released: no agency has it")
        moment = at or desk.now
        if moment > desk.now:
            raise UserError("that is in the future: --at says when the agency said so")
        if due_at is not None and due_at < moment:
            raise UserError("--due lies before the agency said so; give the day until which it is due")
        return kept.record(desk, packet, found, ref=ref.strip(), note=note.strip(), at=moment, due_at=due_at)


def done(store: Store, who: Actor, outcome_id: int, reason: str) -> OutcomeView:
    """Record that what was asked for is done. Raises as `record` does."""
    if not reason.strip():
        raise UserError("say how it was done, with --reason")
    with store.acting(who) as desk:
        desk.require(Permission.REFER)
        return kept.done(desk, outcome_id, reason.strip())


def works(store: Store) -> Iterator[Work]:
    """Yield what agencies wait for."""
    for one in store.outcomes(due=True):
        if one.due_at is not None:
            named = f", {one.ref}" if one.ref else ""
            why = f"{one.kind} after packet {one.packet_id}{named}: due {one.due_at:%Y-%m-%d %H:%M} UTC"
            do = f"scamhunt referral done {one.id} --reason TEXT"
            yield Work(f"outcome:{one.id}", f"answer the agency ({one.kind})", one.due_at - SOON, why, do)


def _kind(kind: str) -> OutcomeKind:
    try:
        return OutcomeKind(kind)
    except ValueError:
        known = ", ".join(OutcomeKind)
        raise UserError(f"{kind[:40]!a} is no outcome{did_you_mean(kind, OutcomeKind)}; one of {known}") from None
