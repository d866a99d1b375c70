"""Hash trees of certificate logs (RFC 6962 2.1): SHA-256, leaves and nodes told apart by their first byte."""

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256().digest()
"""The root of a tree without leaves."""
HASH_SIZE = 32


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf, a MerkleTreeLeaf of RFC 6962 3.4."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node above two."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root above at least one hash; all stand for full trees of one size, the last one may be smaller."""
    sha256 = hashlib.sha256
    level = list(hashes)
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [sha256(b"\x01" + left + right).digest() for left, right in pairs] + odd
    return level[0]


def is_prefix(first: int, first_root: bytes, second: int, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Return whether a tree of `first` leaves begins one of `second`, by a consistency proof (RFC 9162 2.1.4.2)."""
    if first in {0, second}:
        return first_root == (second_root if first else EMPTY) and not proof
    path = list(proof) if first & (first - 1) else [first_root, *proof]
    if not 0 < first < second or not path:
        return False
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for one in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(one, old), node_hash(one, new)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, one)
        at, last = at >> 1, last >> 1
    return (old, new, last) == (first_root, second_root, 0)
