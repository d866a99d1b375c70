"""No victim's data in a packet: whether some bytes hold a token of a victim, in whatever coding. Pure.

What a page shows of a victim, we captured. Whatever holds such a token stays with the sender. A picture cannot be
searched: those of a page whose bytes hold a token stay, too. `tokens.py` says what is one.
"""

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any, BinaryIO

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick

from scamhunt.errors import BadIndicator
from scamhunt.indicators import phone
from scamhunt.referral.dossier import Dossier
from scamhunt.referral.tokens import LEAST, LONGEST, WITHHELD, bare_url, tokens_of_text, tokens_of_url
from scamhunt.referral.views import views
from scamhunt.takedown import private

__all__ = ["WITHHELD", "Screen", "bare_url", "private_in", "tokens_of_text", "tokens_of_url"]

PIECE, OVERLAP = 65_536, 8_192
"""Bytes that are looked at at once, and of them those that are looked at again with the next."""
MOST_UNPACKED = 256 * 2**20
"""Bytes of one item unpacked: what is larger cannot be searched, and counts as if it held one."""
_GZIP = b"\x1f\x8b"
_LOCKED = (b"PK\x03\x04", b"%PDF-", b"\x28\xb5\x2f\xfd", b"BZh", b"\xfd7zXZ\0", b"7z\xbc\xaf\x27\x1c", b"Rar!")
"""How archives begin whose content is not searched."""
_HEAD = 8
_NUMBER = re.compile(r"\+?[\d ()./-]{8,24}", re.ASCII)
_BETWEEN = b" ()./-\xc2\xa0\xe2\x80\x90\x91\x92\x93\x94\x95"
"""Bytes of what stands between digits of a number; taken out everywhere, for a number needs nine digits in a row."""
_DIGITS = 9
"""Fewer digits stand everywhere."""
_SAME = 10
"""Numbers with the same last digits are the same, with or without a country."""


class _Unreadable(Exception):
    """What cannot be searched to its end."""


class Screen:
    """What finds tokens in evidence and in papers."""

    def __init__(self, tokens: Iterable[str], told: Iterable[str] = (), most: int = MOST_UNPACKED) -> None:
        """Take the tokens of all cases of a packet, and what the packet tells anyway: targets, their numbers.

        Links to call a number often carry the number of whoever made the page: what is told is no victim's. An item
        that unpacks to more than `most` bytes cannot be searched.
        """
        self._most = most
        wanted = {one.strip().lower()[:LONGEST] for one in tokens if len(one.strip()) >= LEAST}
        searched = _untold(wanted, [one.lower() for one in told])
        words = sorted({form for one in searched if not _is_number(one) for form in _forms(one)})
        calls = sorted({form for one in searched if _is_number(one) for form in _dialled(one)})
        self._words = BytesAhoCorasick(words) if words else None
        self._calls = BytesAhoCorasick(calls) if calls else None

    def holds(self, file: BinaryIO, media_type: str = "") -> bool:
        """Say whether bytes hold a token; what cannot be searched counts as if it did. Without tokens nothing does."""
        if self._words is None and self._calls is None:
            return False
        try:
            if media_type == "application/warc":
                return self._in_warc(file)
            return self._in_pieces(_opened(_pieces(file.read), self._most))
        except (_Unreadable, zlib.error):
            return True

    def in_text(self, text: bytes) -> bool:
        """Say whether a paper of ours holds a token."""
        return self.holds(BytesIO(text))

    def _in_pieces(self, pieces: Iterable[bytes]) -> bool:
        before = b""
        for piece in pieces:
            seen = before + piece
            if self._in(seen):
                return True
            before = seen[-OVERLAP:]
        return False

    def _in(self, seen: bytes) -> bool:
        return any(self._in_view(one) for one in views(seen))

    def _in_view(self, view: bytes) -> bool:
        if self._words is not None and self._words.find_matches_as_indexes(view.lower()):
            return True
        return self._calls is not None and bool(self._calls.find_matches_as_indexes(view.translate(None, _BETWEEN)))

    def _in_warc(self, file: BinaryIO) -> bool:
        from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415  # slow, and only where there are tokens
        from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415  # as above

        left = _Budget(self._most)
        try:
            return any(self._in_record(record, left) for record in ArchiveIterator(file))
        except (ArchiveLoadFailed, OSError, ValueError, EOFError) as error:
            raise _Unreadable from error

    def _in_record(self, record: Any, left: "_Budget") -> bool:  # noqa: ANN401  # warcio is not typed
        heads = [one.to_str() for one in (record.rec_headers, record.http_headers) if one]
        if self._in("\n".join(heads).encode("utf-8", "surrogateescape")):
            return True
        return self._in_pieces(left.spent_on(_opened(_body(record, self._most), self._most)))


