"""Writes a packet: BagIt 1.0 (RFC 8493), sealed, in a zip whose bytes are the same for the same content.

Files are staged one by one, so memory stays flat and a run that was killed goes on where it was.
"""

import hashlib
import json
import os
import re
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

from scamhunt import files
from scamhunt.errors import EvidenceChanged, StoreError
from scamhunt.referral.seal import PRINCIPAL, Key

VERSION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
SEALED, SIGNATURE, PUBLIC, SIGNERS = "tagmanifest-sha256.txt", "SIGNATURE.sshsig", "SEAL.pub", "allowed_signers"
PACKED = (".png", ".jpg", ".gif", ".gz", ".pdf", ".zip")
"""Packed already: to pack them once more only takes time."""
LONGEST_PART, LONGEST = 120, 200
"""Characters of a part of a path, and of all of it: what every system takes."""
PIECE = 1_048_576
_DATE = (1980, 1, 1, 0, 0, 0)
"""Zip knows no earlier day; the packet's own day stands in `bag-info.txt`."""
_MODE = 0o100644 << 16
_BIG = 2**31 - 1
_SAFE = re.compile(r"[A-Za-z0-9_+][A-Za-z0-9_.+-]*", re.ASCII)
_DEVICES = re.compile(r"(?i:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")
_NAMED = re.compile(r"[A-Za-z0-9-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Source:
    """One file of the payload."""

    path: str
    """Below `data/`."""
    size: int
    open: Callable[[], BinaryIO] = field(repr=False)
    sha256: str = ""
    """What it has to be; empty: whatever it is."""


@dataclass(frozen=True, slots=True)
class Staged:
    """One file that lies staged, with its hashes."""

    path: str
    size: int
    sha256: str
    sha512: str


@dataclass(frozen=True, slots=True)
class Written:
    """A packet on the disk."""

    file: Path
    sha256: str
    size: int
    payload: int
    """Files of the payload."""
    bytes: int
    """Bytes of the payload."""


def top(packet: str, agency: str) -> str:
    """Return the name of a packet's folder: `REF-p-3f9a12cd04e1-GENERIC`."""
    return f"REF-{packet}-{agency.upper()}"


def safe(path: str) -> str:
    """Return a path that every file system takes. Raises `ValueError` for any other: a bug of ours."""
    parts = path.split("/")
    bad = len(path) > LONGEST or any(
        len(one) > LONGEST_PART or not _SAFE.fullmatch(one) or one.endswith(".") or _DEVICES.fullmatch(one)
        for one in parts
    )
    if bad:
        raise ValueError(f"no name for a file of a packet: {path[:100]!a}")
    return path


def write(folder: Path, name: str, sources: Iterable[Source], info: Sequence[tuple[str, str]], key: Key) -> Written:
    """Write the packet `name` into a folder (0700) and return where it lies.

    Raises `EvidenceChanged` for a file that is not what it has to be, `StoreError` when the disk refuses.
    """
    target, stage = folder / f"{name}.zip", folder / f".{name}.staged"
    try:
        stage.mkdir(mode=0o700, parents=True, exist_ok=True)
        staged = list(_stage(stage, sources))
        tags = _tags(staged, info, key)
        files.write_whole(target, partial(_zip, stage, name, staged, tags))
        with target.open("rb") as written:
            digest = hashlib.file_digest(written, "sha256").hexdigest()
        shutil.rmtree(stage)
    except OSError as error:
        raise files.refused(folder, error) from None
    return Written(target, digest, target.stat().st_size, len(staged), sum(one.size for one in staged))


def forget(folder: Path, *, keep: str) -> None:
    """Remove what other packets than `keep` have staged in a folder: of a build that nobody went on with.

    Raises `StoreError` when the disk refuses.
    """
    try:
        for one in folder.iterdir() if folder.is_dir() else ():
            if one.name != f".{keep}.staged":
                shutil.rmtree(one) if one.is_dir() and not one.is_symlink() else one.unlink()
    except OSError as error:
        raise files.refused(folder, error) from None


def add(file: Path, tag: str, body: bytes) -> tuple[str, int]:
    """Add a file beside the manifests of a packet, over which it is; return the packet's new sha256 and size.

    Raises `StoreError` when the disk refuses.
    """

    def again(out: BinaryIO) -> None:
        with zipfile.ZipFile(file) as before, zipfile.ZipFile(out, "w", compresslevel=6) as packed:
            top = before.namelist()[0].partition("/")[0]
            packed.writestr(_entry(f"{top}/{tag}", zipfile.ZIP_DEFLATED), body)
            for one in before.infolist():
                if one.filename == f"{top}/{tag}":
                    continue
                entry = _entry(one.filename, one.compress_type)
                with before.open(one) as held, packed.open(entry, "w", force_zip64=one.file_size > _BIG) as into:
                    shutil.copyfileobj(held, into, PIECE)

    files.write_whole(file, again)
    with file.open("rb") as written:
        return hashlib.file_digest(written, "sha256").hexdigest(), file.stat().st_size


def sealed(file: Path) -> bytes:
    """Return the manifest of a packet that its seal is over."""
    with zipfile.ZipFile(file) as packed:
        top = packed.namelist()[0].partition("/")[0]
        return packed.read(f"{top}/{SEALED}")


# --- stage ------------------------------------------------------------------------------------------------------------


def _stage(stage: Path, sources: Iterable[Source]) -> Iterator[Staged]:
    """Copy what is not there yet; the journal says of each file that lies there whole what it is."""
    journal = stage / "journal.jsonl"
    known = {one.path: one for one in _journal(journal)}
    seen: set[str] = set()
    for source in sorted(sources, key=lambda one: one.path):
        if safe(source.path).lower() in seen:
            raise ValueError(f"two files of a packet have one name: {source.path}")
        seen.add(source.path.lower())
        one, place = known.get(source.path), stage / "data" / source.path
        whole = one is not None and one.size == source.size and _is_whole(place, one, source)
        if one is None or not whole:
            one = _copied(source, place)
            with journal.open("a", encoding="ascii") as told:
                told.write(json.dumps(asdict(one)) + "\n")
                told.flush()
                os.fsync(told.fileno())
        yield one


def _is_whole(place: Path, one: Staged, source: Source) -> bool:
    """Say whether a file that was staged before is what is wanted now: a paper may say something else today."""
    if not place.is_file() or place.stat().st_size != one.size or (source.sha256 and one.sha256 != source.sha256):
        return False
    if source.sha256:
        return True  # compared when it is packed
    digest = hashlib.sha256()
    with source.open() as again:
        while piece := again.read(PIECE):
            digest.update(piece)
    return digest.hexdigest() == one.sha256


def _journal(file: Path) -> Iterator[Staged]:
    if not file.is_file():
        return
    for line in file.read_text("ascii").splitlines():
        try:
            yield Staged(**json.loads(line))
        except (ValueError, TypeError):  # the line at which it was killed
            continue


def _copied(source: Source, place: Path) -> Staged:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    short, long, size = hashlib.sha256(), hashlib.sha512(), 0
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with source.open() as held, open(descriptor, "wb") as out:  # noqa: PTH123  # a descriptor, not a path
        while piece := held.read(PIECE):
            short.update(piece)
            long.update(piece)
            size += len(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    if source.sha256 and short.hexdigest() != source.sha256:
        raise EvidenceChanged(
            f"evidence {source.sha256} was changed; nothing was packed; run: scamhunt evidence verify"
        )
    return Staged(source.path, size, short.hexdigest(), long.hexdigest())


# --- what a bag says of itself ----------------------------------------------------------------------------------------


def _tags(staged: Sequence[Staged], info: Sequence[tuple[str, str]], key: Key) -> dict[str, bytes]:
    """Return the files beside the payload; the seal is over the manifest of all of these but the seal's own."""
    rows = [*info, ("Payload-Oxum", f"{sum(one.size for one in staged)}.{len(staged)}")]
    tags = {
        "bagit.txt": VERSION,
        "bag-info.txt": "".join(f"{_label(name)}: {_plain(value)}\n" for name, value in rows).encode(),
        "manifest-sha256.txt": _manifest((one.sha256, f"data/{one.path}") for one in staged),
        "manifest-sha512.txt": _manifest((one.sha512, f"data/{one.path}") for one in staged),
        PUBLIC: f"{key.line}\n".encode(),
        SIGNERS: f"{PRINCIPAL} {key.line}\n".encode(),
    }
    over = {
        f"tagmanifest-{kind}.txt": _manifest((hashlib.new(kind, body).hexdigest(), name) for name, body in tags.items())
        for kind in ("sha256", "sha512")
    }
    return {**tags, **over, SIGNATURE: key.seal(over[SEALED])}


def _manifest(rows: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{digest}  {path}\n" for digest, path in sorted(rows, key=lambda one: one[1])).encode()


def _label(name: str) -> str:
    if not _NAMED.fullmatch(name):
        raise ValueError(f"no label of a bag: {name!a}")
    return name


def _plain(value: str) -> str:
    """Return a value on one line, so that it is no other label's."""
    return " ".join("".join(one if one.isprintable() else " " for one in value).split())


# --- zip --------------------------------------------------------------------------------------------------------------


def _zip(stage: Path, name: str, staged: Sequence[Staged], tags: Mapping[str, bytes], out: BinaryIO) -> None:
    with zipfile.ZipFile(out, "w", compresslevel=6) as packed:
        for tag in sorted(tags):
            packed.writestr(_entry(f"{name}/{tag}", zipfile.ZIP_DEFLATED), tags[tag])
        for one in staged:
            _pack(packed, stage / "data" / one.path, f"{name}/data/{one.path}", one)


def _pack(packed: zipfile.ZipFile, place: Path, path: str, one: Staged) -> None:
    """Pack a staged file, compared once more on the way."""
    kind, digest = zipfile.ZIP_STORED if path.endswith(PACKED) else zipfile.ZIP_DEFLATED, hashlib.sha256()
    with place.open("rb") as held, packed.open(_entry(path, kind), "w", force_zip64=one.size > _BIG) as out:
        while piece := held.read(PIECE):
            digest.update(piece)
            out.write(piece)
    if digest.hexdigest() != one.sha256:
        place.unlink()
        raise StoreError(f"{place}: was changed while the packet was written; run the same again")


def _entry(path: str, kind: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, _DATE)
    entry.compress_type, entry.create_system, entry.external_attr = kind, 3, _MODE
    return entry
