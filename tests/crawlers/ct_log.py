"""A little certificate log for tests: it signs, serves tiles and pages as real ones do, and lies when told to."""

import base64
import functools
import gzip
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from scamhunt.indicators.ct.merkle import EMPTY, leaf_hash, node_hash
from scamhunt.indicators.ct.tiles import tile_path

BEGUN = 1_790_000_000_000
"""Milliseconds since 1970 at which the first entry was logged; each next one comes a second later."""
EC_KEY = ec.derive_private_key(7, ec.SECP256R1())
OTHER_KEY = ec.derive_private_key(8, ec.SECP256R1())


@functools.cache
def rsa_key() -> rsa.RSAPrivateKey:
    """Return a key of the other kind."""
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


def der(tag: int, *parts: bytes) -> bytes:
    """Return an item of DER: tag, length, content."""
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8)
    return bytes([tag, 0x80 + len(size)]) + size + body


def common_name(text: str) -> bytes:
    """Return a subject with a common name."""
    return der(0x30, der(0x31, der(0x30, b"\x06\x03\x55\x04\x03", der(0x0C, text.encode()))))


def alternative(*names: str | bytes) -> bytes:
    """Return a subjectAltName extension: texts are DNS names, bytes are whole GeneralNames."""
    values = [der(0x82, name.encode("utf-8")) if isinstance(name, str) else name for name in names]
    return der(0x30, b"\x06\x03\x55\x1d\x11", der(0x04, der(0x30, *values)))


BASIC = der(0x30, b"\x06\x03\x55\x1d\x13", b"\x01\x01\xff", der(0x04, der(0x30)))
"""basicConstraints, critical."""


def tbs(
    *names: str | bytes,
    subject: bytes | None = None,
    extensions: Sequence[bytes] | None = None,
    until: bytes = b"270101000000Z",
    version: bytes = b"\xa0\x03\x02\x01\x02",
) -> bytes:
    """Return a TBSCertificate for names; with `extensions` for these."""
    algorithm = der(0x30, b"\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02")
    listed = [BASIC, alternative(*names)] if extensions is None else extensions
    return der(
        0x30,
        version,
        b"\x02\x01\x05",
        algorithm,
        common_name("Invented Authority"),
        der(0x30, der(0x17, b"260101000000Z"), der(0x17, until)),
        common_name(str(names[0])) if subject is None else subject,
        der(0x30, algorithm, b"\x03\x02\x00\x01"),
        der(0xA3, der(0x30, *listed)) if listed else b"",
    )


def certificate(to_be_signed: bytes) -> bytes:
    """Return a certificate around a TBSCertificate; nobody looks at its signature."""
    return der(0x30, to_be_signed, der(0x30), b"\x03\x02\x00\x01")


@dataclass(frozen=True)
class Logged:
    """One entry."""

    timestamp: int
    der: bytes
    precert: bool
    line: dict[str, object]
    chain: int = 1

    def timestamped(self, index: int | None) -> bytes:
        """Return the TimestampedEntry; without an index as logs of RFC 6962 have it."""
        kind = b"\x00\x01" + b"\x11" * 32 if self.precert else b"\x00\x00"
        extensions = b"" if index is None else b"\x00\x00\x05" + index.to_bytes(5)
        size = len(extensions).to_bytes(2)
        return self.timestamp.to_bytes(8) + kind + len(self.der).to_bytes(3) + self.der + size + extensions


