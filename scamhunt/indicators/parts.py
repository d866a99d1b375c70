"""Cut a value where browsers cut a URL (WHATWG URL): scheme, user information, host and port, the rest.

Pure text: nothing here says whether the host is one.
"""

import re
from typing import NamedTuple

_URL = re.compile(
    r"(?:(?:([a-z][a-z0-9+.-]*)\[?:\]?)?[/\\]{2,}|(h(?:tt|xx)ps?)\[?:\]?[/\\]?)?([^/\\?#]*)(.*)",
    re.IGNORECASE | re.DOTALL,
)
_DOTS = re.compile(r"\[\.\]|\(\.\)|\[dot\]")


class Parts(NamedTuple):
    """What stands in a value; each may be empty."""

    absolute: bool
    """A scheme, or the two slashes that follow one, came first."""
    scheme: str
    """Lower-case, `hxxp` made whole."""
    user: str
    """User information with its "@"."""
    host: str
    """With its port, dots in brackets made whole."""
    rest: str
    """Path, query and fragment, as they came."""
    defanged: bool
    """Something was made whole."""


def cut(value: str) -> Parts:
    """Cut `value`, which should be capped before; costs grow with its length and not faster."""
    found = _URL.fullmatch(value)
    groups = found.groups("") if found else ("", "", value, "")
    given = (groups[0] or groups[1]).lower()
    scheme = given.replace("hxxp", "http")
    user, at, host = groups[2].rpartition("@")
    whole = _DOTS.sub(".", host)
    absolute = bool(found and found.start(3))
    return Parts(absolute, scheme, user + at, whole, groups[3], defanged=whole != host or scheme != given)
