"""JSON as outsiders write it, read so that no digit of a number and no second value of a key gets lost. Pure."""

import json
from typing import Any


class UnreadableError(ValueError):
    """A text is no JSON object that is read; the message says why and quotes nothing of it."""


class _TwiceError(ValueError):
    """A key stands twice in an object: nobody knows which of its values is meant."""


def decode(text: str) -> dict[str, Any]:
    """Return the object of a JSON text, by key; a number is the text that stands there. Raises `UnreadableError`."""
    try:
        values = _DECODER.decode(text)
    except RecursionError:
        raise UnreadableError("JSON that is nested too deeply") from None
    except _TwiceError:
        raise UnreadableError("a key stands twice in it") from None
    except ValueError:
        raise UnreadableError("no JSON that can be read") from None
    if not isinstance(values, dict):
        raise UnreadableError("no JSON object")
    return values


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise _TwiceError
    return values


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_int=str, parse_float=str, parse_constant=str)
"""1e308 and 400 digits are no trouble."""
