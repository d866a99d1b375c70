"""Bytes as a program would read them: what stands there in one of the codings of text, undone. Pure.

Nothing here knows where a coded part begins: each coding is undone over all of the bytes and at each of its places, and
what is no such coding comes out as noise. So a cut in the middle of a part is no trouble either.
"""

import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

_ROUNDS = 3
"""How often a text may be coded over itself."""
_ESCAPE = re.compile(
    rb"[&%\\](?:(?<=&)#(?:0{0,9}(\d{1,6});?|[xX]0{0,9}([0-9a-fA-F]{1,5});?)"
    rb"|[uU](?:\{0{0,9}([0-9a-fA-F]{1,5})\}|([0-9a-fA-F]{4}))"
    rb"|(?<=\\)(?:[xX]([0-9a-fA-F]{2})|0{0,4}([2-7][0-9a-fA-F])(?: |(?![0-9a-fA-F]))))"
)
"""Entities of HTML by number, escapes of JSON, of scripts, of style sheets."""
_NAMED = (
    (b"&commat;", b"@"),
    (b"&period;", b"."),
    (b"&plus;", b"+"),
    (b"&lowbar;", b"_"),
    (b"&hyphen;", b"-"),
    (b"&dash;", b"-"),
    (b"&nbsp;", b" "),
    (b"&num;", b"#"),
    (b"&percnt;", b"%"),
    (b"&AMP;", b"&"),
    (b"&amp;", b"&"),
)
_DECIMAL = 1
_QUOTED = (b"=\n", b"=\r\n", b"=3D", b"=40", b"=2E", b"=20")
_INNER = (b"%40", b"%25", b"&#", b"&commat", b"\\u0040", b"\\x40")
"""What is left where an address is coded twice."""
_WIDE = (b"\0@", b"@\0")
_MARKED = (b"&#", b"\\", b"%u", b"%U")
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_STANDARD = bytes.maketrans(b"-_", b"+/")
_NO_BASE64 = bytes(set(range(256)) - set(_ALPHABET + b"-_"))
_NO_HEX = bytes(set(range(256)) - set(b"0123456789abcdefABCDEF"))
_UNICODE_END = 0x110000


def views(seen: bytes) -> Iterator[bytes]:
    """Yield bytes as they are, and as they read without each usual coding of text, one in the other too."""
    yield seen
    plain = seen.replace(b"\0", b"") if b"\0" in seen else seen  # UTF-16 and UTF-32 of what is ASCII
    if plain is not seen:
        yield plain
    yield from _texts(plain)
    if any(one in plain for one in _QUOTED):
        unquoted = binascii.a2b_qp(plain)
        yield unquoted
        yield from _texts(unquoted)


def _texts(plain: bytes) -> Iterator[bytes]:
    text = undone(plain)
    if text != plain:
        yield text
    for _ in range(_ROUNDS):
        if not any(one in text for one in _INNER) or (after := undone(text)) == text:
            break
        text = after
        yield text
    for decoded in (*_base64(text), *_hex(text)):
        yield decoded
        if any(one in decoded for one in _INNER):
            yield undone(undone(decoded))
        if any(one in decoded for one in _WIDE):
            yield decoded.replace(b"\0", b"")


def undone(text: bytes) -> bytes:
    """Return a text without one layer of percent signs, entities and escapes."""
    plain = _ESCAPE.sub(_character, text) if any(one in text for one in _MARKED) else text
    if b"%" in plain:
        plain = unquote_to_bytes(plain)
    if b"&" in plain:
        for name, character in _NAMED:
            plain = plain.replace(name, character)
    return plain


def _character(found: re.Match[bytes]) -> bytes:
    group = found.lastindex or _DECIMAL
    code = int(found[group], 10 if group == _DECIMAL else 16)
    return chr(code).encode("utf-8", "ignore") if code < _UNICODE_END else b""


def _base64(text: bytes) -> Iterator[bytes]:
    """Yield what base64 and its form for addresses would say, at each of four places; line ends are none of it."""
    packed = text.translate(_STANDARD, _NO_BASE64)
    for shift in range(min(4, len(packed))):
        filled = b"A" * (-(len(packed) - shift) % 4)  # instead of signs of equality, which may be missing
        yield binascii.a2b_base64(packed[shift:] + filled)


def _hex(text: bytes) -> Iterator[bytes]:
    packed = text.translate(None, _NO_HEX)
    for shift in range(min(2, len(packed))):
        yield bytes.fromhex(packed[shift : shift + (len(packed) - shift) // 2 * 2].decode("ascii"))
