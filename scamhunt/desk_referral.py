"""Packets for agencies: build one, let a second person release it, see what there is. Part of `desk.py`."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from scamhunt import desk_campaigns, desk_dossier, log_heads, reference
from scamhunt.access import Permission
from scamhunt.desk_dossier import Gathered, Typed
from scamhunt.errors import NotAllowedNow, ProtectedTarget, Refused, UserError
from scamhunt.model import WERE_CASES, Actor
from scamhunt.protected import Protected
from scamhunt.referral import agencies, bag, contents, merging, part_read, seal
from scamhunt.referral.agencies import Agency
from scamhunt.referral.dossier import AT_PARTNER, Dossier, Marking
from scamhunt.referral.losses import parse as parse_losses
from scamhunt.referral.screen import Screen
from scamhunt.referral.tokens import tokens_of_text
from scamhunt.settings import Settings
from scamhunt.store import Acting, CandidateView, HoldKind, OutcomeView, PacketState, PacketView, Store, logs_refusals
from scamhunt.store import packets as kept

FOLDER, WORK = "packets", "at-work"
"""In the state folder: the packets, and within it what a build has staged."""
PARTNER = "partner:"
"""Stands before the name of another brand where a packet goes to one."""
LONGEST_PURPOSE = 300
OTHER_BYTES = (
    "packet {id} was released, and the same content makes other bytes today (a font, another version, another key): "
    "refused, for an agency has the first; for a copy of it: scamhunt referral approve {id} --out DIR"
)
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


@logs_refusals(Permission.REFER)
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
    refuse_people(settings, wanted, cases)
    _refuse_forged_rulings(store, who)
    with store.lease("referral"):
        gathered = desk_dossier.gather(store, settings, cases, agency, wanted.typed)
        if wanted.part is not None:
            gathered = _joint(store, settings, wanted, gathered)
        return _write(store, who, wanted, gathered, new_folder(out), left_out, progress)


def _log_head(dossier: Dossier, key: seal.Key) -> list[tuple[str, str]]:
    """Return the row of the log that a packet rests on as a signed line: whoever keeps the packet keeps a head."""
    seq, row_hash = dossier.log_head
    return [("X-Log-Head", log_heads.written(key, dossier.as_of, seq, row_hash))] if seq else []


def _joint(store: Store, settings: Settings, wanted: Wanted, gathered: Gathered) -> Gathered:
    """Return what both sides tell. Raises `NotAllowedNow` where nothing was compared, and as `build` does."""
    theirs = part_read.read_part(body_of(wanted.part, part_read.FILE_LIMIT)) if wanted.part else None
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
    bag.forget(folder / WORK, keep=top)
    made = bag.write(folder / WORK, top, sources, [*contents.info(dossier), *_log_head(dossier, key)], key)
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
    file, notes = folder / made.file.name, list(written.notes)
    with store.acting(who) as desk:
        desk.require(Permission.REFER)
        known = kept.find(desk.connection, dossier.packet)
        if known and _is_that(file, made.file, known):
            row |= {"sha256": known.sha256, "size": known.size}  # perhaps stamped since: it stays as it is
        elif known and known.state is PacketState.RELEASED and known.sha256 != made.sha256:
            raise Refused(OTHER_BYTES.format(id=known.id))
        elif known and known.sha256 != made.sha256:
            notes.append(
                f"packet {known.id} waited with other bytes: these take their place, without a stamp of the time"
            )
        packet = kept.add(desk, row)
        if packet.sha256 == made.sha256:
            made.file.replace(file)
    made.file.unlink(missing_ok=True)
    withheld = sum(one.withheld not in {"", AT_PARTNER} for one in dossier.exhibits)
    return Built(packet, file, key.fingerprint, left_out, withheld, notes)


def _is_that(file: Path, made: Path, known: PacketView) -> bool:
    """Say whether the file of a packet lies there as it is known, and is sealed over what was made now."""
    try:
        with file.open("rb") as held:
            intact = hashlib.file_digest(held, "sha256").hexdigest() == known.sha256
    except OSError:
        return False
    return intact and bag.sealed(file) == bag.sealed(made)


def _refuse_forged_rulings(store: Store, who: Actor) -> None:
    """Raise `Refused` for a cut or an added link that is not what the log says."""
    with store.acting(who) as desk:
        for one in store.rulings():
            if why := desk.differs("ruling", one.id):
                raise Refused(f"link {one.id} {why}: somebody changed the database: scamhunt db check")


def require_purpose(purpose: str) -> None:
    """Raise `UserError` where nobody says what it is for."""
    if not purpose.strip():
        raise UserError("a packet needs a purpose: say what the agency gets it for, with --purpose")
    if len(purpose) > LONGEST_PURPOSE:
        raise UserError(f"the purpose is one sentence of at most {LONGEST_PURPOSE} characters")


def refuse_people(settings: Settings, wanted: Wanted, cases: Sequence[CandidateView]) -> None:
    """Raise `UserError` where what was typed names a mail address or a number that is no target: it may be a victim's.

    Contact and authority are free: there stands who of the team may be asked.
    """
    ours = {one.indicator.lower() for one in cases} | {settings.reporter_email.lower()}
    rows = [f"{one.what}\n{one.where}\n{one.method}" for one in wanted.typed.losses]
    words = {"--purpose": wanted.typed.purpose, "--offences": wanted.typed.offences, "--losses": "\n".join(rows)}
    for option, text in {**words, "--legal-basis": wanted.legal_basis, "--retention": wanted.retention}.items():
        if tokens_of_text(text) - ours:
            raise UserError(
                f"{option} names a mail address or a phone number that is no target of this packet: nothing of victims "
                "goes into one; say it without, and the agency asks for what it needs on its own way"
            )


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
    for campaign in map(store.campaign, wanted.campaigns):
        if campaign.gone_at is not None:
            named = ", ".join(campaign.successors)
            instead = f"; in its place there is {named}" if named else ""
            raise NotAllowedNow(f"campaign {campaign.id} is gone{instead}; see: scamhunt campaigns list")
        for member in campaign.members:
            one = store.candidate(str(member))
            if one.state in WERE_CASES:
                found.setdefault(one.id, one)
            else:
                left_out.append(one.indicator)
    if not found:
        raise UserError("no case to hand over: name confirmed candidates with --case, or campaigns that have some")
    protected = reference.protected(settings, reference.brands(settings))
    for one in found.values():
        refuse(store, protected, one)
    return list(found.values()), left_out


def refuse(store: Store | Acting, protected: Protected, one: CandidateView) -> None:
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


def new_folder(out: Path) -> Path:
    """Return the folder that a release writes to. Raises `UserError` for what is none."""
    if out.exists() and not out.is_dir():
        raise UserError(f"{out}: is no folder; name one with --out")
    return out.absolute()


def typed(  # noqa: PLR0913  # each is typed
    purpose: str, *, offences: str, contact: str, authority: str, losses: Path | None, marking: Marking
) -> Typed:
    """Return what was typed for a packet. Raises `UserError` for counts that cannot be read, with file and line."""
    counted = parse_losses(str(losses), body_of(losses)) if losses else ()
    return Typed(purpose.strip(), offences.strip(), contact.strip(), authority.strip(), counted, marking)


def body_of(file: Path, most: int = MOST_LOSSES) -> bytes:
    """Return what a file holds, one byte more than may be at most. Raises `UserError` where it cannot be read."""
    try:
        with file.open("rb") as held:
            return held.read(most + 1)
    except OSError as error:
        raise UserError(f"{file}: {error.strerror}; name a file that can be read") from None


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
