"""Answers of WHOIS servers (RFC 3912): text without a form, read for what most registries write. Pure.

Who holds a name may have written parts of it, line breaks too: the first value of a key counts, only the first record
is read, and what contradicts itself is noted.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from scamhunt.investigate import moments
from scamhunt.investigate.abuse_contacts import UNUSABLE, Contact, Junk, emails, phone, usable
from scamhunt.investigate.registration import Registration, host, hosts, iana_number, notes, statuses, words
from scamhunt.observed import Outcome

LARGEST = 64 * 1024
TWICE = "a field stands twice with two values; the first one counts"
SECOND_RECORD = "there is more than one record in the answer; the first one counts"

_MOST_LINES = 2_000
_LONGEST_LINE = 1_000
_FIELDS = {
    "name": "domain name|domain|nom de domaine|dominio|complete domain name",
    "registrar": "registrar|sponsoring registrar|registrar name|registrar/name|registrar/organization"
    "|registrar/organisation|registrar/registrar",
    "registrar_id": "registrar iana id|sponsoring registrar iana id",
    "abuse": "registrar abuse contact email|abuse contact email|abuse email|abuse contact|abuse-mailbox"
    "|registrar/abuse contact|registrar/abuse email|abuse contact/email",
    "phone": "registrar abuse contact phone|abuse contact phone|registrar/abuse phone",
    "registered": "creation date|created|created on|created date|registered|registered on|registered date"
    "|registration time|registration date|domain registration date|domain created|record created"
    "|domain name commencement date|relevant dates/registered on|activated|domain record activated|assigned|crdate",
    "expires": "registry expiry date|registrar registration expiration date|expiry date|expiration date|expires"
    "|expires on|expire date|paid-till|expiration time|valid until|renewal date|exdate|relevant dates/expiry date"
    "|domain expires|record expires",
    "changed": "updated date|last updated|last updated on|last update|last modified|changed|modified|last-update"
    "|last updated date|relevant dates/last updated|domain record last updated",
    "status": "domain status|status|state|registration status|eppstatus",
    "nameserver": "name server|name servers|nserver|nameserver|nameservers|name servers/nserver|nameservers/nserver"
    "|nameservers/name server|domain servers in listed order|host name|domain nameservers|primary server",
    "registrant": "registrant organization|registrant organisation|registrant|registrant name|registrant/organization"
    "|registrant/organisation|registrant/name|holder|holder/name|owner|org|organization|person",
    "elsewhere": "registrar whois server|whois server|refer|whois",
}
_FIELD_OF = {key: field for field, keys in _FIELDS.items() for key in keys.split("|")}
_MANY = frozenset({"status", "nameserver", "abuse"})
_PROVES = ("registrar", "registered", "expires", "nameserver")
"""What an answer has only about a name that is registered."""
_TOLD_ONCE = frozenset({"registrar", "registrar_id", "registered", "expires", "phone"})
"""What stands once in an honest answer; other words stand at each contact too."""
_MOST_VALUES = 64

_LINE = re.compile(
    r"\[(?P<box>[^\]\s][^\]]{0,59})\](?P<boxed>.*)|(?P<key>[^:\s][^:]{0,60}?)\.*[ \t]*:(?!//)(?P<value>.*)"
)
_NO_SECTION = 10**6
_REMARKS = ("%", "#", ";", "*")
_ENDS = (">>>", "-- ")

_ABSENT = re.compile(
    r"no match\b|not found|no data found|no object found|no entries found|nothing found|no matching|no such domain"
    r"|does not exist|is free\b|status:\s*(?:free|available)\b"
    r"|no domain records were found|not (?:been )?registered|not in (?:the )?database"
    r"|is available for|no information available|domain unknown|not exist|no found"
    r"|nicht registriert|nicht gefunden|kein eintrag"
    r"|aucun (?:résultat|enregistrement)|n'est pas enregistré|pas de correspondance"
    r"|no se encontr|no existe|no está registrado"
    r"|não (?:foi )?encontrad|domínio inexistente"
    r"|non trovato|nessun (?:risultato|record)|non registrato"
    r"|nincs találat|nincs talalat|niet (?:geregistreerd|gevonden)|is vrij\b|ikke registreret|inte registrerad"
    r"|nie (?:znaleziono|jest zarejestrowan)|не найден|не зарегистрирован|bulunamad\u0131|kay\u0131tl\u0131 de\u011fil"
    r"|등록되어 있지 않습니다|該当するデータがありません|未注册|没有找到|找不到",
    re.IGNORECASE,
)
_TOO_OFTEN = re.compile(
    r"\b(?:limit|quota|allowance)\b.{0,30}\b(?:exceeded|reached)"
    r"|\bexceeded\b.{0,60}\b(?:limit|quota|quer|request|lookup)"
    r"|too many (?:quer|request|connection|lookup)|\b(?:temporarily|been|is|are) (?:blocked|blacklisted|banned|denied)"
    r"|\bquery rate\b.{0,20}\bhigh|please (?:wait|slow down)|try again (?:later|in)|server is busy",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """What an answer comes to."""

    outcome: Outcome
    why: str = ""
    """Where it is not FOUND: why, for a person."""
    registration: Registration | None = None
    too_often: bool = False
    """Whether the server asks to be left alone."""


@dataclass(slots=True)
class _Record:
    """Values by field, as they are read."""

    values: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, value: str) -> None:
        """Take a value; where one counts, a second one that differs is noted."""
        text = words(value)
        held = self.values.setdefault(name, [])
        if not text:
            return
        if held and name not in _MANY:
            self.notes += [TWICE] if name in _TOLD_ONCE and text.lower() != held[0].lower() else []
        elif len(held) < _MOST_VALUES:
            held.append(text)

    def one(self, name: str) -> str:
        """Return a value, empty where there is none."""
        return next(iter(self.values.get(name, [])), "")


def read(body: bytes, name: str, now: datetime, junk: Junk) -> Said:
    """Return what an answer says of a name (lower case, A-labels)."""
    lines = text_of(body).splitlines()[:_MOST_LINES]
    record = _record(lines)
    if not any(record.one(key) for key in _PROVES):
        return _nothing(lines)
    given = record.one("name").lower().rstrip(".").split(" ")[0]
    if given and given != name and not _is_same(given, name):
        return Said(Outcome.FAILED, "it is about another name than the one that was asked for")
    return Said(Outcome.FOUND, registration=_registration(record, name, now, junk))


def text_of(body: bytes) -> str:
    """Return the text of an answer: UTF-8, else Latin-1, in which every byte is something."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("latin-1")


