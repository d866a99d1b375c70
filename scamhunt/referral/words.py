r"""How values of a packet are written for those who read it: cells of a sheet, words in a paper, times, counts. Pure.

All of it may come from whoever made the site: it is shortened, what is not visible is shown as `\u{..}`, a cell never
starts a formula, and markup stays text.
"""

import csv
import io
import json
import re
import textwrap
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from scamhunt.referral.agencies import Agency
from scamhunt.referral.bands import FEW, LEAST, suppressed
from scamhunt.referral.dossier import Count, Dossier, Marking
from scamhunt.takedown.words import clean, defang, defang_name

WIDTH = 76
CELL, TEXT, NAME = 2_000, 600, 300
"""Characters of a cell, of a text in a paper, of a name in a paper."""
MOST = 100
"""Values that one cell lists."""
UNKNOWN = "not known"
TLP = {
    "CLEAR": "it may be shared without limit.",
    "GREEN": "it may be shared within the community of those who work on such cases, and not in public.",
    "AMBER": "it may be shared within your organisation and with those whom it works for, where they need to know.",
    "AMBER+STRICT": "it may be shared within your organisation alone, with those who need to know.",
    "RED": "it is for the persons whom it was given to, and for nobody else.",
}
"""What Traffic Light Protocol 2.0 says of each mark, in our words."""
PAP = {
    "CLEAR": "there is no limit to what may be done with it.",
    "GREEN": "it may be acted on where the other side can notice it.",
    "AMBER": "look at it without touching what the suspects run: they must not notice it.",
    "RED": "use it only on systems of your own which nobody outside sees.",
}
"""What the Permissible Actions Protocol says of each mark, in our words."""

# Also behind a separator: where a spreadsheet splits at another one than ours, a cell starts there.
_FORMULA = re.compile("(^|[,;|])([\\s\"']*)(?=[=+\\-@\uff1d\uff0b\uff0d\uff20\u2212])")
_E164 = re.compile(r"\+[0-9]{6,15}", re.ASCII)
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~!&])")
_ITEM = re.compile(r"^(\d*)([.)+=-])", re.ASCII)
_DIGITS = re.compile(r"\d{1,15}", re.ASCII)
_BAND = re.compile(r"(\d{1,15})-(\d{1,15})", re.ASCII)
_MONEY = re.compile(r"[A-Z]{3}")


# --- sheets -----------------------------------------------------------------------------------------------------------


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], dossier: Dossier) -> bytes:
    """Return a sheet: UTF-8, a line a row, each with the packet's id and marking in its last cell.

    Lines end with LF: spreadsheets take it as well as CR LF, and tools that compare or search lines meet no odd
    character at their ends. There is no mark of the byte order, which programs would read as part of the first column.
    """
    text, mark = io.StringIO(), cell(stamp(dossier))
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*columns, "marking"])
    writer.writerows([*map(cell, row), mark] for row in rows)
    return text.getvalue().encode()


def cell(value: object) -> str:
    """Return the text of one cell; a number to call as `tel:+1...`, for a spreadsheet would add it up."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, datetime):
        return utc(value)
    if isinstance(value, str):
        # Most texts are plain, and there are hundreds of thousands of them: `clean` looks at each character.
        plain = len(value) <= CELL and value.isascii() and value.isprintable()
        shown = " ".join(value.split()) if plain else clean(value, CELL)
        return f"tel:{shown}" if _E164.fullmatch(shown) else _FORMULA.sub(r"\1\2'", shown)
    return _joined(value) if isinstance(value, Sequence) else cell(str(value))


def _joined(values: Sequence[object]) -> str:
    told = [cell(one) for one in values[:MOST]]
    return "; ".join([*told, *([f"and {len(values) - MOST} more"] if len(values) > MOST else [])])


def canonical(value: object) -> str:
    """Return JSON that is the same for the same value: sorted, without blanks, plain ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).replace("\x7f", "\\u007f")


# --- papers -----------------------------------------------------------------------------------------------------------


def prose(text: str, official: Iterable[str] = (), limit: int = TEXT) -> str:
    """Return outside text for a sentence in Markdown: no markup, no link, each suspected name broken by `[.]`."""
    shown = _ITEM.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", clean(text, limit)))
    return defang(shown, official)


def name(text: str) -> str:
    """Return a suspected name, address or number for Markdown, as code and so that nothing opens it."""
    return code(defang_name(text))