class _Budget:
    """How much of an item may be unpacked yet."""

    def __init__(self, left: int) -> None:
        self.left = left

    def spent_on(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield pieces as long as there is room. Raises `_Unreadable`."""
        for piece in pieces:
            self.left -= len(piece)
            if self.left < 0:
                raise _Unreadable
            yield piece


def private_in(text: str, dossier: Dossier) -> list[str]:
    """Return which kinds of personal data a text for a packet may hold; what the packet tells anyway is none."""
    brands = {one for brand in dossier.brands for one in brand.domains}
    rest = text.replace(dossier.sender.contact, " ") if dossier.sender.contact else text
    shown = {one.indicator for one in dossier.cases if one.number}
    shown |= {one.value for one in dossier.identifiers if one.kind == "number"}
    mails = {one.value for one in dossier.identifiers if one.kind == "email"}
    mails |= {dossier.sender.email, dossier.agency.address}
    mails |= {one for one in tokens_of_text(rest) if one.rpartition("@")[2] in brands}
    return private.found([rest], numbers=sorted(one for one in shown if one[-4:] in rest), addresses=sorted(mails))


# --- tokens -----------------------------------------------------------------------------------------------------------


def _forms(token: str) -> Iterator[bytes]:
    """Yield a token as bytes, in the codings of text, with ASCII in lower case."""
    for text in {token, token.upper(), token.title()}:
        for coding in ("utf-8", "utf-16-le", "utf-16-be", "latin-1"):
            try:
                yield text.encode(coding).lower()
            except UnicodeEncodeError:
                continue


def _is_number(token: str) -> bool:
    return bool(_NUMBER.fullmatch(token)) and len(_digits(token)) >= _DIGITS


def _digits(text: str) -> str:
    return "".join(one for one in text if one.isascii() and one.isdigit())


def _untold(wanted: set[str], told: Iterable[str]) -> list[str]:
    """Return the tokens that stand in nothing that is told anyway; numbers are the same in any spelling."""
    numbers = {_digits(one)[-_SAME:] for one in told if _is_number(one)}
    left = sorted(one for one in wanted if not _is_number(one) or _digits(one)[-_SAME:] not in numbers)
    if not left:
        return []
    found = AhoCorasick(left).find_matches_as_indexes("\n".join(told), overlapping=True)
    standing = {at for at, _, _ in found}
    return [one for at, one in enumerate(left) if at not in standing]


def _dialled(number: str) -> Iterator[bytes]:
    """Yield the digits of a number with and without its country."""
    yield _digits(number).encode()
    try:
        national = phone.parse(number).national
    except BadIndicator:  # no number of any plan, or of no country that is known
        return
    if len(national) >= _DIGITS:
        yield national.encode()


# --- pieces -----------------------------------------------------------------------------------------------------------


def _body(record: Any, most: int) -> Iterator[bytes]:  # noqa: ANN401  # warcio is not typed
    """Yield the body of a record without its codings. Raises `ValueError`, `_Unreadable` where one cannot be undone.

    Not by warcio: it unpacks a block at once, however large it becomes.
    """
    from warcio.bufferedreaders import ChunkedDataReader  # noqa: PLC0415  # slow, and only where there are tokens

    from scamhunt.investigate import decode  # noqa: PLC0415  # as above

    head = record.http_headers
    chunked = head and (head.get_header("Transfer-Encoding") or "").strip().lower() == "chunked"
    stream = ChunkedDataReader(record.raw_stream, decomp_type=None) if chunked else record.raw_stream
    if not head or not set(decode.codings_of(head.headers)) - {"", "identity"}:
        yield from _pieces(stream.read)
        return
    packed = b"".join(_Budget(most).spent_on(_pieces(stream.read)))
    plain = decode.plain(packed, decode.codings_of(head.headers))
    if plain.cut:
        raise _Unreadable
    yield from _pieces(BytesIO(plain.body).read)


def _pieces(read: Callable[[int], bytes]) -> Iterator[bytes]:
    while piece := read(PIECE):
        yield piece


def _opened(pieces: Iterator[bytes], most: int, *, unpacked: bool = False) -> Iterator[bytes]:
    """Yield pieces, unpacked where they are gzip. Raises `_Unreadable` for what is packed otherwise, or twice."""
    begun = b""
    while len(begun) < _HEAD and (piece := next(pieces, b"")):
        begun += piece
    packed = begun.startswith(_GZIP)
    if begun.startswith(_LOCKED) or (packed and unpacked):
        raise _Unreadable
    whole = _again(begun, pieces)
    yield from _opened(_Budget(most).spent_on(_gunzipped(whole)), most, unpacked=True) if packed else whole


def _again(begun: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    if begun:
        yield begun
    yield from pieces


def _gunzipped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what one or several members of gzip hold. Raises `zlib.error`."""
    unpacking = zlib.decompressobj(31)
    for piece in pieces:
        rest = piece
        while rest or unpacking.unconsumed_tail:
            out = unpacking.decompress(rest, PIECE)
            if out:
                yield out
            rest = unpacking.unconsumed_tail
            if unpacking.eof:
                rest = unpacking.unused_data
                unpacking = zlib.decompressobj(31)
            elif not out:
                break
    yield unpacking.flush()
