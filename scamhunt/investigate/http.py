"""What a visit says as a finding: every hop, the last answer's status and headers; and what browsers make of those.

Sources: WHATWG MIME Sniffing, section 7; WHATWG HTML, section 4.2.5.3 (refresh); RFC 9110, section 8.4.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from scamhunt.net.visit import Exchange, Visit
from scamhunt.observed import Finding

MOST_HEADERS = 100
LONGEST_VALUE = 2_000
"""Characters of one header's value."""
_TYPE = "content-type"
LONGEST_ADDRESS = 8_192
"""Characters."""
_PAGES = frozenset({"text/html", "text/plain", "text/xml", "application/xml"})
_KINDS = frozenset({"application", "audio", "font", "image", "message", "model", "multipart", "text", "video"})
_UNKNOWN = frozenset({"application/unknown"})
_CODINGS = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd"})
_SNIFFED = 1_024
"""Bytes at the beginning of a body."""
_MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?[\t\n\f\r ]*<(?:!--|\?xml|(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style"
    rb"|title|b|body|br|p|form|svg|meta)[\t\n\f\r />])",
    re.IGNORECASE,
)
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_MARKS = (b"\xff\xfe", b"\xfe\xff")
_REFRESH = re.compile(r"[0-9.]+(?:\s*[;,]\s*|\s+)(?:url\s*=\s*)?(.*)", re.IGNORECASE | re.DOTALL)

Headers = Sequence[tuple[str, str]]


def http_finding(visit: Visit, *, source: str, observed_at: datetime, sha256: str = "", vantage: str = "") -> Finding:
    """Return `http.exchange` of a visit, also of one that came to nothing."""
    data: dict[str, object] = {"chain": [_hop(one) for one in visit.exchanges], "final_url": visit.url}
    text = visit.problem
    if visit.exchanges:
        last = visit.exchanges[-1]
        data |= _answer(last)
        text = text or _sentence(last, len(visit.exchanges) - 1)
    return Finding("http.exchange", source, observed_at, visit.outcome, text, data, sha256, vantage)


def headers_of(exchange: Exchange) -> dict[str, str]:
    """Return the headers of an answer, names in lower case; values of the same name are joined."""
    found: dict[str, str] = {}
    for name, value in exchange.headers[:MOST_HEADERS]:
        key = name.lower()
        found[key] = f"{found[key]}, {value}"[:LONGEST_VALUE] if key in found else value[:LONGEST_VALUE]
    return found


def media_type_of(headers: Headers) -> str:
    """Return the type that browsers go by, in lower case: the last that is one; empty where none is."""
    said = (part.partition(";")[0].strip().lower() for value in _values(headers, _TYPE) for part in value.split(","))
    return ([""] + [one for one in said if "/" in one and one != "*/*"])[-1]


def may_be_page(exchange: Exchange) -> bool:
    """Return whether a browser shows an answer as a page: by its type, and by its first bytes where that says nothing.

    A drawing (SVG) may hold a form, so it is one.
    """
    said = media_type_of(exchange.headers)
    if said in _PAGES or said.endswith("+xml"):
        return True
    if said.partition("/")[0] in _KINDS and said not in _UNKNOWN:
        return False
    begins = exchange.body[:_SNIFFED]
    packed = any(name == "Content-Encoding" for name, _ in told_to_readers(exchange.headers))
    return packed or begins.startswith(_MARKS) or bool(_MARKUP.match(begins)) or not _BINARY.search(begins)


def told_to_readers(headers: Headers) -> list[tuple[str, str]]:
    """Return what the reading of a body depends on. Codings that browsers do not know are none: it is read as it is."""
    codings = [one.strip() for value in _values(headers, "content-encoding") for one in value.lower().split(",")]
    codings = [one for one in codings if one not in {"", "identity"}]
    known = [("Content-Encoding", ", ".join(codings))] if codings and _CODINGS.issuperset(codings) else []
    return [*(("Content-Type", value[:LONGEST_VALUE]) for value in _values(headers, _TYPE)[-3:]), *known]


def refresh_of(headers: Headers) -> str:
    """Return where the header `Refresh` leads, as it is written; empty where the page stays."""
    said = next(iter(_values(headers, "refresh")), "").strip()[:LONGEST_ADDRESS]
    found = _REFRESH.match(said)
    leads = found[1] if found else ""
    return leads[1:].partition(leads[0])[0] if leads[:1] in {"'", '"'} else leads


def web_address(base: str, written: str) -> str:
    """Return where something leads from `base`; empty where that is no address of the web."""
    try:
        full = urljoin(base, written.strip())
        parts = urlsplit(full)
    except ValueError:
        return ""
    return full if written and parts.scheme in {"http", "https"} and parts.netloc else ""


def _values(headers: Headers, name: str) -> list[str]:
    return [value for one, value in headers if one.lower() == name]


def _hop(exchange: Exchange) -> dict[str, object]:
    return {
        "url": exchange.url,
        "status": exchange.status,
        "address": exchange.address,
        "location": exchange.location,
    }


def _answer(last: Exchange) -> dict[str, object]:
    headers = headers_of(last)
    return {
        "status": last.status,
        "headers": headers,
        "media_type": media_type_of(last.headers)[:LONGEST_VALUE],
        "size": len(last.body),
        "body_sha256": hashlib.sha256(last.body).hexdigest(),
        "cut": last.cut,
    }


def _sentence(last: Exchange, redirects: int) -> str:
    what = media_type_of(last.headers)[:LONGEST_VALUE] or "no stated type"
    after = f" after {redirects} redirect{'s' if redirects > 1 else ''}" if redirects else ""
    return f"answered {last.status}{after}: {len(last.body):,} bytes, {what}{f' ({last.cut})' if last.cut else ''}"
