"""Signed tree heads: checkpoints of tiled logs, and answers to get-sth, with their signatures verified."""

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any, TypeGuard

from scamhunt.errors import FeedFailed, FeedHeld
from scamhunt.indicators.ct.loglist import Log
from scamhunt.indicators.ct.merkle import EMPTY, HASH_SIZE

_SIZE = re.compile(r"0|[1-9][0-9]{0,11}", re.ASCII)
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_SIGNATURES = 100
"""Signature lines that are looked at: witnesses may add theirs."""
_NOTE_TYPE, _TEXT_LINES = b"\x05", 3
_SHA256, _RSA, _ECDSA = 4, 1, 3  # RFC 5246 7.4.1.4.1
_TIMESTAMP_SIZE, _ID_SIZE = 8, 4
_WORD = 2**64
_SIZE_LIMIT = 10**12
"""Entries of a tree, as in `_SIZE`: no log comes near, and the store can count further."""
_PROOF = 128
_VALUES, _VALUES_EACH = 64, 16


@dataclass(frozen=True, slots=True)
class TreeHead:
    """What a log says that it holds, signed by it."""

    size: int
    """Entries."""
    root: bytes
    timestamp: int
    """Milliseconds since 1970, UTC."""


def read_checkpoint(body: bytes, log: Log) -> TreeHead:
    """Read and verify a checkpoint (tlog-checkpoint, with the RFC6962NoteSignature of static-ct-api).

    Raises `FeedHeld` for another log's origin, for a signature that is missing or wrong, and for what is no checkpoint.
    """
    text, signatures = _parts(body)
    lines = text.split("\n")
    if lines[0] != log.origin:
        raise FeedHeld("the checkpoint has another log's origin; look at the log list")
    root = _decoded(lines[2], HASH_SIZE) if len(lines) == _TEXT_LINES else b""
    if not root or not _SIZE.fullmatch(lines[1]):
        raise FeedHeld("what came is no checkpoint of origin, size and root; look at the log list")
    head = TreeHead(int(lines[1]), root, 0)
    for name, blob in signatures:
        if name == log.origin and blob.startswith(_key_id(log)):
            signed = blob[_ID_SIZE:]
            head = TreeHead(head.size, root, int.from_bytes(signed[:_TIMESTAMP_SIZE]))
            return _verified(head, signed[_TIMESTAMP_SIZE:], log)
    raise FeedHeld("the checkpoint is not signed with the log's key; look at the log list")


def _parts(body: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """Return the text of a note (c2sp.org/signed-note) without its last line end; of each signature name and bytes."""
    try:
        note = body.decode()
    except UnicodeDecodeError:
        note = ""
    text, divider, rest = note.rpartition("\n\n")
    if not divider or not rest.endswith("\n") or _CONTROLS.search(note):
        raise FeedHeld("what came is no checkpoint but something else; look at the log list")
    lines = [line.split(" ") for line in rest[:-1].split("\n")[:_SIGNATURES]]
    return text, [(line[1], _decoded(line[2])) for line in lines if line[0] == "\u2014" and len(line) == 3]  # noqa: PLR2004  # dash, name, signature


def _key_id(log: Log) -> bytes:
    identity = base64.b64decode(log.id)
    return hashlib.sha256(log.origin.encode() + b"\n" + _NOTE_TYPE + identity).digest()[:_ID_SIZE]


def read_sth(body: bytes, log: Log) -> TreeHead:
    """Read and verify an answer to get-sth (RFC 6962 4.3). Raises `FeedHeld`, and `FeedFailed` for what is no JSON."""
    said = json_object(body)
    size, timestamp = said.get("tree_size"), said.get("timestamp")
    root = _decoded(said.get("sha256_root_hash"), HASH_SIZE)
    if not root or not _is_count(size) or size >= _SIZE_LIMIT or not _is_count(timestamp):
        raise FeedHeld("the signed tree head lacks size, time or root, or they cannot be; look at the log list")
    return _verified(TreeHead(size, root, timestamp), _decoded(said.get("tree_head_signature")), log)


def read_proof(body: bytes) -> list[bytes]:
    """Read an answer to get-sth-consistency (RFC 6962 4.4). Raises `FeedHeld`, and `FeedFailed` for what is no JSON."""
    proof = json_object(body).get("consistency")
    if not isinstance(proof, list) or len(proof) > _PROOF:
        raise FeedHeld("log misbehaviour: the consistency proof is no list of hashes")
    return [_decoded(one, HASH_SIZE) for one in proof]


def json_object(body: bytes, parts: int = _PROOF) -> dict[str, Any]:
    """Read a JSON object of about so many parts.

    Raises `FeedHeld` for a page and for many times the values, `FeedFailed` for JSON that is cut or damaged.
    """
    if body.lstrip()[:1] == b"<":
        raise FeedHeld("an HTML page came in place of JSON; the log may be behind a portal or gone")
    if sum(map(body.count, (b",", b"[", b"{"))) > _VALUES + _VALUES_EACH * parts:  # each takes memory once it is read
        raise FeedHeld("log misbehaviour: the JSON that came has far more values than were asked for")
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise FeedFailed("the JSON that came is cut or damaged; try again later")
    return said


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _WORD


def _decoded(value: object, size: int = 0) -> bytes:
    """Return the bytes of a base64 text, none for what is no such text or has another size than it must."""
    try:
        raw = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError):
        return b""
    return raw if not size or len(raw) == size else b""


def _verified(head: TreeHead, signed: bytes, log: Log) -> TreeHead:
    """Return a tree head whose DigitallySigned is right (RFC 6962 3.5, RFC 5246 4.7)."""
    algorithms, length, signature = signed[:2], signed[2:4], signed[4:]
    message = b"\x00\x01" + head.timestamp.to_bytes(8) + head.size.to_bytes(8) + head.root
    right = int.from_bytes(length) == len(signature) and is_signed(message, algorithms, signature, log.key)
    if not right:
        raise FeedHeld("the tree head's signature is wrong: another key, or changed on the way")
    if head.size == 0 and head.root != EMPTY:
        raise FeedHeld("log misbehaviour: an empty tree with a root that no empty tree has")
    return head


def is_signed(message: bytes, algorithms: bytes, signature: bytes, key: bytes) -> bool:
    """Return whether a signature with SHA-256 (ECDSA, or RSA by PKCS #1 v1.5) fits a key, a SubjectPublicKeyInfo."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm  # noqa: PLC0415  # slow to load
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415  # the same
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa  # noqa: PLC0415  # the same

    try:
        public = serialization.load_der_public_key(key)
        if isinstance(public, ec.EllipticCurvePublicKey) and algorithms == bytes([_SHA256, _ECDSA]):
            public.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        elif isinstance(public, rsa.RSAPublicKey) and algorithms == bytes([_SHA256, _RSA]):
            public.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True
