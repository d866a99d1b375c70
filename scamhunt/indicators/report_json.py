"""JSON of reports in any of its usual forms: an array, an object with an array, an object a line, one after another.

Memory does not depend on the size: one object is held at a time. Pure.
"""

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from scamhunt.errors import FeedHeld
from scamhunt.indicators import strictjson
from scamhunt.indicators.lines import numbered

OBJECT_LIMIT = 65_536
"""Characters of one object."""
_MARK = re.compile(r'[{}\[\]"]|\\.', re.DOTALL)
_NEXT = re.compile(r"\s*(\S?)")
_LONG = f"longer than {OBJECT_LIMIT:,} characters"


@dataclass(frozen=True, slots=True)
class Element:
    """One object of the content, or what stands in the place of one."""

    number: int
    """Of its line, or how many it is in an array."""
    text: str
    values: dict[str, Any] | None
    """By key; a number is the text that stands there. None: not readable."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """How a content is cut into objects."""

    name: str
    """`lines`, `array` or `objects`."""
    start: int = 0
    """Of an array: the character behind its bracket."""


def is_json(head: bytes) -> bool:
    """Tell JSON from a table."""
    return head.lstrip(b" \t\r\n")[:1] in {b"{", b"["}


def form(head: str) -> Form:
    """Say how a content is cut, by its beginning."""
    text = head.lstrip()
    if text.startswith("["):
        return Form("array", head.index("[") + 1)
    try:
        first, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        start = _first_array(head)
        return Form("array", start) if start else Form("lines")
    lists = any(isinstance(value, list) for value in _within(first))
    start = _first_array(head) if lists and not _is_flat(first) else 0
    if start:
        return Form("array", start)
    return Form("objects" if "\n" in text[:end].strip() else "lines")


def elements(chunks: Iterable[bytes], how: Form) -> Iterator[Element]:
    """Yield the objects of a content in UTF-8. Raises `FeedHeld` where it ends in the middle of one that has no end."""
    if how.name == "lines":
        yield from _of_lines(chunks)
        return
    pieces = _behind(_texts(chunks), how.start)
    for number, text in enumerate(_cut(pieces, array=how.name == "array"), 1):
        yield _read(number, text)


def _is_flat(first: object) -> bool:
    """Tell a report, which may have a list of words, from an object around the reports."""
    return not isinstance(first, dict) or not any(_holds_objects(value) for value in _within(first))


def _holds_objects(value: object) -> bool:
    return isinstance(value, list) and (not value or isinstance(value[0], dict))


def _within(value: object) -> Iterator[object]:
    """Yield the values of an object and of the objects directly in it."""
    if isinstance(value, dict):
        for one in value.values():
            yield one
            if isinstance(one, dict):
                yield from one.values()


def _first_array(head: str) -> int:
    """Return the place behind the bracket of the first array that holds objects or nothing; 0 without one."""
    brackets, _ = _brackets(head, quoted=False)
    return next((one.end() for one in brackets if one[0] == "[" and _after(head, one.end()) in {"{", "]"}), 0)


def _after(text: str, at: int) -> str:
    found = _NEXT.match(text, at)
    return found[1] if found else ""


def _texts(chunks: Iterable[bytes]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    for chunk in chunks:
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _behind(pieces: Iterator[str], start: int) -> Iterator[str]:
    for piece in pieces:
        yield piece[start:]
        start = max(0, start - len(piece))


# --- one object a line ------------------------------------------------------------------------------------------------


def _of_lines(chunks: Iterable[bytes]) -> Iterator[Element]:
    for lines in numbered(chunks, OBJECT_LIMIT):
        bad = {row.line: row for row in lines.rejected}
        for number, text in enumerate(lines.texts, lines.first):
            if number in bad:
                yield Element(number, bad[number].raw.decode("utf-8", "replace"), None, bad[number].reason)
            elif text and not text.isspace():
                yield from _of_line(number, text.strip())


def _of_line(number: int, text: str) -> Iterator[Element]:
    """Yield the object of a line, or each of several."""
    whole = _read(number, text)
    if whole.values is not None or "}{" not in text.replace(" ", ""):
        yield whole
        return
    yield from (_read(number, one) for one in _cut([text], array=False, whole=False))


# --- objects in one another's company ---------------------------------------------------------------------------------


def _cut(pieces: Iterable[str], *, array: bool, whole: bool = True) -> Iterator[str]:
    """Yield each outermost object or array as its text, and what stands between them besides commas.

    Of one that is too long only the beginning is held. Ends with the array. Raises `FeedHeld` as `elements` does.
    """
    kept, depth, quoted, carry = "", 0, False, ""
    for came in pieces:
        piece, carry = _without_half_escape(carry + came)
        start = 0
        brackets, quoted = _brackets(piece, quoted=quoted)
        for found in brackets:
            if found[0] in "{[":
                if not depth:
                    yield from _between(kept + piece[start : found.start()])
                    kept, start = "", found.start()
                depth += 1
            elif depth:
                depth -= 1
                if not depth:
                    yield (kept + piece[start : found.end()])[: OBJECT_LIMIT + 1]
                    kept, start = "", found.end()
            elif array and found[0] == "]":
                yield from _between(kept + piece[start : found.start()])
                return
        kept = (kept + piece[start:])[: OBJECT_LIMIT + 1]
    yield from [kept] if depth else _between(kept)
    if (depth or quoted or array) and whole:
        raise FeedHeld("the JSON ends before its last bracket: it was cut, or a quote or bracket is missing; mend it")


def _brackets(text: str, *, quoted: bool) -> tuple[list[re.Match[str]], bool]:
    """Return the brackets that stand in no string, and whether the text ends within one."""
    found = []
    for mark in _MARK.finditer(text):
        if mark[0] == '"':
            quoted = not quoted
        elif not quoted and mark[0][0] != "\\":
            found.append(mark)
    return found, quoted


def _without_half_escape(text: str) -> tuple[str, str]:
    """Return a text without a backslash whose character is still to come, and that backslash."""
    odd = (len(text) - len(text.rstrip("\\"))) % 2
    return (text[:-1], "\\") if odd else (text, "")


def _between(text: str) -> Iterator[str]:
    yield from (one.strip() for one in text.split(",") if one and not one.isspace())


# --- one object -------------------------------------------------------------------------------------------------------


def _read(number: int, text: str) -> Element:
    if len(text) > OBJECT_LIMIT:
        return Element(number, text, None, _LONG)
    try:
        return Element(number, text, strictjson.decode(text))
    except strictjson.UnreadableError as error:
        return Element(number, text, None, str(error))
