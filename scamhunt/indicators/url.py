"""A URL under suspicion, read and cut into host, path and query."""

from dataclasses import dataclass

from scamhunt.errors import BadIndicator
from scamhunt.indicators.domain import Domain, parse
from scamhunt.indicators.parts import cut

_SCHEMES = frozenset({"", "http", "https"})


@dataclass(frozen=True, slots=True)
class Url:
    """One URL that could be read."""

    given: str
    """The value trimmed; case is kept, because paths have it."""
    host: Domain
    scheme: str
    """`http` or `https`; empty where the value has none."""
    path: str
    """With its first slash; empty where the value has none."""
    query: str
    """Without the question mark. A fragment never reaches the server and is left out."""


def parse_url(value: str) -> Url:
    """Read one URL, with or without its scheme; only http and https, at most 2,048 characters.

    Raises `BadIndicator` with the reason, which does not repeat the value.
    """
    given = value.strip()
    host = parse(given)
    parts = cut(given)
    if parts.scheme not in _SCHEMES:
        raise BadIndicator("a scheme other than http and https")
    path, _, query = parts.rest.partition("#")[0].partition("?")
    return Url(given, host, parts.scheme, path.replace("\\", "/"), query)
