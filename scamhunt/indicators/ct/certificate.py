"""The names in a certificate: a walk over its DER (X.690) down to the subject alternative names, and no further.

Nothing else of a certificate is read, so a wrong date, key or signature in it does no harm.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from scamhunt.indicators.lines import RAW_LIMIT

NAMES_LIMIT = 1_000
"""Names that are read of one entry."""
NAME_LIMIT = 255
"""Characters of a name: 253 (RFC 1035 2.3.4) and a wildcard's two."""
TOO_LONG = "a name longer than any host name"

_SEQUENCE, _SET, _OID = 0x30, 0x31, 0x06
_EXTENSIONS, _DNS_NAME, _BOOLEAN, _OCTETS = 0xA3, 0x82, 0x01, 0x04
_ALT_NAME = b"\x55\x1d\x11"  # 2.5.29.17
_COMMON_NAME = b"\x55\x04\x03"  # 2.5.4.3
_HOST = re.compile(r"(?:\*\.)?(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_](?:[\w-]{0,61}[^\W_])?\.?")
_TEXT = {0x0C: "utf-8", 0x13: "ascii", 0x14: "latin-1", 0x16: "ascii", 0x1E: "utf-16-be"}
_LONG_TAG, _LONG_LENGTH, _LENGTH_BYTES = 0x1F, 0x80, 4


class BadCertificate(ValueError):
    """Bytes that are no DER of a certificate; the text is the reason, without any of the bytes."""


class Found(NamedTuple):
    """The names of one entry, as they stand there."""

    names: list[str]
    bad: list[tuple[bytes, str]]
    """Names that cannot be used: the first bytes and why."""
    more: bool
    """Whether there are more than `NAMES_LIMIT`; these are left out."""


def names_of(der: bytes, *, tbs: bool) -> Found:
    """Return the DNS names of a certificate, or of the TBSCertificate in a precertificate's entry (RFC 5280 4.1).

    Without subject alternative names: the common name, if it looks like a host. IP addresses, e-mail and URIs are
    left out. Raises `BadCertificate`.
    """
    start, stop = _only(der, 0, len(der))
    if not tbs:
        start, stop = _item(der, start, stop, _SEQUENCE)
    subject = (0, 0)
    for number, (tag, inner, end) in enumerate(_items(der, start, stop), -(der[start : start + 1] == b"\xa0")):
        if number == _SUBJECT:
            subject = (inner, end)
        elif tag == _EXTENSIONS:
            alternative = _alternative(der, *_only(der, inner, end))
            if alternative:
                return _dns_names(der, *alternative)
    return Found(_common_name(der, *subject), [], more=False)


_SUBJECT = 4
"""The place of the subject after the version: serial number, algorithm, issuer, validity, subject."""


def looks_like_host(text: str) -> bool:
    """Return whether a common name can be a host name and is not a person's or a company's."""
    return len(text) <= NAME_LIMIT and bool(_HOST.fullmatch(text))


def _alternative(der: bytes, start: int, stop: int) -> tuple[int, int] | None:
    """Return where the names of the extension subjectAltName lie, if it is there."""
    for tag, at, end in _items(der, start, stop):
        if tag != _SEQUENCE:
            raise BadCertificate("an extension that is no sequence")
        if der[at : at + 5] != b"\x06\x03" + _ALT_NAME:
            continue
        for inner_tag, inner, inner_end in _items(der, at + 5, end):
            if inner_tag == _OCTETS:
                return _only(der, inner, inner_end)
            if inner_tag != _BOOLEAN:
                break
        raise BadCertificate("an extension without a value")
    return None


def _dns_names(der: bytes, start: int, stop: int) -> Found:
    names: list[str] = []
    bad: list[tuple[bytes, str]] = []
    for tag, at, end in _items(der, start, stop):
        if tag != _DNS_NAME:
            continue
        if len(names) + len(bad) == NAMES_LIMIT:
            return Found(names, bad, more=True)
        raw = der[at:end]
        try:
            name = raw.decode()
            if "\0" in name:
                bad.append((raw[:RAW_LIMIT], "a NUL in a name"))
            elif len(name) > NAME_LIMIT:
                bad.append((raw[:RAW_LIMIT], TOO_LONG))
            else:
                names.append(name)
        except UnicodeDecodeError:
            bad.append((raw[:RAW_LIMIT], "a name that is not UTF-8"))
    return Found(names, bad, more=False)


def _common_name(der: bytes, start: int, stop: int) -> list[str]:
    """Return the last common name of a subject, in a list, if it is a host name."""
    last = ""
    for tag, at, end in _items(der, start, stop):
        for inner_tag, inner, inner_end in _items(der, at, end) if tag == _SET else ():
            if inner_tag == _SEQUENCE and der[inner : inner + 5] == b"\x06\x03" + _COMMON_NAME:
                for text_tag, begin, stop_at in _items(der, inner + 5, inner_end):
                    last = _text(der, text_tag, begin, stop_at)
    return [last] if looks_like_host(last) else []


def _text(der: bytes, tag: int, start: int, stop: int) -> str:
    return der[start:stop].decode(_TEXT.get(tag, "ascii"), "replace")


# --- tag, length, value -----------------------------------------------------------------------------------------------


def _only(der: bytes, start: int, stop: int) -> tuple[int, int]:
    """Return the inside of a sequence that is all there is between two places."""
    inner, end = _item(der, start, stop, _SEQUENCE)
    if end != stop:
        raise BadCertificate("bytes after the end")
    return inner, end


def _item(der: bytes, start: int, stop: int, wanted: int) -> tuple[int, int]:
    """Return the inside of the first item between two places."""
    tag, inner, end = next(_items(der, start, stop), (-1, 0, 0))
    if tag != wanted:
        raise BadCertificate("another thing where a sequence belongs")
    return inner, end


def _items(der: bytes, at: int, stop: int) -> Iterator[tuple[int, int, int]]:
    """Yield tag, begin and end of what is inside of each item between two places."""
    while at < stop:
        if at + 2 > stop:
            raise BadCertificate("cut off")
        tag, length = der[at], der[at + 1]
        at += 2
        if length >= _LONG_LENGTH:
            more = length - _LONG_LENGTH
            length = int.from_bytes(der[at : at + more])
            at += more
            if not 0 < more <= _LENGTH_BYTES or length < _LONG_LENGTH or length >> 8 * (more - 1) == 0:
                raise BadCertificate("a length that is not DER")
        if tag & _LONG_TAG == _LONG_TAG:
            raise BadCertificate("a tag that certificates do not have")
        end = at + length
        if end > stop:
            raise BadCertificate("a length beyond the end")
        yield tag, at, end
        at = end
