"""Free text made ready for the brand index: words joined by hyphens, sentences parted by dots, addresses apart. Pure.

The index was made for host names. `Micro soft: call` becomes `Micro-soft.call`; letters set apart (`I.R.S.`,
`a m a z o n`) are put together. Case is kept, because a capital inside a sentence tells something.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from scamhunt.indicators.parts import cut
from scamhunt.indicators.suffixes import suffixes

LONGEST = 4_096
"""Characters of a text that are looked at."""
_ADDRESS_LIMIT = 2_048
_RESERVED = frozenset("example invalid localhost onion test".split())
"""Top-level names beyond the public-suffix list that stand in addresses (RFC 2606, RFC 7686)."""

_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@((?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24})(?![\w-])")
_ADDRESS = re.compile(
    rf"""(?<![\w@.-])(?:
        (?P<url>h(?:tt|xx)ps?\[?:\]?/\S{{1,{_ADDRESS_LIMIT}}})
        | (?P<host>(?:[\w-]{{1,63}}(?:\.|\[\.\]|\(\.\)|\[dot\])){{1,8}}[^\W\d_]{{2,24}})(?![\w-])
            (?:(?::\d{{1,5}})?[/?\#]\S{{1,{_ADDRESS_LIMIT}}}|:\d{{1,5}})?
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_DOTS = re.compile(r"\[\.\]|\(\.\)|\[dot\]", re.IGNORECASE)
_SPELT = re.compile(r"(?<![^\W_])[^\W\d_](\. |[ .\-_])[^\W\d_](?:\1[^\W\d_]){1,62}(?![^\W_])")
_ABBREVIATED = re.compile(r"(?<=\s[^\W\d_])\.([^\W\d_])\.(?=\s)")
_DOT_SAID = re.compile(
    r"(?<=[^\W_]) (?:dot|punkt|punto|point) (?=(?:com|net|org|de|es|fr|at|ch|it|co|io)\b)", re.IGNORECASE
)
_DOTS_SAID = (" dot ", " punkt ", " Punkt ", " punto ", " point ")
_AND = re.compile(r"(?<=\d) ?& ?(?=\d)")
_NO_LETTER = re.compile(r"[\W_]+")
_UEBER = re.compile(r"\b[uU]\u0308(?=ber)|\b[\u00fc\u00dc](?=ber)")
_ELIDED = re.compile(r"\b([cdjlmnst]|qu)'(?=[^\W\d_])", re.IGNORECASE)
_INSIDE = re.compile(r"(?<=\w)'(?=\w)|(?<=\w)&(?=\w)|(?<=\w) & (?=\w\b)")
_AT = re.compile(r"(?<=[^\W\d_])@(?=[^\W\d_])")
_DOLLAR = re.compile(r"(?<=[^\W\d_])\$(?=[^\W\d_])")
_SPACES = re.compile(r"[^\S\n ]")
_HYPHENS = re.compile("--+")
_MARKS = "\u0300-\u036f\u064b-\u065f\u0900-\u0dff\u0e00-\u0eff\u3099\u309a"
_BREAK = re.compile(rf"[^\w\n{_MARKS}-][^\w\n{_MARKS}]*")
_STROKES = {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "đ": "d"}


@dataclass(frozen=True, slots=True)
class Address:
    """A host that stands in a text, alone or in a URL or mail address."""

    row: int
    """The text that it stands in."""
    host: str
    mail: bool
    url: bool
    """Whether a scheme or a path came with it."""


def read_texts(texts: Sequence[str], names: Mapping[str, str] | None = None) -> tuple[list[str], list[Address]]:
    """Return for each text its words as one line of names, and the addresses that stood in the texts.

    A line holds letters, digits, `-` between words and `.` between sentences; its case is that of the text, Latin marks
    are gone. `names` are hosts that people say like names, each with the word that takes its place. Takes any text,
    lone surrogates too; what is beyond `LONGEST` characters is not looked at.
    """
    joined = "\n".join([text[:LONGEST].replace("\n", ". ") for text in texts])
    if not joined.isascii():
        joined = _folded(joined)
    if any(said in joined for said in _DOTS_SAID):
        joined = _DOT_SAID.sub(".", joined)
    addresses: list[Address] = []
    if "@" in joined or "." in joined or "://" in joined:
        joined = _without_addresses(joined, addresses, names or {})
    if "." in joined:
        joined = _ABBREVIATED.sub(r"\1", f"\n{joined}")[1:]
    joined = _SPELT.sub(_together, joined)
    if "'" in joined:
        joined = _ELIDED.sub(r"\1 ", joined)
    if "'" in joined or "&" in joined:
        joined = _AND.sub("und", joined)
        joined = _INSIDE.sub("", joined).replace("&", " and ")
    if "@" in joined or "$" in joined:
        joined = _DOLLAR.sub("s", _AT.sub("a", joined))
    joined = _HYPHENS.sub("-", _SPACES.sub("-", joined).replace(" ", "-").replace("_", "-").replace("/", "-"))
    joined = _BREAK.sub(".", joined).replace("-.", ".")
    return [line.strip("-.")[:LONGEST] for line in joined.split("\n")] if texts else [], addresses


def _together(found: re.Match[str]) -> str:
    return _NO_LETTER.sub("", found.group())


def _folded(joined: str) -> str:
    """Return compatibility forms made plain, Latin letters without marks, dashes and quotes as ASCII has them."""
    composed = unicodedata.normalize("NFC", _UEBER.sub("ue", joined))
    return composed.translate({ord(char): _plain(char) for char in set(composed) if not char.isascii()})


def _plain(char: str) -> str:
    if char in _STROKES:
        return _STROKES[char]
    kind = unicodedata.category(char)
    if kind == "Cf" or "\u0300" <= char <= "\u036f":
        return ""
    if kind == "Pd":
        return "-"
    if char in "\u2018\u2019\u02bc\u00b4\uff07":
        return "'"
    plain = unicodedata.normalize("NFKC", char)
    base = unicodedata.normalize("NFKD", plain)[:1]
    plain = base if len(plain) == 1 and base.isascii() else plain
    return " " if plain.isspace() else plain.replace("\n", " ")


# --- addresses --------------------------------------------------------------------------------------------------------


def _without_addresses(joined: str, found: list[Address], names: Mapping[str, str]) -> str:
    """Return the lines with a break in place of each address; the addresses are added to `found`."""
    for pattern, mail in ((_MAIL, True), (_ADDRESS, False)):
        starts = [0, *accumulate(len(line) + 1 for line in joined.split("\n"))]

        def taken(match: re.Match[str], starts: list[int] = starts, *, mail: bool = mail) -> str:
            host = match.group(1).lower() if mail else _host(match)
            bare = match.group().lower()
            if not host or bare in names:
                return f" {_as_written(match.group(), names[bare])} " if bare in names else match.group()
            row = bisect_right(starts, match.start()) - 1
            found.append(Address(row, host, mail, not mail and len(match.group()) > len(host)))
            return " . "

        joined = pattern.sub(taken, joined)
    return joined


def _as_written(host: str, name: str) -> str:
    """Return the name with a capital where the host has one."""
    return name.capitalize() if host[0].isupper() else name


def _host(match: re.Match[str]) -> str:
    """Return the host of what looks like an address, lower-case; nothing where two sentences only lack a space."""
    if match.group("url"):
        return cut(match.group("url")).host.lower()
    host = _DOTS.sub(".", match.group("host")).lower()
    end = host.rpartition(".")[2]
    return host if end in suffixes().plain or end in _RESERVED else ""
