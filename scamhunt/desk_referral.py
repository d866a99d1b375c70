"""Packets for agencies: build one, let a second person release it, see what there is. Part of `desk.py`."""

import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from scamhunt import desk_campaigns, desk_dossier, files, reference
from scamhunt.access import Permission
from scamhunt.desk_dossier import Gathered, Typed
from scamhunt.desk_holds import hold_unsent
from scamhunt.errors import NotAllowedNow, NotFound, NotPermitted, ProtectedTarget, Refused, StoreError, UserError
from scamhunt.model import Actor, Event, State
from scamhunt.protected import Protected
from scamhunt.referral import agencies, bag, contents, locked, merging, part_read, seal, stamp
from scamhunt.referral.agencies import Agency
from scamhunt.referral.losses import parse as parse_losses
from scamhunt.referral.screen import Screen
from scamhunt.settings import Settings
from scamhunt.store import Acting, CandidateView, HoldKind, OutcomeView, PacketState, PacketView, Store
from scamhunt.store import packets as kept

FOLDER = "packets"
PARTNER = "partner:"
"""Stands before the name of another brand where a packet goes to one."""
WERE_CASES = (State.CONFIRMED, State.CLOSED)
LONGEST_PURPOSE = 300
PIECE, MOST_LOSSES = 1_048_576, 1_000_000
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Built:
    """A packet that waits for a second person."""

    packet: PacketView
    file: Path
    fingerprint: str
    """Of the key that sealed it."""
    left_out: Sequence[str]
    """Members of its campaigns that are no cases: nobody confirmed them."""
    withheld: int
    """Exhibits whose bytes stay here, for a victim's data may stand in them."""
    notes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Released:
    """What a release did."""

    packet: PacketView
    files: Sequence[Path]
    held: Sequence[str]
    """Targets that are held for law enforcement from now on."""
    holds: Sequence[str]
    """Targets that were held for law enforcement before: that hold stays as it is."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A packet with what came of it."""

    packet: PacketView
    file: Path
    targets: Sequence[str]
    outcomes: Sequence[OutcomeView]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a packet is asked to hold."""

    cases: Sequence[str] = ()
    """Numbers or names of candidates."""
    campaigns: Sequence[str] = ()
    agency: str = "generic"
    typed: Typed = field(default_factory=lambda: Typed(""))
    hold_days: int | None = None
    """None: as the agency's profile has it."""
    locked_to: str = ""
    """An age recipient; empty: the one of the profile, where it has one."""
    part: Path | None = None
    """What another brand gave for a joint packet."""
    legal_basis: str = ""
    retention: str = ""
    """Of a joint packet: what the annex says besides."""


# --- build ------------------------------------------------------------------------------------------------------------


def build(  # noqa: PLR0913  # what a packet is built from, and where it goes
    store: Store, settings: Settings, who: Actor, wanted: Wanted, *, out: Path, progress: Progress = lambda _w, _d: None
) -> Built:
    """Write and seal a packet; it stays in the state folder until a second person releases it.

    A kill in between leaves what was staged, and the same command goes on there. Raises `UserError` for an agency that
    is not listed, for no purpose, for no case; `NotAllowedNow` for a target that nobody confirmed; `Refused` for what
    is protected or disputed; `NotPermitted`, `StoreError`, `EvidenceChanged`.
    """
    store.require(who, Permission.REFER)
    agency = agencies.pick(reference.agencies(settings), wanted.agency)
    require_purpose(wanted.typed.purpose)
    desk_campaigns.refreshed(store, settings)
    cases, left_out = cases_of(store, settings, wanted)
    with store.lease("referral"):
        gathered = desk_dossier.gather(store, settings, cases, agency, wanted.typed)
        if wanted.part is not None:
            gathered = _joint(store, settings, wanted, gathered)
        return _write(store, who, wanted, gathered, _new_folder(out), left_out, progress)


