"""The exact address of what is reported, as machines need it: not broken, and with nothing of a victim. Pure."""

import re
from base64 import urlsafe_b64decode
from binascii import Error
from collections.abc import Mapping
from urllib.parse import quote, unquote_plus, urlsplit

from scamhunt.errors import BadIndicator, UserError
from scamhunt.indicators import domain
from scamhunt.model import Kind
from scamhunt.takedown import private
from scamhunt.takedown.case import Case, Said
from scamhunt.takedown.shown import numbers_of
from scamhunt.takedown.words import clean

LONGEST = 900
"""Characters of an address: it stands in one line of a mail (RFC 5322, 2.1.1)."""
_HOST = re.compile(r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_KEPT = "!$&'()*+,;=:@/?%~-._"
# Long and of letters and digits at once: what a campaign marks each of its victims with.
_TOKEN = re.compile(r"(?=[^=]*\d)(?=[^=]*[A-Za-z])[\w.~+/-]{16,}={0,2}")
_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
_PERSONAL = frozenset(
    "auth authorization code cust customer email e-mail hash key login mail msisdn name otp pass passwd password phone "
    "pin pwd rid session sessionid sid sig signature ssn state tel token uid user userid username victim".split()
)
_DEPTH = 3


def host_of(case: Case) -> str:
    """Return the host of a reported name or address as A-labels, lower-case. Raises `UserError` for what has none."""
    return _host(case.indicator)


def url_of(case: Case, said: Said) -> str:
    """Return the exact address that a report is about, as it may be handed on.

    It is the one that a person typed, else the one that was reported or opened, else the name's front page with
    `http`. Scheme, host (as A-labels), port, path and query stay as observed. Left out is what may be about a victim:
    a name and password before the host, the fragment, fields of the query that are named like personal data or hold an
    e-mail address, a phone or card number or a long token, and the path from the first segment on that holds one of
    these, tokens aside: kits have them in the path of their pages.
    Raises `UserError` for an address that is none, or of another name.
    """
    reported = case.indicator if case.kind == Kind.URL else ""
    found = said.fields.get("url", "").strip() or reported or case.site.url or f"http://{_host(case.indicator)}/"
    exact = strip(found, numbers_of(case))
    own, host = host_of(case), urlsplit(exact).hostname or ""
    if host != own and not host.endswith(f".{own}") and not own.endswith(f".{domain.parse(host).target}"):
        raise UserError(
            f"url: {clean(host, 100)} is not below {clean(own, 100)}; write the address that was seen there"
        )
    return exact


def strip(url: str, numbers: tuple[str, ...] = ()) -> str:
    """Return an address without what may be about a person (see `url_of`); `numbers` may stand in it.

    Raises `UserError` for what is no http or https address.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise _unusable(url) from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _unusable(url)
    host = _host(parts.hostname)
    path = _path(parts.path or "/", numbers)
    query = _query(parts.query, numbers)
    exact = f"{parts.scheme}://{host}{f':{port}' if port else ''}{path}{f'?{query}' if query else ''}"
    if len(exact) > LONGEST:
        raise UserError(f"url: it is longer than {LONGEST} characters; name a shorter one of the same page")
    return exact


def is_host(text: str) -> bool:
    """Say whether a text is a host name in A-labels."""
    return bool(_HOST.fullmatch(text))


def _host(value: str) -> str:
    if _has_hidden(value):
        raise UserError(f"the target is no host name: '{clean(value, 60)}'; nothing can be reported to a machine")
    try:
        host = domain.parse(value).host
    except BadIndicator:
        host = ""
    if not is_host(host):
        raise UserError(f"the target is no host name: '{clean(value, 60)}'; nothing can be reported to a machine")
    return host


def _has_hidden(value: str) -> bool:
    return not value.isprintable() or " " in value.strip() or value.count("=?") > 0


def _unusable(url: str) -> UserError:
    return UserError(f"url: '{clean(url, 60)}' is no http or https address; write it as it was seen")


def _path(path: str, numbers: tuple[str, ...]) -> str:
    kept: list[str] = []
    for segment in path.split("/"):
        if _is_personal(segment, numbers):
            return quote("/".join([*kept, ""]), safe=_KEPT)
        kept.append(segment)
    return quote("/".join(kept), safe=_KEPT)


def _query(query: str, numbers: tuple[str, ...]) -> str:
    kept = []
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        marks = _TOKEN.fullmatch(unquote_plus(name)) or _TOKEN.fullmatch(unquote_plus(value))
        if name.lower() in _PERSONAL or marks or _is_personal(name, numbers) or _is_personal(value, numbers):
            continue
        kept.append(pair)
    return quote("&".join(kept), safe=_KEPT)


def _is_personal(text: str, numbers: tuple[str, ...]) -> bool:
    """Say whether a piece may be about a person, in plain, percent-encoded up to three times, or as base64."""
    plain = text
    for _ in range(1 + _DEPTH):
        if _ADDRESS.search(plain) or private.found([plain], numbers=numbers):
            return True
        again = unquote_plus(plain)
        if again == plain:
            break
        plain = again
    return bool(_ADDRESS.fullmatch(_decoded(plain)))


def _decoded(text: str) -> str:
    try:
        return urlsafe_b64decode(text.replace("+", "-").replace("/", "_") + "=" * (-len(text) % 4)).decode("ascii")
    except (Error, ValueError):
        return ""


WHAT: Mapping[str, str] = {
    "phishing": "Phishing",
    "impersonation": "Impersonation of a brand",
    "tech_support_fraud": "Technical support fraud",
    "suspicious_registration": "Suspicious registration (no abuse seen yet)",
    "registrar_inaction": "Reported abuse that its registrar was not seen to act on",
    "callback": "Number that people are told to call",
    "sms": "Unwanted text messages",
    "caller_id": "Number shown by calls",
    "trace_forward": "Calls to be traced",
    "do_not_originate": "Number that never places calls",
    "withdrawal": "Withdrawal of an earlier report",
    "closure": "Closure of an earlier report",
}
"""What a report is about, in words, by its purpose."""
