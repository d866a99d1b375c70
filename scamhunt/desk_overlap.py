"""What two brands have in common, found out before either shows what it has. Part of `desk.py`."""

import hashlib
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scamhunt import desk_dossier, desk_referral, files, reference
from scamhunt.access import Permission
from scamhunt.desk_dossier import Gathered, Typed
from scamhunt.desk_referral import FOLDER as PACKETS
from scamhunt.desk_referral import PARTNER, Wanted, body_of
from scamhunt.errors import NotAllowedNow, SettingsError, StoreError, UserError
from scamhunt.model import Actor
from scamhunt.referral import agencies, overlap, part
from scamhunt.referral.overlap import FILE_LIMIT, Offer, Overlap, Terms
from scamhunt.settings import Settings
from scamhunt.store import OverlapView, PacketView, Store, logs_refusals
from scamhunt.store import packets as kept

FOLDER = "overlaps"
SIDES = ("A", "B")
MODE = 0o700


@dataclass(frozen=True, slots=True)
class Begun:
    """A comparison that begins: the files for the partner, and on the answering side what came of it."""

    overlap: OverlapView
    files: Sequence[Path]
    offered: int
    """How many identifiers are in the offer."""
    found: Overlap | None = None


@dataclass(frozen=True, slots=True)
class _Secret:
    """The key of a comparison and the secret that hides how many identifiers there are."""

    key: bytes = field(repr=False)
    padding: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Begins:
    """What makes a comparison on one side."""

    number: str
    wanted: Wanted
    gathered: Gathered
    partner: str
    side: str
    secret: _Secret
    mine: Mapping[str, overlap.Key]


@logs_refusals(Permission.REFER)
def begin(  # noqa: PLR0913  # whom it is with, about what, and where the files go
    store: Store, settings: Settings, who: Actor, wanted: Wanted, *, partner: str, out: Path
) -> Begun:
    """Begin a comparison: make its key, and the offer for the partner; the key goes to him on another way.

    Raises `UserError` for no partner, purpose or case, `SettingsError` while nobody says who we are, `NotPermitted`.
    """
    if not partner.strip():
        raise UserError("a comparison is with somebody: name the other brand with --partner")
    gathered = _gathered(store, settings, who, wanted)
    secret, number = _Secret(secrets.token_bytes(32), secrets.token_bytes(32)), f"o-{secrets.token_hex(6)}"
    mine, key = _mine(secret, gathered), overlap.key_line(secret.key).encode()
    begun = _Begins(number, wanted, gathered, partner.strip(), "A", secret, mine)
    view, made = _begun(store, settings, who, begun, {out / f"{number}.key": key}, out)
    return Begun(view, made, len(mine))


@logs_refusals(Permission.REFER, "overlap:{number}")
def answer(  # noqa: PLR0913  # what came from the partner, and what it is compared with
    store: Store, settings: Settings, who: Actor, wanted: Wanted, number: str, *, offer: Path, key: Path, out: Path
) -> Begun:
    """Answer a partner who began: compare his offer with ours, and make ours for him. Raises as `begin` does.

    Also for a file of the partner's that cannot be used.
    """
    gathered = _gathered(store, settings, who, wanted)
    shared = overlap.read_key(body_of(key, FILE_LIMIT).decode("utf-8", "replace"))
    secret = _Secret(shared, secrets.token_bytes(32))
    theirs = _offered(settings, offer, secret, number)
    mine = _mine(secret, gathered)
    begun = _Begins(number, wanted, gathered, theirs.terms.org, "B", secret, mine)
    view, made = _begun(store, settings, who, begun, {}, out)
    found, view = _compared(store, who, view, mine, theirs)
    return Begun(view, made, len(mine), found)


@logs_refusals(Permission.REFER, "overlap:{number}")
def compare(store: Store, settings: Settings, who: Actor, number: str, *, offer: Path) -> Begun:
    """Compare what a partner offers with ours; each time is logged. Raises as `answer` does."""
    view = _open(store, who, number)
    secret = _secret(store.home, number)
    wanted = Wanted(cases=[str(one) for one in view.cases], typed=Typed(view.purpose))
    mine = _mine(secret, _gathered(store, settings, who, wanted))
    theirs = _offered(settings, offer, secret, number)
    found, view = _compared(store, who, view, mine, theirs)
    return Begun(view, [], len(mine), found)


@logs_refusals(Permission.REFER, "overlap:{number}")
def give(store: Store, settings: Settings, who: Actor, number: str, *, out: Path) -> PacketView:
    """Write what the partner may see of our side; like any packet it waits for a second person. Raises as `begin`."""
    view = _open(store, who, number)
    if not view.compared:
        raise NotAllowedNow("nothing was compared yet: find out what you have in common before you share it")
    wanted = Wanted(cases=[str(one) for one in view.cases], typed=Typed(view.purpose))
    gathered = _gathered(store, settings, who, wanted)
    terms = Terms(number, settings.reporter_org, view.purpose, gathered.dossier.day)
    made = part.part(gathered.dossier, terms, side=view.side, tokens=gathered.chosen.tokens)
    digest = hashlib.sha256(made.content).hexdigest()
    packet = f"p-{digest[:12]}"
    name = f"{number}-part-{view.side}-{packet}.json"
    files.write_whole(_folder(store.home / PACKETS) / name, lambda held: held.write(made.content))
    row = {
        "id": packet,
        "agency": f"{PARTNER}{view.partner}",
        "purpose": view.purpose,
        "cases": list(view.cases),
        "campaigns": list(gathered.campaigns),
        "outs": [str(out.absolute())],
        "name": name,
        "sha256": digest,
        "size": len(made.content),
        "hold_days": 0,
        "locked_to": "",
    }
    with store.acting(who) as desk:
        desk.require(Permission.REFER)
        return kept.add(desk, row)


