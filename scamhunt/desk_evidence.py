"""What a person may do with the evidence: list it, show an item, verify all of it, export a look. Part of `desk.py`."""

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from scamhunt.access import Permission
from scamhunt.errors import NotFound, StoreError, UserError
from scamhunt.model import Actor, Event
from scamhunt.store import EventView, EvidenceView, LookView, Store, evidence_check, evidence_files
from scamhunt.store.evidence_check import Checked, Fault
from scamhunt.store.evidence_files import Unsound

WHOLE = "evidence"
"""As the log names the evidence as a whole."""
NAMED = 20
"""Hashes of bad files that the log names."""
FOLDER_MODE, FILE_MODE = 0o700, 0o600
SUMS, CUSTODY, MANIFEST = "SHA256SUMS", "custody.json", "manifest.json"
_ENDINGS = {
    "application/json": ".json",
    "application/rdap+json": ".json",
    "application/pkix-cert": ".der",
    "application/warc": ".warc.gz",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/svg+xml": ".svg.txt",
    "application/xhtml+xml": ".html.txt",
    "text/html": ".html.txt",
    "text/plain": ".txt",
}
"""A page gets an ending that no browser opens: it is hostile. What is not here is `.bin`."""
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Shown:
    """One item with where it lies and what was done to it."""

    item: EvidenceView
    file: Path
    holds: str
    """Empty, or why the file is not what was kept."""
    also: Sequence[EvidenceView]
    """Earlier looks that brought the same bytes."""
    custody: Sequence[EventView]


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification found."""

    checked: Checked
    log: str
    """Empty, or where the log does not hold."""

    @property
    def holds(self) -> bool:
        """Return whether all is as it was kept."""
        return not self.checked.faults and not self.log


@dataclass(frozen=True, slots=True)
class Exported:
    """Where a look was copied to."""

    look: int
    subject: str
    folder: Path
    files: int
    bytes: int


def items(  # noqa: PLR0913  # each is a filter
    store: Store,
    *,
    candidate: str = "",
    look: int | None = None,
    media_type: str = "",
    sha256: str = "",
    limit: int | None = 50,
) -> list[EvidenceView]:
    """Return items, those of the newest look first. Raises `NotFound` for a candidate that there is not."""
    of = store.candidate(candidate).id if candidate else None
    return store.evidence(
        look_id=look, candidate_id=of, sha256=sha256 or None, media_type=media_type or None, limit=limit
    )


def show(store: Store, key: str) -> Shown:
    """Return one item by its number or the beginning of its sha256. Raises `NotFound`."""
    item, *also = store.evidence_item(key)
    file = store.evidence_file(item.sha256)
    return Shown(item, file, evidence_check.fault_of(store, item), also, custody(store, item.look_id))


def custody(store: Store, look_id: int) -> list[EventView]:
    """Return what the log tells of a look, and each verification of the evidence since; the oldest first."""
    own = store.history(f"look:{look_id}")
    since = own[0].seq if own else 0
    return sorted([*own, *(one for one in store.history(WHOLE) if one.seq > since)], key=lambda one: one.seq)


def verify(store: Store, who: Actor, progress: Progress = lambda _what, _done: None) -> Verified:
    """Compare all files, rows, manifests and the log, and note in the log who did and what was found.

    Raises `NotPermitted`, and `StoreError` when the database refuses; a file that cannot be read is a fault like any
    other.
    """
    store.require(who, Permission.VERIFY)
    checked, broken = evidence_check.check(store, progress), store.verify_log()
    done = Verified(checked, f"the log does not hold at row {broken.seq}: {broken.why}" if broken else "")
    told = {name: getattr(checked, name) for name in ("files", "bytes", "items", "looks", "unclaimed")}
    told |= {"faults": len(checked.faults), "sha256": sorted(checked.bad)[:NAMED], "log": done.log}
    with store.acting(who) as desk:
        desk.log(Event("evidence.verify", WHOLE, detail=told))
    return done


# --- export -----------------------------------------------------------------------------------------------------------


def export(  # noqa: PLR0913  # each is an option of the command
    store: Store, who: Actor, *, candidate: str = "", look: int | None = None, out: Path, reason: str
) -> list[Exported]:
    """Copy one look, or all looks at a candidate, into a new folder each, with manifest, custody and SHA256SUMS.

    `out` gets one folder `look-12` a look; it must not be there, or be empty. Raises `UserError` for that and for a
    missing reason, `NotPermitted`, `NotFound`, and `StoreError` where a file is not what was kept: nothing is exported
    then.
    """
    store.require(who, Permission.VERIFY)
    if not reason.strip():
        raise UserError("an export needs a reason: say who gets it and what for")
    wanted = _wanted(store, candidate, look)
    with _whole(out) as draft:
        told = [_copied(store, one, draft / f"look-{one.id}") for one in wanted]
        with store.acting(who) as desk:
            for one in told:
                detail = {"files": one.files, "bytes": one.bytes, "subject": one.subject}
                desk.log(Event("evidence.export", f"look:{one.look}", reason.strip(), detail))
        for view in wanted:
            _sign(store, view, draft / f"look-{view.id}")
    return [Exported(one.look, one.subject, out / one.folder.name, one.files, one.bytes) for one in told]


def _wanted(store: Store, candidate: str, look: int | None) -> list[LookView]:
    if look is not None:
        return [store.look(look)]
    try:
        found = store.looks(candidate_id=store.candidate(candidate).id, limit=None)
    except NotFound:
        found = store.looks(subject=candidate.strip().lower(), limit=None)
    if not found:
        raise NotFound("nobody looked at that yet; run scamhunt investigate on it, or see: scamhunt evidence list")
    return found


@contextmanager
def _whole(out: Path) -> Iterator[Path]:
    """Give a folder that takes the place of `out` when all of it is there; nothing of it stays otherwise."""
    if out.is_symlink() or (out.exists() and (not out.is_dir() or any(out.iterdir()))):
        raise UserError(f"{out}: is there already, and nothing is overwritten; name a new folder")
    draft = out.absolute().parent / f".{secrets.token_hex(8)}.part"
    try:
        draft.mkdir(FOLDER_MODE)
        yield draft
        draft.replace(out)
    except OSError as error:
        raise StoreError(f"{out}: {error.strerror or error}; name a folder that can be written") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _copied(store: Store, look: LookView, folder: Path) -> Exported:
    """Copy the items of a look, each content once. Raises `StoreError` for one that is not what was kept."""
    folder.mkdir(FOLDER_MODE)
    rows = {row.sha256: row for row in store.evidence(look_id=look.id, limit=None)}
    if look.manifest not in rows:
        raise StoreError(f"the manifest of look {look.id} is gone; run: scamhunt evidence verify")
    for place, row in enumerate(rows.values(), 1):
        name = f"{place:03}-{row.sha256[:16]}{ending(row.media_type)}"
        _copy(store, row, folder / (MANIFEST if row.sha256 == look.manifest else name))
    return Exported(look.id, look.subject, folder, len(rows), sum(row.size for row in rows.values()))


def ending(media_type: str) -> str:
    """Return how the name of a file of this type ends: never so that a double click runs what it holds."""
    return _ENDINGS.get(media_type, ".bin")


def _copy(store: Store, row: EvidenceView, target: Path) -> None:
    with open(_new(target), "wb") as out:  # a descriptor, not a path
        try:
            held = evidence_files.copy(store.evidence_file(row.sha256), out)
        except Unsound as why:
            raise StoreError(f"evidence {row.sha256} {why}; run: scamhunt evidence verify") from None
    if (held.sha256, held.sha512) != (row.sha256, row.sha512):
        raise StoreError(f"evidence {row.sha256} was changed; nothing was exported; run: scamhunt evidence verify")


def _sign(store: Store, look: LookView, folder: Path) -> None:
    """Write what the log tells of a look, and the sums that `sha256sum -c` takes."""
    head = store.log_head()
    told = {"look": look.id, "subject": look.subject, "manifest": look.manifest, "log_head": asdict(head)}
    told["events"] = [asdict(event) for event in custody(store, look.id)]
    _write(folder / CUSTODY, json.dumps(told, indent=1, default=_iso) + "\n")
    sums = {file.name: evidence_files.examine(file).sha256 for file in sorted(folder.iterdir())}
    _write(folder / SUMS, "".join(f"{sha256}  {name}\n" for name, sha256 in sums.items()))


def _write(target: Path, text: str) -> None:
    with open(_new(target), "w", encoding="ascii") as out:  # a descriptor, not a path
        out.write(text)


def _new(target: Path) -> int:
    return os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE_MODE)


def _iso(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


__all__ = ["Checked", "Exported", "Fault", "Shown", "Verified", "custody", "export", "items", "show", "verify"]
