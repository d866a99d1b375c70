"""What addresses and texts tell of victims: mail addresses, phone numbers, numbers that stand for a person. Pure.

Feeds of phishing carry the victim's mail address in the link, as `?email=`, behind `#`, in base64.
"""

import binascii
import html
import re
from collections.abc import Iterator
from urllib.parse import SplitResult, unquote, urlsplit

from scamhunt.indicators.links import safe_path

WITHHELD = "[withheld]"
LEAST, LONGEST = 6, 320
"""Characters of a token: a shorter one is found everywhere; of a longer one the beginning is enough."""
LONGEST_URL = 16_384
"""Characters of an address that are read; its rest is told to nobody."""
MOST_READINGS = 200
"""How many readings of one address are looked at."""
_DEPTH = 4
_BEFORE_QUERY = re.compile(r"[^?#]*")
_DIGITS = 7

_ADDRESS = re.compile(r"[^\W_][\w.!'*+^`{|}~-]{0,63}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_][\w-]{0,61}[^\W_]")
_PHONE = re.compile(
    r"(?<![\w+])(?:\+[1-9](?:[ ().\-]{0,3}\d){7,14}|(?:1[ .\-]?)?\(?[2-9]\d\d\)?[ .\-]{0,2}[2-9]\d\d[ .\-]?\d{4})(?!\w)"
)
_KEYED = re.compile(
    r"(?:^|[?&#;/{,\"'])(?:([\w.\[\]-]{0,40}))[\"']?[=:]\s{0,3}[\"']?([^&#;\"'{}]{1,320})", re.IGNORECASE
)
_OF_A_PERSON = re.compile(
    r"(?i)e-?mail|correo|phone|mobile|msisdn|handy|(?:^|_)(?:tel|cell)|ssn|iban|(?:^|_)dob$|birth|passport|aadhaa?r|"
    r"(?:first|last|full|given|family|sur)_?-?name|vorname|nachname"
)
"""Keys whose value is a person's, whatever it looks like."""
_MAYBE_OF_A_PERSON = re.compile(r"(?i)^(?:mail|uid|user|user_?name|login|account|acct|card|name|address)$")
"""Keys whose value may be: plain words joined by hyphens and short numbers there are none."""
_NOBODYS = re.compile(r"[^\W\d]*(?:[-/.][^\W\d]*)*|\d{1,9}")
_ID = re.compile(r"(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{16,}|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
"""A long id, which may stand for one receiver."""
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){6,}")
_ESCAPE = re.compile(r"\\u00([0-9a-fA-F]{2})|\\x([0-9a-fA-F]{2})|%u00([0-9a-fA-F]{2})")
_PLAIN = re.compile(r"(?:/[a-z]{0,24}(?:[_-][a-z]{1,24}){0,4}(?:\.[a-z]{2,5})?)*", re.IGNORECASE)
"""A path in which nothing of a person can stand."""


def tokens_of_url(url: str) -> set[str]:
    """Return what may belong to a victim in an address, in lower case, in whatever coding it stands there."""
    parts = _cut(url)
    if parts is None:
        return set()
    people = {unquote(one).lower() for one in (parts.username, parts.password) if one}
    tail = f"{parts.path}?{parts.query}#{parts.fragment}"
    where = f"{parts.hostname or ''} {tail}"
    if not people and not parts.query and not parts.fragment and _PLAIN.fullmatch(parts.path):
        where = parts.hostname or ""
    found = people | {one.lower() for text in _readings(where) for one in (*_of_text(text), *_keyed(text))}
    found |= {one.lower() for text in (parts.query, parts.fragment) for one in _ID.findall(unquote(text))}
    return _sized(found)


def tokens_of_text(text: str) -> set[str]:
    """Return mail addresses and phone numbers that stand in a text, in lower case: in a reply, in a note."""
    return _sized({one.lower() for one in _of_text(html.unescape(text))})


