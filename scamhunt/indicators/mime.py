"""The parts of a mail, read under limits: text, attached mails, what is encrypted. Pure.

Of the header only the few fields stand here that are needed; addresses are kept as they came. Every pass over the bytes
is linear, so that no mail can hold a run up. Source: RFC 5322, RFC 2045 to 2047.
"""

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

HEADER_LIMIT = 65_536
"""Bytes of a header that are looked at."""
PARTS, DEPTH = 200, 20
"""Parts of one mail, and how deep one may lie in another."""
TEXT_LIMIT = 2_000_000
"""Bytes of text that are looked at, of all parts together."""

CLOSED = "application/vnd.ms-outlook"
"""A mail as a file of Outlook's (`.msg`), which is not read."""

_FILES = frozenset({"application/octet-stream", "application/x-eml", "message/x-eml", "application/eml"})
_FIELDS = frozenset(
    "subject date message-id auto-submitted x-autoreply content-type content-transfer-encoding content-disposition "
    "from reply-to return-path in-reply-to references received authentication-results precedence".split()
)
VALUE_LIMIT = 2_000
"""Bytes of the value of a field; of those that are lists, `LONG_LIMIT`."""
LONG_LIMIT = 16_000
_LONG = frozenset({"authentication-results", "references"})
_NOTHING = memoryview(b"")
_BLANK = re.compile(rb"\r?\n\r?\n|\A\r?\n")
_FIELD = re.compile(rb"([!-9;-~]{1,60})[ \t]*:[ \t]*")
_PARAMETER = re.compile(r';\s*([\w-]{1,40})\*?\s*=\s*(?:"([^"]{0,200})"|([^\s;"]{1,200}))', re.ASCII)
_WORD = re.compile(r"=\?([\w.:-]{1,40})(?:\*[\w-]{0,20})?\?([bq])\?([^?\s]{0,2000})\?=(?:\s+(?==\?))?", re.IGNORECASE)
_CHARSET = re.compile(
    r"utf-?(?:7|8|8-sig|16|16le|16be|32)|us-ascii|(?:iso-?8859|latin)[-_]?\d{1,2}|(?:windows-?|cp|ibm)\d{3,4}|koi8-[rtu]|"
    r"gb2312|gbk|gb18030|hz-gb-2312|big5(?:-?hkscs)?|shift[_-]?jis|sjis|euc[-_](?:jp|kr)|ks_c_5601-1987|"
    r"iso-2022-(?:jp|kr)(?:-\w{1,4})?|tis-620|mac[-_]?(?:roman|cyrillic)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a mail, or the mail itself."""

    headers: Mapping[str, str]
    """Lower-case names; of a field that comes twice the first counts, of subjects all. Most have no value here."""
    kind: str
    """Its media type, as in `text/html`."""
    parameters: Mapping[str, str]
    body: memoryview
    """As it came, its transfer encoding included; empty where it has parts."""
    parts: tuple["Part", ...] = ()
    repeated: frozenset[str] = frozenset()
    """Names of fields that come more than once."""

    @property
    def is_attached(self) -> bool:
        """Whether it is a file rather than what is shown."""
        return self.headers.get("content-disposition", "").lower().startswith("attachment")

    def leaves(self) -> Iterator["Part"]:
        """Yield what is no container, in order; an attached mail is a leaf too."""
        if not self.kind.startswith("multipart/"):
            yield self
            return
        for part in self.parts:
            yield from part.leaves()


@dataclass(slots=True)
class _Budget:
    parts: int = PARTS
    cut: bool = False


def parse(raw: bytes) -> tuple[Part, bool]:
    """Return a mail with its parts, and whether a limit left something of it out."""
    budget = _Budget()
    return _parse(memoryview(raw), budget, 0), budget.cut


def texts(part: Part, limit: int) -> str:
    """Return the text of a leaf, of so many bytes at most; what no character set explains becomes U+FFFD."""
    return _characters(_decoded(part, limit)[:limit], part.parameters.get("charset", ""))


def words(value: str) -> str:
    """Return the value of a header field with its encoded words (RFC 2047) as characters."""
    return _WORD.sub(_word, value[:VALUE_LIMIT])


def _parse(raw: memoryview, budget: _Budget, depth: int) -> Part:
    blank = _BLANK.search(raw)
    head, body = (raw[: blank.start()], raw[blank.end() :]) if blank else (raw, _NOTHING)
    budget.cut |= len(head) > HEADER_LIMIT
    headers, repeated = _headers(head[:HEADER_LIMIT])
    declared = headers.get("content-type", "")
    kind = declared.partition(";")[0].strip().lower() or "text/plain"
    parameters = {found[1].lower(): found[2] or found[3] or "" for found in _PARAMETER.finditer(declared)}
    part = Part(headers, kind, parameters, body, (), repeated)
    if kind.startswith("multipart/"):
        parts = _inside(body, parameters.get("boundary", ""), budget, depth)
        # Without a line of its boundary it is read as what it seems to be.
        return replace(part, body=_NOTHING, parts=parts) if parts or budget.cut else replace(part, kind="text/plain")
    if kind in {CLOSED, "application/octet-stream"} and _is_named(part, "msg"):
        return replace(part, kind=CLOSED, body=_NOTHING)
    if kind == "message/rfc822" or (kind in _FILES and _is_named(part, "eml")):
        return replace(part, kind="message/rfc822", body=_NOTHING, parts=_attached(part, budget, depth))
    return part


def _inside(body: memoryview, boundary: str, budget: _Budget, depth: int) -> tuple[Part, ...]:
    """Return the parts between the lines of a boundary (RFC 2046 5.1.1); the last may lack its end."""
    if depth >= DEPTH:
        budget.cut = True
        return ()
    line = re.compile(rb"(?:\A|\n)--" + re.escape(boundary.encode("utf-8", "replace")) + rb"(--)?[ \t]*\r?(?=\n|\Z)")
    found: list[Part] = []
    begun = -1
    for mark in line.finditer(body):
        if begun >= 0 and not _take(found, body[begun : mark.start()], budget, depth):
            return tuple(found)
        begun = -1 if mark[1] else mark.end() + 1
        if mark[1]:
            break
    if begun >= 0:
        _take(found, body[begun:], budget, depth)
    return tuple(found)


def _take(found: list[Part], raw: memoryview, budget: _Budget, depth: int) -> bool:
    """Add a part while there may be more."""
    if budget.parts <= 0:
        budget.cut = True
        return False
    budget.parts -= 1
    found.append(_parse(raw, budget, depth + 1))
    return True


def _attached(part: Part, budget: _Budget, depth: int) -> tuple[Part, ...]:
    found: list[Part] = []
    if depth < DEPTH:
        _take(found, memoryview(_decoded(part, len(part.body))), budget, depth)
    else:
        budget.cut = True
    return tuple(found)


def _is_named(part: Part, suffix: str) -> bool:
    """Tell a mail that was attached as a file."""
    named = f"{part.headers.get('content-disposition', '')};{part.headers.get('content-type', '')}".lower()
    return re.search(rf"\.{suffix}\"?\s*(?:;|\Z)", named) is not None


def _headers(head: memoryview) -> tuple[dict[str, str], frozenset[str]]:
    """Return the fields that are needed, of others only that they are there; and which come more than once.

    A line that is none is passed over.
    """
    found: dict[str, list[bytes]] = {}
    repeated: set[str] = set()
    current: list[bytes] | None = None
    for line in bytes(head).splitlines():
        if line[:1] in {b" ", b"\t"}:
            if current is not None:
                current.append(line.strip())
            continue
        begun, current = _FIELD.match(line), None
        name = begun[1].decode("ascii").lower() if begun else ""
        if name in found:
            repeated.add(name)
        if begun and name in _FIELDS and (name == "subject" or name not in found):
            current = found.setdefault(name, [])
            current.append(line[begun.end() :].strip())
        elif begun:
            found.setdefault(name, [])
    return {name: _value(name, lines) for name, lines in found.items()}, frozenset(repeated)


def _value(name: str, lines: list[bytes]) -> str:
    limit = LONG_LIMIT if name in _LONG else VALUE_LIMIT
    return b" ".join(lines).strip()[:limit].decode("utf-8", "replace")


def _decoded(part: Part, limit: int) -> bytes:
    """Return the bytes that a transfer encoding stands for (RFC 2045 6), about `limit` of them at most."""
    encoding = part.headers.get("content-transfer-encoding", "").lower()
    if encoding.startswith("base64"):
        return _unbase64(bytes(part.body[: limit * 3 // 2]))
    if encoding.startswith("quoted-printable"):
        return binascii.a2b_qp(bytes(part.body[: limit * 3]))
    return bytes(part.body[:limit])


def _unbase64(text: bytes) -> bytes:
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", text)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def _characters(raw: bytes, charset: str) -> str:
    """Decode with what is declared, where it is a character set and no other codec; else as UTF-8 or Windows-1252."""
    if _CHARSET.fullmatch(charset.strip()):
        try:
            return raw.decode(charset.strip(), "replace")
        except LookupError:
            pass
    try:
        return raw.decode("utf-8")
    except UnicodeError:
        return raw.decode("cp1252", "replace")


def _word(found: re.Match[str]) -> str:
    raw = found[3].encode("utf-8", "replace")
    plain = _unbase64(raw) if found[2] in "bB" else binascii.a2b_qp(raw, header=True)
    return _characters(plain, found[1])
