"""What a scammer's digits, dashes and blanks stand for: one plain character for each character. Pure.

`flatten` never changes the length of a text, so a place in it is the same place in what was written.
"""

import re
import unicodedata

INVISIBLE = "\u200b"
"""Stands for whatever is not drawn: joiners, soft hyphens, marks on a character."""
BULLET = "•"
"""Stands for pictures and bullets."""
UNREADABLE = "\ufffd"
"""Stands for text that is drawn backwards: what it says to a reader is not what it holds."""
_BACKWARDS = re.compile("\u202e[^\u202c\u2069\n]*+")
_DASHES = frozenset("\u02d7\u2043\u2212\u30fc\ufe63\uff70")
_BRACKETS = {"Ps": "(", "Pe": ")"}
_QUOTES = frozenset("\u201a\u201e\u301d\u301e\u301f")
_PLUS = frozenset("\u2795\ufb29\ufe62\uff0b")
_BULLETS = frozenset("\u00b7\u2022\u2027\u2219\u22c5\u30fb\u318d\uff65")
_DOTS = frozenset("\u2024\u3002\uff0e\uff61")
_LOOKS = dict(zip("ОΟоοІΙӀӏЅВΒΖ", "OOooIIIlSBBZ", strict=True)) | {"〇": "0", "ı": "i", "ø": "o", "ł": "l"}  # noqa: RUF001  # they look alike
_NEVER_DRAWN = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0")


class _Table(dict[int, str]):
    """What each character stands for, worked out when it is first seen."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _plain(chr(code))
        return found


def flatten(text: str) -> str:
    """Return a text of the same length in which digits, blanks, dashes and Latin letters are plain ones.

    A line end stays a line end; case stays as it is.
    """
    if "\u202e" in text:
        text = _BACKWARDS.sub(lambda found: UNREADABLE * len(found[0]), text)
    return text.translate(_TABLE)


def _plain(char: str) -> str:
    kind = unicodedata.category(char)
    if kind in {"Cf", "Mn", "Me"} or char in _NEVER_DRAWN:
        return INVISIBLE
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    return _sign(char, kind)


def _sign(char: str, kind: str) -> str:
    if char in _PLUS:
        return "+"
    if kind in {"Zs", "Zl", "Zp"} or char == "\u2800":
        return "\n" if kind in {"Zl", "Zp"} else " "
    if kind == "Pd" or char in _DASHES:
        return "-"
    if kind in _BRACKETS and char not in _QUOTES:
        return _BRACKETS[kind]
    return _letter(char, kind)


def _letter(char: str, kind: str) -> str:
    if char in _LOOKS:
        return _LOOKS[char]
    if char in _DOTS:
        return "."
    if kind == "So" or char in _BULLETS:
        base = unicodedata.normalize("NFKC", char)
        return base if len(base) == 1 and base.isascii() else BULLET
    base = unicodedata.normalize("NFKD", char)
    plain = [part for part in base if not unicodedata.combining(part)]
    return plain[0] if len(plain) == 1 and plain[0].isascii() and plain[0].isprintable() else char


_TABLE = _Table(
    {code: chr(code) for code in range(0x20, 0x7F)}
    | dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), INVISIBLE)
    | {ord(char): "\n" for char in "\n\r\x0b\x0c\x85"}
    | {ord("\t"): "\n", ord(UNREADABLE): UNREADABLE}
)