def bare_url(url: str) -> str:
    """Return an address without user, query and fragment; a part of its path that may tell of a victim is withheld."""
    parts = _cut(url)
    if parts is None:
        return WITHHELD
    rest = safe_path(parts.path) if len(parts.path) < LONGEST_URL else WITHHELD
    path = "/".join(WITHHELD if one == "*" or (one and tokens_of_url(f"//-/{one}")) else one for one in rest.split("/"))
    if WITHHELD not in path and tokens_of_url(f"//-{path}"):
        path = f"/{WITHHELD}"
    host = ".".join(WITHHELD if tokens_of_url(f"//{one}") else one for one in (parts.hostname or "").split("."))
    shown = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{shown}{port}{path}" if parts.scheme else f"{shown}{port}{path}"


def _cut(url: str) -> SplitResult | None:
    """Return the parts of an address; None for what has none, or none that can be read."""
    plain = "".join(one for one in url[:LONGEST_URL] if one not in "\t\r\n").strip()
    plain = _BEFORE_QUERY.sub(lambda found: found[0].replace("\\", "/"), plain, count=1)
    try:
        parts = urlsplit(plain if "//" in plain.partition("?")[0] else f"//{plain}")
        known = parts.port is None or bool(parts.hostname)  # a port that is no number shows when it is asked for
    except ValueError:
        return None
    return parts if known else None


def _sized(found: set[str]) -> set[str]:
    return {one.strip(" .'")[:LONGEST] for one in found if len(one.strip(" .'")) >= LEAST}


def _of_text(text: str) -> Iterator[str]:
    if "@" in text:
        yield from _ADDRESS.findall(text)
    for number in _PHONE.findall(text):
        digits = re.sub(r"\D", "", number)
        yield f"+{digits}" if number.startswith("+") else f"+1{digits.removeprefix('1')}"


def _keyed(text: str) -> Iterator[str]:
    """Yield values whose key says that they are a person's."""
    for key, raw in _KEYED.findall(text):
        value = " ".join(raw.replace("+", " ").split()) if "@" not in raw else raw.strip()
        digits = re.sub(r"\D", "", value)
        if _OF_A_PERSON.search(key):
            yield f"+{digits}" if raw.strip().startswith("+") and len(digits) > _DIGITS else value
        elif _MAYBE_OF_A_PERSON.search(key) and not _NOBODYS.fullmatch(value):
            yield value


def _readings(text: str) -> Iterator[str]:
    """Yield a text, and what it says once the usual codings are undone, one in the other too."""
    seen, layer = {text}, [text]
    for _ in range(_DEPTH):
        yield from layer
        layer = list(dict.fromkeys(one for each in layer for one in _undone(each) if one not in seen))
        layer = layer[: MOST_READINGS - len(seen)]
        seen.update(layer)
        if not layer:
            return


def _undone(text: str) -> Iterator[str]:
    if "%" in text:
        yield unquote(text)
    if "&" in text:
        yield html.unescape(text)
    if "\\" in text or "%u" in text:
        yield _ESCAPE.sub(lambda found: chr(int(found[found.lastindex or 1], 16)), text)
    for run in _HEX.findall(text):
        for shift in range(2):
            part = run[shift : len(run) - (len(run) - shift) % 2]
            yield from _legible(bytes.fromhex(part))
    for run in _BASE64.findall(text):
        plain = run.replace("-", "+").replace("_", "/")
        for shift in range(4):
            part = plain[shift:]
            part = part[: len(part) - (len(part) % 4 == 1)]
            yield from _legible(binascii.a2b_base64(part + "=" * (-len(part) % 4)))


def _legible(decoded: bytes) -> Iterator[str]:
    """Yield what was decoded where it says something: an address or number, or a further coding of one."""
    text = decoded.replace(b"\0", b"").decode("utf-8", "replace")
    if "@" in text or sum(one.isascii() and (one.isalnum() or one in "+/=%&;._-") for one in text) > len(text) * 0.8:
        yield text
