"""What goes over the pipe between a screenshot's parent and its child: a length, JSON, then the bytes it announces.

The child may be owned by the page, so the parent checks each size before it reads and each type before it believes.
"""

import asyncio
import json
import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST_PNG = 20 * 1024 * 1024
MOST_DOM = 5 * 1024 * 1024
MOST_HEADER = 256 * 1024
MOST_WIDE = 4_000
MOST_TALL = 10_400
"""Of the stamped copy: the picture and its band."""
MOST_SECONDS = 3_600
TEXT, ENTRIES = 2_000, 60
"""Characters of one text, and entries of one list."""
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_LENGTH = struct.Struct(">I")


class BadFrame(Exception):
    """What came is no answer."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture, as the child tells it."""

    png: bytes
    stamped: bytes
    dom: bytes
    """UTF-8, cut at `MOST_DOM`."""
    seconds: float
    """From the job's beginning to the picture."""
    final_url: str
    title: str
    dhash: str
    browser: str
    dialogs: tuple[str, ...]
    """`alert: what it says`."""
    blocked: tuple[str, ...]
    """What the child did not let the page do: send, open a second window."""
    sockets: tuple[str, ...]
    """WebSockets that the page opened or tried to."""
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoShot:
    """Why there is no picture. `cannot`: not here and now, whatever the page."""

    why: str
    cannot: bool


def pack(header: Mapping[str, Any], bodies: Sequence[bytes] = ()) -> bytes:
    """Return one frame."""
    text = json.dumps({**header, "sizes": [len(body) for body in bodies]}).encode()
    return b"".join((_LENGTH.pack(len(text)), text, *bodies))


async def receive(reader: asyncio.StreamReader) -> Shot | NoShot:
    """Read a child's answer. Raises `BadFrame` for one that is too large or not of this form, `EOFError` for none."""
    header = await _header(reader)
    if "cannot" in header or "failed" in header:
        return NoShot(_text(header, "cannot") or _text(header, "failed"), "cannot" in header)
    sizes = header.get("sizes")
    if not isinstance(sizes, list) or len(sizes) != 3 or not all(type(size) is int for size in sizes):  # noqa: PLR2004  # picture, copy, DOM
        raise BadFrame("sizes")
    if not all(0 <= size <= most for size, most in zip(sizes, (MOST_PNG, MOST_PNG, MOST_DOM), strict=True)):
        raise BadFrame("sizes")
    png, stamped, dom = [await reader.readexactly(size) for size in sizes]
    if not (_is_png(png) and _is_png(stamped)):
        raise BadFrame("no picture")
    texts: dict[str, Any] = {name: _text(header, name) for name in ("final_url", "title", "dhash", "browser")}
    lists: dict[str, Any] = {name: _texts(header, name) for name in ("dialogs", "blocked", "sockets", "notes")}
    return Shot(png, stamped, dom, _seconds(header), **texts, **lists)


async def _header(reader: asyncio.StreamReader) -> dict[str, Any]:
    size = _LENGTH.unpack(await reader.readexactly(4))[0]
    if size > MOST_HEADER:
        raise BadFrame("too long")
    try:
        header = json.loads(await reader.readexactly(size))
    except (ValueError, RecursionError):
        raise BadFrame("no JSON") from None
    if not isinstance(header, dict):
        raise BadFrame("no object")
    return header


def _text(header: Mapping[str, Any], name: str) -> str:
    value = header.get(name, "")
    if not isinstance(value, str):
        raise BadFrame(name)
    return value.encode("utf-8", "replace").decode()[:TEXT]


def _texts(header: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = header.get(name, [])
    if not isinstance(value, list):
        raise BadFrame(name)
    return tuple(_text({name: one}, name) for one in value[:ENTRIES])


def _seconds(header: Mapping[str, Any]) -> float:
    value = header.get("seconds")
    if (
        not isinstance(value, int | float)
        or isinstance(value, bool)
        or not math.isfinite(value)
        or not 0 <= value <= MOST_SECONDS
    ):
        raise BadFrame("seconds")
    return float(value)


def _is_png(body: bytes) -> bool:
    """Say whether bytes begin as a PNG of a size that we ask for; nothing is decoded here."""
    if not body.startswith(PNG) or len(body) < len(PNG) + 8:
        return False
    wide, tall = struct.unpack_from(">II", body, len(PNG))
    return bool(0 < wide <= MOST_WIDE and 0 < tall <= MOST_TALL)