def _joint(store: Store, settings: Settings, wanted: Wanted, gathered: Gathered) -> Gathered:
    """Return what both sides tell. Raises `NotAllowedNow` where nothing was compared, and as `build` does."""
    theirs = part_read.read_part(_table(wanted.part, part_read.FILE_LIMIT)) if wanted.part else None
    if theirs is None:
        return gathered
    view = store.overlap(theirs.terms.referral)
    if not view.compared:
        raise NotAllowedNow(f"nothing was compared in {view.id} yet: find out first what you have in common")
    if theirs.terms.org.casefold() != view.partner.casefold():
        raise Refused(f"the part is of {theirs.terms.org[:80]!a}, and {view.id} is with {view.partner[:80]!a}: refused")
    protected = reference.protected(settings, reference.brands(settings))
    for one in theirs.cases:
        if why := protected.why(one.indicator):
            raise ProtectedTarget(f"{one.indicator}, of the partner's part, is protected: {why.text}")
    dossier = merging.joint(gathered.dossier, theirs, legal_basis=wanted.legal_basis, retention=wanted.retention)
    return replace(gathered, dossier=replace(dossier, packet=desk_dossier.packet_id(dossier)))


def _write(  # noqa: PLR0913, PLR0917  # what a packet is built from, and where it goes
    store: Store,
    who: Actor,
    wanted: Wanted,
    gathered: Gathered,
    out: Path,
    left_out: Sequence[str],
    progress: Progress,
) -> Built:
    dossier, agency = gathered.dossier, gathered.dossier.agency
    written = contents.files(dossier, reference.packet_template())
    _refuse_tokens(written.files, gathered.chosen.screen)
    progress("papers", len(written.files))
    sources = [*_papers(written.files), *_evidence(gathered)]
    top = bag.top(dossier.packet, agency.id)
    folder = store.home / FOLDER
    key = seal.key(store.home)
    made = bag.write(folder, top, sources, contents.info(dossier), key)
    row = {
        "id": dossier.packet,
        "agency": agency.id,
        "purpose": dossier.purpose,
        "cases": sorted(gathered.chosen.looks),
        "campaigns": list(gathered.campaigns),
        "outs": [str(out)],
        "name": made.file.name,
        "sha256": made.sha256,
        "size": made.size,
        "hold_days": agency.hold_days if wanted.hold_days is None else wanted.hold_days,
        "locked_to": wanted.locked_to or agency.age_key,
    }
    with store.acting(who) as desk:
        desk.require(Permission.REFER)
        packet = kept.add(desk, row)
    withheld = sum(bool(one.withheld) for one in dossier.exhibits)
    return Built(packet, made.file, key.fingerprint, left_out, withheld, written.notes)


def require_purpose(purpose: str) -> None:
    """Raise `UserError` where nobody says what it is for."""
    if not purpose.strip():
        raise UserError("a packet needs a purpose: say what the agency gets it for, with --purpose")
    if len(purpose) > LONGEST_PURPOSE:
        raise UserError(f"the purpose is one sentence of at most {LONGEST_PURPOSE} characters")


def cases_of(store: Store, settings: Settings, wanted: Wanted) -> tuple[list[CandidateView], list[str]]:
    """Return the cases that are asked for, and what of a campaign is none. Raises as `build` does."""
    found = {one.id: one for one in (store.candidate(key) for key in wanted.cases)}
    for one in found.values():
        if one.state not in WERE_CASES:
            raise NotAllowedNow(
                f"{one.indicator} is {one.state}: nobody confirmed that it impersonates anybody; an analyst decides: "
                f"scamhunt candidates confirm {one.id} --reason TEXT"
            )
    left_out = []
    for campaign in wanted.campaigns:
        for member in store.campaign(campaign).members:
            one = store.candidate(str(member))
            if one.state in WERE_CASES:
                found.setdefault(one.id, one)
            else:
                left_out.append(one.indicator)
    if not found:
        raise UserError("no case to hand over: name confirmed candidates with --case, or campaigns that have some")
    protected = reference.protected(settings, reference.brands(settings))
    for one in found.values():
        _refuse(store, protected, one)
    return list(found.values()), left_out


def _refuse(store: Store | Acting, protected: Protected, one: CandidateView) -> None:
    """Raise `ProtectedTarget` for what is nobody's to accuse, `Refused` for what somebody disputes."""
    if why := protected.why(one.indicator):
        raise ProtectedTarget(f"{one.indicator} is protected and never handed over as a scammer's: {why.text}")
    for hold in store.holds_on(one.id):
        if hold.kind is HoldKind.DISPUTE:
            raise Refused(
                f"{one.indicator} is disputed (hold {hold.id}): refused until somebody decided: scamhunt holds end "
                f"{hold.id} --found right|wrong --reason TEXT"
            )