@dataclass
class CtLog:
    """A log of either kind. `lies` changes an answer by its path; None makes it fail."""

    host: str = "https://log.example/2026h2"
    tiled: bool = True
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = EC_KEY
    names_tiles: bool = False
    partial_tiles: bool = True
    most: int = 1_000
    """Entries of one page."""
    state: str = "usable"
    size: int | None = None
    """Entries that its tree head has, where these are not all."""
    entries: list[Logged] = field(default_factory=list)
    lies: dict[str, Callable[[bytes], bytes] | None] = field(default_factory=dict)
    hashes: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def add(self, *names: str, precert: bool = False, timestamp: int = 0, body: bytes | None = None) -> "CtLog":
        """Log a certificate for names, or any bytes in its place."""
        made = tbs(*names) if body is None else body
        whole = made if precert or body is not None else certificate(made)
        at = timestamp or BEGUN + 1_000 * len(self.entries)
        self.entries.append(Logged(at, whole, precert, {"Timestamp": at, "DNS": list(names)}))
        return self

    def fill(self, count: int, word: str = "shop") -> "CtLog":
        """Log that many certificates, each with a name of its own."""
        for _ in range(count):
            self.add(f"{word}-{len(self.entries)}.example")
        return self

    # --- what it says of itself -------------------------------------------------------------------------------------

    @property
    def public(self) -> bytes:
        """Its key, DER."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.key.public_key().public_bytes(serialization.Encoding.DER, form)

    @property
    def identity(self) -> str:
        """Its log ID."""
        return base64.b64encode(hashlib.sha256(self.public).digest()).decode()

    @property
    def listed(self) -> dict[str, object]:
        """Its entry in a log list."""
        address = {"monitoring_url": self.host, "submission_url": self.host} if self.tiled else {"url": self.host}
        key = base64.b64encode(self.public).decode()
        state = {self.state: {"timestamp": "2026-01-01T00:00:00Z"}}
        return {"description": "an invented log", "log_id": self.identity, "key": key, "state": state, **address}

    @property
    def count(self) -> int:
        """Entries of the tree that it signs."""
        return len(self.entries) if self.size is None else self.size

    def leaf(self, index: int) -> bytes:
        """Return a MerkleTreeLeaf."""
        return b"\x00\x00" + self.entries[index].timestamped(index if self.tiled else None)

    def root(self, start: int, stop: int) -> bytes:
        """Return the hash of the tree above some entries (RFC 6962 2.1)."""
        if start == stop:
            return EMPTY
        if (start, stop) not in self.hashes:
            if stop - start == 1:
                self.hashes[start, stop] = leaf_hash(self.leaf(start))
            else:
                half = start + _split(stop - start)
                self.hashes[start, stop] = node_hash(self.root(start, half), self.root(half, stop))
        return self.hashes[start, stop]

    def head(self) -> tuple[int, bytes, bytes]:
        """Return time, root and signature of the tree head."""
        at, root = self.entries[self.count - 1].timestamp + 500 if self.count else BEGUN, self.root(0, self.count)
        message = b"\x00\x01" + at.to_bytes(8) + self.count.to_bytes(8) + root
        if isinstance(self.key, rsa.RSAPrivateKey):
            signature, kind = self.key.sign(message, padding.PKCS1v15(), hashes.SHA256()), b"\x04\x01"
        else:
            signature, kind = self.key.sign(message, ec.ECDSA(hashes.SHA256())), b"\x04\x03"
        return at, root, kind + len(signature).to_bytes(2) + signature

    # --- what it serves ---------------------------------------------------------------------------------------------

    def get(self, url: str) -> bytes | None:
        """Return what it answers, None for what it has not."""
        if not url.startswith(f"{self.host}/"):
            return None
        parts = urlsplit(url.removeprefix(f"{self.host}/"))
        body = self._tile(parts.path) if self.tiled else self._page(parts.path, parse_qs(parts.query))
        if body is None or parts.path not in self.lies:
            return body
        lie = self.lies[parts.path]
        return lie(body) if lie else None

    def checkpoint(self) -> bytes:
        """Return the checkpoint."""
        origin = self.host.partition("://")[2]
        at, root, signature = self.head()
        identity = hashlib.sha256(origin.encode() + b"\n\x05" + hashlib.sha256(self.public).digest()).digest()[:4]
        blob = base64.b64encode(identity + at.to_bytes(8) + signature).decode()
        return f"{origin}\n{self.count}\n{base64.b64encode(root).decode()}\n\n\u2014 {origin} {blob}\n".encode()

    def _tile(self, path: str) -> bytes | None:
        if path == "checkpoint":
            return self.checkpoint()
        return next((make() for at, make in self.tiles() if at == path), None)

    def tiles(self) -> list[tuple[str, Callable[[], bytes]]]:
        """Return path and maker of all tiles that there are."""
        made: list[tuple[str, Callable[[], bytes]]] = []
        for level, kinds in ((0, ["0", "data", *(["names"] if self.names_tiles else [])]), (1, ["1"]), (2, ["2"])):
            whole = self.count // 256**level
            for index in range(-(-whole // 256)):
                width = min(256, whole - 256 * index)
                if width == 256 or self.partial_tiles:
                    make = functools.partial(self._made, index, width)
                    made += [(tile_path(kind, index, width), functools.partial(make, kind)) for kind in kinds]
        return made

    def _made(self, index: int, width: int, kind: str) -> bytes:
        numbers = range(256 * index, 256 * index + width)
        if kind == "data":
            return b"".join(self._tile_leaf(number) for number in numbers)
        if kind == "names":
            lines = [json.dumps(self.entries[number].line) for number in numbers]
            return gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0)
        step = 256 ** int(kind)
        return b"".join(self.root(number * step, (number + 1) * step) for number in numbers)

    def _tile_leaf(self, index: int) -> bytes:
        one = self.entries[index]
        submitted = (3).to_bytes(3) + b"pre" if one.precert else b""
        return one.timestamped(index) + submitted + (32 * one.chain).to_bytes(2) + b"\x22" * 32 * one.chain

    def _page(self, path: str, query: dict[str, list[str]]) -> bytes | None:
        asked = {name: int(values[0]) for name, values in query.items()}
        if path == "ct/v1/get-sth":
            at, root, signature = self.head()
            said: dict[str, object] = {"tree_size": self.count, "timestamp": at}
            said["sha256_root_hash"] = base64.b64encode(root).decode()
            said["tree_head_signature"] = base64.b64encode(signature).decode()
        elif path == "ct/v1/get-sth-consistency":
            proof = self.proof(asked["first"], 0, asked["second"], whole=True)
            said = {"consistency": [base64.b64encode(one).decode() for one in proof]}
        elif path == "ct/v1/get-entries" and asked["start"] < self.count:
            stop = min(asked["end"] + 1, self.count, asked["start"] + self.most)
            said = {"entries": [self._listed(number) for number in range(asked["start"], stop)]}
        else:
            return None
        return json.dumps(said).encode()

    def _listed(self, index: int) -> dict[str, str]:
        extra = b"\x33" * 32 * self.entries[index].chain
        return {
            "leaf_input": base64.b64encode(self.leaf(index)).decode(),
            "extra_data": base64.b64encode(extra).decode(),
        }

    def proof(self, first: int, start: int, stop: int, *, whole: bool) -> list[bytes]:
        """Return a consistency proof (RFC 6962 2.1.2) from `first` entries of those between two places to all."""
        if first == stop - start:
            return [] if whole else [self.root(start, stop)]
        half = _split(stop - start)
        if first <= half:
            return [*self.proof(first, start, start + half, whole=whole), self.root(start + half, stop)]
        return [*self.proof(first - half, start + half, stop, whole=False), self.root(start, start + half)]


def _split(count: int) -> int:
    """Return the largest power of two below a count."""
    return 1 << ((count - 1).bit_length() - 1)


def log_list(*logs: CtLog, more: Sequence[object] = ()) -> bytes:
    """Return a log list, version 3, of one operator."""
    tiled = [log.listed for log in logs if log.tiled]
    paged = [log.listed for log in logs if not log.tiled]
    operators = [{"name": "Invented Operator", "tiled_logs": [*tiled, *more], "logs": [*paged, *more]}]
    return json.dumps({"version": "1", "operators": operators}).encode()
