"""Rows that may hold somebody's personal data, shown by their shape only. Pure."""

import hashlib
from dataclasses import replace

from scamhunt.indicators.lines import RAW_LIMIT
from scamhunt.model import Rejected

_ASCII = 128
_SHAPE = bytes(
    ord("0") if chr(code).isdigit() else ord("x") if code >= _ASCII or chr(code).isalpha() else code
    for code in range(256)
)


def masked(raw: bytes) -> bytes:
    """Return the shape of a row: `0` for a digit, `x` for a letter and for each byte beyond ASCII; the rest stays."""
    return raw[:RAW_LIMIT].translate(_SHAPE)


def mask(row: Rejected) -> Rejected:
    """Return a row for the quarantine by its shape, with the hash of what came. One that is masked stays as it is."""
    return row if row.sha256 else replace(row, raw=masked(row.raw), sha256=hashlib.sha256(row.raw).hexdigest())


def rejected(line: int, row: str | bytes, reason: str) -> Rejected:
    """Return a row for the quarantine, masked, with the hash of the whole of it."""
    raw = row.encode("utf-8", "surrogatepass") if isinstance(row, str) else row
    return Rejected(line, masked(raw), reason, hashlib.sha256(raw).hexdigest())
