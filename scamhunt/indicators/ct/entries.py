"""The entries of a log: from data tiles, names tiles and pages of get-entries to names with their time."""

import base64
import binascii
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from scamhunt.errors import FeedFailed, FeedHeld
from scamhunt.indicators.ct.certificate import (
    NAME_LIMIT,
    NAMES_LIMIT,
    TOO_LONG,
    BadCertificate,
    Found,
    looks_like_host,
    names_of,
)
from scamhunt.indicators.ct.heads import json_object
from scamhunt.indicators.ct.merkle import leaf_hash
from scamhunt.indicators.ct.tiles import WIDTH
from scamhunt.indicators.lines import RAW_LIMIT

LINE_LIMIT = 2**20
"""Bytes of a line of a names tile; one with a hundred names has 3 KB."""

_LEAF_INDEX = b"\x00\x00\x05"  # extension type leaf_index, five bytes


class Leaf(NamedTuple):
    """One entry as the log has it."""

    timestamp: int
    """Milliseconds since 1970, UTC."""
    der: bytes
    """A certificate, or of a precertificate its TBSCertificate."""
    tbs: bool
    hash: bytes


class Entry(NamedTuple):
    """The names of one entry."""

    number: int
    """Its index in the log, from 0."""
    timestamp: int
    """Milliseconds since 1970, UTC; -1 where it is unknown."""
    found: Found


def named(leaf: Leaf, index: int) -> Entry:
    """Read the names of a leaf; a certificate that cannot be read is one bad name."""
    try:
        found = names_of(leaf.der, tbs=leaf.tbs)
    except BadCertificate as error:
        found = Found([], [(leaf.der[:RAW_LIMIT], f"not a certificate in DER: {error}")], more=False)
    return Entry(index, leaf.timestamp, found)


# --- data tiles -------------------------------------------------------------------------------------------------------


def read_data_tile(body: bytes, first: int) -> list[Leaf]:
    """Read the TileLeaf structures of a data tile whose first entry has the index `first` (c2sp.org/static-ct-api).

    Raises `FeedFailed` for a tile that is cut or damaged, `FeedHeld` when an entry says that it has another index.
    """
    leaves: list[Leaf] = []
    at = 0
    while at < len(body):
        leaf, at = _tile_leaf(body, at, first + len(leaves))
        leaves.append(leaf)
    return leaves


def _tile_leaf(body: bytes, begin: int, index: int) -> tuple[Leaf, int]:
    kind = body[begin + 9 : begin + 10]
    tbs = kind == b"\x01"
    der, at = _opaque(body, begin + (42 if tbs else 10), 3)  # time, type and, of a precertificate, its issuer's key
    extensions, end = _opaque(body, at, 2)
    at = _opaque(body, end, 3)[1] if tbs else end
    chain, at = _opaque(body, at, 2)
    if body[begin + 8 : begin + 9] != b"\x00" or kind not in {b"\x00", b"\x01"} or len(chain) % 32:
        raise FeedFailed(f"the data tile is damaged at entry {index:,}")
    _check_index(extensions, index)
    return Leaf(int.from_bytes(body[begin : begin + 8]), der, tbs, leaf_hash(b"\x00\x00" + body[begin:end])), at


def _opaque(body: bytes, at: int, size: int) -> tuple[bytes, int]:
    """Return bytes that have their length before them, in `size` bytes, and where they end."""
    start = at + size
    end = start + int.from_bytes(body[at:start])
    if end > len(body) or start > len(body):
        raise FeedFailed("an entry is cut off")
    return body[start:end], end


def _check_index(extensions: bytes, index: int) -> None:
    """Raise `FeedHeld` unless the leaf_index extension is there and right."""
    at = 0
    while at < len(extensions):
        if extensions[at : at + 3] == _LEAF_INDEX and extensions[at + 3 : at + 8] == index.to_bytes(5):
            return
        at += 3 + int.from_bytes(extensions[at + 1 : at + 3])
    raise FeedHeld(f"log misbehaviour: index gap, entry {index:,} says that it is another one")


# --- names tiles ------------------------------------------------------------------------------------------------------


