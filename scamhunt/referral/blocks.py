"""What the sections of the document are made of, and how words from outside stand in them. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from scamhunt.referral import words
from scamhunt.referral.dossier import CaseFacts, Dossier
from scamhunt.takedown.words import clean, defang, defang_name

TEXT, NAME = 500, 160
"""Characters of a text and of a name."""
UNBROKEN = 24
"""Characters without a blank, after which a long word may be broken."""
_BREAK = "\u200b"

Block = dict[str, Any]


def section(heading: str, blocks: Sequence[Block], *, newpage: bool = False) -> Mapping[str, Any]:
    """Return a part of the document under a heading of its own."""
    return {"heading": heading, "level": 1, "blocks": list(blocks), "newpage": newpage}


def par(text: str) -> Block:
    """Return a paragraph."""
    return {"kind": "text", "text": text}


def strong(text: str) -> Block:
    """Return a line that leads what follows."""
    return {"kind": "strong", "text": text}


def note(text: str) -> Block:
    """Return a remark in small letters."""
    return {"kind": "note", "text": text}


def bullets(items: Sequence[str]) -> Block:
    """Return a list."""
    return {"kind": "list", "items": list(items)}


def table(
    columns: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[str]], *, mono: Sequence[int] = ()
) -> Block:
    """Return a table; `mono` are the columns that hold hashes."""
    return {
        "kind": "table",
        "columns": list(columns),
        "widths": list(widths),
        "rows": [list(row) for row in rows],
        "mono": list(mono),
    }


def rest(count: int, most: int, where: str) -> list[Block]:
    """Return where the rows are that a table leaves out."""
    return [note(f"and {count - most:,} more, in {where}")] if count > most else []


def capital(text: str) -> str:
    """Return a sentence that begins with a capital."""
    return text[:1].upper() + text[1:]


def plain(text: str) -> str:
    """Return a name from outside on one line, nothing hidden."""
    return clean(text, NAME)


def words_of(text: str, dossier: Dossier) -> str:
    """Return a text from outside as it may stand in the document: shortened, nothing hidden, names defanged."""
    return breakable(defang(clean(text, TEXT), words.official(dossier)))


def time(at: datetime | None) -> str:
    """Return a moment in UTC, to the minute: the sheets have it to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}" if at else ""


def target(one: CaseFacts) -> str:
    """Return the name of a case, defanged, or its number."""
    return one.indicator if one.kind == "phone" else defang_name(clean(one.indicator, NAME))


def breakable(text: str) -> str:
    """Return a text in which a long word may be broken, so that it stays in its column."""
    return " ".join(
        _BREAK.join(one[at : at + UNBROKEN] for at in range(0, len(one), UNBROKEN)) if len(one) > UNBROKEN else one
        for one in text.split(" ")
    )
