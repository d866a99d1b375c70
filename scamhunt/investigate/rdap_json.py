"""JSON of RDAP servers, strictly: what two programs could read in two ways is not read at all. Pure."""

import json
import math
from typing import Any

LARGEST = 2 * 1024 * 1024
"""Bytes of one answer; real ones have less than 100 kB."""
_LONGEST_NUMBER = 30
_READ = frozenset(
    {"objectClassName", "ldhName", "unicodeName", "status", "entities", "roles", "vcardArray", "publicIds", "type"}
    | {"identifier", "events", "eventAction", "eventDate", "nameservers", "links", "rel", "href", "redacted", "name"}
    | {"handle", "country", "startAddress", "endAddress"}
)
"""Keys that decide something."""


class UnusableError(ValueError):
    """An answer is not believed; the message says why and quotes nothing of it."""


def decode(body: bytes) -> dict[str, Any]:
    """Return the object of an answer. Raises `UnusableError`."""
    if len(body) > LARGEST:
        raise UnusableError(f"more than {LARGEST:,} bytes")
    try:
        found = _DECODER.decode(body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UnusableError("no UTF-8") from None
    except RecursionError:
        raise UnusableError("JSON that is nested too deeply") from None
    except UnusableError:
        raise
    except ValueError:
        raise UnusableError("a page of HTML" if body.lstrip()[:1] == b"<" else "no JSON that can be read") from None
    if not isinstance(found, dict):
        raise UnusableError("no JSON object")
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object by key. Of a key that nobody reads the first value is kept: real servers repeat such."""
    values = dict(reversed(pairs))
    if len(values) != len(pairs):
        keys = [key for key, _ in pairs]
        if any(keys.count(key) > 1 for key in _READ & values.keys()):
            raise UnusableError("a key stands twice in it")
    return values


def _integer(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise UnusableError("a number in it is too large")
    return int(text)


def _fraction(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise UnusableError("a number in it is too large")
    return value


def _constant(_: str) -> float:
    raise UnusableError("a number in it is none")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_integer, parse_float=_fraction, parse_constant=_constant
)


def objects(value: object, most: int) -> list[dict[str, Any]]:
    """Return the objects of a list."""
    return [one for one in value if isinstance(one, dict)][:most] if isinstance(value, list) else []


def texts(value: object, most: int) -> list[str]:
    """Return a text, or the texts of a list of lists."""
    if isinstance(value, str):
        return [value]
    found = [text for one in value[:most] for text in texts(one, most)] if isinstance(value, list) else []
    return found[:most]
