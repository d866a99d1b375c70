"""What a visit says as a finding: every hop, the last answer's status and headers."""

import hashlib
from datetime import datetime

from scamhunt.net.visit import Exchange, Visit
from scamhunt.observed import Finding

MOST_HEADERS = 100
LONGEST_VALUE = 2_000
"""Characters of one header's value."""
_TYPE = "content-type"


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
        "media_type": _media_type(headers.get(_TYPE, "")),
        "size": len(last.body),
        "body_sha256": hashlib.sha256(last.body).hexdigest(),
        "cut": last.cut,
    }


def _media_type(value: str) -> str:
    return value.partition(";")[0].strip().lower()


def _sentence(last: Exchange, redirects: int) -> str:
    what = _media_type(headers_of(last).get(_TYPE, "")) or "no stated type"
    after = f" after {redirects} redirect{'s' if redirects > 1 else ''}" if redirects else ""
    return f"answered {last.status}{after}: {len(last.body):,} bytes, {what}{f' ({last.cut})' if last.cut else ''}"
