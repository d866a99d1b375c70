"""A packet's stamp of the time and its release by a second person. Part of `desk.py`."""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from scamhunt import files, reference
from scamhunt.access import Permission
from scamhunt.desk_holds import hold_unsent
from scamhunt.desk_referral import FOLDER, PARTNER, PIECE, body_of, new_folder, refuse
from scamhunt.errors import NotPermitted, Refused, StoreError, UserError
from scamhunt.model import WERE_CASES, Actor, Event
from scamhunt.protected import Protected
from scamhunt.referral import agencies, bag, locked, stamp
from scamhunt.settings import Settings
from scamhunt.store import Acting, HoldKind, PacketState, PacketView, Store, logs_refusals
from scamhunt.store import packets as kept


@dataclass(frozen=True, slots=True)
class Released:
    """What a release did."""

    packet: PacketView
    files: Sequence[Path]
    held: Sequence[str]
    """Targets that are held for law enforcement from now on."""
    holds: Sequence[str]
    """Targets that were held for law enforcement before: that hold stays as it is."""


# --- stamp ------------------------------------------------------------------------------------------------------------


@logs_refusals(Permission.REFER, "packet:{packet_id}")
def stamp_request(store: Store, who: Actor, packet_id: str) -> bytes:
    """Return the request for a stamp of the time over a packet (RFC 3161, DER); nobody is asked by it yet.

    Raises `NotFound`, `NotPermitted`, `UserError` where the extra is not installed.
    """
    store.require(who, Permission.REFER)
    return stamp.request(bag.sealed(_intact(store, store.packet(packet_id))))


@logs_refusals(Permission.REFER, "packet:{packet_id}")
def add_stamp(store: Store, who: Actor, packet_id: str, reply: Path, trusted: Sequence[Path] = ()) -> PacketView:
    """Put the reply of a time-stamping authority into a packet that waits for its release.

    Raises `Refused` for a stamp that does not hold, and as `stamp_request` does.
    """
    store.require(who, Permission.REFER)
    packet = store.packet(packet_id)
    file = _intact(store, packet)
    body = body_of(reply, stamp.LONGEST)
    try:
        at = stamp.check(body, bag.sealed(file), [body_of(one) for one in trusted])
    except stamp.BadStamp as why:
        raise Refused(f"{reply}: {why}: refused") from None
    draft = file.with_name(f".{file.name}.stamped")
    shutil.copyfile(file, draft)
    try:
        sha256, size = bag.add(draft, stamp.FILE, body)
        with store.acting(who) as desk:
            desk.require(Permission.REFER)
            made = kept.stamped(desk, packet, sha256, size, at)
            draft.replace(file)
        return made
    finally:
        draft.unlink(missing_ok=True)


# --- release ----------------------------------------------------------------------------------------------------------


@logs_refusals(Permission.RELEASE, "packet:{packet_id}")
def approve(  # noqa: PLR0913  # who lets what go, and where to
    store: Store, settings: Settings, who: Actor, packet_id: str, *, out: Path | None = None, reason: str = ""
) -> Released:
    """Release a packet: a second person's yes to exactly these bytes; its cases are held for law enforcement.

    Raises `NotFound`, `NotPermitted` for who built it and for who may not, `Refused` for bytes that are not what was
    built, a case that is no longer one or is disputed, an agency that has left the list; `UserError`, `StoreError`.
    """
    store.require(who, Permission.RELEASE)
    packet = store.packet(packet_id)
    if who.name in packet.builders:
        raise NotPermitted(f"{who.name} built packet {packet.id}: a second person releases it, an approver")
    if not packet.agency.startswith(PARTNER):
        agencies.pick(reference.agencies(settings), packet.agency)
    file = _intact(store, packet)
    protected = reference.protected(settings, reference.brands(settings))
    targets = [new_folder(out)] if out else [Path(one) for one in packet.outs]
    drafts = [(folder, _draft(file, folder, packet)) for folder in targets]
    try:
        with store.acting(who) as desk:
            released = _release(desk, protected, packet, reason)
        return Released(released[0], [_in_place(draft, folder, packet) for folder, draft in drafts], *released[1:])
    finally:
        for _, draft in drafts:
            draft.unlink(missing_ok=True)


def _release(
    desk: Acting, protected: Protected, packet: PacketView, reason: str
) -> tuple[PacketView, list[str], list[str]]:
    desk.require(Permission.RELEASE)
    if why := desk.differs("packet", packet.id):
        raise Refused(f"packet {packet.id} {why}: somebody changed the database: scamhunt db check")
    cases = [desk.candidate(str(number)) for number in packet.cases]
    for one in cases:
        if one.state not in WERE_CASES:
            raise Refused(f"{one.indicator} is {one.state} by now, and no case: refused; build the packet anew")
        refuse(desk, protected, one)
    if packet.state is PacketState.RELEASED:  # the same bytes, once more
        told = {"agency": packet.agency, "sha256": packet.sha256}
        desk.log(Event("packet.copy", f"packet:{packet.id}", reason, told))
        return packet, [], []
    done = kept.release(desk, packet, reason)
    held, before = [], []
    until = desk.now + timedelta(days=packet.hold_days)
    for one in cases:
        if any(each.kind is HoldKind.LAW_ENFORCEMENT and each.holds(desk.now) for each in desk.holds_on(one.id)):
            before.append(one.indicator)
        elif packet.hold_days:
            hold_unsent(desk, one.id, HoldKind.LAW_ENFORCEMENT, until, f"{packet.agency} has it in packet {packet.id}")
            held.append(one.indicator)
    return done, held, before


def _intact(store: Store, packet: PacketView) -> Path:
    """Return the file of a packet. Raises `Refused` where it is not what was built, `StoreError` where it is gone."""
    file = store.home / FOLDER / packet.name
    try:
        with file.open("rb") as held:
            found = hashlib.file_digest(held, "sha256").hexdigest()
    except OSError as error:
        raise StoreError(f"{file}: {error.strerror}; build the packet anew") from None
    if found != packet.sha256:
        raise Refused(f"{file}: is not what was built: somebody changed it; build the packet anew")
    return file


def _draft(file: Path, folder: Path, packet: PacketView) -> Path:
    """Copy the file beside where it is to lie, locked for the agency where it gave a key; nothing is overwritten."""
    target = folder / _name(packet)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if target.exists() and (packet.locked_to or _differs(target, packet)):
            raise UserError(f"{target}: is there already, and nothing is overwritten; name another folder with --out")
        draft = folder / f".{_name(packet)}.part"
        if packet.locked_to:
            locked.encrypt(file, [packet.locked_to], draft)
        else:
            files.write_whole(draft, lambda held: _copy(file, held))
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror or error}; name a folder that can be written") from None
    return draft


def _copy(file: Path, out: BinaryIO) -> None:
    with file.open("rb") as held:
        shutil.copyfileobj(held, out, PIECE)


def _differs(target: Path, packet: PacketView) -> bool:
    with target.open("rb") as held:
        return hashlib.file_digest(held, "sha256").hexdigest() != packet.sha256


def _in_place(draft: Path, folder: Path, packet: PacketView) -> Path:
    return draft.replace(folder / _name(packet))


def _name(packet: PacketView) -> str:
    return f"{packet.name}.age" if packet.locked_to else packet.name