def code(text: str) -> str:
    """Return a value for Markdown in which nothing is markup."""
    return f"`{clean(text, NAME).replace('`', chr(92) + 'u{60}') or ' '}`"


def ascii_line(text: str, limit: int = TEXT) -> str:
    r"""Return a text for a form that may take nothing but ASCII: every other character as `\u{..}`."""
    return "".join(one if one.isascii() else f"\\u{{{ord(one):x}}}" for one in clean(text, limit))


def wrap(text: str) -> str:
    """Fold each line at `WIDTH`, words that cannot be broken aside."""
    return "\n".join(_folded(line) for line in text.split("\n"))


def _folded(line: str) -> str:
    lead = line[: len(line) - len(line.lstrip(" -"))]
    return textwrap.fill(line, WIDTH, subsequent_indent=" " * len(lead), break_long_words=False, break_on_hyphens=False)


def count(number: int, thing: str) -> str:
    """Return a number with its noun: `1 case`, `1,200 cases`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def sizes(dossier: Dossier) -> str:
    """Return how many sites and numbers a packet is about; what both sides of a joint one have counts once."""
    numbers = {one.indicator for one in dossier.cases if one.kind == "phone"}
    names = {one.indicator for one in dossier.cases} - numbers
    told = [count(len(found), thing) for found, thing in ((names, "site"), (numbers, "phone number")) if found]
    return " and ".join(told) or "no case"


def some(values: Sequence[str], most: int, where: str) -> list[str]:
    """Return the first of some lines, and where the others stand."""
    left = len(values) - most
    return [*values[:most], *([f"... and {left:,} more: see {where}"] if left > 0 else [])]


# --- times ------------------------------------------------------------------------------------------------------------


def utc(at: datetime | None) -> str:
    """Return a moment in UTC, `2026-11-02T08:30:00Z`; empty for none."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else ""


def local(at: datetime, agency: Agency) -> tuple[str, str]:
    """Return a moment as the agency's clocks and calendars show it, and how far they are from UTC: `UTC+05:30`."""
    return in_zone(at, agency.zone, agency.date_format)


def in_zone(at: datetime, zone: str, date_format: str) -> tuple[str, str]:
    """Return a moment in a time zone, and the offset of that zone then; both empty where a calendar has no such day."""
    try:
        there = at.astimezone(ZoneInfo(zone))
    except OverflowError:
        return "", ""
    offset = there.strftime("%z")
    return there.strftime(f"{date_format} %H:%M:%S"), f"UTC{offset[:3]}:{offset[3:5]}"


def ist(at: datetime) -> str:
    """Return a moment as Indian courts write it: `03/11/2026 14:00:00 IST`."""
    return f"{in_zone(at, 'Asia/Kolkata', '%d/%m/%Y')[0]} IST"


# --- counts -----------------------------------------------------------------------------------------------------------


def counted(one: Count) -> str:
    """Return a count as it may be told: whatever is no sum of money may be people."""
    told = clean(one.count, NAME)
    plain = told.replace(",", "")
    if _MONEY.fullmatch(one.unit):
        return told
    if _DIGITS.fullmatch(plain):
        return suppressed(int(plain))
    band = _BAND.fullmatch(plain)
    return FEW if band and int(band[2]) < LEAST else told


# --- what stands everywhere -------------------------------------------------------------------------------------------


def marks(marking: Marking) -> str:
    """Return the markings as their protocols write them."""
    return f"TLP:{marking.tlp} PAP:{marking.pap}"


def stamp(dossier: Dossier) -> str:
    """Return what stands on every page and in every row: whose packet it is, and who may see it."""
    return f"{dossier.packet} {marks(dossier.marking)}"


def explained(marking: Marking) -> list[str]:
    """Return what the markings mean, a sentence each; nothing for a mark that neither protocol has."""
    told = [f"TLP:{marking.tlp} means: {TLP[marking.tlp]}"] if marking.tlp in TLP else []
    return told + ([f"PAP:{marking.pap} means: {PAP[marking.pap]}"] if marking.pap in PAP else [])


def official(dossier: Dossier) -> list[str]:
    """Return the names that may stand whole in a paper: the brands' own, the sender's and the agency's."""
    own = [domain for brand in dossier.brands for domain in brand.domains]
    mailbox = dossier.sender.email.rpartition("@")[2]
    agency = re.sub(r"^https?://(www\.)?|/.*$|^.*@", "", dossier.agency.address)
    return [one for one in (*own, mailbox, agency) if one]
