"""Questions of the DNS as bytes, and whether a message answers one.

Source: RFC 1035 section 4.1, RFC 6891 (EDNS), RFC 7686 and RFC 6762 (names that the DNS is never asked for).
"""

import re
import struct

from scamhunt.errors import BadIndicator

KINDS = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "MX": 15, "TXT": 16, "AAAA": 28}
IN = 1
NAME_LIMIT = 253
PAYLOAD = 1232
"""Bytes that an answer over UDP may have: what passes every path in one piece."""
HEADER = struct.Struct("!HHHHHH")

_LABELS = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}").fullmatch
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*").fullmatch
_ELSEWHERE = frozenset({"alt", "local", "localhost", "onion"})
_RECURSION_WANTED = 0x0100
_ANSWER, _OPCODE, _CUT, _RCODE = 0x8000, 0x7800, 0x0200, 0x000F
_SAYS_SOMETHING = frozenset({0, 3})
_EDNS = struct.pack("!BHHIH", 0, 41, PAYLOAD, 0, 0)


def plain(name: str) -> str:
    """Return a name (A-labels) in lower case, without its last dot.

    Raises `BadIndicator` for what is no name that the DNS can be asked for; its text holds nothing of the name.
    """
    found = name.lower().removesuffix(".")
    last = found.rpartition(".")[2]
    if not name.isascii() or len(found) > NAME_LIMIT or not _LABELS(found) or _NUMBER(last):
        raise BadIndicator("no name that the DNS can be asked for")
    if last in _ELSEWHERE:
        raise BadIndicator("a name that is not looked for in the DNS")
    return found


def question(name: str, kind: str) -> bytes:
    """Return the question for a plain name and one of `KINDS`, as it stands in a message."""
    labels = (bytes([len(label)]) + label.encode("ascii") for label in name.split("."))
    return b"".join(labels) + struct.pack("!BHH", 0, KINDS[kind], IN)


def message(number: int, asked: bytes) -> bytes:
    """Return the message that asks a question, under a number of 16 bits."""
    return HEADER.pack(number, _RECURSION_WANTED, 1, 0, 0, 1) + asked + _EDNS


def number_of(wire: bytes) -> int:
    """Return the number of a message; -1 for what is too short to be one."""
    return int.from_bytes(wire[:2]) if len(wire) >= HEADER.size else -1


def answers(wire: bytes, asked: bytes) -> bool:
    """Say whether a message of at least 12 bytes answers this very question.

    A refusal may come without the question, as several servers send it.
    """
    _, flags, questions, *_ = HEADER.unpack_from(wire)
    if flags & (_ANSWER | _OPCODE) != _ANSWER:
        return False
    if questions == 0 and flags & _RCODE not in _SAYS_SOMETHING:
        return True
    # No length and no kind that we ask for is the byte of a letter, so that the whole may be put in lower case.
    return questions == 1 and wire[HEADER.size : HEADER.size + len(asked)].lower() == asked


def is_cut(wire: bytes) -> bool:
    """Say whether the server cut its answer, so that it is to be asked over TCP."""
    return bool(HEADER.unpack_from(wire)[1] & _CUT)
