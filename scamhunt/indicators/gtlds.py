"""Whether a name is below a generic top-level domain, which has a contract with ICANN, or below a country's.

Generic are those of the public-suffix list's section "newGTLDs", which is made from ICANN's own list of its contracts
(https://www.icann.org/resources/registries/gtlds/v2/gtlds.json), and the older ones below, which that section leaves
out. What is not surely one of them is none: nobody is bothered with a name that is not his.
"""

from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from scamhunt.errors import BadIndicator
from scamhunt.indicators import domain
from scamhunt.indicators.suffixes import Rule, public_suffix_list, suffixes

OLDER = frozenset("aero asia biz cat com coop info jobs mobi museum name net org post pro tel xxx".split())
"""Generic top-level domains from before 2012 whose registries have an agreement with ICANN. Without `arpa`, `edu`,
`gov`, `int` and `mil`, which have other rules (https://www.iana.org/domains/root/db)."""
_COUNTRY = 2
_NEW_BEGINS = "// newGTLDs"
_ENDS = "// ===END ICANN DOMAINS==="
_IDN = "xn--"


@dataclass(frozen=True, slots=True)
class _Known:
    """Top-level domains of the list, as A-labels."""

    new: frozenset[str]
    countries: frozenset[str]
    """Those of countries in their own scripts."""


def is_gtld(name: str) -> bool:
    """Say whether a name or URL is surely below a generic top-level domain, and no platform's or reseller's zone.

    A name below a private suffix (`shop.uk.com`) was not registered by a registrar of ICANN's: false.
    """
    return _top(name) in OLDER or is_new_gtld(name)


def is_new_gtld(name: str) -> bool:
    """Say whether a name or URL is surely below one of the generic top-level domains since 2012."""
    return _top(name) in _known().new


def is_cctld(name: str) -> bool:
    """Say whether a name or URL is below a country's top-level domain: two letters (ISO 3166), or in its own script."""
    top = _top(name)
    return (len(top) == _COUNTRY and top.isalpha()) or top in _known().countries


def _top(name: str) -> str:
    """Return the top-level domain as an A-label; empty for what is no name, or lies in a private zone."""
    host = _host(name)
    return "" if suffixes().split(host)[1] is Rule.PRIVATE else host.rpartition(".")[2]


def _host(name: str) -> str:
    if name.isascii() and name.replace(".", "").replace("-", "").isalnum():
        return name.lower().rstrip(".")  # the usual case, and there are many
    try:
        return domain.parse(urlsplit(name).hostname or "" if "://" in name else name.partition("/")[0]).host
    except (BadIndicator, ValueError):
        return ""


@cache
def _known() -> _Known:
    older, _, newer = public_suffix_list().partition(_NEW_BEGINS)
    countries = frozenset(one for one in _labels(older) if one.startswith(_IDN))
    return _Known(_labels(newer.partition(_ENDS)[0]), countries)


def _labels(section: str) -> frozenset[str]:
    """Return the rules of one label, as A-labels."""
    rules = (line.split()[0] for line in section.splitlines() if line.strip() and not line.startswith("//"))
    return frozenset(_a_label(rule) for rule in rules if "." not in rule)


def _a_label(label: str) -> str:
    return label if label.isascii() else _IDN + label.encode("punycode").decode()
