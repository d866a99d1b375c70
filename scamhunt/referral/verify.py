"""Proves that a packet is whole and as it was sealed: a zip, packed again or not, or the folder it was unpacked to.

Needs neither the state folder nor a network. A packet that somebody sends is hostile until then: nothing is unpacked,
everything is read in pieces, and no entry may be longer than it says.
"""

import hashlib
import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_ssh_public_key

from scamhunt.errors import UserError
from scamhunt.referral import sshsig, stamp
from scamhunt.referral.bag import PUBLIC, SEALED, SIGNATURE
from scamhunt.referral.seal import NAMESPACE
from scamhunt.referral.sshsig import BadSignature

KINDS = ("sha256", "sha512")
MARK, INFO = "bagit.txt", "bag-info.txt"
BEYOND = frozenset({SIGNATURE, stamp.FILE, *(f"tagmanifest-{kind}.txt" for kind in KINDS)})
"""Files that no manifest of the tags lists: they are over it."""
NEEDED = (
    MARK,
    INFO,
    SIGNATURE,
    PUBLIC,
    *(f"{one}-{kind}.txt" for one in ("manifest", "tagmanifest") for kind in KINDS),
)
MOST_FILES, MOST_BYTES, MOST_TAG = 250_000, 2**40, 64 * 2**20
"""What a packet holds at most: files, bytes unpacked, bytes of one tag file."""
MOST_FAULTS = 1_000
"""What is told of a packet in which nothing holds; to read on would cost the reader's memory and tell nothing new."""
END = 22
"""Bytes of the record that ends a zip without a comment (APPNOTE 4.3.16)."""
PIECE = 1_048_576
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not hold."""

    path: str
    """The file, as it is named in the packet."""
    what: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found."""

    id: str
    """The packet's id as its bag says it; empty where it says none."""
    files: int
    """Of the payload."""
    bytes: int
    fingerprint: str
    """Of the key that sealed it; empty where the seal does not hold."""
    faults: Sequence[Fault]
    notes: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Entry:
    size: int
    open: Callable[[], IO[bytes]]


