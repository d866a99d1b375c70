"""What a SIP Identity header says of a call: decoded, never verified. Pure.

It is what the provider signed that took the call in (PASSporT, RFC 8225; SHAKEN, RFC 8588). Who signed it can follow
the call further back, so a desk that traces calls wants it. Checking the signature needs certificates that only
providers have; whoever hands the header in could have made it up.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from scamhunt.errors import UserError

HEADER_LIMIT = 4_000
"""Characters of a header; those in use have about 800."""
_HOW = "copy the whole value of the Identity header: three parts with dots between them"
_BASE64 = re.compile(r"[A-Za-z0-9_-]{2,3000}")
_ORIGID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_URL = re.compile(r"https?://[!-~]{1,300}")
_LATEST = 2**33
ATTEST = {
    "A": "A: its provider knows the caller and the caller's right to the number",
    "B": "B: its provider knows the caller, not the right to the number",
    "C": "C: its provider only passed the call on",
}
"""What each level says (RFC 8588, section 4)."""


@dataclass(frozen=True, slots=True)
class Passport:
    """What a header says; empty texts and None for what it leaves out or says in no way that can be read."""

    attest: str
    """`A`, `B` or `C`."""
    origid: str
    """Where the signing provider says that the call came from: a UUID that it can look up."""
    issued: datetime | None
    certificate: str
    """Address of the signer's certificate (`x5u`), as it came: to be defanged."""
    shown: str
    """Digits of the calling number. The called one is never read out."""


def decode(header: str) -> Passport:
    """Read an Identity header (RFC 8224), its name included or not. Raises `UserError` for what is none."""
    if len(header) > HEADER_LIMIT:
        raise UserError(f"an Identity header is never longer than {HEADER_LIMIT:,} characters; {_HOW}")
    token = header.strip().removeprefix("Identity:").partition(";")[0].strip()
    parts = token.split(".")
    if len(parts) != 3 or not all(_BASE64.fullmatch(part) for part in parts[:2]):  # noqa: PLR2004  # RFC 7515, 3.1
        raise UserError(f"that is no whole Identity header; {_HOW}")
    head, claims = _read(parts[0]), _read(parts[1])
    if head.get("ppt") != "shaken":
        raise UserError("that Identity header is not of the kind `shaken`, the one that calls have (RFC 8588)")
    origin = claims.get("orig")
    return Passport(
        attest=_matching(claims.get("attest"), re.compile("[ABC]")),
        origid=_matching(claims.get("origid"), _ORIGID).lower(),
        issued=_moment(claims.get("iat")),
        certificate=_matching(head.get("x5u"), _URL),
        shown=_matching(origin.get("tn") if isinstance(origin, dict) else None, re.compile("[0-9]{3,15}")),
    )


def reduced(header: str) -> str:
    """Return a header with nothing but what `decode` reads: who was called leaves with the signature.

    Raises `UserError` as `decode` does.
    """
    read = decode(header)
    head = {"ppt": "shaken", "x5u": read.certificate}
    issued = int(read.issued.timestamp()) if read.issued else 0
    said = {"attest": read.attest, "origid": read.origid, "iat": issued, "orig": {"tn": read.shown}}
    return f"{_written(head)}.{_written(said)}."


def _written(values: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _read(part: str) -> dict[str, object]:
    try:
        read = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError, RecursionError):  # not base64, not UTF-8, no JSON, or a thousand brackets
        read = None
    if not isinstance(read, dict):
        raise UserError(f"that Identity header cannot be decoded; {_HOW}")
    return read


def _matching(value: object, pattern: re.Pattern[str]) -> str:
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""


def _moment(value: object) -> datetime | None:
    """Return a time in seconds since 1970; providers write it as a number (RFC 8588, erratum 6656)."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < _LATEST:
        return None
    return datetime.fromtimestamp(value, UTC)