def _refuse_tokens(written: Mapping[str, bytes], screen: Screen) -> None:
    """Raise `Refused` where a paper of ours holds what may be a victim's: then something let it through."""
    bad = [path for path, body in written.items() if not path.endswith(".pdf") and screen.in_text(body)]
    if bad:
        raise Refused(
            f"{', '.join(sorted(bad)[:5])} would hold what may be a victim's data: refused; leave that case out, and "
            "tell the makers of scamhunt"
        )


def _papers(written: Mapping[str, bytes]) -> list[bag.Source]:
    return [bag.Source(path, len(body), partial(BytesIO, body)) for path, body in written.items()]


def _evidence(gathered: Gathered) -> list[bag.Source]:
    sizes = {one.path: (one.size, one.sha256) for one in gathered.dossier.exhibits if one.path}
    return [
        bag.Source(path, sizes[path][0], partial(_opened, file), sizes[path][1])
        for path, file in gathered.chosen.files.items()
    ]


def _opened(file: Path) -> BinaryIO:
    return file.open("rb")


def _new_folder(out: Path) -> Path:
    """Return the folder that a release writes to. Raises `UserError` for what is none."""
    if out.exists() and not out.is_dir():
        raise UserError(f"{out}: is no folder; name one with --out")
    return out.absolute()


def typed(purpose: str, *, offences: str, contact: str, authority: str, losses: Path | None) -> Typed:
    """Return what was typed for a packet. Raises `UserError` for counts that cannot be read, with file and line."""
    counted = parse_losses(str(losses), _table(losses)) if losses else ()
    return Typed(purpose.strip(), offences.strip(), contact.strip(), authority.strip(), counted)


def _table(file: Path, most: int = MOST_LOSSES) -> bytes:
    try:
        with file.open("rb") as held:
            return held.read(most + 1)
    except OSError as error:
        raise UserError(f"{file}: {error.strerror}; name a file that can be read") from None


# --- stamp ------------------------------------------------------------------------------------------------------------


def stamp_request(store: Store, who: Actor, packet_id: str) -> bytes:
    """Return the request for a stamp of the time over a packet (RFC 3161, DER); nobody is asked by it yet.

    Raises `NotFound`, `NotPermitted`, `UserError` where the extra is not installed.
    """
    store.require(who, Permission.REFER)
    return stamp.request(bag.sealed(_intact(store, store.packet(packet_id))))


def add_stamp(store: Store, who: Actor, packet_id: str, reply: Path, trusted: Sequence[Path] = ()) -> PacketView:
    """Put the reply of a time-stamping authority into a packet that waits for its release.

    Raises `Refused` for a stamp that does not hold, and as `stamp_request` does.
    """
    store.require(who, Permission.REFER)
    packet = store.packet(packet_id)
    file = _intact(store, packet)
    body = _table(reply, stamp.LONGEST)
    try:
        at = stamp.check(body, bag.sealed(file), [_table(one) for one in trusted])
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
    targets = [_new_folder(out)] if out else [Path(one) for one in packet.outs]
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
        _refuse(desk, protected, one)
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


# --- look -------------------------------------------------------------------------------------------------------------


def listed(store: Store, *, limit: int | None = 50) -> list[PacketView]:
    """Return packets, the newest first."""
    return store.packets(limit=limit)


def show(store: Store, packet_id: str) -> Shown:
    """Return a packet with what came of it. Raises `NotFound`."""
    packet = store.packet(packet_id)
    targets = store.targets(packet.cases)
    named = [targets[one] for one in packet.cases if one in targets]
    return Shown(packet, store.home / FOLDER / packet.name, named, store.outcomes(packet_id=packet.id))


def profiles(settings: Settings) -> list[Agency]:
    """Return the agencies that packets are for, by id."""
    return [one for _, one in sorted(reference.agencies(settings).items())]


__all__ = ["Built", "NotFound", "Released", "Shown", "Wanted"]
