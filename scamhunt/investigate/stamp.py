"""A copy of a picture that says by itself where, when and how it was taken: a band above it, the picture untouched.

Runs in the child: what a page draws is decoded nowhere else.
"""

import io
import textwrap
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from scamhunt.investigate.pictures import dhash

LINE, MARGIN, LETTERS = 18, 8, 14
"""Pixels: height of a line, around the text, of the letters."""
LETTER = 8
"""Pixels of a letter's width, at most on average."""
MOST_LINES = 12
PAPER, INK = (255, 255, 255), (0, 0, 0)
MOST_PIXELS = 40_000_000


def stamp(png: bytes, lines: Sequence[str]) -> bytes:
    """Return a PNG with a white band above the picture and the lines in it, wrapped; all else than ASCII is escaped.

    Raises `ValueError` for a picture of more than `MOST_PIXELS`, and what Pillow raises for one that is none.
    """
    with Image.open(io.BytesIO(png), formats=("PNG",)) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError("the picture is too large")
        shown = wrapped(lines, picture.width)
        band = 2 * MARGIN + LINE * len(shown)
        copy = Image.new("RGB", (picture.width, picture.height + band), PAPER)
        copy.paste(picture.convert("RGB"), (0, band))
    draw, font = ImageDraw.Draw(copy), ImageFont.load_default(LETTERS)
    for at, line in enumerate(shown):
        draw.text((MARGIN, MARGIN + LINE * at), line, fill=INK, font=font)
    draw.line((0, band - 1, copy.width, band - 1), fill=INK)
    out = io.BytesIO()
    copy.save(out, "PNG")
    return out.getvalue()


def wrapped(lines: Sequence[str], width: int) -> list[str]:
    """Return the lines as they fit a picture of so many pixels, `MOST_LINES` at most."""
    letters = max(10, (width - 2 * MARGIN) // LETTER)
    ascii_ = (line.encode("ascii", "backslashreplace").decode() for line in lines)
    return [piece for line in ascii_ for piece in textwrap.wrap(line, letters, break_on_hyphens=False)][:MOST_LINES]


def likeness(png: bytes, tall: int) -> str:
    """Return the difference hash of the uppermost `tall` pixels: what a visitor sees first of a page of any length."""
    with Image.open(io.BytesIO(png), formats=("PNG",)) as picture:
        return dhash(picture.crop((0, 0, picture.width, min(tall, picture.height))))