@dataclass(slots=True)
class _Packet:
    """The files of a packet by their names in it, and what is wrong with it so far."""

    entries: Mapping[str, _Entry]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, path: str, what: str) -> None:
        """Note what does not hold."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(path, what))

    def tag(self, path: str) -> bytes:
        """Return a tag file; empty for one that is not there or cannot be read, which is a fault."""
        entry = self.entries.get(path)
        if entry is None:
            return b""
        if entry.size > MOST_TAG:
            self.fault(path, "is too long for what it is")
            return b""
        try:
            with entry.open() as held:
                return held.read(MOST_TAG + 1)
        except _BROKEN:
            self.fault(path, "cannot be unpacked")
            return b""


def verify(file: Path, *, key: str = "") -> Verdict:
    """Verify a packet; each fault names its file.

    `key` is what the seal has to be of: a fingerprint (`SHA256:...`) or a public key line. Raises `UserError` for what
    is no packet at all and for a key that cannot be read.
    """
    wanted = _wanted(key)
    if file.is_dir():
        return _verified(_Packet(*_bag(_folder(file), file)), wanted)
    try:
        with zipfile.ZipFile(file) as packed:
            found, faults = _zipped(packed, file)
            entries, more = _bag(found, file)
            return _verified(_Packet(entries, [*faults, *more, *_around(packed, file)][:MOST_FAULTS]), wanted)
    except FileNotFoundError:
        raise UserError(f"{file}: is not there; name a packet, or the folder that it was unpacked to") from None
    except (zipfile.BadZipFile, OSError, ValueError):
        raise UserError(f"{file}: is no zip that can be read; ask for the packet again") from None


def _wanted(key: str) -> str:
    """Return the fingerprint that a seal has to have, empty for any."""
    key = key.strip()
    if not key or key.startswith("SHA256:"):
        return key
    try:
        public = load_ssh_public_key(key.encode())
    except (ValueError, TypeError):
        public = None
    if not isinstance(public, Ed25519PublicKey):
        raise UserError("--key is a fingerprint (SHA256:...) or a line `ssh-ed25519 AAAA...`")
    return sshsig.fingerprint(public)


# --- what lies there --------------------------------------------------------------------------------------------------


def _folder(top: Path) -> dict[str, _Entry]:
    found = {}
    for place in sorted(top.rglob("*")):
        name = place.relative_to(top).as_posix()
        if place.is_symlink():
            raise UserError(f"{place}: is a link, and no packet has one; unpack it again")
        if place.is_file():
            found[name] = _Entry(place.stat().st_size, partial(_opened, place))
        elif not place.is_dir():
            raise UserError(f"{place}: is neither a file nor a folder, and no packet has one; unpack it again")
    return found


def _opened(place: Path) -> IO[bytes]:
    return place.open("rb")


def _zipped(packed: zipfile.ZipFile, file: Path) -> tuple[dict[str, _Entry], list[Fault]]:
    """Return the files of a zip, and the entries that no packet has."""
    found: dict[str, _Entry] = {}
    faults: list[Fault] = []
    folded: set[str] = set()
    listed = packed.infolist()
    if len(listed) > MOST_FILES or sum(one.file_size for one in listed) > MOST_BYTES:
        raise UserError(f"{file}: unpacks to more than a packet ever holds; it is none")
    for one in listed:
        if one.is_dir():
            continue
        why = _why_not(one)
        if one.filename.lower() in folded:
            why = "is there twice, or once more in other letters"
        folded.add(one.filename.lower())
        if why:
            faults.append(Fault(one.filename, why))
        else:
            found[one.filename] = _Entry(one.file_size, partial(packed.open, one))
    return found, faults


def _around(packed: zipfile.ZipFile, file: Path) -> Iterator[Fault]:
    """Yield a fault for bytes before the first file and after the last record: a program could stand there."""
    first = min((one.header_offset for one in packed.infolist()), default=0)
    with file.open("rb") as held:
        held.seek(-END, os.SEEK_END)
        last = held.read()
    if first or not last.startswith(b"PK\x05\x06") or packed.comment:
        yield Fault(file.name, "holds bytes before or behind its files: they were added")


def _why_not(one: zipfile.ZipInfo) -> str:
    path = PurePosixPath(one.filename)
    if path.is_absolute() or ".." in path.parts or "\\" in one.filename or not one.filename.isprintable():
        return "has a name that leads out of the packet or hides"
    if stat.S_ISLNK(one.external_attr >> 16):
        return "is a link"
    return "is encrypted" if one.flag_bits & 1 else ""


def _bag(found: Mapping[str, _Entry], file: Path) -> tuple[dict[str, _Entry], list[Fault]]:
    """Return the files of the one bag by their names in it; what lies beside it is too many."""
    marks = sorted((name for name in found if PurePosixPath(name).name == MARK and "/data/" not in f"/{name}"), key=len)
    if not marks:
        raise UserError(f"{file}: has no {MARK}: it is no packet, or only a part of one")
    top = marks[0].removesuffix(MARK)
    faults = [Fault(name, "lies beside the packet") for name in sorted(found) if not name.startswith(top)]
    return {name.removeprefix(top): entry for name, entry in found.items() if name.startswith(top)}, faults


# --- compare ----------------------------------------------------------------------------------------------------------


def _verified(packet: _Packet, wanted: str) -> Verdict:
    for one in NEEDED:
        if one not in packet.entries:
            packet.fault(one, "is missing")
    payload = {kind: _manifest(packet, f"manifest-{kind}.txt") for kind in KINDS}
    tags = {kind: _manifest(packet, f"tagmanifest-{kind}.txt") for kind in KINDS if _has(packet, kind)}
    lists = {name: _listed(name, payload if name.startswith("data/") else tags) for name in packet.entries}
    size = count = 0
    for name, entry in sorted(packet.entries.items()):
        of = payload if name.startswith("data/") else tags
        if name in BEYOND:
            continue
        if not lists[name] or (of is payload and len(lists[name]) < len(KINDS)):
            packet.fault(name, "is in no manifest: it was added" if not lists[name] else "is in one manifest only")
        if (read := _compared(packet, name, entry, lists[name])) is not None and of is payload:
            size, count = size + read, count + 1
    for name in sorted({one for of in (payload, tags) for rows in of.values() for one in rows}):
        if name not in packet.entries:
            packet.fault(name, "is missing")
    info = _info(packet)
    _oxum(packet, info.get("Payload-Oxum", ""), size, count)
    fingerprint = _sealed(packet, wanted)
    stamped = _stamped(packet)
    notes = [f"sealed by {fingerprint}: compare it with what the sender told you on another way"] if fingerprint else []
    faults = tuple(dict.fromkeys(packet.faults))
    return Verdict(
        info.get("External-Identifier", ""), count, size, fingerprint, faults, [*stamped, *([] if wanted else notes)]
    )


def _has(packet: _Packet, kind: str) -> bool:
    return f"tagmanifest-{kind}.txt" in packet.entries


def _listed(name: str, of: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    return [(kind, rows[name]) for kind, rows in of.items() if name in rows]


def _manifest(packet: _Packet, name: str) -> dict[str, str]:
    """Return a manifest, the hash by the file."""
    rows: dict[str, str] = {}
    kind = name.rpartition("-")[2].removesuffix(".txt")
    digits = hashlib.new(kind).digest_size * 2
    for number, line in enumerate(_lines(packet, name), 1):
        digest, _, path = line.partition(" ")
        path = path.lstrip(" *")
        good = len(digest) == digits and set(digest.lower()) <= set("0123456789abcdef") and path
        under = path.startswith("data/") is not name.startswith("tag") and ".." not in path.split("/")
        if not good or not under or path in rows:
            packet.fault(name, f"line {number} cannot be one of it, and no further one was read")
            break
        rows[path] = digest.lower()
    return rows


def _lines(packet: _Packet, name: str) -> Iterator[str]:
    try:
        yield from packet.tag(name).decode("utf-8").splitlines()
    except UnicodeDecodeError:
        packet.fault(name, "is no text")


def _compared(packet: _Packet, name: str, entry: _Entry, wanted: Sequence[tuple[str, str]]) -> int | None:
    """Read a file and compare it with what manifests say; return its size, None where it cannot be read."""
    digests = {kind: hashlib.new(kind) for kind, _ in wanted}
    size = 0
    try:
        with entry.open() as held:
            while piece := held.read(PIECE):
                size += len(piece)
                if size > entry.size:
                    packet.fault(name, "is longer than it says")
                    return None
                for one in digests.values():
                    one.update(piece)
    except _BROKEN:
        packet.fault(name, "cannot be unpacked: it was damaged or changed")
        return None
    if any(digests[kind].hexdigest() != digest for kind, digest in wanted):
        packet.fault(name, "was changed: it has not the hash that its manifest says")
    return size


def _info(packet: _Packet) -> dict[str, str]:
    rows = (line.partition(":") for line in _lines(packet, INFO))
    return {name.strip(): value.strip() for name, found, value in rows if found}


def _oxum(packet: _Packet, said: str, size: int, count: int) -> None:
    if INFO in packet.entries and said != f"{size}.{count}":
        packet.fault(INFO, f"says {said[:40] or 'nothing'} of the payload, and it is {size}.{count} (bytes.files)")


def _sealed(packet: _Packet, wanted: str) -> str:
    """Return the fingerprint of the key that sealed the packet, empty where the seal does not hold."""
    if SEALED not in packet.entries or SIGNATURE not in packet.entries:
        return ""
    try:
        public = sshsig.verify(packet.tag(SEALED), packet.tag(SIGNATURE), NAMESPACE)
    except BadSignature as why:
        packet.fault(SIGNATURE, f"{why}: a manifest is not what was sealed")
        return ""
    found = sshsig.fingerprint(public)
    if packet.tag(PUBLIC).decode("utf-8", "replace").split()[:2] != sshsig.line(public).split()[:2]:
        packet.fault(PUBLIC, "is another key than the one that sealed the packet")
    if wanted and found != wanted:
        packet.fault(SIGNATURE, f"was made by another key ({found}) than the one that you named")
    return found


def _stamped(packet: _Packet) -> list[str]:
    """Return what a stamp of the time says; one that is over something else is a fault."""
    if stamp.FILE not in packet.entries:
        return []
    try:
        at = stamp.check(packet.tag(stamp.FILE), packet.tag(SEALED))
    except stamp.BadStamp as why:
        packet.fault(stamp.FILE, str(why))
        return []
    except UserError as error:
        return [f"{stamp.FILE} was not checked: {error}; or use: openssl ts -verify"]
    return [f"stamped {at:%Y-%m-%d %H:%M:%S} UTC; who stamped it, openssl ts -verify tells by a certificate you trust"]
