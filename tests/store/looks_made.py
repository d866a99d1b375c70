"""Looks as an investigation makes them, for the tests of what is kept of them."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from scamhunt.model import Reason
from scamhunt.observed import Clock, Finding, Gained, Item, Judgement, Look, Outcome, Verdict

BEGUN = datetime(2026, 11, 22, 6, 0, 1, 250_000, tzinfo=UTC)
URL = "https://amazon-refund-desk.com/"
PAGE = b"<!doctype html><title>Amazon refund</title><form><input type=password></form>"
WARC = b"\x1f\x8b a WARC"
DNS = b"\x12\x34 an answer"
JUDGEMENT = Judgement(Verdict.IMPERSONATES, "amazon", 0.93, (Reason("password", 2.5, "asks for a password"),))


def items() -> list[Item]:
    """Return what a look brings: a WARC a vantage, a page, an answer."""
    when = BEGUN + timedelta(seconds=1)
    return [
        Item(DNS, "application/dns-message", "dns:amazon-refund-desk.com?type=A", BEGUN, "scamhunt 0.1"),
        Item(WARC, "application/warc", URL, when, "scamhunt 0.1", "desktop"),
        Item(WARC, "application/warc", URL, when, "scamhunt 0.1", "mobile"),
        Item(PAGE, "text/html", URL, when, "scamhunt 0.1 chromium 140", "desktop", "the page after its scripts"),
    ]


def findings() -> list[Finding]:
    """Return what a look finds, with and without proof."""
    page = hashlib.sha256(PAGE).hexdigest()
    data = {"name": "amazon-refund-desk.com", "values": ["192.0.2.10"], "ttl": 300, "ratio": 0.1}
    proof = hashlib.sha256(DNS).hexdigest()
    return [
        Finding("dns.a", "dns 192.0.2.53:53", BEGUN, Outcome.FOUND, "has the address 192.0.2.10", data, proof),
        Finding("page.form", URL, BEGUN, Outcome.FOUND, "asks for a password", {"asks": ["password"]}, page, "desktop"),
        Finding("rdap.domain", "https://rdap.example/", BEGUN, Outcome.TIMEOUT, "no answer in time"),
    ]


def look(**changes: object) -> Look:
    """Return a look; each call with other `changes` is another one."""
    made = Look(
        subject="amazon-refund-desk.com",
        url=URL,
        depth="pages",
        begun=BEGUN,
        ended=BEGUN + timedelta(seconds=9),
        gained=Gained(findings(), items()),
        clock=Clock(0.4, ("rdap.example",), 0.002),
        operator="anna",
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # by name
