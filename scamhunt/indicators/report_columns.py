"""Which column of a table of reported numbers is what, by its name or as the team says; the rest is dropped. Pure.

A number is cut off or looked into because it stands in the number column. So a column that may hold the number of the
victim, of who reports or of who was called is never taken for it by its name.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from scamhunt.errors import FeedHeld

FIELDS = ("number", "role", "text", "brand", "seen_at", "source", "region")
"""What a report says. All else in a table is dropped."""
DROPPED = "dropped"
COLUMNS_LIMIT = 200
"""Columns of a table."""
NAME_LIMIT = 40
"""Characters of a column's name that are told."""
SETTING = "SCAMHUNT_PHONE_COLUMNS"
MAPPED = f"named in {SETTING}"
"""Why a column is taken for a field: the team says so."""
REGION_COLUMN = "region_column"
"""The option that names the column of countries; `region` is the country of all numbers without one."""

_SYNONYMS = {
    "number": """
        number msisdn e164 number_e164 caller_id caller_id_number caller_number caller_phone calling_number
        incoming_number callback_number call_back_number scam_number scammer_number scammer_phone scam_phone
        scam_phone_number spam_number fraud_number fraudster_number suspect_number suspected_number suspicious_number
        reported_number spoofed_number sender_number anrufernummer betrugsnummer rückrufnummer rueckrufnummer
        numéro_appelant número_sospechoso numero_chiamante arayan_numara""",
    "phone": """
        phone phone_number phonenumber phone_no telephone telephone_number tel tel_no telno
        nummer telefonnummer telefon rufnummer numéro numéro_de_téléphone téléphone
        teléfono número número_de_teléfono numero_telefonico telefone número_de_telefone numero_di_telefono
        numero_telefono telefoonnummer telefoon numer numer_telefonu numara telefon_numarası
        номер номер_телефона телефон 電話番号 电话号码 電話號碼 फ़ोन_नंबर""",  # noqa: RUF001  # Turkish
    "role": """
        role number_role role_of_number phone_role channel medium seen_as shown_as
        rolle kanal rôle canal rol papel ruolo canale kanaal rola rolü роль""",
    "text": """
        text message message_text sms_text body content transcript narrative notes note comments comment remarks
        description details complaint what_happened summary subject
        nachricht beschreibung notizen notiz bemerkung kommentar betreff
        commentaire commentaires remarque remarques objet
        mensaje descripción notas nota comentario comentarios asunto
        mensagem descrição observações observação assunto
        messaggio descrizione commento oggetto
        bericht omschrijving opmerking opmerkingen onderwerp
        wiadomość opis uwagi mesaj açıklama сообщение описание 内容 メモ""",  # noqa: RUF001  # Turkish
    "brand": """
        brand brand_name claimed_brand impersonated_brand brand_impersonated company_impersonated impersonated_company
        claimed_company impersonated impersonating pretended_to_be claimed_to_be
        marke marque marca marchio merk marka бренд ブランド""",
    "seen_at": """
        seen_at datetime date_time timestamp call_time time_of_call call_date date_of_call received_at received
        reported_at report_date reported_on date time when last_seen first_seen violation_date created_at created
        datum zeitpunkt zeit date_heure date_appel fecha fecha_hora data data_hora data_e_hora data_ora data_chiamata
        tijdstip tarih дата 日時 日付""",
    "source": "source origin reported_via queue feed quelle fuente fonte bron źródło kaynak источник",
    "region": "region country country_code iso_country land pays país paese kraj ülke страна",
}
_SEVERAL = frozenset({"text"})
"""Fields that several columns may give: all words of a report count."""

_OWN = frozenset(
    """
    called callee dialed dialled dnis destination victim victims customer customers client consumer my mine our your own
    reporter reported_by complainant contact recipient receiver user member patient employee agent staff subscriber home
    work billing to person name email mail address street city state zip postcode age gender birth ssn iban account card
    opfer kunde kunden kundin angerufen angerufene angerufener meine eigene eigener melder meldender empfänger
    victime client cliente appelé appelée mon destinataire déclarant plaignant
    víctima llamado mi destinatario denunciante vittima chiamato mio destinatario segnalante
    vítima chamado meu slachtoffer klant gebelde gebeld mijn melder ofiara klient kurban müşteri aranan
    """.split()
)
"""Words by which a column may be about the person who was called or who reports."""
_WORDS = re.compile(r"[^\W_]+")
_PERSON = frozenset("name email mail address street birth ssn vorname nachname nom prénom nombre apellido nome".split())
"""Words by which a table is about people: whose phone stands in it?"""
_SITES = frozenset({"domain", "domain_name", "domainname", "hostname", "fqdn"})
"""Columns of a list of sites: a number in it is that of the registrant."""
_PERSONAL = "may be about who was called or who reports: personal data"
_DIGITS = 7


