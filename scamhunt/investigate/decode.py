"""Content codings and character sets taken off a body, under limits. Pure.

Sources: RFC 9110 section 8.4 (codings), RFC 8878 and 9659 (windows of zstd), the WHATWG encoding and HTML standards
(labels, byte order mark before header before `meta`).
"""

import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import brotli  # type: ignore[import-untyped]  # it has no annotations
import zstandard

DECODED = 20 * 1024 * 1024
"""Bytes after all codings."""
RATIO = 1_000
"""Bytes after one coding for each before it, from the first MiB on."""
FREE = 1024 * 1024
MOST_CODINGS = 2
WINDOW = 8 * 1024 * 1024
READ = 4 * 1024 * 1024
"""Bytes of the decoded body that are read as text."""
PRESCAN = 1_024
_META = re.compile(rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_PARAMETER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
SETS = {
    **dict.fromkeys(("utf-8", "utf8", "unicode-1-1-utf-8"), "utf-8"),
    **dict.fromkeys(("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii", "windows-1252", "cp1252"), "cp1252"),
    **{f"windows-{page}": f"cp{page}" for page in (1250, 1251, 1253, 1254, 1255, 1256, 1257, 1258)},
    **{f"iso-8859-{part}": f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "windows-874": "cp874",
    "koi8-r": "koi8-r",
    "koi8-u": "koi8-u",
    "utf-16": "utf-16-le",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "macintosh": "mac-roman",
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "windows-31j", "x-sjis"), "cp932"),
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "x-gbk"), "gb18030"),
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "euc-jp": "euc-jp",
    "iso-2022-jp": "iso2022-jp",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "windows-949": "cp949",
}
"""Labels that browsers know, and Python's codec for each. UTF-7 is none of them: it hides markup."""


class CodingError(ValueError):
    """A body whose coding cannot be taken off, and why."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A body without its codings."""

    body: bytes
    cut: str = ""
    """Empty, or why it is not whole."""


def plain(body: bytes, codings: Sequence[str]) -> Plain:
    """Take the codings off, the last first. Raises `CodingError`.

    At most 20 MiB come out, and of each coding at most 1,000 bytes for one: the rest is cut off and said so.
    """
    names = [name for name in codings if name not in {"", "identity"}]
    if len(names) > MOST_CODINGS:
        raise CodingError(f"more than {MOST_CODINGS} content codings, one upon the other")
    result = Plain(body)
    for name in reversed(names):
        if name not in _CODINGS:
            raise CodingError("a content coding that browsers do not know")
        step = _opened(result.body, name)
        result = Plain(step.body, result.cut or step.cut)
    return result


def codings_of(headers: Sequence[tuple[str, str]]) -> list[str]:
    """Return the content codings of an answer in the order in which they were put on, small letters."""
    said = [value for name, value in headers if name.lower() == "content-encoding"]
    return [one.strip().lower() for value in said for one in value.split(",")]


def text(body: bytes, headers: Sequence[tuple[str, str]]) -> str:
    """Return a page's text: by its byte order mark, its header, its first `meta`, else UTF-8 or Windows-1252.

    What cannot be decoded, and NUL, is U+FFFD. Never raises.
    """
    head = body[:READ]
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return _decoded(head[len(mark) :], codec)
    return _decoded(head, _declared(head, headers) or ("utf-8" if _is_utf8(head) else "cp1252"))


def _declared(head: bytes, headers: Sequence[tuple[str, str]]) -> str:
    """Return the codec that the first usable declaration names."""
    types = [value for name, value in headers if name.lower() == "content-type"]
    found = [one[1].lower() for value in types for one in [_PARAMETER.search(value)] if one]
    within = [one.decode("ascii", "replace").lower() for one in _META.findall(head[:PRESCAN])]
    within = ["utf-8" if one.startswith("utf-16") else one for one in within]
    return next((SETS[label] for label in (*found, *within) if label in SETS), "")


def _is_utf8(head: bytes) -> bool:
    """Say whether a body is UTF-8; a character that the cut parted does not count."""
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3 and len(head) == READ
    return True


def _decoded(body: bytes, codec: str) -> str:
    return body.decode(codec, "replace").replace("\0", "\ufffd")


def _opened(body: bytes, name: str) -> Plain:
    """Take one coding off, as far as it goes."""
    limit = min(DECODED, max(FREE, RATIO * len(body)))
    try:
        out, whole = _CODINGS[name](body, limit + 1)
    except (zlib.error, brotli.error, zstandard.ZstdError, MemoryError):
        raise CodingError(f"not {_NAMES.get(name, name)}, though it says so") from None
    if len(out) > limit:
        return Plain(out[:limit], f"cut at {limit:,} bytes: the {_NAMES.get(name, name)} goes on")
    return Plain(out, "" if whole else f"the {_NAMES.get(name, name)} breaks off")


def _inflated(body: bytes, limit: int, window: int) -> tuple[bytes, bool]:
    """Undo zlib's coding, several members too; a fault after the first bytes only ends it."""
    parts: list[bytes] = []
    left, rest, whole = limit, body, True
    while rest and left > 0:
        one = zlib.decompressobj(window)
        try:
            part = one.decompress(rest, left)
        except zlib.error:
            if not parts:
                raise
            return b"".join(parts), True  # what follows the last member is none: browsers pass over it
        parts.append(part)
        left, rest, whole = left - len(part), one.unused_data, one.eof
        if window < 0 or not one.eof:
            break
    return b"".join(parts), whole


def _gzip(body: bytes, limit: int) -> tuple[bytes, bool]:
    return _inflated(body, limit, zlib.MAX_WBITS | 16)


def _deflate(body: bytes, limit: int) -> tuple[bytes, bool]:
    """Undo `deflate`, with zlib's frame as RFC 9110 wants it or without, as some servers send it."""
    try:
        return _inflated(body, limit, zlib.MAX_WBITS)
    except zlib.error:
        return _inflated(body, limit, -zlib.MAX_WBITS)


def _brotli(body: bytes, limit: int) -> tuple[bytes, bool]:
    machine, parts, size = brotli.Decompressor(), [], 0
    given = body
    while size < limit and not machine.is_finished():
        part = machine.process(given, output_buffer_limit=min(limit - size, FREE))
        if not part and (not given or machine.can_accept_more_data()):
            break
        given = b""
        parts.append(part)
        size += len(part)
    return b"".join(parts), machine.is_finished()


def _zstd(body: bytes, limit: int) -> tuple[bytes, bool]:
    machine = zstandard.ZstdDecompressor(max_window_size=WINDOW)
    with machine.stream_reader(body, read_across_frames=True) as stream:
        parts, size = [], 0
        while size < limit and (part := stream.read(min(limit - size, FREE))):
            parts.append(part)
            size += len(part)
    if body and not parts:
        raise CodingError("not zstd, though it says so")
    return b"".join(parts), True


_CODINGS: dict[str, Callable[[bytes, int], tuple[bytes, bool]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
_NAMES = {"br": "brotli", "x-gzip": "gzip"}
