"""Signatures that `ssh-keygen -Y verify` takes (OpenSSH, PROTOCOL.sshsig): Ed25519, the message hashed by SHA-512."""

import base64
import hashlib
import struct

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

BEGIN, END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_MAGIC, _VERSION, _HASH, _KIND = b"SSHSIG", 1, b"sha512", b"ssh-ed25519"
_WIDTH, _LONGEST = 70, 4_000


class BadSignature(Exception):
    """A signature that does not hold, and why."""


def sign(key: Ed25519PrivateKey, message: bytes, namespace: str) -> bytes:
    """Return the armoured signature of a message in a namespace."""
    public = _blob(key.public_key())
    signature = _string(_KIND) + _string(key.sign(_signed(message, namespace.encode())))
    fields = (public, namespace.encode(), b"", _HASH, signature)
    body = _MAGIC + struct.pack(">I", _VERSION) + b"".join(map(_string, fields))
    text = base64.b64encode(body).decode()
    lines = [text[at : at + _WIDTH] for at in range(0, len(text), _WIDTH)]
    return "\n".join([BEGIN, *lines, END, ""]).encode()


def verify(message: bytes, armoured: bytes, namespace: str) -> Ed25519PublicKey:
    """Return the key that signed a message in a namespace. Raises `BadSignature`."""
    public, signature = _read(armoured, namespace)
    try:
        public.verify(signature, _signed(message, namespace.encode()))
    except InvalidSignature:
        raise BadSignature("is not of this content: it was changed after it was sealed") from None
    return public


def line(public: Ed25519PublicKey) -> str:
    """Return a key as OpenSSH writes it on one line: `ssh-ed25519 AAAA...`."""
    return public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def fingerprint(public: Ed25519PublicKey) -> str:
    """Return a key's fingerprint as `ssh-keygen -l` prints it: `SHA256:...`."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(_blob(public)).digest()).decode().rstrip("=")


def _signed(message: bytes, namespace: bytes) -> bytes:
    return _MAGIC + b"".join(map(_string, (namespace, b"", _HASH, hashlib.sha512(message).digest())))


def _blob(public: Ed25519PublicKey) -> bytes:
    return _string(_KIND) + _string(public.public_bytes(Encoding.Raw, PublicFormat.Raw))


def _string(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value


def _read(armoured: bytes, namespace: str) -> tuple[Ed25519PublicKey, bytes]:
    """Return key and signature of an armoured one. Raises `BadSignature`."""
    try:
        fields = _strings(_body(armoured), 5)
        public, signature = _strings(fields[0], 2), _strings(fields[4], 2)
        key = Ed25519PublicKey.from_public_bytes(public[1])
    except (ValueError, IndexError, struct.error):
        raise BadSignature("is no Ed25519 signature of OpenSSH") from None
    if (public[0], signature[0], fields[3]) != (_KIND, _KIND, _HASH):
        raise BadSignature("is of a kind that seals no packet")
    if fields[1] != namespace.encode():
        raise BadSignature(f"was made for something else than a packet (namespace {namespace})")
    return key, signature[1]


def _body(armoured: bytes) -> bytes:
    """Return what stands in the armour, behind its first words. Raises `ValueError`."""
    head = _MAGIC + struct.pack(">I", _VERSION)
    lines = armoured[:_LONGEST].decode("ascii").strip().splitlines()
    body = base64.b64decode("".join(lines[1:-1]), validate=True)
    if (lines[0], lines[-1]) != (BEGIN, END) or not body.startswith(head):
        raise ValueError
    return body[len(head) :]


def _strings(body: bytes, count: int) -> list[bytes]:
    """Return the strings that a body is made of. Raises `ValueError` where it is made of anything else."""
    found = []
    for _ in range(count):
        (size,) = struct.unpack(">I", body[:4])
        if len(body) < 4 + size:
            raise ValueError
        found.append(body[4 : 4 + size])
        body = body[4 + size :]
    if body:
        raise ValueError
    return found