def _is_same(given: str, name: str) -> bool:
    try:
        return given.encode("idna").decode() == name
    except UnicodeError:
        return False


def _nothing(lines: Sequence[str]) -> Said:
    """Return why an answer has no record: none there, asked too often, or no telling."""
    short = [one for one in lines if len(one) <= _LONGEST_LINE]
    if any(map(_TOO_OFTEN.search, short)) and not any(map(_ABSENT.search, short)):
        return Said(Outcome.FAILED, "it asks to be left alone for a while", too_often=True)
    if any(map(_ABSENT.search, short)):
        return Said(Outcome.ABSENT, "there is no such name")
    return Said(Outcome.FAILED, "its answer has no record that can be read")


# --- lines ------------------------------------------------------------------------------------------------------------


def _record(lines: Sequence[str]) -> _Record:
    record = _Record()
    for key, value in _pairs(lines):
        name = _FIELD_OF.get(key, "")
        if name == "name" and record.one("name") and value.strip().lower() != record.one("name").lower():
            record.notes.append(SECOND_RECORD)
            break
        if name:
            record.add(name, value)
    return record


def _pairs(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield keys and values; a key that stands deeper than a heading has that before it: `registrar/name`."""
    section, edge = "", _NO_SECTION
    for line in lines:
        text, indent = line.strip(), len(line) - len(line.lstrip())
        if text.startswith(_ENDS):
            return
        if not text or text.startswith(_REMARKS) or len(line) > _LONGEST_LINE:
            continue
        inside = indent > edge
        key, value, boxed = _parted(text)
        if boxed and not value:
            section, edge = key, -1
        elif value:
            yield (f"{section}/{key}" if inside and not boxed else key), value
        elif inside and not key:
            yield section, text
        elif not inside:
            section, edge = key or " ".join(text.lower().split()), indent


def _parted(text: str) -> tuple[str, str, bool]:
    """Return key and value of a line, and whether the key stands in brackets; two empty texts for a line without."""
    found = _LINE.fullmatch(text)
    if not found:
        return "", "", False
    key, value = (found["box"], found["boxed"]) if found["box"] else (found["key"], found["value"])
    return " ".join(key.lower().split()), value.strip(), bool(found["box"])


# --- what it comes to -------------------------------------------------------------------------------------------------


def _registration(record: _Record, name: str, now: datetime, junk: Junk) -> Registration:
    registrar = record.one("registrar").partition(" [Tag = ")[0]
    dates, date_notes = moments.dates({key: record.one(key) for key in ("registered", "expires", "changed")}, now)
    abuse, abuse_notes = _abuse(record, registrar, name, junk)
    states = [part for one in record.values.get("status", []) for part in one.split(",")]
    return Registration(
        name=name,
        registrar=registrar,
        registrar_id=iana_number(record.one("registrar_id")),
        abuse=abuse,
        statuses=statuses(states),
        **dates,
        nameservers=hosts([one.split()[0] for one in record.values.get("nameserver", [])]),
        registrant=record.one("registrant"),
        notes=notes([*record.notes, *abuse_notes, *date_notes]),
        elsewhere=tuple(filter(None, [_referral(record.one("elsewhere"))])),
    )


def _abuse(record: _Record, registrar: str, name: str, junk: Junk) -> tuple[tuple[Contact, ...], list[str]]:
    given, spoilt = emails(record.values.get("abuse", []))
    number = phone(record.one("phone"))
    found = [Contact(one, number, registrar, "registrar") for one in given or ([""] if number else [])]
    abuse, said = usable(found, name, junk)
    return abuse, [*([UNUSABLE] if spoilt else []), *said]


def _referral(value: str) -> str:
    """Return `host` or `host:port` of a referral, as it stands: nobody has checked it."""
    plain = value.lower().removeprefix("whois://").rstrip("/")
    name, colon, port = plain.partition(":")
    return (f"{name}:{port}" if colon else name) if host(name) and (not colon or port.isdecimal()) else ""
