"""The names that are registered in a zone, from its zone file in master format (RFC 1035 section 5). Pure.

Registered is what has NS records one label below the apex. Addresses of name servers, keys and signatures are not.
Lines of the plain form (owner, TTL, class, type, data) are read many at a time; what else the format allows, a line at
a time: $ORIGIN, $TTL, relative and blank owners, `@`, comments, quotes, parentheses over lines.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from scamhunt.errors import FeedHeld
from scamhunt.indicators.lines import RAW_LIMIT
from scamhunt.model import Rejected

LINE_LIMIT = 65_536
"""Bytes of a line."""
RECORD_LINES = 1_000
"""Lines of a record in parentheses."""
UNREAD_LIMIT = 1_000
"""With more lines than these that cannot be read, a file is not believed."""

_TOKENS = 5  # owner, TTL, class, type and the beginning of the data tell all that we need
_LABEL = rb"[a-z0-9_-]{1,63}+"
_SPACE = rb"[\t ]++"
_TTL_AND_CLASS = rb"(?:\d++[\t ]++)?(?:in[\t ]++)?"  # groups are not possessive: CPython before 3.11.5 gets those wrong
_REST = rb'[^\n;"()\\]++\n'
_OTHER_TYPE = _TTL_AND_CLASS + rb"(?!in[\t ]|ns[\t ]|soa[\t ])[a-z][a-z0-9-]*+" + _SPACE + _REST
_OTHER = rb'(?:[^\s;"()\\$@][^\s;"()\\]*+(?<=\.)' + _SPACE + _OTHER_TYPE + rb")+"
_ODD = rb"([^\n]*+\n[\s\S]*+)"
_TOKEN = re.compile(rb'"(?:[^"\\]|\\[\s\S])*"|[()]|(?:[^\s;"()\\]|\\[\s\S])+|;.*|\S')
_TTL = re.compile(rb"\d[\dsmhdw]*")
_CLASS = re.compile(rb"in|ch|hs|cs")
_TYPE = re.compile(rb"[a-z][a-z0-9-]*")
_SPECIAL = re.compile(rb'[;"()\\]')


class Zone:
    """One zone file that is being read."""

    def __init__(self, apex: str) -> None:
        """Take the name of the zone, without a dot at its end: `com`."""
        self.apex = apex
        self.rejected: list[Rejected] = []
        """What could not be read so far."""
        self._apex = apex.lower().encode()
        self._origin = self._apex
        self._owner = b""
        self._line = 0
        self._open: _Record | None = None
        self._has_soa = False
        name = rb"\." + re.escape(self._apex) + rb"\." + _SPACE
        servers = _TTL_AND_CLASS + rb"ns" + _SPACE + _REST
        delegated = rb"(" + _LABEL + rb")" + name + servers + rb"(?:\1" + name + rb"(?:" + servers + rb"|" + _OTHER_TYPE
        self._plain = re.compile(delegated + rb"))*|" + _OTHER + rb"|" + _ODD)

    def labels(self, chunks: Iterable[bytes]) -> Iterator[list[bytes]]:
        """Yield the labels below the apex that have NS records, lower-case, in the order of the file.

        A label may come again. Raises `FeedHeld` when the content is no zone file, that of another zone, or one with
        more than `UNREAD_LIMIT` lines that cannot be read.
        """
        for block in _blocks(chunks):
            if not self._line:
                _hold_a_page(block)
            yield from self._block(block)
        if self._open:
            self._reject(self._open.line, self._open.raw, "a parenthesis that is never closed")
        if not self._has_soa:
            raise FeedHeld(f"no SOA record came for {self.apex}: it is no zone file; look at the source")

    def _block(self, block: bytes) -> Iterator[list[bytes]]:
        """Read whole lines: as far as they are plain at once, the rest one by one."""
        at = 0
        if not self._open:
            found = self._plain.findall(block.lower())
            yield [label for label, _ in found if label]
            at = len(block) - len(found[-1][1])
            self._line += block.count(b"\n", 0, at)
            last = block.rfind(b"\n", 0, max(at - 1, 0)) + 1
            self._owner = block[last:at].split(None, 1)[0].lower()[:-1] if at else self._owner
        if at < len(block):
            yield [label for line in block[at:-1].split(b"\n") if (label := self._one(line))]

    # --- line by line ------------------------------------------------------------------------------------------------

    def _one(self, line: bytes) -> bytes:
        """Read one line and return the label that it delegates, or nothing."""
        self._line += 1
        line = line.removesuffix(b"\r")
        if len(line) > LINE_LIMIT:
            return self._reject(self._line, line, f"longer than {LINE_LIMIT:,} bytes")
        tokens = _split(line)
        if tokens is None:
            return self._reject(self._line, line, "a quote that is never closed")
        record = self._open or _Record(self._line, line[:RAW_LIMIT], blank=line[:1] in {b" ", b"\t"})
        problem = record.take(tokens)
        if not problem and record.depth and self._line - record.line < RECORD_LINES:
            self._open = record
            return b""
        self._open = None
        if record.depth > 0:
            problem = "a parenthesis that is never closed"
        return self._reject(record.line, record.raw, problem) if problem else self._record(record)

    def _record(self, record: "_Record") -> bytes:
        words = [word.lower() for word in record.words]
        if not words:
            return b""
        if words[0].startswith(b"$") and not record.blank:
            return self._directive(record, words)
        if not record.blank:
            self._owner = self._absolute(words.pop(0))
        for known in (_TTL, _CLASS, _TTL):
            if words and known.fullmatch(words[0]):
                words.pop(0)
        if not words or not _TYPE.fullmatch(words[0]):
            return self._reject(record.line, record.raw, "no record: it has no type")
        return self._typed(record, *words[:2])

    def _directive(self, record: "_Record", words: list[bytes]) -> bytes:
        if words[0] == b"$origin" and len(words) > 1:
            self._origin = self._absolute(words[1])
        elif words[0] != b"$ttl":
            return self._reject(record.line, record.raw, "a directive that is not read")
        return b""

    def _absolute(self, name: bytes) -> bytes:
        """Return a name in full, without the dot at its end."""
        if name == b"@":
            return self._origin
        return name[:-1] if name.endswith(b".") else b".".join(filter(None, (name, self._origin)))

    def _typed(self, record: "_Record", kind: bytes, data: bytes = b"") -> bytes:
        """Return the label that a record delegates; of a SOA see that it is that of our zone (RFC 1035 section 6)."""
        if kind == b"soa":
            if self._owner != self._apex:
                raise FeedHeld(f"the zone file is not that of {self.apex}: its SOA record has another owner")
            self._has_soa = True
        if kind != b"ns" or self._owner == self._apex:
            return b""
        label = self._owner.removesuffix(b"." + self._apex)
        if not data:
            return self._reject(record.line, record.raw, "no name server after NS")
        if label == self._owner:
            return self._reject(record.line, record.raw, f"the owner is not below {self.apex}")
        if b"." in label and b"\\" not in label:
            return b""
        if not re.fullmatch(_LABEL, label):
            return self._reject(record.line, record.raw, "the owner is no host name")
        return label

    def _reject(self, line: int, raw: bytes, reason: str) -> bytes:
        if len(self.rejected) >= UNREAD_LIMIT:
            raise FeedHeld(
                f"more than {UNREAD_LIMIT:,} lines of the zone file of {self.apex} cannot be read; look at the source"
            )
        self.rejected.append(Rejected(line, raw[:RAW_LIMIT], reason))
        return b""


@dataclass(slots=True)
class _Record:
    """A record that may go on over lines: its first words."""

    line: int
    raw: bytes
    blank: bool
    """Whether it begins with a space: its owner is that of the record before."""
    depth: int = 0
    words: list[bytes] = field(default_factory=list)

    def take(self, tokens: list[bytes]) -> str:
        """Add the tokens of a line and return what is wrong with them."""
        for token in tokens:
            if token == b"(":
                self.depth += 1
            elif token == b")":
                self.depth -= 1
                if self.depth < 0:
                    return "a parenthesis that was never opened"
            elif len(self.words) < _TOKENS:
                self.words.append(token)
        return ""


def _split(line: bytes) -> list[bytes] | None:
    """Return the words of a line without its comment; None when a quote is not closed."""
    if not _SPECIAL.search(line):
        return line.split()
    tokens: list[bytes] = _TOKEN.findall(line)
    return None if b'"' in tokens else [token for token in tokens if not token.startswith(b";")]


def _blocks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield pieces of whole lines, each with its end; of a line without end only the beginning is held."""
    rest = b""
    for chunk in chunks:
        piece = rest + chunk
        cut = piece.rfind(b"\n") + 1
        if cut:
            yield piece[:cut]
        rest = piece[cut : cut + LINE_LIMIT + 2]
    if rest:
        yield rest + b"\n"


def _hold_a_page(block: bytes) -> None:
    if block[:RAW_LIMIT].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise FeedHeld("an HTML page came in place of a zone file; look at the source")
