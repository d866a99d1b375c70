"""The bytes of mails that answer a report, sealed: they are evidence, and full of personal data.

Each mail has a random key of its own, with which it is encrypted (AES-256-GCM, NIST SP 800-38D); that key lies beside
it, encrypted with the key of the state folder, `inbox.key`. Removing the file makes the mail unreadable for good.
Whoever has the state folder with `inbox.key` can read all of it: what this protects from stands in docs/inbox.md.
"""

import hashlib
import re
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from scamhunt import files, keyfile
from scamhunt.errors import EvidenceChanged, StoreError

FOLDER, KEY = "inbox", "inbox.key"

_MAGIC = b"scamhunt-sealed-1\n"
_KEY_BYTES, _NONCE, _TAG = keyfile.BYTES, 12, 16
_WRAPPED = _NONCE + _KEY_BYTES + _TAG
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


def keep(home: Path, raw: bytes) -> str:
    """Seal the bytes of a mail and return their sha256 (64 hexadecimal digits); those kept already are sealed anew.

    Raises `StoreError` when the disk refuses, and when `inbox.key` is gone though sealed mails are there.
    """
    digest = hashlib.sha256(raw).hexdigest()
    own, target = AESGCM.generate_key(8 * _KEY_BYTES), path(home, digest)
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise files.refused(target.parent, error) from None
    sealed = b"".join((_MAGIC, _locked(_master(home), own, digest), _locked(own, raw, digest)))
    files.write_whole(target, lambda out: out.write(sealed))
    return digest


def open_(home: Path, digest: str) -> bytes:
    """Return the bytes of a sealed mail.

    Raises `EvidenceChanged` for what is gone or is not what was kept, `StoreError` when it cannot be read.
    """
    target = path(home, digest)
    try:
        if target.is_symlink():
            raise EvidenceChanged(f"{target}: is a link, and no sealed mail")
        sealed = target.read_bytes()
    except FileNotFoundError:
        raise EvidenceChanged(f"{target}: is gone; it was erased, or somebody took it away") from None
    except OSError as error:
        raise StoreError(f"{target}: {error.strerror or error}; make it readable") from None
    raw = _unsealed(home, sealed, digest)
    if raw is None or hashlib.sha256(raw).hexdigest() != digest:
        raise EvidenceChanged(f"{target}: was changed, or {KEY} is not the key that sealed it; look for a backup")
    return raw


def forget(home: Path, digest: str) -> bool:
    """Remove a sealed mail; say whether there was one. Raises `StoreError` when the disk refuses."""
    target = path(home, digest)
    try:
        target.unlink()
        keyfile.sync(target.parent)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise files.refused(target.parent, error) from None
    return True


def path(home: Path, digest: str) -> Path:
    """Return where the sealed bytes with this sha256 lie. Raises `EvidenceChanged` for what is no sha256."""
    if not _DIGEST.fullmatch(digest):
        raise EvidenceChanged("the database names a sealed mail by something that is no sha256; run: scamhunt db check")
    return home / FOLDER / digest


# --- parts ------------------------------------------------------------------------------------------------------------


def _locked(key: bytes, content: bytes, digest: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, digest.encode())


def _unlocked(key: bytes, content: bytes, digest: str) -> bytes:
    return AESGCM(key).decrypt(content[:_NONCE], content[_NONCE:], digest.encode())


def _unsealed(home: Path, sealed: bytes, digest: str) -> bytes | None:
    """Return what a file holds, None where it is not what was kept."""
    if not sealed.startswith(_MAGIC) or len(sealed) < len(_MAGIC) + _WRAPPED + _NONCE + _TAG:
        return None
    at = len(_MAGIC)
    try:
        own = _unlocked(_master(home), sealed[at : at + _WRAPPED], digest)
        return _unlocked(own, sealed[at + _WRAPPED :], digest)
    except InvalidTag:
        return None


def _master(home: Path) -> bytes:
    """Return the key of a state folder; the first time it is made. Raises `StoreError`."""
    kept = any((home / FOLDER).glob("[0-9a-f]*"))
    lost = (
        f"the mails in {home / FOLDER} cannot be read; put it back from a backup, or move that folder away to begin "
        "anew"
    )
    return keyfile.read(home, KEY, lost=lost if kept else "")
