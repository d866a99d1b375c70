"""Tiles of a log (c2sp.org/static-ct-api): their addresses, and the hash tiles that a verified head vouches for."""

import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

from scamhunt.errors import FeedFailed, FeedHeld, OutsideError
from scamhunt.indicators.ct.heads import TreeHead
from scamhunt.indicators.ct.merkle import EMPTY, HASH_SIZE, root_of
from scamhunt.model import Fetch, Reply

WIDTH = 256
"""Entries of a full tile."""
HASH_TILE_LIMIT = 2**16
"""Bytes of a hash tile; a full one has 8 KiB."""
LIMITS = {"data": 2**26, "names": 2**23}
"""Bytes of other tiles, unpacked; a data tile has about 400 KB, a names tile 50 KB."""

_GZIP = b"\x1f\x8b"


def tile_path(kind: str, index: int, width: int = WIDTH) -> str:
    """Return the path of a tile: kind is a level, `data` or `names`; a width below 256 is a partial tile."""
    digits = f"{index:03}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    partial = f".p/{width}" if width < WIDTH else ""
    return f"tile/{kind}/{''.join(f'x{group}/' for group in groups[:-1])}{groups[-1]}{partial}"


def content(reply: Reply, limit: int) -> bytes:
    """Return the content of a reply as one piece. Raises `FeedFailed` beyond a limit in bytes."""
    pieces, size = [], 0
    for piece in reply.chunks:
        size += len(piece)
        if size > limit:
            raise FeedFailed(f"an answer is larger than {limit:,} bytes; look at the log")
        pieces.append(piece)
    return b"".join(pieces)


def fetch_tile(prefix: str, kind: str, index: int, width: int = WIDTH) -> Generator[Fetch, Reply, bytes]:
    """Fetch a tile of a tree whose head was verified; of a partial one that is gone, the full one.

    A hash tile comes as it is, a data or names tile also without gzip. Raises `FeedFailed`.
    """
    try:
        reply = yield Fetch(prefix + tile_path(kind, index, width), keep=False, raw=True)
    except OutsideError:
        if width == WIDTH:
            raise
        reply = yield Fetch(prefix + tile_path(kind, index), keep=False, raw=True)
    limit = LIMITS.get(kind, HASH_TILE_LIMIT)
    body = content(reply, limit)
    return _unpacked(body, limit) if body.startswith(_GZIP) and kind in LIMITS else body


def _unpacked(body: bytes, limit: int) -> bytes:
    """Unpack a tile that is gzip itself: no data or names tile begins like that."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        whole = unpacker.decompress(body, limit)
    except zlib.error:
        whole = b""
    if not unpacker.eof:
        raise FeedFailed("a tile is damaged gzip, or too large; look at the log")
    return whole


@dataclass(slots=True)
class HashTiles:
    """The hash tiles of one tree: each that is given was verified against the tree's root."""

    prefix: str
    head: TreeHead
    _edge: dict[int, list[bytes]] = field(default_factory=dict)
    """By level: the partial tile at the right edge."""
    _full: dict[int, tuple[int, list[bytes]]] = field(default_factory=dict)
    """By level: the full tile that was asked for last, and its index."""

    def verify(self) -> Generator[Fetch, Reply, None]:
        """Fetch the right edge of the tree. Raises `FeedHeld` when the root does not follow from it."""
        self._edge = {}
        for level, index, width in edge(self.head.size):
            self._edge[level] = (yield from self._fetched(level, index, width)) if width else []
        if _root(self._edge) != self.head.root:
            raise FeedHeld("log misbehaviour: the root that it signed does not follow from its tiles")

    def tile(self, level: int, index: int) -> Generator[Fetch, Reply, list[bytes]]:
        """Return the hashes of a tile of the tree. Raises `FeedHeld` when the tile above has another hash for it."""
        if index == self.head.size >> 8 * (level + 1):
            return self._edge[level]
        if self._full.get(level, (-1, []))[0] != index:
            above = yield from self.tile(level + 1, index // WIDTH)
            hashes = yield from self._fetched(level, index, WIDTH)
            if root_of(hashes) != above[index % WIDTH]:
                raise FeedHeld(f"log misbehaviour: tile {index:,} of level {level} is not that of its tree")
            self._full[level] = (index, hashes)
        return self._full[level][1]

    def root_at(self, size: int) -> Generator[Fetch, Reply, bytes]:
        """Return the root that this tree had when it had so many entries."""
        hashes = {}
        for level, index, width in edge(size):
            hashes[level] = (yield from self.tile(level, index))[:width] if width else []
        return _root(hashes)

    def entries(self, index: int) -> Generator[Fetch, Reply, tuple[bytes, list[bytes]]]:
        """Return what the entries of a tile must hash to: the hash of the whole tile, or those of each at the edge."""
        if index == self.head.size // WIDTH:
            return b"", self._edge[0]
        return (yield from self.tile(1, index // WIDTH))[index % WIDTH], []

    def _fetched(self, level: int, index: int, width: int) -> Generator[Fetch, Reply, list[bytes]]:
        body = yield from fetch_tile(self.prefix, str(level), index, width)
        if len(body) not in {width * HASH_SIZE, WIDTH * HASH_SIZE}:
            raise FeedFailed(f"tile {index:,} of level {level} has {len(body):,} bytes, not {width * HASH_SIZE:,}")
        return [body[at : at + HASH_SIZE] for at in range(0, width * HASH_SIZE, HASH_SIZE)]


def edge(size: int) -> Iterator[tuple[int, int, int]]:
    """Yield level, index and width of the tiles at the right edge of a tree, from the top down; a width may be 0."""
    top = max(0, size.bit_length() - 1) // 8
    for level in range(top, -1, -1):
        yield level, size >> 8 * (level + 1), size >> 8 * level & 0xFF


def _root(levels: dict[int, list[bytes]]) -> bytes:
    """Return the root above the right edge: what a level lacks to the right is the root of the levels below."""
    right: list[bytes] = []
    for level in sorted(levels):
        hashes = levels[level] + right
        right = [root_of(hashes)] if hashes else []
    return right[0] if right else EMPTY