def end(store: Store, who: Actor, number: str, reason: str) -> OverlapView:
    """End a comparison: its key is destroyed, and nobody here can compare with it again. Raises `NotAllowedNow`."""
    if not reason.strip():
        raise UserError("say why it ends, with --reason: done, or not agreed")
    view = _open(store, who, number)
    with store.acting(who) as desk:
        desk.require(Permission.REFER)
        ended = kept.end_overlap(desk, view, reason.strip())
        for name in _names(view.id):  # before the log says so; after a kill in between it is ended once more
            _destroy(store.home / FOLDER / name)
        return ended


def listed(store: Store, *, limit: int | None = 50) -> list[OverlapView]:
    """Return comparisons, the newest first."""
    return store.overlaps(limit=limit)


# --- parts ------------------------------------------------------------------------------------------------------------


def _gathered(store: Store, settings: Settings, who: Actor, wanted: Wanted) -> Gathered:
    store.require(who, Permission.REFER)
    if not settings.reporter_org:
        raise SettingsError("nobody says who we are: set SCAMHUNT_REPORTER_ORG, which the partner reads")
    desk_referral.require_purpose(wanted.typed.purpose)
    cases, _ = desk_referral.cases_of(store, settings, wanted)
    desk_referral.refuse_people(settings, wanted, cases)
    profile = agencies.pick(reference.agencies(settings), wanted.agency)
    return desk_dossier.gather(store, settings, cases, profile, wanted.typed)


def _begun(  # noqa: PLR0913, PLR0917  # what makes a comparison
    store: Store, settings: Settings, who: Actor, begins: _Begins, more: Mapping[Path, bytes], out: Path
) -> tuple[OverlapView, list[Path]]:
    """Store that it begins, with its secrets and the files for the partner: all of it, or nothing."""
    row = {"id": begins.number, "partner": begins.partner, "purpose": begins.wanted.typed.purpose, "side": begins.side}
    cases = [one.id for one in begins.gathered.dossier.cases]
    home, own = store.home / FOLDER, (begins.secret.key, begins.secret.padding)
    made: list[Path] = []
    try:
        with store.acting(who) as desk:
            desk.require(Permission.REFER)
            view = kept.begin_overlap(desk, {**row, "cases": cases})
            terms = Terms(view.id, settings.reporter_org, view.purpose, view.begun_at.date().isoformat())
            offer = overlap.offer(begins.secret.key, begins.mine, terms, begins.secret.padding)
            kept_here = {home / name: body for name, body in zip(_names(view.id), own, strict=True)}
            for file, body in {**kept_here, **more, out / f"{view.id}-{view.side}.json": offer}.items():
                made.append(_write(file, body))
    except BaseException:
        for file in made:
            _destroy(file)
        raise
    return view, made[len(own) :]


def _mine(secret: _Secret, gathered: Gathered) -> dict[str, overlap.Key]:
    return overlap.digests(secret.key, [(one.kind, one.value) for one in gathered.dossier.identifiers])


def _offered(settings: Settings, offer: Path, secret: _Secret, number: str) -> Offer:
    body = body_of(offer, FILE_LIMIT)
    return overlap.read_offer(body, secret.key, referral=number, own_org=settings.reporter_org)


def _compared(
    store: Store, who: Actor, view: OverlapView, mine: dict[str, overlap.Key], theirs: Offer
) -> tuple[Overlap, OverlapView]:
    found = overlap.compare(mine, theirs)
    with store.acting(who) as desk:
        desk.require(Permission.REFER)
        return found, kept.compared(desk, view, len(found.common))


def _open(store: Store, who: Actor, number: str) -> OverlapView:
    store.require(who, Permission.REFER)
    view = store.overlap(number)
    if view.ended_at is not None:
        raise NotAllowedNow(f"comparison {view.id} has ended, and its key is gone; begin another one")
    return view


def _secret(home: Path, number: str) -> _Secret:
    try:
        return _Secret(*((home / FOLDER / name).read_bytes() for name in _names(number)))
    except OSError as error:
        raise StoreError(f"{home / FOLDER}: the key of {number} cannot be read ({error.strerror})") from None


def _names(number: str) -> tuple[str, str]:
    return f"{number}.key", f"{number}.padding"


def _folder(folder: Path) -> Path:
    folder.mkdir(mode=MODE, parents=True, exist_ok=True)
    return folder


def _write(file: Path, body: bytes) -> Path:
    if file.exists():
        raise UserError(f"{file}: is there already, and nothing is overwritten; name another folder with --out")
    try:
        _folder(file.parent)
    except OSError as error:
        raise files.refused(file.parent, error) from None
    files.write_whole(file, lambda held: held.write(body))
    return file


def _destroy(file: Path) -> None:
    """Overwrite a key and remove it; what the disk or a backup still has of it is told in docs/referral.md."""
    try:
        with file.open("r+b") as held:
            held.write(b"\0" * file.stat().st_size)
            held.flush()
            os.fsync(held.fileno())
        file.unlink()
    except FileNotFoundError:
        return
    except OSError as error:
        raise files.refused(file, error) from None