class ColumnsUnclear(FeedHeld):
    """A header that can be read in two ways or in none: whoever has the table says which column is the number."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A column and what it is taken for."""

    column: str
    """Its name in the table, at most `NAME_LIMIT` characters."""
    taken_for: str
    """One of `FIELDS`, or `DROPPED`."""
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the fields of a report stand in a row."""

    names: tuple[str, ...]
    """All columns in their order, folded."""
    taken: tuple[Taken, ...]
    at: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Field to its columns."""
    own: tuple[int, ...] = ()
    """Columns of the reporter's own data: only looked at for the same number, then dropped."""

    @property
    def column(self) -> dict[str, str]:
        """The name of the column of each field, folded and cut."""
        return {one: self.names[columns[0]][:NAME_LIMIT] for one, columns in self.at.items()}

    @property
    def schema(self) -> str:
        """The fields that it takes, in the order of the table; none of the other names."""
        return ",".join(one.taken_for for one in self.taken if one.taken_for != DROPPED)


def options_of(columns: Mapping[str, str], region: str, now: str) -> dict[str, str]:
    """Return `Reply.options`: the team's names of columns, the country of numbers without one, the time (ISO 8601)."""
    named = {REGION_COLUMN if one == "region" else one: column for one, column in columns.items()}
    return {**named, "region": region, "now": now}


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """Return a column's name for comparing: lower-case, without accents, `_` between words."""
    plain = unicodedata.normalize("NFKD", name[:200]).casefold()
    return "_".join(_WORDS.findall("".join(char for char in plain if not unicodedata.combining(char))))


def plan(names: Sequence[str], options: Mapping[str, str]) -> Plan:
    """Say what each column of a table is, by the team's mapping where `options` has the field, else by its name.

    Raises `FeedHeld` for no header, and as `ColumnsUnclear` for a name that stands twice, no number column or several,
    and a number column that is not there. A name that is not known may be somebody's: no message has it.
    """
    folded = tuple(map(fold, names))
    if len(folded) > COLUMNS_LIMIT:
        raise FeedHeld(f"more than {COLUMNS_LIMIT} columns: this is no table of reports; look at the file")
    _hold_data_as_header(folded, options)
    twice = next((name for at, name in enumerate(folded) if name and name in folded[:at]), None)
    if twice is not None:
        which = f"the column {twice!r}" if twice in _KNOWN else "a column"
        raise ColumnsUnclear(f"{which} stands twice in the header; rename one of them")
    at = {one: _columns_of(one, folded, options) for one in FIELDS}
    if not at["number"]:
        raise ColumnsUnclear(
            f"no column of phone numbers among {_told(folded)}; say which it is: {SETTING}=number=COLUMN"
        )
    _hold_whose_number(folded[at["number"][0]], folded, options)
    taken = tuple(_taken(number, name, at, folded, options) for number, name in enumerate(names))
    own = tuple(number for number, one in enumerate(taken) if one.why == _PERSONAL)
    return Plan(folded, taken, {one: columns for one, columns in at.items() if columns}, own)


def names_a_number(names: Sequence[str], options: Mapping[str, str]) -> bool:
    """Return whether a header has a column for the number, be it one that `plan` would ask about."""
    folded = tuple(map(fold, names))
    wanted = {*_NAMES["number"], _mapped("number", options)} - {""}
    of_sites = not options.get("number") and not _SITES.isdisjoint(folded)
    return not _has_data(folded) and not of_sites and not wanted.isdisjoint(folded)


def known(names: Sequence[str], options: Mapping[str, str]) -> int:
    """Return how many names of a header are known: as many as possible where it is cut at the right separator."""
    mapped = _all_mapped(options)
    return sum(name in _KNOWN or name in mapped or _is_own(name) for name in map(fold, names))


