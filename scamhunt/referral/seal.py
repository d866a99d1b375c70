"""The key with which a state folder seals its packets, and signs heads of its log.

Ed25519, made once, and never outside this folder.
"""

import contextlib
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_ssh_private_key

from scamhunt import files
from scamhunt.errors import StoreError
from scamhunt.referral import sshsig

FILE = "packets.key"
NAMESPACE, PRINCIPAL = "scamhunt-packet", "scamhunt"
_LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class Key:
    """A key that seals."""

    private: Ed25519PrivateKey = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """Return its fingerprint: `SHA256:...`."""
        return sshsig.fingerprint(self.private.public_key())

    @property
    def line(self) -> str:
        """Return its public half as OpenSSH writes it."""
        return sshsig.line(self.private.public_key())

    def seal(self, message: bytes, namespace: str = NAMESPACE) -> bytes:
        """Return the signature of a message, as `ssh-keygen -Y verify -n scamhunt-packet` takes it."""
        return sshsig.sign(self.private, message, namespace)


def key(home: Path) -> Key:
    """Return the key of a state folder; the first time it is made. Raises `StoreError`."""
    file = home / FILE
    try:
        if not file.exists():
            _make(home, file)
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW)
        with open(descriptor, "rb") as held:  # noqa: PTH123  # a descriptor, not a path
            shared = bool(os.fstat(descriptor).st_mode & 0o077)
            body = held.read(_LONGEST)
    except OSError as error:
        raise files.refused(file, error) from None
    if shared:
        raise StoreError(f"{file}: others may read it; run: chmod 600 '{file}'")
    try:
        private = load_ssh_private_key(body, None)
    except ValueError:
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise StoreError(f"{file}: is not the key that was made; put it back from a backup")
    return Key(private)


def _make(home: Path, file: Path) -> None:
    """Make the key, whole or not at all, and never a second one beside another process."""
    body = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    draft = home / f".{secrets.token_hex(8)}.key"
    files.write_whole(draft, lambda out: out.write(body))
    try:
        with contextlib.suppress(FileExistsError):  # another process made one meanwhile: that one counts
            os.link(draft, file)
    finally:
        draft.unlink(missing_ok=True)
