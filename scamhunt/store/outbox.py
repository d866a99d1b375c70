"""The bytes that people approve and the outbox sends: each file has the sha256 of its content as its name."""

import hashlib
from pathlib import Path

from scamhunt import files
from scamhunt.errors import EvidenceChanged, StoreError

FOLDER = "outbox"


def keep(home: Path, body: bytes) -> str:
    """Keep the bytes of a report and return their sha256. Raises `StoreError` when the disk refuses."""
    sha256 = hashlib.sha256(body).hexdigest()
    target = path(home, sha256)
    try:
        target.parent.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise files.refused(target.parent, error) from None
    files.write_whole(target, lambda out: out.write(body))
    return sha256


def path(home: Path, sha256: str) -> Path:
    """Return where the bytes with this hash lie."""
    return home / FOLDER / sha256


def read(home: Path, sha256: str) -> bytes:
    """Return kept bytes. Raises `EvidenceChanged` for what is no longer what was kept, `StoreError` otherwise."""
    target = path(home, sha256)
    try:
        if target.is_symlink():
            raise EvidenceChanged(f"{target}: is a link; the report has to be drafted and approved anew")
        body = target.read_bytes()
    except FileNotFoundError:
        raise EvidenceChanged(f"{target}: is missing; the report has to be drafted and approved anew") from None
    except OSError as error:
        raise StoreError(f"{target}: {error.strerror or error}; make it readable") from None
    if hashlib.sha256(body).hexdigest() != sha256:
        raise EvidenceChanged(f"{target}: was changed; the report has to be drafted and approved anew")
    return body
