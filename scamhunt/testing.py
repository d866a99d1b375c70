"""The fakes that users' and our tests need. No test runner is imported here."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

from scamhunt.model import CONFIGURED, Brand, Reply

PIECE = 65_536
"""Bytes of one chunk of a reply."""


def reply(body: bytes, *, url: str = CONFIGURED, piece: int = PIECE) -> Reply:
    """Return the reply that the framework would send a crawler for this unwrapped body, in chunks of `piece` bytes."""
    chunks = (body[at : at + piece] for at in range(0, len(body), piece))
    return Reply(url=url, status=200, headers={}, sha256=hashlib.sha256(body).hexdigest(), chunks=chunks)


def clock(at: str | datetime) -> Callable[[], datetime]:
    """Return a clock that stands still at a datetime or an ISO 8601 text, UTC where it names no zone."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return lambda: moment


def sample_brands() -> list[Brand]:
    """Return a few well-known brands with their official domains: enough for a test, no pack to ship."""
    return [
        Brand(
            id="amazon",
            name="Amazon",
            domains=("amazon.com", "amazon.de", "primevideo.com"),
            aliases=("Amazon Prime",),
            sector="retail",
            lures=("prime", "refund", "order"),
        ),
        Brand(id="apple", name="Apple", domains=("apple.com", "icloud.com"), aliases=("iCloud",), sector="tech"),
        Brand(id="applebank", name="Apple Bank", domains=("applebank.com",), sector="bank"),
        Brand(id="chase", name="Chase", domains=("chase.com",), sector="bank"),
        Brand(id="dhl", name="DHL", domains=("dhl.com", "dhl.de"), sector="courier", lures=("parcel", "customs")),
        Brand(id="eposcard", name="Epos Card", domains=("eposcard.co.jp",), sector="bank"),
        Brand(id="hp", name="HP", domains=("hp.com",), sector="tech"),
        Brand(
            id="microsoft",
            name="Microsoft",
            domains=("microsoft.com", "live.com", "outlook.com", "office.com"),
            aliases=("Windows", "Outlook", "Office 365"),
            sector="tech",
        ),
        Brand(id="paypal", name="PayPal", domains=("paypal.com",), sector="payments", lures=("account", "refund")),
    ]