def read_names_tile(body: bytes, first: int) -> list[Entry]:
    """Read a names tile, a JSON object a line, whose first entry has the index `first` (an extension of Sunlight).

    A line that is no such object is a bad name of its entry. Raises `FeedFailed` for what cannot be a tile.
    """
    if body.count(b"\n") > WIDTH:
        raise FeedFailed(f"a names tile has more than {WIDTH:,} entries; look at the log")
    lines = body.removesuffix(b"\n").split(b"\n")
    if max(map(len, lines)) > LINE_LIMIT:
        raise FeedFailed(f"a names tile has a line of more than {LINE_LIMIT:,} bytes; look at the log")
    return [_names_line(line, index) for index, line in enumerate(lines, first)]


def _names_line(line: bytes, index: int) -> Entry:
    try:
        said = json.loads(line)
        timestamp, names = said["Timestamp"], said.get("DNS") or _common_name(said)
        found = Found(names, [], more=False)
        if not (type(timestamp) is int and 0 <= timestamp < 2**63) or not _is_plain(names):
            found = _sifted(names)
            timestamp = timestamp if type(timestamp) is int and 0 <= timestamp < 2**63 else -1
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        timestamp, found = -1, Found([], [(line[:RAW_LIMIT], "not a line of a names tile")], more=False)
    return Entry(index, timestamp, found)


def _common_name(said: dict[str, Any]) -> list[str]:
    """Return the common name in a list, if it is a host and there are no alternative names of any kind."""
    subject = said.get("Subject")
    name = subject.get("CommonName") if isinstance(subject, dict) and "IP" not in said else None
    return [name] if isinstance(name, str) and looks_like_host(name) else []


def _is_plain(names: Any) -> bool:  # noqa: ANN401  # JSON
    """Return whether names need no second look: a list of texts, printable ASCII, none too long, not too many."""
    if type(names) is not list or len(names) > NAMES_LIMIT:
        return False
    try:
        joined = "".join(names)
    except TypeError:
        return False
    short = len(joined) <= NAME_LIMIT or max(map(len, names)) <= NAME_LIMIT
    return short and joined.isascii() and joined.isprintable()


def _sifted(names: object) -> Found:
    """Part usable names from others."""
    if not isinstance(names, list):
        raise TypeError
    good: list[str] = []
    bad: list[tuple[bytes, str]] = []
    for name in names[:NAMES_LIMIT]:
        raw = name.encode("utf-8", "surrogatepass")[:RAW_LIMIT] if isinstance(name, str) else b""
        if not isinstance(name, str):
            bad.append((b"", "a name that is no text"))
        elif "\0" in name:
            bad.append((raw, "a NUL in a name"))
        elif len(name) > NAME_LIMIT:
            bad.append((raw, TOO_LONG))
        elif any("\ud800" <= letter <= "\udfff" for letter in name):
            bad.append((raw, "a name that is not UTF-8"))
        else:
            good.append(name)
    return Found(good, bad, len(names) > NAMES_LIMIT)


# --- RFC 6962 ---------------------------------------------------------------------------------------------------------


def read_page(body: bytes, most: int) -> list[Leaf]:
    """Read a page of get-entries with one to `most` entries (RFC 6962 4.6).

    Raises `FeedFailed` for JSON that is cut or damaged, `FeedHeld` for a page of HTML and for too many entries.
    """
    listed = json_object(body, most).get("entries")
    if not isinstance(listed, list) or not listed:
        raise FeedFailed("a page without entries came; try again later")
    if len(listed) > most:
        raise FeedHeld(f"log misbehaviour: {len(listed):,} entries came where {most:,} were asked for")
    return list(_leaves(listed))


def _leaves(listed: list[Any]) -> Iterator[Leaf]:
    for one in listed:
        try:
            leaf = base64.b64decode(one["leaf_input"], validate=True)
        except (KeyError, TypeError, ValueError, binascii.Error):
            raise FeedFailed("a page has an entry without its leaf; try again later") from None
        yield _merkle_leaf(leaf)


def _merkle_leaf(leaf: bytes) -> Leaf:
    """Read a MerkleTreeLeaf (RFC 6962 3.4); one of an unknown kind is a leaf whose certificate cannot be read."""
    tbs = leaf[10:12] == b"\x00\x01"
    try:
        der, at = _opaque(leaf, 44 if tbs else 12, 3)
        whole = _opaque(leaf, at, 2)[1] == len(leaf)
    except FeedFailed:
        der, whole = b"", False
    if not whole or leaf[:2] != b"\x00\x00" or leaf[10:12] not in {b"\x00\x00", b"\x00\x01"}:
        der = b""
    return Leaf(int.from_bytes(leaf[2:10]), der, tbs, leaf_hash(leaf))
