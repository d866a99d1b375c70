"""What a source answered, held in memory under a limit: its beginning, the whole of it, JSON. Pure."""

import itertools
import json
from collections.abc import Iterable, Iterator

from scamhunt.errors import FeedHeld

JSON_LIMIT = 2**26
"""Bytes of JSON that are read into memory."""
_HEAD = 512
_SPACE = b" \t\r\n\xef\xbb\xbf"


def beginning(chunks: Iterable[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Return the first bytes of a content, without the space before them, and the whole again."""
    pieces, head = iter(chunks), b""
    while len(head.lstrip(_SPACE)) < _HEAD and len(head) < JSON_LIMIT and (piece := next(pieces, None)) is not None:
        head += piece
    return head.lstrip(_SPACE)[:_HEAD], itertools.chain([head], pieces)


def is_page(head: bytes) -> bool:
    """Return whether a content that begins so is HTML."""
    return head.startswith(b"<")


def is_json(head: bytes) -> bool:
    """Return whether a content that begins so can only be JSON."""
    return head.startswith((b"{", b"["))


def whole(chunks: Iterable[bytes], limit: int) -> bytes:
    """Return the content in one piece. Raises `FeedHeld` for more than `limit` bytes."""
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > limit:
            raise FeedHeld(f"an answer of more than {limit:,} bytes came; look at the source")
    return bytes(content)


def json_of(chunks: Iterable[bytes], limit: int = JSON_LIMIT) -> object:
    """Return what the JSON says. Raises `FeedHeld` for what is none, nested too deep or of more than `limit` bytes."""
    content = whole(chunks, limit)
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise FeedHeld("an answer that is no JSON came; look at the source") from None
