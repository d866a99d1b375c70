"""A head of the log as one signed line: `TIME KEYID:SIGNATURE SEQ:HASH`.

The signature is one of OpenSSH (`sshsig.py`) by the key that seals packets, under a namespace of its own, over a text
that says what it is. KEYID is the fingerprint of the key without its `SHA256:`. The last word is the bare head, so that
whoever reads only that reads a signed line too.
"""

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_ssh_public_key

from scamhunt.errors import UserError
from scamhunt.referral import sshsig
from scamhunt.referral.seal import Key
from scamhunt.referral.sshsig import BadSignature

NAMESPACE, TITLE = "scamhunt-log-head", "scamhunt log head"
_SIGNED = re.compile(r"([A-Za-z0-9+/]{43}):([A-Za-z0-9+/]{64,2000}={0,2})")
_HASH = "SHA256:"


@dataclass(frozen=True, slots=True)
class Line:
    """What a signed line says."""

    at: str
    """When it was noted, by the clock of who signed."""
    fingerprint: str
    """Of the key that it names."""
    signature: str
    seq: int
    hash: str


def message(at: str, seq: int, row_hash: str) -> bytes:
    """Return the text that is signed; four lines of ASCII."""
    return f"{TITLE}\ntime {at}\nrow {seq}\nhash {row_hash}\n".encode()


def written(key: Key, at: datetime, seq: int, row_hash: str) -> str:
    """Return a head as a signed line; the same for the same values."""
    time = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    armoured = key.seal(message(time, seq, row_hash), NAMESPACE).decode()
    signature = "".join(armoured.splitlines()[1:-1])
    return f"{time} {key.fingerprint.removeprefix(_HASH)}:{signature} {seq}:{row_hash}"


def read(line: str, seq: int, row_hash: str) -> Line | None:
    """Return what a line, whose last word is this head, says of its signature; None for one that has none."""
    words = line.split()
    found = _SIGNED.fullmatch(words[-2]) if len(words) > 2 else None  # noqa: PLR2004  # the time stands before it
    return Line(words[-3], _HASH + found[1], found[2], seq, row_hash) if found else None


def holds(line: Line, wanted: str = "") -> bool:
    """Say whether a line is as it was signed, by the key that it names; `wanted` is the fingerprint that it has to be.

    A key that the line brings along proves that it was not damaged, and only one that is known from elsewhere who
    signed it.
    """
    armoured = f"{sshsig.BEGIN}\n{line.signature}\n{sshsig.END}\n".encode()
    try:
        base64.b64decode(line.signature, validate=True)
        public = sshsig.verify(message(line.at, line.seq, line.hash), armoured, NAMESPACE)
    except (BadSignature, ValueError):
        return False
    return sshsig.fingerprint(public) == line.fingerprint and wanted in {"", line.fingerprint}


def fingerprint_of(key: str) -> str:
    """Return the fingerprint that a key, a line of OpenSSH or already a fingerprint, has. Raises `UserError`."""
    key = key.strip()
    if re.fullmatch(_HASH + "[A-Za-z0-9+/]{43}", key):
        return key
    try:
        public = load_ssh_public_key(key.encode())
    except (ValueError, TypeError):
        public = None
    if not isinstance(public, Ed25519PublicKey):
        raise UserError("--key is a fingerprint (SHA256:...) or a line `ssh-ed25519 AAAA...`")
    return sshsig.fingerprint(public)
