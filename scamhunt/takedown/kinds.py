"""The kinds of parties that can act, in the order in which they are asked. Pure."""

from enum import StrEnum


class RecipientKind(StrEnum):
    """What a recipient is to a target, in the order in which they are asked: the nearest to the content first."""

    PLATFORM = "platform"
    """Hosts tenants below its own name: site builders, free hosts, object stores."""
    HOST = "host"
    """Whose network the address is in, or who sells the hosting."""
    CDN = "cdn"
    """Stands in front of the host and passes reports on."""
    SHORTENER = "shortener"
    """Redirects to the content."""
    REGISTRAR = "registrar"
    REGISTRY = "registry"
    """Of the top-level domain; asked after the registrar."""
    DNS = "dns"
    """Answers for the name's zone."""
    MAIL = "mail"
    """Takes or sends the name's mail."""
    BLOCKLIST = "blocklist"
    """Warns visitors in browsers and filters."""
    CERT = "cert"
    """The national team for incidents of a country."""
    CARRIER = "carrier"
    """Serves a number."""
    RESPORG = "resporg"
    """Is responsible for a toll-free number."""
    TRACEBACK = "traceback"
    """Follows calls back to where they began."""
    DO_NOT_ORIGINATE = "do_not_originate"
    """Lists numbers that never place calls."""
    COMPLIANCE = "compliance"
    """Sees to the contracts of registrars and registries; asked last, about names."""


_OF_NUMBERS = frozenset({"carrier", "resporg", "traceback", "do_not_originate"})
ABOUT_NAMES = tuple(kind for kind in RecipientKind if kind.value not in _OF_NUMBERS)
"""Those that are asked about a name; the others are asked about numbers."""
OF_NAMES = tuple(kind for kind in ABOUT_NAMES if kind is not RecipientKind.COMPLIANCE)
"""Those that can act on a name themselves."""
