"""One row of a table of reports: what it states, in our own words and values. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from scamhunt.indicators.forms import moment
from scamhunt.indicators.report_columns import Plan, fold
from scamhunt.model import Role, Statement

TEXT_LIMIT = 4_096
"""Characters of a report's words that are looked through."""
BRAND_LIMIT = 80
"""Characters of a brand's name; more are words."""
FIRST = datetime(1990, 1, 1, tzinfo=UTC)
"""A report that is dated earlier has no date."""

_ROLES = {
    Role.CALLBACK: """
        callback call_back call_this_number shown_to_victims pop_up popup pop_up_window website web_site web web_page
        webpage site landing_page
        rückruf rückrufnummer rueckruf webseite rappel site_web page_web fenêtre_pop_up sitio_web página_web
        devolver_la_llamada sito_web sito richiamare página retorno terugbellen strona_internetowa web_sitesi""",
    Role.CALLER_ID: """
        caller_id callerid caller caller_number incoming incoming_call inbound inbound_call call phone_call phone
        voice_call cli display shown_on_phone shown_on_the_phone spoofed spoofed_number robocall called_me
        anruf anrufer eingehender_anruf anzeige angezeigte_nummer appel appel_entrant llamada llamada_entrante chiamata
        chiamata_in_arrivo ligação chamada oproep połączenie arama""",
    Role.SMS_SENDER: """
        sms_sender sms text text_message txt smishing sms_message sender_of_sms
        kurznachricht texto mensaje_de_texto messaggio_di_testo mensagem_de_texto""",
}
_WORDS = {fold(word): role for role, words in _ROLES.items() for word in words.split()}
_ZONED = re.compile(r"(?:Z|UTC|:\d\d(?:\.\d+)?[+-]\d\d(?::?\d\d)?|^\d{10}(?:\d{3})?)$", re.IGNORECASE)
_DOTTED = re.compile(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})(?=$|[ T])")
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_CONSTANT = re.compile(r'="([^"]*)"')
_FORMULA = re.compile(r"[=@-]|[+](?![\d\s(])")


@dataclass(frozen=True, slots=True)
class Said:
    """What one row says."""

    number: str
    seen_at: datetime | None
    statement: Statement
    zoned: bool = True
    """Whether its time names a zone; without one it is taken as UTC."""
    undated: str = ""
    """Why it has no time, though the table has a column of times."""


def fields(cells: Sequence[str], found: Plan) -> dict[str, str]:
    """Return the fields of a row by their names; words of several columns together."""
    return {
        one: "\n".join(cells[at] for at in columns if at < len(cells) and cells[at])
        for one, columns in found.at.items()
    }


def said(cells: Mapping[str, str], named: Mapping[str, str], latest: datetime | None = None) -> Said | str:
    """Return what a row says, or why it cannot be used.

    `cells` has the fields, `named` the names of their columns; a time after `latest` is not believed.
    """
    number = _plain(cells.get("number", ""))
    region = cells.get("region", "").strip()
    if not number:
        return "no number"
    if _FORMULA.match(number):
        return "a spreadsheet's formula in place of a number"
    if region and not _COUNTRY.fullmatch(region) and not number.startswith("+"):
        return "its country is not written as two letters, as in US"
    role, role_from = _role(cells.get("role", ""), named.get("role", ""))
    text, brand = cells.get("text", ""), cells.get("brand", "").strip()
    if len(brand) > BRAND_LIMIT:
        text, brand = f"{brand}\n{text}", ""
    made = Statement(
        role=role,
        role_from=role_from,
        text=text[:TEXT_LIMIT],
        brand=brand,
        source=cells.get("source", "").strip()[:TEXT_LIMIT],
        region=region.upper() if _COUNTRY.fullmatch(region) else "",
    )
    when = cells.get("seen_at", "").strip()
    seen_at, zoned = _moment(when) if when else (None, True)
    undated = _why_undated(when, seen_at, latest) if "seen_at" in named else ""
    return Said(number, None if undated else seen_at, made, zoned, undated)


def _why_undated(when: str, seen_at: datetime | None, latest: datetime | None) -> str:
    """Return why a time does not count; nothing for one that does."""
    if not when:
        return "missing"
    if seen_at is None:
        return "not readable"
    if seen_at < FIRST:
        return f"before {FIRST.year}"
    return "in the future" if latest and seen_at > latest else ""


def _plain(cell: str) -> str:
    """Return a cell without what spreadsheets write around a number so that it stays text: `'+1...`, `="+1..."`."""
    text = cell.strip()
    constant = _CONSTANT.fullmatch(text)
    return (constant[1] if constant else text.removeprefix("'")).strip()


def _role(word: str, column: str) -> tuple[Role, str]:
    """Return the role that a word of the table stands for, and how it is known."""
    if not word.strip():
        return Role.UNKNOWN, "nobody said"
    role = _WORDS.get(fold(word), Role.UNKNOWN)
    return role, f"column {column}" if role is not Role.UNKNOWN else f"column {column} has no word for it that we know"


@lru_cache(maxsize=4096)
def _moment(text: str) -> tuple[datetime | None, bool]:
    """Return a time in UTC, None for one that cannot be read; and whether it names its zone."""
    return moment(_DOTTED.sub(_with_year_first, text)), bool(_ZONED.search(text))


def _with_year_first(dotted: re.Match[str]) -> str:
    """Write a day as in 20.11.2026 as ISO 8601: where dots are written the day comes first."""
    return f"{dotted[3]}-{dotted[2]:>02}-{dotted[1]:>02}"
