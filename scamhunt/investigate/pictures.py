"""Pictures read for comparison: how large, and two hashes that find the same picture again. Pure, for a child.

Five formats of pictures and no others; a drawing (SVG) is not rendered, only known by its bytes.
"""

import base64
import hashlib
import io
import struct
import warnings

from PIL import Image, UnidentifiedImageError

from scamhunt.investigate.page_shown import Picture

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "ICO")
PIXELS = 9_000_000
"""A screen of 4K has 8.3 million."""
_WIDTH, _HEIGHT = 9, 8
_MASK = 0xFFFFFFFF


class PictureError(ValueError):
    """A picture that cannot be read, and why."""


def read_picture(body: bytes) -> Picture:
    """Return what a picture is. Raises `PictureError`: no picture, broken, or too large to be decoded."""
    sha256, found = hashlib.sha256(body).hexdigest(), mmh3(base64.encodebytes(body))
    if _is_drawing(body):
        return Picture(0, 0, "svg", sha256, "", found)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its warnings are about what is refused below
            with Image.open(io.BytesIO(body), formats=FORMATS) as image:
                width, height = image.size
                if width * height > PIXELS or min(width, height) < 1:
                    raise PictureError(f"a picture of more than {PIXELS:,} pixels")
                image.draft("RGB", (64, 64))
                return Picture(width, height, str(image.format).lower(), sha256, dhash(image), found)
    except Image.DecompressionBombError:
        raise PictureError(f"a picture of more than {PIXELS:,} pixels") from None
    except UnidentifiedImageError:
        raise PictureError("no picture of a kind that is read: PNG, JPEG, GIF, WebP, ICO") from None
    except (OSError, SyntaxError, ValueError, struct.error, KeyError, IndexError, EOFError, TypeError) as error:
        if isinstance(error, PictureError):
            raise
        raise PictureError("a picture that is broken") from None


def dhash(image: Image.Image) -> str:
    """Return 64 bits of a picture as 16 hexadecimal digits: whether each of 9 x 8 fields is darker than the next.

    What can be seen through stands on white. Empty for a picture of one colour: those are all alike. Source: Krawetz,
    Kind of like that (2013). Raises what Pillow raises for a broken picture.
    """
    if image.mode not in {"L", "RGB"}:
        clear = image.convert("RGBA")
        image = Image.new("RGB", clear.size, (255, 255, 255))
        image.paste(clear, mask=clear.getchannel("A"))
    small = image.convert("L").resize((_WIDTH, _HEIGHT), Image.Resampling.BOX).tobytes()
    if len(set(small)) == 1:
        return ""
    bits = [
        small[row * _WIDTH + at] < small[row * _WIDTH + at + 1] for row in range(_HEIGHT) for at in range(_WIDTH - 1)
    ]
    return f"{sum(1 << (63 - at) for at, is_set in enumerate(bits) if is_set):016x}"


def mmh3(data: bytes) -> int:
    """Return MurmurHash3 (x86, 32 bits, seed 0) as a signed number. Source: Appleby, SMHasher (public domain)."""
    value = 0
    whole = len(data) // 4
    for (word,) in struct.iter_unpack("<I", data[: whole * 4]):
        value = _turned(value ^ _stirred(word), 13) * 5 + 0xE6546B64 & _MASK
    value ^= _stirred(int.from_bytes(data[whole * 4 :], "little")) ^ len(data)
    value = (value ^ value >> 16) * 0x85EBCA6B & _MASK
    value = (value ^ value >> 13) * 0xC2B2AE35 & _MASK
    value ^= value >> 16
    return value - (1 << 32) if value >> 31 else value


def _stirred(word: int) -> int:
    return _turned(word * 0xCC9E2D51 & _MASK, 15) * 0x1B873593 & _MASK


def _turned(word: int, by: int) -> int:
    return (word << by | word >> 32 - by) & _MASK


def _is_drawing(body: bytes) -> bool:
    """Say whether a body is SVG by how it begins; it is not parsed."""
    head = body[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith(b"<svg") or (head.startswith((b"<?xml", b"<!doctype svg", b"<!--")) and b"<svg" in head)
