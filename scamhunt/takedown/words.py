"""Make outside text safe to show in a report: visible, short, and with no live link."""

import re
import textwrap
import unicodedata
from collections.abc import Iterable

LINE_WIDTH = 76
"""Lines of a draft are at most so long, words that cannot be broken aside (RFC 5322, 2.1.1 asks for 78)."""

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
# Letters and marks by category, yet drawn as nothing.
_HIDDEN_CHARACTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u2800\u3164\uffa0")
_SCHEME = re.compile(r"\bhttp(s?)(?=:)", re.IGNORECASE)
# What a telephone would dial when it is touched (RFC 3966 and its like).
_DIAL = re.compile(r"\b(tel|callto|smsto|sms|facetime):(?=(?://)?\+?\d)", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"(?<!hxxp)(?<!hxxps)://", re.IGNORECASE)
# Browsers take the first three for a dot (UTS 46, section 2.3); the rest are drawn as one.
_DOT_ALIKES = str.maketrans(dict.fromkeys("\u3002\uff0e\uff61\u2024\ufe52\ufe12", "."))
_DOT = r"[.\u3002\uff0e\uff61\u2024\ufe52\ufe12]"
_HOST = re.compile(
    rf"(?<![\w-])(?:\d{{1,3}}(?:{_DOT}\d{{1,3}}){{3}}|(?:[\w-]{{1,63}}{_DOT})+[^\W\d_][\w-]{{1,62}})(?![\w-])"
)
_MARK_AFTER_FOLD = re.compile(r"\n( *)([->](?: +[->])*) +")
_LEAD = re.compile(r"\s*(?:- |> )?")


def is_hidden(character: str) -> bool:
    """Say whether a character acts on the reader's screen without being seen: control, bidi, zero width."""
    return character in _HIDDEN_CHARACTERS or unicodedata.category(character) in _HIDDEN_CATEGORIES


def clean(text: str, limit: int) -> str:
    r"""Return the text on one line, hidden characters as `\u{202e}`, at most `limit` characters long."""
    # Twice the limit is plenty to look at; the rest of a huge value is never walked.
    shown = " ".join("".join(_shown(character) for character in text[: 2 * limit]).split())
    return shown if len(shown) <= limit and len(text) <= 2 * limit else shown[: limit - 3] + "..."


def header(text: str, limit: int) -> str:
    """Return the text as one header value: like `clean`, and no RFC 2047 encoded word that a library would decode."""
    return clean(text, limit).replace("=?", "= ?")


def fold_dots(text: str) -> str:
    """Return the text with `.` for every character that browsers or readers take for a dot."""
    return text.translate(_DOT_ALIKES)


def defang(text: str, official: Iterable[str] = ()) -> str:
    """Break every link and every host name, apart from official domains and what lies below them."""
    known = frozenset(domain.lower() for domain in official)
    hosts_broken = _HOST.sub(lambda host: _broken(host.group(), known), text)
    return _OTHER_SCHEME.sub("[:]//", _SCHEME.sub(r"hxxp\1", _DIAL.sub(r"\1[:]", hosts_broken)))


def defang_name(name: str) -> str:
    """Write a suspected name or URL so that nothing opens it: every dot as `[.]`, `http` as `hxxp`."""
    return _OTHER_SCHEME.sub("[:]//", _SCHEME.sub(r"hxxp\1", fold_dots(name).replace(".", "[.]")))


def wrap(text: str) -> str:
    """Fold each line at `LINE_WIDTH`; a list item or a quotation goes on under its own mark."""
    return "\n".join(_folded(line) for line in text.splitlines())


def _shown(character: str) -> str:
    if character in "\t\r\n" or unicodedata.category(character) == "Zs":
        return " "
    return f"\\u{{{ord(character):x}}}" if is_hidden(character) else character


def _broken(host: str, official: frozenset[str]) -> str:
    plain = fold_dots(host)
    labels = plain.lower().split(".")
    kept = any(".".join(labels[at:]) in official for at in range(len(labels)))
    return plain if kept else plain.replace(".", "[.]")


def _folded(line: str) -> str:
    lead = _LEAD.match(line)
    mark = lead.group() if lead else ""
    rest = mark if ">" in mark else " " * len(mark)
    folded = textwrap.fill(
        line, LINE_WIDTH, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
    # A line of our own must not go on as a list item or a quotation: it would be read as outside words.
    return folded if mark.strip() else _MARK_AFTER_FOLD.sub(r" \2\n\1", folded)