def _mapped(one: str, options: Mapping[str, str]) -> str:
    """Return the column that the team names for a field, folded; empty without one."""
    return fold(options.get(REGION_COLUMN if one == "region" else one, ""))


def _all_mapped(options: Mapping[str, str]) -> set[str]:
    return {_mapped(one, options) for one in FIELDS} - {""}


def _has_data(folded: Sequence[str]) -> bool:
    return any(sum(map(str.isdigit, name)) >= _DIGITS for name in folded)


def _hold_data_as_header(folded: tuple[str, ...], options: Mapping[str, str]) -> None:
    """Raise `FeedHeld` where the first line is a row: nothing of it is told."""
    if _has_data(folded) or (_all_mapped(options) | _KNOWN.keys()).isdisjoint(folded):
        raise FeedHeld(
            "no header: the first line has to name the columns, as in number,role,text,seen_at,source; add that line"
        )


def _columns_of(one: str, folded: tuple[str, ...], options: Mapping[str, str]) -> tuple[int, ...]:
    """Return the columns of a field. Raises `ColumnsUnclear` for several number columns, or one that is not there."""
    if wanted := _mapped(one, options):
        if wanted in folded:
            return (folded.index(wanted),)
        if one == "number":
            raise ColumnsUnclear(
                f"no column {wanted[:NAME_LIMIT]} for the number, but {_told(folded)}; say which it is: "
                f"{SETTING}=number=COLUMN"
            )
        return ()
    found = [name for name in _NAMES[one] if name in folded and name not in _all_mapped(options)]
    if one == "number" and len(found) > 1:
        raise ColumnsUnclear(f"the number may stand in {' or '.join(found)}; say which: {SETTING}=number={found[0]}")
    return tuple(folded.index(name) for name in (found if one in _SEVERAL else found[:1]))


def _hold_whose_number(name: str, folded: tuple[str, ...], options: Mapping[str, str]) -> None:
    """Raise `ColumnsUnclear` where a plain `phone` stands in a table of people: it may well be their own."""
    about = next((word for other in folded for word in other.split("_") if word in _PERSON_WORDS), "")
    theirs = any(_is_own(other) and not _PHONE_WORDS.isdisjoint(other.split("_")) for other in folded)
    if about and not theirs and name in _VAGUE and not options.get("number"):
        raise ColumnsUnclear(
            f"{name} may be the phone of who reports, for the table has {about}; if it is the number that "
            f"is reported, say so: {SETTING}=number={name}"
        )


def _taken(
    number: int, name: str, at: Mapping[str, tuple[int, ...]], folded: tuple[str, ...], options: Mapping[str, str]
) -> Taken:
    shown = name.strip()[:NAME_LIMIT]
    one = next((one for one in FIELDS if number in at[one]), None)
    if one is not None:
        return Taken(shown, one, MAPPED if _mapped(one, options) else "by its name")
    if _is_own(folded[number]):
        return Taken(shown, DROPPED, _PERSONAL)
    other = _KNOWN.get(folded[number])
    if other and at[other]:
        return Taken(shown, DROPPED, f"the {other} stands in {folded[at[other][0]][:NAME_LIMIT]}")
    return Taken(shown, DROPPED, "not needed: personal data is dropped")


def _is_own(name: str) -> bool:
    return name not in _KNOWN and not _OWN_WORDS.isdisjoint(name.split("_"))


def _told(folded: Sequence[str]) -> str:
    """Name the columns that are known, and count the others: a table without a header begins with somebody's data."""
    names = [name for name in folded if name in _KNOWN]
    others = len(folded) - len(names)
    count = "1 other" if others == 1 else f"{others} others"
    return " and ".join([*([", ".join(names)] if names else []), *([count] if others else [])])


_WRITTEN = {one: tuple(dict.fromkeys(fold(name) for name in names.split())) for one, names in _SYNONYMS.items()}
_VAGUE = frozenset(_WRITTEN.pop("phone"))
_NAMES = _WRITTEN | {"number": (*_WRITTEN["number"], *sorted(_VAGUE))}
_KNOWN = {name: one for one in reversed(FIELDS) for name in _NAMES[one]}
_OWN_WORDS = frozenset(map(fold, _OWN))
_PERSON_WORDS = frozenset(map(fold, _PERSON))
_PHONE_WORDS = frozenset(word for name in _NAMES["number"] for word in name.split("_")) - {"id", "no", "call"}
